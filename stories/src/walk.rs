//! The main job, walked once: a company that is new here goes from the application to the claim,
//! with everybody who takes part, at the demo world's own dates. The HTTP story and the figures
//! that it must bring out.

use crate::{Page, Visitor, World};

pub const ORGANIZER: &str = "yamada@shiba-denki.example";
pub const CLINIC: &str = "kato@shiba-clinic.example";
pub const ORGANIZER_PASSWORD: &str = "芝電機の朝礼は8時半からはじまる";
pub const CLINIC_PASSWORD: &str = "診療所のねこは窓ぎわが好きです";

/// What is typed into the sections of the application, by section.
pub const ANSWERS: &[(&str, &[(&str, &str)])] = &[
    (
        "organization",
        &[
            ("organization_name", "芝電機株式会社"),
            ("organization_address", "東京都港区芝五丁目5番5号"),
        ],
    ),
    (
        "venue",
        &[
            ("venue_name", "芝電機 体育館会場"),
            ("venue_postal", "〒１０８－００１４"),
            ("venue_municipality", "港区"),
            ("venue_address", "芝五丁目5番5号"),
            ("venue_phone", "０３－００００－２２２１"),
        ],
    ),
    (
        "institution",
        &[
            ("institution_name", "芝診療所"),
            ("institution_code", ""),
            ("institution_address", "東京都港区芝四丁目4番4号"),
            ("representative_title", "院長"),
            ("representative_name", "代表 次郎"),
            ("institution_phone", "03-0000-2222"),
        ],
    ),
    (
        "schedule",
        &[
            ("expected_persons", "1,500人"),
            ("expected_doses", "１５００"),
            ("planned_start", "R4.3.14"),
        ],
    ),
    (
        "storage",
        &[
            ("freezers_lent", "1"),
            ("freezers_owned", "0台"),
            ("freezer_wanted", "no"),
            ("refused_weekdays", "土日"),
        ],
    ),
    (
        "managers",
        &[("vaccination_manager_name", "山田 桜"), ("vaccination_manager_phone", "03-0000-2223")],
    ),
    (
        "contacts",
        &[
            ("organization_contact_department", "総務課"),
            ("organization_contact_name", "山田 桜"),
            ("organization_contact_phone", "03-0000-2223"),
            ("organization_contact_mail", ORGANIZER),
            ("institution_contact_department", "事務室"),
            ("institution_contact_name", "加藤 光"),
            ("institution_contact_phone", "03-0000-2224"),
            ("institution_contact_mail", CLINIC),
        ],
    ),
    ("letter", &[("letter_needed", "yes")]),
];

/// Everybody who takes part.
pub struct Cast {
    pub organizer: Visitor,
    pub clinic: Visitor,
    pub reviewer: Visitor,
    pub approver: Visitor,
    pub wholesaler: Visitor,
    pub city: Visitor,
    pub federation: Visitor,
    pub venue: String,
}

/// The whole thread, from the application to the claim; the claim's papers as one PDF.
pub fn whole(world: &World) -> (Cast, Vec<u8>) {
    let cast = apply_and_sign_in(world);
    letter(world, &cast);
    venue(world, &cast);
    plan_and_review(world, &cast);
    allocate(world, &cast);
    deliver(world, &cast);
    report(world, &cast);
    let papers = claim(world, &cast);
    (cast, papers)
}

