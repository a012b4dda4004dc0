//! The small world. It is built through the same doors as a person's work, at its own dates, so
//! that journal, mails and numbers are as they would be.

pub mod national;

use std::sync::LazyLock;

use jiff::Timestamp;
use platform::db::{Db, Tx};
use platform::journal::{self, Actor};
use platform::secrets;
use rules::access::{Role, Scope};
use rules::application::{Answers, State, Step};
use rules::delivery::TimeBand;
use rules::plan::{Line, Lines};
use rules::time;
use serde::Deserialize;

use masters::Masters;
use web::visit::Trouble;
use web::{Moment, Persona};
use work::Caller;
use work::account::Grant;
use work::delivery::event::Scheduled;
use work::plan::event::Registered;
use work::venue::{DoctorData, VenueHead};

/// Everybody's password in the demo. A production server has no personas.
pub const PASSWORD: &str = "demo-2022-spring-vsys";

#[derive(Debug, Deserialize)]
struct Membership {
    mail: String,
    role: Role,
    scope_kind: Scope,
    scope_id: String,
    permissions: String,
}

#[derive(Debug, Deserialize)]
struct Doctor {
    name: String,
    reading: String,
    phone: String,
    mail: String,
}

#[derive(Debug, Deserialize)]
struct Venue {
    boxes: Vec<u32>,
    supply_cycle_1: u64,
    applied_at: String,
    confirmed_at: String,
    letter_at: String,
    planned_at: String,
    tried_at: String,
    fixed_at: String,
    dated_at: String,
    delivery: jiff::civil::Date,
    doctor: Doctor,
    answers: Answers,
}

#[derive(Debug, Deserialize)]
pub struct Cast {
    #[serde(rename = "persona")]
    pub personas: Vec<Persona>,
    membership: Vec<Membership>,
    venue: Venue,
    moment: Vec<Moment>,
}

static CAST: LazyLock<Cast> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../demo-world/small.toml"))
        .expect("demo-world/small.toml is read by a test")
});

pub fn cast() -> &'static Cast {
    &CAST
}

/// As whom one click signs in.
pub fn personas() -> &'static [Persona] {
    &CAST.personas
}

/// To which instants one click moves the clock.
pub fn moments() -> &'static [Moment] {
    &CAST.moment
}

