//! ダッシュボード: the ministry's first page with counts as links and the burn-up, and boards with chart,
//! table twin and CSV. Chart, table and file are made from the same rows.

use platform::db::Tx;
use rules::access::Act;
use rules::{application::commas, review, time};
use serde_json::{Value, json};

use web::Route;
use web::chart;
use web::list;
use web::page::{Answer, Typed};
use web::routes::page;
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use work::country::{self as figures, Figures};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/mhlw", Act::ReviewPlan, desk),
        page("/mhlw/dashboard/{board}", Act::ReadFigures, board),
        page("/status", Act::ReadPublic, public),
        page("/status/{board}/data.json", Act::ReadPublic, public_json),
    ];
    all.extend(list!("/mhlw/dashboard/{board}/data", Act::ReadFigures, sheet));
    all.extend(list!("/status/{board}/data", Act::ReadPublic, public_sheet));
    all
}

const BOARDS: [(&str, &str); 5] = [
    ("pipeline", "ワクチンの流れ"),
    ("plan-vs-use", "計画・分配・接種"),
    ("fill", "都道府県ごとの充足率"),
    ("delivery", "納入"),
    ("waste", "廃棄"),
];

/// What anybody may see; the delivery's dates are the wholesalers' and the venues'.
pub fn public_boards() -> Vec<Value> {
    BOARDS
        .iter()
        .filter(|(id, _)| *id != "delivery")
        .map(|(id, label)| json!({"id": id, "label": label}))
        .collect()
}

/// A board: what it finds, how it looks, and the rows from which both are made.
struct Board {
    finding: String,
    svg: String,
    /// How it is counted.
    counted: &'static str,
    head: Vec<&'static str>,
    /// A label and whole numbers; none where there is nothing to count.
    rows: Vec<(String, Vec<Option<i64>>)>,
}

fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| part * 100 / whole)
}

/// What is left of what was delivered; where more was given and wasted than that, how much more, in
/// words of its own (doses).
fn left(received: i64, gone: i64) -> (String, i64) {
    let left = received.saturating_sub(gone);
    if left < 0 {
        ("納入を超えた接種と廃棄".into(), left.saturating_neg())
    } else {
        ("納入−接種−廃棄".into(), left)
    }
}

