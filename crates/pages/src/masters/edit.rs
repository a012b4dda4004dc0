//! Every master as list, edit, valid from, difference, second person; and as a file that goes out
//! and comes in.

use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use rules::allocation::Choices;
use rules::heading::Target;
use rules::{fold, input, time};
use serde_json::{Value, json};

use masters::kinds::{Kind, Row};
use masters::{Masters, changes};

use super::commands::{self, Wish};
use web::errors::Errors;
use web::field::noted;
use web::import::{self, Columns, Head, Line, List, Place, Stored, Verdict};
use web::list;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::table::{self, Cell, Sheet, Table};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/admin/masters", Act::EditMasters, overview),
        page("/admin/masters/{master}", Act::EditMasters, list),
        page("/admin/masters/{master}/edit", Act::EditMasters, form),
        command("/admin/masters/{master}/edit", Act::EditMasters, save, form),
        page("/admin/changes/{change}", Act::EditMasters, change),
        command("/admin/changes/{change}", Act::ApproveMasters, decide, change),
    ];
    all.extend(import::routes::<Rows>("/admin/masters/{master}/import"));
    all.extend(list!("/admin/masters/{master}/table", Act::EditMasters, sheet));
    all
}

fn kind(visit: &Visit) -> Result<Kind, Trouble> {
    Kind::from_id(visit.param("master"))
        .filter(|k| Kind::LISTED.contains(k))
        .ok_or(Trouble::NotFound)
}

fn overview(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let waiting = changes::waiting(tx)?;
    let kinds: Vec<Value> = Kind::LISTED
        .iter()
        .map(|k| json!({"id": k.id(), "label": k.label(), "rows": k.rows(visit.masters()).len(), "two": k.needs_two(), "waiting": waiting.iter().filter(|c| c.master == k.id()).count()}))
        .collect();
    visit.page(
        "masters/overview.html",
        typed,
        json!({"h1": "マスタ", "kinds": kinds, "waiting": waiting.iter().map(|c| commands::json(c, visit.masters())).collect::<Vec<_>>()}),
    )
}

/// Years ahead of which a master may be changed.
const MOST_YEARS: i64 = 5;
/// Rows on one page.
const SHOWN: usize = 100;

/// Which rows of a master hold the words of a search box: what stands in a row and what pages show
/// of it.
fn matching(visit: &Visit, kind: Kind, all: &[Row], sought: &fold::Sought) -> Vec<usize> {
    let masters = visit.masters();
    if sought.is_empty() {
        return (0..all.len()).collect();
    }
    // The one long list is folded once, not once a request.
    if kind == Kind::Municipalities {
        let found = masters.places.haystacks();
        return (0..all.len()).filter(|i| found.get(*i).is_some_and(|h| sought.is_in(h))).collect();
    }
    let searched = |row: &Row| {
        let said: Vec<String> =
            row.iter().map(|(key, stored)| kind.say(masters, key, stored)).collect();
        fold::haystack(row.values().chain(&said).map(String::as_str))
    };
    (0..all.len()).filter(|i| sought.is_in(&searched(&all[*i]))).collect()
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let kind = kind(visit)?;
    let masters = visit.masters();
    let all = kind.rows(masters);
    let matching = matching(visit, kind, &all, &fold::Sought::of(visit.query("q")));
    let page = visit.page_asked(10_000)? as usize;
    let shown = kind.shown();
    let rows: Vec<Value> = matching
        .iter()
        .skip((page - 1) * SHOWN)
        .take(SHOWN)
        .map(|at| &all[*at])
        .map(|r| {
            let cell = |c: &&masters::kinds::Column| json!({"text": kind.said(masters, c.key, &r[c.key]), "written": kind.is_written(c.key), "rules": kind == Kind::RuleSets && c.key == "choices"});
            json!({"key": kind.key(r), "cells": shown.iter().map(cell).collect::<Vec<_>>()})
        })
        .collect();
    let titles: Vec<&str> = shown.iter().map(|c| kind.heading(c)).collect();
    visit.page(
        "masters/table.html",
        typed,
        json!({
            "h1": kind.label(), "crumbs": [["/admin/masters", "マスタ"]], "master": kind.id(), "base": format!("/admin/masters/{}/import", kind.id()), "titles": titles, "rows": rows, "total": matching.len(), "q": visit.query("q"), "two": kind.needs_two(), "grows": kind.grows(),
            "next": (matching.len() > page * SHOWN).then_some(page + 1), "changes": changes::of_master(tx, kind, 20)?.iter().map(|c| commands::json(c, visit.masters())).collect::<Vec<_>>(), "new_version": kind == Kind::RuleSets,
        }),
    )
}

