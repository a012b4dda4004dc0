//! A visit: who comes, with which membership, at what time, to which record. The guard makes it; a
//! handler can't run without.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use masters::changes::Eras;
use platform::db::{Abort, Failure, Tx};
use platform::form::Form;
use platform::journal::{self, Actor};
use platform::secrets;
use platform::texts::Lang;
use rules::access::{self, Act, Permission, Role, Scope};
use rules::account;
use work::account::event::Page;
use work::venue::VenueHead;
use work::visitor;

use super::{House, Masters};

use crate::errors::Errors;
use words::Sentence;

/// What came over the wire, with the path's parameters.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Path without query.
    pub path: String,
    pub params: BTreeMap<String, String>,
    pub query: Form,
    /// The session cookie's secret.
    pub cookie: Option<String>,
    /// The token of another system; only its own addresses look at it.
    pub bearer: Option<String>,
    pub lang: Lang,
    pub agent: String,
    /// Where the request comes from; behind proxies of our own, what they say.
    pub address: String,
    /// Path and query, to come back to.
    pub target: String,
    /// Path of the page on which the form stood, where the browser told it.
    pub from: Option<String>,
    /// When it arrived, before anything was done with it.
    pub arrived: Timestamp,
    /// The table that came with it, read before any transaction was opened.
    pub table: Option<Arc<super::import::Came>>,
    /// What a route's [`super::routes::Before`] read of the form.
    pub ready: Option<super::routes::Ready>,
}

impl Request {
    /// What was read of the form before the transaction.
    ///
    /// # Errors
    /// A bug: the route reads nothing before its command, or something else.
    pub fn ready<T: 'static>(&self) -> Result<&T, Trouble> {
        let ready = self.ready.as_ref().and_then(|ready| ready.downcast_ref());
        ready.ok_or_else(|| {
            Trouble::Bug(format!("{}: nothing was read before the transaction", self.path))
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    pub mail: String,
}

/// A part that a person plays in an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub id: String,
    pub role: Role,
    pub scope_kind: Scope,
    pub scope_id: String,
    pub permissions: Vec<Permission>,
}

impl Membership {
    /// What it reaches, as the views of reach know it: kind and id.
    pub fn reach(&self) -> (Scope, &str) {
        (self.scope_kind, &self.scope_id)
    }
}

/// A request that has passed the guard.
pub struct Visit {
    pub house: Arc<House>,
    pub request: Arc<Request>,
    pub now: Timestamp,
    masters: Arc<Masters>,
    /// Masters of the past that the page has asked for.
    eras: RefCell<Eras>,
    /// Whether the page has asked for the instant as of which it is to be shown.
    looks_back: Cell<bool>,
    pub person: Option<Person>,
    /// The application that somebody without an account fills in.
    pub guest_of: Option<String>,
    pub memberships: Vec<Membership>,
    /// The membership under which this act is allowed; a URL chooses it.
    pub membership: Option<Membership>,
    pub venue: Option<VenueHead>,
    /// When the venue completed, where it has.
    pub completed: Option<Timestamp>,
    pub session_seen: Option<Timestamp>,
    /// The account whose password was right and whose code is still to be shown.
    pub half: Option<String>,
    /// Whether this session has shown a second factor.
    pub factor: bool,
    /// The last time this session showed who it is.
    pub proved_at: Option<Timestamp>,
    /// When the session ends if nothing more is done; empty in the demo, whose sessions don't.
    pub session_ends: Option<Timestamp>,
    /// Support that looks at this person's screens, for the journal.
    pub viewer: Option<Actor>,
    /// Whose contact data the page shows, for the journal.
    readings: RefCell<Vec<(String, String)>>,
}

/// Why a request isn't answered with what was asked for.
#[derive(Debug)]
pub enum Trouble {
    /// Bad input: the same page again, as typed, with sentences at the fields. 422, or 409 for a
    /// stale version.
    Refused {
        status: u16,
        errors: Errors,
    },
    /// Sign in first.
    SignIn,
    /// The password was right; show the second factor.
    ShowFactor,
    /// Set a second factor up before the first write.
    NeedsFactor,
    /// 403, and who can.
    Forbidden {
        who_can: String,
    },
    NotFound,
    /// Show again who you are (step-up), then do it.
    ProveAgain,
    /// The form was made for another session, or for none.
    ForeignForm,
    /// A status that needs no more than a sentence of the catalogue.
    Said(u16, &'static str),
    Database(Failure),
    /// Our fault.
    Bug(String),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Database(failure)
    }
}
impl From<work::Fault> for Trouble {
    fn from(fault: work::Fault) -> Trouble {
        match fault {
            work::Fault::NotFound => Trouble::NotFound,
            work::Fault::Database(failure) => Trouble::Database(failure),
        }
    }
}
/// What a rule refused, where no field is at fault.
impl<R: Sentence> From<work::Refused<R>> for Trouble {
    fn from(refused: work::Refused<R>) -> Trouble {
        refused.told(|refusal| Trouble::at("", refusal))
    }
}
impl Abort for Trouble {
    fn failure(&self) -> Option<&Failure> {
        match self {
            Trouble::Database(failure) => Some(failure),
            _ => None,
        }
    }
}

impl Trouble {
    pub fn refused(errors: Errors) -> Trouble {
        Trouble::Refused { status: 422, errors }
    }
    /// One sentence at one field; an empty field name stands for the whole form.
    pub fn at(field: &str, what: impl Sentence) -> Trouble {
        let mut errors = Errors::default();
        errors.add(field, what);
        Trouble::refused(errors)
    }
    /// One request too many, from one address or under one account.
    pub fn too_many() -> Trouble {
        Trouble::Said(429, "too_many")
    }
    /// The record was changed by somebody else.
    pub fn stale(sentence: impl Sentence) -> Trouble {
        let mut errors = Errors::default();
        errors.add("", sentence);
        Trouble::Refused { status: 409, errors }
    }
}

impl Visit {
    /// Somebody without a session.
    pub fn nobody(house: &Arc<House>, request: &Arc<Request>, now: Timestamp) -> Visit {
        Visit {
            house: house.clone(),
            request: request.clone(),
            now,
            masters: house.masters(),
            person: None,
            guest_of: None,
            memberships: vec![],
            membership: None,
            venue: None,
            completed: None,
            session_seen: None,
            half: None,
            factor: false,
            proved_at: None,
            session_ends: None,
            viewer: None,
            readings: RefCell::default(),
            eras: RefCell::default(),
            looks_back: Cell::new(false),
        }
    }

