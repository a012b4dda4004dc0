//! What people type into forms: look-alike dashes, marks that nobody sees, letters of their own
//! names, addresses that phones capitalise.
//! What is stored is shown again; what is refused keeps what was typed and says what is wrong.

use platform::mail::Courier;
use platform::outbox::Mail;
use rules::input;
use stories::smtp::{MailServer, Tls};
use stories::visitor::Visitor;
use stories::{Page, World, on_both_engines};

fn new_doctor(visitor: &Visitor, venue: &str, fields: &[(&str, &str)]) -> Page {
    let page = visitor.open(&format!("/venues/{venue}/doctors/new"));
    let page = visitor.press(&page, "医師情報を保存する", fields);
    // A name in another writing is asked about: 別の医師です.
    if page.value("twin").is_some() {
        visitor.press(&page, "医師情報を保存する", &[("twin", "✓")])
    } else {
        page
    }
}

/// Name, reading, phone and mail of the doctor stored last, and as the form shows them again.
fn last_doctor(world: &World, visitor: &Visitor, venue: &str) -> [String; 4] {
    let of = venue.to_string();
    let (id, name, reading, phone, mail): (String, String, String, String, String) =
        world.read(move |tx| {
            let all: Vec<(String, String, String, String, String)> = tx.all(
                "select id, name, reading, phone, mail from doctor where venue_id = $1",
                platform::args![&of],
            )?;
            Ok(all.into_iter().next_back().expect("a doctor"))
        });
    let form = visitor.open(&format!("/venues/{venue}/doctors/{id}"));
    for (field, value) in
        [("name", &name), ("reading", &reading), ("phone", &phone), ("mail", &mail)]
    {
        assert_eq!(form.value(field).as_ref(), Some(value), "the form shows what is stored");
    }
    [name, reading, phone, mail]
}

#[on_both_engines]
fn a_phone_number_is_read_in_any_writing_and_shown_in_one(world: &World) {
    let (sato, venue) = (world.persona("sato@minato-shoji.example"), world.minato());
    let writings = [
        ("03―1234―5678", "03-1234-5678"),
        ("03─1234─5678", "03-1234-5678"),
        ("03‒1234‒5678", "03-1234-5678"),
        ("０３ー１２３４ー５６７８", "03-1234-5678"),
        ("03(1234)5678", "03-1234-5678"),
        ("03・1234・5678", "03-1234-5678"),
        ("\u{202a}03-1234-5678\u{202c}", "03-1234-5678"),
        ("\u{202d}0312345678\u{202c}", "0312345678"),
        ("03-1234-5678\u{2069}", "03-1234-5678"),
        ("03-1234-5678\u{ad}", "03-1234-5678"),
        ("\u{2067}03-\u{ad}1234\u{200b}-5678\u{e007f}", "03-1234-5678"),
        ("+81 (0)3-1234-5678", "03-1234-5678"),
        ("+81-90-1234-5678", "090-1234-5678"),
        ("0081 3 1234 5678", "03-1234-5678"),
        ("℡03-1234-5678（代表）", "03-1234-5678"),
        ("03-1234-5678（内線１２３）", "03-1234-5678 内線123"),
    ];
    for (i, (typed, stored)) in writings.into_iter().enumerate() {
        let name = format!("電話 {i}");
        new_doctor(&sato, &venue, &[("name", &name), ("reading", "でんわ"), ("phone", typed)])
            .is(200)
            .says(&name);
        let of = name.clone();
        let (phone,): (String,) = world.read(move |tx| {
            tx.one("select phone from doctor where name = $1", platform::args![&of])
        });
        assert_eq!(phone, stored, "{typed:?}");
    }
    for (typed, sentence) in [
        ("03-1234-567", "03で始まる番号は10桁、入力は9桁です"),
        ("9012345678", "先頭の0がありません"),
        ("03-1234-5678、03-1234-5679", "1つの番号だけ"),
        ("+1-212-555-0100", "日本国内の番号"),
        ("03-1234-5678 担当", "「担当」が入っています"),
    ] {
        let refused = new_doctor(
            &sato,
            &venue,
            &[("name", "断る 子"), ("reading", "ことわる"), ("phone", typed)],
        );
        refused.is(422).says(sentence);
        assert_eq!(refused.value("phone").as_deref(), Some(typed), "what was typed is kept");
    }
    world.journal_is_sound();
}

