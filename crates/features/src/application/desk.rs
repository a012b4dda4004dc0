//! The ministry's desk: queue, confirm, or return with comments pinned at fields (要再申込).

use platform::english;
use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::form::Form;
use platform::journal::{self, Actor, Entry};
use platform::outbox::{self, Mail};
use platform::value::Json;
use platform::{args, ids, sql};
use rules::access::Act;
use rules::application::{self, Consequence, State, Step};
use rules::{codes, time};
use serde_json::{Value, json};

use super::answer_groups;
use masters::Masters;
use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::account::Grant;
use work::application::Stored;
use work::application::write_journal;
use work::{args_after_words, holds_the_words};

pub fn routes() -> Vec<Route> {
    vec![
        page("/mhlw/applications", Act::DecideApplication, queue),
        page("/mhlw/applications/{application}", Act::DecideApplication, show),
        deed("/mhlw/applications/{application}", Act::DecideApplication, decide, show),
    ]
}

const STATUSES: [(&str, &str); 4] = [
    ("submitted", "受付済（確認待ち）"),
    ("returned", "要再申込"),
    ("confirmed", "確認済"),
    ("withdrawn", "取下げ"),
];

/// Rows on one page.
const SHOWN: usize = 100;

type Listed = (String, String, work::application::KeptAnswers, Option<Timestamp>, Option<String>);

/// The applications of a status that hold the words of the search box, in the order in which they came, after `after`.
pub fn listed(
    visit: &Visit,
    tx: &mut Tx<'_>,
    status: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<Listed>, Failure> {
    let sought = rules::fold::Sought::of(visit.query("q"));
    let (words, asked) = (sought.patterns(), sought.asked());
    let after = after
        .split_once('_')
        .and_then(|(at, id)| Some((at.parse::<Timestamp>().ok()?, id.to_string())));
    let (at, id) = after.unwrap_or((Timestamp::UNIX_EPOCH, String::new()));
    tx.plan_for_values()?;
    tx.all(
        sql!(concat!(
            "select a.id, a.number, a.answers, a.submitted_at, a.venue_id
               from application a
              where a.status = $11
                and (coalesce(a.submitted_at, $12), a.id) > ($13, $14)
                and ($15 = '' or ",
            holds_the_words!("application", "a.id"),
            ") order by coalesce(a.submitted_at, $12), a.id limit $16"
        )),
        args_after_words![words, status, Timestamp::UNIX_EPOCH, at, id, asked, limit],
    )
}

fn queue(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let status = if visit.query("status").is_empty() { "submitted" } else { visit.query("status") };
    let mut rows = listed(visit, tx, status, visit.query("after"), SHOWN as i64 + 1)?;
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let following = rows
        .last()
        .filter(|_| more)
        .map(|r| format!("{}_{}", r.3.unwrap_or(Timestamp::UNIX_EPOCH), r.0));
    let counts: Vec<(String, i64)> =
        tx.all(sql!("select status, count(*) from application group by status"), args![])?;
    let tabs: Vec<Value> = STATUSES
        .iter()
        .map(|(key, label)| json!({"key": key, "label": label, "count": counts.iter().find(|(s, _)| s == key).map_or(0, |(_, n)| *n), "current": *key == status}))
        .collect();
    let programme = visit.masters().programme();
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, number, answers, at, venue)| {
            let findings = application::findings(&answers.0, programme);
            json!({
                "id": id, "number": number, "venue": answers.0.get("venue_name"), "organization": answers.0.get("organization_name"), "at": at,
                "place": answers.0.get("venue_municipality").map(|c| visit.masters().places.full_name(c)), "persons": answers.0.get("expected_persons").and_then(|d| d.parse::<i64>().ok()),
                "doses": answers.0.get("expected_doses").and_then(|d| d.parse::<i64>().ok()), "warnings": findings.len(), "known": venue.is_some(),
            })
        })
        .collect();
    visit.page("application/queue.html", typed, json!({"h1": "申込の確認", "tabs": tabs, "rows": rows, "status": status, "q": visit.query("q"), "address": web::search::address(visit, &["status", "q"]), "following": following}))
}

