//! Mail by SMTP: it arrives with its Japanese subject and a stable Message-ID; while the server is
//! down it waits.

use jiff::SignedDuration;
use platform::clock::Clock;
use platform::english;
use platform::jobs;
use platform::mail::Courier;
use platform::outbox::{self, Mail};
use stories::browser::project;
use stories::smtp::{MailServer, Tls};
use stories::{World, on_both_engines};

#[on_both_engines]
fn who_switched_to_english_gets_mails_in_english_with_the_japanese_below(world: &World) {
    world.tick();
    let sato = world.persona("sato@minato-shoji.example");
    sato.open("/home?lang=en").says("To do");
    let page = sato.open(&format!("/venues/{}/contacts/new", world.minato()));
    let name = "新田 光";
    sato.send(
        &page.path,
        &[
            ("role", "organizer"),
            ("name", name),
            ("department", "総務部"),
            ("phone", "03-0000-2000"),
            ("mail", "nitta@minato-shoji.example"),
        ],
    )
    .is(200);
    let mail = Mail {
        to: "sato@minato-shoji.example".into(),
        subject: "【分配】第2クールの分配量が確定しました（みなと商事 本社会場）".into(),
        body: "第2クールの分配量が確定しました。\nhttp://localhost/venues/v/allocations".into(),
        about: ("venue".into(), "v".into()),
    };
    world.put(mail);
    let server = MailServer::start(Tls::None);
    let courier = Courier::smtp(&server.url, "vsys@example.jp", None).unwrap();
    world.deliver(&courier);
    let texts = &world.house.masters().texts;
    assert_eq!(
        texts.english("【分配】第2クールの分配量が確定しました（みなと商事 本社会場）"),
        "[Allocation] Cycle 2's allocation is decided (みなと商事 本社会場)"
    );
    let sent: Vec<String> =
        server.received().into_iter().filter(|m| m.contains("To: sato@")).collect();
    assert!(
        !sent.is_empty()
            && sent.iter().all(|m| stories::smtp::words(m).contains("Japanese original")),
        "{sent:#?}"
    );
    let last = stories::smtp::words(sent.last().unwrap());
    assert!(
        last.contains("Cycle 2's allocation is decided.")
            && last.contains("第2クールの分配量が確定しました。"),
        "{last}"
    );
    // Others go on in Japanese.
    let to_others: Vec<String> =
        server.received().into_iter().filter(|m| m.contains("To: nitta@")).collect();
    assert!(to_others.iter().all(|m| !stories::smtp::words(m).contains("Japanese original")));
}

#[on_both_engines]
fn mail_waits_while_the_server_is_down_and_arrives_once_when_it_is_back(world: &World) {
    world.tick();
    let mail = Mail {
        to: "sato@minato-shoji.example".into(),
        subject: "【納入】予定日が決まりました（髙橋会場）".into(),
        body: "本文です。\nhttp://localhost/venues/v".into(),
        about: ("venue".into(), "v".into()),
    };
    world.put(mail);
    let deliver = |courier: &Courier, at: &str| world.deliver_at(courier, stories::at(at));

    let closed = Courier::smtp("smtp://127.0.0.1:1", "vsys@example.jp", None).unwrap();
    assert_eq!(deliver(&closed, "2022-02-07T10:00"), 0);
    let waiting = world.mails_to("sato@minato-shoji.example").pop().unwrap();
    assert!(waiting.sent_at.is_none() && waiting.attempts == 1 && waiting.last_error.is_some());

    let server = MailServer::start(Tls::None);
    let courier = Courier::smtp(&server.url, "vsys@example.jp", None).unwrap();
    assert_eq!(deliver(&courier, "2022-02-07T10:00:30"), 0, "the first pause is a minute");
    assert_eq!(deliver(&courier, "2022-02-07T10:01"), 1);
    assert_eq!(deliver(&courier, "2022-02-07T10:02"), 0, "once");
    let sent = server.received().pop().unwrap();
    assert!(
        sent.contains("To: sato@minato-shoji.example")
            && sent.contains(&format!("Message-ID: <{}@example.jp>", waiting.id)),
        "{sent}"
    );
    assert!(sent.contains("=?utf-8?b?"), "the subject is encoded: {sent}");
    assert!(world.mails_to("sato@minato-shoji.example").pop().unwrap().sent_at.is_some());
}

