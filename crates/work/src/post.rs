//! Mails go out: the one place that hands them to the outbox, in the transaction of their cause.

use jiff::Timestamp;
use mails::{Envelope, Mail};
use platform::db::{Failure, Tx};
use platform::outbox;

/// Sends a mail in its envelope; `site` is the address under which the house answers, without a
/// slash at its end.
///
/// # Errors
/// The database's.
pub fn send(
    tx: &mut Tx<'_>,
    now: Timestamp,
    site: &str,
    envelope: Envelope,
    mail: impl Into<Mail>,
) -> Result<(), Failure> {
    send_all(tx, now, site, [(vec![envelope], mail.into())])
}

/// Sends many mails, each in its envelopes, with few statements.
///
/// # Errors
/// The database's.
pub fn send_all(
    tx: &mut Tx<'_>,
    now: Timestamp,
    site: &str,
    mails: impl IntoIterator<Item = (Vec<Envelope>, Mail)>,
) -> Result<(), Failure> {
    let kept = mails.into_iter().map(|(envelopes, mail)| mail.in_envelopes(site, envelopes));
    let kept = kept.collect::<Result<Vec<_>, _>>()?;
    outbox::put_all(tx, now, kept.into_iter().flatten().collect())
}
