//! The database goes away and comes back: 503 with a sentence, and recovery without a restart.

use platform::args;
use stories::{World, postgres};

#[test]
fn connections_that_were_cut_are_made_anew_without_anybody_noticing() {
    let world = World::postgres();
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}", world.minato());
    let cut = format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'", postgres::name_of(&world));
    for round in 0..3 {
        postgres::administer(&cut);
        let page = sato.open(&format!("{base}/doctors/new"));
        page.is(200);
        postgres::administer(&cut);
        sato.press(&page, "医師情報を保存する", &[("name", &format!("切断 {round}")), ("reading", "せつだん")]).is(200);
    }
    let (n,): (i64,) = world.read(|tx| tx.one("select count(*) from doctor where name like '切断%'", args![]));
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
    postgres::administer(&format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"));
    sato.open(&base).is(503).says("ただいまデータベースに接続できません。何も変更されていません。");
    sato.press(&page, "医師情報を保存する", &[("name", "不在 太郎"), ("reading", "ふざい たろう")]).is(503);
    postgres::administer(&format!("alter database {name} allow_connections true"));
    sato.press(&page, "医師情報を保存する", &[("name", "不在 太郎"), ("reading", "ふざい たろう")]).is(200).says("不在 太郎");
}
