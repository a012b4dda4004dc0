//! Other systems: the venue's and the clinic's, the wholesaler's, person-level records as FHIR. The
//! same commands as the pages, under the same guard; described in `/api/v1/openapi.json`.

mod claim;
mod fhir;
mod rows_sent;
mod venue;
mod wholesaler;

use platform::db::Tx;
use rules::access::Act;
use serde_json::Value;
use web::Route;
use web::routes::{ask, page, tell};
use web::visit::{Trouble, Visit};

/// Every route of other systems with the act that guards it.
pub fn routes() -> Vec<Route> {
    vec![
        ask("/api/v1/openapi.json", Act::ReadPublic, document),
        ask("/api/v1/shipments", Act::ScheduleDelivery, wholesaler::list),
        tell("/api/v1/shipments", Act::ScheduleDelivery, wholesaler::schedule_many),
        ask("/api/v1/shipments/{shipment}", Act::ScheduleDelivery, wholesaler::one),
        tell("/api/v1/shipments/{shipment}/schedule", Act::ScheduleDelivery, wholesaler::schedule),
        tell("/api/v1/shipments/{shipment}/ship", Act::ScheduleDelivery, wholesaler::ship),
        tell("/api/v1/shipments/{shipment}/deliver", Act::ScheduleDelivery, wholesaler::deliver),
        ask("/api/v1/venues", Act::UseVenueApi, venue::venues),
        ask("/api/v1/venues/{venue}/plan", Act::ReadPlan, venue::plan),
        tell("/api/v1/venues/{venue}/plan", Act::EditPlan, venue::register),
        ask("/api/v1/venues/{venue}/results", Act::ReadResults, venue::results),
        tell("/api/v1/venues/{venue}/results", Act::ReportResults, venue::report),
        ask("/api/v1/venues/{venue}/deliveries", Act::ReadDelivery, venue::deliveries),
        tell(
            "/api/v1/venues/{venue}/deliveries/{shipment_id}/receipt",
            Act::RecordReceipt,
            venue::receive,
        ),
        ask("/api/v1/venues/{venue}/claims/{month}", Act::ReadClaim, claim::claim),
        tell("/api/v1/venues/{venue}/claims/{month}", Act::EditClaim, claim::write),
        ask("/api/v1/venues/{venue}/immunizations", Act::ReadPersons, fhir::immunizations),
        page("/venues/{venue}/persons/bundle.json", Act::ReadPersons, fhir::download),
    ]
}

/// OpenAPI 3.1, written by hand beside the handlers; a test holds it against the routes and against
/// real answers.
const DOCUMENT: &str = include_str!("openapi.json");

fn document(_: &Visit, _: &mut Tx<'_>, _: &Value) -> Result<Value, Trouble> {
    serde_json::from_str(DOCUMENT).map_err(|e| Trouble::Bug(e.to_string()))
}
