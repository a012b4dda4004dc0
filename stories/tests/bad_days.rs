//! The database goes away and comes back: 503 with a sentence, and recovery without a restart.

use platform::args;
use stories::{World, on_both_engines, postgres};

#[test]
fn connections_that_were_cut_are_made_anew_without_anybody_noticing() {
    let world = World::postgres();
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}", world.minato());
    let cut = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'",
        postgres::name_of(&world)
    );
    for round in 0..3 {
        postgres::administer(&cut);
        let page = sato.open(&format!("{base}/doctors/new"));
        page.is(200);
        postgres::administer(&cut);
        sato.press(
            &page,
            "医師情報を保存する",
            &[("name", &format!("切断 {round}")), ("reading", "せつだん")],
        )
        .is(200);
    }
    let (n,): (i64,) =
        world.read(|tx| tx.one("select count(*) from doctor where name like '切断%'", args![]));
    assert_eq!(n, 3);
    world.journal_is_sound();
}

#[test]
fn while_the_database_is_down_a_sentence_says_so_and_nothing_is_changed() {
    let world = World::postgres();
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}", world.minato());
    let page = sato.open(&format!("{base}/doctors/new"));
    let name = postgres::name_of(&world);
    postgres::administer(&format!("alter database {name} allow_connections false"));
    postgres::administer(&format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    ));
    sato.open(&base).is(503).says("ただいまデータベースに接続できません。何も変更されていません。");
    sato.press(&page, "医師情報を保存する", &[("name", "不在 太郎"), ("reading", "ふざい たろう")])
        .is(503);
    postgres::administer(&format!("alter database {name} allow_connections true"));
    sato.press(&page, "医師情報を保存する", &[("name", "不在 太郎"), ("reading", "ふざい たろう")])
        .is(200)
        .says("不在 太郎");
}

#[test]
fn while_the_database_is_read_only_pages_are_read_and_writing_says_so() {
    let world = World::postgres();
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}", world.minato());
    let page = sato.open(&format!("{base}/doctors/new"));
    let name = postgres::name_of(&world);
    let cut =
        format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");
    postgres::administer(&format!("alter database {name} set default_transaction_read_only = on"));
    postgres::administer(&cut);
    sato.open(&base).is(200).says("みなと商事 本社会場");
    sato.press(&page, "医師情報を保存する", &[("name", "読取 専用"), ("reading", "よみとり")])
        .is(503)
        .says("何も変更されていません");
    postgres::administer(&format!("alter database {name} set default_transaction_read_only = off"));
    postgres::administer(&cut);
    sato.press(&page, "医師情報を保存する", &[("name", "読取 専用"), ("reading", "よみとり")])
        .is(200)
        .says("読取 専用");
    world.journal_is_sound();
}

#[on_both_engines]
fn a_clock_that_jumps_a_year_ahead_and_back_stops_nothing(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let add = |name: &str| {
        let page = sato.open(&format!("/venues/{}/doctors/new", world.minato()));
        sato.press(&page, "医師情報を保存する", &[("name", name), ("reading", "とけい")])
            .is(200)
            .says(name);
    };
    add("時計 一");
    world.set_clock("2023-02-07T10:00");
    add("時計 二");
    // Back again, in the middle of what the worker had in hand.
    world.set_clock("2022-02-07T10:05");
    add("時計 三");
    let mails = world.mails_to("sato@minato-shoji.example").len();
    sato.press(&sato.open("/reset"), "リンクを送る", &[("mail", "sato@minato-shoji.example")]);
    world.set_clock("2022-02-07T10:10");
    let all = world.mails_to("sato@minato-shoji.example");
    assert!(
        all.len() == mails + 1 && all.iter().all(|m| m.sent_at.is_some()),
        "a mail waits for a future that was never real"
    );
    let verdict = world.read(|tx| platform::seal::verify(tx, None));
    assert!(verdict.unsealed == 0 && verdict.faults.is_empty(), "{verdict:?}");
    // Who signs in now isn't held up by failures of next year.
    world.persona("takahashi@minato-clinic.example").open("/home").is(200);
}

#[on_both_engines]
fn two_nodes_give_no_number_twice_and_run_no_job_twice(world: &World) {
    // A second node over the same database, as a second process would be.
    let here = world.house.clone();
    let node = web::House::new(
        here.db.clone(),
        here.clock.clone(),
        (*here.masters()).clone(),
        platform::mail::Courier::Folder(world.folder.join("mails")),
        web::Settings::new(web::Mode::Demo, world.url.clone()),
        vsys::ROOMS,
    );
    assert_ne!(here.node, node.node);
    std::thread::scope(|scope| {
        for n in 0..4 {
            scope.spawn(move || {
                for m in 0..5 {
                    stories::Visitor::new(&world.url)
                        .send("/applications/new", &[("mail", &format!("n{n}-{m}@example.jp"))])
                        .is(200);
                }
            });
        }
        for node in [&here, &node] {
            scope.spawn(move || {
                for _ in 0..10 {
                    world.block_on(vsys::worker::tick(node)).unwrap();
                }
            });
        }
    });
    world.tick();
    let numbers: Vec<(String, i64)> = world
        .read(|tx| tx.all("select number, count(*) from application group by number", args![]));
    assert!(numbers.len() == 21 && numbers.iter().all(|(_, n)| *n == 1), "{numbers:?}");
    let (unsent, attempts): (i64, i64) = world
        .read(|tx| tx.one("select count(*) - count(sent_at), max(attempts) from mail", args![]));
    assert_eq!((unsent, attempts), (0, 1), "a mail was sent twice, or not at all");
    world.journal_is_sound();
}