#[on_both_engines]
fn a_name_keeps_every_letter_and_loses_what_nobody_sees(world: &World) {
    let (sato, venue) = (world.persona("sato@minato-shoji.example"), world.minato());
    for (typed, stored) in [
        ("\u{fa19}田　一", "\u{fa19}田 一"),
        ("\u{fa10}本 二", "\u{fa10}本 二"),
        ("\u{fa1b}井\u{a0}三", "\u{fa1b}井 三"),
        ("\u{fa26}\u{fa1a} 五", "\u{fa26}\u{fa1a} 五"),
        ("渚\u{fa46} 六", "渚\u{fa46} 六"),
        ("\u{fa11}谷 \u{fa0e}", "\u{fa11}谷 \u{fa0e}"),
        ("𠮷野 﨑子", "𠮷野 﨑子"),
        ("葛\u{e0100}城 七", "葛\u{e0100}城 七"),
        ("か\u{3099}く 八", "がく 八"),
        ("山田 \u{202e}太郎", "山田 太郎"),
        ("\u{2067}山田\u{2069} \u{200b}花\u{ad}子", "山田 花子"),
        ("⻑野 ⻘子", "長野 青子"),
        ("Jose\u{301} Núñez", "José Núñez"),
    ] {
        new_doctor(&sato, &venue, &[("name", typed), ("reading", "よみかた")]).is(200).says(stored);
        assert_eq!(name_of(world, &venue, stored), stored, "{typed:?}");
    }
    for (typed, stored) in [
        ("サ－バ", "さーば"),
        ("サ-バ", "さーば"),
        ("さ‐ば", "さーば"),
        ("ｼﾝ-ｲﾁ", "しんーいち"),
        ("しん―いち", "しんーいち"),
        ("ヴィクタ─", "ゔぃくたー"),
        ("ジャン＝ポール", "じゃん・ぽーる"),
    ] {
        new_doctor(&sato, &venue, &[("name", &format!("読み {typed}")), ("reading", typed)])
            .is(200);
        let of = format!("読み {typed}");
        let (reading,): (String,) = world.read(move |tx| {
            tx.one("select reading from doctor where name = $1", platform::args![&of])
        });
        assert_eq!(reading, stored, "{typed:?}");
    }
    new_doctor(&sato, &venue, &[("name", "漢字 太郎"), ("reading", "漢字")])
        .is(422)
        .says("よみはひらがなで入力してください");
    new_doctor(&sato, &venue, &[("name", "\u{200b}\u{202e}"), ("reading", "よみ")])
        .is(422)
        .says("氏名を入力してください");
    new_doctor(&sato, &venue, &[("name", &"長".repeat(61)), ("reading", "よみ")])
        .is(422)
        .says("氏名は60文字までで入力してください");
    new_doctor(
        &sato,
        &venue,
        &[("name", "空 白"), ("reading", "よみ"), ("phone", "\u{200b}"), ("mail", "\u{3164}")],
    )
    .is(200)
    .says("空 白");
    let [_, _, phone, mail] = last_doctor(world, &sato, &venue);
    assert_eq!(
        (phone.as_str(), mail.as_str()),
        ("", ""),
        "an optional field with nothing to be seen is empty"
    );
}

