//! Shipments that a wholesaler looks for.

use jiff::ToSpan;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::{row, sql};
use rules::delivery::TimeBand;
use rules::fold::Sought;

use super::{Shipment, waits_for_date, whole_shipments};
use crate::{args_after_words, holds_the_words};

/// What a list is narrowed to; it stands in the address.
pub struct Filter {
    pub week: Option<Date>,
    pub date: Option<Date>,
    /// Two-digit code.
    pub prefecture: String,
    pub all: bool,
    /// Words of venues.
    pub q: String,
    pub after: String,
}

impl Filter {
    /// From the values of an address (`week`, `date`, `prefecture`, `show`, `q`, `after`); what
    /// can't be read narrows nothing.
    pub fn read<'q>(value: impl Fn(&str) -> &'q str) -> Filter {
        let day = |name: &str| value(name).parse::<Date>().ok();
        let digits = value("prefecture").chars().filter(char::is_ascii_digit);
        let date = day("date");
        Filter {
            // Any day of a week means that week; it is known by its Monday.
            week: day("week")
                .map(|d| d.saturating_sub(i64::from(d.weekday().to_monday_zero_offset()).days())),
            date,
            prefecture: digits.take(2).collect(),
            all: value("show") == "all" || date.is_some(),
            q: value("q").into(),
            after: value("after").into(),
        }
    }
}

/// A wholesaler's shipments in order of delivery week and number, after `after`.
pub fn select(
    tx: &mut Tx<'_>,
    wholesaler: &str,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Shipment>, Failure> {
    let after = filter
        .after
        .split_once('_')
        .and_then(|(week, id)| Some((week.parse::<Date>().ok()?, id.to_string())));
    let (week, id) = after.unwrap_or((Date::constant(1, 1, 1), String::new()));
    let (from, to) =
        filter.week.map_or((Date::constant(1, 1, 1), Date::constant(9999, 12, 31)), |w| (w, w));
    tx.plan_for_values()?;
    let sought = Sought::of(&filter.q);
    let (words, asked) = (sought.patterns(), sought.asked());
    if let Some(date) = filter.date {
        return tx.all(
            whole_shipments!(
                "where s.wholesaler = $11
                   and s.date = $12
                   and ($13 = '' or s.prefecture = $13)
                   and ($14 = '' or ",
                holds_the_words!("venue", "s.venue_id"),
                ") order by v.municipality, v.name, s.id limit $15"
            ),
            args_after_words![words, wholesaler, date, &filter.prefecture, asked, limit],
        );
    }
    // Two statements: those without a date have an index of their own.
    macro_rules! by_week {
        ($($dated:tt)*) => {
            whole_shipments!(
                "where s.wholesaler = $11 ",
                $($dated)*,
                " and (s.delivery_week, s.id) > ($12, $13)
                   and s.delivery_week >= $14
                   and s.delivery_week <= $15
                   and ($16 = '' or s.prefecture = $16)
                   and ($17 = '' or ",
                holds_the_words!("venue", "s.venue_id"),
                ") order by s.delivery_week, s.id limit $18"
            )
        };
    }
    let statement = if filter.all { by_week!("") } else { by_week!("and ", waits_for_date!()) };
    tx.all(
        statement,
        args_after_words![words, wholesaler, week, id, from, to, &filter.prefecture, asked, limit],
    )
}

/// All of a wholesaler's shipments, in no order.
pub fn of_wholesaler(tx: &mut Tx<'_>, wholesaler: &str) -> Result<Vec<Shipment>, Failure> {
    tx.all(whole_shipments!("where s.wholesaler = $1"), platform::args![wholesaler])
}

row! {
    /// A line of the wholesaler's file: a shipment, and who takes it at the venue.
    pub struct Listed {
        pub id: String,
        pub version: i64,
        pub code: String,
        pub name: String,
        pub municipality: String,
        pub address: String,
        pub phone: String,
        /// Name and phone number of who keeps the vaccine.
        pub manager: String,
        /// Name and phone number for Saturdays, Sundays and holidays.
        pub holiday: String,
        /// Days on which the venue takes nothing, as it says them.
        pub refused: String,
        pub cycle: u32,
        pub week: Date,
        pub boxes: i64,
        pub needle_boxes: i64,
        pub date: Option<Date>,
        pub band: Option<TimeBand>,
        pub shipped: bool,
        pub delivered: Option<i64>,
        pub delivered_note: Option<String>,
    }
}

/// What a wholesaler's file holds, narrowed: without `all` the shipments that wait for a date; 20,000
/// at most.
pub fn listed(tx: &mut Tx<'_>, wholesaler: &str, filter: &Filter) -> Result<Vec<Listed>, Failure> {
    let (from, to) =
        filter.week.map_or((Date::constant(1, 1, 1), Date::constant(9999, 12, 31)), |w| (w, w));
    tx.plan_for_values()?;
    let sought = Sought::of(&filter.q);
    let (words, asked) = (sought.patterns(), sought.asked());
    tx.all(
        sql!(concat!(
            "select s.id, s.version, v.code, v.name, v.municipality,
                    coalesce(v.answers ->> 'venue_address', ''),
                    coalesce(v.answers ->> 'venue_phone', ''),
                    coalesce(v.answers ->> 'storage_manager_name', '') || ' '
                    || coalesce(v.answers ->> 'storage_manager_phone', ''),
                    coalesce(v.answers ->> 'holiday_contact_name', '') || ' '
                    || coalesce(v.answers ->> 'holiday_contact_phone', ''),
                    coalesce(v.answers ->> 'refused_weekdays', ''), s.cycle, s.delivery_week,
                    s.boxes, s.needle_boxes, s.date, s.band, s.shipped_at is not null,
                    s.delivered_boxes, s.delivered_note
               from shipment s
               join venue v on v.id = s.venue_id
              where s.wholesaler = $11
                and s.delivery_week >= $12
                and s.delivery_week <= $13
                and ($14 = '' or s.prefecture = $14)
                and ($15 or (",
            waits_for_date!(),
            "))
                and ($16 = '' or ",
            holds_the_words!("venue", "s.venue_id"),
            ") order by s.delivery_week, s.id limit 20000"
        )),
        args_after_words![words, wholesaler, from, to, &filter.prefecture, filter.all, asked],
    )
}
