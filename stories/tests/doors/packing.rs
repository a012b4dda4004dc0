//! Another box: what was planned, decided, received, used and thrown away before it keeps its
//! figures on every page, paper, list and API; what comes after it counts anew. Every expected
//! value was worked out by hand.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use masters::changes::{self, By, Proposal};
use masters::kinds::Kind;
use stories::browser::project;
use stories::rich::{CLINIC, SATO, with_stock};
use stories::visitor::ask;
use stories::{Page, Visitor, World, on_both_engines, source};

use super::wholesale::token;

const EDITOR: &str = "reviewer@ministry.example";
const SECOND: &str = "approver@ministry.example";
const ITO: &str = "ito@touto-oroshi.example";
const CITY: &str = "watanabe@minato-city.example";

/// Everything that says how much it was: who looks, and where. `{venue}` and `{run}` stand for the
/// story's own, `{first}` for the shipment that came before the change; the second one hasn't left
/// yet and holds what boxes hold when it does (`boxes.rs`).
const FIGURES: &[(&str, &str)] = &[
    (CLINIC, "/venues/{venue}/plan/versions/1"),
    (CLINIC, "/venues/{venue}/allocations"),
    (CLINIC, "/venues/{venue}/deliveries/{first}"),
    (CLINIC, "/venues/{venue}/stock"),
    (CLINIC, "/venues/{venue}/results"),
    (CLINIC, "/venues/{venue}/close"),
    (EDITOR, "/mhlw/plans/{venue}"),
    (EDITOR, "/mhlw/allocations/{run}/replay"),
    (EDITOR, "/mhlw/dashboard/pipeline"),
    (EDITOR, "/mhlw/dashboard/plan-vs-use"),
    (EDITOR, "/mhlw/dashboard/waste"),
    (EDITOR, "/mhlw/dashboard/pipeline/data.csv"),
    (EDITOR, "/mhlw/dashboard/waste/data.csv"),
    (EDITOR, "/mhlw/stock"),
    (EDITOR, "/mhlw/lots"),
    (EDITOR, "/reports?kind=results&group=venue"),
    (EDITOR, "/reports?kind=waste&group=venue"),
    (EDITOR, "/reports.csv?kind=waste&group=venue"),
    (CITY, "/municipal"),
    (CITY, "/municipal/stock"),
    (CITY, "/reports?kind=results&group=venue"),
    (ITO, "/wholesale/shipments/{first}"),
    (ITO, "/wholesale/notes.pdf?shipment={first}"),
    (ITO, "/wholesale/labels.pdf?shipment={first}"),
    ("", "/status"),
    ("", "/status/pipeline/data.csv"),
];

/// The story's own venue, run and shipments.
struct Ids {
    venue: String,
    run: String,
    first: String,
    second: String,
}

impl Ids {
    fn of(&self, path: &str) -> String {
        path.replace("{venue}", &self.venue)
            .replace("{run}", &self.run)
            .replace("{first}", &self.first)
    }
}

/// What a page or a paper says, without days and times of day: the days go on, the figures don't.
fn figures(page: &Page) -> Vec<String> {
    page.is(200);
    let text = if page.mime.starts_with("text/html") {
        let html = page.html();
        let main = scraper::Selector::parse("main").expect("a selector");
        html.select(&main).flat_map(|main| main.text()).collect::<Vec<_>>().join(" ")
    } else if page.mime.starts_with("application/pdf") {
        stories::text::of_pdf(&page.bytes)
    } else {
        String::from_utf8(page.bytes.clone()).expect("text")
    };
    let moves = |word: &&str| word.contains(['年', '月', ':']);
    text.split_whitespace().filter(|word| !moves(word)).map(str::to_string).collect()
}

/// Everybody who looks, signed in; nobody in particular by the empty name.
fn everybody(world: &World) -> BTreeMap<&'static str, Visitor> {
    let all: BTreeSet<&str> = FIGURES.iter().map(|(who, _)| *who).collect();
    let visitor = |who: &str| if who.is_empty() { world.nobody() } else { world.persona(who) };
    all.into_iter().map(|who| (who, visitor(who))).collect()
}

/// What everybody sees, page by page.
fn everything(all: &BTreeMap<&'static str, Visitor>, ids: &Ids) -> Vec<(String, Vec<String>)> {
    let seen = FIGURES.iter().map(|(who, path)| {
        let path = ids.of(path);
        let said = figures(&all[who].open(&path));
        (path, said)
    });
    seen.collect()
}

