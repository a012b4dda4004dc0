//! Mails as they go over the wire, read back by somebody else's strict parser; who may sign in
//! under which writing of an address; what was typed when the session had gone.

use std::process::Command;

use platform::args;
use platform::mail::Courier;
use platform::outbox::{self, Kept, Mail};
use serde_json::Value;
use stories::browser::project;
use stories::rich::SATO;
use stories::smtp::{MailServer, Tls};
use stories::{Visitor, World, on_both_engines};

fn judged(server: &MailServer, record: &[String]) -> Vec<Value> {
    let out = Command::new("/usr/bin/python3")
        .arg(project().join("stories/tests/doors/judge_mail.py"))
        .arg(server.maildir())
        .args(record)
        .output()
        .expect("python3");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn header(mail: &Value, name: &str) -> Vec<String> {
    let all = mail["headers"].as_array().unwrap();
    all.iter().filter(|h| h[0] == name).map(|h| h[1].as_str().unwrap().to_string()).collect()
}

fn put(world: &World, to: &str, subject: &str, body: &str, about: (&str, &str), end: Option<&str>) {
    let now = world.house.now();
    let mail = Mail {
        to: to.into(),
        subject: subject.into(),
        body: body.into(),
        about: (about.0.into(), about.1.into()),
    };
    let kept = Kept { mail, unsubscribe: end.map(str::to_string), content: None };
    world
        .house
        .db
        .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            outbox::put_all(tx, now, vec![kept.clone()])
        })
        .unwrap();
}

fn from_us(server: &MailServer) -> Courier {
    Courier::smtp(&server.url, "V-SYS <vsys@mail.example.jp>", None)
        .unwrap()
        .for_site("https://vsys.example.jp/")
}

const LONG: &str = "【要対応】第2クールの分配量が確定しましたので納入予定日をご確認ください（髙橋﨑𠮷野株式会社みなと商事 本社会場・第二会場・第三会場）🙂";

#[on_both_engines]
fn every_mail_has_the_headers_of_an_automatic_mail_and_no_defect(world: &World) {
    world.tick();
    let server = MailServer::start(Tls::None);
    let body = format!(
        "髙橋 様\n\n.点で始まる行\n.\nFrom 行\r\n\r{}\n\thttp://localhost/x?a=b&c=d\n",
        "長い行".repeat(700)
    );
    put(world, "a@example.jp", LONG, &body, ("venue", "v"), None);
    put(world, "b@example.jp", "plain", "short", ("inquiry", "i-1"), None);
    put(
        world,
        "c@example.jp",
        "x\r\nBcc: evil@example.com\r\n\r\nbody\u{85}\u{2028}",
        "本文\r\nBcc: evil@example.com",
        ("inquiry", "i-1"),
        None,
    );
    put(
        world,
        "d@example.jp",
        "【期限のお知らせ】3件",
        "本文",
        ("account", "p"),
        Some("https://vsys.example.jp/unsubscribe/s/reminders"),
    );
    world.deliver(&from_us(&server));
    let all = judged(&server, &[]);
    let to = |who: &str| {
        all.iter().find(|m| header(m, "to") == [who]).unwrap_or_else(|| panic!("no mail to {who}"))
    };
    let mut ids = Vec::new();
    for mail in &all {
        assert_eq!(mail["defects"], serde_json::json!([]), "{mail}");
        assert_eq!((&mail["multipart"], &mail["ascii"]), (&Value::Bool(false), &Value::Bool(true)));
        assert!(mail["longest"].as_i64().unwrap() <= 998);
        for (name, value) in [
            ("from", "V-SYS <vsys@mail.example.jp>"),
            ("mime-version", "1.0"),
            ("auto-submitted", "auto-generated"),
            ("x-auto-response-suppress", "All"),
            ("content-language", "ja"),
        ] {
            assert_eq!(header(mail, name), [value], "{mail}");
        }
        for name in ["subject", "date", "message-id", "content-type", "content-transfer-encoding"] {
            assert_eq!(header(mail, name).len(), 1, "{name}: {mail}");
        }
        assert!(
            header(mail, "bcc").is_empty()
                && header(mail, "cc").is_empty()
                && header(mail, "x-rcptto").len() == 1,
            "{mail}"
        );
        let id = header(mail, "message-id").remove(0);
        assert!(id.starts_with('<') && id.ends_with("@mail.example.jp>"), "{id}");
        ids.push(id);
        let text = mail["text"].as_str().unwrap();
        assert!(
            text.contains("返信しても、だれも読めません")
                && text.contains("https://vsys.example.jp/help"),
            "{text}"
        );
        assert!(
            mail["date"].as_str().unwrap().starts_with("2022-02-"),
            "the instant at which it was written: {mail}"
        );
    }
    let number = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), number);
    assert_eq!(header(to("a@example.jp"), "subject"), [LONG]);
    let text = to("a@example.jp")["text"].as_str().unwrap().replace("\r\n", "\n");
    assert!(
        text.contains(".点で始まる行\n.\nFrom 行\n") && text.contains(&"長い行".repeat(700)),
        "{text}"
    );
    let subject = header(to("c@example.jp"), "subject").remove(0);
    assert!(subject.starts_with("x Bcc: evil@example.com body"), "{subject}");
    // Mails of one inquiry stand together.
    assert_eq!(header(to("b@example.jp"), "references"), header(to("c@example.jp"), "references"));
    assert_eq!(header(to("b@example.jp"), "in-reply-to"), ["<inquiry.i-1@mail.example.jp>"]);
    assert!(header(to("a@example.jp"), "references").is_empty());
    // What comes again and again can be ended.
    assert_eq!(
        header(to("d@example.jp"), "list-unsubscribe"),
        ["<https://vsys.example.jp/unsubscribe/s/reminders>"]
    );
    assert_eq!(header(to("d@example.jp"), "list-unsubscribe-post"), ["List-Unsubscribe=One-Click"]);
    assert!(header(to("a@example.jp"), "list-unsubscribe").is_empty());
}

