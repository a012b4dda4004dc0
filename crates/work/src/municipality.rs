//! 市町村: what a municipality decides for itself.

use masters::Masters;
use platform::db::{Failure, Tx};
use platform::kept::items;
use platform::value::Json;
use platform::{args, events, kept, row, sql};
use rules::letter::Way;
use serde::{Deserialize, Serialize};

use crate::Caller;

kept! {
    pub KeptCodes = OfCodes(Vec<String>), items,
        "合同で受け付ける市区町村の設定に、読めないものがありました。確かめて、保存し直してください。";
}

row! {
    /// What a municipality decides for itself.
    #[derive(Clone, Debug)]
    pub struct Setting {
        pub letter_way: Way,
        pub outsourced: bool,
        pub joint: KeptCodes,
        pub desk: String,
        pub version: i64,
    }
}

impl Setting {
    fn decided(&self) -> Decided {
        Decided {
            way: self.letter_way,
            outsourced: self.outsourced,
            joint: self.joint.0.clone(),
            desk: self.desk.clone(),
        }
    }
}

/// What a municipality has set, or what holds where it has set nothing: consent is taken, claims go
/// as the routes' file says.
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
        letter_way: Way::Electronic,
        outsourced: masters.outsourced.iter().any(|m| m == municipality),
        joint: KeptCodes::whole(vec![]),
        desk: String::new(),
        version: 0,
    }))
}

/// What a municipality decides for itself, as it was typed and checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    #[serde(rename = "letter_way")]
    pub way: Way,
    /// Whether claims go to whoever does the work for it.
    pub outsourced: bool,
    /// Codes of municipalities that take letters together with it, in order.
    pub joint: Vec<String>,
    /// Where its desk is.
    pub desk: String,
}

events! {
    /// What the journal is told of a municipality (its code).
    pub enum Event of "municipality" {
        /// It decided otherwise.
        "municipality.settings" => Decided { before: Decided, after: Decided },
    }
}

/// Keeps what a municipality decides for itself; returns whether that is something new.
///
/// # Errors
/// The database's.
pub fn decide(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    own: &str,
    before: &Setting,
    new: &Decided,
) -> Result<bool, Failure> {
    let Decided { way, outsourced, joint, desk } = new;
    let before = before.decided();
    if before == *new {
        return Ok(false);
    }
    tx.run(
        sql!(
            "insert into municipality_setting (municipality, letter_way, outsourced, joint, desk)
             values ($1, $2, $3, $4, $5)
                 on conflict (municipality) do update set letter_way = excluded.letter_way,
                             outsourced = excluded.outsourced, joint = excluded.joint,
                             desk = excluded.desk, version = municipality_setting.version + 1"
        ),
        args![own, *way, *outsourced, Json(joint), desk],
    )?;
    by.journal(tx, own, &Event::Decided { before, after: new.clone() }, None)?;
    Ok(true)
}
