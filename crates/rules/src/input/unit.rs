//! What a number counts: the units that may stand behind it, and those that say that something else
//! was counted.

/// What a field counts. Another unit behind the number is refused: `3箱` isn't three vials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 箱
    Box,
    /// 本: vials.
    Vial,
    /// 回: doses. 6人分 are six of them, 6人 may have come twice.
    Dose,
    /// 件: rows of a claim, which offices also count as 回 and 人.
    Claim,
    /// 件: deliveries.
    Delivery,
    /// 人
    Person,
    /// 人: places of a slot.
    Place,
    /// 台
    Freezer,
    /// 会場
    Venue,
    /// 円
    Yen,
    /// 回目, 第3クール: which one, not how many.
    Ordinal,
    /// 歳
    Age,
    /// 分
    Minute,
    /// 日
    Day,
    /// 週
    Week,
    /// Nothing: a number alone.
    Bare,
}

/// Every unit that offices write behind a number.
const ALL: [&str; 49] = [
    "回接種分",
    "回目",
    "回分",
    "人分",
    "名分",
    "名様",
    "箱分",
    "本分",
    "件分",
    "台分",
    "円也",
    "日間",
    "分間",
    "週間",
    "会場",
    "施設",
    "か所",
    "クール",
    "バイアル",
    "boxes",
    "vials",
    "doses",
    "vial",
    "dose",
    "box",
    "yen",
    "回",
    "箱",
    "本",
    "円",
    "圓",
    "人",
    "台",
    "件",
    "名",
    "枚",
    "個",
    "瓶",
    "組",
    "席",
    "枠",
    "冊",
    "日",
    "分",
    "週",
    "歳",
    "才",
    "%",
    "版",
];

impl Unit {
    /// The units that mean what the field counts.
    const fn own(self) -> &'static [&'static str] {
        match self {
            Unit::Box => &["箱", "箱分", "個", "box", "boxes"],
            Unit::Vial => &["本", "本分", "バイアル", "瓶", "個", "vial", "vials"],
            Unit::Dose => &["回", "回分", "回接種分", "人分", "名分", "dose", "doses"],
            Unit::Claim => &["件", "件分", "回", "回分", "人", "人分", "名", "名分"],
            Unit::Delivery => &["件", "件分"],
            Unit::Person => &["人", "人分", "名", "名分", "名様"],
            Unit::Place => &["人", "人分", "名", "名分", "名様", "席", "枠", "件"],
            Unit::Freezer => &["台", "台分"],
            Unit::Venue => &["会場", "施設", "か所", "件"],
            Unit::Yen => &["円", "圓", "円也", "yen"],
            Unit::Ordinal => &["回", "回目", "クール", "版"],
            Unit::Age => &["歳", "才"],
            Unit::Minute => &["分", "分間"],
            Unit::Day => &["日", "日間"],
            Unit::Week => &["週", "週間"],
            Unit::Bare => &[],
        }
    }
    /// What stands behind a number where it is shown.
    pub const fn word(self) -> &'static str {
        match self {
            Unit::Box => "箱",
            Unit::Vial => "本",
            Unit::Dose => "回",
            Unit::Claim | Unit::Delivery => "件",
            Unit::Person | Unit::Place => "人",
            Unit::Freezer => "台",
            Unit::Venue => "会場",
            Unit::Yen => "円",
            Unit::Age => "歳",
            Unit::Minute => "分",
            Unit::Day => "日",
            Unit::Week => "週",
            Unit::Ordinal | Unit::Bare => "",
        }
    }
    /// What is to be typed, in the sentence that refuses another unit.
    pub(super) const fn wanted(self) -> &'static str {
        match self {
            Unit::Box => "箱の数",
            Unit::Vial => "バイアル（本）の数",
            Unit::Dose => "回数",
            Unit::Claim | Unit::Delivery => "件数",
            Unit::Person | Unit::Place => "人数",
            Unit::Freezer => "台数",
            Unit::Venue => "会場の数",
            Unit::Yen => "円の金額",
            Unit::Age => "年齢",
            Unit::Minute => "分の数",
            Unit::Day => "日数",
            Unit::Week => "週の数",
            Unit::Ordinal | Unit::Bare => "数字だけ",
        }
    }
    /// The words before a number of this sort.
    pub(super) const fn before(self) -> &'static [&'static str] {
        match self {
            Unit::Yen => &["¥", "\\", "金"],
            Unit::Ordinal => &["第"],
            _ => &[],
        }
    }
    /// The text without its unit; `Err` with the rest where the unit behind it is another field's.
    pub(super) fn off(self, text: &str) -> Result<&str, &str> {
        match ALL
            .iter()
            .find_map(|unit| text.strip_suffix(unit).map(|rest| (*unit, rest.trim_end())))
        {
            None => Ok(text),
            Some((unit, rest)) if self.own().contains(&unit) => Ok(rest),
            Some((_, rest)) => Err(rest),
        }
    }
}
