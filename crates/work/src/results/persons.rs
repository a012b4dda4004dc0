//! Person-level records as they are kept.

use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::value::{Column, FromRow, Row};
use platform::{args, row, sql};
use rules::claim::Band;
use rules::person::{Coupon, Record};

pub use super::imported::*;

row! {
    #[derive(Clone, Debug)]
    pub struct Stored {
        pub id: String,
        pub coupon_kind: String,
        pub dose: u32,
        pub municipality: String,
        pub coupon: String,
        pub day: Date,
        pub lot: String,
        pub maker: String,
        pub doctor: String,
        pub screening_only: bool,
        pub band: Band,
        pub under_six: bool,
    }
}

/// A record with the venue that gave the shot.
struct Elsewhere(Stored, String);
impl FromRow for Elsewhere {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure> {
        Ok(Elsewhere(Stored::from_row(row)?, String::read(row, 12)?))
    }
}

impl Stored {
    pub fn line(&self) -> String {
        format!("{}{}{}{}", self.coupon_kind, self.dose, self.municipality, self.coupon)
    }
    pub fn record(&self) -> Record {
        Record {
            coupon: Coupon {
                kind: self.coupon_kind.clone(),
                dose: self.dose,
                municipality: self.municipality.clone(),
                number: self.coupon.clone(),
            },
            day: self.day,
            lot: self.lot.clone(),
            maker: self.maker.clone(),
            doctor: self.doctor.clone(),
            screening_only: self.screening_only,
            band: self.band,
            under_six: self.under_six,
        }
    }
}

/// A statement that reads whole records: their columns in order, then what follows.
macro_rules! records {
    ($which:literal) => {
        sql!(concat!(
            "select id, coupon_kind, dose, municipality, coupon, day, lot, maker, doctor,
                    screening_only, band, under_six
               from person_record ",
            $which
        ))
    };
}

pub fn between(tx: &mut Tx<'_>, venue: &str, from: Date, to: Date) -> Result<Vec<Stored>, Failure> {
    tx.all(
        records!(
            "where venue_id = $1
                and day >= $2
                and day <= $3
              order by day, municipality, coupon, dose"
        ),
        args![venue, from, to],
    )
}

/// The newest of a venue, newest first.
pub fn latest(tx: &mut Tx<'_>, venue: &str, limit: i64) -> Result<Vec<Stored>, Failure> {
    tx.all(
        records!(
            "where venue_id = $1
              order by day desc, municipality desc, coupon desc, dose desc limit $2"
        ),
        args![venue, limit],
    )
}

/// One record of a venue.
pub fn one(tx: &mut Tx<'_>, venue: &str, id: &str) -> Result<Option<Stored>, Failure> {
    tx.first(
        records!(
            "where venue_id = $1
                and id = $2"
        ),
        args![venue, id],
    )
}

/// All records of a municipality's coupons, with the venue that gave the shot.
pub fn of_municipality(
    tx: &mut Tx<'_>,
    municipality: &str,
) -> Result<Vec<(Stored, String)>, Failure> {
    let rows: Vec<Elsewhere> = tx.all(
        sql!(
            "select id, coupon_kind, dose, municipality, coupon, day, lot, maker, doctor,
                    screening_only, band, under_six, venue_id
               from person_record
              where municipality = $1
              order by coupon, dose, id"
        ),
        args![municipality],
    )?;
    Ok(rows.into_iter().map(|e| (e.0, e.1)).collect())
}

/// All of a venue, oldest first.
pub fn all(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Stored>, Failure> {
    between(tx, venue, Date::constant(1, 1, 1), Date::constant(9999, 12, 31))
}

/// Shots that a venue's person records hold.
pub fn shots(tx: &mut Tx<'_>, venue: &str) -> Result<i64, Failure> {
    let of_venue =
        sql!("select count(*) from person_record where venue_id = $1 and not screening_only");
    Ok(tx.one::<(i64,)>(of_venue, args![venue])?.0)
}

row! {
    /// Records of a venue that have the same municipality, kind and time of day.
    pub struct Counted {
        pub municipality: String,
        pub screening_only: bool,
        pub band: Band,
        pub records: i64,
    }
}

/// How many records a venue has, by municipality, kind and time of day.
pub fn counted(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Counted>, Failure> {
    tx.all(
        sql!(
            "select municipality, screening_only, band, count(*)
               from person_record
              where venue_id = $1
              group by municipality, screening_only, band
              order by municipality, screening_only, band"
        ),
        args![venue],
    )
}

row! {
    /// Records of a venue in a time that cost the same for the same municipality.
    pub struct Billed {
        pub municipality: String,
        pub screening_only: bool,
        pub band: Band,
        pub under_six: bool,
        pub records: i64,
    }
}

/// How many records a venue has from a day to another one, by what a bill asks of them.
pub fn billed(tx: &mut Tx<'_>, venue: &str, from: Date, to: Date) -> Result<Vec<Billed>, Failure> {
    tx.all(
        sql!(
            "select municipality, screening_only, band, under_six, count(*)
               from person_record
              where venue_id = $1
                and day >= $2
                and day <= $3
              group by municipality, screening_only, band, under_six
              order by municipality"
        ),
        args![venue, from, to],
    )
}

/// The lots that a venue's records name.
pub fn lots(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> = tx.all(
        sql!(
            "select distinct lot from person_record where venue_id = $1 and lot <> '' order by lot"
        ),
        args![venue],
    )?;
    Ok(rows.into_iter().map(|(lot,)| lot).collect())
}

/// Records that an import added: id and number of the coupon.
pub fn added_by(
    tx: &mut Tx<'_>,
    venue: &str,
    import: &str,
) -> Result<Vec<(String, String)>, Failure> {
    tx.all(
        sql!("select id, coupon from person_record where import_id = $1 and venue_id = $2"),
        args![import, venue],
    )
}
