//! The work: one module a record, in the order of the work. Its rows, its SQL, its commands: no HTTP,
//! no HTML, no form. A module names none that stands after it.

pub mod sought;

pub mod account;

pub mod venue;

pub mod application;

pub mod plan;

pub mod allocation;

pub mod audit;

pub mod refill;

pub mod figures;

mod fault;

pub use fault::Fault;
