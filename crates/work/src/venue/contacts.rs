//! 担当者 of a venue: who they are.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::{args, ids, record, row, sql};
use rules::application::Answers;
use rules::venue::Side;
use serde::{Deserialize, Serialize};

use super::Event;
use crate::Fault;

record! {
    /// Who is responsible for a venue, for its organizer or its institution; the journal keeps it
    /// whole, so that any past day can be shown again.
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(default)]
    pub struct Contact by contact_columns {
        pub id: String = "id",
        pub role: Side = "role",
        pub department: String = "department",
        pub name: String = "name",
        pub phone: String = "phone",
        pub mail: String = "mail",
        #[serde(skip)]
        pub version: i64 = "version",
    }
}

/// Who is a contact, as it was typed and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub department: String,
    pub name: String,
    pub phone: String,
    pub mail: String,
}

impl Contact {
    /// A new one on a side.
    pub(super) fn new(role: Side, person: Person) -> Contact {
        let nobody = Contact { id: ids::short("c"), role, version: 1, ..Contact::default() };
        nobody.with(person)
    }

    /// The same contact, who is somebody else or is reached elsewhere.
    #[must_use]
    pub fn with(&self, person: Person) -> Contact {
        let Person { department, name, phone, mail } = person;
        let (id, role, version) = (self.id.clone(), self.role, self.version);
        Contact { id, role, department, name, phone, mail, version }
    }
}

/// A statement that reads whole contacts: what follows their columns.
macro_rules! whole_contacts {
    ($which:literal) => {
        sql!(concat!("select ", contact_columns!(), " from contact ", $which))
    };
}

/// Writes a contact: a new row, or over the one of its id.
///
/// # Errors
/// [`Failure::Stale`], where that one has another version.
pub(super) fn put(tx: &mut Tx<'_>, venue: &str, c: &Contact) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "insert into contact (id, venue_id, role, department, name, phone, mail, version)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
                 on conflict (id) do update set department = excluded.department,
                             name = excluded.name, phone = excluded.phone, mail = excluded.mail,
                             version = contact.version + 1
              where contact.version = excluded.version"
        ),
        args![&c.id, venue, c.role, &c.department, &c.name, &c.phone, &c.mail, c.version],
    )
}

/// The contacts of a venue who haven't left, organizers first.
pub fn contacts(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Contact>, Failure> {
    tx.all(
        whole_contacts!(
            "where venue_id = $1
                and left_at is null
              order by role desc, id"
        ),
        args![venue],
    )
}

/// The memberships at the venue that a contact's mail address holds in the contact's role and that
/// haven't ended.
pub fn memberships(
    tx: &mut Tx<'_>,
    venue: &str,
    contact: &Contact,
) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> = tx.all(
        sql!(
            "select m.id
               from membership m
               join account a on a.id = m.account_id
              where lower(a.mail) = lower($1)
                and m.role = $2
                and m.scope_kind = 'venue'
                and m.scope_id = $3
                and m.ended_at is null"
        ),
        args![&contact.mail, contact.role, venue],
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The mail addresses of everybody responsible for a venue, each once.
pub fn contact_mails(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> = tx.all(
        sql!(
            "select min(mail)
               from contact
              where venue_id = $1
                and left_at is null
              group by lower(mail)
              order by lower(mail)"
        ),
        args![venue],
    )?;
    Ok(rows.into_iter().map(|(mail,)| mail).collect())
}

row! {
    /// Somebody responsible for a venue, as a mail needs it.
    pub struct Addressed {
        /// The venue's id.
        pub venue: String,
        /// What it is called.
        pub name: String,
        pub mail: String,
    }
}

/// Everybody responsible for the venues after one id as far as another, by venue.
///
/// # Errors
/// The database's.
pub fn contacts_between(tx: &mut Tx<'_>, after: &str, to: &str) -> Result<Vec<Addressed>, Failure> {
    tx.all(
        sql!(
            "select c.venue_id, v.name, c.mail
               from (select distinct venue_id, mail
                       from contact
                      where left_at is null
                        and venue_id > $1
                        and venue_id <= $2)
                    c
               join venue v on v.id = c.venue_id
              order by c.venue_id, c.mail"
        ),
        args![after, to],
    )
}

/// Takes a contact over from an application: the present one of the same side is updated, otherwise
/// one is added.
pub fn set_contact(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    venue: &str,
    side: Side,
    answers: &Answers,
) -> Result<(), Failure> {
    let prefix = match side {
        Side::Organizer => "organization_contact",
        Side::Institution => "institution_contact",
    };
    let get = |part: &str| answers.get(&format!("{prefix}_{part}")).cloned().unwrap_or_default();
    let known: Option<Contact> = tx.first(
        whole_contacts!(
            "where venue_id = $1
                and role = $2
                and left_at is null
              order by id
              limit 1"
        ),
        args![venue, side],
    )?;
    let person = Person {
        department: get("department"),
        name: get("name"),
        phone: get("phone"),
        mail: get("mail"),
    };
    let fresh = match &known {
        Some(known) => known.with(person),
        None => Contact::new(side, person),
    };
    put(tx, venue, &fresh)?;
    let set = Event::ContactSet { before: known, after: fresh };
    journal::write(tx, actor, now, venue, &set, None)
}

/// A contact of a venue who hasn't left.
///
/// # Errors
/// [`Fault::NotFound`], where there is none.
pub fn contact(tx: &mut Tx<'_>, venue: &str, id: &str) -> Result<Contact, Fault> {
    tx.first(
        whole_contacts!(
            "where id = $1
                and venue_id = $2
                and left_at is null"
        ),
        args![id, venue],
    )?
    .ok_or(Fault::NotFound)
}

/// The telephone number of a contact with this mail address, who hasn't left.
pub fn phone_of(tx: &mut Tx<'_>, mail: &str) -> Result<Option<String>, Failure> {
    let known: Option<(String,)> = tx.first(
        sql!("select phone from contact where mail = $1 and left_at is null order by id limit 1"),
        args![mail],
    )?;
    Ok(known.map(|(phone,)| phone))
}

/// The names of a venue's contacts to whom a mail didn't arrive.
pub fn unreachable(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<String>, Failure> {
    let lost: Vec<(String,)> = tx.all(
        sql!(
            "select distinct c.name
               from contact c
               join mail m on m.recipient = c.mail
              where c.venue_id = $1
                and c.left_at is null
                and m.dead_at is not null
                and m.sent_at is null"
        ),
        args![venue],
    )?;
    Ok(lost.into_iter().map(|(name,)| name).collect())
}
