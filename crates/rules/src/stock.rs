//! 入庫在庫 and ロット: a ledger of vials a lot; stock is a sum, never typed. Source: spec §2.9, domain
//! facts §5.5.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Serialize;

use crate::words;

mod strange;
pub use strange::{Strange, is_expiry, strange};

words! {
    /// What happened to vials.
    #[derive(PartialOrd, Ord)]
    pub enum Kind in stock_entry.kind {
        /// 納入: what the wholesaler said it brought; it doesn't move the stock.
        Delivered = "delivered",
        /// 入庫
        Received = "received",
        TransferredIn = "transferred_in",
        TransferredOut = "transferred_out",
        /// 開封: a vial on the table; it doesn't move the stock until it is used or thrown away.
        Opened = "opened",
        Used = "used",
        Wasted = "wasted",
        /// 棚卸の調整
        Adjusted = "adjusted",
    }
}

impl Kind {
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
            Kind::TransferredOut | Kind::Used | Kind::Wasted => vials.saturating_neg(),
        }
    }
}

/// Vials of one entry of the ledger: more than any venue holds.
pub const MOST_VIALS: i64 = 100_000;

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

/// The label of a reason's key.
pub fn waste_reason(key: &str) -> Option<&'static str> {
    WASTE_REASONS.iter().find(|(k, _)| *k == key).map(|(_, label)| *label)
}

/// The same in an office's own words.
const WASTE_WORDS: [(&str, &[&str]); 7] = [
    (
        "expired",
        &[
            "期限切れ",
            "期限切",
            "有効期限切",
            "使用期限切れ",
            "期限超過",
            "有効期限超過",
            "期限が切れた",
        ],
    ),
    ("temperature", &["温度逸脱", "温度異常", "温度管理の不備", "温度管理不良", "冷凍庫の故障"]),
    ("breakage", &["破損した", "破瓶", "割れ", "落下", "落下による破損"]),
    ("foreign_matter", &["異物", "異物混入", "異物の混入", "不良", "不良品"]),
    ("opened_unused", &["開封後未使用", "開封したが未使用", "余り", "余剰", "残液", "キャンセル"]),
    ("recalled", &["回収", "回収対象", "自主回収"]),
    ("other", &["他", "そのほか"]),
];

/// The key of a reason that a form, a file or another system wrote: its key, its label or a word of
/// offices for it, in any width.
pub fn read_waste_reason(raw: &str) -> Option<&'static str> {
    static REASONS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
        let named = WASTE_REASONS.iter().flat_map(|(key, label)| [(*key, *key), (*label, *key)]);
        let words = WASTE_WORDS.iter().flat_map(|(key, words)| words.iter().map(|w| (*w, *key)));
        // What is named counts more than words for it.
        words.chain(named).map(|(word, key)| (crate::fold::key(word), key)).collect()
    });
    REASONS.get(&crate::fold::key(raw)).copied()
}

/// A lot as the master knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    pub number: String,
    pub expiry: Date,
    pub recalled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoVials,
    NotEnough {
        lot: String,
        stock: i64,
        wanted: i64,
    },
    NotEnoughThen {
        lot: String,
        day: Date,
        stock: i64,
        wanted: i64,
    },
    NotEnoughLater {
        lot: String,
        day: Date,
        later: Date,
        stock: i64,
        wanted: i64,
    },
    BeforeItCame {
        lot: String,
        came: Date,
        day: Date,
    },
    Expired {
        lot: String,
        expiry: Date,
    },
    Recalled(String),
    Foreign(String),
    NoAdjustment,
    NoReason,
    NoWasteReason,
    OtherExpiry {
        lot: String,
        known: Date,
        typed: Date,
    },
    OtherProduct(String),
    NotWasted {
        lot: String,
        wasted: i64,
        wanted: i64,
    },
    /// Reports of waste without a lot hold fewer vials than a correction takes back.
    NotWastedWithoutLot(i64),
    ToItself,
    Answered,
    MoreThanOffered(i64),
    FewerWithoutReason,
    RecalledAlready,
}

/// Sums a ledger by lot.
pub fn sums<'e>(entries: impl Iterator<Item = (&'e str, Kind, i64)>) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (lot, kind, vials) in entries {
        let sum = sums.entry(lot.to_string()).or_insert(0);
        *sum = sum.saturating_add(kind.moves(vials));
    }
    sums
}

