//! The venue (接種会場): the four checks before a plan. Source: briefing, チェックリスト; spec §2.3.

use serde::Serialize;

use crate::access::Role;
use crate::application::Answers;
use crate::words;

/// Why a contact isn't registered or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContactRefusal {
    /// One mail address is one person's under one role.
    Known,
    /// Whoever has the name of another contact is asked about.
    SameName { name: String, mail: String },
    /// Somebody has to stay.
    Last,
}

words! {
    /// On whose side somebody is responsible for a venue.
    #[derive(Default, PartialOrd, Ord)]
    pub enum Side in contact.role {
        #[default]
        Organizer = "organizer",
        Institution = "institution",
    }
}

impl Side {
    /// The role of a member on this side.
    pub const fn role(self) -> Role {
        match self {
            Side::Organizer => Role::Organizer,
            Side::Institution => Role::Institution,
        }
    }
}

/// Where a check is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckPlace {
    Managers,
    Storage,
    Contacts,
    Doctors,
}

/// What a venue has to register before it plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Name and telephone number of a manager or of the holiday contact.
    Manager(Manager),
    /// There are none, lent or owned.
    NoFreezer,
    /// How many there are, lent and owned.
    Freezers,
    OrganizationContact,
    InstitutionContact,
    Doctor,
}

/// Who has to be named with a telephone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    Vaccination,
    Storage,
    Needles,
    /// For weekends and holidays.
    Holidays,
}

impl Manager {
    const ALL: [Manager; 4] =
        [Manager::Vaccination, Manager::Storage, Manager::Needles, Manager::Holidays];
    /// What the keys of the two answers begin with.
    fn key(self) -> &'static str {
        match self {
            Manager::Vaccination => "vaccination_manager",
            Manager::Storage => "storage_manager",
            Manager::Needles => "needle_manager",
            Manager::Holidays => "holiday_contact",
        }
    }
}

/// One of the four checks, with what is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub place: CheckPlace,
    /// Empty when the check is passed.
    pub missing: Vec<Missing>,
}

impl Check {
    pub fn passed(&self) -> bool {
        self.missing.is_empty()
    }
}

/// What the checks look at.
pub struct Facts<'a> {
    pub answers: &'a Answers,
    /// Contacts that can sign in or hold an open invitation: organization's, institution's.
    pub organization_contacts: u32,
    pub institution_contacts: u32,
    pub doctors: u32,
}

/// ① managers and holiday contact, ② freezers lent + owned, ③ contacts, ④ at least one doctor.
pub fn four_checks(facts: &Facts<'_>) -> [Check; 4] {
    let has = |key: &str| facts.answers.get(key).is_some_and(|v| !v.is_empty());
    let named = |manager: Manager| {
        let key = manager.key();
        has(&format!("{key}_name")) && has(&format!("{key}_phone"))
    };
    let managers = Manager::ALL.into_iter().filter(|m| !named(*m)).map(Missing::Manager).collect();
    let count = |key: &str| facts.answers.get(key).and_then(|v| v.parse::<u32>().ok());
    let freezers = match (count("freezers_lent"), count("freezers_owned")) {
        (Some(lent), Some(owned)) if lent + owned > 0 => vec![],
        (Some(_), Some(_)) => vec![Missing::NoFreezer],
        _ => vec![Missing::Freezers],
    };
    let mut contacts = Vec::new();
    if facts.organization_contacts == 0 {
        contacts.push(Missing::OrganizationContact);
    }
    if facts.institution_contacts == 0 {
        contacts.push(Missing::InstitutionContact);
    }
    let doctors = if facts.doctors == 0 { vec![Missing::Doctor] } else { vec![] };
    [
        Check { place: CheckPlace::Managers, missing: managers },
        Check { place: CheckPlace::Storage, missing: freezers },
        Check { place: CheckPlace::Contacts, missing: contacts },
        Check { place: CheckPlace::Doctors, missing: doctors },
    ]
}

/// Boxes that the venue's freezers (lent + owned) hold, for the storage flag.
pub fn storage_boxes(answers: &Answers, boxes_per_freezer: u32) -> u32 {
    let count = |key: &str| answers.get(key).and_then(|v| v.parse::<u32>().ok()).unwrap_or(0);
    count("freezers_lent").saturating_add(count("freezers_owned")).saturating_mul(boxes_per_freezer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    #[test]
    fn an_empty_venue_fails_all_four() {
        let checks = four_checks(&Facts {
            answers: &Answers::new(),
            organization_contacts: 0,
            institution_contacts: 0,
            doctors: 0,
        });
        assert!(checks.iter().all(|c| !c.passed()));
        assert_eq!(checks[0].missing.len(), 4);
    }

    #[test]
    fn lent_and_owned_freezers_are_added() {
        let one = answers(&[("freezers_lent", "0"), ("freezers_owned", "1")]);
        let checks = four_checks(&Facts {
            answers: &one,
            organization_contacts: 1,
            institution_contacts: 1,
            doctors: 1,
        });
        assert!(checks[1].passed() && checks[2].passed() && checks[3].passed());
        assert_eq!(
            storage_boxes(&answers(&[("freezers_lent", "1"), ("freezers_owned", "1")]), 15),
            30
        );
    }
}
