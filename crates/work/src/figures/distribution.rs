//! 分配: what was planned and what was allocated of it.

use platform::sql;

use super::Measure::{Adds, Rate};
use super::{Report, Span, Unit, column, nothing_further};

/// By cycle the venues are those that planned something in it.
pub static REPORT: Report = Report {
    key: "distribution",
    name: "分配",
    counted: "登録した計画は登録されている最新のもの、分配は確定した量です。",
    columns: &[
        column("venues", "会場", Adds(Unit::Venue)),
        column("planned", "登録した計画（箱）", Adds(Unit::Box)),
        column("allocated", "分配（箱）", Adds(Unit::Box)),
        column("filled", "充足率（%）", Rate { part: "allocated", whole: "planned" }),
    ],
    drawn: "planned",
    finding: "登録した計画{planned}箱に対して、分配は{allocated}箱です",
    span: Span::Cycle,
    closer: None,
    further: nothing_further,
    by_place: by_place!(
        "count(distinct v.id) as venues,
         cast(coalesce(sum((select sum(l.boxes)
                              from plan_line l
                              join plan_registration r on r.venue_id = l.venue_id
                                   and r.number = l.number and r.latest
                             where l.venue_id = v.id
                               and ($5 = 0 or l.cycle = $5))),
                       0)
              as bigint) as planned,
         cast(coalesce(sum((select sum(a.boxes)
                              from allocation a
                             where a.venue_id = v.id
                               and ($5 = 0 or a.cycle = $5))),
                       0)
              as bigint) as allocated",
        "",
        ""
    ),
    by_cycle: Some(sql!(
        "select cast(l.cycle as text) as place, '' as name, count(*) as venues,
                cast(coalesce(sum(l.boxes), 0) as bigint) as planned,
                cast(coalesce(sum((select a.boxes
                                     from allocation a
                                    where a.venue_id = l.venue_id
                                      and a.cycle = l.cycle)),
                              0)
                     as bigint) as allocated
           from plan_line l
           join plan_registration r on r.venue_id = l.venue_id
                and r.number = l.number and r.latest
           join visible_venue s on s.venue_id = l.venue_id
          where s.scope_kind = $1
            and s.scope_id = $2
          group by l.cycle
          order by l.cycle
          limit $3"
    )),
};
