//! Results of many venues at once: one table out, filled in, and in again. For people who look
//! after several venues.

use jiff::civil::Date;
use platform::db::Tx;
use platform::english;
use rules::access::{Act, Scope};
use rules::application::grouped;
use rules::heading::Target;
use rules::results::{self as rule, Entry, Question, Series, Typed as TypedNumber};
use rules::{codes, input, time};
use serde_json::{Value, json};

use web::Route;
use web::import::{self, Columns, Head, Line, List, Offer, Place, Stored, Verdict};
use web::list;
use web::page::{Answer, Typed};
use web::routes::{Holds, page};
use web::table::{self, Cell, Sheet, Table};
use web::visit::{Trouble, Visit};
use words::Sentence;
use work::venue::VenueHead;

const KIND: &str = "results";
const BASE: &str = "/results/import";

const COLUMNS: [(&str, &str); 8] = [
    ("会場コード", "変えません"),
    ("会場", "変えません"),
    ("前回の接種累計", "変えません"),
    ("時点", "例 2022/3/20"),
    ("接種の累計", "空のままなら報告しません"),
    ("1・2回目の累計", "変わったときだけ"),
    ("廃棄の累計", "変わったときだけ"),
    (
        "廃棄の理由",
        "有効期限切れ、温度の逸脱、破損、異物・不良、開封したが接種しなかった、回収の対象、その他",
    ),
];

pub fn routes() -> Vec<Route> {
    let mut all = vec![page("/results", Act::ReportResults, offer)];
    all.extend(import::routes::<Reports>(BASE));
    all.extend(list!("/results", Act::ReportResults, sheet));
    all
}

/// The venues of all memberships that may report.
fn own(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<VenueHead>, Trouble> {
    let mut all: Vec<VenueHead> = Vec::new();
    for membership in visit.memberships.iter().filter(|h| h.scope_kind == Scope::Venue) {
        if all.iter().any(|v| v.id == membership.scope_id) {
            continue;
        }
        all.extend(VenueHead::of(tx, &membership.scope_id)?);
    }
    all.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(all)
}

fn scope(visit: &Visit) -> String {
    format!("account:{}", visit.actor().account)
}

fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let here = Offer {
        h1: "複数の会場の接種実績",
        lead: "results.batch",
        out: vec![("/results.xlsx".into(), "担当するすべての会場をExcelで出す")],
        columns: &COLUMNS,
    };
    import::offer::<Reports>(visit, tx, typed, &here)
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let mut rows = Vec::new();
    for venue in own(visit, tx)? {
        let entries = work::results::entries(tx, &venue.id)?;
        rows.push(vec![
            Cell::Code(venue.code),
            Cell::Text(venue.name),
            Cell::Number(work::results::total(&entries, Series::Booster)),
            Cell::Date(Some(time::date(visit.now))),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
            Cell::text(""),
        ]);
    }
    Ok(Sheet::new("接種実績の報告", "", COLUMNS.map(|(t, _)| t), rows)
        .with_notes(COLUMNS.map(|(_, n)| n)))
}

pub struct Report {
    venue: String,
    as_of: Date,
    entries: Vec<Entry>,
    waste_reason: String,
}

