//! 委任状: made at confirmation, downloaded any number of times, received by the municipality that it
//! names.

mod consent;
mod renew;
mod verify;

use platform::db::Tx;
use platform::form::Form;

use crate::print;
use rules::access::Act;
use rules::letter::Status;
use serde_json::{Value, json};
use web::page::{Answer, Typed};
use web::routes::{command, handler, page, paper_command};
use web::visit::{Request, Trouble, Visit, guard};
use web::{Done, House, Route, attachment};
use words::Sentence;
use work::letter::{self as store, Stored};

pub fn routes() -> Vec<Route> {
    vec![
        page("/verify", Act::ReadPublic, verify::show),
        page("/verify/{letter_number}", Act::ReadPublic, verify::show),
        command(
            "/venues/{venue}/documents/{letter}/consent",
            Act::EditVenue,
            consent::consent,
            documents,
        ),
        paper_command(
            "/venues/{venue}/documents/{letter}/signed",
            Act::EditVenue,
            consent::upload,
            documents,
        ),
        page("/venues/{venue}/letter/renew", Act::RenewLetter, renew::form),
        command("/venues/{venue}/letter/renew", Act::RenewLetter, renew::renew, renew::form),
        page("/letters/{letter}/signed.pdf", Act::ReadLetter, consent::signed),
        page("/venues/{venue}/documents", Act::ReadLetter, documents),
        handler("/letters/{letter}/download", Act::ReadLetter, |house, request, _| {
            Box::pin(download(house, request))
        }),
        page("/municipal/letters", Act::ReceiveLetter, inbox),
        page("/municipal/letters/{letter}", Act::ReceiveLetter, one),
        command("/municipal/letters/{letter}", Act::ReceiveLetter, receive, one),
    ]
}

fn documents(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    let letters: Vec<Stored> = store::of_venue(tx, &venue.id)?;
    let letters: Vec<Value> = letters
        .iter()
        .map(|l| {
            let status = l.status();
            json!({
                "id": l.id, "number": l.number, "made_at": l.made_at, "status": words::letter::status(status), "key": status.key(), "next": status.next().map(|next| next.sentence()),
                "downloaded_at": l.downloaded_at, "received_at": l.received_at, "sent_back": l.sent_back, "to": visit.masters().places.full_name(&l.municipality),
                "consented_at": l.consented_at, "consented_by": l.consented_by, "signed_name": l.signed_name, "hash": store::digest(&l.content.0), "open": status.next().is_some(), "version": l.version, "content": l.content.0,
                "unprintable": print::unprintable(&[paper(l, &visit.house.base_url)]),
            })
        })
        .collect();
    let setting = work::municipality::setting(tx, visit.masters(), &venue.municipality)?;
    let claims: Vec<Value> = work::claim::amounts(tx, &venue.id)?
        .into_iter()
        .map(|claim| json!({"month": claim.service_month, "amount": claim.amount}))
        .collect();
    visit.page("letter/documents.html", typed, json!({
        "h1": "書類", "tab": "documents", "letters": letters, "claims": claims, "periods": store::periods(tx, &venue.id)?, "way": setting.letter_way, "desk": setting.desk,
        "may_consent": visit.may(Act::EditVenue), "may_renew": visit.may(Act::RenewLetter),
    }))
}

/// A download is a write: it stands in the journal, and the first one moves the task on. So it is a
/// POST.
async fn download(
    house: std::sync::Arc<House>,
    request: std::sync::Arc<Request>,
) -> Result<Answer, Trouble> {
    let (owned, now) = (house.clone(), house.now());
    let base_url = house.base_url.clone();
    let (number, paper) = house
        .db
        .write(move |tx| {
            let visit = guard(tx, &owned, &request, Act::ReadLetter, now)?;
            let stored = store::load(tx, visit.param("letter"))?;
            readable(&stored)?;
            store::download(&visit.caller(), tx, &stored, visit.may(Act::EditVenue))?;
            let paper = paper(&stored, &base_url);
            Ok::<_, Trouble>((stored.number, paper))
        })
        .await?;
    let drawn = tokio::task::spawn_blocking(move || paper.draw())
        .await
        .map_err(|e| Trouble::Bug(e.to_string()))?;
    let bytes = drawn.map_err(print::trouble)?;
    Ok(Answer::File {
        name: format!("委任状_{number}.pdf"),
        mime: "application/pdf",
        bytes,
        inline: false,
    })
}

