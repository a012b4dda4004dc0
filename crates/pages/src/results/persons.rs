//! 個人単位の記録 (VRS-like): the coupon's line, no name and no address. They fill the counts and draft
//! the claim.

use platform::db::Tx;
use rules::access::Act;
use rules::person::{self, column};
use rules::results::Series;
use serde_json::{Value, json};

use super::record;
use web::Route;
use web::import::{self, Assumed, Columns, Head, Line, List, Offer, Place};
use web::list;
use web::page::{Answer, Typed};
use web::routes::page;
use web::table::{Cell, Sheet, Table};
use web::visit::{Trouble, Visit};

use work::results::persons::{Order, Undo, all, latest, tail};

const KIND: &str = "persons";

/// Title and what belongs there.
const COLUMNS: [(&str, &str); 9] = [
    ("接種日", "例 2022/3/20"),
    (column::NUMBER, "18桁：券種1・回数1・市町村コード6・券番号10"),
    (column::MAKER, ""),
    (column::LOT, ""),
    (column::DOCTOR, ""),
    (column::KIND, "接種、または予診のみ"),
    (column::BAND, "通常、時間外、休日"),
    (column::AGE, "6歳以上、または6歳未満"),
    ("接種会場名", "あってもなくてもよい"),
];

/// What a new record is where its column isn't there; cells that may be about it are asked about.
const ASSUMED: [Assumed; 3] = [
    Assumed {
        column: column::KIND,
        value: "接種",
        about: person::about_kind,
        against: person::no_shot,
    },
    Assumed {
        column: column::BAND,
        value: "通常",
        about: person::about_band,
        against: |_, _| false,
    },
    Assumed {
        column: column::AGE,
        value: "6歳以上",
        about: person::about_age,
        against: |_, _| false,
    },
];

pub fn routes() -> Vec<Route> {
    let mut all = vec![page("/venues/{venue}/persons", Act::ReadPersons, list)];
    all.extend(import::routes::<Persons>("/venues/{venue}/persons/import"));
    all.extend(list!("/venues/{venue}/persons", Act::ReadPersons, sheet));
    all.extend(list!("/venues/{venue}/persons/template", Act::ImportPersons, template));
    all
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
    let rows = work::results::persons::counted(tx, &venue.id)?;
    let total: i64 = rows.iter().filter(|r| !r.screening_only).map(|r| r.records).sum();
    let reported: i64 =
        work::results::total(&work::results::entries(tx, &venue.id)?, Series::Booster);
    let sums: Vec<Value> = rows
        .iter()
        .map(|r| {
            json!({
                "place": visit.masters().places.full_name(&r.municipality),
                "kind": person::kind_label(r.screening_only),
                "band": r.band.label(),
                "n": r.records,
            })
        })
        .collect();
    let latest: Vec<Value> = latest(tx, &venue.id, 100)?
        .iter()
        .map(|r| json!({"day": r.day, "place": visit.masters().places.full_name(&r.municipality), "dose": r.dose, "coupon": tail(&r.coupon), "lot": r.lot, "kind": person::kind_label(r.screening_only), "band": r.band.label()}))
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
            Cell::text(person::kind_label(r.screening_only)),
            Cell::text(r.band.label()),
            Cell::text(person::age_label(r.under_six)),
            Cell::text(&venue.name),
        ]
    });
    Ok(Sheet::new("個人単位の記録", &venue.code, COLUMNS.map(|(title, _)| title), rows.collect()))
}

fn template(visit: &Visit, _: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let sheet = Sheet::new(
        "個人単位の記録（空の表）",
        &visit.venue()?.code,
        COLUMNS.map(|(title, _)| title),
        Vec::new(),
    );
    Ok(sheet.with_notes(COLUMNS.map(|(_, note)| note)).with_codes(&[column::NUMBER, column::LOT]))
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
    type Order = Order;

    fn place(visit: &Visit) -> Result<Place, Trouble> {
        let venue = visit.venue()?;
        let up = (format!("/venues/{}/persons", venue.id), "個人単位の記録".to_string());
        Ok(Place { kind: KIND.into(), scope: scope(visit)?, base: base(visit)?, up })
    }
    fn columns(_: &Visit) -> Result<Columns, Trouble> {
        Ok(Columns::of(&COLUMNS)
            .also("接種日", &["接種年月日", "接種日付", "日付", "接種実施日"])
            .also(column::NUMBER, &["接種券番号", "OCRライン", "OCR", "接種券"])
            .also(column::MAKER, &["メーカー名", "製造販売業者", "ワクチン", "ワクチン種類"])
            .also(
                column::LOT,
                &[
                    "ロット",
                    "ロットNo",
                    "ロットNo.",
                    "Lot",
                    "Lot No.",
                    "Lot番号",
                    "Lot Number",
                    "ロットナンバー",
                    "ワクチンロット番号",
                    "製造番号",
                    "製造ロット",
                ],
            )
            .also(column::DOCTOR, &["医師", "接種医", "接種医師", "接種医師名", "医師氏名"])
            .also("接種会場名", &["接種会場", "会場", "会場名", "接種場所", "実施場所", "実施会場"])
            .also("会場コード", &["接種会場コード"])
            .also(
                column::KIND,
                &[
                    "接種区分",
                    "実施区分",
                    "実施内容",
                    "接種内容",
                    "実施の区分",
                    "接種の区分",
                    "接種・予診のみの別",
                    "接種の有無",
                ],
            )
            .also(
                column::BAND,
                &[
                    "時間区分",
                    "時間帯区分",
                    "接種時間帯",
                    "実施時間帯",
                    "時間外区分",
                    "診療時間区分",
                    "時間加算",
                ],
            )
            .also(
                column::AGE,
                &[
                    "年齢",
                    "満年齢",
                    "接種時年齢",
                    "接種時の年齢",
                    "接種日年齢",
                    "接種日時点の年齢",
                    "年齢層",
                    "年齢階層",
                    "年齢階級",
                ],
            )
            .also("市町村コード", &["市区町村コード", "自治体コード", "団体コード"])
            .also("回数", &["接種回数", "回目"])
            .also(
                "市区町村",
                &[
                    "市区町村名",
                    "市町村",
                    "市町村名",
                    "自治体",
                    "自治体名",
                    "請求先",
                    "請求先市区町村",
                ],
            )
            .extra(&["券種", "回数", "市町村コード", "市区町村", "会場コード"])
            .assumed(&ASSUMED))
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
    fn check(
        visit: &Visit,
        tx: &mut Tx<'_>,
        head: &Head,
        table: &Table,
    ) -> Result<Vec<Line<Order>>, Trouble> {
        head.needs(&["接種日", column::NUMBER])?;
        record::lines(visit, tx, head, table)
    }
    fn apply(
        visit: &Visit,
        tx: &mut Tx<'_>,
        stored: &import::Stored,
        orders: Vec<Order>,
    ) -> Result<Value, Trouble> {
        let venue = &visit.venue()?.id;
        let undo = work::results::persons::write(&visit.caller(), tx, venue, &stored.id, &orders)
            .map_err(|e| e.told(super::not_written))?;
        Ok(json!(undo))
    }
    fn undo(
        visit: &Visit,
        tx: &mut Tx<'_>,
        stored: &import::Stored,
        undo: &Value,
    ) -> Result<(), Trouble> {
        let venue = &visit.venue()?.id;
        let undo = Undo::read(undo).ok_or_else(import::not_taken_back)?;
        work::results::persons::take_back(&visit.caller(), tx, venue, &stored.id, &undo)
            .map_err(Trouble::from)
    }
}
