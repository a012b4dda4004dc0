//! Every kind of paper, with ordinary, rare, long, empty and many texts: nothing is printed as a
//! stand-in, nothing leaves its box or the page, nothing is smaller than 8 points, nothing
//! overlaps. Held against the layout's record, against the text that poppler reads, and against the
//! ink on the page that poppler draws.

mod samples;

use std::path::{Path, PathBuf};
use std::process::Command;

use papers::{Look, Paper, Placed, Record};
use rules::claim::Form;
use samples::{ALL, Fill, kind, sample};

/// Kanji beyond the first plane, variants, a Vietnamese, a Korean and a Chinese name, compatibility
/// ideographs, radicals, signs.
const RARE: &str = "𠮷野 葛󠄀飾 辻󠄁 祇󠄀園 Nguyễn 김 镇 \u{fa19}\u{fa1b}\u{fa26}\u{fa10}\u{fa46} 髙﨑 彅 鄧 嵓 𩸕 𡈽 ⻄⻘⻑⻲ ㍿①Ⅳ㈱〒☎ ½℡№㌔★♡Ωñé か゚";

fn plain(text: &str) -> String {
    text.to_string()
}

fn fill(text: &dyn Fn(&str) -> String) -> Fill<'_> {
    Fill { text, rows: 3, count: 155, amount: 404_800, form: Form::New, optional: true }
}

/// A folder of the test run's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn poppler(program: &str, arguments: &[&str], file: &Path) -> Vec<u8> {
    let mut command = Command::new(program);
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|a| if *a == "FILE" { file.to_str().expect("a path") } else { a })
        .collect();
    let out = command.args(&arguments).output().expect("poppler-utils is installed");
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

fn drawn(papers: &[Paper]) -> (Vec<u8>, Record) {
    papers::draw("試験", papers).unwrap_or_else(|fault| panic!("{:?}: {fault}", kind(&papers[0])))
}

fn overlap(a: [f32; 4], b: [f32; 4]) -> bool {
    const TOUCH: f32 = 0.15;
    a[0] + TOUCH < b[2] && b[0] + TOUCH < a[2] && a[1] + TOUCH < b[3] && b[1] + TOUCH < a[3]
}

/// Holds the record against the rules; says which text breaks which.
fn check_record(name: &str, record: &Record, boxes: usize) {
    let mut found = 0;
    for (i, text) in record.texts.iter().enumerate() {
        let say =
            format!("{name}, page {}: 「{}」 {:?}", text.page + 1, text.text(), text.extent());
        let [left, top, right, bottom] = text.extent();
        assert!(
            left >= 9.9 && top >= 5.0 && right <= 200.1 && bottom <= 293.5,
            "off the page: {say}"
        );
        let [x, y, to_x, to_y] = text.frame;
        assert!(
            left >= x - 0.1 && top >= y - 0.3 && right <= to_x + 0.1 && bottom <= to_y + 0.3,
            "out of its box {:?}: {say}",
            text.frame
        );
        assert!(text.size >= 8.0, "{} points: {say}", text.size);
        for piece in &text.pieces {
            match &piece.look {
                Look::Glyphs(face, glyphs) => {
                    assert!(glyphs.iter().all(|(id, ..)| *id != 0), "no glyph: {say}");
                    assert!(!piece.text.contains('〓'), "{face:?} draws a stand-in: {say}");
                }
                Look::Blank => {}
                Look::Missing => found += 1,
            }
        }
        for other in &record.texts[i + 1..] {
            let same = other.page == text.page && overlap(text.extent(), other.extent());
            assert!(
                !same,
                "two texts on one place: {say} and 「{}」 {:?}",
                other.text(),
                other.extent()
            );
        }
    }
    assert_eq!(found, boxes, "{name}: characters that couldn't be printed");
}

