//! What the stories share: a world of its own for each test (database, clock, server) and visitors
//! who read pages and press buttons as a person would.

pub mod addresses;
pub mod browser;
pub mod links;
mod planted;
pub mod postgres;
pub mod rich;
pub mod scratch;
pub mod smtp;
pub mod snapshot;
pub mod source;
pub mod stated;
pub mod text;
pub mod visitor;
pub mod walk;
pub mod wreckage;

use std::path::PathBuf;
use std::sync::Arc;

use masters::{Masters, Source};
use platform::clock::Clock;
use platform::db::{Address, Db, Tx};
use platform::mail::Courier;
use platform::migrations;
use platform::outbox::{self, Mail};
pub use stories_macros::on_both_engines;
pub use visitor::{Page, Visitor};
use vsys::{demo_world, worker};
use web::{House, Mode, Settings, server};

/// One product with the small world, on a database of its own, with a clock that stands still until
/// it is moved.
pub struct World {
    pub house: Arc<House>,
    pub url: String,
    pub folder: PathBuf,
    /// Where visitors come with a real browser.
    pub browser: Option<Arc<browser::Browser>>,
    runtime: tokio::runtime::Runtime,
}

impl World {
    pub fn sqlite() -> World {
        let folder = scratch::made("vsys-story");
        World::on(planted::in_file(&folder.join("vsys.sqlite")), folder, Mode::Demo)
    }

    /// As in production: no demo bar, sessions that end, cookies for TLS only.
    pub fn production() -> World {
        World::production_with(|settings| settings)
    }

    /// As in production, with an operator's own settings.
    pub fn production_with(settle: impl FnOnce(Settings) -> Settings) -> World {
        let folder = scratch::made("vsys-story");
        World::settled(
            planted::in_file(&folder.join("vsys.sqlite")),
            folder,
            Mode::Production,
            settle,
        )
    }

    pub fn postgres() -> World {
        let folder = scratch::folder("vsys-story");
        World::on(planted::on_postgres(), folder, Mode::Demo)
    }

    /// Another programme of the data files, with the people of the small world and nothing else.
    pub fn of_programme(id: &str, clock: &str) -> World {
        let folder = scratch::made("vsys-story");
        let masters =
            Masters::load_from(Source::default(), Some(id)).expect("the data files are sound");
        let world = World::built(
            Address::Sqlite(folder.join("vsys.sqlite")),
            folder,
            Mode::Demo,
            masters,
            |db, _, _| demo_world::plant_people(db),
            |settings| settings,
        );
        world.house.clock.set(at(clock));
        world
    }

    /// The small world, on the day its programme has ended.
    pub fn ended() -> World {
        let folder = scratch::made("vsys-story");
        let mut masters = planted::masters();
        masters.programmes[0].closed_from = Some("2022-02-07".parse().expect("a day"));
        World::built(
            Address::Sqlite(folder.join("vsys.sqlite")),
            folder,
            Mode::Demo,
            masters,
            demo_world::plant,
            |settings| settings,
        )
    }

    fn on(address: Address, folder: PathBuf, mode: Mode) -> World {
        World::settled(address, folder, mode, |settings| settings)
    }

    fn settled(
        address: Address,
        folder: PathBuf,
        mode: Mode,
        settle: impl FnOnce(Settings) -> Settings,
    ) -> World {
        let plant = |db: &Db, _: &Masters, url: &str| {
            planted::settle(db, url);
            Ok(())
        };
        World::built(address, folder, mode, planted::masters(), plant, settle)
    }

    fn built(
        address: Address,
        folder: PathBuf,
        mode: Mode,
        masters: Masters,
        plant: impl FnOnce(&Db, &Masters, &str) -> Result<(), web::Trouble>,
        settle: impl FnOnce(Settings) -> Settings,
    ) -> World {
        let clock = Clock::fixed(at(START));
        let db = Db::open(&address).expect("the database opens");
        migrations::migrate(&db, clock.now()).expect("the tables are made");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let listener =
            runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://localhost:{}", listener.local_addr().expect("an address").port());
        plant(&db, &masters, &url).expect("the small world is built");
        let house = House::new(
            db,
            clock,
            masters,
            Courier::Folder(folder.join("mails")),
            settle(Settings::new(mode, url.clone())),
            vsys::ROOMS,
        );
        let service = server::service(house.clone());
        runtime.spawn(async move { axum::serve(listener, service).await });
        World { house, url, folder, browser: None, runtime }
    }

