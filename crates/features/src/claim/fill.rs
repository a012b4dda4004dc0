//! Ways to fill a claim without typing it: paste with matching, last month's municipalities, person-level records, what came back.

use platform::english;
use std::collections::BTreeMap;

use platform::db::Tx;
use platform::form::{Errors, Form};
use platform::{args, sql};
use rules::access::Act;
use rules::claim::{Age, Band, Counts, Kind};
use rules::input;
use rules::places::{Meaning, Note};
use rules::time::Month;
use serde_json::{Value, json};

use super::store::{self, Row, Stored};
use super::{SAME, columns, crumbs, place_of, service_month};
use crate::house::import::says_total;
use crate::house::page::{Answer, Typed};
use crate::house::routes::{deed, page};
use crate::house::visit::{Trouble, VenueHead, Visit};
use crate::house::{Done, Route};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/billing/{month}/paste", Act::EditClaim, paste_page),
        deed("/venues/{venue}/billing/{month}/paste", Act::EditClaim, paste, paste_page),
        page("/venues/{venue}/billing/{month}/fill", Act::EditClaim, fill_page),
        deed("/venues/{venue}/billing/{month}/fill", Act::EditClaim, fill, fill_page),
        deed("/venues/{venue}/billing/{month}/merge", Act::EditClaim, merge, super::edit),
    ]
}

/// One pasted line: what was written, and what it means.
struct Pasted {
    /// The line's number, from 0.
    n: usize,
    raw: String,
    /// The municipality, or those it may be.
    found: Result<String, Vec<String>>,
    /// How it was read, where that isn't what was written.
    note: Option<String>,
    counts: Counts,
    recipient_class: String,
}

type Slot = (Kind, Age, Band);

/// Lines of one paste: more than there are municipalities.
const MOST_LINES: usize = 2_000;

/// What stands in a column of the paste.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Prefecture,
    Place,
    Count(Slot),
    /// The row's own total: checked, not taken.
    Total,
    /// A reading, a remark: passed over.
    Other,
}

/// Cells of pasted text: by tabs where there are any (a comma is then a thousands separator and nothing else), by blanks where every
/// line is names and numbers, else by commas as CSV.
///
/// # Errors
/// Lines in which a comma may part two counts or the thousands of one; an unclosed quote.
fn cells(text: &str, errors: &mut Errors) -> Vec<(usize, Vec<String>)> {
    let lines: Vec<(usize, &str)> = text.lines().enumerate().filter(|(_, l)| !input::clean(l).is_empty()).collect();
    let tidy =
        |cell: &str| input::clean(cell.trim().strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap_or(cell)).replace("\"\"", "\"");
    if lines.iter().any(|(_, l)| l.contains('\t')) {
        return lines.into_iter().map(|(i, l)| (i, l.split('\t').map(tidy).collect())).collect();
    }
    let words = |l: &str| -> Vec<String> { input::clean(l).split_whitespace().map(str::to_string).collect() };
    let named = |w: &[String]| w.iter().take_while(|w| input::whole("", w).is_err()).count();
    let spaced = |l: &str| {
        let w = words(l);
        (1..=2).contains(&named(&w)) && w.len() > named(&w) && w.iter().skip(named(&w)).all(|c| input::whole("", c).is_ok())
    };
    if lines.iter().skip(1).chain(lines.first().filter(|_| lines.len() == 1)).all(|(_, l)| spaced(l)) {
        return lines.into_iter().map(|(i, l)| (i, words(l))).collect();
    }
    let mut all = Vec::new();
    for (i, line) in lines {
        let line = line.replace(['，', '；', ';'], ",");
        if line.matches('"').count() % 2 == 1 {
            errors.add("paste", format!("{}行目：引用符「\"」が閉じていません", i + 1));
            continue;
        }
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line.as_bytes());
        let record: Vec<String> = reader.records().next().and_then(Result::ok).map_or(vec![], |r| r.iter().map(input::clean).collect());
        let folded: Vec<String> = record.iter().map(|c| input::folded(c)).collect();
        let digits = |c: &str, least: usize, most: usize| (least..=most).contains(&c.len()) && c.bytes().all(|b| b.is_ascii_digit());
        // 「港区,1,234」: 1,234 or 1 and 234?
        let unclear =
            !line.contains('"') && folded.windows(2).any(|w| digits(&w[0], 1, 3) && !w[0].starts_with('0') && digits(&w[1], 3, 3));
        if unclear {
            let why = "「,」が列の区切りか、数字の桁区切りかがわかりません。Excelの表からそのままコピーして貼り付けるか、桁区切りを外してください";
            errors.add("paste", format!("{}行目：{why}", i + 1));
            continue;
        }
        all.push((i, record));
    }
    all
}

