//! What anybody may see: 接種会場をさがす, the public dashboard, open data with the instant at which it
//! held.

use platform::db::Tx;
use platform::english;
use rules::access::Act;
use rules::availability::Availability;
use rules::{fold, input, time};
use serde_json::{Value, json};

use web::list;
use web::page::{Answer, Typed};
use web::routes::page;
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use web::{Route, chart};
use work::availability::{Found, Wanted, by_code, by_municipality, by_prefecture, seek};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/find", Act::ReadPublic, find),
        page("/find/{code}", Act::ReadPublic, one),
        page("/open-data", Act::ReadPublic, open_data),
        page("/open-data/v1/venues.json", Act::ReadPublic, venues_json),
    ];
    all.extend(list!("/open-data/v1/venues", Act::ReadPublic, venues_sheet));
    all
}

/// A venue as the public pages show it.
fn shown(found: &Found, visit: &Visit) -> Value {
    let places = &visit.masters().places;
    json!({
        "code": found.code, "name": found.name, "place": places.full_name(&found.municipality), "address": found.address, "label": found.status.label(), "sign": found.status.sign(),
        "tone": found.status.tone(), "note": found.note, "phone": found.phone, "url": found.url, "changed_at": found.changed_at, "product": visit.masters().programme().product.name,
    })
}

fn find(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let places = &visit.masters().places;
    let prefecture =
        places.prefecture(visit.query("prefecture")).map(|p| p.code.clone()).unwrap_or_default();
    let municipality = places
        .municipality(visit.query("municipality"))
        .filter(|m| m.prefecture() == prefecture)
        .map(|m| m.code.clone())
        .unwrap_or_default();
    let status = Availability::from_key(visit.query("status"));
    let words = input::text(visit.query("q"));
    let sought = fold::Sought::of(&words);
    let counts = by_prefecture(tx)?;
    let total: i64 = counts.iter().map(|(_, n)| n).sum();
    let asked = !prefecture.is_empty() || !sought.is_empty();
    let wanted = Wanted { prefecture: &prefecture, municipality: &municipality, status };
    let rows = if asked { seek(tx, &wanted, &sought)? } else { vec![] };
    // Beside an empty answer: what there is near by.
    let near = if asked && rows.is_empty() && !prefecture.is_empty() {
        by_municipality(tx, &prefecture)?
    } else {
        vec![]
    };
    let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let tiles: Vec<(String, String, Option<i64>, String)> = places
        .prefectures
        .iter()
        .map(|p| {
            let n = counts.iter().find(|(code, _)| *code == p.code).map(|(_, n)| *n);
            (
                p.code.clone(),
                p.name.clone(),
                n.map(|n| n * 100 / most),
                n.map_or("－".into(), |n| n.to_string()),
            )
        })
        .collect();
    let finding = format!("{}の会場が公開されています", rules::application::commas(total));
    let choices = |all: &str| vec![(String::new(), all.to_string())];
    let prefectures: Vec<(String, String)> = choices("すべての都道府県")
        .into_iter()
        .chain(places.prefectures.iter().map(|p| (p.code.clone(), p.name.clone())))
        .collect();
    let municipalities: Vec<(String, String)> = choices("すべての市区町村")
        .into_iter()
        .chain(
            places
                .municipalities
                .iter()
                .filter(|m| m.prefecture() == prefecture)
                .map(|m| (m.code.clone(), m.name.clone())),
        )
        .collect();
    let statuses: Vec<(String, String)> = choices("すべて")
        .into_iter()
        .chain(Availability::ALL.iter().map(|a| (a.key().into(), a.label().into())))
        .collect();
    visit.page(
        "find/find.html",
        typed,
        json!({
            "h1": "接種会場をさがす", "plain_h1": true, "prefectures": prefectures, "municipalities": municipalities, "statuses": statuses, "prefecture": prefecture, "municipality": municipality, "status": status.map_or("", Availability::key), "q": words,
            "asked": asked, "rows": rows.iter().map(|r| shown(r, visit)).collect::<Vec<_>>(), "map": chart::tiles(&finding, &tiles), "finding": finding,
            "counts": counts.iter().map(|(code, n)| json!({"code": code, "name": places.prefecture(code).map_or("", |p| p.name.as_str()), "n": n})).collect::<Vec<_>>(),
            "near": near.iter().map(|(code, n)| json!({"code": code, "name": places.full_name(code), "n": n})).collect::<Vec<_>>(),
        }),
    )
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let found = by_code(tx, visit.param("code"))?;
    let days = work::booking::open_days(tx, &found.id, visit.now)?;
    let days: Vec<Value> =
        days.into_iter().map(|(day, left)| json!({"day": day, "left": left})).collect();
    let mut value = shown(&found, visit);
    value["prefecture"] = json!(found.municipality.get(..2).unwrap_or_default());
    visit.page(
        "find/one.html",
        typed,
        json!({"h1": english::typed(&found.name), "plain_h1": true, "v": value, "days": days, "crumbs": [["/find", "接種会場をさがす"]]}),
    )
}