fn same(before: &[(String, Vec<String>)], after: &[(String, Vec<String>)]) {
    for ((path, was), (_, is)) in before.iter().zip(after) {
        assert!(!was.is_empty(), "{path} says nothing");
        assert_eq!(is, was, "{path}");
    }
    assert_eq!(before.len(), after.len());
}

/// The second cycle is tried by one officer and approved by another: 3 boxes for the venue.
fn decided(world: &World) -> String {
    world.set_clock("2022-02-16T10:00");
    let officer = world.persona(EDITOR);
    let page = officer.open("/mhlw/allocations/new?set=as-planned");
    let run = officer.press(&page, "分配を試算する", &[("supply", "10")]);
    run.is(200);
    world.set_clock("2022-02-17T10:00");
    let approver = world.persona(SECOND);
    let page = approver.open(&run.path);
    approver.press(&page, "分配を承認して確定する", &[]).is(200).says("分配量を確定しました");
    run.path.rsplit('/').next().expect("an id").to_string()
}

/// A box of 20 vials of 20 doses, and boxes of 50 needles, from 3 June.
fn another_box(world: &World) {
    world.set_clock("2022-06-02T10:00");
    let (editor, second) = (world.persona(EDITOR), world.persona(SECOND));
    let key = "workplace-booster-2022";
    for (master, fill) in [
        ("products", &[("vials_per_box", "20"), ("doses_per_vial", "20")][..]),
        ("needles", &[("pack", "50")]),
    ] {
        let page = editor.open(&format!("/admin/masters/{master}/edit?key={key}"));
        let fill: Vec<(&str, &str)> = fill
            .iter()
            .copied()
            .chain([("valid_from", "2022/6/3"), ("reason", "新しい箱")])
            .collect();
        let page = editor.press(&page, "変更を承認に回す", &fill);
        second.press(&second.open(&page.path), "変更を承認する", &[]).is(200).says("承認済み");
    }
}

/// The venue of the demo world with two cycles decided, the first received, used and wasted.
fn before(world: &World) -> Ids {
    let run = decided(world);
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    let page = clinic.open(&format!("/venues/{venue}/results/edit"));
    let fill = [
        ("booster_increase", "100"),
        ("unused_vials_increase", "1"),
        ("waste_reason", "breakage"),
        ("waste_lot", "3005785"),
    ];
    clinic.press(&page, "接種実績を報告する", &fill).is(200);
    let shipment = |cycle: i64| -> String {
        let sql = "select id from shipment where venue_id = $1 and cycle = $2";
        let venue = venue.clone();
        world.read(move |tx| tx.one::<(String,)>(sql, platform::args![&venue, cycle])).0
    };
    let (first, second) = (shipment(1), shipment(2));
    Ids { venue, run, first, second }
}

#[on_both_engines]
fn another_box_changes_nothing_of_what_was_before_it(world: &World) {
    let ids = before(world);
    world.set_clock("2022-06-02T10:00");
    let (clinic, sato) = (world.persona(CLINIC), world.persona(SATO));
    let secret = token(&sato, &format!("/venues/{}/tokens", ids.venue));
    let plan = || {
        let path = format!("/api/v1/venues/{}/plan", ids.venue);
        let (status, plan) = ask(&world.url, "GET", &path, &secret, "", &serde_json::json!({}));
        assert_eq!(status, 200);
        plan["cycles"].clone()
    };
    // The two cycles that are decided, and the sum of all; what isn't decided is said to change.
    let decided = || {
        let page = world.persona(CLINIC).open(&format!("/venues/{}/plan", ids.venue));
        let words = page.words();
        let at = words.find("計画の合計").expect("a sum");
        let sum: String = words[at..].chars().take(20).collect();
        (page.table("接種計画")[..2].to_vec(), sum)
    };
    let stock = format!("/venues/{}/stock", ids.venue);
    // 40 vials came, 7 are used (100 ÷ 15), one is thrown away.
    clinic.open(&stock).says("いまの在庫 32 本").says("100回 ÷ 15");
    let (was, planned) = (everything(&everybody(world), &ids), (plan(), decided()));
    another_box(world);
    world.set_clock("2022-06-04T10:00");
    world.nobody().open("/masters").says("400回接種分");
    let all = everybody(world);
    same(&was, &everything(&all, &ids));
    assert_eq!((plan(), decided()), planned);
    // Rows of the version before say nothing of their boxes: they get it by their day.
    for forget in [
        "update plan_line
            set vials_per_box = null, doses_per_vial = null, needles_per_box = null,
                needle_boxes = null",
        "update allocation_run
            set vials_per_box = null, doses_per_vial = null, needles_per_box = null",
        "update allocation set vials_per_box = null, doses_per_vial = null, needles_per_box = null",
        "update shipment set vials_per_box = null, doses_per_vial = null, needles_per_box = null",
        "update result_entry set doses_per_vial = null",
    ] {
        world.tamper(forget);
    }
    same(&was, &everything(&all, &ids));
    // The job comes again every hour.
    world.set_clock("2022-06-04T11:30");
    let left = stories::count(
        world,
        "select (select count(*) from plan_line where vials_per_box is null)
                + (select count(*) from allocation_run
                    where vials_per_box is null and approved_at is not null)
                + (select count(*) from allocation where doses_per_vial is null)
                + (select count(*) from shipment where needles_per_box is null)
                + (select count(*) from result_entry where doses_per_vial is null)",
    );
    assert_eq!(left, 0);
    same(&was, &everything(&all, &ids));
    comes_anew(world, &ids, &all[CLINIC]);
}

