//! 問い合わせ: a question to the service desk, a thread by mail and page.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, ids, row, sql, words};

use super::{Event, event};
use crate::{Caller, Fault, application};

words! {
    /// How far a question is.
    pub enum InquiryStatus in inquiry.status {
        /// It waits for an answer.
        Open = "open",
        Answered = "answered",
        Closed = "closed",
    }
}

row! {
    /// A question to the service desk, with its thread.
    #[derive(Clone, Debug, serde::Serialize)]
    pub struct Inquiry {
        pub id: String,
        pub number: String,
        pub account_id: Option<String>,
        pub venue_id: Option<String>,
        pub mail: String,
        pub phone: String,
        pub name: String,
        pub category: String,
        pub detail: String,
        pub page: String,
        pub status: InquiryStatus,
        pub made_at: Timestamp,
        pub due_at: Timestamp,
        pub assigned_to: Option<String>,
        pub assigned_name: Option<String>,
        pub version: i64,
    }
}

macro_rules! inquiries {
    ($which:literal) => {
        sql!(concat!(
            "select id, number, account_id, venue_id, mail, phone, name, category, detail, page,
                    status, made_at, due_at, assigned_to, assigned_name, version
               from inquiry ",
            $which
        ))
    };
}

/// An inquiry by its id, which is the key to it.
///
/// # Errors
/// [`Fault::NotFound`], where there is none.
pub fn inquiry(tx: &mut Tx<'_>, id: &str) -> Result<Inquiry, Fault> {
    tx.first(inquiries!("where id = $1"), args![id])?.ok_or(Fault::NotFound)
}

/// How many wait for an answer.
pub fn waiting(tx: &mut Tx<'_>) -> Result<i64, Failure> {
    Ok(tx.one::<(i64,)>(sql!("select count(*) from inquiry where status = 'open'"), args![])?.0)
}

/// The latest inquiries of an account, 200 at most.
pub fn of_account(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Inquiry>, Failure> {
    tx.all(inquiries!("where account_id = $1 order by made_at desc limit 200"), args![account])
}

/// The latest inquiries, 300 at most.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<Inquiry>, Failure> {
    tx.all(inquiries!("order by made_at desc limit 300"), args![])
}

/// Those that wait for an answer, the most urgent first; 300 at most.
pub fn open(tx: &mut Tx<'_>) -> Result<Vec<Inquiry>, Failure> {
    tx.all(inquiries!("where status = 'open' order by due_at limit 300"), args![])
}

/// Those that wait for the answer of an account that took them, the most urgent first; 300 at most.
pub fn open_with(tx: &mut Tx<'_>, account: &str) -> Result<Vec<Inquiry>, Failure> {
    tx.all(
        inquiries!("where status = 'open' and assigned_to = $1 order by due_at limit 300"),
        args![account],
    )
}

/// Categories of the inquiries since an instant, and how many there are, the most frequent first.
pub fn categories(tx: &mut Tx<'_>, since: Timestamp) -> Result<Vec<(String, i64)>, Failure> {
    tx.all(
        sql!(
            "select category, count(*)
               from inquiry
              where made_at > $1
              group by category
              order by count(*) desc, category"
        ),
        args![since],
    )
}

row! {
    /// A message of an inquiry's thread.
    pub struct Message {
        /// Whether the desk wrote it.
        pub desk: bool,
        pub name: String,
        pub text: String,
        pub at: Timestamp,
    }
}

/// The messages of an inquiry in their order.
pub fn messages(tx: &mut Tx<'_>, inquiry: &str) -> Result<Vec<Message>, Failure> {
    tx.all(
        sql!(
            "select desk, name, text, at from inquiry_message where inquiry_id = $1 order by at, id"
        ),
        args![inquiry],
    )
}

fn add_message(
    tx: &mut Tx<'_>,
    now: Timestamp,
    inquiry: &str,
    desk: bool,
    name: &str,
    text: &str,
) -> Result<(), Failure> {
    tx.run(
        sql!(
            "insert into inquiry_message (id, inquiry_id, desk, name, text, at)
             values ($1, $2, $3, $4, $5, $6)"
        ),
        args![ids::timed("im", now), inquiry, desk, name, text, now],
    )
    .map(|_| ())
}

fn note(by: &Caller<'_>, tx: &mut Tx<'_>, inquiry: &Inquiry, event: &Event) -> Result<(), Failure> {
    by.journal(tx, &inquiry.number, event, None)
}

/// A question, as it was typed and checked.
pub struct Question<'q> {
    /// Who asks, where somebody is signed in.
    pub account: Option<&'q str>,
    pub venue: Option<&'q str>,
    pub mail: &'q str,
    pub phone: &'q str,
    pub name: &'q str,
    pub category: &'q str,
    pub detail: &'q str,
    /// The page from which it was asked.
    pub page: &'q str,
    pub text: &'q str,
    /// Until when it is answered.
    pub due: Timestamp,
}

