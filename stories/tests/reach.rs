//! Who may, who sees: every route asked on from outside, the contact's ID rule.

use platform::args;
use rules::access::{self, Act, Permission, Role, Scope};
use stories::{Visitor, World, on_both_engines};
use web::Route;
use work::account::Grant;

/// The demo world's own records by the names that routes give them; `own_membership` is the
/// visitor's.
fn address(world: &World, path: &str, own_membership: &str) -> String {
    let venue = world.minato();
    let id = |sql: &'static str| -> String {
        let venue = venue.clone();
        world.read(move |tx| tx.one::<(String,)>(sql, args![&venue])).0
    };
    let mut path = path.to_string();
    for (name, value) in [
        ("{venue}", venue.clone()),
        ("{application}", id("select application_id from venue where id = $1")),
        ("{letter}", id("select id from letter where venue_id = $1")),
        ("{shipment}", id("select id from shipment where venue_id = $1")),
        ("{run}", id("select run_id from allocation where venue_id = $1")),
        ("{contact}", id("select id from contact where venue_id = $1 and role = 'organizer'")),
        ("{doctor}", id("select id from doctor where venue_id = $1")),
        (
            "{viewed}",
            id(
                "select a.id from account a, venue v where a.mail = 'takahashi@minato-clinic.example' and v.id = $1",
            ),
        ),
        ("{claim}", "b-probe".into()),
        ("{section}", "storage".into()),
        ("{period}/{number}", "cycles/2".into()),
        ("{number}", "1".into()),
        ("{board}", "pipeline".into()),
        ("{master}", "wholesalers".into()),
        ("{change}", "c-probe".into()),
        ("{month}", "2022-01".into()),
        ("{paper}", "all.pdf".into()),
        ("{receipt}", "A-2022-000001".into()),
        ("{code}", "1311234569".into()),
        ("{token}", "0".repeat(64)),
        ("{token_id}", "0".repeat(16)),
        ("{import}", "i-probe".into()),
        ("{kind}", "venue".into()),
        ("{record}", venue.clone()),
        ("{session}", "0".repeat(64)),
        ("{mail}", "m-probe".into()),
        ("{job}", "j-probe".into()),
        ("{letter_number}", "L-2022-000001".into()),
        ("{shipment_id}", id("select id from shipment where venue_id = $1")),
        ("{transfer}", "t-probe".into()),
        ("{note}", "n-probe".into()),
        ("{day}", "2022-03-14".into()),
        ("{slot}", "sl-probe".into()),
        ("{booking}", "0".repeat(64)),
        ("{lot}", "LOT-PROBE".into()),
        ("{inquiry}", "0".repeat(64)),
        ("{book}", "workplace".into()),
        ("{faq}", "login".into()),
        ("{announcement}", "an-probe".into()),
        ("{feed}", "0".repeat(64)),
        ("{unsubscribe}", "0".repeat(64)),
        ("{what}", "reminders".into()),
        ("{feed_id}", "0".repeat(16)),
        ("{report}", "rp-probe".into()),
        ("{membership}", own_membership.into()),
        ("{member}", own_membership.into()),
    ] {
        path = path.replace(name, &value);
    }
    assert!(!path.contains('{'), "{path}: the access table doesn't know this parameter");
    path
}

fn is_open(act: Act) -> bool {
    matches!(act, Act::ReadPublic | Act::Enter | Act::PlayDemo)
}

fn is_scoped(path: &str) -> bool {
    ["{venue}", "{application}", "{letter}", "{shipment}", "{claim}"]
        .iter()
        .any(|p| path.contains(p))
}

/// Somebody who asks: a role, inside or outside the reach of the demo world's venue, with every
/// permission of the role.
struct Asker {
    role: Role,
    inside: bool,
    membership: String,
    visitor: Visitor,
    token: String,
}

