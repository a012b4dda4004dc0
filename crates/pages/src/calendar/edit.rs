//! 登録期間とクール: edited with a preview of what it means, extended at once in an emergency, told to
//! everybody. Kept as changes of masters, so that any past day shows what held then.

use jiff::Timestamp;
use mails::period::{Changed, Extended, Figure};
use platform::db::{Failure, Tx};
use platform::form::Form;
use rules::access::Act;
use rules::application::grouped;
use rules::calendar::Phase;
use rules::programme::circled;
use rules::{input, time};
use serde_json::{Value, json};

use crate::masters::commands::{self, Wish};
use crate::masters::edit::typed_over;
use masters::Masters;
use masters::changes;
use masters::kinds::{Kind, Row};
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/periods", Act::EditMasters, list),
        page("/mhlw/periods/extend", Act::EditMasters, extension),
        command("/mhlw/periods/extend", Act::ExtendDeadline, extend, extension),
        page("/mhlw/periods/{period}/{number}", Act::EditMasters, form),
        command("/mhlw/periods/{period}/{number}", Act::EditMasters, save, form),
    ]
}

fn venues(tx: &mut Tx<'_>, programme: &str) -> Result<i64, Failure> {
    work::venue::count_of_programme(tx, programme)
}

fn decided(tx: &mut Tx<'_>, programme: &str, cycle: u32) -> Result<bool, Failure> {
    Ok(work::allocation::decided_cycles(tx, programme, None)?.contains(&cycle))
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let programme = visit.masters().programme();
    let windows: Vec<Value> = programme
        .calendar
        .windows()
        .iter()
        .map(|w| {
            json!({
                "number": w.window, "title": format!("登録期間{}", circled(w.window)), "open": w.open, "close": w.close, "then": w.then.map(Phase::label), "cycle": w.cycle, "reopen": w.reopen,
                "past": w.close.is_some_and(|c| c <= visit.now), "now": w.open <= visit.now && w.close.is_none_or(|c| c > visit.now),
            })
        })
        .collect();
    let mut cycles = Vec::new();
    for c in &programme.cycles {
        cycles.push(json!({"number": c.number, "title": c.say(), "period": c.say_period(), "week": c.delivery_week, "cut_off": c.cut_off, "decided": c.decided, "fixed": decided(tx, &programme.id, c.number)?}));
    }
    let mut recent = changes::of_master(tx, Kind::Windows, 10)?;
    recent.extend(changes::of_master(tx, Kind::Cycles, 10)?);
    recent.sort_by_key(|c| std::cmp::Reverse(c.proposed_at));
    visit.page(
        "calendar/periods.html",
        typed,
        json!({"h1": "登録期間とクール", "crumbs": [["/admin/masters", "マスタ"]], "programme": programme.name, "windows": windows, "cycles": cycles, "changes": recent.iter().map(|c| commands::json(c, visit.masters())).collect::<Vec<_>>(), "may_extend": extendable(visit).is_some()}),
    )
}

fn kind(visit: &Visit) -> Result<Kind, Trouble> {
    match visit.param("period") {
        "windows" => Ok(Kind::Windows),
        "cycles" => Ok(Kind::Cycles),
        _ => Err(Trouble::NotFound),
    }
}

/// The row in a form or in an address: what was typed, otherwise what is there.
fn row_of(
    masters: &Masters,
    kind: Kind,
    known: &Option<Row>,
    typed: impl Fn(&str) -> Option<String>,
) -> Row {
    let written = kind
        .columns()
        .iter()
        .map(|c| {
            let stored = known.as_ref().and_then(|r| r.get(c.key).cloned()).unwrap_or_default();
            (c.key.to_string(), typed(c.key).map_or(stored, |t| input::text(&t)))
        })
        .collect();
    kind.stored(masters, &written)
}

/// What a changed row would mean, in sentences.
fn meaning(
    visit: &Visit,
    tx: &mut Tx<'_>,
    kind: Kind,
    before: Option<&Row>,
    after: &Row,
) -> Result<Vec<String>, Trouble> {
    let mut said = Vec::new();
    let programme = visit.masters().programme();
    let mut next = visit.masters().clone();
    let after =
        kind.put(&mut next, after).map_err(|(field, sentence)| Trouble::at(field, sentence))?;
    let column = if kind == Kind::Windows { "close" } else { "cut_off" };
    let of = |row: Option<&Row>| match row
        .and_then(|r| r.get(column))
        .filter(|stored| !stored.is_empty())
    {
        Some(stored) => kind.say(&next, column, stored),
        None => "なし".to_string(),
    };
    if of(before) != of(Some(&after)) {
        said.push(format!(
            "この変更で{}会場の締切が変わります（{} → {}）。",
            grouped(venues(tx, &programme.id)?),
            of(before),
            of(Some(&after))
        ));
    }
    warnings(&next, &mut said);
    Ok(said)
}

