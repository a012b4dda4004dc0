//! 書き出し: everything that a venue or the nation has, as a signed file, and its verification.

pub mod pack;

use rules::access::Act;

use web::Route;
use web::routes::{command, handler, page};

pub fn routes() -> Vec<Route> {
    vec![
        page("/venues/{venue}/export", Act::ExportVenue, pack::venue_page),
        handler("/venues/{venue}/export", Act::ExportVenue, |house, request, _| {
            Box::pin(pack::venue(house, request))
        }),
        page("/mhlw/export", Act::ExportNation, pack::nation_page),
        handler("/mhlw/export", Act::ExportNation, |house, request, _| {
            Box::pin(pack::nation(house, request))
        }),
        page("/.well-known/vsys-signing-keys.json", Act::ReadPublic, pack::keys),
        page("/verify-export", Act::ReadPublic, pack::verify_page),
        command("/verify-export", Act::Enter, pack::verify, pack::verify_page),
    ]
}