/// Sentences are text; everything else keeps every digit as it stands.
fn cell(kind: Kind, key: &str, row: &Row) -> Cell {
    let value = kind.word(key, row.get(key).map_or("", String::as_str));
    if matches!(key, "ja" | "en" | "choices" | "note") {
        Cell::Text(value)
    } else {
        Cell::Code(value)
    }
}

fn cells(kind: Kind, visit: &Visit) -> (Vec<&'static str>, Vec<Vec<Cell>>) {
    let rows = kind.rows(visit.masters());
    let cells = rows
        .iter()
        .map(|r| kind.columns().iter().map(|c| cell(kind, c.key, r)).collect())
        .collect();
    (kind.columns().iter().map(|c| c.title).collect(), cells)
}

fn sheet(visit: &Visit, _: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let kind = kind(visit)?;
    let (titles, rows) = cells(kind, visit);
    Ok(Sheet::new(kind.label(), "", titles, rows))
}

/// The day whose values a form begins with: today, or a later one that its address names.
fn day_shown(visit: &Visit) -> jiff::civil::Date {
    let today = time::date(visit.now);
    let day = input::date("有効になる日", visit.query("day"));
    visit.masters().holidays.settle(day).map_or(today, |day| day.max(today))
}

/// The row with a key on a day.
fn row_on(
    visit: &Visit,
    tx: &mut Tx<'_>,
    kind: Kind,
    key: &str,
    day: jiff::civil::Date,
) -> Result<Option<Row>, Trouble> {
    let find = |rows: Vec<Row>| rows.into_iter().find(|row| kind.key(row) == key);
    if day == time::date(visit.now) {
        return Ok(find(kind.rows(visit.masters())));
    }
    Ok(find(kind.rows(&changes::in_force(tx, &visit.house.base_masters, day)?)))
}

/// A row typed over what a form had shown (its fields `was_…`) and over what stands: fields that
/// nobody touched stay as they stand. Whoever sends a row without what was shown means all of it.
pub fn typed_over(
    masters: &Masters,
    kind: Kind,
    form: &Form,
    typed: Row,
    standing: Option<&Row>,
) -> Row {
    let was = |c: &masters::kinds::Column| format!("was_{}", c.key);
    let said = kind.columns().iter().any(|c| form.has(&was(c)));
    let Some(standing) = standing.filter(|_| said) else { return typed };
    let mut shown = typed.clone();
    for c in kind.columns().iter().filter(|c| form.has(&was(c))) {
        shown.insert(c.key.to_string(), input::text(form.get(&was(c))));
    }
    masters::laid::carried(&kind.stored(masters, &shown), &typed, standing)
}

/// A row typed over what the form had shown, for the day from which it is to hold: fields that
/// nobody touched stay as they will be then.
fn carried(
    visit: &Visit,
    tx: &mut Tx<'_>,
    form: &Form,
    typed: Row,
    valid_from: jiff::civil::Date,
) -> Result<Row, Trouble> {
    let kind = kind(visit)?;
    let standing = row_on(visit, tx, kind, form.get("key"), valid_from)?;
    Ok(typed_over(visit.masters(), kind, form, typed, standing.as_ref()))
}

