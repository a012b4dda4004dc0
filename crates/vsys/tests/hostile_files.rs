//! Hostile files at the real binary's doors, under a limit on its address space: each is answered
//! with a sentence, within bounds of memory and time, while `/health` answers at once; nothing ends
//! the process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod limited;

use limited::{Server, health};
use stories::{Page, Visitor, wreckage};
use vsys::demo_world::PASSWORD;

fn sent(server: &Server, what: &str, bytes: usize, send: impl FnOnce() -> (u16, String)) {
    let ((status, words), cost) = server.weighed(send);
    server.enter(
        what,
        bytes,
        &format!("{status} {}", words.chars().take(60).collect::<String>()),
        cost,
    );
    assert!(matches!(status, 200 | 403 | 413 | 415 | 422), "{what}: {status} {words}");
    // Refused with a sentence that says why.
    const WHY: [&str; 21] = [
        "行がありません",
        "行が1つしかありません",
        "見出しの行が",
        "選んでください",
        "保存してください",
        "信用できない値",
        "パスワード",
        "読めません",
        "読み取れません",
        "大きすぎ",
        "多すぎ",
        "空です",
        "閉じられて",
        "入っています",
        "値があります",
        "わかりません",
        "引用符",
        "壊れて",
        "ページがありません",
        "受け取れません",
        "添付できるのは",
    ];
    assert!(status != 422 || WHY.iter().any(|why| words.contains(why)), "{what}: {words}");
}

/// The status and the words of a page from its own title on.
fn said(page: &stories::Page) -> (u16, String) {
    let words = page.words();
    let from =
        words.find("入力内容に問題があります").or_else(|| words.find("取り込み")).unwrap_or(0);
    (page.status, words[from..].to_string())
}

#[test]
fn hostile_files_are_answered_within_bounds_and_nothing_ends_the_process() {
    let server = Server::start();
    let person = |mail: &str| {
        let mut visitor = Visitor::new(&server.url);
        visitor.sign_in(mail, PASSWORD);
        visitor
    };
    let (ito, sato) = (person("ito@touto-oroshi.example"), person("sato@minato-shoji.example"));
    let tables = wreckage::tables();
    assert!(tables.len() > 95, "{}", tables.len());
    for (what, name, bytes) in &tables {
        sent(&server, what, bytes.len(), || said(&ito.upload("/wholesale/import", name, bytes)));
    }
    let home = String::from_utf8_lossy(&sato.open("/home").bytes).replace("&#x2f;", "/");
    let venue = home.find("/venues/v-").expect("a link to the venue");
    let notes = format!(
        "{}/notes",
        home[venue..]
            .split(['"', '?', '#'])
            .next()
            .unwrap()
            .split('/')
            .take(3)
            .collect::<Vec<_>>()
            .join("/")
    );
    for (what, name, bytes) in &wreckage::papers() {
        sent(&server, what, bytes.len(), || {
            said(&sato.upload_as(&notes, "attachment", name, bytes, &[("text", "x")]))
        });
    }
    // The worst at doors that take no file, by nobody, by a stranger's form, by somebody who may
    // not.
    let stray = tables[0].2.clone();
    let nobody = Visitor::new(&server.url);
    for (what, visitor, path) in [
        ("a file for the page of signing in", &nobody, "/login"),
        ("a file of nobody", &nobody, "/wholesale/import"),
        ("a file of somebody who may not", &sato, "/wholesale/import"),
        ("a file for a page without files", &ito, "/account/password"),
    ] {
        sent(&server, what, stray.len(), || {
            let page = visitor.upload_as(path, "file", "a.xlsx", &stray, &[]);
            (if page.status == 404 { 403 } else { page.status }, page.words())
        });
    }
    let many: Vec<(String, String)> =
        (0..60_000).map(|n| (format!("_pick.{n}"), "theirs".to_string())).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    for path in ["/login", "/wholesale/shipments"] {
        let bytes = many.iter().map(|(n, v)| n.len() + v.len() + 2).sum();
        sent(&server, &format!("a form of sixty thousand choices at {path}"), bytes, || {
            said(&ito.send(path, &many))
        });
    }
    // All at once: each is answered, be it that it has to come again.
    std::thread::scope(|scope| {
        for (what, name, bytes) in tables.iter().take(8) {
            let person = &person;
            scope.spawn(move || {
                let page =
                    person("ito@touto-oroshi.example").upload("/wholesale/import", name, bytes);
                assert!([200, 413, 422, 503].contains(&page.status), "{what}: {}", page.status);
            });
        }
    });
    assert_eq!(health(&server.url), 200);
}

