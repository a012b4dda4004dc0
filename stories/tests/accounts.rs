//! Signing in, and what happens when it goes wrong.

use stories::{Visitor, World, on_both_engines};
use vsys::demo_world::PASSWORD;

const SATO: &str = "sato@minato-shoji.example";

fn try_sign_in(visitor: &Visitor, mail: &str, password: &str) -> stories::Page {
    visitor.press(
        &visitor.open("/login"),
        "ログインする",
        &[("mail", mail), ("password", password)],
    )
}

#[on_both_engines]
fn failures_make_the_next_try_wait_and_an_unknown_account_is_no_different(world: &World) {
    let visitor = world.nobody();
    for mail in [SATO, "nobody@example.jp"] {
        for _ in 0..6 {
            try_sign_in(&visitor, mail, "wrong wrong wrong")
                .is(422)
                .says("メールアドレスかパスワードが違います。");
        }
        // The right password has to wait as well; so an attacker learns nothing from waiting.
        try_sign_in(&visitor, mail, PASSWORD).is(422).says("続けて間違えたため、あと2秒待ってから");
    }
    world.set_clock("2022-02-07T10:00:02");
    try_sign_in(&visitor, SATO, PASSWORD).is(200).is_at("/home");
    // A success clears the count.
    try_sign_in(&world.nobody(), SATO, "wrong wrong wrong")
        .says("メールアドレスかパスワードが違います。");
}

#[on_both_engines]
fn a_forgotten_password_is_set_anew_by_a_link_that_works_once(world: &World) {
    let old = world.persona(SATO);
    let visitor = world.nobody();
    let unknown =
        visitor.press(&visitor.open("/reset"), "リンクを送る", &[("mail", "nobody@example.jp")]);
    let known = visitor.press(&visitor.open("/reset"), "リンクを送る", &[("mail", SATO)]);
    known.is(200).says("そのメールアドレスのIDがあれば、リンクをお送りしました");
    assert_eq!(unknown.words(), known.words(), "the answer tells whether the address is known");
    assert_eq!(world.mails_to("nobody@example.jp").len(), 0);
    let link = world.link_to(SATO);
    let page = visitor.open(&link);
    visitor
        .press(&page, "パスワードを決めてログインする", &[("password", "みじかい")])
        .is(422)
        .says("15文字以上");
    visitor
        .press(
            &page,
            "パスワードを決めてログインする",
            &[("password", "新しい合い言葉は夏のひまわり畑")],
        )
        .is(200)
        .is_at("/home");
    world.nobody().open(&link).says("このリンクは使えません");
    old.open("/home").is_at("/login");
    try_sign_in(&world.nobody(), SATO, PASSWORD).is(422);
    try_sign_in(&world.nobody(), SATO, "新しい合い言葉は夏のひまわり畑").is(200);
    assert!(world.mails_to(SATO).iter().any(|m| m.subject.contains("パスワードが変わりました")));
}

#[on_both_engines]
fn a_reset_link_expires_and_opens_no_other_door(world: &World) {
    let visitor = world.nobody();
    visitor.press(&visitor.open("/reset"), "リンクを送る", &[("mail", SATO)]);
    let link = world.link_to(SATO);
    visitor.open(&link.replace("/reset/", "/activate/")).is(404);
    visitor.open(&link.replace("/reset/", "/applications/return/")).says("このリンクは使えません");
    world.set_clock("2022-02-08T10:00");
    visitor.open(&link).says("このリンクは使えません");
    visitor.send(&link, &[("password", "新しい合い言葉は夏のひまわり畑")]).is(404);
}

#[on_both_engines]
fn sessions_are_listed_and_ended_by_their_owner_and_nobody_else(world: &World) {
    let (office, home, other) = (
        world.persona(SATO),
        world.persona(SATO),
        world.persona("takahashi@minato-clinic.example"),
    );
    let page = office.open("/account");
    page.says("この端末");
    let (path, _) = stories::visitor::form(&page, "この端末のログインを終わらせる", &[]);
    other.send(&path, &[]).is(404);
    home.open("/home").is(200).is_at("/home");
    office
        .press(&page, "この端末のログインを終わらせる", &[])
        .is(200)
        .says("その端末のログインを終わらせました");
    home.open("/home").is_at("/login");
    office.open("/home").is_at("/home");
}

