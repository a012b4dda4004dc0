//! 担当者 and the ID rule: a changed mail address issues a new ID; name, department and phone don't.

use platform::db::Tx;
use platform::english;
use platform::form::{Errors, Form};

use platform::outbox::{self, Mail};
use platform::{args, ids, sql};
use rules::access::{Act, Role};
use rules::account::{ContactChange, ContactConsequence, on_contact_change};
use rules::input;
use serde_json::{Value, json};

use web::page::{Answer, Typed};
use web::routes::{deed, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::account::Grant;
use work::venue::Contact;

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/contacts", Act::ReadVenue, list),
        page("/venues/{venue}/contacts/new", Act::ManageContacts, add_form),
        deed("/venues/{venue}/contacts/new", Act::ManageContacts, add, add_form),
        page("/venues/{venue}/contacts/{contact}", Act::ManageContacts, edit),
        deed("/venues/{venue}/contacts/{contact}", Act::ManageContacts, save, edit),
        deed("/venues/{venue}/contacts/{contact}/leave", Act::ManageContacts, leave, edit),
    ]
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let mut rows = Vec::new();
    for contact in work::venue::contacts(tx, &venue.id)? {
        let open: Option<(jiff::Timestamp,)> = tx.first(
            sql!(
                "select expires_at
                   from invitation
                  where scope_kind = 'venue'
                    and scope_id = $1
                    and mail = $2
                    and used_at is null
                  order by created_at desc
                  limit 1"
            ),
            args![&venue.id, &contact.mail],
        )?;
        let has_id = work::account::by_mail(tx, &contact.mail)?.is_some();
        let id_state = match (has_id, open) {
            (_, Some((expires,))) if expires > visit.now => {
                ("招待中（リンクは届いています）", "wait")
            }
            (true, _) => ("IDあり", "ok"),
            (false, _) => ("招待の期限切れ", "bad"),
        };
        rows.push(
            json!({"contact": contact, "role": Role::from_key(&contact.role).map(Role::label), "id_state": id_state.0, "tone": id_state.1}),
        );
    }
    visit.page(
        "venue/contacts.html",
        typed,
        json!({"h1": "担当者", "tab": "contacts", "rows": rows, "editable": visit.may(Act::ManageContacts)}),
    )
}

fn load(tx: &mut Tx<'_>, visit: &Visit) -> Result<Contact, Trouble> {
    let venue = visit.venue()?;
    tx.first(
        sql!(
            "select id, role, department, name, phone, mail, version
               from contact
              where id = $1
                and venue_id = $2
                and left_at is null"
        ),
        args![visit.param("contact"), &venue.id],
    )?
    .ok_or(Trouble::NotFound)
}

fn crumbs(venue: &str) -> Value {
    json!([
        [format!("/venues/{venue}"), "接種会場のまとめ"],
        [format!("/venues/{venue}/contacts"), "担当者"]
    ])
}

fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let contact = load(tx, visit)?;
    visit.page(
        "venue/contact.html",
        typed,
        json!({"h1": "担当者の変更", "contact": contact, "fresh": false, "asked": asked(typed), "crumbs": crumbs(&visit.venue()?.id)}),
    )
}

fn add_form(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let role = if visit.hat()?.role == Role::Institution { "institution" } else { "organizer" };
    let contact = json!({"id": "", "role": role, "department": "", "name": "", "phone": "", "mail": "", "version": 0});
    visit.page(
        "venue/contact.html",
        typed,
        json!({"h1": "担当者を招待する", "contact": contact, "fresh": true, "asked": asked(typed), "crumbs": crumbs(&visit.venue()?.id)}),
    )
}

struct Read {
    department: String,
    name: String,
    phone: String,
    mail: String,
}

