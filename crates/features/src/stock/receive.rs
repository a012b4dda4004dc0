//! 入庫: a lot with its expiry as it is typed or scanned. What is doubtful is asked about before it
//! enters the nation's list.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::{Errors, Form};
use platform::{args, secrets, sql};
use rules::application::commas;
use rules::gs1::{self, Certainty};
use rules::stock::{self, Kind, Refusal, Room};
use rules::{input, time};
use serde_json::{Value, json};

use web::Done;
use web::visit::{Trouble, Visit};
use work::stock::{Entry, StoredLot, lot, put};

/// A lot as the form says it.
pub struct Given {
    pub number: String,
    pub expiry: Date,
    pub gtin: String,
    /// Read from a code, whether by a machine or typed into its field.
    pub scanned: bool,
    /// The pack's own number, where its code has one.
    pub serial: Option<String>,
}

/// Years ahead of which no vaccine expires.
const MOST_YEARS: i64 = 10;
/// Vials of one receipt above which the number is asked about: a depot's, not a venue's.
const MANY_VIALS: i64 = 2_000;

/// An expiry in any writing, within the years in which a vaccine of the programme may expire.
pub fn expiry(visit: &Visit, raw: &str) -> Result<Date, input::InputFault> {
    let today = time::date(visit.now);
    let from = visit.masters().programme().product.used_from.min(today);
    input::inside(
        "有効期限",
        input::expiry("有効期限", raw)?,
        from,
        today.saturating_add(jiff::Span::new().years(MOST_YEARS)),
    )
}

