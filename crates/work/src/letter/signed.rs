//! PDFs of letters that were signed elsewhere.

use platform::db::{Failure, Tx};
use platform::{args, row, sql};

row! {
    /// A PDF that was signed elsewhere: its name, and its content as it is stored.
    pub struct Signed {
        pub name: Option<String>,
        pub content: Option<String>,
    }
}

/// The signed PDF of a letter; both are none where there is no PDF, the whole where there is no
/// letter.
pub fn signed(tx: &mut Tx<'_>, letter: &str) -> Result<Option<Signed>, Failure> {
    tx.first(sql!("select signed_name, signed_content from letter where id = $1"), args![letter])
}
