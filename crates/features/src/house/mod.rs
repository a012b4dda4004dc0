//! What every room of the house shares: masters, the visit and its guard, routes, pages.

pub mod masters;
pub mod page;
pub mod routes;
pub mod server;
pub mod visit;

use std::sync::Arc;

use jiff::Timestamp;
use platform::clock::Clock;
use platform::db::Db;
use platform::mail::Courier;

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

/// Everything that a request needs.
pub struct House {
    pub db: Db,
    pub clock: Clock,
    pub masters: Masters,
    pub courier: Courier,
    pub mode: Mode,
    /// What stands before every path in mails, such as `https://vsys.example.jp`.
    pub base_url: String,
    /// Names this process among many nodes.
    pub node: String,
    pub pages: page::Pages,
    /// Passwords are slow on purpose: more than the cores can do at once wait, so that pages don't.
    password_turns: tokio::sync::Semaphore,
}

impl House {
    pub fn new(db: Db, clock: Clock, masters: Masters, courier: Courier, mode: Mode, base_url: String) -> Arc<House> {
        let pages = page::Pages::new(masters.texts.clone());
        Arc::new(House {
            db,
            clock,
            masters,
            courier,
            mode,
            base_url,
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

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
