//! 予約の受付情報: what a venue tells the public, and whether it wants to be found.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, events, row, sql};
use rules::availability::{Availability, STALE_AFTER_DAYS};
use rules::fold::Sought;
use serde::{Deserialize, Serialize};

use crate::venue::VenueHead;
use crate::{Caller, Fault, args_after_words, holds_the_words};

events! {
    /// What the journal is told of what a venue tells the public (the venue's id).
    pub enum Event of "venue" {
        "availability.set" => Said { before: Option<Said>, after: Said },
    }
}

/// What a venue tells the public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// One of the five.
    pub status: Availability,
    #[serde(default)]
    pub note: String,
    /// Whether it wants to be found.
    #[serde(default)]
    pub published: bool,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub url: String,
}

row! {
    #[derive(Clone, Debug, Default, serde::Serialize)]
    pub struct Public {
        pub status: Availability,
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
    fn said(&self) -> Said {
        Said {
            status: self.status,
            note: self.note.clone(),
            published: self.published,
            phone: self.phone.clone(),
            url: self.url.clone(),
        }
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
        pub status: Availability,
        pub note: String,
        pub phone: String,
        pub url: String,
        pub changed_at: Timestamp,
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

/// Keeps what a venue tells the public; returns whether that is something new. Said again it holds
/// on, from today.
///
/// # Errors
/// The database's.
pub fn say(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    before: Option<&Public>,
    fresh: &Public,
) -> Result<bool, Failure> {
    let said = Event::Said { before: before.map(Public::said), after: fresh.said() };
    // Said again it holds on, from today: the day is new, the content isn't.
    let same = before.is_some_and(|b| b.said() == fresh.said());
    tx.run(
        sql!(
            "insert into venue_public
                         (venue_id, status, note, published, phone, url, prefecture, municipality,
                          changed_at, changed_by)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 on conflict (venue_id) do update set status = excluded.status,
                             note = excluded.note, published = excluded.published,
                             phone = excluded.phone, url = excluded.url,
                             changed_at = excluded.changed_at, changed_by = excluded.changed_by,
                             version = venue_public.version + 1"
        ),
        args![
            &venue.id,
            fresh.status,
            &fresh.note,
            fresh.published,
            &fresh.phone,
            &fresh.url,
            &venue.prefecture,
            &venue.municipality,
            by.now,
            &by.actor.name
        ],
    )?;
    by.journal(tx, &venue.id, &said, None)?;
    Ok(!same)
}

/// Prefectures (two digits) and how many venues want to be found in each.
pub fn by_prefecture(tx: &mut Tx<'_>) -> Result<Vec<(String, i64)>, Failure> {
    tx.all(
        sql!(
            "select prefecture, count(*)
               from venue_public
              where published
              group by prefecture
              order by prefecture"
        ),
        args![],
    )
}

/// Municipalities of a prefecture and how many venues want to be found in each; 50 at most.
pub fn by_municipality(tx: &mut Tx<'_>, prefecture: &str) -> Result<Vec<(String, i64)>, Failure> {
    tx.all(
        sql!(
            "select municipality, count(*)
               from venue_public
              where published
                and prefecture = $1
              group by municipality
              order by municipality
              limit 50"
        ),
        args![prefecture],
    )
}

/// What venues are sought by; what is empty doesn't narrow.
pub struct Wanted<'w> {
    /// Two digits.
    pub prefecture: &'w str,
    pub municipality: &'w str,
    /// One of the five, or any.
    pub status: Option<Availability>,
}

/// Venues that want to be found and hold the words, 200 at most.
pub fn seek(tx: &mut Tx<'_>, wanted: &Wanted<'_>, sought: &Sought) -> Result<Vec<Found>, Failure> {
    let patterns = sought.patterns();
    let Wanted { prefecture, municipality, status } = *wanted;
    let status = status.map_or("", Availability::key);
    tx.plan_for_values()?;
    tx.all(
        sql!(concat!(
            "select v.id, v.code, v.name, v.municipality,
                    coalesce(v.answers ->> 'venue_address', ''), p.status, p.note, p.phone,
                    p.url, p.changed_at ",
            "from venue_public p join venue v on v.id = p.venue_id where p.published ",
            "and ($11 = '' or p.prefecture = $11)
             and ($12 = '' or p.municipality = $12)
             and ($13 = '' or p.status = $13)
             and ($14 = '' or ",
            holds_the_words!("venue", "v.id"),
            ") order by v.municipality, v.name, v.id limit 200"
        )),
        args_after_words![patterns, prefecture, municipality, status, sought.asked()],
    )
}