fn at(text: &str) -> Timestamp {
    time::parse_instant(text).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Builds the small world in an empty database; in one that has it already, does nothing.
pub fn plant(db: &Db, masters: &Masters, base_url: &str) -> Result<(), Trouble> {
    let known = db
        .write_blocking(|tx: &mut Tx<'_>| work::planted::knows_mail(tx, &CAST.personas[0].mail))
        .map_err(Trouble::Database)?;
    if known {
        return Ok(());
    }
    let hash = secrets::hash_password(PASSWORD);
    let (masters, base_url) = (masters.clone(), base_url.to_string());
    db.write_blocking(move |tx| {
        people(tx, &hash)?;
        venue(tx, &masters, &base_url)
    })
}

/// The people alone, for a world of another programme.
pub fn plant_people(db: &Db) -> Result<(), Trouble> {
    let hash = secrets::hash_password(PASSWORD);
    db.write_blocking(move |tx| people(tx, &hash))
}

fn people(tx: &mut Tx<'_>, hash: &str) -> Result<(), Trouble> {
    let now = at(&CAST.venue.applied_at);
    for persona in &CAST.personas {
        work::account::create(tx, now, &persona.mail, &persona.name, Some(hash))?;
    }
    for m in &CAST.membership {
        let account = account(tx, &m.mail)?;
        let membership =
            Grant { permissions: &m.permissions, ..Grant::of(m.role, m.scope_kind, &m.scope_id) };
        work::account::grant(tx, now, &account, &membership)?;
    }
    Ok(())
}

fn account(tx: &mut Tx<'_>, mail: &str) -> Result<String, Trouble> {
    work::account::by_mail(tx, mail)?
        .ok_or_else(|| Trouble::Bug(format!("{mail} isn't in the cast")))
}

/// A persona acting under its first membership.
fn actor(tx: &mut Tx<'_>, mail: &str) -> Result<Actor, Trouble> {
    let account = account(tx, mail)?;
    let membership =
        web::visit::memberships_of(tx, &account, at(&cast().venue.applied_at))?.into_iter().next();
    let name = CAST.personas.iter().find(|p| p.mail == mail).map_or("", |p| &p.name);
    Ok(Actor {
        account,
        name: name.into(),
        membership: membership.as_ref().map_or(String::new(), |h| h.id.clone()),
        role: membership.map_or(String::new(), |h| h.role.key().into()),
    })
}

fn venue(tx: &mut Tx<'_>, masters: &Masters, base_url: &str) -> Result<(), Trouble> {
    let seed = &CAST.venue;
    let organizer = actor(tx, "sato@minato-shoji.example")?;
    let reviewer = actor(tx, "reviewer@ministry.example")?;
    let approver = actor(tx, "approver@ministry.example")?;
    let id = work::application::create(
        tx,
        masters,
        &organizer,
        at(&seed.applied_at),
        "sato@minato-shoji.example",
        &seed.answers,
        None,
    )?;
    work::account::grant(
        tx,
        at(&seed.applied_at),
        &organizer.account,
        &Grant::of(Role::Organizer, Scope::Application, &id),
    )?;
    let stored = work::application::load(tx, &id)?;
    let state = stored
        .state
        .0
        .take(Step::Submit { stopping_findings: 0 }, at(&seed.applied_at))
        .unwrap_or(State::Submitted { at: at(&seed.applied_at) });
    work::application::write_state(
        tx,
        &organizer,
        at(&seed.applied_at),
        &stored,
        &state,
        |before, after| work::application::Event::Submitted { before, after },
        None,
    )?;
    let stored = work::application::load(tx, &id)?;
    let by =
        work::Caller { actor: reviewer.clone(), now: at(&seed.confirmed_at), masters, base_url };
    let venue = work::confirmation::confirm(&by, tx, &stored)?;
    let doctor = &seed.doctor;
    let by = Caller { actor: organizer.clone(), now: at(&seed.confirmed_at), masters, base_url };
    let known = DoctorData {
        name: doctor.name.clone(),
        reading: doctor.reading.clone(),
        phone: doctor.phone.clone(),
        mail: doctor.mail.clone(),
        products: vec!["moderna".into()],
    };
    work::venue::add_doctor(&by, tx, &venue, &known)?;
    work::planted::letter_came(tx, &venue, at(&seed.letter_at), "渡辺 恵")?;
    let head = VenueHead::of(tx, &venue)?.ok_or(Trouble::NotFound)?;
    // The calendar's first window opens after cycle 1 was planned; the briefing's plan is older
    // than the calendar.
    plan(tx, masters, &organizer, &head)?;
    let run = pages::allocation::work_out(
        tx,
        masters,
        &reviewer,
        at(&seed.tried_at),
        1,
        seed.supply_cycle_1,
        "第1クール",
    )?;
    pages::allocation::fix_by_id(tx, masters, base_url, &approver, at(&seed.fixed_at), &run)?;
    work::planted::dated(tx, &venue, seed.delivery)?;
    let wholesaler = actor(tx, "ito@touto-oroshi.example")?;
    let after = Scheduled { cycle: 1, date: seed.delivery, band: TimeBand::Morning };
    let scheduled = work::delivery::Event::Scheduled { before: None, after };
    let record = ("venue", venue.as_str());
    journal::write_to(tx, &wholesaler, at(&seed.dated_at), record, &scheduled, None)?;
    Ok(())
}

fn plan(
    tx: &mut Tx<'_>,
    masters: &Masters,
    actor: &Actor,
    venue: &VenueHead,
) -> Result<(), Trouble> {
    let seed = &CAST.venue;
    let now = at(&seed.planned_at);
    let lines: Lines = masters
        .programme()
        .cycles
        .iter()
        .zip(&seed.boxes)
        .map(|(c, boxes)| (c.number, Line { boxes: *boxes, needle_correction: None }))
        .collect();
    let total: u32 = seed.boxes.iter().sum::<u32>() * masters.programme().product.doses_per_box();
    let receipt = work::plan::receipt_number(&venue.code, 1);
    let first = work::planted::First { at: now, receipt: &receipt, actor, total };
    work::planted::plan(tx, masters.programme(), &venue.id, &first, &lines)?;
    let after = Registered { number: 1, receipt, lines, review: None };
    let registered = work::plan::Event::Registered { before: None, after };
    journal::write(tx, actor, now, &venue.id, &registered, None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_small_world_can_be_read_and_its_answers_are_complete() {
        let masters = Masters::load().unwrap();
        let found = rules::application::findings(&cast().venue.answers, masters.programme());
        assert!(found.is_empty(), "{found:?}");
    }
}
