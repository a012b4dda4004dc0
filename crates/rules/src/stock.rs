//! 入庫在庫 and ロット: a ledger of vials a lot; stock is a sum, never typed. Source: spec §2.9, domain facts §5.5, §10 (GS1).

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::time;

/// What happened to vials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 納入: what the wholesaler said it brought; it doesn't move the stock.
    Delivered,
    /// 入庫
    Received,
    TransferredIn,
    TransferredOut,
    /// 開封: a vial on the table; it doesn't move the stock until it is used or thrown away.
    Opened,
    Used,
    Wasted,
    /// 棚卸の調整
    Adjusted,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Delivered,
        Kind::Received,
        Kind::TransferredIn,
        Kind::TransferredOut,
        Kind::Opened,
        Kind::Used,
        Kind::Wasted,
        Kind::Adjusted,
    ];
    pub fn key(self) -> &'static str {
        match self {
            Kind::Delivered => "delivered",
            Kind::Received => "received",
            Kind::TransferredIn => "transferred_in",
            Kind::TransferredOut => "transferred_out",
            Kind::Opened => "opened",
            Kind::Used => "used",
            Kind::Wasted => "wasted",
            Kind::Adjusted => "adjusted",
        }
    }
    pub fn from_key(key: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.key() == key)
    }
    pub fn label(self) -> &'static str {
        match self {
            Kind::Delivered => "納入",
            Kind::Received => "入庫",
            Kind::TransferredIn => "融通（受入）",
            Kind::TransferredOut => "融通（払出）",
            Kind::Opened => "開封",
            Kind::Used => "使用",
            Kind::Wasted => "廃棄",
            Kind::Adjusted => "調整",
        }
    }
    /// How an entry of so many vials moves the stock. An adjustment carries its own sign.
    pub fn moves(self, vials: i64) -> i64 {
        match self {
            Kind::Delivered | Kind::Opened => 0,
            Kind::Received | Kind::TransferredIn | Kind::Adjusted => vials,
            Kind::TransferredOut | Kind::Used | Kind::Wasted => -vials,
        }
    }
}

/// Why vials were thrown away unused.
pub const WASTE_REASONS: [(&str, &str); 7] = [
    ("expired", "有効期限切れ"),
    ("temperature", "温度の逸脱"),
    ("breakage", "破損"),
    ("foreign_matter", "異物・不良"),
    ("opened_unused", "開封したが接種しなかった"),
    ("recalled", "回収の対象"),
    ("other", "その他"),
];

pub fn waste_reason(key: &str) -> Option<&'static str> {
    WASTE_REASONS.iter().find(|(k, _)| *k == key).map(|(_, label)| *label)
}

/// A lot as the master knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    pub number: String,
    pub expiry: Date,
    pub recalled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("バイアル数は1以上の整数で入力してください")]
    NoVials,
    #[error("ロット{lot}の在庫は{stock}本です。{wanted}本は使えません")]
    NotEnough { lot: String, stock: i64, wanted: i64 },
    #[error("ロット{lot}は{expiry}に有効期限が切れています", expiry = time::say_date(*expiry))]
    Expired { lot: String, expiry: Date },
    #[error("ロット{0}は回収の対象です。使わずに、隔離して保管してください")]
    Recalled(String),
    #[error("ロット{0}はこの会場にありません")]
    Foreign(String),
    #[error("調整には理由を書いてください")]
    NoReason,
    #[error("廃棄の理由を選んでください")]
    NoWasteReason,
    #[error("ロット{lot}の有効期限は{known}と登録されています。入力は{typed}です", known = time::say_date(*known), typed = time::say_date(*typed))]
    OtherExpiry { lot: String, known: Date, typed: Date },
    #[error("同じ会場には融通できません")]
    ToItself,
    #[error("この融通にはもう回答があります")]
    Answered,
    #[error("受け取った本数は{0}本までです。少ないときは理由を書いてください")]
    MoreThanOffered(i64),
}

/// Sums a ledger by lot.
pub fn sums<'e>(entries: impl Iterator<Item = (&'e str, Kind, i64)>) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for (lot, kind, vials) in entries {
        *sums.entry(lot.to_string()).or_insert(0) += kind.moves(vials);
    }
    sums
}

