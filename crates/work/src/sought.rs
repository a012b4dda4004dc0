//! One way of looking for records: folded texts beside them (`rules::fold`), words in any order,
//! signs of LIKE as letters.

use platform::db::{Failure, Tx};
use platform::{args, secrets, sql, words};
use rules::fold;
use rules::places::Places;

words! {
    /// What is looked for.
    pub enum Kind in sought.kind {
        Venue = "venue",
        Account = "account",
        Application = "application",
    }
}

/// A condition: the record of this kind with this id holds all of the words. Its parameters are
/// `$1` to `$10`, [`fold::Sought::patterns`].
#[macro_export]
macro_rules! holds_the_words {
    ($kind:literal, $id:literal) => {
        concat!(
            "exists (select 1 from sought k where k.kind = '",
            $kind,
            "' and k.id = ",
            $id,
            " and (k.text like $1 escape '\\' or k.text like $2 escape '\\')",
            " and (k.text like $3 escape '\\' or k.text like $4 escape '\\')",
            " and (k.text like $5 escape '\\' or k.text like $6 escape '\\')",
            " and (k.text like $7 escape '\\' or k.text like $8 escape '\\')",
            " and (k.text like $9 escape '\\' or k.text like $10 escape '\\'))"
        )
    };
}

/// The parameters of [`holds_the_words`] (an array by its name), then others.
#[macro_export]
macro_rules! args_after_words {
    ($p:ident $(, $arg:expr)* $(,)?) => {
        platform::args![&$p[0], &$p[1], &$p[2], &$p[3], &$p[4], &$p[5], &$p[6], &$p[7], &$p[8], &$p[9] $(, $arg)*]
    };
}

/// Changes with the folding and with the names of places.
pub(crate) fn edition(places: &Places) -> String {
    let names: String = places
        .prefectures
        .iter()
        .map(|p| p.name.as_str())
        .chain(places.municipalities.iter().map(|m| m.name.as_str()))
        .collect();
    format!("{}-{}", fold::EDITION, &secrets::digest(&names)[..16])
}

/// Writes the folded text of a record down, of this version of its row.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    kind: Kind,
    id: &str,
    text: &str,
    version: i64,
    edition: &str,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into sought (kind, id, text, of_version, edition)
             values ($1, $2, $3, $4, $5)
                 on conflict (kind, id) do update set text = excluded.text,
                             of_version = excluded.of_version, edition = excluded.edition"
        ),
        args![kind, id, text, version, edition],
    )
    .map(|_| ())
}
