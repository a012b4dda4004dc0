//! The claim (請求): prices, forms, amounts, due dates. Integer yen, one rounding a row. Source: spec
//! §3, domain facts §7.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::holidays::Holidays;
use crate::time::Month;
use crate::words;

/// Which paper: extras (時間外・休日) are claimed together from service month 2021-12 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Old,
    New,
}

words! {
    /// 接種 / 予診のみ
    #[derive(PartialOrd, Ord)]
    pub enum Kind {
        ScreeningOnly = "screening_only",
        Vaccination = "vaccination",
    }
}

words! {
    /// 6歳未満 / 6歳以上
    #[derive(PartialOrd, Ord)]
    pub enum Age {
        UnderSix = "under_six",
        SixAndOver = "six_and_over",
    }
}

words! {
    /// 通常 / 時間外 / 休日
    #[derive(PartialOrd, Ord)]
    pub enum Band in person_record.band {
        Regular = "regular",
        AfterHours = "after_hours",
        Holiday = "holiday",
    }
}

impl Kind {
    pub fn label(self) -> &'static str {
        match self {
            Kind::ScreeningOnly => "予診のみ",
            Kind::Vaccination => "接種",
        }
    }
}
impl Age {
    pub fn label(self) -> &'static str {
        match self {
            Age::UnderSix => "6歳未満",
            Age::SixAndOver => "6歳以上",
        }
    }
}
impl Band {
    pub fn label(self) -> &'static str {
        match self {
            Band::Regular => "通常",
            Band::AfterHours => "時間外",
            Band::Holiday => "休日",
        }
    }
}

/// Counts by time band.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bands {
    pub regular: u32,
    pub after_hours: u32,
    pub holiday: u32,
}

/// Counts by age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ages {
    pub under_six: Bands,
    pub six_and_over: Bands,
}

/// Screening forms counted for one municipality, or their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Counts {
    pub vaccination: Ages,
    pub screening_only: Ages,
}

impl Counts {
    pub fn get(&self, kind: Kind, age: Age, band: Band) -> u32 {
        *self.clone_slot(kind, age, band)
    }
    fn clone_slot(&self, kind: Kind, age: Age, band: Band) -> &u32 {
        let ages = match kind {
            Kind::Vaccination => &self.vaccination,
            Kind::ScreeningOnly => &self.screening_only,
        };
        let bands = match age {
            Age::UnderSix => &ages.under_six,
            Age::SixAndOver => &ages.six_and_over,
        };
        match band {
            Band::Regular => &bands.regular,
            Band::AfterHours => &bands.after_hours,
            Band::Holiday => &bands.holiday,
        }
    }
    pub fn set(&mut self, kind: Kind, age: Age, band: Band, count: u32) {
        let ages = match kind {
            Kind::Vaccination => &mut self.vaccination,
            Kind::ScreeningOnly => &mut self.screening_only,
        };
        let bands = match age {
            Age::UnderSix => &mut ages.under_six,
            Age::SixAndOver => &mut ages.six_and_over,
        };
        match band {
            Band::Regular => bands.regular = count,
            Band::AfterHours => bands.after_hours = count,
            Band::Holiday => bands.holiday = count,
        }
    }
    pub fn total(&self) -> u32 {
        slots(Form::New)
            .fold(0, |sum: u32, (kind, age, band)| sum.saturating_add(self.get(kind, age, band)))
    }
    /// Those of one kind alone.
    pub fn of(&self, kind: Kind) -> Counts {
        match kind {
            Kind::Vaccination => Counts { vaccination: self.vaccination, ..Counts::default() },
            Kind::ScreeningOnly => {
                Counts { screening_only: self.screening_only, ..Counts::default() }
            }
        }
    }
    /// What is left where others are taken away; never below 0.
    pub fn less(&self, other: &Counts) -> Counts {
        let mut rest = Counts::default();
        for (kind, age, band) in slots(Form::New) {
            rest.set(
                kind,
                age,
                band,
                self.get(kind, age, band).saturating_sub(other.get(kind, age, band)),
            );
        }
        rest
    }
    /// Whether no count is above the other's.
    pub fn within(&self, other: &Counts) -> bool {
        slots(Form::New)
            .all(|(kind, age, band)| self.get(kind, age, band) <= other.get(kind, age, band))
    }
    pub fn add(&self, other: &Counts) -> Counts {
        let mut sum = Counts::default();
        for (kind, age, band) in slots(Form::New) {
            sum.set(
                kind,
                age,
                band,
                self.get(kind, age, band).saturating_add(other.get(kind, age, band)),
            );
        }
        sum
    }
}

