//! The rest of the briefing's words: booking status and finder, slots and bookings, stock and
//! transfers, person-level records, completion, the claim's way through the desks, the electronic
//! letter, notes, support, reports, reminders, feeds, exports.

use std::io::Read;

use rules::access::{self, Permission, Role};
use serde_json::{Value, json};
use stories::rich::{CLINIC, SATO, second_venue, with_stock};
use stories::visitor::ask;
use stories::{Visitor, World, count, on_both_engines};

#[on_both_engines]
fn the_booking_status_is_set_from_home_published_and_found(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let home = sato.open("/home");
    for words in [
        "予約可能",
        "残り少数",
        "予約受付不可",
        "予約不要",
        "未登録",
        "ワクチン希望量の報告",
        "V-SYSの操作についてわからない方は以下よりお問い合わせください",
    ] {
        home.says(words);
    }
    sato.press(&home, "更新", &[("status", "few")])
        .is(200)
        .is_at("/home")
        .says("予約の受付情報を更新しました");
    world.nobody().open("/find/1311234569").is(404);
    let page = sato.open(&format!("/venues/{venue}/availability"));
    page.says("残り少数").says("非公開");
    let refused = sato.press(
        &page,
        "予約の受付情報を更新する",
        &[("status", "bookable"), ("url", "javascript:alert(1)"), ("published", "yes")],
    );
    refused.is(422).says("予約ページのアドレスは https:// から入力してください");
    sato.press(
        &refused,
        "予約の受付情報を更新する",
        &[("url", "https://example.jp/yoyaku"), ("note", "駐車場はありません")],
    )
    .is(200)
    .says("公開されているページを見る");
    let nobody = world.nobody();
    nobody.open("/find").says("東京都 1");
    nobody
        .open("/find?prefecture=13&municipality=131032&status=bookable")
        .says("予約可能")
        .says("駐車場はありません");
    nobody
        .open("/find?prefecture=13&municipality=131041")
        .says("この条件の会場は公開されていません")
        .says("東京都港区 1会場");
    nobody.open("/find/1311234569").is(200).says("https://example.jp/yoyaku");
    let page = nobody.open("/open-data/v1/venues.json");
    let data: Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(
        (
            &data["version"],
            &data["venues"][0]["booking_status"],
            &data["venues"][0]["municipality_code"]
        ),
        (&json!("1"), &json!("bookable"), &json!("131032"))
    );
    assert!(data["as_of"].as_str().unwrap().starts_with("2022-02-07T10:00"));
    assert!(nobody.open("/open-data/v1/venues.csv").body.contains("予約可能"));
    nobody.open("/status").is(200).says("ワクチンの流れ").says("数え方");
    // The chart's rows, the table's and the file's are the same.
    let file = nobody.open("/status/pipeline/data.json");
    let data: Value = serde_json::from_str(&file.body).unwrap();
    let csv = nobody.open("/status/pipeline/data.csv").body;
    for row in data["rows"].as_array().unwrap() {
        let line = format!("{},{}", row["label"].as_str().unwrap(), row["values"][0]);
        assert!(csv.contains(&line), "{line}");
    }
    nobody.open("/status/delivery/data.csv").is(404);
    // A month without a word is asked about.
    world.set_clock("2022-03-20T10:00");
    sato.open("/home").says("予約の受付情報を確かめる");
}

#[on_both_engines]
fn a_booking_is_made_moved_and_cancelled_without_an_account(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let page = sato.open(&format!("/venues/{venue}/availability"));
    sato.press(&page, "予約の受付情報を更新する", &[("status", "bookable"), ("published", "yes")])
        .is(200);
    let page = sato.open(&format!("/venues/{venue}/bookings/new"));
    let refused = sato.press(
        &page,
        "予約枠を作る",
        &[("from", "2022-03-14"), ("to", "2022-03-13"), ("minutes", "1"), ("weekday", "月")],
    );
    refused.is(422).says("最後の日は、最初の日以降にしてください").says("枠の長さは5分から480分");
    sato.press(
        &refused,
        "予約枠を作る",
        &[
            ("from", "R4.3.14"),
            ("to", "2022-03-15"),
            ("begins", "９時"),
            ("ends", "10:00"),
            ("minutes", "30"),
            ("capacity", "1"),
            ("weekday", "月"),
        ],
    )
    .is(200)
    .says("2022年3月14日（月）");
    let person = world.nobody();
    let page = person.open(&person.open("/find/1311234569").link("2022年3月14日"));
    let slot = page
        .body
        .split("name=\"slot\"")
        .nth(1)
        .unwrap()
        .split("value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_string();
    let refused = person.press(
        &page,
        "この内容で予約する",
        &[
            ("name", "港 太郎"),
            ("reading", "港"),
            ("mail", "taro@example.jp"),
            ("phone", "03-1234-5678"),
            ("slot", &slot),
        ],
    );
    refused.is(422).says("よみはひらがなで入力してください");
    let booked = person.press(&refused, "この内容で予約する", &[("reading", "ﾐﾅﾄ ﾀﾛｳ")]);
    booked.is(200).says("予約を受け付けました").says("B-");
    world.tick();
    let mail = world.mails_to("taro@example.jp").pop().unwrap();
    let number = mail
        .body
        .split("予約番号：")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_string();
    assert!(mail.body.contains("/bookings/"));
    // Full now; the other slot is offered.
    let full = person.open("/find/1311234569/book?day=2022-03-14");
    full.says("満席");
    let refused = person.send(
        "/find/1311234569/book",
        &[
            ("day", "2022-03-14"),
            ("slot", &slot),
            ("name", "別の 人"),
            ("reading", "べつのひと"),
            ("mail", "b@example.jp"),
            ("phone", "0312345678"),
        ],
    );
    refused.is(422).says("この枠は満席になりました");
    let other = world.nobody();
    let page = other.open("/bookings");
    other
        .press(&page, "予約を開く", &[("number", &number), ("mail", "x@example.jp")])
        .is(422)
        .says("合う予約が見つかりません");
    // Small letters of the number and capitals of the address are the same number and address.
    other
        .press(
            &page,
            "予約を開く",
            &[("number", &number.to_lowercase()), ("mail", "TARO@example.jp")],
        )
        .is(200)
        .says("予約済");
    let page = other.press(
        &other.open("/bookings"),
        "予約を開く",
        &[("number", &number), ("mail", "taro@example.jp")],
    );
    page.is(200).says("予約済");
    let moved = other.press(&page, "日時を変更する", &[]);
    moved.is(200).says("09:30〜10:00");
    sato.open(&format!("/venues/{venue}/bookings/2022-03-14"))
        .says("港 太郎")
        .says("みなと たろう");
    let list = sato.open(&format!("/venues/{venue}/bookings/2022-03-14/list.csv"));
    assert!(list.body.contains(&number));
    other.press(&moved, "予約を取り消す", &[]).is(200).says("予約を取り消しました");
    assert_eq!(count(world, "select cast(sum(booked) as bigint) from slot"), 0);
    assert_eq!(
        count(
            world,
            "select count(*) from journal where record_kind = 'booking' and record_id in (select id from booking)"
        ),
        0,
        "the journal doesn't hold the link"
    );
    world.journal_is_sound();
}

#[on_both_engines]
fn fifty_people_at_once_get_ten_places_and_no_more(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let page = sato.open(&format!("/venues/{venue}/availability"));
    sato.press(&page, "予約の受付情報を更新する", &[("status", "bookable"), ("published", "yes")])
        .is(200);
    let page = sato.open(&format!("/venues/{venue}/bookings/new"));
    sato.press(
        &page,
        "予約枠を作る",
        &[
            ("from", "2022-03-14"),
            ("to", "2022-03-14"),
            ("begins", "9:00"),
            ("ends", "9:30"),
            ("capacity", "10"),
            ("weekday", "月"),
        ],
    )
    .is(200);
    let (slot,): (String,) = world.read(|tx| tx.one("select id from slot", &[]));
    let taken: usize = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..50)
            .map(|n| {
                let (url, slot) = (world.url.clone(), slot.clone());
                scope.spawn(move || {
                    let person = Visitor::new(&url);
                    let (name, mail) = (format!("人{n}"), format!("p{n}@example.jp"));
                    person.try_send(
                        "/find/1311234569/book",
                        &[
                            ("day", "2022-03-14"),
                            ("slot", &slot),
                            ("name", &name),
                            ("reading", "ひと"),
                            ("mail", &mail),
                            ("phone", "0312345678"),
                        ],
                    ) == Some(303)
                })
            })
            .collect();
        tries.into_iter().filter(|_| true).map(|t| t.join().unwrap()).filter(|ok| *ok).count()
    });
    assert_eq!(taken, 10);
    assert_eq!(
        (count(world, "select booked from slot"), count(world, "select count(*) from booking")),
        (10, 10)
    );
}

