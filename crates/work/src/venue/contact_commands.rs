//! What is done to a venue's contacts, and the ID rule: a changed mail address issues a new ID; name,
//! department and phone don't.

use mails::Mail;
use mails::venue::{ContactAdded, ContactInvited};
use platform::db::{Failure, Tx};
use platform::{args, sql};
use rules::access::Scope;
use rules::account::{ContactChange, ContactConsequence, on_contact_change};
use rules::input;
use rules::venue::{ContactRefusal, Side};

use super::contacts::{Contact, Person, contacts, memberships, put};
use super::{Event, VenueHead};
use crate::account::{self, Grant};
use crate::{Caller, Refused};

/// One mail address is one person's under one role; whoever has the name of another contact is
/// asked about.
fn stop_twins(
    tx: &mut Tx<'_>,
    venue: &str,
    person: &Contact,
    other: bool,
) -> Result<(), Refused<ContactRefusal>> {
    let others: Vec<Contact> = contacts(tx, venue)?
        .into_iter()
        .filter(|c| c.id != person.id && c.role == person.role)
        .collect();
    if others.iter().any(|c| input::mail_key(&c.mail) == input::mail_key(&person.mail)) {
        return Err(Refused::ByRule(ContactRefusal::Known));
    }
    let twin =
        others.iter().find(|c| input::same_person(&c.name) == input::same_person(&person.name));
    match twin.filter(|_| !other) {
        Some(twin) => Err(Refused::ByRule(ContactRefusal::SameName {
            name: twin.name.clone(),
            mail: twin.mail.clone(),
        })),
        None => Ok(()),
    }
}

/// Changes a contact; a new mail address is invited, and the old one is told. `other`: it was said
/// that this is somebody else than the contact of the same name. Returns whether somebody was
/// invited.
///
/// # Errors
/// The rule's, where another contact has the address or the name; [`Failure::Stale`].
pub fn change_contact(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    contact: &Contact,
    person: Person,
    other: bool,
) -> Result<bool, Refused<ContactRefusal>> {
    let after = contact.with(person);
    stop_twins(tx, &venue.id, &after, other)?;
    put(tx, &venue.id, &after)?;
    let consequence = on_contact_change(&ContactChange {
        mail_before: &contact.mail,
        mail_after: &after.mail,
        account_exists: account::by_mail(tx, &after.mail)?.is_some(),
    });
    let edited = Event::ContactEdited { before: contact.clone(), after: after.clone() };
    by.journal(tx, &venue.id, &edited, None)?;
    if consequence == ContactConsequence::KeepId {
        return Ok(false);
    }
    // The old address's membership at this venue, if it has one; it ends when the new ID is first
    // used.
    let old = memberships(tx, &venue.id, contact)?;
    invite(by, tx, venue, &after, old.first().map(String::as_str), consequence)?;
    let told =
        mails::venue::ContactChanged { venue: venue.id.clone(), venue_name: (&venue.name).into() };
    by.mail(tx, &contact.mail, told)?;
    Ok(true)
}

fn invite(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    person: &Contact,
    replaces: Option<&str>,
    consequence: ContactConsequence,
) -> Result<(), Failure> {
    let membership = Grant::of(person.role.role(), Scope::Venue, &venue.id);
    let token = account::invite(tx, by.now, &person.mail, &person.name, &membership, replaces)?;
    let (id, venue_name) = (venue.id.clone(), (&venue.name).into());
    let mail: Mail = match consequence {
        ContactConsequence::AddThenRetire => {
            ContactAdded { venue: id, venue_name, name: (&person.name).into() }.into()
        }
        _ => ContactInvited { venue: id, venue_name, by: (&by.actor.name).into(), token }.into(),
    };
    by.mail(tx, &person.mail, mail)
}

/// Adds a contact on a side and invites the person; `other` as for
/// [`change_contact`].
///
/// # Errors
/// The rule's, where another contact has the address or the name.
pub fn add_contact(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    side: Side,
    person: Person,
    other: bool,
) -> Result<(), Refused<ContactRefusal>> {
    let fresh = Contact::new(side, person);
    stop_twins(tx, &venue.id, &fresh, other)?;
    put(tx, &venue.id, &fresh)?;
    by.journal(tx, &venue.id, &Event::ContactAdded { after: fresh.clone() }, None)?;
    let consequence = match account::by_mail(tx, &fresh.mail)? {
        Some(_) => ContactConsequence::AddThenRetire,
        None => ContactConsequence::InviteThenRetire,
    };
    invite(by, tx, venue, &fresh, None, consequence)?;
    Ok(())
}

/// Whether somebody of a contact's role would be left.
pub fn contact_may_leave(tx: &mut Tx<'_>, venue: &str, contact: &Contact) -> Result<bool, Failure> {
    Ok(contacts(tx, venue)?.iter().filter(|c| c.role == contact.role).count() > 1)
}

/// A contact leaves a venue; the memberships of its address end.
///
/// # Errors
/// The rule's, where it is the last one of its role; [`Failure::Stale`].
pub fn contact_leaves(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &str,
    contact: &Contact,
) -> Result<(), Refused<ContactRefusal>> {
    if !contact_may_leave(tx, venue, contact)? {
        return Err(Refused::ByRule(ContactRefusal::Last));
    }
    tx.run_one(
        sql!(
            "update contact set left_at = $1, version = version + 1 where id = $2 and version = $3"
        ),
        args![by.now, &contact.id, contact.version],
    )?;
    for membership in memberships(tx, venue, contact)? {
        account::retire(tx, by.now, &membership)?;
    }
    by.journal(tx, venue, &Event::ContactLeft { before: contact.clone() }, None)?;
    Ok(())
}
