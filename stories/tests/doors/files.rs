//! Files: what a route may be sent, what is said of it, and how large it may be.

use std::fmt::Write;

use platform::args;
use stories::{Page, Visitor, World, on_both_engines};

const STRAY: &[u8] = include_bytes!("cases/stray_blank_in_the_last_cell.xlsx");
const IMPORT: &str = "/wholesale/import";

fn wholesaler(world: &World) -> Visitor {
    world.persona("ito@touto-oroshi.example")
}

fn imports(world: &World) -> i64 {
    world.read(|tx| tx.one::<(i64,)>("select count(*) from import", args![])).0
}

/// Lines of the wholesaler's list, filled up with blanks to exactly so many bytes.
fn file_of(bytes: usize) -> Vec<u8> {
    let mut text = "納入番号,版,納入予定日,時間帯\n".to_string();
    for n in 0..10 {
        let _ = writeln!(text, "s-{n},1,2022/3/1,午前");
    }
    let mut file = text.into_bytes();
    file.resize(bytes, b' ');
    file
}

fn refused(page: &Page, status: u16, words: &str) {
    page.is(status).says(words);
}

#[on_both_engines]
fn a_file_is_read_only_where_one_is_taken_and_from_whom_it_is(world: &World) {
    let (ito, sato) = (wholesaler(world), world.persona("sato@minato-shoji.example"));
    let nobody = world.nobody();
    for (path, status) in [
        ("/login", 415),
        ("/applications/new", 415),
        ("/reset", 415),
        ("/wholesale/shipments", 415),
        ("/home", 405),
    ] {
        nobody.upload(path, "a.xlsx", STRAY).is(status);
    }
    refused(&ito.upload("/login", "a.xlsx", STRAY), 415, "ファイルを受け取りません");
    refused(&ito.upload("/wholesale/shipments", "a.xlsx", STRAY), 415, "ファイルを受け取りません");
    // Nobody, and somebody whose place it isn't.
    nobody.upload(IMPORT, "a.xlsx", STRAY).does_not_say("Excelとして読みました");
    sato.upload(IMPORT, "a.xlsx", STRAY).is(403);
    // A token of another session, and none.
    let foreign = sato.token().unwrap();
    refused(
        &ito.upload_keyed(IMPORT, "file", "a.xlsx", STRAY, &[], &foreign),
        403,
        "ほかのログインのときに開いた画面",
    );
    refused(
        &ito.upload_keyed(IMPORT, "file", "a.xlsx", STRAY, &[], ""),
        403,
        "ほかのログインのときに開いた画面",
    );
    assert_eq!(imports(world), 0);
    // Where it is taken, it is read: a stray blank is no reason to refuse it.
    ito.upload(IMPORT, "a.xlsx", STRAY).is(200).says("Excelとして読みました");
    assert_eq!(imports(world), 1);
}

#[on_both_engines]
fn the_limit_of_a_file_is_what_its_page_says(world: &World) {
    let ito = wholesaler(world);
    ito.open(IMPORT).says("10MB、20,000行まで").says(".ods").says(".xls");
    let most = 10 * 1024 * 1024;
    ito.upload(IMPORT, "大きい.csv", &file_of(most)).is(200).says("大きい.csv").says("UTF-8");
    let over = ito.upload(IMPORT, "大きすぎる.csv", &file_of(most + 1));
    over.is(413).says("ファイルが大きすぎます（10MBまで）").says("内容を確かめる");
    assert_eq!(imports(world), 1);
    ito.open(&format!("{IMPORT}?lang=en"));
    ito.upload(IMPORT, "大きすぎる.csv", &file_of(most + 1)).is(413).says("10 MB at most");
    // Papers have their own limit, on their own page.
    let sato = world.persona("sato@minato-shoji.example");
    let notes = format!("/venues/{}/notes", world.minato());
    // A whole PDF, with blanks after its head.
    let paper = |bytes: usize| {
        let objects = "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n\
                           3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>\nendobj\ntrailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n9\n%%EOF\n";
        let mut paper = b"%PDF-1.7\n".to_vec();
        paper.resize(bytes - objects.len(), b' ');
        paper.extend_from_slice(objects.as_bytes());
        paper
    };
    sato.open(&notes).says("5MBまで");
    sato.upload_as(&notes, "attachment", "図.pdf", &paper(5 * 1024 * 1024), &[("text", "最大")])
        .is(200)
        .says("図.pdf");
    let page = sato.upload_as(
        &notes,
        "attachment",
        "図2.pdf",
        &paper(5 * 1024 * 1024 + 1),
        &[("text", "大きすぎる図")],
    );
    page.is(413).says("5MBまで");
    assert!(page.html().html().contains("大きすぎる図"));
    sato.open(&notes).does_not_say("図2.pdf");
}

#[on_both_engines]
fn what_was_written_beside_a_file_survives_the_end_of_the_session(world: &World) {
    let sato = world.persona("sato@minato-shoji.example");
    let notes = format!("/venues/{}/notes", world.minato());
    sato.open(&notes);
    world.tamper("delete from session");
    let page = sato.upload_as(
        &notes,
        "attachment",
        "図.pdf",
        b"%PDF-1.7",
        &[("text", "長いメモを書いた")],
    );
    page.says("ログイン");
    assert!(page.html().html().contains("長いメモを書いた"));
}

#[on_both_engines]
fn a_form_with_more_choices_than_a_page_has_is_refused_at_once(world: &World) {
    let ito = wholesaler(world);
    let many: Vec<(String, &str)> = (0..30_000).map(|n| (format!("_pick.{n}"), "theirs")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    ito.send("/wholesale/shipments", &many).is(413).says("20,000項目まで");
    ito.send("/wholesale/shipments", &many[..19_000]).is(422);
}
