//! Ways to fill a claim without typing it: paste with matching, last month's municipalities,
//! person-level records, what came back.

use std::sync::Arc;

use platform::db::Tx;
use platform::form::Form;
use platform::{english, secrets};
use rules::access::Act;
use rules::application::grouped;
use rules::claim::{self, Counts};
use rules::heading::Target;
use rules::input::LONGEST_LINE;
use rules::time::Month;
use serde_json::{Value, json};

use super::pasted::{self, Lookup, Pasted, Read};
use super::{SAME, columns, crumbs, service_month};
use masters::Masters;
use web::errors::Errors;
use web::field;
use web::page::{Answer, Typed};
use web::routes::{Ready, command, page};
use web::visit::{Request, Trouble, Visit};
use web::{Done, House, Route};
use words::Sentence;
use work::claim::{self as store, Part, Row, Stored};
use work::venue::VenueHead;

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/billing/{month}/paste", Act::EditClaim, paste_page),
        command("/venues/{venue}/billing/{month}/paste", Act::EditClaim, paste, paste_page)
            .reading_before(read_before),
        page("/venues/{venue}/billing/{month}/fill", Act::EditClaim, fill_page),
        command("/venues/{venue}/billing/{month}/fill", Act::EditClaim, fill, fill_page),
    ]
}

/// A pasted table as it was read, and what is wrong with it.
#[derive(Clone)]
struct Parsed {
    read: Read,
    errors: Errors,
}

/// The pasted table of a form, with what the person chose for lines that may mean several places;
/// none for a month without prices.
fn parse(masters: &Masters, month: Month, form: &Form) -> Option<Parsed> {
    let price = masters.tariff.price(month).ok()?;
    // A choice belongs to the line that was seen: in another text the same number is another line.
    let seen = !form.has("picked_for") || form.get("picked_for") == of_text(form);
    let chosen = |n: usize| {
        if !seen {
            return None;
        }
        let fields = [format!("pick_{n}"), format!("fix_{n}")];
        fields.iter().map(|f| form.get(f)).find(|v| !v.is_empty()).map(str::to_string)
    };
    // Whose venue it is isn't known yet.
    let lookup = Lookup { places: &masters.places, own: "", chosen: &chosen };
    let mut errors = Errors::default();
    let slots = columns(price.form, true);
    let read = pasted::taken_apart(form.get("paste"), &slots, &lookup, &mut errors);
    Some(Parsed { read, errors })
}

/// A table of two thousand lines is taken apart while nobody waits for a transaction's end.
fn read_before(house: &House, request: &Request, form: &Form) -> Option<Ready> {
    let month = Month::parse(request.params.get("month")?)?;
    parse(&house.masters(), month, form).map(|parsed| Arc::new(parsed) as Ready)
}

impl Parsed {
    /// The venue's own municipality belongs into the first row.
    fn at(mut self, venue: &VenueHead) -> Parsed {
        let own = |found: &mut Result<String, Vec<String>>| {
            if found.as_ref().is_ok_and(|code| *code == venue.municipality) {
                *found = Ok(SAME.into());
            }
        };
        self.read.lines.iter_mut().for_each(|line| own(&mut line.found));
        self
    }
}

/// Which text was pasted, whatever a browser does to its line ends.
fn of_text(form: &Form) -> String {
    secrets::digest(&form.get("paste").replace('\r', ""))
}

/// The rows of a pasted table, each with its line.
fn rows_of(read: &Read) -> Vec<(String, Row)> {
    let row = |l: &Pasted| {
        let municipality = l.found.clone().ok()?;
        let row = Row { municipality, counts: l.counts, recipient_class: store::with_coupon() };
        Some((format!("{}行目", l.n + 1), row))
    };
    read.lines.iter().filter_map(row).collect()
}

/// Cells of other months that are asked about at once.
const MOST_CELLS: usize = 20;

/// Whatever is asked before a table is taken into the claim of a month.
fn asked(
    visit: &Visit,
    tx: &mut Tx<'_>,
    month: Month,
    read: &Read,
    (form, stored): (&Form, Option<&Stored>),
) -> Result<Vec<String>, Trouble> {
    let venue = visit.venue()?;
    let target = Target { month: Some(month), ..web::import::target(visit, tx)? };
    let mut all = doubts(visit, venue, read, (form, stored), &target);
    if form.get("mode") == "replace" {
        let parts = put_out_by(tx, venue, month, stored, &filled(read, form, stored))?;
        all.extend(store::put_out(visit.masters(), &parts));
    }
    Ok(all)
}

