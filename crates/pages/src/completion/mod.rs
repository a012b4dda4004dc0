//! 職域追加接種完了登録: a closing task list, the registration itself, a certificate; the venue stays
//! readable.

use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use rules::application::grouped;
use rules::results::Series;
use rules::stock::Standing;
use rules::time;
use serde_json::{Value, json};

use crate::print;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::completion;
use work::venue::{Completion, completed};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/close", Act::ReadResults, show),
        command("/venues/{venue}/close", Act::CompleteVenue, complete, show),
        command("/venues/{venue}/close/reopen", Act::CompleteVenue, reopen, show),
        page("/venues/{venue}/close/certificate.pdf", Act::ReadResults, certificate),
    ]
}

/// What has to be true before a venue closes. A check that can't be read from facts is confirmed by
/// the person.
struct Check {
    title: &'static str,
    passed: bool,
    note: String,
    href: String,
    /// Asked of the person instead of being read.
    asked: Option<&'static str>,
}

struct Facts {
    doses: i64,
    wasted: i64,
    standing: Standing,
    checks: Vec<Check>,
}

fn facts(visit: &Visit, tx: &mut Tx<'_>, venue: &str) -> Result<Facts, Trouble> {
    let base = format!("/venues/{venue}");
    let entries = work::results::entries(tx, venue)?;
    let sum = |series: Series| work::results::total(&entries, series);
    let (doses, wasted) = (sum(Series::Booster), sum(Series::UnusedVials));
    let last = entries.iter().map(|e| e.as_of).max();
    let shipments = work::delivery::shipments(tx, venue)?;
    let open = shipments.iter().filter(|s| s.received_at.is_none()).count();
    let boxes: i64 = shipments.iter().map(|s| i64::from(s.received_boxes.unwrap_or(0))).sum();
    // The same figure as on the page of the stock.
    let standing = work::stock::standing(visit.masters(), tx, venue)?;
    let stock = standing.stock;
    let months = work::results::months_with_shots(tx, venue)?;
    let mut unclaimed = Vec::new();
    for month in months {
        if work::claim::load(tx, venue, month)?.is_none_or(|c| !c.is_submitted()) {
            unclaimed.push(month.say());
        }
    }
    let transfers = work::stock::open_transfers(tx, venue)?;
    // Nobody is shown a link that is refused.
    let link =
        |page: &str, act: Act| if visit.may(act) { format!("{base}{page}") } else { String::new() };
    let said = |ok: bool, good: String, bad: String| if ok { good } else { bad };
    let checks = vec![
        Check {
            title: "最後の接種実績を報告する",
            passed: last.is_some() && open == 0,
            note: last.map_or("まだ報告がありません".into(), |d| {
                format!("最終登録 {}時点　累計{doses}回", time::say_date(d), doses = grouped(doses))
            }),
            href: link("/results/edit", Act::ReportResults),
            asked: None,
        },
        Check {
            title: "すべての納入を受け取る",
            passed: open == 0,
            note: said(
                open == 0,
                format!("納入 {boxes}箱", boxes = grouped(boxes)),
                format!("受け取りを記録していない納入が{open}件あります", open = grouped(open)),
            ),
            href: link("/deliveries", Act::ReadDelivery),
            asked: None,
        },
        Check {
            title: "残りを0にする（使用・廃棄・融通）",
            passed: stock == 0 && standing.unexplained == 0 && transfers == 0,
            note: said(
                stock == 0 && standing.unexplained == 0 && transfers == 0,
                format!("在庫 0本　廃棄 {wasted}本", wasted = grouped(wasted)),
                left(&standing, transfers),
            ),
            href: link("/stock", Act::ReadStock),
            asked: None,
        },
        Check {
            title: "最後の請求を提出する",
            passed: unclaimed.is_empty(),
            note: said(
                unclaimed.is_empty(),
                "提出していない月はありません".into(),
                format!("{}接種分が提出されていません", unclaimed.join("、")),
            ),
            href: link("/billing", Act::ReadClaim),
            asked: None,
        },
        Check {
            title: "冷凍庫を返す",
            passed: false,
            note: "貸与された冷凍庫を返却したか、返却の予定を決めた".into(),
            href: String::new(),
            asked: Some("freezer"),
        },
        Check {
            title: "書類を保存する",
            passed: false,
            note: "予診票の写し、台帳などを、定められた期間保存する場所を決めた".into(),
            href: link("/documents", Act::ReadLetter),
            asked: Some("papers"),
        },
        Check {
            title: "連絡先を確かめる",
            passed: false,
            note: "完了の後も連絡がつく担当者が登録されている".into(),
            href: format!("{base}/contacts"),
            asked: Some("contacts"),
        },
    ];
    Ok(Facts { doses, wasted, standing, checks })
}