fn form(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let kind = kind(visit)?;
    let key = visit.query("key").to_string();
    let day = day_shown(visit);
    let known = row_on(visit, tx, kind, &key, day)?;
    if !key.is_empty() && known.is_none() {
        return Err(Trouble::NotFound);
    }
    let masters = visit.masters();
    let name = known.as_ref().map(|r| kind.named(masters, &key, Some(r)));
    let fields: Vec<Value> = kind
        .columns()
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let stored = known.as_ref().and_then(|r| r.get(c.key)).map_or("", String::as_str);
            // A new version of a rule set is the next one, from today on.
            let value = match (kind, c.key, stored.parse::<u32>()) {
                (Kind::RuleSets, "version", Ok(last)) => (last + 1).to_string(),
                _ => kind.field(masters, c.key, stored),
            };
            json!({
                "key": c.key, "title": kind.heading(c), "hint": c.hint, "required": c.required, "value": value, "fixed": i == 0 && known.is_some(), "options": kind.options(c.key),
                "rules": kind == Kind::RuleSets && c.key == "choices", "long": matches!(c.key, "ja" | "en" | "note"),
            })
        })
        .collect();
    let others = match &known {
        Some(_) if kind != Kind::RuleSets => {
            commands::others(visit, tx, kind, &key, day.tomorrow().unwrap_or(day), "")?
        }
        _ => Value::Null,
    };
    let asked = typed.errors.0.iter().filter(|(at, _)| at == "sure");
    let asked: Vec<String> = asked.map(|(_, sentence)| sentence.clone()).collect();
    let sure = (!asked.is_empty()).then(|| noted(&asked));
    let choices = known
        .as_ref()
        .and_then(|r| r.get("choices"))
        .and_then(|c| serde_json::from_str::<Choices>(c).ok())
        .unwrap_or_default();
    visit.page(
        "masters/form.html",
        typed,
        json!({
            "h1": if known.is_some() { "変更" } else { "追加" }, "crumbs": [["/admin/masters", "マスタ"], [format!("/admin/masters/{}", kind.id()), kind.label()]], "master": kind.id(), "fields": fields, "row_key": key, "name": name, "choices": choices,
            "two": kind.needs_two(), "may_remove": known.is_some() && kind.grows() && kind != Kind::Texts, "day": day, "later": day > time::date(visit.now), "others": others, "key_field": kind.columns()[0].key, "sure": sure, "new_version": kind == Kind::RuleSets,
        }),
    )
}

/// Asks whether values that lie far from the ones in force are right.
///
/// # Errors
/// The questions, where the form doesn't answer them.
fn is_sure(
    visit: &Visit,
    tx: &mut Tx<'_>,
    form: &Form,
    row: &Row,
    valid_from: jiff::civil::Date,
) -> Result<(), Trouble> {
    let then = changes::in_force(tx, &visit.house.base_masters, valid_from)?;
    let far = kind(visit)?.far(&then, row);
    let asked: Vec<String> = far.into_iter().map(|far| far.sentence).collect();
    if asked.is_empty() || form.get("sure") == noted(&asked) {
        return Ok(());
    }
    let mut errors = Errors::default();
    asked.iter().for_each(|sentence| errors.add("sure", sentence));
    Err(Trouble::refused(errors))
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let kind = kind(visit)?;
    let today = time::date(visit.now);
    // A day that is gone is refused where the change is proposed.
    let last = today.saturating_add(jiff::Span::new().years(MOST_YEARS));
    let valid_from = visit
        .masters()
        .holidays
        .settle(input::date("有効になる日", form.get("valid_from")))
        .and_then(|day| input::inside("有効になる日", day, day.min(today), last))
        .map_err(|e| Trouble::at("valid_from", e))?;
    let reason = web::field::reason(form, "reason", "変更の理由を入力してください")?;
    let removes = form.get("go") == "remove";
    let mut row: Row =
        kind.columns().iter().map(|c| (c.key.to_string(), input::text(form.get(c.key)))).collect();
    if kind == Kind::RuleSets && !form.has("choices") && !removes {
        let mut errors = Errors::default();
        let choices = crate::allocation::conditions::rules(&mut errors, form);
        if !errors.is_empty() {
            return Err(Trouble::refused(errors));
        }
        row.insert("choices".into(), serde_json::to_string(&choices).unwrap_or_default());
    }
    let row = kind.stored(visit.masters(), &row);
    for c in kind.columns().iter().filter(|c| c.required && !removes) {
        if row.get(c.key).is_none_or(String::is_empty) {
            return Err(Trouble::at(c.key, format!("{}を入力してください", kind.heading(c))));
        }
    }
    let key = if form.has("key") { form.get("key").to_string() } else { kind.key(&row) };
    if !form.has("key") && kind.rows(visit.masters()).iter().any(|r| kind.key(r) == key) {
        return Err(Trouble::at(
            kind.columns()[0].key,
            "同じ行がもうあります。一覧から選んで変更してください",
        ));
    }
    let row = if form.has("key") { carried(visit, tx, form, row, valid_from)? } else { row };
    if !removes {
        is_sure(visit, tx, form, &row, valid_from)?;
    }
    let wish =
        Wish { kind, row: (!removes).then_some(row), key, valid_from, reason: &reason, batch: "" };
    let id = commands::propose(visit, tx, &wish)?;
    let to = format!("/admin/changes/{id}");
    Ok(if kind.needs_two() {
        Done::saying(to, "master.proposed")
    } else {
        Done::saying(to, "master.saved")
    })
}

