//! Passwords (Argon2id, 19 MiB, two passes: OWASP's minimum) and the hashes under which secrets are
//! stored.

use std::cell::RefCell;

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::{
        PasswordHasher,
        phc::{Output, PasswordHash},
    },
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Hashes a password. Slow on purpose: never call it inside a transaction.
pub fn hash_password(password: &str) -> String {
    Argon2::default()
        .hash_password(password.as_bytes())
        .expect("the parameters are constants that are valid")
        .to_string()
}

/// Verifies a password against a stored hash; without one it takes as long and answers no, so that
/// an unknown account can't be told from a wrong password.
pub fn verify_password(password: &str, stored: Option<&str>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$e5BTBbJIqUsGQYWQfDyVFKmDe3gYzAQ2hL0xPpVdlrs";
    let good = PasswordHash::new(stored.unwrap_or(NOBODY))
        .ok()
        .and_then(|hash| is_its_password(password, &hash));
    good == Some(true) && stored.is_some()
}

thread_local! {
    /// What a thread verifies in: asked for anew each time it would be scattered over the heap and
    /// not come back.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

fn is_its_password(password: &str, hash: &PasswordHash) -> Option<bool> {
    let (salt, known) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
    if hash.algorithm.as_str() != "argon2id"
        || hash.version.is_some_and(|version| version != Version::V0x13 as u32)
    {
        return None;
    }
    let params = Params::try_from(hash).ok()?;
    let blocks = params.block_count();
    let mut out = vec![0; known.as_ref().len()];
    MEMORY.with_borrow_mut(|memory| {
        if memory.len() < blocks {
            memory.resize(blocks, Block::default());
        }
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon
            .hash_password_into_with_memory(
                password.as_bytes(),
                salt,
                &mut out,
                &mut memory[..blocks],
            )
            .ok()
    })?;
    // Takes as long whatever differs.
    Some(Output::new(&out).ok()? == *known)
}

/// The form in which a link's or a cookie's secret is stored: whoever reads the database can't use
/// it.
pub fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// SHA-256 of a file, in hexadecimal.
pub fn digest_of(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The token of a form: a number of its own, so that the form is done once, and a proof that the
/// page was made for the session whose secret is in the cookie, so that no other site can have made
/// it.
pub fn form_token(cookie: &str, number: &str) -> String {
    format!("{number}.{}", hex(&form_mac(cookie, number).finalize().into_bytes()[..16]))
}

pub fn form_token_is_good(cookie: &str, token: &str) -> bool {
    let Some((number, proof)) = token.rsplit_once('.') else { return false };
    let bytes: Option<Vec<u8>> = (0..proof.len())
        .step_by(2)
        .map(|i| proof.get(i..i + 2).and_then(|d| u8::from_str_radix(d, 16).ok()))
        .collect();
    bytes.is_some_and(|bytes| {
        bytes.len() == 16 && form_mac(cookie, number).verify_truncated_left(&bytes).is_ok()
    })
}

fn form_mac(cookie: &str, number: &str) -> Hmac<Sha256> {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(cookie.as_bytes()).expect("a key of any length is good");
    mac.update(b"form:");
    mac.update(number.as_bytes());
    mac
}

/// A new secret for time-based codes (RFC 6238: SHA-1, six digits, 30 seconds), in base32 as apps
/// take it.
pub fn new_totp_secret() -> String {
    totp_rs::Secret::from(crate::ids::random::<20>().to_vec()).to_base32()
}

fn totp(secret: &str) -> Option<totp_rs::Totp> {
    let secret = totp_rs::Secret::try_from_base32(secret).ok()?;
    totp_rs::Builder::new().with_secret(secret).with_skew(1).build().ok()
}

/// The time step of a code that is right at an instant (one step of tolerance each way).
pub fn check_totp(secret: &str, code: &str, now: jiff::Timestamp) -> Option<i64> {
    let at = u64::try_from(now.as_second()).ok()?;
    totp(secret)?.check(code, at).and_then(|step| i64::try_from(step).ok())
}

/// The code that an app shows at an instant; for tests and for nobody else.
pub fn totp_code(secret: &str, now: jiff::Timestamp) -> Option<String> {
    Some(totp(secret)?.generate(u64::try_from(now.as_second()).ok()?).to_string())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_code_is_right_for_its_time_and_gives_its_step() {
        let at = |s: i64| jiff::Timestamp::from_second(s).unwrap();
        // RFC 6238, appendix B: the last six of 94287082 at 59 seconds.
        let secret = totp_rs::Secret::from(b"12345678901234567890".to_vec()).to_base32();
        assert_eq!(totp_code(&secret, at(59)).as_deref(), Some("287082"));
        let step = check_totp(&secret, "287082", at(59)).unwrap();
        assert_eq!(check_totp(&secret, "287082", at(80)), Some(step), "one step of tolerance");
        assert_eq!(check_totp(&secret, "287082", at(200)), None);
        assert_eq!(check_totp(&secret, "287083", at(59)), None);
        assert_ne!(new_totp_secret(), new_totp_secret());
    }

    #[test]
    fn a_forms_token_is_good_for_its_own_session_only() {
        let token = form_token("cookie", "k-1");
        assert!(form_token_is_good("cookie", &token));
        assert!(!form_token_is_good("other", &token));
        for bad in [
            "",
            "k-1",
            "k-1.",
            "k-1.00",
            "k-2.00000000000000000000000000000000",
            "k-1.zz",
            "k-1.日本",
        ] {
            assert!(!form_token_is_good("cookie", bad), "{bad}");
        }
        assert!(!form_token_is_good("cookie", &token.replace("k-1", "k-2")));
    }

    #[test]
    fn a_password_verifies_against_its_own_hash_only() {
        let hash = hash_password("correct horse battery");
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password("correct horse battery", Some(&hash)));
        assert!(!verify_password("wrong horse battery", Some(&hash)));
        assert!(!verify_password("anything", None));
    }
}
