//! Figures that run over several entries, and sums of lists: every expected value was worked out by
//! hand from what was typed.

use stories::rich::{CLINIC, SATO, with_stock};
use stories::{Page, World, on_both_engines};

fn columns(page: &Page, label: &str, which: &[usize]) -> Vec<Vec<String>> {
    page.table(label)
        .into_iter()
        .map(|row| which.iter().map(|at| row[*at].clone()).collect())
        .collect()
}

fn rows(expected: &[&[&str]]) -> Vec<Vec<String>> {
    expected.iter().map(|row| row.iter().map(|cell| (*cell).to_string()).collect()).collect()
}

fn csv(page: &Page) -> Vec<Vec<String>> {
    web::table::read(&page.bytes).unwrap().rows.texts()
}

/// Three more venues, with what came to each.
fn venues(world: &World) {
    world.tamper("insert into venue (id, code, surrogate, programme, name, prefecture, municipality, answers, expected_doses, created_at) select 'v-area-1', '1311230001', surrogate, programme, '区域一', prefecture, municipality, answers, 100, created_at from venue where code = '1311234569'");
    world.tamper("insert into venue (id, code, surrogate, programme, name, prefecture, municipality, answers, expected_doses, created_at) select 'v-area-2', '1311230002', surrogate, programme, '区域二', prefecture, municipality, answers, 200, created_at from venue where code = '1311234569'");
    world.tamper("insert into venue (id, code, surrogate, programme, name, prefecture, municipality, answers, expected_doses, created_at) select 'v-area-3', '1311230003', surrogate, programme, '区域三', prefecture, municipality, answers, 300, created_at from venue where code = '1311234569'");
}

#[on_both_engines]
fn a_ledger_runs_lot_by_lot_from_its_oldest_day(world: &World) {
    let clinic = world.persona(CLINIC);
    // 20 vials of lot 3005785 on 20 February.
    let venue = with_stock(world, &clinic);
    world.set_clock("2022-02-24T10:00");
    let receive = |lot: &str, vials: &str, day: &str| {
        let page = clinic.open(&format!("/venues/{venue}/stock"));
        clinic
            .press(
                &page,
                "入庫を記録する",
                &[("lot", lot), ("expiry", "2022/9/30"), ("vials", vials), ("received_on", day)],
            )
            .is(200);
    };
    let used = |lot: &str, vials: &str, day: &str| {
        let page = clinic.open(&format!("/venues/{venue}/stock"));
        clinic
            .press(
                &page,
                "在庫の動きを記録する",
                &[("kind", "used"), ("move_lot", lot), ("move_vials", vials), ("day", day)],
            )
            .is(200);
    };
    receive("3007111", "10", "2022/2/21");
    used("3005785", "6", "2022/2/22");
    used("3007111", "4", "2022/2/23");
    used("3005785", "3", "2022/2/24");
    used("3005785", "1", "2022/2/24");
    let page = clinic.open(&format!("/venues/{venue}/stock"));
    // Newest first: lot, how it moved, what was left of the lot after it.
    let ledger = columns(&page, "台帳", &[1, 4, 5]);
    let expected: [&[&str]; 6] = [
        &["3005785", "-1", "10"],
        &["3005785", "-3", "11"],
        &["3007111", "-4", "6"],
        &["3005785", "-6", "14"],
        &["3007111", "+10", "10"],
        &["3005785", "+20", "20"],
    ];
    let plain = |rows: Vec<Vec<String>>| -> Vec<Vec<String>> {
        rows.into_iter().map(|r| r.into_iter().map(|c| c.replace('−', "-")).collect()).collect()
    };
    assert_eq!(plain(ledger), rows(&expected));
    let sheet = csv(&clinic.open(&format!("/venues/{venue}/stock/ledger.csv")));
    let of_sheet: Vec<Vec<String>> =
        sheet[1..].iter().map(|r| vec![r[1].clone(), r[4].clone(), r[5].clone()]).collect();
    assert_eq!(of_sheet.len(), 6);
    assert_eq!(
        of_sheet.iter().map(|r| r[2].as_str()).collect::<Vec<_>>(),
        ["10", "11", "6", "14", "10", "20"]
    );
    let lots = columns(&page, "ロットごとの在庫", &[0, 3]);
    assert!(
        lots.contains(&rows(&[&["3005785", "10 本"]])[0])
            && lots.contains(&rows(&[&["3007111", "6 本"]])[0]),
        "{lots:?}"
    );
}