/// 受け取った量 is the same on a venue's own pages and in the reports of everybody who sees it: what
/// came by delivery, and by transfer less what went on.
fn came_is_one_figure(world: &World, venues: [(&Visitor, &str, i64); 2]) {
    let row = |who: &Visitor, address: &str, name: &str| -> String {
        let rows = who.open(&format!("/reports?{address}")).table("レポート");
        let found = rows.iter().find(|row| row[0].contains(name));
        found.unwrap_or_else(|| panic!("{name} isn't in {address}: {rows:?}"))[3].clone()
    };
    let grouped = |n: i64| rules::application::commas(n);
    let [reviewer, city] = ["reviewer@ministry.example", "watanabe@minato-city.example"]
        .map(|mail| world.persona(mail));
    for (own, venue, vials) in venues {
        let (doses, name) = (vials * 15, if venue == world.minato() { "みなと" } else { "第二" });
        own.open(&format!("/venues/{venue}/results"))
            .says(&format!("受け取った {} 回 に対して", grouped(doses)))
            .says(&format!("受け取った {vials} 本 に対して"))
            .says(if vials < 10 {
                "融通の差し引き 2本"
            } else {
                "融通の差し引き −2本"
            });
        own.open(&format!("/venues/{venue}/results/edit"))
            .says(&format!("受け取った量 {} 回", grouped(doses)));
        for who in [own, &reviewer, &city] {
            assert_eq!(row(who, "kind=results&group=venue", name), grouped(doses), "{name}");
            assert_eq!(row(who, "kind=waste&group=venue", name), grouped(vials), "{name}");
        }
    }
    let all: i64 = venues.iter().map(|(_, _, vials)| vials).sum();
    for group in ["prefecture", "municipality"] {
        let address = format!("kind=results&group={group}");
        assert_eq!(row(&reviewer, &address, "東京都"), grouped(all * 15));
        // A closer look at venues that are silent, of which there are none.
        let silent = reviewer.open(&format!("/reports?{address}&show=silent"));
        silent.says("実績の報告がない会場は0です");
    }
}

#[on_both_engines]
fn stock_is_a_sum_of_a_ledger_and_transfers_move_both(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let page = clinic.open(&format!("/venues/{venue}/stock"));
    let used = clinic.press(
        &page,
        "在庫の動きを記録する",
        &[("kind", "used"), ("move_lot", "3005785"), ("move_vials", "21")],
    );
    used.is(422).says("ロット3005785の在庫は20本です。21本は使えません");
    clinic.press(&used, "在庫の動きを記録する", &[("move_vials", "2")]).is(200).says("18 本");
    let page = clinic.open(&format!("/venues/{venue}/stock"));
    clinic
        .press(&page, "入庫を記録する", &[("lot", "OLD-1"), ("expiry", "2022/2/1"), ("vials", "5")])
        .is(422)
        .says("有効期限が切れています");
    clinic
        .press(
            &page,
            "入庫を記録する",
            &[("lot", "3005785"), ("expiry", "2022/12/31"), ("vials", "5")],
        )
        .is(422)
        .says("有効期限は2022年9月30日（金）と登録されています");
    // Waste is reported once, with its reason and lot.
    let page = clinic.open(&format!("/venues/{venue}/results/edit"));
    clinic
        .press(
            &page,
            "接種実績を報告する",
            &[("booster_increase", "10"), ("unused_vials_increase", "1")],
        )
        .is(422)
        .says("廃棄の理由を選んでください");
    clinic
        .press(
            &page,
            "接種実績を報告する",
            &[
                ("booster_increase", "10"),
                ("unused_vials_increase", "1"),
                ("waste_reason", "breakage"),
                ("waste_lot", "3005785"),
            ],
        )
        .is(200);
    clinic.open(&format!("/venues/{venue}/stock")).says("17 本").says("破損");

    let (second, clerk) = second_venue(world);
    let page = clinic.open(&format!("/venues/{venue}/transfers"));
    clinic
        .press(&page, "融通を申し出る", &[("to_code", "1311234569"), ("vials", "3")])
        .is(422)
        .says("同じ会場には融通できません");
    let offered = clinic.press(
        &page,
        "融通を申し出る",
        &[("to_code", "1311234577"), ("lot", "3005785"), ("vials", "3")],
    );
    offered.is(200).says("相手の確認待ち");
    let pdf = clinic.open(&offered.link("引継ぎ書"));
    assert_eq!((pdf.status, &pdf.bytes[..5]), (200, b"%PDF-".as_slice()));
    clerk.open("/home").says("融通の受け取りを確認する");
    let page = clerk.open(&clerk.open(&format!("/venues/{second}/transfers")).link("T-2022-"));
    clerk
        .press(&page, "受け取りを確認する", &[("accepted", "2")])
        .is(422)
        .says("理由を書いてください");
    clerk
        .press(&page, "受け取りを確認する", &[("accepted", "2"), ("answer_note", "1本は破損")])
        .is(200)
        .says("引継ぎ済");
    clinic.open(&format!("/venues/{venue}/stock")).says("15 本").says("融通（払出）");
    clerk.open(&format!("/venues/{second}/stock")).says("2 本").says("融通（受入）");
    came_is_one_figure(world, [(&clinic, &venue, 38), (&clerk, &second, 2)]);
    let ledger = clinic.open(&format!("/venues/{venue}/stock/ledger.csv"));
    assert!(ledger.body.contains("融通（払出）") && ledger.body.contains("T-2022-000001"));

    // Recalled: nobody uses it, everybody who has it is told, it may be thrown away.
    let reviewer = world.persona("reviewer@ministry.example");
    let page = reviewer.open(&reviewer.open("/mhlw/lots").link("3005785"));
    page.says("第二会場");
    reviewer
        .press(&page, "ロットを回収の対象にする", &[])
        .is(422)
        .says("回収の理由を書いてください");
    reviewer
        .press(&page, "ロットを回収の対象にする", &[("reason", "異物の混入")])
        .is(200)
        .says("回収対象");
    world.tick();
    assert!(
        world
            .mails_to("second@example.jp")
            .iter()
            .any(|m| m.subject.contains("【緊急】ロット3005785の回収"))
    );
    clinic.open("/home").says("回収の対象のロットを隔離し、廃棄を報告する");
    let page = clinic.open(&format!("/venues/{venue}/stock"));
    clinic
        .press(
            &page,
            "在庫の動きを記録する",
            &[("kind", "used"), ("move_lot", "3005785"), ("move_vials", "1")],
        )
        .is(422)
        .says("回収の対象です");
    world
        .persona("watanabe@minato-city.example")
        .open("/municipal/stock")
        .says("第二会場")
        .says("回収対象");
}