fn askers(world: &World) -> Vec<Asker> {
    let (venue, now) = (world.minato(), world.house.now());
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            tx.run("insert into venue (id, code, surrogate, programme, name, prefecture, municipality, answers, expected_doses, created_at) select 'v-elsewhere', '1411234568', surrogate, programme, 'よその会場', '14', '141003', answers, expected_doses, created_at from venue where code = '1311234569'", args![])
        })
        .unwrap();
    let mut all = Vec::new();
    for role in Role::ALL {
        for inside in [true, false] {
            let scope = match role {
                Role::Organizer | Role::Institution => {
                    (Scope::Venue, if inside { venue.as_str() } else { "v-elsewhere" })
                }
                Role::Prefecture => (Scope::Prefecture, if inside { "13" } else { "14" }),
                Role::Municipality => {
                    (Scope::Municipality, if inside { "131032" } else { "141003" })
                }
                Role::Wholesaler => (Scope::Wholesaler, if inside { "w-tokyo" } else { "w-osaka" }),
                Role::Federation => (Scope::Federation, if inside { "13" } else { "14" }),
                Role::National | Role::Support | Role::Auditor => {
                    (Scope::Nation, if inside { "jp" } else { "elsewhere" })
                }
            };
            let permissions: Vec<&str> = Permission::of(role).iter().map(|p| p.key()).collect();
            let (kind, id, permissions) = (scope.0, scope.1.to_string(), permissions.join(","));
            let (secret, mail) =
                (platform::ids::secret(), format!("{}-{inside}@probe.example", role.key()));
            let (cookie, token) = (secret.clone(), platform::ids::secret());
            let key = platform::secrets::digest(&token);
            let membership = world
                .house
                .db
                .write_blocking(move |tx: &mut platform::db::Tx<'_>| {
                    let account = work::account::create(tx, now, &mail, "門 番", Some("!"))?;
                    let grant = Grant { permissions: &permissions, ..Grant::of(role, kind, &id) };
                    let membership = work::account::grant(tx, now, &account, &grant)?;
                    work::account::open_session(tx, now, &secret, Some(&account), None, "probe", "")?;
                    tx.run(
                        "insert into api_token (id, account_id, membership_id, label, created_at, expires_at) values ($1, $2, $3, 'probe', $4, $5)",
                        args![&key, &account, &membership, now, now + jiff::SignedDuration::from_hours(24)],
                    )?;
                    Ok::<_, platform::db::Failure>(membership)
                })
                .unwrap();
            all.push(Asker {
                role,
                inside,
                membership,
                visitor: Visitor::with_session(&world.url, &cookie),
                token,
            });
        }
    }
    all
}

/// What the access table must be answered with: let in, 403 or 404.
fn expected(route: &Route, asker: &Asker) -> &'static str {
    // An application is between the applicant and the authorities; nobody else has it within reach.
    let hidden = |role| {
        route.path.contains("{application}")
            && matches!(role, Role::Municipality | Role::Wholesaler | Role::Federation)
    };
    let lets = |role: Role, inside: bool, permissions: &[Permission]| match route.act {
        Act::UseOwnAccount | Act::ReadPublic => "in",
        _ if is_scoped(&route.path) && (!inside || hidden(role)) => "404",
        // No venue of this world lets its municipality enter for it.
        Act::EnterForVenue if route.path.contains("{venue}") => "403",
        act if access::may(role, permissions, act) => "in",
        _ => "403",
    };
    match (route.is_viewed(), asker.role) {
        (false, role) => lets(role, asker.inside, Permission::of(role)),
        // Through the eyes of somebody of the venue's institution.
        (true, Role::Support) => lets(Role::Institution, true, &[]),
        (true, _) => "403",
    }
}

