//! The venue (接種会場): the four checks before a plan. Source: briefing, チェックリスト; spec §2.3.

use serde::Serialize;

use crate::access::Role;
use crate::application::Answers;
use crate::words;

/// Why a contact isn't registered or taken away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactRefusal {
    /// One mail address is one person's under one role.
    #[error("このメールアドレスの担当者はすでにいます")]
    Known,
    /// Whoever has the name of another contact is asked about.
    #[error("同じ氏名の担当者（{name}、{mail}）がいます。別の人であれば、そのことを選んでください")]
    SameName { name: String, mail: String },
    /// Somebody has to stay.
    #[error("最後の担当者は外せません。先に次の担当者を招待してください。")]
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

/// One of the four checks, with what is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    pub place: CheckPlace,
    pub title: &'static str,
    /// What is missing, one sentence each; empty when the check is passed.
    pub missing: Vec<String>,
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
    let managers = [
        ("vaccination_manager", "ワクチン接種責任者"),
        ("storage_manager", "ワクチン保管管理責任者"),
        ("needle_manager", "針・シリンジ保管管理責任者"),
        ("holiday_contact", "保管等に関する土日・祝日の連絡先"),
    ]
    .iter()
    .filter(|(key, _)| !has(&format!("{key}_name")) || !has(&format!("{key}_phone")))
    .map(|(_, label)| format!("{label}の氏名と電話番号を登録してください。"))
    .collect();
    let count = |key: &str| facts.answers.get(key).and_then(|v| v.parse::<u32>().ok());
    let freezers = match (count("freezers_lent"), count("freezers_owned")) {
        (Some(lent), Some(owned)) if lent + owned > 0 => vec![],
        (Some(_), Some(_)) => {
            vec!["冷凍庫が0台です。台数（貸与＋所有）を登録してください。".to_string()]
        }
        _ => vec!["冷凍庫の台数（貸与＋所有）を登録してください。".to_string()],
    };
    let mut contacts = Vec::new();
    if facts.organization_contacts == 0 {
        contacts.push("企業・大学の担当者がいません。".to_string());
    }
    if facts.institution_contacts == 0 {
        contacts.push("医療機関担当者がいません。".to_string());
    }
    let doctors = if facts.doctors == 0 {
        vec!["医師が登録されていません。接種担当医師は会場ごとに1名以上必要です。".to_string()]
    } else {
        vec![]
    };
    [
        Check {
            place: CheckPlace::Managers,
            title: "責任者と土日・祝日の連絡先",
            missing: managers,
        },
        Check {
            place: CheckPlace::Storage, title: "冷凍庫（DF）の台数", missing: freezers
        },
        Check { place: CheckPlace::Contacts, title: "担当者", missing: contacts },
        Check { place: CheckPlace::Doctors, title: "接種担当医師", missing: doctors },
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