/// What there is of one lot at the end of each day on which it moved, oldest first. `moves` in any
/// order.
pub fn balances(moves: impl IntoIterator<Item = (Date, i64)>) -> Vec<(Date, i64)> {
    let mut days: BTreeMap<Date, i64> = BTreeMap::new();
    for (day, n) in moves {
        let of_day = days.entry(day).or_insert(0);
        *of_day = of_day.saturating_add(n);
    }
    let mut sum = 0i64;
    let mut all = Vec::new();
    for (day, n) in days {
        sum = sum.saturating_add(n);
        all.push((day, sum));
    }
    all
}

/// What can be taken of a lot on a day: the least that there is at the end of that day or of any
/// later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub day: Date,
    /// Never below 0.
    pub vials: i64,
    /// The day on which it is so little; `None`: it is what there is after everything.
    pub least_on: Option<Date>,
    /// The first day on which any of it came.
    pub came: Option<Date>,
}

impl Room {
    /// Nothing has moved yet.
    pub fn none(day: Date) -> Room {
        Room { day, vials: 0, least_on: None, came: None }
    }
    pub fn on(day: Date, moves: impl IntoIterator<Item = (Date, i64)>) -> Room {
        let moves: Vec<(Date, i64)> = moves.into_iter().collect();
        let came = moves.iter().filter(|(_, n)| *n > 0).map(|(day, _)| *day).min();
        let all = balances(moves);
        let now = all.last().map_or(0, |(_, n)| *n);
        let then = all.iter().rev().find(|(d, _)| *d <= day).map_or(0, |(_, n)| *n);
        let later = all.iter().filter(|(d, _)| *d > day);
        let (on, least) = std::iter::once((day, then))
            .chain(later.copied())
            .min_by_key(|(d, n)| (*n, *d))
            .unwrap_or((day, 0));
        Room { day, vials: least.max(0), least_on: (least < now).then_some(on), came }
    }
    /// Whether a day lies at or behind the one on which the lot first came; of a lot that never
    /// came, any does.
    ///
    /// # Errors
    /// [`Refusal::BeforeItCame`]
    pub fn had_by(self, lot: &str, day: Date) -> Result<(), Refusal> {
        match self.came.filter(|came| day < *came) {
            Some(came) => Err(Refusal::BeforeItCame { lot: lot.into(), came, day }),
            None => Ok(()),
        }
    }
    /// The same with some of it promised away.
    pub fn less(self, vials: i64) -> Room {
        Room { vials: self.vials.saturating_sub(vials).max(0), ..self }
    }
    fn refuse(self, lot: &str, wanted: i64) -> Refusal {
        let (lot, stock) = (lot.to_string(), self.vials);
        match self.least_on {
            None => Refusal::NotEnough { lot, stock, wanted },
            Some(on) if on <= self.day => {
                Refusal::NotEnoughThen { lot, day: self.day, stock, wanted }
            }
            Some(later) => Refusal::NotEnoughLater { lot, day: self.day, later, stock, wanted },
        }
    }
}

/// Decides whether vials of a lot may move so on the room's day, so that no day's balance falls
/// below 0.
pub fn entry(
    kind: Kind,
    lot: &str,
    known: Option<&Lot>,
    room: Room,
    vials: i64,
    reason: &str,
) -> Result<(), Refusal> {
    let takes = matches!(kind, Kind::Used | Kind::Wasted | Kind::TransferredOut | Kind::Opened);
    if kind == Kind::Adjusted {
        if vials == 0 {
            return Err(Refusal::NoAdjustment);
        }
        if reason.trim().is_empty() {
            return Err(Refusal::NoReason);
        }
        let less = vials.saturating_neg();
        // Nothing can be found too much of a lot that wasn't there yet.
        return if room.vials < less {
            Err(room.refuse(lot, less))
        } else {
            room.had_by(lot, room.day)
        };
    }
    if vials < 1 {
        return Err(Refusal::NoVials);
    }
    if let Some(known) = known {
        // What is expired or recalled may still be thrown away, and nothing else.
        if kind != Kind::Wasted && known.recalled {
            return Err(Refusal::Recalled(lot.into()));
        }
        if kind != Kind::Wasted && known.expiry < room.day {
            return Err(Refusal::Expired { lot: lot.into(), expiry: known.expiry });
        }
    }
    if takes {
        if known.is_none() && !lot.is_empty() {
            return Err(Refusal::Foreign(lot.into()));
        }
        if room.vials < vials {
            return Err(room.refuse(lot, vials));
        }
    }
    if kind == Kind::Wasted && waste_reason(reason).is_none() {
        return Err(Refusal::NoWasteReason);
    }
    Ok(())
}

