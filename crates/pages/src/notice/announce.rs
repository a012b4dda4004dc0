//! お知らせ of the ministry: level, audience, from when until when; an urgent one stands on every page.

use platform::db::Tx;
use platform::form::Form;
use rules::access::{Act, Role};
use rules::application::grouped;
use rules::{input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, House, Route};
use work::notice::{Announce, Level};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/announcements", Act::Announce, list),
        command("/mhlw/announcements", Act::Announce, make, list),
        command("/mhlw/announcements/{announcement}/end", Act::Announce, end, list),
    ]
}

const LEVELS: [(Level, &str); 3] = [
    (Level::Notice, "お知らせ"),
    (Level::Important, "重要"),
    (Level::Urgent, "緊急（すべてのページの上に出ます）"),
];

/// What stands on every page, for everybody; looked up by each node's worker.
pub async fn refresh(house: &std::sync::Arc<House>) -> Result<(), Trouble> {
    let now = house.now();
    let found = house.db.read(move |tx: &mut Tx<'_>| work::notice::live(tx, now)).await?;
    let urgent: Vec<Value> = found
        .iter()
        .filter(|a| a.level == Level::Urgent && a.audience == "all")
        .map(|a| json!({"title": a.title, "body": a.body, "at": a.from_at}))
        .collect();
    house.set_urgent(urgent);
    Ok(())
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<Value> = work::notice::announcements(tx)?
        .into_iter()
        .map(|a| {
            let over = a.until_at.is_some_and(|u| u <= visit.now);
            let (state, tone) = if over {
                ("終了", "plain")
            } else if a.from_at > visit.now {
                ("予約", "wait")
            } else {
                ("掲載中", "ok")
            };
            let audience = Role::from_key(&a.audience).map_or("すべての方", Role::label);
            json!({"a": a, "state": state, "tone": tone, "audience": audience, "over": over})
        })
        .collect();
    let mut audiences: Vec<(String, String)> = vec![("all".into(), "すべての方".into())];
    for role in Role::ALL {
        let n = work::account::holders(tx, role)?;
        audiences.push((role.key().into(), format!("{}（{n}人）", role.label(), n = grouped(n))));
    }
    visit.page(
        "notice/announcements.html",
        typed,
        json!({"h1": "お知らせの掲載", "rows": rows, "audiences": audiences, "levels": LEVELS, "now_text": time::local(visit.now).strftime("%Y-%m-%d %H:%M").to_string()}),
    )
}

fn make(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let mut errors = Errors::default();
    let title = errors
        .take("title", input::line("件名", form.get("title"), input::LONGEST_NAME))
        .unwrap_or_default();
    let body = input::text(form.get("body"));
    if body.is_empty() || body.chars().count() > 2000 {
        errors.add("body", "本文を2000文字までで入力してください");
    }
    // Plain words: one sentence, one fact.
    if let Some(long) = body.split(['。', '\n']).find(|s| s.chars().count() > 80) {
        errors.add(
            "body",
            format!(
                "「{}…」の文が80文字を超えています。短く分けてください",
                long.chars().take(15).collect::<String>()
            ),
        );
    }
    let level = Level::from_key(form.get("level"));
    if level.is_none() {
        errors.add("level", input::InputFault::NotChosen("重要さ".into()));
    }
    let audience = if form.get("audience") == "all" {
        Some("all".to_string())
    } else {
        Role::from_key(form.get("audience")).map(|r| r.key().to_string())
    };
    if audience.is_none() {
        errors.add("audience", input::InputFault::NotChosen("読む方".into()));
    }
    let mut at = |name: &str| {
        if !form.has(name) {
            return None;
        }
        // A day alone is its beginning.
        let holidays = &visit.masters().holidays;
        let moment = holidays.settle_at(input::moment("日時", form.get(name)));
        let read = moment.or_else(|e| match holidays.settle(input::date("日時", form.get(name))) {
            Ok(day) => Ok(day.at(0, 0, 0, 0)),
            Err(why @ input::InputFault::NoHoliday { .. }) => Err(why),
            Err(_) => Err(e),
        });
        errors.take(name, read).map(time::instant)
    };
    let (from, until) = (at("from_at"), at("until_at"));
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
    {
        errors.add("until_at", "終わりの日時は、始まりより後にしてください");
    }
    let (Some(level), Some(audience), true) = (level, audience, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let new = Announce { level, audience: &audience, title: &title, body: &body, from, until };
    work::notice::announce(&visit.caller(), tx, &new)
        .map_err(|e| e.told(|r| Trouble::at("title", r)))?;
    Ok(Done::saying("/mhlw/announcements", "announcement.made"))
}

fn end(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    work::notice::end_announcement(&visit.caller(), tx, visit.param("announcement"))?;
    Ok(Done::saying("/mhlw/announcements", "announcement.ended"))
}
