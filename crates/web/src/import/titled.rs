//! What stands above a table, or names its sheet or its file, against what the table is taken into.

use platform::db::Tx;
use rules::heading::Target;

use super::super::reading::Table;
use super::super::visit::{Trouble, Visit};
use super::{Fault, Head};
use words::Sentence;

/// What a table is taken into at an address: its venue, and the programme's dose.
///
/// # Errors
/// The database's.
pub fn target(visit: &Visit, tx: &mut Tx<'_>) -> Result<Target, Trouble> {
    let dose = visit.masters().programme().own_dose();
    let Ok(venue) = visit.venue() else { return Ok(Target { dose, ..Target::default() }) };
    let institution = work::venue::answers(tx, &venue.id)?.get("institution_code").cloned();
    let codes = std::iter::once(venue.code.clone()).chain(institution).collect();
    Ok(Target { codes, dose, ..Target::default() })
}

/// What is asked of every row because of its table's titles.
pub(super) fn doubts(target: &Target, head: &Head, table: &Table, file: &str) -> Vec<Fault> {
    let above = head.above(table).map(|title| ("表の題名", title));
    let names = [("シート", table.sheet.as_str()), ("ファイル", file)];
    let of = |(column, title): (&str, &str)| {
        let fault = |doubt: rules::heading::Doubt| Fault {
            column: column.into(),
            typed: title.into(),
            problem: doubt.sentence(),
        };
        target.doubts(title).into_iter().map(fault).collect::<Vec<_>>()
    };
    above.chain(names).flat_map(of).collect()
}