/// The most that one field of a claim may count.
pub const COUNT_MAX: i64 = 1_000_000;

/// Why a desk can't decide a row so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionRefusal {
    MoreThanClaimed,
    NoReason,
    NothingReturned,
}

/// Decides one row of a claim: what is left of what was claimed after some of it is returned. Less
/// than claimed needs a reason.
///
/// # Errors
/// More returned than claimed; returned without a reason; a reason without anything returned.
pub fn decide_row(
    claimed: &Counts,
    returned: &Counts,
    reason: &str,
) -> Result<Counts, DecisionRefusal> {
    if !returned.within(claimed) {
        return Err(DecisionRefusal::MoreThanClaimed);
    }
    match (returned.total() > 0, !reason.trim().is_empty()) {
        (true, false) => Err(DecisionRefusal::NoReason),
        (false, true) => Err(DecisionRefusal::NothingReturned),
        _ => Ok(claimed.less(returned)),
    }
}

/// One row of a form.
pub type Slot = (Kind, Age, Band);

/// A count of a claim that holds something that came back of an earlier one, and what becomes of
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub slot: Slot,
    /// How much of it came back.
    pub returned: u32,
    pub before: u32,
    pub after: u32,
}

impl Held {
    /// Whether some of what came back may be lost.
    pub fn falls(self) -> bool {
        self.after < self.before
    }
    /// The most that the count may be without what came back.
    pub fn without(self) -> u32 {
        self.before.saturating_sub(self.returned)
    }
}

/// The counts of a row that hold something that came back.
pub fn held(
    returned: &Counts,
    before: &Counts,
    after: &Counts,
) -> impl Iterator<Item = Held> + use<> {
    let (returned, before, after) = (*returned, *before, *after);
    slots(Form::New)
        .map(move |slot @ (kind, age, band)| Held {
            slot,
            returned: returned.get(kind, age, band),
            before: before.get(kind, age, band),
            after: after.get(kind, age, band),
        })
        .filter(|held| held.returned > 0)
}

/// How a row is called where it stands alone: 「接種 6歳以上 通常」.
pub fn slot_label((kind, age, band): Slot) -> String {
    format!("{} {} {}", kind.label(), age.label(), band.label())
}

/// The rows of a form in printed order.
pub fn slots(form: Form) -> impl Iterator<Item = Slot> {
    Kind::ALL
        .into_iter()
        .flat_map(move |kind| {
            Age::ALL
                .into_iter()
                .flat_map(move |age| Band::ALL.into_iter().map(move |band| (kind, age, band)))
        })
        .filter(move |(_, _, band)| form == Form::New || *band == Band::Regular)
}

/// Yen before tax in force for one month of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceList {
    pub from: Month,
    pub form: Form,
    pub vaccination: u32,
    pub screening_only: u32,
    pub under_six: u32,
    pub after_hours: u32,
    pub holiday: u32,
}

impl PriceList {
    /// Yen before tax of one shot or one screening.
    pub fn unit_price(&self, kind: Kind, age: Age, band: Band) -> u32 {
        let base = match kind {
            Kind::Vaccination => self.vaccination,
            Kind::ScreeningOnly => self.screening_only,
        };
        let age = match age {
            Age::UnderSix => self.under_six,
            Age::SixAndOver => 0,
        };
        let band = match band {
            Band::Regular => 0,
            Band::AfterHours => self.after_hours,
            Band::Holiday => self.holiday,
        };
        base.saturating_add(age).saturating_add(band)
    }
}

/// Prices and tax with their months of validity, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Tariff {
    pub prices: Vec<PriceList>,
    /// From this month of service, this many percent.
    pub tax: Vec<(Month, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoPrice(Month),
    Tax(u32),
    TooMany(u32),
    ExtrasInOldForm {
        month: Month,
        count: u32,
    },
    Taken,
    SubmittedAlready,
    MergedAlready,
    GoneOn,
    AllReturned,
    ReturnedWithoutReason,
    /// A row is to go back whole, and a part of it was counted.
    TickedAndCounted {
        claimed: u32,
        counted: u32,
    },
}

/// One row of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub kind: Kind,
    pub age: Age,
    pub band: Band,
    pub count: u32,
    /// Yen before tax.
    pub unit_price: u32,
    /// Yen with tax.
    pub amount: u64,
}

/// Count and yen of several rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    pub count: u32,
    pub amount: u64,
}