/// Decides whether vials of a lot may move so on a day. `stock` is what the venue has of the lot.
pub fn entry(kind: Kind, lot: &str, known: Option<&Lot>, stock: i64, vials: i64, reason: &str, day: Date) -> Result<(), Refusal> {
    let takes = matches!(kind, Kind::Used | Kind::Wasted | Kind::TransferredOut | Kind::Opened);
    if kind == Kind::Adjusted {
        if vials == 0 {
            return Err(Refusal::NoVials);
        }
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        return if stock + vials < 0 { Err(Refusal::NotEnough { lot: lot.into(), stock, wanted: -vials }) } else { Ok(()) };
    }
    if vials < 1 {
        return Err(Refusal::NoVials);
    }
    if let Some(known) = known {
        // What is expired or recalled may still be thrown away, and nothing else.
        if kind != Kind::Wasted && known.recalled {
            return Err(Refusal::Recalled(lot.into()));
        }
        if kind != Kind::Wasted && known.expiry < day {
            return Err(Refusal::Expired { lot: lot.into(), expiry: known.expiry });
        }
    }
    if takes {
        if known.is_none() && !lot.is_empty() {
            return Err(Refusal::Foreign(lot.into()));
        }
        if stock < vials {
            return Err(Refusal::NotEnough { lot: lot.into(), stock, wanted: vials });
        }
    }
    if kind == Kind::Wasted && waste_reason(reason).is_none() {
        return Err(Refusal::NoWasteReason);
    }
    Ok(())
}

/// What a GS1 element string says of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gs1 {
    pub gtin: Option<String>,
    pub expiry: Option<Date>,
    pub lot: Option<String>,
    pub count: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gs1Fault {
    #[error("GS1コードとして読めません（{0}の位置）。バーコードの数字をそのまま貼り付けるか、ロットと期限を入力してください")]
    Unknown(usize),
    #[error("商品コード（GTIN）の検査数字が合いません。もう一度読み取ってください")]
    CheckDigit,
    #[error("有効期限 {0} は日付ではありません")]
    Expiry(String),
}

/// Reads a GS1 element string as a scanner types it or as it is printed: `(01)…(17)…(10)…`, `]C101…`, FNC1 as a control character.
pub fn gs1(raw: &str) -> Result<Gs1, Gs1Fault> {
    let folded: String = unicode_normalization::UnicodeNormalization::nfkc(raw.trim()).collect();
    let text = ["]C1", "]e0", "]d2", "]Q3"].iter().fold(folded.as_str(), |t, p| t.strip_prefix(p).unwrap_or(t));
    let bracketed = text.trim_start().starts_with('(');
    let mut found = Gs1::default();
    let mut rest = text;
    let at = |rest: &str| text.len() - rest.len();
    loop {
        rest = rest.trim_start_matches(['\u{1d}', ' ']);
        if rest.is_empty() {
            break;
        }
        let body = if bracketed { rest.strip_prefix('(').ok_or(Gs1Fault::Unknown(at(rest)))? } else { rest };
        if !body.is_char_boundary(2) || body.len() < 2 {
            return Err(Gs1Fault::Unknown(at(rest)));
        }
        let (ai, value) = body.split_at(2);
        let value = if bracketed { value.strip_prefix(')').ok_or(Gs1Fault::Unknown(at(rest)))? } else { value };
        let fixed = match ai {
            "01" => Some(14),
            "17" | "11" | "15" => Some(6),
            "10" | "21" | "30" | "37" => None,
            _ => return Err(Gs1Fault::Unknown(at(rest))),
        };
        let length = match fixed {
            Some(n) => n,
            None => value.find(|c| c == '\u{1d}' || (bracketed && c == '(')).unwrap_or(value.len()).min(20),
        };
        let field = value.get(..length).ok_or(Gs1Fault::Unknown(at(rest)))?;
        match ai {
            "01" => found.gtin = Some(gtin(field)?),
            "17" => found.expiry = Some(expiry(field)?),
            "10" => found.lot = Some(field.trim().to_string()),
            "30" | "37" => found.count = Some(field.trim().parse().map_err(|_| Gs1Fault::Unknown(at(rest)))?),
            _ => {}
        }
        rest = &value[length..];
    }
    if found == Gs1::default() { Err(Gs1Fault::Unknown(0)) } else { Ok(found) }
}

