//! Who may, who sees: every route knocked on from outside, the contact's ID rule.

use features::house::Route;
use platform::args;
use rules::access::Act;
use stories::{Visitor, World, on_both_engines, walk};

/// A route's path with the seed's own records put in.
fn address(world: &World, route: &Route) -> String {
    let venue = world.minato();
    let id = |sql: &'static str| -> String {
        let venue = venue.clone();
        world.read(move |tx| tx.one::<(String,)>(sql, args![&venue])).0
    };
    let mut path = route.path.to_string();
    for (name, value) in [
        ("{venue}", venue.clone()),
        ("{application}", id("select application_id from venue where id = $1")),
        ("{letter}", id("select id from letter where venue_id = $1")),
        ("{shipment}", id("select id from shipment where venue_id = $1")),
        ("{run}", id("select run_id from allocation where venue_id = $1")),
        ("{contact}", id("select id from contact where venue_id = $1 and role = 'organizer'")),
        ("{doctor}", id("select id from doctor where venue_id = $1")),
        ("{claim}", "b-none".into()),
        ("{section}", "storage".into()),
        ("{number}", "1".into()),
        ("{month}", "2022-01".into()),
        ("{paper}", "all.pdf".into()),
        ("{receipt}", "A-2022-000001".into()),
        ("{code}", "1311234569".into()),
        ("{token}", "0".repeat(64)),
        ("{kind}", "venue".into()),
        ("{record}", venue.clone()),
        ("{session}", "0".repeat(64)),
        ("{mail}", "m-none".into()),
    ] {
        path = path.replace(name, &value);
    }
    assert!(!path.contains('{'), "{path}: the knock doesn't know this parameter");
    path
}

fn knock(visitor: &Visitor, world: &World, route: &Route) -> (u16, String) {
    let path = address(world, route);
    let page = if route.is_write() { visitor.send(&path, &[]) } else { visitor.open(&path) };
    (page.status, page.path)
}

fn is_open(act: Act) -> bool {
    matches!(act, Act::ReadPublic | Act::Enter | Act::PlayDemo)
}

