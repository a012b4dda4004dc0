//! A column beside what is taken, whose cells say when.

use jiff::civil::Date;

use super::vocabulary::BILLED;
use super::{Doubt, Target};
use crate::input;
use crate::time::Month;

impl Target {
    /// What a cell asks below a title that says a day or a month, in a column that isn't taken. The
    /// month of billing (請求月) is the one after the service month.
    pub fn doubt_of_cell(&self, title: &str, cell: &str, today: Date) -> Option<Doubt> {
        let own = self.month?;
        if of_billing(title) {
            let billed = month_of_cell(title, cell, own.plus(1), today)?;
            let (title, cell) = (title.to_string(), cell.to_string());
            return (billed != own.plus(1)).then_some(Doubt::BilledColumn { title, cell, own });
        }
        let named = month_of_cell(title, cell, own, today).filter(|named| *named != own)?;
        Some(Doubt::Column { title: title.into(), cell: cell.into(), named, own })
    }
}

/// Whether what stands below a title may say when.
pub fn says_when(title: &str) -> bool {
    let folded = input::folded(title);
    of_billing(title) || (folded.contains(['月', '日']) && !folded.contains('請'))
}

/// Whether the months below a title are those of billing.
fn of_billing(title: &str) -> bool {
    let title = input::folded(title);
    BILLED.iter().any(|word| title.contains(word))
}

/// The month of a cell: a month, a day, or the bare number of a month below a title of months.
fn month_of_cell(title: &str, cell: &str, own: Month, today: Date) -> Option<Month> {
    let bare: String = input::folded(cell).chars().filter(|c| *c != '月').collect();
    match bare.trim().parse::<i8>() {
        Ok(n) => {
            (title.contains('月') && (1..=12).contains(&n)).then_some(Month { month: n, ..own })
        }
        Err(_) => input::month(title, cell)
            .ok()
            .or_else(|| input::date_near(title, cell, today).ok().map(Month::of)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_below_a_title_of_time_names_its_month() {
        let march = Month { year: 2022, month: 3 };
        let target = Target { month: Some(march), ..Target::default() };
        let today = Date::constant(2022, 4, 4);
        for (title, cell) in [
            ("接種月", "2022/2"),
            ("対象月", "2月"),
            ("診療月", "令和4年2月"),
            ("接種日", "2022/2/14"),
            ("月", "２"),
            ("請求月", "2022/3"),
            ("請求月", "5"),
            ("審査年月", "令和4年6月"),
        ] {
            assert!(target.doubt_of_cell(title, cell, today).is_some(), "{title} {cell}");
        }
        for (title, cell) in [
            ("接種月", "2022/3"),
            ("接種日", "2022年3月14日"),
            ("月", "3"),
            ("請求月", "2022年4月"),
            ("請求月", "4"),
            ("審査月", "４月"),
            ("接種日", "2"),
            ("備考", "－"),
            ("接種月", ""),
        ] {
            assert_eq!(target.doubt_of_cell(title, cell, today), None, "{title} {cell}");
        }
        assert!(says_when("接種月") && says_when("接種日"));
        assert!(says_when("請求月") && !says_when("請求日") && !says_when("備考"));
    }
}
