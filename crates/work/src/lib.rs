//! The work: one module a record, in the order of the work. Its rows, its SQL, its commands: no
//! HTTP, no HTML, no form. A module names none that stands after it.

pub mod errors;

pub mod post;

pub mod sought;

pub mod account;

pub mod visitor;

pub mod token;

pub mod imports;

pub mod municipality;

pub mod venue;

pub mod note;

pub mod application;

pub mod letter;

pub mod confirmation;

pub mod plan;

pub mod review;

pub mod moved;

pub mod allocation;

pub mod delivery;

pub mod stock;

pub mod results;

pub mod claim;

pub mod completion;

pub mod availability;

pub mod booking;

pub mod notice;

pub mod support;

pub mod area;

pub mod country;

pub mod audit;

pub mod refill;

pub mod packing;

pub mod exports;

pub mod planted;

pub mod figures;

mod caller;
mod fault;
#[cfg(test)]
mod words_tests;

pub use caller::Caller;
pub use fault::{Fault, Refused};
