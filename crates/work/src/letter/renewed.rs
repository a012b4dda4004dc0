//! What is printed on a letter changed: a new letter takes the old one's place.

use platform::db::{Failure, Tx};
use platform::value::Json;
use platform::{args, sql};
use rules::application::Answers;
use rules::letter::Refusal;

use super::event::Numbered;
use super::{Event, Stored, content, insert, of_venue};
use crate::venue::VenueHead;
use crate::{Caller, Refused, application, venue};

/// What a venue is from now on, and why its letter is made anew.
pub struct Renewal<'r> {
    pub before: &'r Answers,
    pub answers: &'r Answers,
    pub reason: &'r str,
}

/// Changes the venue and makes a new letter, which takes the old one's place, with a mail to the
/// venue.
///
/// # Errors
/// The rule's, where the venue has no letter; [`Failure::Stale`].
pub fn renew(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    renewal: &Renewal<'_>,
) -> Result<(), Refused<Refusal>> {
    let Renewal { answers, reason, .. } = *renewal;
    let old = of_venue(tx, &venue.id)?
        .into_iter()
        .find(|l| l.replaced_at.is_none())
        .ok_or(Refused::ByRule(Refusal::NoLetter))?;
    change_venue(by, tx, venue, renewal)?;
    let number = replace(by, tx, venue, &old, answers)?;
    let replaced = Event::Replaced {
        before: Numbered { number: old.number.clone() },
        after: Numbered { number: number.clone() },
    };
    by.journal(tx, &old.id, &replaced, Some(reason))?;
    let told = mails::letter::Renewed {
        venue: venue.id.clone(),
        venue_name: (&venue.name).into(),
        number,
        before: old.number.clone(),
        reason: reason.into(),
    };
    venue::tell(by, tx, told)?;
    Ok(())
}

fn change_venue(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    renewal: &Renewal<'_>,
) -> Result<(), Failure> {
    let Renewal { before, answers, reason } = *renewal;
    let name = answers.get("venue_name").cloned().unwrap_or_default();
    tx.run_one(
        sql!(
            "update venue
                set answers = $1, name = $2, version = version + 1
              where id = $3
                and version = $4"
        ),
        args![Json(answers), &name, &venue.id, venue.version],
    )?;
    venue::sought_changed(tx, &by.masters.places, &venue.id)?;
    let (before, after) = venue::difference(before, answers);
    by.journal(tx, &venue.id, &venue::Event::Edited { before, after }, Some(reason))
}

/// The new letter in the old one's place; returns its number.
fn replace(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    old: &Stored,
    answers: &Answers,
) -> Result<String, Failure> {
    tx.run_one(
        sql!(
            "update letter
                set replaced_at = $1, version = version + 1
              where id = $2
                and version = $3"
        ),
        args![by.now, &old.id, old.version],
    )?;
    let number = application::official_number(tx, "L", by.now)?;
    let application = application::number(tx, venue.application_id.as_deref().unwrap_or_default())?;
    let application = old.content.if_whole().map(|l| l.application_number.clone()).or(application);
    let letter = content(
        by.masters,
        by.now,
        &number,
        &venue.code,
        &application.unwrap_or_default(),
        answers,
    );
    let municipality = &old.municipality;
    insert(tx, &by.actor, by.now, &venue.id, municipality, &letter, Some(&old.id))?;
    Ok(number)
}
