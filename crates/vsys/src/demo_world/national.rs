//! A nation of venues for loads and measurements: plausible names, nobody real, the same for the
//! same number every time.

use jiff::Timestamp;
use platform::db::{Db, Engine, Failure, Tx};
use platform::journal::{self, Actor, Event as _, Stored};
use platform::value::{Json, Value};
use rules::application::Answers;
use rules::codes;
use rules::plan::{Line, Lines};
use serde_json::json;
use work::plan::event::Registered;
use work::{plan, venue};

use super::{CAST, at};
use masters::Masters;
use web::visit::Trouble;

/// Venues that are written in one transaction.
const BATCH: u32 = 500;
/// Surrogate codes of these venues begin here, so that the product's own never meet them.
const FIRST_SERIAL: u32 = 500_000;

/// A number of its own for each place in the world, evenly spread (SplitMix64).
fn spread(n: u32, what: u32) -> u64 {
    let mut z = (u64::from(n) << 32 | u64::from(what)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pick<'a>(from: &[&'a str], n: u32, what: u32) -> &'a str {
    from[(spread(n, what) % from.len() as u64) as usize]
}

/// What a venue of the nation is called and where it is.
pub struct Sketch {
    pub id: String,
    pub code: String,
    pub name: String,
    pub municipality: String,
    pub account: String,
    pub contact: String,
    pub boxes: Vec<u32>,
}

pub fn sketch(masters: &Masters, n: u32) -> Sketch {
    const FIRST: [&str; 16] = [
        "あおば",
        "さくら",
        "みどり",
        "ひかり",
        "やまと",
        "みなみ",
        "きたの",
        "はるか",
        "つばき",
        "すみれ",
        "わかば",
        "あさひ",
        "いずみ",
        "かえで",
        "こまち",
        "ときわ",
    ];
    const TRADE: [&str; 12] = [
        "商事",
        "工業",
        "電機",
        "運輸",
        "食品",
        "建設",
        "印刷",
        "化学",
        "製作所",
        "大学",
        "学園",
        "サービス",
    ];
    const FAMILY: [&str; 12] = [
        "青木", "石田", "上野", "江口", "大谷", "川口", "木下", "黒田", "小池", "坂口", "杉本",
        "高野",
    ];
    const GIVEN: [&str; 10] =
        ["明子", "勇", "栄一", "和子", "清", "恵子", "修", "節子", "隆", "文子"];
    let places = &masters.places.municipalities;
    let municipality = places[(spread(n, 0) % places.len() as u64) as usize].code.clone();
    let cycles = masters.programme().cycles.len() as u32;
    Sketch {
        id: format!("v-n{n:07}"),
        code: codes::surrogate(&municipality[..2], FIRST_SERIAL + n % 400_000),
        name: format!("{}{} {}会場", pick(&FIRST, n, 1), pick(&TRADE, n, 2), n + 1),
        municipality,
        account: format!("p-n{n:07}"),
        contact: format!("{} {}", pick(&FAMILY, n, 3), pick(&GIVEN, n, 4)),
        boxes: (0..cycles).map(|c| 1 + (spread(n, 10 + c) % 5) as u32).collect(),
    }
}

/// Fills a migrated, empty database with so many venues: each with a contact, a doctor, a person
/// with a membership, a registered plan and its journal. The people have no password; nobody can
/// sign in as one of them.
pub fn plant(db: &Db, masters: &Masters, venues: u32) -> Result<(), Trouble> {
    for from in (0..venues).step_by(BATCH as usize) {
        let masters = masters.clone();
        db.write_blocking(move |tx| batch(tx, &masters, from..(from + BATCH).min(venues)))?;
    }
    // Fresh tables have no statistics yet; without them PostgreSQL guesses. SQLite does better
    // without than with those of tables that are still empty: it would go on reading them whole
    // when they are full.
    if db.engine == Engine::Postgres {
        db.write_blocking(|tx| Ok::<_, Trouble>(tx.script("analyze")?))?;
    }
    Ok(())
}

/// What the journal is told of a venue: that it was opened at an instant, and its plan registered
/// at another one.
fn chain(
    s: &Sketch,
    (opened, planned): (Timestamp, Timestamp),
    receipt: &str,
    lines: Lines,
) -> Result<[Stored; 2], Failure> {
    let record = (venue::Event::RECORD, s.id.as_str());
    let code = s.code.clone();
    let after = venue::event::Opened { code, surrogate: None, application: None, answers: None };
    let event = venue::Event::Opened { before: None, after };
    let opening = Stored::telling(&Actor::system(), opened, record, 1, &event, None)?;
    let person = Actor {
        account: s.account.clone(),
        name: s.contact.clone(),
        membership: String::new(),
        role: String::new(),
    };
    let after = Registered { number: 1, receipt: receipt.into(), lines, review: None };
    let event = plan::Event::Registered { before: None, after };
    let mut registered = Stored::telling(&person, planned, record, 2, &event, None)?;
    registered.previous = opening.computed_hash();
    Ok([opening, registered])
}