#[on_both_engines]
fn a_password_is_changed_with_the_present_one(world: &World) {
    let sato = world.persona(SATO);
    let page = sato.open("/account/password");
    sato.press(
        &page,
        "パスワードを変える",
        &[("old", "wrong wrong wrong"), ("password", "駅前の桜は毎年3月の終わりに咲く")],
    )
    .is(422)
    .says("いまのパスワードが違います。");
    sato.press(
        &page,
        "パスワードを変える",
        &[("old", PASSWORD), ("password", "駅前の桜は毎年3月の終わりに咲く")],
    )
    .is(200)
    .is_at("/account")
    .says("パスワードを変えました");
    try_sign_in(&world.nobody(), SATO, "駅前の桜は毎年3月の終わりに咲く").is(200);
    world.journal_is_sound();
}

#[on_both_engines]
fn an_organisation_looks_after_its_own_people_and_somebody_is_always_left_to_do_it(world: &World) {
    let watanabe = world.persona("watanabe@minato-city.example");
    let members = watanabe.open(&watanabe.open("/account").link("港区のメンバー"));
    members.is(200).says("渡辺 恵").says("メンバーの管理");
    // The last one who can do it can neither leave nor lay it down.
    let own = watanabe.open(&members.link_under("/members", "渡辺 恵"));
    own.says("メンバーの管理ができる最後の方です");
    let version = own.value("version").expect("a version");
    watanabe
        .send(&format!("{}/end", own.path), &[("version", &version)])
        .is(422)
        .says("メンバーの管理ができる最後の方です");
    let (path, fields) = stories::visitor::form(&own, "権限を変える", &[]);
    let unticked: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(n, _)| !n.starts_with("permission_"))
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    watanabe.send(&path, &unticked).is(422).says("メンバーの管理ができる最後の方です");
    // Somebody stands in until a day.
    let wrong = watanabe.press(
        &members,
        "メンバーを招待する",
        &[
            ("name", "代理 花"),
            ("mail", "dairi@minato-city.example"),
            ("kind", "stand_in"),
            ("until", "R4.2.1"),
        ],
    );
    wrong.is(422).says("代理の終わる日は、今日より後にしてください");
    watanabe
        .press(&wrong, "メンバーを招待する", &[("until", "R4.2.10")])
        .is(200)
        .says("招待のメールを送りました")
        .says("代理 花");
    let stand_in = world.nobody();
    let page = stand_in.open(&world.link_to("dairi@minato-city.example"));
    stand_in
        .press(
            &page,
            "パスワードを登録してはじめる",
            &[("password", "みなと区の代理は二月十日まで働く")],
        )
        .is(200);
    stand_in.open("/municipal/letters").is(200);
    stand_in.open(&members.path).is(403);
    watanabe.open(&members.path).says("2月11日（金）00:00まで（代理）");
    world.set_clock("2022-02-11T00:00");
    stand_in.open("/municipal/letters").is_at("/login");
    // One hands over to a successor, who becomes the one who looks after the others; the old
    // membership ends with their first sign-in.
    let fill =
        [("name", "後任 太郎"), ("mail", "kounin@minato-city.example"), ("kind", "successor")];
    // By now it is asked again who she is.
    let prove = watanabe.press(&watanabe.open(&members.path), "メンバーを招待する", &fill);
    let page = watanabe.press(
        &prove.is_at("/account/prove").clone(),
        "本人であることを確認する",
        &[("password", PASSWORD)],
    );
    watanabe.press(&page, "メンバーを招待する", &fill).is(200).says("後任 太郎");
    watanabe.open("/municipal/letters").is(200);
    let successor = world.nobody();
    let page = successor.open(&world.link_to("kounin@minato-city.example"));
    successor
        .press(
            &page,
            "パスワードを登録してはじめる",
            &[("password", "引き継いだ棚の鍵は右の引き出しの奥")],
        )
        .is(200);
    watanabe.open("/municipal/letters").is_at("/login");
    successor
        .open(&successor.open("/account").link("港区のメンバー"))
        .says("後任 太郎")
        .does_not_say("watanabe@minato-city.example");
    // Two people change the same member at once.
    let approver = world.persona("approver@ministry.example");
    let list = approver.open(&approver.open("/account").link("国（厚生労働省）のメンバー"));
    let (mine, other) =
        (approver.open(&list.link("田中 一郎")), approver.open(&list.link("田中 一郎")));
    approver
        .press(&mine, "権限を変える", &[("permission_approver", "✓")])
        .is(200)
        .says("権限を変えました");
    approver
        .press(&other, "権限を変える", &[("permission_master_editor", "✓")])
        .is(409)
        .says("ほかの人が先に変更しました");
    world
        .persona("reviewer@ministry.example")
        .open(&list.path)
        .is(403)
        .says("メンバーの管理の権限");
    world.journal_is_sound();
}

