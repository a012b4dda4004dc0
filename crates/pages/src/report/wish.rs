//! What the address of a report asks for.

use jiff::civil::Date;
use platform::db::Tx;
use platform::form::Form;
use rules::access::Role;
use rules::holidays::Holidays;
use rules::input;
use work::figures::{self, Asked, Group, Report, Table};

use web::errors::Errors;
use web::search;
use web::visit::{Trouble, Visit};

/// What an address asks for.
pub struct Wish {
    pub report: &'static Report,
    pub group: Group,
    /// 0: all of them.
    pub cycle: u32,
    from: Date,
    to: Date,
    pub typed_from: String,
    pub typed_to: String,
    /// The closer look that is asked for, whosever it is; empty where none is.
    pub closer: &'static str,
    /// What of the address can't be read; nothing is worked out then.
    pub errors: Errors,
}

/// Somebody with one venue, or a wholesaler, has little to group by place.
fn usual(role: Role) -> Group {
    match role {
        Role::National | Role::Auditor => Group::Prefecture,
        Role::Prefecture | Role::Federation | Role::Wholesaler => Group::Municipality,
        Role::Organizer | Role::Institution | Role::Municipality | Role::Support => Group::Venue,
    }
}

impl Wish {
    /// Reads an address.
    pub fn of(query: &Form, role: Role, today: Date, holidays: &Holidays) -> Wish {
        let report = Report::from_key(query.get("kind")).unwrap_or(figures::ALL[0]);
        let group = Group::from_key(query.get("group")).filter(|group| report.goes_by(*group));
        let closer = figures::ALL.iter().filter_map(|report| report.closer.as_ref());
        let closer = closer.map(|look| look.key).find(|key| *key == query.get("show"));
        let mut errors = Errors::default();
        let (from, to) = search::days(query, &mut errors, today, holidays);
        Wish {
            report,
            group: group.unwrap_or(usual(role)),
            cycle: input::version(query.get("cycle"))
                .and_then(|n| u32::try_from(n).ok())
                .unwrap_or(0),
            from: from.unwrap_or(Date::constant(1, 1, 1)),
            to: to.unwrap_or(Date::constant(9999, 12, 31)),
            typed_from: search::shown(from, query.get("from")),
            typed_to: search::shown(to, query.get("to")),
            closer: closer.unwrap_or(""),
            errors,
        }
    }

    /// Works it out, within the membership's reach; at most so many rows.
    pub fn work_out(&self, visit: &Visit, tx: &mut Tx<'_>, most: i64) -> Result<Table, Trouble> {
        let membership =
            visit.membership.as_ref().or(visit.memberships.first()).ok_or(Trouble::SignIn)?;
        let asked = Asked {
            scope: membership.reach(),
            group: self.group,
            cycle: self.cycle,
            from: self.from,
            to: self.to,
            closer: self.report.closer.as_ref().is_some_and(|look| look.key == self.closer),
            programme: visit.masters().programme(),
            at: visit.now,
            most,
        };
        Ok(self.report.work_out(tx, &asked)?)
    }
}
