//! kill -9 while people work: what was acknowledged is there after a restart, once; what wasn't is whole or absent.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use platform::args;
use platform::db::{Db, Tx};
use stories::Visitor;

struct Server {
    process: Child,
    url: String,
}

fn start(data: &str) -> Server {
    let mut process = Command::new(env!("CARGO_BIN_EXE_vsys"))
        .args(["demo", "--listen", "127.0.0.1:0", "--data", data])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let url = lines
        .find_map(|line| line.ok()?.strip_prefix("vsys demo: ").map(|u| u.trim_end_matches('/').to_string()))
        .expect("the demo prints its address");
    // Whatever else it prints is read, so that it never waits for a reader.
    std::thread::spawn(move || lines.for_each(drop));
    Server { process, url }
}

/// One client: adds doctors one after the other and remembers which the server acknowledged.
fn client(url: &str, name: &str, acknowledged: &Mutex<Vec<String>>, tell: &mpsc::Sender<()>, attempts: &AtomicUsize) {
    let mut visitor = Visitor::new(url);
    visitor.sign_in("sato@minato-shoji.example", features::seeds::PASSWORD);
    let venue = visitor.open("/v/1311234569").path;
    loop {
        let doctor = format!("{name}{}", attempts.fetch_add(1, Ordering::Relaxed));
        let key = platform::ids::short("k");
        let fields = [("_key", key.as_str()), ("name", doctor.as_str()), ("reading", "てすと"), ("product", "moderna")];
        // The connection breaks when the server is killed: then nothing was acknowledged.
        match visitor.try_send(&format!("{venue}/doctors/new"), &fields) {
            Some(303) => {
                acknowledged.lock().unwrap().push(doctor);
                let _ = tell.send(());
            }
            Some(status) => panic!("{status}"),
            None => return,
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_twice() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-kill"));
    let data = folder.display().to_string();
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let attempts = Arc::new(AtomicUsize::new(0));
    for round in 0..5u32 {
        let mut server = start(&data);
        let (tell, told) = mpsc::channel();
        let clients: Vec<_> = (0..4)
            .map(|n| {
                let (url, acknowledged, tell, attempts) = (server.url.clone(), acknowledged.clone(), tell.clone(), attempts.clone());
                std::thread::spawn(move || client(&url, &format!("医師{round}の{n}の"), &acknowledged, &tell, &attempts))
            })
            .collect();
        // Killed in the middle of the work, after another number of answers each time.
        for _ in 0..25 + round * 7 {
            told.recv().expect("the clients work");
        }
        server.process.kill().unwrap();
        server.process.wait().unwrap();
        for client in clients {
            client.join().unwrap();
        }
    }
    let mut server = start(&data);
    let visitor = Visitor::new(&server.url);
    visitor.open("/").is(200);
    let db = Db::open(&format!("sqlite:{data}/vsys.sqlite").parse().unwrap()).unwrap();
    let (stored, journalled, (rows, faults)) = db
        .write_blocking(|tx: &mut Tx<'_>| {
            let stored: Vec<(String,)> = tx.all("select name from doctor where name like '医師%' order by name", args![])?;
            let (journalled,): (i64,) =
                tx.one("select count(*) from journal where act = 'doctor.add' and after like '%医師%の%'", args![])?;
            Ok::<_, platform::db::Failure>((stored, journalled, platform::journal::verify(tx)?))
        })
        .unwrap();
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    std::fs::remove_dir_all(folder).unwrap();

    let unique: BTreeSet<&String> = stored.iter().map(|(n,)| n).collect();
    assert_eq!(unique.len(), stored.len(), "something is there twice");
    let acknowledged = acknowledged.lock().unwrap();
    assert!(acknowledged.len() >= 150, "{}", acknowledged.len());
    for doctor in acknowledged.iter() {
        assert!(unique.contains(doctor), "{doctor} was acknowledged and is lost");
    }
    assert_eq!(stored.len() as i64, journalled, "a change without its journal row, or a row without its change");
    assert!(rows > 0 && faults.is_empty(), "{faults:?}");
}
