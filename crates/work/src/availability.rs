//! 予約の受付情報: what a venue tells the public, and whether it wants to be found.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};
use rules::availability::{Availability, STALE_AFTER_DAYS};

use crate::Fault;

row! {
    #[derive(Clone, Debug, Default, serde::Serialize)]
    pub struct Public {
        pub status: String,
        pub note: String,
        pub published: bool,
        pub phone: String,
        pub url: String,
        pub changed_at: Timestamp,
        pub changed_by: String,
        pub version: i64,
    }
}

impl Public {
    /// What of the five the venue says.
    pub fn availability(&self) -> Availability {
        Availability::from_key(&self.status).unwrap_or_default()
    }
}

/// What a venue tells the public, where it has said anything.
pub fn load(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Public>, Failure> {
    tx.first(
        sql!(
            "select status, note, published, phone, url, changed_at, changed_by, version
               from venue_public
              where venue_id = $1"
        ),
        args![venue],
    )
}

/// Whether nobody has touched a status that says something for a month.
pub fn is_stale(public: &Public, now: Timestamp) -> bool {
    public.published
        && now.duration_since(public.changed_at)
            >= jiff::SignedDuration::from_hours(24 * STALE_AFTER_DAYS)
}

row! {
    /// A venue that wants to be found.
    pub struct Found {
        pub id: String,
        pub code: String,
        pub name: String,
        pub municipality: String,
        pub address: String,
        pub status: String,
        pub note: String,
        pub phone: String,
        pub url: String,
        pub changed_at: Timestamp,
    }
}

impl Found {
    /// What of the five the venue says.
    pub fn availability(&self) -> Availability {
        Availability::from_key(&self.status).unwrap_or_default()
    }
}

macro_rules! found {
    ($which:literal) => {
        sql!(concat!(
            "select v.id, v.code, v.name, v.municipality,
                    coalesce(v.answers ->> 'venue_address', ''), p.status, p.note, p.phone, p.url,
                    p.changed_at
               from venue_public p
               join venue v on v.id = p.venue_id
              where p.published ",
            $which
        ))
    };
}

/// By its ten digits, if it wants to be found.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Found, Fault> {
    tx.first(found!("and v.code = $1"), args![rules::codes::ten_digits(code)])?
        .ok_or(Fault::NotFound)
}

/// All venues that want to be found.
pub fn found(tx: &mut Tx<'_>) -> Result<Vec<Found>, Failure> {
    tx.all(found!("order by v.municipality, v.code"), args![])
}