fn made(visit: &Visit, name: &str, f: &Figures) -> Option<Board> {
    let sum = |of: fn(&figures::OfCycle) -> i64| f.cycles.iter().map(of).sum::<i64>();
    Some(match name {
        "pipeline" => {
            let (planned, allocated, received) =
                (sum(|c| c.planned_doses), sum(|c| c.allocated_doses), sum(|c| c.received_doses));
            let used: i64 = f.prefectures.iter().map(|p| p.used_doses).sum();
            let wasted = f.wasted_doses;
            let rows: Vec<(String, i64)> = vec![
                ("供給".into(), f.supply_doses),
                ("計画".into(), planned),
                ("分配".into(), allocated),
                ("納入".into(), received),
                ("接種".into(), used),
                ("廃棄".into(), wasted),
                left(received, used.saturating_add(wasted)),
            ];
            let finding = match percent(used, received) {
                // What went beyond what came is no part of it.
                _ if used.saturating_add(wasted) > received => {
                    "使用と廃棄の報告が、記録されている納入より多くなっています".into()
                }
                Some(percent) => {
                    format!("納入された{}回分のうち{percent}%が接種されました", commas(received))
                }
                None => "まだ納入の記録がありません".into(),
            };
            let bars: Vec<(String, Vec<i64>)> =
                rows.iter().map(|(label, n)| (label.clone(), vec![*n])).collect();
            Board {
                svg: chart::bars(&finding, &bars, "回分"),
                finding,
                counted: "供給は承認された分配の供給、計画は登録されている最新の計画で、分配量が確定したクールは確定した量です。納入は受け取りを記録した納入です。納入−接種−廃棄には、台帳の入庫と調整を含みません。いまの在庫は「在庫とロット」で見られます。",
                head: vec!["段階", "回分"],
                rows: rows.into_iter().map(|(label, n)| (label, vec![Some(n)])).collect(),
            }
        }
        "plan-vs-use" => {
            let bars: Vec<(String, Vec<i64>)> = f
                .cycles
                .iter()
                .map(|c| {
                    (
                        format!("第{}クール", c.number),
                        vec![c.planned_doses, c.allocated_doses, c.used_doses],
                    )
                })
                .collect();
            let (planned, allocated) = (sum(|c| c.planned), sum(|c| c.allocated));
            let finding =
                format!("計画{}箱のうち{}箱が分配されました", commas(planned), commas(allocated));
            Board {
                svg: chart::bars(&finding, &bars, "回分"),
                finding,
                counted: "上から計画、分配、接種です。計画は、分配量が確定したクールでは確定した量です。接種は、そのクールの接種期間の日に行われた回数です。",
                head: vec!["クール", "計画（回分）", "分配（回分）", "接種（回）"],
                rows: bars
                    .into_iter()
                    .map(|(label, values)| (label, values.into_iter().map(Some).collect()))
                    .collect(),
            }
        }
        "fill" => {
            let name = |code: &str| {
                visit.masters().places.prefecture(code).map_or(code.to_string(), |p| p.name.clone())
            };
            let tiles: Vec<(String, String, Option<i64>, String)> = visit
                .masters()
                .places
                .prefectures
                .iter()
                .map(|place| {
                    let percent = f
                        .prefectures
                        .iter()
                        .find(|p| p.code == place.code)
                        .and_then(|p| percent(p.allocated, p.requested));
                    (
                        place.code.clone(),
                        place.name.clone(),
                        percent,
                        percent.map_or("－".into(), |n| format!("{n}%")),
                    )
                })
                .collect();
            let lowest = tiles
                .iter()
                .filter_map(|(_, name, percent, _)| Some((percent.as_ref()?, name)))
                .min();
            let finding = lowest
                .map_or("まだ分配がありません".to_string(), |(n, name)| {
                    format!("充足率が最も低いのは{name}の{n}%です")
                });
            Board {
                svg: chart::tiles(&finding, &tiles),
                finding,
                counted: "充足率は、分配量確定済のクールの分配÷登録した計画です。",
                head: vec![
                    "都道府県",
                    "会場",
                    "登録した計画（箱）",
                    "分配（箱）",
                    "充足率（%）",
                    "接種（回）",
                ],
                rows: f
                    .prefectures
                    .iter()
                    .map(|p| {
                        (
                            name(&p.code),
                            vec![
                                Some(p.venues),
                                Some(p.requested),
                                Some(p.allocated),
                                percent(p.allocated, p.requested),
                                Some(p.used_doses),
                            ],
                        )
                    })
                    .collect(),
            }
        }
        "delivery" => {
            let bars: Vec<(String, Vec<i64>)> = f
                .weeks
                .iter()
                .map(|w| {
                    (format!("{}の週", time::say_short(w.week)), vec![w.total, w.dated, w.received])
                })
                .collect();
            let (total, dated): (i64, i64) =
                f.weeks.iter().fold((0, 0), |(t, d), w| (t + w.total, d + w.dated));
            let finding = match percent(dated, total) {
                Some(percent) => {
                    format!("納入{}件のうち{percent}%の予定日が決まりました", commas(total))
                }
                None => "まだ納入はありません".into(),
            };
            Board {
                svg: chart::bars(&finding, &bars, "件"),
                finding,
                counted: "上から納入の件数、予定日が決まった件数、受け取られた件数です。",
                head: vec!["配送週", "納入（件）", "予定日あり", "出荷済", "受領済"],
                rows: f
                    .weeks
                    .iter()
                    .map(|w| {
                        (
                            w.week.to_string(),
                            vec![Some(w.total), Some(w.dated), Some(w.shipped), Some(w.received)],
                        )
                    })
                    .collect(),
            }
        }
        "waste" => {
            let (received, used) = (sum(|c| c.received_vials), f.used_vials);
            let finding = match percent(f.wasted_vials, received) {
                Some(percent) => format!(
                    "納入されたバイアル{}本のうち{percent}%が、使われずに廃棄されました",
                    commas(received)
                ),
                None => "まだ納入の記録がありません".into(),
            };
            let rows =
                [("納入", received), ("使用（接種回数から）", used), ("廃棄", f.wasted_vials)];
            let bars: Vec<(String, Vec<i64>)> =
                rows.iter().map(|(label, n)| (label.to_string(), vec![*n])).collect();
            Board {
                svg: chart::bars(&finding, &bars, "本"),
                finding,
                counted: "廃棄は、会場が報告した「未使用のまま廃棄したバイアル本数」の合計です。1回でも接種に使ったバイアルは含みません。",
                head: vec!["区分", "バイアル（本）"],
                rows: rows
                    .into_iter()
                    .map(|(label, n)| (label.to_string(), vec![Some(n)]))
                    .collect(),
            }
        }
        _ => return None,
    })
}

/// The public dashboard: every board below the other, each with its table and its files.
fn public(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (at, figures) = figures::latest(tx, visit.masters().programme(), visit.now)?;
    let boards: Vec<Value> = public_boards()
        .into_iter()
        .filter_map(|b| {
            let board = made(visit, b["id"].as_str()?, &figures)?;
            let rows: Vec<Value> = board.rows.iter().map(|(label, values)| json!({"label": label, "values": values})).collect();
            Some(json!({"id": b["id"], "label": b["label"], "finding": board.finding, "svg": board.svg, "counted": board.counted, "head": board.head, "rows": rows}))
        })
        .collect();
    visit.page("dashboard/public.html", typed, json!({"h1": "公開ダッシュボード", "plain_h1": true, "boards": boards, "as_of": at, "venues": figures.venues, "programme": visit.masters().programme().name}))
}

fn is_public(visit: &Visit) -> Result<(), Trouble> {
    if public_boards().iter().any(|b| b["id"] == visit.param("board")) {
        Ok(())
    } else {
        Err(Trouble::NotFound)
    }
}

