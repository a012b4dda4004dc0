//! 予約枠設定 and 接種予約: a venue's slots; anybody books a place with a name and a mail address, changes
//! it and takes it back.

mod public;

use jiff::civil::Date;
use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use rules::application::grouped;
use rules::booking::{Clock, There, Wish};
use rules::{booking, input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::list;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use words::Sentence;
use work::booking::{Slots, booked, of_day, slot};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/venues/{venue}/bookings", Act::ReadVenue, days),
        page("/venues/{venue}/bookings/new", Act::ManageBookings, new),
        command("/venues/{venue}/bookings/new", Act::ManageBookings, make, new),
        page("/venues/{venue}/bookings/{day}", Act::ManageBookings, one_day),
        command("/venues/{venue}/bookings/{day}/{slot}", Act::ManageBookings, change, one_day),
    ];
    all.extend(public::routes());
    all.extend(list!("/venues/{venue}/bookings/{day}/list", Act::ManageBookings, sheet));
    all
}

fn days(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let today = time::date(visit.now);
    let past = visit.query("show") == "past";
    let rows: Vec<Value> = work::booking::days(tx, &venue.id, today, past)?
        .into_iter()
        .map(|d| {
            json!({
                "day": d.day,
                "slots": d.slots,
                "capacity": d.capacity,
                "booked": d.booked,
                "share": d.booked * 100 / d.capacity.max(1),
            })
        })
        .collect();
    let published = work::availability::load(tx, &venue.id)?.is_some_and(|p| p.published);
    visit.page(
        "booking/days.html",
        typed,
        json!({"h1": "予約枠と予約", "said": said(visit), "rows": rows, "past": past, "published": published, "editable": visit.may(Act::ManageBookings), "completed": visit.completed.map(words::access::completed), "crumbs": [[format!("/venues/{}/availability", venue.id), "予約の受付情報"]]}),
    )
}

fn new(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.goes_on(Act::ManageBookings)?;
    let venue = visit.venue()?;
    let asked = match typed.form.as_ref().map(|form| grid(visit, form)) {
        Some(Ok(grid)) => {
            let effect = effect(visit, tx, &grid)?;
            json!({"overlaps": effect.overlaps.len(), "other": effect.other.len(), "capacity": grid.capacity})
        }
        _ => json!({"overlaps": 0, "other": 0, "capacity": 0}),
    };
    visit.page(
        "booking/new.html",
        typed,
        json!({"h1": "予約枠を作る", "asked": asked, "weekdays": typed.form.as_ref().map(|f| f.all("weekday")).unwrap_or_default(), "today": time::say_date(time::date(visit.now)), "crumbs": [[format!("/venues/{}/bookings", venue.id), "予約枠と予約"]]}),
    )
}

/// A grid as it was typed.
struct Grid {
    days: Vec<Date>,
    times: Vec<(Clock, Clock)>,
    capacity: i64,
    /// What is left of a day behind its last slot.
    left: Option<(Clock, Clock)>,
}

fn grid(visit: &Visit, form: &Form) -> Result<Grid, Trouble> {
    let today = time::date(visit.now);
    let holidays = &visit.masters().holidays;
    let mut errors = Errors::default();
    let mut day = |name: &str, label: &str| {
        errors
            .take(name, holidays.settle(input::date_near(label, form.get(name), today)))
            .and_then(|d| errors.take(name, booking::day(d, today)))
    };
    let (first, last) = (day("from", "最初の日"), day("to", "最後の日"));
    let (begins, ends) = (
        errors.take("begins", booking::time(form.get("begins"))),
        errors.take("ends", booking::time(form.get("ends"))),
    );
    let minutes =
        errors.take("minutes", input::whole("枠の長さ", input::Unit::Minute, form.get("minutes")));
    let capacity = errors
        .take("capacity", input::whole("定員", input::Unit::Place, form.get("capacity")))
        .and_then(|n| errors.take("capacity", booking::capacity(n, 0)));
    let weekdays: Vec<&str> = form.all("weekday");
    if weekdays.is_empty() {
        errors.add("weekday", "曜日を1つ以上選んでください");
    }
    let (Some(first), Some(last), Some(begins), Some(ends), Some(minutes), Some(capacity)) =
        (first, last, begins, ends, minutes, capacity)
    else {
        return Err(Trouble::refused(errors));
    };
    if last < first {
        errors.add("to", "最後の日は、最初の日以降にしてください");
    }
    let times = errors.take("minutes", booking::slots(begins, ends, minutes)).unwrap_or_default();
    let days: Vec<Date> = first
        .series(jiff::Span::new().days(1))
        .take_while(|d| *d <= last)
        .filter(|d| weekdays.contains(&time::weekday(*d)))
        .collect();
    let number = days.len() * times.len();
    if number > booking::MOST_SLOTS {
        errors.add("to", booking::Refusal::TooMany(number));
    }
    if errors.is_empty() && number == 0 {
        errors.add("weekday", "この期間に、選んだ曜日の日がありません");
    }
    if errors.is_empty() {
        let left = booking::left_over(ends, &times);
        Ok(Grid { days, times, capacity, left })
    } else {
        Err(Trouble::refused(errors))
    }
}