#[on_both_engines]
fn persons_fill_the_counts_draft_the_claim_and_leave_as_fhir(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    world.set_clock("2022-04-01T10:00");
    let base = format!("/venues/{venue}/persons");
    let line = |n: u32, place: &str| format!("23{place}{n:010}");
    let file = format!(
        "接種日,券番号,ロット番号,区分,時間帯\n2022/3/20,{},3005785,接種,通常\n令和4年3月21日,{},3005785,接種,休日\n2022/3/21,{},,予診のみ,通常\n2022/3/20,{},3005785,接種,通常\n2022/3/20,{},WRONG,接種,通常\n2022/3/20,231310330000000009,3005785,接種,通常\n",
        line(1, "131032"),
        line(2, "131041"),
        line(3, "131041"),
        line(1, "131032"),
        line(4, "131041")
    );
    let check = clinic.upload(&format!("{base}/import"), "vrs.csv", &encoding(&file));
    check
        .is(200)
        .says("文字コード：CP932")
        .says("追加 3 件")
        .says("変更なし 1 件")
        .says("取り込めない 2 件")
        .says("この会場にありません")
        .says("検査数字が合いません");
    let done = clinic.press(&check, "正しい行だけ取り込む", &[]);
    done.is(200).says("個人単位の記録を取り込みました");
    clinic
        .open(&base)
        .says("東京都港区")
        .says("予診のみ")
        .says("個人単位の記録（接種） 2 回")
        .says("報告された接種の累計 2 回");
    // The same file again does nothing; a dose too early is refused.
    let again = clinic.upload(&format!("{base}/import"), "vrs.csv", &encoding(&file));
    again.says("追加 0 件");
    let early = format!("接種日,券番号,ロット番号\n2022/3/20,24131032{:010},3005785\n", 1);
    clinic
        .upload(&format!("{base}/import"), "x.csv", early.as_bytes())
        .says("4回目の接種日が、3回目（2022年3月20日（日））より後ではありません");

    let bill = format!("/venues/{venue}/billing/2022-03");
    let page = clinic.open(&format!("{bill}/fill"));
    let page = clinic.press(&page, "記録から下書きを作る", &[]);
    assert_eq!(
        (
            page.is(200).value("place_1").as_deref(),
            page.value("vaccination.six_and_over.regular_0").as_deref()
        ),
        (Some("東京都新宿区"), Some("1"))
    );
    let check = clinic.press(&page, "請求の内容を確認する", &[]);
    check.is(200).does_not_say("個人単位の記録は").says("8,591円");

    let bundle: Value =
        serde_json::from_str(&clinic.open(&format!("{base}/bundle.json")).body).unwrap();
    assert_eq!(
        (&bundle["resourceType"], bundle["entry"].as_array().map(Vec::len)),
        (&json!("Bundle"), Some(2))
    );
    let first = &bundle["entry"][0]["resource"];
    assert_eq!(
        first["meta"]["profile"][0],
        "http://jpfhir.jp/fhir/core/StructureDefinition/JP_Immunization"
    );
    assert_eq!(
        (
            &first["status"],
            &first["lotNumber"],
            &first["expirationDate"],
            &first["occurrenceDateTime"]
        ),
        (&json!("completed"), &json!("3005785"), &json!("2022-09-30"), &json!("2022-03-20"))
    );
    assert_eq!(first["patient"]["identifier"]["value"], line(1, "131032"));
    // Taken back as long as nothing came after it.
    let page = clinic.open(&done.path);
    clinic.press(&page, "この取り込みを元に戻す", &[]).is(200).says("取り込みを元に戻しました");
    assert_eq!(count(world, "select count(*) from person_record"), 0);
    clinic.open(&base).says("報告された接種の累計 0 回");
}

#[on_both_engines]
fn a_claim_goes_through_the_desks_and_what_comes_back_is_merged(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    world.set_clock("2022-02-07T10:00");
    let base = format!("/venues/{venue}/billing/2022-01");
    // Fifty municipalities by one paste; namesakes are asked about, titles passed over, prefectures
    // may stand in a cell of their own.
    let names: Vec<String> = {
        let places = &world.house.masters().places;
        places
            .municipalities
            .iter()
            .filter(|m| m.code.starts_with("14") || m.code.starts_with("13"))
            .take(49)
            .map(|m| places.full_name(&m.code))
            .collect()
    };
    let mut table: String = "市区町村\t通常\t時間外\t休日\n".into();
    names.iter().for_each(|n| table += &format!("{n}\t２\t\t1\n"));
    table += "府中市\t5\nひろしまけん\n";
    let page = sato.open(&format!("{base}/paste"));
    let asked = sato.press(&page, "貼り付けた内容を請求に入れる", &[("paste", &table)]);
    asked.is(422).says("一致 49／確かめる 2").says("「府中市」は複数あります");
    let (many, unknown) = ("pick_50", "fix_51");
    let noted =
        sato.press(&asked, "貼り付けた内容を請求に入れる", &[(many, "342084"), (unknown, "呉市")]);
    noted.is(422).says("件数がありません。0件として入れます");
    let filled = sato.press(&noted, "貼り付けた内容を請求に入れる", &[("noted", "✓")]);
    filled.is(200).says("請求の下書きに入れました").says("広島県府中市");
    let check = sato.press(&filled, "請求の内容を確認する", &[]);
    check.is(200).says("東京都国民健康保険団体連合会").says("東京都港区");
    sato.press(&check, "この内容で請求書を作る", &[]).is(200).says("提出用作成済");
    let page = sato.open(&format!("{base}/documents"));
    let zip = sato.press(&page, "書類と電子ファイルをまとめてダウンロードする", &[]);
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(zip.bytes)).unwrap();
    let names: Vec<String> =
        (0..zip.len()).map(|i| zip.by_index(i).unwrap().name().unwrap().into_owned()).collect();
    let wanted = [
        "01_送付状_東京都国民健康保険団体連合会.pdf",
        "02_請求総括書_東京都国民健康保険団体連合会.pdf",
    ];
    assert_eq!(names[..2], wanted, "in the order of printing");
    assert!(
        names.iter().any(|name| name.ends_with("_市区町村別請求書_131032_東京都港区.pdf")),
        "{names:?}"
    );
    let mut text = String::new();
    let data = names.last().expect("the electronic file");
    assert_eq!(data, "claim-1311234569-2022-01.json");
    let made: Vec<String> = (0..zip.len())
        .map(|i| zip.by_index(i).unwrap().last_modified().expect("a time").to_string())
        .collect();
    assert!(made.iter().all(|at| at.starts_with("2022-02-07 10:00")), "{made:?}");
    zip.by_name(data).unwrap().read_to_string(&mut text).unwrap();
    let data: Value = serde_json::from_str(&text).unwrap();
    let total: i64 = data["claims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["summary"]["total"]["amount"].as_i64().unwrap())
        .sum();
    let parts: i64 = data["claims"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|c| c["municipalities"].as_array().unwrap())
        .map(|m| m["total"]["amount"].as_i64().unwrap())
        .sum();
    assert_eq!((total, parts), (count(world, "select amount from claim"), total));
    let schema: Value =
        serde_json::from_str(&world.nobody().open("/schemas/claim-v1.json").body).unwrap();
    for key in schema["required"].as_array().unwrap() {
        assert!(data["claims"][0].get(key.as_str().unwrap()).is_some(), "{key}");
    }

    let desk = world.persona("nakamura@tokyo-kokuho.example");
    let page = desk.open(&desk.open("/kokuho/bills").link("C-2022-"));
    let own = sato.open(&base);
    own.says("請求を取り下げる");
    let page = desk.press(&page, "請求を受付済にする", &[]);
    page.is(200).says("受付済");
    // Once it is received the venue can't take it back alone: it isn't offered any more, and a page
    // of before is refused.
    sato.open(&base).does_not_say("請求を取り下げる").says("取り下げて作り直すことはできません");
    sato.press(&own, "請求を取り下げる", &[("reason", "誤り")])
        .is(422)
        .says("取り下げられません")
        .does_not_say("請求を取り下げる");
    let row = page
        .body
        .split("name=\"returned\" value=\"")
        .nth(2)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_string();
    let claimed = count(world, "select count from claim_part where destination like 'federation%'");
    // Less than claimed needs a row and a reason; the sums are computed.
    desk.press(&page, "請求を決定する", &[("returned", &row)])
        .is(422)
        .says("返戻の理由を書いてください");
    let reason = format!("reason_{row}");
    let decided = desk.press(
        &page,
        "請求を決定する",
        &[("returned", row.as_str()), (reason.as_str(), "住所が違います")],
    );
    decided.is(200).says("決定（一部返戻）").says("2022年4月28日");
    let (n, yen): (i64, i64) =
        world.read(|tx| tx.one("select decided_count, decided_amount from claim_part where destination like 'federation%'", &[]));
    assert!(n > 1 && n < claimed, "{n} of {claimed}");
    world.tick();
    let said = format!("決定金額：{}円", rules::application::commas(yen));
    assert!(
        world
            .mails_to(SATO)
            .iter()
            .any(|m| m.body.contains(&said) && m.body.contains("住所が違います"))
    );
    sato.open("/home").says("返戻された請求を直して、当月の請求に加える");
    sato.open(&base).says("決定").says("住所が違います");

    let city = world.persona("watanabe@minato-city.example");
    let page = city.open(&city.open("/municipal/bills").link("C-2022-"));
    city.press(&page, "すべてを返戻する", &[("reason", "予診票がありません")]).is(200).says("返戻");
    // Corrected and merged into the present month.
    world.set_clock("2022-03-02T10:00");
    let page = sato.open(&format!("/venues/{venue}/billing/2022-02/edit"));
    page.says("返戻された分があります");
    let page = sato.press(&page, "返戻分をこの月の請求に加える", &[]);
    page.is(200).says("請求の下書きに入れました");
    let page = sato.press(&page, "返戻分をこの月の請求に加える", &[]);
    page.is(200).does_not_say("返戻された分があります");
    sato.open("/home").does_not_say("返戻された請求を直して");
    assert_eq!(count(world, "select count(*) from claim_part where merged_into = '2022-02'"), 2);
    // Last month's rows are laid out without counts.
    let page = sato.open(&format!("/venues/{venue}/billing/2022-02/fill"));
    sato.press(&page, "前月の行を並べる", &[]).is(200).says("広島県呉市");
    let account = sato.open(&format!("/venues/{venue}/billing/account"));
    sato.press(
        &account,
        "振込先の口座を保存する",
        &[
            ("bank", "みなと銀行"),
            ("branch", "本店"),
            ("kind", "ordinary"),
            ("number", "１２３４５"),
            ("holder", "みなと商事"),
        ],
    )
    .is(422)
    .says("口座名義はカタカナで");
    let saved = sato.press(
        &account,
        "振込先の口座を保存する",
        &[
            ("bank", "みなと銀行"),
            ("branch", "本店"),
            ("kind", "ordinary"),
            ("number", "１２３４５"),
            ("holder", "ミナト"),
        ],
    );
    saved.is(200);
    assert_eq!(&sato.open(&saved.link("口座届")).bytes[..5], b"%PDF-");
    world.journal_is_sound();
}

