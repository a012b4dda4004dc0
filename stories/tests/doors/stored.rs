//! Whatever became of what is stored: drafts, tables, conditions, proposals, answers. Each opens,
//! says what can't be read and what is left, can be done anew or discarded; nothing is 500, nothing
//! is done by halves.

use platform::args;
use platform::db::{Engine, Failure, Tx};
use platform::value::Value as Stored;
use serde_json::{Value, json};
use stories::rich::{CLINIC, with_stock};
use stories::visitor::ask;
use stories::{Page, Visitor, World, on_both_engines};

use super::wholesale::token;

const SATO: &str = "sato@minato-shoji.example";
const REVIEWER: &str = "reviewer@ministry.example";
const APPROVER: &str = "approver@ministry.example";
const NOTICE: &str = "読めない記録があります";

/// Shapes of an older version, of another program, of nobody: JSON that isn't what it should be.
const SHAPES: [&str; 14] = [
    "null",
    "{}",
    "[]",
    "5",
    "-1e300",
    "true",
    "\"x\"",
    "[[[]]]",
    "[null, 1, \"x\", {}]",
    "{\"a\": {\"b\": [1]}, \"1\": \"x\", \"rows\": 5, \"choices\": null, \"status\": 5}",
    "{\"1\": {\"boxes\": 4294967295, \"needle_correction\": 4294967295}, \"2\": {\"boxes\": -1}}",
    "{\"read_as\": \"UTF-8\", \"rows\": [[\"接種日\"]], \"faults\": [{\"row\": 0, \"column\": 18446744073709551615, \"problem\": \"x\"}]}",
    "{\"venues\": 9007199254740993, \"fill\": [18446744073709551615], \"added\": 18446744073709551615, \"bad\": -1}",
    "[{\"municipality\": \"131032\", \"counts\": {\"vaccination\": {\"six_and_over\": {\"regular\": 4294967295}}}}]",
];
/// What only a file can hold: cut off, no JSON at all, half of a letter.
const WRECKS: [&str; 6] = [
    "",
    "{",
    "{\"venue_name\": \"みなと\", \"expected_do",
    "[[\"a\", \"b\"], [\"c",
    "\u{0}",
    "1e999",
];

/// Writes something past the product; on PostgreSQL only what is JSON can be written there.
fn store(world: &World, sql: &'static str, text: &str) -> bool {
    let is_json = serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok()
        && !text.contains('\u{0}');
    if world.house.db.engine == Engine::Postgres && !is_json {
        return false;
    }
    let text = text.to_string();
    let done = world
        .house
        .db
        .write_blocking(move |tx: &mut Tx<'_>| tx.run(sql, args![Stored::Json(text.clone())]));
    assert!(done.unwrap() > 0, "{sql} finds nothing");
    true
}

fn everything() -> impl Iterator<Item = &'static str> {
    SHAPES.into_iter().chain(WRECKS)
}

fn id(world: &World, sql: &'static str) -> String {
    world.read(move |tx| tx.one::<(String,)>(sql, args![])).0
}

fn run(world: &World, sql: &'static str) {
    world.tamper(sql);
}

