//! The municipality's and the prefecture's desk: first page, own settings, entering for a venue that allowed it.

mod proxy;

use platform::db::Tx;
use platform::form::{Errors, Form};
use platform::value::Json;
use platform::{args, sql};
use rules::access::Act;
use rules::letter::Way;
use rules::{input, time};
use serde_json::{Value, json};

use web::field;
use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/municipal", Act::OwnSettings, desk),
        page("/municipal/settings", Act::OwnSettings, settings),
        deed("/municipal/settings", Act::OwnSettings, save, settings),
        page("/prefecture", Act::RemarkFirst, desk),
    ];
    all.extend(proxy::routes());
    all
}

fn settings(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let hat = visit.hat()?;
    let known = work::municipality::setting(tx, visit.masters(), &hat.scope_id)?;
    let places = &visit.masters().places;
    let ways: Vec<(&str, &str)> = Way::ALL.iter().map(|w| (w.key(), w.label())).collect();
    let remarks = typed.form.as_ref().map(|form| joint_read(visit, form)).unwrap_or_default();
    visit.page(
        "municipal/settings.html",
        typed,
        json!({
            "noted": field::noted(&remarks), "remarks": field::quoted(&remarks, typed.form.as_ref()),
            "h1": "市町村の設定", "place": places.full_name(&hat.scope_id), "ways": ways, "way": known.letter_way, "outsourced": if known.outsourced { "yes" } else { "no" },
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
    let own = visit.hat()?.scope_id.clone();
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
    let outsourced = form.get("outsourced") == "yes";
    let kept =
        (before.letter_way.as_str(), before.outsourced, &before.joint.0, before.desk.as_str());
    if kept == (way.key(), outsourced, &joint, desk.as_str()) {
        return Ok(Done::saying("/municipal/settings", "unchanged"));
    }
    tx.run(
        sql!(
            "insert into municipality_setting (municipality, letter_way, outsourced, joint, desk)
             values ($1, $2, $3, $4, $5)
                 on conflict (municipality) do update set letter_way = excluded.letter_way,
                             outsourced = excluded.outsourced, joint = excluded.joint,
                             desk = excluded.desk, version = municipality_setting.version + 1"
        ),
        args![&own, way.key(), outsourced, Json(&joint), &desk],
    )?;
    visit.journal(
        tx,
        ("municipality", &own),
        "municipality.settings",
        json!({"letter_way": before.letter_way, "outsourced": before.outsourced, "joint": before.joint.0, "desk": before.desk}),
        json!({"letter_way": way.key(), "outsourced": outsourced, "joint": joint, "desk": desk}),
        None,
    )?;
    Ok(Done::saying("/municipal/settings", "settings.saved"))
}

/// What waits, what comes, how far the area is.
fn desk(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let hat = visit.hat()?;
    let (kind, id) = (&hat.scope_kind, &hat.scope_id);
    let city = kind == "municipality";
    let today = time::date(visit.now);
    let monday = today
        .saturating_sub(jiff::Span::new().days(i64::from(today.weekday().to_monday_zero_offset())));
    let sunday = monday.saturating_add(jiff::Span::new().days(6));
    let (venues,): (i64,) = tx.one(
        sql!("select count(*) from visible_venue where scope_kind = $1 and scope_id = $2"),
        args![kind, id],
    )?;
    let late = visit.now - jiff::SignedDuration::from_hours(24 * 7);
    let (silent,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from visible_venue s
              where s.scope_kind = $1
                and s.scope_id = $2
                and exists
                    (select 1
                       from shipment h
                      where h.venue_id = s.venue_id
                        and h.received_at is not null)
                and not exists
                    (select 1 from result_entry r where r.venue_id = s.venue_id and r.at > $3)
                and not exists (select 1 from completion c where c.venue_id = s.venue_id)"
        ),
        args![kind, id, late],
    )?;
    let (coming, boxes): (i64, i64) = tx.one(
        sql!(
            "select count(*), cast(coalesce(sum(h.boxes), 0) as bigint)
               from shipment h
               join visible_venue s on s.venue_id = h.venue_id
              where s.scope_kind = $1
                and s.scope_id = $2
                and h.date >= $3
                and h.date <= $4"
        ),
        args![kind, id, monday, sunday],
    )?;
    let (letters,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from letter l
               join visible_venue s on s.venue_id = l.venue_id
              where s.scope_kind = $1
                and s.scope_id = $2
                and l.received_at is null
                and l.replaced_at is null"
        ),
        args![kind, id],
    )?;
    let (bills,): (i64,) = tx.one(
        sql!("select count(*) from claim_part where destination = $1 and status = 'submitted'"),
        args![format!("municipality:{id}")],
    )?;
    let (expected, planned, allocated, received, used): (i64, i64, i64, i64, i64) = tx.one(
        sql!(
            "select cast(coalesce(sum(v.expected_doses), 0) as bigint),
                    cast(coalesce(sum((select r.total_doses
                                         from plan_registration r
                                        where r.venue_id = v.id
                                          and r.latest)),
                                  0)
                         as bigint),
                    cast(coalesce(sum((select sum(a.boxes)
                                         from allocation a
                                        where a.venue_id = v.id)),
                                  0)
                         as bigint),
                    cast(coalesce(sum((select sum(h.received_boxes)
                                         from shipment h
                                        where h.venue_id = v.id)),
                                  0)
                         as bigint),
                    cast(coalesce(sum((select sum(e.increase)
                                         from result_entry e
                                        where e.venue_id = v.id
                                          and e.series = 'booster')),
                                  0)
                         as bigint)
               from venue v
               join visible_venue s on s.venue_id = v.id
              where s.scope_kind = $1
                and s.scope_id = $2"
        ),
        args![kind, id],
    )?;
    let per_box = i64::from(visit.masters().programme().product.doses_per_box());
    let steps = [
        ("申込", expected),
        ("計画", planned),
        ("分配", allocated * per_box),
        ("納入", received * per_box),
        ("接種", used),
    ];
    let finding = format!(
        "納入された{}回分のうち{}回が接種されました",
        rules::application::commas(received * per_box),
        rules::application::commas(used)
    );
    let bars: Vec<(String, Vec<i64>)> =
        steps.iter().map(|(label, n)| (label.to_string(), vec![*n])).collect();
    let rows: Vec<Value> = steps.iter().map(|(label, n)| json!({"label": label, "n": n})).collect();
    let name = crate::account::scope_name(visit, tx, kind, id)?;
    visit.page(
        "municipal/desk.html",
        typed,
        json!({
            "h1": if city { "市町村の業務" } else { "都道府県の業務" }, "city": city, "place": name, "venues": venues, "silent": silent, "coming": coming, "boxes": boxes, "letters": letters, "bills": bills,
            "finding": finding, "svg": web::chart::bars(&finding, &bars, "回分"), "rows": rows, "base": if city { "/municipal" } else { "/prefecture" },
        }),
    )
}
