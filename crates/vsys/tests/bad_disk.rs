//! A full disk and a database that can't be written: 503 with a sentence, nothing half done, and on
//! again without a restart.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use platform::args;
use platform::db::{Db, Tx};
use stories::Visitor;

/// What the server prints as its address.
fn address(process: &mut Child) -> String {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let url = lines.find_map(|line| {
        line.ok()?
            .strip_prefix("vsys: ")
            .map(|u| u.split('/').take(3).collect::<Vec<_>>().join("/"))
    });
    std::thread::spawn(move || lines.for_each(drop));
    url.expect("the server prints its address")
}

#[test]
fn while_the_disk_is_full_pages_are_read_and_nothing_is_written_by_halves() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-disk"));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("vsys.sqlite");
    let database = format!("sqlite:{}", file.display());
    let vsys = env!("CARGO_BIN_EXE_vsys");
    assert!(
        Command::new(vsys)
            .args(["migrate", "--database", &database])
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    // No file of this process may grow beyond a few hundred kilobytes (blocks of 512 bytes), as on
    // a disk that is full.
    let blocks = std::fs::metadata(&file).unwrap().len() / 512 + 600;
    let script = format!(
        "trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" serve --listen 127.0.0.1:0 --database \"$1\""
    );
    let mut process = Command::new("sh")
        .args(["-c", &script, vsys, &database])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let url = address(&mut process);

    let mut acknowledged = 0;
    let full = loop {
        let visitor = Visitor::new(&url);
        match visitor
            .try_send("/applications/new", &[("mail", &format!("n{acknowledged}@example.jp"))])
        {
            Some(303) => acknowledged += 1,
            Some(status) => break status,
            None => panic!("the server went away"),
        }
        assert!(acknowledged < 5_000, "the disk never fills");
    };
    assert_eq!(full, 503, "after {acknowledged}");
    let visitor = Visitor::new(&url);
    visitor.open("/").is(200);
    let refused = visitor.send("/applications/new", &[("mail", "late@example.jp")]);
    refused.is(503).says("何も変更されていません");
    // Room again: on without a restart.
    let lifted = Command::new("prlimit")
        .args(["--pid", &process.id().to_string(), "--fsize=unlimited"])
        .status()
        .unwrap();
    assert!(lifted.success());
    visitor.send("/applications/new", &[("mail", "room@example.jp")]).is(200);
    process.kill().unwrap();
    process.wait().unwrap();

    let db = Db::open(&database.parse().unwrap()).unwrap();
    let (stored, mails, verdict) = db
        .write_blocking(|tx: &mut Tx<'_>| {
            let (stored,): (i64,) = tx.one("select count(*) from application", args![])?;
            let (mails,): (i64,) = tx.one("select count(*) from mail", args![])?;
            Ok::<_, platform::db::Failure>((stored, mails, platform::seal::verify(tx, None)?))
        })
        .unwrap();
    assert_eq!((stored, mails), (acknowledged + 1, acknowledged + 1));
    assert!(verdict.faults.is_empty(), "{:?}", verdict.faults);
    std::fs::remove_dir_all(folder).unwrap();
}

/// root writes anything, so the server runs as nobody.
#[test]
fn a_database_that_cannot_be_written_is_read_and_writing_says_so() {
    if !Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n")) {
        eprintln!("needs root to become nobody; skipped");
        return;
    }
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-readonly"));
    std::fs::create_dir_all(&folder).unwrap();
    let database = format!("sqlite:{}", folder.join("vsys.sqlite").display());
    // A copy that nobody may run, wherever the build put the original.
    let program = folder.join("vsys");
    std::fs::copy(env!("CARGO_BIN_EXE_vsys"), &program).unwrap();
    assert!(
        Command::new(&program)
            .args(["migrate", "--database", &database])
            .stdout(Stdio::null())
            .status()
            .unwrap()
            .success()
    );
    // In place of itself, so that killing it kills the server.
    let mut process = Command::new("setpriv")
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(&program)
        .args(["serve", "--listen", "127.0.0.1:0", "--database", &database])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let visitor = Visitor::new(&address(&mut process));
    visitor.open("/").is(200);
    visitor
        .send("/applications/new", &[("mail", "late@example.jp")])
        .is(503)
        .says("何も変更されていません");
    process.kill().unwrap();
    process.wait().unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}