/// Every address of the product that shows something, with the small world's own records in it, and
/// who sees it.
fn addresses(world: &World) -> Vec<(String, usize)> {
    let people = people(world);
    let venue = world.minato();
    let one = |sql: &'static str| {
        world.read(move |tx| tx.first::<(String,)>(sql, args![])).map_or("none".into(), |(id,)| id)
    };
    let fill = |path: &str| {
        [
            ("{venue}", venue.clone()),
            ("{application}", one("select application_id from venue where code = '1311234569'")),
            ("{letter}", one("select id from letter where municipality = '131032' order by number limit 1")),
            ("{shipment}", one("select id from shipment order by id limit 1")),
            ("{run}", one("select id from allocation_run order by id limit 1")),
            (
                "{contact}",
                one("select c.id from contact c join venue v on v.id = c.venue_id where v.code = '1311234569' and c.role = 'organizer'"),
            ),
            (
                "{doctor}",
                one("select d.id from doctor d join venue v on v.id = d.venue_id where v.code = '1311234569' order by d.id limit 1"),
            ),
            ("{claim}", one("select id from claim order by id limit 1")),
            ("{section}", "storage".into()),
            ("{period}/{number}", "cycles/2".into()),
            ("{number}", "1".into()),
            ("{board}", "pipeline".into()),
            ("{master}", "holidays".into()),
            ("{change}", one("select id from master_change order by id limit 1")),
            ("{month}", "2022-01".into()),
            ("{paper}", "all.pdf".into()),
            ("{code}", "1311234569".into()),
            ("{import}", one("select id from import order by id limit 1")),
            ("{kind}", "venue".into()),
            ("{record}", venue.clone()),
            ("{letter_number}", "L-2022-000001".into()),
            ("{book}", "workplace".into()),
        ]
        .into_iter()
        .fold(path.to_string(), |path, (name, value)| path.replace(name, &value))
    };
    let mut all = Vec::new();
    for route in vsys::routes().iter().filter(|r| {
        !r.is_write()
            && !r.is_viewed()
            && !r.path.starts_with("/api/")
            && !r.path.starts_with("/demo")
    }) {
        let path = fill(&route.path);
        if path.contains('{') {
            continue;
        }
        if let Some(who) = (0..people.len()).find(|who| people[*who].fetch("GET", &path).0 == 200) {
            all.push((path, who));
        }
    }
    all
}

fn people(world: &World) -> Vec<Visitor> {
    [
        SATO,
        REVIEWER,
        "ito@touto-oroshi.example",
        "watanabe@minato-city.example",
        "nakamura@tokyo-kokuho.example",
        "kato@audit.example",
        "yoshida@support.example",
    ]
    .iter()
    .map(|mail| world.persona(mail))
    .collect()
}

/// One of everything that is kept as JSON, beside what the demo world has.
fn one_of_everything(world: &World) {
    let reviewer = world.persona(REVIEWER);
    let page = reviewer.open("/admin/masters/prices/edit");
    reviewer
        .press(
            &page,
            "変更を承認に回す",
            &[
                ("from", "2022-05"),
                ("form", "new"),
                ("vaccination", "2500"),
                ("screening_only", "1540"),
                ("under_six", "660"),
                ("reason", "改定"),
            ],
        )
        .is(200);
    reviewer
        .upload(
            "/admin/masters/holidays/import",
            "休日.csv",
            "date,name\n2022-04-14,臨時\n".as_bytes(),
        )
        .is(200);
    let sato = world.persona(SATO);
    let base = format!("/venues/{}", world.minato());
    sato.press(
        &sato.open(&format!("{base}/plan/edit")),
        "下書きを保存・再計算する",
        &[("boxes_2", "4")],
    )
    .is(200);
    let claim = sato.open(&format!("{base}/billing/2022-01/edit"));
    sato.press(
        &claim,
        "請求の内容を確認する",
        &[("place_1", "新宿区"), ("vaccination.six_and_over.regular_1", "60")],
    )
    .is(200);
}

#[track_caller]
fn says_so(page: &Page, sentence: &str) {
    page.is(200).says(NOTICE).says(sentence);
}

/// Everything at once, in every shape: every page that anybody can open opens.
#[on_both_engines]
fn every_page_opens_whatever_became_of_what_is_stored(world: &World) {
    one_of_everything(world);
    let addresses = addresses(world);
    assert!(addresses.len() > 90, "{}", addresses.len());
    let people = people(world);
    const STORES: [&str; 24] = [
        "update application set answers = $1",
        "update application set state = $1",
        "update venue set answers = $1",
        "update doctor set products = $1",
        "update letter set content = $1",
        "update plan_registration set flags = $1",
        "update plan_draft set lines = $1",
        "update allocation_run set proposal = $1",
        "update allocation_run set conditions = $1",
        "update allocation_run set summary = $1",
        "update allocation_share set input = $1",
        "update allocation_share set parts = $1",
        "update claim set rows = $1",
        "update import set content = $1",
        "update import set counts = $1",
        "update import set undo = $1",
        "update import set params = $1",
        "update import set wish = $1",
        "update import set staged = $1",
        "update master_change set value = $1",
        "update master_change set before = $1",
        "update journal set before = $1",
        "update journal set after = $1",
        "insert into figure (name, at, data) select 'workplace_booster', made_at, $1 from mail order by id limit 1 on conflict (name) do update set data = excluded.data",
    ];
    for shape in everything() {
        if !STORES.into_iter().all(|sql| store(world, sql, shape)) {
            continue;
        }
        let mut said = 0;
        for (path, who) in &addresses {
            let (status, _, body) = people[*who].fetch("GET", path);
            // What is made of it (a paper, a table) may say that it can't be made.
            assert!(
                status == 200 || (matches!(status, 422 | 404) && !body.is_empty()),
                "{shape}: {path}: {status}: {body}"
            );
            said += usize::from(body.contains(NOTICE));
        }
        assert!(said > 15, "{shape}: only {said} pages say that something can't be read");
        // What runs by itself goes on.
        world.tick();
    }
}

