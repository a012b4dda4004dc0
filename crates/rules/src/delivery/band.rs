//! 時間帯: the half of the day in which a delivery comes.

use serde::{Deserialize, Serialize};

use crate::input;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeBand {
    Morning,
    Afternoon,
    Anytime,
}

/// Why a time beside a date is no time band.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BandFault {
    #[error(
        "納入予定日の「{0}」は、午前（9時〜12時）か午後（13時〜17時）かがわかりません。日付だけを入力し、時間帯を選んでください"
    )]
    Neither(String),
    #[error("納入予定日の「{0}」と、時間帯の「{1}」が合いません。どちらかを直してください")]
    Other(String, &'static str),
}

/// Before this hour nobody delivers: `1:00～5:00` may be the afternoon's.
const EARLIEST: u8 = 6;

/// Nobody delivers from this hour on.
const LATEST: (u8, u8) = (17, 0);
/// Nor up to this one.
const BEGINS: (u8, u8) = (9, 0);
/// Words behind a time that change nothing.
const AROUND: [&str; 14] = [
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
    pub const ALL: [TimeBand; 3] = [TimeBand::Morning, TimeBand::Afternoon, TimeBand::Anytime];
    pub fn key(self) -> &'static str {
        match self {
            TimeBand::Morning => "morning",
            TimeBand::Afternoon => "afternoon",
            TimeBand::Anytime => "anytime",
        }
    }
    pub fn from_key(key: &str) -> Option<TimeBand> {
        TimeBand::ALL.into_iter().find(|b| b.key() == key)
    }
    /// What an office writes into a cell: the key, the label, its first word, or times from and to
    /// on one side of noon.
    pub fn read(text: &str) -> Option<TimeBand> {
        let folded = input::folded(text).to_lowercase();
        let mut text = folded.trim_end_matches('。').trim_end();
        while let Some(bare) = AROUND.iter().find_map(|w| text.strip_suffix(w)) {
            text = bare.trim_end();
        }
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
    /// `9:00～12:00`, `13時〜17時`, `午前（9:00〜12:00）`, `午後（1:00〜5:00）`: the half of the day in which both times lie, and that is
    /// named if one is.
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
    fn of_clock(at: (u8, u8)) -> Option<TimeBand> {
        match at {
            (hour, _) if (EARLIEST..12).contains(&hour) => Some(TimeBand::Morning),
            at if ((12, 0)..=(17, 0)).contains(&at) => Some(TimeBand::Afternoon),
            _ => None,
        }
    }
    /// The band of a date that may say a time (`2022-02-16 13:00`), beside the band that stands in
    /// a field of its own.
    ///
    /// # Errors
    /// A time of neither half of the day; another one than the field says.
    pub fn of_date(date: &str, field: Option<TimeBand>) -> Result<Option<TimeBand>, BandFault> {
        if let (_, Some(said)) = TimeBand::apart(date) {
            return match field {
                Some(field) if field != said => {
                    Err(BandFault::Other(said.label().into(), field.label()))
                }
                _ => Ok(Some(said)),
            };
        }
        let Some(at) = input::time_of(date) else { return Ok(field) };
        let said = || format!("{}:{:02}", at.0, at.1);
        let band = TimeBand::of_clock(at).ok_or_else(|| BandFault::Neither(said()))?;
        match field {
            Some(field) if field != band => Err(BandFault::Other(said(), field.label())),
            _ => Ok(Some(band)),
        }
    }
    /// A date with a band behind it (`2022年3月22日（火）午前`): the date alone, and the band.
    pub fn apart(raw: &str) -> (String, Option<TimeBand>) {
        const WORDS: [(&str, TimeBand); 5] = [
            ("午前中", TimeBand::Morning),
            ("午前", TimeBand::Morning),
            ("午後", TimeBand::Afternoon),
            ("時間指定なし", TimeBand::Anytime),
            ("指定なし", TimeBand::Anytime),
        ];
        let folded = input::folded(raw);
        let behind = |(word, band): &(&str, TimeBand)| {
            let date = folded.strip_suffix(word)?.trim_end();
            let date = date.strip_suffix(['、', ',', '・']).unwrap_or(date).trim_end();
            date.contains(|c: char| c.is_ascii_digit()).then(|| (date.to_string(), Some(*band)))
        };
        WORDS.iter().find_map(behind).unwrap_or((raw.to_string(), None))
    }
    fn between(from: (u8, u8), to: (u8, u8)) -> Option<TimeBand> {
        match (from, to) {
            (_, to) if BEGINS < to && to <= (12, 0) => Some(TimeBand::Morning),
            (from, _) if (12, 0) <= from && from < LATEST => Some(TimeBand::Afternoon),
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
                .filter(|from| (12, 0) <= *from && *from < LATEST)
                .map(|_| TimeBand::Afternoon);
        }
        let to = ["までに", "まで", "迄", "以前"].iter().find_map(|w| text.strip_suffix(w))?;
        input::clock("", to)
            .ok()
            .filter(|to| BEGINS < *to && *to <= (12, 0))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_beside_a_date_is_its_band_or_held() {
        use TimeBand::{Afternoon, Anytime, Morning};
        for (date, field, band) in [
            ("2022-02-16", None, Some(None)),
            ("2022-02-16", Some(Morning), Some(Some(Morning))),
            ("2022/2/16 0:00", Some(Morning), Some(Some(Morning))),
            ("2022-02-16 13:00", None, Some(Some(Afternoon))),
            ("2022-02-16T13:00:00", None, Some(Some(Afternoon))),
            ("2022年2月16日 午後1時", None, Some(Some(Afternoon))),
            ("2/16 9:30", None, Some(Some(Morning))),
            ("2022-02-16 13:00", Some(Afternoon), Some(Some(Afternoon))),
            ("2022-02-16 13:00", Some(Morning), None),
            ("2022年3月22日（火）午前", None, Some(Some(Morning))),
            ("3/22 午後", None, Some(Some(Afternoon))),
            ("2022/3/22 午前中", Some(Morning), Some(Some(Morning))),
            ("2022年3月22日（火）午前", Some(Afternoon), None),
            ("2022-02-16 13:00", Some(Anytime), None),
            ("2022-02-16 3:00", None, None),
            ("2022-02-16 17:30", None, None),
            ("2022-02-16 23:00", Some(Anytime), None),
            ("2022-02-15T15:00:00Z", None, Some(None)),
        ] {
            assert_eq!(TimeBand::of_date(date, field).ok(), band, "{date} {field:?}");
        }
    }

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
                "9:00",
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
