//! The work: one module per kind of work, in the order of the work. Each holds its pages, forms,
//! SQL and templates.

pub mod account;
pub mod allocation;
pub mod application;
pub mod audit;
pub mod availability;
pub mod booking;
pub mod calendar;
pub mod claim;
pub mod completion;
pub mod dashboard;
pub mod delivery;
pub mod demo;
pub mod demo_world;
pub mod find;
pub mod history;
pub mod home;
pub mod interchange;
pub mod letter;
pub mod lists;
pub mod masters;
pub mod municipal;
pub mod notes;
pub mod notice;
pub mod plan;
pub mod print;
pub mod public;
pub mod report;
pub mod results;
pub mod review;
pub mod stock;
pub mod support;
pub mod venue;
pub mod worker;

use rust_embed::RustEmbed;
use web::page::text_of;
use web::{Rooms, Route};

#[cfg(test)]
mod tests;

/// The rooms' templates.
#[derive(RustEmbed)]
#[folder = "src"]
#[include = "*.html"]
struct Files;

/// What the front asks of the rooms.
pub const ROOMS: Rooms = Rooms {
    routes,
    sign_in: account::login_page,
    kept_form: work::account::kept_form,
    personas: demo::personas_json,
    template: |name| Files::get(name).map(|file| text_of(&file)),
    templates: || Files::iter().map(|name| name.into_owned()).collect(),
};

/// Every route of the product with the act that guards it.
pub fn routes() -> Vec<Route> {
    let own: Vec<Route> = [
        public::routes(),
        account::routes(),
        home::routes(),
        calendar::routes(),
        availability::routes(),
        booking::routes(),
        find::routes(),
        application::routes(),
        letter::routes(),
        municipal::routes(),
        notes::routes(),
        venue::routes(),
        plan::routes(),
        review::routes(),
        dashboard::routes(),
        allocation::routes(),
        delivery::routes(),
        results::routes(),
        stock::routes(),
        completion::routes(),
        claim::routes(),
        history::routes(),
        notice::routes(),
        report::routes(),
        audit::routes(),
        support::routes(),
        lists::routes(),
        masters::routes(),
        interchange::routes(),
        demo::routes(),
    ]
    .into_iter()
    .flatten()
    .collect();
    // What support sees when it looks through somebody's eyes.
    let viewed: Vec<Route> = own.iter().filter_map(Route::viewed).collect();
    own.into_iter().chain(viewed).collect()
}