#[on_both_engines]
fn a_doubled_send_is_the_same_message_and_answers_go_where_somebody_reads_them(world: &World) {
    world.tick();
    let server = MailServer::start(Tls::None);
    let courier = from_us(&server).answered_at("窓口 <desk@example.jp>").unwrap();
    put(world, "a@example.jp", LONG, "本文", ("venue", "v"), None);
    world.deliver(&courier);
    world.tamper("update mail set sent_at = null where recipient = 'a@example.jp'");
    assert_eq!(world.deliver(&courier), 1);
    let own = |m: &String| {
        m.lines().filter(|l| !l.starts_with("X-Peer")).map(str::to_string).collect::<Vec<_>>()
    };
    let twice: Vec<Vec<String>> =
        server.received().iter().filter(|m| m.contains("To: a@example.jp")).map(own).collect();
    assert_eq!(twice.len(), 2);
    assert_eq!(twice[0], twice[1]);
    let all = judged(&server, &[]);
    let mail = all.iter().find(|m| header(m, "to") == ["a@example.jp"]).unwrap();
    assert_eq!(header(mail, "reply-to"), ["窓口 <desk@example.jp>"]);
    assert!(!mail["text"].as_str().unwrap().contains("だれも読めません"));
    assert!(from_us(&server).answered_at("nobody").is_err());
}

#[on_both_engines]
fn whatever_a_form_takes_for_an_address_the_courier_can_send_to(world: &World) {
    world.tick();
    let server = MailServer::start(Tls::None);
    let mut typed: Vec<String> = [
        "a..b", "ab.", ".ab", "a", "a.b", "a+b", "a_b", "a-b", "A.B", "1", "a'b", "o'brien", "a=b",
        "a/b", "a&b", "{a}", "a#b", "a!b", "~a", "a`b", "a%b", "a^b", "a|b", "a?b", "a*b", "$a",
        "-a", "a-", "_", "a\\b", "a(b)", "a:b", "a b", "\"a\"", "\"a b\"", "\"a..b\"", "あ", "a;b",
        "a,b", "a@b", "a<b", "a[b", "",
    ]
    .iter()
    .flat_map(|local| {
        ["example.jp", "docomo.ne.jp", "ezweb.ne.jp", "Example.JP", "a-b.example.co.jp"]
            .map(|domain| format!("{local}@{domain}"))
    })
    .collect();
    typed.extend(
        [
            "example..jp",
            "-example.jp",
            "example-.jp",
            "[192.0.2.1]",
            "192.0.2.1",
            "localhost",
            "example.j",
            "example.123",
            ".example.jp",
            "example.jp.",
            "例え.jp",
            "xn--r8jz45g.jp",
            "exa_mple.jp",
            "example.jp:25",
        ]
        .map(|d| format!("ab@{d}")),
    );
    typed.extend([62, 63, 64, 65, 66].map(|n| format!("{}@example.jp", "a".repeat(n))));
    typed.extend([61, 62, 63, 64].map(|n| format!("{}..@docomo.ne.jp", "a".repeat(n))));
    typed.extend([62, 63, 64].map(|n| format!("ab@{}.example.jp", "d".repeat(n))));
    typed.push(format!(
        "{}@{}.jp",
        "a".repeat(64),
        ["d".repeat(63), "e".repeat(63), "f".repeat(60)].join(".")
    ));
    typed.extend(
        [
            "mailto:ab@example.jp",
            "<ab@example.jp>",
            "名前 <ab@example.jp>",
            "ａｂ＠ｅｘａｍｐｌｅ．ｊｐ",
            " ab@example.jp　",
            "ab@example.jp\u{200b}",
        ]
        .map(String::from),
    );
    assert!(typed.len() > 240);
    let taken: std::collections::BTreeSet<String> =
        typed.iter().filter_map(|t| rules::input::mail("メール", t).ok()).collect();
    assert!(taken.len() > 100, "{}", taken.len());
    for address in &taken {
        put(world, address, "件名", "本文", ("venue", "v"), None);
    }
    world.deliver(&from_us(&server));
    let unsent: Vec<(String, Option<String>)> = world
        .read(|tx| tx.all("select recipient, last_error from mail where sent_at is null", args![]));
    assert_eq!(unsent, []);
    let arrived: Vec<String> = judged(&server, &[]).iter().flat_map(|m| header(m, "to")).collect();
    for address in &taken {
        let bare = rules::input::sendable(address);
        assert!(
            arrived.iter().any(|a| *a == bare || a.replace('"', "") == bare.replace('"', "")),
            "{address} isn't in {arrived:?}"
        );
    }
}

