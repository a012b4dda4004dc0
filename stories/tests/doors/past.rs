//! `?at=`: a page shows what was so on that day, or says that it can't. None shows today's figures
//! as if they were that day's.

use std::collections::BTreeSet;

use rules::access::Act;
use stories::addresses::{address, openers};
use stories::browser::project;
use stories::{Visitor, World, on_both_engines, rich, source};
use web::routes::Run;

/// The pages that can look back.
const LOOK_BACK: [&str; 5] = [
    "/masters",
    "/venues/{venue}",
    "/venues/{venue}/allocations",
    "/venues/{venue}/plan",
    "/venues/{venue}/results",
];
const REFUSED: &str = "このページでは、過去の時点の内容を表示できません。";
const SHOWN: &str = "の時点の内容を表示しています";

fn visitor(world: &World, who: &str) -> Visitor {
    if who.is_empty() { world.nobody() } else { world.persona(who) }
}

#[test]
fn the_list_of_pages_that_look_back_is_whole() {
    let mut files = Vec::new();
    source::paths(&project().join("crates/pages/src"), ".rs", &mut files);
    let ask = |path: &std::path::PathBuf| {
        std::fs::read_to_string(path).unwrap().matches("visit.as_of()").count()
    };
    assert_eq!(files.iter().map(ask).sum::<usize>(), LOOK_BACK.len());
}

#[on_both_engines]
fn every_page_shows_the_day_that_is_asked_for_or_says_that_it_cannot(world: &World) {
    rich::fill(world);
    let mut back = BTreeSet::new();
    let mut refused = 0;
    for route in vsys::routes() {
        let asked = !route.is_write() && matches!(route.run, Run::Show(_)) && !route.is_viewed();
        if !asked || route.path.starts_with("/demo") || route.act == Act::PlayDemo {
            continue;
        }
        let who = openers(route.act)[0];
        let visitor = visitor(world, who);
        let path = address(world, &route.path);
        let today = visitor.open(&path);
        if today.status != 200 || today.path != path {
            continue;
        }
        let sign = if path.contains('?') { '&' } else { '?' };
        let then = visitor.open(&format!("{path}{sign}at=2022-02-12"));
        if LOOK_BACK.contains(&route.path.as_str()) {
            then.is(200).says(SHOWN);
            back.insert(route.path.clone());
        } else {
            then.is(422).says(REFUSED);
            refused += 1;
        }
    }
    assert_eq!(back, LOOK_BACK.iter().map(ToString::to_string).collect());
    assert!(refused > 100, "{refused} pages were asked");
    // What is still to come is said to be.
    let sato = world.persona(rich::SATO);
    let plan = format!("/venues/{}/plan?at=2030-01-01", world.minato());
    sato.open(&plan).is(200).says("指定された日時はまだ過ぎていません。").does_not_say(SHOWN);
    sato.open("/masters?at=2030-01-01").says("指定された日時はまだ過ぎていません。");
}

#[on_both_engines]
fn a_past_day_has_its_own_results_and_its_own_names(world: &World) {
    let clinic = world.persona(rich::CLINIC);
    let venue = rich::with_stock(world, &clinic);
    let base = format!("/venues/{venue}");
    for (clock, more) in [("2022-02-21T10:00", "40"), ("2022-02-24T10:00", "60")] {
        world.set_clock(clock);
        let clinic = world.persona(rich::CLINIC);
        let page = clinic.open(&format!("{base}/results/edit"));
        clinic.press(&page, "接種実績を報告する", &[("booster_increase", more)]).is(200);
    }
    let (editor, second) =
        (world.persona("reviewer@ministry.example"), world.persona("approver@ministry.example"));
    let key = "workplace-booster-2022";
    let page = editor.open(&format!("/admin/masters/products/edit?key={key}"));
    let fill = [("name", "新しいワクチン"), ("reason", "名称の変更")];
    let change = editor.press(&page, "変更を承認に回す", &fill);
    second.press(&second.open(&change.path), "変更を承認する", &[]).is(200).says("承認済み");
    world.set_clock("2022-02-25T10:00");
    let sato = world.persona(rich::SATO);
    sato.open(&format!("{base}/results"))
        .says("100 回")
        .says("40 回")
        .says("接種実績・廃棄量を報告する");
    let then = sato.open(&format!("{base}/results?at=2022-02-22"));
    then.is(200).says("40 回").does_not_say("100 回").does_not_say("60 回");
    then.does_not_say("接種実績・廃棄量を報告する").does_not_say("に対して");
    assert_eq!(then.table("報告の記録").len(), 1);
    sato.open(&base).says("新しいワクチン");
    for at in ["2022-02-23", "2022-02-24 09:59"] {
        sato.open(&format!("{base}?at={}", at.replace(' ', "+"))).does_not_say("新しいワクチン");
    }
    sato.open(&format!("{base}?at=2022-02-24")).says("新しいワクチン");
    // The stock of a past day isn't shown as today's.
    sato.open(&format!("{base}/stock?at=2022-02-22"))
        .is(422)
        .says(REFUSED)
        .does_not_say("いまの在庫");
}