fn read(form: &Form) -> Result<Read, Trouble> {
    let mut errors = Errors::default();
    let department = errors
        .take(
            "department",
            input::line("部署名", form.get("department"), input::LONGEST_LINE)
                .and_then(|department| input::thing("部署名", &department)),
        )
        .unwrap_or_default();
    let name = errors.take("name", input::person("氏名", form.get("name"))).unwrap_or_default();
    let phone = errors.take("phone", input::phone("電話番号", form.get("phone")));
    let mail = errors.take("mail", input::mail("メールアドレス", form.get("mail")));
    match (phone, mail) {
        (Some(phone), Some(mail)) if errors.is_empty() => {
            Ok(Read { department, name, phone, mail })
        }
        _ => Err(Trouble::refused(errors)),
    }
}

/// One mail address is one person's under one role; whoever has the name of another contact is asked about.
fn stop_twins(
    tx: &mut Tx<'_>,
    venue: &str,
    form: &Form,
    typed: &Read,
    role: Role,
    own: &str,
) -> Result<(), Trouble> {
    let others: Vec<Contact> = work::venue::contacts(tx, venue)?
        .into_iter()
        .filter(|c| c.id != own && c.role == role.key())
        .collect();
    if others.iter().any(|c| input::mail_key(&c.mail) == input::mail_key(&typed.mail)) {
        return Err(Trouble::at("mail", "このメールアドレスの担当者はすでにいます"));
    }
    let twin =
        others.iter().find(|c| input::same_person(&c.name) == input::same_person(&typed.name));
    match twin.filter(|_| !form.has("other")) {
        Some(twin) => Err(Trouble::at(
            "other",
            format!(
                "同じ氏名の担当者（{}、{}）がいます。別の人であれば、そのことを選んでください",
                twin.name, twin.mail
            ),
        )),
        None => Ok(()),
    }
}

fn asked(typed: &Typed) -> bool {
    typed.errors.0.iter().any(|(field, _)| field == "other")
        || typed.form.as_ref().is_some_and(|f| f.has("other"))
}

fn save(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let contact = load(tx, visit)?;
    form.expect_version(contact.version)?;
    let typed = read(form)?;
    let role = Role::from_key(&contact.role).ok_or(Trouble::NotFound)?;
    let fields = [&typed.department, &typed.name, &typed.phone, &typed.mail];
    if fields == [&contact.department, &contact.name, &contact.phone, &contact.mail] {
        return Ok(Done::saying(format!("/venues/{}/contacts", venue.id), "unchanged"));
    }
    stop_twins(tx, &venue.id, form, &typed, role, &contact.id)?;
    tx.run_one(
        sql!(
            "update contact
                set department = $1, name = $2, phone = $3, mail = $4, version = version + 1
              where id = $5
                and version = $6"
        ),
        args![
            &typed.department,
            &typed.name,
            &typed.phone,
            &typed.mail,
            &contact.id,
            contact.version
        ],
    )?;
    let consequence = on_contact_change(&ContactChange {
        mail_before: &contact.mail,
        mail_after: &typed.mail,
        account_exists: work::account::by_mail(tx, &typed.mail)?.is_some(),
    });
    visit.journal(
        tx,
        ("venue", &venue.id),
        "contact.edit",
        contact.kept(),
        Contact {
            department: typed.department.clone(),
            name: typed.name.clone(),
            phone: typed.phone.clone(),
            mail: typed.mail.clone(),
            ..contact.clone()
        }
        .kept(),
        None,
    )?;
    let back = format!("/venues/{}/contacts", venue.id);
    if consequence == ContactConsequence::KeepId {
        return Ok(Done::saying(back, "contact.saved"));
    }
    // The old address's hat at this venue, if it has one; it ends when the new ID is first used.
    let old = work::venue::hats(tx, &venue.id, &contact)?;
    invite(visit, tx, &typed, role, old.first().map(String::as_str), consequence)?;
    let body = format!(
        "{}の担当者のメールアドレスが変更されました。\n新しい担当者がはじめてログインすると、このメールアドレスのIDではこの会場を開けなくなります。会場の情報はそのまま引き継がれます。",
        english::typed(&venue.name)
    );
    outbox::put(
        tx,
        visit.now,
        &Mail {
            to: contact.mail.clone(),
            subject: format!("【お知らせ】担当者の変更（{}）", english::typed(&venue.name)),
            body,
            about: ("venue".into(), venue.id.clone()),
        },
    )?;
    Ok(Done::saying(back, "contact.invited"))
}

