//! Calendar files, judged by somebody else's reader: an event is its thing, on its day, whatever
//! stands beside it in the list.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;
use stories::browser::project;
use stories::rich::{CLINIC, SATO};
use stories::{Visitor, World, on_both_engines};

/// What a calendar program reads in a file.
fn read(body: &str) -> Value {
    let file = stories::scratch::folder("vsys-ics");
    std::fs::write(&file, body).unwrap();
    let out = Command::new("/usr/bin/python3")
        .arg(project().join("stories/tests/doors/judge_calendar.py"))
        .arg(&file)
        .output()
        .unwrap();
    let _ = std::fs::remove_file(&file);
    assert!(out.status.success(), "{}\n{body}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

/// Summaries by UID.
fn events(calendar: &Value) -> BTreeMap<String, Value> {
    calendar["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (e["uid"].as_str().unwrap().to_string(), e.clone()))
        .collect()
}

fn one<'c>(calendar: &'c Value, summary: &str) -> &'c Value {
    let all = calendar["events"].as_array().unwrap();
    let found: Vec<&Value> =
        all.iter().filter(|e| e["summary"].as_str().unwrap().contains(summary)).collect();
    assert_eq!(found.len(), 1, "「{summary}」 in {all:#?}");
    found[0]
}

/// A person subscribes; the address stays good.
fn subscribed(person: &Visitor) -> String {
    let page = person.open("/account/notices");
    let secret = page
        .body
        .split("/calendar.ics")
        .next()
        .unwrap()
        .rsplit("/feeds/")
        .next()
        .unwrap()
        .to_string();
    person.press(&page, "このアドレスを使えるようにする", &[]).is(200);
    format!("/feeds/{secret}/calendar.ics")
}

fn fetched(world: &World, feed: &str) -> Value {
    let page = world.nobody().open(feed);
    page.is(200);
    assert!(page.mime.starts_with("text/calendar"));
    read(&page.body)
}

#[on_both_engines]
fn a_task_keeps_its_event_when_another_one_is_done(world: &World) {
    world.tick();
    let (sato, clinic) = (world.persona(SATO), world.persona(CLINIC));
    let feed = subscribed(&sato);
    world.set_clock("2022-03-22T12:00");
    let first = fetched(world, &feed);
    assert_eq!(first["name"], "vsys やることと締切（佐藤 花子）");
    let receipt = one(&first, "受け取りを記録する").clone();
    world.set_clock("2022-04-04T09:00");
    let before = fetched(world, &feed);
    assert_eq!(
        one(&before, "受け取りを記録する")["uid"],
        receipt["uid"],
        "days go by, the task stays"
    );
    let list = clinic.open(&format!("/venues/{}/deliveries", world.minato()));
    let page = clinic.open(&list.link("第1クール"));
    clinic.press(&page, "受け取りを記録する", &[]).is(200);
    let after = fetched(world, &feed);
    let (before, after) = (events(&before), events(&after));
    assert!(!after.contains_key(receipt["uid"].as_str().unwrap()), "what is done has gone");
    for (uid, event) in &after {
        if let Some(was) = before.get(uid) {
            assert_eq!(
                (&was["summary"], &was["begins"]),
                (&event["summary"], &event["begins"]),
                "{uid} is another thing now"
            );
            assert!(event["sequence"].as_i64() >= was["sequence"].as_i64(), "{uid}");
        }
    }
    let claims: Vec<&Value> = before
        .values()
        .chain(after.values())
        .filter(|e| e["summary"].as_str().unwrap().contains("請求を作る"))
        .collect();
    assert!(claims.windows(2).all(|two| two[0]["uid"] == two[1]["uid"]), "{claims:#?}");
}

#[on_both_engines]
fn a_day_stands_on_its_day_and_a_deadline_at_its_hour(world: &World) {
    world.tick();
    let sato = world.persona(SATO);
    let feed = subscribed(&sato);
    world.set_clock("2022-02-15T09:00");
    let calendar = fetched(world, &feed);
    // 「2月15日（火）まで」
    let receipt = one(&calendar, "受け取りを記録する");
    assert_eq!(
        (&receipt["begins"], &receipt["ends"]),
        (&"2022-02-15".into(), &"2022-02-16".into())
    );
    let delivery = one(&calendar, "納入予定 第1クール");
    assert_eq!(
        (&delivery["begins"], &delivery["ends"]),
        (&"2022-02-15".into(), &"2022-02-16".into())
    );
    // 2月15日 15:00
    let closing = one(&calendar, "第2クール 登録/変更締切");
    assert_eq!(closing["ends"], "2022-02-15T06:00:00+00:00");
    assert!(closing["begins"].as_str().unwrap().starts_with("2022-02-15T05:"));
}

#[on_both_engines]
fn a_delivery_that_moves_is_the_same_event_with_a_higher_sequence(world: &World) {
    world.tick();
    let sato = world.persona(SATO);
    let path = format!("/venues/{}/deliveries.ics", world.minato());
    let before = read(&sato.open(&path).body);
    let was = one(&before, "第1クール").clone();
    let ito = world.persona("ito@touto-oroshi.example");
    let list = ito.open("/wholesale/shipments?show=all");
    let page = ito.open(&list.link_under("/wholesale/shipments/", ""));
    ito.press(&page, "納入予定日を変更する", &[("date", "2022-02-17")]).is(200);
    let after = read(&sato.open(&path).body);
    let is = one(&after, "第1クール");
    assert_eq!(is["uid"], was["uid"]);
    assert_eq!(is["begins"], "2022-02-17");
    assert!(is["sequence"].as_i64() > was["sequence"].as_i64(), "{was} {is}");
}

#[on_both_engines]
fn every_calendar_file_of_a_full_world_can_be_read(world: &World) {
    stories::rich::fill(world);
    let mut read_files = 0;
    for mail in vsys::demo_world::cast().personas.iter().map(|p| p.mail.clone()) {
        let person = world.persona(&mail);
        let feed = subscribed(&person);
        let calendar = fetched(world, &feed);
        assert!(!calendar["events"].as_array().unwrap().is_empty());
        for event in calendar["events"].as_array().unwrap() {
            assert!(event["url"].as_str().unwrap().starts_with(&world.house.base_url), "{event}");
        }
        // The same minute, the same file: nothing wanders with the clock or the order.
        assert_eq!(events(&fetched(world, &feed)), events(&calendar), "{mail}");
        read_files += 1;
    }
    let sato = world.persona(SATO);
    read(&sato.open(&format!("/venues/{}/deliveries.ics", world.minato())).body);
    let public = read(&world.nobody().open("/calendar.ics").body);
    assert!(
        public["events"].as_array().unwrap().len() > 5
            && public["name"].as_str().unwrap().starts_with("受付カレンダー")
    );
    assert!(read_files >= 9);
}
