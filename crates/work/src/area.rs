//! How far an area is: figures of the venues within the reach of a scope (kind and id).

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::access::Scope;
use rules::programme::Packing;

use crate::plan::{planned_doses, planned_of};

/// How many venues have vaccine and no completion, and haven't reported since an instant.
pub fn silent_since(
    tx: &mut Tx<'_>,
    scope: (Scope, &str),
    since: Timestamp,
) -> Result<i64, Failure> {
    let (silent,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from visible_venue s
              where s.scope_kind = $1
                and s.scope_id = $2
                and exists
                    (select 1
                       from shipment h
                      where h.venue_id = s.venue_id
                        and h.received_at is not null)
                and not exists
                    (select 1 from result_entry r where r.venue_id = s.venue_id and r.at > $3)
                and not exists (select 1 from completion c where c.venue_id = s.venue_id)"
        ),
        args![scope.0, scope.1, since],
    )?;
    Ok(silent)
}

row! {
    /// Shipments that come.
    pub struct Coming {
        pub shipments: i64,
        pub boxes: i64,
    }
}

/// Shipments that come from a day to a day, both counted.
pub fn coming(
    tx: &mut Tx<'_>,
    scope: (Scope, &str),
    (from, to): (Date, Date),
) -> Result<Coming, Failure> {
    tx.one(
        sql!(
            "select count(*), cast(coalesce(sum(h.boxes), 0) as bigint)
               from shipment h
               join visible_venue s on s.venue_id = h.venue_id
              where s.scope_kind = $1
                and s.scope_id = $2
                and h.date >= $3
                and h.date <= $4"
        ),
        args![scope.0, scope.1, from, to],
    )
}

row! {
    /// From application to shot.
    pub struct Course {
        /// Doses.
        pub expected: i64,
        /// Doses, as [`crate::plan::planned`] counts them.
        pub planned: i64,
        /// Doses, by what boxes held when they were decided.
        pub allocated: i64,
        /// Doses, by what boxes held when they came.
        pub received: i64,
        /// Doses.
        pub used: i64,
    }
}

/// How far the venues are, from application to shot; `first` is the programme's first packing.
pub fn course(tx: &mut Tx<'_>, first: Packing, scope: (Scope, &str)) -> Result<Course, Failure> {
    tx.one(
        sql!(concat!(
            "select cast(coalesce(sum(v.expected_doses), 0) as bigint),
                    cast(coalesce(sum((select ",
            planned_of!("r.venue_id", "r.number", "$3", "$4"),
            "                            from plan_registration r
                                        where r.venue_id = v.id
                                          and r.latest)),
                                  0)
                         as bigint),
                    cast(coalesce(sum((select sum(a.boxes
                                                    * coalesce(a.vials_per_box, $3)
                                                    * coalesce(a.doses_per_vial, $4))
                                         from allocation a
                                        where a.venue_id = v.id)),
                                  0)
                         as bigint),
                    cast(coalesce(sum((select sum(h.received_boxes
                                                    * coalesce(h.vials_per_box, $3)
                                                    * coalesce(h.doses_per_vial, $4))
                                         from shipment h
                                        where h.venue_id = v.id)),
                                  0)
                         as bigint),
                    cast(coalesce(sum((select sum(e.increase)
                                         from result_entry e
                                        where e.venue_id = v.id
                                          and e.series = 'booster')),
                                  0)
                         as bigint)
               from venue v
               join visible_venue s on s.venue_id = v.id
              where s.scope_kind = $1
                and s.scope_id = $2"
        )),
        args![scope.0, scope.1, first.vials_per_box, first.doses_per_vial],
    )
}
