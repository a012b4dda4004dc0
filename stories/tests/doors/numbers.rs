//! Numbers beyond all counting at every field of every form and at every address for other systems:
//! a sentence, or taken; whatever was taken, every page that shows it opens, and sums of many such
//! rows are sums.

use std::collections::BTreeSet;

use platform::args;
use platform::db::Tx;
use serde_json::Value;
use stories::{Visitor, World, on_both_engines};
use web::routes::Run;

/// What is posted in every field at once, and what is posted in one of them beside good values.
const EXTREMES: [&str; 12] = [
    "0",
    "-1",
    "9223372036854775807",
    "-9223372036854775808",
    "1000000000",
    "1000000000000000000",
    "4294967296",
    "99999999999999999999999999999999999999",
    "1e400",
    "NaN",
    "０",
    "9999-12-31",
];

const PEOPLE: [&str; 9] = [
    "sato@minato-shoji.example",
    "takahashi@minato-clinic.example",
    "reviewer@ministry.example",
    "approver@ministry.example",
    "ito@touto-oroshi.example",
    "watanabe@minato-city.example",
    "nakamura@tokyo-kokuho.example",
    "kato@audit.example",
    "yoshida@support.example",
];

fn one(world: &World, sql: &'static str) -> String {
    world.read(move |tx| tx.first::<(String,)>(sql, args![])).map_or("none".into(), |(id,)| id)
}

/// An address with the small world's own records in it; none where it has none.
fn filled(world: &World, path: &str) -> Option<String> {
    let path = [
        ("{venue}", world.minato()),
        ("{application}", one(world, "select id from application order by id limit 1")),
        ("{letter}", one(world, "select id from letter order by id limit 1")),
        ("{shipment}", one(world, "select id from shipment order by id limit 1")),
        ("{shipment_id}", one(world, "select id from shipment order by id limit 1")),
        ("{run}", one(world, "select id from allocation_run order by id limit 1")),
        (
            "{contact}",
            one(world, "select id from contact where role = 'organizer' order by id limit 1"),
        ),
        ("{doctor}", one(world, "select id from doctor order by id limit 1")),
        ("{claim}", one(world, "select id from claim order by id limit 1")),
        ("{section}", "storage".into()),
        ("{period}/{number}", "cycles/2".into()),
        ("{number}", "1".into()),
        ("{board}", "pipeline".into()),
        ("{month}", "2022-01".into()),
        ("{paper}", "all.pdf".into()),
        ("{code}", "1311234569".into()),
        ("{kind}", "venue".into()),
        ("{record}", world.minato()),
        ("{letter_number}", "L-2022-000001".into()),
        ("{book}", "workplace".into()),
        ("{day}", "2022-03-14".into()),
        ("{lot}", one(world, "select number from lot order by number limit 1")),
        ("{transfer}", one(world, "select id from transfer order by id limit 1")),
        ("{slot}", one(world, "select id from slot order by id limit 1")),
    ]
    .into_iter()
    .fold(path.to_string(), |path, (name, value)| path.replace(name, &value));
    (!path.contains('{')).then_some(path)
}

/// The forms on a page that lead to an address: each field's name with the value that a browser
/// would send.
fn fields(visitor: &Visitor, page: &str, action: &str) -> Vec<(String, String)> {
    let page = visitor.open(page);
    let html = page.html();
    let select = |text: &str| scraper::Selector::parse(text).expect("a selector");
    let mut all = Vec::new();
    for form in html.select(&select("main form")) {
        let to =
            form.value().attr("action").unwrap_or(page.path.split('?').next().unwrap_or_default());
        if to.split('?').next() != Some(action) {
            continue;
        }
        for field in form.select(&select("input[name], textarea[name], select[name], button[name]"))
        {
            let attr = |name: &str| field.value().attr(name).unwrap_or_default().to_string();
            let value = match field.value().name() {
                "textarea" => field.text().collect(),
                "select" => field
                    .select(&select("option"))
                    .filter_map(|o| o.value().attr("value"))
                    .last()
                    .unwrap_or_default()
                    .to_string(),
                _ => attr("value"),
            };
            all.push((attr("name"), value));
        }
    }
    let mut seen = BTreeSet::new();
    all.retain(|(name, _)| name != "_key" && seen.insert(name.clone()));
    all
}

/// Signing out, passwords, and the like would only make the rest idle.
fn is_harmless(path: &str) -> bool {
    ![
        "/logout",
        "/demo",
        "/members",
        "/account",
        "/login",
        "/reset",
        "/support/people",
        "/admin/calendar",
    ]
    .iter()
    .any(|p| path.starts_with(p))
        && !path.contains("/sessions/")
        && !path.contains("/leave")
}

fn every_page_opens(world: &World, people: &[Visitor], after: &str) {
    for route in vsys::routes().iter().filter(|r| {
        !r.is_write()
            && !r.is_viewed()
            && !r.path.starts_with("/api/")
            && !r.path.starts_with("/demo")
    }) {
        let Some(path) = filled(world, &route.path) else { continue };
        for person in people {
            let (status, _, body) = person.fetch("GET", &path);
            assert!(status < 500, "{after}: {path}: {status}: {body}");
            if status == 200 {
                break;
            }
        }
    }
}

