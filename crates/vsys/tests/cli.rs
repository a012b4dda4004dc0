//! The command line, as somebody else's script would use it. Golden values of the specification.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn vsys(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_vsys"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments doesn't read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[track_caller]
fn answers(args: &[&str], input: &str) -> Value {
    let out = vsys(args, input);
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

#[track_caller]
fn refuses(args: &[&str], input: &str, words: &str) {
    let out = vsys(args, input);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert_eq!(out.status.code(), Some(2), "{args:?}");
    assert!(out.stdout.is_empty(), "{args:?} wrote to standard output");
    assert_eq!(said.trim_end().lines().count(), 1, "{args:?} said more than one sentence: {said}");
    assert!(said.contains(words), "{args:?} said: {said}");
}

#[test]
fn golden_phases_of_spring_2022() {
    // time, phase, window, cycle, since, until
    let table = "\
        2022-02-07T10:00:00+09:00 open 3 - 2022-02-05T00:00:00 2022-02-08T15:00:00
        2022-02-08T14:59:59.999+09:00 open 3 - 2022-02-05T00:00:00 2022-02-08T15:00:00
        2022-02-08T15:00:00.000+09:00 plan_review 3 - 2022-02-08T15:00:00 2022-02-11T00:00:00
        2022-02-11T00:00:00+09:00 open 4 2 2022-02-11T00:00:00 2022-02-15T15:00:00
        2022-02-15T06:00:00Z allocation 4 2 2022-02-15T15:00:00 2022-02-19T00:00:00
        2022-02-24T12:00 plan_review 5 - 2022-02-22T15:00:00 2022-02-26T00:00:00
        2022-03-04T23:59:59 allocation 6 3 2022-03-01T15:00:00 2022-03-05T00:00:00
        2022-03-23 allocation 9 4 2022-03-22T15:00:00 2022-03-26T00:00:00
        2022-03-30 plan_review 10 - 2022-03-29T15:00:00 2022-04-02T00:00:00
        2022-05-10 open 11 - 2022-04-02T00:00:00 -";
    for line in table.lines() {
        let [at, phase, window, cycle, since, until] =
            line.split_whitespace().collect::<Vec<_>>()[..]
        else {
            panic!("{line}")
        };
        let time =
            |text: &str| if text == "-" { Value::Null } else { json!(format!("{text}+09:00")) };
        let expected = json!({"phase": phase, "window": window.parse::<u32>().unwrap(), "cycle": cycle.parse::<u32>().ok(), "since": time(since), "until": time(until)});
        assert_eq!(
            answers(&["rules", "phase", "--programme", "workplace-booster-2022", "--at", at], ""),
            expected,
            "{at}"
        );
    }
}

#[test]
fn golden_the_answers_have_exactly_the_shapes_of_the_specification() {
    let text = |args: &[&str]| String::from_utf8(vsys(args, "").stdout).unwrap();
    assert_eq!(
        text(&["rules", "plan-line", "--boxes", "4"]),
        "{\"doses\":600,\"needle_boxes\":9,\"needles\":900}\n"
    );
    assert_eq!(
        text(&["rules", "due-date", "--service-month", "2022-04"]),
        "{\"due\":\"2022-05-10\"}\n"
    );
    assert_eq!(
        text(&["rules", "phase", "--at", "2022-02-16"]),
        "{\"phase\":\"allocation\",\"window\":4,\"cycle\":2,\"since\":\"2022-02-15T15:00:00+09:00\",\"until\":\"2022-02-19T00:00:00+09:00\"}\n"
    );
    assert_eq!(
        answers(&["rules", "code", "municipality", "131181"], ""),
        json!({"valid": true, "reason": null})
    );
    assert_eq!(
        answers(&["rules", "code", "institution", "0110113719"], ""),
        json!({"valid": true, "reason": null})
    );
    assert_eq!(answers(&["rules", "code", "institution", "9999999999"], "")["valid"], false);
    assert_eq!(answers(&["rules", "code", "municipality", "131182"], "")["valid"], false);
}

#[test]
fn golden_claims() {
    let counts = r#"{"vaccination":{"six_and_over":{"regular":100,"after_hours":50,"holiday":5}}}"#;
    let claim = answers(&["rules", "claim", "--service-month", "2022-04"], counts);
    assert_eq!(
        (&claim["form"], &claim["claim_month"], &claim["due"]),
        (&json!("new"), &json!("2022-05"), &json!("2022-05-10"))
    );
    assert_eq!(
        (&claim["total"], &claim["subtotals"]["vaccination"]),
        (&json!({"count": 155, "amount": 404_800}), &json!({"count": 155, "amount": 404_800}))
    );
    let row = claim["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["band"] == "holiday" && r["count"] == 5)
        .unwrap();
    assert_eq!((&row["unit_price"], &row["amount"]), (&json!(4200), &json!(23_100)));
    assert_eq!(
        answers(&["rules", "claim", "--service-month", "2022-04", "--tax-percent", "5"], counts)["total"]
            ["amount"],
        386_400
    );
    let old = answers(
        &["rules", "claim", "--service-month", "2021-04"],
        r#"{"vaccination":{"six_and_over":{"regular":5}}}"#,
    );
    assert_eq!(
        (&old["form"], &old["total"]["amount"], &old["rows"].as_array().unwrap().len()),
        (&json!("old"), &json!(11_385), &4)
    );
}

#[test]
fn golden_the_generator_writes_windows_three_to_ten() {
    let args = [
        "rules",
        "windows",
        "--first-close",
        "2022-02-08",
        "--weeks",
        "8",
        "--cycles",
        "2022-02-15=2,2022-03-01=3,2022-03-22=4",
        "--first-window",
        "3",
    ];
    let generated = answers(&args, "");
    let stored = answers(&["rules", "calendar", "--programme", "workplace-booster-2022"], "");
    assert_eq!(
        generated["windows"].as_array().unwrap()[..],
        stored["windows"].as_array().unwrap()[..8]
    );
    assert_eq!(stored["cycles"].as_array().unwrap().len(), 5);
}

#[test]
fn what_is_wrong_gets_exit_2_and_one_sentence() {
    refuses(
        &["rules", "phase", "--programme", "nonsense", "--at", "2022-02-15"],
        "",
        "there is no programme nonsense",
    );
    refuses(&["rules", "phase", "--at", "yesterday"], "", "yesterday is not a time");
    refuses(&["rules", "phase", "--at", "2021-01-01"], "", "begins at 2022-02-05");
    refuses(&["rules", "plan-line", "--boxes", "-1"], "", "-1 is not a whole number");
    refuses(&["rules", "plan-line", "--boxes", "999999999"], "", "more than");
    refuses(
        &["rules", "claim", "--service-month", "2022-04"],
        "{\"vaccination\":{\"six_and_over\":{\"regular\":-1}}}",
        "the counts can't be read",
    );
    refuses(
        &["rules", "claim", "--service-month", "2022-04"],
        "{\"vaccinations\":{}}",
        "the counts can't be read",
    );
    refuses(
        &["rules", "claim", "--service-month", "2021-11"],
        "{\"vaccination\":{\"six_and_over\":{\"holiday\":1}}}",
        "旧様式",
    );
    refuses(&["rules", "claim", "--service-month", "2020-01"], "{}", "単価がありません");
    refuses(&["rules", "due-date", "--service-month", "April"], "", "April is not a month");
    refuses(
        &["rules", "windows", "--first-close", "2022-02-09", "--weeks", "1"],
        "",
        "not a Tuesday",
    );
    refuses(&["rules", "code", "person", "1"], "", "not a kind of code");
    refuses(&["rules"], "", "");
    refuses(&["nonsense"], "", "nonsense");
    refuses(&["serve", "--database", "mysql://x"], "", "is not a database");
    refuses(
        &["paper", "letter", "--data", "/nowhere.json", "--out", "/tmp/x.pdf"],
        "",
        "/nowhere.json",
    );
    refuses(&["demo", "--at", "2020-01-01"], "", "begins at");
    for (name, words) in [("なし", "人の名前ではありません"), ("03-1234-5678", "電話番号です")]
    {
        let who = ["--name", name, "--role", "support", "--scope", "nation=jp"];
        let invite = ["user", "invite", "--database", "sqlite:/nowhere/x", "--mail", "a@b.jp"];
        refuses(&[&invite[..], &who[..]].concat(), "", words);
    }
    refuses(&["allocate", "--case", "/nowhere.json"], "", "/nowhere.json");
}

fn documents() -> PathBuf {
    stories::browser::project().join("documents")
}

fn case(name: &str) -> String {
    stories::browser::project().join("stories/tests/doors/cases").join(name).display().to_string()
}

/// Rare kanji, variants, foreign names and compatibility ideographs are printed and can be copied;
/// texts of any length are wrapped at 8 points or more; a character that no font has is named and
/// nothing is written.
#[test]
fn letters_are_printed_whole_or_it_is_said_what_cannot_be() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-letters"));
    std::fs::create_dir_all(&folder).unwrap();
    let out = folder.join("letter.pdf");
    let out = out.to_str().unwrap();
    for (name, wanted) in [
        (
            "letter_rare.json",
            &["𠮷野髙﨑", "葛\u{e0100}飾診療所", "辻\u{e0101}", "張镇金김Nguyễn株式会社", "𩸕𡈽"][..],
        ),
        ("letter_compat.json", &["\u{fa19}田\u{fa1b}子"]),
        ("letter_60.json", &["正面玄"]),
        ("letter_80.json", &["受付左側）神奈川県川"]),
        ("letter_long.json", &["とても長い会場の名前", "ＡＢＣビルディング"]),
    ] {
        let done = vsys(&["paper", "letter", "--data", &case(name), "--out", out], "");
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        let text = Command::new("pdftotext")
            .args(["-raw", out, "-"])
            .output()
            .expect("Debian's poppler-utils")
            .stdout;
        let text: String =
            String::from_utf8(text).unwrap().chars().filter(|c| !c.is_whitespace()).collect();
        for wanted in wanted {
            assert!(text.contains(wanted), "{name}: {wanted} in {text}");
        }
        assert!(!text.contains('〓'), "{name}");
        std::fs::remove_file(out).unwrap();
    }
    for (name, said) in [
        ("letter_pua.json", "代表者の氏名「□野 太郎」の1文字目（U+E000　外字）"),
        ("letter_emoji.json", "U+1F600"),
    ] {
        refuses(&["paper", "letter", "--data", &case(name), "--out", out], "", said);
        assert!(!std::path::Path::new(out).exists(), "{name} was written");
        let done =
            vsys(&["paper", "letter", "--data", &case(name), "--out", out, "--allow-missing"], "");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let text = Command::new("pdftotext").args(["-raw", out, "-"]).output().unwrap().stdout;
        assert!(String::from_utf8(text).unwrap().contains("□は、印刷できない文字です"), "{name}");
        std::fs::remove_file(out).unwrap();
    }
    // What has to stand on a letter isn't left blank, and a code is one.
    let sample = std::fs::read_to_string(documents().join("letter.sample.json")).unwrap();
    let data = folder.join("letter.json");
    for (field, typed, said) in [
        ("institution_name", "\u{3000}", "空のままの項目があります：医療機関名称"),
        ("institution_code", "", "空のままの項目があります：医療機関等コード"),
        ("institution_code", "abc", "10桁の数字ではありません"),
        ("institution_code", "131123456", "10桁の数字ではありません"),
        ("representative_name", "林〓", "U+3013　文字化け"),
        ("date", "2022-02-30", "「2022-02-30」という日はありません"),
        ("date", "22/2/7", "どの年かがわかりません"),
    ] {
        let mut letter: serde_json::Value = serde_json::from_str(&sample).unwrap();
        letter[field] = typed.into();
        std::fs::write(&data, letter.to_string()).unwrap();
        refuses(&["paper", "letter", "--data", data.to_str().unwrap(), "--out", out], "", said);
        assert!(!std::path::Path::new(out).exists(), "{field} {typed}");
    }
    // What is no such file is said in the house's words, with the place or the field.
    let whole: serde_json::Value = serde_json::from_str(&sample).unwrap();
    let mut lacking = whole.clone();
    lacking.as_object_mut().unwrap().remove("institution_name");
    let (mut more, mut other) = (whole.clone(), whole.clone());
    more["色"] = "赤".into();
    other["institution_name"] = 5.into();
    for (text, said) in [
        (sample.trim_end().trim_end_matches('}').to_string(), "途中で終わっています"),
        ("{\n a: 1}".to_string(), "「\"」で囲まれていません（2行目の2文字目）"),
        (lacking.to_string(), "項目「institution_name」がありません"),
        (more.to_string(), "「色」という項目はありません"),
        (other.to_string(), "項目「institution_name」の値が、決められた形ではありません"),
        ("[]".to_string(), "全体が、決められた形ではありません"),
    ] {
        std::fs::write(&data, text).unwrap();
        let done = vsys(&["paper", "letter", "--data", data.to_str().unwrap(), "--out", out], "");
        let words = String::from_utf8_lossy(&done.stderr).to_string();
        assert!(done.status.code() == Some(2) && words.contains(said), "{words}");
        assert!(!words.contains(" at line ") && !words.contains("expected"), "{words}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// The text layer of each sample paper is approved as text: `documents/*.txt`.
#[test]
fn papers_have_the_approved_text_layer_and_the_same_bytes_every_time() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-papers"));
    std::fs::create_dir_all(&folder).unwrap();
    for (kind, name) in [
        ("letter", "letter"),
        ("claim-summary", "claim-summary"),
        ("claim-summary", "claim-summary-old"),
        ("municipal-claim", "municipal-claim"),
    ] {
        let data = documents().join(format!("{name}.sample.json"));
        let draw = |n: u32| {
            let out = folder.join(format!("{name}-{n}.pdf"));
            let done = vsys(
                &[
                    "paper",
                    kind,
                    "--data",
                    &data.display().to_string(),
                    "--out",
                    &out.display().to_string(),
                ],
                "",
            );
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            out
        };
        let (first, second) = (draw(1), draw(2));
        assert_eq!(
            std::fs::read(&first).unwrap(),
            std::fs::read(&second).unwrap(),
            "{name}: not the same bytes"
        );
        let text = Command::new("pdftotext")
            .args(["-layout"])
            .arg(&first)
            .arg("-")
            .output()
            .expect("Debian's poppler-utils");
        let text: String = String::from_utf8(text.stdout)
            .unwrap()
            .lines()
            .map(str::trim_end)
            .filter(|l| !l.is_empty())
            .map(|l| format!("{l}\n"))
            .collect();
        let approved = documents().join(format!("{name}.txt"));
        if std::env::var_os("VSYS_APPROVE").is_some() {
            std::fs::write(&approved, &text).unwrap();
        }
        let squeeze = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            squeeze(&text),
            squeeze(&std::fs::read_to_string(&approved).unwrap()),
            "{name}: see documents/{name}.txt (VSYS_APPROVE=1 approves)"
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_production_server_refuses_the_demos_personas() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-serve"));
    std::fs::create_dir_all(&folder).unwrap();
    let database = format!("sqlite:{}", folder.join("v.sqlite").display());
    refuses(&["serve", "--database", &database, "--listen", "127.0.0.1:0"], "", "vsys migrate");
    assert!(vsys(&["migrate", "--database", &database], "").status.success());
    let db = platform::db::Db::open(&database.parse().unwrap()).unwrap();
    vsys::demo_world::plant(&db, &masters::Masters::load().unwrap(), "http://x").unwrap();
    refuses(&["serve", "--database", &database, "--listen", "127.0.0.1:0"], "", "personas");
    assert_eq!(answers(&["verify-journal", "--database", &database], "")["faults"], 0);
    drop(db);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn everything_is_exported_and_verified_without_the_product() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-export"));
    std::fs::create_dir_all(&folder).unwrap();
    let at = |name: &str| folder.join(name).display().to_string();
    let world = stories::World::sqlite();
    let database = format!("sqlite:{}", world.folder.join("vsys.sqlite").display());
    let made = answers(&["export", "--database", &database, "--out", &at("nation.zip")], "");
    let key = made["key"].as_str().unwrap().to_string();
    let read = answers(&["verify-export", &at("nation.zip"), "--key", &key], "");
    assert_eq!(read["of"]["nation"], true);
    assert!(read["rows"]["venue"].as_i64() >= Some(1), "{read}");
    answers(
        &["export", "--database", &database, "--out", &at("venue.zip"), "--venue", "1311234569"],
        "",
    );
    let read = answers(&["verify-export", &at("venue.zip"), "--key", &key], "");
    assert_eq!((&read["of"]["venue"], &read["rows"]["venue"]), (&"1311234569".into(), &1.into()));
    refuses(&["export", "--database", &database, "--out", &at("venue.zip")], "", "exists already");
    refuses(
        &["export", "--database", &database, "--out", &at("x.zip"), "--venue", "0000000000"],
        "",
        "there is no venue",
    );
    refuses(
        &["verify-export", &at("nation.zip"), "--key", &"0".repeat(64)],
        "",
        "署名が合いません",
    );
    let mut bytes = std::fs::read(at("venue.zip")).unwrap();
    bytes.truncate(200);
    std::fs::write(at("venue.zip"), bytes).unwrap();
    refuses(&["verify-export", &at("venue.zip"), "--key", &key], "", "ZIP");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_backup_made_while_people_work_is_restored_and_verified() {
    let folder = std::env::temp_dir().join(platform::ids::short("vsys-backup"));
    std::fs::create_dir_all(&folder).unwrap();
    let at = |name: &str| folder.join(name).display().to_string();
    let world = stories::World::sqlite();
    let (original, copy) =
        (format!("sqlite:{}", world.folder.join("vsys.sqlite").display()), at("copy.sqlite"));
    let sato = world.persona("sato@minato-shoji.example");
    let page = sato.open(&format!("/venues/{}/doctors/new", world.minato()));
    sato.press(&page, "医師情報を保存する", &[("name", "写し 前"), ("reading", "うつし まえ")])
        .is(200);
    assert!(
        answers(&["backup", "--database", &original, "--out", &copy], "")["sha256"].is_string()
    );
    // What came after the copy isn't in it.
    let page = sato.open(&format!("/venues/{}/doctors/new", world.minato()));
    sato.press(&page, "医師情報を保存する", &[("name", "写し 後"), ("reading", "うつし あと")])
        .is(200);

    let restored = format!("sqlite:{}", at("restored/vsys.sqlite"));
    assert_eq!(answers(&["restore", "--database", &restored, "--from", &copy], "")["faults"], 0);
    let db = platform::db::Db::open(&restored.parse().unwrap()).unwrap();
    let doctors: Vec<(String,)> = db
        .write_blocking(|tx: &mut platform::db::Tx<'_>| {
            tx.all("select name from doctor where name like '写し%'", &[])
        })
        .unwrap();
    assert_eq!(doctors, [("写し 前".to_string(),)]);

    refuses(&["restore", "--database", &restored, "--from", &copy], "", "never overwrites");
    refuses(&["backup", "--database", &original, "--out", &copy], "", "exists already");
    refuses(
        &["backup", "--database", &format!("sqlite:{}", at("nowhere")), "--out", &at("x")],
        "",
        "there is no database",
    );
    refuses(&["backup", "--database", "postgres://u@h/n", "--out", &at("x")], "", "pg_dump");
    let mut bytes = std::fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    refuses(
        &["restore", "--database", &format!("sqlite:{}", at("other.sqlite")), "--from", &copy],
        "",
        "checksum is wrong",
    );
    drop(db);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn golden_an_allocation_explains_itself_and_replays_to_the_same_bytes() {
    let sample = documents().join("allocation.sample.json").display().to_string();
    let args = ["allocate", "--case", sample.as_str(), "--explain"];
    let answer = answers(&args, "");
    assert_eq!(
        answer["shares"][0]["sentence_en"],
        "Asked 12, received 9: 7 by population, 2 by request, 0 by rounding."
    );
    assert_eq!(
        (&answer["allocated"], &answer["left"], answer["fingerprint"].as_str().unwrap().len()),
        (&json!(14), &json!(0), 64)
    );
    assert_eq!(vsys(&args, "").stdout, vsys(&args, "").stdout);
    assert!(answers(&["allocate", "--case", &sample], "")["shares"][0].get("sentence").is_none());
    // Nation → prefecture → municipality → venue, from two depots, with needles.
    let tiered = documents().join("allocation-tiered.sample.json").display().to_string();
    let answer = answers(&["allocate", "--case", &tiered, "--explain"], "");
    assert_eq!(
        answer["shares"][0]["sentence"],
        "東京都の枠30箱から。港区の枠18箱から。計画12箱に対して12箱です。内訳：計画どおり12箱、端数調整0箱。"
    );
    assert_eq!(
        (&answer["shares"][0]["depots"], &answer["shares"][0]["needle_boxes"]),
        (&json!({"east": 12}), &json!(27))
    );
    assert_eq!((&answer["quotas"][0]["allocated"], &answer["left"]), (&json!(30), &json!(12)));
    let bad = std::env::temp_dir().join(platform::ids::short("case"));
    std::fs::write(&bad, "{\"supply\":1,\"rules\":[],\"requesters\":[]}").unwrap();
    refuses(&["allocate", "--case", &bad.display().to_string()], "", "分け方のルールがありません");
    std::fs::write(&bad, "{\"supply\":-1}").unwrap();
    refuses(&["allocate", "--case", &bad.display().to_string()], "", "can't be read");
    std::fs::remove_file(bad).unwrap();
}

/// The demo begun in a folder for temporary files of its own, and the address that it says.
fn demo(scratch: &std::path::Path) -> (std::process::Child, String) {
    use std::io::{BufRead, BufReader};
    std::fs::create_dir_all(scratch).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_vsys"))
        .args(["demo", "--listen", "127.0.0.1:0"])
        .env("TMPDIR", scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let said = |line: String| Some(line.strip_prefix("vsys demo: http://")?.replace('/', ""));
    let address = out.lines().map_while(Result::ok).find_map(said).unwrap();
    (child, address)
}

#[test]
fn the_demo_leaves_nothing_behind_however_it_is_ended() {
    for signal in ["-TERM", "-INT", "-HUP"] {
        let scratch =
            std::env::temp_dir().join(format!("vsys-left{signal}-{}", std::process::id()));
        let (mut child, address) = demo(&scratch);
        assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 1, "its world is there");
        // A browser keeps a connection open on which it asks nothing.
        let silent = std::net::TcpStream::connect(&address).unwrap();
        let pid = child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let ended = child.wait().unwrap();
        assert!(ended.success(), "{signal}: {ended}");
        drop(silent);
        assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "{signal}");
        std::fs::remove_dir_all(&scratch).unwrap();
    }
}

#[test]
fn a_demo_whose_port_is_used_says_the_flag_and_makes_nothing() {
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().to_string();
    refuses(&["demo", "--listen", &taken], "", "choose another port with --listen");
    refuses(&["demo", "--listen", "nowhere"], "", "--listen nowhere: ");
}

#[test]
fn the_help_begins_with_what_vsys_is() {
    let out = vsys(&["--help"], "");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let first = said.lines().next().unwrap_or_default();
    assert!(first.starts_with("vsys is an open V-SYS") && first.contains("vaccine"), "{first}");
}