#[on_both_engines]
fn a_joint_scheme_and_an_outsourcing_municipality_change_where_a_claim_goes(world: &World) {
    let city = world.persona("watanabe@minato-city.example");
    let page = city.open("/municipal/settings");
    city.press(&page, "設定を保存する", &[("joint", "府中市")])
        .is(422)
        .says("「府中市」は複数あります");
    city.press(
        &page,
        "設定を保存する",
        &[("joint", "中央区、新宿区"), ("desk", "みなと保健所 2階")],
    )
    .is(200)
    .says("設定を保存しました");
    let sato = world.persona(SATO);
    let base = format!("/venues/{}/billing/2022-01", world.minato());
    let page = sato.open(&format!("{base}/edit?classes=1"));
    let check = sato.press(
        &page,
        "請求の内容を確認する",
        &[
            ("place_1", "東京都中央区"),
            ("vaccination.six_and_over.regular_1", "1"),
            ("class_1", "1"),
            ("place_2", "渋谷区"),
            ("vaccination.six_and_over.regular_2", "2"),
        ],
    );
    check.is(200).says("東京都港区：1件").says("国民健康保険団体連合会：2件");
    sato.press(&check, "この内容で請求書を作る", &[]).is(200);
    let page = sato.open(&format!("{base}/documents"));
    page.says("みなと保健所 2階").says("被接種者区分 1");
    assert_eq!(&sato.press(&page, "東京都中央区（PDF）", &[]).bytes[..5], b"%PDF-");
    let page = city.open("/municipal/settings");
    city.press(&page, "設定を保存する", &[("outsourced", "yes")]).is(200);
    let page = sato.open(&format!("/venues/{}/billing/2021-12/edit", world.minato()));
    sato.press(&page, "請求の内容を確認する", &[("vaccination.six_and_over.regular_0", "3")])
        .says("国民健康保険団体連合会：3件");
}

#[on_both_engines]
fn a_letter_is_consented_to_verified_by_anybody_and_renewed(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let reviewer = world.persona("reviewer@ministry.example");
    sato.open(&format!("/venues/{venue}/documents")).says("市町村受領済");
    let page = reviewer.open(&format!("/venues/{venue}/letter/renew"));
    reviewer
        .press(&page, "新しい委任状を作る", &[("reason", "x")])
        .is(422)
        .says("変わった項目がありません");
    reviewer
        .press(
            &page,
            "新しい委任状を作る",
            &[("representative_name", "代表 花子"), ("reason", "代表者の交代")],
        )
        .is(200)
        .says("新しい委任状に替わりました");
    world.tick();
    assert!(world.mails_to(SATO).iter().any(|m| m.subject.contains("新しい委任状")));
    let page = sato.open(&format!("/venues/{venue}/documents"));
    sato.press(&page, "委任状に電子同意する", &[]).is(422).says("「同意する」を選んでください");
    let done = sato.press(&page, "委任状に電子同意する", &[("agree", "yes")]);
    page.says("代表 花子");
    done.is(200).says("電子同意済");
    sato.open("/home").does_not_say("委任状を印刷し");
    let pdf = sato.press(&done, "委任状をダウンロードする", &[]);
    assert_eq!(&pdf.bytes[..5], b"%PDF-");
    let city = world.persona("watanabe@minato-city.example");
    city.open("/home").says("委任状の受領を記録する（1件）");
    let page = city.open(&city.open("/municipal/letters").link("L-2022-"));
    page.says("電子同意により提出されました");
    city.press(&page, "委任状を受領済にする", &[]).is(200);
    let page = sato.open(&format!("/venues/{venue}/documents"));
    page.says("集合契約").says("加入中");
    // Anybody with number and hash; nobody without.
    let nobody = world.nobody();
    let address = page.link("L-2022-000002");
    nobody.open(&address).is(200).says("このシステムで作られたものです").says("東京都港区");
    nobody
        .open("/verify/L-2022-000002?hash=0123456789abcdef")
        .says("確認できませんでした")
        .does_not_say("東京都港区");
    nobody.open("/verify/L-2022-000002").does_not_say("東京都港区");
    nobody.open(&page.link("L-2022-000001")).says("新しい委任状に替わっています");

    // A municipality that takes paper only is asked nothing else.
    let settings = city.open("/municipal/settings");
    city.press(&settings, "設定を保存する", &[("letter_way", "signed_pdf")]).is(200);
    let page = reviewer.open(&format!("/venues/{venue}/letter/renew"));
    reviewer
        .press(
            &page,
            "新しい委任状を作る",
            &[("representative_name", "代表 三郎"), ("reason", "交代")],
        )
        .is(200);
    let id: (String,) =
        world.read(|tx| tx.one("select id from letter where number = 'L-2022-000003'", &[]));
    let way = format!("/venues/{venue}/documents/{}", id.0);
    sato.send(&format!("{way}/consent"), &[("agree", "yes"), ("version", "1")])
        .is(422)
        .says("紙の委任状だけを受け付けています");
    let signed =
        upload_attachment(world, &sato, &format!("{way}/signed"), "signed.pdf", &a_paper(), "1");
    signed.is(200).says("signed.pdf").says("電子同意済");
}

