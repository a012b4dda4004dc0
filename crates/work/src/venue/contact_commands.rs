//! What is done to a venue's contacts, and the ID rule: a changed mail address issues a new ID; name,
//! department and phone don't.

use platform::db::{Failure, Tx};
use platform::english;
use platform::outbox::{self, Mail};
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
    let body = format!(
        "{}の担当者のメールアドレスが変更されました。\n新しい担当者がはじめてログインすると、このメールアドレスのIDではこの会場を開けなくなります。会場の情報はそのまま引き継がれます。",
        english::typed(&venue.name)
    );
    outbox::put(
        tx,
        by.now,
        &Mail {
            to: contact.mail.clone(),
            subject: format!("【お知らせ】担当者の変更（{}）", english::typed(&venue.name)),
            body,
            about: ("venue".into(), venue.id.clone()),
        },
    )?;
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
    let base = by.base_url;
    let membership = Grant::of(person.role.role(), Scope::Venue, &venue.id);
    let link =
        account::invite(tx, base, by.now, &person.mail, &person.name, &membership, replaces)?;
    let body = match consequence {
        ContactConsequence::AddThenRetire => format!(
            "{}さん\n\n{}の担当者になりました。いまお使いのIDでログインすると、この会場を開けます（24時間以内）。\n{base}/login?to=/venues/{}",
            english::typed(&person.name),
            english::typed(&venue.name),
            venue.id
        ),
        _ => format!(
            "{}さんから、{}の担当者として招待されました。24時間以内に登録してください（1回かぎり）。\n{link}",
            english::typed(&by.actor.name),
            english::typed(&venue.name)
        ),
    };
    outbox::put(
        tx,
        by.now,
        &Mail {
            to: person.mail.clone(),
            subject: format!("【要対応】{}の担当者としての登録", english::typed(&venue.name)),
            body,
            about: ("venue".into(), venue.id.clone()),
        },
    )
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
