//! The front: what every room shares, and no room itself. The visit and its guard, routes, forms,
//! the frame of every page, tables in and out, limits.

pub mod api;
pub mod attachment;
mod body;
pub mod chart;
pub mod field;
pub mod ics;
pub mod import;
pub mod json;
pub mod limits;
pub mod page;
pub mod reading;
pub mod routes;
pub mod search;
pub mod seen;
pub mod server;
pub mod table;
pub mod visit;
mod workbook;

pub use work::errors;

use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use platform::clock::Clock;
use platform::db::{Db, Failure, Tx};
use platform::form::Form;
use platform::mail::Courier;

use limits::Limits;
use masters::{Masters, changes};
pub use page::{Answer, Typed};
use reading::pool::NotRead;
pub use routes::{Done, Route};
pub use visit::{Membership, Person, Trouble, Visit};

/// Whether this is the demo: personas with one click, a clock that moves, a page that shows every
/// mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Production,
    Demo,
}

/// What an operator decides about a node.
pub struct Settings {
    pub mode: Mode,
    /// What stands before every path in mails, such as `https://vsys.example.jp`.
    pub base_url: String,
    /// Requests a minute from one address, and under one account.
    pub address_limit: NonZeroU32,
    pub account_limit: NonZeroU32,
    /// Proxies of our own in front: so many addresses from the right of `X-Forwarded-For` are
    /// believed.
    pub proxies: usize,
}

impl Settings {
    /// Without limits and without a proxy.
    pub fn new(mode: Mode, base_url: String) -> Settings {
        Settings {
            mode,
            base_url,
            address_limit: NonZeroU32::MAX,
            account_limit: NonZeroU32::MAX,
            proxies: 0,
        }
    }
}

/// What a visitor had typed when the session ended: by its number, the account and the path.
pub type KeptForm = fn(&mut Tx<'_>, &str, &str, &str) -> Result<Option<Form>, Failure>;

/// What the front asks of the rooms, which it doesn't know.
#[derive(Clone, Copy)]
pub struct Rooms {
    /// Every route with the act that guards it.
    pub routes: fn() -> Vec<Route>,
    /// The page on which people sign in.
    pub sign_in: routes::Show,
    pub kept_form: KeptForm,
    /// A template by its name, such as `plan/show.html`.
    pub template: fn(&str) -> Option<String>,
    /// The names of all templates.
    pub templates: fn() -> Vec<String>,
    pub demo: Demo,
}

/// Somebody as whom one click signs in, in a demo.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub struct Persona {
    pub mail: String,
    pub name: String,
    /// What the person is and does.
    pub what: String,
}

/// An instant to which the demo's clock may be moved with one click.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub struct Moment {
    /// RFC 3339.
    pub at: String,
    /// What can be seen then.
    pub what: String,
}

/// A turn of the worker that is under way.
pub type Turn<'t> = Pin<Box<dyn Future<Output = Result<(), Trouble>> + Send + 't>>;

/// What the demo's pages ask of the demo world.
#[derive(Clone, Copy)]
pub struct Demo {
    pub personas: fn() -> &'static [Persona],
    pub moments: fn() -> &'static [Moment],
    /// Everybody's password.
    pub password: &'static str,
    /// Does what is due at the clock's time, mails included.
    pub turn: fn(&Arc<House>) -> Turn<'_>,
}

/// Masters with what they were made from.
struct InForce {
    number: i64,
    day: jiff::civil::Date,
    masters: Arc<Masters>,
}

/// Passwords that wait for their turn: about two seconds' worth.
const PASSWORDS_WAITING: usize = 64;

/// Everything that a request needs.
pub struct House {
    pub db: Db,
    pub clock: Clock,
    /// The data files' masters: what every change of masters begins from.
    pub base_masters: Masters,
    masters: RwLock<InForce>,
    pub courier: Courier,
    pub mode: Mode,
    pub base_url: String,
    pub proxies: usize,
    pub limits: Limits,
    /// Announcements that stand on every page.
    urgent: RwLock<Vec<serde_json::Value>>,
    /// Names this process among many nodes.
    pub node: String,
    pub pages: page::Pages,
    pub rooms: Rooms,
    /// Where links lead.
    links: seen::Links,
    /// Passwords are slow and large on purpose: two at once on threads of their own, whose memory
    /// is used again; so many wait.
    passwords: reading::pool::Readers,
    /// Where files are read.
    pub readers: reading::pool::Readers,
}

impl House {
    pub fn new(
        db: Db,
        clock: Clock,
        masters: Masters,
        courier: Courier,
        settings: Settings,
        rooms: Rooms,
    ) -> Arc<House> {
        Arc::new(House {
            masters: RwLock::new(InForce {
                number: 0,
                day: rules::time::date(clock.now()),
                masters: Arc::new(masters.clone()),
            }),
            base_masters: masters,
            db,
            clock,
            courier,
            mode: settings.mode,
            base_url: settings.base_url,
            proxies: settings.proxies,
            limits: Limits::new(settings.address_limit, settings.account_limit),
            urgent: RwLock::default(),
            node: platform::ids::short("node"),
            pages: page::Pages::new(rooms),
            rooms,
            links: seen::Links::of(&(rooms.routes)()),
            passwords: reading::pool::Readers::with(2, PASSWORDS_WAITING),
            readers: reading::pool::Readers::default(),
        })
    }

    /// Hashes or verifies a password, in turn and beside the pages.
    ///
    /// # Errors
    /// 503 where too many wait.
    pub async fn password_work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Trouble> {
        self.passwords.run(work).await.map_err(|why| match why {
            NotRead::Busy => Trouble::Said(503, "passwords_busy"),
            NotRead::Fell(why) => Trouble::Bug(why),
        })
    }

    /// The masters in force when somebody last looked; what decides anything asks
    /// [`House::masters_at`].
    pub fn masters(&self) -> Arc<Masters> {
        self.masters.read().unwrap_or_else(PoisonError::into_inner).masters.clone()
    }

    /// The masters in force at an instant, after the change with this number (none: the last one
    /// there is): the same on every node, and read anew only when a change or a new day has come.
    pub fn masters_at(
        &self,
        tx: &mut Tx<'_>,
        number: Option<i64>,
        now: Timestamp,
    ) -> Result<Arc<Masters>, Failure> {
        let number = number.map_or_else(|| changes::last_number(tx), Ok)?;
        let day = rules::time::date(now);
        {
            let known = self.masters.read().unwrap_or_else(PoisonError::into_inner);
            if known.number == number && known.day == day {
                return Ok(known.masters.clone());
            }
        }
        let masters = Arc::new(changes::in_force(tx, &self.base_masters, day)?);
        *self.masters.write().unwrap_or_else(PoisonError::into_inner) =
            InForce { number, day, masters: masters.clone() };
        Ok(masters)
    }

    /// What every page says above everything else.
    pub fn urgent(&self) -> Vec<serde_json::Value> {
        self.urgent.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub fn set_urgent(&self, urgent: Vec<serde_json::Value>) {
        *self.urgent.write().unwrap_or_else(PoisonError::into_inner) = urgent;
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
