//! Tests of all rooms together, by what they say.

pub(crate) mod spoken;
