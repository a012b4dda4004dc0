//! 個人単位の記録 (VRS-like): the coupon's line, no name and no address. They fill the counts and draft the claim.

use std::collections::HashMap;

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql};
use rules::access::Act;
use rules::claim::Band;
use rules::person::{self, Coupon, Record};
use rules::results::Series;
use rules::{input, time};
use serde_json::{Value, json};

use crate::house::Route;
use crate::house::import::{self, Columns, Fault, Head, Line, List, Offer, Place, Verdict};
use crate::house::page::{Answer, Typed};
use crate::house::routes::page;
use crate::house::table::{Cell, Sheet, Table};
use crate::house::visit::{Trouble, Visit};
use crate::list;

const KIND: &str = "persons";

/// Title and what belongs there.
const COLUMNS: [(&str, &str); 9] = [
    ("接種日", "例 2022/3/20"),
    ("券番号", "18桁：券種1・回数1・市町村コード6・券番号10"),
    ("メーカー", ""),
    ("ロット番号", ""),
    ("医師名", ""),
    ("区分", "接種、または予診のみ"),
    ("時間帯", "通常、時間外、休日"),
    ("年齢区分", "6歳以上、または6歳未満"),
    ("接種会場名", "あってもなくてもよい"),
];

pub fn routes() -> Vec<Route> {
    let mut all = vec![page("/venues/{venue}/persons", Act::ReadPersons, list)];
    all.extend(import::routes::<Persons>("/venues/{venue}/persons/import"));
    all.extend(list!("/venues/{venue}/persons", Act::ReadPersons, sheet));
    all.extend(list!("/venues/{venue}/persons/template", Act::ImportPersons, template));
    all
}

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub coupon_kind: String,
        pub dose: u32,
        pub municipality: String,
        pub coupon: String,
        pub day: Date,
        pub lot: String,
        pub maker: String,
        pub doctor: String,
        pub screening_only: bool,
        pub band: String,
        pub under_six: bool,
    }
}

impl Stored {
    pub fn line(&self) -> String {
        format!("{}{}{}{}", self.coupon_kind, self.dose, self.municipality, self.coupon)
    }
    pub fn band(&self) -> Band {
        Band::from_key(&self.band).unwrap_or(Band::Regular)
    }
}

pub fn between(tx: &mut Tx<'_>, venue: &str, from: Date, to: Date) -> Result<Vec<Stored>, Failure> {
    tx.all(
        sql!("select id, coupon_kind, dose, municipality, coupon, day, lot, maker, doctor, screening_only, band, under_six from person_record where venue_id = $1 and day >= $2 and day <= $3 order by day, municipality, coupon, dose"),
        args![venue, from, to],
    )
}

/// All of a venue, oldest first.
pub fn all(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Stored>, Failure> {
    between(tx, venue, Date::constant(1, 1, 1), Date::constant(9999, 12, 31))
}

fn scope(visit: &Visit) -> Result<String, Trouble> {
    Ok(format!("venue:{}", visit.venue()?.id))
}

fn base(visit: &Visit) -> Result<String, Trouble> {
    Ok(format!("/venues/{}/persons/import", visit.venue()?.id))
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let rows: Vec<(String, bool, String, i64)> = tx.all(
        sql!("select municipality, screening_only, band, count(*) from person_record where venue_id = $1 group by municipality, screening_only, band order by municipality, screening_only, band"),
        args![&venue.id],
    )?;
    let total: i64 = rows.iter().filter(|r| !r.1).map(|r| r.3).sum();
    let reported: i64 = super::total(&super::entries(tx, &venue.id)?, Series::Booster);
    let sums: Vec<Value> = rows
        .iter()
        .map(|(code, screening, band, n)| {
            let band = Band::from_key(band).map(Band::label);
            json!({"place": visit.masters().places.full_name(code), "kind": if *screening { "予診のみ" } else { "接種" }, "band": band, "n": n})
        })
        .collect();
    let mut latest = all(tx, &venue.id)?;
    latest.reverse();
    latest.truncate(100);
    let latest: Vec<Value> = latest
        .iter()
        .map(|r| json!({"day": r.day, "place": visit.masters().places.full_name(&r.municipality), "dose": r.dose, "coupon": format!("…{}", &r.coupon[6.min(r.coupon.len())..]), "lot": r.lot, "kind": if r.screening_only { "予診のみ" } else { "接種" }, "band": r.band().label()}))
        .collect();
    visit.page(
        "results/persons.html",
        typed,
        json!({"h1": "個人単位の記録", "sums": sums, "rows": latest, "total": total, "reported": reported, "editable": visit.may(Act::ImportPersons), "crumbs": [[format!("/venues/{}/results", venue.id), "接種実績"]]}),
    )
}

fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let rows = all(tx, &venue.id)?.into_iter().map(|r| {
        vec![
            Cell::Date(Some(r.day)),
            Cell::Code(r.line()),
            Cell::Text(r.maker.clone()),
            Cell::Code(r.lot.clone()),
            Cell::Text(r.doctor.clone()),
            Cell::text(if r.screening_only { "予診のみ" } else { "接種" }),
            Cell::text(r.band().label()),
            Cell::text(if r.under_six { "6歳未満" } else { "6歳以上" }),
            Cell::text(&venue.name),
        ]
    });
    Ok(Sheet::new("個人単位の記録", &venue.code, COLUMNS.map(|(title, _)| title), rows.collect()))
}