#[on_both_engines]
fn what_a_venue_tells_the_public_stands_newest_first(world: &World) {
    let sato = world.persona(SATO);
    let path = format!("/venues/{}/availability", world.minato());
    for (clock, note) in [
        ("2022-02-07T12:00", "一つ目"),
        ("2022-02-08T12:00", "二つ目"),
        ("2022-02-09T12:00", "三つ目"),
        ("2022-02-10T12:00", "四つ目"),
    ] {
        world.set_clock(clock);
        sato.press(
            &sato.open(&path),
            "予約の受付情報を更新する",
            &[("status", "bookable"), ("note", note)],
        )
        .is(200);
    }
    let notes: Vec<String> =
        columns(&sato.open(&path), "変更の記録", &[3]).into_iter().flatten().collect();
    assert_eq!(notes, ["四つ目", "三つ目", "二つ目", "一つ目"]);
}

#[on_both_engines]
fn versions_of_a_plan_each_have_their_own_total_and_difference(world: &World) {
    let sato = world.persona(SATO);
    let base = format!("/venues/{}/plan", world.minato());
    let first: (i64, i64) = world.read({
        let venue = world.minato();
        move |tx| {
            tx.one(
                "select number, total_doses from plan_registration where venue_id = $1 and latest",
                platform::args![&venue],
            )
        }
    });
    // Cycle 1 is decided; a box is 150 doses. What the other cycles hold is typed anew each time:
    // 6, 9 and 4 boxes.
    let decided: (i64,) = world.read({
            let venue = world.minato();
            move |tx| tx.one("select l.boxes from plan_line l join plan_registration r on r.venue_id = l.venue_id and r.number = l.number and r.latest where l.venue_id = $1 and l.cycle = 1", platform::args![&venue])
        });
    world.set_clock("2022-02-12T10:00");
    let mut expected: Vec<(i64, i64)> = vec![first];
    for (n, boxes) in
        [(1, ["1", "2", "3", "0"]), (2, ["1", "5", "3", "0"]), (3, ["0", "1", "3", "0"])]
    {
        let page = sato.open(&format!("{base}/edit"));
        let fill = [
            ("boxes_2", boxes[0]),
            ("boxes_3", boxes[1]),
            ("boxes_4", boxes[2]),
            ("boxes_5", boxes[3]),
        ];
        let check = sato.press(&page, "計画を確認する", &fill);
        let mut more: Vec<(&str, &str)> = Vec::new();
        if check.body.contains("name=\"reason\"") {
            more.push(("reason", "希望者の数の変更"));
        }
        sato.press(&check, "この内容で計画を登録する", &more).is(200).says("計画を登録しました");
        let sum: i64 = boxes.iter().map(|b| b.parse::<i64>().unwrap()).sum();
        expected.push((first.0 + n, (decided.0 + sum) * 150));
    }
    let shown: Vec<(String, String)> = sato
        .open(&format!("{base}/versions"))
        .table("版の一覧")
        .into_iter()
        .map(|r| (r[0].clone(), r[3].clone()))
        .collect();
    let said: Vec<(String, String)> = expected
        .iter()
        .rev()
        .map(|(n, total)| (format!("第{n}版"), format!("{}回", rules::application::commas(*total))))
        .collect();
    assert_eq!(shown[..4], said[..]);
    assert_eq!(
        expected[1..].iter().map(|(_, total)| total - decided.0 * 150).collect::<Vec<_>>(),
        [900, 1_350, 600]
    );
    // From the first of them to the last: −1, −1, 0, 0 boxes; each against the one before it: 0,
    // +3, 0, 0 and −1, −4, 0, 0.
    let differences = |from: i64, to: i64| -> Vec<String> {
        let page = sato.open(&format!("{base}/diff?from={from}&to={to}"));
        columns(&page, "計画の違い", &[3])
            .into_iter()
            .flatten()
            .map(|c| c.replace('−', "-"))
            .collect()
    };
    let n = first.0;
    assert_eq!(differences(n + 1, n + 3)[1..5], ["-1", "-1", "0", "0"]);
    assert_eq!(differences(n + 1, n + 2)[1..5], ["0", "+3", "0", "0"]);
    assert_eq!(differences(n + 2, n + 3)[1..5], ["-1", "-4", "0", "0"]);
}

