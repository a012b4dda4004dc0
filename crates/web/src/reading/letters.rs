//! In which letters a text file is written: told by its first bytes, or found out by what a text in
//! Japanese looks like.

use encoding_rs::{EUC_JP, SHIFT_JIS, UTF_16BE, UTF_16LE};

use super::Encoding;

/// A text with the name of its encoding, and another encoding in which it could be read as well.
pub struct Decoded {
    pub text: String,
    pub read_as: &'static str,
    pub doubt: Option<Encoding>,
}

const UNKNOWN: &str =
    "文字コードがわかりません。UTF-8、CP932（Shift_JIS）、UTF-16のどれかで保存してください。";

/// Finds the encoding and decodes.
///
/// # Errors
/// One sentence.
pub fn decoded(bytes: &[u8]) -> Result<Decoded, String> {
    let sure = |text: String, read_as| Ok(Decoded { text, read_as, doubt: None });
    match bytes {
        [0xff, 0xfe, 0, 0, rest @ ..] => {
            return utf32(rest, u32::from_le_bytes)
                .map_or(Err(UNKNOWN.into()), |t| sure(t, "UTF-32"));
        }
        [0, 0, 0xfe, 0xff, rest @ ..] => {
            return utf32(rest, u32::from_be_bytes)
                .map_or(Err(UNKNOWN.into()), |t| sure(t, "UTF-32"));
        }
        [0xff, 0xfe, rest @ ..] => {
            return plausible(UTF_16LE.decode_without_bom_handling(rest).0.into_owned(), "UTF-16");
        }
        [0xfe, 0xff, rest @ ..] => {
            return plausible(UTF_16BE.decode_without_bom_handling(rest).0.into_owned(), "UTF-16");
        }
        _ => {}
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if body.len() == bytes.len()
        && let Some(found) = without_mark(bytes)
    {
        return Ok(found);
    }
    if let Some(text) = escaped_japanese(body) {
        return plausible(text, Encoding::Iso2022Jp.label());
    }
    match std::str::from_utf8(body) {
        Ok(text) => {
            return unspoilt(text).map(|()| Decoded {
                text: text.into(),
                read_as: "UTF-8",
                doubt: None,
            });
        }
        Err(_) if body.len() < bytes.len() || mostly_utf8(body, 4) => {
            return Err(broken_utf8(body));
        }
        Err(_) => {}
    }
    let candidates = [Encoding::Cp932, Encoding::EucJp].map(|encoding| {
        let coder = if encoding == Encoding::Cp932 { SHIFT_JIS } else { EUC_JP };
        let text = coder.decode_without_bom_handling(bytes).0.into_owned();
        (strangeness(&text), encoding, text)
    });
    let [cp932, euc] = candidates;
    let (best, other) = if euc.0 < cp932.0 { (euc, cp932) } else { (cp932, euc) };
    if best.0 > 0.3 {
        return Err(UNKNOWN.into());
    }
    // Both read well, or the other hardly worse: a few letters only.
    let doubt = (other.0 < 0.3 && other.0 - best.0 < 0.2).then_some(other.1);
    Ok(Decoded { text: best.2, read_as: best.1.label(), doubt })
}

/// Decodes in an encoding that a person chose.
///
/// # Errors
/// One sentence, where it isn't written so.
pub fn decoded_in(bytes: &[u8], encoding: Encoding) -> Result<Decoded, String> {
    let text = encoding.coder().decode_with_bom_removal(bytes).0.into_owned();
    plausible(text, encoding.label())
}

/// Refuses what is no text in this encoding; single lost letters stay and are named with their
/// cells.
fn plausible(text: String, read_as: &'static str) -> Result<Decoded, String> {
    if strangeness(&text) > 0.3 {
        return Err(format!("{read_as}としては読めません。{UNKNOWN}"));
    }
    Ok(Decoded { text, read_as, doubt: None })
}

fn utf32(bytes: &[u8], number: fn([u8; 4]) -> u32) -> Option<String> {
    bytes.chunks(4).map(|c| char::from_u32(number(c.try_into().ok()?))).collect()
}

/// UTF-16 and UTF-32 without a mark: every second byte, or three of four, of digits, commas and
/// line ends is zero.
fn without_mark(bytes: &[u8]) -> Option<Decoded> {
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let mut zeros = [0_usize; 4];
    for (at, _) in head.iter().enumerate().filter(|(_, b)| **b == 0) {
        zeros[at % 4] += 1;
    }
    let all: usize = zeros.iter().sum();
    if all < 2 || all * 20 < head.len() || !bytes.len().is_multiple_of(2) {
        return None;
    }
    if bytes.len().is_multiple_of(4)
        && let Some(text) =
            utf32(bytes, u32::from_le_bytes).or_else(|| utf32(bytes, u32::from_be_bytes))
    {
        return plausible(text, "UTF-32").ok();
    }
    let (even, odd) = (zeros[0] + zeros[2], zeros[1] + zeros[3]);
    let coder = match (even > 4 * odd, odd > 4 * even) {
        (true, _) => UTF_16BE,
        (_, true) => UTF_16LE,
        _ => return None,
    };
    plausible(coder.decode_without_bom_handling(bytes).0.into_owned(), "UTF-16").ok()
}

/// ISO-2022-JP: seven bits, and an escape to Japanese letters.
fn escaped_japanese(bytes: &[u8]) -> Option<String> {
    let escapes = |kind: &[u8]| bytes.windows(kind.len()).any(|w| w == kind);
    if !bytes.is_ascii()
        || !bytes.contains(&0x1b)
        || !(escapes(b"\x1b$B") || escapes(b"\x1b$@") || escapes(b"\x1b(I"))
    {
        return None;
    }
    let (text, _) = Encoding::Iso2022Jp.coder().decode_without_bom_handling(bytes);
    Some(text.into_owned())
}

/// Whether what is UTF-8 beyond ASCII outweighs what isn't so many times: then the rest is damage,
/// not another encoding.
fn mostly_utf8(bytes: &[u8], times: usize) -> bool {
    let (mut good, mut bad, mut rest) = (0_usize, 0_usize, bytes);
    while !rest.is_empty() {
        let (valid, after) = match std::str::from_utf8(rest) {
            Ok(text) => (text, &[][..]),
            Err(e) => {
                bad += 1;
                let (valid, after) = rest.split_at(e.valid_up_to());
                (
                    std::str::from_utf8(valid).unwrap_or_default(),
                    &after[e.error_len().unwrap_or(after.len())..],
                )
            }
        };
        // Letters of three bytes are no accident.
        good += valid.chars().filter(|c| c.len_utf8() >= 3).count();
        rest = after;
        if bad > 1000 && bad > good {
            return false;
        }
    }
    good >= 3 && good > times * bad
}

fn broken_utf8(bytes: &[u8]) -> String {
    let at = std::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), |_| 0);
    let line = bytes[..at].iter().filter(|b| **b == b'\n').count() + 1;
    format!(
        "{line}行目に、UTF-8として壊れている文字があります。元のファイルから、もう一度保存してください。"
    )
}

