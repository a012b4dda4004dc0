//! 時間帯: the half of the day in which a delivery comes.

use crate::input;
use crate::words;

words! {
    pub enum TimeBand in shipment.band {
        Morning = "morning",
        Afternoon = "afternoon",
        Anytime = "anytime",
    }
}

/// Before this hour nobody delivers: `1:00～5:00` may be the afternoon's.
const EARLIEST: u8 = 6;

/// The day of deliveries, and where its halves part: one time lies within a half, from and to have
/// a part of it.
const BEGINS: (u8, u8) = (9, 0);
const NOON: (u8, u8) = (12, 0);
const ENDS: (u8, u8) = (17, 0);
/// Words behind a time that change nothing.
const AROUND: [&str; 16] = [
    "頃",
    "ごろ",
    "希望",
    "指定",
    "必着",
    "着",
    "配達",
    "配送",
    "納品",
    "納入",
    "便",
    "のみ",
    "だけ",
    "限定",
    "お願いします",
    "に",
];

impl TimeBand {
    /// What an office writes into a cell: the key, the label, its first word, times from and to on
    /// one side of noon, or one time of the day. A number alone may be anything.
    pub fn read(text: &str) -> Option<TimeBand> {
        TimeBand::of_words(text).or_else(|| one_time(text).and_then(TimeBand::of_clock))
    }
    /// As [`TimeBand::read`], without what is one time alone.
    pub(super) fn of_words(text: &str) -> Option<TimeBand> {
        let text = bare(text);
        let text = text.as_str();
        let words = |band: TimeBand| -> &[&str] {
            match band {
                TimeBand::Morning => &["午前", "午前中", "am", "a.m.", "am中", "朝"],
                TimeBand::Afternoon => &["午後", "pm", "p.m.", "昼過ぎ", "午後中"],
                TimeBand::Anytime => &[
                    "時間指定なし",
                    "指定なし",
                    "時間指定無し",
                    "指定無し",
                    "なし",
                    "無し",
                    "終日",
                    "いつでも",
                    "いつでも可",
                    "特になし",
                ],
            }
        };
        let named = |band: &TimeBand| {
            let label = input::folded(band.label());
            text == band.key() || text == label || words(*band).contains(&text)
        };
        TimeBand::ALL
            .into_iter()
            .find(named)
            .or_else(|| TimeBand::of_times(text))
            .or_else(|| TimeBand::of_one_time(text))
    }
    /// `9:00～12:00`, `13時〜17時`, `午前（9:00〜12:00）`, `午後（1:00〜5:00）`: the half of the day in which
    /// both times lie, and that is named if one is.
    fn of_times(text: &str) -> Option<TimeBand> {
        let (word, rest) = match (text.strip_prefix("午前"), text.strip_prefix("午後")) {
            (Some(rest), _) => (Some(TimeBand::Morning), rest),
            (_, Some(rest)) => (Some(TimeBand::Afternoon), rest),
            _ => (None, text),
        };
        let inside = rest.trim().strip_prefix('(').and_then(|r| r.strip_suffix(')'));
        let bracketed = word.filter(|_| inside.is_some());
        let ((from, to), halved) = input::clock_range_said("", inside.unwrap_or(text)).ok()?;
        let early = from.0 < EARLIEST && !halved;
        // 午後（1:00〜5:00）: the half is said before the bracket.
        let later = |(hour, minute): (u8, u8)| (hour + 12, minute);
        let (from, to) = match bracketed {
            Some(TimeBand::Afternoon) if early && to.0 < 12 => (later(from), later(to)),
            None if early => return None,
            _ => (from, to),
        };
        TimeBand::between(from, to).filter(|band| bracketed.is_none_or(|named| named == *band))
    }
    /// The half of the day in which one time lies; none where nobody delivers.
    pub(super) fn of_clock(at: (u8, u8)) -> Option<TimeBand> {
        match at {
            at if (BEGINS..NOON).contains(&at) => Some(TimeBand::Morning),
            at if (NOON..=ENDS).contains(&at) => Some(TimeBand::Afternoon),
            _ => None,
        }
    }
    fn between(from: (u8, u8), to: (u8, u8)) -> Option<TimeBand> {
        match (from, to) {
            (_, to) if BEGINS < to && to <= NOON => Some(TimeBand::Morning),
            (from, _) if NOON <= from && from < ENDS => Some(TimeBand::Afternoon),
            _ => None,
        }
    }
    /// `13時以降`, `12時まで`: the half of the day that is left.
    fn of_one_time(text: &str) -> Option<TimeBand> {
        if let Some(from) =
            ["以降", "以後", "から", "~", "〜"].iter().find_map(|w| text.strip_suffix(w))
        {
            return input::clock("", from)
                .ok()
                .filter(|from| NOON <= *from && *from < ENDS)
                .map(|_| TimeBand::Afternoon);
        }
        let to = ["までに", "まで", "迄", "以前"].iter().find_map(|w| text.strip_suffix(w))?;
        input::clock("", to)
            .ok()
            .filter(|to| BEGINS < *to && *to <= NOON)
            .map(|_| TimeBand::Morning)
    }
    pub fn label(self) -> &'static str {
        match self {
            TimeBand::Morning => "午前（9時〜12時）",
            TimeBand::Afternoon => "午後（13時〜17時）",
            TimeBand::Anytime => "時間指定なし",
        }
    }
}

