//! How a mail leaves: into a readable folder (demo, tests) or by SMTP.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Body, Mailbox};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};

use crate::dkim::Signer;
use crate::outbox::Outgoing;

#[derive(Clone)]
pub enum Courier {
    /// One text file a mail.
    Folder(PathBuf),
    Smtp {
        transport: Box<SmtpTransport>,
        sender: Arc<Sender>,
    },
    /// Nothing is configured: mail waits, and says why.
    Nowhere,
}

/// In whose name mail goes out.
#[derive(Clone, Debug)]
pub struct Sender {
    from: Mailbox,
    reply_to: Option<Mailbox>,
    /// Where a reader may ask, where nobody reads answers: the product's own address.
    site: Option<String>,
    signer: Option<Arc<Signer>>,
}

/// Why a mail didn't leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounce {
    /// The other server refused for good (an unknown recipient): trying again won't help.
    pub permanent: bool,
    /// The reason, as it will stand on the mail's page.
    pub why: String,
}

impl Bounce {
    /// The mail server didn't answer as long as a mail may take.
    pub(crate) fn late() -> Bounce {
        passing("the mail server took too long")
    }
}

/// A stored address as it goes to the mail server. Whatever [`rules::input::mail`] accepts can be
/// sent to.
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

/// A header whose value is plain ASCII of our own making.
struct Plain(&'static str, String);

impl Plain {
    fn value(&self) -> HeaderValue {
        HeaderValue::new(HeaderName::new_from_ascii_str(self.0), self.1.clone())
    }
}

/// A mail server's address as it may be shown.
fn without_password(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://…@{host}"),
        _ => url.to_string(),
    }
}

/// One line: nothing in it can begin another header.
fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Sender {
    fn domain(&self) -> &str {
        self.from.email.domain()
    }

    /// The message as it goes over the wire. Everything in it comes from the stored mail, so that a
    /// second try is the same message.
    fn message(&self, mail: &Outgoing) -> Result<(Envelope, Vec<u8>), Bounce> {
        let stored = &mail.mail;
        let to = address(&stored.recipient).map_err(lasting)?;
        // The envelope is said, not read from the headers: a quoted address would lose its quotes
        // there.
        let envelope =
            Envelope::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(lasting)?;
        let mut builder = Message::builder()
            .envelope(envelope.clone())
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(&stored.subject))
            .date(
                std::time::UNIX_EPOCH
                    + std::time::Duration::from_secs(
                        u64::try_from(stored.made_at.as_second()).unwrap_or(0),
                    ),
            )
            .message_id(Some(format!("<{}@{}>", stored.id, self.domain())))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN);
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        if let Some(thread) = mail.thread() {
            let root = format!("<{thread}@{}>", self.domain());
            builder = builder.in_reply_to(root.clone()).references(root);
        }
        let mut plain = vec![
            // RFC 3834: no out-of-office answer comes back; the second one is Exchange's.
            Plain("Auto-Submitted", "auto-generated".into()),
            Plain("X-Auto-Response-Suppress", "All".into()),
            Plain("Content-Language", if mail.english { "en, ja" } else { "ja" }.into()),
        ];
        if let Some(link) = mail
            .unsubscribe
            .as_deref()
            .filter(|l| l.is_ascii() && !l.contains(['<', '>', ' ', '\r', '\n']))
        {
            plain.push(Plain("List-Unsubscribe", format!("<{link}>")));
            plain.push(Plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
            plain.push(Plain("Precedence", "bulk".into()));
        }
        let mut message = builder.body(Body::new(self.with_where_to_ask(mail))).map_err(lasting)?;
        let headers = message.headers_mut();
        for header in plain {
            headers.insert_raw(header.value());
        }
        let mut bytes = message.formatted();
        if let Some(signer) = &self.signer {
            let header = signer.header(&bytes, stored.made_at.as_second()).map_err(passing)?;
            bytes.splice(0..0, header.into_bytes());
        }
        Ok((envelope, bytes))
    }

    /// Where nobody reads answers, the mail says so, and where to ask.
    fn with_where_to_ask(&self, mail: &Outgoing) -> String {
        let body = mail.mail.body.replace("\r\n", "\n").replace('\r', "\n");
        if self.reply_to.is_some() {
            return body;
        }
        let place = self.site.as_deref().map(|site| format!("{site}/help")).unwrap_or_default();
        let mut lines = vec!["--".to_string()];
        if mail.english {
            lines.push("This address only sends; nobody reads answers to it.".into());
            lines.extend((!place.is_empty()).then(|| format!("To ask: {place}")));
        }
        lines.push("このメールは送信専用です。返信しても、だれも読めません。".into());
        lines.extend((!place.is_empty()).then(|| format!("お問い合わせ：{place}")));
        format!("{}\n\n{}\n", body.trim_end(), lines.join("\n"))
    }
}