impl std::ops::AddAssign<&Row> for Sum {
    fn add_assign(&mut self, row: &Row) {
        self.count = self.count.saturating_add(row.count);
        self.amount = self.amount.saturating_add(row.amount);
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtotals {
    pub vaccination: Sum,
    pub screening_only: Sum,
}

/// A claim worked out to the yen: the answer of `vsys rules claim`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calculation {
    pub form: Form,
    pub service_month: Month,
    /// The month in which the claim is made (請求分): the month after the service, unless it is
    /// handed in late ([`billing`]).
    pub claim_month: Month,
    pub due: Date,
    pub tax_percent: u32,
    pub rows: Vec<Row>,
    pub subtotals: Subtotals,
    pub total: Sum,
}

/// `floor(count × price × (100 + rate) / 100)`, once per row. Never overflows, whatever was stored.
pub fn amount(count: u32, unit_price: u32, tax_percent: u32) -> u64 {
    let yen = u128::from(count) * u128::from(unit_price) * (100 + u128::from(tax_percent)) / 100;
    u64::try_from(yen).unwrap_or(u64::MAX)
}

/// A claim for service month M is due on the 10th of M + 1, or the next business day.
pub fn due_date(service: Month, holidays: &Holidays) -> Date {
    holidays.on_or_after(service.plus(1).day(10))
}

/// In which month's claim a month of service stands (請求分), and by when that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billing {
    pub claim_month: Month,
    pub due: Date,
}

/// What is handed in by its due date stands in the claim of the month after the service; what is
/// late isn't lost: it goes into the next claim that is still open on the day.
pub fn billing(service: Month, handed_in: Date, holidays: &Holidays) -> Billing {
    let of =
        |claim_month: Month| Billing { claim_month, due: due_date(claim_month.plus(-1), holidays) };
    let open = of(service.plus(1).max(Month::of(handed_in)));
    if handed_in <= open.due { open } else { of(open.claim_month.plus(1)) }
}

/// When a federation pays (data, one rule a federation).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentRule {
    /// The 20th of the second month after the claim month, or the next business day (Gunma).
    TwentiethOfSecondMonth,
    /// The end of the second month after the claim month (the guide's wording).
    EndOfSecondMonth,
}

pub fn payment_date(rule: PaymentRule, claim: Month, holidays: &Holidays) -> Date {
    match rule {
        PaymentRule::TwentiethOfSecondMonth => holidays.on_or_after(claim.plus(2).day(20)),
        PaymentRule::EndOfSecondMonth => {
            let last = claim.plus(2).last();
            if holidays.is_closed(last) { holidays.before(last, 1) } else { last }
        }
    }
}

impl Calculation {
    /// The same claim, handed in on a day.
    #[must_use]
    pub fn handed_in(self, day: Date, holidays: &Holidays) -> Calculation {
        let Billing { claim_month, due } = billing(self.service_month, day, holidays);
        Calculation { claim_month, due, ..self }
    }
}

impl Tariff {
    pub fn price(&self, service: Month) -> Result<&PriceList, Refusal> {
        self.prices.iter().rev().find(|p| p.from <= service).ok_or(Refusal::NoPrice(service))
    }
    pub fn tax(&self, service: Month) -> u32 {
        self.tax.iter().rev().find(|(from, _)| *from <= service).map_or(0, |(_, percent)| *percent)
    }