/// What is left to do about the stock, in words.
fn left(standing: &Standing, transfers: i64) -> String {
    let mut all = vec![format!("在庫が{}本", grouped(standing.stock))];
    if standing.without_lot > 0 {
        all[0].push_str(&format!(
            "（そのうちロットを入力していないもの{}本）",
            grouped(standing.without_lot)
        ));
    }
    if standing.unexplained > 0 {
        all.push(format!(
            "納入・入庫より多い使用・廃棄の報告が{}本",
            grouped(standing.unexplained)
        ));
    }
    all.push(format!("確認待ちの融通が{transfers}件", transfers = grouped(transfers)));
    format!("{}あります", all.join("、"))
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let facts = facts(visit, tx, &venue.id)?;
    let checks: Vec<Value> = facts
        .checks
        .iter()
        .map(|c| json!({"title": c.title, "passed": c.passed, "note": c.note, "href": c.href, "asked": c.asked}))
        .collect();
    let known = completed(tx, &venue.id)?;
    let unprintable = match &known {
        Some(done) => print::unprintable(&[paper(visit, tx, done)?]),
        None => Vec::new(),
    };
    let ready = facts.checks.iter().all(|c| c.passed || c.asked.is_some());
    visit.page(
        "completion/show.html",
        typed,
        json!({"h1": "職域追加接種完了登録", "checks": checks, "ready": ready, "done": visit.query("done"), "completion": known, "unprintable": unprintable, "editable": visit.may(Act::CompleteVenue), "crumbs": [[format!("/venues/{}/results", venue.id), "接種実績"]]}),
    )
}

fn complete(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    if completed(tx, &venue.id)?.is_some() {
        return Ok(Done::to(format!("/venues/{}/close", venue.id)));
    }
    let facts = facts(visit, tx, &venue.id)?;
    let mut errors = web::errors::Errors::default();
    for check in &facts.checks {
        match check.asked {
            None if !check.passed => errors.add("", format!("{}：{}", check.title, check.note)),
            Some(name) if form.get(name) != "yes" => {
                errors.add(name, format!("「{}」を確かめて、選んでください", check.title))
            }
            _ => {}
        }
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let kept = completion::Facts {
        doses: facts.doses,
        wasted_vials: facts.wasted,
        received_vials: facts.standing.came(),
        stock: facts.standing.stock,
    };
    completion::complete(&visit.caller(), tx, venue, &kept)?;
    Ok(Done::saying(format!("/venues/{}/close", venue.id), "venue.completed"))
}

fn reopen(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let reason = web::field::reason(form, "reason", "完了登録を取り消す理由を書いてください")?;
    completion::reopen(&visit.caller(), tx, &venue.id, &reason)?;
    Ok(Done::saying(format!("/venues/{}/close", venue.id), "venue.reopened"))
}

/// 完了証 as it is printed.
fn paper(visit: &Visit, tx: &mut Tx<'_>, done: &Completion) -> Result<papers::Paper, Trouble> {
    let venue = visit.venue()?;
    let facts = completion::facts(tx, &venue.id)?;
    let answers = work::venue::answers(tx, &venue.id)?;
    let get = |key: &str| answers.get(key).cloned().unwrap_or_default();
    Ok(papers::Paper::Certificate(papers::completion::Certificate {
        number: done.number.clone(),
        date: time::say_date(time::date(done.at)),
        programme: visit.masters().programme().name.clone(),
        venue_code: venue.code.clone(),
        venue: venue.name.clone(),
        institution: get("institution_name"),
        organization: get("organization_name"),
        facts: vec![
            ("接種（累計）".into(), format!("{}回", grouped(facts.doses))),
            ("受け取ったバイアル".into(), format!("{}本", grouped(facts.received_vials))),
            ("未使用のまま廃棄したバイアル".into(), format!("{}本", grouped(facts.wasted_vials))),
            ("登録した人".into(), done.name.clone()),
        ],
    }))
}

fn certificate(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let done = completed(tx, &visit.venue()?.id)?.ok_or(Trouble::NotFound)?;
    print::shown(format!("完了証_{}.pdf", done.number), &paper(visit, tx, &done)?)
}
