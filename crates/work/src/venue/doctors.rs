//! 接種担当医師 of a venue.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::kept::items;
use platform::value::Json;
use platform::{args, ids, kept, row, sql};

use super::Event;
use crate::{Caller, Fault};

kept! {
    pub KeptProducts = OfProducts(Vec<String>), items,
        "医師の「接種できるワクチン」に読めないものがありました。もう一度選んでください。";
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Doctor {
        pub id: String,
        pub name: String,
        pub reading: String,
        pub phone: String,
        pub mail: String,
        pub products: KeptProducts,
        #[serde(skip)]
        pub removed_at: Option<Timestamp>,
        pub version: i64,
    }
}

/// The doctors of a venue who weren't taken off the list, by reading.
pub fn doctors(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Doctor>, Failure> {
    tx.all(
        sql!(
            "select id, name, reading, phone, mail, products, removed_at, version
               from doctor
              where venue_id = $1
                and removed_at is null
              order by reading, id"
        ),
        args![venue],
    )
}

/// A doctor of a venue, also one who was taken off the list.
///
/// # Errors
/// [`Fault::NotFound`], where there is none.
pub fn doctor(tx: &mut Tx<'_>, venue: &str, id: &str) -> Result<Doctor, Fault> {
    tx.first(
        sql!(
            "select id, name, reading, phone, mail, products, removed_at, version
               from doctor
              where id = $1
                and venue_id = $2"
        ),
        args![id, venue],
    )?
    .ok_or(Fault::NotFound)
}

row! {
    /// A doctor who was taken off the list.
    pub struct Removed {
        pub id: String,
        pub name: String,
    }
}

/// The doctor who was taken off a venue's list last, since an instant.
pub fn removed_since(
    tx: &mut Tx<'_>,
    venue: &str,
    since: Timestamp,
) -> Result<Option<Removed>, Failure> {
    tx.first(
        sql!(
            "select id, name
               from doctor
              where venue_id = $1
                and removed_at > $2
              order by removed_at desc
              limit 1"
        ),
        args![venue, since],
    )
}

/// What is known of a doctor, as it was typed and checked.
pub struct DoctorData {
    pub name: String,
    /// In hiragana.
    pub reading: String,
    pub phone: String,
    pub mail: String,
    /// Keys of products.
    pub products: Vec<String>,
}

/// Adds a doctor to a venue.
///
/// # Errors
/// The database's.
pub fn add_doctor(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    d: &DoctorData,
) -> Result<(), Failure> {
    let id = ids::short("d");
    tx.run(
        sql!(
            "insert into doctor (id, venue_id, name, reading, phone, mail, products)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![&id, venue, &d.name, &d.reading, &d.phone, &d.mail, Json(&d.products)],
    )?;
    by.journal(tx, venue, &Event::DoctorAdded { after: d.kept(&id) }, None)
}

/// Changes what is known of a doctor.
///
/// # Errors
/// [`Failure::Stale`].
pub fn change_doctor(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    old: &Doctor,
    d: &DoctorData,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update doctor
                set name = $1, reading = $2, phone = $3, mail = $4, products = $5,
                    version = version + 1
              where id = $6
                and version = $7"
        ),
        args![&d.name, &d.reading, &d.phone, &d.mail, Json(&d.products), &old.id, old.version],
    )?;
    let edited = Event::DoctorEdited { before: old.into(), after: d.kept(&old.id) };
    by.journal(tx, venue, &edited, None)
}

/// Takes a doctor off the list.
///
/// # Errors
/// [`Failure::Stale`], where it was done already.
pub fn remove_doctor(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    old: &Doctor,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update doctor
                set removed_at = $1, version = version + 1
              where id = $2
                and removed_at is null"
        ),
        args![by.now, &old.id],
    )?;
    by.journal(tx, venue, &Event::DoctorRemoved { before: old.into() }, None)
}

/// Puts a doctor back on the list.
///
/// # Errors
/// [`Failure::Stale`], where it was done already.
pub fn restore_doctor(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    old: &Doctor,
) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update doctor
                set removed_at = null, version = version + 1
              where id = $1
                and removed_at is not null"
        ),
        args![&old.id],
    )?;
    by.journal(tx, venue, &Event::DoctorRestored { after: old.into() }, None)
}
