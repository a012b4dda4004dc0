//! Classes of characters: what nobody sees, what is blank, what is a dash. By Unicode's categories,
//! not by lists.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_properties::{EmojiStatus, GeneralCategory, UnicodeEmoji, UnicodeGeneralCategory};

use super::radical::radical;

/// Letters of which most texts consist: kana, common ideographs, full-width letters and digits.
/// They are seen, no gap and no dash, and stay as they are; asking Unicode's tables about each of
/// them is what reading a long text would cost.
fn is_everyday(c: char) -> bool {
    matches!(
        c,
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '\u{4e00}'..='\u{9fff}' | '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ'
    )
}

/// Whether folding leaves a letter as it is, whatever stands beside it: ASCII, kana and common
/// ideographs.
fn is_folded(c: char) -> bool {
    c.is_ascii() || (is_everyday(c) && !matches!(c, '０'..='ｚ'))
}

/// Whether nobody sees a character: formats (Cf: bidi marks, soft hyphen, joiners, byte order mark,
/// tags), controls other than tab and line end, and the few ignorables of other categories.
/// Variation selectors are seen with the letter before them, and the few formats that are drawn
/// (Arabic, Syriac and Kaithi number signs) are letters.
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}');
    }
    match c {
        '\u{34f}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2065}'
        | '\u{fff0}'..='\u{fff8}' => true,
        '\u{85}' | '\u{e0100}'..='\u{e01ef}' => false,
        // Unicode's Prepended_Concatenation_Mark.
        '\u{600}'..='\u{605}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{890}'
        | '\u{891}'
        | '\u{8e2}'
        | '\u{110bd}'
        | '\u{110cd}' => false,
        '\u{e0000}'..='\u{e0fff}' => true,
        c if is_everyday(c) => false,
        c => matches!(c.general_category(), GeneralCategory::Format | GeneralCategory::Control),
    }
}

/// Whether a character chooses a shape of the letter before it: nobody sees it alone.
pub fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether a character is a gap: every space (Zs), tab, the empty letters that some use as space.
/// Line ends are gaps of their own.
pub fn is_blank(c: char) -> bool {
    match c {
        ' ' | '\t' | '\u{b}' | '\u{c}' | '\u{3000}' => true,
        // Hangul fillers and the empty braille cell: letters by category, gaps to the eye.
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' => true,
        c if c.is_ascii() || is_everyday(c) => false,
        c => c.general_category() == GeneralCategory::SpaceSeparator,
    }
}

/// Whether a character is a horizontal stroke: every dash (Pd) but the wave dash of ranges (〜),
/// minus signs, and the box-drawing, bullet and modifier strokes that people take for one. The long
/// mark ー, the numeral 一 and others are letters: [`dashes`] decides where they stand.
pub fn is_dash(c: char) -> bool {
    match c {
        '-' => true,
        c if c.is_ascii() || is_everyday(c) => false,
        '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{2796}' | '\u{2043}' | '\u{2d7}' | '\u{23af}'
        | '\u{207b}' | '\u{208b}' => true,
        '\u{301c}' => false,
        c => c.general_category() == GeneralCategory::DashPunctuation,
    }
}

/// Dashes of every sort as `-`; the long mark ー, its half-width form, Hangul ㅡ and the numeral 一
/// too: for fields that hold digits.
pub fn dashes(text: &str) -> String {
    text.chars()
        .map(|c| {
            if is_dash(c) || matches!(c, 'ー' | 'ｰ' | 'ㅡ' | '\u{1173}' | '一' | '㇐') {
                '-'
            } else {
                c
            }
        })
        .collect()
}

/// What stands for a letter that was lost, or that only one machine knows: U+FFFD, 〓, private ones
/// (外字).
pub fn is_lost(c: char) -> bool {
    matches!(c, '\u{fffd}' | '〓' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// An ideograph that normalisation would turn into another one (U+FA19 神 into 神): a letter of
/// somebody's name.
pub fn is_compatibility_ideograph(c: char) -> bool {
    matches!(c, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

/// Whether a character is a Chinese one, or one that stands for it (々, 〆, 〇).
pub fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '〇' | '々' | '〆')
        || is_compatibility_ideograph(c)
}

/// Katakana as hiragana, the iteration marks too; what has no hiragana stays (ヷ).
pub fn hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        c => c,
    }
}

/// Hiragana as katakana, the iteration marks too.
pub fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' | 'ゝ' | 'ゞ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        c => c,
    }
}