/// What the titles of a pasted table say its columns are; `None` where the line is no line of titles.
fn titles(cells: &[String], slots: &[Slot]) -> Option<Vec<Column>> {
    let named: Vec<Option<Column>> = cells.iter().map(|c| title(c, slots)).collect();
    let places = named.iter().filter(|c| matches!(c, Some(Column::Place))).count();
    let counts = named.iter().filter(|c| matches!(c, Some(Column::Count(_)))).count();
    let numbers = cells.iter().any(|c| input::whole("", c).is_ok());
    (!numbers && places == 1 && counts > 0).then(|| named.into_iter().map(|c| c.unwrap_or(Column::Other)).collect())
}

/// Titles that name one count twice: whether the two are to be added nobody but the person knows.
fn said_twice(titles: &[String], columns: &[Column]) -> Vec<String> {
    let mut all = Vec::new();
    for (i, column) in columns.iter().enumerate() {
        let same = columns[..i].iter().position(|c| c == column).filter(|_| matches!(column, Column::Count(_)));
        if let Some(before) = same {
            let (one, other) = (titles[before].trim(), titles[i].trim());
            let (first, second) = (before + 1, i + 1);
            all.push(format!(
                "見出しの{first}列目「{one}」と{second}列目「{other}」は、同じ件数を表しています。1つにするか、\
                 「予診のみ」「時間外」などを書き分けてください"
            ));
        }
    }
    all
}

fn title(cell: &str, slots: &[Slot]) -> Option<Column> {
    let text: String = input::folded(cell).split_whitespace().collect();
    let has = |words: &[&str]| words.iter().any(|w| text.contains(w));
    if text == "都道府県" || text == "都道府県名" {
        return Some(Column::Prefecture);
    }
    if has(&["市区町村", "市町村", "住所地", "自治体", "区市町村"]) || text == "コード" {
        return Some(Column::Place);
    }
    if matches!(text.as_str(), "合計" | "計" | "総数" | "合計件数" | "件数計" | "総計") {
        return Some(Column::Total);
    }
    let count = has(&["接種", "予診", "通常", "時間内", "時間外", "休日", "件数", "回数", "人数"]);
    if !count || has(&["金額", "円", "単価"]) {
        return None;
    }
    let kind = if has(&["予診のみ", "予診"]) && !has(&["接種"]) { Kind::ScreeningOnly } else { Kind::Vaccination };
    let age = if has(&["6歳未満", "6才未満", "六歳未満"]) { Age::UnderSix } else { Age::SixAndOver };
    let band = if has(&["時間外"]) {
        Band::AfterHours
    } else if has(&["休日"]) {
        Band::Holiday
    } else {
        Band::Regular
    };
    slots.contains(&(kind, age, band)).then_some(Column::Count((kind, age, band)))
}

/// Reads one line's counts into their slots, and the total that it says of itself.
fn counted(cells: &[String], columns: &[Column], line: usize, errors: &mut Errors) -> (Counts, Option<u32>) {
    let (mut counts, mut total) = (Counts::default(), None);
    for (cell, column) in cells.iter().zip(columns).filter(|(cell, _)| !cell.is_empty()) {
        let label = match column {
            Column::Count((k, a, b)) => format!("{} {} {}", k.label(), a.label(), b.label()),
            Column::Total => "合計".to_string(),
            Column::Prefecture | Column::Place | Column::Other => continue,
        };
        match input::within(&label, cell, 0, rules::claim::COUNT_MAX).map(|n| u32::try_from(n).unwrap_or(0)) {
            Err(fault) => errors.add("paste", format!("{line}行目：{fault}（「{cell}」）")),
            Ok(n) => match column {
                Column::Count((k, a, b)) => counts.set(*k, *a, *b, counts.get(*k, *a, *b).saturating_add(n)),
                _ => total = Some(n),
            },
        }
    }
    if cells.iter().skip(columns.len()).any(|c| !c.is_empty()) {
        errors.add("paste", format!("{line}行目：列が多すぎます。件数の列を上の順に並べるか、見出しの行も一緒に貼り付けてください"));
    }
    (counts, total)
}

/// How a place was read, in a sentence, where that isn't what was written.
fn said(note: &Note, raw: &str, full: &str) -> Option<String> {
    match note {
        Note::Ward => Some(format!("「{}」は{full}の区です。{full}の分として請求します", english::typed(raw))),
        Note::Former { name, until } => Some(format!(
            "「{}」：{name}は{}に{full}になっています。{full}の分として請求します",
            english::typed(raw),
            rules::time::say_date(*until)
        )),
        Note::ShortCode => None,
    }
}

