//! Dashboards, and what a nation's lists cost: every figure of a chart stands in its table and its
//! file; lists are read by index.

use platform::args;
use platform::db::{Engine, Tx};
use scraper::Selector;
use stories::{Page, World, on_both_engines};
use vsys::demo_world::national;
use web::table;
use work::country as figures;

fn cells(page: &Page) -> Vec<Vec<String>> {
    let (row, cell) = (
        Selector::parse("main details table tbody tr").unwrap(),
        Selector::parse("th, td").unwrap(),
    );
    page.html()
        .select(&row)
        .map(|r| {
            r.select(&cell).map(|c| c.text().collect::<String>().trim().replace(',', "")).collect()
        })
        .collect()
}

/// A country in which two cycles are decided.
fn decided(world: &World) {
    national::plant(&world.house.db, &world.house.masters(), 900).unwrap();
    world.set_clock("2022-02-17T10:00");
    let officer = world.persona("reviewer@ministry.example");
    let page = officer.open("/mhlw/allocations/new?set=minimum-first");
    let page = officer.press(&page, "分配を試算する", &[("supply", "2000")]);
    world.tick();
    let approver = world.persona("approver@ministry.example");
    approver.press(&approver.open(&page.path), "分配を承認して確定する", &[]);
    world.tick();
    world.set_clock("2022-02-17T10:02");
}

#[on_both_engines]
fn a_charts_numbers_are_its_tables_and_its_files(world: &World) {
    decided(world);
    let officer = world.persona("reviewer@ministry.example");
    for board in ["pipeline", "plan-vs-use", "fill", "delivery"] {
        let page = officer.open(&format!("/mhlw/dashboard/{board}"));
        page.is(200).says("時点").says("数え方");
        let shown = cells(&page);
        let file = table::read(&officer.open(&format!("/mhlw/dashboard/{board}/data.csv")).bytes)
            .unwrap()
            .rows
            .texts();
        assert_eq!(shown.len(), file.len() - 1, "{board}");
        let chart: String = page
            .html()
            .select(&Selector::parse("svg.chart text").unwrap())
            .map(|t| t.text().collect::<String>().replace(',', "") + " ")
            .collect();
        for (shown, filed) in shown.iter().zip(&file[1..]) {
            let mut filed = filed.clone();
            filed.resize(shown.len(), String::new());
            let filed: Vec<String> =
                filed.iter().map(|c| if c.is_empty() { "－".into() } else { c.clone() }).collect();
            assert_eq!(shown, &filed, "{board}");
            // What the chart draws of a row stands in it as text, too.
            if board != "fill" {
                assert!(
                    shown[1..].iter().take(1).all(|n| chart.contains(n.as_str())),
                    "{board} {shown:?}: {chart}"
                );
            }
        }
    }
    officer.open("/mhlw/dashboard/nothing").is(404);
    let (given,): (i64,) =
        world.read(|tx| tx.one("select cast(sum(boxes) as bigint) from allocation", args![]));
    let programme = world.house.masters().programme().clone();
    let now = world.house.now();
    let counted = world.read(move |tx| figures::count(tx, &programme, now));
    assert_eq!(counted.cycles.iter().map(|c| c.allocated).sum::<i64>(), given);
    assert_eq!(counted.prefectures.iter().map(|p| p.allocated).sum::<i64>(), given);
    assert_eq!(counted.venues, 901);
    world.persona("kato@audit.example").open("/mhlw/dashboard/fill").is(200);
    world.persona("ito@touto-oroshi.example").open("/mhlw/dashboard/fill").is(403);
}

#[on_both_engines]
fn the_ministrys_first_page_says_what_waits_and_how_far_the_country_is(world: &World) {
    world.set_clock("2022-02-14T10:00");
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/plan", world.minato());
    let check =
        sato.press(&sato.open(&format!("{base}/edit")), "計画を確認する", &[("boxes_2", "30")]);
    sato.press(&check, "登録する", &[("reason", "増員")]).is(200);
    world.set_clock("2022-02-14T10:02");
    let officer = world.persona("reviewer@ministry.example");
    let page = officer.open("/mhlw");
    page.says("確認待ちの計画 1")
        .says("登録期間④に計画を登録・変更したのは1会場です（全1会場）")
        .says("この期間は2022年2月15日（火）15:00に終わります")
        .says("DF不足 1件")
        .says("時点の数です");
    officer.open(&page.link("DF不足")).says("DF不足");
    world.set_clock("2022-02-16T10:00");
    officer
        .press(&officer.open("/mhlw/allocations/new"), "分配を試算する", &[("supply", "5")])
        .is(200);
    world.persona("approver@ministry.example").open("/mhlw").says("進行中の分配").says("試算");
}

/// A list of a nation must not read the nation: the engines' own plans say by which index it is
/// read.
#[on_both_engines]
fn lists_of_a_nation_are_read_by_index(world: &World) {
    decided(world);
    let engine = world.house.db.engine;
    let run = world
        .read(|tx| {
            tx.one::<(String,)>("select run_id from allocation where cycle = 2 limit 1", args![])
        })
        .0;
    if engine == Engine::Postgres {
        world.tamper("analyze");
    }
    for (what, sql) in [
            ("review queue", "select r.venue_id from plan_registration r join venue v on v.id = r.venue_id where r.latest and r.review = 'waiting' and (r.at, r.venue_id) > ('2022-02-01', 'v-n0000100') order by r.at, r.venue_id limit 51".to_string()),
            ("undated shipments", "select s.id from shipment s join venue v on v.id = s.venue_id where s.wholesaler = 'w-tokyo' and s.date is null and (s.delivery_week, s.id) > ('2022-01-01', '') order by s.delivery_week, s.id limit 51".to_string()),
            ("all shipments", "select s.id from shipment s join venue v on v.id = s.venue_id where s.wholesaler = 'w-tokyo' and (s.delivery_week, s.id) > ('2022-01-01', '') order by s.delivery_week, s.id limit 51".to_string()),
            ("shares of a run", format!("select s.venue_id from allocation_share s join venue v on v.id = s.venue_id where s.run_id = '{run}' and s.venue_id > 'v-n0000100' order by s.venue_id limit 51")),
            ("venues by name", "select v.id from venue v order by v.name, v.id limit 200".to_string()),
            ("a venue's amounts", "select * from allocation where venue_id = 'v-n0000100'".to_string()),
        ] {
            let explain: &'static str = Box::leak(if engine == Engine::Sqlite { format!("explain query plan {sql}") } else { format!("explain {sql}") }.into_boxed_str());
            let plan: Vec<String> = if engine == Engine::Sqlite {
                world.read(move |tx: &mut Tx<'_>| tx.all::<(i64, i64, i64, String)>(explain, args![])).into_iter().map(|(_, _, _, line)| line).collect()
            } else {
                // Small tables are cheaper to read whole; what matters is that an index can serve
                // the order and the condition.
                world.read(move |tx: &mut Tx<'_>| {
                    tx.script("set local enable_seqscan = off; set local enable_sort = off")?;
                    tx.all::<(String,)>(explain, args![])
                }).into_iter().map(|(line,)| line).collect()
            };
            let text = plan.join("\n");
            assert!(text.contains("INDEX") || text.contains("Index"), "{what}: {text}");
            // Sorting the few that an index left side by side is no sorting of the nation.
            let sorts = plan.iter().any(|line| line.trim_start().trim_start_matches("->").trim_start().starts_with("Sort  ("));
            assert!(!sorts && !["TEMP B-TREE", "Seq Scan"].iter().any(|bad| text.contains(bad)), "{what}: {text}");
        }
}
