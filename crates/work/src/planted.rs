//! Rows of the small world that are older than the doors through which they would have come.

use jiff::Timestamp;
use jiff::civil::Date;
use platform::db::{Failure, Tx};
use platform::journal::Actor;
use platform::value::Json;
use platform::{args, sql};
use rules::plan::Lines;
use rules::programme::Programme;
use serde_json::Value;

/// Whether there is an account of exactly this mail address.
pub fn knows_mail(tx: &mut Tx<'_>, mail: &str) -> Result<bool, Failure> {
    let known: Option<(String,)> =
        tx.first(sql!("select id from account where mail = $1"), args![mail])?;
    Ok(known.is_some())
}

/// The letter of a venue was downloaded, and came on paper to somebody.
pub fn letter_came(tx: &mut Tx<'_>, venue: &str, at: Timestamp, who: &str) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update letter
                set downloaded_at = $1, received_at = $1, received_by = $2
              where venue_id = $3"
        ),
        args![at, who, venue],
    )
    .map(|_| ())
}

/// The shipments of a venue come on the morning of a day.
pub fn dated(tx: &mut Tx<'_>, venue: &str, day: Date) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update shipment
                set date = $1, band = 'morning', version = version + 1
              where venue_id = $2"
        ),
        args![day, venue],
    )
    .map(|_| ())
}

/// The first registration of a venue.
pub struct First<'f> {
    pub at: Timestamp,
    pub receipt: &'f str,
    pub actor: &'f Actor,
    /// Doses.
    pub total: u32,
}

/// The first plan of a venue, registered and reviewed, in boxes of a programme.
pub fn plan(
    tx: &mut Tx<'_>,
    programme: &Programme,
    venue: &str,
    first: &First<'_>,
    lines: &Lines,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into plan_registration
                         (venue_id, number, receipt, at, account, name, total_doses, flags, review,
                          reviewed_at, latest)
             values ($1, 1, $2, $3, $4, $5, $6, $7, 'reviewed', $3, true)"
        ),
        args![
            venue,
            first.receipt,
            first.at,
            &first.actor.account,
            &first.actor.name,
            first.total,
            Json(Vec::<Value>::new())
        ],
    )?;
    let packing = programme.packing();
    for (cycle, line) in lines {
        tx.run(
            sql!(
                "insert into plan_line
                             (venue_id, number, cycle, boxes, vials_per_box, doses_per_vial,
                              needles_per_box, needle_boxes)
                 values ($1, 1, $2, $3, $4, $5, $6, $7)"
            ),
            args![
                venue,
                *cycle,
                line.boxes,
                packing.vials_per_box,
                packing.doses_per_vial,
                packing.needles.pack,
                programme.needle_boxes(line.boxes)
            ],
        )?;
    }
    Ok(())
}