fn change(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let change = commands::load(tx, visit.param("change"))?;
    let own = visit.person.as_ref().is_some_and(|p| p.id == change.proposed_by);
    let together =
        if change.batch.is_empty() { 0 } else { changes::of_batch(tx, &change.batch)?.len() };
    visit.page(
        "masters/change.html",
        typed,
        json!({"h1": "マスタの変更", "crumbs": [["/admin/masters", "マスタ"], [format!("/admin/masters/{}", change.master), change.kind().map(Kind::label)]], "change": commands::whole_json(visit, tx, &change)?, "own": own, "together": together}),
    )
}

fn decide(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let change = commands::load(tx, visit.param("change"))?;
    if change.decided_at.is_some() {
        return Err(Trouble::stale("この変更は、ほかの人がもう決めました。"));
    }
    let here = format!("/admin/changes/{}", change.id);
    match form.get("decision") {
        "approve" => {
            commands::approve(visit, tx, &change)?;
            Ok(Done::saying(here, "master.approved"))
        }
        "approve_all" if !change.batch.is_empty() => {
            for one in changes::of_batch(tx, &change.batch)? {
                commands::approve(visit, tx, &one)?;
            }
            Ok(Done::saying(here, "master.approved"))
        }
        "turn_down" => {
            let reason = web::field::reason(form, "reason", "差し戻す理由を入力してください")?;
            commands::turn_down(visit, tx, &change, &reason)?;
            Ok(Done::saying(here, "master.turned_down"))
        }
        _ => Err(Trouble::at("", "「承認する」か「差し戻す」を選んでください")),
    }
}

fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let kind = kind(visit)?;
    let before = import::latest(tx, kind.id(), "masters")?;
    visit.page(
        "masters/import.html",
        typed,
        json!({"h1": "マスタの取り込み", "crumbs": [["/admin/masters", "マスタ"], [format!("/admin/masters/{}", kind.id()), kind.label()]], "master": kind.id(), "base": format!("/admin/masters/{}/import", kind.id()), "titles": kind.columns().iter().map(|c| c.title).collect::<Vec<_>>(), "before": before.iter().map(import::Listed::json).collect::<Vec<_>>()}),
    )
}

/// The rows of one master.
pub struct Rows;

impl List for Rows {
    const ACT: Act = Act::EditMasters;
    type Order = Row;

