//! Tests of all routes together, by where they lead.

mod views;

use pages::history::pages::name;
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

#[test]
fn every_page_of_the_product_has_a_name() {
    let left: Vec<String> =
        crate::routes().into_iter().map(|r| r.path).filter(|path| name(path).is_none()).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(name("/nowhere/else"), None);
}
