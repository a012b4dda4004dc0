//! Cells that are there and empty: what a new record is taken for, and what a stored one keeps.
//! Neither without a word.

use super::{Doubt, Record, age_label, column, kind_label};

/// The columns whose cells may be empty, in the order of their list.
pub const MAY_BE_EMPTY: [&str; 6] =
    [column::MAKER, column::LOT, column::DOCTOR, column::KIND, column::BAND, column::AGE];

/// What an empty cell is taken for in a new record, where that changes what is paid.
fn taken_for(column: &str) -> Option<&'static str> {
    match column {
        column::KIND => Some("接種"),
        column::BAND => Some("通常"),
        column::AGE => Some("6歳以上"),
        _ => None,
    }
}

fn stored_value(record: &Record, column: &str) -> String {
    match column {
        column::MAKER => record.maker.clone(),
        column::LOT => record.lot.clone(),
        column::DOCTOR => record.doctor.clone(),
        column::BAND => record.band.label().into(),
        column::AGE => age_label(record.under_six).into(),
        _ => kind_label(record.screening_only).into(),
    }
}

/// What is asked about the empty cells (`empty`: their columns) of a row about a new record, or
/// about a `stored` one. `maker`: whose vaccine it is where nobody says so.
pub fn left_open(stored: Option<&Record>, maker: &str, empty: &[&'static str]) -> Vec<Doubt> {
    let of = |column: &'static str| {
        let value = taken_for(column);
        let Some(stored) = stored else { return Some(Doubt::TakenFor { column, value: value? }) };
        let known = stored_value(stored, column);
        let same = match value {
            Some(value) => known == value,
            None => known.is_empty() || (column == column::MAKER && known == maker),
        };
        match value {
            _ if same => None,
            // A row of a stored screening whose kind is empty is a shot.
            Some(value) if column == column::KIND => Some(Doubt::TakenFor { column, value }),
            _ => Some(Doubt::Kept { column, value: known }),
        }
    };
    empty.iter().copied().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Band;
    use crate::person::coupon;

    fn record() -> Record {
        Record {
            coupon: coupon("231310320000000123").unwrap(),
            day: "2022-03-18".parse().unwrap(),
            lot: "3005785".into(),
            maker: "モデルナ".into(),
            doctor: String::new(),
            screening_only: false,
            band: Band::Regular,
            under_six: false,
        }
    }

    #[test]
    fn an_empty_cell_is_taken_for_nothing_without_a_word() {
        let said = |stored: Option<&Record>, empty: &[&'static str]| -> Vec<String> {
            let of = |d: &Doubt| match d {
                Doubt::TakenFor { column, value } => format!("{column} = {value}"),
                Doubt::Kept { column, value } => format!("{column} keeps {value}"),
                other => format!("{other:?}"),
            };
            left_open(stored, "モデルナ", empty).iter().map(of).collect()
        };
        let all = ["区分 = 接種", "時間帯 = 通常", "年齢区分 = 6歳以上"];
        assert_eq!(said(None, &MAY_BE_EMPTY), all);
        assert_eq!(said(None, &["時間帯"]), ["時間帯 = 通常"]);
        assert_eq!(said(None, &["メーカー", "ロット番号", "医師名"]), [""; 0]);
        assert_eq!(said(None, &[]), [""; 0]);
        // Of a stored record that is what an empty cell would be, nothing is left open but the lot.
        let stored = record();
        assert_eq!(said(Some(&stored), &MAY_BE_EMPTY), ["ロット番号 keeps 3005785"]);
        let other = Record {
            doctor: "山田 太郎".into(),
            maker: "武田".into(),
            band: Band::Holiday,
            under_six: true,
            ..record()
        };
        assert_eq!(
            said(Some(&other), &MAY_BE_EMPTY),
            [
                "メーカー keeps 武田",
                "ロット番号 keeps 3005785",
                "医師名 keeps 山田 太郎",
                "時間帯 keeps 休日",
                "年齢区分 keeps 6歳未満"
            ]
        );
        assert_eq!(said(Some(&other), &["時間帯"]), ["時間帯 keeps 休日"]);
        let screening = Record { screening_only: true, lot: String::new(), ..record() };
        assert_eq!(said(Some(&screening), &["区分", "ロット番号"]), ["区分 = 接種"]);
    }
}
