//! What mails are made of: texts that people typed, texts of ours that quote them, the record a
//! mail is about, and its envelope.

use std::fmt;

use platform::db::Failure;
use platform::english;
use platform::outbox::{self, Places};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Mail;

/// What somebody typed: stored as it is, marked where it is said. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(String);

impl<T: AsRef<str> + ?Sized> From<&T> for Typed {
    fn from(text: &T) -> Typed {
        Typed(english::unmarked(text.as_ref()))
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&english::typed(&self.0))
    }
}

/// A text of the product in which something typed may stand. Stored as a text, with the places of
/// what was typed where there are any: letters from its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    text: String,
    typed: Vec<(usize, usize)>,
}

impl<T: AsRef<str> + ?Sized> From<&T> for Said {
    /// Of a text in which what was typed is marked.
    fn from(marked: &T) -> Said {
        let (text, typed) = english::parted(marked.as_ref());
        Said { text, typed }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&english::joined(&self.text, &self.typed))
    }
}

/// How a [`Said`] is stored.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored<'s> {
    Plain(std::borrow::Cow<'s, str>),
    Typed { text: std::borrow::Cow<'s, str>, typed: Vec<(usize, usize)> },
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let text = self.text.as_str().into();
        match self.typed.as_slice() {
            [] => Stored::Plain(text),
            typed => Stored::Typed { text, typed: typed.to_vec() },
        }
        .serialize(to)
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Said, D::Error> {
        Ok(match Stored::deserialize(from)? {
            Stored::Plain(text) => Said { text: text.into_owned(), typed: Vec::new() },
            Stored::Typed { text, typed } => Said { text: text.into_owned(), typed },
        })
    }
}

/// The record that a mail is about, for the record's own page and for mailboxes that keep the mails
/// of one matter together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A venue's id.
    Venue(String),
    /// An account's id.
    Account(String),
    /// An application's id.
    Application(String),
    /// An inquiry's number.
    Inquiry(String),
    /// The digest of a booking's id, which opens its page.
    Booking(String),
    /// The scope of a membership: kind and id.
    Scope(String, String),
}

impl About {
    /// Kind and id, as the outbox keeps them.
    pub fn record(self) -> (String, String) {
        match self {
            About::Venue(id) => ("venue".into(), id),
            About::Account(id) => ("account".into(), id),
            About::Application(id) => ("application".into(), id),
            About::Inquiry(number) => ("inquiry".into(), number),
            About::Booking(digest) => ("booking".into(), digest),
            About::Scope(kind, id) => (kind, id),
        }
    }
}

/// How somebody begins who was invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Begin {
    /// With the ID that they have.
    SignIn,
    /// By a link that works once, with this secret.
    Activate {
        /// The link's secret.
        token: String,
    },
}

/// Whom a mail reaches, and where mails of its kind can be ended with one click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    to: String,
    ends: Option<String>,
}

impl Envelope {
    /// To a mail address.
    pub fn to(mail: impl Into<String>) -> Envelope {
        Envelope { to: mail.into(), ends: None }
    }

    /// Of a mail that comes again and again, until somebody opens this address.
    #[must_use]
    pub fn ended_at(self, address: impl Into<String>) -> Envelope {
        Envelope { ends: Some(address.into()), ..self }
    }
}

impl Mail {
    /// The mail as the outbox takes it, once for each envelope.
    ///
    /// # Errors
    /// [`Failure::Broken`]: it can't be written as JSON.
    pub fn in_envelopes(
        &self,
        site: &str,
        envelopes: Vec<Envelope>,
    ) -> Result<Vec<outbox::Kept>, Failure> {
        let (content, stored) = (self.content(), self.stored()?);
        let (subject, body, about) =
            (content.subject(), content.body(site), content.about().record());
        let kept = |Envelope { to, ends }| {
            let (subject, body, about) = (subject.clone(), body.clone(), about.clone());
            let mail = outbox::Mail { to, subject, body, about };
            outbox::Kept { mail, unsubscribe: ends, content: Some(stored.clone()) }
        };
        Ok(envelopes.into_iter().map(kept).collect())
    }

    /// Subject and body without marks, and the places of what was typed, as the outbox keeps them.
    pub fn said(&self, site: &str) -> (String, String, String) {
        let content = self.content();
        Places::parted(&content.subject(), &content.body(site))
    }
}
