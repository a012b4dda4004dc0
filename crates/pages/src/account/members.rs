//! The people of one's own organisation: invite, hand over, let somebody stand in, give and take
//! permissions, leave. A venue's people are its contacts; this is for everybody else. Which
//! organisation is meant stands in the URL, as one's own membership.

use platform::db::{Failure, Tx};
use platform::english;
use platform::form::Form;
use rules::access::{Act, Permission, Scope};
use rules::{input, time};
use serde_json::{Value, json};

use super::marked_scope;
use web::errors::Errors;
use web::list as outgoing;
use web::page::{Answer, Typed};
use web::routes::{command, page};
use web::table::{Cell, Sheet};
use web::visit::{Trouble, Visit};
use web::{Done, Membership, Route};
use work::account::{Grant, Joining, Member, NewMember};

pub fn routes() -> Vec<Route> {
    let mut all = vec![
        page("/members/{membership}", Act::ManageMembers, list),
        command("/members/{membership}", Act::ManageMembers, invite, list),
        page("/members/{membership}/{member}", Act::ManageMembers, one),
        command("/members/{membership}/{member}", Act::ManageMembers, change, one),
        command("/members/{membership}/{member}/end", Act::ManageMembers, end, one),
    ];
    all.extend(outgoing!("/members/{membership}/list", Act::ManageMembers, sheet));
    all
}

fn administers(membership: &Membership) -> bool {
    rules::access::may(membership.role, &membership.permissions, Act::ManageMembers)
}

/// The organisations whose people this person looks after, for the account's page.
pub fn looked_after(visit: &Visit, tx: &mut Tx<'_>) -> Result<Vec<Value>, Trouble> {
    visit
        .memberships
        .iter()
        .filter(|membership| administers(membership))
        .map(|membership| {
            Ok(json!({"href": format!("/members/{}", membership.id), "name": organisation(visit, tx, membership)?, "people": members(tx, membership, visit.now)?.len()}))
        })
        .collect()
}

fn organisation(
    visit: &Visit,
    tx: &mut Tx<'_>,
    membership: &Membership,
) -> Result<String, Trouble> {
    Ok(match membership.scope_kind {
        Scope::Nation => membership.role.label().to_string(),
        kind => marked_scope(visit, tx, kind, &membership.scope_id)?,
    })
}

/// The visitor's own membership that the URL names.
fn own_membership(visit: &Visit) -> Result<&Membership, Trouble> {
    let membership = visit
        .memberships
        .iter()
        .find(|membership| membership.id == visit.param("membership"))
        .ok_or(Trouble::NotFound)?;
    if !administers(membership) {
        return Err(Trouble::Forbidden { who_can: words::access::who_can(Act::ManageMembers) });
    }
    Ok(membership)
}

fn members(
    tx: &mut Tx<'_>,
    membership: &Membership,
    now: jiff::Timestamp,
) -> Result<Vec<Member>, Failure> {
    work::account::members(tx, membership.role, membership.reach(), now)
}

/// Everybody who wears the membership that the address names.
pub fn sheet(visit: &Visit, tx: &mut Tx<'_>) -> Result<Sheet, Trouble> {
    let membership = own_membership(visit)?;
    let instant = |at: Option<jiff::Timestamp>| {
        Cell::text(at.map_or(String::new(), rules::time::say_instant))
    };
    let rows = members(tx, membership, visit.now)?
        .into_iter()
        .map(|m| {
            let permissions = labels(membership, &m.permissions);
            vec![
                Cell::Text(m.name),
                Cell::Text(m.mail),
                Cell::Text(permissions),
                instant(Some(m.created_at)),
                instant(m.expires_at),
            ]
        })
        .collect();
    Ok(Sheet::new(
        "利用者",
        &membership.scope_id,
        ["氏名", "メールアドレス", "権限", "加わった日時", "終わる日時"],
        rows,
    ))
}

fn member(visit: &Visit, tx: &mut Tx<'_>) -> Result<(Member, Vec<Member>), Trouble> {
    let all = members(tx, own_membership(visit)?, visit.now)?;
    let found =
        all.iter().find(|m| m.id == visit.param("member")).cloned().ok_or(Trouble::NotFound)?;
    Ok((found, all))
}

fn permissions_json(membership: &Membership, held: &str) -> Vec<Value> {
    Permission::of(membership.role)
        .iter()
        .map(|p| json!({"key": p.key(), "label": p.label(), "held": held.split(',').any(|h| h == p.key())}))
        .collect()
}

fn labels(membership: &Membership, held: &str) -> String {
    let labels: Vec<&str> = Permission::of(membership.role)
        .iter()
        .filter(|p| held.split(',').any(|h| h == p.key()))
        .map(|p| p.label())
        .collect();
    labels.join("、")
}

fn ticked(membership: &Membership, form: &Form) -> String {
    let keys: Vec<&str> = Permission::of(membership.role)
        .iter()
        .map(|p| p.key())
        .filter(|key| form.has(&format!("permission_{key}")))
        .collect();
    keys.join(",")
}