/// Steps 1 and 2: application without an account, returned once, confirmed; first login by
/// invitation.
pub fn apply_and_sign_in(world: &World) -> Cast {
    let applicant = world.nobody();
    let page = applicant.open("/applications/new");
    let page = applicant.press(&page, "申込をはじめる", &[("mail", ORGANIZER)]);
    page.is(200).says("接種会場の申込").says("未着手");
    let application = page.path.clone();
    for (section, answers) in ANSWERS {
        let page = applicant.open(&format!("{application}/{section}"));
        applicant
            .press(&page, "保存して一覧に戻る", answers)
            .is(200)
            .says("保存しました")
            .says("完了");
    }
    let page = applicant.open(&format!("{application}/check"));
    page.says("港区")
        .says("1,500 人")
        .says("2022年3月14日（月）")
        .says("ワクチン保管管理責任者の氏名が未記入です");
    let receipt = applicant.press(&page, "この内容で申し込む", &[]);
    receipt.is(200).says("受付番号 A-2022-").says("2022年2月7日（月）10:00");
    world.tick();

    let reviewer = world.persona("reviewer@ministry.example");
    let approver = world.persona("approver@ministry.example");
    reviewer.open("/home").says("申込を確認する（1件）");
    let queue = reviewer.open("/mhlw/applications");
    let page = reviewer.open(&queue.link("A-2022-"));
    page.says("新しいコードを付番します");
    let page = reviewer.press(
        &page,
        "コメントを付けて要再申込にする",
        &[("comment_venue_address", "建物の名前も入れてください")],
    );
    page.is(200).says("要再申込");
    world.tick();

    // The applicant comes back by the link in the mail, corrects the one field and sends again.
    let applicant = world.nobody();
    let page = applicant.open(&world.link_to(ORGANIZER));
    let page = applicant.press(&page, "入力を続ける", &[]);
    page.says("要再申込").says("要修正");
    let page = applicant.open(&format!("{application}/venue"));
    page.says("建物の名前も入れてください");
    applicant
        .press(&page, "保存して一覧に戻る", &[("venue_address", "芝五丁目5番5号 芝電機体育館")])
        .is(200);
    let page = applicant.open(&format!("{application}/check"));
    applicant.press(&page, "この内容で申し込む", &[]).is(200).says("申込を受け付けました");

    let page = reviewer.open(&reviewer.open("/mhlw/applications").link("A-2022-"));
    let page = reviewer.press(&page, "申込を確認済にする", &[]);
    page.is(200).says("確認済（申込の確認）");
    let venue = page.link("接種会場のページへ").trim_start_matches("/venues/").to_string();
    world.tick();

    let organizer = first_login(world, ORGANIZER, ORGANIZER_PASSWORD);
    let clinic = first_login(world, CLINIC, CLINIC_PASSWORD);
    Cast {
        organizer,
        clinic,
        reviewer,
        approver,
        wholesaler: world.persona("ito@touto-oroshi.example"),
        city: world.persona("watanabe@minato-city.example"),
        federation: world.persona("nakamura@tokyo-kokuho.example"),
        venue,
    }
}

fn first_login(world: &World, mail: &str, password: &str) -> Visitor {
    let visitor = world.nobody();
    let page = visitor.open(&world.link_to(mail));
    page.is(200).says("はじめてのログイン").says("芝電機 体育館会場");
    let page = visitor.press(&page, "パスワードを登録してはじめる", &[("password", password)]);
    page.is(200).is_at("/home").says("委任状をダウンロードする").says("ワクチン接種計画を登録する");
    visitor
}

/// Step 3: the letter, downloaded twice, received by the municipality.
pub fn letter(world: &World, cast: &Cast) {
    world.set_clock("2022-02-07T14:00");
    let page = cast.organizer.open(&format!("/venues/{}/documents", cast.venue));
    page.says("未ダウンロード").says("東京都港区");
    for _ in 0..2 {
        let pdf = cast.organizer.press(&page, "委任状をダウンロードする", &[]);
        assert_eq!(
            (pdf.status, pdf.mime.as_str(), &pdf.bytes[..5]),
            (200, "application/pdf", b"%PDF-".as_slice())
        );
    }
    cast.organizer.open("/home").says("委任状を印刷し、押印して市町村に提出する");
    cast.city.open("/home").says("委任状の受領を記録する（1件）");
    let list = cast.city.open("/municipal/letters");
    let page = cast.city.open(&list.link("L-2022-"));
    page.says("芝診療所").says("院長　代表 次郎");
    cast.city.press(&page, "委任状を受領済にする", &[]).is(200).says("市町村受領済");
    cast.organizer.open("/home").does_not_say("委任状を");
    cast.organizer.open(&format!("/venues/{}/history", cast.venue)).says("委任状のダウンロード");
}

/// Step 4: managers, doctor; the four checks pass.
pub fn venue(world: &World, cast: &Cast) {
    world.set_clock("2022-02-07T15:00");
    let base = format!("/venues/{}", cast.venue);
    cast.clinic
        .open(&base)
        .says("計画を登録する前に、足りないものがあります")
        .says("医師が登録されていません");
    let page = cast.organizer.open(&format!("{base}/edit/managers"));
    cast.organizer
        .press(
            &page,
            "変更を保存する",
            &[
                ("storage_manager_name", "山田　桜"),
                ("storage_manager_phone", "03-0000-2223"),
                ("needle_manager_name", "山田 桜"),
                ("needle_manager_phone", "03-0000-2223"),
                ("holiday_contact_name", "加藤 光"),
                ("holiday_contact_phone", "090-0000-2225"),
            ],
        )
        .is(200)
        .says("会場の情報を保存しました");
    let page = cast.clinic.open(&format!("{base}/doctors/new"));
    cast.clinic
        .press(&page, "医師情報を保存する", &[("name", "厚生 次郎"), ("reading", "ｺｳｾｲ ｼﾞﾛｳ")])
        .is(200)
        .says("こうせい じろう")
        .says("武田（モデルナ）社");
    cast.clinic.open(&base).does_not_say("足りないものがあります");
}

