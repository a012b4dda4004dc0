//! The nation under load: venues, people with sessions and a second factor, and the product's own
//! router over real TCP.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use masters::Masters;
use pages::allocation;
use platform::clock::Clock;
use platform::db::{Db, Failure, Tx};
use platform::jobs::{self, Job};
use platform::journal::Actor;
use platform::mail::Courier;
use platform::value::Value;
use platform::{args, ids, migrations, secrets};
use rules::access::{Permission, Role, Scope};
use vsys::demo_world::national;
use vsys::worker;
use web::{House, Mode, Settings, server};
use work::account::Grant;
use work::allocation::RunId;

use super::store;

/// Somebody with an open session that has shown its second factor.
#[derive(Clone)]
pub struct Person {
    pub venue: String,
    secret: String,
}

impl Person {
    pub fn cookie(&self) -> String {
        format!("{}={}", server::cookie_name(Mode::Production), self.secret)
    }
    pub fn token(&self) -> String {
        secrets::form_token(&self.secret, &ids::short("k"))
    }
}

pub struct World {
    pub house: Arc<House>,
    pub url: String,
    pub folder: PathBuf,
    /// The file of an embedded database.
    pub file: Option<PathBuf>,
    /// Seconds that filling the database took, where it was empty.
    pub planted_in: Option<f64>,
    pub runtime: tokio::runtime::Runtime,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl World {
    /// Fills the database where it is empty, and starts the product on it, as in production, with
    /// the clock at `at`.
    pub fn start(database: Option<&str>, venues: u32, at: &str) -> Result<World, String> {
        World::asleep(database, venues, at)?.awake()
    }

    /// Starts server and worker.
    pub fn awake(mut self) -> Result<World, String> {
        let listener = self
            .runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .map_err(|e| e.to_string())?;
        self.url = format!("http://{}", listener.local_addr().map_err(|e| e.to_string())?);
        let service = server::service(self.house.clone());
        self.runtime.spawn(async move { axum::serve(listener, service).await });
        self.runtime.spawn(worker::run(self.house.clone()));
        Ok(self)
    }

    /// The same without server and worker: nothing happens but what the measurement does.
    pub fn asleep(database: Option<&str>, venues: u32, at: &str) -> Result<World, String> {
        let folder = std::env::temp_dir().join(ids::short("vsys-bench"));
        std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
        let own = folder.join("vsys.sqlite");
        let address = database.map_or_else(|| format!("sqlite:{}", own.display()), str::to_string);
        let file = address.strip_prefix("sqlite:").map(PathBuf::from);
        let db = Db::open(&address.parse()?).map_err(|e| e.to_string())?;
        let at = rules::time::parse_instant(at).ok_or_else(|| format!("{at} is not a time"))?;
        let masters = Masters::load()?;
        let watch = super::Watch::begins();
        let planted = fill(&db, &masters, venues, at)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|e| e.to_string())?;
        let courier = Courier::Folder(folder.join("mails"));
        let house = House::new(
            db,
            Clock::starting_at(at),
            masters,
            courier,
            Settings::new(Mode::Production, "https://vsys.example".into()),
            vsys::ROOMS,
        );
        Ok(World {
            house,
            url: String::new(),
            folder,
            file,
            planted_in: planted.then(|| watch.elapsed().as_secs_f64()),
            runtime,
        })
    }

