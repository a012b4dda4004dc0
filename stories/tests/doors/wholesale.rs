//! The wholesaler's doors: dates that are asked about before anything is saved or mailed, and
//! bodies of other systems that are read for what they are.

use platform::args;
use serde_json::{Value, json};
use stories::rich::second_venue;
use stories::visitor::ask;
use stories::{Page, Visitor, World, count, on_both_engines};
use vsys::demo_world::national;

const WHOLESALER: &str = "ito@touto-oroshi.example";
/// A Sunday in the delivery week, on which every venue of the national world takes nothing.
const SUNDAY: &str = "2022-03-06";
const HEAD: &str = "納入番号\t納入予定日\t時間帯\n";

/// Some forty shipments without a date.
pub fn allocated(world: &World) -> (Visitor, Vec<String>) {
    national::plant(&world.house.db, &world.house.masters(), 1_200).unwrap();
    world.set_clock("2022-02-17T10:00");
    let officer = world.persona("reviewer@ministry.example");
    let page = officer.press(
        &officer.open("/mhlw/allocations/new"),
        "分配を試算する",
        &[("supply", "9000")],
    );
    world.tick();
    let approver = world.persona("approver@ministry.example");
    approver.press(&approver.open(&page.path), "分配を承認して確定する", &[]);
    world.tick();
    let ids: Vec<(String,)> =
        world.read(|tx| tx.all("select id from shipment where wholesaler = 'w-tokyo' and date is null order by id limit 6", args![]));
    (world.persona(WHOLESALER), ids.into_iter().map(|(id,)| id).collect())
}

/// Shipments with a date in the second cycle, and mails about dates.
fn done(world: &World) -> (i64, i64) {
    (
        count(world, "select count(*) from shipment where date is not null and cycle = 2"),
        count(
            world,
            "select count(distinct about_id) from mail where subject like '【納入】予定日が%'",
        ),
    )
}

/// A token of another system, made on its page.
pub fn token(person: &Visitor, path: &str) -> String {
    let page = person.open(path);
    let secret = page.value("secret").expect("a token");
    person
        .press(&page, "このトークンを有効にする", &[("label", "自社システム"), ("days", "90")])
        .is(200);
    secret
}

/// A request as it is on the wire: status, kind of the answer, answer.
fn raw(
    world: &World,
    method: &str,
    path: &str,
    head: &[(&str, &str)],
    body: &[u8],
) -> (u16, String, Value) {
    let mut request =
        ureq::http::Request::builder().method(method).uri(format!("{}{path}", world.url));
    for (name, value) in head {
        request = request.header(*name, *value);
    }
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.run(request.body(body).expect("a request")).expect("an answer");
    let kind = answer
        .headers()
        .get("content-type")
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .to_string();
    let text = answer.body_mut().read_to_string().expect("a body");
    (
        answer.status().as_u16(),
        kind,
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: no JSON: {text}")),
    )
}

fn fields(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().map(|e| e["field"].as_str().unwrap_or_default().to_string()).collect()
}

pub fn tick(page: &Page) -> String {
    page.is(422).says("日付の確認").says("この日で登録する").value("sure").expect("a tick")
}

#[on_both_engines]
fn a_doubtful_date_is_asked_about_on_the_form(world: &World) {
    let (ito, ids) = allocated(world);
    let path = format!("/wholesale/shipments/{}", ids[0]);
    let press = |page: &Page, fill: &[(&str, &str)]| ito.press(page, "納入予定日を登録する", fill);
    let asked = press(&ito.open(&path), &[("date", "3/6"), ("band", "morning")]);
    asked.says("3月6日（日）は休日です").says("受け取れない曜日").says("まだ登録していません");
    let yes = tick(&asked);
    assert_eq!(done(world), (0, 0));
    // Without the tick it is asked again; a tick for one day is none for another.
    tick(&press(&asked, &[("date", SUNDAY), ("band", "morning")]));
    assert_ne!(
        tick(&press(&asked, &[("date", "2022-03-05"), ("band", "morning"), ("sure", &yes)])),
        yes
    );
    // Outside the delivery week, and a holiday.
    press(&ito.open(&path), &[("date", "2022-03-08"), ("band", "morning")])
        .is(422)
        .says("配送週（2月28日（月）からの1週間）の外です");
    press(&ito.open(&path), &[("date", "2022-03-21"), ("band", "morning")])
        .is(422)
        .says("祝日です（春分の日）");
    assert_eq!(done(world), (0, 0));
    press(&asked, &[("date", SUNDAY), ("band", "morning"), ("sure", &yes)])
        .is(200)
        .says("2022年3月6日（日）");
    assert_eq!(done(world), (1, 1));
    // Only the band: the day was said yes to already.
    ito.press(&ito.open(&path), "納入予定日を変更する", &[("date", SUNDAY), ("band", "afternoon")])
        .is(200)
        .says("午後");
}