#[on_both_engines]
fn what_was_allocated_and_delivered_is_summed_over_the_cycles(world: &World) {
    let venue = world.minato();
    // Cycle 1 of the seed has a run; cycles 2 and 3 get 3 and 2 boxes. A box is 150 doses, 10
    // vials.
    world.tamper("insert into allocation (venue_id, cycle, run_id, requested, boxes, needle_boxes, explanation, fixed_at) select venue_id, 2, run_id, 3, 3, 5, 'x', fixed_at from allocation where cycle = 1 and venue_id = (select id from venue where code = '1311234569')");
    world.tamper("insert into allocation (venue_id, cycle, run_id, requested, boxes, needle_boxes, explanation, fixed_at) select venue_id, 3, run_id, 7, 2, 3, 'x', fixed_at from allocation where cycle = 1 and venue_id = (select id from venue where code = '1311234569')");
    for (cycle, sql) in [
        (
            2,
            "insert into shipment (id, venue_id, cycle, wholesaler, boxes, needle_boxes, delivery_week, prefecture) select 's-second0000', venue_id, 2, wholesaler, 3, 5, delivery_week, prefecture from shipment where cycle = 1 and venue_id = (select id from venue where code = '1311234569')",
        ),
        (
            3,
            "insert into shipment (id, venue_id, cycle, wholesaler, boxes, needle_boxes, delivery_week, prefecture) select 's-third00000', venue_id, 3, wholesaler, 2, 3, delivery_week, prefecture from shipment where cycle = 1 and venue_id = (select id from venue where code = '1311234569')",
        ),
    ] {
        let before: (i64,) = world.read(|tx| tx.one("select count(*) from shipment", &[]));
        world.tamper(sql);
        let after: (i64,) = world.read(|tx| tx.one("select count(*) from shipment", &[]));
        assert_eq!(after.0, before.0 + 1, "cycle {cycle}");
    }
    let (boxes,): (i64,) = world.read({
        let venue = venue.clone();
        move |tx| {
            tx.one(
                "select boxes from allocation where venue_id = $1 and cycle = 1",
                platform::args![&venue],
            )
        }
    });
    assert_eq!(boxes, 4, "the demo world's own cycle");
    let clinic = world.persona(CLINIC);
    let said: Vec<String> =
        columns(&clinic.open(&format!("/venues/{venue}/allocations")), "分配量", &[2])
            .into_iter()
            .flatten()
            .collect();
    for (at, words) in
        [(0, "× 4 箱 = 600 回接種分"), (1, "× 3 箱 = 450 回接種分"), (2, "× 2 箱 = 300 回接種分")]
    {
        assert!(said[at].contains(words), "{said:?}");
    }
    let planned: Vec<String> =
        columns(&clinic.open(&format!("/venues/{venue}/allocations")), "分配量", &[1])
            .into_iter()
            .flatten()
            .collect();
    assert_eq!(planned[1..3], ["3 箱", "7 箱"]);
    // All of it comes: 4 + 3 + 2 boxes, 90 vials.
    world.set_clock("2022-03-20T10:00");
    let list = clinic.open(&format!("/venues/{venue}/deliveries"));
    for (cycle, whole) in [("第1クール", "40 本"), ("第2クール", "70 本"), ("第3クール", "90 本")]
    {
        let page = clinic.open(&list.link(cycle));
        clinic.press(&page, "受け取りを記録する", &[]).is(200);
        let stock = clinic.open(&format!("/venues/{venue}/stock"));
        stock.says(&format!("いまの在庫 {whole}"));
    }
    // The wholesaler's own figures: three shipments, of which the briefing's has a date.
    let ito = world.persona("ito@touto-oroshi.example");
    let (dated, all): (i64, i64) =
        world.read(|tx| tx.one("select count(date), count(*) from shipment", &[]));
    assert_eq!(all, 3);
    ito.open("/wholesale/shipments").says(&format!("登録済み {dated}/3"));
    // The city sees them, too: 4 + 3 + 2 boxes are 1,350 doses.
    world
        .persona("watanabe@minato-city.example")
        .open("/municipal")
        .says("納入された1,350回分のうち0回が接種されました")
        .says("分配 1,350");
}

