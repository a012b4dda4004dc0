//! What happens without anybody clicking: the journal is sealed, drafts that wait for an opening
//! are registered, what nobody needs any more is cleared away, mail goes out after the commit.
//! Every node runs this; each job is taken by one.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use mails::plan::DraftKept;
use platform::db::{Failure, Tx};
use platform::jobs::{self, Job};
use platform::journal::Actor;
use platform::{outbox, seal};
use rules::calendar::Phase;
use rules::plan::Refusal;

use web::import;
use web::visit::Trouble;
use web::{House, Mode};
use words::Sentence;
use work::plan::WaitingDraft;
use work::venue::VenueHead;
use work::{Caller, Refused};

/// Between two looks for what is due.
const PAUSE: Duration = Duration::from_millis(500);
/// Work that comes again and again, with the pause after each turn.
const RECURRING: [(&str, SignedDuration); 8] = [
    ("seal", SignedDuration::from_secs(60)),
    ("figures", SignedDuration::from_secs(60)),
    ("drafts", SignedDuration::from_mins(10)),
    ("packing", SignedDuration::from_hours(1)),
    ("tidy", SignedDuration::from_hours(1)),
    ("sought", SignedDuration::from_mins(10)),
    ("reminders", SignedDuration::from_hours(1)),
    ("reports", SignedDuration::from_hours(1)),
];

/// Works for ever beside the server, jobs and mails apart: neither waits for the other. A failure
/// is logged and tried again at the next turn.
pub async fn run(house: Arc<House>) {
    tokio::join!(carry_jobs(house.clone()), send_mails(house));
}

