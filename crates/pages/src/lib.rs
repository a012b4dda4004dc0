//! The rooms: one module per kind of work, in the order of the work. Each holds its routes, form
//! readers and templates.

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
pub mod export;
pub mod find;
pub mod history;
pub mod home;
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

#[cfg(test)]
mod tests;

use rust_embed::RustEmbed;
use web::Route;
use web::page::text_of;

/// The rooms' templates.
#[derive(RustEmbed)]
#[folder = "src"]
#[include = "*.html"]
struct Files;

/// A template by its name, such as `plan/show.html`.
pub fn template(name: &str) -> Option<String> {
    Files::get(name).map(|file| text_of(&file))
}

/// The names of the rooms' templates.
pub fn templates() -> Vec<String> {
    Files::iter().map(|name| name.into_owned()).collect()
}

/// Every route of the rooms with the act that guards it.
pub fn routes() -> Vec<Route> {
    [
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
        export::routes(),
        demo::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