#[on_both_engines]
fn a_damaged_application_opens_with_what_is_left_and_is_mended_by_its_form(world: &World) {
    let applicant = world.nobody();
    let page = applicant.press(
        &applicant.open("/applications/new"),
        "申込をはじめる",
        &[("mail", "stored@example.jp")],
    );
    let base = page.path.split('?').next().unwrap().to_string();
    let sections = [
        "organization",
        "venue",
        "institution",
        "schedule",
        "storage",
        "managers",
        "contacts",
        "letter",
    ];
    let page = applicant.open(&format!("{base}/organization"));
    applicant
        .press(
            &page,
            "保存して次へ",
            &[("organization_name", "芝電機株式会社"), ("organization_address", "東京都港区芝1-1")],
        )
        .is(200);
    const ANSWERS: &str =
        "update application set answers = $1 where starter_mail = 'stored@example.jp'";
    for shape in everything().filter(|shape| *shape != "{}" && !shape.contains("みなと")) {
        if !store(world, ANSWERS, shape) {
            continue;
        }
        says_so(&applicant.open(&base), "保存されていた申込の内容に、読めない項目がありました");
        applicant
            .open(&format!("{base}/check"))
            .is(200)
            .says(NOTICE)
            .does_not_say("この内容で申し込む");
        for section in sections {
            applicant.open(&format!("{base}/{section}")).is(200);
        }
    }
    // What can be read stays, what can't is named as the form names it; extreme numbers are shown
    // and found, not reckoned with.
    store(
        world,
        ANSWERS,
        r#"{"organization_name": "芝電機株式会社", "venue_name": 5, "expected_persons": "9223372036854775807", "expected_doses": "-9223372036854775808", "planned_start": "9999-99-99", "venue_municipality": "x", "venue_postal": "あいう", "freezers_lent": "4294967295", "freezers_owned": "4294967295", "institution_code": ["1"]}"#,
    );
    let page = applicant.open(&format!("{base}/check"));
    says_so(&page, "芝電機株式会社");
    // The engines keep the names in an order of their own.
    let words: String = page.words().split_whitespace().collect();
    let named = words.split("読めなかったもの：").nth(1).expect("names");
    let names =
        ["医療機関等コード（10桁）、接種会場の名称", "接種会場の名称、医療機関等コード（10桁）"];
    assert!(names.iter().any(|names| named.starts_with(names)), "{named}");
    let page = applicant.open(&format!("{base}/venue"));
    assert_eq!(page.value("venue_name").as_deref(), Some(""));
    let saved = applicant.press(
        &page,
        "保存して次へ",
        &[
            ("venue_name", "芝電機 体育館会場"),
            ("venue_postal", "1080014"),
            ("venue_municipality", "東京都港区"),
            ("venue_address", "芝五丁目"),
            ("venue_phone", "03-0000-1111"),
        ],
    );
    saved.is(200).does_not_say(NOTICE);
    applicant.open(&base).does_not_say(NOTICE);

    // Sent in, and then damaged: the officer sees it, can't confirm it, and can have it sent again.
    run(
        world,
        "update application set status = 'submitted', submitted_at = created_at where starter_mail = 'stored@example.jp'",
    );
    store(
        world,
        "update application set state = $1 where starter_mail = 'stored@example.jp'",
        "{\"status\": 5}",
    );
    store(world, ANSWERS, r#"{"venue_name": "芝電機 体育館会場", "organization_name": 5}"#);
    let reviewer = world.persona(REVIEWER);
    let queue = reviewer.open("/mhlw/applications");
    says_so(&queue, "芝電機 体育館会場");
    let page = reviewer.open(&queue.link("A-2022-"));
    says_so(&page, "申込の状態の記録を読めませんでした");
    page.says("企業・大学等の名称");
    let refused = reviewer.press(&page, "申込を確認済にする", &[]);
    refused.is(422).says("読めない項目があるため、確認済にできません");
    reviewer
        .press(
            &page,
            "コメントを付けて要再申込にする",
            &[("comment_organization_name", "もう一度入力してください")],
        )
        .is(200)
        .says("要再申込")
        .does_not_say("申込の状態の記録を読めませんでした");
    applicant
        .open(&format!("{base}/organization"))
        .is(200)
        .says("もう一度入力してください")
        .says(NOTICE);
    world.journal_is_sound();
}

#[on_both_engines]
fn a_damaged_plan_draft_says_what_is_lost_and_does_not_register_itself(world: &World) {
    let sato = world.persona(SATO);
    let base = format!("/venues/{}/plan", world.minato());
    const LINES: &str = "update plan_draft set lines = $1";
    sato.press(
        &sato.open(&format!("{base}/edit")),
        "下書きを保存・再計算する",
        &[("boxes_2", "4"), ("boxes_3", "2")],
    )
    .is(200);
    sato.open(&format!("{base}/edit")).does_not_say(NOTICE);
    for shape in everything().filter(|shape| *shape != "{}") {
        if !store(world, LINES, shape) {
            continue;
        }
        says_so(&sato.open(&format!("{base}/edit")), "計画の下書きに、読めないクールがありました");
        sato.open(&base).is(200).says("登録されていない下書きがあります");
        says_so(&sato.open(&format!("{base}/check")), "計画の下書きに、読めないクールがありました");
        let (version,): (i64,) = world.read(|tx| tx.one("select version from plan_draft", args![]));
        sato.send(&format!("{base}/check"), &[("draft_version", &version.to_string())])
            .is(422)
            .says("下書きに読めないクールがあります");
    }
    // One cycle is damaged: the other stays as it was written.
    store(
        world,
        LINES,
        r#"{"2": {"boxes": 999999999, "needle_correction": null}, "3": {"boxes": 2, "needle_correction": null}}"#,
    );
    let page = sato.open(&format!("{base}/edit"));
    says_so(&page, "読めなかったもの：2");
    assert_eq!(page.value("boxes_3").as_deref(), Some("2"));
    sato.press(&page, "下書きを保存・再計算する", &[("boxes_2", "4")]).is(200).does_not_say(NOTICE);

    // A damaged draft that waits for the opening isn't registered; its author is told, and nobody
    // else's waits for it.
    run(world, "update plan_draft set register_on_opening = true");
    store(world, LINES, r#"{"2": {"boxes": "many"}}"#);
    world.tick();
    let (waiting,): (i64,) = world
        .read(|tx| tx.one("select count(*) from plan_draft where register_on_opening", args![]));
    assert_eq!(waiting, 0);
    sato.open(&base).says("第1版").does_not_say("第2版");
    let mail = world.mails_to(SATO).pop().expect("a mail");
    assert!(mail.body.contains("理由：下書きに読めないクールがあります。"), "{}", mail.body);
    sato.press(&sato.open(&format!("{base}/edit")), "下書きを取り消す", &[])
        .is(200)
        .does_not_say("登録されていない下書きがあります");
}

#[on_both_engines]
fn a_damaged_import_writes_nothing_and_is_read_again(world: &World) {
    let reviewer = world.persona(REVIEWER);
    let page = reviewer.upload(
        "/admin/masters/holidays/import",
        "休日.csv",
        "date,name\n2022-04-14,臨時\n".as_bytes(),
    );
    let here = page.path.split('?').next().unwrap().to_string();
    page.is(200).says("追加 1 件");
    for shape in everything().filter(|shape| !shape.contains("read_as")) {
        if !store(world, "update import set content = $1", shape) {
            continue;
        }
        says_so(&reviewer.open(&here), "保存されていた表を読めませんでした");
        reviewer
            .send(&here, &[("which", "all")])
            .is(422)
            .says("保存されていた表を読めませんでした");
        reviewer.open(&format!("{here}/errors.xlsx")).is(422);
        reviewer.open("/admin/masters/holidays/import").is(200);
    }
    // The file is there still, and is read again.
    let page = reviewer.send(&format!("{here}/read"), &[("encoding", "utf-8")]);
    page.is(200).says("追加 1 件").does_not_say(NOTICE);
    // A fault at no line, and one beyond all lines: passed over.
    store(
        world,
        "update import set content = $1",
        r#"{"read_as": "UTF-8", "rows": [["date", "name"], ["2022-04-14", "臨時"]], "faults": [{"row": 0, "column": 0, "problem": "x"}, {"row": 999999999, "column": 999999999, "problem": "x"}]}"#,
    );
    reviewer.open(&here).is(200).says("追加 1 件");
    // The kept file is damaged too.
    run(world, "update import_file set content = '%%%'");
    reviewer
        .send(&format!("{here}/read"), &[("encoding", "utf-8")])
        .is(422)
        .says("保存されていたファイルを読めませんでした");
    reviewer.press(&reviewer.open(&here), "取り込む", &[]).is(200).says("取り込み済み");
    // Applied: what is needed for taking it back is lost.
    store(world, "update import set counts = $1", "[1]");
    says_so(&reviewer.open(&here), "取り込みの件数の記録を読めませんでした");
    store(world, "update import set undo = $1", "{\"x\": 1e15}");
    reviewer
        .press(&reviewer.open(&here), "この取り込みを元に戻す", &[])
        .is(422)
        .says("この取り込みは元に戻せません");
    world.journal_is_sound();
}

/// What an import wrote is taken back as a whole or not at all, by a record that says all of it.
#[on_both_engines]
fn an_import_whose_undo_is_damaged_is_not_taken_back_by_halves(world: &World) {
    let clinic = world.persona(CLINIC);
    let venue = with_stock(world, &clinic);
    world.set_clock("2022-04-01T10:00");
    let base = format!("/venues/{venue}/persons");
    let page = clinic.upload(
        &format!("{base}/import"),
        "記録.csv",
        "接種日,券番号,ロット番号,医師名\r\n2022/3/20,231310320000000001,3005785,高橋\r\n"
            .as_bytes(),
    );
    let here = page.path.split('?').next().unwrap().to_string();
    clinic.press(&page, "取り込む（1", &[]).is(200).says("取り込み済み");
    let sums = |world: &World| -> (i64, i64) {
        world.read(|tx| tx.one("select (select count(*) from person_record), (select cast(coalesce(sum(increase), 0) as bigint) from result_entry where series = 'booster')", args![]))
    };
    let before = sums(world);
    let kept = id(world, "select cast(undo as text) from import");
    for shape in everything().chain([
        r#"{"increase": 1}"#,
        r#"{"corrected": []}"#,
        r#"{"increase": 1, "corrected": [{"id": "x"}]}"#,
        r#"{"increase": 1e15, "corrected": []}"#,
        r#"{"increase": "1", "corrected": []}"#,
    ]) {
        if store(world, "update import set undo = $1", shape) {
            clinic.open(&here).is(200);
            clinic.send(&format!("{here}/undo"), &[]).is(422).says("元に戻せません");
            assert_eq!(sums(world), before, "{shape}");
        }
    }
    store(world, "update import set undo = $1", &kept);
    clinic.press(&clinic.open(&here), "この取り込みを元に戻す", &[]).is(200).says("元に戻しました");
    assert_eq!(sums(world), (before.0 - 1, before.1 - 1));
    world.journal_is_sound();
}

#[on_both_engines]
fn a_damaged_long_import_is_given_back_by_its_job(world: &World) {
    let reviewer = world.persona(REVIEWER);
    let rows: String = (0..1_200)
        .map(|n| {
            format!(
                "{},休日{n}\n",
                jiff::civil::Date::constant(2030, 1, 1).saturating_add(jiff::Span::new().days(n))
            )
        })
        .collect();
    let upload = || {
        reviewer.upload(
            "/admin/masters/holidays/import",
            "休日.csv",
            format!("date,name\n{rows}").as_bytes(),
        )
    };
    let here = upload().path.split('?').next().unwrap().to_string();
    // Before it is checked.
    store(world, "update import set content = $1", "[[5]]");
    says_so(&reviewer.open(&here), "保存されていた表を読めませんでした");
    world.tick();
    let page = reviewer.open(&here);
    says_so(&page, "もう一度、表を選んでください");
    page.does_not_say("内容を確かめています");
    run(world, "delete from import_row");
    run(world, "delete from import_file");
    run(world, "delete from import");
    // After it was checked.
    let here = upload().path.split('?').next().unwrap().to_string();
    world.tick();
    reviewer.open(&here).says("1,200 件");
    store(world, "update import_row set faults = $1", "{\"x\": 5}");
    reviewer.open(&here).is(200);
    store(world, "update import set staged = $1", "{\"counts\": {\"added\": -1}}");
    says_so(&reviewer.open(&here), "表を確かめた結果を読めませんでした");
    reviewer.send(&here, &[("which", "all")]).is(422);
    // While it is applied.
    store(
        world,
        "update import set staged = $1",
        r#"{"counts": {"added": 1200, "changed": 0, "same": 0, "asked": 0, "bad": 0}, "tally": {"lines": 1201, "above": 0, "head": 1, "notes": 0, "again": 0, "totals": 0, "blank": 0, "left_out": 0, "rows": 1200}, "notices": []}"#,
    );
    reviewer.send(&here, &[("which", "all")]).is(200);
    store(world, "update import set wish = $1", "{\"good\": 5}");
    store(world, "update import set params = $1", "[5]");
    world.tick();
    reviewer.open(&here).is(200).does_not_say("取り込み済み");
    let (n,): (i64,) = world.read(|tx| tx.one("select count(*) from master_change", args![]));
    assert_eq!(n, 0, "nothing is written of what can't be read");
}

#[on_both_engines]
fn damaged_conditions_of_an_allocation_are_said_and_not_approved(world: &World) {
    world.set_clock("2022-02-16T10:00");
    let reviewer = world.persona(REVIEWER);
    let trial = reviewer.press(
        &reviewer.open("/mhlw/allocations/new"),
        "分配を試算する",
        &[("supply", "10")],
    );
    let here = trial.path.split('?').next().unwrap().to_string();
    world.set_clock("2022-02-17T10:00");
    let approver = world.persona(APPROVER);
    for (column, sentence) in [
        ("conditions", "分配の条件の記録を読めませんでした"),
        ("summary", "試算のまとめを読めませんでした"),
    ] {
        let (sql, old) = match column {
            "conditions" => (
                "update allocation_run set conditions = $1 where state = 'tried'",
                id(
                    world,
                    "select cast(conditions as text) from allocation_run where state = 'tried'",
                ),
            ),
            _ => (
                "update allocation_run set summary = $1 where state = 'tried'",
                id(world, "select cast(summary as text) from allocation_run where state = 'tried'"),
            ),
        };
        for shape in everything() {
            if !store(world, sql, shape) {
                continue;
            }
            says_so(&approver.open(&here), sentence);
            for page in [
                "/mhlw/allocations".to_string(),
                "/mhlw".into(),
                "/home".into(),
                format!("{here}/replay"),
                format!("{here}/shares.xlsx"),
            ] {
                approver.open(&page).is(200);
            }
            let refused = approver.press(&approver.open(&here), "分配を承認して確定する", &[]);
            let refused = if refused.path.starts_with("/account/prove") {
                let page = approver.press(
                    &refused,
                    "本人であることを確認する",
                    &[("password", vsys::demo_world::PASSWORD)],
                );
                approver.press(&page, "分配を承認して確定する", &[])
            } else {
                refused
            };
            refused.is(422).says("承認できません");
        }
        store(world, sql, &old);
    }
    approver.open(&here).does_not_say(NOTICE);
    // One that waits for its job.
    run(world, "update allocation_run set state = 'queued' where state = 'tried'");
    store(
        world,
        "update allocation_run set conditions = $1 where state = 'queued'",
        "{\"choices\": {\"minimum\": -1}}",
    );
    run(
        world,
        "insert into job (id, kind, slot, made_at, run_at) select 'j-damaged', 'allocation.try', id, made_at, made_at from allocation_run where state = 'queued'",
    );
    world.tick();
    reviewer
        .open(&here)
        .is(200)
        .says("試算できません")
        .says("条件を選び直して、もう一度試算してください");
    // Its inputs and parts.
    for shape in everything() {
        if store(world, "update allocation_share set input = $1", shape)
            && store(world, "update allocation_share set parts = $1", shape)
        {
            approver.open(&here).is(200);
            approver.open(&format!("{here}/replay")).is(200);
        }
    }
    world.journal_is_sound();
}

#[on_both_engines]
fn a_damaged_proposal_for_a_master_is_shown_and_not_approved(world: &World) {
    let reviewer = world.persona(REVIEWER);
    let page = reviewer.open("/admin/masters/prices/edit");
    let page = reviewer.press(
        &page,
        "変更を承認に回す",
        &[
            ("from", "2022-05"),
            ("form", "new"),
            ("vaccination", "2500"),
            ("screening_only", "1540"),
            ("under_six", "660"),
            ("reason", "改定"),
        ],
    );
    let here = page.path.split('?').next().unwrap().to_string();
    let approver = world.persona(APPROVER);
    for shape in everything().chain([r#"{"from": "2022-05", "form": "new", "vaccination": 2500}"#])
    {
        if shape == "{}" || !store(world, "update master_change set value = $1", shape) {
            continue;
        }
        let page = approver.open(&here);
        says_so(&page, "この変更は承認できず、マスタにも反映されません");
        approver.press(&page, "変更を承認する", &[]).is(422).says("差し戻してください");
        for page in ["/admin/masters", "/admin/masters/prices", "/home"] {
            approver.open(page).is(200);
        }
    }
    // Numbers beyond all counting, in texts: the same check as at the form.
    store(
        world,
        "update master_change set value = $1",
        r#"{"from": "2022-05", "form": "new", "vaccination": "99999999999999999999", "screening_only": "-1", "under_six": "660"}"#,
    );
    approver.press(&approver.open(&here), "変更を承認する", &[]).is(422).says("差し戻してください");
    // Approved, and damaged afterwards: what held before holds, on every page.
    store(world, "update master_change set value = $1", "{\"from\": 5}");
    run(
        world,
        "update master_change set number = 1, decided_at = proposed_at, valid_from = '2022-02-01'",
    );
    world.nobody().open("/masters").is(200).says("2,070円");
    world.persona(SATO).open("/home").is(200);
    world.tick();
    world.journal_is_sound();
}

#[on_both_engines]
fn what_was_being_typed_comes_back_as_far_as_it_can_be_read(world: &World) {
    let sato = world.persona(SATO);
    let path = format!("/venues/{}/doctors/new", world.minato());
    sato.open(&path).is(200);
    run(world, "delete from session");
    let page = sato.send(&path, &[("name", "厚生 次郎"), ("reading", "こうせい じろう")]);
    page.says("しばらく操作がなかったため、ログインが終わりました");
    let page = sato.press(
        &page,
        "ログインする",
        &[("mail", SATO), ("password", vsys::demo_world::PASSWORD)],
    );
    page.is(200).is_at(&path);
    let here = page.path.clone();
    assert_eq!(sato.open(&here).value("name").as_deref(), Some("厚生 次郎"));
    for shape in everything().filter(|shape| *shape != "[]") {
        if !store(world, "update kept_form set fields = $1", shape) {
            continue;
        }
        says_so(
            &sato.open(&here),
            "ログインが切れる前に入力していた内容に、読めないものがありました",
        );
    }
    store(
        world,
        "update kept_form set fields = $1",
        r#"[["name", "厚生 次郎"], ["reading", 5], "x"]"#,
    );
    let page = sato.open(&here);
    says_so(&page, "読めたものだけを入れています");
    assert_eq!(
        (page.value("name").as_deref(), page.value("reading").as_deref()),
        (Some("厚生 次郎"), Some(""))
    );
}

#[on_both_engines]
fn an_answer_to_another_system_that_is_lost_is_not_given_twice(world: &World) {
    let sato = world.persona(SATO);
    let venue = world.minato();
    let secret = token(&sato, &format!("/venues/{venue}/tokens"));
    let report = || {
        ask(
            &world.url,
            "POST",
            &format!("/api/v1/venues/{venue}/results"),
            &secret,
            "k-1",
            &json!({"as_of": "2022-02-07", "booster_increase": 10, "confirmed": "booster=10"}),
        )
    };
    let (status, answer) = report();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(report(), (200, answer), "the same answer again");
    for shape in ["{", "", "x", "{\"a\": 1e999}"] {
        let text = shape.to_string();
        world
            .house
            .db
            .write_blocking(move |tx: &mut Tx<'_>| {
                tx.run("update submission set answer = $1 where answer is not null", args![&text])
            })
            .unwrap();
        let (status, answer) = report();
        assert_eq!((status, &answer["status"]), (409, &json!(409)), "{shape}");
        assert!(
            answer["errors"][0]["sentence"].as_str().unwrap().contains("すでに処理しました"),
            "{answer}"
        );
    }
    let (n,): (i64,) = world.read(|tx| {
        tx.one("select cast(sum(increase) as bigint) from result_entry where series = 'booster' and as_of = '2022-02-07'", args![])
    });
    assert_eq!(n, 10, "done once");
    for shape in SHAPES {
        let text = shape.to_string();
        world
            .house
            .db
            .write_blocking(move |tx: &mut Tx<'_>| {
                tx.run("update submission set answer = $1 where answer is not null", args![&text])
            })
            .unwrap();
        assert_eq!(
            report().1,
            serde_json::from_str::<Value>(shape).unwrap(),
            "what can be read is what was answered"
        );
    }
}

#[on_both_engines]
fn jobs_and_mails_that_make_no_sense_stop_nobody(world: &World) {
    world.house.db.write_blocking(|tx: &mut Tx<'_>| {
            let now = tx.one::<(jiff::Timestamp,)>("select min(made_at) from mail", args![])?.0;
            for (at, (kind, slot, attempts, done, total)) in [
                ("import.check", "", 0, 0, 0), ("import.apply", "i-none:1", 0, 0, 0), ("import.undo", "::::", -5, i64::MIN, i64::MAX),
                ("import.check", "i:99999999999999999999", 6, 0, 0), ("allocation.try", "none", 7, i64::MAX, 1), ("allocation.carry", "none", 0, 5, -5),
                ("nobody knows", "x", i64::MAX - 50, 1, 0), ("seal", "what", i64::MIN, 0, 0),
            ].into_iter().enumerate() {
                tx.run("insert into job (id, kind, slot, made_at, run_at, attempts, done, total) values ($1, $2, $3, $4, $4, $5, $6, $7)", args![format!("j-{at}"), kind, slot, now, attempts, done, total])?;
            }
            for (at, (to, subject, body, attempts)) in [("", "", "", 0), ("だれか", "\u{202e}x", "本文", i64::MIN + 1), ("a@b", "件名\r\nBcc: x@y.example", "http://[", 3), ("x@example.jp", "長", &*"長".repeat(100_000), i64::MAX - 50)].into_iter().enumerate() {
                tx.run("insert into mail (id, recipient, subject, body, about_kind, about_id, made_at, attempts, run_at) values ($1, $2, $3, $4, 'venue', 'nobody', $5, $6, $5)", args![format!("m-damaged-{at}"), to, subject, body, now, attempts])?;
            }
            Ok::<_, Failure>(())
        }).unwrap();
    for _ in 0..3 {
        world.tick();
    }
    let support = world.persona("yoshida@support.example");
    for page in ["/support/jobs", "/support/mails", "/demo/mails", "/system-status"] {
        support.open(page).is(200);
    }
    support.open("/support/jobs").says("nobody knows");
    // A mail of the product's own goes out beside them.
    let before = world.mails_to(SATO).len();
    world.nobody().press(&world.nobody().open("/reset"), "リンクを送る", &[("mail", SATO)]);
    world.tick();
    let mails = world.mails_to(SATO);
    assert!(mails.len() == before + 1 && mails.iter().all(|m| m.sent_at.is_some()));
}
