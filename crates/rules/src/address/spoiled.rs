//! What an address became in a spreadsheet, or never was: a date for 1-1 behind a town, signs for
//! letters that are lost, a word for a place that nobody knows yet.

use super::Fault;
use super::vocabulary::{NOWHERE, NUMERALS, OPEN, UNITS};
use crate::input::{self, is_blank};

/// No field holds an address of so many letters; what stands behind them isn't looked at.
const LONGEST: usize = 2_000;

/// Whether an address can be one.
///
/// # Errors
/// A date within it, a sign for what is lost, no place at all.
pub(super) fn check(address: &str) -> Result<(), Fault> {
    let written: Vec<char> = input::folded(address).chars().take(LONGEST).collect();
    let text: Vec<char> = written.iter().map(char::to_ascii_lowercase).collect();
    let bare: String = text.iter().filter(|c| !is_blank(**c)).collect();
    if bare.is_empty() {
        return Ok(());
    }
    if is_nowhere(&bare) {
        return Err(Fault::Nowhere(address.into()));
    }
    if let Some(sign) = lost(&text) {
        return Err(Fault::Signs(sign));
    }
    let figure = text.iter().position(char::is_ascii_digit).unwrap_or(text.len());
    let found = (0..text.len()).find_map(|at| Some((at, date_at(&text, at, figure)?)));
    found.map_or(Ok(()), |(at, end)| Err(Fault::DateWithin(written[at..end].iter().collect())))
}

fn is_nowhere(bare: &str) -> bool {
    let word = bare.trim_matches(['(', ')', '[', ']', '「', '」', '【', '】', '※', '*']);
    NOWHERE.split_whitespace().any(|known| known == word)
        || OPEN.iter().any(|end| word.ends_with(end))
        || !bare.chars().any(|c| c.is_alphanumeric() && c != '0')
}

/// A sign that stands for letters or figures: ????, ■■, ○丁目, x-x-x, a form's 丁目 without its
/// number.
fn lost(text: &[char]) -> Option<String> {
    let sign = |c: char| c == '?' || input::SIGNS.contains(&c);
    // One star is an ornament.
    let stars = |w: &&[char]| w[0] == w[1] && input::STARS.contains(&w[0]);
    let starred = text.windows(2).find(stars).map(|w| w[0]);
    if let Some(found) = text.iter().copied().find(|c| sign(*c)).or(starred) {
        return Some(text.iter().filter(|c| **c == found).take(4).collect());
    }
    if text.windows(2).any(|w| w == ['.', '.']) {
        return Some("...".into());
    }
    let numeral = |c: char| NUMERALS.contains(c) || c.is_ascii_digit();
    for (at, c) in text.iter().enumerate() {
        let before = at.checked_sub(1).map(|i| text[i]);
        // Each run is looked through once, from its first letter on.
        let begins =
            before.is_none_or(|b| !b.is_ascii_alphanumeric() && !input::is_dash(b) && b != *c);
        // 二〇, 一〇〇 are numbers.
        if *c == '〇' && !before.is_some_and(|c| numeral(c) || c == '〇') {
            let run = text[at..].iter().take_while(|c| **c == '〇').count();
            if run > 1 || UNITS.iter().any(|unit| stands_at(text, at + run, unit)) {
                return Some("〇".repeat(run.min(4)));
            }
        }
        if begins && matches!(c, 'x' | '×' | '0') {
            let run: String =
                text[at..].iter().take_while(|d| *d == c || input::is_dash(**d)).collect();
            let end = text.get(at + run.chars().count());
            let parts: Vec<&str> = run.split(input::is_dash).filter(|p| !p.is_empty()).collect();
            let closed = end.is_none_or(|c| is_blank(*c));
            let many = parts.len() > 1 && (*c != '0' || parts.iter().all(|p| p.len() == 1));
            if closed && (many || (*c != '0' && run.chars().count() > 1)) {
                return Some(run);
            }
        }
        if stands_at(text, at, UNITS[0]) && before.is_none_or(is_blank) {
            let number = text[..at].iter().rev().find(|c| !is_blank(**c));
            if !number.is_some_and(|c| numeral(*c)) {
                return Some(UNITS[0].into());
            }
        }
    }
    None
}