/// After the change the second shipment comes, and doses are drawn from the new vials.
fn comes_anew(world: &World, ids: &Ids, clinic: &Visitor) {
    let base = format!("/venues/{}", ids.venue);
    let deliveries = format!("{base}/deliveries/{}", ids.second);
    let boxes = 3;
    // Decided as boxes of 150, leave and come as boxes of 400: 3 × 20 = 60 vials more.
    let page = clinic.open(&deliveries);
    page.says("3箱（1,200回接種分）");
    clinic.press(&page, "受け取りを記録する", &[]).is(200);
    clinic.open(&deliveries).says("3箱（1,200回接種分）");
    clinic.open(&format!("{base}/deliveries/{}", ids.first)).says("4箱（600回接種分）");
    clinic.open(&format!("{base}/stock")).says(&format!("いまの在庫 {} 本", 32 + boxes * 20));
    clinic
        .open(&format!("{base}/allocations"))
        .says("150回接種分 × 3 箱 = 450 回接種分")
        .does_not_say("400回接種分");
    // 600 and 1,200 doses came; 600 + 450 were decided.
    clinic.open("/home").says("1,800");
    let city = world.persona(CITY).open("/municipal");
    city.says("分配 1,050").says("納入 1,800").says("納入された1,800回分のうち100回");
    // 40 vials came and 60.
    let waste = world.persona(EDITOR).open("/reports.csv?kind=waste&group=venue");
    let rows = web::table::read(&waste.bytes).unwrap().rows.texts();
    assert!(rows.iter().any(|row| row.ends_with(&["1", "100", "1"].map(String::from))), "{rows:?}");
    // 40 doses of today are two vials of 20.
    let page = clinic.open(&format!("{base}/results/edit"));
    clinic.press(&page, "接種実績を報告する", &[("booster_increase", "40")]).is(200);
    clinic.open(&format!("{base}/stock")).says("いまの在庫 90 本").says("100回 ÷ 15 + 40回 ÷ 20");
    world.journal_is_sound();
}

/// Where the box of today is asked for, how often, and why it may be: what is planned, decided,
/// received or used now, or shown as today's value.
const BOX_OF_TODAY: [(&str, usize, &str); 12] = [
    ("api/src/venue.rs", 2, "what a plan that is sent now is reckoned with"),
    ("pages/src/masters/commands.rs", 2, "the box before a change and after it"),
    ("pages/src/masters/mod.rs", 3, "the values of the day asked for"),
    ("pages/src/plan/mod.rs", 7, "the example, lines that weren't registered, what is to come"),
    ("pages/src/stock/mod.rs", 1, "nothing is used yet"),
    ("pages/src/support/assistant.rs", 2, "what a box holds today"),
    ("vsys/src/demo_world/mod.rs", 1, "a seed is of its own day"),
    ("vsys/src/demo_world/national.rs", 4, "a seed is of its own day"),
    ("work/src/allocation/commands.rs", 1, "what is decided is decided now"),
    ("work/src/allocation/mod.rs", 3, "what the next boxes will hold, in which a trial is made"),
    ("work/src/packing.rs", 1, "fills in by the day"),
    ("work/src/planted.rs", 2, "a seed is of its own day"),
];

