//! SQL of venues, contacts and doctors.

use crate::sought;
use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal::{self, Actor, Entry};
use platform::kept::{items, texts};
use platform::outbox::{self, Mail};
use platform::{args, ids, kept, row, sql};
use rules::access::Role;
use rules::application::Answers;
use rules::fold;
use rules::places::Places;
use rules::venue::{Check, Facts, four_checks};
use serde_json::{Value, json};

kept! {
    /// What a venue is, as far as it can be read.
    pub KeptAnswers = OfAnswers(Answers), texts,
        "保存されていた接種会場の情報に、読めない項目がありました。読めた項目だけを表示しています。読めない項目は、もう一度入力してください。";
    pub KeptProducts = OfProducts(Vec<String>), items,
        "医師の「接種できるワクチン」に読めないものがありました。もう一度選んでください。";
}

row! {
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Contact {
        pub id: String,
        pub role: String,
        pub department: String,
        pub name: String,
        pub phone: String,
        pub mail: String,
        pub version: i64,
    }
}

impl Contact {
    /// As the journal keeps it: whole, so that any past day can be shown again.
    pub fn kept(&self) -> Value {
        json!({"id": self.id, "role": self.role, "department": self.department, "name": self.name, "phone": self.phone, "mail": self.mail})
    }
}

row! {
    #[derive(Clone, Debug)]
    pub struct Doctor {
        pub id: String,
        pub name: String,
        pub reading: String,
        pub phone: String,
        pub mail: String,
        pub products: KeptProducts,
        pub removed_at: Option<Timestamp>,
        pub version: i64,
    }
}

impl serde::Serialize for Doctor {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        json!({"id": self.id, "name": self.name, "reading": self.reading, "phone": self.phone, "mail": self.mail, "products": self.products.0, "version": self.version}).serialize(to)
    }
}

/// What a venue is called.
pub fn name(tx: &mut Tx<'_>, venue: &str) -> Result<String, Failure> {
    Ok(tx.one::<(String,)>(sql!("select name from venue where id = $1"), args![venue])?.0)
}

/// Contacts whose mail doesn't arrive: somebody else at the venue is asked.
pub fn unreachable(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<String>, Failure> {
    let rows: Vec<(String,)> = tx.all(
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
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

pub fn answers(tx: &mut Tx<'_>, venue: &str) -> Result<Answers, Failure> {
    Ok(tx.one::<(KeptAnswers,)>(sql!("select answers from venue where id = $1"), args![venue])?.0.0)
}

pub fn contacts(tx: &mut Tx<'_>, venue: &str) -> Result<Vec<Contact>, Failure> {
    tx.all(
        sql!(
            "select id, role, department, name, phone, mail, version
               from contact
              where venue_id = $1
                and left_at is null
              order by role desc, id"
        ),
        args![venue],
    )
}

/// The memberships at the venue that a contact's mail address holds in the contact's role and that haven't ended.
pub fn hats(tx: &mut Tx<'_>, venue: &str, contact: &Contact) -> Result<Vec<String>, Failure> {
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

/// Writes the same mail to everybody responsible for a venue.
pub fn tell(
    tx: &mut Tx<'_>,
    now: Timestamp,
    venue: &str,
    subject: &str,
    body: &str,
) -> Result<(), Failure> {
    for to in contact_mails(tx, venue)? {
        outbox::put(
            tx,
            now,
            &Mail {
                to,
                subject: subject.into(),
                body: body.into(),
                about: ("venue".into(), venue.into()),
            },
        )?;
    }
    Ok(())
}

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

/// The four checks before a plan, as they stand.
pub fn checks(tx: &mut Tx<'_>, venue: &str) -> Result<[Check; 4], Failure> {
    let (answers, doctors) = (answers(tx, venue)?, doctors(tx, venue)?.len() as u32);
    checks_of(tx, venue, &answers, doctors)
}

/// [`checks`] where answers and doctors are known already.
pub fn checks_of(
    tx: &mut Tx<'_>,
    venue: &str,
    answers: &Answers,
    doctors: u32,
) -> Result<[Check; 4], Failure> {
    let contacts = contacts(tx, venue)?;
    let count = |role: &str| contacts.iter().filter(|c| c.role == role).count() as u32;
    Ok(four_checks(&Facts {
        answers,
        organization_contacts: count("organizer"),
        institution_contacts: count("institution"),
        doctors,
    }))
}

/// Takes a contact over from an application: the present one of the same role is updated, otherwise one is added.
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
        sql!(
            "select id, role, department, name, phone, mail, version
               from contact
              where venue_id = $1
                and role = $2
                and left_at is null
              order by id
              limit 1"
        ),
        args![venue, role.key()],
    )?;
    let id = known.as_ref().map_or_else(|| ids::short("c"), |c| c.id.clone());
    tx.run(
        sql!(
            "insert into contact (id, venue_id, role, department, name, phone, mail)
             values ($1, $2, $3, $4, $5, $6, $7)
                 on conflict (id) do update set department = excluded.department,
                             name = excluded.name, phone = excluded.phone, mail = excluded.mail,
                             version = contact.version + 1"
        ),
        args![&id, venue, role.key(), get("department"), get("name"), get("phone"), get("mail")],
    )?;
    journal::write(
        tx,
        actor,
        now,
        Entry {
            record: ("venue", venue),
            act: "contact.set",
            before: known.map_or(Value::Null, |c| c.kept()),
            after: json!({"id": id, "role": role.key(), "department": get("department"), "name": get("name"), "phone": get("phone"), "mail": get("mail")}),
            reason: None,
        },
    )
}

type VenueRow = (String, String, String, String, KeptAnswers, i64);

fn sought_text(row: &VenueRow, places: &Places) -> String {
    let (_, code, name, municipality, answers, _) = row;
    let address = format!(
        "{}{}",
        places.full_name(municipality),
        answers.0.get("venue_address").map_or("", String::as_str)
    );
    let postal = answers.0.get("venue_postal").map_or("", String::as_str);
    fold::haystack([name.as_str(), &address, code, postal])
}

/// To be called wherever a venue's row was written, in the same transaction.
pub fn sought_changed(tx: &mut Tx<'_>, places: &Places, venue: &str) -> Result<(), Failure> {
    let row: VenueRow = tx.one(
        sql!("select id, code, name, municipality, answers, version from venue where id = $1"),
        args![venue],
    )?;
    sought::keep(tx, "venue", venue, &sought_text(&row, places), row.5, &sought::edition(places))
}
