//! Dates and quantities in English: what is counted, what is numbered, and when.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [(&str, &str); 7] = [
    ("日", "Sun"),
    ("月", "Mon"),
    ("火", "Tue"),
    ("水", "Wed"),
    ("木", "Thu"),
    ("金", "Fri"),
    ("土", "Sat"),
];
const COUNTERS: [(&str, &str); 26] = [
    ("回接種分", " doses"),
    ("回分", " doses"),
    ("回", " doses"),
    ("箱", " boxes"),
    ("件", " items"),
    ("本", " pieces"),
    ("名", " people"),
    ("人", " people"),
    ("会場", " venues"),
    ("業務日", " business days"),
    ("日間", " days"),
    ("日前", " days before"),
    ("日", " days"),
    ("時間", " hours"),
    ("分前", " minutes ago"),
    ("分", " minutes"),
    ("秒", " seconds"),
    ("行", " rows"),
    ("週間", " weeks"),
    ("週", " weeks"),
    ("枚", " sheets"),
    ("台", " freezers"),
    ("市区町村", " municipalities"),
    ("文字", " characters"),
    ("歳", " years"),
    ("ロット", " lots"),
];

/// `3回目`: the third, not three.
const ORDINALS: [(&str, &str); 9] = [
    ("回目", "dose "),
    ("行目", "line "),
    ("列目", "column "),
    ("文字目", "character "),
    ("枚目", "sheet "),
    ("件目", "no. "),
    ("人目", "no. "),
    ("本目", "no. "),
    ("番目", "no. "),
];

/// What a sentence counts, where it counts one.
const ONE: [(&str, &str); 30] = [
    ("boxes", "box"),
    ("business days", "business day"),
    ("bookings", "booking"),
    ("changes", "change"),
    ("characters", "character"),
    ("claims", "claim"),
    ("cycles", "cycle"),
    ("days", "day"),
    ("deliveries", "delivery"),
    ("doctors", "doctor"),
    ("doses", "dose"),
    ("entries", "entry"),
    ("freezers", "freezer"),
    ("hours", "hour"),
    ("inquiries", "inquiry"),
    ("items", "item"),
    ("lots", "lot"),
    ("minutes", "minute"),
    ("months", "month"),
    ("municipalities", "municipality"),
    ("people", "person"),
    ("pieces", "piece"),
    ("records", "record"),
    ("rows", "row"),
    ("seconds", "second"),
    ("sheets", "sheet"),
    ("venues", "venue"),
    ("vials", "vial"),
    ("weeks", "week"),
    ("years", "year"),
];

/// What stands before counted things, as one of them: `business days` is `business day`.
fn one_of(many: &str) -> Option<(&'static str, &str)> {
    ONE.iter().find_map(|(plural, one)| {
        let tail = many.strip_prefix(plural)?;
        (!tail.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((*one, tail))
    })
}

/// A sentence whose counted things are one where one is counted: `1 vials` is written `1 vial`.
pub(super) fn singular(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("1 ") {
        out.push_str(before);
        out.push_str("1 ");
        rest = after;
        let goes_on = |c: char| c.is_ascii_alphanumeric() || ".,-−:/".contains(c);
        if out.trim_end_matches("1 ").ends_with(goes_on) {
            continue;
        }
        if let Some((one, tail)) = one_of(rest) {
            out.push_str(one);
            rest = tail;
        }
    }
    out.push_str(rest);
    out
}

/// Dates, and unless only they are wanted ordinals, yen and counted things; the rest as it is.
pub(super) fn quantities(text: &str, dates: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !dates
            && let Some(tail) = rest.strip_prefix('第')
            && let Some((n, tail)) = number(tail)
        {
            let named =
                [("クール", "cycle "), ("版", "version "), ("会場", "venue "), ("号", "no. ")]
                    .iter()
                    .find_map(|(word, name)| Some((tail.strip_prefix(word)?, name)));
            if let Some((tail, name)) = named {
                out.push_str(name);
                out.push_str(n);
                rest = tail;
                continue;
            }
        }
        if c.is_ascii_digit()
            && let Some((n, tail)) = number(rest)
        {
            if let Some((said, tail)) = date(n, tail) {
                out.push_str(&said);
                rest = tail;
                continue;
            }
            if dates {
                out.push_str(n);
                rest = tail;
                continue;
            }
            if let Some(tail) = tail.strip_prefix('円') {
                out.push('¥');
                out.push_str(n);
                rest = tail;
                continue;
            }
            let spaced = tail.trim_start();
            let ordinal =
                |(word, name): &(&str, &'static str)| Some((spaced.strip_prefix(word)?, *name));
            if let Some((tail, name)) = ORDINALS.iter().find_map(ordinal) {
                out.push_str(name);
                out.push_str(n);
                rest = tail;
                continue;
            }
            // 「1日5時間」: words need a gap that letters don't.
            if out.ends_with(|c: char| c.is_ascii_lowercase()) {
                out.push(' ');
            }
            out.push_str(n);
            rest = tail;
            // 「1と234」
            if let Some(tail) = rest.strip_prefix('と').filter(|t| number(t).is_some()) {
                out.push_str(" and ");
                rest = tail;
                continue;
            }
            let spaced = rest.trim_start_matches(' ');
            if let Some((word, english)) =
                COUNTERS.iter().find(|(word, _)| spaced.starts_with(word))
            {
                // One box, two boxes.
                match one_of(english.trim_start()).filter(|_| n == "1") {
                    Some((one, tail)) => out.extend([" ", one, tail]),
                    None => out.push_str(english),
                }
                rest = &spaced[word.len()..];
            }
            continue;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn number(text: &str) -> Option<(&str, &str)> {
    let end =
        text.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(text.len());
    let n = text[..end].trim_end_matches([',', '.']);
    (!n.is_empty() && n.as_bytes()[0].is_ascii_digit()).then(|| (n, &text[n.len()..]))
}

/// `2022年2月7日（月）10:00`, `2月7日（月）`, `2022年4月`, from after the first number on.
fn date<'t>(first: &str, tail: &'t str) -> Option<(String, &'t str)> {
    let month_name = |m: &str| m.parse::<usize>().ok().and_then(|m| MONTHS.get(m.wrapping_sub(1)));
    let (year, month, tail) = if let Some(tail) = tail.strip_prefix('年') {
        match number(tail).and_then(|(m, t)| Some((m, t.strip_prefix('月')?))) {
            Some((m, t)) => (Some(first), m, t),
            None => return Some((first.to_string(), tail)),
        }
    } else {
        (None, first, tail.strip_prefix('月')?)
    };
    let month = *month_name(month)?;
    let with_year = |text: String| year.map_or(text.clone(), |y| format!("{text} {y}"));
    let Some((day, tail)) = number(tail).and_then(|(d, t)| Some((d, t.strip_prefix('日')?)))
    else {
        return Some((with_year(month.to_string()), tail));
    };
    let mut said = with_year(format!("{day} {month}"));
    let mut tail = tail;
    if let Some((name, rest)) = WEEKDAYS
        .iter()
        .find_map(|(j, e)| Some((e, tail.strip_prefix('（')?.strip_prefix(j)?.strip_prefix('）')?)))
    {
        said = format!("{name} {said}");
        tail = rest;
    }
    if tail.starts_with(|c: char| c.is_ascii_digit()) {
        let end =
            tail.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.').unwrap_or(tail.len());
        if tail[..end].contains(':') {
            said = format!("{said}, {}", &tail[..end]);
            tail = &tail[end..];
        }
    }
    Some((said, tail))
}