#[on_both_engines]
fn an_area_adds_up_its_venues(world: &World) {
    venues(world);
    let lots = "insert into lot (product, number, expiry) values ('moderna-workplace', '3008001', '2022-09-30')";
    world.tamper(lots);
    // Vials by venue: 30 − 5 = 25, 20, 7 + 3 − 1 = 9; together 54.
    for (id, venue, kind, vials) in [
        ("e-1", "v-area-1", "received", 30),
        ("e-2", "v-area-1", "used", 5),
        ("e-3", "v-area-2", "received", 20),
        ("e-4", "v-area-3", "received", 7),
        ("e-5", "v-area-3", "received", 3),
        ("e-6", "v-area-3", "used", 1),
    ] {
        world
                .house
                .db
                .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
                    let now: jiff::Timestamp = "2022-02-08T00:00:00Z".parse().map_err(|_| platform::db::Failure::Broken("a moment".into()))?;
                    let day = jiff::civil::date(2022, 2, 8);
                    tx.run(
                        "insert into stock_entry (id, venue_id, lot, kind, vials, day, at, account, name) values ($1, $2, '3008001', $3, $4, $5, $6, 'p-x', 'x')",
                        platform::args![id, venue, kind, i64::from(vials), day, now],
                    )
                })
                .unwrap();
    }
    world.set_clock("2022-02-10T10:00");
    let mine = |page: &Page| -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = page
            .table("在庫とロット")
            .into_iter()
            .filter(|r| r[0].starts_with("区域"))
            .map(|r| (r[0].clone(), r[4].clone()))
            .collect();
        all.sort();
        all
    };
    let expected = [("区域一", "25 本"), ("区域三", "9 本"), ("区域二", "20 本")]
        .map(|(a, b)| (a.to_string(), b.to_string()));
    for (mail, path) in [
        ("watanabe@minato-city.example", "/municipal/stock"),
        ("kobayashi@tokyo-pref.example", "/prefecture/stock"),
        ("reviewer@ministry.example", "/mhlw/stock"),
    ] {
        let page = world.persona(mail).open(path);
        assert_eq!(mine(&page), expected, "{path}");
        // Nothing else is in the briefing's area: its venue has received nothing yet.
        page.says("同じ在庫です。 54 本");
    }
    world.persona("reviewer@ministry.example").open("/mhlw/lots").says("3008001").says("54 本");
    // Doses that are expected, in the city's own table: the briefing's and 100 + 200 + 300.
    let (seed,): (i64,) =
        world.read(|tx| tx.one("select expected_doses from venue where code = '1311234569'", &[]));
    world
        .persona("watanabe@minato-city.example")
        .open("/municipal")
        .says(&format!("申込 {}", rules::application::commas(seed + 600)));
}

#[on_both_engines]
fn claims_add_up_on_both_sides(world: &World) {
    // 10, 20 and 30 shots at 2,070 yen and 10 % tax: 22,770, 45,540, 68,310; together 60 and
    // 136,620.
    let venue = world.minato();
    for (clock, month, shots) in [
        ("2022-02-02T10:00", "2022-01", "10"),
        ("2022-03-02T10:00", "2022-02", "20"),
        ("2022-04-04T10:00", "2022-03", "30"),
    ] {
        world.set_clock(clock);
        let sato = world.persona(SATO);
        let base = format!("/venues/{venue}/billing/{month}");
        let text = format!("渋谷区\t{shots}");
        sato.press(
            &sato.open(&format!("{base}/paste")),
            "貼り付けた内容を請求に入れる",
            &[("paste", text.as_str()), ("mode", "replace")],
        )
        .is(200);
        sato.press(&sato.open(&format!("{base}/check")), "この内容で請求書を作る", &[]).is(200);
    }
    let sato = world.persona(SATO);
    let list: Vec<Vec<String>> =
        columns(&sato.open(&format!("/venues/{venue}/billing")), "請求の一覧", &[0, 4, 5]);
    for row in rows(&[
        &["2022年1月", "10", "22,770円"],
        &["2022年2月", "20", "45,540円"],
        &["2022年3月", "30", "68,310円"],
    ]) {
        assert!(
            list.iter().any(|r| r[0].starts_with(&row[0]) && r[1..] == row[1..]),
            "{row:?}: {list:?}"
        );
    }
    let desk = world.persona("nakamura@tokyo-kokuho.example");
    let bills = |query: &str| desk.open(&format!("/kokuho/bills{query}"));
    bills("").says("請求 60件 136,620円").says("決定 0件 0円").says("3件の請求");
    let shown: Vec<Vec<String>> = columns(&bills(""), "請求の一覧", &[2, 3, 4]);
    assert_eq!(
        shown,
        rows(&[
            &["2022年3月", "30", "68,310円"],
            &["2022年2月", "20", "45,540円"],
            &["2022年1月", "10", "22,770円"]
        ])
    );
    for row in bills("").table("請求の一覧").iter().filter(|r| r[2] != "2022年2月") {
        let page = desk.open(&bills("").link(&row[0]));
        desk.press(&page, "請求を決定する", &[]).is(200);
    }
    // Decided: 30 and 10.
    bills("").says("請求 60件 136,620円").says("決定 40件 91,080円");
    bills("?status=decided").says("請求 40件 91,080円").says("2件の請求");
    bills("?month=2022-02").says("請求 20件 45,540円").says("決定 0件 0円");
    let sheet = csv(&desk.open("/kokuho/bills.csv"));
    let sum = |at: usize| -> i64 {
        sheet[1..].iter().filter_map(|r| r.get(at)?.parse::<i64>().ok()).sum()
    };
    assert_eq!((sum(4), sum(5), sum(7), sum(8)), (60, 136_620, 40, 91_080));
}