#[on_both_engines]
fn what_has_come_waits_for_no_date(world: &World) {
    let (ito, _) = allocated(world);
    let waiting = |page: &Page, of: &str| -> i64 {
        let words = page.words();
        let (_, rest) = words.split_once(of).unwrap_or_else(|| panic!("no {of}: {words}"));
        let digits = rest.trim_start().chars().take_while(char::is_ascii_digit);
        digits.collect::<String>().parse().unwrap_or(0)
    };
    let task = "納入予定日を登録する（";
    let before = waiting(&ito.open("/home"), task);
    assert_eq!(waiting(&ito.open("/wholesale/shipments"), "予定日未定"), before);
    // All but one come without having been given a day.
    world.tamper(
        "update shipment
            set received_at = (select max(fixed_at) from allocation), received_on = '2022-02-17',
                received_boxes = boxes, received_needle_boxes = needle_boxes
          where wholesaler = 'w-tokyo'
            and date is null
            and id <> (select max(id) from shipment
                        where wholesaler = 'w-tokyo'
                          and date is null)",
    );
    assert!(before > 1);
    assert_eq!(waiting(&ito.open("/home"), task), 1);
    let list = ito.open("/wholesale/shipments");
    assert_eq!(waiting(&list, "予定日未定"), 1);
    list.does_not_say("受領済");
    ito.open("/wholesale/shipments?show=all").says("受領済");
}

#[on_both_engines]
fn doubtful_dates_of_many_rows_are_asked_about_row_by_row(world: &World) {
    let (ito, ids) = allocated(world);
    let send = |date: &str, ids: &[String], sure: &str| {
        // Each is a form of its own.
        ito.open("/wholesale/shipments");
        let key = ito.token().unwrap();
        let mut all =
            vec![("_key", key.as_str()), ("date", date), ("band", "morning"), ("sure", sure)];
        all.extend(ids.iter().map(|id| ("shipment", id.as_str())));
        ito.send_exactly("/wholesale/shipments", &all)
    };
    let asked = send(SUNDAY, &ids[..3], "");
    assert_eq!(asked.body.matches("3月6日（日）は休日です").count(), 3);
    assert_eq!(asked.body.matches("checked").count(), 4, "three rows and the band stay ticked");
    let yes = tick(&asked);
    // One row more than was asked about, or another day: asked anew.
    tick(&send(SUNDAY, &ids[..4], &yes));
    tick(&send("2022-03-05", &ids[..3], &yes));
    send("2022-04-01", &ids[..3], &yes).is(422).says("接種期間の最終日");
    assert_eq!(done(world), (0, 0));
    send(SUNDAY, &ids[..3], &yes).is(200).says("予定日を登録しました");
    assert_eq!(done(world), (3, 3));
    send("3/1", &ids[3..5], "").is(200).says("予定日を登録しました");
    assert_eq!(done(world), (5, 5));
}

#[on_both_engines]
fn doubtful_dates_of_a_file_need_a_tick(world: &World) {
    let (ito, ids) = allocated(world);
    let text = format!(
        "{HEAD}{}\t3/6\t9:00～12:00\n{}\t3/1\t13時〜17時\n{}\t2022/3/10\t午前\n",
        ids[0], ids[1], ids[2]
    );
    let page = ito.press(&ito.open("/wholesale/import"), "内容を確かめる", &[("paste", &text)]);
    page.is(200)
        .says("追加 1 件")
        .says("確かめる 2 件")
        .says("3月6日（日）は休日です")
        .says("配送週（2月28日（月）からの1週間）の外です");
    ito.press(&page, "すべて取り込む", &[]).is(422).says("確かめる行が2行あります");
    assert_eq!(done(world), (0, 0));
    ito.press(&page, "すべて取り込む", &[("asked", "yes")]).is(200).says("取り込みました");
    assert_eq!(done(world), (3, 3));
    assert_eq!(
        count(
            world,
            "select count(*) from shipment where date = '2022-03-01' and band = 'afternoon' and cycle = 2"
        ),
        1
    );
}