#[on_both_engines]
fn every_route_is_asked_for_as_everybody_and_nobody_learns_what_is_out_of_reach(world: &World) {
    let venue = world.minato();
    world.house.db.write_blocking(move |tx: &mut platform::db::Tx<'_>| {
            tx.run("insert into claim (venue_id, service_month, id, rows, facility_class, federation, status, count, amount) values ($1, '2022-01', 'b-probe', $2, 'hospital', '13', 'submitted', 0, 0)", args![&venue, platform::value::Json(Vec::<u8>::new())])?;
            tx.run("insert into mail (id, recipient, subject, body, about_kind, about_id, made_at, attempts, run_at) values ('m-probe', 'a@b.example', 'x', 'x', 'venue', 'v', $1, 0, $1)", args![stories::at("2022-02-07T10:00")])?;
            tx.run("insert into job (id, kind, slot, made_at, run_at) values ('j-probe', 'seal', 'probe', $1, $1)", args![stories::at("2022-02-07T10:00")])
        }).unwrap();
    let askers = askers(world);
    let nobody = world.nobody();
    let mut rows = Vec::new();
    // Reading first: what writing changes comes after.
    let mut routes = vsys::routes();
    routes.sort_by_key(|r| (r.is_write(), r.path.clone()));
    for route in routes {
        let method = if route.is_write() { "POST" } else { "GET" };
        let asked = address(world, &route.path, "h-none");
        let (status, to, body) = nobody.fetch(method, &asked);
        let told = match (status, to.starts_with("/login")) {
            (303, true) | (401, _) => "sign in",
            _ if is_open(route.act) => "in",
            _ => panic!("{method} {} let nobody in: {status} {to}", route.path),
        };
        if route.act != Act::PlayDemo {
            no_secret(&route.path, &asked, "nobody", &body);
        }
        let mut cells = vec![told.to_string()];
        // Doors for anybody open sessions and end them; the others are asked on by everybody.
        if is_open(route.act) && route.act != Act::ReadPublic {
            rows.push((route.path.clone(), method, route.act, vec![told.to_string(); 10]));
            continue;
        }
        for pair in askers.chunks(2) {
            let mut both = Vec::new();
            for asker in pair {
                let path = address(world, &route.path, &asker.membership);
                // Other systems come with a token instead of a session.
                let (status, to, body) = if path.starts_with("/api/") {
                    let (status, answer) = stories::visitor::ask(
                        &world.url,
                        method,
                        &path,
                        &asker.token,
                        "",
                        &serde_json::Value::Null,
                    );
                    (status, String::new(), answer.to_string())
                } else {
                    asker.visitor.fetch(method, &path)
                };
                let told = match status {
                    403 => "403",
                    404 => "404",
                    303 if to.starts_with("/login") => "sign in",
                    500.. => panic!("{method} {path} as {:?}: {status}", asker.role),
                    _ => "in",
                };
                let wanted = expected(&route, asker);
                // A record that isn't there (a session, a claim's paper) is 404 for those who may.
                let absent = told == "404"
                    && [
                        "{session}",
                        "{paper}",
                        "{month}",
                        "/v/{code}",
                        "/receipts/",
                        "/plan/diff",
                        "{contact}",
                        "{doctor}",
                        "{claim}",
                        "{import}",
                        "{change}",
                        "{token_id}",
                        "notes.pdf",
                        "labels.pdf",
                        "{transfer}",
                        "{note}",
                        "{slot}",
                        "{booking}",
                        "{lot}",
                        "{inquiry}",
                        "{announcement}",
                        "{feed}",
                        "{feed_id}",
                        "{unsubscribe}",
                        "{report}",
                        "/find/{code}",
                        "{mail}",
                        "certificate.pdf",
                        "account.pdf",
                        "/close/reopen",
                        "/signed.pdf",
                        "/billing/{month}/fill",
                        "/municipal/entry/{venue}",
                        "/account/feeds",
                    ]
                    .iter()
                    .any(|p| route.path.contains(p));
                assert!(
                    told == wanted || absent,
                    "{method} {path} as {:?}, inside {}: {status} {to}, expected {wanted}",
                    asker.role,
                    asker.inside
                );
                // The ministry, support and the auditor have the whole country: there is no outside
                // for their lists.
                let everywhere =
                    matches!(asker.role, Role::National | Role::Support | Role::Auditor);
                if !asker.inside && !everywhere {
                    no_secret(&route.path, &path, asker.role.key(), &body);
                }
                for other in ["PUT", "DELETE", "PATCH"] {
                    if asker.role == Role::National && asker.inside {
                        assert_eq!(asker.visitor.fetch(other, &path).0, 405, "{other} {path}");
                    }
                }
                both.push(told);
            }
            cells.push(if both[0] == both[1] { both[0].to_string() } else { both.join(" / ") });
        }
        rows.push((route.path.clone(), method, route.act, cells));
    }
    world.journal_is_sound();
    reviewed(rows);
}

#[on_both_engines]
fn what_is_out_of_reach_is_in_no_list_no_search_no_mail_and_no_journal(world: &World) {
    for asker in askers(world).iter().filter(|k| !k.inside) {
        for path in [
            "/home",
            "/switch",
            "/account",
            "/mhlw/venues?q=みなと",
            "/prefecture/venues?q=131",
            "/municipal/venues?q=みなと",
            "/municipal/letters",
            "/wholesale/shipments?show=all",
            "/kokuho/bills",
            "/applications",
            "/mhlw/applications?show=all",
            "/mhlw/plans?show=all",
            "/audit?name=佐藤",
            "/support/people?q=佐藤",
            "/v/1311234569",
            "/calendar.ics",
        ] {
            let (_, _, body) = asker.visitor.fetch(
                "GET",
                &path
                    .replace("みなと", "%E3%81%BF%E3%81%AA%E3%81%A8")
                    .replace("佐藤", "%E4%BD%90%E8%97%A4"),
            );
            // The ministry, the auditor and support have the whole country; there is no outside for
            // their lists and searches.
            if !matches!(asker.role, Role::National | Role::Auditor | Role::Support) {
                no_secret(path, path, asker.role.key(), &body);
            }
        }
    }
}

