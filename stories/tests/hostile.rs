//! Hostile input at every door: no 500, no panic, no half write. Forms and queries are made by
//! proptest, with the fields that the pages really have, so that a failure shrinks to the form that
//! caused it.

use std::collections::BTreeSet;

use platform::args;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use stories::{Visitor, World, on_both_engines};

/// What people, machines and attackers send.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(vec![
            "", " ", "　", "0", "-1", "1", "１２", "99999999999999999999999999", "1e309", "NaN", "0x10", "1,000", "△3", "2022-02-30", "令和99年13月45日", "2022-02-07", "R4.2.7", "9999-12-31",
            "'; drop table venue; --", "\" onmouseover=\"x", "<script>alert(1)</script>", "{{ 7*7 }}", "%00", "\u{0}", "\u{202e}abc", "\u{feff}", "👩‍👩‍👧‍👦", "é", "𠮷", "..\\..\\etc", "/../../etc/passwd", "=cmd|' /C calc'!A0",
            "v-none", "yes", "organizer", "confirm", "revise", "theirs", "mine", "draft", "check", "新宿区\t1\t1\n府中市\t9999999999", "a@b", "a@b.example", "03-0000-0000", "1234567", "true", "null", "[]", "{}", "\r\n\r\nSet-Cookie: x=y",
        ]).prop_map(String::from),
        2 => "\\PC{0,40}",
        1 => "[0-9]{1,30}",
        1 => Just("長".repeat(20_000)),
        1 => any::<i64>().prop_map(|n| n.to_string()),
    ]
}

fn form(fields: Vec<String>) -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        6 => proptest::sample::select(fields),
        1 => proptest::sample::select(vec!["version", "_pick.name", "_theirs.name", "boxes_2", "boxes_999", "needles_3", "place_1", "decision", "reason", "go", "auto", "as_of", "paste", "kept", "to"]).prop_map(String::from),
        1 => "\\PC{0,12}",
    ];
    proptest::collection::vec((name, value()), 0..14)
}

/// The names of the fields on a page.
fn fields(visitor: &Visitor, path: &str) -> Vec<String> {
    let page = visitor.open(path);
    let html = page.html();
    let selector =
        scraper::Selector::parse("main input[name], main select[name], main textarea[name]")
            .unwrap();
    let names: BTreeSet<String> = html
        .select(&selector)
        .filter_map(|e| e.value().attr("name"))
        .filter(|n| *n != "_key")
        .map(str::to_string)
        .collect();
    names.into_iter().chain(["x".to_string()]).collect()
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new_with_rng(
        Config { cases, failure_persistence: None, ..Config::default() },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    )
}

/// What must hold whatever was sent: every registration has its lines, its journal row and its
/// mail; nothing is twice.
fn nothing_is_half_done(world: &World) {
    for sql in [
        "select count(*) from plan_registration r where not exists (select 1 from plan_line l where l.venue_id = r.venue_id and l.number = r.number)",
        "select count(*) from venue v where (select count(*) from plan_registration r where r.venue_id = v.id and r.latest) <> 1",
        "select count(*) from plan_registration r where not exists (select 1 from journal j where j.record_id = r.venue_id and j.act = 'plan.register')",
        "select count(*) from claim c where c.status = 'submitted' and c.receipt is null",
        "select count(*) from membership m where m.ended_at is null and not exists (select 1 from account a where a.id = m.account_id)",
    ] {
        let (n,): (i64,) = world.read(move |tx| tx.one(sql, args![]));
        assert_eq!(n, 0, "{sql}");
    }
    world.journal_is_sound();
}