#[on_both_engines]
fn extreme_numbers_at_every_field_of_every_form_are_a_sentence_or_are_taken(world: &World) {
    world.set_clock("2022-02-08T10:00");
    let people: Vec<Visitor> = PEOPLE.iter().map(|mail| world.persona(mail)).collect();
    let mut tried = 0;
    for route in vsys::routes().iter().filter(|r| {
        r.is_write() && !r.is_viewed() && !matches!(r.run, Run::Api(_)) && is_harmless(&r.path)
    }) {
        let Some(path) = filled(world, &route.path) else { continue };
        let page = if people.iter().any(|p| p.fetch("GET", &path).0 == 200) {
            path.clone()
        } else {
            path.rsplit_once('/').map_or(path.clone(), |(up, _)| up.to_string())
        };
        let visitor = people.iter().find(|p| p.fetch("GET", &page).0 == 200).unwrap_or(&people[0]);
        let known = fields(visitor, &page, &path);
        for extreme in EXTREMES {
            // All of them, then each beside what stands on the page.
            let mut forms: Vec<Vec<(&str, &str)>> =
                vec![known.iter().map(|(name, _)| (name.as_str(), extreme)).collect()];
            for (name, _) in
                known.iter().filter(|(_, value)| value.chars().all(|c| c.is_ascii_digit())).take(6)
            {
                forms.push(
                    known
                        .iter()
                        .map(|(n, v)| (n.as_str(), if n == name { extreme } else { v.as_str() }))
                        .collect(),
                );
            }
            for form in forms {
                let status = visitor
                    .try_send(&path, &form)
                    .unwrap_or_else(|| panic!("no answer from {path}"));
                assert!(status < 500, "{path} with {form:?}: {status}");
                tried += 1;
            }
        }
    }
    assert!(tried > 1_500, "{tried}");
    world.tick();
    every_page_opens(world, &people, "after extreme forms");
    world.journal_is_sound();
}

#[on_both_engines]
fn extreme_numbers_in_every_query_open_the_page_or_are_a_sentence(world: &World) {
    let people: Vec<Visitor> = PEOPLE.iter().map(|mail| world.persona(mail)).collect();
    for route in vsys::routes()
        .iter()
        .filter(|r| !r.is_write() && !r.is_viewed() && !r.path.starts_with("/demo"))
    {
        let Some(path) = filled(world, &route.path) else { continue };
        let Some(visitor) = people.iter().find(|p| p.fetch("GET", &path).0 == 200) else {
            continue;
        };
        for extreme in EXTREMES {
            let names = [
                "page", "after", "at", "m", "from", "to", "week", "cycle", "number", "limit",
                "under6", "months", "day", "persons", "boxes", "doses", "minutes", "count",
                "since", "until", "year", "month",
            ];
            let query: Vec<String> = names.iter().map(|name| format!("{name}={extreme}")).collect();
            let (status, _, body) = visitor.fetch("GET", &format!("{path}?{}", query.join("&")));
            assert!(status < 500, "{path} {extreme}: {status}: {body}");
            for name in ["page", "number", "cycle", "from"] {
                let (status, _, body) = visitor.fetch("GET", &format!("{path}?{name}={extreme}"));
                assert!(status < 500, "{path}?{name}={extreme}: {status}: {body}");
            }
        }
    }
}

