//! Types of the work as columns.

use crate::db::Failure;
use crate::value::{Column, Row, Value};

/// What stands in one column of its own: a word of a closed set, an id, a count in its unit.
pub trait Stored: Sized {
    /// As what it is stored.
    type As;
    /// As the database takes it.
    fn to_value(&self) -> Value;
    /// What was stored, in a column of that name.
    ///
    /// # Errors
    /// It is nothing of this kind: [`Failure::Unknown`] for a word of no closed set.
    fn of_stored(stored: Self::As, column: &str) -> Result<Self, Failure>;
}

impl<T: Stored> From<T> for Value {
    fn from(v: T) -> Value {
        v.to_value()
    }
}
impl<T: Stored> Column for T
where
    T::As: Column,
{
    fn read(row: &Row<'_>, at: usize) -> Result<T, Failure> {
        T::of_stored(Column::read(row, at)?, row.name_of(at))
    }
}
impl<T: Stored> Column for Option<T>
where
    Option<T::As>: Column,
{
    fn read(row: &Row<'_>, at: usize) -> Result<Option<T>, Failure> {
        Option::<T::As>::read(row, at)?.map(|v| T::of_stored(v, row.name_of(at))).transpose()
    }
}
