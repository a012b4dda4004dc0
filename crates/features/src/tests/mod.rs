//! Tests of all rooms together, by what they say and where they lead.

pub(crate) mod spoken;
mod views;
