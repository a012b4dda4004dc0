//! The review desk: many at once, one by one, assigned, undone; the prefecture looks first.

use platform::args;
use stories::{World, count, on_both_engines};
use vsys::demo_world::national;

const REVIEWER: &str = "reviewer@ministry.example";
const APPROVER: &str = "approver@ministry.example";

/// Forty venues of a nation wait, ten of them with a serious flag.
fn waiting(world: &World) {
    national::plant(&world.house.db, &world.house.masters(), 40).unwrap();
    world.tamper("update plan_registration set review = 'waiting', reviewed_at = null where venue_id like 'v-n000%'");
    world.tamper("update plan_registration set flag_keys = ',doctor_missing,', flags = '[{\"flag\":\"doctor_missing\"}]' where venue_id like 'v-n000%' and venue_id < 'v-n0000010'");
    world.tamper("update plan_registration set flag_keys = ',raised_over_confirmed,', flags = '[{\"flag\":\"raised_over_confirmed\",\"total\":2,\"confirmed\":1}]' where venue_id = 'v-n0000010'");
    world.set_clock("2022-02-08T16:00");
}

#[on_both_engines]
fn unflagged_plans_are_confirmed_together_and_the_others_one_by_one(world: &World) {
    waiting(world);
    let officer = world.persona(REVIEWER);
    let queue = officer.open("/mhlw/plans");
    queue.says("確認待ち 40").says("この期間は").says("医師未登録").says("初回");
    officer.open("/mhlw/plans?flag=doctor_missing").says("医師未登録");
    officer.open("/mhlw/plans?flag=none&prefecture=13").is(200);
    // Four actions: open, all without a flag, confirm, done.
    let check = officer.open(&queue.link("注意のない計画をまとめて確認済にする"));
    check.says("29件の計画を確認済にします");
    officer
        .press(&check, "まとめて確認済にする", &[])
        .is(200)
        .says("選んだ計画を確認済にしました")
        .says("確認待ち 11");
    assert_eq!(
        count(
            world,
            "select count(*) from mail where subject like '【計画】確認済%' and about_id like 'v-n000%'"
        ),
        29
    );
    // A light flag may be picked; a serious one can't slip in.
    let check = officer.open("/mhlw/plans/batch?pick=v-n0000010:1&pick=v-n0000003:1");
    check.says("1件の計画を確認済にします").says("1件ずつ確認する計画");
    officer.press(&check, "まとめて確認済にする", &[]).says("確認待ち 10");
    officer
        .send("/mhlw/plans/batch", &[("pick", "v-n0000003:1")])
        .is(422)
        .says("確認済にできる計画がありません");
    officer.open("/mhlw/plans/batch").is(422).says("選んでください");

    // One by one within the same filter: a template with words of one's own, then the next.
    let page = officer
        .open(&officer.open("/mhlw/plans?flag=doctor_missing").link_under("/mhlw/plans/v-n", ""));
    page.says("数の突き合わせ").says("医師");
    let first = page.path.split('?').next().unwrap().to_string();
    let next = officer.press(
        &page,
        "理由を付けて要見直にする",
        &[("template", "doctor"), ("reason", "急ぎお願いします")],
    );
    next.is(200).says("確認の結果を登録しました").says("確認待ち：9");
    assert_ne!(next.path.split('?').next().unwrap(), first);
    let (reason,): (String,) = world.read(|tx| {
        tx.one(
            "select review_reason from plan_registration where review = 'revision_required'",
            args![],
        )
    });
    assert_eq!(
        reason,
        "接種担当医師が登録されていません。医師を登録してから、もう一度計画を登録してください。\n急ぎお願いします"
    );

    // Taken back while the stretch lasts, and not afterwards.
    let page = officer.open(&first);
    officer.press(&page, "この確認を取り消す", &[]).is(200).says("確認を取り消しました");
    officer.open("/mhlw/plans").says("確認待ち 10");
    assert_eq!(
        count(world, "select count(*) from mail where subject like '【計画】確認の取り消し%'"),
        1
    );
    officer.press(&officer.open(&first), "計画を確認済にする", &[]).is(200);
    world.set_clock("2022-02-11T00:00");
    officer.open(&first).does_not_say("この確認を取り消す");
    officer.send(&format!("{first}/undo"), &[]).is(422).says("この確認は取り消せません");
    world.journal_is_sound();
}