#[on_both_engines]
fn a_wrong_role_gets_403_that_says_who_can(world: &World) {
    let base = format!("/venues/{}", world.minato());
    let reviewer = world.persona("reviewer@ministry.example");
    reviewer
        .open(&format!("{base}/plan/edit"))
        .is(403)
        .says("企業・大学等の担当者、医療機関担当者")
        .says("あなたの立場：国（厚生労働省）");
    reviewer.send(&format!("{base}/plan/edit"), &[("boxes_2", "9")]).is(403);
    world.persona("watanabe@minato-city.example").open(&format!("{base}/results/edit")).is(403);
    world
        .persona("sato@minato-shoji.example")
        .open("/mhlw/plans")
        .is(403)
        .says("国（厚生労働省）（確認の権限）");
    world.persona("kato@audit.example").open(&format!("{base}/plan")).is(200);
    world.persona("kobayashi@tokyo-pref.example").open(&format!("{base}/contacts")).is(200);
    let run = address(world, "/mhlw/allocations/{run}/approve", "");
    reviewer.send(&run, &[]).is(403).says("承認の権限");
}

#[on_both_engines]
fn a_changed_mail_address_issues_a_new_id_and_stops_the_old_one_after_its_first_use(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/contacts", world.minato());
    let contact = address(world, "/venues/{venue}/contacts/{contact}", "");
    let page = sato.open(&contact);
    sato.press(&page, "担当者の変更を保存する", &[("phone", "03-9999-0000")])
        .is(200)
        .says("IDは変わりません");
    let page = sato.open(&contact);
    sato.press(
        &page,
        "担当者の変更を保存する",
        &[("name", "厚労 次郎"), ("mail", "after@iryoukikan.example")],
    )
    .is(200)
    .says("招待のメールを送りました")
    .says("招待中");
    world.tick();
    // The old ID works until the new one is first used.
    sato.open(&base).is(200);
    let successor = world.nobody();
    let page = successor.open(&world.link_to("after@iryoukikan.example"));
    let link = page.path.clone();
    let short = successor.press(&page, "パスワードを登録してはじめる", &[("password", "みじかい")]);
    short.is(422).says("パスワードは15文字以上で入力してください（いまは4文字です）");
    successor
        .press(
            &short,
            "パスワードを登録してはじめる",
            &[("password", "ひきつぎは机の上の青いファイルにある")],
        )
        .is(200)
        .is_at("/home");
    successor.open(&base).is(200).says("厚労 次郎");
    // The old one has stopped; the link works once.
    sato.open(&base).is_at("/login");
    let again = world.nobody();
    again.open(&link).says("このリンクはすでに使われています");
    let gone = world.nobody();
    gone.press(
        &gone.open("/login"),
        "ログインする",
        &[("mail", "sato@minato-shoji.example"), ("password", vsys::demo_world::PASSWORD)],
    )
    .is(422);
}

#[on_both_engines]
fn a_contact_that_is_there_already_is_not_invited_once_more(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let list = format!("/venues/{}/contacts", world.minato());
    let fill = [
        ("department", "総務部"),
        ("name", "新人 一"),
        ("phone", "03-1111-2222"),
        ("mail", "shinjin@minato-shoji.example"),
    ];
    let invite = |fill: &[(&str, &str)]| {
        sato.press(&sato.open(&format!("{list}/new")), "担当者を招待する", fill)
    };
    invite(&fill).is(200);
    // The address is somebody's: neither a new contact nor a change takes it.
    let other = [
        ("department", "経理部"),
        ("name", "別人 二"),
        ("phone", "03-1111-2223"),
        ("mail", "Shinjin@minato-shoji.example"),
    ];
    invite(&other).is(422).says("このメールアドレスの担当者はすでにいます");
    let edit = sato.open(&sato.open(&list).link("新人 一"));
    let taken = [("mail", "sato@minato-shoji.example")];
    sato.press(&edit, "担当者の変更を保存する", &taken)
        .is(422)
        .says("このメールアドレスの担当者はすでにいます");
    // The name may be another person's: asked, and taken where it is.
    let twin = [
        ("department", "経理部"),
        ("name", "新人　一"),
        ("phone", "03-1111-2223"),
        ("mail", "hajime@minato-shoji.example"),
    ];
    let asked = invite(&twin);
    asked.is(422).says("同じ氏名の担当者");
    sato.press(&asked, "担当者を招待する", &[("other", "yes")])
        .is(200)
        .says("hajime@minato-shoji.example");
}