    fn place(visit: &Visit) -> Result<Place, Trouble> {
        let kind = kind(visit)?;
        let up = format!("/admin/masters/{}", kind.id());
        Ok(Place {
            kind: kind.id().into(),
            scope: "masters".into(),
            base: format!("{up}/import"),
            up: (up, kind.label().into()),
        })
    }
    fn columns(visit: &Visit) -> Result<Columns, Trouble> {
        let columns = kind(visit)?.columns();
        // The names that the data files have, too.
        let known = Columns::new(columns.iter().map(|c| (c.title, "")));
        Ok(columns.iter().fold(known, |known, c| known.also(c.title, &[c.key])))
    }
    fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
        offer(visit, tx, typed)
    }
    fn target(_: &Visit, _: &mut Tx<'_>) -> Result<Target, Trouble> {
        Ok(Target::default())
    }
    fn applied(visit: &Visit) -> &'static str {
        if kind(visit).is_ok_and(Kind::needs_two) { "master.proposed" } else { "master.saved" }
    }
    fn check(
        visit: &Visit,
        _: &mut Tx<'_>,
        head: &Head,
        table: &Table,
    ) -> Result<Vec<Line<Row>>, Trouble> {
        lines(visit, kind(visit)?, head, table)
    }
    fn apply(
        visit: &Visit,
        tx: &mut Tx<'_>,
        stored: &Stored,
        orders: Vec<Row>,
    ) -> Result<Value, Trouble> {
        apply(visit, tx, stored, orders)
    }
    fn undo(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, _: &Value) -> Result<(), Trouble> {
        take_back(visit, tx, stored)
    }
}

/// Whether two rows say the same: blanks at the ends, which no cell keeps, aside.
fn is_same(known: &Row, row: &Row) -> bool {
    known.len() == row.len()
        && known.iter().all(|(key, value)| {
            row.get(key).is_some_and(|other| input::text(other) == input::text(value))
        })
}

fn shown(value: String) -> String {
    if value.is_empty() { "（空）".into() } else { value }
}

/// Each line against the rows of today; all lines together are checked once more when they are
/// proposed.
fn lines(
    visit: &Visit,
    kind: Kind,
    head: &Head,
    content: &Table,
) -> Result<Vec<Line<Row>>, Trouble> {
    head.needs(&kind.columns().iter().filter(|c| c.required).map(|c| c.title).collect::<Vec<_>>())?;
    let known = kind.rows(visit.masters());
    let known: std::collections::HashMap<String, &Row> =
        known.iter().map(|r| (kind.key(r), r)).collect();
    let read = |cells: table::Row<'_>| {
        let written: Row = kind
            .columns()
            .iter()
            .map(|c| (c.key.to_string(), input::text(head.cell(cells, c.title))))
            .collect();
        kind.stored(visit.masters(), &written)
    };
    let twins = import::Twins::of(
        head.rows(content).map(|(number, cells)| (number, kind.key(&read(cells)))),
    );
    let mut masters = visit.masters().clone();
    Ok(head
        .rows(content)
        .map(|(number, cells)| {
            let mut row = read(cells);
            if content.is_cp932()
                && let Some(known) = known.get(&kind.key(&row))
            {
                for (key, value) in &mut row {
                    let stored = known.get(key).map_or("", String::as_str);
                    *value = input::kept_of_cp932(stored, std::mem::take(value));
                }
            }
            // A column that isn't in the file changes nothing.
            for c in kind.columns().iter().filter(|c| !head.has(c.title)) {
                if let Some(value) = known.get(&kind.key(&row)).and_then(|k| k.get(c.key)) {
                    row.insert(c.key.to_string(), value.clone());
                }
            }
            let same = known.get(&kind.key(&row)).is_some_and(|k| is_same(k, &row));
            let doubts = doubts(visit, kind, &row);
            let twin =
                twins.held(&kind.key(&row), kind.columns()[0].title, &kind.key(&row), "同じ行");
            let verdict = if let Some(held) = twin {
                held
            } else if same {
                Verdict::Same
            } else {
                match kind.try_put(&mut masters, &row) {
                    Err((column, sentence)) => {
                        let title = kind
                            .columns()
                            .iter()
                            .find(|c| c.key == column)
                            .map_or(column, |c| c.title);
                        Verdict::bad(title, row.get(column).map_or("", String::as_str), &sentence)
                    }
                    Ok(row) => match known.get(&kind.key(&row)) {
                        Some(k) if is_same(k, &row) => Verdict::Same,
                        Some(k) => {
                            let changed: Vec<String> = kind
                                .columns()
                                .iter()
                                .filter(|c| {
                                    k.get(c.key).map(|v| input::text(v))
                                        != row.get(c.key).map(|v| input::text(v))
                                })
                                .map(|c| {
                                    let said = |stored: &str| {
                                        kind.marked(
                                            c.key,
                                            stored,
                                            &shown(kind.say(visit.masters(), c.key, stored)),
                                        )
                                    };
                                    format!(
                                        "{} {} → {}",
                                        kind.heading(c),
                                        said(&k[c.key]),
                                        said(&row[c.key])
                                    )
                                })
                                .collect();
                            let name = kind.named(visit.masters(), &kind.key(&row), Some(&row));
                            Verdict::Change(format!("{name}：{}", changed.join("、")), row)
                        }
                        None if !kind.grows() => Verdict::bad(
                            kind.columns()[0].title,
                            &kind.key(&row),
                            "この行は追加できません。",
                        ),
                        None => {
                            let said = kind
                                .shown()
                                .into_iter()
                                .map(|c| kind.said(visit.masters(), c.key, &row[c.key]));
                            Verdict::Add(
                                said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" "),
                                row,
                            )
                        }
                    },
                }
            };
            let verdict = if doubts.is_empty() { verdict } else { verdict.asked(doubts) };
            Line { number, verdict }
        })
        .collect())
}