#[on_both_engines]
fn hostile_forms_and_queries_change_nothing_by_halves_and_never_answer_500(world: &World) {
    let venue = world.minato();
    let people: Vec<Visitor> = [
        "sato@minato-shoji.example",
        "reviewer@ministry.example",
        "approver@ministry.example",
        "ito@touto-oroshi.example",
        "watanabe@minato-city.example",
        "nakamura@tokyo-kokuho.example",
        "kato@audit.example",
        "yoshida@support.example",
    ]
    .iter()
    .map(|mail| world.persona(mail))
    .collect();
    let id = |sql: &'static str| world.read(move |tx| tx.one::<(String,)>(sql, args![])).0;
    let fill = |path: &str| {
        path.replace("{venue}", &venue)
            .replace("{application}", &id("select id from application"))
            .replace("{letter}", &id("select id from letter"))
            .replace("{shipment}", &id("select id from shipment"))
            .replace("{run}", &id("select id from allocation_run limit 1"))
            .replace("{contact}", &id("select id from contact where role = 'organizer'"))
            .replace("{doctor}", &id("select id from doctor limit 1"))
            .replace("{section}", "storage")
            .replace("{month}", "2022-01")
            .replace("{kind}", "venue")
            .replace("{record}", &venue)
            .replace("{number}", "1")
            .replace("{paper}", "all.pdf")
            .replace("{code}", "1311234569")
            .replace(['{', '}'], "")
    };
    // Signing out and what would end a session for good would only make the rest idle.
    let harmless = |path: &str| {
        !path.starts_with("/logout")
            && !path.contains("/sessions/")
            && !path.contains("/leave")
            && !path.starts_with("/demo")
            && !path.starts_with("/members")
            && !path.starts_with("/account/password")
    };
    for route in vsys::routes()
        .iter()
        .filter(|r| harmless(&r.path) && !r.is_viewed() && !r.path.starts_with("/api/"))
    {
        let path = fill(&route.path);
        // Whoever is let in furthest; a page that isn't there for anybody is tried as the first.
        let visitor = people.iter().find(|p| p.fetch("GET", &path).0 == 200).unwrap_or(&people[0]);
        let outcome = if route.is_write() {
            let fields = fields(visitor, &path);
            runner(10)
                .run(&form(fields), |form| {
                    let all: Vec<(&str, &str)> =
                        form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                    let status = visitor
                        .try_send(&path, &all)
                        .unwrap_or_else(|| panic!("no answer from {path}"));
                    prop_assert!(status < 500, "{path}: {status}");
                    Ok(())
                })
                .map_err(|e| e.to_string())
        } else {
            runner(6)
                .run(
                    &proptest::collection::vec(
                        (
                            proptest::sample::select(vec![
                                "at", "q", "kept", "to", "status", "show", "m", "from", "name",
                                "act", "record", "lang", "under6", "done", "number",
                            ]),
                            value().prop_map(|v| v.chars().take(500).collect::<String>()),
                        ),
                        0..5,
                    ),
                    |query| {
                        let query: Vec<String> = query
                            .iter()
                            .map(|(n, v)| {
                                format!(
                                    "{n}={}",
                                    v.bytes().map(|b| format!("%{b:02x}")).collect::<String>()
                                )
                            })
                            .collect();
                        let (status, _, _) =
                            visitor.fetch("GET", &format!("{path}?{}", query.join("&")));
                        prop_assert!(status < 500, "{path}?{}: {status}", query.join("&"));
                        Ok(())
                    },
                )
                .map_err(|e| e.to_string())
        };
        outcome.unwrap_or_else(|e| {
            panic!("{} {path}: {e}", if route.is_write() { "POST" } else { "GET" })
        });
    }
    nothing_is_half_done(world);
}

#[on_both_engines]
fn bodies_that_are_no_forms_and_addresses_that_are_no_addresses_are_refused(world: &World) {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections(0)
        .build()
        .new_agent();
    for (mime, body) in [
        ("application/json", b"{\"mail\":".to_vec()),
        ("multipart/form-data; boundary=x", b"--x\r\n".to_vec()),
        ("application/x-www-form-urlencoded", b"mail=%ff%fe%00&%=&&==&\xff\xfe".to_vec()),
        ("text/plain", vec![0; 1000]),
        ("application/x-www-form-urlencoded", vec![b'a'; 2_000_000]),
    ] {
        for path in ["/login", "/applications/new", "/reset"] {
            let answer = agent
                .post(format!("{}{path}", world.url))
                .content_type(mime)
                .send(&body[..])
                .map(|a| a.status().as_u16());
            // A body that is too large may be cut off while it is still being sent.
            assert!(
                answer.as_ref().is_ok_and(|s| [413, 415, 422, 303].contains(s))
                    || (body.len() > 1_000_000 && answer.is_err()),
                "{path} {mime}: {answer:?}"
            );
        }
    }
    for path in [
        "/%ff",
        "/venues/%00",
        "/venues/..%2f..%2fetc%2fpasswd",
        "/assets/x/..%2fmod.rs",
        "/assets/x/style.css%00.html",
        "/venues/v-%E3%81%82/plan",
        "//evil.example/",
        "/activate/%0d%0aSet-Cookie:x",
    ] {
        let status = agent.get(format!("{}{path}", world.url)).call().unwrap().status().as_u16();
        assert!([303, 400, 404].contains(&status), "{path}: {status}");
    }
    let long = format!("{}/calendar?m={}", world.url, "9".repeat(60_000));
    assert!(agent.get(long).call().is_ok_and(|a| a.status().as_u16() < 500));
}