/// What comes out when UTF-8 was taken for CP932 once before, and saved.
fn unspoilt(text: &str) -> Result<(), String> {
    let begin: String = text.chars().filter(|c| *c != '\u{fffd}').take(64 * 1024).collect();
    if mostly_utf8(&SHIFT_JIS.encode(&begin).0, 1) {
        return Err(
            "文字化けしたまま保存されています（「縺」「繧」など）。元のファイルから、正しい文字コードで保存し直してください。".into()
        );
    }
    Ok(())
}

/// How unlike a table in Japanese a text is: the mean over its letters beyond ASCII, 0 for those
/// that offices write daily, 1 and more for what nobody writes.
fn strangeness(text: &str) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    let mut half_kana = 0_usize;
    let settle = |run: &mut usize| {
        // Half-width kana come in words, not one between kanji.
        let weight = if *run == 1 { 0.8 } else { 0.15 };
        let sum = weight * *run as f64;
        *run = 0;
        sum
    };
    for c in text.chars() {
        if matches!(c, '\u{ff61}'..='\u{ff9f}') {
            half_kana += 1;
            count += 1;
            continue;
        }
        if half_kana > 0 {
            sum += settle(&mut half_kana);
        }
        if c.is_ascii()
            && (!c.is_ascii_control() || matches!(c, '\t' | '\n' | '\r' | '\0' | '\x1a'))
        {
            continue;
        }
        count += 1;
        sum += match c {
            '\u{3040}'..='\u{30ff}' | '\u{3000}'..='\u{3020}' | '\u{ff01}'..='\u{ff5e}' => 0.0,
            '\u{4e00}'..='\u{9fff}' => kanji(c),
            '\u{2010}'..='\u{2040}'
            | '\u{2460}'..='\u{2473}'
            | '\u{2160}'..='\u{217f}'
            | '\u{3200}'..='\u{33ff}' => 0.1,
            '\u{2190}'..='\u{22ff}' | '\u{2500}'..='\u{266f}' | '\u{a7}'..='\u{f7}' => 0.2,
            '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ffff}' => 0.3,
            '\u{e000}'..='\u{f8ff}' => 0.6,
            '\u{fffd}' => 4.0,
            c if c.is_control() => 4.0,
            _ => 0.5,
        };
    }
    sum += settle(&mut half_kana);
    if count == 0 { 0.0 } else { sum / count as f64 }
}

