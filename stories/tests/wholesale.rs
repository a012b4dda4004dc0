//! The wholesaler's desk: many dates at once, Excel out → fill → in, papers, calendar, and the
//! wholesaler's own system.

use serde_json::{Value, json};
use stories::visitor::ask;
use stories::{Visitor, World, count, on_both_engines};
use vsys::demo_world::national;
use web::table;

const WHOLESALER: &str = "ito@touto-oroshi.example";

/// A world in which the area's wholesaler has some forty shipments to date.
fn allocated(world: &World) -> Visitor {
    national::plant(&world.house.db, &world.house.masters(), 1_200).unwrap();
    world.set_clock("2022-02-17T10:00");
    let officer = world.persona("reviewer@ministry.example");
    let page = officer.open("/mhlw/allocations/new");
    let page = officer.press(&page, "分配を試算する", &[("supply", "9000")]);
    world.tick();
    let approver = world.persona("approver@ministry.example");
    approver.press(&approver.open(&page.path), "分配を承認して確定する", &[]);
    world.tick();
    approver.open(&page.path).says("確定済");
    world.persona(WHOLESALER)
}

fn rows_of(bytes: &[u8]) -> Vec<Vec<String>> {
    table::read(bytes).unwrap().rows.texts()
}

/// As a spreadsheet saves it.
fn tsv(rows: &[Vec<String>]) -> String {
    rows.iter().map(|r| r.join("\t")).collect::<Vec<_>>().join("\r\n")
}

#[on_both_engines]
fn many_rows_get_one_date_or_none_does(world: &World) {
    let ito = allocated(world);
    let page = ito.open("/wholesale/shipments");
    page.says("選んだ行に同じ日を入れる")
        .says("2月28日（月）の週")
        .says("受け取れない曜日：土日祝");
    let ids: Vec<String> = rows_of(&ito.open("/wholesale/shipments.xlsx").bytes)[2..]
        .iter()
        .map(|r| r[0].clone())
        .collect();
    assert!(ids.len() > 5, "{}", ids.len());
    let token = ito.token().unwrap();
    let send = |date: &str, ids: &[&String]| {
        let mut fields = vec![("_key", token.as_str()), ("date", date), ("band", "morning")];
        fields.extend(ids.iter().map(|id| ("shipment", id.as_str())));
        ito.send_exactly("/wholesale/shipments", &fields)
    };
    send("2022/3/1", &[]).is(422).says("行を選んでください");
    send("2022/2/30", &[&ids[0]]).is(422).says("納入予定日は年・月・日が");
    send("2022/4/1", &[&ids[0], &ids[1]]).is(422).says("接種期間の最終日");
    assert_eq!(
        count(world, "select count(*) from shipment where date is not null and cycle = 2"),
        0
    );
    send("R4.3.1", &[&ids[0], &ids[1], &ids[2]]).is(200).says("選んだ納入に予定日を登録しました");
    assert_eq!(
        count(world, "select count(*) from shipment where date is not null and cycle = 2"),
        3
    );
    assert_eq!(
        count(
            world,
            "select count(distinct about_id) from mail where subject like '【納入】予定日が決まりました%'"
        ),
        3
    );

    // The calendar by day and area, the day's list, its papers.
    ito.open("/wholesale/calendar?m=2022-03").says("東京都 3件");
    ito.open("/wholesale/shipments?date=2022-03-01&prefecture=13")
        .says("2022年3月1日（火）")
        .says("納品書（PDF）");
    for path in [
        "/wholesale/notes.pdf?date=2022-03-01",
        "/wholesale/labels.pdf?date=2022-03-01",
        &format!("/wholesale/notes.pdf?shipment={}", ids[0]),
    ] {
        assert_eq!(ito.open(path).is(200).mime, "application/pdf");
    }
    ito.open("/wholesale/notes.pdf").is(422).says("納入の日を選んでください");
    ito.open("/wholesale/notes.pdf?date=2022-03-02").is(404);

    // What was handed over differs: said with a reason, the venue is told, its own receipt stays
    // its own.
    let page = ito.open(&format!("/wholesale/shipments/{}", ids[0]));
    ito.press(&page, "納入を記録する", &[("boxes", "0")])
        .is(422)
        .says("何があったかを書いてください");
    ito.press(&page, "納入を記録する", &[("boxes", "0"), ("note", "車両の故障")])
        .is(200)
        .says("納入を記録しました")
        .says("車両の故障");
    assert_eq!(
        count(
            world,
            "select count(distinct about_id) from mail where subject like '【納入】数量の相違%'"
        ),
        1
    );
    assert_eq!(
        count(world, "select count(*) from shipment where received_at is not null and cycle = 2"),
        0
    );
}