    /// One person of each of so many venues, from the first on.
    pub fn people(&self, count: u32) -> Result<Vec<Person>, String> {
        let now = self.house.now();
        let people: Vec<(String, Person)> = (0..count)
            .map(|n| {
                let sketch = national::sketch(&self.house.masters(), n);
                (sketch.account, Person { venue: sketch.id, secret: ids::secret() })
            })
            .collect();
        let text = |v: &str| Value::from(v);
        for batch in people.chunks(1000) {
            let factors: Vec<Vec<Value>> = batch
                .iter()
                .map(|(account, _)| vec![text(account), text("-"), now.into(), now.into()])
                .collect();
            let sessions: Vec<Vec<Value>> = batch
                .iter()
                .map(|(account, p)| {
                    vec![
                        text(&secrets::digest(&p.secret)),
                        text(account),
                        now.into(),
                        now.into(),
                        text("bench"),
                        now.into(),
                        now.into(),
                    ]
                })
                .collect();
            self.write(move |tx| {
                for row in &factors {
                    store::put_factor(tx, row)?;
                }
                tx.insert_many("insert into session (id, account_id, created_at, seen_at, agent, factor_at, proved_at)", &sessions)
            })?;
        }
        Ok(people.into_iter().map(|(_, person)| person).collect())
    }

    /// Somebody with a role, with every permission of it.
    pub fn official(&self, role: Role, kind: Scope, id: &'static str) -> Result<Person, String> {
        let (now, secret) = (self.house.now(), ids::secret());
        let cookie = secret.clone();
        self.write(move |tx| {
            let account = work::account::create(
                tx,
                now,
                &format!("{}@bench.example", role.key()),
                "計測 係",
                Some("!"),
            )?;
            let permissions: Vec<&str> = Permission::of(role).iter().map(|p| p.key()).collect();
            work::account::grant(
                tx,
                now,
                &account,
                &Grant { permissions: &permissions.join(","), ..Grant::of(role, kind, id) },
            )?;
            store::put_factor(tx, args![&account, "-", now, now])?;
            work::account::open_session(tx, now, &secret, Some(&account), None, "bench", "")?;
            store::shown_factor(tx, now, &account)
        })?;
        Ok(Person { venue: String::new(), secret: cookie })
    }

    /// Waits until what planting a nation has left for the jobs is done: an ordinary minute is
    /// measured, not the one after it.
    pub fn until_sealed(&self) -> Result<(), String> {
        for _ in 0..600 {
            if self.write(store::is_settled)? {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        Err("the journal was not sealed within five minutes".into())
    }

    /// Makes a job and takes it, as a worker would.
    pub fn job(&self, kind: &'static str, slot: &str) -> Result<Job, String> {
        let (now, slot) = (self.house.now(), slot.to_string());
        self.write(move |tx| jobs::put(tx, kind, &slot, now))?;
        let taken = self
            .runtime
            .block_on(jobs::take(&self.house.db, self.house.now(), "bench"))
            .map_err(|e| e.to_string())?;
        taken.ok_or_else(|| "the job wasn't there".to_string())
    }

    /// Approves a run by somebody else, and carries it out for everybody.
    pub fn carry_out(&self, run: &RunId) -> Result<(), String> {
        let (masters, now, id, base) =
            (self.house.masters(), self.house.now(), run.clone(), self.house.base_url.clone());
        self.house
            .db
            .write_blocking(move |tx: &mut Tx<'_>| {
                allocation::fix_by_id(tx, &masters, &base, &officer(2), now, &id)
            })
            .map_err(|e| format!("{e:?}"))?;
        let carry = self.job("allocation.carry", run)?;
        self.runtime
            .block_on(allocation::carry_on(&self.house, &carry))
            .map_err(|e| format!("{e:?}"))
    }

    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, String> {
        self.house.db.write_blocking(work).map_err(|e| e.to_string())
    }
}

/// Somebody who acts for the ministry in a measurement.
pub fn officer(n: u32) -> Actor {
    Actor {
        account: format!("bench-{n}"),
        name: format!("計測 {n}"),
        membership: String::new(),
        role: "national".into(),
    }
}

fn fill(db: &Db, masters: &Masters, venues: u32, at: Timestamp) -> Result<bool, String> {
    migrations::migrate(db, at).map_err(|e| e.to_string())?;
    let known = db.write_blocking(work::venue::count).map_err(|e| e.to_string())?;
    if known == 0 {
        national::plant(db, masters, venues).map_err(|e| format!("{e:?}"))?;
    }
    Ok(known == 0)
}
