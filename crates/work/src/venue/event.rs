//! What the journal is told of a venue itself, its contacts and its doctors.

use platform::events;
use rules::application::Answers;
use serde::{Deserialize, Serialize};

use super::contacts::Contact;
use super::doctors::{Doctor, DoctorData};

events! {
    /// What the journal is told of a venue (its id).
    pub enum Event of "venue" {
        /// An application was confirmed: the venue is there, or is what the application says now.
        /// Before: the answers that were others.
        "venue.open" => Opened { before: Option<Answers>, after: Opened },
        /// Answers changed: those that were others, and what they are now.
        "venue.edit" => Edited { before: Answers, after: Answers },
        /// An application says who is responsible.
        "contact.set" => ContactSet { before: Option<Contact>, after: Contact },
        "contact.add" => ContactAdded { after: Contact },
        "contact.edit" => ContactEdited { before: Contact, after: Contact },
        /// Nobody is responsible under this name and address any more.
        "contact.leave" => ContactLeft { before: Contact },
        "doctor.add" => DoctorAdded { after: KeptDoctor },
        "doctor.edit" => DoctorEdited { before: KeptDoctor, after: KeptDoctor },
        /// Taken off the list.
        "doctor.remove" => DoctorRemoved { before: KeptDoctor },
        /// Put back on the list.
        "doctor.restore" => DoctorRestored { after: KeptDoctor },
        /// The venue allows its municipality to enter results for it.
        "proxy.allow" => ProxyAllowed { after: OfMunicipality },
        /// It doesn't any more.
        "proxy.end" => ProxyEnded { after: OfMunicipality },
    }
}

/// A venue that an application opened. Rows of a planted country hold nothing but the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Ten digits.
    pub code: String,
    /// Whether the code was made here, for a venue without an institution's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surrogate: Option<bool>,
    /// Number of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The answers that are new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<Answers>,
}

/// Which municipality may enter results.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfMunicipality {
    /// Its code.
    pub municipality: String,
}

/// A doctor as the journal keeps it: whole, so that any past day can be shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptDoctor {
    pub id: String,
    pub name: String,
    /// In hiragana.
    pub reading: String,
    pub phone: String,
    pub mail: String,
    /// Keys of products.
    pub products: Vec<String>,
}

impl From<&Doctor> for KeptDoctor {
    fn from(doctor: &Doctor) -> KeptDoctor {
        KeptDoctor {
            id: doctor.id.clone(),
            name: doctor.name.clone(),
            reading: doctor.reading.clone(),
            phone: doctor.phone.clone(),
            mail: doctor.mail.clone(),
            products: doctor.products.0.clone(),
        }
    }
}

impl DoctorData {
    /// As the journal keeps it, of the doctor with an id.
    pub fn kept(&self, id: &str) -> KeptDoctor {
        KeptDoctor {
            id: id.into(),
            name: self.name.clone(),
            reading: self.reading.clone(),
            phone: self.phone.clone(),
            mail: self.mail.clone(),
            products: self.products.clone(),
        }
    }
}