/// Asks the desk, with a mail that says so; returns the inquiry's id.
///
/// # Errors
/// The database's.
pub fn ask(by: &Caller<'_>, tx: &mut Tx<'_>, asked: &Question<'_>) -> Result<String, Failure> {
    let id = ids::secret();
    let number = application::official_number(tx, "Q", by.now)?;
    let Question { category, detail, due, .. } = *asked;
    tx.run(
        sql!(
            "insert into inquiry
                         (id, number, account_id, venue_id, mail, phone, name, category, detail,
                          page, status, made_at, due_at, changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12, $11)"
        ),
        args![
            &id,
            &number,
            asked.account.map(str::to_string),
            asked.venue.map(str::to_string),
            asked.mail,
            asked.phone,
            asked.name,
            category,
            detail,
            asked.page,
            by.now,
            due
        ],
    )?;
    add_message(tx, by.now, &id, false, asked.name, asked.text)?;
    let after = event::Sent { category: category.into(), detail: detail.into() };
    by.journal(tx, &number, &Event::Sent { after }, None)?;
    let told = mails::support::Received {
        inquiry: id.clone(),
        number,
        category: category.into(),
        detail: detail.into(),
        due,
    };
    by.mail(tx, asked.mail, told)?;
    Ok(id)
}

/// Whoever asked goes on asking: it waits for an answer again.
///
/// # Errors
/// The database's.
pub fn reply(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    inquiry: &Inquiry,
    text: &str,
) -> Result<(), Failure> {
    add_message(tx, by.now, &inquiry.id, false, &inquiry.name, text)?;
    tx.run(
        sql!(
            "update inquiry
                set status = 'open', changed_at = $1, version = version + 1
              where id = $2"
        ),
        args![by.now, &inquiry.id],
    )?;
    note(by, tx, inquiry, &Event::Replied {})
}

/// Whoever asked says that it is done.
///
/// # Errors
/// The database's.
pub fn done(by: &Caller<'_>, tx: &mut Tx<'_>, inquiry: &Inquiry) -> Result<(), Failure> {
    tx.run(
        sql!(
            "update inquiry
                set status = 'closed', changed_at = $1, version = version + 1
              where id = $2"
        ),
        args![by.now, &inquiry.id],
    )?;
    note(by, tx, inquiry, &Event::Closed {})
}

/// The desk closes it.
///
/// # Errors
/// [`Failure::Stale`].
pub fn close(by: &Caller<'_>, tx: &mut Tx<'_>, inquiry: &Inquiry) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update inquiry
                set status = 'closed', changed_at = $1, version = version + 1
              where id = $2
                and version = $3"
        ),
        args![by.now, &inquiry.id, inquiry.version],
    )?;
    note(by, tx, inquiry, &Event::Closed {})
}

/// Somebody of the desk takes it.
///
/// # Errors
/// [`Failure::Stale`].
pub fn take(by: &Caller<'_>, tx: &mut Tx<'_>, inquiry: &Inquiry) -> Result<(), Failure> {
    tx.run_one(
        sql!(
            "update inquiry
                set assigned_to = $1, assigned_name = $2, version = version + 1
              where id = $3
                and version = $4"
        ),
        args![&by.actor.account, &by.actor.name, &inquiry.id, inquiry.version],
    )?;
    note(by, tx, inquiry, &Event::Taken {})
}

/// The desk answers, with a mail; whoever answers has taken it, where nobody had.
///
/// # Errors
/// [`Failure::Stale`].
pub fn answer(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    inquiry: &Inquiry,
    text: &str,
) -> Result<(), Failure> {
    let actor = &by.actor;
    add_message(tx, by.now, &inquiry.id, true, &actor.name, text)?;
    tx.run_one(
        sql!(
            "update inquiry
                set status = 'answered', changed_at = $1,
                    assigned_to = coalesce(assigned_to, $2),
                    assigned_name = coalesce(assigned_name, $3), version = version + 1
              where id = $4
                and version = $5"
        ),
        args![by.now, &actor.account, &actor.name, &inquiry.id, inquiry.version],
    )?;
    note(by, tx, inquiry, &Event::Answered {})?;
    let told = mails::support::Answered {
        inquiry: inquiry.id.clone(),
        number: inquiry.number.clone(),
        text: text.into(),
    };
    by.mail(tx, &inquiry.mail, told)
}

/// Until when the most urgent of those that wait is to be answered.
pub fn first_due(tx: &mut Tx<'_>) -> Result<Option<Timestamp>, Failure> {
    let (due,): (Option<Timestamp>,) =
        tx.one(sql!("select min(due_at) from inquiry where status = 'open'"), args![])?;
    Ok(due)
}