fn batch(tx: &mut Tx<'_>, masters: &Masters, numbers: std::ops::Range<u32>) -> Result<(), Trouble> {
    let programme = masters.programme();
    let packing = programme.packing();
    let (opened, planned) = (at(&CAST.venue.confirmed_at), at(&CAST.venue.planned_at));
    let mut rows: [Vec<Vec<Value>>; 7] = Default::default();
    let mut written = Vec::new();
    for n in numbers {
        let s = sketch(masters, n);
        let mail = format!("contact-{n}@venue.example");
        let doses: u32 = s.boxes.iter().sum::<u32>() * programme.product.doses_per_box();
        let expected = (doses + 5 * programme.product.doses_per_box()).max(1000);
        let mut answers: Answers = CAST.venue.answers.clone();
        for (key, value) in [
            ("venue_name", s.name.as_str()),
            ("organization_name", s.name.as_str()),
            ("venue_municipality", s.municipality.as_str()),
            ("institution_code", s.code.as_str()),
            ("institution_name", "職域診療所"),
            ("freezers_lent", "3"),
        ] {
            answers.insert(key.into(), value.into());
        }
        answers.insert("expected_persons".into(), expected.to_string());
        answers.insert("expected_doses".into(), expected.to_string());
        let lines: Lines = programme
            .cycles
            .iter()
            .zip(&s.boxes)
            .map(|(c, boxes)| (c.number, Line { boxes: *boxes, needle_correction: None }))
            .collect();
        let receipt = work::plan::receipt_number(&s.code, 1);
        written.extend(chain(&s, (opened, planned), &receipt, lines)?);
        let text = |v: &str| Value::from(v);
        let [accounts, venue, memberships, contacts, doctors, plans, plan_lines] = &mut rows;
        accounts.push(vec![text(&s.account), text(&mail), text(&s.contact), opened.into()]);
        venue.push(vec![
            text(&s.id),
            text(&s.code),
            true.into(),
            text(&programme.id),
            text(&s.name),
            text(&s.municipality[..2]),
            text(&s.municipality),
            (&Json(&answers)).into(),
            expected.into(),
            opened.into(),
        ]);
        memberships.push(vec![
            text(&format!("h-n{n:07}")),
            text(&s.account),
            text("organizer"),
            text("venue"),
            text(&s.id),
            opened.into(),
        ]);
        for role in ["organizer", "institution"] {
            contacts.push(vec![
                text(&format!("c-{role}{n:07}")),
                text(&s.id),
                text(role),
                text("総務部"),
                text(&s.contact),
                text("03-1234-5678"),
                text(&mail),
            ]);
        }
        doctors.push(vec![
            text(&format!("d-n{n:07}")),
            text(&s.id),
            text("職域 太郎"),
            text("しょくいき たろう"),
            text("03-1234-5678"),
            text(&mail),
            (&Json(["moderna"])).into(),
        ]);
        plans.push(vec![
            text(&s.id),
            1i64.into(),
            text(&receipt),
            planned.into(),
            text(&s.account),
            text(&s.contact),
            doses.into(),
            (&Json(json!([]))).into(),
            text("reviewed"),
            planned.into(),
            true.into(),
        ]);
        for (cycle, boxes) in programme.cycles.iter().zip(&s.boxes) {
            plan_lines.push(vec![
                text(&s.id),
                1i64.into(),
                cycle.number.into(),
                (*boxes).into(),
                packing.vials_per_box.into(),
                packing.doses_per_vial.into(),
                packing.needles.pack.into(),
                programme.needle_boxes(*boxes).into(),
            ]);
        }
    }
    for (head, rows) in [
        "insert into account (id, mail, name, created_at)",
        "insert into venue (id, code, surrogate, programme, name, prefecture, municipality, answers, expected_doses, created_at)",
        "insert into membership (id, account_id, role, scope_kind, scope_id, created_at)",
        "insert into contact (id, venue_id, role, department, name, phone, mail)",
        "insert into doctor (id, venue_id, name, reading, phone, mail, products)",
        "insert into plan_registration (venue_id, number, receipt, at, account, name, total_doses, flags, review, reviewed_at, latest)",
        "insert into plan_line (venue_id, number, cycle, boxes, vials_per_box, doses_per_vial, \
         needles_per_box, needle_boxes)",
    ]
    .into_iter()
    .zip(rows)
    {
        tx.insert_many(head, &rows)?;
    }
    journal::append_many(tx, written.into_iter())?;
    Ok(())
}