/// Head-count × doses v. deliveries v. freezers v. doctors, before there is a plan.
fn cross_checks(
    visit: &Visit,
    answers: &rules::application::Answers,
) -> Vec<rules::review::CrossCheck> {
    let programme = visit.masters().programme();
    let number = |key: &str| answers.get(key).and_then(|v| v.parse::<u32>().ok()).unwrap_or(0);
    let storage = rules::venue::storage_boxes(answers, programme.product.boxes_per_freezer);
    rules::review::cross_checks(&rules::review::Numbers {
        programme,
        persons: number("expected_persons"),
        doses: number("expected_doses"),
        lines: None,
        storage_boxes: storage,
        doctors: None,
    })
}

fn show(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    visit.reads_contacts_of("application", visit.param("application"));
    let stored = work::application::load(tx, visit.param("application"))?;
    let findings = application::findings(&stored.answers.0, visit.masters().programme());
    // Anybody may name a venue's code: the officer is told when the applicant isn't one of that venue's contacts.
    let stranger = match &stored.venue_id {
        Some(venue) => !work::venue::contact_mails(tx, venue)?.iter().any(|mail| {
            rules::input::mail_key(mail) == rules::input::mail_key(&stored.starter_mail)
        }),
        None => false,
    };
    visit.page(
        "application/decide.html",
        typed,
        json!({
            "h1": "申込の確認", "remarks": work::review::remarks(tx, "application", &stored.id)?, "crosses": cross_checks(visit, &stored.answers.0), "stranger": stranger, "application": stored.json(), "groups": answer_groups(visit.masters(), &stored.answers.0), "findings": findings,
            "open": matches!(stored.state.0, State::Submitted { .. }), "code_needed": !stored.answers.0.contains_key("institution_code") && stored.venue_id.is_none(),
            "crumbs": [["/mhlw/applications", "申込の確認"]],
        }),
    )
}

fn decide(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let stored = work::application::load(tx, visit.param("application"))?;
    form.expect_version(stored.version)?;
    match form.get("decision") {
        "confirm" if !stored.answers.is_whole() => Err(Trouble::at(
            "",
            "保存されていた申込の内容に読めない項目があるため、確認済にできません。要再申込にして、もう一度入力してもらってください。",
        )),
        "confirm" => {
            confirm(
                tx,
                visit.masters(),
                &visit.house.base_url,
                &visit.actor(),
                visit.now,
                &stored,
            )?;
            Ok(Done::saying(format!("/mhlw/applications/{}", stored.id), "application.confirmed"))
        }
        "return" => {
            let comments: BTreeMap<String, String> = form
                .0
                .iter()
                .filter_map(|(name, value)| {
                    Some((name.strip_prefix("comment_")?, rules::input::text(value)))
                })
                .filter(|(key, text)| application::find_field(key).is_some() && !text.is_empty())
                .map(|(key, text)| (key.to_string(), text))
                .collect();
            for (key, text) in &comments {
                rules::input::long_text("コメント", text, rules::input::LONGEST_NOTE)
                    .map_err(|e| Trouble::at(&format!("comment_{key}"), e))?;
            }
            let state = stored
                .state
                .0
                .take(Step::Return { comments: comments.clone() }, visit.now)
                .map_err(|r| Trouble::at("", r))?;
            work::application::write_state(
                tx,
                &visit.actor(),
                visit.now,
                &stored,
                &state,
                "application.return",
                None,
            )?;
            let points: Vec<String> = comments
                .iter()
                .map(|(key, text)| {
                    format!(
                        "・{}：{}",
                        application::find_field(key).map_or(key.as_str(), |f| f.label),
                        english::typed(text)
                    )
                })
                .collect();
            let link = fresh_return_link(tx, &visit.house.base_url, visit.now, &stored)?;
            let body = format!(
                "申込（{}）に確認が必要な項目があります。次の項目を直して、もう一度申し込んでください。\n\n{}\n\n{link}",
                stored.number,
                points.join("\n")
            );
            outbox::put(
                tx,
                visit.now,
                &Mail {
                    to: stored.starter_mail.clone(),
                    subject: format!("【要対応】要再申込（{}）", stored.number),
                    body,
                    about: ("application".into(), stored.id.clone()),
                },
            )?;
            Ok(Done::saying(format!("/mhlw/applications/{}", stored.id), "application.returned"))
        }
        _ => Err(Trouble::at(
            "decision",
            "「申込を確認済にする」か「要再申込にする」を選んでください",
        )),
    }
}

