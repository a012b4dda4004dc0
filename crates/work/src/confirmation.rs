//! 確認: what follows from the confirmation of an application: code, venue, contacts, letter, mails,
//! invitations.

use platform::db::{Failure, Tx};
use platform::value::Json;
use platform::{args, ids, sql};
use rules::access::Scope;
use rules::application::{self, Answers, Consequence, Refusal, Step};
use rules::codes;
use rules::venue::Side;

use crate::account::{self, Grant};
use crate::application::event::Code;
use crate::application::{Event, Stored, next_number, venue_by_code, write_state};
use crate::{Caller, Refused, letter, venue};

/// The venue that a confirmed application opens.
struct Opened<'o> {
    id: String,
    code: String,
    /// Whether the code was made here.
    surrogate: bool,
    name: String,
    prefecture: String,
    municipality: String,
    /// Doses.
    expected: i64,
    application: &'o Stored,
}

impl Opened<'_> {
    fn answers(&self) -> &Answers {
        &self.application.answers.0
    }
    /// As its mails name it.
    fn told(&self, by: &Caller<'_>) -> mails::application::Opened {
        mails::application::Opened {
            venue: self.id.clone(),
            name: (&self.name).into(),
            code: self.code.clone(),
            number: self.application.number.clone(),
            at: by.now,
        }
    }
}

/// Confirms an application and carries out what follows, in one transaction; returns the venue's
/// id.
///
/// # Errors
/// The rule's; [`Failure::Stale`].
pub fn confirm(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    stored: &Stored,
) -> Result<String, Refused<Refusal>> {
    let answers = &stored.answers.0;
    let venue_id = stored.venue_id.clone().unwrap_or_else(|| ids::short("v"));
    let state = stored
        .state
        .0
        .take(Step::Confirm { venue: venue_id.clone() }, by.now)
        .map_err(Refused::ByRule)?;
    let mut with_account = Vec::new();
    for key in ["organization_contact_mail", "institution_contact_mail"] {
        if let Some(mail) = answers.get(key)
            && account::by_mail(tx, mail)?.is_some()
        {
            with_account.push(mail.clone());
        }
    }
    let consequences =
        application::on_confirmation(answers, |mail| with_account.iter().any(|m| m == mail));
    let municipality = answers.get("venue_municipality").cloned().unwrap_or_default();
    let prefecture = municipality.chars().take(2).collect::<String>();
    let surrogate = consequences.contains(&Consequence::IssueSurrogateCode);
    let code = code(tx, &venue_id, &prefecture, surrogate, answers)?;
    let expected: i64 = answers.get("expected_doses").and_then(|d| d.parse().ok()).unwrap_or(0);
    let name = answers.get("venue_name").cloned().unwrap_or_default();
    if venue_by_code(tx, &code)?.is_some_and(|(id, _)| id != venue_id) {
        return Err(Refused::ByRule(Refusal::CodeOfAnother(code)));
    }
    let opened = Opened {
        id: venue_id,
        code,
        surrogate,
        name,
        prefecture,
        municipality,
        expected,
        application: stored,
    };
    put_venue(by, tx, &opened)?;
    let confirmed = |before, after| Event::Confirmed { before, after };
    write_state(tx, &by.actor, by.now, stored, &state, confirmed, None)?;
    if surrogate {
        let after = Code { code: opened.code.clone() };
        by.journal(tx, &stored.id, &Event::CodeIssued { after }, None)?;
    }
    for consequence in consequences {
        carry_out(by, tx, &opened, consequence)?;
    }
    Ok(opened.id)
}

/// The venue's code: its own, one that is made, or its institution's.
fn code(
    tx: &mut Tx<'_>,
    venue: &str,
    prefecture: &str,
    surrogate: bool,
    answers: &Answers,
) -> Result<String, Refused<Refusal>> {
    let known: Option<(String,)> =
        tx.first(sql!("select code from venue where id = $1"), args![venue])?;
    match (known, surrogate) {
        (Some((code,)), _) => Ok(code),
        (None, true) => {
            let serial = next_number(tx, "surrogate")?;
            Ok(codes::surrogate(prefecture, u32::try_from(serial).unwrap_or(u32::MAX)))
        }
        (None, false) => {
            let code = answers.get("institution_code").cloned().unwrap_or_default();
            match codes::check_institution(&code).err().filter(|f| !f.is_only_a_warning()) {
                Some(fault) => Err(Refused::ByRule(Refusal::Code(fault))),
                None => Ok(code),
            }
        }
    }
}

