//! 融通: vials that one venue gives to another.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Transfer {
        pub id: String,
        pub number: String,
        pub from_venue: String,
        pub to_venue: String,
        pub lot: String,
        pub vials: i64,
        pub temperature: String,
        pub taken_out_at: Timestamp,
        pub note: String,
        pub offered_at: Timestamp,
        pub offered_by: String,
        pub answered_at: Option<Timestamp>,
        pub answered_by: Option<String>,
        pub accepted_vials: Option<i64>,
        pub answer_note: Option<String>,
        pub withdrawn_at: Option<Timestamp>,
        pub version: i64,
        pub from_name: String,
        pub to_name: String,
    }
}

macro_rules! transfers {
    ($which:literal) => {
        sql!(concat!(
            "select t.id, t.number, t.from_venue, t.to_venue, t.lot, t.vials, t.temperature,
                    t.taken_out_at, t.note, t.offered_at, t.offered_by, t.answered_at,
                    t.answered_by, t.accepted_vials, t.answer_note, t.withdrawn_at, t.version,
                    f.name, g.name
               from transfer t
               join venue f on f.id = t.from_venue
               join venue g on g.id = t.to_venue ",
            $which
        ))
    };
}

/// Transfers to a venue that wait for its answer, for the home page.
pub fn waiting_transfers(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<(String, String)>, Failure> {
    tx.all(
        sql!(
            "select id, number
               from transfer
              where to_venue = $1
                and answered_at is null
                and withdrawn_at is null
              order by offered_at"
        ),
        args![venue],
    )
}

/// Transfers from and to a venue, the latest first, 200 at most.
pub fn transfers_of(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Transfer>, Failure> {
    tx.all(
        transfers!(
            "where t.from_venue = $1 or t.to_venue = $1 order by t.offered_at desc, t.id limit 200"
        ),
        args![venue],
    )
}

pub fn transfer(tx: &mut Tx<'_>, id: &str) -> Result<Option<Transfer>, Failure> {
    tx.first(transfers!("where t.id = $1"), args![id])
}

/// How many transfers from and to a venue wait for an answer.
pub fn open_transfers(tx: &mut Tx<'_>, venue: &str) -> Result<i64, Failure> {
    let (n,): (i64,) = tx.one(
        sql!(
            "select count(*)
               from transfer
              where (from_venue = $1 or to_venue = $1)
                and answered_at is null
                and withdrawn_at is null"
        ),
        args![venue],
    )?;
    Ok(n)
}

impl Transfer {
    /// Whether the other venue's answer is still open.
    pub fn waits(&self) -> bool {
        self.withdrawn_at.is_none() && self.answered_at.is_none()
    }
}