    /// A person with all memberships, for work that is done in their name without a request.
    pub fn of_account(
        tx: &mut Tx<'_>,
        house: &Arc<House>,
        now: Timestamp,
        person: Person,
    ) -> Result<Visit, Failure> {
        let mut visit = Visit::nobody(house, &Arc::new(Request::default()), now);
        visit.memberships = memberships_of(tx, &person.id, now)?;
        visit.membership = visit.memberships.first().cloned();
        visit.person = Some(person);
        visit.factor = true;
        Ok(visit)
    }

    /// The visit of a job that goes on with what a person ordered at some address: with the
    /// memberships, reach and rights that the person has now.
    ///
    /// # Errors
    /// As for a page: where the person reaches it no more, or may not do it any more.
    pub fn in_the_name_of(
        tx: &mut Tx<'_>,
        house: &Arc<House>,
        now: Timestamp,
        person: Person,
        params: BTreeMap<String, String>,
        act: Act,
    ) -> Result<Visit, Trouble> {
        let masters = house.masters_at(tx, None, now)?;
        let mut visit = Visit::of_account(tx, house, now, person)?;
        visit.masters = masters;
        visit.membership = None;
        visit.request = Arc::new(Request { params, arrived: now, ..Request::default() });
        if visit.masters.programme().is_closed(now) && access::belongs_to_programme(act) {
            return Err(Trouble::Said(403, "programme.closed"));
        }
        in_place(tx, visit, act)
    }

    /// The masters in force when the visit began.
    pub fn masters(&self) -> &Masters {
        &self.masters
    }
    /// The same, to be kept.
    pub fn shared_masters(&self) -> Arc<Masters> {
        self.masters.clone()
    }
    /// The masters by which something is shown that was done at an instant; of today for what isn't
    /// done yet.
    ///
    /// # Errors
    /// The database's.
    pub fn masters_then(
        &self,
        tx: &mut Tx<'_>,
        then: Option<Timestamp>,
    ) -> Result<Arc<Masters>, Failure> {
        let Some(then) = then else { return Ok(self.shared_masters()) };
        self.eras.borrow_mut().of(tx, &self.house.base_masters, &self.masters, then)
    }