fn list(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = own_membership(visit)?;
    let own = visit.person.as_ref().map(|p| p.id.clone());
    let rows: Vec<Value> = members(tx, membership, visit.now)?
        .iter()
        .map(|m| json!({"id": m.id, "name": m.name, "mail": m.mail, "permissions": labels(membership, &m.permissions), "expires_at": m.expires_at, "since": m.created_at, "active": m.active, "self": own.as_ref() == Some(&m.account_id)}))
        .collect();
    let waiting = work::account::waiting(tx, membership.role, membership.reach(), visit.now)?;
    let title = format!("{}のメンバー", organisation(visit, tx, membership)?);
    visit.page(
        "account/members.html",
        typed,
        json!({
            "h1": title, "plain_h1": true, "rows": rows, "own_membership": membership.id, "permissions": permissions_json(membership, ""), "crumbs": [["/account", "アカウント"]],
            "waiting": waiting.iter().map(|w| json!({"name": w.name, "mail": w.mail, "until": w.expires_at})).collect::<Vec<_>>(),
            "kinds": [["member", "メンバーとして加える"], ["stand_in", "代理として、決めた日まで加える"], ["successor", "自分の後任として加える（はじめてログインすると、自分の立場は終わります）"]],
        }),
    )
}

fn invite(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let membership = own_membership(visit)?;
    let mut errors = Errors::default();
    let name = errors.take("name", input::person("氏名", form.get("name"))).unwrap_or_default();
    let mail = errors.take("mail", input::mail("メールアドレス", form.get("mail")));
    let kind = Joining::from_key(form.get("kind"));
    let until = match kind {
        Some(Joining::StandIn) => {
            let day = input::date("代理の終わる日", form.get("until"));
            errors.take("until", visit.masters().holidays.settle(day))
        }
        Some(Joining::Member | Joining::Successor) => None,
        None => {
            errors.add("kind", "加え方を選んでください");
            None
        }
    };
    // A stand-in works through its last day.
    let expires_at = until.map(|day| time::midnight(day.tomorrow().unwrap_or(day)));
    if expires_at.is_some_and(|at| at <= visit.now) {
        errors.add("until", "代理の終わる日は、今日より後にしてください");
    }
    if let Some(mail) = &mail
        && members(tx, membership, visit.now)?
            .iter()
            .any(|m| input::mail_key(&m.mail) == input::mail_key(mail))
    {
        errors.add("mail", "この方はすでにメンバーです");
    }
    let (Some(kind), Some(mail), true) = (kind, mail, errors.is_empty()) else {
        return Err(Trouble::refused(errors));
    };
    let mut permissions = ticked(membership, form);
    if kind == Joining::Successor
        && membership.permissions.contains(&Permission::Administrator)
        && !permissions.contains("administrator")
    {
        // Whoever follows the one who looks after the others does so too: nobody would be left to
        // do it.
        permissions = [permissions, "administrator".into()]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(",");
    }
    let grant = Grant {
        role: membership.role,
        scope: (membership.scope_kind, &membership.scope_id),
        permissions: &permissions,
        expires_at,
    };
    let organisation = organisation(visit, tx, membership)?;
    let new = NewMember {
        mail: &mail,
        name: &name,
        membership: grant,
        kind,
        replaces: (kind == Joining::Successor).then_some(membership.id.as_str()),
        until,
        organisation: &organisation,
    };
    work::account::invite_member(&visit.caller(), tx, &new)?;
    Ok(Done::saying(format!("/members/{}", membership.id), "member.invited"))
}

fn one(visit: &Visit, tx: &mut Tx<'_>, typed: &Typed) -> Result<Answer, Trouble> {
    let membership = own_membership(visit)?;
    let (member, all) = member(visit, tx)?;
    let may_end = work::account::member_may_end(&all, &member);
    let back = format!("/members/{}", membership.id);
    visit.page(
        "account/member.html",
        typed,
        json!({"h1": english::typed(&member.name), "plain_h1": true, "member": member, "may_end": may_end, "own_membership": membership.id, "permissions": permissions_json(membership, &member.permissions), "crumbs": [[back, "メンバー"]]}),
    )
}

fn change(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let membership = own_membership(visit)?;
    let (member, all) = member(visit, tx)?;
    let permissions = ticked(membership, form);
    if form.get("version") != member.permissions {
        return Err(Trouble::Database(Failure::Stale));
    }
    if permissions == member.permissions {
        return Ok(Done::saying(format!("/members/{}", membership.id), "unchanged"));
    }
    work::account::change_permissions(&visit.caller(), tx, &all, &member, &permissions)
        .map_err(|e| e.told(|r| Trouble::at("permission_administrator", r)))?;
    Ok(Done::saying(format!("/members/{}", membership.id), "member.changed"))
}

fn end(visit: &Visit, tx: &mut Tx<'_>, form: &Form) -> Result<Done, Trouble> {
    let membership = own_membership(visit)?;
    let (member, all) = member(visit, tx)?;
    if form.get("version") != member.permissions {
        return Err(Trouble::Database(Failure::Stale));
    }
    work::account::end_member(&visit.caller(), tx, &all, &member)?;
    let own = visit.person.as_ref().is_some_and(|p| p.id == member.account_id);
    Ok(Done::saying(
        if own { "/switch".to_string() } else { format!("/members/{}", membership.id) },
        "member.ended",
    ))
}