on_both_engines! {
    fn nobody_gets_the_sign_in_page_at_every_guarded_route(world) {
        let nobody = world.nobody();
        for route in features::routes().iter().filter(|r| !is_open(r.act)) {
            let (_, path) = knock(&nobody, world, route);
            assert!(path.starts_with("/login"), "{} let nobody in: {path}", route.path);
        }
    }

    fn another_venues_people_get_404_at_every_route_of_this_venue(world) {
        let cast = walk::apply_and_sign_in(world);
        for route in features::routes().iter().filter(|r| !is_open(r.act) && r.act != Act::UseOwnAccount) {
            let scoped = ["{venue}", "{application}", "{letter}", "{shipment}", "{claim}"].iter().any(|p| route.path.contains(p));
            let (status, path) = knock(&cast.organizer, world, route);
            // Out of reach is 404; a page of another role without a record is 403.
            assert_eq!(status, if scoped { 404 } else { 403 }, "{} answered {status} at {path}", route.path);
        }
    }

    fn a_wrong_role_gets_403_that_says_who_can(world) {
        let base = format!("/venues/{}", world.minato());
        let reviewer = world.persona("reviewer@ministry.example");
        reviewer.open(&format!("{base}/plan/edit")).is(403).says("企業・大学等の担当者、医療機関担当者").says("あなたの立場：国（厚生労働省）");
        reviewer.send(&format!("{base}/plan/edit"), &[("boxes_2", "9")]).is(403);
        world.persona("watanabe@minato-city.example").open(&format!("{base}/results/edit")).is(403);
        world.persona("sato@minato-shoji.example").open("/mhlw/plans").is(403).says("国（厚生労働省）（確認の権限）");
        world.persona("kato@audit.example").open(&format!("{base}/plan")).is(200);
        world.persona("kobayashi@tokyo-pref.example").open(&format!("{base}/contacts")).is(200);
        let run = address(world, features::routes().iter().find(|r| r.path == "/mhlw/allocations/{run}/approve").unwrap());
        reviewer.send(&run, &[]).is(403).says("承認の権限");
    }

    fn a_changed_mail_address_issues_a_new_id_and_stops_the_old_one_after_its_first_use(world) {
        let sato = world.persona("sato@minato-shoji.example");
        let base = format!("/venues/{}/contacts", world.minato());
        let contact = address(world, features::routes().iter().find(|r| r.path == "/venues/{venue}/contacts/{contact}").unwrap());
        let page = sato.open(&contact);
        sato.press(&page, "担当者の変更を保存する", &[("phone", "03-9999-0000")]).is(200).says("IDは変わりません");
        let page = sato.open(&contact);
        sato.press(&page, "担当者の変更を保存する", &[("name", "厚労 次郎"), ("mail", "after@iryoukikan.example")]).is(200).says("招待のメールを送りました").says("招待中");
        world.tick();
        // The old ID works until the new one is first used.
        sato.open(&base).is(200);
        let successor = world.nobody();
        let page = successor.open(&world.link_to("after@iryoukikan.example"));
        let link = page.path.clone();
        let short = successor.press(&page, "パスワードを登録してはじめる", &[("password", "みじかい")]);
        short.is(422).says("パスワードは15文字以上で入力してください（いまは4文字です）");
        successor.press(&short, "パスワードを登録してはじめる", &[("password", "ひきつぎは机の上の青いファイルにある")]).is(200).is_at("/home");
        successor.open(&base).is(200).says("厚労 次郎");
        // The old one has stopped; the link works once.
        sato.open(&base).is_at("/login");
        let again = world.nobody();
        again.open(&link).says("このリンクはすでに使われています");
        let gone = world.nobody();
        gone.press(&gone.open("/login"), "ログインする", &[("mail", "sato@minato-shoji.example"), ("password", features::seeds::PASSWORD)]).is(422);
    }

    fn an_invitation_expires_after_24_hours_and_can_be_sent_again(world) {
        let sato = world.persona("sato@minato-shoji.example");
        let page = sato.open(&format!("/venues/{}/contacts/new", world.minato()));
        let fill = [("department", "総務部"), ("name", "新人 一"), ("phone", "03-1111-2222"), ("mail", "shinjin@minato-shoji.example")];
        sato.press(&page, "担当者を招待する", &fill).is(200);
        let old = world.link_to("shinjin@minato-shoji.example");
        world.set_clock("2022-02-08T10:00");
        let late = world.nobody();
        let page = late.open(&old);
        page.says("このリンクは期限が切れました");
        late.press(&page, "新しいリンクをメールで送る", &[]).says("新しいリンクをメールで送りました");
        let fresh = world.link_to("shinjin@minato-shoji.example");
        assert_ne!(old, fresh);
        late.open(&fresh).says("はじめてのログイン").says("みなと商事 本社会場");
    }

    fn a_request_from_another_site_is_refused(world) {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        let send = |name: &str, value: &str| agent.post(format!("{}/logout", world.url)).header(name, value).send_form([("a", "b")]).unwrap().status().as_u16();
        assert_eq!(send("Sec-Fetch-Site", "cross-site"), 403);
        assert_eq!(send("Origin", "https://evil.example"), 403);
        assert_eq!(send("Sec-Fetch-Site", "same-origin"), 303);
    }
}

/// Who may do what at which address, reviewed as text: a new route without a row fails (VSYS_APPROVE=1 writes the table anew).
#[test]
fn the_table_of_access_is_the_one_that_was_reviewed() {
    let mut rows: Vec<String> = features::routes()
        .iter()
        .map(|route| {
            let who = match route.act {
                Act::ReadPublic | Act::Enter => "anybody".to_string(),
                Act::PlayDemo => "anybody, in demo mode only".to_string(),
                Act::UseOwnAccount => "anybody signed in, about themselves".to_string(),
                act => {
                    let roles: Vec<&str> = rules::access::Role::ALL
                        .into_iter()
                        .filter(|r| rules::access::may(*r, &rules::access::Permission::ALL, act))
                        .map(|r| r.key())
                        .collect();
                    let scoped = ["{venue}", "{application}", "{letter}", "{shipment}", "{claim}"].iter().any(|p| route.path.contains(p));
                    format!("{}{}", roles.join(", "), if scoped { "; within reach" } else { "" })
                }
            };
            format!("| {} | `{}` | {:?} | {who} |", if route.is_write() { "POST" } else { "GET" }, route.path, route.act)
        })
        .collect();
    rows.sort_by_key(|row| row.split('|').nth(2).map(str::to_string));
    let table = format!(
        "# Who may\n\nMade from the router itself and `rules::access` by a test; out of reach is 404, a wrong role 403, nobody is led to the sign-in page (`stories/tests/reach.rs` knocks on each).\nThe ministry's acts also need a permission: reviewer (DecideApplication, ReviewPlan), allocator (RunAllocation), approver (ApproveAllocation).\n\n| | route | act | who |\n|---|---|---|---|\n{}\n",
        rows.join("\n")
    );
    let file = stories::browser::project().join("docs/access.md");
    if std::env::var_os("VSYS_APPROVE").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), table, "docs/access.md isn't what the router says");
}
