//! Workbooks of Excel 97 to 2003 (`.xls`, BIFF8 in an OLE container), record by record. Source:
//! [MS-XLS], [MS-CFB].

use std::collections::{HashMap, HashSet};
use std::io::{Cursor, Read};
use std::rc::Rc;

use super::bounds::Bounds;
use super::format::{Kind, built_in, custom};
use super::records::{Pieces, Records, continued, f64_at, pieces, u16_at, u32_at};
use super::sheet::{self, Book, LOWEST, NARROWEST, Parted, Sheet, Style, Value};
use super::{LOCKED, Table, tokens};

const BROKEN: &str =
    "古い形式のExcelファイル（.xls）として読めません。Excelで「.xlsx」として保存してください。";
const MOST_STREAM: u64 = 16 * 1024 * 1024;

/// Reads the first sheet that can be seen and has anything in it.
///
/// # Errors
/// One sentence.
pub fn read(bytes: &[u8], bounds: &Rc<Bounds>) -> Result<Table, String> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| BROKEN)?;
    if file.exists("/EncryptedPackage") || file.exists("/EncryptionInfo") {
        return Err(LOCKED.into());
    }
    if file.exists("/WordDocument") {
        return Err("Wordの文書は取り込めません。Excel（.xlsx）かCSVを選んでください。".into());
    }
    let mut stream = Vec::new();
    let workbook =
        file.open_stream("/Workbook").or_else(|_| file.open_stream("/Book")).map_err(|_| BROKEN)?;
    workbook.take(MOST_STREAM).read_to_end(&mut stream).map_err(|_| BROKEN)?;
    drop(file);
    let Globals { book, offsets, texts, fonts } = Globals::of(&stream, bounds)?;
    sheet::first_seen(book, "Excel（.xls）", bounds.wanted.as_deref(), |at, book| {
        let Some(offset) = offsets[at] else { return Ok(None) };
        worksheet(stream.get(offset..).ok_or(BROKEN)?, book, (&texts, &fonts), bounds).map(Some)
    })
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
#[derive(Default)]
struct Globals {
    book: Book,
    /// Where each sheet begins; none for charts.
    offsets: Vec<Option<usize>>,
    texts: Vec<Rich>,
    fonts: Vec<Font>,
}

/// A text that cells share, and what of it is struck through or white.
type Rich = (String, Parted);
/// A text with its runs: where each begins, in units of UTF-16, and its font.
type Runs = (String, Vec<(u16, u16)>);

