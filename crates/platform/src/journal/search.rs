//! Rows of all records, sought by who, what, when.

use jiff::Timestamp;

use super::Stored;
use crate::db::{Failure, Tx};
use crate::value::Value;
use crate::{args, sql};

/// What an auditor looks for; an empty text matches everything.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Part of the actor's name as it stands in the row, escaped for LIKE.
    pub name: String,
    /// The same, folded as in `sought`: whoever's name or address holds it now.
    pub folded: String,
    /// Any of these; none for all.
    pub acts: Vec<String>,
    /// Ids of records, any of which it is; none for all. At most [`Search::MOST_RECORDS`] are
    /// looked for.
    pub records: Vec<String>,
    /// From this instant on, and before that one.
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// The conditions of [`search`]: `$1` to `$6`; what is added has its parameters behind them.
macro_rules! matching {
    ($records:literal) => {
        concat!(
            "where ($1 = '%%' or name like $1 escape '\\'
                    or exists (select 1 from sought k
                               where k.kind = 'account' and k.id = account and k.text like $2 escape '\\'))
               and ($3 = '' or $3 like '%,' || act || ',%')
               and at >= $4 and at < $5 ",
            $records,
            " order by at desc, record_kind desc, record_id desc, number desc limit $6"
        )
    };
}

impl Search {
    /// Records that one search looks through.
    pub const MOST_RECORDS: usize = 32;
}

/// Rows that match, newest first. Without a record they are read in the order of an index until
/// enough are found.
pub fn search(tx: &mut Tx<'_>, wanted: &Search, limit: i64) -> Result<Vec<Stored>, Failure> {
    let sql = if wanted.records.is_empty() {
        rows!(matching!(""))
    } else {
        rows!(matching!(
            "and record_id in
                 ($7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
                  $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38)"
        ))
    };
    let mut args = args![
        format!("%{}%", wanted.name),
        format!("%{}%", wanted.folded),
        if wanted.acts.is_empty() { String::new() } else { format!(",{},", wanted.acts.join(",")) },
        wanted.from.unwrap_or(Timestamp::UNIX_EPOCH),
        wanted.to.unwrap_or(Timestamp::constant(32_503_680_000, 0)),
        limit
    ]
    .to_vec();
    if !wanted.records.is_empty() {
        let ids = wanted.records.iter().map(String::as_str).chain(std::iter::repeat(""));
        args.extend(ids.take(Search::MOST_RECORDS).map(|id| Value::Text(id.into())));
    }
    tx.all(sql, &args)
}