/// What a careful officer would want to know about a calendar.
fn warnings(masters: &Masters, said: &mut Vec<String>) {
    let programme = masters.programme();
    for window in programme.calendar.windows() {
        let Some(close) = window.close else { continue };
        let day = time::date(close);
        if masters.holidays.is_closed(day) {
            said.push(format!(
                "登録期間{}の締切（{}）は休日です。",
                circled(window.window),
                time::say_day(day)
            ));
        }
        if let Some(cycle) = window.cycle.and_then(|n| programme.cycle(n))
            && cycle.cut_off != close
        {
            said.push(format!(
                "{}の締切（{}）が、登録期間{}の締切（{}）と違います。",
                cycle.say(),
                time::say_moment(cycle.cut_off),
                circled(window.window),
                time::say_moment(close)
            ));
        }
    }
}

fn form(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let kind = kind(visit)?;
    let number = visit.param("number");
    let known = kind.rows(visit.masters()).into_iter().find(|r| kind.key(r) == number);
    if known.is_none() && number != "new" {
        return Err(Trouble::NotFound);
    }
    // `?close=…&preview=1` is a preview that can be shared.
    let preview = visit.query("preview") == "1" && typed.form.is_none();
    let query = &visit.request.query;
    let asked = row_of(visit.masters(), kind, &known, |key| {
        query.has(key).then(|| query.get(key).to_string())
    });
    // What another person changed meanwhile stands there as it is now.
    let row = typed_over(visit.masters(), kind, query, asked, known.as_ref());
    let mut errors = Vec::new();
    let said = if preview {
        match meaning(visit, tx, kind, known.as_ref(), &row) {
            Ok(said) => said,
            Err(Trouble::Refused { errors: found, .. }) => {
                errors = found.0.into_iter().map(|(_, sentence)| sentence).collect();
                Vec::new()
            }
            Err(other) => return Err(other),
        }
    } else {
        Vec::new()
    };
    // The calendar as it would be, what differs marked.
    let mut next = visit.masters().clone();
    let calendar: Vec<Value> = if preview && errors.is_empty() && kind.put(&mut next, &row).is_ok()
    {
        let before = visit.masters().programme().calendar.windows();
        next.programme()
            .calendar
            .windows()
            .iter()
            .map(|w| json!({"title": format!("登録期間{}", circled(w.window)), "open": w.open, "close": w.close, "reopen": w.reopen, "cycle": w.cycle, "changed": !before.contains(w)}))
            .collect()
    } else {
        Vec::new()
    };
    let fields: Vec<Value> = kind
        .columns()
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let stored = row.get(c.key).map_or("", String::as_str);
            let stands = known.as_ref().and_then(|r| r.get(c.key));
            json!({
                "was": stands.map(|stored| kind.field(visit.masters(), c.key, stored)), "key": c.key, "title": c.title, "hint": c.hint, "required": c.required, "value": kind.field(visit.masters(), c.key, stored), "said": kind.said(visit.masters(), c.key, stored),
                "options": kind.options(c.key), "fixed": i == 0 && known.is_some(),
            })
        })
        .collect();
    visit.page(
        "calendar/period.html",
        typed,
        json!({
            "h1": format!("{}の変更", kind.label()), "crumbs": [["/mhlw/periods", "登録期間とクール"]], "period": visit.param("period"), "number": number, "fields": fields, "preview": preview, "said": said, "faults": errors, "calendar": calendar,
            "row": row, "venues": venues(tx, &visit.masters().programme().id)?,
        }),
    )
}

/// What has happened stays as it was.
fn is_open_to_change(visit: &Visit, tx: &mut Tx<'_>, kind: Kind, key: &str) -> Result<(), Trouble> {
    let programme = visit.masters().programme();
    match kind {
        Kind::Windows => {
            let past =
                programme.calendar.windows().into_iter().any(|w| {
                    w.window.to_string() == key && w.close.is_some_and(|c| c <= visit.now)
                });
            if past {
                Err(Trouble::at(
                    "",
                    "締切が過ぎた登録期間は変えられません。急ぐときは「締切を延ばす」を使ってください。",
                ))
            } else {
                Ok(())
            }
        }
        _ => {
            let number: u32 = key.parse().unwrap_or(0);
            if decided(tx, &programme.id, number)? {
                Err(Trouble::at("", "分配量が確定したクールは変えられません。"))
            } else {
                Ok(())
            }
        }
    }
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let kind = kind(visit)?;
    let number = visit.param("number");
    let known = kind.rows(visit.masters()).into_iter().find(|r| kind.key(r) == number);
    if known.is_none() && number != "new" {
        return Err(Trouble::NotFound);
    }
    let typed = row_of(visit.masters(), kind, &known, |key| Some(form.get(key).to_string()));
    let row = typed_over(visit.masters(), kind, form, typed, known.as_ref());
    let reason = web::field::reason(form, "reason", "変更の理由を入力してください")?;
    let key = kind.key(&row);
    if known.is_none() && kind.rows(visit.masters()).iter().any(|r| kind.key(r) == key) {
        return Err(Trouble::at(kind.columns()[0].key, "この番号はもうあります"));
    }
    is_open_to_change(visit, tx, kind, &key)?;
    let wish = Wish {
        kind,
        row: Some(row),
        key,
        valid_from: time::date(visit.now),
        reason: &reason,
        batch: "",
    };
    let id = commands::propose(visit, tx, &wish)?;
    let change = commands::load(tx, &id)?;
    if form.get("notify") == "yes" {
        let figures: Vec<Figure> = change
            .difference(visit.masters())
            .iter()
            .filter(|d| d.changed)
            .map(|d| Figure {
                title: d.title.to_string(),
                before: (&d.before).into(),
                after: (&d.after).into(),
            })
            .collect();
        let name = change.name(visit.masters());
        work::venue::tell_all(&visit.caller(), tx, |venue| Changed {
            venue: venue.into(),
            programme: visit.masters().programme().name.clone(),
            kind: kind.label().into(),
            name: (&name).into(),
            figures: figures.clone(),
            reason: (&reason).into(),
        })?;
    }
    Ok(Done::saying("/mhlw/periods", "period.saved"))
}

