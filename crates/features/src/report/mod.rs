//! レポート: distribution, deliveries, results, waste, claims, registration; by venue, municipality, prefecture or cycle; table, chart, file. The
//! address is the view: it can be saved under a name and comes by mail.

pub mod mail;

use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use platform::form::{Errors, Form};
use platform::{args, ids, sql};
use rules::access::Act;
use rules::time::{self, Month};
use rules::{application::commas, input};
use serde_json::{Value, json};

use web::list;
use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::search;
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use web::{Done, Route, chart};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/reports", Act::ReadReports, show),
        deed("/reports", Act::ReadReports, save, show),
        deed("/reports/{report}/remove", Act::ReadReports, remove, show),
    ];
    all.extend(list!("/reports", Act::ReadReports, sheet));
    all
}

const KINDS: [(&str, &str); 6] = [
    ("distribution", "分配"),
    ("deliveries", "納入"),
    ("results", "接種実績"),
    ("waste", "廃棄"),
    ("claims", "請求"),
    ("registration", "計画の登録"),
];
const GROUPS: [(&str, &str); 4] = [
    ("prefecture", "都道府県"),
    ("municipality", "市区町村"),
    ("venue", "接種会場"),
    ("cycle", "クール"),
];
const EVERY: [(&str, &str); 3] =
    [("never", "送らない"), ("week", "毎週月曜"), ("month", "毎月1日")];

/// What an address asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    kind: &'static str,
    group: &'static str,
    cycle: u32,
    from: Date,
    to: Date,
    typed_from: String,
    typed_to: String,
    silent: bool,
    /// What of the address can't be read; nothing is worked out then.
    errors: Errors,
}

/// A report: title columns, rows of label and numbers.
pub struct Report {
    pub finding: String,
    pub head: Vec<&'static str>,
    pub rows: Vec<(String, Vec<Option<i64>>)>,
    pub counted: &'static str,
}

impl Wish {
    pub fn of(query: &Form, role: rules::access::Role, today: Date) -> Wish {
        let kind = KINDS
            .iter()
            .map(|(k, _)| *k)
            .find(|k| *k == query.get("kind"))
            .unwrap_or("distribution");
        // Somebody with one venue, or a wholesaler, has little to group by place.
        let usual = match role {
            rules::access::Role::National | rules::access::Role::Auditor => "prefecture",
            rules::access::Role::Prefecture
            | rules::access::Role::Federation
            | rules::access::Role::Wholesaler => "municipality",
            _ => "venue",
        };
        let group =
            GROUPS.iter().map(|(k, _)| *k).find(|k| *k == query.get("group")).unwrap_or(usual);
        let group = if group == "cycle" && !matches!(kind, "distribution" | "deliveries") {
            usual
        } else {
            group
        };
        let mut errors = Errors::default();
        let (from, to) = search::days(query, &mut errors, today);
        Wish {
            kind,
            group,
            cycle: input::version(query.get("cycle"))
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            from: from.unwrap_or(Date::constant(1, 1, 1)),
            to: to.unwrap_or(Date::constant(9999, 12, 31)),
            typed_from: search::shown(from, query.get("from")),
            typed_to: search::shown(to, query.get("to")),
            silent: query.get("show") == "silent",
            errors,
        }
    }
}

macro_rules! grouped {
    ($columns:literal, $joins:literal, $where:literal) => {
        sql!(concat!(
            "select case $3 when 'prefecture' then v.prefecture when 'municipality'
                         then v.municipality else v.id end,
                    min(v.name), ",
            $columns,
            " from venue v join visible_venue s on s.venue_id = v.id ",
            $joins,
            " where s.scope_kind = $1 and s.scope_id = $2 ",
            $where,
            " group by 1
              order by case when $3 in ('prefecture', 'municipality') then '' else min(v.code) end,
                       1
              limit $4"
        ))
    };
}

