//! The country: what the rules work with on a day. Data files with periods of validity, the changes
//! to them that were approved, and what the service desk knows.

pub mod changes;
pub mod far;
pub mod kinds;
pub mod knowledge;
pub mod laid;
mod load;
mod words;

pub use load::{FacilityClass, Federation, Masters, ReviewReason, RuleSet, Source, Wholesaler};