#[on_both_engines]
fn a_file_goes_out_comes_back_filled_is_checked_applied_and_taken_back(world: &World) {
    let ito = allocated(world);
    let out = ito.open("/wholesale/shipments.xlsx");
    let mut rows = rows_of(&out.bytes);
    let (titles, total) = (rows[0].clone(), rows.len() - 2);
    let column = |name: &str| titles.iter().position(|t| t == name).unwrap();
    let (day, band) = (column("納入予定日"), column("時間帯"));
    // The file itself, unchanged, changes nothing.
    ito.upload("/wholesale/import", "そのまま.xlsx", &out.bytes)
        .is(200)
        .says("Excelとして読みました")
        .says("取り込む行がありません")
        .says(&format!("変更なし {total} 件"));
    rows[2..].iter_mut().enumerate().for_each(|(i, row)| {
        row.resize(titles.len(), String::new());
        row[day] = if i % 2 == 0 { "2022/3/2" } else { "令和4年3月3日" }.into();
        row[band] = "午後".into();
    });
    rows[3][day] = "三月".into();
    rows[4][band] = "夜中".into();
    let stranger = rows[5][0].clone();
    rows[5][0] = "s-nobody".into();
    rows.reverse();
    rows.rotate_right(2);
    rows.swap(0, 1);
    let text = tsv(&rows);
    let cp932 = table::to_cp932(&text).0;
    let page = ito.upload("/wholesale/import", "納入予定.tsv", &cp932);
    page.is(200)
        .says("CP932として読みました")
        .says("取り込めない 3 件")
        .says(&format!("追加 {} 件", total - 3))
        .says("三月")
        .says("「午前」「午後」「指定なし」")
        .says("この納入はありません");
    assert_eq!(
        count(world, "select count(*) from shipment where date is not null and cycle = 2"),
        0,
        "nothing is written before it is approved"
    );
    let errors =
        rows_of(&ito.open(&format!("{}/errors.xlsx", page.path.split('?').next().unwrap())).bytes);
    assert_eq!((errors.len(), errors[0].last().unwrap().as_str()), (4, "エラー"));
    assert!(errors[1..].iter().any(|r| r.last().unwrap().contains("納入予定日：")));
    let second = page.path.clone();
    let done = ito.press(&page, "正しい行だけ取り込む", &[]);
    done.is(200).says("取り込みました").says("取り込み済み");
    assert_eq!(
        count(world, "select count(*) from shipment where date is not null and cycle = 2"),
        total as i64 - 3
    );
    assert_eq!(
        count(
            world,
            "select count(distinct about_id) from mail where subject like '【納入】予定日が決まりました%'"
        ),
        total as i64 - 3
    );

    // The mended rows come back alone, pasted.
    let mended: Vec<Vec<String>> = std::iter::once(titles.clone())
        .chain(errors[1..].iter().map(|r| {
            let mut row = r.clone();
            row.resize(titles.len() + 1, String::new());
            row.pop();
            (row[day], row[band]) = ("20220304".into(), "指定なし".into());
            if row[0] == "s-nobody" {
                row[0] = stranger.clone();
            }
            row
        }))
        .collect();
    let page = ito.open("/wholesale/import");
    let page = ito.press(&page, "内容を確かめる", &[("paste", &tsv(&mended))]);
    let first = page.path.clone();
    page.is(200).says("追加 3 件").says("取り込めない 0 件");
    ito.press(&page, "取り込む", &[]).says("取り込みました");
    assert_eq!(
        count(
            world,
            "select count(*) from shipment where date is null and cycle = 2 and wholesaler = 'w-tokyo'"
        ),
        0
    );

    // Somebody changed a row since: it can't be taken back; the other import can.
    let taken = ito.press(&ito.open(&first), "この取り込みを元に戻す", &[]);
    taken.is(200).says("取り込みを元に戻しました");
    assert_eq!(
        count(
            world,
            "select count(*) from shipment where date is null and cycle = 2 and wholesaler = 'w-tokyo'"
        ),
        3
    );
    let other = rows
        .iter()
        .find(|r| {
            r[0].starts_with("s2-") && r[0] != stranger && !errors.iter().any(|e| e[0] == r[0])
        })
        .unwrap()[0]
        .clone();
    let page = ito.open(&format!("/wholesale/shipments/{other}"));
    ito.press(&page, "納入予定日を変更する", &[("date", "2022-03-04")]).is(200);
    ito.press(&ito.open(&second), "この取り込みを元に戻す", &[])
        .is(422)
        .says("取り込みの後に変わっているため");
    // An old file says so row by row.
    ito.upload("/wholesale/import", "古い.tsv", tsv(&rows).as_bytes())
        .says("表を出した後に変わっています");
}