/// Works a report out, within the hat's reach.
pub fn work_out(
    visit: &Visit,
    tx: &mut Tx<'_>,
    wish: &Wish,
    limit: i64,
) -> Result<Report, Trouble> {
    let hat = visit.hat.as_ref().or(visit.hats.first()).ok_or(Trouble::SignIn)?;
    let (kind, id) = (&hat.scope_kind, &hat.scope_id);
    let places = &visit.masters().places;
    let label = |key: &str, name: &str| match wish.group {
        "prefecture" => places.prefecture(key).map_or(key.to_string(), |p| p.name.clone()),
        "municipality" => places.full_name(key),
        "cycle" => format!("第{key}クール"),
        _ => english::typed(name),
    };
    type Rows3 = Vec<(String, String, i64, i64, i64)>;
    type Rows4 = Vec<(String, String, i64, i64, i64, i64)>;
    let some = |n: i64| Some(n);
    let percent = |part: i64, whole: i64| (whole > 0).then(|| part * 100 / whole);
    tx.plan_for_values()?;
    Ok(match wish.kind {
        "deliveries" => {
            let rows: Rows4 = if wish.group == "cycle" {
                tx.all(
                    sql!(
                        "select cast(h.cycle as text), '', count(*),
                                cast(coalesce(sum(case when h.date is not null then 1 else 0 end),
                                              0)
                                     as bigint),
                                cast(coalesce(sum(case when h.received_at is not null then 1
                                                       else 0 end),
                                              0)
                                     as bigint),
                                cast(coalesce(sum(h.boxes), 0) as bigint)
                           from shipment h
                           join visible_venue s on s.venue_id = h.venue_id
                          where s.scope_kind = $1
                            and s.scope_id = $2
                          group by h.cycle
                          order by h.cycle
                          limit $3"
                    ),
                    args![kind, id, limit],
                )?
            } else {
                tx.all(
                    grouped!(
                        "count(*),
                         cast(coalesce(sum(case when h.date is not null then 1 else 0 end), 0) as
                              bigint),
                         cast(coalesce(sum(case when h.received_at is not null then 1 else 0 end),
                                       0)
                              as bigint),
                         cast(coalesce(sum(h.boxes), 0) as bigint)",
                        "join shipment h on h.venue_id = v.id",
                        "and ($5 = 0 or h.cycle = $5)"
                    ),
                    args![kind, id, wish.group, limit, i64::from(wish.cycle)],
                )?
            };
            let (all, dated): (i64, i64) = rows.iter().fold((0, 0), |(a, d), r| (a + r.2, d + r.3));
            Report {
                finding: format!(
                    "納入{}件のうち{}件の予定日が決まっています",
                    commas(all),
                    commas(dated)
                ),
                head: vec!["納入（件）", "予定日あり", "受領済", "箱"],
                rows: rows
                    .into_iter()
                    .map(|(k, n, a, b, c, d)| {
                        (label(&k, &n), vec![some(a), some(b), some(c), some(d)])
                    })
                    .collect(),
                counted: "卸業者に渡された納入の件数です。",
            }
        }
        "results" => {
            let silent = i64::from(wish.silent);
            let late = visit.now - jiff::SignedDuration::from_hours(24 * 7);
            let rows: Rows3 = tx.all(
                grouped!(
                    "count(distinct v.id),
                     cast(coalesce(sum((select sum(e.increase)
                                          from result_entry e
                                         where e.venue_id = v.id
                                           and e.series = 'booster'
                                           and e.as_of >= $5
                                           and e.as_of <= $6)),
                                   0)
                          as bigint),
                     cast(coalesce(sum((select sum(h.received_boxes)
                                          from shipment h
                                         where h.venue_id = v.id)),
                                   0)
                          as bigint)",
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
                args![kind, id, wish.group, limit, wish.from, wish.to, silent, late],
            )?;
            let per_box = i64::from(visit.masters().programme().product.doses_per_box());
            let total: i64 = rows.iter().map(|r| r.3).sum();
            Report {
                finding: if wish.silent {
                    format!(
                        "7日以上、実績の報告がない会場は{}です",
                        rows.iter().map(|r| r.2).sum::<i64>()
                    )
                } else {
                    format!("接種は{}回です", commas(total))
                },
                head: vec!["会場", "接種（回）", "受け取った量（回分）", "使用率（%）"],
                rows: rows
                    .into_iter()
                    .map(|(k, n, venues, doses, boxes)| {
                        (
                            label(&k, &n),
                            vec![
                                some(venues),
                                some(doses),
                                some(boxes * per_box),
                                percent(doses, boxes * per_box),
                            ],
                        )
                    })
                    .collect(),
                counted: "接種は、期間の中の日の実績です。受け取った量は、これまでの合計です。",
            }
        }
        "waste" => {
            let rows: Rows3 = tx.all(
                grouped!(
                    "count(distinct v.id),
                     cast(coalesce(sum((select sum(e.increase)
                                          from result_entry e
                                         where e.venue_id = v.id
                                           and e.series = 'unused_vials'
                                           and e.as_of >= $5
                                           and e.as_of <= $6)),
                                   0)
                          as bigint),
                     cast(coalesce(sum((select sum(h.received_boxes)
                                          from shipment h
                                         where h.venue_id = v.id)),
                                   0)
                          as bigint)",
                    "",
                    ""
                ),
                args![kind, id, wish.group, limit, wish.from, wish.to],
            )?;
            let vials = i64::from(visit.masters().programme().product.vials_per_box);
            let total: i64 = rows.iter().map(|r| r.3).sum();
            Report {
                finding: format!("未使用のまま廃棄されたバイアルは{}本です", commas(total)),
                head: vec!["会場", "廃棄（本）", "受け取った量（本）", "廃棄率（%）"],
                rows: rows
                    .into_iter()
                    .map(|(k, n, venues, wasted, boxes)| {
                        (
                            label(&k, &n),
                            vec![
                                some(venues),
                                some(wasted),
                                some(boxes * vials),
                                percent(wasted, boxes * vials),
                            ],
                        )
                    })
                    .collect(),
                counted: "廃棄は、期間の中の日に報告された本数です。",
            }
        }
        "claims" => {
            let (from, to) = (Month::of(wish.from).to_string(), Month::of(wish.to).to_string());
            // A desk sees what was submitted to it; the others see the claims of their venues.
            let own = match kind.as_str() {
                "federation" => format!("federation:{id}"),
                "municipality" => format!("municipality:{id}"),
                _ => String::new(),
            };
            let rows: Rows4 = tx.all(
                grouped!(
                    "count(*), cast(coalesce(sum(p.count), 0) as bigint),
                     cast(coalesce(sum(p.amount), 0) as bigint),
                     cast(coalesce(sum(p.decided_amount), 0) as bigint)",
                    "join claim_part p on p.venue_id = v.id",
                    "and p.service_month >= $5
                     and p.service_month <= $6
                     and ($7 = '' or p.destination = $7)"
                ),
                args![kind, id, wish.group, limit, &from, &to, &own],
            )?;
            let total: i64 = rows.iter().map(|r| r.4).sum();
            Report {
                finding: format!("作成された請求は{}円です", commas(total)),
                head: vec!["請求（提出先ごと）", "件数", "請求金額（円）", "決定金額（円）"],
                rows: rows
                    .into_iter()
                    .map(|(k, n, a, b, c, d)| {
                        (label(&k, &n), vec![some(a), some(b), some(c), some(d)])
                    })
                    .collect(),
                counted: "作成された請求を、提出先ごとに1つと数えます。期間は接種した月です。",
            }
        }
        "registration" => {
            let rows: Rows4 = tx.all(
                grouped!(
                    "count(*),
                     cast(coalesce(sum(case when r.venue_id is not null then 1 else 0 end), 0) as
                          bigint),
                     cast(coalesce(sum(case when r.review = 'reviewed' then 1 else 0 end), 0) as
                          bigint),
                     cast(coalesce(sum(case when r.review = 'waiting'
                                            and not exists
                                            (select 1 from completion c where c.venue_id = v.id)
                                            then 1 else 0 end),
                                   0)
                          as bigint)",
                    "left join plan_registration r on r.venue_id = v.id and r.latest",
                    ""
                ),
                args![kind, id, wish.group, limit],
            )?;
            let (all, done): (i64, i64) = rows.iter().fold((0, 0), |(a, d), r| (a + r.2, d + r.3));
            Report {
                finding: format!(
                    "{}会場のうち{}会場が計画を登録しています",
                    commas(all),
                    commas(done)
                ),
                head: vec!["会場", "登録済", "確認済", "確認待ち"],
                rows: rows
                    .into_iter()
                    .map(|(k, n, a, b, c, d)| {
                        (label(&k, &n), vec![some(a), some(b), some(c), some(d)])
                    })
                    .collect(),
                counted: "登録されている最新の計画の状態です。接種完了を登録した会場は、確認待ちに数えません。",
            }
        }
        _ => {
            let rows: Rows3 = if wish.group == "cycle" {
                tx.all(
                    sql!(
                        "select cast(l.cycle as text), '', count(*),
                                cast(coalesce(sum(l.boxes), 0) as bigint),
                                cast(coalesce(sum((select a.boxes
                                                     from allocation a
                                                    where a.venue_id = l.venue_id
                                                      and a.cycle = l.cycle)),
                                              0)
                                     as bigint)
                           from plan_line l
                           join plan_registration r on r.venue_id = l.venue_id
                                and r.number = l.number and r.latest
                           join visible_venue s on s.venue_id = l.venue_id
                          where s.scope_kind = $1
                            and s.scope_id = $2
                          group by l.cycle
                          order by l.cycle
                          limit $3"
                    ),
                    args![kind, id, limit],
                )?
            } else {
                tx.all(
                    grouped!(
                        "count(distinct v.id),
                         cast(coalesce(sum((select sum(l.boxes)
                                              from plan_line l
                                              join plan_registration r on r.venue_id = l.venue_id
                                                   and r.number = l.number and r.latest
                                             where l.venue_id = v.id
                                               and ($5 = 0 or l.cycle = $5))),
                                       0)
                              as bigint),
                         cast(coalesce(sum((select sum(a.boxes)
                                              from allocation a
                                             where a.venue_id = v.id
                                               and ($5 = 0 or a.cycle = $5))),
                                       0)
                              as bigint)",
                        "",
                        ""
                    ),
                    args![kind, id, wish.group, limit, i64::from(wish.cycle)],
                )?
            };
            let (planned, allocated): (i64, i64) =
                rows.iter().fold((0, 0), |(p, a), r| (p + r.3, a + r.4));
            Report {
                finding: format!(
                    "計画{}箱に対して、分配は{}箱です",
                    commas(planned),
                    commas(allocated)
                ),
                head: vec!["会場", "計画（箱）", "分配（箱）", "充足率（%）"],
                rows: rows
                    .into_iter()
                    .map(|(k, n, venues, p, a)| {
                        (label(&k, &n), vec![some(venues), some(p), some(a), percent(a, p)])
                    })
                    .collect(),
                counted: "計画は登録されている最新のもの、分配は確定した量です。",
            }
        }
    })
}

/// The second number of a row is what the chart shows; of claims the third.
fn drawn(wish: &Wish, report: &Report) -> String {
    let at = if wish.kind == "claims" { 2 } else { 1 };
    let mut bars: Vec<(String, i64)> = report
        .rows
        .iter()
        .map(|(label, v)| {
            (english::shortened(label, 11), v.get(at).copied().flatten().unwrap_or(0))
        })
        .collect();
    bars.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    bars.truncate(12);
    chart::bars(
        &report.finding,
        &bars.into_iter().map(|(label, n)| (label, vec![n])).collect::<Vec<_>>(),
        "",
    )
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let role = visit.hat()?.role;
    let wish = Wish::of(&visit.request.query, role, rules::time::date(visit.now));
    let asked = Typed::asked(wish.errors.clone());
    let typed = if asked.errors.is_empty() { typed } else { &asked };
    let report = match wish.errors.is_empty() {
        true => work_out(visit, tx, &wish, 501)?,
        false => Report { finding: String::new(), head: vec![], rows: vec![], counted: "" },
    };
    let more = report.rows.len() > 500;
    let svg = drawn(&wish, &report);
    let sums: Vec<Option<i64>> = (0..report.head.len())
        .map(|i| {
            let rate = report.head[i].contains('率');
            (!rate)
                .then(|| report.rows.iter().filter_map(|(_, v)| v.get(i).copied().flatten()).sum())
        })
        .collect();
    let rows: Vec<Value> = report
        .rows
        .iter()
        .take(500)
        .map(|(label, values)| json!({"label": label, "values": values}))
        .collect();
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let saved: Vec<(String, String, String, String)> = tx.all(
        sql!(
            "select id, name, address, every
               from saved_report
              where account_id = $1
              order by name, id"
        ),
        args![&person.id],
    )?;
    let saved: Vec<Value> = saved
        .into_iter()
        .map(|(id, name, address, every)| json!({"id": id, "name": name, "address": address, "every": EVERY.iter().find(|(k, _)| *k == every).map(|(_, l)| l)}))
        .collect();
    let address =
        visit.request.target.split_once('?').map_or(String::new(), |(_, q)| q.to_string());
    let cycles: Vec<(String, String)> =
        std::iter::once(("0".to_string(), "すべてのクール".to_string()))
            .chain(
                visit.masters().programme().cycles.iter().map(|c| (c.number.to_string(), c.say())),
            )
            .collect();
    let group_label = GROUPS.iter().find(|(k, _)| *k == wish.group).map(|(_, l)| l);
    visit.page(
        "report/show.html",
        typed,
        json!({
            "h1": "レポート", "plain_h1": true, "kinds": KINDS, "groups": GROUPS, "kind": wish.kind, "group": wish.group, "group_label": group_label, "cycles": cycles, "cycle": wish.cycle.to_string(), "from": wish.typed_from, "to": wish.typed_to,
            "finding": report.finding, "counted": report.counted, "head": report.head, "rows": rows, "sums": sums, "svg": svg, "more": more, "saved": saved, "every": EVERY, "address": address, "silent": wish.silent,
        }),
    )
}

fn cells(visit: &Visit, tx: &mut Tx<'_>) -> Result<(Vec<&'static str>, Vec<Vec<Cell>>), Trouble> {
    let wish = Wish::of(&visit.request.query, visit.hat()?.role, rules::time::date(visit.now));
    if !wish.errors.is_empty() {
        return Err(Trouble::refused(wish.errors));
    }
    let report = work_out(visit, tx, &wish, 100_000)?;
    let head: Vec<&'static str> =
        std::iter::once(GROUPS.iter().find(|(k, _)| *k == wish.group).map_or("", |(_, l)| l))
            .chain(report.head)
            .collect();
    let rows = report
        .rows
        .into_iter()
        .map(|(label, values)| {
            std::iter::once(Cell::text(label)).chain(values.into_iter().map(Cell::count)).collect()
        })
        .collect();
    Ok((head, rows))
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let (head, rows) = cells(visit, tx)?;
    Ok(Sheet::new("レポート", "", head, rows))
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let name = input::line("名前", form.get("name"), input::LONGEST_NAME)
        .map_err(|e| Trouble::at("name", e))?;
    let every =
        EVERY.iter().find(|(k, _)| *k == form.get("every")).map(|(k, _)| *k).ok_or_else(|| {
            Trouble::at("every", input::InputFault::NotChosen("メールで受け取る日".into()))
        })?;
    let address: String = form.get("address").chars().take(500).collect();
    let (twins,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from saved_report
              where account_id = $1
                and name = $2
                and address = $3
                and every = $4"
        ),
        args![&person.id, &name, &address, every],
    )?;
    if twins > 0 {
        return Ok(Done {
            location: format!(
                "/reports?{address}{}done=unchanged",
                if address.is_empty() { "" } else { "&" }
            ),
        });
    }
    let (n,): (i64,) =
        tx.one(sql!("select count(*) from saved_report where account_id = $1"), args![&person.id])?;
    if n >= 50 {
        return Err(Trouble::at("name", "保存できるのは50までです。使わないものを消してください"));
    }
    tx.run(
        sql!(
            "insert into saved_report (id, account_id, name, address, every, made_at)
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![ids::short("rp"), &person.id, &name, &address, every, visit.now],
    )?;
    Ok(Done {
        location: format!(
            "/reports?{address}{}done=report.saved",
            if address.is_empty() { "" } else { "&" }
        ),
    })
}

fn remove(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let person = visit.person.as_ref().ok_or(Trouble::SignIn)?;
    let gone = tx.run(
        sql!("delete from saved_report where id = $1 and account_id = $2"),
        args![visit.param("report"), &person.id],
    )?;
    if gone == 0 { Err(Trouble::NotFound) } else { Ok(Done::saying("/reports", "report.removed")) }
}

/// Whether a saved report is due on a day: Mondays, or the first of a month.
fn is_due(every: &str, today: Date) -> bool {
    match every {
        "week" => today.weekday() == jiff::civil::Weekday::Monday,
        "month" => today.day() == 1,
        _ => false,
    }
}

fn stamp(now: jiff::Timestamp) -> Date {
    time::date(now)
}