fn template(visit: &Visit, _: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let sheet = Sheet::new("個人単位の記録（空の表）", &visit.venue()?.code, COLUMNS.map(|(title, _)| title), Vec::new());
    Ok(sheet.with_notes(COLUMNS.map(|(_, note)| note)).with_codes(&["券番号", "ロット番号"]))
}

fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let here = Offer {
        h1: "個人単位の記録の取り込み",
        lead: "persons.lead",
        out: vec![(format!("/venues/{}/persons/template.xlsx", venue.id), "空の表をExcelで出す")],
        columns: &COLUMNS,
    };
    import::offer::<Persons>(visit, tx, typed, &here)
}

/// A venue's person-level records.
pub struct Persons;

impl List for Persons {
    const ACT: Act = Act::ImportPersons;
    type Order = Record;

    fn place(visit: &Visit) -> Result<Place, Trouble> {
        let venue = visit.venue()?;
        let up = (format!("/venues/{}/persons", venue.id), "個人単位の記録".to_string());
        Ok(Place { kind: KIND.into(), scope: scope(visit)?, base: base(visit)?, up })
    }
    fn columns(_: &Visit) -> Result<Columns, Trouble> {
        Ok(Columns::of(&COLUMNS)
            .also("接種日", &["接種年月日", "接種日付", "日付", "接種実施日"])
            .also("券番号", &["接種券番号", "OCRライン", "OCR", "接種券"])
            .also("メーカー", &["メーカー名", "製造販売業者", "ワクチン", "ワクチン種類"])
            .also("ロット番号", &["ロット", "ロットNo", "ロットNo.", "Lot", "Lot No.", "製造番号", "製造ロット"])
            .also("医師名", &["医師", "接種医", "接種医師", "接種医師名", "医師氏名"])
            .also("接種会場名", &["接種会場", "会場", "会場名"])
            .also("市町村コード", &["市区町村コード", "自治体コード", "団体コード"])
            .also("回数", &["接種回数", "回目"])
            .extra(&["券種", "回数", "市町村コード"]))
    }
    fn offer(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
        offer(visit, tx, typed)
    }
    fn may(visit: &Visit, tx: &mut Tx<'_>) -> Result<(), Trouble> {
        super::closed(tx, &visit.venue()?.id)
    }
    fn applied(_: &Visit) -> &'static str {
        "persons.imported"
    }
    fn check(visit: &Visit, tx: &mut Tx<'_>, head: &Head, table: &Table) -> Result<Vec<Line<Record>>, Trouble> {
        lines(visit, tx, head, table)
    }
    fn apply(visit: &Visit, tx: &mut Tx<'_>, stored: &import::Stored, orders: Vec<Record>) -> Result<Value, Trouble> {
        apply(visit, tx, stored, &orders)
    }
    fn undo(visit: &Visit, tx: &mut Tx<'_>, stored: &import::Stored, undo: &Value) -> Result<(), Trouble> {
        take_back(visit, tx, stored, undo)
    }
}

