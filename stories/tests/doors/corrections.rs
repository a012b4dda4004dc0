//! What is mended afterwards, and what says so: the kind of a record, a late receipt, reasons of
//! waste, the journal in words.

use platform::value::Json;
use serde_json::{Value, json};
use stories::rich::{CLINIC, SATO, with_stock};
use stories::visitor::ask;
use stories::{World, on_both_engines};

use crate::wholesale::{allocated, tick, token};

/// The n-th person of a municipality.
fn line(municipality: &str, n: u32) -> String {
    format!("23{municipality}{n:010}")
}

fn records(world: &World) -> Vec<(String, String, bool)> {
    let all = "select municipality, coupon, screening_only from person_record order by municipality, coupon";
    world.read(move |tx| tx.all(all, &[]))
}

/// Writes what the venues of these shipments wrote about the days on which they take nothing.
fn refuses(world: &World, text: &str) {
    let text = text.to_string();
    let write = move |tx: &mut platform::db::Tx<'_>| {
        let shipped = "select id, answers from venue where id in (select venue_id from shipment)";
        let venues: Vec<(String, Json<Value>)> = tx.all(shipped, platform::args![])?;
        for (id, answers) in venues {
            let mut answers = answers.0;
            answers["refused_weekdays"] = json!(text);
            let write = "update venue set answers = $1 where id = $2";
            tx.run(write, platform::args![Json(&answers), &id])?;
        }
        Ok::<_, platform::db::Failure>(())
    };
    world.house.db.write_blocking(write).expect("what venues wrote");
}

/// When the wholesaler recorded the despatch of the first cycle.
fn shipped(world: &World, when: &str) {
    let at = stories::at(when);
    let write = move |tx: &mut platform::db::Tx<'_>| {
        tx.run("update shipment set shipped_at = $1 where cycle = 1", platform::args![at])
    };
    world.house.db.write_blocking(write).expect("a despatch");
}

#[on_both_engines]
fn a_shot_that_was_none_is_a_change_of_its_record(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let persons = || clinic.open(&format!("/venues/{venue}/persons"));
    let head = "接種日,券番号,ロット番号,区分";
    let import = |rows: &str| clinic.upload(&base, "a.csv", format!("{head}\n{rows}").as_bytes());
    let of = |n: u32| line("131032", n);
    let first: String = (340..346).map(|n| format!("2022/3/18,{},3005785,接種\n", of(n))).collect();
    clinic.press(&import(&first), "取り込む（6", &[]).is(200);
    persons().says("個人単位の記録（接種） 6 回").says("報告された接種の累計 6 回");
    let mended = format!("2022/3/18,{},,予診のみ\n", of(340));
    let check = import(&mended);
    check.says("追加 0 件").says("確かめる 1 件").says("訂正：区分 接種 → 予診のみ");
    check.says("「接種」として登録されています。区分の訂正ですか（記録は増えません）");
    clinic.press(&check, "すべて取り込む", &[]).is(422);
    let done = clinic.press(&check, "すべて取り込む", &[("asked", "✓")]);
    done.is(200);
    let screened = |world: &World| -> Vec<bool> { records(world).iter().map(|r| r.2).collect() };
    assert_eq!(screened(world), [true, false, false, false, false, false]);
    persons().says("個人単位の記録（接種） 5 回").says("報告された接種の累計 5 回");
    // The same again is nothing new; history says which field it was.
    import(&mended).says("変更なし 1 件").says("追加 0 件");
    let history = clinic.open(&format!("/venues/{venue}/history"));
    history.says("区分：接種 → 予診のみ").does_not_say("そのほかの項目");
    // Taken back, everything is as it was.
    clinic
        .press(&clinic.open(&done.path), "この取り込みを元に戻す", &[])
        .is(200)
        .says("取り込みを元に戻しました");
    assert_eq!(screened(world), [false; 6]);
    persons().says("個人単位の記録（接種） 6 回").says("報告された接種の累計 6 回");
    // Where a line keeps the shot, the screening is another record, and said to be one.
    let both = import(&format!("2022/3/18,{},3005785,接種\n{mended}", of(340)));
    both.says("変更なし 1 件").says("確かめる 1 件").says("それとは別の記録を1件追加します");
    // And back: a screening that was a shot needs its lot.
    let other = format!("2022/3/18,{},,予診のみ\n", of(350));
    clinic.press(&import(&other), "取り込む（1", &[]).is(200);
    import(&format!("2022/3/18,{},,接種\n", of(350)))
        .says("取り込めない 1 件")
        .says("接種にはロット番号が必要です");
    let check = import(&format!("2022/3/18,{},3005785,接種\n", of(350)));
    check.says("訂正：区分 予診のみ → 接種、ロット番号 （空） → 3005785");
    clinic.press(&check, "すべて取り込む", &[("asked", "✓")]).is(200);
    persons().says("個人単位の記録（接種） 7 回").says("報告された接種の累計 7 回");
    world.journal_is_sound();
}

