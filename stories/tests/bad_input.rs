//! Bad input at every form of the thread: 422, the form as typed, a sentence at the field. Late,
//! stale, twice.

use platform::args;
use stories::{Page, Visitor, World, on_both_engines, walk};

/// Presses with bad input and expects the same form again, as typed, with the sentence in the
/// summary and at the field.
#[track_caller]
fn refuses(visitor: &Visitor, page: &Page, button: &str, field: &str, typed: &str, sentence: &str) {
    let again = visitor.press(page, button, &[(field, typed)]);
    again.is(422).says(sentence).says("入力内容に問題があります");
    assert_eq!(again.value(field).as_deref(), Some(typed), "{field} isn't as typed");
    assert!(
        again.body.contains(&format!("href=\"#{field}\"")),
        "the summary doesn't lead to {field}"
    );
    assert!(again.body.contains(&format!("id=\"{field}-error1\"")), "no sentence at {field}");
    assert!(again.body.contains("<title>エラー："), "the title doesn't say that there is an error");
}

#[on_both_engines]
fn every_form_comes_back_as_typed_with_a_sentence_at_the_field(world: &World) {
    let nobody = world.nobody();
    refuses(
        &nobody,
        &nobody.open("/applications/new"),
        "申込をはじめる",
        "mail",
        "yamada＠どこか",
        "メールアドレスは name@example.jp の形で入力してください",
    );
    let wrong = nobody.press(
        &nobody.open("/login"),
        "ログインする",
        &[("mail", "sato@minato-shoji.example"), ("password", "wrong wrong wrong")],
    );
    wrong.is(422).says("メールアドレスかパスワードが違います。");
    assert!(!wrong.body.contains("wrong wrong"), "a password never comes back");
    let unknown = nobody.press(
        &nobody.open("/login"),
        "ログインする",
        &[("mail", "nobody@example.jp"), ("password", "wrong wrong wrong")],
    );
    unknown.is(422).says("メールアドレスかパスワードが違います。");

    let page = nobody.press(
        &nobody.open("/applications/new"),
        "申込をはじめる",
        &[("mail", walk::ORGANIZER)],
    );
    let application = page.path.clone();
    let section = |key: &str| nobody.open(&format!("{application}/{key}"));
    refuses(
        &nobody,
        &section("venue"),
        "保存して次へ",
        "venue_postal",
        "１２３",
        "郵便番号は7桁の数字で入力してください",
    );
    refuses(
        &nobody,
        &section("venue"),
        "保存して次へ",
        "venue_municipality",
        "伊達市",
        "「伊達市」は複数あります",
    );
    refuses(&nobody, &section("venue"), "保存して次へ", "venue_phone", "12345", "10桁または11桁");
    refuses(
        &nobody,
        &section("institution"),
        "保存して次へ",
        "institution_code",
        "12345",
        "10桁の数字で入力してください（入力は5桁です）",
    );
    refuses(
        &nobody,
        &section("schedule"),
        "保存して次へ",
        "expected_persons",
        "千人",
        "接種予定人数は0以上の整数で入力してください",
    );
    refuses(
        &nobody,
        &section("schedule"),
        "保存して次へ",
        "planned_start",
        "来月",
        "接種開始予定日は年・月・日がわかるように入力してください",
    );
    let unfinished = nobody.open(&format!("{application}/check"));
    unfinished.says("直す必要があります").does_not_say("この内容で申し込む");
    nobody
        .send(&format!("{application}/check"), &[("version", "1")])
        .is(422)
        .says("確認が必要な項目があります");

    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}", world.minato());
    refuses(
        &sato,
        &sato.open(&format!("{base}/edit/storage")),
        "変更を保存する",
        "freezers_owned",
        "いくつか",
        "0以上の整数で入力してください",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/edit/managers")),
        "変更を保存する",
        "storage_manager_phone",
        "内線12",
        "10桁または11桁",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/doctors/new")),
        "医師情報を保存する",
        "reading",
        "厚生",
        "よみはひらがなで入力してください",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/contacts/new")),
        "担当者を招待する",
        "mail",
        "だれか",
        "メールアドレスは",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/plan/edit")),
        "計画を確認する",
        "boxes_2",
        "4.5",
        "第2クールの箱数は0以上の整数で入力してください",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/plan/edit")),
        "計画を確認する",
        "boxes_3",
        "999999",
        "箱数は100000箱までで入力してください",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/plan/edit")),
        "計画を確認する",
        "needles_2",
        "-3",
        "針・シリンジの箱数は0以上の整数",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/results/edit")),
        "接種実績を報告する",
        "as_of",
        "2022-13-01",
        "実績の日付は年・月・日がわかるように",
    );
    refuses(
        &sato,
        &sato.open(&format!("{base}/results/edit")),
        "接種実績を報告する",
        "booster_increase",
        "たくさん",
        "整数で入力してください",
    );
    let future = sato.press(
        &sato.open(&format!("{base}/results/edit")),
        "接種実績を報告する",
        &[("as_of", "2022-02-08"), ("booster_increase", "1")],
    );
    future.is(422).says("実績の日付は2022年2月7日（月）までの日付で入力してください");
    let claim = sato.open(&format!("{base}/billing/2022-01/edit"));
    refuses(
        &sato,
        &claim,
        "請求の内容を確認する",
        "place_1",
        "どこか市",
        "「どこか市」という市区町村は見つかりません",
    );
    let cell = "vaccination.six_and_over.regular_1";
    let page = sato.press(&claim, "請求の内容を確認する", &[("place_1", "新宿区"), (cell, "十")]);
    page.is(422).says("接種 6歳以上 通常は0以上の整数で入力してください");
    assert_eq!(
        (page.value("place_1").as_deref(), page.value(cell).as_deref()),
        (Some("新宿区"), Some("十"))
    );
    let paste = sato.open(&format!("{base}/billing/2022-01/paste"));
    let pasted = sato.press(
        &paste,
        "貼り付けた内容を請求に入れる",
        &[("paste", "新宿区\t3\t2\t1\n府中市\t1\n")],
    );
    pasted.is(422).says("2行目：「府中市」は複数あります").says("一致 1／確かめる 1");

    let ito = world.persona("ito@touto-oroshi.example");
    let shipment = ito.open(&ito.open("/wholesale/shipments?show=all").link("みなと商事"));
    refuses(
        &ito,
        &shipment,
        "納入予定日を変更する",
        "date",
        "2月30日",
        "納入予定日は年・月・日がわかるように",
    );
    refuses(
        &ito,
        &shipment,
        "納入予定日を変更する",
        "date",
        "2022-02-01",
        "納入予定日は2022年2月7日（月）以降の日付で",
    );
    let receipt = sato.open(&sato.open(&format!("{base}/deliveries")).link("第1クール"));
    refuses(&sato, &receipt, "受け取りを記録する", "boxes", "四", "0以上の整数");

    let city = world.persona("watanabe@minato-city.example");
    let letter = city.open(&city.open("/municipal/letters?show=all").link("L-2022-"));
    letter.says("市町村受領済");
    world.journal_is_sound();
}