/// JIS's first level is what offices write; the second is for names; the rest is rare.
fn kanji(c: char) -> f64 {
    let mut letter = [0; 4];
    let (bytes, _, lost) = SHIFT_JIS.encode(c.encode_utf8(&mut letter));
    match (lost, bytes.first()) {
        (false, Some(0x88..=0x97)) => 0.0,
        (false, Some(0x98)) => 0.1,
        (false, _) => 0.35,
        (true, _) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "接種日,会場,医師名\r\n2022/3/18,みなと商事本社,髙橋 一郎\r\n2022/3/18,ミナト病院,渡邊 花子\r\n";

    fn found(bytes: &[u8]) -> (String, &'static str) {
        let found = decoded(bytes).unwrap();
        (found.text, found.read_as)
    }

    #[test]
    fn encodings_are_found_out() {
        let utf16 = |be: bool| -> Vec<u8> {
            TEXT.encode_utf16()
                .flat_map(|u| if be { u.to_be_bytes() } else { u.to_le_bytes() })
                .collect()
        };
        let utf32 = |be: bool| -> Vec<u8> {
            TEXT.chars()
                .flat_map(
                    |c| if be { u32::from(c).to_be_bytes() } else { u32::from(c).to_le_bytes() },
                )
                .collect()
        };
        let with = |mark: &[u8], body: Vec<u8>| [mark, &body].concat();
        for (bytes, name) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (with(b"\xef\xbb\xbf", TEXT.into()), "UTF-8"),
            (SHIFT_JIS.encode(TEXT).0.into_owned(), "CP932"),
            (EUC_JP.encode(TEXT).0.into_owned(), "EUC-JP"),
            (utf16(false), "UTF-16"),
            (utf16(true), "UTF-16"),
            (with(b"\xff\xfe", utf16(false)), "UTF-16"),
            (with(b"\xfe\xff", utf16(true)), "UTF-16"),
            (utf32(false), "UTF-32"),
            (utf32(true), "UTF-32"),
            (with(b"\xff\xfe\0\0", utf32(false)), "UTF-32"),
            (with(b"\0\0\xfe\xff", utf32(true)), "UTF-32"),
        ] {
            let (text, read_as) = found(&bytes);
            // EUC-JP has no 髙: HTML's way of writing it isn't a text's.
            assert_eq!(read_as, name);
            if name != "EUC-JP" {
                assert_eq!(text, TEXT, "{name}");
            }
        }
        let jis = Encoding::Iso2022Jp.coder().encode("会場,日付\r\n港区,1\r\n").0.into_owned();
        assert_eq!(found(&jis), ("会場,日付\r\n港区,1\r\n".to_string(), "ISO-2022-JP"));
        assert_eq!(found(b"\x1b(I:3\x1b(B,1\r\n"), ("ｺｳ,1\r\n".to_string(), "ISO-2022-JP"));
    }

    #[test]
    fn euc_and_cp932_are_told_apart_even_in_short_files() {
        for text in [
            "会場,日付",
            "氏名",
            "ｶｲｼﾞｮｳ,1",
            "ロット番号,有効期限",
            "港区",
            "東京都",
            "会場コード,版,配送希望日",
            "ﾜｸﾁﾝ",
            "札幌市",
            "予診のみ",
            "医師,看護師",
            "みなと",
            "あ",
            "数",
            "個数",
            "月",
            "大阪府",
            "接種済み",
            "備考",
            "ー",
        ] {
            for (encoding, coder) in [(Encoding::Cp932, SHIFT_JIS), (Encoding::EucJp, EUC_JP)] {
                let bytes = coder.encode(text).0.into_owned();
                let found = decoded(&bytes).unwrap();
                // Right, or in doubt with the right one to choose.
                assert!(
                    found.text == text || found.doubt == Some(encoding),
                    "{text} in {}: {} as {}",
                    encoding.label(),
                    found.text,
                    found.read_as
                );
            }
        }
    }

    #[test]
    fn damage_is_named() {
        let mut cut = TEXT.as_bytes().to_vec();
        let at = cut.iter().position(|b| *b == b'\n').unwrap() + 12;
        cut.remove(at);
        assert!(decoded(&cut).is_err_and(|e| e.contains("2行目") && e.contains("UTF-8")));
        let spoilt = SHIFT_JIS.decode(TEXT.as_bytes()).0.into_owned();
        assert!(decoded(spoilt.as_bytes()).is_err_and(|e| e.contains("文字化け")));
        assert!(decoded(b"\xff\xff\xff,\x80").is_err_and(|e| e.contains("文字コード")));
        assert!(decoded_in(TEXT.as_bytes(), Encoding::Utf16Le).is_err());
        assert!(decoded(&[0x80, 0x81, 0x00, 0xfe, 0xff, 0x90, 0x02]).is_err());
    }
}