#[on_both_engines]
fn one_number_of_two_municipalities_is_two_people(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    world.set_clock("2022-04-20T10:00");
    let base = format!("/venues/{venue}/persons/import");
    let head = "接種日,券番号,ロット番号,医師名";
    let import = |rows: &str| clinic.upload(&base, "a.csv", format!("{head}\n{rows}").as_bytes());
    let (minato, shinjuku) = (line("131032", 340), line("131041", 340));
    let check = import(&format!("2022/3/18,{minato},3005785,\n2022/3/19,{shinjuku},3005785,\n"));
    check.says("追加 2 件").does_not_say("確かめる行");
    clinic.press(&check, "取り込む（2", &[]).is(200);
    // A correction of one of them leaves the other as it is, and so does taking it back.
    let check = import(&format!("2022/3/19,{shinjuku},3005785,新宿 太郎\n"));
    let done = clinic.press(check.says("変更 1 件"), "取り込む（1", &[]);
    let doctors = || -> Vec<(String, String)> {
        let all = "select municipality, doctor from person_record order by municipality";
        world.read(move |tx| tx.all(all, &[]))
    };
    let of = |place: &str, doctor: &str| (place.to_string(), doctor.to_string());
    assert_eq!(doctors(), [of("131032", ""), of("131041", "新宿 太郎")]);
    clinic.press(&clinic.open(&done.path), "この取り込みを元に戻す", &[]).is(200);
    assert_eq!(doctors(), [of("131032", ""), of("131041", "")]);
}

#[on_both_engines]
fn waste_is_read_in_words_of_offices_and_its_reason_is_shown(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    world.set_clock("2022-02-22T10:00");
    let import = |waste: &str| {
        let text = format!(
            "会場コード,時点,接種の累計,廃棄の累計,廃棄の理由\n1311234569,2022/2/22,30,2,{waste}\n"
        );
        clinic.upload("/results/import", "a.csv", text.as_bytes())
    };
    import("捨てた")
        .says("取り込めない 1 件")
        .says("廃棄の理由は、有効期限切れ、温度の逸脱、破損、異物・不良、");
    import("〃").says("取り込めない 1 件").says("「〃」や「同上」は読み取れません");
    clinic.press(&import("期限切れ"), "取り込む（1", &[]).is(200);
    let results = clinic.open(&format!("/venues/{venue}/results"));
    let table = results.table("報告の記録");
    let reasons: Vec<&String> = table.iter().map(|row| &row[5]).collect();
    assert_eq!(
        reasons.iter().filter(|r| r.contains("廃棄の理由：有効期限切れ")).count(),
        1,
        "{reasons:?}"
    );
    let list = clinic.open(&format!("/venues/{venue}/results/list.csv")).body;
    let head = list.lines().next().unwrap_or_default();
    let at = head.split(',').position(|title| title == "廃棄の理由").expect("a column");
    let cells = list.lines().skip(1).filter_map(|row| row.split(',').nth(at));
    let said: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    assert_eq!(said, ["有効期限切れ"], "{list}");
}