fn lines(
    visit: &Visit,
    tx: &mut Tx<'_>,
    head: &Head,
    content: &Table,
) -> Result<Vec<Line<Report>>, Trouble> {
    head.needs(&["会場コード", "時点", "接種の累計"])?;
    let venues = own(visit, tx)?;
    let today = time::date(visit.now);
    let programme = visit.masters().programme();
    let code_of = |cells: table::Row<'_>| codes::ten_digits(head.cell(cells, "会場コード"));
    let twins =
        import::Twins::of(head.rows(content).map(|(number, cells)| (number, code_of(cells))));
    let mut all = Vec::new();
    for (number, cells) in head.rows(content) {
        let get = |name: &str| head.cell(cells, name);
        let code = code_of(cells);
        let Some(venue) = venues.iter().find(|v| v.code == code) else {
            all.push(Line {
                number,
                verdict: Verdict::bad(
                    "会場コード",
                    get("会場コード"),
                    "担当している会場のコードではありません",
                ),
            });
            continue;
        };
        if let Some(verdict) = twins.held(&code, "会場コード", &code, "同じ会場の行") {
            all.push(Line { number, verdict });
            continue;
        }
        // The columns that say which venue it is must say the same.
        let named = rules::fold::key(get("会場")) == rules::fold::key(&venue.name);
        if let Some(fault) = import::mixed_up("この会場", "会場", get("会場"), named, &venue.name)
        {
            all.push(Line { number, verdict: Verdict::Bad(vec![fault]) });
            continue;
        }
        let series = [
            ("接種の累計", Series::Booster),
            ("1・2回目の累計", Series::Earlier),
            ("廃棄の累計", Series::UnusedVials),
        ];
        if series.iter().all(|(column, _)| get(column).is_empty()) {
            all.push(Line { number, verdict: Verdict::Same });
            continue;
        }
        let before = work::results::entries(tx, &venue.id)?;
        let known = work::results::known(visit.masters(), tx, &venue.id, &before)?;
        let mut faults = Vec::new();
        let mut bad = |column: &str, problem: String| {
            faults.push(import::Fault { column: column.into(), typed: get(column).into(), problem })
        };
        if super::closed(tx, &venue.id).is_err() {
            bad("会場コード", "完了登録をした会場です".into());
        }
        let as_of = visit
            .caller()
            .day_of(work::results::DAY, get("時点"))
            .map_err(|e| bad("時点", e.sentence()))
            .ok();
        let mut entries: Vec<Entry> = Vec::new();
        let mut doubts: Vec<import::Fault> = Vec::new();
        for (column, series) in series.iter().filter(|(column, _)| !get(column).is_empty()) {
            match input::whole(
                &words::results::label(*series, programme),
                series.unit(),
                get(column),
            ) {
                Err(fault) => bad(column, fault.sentence()),
                Ok(total) => match rule::entry(*series, &known(*series), TypedNumber::Total(total))
                {
                    Err(refusal) => bad(column, refusal.sentence()),
                    Ok(entry) => {
                        if let Some(less) =
                            entry.questions.iter().find(|q| matches!(q, Question::Less { .. }))
                        {
                            bad(
                                column,
                                format!(
                                    "{less} 訂正は会場のページで行ってください。",
                                    less = less.sentence()
                                ),
                            );
                        }
                        // As the form and the API ask, so does the table: nothing unlikely is taken
                        // unseen.
                        let unlikely = entry
                            .questions
                            .iter()
                            .filter(|q| !matches!(q, Question::Less { .. } | Question::Same));
                        doubts.extend(unlikely.map(|q| import::Fault {
                            column: (*column).into(),
                            typed: get(column).into(),
                            problem: q.sentence(),
                        }));
                        entries.push(entry);
                    }
                },
            }
        }
        entries.retain(|e| e.increase != 0);
        if let Some(as_of) = as_of {
            let mut of_day = entries.clone();
            of_day.iter_mut().for_each(|e| e.questions.clear());
            let own = (before.as_slice(), of_day.as_mut_slice());
            work::results::ask_of_day(visit.masters(), tx, &venue.id, own, as_of)?;
            // Of what is asked about already nothing more is asked.
            let more = of_day
                .iter()
                .flat_map(|e| &e.questions)
                .filter(|q| doubts.is_empty() || matches!(q, Question::BeforeItCame { .. }));
            let asked: Vec<import::Fault> = more
                .map(|q| import::Fault {
                    column: "時点".into(),
                    typed: get("時点").into(),
                    problem: q.sentence(),
                })
                .collect();
            doubts.extend(asked);
        }
        let total = work::results::total(&before, Series::Booster);
        if !entries.is_empty()
            && let Some(problem) = other_before(get("前回の接種累計"), total)
        {
            bad("前回の接種累計", problem);
        }
        let wasted = entries.iter().any(|e| e.series == Series::UnusedVials);
        let waste = rules::stock::read_waste_reason(get("廃棄の理由"));
        if wasted && waste.is_none() {
            bad("廃棄の理由", words::stock::waste_reasons());
        }
        if let Some(as_of) = as_of
            && let Err(refusal) =
                rule::report(&entries, as_of, before.iter().map(|e| e.as_of).max(), today, "")
            && !entries.is_empty()
        {
            bad("時点", refusal.sentence());
        }
        let verdict = match as_of {
            _ if !faults.is_empty() => Verdict::Bad(faults),
            Some(_) if entries.is_empty() => Verdict::Same,
            Some(as_of) => {
                let said: Vec<String> = entries
                    .iter()
                    .map(|e| {
                        format!(
                            "{} +{} → {}{}",
                            words::results::label(e.series, programme),
                            e.increase,
                            e.total,
                            e.series.unit().word()
                        )
                    })
                    .collect();
                let label = format!(
                    "{}　{}時点　{}",
                    english::typed(&venue.name),
                    time::say_date(as_of),
                    said.join("、")
                );
                let waste_reason = waste.unwrap_or_default().to_string();
                let report = Report { venue: venue.id.clone(), as_of, entries, waste_reason };
                if doubts.is_empty() {
                    Verdict::Change(label, report)
                } else {
                    Verdict::Ask(label, doubts, report)
                }
            }
            None => Verdict::Bad(faults),
        };
        all.push(Line { number, verdict });
    }
    Ok(all)
}