impl Globals {
    fn of(stream: &[u8], bounds: &Bounds) -> Result<Globals, String> {
        let mut all = Globals::default();
        let mut texts = Vec::new();
        let mut formats: HashMap<u64, Kind> = HashMap::new();
        let (mut fonts, mut styles): (Vec<Font>, Vec<Format>) = Default::default();
        let mut records = Records { rest: stream };
        let first = records.next().filter(|(kind, _)| *kind == BOF).ok_or(BROKEN)?;
        // Bit 0 stands in every file of Excel's; LibreOffice says its name instead. Others
        // calculate nothing.
        let by_excel = first.1.get(8).is_some_and(|flags| flags & 1 == 1);
        all.book.uncalculated = !by_excel;
        if u16_at(first.1, 0) != Some(0x0600) {
            return Err("Excel 95より前の形式です。Excelで「.xlsx」として保存してください。".into());
        }
        while let Some((kind, content)) = records.next() {
            bounds.step()?;
            match kind {
                EOF => break,
                0x002f => return Err(LOCKED.into()),
                0x0022 => all.book.from_1904 = u16_at(content, 0) == Some(1),
                0x0085 => {
                    let (Some(offset), [_, _, _, _, state, what, count, rest @ ..]) =
                        (u32_at(content, 0), content)
                    else {
                        continue;
                    };
                    let name = pieces(rest).text_of(usize::from(*count)).unwrap_or_default();
                    all.book.sheets.push((name, state & 3 != 0));
                    all.offsets.push((*what == 0).then_some(offset as usize));
                }
                0x005c => all.book.uncalculated &= !written_by_calc(content),
                0x0031 => {
                    let struck = u16_at(content, 2).is_some_and(|f| f & 8 != 0);
                    let colour = colour(u16_at(content, 4).unwrap_or(AUTOMATIC));
                    fonts.push(Font { struck, colour });
                }
                0x041e => {
                    if let (Some(id), Some(code)) =
                        (u16_at(content, 0), content.get(2..).and_then(|c| pieces(c).text()))
                    {
                        formats.insert(u64::from(id), custom(&code));
                    }
                }
                0x00e0 => {
                    if let (Some(font), Some(format)) = (u16_at(content, 0), u16_at(content, 2)) {
                        styles.push(Format {
                            font: usize::from(font),
                            number: u64::from(format),
                            fill: fill(content),
                        });
                    }
                }
                0x00fc => {
                    texts = shared(&mut continued(content, &mut records), bounds)?;
                }
                _ => {}
            }
        }
        let font = |n: usize| font(&fonts, n);
        all.book.styles = styles
            .iter()
            .map(|style| Style {
                kind: formats.get(&style.number).cloned().unwrap_or_else(|| built_in(style.number)),
                struck: font(style.font).struck,
                unseen: font(style.font).colour != AUTOMATIC
                    && Some(font(style.font).colour) == style.fill,
                dark: style.fill != Some(WHITE),
            })
            .collect();
        all.texts = texts.into_iter().map(|text| rich(text, &fonts)).collect();
        all.fonts = fonts;
        Ok(all)
    }
}

#[derive(Clone, Copy)]
struct Font {
    struck: bool,
    colour: u16,
}

impl Default for Font {
    fn default() -> Font {
        Font { struck: false, colour: AUTOMATIC }
    }
}

/// A font by its number; none has the number 4.
fn font(fonts: &[Font], n: usize) -> Font {
    fonts.get(if n > 4 { n - 1 } else { n }).copied().unwrap_or_default()
}

/// What the runs of a text make of its letters; those before the first one have the cell's font.
fn rich((text, runs): Runs, fonts: &[Font]) -> Rich {
    let mut parts = Parted::default();
    if runs.is_empty() {
        return (text, parts);
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    let ends = runs.iter().skip(1).map(|(begin, _)| usize::from(*begin)).chain([units.len()]);
    for ((begin, number), end) in runs.iter().zip(ends) {
        let own = units.get(usize::from(*begin)..end).unwrap_or_default();
        let font = font(fonts, usize::from(*number));
        parts.add(&String::from_utf16_lossy(own), font.struck, font.colour == WHITE);
    }
    (text, parts)
}

/// A cell's format as the file numbers its parts.
struct Format {
    font: usize,
    number: u64,
    /// The colour behind the letters; none for a pattern.
    fill: Option<u16>,
}

/// The colour of ordinary letters.
const AUTOMATIC: u16 = 0x7fff;
const WHITE: u16 = 9;
const BLACK: u16 = 8;

/// White and black have several numbers each.
fn colour(number: u16) -> u16 {
    match number {
        1 | 9 | 0x41 => WHITE,
        0 | 8 | 0x40 => BLACK,
        other => other,
    }
}

/// What stands behind a cell's letters, by its format.
fn fill(format: &[u8]) -> Option<u16> {
    match (u32_at(format, 14).map(|borders| borders >> 26), u16_at(format, 18)) {
        (Some(0), _) => Some(WHITE),
        (Some(1), Some(colours)) => Some(colour(colours & 0x7f)),
        _ => None,
    }
}

fn written_by_calc(name: &[u8]) -> bool {
    matches!(name, [4, 0, 0, b'C', b'a', b'l', b'c', ..])
}

/// Whether a formula's result is one: not the nought or the empty text of a program that calculates
/// nothing.
fn has_result(formula: &[u8], book: &Book) -> bool {
    let number = !matches!(formula.get(12..14), Some([0xff, 0xff]));
    let nought = number && f64_at(formula, 6) == Some(0.0);
    let empty = !number && formula.get(6) == Some(&3);
    if !nought && !empty {
        return true;
    }
    let length = usize::from(u16_at(formula, 20).unwrap_or(0));
    let may = tokens::result(formula.get(22..22 + length).unwrap_or_default());
    // To be calculated whenever or as soon as it is opened.
    let waits = u16_at(formula, 14).is_some_and(|flags| flags & 3 != 0);
    if nought { may.number && !waits } else { may.empty && !book.uncalculated }
}

fn shared(sst: &mut Pieces<'_>, bounds: &Bounds) -> Result<Vec<Runs>, String> {
    let (_, count) = (sst.long().ok_or(BROKEN)?, sst.long().ok_or(BROKEN)?);
    let mut texts = Vec::new();
    for _ in 0..count {
        bounds.step()?;
        match sst.rich() {
            Some(text) => texts.push(text),
            None => break,
        }
    }
    Ok(texts)
}

/// What an error's number means.
fn error(number: u8) -> Value<'static> {
    let name = match number {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    };
    Value::Error(name.into())
}