#[on_both_engines]
fn an_application_is_read_in_an_offices_writing(world: &World) {
    let nobody = world.nobody();
    let page = nobody.press(
        &nobody.open("/applications/new"),
        "申込をはじめる",
        &[("mail", "Taro <Ｔaro.Minato@Example.JP>")],
    );
    let application = page.is(200).path.clone();
    let section = |name: &str, fields: &[(&str, &str)]| {
        nobody.press(&nobody.open(&format!("{application}/{name}")), "保存して一覧に戻る", fields)
    };
    let shows = |name: &str, field: &str| {
        nobody.open(&format!("{application}/{name}")).value(field).unwrap_or_default()
    };
    section(
        "venue",
        &[
            ("venue_name", "\u{202a}本社ビル　3階\u{202c}"),
            ("venue_postal", "〒１００―８９１６"),
            ("venue_municipality", "東京都港区\u{a0}"),
            ("venue_address", "芝\u{ad}1-2-3"),
            ("venue_phone", "03―1234―5678（内線 12）"),
        ],
    )
    .is(200);
    assert_eq!(shows("venue", "venue_name"), "本社ビル 3階");
    assert_eq!(shows("venue", "venue_postal"), "〒100-8916");
    assert_eq!(shows("venue", "venue_address"), "芝1-2-3");
    assert_eq!(shows("venue", "venue_phone"), "03-1234-5678 内線12");
    for (typed, sentence) in [
        ("〒105-0014 芝1-1-1", "郵便番号の欄に"),
        ("2022/1/1", "日付のように見えます"),
        ("1月1日", "日付のように見えます"),
        ("芝#N/A", "表計算ソフトのエラー"),
        ("芝 NULL", "表計算ソフトのエラー"),
        ("芝1月1日", "住所の「1月1日」は日付のように見えます"),
        ("1-Jan みなとビル3階", "は日付のように見えます"),
        ("未定", "「未定」は住所ではありません"),
        ("芝????", "住所に「????」があります"),
        ("千葉県1-1", "町名・番地は「千葉県」から始まっていますが、市区町村は東京都港区です"),
        ("渋谷区芝1-1-1", "町名・番地は「渋谷区」から始まっていますが、市区町村は東京都港区です"),
    ] {
        section("venue", &[("venue_address", typed)]).is(422).says(sentence);
        assert_eq!(shows("venue", "venue_address"), "芝1-2-3", "{typed}");
    }
    let asked = section("venue", &[("venue_address", "大阪市北区梅田1-1")]);
    asked.is(422).says("町名・番地は「大阪市」から始まっていますが");
    nobody.press(&asked, "保存して一覧に戻る", &[("noted", "✓")]).is(200);
    assert_eq!(shows("venue", "venue_address"), "大阪市北区梅田1-1");
    section(
        "organization",
        &[("organization_name", "みなと"), ("organization_address", "2022年1月1日")],
    )
    .is(422)
    .says("日付のように見えます");
    section(
        "organization",
        &[("organization_name", "未定"), ("organization_address", "東京都港区芝1月1日")],
    )
    .is(422)
    .says("「未定」は、名称ではありません")
    .says("住所の「1月1日」は日付のように見えます");
    section(
        "organization",
        &[("organization_name", "1月1日"), ("organization_address", "東京都東京都港区芝1-1")],
    )
    .is(422)
    .says("日付のように見えます")
    .says("都道府県を1つだけに");
    for typed in [
        "令4.3.18",
        "5040318",
        "2022/3/18 0:00",
        "2022-03-17T15:00:00Z",
        "㋿4年3月18日（金）",
        "44638.5",
        "3/18/2022",
    ] {
        section(
            "schedule",
            &[
                ("expected_persons", "約"),
                ("expected_doses", "６００回分"),
                ("planned_start", typed),
            ],
        )
        .is(422)
        .says("接種予定人数は0以上の整数で入力してください");
        section(
            "schedule",
            &[
                ("expected_persons", "１，２００ 名"),
                ("expected_doses", "1,200.0"),
                ("planned_start", typed),
            ],
        )
        .is(200);
        assert_eq!(shows("schedule", "expected_persons"), "1200");
        assert_eq!(shows("schedule", "expected_doses"), "1200");
        assert_eq!(shows("schedule", "planned_start"), "2022年3月18日（金）", "{typed}");
    }
    for (typed, sentence) in [
        ("22/3/18", "どの年かがわかりません"),
        ("3/4/2022", "月と日のどちらが先か"),
        ("2022-02-30", "という日はありません"),
        ("3月18日", "年・月・日がわかるように"),
    ] {
        let refused = section(
            "schedule",
            &[("expected_persons", "600"), ("expected_doses", "600"), ("planned_start", typed)],
        );
        refused.is(422).says(sentence);
        assert_eq!(refused.value("planned_start").as_deref(), Some(typed));
    }
    for (typed, sentence) in [
        ("1,5", "小数か桁区切りか"),
        ("1.234", "小数か桁区切りか"),
        ("12.5", "0以上の整数"),
        ("十二", "0以上の整数"),
        ("9999999", "0から1,000,000まで"),
    ] {
        section(
            "schedule",
            &[
                ("expected_persons", typed),
                ("expected_doses", "600"),
                ("planned_start", "2022-03-18"),
            ],
        )
        .is(422)
        .says(sentence);
    }
    section(
        "managers",
        &[
            ("vaccination_manager_name", "\u{fa19}田\u{3000}\u{202e}一"),
            ("vaccination_manager_phone", "+81 (0)90-1234-5678"),
        ],
    )
    .is(200);
    assert_eq!(shows("managers", "vaccination_manager_name"), "\u{fa19}田 一");
    assert_eq!(shows("managers", "vaccination_manager_phone"), "090-1234-5678");
    section("venue", &[("venue_name", &"名".repeat(121))])
        .is(422)
        .says("接種会場の名称は120文字までで入力してください");
}