#[on_both_engines]
fn the_journal_leaves_in_the_words_of_its_page(world: &World) {
    let clinic = world.persona(CLINIC);
    with_stock(world, &clinic);
    let auditor = world.persona("kato@audit.example");
    // A day without its year is the nearest, and is shown with it.
    let page = auditor.open("/audit?from=2/20&to=2%E6%9C%8820%E6%97%A5&act=stock.receive");
    for field in ["from", "to"] {
        let input = scraper::Selector::parse(&format!("main input#{field}")).expect("a selector");
        let shown = page
            .html()
            .select(&input)
            .filter_map(|f| f.value().attr("value").map(str::to_string))
            .next();
        assert_eq!(shown.as_deref(), Some("2022/2/20"), "{field}");
    }
    let rows = page.is(200).table("記録");
    assert!(!rows.is_empty(), "{}", page.words());
    auditor.open("/audit?from=2/21&act=stock.receive").says("条件に合う記録はありません");
    let list = auditor.open("/audit.csv?from=2/20&to=2/20&act=stock.receive");
    let mut lines = list.is(200).body.lines();
    let head = lines.next().map(|l| l.trim_start_matches('\u{feff}'));
    assert_eq!(head, Some("日時,だれが,立場,何を,対象,番号,内容,理由,ハッシュ"));
    let left: Vec<&str> = lines.collect();
    assert_eq!(left.len(), rows.len());
    for words in ["髙橋 健", "会場：みなと商事 本社会場", "ロット番号：3005785", "バイアル：20本"]
    {
        assert!(left.iter().all(|row| row.contains(words)), "{words}: {left:?}");
        let bare = |text: &str| text.replace(' ', "");
        assert!(bare(&page.words()).contains(&bare(words)), "{words}");
    }
    for key in ["venue", "v-", "{", "received"] {
        assert!(left.iter().all(|row| !row.contains(key)), "{key}: {left:?}");
    }
}

#[on_both_engines]
fn goods_that_are_recorded_later_came_on_their_own_day(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = world.minato();
    shipped(world, "2022-02-15T10:00");
    world.set_clock("2022-02-20T10:00");
    let link = clinic.open(&format!("/venues/{venue}/deliveries")).link("第1クール");
    let (page, shipment) = (clinic.open(&link), link.rsplit('/').next().expect("an id"));
    let press = |day: &str| clinic.press(&page, "受け取りを記録する", &[("received_on", day)]);
    press("2/14").is(422).says("出荷の記録がある2022年2月15日（火）から今日まで");
    press("2/21").is(422).says("今日（2022年2月20日（日））まで");
    press("2021/2/16").is(422).says("2021年2月16日（火）と読みました");
    press("先週").is(422).says("年・月・日がわかるように");
    // One box too few or too many, of either kind, needs a note.
    for (field, word) in [("boxes", "予定（4箱）"), ("needle_boxes", "針・シリンジの箱数が予定（")]
    {
        let planned: i64 = page.value(field).and_then(|n| n.parse().ok()).expect("a number");
        for n in [planned - 1, planned + 1] {
            let fill = [(field, n.to_string())];
            let fill = fill.each_ref().map(|(field, n)| (*field, n.as_str()));
            clinic.press(&page, "受け取りを記録する", &fill).is(422).says(word);
        }
    }
    press("2月16日").is(200).says("2022年2月16日（水）").does_not_say("2022年2月20日（日）");
    // Its wholesaler reads what the venue reads.
    let needles = page.value("needle_boxes").expect("a number");
    world
        .persona("ito@touto-oroshi.example")
        .open(&format!("/wholesale/shipments/{shipment}"))
        .says(&format!("ワクチン 4箱、針・シリンジ {needles}箱"));
    let history = clinic.open(&format!("/venues/{venue}/history"));
    history.says("受け取った日：2022年2月16日（水）").says("2022年2月20日（日）10:00");
    // What goes into stock came no sooner.
    let stock = clinic.open(&format!("/venues/{venue}/stock"));
    let receive = |day: &str| {
        let gs1 = "(01)14987123456781(17)220930(10)3005785";
        let fill = [("gs1", gs1), ("vials", "20"), ("shipment", shipment), ("received_on", day)];
        clinic.press(&stock, "入庫を記録する", &fill)
    };
    receive("2022/2/15").is(422);
    receive("2022/2/16").is(200);
    world.journal_is_sound();
}

