//! 担当者 and the ID rule: a changed mail address issues a new ID; name, department and phone don't.

use platform::db::Tx;
use platform::form::Form;
use rules::access::{Act, Role, Scope};
use rules::input;
use rules::venue::{ContactRefusal, Side};
use serde_json::{Value, json};

use web::errors::Errors;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::visit::{Trouble, Visit};
use web::{Done, Route};
use work::Refused;
use work::venue::{Contact, Person};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/contacts", Act::ReadVenue, list),
        page("/venues/{venue}/contacts/new", Act::ManageContacts, add_form),
        command("/venues/{venue}/contacts/new", Act::ManageContacts, add, add_form),
        page("/venues/{venue}/contacts/{contact}", Act::ManageContacts, edit),
        command("/venues/{venue}/contacts/{contact}", Act::ManageContacts, save, edit),
        command("/venues/{venue}/contacts/{contact}/leave", Act::ManageContacts, leave, edit),
    ]
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let venue = visit.venue()?;
    visit.reads_contacts_of("venue", &venue.id);
    let mut rows = Vec::new();
    for contact in work::venue::contacts(tx, &venue.id)? {
        let open = work::account::link_until(tx, (Scope::Venue, &venue.id), &contact.mail)?;
        let has_id = work::account::by_mail(tx, &contact.mail)?.is_some();
        let id_state = match (has_id, open) {
            (_, Some(expires)) if expires > visit.now => ("招待中（リンクは届いています）", "wait"),
            (true, _) => ("IDあり", "ok"),
            (false, _) => ("招待の期限切れ", "bad"),
        };
        rows.push(
            json!({"contact": contact, "role": contact.role.role().label(), "id_state": id_state.0, "tone": id_state.1}),
        );
    }
    visit.page(
        "venue/contacts.html",
        typed,
        json!({"h1": "担当者", "tab": "contacts", "rows": rows, "editable": visit.may(Act::ManageContacts)}),
    )
}

fn load(tx: &mut Tx<'_>, visit: &Visit) -> Result<Contact, Trouble> {
    Ok(work::venue::contact(tx, &visit.venue()?.id, visit.param("contact"))?)
}

fn crumbs(venue: &str) -> Value {
    json!([
        [format!("/venues/{venue}"), "接種会場のまとめ"],
        [format!("/venues/{venue}/contacts"), "担当者"]
    ])
}

fn edit(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let contact = load(tx, visit)?;
    let last = !work::venue::contact_may_leave(tx, &visit.venue()?.id, &contact)?;
    visit.page(
        "venue/contact.html",
        typed,
        json!({"h1": "担当者の変更", "version": contact.version, "contact": contact, "last": last, "fresh": false, "asked": asked(typed), "crumbs": crumbs(&visit.venue()?.id)}),
    )
}

fn add_form(visit: &Visit, _: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let role = match visit.membership()?.role {
        Role::Institution => Side::Institution,
        _ => Side::Organizer,
    };
    let contact = Contact { role, ..Contact::default() };
    visit.page(
        "venue/contact.html",
        typed,
        json!({"h1": "担当者を招待する", "contact": contact, "version": 0, "fresh": true, "asked": asked(typed), "crumbs": crumbs(&visit.venue()?.id)}),
    )
}

fn read(form: &Form) -> Result<Person, Trouble> {
    let mut errors = Errors::default();
    let department = errors
        .take("department", input::thing("部署名", form.get("department")))
        .unwrap_or_default();
    let name = errors.take("name", input::person("氏名", form.get("name"))).unwrap_or_default();
    let phone = errors.take("phone", input::phone("電話番号", form.get("phone")));
    let mail = errors.take("mail", input::mail("メールアドレス", form.get("mail")));
    match (phone, mail) {
        (Some(phone), Some(mail)) if errors.is_empty() => {
            Ok(Person { department, name, phone, mail })
        }
        _ => Err(Trouble::refused(errors)),
    }
}

/// What is refused, at its field.
fn refused(refused: Refused<ContactRefusal>) -> Trouble {
    refused.told(|refusal| {
        let field = match refusal {
            ContactRefusal::Known => "mail",
            ContactRefusal::SameName { .. } => "other",
            ContactRefusal::Last => "",
        };
        Trouble::at(field, refusal)
    })
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
    if contact.with(typed.clone()) == contact {
        return Ok(Done::saying(format!("/venues/{}/contacts", venue.id), "unchanged"));
    }
    let back = format!("/venues/{}/contacts", venue.id);
    let invited =
        work::venue::change_contact(&visit.caller(), tx, venue, &contact, typed, form.has("other"))
            .map_err(refused)?;
    Ok(Done::saying(back, if invited { "contact.invited" } else { "contact.saved" }))
}

fn add(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let typed = read(form)?;
    let side = Side::from_key(form.get("role"))
        .ok_or_else(|| Trouble::at("role", "立場を選んでください"))?;
    work::venue::add_contact(&visit.caller(), tx, venue, side, typed, form.has("other"))
        .map_err(refused)?;
    Ok(Done::saying(format!("/venues/{}/contacts", venue.id), "contact.invited"))
}

fn leave(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let venue = visit.venue()?;
    let contact = load(tx, visit)?;
    form.expect_version(contact.version)?;
    work::venue::contact_leaves(&visit.caller(), tx, &venue.id, &contact).map_err(refused)?;
    Ok(Done::saying(format!("/venues/{}/contacts", venue.id), "contact.left"))
}