fn boxes(page: &Page, cast: &Cast, fill: &[(&str, &str)]) -> Page {
    let page = cast.organizer.press(page, "計画を確認する", fill);
    page.is(200).says("計画の確認");
    page
}

/// Steps 5 to 7: the plan within its window, flagged, sent back, corrected, confirmed.
pub fn plan_and_review(world: &World, cast: &Cast) {
    let base = format!("/venues/{}", cast.venue);
    world.set_clock("2022-02-08T14:59:59.999");
    let page = cast.organizer.open(&format!("{base}/plan/edit"));
    page.says("登録可能").says("第1クールの締切（1月31日（月）15:00）を過ぎたため変更できません");
    let check = boxes(
        &page,
        cast,
        &[("boxes_2", "４"), ("boxes_3", "3"), ("boxes_4", "2箱"), ("boxes_5", "2")],
    );
    check
        .says("1,650回")
        .says("申込時の予定を上回る理由")
        .says("この変更は厚生労働省の確認が必要です");
    let refused = cast.organizer.press(&check, "この内容で計画を登録する", &[]);
    refused.is(422).says(
        "計画の合計1,650回は、申込時の予定1,500回を150回上回っています。理由を書いてください。",
    );
    let receipt = cast.organizer.press(
        &refused,
        "この内容で計画を登録する",
        &[("reason", "対象者が増えたため")],
    );
    receipt
        .is(200)
        .says("計画を登録しました")
        .says("受付番号 P-")
        .says("14:59:59.999")
        .says("150回接種分 × 4 箱 = 600 回接種分")
        .says("100本 × 9 箱 = 900 本");

    // 15:00:00.000: locked, with the ministry's sentence; a draft is kept.
    world.set_clock("2022-02-08T15:00:00.000");
    let page = cast.organizer.open(&format!("{base}/plan"));
    page.says(words::plan::LOCKED_REVIEW).says("計画確認中").says("2022年2月11日（金）00:00");

    cast.reviewer.open("/home").says("計画を確認する（1件）");
    let page = cast.reviewer.open(&cast.reviewer.open("/mhlw/plans").link("芝電機 体育館会場"));
    page.says("申込超過").says("対象者が増えたため");
    let refused = cast.reviewer.press(&page, "理由を付けて要見直にする", &[]);
    refused.is(422).says("要見直にするときは、理由を書いてください。");
    cast.reviewer
        .press(&refused, "理由を付けて要見直にする", &[("reason", "申込時の予定に収めてください")])
        .is(200);
    world.tick();
    let mail = world.mails_to(ORGANIZER).pop().expect("a mail");
    assert!(
        mail.subject.contains("【要対応】計画の見直し")
            && mail.body.contains("申込時の予定に収めてください"),
        "{mail:?}"
    );
    cast.organizer
        .open("/home")
        .says("計画を見直す（要見直）")
        .says("申込時の予定に収めてください");

    // While it is locked a draft is prepared; it waits for window ④.
    let page = cast.organizer.open(&format!("{base}/plan/edit"));
    page.says("まだ登録されていません").says("登録期間4");
    let check = boxes(
        &page,
        cast,
        &[("boxes_2", "4"), ("boxes_3", "3"), ("boxes_4", "2"), ("boxes_5", "1"), ("auto", "✓")],
    );
    let kept = cast.organizer.press(&check, "登録期間を待つ下書きとして保存する", &[]);
    kept.is(200).is_at(&format!("{base}/plan/edit")).says("下書きとして保存しました");

    // Window ④ opens on the holiday; the draft registers itself and is confirmed without an
    // officer.
    world.set_clock("2022-02-11T00:00:00");
    let page = cast.organizer.open(&format!("{base}/plan"));
    page.says("第2版").says("確認済").does_not_say("登録されていない下書き");
    cast.organizer.open(&format!("{base}/plan/diff?from=1&to=2")).says("第1版と第2版の違い");
}