/// Whether a letter is kana, of either kind, or the long mark: a dash after it is a long mark too.
pub fn is_kana(c: char) -> bool {
    matches!(hiragana(c), 'ぁ'..='ゖ' | 'ゝ' | 'ゞ' | 'ー' | '\u{30f7}'..='\u{30fa}')
}

fn is_emoji(c: char) -> bool {
    !c.is_ascii()
        && matches!(
            c.emoji_status(),
            EmojiStatus::EmojiPresentation
                | EmojiStatus::EmojiModifierBase
                | EmojiStatus::EmojiPresentationAndModifierBase
                | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
                | EmojiStatus::EmojiOther
        )
}

/// Scripts whose letters change their shape by joiners.
fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{a840}'..='\u{abff}' | '\u{fb50}'..='\u{feff}')
}

/// NFC, but every ideograph stays as typed.
fn composed(text: String) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return text;
    }
    let (mut out, mut run) = (String::with_capacity(text.len()), String::new());
    for c in text.chars() {
        if is_compatibility_ideograph(c) {
            out.extend(run.nfc());
            run.clear();
            out.push(c);
        } else {
            run.push(c);
        }
    }
    out.extend(run.nfc());
    out
}

/// `="0123"`, as spreadsheets are told to keep zeros: what stands inside.
fn unwrapped(text: &str) -> &str {
    text.strip_prefix("=\"")
        .and_then(|t| t.strip_suffix('"'))
        .filter(|t| !t.contains('"'))
        .map_or(text, str::trim)
}

/// What every cell and field goes through: nothing that nobody sees, every sort of blank trimmed at
/// both ends and a plain space within (the full-width one stays), line ends as `\n`, kana with
/// their marks and Latin letters with their accents composed, ideographs as typed (with their
/// variation selectors), radicals out of PDFs as ideographs, `="0123"` unwrapped.
pub fn clean(raw: &str) -> String {
    if raw.chars().all(|c| matches!(c, ' '..='~') || is_everyday(c)) {
        return unwrapped(raw.trim_matches(' ')).to_string();
    }
    let raw = raw.replace("\r\n", "\n");
    let mut kept = String::with_capacity(raw.len());
    let mut all = raw.chars().peekable();
    let mut before = '\0';
    while let Some(c) = all.next() {
        let next = all.peek().copied().unwrap_or('\0');
        let c = match c {
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\n' | '\u{3000}' => c,
            c if is_selector(c) && (is_ideograph(before) || is_emoji(before)) => c,
            c if is_selector(c) => continue,
            '\u{200c}' | '\u{200d}' if joins(before) && joins(next) => c,
            '\u{200d}' if (is_emoji(before) || before == '\u{fe0f}') && is_emoji(next) => c,
            c if is_blank(c) => ' ',
            c if is_invisible(c) => continue,
            c => radical(c).unwrap_or(c),
        };
        kept.push(c);
        before = c;
    }
    let whole = composed(kept);
    unwrapped(whole.trim_matches(|c| is_blank(c) || c == '\n'))
        .trim_matches(|c| is_blank(c) || c == '\n')
        .to_string()
}

/// Any text, of one line or many: [`clean`].
pub fn text(raw: &str) -> String {
    clean(raw)
}

/// Width folded: 全角 letters, digits and signs become half-width, half-width kana full-width (NFKC).
/// For comparing and for values that aren't names.
pub fn folded(raw: &str) -> String {
    let clean = clean(raw);
    if clean.chars().all(is_folded) {
        return clean;
    }
    // The spacing marks ゛゜ after a kana belong to it.
    let marked: String =
        clean.replace(['\u{309b}', 'ﾞ'], "\u{3099}").replace(['\u{309c}', 'ﾟ'], "\u{309a}");
    self::clean(&marked.nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read without Unicode's tables is what they say of it, alone and before any other
    /// such letter.
    #[test]
    fn everyday_letters_are_as_the_tables_say() {
        let all: Vec<char> = ('\0'..='\u{ffff}').filter(|c| is_folded(*c)).collect();
        assert!(all.len() > 20_000);
        for c in all.iter().copied() {
            assert_eq!(c.to_string().nfkc().collect::<String>(), c.to_string());
            assert!(unicode_normalization::char::canonical_combining_class(c) == 0, "{c}");
        }
        let whole: String = all.iter().filter(|c| !c.is_control()).collect();
        assert_eq!(whole.nfkc().collect::<String>(), whole);
        assert_eq!(folded("か\u{3099}ｶﾞＡ"), "がガA");
    }
}