/// What is known of a venue's vials, from its receipts, its reports and its ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Vials of the deliveries whose receipt is recorded.
    pub delivered: i64,
    /// Doses reported as given, by how many a vial gave on their day.
    pub doses: BTreeMap<i64, i64>,
    /// The ledger by lot and kind; the empty lot is what nobody knows.
    pub ledger: Vec<(String, Kind, i64)>,
}

/// Where a venue's vials are, as every page shows it: nothing in it is negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// What is left: of all lots, and of what came without its lot being entered.
    pub stock: i64,
    pub lots: BTreeMap<String, i64>,
    /// Left of what came without its lot being entered.
    pub without_lot: i64,
    /// Came with a delivery, and no lot is entered for it.
    pub not_entered: i64,
    /// Used by the reports, and of no lot in the ledger.
    pub used_without_lot: i64,
    /// Vials that the ledger counts as used and the reports don't: a report was corrected, or
    /// records came before it.
    pub used_beyond_reports: i64,
    /// Thrown away without its lot being known.
    pub wasted_without_lot: i64,
    /// Entered in the ledger beyond what the deliveries brought.
    pub beyond_deliveries: i64,
    /// Used and thrown away beyond what there was: some record is missing.
    pub unexplained: i64,
    /// Vials that left by use, by the reports or by the ledger, whichever says more.
    pub used: i64,
    pub wasted: i64,
    /// Came by transfer, less what went by transfer.
    pub transferred: i64,
    pub adjusted: i64,
    /// Came by delivery, or was entered in the ledger as come, whichever says more.
    pub received: i64,
}

impl Standing {
    /// 受け取った量 in vials: what came by delivery or was entered as come, and what came by
    /// transfer, less what went on by transfer.
    pub fn came(&self) -> i64 {
        self.received.saturating_add(self.transferred).max(0)
    }

    /// 受け取った量 in doses: what was delivered, as its boxes held, and what came and went on
    /// otherwise.
    pub fn came_in_doses(&self, delivered: i64, otherwise: Otherwise) -> i64 {
        let beyond = self.beyond_deliveries.saturating_mul(otherwise.per_vial);
        delivered.saturating_add(beyond).saturating_add(otherwise.transferred).max(0)
    }
}

/// What came and went on otherwise than in boxes, by what a vial gave on each day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Otherwise {
    /// Doses that came by transfer, less those that went on.
    pub transferred: i64,
    /// Doses of a vial on the last day on which vials were entered as come.
    pub per_vial: i64,
}

/// Doses by how many a vial gave on their day, as they were really drawn: a correction that is dated
/// after another packing came takes back what was given before it, the largest vials first.
pub fn drawn(doses: &BTreeMap<i64, i64>) -> BTreeMap<i64, i64> {
    let corrections = doses.values().filter(|n| **n < 0).map(|n| n.saturating_neg());
    let mut taken_back = corrections.fold(0, i64::saturating_add);
    let mut left: BTreeMap<i64, i64> = doses.iter().map(|(v, n)| (*v, (*n).max(0))).collect();
    for n in left.values_mut().rev() {
        let here = taken_back.min(*n);
        *n -= here;
        taken_back -= here;
    }
    left.retain(|_, n| *n > 0);
    left
}

/// Vials from which doses were drawn, given by how many a vial gave: what was begun counts whole.
pub fn vials_of(doses: &BTreeMap<i64, i64>) -> i64 {
    let vials = |(per_vial, doses): (&i64, &i64)| {
        let per_vial = (*per_vial).max(1);
        doses.saturating_add(per_vial - 1).div_euclid(per_vial)
    };
    drawn(doses).iter().map(vials).fold(0, i64::saturating_add)
}

