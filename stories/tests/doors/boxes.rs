//! Another box while plans and shipments are under way: one figure everywhere, the venues are told
//! once, no trial of the box of before is approved. Every expected value was worked out by hand.

use stories::rich::{CLINIC, SATO};
use stories::visitor::ask;
use stories::{Page, Visitor, World, count, on_both_engines};

use super::wholesale::token;

const EDITOR: &str = "reviewer@ministry.example";
const SECOND: &str = "approver@ministry.example";
const ITO: &str = "ito@touto-oroshi.example";
const CITY: &str = "watanabe@minato-city.example";
const KEY: &str = "workplace-booster-2022";
const TOLD: &str = "【計画】1箱に入る数が変わります";

/// A trial of the cycle that waits, by one officer.
fn tried(world: &World, supply: &str) -> String {
    let officer = world.persona(EDITOR);
    let page = officer.open("/mhlw/allocations/new?set=as-planned");
    let run = officer.press(&page, "分配を試算する", &[("supply", supply)]);
    run.is(200);
    run.path
}

/// A trial is approved by the other officer.
fn approved(world: &World, run: &str) -> Page {
    let approver = world.persona(SECOND);
    approver.press(&approver.open(run), "分配を承認して確定する", &[])
}

/// A master of the box changes from a day on, seen by two.
fn another(world: &World, master: &str, field: (&str, &str), day: &str) {
    let editor = world.persona(EDITOR);
    let page = editor.open(&format!("/admin/masters/{master}/edit?key={KEY}"));
    let fill = [field, ("valid_from", day), ("reason", "新しい箱")];
    let page = editor.press(&page, "変更を承認に回す", &fill);
    let second = world.persona(SECOND);
    second.press(&second.open(&page.path), "変更を承認する", &[]).is(200).says("承認済み");
}

fn registered(sato: &Visitor, venue: &str, fill: &[(&str, &str)]) {
    let page = sato.open(&format!("/venues/{venue}/plan/edit"));
    let check = sato.press(&page, "計画を確認する", fill);
    sato.press(&check, "この内容で計画を登録する", &[]).is(200).says("計画を登録しました");
}

fn csv(page: &Page) -> Vec<Vec<String>> {
    web::table::read(&page.is(200).bytes).unwrap().rows.texts()
}

/// 計画 of the only venue of the world, wherever it stands.
fn planned_is(world: &World, secret: &str, doses: u64) {
    let venue = world.minato();
    let said = rules::application::grouped(doses);
    let (sato, officer) = (world.persona(SATO), world.persona(EDITOR));
    let plan = sato.open(&format!("/venues/{venue}/plan"));
    plan.says(&format!("計画の合計：{said}回")).says(&format!("= {said} 回接種分"));
    sato.open("/home").says(&format!("計画{said}回"));
    officer.open(&format!("/mhlw/plans/{venue}")).says(&format!("計画の合計：{said}回"));
    let city = world.persona(CITY).open("/municipal");
    city.says(&format!("計画 {said} 分配"));
    let nobody = world.nobody();
    for (visitor, board) in
        [(&nobody, "/status/pipeline/data.csv"), (&officer, "/mhlw/dashboard/pipeline/data.csv")]
    {
        let rows = csv(&visitor.open(board));
        let row = rows.iter().find(|row| row[0] == "計画").expect("a plan");
        assert_eq!(row[1], doses.to_string(), "{board}");
    }
    let rows = csv(&officer.open("/mhlw/dashboard/plan-vs-use/data.csv"));
    let sum: u64 = rows[1..].iter().map(|row| row[1].parse::<u64>().unwrap()).sum();
    assert_eq!(sum, doses, "{rows:?}");
    for status in ["waiting", "reviewed", "revision_required"] {
        let list = officer.open(&format!("/mhlw/plans.csv?status={status}"));
        // A head alone is a table of nothing.
        let Ok(read) = web::table::read(&list.is(200).bytes) else { continue };
        let rows = read.rows.texts();
        let at = rows[0].iter().position(|title| title == "計画の回数").expect("a column");
        rows[1..].iter().for_each(|row| assert_eq!(row[at], doses.to_string()));
    }
    let path = format!("/api/v1/venues/{venue}/plan");
    let (status, plan) = ask(&world.url, "GET", &path, secret, "", &serde_json::json!({}));
    assert_eq!((status, plan["doses"].as_u64()), (200, Some(doses)));
    let of_cycles = plan["cycles"].as_array().expect("cycles").iter();
    let sum: u64 = of_cycles.map(|cycle| cycle["doses"].as_u64().expect("doses")).sum();
    assert_eq!(sum, doses, "{plan}");
}

