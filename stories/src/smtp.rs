//! A real mail server (Debian's aiosmtpd) that puts what arrives into a folder.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::scratch;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    None,
    /// From the first byte.
    Whole,
    /// After `STARTTLS`, which the server requires.
    Start,
}

pub struct MailServer {
    process: Child,
    folder: PathBuf,
    /// What `--smtp` gets.
    pub url: String,
}

impl MailServer {
    pub fn start(tls: Tls) -> MailServer {
        let folder = scratch::made("vsys-smtp");
        let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
        let made = Command::new("openssl")
            .args([
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
            ])
            .args([
                "-addext",
                "basicConstraints=critical,CA:FALSE",
                "-addext",
                "extendedKeyUsage=serverAuth",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stderr(Stdio::null())
            .status();
        assert!(made.is_ok_and(|s| s.success()), "openssl makes a certificate");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|l| l.local_addr())
            .expect("a free port")
            .port();
        let mut command = Command::new("/usr/bin/python3");
        command.args([
            "-m",
            "aiosmtpd",
            "-n",
            "-l",
            &format!("127.0.0.1:{port}"),
            "-c",
            "aiosmtpd.handlers.Mailbox",
        ]);
        match tls {
            Tls::None => {}
            Tls::Whole => {
                command.arg("--smtpscert").arg(&certificate).arg("--smtpskey").arg(&key);
            }
            Tls::Start => {
                command.arg("--tlscert").arg(&certificate).arg("--tlskey").arg(&key);
            }
        }
        let process = command
            .arg(folder.join("mail"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Debian's python3-aiosmtpd (cargo xtask test installs it)");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::yield_now();
        }
        let url = match tls {
            Tls::None => format!("smtp://localhost:{port}"),
            Tls::Whole => format!("smtps://localhost:{port}"),
            Tls::Start => format!("smtp://localhost:{port}?tls=required"),
        };
        MailServer { process, folder, url }
    }

    /// The authority that signed the server's certificate.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("server.pem")
    }

    /// Where it puts them, one file a mail.
    pub fn maildir(&self) -> PathBuf {
        self.folder.join("mail/new")
    }

    /// Every mail that arrived, as it came over the wire.
    pub fn received(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.folder.join("mail/new")) else { return vec![] };
        entries
            .flatten()
            .filter_map(|e| std::fs::read(e.path()).ok())
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .collect()
    }

    /// The Message-IDs of all that arrived, in no order.
    pub fn message_ids(&self) -> Vec<String> {
        let id = |mail: &String| {
            mail.lines().find_map(|l| l.strip_prefix("Message-ID: ").map(str::to_string))
        };
        self.received().iter().filter_map(id).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The body of a mail as people read it, whichever way it was packed for the wire.
pub fn words(mail: &str) -> String {
    use base64::Engine as _;
    let plain = mail.replace("\r\n", "\n");
    let (head, body) = plain.split_once("\n\n").unwrap_or((&plain, ""));
    if head.to_lowercase().contains("content-transfer-encoding: base64") {
        let packed: String = body.split_whitespace().collect();
        let bytes = base64::engine::general_purpose::STANDARD.decode(packed).unwrap_or_default();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    // Quoted-printable.
    let joined = body.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail
            .get(..2)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (first, hex) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
