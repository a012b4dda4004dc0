//! 担当者 of a venue: who they are.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor};
use platform::{args, ids, record, sql};
use rules::access::Role;
use rules::application::Answers;

use super::Event;
use super::contact_commands::Person;
use crate::Fault;

record! {
    /// Who is responsible for a venue, for its organizer or its institution.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Contact by contact_columns {
        pub id: String = "id",
        pub role: String = "role",
        pub department: String = "department",
        pub name: String = "name",
        pub phone: String = "phone",
        pub mail: String = "mail",
        pub version: i64 = "version",
    }
}

/// A statement that reads whole contacts: what follows their columns.
macro_rules! whole_contacts {
    ($which:literal) => {
        sql!(concat!("select ", contact_columns!(), " from contact ", $which))
    };
}

impl Contact {
    /// A new one in a role, as it was typed.
    pub(super) fn new(role: Role, person: &Person) -> Contact {
        Contact {
            id: ids::short("c"),
            role: role.key().into(),
            department: person.department.clone(),
            name: person.name.clone(),
            phone: person.phone.clone(),
            mail: person.mail.clone(),
            version: 1,
        }
    }
}

/// Writes a contact: a new row, or over the one of its id.
pub(super) fn put(tx: &mut Tx<'_>, venue: &str, c: &Contact) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into contact (id, venue_id, role, department, name, phone, mail)
             values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict (id) do update set department = excluded.department,
                             name = excluded.name, phone = excluded.phone, mail = excluded.mail,
                             version = contact.version + 1"
        ),
        args![&c.id, venue, &c.role, &c.department, &c.name, &c.phone, &c.mail],
    )
    .map(|_| ())
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
        args![&contact.mail, &contact.role, venue],
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

/// Takes a contact over from an application: the present one of the same role is updated, otherwise
/// one is added.
pub fn set_contact(
    tx: &mut Tx<'_>,
    actor: &Actor,
    now: Timestamp,
    venue: &str,
    role: Role,
    answers: &Answers,
) -> Result<(), Failure> {
    let prefix =
        if role == Role::Organizer { "organization_contact" } else { "institution_contact" };
    let get = |part: &str| answers.get(&format!("{prefix}_{part}")).cloned().unwrap_or_default();
    let known: Option<Contact> = tx.first(
        whole_contacts!(
            "where venue_id = $1
                and role = $2
                and left_at is null
              order by id
              limit 1"
        ),
        args![venue, role.key()],
    )?;
    let person = Person {
        department: get("department"),
        name: get("name"),
        phone: get("phone"),
        mail: get("mail"),
        other: false,
    };
    let mut fresh = Contact::new(role, &person);
    if let Some(known) = &known {
        fresh.id.clone_from(&known.id);
    }
    put(tx, venue, &fresh)?;
    let set = Event::ContactSet { before: known.as_ref().map(Into::into), after: (&fresh).into() };
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