#[on_both_engines]
fn a_completed_venue_waits_for_nobody_and_every_count_agrees(world: &World) {
    waiting(world);
    world.tamper(
        "update plan_registration set review = 'revision_required' where venue_id = 'v-n0000020'",
    );
    // Two that wait, one without a flag and one with, one that is to be revised.
    let now = world.house.now();
    world
        .house
        .db
        .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            for (venue, number) in [("v-n0000003", "F-1"), ("v-n0000015", "F-2"), ("v-n0000020", "F-3")] {
                let (facts, who) = (platform::value::Json(serde_json::json!({})), "p-x");
                tx.run(
                    "insert into completion (venue_id, number, facts, at, account, name) values ($1, $2, $3, $4, $5, $5)",
                    platform::args![venue, number, facts, now, who],
                )?;
            }
            Ok::<_, platform::db::Failure>(())
        })
        .expect("three venues have completed");
    world.tick();
    let officer = world.persona(REVIEWER);
    let listed = |path: &str| {
        let page = officer.open(path);
        page.is(200);
        let mut all: Vec<String> = page
            .body
            .split("/mhlw/plans/v-n")
            .skip(1)
            .map(|t| t.chars().take(7).collect())
            .collect();
        all.sort();
        all.dedup();
        all
    };
    // 40, one of which is to be revised: 39 − 2 wait, none is to be revised, 3 have completed.
    let queue = officer.open("/mhlw/plans");
    queue.says("確認待ち 37").says("要見直 0").says("接種完了 3");
    assert_eq!(listed("/mhlw/plans").len(), 37);
    assert!(
        ["0000003", "0000015", "0000020"]
            .iter()
            .all(|id| !listed("/mhlw/plans").contains(&(*id).to_string()))
    );
    assert_eq!(listed("/mhlw/plans?status=revision_required").len(), 0);
    assert_eq!(listed("/mhlw/plans?status=completed"), ["0000003", "0000015", "0000020"]);
    officer
        .open("/mhlw/plans?status=completed")
        .says("確認は要りません")
        .does_not_say("まとめて確認済にする");
    officer.open("/mhlw").says("確認待ちの計画 37").says("要見直 0");
    officer.open("/home").says("計画を確認する（37件）");
    let sheet = |query: &str| {
        web::table::read(&officer.open(&format!("/mhlw/plans.xlsx{query}")).bytes)
            .map_or(0, |t| t.rows.len() - 1)
    };
    assert_eq!(
        (sheet(""), sheet("?status=completed"), sheet("?status=revision_required")),
        (37, 3, 0)
    );
    let report = officer.open("/reports?kind=registration");
    report.is(200).says("確認待ちに数えません");
    // Nothing is decided of one, neither alone nor among others.
    officer
        .open("/mhlw/plans/v-n0000015")
        .says("確認待ち：37")
        .says("接種完了")
        .does_not_say("計画を確認済にする");
    officer
        .send("/mhlw/plans/v-n0000015", &[("number", "1"), ("decision", "confirm")])
        .is(422)
        .says("接種完了を登録しています");
    officer
        .send("/mhlw/plans/batch", &[("pick", "v-n0000015:1")])
        .is(422)
        .says("確認済にできる計画がありません");
    let check = officer.open("/mhlw/plans/batch?all=unflagged");
    let plain = count(
        world,
        "select count(*) from plan_registration where latest and review = 'waiting' and cast(flags as text) = '[]' and venue_id not in (select venue_id from completion)",
    );
    assert!((1..37).contains(&plain), "{plain}");
    check.says(&format!("{plain}件の計画を確認済にします"));
    let left = 37 - plain;
    officer
        .press(&check, "まとめて確認済にする", &[])
        .says(&format!("確認待ち {left}"))
        .says("接種完了 3");
    assert_eq!(
        count(
            world,
            "select count(*) from plan_registration where latest and review = 'reviewed' and venue_id in ('v-n0000003', 'v-n0000015', 'v-n0000020')"
        ),
        0
    );
}

#[on_both_engines]
fn a_plan_has_an_officer_and_others_see_whose_it_is(world: &World) {
    waiting(world);
    let officer = world.persona(REVIEWER);
    let page = officer.open("/mhlw/plans/v-n0000003");
    officer.press(&page, "自分の担当にする", &[]).is(200).says("担当を変えました");
    world
        .persona(APPROVER)
        .open("/mhlw/plans/v-n0000003")
        .says("田中 一郎")
        .says("ほかの人が確認しています");
    officer.open("/mhlw/plans?mine=1").says("田中 一郎");
    world.persona(APPROVER).open("/mhlw/plans?mine=1").says("確認待ちはありません");
    officer
        .send("/mhlw/plans/v-n0000003/assign", &[("to", "p-nobody")])
        .is(422)
        .says("確認の権限を持つ担当者");
}

#[on_both_engines]
fn the_prefecture_looks_first_and_the_ministry_reads_it(world: &World) {
    world.tamper("update plan_registration set review = 'waiting', reviewed_at = null");
    world.set_clock("2022-02-08T16:00");
    let tokyo = world.persona("kobayashi@tokyo-pref.example");
    tokyo.open("/home").says("計画を国より先に確認する（1件）");
    let page = tokyo.open(&tokyo.open("/prefecture/plans").link_under("/prefecture/plans/", ""));
    tokyo.press(&page, "国に伝える", &[]).is(422).says("「問題ありません」か");
    tokyo
        .press(&page, "国に伝える", &[("concern", "yes")])
        .is(422)
        .says("気になる点を入力してください");
    tokyo
        .press(&page, "国に伝える", &[("concern", "yes"), ("text", "会場が改装中です")])
        .is(200)
        .says("国に伝えました")
        .says("気になる点あり");
    let officer = world.persona(REVIEWER);
    officer.open("/mhlw/plans").says("県：気になる点あり");
    officer
        .open(&format!("/mhlw/plans/{}", world.minato()))
        .says("会場が改装中です")
        .says("小林 由美");
    tokyo.open("/prefecture/applications").is(200).says("確認を待っている申込はありません");
    world.persona(REVIEWER).open("/prefecture/plans").is(403);
}

#[on_both_engines]
fn whether_unflagged_plans_confirm_themselves_is_a_setting(world: &World) {
    let editor = world.persona(REVIEWER);
    let page = editor.open("/admin/masters/flags/edit?key=confirmed_by_itself");
    let page =
        editor.press(&page, "変更を承認に回す", &[("used", "いいえ"), ("reason", "全件を見る")]);
    let second = world.persona(APPROVER);
    second.press(&second.open(&page.path), "変更を承認する", &[]).is(200);
    world.set_clock("2022-02-11T10:00");
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/plan", world.minato());
    let check =
        sato.press(&sato.open(&format!("{base}/edit")), "計画を確認する", &[("boxes_2", "2")]);
    sato.press(&check, "登録する", &[]).is(200);
    sato.open(&base).says("確認待ち");
}
