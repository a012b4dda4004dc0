//! Signatures under outgoing mail (DKIM, RFC 6376 and 8463): the receiver's server checks them
//! against a key in the operator's DNS.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use sha2::{Digest, Sha256};

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Signs for one domain under one selector.
pub struct Signer {
    key: Key,
    domain: String,
    selector: String,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}._domainkey.{})", self.selector, self.domain)
    }
}

/// What is signed, where it is there.
const HEADERS: [&str; 15] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-language",
    "auto-submitted",
    "reply-to",
    "in-reply-to",
    "references",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

impl Signer {
    /// `pem` is a private key: `PRIVATE KEY` (PKCS#8, RSA or Ed25519) or `RSA PRIVATE KEY`.
    ///
    /// # Errors
    /// One sentence, which never shows the key.
    pub fn new(pem: &str, domain: &str, selector: &str) -> Result<Signer, String> {
        if !is_name(domain) || !is_name(selector) {
            return Err(format!("DKIM: {selector}._domainkey.{domain} is not a name in DNS"));
        }
        let unreadable = || {
            "DKIM: the key is not a PEM file with PRIVATE KEY (PKCS#8) or RSA PRIVATE KEY"
                .to_string()
        };
        let (_, rest) = pem.split_once("-----BEGIN ").ok_or_else(unreadable)?;
        let (label, rest) = rest.split_once("-----").ok_or_else(unreadable)?;
        let (body, _) = rest.split_once("-----END ").ok_or_else(unreadable)?;
        let bare: String = body.split_whitespace().collect();
        let der = STANDARD.decode(bare).map_err(|_| unreadable())?;
        let key = match label {
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der)
                .map(Key::Rsa)
                .map_err(|e| format!("DKIM: the RSA key: {e}"))?,
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&der)
                .map(Key::Rsa)
                .or_else(|_| Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map(Key::Ed25519))
                .map_err(|e| format!("DKIM: the key: {e} (RSA from 2048 bits on, or Ed25519)"))?,
            _ => return Err(unreadable()),
        };
        Ok(Signer { key, domain: domain.to_ascii_lowercase(), selector: selector.to_string() })
    }

    /// The TXT record that has to stand in DNS: its name and its value.
    pub fn record(&self) -> (String, String) {
        let (kind, public) = match &self.key {
            Key::Rsa(key) => {
                ("rsa", STANDARD.encode(subject_public_key_info(key.public_key().as_ref())))
            }
            Key::Ed25519(key) => ("ed25519", STANDARD.encode(key.public_key().as_ref())),
        };
        (
            format!("{}._domainkey.{}", self.selector, self.domain),
            format!("v=DKIM1; k={kind}; p={public}"),
        )
    }

    /// The header line to be put before a message (CRLF line ends), with its line end. `at`:
    /// seconds since 1970.
    ///
    /// # Errors
    /// One sentence, where the message has no head or the key can't sign.
    pub fn header(&self, message: &[u8], at: i64) -> Result<String, String> {
        let text = std::str::from_utf8(message).map_err(|e| e.to_string())?;
        let (head, body) = text.split_once("\r\n\r\n").ok_or("the message has no body")?;
        let fields = fields(head);
        let there: Vec<&(String, String)> =
            HEADERS.iter().filter_map(|name| fields.iter().find(|(n, _)| n == name)).collect();
        let names: Vec<&str> = there.iter().map(|(name, _)| name.as_str()).collect();
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        // `from` once more: a second one can't be put in later.
        let unsigned = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={}; s={};\r\n\tt={at}; h={}:from;\r\n\tbh={};\r\n\tb=",
            self.domain,
            self.selector,
            names.join(":\r\n\t "),
            STANDARD.encode(Sha256::digest(relaxed_body(body).as_bytes())),
        );
        let mut signed: String =
            there.iter().map(|(name, value)| format!("{name}:{value}\r\n")).collect();
        signed.push_str(&format!("dkim-signature:{}", relaxed(&unsigned)));
        let signature = self.sign(signed.as_bytes())?;
        let folded: Vec<String> = STANDARD
            .encode(signature)
            .as_bytes()
            .chunks(70)
            .map(|c| String::from_utf8_lossy(c).into())
            .collect();
        Ok(format!("DKIM-Signature: {unsigned}{}\r\n", folded.join("\r\n\t ")))
    }

    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, String> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), data, &mut signature)
                    .map_err(|e| format!("DKIM: {e}"))?;
                Ok(signature)
            }
            Key::Ed25519(key) => Ok(key.sign(&Sha256::digest(data)).as_ref().to_vec()),
        }
    }
}

/// A PKCS#1 public key as X.509 wraps it, which is what DNS holds.
fn subject_public_key_info(pkcs1: &[u8]) -> Vec<u8> {
    fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag];
        match content.len() {
            n @ 0..=127 => out.push(n as u8),
            n @ 128..=255 => out.extend([0x81, n as u8]),
            n => out.extend([0x82, (n >> 8) as u8, n as u8]),
        }
        out.extend(content);
        out
    }
    // rsaEncryption, with its empty parameters.
    let algorithm = wrapped(
        0x30,
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00],
    );
    let bits: Vec<u8> = std::iter::once(0).chain(pkcs1.iter().copied()).collect();
    wrapped(0x30, &[algorithm, wrapped(0x03, &bits)].concat())
}

/// Header fields in their relaxed form: name in lower case, value unfolded.
fn fields(head: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        match (line.starts_with([' ', '\t']), all.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => value.push_str(line),
            (_, _, Some((name, value))) => {
                all.push((name.trim().to_ascii_lowercase(), value.to_string()))
            }
            _ => {}
        }
    }
    all.into_iter().map(|(name, value)| (name, relaxed(&value))).collect()
}

fn relaxed(value: &str) -> String {
    value
        .split([' ', '\t', '\r', '\n'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn relaxed_body(body: &str) -> String {
    let mut lines: Vec<String> = body
        .split("\r\n")
        .map(|line| {
            let mut out = String::with_capacity(line.len());
            for c in line.trim_end_matches([' ', '\t']).chars() {
                match c {
                    ' ' | '\t' if out.ends_with(' ') => {}
                    ' ' | '\t' => out.push(' '),
                    c => out.push(c),
                }
            }
            out
        })
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_relaxed_as_the_standard_shows() {
        // The examples of RFC 6376, 3.4.5.
        assert_eq!(
            fields("A: X \r\nB : Y\t\r\n\tZ  "),
            [("a".to_string(), "X".to_string()), ("b".into(), "Y Z".into())]
        );
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
    }

    #[test]
    fn a_key_that_is_none_is_refused_without_being_shown() {
        for bad in [
            "",
            "secret",
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n",
            "-----BEGIN X-----\n-----END X-----",
        ] {
            let why = Signer::new(bad, "example.jp", "s1").unwrap_err();
            assert!(!why.contains("secret") && !why.contains("c2VjcmV0"), "{why}");
        }
        assert!(Signer::new("", "bad domain;", "s").unwrap_err().contains("not a name"));
    }
}
