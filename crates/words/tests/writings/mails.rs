//! Mail addresses.

use rules::input::{self, InputFault};

use crate::{mean, of, refused, wide, wrapped};

#[test]
fn mails() {
    let mut cases: Vec<(String, Result<String, InputFault>)> = Vec::new();
    for stored in [
        "taro@example.jp",
        "a.b+c@sub.example.co.jp",
        "x_y-z@example.org",
        "1@2.jp",
        "Sato.Kenji@example.lg.jp",
        "o'brien@example.com",
        "tokyo/minato=desk@example.jp",
        "a..b@docomo.ne.jp",
        "ab.@docomo.ne.jp",
        ".ab@ezweb.ne.jp",
        "a...b.@a2.ezweb.ne.jp",
        "taro@xn--wgv71a119e.jp",
        "taro@a--b.example.jp",
    ] {
        let (local, domain) = stored.split_once('@').unwrap();
        let all = [
            stored.to_string(),
            format!("{local}@{}", domain.to_uppercase()),
            format!("{local}＠{domain}"),
            format!("{local}@{}{}", domain[..1].to_uppercase(), &domain[1..]),
            format!("{}@{domain}", wide(local)),
            wide(stored),
            format!("{local}@{}", domain.replace('.', "。")),
            format!("mailto:{stored}"),
            format!("MAILTO:{stored}?subject=hello"),
            format!("<{stored}>"),
            format!("佐藤 健二 <{stored}>"),
            format!("\"佐藤, 健二\" <{stored}>"),
            format!("Sato <mailto:{stored}>"),
            format!("佐藤＜{stored}＞"),
            format!("{local} @ {domain}"),
        ];
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        cases.extend(of(&Ok(stored.to_string()), &all, wrapped));
    }
    cases.extend(of(
        &Ok("a..b@docomo.ne.jp".to_string()),
        &["\"a..b\"@docomo.ne.jp", "\"a..b\"@DOCOMO.ne.jp"],
        wrapped,
    ));
    cases.push((
        format!("{}@example.jp", "a".repeat(64)),
        Ok(format!("{}@example.jp", "a".repeat(64))),
    ));
    mean(&cases, |raw| input::mail("メールアドレス", raw));
    let (long, longest) = (
        format!("{}@example.jp", "a".repeat(65)),
        format!("{}@{}jp", "a".repeat(64), format!("{}.", "b".repeat(60)).repeat(4)),
    );
    let label = format!("a@{}.jp", "b".repeat(64));
    refused(
        |raw| input::mail("メールアドレス", raw),
        &[
            ("メールアドレスを入力してください", &["", "　", "\u{2066}\u{2069}"]),
            (
                "メールアドレスは name@example.jp の形で入力してください",
                &[
                    "taro",
                    "taro@",
                    "@example.jp",
                    "なし",
                    "-",
                    "mailto:",
                    "<>",
                    "@",
                    "taro at example.jp",
                ],
            ),
            (
                "「.」は、先頭・末尾に置いたり続けたりできません",
                &[
                    "a..b@example.jp",
                    "ab.@example.jp",
                    ".ab@example.jp",
                    "a..b@notdocomo.ne.jp",
                    "ａ．．ｂ＠example.jp",
                ],
            ),
            (
                "（ドメイン）が正しくありません",
                &[
                    "ab@example..jp",
                    "ab@-example.jp",
                    "ab@example-.jp",
                    "ab@.example.jp",
                    "ab@example.jp.",
                    "ab@exam_ple.jp",
                    "ab@example.1",
                    "ab@example.jp、",
                    &label,
                ],
            ),
            ("（ドメイン）に「.」がありません", &["taro@example", "root@localhost"]),
            (
                "数字のアドレスではなく",
                &["ab@[192.0.2.1]", "ab@192.0.2.1", "ab@[IPv6:2001:db8::1]"],
            ),
            ("xn-- で始まる", &["taro@日本語.jp", "taro@例え.テスト", "taro@exämple.de"]),
            (
                "使えない文字",
                &[
                    "a\\b@example.jp",
                    "a(b)@example.jp",
                    "a:b@example.jp",
                    "太郎@example.jp",
                    "a<b@example.jp",
                    "a[b]@example.jp",
                    "\"ab\"@example.jp",
                    "...@docomo.ne.jp",
                    "tarō@example.jp",
                    "a,b@example.jp",
                    "a;b@example.jp",
                ],
            ),
            (
                "空白が入っています",
                &[
                    "ta ro@example.jp",
                    "ta　ro@example.jp",
                    "taro@exam ple.jp",
                    "\"a b\"@example.jp",
                ],
            ),
            ("@ が1つだけ", &["a@b@c.jp", "a@@example.jp"]),
            (
                "1つだけ入力",
                &[
                    "a@example.jp, b@example.jp",
                    "a@example.jp;b@example.jp",
                    "a@example.jp b@example.jp",
                    "a@example.jp、b@example.jp",
                    "a@example.jp\nb@example.jp",
                    "a@example.jp/b@example.jp",
                    "A <a@example.jp>, B <b@example.jp>",
                ],
            ),
            ("@ の前は64文字まで", &[&long]),
            ("全体で254文字まで", &[&longest]),
        ],
    );
    assert_eq!(input::sendable("a..b@docomo.ne.jp"), "\"a..b\"@docomo.ne.jp");
    assert_eq!(input::sendable("Sato@example.jp"), "Sato@example.jp");
    assert_eq!(input::sendable(&input::sendable(".a.@docomo.ne.jp")), "\".a.\"@docomo.ne.jp");
    assert_eq!(input::mail_key("Sato@example.jp"), input::mail_key("sATO@example.jp"));
}

#[test]
fn addresses_of_pages() {
    for raw in [
        "https://example.jp/book?a=1",
        "HTTPS://example.jp/book?a=1",
        "ｈｔｔｐｓ：／／example.jp/book?a=1",
    ] {
        for raw in wrapped(raw) {
            assert_eq!(
                input::web("予約ページ", &raw),
                Ok("https://example.jp/book?a=1".into()),
                "{raw:?}"
            );
        }
    }
    assert_eq!(input::web("予約ページ", "http://例え.jp/予約"), Ok("http://例え.jp/予約".into()));
    let long = format!("https://example.jp/{}", "a".repeat(500));
    refused(
        |raw| input::web("予約ページ", raw),
        &[
            ("予約ページを入力してください", &["", "　"]),
            (
                "予約ページは https:// から入力",
                &[
                    "example.jp",
                    "javascript:alert(1)",
                    "JavaScript://x.jp/%0aalert(1)",
                    "ftp://example.jp",
                    "https://",
                    "https://example",
                    "https:/example.jp",
                    "https://exa mple.jp",
                    "data:text/html,x",
                    "//example.jp",
                    "https://example.jp/a b",
                    "https://example.jp/\"onclick",
                    "https://user@example.jp/",
                    "https://.jp",
                ],
            ),
            ("500文字まで", &[&long]),
        ],
    );
}
