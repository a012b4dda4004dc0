//! The municipality's and the prefecture's desk: first page, own settings, entering for a venue
//! that allowed it.

mod proxy;

use platform::db::Tx;
use platform::form::Form;
use rules::access::{Act, Scope};
use rules::letter::Way;
use rules::{input, time};
use serde_json::{Value, json};

use web::errors::Errors;
use web::field;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::area::{Coming, Course};
use work::municipality::Decided;

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/municipal", Act::OwnSettings, desk),
        page("/municipal/settings", Act::OwnSettings, settings),
        command("/municipal/settings", Act::OwnSettings, save, settings),
        page("/prefecture", Act::RemarkFirst, desk),
    ];
    all.extend(proxy::routes());
    all
}

fn settings(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = visit.membership()?;
    let known = work::municipality::setting(tx, visit.masters(), &membership.scope_id)?;
    let places = &visit.masters().places;
    let ways: Vec<(&str, &str)> =
        Way::ALL.iter().map(|w| (w.key(), words::letter::way(*w))).collect();
    let remarks = typed.form.as_ref().map(|form| joint_read(visit, form)).unwrap_or_default();
    visit.page(
        "municipal/settings.html",
        typed,
        json!({
            "noted": field::noted(&remarks), "remarks": field::quoted(&remarks, typed.form.as_ref()),
            "h1": "市町村の設定", "place": places.full_name(&membership.scope_id), "ways": ways, "way": known.letter_way, "outsourced": if known.outsourced { "yes" } else { "no" },
            "joint": known.joint.0.iter().map(|c| places.full_name(c)).collect::<Vec<_>>().join("、"), "desk": known.desk, "version": known.version,
        }),
    )
}

/// The names of a joint scheme, one by one.
fn joint_names(form: &Form) -> Vec<String> {
    let text = input::text(form.get("joint"));
    text.split(['、', ',', '，', '\n'])
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .map(str::to_string)
        .collect()
}

/// How they were read, where that isn't what was written.
fn joint_read(visit: &Visit, form: &Form) -> Vec<String> {
    field::places_read(visit.masters(), joint_names(form).iter().map(String::as_str))
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let own = visit.membership()?.scope_id.clone();
    let before = work::municipality::setting(tx, visit.masters(), &own)?;
    form.expect_version(before.version)?;
    let mut errors = Errors::default();
    let way = Way::from_key(form.get("letter_way"));
    if way.is_none() {
        errors.add("letter_way", input::InputFault::NotChosen("委任状の受け付け方".into()));
    }
    let mut joint: Vec<String> = Vec::new();
    for name in joint_names(form) {
        let code =
            errors.take("joint", rules::application::municipality(&name, &visit.masters().places));
        joint.extend(code.filter(|code| *code != own));
    }
    joint.sort();
    joint.dedup();
    let desk = errors
        .take("desk", input::long_text("窓口", form.get("desk"), input::LONGEST_NOTE))
        .unwrap_or_default();
    let (Some(way), true) = (way, errors.is_empty()) else { return Err(Trouble::refused(errors)) };
    field::is_noted(form, &joint_read(visit, form))?;
    let new = Decided { way, outsourced: form.get("outsourced") == "yes", joint, desk };
    if !work::municipality::decide(&visit.caller(), tx, &own, &before, &new)? {
        return Ok(Done::saying("/municipal/settings", "unchanged"));
    }
    Ok(Done::saying("/municipal/settings", "settings.saved"))
}

/// What waits, what comes, how far the area is.
fn desk(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = visit.membership()?;
    let scope = membership.reach();
    let city = membership.scope_kind == Scope::Municipality;
    let today = time::date(visit.now);
    let monday = today
        .saturating_sub(jiff::Span::new().days(i64::from(today.weekday().to_monday_zero_offset())));
    let sunday = monday.saturating_add(jiff::Span::new().days(6));
    let venues = work::venue::count_within(tx, scope)?;
    let late = visit.now - jiff::SignedDuration::from_hours(24 * 7);
    let silent = work::area::silent_since(tx, scope, late)?;
    let Coming { shipments: coming, boxes } = work::area::coming(tx, scope, (monday, sunday))?;
    let letters = work::letter::not_received(tx, scope)?;
    let bills = work::claim::waiting_at(tx, &format!("municipality:{}", scope.1))?;
    let first = visit.masters().programme().first_packing();
    let Course { expected, planned, allocated, received, used } =
        work::area::course(tx, first, scope)?;
    let steps = [
        ("申込", expected),
        ("計画", planned),
        ("分配", allocated),
        ("納入", received),
        ("接種", used),
    ];
    let finding = format!(
        "納入された{}回分のうち{}回が接種されました",
        rules::application::commas(received),
        rules::application::commas(used)
    );
    let bars: Vec<(String, Vec<i64>)> =
        steps.iter().map(|(label, n)| (label.to_string(), vec![*n])).collect();
    let rows: Vec<Value> = steps.iter().map(|(label, n)| json!({"label": label, "n": n})).collect();
    let name = crate::account::scope_name(visit, tx, membership.scope_kind, scope.1)?;
    visit.page(
        "municipal/desk.html",
        typed,
        json!({
            "h1": if city { "市町村の業務" } else { "都道府県の業務" }, "city": city, "place": name, "venues": venues, "silent": silent, "coming": coming, "boxes": boxes, "letters": letters, "bills": bills,
            "finding": finding, "svg": web::chart::bars(&finding, &bars, "回分"), "rows": rows, "base": if city { "/municipal" } else { "/prefecture" },
        }),
    )
}
