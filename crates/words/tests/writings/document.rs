//! `docs/doors.md` says what each kind of field reads and refuses: every row of it is tried.

use jiff::ToSpan;
use rules::holidays::Holidays;
use rules::input::{self, Unit};
use rules::{delivery, stock};
use words::Sentence;

/// What a kind's function makes of a writing, as the document writes it; or the sentence of its
/// refusal.
fn read(function: &str, raw: &str) -> Result<String, String> {
    let label = "入力";
    let clock = |(h, m): (u8, u8)| format!("{h}:{m:02}");
    let said = |e: input::InputFault| e.sentence();
    match function {
        "text" => Ok(input::text(raw)),
        "name" => Ok(input::name(raw)),
        "code" => Ok(input::code(raw)),
        "reading" => input::reading(label, raw).map_err(said),
        "whole" => input::whole(label, Unit::Box, raw).map(|n| n.to_string()).map_err(said),
        "percent" => input::percent(label, raw).map(|n| n.to_string()).map_err(said),
        "signed" => input::signed(label, Unit::Box, raw).map(|n| n.to_string()).map_err(said),
        "counted" => input::counted(label, Unit::Box, raw, false)
            .map(|(n, words)| format!("{n} {words}"))
            .map_err(said),
        "id" => Ok(input::id(raw)),
        "official" => Ok(input::official(raw)),
        "account_number" => input::account_number(label, raw).map_err(said),
        "line" => input::line(label, raw, input::LONGEST_NAME).map_err(said),
        "person" => input::person(label, raw).map_err(said),
        "thing" => input::thing(label, raw).map_err(said),
        "same_id" => Ok(input::same_id(raw)),
        "version" => input::version(raw).map(|n| n.to_string()).ok_or_else(|| "none".into()),
        "phone" => input::phone(label, raw).map_err(said),
        "postal" => input::postal(label, raw).map_err(said),
        "mail" => input::mail(label, raw).map_err(said),
        "date" => holidays().settle(input::date(label, raw)).map(|d| d.to_string()).map_err(said),
        "date_near" => holidays()
            .settle(input::date_near(label, raw, jiff::civil::date(2022, 2, 10)))
            .map(|d| d.to_string())
            .map_err(said),
        "expiry" => input::expiry(label, raw).map(|d| d.to_string()).map_err(said),
        "month" => input::month(label, raw).map(|m| m.to_string()).map_err(said),
        "clock" => input::clock(label, raw).map(clock).map_err(said),
        "clock_range" => input::clock_range(label, raw)
            .map(|(from, to)| format!("{}～{}", clock(from), clock(to)))
            .map_err(said),
        "mark" => input::mark(raw)
            .map(|m| if m { "yes" } else { "no" }.to_string())
            .ok_or_else(|| "none".into()),
        "lot" => input::lot(label, raw).map_err(said),
        "delivery::refuses" => refused_days(raw),
        "delivery::TimeBand" => {
            delivery::TimeBand::read(raw).map(|b| b.key().to_string()).ok_or_else(|| "none".into())
        }
        "stock::read_waste_reason" => {
            stock::read_waste_reason(raw).map(str::to_string).ok_or_else(|| "none".into())
        }
        other => panic!("docs/doors.md names {other}, which this test doesn't know"),
    }
}

/// Two of the calendar's days.
fn holidays() -> Holidays {
    let days = [(4, 29, "昭和の日"), (5, 3, "憲法記念日")];
    Holidays(
        days.into_iter()
            .map(|(m, d, name)| (jiff::civil::date(2022, m, d), name.to_string()))
            .collect(),
    )
}

/// The days of the week from 14 February 2022 on which a venue takes nothing; a sentence where it
/// can't be told.
fn refused_days(raw: &str) -> Result<String, String> {
    let monday = jiff::civil::date(2022, 2, 14);
    let days = ['月', '火', '水', '木', '金', '土', '日'].into_iter().zip(0_i64..);
    let holidays = Holidays::default();
    let on = |n: i64| monday.saturating_add(n.days());
    let found: String = days
        .filter(|(_, n)| delivery::refuses(raw, on(*n), &holidays))
        .map(|(name, _)| name)
        .collect();
    let asked = !delivery::refuses(raw, on(1), &holidays) && delivery::unread(raw, on(1));
    if asked { Err("会場の記載からは読み取れない".into()) } else { Ok(found) }
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
            let named = line.split_once("— `").and_then(|(_, rest)| rest.strip_suffix('`'));
            function = named.map(|name| name.strip_prefix("input::").unwrap_or(name));
            kinds += usize::from(function.is_some());
        }
        let (Some(function), Some((raw, becomes))) = (
            function,
            line.strip_prefix("| ")
                .and_then(|l| l.strip_suffix(" |"))
                .and_then(|l| l.split_once(" | ")),
        ) else {
            continue;
        };
        let Some(raw) = quoted(raw) else { continue };
        let found = read(function, &raw);
        match (quoted(becomes), becomes.strip_prefix("refused: ")) {
            (Some(value), _) => assert_eq!(found, Ok(value), "{function} {raw:?}"),
            (None, Some(sentence)) => {
                let why = found.expect_err(&format!("{function} {raw:?} is refused"));
                assert!(why.contains(sentence), "{function} {raw:?}: {why}");
            }
            _ => panic!("docs/doors.md: neither a value nor a refusal: {line}"),
        }
        rows += 1;
    }
    assert!(kinds >= 21 && rows >= 170, "{kinds} kinds, {rows} rows");
}