/// What a grid would do beside the slots that are there.
#[derive(Default)]
struct Effect {
    new: Vec<(Date, (Clock, Clock))>,
    same: usize,
    other: Vec<(Date, There)>,
    /// Day, wished times, and what they run into.
    overlaps: Vec<(Date, (Clock, Clock), There)>,
    past: usize,
}

fn say_times(times: (Clock, Clock)) -> String {
    format!("{}〜{}", times.0, times.1)
}

fn effect(visit: &Visit, tx: &mut Tx<'_>, grid: &Grid) -> Result<Effect, Trouble> {
    let venue = visit.venue()?;
    let mut effect = Effect::default();
    for day in &grid.days {
        let there: Vec<There> = of_day(tx, &venue.id, *day)?
            .into_iter()
            .filter_map(|s| {
                let times = (booking::time(&s.begins).ok()?, booking::time(&s.ends).ok()?);
                Some(There {
                    id: s.id,
                    times,
                    capacity: s.capacity,
                    booked: s.booked,
                    closed: s.closed_at.is_some(),
                })
            })
            .collect();
        for times in &grid.times {
            if time::instant(times.0.at(*day)) <= visit.now {
                effect.past += 1;
                continue;
            }
            match booking::wish(*times, grid.capacity, &there) {
                Wish::New => effect.new.push((*day, *times)),
                Wish::Same => effect.same += 1,
                Wish::OtherCapacity(slot) => effect.other.push((*day, slot)),
                Wish::Overlaps(slot) => effect.overlaps.push((*day, *times, slot)),
            }
        }
    }
    Ok(effect)
}