    /// A parameter of the path. The route's text holds it, so it is there.
    pub fn param(&self, name: &str) -> &str {
        self.request.params.get(name).map_or("", String::as_str)
    }

    pub fn query(&self, name: &str) -> &str {
        self.request.query.get(name)
    }

    /// The past instant that `?at=` asks for; a day means its end. None for now and for what is
    /// still to come. A page that doesn't ask is refused where somebody asks for a past one.
    ///
    /// # Errors
    /// The sentence, where it isn't a time.
    pub fn as_of(&self) -> Result<Option<Timestamp>, Trouble> {
        self.looks_back.set(true);
        self.past_asked()
    }

    /// Whether the page was asked for as of an instant that isn't past yet.
    pub(super) fn is_asked_ahead(&self) -> bool {
        platform::form::is_seen(self.query("at")) && matches!(self.past_asked(), Ok(None))
    }

    /// Refuses a page that was asked for as of a past instant and can't show it: what it shows is
    /// today's.
    ///
    /// # Errors
    /// The sentence.
    pub(super) fn has_looked_back(&self) -> Result<(), Trouble> {
        if self.looks_back.get() || !platform::form::is_seen(self.query("at")) {
            return Ok(());
        }
        Err(Trouble::Said(422, "past.none"))
    }

    fn past_asked(&self) -> Result<Option<Timestamp>, Trouble> {
        let text = rules::input::folded(self.query("at"));
        if text.is_empty() {
            return Ok(None);
        }
        // A moment as an office writes it, an exact one as addresses carry it, or a day.
        let at = rules::time::parse_instant(&text).filter(|_| text.contains([':', 'T']));
        let holidays = &self.masters().holidays;
        let moment = || holidays.settle_at(rules::input::moment("日時", &text)).ok();
        let at = at.or_else(|| moment().map(rules::time::instant));
        let end = |day: jiff::civil::Date| {
            rules::time::midnight(day.tomorrow().unwrap_or(day))
                - jiff::SignedDuration::from_micros(1)
        };
        let at = match at {
            Some(at) => at,
            None => {
                let day = holidays.settle(rules::input::day_said("日時", &text));
                day.map(end).map_err(|e| Trouble::at("at", e))?
            }
        };
        Ok(Some(at).filter(|at| *at < self.now))
    }

    /// The page of a list that `?page=` asks for, counted from 1.
    ///
    /// # Errors
    /// The sentence, where it is no such number.
    pub fn page_asked(&self, most: i64) -> Result<i64, Trouble> {
        let text = self.query("page");
        if rules::input::folded(text).is_empty() {
            return Ok(1);
        }
        rules::input::within("ページ", rules::input::Unit::Bare, text, 1, most)
            .map_err(|e| Trouble::at("page", e))
    }

    /// The membership of a guarded act.
    pub fn membership(&self) -> Result<&Membership, Trouble> {
        self.membership.as_ref().ok_or(Trouble::SignIn)
    }

    /// The venue of a guarded route that names one.
    pub fn venue(&self) -> Result<&VenueHead, Trouble> {
        self.venue.as_ref().ok_or(Trouble::NotFound)
    }

