//! Signatures under what leaves the system: Ed25519. The key is made with the first export and kept
//! in the database, so that all nodes sign with the same one; its public half is published.

use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::db::{Failure, Tx};
use crate::{args, ids, secrets, sql};

/// A key with its published name.
pub struct Key {
    pub id: String,
    /// Hexadecimal.
    pub public: String,
    pair: Ed25519KeyPair,
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    (0..hex.len())
        .step_by(2)
        .map(|i| hex.get(i..i + 2).and_then(|b| u8::from_str_radix(b, 16).ok()))
        .collect()
}

/// The key in force; made where there is none.
///
/// # Errors
/// The database's, or a key that can't be read.
pub fn key(tx: &mut Tx<'_>, now: Timestamp) -> Result<Key, Failure> {
    let broken = |_| Failure::Broken("the signing key can't be read".into());
    let known: Option<(String, String)> =
        tx.first(sql!("select id, pkcs8 from signing_key order by made_at, id limit 1"), args![])?;
    let (id, pkcs8) = match known {
        Some((id, hex)) => (id, bytes(&hex).ok_or_else(|| broken(()))?),
        None => {
            let document =
                Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| broken(()))?;
            let (id, raw) = (ids::short("key"), document.as_ref().to_vec());
            let pair = Ed25519KeyPair::from_pkcs8(&raw).map_err(|_| broken(()))?;
            tx.run(
                sql!(
                    "insert into signing_key (id, pkcs8, public, made_at) values ($1, $2, $3, $4)"
                ),
                args![&id, secrets::hex(&raw), secrets::hex(pair.public_key().as_ref()), now],
            )?;
            (id, raw)
        }
    };
    let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| broken(()))?;
    Ok(Key { id, public: secrets::hex(pair.public_key().as_ref()), pair })
}

impl Key {
    /// Hexadecimal.
    pub fn sign(&self, text: &[u8]) -> String {
        secrets::hex(self.pair.sign(text).as_ref())
    }
}

/// Public keys with their names, oldest first.
///
/// # Errors
/// The database's.
pub fn published(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, Failure> {
    tx.all(sql!("select id, public from signing_key order by made_at, id"), args![])
}

/// Whether a signature (hexadecimal) is this public key's over the text.
pub fn is_good(public: &str, text: &[u8], signature: &str) -> bool {
    let (Some(public), Some(signature)) = (bytes(public.trim()), bytes(signature.trim())) else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, public).verify(text, &signature).is_ok()
}