fn pasted(visit: &Visit, venue: &VenueHead, month: Month, form: &Form, errors: &mut Errors) -> Result<Vec<Pasted>, Trouble> {
    let price = visit.masters().tariff.price(month).map_err(|r| Trouble::at("", r))?;
    let slots = columns(price.form, true);
    let places = &visit.masters().places;
    let mut lines = cells(form.get("paste"), errors);
    let head = lines.first().and_then(|(_, cells)| titles(cells, &slots));
    if let Some(columns) = &head {
        let (_, named) = lines.remove(0);
        for sentence in said_twice(&named, columns) {
            errors.add("paste", sentence);
        }
    }
    if lines.len() > MOST_LINES {
        errors.add("paste", format!("{}行あります。1回に貼り付けられるのは{MOST_LINES}行までです", lines.len()));
        return Ok(Vec::new());
    }
    let mut above = Counts::default();
    let mut all: Vec<Pasted> = Vec::new();
    for (i, cells) in lines {
        let (raw, columns) = match &head {
            Some(columns) => {
                let of = |wanted: Column| cells.iter().zip(columns).find(|(_, c)| **c == wanted).map_or("", |(cell, _)| cell.as_str());
                (format!("{}{}", of(Column::Prefecture), of(Column::Place)), columns.clone())
            }
            None => {
                // Prefecture and municipality may stand in two cells, as a spreadsheet has them.
                let is_count = |c: &String| c.is_empty() || input::signed("", c).is_ok();
                // 「13103⇥2」 is five digits of a code and a count, never six digits of a code.
                let place = || matches!(places.read(&cells.concat()), Meaning::One(_));
                let two = cells.len() > 1 && !is_count(&cells[1]) && (cells.len() > 2 || place());
                let named = if two { vec![Column::Prefecture, Column::Place] } else { vec![Column::Place] };
                let raw = cells.iter().take(named.len()).map(String::as_str).collect::<String>();
                (raw, named.into_iter().chain(slots.iter().map(|s| Column::Count(*s))).collect::<Vec<_>>())
            }
        };
        let (counts, total) = counted(&cells, &columns, i + 1, errors);
        if let Some(total) = total.filter(|t| *t != counts.total()) {
            errors.add("paste", format!("{}行目：合計が{total}件ですが、件数を足すと{}件です", i + 1, counts.total()));
        }
        if says_total(&raw) {
            // A row of sums is held against the rows above it, and not taken.
            if counts != above && !(counts.total() == 0 && total == Some(above.total())) {
                let (said, sum) = (counts.total().max(total.unwrap_or(0)), above.total());
                errors
                    .add("paste", format!("{}行目：合計の行は{said}件ですが、上の行を足すと{sum}件です（列ごとに確かめています）", i + 1));
            }
            continue;
        }
        let chosen = [format!("pick_{i}"), format!("fix_{i}")].into_iter().map(|f| form.get(&f)).find(|v| !v.is_empty());
        let (meaning, note) = places.understand(chosen.unwrap_or(&raw));
        let note = match (&meaning, note) {
            (Meaning::One(m), Some(note)) if chosen.is_none() => said(&note, &raw, &places.full_name(&m.code)),
            _ => None,
        };
        let found = match meaning {
            Meaning::One(m) => Ok(if m.code == venue.municipality { SAME.into() } else { m.code.clone() }),
            Meaning::Many(many) => Err(many.iter().map(|m| m.code.clone()).collect()),
            Meaning::Unknown => Err(vec![]),
        };
        above = above.add(&counts);
        all.push(Pasted { n: i, raw, found, note, counts, recipient_class: store::with_coupon() });
    }
    if all.is_empty() && errors.is_empty() {
        errors.add("paste", "表を貼り付けてください。1行に1つの市区町村です");
    }
    Ok(all)
}

/// What the person should confirm before it is taken: names read as others, a place that stands there twice.
fn doubts(visit: &Visit, venue: &VenueHead, lines: &[Pasted]) -> Vec<String> {
    let mut all: Vec<String> = lines.iter().filter_map(|l| Some(format!("{}行目：{}", l.n + 1, l.note.as_ref()?))).collect();
    let mut seen: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for line in lines {
        if let Ok(code) = &line.found {
            seen.entry(code).or_default().push(line.n + 1);
        }
    }
    for (code, at) in seen.into_iter().filter(|(_, at)| at.len() > 1) {
        let name = store::place_name(visit.masters(), venue, code);
        let at: Vec<String> = at.iter().map(|n| format!("{n}行目")).collect();
        all.push(format!("{name}が{}にあります。合わせて1行にします", at.join("と")));
    }
    all
}