/// A page as grey values, 0 black.
struct Picture {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

const DPI: f32 = 100.0;

fn pictures(name: &str, file: &Path, pages: usize) -> Vec<Picture> {
    let stem = folder(name).join("page");
    poppler("pdftoppm", &["-gray", "-r", "100", "FILE", stem.to_str().expect("a path")], file);
    let digits = pages.to_string().len();
    (1..=pages)
        .map(|n| {
            picture(&std::fs::read(format!("{}-{n:0digits$}.pgm", stem.display())).expect("a page"))
        })
        .collect()
}

fn picture(pgm: &[u8]) -> Picture {
    let mut at = 0;
    let mut word = || {
        let from = at;
        while !pgm[at].is_ascii_whitespace() {
            at += 1;
        }
        at += 1;
        String::from_utf8_lossy(&pgm[from..at - 1]).into_owned()
    };
    assert_eq!(word(), "P5");
    let (width, height) = (word().parse().expect("width"), word().parse().expect("height"));
    assert_eq!(word(), "255");
    Picture { width, height, grey: pgm[at..].to_vec() }
}

impl Picture {
    /// Whether there is ink in a part of the page (millimetres).
    fn inked(&self, [left, top, right, bottom]: [f32; 4]) -> bool {
        let pixel = |mm: f32| (mm / 25.4 * DPI).max(0.0) as usize;
        let columns = pixel(left)..=(pixel(right)).min(self.width - 1);
        let mut rows = pixel(top)..=(pixel(bottom)).min(self.height - 1);
        rows.any(|y| columns.clone().any(|x| self.grey[y * self.width + x] < 150))
    }
}

/// Every letter has left ink where the record says that it stands.
fn check_ink(name: &str, text: &Placed, page: &Picture) {
    let mut x = text.x;
    let mm = text.size / 72.0 * 25.4;
    for piece in &text.pieces {
        let wide = piece.advance * mm;
        if matches!(piece.look, Look::Glyphs(..)) && !piece.text.chars().all(char::is_whitespace) {
            let square = [x, text.baseline - 0.86 * mm, x + wide, text.baseline + 0.14 * mm];
            assert!(
                page.inked(square),
                "{name}: 「{}」 of 「{}」 left no ink",
                piece.text,
                text.text()
            );
        }
        x += wide;
    }
}

/// Words of poppler's layout stand on the page.
fn check_words(name: &str, file: &Path) {
    let words =
        String::from_utf8(poppler("pdftotext", &["-bbox", "FILE", "-"], file)).expect("UTF-8");
    let number = |line: &str, key: &str| -> f32 {
        let rest = line.split(&format!("{key}=\"")).nth(1).expect("a place");
        rest.split('"').next().expect("a number").parse().expect("a number")
    };
    let mut count = 0;
    for line in words.lines().filter(|l| l.contains("<word ")) {
        let (left, top, right, bottom) = (
            number(line, "xMin"),
            number(line, "yMin"),
            number(line, "xMax"),
            number(line, "yMax"),
        );
        assert!(
            left >= 20.0 && top >= 0.0 && right <= 575.0 && bottom <= 842.0,
            "{name}: off the page: {line}"
        );
        count += 1;
    }
    assert!(count > 5, "{name}: {count} words");
}

/// What a person copies, without blanks.
fn copied(file: &Path) -> String {
    let text =
        String::from_utf8(poppler("pdftotext", &["-raw", "FILE", "-"], file)).expect("UTF-8");
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn check(case: &str, papers: &[Paper], boxes: usize) -> (Record, String) {
    let name = format!("{case}-{:?}", kind(&papers[0]));
    let (bytes, record) = drawn(papers);
    check_record(&name, &record, boxes);
    let file = folder(case).join(format!("{name}.pdf"));
    std::fs::write(&file, bytes).expect("a file");
    check_words(&name, &file);
    let text = copied(&file);
    assert!(!text.contains('〓'), "{name}");
    let pages = pictures(&name, &file, record.pages);
    for placed in &record.texts {
        check_ink(&name, placed, &pages[placed.page]);
    }
    (record, text)
}

#[test]
fn ordinary_papers_stand_in_their_boxes() {
    for k in ALL {
        let paper = sample(k, &fill(&plain));
        assert_eq!(kind(&paper), k);
        assert_eq!(paper.unprintable(), vec![]);
        check("ordinary", &[paper], 0);
    }
}

#[test]
fn rare_characters_are_printed_by_the_second_font() {
    for k in ALL {
        let paper = sample(k, &fill(&|text| format!("{text} {RARE}")));
        assert_eq!(paper.unprintable(), vec![], "{k:?}");
        let (record, text) = check("rare", &[paper], 0);
        for wanted in ["𠮷野", "葛\u{e0100}飾", "辻\u{e0101}", "Nguyễn", "김", "镇", "\u{fa19}"]
        {
            assert!(text.contains(wanted), "{k:?}: {wanted} isn't copied: {text}");
        }
        let faces: Vec<&Look> =
            record.texts.iter().flat_map(|t| &t.pieces).map(|p| &p.look).collect();
        assert!(
            faces.iter().any(|l| matches!(l, Look::Glyphs(papers::Typeface::Wide, _))),
            "{k:?}"
        );
    }
}

#[test]
fn long_texts_are_wrapped_in_their_boxes() {
    let long =
        "神奈川県川崎市中原区小杉町一丁目四百三番地（武蔵小杉タワープレイス・イーストウイング）、";
    for length in [60, 80, 120] {
        for k in ALL {
            let text = |_: &str| -> String { long.chars().cycle().take(length).collect() };
            let longest =
                Fill { amount: 999_999_999_999, count: 9_999_999, rows: 8, ..fill(&text) };
            let (_, copied) = check(&format!("long-{length}"), &[sample(k, &longest)], 0);
            assert!(copied.contains("武蔵小杉"), "{k:?}");
        }
    }
}

#[test]
fn words_without_a_blank_and_signs_that_no_line_begins_with_are_broken_too() {
    for unit in ["ＡＢＣビルディング", "ー", "。", "（", "W", "supercalifragilistic-"] {
        for k in ALL {
            let text = |_: &str| -> String { unit.chars().cycle().take(100).collect() };
            check_record(&format!("{unit} {k:?}"), &drawn(&[sample(k, &fill(&text))]).1, 0);
        }
    }
}

#[test]
fn empty_fields_leave_nothing_behind() {
    for k in ALL {
        let empty =
            Fill { optional: false, rows: 0, count: 0, amount: 0, ..fill(&|_| String::new()) };
        check("empty", &[sample(k, &empty)], 0);
        for form in [Form::Old, Form::New] {
            check("old", &[sample(k, &Fill { form, optional: false, ..fill(&plain) })], 0);
        }
    }
}

#[test]
fn many_rows_go_on_under_their_head_and_sums_are_not_alone() {
    for k in ALL {
        for rows in [1, 22, 23, 24, 25, 47, 350] {
            let (_, record) = drawn(&[sample(k, &Fill { rows, ..fill(&plain) })]);
            check_record(&format!("{rows} rows {k:?}"), &record, 0);
            if k == samples::Kinds::Cover {
                let pages: Vec<Vec<String>> = (0..record.pages)
                    .map(|p| {
                        record.texts.iter().filter(|t| t.page == p).map(Placed::text).collect()
                    })
                    .collect();
                for (n, texts) in pages.iter().enumerate() {
                    assert!(
                        texts.iter().any(|t| t == "被接種者区分"),
                        "page {n} of {rows} rows has no head: {texts:?}"
                    );
                    assert_eq!(
                        pages.len() > 1,
                        texts.contains(&format!("{}/{}", n + 1, pages.len())),
                        "page {n} of {rows} rows"
                    );
                }
                let last = pages.last().expect("a page");
                let sum = last.iter().position(|t| t.starts_with("計")).expect("a sum");
                assert!(
                    last[..sum].iter().any(|t| t.starts_with("北海道")),
                    "the sum of {rows} rows stands alone: {last:?}"
                );
            }
        }
        check("rows", &[sample(k, &Fill { rows: 47, ..fill(&plain) })], 0);
    }
}

#[test]
fn what_cannot_be_printed_is_said_before_and_is_a_box_on_the_paper() {
    let broken = "\u{e000}野😀太郎\u{202e}";
    for k in ALL {
        let paper = sample(k, &fill(&|_| broken.to_string()));
        let said = paper.unprintable();
        assert!(
            said.iter().any(|u| u.code == "U+E000"
                && u.class == "外字"
                && u.at == 1
                && u.shown == "□野□太郎"),
            "{k:?}: {said:?}"
        );
        assert!(said.iter().any(|u| u.code == "U+1F600" && u.at == 3), "{k:?}: {said:?}");
        let (bytes, record) = drawn(std::slice::from_ref(&paper));
        let boxes =
            record.texts.iter().flat_map(|t| &t.pieces).filter(|p| p.look == Look::Missing).count();
        assert!(boxes >= 2, "{k:?}");
        check_record(&format!("missing {k:?}"), &record, boxes);
        assert!(
            record.texts.iter().any(|t| t.text().starts_with("□は、印刷できない文字です")),
            "{k:?}"
        );
        assert_eq!(bytes, drawn(&[paper]).0, "the same bytes");
    }
}

#[test]
fn a_sign_of_a_lost_letter_is_no_letter() {
    for lost in ["林〓", "林\u{fffd}"] {
        for k in ALL {
            let said = sample(k, &fill(&|_| lost.to_string())).unprintable();
            assert!(
                said.iter().any(|u| u.at == 2 && u.class == "文字化け" && u.shown == "林□"),
                "{k:?}: {said:?}"
            );
        }
    }
}

/// A text that is printed but isn't asked for wouldn't be said before printing.
#[test]
fn every_text_that_is_printed_is_looked_through_before() {
    for k in ALL {
        let number = std::cell::Cell::new(0);
        // Each field gets a private character of its own.
        let text = |_: &str| {
            number.set(number.get() + 1);
            char::from_u32(0xe000 + number.get()).map(String::from).unwrap_or_default()
        };
        let paper = sample(k, &fill(&text));
        let said: Vec<String> = paper.unprintable().into_iter().map(|u| u.code).collect();
        let record = drawn(&[paper]).1;
        for piece in record.texts.iter().flat_map(|t| &t.pieces).filter(|p| p.look == Look::Missing)
        {
            let code = format!("U+{:04X}", u32::from(piece.text.chars().next().expect("a letter")));
            assert!(
                said.contains(&code),
                "{k:?}: {code} is printed as a box and wasn't said: {said:?}"
            );
        }
    }
}

#[test]
fn a_text_that_fits_nowhere_is_refused_in_a_sentence() {
    for k in ALL {
        let fault = sample(k, &fill(&|_| "長".repeat(5000))).draw().expect_err("5,000 letters");
        assert!(fault.to_string().contains("長すぎて"), "{k:?}: {fault}");
    }
}
