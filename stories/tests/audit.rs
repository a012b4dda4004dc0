//! The auditor's journal, and the prefecture's area.

use stories::{World, on_both_engines};

#[on_both_engines]
fn an_auditor_searches_the_journal_and_sees_a_broken_chain(world: &World) {
    let auditor = world.persona("kato@audit.example");
    auditor.open("/audit").is(200).says("計画の登録").says("佐藤 花子");
    auditor
        .open("/audit?act=allocation.&name=鈴木")
        .says("分配量の確定")
        .does_not_say("P-1311234569-0001");
    auditor
        .open("/audit?from=2022-02-03&to=2022-02-03")
        .says("2022年2月3日（木）")
        .does_not_say("2022年1月");
    auditor.open("/audit?name=だれでもない").says("条件に合う記録はありません");
    let venue = world.minato();
    let chain = format!("/audit/venue/{venue}");
    auditor.open(&chain).is(200).says("1件も欠けず、変えられていません");
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            tx.run("update journal set name = 'だれか' where act = 'plan.register'", &[])
        })
        .unwrap();
    auditor.open(&chain).says("この記録の鎖は壊れています").says("this row was changed");
    auditor.open("/audit/venue/v-none").is(404);
    world.persona("reviewer@ministry.example").open("/audit").is(403).says("監査");
}

#[on_both_engines]
fn a_prefecture_sees_the_venues_of_its_area_and_no_others(world: &World) {
    let tokyo = world.persona("kobayashi@tokyo-pref.example");
    tokyo.open("/prefecture/venues").is(200).says("みなと商事 本社会場");
    tokyo.open("/prefecture/venues?q=ない会場").says("見つかりませんでした");
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            tx.run("update membership set scope_id = '14' where role = 'prefecture'", &[])
        })
        .unwrap();
    tokyo.open("/prefecture/venues").does_not_say("1311234569");
    tokyo.open(&format!("/venues/{}", world.minato())).is(404);
}