#[on_both_engines]
fn an_address_is_the_same_in_other_capitals_wherever_people_come_in(world: &World) {
    world.tick();
    for writing in [
        "Sato@minato-shoji.example",
        "SATO@MINATO-SHOJI.EXAMPLE",
        "ｓａｔｏ＠minato-shoji.example",
        " sato@minato-shoji.example　",
        "sa\u{200b}to@minato-shoji.example",
    ] {
        let mut visitor = Visitor::new(&world.url);
        visitor
            .sign_in(writing, vsys::demo_world::PASSWORD)
            .is(200)
            .does_not_say("メールアドレスかパスワードが違います");
        visitor.open("/account").is(200).says("佐藤");
    }
    // A row that was stored in mixed case by a version before.
    world.tamper(
        "update account set mail = 'Takahashi@Minato-Clinic.example', version = version + 1 where mail = 'takahashi@minato-clinic.example'",
    );
    for writing in [
        "takahashi@minato-clinic.example",
        "Takahashi@Minato-Clinic.example",
        "TAKAHASHI@minato-clinic.example",
    ] {
        let mut visitor = Visitor::new(&world.url);
        visitor.sign_in(writing, vsys::demo_world::PASSWORD).is(200);
        visitor.open("/account").is(200).is_at("/account");
    }
    // A new password is asked for under any writing, and goes to the address that is known.
    let nobody = world.nobody();
    nobody
        .press(
            &nobody.open("/reset"),
            "リンクを送る",
            &[("mail", "TAKAHASHI@MINATO-CLINIC.EXAMPLE")],
        )
        .is(200);
    let (n,): (i64,) = world.read(|tx| {
        tx.one("select count(*) from mail where recipient = 'Takahashi@Minato-Clinic.example' and subject like '%パスワード%'", args![])
    });
    assert_eq!(n, 1);
    // No second account under the same address in other capitals.
    let now = world.house.now();
    let (one, other) = world
        .house
        .db
        .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            let one = work::account::create(tx, now, "Neu@Example.jp", "新 人", None)?;
            Ok::<_, platform::db::Failure>((
                one,
                work::account::create(tx, now, "neu@example.jp", "新 人", None)?,
            ))
        })
        .unwrap();
    assert_eq!(one, other);
}