pub fn standing(facts: &Facts) -> Standing {
    let of = |lot: Option<bool>, kinds: &[Kind]| -> i64 {
        facts
            .ledger
            .iter()
            .filter(|(l, k, _)| lot.is_none_or(|known| known != l.is_empty()) && kinds.contains(k))
            .map(|(_, _, n)| *n)
            .sum()
    };
    let received = of(None, &[Kind::Received]);
    let by_reports = vials_of(&facts.doses);
    let by_ledger = of(None, &[Kind::Used]);
    let (mut lots, mut missing) = (BTreeMap::new(), 0);
    for (lot, n) in sums(facts.ledger.iter().map(|(l, k, n)| (l.as_str(), *k, *n))) {
        if !lot.is_empty() {
            missing += (-n).max(0);
            lots.insert(lot, n.max(0));
        }
    }
    let not_entered = (facts.delivered - received).max(0);
    let used_without_lot = (by_reports - by_ledger).max(0);
    // A correction of what was thrown away of no lot was written as an adjustment before.
    let taken_back = of(Some(false), &[Kind::Adjusted]).max(0);
    let wasted_without_lot = (of(Some(false), &[Kind::Wasted]) - taken_back).max(0);
    let in_lots: i64 = lots.values().sum();
    let rest = not_entered - used_without_lot - wasted_without_lot - missing;
    let stock = (in_lots + rest).max(0);
    Standing {
        stock,
        without_lot: rest.max(0),
        not_entered,
        used_without_lot,
        used_beyond_reports: (by_ledger - by_reports).max(0),
        wasted_without_lot,
        beyond_deliveries: (received - facts.delivered).max(0),
        unexplained: (-(in_lots + rest)).max(0),
        used: by_reports.max(by_ledger),
        wasted: of(None, &[Kind::Wasted]) - taken_back,
        transferred: of(None, &[Kind::TransferredIn]) - of(None, &[Kind::TransferredOut]),
        adjusted: of(None, &[Kind::Adjusted]) - taken_back,
        received: received.max(facts.delivered),
        lots,
    }
}

/// Letters and digits that are taken for each other by eye, as one.
fn alike(c: char) -> char {
    match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        'G' => '6',
        c => c,
    }
}

/// The known lots that a lot may be a slip of: look-alike letters, signs left out, zeros in front,
/// one character other, more, less or two swapped. Empty where it is known itself. Both in the form
/// of [`crate::input::lot`].
pub fn near<'k>(lot: &str, known: impl IntoIterator<Item = &'k str>) -> Vec<String> {
    let bare = |text: &str| -> Vec<char> {
        text.chars().filter(char::is_ascii_alphanumeric).map(alike).collect()
    };
    let own = bare(lot);
    let mut found = Vec::new();
    for other in known {
        if other == lot {
            return Vec::new();
        }
        let theirs = bare(other);
        // Short lots differ by one character without being slips of each other.
        let slip = own.len().min(theirs.len()) >= 5 && one_slip(&own, &theirs);
        let close = own == theirs || slip || without_zeros(&own) == without_zeros(&theirs);
        if close {
            found.push(other.to_string());
        }
    }
    found.sort();
    found
}

/// A system that pads its codes has set zeros in front.
fn without_zeros(text: &[char]) -> &[char] {
    let zeros = text.iter().take_while(|c| **c == '0').count();
    &text[zeros..]
}

fn one_slip(a: &[char], b: &[char]) -> bool {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (x, y) = (&a[same..], &b[same..]);
    match (x, y) {
        ([p, q, rest @ ..], [r, s, tail @ ..]) if a.len() == b.len() => {
            (p == s && q == r && rest == tail) || x[1..] == y[1..]
        }
        _ if a.len() == b.len() => x.len() <= 1,
        _ if a.len() == b.len() + 1 => x[1..] == *y,
        _ if a.len() + 1 == b.len() => *x == y[1..],
        _ => false,
    }
}

