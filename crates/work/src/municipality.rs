//! 市町村: what a municipality decides for itself.

use masters::Masters;
use platform::db::{Failure, Tx};
use platform::kept::items;
use platform::{args, kept, row, sql};
use rules::letter::Way;

kept! {
    pub KeptCodes = OfCodes(Vec<String>), items,
        "合同で受け付ける市区町村の設定に、読めないものがありました。確かめて、保存し直してください。";
}

row! {
    /// What a municipality decides for itself.
    #[derive(Clone, Debug)]
    pub struct Setting {
        pub letter_way: String,
        pub outsourced: bool,
        pub joint: KeptCodes,
        pub desk: String,
        pub version: i64,
    }
}

impl Setting {
    pub fn way(&self) -> Way {
        Way::from_key(&self.letter_way).unwrap_or(Way::Paper)
    }
}

/// What a municipality has set, or what holds where it has set nothing: consent is taken, claims go as the routes' file says.
pub fn setting(tx: &mut Tx<'_>, masters: &Masters, municipality: &str) -> Result<Setting, Failure> {
    let known: Option<Setting> = tx.first(
        sql!(
            "select letter_way, outsourced, joint, desk, version
               from municipality_setting
              where municipality = $1"
        ),
        args![municipality],
    )?;
    Ok(known.unwrap_or_else(|| Setting {
        letter_way: Way::Electronic.key().into(),
        outsourced: masters.outsourced.iter().any(|m| m == municipality),
        joint: KeptCodes::whole(vec![]),
        desk: String::new(),
        version: 0,
    }))
}
