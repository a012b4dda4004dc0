//! The words: what a person reads of what a rule says. Rules return enums with the values that a
//! sentence holds; the sentence stands here, one file a module of `rules`.
//!
//! Knows `rules` alone and does no I/O. Sentences are Japanese, the reference; the catalogues of
//! every language come to this house.

pub mod access;
pub mod account;
pub mod address;
pub mod allocation;
pub mod application;
pub mod booking;
pub mod calendar;
pub mod claim;
pub mod codes;
pub mod delivery;
pub mod gs1;
pub mod heading;
pub mod input;
pub mod letter;
pub mod notice;
pub mod person;
pub mod places;
pub mod plan;
pub mod programme;
pub mod results;
pub mod review;
pub mod stock;
pub mod time;
pub mod venue;

/// What a person reads of a value that a rule returned: a refusal, a doubt, a finding. A text is
/// its own sentence, so that doors take either.
pub trait Sentence {
    /// The sentence, whole.
    fn sentence(&self) -> String;
}

impl Sentence for str {
    fn sentence(&self) -> String {
        self.into()
    }
}

impl Sentence for String {
    fn sentence(&self) -> String {
        self.clone()
    }
}

impl<S: Sentence + ?Sized> Sentence for &S {
    fn sentence(&self) -> String {
        (**self).sentence()
    }
}

/// The sentences of several.
pub fn sentences<S: Sentence>(all: &[S]) -> Vec<String> {
    all.iter().map(Sentence::sentence).collect()
}