#[on_both_engines]
fn a_form_from_another_sign_in_or_another_site_is_not_carried_out_and_not_lost(world: &World) {
    let sato = world.persona(SATO);
    let base = format!("/venues/{}/doctors/new", world.minato());
    let page = sato.open(&base);
    for key in ["", "k-forged", "k-forged.00000000000000000000000000000000"] {
        let answer = sato.send_exactly(
            &base,
            &[("_key", key), ("name", "偽 造"), ("reading", "ぎぞう"), ("product", "moderna")],
        );
        answer.is(403).says("ほかのログインのときに開いた画面から送られました");
        assert_eq!(answer.value("name").as_deref(), Some("偽 造"));
    }
    let (n,): (i64,) = world
        .read(|tx| tx.one("select count(*) from doctor where name = '偽 造'", platform::args![]));
    assert_eq!(n, 0);
    // Signing in anew in another tab: the old page's form comes back as typed, with a token of its
    // own.
    let mut sato = sato;
    sato.open("/login");
    sato.send("/logout", &[]);
    sato.sign_in(SATO, PASSWORD);
    let again =
        sato.press(&page, "医師情報を保存する", &[("name", "再 送"), ("reading", "さいそう")]);
    again.is(403);
    sato.press(&again, "医師情報を保存する", &[]).is(200).says("再 送");
}

#[test]
fn what_was_being_typed_survives_the_end_of_a_session() {
    let world = World::production();
    let code = |key: &str| platform::secrets::totp_code(key, world.house.now()).unwrap();
    let sato = world.persona(SATO);
    let page = sato.press(&sato.open("/account/second-factor"), "二要素認証の設定をはじめる", &[]);
    let key = key_of(&page);
    sato.press(&page, "二要素認証を設定する", &[("code", &code(&key))]).is(200);
    let base = format!("/venues/{}/doctors/new", world.minato());
    let form = sato.open(&base);
    assert!(
        form.body.contains("data-ends-in=\"1800\"") && form.body.contains("data-warning=\"300\"")
    );
    form.says("このログインは、何もしないと").says("まもなくログインが終わります");
    world.set_clock("2022-02-07T10:25");
    sato.open(&base);
    assert!(sato.open("/account/session").body.contains("\"ends_in\":1800"));
    sato.open(&base);
    // Half an hour without a sign of life.
    world.set_clock("2022-02-07T11:00");
    let asked = sato.press(
        &form,
        "医師情報を保存する",
        &[("name", "途中 入力"), ("reading", "とちゅう にゅうりょく")],
    );
    asked.is(401).says("入力した内容は残っています");
    let asked = sato.press(&asked, "ログインする", &[("mail", SATO), ("password", PASSWORD)]);
    asked.is(200).is_at("/login/code");
    let back = sato.press(&asked, "確認コードでログインする", &[("code", &code(&key))]);
    back.is(200).is_at(&base).says("ログインし直す前に入力していた内容を表示しています");
    assert_eq!(back.value("name").as_deref(), Some("途中 入力"));
    // Nobody else sees it.
    let kept = back.path.clone();
    assert_eq!(
        world.persona("takahashi@minato-clinic.example").open(&kept).value("name").as_deref(),
        Some("")
    );
    sato.press(&back, "医師情報を保存する", &[]).is(200).says("途中 入力");
}

#[test]
fn an_approval_in_production_asks_for_the_second_factor_again() {
    let world = World::production();
    let approver = world.persona("approver@ministry.example");
    let page =
        approver.press(&approver.open("/account/second-factor"), "二要素認証の設定をはじめる", &[]);
    let key = key_of(&page);
    let code = || platform::secrets::totp_code(&key, world.house.now()).unwrap();
    approver.press(&page, "二要素認証を設定する", &[("code", &code())]).is(200);
    let list = approver.open(&approver.open("/account").link("国（厚生労働省）のメンバー"));
    world.set_clock("2022-02-07T10:06");
    let member = approver.open(&list.link("田中 一郎"));
    let prove = approver.press(&member, "権限を変える", &[("permission_approver", "✓")]);
    prove.is_at("/account/prove");
    approver
        .press(&prove, "本人であることを確認する", &[("code", "000000")])
        .is(422)
        .says("確認コードが違います");
    let member = approver.press(&prove, "本人であることを確認する", &[("code", &code())]);
    approver
        .press(&member, "権限を変える", &[("permission_approver", "✓")])
        .is(200)
        .says("権限を変えました");
}

