//! What every room of the house shares: masters, the visit and its guard, routes, pages.

pub mod api;
pub mod chart;
pub mod import;
pub mod limits;
pub mod masters;
pub mod page;
pub mod routes;
pub mod server;
pub mod table;
pub mod visit;

use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use platform::clock::Clock;
use platform::db::Db;
use platform::mail::Courier;

use limits::Limits;
pub use masters::Masters;
pub use page::{Answer, Typed};
pub use routes::{Done, Route};
pub use visit::{Hat, Person, Trouble, Visit};

/// Whether this is the demo: personas with one click, a clock that moves, a page that shows every mail.
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
    /// Proxies of our own in front: so many addresses from the right of `X-Forwarded-For` are believed.
    pub proxies: usize,
}

impl Settings {
    /// Without limits and without a proxy.
    pub fn new(mode: Mode, base_url: String) -> Settings {
        Settings { mode, base_url, address_limit: NonZeroU32::MAX, account_limit: NonZeroU32::MAX, proxies: 0 }
    }
}

/// Everything that a request needs.
pub struct House {
    pub db: Db,
    pub clock: Clock,
    masters: RwLock<Arc<Masters>>,
    pub courier: Courier,
    pub mode: Mode,
    pub base_url: String,
    pub proxies: usize,
    pub limits: Limits,
    /// Names this process among many nodes.
    pub node: String,
    pub pages: page::Pages,
    /// Passwords are slow on purpose: more than the cores can do at once wait, so that pages don't.
    password_turns: tokio::sync::Semaphore,
}

impl House {
    pub fn new(db: Db, clock: Clock, masters: Masters, courier: Courier, settings: Settings) -> Arc<House> {
        let pages = page::Pages::new(masters.texts.clone());
        Arc::new(House {
            db,
            clock,
            masters: RwLock::new(Arc::new(masters)),
            courier,
            mode: settings.mode,
            base_url: settings.base_url,
            proxies: settings.proxies,
            limits: Limits::new(settings.address_limit, settings.account_limit),
            node: platform::ids::short("node"),
            pages,
            password_turns: tokio::sync::Semaphore::new(2),
        })
    }

    /// Hashes or verifies a password, in turn and beside the pages.
    pub async fn password_work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
        let _turn = self.password_turns.acquire().await.map_err(|e| Trouble::Bug(e.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|e| Trouble::Bug(e.to_string()))
    }

    /// The masters in force.
    pub fn masters(&self) -> Arc<Masters> {
        self.masters.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