#[on_both_engines]
fn extreme_numbers_from_other_systems_are_a_sentence_or_are_taken(world: &World) {
    world.set_clock("2022-02-08T10:00");
    let people: Vec<Visitor> = PEOPLE.iter().map(|mail| world.persona(mail)).collect();
    let (sato, ito) = (&people[0], &people[4]);
    let venue = world.minato();
    let token = |person: &Visitor, path: &str| {
        let page = person.open(path);
        let secret = page.value("secret").expect("a token");
        person.press(&page, "このトークンを有効にする", &[("label", "x"), ("days", "90")]).is(200);
        secret
    };
    let tokens = [token(sato, &format!("/venues/{venue}/tokens")), token(ito, "/wholesale/tokens")];
    let shipment = one(world, "select id from shipment order by id limit 1");
    let numbers = [
        "0",
        "-1",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "18446744073709551616",
        "1000000000",
        "1000000000000000000",
        "1e18",
        "1e308",
        "1e400",
        "-0.0",
        "5.5",
        "\"9223372036854775807\"",
        "null",
        "true",
        "[]",
        "{}",
    ];
    let mut tried = 0;
    for route in vsys::routes().iter().filter(|r| r.is_write() && matches!(r.run, Run::Api(_))) {
        let Some(path) = filled(world, &route.path) else { continue };
        for number in numbers {
            let bodies = [
                format!(
                    "{{\"version\": {number}, \"base\": {number}, \"lines\": [{{\"cycle\": {number}, \"boxes\": {number}, \"needle_boxes\": {number}}}], \"reason\": \"x\"}}"
                ),
                format!(
                    "{{\"base\": 1, \"lines\": [{{\"cycle\": 3, \"boxes\": {number}}}], \"reason\": \"x\"}}"
                ),
                format!(
                    "{{\"as_of\": \"2022-02-08\", \"booster_increase\": {number}, \"earlier_increase\": {number}, \"unused_vials_total\": {number}, \"waste_reason\": \"breakage\"}}"
                ),
                format!(
                    "{{\"as_of\": \"2022-02-08\", \"booster_total\": {number}, \"confirmed\": true, \"reason\": \"x\"}}"
                ),
                format!(
                    "{{\"boxes\": {number}, \"note\": \"x\", \"date\": \"2022-03-02\", \"band\": \"morning\", \"version\": {number}}}"
                ),
                format!(
                    "{{\"shipments\": [{{\"id\": \"{shipment}\", \"date\": \"2022-03-02\", \"boxes\": {number}}}]}}"
                ),
                format!(
                    "{{\"version\": 0, \"rows\": [{{\"municipality\": \"131032\", \"counts\": {{\"vaccination\": {{\"six_and_over\": {{\"regular\": {number}, \"after_hours\": {number}, \"holiday\": {number}}}}}}}}}]}}"
                ),
                number.to_string(),
                format!("[{number}]"),
            ];
            for body in bodies {
                for secret in &tokens {
                    let agent: ureq::Agent =
                        ureq::Agent::config_builder().http_status_as_error(false).build().into();
                    let request = ureq::http::Request::builder()
                        .method("POST")
                        .uri(format!("{}{path}", world.url))
                        .header("content-type", "application/json")
                        .header("authorization", format!("Bearer {secret}"));
                    let mut answer = agent.run(request.body(body.as_bytes()).unwrap()).unwrap();
                    let (status, text) =
                        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap());
                    let said: Value = serde_json::from_str(&text)
                        .unwrap_or_else(|_| panic!("{path} {body}: no JSON: {text}"));
                    assert!(status < 500, "{path} {body}: {status} {said}");
                    assert!(
                        status < 400
                            || said["errors"][0]["sentence"]
                                .as_str()
                                .is_some_and(|s| !s.is_empty()),
                        "{path} {body}: {said}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 1_000, "{tried}");
    world.tick();
    every_page_opens(world, &people, "after extreme bodies");
    world.journal_is_sound();
}

/// Many rows, each with the most that its door takes: what adds them up doesn't overflow, and every
/// page shows the sum.
#[on_both_engines]
fn sums_of_many_rows_with_the_most_are_sums(world: &World) {
    let people: Vec<Visitor> = PEOPLE.iter().map(|mail| world.persona(mail)).collect();
    let venue = world.minato();
    let owned = venue.clone();
    world.house.db.write_blocking(move |tx: &mut Tx<'_>| {
            let now = tx.one::<(jiff::Timestamp,)>("select min(made_at) from mail", args![])?.0;
            let day = jiff::civil::Date::constant(2022, 2, 7);
            for n in 0..200 {
                for series in ["booster", "earlier", "unused_vials"] {
                    tx.run("insert into result_entry (id, venue_id, report, series, as_of, increase, at, account, name) values ($1, $2, $3, $4, $5, 999999999, $6, 'x', 'x')", args![format!("re-{n}-{series}"), &owned, format!("r-{n}"), series, day, now])?;
                }
                let code = format!("13{n:08}");
                tx.run("insert into venue (id, code, surrogate, programme, name, prefecture, municipality, answers, expected_doses, created_at) select $1, $2, surrogate, programme, 'よその会場', prefecture, municipality, answers, 1000000, created_at from venue where id = $3", args![format!("v-most-{n}"), &code, &owned])?;
                tx.run("insert into plan_registration (venue_id, number, receipt, at, account, name, total_doses, flags, review, latest) values ($1, 1, $2, $3, 'x', 'x', 4294967295, '[]', 'waiting', true)", args![format!("v-most-{n}"), format!("P-MOST-{n}"), now])?;
                for cycle in 1..=5_i64 {
                    tx.run("insert into plan_line (venue_id, number, cycle, boxes, needle_correction) values ($1, 1, $2, 100000, 1000000)", args![format!("v-most-{n}"), cycle])?;
                }
            }
            Ok::<_, platform::db::Failure>(())
        }).unwrap();
    world.tick();
    every_page_opens(world, &people, "after many rows");
    people[0].open(&format!("/venues/{venue}/results")).is(200).says("199,999,999,800");
    world.set_clock("2022-02-16T10:00");
    let reviewer = world.persona("reviewer@ministry.example");
    let page = reviewer.open("/mhlw/allocations/new");
    page.is(200);
    let trial = reviewer.press(&page, "分配を試算する", &[("supply", "999999999")]);
    assert!(trial.status < 500, "{}", trial.status);
    world.tick();
    reviewer.open(&trial.path).is(200);
    world.set_clock("2022-05-02T10:00");
    let people: Vec<Visitor> = PEOPLE.iter().map(|mail| world.persona(mail)).collect();
    every_page_opens(world, &people, "in May");
}
