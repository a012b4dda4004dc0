//! サービスデスク: whose screens one looks at, jobs with their progress, and mails that didn't arrive.

use platform::db::Tx;
use platform::form::Form;
use platform::{jobs, outbox};
use rules::access::Act;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit, memberships_of};
use web::{Done, Route};
use work::support::{Found, JobEvent, MailEvent};

mod assistant;
mod inquiry;
mod manual;
mod status;

pub fn routes() -> Vec<Route> {
    let mut all = own_routes();
    all.extend(assistant::routes());
    all.extend(inquiry::routes());
    all.extend(manual::routes());
    all.extend(status::routes());
    all
}

fn own_routes() -> Vec<Route> {
    vec![
        page("/support/people", Act::ViewAs, people),
        page("/support/jobs", Act::Operate, job_list),
        command("/support/jobs/{job}/retry", Act::Operate, retry, job_list),
        page("/support/mails", Act::Operate, mail_list),
        command("/support/mails/{mail}/resend", Act::Operate, resend, mail_list),
    ]
}

/// Finds a person by mail address or name; their screens are one click away.
fn people(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let wanted = rules::input::text(visit.query("q"));
    let sought = rules::fold::Sought::of(&wanted);
    let mut rows = Vec::new();
    if !sought.is_empty() {
        for Found { id, name, mail } in work::support::people(tx, &sought)? {
            let memberships = memberships_of(tx, &id, visit.now)?;
            if memberships.iter().all(|h| h.role.may_be_viewed()) {
                visit.reads_contacts_of("account", &id);
                let roles: Vec<&str> = memberships.iter().map(|h| h.role.label()).collect();
                rows.push(json!({"id": id, "name": name, "mail": mail, "roles": roles.join("、")}));
            }
        }
    }
    visit.page(
        "support/people.html",
        typed,
        json!({"h1": "利用者の画面を見る", "plain_h1": true, "rows": rows, "q": wanted}),
    )
}

fn job_list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<Value> = jobs::latest(tx, 200)?
        .iter()
        .map(|job| {
            let state = match job {
                j if j.dead_at.is_some() => ("止まっています", "bad"),
                j if j.finished_at.is_some() => ("終わりました", "ok"),
                j if j.taken_until.is_some_and(|until| until > visit.now) => ("実行中", "info"),
                j if j.last_error.is_some() => ("やり直しを待っています", "act"),
                _ => ("待っています", "plain"),
            };
            json!({"job": job, "what": format!("job.{}", job.kind), "state": state.0, "tone": state.1})
        })
        .collect();
    visit.page(
        "support/jobs.html",
        typed,
        json!({"h1": "自動の処理", "plain_h1": true, "rows": rows}),
    )
}

fn retry(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    jobs::retry(tx, visit.param("job"), visit.now)?;
    visit.caller().journal(tx, visit.param("job"), &JobEvent::Retried {}, None)?;
    Ok(Done::saying("/support/jobs", "job.retried"))
}

/// Why a mail didn't arrive, in words of everyday; the server's own words stand beside it.
fn explanation(why: &str) -> &'static str {
    match why {
        w if w.contains("--smtp") => "mail.why.nowhere",
        w if w.contains("550") || w.contains("551") || w.contains("553") => "mail.why.unknown",
        w if w.contains("552") || w.contains("452") => "mail.why.full",
        w if w.contains("535") || w.contains("530") => "mail.why.credentials",
        w if w.contains("ertificate") || w.contains("tls") || w.contains("TLS") => {
            "mail.why.certificate"
        }
        w if w.contains("onnect") || w.contains("timed out") || w.contains("network") => {
            "mail.why.unreachable"
        }
        "" => "mail.why.waiting",
        _ => "mail.why.other",
    }
}

fn mail_list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let rows: Vec<Value> = outbox::unsent(tx, 200)?
        .into_iter()
        .map(|m| json!({"why": explanation(m.last_error.as_deref().unwrap_or_default()), "dead": m.dead_at.is_some(), "subject": m.marked(), "mail": m}))
        .collect();
    visit.page(
        "support/mails.html",
        typed,
        json!({"h1": "届いていないメール", "plain_h1": true, "rows": rows}),
    )
}

fn resend(visit: &Visit, tx: &mut Tx<'_>, _: &Form) -> Result<Done, Trouble> {
    outbox::resend(tx, visit.param("mail"), visit.now)?;
    visit.caller().journal(tx, visit.param("mail"), &MailEvent::SentAgain {}, None)?;
    Ok(Done::saying("/support/mails", "mail.resent"))
}
