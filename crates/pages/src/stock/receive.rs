//! 入庫: a lot with its expiry as it is typed or scanned. What is doubtful is asked about before it
//! enters the nation's list.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::secrets;
use rules::application::commas;
use rules::gs1::{self, Certainty};
use rules::stock::{self, Refusal};
use rules::{input, time};
use serde_json::{Value, json};

use web::Done;
use web::errors::Errors;
use web::visit::{Trouble, Visit};
use words::Sentence;
use work::stock::{Given, Received, enter, lot, say_serial};

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
        visit.masters().holidays.settle(input::expiry("有効期限", raw))?,
        from,
        today.saturating_add(jiff::Span::new().years(MOST_YEARS)),
    )
}

/// All lots of the product, for comparing.
fn known_lots(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<String>, Failure> {
    work::stock::numbers(tx, &visit.masters().programme().product.id)
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
            let said = reading.sentence();
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

/// What is strange about a lot that nobody knows.
fn strange(visit: &Visit, tx: &mut Tx<'_>, given: &Given) -> Result<Option<String>, Failure> {
    if let Some(own) = stock::is_expiry(&given.number, given.expiry) {
        return Ok(Some(own.sentence()));
    }
    let known = known_lots(visit, tx)?;
    let known = || known.iter().map(String::as_str);
    let near = stock::near(&given.number, known());
    if near.is_empty() {
        return Ok(stock::strange(&given.number, known()).map(|strange| strange.sentence()));
    }
    Ok(Some(format!(
        "ロット{}は初めてのロットです。登録されている{}の打ち間違いではありませんか",
        given.number,
        near.join("、")
    )))
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
        all.extend(strange(visit, tx, given)?.map(|said| (field("lot"), said)));
    }
    if let Some(known) = stored.as_ref().filter(|l| l.expiry != given.expiry) {
        let said = Refusal::OtherExpiry {
            lot: given.number.clone(),
            known: known.expiry,
            typed: given.expiry,
        };
        all.push((
            field("expiry"),
            format!("{said}。箱の表示をもう一度確かめてください", said = said.sentence()),
        ));
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
        let codes = work::stock::pack_codes(tx)?;
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
    venue: &str,
    receipt: &Received<'_>,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let Received { given, vials, day, shipment } = *receipt;
    let mut all = Vec::new();
    let field = if given.scanned { "gs1" } else { "vials" };
    if let Some(serial) = &given.serial {
        let before = work::stock::of_pack(tx, venue, &given.number, serial)?;
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
        let same =
            work::stock::like_it(tx, venue, (stock::Kind::Received, &given.number), (day, vials))?;
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
    let (programme, today) = (visit.masters().programme(), time::date(visit.now));
    let came = shipment.map(|s| s.packing(programme, today).vials(s.received_boxes.unwrap_or(0)));
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
                        Received { given: &given, vials, day, shipment: shipment.as_ref() };
                    found.extend(twins(visit, tx, &venue.id, &receipt)?);
                }
            }
            answer(&given, &found)
        }
        None => String::new(),
    };
    Ok(json!({"choices": readings, "sure": sure}))
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
    let after =
        enter(&visit.caller(), tx, &given, None).map_err(|e| e.told(|r| Trouble::at("lot", r)))?;
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
    let day = input::date_within("入庫した日", form.get("received_on"), from, today);
    visit.masters().holidays.settle(day).map_err(|e| Trouble::at("received_on", e))
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
    let receipt = Received { given: &given, vials: n, day, shipment: shipment.as_ref() };
    let mut found = doubts(visit, tx, &given)?;
    found.extend(twins(visit, tx, &venue.id, &receipt)?);
    let said = |r| {
        let field = match r {
            Refusal::NoVials => "vials",
            // The lot is another product's, whichever way it was typed.
            Refusal::OtherProduct(_) => "lot",
            _ if form.has("gs1") => "gs1",
            _ => "lot",
        };
        Trouble::at(field, r)
    };
    // What can't be taken at all is said before anything is asked.
    work::stock::may_receive(tx, &receipt).map_err(|e| e.told(said))?;
    ask(&given, &found, form)?;
    work::stock::receive(&visit.caller(), tx, &venue.id, &receipt).map_err(|e| e.told(said))?;
    Ok(Done::saying(format!("/venues/{}/stock", venue.id), "stock.moved"))
}