/// What the claim holds once a pasted table is taken into it.
fn filled(read: &Read, form: &Form, stored: Option<&Stored>) -> Vec<Row> {
    let kept = stored.filter(|_| form.get("mode") != "replace");
    let mut rows = kept.map(|claim| claim.rows.0.clone()).unwrap_or_default();
    rows_of(read).into_iter().for_each(|(_, row)| store::add(&mut rows, row));
    rows
}

/// What came back and goes out of the claim where this is to be all that it holds; nothing where
/// that is what it holds already.
fn put_out_by(
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    month: Month,
    stored: Option<&Stored>,
    rows: &[Row],
) -> Result<Vec<Part>, Trouble> {
    let held = |row: &Row, rows: &[Row]| rows.contains(row);
    let same = stored.is_some_and(|claim| {
        let stored = &claim.rows;
        stored.is_whole()
            && stored.0.len() == rows.len()
            && rows.iter().all(|row| held(row, &stored.0))
            && stored.0.iter().all(|row| held(row, rows))
    });
    if same { Ok(Vec::new()) } else { Ok(store::merged_into(tx, &venue.id, month)?) }
}

/// What the person should confirm before it is taken: titles of another month, names read as
/// others, a place that stands there twice, counts that are added to those of the draft (the same
/// table may have been pasted before).
fn doubts(
    visit: &Visit,
    venue: &VenueHead,
    read: &Read,
    (form, stored): (&Form, Option<&Stored>),
    target: &Target,
) -> Vec<String> {
    let rows = rows_of(read);
    let rows: Vec<(String, &Row)> = rows.iter().map(|(at, row)| (at.clone(), row)).collect();
    let kept = stored.filter(|_| form.get("mode") != "replace").map_or(&[][..], |c| &c.rows.0);
    let there = |row: &Row| {
        let same = |k: &&Row| is_same(k, row);
        kept.iter().find(same).map_or(0, |k| k.counts.total())
    };
    let (onto, fresh): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, row)| there(row) > 0);
    let mut titled = Vec::new();
    for title in &read.titles {
        let asked = target.doubts(title).into_iter();
        titled.extend(
            asked.map(|doubt| format!("題名の「{title}」：{doubt}", doubt = doubt.sentence())),
        );
    }
    let name = |row: &Row| store::place_name(visit.masters(), venue, &row.municipality);
    let today = rules::time::date(visit.now);
    let cells = read.dated.iter();
    let other = cells.filter_map(|(title, cell)| target.doubt_of_cell(title, cell, today));
    titled.extend(other.take(MOST_CELLS).map(|doubt| doubt.sentence()));
    titled
        .into_iter()
        .chain(read.remarks.iter().cloned())
        .chain(super::twice(visit.masters(), venue, &fresh))
        .chain(added(&onto, there, name))
        .collect()
}

/// Whether two rows are counted as one.
fn is_same(one: &Row, other: &Row) -> bool {
    one.municipality == other.municipality && one.recipient_class == other.recipient_class
}

/// What becomes of the counts that are there already, a sentence a place however many lines are
/// added to it: from what to what.
fn added(
    onto: &[(String, &Row)],
    there: impl Fn(&Row) -> u32,
    name: impl Fn(&Row) -> String,
) -> Vec<String> {
    let mut all = Vec::new();
    for (n, (at, row)) in onto.iter().enumerate() {
        if onto[..n].iter().any(|(_, before)| is_same(before, row)) {
            continue;
        }
        let own: Vec<_> = onto[n..].iter().filter(|(_, other)| is_same(other, row)).collect();
        let more: u32 = own.iter().map(|(_, row)| row.counts.total()).sum();
        let (before, name) = (there(row), name(row));
        let (known, after) = (grouped(before), grouped(before.saturating_add(more)));
        let more = grouped(more);
        all.push(if own.len() == 1 {
            format!("{at}：{name}には{known}件が入力済みです。{more}件を加えて{after}件にします")
        } else {
            let parts: Vec<String> = own
                .iter()
                .map(|(at, row)| format!("{at}の{}件", grouped(row.counts.total())))
                .collect();
            let parts = parts.join("と");
            format!("{name}には{known}件が入力済みです。{parts}を加えて{after}件にします")
        });
    }
    all
}

