//! How a mail leaves: into a readable folder (demo, tests) or by SMTP.

use std::path::{Path, PathBuf};

use lettre::address::{Address, Envelope};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};

use crate::outbox::Stored;

#[derive(Clone)]
pub enum Courier {
    /// One text file a mail.
    Folder(PathBuf),
    Smtp {
        transport: Box<SmtpTransport>,
        from: String,
    },
    /// Nothing is configured: mail waits, and says why.
    Nowhere,
}

/// Why a mail didn't leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The other server refused for good (an unknown recipient): trying again won't help.
    pub permanent: bool,
    /// The reason, as it will stand on the mail's page.
    pub why: String,
}

/// A stored address as it goes to the mail server. Whatever [`rules::input::mail`] accepts can be sent to.
///
/// # Errors
/// The address has a form that no mail server takes.
pub fn address(stored: &str) -> Result<Address, lettre::address::AddressError> {
    rules::input::sendable(stored).parse()
}

fn passing(why: impl std::fmt::Display) -> Bounce {
    Bounce { permanent: false, why: why.to_string() }
}

fn lasting(why: impl std::fmt::Display) -> Bounce {
    Bounce { permanent: true, why: why.to_string() }
}

impl Courier {
    /// `smtps://user:password@host:port` (TLS from the first byte), `smtp://host:port?tls=required` (STARTTLS) or
    /// `smtp://host:port` (plain, for a relay on the same machine), with the sender's address. `authority` is a PEM file with
    /// the certificate of a private authority that the server's certificate is checked against.
    ///
    /// # Errors
    /// One sentence, where an address or the certificate can't be read.
    pub fn smtp(url: &str, from: &str, authority: Option<&Path>) -> Result<Courier, String> {
        let mut builder = SmtpTransport::from_url(url).map_err(|e| format!("{url}: {e}"))?;
        if let Some(file) = authority {
            let pem = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
            let certificate = Certificate::from_pem(&pem).map_err(|e| format!("{}: {e}", file.display()))?;
            let host = url.rsplit_once('@').map_or_else(|| url.split_once("://").map_or(url, |(_, rest)| rest), |(_, rest)| rest);
            let host = host.split([':', '/', '?']).next().unwrap_or_default();
            let parameters =
                TlsParameters::builder(host.to_string()).add_root_certificate(certificate).build().map_err(|e| e.to_string())?;
            builder = builder.tls(if url.starts_with("smtps:") { Tls::Wrapper(parameters) } else { Tls::Required(parameters) });
        }
        from.parse::<Mailbox>().map_err(|e| format!("{from}: {e}"))?;
        Ok(Courier::Smtp { transport: Box::new(builder.build()), from: from.to_string() })
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// Why it didn't leave.
    pub async fn send(&self, mail: &Stored) -> Result<(), Bounce> {
        match self {
            Courier::Nowhere => Err(passing("no mail server is configured (--smtp)")),
            Courier::Folder(folder) => {
                let text = format!("To: {}\nSubject: {}\nDate: {}\n\n{}\n", mail.recipient, mail.subject, mail.made_at, mail.body);
                let (folder, id) = (folder.clone(), mail.id.clone());
                tokio::task::spawn_blocking(move || {
                    std::fs::create_dir_all(&folder)?;
                    // Written aside and renamed: a reader never sees half a mail.
                    let (part, whole) = (folder.join(format!(".{id}.part")), folder.join(format!("{id}.txt")));
                    std::fs::write(&part, text)?;
                    std::fs::rename(part, whole)
                })
                .await
                .map_err(passing)?
                .map_err(passing)
            }
            Courier::Smtp { transport, from } => {
                let (from, to) = (from.parse::<Mailbox>().map_err(passing)?, address(&mail.recipient).map_err(lasting)?);
                // The envelope is said, not read from the headers: a quoted address would lose its quotes there.
                let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()]).map_err(lasting)?;
                let message = Message::builder()
                    .envelope(envelope)
                    .from(from)
                    .to(Mailbox::new(None, to))
                    .subject(mail.subject.clone())
                    .message_id(Some(format!("<{}@vsys>", mail.id)))
                    .header(ContentType::TEXT_PLAIN)
                    .body(mail.body.clone())
                    .map_err(lasting)?;
                let transport = transport.clone();
                tokio::task::spawn_blocking(move || {
                    transport.send(&message).map(|_| ()).map_err(|e| Bounce { permanent: e.is_permanent(), why: e.to_string() })
                })
                .await
                .map_err(passing)?
            }
        }
    }
}