#[test]
fn too_many_requests_from_one_address_wait_and_others_are_not_concerned() {
    let world = World::production_with(|settings| web::Settings {
        address_limit: 20.try_into().unwrap(),
        proxies: 1,
        ..settings
    });
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let ask = |from: &str| {
        let answer = agent
            .get(format!("{}/calendar", world.url))
            .header("x-forwarded-for", from)
            .call()
            .unwrap();
        (
            answer.status().as_u16(),
            answer.headers().get("retry-after").is_some(),
            answer.headers().get("strict-transport-security").is_some(),
        )
    };
    // The address that our own proxy saw counts, whatever the visitor wrote before it.
    let all: Vec<u16> = (0..25).map(|n| ask(&format!("10.0.0.{n}, 192.0.2.1")).0).collect();
    assert!(all[..20].iter().all(|s| *s == 200) && all[20..].iter().all(|s| *s == 429), "{all:?}");
    assert_eq!(ask("192.0.2.1"), (429, true, true));
    assert_eq!(ask("192.0.2.2"), (200, false, true));
}

/// The text key of the set-up page.
fn key_of(page: &stories::Page) -> String {
    let words = page.words();
    let key = words.split("文字のキー：").nth(1).unwrap_or_else(|| panic!("no key: {words}"));
    key.split_whitespace()
        .take_while(|part| {
            part.len() <= 4 && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        })
        .collect()
}

#[test]
fn in_production_a_second_factor_is_set_up_before_the_first_write_and_asked_for_at_every_sign_in() {
    let world = World::production();
    let sato = world.persona(SATO);
    let base = format!("/venues/{}", world.minato());
    sato.open("/home").says("二要素認証を設定する");
    // Reading is allowed, writing isn't.
    let form = sato.open(&format!("{base}/doctors/new"));
    form.is(200);
    sato.press(&form, "医師情報を保存する", &[("name", "早 すぎ"), ("reading", "はや すぎ")])
        .is_at("/account/second-factor")
        .says("登録や変更をする前に、二要素認証を設定してください");
    let page = sato.press(&sato.open("/account/second-factor"), "二要素認証の設定をはじめる", &[]);
    let key = key_of(&page);
    assert!(page.body.contains("<svg"), "no picture");
    sato.press(&page, "二要素認証を設定する", &[("code", "000000")])
        .is(422)
        .says("確認コードが違います");
    let code = |at: &str| platform::secrets::totp_code(&key, stories::at(at)).unwrap();
    let done = sato.press(
        &sato.open("/account/second-factor"),
        "二要素認証を設定する",
        &[("code", &code("2022-02-07T10:00"))],
    );
    done.is(200).says("二要素認証を設定しました");
    let recovery: Vec<String> = done
        .html()
        .select(&scraper::Selector::parse("ol code").unwrap())
        .map(|c| c.text().collect())
        .collect();
    assert_eq!(recovery.len(), 10);
    sato.open("/account/second-factor").says("設定済みです").says("使っていない回復コード：10");
    sato.press(&form, "医師情報を保存する", &[("name", "二要 素"), ("reading", "によう そ")])
        .is(200)
        .says("二要 素");

    // The password alone opens nothing any more.
    let again = world.nobody();
    let asked = try_sign_in(&again, SATO, PASSWORD);
    asked.is(200).is_at("/login/code");
    again.open(&base).is_at("/login/code");
    again
        .send(
            &format!("{base}/doctors/new"),
            &[("name", "盗 人"), ("reading", "ぬす びと"), ("product", "moderna")],
        )
        .is_at("/login/code");
    // A code that was used doesn't work again; the next one does, and leads where one wanted to go.
    again
        .press(&asked, "確認コードでログインする", &[("code", &code("2022-02-07T10:00"))])
        .is(422)
        .says("確認コードが違います");
    world.set_clock("2022-02-07T10:01");
    let wanted = again.open(&base);
    again
        .press(&wanted, "確認コードでログインする", &[("code", &code("2022-02-07T10:01"))])
        .is(200)
        .is_at(&base);

    // A recovery code works once; failures make the next try wait.
    let third = world.nobody();
    let asked = try_sign_in(&third, SATO, PASSWORD);
    third
        .press(&asked, "確認コードでログインする", &[("code", &recovery[3].to_uppercase())])
        .is(200)
        .is_at("/home");
    let fourth = world.nobody();
    let mut asked = try_sign_in(&fourth, SATO, PASSWORD);
    for _ in 0..6 {
        asked = fourth.press(&asked, "確認コードでログインする", &[("code", &recovery[3])]);
        asked.is(422).says("確認コードが違います");
    }
    fourth
        .press(&asked, "確認コードでログインする", &[("code", &recovery[4])])
        .is(422)
        .says("続けて間違えたため、あと2秒");
    world.journal_is_sound();
}
