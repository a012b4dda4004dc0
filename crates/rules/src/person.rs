//! Person-level records (接種記録, VRS-like): the 18-digit line of the coupon, order of doses, duplicates. Source: domain facts §6.2.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::Band;
use crate::codes::check_municipality;
use crate::{input, time};

/// 券種 1 + 回数 1 + 市町村コード 6 + 券番号 10.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Coupon {
    /// 券種: one digit.
    pub kind: String,
    /// 回数
    pub dose: u32,
    /// Six digits with check digit.
    pub municipality: String,
    /// Ten digits.
    pub number: String,
}

/// One shot, or one screening without a shot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub coupon: Coupon,
    pub day: Date,
    pub lot: String,
    pub maker: String,
    pub doctor: String,
    pub screening_only: bool,
    pub band: Band,
    pub under_six: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("券番号の行は18桁の数字で入力してください（券種1桁・回数1桁・市町村コード6桁・券番号10桁。入力は{0}桁です）")]
    Length(usize),
    #[error("市町村コード{0}の検査数字が合いません。読み取りを確かめてください")]
    Municipality(String),
    #[error("回数は1から9の数字で入力してください")]
    Dose,
    #[error("接種日は{}までの日付で入力してください", time::say_date(*.0))]
    Future(Date),
    #[error("同じ券で{dose}回目の接種が{day}に登録されています", day = time::say_date(*day))]
    Twice { dose: u32, day: Date },
    #[error("{dose}回目の接種日が、{before}回目（{day}）より後ではありません", day = time::say_date(*day))]
    Order { dose: u32, before: u32, day: Date },
    #[error("接種にはロット番号が必要です")]
    NoLot,
}

/// Reads the line of a coupon; blanks and hyphens between its parts are passed over.
pub fn coupon(raw: &str) -> Result<Coupon, Refusal> {
    let digits = input::code(raw);
    if digits.len() != 18 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::Length(digits.chars().count()));
    }
    let municipality = digits[2..8].to_string();
    if check_municipality(&municipality).is_err() {
        return Err(Refusal::Municipality(municipality));
    }
    let dose = digits[1..2].parse().ok().filter(|d| (1..=9).contains(d)).ok_or(Refusal::Dose)?;
    Ok(Coupon { kind: digits[..1].into(), dose, municipality, number: digits[8..].into() })
}

/// Holds a record against what is known of the same person (municipality and coupon number): dose, day.
pub fn check(record: &Record, known: &[(u32, Date)], today: Date) -> Result<(), Refusal> {
    if record.day > today {
        return Err(Refusal::Future(today));
    }
    if record.screening_only {
        return Ok(());
    }
    if record.lot.is_empty() {
        return Err(Refusal::NoLot);
    }
    let dose = record.coupon.dose;
    if let Some((_, day)) = known.iter().find(|(d, _)| *d == dose) {
        return Err(Refusal::Twice { dose, day: *day });
    }
    for (other, day) in known {
        if (*other < dose && *day >= record.day) || (*other > dose && *day <= record.day) {
            let (dose, before) = if *other < dose { (dose, *other) } else { (*other, dose) };
            return Err(Refusal::Order { dose, before, day: *day });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: &str, day: &str) -> Record {
        Record {
            coupon: coupon(line).unwrap(),
            day: day.parse().unwrap(),
            lot: "3005785".into(),
            maker: "武田/モデルナ".into(),
            doctor: String::new(),
            screening_only: false,
            band: Band::Regular,
            under_six: false,
        }
    }

    #[test]
    fn the_line_of_a_coupon_has_four_parts() {
        let read = coupon("２3 131032-0000000123").unwrap();
        assert_eq!((read.kind.as_str(), read.dose, read.municipality.as_str(), read.number.as_str()), ("2", 3, "131032", "0000000123"));
        assert_eq!(coupon("23131032"), Err(Refusal::Length(8)));
        assert_eq!(coupon("231310330000000123"), Err(Refusal::Municipality("131033".into())));
        assert_eq!(coupon("201310320000000123"), Err(Refusal::Dose));
        assert!(matches!(coupon("2313103200000001ab"), Err(Refusal::Length(_))));
    }

    #[test]
    fn a_dose_is_recorded_once_and_after_the_one_before() {
        let today = "2022-04-30".parse().unwrap();
        let third = record("231310320000000123", "2022-03-20");
        assert_eq!(check(&third, &[], today), Ok(()));
        assert_eq!(check(&third, &[(2, "2021-08-20".parse().unwrap())], today), Ok(()));
        assert!(matches!(check(&third, &[(3, "2022-03-20".parse().unwrap())], today), Err(Refusal::Twice { dose: 3, .. })));
        assert!(matches!(check(&third, &[(2, "2022-03-20".parse().unwrap())], today), Err(Refusal::Order { dose: 3, before: 2, .. })));
        assert!(matches!(check(&third, &[(4, "2022-03-01".parse().unwrap())], today), Err(Refusal::Order { dose: 4, before: 3, .. })));
        assert!(matches!(check(&record("231310320000000123", "2022-05-01"), &[], today), Err(Refusal::Future(_))));
        assert_eq!(check(&Record { lot: String::new(), ..third.clone() }, &[], today), Err(Refusal::NoLot));
        let screening = Record { screening_only: true, lot: String::new(), ..third };
        assert_eq!(check(&screening, &[(3, "2022-03-20".parse().unwrap())], today), Ok(()));
    }
}