/// Where the applicant goes on: the page itself for somebody with an account, otherwise a link that lets them in.
fn fresh_return_link(
    tx: &mut Tx<'_>,
    base_url: &str,
    now: Timestamp,
    stored: &Stored,
) -> Result<String, Failure> {
    if work::account::by_mail(tx, &stored.starter_mail)?.is_some() {
        return Ok(format!("{base_url}/applications/{}", stored.id));
    }
    let token = ids::secret();
    tx.run(
        sql!(
            "insert into invitation
                         (id, mail, name, role, scope_kind, scope_id, created_at, expires_at)
             values ($1, $2, '', 'organizer', 'application', $3, $4, $5)"
        ),
        args![
            platform::secrets::digest(&token),
            &stored.starter_mail,
            &stored.id,
            now,
            now + jiff::SignedDuration::from_hours(24 * 30)
        ],
    )?;
    Ok(format!("{base_url}/applications/return/{token}"))
}

/// Confirms an application and carries out what follows, in one transaction: code, venue, contacts, letter, mails, invitations.
pub fn confirm(
    tx: &mut Tx<'_>,
    masters: &Masters,
    base_url: &str,
    actor: &Actor,
    now: Timestamp,
    stored: &Stored,
) -> Result<String, Trouble> {
    let answers = &stored.answers.0;
    let venue_id = stored.venue_id.clone().unwrap_or_else(|| ids::short("v"));
    let state = stored
        .state
        .0
        .take(Step::Confirm { venue: venue_id.clone() }, now)
        .map_err(|r| Trouble::at("", r))?;
    let mut with_account = Vec::new();
    for key in ["organization_contact_mail", "institution_contact_mail"] {
        if let Some(mail) = answers.get(key)
            && work::account::by_mail(tx, mail)?.is_some()
        {
            with_account.push(mail.clone());
        }
    }
    let consequences =
        application::on_confirmation(answers, |mail| with_account.iter().any(|m| m == mail));
    let municipality = answers.get("venue_municipality").cloned().unwrap_or_default();
    let prefecture = municipality.chars().take(2).collect::<String>();
    let surrogate = consequences.contains(&Consequence::IssueSurrogateCode);
    let known: Option<(String,)> =
        tx.first(sql!("select code from venue where id = $1"), args![&venue_id])?;
    let code = match (known, surrogate) {
        (Some((code,)), _) => code,
        (None, true) => {
            let serial = work::application::next_number(tx, "surrogate")?;
            codes::surrogate(&prefecture, u32::try_from(serial).unwrap_or(u32::MAX))
        }
        (None, false) => {
            let code = answers.get("institution_code").cloned().unwrap_or_default();
            if let Some(fault) =
                codes::check_institution(&code).err().filter(|fault| !fault.is_only_a_warning())
            {
                return Err(Trouble::at(
                    "",
                    format!(
                        "医療機関等コードは{fault}。要再申込にして、もう一度入力してもらってください。"
                    ),
                ));
            }
            code
        }
    };
    let expected: i64 = answers.get("expected_doses").and_then(|d| d.parse().ok()).unwrap_or(0);
    let name = answers.get("venue_name").cloned().unwrap_or_default();
    if work::application::venue_by_code(tx, &code)?.is_some_and(|(id, _)| id != venue_id) {
        return Err(Trouble::at(
            "",
            format!(
                "コード{code}の会場はすでに登録されています。申込者に、そのコードの会場として申し込み直してもらってください。"
            ),
        ));
    }
    let before: Option<(work::venue::KeptAnswers,)> =
        tx.first(sql!("select answers from venue where id = $1"), args![&venue_id])?;
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
            &venue_id,
            &code,
            surrogate,
            &masters.programme().id,
            &stored.id,
            &name,
            &prefecture,
            &municipality,
            Json(answers),
            expected,
            now
        ],
    )?;
    work::venue::sought_changed(tx, &masters.places, &venue_id)?;
    let (gone, fresh) =
        work::application::difference(&before.map(|b| b.0.0).unwrap_or_default(), answers);
    journal::write(
        tx,
        actor,
        now,
        Entry {
            record: ("venue", &venue_id),
            act: "venue.open",
            before: gone,
            after: json!({"code": code, "surrogate": surrogate, "application": stored.number, "answers": fresh}),
            reason: None,
        },
    )?;
    work::application::write_state(tx, actor, now, stored, &state, "application.confirm", None)?;
    if surrogate {
        write_journal(
            tx,
            actor,
            now,
            &stored.id,
            "application.issue_code",
            Value::Null,
            json!({"code": code}),
            None,
        )?;
    }
    for consequence in consequences {
        match consequence {
            Consequence::IssueSurrogateCode => {}
            Consequence::MakeLetter => work::letter::make(
                tx,
                masters,
                actor,
                now,
                &venue_id,
                &code,
                &stored.number,
                answers,
            )?,
            Consequence::Welcome { mail, role } => {
                work::venue::set_contact(tx, actor, now, &venue_id, role, answers)?;
                let Some(account) = work::account::by_mail(tx, &mail)? else { continue };
                work::account::grant(tx, now, &account, &Grant::of(role, "venue", &venue_id))?;
                // The venue's hat sees the application too; the applicant's own hat has done its work.
                tx.run(
                    sql!(
                        "update membership
                            set ended_at = $1
                          where account_id = $2
                            and scope_kind = 'application'
                            and scope_id = $3
                            and ended_at is null"
                    ),
                    args![now, &account, &stored.id],
                )?;
                let body = format!(
                    "{}\n\nいまお使いのIDのまま続けられます。次のページから始めてください。\n{base_url}/home",
                    confirmation(&name, &code, stored, now)
                );
                outbox::put(
                    tx,
                    now,
                    &Mail {
                        to: mail,
                        subject: format!("【申込の確認】{}", english::typed(&name)),
                        body,
                        about: ("venue".into(), venue_id.clone()),
                    },
                )?;
            }
            Consequence::Invite { mail, name: person, role } => {
                work::venue::set_contact(tx, actor, now, &venue_id, role, answers)?;
                let link = work::account::invite(
                    tx,
                    base_url,
                    now,
                    &mail,
                    &person,
                    &Grant::of(role, "venue", &venue_id),
                    None,
                )?;
                let body = format!(
                    "{}\n\n{}さんは、この会場の{}として登録されています。\n次のリンクからパスワードを決めて、はじめてください（24時間・1回かぎり）。\n{link}",
                    confirmation(&name, &code, stored, now),
                    english::typed(&person),
                    role.label()
                );
                outbox::put(
                    tx,
                    now,
                    &Mail {
                        to: mail,
                        subject: format!(
                            "【申込の確認】{}（はじめてのログイン）",
                            english::typed(&name)
                        ),
                        body,
                        about: ("venue".into(), venue_id.clone()),
                    },
                )?;
            }
        }
    }
    Ok(venue_id)
}

fn confirmation(name: &str, code: &str, stored: &Stored, now: Timestamp) -> String {
    format!(
        "申込の確認が済みました。\n\n会場：{}\n会場コード：{code}\n申込番号：{}\n確認日時：{}",
        english::typed(name),
        stored.number,
        time::say_instant(now)
    )
}