#[on_both_engines]
fn a_late_plan_is_kept_as_a_draft_and_says_so(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/plan", world.minato());
    world.set_clock("2022-02-08T14:59:00");
    let check = sato.press(
        &sato.open(&format!("{base}/edit")),
        "計画を確認する",
        &[("boxes_2", "4"), ("boxes_3", "1")],
    );
    world.set_clock("2022-02-08T15:00:00");
    let late = sato.press(&check, "この内容で計画を登録する", &[]);
    late.is(200)
        .is_at(&format!("{base}/edit"))
        .says("登録できませんでした。入力した内容は下書きとして保存しました")
        .says(words::plan::LOCKED_REVIEW);
    assert_eq!(late.value("boxes_2").as_deref(), Some("4"));
    sato.open(&base).says("第1版").says("登録されていない下書きがあります");
}

#[on_both_engines]
fn a_stale_version_gets_409_and_both(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let takahashi = world.persona("takahashi@minato-clinic.example");
    let base = format!("/venues/{}", world.minato());
    let (mine, theirs) = (
        sato.open(&format!("{base}/edit/storage")),
        takahashi.open(&format!("{base}/edit/storage")),
    );
    takahashi.press(&theirs, "変更を保存する", &[("freezers_owned", "3")]).is(200);
    let conflict = sato.press(&mine, "変更を保存する", &[("freezers_owned", "5")]);
    conflict.is(409).says("ほかの人が先に変更しました").says("いま登録されている内容：3");
    assert_eq!(conflict.value("freezers_owned").as_deref(), Some("5"));
    // Both are seen; saving once more is deliberate.
    sato.press(&conflict, "変更を保存する", &[]).is(200).says("5 台");
    // Row by row: where the other's value is picked, it stays; the typed one goes elsewhere.
    let edit = format!("{base}/edit/storage");
    let (mine, theirs) = (sato.open(&edit), sato.open(&edit));
    sato.press(&theirs, "変更を保存する", &[("freezers_owned", "8")]).is(200);
    let conflict = sato.press(&mine, "変更を保存する", &[("freezers_owned", "6")]);
    conflict.is(409).says("あなたの入力：6").says("いま登録されている内容：8");
    sato.press(&conflict, "変更を保存する", &[("_pick.freezers_owned", "theirs")])
        .is(200)
        .says("8 台")
        .does_not_say("6 台");

    // Two tabs at the plan: the one who registers second sees both and picks row by row.
    let check =
        sato.press(&sato.open(&format!("{base}/plan/edit")), "計画を確認する", &[("boxes_2", "2")]);
    sato.press(&check, "この内容で計画を登録する", &[]).is(200).says("第2版");
    let stale = sato.press(&check, "この内容で計画を登録する", &[]);
    assert!(
        stale.status == 200 && stale.path.contains("/plan/receipts/2"),
        "the same form again shows what it did: {} {}",
        stale.status,
        stale.path
    );
    let check =
        sato.press(&sato.open(&format!("{base}/plan/edit")), "計画を確認する", &[("boxes_3", "1")]);
    let other = check.clone();
    world.read(|_| Ok(()));
    let venue = world.minato();
    register_behind_their_backs(world, &venue);
    let conflict = sato.press(&other, "この内容で計画を登録する", &[]);
    conflict.is(409).says("鈴木 京子さんが").says("登録された計画").says("あなたの下書き");
    let merged = sato.press(
        &conflict,
        "選んだ箱数で下書きを作り直す",
        &[("pick_3", "mine"), ("pick_4", "theirs")],
    );
    merged.is(200).says("計画の確認");
    sato.press(&merged, "この内容で計画を登録する", &[]).is(200).says("第4版");
}