const TITLES: &str = "納入番号,版,納入予定日,時間帯,出荷,納入した箱数・相違";

/// Tables of at most a megabyte that can be read, and hold as much as one may.
fn vast() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let table = |lines: usize, line: &str| format!("{TITLES}\n{}", line.repeat(lines)).into_bytes();
    let wide = format!("{}x\n", "x,".repeat(199));
    let long = "あ".repeat(3_900);
    let row = |cells: &[&str]| {
        let cell = |c: &&str| format!("<c t=\"inlineStr\"><is><t>{c}</t></is></c>");
        format!("<row>{}</row>", cells.iter().map(cell).collect::<String>())
    };
    let titles: Vec<&str> = TITLES.split(',').collect();
    let book = |lines: usize, cells: &[&str]| {
        wreckage::xlsx(&(row(&titles) + &row(cells).repeat(lines)), "", "")
    };
    // What is quoted where something is wrong, and looks like quotes itself.
    let quotes = "「」".repeat(1_900);
    let strange: Vec<String> = (0..190).map(|n| format!("「題」「{n}")).collect();
    let strange = format!("{TITLES},{}\n{}", strange.join(","), "s-1,x,99/99\n".repeat(999));
    vec![
        ("twenty thousand lines of one number", "a.csv", table(20_000, "s-1,1,2022/3/1,午前,,\n")),
        (
            "twenty thousand lines that are all wrong",
            "a.csv",
            table(20_000, "!,x,99/99,夜,?,-1 x\n"),
        ),
        ("a thousand lines less one, all of long texts", "a.xlsx", book(990, &[&long])),
        ("five thousand lines of long texts", "a.xlsx", book(5_000, &[&long[..2_100]])),
        (
            "two hundred lines whose cells are quotes",
            "a.xlsx",
            book(200, &["s-1", "x", &quotes, &quotes, &quotes, &quotes]),
        ),
        (
            "five thousand lines with errors in each cell",
            "a.csv",
            table(5_000, &format!("?,{0},{0},{0},?,{0}\n", "誤".repeat(9))),
        ),
        ("a head of columns that nobody knows", "a.csv", strange.into_bytes()),
        ("half a million cells", "a.csv", table(2_500, &wide)),
    ]
}

/// What can be read costs as little: taking it, finding out what it would do, showing that, and the
/// file of what is wrong.
#[test]
fn the_largest_tables_that_can_be_read_cost_as_little() {
    let server = Server::start();
    let mut ito = Visitor::new(&server.url);
    ito.sign_in("ito@touto-oroshi.example", PASSWORD);
    for (what, name, bytes) in &vast() {
        assert!(bytes.len() <= 1_048_576, "{what}: {} bytes", bytes.len());
        let (page, cost) = server.weighed(|| ito.upload("/wholesale/import", name, bytes));
        server.enter(what, bytes.len(), &page.status.to_string(), cost);
        page.is(200);
        let ((page, looks), cost) = server.weighed(|| checked(&ito, page));
        let counted = page.words();
        let counted = counted.find("取り込めない").map_or("", |at| &counted[at..]);
        let counted: String = counted.chars().take(20).collect();
        server.enter(&format!("{what}, its job"), 0, &format!("{looks} looks, {counted}"), cost);
        page.is(200).does_not_say("何度か試しましたが").says("取り込めない");
        let (wrong, cost) = server.weighed(|| ito.open(&format!("{}/errors.xlsx", page.path)));
        server.enter(&format!("{what}, what is wrong"), 0, &wrong.bytes.len().to_string(), cost);
        wrong.is(200);
    }
}

/// The page of an import once its job is done, and how often it was opened until then.
fn checked(visitor: &Visitor, mut page: Page) -> (Page, usize) {
    let mut looks = 0;
    while page.words().contains("内容を確かめています")
        && !page.words().contains("何度か試しましたが")
    {
        std::thread::park_timeout(std::time::Duration::from_millis(50));
        page = visitor.open(&page.path);
        looks += 1;
    }
    (page, looks)
}
