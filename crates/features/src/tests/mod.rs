//! Tests of all rooms together, by what they say and where they lead.

pub(crate) mod spoken;
mod views;

use rules::access::{Act, ends_with_venue};

/// What may still be written at a venue that has completed. Its addresses, people, letters and
/// claims go on; a key is only taken back (`delivery::tokens` refuses a new one).
const AFTER_COMPLETION: [Act; 9] = [
    Act::EditVenue,
    Act::ManageContacts,
    Act::EditClaim,
    Act::CompleteVenue,
    Act::WriteNotes,
    Act::IssueVenueToken,
    Act::RenewLetter,
    Act::ReceiveLetter,
    Act::ExportVenue,
];

#[test]
fn every_door_that_writes_at_a_venue_is_either_closed_by_its_completion_or_named() {
    let doors: Vec<_> = crate::routes()
        .into_iter()
        .filter(|r| r.is_write() && r.path.contains("/venues/{venue}"))
        .filter(|r| !matches!(r.act, Act::ReadClaim | Act::ReadLetter | Act::ReadPublic))
        .map(|r| (r.path, r.act))
        .collect();
    assert!(doors.len() > 30, "{doors:?}");
    for (path, act) in doors {
        assert!(
            ends_with_venue(act) != AFTER_COMPLETION.contains(&act),
            "{path} ({act:?}): is it open after a completion?"
        );
    }
}