fn paste_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let price = visit.masters().tariff.price(month).map_err(|r| Trouble::at("", r))?;
    let titles: Vec<String> =
        columns(price.form, true).iter().map(|(k, a, b)| format!("{} {} {}", k.label(), a.label(), b.label())).collect();
    let places = &visit.masters().places;
    let lines = match &typed.form {
        Some(form) => pasted(visit, venue, month, form, &mut Errors::default())?,
        None => vec![],
    };
    let matched = lines.iter().filter(|l| l.found.is_ok()).count();
    let doubts = doubts(visit, venue, &lines);
    let open: Vec<Value> = lines
        .iter()
        .filter_map(|l| {
            let candidates = l.found.as_ref().err()?;
            let choices: Vec<(String, String)> = std::iter::once((String::new(), "選んでください".to_string()))
                .chain(candidates.iter().map(|code| (code.clone(), places.full_name(code))))
                .collect();
            Some(json!({"n": l.n, "line": l.n + 1, "raw": l.raw, "many": !candidates.is_empty(), "choices": choices, "count": l.counts.total()}))
        })
        .collect();
    let stored = store::load(tx, &venue.id, month)?;
    visit.page(
        "claim/paste.html",
        typed,
        json!({"h1": "まとめて貼り付ける", "month": month, "titles": titles, "matched": matched, "open": open, "doubts": doubts, "claim_version": stored.map_or(0, |c| c.version), "crumbs": crumbs(venue, month)}),
    )
}

/// The draft that is written to; what is submitted isn't touched.
fn draft(tx: &mut Tx<'_>, venue: &str, month: Month, form: &Form) -> Result<Option<Stored>, Trouble> {
    let stored = store::load(tx, venue, month)?;
    if stored.as_ref().is_some_and(|c| c.status == "submitted") {
        return Err(Trouble::at("", "この月の請求は提出済みです。直すときは、取り下げて作り直してください。"));
    }
    if form.has("claim_version") && form.get("claim_version") != stored.as_ref().map_or(0, |c| c.version).to_string() {
        return Err(platform::db::Failure::Stale.into());
    }
    Ok(stored)
}

fn write(visit: &Visit, tx: &mut Tx<'_>, month: Month, before: Option<Stored>, rows: &[Row], how: &str) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let total = store::calculate(visit.masters(), month, rows)?.total;
    let class = before.as_ref().map_or("2".to_string(), |c| c.facility_class.clone());
    let edit = format!("/venues/{}/billing/{month}/edit", venue.id);
    if before.as_ref().is_some_and(|c| c.says(rows, &class, total)) {
        return Ok(Done::saying(edit, "unchanged"));
    }
    store::save(tx, venue, month, rows, &class, total)?;
    visit.journal(
        tx,
        ("venue", &venue.id),
        "claim.save",
        before.map_or(Value::Null, |c| json!(c.rows.0)),
        json!({"month": month, "how": how, "rows": rows, "total": total}),
        None,
    )?;
    Ok(Done::saying(edit, "claim.filled"))
}

fn paste(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let before = draft(tx, &venue.id, month, form)?;
    let mut errors = Errors::default();
    let lines = pasted(visit, venue, month, form, &mut errors)?;
    for line in &lines {
        if let Err(candidates) = &line.found {
            let field = if candidates.is_empty() { format!("fix_{}", line.n) } else { format!("pick_{}", line.n) };
            let sentence = match place_of(visit, &venue.municipality, &line.raw) {
                Err(fault) => fault.to_string(),
                Ok(_) => "市区町村を選んでください".into(),
            };
            errors.add(field, format!("{}行目：{sentence}", line.n + 1));
        }
    }
    if errors.is_empty() && !doubts(visit, venue, &lines).is_empty() && !form.has("noted") {
        errors.add("noted", "読み方を確かめて、よければ印を付けてください");
    }
    if !errors.is_empty() {
        return Err(Trouble::refused(errors));
    }
    let mut rows = if form.get("mode") == "replace" { vec![] } else { before.as_ref().map(|c| c.rows.0.clone()).unwrap_or_default() };
    for line in lines {
        if let Ok(municipality) = line.found {
            store::add(&mut rows, Row { municipality, counts: line.counts, recipient_class: line.recipient_class });
        }
    }
    write(visit, tx, month, before, &rows, "paste")
}

