//! Rows that don't say what their boxes held get it by their day: rows of the version before, and
//! of its nodes as long as they work beside.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::programme::{BOXES_MAX, Packing, Programme};
use rules::time;

/// Days of one packing, from the first one on and before the last one.
struct Stretch {
    from: Date,
    until: Date,
    packing: Packing,
}

/// The stretches of a programme, one after the other without a gap.
fn stretches(programme: &Programme) -> Vec<Stretch> {
    let mut from = Date::constant(1, 1, 1);
    let mut all = Vec::with_capacity(programme.former.len() + 1);
    for (until, packing) in &programme.former {
        all.push(Stretch { from, until: *until, packing: *packing });
        from = *until;
    }
    let until = Date::constant(9999, 12, 31);
    all.push(Stretch { from, until, packing: programme.packing() });
    all
}

fn midnight(day: Date) -> Timestamp {
    time::instant(day.at(0, 0, 0, 0))
}

/// Fills in what boxes held, of every row that doesn't say it. A few indexes know those rows.
///
/// # Errors
/// The database's.
pub fn fill(tx: &mut Tx<'_>, programme: &Programme) -> Result<(), Failure> {
    for stretch in stretches(programme) {
        let span = (midnight(stretch.from), midnight(stretch.until));
        plans(tx, stretch.packing, span)?;
        decided(tx, stretch.packing, span)?;
        received(tx, &stretch)?;
        tx.run(
            sql!(
                "update result_entry
                    set doses_per_vial = $1
                  where doses_per_vial is null
                    and as_of >= $2
                    and as_of < $3"
            ),
            args![stretch.packing.doses_per_vial, stretch.from, stretch.until],
        )?;
    }
    awaited(tx, programme.first_packing())
}

/// Lines of plans that were registered in a span, with the needles by the rule of then.
fn plans(
    tx: &mut Tx<'_>,
    packing: Packing,
    (from, until): (Timestamp, Timestamp),
) -> Result<(), Failure> {
    let rule = packing.needles;
    let a_box = u64::from(packing.doses_per_box()).saturating_mul(u64::from(rule.numerator));
    let pack = u64::from(rule.denominator).saturating_mul(u64::from(rule.pack)).max(1);
    // A rule beyond all counting is asked when the line is shown.
    let counts = u64::try_from(i64::MAX / i64::from(BOXES_MAX)).unwrap_or(0);
    let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let a_box = Some(whole(a_box)).filter(|_| a_box.saturating_add(pack) < counts);
    tx.run(
        sql!(
            "update plan_line
                set vials_per_box = $1, doses_per_vial = $2, needles_per_box = $3,
                    needle_boxes = (boxes * cast($4 as bigint) + $5 - 1) / $5
              where vials_per_box is null
                and boxes <= $6
                and exists
                    (select 1
                       from plan_registration r
                      where r.venue_id = plan_line.venue_id
                        and r.number = plan_line.number
                        and r.at >= $7
                        and r.at < $8)"
        ),
        args![
            packing.vials_per_box,
            packing.doses_per_vial,
            rule.pack,
            a_box,
            whole(pack.min(counts)),
            BOXES_MAX,
            from,
            until
        ],
    )
    .map(|_| ())
}

/// Runs that were approved in a span, and the amounts that were decided in it.
fn decided(
    tx: &mut Tx<'_>,
    packing: Packing,
    (from, until): (Timestamp, Timestamp),
) -> Result<(), Failure> {
    let Packing { vials_per_box, doses_per_vial, needles } = packing;
    let all = args![vials_per_box, doses_per_vial, needles.pack, from, until];
    tx.run(
        sql!(
            "update allocation_run
                set vials_per_box = $1, doses_per_vial = $2, needles_per_box = $3
              where vials_per_box is null
                and approved_at >= $4
                and approved_at < $5"
        ),
        all,
    )?;
    tx.run(
        sql!(
            "update allocation
                set vials_per_box = $1, doses_per_vial = $2, needles_per_box = $3
              where vials_per_box is null
                and fixed_at >= $4
                and fixed_at < $5"
        ),
        all,
    )
    .map(|_| ())
}

/// Shipments that left in a stretch; where nobody said when they left, came in it.
fn received(tx: &mut Tx<'_>, stretch: &Stretch) -> Result<(), Failure> {
    let Packing { vials_per_box, doses_per_vial, needles } = stretch.packing;
    tx.run(
        sql!(
            "update shipment
                set vials_per_box = $1, doses_per_vial = $2, needles_per_box = $3
              where vials_per_box is null
                and received_at is not null
                and case
                      when shipped_at is not null then shipped_at >= $6 and shipped_at < $7
                      when received_on is not null then received_on >= $4 and received_on < $5
                      else received_at >= $6 and received_at < $7
                    end"
        ),
        args![
            vials_per_box,
            doses_per_vial,
            needles.pack,
            stretch.from,
            stretch.until,
            midnight(stretch.from),
            midnight(stretch.until)
        ],
    )
    .map(|_| ())
}

/// Shipments that haven't come yet hold what was decided.
fn awaited(tx: &mut Tx<'_>, first: Packing) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update shipment
                set vials_per_box = coalesce((select a.vials_per_box
                                                from allocation a
                                               where a.venue_id = shipment.venue_id
                                                 and a.cycle = shipment.cycle),
                                             $1),
                    doses_per_vial = coalesce((select a.doses_per_vial
                                                 from allocation a
                                                where a.venue_id = shipment.venue_id
                                                  and a.cycle = shipment.cycle),
                                              $2),
                    needles_per_box = coalesce((select a.needles_per_box
                                                  from allocation a
                                                 where a.venue_id = shipment.venue_id
                                                   and a.cycle = shipment.cycle),
                                               $3)
              where vials_per_box is null
                and received_at is null"
        ),
        args![first.vials_per_box, first.doses_per_vial, first.needles.pack],
    )
    .map(|_| ())
}
