//! 分配 as the officers do it: conditions, trial, comparison, approval, carrying out, replay; at the
//! size of a prefecture, with people who go on preparing their plans meanwhile.

use std::sync::atomic::{AtomicU32, Ordering};

use platform::db::Tx;
use platform::{args, ids, seal};
use stories::{Page, Visitor, World, count, on_both_engines};
use vsys::demo_world::{PASSWORD, national};
use work::account::open_session;

const REVIEWER: &str = "reviewer@ministry.example";
const APPROVER: &str = "approver@ministry.example";

fn plant(world: &World, venues: u32) {
    national::plant(&world.house.db, &world.house.masters(), venues).unwrap();
}

fn tried(officer: &Visitor, set: &str, fill: &[(&str, &str)]) -> Page {
    let page = officer.open(&format!("/mhlw/allocations/new?set={set}"));
    let page = officer.press(&page, "分配を試算する", fill);
    page.is(200);
    page
}

fn approved(approver: &Visitor, run: &str) -> Page {
    let page = approver.open(run);
    let page = approver.press(&page, "分配を承認して確定する", &[]);
    let page = if page.path.starts_with("/account/prove") {
        approver.press(&page, "本人であることを確認する", &[("password", PASSWORD)]);
        approver.press(&approver.open(run), "分配を承認して確定する", &[])
    } else {
        page
    };
    page.is(200).is_at(run);
    page
}

#[on_both_engines]
fn conditions_that_make_no_sense_come_back_with_sentences(world: &World) {
    world.set_clock("2022-02-16T10:00");
    let officer = world.persona(REVIEWER);
    let page = officer.open("/mhlw/allocations/new?set=population-request-use");
    page.says("2021年第9クールの分け方です").says("人口割・希望割・使用率");
    let refused = officer.press(
        &page,
        "分配を試算する",
        &[("supply", "10"), ("population", "９０"), ("request", "20")],
    );
    refused.is(422).says("割合の合計が100%を超えています");
    assert_eq!(refused.value("population").as_deref(), Some("９０"));
    let refused = officer.press(
        &page,
        "分配を試算する",
        &[("supply", "10"), ("population", ""), ("request", ""), ("use_rate", "")],
    );
    refused.is(422).says("分け方を1つ以上選んでください");
    officer
        .press(&page, "分配を試算する", &[("supply", "10"), ("first", "✓")])
        .is(422)
        .says("「希望と保管できる数を上限にする」も選んでください");
    let refused = officer.press(
        &page,
        "分配を試算する",
        &[("supply", "10"), ("excluded", "0000000000"), ("corrections", "1311234569 たくさん\n")],
    );
    refused
        .is(422)
        .says("「0000000000」の会場コードは見つかりません")
        .says("対象外にする理由を")
        .says("「会場コード 箱数 理由」の順で");
    officer.press(&page, "分配を試算する", &[("supply", "-1")]).is(422);
    officer.open("/mhlw/allocations").does_not_say("第2クール 3/14");
    assert_eq!(
        count(world, "select count(*) from allocation_run where cycle = 2"),
        0,
        "a refused run leaves nothing"
    );
}