/// What of a row lies far from the values in force.
fn doubts(visit: &Visit, kind: Kind, row: &Row) -> Vec<import::Fault> {
    let fault = |far: masters::far::Far| import::Fault {
        column: kind.columns().iter().find(|c| c.key == far.column).map_or("", |c| c.title).into(),
        typed: row.get(far.column).cloned().unwrap_or_default(),
        problem: far.sentence,
    };
    kind.far(visit.masters(), row).into_iter().map(fault).collect()
}

fn apply(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
    rows: Vec<Row>,
) -> Result<Value, Trouble> {
    let (kind, total) = (kind(visit)?, rows.len());
    for (done, row) in rows.into_iter().enumerate() {
        import::progress(&stored.id, done, total);
        let reason = format!("ファイルの取り込み（{}）", stored.file_name);
        let wish = Wish {
            kind,
            key: kind.key(&row),
            row: Some(row),
            valid_from: time::date(visit.now),
            reason: &reason,
            batch: &stored.id,
        };
        commands::propose(visit, tx, &wish)?;
    }
    Ok(json!({"rows": total}))
}

/// この取り込みを元に戻す: what waits is turned down, what holds is changed back, while nothing has touched
/// the rows since.
fn take_back(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored) -> Result<(), Trouble> {
    let kind = kind(visit)?;
    let reason = format!("取り込みの取り消し（{}）", stored.file_name);
    let now = kind.rows(visit.masters());
    for change in changes::all_of_batch(tx, &stored.id)?.iter().rev() {
        if change.decided_at.is_none() {
            commands::turn_down(visit, tx, change, &reason)?;
        } else if !change.turned_down {
            let now = now.iter().find(|r| kind.key(r) == change.key);
            let row = change.taken_back(now).ok_or_else(|| {
                let name = change.name(visit.masters());
                let why = format!("{name}が取り込みの後に変わっているため、元に戻せません。");
                Trouble::at("", why)
            })?;
            // Taking one row back may have brought another one back with it.
            if kind.takes_from_others() {
                let today = time::date(visit.now);
                let then = changes::in_force(tx, &visit.house.base_masters, today)?;
                let there = kind.rows(&then).into_iter().find(|r| kind.key(r) == change.key);
                if there == row {
                    continue;
                }
            }
            let wish = Wish {
                kind,
                row,
                key: change.key.clone(),
                valid_from: time::date(visit.now),
                reason: &reason,
                batch: "",
            };
            commands::propose(visit, tx, &wish)?;
        }
    }
    Ok(())
}