/// What a search box for lots looks for: the lot of a code, a lot in any writing, or a part of one
/// as it was typed.
pub fn sought_lot(raw: &str) -> String {
    let of_code = crate::gs1::read(raw).ok().and_then(|code| code.lot);
    of_code.or_else(|| crate::input::lot("", raw).ok()).unwrap_or_else(|| raw.to_string())
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

    fn room(day_: &str, vials: i64) -> Room {
        Room::on(day(day_), [(day("2022-03-01"), vials)])
    }

    #[test]
    fn expired_recalled_foreign_and_missing_vials_are_refused_but_may_be_thrown_away() {
        let today = |n| room("2022-03-20", n);
        let good = lot("2022-09-30", false);
        assert_eq!(entry(Kind::Used, "3005785", Some(&good), today(5), 5, ""), Ok(()));
        assert_eq!(
            entry(Kind::Used, "3005785", Some(&good), today(5), 6, ""),
            Err(Refusal::NotEnough { lot: "3005785".into(), stock: 5, wanted: 6 })
        );
        let old = lot("2022-03-19", false);
        assert!(matches!(
            entry(Kind::Used, "3005785", Some(&old), today(5), 1, ""),
            Err(Refusal::Expired { .. })
        ));
        assert!(matches!(
            entry(Kind::Received, "3005785", Some(&old), today(0), 1, ""),
            Err(Refusal::Expired { .. })
        ));
        assert_eq!(entry(Kind::Wasted, "3005785", Some(&old), today(5), 1, "expired"), Ok(()));
        assert_eq!(
            entry(Kind::Wasted, "3005785", Some(&old), today(5), 1, ""),
            Err(Refusal::NoWasteReason)
        );
        let recalled = lot("2022-09-30", true);
        assert!(matches!(
            entry(Kind::TransferredOut, "3005785", Some(&recalled), today(5), 1, ""),
            Err(Refusal::Recalled(_))
        ));
        assert!(matches!(entry(Kind::Used, "X", None, today(5), 1, ""), Err(Refusal::Foreign(_))));
        assert_eq!(
            entry(Kind::Adjusted, "3005785", Some(&good), today(5), -1, ""),
            Err(Refusal::NoReason)
        );
        assert_eq!(
            entry(Kind::Adjusted, "3005785", Some(&good), today(5), 0, "棚卸"),
            Err(Refusal::NoAdjustment)
        );
        assert_eq!(entry(Kind::Adjusted, "3005785", Some(&good), today(5), -1, "棚卸"), Ok(()));
        assert!(matches!(
            entry(Kind::Adjusted, "3005785", Some(&good), today(5), -6, "棚卸"),
            Err(Refusal::NotEnough { .. })
        ));
        assert!(matches!(
            entry(Kind::Adjusted, "3005785", Some(&good), today(5), i64::MIN, "棚卸"),
            Err(Refusal::NotEnough { .. })
        ));
    }

    #[test]
    fn nothing_is_taken_before_it_came_nor_from_what_later_days_need() {
        let moves = [(day("2022-03-22"), 20), (day("2022-03-25"), -15), (day("2022-04-01"), 10)];
        let good = lot("2022-09-30", false);
        let take = |on: &str, n: i64, kind| {
            entry(
                kind,
                "3005785",
                Some(&good),
                Room::on(day(on), moves),
                if kind == Kind::Adjusted { -n } else { n },
                "expired",
            )
        };
        for kind in [Kind::Used, Kind::Wasted, Kind::TransferredOut, Kind::Opened, Kind::Adjusted] {
            let before = take("2021-01-01", 3, kind);
            assert_eq!(
                before,
                Err(Refusal::NotEnoughThen {
                    lot: "3005785".into(),
                    day: day("2021-01-01"),
                    stock: 0,
                    wanted: 3
                }),
                "{kind:?}"
            );
            assert!(
                matches!(take("2022-03-21", 1, kind), Err(Refusal::NotEnoughThen { .. })),
                "{kind:?}"
            );
            assert_eq!(take("2022-03-22", 5, kind), Ok(()), "{kind:?}");
            let later = Refusal::NotEnoughLater {
                lot: "3005785".into(),
                day: day("2022-03-22"),
                later: day("2022-03-25"),
                stock: 5,
                wanted: 6,
            };
            assert_eq!(take("2022-03-22", 6, kind), Err(later), "{kind:?}");
            assert!(
                matches!(take("2022-03-31", 6, kind), Err(Refusal::NotEnoughThen { stock: 5, .. })),
                "{kind:?}"
            );
            assert_eq!(take("2022-04-01", 15, kind), Ok(()), "{kind:?}");
            assert!(
                matches!(take("2022-04-01", 16, kind), Err(Refusal::NotEnough { stock: 15, .. })),
                "{kind:?}"
            );
        }
        assert_eq!(
            balances(moves),
            [(day("2022-03-22"), 20), (day("2022-03-25"), 5), (day("2022-04-01"), 15)]
        );
    }

    #[test]
    fn nothing_is_adjusted_before_the_lot_first_came() {
        let good = lot("2022-09-30", false);
        // Lines may be written in any order.
        let moves = [(day("2022-03-25"), -15), (day("2022-03-13"), 20), (day("2022-04-01"), 10)];
        let adjust = |on: &str, n: i64| {
            entry(Kind::Adjusted, "3005785", Some(&good), Room::on(day(on), moves), n, "棚卸")
        };
        let early = |on: &str| {
            Err(Refusal::BeforeItCame {
                lot: "3005785".into(),
                came: day("2022-03-13"),
                day: day(on),
            })
        };
        assert_eq!(adjust("2022-03-09", 5), early("2022-03-09"));
        assert_eq!(adjust("2022-03-12", 1), early("2022-03-12"));
        assert_eq!(adjust("2022-03-13", 5), Ok(()));
        assert_eq!(adjust("2022-03-20", 5), Ok(()));
        assert!(matches!(adjust("2022-03-12", -1), Err(Refusal::NotEnoughThen { .. })));
        let room = Room::on(day("2022-04-02"), moves);
        assert_eq!(room.had_by("3005785", day("2022-03-13")), Ok(()));
        assert_eq!(room.had_by("3005785", day("2022-03-12")), early("2022-03-12"));
        assert_eq!(Room::none(day("2022-03-01")).had_by("3005785", day("2021-01-01")), Ok(()));
    }

    fn facts(delivered: i64, doses: i64, ledger: &[(&str, Kind, i64)]) -> Standing {
        let ledger = ledger.iter().map(|(l, k, n)| ((*l).to_string(), *k, *n)).collect();
        standing(&Facts { delivered, doses: [(15, doses)].into(), ledger })
    }

    #[test]
    fn vials_are_reckoned_by_what_a_vial_gave_on_the_day() {
        // Doses by how many a vial gives, and the vials they were drawn from.
        for (doses, vials) in [
            (&[][..], 0),
            (&[(15, 0)], 0),
            (&[(15, 1)], 1),
            (&[(15, 31)], 3),
            // 540 of 15 and 60 of 20: another vial since then changes nothing of the 36.
            (&[(15, 540), (20, 60)], 39),
            (&[(15, 541), (20, 61)], 41),
            // A correction that is dated after the change takes off what was drawn before.
            (&[(15, 540), (20, -40)], 34),
            (&[(10, -150), (15, 302)], 11),
            (&[(10, -10), (15, 610)], 40),
            (&[(10, -400), (15, 302)], 0),
            (&[(15, -40)], 0),
            (&[(0, 7)], 7),
            (&[(15, i64::MAX)], i64::MAX / 15),
        ] {
            assert_eq!(vials_of(&doses.iter().copied().collect()), vials, "{doses:?}");
        }
        let doses = [(15, 540), (20, 60)].into();
        let s = standing(&Facts { delivered: 50 + 40, doses, ledger: Vec::new() });
        assert_eq!((s.stock, s.used, s.received), (51, 39, 90));
    }

    #[test]
    fn what_is_received_used_and_thrown_away_is_one_figure_with_and_without_lots() {
        // Four boxes came, no lot is entered: it is there, and it says so.
        let s = facts(40, 0, &[]);
        assert_eq!((s.stock, s.without_lot, s.not_entered, s.unexplained), (40, 40, 40, 0));
        // One vial thrown away of an unknown lot: 39, nowhere -1.
        let s = facts(40, 0, &[("", Kind::Wasted, 1)]);
        assert_eq!((s.stock, s.without_lot, s.wasted_without_lot), (39, 39, 1));
        // Half of it entered, 31 doses reported: three vials are used, of no lot yet.
        let s = facts(40, 31, &[("A", Kind::Received, 20)]);
        assert_eq!(
            (s.stock, s.not_entered, s.used_without_lot, s.without_lot, s.used),
            (37, 20, 3, 17, 3)
        );
        // The use is in the ledger: counted once.
        let s = facts(40, 31, &[("A", Kind::Received, 20), ("A", Kind::Used, 3)]);
        assert_eq!((s.stock, s.lots["A"], s.used_without_lot, s.used), (37, 17, 0, 3));
        // Everything entered, the use in no lot: the figure is right and the lots are said to hold
        // too much.
        let s = facts(20, 31, &[("A", Kind::Received, 20)]);
        assert_eq!((s.stock, s.lots["A"], s.without_lot, s.used_without_lot), (17, 20, 0, 3));
        // More used than ever came: 0, and how many are unexplained.
        let s = facts(10, 300, &[]);
        assert_eq!((s.stock, s.unexplained), (0, 10));
        // A ledger of before that went below 0.
        let s = facts(0, 0, &[("A", Kind::Wasted, 1), ("B", Kind::Received, 5)]);
        assert_eq!(
            (s.stock, s.lots["A"], s.lots["B"], s.unexplained, s.beyond_deliveries),
            (4, 0, 5, 0, 5)
        );
    }

    #[test]
    fn what_came_counts_transfers_and_a_correction_of_waste_is_no_adjustment() {
        let given = ("A", Kind::TransferredOut, 5);
        for (delivered, ledger, came) in [
            (40, vec![], 40),
            (40, vec![("A", Kind::Received, 40)], 40),
            // More was entered than deliveries brought.
            (40, vec![("A", Kind::Received, 60)], 60),
            (20, vec![("A", Kind::Received, 20), ("B", Kind::TransferredIn, 10)], 30),
            (20, vec![("A", Kind::Received, 20), given], 15),
            (0, vec![("B", Kind::TransferredIn, 10)], 10),
            // What was counted anew or thrown away changes nothing of what came.
            (20, vec![("A", Kind::Adjusted, 3), ("A", Kind::Wasted, 2), ("", Kind::Wasted, 1)], 20),
        ] {
            assert_eq!(facts(delivered, 0, &ledger).came(), came, "{ledger:?}");
        }
        let s = facts(40, 0, &[("", Kind::Wasted, 5), ("", Kind::Adjusted, 2)]);
        assert_eq!((s.wasted, s.adjusted, s.stock), (3, 0, 37));
    }

    #[test]
    fn lots_that_may_be_a_slip_of_a_known_one_are_found() {
        let known = ["3005785", "EY2173", "FF4204-1"];
        for (typed, meant) in [
            ("300578S", "3005785"),
            ("3OO5785", "3005785"),
            ("3005786", "3005785"),
            ("300578", "3005785"),
            ("30057855", "3005785"),
            ("3005758", "3005785"),
            ("3005787", "3005785"),
            ("EY2I73", "EY2173"),
            ("EYZ173", "EY2173"),
            ("EY2137", "EY2173"),
            ("FF42041", "FF4204-1"),
            ("FF42O4-1", "FF4204-1"),
            ("E-Y2173", "EY2173"),
        ] {
            assert_eq!(near(typed, known), [meant], "{typed}");
        }
        for typed in ["3005785", "EY2173", "3004999", "ABC123", "3006795", "EY21", "300"] {
            assert_eq!(near(typed, known), [] as [&str; 0], "{typed}");
        }
    }

    proptest! {
        /// Whatever is tried in whatever order of days, no day's balance falls below 0.
        #[test]
        fn no_day_is_ever_below_nothing(tries in proptest::collection::vec((0usize..8, 0i32..40, -30i64..60), 0..60)) {
            let good = lot("2023-09-30", false);
            let first = day("2022-03-01");
            let mut moves: Vec<(Date, i64)> = Vec::new();
            for (kind, after, vials) in tries {
                let kind = Kind::ALL[kind];
                let on = first.checked_add(jiff::Span::new().days(after)).unwrap();
                if entry(kind, "A12345", Some(&good), Room::on(on, moves.iter().copied()), vials, "expired").is_ok() {
                    moves.push((on, kind.moves(vials)));
                }
                prop_assert!(balances(moves.iter().copied()).iter().all(|(_, n)| *n >= 0), "{:?}", moves);
            }
        }
        /// No figure is negative, whatever the ledger holds; and nothing comes from nowhere.
        #[test]
        fn no_figure_is_negative(delivered in 0i64..100, doses in 0i64..2000, ledger in proptest::collection::vec((0usize..3, 0usize..8, -20i64..40), 0..30)) {
            let ledger: Vec<(&str, Kind, i64)> = ledger.iter().map(|(l, k, n)| (["", "A", "B"][*l], Kind::ALL[*k], if Kind::ALL[*k] == Kind::Adjusted { *n } else { n.abs() })).collect();
            let s = facts(delivered, doses, &ledger);
            for n in [s.stock, s.without_lot, s.not_entered, s.used_without_lot, s.wasted_without_lot, s.beyond_deliveries, s.unexplained] {
                prop_assert!(n >= 0, "{:?}", s);
            }
            prop_assert!(s.lots.values().all(|n| *n >= 0));
        }
        #[test]
        fn a_transfer_moves_what_one_gives_to_the_other(vials in 1i64..1000) {
            prop_assert_eq!(Kind::TransferredOut.moves(vials) + Kind::TransferredIn.moves(vials), 0);
        }
    }
}