#[on_both_engines]
fn an_invitation_expires_after_24_hours_and_can_be_sent_again(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let page = sato.open(&format!("/venues/{}/contacts/new", world.minato()));
    let fill = [
        ("department", "総務部"),
        ("name", "新人 一"),
        ("phone", "03-1111-2222"),
        ("mail", "shinjin@minato-shoji.example"),
    ];
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

#[on_both_engines]
fn a_request_from_another_site_is_refused(world: &World) {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .new_agent();
    let send = |name: &str, value: &str| {
        agent
            .post(format!("{}/logout", world.url))
            .header(name, value)
            .send_form([("a", "b")])
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(send("Sec-Fetch-Site", "cross-site"), 403);
    assert_eq!(send("Origin", "https://evil.example"), 403);
    assert_eq!(send("Sec-Fetch-Site", "same-origin"), 303);
}

/// Nothing of the demo world's venue stands in an answer to somebody out of its reach.
fn no_secret(path: &str, asked: &str, who: &str, body: &str) {
    // The demo bar names every persona, for everybody; the page's own address is what the asker
    // typed.
    let body =
        body.split("</aside>").last().unwrap_or(body).replace(&asked.replace('/', "&#x2f;"), "");
    for secret in ["みなと商事", "1311234569", "みなと診療所", "sato@minato-shoji.example"]
    {
        let around = body.find(secret).map(|at| {
            body[..at]
                .chars()
                .rev()
                .take(80)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect::<String>()
        });
        assert_eq!(around, None, "{path} tells {who} 「{secret}」");
    }
}

/// Who may do what at which address, as the access table found it, reviewed as text: a new route
/// without a row fails (`cargo xtask docs --write` writes the table anew).
fn reviewed(mut rows: Vec<(String, &str, Act, Vec<String>)>) {
    rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let rows: Vec<String> = rows
        .iter()
        .map(|(path, method, act, cells)| {
            format!("| {method} | `{path}` | {act:?} | {} |", cells.join(" | "))
        })
        .collect();
    let roles: Vec<&str> = Role::ALL.iter().map(|r| r.key()).collect();
    let table = format!(
        "# Who may\n\nMade by asking at {} addresses: `stories/tests/reach.rs` takes every route from the router itself and asks on it as nobody and as every role, with every permission of the role, inside and outside its reach of one venue, on both engines. `in` is let in (the form behind it may still refuse), `403` is told who can, `404` isn't told whether the record exists, `sign in` is led to the sign-in page; `inside / outside` where they differ. PUT, DELETE and PATCH are 405 everywhere. A new route without a row fails the test.\n\nThe ministry's acts also need a permission: reviewer (DecideApplication, ReviewPlan), allocator (RunAllocation), approver (ApproveAllocation); ManageMembers needs administrator in every organisation. ApproveAllocation, ManageMembers and ManageContacts ask to show again who one is (step-up). Addresses under `/as/` are support looking through somebody's eyes: reading only, journalled, shown to that person; here the one looked at belongs to the venue's institution. Addresses under `/api/` are for other systems and are asked on with an API token instead of a session: whoever works for a wholesaler or a venue makes one for that membership, it may do what the membership may, works for 366 days at most and can be revoked; without one the answer is 401 (`sign in`).\n\n| | route | act | nobody | {} |\n|---|---|---|---|{}\n{}\n",
        rows.len(),
        roles.join(" | "),
        "---|".repeat(roles.len()),
        rows.join("\n")
    );
    let file = stories::browser::project().join("docs/access.md");
    if std::env::var_os("VSYS_APPROVE").is_some() {
        std::fs::write(&file, &table).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&file).unwrap_or_default(),
        table,
        "docs/access.md isn't what the access table found"
    );
}