/// The window whose close can be put off: the one that is open, or that has closed and whose cycle
/// isn't decided.
fn extendable(visit: &Visit) -> Option<rules::calendar::EntryWindow> {
    let windows = visit.masters().programme().calendar.windows();
    windows.into_iter().rev().find(|w| w.open <= visit.now).filter(|w| w.close.is_some())
}

fn extension(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let programme = visit.masters().programme();
    let window = extendable(visit).map(|w| json!({"title": format!("登録期間{}", circled(w.window)), "close": w.close, "cycle": w.cycle, "reopen": w.reopen, "closed": w.close.is_some_and(|c| c <= visit.now)}));
    visit.page(
        "calendar/extend.html",
        typed,
        json!({"h1": "締切を延ばす", "crumbs": [["/mhlw/periods", "登録期間とクール"]], "window": window, "venues": venues(tx, &programme.id)?}),
    )
}

fn extend(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let programme = visit.masters().programme();
    let window = extendable(visit).ok_or_else(|| Trouble::at("", "延ばせる締切はありません。"))?;
    let before = window.close.ok_or(Trouble::NotFound)?;
    let reason = web::field::reason(form, "reason", "延ばす理由を入力してください")?;
    let mut row = Kind::Windows
        .rows(visit.masters())
        .into_iter()
        .find(|r| r.get("window") == Some(&window.window.to_string()))
        .ok_or(Trouble::NotFound)?;
    row.insert("close".into(), input::text(form.get("close")));
    let mut next = visit.masters().clone();
    Kind::Windows.put(&mut next, &row).map_err(|(_, sentence)| Trouble::at("close", sentence))?;
    let close = next
        .programme()
        .calendar
        .windows()
        .into_iter()
        .find(|w| w.window == window.window)
        .and_then(|w| w.close)
        .ok_or(Trouble::NotFound)?;
    later(visit, before, close)?;
    if let Some(number) = window.cycle {
        if decided(tx, &programme.id, number)? {
            return Err(Trouble::at(
                "",
                format!("第{number}クールの分配量はすでに確定しています。"),
            ));
        }
        let mut cycle = Kind::Cycles
            .rows(visit.masters())
            .into_iter()
            .find(|r| r.get("number") == Some(&number.to_string()))
            .ok_or(Trouble::NotFound)?;
        cycle.insert("cut_off".into(), row["close"].clone());
        Kind::Cycles
            .put(&mut next, &cycle)
            .map_err(|(_, sentence)| Trouble::at("close", sentence))?;
        let wish = Wish {
            kind: Kind::Cycles,
            key: number.to_string(),
            row: Some(cycle),
            valid_from: time::date(visit.now),
            reason: &reason,
            batch: "",
        };
        commands::propose(visit, tx, &wish)?;
    }
    let wish = Wish {
        kind: Kind::Windows,
        key: window.window.to_string(),
        row: Some(row),
        valid_from: time::date(visit.now),
        reason: &reason,
        batch: "",
    };
    commands::propose(visit, tx, &wish)?;
    work::venue::tell_all(&visit.caller(), tx, |venue| Extended {
        venue: venue.into(),
        programme: programme.name.clone(),
        cycle: window.cycle,
        before,
        close,
        reason: (&reason).into(),
    })?;
    Ok(Done::saying("/mhlw/periods", "period.extended"))
}

fn later(visit: &Visit, before: Timestamp, close: Timestamp) -> Result<(), Trouble> {
    if close <= before {
        return Err(Trouble::at(
            "close",
            format!("新しい締切は{}より後にしてください", time::say_moment(before)),
        ));
    }
    if close <= visit.now {
        return Err(Trouble::at("close", "新しい締切は今より後にしてください"));
    }
    Ok(())
}