/// What one row says, or what is wrong with it.
fn read(head: &Head, cells: &[String], maker: &str) -> Result<Record, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut bad = |column: &str, typed: &str, problem: String| faults.push(Fault { column: column.into(), typed: typed.into(), problem });
    let get = |name: &str| head.cell(cells, name);
    // The line as a whole, or its four parts.
    let line = if get("券番号").chars().filter(char::is_ascii_digit).count() >= 18 || !head.has("市町村コード") {
        get("券番号").to_string()
    } else {
        let number = input::code(get("券番号"));
        format!(
            "{}{}{}{number:0>10}",
            if get("券種").is_empty() { "2" } else { get("券種") },
            input::code(get("回数")),
            input::code(get("市町村コード"))
        )
    };
    let coupon: Option<Coupon> = person::coupon(&line).map_err(|e| bad("券番号", get("券番号"), e.to_string())).ok();
    let day = input::date("接種日", get("接種日")).map_err(|e| bad("接種日", get("接種日"), e.to_string())).ok();
    let screening_only = match get("区分") {
        "" | "接種" => false,
        "予診のみ" => true,
        other => {
            bad("区分", other, "「接種」か「予診のみ」と入力してください".into());
            false
        }
    };
    let band = match get("時間帯") {
        "" => Some(Band::Regular),
        word => Band::ALL.into_iter().find(|b| b.label() == word),
    };
    if band.is_none() {
        bad("時間帯", get("時間帯"), "「通常」「時間外」「休日」のどれかを入力してください".into());
    }
    let under_six = match get("年齢区分") {
        "" | "6歳以上" | "６歳以上" | "6才以上" => false,
        "6歳未満" | "６歳未満" | "6才未満" => true,
        other => {
            bad("年齢区分", other, "「6歳以上」か「6歳未満」と入力してください".into());
            false
        }
    };
    match (coupon, day, band) {
        (Some(coupon), Some(day), Some(band)) if faults.is_empty() => Ok(Record {
            coupon,
            day,
            lot: input::folded(get("ロット番号")).trim().to_uppercase(),
            maker: if get("メーカー").is_empty() { maker.into() } else { input::text(get("メーカー")) },
            doctor: input::name(get("医師名")),
            screening_only,
            band,
            under_six,
        }),
        _ => Err(faults),
    }
}

fn lines(visit: &Visit, tx: &mut Tx<'_>, head: &Head, content: &Table) -> Result<Vec<Line<Record>>, Trouble> {
    let venue = visit.venue()?;
    head.needs(&["接種日", "券番号"])?;
    let today = time::date(visit.now);
    let maker = visit.masters().programme().product.short_name.clone();
    // Everybody's doses that this file is about, wherever they were given: a person may have been elsewhere before.
    let mut known: HashMap<(String, String), Vec<(u32, Date)>> = HashMap::new();
    let mut same: std::collections::HashSet<(String, u32, Date, bool)> = std::collections::HashSet::new();
    let rows: Vec<_> = head.rows(content).map(|(number, cells)| (number, cells, read(head, cells, &maker))).collect();
    let municipalities: std::collections::BTreeSet<String> =
        rows.iter().filter_map(|(_, _, read)| read.as_ref().ok()).map(|r| r.coupon.municipality.clone()).collect();
    for municipality in municipalities {
        let given: Vec<(String, u32, Date, bool, String)> = tx.all(
            sql!("select coupon, dose, day, screening_only, venue_id from person_record where municipality = $1"),
            args![&municipality],
        )?;
        for (coupon, dose, day, screening, at) in given {
            if at == venue.id {
                same.insert((format!("{municipality}{coupon}"), dose, day, screening));
            }
            if !screening {
                known.entry((municipality.clone(), coupon)).or_default().push((dose, day));
            }
        }
    }
    let lots: HashMap<String, (Date, bool)> = tx
        .all::<(String, Date, bool)>(sql!("select number, expiry, recalled_at is not null from lot"), args![])?
        .into_iter()
        .map(|(n, e, r)| (n, (e, r)))
        .collect();
    let own = crate::stock::sums(tx, &venue.id)?;
    Ok(rows
        .into_iter()
        .map(|(number, cells, read)| {
            let record = match read {
                Ok(record) => record,
                Err(faults) => return Line { number, verdict: Verdict::Bad(faults) },
            };
            let c = &record.coupon;
            let key = (c.municipality.clone(), c.number.clone());
            if same.contains(&(format!("{}{}", c.municipality, c.number), c.dose, record.day, record.screening_only)) {
                return Line { number, verdict: Verdict::Same };
            }
            let before = known.get(&key).cloned().unwrap_or_default();
            if let Err(refusal) = person::check(&record, &before, today) {
                let column = match refusal {
                    person::Refusal::NoLot => "ロット番号",
                    person::Refusal::Future(_) | person::Refusal::Order { .. } => "接種日",
                    _ => "券番号",
                };
                return Line { number, verdict: Verdict::bad(column, head.cell(cells, column), &refusal.to_string()) };
            }
            if !record.screening_only {
                let problem = match lots.get(&record.lot) {
                    Some((_, true)) => Some(rules::stock::Refusal::Recalled(record.lot.clone())),
                    Some((expiry, _)) if *expiry < record.day => {
                        Some(rules::stock::Refusal::Expired { lot: record.lot.clone(), expiry: *expiry })
                    }
                    // Where the venue keeps its ledger, a lot that it never had is a slip of the pen.
                    _ if own.keys().any(|k| !k.is_empty()) && !own.contains_key(&record.lot) => {
                        Some(rules::stock::Refusal::Foreign(record.lot.clone()))
                    }
                    _ => None,
                };
                if let Some(problem) = problem {
                    return Line { number, verdict: Verdict::bad("ロット番号", &record.lot, &problem.to_string()) };
                }
                known.entry(key).or_default().push((c.dose, record.day));
            }
            let label = format!(
                "{}　{}　{}回目　{}　…{}",
                time::say_date(record.day),
                visit.masters().places.full_name(&c.municipality),
                c.dose,
                if record.screening_only { "予診のみ" } else { "接種" },
                &c.number[6..]
            );
            same.insert((format!("{}{}", c.municipality, c.number), c.dose, record.day, record.screening_only));
            Line { number, verdict: Verdict::Add(label, record) }
        })
        .collect())
}