#[on_both_engines]
fn notes_and_attachments_are_kept_for_those_who_may(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let path = format!("/venues/{venue}/notes");
    sato.press(&sato.open(&path), "メモを残す", &[("text", "")])
        .is(422)
        .says("メモを書くか、ファイルを選んでください");
    let page = upload_attachment(world, &sato, &path, "見取り図.pdf", &a_paper(), "");
    page.is(200).says("見取り図.pdf");
    let file = sato.open(&page.link("見取り図.pdf"));
    assert_eq!(file.bytes, a_paper());
    upload_attachment(world, &sato, &path, "x.html", b"<script>", "")
        .is(422)
        .says("添付できるのは");
    let city = world.persona("watanabe@minato-city.example");
    city.press(&city.open(&path), "メモを残す", &[("text", "電話で確認しました")]).is(200);
    sato.open(&path).says("電話で確認しました").says("市町村");
    let page = sato.open(&path);
    sato.press(&page, "消す", &[]).is(200).does_not_say("見取り図.pdf");
    world.persona("ito@touto-oroshi.example").open(&path).is(403);
}

#[on_both_engines]
fn the_municipality_enters_for_a_venue_that_allowed_it(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let city = world.persona("watanabe@minato-city.example");
    city.open(&format!("/municipal/entry/{venue}")).is(403);
    let page = clinic.open(&format!("/venues/{venue}/proxy"));
    clinic.press(&page, "市町村の代行入力を認める", &[]).is(200).says("認めています");
    let page = city.open(&city.open("/municipal/entry").link("みなと"));
    page.says("代行");
    city.press(&page, "接種実績を報告する", &[("booster_increase", "30")])
        .is(200)
        .is_at("/municipal/entry");
    clinic.open(&format!("/venues/{venue}/results")).says("30 回").says("代行：東京都港区 渡辺 恵");
    let page = clinic.open(&format!("/venues/{venue}/proxy"));
    clinic.press(&page, "代行入力をやめてもらう", &[]).is(200);
    city.open(&format!("/municipal/entry/{venue}")).is(403);
    city.open("/municipal").is(200).says("地域のワクチンの流れ");
    world.persona("kobayashi@tokyo-pref.example").open("/prefecture").is(200).says("東京都");
}

#[on_both_engines]
fn a_venue_completes_gets_its_certificate_and_stays_readable(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let path = format!("/venues/{venue}/close");
    let shipment = clinic.open(&format!("/venues/{venue}/deliveries")).link("第1クール");
    let shipment = shipment.rsplit('/').next().unwrap_or_default().to_string();
    // Four boxes came, the lot of half of them is entered: all of it is there.
    clinic.open(&path).says("在庫が40本（そのうちロットを入力していないもの20本）").says("未完了");
    clinic
        .send(&path, &[("freezer", "yes"), ("papers", "yes"), ("contacts", "yes")])
        .is(422)
        .says("残りを0にする");
    let page = clinic.open(&format!("/venues/{venue}/stock"));
    // Half of it again, on the same day: it may be the same half.
    let page = clinic.press(
        &page,
        "入庫を記録する",
        &[("lot", "3005785"), ("expiry", "2022/9/30"), ("vials", "20")],
    );
    page.is(422).says("20本の入庫がもう記録されています");
    let page = clinic.press(&page, "入庫を記録する", &[("sure", "✓")]);
    clinic
        .press(
            &page,
            "在庫の動きを記録する",
            &[("kind", "used"), ("move_lot", "3005785"), ("move_vials", "40")],
        )
        .is(200);
    let page = clinic.open(&format!("/venues/{venue}/results/edit"));
    clinic.press(&page, "接種実績を報告する", &[("booster_increase", "600")]).is(200);
    clinic.open(&path).says("2022年2月接種分が提出されていません");
    world.set_clock("2022-03-01T10:00");
    let bill = format!("/venues/{venue}/billing/2022-02");
    let page = clinic.open(&format!("{bill}/edit"));
    let page = clinic.press(
        &page,
        "請求の内容を確認する",
        &[("vaccination.six_and_over.regular_0", "600")],
    );
    clinic.press(&page, "この内容で請求書を作る", &[]).is(200);
    let page = clinic.open(&path);
    clinic
        .press(&page, "完了登録をする", &[("freezer", "yes")])
        .is(422)
        .says("「書類を保存する」を確かめて");
    let done = clinic.press(
        &page,
        "完了登録をする",
        &[("freezer", "yes"), ("papers", "yes"), ("contacts", "yes")],
    );
    done.is(200).says("E-2022-000001");
    assert_eq!(&clinic.open(&done.link("完了証")).bytes[..5], b"%PDF-");
    clinic
        .open(&format!("/venues/{venue}/results"))
        .is(200)
        .says("完了登録をしました")
        .says("600 回");
    nothing_more_is_taken(world, &world.persona(CLINIC), &venue, &shipment);
    let page = clinic.open(&path);
    clinic
        .press(&page, "完了登録を取り消す", &[("reason", "追加の接種")])
        .is(200)
        .says("完了登録を取り消しました");
}

/// A completed venue's records can only be read: every door says so, and shows no form.
fn nothing_more_is_taken(world: &World, clinic: &Visitor, venue: &str, shipment: &str) {
    let said = "この会場は2022年3月1日（火）に完了登録をしています";
    let base = format!("/venues/{venue}");
    for form in ["results/edit", "plan/edit", "plan/check", "persons/import", "bookings/new"] {
        clinic.open(&format!("{base}/{form}")).is(422).says(said);
    }
    clinic.open(&format!("{base}/bookings")).is(200).says(said).does_not_say("予約枠を作る");
    let proxy = clinic.open(&format!("{base}/proxy"));
    clinic.press(&proxy, "市町村の代行入力を認める", &[]).is(200);
    let city = world.persona("watanabe@minato-city.example");
    let entries = city.open("/municipal/entry");
    entries.is(200).says(said);
    assert!(!entries.body.contains(&format!("/municipal/entry/{venue}")));
    city.open(&format!("/municipal/entry/{venue}")).is(422).says(said);
    city.send(&format!("/municipal/entry/{venue}"), &[("booster_increase", "1")])
        .is(422)
        .says(said);
    let stock = clinic.open(&format!("{base}/stock"));
    stock.is(200).does_not_say("入庫を記録する").does_not_say("在庫の動きを記録する");
    for (door, fill) in [
        ("results/edit", &[("booster_increase", "1")][..]),
        ("stock/receive", &[("lot", "3005785"), ("expiry", "2022/9/30"), ("vials", "5")]),
        ("stock/move", &[("kind", "adjusted"), ("move_lot", "3005785"), ("move_vials", "-2")]),
        ("transfers", &[("to_code", "1311234577"), ("lot", "3005785"), ("vials", "1")]),
        ("plan/edit", &[]),
        ("plan/check", &[]),
        ("bookings/new", &[]),
        ("tokens", &[("label", "自社"), ("days", "90"), ("secret", &"a".repeat(64))]),
        (&format!("deliveries/{shipment}"), &[("boxes", "4")]),
    ] {
        clinic.send(&format!("{base}/{door}"), fill).is(422).says(said);
    }
    // Nobody gives anything to it either.
    let (second, giver) = second_venue(world);
    giver
        .send(&format!("/venues/{second}/transfers"), &[("to_code", "1311234569")])
        .is(422)
        .says(said);
    for open in ["contacts/new", "billing", "close", "results", "stock", "notes"] {
        clinic.open(&format!("{base}/{open}")).is(200);
    }
}

