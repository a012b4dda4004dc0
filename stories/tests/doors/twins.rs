//! What is there already is asked about before it is written twice, and what was counted in
//! another unit isn't taken for the field's.

use stories::{World, count, on_both_engines};
use web::table;

const CLINIC: &str = "takahashi@minato-clinic.example";

#[on_both_engines]
fn a_receipt_a_pack_and_a_doctor_that_are_there_already_are_asked_about(world: &World) {
    let (clinic, sato) = (world.persona(CLINIC), world.persona("sato@minato-shoji.example"));
    let venue = world.minato();
    let stock = format!("/venues/{venue}/stock");
    let receipts = || count(world, "select count(*) from stock_entry where kind = 'received'");
    let before = receipts();
    let receive =
        |fill: &[(&str, &str)]| clinic.press(&clinic.open(&stock), "入庫を記録する", fill);
    let typed = [("lot", "3007901"), ("expiry", "2022/9/30"), ("vials", "12")];
    for (vials, why) in [
        ("3箱", "単位が違います"),
        ("30回", "単位が違います"),
        ("1000000", "1から100,000まで"),
        ("2001", "多すぎませんか"),
    ] {
        receive(&[typed[0], typed[1], ("vials", vials)]).is(422).says(why);
    }
    receive(&typed).is(200);
    let asked = receive(&typed);
    asked.is(422).says("12本の入庫がもう記録されています");
    assert_eq!(receipts(), before + 1);
    clinic.press(&asked, "入庫を記録する", &[("sure", "✓")]).is(200);
    assert_eq!(receipts(), before + 2);
    // One pack's own number.
    let scanned = [("gs1", "(10)3018902(17)220930(21)000123"), ("vials", "5")];
    receive(&scanned).is(200).says("シリアル番号 000123");
    receive(&[scanned[0], ("vials", "7")]).is(422).says("同じ箱を2回読み取っていませんか");
    receive(&[("gs1", "(10)3018902(17)220930(21)000124"), ("vials", "7")]).is(200);
    assert_eq!(receipts(), before + 4);

    let doctors = || count(world, "select count(*) from doctor where removed_at is null");
    let known = doctors();
    let add = |name: &str| {
        let page = sato.open(&format!("/venues/{venue}/doctors/new"));
        sato.press(&page, "医師情報を保存する", &[("name", name), ("reading", "ふたご いちろう")])
    };
    add("双子 一郎").is(200);
    let asked = add("双子一郎");
    asked.is(422).says("同じ氏名の医師（双子 一郎、ふたご いちろう）が、もう登録されています");
    assert_eq!(doctors(), known + 1);
    sato.press(&asked, "医師情報を保存する", &[("twin", "✓")]).is(200);
    assert_eq!(doctors(), known + 2);
    for name in ["〓田 一", "\u{e000}田 一", "\u{fffd}田 一"] {
        add(name).is(422).says("読めない文字");
    }
    assert_eq!(doctors(), known + 2);
}

#[on_both_engines]
fn corrections_lines_twice_and_words_left_over_are_said(world: &World) {
    world.set_clock("2022-02-17T10:00");
    let officer = world.persona("reviewer@ministry.example");
    let trial = |lines: &str| {
        let page = officer.open("/mhlw/allocations/new");
        officer.press(&page, "分配を試算する", &[("supply", "9,000箱"), ("corrections", lines)])
    };
    for (line, why) in [
        ("1311234569,1,200,追加", "小数か桁区切りかがわかりません"),
        ("1311234569 1 200 追加", "小数か桁区切りかがわかりません"),
        ("1311234569 3本 追加", "単位が違います"),
        ("1311234569 追加", "「会場コード 箱数 理由」の順で"),
        (
            "1311234569 2 追加\n\n１３１１２３４５６９ 3 追加",
            "1行目と3行目は、同じ会場の個別調整です",
        ),
        (
            "1311234569 9001 追加",
            "みなと商事 本社会場（1311234569）の個別調整（+9,001箱）は、残りの",
        ),
        (
            "1311234569 −9001 返品",
            "みなと商事 本社会場（1311234569）の個別調整（−9,001箱）は、この会場に分ける",
        ),
    ] {
        trial(line).is(422).says(why).does_not_say("adjustment");
    }
    let page = trial("1311234569\t1,200\t追加");
    page.is(200);
    world.tick();
    // The venue by its name and code, the number with its comma.
    officer.open(&page.path).says("みなと商事 本社会場（1311234569） +1,200箱（追加）");
    officer
        .open(
            "/mhlw/venues?q=%E3%81%82+%E3%81%84+%E3%81%86+%E3%81%88+%E3%81%8A+%E3%81%8B+%E3%81%8D",
        )
        .says("次の語は使っていません")
        .says("か、き");
    officer.open("/mhlw/venues?q=%E3%81%82+%E3%81%84").does_not_say("次の語は使っていません");

    let approver = world.persona("approver@ministry.example");
    approver.press(&approver.open(&page.path), "分配を承認して確定する", &[]);
    world.tick();
    let ito = world.persona("ito@touto-oroshi.example");
    let rows = table::read(&ito.open("/wholesale/shipments.xlsx").bytes).unwrap().rows.texts();
    let id = rows.last().unwrap()[0].clone();
    let file = |lines: &[(&str, &str, &str)]| {
        let rows = lines
            .iter()
            .map(|(id, date, band)| format!("{id}\t{date}\t{band}\r\n"))
            .collect::<String>();
        ito.upload(
            "/wholesale/import",
            "納入.tsv",
            format!("納入番号\t納入予定日\t時間帯\r\n{rows}").as_bytes(),
        )
    };
    let twice = file(&[(&id, "3/1", "午前"), (&id, "3/2", "午前")]);
    twice.says("同じ納入の行が2つあります（2行目、3行目）").says("取り込む行がありません");
    // A table with versions is compared by them, whatever their column is called.
    let versioned = |title: &str, version: &str| {
        let text =
            format!("納入番号\t{title}\t納入予定日\t時間帯\r\n{id}\t{version}\t3/1\t午前\r\n");
        ito.upload("/wholesale/import", "納入.tsv", text.as_bytes())
    };
    for title in ["版", "Ver", "Ｖｅｒ．", "バージョン"] {
        versioned(title, "").says("版が空のため").says("取り込む行がありません");
        versioned(title, "99").says("表を出した後に変わっています").says("取り込む行がありません");
    }
    file(&[(&id, "2022年3月1日（火）午前", "")]).says("2022年3月1日（火）（午前（9時〜12時））");
    file(&[(&id, "", "午前")]).says("時間帯を変えるときは、納入予定日も入力してください");
    // The number in capitals, with a dash of another sort.
    let other = id.to_uppercase().replace('-', "\u{2013}");
    file(&[(&other, "3/1", "午後1時〜5時")]).says("午後（13時〜17時）");
    file(&[(&id, "3/1", "1:00～5:00")]).says("時間帯は「午前」「午後」「指定なし」のどれか");
}

