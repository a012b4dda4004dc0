//! 受付カレンダー: month as the briefing prints it, and as a list.

use jiff::ToSpan;
use jiff::civil::Weekday;
use platform::db::Tx;
use rules::access::Act;
use rules::calendar::{Phase, Stretch};
use rules::programme::circled;
use rules::time::{self, Month};
use serde_json::{Value, json};

use web::Route;
use web::ics::{Calendar, Event};
use web::page::{Answer, Typed};
use web::routes::page;
use web::visit::{Trouble, Visit};

mod edit;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/calendar", Act::ReadPublic, show),
        page("/calendar.ics", Act::ReadPublic, feed),
    ];
    all.extend(edit::routes());
    all
}

fn phase_words(stretch: &Stretch) -> (String, &'static str) {
    match stretch.phase {
        Phase::Open => (format!("登録期間{}", circled(stretch.window)), "ok"),
        Phase::PlanReview => ("計画確認中".into(), "wait"),
        Phase::Allocation => (
            stretch.cycle.map_or("分配処理中".into(), |c| format!("第{c}クール 分配処理中")),
            "act",
        ),
    }
}

fn show(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let programme = visit.masters().programme();
    let month = Month::parse(visit.query("m")).unwrap_or(Month::of(time::date(visit.now)));
    let today = time::date(visit.now);
    let start = month
        .first()
        .saturating_sub((month.first().weekday().to_sunday_zero_offset() as i64).days());
    let mut weeks: Vec<Vec<Value>> = Vec::new();
    let mut day = start;
    while day <= month.last() || day.weekday() != Weekday::Sunday {
        if day.weekday() == Weekday::Sunday {
            weeks.push(Vec::new());
        }
        let (begin, end) = (time::midnight(day), time::midnight(day.saturating_add(1.day())));
        // What the day is mostly: the phase at its beginning, and what begins during it.
        let phases: Vec<Value> = programme
            .calendar
            .stretches()
            .filter(|s| s.since < end && s.until.is_none_or(|u| u > begin))
            .map(|s| {
                let (word, tone) = phase_words(&s);
                let closes =
                    s.phase == Phase::Open && s.until.is_some_and(|u| u < end && u > begin);
                let word = if closes {
                    format!(
                        "{word} 〜{}",
                        s.until.map_or(String::new(), |u| time::local(u)
                            .strftime("%H:%M")
                            .to_string())
                    )
                } else {
                    word
                };
                json!({"word": word, "tone": tone})
            })
            .collect();
        let mut marks = Vec::new();
        for stretch in programme
            .calendar
            .stretches()
            .filter(|s| s.phase != Phase::Open && s.since >= begin && s.since < end)
        {
            marks.push(match stretch.cycle {
                Some(cycle) => format!(
                    "{} 第{cycle}クール 登録/変更締切",
                    time::local(stretch.since).strftime("%H:%M")
                ),
                None => format!("{}〆", time::local(stretch.since).strftime("%H:%M")),
            });
        }
        for cycle in &programme.cycles {
            // A cut-off that no window's close stands for.
            let closes = |s: &Stretch| s.phase != Phase::Open && s.since == cycle.cut_off;
            if time::date(cycle.cut_off) == day
                && !programme.calendar.stretches().any(|s| closes(&s))
            {
                let at = time::local(cycle.cut_off).strftime("%H:%M");
                marks.push(format!("{at} {} 登録/変更締切", cycle.say()));
            }
            if cycle.decided == day {
                marks.push(format!("{} 分配量決定", cycle.say()));
            }
            if cycle.delivery_week == day {
                marks.push(format!("{} 配送週", cycle.say()));
            }
            if cycle.from == day {
                marks.push(format!("{} 接種期間 開始", cycle.say()));
            }
        }
        let value = json!({
            "day": day.day(), "date": day, "inside": Month::of(day) == month, "holiday": visit.masters().holidays.name(day), "today": day == today,
            "phases": phases, "marks": marks, "sunday": day.weekday() == Weekday::Sunday,
        });
        if let Some(week) = weeks.last_mut() {
            week.push(value);
        }
        day = day.saturating_add(1.day());
    }
    let list: Vec<Value> = programme
        .calendar
        .stretches()
        .map(|s| {
            let (word, tone) = phase_words(&s);
            json!({"word": word, "tone": tone, "since": s.since, "until": s.until, "now": s.since <= visit.now && s.until.is_none_or(|u| u > visit.now)})
        })
        .collect();
    let cycles: Vec<Value> = programme
        .cycles
        .iter()
        .map(|c| json!({"title": c.say(), "period": c.say_period(), "week": c.say_delivery_week(), "cut_off": c.cut_off, "decided": c.decided, "past": c.cut_off <= visit.now}))
        .collect();
    let next = web::page::deadline_sentence(programme, visit.now)
        .or_else(|| programme.all_cut_off(visit.now).map(web::page::all_cut_off_sentence));
    visit.page(
        "calendar/show.html",
        typed,
        json!({
            "h1": "受付カレンダー", "plain_h1": true, "month": month.say(), "previous": month.plus(-1), "following": month.plus(1), "weeks": weeks, "list": list, "cycles": cycles,
            "as_list": visit.query("view") == "list", "m": month, "programme": programme.name, "next": next,
        }),
    )
}

/// Deadlines and decisions for anybody's own calendar (RFC 5545).
fn feed(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let masters = visit.masters();
    let programme = masters.programme();
    let sequence = masters::changes::last_number(tx)?;
    let mut file = Calendar::new(
        visit.now,
        &visit.house.base_url,
        &format!("受付カレンダー（{}）", programme.name),
    );
    let url = format!("{}/calendar", visit.house.base_url);
    file.deadlines(programme, &url, sequence);
    for cycle in &programme.cycles {
        let uid = format!("decided-{}-{}", programme.id, cycle.number);
        let summary = format!("{} 分配量決定", cycle.say());
        file.day(
            cycle.decided,
            &Event { uid: &uid, summary: &summary, url: &url, sequence, changed: None },
        );
    }
    Ok(file.finish("vsys-calendar.ics"))
}
