//! kill -9 while people work, on both engines: what was acknowledged is there after a restart,
//! once; what wasn't is whole or absent. `VSYS_KILLS=200 cargo test -p vsys --test kill` (or `cargo
//! xtask crash`) for the long way.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use platform::args;
use platform::db::{Db, Tx};
use stories::Visitor;
use stories::smtp::{MailServer, Tls};

struct Server {
    process: Child,
    url: String,
}

fn start(database: &str, mail: &MailServer) -> Server {
    let mut process = Command::new(env!("CARGO_BIN_EXE_vsys"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            database,
            "--limit-address",
            "4294967295",
            "--smtp",
            &mail.url,
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let url = lines
        .find_map(|line| {
            line.ok()?
                .strip_prefix("vsys: ")
                .map(|u| u.split('/').take(3).collect::<Vec<_>>().join("/"))
        })
        .expect("the server prints its address");
    // Whatever else it prints is read, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    Server { process, url }
}

/// One client: begins applications one after the other and remembers which the server acknowledged.
/// One of these is seven rows in one transaction: number, application, journal, session, link,
/// mail, idempotency key.
fn client(
    url: &str,
    acknowledged: &Mutex<Vec<String>>,
    tell: &mpsc::Sender<()>,
    attempts: &AtomicUsize,
) {
    let visitor = Visitor::new(url);
    loop {
        let mail = format!("n{}@example.jp", attempts.fetch_add(1, Ordering::Relaxed));
        // The connection breaks when the server is killed: then nothing was acknowledged.
        match visitor.try_send("/applications/new", &[("mail", mail.as_str())]) {
            Some(303) => {
                acknowledged.lock().unwrap().push(mail);
                let _ = tell.send(());
            }
            Some(status) => panic!("{status}"),
            None => return,
        }
    }
}

fn kills() -> u32 {
    std::env::var("VSYS_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6)
}

fn nothing_acknowledged_is_lost(database: &str) {
    let migrated = Command::new(env!("CARGO_BIN_EXE_vsys"))
        .args(["migrate", "--database", database])
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(migrated.success());
    let mail = MailServer::start(Tls::None);
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let attempts = Arc::new(AtomicUsize::new(0));
    for round in 0..kills() {
        let mut server = start(database, &mail);
        let (tell, told) = mpsc::channel();
        let clients: Vec<_> = (0..6)
            .map(|_| {
                let (url, acknowledged, tell, attempts) =
                    (server.url.clone(), acknowledged.clone(), tell.clone(), attempts.clone());
                std::thread::spawn(move || client(&url, &acknowledged, &tell, &attempts))
            })
            .collect();
        // Killed in the middle of the work, after another number of answers each time.
        for _ in 0..10 + round * 7 % 40 {
            told.recv().expect("the clients work");
        }
        server.process.kill().unwrap();
        server.process.wait().unwrap();
        for client in clients {
            client.join().unwrap();
        }
    }
    // It comes up again and works.
    let mut server = start(database, &mail);
    Visitor::new(&server.url).open("/").is(200);
    // Each mail leaves: those that a killed node had in hand when its lease is over.
    let db = Db::open(&database.parse().unwrap()).unwrap();
    // Two minutes are passed over by ending the leases that were held at the kill.
    db.write_blocking(|tx: &mut Tx<'_>| {
        tx.run("update mail set taken_until = null where sent_at is null", args![])
    })
    .unwrap();
    // Only reading: a second writer that asked again and again would leave the server no turn.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let waiting = || {
        runtime
            .block_on(db.read(|tx: &mut Tx<'_>| {
                tx.one::<(i64,)>("select count(*) from mail where sent_at is null", args![])
            }))
            .unwrap()
            .0
    };
    let (mut left, mut since) = (waiting(), std::time::Instant::now());
    while left > 0 {
        std::thread::sleep(std::time::Duration::from_millis(100));
        let now = waiting();
        if now < left {
            (left, since) = (now, std::time::Instant::now());
        }
        assert!(since.elapsed().as_secs() < 180, "{left} mails wait and none leaves");
    }
    server.process.kill().unwrap();
    server.process.wait().unwrap();

    let (stored, counts, (rows, faults)) = db
        .write_blocking(|tx: &mut Tx<'_>| {
            let stored: Vec<(String, String)> =
                tx.all("select starter_mail, number from application order by number", args![])?;
            let mut counts = Vec::new();
            for sql in [
                "select count(*) from journal where act = 'application.begin'",
                "select count(*) from session",
                "select count(*) from invitation",
                "select count(*) from mail",
                "select count(*) from submission",
                "select last from series where name like 'A-%'",
            ] {
                counts.push(tx.one::<(i64,)>(sql, args![])?.0);
            }
            let verdict = platform::seal::verify(tx, None)?;
            Ok::<_, platform::db::Failure>((stored, counts, (verdict.rows, verdict.faults)))
        })
        .unwrap();
    let mails: BTreeSet<&String> = stored.iter().map(|(mail, _)| mail).collect();
    let numbers: BTreeSet<&String> = stored.iter().map(|(_, number)| number).collect();
    assert_eq!(
        (mails.len(), numbers.len()),
        (stored.len(), stored.len()),
        "something is there twice"
    );
    let acknowledged = acknowledged.lock().unwrap();
    assert!(acknowledged.len() as u32 >= kills() * 10, "{}", acknowledged.len());
    for mail in acknowledged.iter() {
        assert!(mails.contains(mail), "{mail} was acknowledged and is lost");
    }
    // Whole or absent: every application with its journal row, session, link, mail, key, and no
    // number skipped.
    assert!(
        counts.iter().all(|n| *n == stored.len() as i64),
        "{} applications, but {counts:?}",
        stored.len()
    );
    assert!(rows > 0 && faults.is_empty(), "{faults:?}");
    // Each mail arrived; one that arrived twice did so under the same Message-ID.
    let arrived: Vec<String> = mail.message_ids();
    let different: BTreeSet<&String> = arrived.iter().collect();
    let sent: Vec<(String,)> =
        db.write_blocking(|tx: &mut Tx<'_>| tx.all("select id from mail", args![])).unwrap();
    // In the sender's domain, by the mail's own id.
    let own: BTreeSet<&str> = different
        .iter()
        .filter_map(|id| id.trim_start_matches('<').split_once('@'))
        .map(|(own, _)| own)
        .collect();
    for (id,) in &sent {
        assert!(own.contains(id.as_str()), "the mail {id} never arrived");
    }
    assert_eq!(different.len(), sent.len(), "a mail arrived that isn't there");
    println!(
        "{} kills, {} acknowledged, {} stored, none lost; {} mails, {} arrivals, none lost",
        kills(),
        acknowledged.len(),
        stored.len(),
        sent.len(),
        arrived.len()
    );
}

#[test]
fn on_sqlite_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-kill"));
    nothing_acknowledged_is_lost(&format!("sqlite:{}", folder.join("vsys.sqlite").display()));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn on_postgresql_nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    nothing_acknowledged_is_lost(&stories::postgres::fresh_database());
}
