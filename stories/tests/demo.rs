//! The demo bar; and what production does instead.

use stories::{World, on_both_engines};
use vsys::demo_world;

#[on_both_engines]
fn the_demo_bar_changes_the_person_and_moves_the_clock(world: &World) {
    let visitor = world.nobody();
    let home = visitor.press(
        &visitor.open("/"),
        "この人になる",
        &[("persona", "sato@minato-shoji.example")],
    );
    home.is(200).is_at("/home").says("佐藤 花子");
    let page = visitor.press(&home, "時計を動かす", &[("at", "2022-02-15 15:00")]);
    page.is(200).is_at("/home").says("分配処理中").says("第2クールの分配量を決めています");
    let wrong = visitor.press(&page, "時計を動かす", &[("at", "あした")]);
    wrong.is(422).says("日時は 2022-02-15 15:00 の形で入力してください");
    visitor.open("/demo").says("第2クールの分配量決定の日").says(demo_world::PASSWORD);
    visitor.open("/demo/mails").says("【申込の確認】みなと商事 本社会場").says("送信済");
    let mail =
        visitor.open(&visitor.open("/demo/mails").link("【分配】第1クールの分配量が確定しました"));
    mail.says("計画4箱に対して4箱です");
    // Every mail is also a readable file.
    assert!(std::fs::read_dir(world.folder.join("mails")).unwrap().count() >= 3);
}

#[on_both_engines]
fn the_language_is_switched_by_the_address_and_stays(world: &World) {
    let visitor = world.nobody();
    visitor.open("/?lang=en").says("Skip to content").says("Entry calendar").says("Open for entry");
    visitor.open("/nowhere").is(404).says("Page not found");
    visitor.open("/?lang=ja").says("本文へ移動");
}

#[on_both_engines]
fn every_page_has_its_headers(world: &World) {
    let agent = ureq::agent();
    let answer = agent.get(format!("{}/calendar", world.url)).call().unwrap();
    let header = |name: &str| {
        answer.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_string()
    };
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "same-origin");
    let policy = header("content-security-policy");
    assert!(
        policy.contains("default-src 'self'")
            && policy.contains("frame-ancestors 'none'")
            && !policy.contains("unsafe"),
        "{policy}"
    );
    let html = agent
        .get(format!("{}/calendar", world.url))
        .call()
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    assert!(
        !html.contains("<style") && !html.contains("style=\"") && !html.contains("onclick"),
        "inline style or script"
    );
    assert!(!html.contains("src=\"http") && !html.contains("href=\"http"), "a third-party host");
}

#[test]
fn production_has_no_demo_and_its_sessions_end() {
    let world = World::production();
    world.nobody().open("/demo").is(404);
    world.nobody().open("/demo/mails").is(404);
    world.nobody().open("/").does_not_say("登場人物");
    assert_eq!(
        world.nobody().send("/demo/become", &[("persona", "sato@minato-shoji.example")]).status,
        404
    );

    let agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .new_agent();
    let answer = agent
        .post(format!("{}/login", world.url))
        .send_form([("mail", "sato@minato-shoji.example"), ("password", demo_world::PASSWORD)])
        .unwrap();
    let cookie = answer.headers().get("set-cookie").unwrap().to_str().unwrap().to_string();
    assert!(
        cookie.starts_with("__Host-sid=")
            && cookie.contains("; Secure")
            && cookie.contains("; HttpOnly")
            && cookie.contains("; SameSite=Lax"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap().to_string();
    let status = |path: &str| {
        agent
            .get(format!("{}{path}", world.url))
            .header("cookie", &cookie)
            .call()
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(status("/home"), 200);
    world.set_clock("2022-02-07T10:29");
    assert_eq!(status("/home"), 200, "29 minutes idle");
    world.set_clock("2022-02-07T22:01");
    assert_eq!(status("/home"), 303, "twelve hours after sign-in, or idle for thirty minutes");
}
