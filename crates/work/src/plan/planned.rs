//! 計画: how much is planned, the one figure of every page, board, list and API. A cycle that is
//! decided for a venue counts as it was decided, any other as it is registered; each by what its
//! own boxes held.

use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::programme::Packing;

/// Doses of a line `l` of a plan beside what was decided of its cycle (`a`, where anything was);
/// what boxes held at first (vials, doses a vial) as parameters.
macro_rules! planned_doses {
    ($vials:literal, $doses:literal) => {
        concat!(
            "case when a.boxes is null then l.boxes * coalesce(l.vials_per_box, ",
            $vials,
            ") * coalesce(l.doses_per_vial, ",
            $doses,
            ") else a.boxes * coalesce(a.vials_per_box, ",
            $vials,
            ") * coalesce(a.doses_per_vial, ",
            $doses,
            ") end"
        )
    };
}
pub(crate) use planned_doses;

/// Doses of a registration of a venue (both as SQL): nothing where it has no lines.
macro_rules! planned_of {
    ($venue:literal, $number:literal, $vials:literal, $doses:literal) => {
        concat!(
            "(select cast(coalesce(sum(",
            planned_doses!($vials, $doses),
            "), 0) as bigint)
                from plan_line l
                left join allocation a on a.venue_id = l.venue_id and a.cycle = l.cycle
               where l.venue_id = ",
            $venue,
            " and l.number = ",
            $number,
            ")"
        )
    };
}
pub(crate) use planned_of;

row! {
    /// What a venue plans in all cycles.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Planned {
        pub boxes: i64,
        pub doses: i64,
    }
}

/// What a registration of a venue plans, as it stands now; nothing for number 0. `first` is the
/// programme's first packing.
///
/// # Errors
/// The database's.
pub fn planned(
    tx: &mut Tx<'_>,
    first: Packing,
    venue: &str,
    number: i64,
) -> Result<Planned, Failure> {
    tx.one(
        sql!(concat!(
            "select cast(coalesce(sum(coalesce(a.boxes, l.boxes)), 0) as bigint),
                    cast(coalesce(sum(",
            planned_doses!("$3", "$4"),
            "), 0) as bigint)
               from plan_line l
               left join allocation a on a.venue_id = l.venue_id and a.cycle = l.cycle
              where l.venue_id = $1
                and l.number = $2"
        )),
        args![venue, number, first.vials_per_box, first.doses_per_vial],
    )
}
