//! A venue as it was at a past instant: today's rows, walked back through the journal.

use std::collections::BTreeMap;

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::journal;
use rules::application::Answers;
use work::venue::Contact;
use work::venue::Event;
use work::venue::event::KeptDoctor;

/// What of a venue can change.
pub struct Past {
    pub answers: Answers,
    /// As the journal keeps them.
    pub contacts: Vec<Contact>,
    pub doctors: Vec<KeptDoctor>,
}

/// The venue as it is.
pub fn now(tx: &mut Tx<'_>, venue: &str) -> Result<Past, Failure> {
    Ok(Past {
        answers: work::venue::answers(tx, venue)?,
        contacts: work::venue::contacts(tx, venue)?,
        doctors: work::venue::doctors(tx, venue)?.iter().map(Into::into).collect(),
    })
}

/// The same, with contacts and doctors by their ids, on the way back.
struct WayBack {
    answers: Answers,
    contacts: BTreeMap<String, Contact>,
    doctors: BTreeMap<String, KeptDoctor>,
}

impl WayBack {
    fn from(now: Past) -> WayBack {
        WayBack {
            answers: now.answers,
            contacts: now.contacts.into_iter().map(|c| (c.id.clone(), c)).collect(),
            doctors: now.doctors.into_iter().map(|d| (d.id.clone(), d)).collect(),
        }
    }

    fn contact(&mut self, before: Option<Contact>, after: Option<Contact>) {
        if let Some(gone) = after {
            self.contacts.remove(&gone.id);
        }
        if let Some(again) = before {
            self.contacts.insert(again.id.clone(), again);
        }
    }

    fn doctor(&mut self, before: Option<KeptDoctor>, after: Option<KeptDoctor>) {
        if let Some(gone) = after {
            self.doctors.remove(&gone.id);
        }
        if let Some(again) = before {
            self.doctors.insert(again.id.clone(), again);
        }
    }

    /// What was before a change stands again, what it brought is gone.
    fn take_back(&mut self, event: Event) {
        match event {
            Event::Edited { before, after } => {
                after.keys().for_each(|key| _ = self.answers.remove(key));
                self.answers.extend(before);
            }
            Event::ContactSet { before, after } => self.contact(before, Some(after)),
            Event::ContactAdded { after } => self.contact(None, Some(after)),
            Event::ContactEdited { before, after } => self.contact(Some(before), Some(after)),
            Event::ContactLeft { before } => self.contact(Some(before), None),
            Event::DoctorAdded { after } => self.doctor(None, Some(after)),
            Event::DoctorEdited { before, after } => self.doctor(Some(before), Some(after)),
            Event::DoctorRemoved { before } => self.doctor(Some(before), None),
            Event::DoctorRestored { after } => self.doctor(None, Some(after)),
            Event::Opened { .. } | Event::ProxyAllowed { .. } | Event::ProxyEnded { .. } => {}
        }
    }
}

/// The venue at an instant; none where it wasn't registered yet.
pub fn look(tx: &mut Tx<'_>, venue: &str, at: Timestamp) -> Result<Option<Past>, Failure> {
    let rows = journal::of_record(tx, "venue", venue)?;
    if rows.last().is_none_or(|first| first.at > at) {
        return Ok(None);
    }
    let mut way = WayBack::from(now(tx, venue)?);
    // Newest first.
    rows.iter()
        .filter(|row| row.at > at)
        .filter_map(journal::Stored::event)
        .for_each(|event| way.take_back(event));
    Ok(Some(Past {
        answers: way.answers,
        contacts: way.contacts.into_values().collect(),
        doctors: way.doctors.into_values().collect(),
    }))
}