fn paste_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    if let (None, Some(answer)) = (&typed.form, submitted(tx, &venue.id, month)?) {
        return Ok(answer);
    }
    let price = visit.masters().tariff.price(month).map_err(|r| Trouble::at("", r))?;
    let titles: Vec<String> =
        columns(price.form, true).into_iter().map(claim::slot_label).collect();
    let places = &visit.masters().places;
    // Refused, it was read before its command; what was kept while signed out wasn't.
    let ready = || visit.request.ready::<Parsed>().ok().cloned();
    let parsed = typed
        .form
        .as_ref()
        .and_then(|form| ready().or_else(|| parse(visit.masters(), month, form)));
    let read = parsed.map_or_else(Read::default, |parsed| parsed.at(venue).read);
    let lines = &read.lines;
    let matched = lines.iter().filter(|l| l.found.is_ok()).count();
    let stored = store::load(tx, &venue.id, month)?;
    let doubts = match &typed.form {
        Some(form) => asked(visit, tx, month, &read, (form, stored.as_ref()))?,
        None => Vec::new(),
    };
    let open: Vec<Value> = lines
        .iter()
        .filter_map(|l| {
            let candidates = l.found.as_ref().err()?;
            let choices: Vec<(String, String)> = std::iter::once((String::new(), "選んでください".to_string()))
                .chain(candidates.iter().map(|code| (code.clone(), places.full_name(code))))
                .collect();
            Some(json!({"n": l.n, "line": l.n + 1, "raw": english::cut(&l.raw, LONGEST_LINE), "many": !candidates.is_empty(), "choices": choices, "count": l.counts.total()}))
        })
        .collect();
    // What was chosen for a line stays chosen while something else is asked.
    let settled = lines
        .iter()
        .filter(|l| l.found.is_ok())
        .flat_map(|l| [format!("pick_{}", l.n), format!("fix_{}", l.n)]);
    let chosen: Vec<(String, &str)> = settled
        .filter_map(|name| {
            let value = typed.form.as_ref()?.get(&name);
            (!value.is_empty()).then_some((name, value))
        })
        .collect();
    visit.page(
        "claim/paste.html",
        typed,
        json!({"h1": "まとめて貼り付ける", "chosen": chosen, "picked_for": typed.form.as_ref().map(of_text), "month": month, "titles": titles, "matched": matched, "open": open, "noted": field::noted(&doubts), "doubts": field::quoted(&doubts, typed.form.as_ref()), "claim_version": stored.map_or(0, |c| c.version), "crumbs": crumbs(venue, month)}),
    )
}

/// Where a claim that is submitted already is shown: nothing is filled in over it.
fn submitted(tx: &mut Tx<'_>, venue: &str, month: Month) -> Result<Option<Answer>, Trouble> {
    let stored = store::load(tx, venue, month)?.filter(|claim| claim.is_submitted());
    Ok(stored.map(|_| Answer::Redirect(format!("/venues/{venue}/billing/{month}"))))
}

/// The draft that a form was filled in over: another one isn't overwritten.
fn looked_at(
    tx: &mut Tx<'_>,
    venue: &str,
    month: Month,
    form: &Form,
) -> Result<Option<Stored>, Trouble> {
    let stored = draft(tx, venue, month)?;
    match form.get("claim_version") == stored.as_ref().map_or(0, |c| c.version).to_string() {
        true => Ok(stored),
        false => Err(platform::db::Failure::Stale.into()),
    }
}

/// The draft that is written to; what is submitted isn't touched.
pub fn draft(tx: &mut Tx<'_>, venue: &str, month: Month) -> Result<Option<Stored>, Trouble> {
    let stored = store::load(tx, venue, month)?;
    if stored.as_ref().is_some_and(|c| c.is_submitted()) {
        return Err(Trouble::at("", claim::Refusal::SubmittedAlready));
    }
    Ok(stored)
}

