//! 接種担当医師: add, edit, delete; reading in hiragana, products.

use platform::db::Tx;
use platform::form::Form;
use rules::access::Act;
use rules::input;
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::venue::event::KeptDoctor;
use work::venue::{Doctor, DoctorData};

/// 取扱ワクチン(医師個人), as the briefing's screen lists them.
const PRODUCTS: [(&str, &str); 4] = [
    ("pfizer", "ファイザー社（12歳以上）"),
    ("pfizer-child", "ファイザー社（5歳以上11歳以下）"),
    ("astrazeneca", "アストラゼネカ社"),
    ("moderna", "武田（モデルナ）社"),
];

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/doctors", Act::ReadVenue, list),
        page("/venues/{venue}/doctors/new", Act::EditVenue, new),
        command("/venues/{venue}/doctors/new", Act::EditVenue, add, new),
        page("/venues/{venue}/doctors/{doctor}", Act::EditVenue, edit),
        command("/venues/{venue}/doctors/{doctor}", Act::EditVenue, save, edit),
        command("/venues/{venue}/doctors/{doctor}/remove", Act::EditVenue, remove, edit),
        command("/venues/{venue}/doctors/{doctor}/restore", Act::EditVenue, restore, list),
    ]
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let doctors: Vec<Value> = work::venue::doctors(tx, &venue.id)?
        .iter()
        .map(|d| {
            let products: Vec<&str> = PRODUCTS
                .iter()
                .filter(|(key, _)| d.products.0.iter().any(|p| p == key))
                .map(|(_, label)| *label)
                .collect();
            json!({"doctor": d, "products": products})
        })
        .collect();
    // The one that was just deleted can be brought back.
    let since = visit.now - jiff::SignedDuration::from_mins(10);
    let undo = work::venue::removed_since(tx, &venue.id, since)?
        .map(|removed| json!({"id": removed.id, "name": removed.name}));
    visit.page(
        "venue/doctors.html",
        typed,
        json!({"h1": "接種担当医師", "tab": "doctors", "rows": doctors, "undo": undo, "editable": visit.may(Act::EditVenue)}),
    )
}

/// Another doctor of the venue whose name is the same in whatever writing: the question, and the
/// answer that goes with it.
fn twin(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Option<(String, String)>, Trouble> {
    let key = input::same_person(form.get("name"));
    let others = work::venue::doctors(tx, &visit.venue()?.id)?;
    let twin = others.into_iter().find(|d| {
        !key.is_empty() && d.id != visit.param("doctor") && input::same_person(&d.name) == key
    });
    Ok(twin.map(|d| {
        let question = format!(
            "同じ氏名の医師（{}、{}）が、もう登録されています。別の方ですか",
            d.name, d.reading
        );
        let answer =
            platform::secrets::digest(&format!("{key}\n{}", d.id)).chars().take(16).collect();
        (question, answer)
    }))
}

/// Asked before anything is written, unless it was answered.
fn ask_about_twin(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<(), Trouble> {
    match twin(visit, tx, form)? {
        Some((question, answer)) if form.get("twin") != answer => {
            let mut errors = Errors::default();
            errors.add("name", question);
            errors.add("twin", "別の方であれば、「別の医師です」を選んで、もう一度押してください。まだ何も登録していません。");
            Err(Trouble::refused(errors))
        }
        _ => Ok(()),
    }
}

fn form_page(
    visit: &Visit,
    tx: &mut Tx<'_>,
    typed: &Typed,
    h1: &str,
    doctor: Value,
) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let twin = match &typed.form {
        Some(form) => twin(visit, tx, form)?.map(|(_, answer)| answer),
        None => None,
    };
    let chosen: Vec<String> = match &typed.form {
        Some(form) => form.all("product").iter().map(|s| s.to_string()).collect(),
        None => serde_json::from_value(doctor["products"].clone()).unwrap_or_default(),
    };
    let products: Vec<Value> =
        PRODUCTS.iter().map(|(key, label)| json!({"key": key, "label": label, "on": chosen.iter().any(|c| c == key)})).collect();
    visit.page(
        "venue/doctor.html",
        typed,
        json!({"h1": h1, "doctor": doctor, "twin": twin, "products": products, "crumbs": [[format!("/venues/{}", venue.id), "接種会場のまとめ"], [format!("/venues/{}/doctors", venue.id), "接種担当医師"]]}),
    )
}

fn new(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    form_page(
        visit,
        tx,
        typed,
        "新規医師情報",
        json!({"id": "", "name": "", "reading": "", "phone": "", "mail": "", "products": ["moderna"], "version": 0}),
    )
}

fn load(visit: &Visit, tx: &mut Tx<'_>) -> Result<Doctor, Trouble> {
    Ok(work::venue::doctor(tx, &visit.venue()?.id, visit.param("doctor"))?)
}

fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let doctor = load(visit, tx)?;
    form_page(visit, tx, typed, "医師情報の編集", serde_json::to_value(&doctor).unwrap_or_default())
}

fn read(form: &Form) -> Result<DoctorData, Trouble> {
    let mut errors = Errors::default();
    let name = errors.take("name", input::person("氏名", form.get("name"))).unwrap_or_default();
    let reading = errors.take("reading", input::reading("よみ", form.get("reading")));
    let phone = if form.has("phone") {
        errors.take("phone", input::phone("電話番号", form.get("phone"))).unwrap_or_default()
    } else {
        String::new()
    };
    let mail = if form.has("mail") {
        errors.take("mail", input::mail("メールアドレス", form.get("mail"))).unwrap_or_default()
    } else {
        String::new()
    };
    let products: Vec<String> = PRODUCTS
        .iter()
        .map(|(k, _)| *k)
        .filter(|k| form.all("product").contains(k))
        .map(str::to_string)
        .collect();
    if products.is_empty() {
        errors.add("product", "取扱ワクチンを1つ以上選んでください");
    }
    match reading {
        Some(reading) if errors.is_empty() => {
            Ok(DoctorData { name, reading, phone, mail, products })
        }
        _ => Err(Trouble::refused(errors)),
    }
}

fn add(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let d = read(form)?;
    ask_about_twin(visit, tx, form)?;
    work::venue::add_doctor(&visit.caller(), tx, &venue.id, &d)?;
    let next = if form.get("go") == "another" { "/new" } else { "" };
    Ok(Done::saying(format!("/venues/{}/doctors{next}", venue.id), "doctor.added"))
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let old = load(visit, tx)?;
    form.expect_version(old.version)?;
    let d = read(form)?;
    if KeptDoctor::from(&old) == d.kept(&old.id) {
        return Ok(Done::saying(format!("/venues/{}/doctors", venue.id), "unchanged"));
    }
    if input::same_person(&old.name) != input::same_person(&d.name) {
        ask_about_twin(visit, tx, form)?;
    }
    work::venue::change_doctor(&visit.caller(), tx, &venue.id, &old, &d)?;
    Ok(Done::saying(format!("/venues/{}/doctors", venue.id), "doctor.saved"))
}

fn remove(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let old = load(visit, tx)?;
    work::venue::remove_doctor(&visit.caller(), tx, &visit.venue()?.id, &old)?;
    Ok(Done::saying(format!("/venues/{}/doctors", visit.venue()?.id), "doctor.removed"))
}

fn restore(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    let old = load(visit, tx)?;
    work::venue::restore_doctor(&visit.caller(), tx, &visit.venue()?.id, &old)?;
    Ok(Done::saying(format!("/venues/{}/doctors", visit.venue()?.id), "doctor.restored"))
}