/// What is wrong with the total that a row says was there before; nothing where it says none.
fn other_before(typed: &str, total: i64) -> Option<String> {
    if typed.is_empty()
        || input::whole("前回の接種累計", Series::Booster.unit(), typed) == Ok(total)
    {
        return None;
    }
    Some(format!(
        "いまの接種の累計は{}回です。行がずれていないか、表を出した後に報告されていないかを確かめ、一覧から表を出し直してください。",
        grouped(total)
    ))
}

/// The list of all venues that somebody reports for.
pub struct Reports;

impl List for Reports {
    const ACT: Act = Act::ReportResults;
    const HOLDS: Holds = Holds::Own;
    type Order = Report;

    fn place(visit: &Visit) -> Result<Place, Trouble> {
        Ok(Place {
            kind: KIND.into(),
            scope: scope(visit),
            base: BASE.into(),
            up: ("/results".into(), "複数の会場の接種実績".into()),
        })
    }
    fn columns(_: &Visit) -> Result<Columns, Trouble> {
        Ok(Columns::of(&COLUMNS)
            .also("会場", &["接種会場", "接種会場名", "会場名"])
            .also("前回の接種累計", &["前回の累計", "前回までの累計", "前回累計"])
            .also("時点", &["報告日", "時点の日付", "基準日"])
            .also("接種の累計", &["接種累計", "累計接種回数", "接種回数の累計", "累計"])
            .also("1・2回目の累計", &["1,2回目の累計", "1・2回目接種の累計"])
            .also("廃棄の累計", &["廃棄累計", "廃棄数の累計"])
            .also("廃棄の理由", &["廃棄理由"]))
    }
    fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
        offer(visit, tx, typed)
    }
    fn target(_: &Visit, _: &mut Tx<'_>) -> Result<Target, Trouble> {
        // Reports are of many venues, and of earlier doses too.
        Ok(Target { latest: true, ..Target::default() })
    }
    fn applied(_: &Visit) -> &'static str {
        "results.reported"
    }
    fn check(
        visit: &Visit,
        tx: &mut Tx<'_>,
        head: &Head,
        table: &Table,
    ) -> Result<Vec<Line<Report>>, Trouble> {
        lines(visit, tx, head, table)
    }
    fn apply(
        visit: &Visit,
        tx: &mut Tx<'_>,
        stored: &Stored,
        orders: Vec<Report>,
    ) -> Result<Value, Trouble> {
        apply(visit, tx, stored, orders)
    }
    fn undo(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, undo: &Value) -> Result<(), Trouble> {
        take_back(visit, tx, stored, undo)
    }
}

