//! The records of old workbooks: one after the other, some of them continued in the next. Source:
//! [MS-XLS] 2.1.4.

const CONTINUE: u16 = 0x003c;

/// Records one after the other: kind and content.
pub struct Records<'s> {
    pub rest: &'s [u8],
}

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);
    fn next(&mut self) -> Option<Self::Item> {
        let (head, rest) = self.rest.split_at_checked(4)?;
        let (kind, length) =
            (u16::from_le_bytes([head[0], head[1]]), u16::from_le_bytes([head[2], head[3]]));
        let (content, rest) = rest.split_at_checked(usize::from(length))?;
        self.rest = rest;
        Some((kind, content))
    }
}

/// Numbers within a record, as they are stored.
pub fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
pub fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
pub fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// A record with those that continue it.
pub struct Pieces<'s> {
    pieces: Vec<&'s [u8]>,
    piece: usize,
    at: usize,
}

impl Pieces<'_> {
    fn left(&self) -> usize {
        self.pieces.get(self.piece).map_or(0, |p| p.len() - self.at)
    }
    /// Moves on where a piece is used up; false at the end.
    fn refill(&mut self) -> bool {
        while self.left() == 0 {
            if self.piece + 1 >= self.pieces.len() {
                return false;
            }
            self.piece += 1;
            self.at = 0;
        }
        true
    }
    fn byte(&mut self) -> Option<u8> {
        if !self.refill() {
            return None;
        }
        let byte = *self.pieces.get(self.piece)?.get(self.at)?;
        self.at += 1;
        Some(byte)
    }
    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }
    pub fn long(&mut self) -> Option<u32> {
        Some(u32::from(self.short()?) | u32::from(self.short()?) << 16)
    }
    fn skip(&mut self, mut bytes: usize) {
        while bytes > 0 && self.refill() {
            let step = bytes.min(self.left());
            self.at += step;
            bytes -= step;
        }
    }
    /// So many letters; where a piece ends within them, the next begins with how wide they are from
    /// there on.
    fn letters(&mut self, count: usize, mut wide: bool) -> Option<String> {
        let mut units: Vec<u16> = Vec::with_capacity(count.min(4096));
        while units.len() < count {
            if self.left() == 0 {
                if !self.refill() {
                    return None;
                }
                wide = self.byte()? & 1 == 1;
            }
            units.push(if wide { self.short()? } else { u16::from(self.byte()?) });
        }
        Some(String::from_utf16_lossy(&units))
    }
    /// A text with its length in two bytes, without its runs and its reading.
    pub fn text(&mut self) -> Option<String> {
        let count = usize::from(self.short()?);
        self.text_of(count)
    }
    pub fn text_of(&mut self, count: usize) -> Option<String> {
        Some(self.rich_of(count)?.0)
    }
    /// A text with its length in two bytes, and its runs: where each begins, in units of UTF-16,
    /// and its font.
    pub fn rich(&mut self) -> Option<(String, Vec<(u16, u16)>)> {
        let count = usize::from(self.short()?);
        self.rich_of(count)
    }
    /// Runs with their number before them.
    pub fn counted_runs(&mut self) -> Vec<(u16, u16)> {
        let count = self.short().unwrap_or(0);
        self.runs(usize::from(count))
    }
    fn runs(&mut self, count: usize) -> Vec<(u16, u16)> {
        (0..count).map_while(|_| Some((self.short()?, self.short()?))).collect()
    }
    fn rich_of(&mut self, count: usize) -> Option<(String, Vec<(u16, u16)>)> {
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { usize::from(self.short()?) } else { 0 };
        let more = if flags & 4 != 0 { self.long()? as usize } else { 0 };
        let text = self.letters(count, flags & 1 == 1)?;
        let runs = self.runs(runs);
        self.skip(more);
        Some((text, runs))
    }
}

/// A record that nothing continues.
pub fn pieces(content: &[u8]) -> Pieces<'_> {
    Pieces { pieces: vec![content], piece: 0, at: 0 }
}

/// A record with those that continue it, which are taken out of what follows.
pub fn continued<'s>(content: &'s [u8], records: &mut Records<'s>) -> Pieces<'s> {
    let mut all = pieces(content);
    while let Some((CONTINUE, more)) = (Records { rest: records.rest }).next() {
        records.next();
        all.pieces.push(more);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_change_its_width_where_a_record_is_continued() {
        let mut text = Pieces {
            pieces: vec![&[4, 0, 0, b'a', b'b'], &[1, 0x42, 0x30, 0x44, 0x30]],
            piece: 0,
            at: 0,
        };
        assert_eq!(text.text().as_deref(), Some("abあい"));
        let mut short = Pieces { pieces: vec![&[4, 0, 0, b'a', b'b']], piece: 0, at: 0 };
        assert_eq!(short.text(), None);
    }
}