#[on_both_engines]
fn a_lot_that_is_its_expiry_and_a_use_like_another_are_asked_about(world: &World) {
    let clinic = world.persona(CLINIC);
    let stock = format!("/venues/{}/stock", world.minato());
    let receive =
        |fill: &[(&str, &str)]| clinic.press(&clinic.open(&stock), "入庫を記録する", fill);
    for lot in ["220930", "20220930", "2022-0930"] {
        receive(&[("lot", lot), ("expiry", "2022-09-30"), ("vials", "12")])
            .is(422)
            .says("有効期限（2022年9月30日（金））と同じ数字です");
    }
    receive(&[("gs1", "(10)220930(17)220930"), ("vials", "5")])
        .is(422)
        .says("有効期限（2022年9月30日（金））と同じ数字です");
    let editor = world.persona("reviewer@ministry.example");
    let lots = editor.open("/mhlw/lots");
    let fill = [("lot", "220930"), ("expiry", "2022/9/30")];
    editor.press(&lots, "ロットを登録する", &fill).is(422).says("と同じ数字です");

    receive(&[("lot", "3007901"), ("expiry", "2022/9/30"), ("vials", "12")]).is(200);
    let used = || {
        count(
            world,
            "select cast(coalesce(sum(vials), 0) as bigint) from stock_entry where kind = 'used'",
        )
    };
    let shift = |kind: &str, vials: &str| {
        let fill = [("kind", kind), ("move_lot", "3007901"), ("move_vials", vials)];
        let day = world.house.now();
        let day = rules::time::date(day).to_string();
        let fill: Vec<_> = fill.into_iter().chain([("day", day.as_str())]).collect();
        clinic.press(&clinic.open(&stock), "在庫の動きを記録する", &fill)
    };
    shift("used", "2").is(200);
    let asked = shift("used", "2");
    asked.is(422).says("2本の使用がもう記録されています。それとは別の使用ですか");
    assert_eq!(used(), 2);
    clinic.press(&asked, "在庫の動きを記録する", &[("again", "✓")]).is(200);
    assert_eq!(used(), 4);
    shift("used", "3").is(200);
    assert_eq!(used(), 7);
}

#[on_both_engines]
fn one_person_on_two_days_is_asked_about(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let venue = world.minato();
    let page = sato.open(&format!("/venues/{venue}/availability"));
    let open = [("status", "bookable"), ("published", "yes")];
    sato.press(&page, "予約の受付情報を更新する", &open).is(200);
    for day in ["2022-03-24", "2022-03-25"] {
        let page = sato.open(&format!("/venues/{venue}/bookings/new"));
        let grid =
            [("from", day), ("to", day), ("begins", "9:00"), ("ends", "10:00"), ("capacity", "5")];
        sato.press(&page, "予約枠を作る", &grid).is(200);
    }
    let booked = || count(world, "select count(*) from booking where cancelled_at is null");
    let person = world.nobody();
    let book = |day: &str, name: &str, mail: &str| {
        let day_of: String = day.into();
        let (slot,): (String,) = world.read(move |tx| {
            let day: jiff::civil::Date = day_of.parse().expect("a day");
            tx.one(
                "select id from slot where day = $1 order by begins limit 1",
                platform::args![day],
            )
        });
        let page = person.open(&format!("/find/1311234569/book?day={day}"));
        let fill = [
            ("slot", slot.as_str()),
            ("name", name),
            ("reading", "やまだ たろう"),
            ("mail", mail),
            ("phone", "090-1234-5678"),
        ];
        person.press(&page, "この内容で予約する", &fill)
    };
    book("2022-03-24", "山田 太郎", "taro@example.jp").is(200);
    let asked = book("2022-03-25", "山田太郎", "taro@example.jp");
    asked.is(422).says("同じ方の予約が2022年3月24日（木） 09:00〜");
    assert_eq!(booked(), 1);
    person.press(&asked, "この内容で予約する", &[("both", "✓")]).is(200);
    assert_eq!(booked(), 2);
    // Another person of the same phone isn't asked.
    book("2022-03-25", "山田 花子", "hana@example.jp").is(200);
}
