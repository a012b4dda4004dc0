//! What stands in a field for a name and is none.

use super::vocabulary::{NOBODY, OPEN, OTHERS};
use crate::input::{SIGNS, STARS, folded, is_blank};

/// Words and signs that stand where nobody's name is known, or for what somebody does, figures
/// alone, and letters that were lost on the way: `未定`, `担当医`, `交代制`, `-`, `３`, `山田?太郎`.
pub(super) fn is_no_name(name: &str) -> bool {
    let text: String = folded(name).to_lowercase().chars().filter(|c| !is_blank(*c)).collect();
    let bare = text.trim_matches(['(', ')', '[', ']', '「', '」', '【', '】', '<', '>', '※', '*']);
    let lost = |c: char| c == '?' || SIGNS.contains(&c);
    // つのだ☆ひろ
    let starred = STARS.iter().any(|star| text.contains(&star.to_string().repeat(2)));
    let first = bare.chars().next().unwrap_or_default();
    let again = bare.chars().count() > 2 && bare.chars().all(|c| c == first);
    NOBODY.split_whitespace().any(|word| word == bare)
        || OPEN.iter().any(|end| bare.ends_with(end))
        || !text.chars().any(char::is_alphabetic)
        || text.chars().all(|c| c == 'ー')
        || again
        || is_one(bare)
        || is_age(bare)
        || ["〇〇", "××", "xx様"].iter().any(|filler| text.contains(filler))
        || text.contains(lost)
        || starred
        || text == "(空白)"
        || is_something_else(&text)
}

/// A mail address, a telephone number behind a name, a company or a clinic, `〃` in words.
fn is_something_else(text: &str) -> bool {
    const COMPANIES: [&str; 5] = ["株式会社", "有限会社", "合同会社", "(株)", "(有)"];
    const PLACES: [&str; 5] = ["診療所", "病院", "クリニック", "医院", "保健所"];
    text.contains('@')
        || ["true", "false", "ditto"].contains(&text)
        || text.ends_with("に同じ")
        || COMPANIES.iter().any(|company| text.contains(company))
        || PLACES.iter().any(|place| text.ends_with(place))
        // 医師3, 厚生太郎2, 山田3/18: but no number of more digits is part of a name.
        || text.chars().filter(char::is_ascii_digit).count() > 4
}

/// `45歳`: how old somebody is.
fn is_age(text: &str) -> bool {
    let bare = text.strip_suffix(['歳', '才']).or_else(|| text.strip_suffix("歳以上"));
    let digits = bare.map_or("", |b| b.trim_start_matches('満'));
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `医師1名`: a number of people, and nobody's name.
fn is_one(text: &str) -> bool {
    let bare = text.strip_suffix('名').or_else(|| text.strip_suffix('人'));
    bare.and_then(|b| b.strip_suffix('1')).is_some_and(|b| {
        !b.ends_with(|c: char| c.is_ascii_digit()) && !OTHERS.iter().any(|other| b.ends_with(other))
    })
}
