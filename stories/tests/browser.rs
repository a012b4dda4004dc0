//! The thread in a real Chromium, with several personas, the clock moving from 2022-02-07 to
//! 2022-05-10; axe-core on every page.

#[path = "browser/pictures.rs"]
mod pictures;

use fantoccini::Locator;
use fantoccini::key::Key;
use stories::{World, walk};

#[test]
fn the_whole_thread_in_chromium_with_nothing_for_axe_to_find() {
    let world = World::sqlite().with_browser();
    let (cast, _) = walk::whole(&world);
    world.set_clock("2022-05-10T09:00");
    let base = format!("/venues/{}", cast.venue);
    for path in [
        "/",
        "/home",
        "/help",
        "/calendar?m=2022-02",
        "/calendar?view=list",
        "/switch",
        "/account",
        "/account/password",
        "/account/second-factor",
        "/account/prove",
        "/masters",
        "/masters?at=2021-11-30",
        "/reset",
        "/accessibility",
        "/privacy",
        "/demo",
        "/demo/mails",
        "/nowhere",
    ] {
        cast.organizer.open(path);
    }
    for path in [
        "",
        "/plan",
        "/plan/versions",
        "/plan/versions/1",
        "/allocations",
        "/deliveries",
        "/results",
        "/billing",
        "/billing/2022-04",
        "/documents",
        "/contacts",
        "/contacts/new",
        "/doctors",
        "/history",
        "?at=2022-05-01",
        "/plan?at=2022-02-12",
        "/allocations?at=2022-02-18",
    ] {
        cast.organizer.open(&format!("{base}{path}")).is(200);
    }
    cast.organizer.open("/mhlw/plans").is(403);
    for path in ["/mhlw/applications", "/mhlw/plans", "/mhlw/allocations", "/mhlw/venues"] {
        cast.reviewer.open(path).is(200);
    }
    cast.city.open("/municipal/venues").is(200);
    let auditor = world.persona("kato@audit.example");
    for path in ["/home", "/audit", &format!("/audit/venue/{}", cast.venue)] {
        auditor.open(path).is(200);
    }
    world.persona("kobayashi@tokyo-pref.example").open("/prefecture/venues").is(200);
    let approver = world.persona("approver@ministry.example");
    let members = approver.open(&approver.open("/account").link("国（厚生労働省）のメンバー"));
    approver.press(&members, "メンバーを招待する", &[("name", "")]).is(422);
    approver.open(&members.link_under("/members", "田中 一郎")).is(200);
    // Two at the same record: the page that lets one pick row by row.
    let storage = format!("/venues/{}/edit/storage", world.minato());
    let sato = world.persona("sato@minato-shoji.example");
    let mine = sato.open(&storage);
    let mut takahashi = stories::Visitor::new(&world.url);
    takahashi.sign_in("takahashi@minato-clinic.example", vsys::demo_world::PASSWORD);
    takahashi
        .press(&takahashi.open(&storage), "変更を保存する", &[("freezers_owned", "3")])
        .is(200);
    sato.press(&mine, "変更を保存する", &[("freezers_owned", "5")])
        .is(409)
        .says("どちらを残しますか");
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            platform::outbox::put(
                tx,
                stories::at("2022-05-10T09:00"),
                &platform::outbox::Mail {
                    to: "not an address".into(),
                    subject: "届かないメール".into(),
                    body: String::new(),
                    about: ("venue".into(), "v".into()),
                },
            )?;
            tx.run("update mail set dead_at = made_at, last_error = '550 unknown' where recipient = 'not an address'", &[])
        })
        .unwrap();
    let support = world.persona("yoshida@support.example");
    for path in ["/support/people", "/support/people?q=佐藤", "/support/jobs", "/support/mails"] {
        support.open(path).is(200);
    }
    let home =
        support.open(&support.open("/support/people?q=佐藤").link_under("/as/", "佐藤 花子"));
    support.open(&home.link("計画")).is(200).says("操作できません");
    let browser = world.browser.as_ref().unwrap();
    let faults = browser.faults();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    assert!(
        browser.inspected() > 100,
        "only {} kinds of pages were inspected",
        browser.inspected()
    );
}

