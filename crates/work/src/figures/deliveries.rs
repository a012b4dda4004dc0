//! 納入: deliveries that were given to wholesalers, and how far they have come.

use platform::sql;

use super::Measure::Adds;
use super::{Report, Span, Unit, column, nothing_further};

/// Boxes are those to be delivered, whether they came or not.
pub static REPORT: Report = Report {
    key: "deliveries",
    name: "納入",
    counted: "卸業者に渡された納入の件数です。",
    columns: &[
        column("deliveries", "納入（件）", Adds(Unit::Delivery)),
        column("dated", "予定日あり", Adds(Unit::Delivery)),
        column("received", "受領済", Adds(Unit::Delivery)),
        column("boxes", "箱", Adds(Unit::Box)),
    ],
    drawn: "dated",
    finding: "納入{deliveries}件のうち{dated}件の予定日が決まっています",
    span: Span::Cycle,
    closer: None,
    further: nothing_further,
    by_place: by_place!(
        "count(*) as deliveries,
         cast(coalesce(sum(case when h.date is not null then 1 else 0 end), 0) as bigint)
              as dated,
         cast(coalesce(sum(case when h.received_at is not null then 1 else 0 end), 0) as bigint)
              as received,
         cast(coalesce(sum(h.boxes), 0) as bigint) as boxes",
        "join shipment h on h.venue_id = v.id",
        "and ($5 = 0 or h.cycle = $5)"
    ),
    by_cycle: Some(sql!(
        "select cast(h.cycle as text) as place, '' as name, count(*) as deliveries,
                cast(coalesce(sum(case when h.date is not null then 1 else 0 end), 0) as bigint)
                     as dated,
                cast(coalesce(sum(case when h.received_at is not null then 1 else 0 end), 0)
                     as bigint) as received,
                cast(coalesce(sum(h.boxes), 0) as bigint) as boxes
           from shipment h
           join visible_venue s on s.venue_id = h.venue_id
          where s.scope_kind = $1
            and s.scope_id = $2
          group by h.cycle
          order by h.cycle
          limit $3"
    )),
};