fn gtin(digits: &str) -> Result<String, Gs1Fault> {
    let numbers: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    let [body @ .., check] = numbers.as_slice() else { return Err(Gs1Fault::CheckDigit) };
    let sum: u32 = body.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { d * 3 } else { *d }).sum();
    if numbers.len() == 14 && (10 - sum % 10) % 10 == *check { Ok(digits.to_string()) } else { Err(Gs1Fault::CheckDigit) }
}

/// YYMMDD; day 00 stands for the month's last day.
fn expiry(digits: &str) -> Result<Date, Gs1Fault> {
    let fault = || Gs1Fault::Expiry(digits.to_string());
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|p| p.parse::<i16>().ok()).ok_or_else(fault);
    let (year, month, day) = (2000 + part(0..2)?, part(2..4)? as i8, part(4..6)? as i8);
    let first = Date::new(year, month, day.max(1)).map_err(|_| fault())?;
    if day > 0 { Ok(first) } else { first.last_of_month().checked_add(0.days()).map_err(|_| fault()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lot(expiry: &str, recalled: bool) -> Lot {
        Lot { number: "3005785".into(), expiry: expiry.parse().unwrap(), recalled }
    }
    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn element_strings_are_read_as_printed_and_as_scanned() {
        let wanted =
            Gs1 { gtin: Some("14987123456781".into()), expiry: Some(day("2022-09-30")), lot: Some("3005785".into()), count: Some(10) };
        for raw in [
            "(01)14987123456781(17)220900(10)3005785(30)10",
            "(01)14987123456781 (17)220930 (10)3005785 (30)10",
            "（０１）14987123456781（17）220930（10）3005785（30）10",
            "]C101149871234567811722093010300578\u{35}\u{1d}3010",
            "01149871234567811722093010 3005785\u{1d}3010",
        ] {
            assert_eq!(gs1(raw), Ok(wanted.clone()), "{raw}");
        }
        assert_eq!(gs1("(01)14987123456780(10)A"), Err(Gs1Fault::CheckDigit));
        assert!(matches!(gs1("(17)221399(10)A"), Err(Gs1Fault::Expiry(_))));
        assert!(matches!(gs1("こんにちは"), Err(Gs1Fault::Unknown(_))));
        assert!(matches!(gs1(""), Err(Gs1Fault::Unknown(_))));
    }

    #[test]
    fn expired_recalled_foreign_and_missing_vials_are_refused_but_may_be_thrown_away() {
        let today = day("2022-03-20");
        let good = lot("2022-09-30", false);
        assert_eq!(entry(Kind::Used, "3005785", Some(&good), 5, 5, "", today), Ok(()));
        assert!(matches!(entry(Kind::Used, "3005785", Some(&good), 5, 6, "", today), Err(Refusal::NotEnough { .. })));
        let old = lot("2022-03-19", false);
        assert!(matches!(entry(Kind::Used, "3005785", Some(&old), 5, 1, "", today), Err(Refusal::Expired { .. })));
        assert!(matches!(entry(Kind::Received, "3005785", Some(&old), 0, 1, "", today), Err(Refusal::Expired { .. })));
        assert_eq!(entry(Kind::Wasted, "3005785", Some(&old), 5, 1, "expired", today), Ok(()));
        assert_eq!(entry(Kind::Wasted, "3005785", Some(&old), 5, 1, "", today), Err(Refusal::NoWasteReason));
        let recalled = lot("2022-09-30", true);
        assert!(matches!(entry(Kind::TransferredOut, "3005785", Some(&recalled), 5, 1, "", today), Err(Refusal::Recalled(_))));
        assert!(matches!(entry(Kind::Used, "X", None, 5, 1, "", today), Err(Refusal::Foreign(_))));
        assert_eq!(entry(Kind::Adjusted, "3005785", Some(&good), 5, -1, "", today), Err(Refusal::NoReason));
        assert_eq!(entry(Kind::Adjusted, "3005785", Some(&good), 5, -1, "棚卸", today), Ok(()));
        assert!(matches!(entry(Kind::Adjusted, "3005785", Some(&good), 5, -6, "棚卸", today), Err(Refusal::NotEnough { .. })));
    }

    proptest! {
        #[test]
        fn a_transfer_moves_what_one_gives_to_the_other(vials in 1i64..1000) {
            prop_assert_eq!(Kind::TransferredOut.moves(vials) + Kind::TransferredIn.moves(vials), 0);
        }
        #[test]
        fn no_text_makes_the_reader_fall_over(raw in ".{0,60}") {
            let _ = gs1(&raw);
        }
    }
}