fn apply(
    visit: &Visit,
    tx: &mut Tx<'_>,
    stored: &Stored,
    orders: Vec<Report>,
) -> Result<Value, Trouble> {
    let total = orders.len();
    let name = visit.actor().name;
    let mut written: Vec<Value> = Vec::new();
    for (done, report) in orders.into_iter().enumerate() {
        import::progress(&stored.id, done, total);
        let fresh = work::results::Fresh {
            entries: &report.entries,
            as_of: report.as_of,
            reason: "",
            waste_reason: &report.waste_reason,
            lot: "",
            used_lot: "",
            name: &name,
        };
        work::results::write(&visit.caller(), tx, &report.venue, &fresh)
            .map_err(|e| e.told(super::not_written))?;
        let totals: Vec<Value> = report
            .entries
            .iter()
            .map(|e| json!({"series": e.series.key(), "increase": e.increase, "total": e.total}))
            .collect();
        let then = work::results::entries(tx, &report.venue)?.len();
        written.push(
            json!({"venue": report.venue, "as_of": report.as_of, "entries": totals, "then": then}),
        );
    }
    Ok(json!(written))
}

/// Taken back as entries of their own, as long as nobody has reported since.
fn take_back(visit: &Visit, tx: &mut Tx<'_>, stored: &Stored, undo: &Value) -> Result<(), Trouble> {
    let written = undo.as_array().ok_or_else(import::not_taken_back)?;
    let name = visit.actor().name;
    let venues = own(visit, tx)?;
    for (done, report) in written.iter().enumerate() {
        import::progress(&stored.id, done, written.len());
        let venue = report["venue"].as_str().unwrap_or_default();
        let Some(known) = venues.iter().find(|v| v.id == venue) else {
            return Err(import::not_taken_back());
        };
        let since = || {
            Trouble::at(
                "",
                format!(
                    "この取り込みの後に{}の接種実績が報告されているため、元に戻せません。",
                    known.name
                ),
            )
        };
        let before = work::results::entries(tx, venue)?;
        if report["then"].as_u64().is_some_and(|then| !work::results::untouched(&before, then)) {
            return Err(since());
        }
        let mut entries = Vec::new();
        for e in report["entries"].as_array().ok_or_else(import::not_taken_back)? {
            let series = e["series"]
                .as_str()
                .and_then(Series::from_key)
                .ok_or_else(import::not_taken_back)?;
            let (Some(increase), Some(total)) = (e["increase"].as_i64(), e["total"].as_i64())
            else {
                return Err(import::not_taken_back());
            };
            if work::results::total(&before, series) != total {
                return Err(since());
            }
            entries.push(Entry {
                series,
                increase: -increase,
                total: total - increase,
                questions: vec![],
            });
        }
        let as_of = before.iter().map(|e| e.as_of).max().unwrap_or(time::date(visit.now));
        let fresh = work::results::Fresh {
            entries: &entries,
            as_of,
            reason: work::results::UNDONE[0],
            waste_reason: "",
            lot: "",
            used_lot: "",
            name: &name,
        };
        work::results::write(&visit.caller(), tx, venue, &fresh)
            .map_err(|e| e.told(super::not_written))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::other_before;

    #[test]
    fn the_total_that_a_row_was_filled_in_over_must_be_the_one_that_stands() {
        for typed in ["", "7", "７", "7回", "7.0"] {
            assert_eq!(other_before(typed, 7), None, "{typed}");
        }
        for typed in ["6", "１", "8", "0", "x", "-7", "70"] {
            assert!(
                other_before(typed, 7)
                    .is_some_and(|said| said.contains("いまの接種の累計は7回です")),
                "{typed}"
            );
        }
        assert_eq!(other_before("0", 0), None);
    }
}
