//! 接種実績: shots that were reported, beside the doses that came; and who is silent.

use jiff::SignedDuration;
use platform::value::Value;

use super::Measure::{Adds, Came, Rate};
use super::{Asked, Closer, Report, Span, Unit, column};

/// Shots of the days that are asked for; what was received until now.
pub static REPORT: Report = Report {
    key: "results",
    name: "接種実績",
    counted: "接種は、期間の中の日の実績です。受け取った量は、これまでの納入・入庫に、融通で受け入れた量を足し、渡した量を引いたものです。",
    columns: &[
        column("venues", "会場", Adds(Unit::Venue)),
        column("shots", "接種（回）", Adds(Unit::Dose)),
        column("received", "受け取った量（回分）", Came(Unit::Dose)),
        column("used", "使用率（%）", Rate { part: "shots", whole: "received" }),
    ],
    drawn: "shots",
    finding: "接種は{shots}回です",
    span: Span::Days,
    closer: Some(Closer {
        key: "silent", finding: "7日以上、実績の報告がない会場は{venues}です"
    }),
    further: silence,
    by_place: by_place!(
        "count(distinct v.id) as venues,
         cast(coalesce(sum((select sum(e.increase)
                              from result_entry e
                             where e.venue_id = v.id
                               and e.series = 'booster'
                               and e.as_of >= $5
                               and e.as_of <= $6)),
                       0)
              as bigint) as shots",
        "",
        "and ($7 = 0
              or
              (exists
               (select 1
                  from shipment h
                 where h.venue_id = v.id
                   and h.received_at is not null)
               and not exists
               (select 1 from result_entry r where r.venue_id = v.id and r.at > $8)
               and not exists (select 1 from completion c where c.venue_id = v.id)))"
    ),
    by_cycle: None,
};

/// `$7`: whether only venues that have vaccine and say nothing; `$8`: since when they have said
/// nothing.
fn silence(asked: &Asked<'_>) -> Vec<Value> {
    let since = asked.at - SignedDuration::from_hours(24 * 7);
    vec![i64::from(asked.closer).into(), since.into()]
}