fn invite(
    visit: &Visit,
    tx: &mut Tx<'_>,
    person: &Read,
    role: Role,
    replaces: Option<&str>,
    consequence: ContactConsequence,
) -> Result<(), Trouble> {
    let venue = visit.venue()?;
    let base = &visit.house.base_url;
    let link = work::account::invite(
        tx,
        base,
        visit.now,
        &person.mail,
        &person.name,
        &Grant::of(role, "venue", &venue.id),
        replaces,
    )?;
    let body = match consequence {
        ContactConsequence::AddThenRetire => format!(
            "{}さん\n\n{}の担当者になりました。いまお使いのIDでログインすると、この会場を開けます（24時間以内）。\n{base}/login?to=/venues/{}",
            english::typed(&person.name),
            english::typed(&venue.name),
            venue.id
        ),
        _ => format!(
            "{}さんから、{}の担当者として招待されました。24時間以内に登録してください（1回かぎり）。\n{link}",
            english::typed(&visit.actor().name),
            english::typed(&venue.name)
        ),
    };
    outbox::put(
        tx,
        visit.now,
        &Mail {
            to: person.mail.clone(),
            subject: format!("【要対応】{}の担当者としての登録", english::typed(&venue.name)),
            body,
            about: ("venue".into(), venue.id.clone()),
        },
    )?;
    Ok(())
}

fn add(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let typed = read(form)?;
    let role = match form.get("role") {
        "organizer" => Role::Organizer,
        "institution" => Role::Institution,
        _ => return Err(Trouble::at("role", "立場を選んでください")),
    };
    stop_twins(tx, &venue.id, form, &typed, role, "")?;
    let id = ids::short("c");
    tx.run(
        sql!(
            "insert into contact (id, venue_id, role, department, name, phone, mail)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![
            &id,
            &venue.id,
            role.key(),
            &typed.department,
            &typed.name,
            &typed.phone,
            &typed.mail
        ],
    )?;
    let fresh = Contact {
        id,
        role: role.key().into(),
        department: typed.department.clone(),
        name: typed.name.clone(),
        phone: typed.phone.clone(),
        mail: typed.mail.clone(),
        version: 1,
    };
    visit.journal(tx, ("venue", &venue.id), "contact.add", Value::Null, fresh.kept(), None)?;
    let exists = work::account::by_mail(tx, &typed.mail)?.is_some();
    invite(
        visit,
        tx,
        &typed,
        role,
        None,
        if exists {
            ContactConsequence::AddThenRetire
        } else {
            ContactConsequence::InviteThenRetire
        },
    )?;
    Ok(Done::saying(format!("/venues/{}/contacts", venue.id), "contact.invited"))
}

fn leave(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let contact = load(tx, visit)?;
    form.expect_version(contact.version)?;
    let same: usize =
        work::venue::contacts(tx, &venue.id)?.iter().filter(|c| c.role == contact.role).count();
    if same < 2 {
        return Err(Trouble::at(
            "",
            "最後の担当者は外せません。先に次の担当者を招待してください。",
        ));
    }
    tx.run_one(
        sql!(
            "update contact set left_at = $1, version = version + 1 where id = $2 and version = $3"
        ),
        args![visit.now, &contact.id, contact.version],
    )?;
    for hat in work::venue::hats(tx, &venue.id, &contact)? {
        work::account::retire(tx, visit.now, &hat)?;
    }
    visit.journal(tx, ("venue", &venue.id), "contact.leave", contact.kept(), Value::Null, None)?;
    Ok(Done::saying(format!("/venues/{}/contacts", venue.id), "contact.left"))
}