fn put_venue(by: &Caller<'_>, tx: &mut Tx<'_>, opened: &Opened<'_>) -> Result<(), Failure> {
    let (masters, answers, stored) = (by.masters, opened.answers(), opened.application);
    let before: Option<(venue::KeptAnswers,)> =
        tx.first(sql!("select answers from venue where id = $1"), args![&opened.id])?;
    tx.run(
        sql!(
            "insert into venue
                         (id, code, surrogate, programme, application_id, name, prefecture,
                          municipality, answers, expected_doses, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                 on conflict (id) do update set application_id = excluded.application_id,
                             name = excluded.name, prefecture = excluded.prefecture,
                             municipality = excluded.municipality, answers = excluded.answers,
                             expected_doses = excluded.expected_doses, version = venue.version + 1"
        ),
        args![
            &opened.id,
            &opened.code,
            opened.surrogate,
            &masters.programme().id,
            &stored.id,
            &opened.name,
            &opened.prefecture,
            &opened.municipality,
            Json(answers),
            opened.expected,
            by.now
        ],
    )?;
    venue::sought_changed(tx, &masters.places, &opened.id)?;
    let (gone, fresh) = venue::difference(&before.map(|b| b.0.0).unwrap_or_default(), answers);
    let after = venue::event::Opened {
        code: opened.code.clone(),
        surrogate: Some(opened.surrogate),
        application: Some(stored.number.clone()),
        answers: Some(fresh),
    };
    by.journal(tx, &opened.id, &venue::Event::Opened { before: Some(gone), after }, None)
}

fn carry_out(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    opened: &Opened<'_>,
    consequence: Consequence,
) -> Result<(), Failure> {
    match consequence {
        Consequence::IssueSurrogateCode => Ok(()),
        Consequence::MakeLetter => letter::make(
            tx,
            by.masters,
            &by.actor,
            by.now,
            &opened.id,
            &opened.code,
            &opened.application.number,
            opened.answers(),
        ),
        Consequence::Welcome { mail, side } => welcome(by, tx, opened, mail, side),
        Consequence::Invite { mail, name, side } => invite(by, tx, opened, mail, &name, side),
    }
}

fn welcome(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    opened: &Opened<'_>,
    mail: String,
    side: Side,
) -> Result<(), Failure> {
    venue::set_contact(tx, &by.actor, by.now, &opened.id, side, opened.answers())?;
    let Some(account) = account::by_mail(tx, &mail)? else { return Ok(()) };
    account::grant(tx, by.now, &account, &Grant::of(side.role(), Scope::Venue, &opened.id))?;
    // The venue's membership sees the application too; the applicant's own membership has done its
    // work.
    tx.run(
        sql!(
            "update membership
                set ended_at = $1
              where account_id = $2
                and scope_kind = 'application'
                and scope_id = $3
                and ended_at is null"
        ),
        args![by.now, &account, &opened.application.id],
    )?;
    by.mail(tx, &mail, mails::application::Confirmed { opened: opened.told(by) })
}

fn invite(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    opened: &Opened<'_>,
    mail: String,
    person: &str,
    side: Side,
) -> Result<(), Failure> {
    venue::set_contact(tx, &by.actor, by.now, &opened.id, side, opened.answers())?;
    let membership = Grant::of(side.role(), Scope::Venue, &opened.id);
    let token = account::invite(tx, by.now, &mail, person, &membership, None)?;
    let told = mails::application::Invited {
        opened: opened.told(by),
        person: person.into(),
        role: side.role(),
        token,
    };
    by.mail(tx, &mail, told)
}
