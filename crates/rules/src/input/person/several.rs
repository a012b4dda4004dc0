//! Whether two people stand in one field. What may be one person's name is none: a family name
//! that isn't known, parts of a foreigner's name, a department or an office before a name, letters
//! that are spaced out. To refuse a real name is worse than to miss a second one: where nothing
//! stands between them, both must be whole and surely names.
//!
//! A field holds sixty letters ([`super::LONGEST_NAME`]): looking at pairs of them costs little.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::vocabulary::{
    AND_OTHERS, BEHIND_COUNTS, CHANGED, DEPUTIES, FAMILIES, GIVEN_ENDS, HARDLY_A_NAME, HONORIFICS,
    JOINING, LONG, NEVER_GIVEN, NUMERALS, OFFICES, OTHERS, PERHAPS_OTHERS, ROLES, SHORT, STAFF,
    TURNS,
};
use crate::input::{folded, is_blank, is_ideograph};

/// Whether two people or more stand in a field: `山田太郎、鈴木花子`, `山田太郎 鈴木花子`, `山田太郎と鈴木花子`,
/// `山田 太郎 → 鈴木 花子`, `山田太郎（代理：鈴木花子）`, `山田 太郎 他`, `医師2名`.
pub(super) fn is_of_several(name: &str) -> bool {
    let text = folded(name).replace("->", "→").replace("=>", "→").replace("＝>", "→");
    let outside = without_brackets(&text);
    let opened = text.replace(is_bracket, " ");
    parted(&text)
        || parted(&outside)
        || counted(&text)
        || with_others(&opened)
        || joined(&text)
        || CHANGED.iter().any(|word| text.contains(word))
        || with_deputy(&text)
        || in_turn(&text)
        || whole_names(&outside)
}

fn is_word_of(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_whitespace().any(|known| known == word)
}

/// Every doctor of a table is looked up.
static KNOWN: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| FAMILIES.split_whitespace().collect());

fn is_family(word: &str) -> bool {
    KNOWN.contains(word)
}

/// A family name that is nobody's given name.
fn is_surely_family(word: &str) -> bool {
    is_word_of(NEVER_GIVEN, word)
}

fn is_kanji(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_ideograph)
}

fn long(text: &str) -> usize {
    text.chars().count()
}

fn is_bracket(c: char) -> bool {
    "()[]【】「」〈〉".contains(c)
}

/// Brackets and what stands in them as a gap.
fn without_brackets(text: &str) -> String {
    let (mut out, mut deep) = (String::new(), 0_usize);
    for c in text.chars() {
        match c {
            '(' | '[' | '【' | '「' | '〈' | '<' => deep += 1,
            ')' | ']' | '】' | '」' | '〉' | '>' if deep > 0 => {
                deep -= 1;
                out.push(' ');
            }
            c if deep == 0 => out.push(c),
            _ => {}
        }
    }
    if deep == 0 { out } else { text.to_string() }
}

fn is_sign(c: char) -> bool {
    "、;&+/,・|。×→⇒➡⇔↔←⇐~〜".contains(c)
}

fn until_sign(letters: impl Iterator<Item = char>) -> String {
    letters.take_while(|c| !is_sign(*c)).collect()
}

/// A sign between two names. A dot between kana parts one name, a comma between Latin letters too;
/// beside an office it parts nobody from anybody.
fn parted(text: &str) -> bool {
    let text: Vec<char> = text.chars().filter(|c| !is_blank(*c)).collect();
    (1..text.len().saturating_sub(1)).filter(|at| is_sign(text[*at])).any(|at| {
        let (before, after) = (text[at - 1], text[at + 1]);
        if !before.is_alphabetic() || !after.is_alphabetic() {
            return false;
        }
        let left: String = until_sign(text[..at].iter().rev().copied()).chars().rev().collect();
        let right = until_sign(text[at + 1..].iter().copied());
        let role = |word: &str| is_word_of(ROLES, &word.to_lowercase());
        if role(&left) || role(&right) {
            return false;
        }
        let kanji = is_ideograph(before) && is_ideograph(after);
        match text[at] {
            ',' => !(before.is_ascii_alphabetic() && after.is_ascii_alphabetic()),
            // 丁・永浩 is one person's.
            '・' => {
                let named = |word: &str| is_word_of(SHORT, word);
                kanji && (long(&left) > 1 || (named(&right) && named(&left)))
            }
            '。' | '~' | '〜' => kanji,
            _ => true,
        }
    })
}