#[on_both_engines]
fn another_system_says_on_which_day_goods_came(world: &World) {
    world.set_clock("2022-02-20T10:00");
    let sato = world.persona(SATO);
    let venue = world.minato();
    let secret = token(&sato, &format!("/venues/{venue}/tokens"));
    let call = |path: &str, body: &Value| {
        let method = if body.is_null() { "GET" } else { "POST" };
        let path = format!("/api/v1/venues/{venue}/deliveries{path}");
        ask(&world.url, method, &path, &secret, "", body)
    };
    let (status, list) = call("", &Value::Null);
    assert_eq!(status, 200, "{list}");
    let first = list["deliveries"][0].clone();
    let path = format!("/{}/receipt", first["id"].as_str().expect("a delivery"));
    let body = |day: Value| {
        let (version, boxes, needles) =
            (&first["version"], &first["boxes"], &first["needle_boxes"]);
        json!({"version": version, "boxes": boxes, "needle_boxes": needles, "received_on": day})
    };
    for wrong in [json!("2022-02-21"), json!("きのう"), json!(20_220_216)] {
        let (status, said) = call(&path, &body(wrong));
        assert_eq!((status, &said["errors"][0]["field"]), (422, &json!("received_on")), "{said}");
    }
    for field in ["boxes", "needle_boxes"] {
        let mut few = body(json!("2022-02-18"));
        few[field] = json!(first[field].as_i64().expect("a number") - 1);
        let (status, said) = call(&path, &few);
        assert_eq!((status, &said["errors"][0]["field"]), (422, &json!("note")), "{said}");
    }
    // In capitals, as some systems keep their numbers.
    let (status, done) =
        call(&path.to_uppercase().replace("RECEIPT", "receipt"), &body(json!("2022-02-18")));
    assert_eq!(status, 200, "{done}");
    // The day on which it came, and the instant at which that became known.
    let came = &done["deliveries"][0];
    assert_eq!(came["received_on"], json!("2022-02-18"));
    assert_eq!(came["received_at"], json!("2022-02-20T01:00:00Z"));
}

#[on_both_engines]
fn what_a_venue_wrote_about_its_days_is_read_the_right_way_round_or_said(world: &World) {
    let (ito, ids) = allocated(world);
    let (tuesday, saturday) = ("2022-03-01", "2022-03-05");
    let press = |id: &str, date: &str| {
        let page = ito.open(&format!("/wholesale/shipments/{id}"));
        ito.press(&page, "納入予定日を登録する", &[("date", date), ("band", "morning")])
    };
    // On working days it takes everything, and on no others.
    refuses(world, "平日のみ受取可");
    tick(press(&ids[0], saturday).says("会場の受け取れない曜日（平日のみ受取可）に当たります"));
    press(&ids[0], tuesday).is(200);
    refuses(world, "受取日は火・木");
    let wednesday = press(&ids[2], "2022-03-02");
    tick(wednesday.says("会場の受け取れない曜日（受取日は火・木）に当たります"));
    // A day of the calendar.
    refuses(world, "2月28日〜3月1日");
    tick(press(&ids[1], tuesday).says("会場の受け取れない曜日（2月28日〜3月1日）に当たります"));
    press(&ids[1], "2022-03-02").is(200);
    // What can't be read is said at all four doors.
    refuses(world, "月末・月初");
    let said =
        "2022-03-02に会場が受け取れるかどうかを、会場の記載（月末・月初）からは読み取れません";
    let said = said.replace("2022-03-02", "3月2日（水）");
    tick(press(&ids[2], "2022-03-02").says(&said));
    ito.open("/wholesale/shipments");
    let key = ito.token().expect("a form");
    let (key, id) = (key.as_str(), ids[2].as_str());
    let many = [("_key", key), ("date", "2022-03-02"), ("band", "morning"), ("shipment", id)];
    tick(ito.send_exactly("/wholesale/shipments", &many).says(&said));
    let text = format!("納入番号\t納入予定日\t時間帯\n{}\t2022-03-02\t午前\n", ids[2]);
    let page = ito.press(&ito.open("/wholesale/import"), "内容を確かめる", &[("paste", &text)]);
    page.is(200).says("確かめる 1 件").says(&said);
    let secret = token(&ito, "/wholesale/tokens");
    let path = format!("/api/v1/shipments/{}/schedule", ids[2]);
    let body = json!({"date": "2022-03-02"});
    let (status, asked) = ask(&world.url, "POST", &path, &secret, "", &body);
    assert_eq!((status, asked["errors"][0]["field"].as_str()), (409, Some("date")), "{asked}");
    let sentence = asked["errors"][0]["sentence"].as_str();
    assert!(sentence.is_some_and(|s| s.contains(&said)), "{asked}");
}