/// A number packed into 30 bits.
fn packed(rk: u32) -> f64 {
    let value = if rk & 2 != 0 {
        f64::from((rk as i32) >> 2)
    } else {
        f64::from_bits(u64::from(rk & !3) << 32)
    };
    if rk & 1 != 0 { value / 100.0 } else { value }
}

fn worksheet(
    stream: &[u8],
    book: &Book,
    (texts, fonts): (&[Rich], &[Font]),
    bounds: &Bounds,
) -> Result<Sheet, String> {
    let mut sheet = Sheet::default();
    let mut hidden: HashSet<u16> = HashSet::new();
    let mut waiting: Option<(u16, u16, u16)> = None;
    let mut depth = 0;
    let mut records = Records { rest: stream };
    let put = |sheet: &mut Sheet,
               hidden: &HashSet<u16>,
               row: u16,
               column: u16,
               style: u16,
               value: Value<'_>| {
        sheet.begin_row(hidden.contains(&row));
        sheet.put(
            usize::from(row),
            usize::from(column),
            value,
            book.styles.get(usize::from(style)),
            book.from_1904,
        )
    };
    while let Some((kind, content)) = records.next() {
        bounds.step()?;
        let (row, column, style) = (u16_at(content, 0), u16_at(content, 2), u16_at(content, 4));
        let at = || Some((row?, column?, style?));
        match kind {
            BOF => depth += 1,
            EOF => {
                depth -= 1;
                if depth <= 0 {
                    break;
                }
            }
            // Charts within the sheet have records of their own.
            _ if depth > 1 => {}
            0x0208 => {
                // Hidden, or of no height: nobody sees it either way.
                let flat = u16_at(content, 6)
                    .is_some_and(|twentieths| f64::from(twentieths & 0x7fff) < 20.0 * LOWEST);
                if let (Some(row), Some(flags)) = (row, content.get(12))
                    && (flags & 0x20 != 0 || flat)
                {
                    hidden.insert(row);
                }
            }
            0x007d => {
                if let (Some(first), Some(last), Some(width), Some(flags)) =
                    (row, column, style, u16_at(content, 8))
                    && (flags & 1 != 0 || f64::from(width) < 256.0 * NARROWEST)
                {
                    sheet.hide_columns(u64::from(first), u64::from(last) + 1);
                }
            }
            0x00e5 => {
                for range in content.get(2..).unwrap_or_default().chunks_exact(8) {
                    let n = |i: usize| usize::from(u16_at(range, i).unwrap_or(0));
                    sheet.merged([n(0), n(2), n(4), n(6)]);
                }
            }
            0x0207 => {
                if let (Some((row, column, style)), Some(text)) =
                    (waiting.take(), continued(content, &mut records).text())
                {
                    put(
                        &mut sheet,
                        &hidden,
                        row,
                        column,
                        style,
                        Value::Text { text: text.into(), parts: Parted::default() },
                    )?;
                }
            }
            0x00bd => {
                if let (Some(row), Some(first)) = (row, column) {
                    for (n, cell) in (0_u16..).zip(
                        content
                            .get(4..content.len().saturating_sub(2))
                            .unwrap_or_default()
                            .chunks_exact(6),
                    ) {
                        if let (Some(style), Some(rk)) = (u16_at(cell, 0), u32_at(cell, 2)) {
                            put(
                                &mut sheet,
                                &hidden,
                                row,
                                first.saturating_add(n),
                                style,
                                Value::Number(packed(rk)),
                            )?;
                        }
                    }
                }
            }
            0x0006 => {
                let Some((row, column, style)) = at() else { continue };
                let Some(result) = content.get(6..14) else { continue };
                let value = match result {
                    _ if !has_result(content, book) => Value::NoResult,
                    [0, .., 0xff, 0xff] => {
                        waiting = Some((row, column, style));
                        continue;
                    }
                    [1, _, truth, .., 0xff, 0xff] => Value::Truth(*truth != 0),
                    [2, _, number, .., 0xff, 0xff] => error(*number),
                    [3, .., 0xff, 0xff] => Value::Blank,
                    _ => f64_at(content, 6).map_or(Value::Blank, Value::Number),
                };
                put(&mut sheet, &hidden, row, column, style, value)?;
            }
            0x00fd | 0x0204 | 0x00d6 | 0x0203 | 0x027e | 0x0205 => {
                let Some((row, column, style)) = at() else { continue };
                let value = match kind {
                    0x00fd => {
                        let (text, parts) =
                            u32_at(content, 6).and_then(|n| texts.get(n as usize)).ok_or(BROKEN)?;
                        Value::Text { text: text.as_str().into(), parts: parts.clone() }
                    }
                    0x0203 => f64_at(content, 6).map_or(Value::Blank, Value::Number),
                    0x027e => {
                        u32_at(content, 6).map_or(Value::Blank, |rk| Value::Number(packed(rk)))
                    }
                    0x0205 => match (content.get(6), content.get(7)) {
                        (Some(truth), Some(0)) => Value::Truth(*truth != 0),
                        (Some(number), Some(_)) => error(*number),
                        _ => Value::Blank,
                    },
                    _ => {
                        let mut own = pieces(content.get(6..).unwrap_or_default());
                        match own.text() {
                            Some(text) => {
                                let runs = Vec::from_iter(
                                    (kind == 0x00d6)
                                        .then(|| own.counted_runs())
                                        .into_iter()
                                        .flatten(),
                                );
                                let (text, parts) = rich((text, runs), fonts);
                                Value::Text { text: text.into(), parts }
                            }
                            None => Value::Blank,
                        }
                    }
                };
                put(&mut sheet, &hidden, row, column, style, value)?;
            }
            _ => {}
        }
    }
    Ok(sheet)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A formula's record: its result, its flags, its tokens.
    fn formula(result: [u8; 8], flags: u16, tokens: &[u8]) -> Vec<u8> {
        let length = u16::try_from(tokens.len()).unwrap();
        [&[0; 6][..], &result, &flags.to_le_bytes(), &[0; 4], &length.to_le_bytes(), tokens]
            .concat()
    }

    #[test]
    fn noughts_and_empty_texts_are_results_where_they_can_be() {
        let (nought, empty) = ([0; 8], [3, 0, 0, 0, 0, 0, 0xff, 0xff]);
        let one = 1.0_f64.to_le_bytes();
        let (sum, word, reference) =
            (&[0x1e, 1, 0, 0x1e, 1, 0, 4][..], &[0x17, 1, 0, b'a'][..], &[0x44, 0, 0, 0, 0xc0][..]);
        let (calculated, not) = (Book::default(), Book { uncalculated: true, ..Book::default() });
        for (name, record, book, has) in [
            ("1-1", formula(nought, 0, sum), &calculated, true),
            ("1-1 of a program that calculates nothing", formula(nought, 0, sum), &not, true),
            ("1-1 that waits", formula(nought, 2, sum), &calculated, false),
            ("1-1 that is calculated always", formula(nought, 1, sum), &calculated, false),
            ("\"a\" as nought", formula(nought, 0, word), &calculated, false),
            ("A1 as nought", formula(nought, 0, reference), &calculated, true),
            ("shared", formula(nought, 8, &[1, 0, 0, 0, 0]), &calculated, true),
            ("\"a\" as nothing", formula(empty, 0, word), &calculated, false),
            ("1-1 as nothing", formula(empty, 0, sum), &calculated, false),
            ("A1 as nothing", formula(empty, 0, reference), &calculated, true),
            (
                "A1 as nothing of a program that calculates nothing",
                formula(empty, 0, reference),
                &not,
                false,
            ),
            ("1", formula(one, 3, word), &not, true),
            ("cut off", formula(nought, 0, sum)[..18].to_vec(), &calculated, true),
        ] {
            assert_eq!(has_result(&record, book), has, "{name}");
        }
    }

    /// White and black have several numbers each; letters of one on the other are seen, and so are
    /// ordinary ones.
    #[test]
    fn letters_in_the_colour_of_their_fill_are_unseen_whatever_its_number() {
        let record = |kind: u16, content: &[u8]| {
            let length = u16::try_from(content.len()).unwrap();
            [&kind.to_le_bytes(), &length.to_le_bytes(), content].concat()
        };
        let unseen = |letters: u16, behind: Option<u16>| {
            let font = [&[0; 4][..], &letters.to_le_bytes(), &[0; 10]].concat();
            let (pattern, behind) = behind.map_or((0, 0), |number| (1_u32 << 26, number));
            let format = [&[0; 14][..], &pattern.to_le_bytes(), &behind.to_le_bytes()].concat();
            let stream = [
                record(BOF, &[0, 6, 5, 0]),
                record(0x0031, &font),
                record(0x00e0, &format),
                record(EOF, &[]),
            ];
            let all = Globals::of(&stream.concat(), &Bounds::wanting(&[], None)).unwrap();
            all.book.styles[0].unseen
        };
        let (white, black) = ([1, 9, 0x41], [0, 8, 0x40]);
        for (same, other) in [(white, black), (black, white)] {
            for letters in same {
                for (fills, hides) in [(same, true), (other, false)] {
                    for fill in fills {
                        assert_eq!(unseen(letters, Some(fill)), hides, "{letters} on {fill}");
                    }
                }
                assert_eq!(unseen(letters, None), same == white, "{letters} on nothing");
            }
        }
        assert!(unseen(10, Some(10)) && !unseen(10, Some(11)) && !unseen(AUTOMATIC, Some(8)));
    }

    #[test]
    fn runs_of_struck_and_white_letters_are_told() {
        let plain = Font::default();
        let fonts = [
            plain,
            Font { struck: true, ..plain },
            Font { colour: WHITE, ..plain },
            plain,
            // No font has the number 4: this is 5.
            Font { struck: true, ..plain },
        ];
        let parts = |runs: &[(u16, u16)]| rich(("3005785".into(), runs.to_vec()), &fonts).1;
        let is = |struck: &str, white: &str| Parted { struck: struck.into(), white: white.into() };
        assert_eq!(parts(&[]), is("", ""));
        assert_eq!(parts(&[(0, 1), (1, 0)]), is("3", ""));
        assert_eq!(parts(&[(5, 2)]), is("", "85"));
        assert_eq!(parts(&[(6, 5)]), is("5", ""));
        assert_eq!(parts(&[(9, 1), (3, 1)]), is("5785", ""));
    }

    #[test]
    fn packed_numbers_are_read() {
        assert_eq!(packed(0x3ff0_0000), 1.0);
        assert_eq!(packed((7 << 2) | 2), 7.0);
        assert_eq!(packed((-7_i32 << 2) as u32 | 2), -7.0);
        assert_eq!(packed((1234 << 2) | 3), 12.34);
    }
}