#[on_both_engines]
fn a_mail_that_cannot_arrive_becomes_a_dead_letter_that_explains_itself_and_is_sent_again_as_the_same(
    world: &World,
) {
    world.tick();
    let put = |to: &str| {
        let mail = Mail {
            to: to.into(),
            subject: "【納入】予定日".into(),
            body: "一回かぎりのリンク http://localhost/activate/x".into(),
            about: ("venue".into(), "v".into()),
        };
        world.put(mail);
    };
    // Refused for good at once; out of reach only after many tries.
    put("not an address");
    put("waits@example.jp");
    let closed = Courier::smtp("smtp://127.0.0.1:1", "vsys@example.jp", None).unwrap();

    world.deliver(&closed);
    let yoshida = world.persona("yoshida@support.example");
    yoshida
        .open("/support/mails")
        .says("送るのをやめました")
        .says("not an address")
        .says("メールサーバーに接続できません。自動でやり直します。")
        .does_not_say("一回かぎりのリンク");
    for _ in 0..14 {
        world.house.clock.set(world.house.now() + jiff::SignedDuration::from_mins(65));
        world.deliver(&closed);
    }
    let dead = world.mails_to("waits@example.jp").pop().unwrap();
    assert!(dead.dead_at.is_some() && dead.attempts == 14, "{dead:?}");
    // Sent again when the server is back: under the same Message-ID.
    let page = yoshida.open("/support/mails");
    let (path, _) = stories::visitor::form(&page, "もう一度送る：【納入】予定日", &[]);
    assert!(path.starts_with("/support/mails/"));
    yoshida
        .send(&format!("/support/mails/{}/resend", dead.id), &[])
        .is(200)
        .says("もう一度送ります");
    let server = MailServer::start(Tls::None);
    assert_eq!(world.deliver(&Courier::smtp(&server.url, "vsys@example.jp", None).unwrap()), 1);
    assert_eq!(server.message_ids(), [format!("<{}@example.jp>", dead.id)]);
    world.persona("sato@minato-shoji.example").open("/support/mails").is(403);
}