#[on_both_engines]
fn results_of_many_venues_come_in_one_table(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let page = clinic.open("/results");
    page.says("会場コード");
    assert_eq!(&clinic.open("/results.xlsx").bytes[..2], b"PK");
    let table = "会場コード\t時点\t接種の累計\t廃棄の累計\t廃棄の理由\n1311234569\tR4.2.20\t１２０\t1\t破損\n9999999999\t2022/2/20\t1\t\t\n";
    let check = clinic.press(&page, "内容を確かめる", &[("paste", table)]);
    check.is(200).says("変更 1 件").says("担当している会場のコードではありません");
    let done = clinic.press(&check, "正しい行だけ取り込む", &[]);
    done.is(200).says("接種実績を報告しました");
    clinic.open(&format!("/venues/{venue}/results")).says("120 回");
    clinic.press(&clinic.open(&done.path), "この取り込みを元に戻す", &[]).is(200);
    clinic.open(&format!("/venues/{venue}/results")).says("0 回").says("取り込みを元に戻す");
}

#[on_both_engines]
fn an_inquiry_is_asked_answered_and_closed(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let page = sato.open(
        &sato.open(&format!("/help?from=/venues/{venue}/plan/edit")).link("問い合わせフォーム"),
    );
    page.says("050-");
    let looked =
        sato.press(&page, "近い質問を確かめて進む", &[("text", "委任状の住所が間違っています")]);
    looked.is(200).says("近い質問と答え").says("委任状の記載が変わりました");
    for detail in [
        "委任状受領",
        "自治体コード",
        "委任状作成",
        "医療機関コード",
        "ログイン/パスワードリセット",
        "メールアドレス変更",
        "アカウント",
        "所属組織や会場の設定",
        "連携型会場への融通",
        "V-SYSでの接種予約受付",
        "ワクチン分配",
        "希望量登録",
        "接種実績入力について",
        "画面操作",
        "基本情報登録",
        "納品先の確認",
        "納入予定情報の登録",
        "在庫情報の登録",
        "職域接種完了手続きに関して",
    ] {
        looked.says(detail);
    }
    let sent = sato.press(&looked, "問い合わせを送信する", &[]);
    sent.is(200).says("Q-2022-000001").says("委任状作成").says("2月9日（水）17:00までに回答します");
    let desk = world.persona("yoshida@support.example");
    desk.open("/home").says("問い合わせに答える（1件）");
    let page = desk.open(&desk.open("/support/inquiries").link("Q-2022-"));
    page.says("/plan/edit").says("近い答え");
    desk.press(&page, "回答を送る", &[("text", "厚生労働省で新しい委任状を作ります。")]).is(200);
    world.tick();
    let mail = world.mails_to(SATO).pop().unwrap();
    assert!(mail.subject.contains("回答") && mail.body.contains("新しい委任状を作ります"));
    let page = world.nobody().open(&world.link_to(SATO));
    page.is(200).says("新しい委任状を作ります");
    let reply = sato.open(&page.path);
    sato.press(&reply, "メッセージを送る", &[("text", "ありがとうございます。いつですか。")])
        .is(200)
        .says("回答待ち");
    sato.press(&sato.open(&page.path), "解決したので終わる", &[("text", "")]).is(200).says("終了");
    sato.open("/inquiries").says("Q-2022-000001");
    world.nobody().open("/inquiries/0000000000000000").is(404);
}

#[on_both_engines]
fn the_assistant_shows_near_questions_and_the_askers_own_dates(world: &World) {
    let sato = world.persona(SATO);
    let page = sato.open("/assistant");
    let page = sato.press(&page, "質問する", &[("question", "計画の〆切はいつ")]);
    page.is(200).says("お問い合わせ内容と近いものを選んでください。").says("この中にはない");
    let answer = sato.open(&page.link("計画の締切はいつですか"));
    answer.says("あなたの場合").says("第2クールの登録・変更の締切は2月15日（火）15:00です");
    sato.press(&answer, "解決した", &[]).is(200).says("お役に立ててよかったです");
    let page = sato.press(&sato.open("/assistant"), "質問する", &[("question", "ぺぽぷ ゐゑ")]);
    page.says("近い質問は見つかりませんでした").says("問い合わせフォームへ");
    let page =
        sato.press(&sato.open("/assistant"), "質問する", &[("question", "針の本数を間違えた")]);
    sato.press(&page, "この中にはない", &[]).is(200).says("問い合わせフォームへ");
    let desk = world.persona("yoshida@support.example");
    desk.open("/support/questions")
        .says("針の本数を間違えた")
        .says("3件の質問のうち、1件が解決しました");
    let nobody = world.nobody();
    nobody
        .open("/help/manual/workplace")
        .says("4.2 接種計画を登録する")
        .says("7.1 請求総括書")
        .says("最終公開日");
    nobody
        .open("/help/knowledge?audience=municipality&kind=manual")
        .says("市町村用マニュアル")
        .does_not_say("卸業者用マニュアル");
    nobody.open("/help?from=/venues/v-1/plan/edit").says("この画面について：4.2");
    // Nobody sends mail in a story: the page says so, until somebody did.
    nobody
        .open("/system-status")
        .says("一部が遅れています")
        .says("分前からのメールが、送信を待っています。");
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            tx.run("update mail set sent_at = made_at", platform::args![])
        })
        .unwrap();
    nobody.open("/system-status").says("すべて動いています");
}

#[on_both_engines]
fn a_report_is_table_chart_and_file_saved_and_mailed(world: &World) {
    let sato = world.persona(SATO);
    sato.open("/reports").is(200).says("計画").says("分配");
    let approver = world.persona("approver@ministry.example");
    for kind in ["distribution", "deliveries", "results", "waste", "claims", "registration"] {
        for group in ["prefecture", "municipality", "venue", "cycle"] {
            approver
                .open(&format!(
                    "/reports?kind={kind}&group={group}&cycle=1&from=2022-01-01&to=2022-12-31"
                ))
                .is(200);
        }
    }
    let page = approver.open("/reports?kind=deliveries&group=venue");
    page.says("みなと商事");
    let csv = approver.open("/reports.csv?kind=deliveries&group=venue").body;
    assert!(csv.contains("接種会場,納入（件）"));
    assert_eq!(&approver.open("/reports.xlsx?kind=deliveries").bytes[..2], b"PK");
    approver
        .press(&page, "この表示を保存する", &[("name", "納入の状況"), ("every", "week")])
        .is(200)
        .says("納入の状況")
        .says("毎週月曜");
    // A mail shows five rows; what it says in its first line is about all of them.
    vsys::demo_world::national::plant(&world.house.db, &world.house.masters(), 7).unwrap();
    let all = format!("{}会場のうち", count(world, "select count(*) from venue"));
    let page = approver.open("/reports?kind=registration&group=venue");
    page.says(&all);
    approver
        .press(&page, "この表示を保存する", &[("name", "計画の登録"), ("every", "week")])
        .is(200);
    world.set_clock("2022-02-14T08:30");
    world.tick();
    let mails = world.mails_to("approver@ministry.example");
    let registration = mails.iter().find(|m| m.subject.contains("【レポート】計画の登録")).unwrap();
    assert_eq!(registration.body.matches("\n・").count(), 5, "{}", registration.body);
    assert!(registration.body.contains(&all), "{}", registration.body);
    let mail =
        mails.iter().filter(|m| m.subject.contains("【レポート】納入の状況")).collect::<Vec<_>>();
    assert_eq!(mail.len(), 1);
    assert!(mail[0].body.contains("/reports?kind=deliveries&group=venue"));
    world.tick();
    assert_eq!(
        world
            .mails_to("approver@ministry.example")
            .iter()
            .filter(|m| m.subject.contains("【レポート】"))
            .count(),
        2
    );
    // Out of reach is in no report.
    let osaka = world.persona("kobayashi@tokyo-pref.example");
    osaka.open("/reports?group=venue").says("みなと商事");
}