#[on_both_engines]
fn contacts_and_inquiries_read_the_same(world: &World) {
    let (sato, venue) = (world.persona("sato@minato-shoji.example"), world.minato());
    let contact = |fields: &[(&str, &str)]| {
        let page = sato.open(&format!("/venues/{venue}/contacts/new"));
        let all: Vec<(&str, &str)> = [
            ("role", "organizer"),
            ("department", "総務部"),
            ("name", "新田 光"),
            ("phone", "03-0000-2000"),
            ("mail", "nitta@minato-shoji.example"),
        ]
        .into_iter()
        .map(|(n, v)| (n, fields.iter().find(|(m, _)| *m == n).map_or(v, |(_, v)| *v)))
        .collect();
        sato.send(&page.path, &all)
    };
    contact(&[
        ("department", " \u{3000}総務\u{ad}部\u{a0}第一課 "),
        ("name", "\u{fa19}田　光"),
        ("phone", "03‒0000‒2000"),
        ("mail", "mailto:Nitta@Minato-Shoji.example"),
    ])
    .is(200);
    let (department, name, phone, mail): (String, String, String, String) = world.read(|tx| {
        tx.one(
            "select department, name, phone, mail from contact where phone = '03-0000-2000'",
            platform::args![],
        )
    });
    assert_eq!(
        (department.as_str(), name.as_str(), phone.as_str(), mail.as_str()),
        ("総務部 第一課", "\u{fa19}田 光", "03-0000-2000", "Nitta@minato-shoji.example")
    );
    contact(&[("mail", "NITTA@minato-shoji.example")])
        .is(422)
        .says("このメールアドレスの担当者はすでにいます");
    contact(&[("name", "\u{200b}")]).is(422).says("氏名を入力してください");
    contact(&[("department", "総務部 03-1234-5678")])
        .is(422)
        .says("部署名の「03-1234-5678」は電話番号です。電話番号の欄に入力してください");
    contact(&[("department", "TRUE")]).is(422).says("表計算ソフトのエラー");
    // There is none, however that is said.
    let none = [("department", "\u{200b}（なし）"), ("phone", "03-0000-2001"), ("name", "新田 望")];
    contact(&[&none[..], &[("mail", "nozomi@minato-shoji.example")]].concat()).is(200);
    let stored: (String,) = world.read(|tx| {
        tx.one("select department from contact where phone = '03-0000-2001'", platform::args![])
    });
    assert_eq!(stored.0, "");
    contact(&[("department", &"部".repeat(121))])
        .is(422)
        .says("部署名は120文字までで入力してください");
    contact(&[("mail", "a..b@example.jp")])
        .is(422)
        .says("「.」は、先頭・末尾に置いたり続けたりできません");
    contact(&[("mail", "a..b@docomo.ne.jp")]).is(200);
    assert!(
        !world.mails_to("a..b@docomo.ne.jp").is_empty(),
        "the invitation waits for this address"
    );

    let page = sato.open(&format!("/venues/{venue}/availability"));
    let refused = sato.press(
        &page,
        "予約の受付情報を更新する",
        &[
            ("status", "bookable"),
            ("url", "https://user@example.jp/"),
            ("note", &"長".repeat(201)),
            ("phone", "03-1234-567"),
        ],
    );
    refused
        .is(422)
        .says("予約ページのアドレスは https:// から入力してください")
        .says("お知らせは200文字までで入力してください")
        .says("03で始まる番号は10桁");
    let saved = sato.press(
        &refused,
        "予約の受付情報を更新する",
        &[
            ("url", "ｈｔｔｐｓ：／／example.jp/yoyaku"),
            ("note", "\u{202e}駐車場はありません"),
            ("phone", "(03)1234-5678"),
        ],
    );
    saved.is(200);
    let again = sato.open(&format!("/venues/{venue}/availability"));
    assert_eq!(again.value("url").as_deref(), Some("https://example.jp/yoyaku"));
    assert_eq!(again.value("phone").as_deref(), Some("03-1234-5678"));
    again.says("駐車場はありません");
}