#[on_both_engines]
fn trials_are_compared_one_is_approved_and_any_can_be_replayed(world: &World) {
    plant(world, 60);
    world.set_clock("2022-02-17T10:00");
    let officer = world.persona(REVIEWER);
    let first = tried(&officer, "as-planned", &[("supply", "100"), ("note", "計画どおり")]);
    first.says("供給が希望の合計を").says("求めた数がどれだけ満たされるか").says("計画の按分");
    let second = tried(
        &officer,
        "minimum-first",
        &[("supply", "100"), ("corrections", "1311234569 −1箱 会場の申し出")],
    );
    second.says("最低数").says("個別調整 ").says("これまでに受け取っていない会場を先に");
    let third = tried(
        &officer,
        "population-request-use",
        &[("supply", "100"), ("way", "tiered"), ("kept_percent", "3")],
    );
    third.says("国 → 都道府県 → 市町村 → 会場").says("都道府県と市町村の枠").says("の枠");
    let (one, two, three) = (first.path.clone(), second.path.clone(), third.path.clone());
    let id = |path: &str| path.rsplit('/').next().unwrap().to_string();

    // A trial writes nothing but itself.
    assert_eq!(count(world, "select count(*) from allocation where cycle = 2"), 0);
    let page = officer.open(&one);
    page.says("並べて比べる試算");
    let compared = officer.open(&format!("{one}/compare?with={}&with={}", id(&two), id(&three)));
    compared
        .is(200)
        .says("計画どおり（第1版）")
        .says("最低1箱・初回を先に（第1版、変更あり）")
        .says("1と2で違う会場");
    officer.open(&format!("{one}/compare")).is(422).says("比べる試算を選んでください");
    officer.open(&format!("{one}/compare?with=a,b,c,d")).is(422).says("4つまで");
    officer.open(&format!("{one}/compare?with=nobody")).is(404);
    let (before,): (String,) =
        world.read(|tx| tx.one("select run_id from allocation where cycle = 1", args![]));
    officer.open(&format!("{one}/compare?with={before}")).is(422).says("同じクール");

    officer.open(&one).says("試算をした本人は承認できません");
    officer
        .press(&officer.open("/mhlw/allocations/new"), "分配を試算する", &[("supply", "5")])
        .is(200);
    let approver = world.persona(APPROVER);
    approved(&approver, &two).says("確定済");
    approver.open(&one).does_not_say("分配を承認して確定する");
    officer.open("/mhlw/allocations/new").says("分配量が決まっていないクールはありません");

    // Replay: the same bytes, before and after, for whoever asks; the venue's page says the very
    // sentence.
    for run in [&one, &two, &three] {
        officer
            .open(&format!("{run}/replay"))
            .is(200)
            .says("同じ結果になりました")
            .says("入力は同じです");
    }
    assert_eq!(approver.open(&format!("{two}/run.pdf")).mime, "application/pdf");
    assert_eq!(approver.open(&format!("{two}/evidence.zip")).mime, "application/zip");
    let csv = approver.open(&format!("{two}/shares.csv")).body;
    assert_eq!(csv.lines().count(), 62, "{csv}");
    let sato = world.persona("sato@minato-shoji.example");
    sato.open(&format!("/venues/{}/allocations", world.minato())).says("個別調整−1箱");
    sato.open(&format!("/venues/{}/history", world.minato())).says("分配量の確定");

    // Somebody with the database's password changes an input: the replay says so.
    world.tamper("update allocation_share set input = '{\"id\":\"v-n0000003\",\"request\":9}' where venue_id = 'v-n0000003'");
    officer.open(&format!("{one}/replay")).says("結果が違います").says("違うところがあります");
}

#[on_both_engines]
fn a_receipt_that_is_recorded_after_a_trial_was_not_known_to_it(world: &World) {
    world.set_clock("2022-02-16T10:00");
    let officer = world.persona(REVIEWER);
    let trial = tried(&officer, "as-planned", &[("supply", "1500")]);
    world.tick();
    let replay = || officer.open(&format!("{}/replay", trial.path));
    replay().says("同じ結果になりました").says("入力は同じです");
    let (clinic, venue) = (world.persona("takahashi@minato-clinic.example"), world.minato());
    let link = clinic.open(&format!("/venues/{venue}/deliveries")).link("第1クール");
    let page = clinic.open(&link);
    // It came before the plans were cut off, and nobody had said so.
    let page = clinic.press(&page, "受け取りを記録する", &[("received_on", "2/14")]);
    page.is(200).says("2022年2月14日（月）");
    replay().says("同じ結果になりました").says("入力は同じです");
    // Had it been known before, it would have counted.
    world.tamper(
        "update shipment set received_at = (select min(at) from plan_registration)
          where received_on is not null",
    );
    replay().says("違うところがあります");
}