#[on_both_engines]
fn reminders_notifications_announcements_and_feeds_reach_the_person(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    // The doctor is taken away: a check fails, due at the next cut-off, Tuesday 15 February.
    let page = sato.open(
        &sato
            .open(&format!("/venues/{venue}/doctors"))
            .link_under(&format!("/venues/{venue}/doctors/d-"), ""),
    );
    sato.press(&page, "削除", &[]).is(200);
    world.set_clock("2022-02-14T08:59");
    let before = world.mails_to(SATO).len();
    world.set_clock("2022-02-14T10:00");
    world.tick();
    let mails = world.mails_to(SATO);
    let reminder = mails
        .iter()
        .skip(before)
        .find(|m| m.subject.contains("【期限のお知らせ】"))
        .expect("a reminder");
    assert!(reminder.body.contains("2月15日（火）15:00まで"), "{}", reminder.body);
    world.tick();
    assert_eq!(
        world.mails_to(SATO).iter().filter(|m| m.subject.contains("【期限のお知らせ】")).count(),
        1,
        "once a day"
    );
    let page = sato.open("/notifications");
    page.says("未読").says("【期限のお知らせ】");
    sato.press(&page, "開く", &[]).is(200);
    assert_eq!(count(world, "select count(*) from mail where read_at is not null"), 1);
    sato.press(&sato.open("/notifications"), "すべて既読にする", &[]).is(200).does_not_say("未読");

    let reviewer = world.persona("reviewer@ministry.example");
    let page = reviewer.open("/mhlw/announcements");
    let long = "とても長い文".repeat(20);
    reviewer
        .press(&page, "お知らせを載せる", &[("title", "停止"), ("body", &long)])
        .is(422)
        .says("80文字を超えています");
    reviewer
        .press(
            &page,
            "お知らせを載せる",
            &[("title", "明日の停止"), ("body", "明日の夜は使えません。"), ("level", "urgent")],
        )
        .is(200);
    let page = reviewer.open("/mhlw/announcements");
    reviewer
        .press(
            &page,
            "お知らせを載せる",
            &[
                ("title", "卸の方へ"),
                ("body", "納入日を登録してください。"),
                ("audience", "wholesaler"),
            ],
        )
        .is(200);
    world.tick();
    world.nobody().open("/login").says("緊急：明日の停止");
    sato.open("/home").says("明日の停止").does_not_say("卸の方へ");
    world.persona("ito@touto-oroshi.example").open("/home").says("卸の方へ");
    let page = reviewer.open("/mhlw/announcements");
    reviewer.press(&page, "掲載を終える", &[]).is(200);

    let page = sato.open("/account/notices");
    let address = page.body.split("/feeds/").nth(1).unwrap().split('/').next().unwrap().to_string();
    world.nobody().open(&format!("/feeds/{address}/calendar.ics")).is(404);
    sato.press(&page, "このアドレスを使えるようにする", &[]).is(200);
    let ics = world.nobody().open(&format!("/feeds/{address}/calendar.ics"));
    assert!(
        ics.body.contains("BEGIN:VCALENDAR")
            && ics.body.replace("\r\n ", "").contains("第2クール 登録/変更締切")
            && ics.body.replace("\r\n ", "").contains("納入予定 第1クール"),
        "{}",
        ics.body
    );
    assert!(ics.body.lines().all(|l| l.len() <= 75), "lines are folded");
    sato.press(&sato.open("/account/notices"), "購読をやめる", &[]).is(200);
    world.nobody().open(&format!("/feeds/{address}/calendar.ics")).is(404);
    assert!(sato.open(&format!("/venues/{venue}/deliveries.ics")).body.contains("VEVENT"));
    // No mail carries an ID or a password, and each has at most one link into the product.
    let (bodies,): (i64,) = world
        .read(|tx| tx.one("select count(*) from mail where body like '%demo-2022-spring%'", &[]));
    assert_eq!(bodies, 0);
    let mails: Vec<(String, String)> =
        world.read(|tx| tx.all("select subject, body from mail", &[]));
    for (subject, body) in mails {
        assert!(body.matches(&world.url).count() <= 1, "{subject}: {body}");
    }
}

#[on_both_engines]
fn the_wish_page_says_why_a_booster_has_none(world: &World) {
    let sato = world.persona(SATO);
    let page = sato.open(&format!("/venues/{}/wish", world.minato()));
    page.is(200).says("この事業では、希望量の登録は使いません").says("全期間の接種計画");
    page.link("ワクチン接種計画を開く");
}

#[on_both_engines]
fn the_venues_own_system_plans_reports_receives_and_claims(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let prove = sato.open("/account/prove?to=/home");
    sato.press(&prove, "本人であることを確認する", &[("password", vsys::demo_world::PASSWORD)])
        .is(200);
    let page = sato.open(&format!("/venues/{venue}/tokens"));
    let secret = page.value("secret").unwrap();
    sato.press(&page, "このトークンを有効にする", &[("label", "電子カルテ")])
        .is(200)
        .says("電子カルテ");
    let call = |method: &str, path: &str, key: &str, body: Value| {
        ask(&world.url, method, &format!("/api/v1/{path}"), &secret, key, &body)
    };
    let (status, list) = call("GET", "venues", "", Value::Null);
    assert_eq!((status, &list["venues"][0]["code"]), (200, &json!("1311234569")));
    let own = format!("venues/{venue}");
    let (_, plan) = call("GET", &format!("{own}/plan"), "", Value::Null);
    assert_eq!(
        (plan["version"].as_i64(), plan["cycles"].as_array().map(Vec::len)),
        (Some(1), Some(5))
    );
    let stale = call(
        "POST",
        &format!("{own}/plan"),
        "",
        json!({"version": 0, "lines": [{"cycle": 3, "boxes": 1}]}),
    );
    assert_eq!(stale.0, 409);
    let done = call(
        "POST",
        &format!("{own}/plan"),
        "k1",
        json!({"version": 1, "lines": [{"cycle": 3, "boxes": 1}]}),
    );
    assert_eq!((done.0, &done.1["registered"], &done.1["version"]), (200, &json!(true), &json!(2)));
    assert_eq!(
        call(
            "POST",
            &format!("{own}/plan"),
            "k1",
            json!({"version": 1, "lines": [{"cycle": 3, "boxes": 1}]})
        ),
        done
    );
    assert_eq!(
        call(
            "POST",
            &format!("{own}/plan"),
            "",
            json!({"version": 2, "lines": [{"cycle": 1, "boxes": 9}]})
        )
        .0,
        422
    );
    world.set_clock("2022-02-08T15:00:00");
    let late = call(
        "POST",
        &format!("{own}/plan"),
        "",
        json!({"version": 2, "lines": [{"cycle": 3, "boxes": 2}]}),
    );
    assert_eq!((late.0, &late.1["draft"]), (200, &json!(true)));
    sato.open(&format!("/venues/{venue}/plan")).says("下書き");

    world.set_clock("2022-02-20T10:00");
    let (_, deliveries) = call("GET", &format!("{own}/deliveries"), "", Value::Null);
    let first = deliveries["deliveries"][0].clone();
    let path = format!("{own}/deliveries/{}/receipt", first["id"].as_str().unwrap());
    let body = json!({"version": first["version"], "boxes": first["boxes"], "needle_boxes": first["needle_boxes"]});
    assert!(call("POST", &path, "", body).1["deliveries"][0]["received_boxes"].is_number());
    assert_eq!(
        call(
            "POST",
            &format!("{own}/results"),
            "",
            json!({"as_of": "2022-02-30", "booster_increase": 5})
        )
        .0,
        422
    );
    let (status, results) = call(
        "POST",
        &format!("{own}/results"),
        "",
        json!({"as_of": "2022-02-20", "booster_increase": 100}),
    );
    assert_eq!((status, &results["totals"]["booster"]), (200, &json!(100)), "{results}");
    world.set_clock("2022-03-01T10:00");
    let claim = format!("{own}/claims/2022-02");
    let bad = call(
        "POST",
        &claim,
        "",
        json!({"version": 0, "rows": [{"municipality": "999999", "counts": {}}]}),
    );
    assert_eq!((bad.0, &bad.1["errors"][0]["field"]), (422, &json!("rows[0].municipality")));
    let rows = json!([{"municipality": "131041", "counts": {"vaccination": {"six_and_over": {"regular": 100, "after_hours": 50, "holiday": 5}}}}]);
    // What the page shows before it is handed in is asked, and nothing is saved meanwhile.
    let asked = call("POST", &claim, "", json!({"version": 0, "rows": rows, "submit": true}));
    let sentences = asked.1["errors"].to_string();
    assert_eq!(asked.0, 409, "{sentences}");
    assert!(sentences.contains("接種の請求155件と、2022年2月の接種実績100回が違います"));
    assert!(sentences.contains("\"field\":\"confirm\""), "{sentences}");
    let body = json!({"version": 0, "rows": rows, "submit": true, "confirm": true});
    let (status, made) = call("POST", &claim, "", body);
    assert_eq!(
        (status, &made["amount"], &made["status"]),
        (200, &json!(404_800), &json!("submitted")),
        "{made}"
    );
    assert_eq!(
        call("GET", &format!("{own}/immunizations"), "", Value::Null).1["resourceType"],
        "Bundle"
    );
    let (other, _) = second_venue(world);
    assert_eq!(call("GET", &format!("venues/{other}/plan"), "", Value::Null).0, 404);
}

