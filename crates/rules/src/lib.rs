//! The law: what may happen, and what follows. Pure functions from facts (and the time) to a
//! decision.
//!
//! No I/O, no clock, no HTML, no database: Cargo enforces it. A refusal is an enum with the values
//! that its sentence holds, which `words` says; a consequence is a value that the work carries out
//! in the same transaction.

pub mod access;
pub mod account;
pub mod address;
pub mod allocation;
pub mod application;
pub mod availability;
pub mod booking;
pub mod calendar;
pub mod claim;
pub mod codes;
pub mod coupon;
pub mod delivery;
pub mod fold;
pub mod gs1;
pub mod heading;
pub mod holidays;
pub mod input;
pub mod letter;
pub mod maker;
pub mod notice;
pub mod person;
pub mod places;
pub mod plan;
pub mod programme;
pub mod results;
pub mod review;
pub mod search;
pub mod stock;
pub mod tasks;
pub mod time;
pub mod venue;
pub mod words;
