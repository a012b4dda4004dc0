//! 廃棄: vials that were thrown away unused, beside those that came.

use super::Measure::{Adds, Came, Rate};
use super::{Report, Span, Unit, column, nothing_further};

/// Waste of the days that are asked for; what was received until now.
pub static REPORT: Report = Report {
    key: "waste",
    name: "廃棄",
    counted: "廃棄は、期間の中の日に報告された本数です。受け取った量は、これまでの納入・入庫に、融通で受け入れた量を足し、渡した量を引いたものです。",
    columns: &[
        column("venues", "会場", Adds(Unit::Venue)),
        column("wasted", "廃棄（本）", Adds(Unit::Vial)),
        column("received", "受け取った量（本）", Came(Unit::Vial)),
        column("lost", "廃棄率（%）", Rate { part: "wasted", whole: "received" }),
    ],
    drawn: "wasted",
    finding: "未使用のまま廃棄されたバイアルは{wasted}本です",
    span: Span::Days,
    closer: None,
    further: nothing_further,
    by_place: by_place!(
        "count(distinct v.id) as venues,
         cast(coalesce(sum((select sum(e.increase)
                              from result_entry e
                             where e.venue_id = v.id
                               and e.series = 'unused_vials'
                               and e.as_of >= $5
                               and e.as_of <= $6)),
                       0)
              as bigint) as wasted",
        "",
        ""
    ),
    by_cycle: None,
};