/// A number of people: `医師2名`, `山田 太郎 他1名`, `看護師三名`, `数名`.
fn counted(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !is_blank(*c)).collect();
    let text = text.trim_end_matches([')', ']']);
    let text = BEHIND_COUNTS.iter().fold(text, |t, end| t.strip_suffix(end).unwrap_or(t));
    let Some(bare) = text.strip_suffix('名').or_else(|| text.strip_suffix('人')) else {
        return false;
    };
    let others = |word: &str| OTHERS.iter().any(|o| word.ends_with(o));
    let digits = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    if digits.len() < bare.len() {
        return others(digits) || bare[digits.len()..].parse::<u32>().is_ok_and(|n| n > 1);
    }
    let told = |said: &str| others(said) || STAFF.iter().any(|o| said.ends_with(o));
    // 数人 is a given name.
    if let Some(said) = bare.strip_suffix('数') {
        return text.ends_with('名') || said.is_empty() || told(said);
    }
    let said = bare.trim_end_matches(|c| NUMERALS.contains(c));
    said.len() < bare.len() && told(said)
}

/// `山田 太郎 他`, `山田太郎ほか`, `山田ら`. 他, 外, 等 and ら are letters of names as well: 山田 等, 佐藤 咲ら.
fn with_others(text: &str) -> bool {
    let tokens: Vec<&str> =
        text.split(is_blank).filter(|t| !t.is_empty() && !is_office(t)).collect();
    let Some((last, before)) = tokens.split_last() else { return false };
    let last = last.trim_end_matches(['、', ',', '。', '.', '…']);
    let whole = |name: &str| is_kanji(name) && long(name) > 3 && !is_word_of(LONG, name);
    // 佐々木義等 is one: 義 alone may be half of a given name.
    let surely = |name: &str| {
        let given = family_of(name).map_or(name, |family| &name[family.len()..]);
        let ends = name.ends_with(|c| GIVEN_ENDS.contains(c));
        whole(name) && long(given) > 1 && (ends || given.len() < name.len())
    };
    if AND_OTHERS.contains(&last) && !before.is_empty() {
        return true;
    }
    if PERHAPS_OTHERS.contains(&last) {
        // 佐 々 木 等
        let spaced = before.iter().all(|word| long(word) == 1);
        return !spaced && (before.len() > 1 || before.iter().any(|name| surely(name)));
    }
    for others in AND_OTHERS.iter().filter(|word| long(word) > 1) {
        let name = last.strip_suffix(*others).unwrap_or_default();
        let seen = |c: char| is_ideograph(c) || ('ァ'..='ー').contains(&c) || c == '、';
        if long(name) > 1 && name.ends_with(seen) {
            return true;
        }
    }
    let Some((word, name)) = AND_OTHERS[..1]
        .iter()
        .chain(&PERHAPS_OTHERS)
        .find_map(|word| last.strip_suffix(word).map(|name| (*word, name)))
    else {
        return false;
    };
    let given = long(name) > 1 && is_kanji(name) && name.ends_with(|c| GIVEN_ENDS.contains(c));
    match before.is_empty() {
        true if HARDLY_A_NAME.contains(&word) && is_family(name) => true,
        true if word == AND_OTHERS[0] => whole(name),
        true => surely(name),
        false => given && word != PERHAPS_OTHERS[0],
    }
}

/// A word between two names: 及び, または, と, or.
fn joined(text: &str) -> bool {
    let hiragana = |c: char| ('ぁ'..='ゖ').contains(&c);
    let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    let around = |from: usize, to: usize| {
        let before = text[..from].trim_end_matches(is_blank);
        (before, text[to..].trim_start_matches(is_blank))
    };
    let by_word = |word: &&str| {
        text.match_indices(*word).any(|(at, word)| {
            let end = at + word.len();
            let (before, after) = around(at, end);
            let kana = word.chars().all(hiragana);
            let within = text[..at].ends_with(hiragana) || text[end..].starts_with(hiragana);
            letter(before.chars().next_back()) && letter(after.chars().next()) && !(kana && within)
        })
    };
    if JOINING.iter().any(by_word) {
        return true;
    }
    let tokens: Vec<&str> = text.split(is_blank).filter(|t| !t.is_empty()).collect();
    let latin = |word: &str| word.is_ascii();
    tokens.windows(3).any(|w| match w[1] {
        // さ と 子
        "と" => {
            let name = |word: &str| long(word) > 1 || is_word_of(SHORT, word);
            name(w[0]) && name(w[2])
        }
        "or" | "and" => true,
        "OR" | "AND" | "Or" | "And" => !latin(w[0]) || !latin(w[2]),
        _ => false,
    }) || joined_by_to(&tokens)
}

/// と within or beside a name: 山田と鈴木. と is a letter of given names as well (さと子, 佐藤 美と里, と志子).
fn joined_by_to(tokens: &[&str]) -> bool {
    let name = |text: &str| {
        let run = text.chars().take_while(|c| is_ideograph(*c)).count();
        run.max(text.chars().take_while(|c| ('ァ'..='ー').contains(c)).count()) > 1
    };
    let backwards = |text: &str| name(&text.chars().rev().collect::<String>());
    let family = |text: &str| FAMILIES.split_whitespace().any(|f| text.starts_with(f));
    tokens.iter().enumerate().any(|(n, token)| {
        token.match_indices('と').any(|(at, to)| {
            let (left, right) = (&token[..at], &token[at + to.len()..]);
            match (left.is_empty(), right.is_empty()) {
                (false, false) => backwards(left) && name(right),
                (false, true) => backwards(left) && tokens.get(n + 1).is_some_and(|t| family(t)),
                (true, false) => n > 0 && family(right),
                (true, true) => false,
            }
        })
    })
}