/// From the first application to the claim without a mouse: every field and button stands in the
/// order of the Tab key and answers to keys.
#[test]
fn the_whole_thread_with_the_keyboard_alone() {
    let world = World::sqlite().with_browser();
    world.browser.as_ref().unwrap().lose_the_mouse();
    walk::whole(&world);
}

/// What the row of cycle 2 says while somebody types: doses, boxes of needles, needles.
async fn follows(client: &fantoccini::Client) -> [String; 3] {
    let mut said = [const { String::new() }; 3];
    for (name, text) in ["doses", "computed", "needles"].into_iter().zip(&mut said) {
        let place = format!("tr[data-cycle='2'] [data-out={name}]");
        *text = client.find(Locator::Css(&place)).await.unwrap().text().await.unwrap();
    }
    said
}

#[test]
fn the_plan_is_registered_with_the_keyboard_alone() {
    let world = World::sqlite().with_browser();
    let organizer = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/plan", world.minato());
    let page = organizer.open(&format!("{base}/edit"));
    page.is(200);
    let browser = world.browser.as_ref().unwrap();
    browser.with(1, &world.url, async |client| {
        // Tab from the top reaches the first open line; its label is read aloud by name.
        let field = client.find(Locator::Css("#boxes_2")).await.unwrap();
        for _ in 0..60 {
            if client.active_element().await.unwrap().attr("id").await.unwrap().as_deref()
                == Some("boxes_2")
            {
                break;
            }
            client
                .active_element()
                .await
                .unwrap()
                .send_keys(&char::from(Key::Tab).to_string())
                .await
                .unwrap();
        }
        assert_eq!(
            client.active_element().await.unwrap().attr("id").await.unwrap().as_deref(),
            Some("boxes_2")
        );
        let backspaces = char::from(Key::Backspace).to_string().repeat(3);
        // What follows from it is worked out while typing: 4.5 boxes of needles are 5.
        field.send_keys(&format!("{backspaces}2")).await.unwrap();
        assert_eq!(field.prop("value").await.unwrap().as_deref(), Some("2"));
        assert_eq!(follows(client).await, ["300", "5", "500"]);
        // The script knows no rule: it says what stands in the page's data.
        let other = "const data = document.querySelector('[data-plan]').dataset;
                     [data.needleFirst, data.needleRound] = ['0 7', '70'];";
        client.execute(other, Vec::new()).await.unwrap();
        field.send_keys(&format!("{backspaces}5")).await.unwrap();
        assert_eq!(follows(client).await, ["750", "147", "14,700"]);
        field.send_keys(&format!("{backspaces}2")).await.unwrap();
        assert_eq!(follows(client).await, ["300", "70", "7,000"]);
        // The down arrow goes to the next cycle's boxes.
        field.send_keys(&char::from(Key::Down).to_string()).await.unwrap();
        let next = client.active_element().await.unwrap();
        assert_eq!(next.attr("id").await.unwrap().as_deref(), Some("boxes_3"));
        next.send_keys(&format!("{backspaces}3")).await.unwrap();
        let button =
            client.find(Locator::XPath("//button[contains(., '計画を確認する')]")).await.unwrap();
        button.send_keys(&char::from(Key::Enter).to_string()).await.unwrap();
        client
            .wait()
            .for_element(Locator::XPath("//button[contains(., 'この内容で計画を登録する')]"))
            .await
            .unwrap()
            .send_keys(&char::from(Key::Enter).to_string())
            .await
            .unwrap();
        client
            .wait()
            .for_element(Locator::XPath("//*[contains(., '計画を登録しました')]"))
            .await
            .unwrap();
    });
    organizer.open(&base).says("第2版");
}