#[on_both_engines]
fn a_nation_is_worked_out_by_jobs_that_can_be_watched_cancelled_and_killed(world: &World) {
    plant(world, 4_200);
    world.set_clock("2022-02-17T10:00");
    let officer = world.persona(REVIEWER);
    let trial = tried(&officer, "minimum-first", &[("supply", "9000")]);
    trial.says("順番を待っています").says("この画面を閉じても続きます");
    assert!(trial.body.contains("http-equiv=\"refresh\" content=\"3\""));
    let cancelled = officer.press(&trial, "試算を取り消す", &[]);
    cancelled.says("この試算は取り消されました");
    let trial = tried(&officer, "minimum-first", &[("supply", "9000")]);
    world.tick();
    assert_eq!(
        count(
            world,
            "select count(*) from allocation_share where requested > 0 and run_id not in (select run_id from allocation)"
        ),
        4_201,
        "nothing of the cancelled one"
    );
    officer.open(&trial.path).says("求めた数がどれだけ満たされるか").says("次の会場");
    officer.open(&format!("{}/replay", trial.path)).says("同じ結果になりました");

    // Carrying out is interrupted in its second batch: the first stays, the job is tried again and
    // goes on from there.
    let approver = world.persona(APPROVER);
    approved(&approver, &trial.path).says("分配量を確定しています");
    world.tamper("insert into allocation (venue_id, cycle, run_id, requested, boxes, needle_boxes, explanation, fixed_at) select 'v-n0004199', 2, id, 0, 0, 0, '', made_at from allocation_run where cycle = 1");
    world.tick();
    approver.open(&trial.path).says("4,000 / 4,201").says("確定処理中");
    assert_eq!(
        count(world, "select count(*) from allocation where cycle = 2"),
        4_001,
        "the whole first batch, nothing of the second"
    );
    let told = count(
        world,
        "select count(*) from mail where subject like '%分配量が確定しました%' and made_at > (select approved_at from allocation_run where cycle = 1)",
    );
    assert!((4_000..4_010).contains(&told), "{told}");
    world.tamper("delete from allocation where venue_id = 'v-n0004199'");
    world.set_clock("2022-02-17T10:05");
    approver.open(&trial.path).says("確定済").does_not_say("確定処理中");
    assert_eq!(count(world, "select count(*) from allocation where cycle = 2"), 4_201);
    assert_eq!(
        count(world, "select count(*) from mail where about_id like 'v-n000%'"),
        4_200,
        "each venue is told once"
    );
    let given = count(world, "select cast(sum(boxes) as bigint) from shipment where cycle = 2");
    assert_eq!(
        given,
        count(world, "select cast(sum(boxes) as bigint) from allocation where cycle = 2")
    );
    let verdict = world.read(|tx| seal::verify(tx, None));
    assert_eq!(verdict.faults, []);
}

#[on_both_engines]
fn nothing_is_frozen_thousands_edit_during_a_run_and_it_decides_by_the_cut_off(world: &World) {
    const PEOPLE: u32 = 20;
    const EDITS: u32 = 100;
    plant(world, 700);
    world.set_clock("2022-02-16T10:00");
    let masters = world.house.masters();
    let secrets: Vec<(String, String)> = (0..PEOPLE)
        .map(|n| {
            let sketch = national::sketch(&masters, n);
            let secret = ids::secret();
            let cookie = secret.clone();
            let now = world.house.now();
            world
                .house
                .db
                .write_blocking(move |tx: &mut Tx<'_>| {
                    open_session(tx, now, &cookie, Some(&sketch.account), None, "story", "")
                })
                .unwrap();
            (sketch.id, secret)
        })
        .collect();
    let officer = world.persona(REVIEWER);
    let trial = tried(&officer, "as-planned", &[("supply", "1500")]);
    trial.says("順番を待っています");
    let saved = AtomicU32::new(0);
    std::thread::scope(|threads| {
        let saved = &saved;
        for (venue, secret) in &secrets {
            threads.spawn(move || {
                let visitor = Visitor::with_session(&world.url, secret);
                visitor
                    .open(&format!("/venues/{venue}/plan/edit"))
                    .is(200)
                    .says("下書きの準備だけができます");
                for version in 0..EDITS {
                    let (boxes, version) = ((version % 9).to_string(), version.to_string());
                    let fields = [
                        ("base", "1"),
                        ("draft_version", version.as_str()),
                        ("boxes_3", boxes.as_str()),
                        ("go", "draft"),
                    ];
                    if visitor.try_send(&format!("/venues/{venue}/plan/edit"), &fields) == Some(303)
                    {
                        saved.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
        // Meanwhile the run is worked out.
        world.tick();
    });
    assert_eq!(saved.into_inner(), PEOPLE * EDITS, "every one of the edits was kept");
    assert_eq!(
        count(world, "select cast(sum(version) as bigint) from plan_draft"),
        i64::from(PEOPLE * EDITS)
    );
    officer.open(&trial.path).says("求めた数がどれだけ満たされるか");
    officer
        .open(&format!("{}/replay", trial.path))
        .says("同じ結果になりました")
        .says("入力は同じです");
}
