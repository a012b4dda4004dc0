//! 職域追加接種完了登録: a venue says that it is done; what it had given and received is kept.

use platform::db::{Failure, Tx};
use platform::kept::whole;
use platform::value::Json;
use platform::{args, events, kept, sql};
use rules::time;
use serde::{Deserialize, Serialize};

use crate::venue::{VenueHead, completed};
use crate::{Caller, Fault, application, letter, venue};

events! {
    /// What the journal is told of a venue's completion (the venue's id).
    pub enum Event of "venue" {
        "venue.complete" => Completed { after: Completed },
        /// The completion was taken back.
        "venue.reopen" => Reopened { before: Numbered },
    }
}

/// A completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completed {
    pub number: String,
    pub facts: Facts,
}

/// Which completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    pub number: String,
}

/// What a venue had given and received when it completed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    pub doses: i64,
    pub wasted_vials: i64,
    /// Of deliveries and of transfers, less what went on by transfer.
    pub received_vials: i64,
    /// Vials that are left.
    pub stock: i64,
}

kept! {
    KeptFacts = OfFacts(Facts), whole,
        "完了したときの数の控えを読めませんでした。";
}

/// What was kept of a venue that has completed; what can't be read of it is none.
pub fn facts(tx: &mut Tx<'_>, venue: &str) -> Result<Facts, Failure> {
    let (kept,): (KeptFacts,) =
        tx.one(sql!("select facts from completion where venue_id = $1"), args![venue])?;
    Ok(kept.0)
}

/// Writes the completion, ends the contract's period and tells the venue.
pub fn complete(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    facts: &Facts,
) -> Result<(), Failure> {
    let number = application::official_number(tx, "E", by.now)?;
    tx.run(
        sql!(
            "insert into completion (venue_id, number, facts, at, account, name)
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![&venue.id, &number, Json(facts), by.now, &by.actor.account, &by.actor.name],
    )?;
    letter::end_period(tx, &venue.id, time::date(by.now))?;
    let after = Completed { number: number.clone(), facts: *facts };
    by.journal(tx, &venue.id, &Event::Completed { after }, None)?;
    let told = mails::completion::Registered {
        venue: venue.id.clone(),
        venue_name: (&venue.name).into(),
        number,
    };
    venue::tell(by, tx, told)
}

/// Takes a completion back.
///
/// # Errors
/// [`Fault::NotFound`]: the venue hasn't completed.
pub fn reopen(by: &Caller<'_>, tx: &mut Tx<'_>, venue: &str, reason: &str) -> Result<(), Fault> {
    let known = completed(tx, venue)?.ok_or(Fault::NotFound)?;
    tx.run(sql!("delete from completion where venue_id = $1"), args![venue])?;
    let before = Numbered { number: known.number };
    by.journal(tx, venue, &Event::Reopened { before }, Some(reason))?;
    Ok(())
}
