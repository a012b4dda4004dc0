//! Applications beside the main way: a known venue by its code, withdrawal, a stranger who names
//! somebody else's code.

use stories::{World, on_both_engines, walk};

#[on_both_engines]
fn a_known_venue_is_found_by_its_code_and_prefilled(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let page = sato.press(
        &sato.open("/applications/new"),
        "申込をはじめる",
        &[("code", "１３１１２３４５６９")],
    );
    page.is(200).says("接種会場の申込").says("完了");
    let application = page.path.clone();
    // Her own venue: everything is known, people too.
    assert_eq!(
        sato.open(&format!("{application}/managers")).value("storage_manager_name").as_deref(),
        Some("佐藤 花子")
    );
    let check = sato.open(&format!("{application}/check"));
    check.says("みなと商事 本社会場");
    sato.press(&check, "この内容で申し込む", &[]).is(200);
    let reviewer = world.persona("reviewer@ministry.example");
    let desk = reviewer.open(&reviewer.open("/mhlw/applications").link("A-2022-000002"));
    desk.does_not_say("既存会場の担当者ではない人");
    let before = world.minato();
    reviewer.press(&desk, "申込を確認済にする", &[]).is(200);
    assert_eq!(world.minato(), before, "the venue keeps its identity and its code");
    sato.open(&format!("/venues/{before}/plan")).is(200).says("第1版");
}

#[on_both_engines]
fn a_stranger_gets_only_what_is_printed_anyway_and_the_officer_is_warned(world: &World) {
    let stranger = world.nobody();
    let unknown = stranger.press(
        &stranger.open("/applications/new"),
        "申込をはじめる",
        &[("mail", "who@example.jp"), ("code", "1310000000")],
    );
    unknown.is(422).says("このコードの会場は登録されていません");
    assert_eq!(unknown.value("mail").as_deref(), Some("who@example.jp"));
    let page = stranger.press(&unknown, "申込をはじめる", &[("code", "1311234569")]);
    let application = page.is(200).path.clone();
    assert_eq!(
        stranger.open(&format!("{application}/venue")).value("venue_name").as_deref(),
        Some("みなと商事 本社会場")
    );
    assert_eq!(
        stranger.open(&format!("{application}/managers")).value("storage_manager_name").as_deref(),
        Some("")
    );
    for (section, answers) in walk::ANSWERS
        .iter()
        .filter(|(s, _)| ["schedule", "storage", "contacts", "letter"].contains(s))
    {
        stranger
            .press(
                &stranger.open(&format!("{application}/{section}")),
                "保存して一覧に戻る",
                answers,
            )
            .is(200);
    }
    stranger
        .press(
            &stranger.open(&format!("{application}/venue")),
            "保存して一覧に戻る",
            &[("venue_phone", "03-1234-5678")],
        )
        .is(200);
    stranger
        .press(
            &stranger.open(&format!("{application}/institution")),
            "保存して一覧に戻る",
            &[("institution_phone", "03-1234-5678")],
        )
        .is(200);
    stranger
        .press(&stranger.open(&format!("{application}/check")), "この内容で申し込む", &[])
        .is(200);
    let reviewer = world.persona("reviewer@ministry.example");
    reviewer
        .open(&reviewer.open("/mhlw/applications").link("A-2022-000002"))
        .says("既存会場の担当者ではない人からの申込です");
}

#[on_both_engines]
fn an_application_is_withdrawn_and_stays_readable(world: &World) {
    let nobody = world.nobody();
    let page = nobody.press(
        &nobody.open("/applications/new"),
        "申込をはじめる",
        &[("mail", "gone@example.jp")],
    );
    let application = page.path.clone();
    let ask = nobody.open(&format!("{application}/withdraw"));
    nobody
        .press(&ask, "申込を取り下げる", &[("reason", "会場が使えなくなったため")])
        .is(200)
        .says("申込を取り下げました")
        .says("取下げ");
    nobody.open(&application).is(200).says("取下げ");
    nobody.open(&format!("{application}/check")).does_not_say("この内容で申し込む");
    // Somebody else's draft is out of reach.
    world.nobody().open(&application).is_at("/login");
    world.persona("sato@minato-shoji.example").open(&application).is(404);
}

#[on_both_engines]
fn the_checks_speak_up_in_the_section_that_they_are_about(world: &World) {
    let nobody = world.nobody();
    let page = nobody.press(
        &nobody.open("/applications/new"),
        "申込をはじめる",
        &[("mail", "few@example.jp")],
    );
    let section = format!("{}/schedule", page.path);
    nobody
        .press(
            &nobody.open(&section),
            "保存して一覧に戻る",
            &[
                ("expected_persons", "400"),
                ("expected_doses", "450"),
                ("planned_start", "2022-03-28"),
            ],
        )
        .is(200);
    nobody
        .open(&section)
        .says("1会場の最低人数は500人です（第3クールから開始する場合）")
        .says("接種予定回数450回は、接種予定人数400人を上回っています");
}

#[on_both_engines]
fn the_old_form_claims_five_shots_of_april_2021(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/billing/2021-04", world.minato());
    let page = sato.open(&format!("{base}/edit"));
    page.says("2021年11月以前の接種分です").does_not_say("時間外対応分");
    let check = sato.press(
        &page,
        "請求の内容を確認する",
        &[("place_1", "横浜市"), ("vaccination.six_and_over.regular_1", "5")],
    );
    // It is handed in on 7 February 2022.
    check.is(200).says("11,385円").says("2022年2月請求分").says("2022年2月10日（木）");
    sato.press(&check, "この内容で請求書を作る", &[]).is(200).says("提出用作成済");
    let shown = sato.open(&base);
    let refused = sato.press(&shown, "請求を取り下げる", &[]);
    refused.is(422).says("取り下げる理由を書いてください");
    sato.press(&refused, "請求を取り下げる", &[("reason", "予診票が1枚見つかったため")])
        .is(200)
        .says("請求を取り下げました");
}

#[on_both_engines]
fn residents_of_the_own_municipality_are_claimed_from_it_directly(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/billing/2022-01", world.minato());
    let page = sato.open(&format!("{base}/edit"));
    // 港区 is the venue's own municipality, whichever row it is typed into; six under-sixes are typed
    // by paste.
    sato.press(
        &page,
        "請求の下書きを保存する",
        &[("place_1", "港区"), ("vaccination.six_and_over.regular_1", "10")],
    )
    .is(200);
    let page = sato.open(&format!("{base}/paste"));
    let page = sato.press(
        &page,
        "貼り付けた内容を請求に入れる",
        &[("paste", "新宿区\t1\t0\t0\t0\t0\t0\t6")],
    );
    page.is(422).says("8列目は");
    let page = sato.press(&page, "貼り付けた内容を請求に入れる", &[("noted", "✓")]);
    let check = sato.press(&page, "請求の内容を確認する", &[]);
    check.is(200).says("東京都港区：10件 22,770円").says("東京都国民健康保険団体連合会：7件");
}