fn public_sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    is_public(visit)?;
    sheet(visit, tx)
}

fn public_json(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    is_public(visit)?;
    let (at, figures) = figures::latest(tx, visit.masters().programme(), visit.now)?;
    let name = visit.param("board");
    let board = made(visit, name, &figures).ok_or(Trouble::NotFound)?;
    let rows: Vec<Value> = board
        .rows
        .iter()
        .map(|(label, values)| json!({"label": label, "values": values}))
        .collect();
    let body = json!({"version": "1", "as_of": time::rfc3339(at), "licence": "CC BY 4.0", "finding": board.finding, "columns": board.head, "rows": rows});
    Ok(Answer::File {
        name: format!("{name}.json"),
        mime: "application/json; charset=utf-8",
        bytes: body.to_string().into_bytes(),
        inline: true,
    })
}

fn board(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (at, figures) = figures::latest(tx, visit.masters().programme(), visit.now)?;
    let name = visit.param("board");
    let board = made(visit, name, &figures).ok_or(Trouble::NotFound)?;
    let boards: Vec<Value> = BOARDS
        .iter()
        .map(|(id, label)| json!({"id": id, "label": label, "current": *id == name}))
        .collect();
    let title = BOARDS.iter().find(|(id, _)| *id == name).map_or("", |(_, label)| label);
    let rows: Vec<Value> = board
        .rows
        .iter()
        .map(|(label, values)| json!({"label": label, "values": values}))
        .collect();
    visit.page(
        "dashboard/board.html",
        typed,
        json!({"h1": title, "boards": boards, "board": name, "as_of": at, "finding": board.finding, "svg": board.svg, "counted": board.counted, "head": board.head, "rows": rows}),
    )
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let (_, figures) = figures::latest(tx, visit.masters().programme(), visit.now)?;
    let name = visit.param("board");
    let board = made(visit, name, &figures).ok_or(Trouble::NotFound)?;
    let rows = board.rows.into_iter().map(|(label, values)| {
        std::iter::once(Cell::Text(label)).chain(values.into_iter().map(Cell::count)).collect()
    });
    let title = BOARDS.iter().find(|(id, _)| *id == name).map_or(name, |(_, label)| label);
    Ok(Sheet::new(title, "", board.head, rows.collect()))
}

/// The ministry's first page: what waits, by when, how far the country is.
fn desk(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let programme = visit.masters().programme();
    let (at, f) = figures::latest(tx, programme, visit.now)?;
    // What an officer acts on is counted now; what takes long to count is of the last minute.
    let applications = work::application::submitted(tx)?;
    let waiting = work::plan::to_review(tx)?.plans;
    let mine = work::plan::to_review_by(tx, &visit.actor().account)?;
    let runs: Vec<Value> = crate::allocation::open_runs(visit, tx)?;
    let changes = masters::changes::waiting(tx)?.len();
    let until = programme.calendar.at(visit.now).and_then(|s| s.until);
    let steps: Vec<String> =
        f.burn_up.steps.iter().map(|s| time::say_short(time::date(*s))).collect();
    let finding = format!(
        "登録期間{}に計画を登録・変更したのは{}会場です（全{}会場）",
        rules::programme::circled(f.burn_up.window),
        commas(f.burn_up.so_far),
        commas(f.venues)
    );
    let burn_up = chart::lines(
        &finding,
        &steps,
        &[("今回".into(), f.burn_up.now.clone()), ("前回".into(), f.burn_up.before.clone())],
    );
    let burn_rows: Vec<Value> = f
        .burn_up
        .steps
        .iter()
        .enumerate()
        .map(|(i, step)| json!({"at": step, "now": f.burn_up.now.get(i), "before": f.burn_up.before.get(i)}))
        .collect();
    let flags: Vec<Value> = f
        .flags
        .iter()
        .map(|(key, n)| json!({"key": key, "label": review::Flag::label_of(key), "n": n}))
        .collect();
    visit.page(
        "dashboard/desk.html",
        typed,
        json!({
            "h1": "国の業務", "applications": applications, "waiting": waiting, "mine": mine, "runs": runs, "changes": changes, "until": until, "burn_up": burn_up, "burn_rows": burn_rows, "finding": finding,
            "flags": flags, "reviews": f.reviews, "as_of": at, "anomalies": f.anomalies, "boards": BOARDS.iter().map(|(id, label)| json!({"id": id, "label": label})).collect::<Vec<_>>(),
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::left;

    #[test]
    fn what_went_beyond_what_came_is_said_and_is_not_nothing() {
        assert_eq!(left(600, 115), ("納入−接種−廃棄".into(), 485));
        assert_eq!(left(600, 600), ("納入−接種−廃棄".into(), 0));
        assert_eq!(left(600, 601), ("納入を超えた接種と廃棄".into(), 1));
        assert_eq!(left(0, 700), ("納入を超えた接種と廃棄".into(), 700));
    }
}
