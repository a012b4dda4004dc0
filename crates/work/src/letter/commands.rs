//! What venue and municipality do to a letter.

use platform::db::{Failure, Tx};
use platform::{args, secrets, sql};
use rules::letter::{self, Refusal, Way};

use super::event::{Consented, Numbered, Signed, Stood};
use super::{Event, Stored, begin_period, digest};
use crate::{Caller, Refused, municipality, venue};

/// A letter is downloaded; by its venue, the first time moves the venue's task on.
///
/// # Errors
/// The database's.
pub fn download(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    stored: &Stored,
    by_its_venue: bool,
) -> Result<(), Failure> {
    if by_its_venue {
        tx.run(
            sql!(
                "update letter
                    set downloaded_at = coalesce(downloaded_at, $1)
                  where id = $2"
            ),
            args![by.now, &stored.id],
        )?;
    }
    by.journal(tx, &stored.id, &Event::Downloaded { after: numbered(stored) }, None)
}

fn numbered(stored: &Stored) -> Numbered {
    Numbered { number: stored.number.clone() }
}

fn stood(stored: &Stored) -> Stood {
    Stood { status: stored.status() }
}

/// The municipality receives a letter: from then on the venue belongs to the collective contract.
///
/// # Errors
/// The rule's; [`Failure::Stale`].
pub fn receive(by: &Caller<'_>, tx: &mut Tx<'_>, stored: &Stored) -> Result<(), Refused<Refusal>> {
    letter::receive(&stored.facts()).map_err(Refused::ByRule)?;
    let name = &by.actor.name;
    tx.run_one(
        sql!(
            "update letter
                set received_at = $1, received_by = $2, sent_back = null, version = version + 1
              where id = $3
                and version = $4"
        ),
        args![by.now, name, &stored.id, stored.version],
    )?;
    // From its receipt on the venue belongs to the collective contract.
    begin_period(tx, &stored.venue_id, &stored.id, "集合契約", by.now, name)?;
    let received = Event::Received { before: stood(stored), after: numbered(stored) };
    by.journal(tx, &stored.id, &received, None)?;
    Ok(())
}

/// The municipality sends a letter back, with a mail to the venue.
///
/// # Errors
/// The rule's; [`Failure::Stale`].
pub fn send_back(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    stored: &Stored,
    reason: &str,
) -> Result<(), Refused<Refusal>> {
    let reason = letter::send_back(&stored.facts(), reason).map_err(Refused::ByRule)?;
    tx.run_one(
        sql!(
            "update letter
                set sent_back = $1, version = version + 1
              where id = $2
                and version = $3"
        ),
        args![&reason, &stored.id, stored.version],
    )?;
    let told = mails::letter::SentBack {
        venue: stored.venue_id.clone(),
        number: stored.number.clone(),
        reason: (&reason).into(),
    };
    venue::tell(by, tx, told)?;
    let sent_back = Event::SentBack { before: stood(stored), after: numbered(stored) };
    by.journal(tx, &stored.id, &sent_back, Some(&reason))?;
    Ok(())
}

/// Which way the letter's municipality takes.
fn way(by: &Caller<'_>, tx: &mut Tx<'_>, stored: &Stored) -> Result<Way, Failure> {
    Ok(municipality::setting(tx, by.masters, &stored.municipality)?.letter_way)
}

/// Somebody who is signed in consents instead of sealing paper.
///
/// # Errors
/// The rule's; [`Failure::Stale`].
pub fn consent(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    stored: &Stored,
    agreed: bool,
) -> Result<(), Refused<Refusal>> {
    // A signed PDF is another way of the same decision; consent is only for those who take it.
    let way = match way(by, tx, stored)? {
        Way::Electronic => Way::Electronic,
        _ => Way::Paper,
    };
    letter::consent(&stored.facts(), way, agreed).map_err(Refused::ByRule)?;
    let name = &by.actor.name;
    tx.run_one(
        sql!(
            "update letter
                set consented_at = $1, consented_by = $2, way = 'electronic', sent_back = null,
                    version = version + 1
              where id = $3
                and version = $4"
        ),
        args![by.now, name, &stored.id, stored.version],
    )?;
    // What was agreed to is named by its hash: anybody can hold the paper against it.
    let hash = Some(digest(&stored.content.0));
    let after = Consented { number: stored.number.clone(), hash };
    by.journal(tx, &stored.id, &Event::Consented { after }, None)?;
    Ok(())
}

/// A PDF of the letter that was signed elsewhere arrives: its name and its content as it is stored.
///
/// # Errors
/// The rule's; [`Failure::Stale`].
pub fn put_signed(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    stored: &Stored,
    (file, content): (&str, &str),
) -> Result<(), Refused<Refusal>> {
    let way = match way(by, tx, stored)? {
        Way::SignedPdf => Way::Electronic,
        _ => Way::Paper,
    };
    letter::consent(&stored.facts(), way, true).map_err(Refused::ByRule)?;
    tx.run_one(
        sql!(
            "update letter
                set consented_at = $1, consented_by = $2, way = 'signed_pdf', signed_name = $3,
                    signed_content = $4, sent_back = null, version = version + 1
              where id = $5
                and version = $6"
        ),
        args![by.now, &by.actor.name, file, content, &stored.id, stored.version],
    )?;
    let hash = secrets::digest(content);
    let after = Signed { number: stored.number.clone(), file: file.into(), hash };
    by.journal(tx, &stored.id, &Event::Signed { after }, None)?;
    Ok(())
}