/// Slots of every chosen weekday between two days. What runs into another slot is asked about; what
/// is there with other places is changed only where the person says so; and what was done is said
/// in numbers.
fn make(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let grid = grid(visit, form)?;
    let effect = effect(visit, tx, &grid)?;
    let mut errors = Errors::default();
    if let Some((day, times, slot)) = effect.overlaps.first()
        && form.get("overlap") != "yes"
    {
        let n = effect.overlaps.len();
        errors.add(
            "overlap",
            format!(
                "{} {} は、もうある枠 {} と重なります（重なる枠は全部で{n}）。時間を確かめてください。まだ何も作っていません。",
                time::say_date(*day),
                say_times(*times),
                say_times(slot.times)
            ),
        );
    }
    // With the same begin there is one slot only.
    if let Some((day, times, slot)) =
        effect.overlaps.iter().find(|(_, times, slot)| times.0 == slot.times.0)
    {
        errors.add(
            "minutes",
            format!("{} {} から始まる枠は、もう {} としてあります。枠の長さをそろえるか、もうある枠の受付を終えてから、別の時刻で作ってください。", time::say_date(*day), times.0, say_times(slot.times)),
        );
    }
    if let Some((day, slot)) = effect.other.first()
        && form.get("resize").is_empty()
    {
        errors.add(
            "resize",
            format!("同じ時間の枠が{}あり、定員が違います（{} {} は{}人、入力は{}人）。定員を変えるかどうかを選んでください。まだ何も変えていません。", grouped(effect.other.len()), time::say_date(*day), say_times(slot.times), grouped(slot.capacity), grouped(grid.capacity)),
        );
    }
    let resize = form.get("resize") == "yes";
    for (day, slot) in effect.other.iter().filter(|_| resize) {
        if let Err(refusal) = booking::capacity(grid.capacity, slot.booked) {
            errors.add(
                "capacity",
                format!(
                    "{} {}：{refusal}",
                    time::say_date(*day),
                    say_times(slot.times),
                    refusal = refusal.sentence()
                ),
            );
        }
    }
    let does =
        effect.new.len() + effect.overlaps.len() + if resize { effect.other.len() } else { 0 };
    if errors.is_empty() && does == 0 {
        let said = if effect.past > 0 && effect.same + effect.other.len() == 0 {
            "この枠はすべて、始まりの時刻を過ぎています。何も作っていません。"
        } else if effect.other.is_empty() {
            "この枠はすべて、同じ定員でもうあります。何も作っていません。"
        } else {
            "新しい枠はありません。定員も変えていません。"
        };
        errors.add("", said);
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let wanted = effect
        .new
        .iter()
        .copied()
        .chain(effect.overlaps.iter().map(|(day, times, _)| (*day, *times)));
    let wish = Slots {
        days: (grid.days.first().copied(), grid.days.last().copied()),
        weekdays: &form.all("weekday").join(""),
        capacity: grid.capacity,
        wanted: wanted.collect(),
        resized: effect.other.iter().filter(|_| resize).map(|(_, s)| s.id.as_str()).collect(),
    };
    let (made, changed) = work::booking::make_slots(&visit.caller(), tx, &venue.id, &wish)?;
    let kept = effect.same + if resize { 0 } else { effect.other.len() };
    Ok(Done::to(format!(
        "/venues/{}/bookings?made={made}&changed={changed}&kept={kept}&past={}{}",
        venue.id,
        effect.past,
        grid.left.map_or(String::new(), |(from, to)| {
            format!("&left={}&until={}", from.key(), to.key())
        })
    )))
}

/// What a grid did, in numbers.
fn said(visit: &Visit) -> Option<String> {
    let n = |name: &str| visit.query(name).parse::<u32>().ok().filter(|n| *n <= 10_000);
    let (made, changed, kept, past) = (n("made")?, n("changed")?, n("kept")?, n("past")?);
    let mut all = vec![if made > 0 {
        format!("予約枠を{made}枠作りました。")
    } else {
        "新しい枠は作っていません。".into()
    }];
    if changed > 0 {
        all.push(format!("もうあった{changed}枠の定員を変えました。"));
    }
    if kept > 0 {
        all.push(format!("もうあった{kept}枠はそのままです。"));
    }
    if past > 0 {
        all.push(format!("始まりの時刻を過ぎている{past}枠は作っていません。"));
    }
    let clock = |name: &str| booking::time(visit.query(name)).ok();
    if let (Some(from), Some(to)) = (clock("left"), clock("until")) {
        all.push(format!("{from}から{to}までは、枠の長さに足りないため、枠がありません。"));
    }
    Some(all.join(""))
}

fn the_day(visit: &Visit) -> Result<Date, Trouble> {
    visit.param("day").parse().map_err(|_| Trouble::NotFound)
}

fn one_day(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, day) = (visit.venue()?, the_day(visit)?);
    visit.reads_contacts_of("venue", &venue.id);
    let slots: Vec<Value> =
        of_day(tx, &venue.id, day)?.iter().map(|s| json!({"slot": s, "left": s.left()})).collect();
    visit.page(
        "booking/day.html",
        typed,
        json!({"h1": format!("{}の予約", time::say_date(day)), "day": day, "slots": slots, "rows": booked(tx, &venue.id, day)?, "crumbs": [[format!("/venues/{}/bookings", venue.id), "予約枠と予約"]]}),
    )
}

/// The day's list for the reception desk.
fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let (venue, day) = (visit.venue()?, the_day(visit)?);
    visit.reads_contacts_of("venue", &venue.id);
    let rows = booked(tx, &venue.id, day)?
        .into_iter()
        .map(|b| {
            vec![
                Cell::Code(b.begins),
                Cell::Code(b.ends),
                Cell::Code(b.number),
                Cell::Text(b.name),
                Cell::Text(b.reading),
                Cell::Code(b.phone),
                Cell::Text(b.mail),
            ]
        })
        .collect();
    let head = ["開始", "終了", "予約番号", "氏名", "よみ", "電話番号", "メールアドレス"];
    Ok(Sheet::new("予約", &format!("{}_{day}分", venue.code), head, rows))
}

fn change(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, day) = (visit.venue()?, the_day(visit)?);
    let slot = slot(tx, visit.param("slot"))?;
    if slot.venue_id != venue.id || slot.day != day {
        return Err(Trouble::NotFound);
    }
    form.expect_version(slot.version)?;
    let (capacity, closed) = match form.get("go") {
        "close" => (slot.capacity, Some(visit.now)),
        "open" => (slot.capacity, None),
        _ => {
            let field = format!("capacity_{}", slot.id);
            let wanted = input::whole("定員", input::Unit::Place, form.get(&field))
                .map_err(|e| Trouble::at(&field, e))?;
            (
                booking::capacity(wanted, slot.booked).map_err(|e| Trouble::at(&field, e))?,
                slot.closed_at,
            )
        }
    };
    work::booking::change_slot(&visit.caller(), tx, &slot, capacity, closed)
        .map_err(|e| e.told(|r| Trouble::at(&format!("capacity_{}", slot.id), r)))?;
    let back = format!("/venues/{}/bookings/{day}", venue.id);
    Ok(match form.get("go") {
        "close" => Done::saying(back, "slots.closed"),
        "open" => Done::saying(back, "slots.opened"),
        _ => Done::saying(back, "slots.changed"),
    })
}