fn stands_at(text: &[char], at: usize, word: &str) -> bool {
    word.chars().enumerate().all(|(n, c)| text.get(at + n) == Some(&c))
}

/// How many digits stand from here on, and what they are.
fn digits(text: &[char], from: usize) -> (usize, u32) {
    let run: String =
        text.get(from..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).collect();
    (run.len(), run.parse().unwrap_or(u32::MAX))
}

/// The name of a month in Latin letters that begins here, and where it ends.
fn month_word(text: &[char], from: usize) -> Option<usize> {
    let run: String = text.get(from..)?.iter().take_while(|c| c.is_ascii_alphabetic()).collect();
    input::named_month(&run).map(|_| from + run.len())
}

/// Where a date ends that begins here, as a spreadsheet writes 1-1: 1月1日, 1-Jan, Jan-22, 2022/1/1;
/// where the address has no other figure (its first is at `figure`), 1/1, 44562 and 1月.
fn date_at(text: &[char], at: usize, figure: usize) -> Option<usize> {
    let c = |i: usize| text.get(i).copied().unwrap_or(' ');
    let before = at.checked_sub(1).map(c);
    let said = |end: usize| Some(end.min(text.len()));
    if text[at].is_ascii_alphabetic() && !before.is_some_and(|c| c.is_ascii_alphanumeric()) {
        let end = month_word(text, at).filter(|end| input::is_dash(c(*end)))?;
        let (long, _) = digits(text, end + 1);
        let closed = !c(end + 1 + long).is_alphanumeric();
        return if matches!(long, 1 | 2 | 4) && closed && before != Some('-') {
            said(end + 1 + long)
        } else {
            None
        };
    }
    if !text[at].is_ascii_digit() || before.is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    let (long, first) = digits(text, at);
    let end = at + long;
    let (next_long, next) = digits(text, end + 1);
    let next_end = end + 1 + next_long;
    let is_month = long <= 2 && (1..=12).contains(&first);
    let closed = |end: usize| is_blank(c(end));
    let alone = figure == at
        && !before.is_some_and(|c| c.is_ascii_alphanumeric() || input::is_dash(c) || c == '.');
    match c(end) {
        '月' if is_month && (1..=2).contains(&next_long) && c(next_end) == '日' => {
            said(next_end + 1)
        }
        '月' if is_month && alone && closed(end + 1) => said(end + 1),
        '年' if long == 4 && (1..=2).contains(&next_long) && c(next_end) == '月' && alone => {
            said(next_end + 1)
        }
        '/' if long == 4 && (1..=2).contains(&next_long) && c(next_end) == '/' => {
            let (last, _) = digits(text, next_end + 1);
            (1..=2).contains(&last).then(|| said(next_end + 1 + last))?
        }
        '/' if is_month && alone && next_long <= 2 && (1..=31).contains(&next) => {
            if closed(next_end) { said(next_end) } else { None }
        }
        dash if input::is_dash(dash) && long <= 2 => {
            let end = month_word(text, end + 1)?;
            if c(end).is_ascii_alphanumeric() { None } else { said(end) }
        }
        _ if long == 5 && alone && closed(end) && (40_000..=60_000).contains(&first) => said(end),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_behind_a_town_is_what_a_spreadsheet_made_of_its_number() {
        for (address, found) in [
            ("1月1日 みなとビル3階", "1月1日"),
            ("芝1月1日", "1月1日"),
            ("芝一丁目1月1日", "1月1日"),
            ("芝１月１日", "1月1日"),
            ("芝1月1日1号", "1月1日"),
            ("芝5丁目12月31日 みなとビル", "12月31日"),
            ("芝1-Jan", "1-Jan"),
            ("芝1-Jan みなとビル", "1-Jan"),
            ("芝Jan-22", "Jan-22"),
            ("芝 Mar-15", "Mar-15"),
            ("東京都港区芝1-Jan", "1-Jan"),
            ("芝2022/1/1", "2022/1/1"),
            ("芝２０２２／１／１", "2022/1/1"),
            ("芝1/1", "1/1"),
            ("芝5/12 みなとビル", "5/12"),
            ("芝44562", "44562"),
            ("芝44562 みなとビル3階", "44562"),
            ("44562 みなとビル3階", "44562"),
            ("芝2022年1月", "2022年1月"),
            ("芝1月", "1月"),
            ("東京都港区芝2022年1月1日", "2022年1月"),
        ] {
            assert_eq!(check(address), Err(Fault::DateWithin(found.into())), "{address}");
        }
    }

    #[test]
    fn what_stands_for_no_place_and_signs_for_lost_letters_are_no_address() {
        for address in [
            "未定",
            "（未定）",
            "なし",
            "不明",
            "芝未定",
            "芝1-1-1 未定",
            "芝 番地不明",
            "調整中",
            "別紙参照",
            "別紙のとおり",
            "後日連絡",
            "本社と同じ",
            "上記と同じ",
            "テスト",
            "住所",
            "-",
            "…",
            "***",
            "★",
            "xxx",
            "N/A",
        ] {
            assert_eq!(check(address), Err(Fault::Nowhere(address.into())), "{address}");
        }
        for (address, sign) in [
            ("芝????", "????"),
            ("芝？", "?"),
            ("芝■■", "■■"),
            ("芝□□1-1", "□□"),
            ("芝○丁目○番○号", "○○○"),
            ("芝〇丁目〇番〇号", "〇"),
            ("芝〇〇", "〇〇"),
            ("芝〇〇〇", "〇〇〇"),
            ("芝〇〇〇〇", "〇〇〇〇"),
            ("芝〇〇〇〇〇", "〇〇〇〇"),
            ("〇〇〇〇〇ビル", "〇〇〇〇"),
            ("芝〇〇〇〇〇〇〇丁目", "〇〇〇〇"),
            ("芝〇番", "〇"),
            ("芝〇号", "〇"),
            ("★★ビル", "★★"),
            ("芝☆☆☆", "☆☆☆"),
            ("芝×××", "×××"),
            ("芝x—x", "x—x"),
            ("芝●-●", "●●"),
            ("芝x-x-x", "x-x-x"),
            ("芝ＸＸ", "xx"),
            ("芝×-×", "×-×"),
            ("芝0-0-0", "0-0-0"),
            ("芝　丁目　番　号", "丁目"),
            ("△△ビル", "△△"),
            ("芝1-1…", "..."),
        ] {
            assert_eq!(check(address), Err(Fault::Signs(sign.into())), "{address}");
        }
    }

    #[test]
    fn addresses_stay_whatever_their_names_look_like() {
        for address in [
            "芝1-1-1",
            "芝一丁目1番1号",
            "芝1丁目1番地1 みなとビル3階",
            "一月町1-1",
            "四月一日町1-1",
            "八日市場イ2408",
            "五日市 1-1",
            "十日町市",
            "二日町3",
            "3日町1-1",
            "大月2-6-20",
            "三月館",
            "芝1-1 三月館",
            "芝1-1 3月館",
            "月島1-1",
            "如月町1",
            "1-1",
            "2022-1-1",
            "芝2022-1",
            "芝10-10",
            "中箕輪10286-3",
            "七久保44562番地",
            "芝1-1 みなとタワー45001",
            "芝45001号室",
            "芝5-1 3/4階",
            "芝1-1 3/4F",
            "芝1番1/2号",
            "二〇丁目1",
            "一〇〇番地",
            "芝X-1",
            "芝1-1 XXL棟",
            "無番地",
            "番外地",
            "地番なし",
            "芝1-1-1 建物名なし",
            "芝1-1 メイビル",
            "芝1-1 May ビル",
            "芝1-1 Maybe-1",
            "芝1-1 Marche-2",
            "100番0号",
            "20-0",
            "イ1-1",
            "甲1234",
            "芝1-1 #3",
            "芝3 丁目 1 番 1 号",
            "NULLビル 3階",
            "本社ビル3階",
            "会場通り1-1",
            "無量寺1-1",
            "1月ビル1-1",
            "★本社",
            "芝1-1 ☆みなとビル",
            "芝1-1 みなと★タワー",
            "芝1-1 ★ビル☆",
            "",
        ] {
            assert_eq!(check(address), Ok(()), "{address}");
        }
    }

    #[test]
    fn no_more_is_looked_at_than_a_field_could_hold() {
        let before = "芝".repeat(LONGEST - 1);
        assert_eq!(check(&format!("{before}■")), Err(Fault::Signs("■".into())));
        assert_eq!(check(&format!("{before}芝■")), Ok(()));
    }
}