#[on_both_engines]
fn everything_a_venue_has_leaves_signed_and_can_be_verified(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let page = sato.open(&format!("/venues/{venue}/export"));
    let zip = sato.press(&page, "書き出したデータをダウンロードする", &[]);
    assert_eq!((zip.status, zip.mime.as_str()), (200, "application/zip"));
    let keys: Value =
        serde_json::from_str(&world.nobody().open("/.well-known/vsys-signing-keys.json").body)
            .unwrap();
    let key = keys["keys"][0]["public_hex"].as_str().unwrap();
    let manifest = pages::export::pack::check(&zip.bytes, key).unwrap();
    assert_eq!(
        (&manifest["of"]["venue"], &manifest["rows"]["plan_line"]),
        (&json!("1311234569"), &json!(5))
    );
    assert!(pages::export::pack::check(&zip.bytes, &"0".repeat(64)).is_err());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.bytes.clone())).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let letter: Value = serde_json::from_str(&read("letter.json")).unwrap();
    assert!(
        letter[0]["received_at"].as_str().unwrap().ends_with('Z')
            && letter[0]["content"]["institution_code"].is_string()
    );
    let plan: Value = serde_json::from_str(&read("plan_registration.json")).unwrap();
    assert_eq!(plan[0]["latest"], json!(true));
    let (sums, signature) = (read("SHA256SUMS"), read("SHA256SUMS.sig"));
    let nobody = world.nobody();
    let page = nobody.open("/verify-export");
    nobody
        .press(&page, "署名を検査する", &[("sums", &sums), ("signature", &signature)])
        .is(200)
        .says("署名は正しいものです");
    nobody
        .press(
            &nobody.open("/verify-export"),
            "署名を検査する",
            &[("sums", &sums.replace('a', "b")), ("signature", &signature)],
        )
        .is(422)
        .says("署名が合いません");
    let reviewer = world.persona("reviewer@ministry.example");
    let page = reviewer.open("/mhlw/export");
    let zip = reviewer.press(&page, "書き出したデータをダウンロードする", &[]);
    let manifest = pages::export::pack::check(&zip.bytes, key).unwrap();
    assert!(manifest["rows"]["journal"].as_i64().unwrap() > 5);
    // No password, no factor, no key leaves.
    assert!(!String::from_utf8_lossy(&zip.bytes).contains("argon2"));
    world.persona("ito@touto-oroshi.example").open("/mhlw/export").is(403);
}

fn encoding(text: &str) -> Vec<u8> {
    encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
}

/// A PDF of one page.
fn a_paper() -> Vec<u8> {
    let mut book = papers::Book::new("見取り図");
    book.begin("見取り図");
    book.text(20.0, 40.0, 170.0, "会場の見取り図", papers::Style::new(11.0), papers::Means::Title);
    book.finish().expect("a PDF").0
}

/// A form with an attachment, as the page's own button sends it.
fn upload_attachment(
    world: &World,
    visitor: &Visitor,
    path: &str,
    name: &str,
    bytes: &[u8],
    version: &str,
) -> stories::Page {
    let _ = world;
    visitor.upload_as(path, "attachment", name, bytes, &[("version", version)])
}

/// Every question of a person finds its answer among the first three, in at least nine of ten
/// cases; the report says which don't.
#[test]
fn real_questions_find_their_answer_among_the_first_three() {
    let masters = masters::Masters::load().unwrap();
    let text =
        std::fs::read_to_string(stories::browser::project().join("stories/tests/questions.txt"))
            .unwrap();
    let questions: Vec<(&str, &str)> = text.lines().filter_map(|l| l.split_once('\t')).collect();
    assert!(questions.len() >= 200, "{}", questions.len());
    let mut missed = Vec::new();
    for (question, id) in &questions {
        assert!(masters.knowledge.faq(id).is_some(), "{id}");
        let near = masters.knowledge.near(question, 3);
        if !near.iter().any(|f| f.id == *id) {
            missed.push(format!(
                "{question} → {} instead of {id}",
                near.iter().map(|f| f.id.as_str()).collect::<Vec<_>>().join(", ")
            ));
        }
    }
    let hit = 100 * (questions.len() - missed.len()) / questions.len();
    println!("{hit} % of {} questions; missed: {missed:#?}", questions.len());
    assert!(hit >= 90, "{hit} %: {missed:#?}");
}

/// A programme that has ended: everything can be read and taken along, nothing of it changed;
/// accounts and inquiries go on.
#[test]
fn an_ended_programme_stays_readable_and_only_that() {
    let world = World::ended();
    let sato = world.persona(SATO);
    let venue = world.minato();
    for page in [
        "",
        "/plan",
        "/allocations",
        "/deliveries",
        "/results",
        "/billing",
        "/documents",
        "/history",
        "/stock",
    ] {
        sato.open(&format!("/venues/{venue}{page}")).is(200).says("終了しました");
    }
    let (status, _, _) = sato.fetch("GET", &format!("/venues/{venue}/letters.pdf"));
    assert!(status < 500);
    let before =
        world.read(|tx| tx.one::<(i64,)>("select count(*) from journal", platform::args![])).0;
    // Every command of the programme, by somebody who might do it any other day.
    let cast = [
        (SATO, Role::Organizer),
        ("reviewer@ministry.example", Role::National),
        ("watanabe@minato-city.example", Role::Municipality),
        ("ito@touto-oroshi.example", Role::Wholesaler),
        ("nakamura@tokyo-kokuho.example", Role::Federation),
    ];
    let people: Vec<Visitor> = cast.iter().map(|(mail, _)| world.persona(mail)).collect();
    let mut refused = 0;
    for route in vsys::routes().into_iter().filter(|r| {
        r.is_write()
            && !r.is_viewed()
            && !r.path.starts_with("/api/")
            && access::belongs_to_programme(r.act)
    }) {
        let Some(at) =
            cast.iter().position(|(_, role)| access::may(*role, &Permission::ALL, route.act))
        else {
            continue;
        };
        let path = route
            .path
            .replace("{venue}", &venue)
            .replace("{month}", "2022-01")
            .replace(['{', '}'], "");
        match people[at].try_send(&path, &[]) {
            Some(403) => refused += 1,
            // There is no such record.
            Some(404) if route.path.replace("{venue}", "").replace("{month}", "").contains('{') => {
            }
            other => panic!("{}: {other:?}", route.path),
        }
    }
    assert!(refused >= 30, "only {refused}");
    let after = world
        .read(|tx| {
            tx.one::<(i64,)>("select count(*) from journal where act not like 'account.%' and act not like 'session.%'", platform::args![])
        })
        .0;
    assert!(after <= before, "{after} of {before}");
    // What belongs to the person and not to the programme still works.
    sato.open("/account").is(200);
    sato.open("/inquiries/new").is(200);
    world.nobody().open("/status").is(200);
}