    /// Works a claim out. `tax` overrides the rate in force (for checking somebody else's figures).
    pub fn calculate(
        &self,
        service: Month,
        counts: &Counts,
        tax: Option<u32>,
        holidays: &Holidays,
    ) -> Result<Calculation, Refusal> {
        let price = self.price(service)?;
        let tax_percent = tax.unwrap_or_else(|| self.tax(service));
        if tax_percent > 100 {
            return Err(Refusal::Tax(tax_percent));
        }
        let mut checked: u32 = 0;
        for (kind, age, band) in slots(Form::New) {
            checked = checked
                .checked_add(counts.get(kind, age, band))
                .filter(|n| *n <= 100_000_000)
                .ok_or(Refusal::TooMany(counts.get(kind, age, band)))?;
        }
        if price.form == Form::Old {
            let extras =
                checked - slots(Form::Old).map(|(k, a, b)| counts.get(k, a, b)).sum::<u32>();
            if extras > 0 {
                return Err(Refusal::ExtrasInOldForm { month: service, count: extras });
            }
        }
        let rows: Vec<Row> = slots(price.form)
            .map(|(kind, age, band)| {
                let (count, unit_price) =
                    (counts.get(kind, age, band), price.unit_price(kind, age, band));
                Row {
                    kind,
                    age,
                    band,
                    count,
                    unit_price,
                    amount: amount(count, unit_price, tax_percent),
                }
            })
            .collect();
        let mut subtotals =
            Subtotals { vaccination: Sum::default(), screening_only: Sum::default() };
        let mut total = Sum::default();
        for row in &rows {
            match row.kind {
                Kind::Vaccination => subtotals.vaccination += row,
                Kind::ScreeningOnly => subtotals.screening_only += row,
            }
            total += row;
        }
        Ok(Calculation {
            form: price.form,
            service_month: service,
            claim_month: service.plus(1),
            due: due_date(service, holidays),
            tax_percent,
            rows,
            subtotals,
            total,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tariff() -> Tariff {
        let old = PriceList {
            from: Month::parse("2021-02").unwrap(),
            form: Form::Old,
            vaccination: 2070,
            screening_only: 1540,
            under_six: 660,
            after_hours: 0,
            holiday: 0,
        };
        let new = PriceList {
            from: Month::parse("2021-12").unwrap(),
            form: Form::New,
            after_hours: 730,
            holiday: 2130,
            ..old.clone()
        };
        Tariff { prices: vec![old, new], tax: vec![(Month::parse("2019-10").unwrap(), 10)] }
    }

    fn holidays() -> Holidays {
        let days = "2022-01-10 2022-04-29 2022-05-03 2022-05-04 2022-05-05 2022-07-18 2022-08-11 2022-09-19 2022-09-23 2022-10-10 2022-11-03 2022-11-23 2023-01-01 2023-01-02 2023-01-09 2023-02-11 2022-03-21";
        Holidays(days.split(' ').map(|d| (d.parse().unwrap(), "祝".into())).collect())
    }

    fn six_and_over(regular: u32, after_hours: u32, holiday: u32) -> Counts {
        Counts {
            vaccination: Ages {
                six_and_over: Bands { regular, after_hours, holiday },
                ..Default::default()
            },
            ..Default::default()
        }
    }

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    #[test]
    fn what_came_back_is_held_by_counts_that_may_fall() {
        // Returned, before, after: whether it falls, the most without it, whether all of it is out.
        for (returned, before, after, falls, without, out) in [
            (2, 5, 5, false, 3, false),
            (2, 5, 6, false, 3, false),
            (2, 5, 4, true, 3, false),
            (2, 5, 3, true, 3, true),
            (2, 2, 0, true, 0, true),
            // It was corrected before: nothing of it is left to lose.
            (2, 0, 0, false, 0, true),
            (2, 1, 0, true, 0, true),
        ] {
            let [back, was, is] = [returned, before, after].map(|n| six_and_over(n, 7, 0));
            let back = back.less(&six_and_over(0, 7, 0));
            let all: Vec<Held> = held(&back, &was, &is).collect();
            assert_eq!(all.len(), 1, "only what came back: {all:?}");
            let found = (all[0].falls(), all[0].without(), all[0].after <= all[0].without());
            assert_eq!(found, (falls, without, out), "{:?}", all[0]);
        }
        assert_eq!(
            held(&six_and_over(0, 0, 0), &six_and_over(5, 0, 0), &six_and_over(0, 0, 0)).count(),
            0
        );
    }

    #[test]
    fn what_is_late_stands_in_the_next_open_claim() {
        for (service, handed_in, claim_month, due) in [
            // The registry's golden.
            ("2022-04", "2022-05-02", "2022-05", "2022-05-10"),
            ("2022-04", "2022-05-10", "2022-05", "2022-05-10"),
            ("2022-04", "2022-05-11", "2022-06", "2022-06-10"),
            ("2022-03", "2022-05-02", "2022-05", "2022-05-10"),
            // The 10th of April 2022 is a Sunday.
            ("2022-03", "2022-04-11", "2022-04", "2022-04-11"),
            ("2022-03", "2022-04-12", "2022-05", "2022-05-10"),
            // Before the month is over; much later, over a new year.
            ("2022-03", "2022-03-20", "2022-04", "2022-04-11"),
            ("2022-03", "2022-12-13", "2023-01", "2023-01-10"),
        ] {
            let found = billing(month(service), handed_in.parse().unwrap(), &holidays());
            let expected = Billing { claim_month: month(claim_month), due: due.parse().unwrap() };
            assert_eq!(found, expected, "{service} on {handed_in}");
        }
    }

    #[test]
    fn golden_a_row_of_one_at_ten_percent() {
        let t = tariff();
        let p = t.price(month("2022-04")).unwrap();
        let row = |kind, age| Band::ALL.map(|band| amount(1, p.unit_price(kind, age, band), 10));
        assert_eq!(row(Kind::Vaccination, Age::SixAndOver), [2277, 3080, 4620]);
        assert_eq!(row(Kind::Vaccination, Age::UnderSix), [3003, 3806, 5346]);
        assert_eq!(row(Kind::ScreeningOnly, Age::SixAndOver), [1694, 2497, 4037]);
        assert_eq!(row(Kind::ScreeningOnly, Age::UnderSix), [2420, 3223, 4763]);
    }

    #[test]
    fn golden_100_50_5_is_404800_yen_at_ten_percent() {
        let c = tariff()
            .calculate(month("2022-04"), &six_and_over(100, 50, 5), None, &holidays())
            .unwrap();
        let amounts: Vec<u64> = c.rows.iter().filter(|r| r.count > 0).map(|r| r.amount).collect();
        assert_eq!(amounts, [227_700, 154_000, 23_100]);
        assert_eq!(
            (c.form, c.total, c.tax_percent),
            (Form::New, Sum { count: 155, amount: 404_800 }, 10)
        );
        assert_eq!(
            (c.claim_month.to_string(), c.due.to_string()),
            ("2022-05".into(), "2022-05-10".into())
        );
    }

    #[test]
    fn golden_the_briefings_sample_386400_is_at_five_percent() {
        let c = tariff()
            .calculate(month("2022-04"), &six_and_over(100, 50, 5), Some(5), &holidays())
            .unwrap();
        let amounts: Vec<u64> = c.rows.iter().filter(|r| r.count > 0).map(|r| r.amount).collect();
        assert_eq!(amounts, [217_350, 147_000, 22_050]);
        assert_eq!(c.total.amount, 386_400);
    }

    #[test]
    fn golden_old_form_april_2021_five_shots_are_11385_yen() {
        let c = tariff()
            .calculate(month("2021-04"), &six_and_over(5, 0, 0), None, &holidays())
            .unwrap();
        assert_eq!((c.form, c.total.amount, c.rows.len()), (Form::Old, 11_385, 4));
        let refusal =
            tariff().calculate(month("2021-11"), &six_and_over(5, 1, 0), None, &holidays());
        assert!(matches!(refusal, Err(Refusal::ExtrasInOldForm { count: 1, .. })));
    }

    #[test]
    fn golden_due_dates_of_fiscal_2022() {
        let due: Vec<String> =
            (0..12).map(|i| due_date(month("2022-03").plus(i), &holidays()).to_string()).collect();
        assert_eq!(
            due,
            [
                "2022-04-11",
                "2022-05-10",
                "2022-06-10",
                "2022-07-11",
                "2022-08-10",
                "2022-09-12",
                "2022-10-11",
                "2022-11-10",
                "2022-12-12",
                "2023-01-10",
                "2023-02-10",
                "2023-03-10"
            ]
        );
    }

    #[test]
    fn golden_the_first_joint_claim_was_due_on_the_11th_because_the_10th_was_a_holiday() {
        assert_eq!(due_date(month("2021-12"), &holidays()).to_string(), "2022-01-11");
    }

    #[test]
    fn golden_payment_on_the_20th_of_the_second_month() {
        let paid: Vec<String> = (0..9)
            .map(|i| {
                payment_date(
                    PaymentRule::TwentiethOfSecondMonth,
                    month("2022-02").plus(i),
                    &holidays(),
                )
                .strftime("%m-%d")
                .to_string()
            })
            .collect();
        assert_eq!(
            paid,
            ["04-20", "05-20", "06-20", "07-20", "08-22", "09-20", "10-20", "11-21", "12-20"]
        );
    }

    #[test]
    fn the_form_changes_with_service_in_december_2021() {
        let t = tariff();
        assert_eq!(t.price(month("2021-11")).unwrap().form, Form::Old);
        assert_eq!(t.price(month("2021-12")).unwrap().form, Form::New);
        assert_eq!(t.price(month("2020-12")), Err(Refusal::NoPrice(month("2020-12"))));
    }

    proptest! {
        /// At ten percent no unit price has a fraction, so the sum over municipalities equals the
        /// summary, to the yen.
        #[test]
        fn municipal_claims_add_up_to_the_summary(rows in proptest::collection::vec((0u32..5000, 0u32..5000, 0u32..5000), 1..60)) {
            let t = tariff();
            let each: Vec<Counts> = rows.iter().map(|(a, b, c)| six_and_over(*a, *b, *c)).collect();
            let sum = each.iter().fold(Counts::default(), |acc, c| acc.add(c));
            let parts: u64 = each.iter().map(|c| t.calculate(month("2022-04"), c, None, &holidays()).unwrap().total.amount).sum();
            prop_assert_eq!(parts, t.calculate(month("2022-04"), &sum, None, &holidays()).unwrap().total.amount);
        }
    }
}