fn apply(visit: &Visit, tx: &mut Tx<'_>, stored: &import::Stored, records: &[Record]) -> Result<Value, Trouble> {
    let venue = visit.venue()?;
    let last = records.iter().map(|r| r.day).max().unwrap_or(time::date(visit.now));
    let rows: Vec<Vec<platform::value::Value>> = records
        .iter()
        .map(|r| {
            args![
                ids::short("pr"),
                &venue.id,
                &r.coupon.kind,
                r.coupon.dose,
                &r.coupon.municipality,
                &r.coupon.number,
                r.day,
                &r.lot,
                &r.maker,
                &r.doctor,
                r.screening_only,
                r.band.key(),
                r.under_six,
                &stored.id,
                visit.now
            ]
            .to_vec()
        })
        .collect();
    tx.insert_many(
        "insert into person_record (id, venue_id, coupon_kind, dose, municipality, coupon, day, lot, maker, doctor, screening_only, band, under_six, import_id, at)",
        &rows,
    )?;
    // The counts follow: what the records say beyond what was reported is reported, and nothing twice.
    let (persons,): (i64,) =
        tx.one(sql!("select count(*) from person_record where venue_id = $1 and not screening_only"), args![&venue.id])?;
    let entries = super::entries(tx, &venue.id)?;
    let reported: i64 = super::total(&entries, Series::Booster);
    let more = (persons - reported).max(0);
    if more > 0 {
        let as_of = entries.iter().map(|e| e.as_of).max().map_or(last, |d| d.max(last));
        let name = visit.actor().name;
        let entry = rules::results::Entry { series: Series::Booster, increase: more, total: persons, questions: vec![] };
        let fresh = super::Fresh {
            entries: &[entry],
            as_of,
            reason: "個人単位の記録の取り込み",
            waste_reason: "",
            lot: "",
            used_lot: "",
            name: &name,
        };
        super::write(visit, tx, &venue.id, &fresh)?;
    }
    visit.journal(
        tx,
        ("venue", &venue.id),
        "persons.import",
        Value::Null,
        json!({"import": stored.id, "records": records.len(), "increase": more}),
        None,
    )?;
    Ok(json!({"increase": more}))
}

fn take_back(visit: &Visit, tx: &mut Tx<'_>, stored: &import::Stored, undo: &Value) -> Result<(), Trouble> {
    let venue = visit.venue()?;
    let more = undo["increase"].as_i64().unwrap_or(0);
    let entries = super::entries(tx, &venue.id)?;
    let mine = |e: &super::Stored| e.series == Series::Booster.key();
    if more > 0
        && entries
            .iter()
            .rev()
            .find(|e| mine(e))
            .is_none_or(|e| e.increase != more || e.reason.as_deref() != Some("個人単位の記録の取り込み"))
    {
        return Err(Trouble::at("", "この取り込みの後に接種実績が報告されているため、元に戻せません。"));
    }
    let gone = tx.run(sql!("delete from person_record where import_id = $1 and venue_id = $2"), args![&stored.id, &venue.id])?;
    if more > 0 {
        let total = super::total(&entries, Series::Booster);
        let as_of = entries.iter().map(|e| e.as_of).max().unwrap_or(time::date(visit.now));
        let name = visit.actor().name;
        let entry = rules::results::Entry { series: Series::Booster, increase: -more, total: total - more, questions: vec![] };
        let fresh = super::Fresh {
            entries: &[entry],
            as_of,
            reason: "個人単位の記録の取り込みを元に戻す",
            waste_reason: "",
            lot: "",
            used_lot: "",
            name: &name,
        };
        super::write(visit, tx, &venue.id, &fresh)?;
    }
    Ok(visit.journal(tx, ("venue", &venue.id), "persons.undo", json!({"import": stored.id, "records": gone}), Value::Null, None)?)
}