#[on_both_engines]
fn the_plan_is_one_figure_wherever_it_stands(world: &World) {
    let venue = world.minato();
    let secret = token(&world.persona(SATO), &format!("/venues/{venue}/tokens"));
    // 4, 3, 2 and 3 boxes of 150; the first cycle is decided.
    world.set_clock("2022-02-16T10:00");
    planned_is(world, &secret, 1_800);
    // 2 of the second cycle's 3 boxes are given.
    let run = tried(world, "2");
    world.set_clock("2022-02-17T10:00");
    approved(world, &run).is(200).says("分配量を確定しました");
    world.set_clock("2022-02-18T10:00");
    planned_is(world, &secret, 600 + 300 + 300 + 450);
    // Boxes of 120: what is registered already stays in boxes of 150.
    another(world, "products", ("vials_per_box", "8"), "2022/2/20");
    world.set_clock("2022-02-21T10:00");
    planned_is(world, &secret, 600 + 300 + 300 + 450);
    // Registered anew, open cycles are asked for in boxes of 120.
    registered(&world.persona(SATO), &venue, &[("boxes_5", "1")]);
    world.set_clock("2022-02-21T10:05");
    planned_is(world, &secret, 600 + 300 + 240 + 360 + 120);
    // Boxes of 75 when the third cycle is decided.
    another(world, "products", ("vials_per_box", "5"), "2022/3/2");
    world.set_clock("2022-03-02T10:00");
    let run = tried(world, "10");
    world.set_clock("2022-03-03T10:00");
    approved(world, &run).is(200).says("分配量を確定しました");
    world.set_clock("2022-03-04T10:00");
    planned_is(world, &secret, 600 + 300 + 150 + 360 + 120);
    world.journal_is_sound();
}

#[on_both_engines]
fn a_shipment_holds_the_same_before_and_after_it_is_received(world: &World) {
    let venue = world.minato();
    world.set_clock("2022-02-16T10:00");
    let run = tried(world, "10");
    world.set_clock("2022-02-17T10:00");
    approved(world, &run).is(200);
    another(world, "products", ("vials_per_box", "8"), "2022/2/20");
    let id: String = world
        .read({
            let venue = venue.clone();
            move |tx| {
                let sql = "select id from shipment where venue_id = $1 and cycle = 2";
                tx.one::<(String,)>(sql, platform::args![&venue])
            }
        })
        .0;
    let page = format!("/venues/{venue}/deliveries/{id}");
    // Three boxes: of 150 as long as such boxes leave, of 120 from the 20th on.
    let says = |doses: &str| {
        let (clinic, ito) = (world.persona(CLINIC), world.persona(ITO));
        clinic.open(&page).says(&format!("3箱（{doses}回接種分）"));
        let note = ito.open(&format!("/wholesale/notes.pdf?shipment={id}"));
        let text = stories::text::of_pdf(&note.is(200).bytes).replace(char::is_whitespace, "");
        assert!(text.contains(&format!("{doses}回")), "{text}");
        ito.open(&format!("/wholesale/shipments/{id}")).says(&format!("{doses}回接種分"));
    };
    says("450");
    world.set_clock("2022-02-21T10:00");
    says("360");
    let ito = world.persona(ITO);
    let one = ito.open(&format!("/wholesale/shipments/{id}"));
    let dated =
        ito.press(&one, "納入予定日を登録する", &[("date", "2022/2/28"), ("band", "morning")]);
    let sent = ito.press(dated.is(200), "出荷済にする", &[]);
    sent.is(200);
    says("360");
    // Boxes change once more; this one left before.
    another(world, "products", ("vials_per_box", "6"), "2022/2/25");
    world.set_clock("2022-02-28T16:00");
    says("360");
    let clinic = world.persona(CLINIC);
    clinic.press(&clinic.open(&page), "受け取りを記録する", &[]).is(200);
    says("360");
    clinic.open(&format!("/venues/{venue}/history")).says("ワクチン：3箱 針・シリンジ：7箱");
}