#[on_both_engines]
fn a_double_submit_has_one_effect(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}", world.minato());
    let page = sato.open(&format!("{base}/doctors/new"));
    for _ in 0..3 {
        sato.press(
            &page,
            "医師情報を保存する",
            &[("name", "二度 押子"), ("reading", "にど おしこ")],
        )
        .is(200);
    }
    let venue = world.minato();
    let (n,): (i64,) = world.read(move |tx| {
        tx.one(
            "select count(*) from doctor where venue_id = $1 and name = '二度 押子'",
            args![&venue],
        )
    });
    assert_eq!(n, 1);
    let nobody = world.nobody();
    let page = nobody.open("/applications/new");
    let first = nobody.press(&page, "申込をはじめる", &[("mail", "twice@example.jp")]);
    first.is(200).says("接種会場の申込");
    let (n,): (i64,) = world.read(|tx| {
        tx.one("select count(*) from application where starter_mail = 'twice@example.jp'", args![])
    });
    assert_eq!(n, 1);
}

#[on_both_engines]
fn a_page_sent_again_with_something_else_in_it_is_asked_about(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let path = format!("/venues/{}/notes", world.minato());
    let page = sato.open(&path);
    sato.press(&page, "メモを残す", &[("text", "鍵は守衛室")]).is(200);
    // The same once more, by the back button or a second press, is the same command.
    let once = sato.press(&page, "メモを残す", &[("text", "鍵は守衛室")]);
    assert_eq!(once.words().matches("鍵は守衛室").count(), 1, "{}", once.words());
    let asked = sato.press(&page, "メモを残す", &[("text", "鍵は総務課")]);
    asked.is(422).says("一度送信されていて");
    sato.open(&path).says("鍵は守衛室").does_not_say("鍵は総務課");
    sato.press(&asked, "メモを残す", &[]).is(200).says("鍵は守衛室").says("鍵は総務課");
}

#[on_both_engines]
fn an_address_puts_no_words_of_its_own_on_a_page(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    sato.open("/home?done=unchanged").says("変更はありません");
    sato.open("/home?done=03-0000-0000に電話してください")
        .is(200)
        .does_not_say("電話してください")
        .does_not_say("done.");
}

/// Somebody else registers a plan while a page is open: as a fact in the database, through the same
/// door as the page.
fn register_behind_their_backs(world: &World, venue: &str) {
    let house = world.house.clone();
    let venue = venue.to_string();
    let registered = house.db.clone().write_blocking(move |tx| {
        let head: work::venue::VenueHead =
            tx.one("select id, code, name, municipality, prefecture, application_id, expected_doses, version from venue where id = $1", args![&venue])?;
        let mut lines = work::plan::lines(tx, &venue, 2)?;
        lines.insert(4, rules::plan::Line { boxes: 1, needle_correction: None });
        let draft = work::plan::draft(tx, &venue)?.expect("a draft is open");
        let actor = platform::journal::Actor { account: "other".into(), name: "鈴木 京子".into(), membership: String::new(), role: String::new() };
        let masters = house.masters();
        let by = work::Caller {
            actor,
            now: house.now(),
            masters: &masters,
            base_url: &house.base_url,
        };
        let number = work::plan::register(&by, tx, &head, 2, &lines, None);
        // Registering takes the venue's draft away; the open page's draft is put back as the other
        // tab would have left it.
        tx.run(
            "insert into plan_draft (venue_id, lines, base, at, account, name, register_on_opening, version) values ($1, $2, 2, $3, 'x', '佐藤 花子', false, $4)",
            args![&venue, &draft.lines, house.now(), draft.version],
        )?;
        Ok::<_, web::Trouble>(number.is_ok())
    });
    assert!(registered.is_ok_and(|r| r));
}