/// Step 8: cut-off, trial, approval by a second person, decided on the day that the calendar says.
pub fn allocate(world: &World, cast: &Cast) {
    world.set_clock("2022-02-15T15:00:00");
    cast.organizer
        .open(&format!("/venues/{}/plan", cast.venue))
        .says(words::plan::LOCKED_ALLOCATION)
        .says("第2クールの分配量を決めています");
    world.set_clock("2022-02-16T10:00");
    cast.reviewer.open("/home").says("第2クールの分配を試算する");
    let page = cast.reviewer.open("/mhlw/allocations/new");
    page.says("計画 7箱");
    let refused = cast.reviewer.press(&page, "分配を試算する", &[("supply", "たくさん")]);
    refused.is(422).says("供給は0以上の整数で入力してください");
    let trial = cast.reviewer.press(&refused, "分配を試算する", &[("supply", "６")]);
    trial
        .is(200)
        .says("試算")
        .says("計画の按分3箱（供給6箱÷計画合計7箱）")
        .says("決定日は2022年2月17日（木）");
    let trial = cast.reviewer.open("/mhlw/allocations/new");
    let trial = cast.reviewer.press(&trial, "分配を試算する", &[("supply", "10")]);
    trial.says("計画4箱に対して4箱です。内訳：計画どおり4箱、端数調整0箱。");
    let run = trial.path.clone();

    world.set_clock("2022-02-17T10:00");
    cast.reviewer.open(&run).says("試算をした本人は承認できません");
    cast.approver.open("/home").says("第2クールの分配を承認する");
    let page = cast.approver.open(&run);
    // The approver signed in long ago: before what can't be taken back they show once more who they
    // are.
    let prove = cast.approver.press(&page, "分配を承認して確定する", &[]);
    prove.is(200).is_at("/account/prove").says("本人であることをもう一度確認します");
    let wrong = cast.approver.press(
        &prove,
        "本人であることを確認する",
        &[("password", "wrong wrong wrong")],
    );
    wrong.is(422).says("パスワードが違います");
    let page = cast.approver.press(
        &wrong,
        "本人であることを確認する",
        &[("password", vsys::demo_world::PASSWORD)],
    );
    page.is(200).is_at(&run).says("本人であることを確認しました");
    cast.approver
        .press(&page, "分配を承認して確定する", &[])
        .is(200)
        .says("分配量を確定しました")
        .says("確定済");
    world.tick();
    cast.organizer
        .open(&format!("/venues/{}/allocations", cast.venue))
        .says("分配量確定済")
        .says("この会場への分配はありません")
        .says("150回接種分 × 4 箱 = 600 回接種分")
        .says("計画4箱に対して4箱です");
    cast.organizer
        .open(&format!("/venues/{}/plan", cast.venue))
        .says("（分配量確定済）")
        .says("分配済みワクチン");
}

/// Step 9: the wholesaler's date, the mail's link after login, receipt of goods.
pub fn deliver(world: &World, cast: &Cast) {
    world.set_clock("2022-02-18T09:00");
    cast.wholesaler.open("/home").says("2月28日（月）の週の納入予定日を登録する（2件）");
    let page = cast
        .wholesaler
        .open(&cast.wholesaler.open("/wholesale/shipments").link("芝電機 体育館会場"));
    page.says("東京都港区芝五丁目5番5号 芝電機体育館").says("4箱（600回接種分）");
    let refused = cast.wholesaler.press(
        &page,
        "納入予定日を登録する",
        &[("date", "2022/2/30"), ("band", "morning")],
    );
    refused.is(422).says("納入予定日は年・月・日がわかるように入力してください");
    cast.wholesaler
        .press(&refused, "納入予定日を登録する", &[("date", "令和4年3月1日"), ("band", "morning")])
        .is(200)
        .says("2022年3月1日（火）");
    world.tick();
    let mail = world.mails_to(CLINIC).pop().expect("a mail");
    assert!(
        mail.body.contains("納入予定日が決まりました：2022年3月1日（火）（午前（9時〜12時））"),
        "{}",
        mail.body
    );
    let link = world.link_to(CLINIC);
    // The link opens the very page after login.
    let stranger = world.nobody();
    let login = stranger.open(&link);
    login.is_at("/login").says("ログイン");
    let page =
        stranger.press(&login, "ログインする", &[("mail", CLINIC), ("password", CLINIC_PASSWORD)]);
    page.is(200).is_at(&link).says("2022年3月1日（火）");

    world.set_clock("2022-02-28T16:00");
    let page = cast
        .wholesaler
        .open(&cast.wholesaler.open("/wholesale/shipments?show=all").link("芝電機 体育館会場"));
    cast.wholesaler.press(&page, "出荷済にする", &[]).is(200).says("出荷済");
    world.set_clock("2022-03-01T11:00");
    cast.clinic.open("/home").says("第2クールの受け取りを記録する");
    let page = cast.clinic.open(&link);
    let refused = cast.clinic.press(&page, "受け取りを記録する", &[("boxes", "3")]);
    refused.is(422).says("受け取った箱数が予定（4箱）と違います。何があったかを書いてください。");
    cast.clinic.press(&refused, "受け取りを記録する", &[("boxes", "4")]).is(200).says("受領済");
}

