//! How a mail is stored: `{"mail":"plan.registered","version":1,"says":{…}}`, its kind, the version
//! of its shape and its fields in their order. What was stored never changes. A new field of a
//! mail is an `Option` that isn't written where there is none; any other change of its shape is a
//! new type with the next version, beside which the old one stays to be read.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Why what is stored isn't a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A kind and version that this house doesn't know.
    Kind {
        /// As it is stored.
        kind: String,
        /// As it is stored.
        version: u32,
    },
    /// Not what the kind says: why, for whoever mends it.
    Shape(String),
}

/// A mail as it is written.
#[derive(Serialize)]
pub(crate) struct Written<'m, L> {
    pub mail: &'static str,
    pub version: u32,
    pub says: &'m L,
}

/// A stored mail before its kind is known.
#[derive(Deserialize)]
pub(crate) struct Head<'s> {
    #[serde(borrow)]
    pub mail: std::borrow::Cow<'s, str>,
    pub version: u32,
    #[serde(borrow)]
    pub says: &'s RawValue,
}

/// Declares all mails: the kind and the version under which each is stored, its name in [`Mail`]
/// and its type.
///
/// [`Mail`]: crate::Mail
macro_rules! mails {
    ($($kind:literal, $version:literal => $name:ident($content:ty)),* $(,)?) => {
        /// Every mail of the product.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Mail { $( $name($content) ),* }

        $( impl From<$content> for Mail {
            fn from(content: $content) -> Mail {
                Mail::$name(content)
            }
        } )*

        impl Mail {
            /// Under which kind and version each is stored.
            pub const KINDS: &'static [(&'static str, u32)] = &[$(($kind, $version)),*];

            /// What it says.
            pub fn content(&self) -> &dyn Content {
                match self { $( Mail::$name(content) => content ),* }
            }

            /// Its kind and the version of its shape.
            pub const fn kind(&self) -> (&'static str, u32) {
                match self { $( Mail::$name(_) => ($kind, $version) ),* }
            }

            /// As it is stored.
            ///
            /// # Errors
            /// [`Failure::Broken`](platform::db::Failure::Broken): it can't be written as JSON.
            pub fn stored(&self) -> Result<String, platform::db::Failure> {
                let (mail, version) = self.kind();
                let stored = match self { $(
                    Mail::$name(says) => {
                        serde_json::to_string(&$crate::kept::Written { mail, version, says })
                    }
                ),* };
                stored.map_err(|why| {
                    platform::db::Failure::Broken(format!("the mail can't be stored: {why}"))
                })
            }

            /// The mail that is stored so.
            ///
            /// # Errors
            /// [`Unread`].
            pub fn read(stored: &str) -> Result<Mail, Unread> {
                let shape = |why: serde_json::Error| Unread::Shape(why.to_string());
                let head: $crate::kept::Head<'_> = serde_json::from_str(stored).map_err(shape)?;
                match (head.mail.as_ref(), head.version) {
                    $( ($kind, $version) => serde_json::from_str(head.says.get())
                        .map(Mail::$name)
                        .map_err(shape), )*
                    (kind, version) => Err(Unread::Kind { kind: kind.into(), version }),
                }
            }
        }
    };
}

pub(crate) use mails;
