//! 質問する: near questions to choose from, authored answers with the asker's own dates, 「この中にはない」, and
//! a hand over to people.

use platform::db::Tx;
use platform::form::Form;
use platform::texts::Lang;
use rules::access::{Act, Scope};
use rules::application::grouped;
use rules::programme::{EXAMPLE_BOXES, Programme};
use rules::time::{self, Month};
use rules::{claim, input};
use serde_json::{Value, json};

use masters::knowledge::Faq;
use web::page::{Answer, Typed, state_sentence};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::support::{Outcome, Outcomes};

pub fn routes() -> Vec<Route> {
    vec![
        page("/assistant", Act::ReadPublic, show),
        command("/assistant", Act::Enter, ask, show),
        command("/assistant/outcome", Act::Enter, outcome, show),
        page("/support/questions", Act::AnswerInquiries, misses),
    ]
}

/// The longest question that is read.
const LONGEST: usize = 300;
/// Candidates that are shown.
const SHOWN: usize = 5;

fn said(visit: &Visit, faq: &Faq) -> (String, String) {
    match visit.request.lang {
        Lang::En if !faq.q_en.is_empty() => (faq.q_en.clone(), faq.a_en.clone()),
        _ => (faq.q.clone(), faq.a.clone()),
    }
}

/// Dates and states of the one who asks; what doesn't apply to them isn't there.
fn facts(visit: &Visit, tx: &mut Tx<'_>, wanted: &[String]) -> Result<Vec<String>, Trouble> {
    let programme = visit.masters().programme();
    let today = time::date(visit.now);
    let venues: Vec<String> = visit
        .memberships
        .iter()
        .filter(|h| h.scope_kind == Scope::Venue)
        .map(|h| h.scope_id.clone())
        .take(5)
        .collect();
    let mut all = Vec::new();
    for fact in wanted {
        match fact.as_str() {
            "next_deadline" => all.extend(programme.next_cut_off(visit.now).map(|c| {
                format!("{}の登録・変更の締切は{}です。", c.say(), time::say_moment(c.cut_off))
            })),
            "next_cycle" => all.extend(programme.cycles.iter().find(|c| c.to >= today).map(|c| {
                format!(
                    "{}の接種期間は{}（{}）です。",
                    c.say(),
                    c.say_period(),
                    c.say_delivery_week()
                )
            })),
            "box" | "needles" => all.extend(box_fact(programme, fact)),
            "phase" => {
                let (_, word, sentence) = state_sentence(programme, visit.now);
                all.push(format!("いまは「{word}」です。{sentence}"));
            }
            "due" => {
                let month = Month::of(today).plus(-1);
                all.push(format!(
                    "{}接種分の請求の締切は{}です。",
                    month.say(),
                    time::say_date(claim::billing(month, today, &visit.masters().holidays).due)
                ));
            }
            "letter" | "deliveries" | "results" => {
                for venue in &venues {
                    let name = crate::account::marked_scope(visit, tx, Scope::Venue, venue)?;
                    match fact.as_str() {
                        "letter" => {
                            for (number, status) in work::letter::open(tx, venue)? {
                                all.push(format!(
                                    "{name}の委任状（{number}）は「{}」です。",
                                    words::letter::status(status)
                                ));
                            }
                        }
                        "deliveries" => {
                            for s in work::delivery::shipments(tx, venue)?
                                .iter()
                                .filter(|s| s.received_at.is_none())
                                .take(2)
                            {
                                all.push(match s.date {
                                    Some(date) => format!("{name}の第{}クールの納入予定日は{}です。", s.cycle, time::say_date(date)),
                                    None => format!("{name}の第{}クールの納入予定日は、まだ登録されていません。", s.cycle),
                                });
                            }
                        }
                        _ => {
                            let last =
                                work::results::entries(tx, venue)?.iter().map(|e| e.as_of).max();
                            all.push(last.map_or(
                                format!("{name}の接種実績は、まだ報告されていません。"),
                                |d| format!("{name}の最後の報告は{}時点です。", time::say_date(d)),
                            ));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(all)
}

/// What a box of the programme's vaccine means.
fn box_fact(programme: &Programme, fact: &str) -> Option<String> {
    let one = programme.quantities(1)?;
    let example = programme.quantities(EXAMPLE_BOXES)?;
    Some(match fact {
        "needles" => format!(
            "{EXAMPLE_BOXES}箱（{}回接種分）なら、針・シリンジは{}箱（{}本）です。",
            grouped(example.doses),
            grouped(example.needle_boxes),
            grouped(example.needles)
        ),
        _ => {
            format!("{}は、1箱で{}回接種分です。", programme.product.short_name, grouped(one.doses))
        }
    })
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let knowledge = visit.masters().knowledge.clone();
    let question: String = input::text(visit.query("q")).chars().take(LONGEST).collect();
    let picked = knowledge.faq(visit.query("pick"));
    let id = visit.query("id");
    // What was asked before in this conversation: a link each.
    let before: Vec<Value> = visit
        .query("before")
        .split(',')
        .filter_map(|id| knowledge.faq(id))
        .map(|f| json!({"id": f.id, "q": said(visit, f).0}))
        .collect();
    let candidates: Vec<Value> = if question.is_empty() {
        vec![]
    } else {
        knowledge
            .near(&question, SHOWN)
            .into_iter()
            .map(|f| json!({"id": f.id, "q": said(visit, f).0}))
            .collect()
    };
    let sections: Vec<Value> = if question.is_empty() {
        vec![]
    } else {
        knowledge
            .near_sections(&question, 3)
            .into_iter()
            .map(|s| json!({"href": format!("/help/manual/{}#{}", s.books.first().map_or("", String::as_str), s.anchor()), "title": format!("{} {}", s.number, s.title)}))
            .collect()
    };
    let answer = match picked {
        Some(faq) => {
            let (q, a) = said(visit, faq);
            Some(
                json!({"id": faq.id, "q": q, "a": a, "link": faq.link, "label": faq.link_label, "facts": facts(visit, tx, &faq.facts)?}),
            )
        }
        None => None,
    };
    let trail: Vec<&str> = visit
        .query("before")
        .split(',')
        .chain(picked.map(|f| f.id.as_str()))
        .filter(|id| knowledge.faq(id).is_some())
        .collect();
    visit.page(
        "support/assistant.html",
        typed,
        json!({
            "h1": "質問する", "plain_h1": true, "q": question, "candidates": candidates, "sections": sections, "answer": answer, "before": before, "trail": trail.join(","), "id": id,
            "unmatched": visit.query("none") == "1", "thanked": visit.query("solved"), "phone": knowledge.phone, "hours": if visit.request.lang == Lang::En { &knowledge.hours_en } else { &knowledge.hours },
        }),
    )
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn ask(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let question: String = input::text(form.get("question")).chars().take(LONGEST).collect();
    if question.is_empty() {
        return Err(Trouble::at("question", "質問を入力してください"));
    }
    let found = visit
        .masters()
        .knowledge
        .near(&question, 1)
        .first()
        .map_or(String::new(), |f| f.id.clone());
    let id = work::support::keep_question(&visit.caller(), tx, &question, &found)?;
    Ok(Done::to(format!(
        "/assistant?q={}&id={id}&before={}",
        encoded(&question),
        carried(form, "before")
    )))
}

/// What an address carries on of the conversation, no longer than a question may be.
fn carried(form: &Form, name: &str) -> String {
    encoded(&form.get(name).chars().take(LONGEST).collect::<String>())
}

/// Whether it helped.
fn outcome(_: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let outcome = if form.get("go") == "solved" { Outcome::Solved } else { Outcome::None };
    work::support::keep_outcome(tx, form.get("id"), outcome)?;
    let (q, pick) = (carried(form, "q"), carried(form, "pick"));
    Ok(Done::to(if outcome == Outcome::Solved {
        format!("/assistant?q={q}&pick={pick}&solved=1")
    } else {
        format!("/assistant?q={q}&pick={pick}&none=1")
    }))
}

/// What people typed and didn't find, most often first; how often the first answer helped.
fn misses(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let Outcomes { all, solved, unsolved } = work::support::outcomes(tx)?;
    let rows = work::support::not_found(tx)?;
    let top = work::support::found_most(tx)?;
    let bars: Vec<(String, Vec<i64>)> = top
        .iter()
        .filter_map(|(id, n)| {
            let letters = if visit.request.lang == Lang::En { 32 } else { 14 };
            Some((
                said(visit, visit.masters().knowledge.faq(id)?)
                    .0
                    .chars()
                    .take(letters)
                    .collect::<String>(),
                vec![*n],
            ))
        })
        .collect();
    let finding = format!(
        "{all}件の質問のうち、{solved}件が解決しました",
        all = grouped(all),
        solved = grouped(solved)
    );
    visit.page(
        "support/questions.html",
        typed,
        json!({"h1": "質問と、見つからなかったもの", "all": all, "solved": solved, "unsolved": unsolved, "rows": rows, "finding": finding, "svg": web::chart::bars(&finding, &bars, "件"), "bars": bars}),
    )
}