#[on_both_engines]
fn doubtful_dates_of_another_system_come_back_as_questions(world: &World) {
    let (ito, ids) = allocated(world);
    let secret = token(&ito, "/wholesale/tokens");
    let call = |path: &str, key: &str, body: Value| {
        ask(&world.url, "POST", &format!("/api/v1/shipments{path}"), &secret, key, &body)
    };
    let one = format!("/{}/schedule", ids[0]);
    let (status, asked) = call(&one, "k", json!({"date": SUNDAY}));
    assert_eq!(
        (status, fields(&asked)),
        (409, vec!["date".to_string(), "date".into(), "confirm".into()])
    );
    assert!(asked["errors"][0]["sentence"].as_str().unwrap().contains("休日です"), "{asked}");
    for wrong in [
        json!({"date": SUNDAY, "confirm": "true"}),
        json!({"date": SUNDAY, "confirm": 1}),
        json!({"date": SUNDAY, "sure": true}),
    ] {
        assert_eq!(call(&one, "", wrong).0, 422);
    }
    assert_eq!(call(&one, "", json!({"date": SUNDAY, "confirm": null})).0, 409);
    let both = |confirm: bool| json!({"shipments": [{"id": ids[0], "date": "2022-03-01"}, {"id": ids[1], "date": SUNDAY}], "confirm": confirm});
    let (status, asked) = call("", "", both(false));
    assert_eq!((status, &fields(&asked)[0]), (409, &"shipments[1].date".to_string()));
    assert_eq!(done(world), (0, 0));
    let first = call(&one, "k", json!({"date": SUNDAY, "confirm": true}));
    assert_eq!((first.0, &first.1["date"]), (200, &json!(SUNDAY)));
    assert_eq!(call(&one, "k", json!({"date": SUNDAY, "confirm": true})), first);
    assert_eq!(done(world), (1, 1));
    assert_eq!(call("", "", both(true)).0, 200);
    assert_eq!(done(world), (2, 2));
    let twice =
        json!({"shipments": [{"id": ids[2], "date": "3/1"}, {"id": ids[2], "date": "3/2"}]});
    assert_eq!(fields(&call("", "", twice).1), ["shipments[1].id"]);
}

#[on_both_engines]
fn a_completed_venue_is_left_out_of_the_allocation_and_named(world: &World) {
    national::plant(&world.house.db, &world.house.masters(), 300).unwrap();
    world.set_clock("2022-02-17T10:00");
    let asking: Vec<(String, String)> = world.read(|tx| {
            tx.all(
                "select v.id, v.name from plan_line l join plan_registration r on r.venue_id = l.venue_id and r.number = l.number and r.latest join venue v on v.id = l.venue_id where l.cycle = 2 and l.boxes > 0 order by v.id limit 2",
                args![],
            )
        });
    let completes = |venue: &str| {
        let (venue, at) = (venue.to_string(), world.house.clock.now());
        world
            .house
            .db
            .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
                tx.run(
                    "insert into completion (venue_id, number, facts, at, account, name) values ($1, $1, '{}', $2, '', '')",
                    args![&venue, at],
                )
            })
            .unwrap();
    };
    completes(&asking[0].0);
    world.set_clock("2022-02-17T11:00");
    let officer = world.persona("reviewer@ministry.example");
    let page = officer.press(
        &officer.open("/mhlw/allocations/new"),
        "分配を試算する",
        &[("supply", "9000")],
    );
    world.tick();
    let page = officer.open(&page.path);
    page.says("分配しない会場").says(&asking[0].1).says("接種の完了を登録済み");
    let shares = |venue: &str| {
        let venue = venue.to_string();
        let sql = "select count(*) from allocation_share s join allocation_run r on r.id = s.run_id where r.cycle = 2 and s.venue_id = $1";
        world.read(move |tx| tx.one::<(i64,)>(sql, args![&venue])).0
    };
    assert_eq!((shares(&asking[0].0), shares(&asking[1].0)), (0, 1));
    // One that completes between trial and approval is found, too.
    completes(&asking[1].0);
    let approver = world.persona("approver@ministry.example");
    approver
        .press(&approver.open(&page.path), "分配を承認して確定する", &[])
        .is(422)
        .says(&asking[1].1)
        .says("もう一度試算してください");
    assert_eq!(count(world, "select count(*) from shipment where cycle = 2"), 0);
}

