//! How a mail leaves: into a readable folder (demo, tests) or by SMTP.

use std::path::PathBuf;

use lettre::message::header::ContentType;
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

impl Courier {
    /// `smtp://host:port` or `smtps://user:password@host:port`, with the sender's address.
    ///
    /// # Errors
    /// One sentence, where the address can't be read.
    pub fn smtp(url: &str, from: &str) -> Result<Courier, String> {
        let transport = SmtpTransport::from_url(url).map_err(|e| format!("{url}: {e}"))?.build();
        from.parse::<lettre::message::Mailbox>().map_err(|e| format!("{from}: {e}"))?;
        Ok(Courier::Smtp { transport: Box::new(transport), from: from.to_string() })
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// The reason, as it will stand on the mail's page.
    pub async fn send(&self, mail: &Stored) -> Result<(), String> {
        match self {
            Courier::Nowhere => Err("no mail server is configured (--smtp)".into()),
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
                .map_err(|e| e.to_string())?
                .map_err(|e| e.to_string())
            }
            Courier::Smtp { transport, from } => {
                let message = Message::builder()
                    .from(from.parse().map_err(|e| format!("{from}: {e}"))?)
                    .to(mail.recipient.parse().map_err(|e| format!("{}: {e}", mail.recipient))?)
                    .subject(mail.subject.clone())
                    .message_id(Some(format!("<{}@vsys>", mail.id)))
                    .header(ContentType::TEXT_PLAIN)
                    .body(mail.body.clone())
                    .map_err(|e| e.to_string())?;
                let transport = transport.clone();
                tokio::task::spawn_blocking(move || transport.send(&message).map(|_| ()).map_err(|e| e.to_string()))
                    .await
                    .map_err(|e| e.to_string())?
            }
        }
    }
}
