//! `docs/doors.md` says what each kind of field reads and refuses: every row of it is tried.

use rules::input::{self, Unit};

/// What a kind's function makes of a writing, as the document writes it; or the sentence of its refusal.
fn read(function: &str, raw: &str) -> Result<String, String> {
    let label = "入力";
    let clock = |(h, m): (u8, u8)| format!("{h}:{m:02}");
    let said = |e: input::InputFault| e.to_string();
    match function {
        "text" => Ok(input::text(raw)),
        "name" => Ok(input::name(raw)),
        "code" => Ok(input::code(raw)),
        "reading" => input::reading(label, raw).map_err(said),
        "whole" => input::whole(label, Unit::Box, raw).map(|n| n.to_string()).map_err(said),
        "percent" => input::percent(label, raw).map(|n| n.to_string()).map_err(said),
        "signed" => input::signed(label, Unit::Box, raw).map(|n| n.to_string()).map_err(said),
        "counted" => input::counted(label, Unit::Box, raw, false).map(|(n, words)| format!("{n} {words}")).map_err(said),
        "id" => Ok(input::id(raw)),
        "official" => Ok(input::official(raw)),
        "account_number" => input::account_number(label, raw).map_err(said),
        "line" => input::line(label, raw, input::LONGEST_NAME).map_err(said),
        "person" => input::person(label, raw).map_err(said),
        "version" => input::version(raw).map(|n| n.to_string()).ok_or_else(|| "none".into()),
        "phone" => input::phone(label, raw).map_err(said),
        "postal" => input::postal(label, raw).map_err(said),
        "mail" => input::mail(label, raw).map_err(said),
        "date" => input::date(label, raw).map(|d| d.to_string()).map_err(said),
        "date_near" => input::date_near(label, raw, jiff::civil::date(2022, 2, 10)).map(|d| d.to_string()).map_err(said),
        "expiry" => input::expiry(label, raw).map(|d| d.to_string()).map_err(said),
        "month" => input::month(label, raw).map(|m| m.to_string()).map_err(said),
        "clock" => input::clock(label, raw).map(clock).map_err(said),
        "clock_range" => input::clock_range(label, raw).map(|(from, to)| format!("{}～{}", clock(from), clock(to))).map_err(said),
        "mark" => input::mark(raw).map(|m| if m { "yes" } else { "no" }.to_string()).ok_or_else(|| "none".into()),
        "lot" => input::lot(label, raw).map_err(said),
        other => panic!("docs/doors.md names input::{other}, which this test doesn't know"),
    }
}

/// `\u{202a}` as the character.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (code, rest) = part.split_once('}').expect("a closed escape");
        out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
        out.push_str(rest);
    }
    out
}

fn quoted(cell: &str) -> Option<String> {
    cell.trim().strip_prefix('`').and_then(|c| c.strip_suffix('`')).map(unescaped)
}

#[test]
fn every_row_of_the_document_is_so() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/doors.md");
    let document = std::fs::read_to_string(path).expect("docs/doors.md");
    let (mut function, mut rows, mut kinds) = (None, 0, 0);
    for line in document.lines() {
        if line.starts_with('#') {
            function = line.split_once("`input::").and_then(|(_, rest)| rest.strip_suffix('`'));
            kinds += usize::from(function.is_some());
        }
        let (Some(function), Some((raw, becomes))) =
            (function, line.strip_prefix("| ").and_then(|l| l.strip_suffix(" |")).and_then(|l| l.split_once(" | ")))
        else {
            continue;
        };
        let Some(raw) = quoted(raw) else { continue };
        let found = read(function, &raw);
        match (quoted(becomes), becomes.strip_prefix("refused: ")) {
            (Some(value), _) => assert_eq!(found, Ok(value), "input::{function} {raw:?}"),
            (None, Some(sentence)) => {
                let why = found.expect_err(&format!("input::{function} {raw:?} is refused"));
                assert!(why.contains(sentence), "input::{function} {raw:?}: {why}");
            }
            _ => panic!("docs/doors.md: neither a value nor a refusal: {line}"),
        }
        rows += 1;
    }
    assert!(kinds >= 18 && rows >= 130, "{kinds} kinds, {rows} rows");
}
