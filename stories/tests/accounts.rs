//! Signing in, and what happens when it goes wrong.

use features::seeds::PASSWORD;
use stories::{Visitor, World, on_both_engines};

const SATO: &str = "sato@minato-shoji.example";

fn try_sign_in(visitor: &Visitor, mail: &str, password: &str) -> stories::Page {
    visitor.press(&visitor.open("/login"), "ログインする", &[("mail", mail), ("password", password)])
}

on_both_engines! {
    fn failures_make_the_next_try_wait_and_an_unknown_account_is_no_different(world) {
        let visitor = world.nobody();
        for mail in [SATO, "nobody@example.jp"] {
            for _ in 0..6 {
                try_sign_in(&visitor, mail, "wrong wrong wrong").is(422).says("メールアドレスかパスワードが違います。");
            }
            // The right password has to wait as well; so an attacker learns nothing from waiting.
            try_sign_in(&visitor, mail, PASSWORD).is(422).says("続けて間違えたため、あと2秒待ってから");
        }
        world.set_clock("2022-02-07T10:00:02");
        try_sign_in(&visitor, SATO, PASSWORD).is(200).is_at("/home");
        // A success clears the count.
        try_sign_in(&world.nobody(), SATO, "wrong wrong wrong").says("メールアドレスかパスワードが違います。");
    }

    fn a_forgotten_password_is_set_anew_by_a_link_that_works_once(world) {
        let old = world.persona(SATO);
        let visitor = world.nobody();
        let unknown = visitor.press(&visitor.open("/reset"), "リンクを送る", &[("mail", "nobody@example.jp")]);
        let known = visitor.press(&visitor.open("/reset"), "リンクを送る", &[("mail", SATO)]);
        known.is(200).says("そのメールアドレスのIDがあれば、リンクをお送りしました");
        assert_eq!(unknown.words(), known.words(), "the answer tells whether the address is known");
        assert_eq!(world.mails_to("nobody@example.jp").len(), 0);
        let link = world.link_to(SATO);
        let page = visitor.open(&link);
        visitor.press(&page, "パスワードを決めてログインする", &[("password", "みじかい")]).is(422).says("15文字以上");
        visitor.press(&page, "パスワードを決めてログインする", &[("password", "新しい合い言葉は夏のひまわり畑")]).is(200).is_at("/home");
        world.nobody().open(&link).says("このリンクは使えません");
        old.open("/home").is_at("/login");
        try_sign_in(&world.nobody(), SATO, PASSWORD).is(422);
        try_sign_in(&world.nobody(), SATO, "新しい合い言葉は夏のひまわり畑").is(200);
        assert!(world.mails_to(SATO).iter().any(|m| m.subject.contains("パスワードが変わりました")));
    }

    fn a_reset_link_expires_and_opens_no_other_door(world) {
        let visitor = world.nobody();
        visitor.press(&visitor.open("/reset"), "リンクを送る", &[("mail", SATO)]);
        let link = world.link_to(SATO);
        visitor.open(&link.replace("/reset/", "/activate/")).is(404);
        visitor.open(&link.replace("/reset/", "/applications/return/")).says("このリンクは使えません");
        world.set_clock("2022-02-08T10:00");
        visitor.open(&link).says("このリンクは使えません");
        visitor.send(&link, &[("password", "新しい合い言葉は夏のひまわり畑")]).is(404);
    }

    fn sessions_are_listed_and_ended_by_their_owner_and_nobody_else(world) {
        let (office, home, other) = (world.persona(SATO), world.persona(SATO), world.persona("takahashi@minato-clinic.example"));
        let page = office.open("/account");
        page.says("この端末");
        let (path, _) = stories::visitor::form(&page, "この端末のログインを終わらせる", &[]);
        other.send(&path, &[]).is(404);
        home.open("/home").is(200).is_at("/home");
        office.press(&page, "この端末のログインを終わらせる", &[]).is(200).says("その端末のログインを終わらせました");
        home.open("/home").is_at("/login");
        office.open("/home").is_at("/home");
    }

    fn a_password_is_changed_with_the_present_one(world) {
        let sato = world.persona(SATO);
        let page = sato.open("/account/password");
        sato.press(&page, "パスワードを変える", &[("old", "wrong wrong wrong"), ("password", "駅前の桜は毎年3月の終わりに咲く")]).is(422).says("いまのパスワードが違います。");
        sato.press(&page, "パスワードを変える", &[("old", PASSWORD), ("password", "駅前の桜は毎年3月の終わりに咲く")]).is(200).is_at("/account").says("パスワードを変えました");
        try_sign_in(&world.nobody(), SATO, "駅前の桜は毎年3月の終わりに咲く").is(200);
        world.journal_is_sound();
    }
}

/// The text key of the set-up page.
fn key_of(page: &stories::Page) -> String {
    let words = page.words();
    let key = words.split("文字のキー：").nth(1).unwrap_or_else(|| panic!("no key: {words}"));
    key.split_whitespace()
        .take_while(|part| part.len() <= 4 && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()))
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
    sato.press(&page, "二要素認証を設定する", &[("code", "000000")]).is(422).says("確認コードが違います");
    let code = |at: &str| platform::secrets::totp_code(&key, stories::at(at)).unwrap();
    let done = sato.press(&sato.open("/account/second-factor"), "二要素認証を設定する", &[("code", &code("2022-02-07T10:00"))]);
    done.is(200).says("二要素認証を設定しました");
    let recovery: Vec<String> = done.html().select(&scraper::Selector::parse("ol code").unwrap()).map(|c| c.text().collect()).collect();
    assert_eq!(recovery.len(), 10);
    sato.open("/account/second-factor").says("設定済みです").says("使っていない回復コード：10");
    sato.press(&form, "医師情報を保存する", &[("name", "二要 素"), ("reading", "によう そ")]).is(200).says("二要 素");

    // The password alone opens nothing any more.
    let again = world.nobody();
    let asked = try_sign_in(&again, SATO, PASSWORD);
    asked.is(200).is_at("/login/code");
    again.open(&base).is_at("/login/code");
    again.send(&format!("{base}/doctors/new"), &[("name", "盗 人"), ("reading", "ぬす びと"), ("product", "moderna")]).is_at("/login/code");
    // A code that was used doesn't work again; the next one does, and leads where one wanted to go.
    again.press(&asked, "確認コードでログインする", &[("code", &code("2022-02-07T10:00"))]).is(422).says("確認コードが違います");
    world.set_clock("2022-02-07T10:01");
    let wanted = again.open(&base);
    again.press(&wanted, "確認コードでログインする", &[("code", &code("2022-02-07T10:01"))]).is(200).is_at(&base);

    // A recovery code works once; failures make the next try wait.
    let third = world.nobody();
    let asked = try_sign_in(&third, SATO, PASSWORD);
    third.press(&asked, "確認コードでログインする", &[("code", &recovery[3].to_uppercase())]).is(200).is_at("/home");
    let fourth = world.nobody();
    let mut asked = try_sign_in(&fourth, SATO, PASSWORD);
    for _ in 0..6 {
        asked = fourth.press(&asked, "確認コードでログインする", &[("code", &recovery[3])]);
        asked.is(422).says("確認コードが違います");
    }
    fourth.press(&asked, "確認コードでログインする", &[("code", &recovery[4])]).is(422).says("続けて間違えたため、あと2秒");
    world.journal_is_sound();
}