/// Without what stands around a time and changes nothing.
fn bare(text: &str) -> String {
    let folded = input::folded(text).to_lowercase();
    let mut text = folded.trim_end_matches('。').trim_end();
    while let Some(bare) = AROUND.iter().find_map(|w| text.strip_suffix(w)) {
        text = bare.trim_end();
    }
    text.into()
}

/// One time of the day that says that it is one: `13:00`, `9時着`; no number alone.
pub(super) fn one_time(text: &str) -> Option<(u8, u8)> {
    let text = bare(text);
    let number = text.bytes().all(|b| b.is_ascii_digit());
    if number { None } else { input::clock("", &text).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each band with its writings.
    const WRITINGS: &[(Option<&str>, &[&str])] = &[
        (
            Some("morning"),
            &[
                "午前",
                "ＡＭ",
                "morning",
                "午前中",
                "am",
                "午前希望",
                "午前指定",
                "9:00～12:00",
                "9時〜12時",
                "９：００－１２：００",
                "午前（9:00〜12:00）",
                "午前9時から正午まで",
                "午前9時〜12時",
                "10:00-11:30",
                "12時まで",
                "11時までに",
                "9〜12時",
                "午前のみ",
                "午前中のみ",
                "午前だけ",
                "午前中にお願いします",
                "ＡＭのみ",
                "午前着希望",
                "9:00〜12:00のみ",
                "午前中必着",
                "9:00",
                "9:30:00",
                "9時着",
                "午前９時",
            ],
        ),
        (
            Some("afternoon"),
            &[
                "午後（13時〜17時）",
                "午後",
                "午後希望",
                "13時〜17時",
                "13:00～17:00",
                "午後1時～午後5時",
                "午後1時〜5時",
                "午後１時から５時まで",
                "午後1時〜17時",
                "午後1:00-5:00",
                "1:00-5:00 PM",
                "1-5pm",
                "pm1:00-5:00",
                "午後（13:00-17:00）",
                "午後（1:00〜5:00）",
                "午後（1時〜5時）",
                "12:00～15:00",
                "pm",
                "P.M.",
                "13時以降",
                "午後2時以降",
                "午後のみ",
                "午後に配達希望",
                "13:00以降のみ",
                "13:00",
                "１３：００",
                "13時頃",
                "午後1時半",
                "17:00着",
                "0.5625",
            ],
        ),
        (
            Some("anytime"),
            &["時間指定なし", "指定なし", "なし", "終日", "いつでも", "いつでも可", "特になし"],
        ),
        // Both halves, two that don't agree, or hours that may be of either: asked.
        (
            None,
            &[
                "夜",
                "9:00～17:00",
                "午前（13時〜17時）",
                "17:00～13:00",
                "7:00",
                "8:30",
                "17:30",
                "1:00",
                "0:00",
                "13",
                "0930",
                "いつか",
                "午前か午後",
                "午前不可",
                "",
                "1:00～5:00",
                "1時〜5時",
                "1-5",
                "2:00〜4:00",
                "1時〜午後5時",
                "午前9時〜5時",
                "3時以降",
                "5時まで",
                "9時以降",
                "15時まで",
                "午後（9:00〜12:00）",
                "土日祝",
                "18時以降",
                "17時以降",
                "18:00〜20:00",
                "6時〜8時",
                "8時まで",
                "午前のみ不可",
                "のみ",
            ],
        ),
    ];

    #[test]
    fn bands_as_offices_write_them() {
        let mut wrong = Vec::new();
        for (band, texts) in WRITINGS {
            for text in *texts {
                let found = TimeBand::read(text).map(TimeBand::key);
                if found != *band {
                    wrong.push(format!("{text}: {found:?} instead of {band:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
