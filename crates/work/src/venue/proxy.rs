//! 代行入力: a venue allows its municipality to enter results for it.

use jiff::Timestamp;
use platform::db::{Failure, Tx};
use platform::{args, row, sql};

use super::event::OfMunicipality;
use super::{Event, VenueHead};
use crate::Caller;

row! {
    /// Since when a venue allows it, and who said so.
    pub struct Proxy {
        pub granted_at: Timestamp,
        pub granted_by: String,
    }
}

/// Whether a venue allows its municipality to enter results for it now.
pub fn proxy(tx: &mut Tx<'_>, venue: &str) -> Result<Option<Proxy>, Failure> {
    tx.first(
        sql!(
            "select granted_at, granted_by
               from proxy_grant
              where venue_id = $1
                and ended_at is null"
        ),
        args![venue],
    )
}

/// Allows a venue's municipality to enter results for it, or ends that; returns whether that is
/// something new.
///
/// # Errors
/// The database's.
pub fn allow_proxy(
    by: &Caller<'_>,
    tx: &mut Tx<'_>,
    venue: &VenueHead,
    allow: bool,
) -> Result<bool, Failure> {
    if allow == proxy(tx, &venue.id)?.is_some() {
        return Ok(false);
    }
    if allow {
        tx.run(
            sql!(
                "insert into proxy_grant (venue_id, granted_at, granted_by)
                 values ($1, $2, $3)
                     on conflict (venue_id) do update set granted_at = excluded.granted_at,
                                 granted_by = excluded.granted_by, ended_at = null"
            ),
            args![&venue.id, by.now, &by.actor.name],
        )?;
    } else {
        tx.run(
            sql!("update proxy_grant set ended_at = $1 where venue_id = $2 and ended_at is null"),
            args![by.now, &venue.id],
        )?;
    }
    let after = OfMunicipality { municipality: venue.municipality.clone() };
    let event = match allow {
        true => Event::ProxyAllowed { after },
        false => Event::ProxyEnded { after },
    };
    by.journal(tx, &venue.id, &event, None)?;
    Ok(true)
}

row! {
    /// A venue that allows its municipality to enter results for it.
    pub struct Allowing {
        pub id: String,
        pub code: String,
        pub name: String,
        pub granted_at: Timestamp,
        /// When it completed, where it has: nothing is entered for it any more.
        pub completed_at: Option<Timestamp>,
    }
}

/// The venues that allow a municipality to enter results for them, by name.
pub fn allowing(tx: &mut Tx<'_>, municipality: &str) -> Result<Vec<Allowing>, Failure> {
    tx.all(
        sql!(
            "select v.id, v.code, v.name, g.granted_at, c.at
               from proxy_grant g
               join venue v on v.id = g.venue_id
               left join completion c on c.venue_id = v.id
              where v.municipality = $1
                and g.ended_at is null
              order by v.name, v.id"
        ),
        args![municipality],
    )
}