/// What the person-level records of a month say: shots and screenings by municipality.
pub fn from_persons(tx: &mut Tx<'_>, venue: &VenueHead, month: Month) -> Result<Vec<Row>, Trouble> {
    let rows: Vec<(String, bool, String, bool, i64)> = tx.all(
        sql!("select municipality, screening_only, band, under_six, count(*) from person_record where venue_id = $1 and day >= $2 and day <= $3 group by municipality, screening_only, band, under_six order by municipality"),
        args![&venue.id, month.first(), month.last()],
    )?;
    let mut by: BTreeMap<String, Counts> = BTreeMap::new();
    for (municipality, screening, band, under_six, n) in rows {
        let kind = if screening { Kind::ScreeningOnly } else { Kind::Vaccination };
        let age = if under_six { Age::UnderSix } else { Age::SixAndOver };
        let band = Band::from_key(&band).unwrap_or(Band::Regular);
        let key = if municipality == venue.municipality { SAME.to_string() } else { municipality };
        let counts = by.entry(key).or_default();
        counts.set(kind, age, band, counts.get(kind, age, band).saturating_add(u32::try_from(n).unwrap_or(0)));
    }
    Ok(by.into_iter().map(|(municipality, counts)| Row { municipality, counts, recipient_class: store::with_coupon() }).collect())
}

fn fill_page(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let last = store::load(tx, &venue.id, month.plus(-1))?;
    let persons = from_persons(tx, venue, month)?;
    let stored = store::load(tx, &venue.id, month)?;
    visit.page(
        "claim/fill.html",
        typed,
        json!({
            "h1": "前月や実績から始める", "month": month, "last_month": month.plus(-1).say(), "last": last.as_ref().map(|c| c.rows.0.len()),
            "persons": persons.len(), "persons_count": persons.iter().map(|r| u64::from(r.counts.total())).sum::<u64>(), "has": stored.as_ref().is_some_and(|c| !c.rows.0.is_empty()), "claim_version": stored.map_or(0, |c| c.version), "crumbs": crumbs(venue, month),
        }),
    )
}

fn fill(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let before = draft(tx, &venue.id, month, form)?;
    let known = before.as_ref().map(|c| c.rows.0.clone()).unwrap_or_default();
    let (rows, how) = match form.get("go") {
        "last" => {
            let last = store::load(tx, &venue.id, month.plus(-1))?.ok_or_else(|| Trouble::at("", "前の月の請求がありません。"))?;
            let mut rows = known;
            for row in last.rows.0 {
                store::add(&mut rows, Row { counts: Counts::default(), ..row });
            }
            (rows, "last_month")
        }
        "persons" => {
            let rows = from_persons(tx, venue, month)?;
            if rows.is_empty() {
                return Err(Trouble::at("", "この月の個人単位の記録がありません。"));
            }
            (rows, "persons")
        }
        _ => return Err(Trouble::at("", "始め方を選んでください。")),
    };
    write(visit, tx, month, before, &rows, how)
}

/// What came back and isn't in any claim yet.
pub fn waiting(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Value>, Trouble> {
    Ok(store::parts_of_venue(tx, venue)?
        .into_iter()
        .filter(store::Part::waits_for_correction)
        .map(|p| {
            let rows = p.returned_rows.map(|r| r.0).unwrap_or_default();
            let count: u64 = rows.iter().map(|r| u64::from(r.counts.total())).sum();
            json!({"claim": p.claim_id, "destination": p.destination, "month": p.service_month, "reason": p.reason, "count": count, "name": if p.destination.starts_with("federation") { "国保連" } else { "市町村" }})
        })
        .collect())
}

/// What came back is corrected and claimed with the present month's counts.
fn merge(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let (venue, month) = (visit.venue()?, service_month(visit)?);
    let before = draft(tx, &venue.id, month, &Form::default())?;
    let part = store::part(tx, form.get("claim"), form.get("destination"))?;
    if part.venue_id != venue.id {
        return Err(Trouble::NotFound);
    }
    if !part.waits_for_correction() {
        return Err(Trouble::at("", "この返戻分は、すでに請求に加えられています。"));
    }
    let mut rows = before.as_ref().map(|c| c.rows.0.clone()).unwrap_or_default();
    for row in part.returned_rows.clone().map(|r| r.0).unwrap_or_default() {
        store::add(&mut rows, row);
    }
    tx.run_one(
        sql!("update claim_part set merged_into = $1, version = version + 1 where claim_id = $2 and destination = $3 and version = $4"),
        args![month.to_string(), &part.claim_id, &part.destination, part.version],
    )?;
    write(visit, tx, month, before, &rows, "returned")
}