#[on_both_engines]
fn a_job_is_taken_by_one_node_and_taken_over_when_that_node_dies(world: &World) {
    let (db, now) = (&world.house.db, world.house.now());
    db.write_blocking(move |tx: &mut platform::db::Tx<'_>| jobs::put(tx, "seal", "one", now))
        .unwrap();
    db.write_blocking(move |tx: &mut platform::db::Tx<'_>| jobs::put(tx, "seal", "one", now))
        .unwrap();
    let take = |node: &str, at: jiff::Timestamp| world.block_on(jobs::take(db, at, node)).unwrap();
    let first = take("first", now).unwrap();
    assert!(take("second", now).is_none(), "taken twice");
    // While it says that it lives, nobody takes it over; a minute after the last sign, somebody
    // does.
    let held = first.clone();
    let later = now + jiff::SignedDuration::from_secs(50);
    db.write_blocking(move |tx: &mut platform::db::Tx<'_>| jobs::step(tx, &held, later, 3, 10))
        .unwrap();
    assert!(take("second", now + jobs::LEASE).is_none());
    let second = take("second", later + jobs::LEASE).unwrap();
    assert_eq!((second.done, second.total, second.attempts), (3, 10, 2));
    // The first one wakes up: nothing of its next step is kept.
    let stale = db.write_blocking(move |tx: &mut platform::db::Tx<'_>| {
        tx.run("update job set kind = 'spoiled'", &[])?;
        jobs::step(tx, &first, later, 4, 10)
    });
    assert!(matches!(stale, Err(platform::db::Failure::Stale)), "{stale:?}");
    let (spoiled,): (i64,) =
        world.read(|tx| tx.one("select count(*) from job where kind = 'spoiled'", &[]));
    assert_eq!(spoiled, 0);
    // A lease from a clock that ran a year ahead holds nobody up.
    let far = now + jiff::SignedDuration::from_hours(24 * 365);
    let ahead = second.clone();
    db.write_blocking(move |tx: &mut platform::db::Tx<'_>| jobs::step(tx, &ahead, far, 5, 10))
        .unwrap();
    assert!(take("third", later + jobs::LEASE).is_some());
    // Failures wait longer and longer, then a person is needed.
    let mut at = later + jobs::LEASE;
    loop {
        at += jiff::SignedDuration::from_hours(3);
        let Some(job) = take("fourth", at) else { break };
        db.write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            jobs::fail(tx, &job, at, "no such luck")
        })
        .unwrap();
    }
    let yoshida = world.persona("yoshida@support.example");
    let page = yoshida.open("/support/jobs");
    page.says("止まっています").says("no such luck").says("5／10");
    yoshida.press(&page, "すぐにやり直す", &[]).is(200).says("もう一度実行します");
    world.tick();
    yoshida.open("/support/jobs").says("終わりました");
}

#[test]
fn mail_goes_over_tls_only_to_a_server_whose_certificate_is_believed() {
    let world = World::sqlite();
    world.tick();
    for tls in [Tls::Whole, Tls::Start] {
        let server = MailServer::start(tls);
        let now = world.house.now();
        let mail = Mail {
            to: "sato@minato-shoji.example".into(),
            subject: "【納入】髙橋会場".into(),
            body: "本文です。".into(),
            about: ("venue".into(), "v".into()),
        };
        world.put(mail);

        // A server that anybody could have put there.
        assert_eq!(world.deliver(&Courier::smtp(&server.url, "vsys@example.jp", None).unwrap()), 0);
        let why = world.mails_to("sato@minato-shoji.example").pop().unwrap().last_error.unwrap();
        assert!(why.contains("ertificate") && server.received().is_empty(), "{tls:?}: {why}");
        world.house.clock.set(now + jiff::SignedDuration::from_mins(5));
        assert_eq!(
            world.deliver(
                &Courier::smtp(&server.url, "vsys@example.jp", Some(&server.authority())).unwrap()
            ),
            1,
            "{tls:?}"
        );
        assert_eq!(server.received().len(), 1);
    }
    assert!(Courier::smtp("smtp://localhost", "not an address", None).is_err());
    assert!(
        Courier::smtp("smtp://localhost", "a@b.jp", Some(std::path::Path::new("/nowhere.pem")))
            .is_err()
    );
}

/// Mails of a backlog: `VSYS_BACKLOG=5000` for a long one.
fn backlog() -> usize {
    std::env::var("VSYS_BACKLOG").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

/// Two nodes work a backlog off whose clocks are four minutes apart, while time goes on by minutes: a
/// lease is judged by the time at which a mail's turn comes. A third node takes a mail and dies.
#[on_both_engines]
fn two_nodes_send_a_backlog_once_while_their_clocks_differ_and_a_third_one_dies(world: &World) {
    world.tick();
    let total = backlog();
    for n in 0..total {
        world.put(Mail {
            to: "sato@minato-shoji.example".into(),
            subject: format!("【納入】{n}"),
            body: format!("number {n}."),
            about: ("venue".into(), "v".into()),
        });
    }
    let server = MailServer::start(Tls::None);
    let start = world.house.now();
    let clocks = [start, start + SignedDuration::from_mins(4)].map(Clock::fixed);
    let taken = |node: &'static str| {
        world.read(move |tx| {
            tx.one::<(i64,)>(
                "select count(*) from mail where taken_by = $1 and sent_at is null",
                platform::args![node],
            )
        })
    };
    // The third node dies in the middle of a mail: at a server that takes it and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("smtp://{}", silent.local_addr().unwrap());
    let texts = &world.house.masters().texts;
    world.block_on(async {
        let courier = Courier::smtp(&nowhere, "vsys@example.jp", None).unwrap();
        let dying = outbox::deliver(&world.house.db, &courier, texts, &clocks[0], "dying");
        let mut dying = std::pin::pin!(dying);
        // It is polled until it has taken one, and never again.
        while taken_by(world, "dying").await == 0 {
            tokio::select! {
                biased;
                _ = &mut dying => panic!("it can't end"),
                () = tokio::task::yield_now() => {}
            }
        }
    });
    assert_eq!(taken("dying"), (1,));
    let arrived = || server.received().len();
    std::thread::scope(|scope| {
        let nodes: Vec<_> = ["one", "two"]
            .into_iter()
            .zip(&clocks)
            .map(|(name, clock)| {
                let courier = Courier::smtp(&server.url, "vsys@example.jp", None).unwrap();
                scope.spawn(move || {
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let db = &world.house.db;
                    let work = outbox::deliver(db, &courier, texts, clock, name);
                    runtime.block_on(work).unwrap()
                })
            })
            .collect();
        // A minute goes by with every tenth of the mails, on both clocks.
        let mut next = total / 10;
        while nodes.iter().any(|node| !node.is_finished()) {
            if arrived() >= next {
                next += total / 10;
                for clock in &clocks {
                    clock.set(clock.now() + SignedDuration::from_mins(1));
                }
            }
            std::thread::yield_now();
        }
        let sent: Vec<u32> = nodes.into_iter().map(|node| node.join().unwrap()).collect();
        assert!(sent.iter().all(|n| *n > 0), "both nodes work: {sent:?}");
    });
    // What the third node had taken is due when its lease has ended.
    let courier = Courier::smtp(&server.url, "vsys@example.jp", None).unwrap();
    world.deliver_at(&courier, start + SignedDuration::from_mins(30));
    let mut numbers: Vec<usize> = server
        .received()
        .iter()
        .filter_map(|mail| {
            let words = stories::smtp::words(mail);
            words.split("number ").nth(1)?.split('.').next()?.trim().parse().ok()
        })
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..total).collect::<Vec<_>>(), "each once");
}