    /// Whether any of this visitor's memberships reaches a venue, for addresses that name a venue
    /// by another key.
    pub fn reaches_venue(&self, tx: &mut Tx<'_>, venue: &str) -> Result<bool, Failure> {
        for membership in &self.memberships {
            if reaches(tx, membership, &Record::Venue(venue.to_string()))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether this visitor could also do another act with the present membership.
    pub fn may(&self, act: Act) -> bool {
        if self.completed.is_some() && access::ends_with_venue(act) {
            return false;
        }
        self.membership
            .as_ref()
            .is_some_and(|membership| access::may(membership.role, &membership.permissions, act))
    }

    /// A venue that has completed stays readable; what ended with it is refused at every door.
    ///
    /// # Errors
    /// The sentence that says since when.
    pub fn goes_on(&self, act: Act) -> Result<(), Trouble> {
        match self.completed {
            Some(at) if access::ends_with_venue(act) => {
                Err(Trouble::at("", words::access::completed(at)))
            }
            _ => Ok(()),
        }
    }

    /// Notes that the page shows contact data of others than the visitor's own organisation; it is
    /// journalled with the page.
    pub fn reads_contacts_of(&self, kind: &str, id: &str) {
        // An organizer or an institution reaches nothing but its own records.
        let own = self.viewer.is_none()
            && self
                .membership
                .as_ref()
                .is_some_and(|h| matches!(h.role, Role::Organizer | Role::Institution));
        if !own {
            self.readings.borrow_mut().push((kind.to_string(), id.to_string()));
        }
    }

    /// What is journalled before a page is shown.
    pub fn readings(&self) -> Vec<Reading> {
        let page = || Page { path: self.request.path.clone() };
        let mut all: Vec<Reading> = self
            .readings
            .borrow()
            .iter()
            .map(|(kind, id)| {
                let read = visitor::Event::ContactsRead { after: page() };
                Reading::OfContacts(format!("{kind}:{id}"), read)
            })
            .collect();
        if let (Some(_), Some(person)) = (&self.viewer, &self.person) {
            let viewed = work::account::Event::Viewed { after: page() };
            all.push(Reading::ThroughEyes(person.id.clone(), viewed));
        }
        all
    }

    pub fn actor(&self) -> Actor {
        if let Some(viewer) = &self.viewer {
            return viewer.clone();
        }
        let (account, name) = match &self.person {
            Some(person) => (person.id.clone(), person.name.clone()),
            None => (String::new(), "（申込者）".to_string()),
        };
        let membership = self.membership.as_ref();
        Actor {
            account,
            name,
            membership: membership.map_or(String::new(), |h| h.id.clone()),
            role: membership.map_or(String::new(), |h| h.role.key().into()),
        }
    }
}

impl Visit {
    /// As the work sees this visitor.
    pub fn caller(&self) -> work::Caller<'_> {
        work::Caller {
            actor: self.actor(),
            now: self.now,
            masters: &self.masters,
            base_url: &self.house.base_url,
        }
    }
}

/// That somebody saw a page, of which the journal is told before it is shown: the record's id, and
/// the event.
pub enum Reading {
    /// With contact data of others than the reader's own organisation.
    OfContacts(String, visitor::Event),
    /// With another person's eyes.
    ThroughEyes(String, work::account::Event),
}

impl Reading {
    /// Tells the journal.
    ///
    /// # Errors
    /// The database's.
    pub fn write(&self, tx: &mut Tx<'_>, actor: &Actor, now: Timestamp) -> Result<(), Failure> {
        match self {
            Reading::OfContacts(id, read) => journal::write(tx, actor, now, id, read, None),
            Reading::ThroughEyes(id, viewed) => journal::write(tx, actor, now, id, viewed, None),
        }
    }
}

/// The memberships that a person wears now.
pub fn memberships_of(
    tx: &mut Tx<'_>,
    account: &str,
    now: Timestamp,
) -> Result<Vec<Membership>, Failure> {
    Ok(visitor::memberships(tx, account, now)?
        .into_iter()
        .map(|m| Membership {
            id: m.id,
            role: m.role,
            scope_kind: m.scope_kind,
            scope_id: m.scope_id,
            permissions: m.permissions.split(',').filter_map(Permission::from_key).collect(),
        })
        .collect())
}

/// The record that a route is about, by the name of its path parameter.
enum Record {
    None,
    Venue(String),
    Application(String),
}

fn record(tx: &mut Tx<'_>, params: &BTreeMap<String, String>) -> Result<Record, Trouble> {
    if let Some(id) = params.get("application") {
        return Ok(Record::Application(id.clone()));
    }
    if let Some(id) = params.get("venue") {
        return Ok(Record::Venue(id.clone()));
    }
    let owner = if let Some(id) = params.get("letter") {
        visitor::venue_of_letter(tx, id)?
    } else if let Some(id) = params.get("shipment") {
        visitor::venue_of_shipment(tx, id)?
    } else if let Some(id) = params.get("claim") {
        visitor::venue_of_claim(tx, id)?
    } else {
        return Ok(Record::None);
    };
    owner.map(Record::Venue).ok_or(Trouble::NotFound)
}

fn reaches(tx: &mut Tx<'_>, membership: &Membership, record: &Record) -> Result<bool, Failure> {
    let reach = membership.reach();
    match record {
        Record::None => Ok(true),
        Record::Venue(id) => visitor::reaches_venue(tx, reach, id),
        Record::Application(id) => visitor::reaches_application(tx, reach, id),
    }
}

/// Who comes: the session's person or guest, with memberships. An idle or ended session is nobody.
fn who(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    request: &Arc<Request>,
    now: Timestamp,
) -> Result<Visit, Trouble> {
    let mut visit = Visit::nobody(house, request, now);
    if let Some(token) = &request.bearer {
        return with_token(tx, visit, token);
    }
    let Some(cookie) = &request.cookie else {
        visit.masters = house.masters_at(tx, None, now)?;
        return Ok(visit);
    };
    let session = visitor::session(tx, &secrets::digest(cookie))?;
    visit.masters = house.masters_at(tx, session.as_ref().map(|s| s.masters), now)?;
    let Some(session) = session else { return Ok(visit) };
    // In the demo the clock is moved by weeks: a session that ended with every move would be no
    // use.
    let ending = house.mode == super::Mode::Production;
    if now.duration_since(session.created_at) >= account::SESSION_ABSOLUTE && ending {
        return Ok(visit);
    }
    if let Some(id) = session.account_id {
        let (Some(name), Some(mail)) = (session.name, session.mail) else { return Ok(visit) };
        let memberships = memberships_of(tx, &id, now)?;
        let official = memberships.iter().any(|h| h.role.is_official());
        if now >= account::session_ends(session.created_at, session.seen_at, official) && ending {
            return Ok(visit);
        }
        // This very request is a sign of life.
        visit.session_ends =
            ending.then(|| account::session_ends(session.created_at, now, official));
        if session.has_factor && session.factor_at.is_none() {
            visit.half = Some(id);
            return Ok(visit);
        }
        visit.factor = session.has_factor;
        visit.proved_at = session.proved_at;
        visit.person = Some(Person { id, name, mail });
        visit.memberships = memberships;
    } else if let Some(application) = session.application_id {
        visit.memberships = vec![Membership {
            id: String::new(),
            role: Role::Organizer,
            scope_kind: Scope::Application,
            scope_id: application.clone(),
            permissions: vec![],
        }];
        visit.guest_of = Some(application);
    }
    visit.session_seen = Some(session.seen_at);
    Ok(visit)
}

/// Another system with a token: its owner's one membership, as long as the owner wears it.
fn with_token(tx: &mut Tx<'_>, mut visit: Visit, token: &str) -> Result<Visit, Trouble> {
    visit.masters = visit.house.masters_at(tx, None, visit.now)?;
    let owner = visitor::token_owner(tx, &secrets::digest(token), visit.now)?;
    let Some(owner) = owner else { return Ok(visit) };
    let memberships = memberships_of(tx, &owner.id, visit.now)?;
    visit.memberships = memberships.into_iter().filter(|h| h.id == owner.membership).collect();
    visit.person = Some(Person { id: owner.id, name: owner.name, mail: owner.mail });
    visit.factor = true;
    Ok(visit)
}

/// In production nobody writes before a second factor is set up; the demo's personas keep their one
/// click.
pub fn may_write(visit: &Visit, act: Act) -> Result<(), Trouble> {
    let own = matches!(act, Act::ReadPublic | Act::Enter | Act::PlayDemo | Act::UseOwnAccount);
    if visit.house.mode == super::Mode::Production
        && visit.person.is_some()
        && !visit.factor
        && !own
    {
        return Err(Trouble::NeedsFactor);
    }
    // A programme that has ended stays readable, and only that.
    if visit.masters().programme().is_closed(visit.now) && access::belongs_to_programme(act) {
        return Err(Trouble::Said(403, "programme.closed"));
    }
    visit.goes_on(act)?;
    if act.needs_proof() { proven(visit) } else { Ok(()) }
}

/// For what only the person at the desk may do: asks to show again who one is unless that was just
/// shown.
pub fn proven(visit: &Visit) -> Result<(), Trouble> {
    if account::proof_holds(visit.proved_at, visit.now) { Ok(()) } else { Err(Trouble::ProveAgain) }
}

/// Whether a form was made for this session. Somebody without a session has nothing that another
/// site could abuse.
pub fn own_form(request: &Request, form: &Form) -> Result<(), Trouble> {
    match &request.cookie {
        Some(cookie) if !secrets::form_token_is_good(cookie, form.get("_key")) => {
            Err(Trouble::ForeignForm)
        }
        _ => Ok(()),
    }
}

/// A visit by support that looks through somebody else's eyes.
fn as_viewed(tx: &mut Tx<'_>, visit: Visit, viewed: &str) -> Result<Visit, Trouble> {
    let membership = visit
        .memberships
        .iter()
        .find(|membership| access::may(membership.role, &membership.permissions, Act::ViewAs))
        .cloned();
    let Some(membership) = membership else {
        return Err(Trouble::Forbidden { who_can: words::access::who_can(Act::ViewAs) });
    };
    let person = visitor::person(tx, viewed)?.ok_or(Trouble::NotFound)?;
    let memberships = memberships_of(tx, viewed, visit.now)?;
    if !memberships.iter().all(|h| h.role.may_be_viewed()) {
        return Err(Trouble::NotFound);
    }
    let viewer = Actor {
        membership: membership.id.clone(),
        role: membership.role.key().into(),
        ..visit.actor()
    };
    Ok(Visit {
        viewer: Some(viewer),
        person: Some(Person { id: person.id, name: person.name, mail: person.mail }),
        memberships,
        membership: None,
        guest_of: None,
        ..visit
    })
}

/// Lets a request in, or says why not: signed in, reach (404), right (403). The one place that
/// decides.
pub fn guard(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    request: &Arc<Request>,
    act: Act,
    now: Timestamp,
) -> Result<Visit, Trouble> {
    let visit = let_in(tx, house, request, act, now);
    // From here on it is this page's own.
    platform::kept::begin();
    visit
}

fn let_in(
    tx: &mut Tx<'_>,
    house: &Arc<House>,
    request: &Arc<Request>,
    act: Act,
    now: Timestamp,
) -> Result<Visit, Trouble> {
    let mut visit = who(tx, house, request, now)?;
    if let Some(person) = &visit.person
        && !house.limits.from_account(&person.id)
    {
        return Err(Trouble::too_many());
    }
    if let Some(viewed) = request.params.get("viewed") {
        if visit.half.is_some() {
            return Err(Trouble::ShowFactor);
        }
        if visit.person.is_none() {
            return Err(Trouble::SignIn);
        }
        visit = as_viewed(tx, visit, viewed)?;
    }
    match act {
        Act::ReadPublic | Act::Enter => return Ok(visit),
        Act::PlayDemo => {
            return if house.mode == super::Mode::Demo {
                Ok(visit)
            } else {
                Err(Trouble::NotFound)
            };
        }
        _ => {}
    }
    if visit.half.is_some() {
        return Err(Trouble::ShowFactor);
    }
    if visit.person.is_none() && (visit.guest_of.is_none() || act == Act::UseOwnAccount) {
        return Err(Trouble::SignIn);
    }
    if act == Act::UseOwnAccount {
        return Ok(visit);
    }
    in_place(tx, visit, act)
}

/// The membership that reaches what the path names and may do the act, and the venue that it names.
fn in_place(tx: &mut Tx<'_>, mut visit: Visit, act: Act) -> Result<Visit, Trouble> {
    let record = record(tx, &visit.request.params)?;
    let mut reaching = Vec::new();
    for membership in &visit.memberships {
        if reaches(tx, membership, &record)? {
            reaching.push(membership.clone());
        }
    }
    if reaching.is_empty() && !matches!(record, Record::None) {
        return Err(Trouble::NotFound);
    }
    visit.membership = reaching
        .into_iter()
        .find(|membership| access::may(membership.role, &membership.permissions, act));
    if visit.membership.is_none() {
        return Err(Trouble::Forbidden { who_can: words::access::who_can(act) });
    }
    if let Record::Venue(id) = &record {
        visit.venue = VenueHead::of(tx, id)?;
        visit.completed = work::venue::completed(tx, id)?.map(|done| done.at);
        // A day's bookings are read under the act that changes them.
        if act != Act::ManageBookings {
            visit.goes_on(act)?;
        }
    }
    Ok(visit)
}