#[on_both_engines]
fn venues_are_told_of_another_box_once_and_see_it_at_their_lines(world: &World) {
    let venue = world.minato();
    world.set_clock("2022-02-18T10:00");
    another(world, "products", ("vials_per_box", "8"), "2022/3/15");
    for mail in [SATO, CLINIC] {
        let told: Vec<_> = world.mails_to(mail).into_iter().filter(|m| m.subject == TOLD).collect();
        assert_eq!(told.len(), 1, "{mail}");
        let body = &told[0].body;
        for said in [
            "1箱に入る数が2022年3月15日（火）から変わります。",
            "1箱 150回 → 120回\n1箱のバイアル 10本 → 8本",
            "分配量がまだ決まっていないクール：第4クール、第5クール\n",
            &format!("/venues/{venue}/plan"),
        ] {
            assert!(body.contains(said), "{said}: {body}");
        }
    }
    // The third cycle is decided before that day; the fifth has no boxes.
    let sato = world.persona(SATO);
    let rows = sato.open(&format!("/venues/{venue}/plan")).table("接種計画");
    let said: Vec<bool> = rows.iter().map(|r| r[2].contains("1箱 150回 → 120回")).collect();
    assert_eq!(said[..5], [false, false, false, true, false]);
    assert!(rows[3][2].contains("2022年3月15日（火）から"), "{rows:?}");
    assert!(rows[3][2].contains("3箱は360回接種分になります。"), "{rows:?}");
    // Names of the vaccine change no box.
    another(world, "products", ("short_name", "モデルナ"), "2022/3/16");
    // A venue without coming boxes isn't told.
    world.tamper("update plan_line set boxes = 0 where cycle >= 4");
    another(world, "needles", ("pack", "50"), "2022/3/17");
    let told = world.mails_to(SATO).into_iter().filter(|m| m.subject == TOLD).count();
    assert_eq!(told, 1);
    // Registered anew in the boxes of the day, the lines say nothing any more.
    world.tamper("update plan_line set boxes = 3 where cycle = 4");
    world.set_clock("2022-03-20T10:00");
    let sato = world.persona(SATO);
    let fourth = || sato.open(&format!("/venues/{venue}/plan")).table("接種計画")[3][2].clone();
    assert!(fourth().contains("針・シリンジ1箱 100本 → 50本"), "{}", fourth());
    registered(&sato, &venue, &[("boxes_4", "2")]);
    assert!(!fourth().contains('→'), "{}", fourth());
}

#[on_both_engines]
fn a_trial_of_the_box_of_before_is_not_approved(world: &World) {
    world.set_clock("2022-02-16T10:00");
    let old = tried(world, "10");
    another(world, "needles", ("pack", "50"), "2022/2/17");
    let officer = world.persona(EDITOR);
    officer.open(&old).does_not_say("荷姿が変わりました");
    world.set_clock("2022-02-17T10:00");
    let said = "試算の後に荷姿が変わりました（針・シリンジ1箱 100本 → 50本）";
    let approver = world.persona(SECOND);
    approver.open(&old).says(said).does_not_say("分配を承認して確定する");
    approver.open("/mhlw/allocations").says("前の荷姿の試算");
    let refused = approver.send(&format!("{old}/approve"), &[("version", &version(world, &old))]);
    refused.is(422).says(said).says("もう一度試算してください");
    assert_eq!(count(world, "select count(*) from allocation where cycle = 2"), 0);
    // Tried again: 3 boxes are 450 doses, 675 needles, 14 boxes of 50.
    let new = tried(world, "10");
    approved(world, &new).is(200).says("分配量を確定しました");
    let needles = "select needle_boxes from allocation where cycle = 2";
    assert_eq!(world.read(move |tx| tx.one::<(i64,)>(needles, platform::args![])).0, 14);
}

fn version(world: &World, run: &str) -> String {
    let id = run.rsplit('/').next().expect("an id").to_string();
    let sql = "select version from allocation_run where id = $1";
    let (version,) = world.read(move |tx| tx.one::<(i64,)>(sql, platform::args![&id]));
    version.to_string()
}

#[on_both_engines]
fn values_far_from_the_ones_in_force_are_asked_about_and_shown(world: &World) {
    world.set_clock("2022-02-18T10:00");
    let editor = world.persona(EDITOR);
    let page = editor.open(&format!("/admin/masters/products/edit?key={KEY}"));
    let fill = [("vials_per_box", "6000"), ("valid_from", "2022/3/1"), ("reason", "新しい箱")];
    let asked = editor.press(&page, "変更を承認に回す", &fill);
    let said = "1箱のバイアル数は 10本 → 6,000本 で、いまの値から大きく離れています。";
    asked.is(422).says(said).says("この値で正しいことを確かめました");
    assert_eq!(count(world, "select count(*) from master_change"), 0);
    // An answer belongs to what was asked.
    let sure = asked.value("sure").expect("a question");
    let other = [("vials_per_box", "5000"), ("sure", sure.as_str())];
    editor.press(&asked, "変更を承認に回す", &other).is(422).says("10本 → 5,000本");
    let change = editor.press(&asked, "変更を承認に回す", &[("sure", &sure)]);
    change.is(200).says(said);
    world.persona(SECOND).open(&change.path).says("いまの値から大きく離れています").says(said);
    // What is near isn't asked about; a file asks as the form does.
    let near = [("vials_per_box", "20"), ("valid_from", "2022/3/2"), ("reason", "新しい箱")];
    editor.press(&page, "変更を承認に回す", &near).is(200).does_not_say("大きく離れて");
    let file = format!("事業,割合の分子,割合の分母,1箱の本数\n{KEY},3,2,1000\n");
    let read = editor.upload("/admin/masters/needles/import", "needles.csv", file.as_bytes());
    read.is(200).says("確かめる行").says("1箱の本数は 100本 → 1,000本 で");
}