/// A letter as it is printed, with the way to verify it.
fn paper(stored: &Stored, base_url: &str) -> papers::Paper {
    let consent = stored.consented_at.filter(|_| stored.status() != Status::SentBack).map(|at| {
        format!(
            "電子同意　{}　{}",
            stored.consented_by.clone().unwrap_or_default(),
            rules::time::say_instant(at)
        )
    });
    let hash = store::digest(&stored.content.0);
    let proof = papers::letter::Proof {
        url: format!("{base_url}/verify/{}?hash={}", stored.number, &hash[..16]),
        hash,
        consent,
    };
    papers::Paper::Letter(stored.content.0.clone(), Some(proof))
}

/// # Errors
/// The sentence, where nobody can tell what the letter says.
fn readable(stored: &Stored) -> Result<(), Trouble> {
    let unreadable =
        "委任状の内容の記録を読めませんでした。新しい委任状が必要です（厚生労働省が作ります）。";
    stored.content.if_whole().map(|_| ()).ok_or_else(|| Trouble::at("", unreadable))
}

/// Whether the municipality still waits for it.
fn is_open(letter: &Stored) -> bool {
    letter.received_at.is_none() && letter.replaced_at.is_none()
}

fn inbox(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = visit.membership()?;
    let letters = store::of_municipality(tx, &membership.scope_id)?;
    let wanted = visit.query("show");
    let rows: Vec<Value> = letters
        .iter()
        .filter(|(l, _)| wanted == "all" || is_open(l))
        .map(|(l, venue)| json!({"id": l.id, "number": l.number, "venue": venue, "made_at": l.made_at, "status": words::letter::status(l.status()), "key": l.status().key()}))
        .collect();
    visit.page(
        "letter/inbox.html",
        typed,
        json!({"h1": "委任状", "rows": rows, "all": wanted == "all", "waiting": letters.iter().filter(|(l, _)| is_open(l)).count(), "total": letters.len(), "place": visit.masters().places.full_name(&membership.scope_id)}),
    )
}

/// The municipality that the letter names, and no other.
fn own(visit: &Visit, tx: &mut Tx<'_>) -> Result<Stored, Trouble> {
    let stored = store::load(tx, visit.param("letter"))?;
    if stored.municipality == visit.membership()?.scope_id {
        Ok(stored)
    } else {
        Err(Trouble::NotFound)
    }
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let stored = own(visit, tx)?;
    let content = serde_json::to_value(&stored.content.0).unwrap_or_default();
    let unsigned = store::signed(tx, &stored.id)?
        .and_then(|signed| signed.content)
        .is_some_and(|content| !attachment::is_signed(&content));
    visit.page(
        "letter/receive.html",
        typed,
        json!({
            "h1": format!("委任状 {}", stored.number), "plain_h1": true, "content": content, "unprintable": print::unprintable(&[paper(&stored, &visit.house.base_url)]), "crumbs": [["/municipal/letters", "委任状"]],
            "letter": {"id": stored.id, "number": stored.number, "status": words::letter::status(stored.status()), "key": stored.status().key(), "version": stored.version, "received_at": stored.received_at, "received_by": stored.received_by, "sent_back": stored.sent_back, "made_at": stored.made_at, "consented_at": stored.consented_at, "consented_by": stored.consented_by, "signed_name": stored.signed_name, "unsigned": unsigned, "venue_id": stored.venue_id},
        }),
    )
}

fn receive(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = own(visit, tx)?;
    form.expect_version(stored.version)?;
    let act = if form.get("decision") == "send_back" {
        let reason = web::field::note(form, "reason", "差し戻す理由")?;
        store::send_back(&visit.caller(), tx, &stored, &reason)
            .map_err(|e| e.told(|r| Trouble::at("reason", r)))?;
        "letter.send_back"
    } else {
        store::receive(&visit.caller(), tx, &stored)?;
        "letter.receive"
    };
    Ok(Done::saying(format!("/municipal/letters/{}", stored.id), act))
}