#[on_both_engines]
fn files_that_cannot_be_read_say_how_to_mend_them(world: &World) {
    let ito = allocated(world);
    for (bytes, says) in [
        (&b""[..], "ファイルが空です"),
        (b"PK\x03\x04nothing", "Excelファイルとして読めません"),
        (b"\xd0\xcf\x11\xe0", "「.xlsx」として"),
        ("納入番号,会場コード,接種会場\r\nx,y,z".as_bytes(), "見出し「納入予定日」がありません"),
        ("納入番号,会場\r\nx,y".as_bytes(), "見出しの行が見つかりません"),
        ("納入番号,納入予定日,納入予定日\r\nx,y,z".as_bytes(), "見出し「納入予定日」が2つあります"),
    ] {
        let page = ito.upload("/wholesale/import", "x", bytes);
        page.says(says);
        assert!([200, 422].contains(&page.status), "{}", page.status);
    }
    ito.press(&ito.open("/wholesale/import"), "内容を確かめる", &[])
        .is(422)
        .says("ファイルを選ぶか、表を貼り付けてください");
    // Another wholesaler's rows and imports are nobody's business.
    ito.open("/wholesale/import/i-nobody").is(404);
}

#[on_both_engines]
fn the_wholesalers_own_system_uses_the_same_rules_and_gets_the_same_sentences(world: &World) {
    let ito = allocated(world);
    let page = ito.open("/wholesale/tokens");
    let secret = page.value("secret").unwrap();
    let fields = [("label", "配送管理システム"), ("days", "90")];
    ito.press(&page, "このトークンを有効にする", &[("label", ""), ("days", "90")])
        .is(422)
        .says("どのシステムのトークンか");
    ito.press(&page, "このトークンを有効にする", &[("label", "x"), ("days", "9999")])
        .is(422)
        .says("1から366までの数");
    ito.press(&page, "このトークンを有効にする", &fields)
        .is(200)
        .says("トークンを有効にしました")
        .says("配送管理システム");
    let call = |method: &str, path: &str, key: &str, body: Value| {
        ask(&world.url, method, path, &secret, key, &body)
    };

    // Nobody, and somebody with a wrong token, gets 401; the document is everybody's.
    assert_eq!(ask(&world.url, "GET", "/api/v1/shipments", "", "", &Value::Null).0, 401);
    assert_eq!(
        ask(&world.url, "GET", "/api/v1/shipments", &"0".repeat(64), "", &Value::Null).0,
        401
    );
    let (status, document) = ask(&world.url, "GET", "/api/v1/openapi.json", "", "", &Value::Null);
    assert_eq!((status, &document["openapi"]), (200, &json!("3.1.0")));
    for route in vsys::routes().iter().filter(|r| r.path.starts_with("/api/") && !r.is_viewed()) {
        let method = if route.is_write() { "post" } else { "get" };
        assert!(
            document["paths"][&route.path][method].is_object(),
            "{method} {} isn't in the document",
            route.path
        );
    }

    let (status, list) = call("GET", "/api/v1/shipments", "", Value::Null);
    assert_eq!(status, 200);
    let properties =
        document["components"]["schemas"]["Shipment"]["properties"].as_object().unwrap();
    let first = list["shipments"][0].clone();
    for key in first.as_object().unwrap().keys() {
        assert!(properties.contains_key(key), "{key} isn't in the document");
    }
    let id = first["id"].as_str().unwrap();
    let one = format!("/api/v1/shipments/{id}");
    let (_, whole) = call("GET", &one, "", Value::Null);
    assert!(whole["address"].is_string() && whole["storage_manager"]["name"].is_string());
    assert_eq!(call("GET", "/api/v1/shipments/s-nobody", "", Value::Null).0, 404);

    // The same rules: late, impossible, stale; then done once, however often it is sent.
    let wrong = call("POST", &format!("{one}/schedule"), "", json!({"date": "2022-04-30"}));
    assert_eq!((wrong.0, wrong.1["errors"][0]["field"].as_str()), (422, Some("date")));
    assert!(wrong.1["errors"][0]["sentence"].as_str().unwrap().contains("接種期間の最終日"));
    assert_eq!(
        call("POST", &format!("{one}/schedule"), "", json!({"date": "2022-03-01", "version": 99}))
            .0,
        409
    );
    let done = call(
        "POST",
        &format!("{one}/schedule"),
        "k-1",
        json!({"date": "2022/3/1", "band": "afternoon", "version": 1}),
    );
    assert_eq!(
        (done.0, &done.1["date"], &done.1["version"]),
        (200, &json!("2022-03-01"), &json!(2))
    );
    assert_eq!(
        call(
            "POST",
            &format!("{one}/schedule"),
            "k-1",
            json!({"date": "2022/3/1", "band": "afternoon", "version": 1})
        ),
        done
    );
    assert_eq!(
        call("POST", &format!("{one}/schedule"), "k-1", json!({"date": "2022/3/2"})).0,
        422,
        "the same key with other content"
    );
    assert_eq!(
        count(
            world,
            "select count(distinct about_id) from mail where subject like '【納入】予定日が決まりました%'"
        ),
        1
    );
    let many = call(
        "POST",
        "/api/v1/shipments",
        "",
        json!({"shipments": [{"id": id, "date": "2022-03-02"}, {"id": "s-nobody", "date": "2022-03-02"}]}),
    );
    assert_eq!((many.0, many.1["errors"][0]["field"].as_str()), (422, Some("shipments[1].id")));
    assert_eq!(
        count(world, "select count(*) from shipment where date = '2022-03-02'"),
        0,
        "all or none"
    );
    let second = list["shipments"][1]["id"].as_str().unwrap();
    assert_eq!(
        call(
            "POST",
            "/api/v1/shipments",
            "",
            json!({"shipments": [{"id": id, "date": "2022-03-02"}, {"id": second, "date": "2022-03-02"}]})
        )
        .0,
        200
    );
    assert_eq!(call("POST", &format!("{one}/ship"), "", json!({})).1["status"], json!("shipped"));
    assert_eq!(call("POST", &format!("{one}/ship"), "", json!({})).0, 422);
    assert_eq!(
        call("POST", &format!("{one}/deliver"), "", json!({"boxes": first["boxes"]})).1["delivered_boxes"],
        first["boxes"]
    );
    assert_eq!(call("POST", &format!("{one}/schedule"), "", Value::Null).0, 422);

    // The key ends: revoked by a person, or with the membership.
    let page = ito.open("/wholesale/tokens");
    ito.press(&page, "無効にする", &[]).is(200).says("トークンを無効にしました");
    assert_eq!(call("GET", "/api/v1/shipments", "", Value::Null).0, 401);
}
