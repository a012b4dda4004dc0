//! The full world's own addresses: who opens which route, and with which record. Each record is
//! chosen by what doesn't change from one world to the next, never by its id.

use platform::args;
use rules::access::{self, Act, Permission, Role};
use web::Route;

use crate::World;
use crate::rich::{CLINIC, SATO};

/// One person of each role.
pub const CAST: [(&str, Role); 9] = [
    (SATO, Role::Organizer),
    (CLINIC, Role::Institution),
    ("reviewer@ministry.example", Role::National),
    ("watanabe@minato-city.example", Role::Municipality),
    ("kobayashi@tokyo-pref.example", Role::Prefecture),
    ("ito@touto-oroshi.example", Role::Wholesaler),
    ("nakamura@tokyo-kokuho.example", Role::Federation),
    ("yoshida@support.example", Role::Support),
    ("kato@audit.example", Role::Auditor),
];

/// Records by the names that routes give them.
const RECORDS: [(&str, &str); 22] = [
    ("{venue}", "select id from venue where code = '1311234569'"),
    ("{viewed}", "select id from account where mail = 'sato@minato-shoji.example'"),
    ("{application}", "select id from application order by number limit 1"),
    ("{letter}", "select id from letter order by number desc limit 1"),
    ("{letter_number}", "select number from letter order by number limit 1"),
    ("{shipment}", SHIPMENT),
    ("{shipment_id}", SHIPMENT),
    ("{run}", "select id from allocation_run order by cycle, made_at limit 1"),
    (
        "{contact}",
        "select id from contact where venue_id <> 'v-second' order by role, mail limit 1",
    ),
    ("{doctor}", "select id from doctor order by mail, name limit 1"),
    ("{claim}", "select id from claim order by service_month limit 1"),
    ("{transfer}", "select id from transfer order by number limit 1"),
    ("{note}", "select id from venue_note order by text limit 1"),
    ("{booking}", "select id from booking order by number limit 1"),
    ("{slot}", "select id from slot order by day, begins limit 1"),
    ("{lot}", "select number from lot order by number limit 1"),
    ("{inquiry}", "select id from inquiry order by number limit 1"),
    ("{report}", "select id from saved_report order by name limit 1"),
    ("{announcement}", "select id from announcement order by title limit 1"),
    ("{mail}", "select id from mail order by subject, recipient, body limit 1"),
    ("{job}", "select id from job order by kind, slot limit 1"),
    ("{receipt}", "select number from application order by number limit 1"),
];

const SHIPMENT: &str = "
    select s.id
      from shipment s
      join venue v on v.id = s.venue_id
     order by case when v.code = '1311234569' then 0 else 1 end, v.code, s.cycle, s.delivery_week
     limit 1";

/// What else stands in addresses.
const VALUES: [(&str, &str); 22] = [
    ("{section}", "storage"),
    ("{period}/{number}", "cycles/2"),
    ("{number}", "1"),
    ("{board}", "pipeline"),
    ("{master}", "wholesalers"),
    ("{change}", "none"),
    ("{month}", "2022-02"),
    ("{paper}", "all.pdf"),
    ("{code}", "1311234569"),
    ("{day}", "2022-03-14"),
    ("{book}", "workplace"),
    ("{faq}", "login"),
    ("{kind}", "venue"),
    ("{feed}", "none"),
    ("{unsubscribe}", "none"),
    ("{what}", "reminders"),
    ("{feed_id}", "none"),
    ("{token}", "none"),
    ("{token_id}", "none"),
    ("{session}", "none"),
    ("{membership}", "none"),
    ("{member}", "none"),
];

/// A route's address with real records; what there is none of stays a access table.
pub fn address(world: &World, path: &str) -> String {
    let first = |sql: &'static str| {
        let found = world.read(move |tx| tx.first::<(String,)>(sql, args![]));
        found.map_or("none-0".to_string(), |(id,)| id)
    };
    let mut path = path.to_string();
    for (name, sql) in RECORDS {
        if path.contains(name) {
            path = path.replace(name, &first(sql));
        }
    }
    if path.contains("{import}") {
        let kind = if path.contains("persons") {
            "select id from import where kind = 'persons' order by made_at, id limit 1"
        } else {
            "select id from import order by made_at, id limit 1"
        };
        path = path.replace("{import}", &first(kind));
    }
    for (name, value) in VALUES {
        path = path.replace(name, value);
    }
    if path.contains("{record}") {
        path = path.replace("{record}", &world.minato());
    }
    // A day with bookings, a claim that was submitted, a person who is looked for.
    match path.as_str() {
        p if p.ends_with("/book") => format!("{p}?day=2022-03-14"),
        "/find" => "/find?prefecture=13".into(),
        "/assistant" => "/assistant?q=%E7%B7%A0%E5%88%87&pick=deadline".into(),
        "/support/people" => "/support/people?q=%E4%BD%90%E8%97%A4".into(),
        _ => path,
    }
}

/// Whether an address shows a page and not a file.
pub fn is_page(route: &Route) -> bool {
    let file = [".csv", ".xlsx", ".pdf", ".json", ".ics", ".zip", "/file"]
        .iter()
        .any(|e| route.path.ends_with(e));
    !file
        && !route.path.starts_with("/api/")
        && !route.is_viewed()
        && !route.path.starts_with("/demo")
        && route.path != "/account/session"
}

/// Whether an act is for whoever comes.
pub fn is_open(act: Act) -> bool {
    matches!(act, Act::ReadPublic | Act::Enter | Act::PlayDemo)
}

/// Everybody of the cast who may do something.
pub fn all_who_may(act: Act) -> impl Iterator<Item = &'static str> {
    let may = move |role| access::may(role, &Permission::ALL, act);
    CAST.into_iter().filter(move |(_, role)| may(*role)).map(|(mail, _)| mail)
}

/// Who opens a route: everybody who may, once each role group; anybody for public pages.
pub fn openers(act: Act) -> Vec<&'static str> {
    match act {
        act if is_open(act) => vec![""],
        Act::UseOwnAccount => vec![SATO, "reviewer@ministry.example", "yoshida@support.example"],
        act => {
            let all: Vec<&str> = all_who_may(act).collect();
            // The one who works there and one who only looks.
            if all.len() > 2 { vec![all[0], all[all.len() - 1]] } else { all }
        }
    }
}