/// Step 10: results in March and April, waste; equal and lower are asked about.
pub fn report(world: &World, cast: &Cast) {
    let path = format!("/venues/{}/results/edit", cast.venue);
    world.set_clock("2022-03-20T17:00");
    let page = cast.clinic.open(&path);
    page.says("登録済みの内容").says("1・2回目接種実績");
    cast.clinic
        .press(
            &page,
            "接種実績を報告する",
            &[
                ("booster_increase", "120"),
                ("unused_vials_total", "1"),
                ("waste_reason", "breakage"),
            ],
        )
        .is(200)
        .says("120 回")
        .says("1 本");
    let page = cast.clinic.open(&path);
    let asked = cast.clinic.press(&page, "接種実績を報告する", &[("booster_total", "120")]);
    asked.is(422).says("前回から増えていません。今回の接種は0回ですか。");
    let asked = cast.clinic.press(&page, "接種実績を報告する", &[("booster_total", "110")]);
    asked
        .is(422)
        .says("前回の累計120より少なくなっています（−10）。訂正のときは理由を書いてください。");
    let asked = cast.clinic.press(&asked, "接種実績を報告する", &[("reason", "数え間違い")]);
    asked.is(422).says("この内容で報告する");
    cast.clinic
        .press(&asked, "接種実績を報告する", &[("confirmed", "✓")])
        .is(200)
        .says("110 回")
        .says("数え間違い");
    world.set_clock("2022-04-22T17:00");
    let page = cast.clinic.open(&path);
    cast.clinic
        .press(
            &page,
            "接種実績を報告する",
            &[("as_of", "2022年4月22日"), ("booster_increase", "155"), ("earlier_increase", "3")],
        )
        .is(200)
        .says("265 回");
}

/// Step 11: the claim of 100 + 50 + 5 is 404,800 yen, due 2022-05-10. Returns the bytes of the
/// whole set.
pub fn claim(world: &World, cast: &Cast) -> Vec<u8> {
    world.set_clock("2022-05-02T09:00");
    cast.organizer.open("/home").says("2022年4月接種分の請求を作る").says("5月10日（火）まで");
    let base = format!("/venues/{}/billing/2022-04", cast.venue);
    let page = cast.organizer.open(&format!("{base}/edit"));
    page.says("2022年5月請求分")
        .says("2022年5月10日（火）")
        .says("時間外・休日加算も、通常対応分と一体的に請求できます")
        .says("2,070円（税抜）→2,277円");
    let typed = [
        ("place_1", "中央区"),
        ("vaccination.six_and_over.regular_1", "60"),
        ("vaccination.six_and_over.after_hours_1", "３０"),
        ("vaccination.six_and_over.holiday_1", "3回"),
        ("place_2", "新宿区"),
        ("vaccination.six_and_over.regular_2", "40"),
        ("vaccination.six_and_over.after_hours_2", "20"),
        ("vaccination.six_and_over.holiday_2", "2"),
    ];
    let mut doubtful = typed.to_vec();
    doubtful[4] = ("place_2", "府中市");
    let refused = cast.organizer.press(&page, "請求の内容を確認する", &doubtful);
    refused.is(422).says(
        "「府中市」は複数あります。都道府県から入力してください（東京都府中市、広島県府中市）",
    );
    assert_eq!(refused.value("vaccination.six_and_over.regular_1").as_deref(), Some("60"));
    let ambiguous = cast.organizer.press(
        &refused,
        "請求の内容を確認する",
        &[("place_1", "東京都中央区"), ("place_2", "131041")],
    );
    ambiguous
        .is(200)
        .says("404,800円")
        .says("東京都国民健康保険団体連合会")
        .does_not_say("接種実績");
    let done = cast.organizer.press(&ambiguous, "この内容で請求書を作る", &[]);
    done.is(200).says("提出用作成済").says("404,800円");
    let page = cast.organizer.open(&format!("{base}/documents"));
    page.says("市区町村別請求書　東京都中央区").says("市区町村別請求書　東京都新宿区");
    let pdf = cast.organizer.press(&page, "書類一式をダウンロードする", &[]);
    assert_eq!((pdf.status, &pdf.bytes[..5]), (200, b"%PDF-".as_slice()));

    cast.federation.open("/home").says("届いた請求を確認する（1件）");
    let page = cast.federation.open(&cast.federation.open("/kokuho/bills").link("C-2022-"));
    page.says("404,800円").says("東京都新宿区");
    pdf.bytes
}