/// All lots of the product, for comparing.
fn known_lots(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<String>, Failure> {
    let product = visit.masters().programme().product.id.clone();
    let rows: Vec<(String,)> =
        tx.all(sql!("select number from lot where product = $1 order by number"), args![&product])?;
    Ok(rows.into_iter().map(|(n,)| n).collect())
}

/// The readings of a scanned code between which the person chooses: value and words.
pub fn choices(
    visit: &Visit,
    tx: &mut Tx<'_>,
    form: &Form,
) -> Result<Vec<(String, String)>, Failure> {
    let Ok(found) = gs1::read(form.get("gs1")) else { return Ok(Vec::new()) };
    let Certainty::Ask(readings) = gs1::certain(&found, &known_lots(visit, tx)?) else {
        return Ok(Vec::new());
    };
    let mut all: Vec<(String, String)> = Vec::new();
    for reading in readings {
        if !all.iter().any(|(lot, _)| *lot == reading.lot) {
            let said = reading.say();
            all.push((reading.lot, said));
        }
    }
    if let Some(lot) = found.lot {
        all.push((lot.clone(), format!("{lot}　（すべてがロット番号）")));
    }
    Ok(all)
}

/// A lot with its expiry as it is typed, or as a scanner reads it from the pack; a field that the
/// code lacks may be typed beside it.
pub fn read(
    visit: &Visit,
    tx: &mut Tx<'_>,
    form: &Form,
    errors: &mut Errors,
) -> Result<Option<Given>, Failure> {
    if !form.has("gs1") {
        let number = errors.take("lot", input::lot("ロット番号", form.get("lot")));
        let expiry = errors.take("expiry", expiry(visit, form.get("expiry")));
        let given = |(number, expiry)| Given {
            number,
            expiry,
            gtin: String::new(),
            scanned: false,
            serial: None,
        };
        return Ok(number.zip(expiry).map(given));
    }
    let Some(found) = errors.take("gs1", gs1::read(form.get("gs1"))) else { return Ok(None) };
    let (mut number, mut expiry, mut scanned) = (found.lot.clone(), found.expiry, true);
    if let Certainty::Ask(readings) = gs1::certain(&found, &known_lots(visit, tx)?) {
        let chosen = form.get("lot_choice");
        match readings.iter().find(|r| r.lot == chosen) {
            Some(reading) => {
                number = Some(reading.lot.clone());
                expiry = expiry.or(reading.expiry);
            }
            None if found.lot.as_deref() == Some(chosen) && !chosen.is_empty() => {}
            None => {
                errors.add(
                    "lot_choice",
                    "区切りの文字が読み取れていないため、ロット番号がどこまでかがわかりません。箱の表示を見て、正しいものを選んでください",
                );
                return Ok(None);
            }
        }
    }
    // What the code doesn't hold stands beside it; what both hold must be the same.
    if form.has("lot") {
        let typed = errors.take("lot", input::lot("ロット番号", form.get("lot")));
        match (&number, typed) {
            (Some(read), Some(typed)) if *read != typed => {
                errors.add("lot", format!("読み取ったロット番号（{read}）と、入力したロット番号（{typed}）が違います。箱の表示を確かめて、どちらか一方にしてください"));
            }
            (None, Some(typed)) => (number, scanned) = (Some(typed), false),
            _ => {}
        }
    }
    if form.has("expiry") {
        let typed = errors.take("expiry", self::expiry(visit, form.get("expiry")));
        match (expiry, typed) {
            (Some(read), Some(typed)) if read != typed => errors.add(
                "expiry",
                format!(
                    "読み取った有効期限（{}）と、入力した有効期限（{}）が違います。箱の表示を確かめて、どちらか一方にしてください",
                    time::say_date(read),
                    time::say_date(typed)
                ),
            ),
            (None, Some(typed)) => expiry = Some(typed),
            _ => {}
        }
    }
    if !errors.is_empty() {
        return Ok(None);
    }
    if number.is_none() {
        errors.add("lot", "読み取ったコードにロット番号（10）がありません。箱の表示を見て、ここに入力してください");
    }
    if expiry.is_none() {
        errors.add(
            "expiry",
            "読み取ったコードに有効期限（17）がありません。箱の表示を見て、ここに入力してください",
        );
    }
    let (gtin, serial) = (found.gtin.unwrap_or_default(), found.serial.filter(|_| scanned));
    Ok(number.zip(expiry).map(|(number, expiry)| Given { number, expiry, gtin, scanned, serial }))
}

/// What is doubtful about a lot that is about to be entered: field and sentence. Nothing where it
/// can be taken as it stands.
pub fn doubts(
    visit: &Visit,
    tx: &mut Tx<'_>,
    given: &Given,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let mut all: Vec<(&str, String)> = Vec::new();
    let field = |name: &'static str| if given.scanned { "gs1" } else { name };
    let stored = lot(tx, &given.number)?;
    if stored.is_none() {
        let known = known_lots(visit, tx)?;
        let near = stock::near(&given.number, known.iter().map(String::as_str));
        if !near.is_empty() {
            all.push((
                field("lot"),
                format!(
                    "ロット{}は初めてのロットです。登録されている{}の打ち間違いではありませんか",
                    given.number,
                    near.join("、")
                ),
            ));
        } else if let Some(strange) =
            stock::strange(&given.number, known.iter().map(String::as_str))
        {
            all.push((field("lot"), strange.to_string()));
        }
    }
    if let Some(known) = stored.as_ref().filter(|l| l.expiry != given.expiry) {
        let said = Refusal::OtherExpiry {
            lot: given.number.clone(),
            known: known.expiry,
            typed: given.expiry,
        };
        all.push((field("expiry"), format!("{said}。箱の表示をもう一度確かめてください")));
    }
    let far = jiff::Span::new().years(5);
    if stored.is_none()
        && time::date(visit.now).checked_add(far).is_ok_and(|most| given.expiry > most)
    {
        all.push((
            field("expiry"),
            format!(
                "有効期限が5年より先です（{}）。年を確かめてください",
                time::say_date(given.expiry)
            ),
        ));
    }
    if !given.gtin.is_empty() {
        let product = &visit.masters().programme().product;
        let codes: Vec<(String, String)> = tx.all(
            sql!("select distinct gtin, product from lot where gtin <> '' order by gtin"),
            args![],
        )?;
        let own: Vec<&str> =
            codes.iter().filter(|(_, p)| *p == product.id).map(|(g, _)| g.as_str()).collect();
        if codes.iter().any(|(g, p)| *g == given.gtin && *p != product.id)
            || (!own.is_empty() && !own.contains(&given.gtin.as_str()))
        {
            all.push((
                "gs1",
                format!(
                    "商品コード {} は、{}の箱としては初めてです（これまでは {}）。ほかの製品の箱ではありませんか",
                    given.gtin,
                    product.name,
                    own.join("、")
                ),
            ));
        }
    }
    Ok(all)
}

/// What is doubtful about a receipt at a venue: one that is there already, a pack that was read
/// before, more than can have come.
fn twins(
    visit: &Visit,
    tx: &mut Tx<'_>,
    given: &Given,
    receipt: &Receipt<'_>,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let Receipt { venue, vials, day, shipment } = *receipt;
    let mut all = Vec::new();
    let field = if given.scanned { "gs1" } else { "vials" };
    let kind = Kind::Received.key();
    if let Some(serial) = &given.serial {
        let before: Option<(Date, i64)> = tx.first(
            sql!(
                "select day, vials
                   from stock_entry
                  where venue_id = $1
                    and lot = $2
                    and kind = $3
                    and reason = $4
                  order by day, id
                  limit 1"
            ),
            args![venue, &given.number, kind, say_serial(serial)],
        )?;
        if let Some((on, n)) = before {
            all.push((
                field,
                format!(
                    "{}の箱は、{}に{}本の入庫として記録されています。同じ箱を2回読み取っていませんか",
                    say_serial(serial),
                    time::say_date(on),
                    commas(n)
                ),
            ));
        }
    }
    if all.is_empty() {
        let (same,): (i64,) = tx.one(
            sql!(
                "select count(*)
                   from stock_entry
                  where venue_id = $1
                    and lot = $2
                    and kind = $3
                    and day = $4
                    and vials = $5"
            ),
            args![venue, &given.number, kind, day, vials],
        )?;
        if same > 0 {
            all.push((
                field,
                format!(
                    "ロット{}は、{}に{}本の入庫がもう記録されています。同じ入庫を2回記録していませんか",
                    given.number,
                    time::say_date(day),
                    commas(vials)
                ),
            ));
        }
    }
    let per_box = i64::from(visit.masters().programme().product.vials_per_box);
    let came = shipment.map(|s| i64::from(s.received_boxes.unwrap_or(0)).saturating_mul(per_box));
    match came {
        Some(came) if vials > came => {
            all.push((
                "vials",
                format!(
                    "選んだ納入で受け取ったのは{}本です。{}本は、それより多い数です",
                    commas(came),
                    commas(vials)
                ),
            ));
        }
        None if vials > MANY_VIALS => {
            all.push((
                "vials",
                format!("1回の入庫で{}本は多すぎませんか。本数を確かめてください", commas(vials)),
            ));
        }
        _ => {}
    }
    Ok(all)
}

/// A receipt as the form says it.
struct Receipt<'r> {
    venue: &'r str,
    vials: i64,
    day: Date,
    shipment: Option<&'r work::delivery::Shipment>,
}