#[on_both_engines]
fn what_was_typed_survives_a_sign_out_in_another_tab(world: &World) {
    world.tick();
    let mut sato = Visitor::new(&world.url);
    sato.sign_in(SATO, vsys::demo_world::PASSWORD).is(200);
    let path = format!("/venues/{}/notes", world.minato());
    let page = sato.open(&path);
    page.is(200);
    let words = "冷蔵庫の鍵は総務部にあります。<b>&\"";
    let (target, mut fields) = stories::visitor::form(&page, "メモを残す", &[("text", words)]);
    fields.retain(|(name, _)| name != "attachment");
    // The cookie has gone: another tab signed out, or the browser was closed.
    let gone = Visitor::new(&world.url);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let asked = gone.send_exactly(&target, &fields);
    asked.is(401).says("ログアウトしているため、まだ登録されていません").says("残っています");
    let kept = asked.value("kept").unwrap();
    assert!(kept.contains("総務部") && !kept.contains("_key"), "{kept}");
    let (n,): (i64,) = world
        .read(|tx| tx.one("select count(*) from venue_note where text like '%総務部%'", args![]));
    assert_eq!(n, 0);
    let back = gone.press(
        &asked,
        "ログインする",
        &[("mail", SATO), ("password", vsys::demo_world::PASSWORD)],
    );
    back.is(200);
    assert_eq!(back.value("text").as_deref(), Some(words));
    let (n,): (i64,) = world
        .read(|tx| tx.one("select count(*) from venue_note where text like '%総務部%'", args![]));
    assert_eq!(n, 0, "nothing is done before the person sends it again");
    // Passwords are never kept; what is too long is said to be lost.
    let asked = gone_with(
        world,
        "/account/password",
        &[("old", "secret-1"), ("password", "secret-2"), ("note", "x")],
    );
    assert!(!asked.contains("secret-1") && !asked.contains("secret-2"));
    let long = "\"".repeat(200_000);
    let asked = gone_with(world, &target, &[("text", &long)]);
    assert!(asked.contains("ここには残せません") && asked.len() < 100_000);
}

#[on_both_engines]
fn mails_that_come_again_are_ended_with_one_click(world: &World) {
    world.tick();
    world.set_clock("2022-02-15T09:30");
    world.tick();
    let (link,): (Option<String>,) = world.read(|tx| tx.one("select unsubscribe from mail where recipient = 'sato@minato-shoji.example' and subject like '【期限のお知らせ】%' order by made_at desc limit 1", args![]));
    let link = link.expect("a reminder carries the address that ends it");
    let path =
        link.split_once("/unsubscribe").map(|(_, rest)| format!("/unsubscribe{rest}")).unwrap();
    let nobody = Visitor::new(&world.url);
    nobody.open(&path).is(200).says("期限のお知らせ");
    // As a mail program posts it: no cookie, no form of ours.
    nobody.send_exactly(&path, &[("List-Unsubscribe", "One-Click")]).is(200).says("止めました");
    let (reminders,): (bool,) = world.read(|tx| {
        tx.one("select reminders from account where mail = 'sato@minato-shoji.example'", args![])
    });
    assert!(!reminders);
    nobody.send_exactly(&path.replace("/reminders", "/nothing"), &[]).is(404);
    nobody.open(&format!("/unsubscribe/{}/reminders", "0".repeat(64))).is(404);
    let sato = world.persona(SATO);
    let settings = sato.open("/account/notices");
    sato.press(&settings, "お知らせの設定を保存する", &[("reminders", "yes")]).is(200);
    let (reminders,): (bool,) = world.read(|tx| {
        tx.one("select reminders from account where mail = 'sato@minato-shoji.example'", args![])
    });
    assert!(reminders);
}

fn gone_with(world: &World, target: &str, fields: &[(&str, &str)]) -> String {
    Visitor::new(&world.url).send_exactly(target, fields).body
}

/// DKIM is judged by a verifier of somebody else's, under the record that the product says must
/// stand in DNS.
#[test]
fn signed_mails_are_believed_by_a_verifier_and_changed_ones_are_not() {
    let world = World::sqlite();
    world.tick();
    for algorithm in
        [&["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"][..], &["-algorithm", "ed25519"]]
    {
        let key = Command::new("openssl").arg("genpkey").args(algorithm).output().expect("openssl");
        let pem = String::from_utf8(key.stdout).unwrap();
        let server = MailServer::start(Tls::None);
        let courier = from_us(&server).signed(&pem, "s2022").unwrap();
        let (name, value) = courier.dns_record().unwrap();
        assert_eq!(name, "s2022._domainkey.mail.example.jp");
        put(
            &world,
            "a@example.jp",
            LONG,
            "本文  二つの空白\t\n\n\n",
            ("inquiry", "i-1"),
            Some("https://vsys.example.jp/unsubscribe/s/digest"),
        );
        put(&world, "b@example.jp", "plain", "plain  words \n\n", ("venue", "v"), None);
        assert!(world.deliver(&courier) >= 2);
        let all = judged(&server, &[name, value]);
        assert!(all.len() >= 2);
        for mail in all {
            assert_eq!(
                (&mail["dkim"], &mail["spoiled"]),
                (&Value::Bool(true), &Value::Bool(false)),
                "{algorithm:?} {mail}"
            );
        }
    }
    assert!(from_us(&MailServer::start(Tls::None)).signed("not a key", "s").is_err());
}
