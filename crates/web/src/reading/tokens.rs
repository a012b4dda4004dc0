//! What kinds of result the formula of an old workbook can have, by its tokens. A program that
//! calculates nothing saves noughts and empty texts in the places of results; where the formula
//! can't have such a result, it surely has none yet. Source: [MS-XLS] 2.2.2, 2.5.198.

use super::records::u16_at;

/// Whether a formula's result may be a number, and whether it may be an empty text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    pub number: bool,
    pub empty: bool,
}

const ANY: May = May { number: true, empty: true };
const NUMBER: May = May { number: true, empty: false };
const TEXT: May = May { number: false, empty: true };
/// A text with letters, a truth, an error.
const OTHER: May = May { number: false, empty: false };

/// Functions whose result is a text: MID, REPT, CHAR, LOWER, UPPER, PROPER, LEFT, RIGHT, TRIM,
/// REPLACE, SUBSTITUTE, T, CLEAN, ASC, JIS, CONCATENATE, DATESTRING, NUMBERSTRING, PHONETIC, TEXT.
const TEXTS: [u16; 20] = [
    30, 31, 48, 111, 112, 113, 114, 115, 116, 118, 119, 120, 130, 162, 214, 215, 336, 352, 353, 360,
];
/// COUNT, SUM, AVERAGE, MIN, MAX, COUNTA.
const NUMBERS: [u16; 6] = [0, 4, 5, 6, 7, 169];

/// What the result of these tokens may be; anything, where they can't be followed.
pub fn result(tokens: &[u8]) -> May {
    follow(tokens).unwrap_or(ANY)
}

#[derive(Default)]
struct Stack(Vec<May>);

impl Stack {
    fn pop(&mut self) -> May {
        self.0.pop().unwrap_or(ANY)
    }
    fn pop_two(&mut self) -> (May, May) {
        (self.pop(), self.pop())
    }
}

fn follow(mut rest: &[u8]) -> Option<May> {
    let mut stack = Stack::default();
    while let Some((kind, content)) = rest.split_first() {
        let short = |at: usize| u16_at(content, at);
        // The same token in three classes: reference, value, array.
        let base = if *kind < 0x20 { *kind } else { 0x20 | (*kind & 0x1f) };
        let (length, pushed) = match base {
            0x01 | 0x02 => (4, Some(ANY)),
            0x03..=0x07 => {
                stack.pop_two();
                (0, Some(NUMBER))
            }
            0x08 => {
                let (behind, before) = stack.pop_two();
                (0, Some(May { number: false, empty: before.empty && behind.empty }))
            }
            0x09..=0x0e => {
                stack.pop_two();
                (0, Some(OTHER))
            }
            0x0f..=0x11 => {
                stack.pop_two();
                (0, Some(ANY))
            }
            0x12 | 0x15 => (0, None),
            0x13 | 0x14 => {
                stack.pop();
                (0, Some(NUMBER))
            }
            0x16 => (0, Some(ANY)),
            0x17 => {
                let (letters, wide) = (usize::from(*content.first()?), *content.get(1)? & 1 == 1);
                (
                    2 + letters * if wide { 2 } else { 1 },
                    Some(if letters == 0 { TEXT } else { OTHER }),
                )
            }
            0x19 => {
                let what = *content.first()?;
                let choices = if what & 0x04 != 0 { 2 * (usize::from(short(1)?) + 1) } else { 0 };
                if what & 0x10 != 0 {
                    stack.pop();
                }
                (3 + choices, (what & 0x10 != 0).then_some(NUMBER))
            }
            0x1c | 0x1d => (1, Some(OTHER)),
            0x1e => (2, Some(NUMBER)),
            0x1f => (8, Some(NUMBER)),
            0x20 => (7, Some(ANY)),
            // How many arguments it takes only its own definition says: what lies below is unknown
            // from here on.
            0x21 => {
                stack.0.clear();
                (2, Some(function(short(0)?, &[])))
            }
            0x22 => {
                let mut arguments: Vec<May> =
                    (0..*content.first()? & 0x7f).map(|_| stack.pop()).collect();
                arguments.reverse();
                (3, Some(function(short(1)? & 0x7fff, &arguments)))
            }
            0x23 | 0x24 | 0x2a | 0x2c => (4, Some(ANY)),
            0x25 | 0x2b | 0x2d => (8, Some(ANY)),
            0x26..=0x28 => (6, None),
            0x29 => (2, None),
            0x39 | 0x3a | 0x3c => (6, Some(ANY)),
            0x3b | 0x3d => (10, Some(ANY)),
            _ => return None,
        };
        stack.0.extend(pushed);
        rest = content.get(length..)?;
    }
    stack.0.pop()
}

fn function(number: u16, arguments: &[May]) -> May {
    let either = |a: May, b: May| May { number: a.number || b.number, empty: a.empty || b.empty };
    match (number, arguments) {
        // IF; without its last part it is FALSE where the condition isn't so.
        (1, [_, then, otherwise]) => either(*then, *otherwise),
        (1, [_, then]) => *then,
        (336, [_, ..]) => May { number: false, empty: arguments.iter().all(|a| a.empty) },
        (n, _) if TEXTS.contains(&n) => TEXT,
        (n, _) if NUMBERS.contains(&n) => NUMBER,
        _ => ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    }

    /// Tokens as LibreOffice and xlwt wrote them.
    #[test]
    fn a_formula_says_what_its_result_may_be() {
        for (formula, tokens, may) in [
            ("\"予診のみ\"", "170401884e3a8a6e307f30", OTHER),
            (
                "IF(1=1,\"休日\",\"通常\")",
                "1e01001e01000b19020b00170201114fe56519080e001702011a90385e1908030042030100",
                OTHER,
            ),
            ("SUM(1,2)", "1e01001e020042020400", NUMBER),
            (
                "IF(A1=\"\",A1,\"\")",
                "44000000c01700000b1902090024000000c019080a001700001908030042030100",
                ANY,
            ),
            ("D2", "44010003c0", ANY),
            ("TEXT(0,\"\")", "1e0000170000413000", TEXT),
            ("1+1", "1e01001e010003", NUMBER),
            ("A1&\"様\"", "44000000c017010118ff08", OTHER),
            ("A1&B1", "44000000c044000001c008", TEXT),
            ("SUM(A1:A3)", "25000002000000000019100000", NUMBER),
            ("(1)", "1e010015", NUMBER),
            ("IF(1=1,\"\")", "1e01001e01000b1902070017000042020100", TEXT),
            ("an unknown token", "7f", ANY),
            ("cut off", "1704", ANY),
            ("a text cut off", "17ff01884e", ANY),
            ("nothing", "", ANY),
            ("an operator without operands", "03", NUMBER),
        ] {
            assert_eq!(result(&bytes(tokens)), may, "{formula}");
        }
    }
}