/// `山田太郎（代理：鈴木花子）`, `山田 太郎 代理 鈴木 花子`; 院長代理 山田太郎 is one.
fn with_deputy(text: &str) -> bool {
    let sign = |c: char| is_blank(c) || is_bracket(c) || ":;、,/・=".contains(c);
    let words: Vec<&str> = text.split(sign).filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().skip(1).any(|(n, word)| {
        if is_office(words[n - 1]) {
            return false;
        }
        let named = |w: &str| !is_office(w) && long(w) > 1 && w.chars().all(char::is_alphabetic);
        // 田 代 太郎
        let stands = DEPUTIES.contains(word) && (long(word) > 1 || long(words[n - 1]) > 1);
        let alone = stands && words.get(n + 1).is_some_and(|next| named(next));
        let glued = DEPUTIES.iter().filter(|deputy| long(deputy) > 1).any(|deputy| {
            let after = word.strip_prefix(deputy).map(|w| w.trim_start_matches('の'));
            after.is_some_and(named)
        });
        alone || glued
    }) || words.iter().any(|word| {
        word.split_once(DEPUTIES[0]).or_else(|| word.split_once(DEPUTIES[1])).is_some_and(
            |(a, b)| is_kanji(a) && is_kanji(b) && long(a) > 1 && long(b) > 1 && !is_office(a),
        )
    })
}

/// `山田（午前）鈴木（午後）`, `正：山田 副：鈴木`, `①山田 ②鈴木`.
fn in_turn(text: &str) -> bool {
    let lower = text.to_lowercase();
    let numbered = |n: char| {
        lower.split(is_blank).any(|word| {
            let rest = word.strip_prefix(n).map(|r| r.trim_start_matches(['.', ')', ':', '、']));
            rest.is_some_and(|r| r.starts_with(char::is_alphabetic))
        })
    };
    TURNS.iter().any(|(one, other)| lower.contains(one) && lower.contains(other))
        || (numbered('1') && numbered('2'))
}

/// A word that names no person: an institution, a department, an office.
fn is_office(word: &str) -> bool {
    !is_family(word)
        && (is_word_of(ROLES, &word.to_lowercase())
            || OFFICES.iter().any(|end| word.ends_with(end)))
}

/// The family name with which a whole name begins that is written in one.
fn family_of(name: &str) -> Option<&'static str> {
    let ends = name.char_indices().skip(2).take(4).map(|(end, _)| &name[..end]);
    ends.filter_map(|start| KNOWN.get(start).copied()).last().filter(|_| !is_family(name))
}

/// A name without what is said to it.
fn bare(word: &str) -> &str {
    HONORIFICS.iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word)
}

/// Names beside each other with nothing but blanks between them, or nothing at all.
fn whole_names(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(is_blank).filter(|w| !w.is_empty() && !is_office(bare(w))).map(bare).collect();
    let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
    let (family, surely) = (|word: &str| is_family(word), |word: &str| is_surely_family(word));
    let whole = |word: &str| family_of(word).is_some();
    let second = |word: &str| family_of(word).is_some_and(is_surely_family);
    let four = |word: &str| is_kanji(word) && long(word) > 3 && !is_word_of(LONG, word);
    match words[..] {
        [one] => in_one(one),
        // 佐藤 望月 and 高橋 吉野 are one.
        [one, two] => {
            (surely(one) && surely(two))
                || (whole(one) && second(two))
                || (four(one) && four(two) && (whole(one) || whole(two)))
        }
        [one, two, three] => {
            (surely(one) && surely(two) && surely(three))
                || (family(one) && second(three))
                || (whole(one) && surely(two))
                || (whole(one) && second(two) && second(three))
        }
        [one, _, three, _, ..] if family(one) && family(three) => true,
        // 山 田 太 郎 鈴 木 花 子
        _ => words.iter().all(|word| long(word) == 1) && in_one(&words.concat()),
    }
}

/// 山田太郎鈴木花子
fn in_one(word: &str) -> bool {
    let Some(first) = family_of(word).filter(|_| is_kanji(word) && long(word) > 6) else {
        return false;
    };
    let rest: Vec<char> = word[first.len()..].chars().collect();
    (1..rest.len().saturating_sub(2)).any(|from| {
        let rest: String = rest[from..].iter().collect();
        family_of(&rest).is_some_and(is_surely_family)
    })
}