const COLUMNS: [&str; 13] = [
    "venue_code",
    "name",
    "prefecture_code",
    "prefecture",
    "municipality_code",
    "municipality",
    "address",
    "product",
    "booking_status",
    "booking_status_ja",
    "note",
    "phone",
    "url",
];

fn all(tx: &mut Tx<'_>) -> Result<Vec<Found>, Trouble> {
    Ok(work::availability::found(tx)?)
}

fn fields(visit: &Visit, f: &Found) -> [String; 13] {
    let places = &visit.masters().places;
    let prefecture = f.municipality.get(..2).unwrap_or_default();
    [
        f.code.clone(),
        f.name.clone(),
        prefecture.into(),
        places.prefecture(prefecture).map_or(String::new(), |p| p.name.clone()),
        f.municipality.clone(),
        places.municipality(&f.municipality).map_or(String::new(), |m| m.name.clone()),
        f.address.clone(),
        visit.masters().programme().product.name.clone(),
        f.status.key().into(),
        f.status.label().into(),
        f.note.clone(),
        f.phone.clone(),
        f.url.clone(),
    ]
}

fn venues_json(visit: &Visit, tx: &mut Tx<'_>, _: &Typed) -> Result<Answer, Trouble> {
    let venues: Vec<Value> = all(tx)?
        .iter()
        .map(|f| {
            let mut row: serde_json::Map<String, Value> = COLUMNS
                .iter()
                .zip(fields(visit, f))
                .map(|(name, value)| (name.to_string(), json!(value)))
                .collect();
            row.insert("updated_at".into(), json!(time::rfc3339(f.changed_at)));
            Value::Object(row)
        })
        .collect();
    let body = json!({"version": "1", "as_of": time::rfc3339(visit.now), "licence": "CC BY 4.0", "programme": visit.masters().programme().id, "venues": venues});
    Ok(Answer::File {
        name: "venues.json".into(),
        mime: "application/json; charset=utf-8",
        bytes: body.to_string().into_bytes(),
        inline: true,
    })
}

fn venues_sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let head: Vec<&str> = COLUMNS.into_iter().chain(["updated_at", "as_of"]).collect();
    let rows: Vec<Vec<Cell>> = all(tx)?
        .iter()
        .map(|f| {
            fields(visit, f)
                .into_iter()
                .chain([time::rfc3339(f.changed_at), time::rfc3339(visit.now)])
                .map(Cell::Code)
                .collect()
        })
        .collect();
    Ok(Sheet::new("接種会場", "公開", head, rows))
}

fn open_data(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let total: i64 = by_prefecture(tx)?.iter().map(|(_, n)| n).sum();
    visit.page(
        "find/open-data.html",
        typed,
        json!({"h1": "オープンデータ", "plain_h1": true, "columns": COLUMNS, "total": total, "boards": crate::dashboard::public_boards()}),
    )
}
