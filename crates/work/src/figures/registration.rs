//! 計画の登録: which venues have registered a plan, and how far its review has come.

use super::Measure::Adds;
use super::{Report, Span, Unit, column, nothing_further};

/// All in venues.
pub static REPORT: Report = Report {
    key: "registration",
    name: "計画の登録",
    counted: "登録されている最新の計画の状態です。接種完了を登録した会場は、確認待ちに数えません。",
    columns: &[
        column("venues", "会場", Adds(Unit::Venue)),
        column("registered", "登録済", Adds(Unit::Venue)),
        column("reviewed", "確認済", Adds(Unit::Venue)),
        column("waiting", "確認待ち", Adds(Unit::Venue)),
    ],
    drawn: "registered",
    finding: "{venues}会場のうち{registered}会場が計画を登録しています",
    span: Span::Now,
    closer: None,
    further: nothing_further,
    by_place: by_place!(
        "count(*) as venues,
         cast(coalesce(sum(case when r.venue_id is not null then 1 else 0 end), 0) as bigint)
              as registered,
         cast(coalesce(sum(case when r.review = 'reviewed' then 1 else 0 end), 0) as bigint)
              as reviewed,
         cast(coalesce(sum(case when r.review = 'waiting'
                                and not exists
                                (select 1 from completion c where c.venue_id = v.id)
                                then 1 else 0 end),
                       0)
              as bigint) as waiting",
        "left join plan_registration r on r.venue_id = v.id and r.latest",
        ""
    ),
    by_cycle: None,
};