#[on_both_engines]
fn whatever_address_a_form_accepts_can_be_sent_to(world: &World) {
    world.tick();
    let server = MailServer::start(Tls::None);
    let courier = Courier::smtp(&server.url, "vsys@example.jp", None).unwrap();
    let addresses = [
        "a..b@docomo.ne.jp",
        "ab.@docomo.ne.jp",
        ".ab@ezweb.ne.jp",
        "Sato.Kenji@example.lg.jp",
        "o'brien+x@example.com",
    ];
    for to in addresses {
        let to = input::mail("宛先", to).unwrap();
        let mail = Mail {
            to,
            subject: "件名".into(),
            body: "本文".into(),
            about: ("venue".into(), "v".into()),
        };
        world.put(mail);
    }
    world.deliver(&courier);
    let received = server.received();
    for to in addresses {
        let sendable = input::sendable(to);
        assert!(
            received.iter().any(|m| m.contains(&format!("To: {sendable}"))
                && m.contains(&format!("X-RcptTo: {to}"))),
            "{to}: {received:#?}"
        );
        assert!(world.mails_to(to).iter().all(|m| m.sent_at.is_some()), "{to} has left");
    }
}

fn name_of(world: &World, venue: &str, stored: &str) -> String {
    let (of, name) = (venue.to_string(), stored.to_string());
    let (name,): (String,) = world.read(move |tx| {
        tx.one(
            "select name from doctor where venue_id = $1 and name = $2",
            platform::args![&of, &name],
        )
    });
    name
}

/// Hundreds of addresses, good and bad: the form's grammar and the mail sender's own parser agree
/// wherever the form says yes.
#[test]
fn the_form_and_the_courier_are_of_one_mind_about_addresses() {
    let locals = [
        "taro",
        "Taro.Minato",
        "a..b",
        "ab.",
        ".ab",
        "a",
        "a b",
        "a@b",
        "\"a b\"",
        "\"a..b\"",
        "a\\b",
        "a(b)",
        "a:b",
        "a<b",
        "o'brien",
        "x+y",
        "x_y-z",
        "太郎",
        "ａｂ",
        "",
        "!#$%&'*+-/=?^_`{|}~",
        ".",
        "..",
        "-a-",
        "a,b",
        "a;b",
        "[a]",
    ];
    let long = [
        "a".repeat(64),
        "a".repeat(65),
        format!("{}.", "a".repeat(62)),
        format!("{}.", "a".repeat(63)),
    ];
    let domains = [
        "example.jp",
        "EXAMPLE.JP",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "example",
        "example..jp",
        "-example.jp",
        "example-.jp",
        "exam_ple.jp",
        "[192.0.2.1]",
        "192.0.2.1",
        "日本語.jp",
        "xn--wgv71a119e.jp",
        "example.jp.",
        ".jp",
        "e.x.a.m.p.l.e",
        "e.x.a.m.p.jp",
        "a--b.jp",
        "example.1",
        "exa mple.jp",
        "",
    ];
    let (mut yes, mut no) = (0, 0);
    for local in locals.iter().map(|l| (*l).to_string()).chain(long) {
        for domain in domains {
            let typed = format!("{local}@{domain}");
            match input::mail("宛先", &typed) {
                Ok(stored) => {
                    yes += 1;
                    platform::mail::address(&stored)
                        .unwrap_or_else(|e| panic!("{typed} was accepted as {stored}: {e}"));
                }
                Err(_) => no += 1,
            }
        }
    }
    assert!(yes >= 75 && no >= 300, "{yes} accepted, {no} refused");
}