#[test]
fn before_a_session_ends_a_dialog_says_so_and_a_click_closes_it() {
    let world = World::production().with_browser();
    let organizer = world.persona("sato@minato-shoji.example");
    let open = "return document.querySelector('dialog.ending').open";
    organizer.open("/calendar");
    let browser = world.browser.as_ref().unwrap();
    browser.with(1, &world.url, async |client| {
        assert_eq!(
            client.execute("return document.body.dataset.endsIn", vec![]).await.unwrap(),
            serde_json::json!("1800")
        );
        assert_eq!(
            client.execute(open, vec![]).await.unwrap(),
            serde_json::json!(false),
            "nothing pops up on load"
        );
    });
    // Three minutes before its twelve hours are over, however busy it was.
    world.house.clock.set(stories::at("2022-02-07T21:57"));
    world
        .house
        .db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            tx.run(
                "update session set seen_at = $1",
                platform::args![stories::at("2022-02-07T21:56")],
            )
        })
        .unwrap();
    organizer.open("/calendar");
    browser.with(1, &world.url, async |client| {
        let button =
            client.wait().for_element(Locator::Css("dialog.ending[open] button")).await.unwrap();
        assert_eq!(
            client.execute("return document.activeElement.textContent", vec![]).await.unwrap(),
            serde_json::json!("続ける")
        );
        button.click().await.unwrap();
        client.wait().for_element(Locator::Css("dialog.ending:not([open])")).await.unwrap();
    });
}

#[test]
fn the_inspection_finds_faults_that_are_planted() {
    let world = World::sqlite().with_browser();
    world.nobody().open("/help").is(200);
    let browser = world.browser.as_ref().unwrap();
    assert_eq!(browser.faults(), Vec::<String>::new());
    let plant = "document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=x><input><p id=pale>淡い文字</p>'); pale.style.width = '400px'; pale.style.color = '#eee';";
    browser.with(1, &world.url, async |client| client.execute(plant, vec![]).await.unwrap());
    browser.inspect_now();
    browser.with(1, &world.url, async |client| {
        client.execute("pale.style.width = '1400px';", vec![]).await.unwrap()
    });
    browser.inspect_now();
    let faults = browser.faults().join("\n");
    for fault in ["image-alt", "label", "color-contrast", "sideways", "320 px"] {
        assert!(faults.contains(fault), "{fault} wasn't found:\n{faults}");
    }
}

#[test]
fn the_draft_of_a_plan_saves_itself_while_typing() {
    let world = World::sqlite().with_browser();
    let organizer = world.persona("sato@minato-shoji.example");
    let base = format!("/venues/{}/plan", world.minato());
    organizer.open(&format!("{base}/edit")).is(200);
    let browser = world.browser.as_ref().unwrap();
    browser.with(1, &world.url, async |client| {
        let field = client.find(Locator::Css("#boxes_3")).await.unwrap();
        field.send_keys(&format!("{}1", char::from(Key::Backspace))).await.unwrap();
        client
            .wait()
            .for_element(Locator::XPath(
                "//p[@role='status'][contains(., '下書きを自動で保存しました')]",
            ))
            .await
            .unwrap();
    });
    // Nothing was pressed, and nothing is lost; the saved draft can still be registered.
    let page = organizer.open(&format!("{base}/edit"));
    assert_eq!(page.value("boxes_3").as_deref(), Some("1"));
    let check = organizer.press(&page, "計画を確認する", &[("boxes_2", "3")]);
    organizer.press(&check, "この内容で計画を登録する", &[]).is(200).says("第2版");
}