async fn carry_jobs(house: Arc<House>) {
    let mut prepared = false;
    loop {
        let turn = async {
            if !prepared {
                prepare(&house).await?;
            }
            work(&house).await
        };
        match turn.await {
            Ok(()) => prepared = true,
            Err(why) => tracing::warn!(?why, "worker"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn send_mails(house: Arc<House>) {
    loop {
        if let Err(why) = send(&house).await {
            tracing::warn!(?why, "mails");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Delivers what is due.
async fn send(house: &Arc<House>) -> Result<u32, Failure> {
    let masters = house.masters();
    outbox::deliver(&house.db, &house.courier, &masters.texts, &house.clock, &house.node).await
}

/// [`tick`] as the demo's pages ask for it.
pub fn turn(house: &Arc<House>) -> web::Turn<'_> {
    Box::pin(tick(house))
}

/// One turn of a worker that has just started: what is due, then the mails that came of it.
pub async fn tick(house: &Arc<House>) -> Result<(), Trouble> {
    prepare(house).await?;
    work(house).await?;
    send(house).await?;
    Ok(())
}

/// Sees to it that the recurring jobs exist, and that none waits for a future that a wrong clock
/// once promised.
async fn prepare(house: &Arc<House>) -> Result<(), Trouble> {
    let (now, masters) = (house.now(), house.masters());
    house
        .db
        .write(move |tx: &mut Tx<'_>| {
            pages::allocation::prepare(tx, &masters)?;
            for (kind, pause) in RECURRING {
                jobs::put(tx, kind, "", now)?;
                jobs::pull_back(tx, kind, now, now + pause)?;
            }
            Ok::<_, Failure>(())
        })
        .await
        .map_err(Trouble::Database)
}

async fn work(house: &Arc<House>) -> Result<(), Trouble> {
    // What was changed on another node, or begins today.
    let (owned, now) = (house.clone(), house.now());
    house.db.read(move |tx: &mut Tx<'_>| owned.masters_at(tx, None, now)).await?;
    pages::notice::announce::refresh(house).await?;
    call_for_drafts(house).await?;
    while let Some(job) = jobs::take(&house.db, house.now(), &house.node).await? {
        let outcome = carry_out(house, &job).await;
        let now = house.now();
        let ended = house
            .db
            .write(move |tx: &mut Tx<'_>| match &outcome {
                Ok(()) => {
                    let again = RECURRING
                        .iter()
                        .find(|(kind, _)| *kind == job.kind && job.slot.is_empty())
                        .map(|(_, pause)| now + *pause);
                    jobs::finish(tx, &job, now, again)
                }
                Err(why) => {
                    tracing::error!(kind = job.kind, ?why, "a job failed");
                    jobs::fail(tx, &job, now, &format!("{why:?}"))
                }
            })
            .await;
        match ended {
            // The lease was lost meanwhile; whoever holds it now goes on.
            Err(Failure::Stale) | Ok(()) => {}
            Err(other) => return Err(Trouble::Database(other)),
        }
    }
    Ok(())
}

async fn carry_out(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    match job.kind.as_str() {
        "seal" => seal_journal(house, job).await,
        "drafts" => register_waiting_drafts(house, job).await,
        "tidy" => tidy(house, job).await,
        "sought" => {
            let masters = house.masters();
            Ok(work::refill::fill(&house.db, &masters, &house.clock, job).await?)
        }
        "figures" => count_figures(house).await,
        "packing" => fill_packings(house).await,
        "reminders" => pages::notice::remind::run(house, job).await,
        "reports" => pages::report::mail::run(house, job).await,
        "allocation.try" => pages::allocation::carry_trial(house, job).await,
        "allocation.carry" => pages::allocation::carry_on(house, job).await,
        "import.check" | "import.apply" | "import.undo" => carry_import(house, job).await,
        other => Err(Trouble::Bug(format!("nobody knows the job {other}"))),
    }
}

/// What boxes held, in rows of nodes of the version before.
async fn fill_packings(house: &Arc<House>) -> Result<(), Trouble> {
    let masters = house.masters();
    let fill = move |tx: &mut Tx<'_>| work::packing::fill(tx, masters.programme());
    house.db.write_record("packing".into(), fill).await.map_err(Trouble::Database)
}

/// A long table, by the list that it is for.
async fn carry_import(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let owned = job.clone();
    let kind = house
        .db
        .read(move |tx: &mut Tx<'_>| import::kind_of(tx, &owned))
        .await
        .map_err(Trouble::Database)?;
    match kind.as_deref() {
        None => Ok(()),
        Some("shipments") => {
            import::carry_out::<pages::delivery::files::Shipments>(house, job).await
        }
        Some("persons") => import::carry_out::<pages::results::persons::Persons>(house, job).await,
        Some("results") => import::carry_out::<pages::results::batch::Reports>(house, job).await,
        Some(master) if masters::kinds::Kind::from_id(master).is_some() => {
            import::carry_out::<pages::masters::edit::Rows>(house, job).await
        }
        Some(other) => Err(Trouble::Bug(format!("nobody knows the list {other}"))),
    }
}

/// Seals until nothing is unsealed, each seal in a transaction of its own.
async fn seal_journal(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let mut seals = 0;
    loop {
        let (now, job) = (house.now(), job.clone());
        house.db.write(move |tx: &mut Tx<'_>| jobs::step(tx, &job, now, seals, 0)).await?;
        let sealed = house.db.beside(move |tx| seal::seal(tx, now)).await?;
        seals += 1;
        if sealed.is_none_or(|s| s.covered < seal::MOST) {
            return Ok(());
        }
    }
}

/// Counts the country for the dashboards; read beside the pages, then kept.
async fn count_figures(house: &Arc<House>) -> Result<(), Trouble> {
    let (masters, now) = (house.masters(), house.now());
    let programme = masters.programme().clone();
    let figures =
        house.db.read(move |tx: &mut Tx<'_>| work::country::count(tx, &programme, now)).await?;
    house
        .db
        .write(move |tx: &mut Tx<'_>| {
            work::country::keep(tx, &masters.programme().id, now, &figures)
        })
        .await
        .map_err(Trouble::Database)
}

/// Ended sessions, keys of old forms and counts of old failures; memberships of stand-ins whose
/// time is over.
async fn tidy(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    let (now, job) = (house.now(), job.clone());
    // The demo's clock is moved by weeks; its sessions don't end.
    let ending = house.mode == Mode::Production;
    house
        .db
        .write(move |tx| {
            jobs::step(tx, &job, now, 0, 1)?;
            work::account::end_expired_memberships(tx, now)?;
            work::account::clear_away(tx, now, ending)?;
            jobs::step(tx, &job, now, 1, 1)?;
            Ok::<_, Trouble>(())
        })
        .await
}

/// While entry is open, drafts that waited for it are due at once.
async fn call_for_drafts(house: &Arc<House>) -> Result<(), Trouble> {
    let now = house.now();
    if house.masters().programme().calendar.at(now).is_none_or(|s| s.phase != Phase::Open) {
        return Ok(());
    }
    let waiting = house
        .db
        .read(|tx: &mut Tx<'_>| work::plan::drafts_waiting(tx))
        .await
        .map_err(Trouble::Database)?;
    if waiting > 0 {
        house
            .db
            .write(move |tx: &mut Tx<'_>| jobs::pull_back(tx, "drafts", now, now))
            .await
            .map_err(Trouble::Database)?;
    }
    Ok(())
}

/// Drafts whose author asked for it are registered when entry is open, each in its own transaction.
async fn register_waiting_drafts(house: &Arc<House>, job: &Job) -> Result<(), Trouble> {
    if house.masters().programme().calendar.at(house.now()).is_none_or(|s| s.phase != Phase::Open) {
        return Ok(());
    }
    let waiting = house
        .db
        .read(|tx: &mut Tx<'_>| work::plan::venues_waiting(tx))
        .await
        .map_err(Trouble::Database)?;
    let total = waiting.len() as i64;
    for (done, venue) in waiting.into_iter().enumerate() {
        let (owned, job, now) = (house.clone(), job.clone(), house.now());
        house
            .db
            .write_record(format!("venue:{venue}"), move |tx| {
                jobs::step(tx, &job, now, done as i64 + 1, total)?;
                register_draft(tx, &owned, now, &venue)
            })
            .await?;
    }
    Ok(())
}

fn register_draft(
    tx: &mut Tx<'_>,
    house: &House,
    now: jiff::Timestamp,
    venue: &str,
) -> Result<(), Trouble> {
    // Another node was faster.
    let Some(draft) = work::plan::take_waiting_draft(tx, venue)? else { return Ok(()) };
    let WaitingDraft { lines, reason, base, account, name } = draft;
    let head = VenueHead::of(tx, venue)?.ok_or(Trouble::NotFound)?;
    let actor = Actor {
        account,
        name: format!("{name}（自動登録）"),
        membership: String::new(),
        role: String::new(),
    };
    let masters = house.masters();
    let by = Caller { actor, now, masters: &masters, base_url: &house.base_url };
    let why = match lines.if_whole() {
        None => "下書きに読めないクールがあります。".to_string(),
        Some(lines) => match work::plan::register(&by, tx, &head, base, lines, reason.as_deref()) {
            Ok(_) => return Ok(()),
            Err(Refused::ByRule(refusal)) => refusal.sentence(),
            Err(Refused::Database(Failure::Stale)) => {
                "下書きの後に、ほかの人が計画を登録しました。".to_string()
            }
            Err(other) => return Err(other.told(|r: Refusal| Trouble::at("", r))),
        },
    };
    let venue_name = (&head.name).into();
    work::venue::tell(&by, tx, DraftKept { venue: head.id, venue_name, why })?;
    Ok(())
}
