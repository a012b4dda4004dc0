//! Other systems: the venue's and the clinic's API, person-level records as FHIR, everything that a
//! venue or the nation has as a signed file.

mod api;
pub mod export;
mod fhir;
mod rows_sent;

use rules::access::Act;

use web::Route;
use web::routes::{ask, command, handler, page, tell};

pub fn routes() -> Vec<Route> {
    vec![
        ask("/api/v1/venues", Act::UseVenueApi, api::venues),
        ask("/api/v1/venues/{venue}/plan", Act::ReadPlan, api::plan),
        tell("/api/v1/venues/{venue}/plan", Act::EditPlan, api::register),
        ask("/api/v1/venues/{venue}/results", Act::ReadResults, api::results),
        tell("/api/v1/venues/{venue}/results", Act::ReportResults, api::report),
        ask("/api/v1/venues/{venue}/deliveries", Act::ReadDelivery, api::deliveries),
        tell(
            "/api/v1/venues/{venue}/deliveries/{shipment_id}/receipt",
            Act::RecordReceipt,
            api::receive,
        ),
        ask("/api/v1/venues/{venue}/claims/{month}", Act::ReadClaim, api::claim),
        tell("/api/v1/venues/{venue}/claims/{month}", Act::EditClaim, api::write_claim),
        ask("/api/v1/venues/{venue}/immunizations", Act::ReadPersons, api::immunizations),
        page("/venues/{venue}/persons/bundle.json", Act::ReadPersons, fhir::download),
        page("/venues/{venue}/export", Act::ExportVenue, export::venue_page),
        handler("/venues/{venue}/export", Act::ExportVenue, |house, request, _| {
            Box::pin(export::venue(house, request))
        }),
        page("/mhlw/export", Act::ExportNation, export::nation_page),
        handler("/mhlw/export", Act::ExportNation, |house, request, _| {
            Box::pin(export::nation(house, request))
        }),
        page("/.well-known/vsys-signing-keys.json", Act::ReadPublic, export::keys),
        page("/verify-export", Act::ReadPublic, export::verify_page),
        command("/verify-export", Act::Enter, export::verify, export::verify_page),
    ]
}