/// The ministry's, the prefecture's and the wholesaler's desks, with a prefecture's worth of venues
/// behind them.
#[test]
fn the_desks_in_chromium_with_nothing_for_axe_to_find() {
    let mut world = World::sqlite();
    vsys::demo_world::national::plant(&world.house.db, &world.house.masters(), 300).unwrap();
    world.tamper("update plan_registration set review = 'waiting', flag_keys = ',doctor_missing,', flags = '[{\"flag\":\"doctor_missing\"}]' where venue_id < 'v-n0000012' and venue_id like 'v-n000%'");
    world = world.with_browser();
    world.set_clock("2022-02-17T10:00");
    let officer = world.persona("reviewer@ministry.example");
    let page = officer.open("/mhlw/allocations/new?set=minimum-first");
    officer.press(&page, "分配を試算する", &[("supply", "x")]).is(422);
    let one = officer.press(&page, "分配を試算する", &[("supply", "700"), ("note", "案1")]);
    let page = officer.open("/mhlw/allocations/new?set=population-request-use");
    let two = officer.press(
        &page,
        "分配を試算する",
        &[("supply", "700"), ("note", "案2"), ("way", "tiered"), ("kept_percent", "2")],
    );
    let id = |path: &str| path.rsplit('/').next().unwrap().to_string();
    officer
        .open(&format!("{}/compare?with={}", one.path, id(&two.path)))
        .is(200)
        .says("1と2で違う会場");
    officer.open(&format!("{}/replay", one.path)).is(200).says("同じ結果になりました");
    for path in [
        "/mhlw",
        "/mhlw/plans",
        "/mhlw/plans?flag=none&prefecture=13",
        "/mhlw/plans/v-n0000003",
        "/mhlw/plans/batch?pick=v-n0000003:1",
        "/mhlw/allocations",
        "/mhlw/dashboard/pipeline",
        "/mhlw/dashboard/plan-vs-use",
        "/mhlw/dashboard/fill",
        "/mhlw/dashboard/delivery",
        "/mhlw/periods",
        "/mhlw/periods/extend",
        "/mhlw/periods/windows/6?preview=1&close=2022-03-02+15:00",
        "/admin/masters",
        "/admin/masters/prices",
        "/admin/masters/prices/edit?key=2021-12",
        "/admin/masters/texts",
        "/admin/masters/wholesalers/import",
        "/mhlw?lang=en",
        "/mhlw/plans?lang=ja",
    ] {
        officer.open(path).is(200);
    }
    let page = officer.open("/admin/masters/holidays/edit");
    officer.press(&page, "変更を保存する", &[("date", "x"), ("reason", "y")]).is(422);
    officer
        .press(
            &page,
            "変更を保存する",
            &[("date", "2022/2/28"), ("name", "臨時"), ("reason", "告示")],
        )
        .is(200);
    let approver = world.persona("approver@ministry.example");
    approver.press(&approver.open(&one.path), "分配を承認して確定する", &[]).is(200);
    world.tick();
    approver.open(&one.path).says("確定済");
    let tokyo = world.persona("kobayashi@tokyo-pref.example");
    for path in ["/prefecture/plans", "/prefecture/applications"] {
        tokyo.open(path).is(200);
    }
    let ito = world.persona("ito@touto-oroshi.example");
    for path in [
        "/wholesale/shipments",
        "/wholesale/shipments?show=all",
        "/wholesale/calendar?m=2022-02",
        "/wholesale/import",
        "/wholesale/tokens",
    ] {
        ito.open(path).is(200);
    }
    let page = ito.open("/wholesale/import");
    ito.press(&page, "内容を確かめる", &[("paste", "納入番号\t納入予定日\ns-nobody\t2022/3/1\n")])
        .is(200)
        .says("この納入はありません");
    let page = ito.open(&ito.open("/wholesale/shipments").link("会場"));
    ito.press(&page, "納入予定日を登録する", &[("date", "2022/3/1"), ("band", "morning")])
        .is(200)
        .says("納入の記録");
    let browser = world.browser.as_ref().unwrap();
    let faults = browser.faults();
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