/// A figure of something past is reckoned with the packing that its row keeps
/// (`Shipment::packing`, `plan::held`, `plan::fixed`, sums in SQL) or with that of its day
/// (`Programme::packing_on`).
#[test]
fn nothing_past_is_reckoned_with_the_box_of_today() {
    const ASKED: [&str; 9] = [
        ".product.doses_per_box()",
        ".product.vials_per_box",
        ".product.doses_per_vial",
        "programme.packing()",
        "programme().packing()",
        "programme.doses(",
        "programme.needles(",
        "programme.needle_boxes(",
        "programme.quantities(",
    ];
    let mut found = Vec::new();
    for room in ["pages/src", "api/src", "work/src", "web/src", "papers/src", "vsys/src/demo_world"]
    {
        let folder = project().join("crates").join(room);
        let mut files = Vec::new();
        source::paths(&folder, ".rs", &mut files);
        for path in files {
            let text = std::fs::read_to_string(&path).unwrap();
            let times: usize = ASKED.iter().map(|asked| text.matches(asked).count()).sum();
            if times > 0 {
                let name = path.strip_prefix(project().join("crates")).unwrap();
                found.push((name.to_string_lossy().into_owned(), times));
            }
        }
    }
    found.sort();
    let known: Vec<(String, usize)> =
        BOX_OF_TODAY.iter().map(|(file, times, _)| ((*file).to_string(), *times)).collect();
    assert_eq!(found, known, "is this a figure of today? Then it stands in BOX_OF_TODAY");
}

/// Writes down a change of the box and approves it: the row's key and its new text.
fn approved(world: &World, kind: Kind, change: (&str, &str), valid_from: Date, at: Timestamp) {
    let masters = world.house.base_masters.clone();
    let mut row = kind.rows(&masters).swap_remove(0);
    row.insert(change.0.to_string(), change.1.to_string());
    let write = move |tx: &mut platform::db::Tx<'_>| {
        let (by, id) = (By { account: "p-x", name: "x", at }, platform::ids::short("c"));
        let (key, number) = (kind.key(&row), changes::last_number(tx)? + 1);
        let proposal = Proposal {
            id: &id,
            kind,
            key: &key,
            valid_from,
            value: Some(&row),
            before: None,
            reason: "x",
            batch: "b",
        };
        changes::insert(tx, &proposal, &by)?;
        changes::approved(tx, &id, number, &by)
    };
    world.house.db.write_blocking(write).unwrap();
}

#[on_both_engines]
fn a_day_has_the_packing_that_was_approved_by_then(world: &World) {
    let (day, at) = (|text: &str| text.parse::<Date>().unwrap(), stories::at);
    approved(world, Kind::Products, ("vials_per_box", "20"), day("2022-03-01"), at("2022-02-10"));
    // Approved after its day had come: what was recorded until then stays as it was.
    approved(world, Kind::Products, ("vials_per_box", "30"), day("2022-04-01"), at("2022-04-05"));
    approved(world, Kind::Needles, ("pack", "50"), day("2022-05-01"), at("2022-04-06"));
    let base = world.house.base_masters.clone();
    let masters = world.read(move |tx| changes::in_force(tx, &base, day("2022-04-30")));
    let held = |masters: &masters::Masters, on: &str| {
        let packing = masters.programme().packing_on(day(on));
        (packing.vials_per_box, packing.needles.pack)
    };
    for (on, vials) in [
        ("2021-01-01", 10),
        ("2022-02-28", 10),
        ("2022-03-01", 20),
        ("2022-04-04", 20),
        ("2022-04-05", 30),
        ("2022-04-30", 30),
    ] {
        assert_eq!(held(&masters, on), (vials, 100), "{on}");
    }
    let base = world.house.base_masters.clone();
    let later = world.read(move |tx| changes::in_force(tx, &base, day("2022-06-01")));
    assert_eq!(held(&later, "2022-04-30"), (30, 100));
    assert_eq!(held(&later, "2022-05-01"), (30, 50));
    assert_eq!(later.programme().former.len(), 3);
    let base = world.house.base_masters.clone();
    let then = world.read(move |tx| changes::in_force_then(tx, &base, at("2022-04-04")));
    assert_eq!((held(&then, "2022-04-04"), then.programme().former.len()), ((20, 100), 1));
}