/// Saves rows that nobody typed one by one.
pub fn write(
    visit: &Visit,
    tx: &mut Tx<'_>,
    month: Month,
    before: Option<Stored>,
    rows: &[Row],
    how: &str,
) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let total = super::total(visit.masters(), month, rows)?;
    let class = before.as_ref().map_or("2".to_string(), |c| c.facility_class.clone());
    let edit = format!("/venues/{}/billing/{month}/edit", venue.id);
    if before.as_ref().is_some_and(|c| c.says(rows, &class, total)) {
        return Ok(Done::saying(edit, "unchanged"));
    }
    let draft = store::Draft { rows, class: &class, total };
    store::save_draft(&visit.caller(), tx, venue, month, &draft, before.as_ref(), Some(how))?;
    Ok(Done::saying(edit, "claim.filled"))
}

fn paste(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let before = looked_at(tx, &venue.id, month, form)?;
    let Parsed { read, mut errors } = visit.request.ready::<Parsed>()?.clone().at(venue);
    for line in &read.lines {
        if let Err(candidates) = &line.found {
            let field = if candidates.is_empty() {
                format!("fix_{}", line.n)
            } else {
                format!("pick_{}", line.n)
            };
            let sentence = match store::place_of(visit.masters(), venue, &line.raw) {
                Err(fault) => fault.sentence(),
                Ok(_) => "市区町村を選んでください".into(),
            };
            errors.add(field, format!("{}行目：{sentence}", line.n + 1));
        }
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    field::is_noted(form, &asked(visit, tx, month, &read, (form, before.as_ref()))?)?;
    let rows = filled(&read, form, before.as_ref());
    if form.get("mode") == "replace" {
        let put_out = put_out_by(tx, venue, month, before.as_ref(), &rows)?;
        store::take_out(tx, &put_out)?;
    }
    let names: Vec<&str> = read
        .lines
        .iter()
        .filter(|l| l.found.as_ref().is_ok_and(|m| m != work::claim::SAME))
        .map(|l| l.raw.as_str())
        .collect();
    let done = write(visit, tx, month, before, &rows, "paste")?;
    Ok(super::namesakes::told(done, &visit.masters().places, names))
}

fn fill_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    if let (None, Some(answer)) = (&typed.form, submitted(tx, &venue.id, month)?) {
        return Ok(answer);
    }
    let last = store::load(tx, &venue.id, month.plus(-1))?;
    let persons = store::from_persons(tx, venue, month)?;
    let stored = store::load(tx, &venue.id, month)?;
    let by_persons = typed.form.as_ref().is_some_and(|form| form.get("go") == "persons");
    let put_out = match by_persons {
        true => {
            let parts = put_out_by(tx, venue, month, stored.as_ref(), &persons)?;
            store::put_out(visit.masters(), &parts)
        }
        false => Vec::new(),
    };
    visit.page(
        "claim/fill.html",
        typed,
        json!({
            "h1": "前月や実績から始める", "noted": field::noted(&put_out), "put_out": put_out, "month": month, "last_month": month.plus(-1).say(), "last": last.as_ref().map(|c| c.rows.0.len()),
            "persons": persons.len(), "persons_count": persons.iter().map(|r| u64::from(r.counts.total())).sum::<u64>(), "has": stored.as_ref().is_some_and(|c| !c.rows.0.is_empty()), "claim_version": stored.map_or(0, |c| c.version), "crumbs": crumbs(venue, month),
        }),
    )
}

fn fill(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let before = looked_at(tx, &venue.id, month, form)?;
    let known = before.as_ref().map(|c| c.rows.0.clone()).unwrap_or_default();
    let (rows, how) = match form.get("go") {
        "last" => {
            let last = store::load(tx, &venue.id, month.plus(-1))?
                .ok_or_else(|| Trouble::at("", "前の月の請求がありません。"))?;
            let mut rows = known;
            for row in last.rows.0 {
                store::add(&mut rows, Row { counts: Counts::default(), ..row });
            }
            (rows, "last_month")
        }
        "persons" => {
            let rows = store::from_persons(tx, venue, month)?;
            if rows.is_empty() {
                return Err(Trouble::at("", "この月の個人単位の記録がありません。"));
            }
            let put_out = put_out_by(tx, venue, month, before.as_ref(), &rows)?;
            field::is_noted(form, &store::put_out(visit.masters(), &put_out))?;
            store::take_out(tx, &put_out)?;
            (rows, "persons")
        }
        _ => return Err(Trouble::at("", "始め方を選んでください。")),
    };
    write(visit, tx, month, before, &rows, how)
}