    /// Moves the clock and does what is then due.
    pub fn set_clock(&self, text: &str) {
        self.house.clock.set(at(text));
        self.tick();
    }

    /// What the worker does beside the server, once.
    pub fn tick(&self) {
        self.runtime.block_on(worker::tick(&self.house)).expect("the worker's turn");
    }

    /// From now on visitors come with a real browser.
    pub fn with_browser(mut self) -> World {
        self.browser = Some(Arc::new(browser::Browser::start()));
        self
    }

    pub fn nobody(&self) -> Visitor {
        match &self.browser {
            Some(browser) => Visitor::in_browser(&self.url, browser),
            None => Visitor::new(&self.url),
        }
    }

    /// A persona of the small world, signed in with the password.
    pub fn persona(&self, mail: &str) -> Visitor {
        let mut visitor = self.nobody();
        visitor.sign_in(mail, demo_world::PASSWORD);
        visitor
    }

    /// Puts a mail into the outbox, as a command does.
    pub fn put(&self, mail: Mail) {
        let now = self.house.now();
        self.house
            .db
            .write_blocking(move |tx: &mut Tx<'_>| outbox::put(tx, now, &mail))
            .expect("the outbox takes it");
    }

    /// Sends what is due at an instant by a courier, as the worker does; how many mails went out.
    pub fn deliver_at(&self, courier: &Courier, now: jiff::Timestamp) -> u32 {
        let (db, texts) = (&self.house.db, &self.house.masters().texts);
        let clock = platform::clock::Clock::fixed(now);
        self.block_on(outbox::deliver(db, courier, texts, &clock, "node")).expect("the outbox")
    }

    /// Sends what is due now by a courier; how many mails went out.
    pub fn deliver(&self, courier: &Courier) -> u32 {
        self.deliver_at(courier, self.house.now())
    }

    /// The bodies of all mails to an address, oldest first.
    pub fn mails_to(&self, mail: &str) -> Vec<outbox::Stored> {
        let all = self
            .runtime
            .block_on(self.house.db.read(|tx: &mut Tx<'_>| outbox::latest(tx, 1000)))
            .expect("the outbox can be read");
        let mut own: Vec<outbox::Stored> =
            all.into_iter().filter(|m| m.recipient == mail).collect();
        own.reverse();
        own
    }

    /// The path of the first link in the last mail to an address.
    pub fn link_to(&self, mail: &str) -> String {
        let mails = self.mails_to(mail);
        let last = mails.last().unwrap_or_else(|| panic!("no mail to {mail}"));
        let link = last
            .body
            .split_whitespace()
            .find(|w| w.starts_with("http"))
            .unwrap_or_else(|| panic!("no link in: {}", last.body));
        link.strip_prefix(&self.url).expect("a link to this server").to_string()
    }

    /// Runs something asynchronous to its end.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Reads from the database, for what no page shows.
    pub fn read<T: Send + 'static>(
        &self,
        look: impl FnMut(&mut Tx<'_>) -> Result<T, platform::db::Failure> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.house.db.read(look)).expect("the database answers")
    }

    /// Writes to the database past the product, as somebody with its password could.
    pub fn tamper(&self, sql: &'static str) {
        self.house
            .db
            .write_blocking(move |tx: &mut Tx<'_>| tx.script(sql))
            .expect("the statement runs");
    }

    /// The demo world's venue.
    pub fn minato(&self) -> String {
        let (id,): (String,) =
            self.read(|tx| tx.one("select id from venue where code = '1311234569'", &[]));
        id
    }

    /// No chain of the journal has a fault.
    pub fn journal_is_sound(&self) {
        let verdict = self.read(|tx| platform::seal::verify(tx, None));
        assert!(verdict.rows > 0);
        assert_eq!(verdict.faults, []);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a statement counts.
pub fn count(world: &World, sql: &'static str) -> i64 {
    world.read(move |tx| tx.one::<(i64,)>(sql, &[])).0
}

/// Where the clock of a world stands at first.
const START: &str = "2022-02-07T10:00";

pub fn at(text: &str) -> jiff::Timestamp {
    rules::time::parse_instant(text).unwrap_or_else(|| panic!("{text} is not a time"))
}
