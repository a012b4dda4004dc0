//! Tests of all rooms together, by what they say and where they lead.

mod spoken;
mod views;
