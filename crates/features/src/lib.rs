//! The work: one module per kind of work, in the order of the work. Each holds its pages, forms, SQL and templates.

pub mod account;
pub mod allocation;
pub mod application;
pub mod audit;
pub mod calendar;
pub mod claim;
pub mod dashboard;
pub mod delivery;
pub mod demo;
pub mod history;
pub mod home;
pub mod house;
pub mod letter;
pub mod masters;
pub mod plan;
pub mod public;
pub mod results;
pub mod review;
pub mod seeds;
pub mod support;
pub mod venue;
pub mod worker;

use house::Route;

/// Every route of the product with the act that guards it.
pub fn routes() -> Vec<Route> {
    let own: Vec<Route> = [
        public::routes(),
        account::routes(),
        home::routes(),
        calendar::routes(),
        application::routes(),
        letter::routes(),
        venue::routes(),
        plan::routes(),
        review::routes(),
        dashboard::routes(),
        allocation::routes(),
        delivery::routes(),
        results::routes(),
        claim::routes(),
        history::routes(),
        audit::routes(),
        support::routes(),
        masters::routes(),
        demo::routes(),
    ]
    .into_iter()
    .flatten()
    .collect();
    // What support sees when it looks through somebody's eyes.
    let viewed: Vec<Route> = own.iter().filter_map(Route::viewed).collect();
    own.into_iter().chain(viewed).collect()
}