impl Courier {
    /// `smtps://user:password@host:port` (TLS from the first byte), `smtp://host:port?tls=required`
    /// (STARTTLS) or `smtp://host:port` (plain, for a relay on the same machine), with the sender's
    /// address. `authority` is a PEM file with the certificate of a private authority that the
    /// server's certificate is checked against.
    ///
    /// # Errors
    /// One sentence, where an address or the certificate can't be read.
    pub fn smtp(url: &str, from: &str, authority: Option<&Path>) -> Result<Courier, String> {
        let mut builder =
            SmtpTransport::from_url(url).map_err(|e| format!("{}: {e}", without_password(url)))?;
        if let Some(file) = authority {
            let pem = std::fs::read(file).map_err(|e| format!("{}: {e}", file.display()))?;
            let certificate =
                Certificate::from_pem(&pem).map_err(|e| format!("{}: {e}", file.display()))?;
            let host = url.rsplit_once('@').map_or_else(
                || url.split_once("://").map_or(url, |(_, rest)| rest),
                |(_, rest)| rest,
            );
            let host = host.split([':', '/', '?']).next().unwrap_or_default();
            let parameters = TlsParameters::builder(host.to_string())
                .add_root_certificate(certificate)
                .build()
                .map_err(|e| e.to_string())?;
            builder = builder.tls(if url.starts_with("smtps:") {
                Tls::Wrapper(parameters)
            } else {
                Tls::Required(parameters)
            });
        }
        let from: Mailbox = from.parse().map_err(|e| format!("{from}: {e}"))?;
        let sender = Sender { from, reply_to: None, site: None, signer: None };
        Ok(Courier::Smtp { transport: Box::new(builder.build()), sender: Arc::new(sender) })
    }

    fn with(self, change: impl FnOnce(&mut Sender)) -> Courier {
        match self {
            Courier::Smtp { transport, sender } => {
                let mut sender = (*sender).clone();
                change(&mut sender);
                Courier::Smtp { transport, sender: Arc::new(sender) }
            }
            other => other,
        }
    }

    /// Answers go to this address, where somebody reads them.
    ///
    /// # Errors
    /// One sentence, where the address can't be read.
    pub fn answered_at(self, address: &str) -> Result<Courier, String> {
        let mailbox: Mailbox = address.parse().map_err(|e| format!("{address}: {e}"))?;
        Ok(self.with(|sender| sender.reply_to = Some(mailbox)))
    }

    /// The product's own address, for the line that says where to ask.
    pub fn for_site(self, base_url: &str) -> Courier {
        self.with(|sender| sender.site = Some(base_url.trim_end_matches('/').to_string()))
    }

    /// Every mail is signed (DKIM) for the sender's domain under this selector.
    ///
    /// # Errors
    /// One sentence, which never shows the key.
    pub fn signed(self, key_pem: &str, selector: &str) -> Result<Courier, String> {
        let Courier::Smtp { sender, .. } = &self else { return Ok(self) };
        let signer = Arc::new(Signer::new(key_pem, sender.domain(), selector)?);
        Ok(self.with(|sender| sender.signer = Some(signer)))
    }

    /// The TXT record that has to stand in DNS, where mail is signed: its name and its value.
    pub fn dns_record(&self) -> Option<(String, String)> {
        match self {
            Courier::Smtp { sender, .. } => sender.signer.as_ref().map(|s| s.record()),
            _ => None,
        }
    }

    /// Sends one mail.
    ///
    /// # Errors
    /// Why it didn't leave.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<(), Bounce> {
        match self {
            Courier::Nowhere => Err(passing("no mail server is configured (--smtp)")),
            Courier::Folder(folder) => {
                let mail = &outgoing.mail;
                let text = format!(
                    "To: {}\nSubject: {}\nDate: {}\n\n{}\n",
                    mail.recipient, mail.subject, mail.made_at, mail.body
                );
                let (folder, id) = (folder.clone(), mail.id.clone());
                tokio::task::spawn_blocking(move || {
                    std::fs::create_dir_all(&folder)?;
                    // Written aside and renamed: a reader never sees half a mail.
                    let (part, whole) =
                        (folder.join(format!(".{id}.part")), folder.join(format!("{id}.txt")));
                    std::fs::write(&part, text)?;
                    std::fs::rename(part, whole)
                })
                .await
                .map_err(passing)?
                .map_err(passing)
            }
            Courier::Smtp { transport, sender } => {
                let (envelope, bytes) = sender.message(outgoing)?;
                let transport = transport.clone();
                tokio::task::spawn_blocking(move || {
                    transport
                        .send_raw(&envelope, &bytes)
                        .map(|_| ())
                        .map_err(|e| Bounce { permanent: e.is_permanent(), why: e.to_string() })
                })
                .await
                .map_err(passing)?
            }
        }
    }
}