async fn taken_by(world: &World, node: &'static str) -> i64 {
    let count = move |tx: &mut platform::db::Tx<'_>| {
        tx.one::<(i64,)>("select count(*) from mail where taken_by = $1", platform::args![node])
    };
    world.house.db.read(count).await.unwrap().0
}

/// A line of a mail in which people typed nothing but a letter of no language.
fn with_letters_for_what_was_typed(marked: &str) -> String {
    let (bare, places) = english::parted(marked);
    let letters: Vec<char> = bare.chars().collect();
    let (mut line, mut at) = (String::new(), 0);
    for (from, to) in places {
        line.extend(&letters[at..from]);
        line += &english::typed("X");
        at = to;
    }
    line.extend(&letters[at..]);
    line
}

/// Every kind of mail, as its stored row says it.
#[test]
fn every_kind_of_mail_has_its_english() {
    let texts = masters::Masters::load().unwrap().texts;
    let file = project().join("crates/mails/src/stored_mails.txt");
    let rows = std::fs::read_to_string(file).expect("the stored mails");
    let (mut missing, mut mails) = (Vec::new(), 0);
    for row in rows.lines().filter(|row| !row.starts_with('#')) {
        let mail = mails::Mail::read(row).expect("it is read");
        mails += 1;
        let content = mail.content();
        let (subject, body) = (content.subject(), content.body("https://vsys.example.jp"));
        for line in english::lines(&body).iter().chain([&subject]) {
            let line = with_letters_for_what_was_typed(line);
            let said = english::line(&line, |text| texts.english(text));
            if english::is_japanese(&said) {
                missing.push(format!("{}: 「{line}」: {said}", mail.kind().0));
            }
        }
    }
    assert!(mails >= mails::Mail::KINDS.len(), "{mails} mails");
    assert!(missing.is_empty(), "no English for:\n{}", missing.join("\n"));
}