/// What stands as the reason of a receipt whose pack has a number of its own.
fn say_serial(serial: &str) -> String {
    format!("シリアル番号 {serial}")
}

fn vials_of(form: &Form) -> Result<i64, input::InputFault> {
    input::within("バイアル数", input::Unit::Vial, form.get("vials"), 1, stock::MOST_VIALS)
}

/// The delivery that the form names, of those that the venue has received.
fn shipment_of(
    tx: &mut Tx<'_>,
    venue: &str,
    form: &Form,
) -> Result<Option<work::delivery::Shipment>, Failure> {
    let chosen = form.get("shipment");
    Ok(work::delivery::shipments(tx, venue)?
        .into_iter()
        .find(|s| s.id == chosen && s.received_at.is_some()))
}

/// The answer to exactly these doubts: other input is asked about again.
pub fn answer(given: &Given, doubts: &[(&'static str, String)]) -> String {
    let said: Vec<&str> = doubts.iter().map(|(_, s)| s.as_str()).collect();
    let all = format!("{}\n{}\n{}", given.number, given.expiry, said.join("\n"));
    if doubts.is_empty() { String::new() } else { secrets::digest(&all).chars().take(16).collect() }
}

/// The doubts as sentences at the fields, unless they were answered.
fn ask(given: &Given, doubts: &[(&'static str, String)], form: &Form) -> Result<(), Trouble> {
    if doubts.is_empty() || form.get("sure") == answer(given, doubts) {
        return Ok(());
    }
    let mut errors = Errors::default();
    for (field, sentence) in doubts {
        errors.add(*field, sentence);
    }
    errors.add("sure", "上の内容で正しければ、「確かめました」を選んで、もう一度押してください。まだ何も記録していません。");
    Err(Trouble::refused(errors))
}

/// What the page needs to ask again: the readings to choose from, and the answer that its box
/// gives.
pub fn asked(visit: &Visit, tx: &mut Tx<'_>, form: Option<&Form>) -> Result<Value, Failure> {
    let Some(form) = form else { return Ok(json!({"choices": [], "sure": ""})) };
    let readings = choices(visit, tx, form)?;
    let given = read(visit, tx, form, &mut Errors::default())?;
    let sure = match given {
        Some(given) => {
            let mut found = doubts(visit, tx, &given)?;
            if let (Ok(venue), Ok(vials)) = (visit.venue(), vials_of(form)) {
                let shipment = shipment_of(tx, &venue.id, form)?;
                if let Ok(day) = day(visit, form, shipment.as_ref()) {
                    let receipt =
                        Receipt { venue: &venue.id, vials, day, shipment: shipment.as_ref() };
                    found.extend(twins(visit, tx, &given, &receipt)?);
                }
            }
            answer(&given, &found)
        }
        None => String::new(),
    };
    Ok(json!({"choices": readings, "sure": sure}))
}

/// The lot in the nation's list; a new one is entered. What a venue says of a known lot's expiry
/// is kept beside it until the ministry
/// settles it, and doesn't move anybody else's date.
pub fn enter(
    visit: &Visit,
    tx: &mut Tx<'_>,
    given: &Given,
    venue: Option<&str>,
) -> Result<StoredLot, Trouble> {
    let product = visit.masters().programme().product.id.clone();
    if let Some(known) = lot(tx, &given.number)? {
        if known.product != product {
            return Err(Trouble::at("lot", Refusal::OtherProduct(given.number.clone())));
        }
        let Some(venue) = venue else {
            if known.expiry != given.expiry {
                super::lots::settle_expiry(visit, tx, &known, given.expiry)?;
            }
            return lot(tx, &given.number)?.ok_or(Trouble::NotFound);
        };
        say_expiry(visit, tx, given, venue)?;
        let others: (i64,) = tx.one(
            sql!("select count(*) from lot_expiry where lot = $1 and venue_id <> $2"),
            args![&given.number, venue],
        )?;
        // Nobody else has said anything, and the ministry hasn't: whoever entered it mends it.
        if known.expiry != given.expiry && known.settled_at.is_none() && others.0 == 0 {
            tx.run_one(
                sql!(
                    "update lot
                        set expiry = $1, version = version + 1
                      where product = $2
                        and number = $3
                        and version = $4"
                ),
                args![given.expiry, &product, &given.number, known.version],
            )?;
            let (before, after) =
                (json!({"expiry": known.expiry}), json!({"expiry": given.expiry}));
            visit.journal(tx, ("lot", &given.number), "lot.expiry", before, after, None)?;
        }
        return lot(tx, &given.number)?.ok_or(Trouble::NotFound);
    }
    let settled = if venue.is_none() { Some(visit.now) } else { None };
    tx.run(
        sql!(
            "insert into lot (product, number, expiry, gtin, settled_at)
             values ($1, $2, $3, $4, $5)"
        ),
        args![&product, &given.number, given.expiry, &given.gtin, settled],
    )?;
    if let Some(venue) = venue {
        say_expiry(visit, tx, given, venue)?;
    }
    let after = json!({"expiry": given.expiry, "gtin": given.gtin});
    visit.journal(tx, ("lot", &given.number), "lot.enter", Value::Null, after, None)?;
    lot(tx, &given.number)?.ok_or(Trouble::NotFound)
}

fn say_expiry(visit: &Visit, tx: &mut Tx<'_>, given: &Given, venue: &str) -> Result<(), Failure> {
    let actor = visit.actor();
    tx.run(
        sql!(
            "insert into lot_expiry (lot, venue_id, expiry, at, account, name)
             values ($1, $2, $3, $4, $5, $6)
                 on conflict (lot, venue_id) do update set expiry = excluded.expiry,
                             at = excluded.at, account = excluded.account, name = excluded.name"
        ),
        args![&given.number, venue, given.expiry, visit.now, &actor.account, &actor.name],
    )
    .map(|_| ())
}

/// The ministry enters a lot.
/// Whether anything was written: a lot that stands there with this expiry already stays as it is.
pub fn by_ministry(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<bool, Trouble> {
    let mut errors = Errors::default();
    let given = read(visit, tx, form, &mut errors)?;
    let (Some(given), true) = (given, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let found = doubts(visit, tx, &given)?;
    ask(&given, &found, form)?;
    let before = lot(tx, &given.number)?.map(|known| known.version);
    let after = enter(visit, tx, &given, None)?;
    Ok(before != Some(after.version))
}

/// The day of the receipt: as typed, or the day on which the chosen delivery was received, or
/// today.
fn day(
    visit: &Visit,
    form: &Form,
    shipment: Option<&work::delivery::Shipment>,
) -> Result<Date, Trouble> {
    let today = time::date(visit.now);
    let came = shipment.and_then(work::delivery::Shipment::came_on);
    if !form.has("received_on") {
        return Ok(came.unwrap_or(today));
    }
    let from = came.unwrap_or(visit.masters().programme().plan_entry_from).min(today);
    input::date_within("入庫した日", form.get("received_on"), from, today)
        .map_err(|e| Trouble::at("received_on", e))
}

/// 入庫: vials of a lot, with the shipment that brought them.
pub fn receive(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let mut errors = Errors::default();
    let n = errors.take("vials", vials_of(form));
    let given = read(visit, tx, form, &mut errors)?;
    let (Some(given), Some(n), true) = (given, n, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let chosen = form.get("shipment");
    let shipment = shipment_of(tx, &venue.id, form)?;
    if shipment.is_none() && !chosen.is_empty() {
        return Err(Trouble::at("shipment", input::InputFault::NotChosen("納入".into())));
    }
    let day = day(visit, form, shipment.as_ref())?;
    let mut found = doubts(visit, tx, &given)?;
    found.extend(twins(
        visit,
        tx,
        &given,
        &Receipt { venue: &venue.id, vials: n, day, shipment: shipment.as_ref() },
    )?);
    // What can't be taken at all is said before anything is asked.
    let typed = stock::Lot { number: given.number.clone(), expiry: given.expiry, recalled: false };
    let stored = lot(tx, &given.number)?.map(|l| l.rule());
    for known in stored.iter().chain([&typed]) {
        stock::entry(Kind::Received, &given.number, Some(known), Room::none(day), n, "").map_err(
            |r| {
                let field = if matches!(r, Refusal::NoVials) {
                    "vials"
                } else if form.has("gs1") {
                    "gs1"
                } else {
                    "lot"
                };
                Trouble::at(field, r)
            },
        )?;
    }
    ask(&given, &found, form)?;
    enter(visit, tx, &given, Some(&venue.id))?;
    let actor = visit.actor();
    let entry = Entry {
        lot: &given.number,
        kind: Kind::Received,
        vials: n,
        reason: &given.serial.as_deref().map(say_serial).unwrap_or_default(),
        day,
        transfer: None,
        shipment: shipment.as_ref().map(|s| s.id.as_str()),
    };
    put(tx, visit.now, (&actor.account, &actor.name), &venue.id, &entry)?;
    let after = json!({"lot": given.number, "expiry": given.expiry, "vials": n, "day": day});
    visit.journal(tx, ("venue", &venue.id), "stock.receive", Value::Null, after, None)?;
    // Lots that came in late: what the records of persons say was used of them.
    work::stock::feed_persons(&visit.caller(), tx, &venue.id)?;
    Ok(Done::saying(format!("/venues/{}/stock", venue.id), "stock.moved"))
}