/// Signs of an address as the wire has them.
fn on_the_wire(path: &str) -> String {
    let sign = |b: u8| match b {
        b'/' | b'-' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    path.bytes().map(sign).collect()
}

#[on_both_engines]
fn ids_in_addresses_of_the_api_are_read_in_any_writing(world: &World) {
    world.set_clock("2022-04-04T10:00");
    let sato = world.persona("sato@minato-shoji.example");
    let venue = world.minato();
    let secret = token(&sato, &format!("/venues/{venue}/tokens"));
    let wide = |text: &str| -> String {
        let sign = |c: char| match c {
            '!'..='~' => char::from_u32(c as u32 + 0xfee0).unwrap_or(c),
            c => c,
        };
        text.chars().map(sign).collect()
    };
    let get = |path: &str, secret: &str| {
        ask(&world.url, "GET", &on_the_wire(path), secret, "", &Value::Null)
    };
    let (status, plan) = get(&format!("/api/v1/venues/{venue}/plan"), &secret);
    assert_eq!(status, 200);
    let writings = [
        venue.to_uppercase(),
        wide(&venue),
        format!(" {venue}　"),
        venue.replace('-', "‐"),
        "1311234569".into(),
        "１３１１２３４５６９".into(),
        "131-1234-569".into(),
    ];
    for writing in &writings {
        let path = format!("/api/v1/venues/{writing}/plan");
        assert_eq!(get(&path, &secret), (200, plan.clone()), "{writing}");
    }
    // Somebody else's is out of reach by its code, too, and unknown codes are answered the same.
    second_venue(world);
    for other in ["v-second", "1311234577", "9999999999", "131123456", "v-none"] {
        let path = format!("/api/v1/venues/{other}/plan");
        assert_eq!(get(&path, &secret).0, 404, "{other}");
        assert_eq!(get(&path, &"0".repeat(64)).0, 401, "{other}");
    }
    // Months, shipments, and commands.
    let (rows, claims) = (json!([]), format!("/api/v1/venues/{}/claims", wide(&venue)));
    let path = on_the_wire(&format!("{claims}/２０２２年３月"));
    let (status, made) =
        ask(&world.url, "POST", &path, &secret, "", &json!({"version": 0, "rows": rows}));
    assert_eq!((status, &made["version"]), (200, &json!(1)), "{made}");
    assert_eq!(get(&format!("{claims}/2022/3"), &secret).0, 404, "a stroke parts an address");
    assert_eq!(get(&format!("{claims}/2022-3"), &secret).0, 200);
    let ito = world.persona("ito@touto-oroshi.example");
    let secret = token(&ito, "/wholesale/tokens");
    let all = "/api/v1/shipments?show=all";
    let (_, list) = ask(&world.url, "GET", all, &secret, "", &Value::Null);
    let id = list["shipments"][0]["id"].as_str().expect("a shipment").to_string();
    for writing in [id.to_uppercase(), wide(&id)] {
        let (status, one) = get(&format!("/api/v1/shipments/{writing}"), &secret);
        assert_eq!((status, &one["id"]), (200, &json!(id)), "{writing}");
    }
}

#[on_both_engines]
fn bodies_are_read_for_what_they_are(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let venue = world.minato();
    let secret = token(&sato, &format!("/venues/{venue}/tokens"));
    let bearer = format!("Bearer {secret}");
    let post = |path: &str, body: Value| {
        ask(&world.url, "POST", &format!("/api/v1/venues/{venue}/{path}"), &secret, "", &body)
    };
    world.set_clock("2022-03-01T10:00");

    // A draft isn't emptied by what isn't rows.
    let rows = json!([{"municipality": "131041", "counts": {"vaccination": {"six_and_over": {"regular": 100.0, "holiday": null}, "under_six": null}}}]);
    let (status, draft) =
        post("claims/2022-02", json!({"version": 0, "rows": rows, "facility_class": null}));
    assert_eq!(
        (status, &draft["amount"], &draft["version"]),
        (200, &json!(227_700), &json!(1)),
        "{draft}"
    );
    for (body, field) in [
        (json!({"version": 1, "rows": "abc"}), "rows"),
        (json!({"version": 1}), "rows"),
        (json!({"version": 1, "rows": null}), "rows"),
        (json!({"version": 1, "rows": {}}), "rows"),
        (json!({"version": 1, "rows": [5]}), "rows[0]"),
        (json!({"version": 1, "rows": [{"municipality": "131041"}]}), "rows[0].counts"),
        (
            json!({"version": 1, "rows": [{"municipality": 131_041, "counts": {}}]}),
            "rows[0].municipality",
        ),
        (
            json!({"version": 1, "rows": [{"municipality": "131041", "counts": {"vaccination": {"six_and_over": {"regular": -1}}}}]}),
            "rows[0].counts.vaccination.six_and_over.regular",
        ),
        (
            json!({"version": 1, "rows": [{"municipality": "131041", "counts": {"vaccinations": {}}}]}),
            "rows[0].counts.vaccinations",
        ),
        (json!({"version": 1, "rows": [], "submitted": true}), "submitted"),
        (json!({"version": 1, "rows": [], "submit": "yes"}), "submit"),
        (json!({"version": "1", "rows": []}), "version"),
        (json!({"rows": []}), "version"),
        (json!({}), "version"),
        (json!([]), ""),
        (json!("x"), ""),
        (Value::Null, ""),
    ] {
        let (status, answer) = post("claims/2022-02", body.clone());
        assert_eq!(
            (status, fields(&answer).contains(&field.to_string())),
            (422, true),
            "{body} {answer}"
        );
    }
    assert_eq!(post("claims/2022-02", json!({"version": 4, "rows": []})).0, 409);
    assert_eq!(count(world, "select amount from claim where service_month = '2022-02'"), 227_700);

    // null is absent, 5.0 is 5, and what isn't known is refused.
    let (status, results) = post(
        "results",
        json!({"as_of": "2022-02-28", "booster_increase": 5.0, "booster_total": null, "confirmed": "booster=5"}),
    );
    assert_eq!((status, &results["totals"]["booster"]), (200, &json!(5)), "{results}");
    // What is asked about names the field that answers it, as at a date, and the exact value.
    let total = |n: u32, more: Value| {
        let mut body = json!({"as_of": "2022-02-28", "booster_total": n});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post("results", body)
    };
    for more in [
        json!({}),
        json!({"confirm": false}),
        json!({"confirm": null}),
        json!({"confirmed": "booster=8999"}),
        json!({"confirmed": false}),
    ] {
        let (status, asked) = total(9_000, more.clone());
        assert_eq!(
            (status, fields(&asked).last().map(String::as_str)),
            (422, Some("confirm")),
            "{more} {asked}"
        );
        let sentence =
            asked["errors"].as_array().unwrap().last().unwrap()["sentence"].as_str().unwrap();
        assert!(
            sentence.contains("\"confirm\": true か \"confirmed\": \"booster=9000\""),
            "{sentence}"
        );
    }
    for wrong in [json!({"confirm": "true"}), json!({"confirm": 1})] {
        let (status, refused) = total(9_000, wrong.clone());
        assert_eq!(
            (status, fields(&refused)),
            (422, vec!["confirm".to_string()]),
            "{wrong} {refused}"
        );
    }
    for (n, more) in [
        (9_000, json!({"confirm": true})),
        (19_000, json!({"confirmed": true})),
        (39_000, json!({"confirmed": "booster=39000"})),
    ] {
        let (status, results) = total(n, more.clone());
        assert_eq!((status, &results["totals"]["booster"]), (200, &json!(n)), "{more} {results}");
    }
    for body in [
        json!({"as_of": "2022-02-28", "booster_increase": 5.5}),
        json!({"as_of": "2022-02-28", "booster_incraese": 5}),
        json!({"as_of": 20_220_228, "booster_increase": 5}),
        json!({"as_of": "2022-02-28", "booster_increase": [5]}),
        json!({"as_of": "2022-02-28", "booster_increase": 1e300}),
    ] {
        assert_eq!(post("results", body.clone()).0, 422, "{body}");
    }
    for body in [
        json!({"version": 1}),
        json!({"version": 1, "lines": []}),
        json!({"version": 1, "lines": [{"cycle": 3, "boxes": 1, "needle_correction": "x"}]}),
        json!({"version": 1, "lines": [{"cycle": 3, "boxes": 1}, {"cycle": 3, "boxes": 2}]}),
        json!({"version": 1, "lines": [{"cycle": 3, "boxes": 4_000_000_000_u64}]}),
    ] {
        assert_eq!(post("plan", body.clone()).0, 422, "{body}");
    }

    // On the wire: kind, capitals of the scheme, names twice, depth, nothing at all, addresses that
    // don't exist.
    let claim = format!("/api/v1/venues/{venue}/claims/2022-01");
    let good = br#"{"version": 0, "rows": []}"#;
    let json_kind = ("content-type", "application/json; charset=UTF-8");
    let send = |kind: (&str, &str), body: &[u8]| {
        raw(world, "POST", &claim, &[kind, ("authorization", &bearer)], body)
    };
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=shift_jis"]
    {
        let (status, kind, answer) = send(("content-type", kind), good);
        assert_eq!(
            (status, kind.as_str(), &answer["status"]),
            (415, "application/problem+json", &json!(415))
        );
    }
    for body in [
        &b""[..],
        b"  ",
        b"{",
        br#"{"version": 0, "version": 0, "rows": []}"#,
        br#"{"version": 0, "rows": []} {}"#,
        b"\xff{}",
    ] {
        assert_eq!(send(json_kind, body).0, 422, "{:?}", String::from_utf8_lossy(body));
    }
    assert_eq!(send(json_kind, &b"[".repeat(1_000_000)).0, 422);
    assert_eq!(send(json_kind, &b" ".repeat(3 * 1024 * 1024)).0, 413);
    assert_eq!(count(world, "select count(*) from claim where service_month = '2022-01'"), 0);
    for scheme in ["bearer", "BEARER", "Bearer "] {
        let (status, ..) = raw(
            world,
            "POST",
            &claim,
            &[json_kind, ("authorization", &format!("{scheme} {secret}"))],
            b"",
        );
        assert_eq!(status, 422, "{scheme}");
    }
    assert_eq!(
        raw(
            world,
            "POST",
            &claim,
            &[json_kind, ("authorization", &format!("Basic {secret}"))],
            good
        )
        .0,
        401
    );
    for path in ["/api/v1/nothing", "/api/", "/api/v2/shipments", "/api/v1/venues/x/y/z"] {
        let (status, kind, answer) = raw(world, "GET", path, &[("authorization", &bearer)], b"");
        assert_eq!(
            (status, kind.as_str(), fields(&answer).len()),
            (404, "application/problem+json", 1),
            "{path}"
        );
    }
    assert_eq!(raw(world, "DELETE", "/api/v1/shipments", &[], b"").0, 405);

    // A filter that can't be read isn't passed over.
    let ito = world.persona(WHOLESALER);
    let secret = token(&ito, "/wholesale/tokens");
    let list = |query: &str| {
        ask(&world.url, "GET", &format!("/api/v1/shipments{query}"), &secret, "", &Value::Null)
    };
    for (query, field) in [
        ("?week=abc", "week"),
        ("?date=2022-02-30", "date"),
        ("?show=everything", "show"),
        ("?prefecture=99", "prefecture"),
        ("?after=x", "after"),
        ("?weeks=2022-02-28", "weeks"),
    ] {
        let (status, answer) = list(query);
        assert_eq!((status, fields(&answer)), (422, vec![field.to_string()]), "{query}");
    }
    for query in ["", "?show=all&week=2022-02-28&prefecture=13&after=", "?date=2022-02-15"] {
        assert_eq!(list(query).0, 200, "{query}");
    }
    // Any day of a week means that week.
    let whole = list("?show=all").1;
    let week =
        whole["shipments"][0]["delivery_week"].as_str().expect("a delivery week").to_string();
    let later: jiff::civil::Date =
        week.parse::<jiff::civil::Date>().expect("a day").tomorrow().expect("a day");
    let (monday, tuesday) =
        (list(&format!("?show=all&week={week}")).1, list(&format!("?show=all&week={later}")).1);
    assert_eq!(monday, tuesday);
    assert_ne!(monday["shipments"], Value::Array(vec![]));
}
