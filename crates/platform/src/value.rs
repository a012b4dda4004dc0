//! Values that go into and come out of both engines: text, whole number, truth, instant, date,
//! JSON.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::Failure;
use crate::english::plain;
pub use crate::stored::Stored;

/// An argument of a statement. PostgreSQL sees its own types; SQLite sees integer microseconds and
/// text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Text(String),
    Int(i64),
    Bool(bool),
    Instant(Timestamp),
    Date(Date),
    Json(String),
}

// What is stored bears no marks of who wrote it.
macro_rules! into_value {
    ($($from:ty => |$v:ident| $to:expr),* $(,)?) => { $(
        impl From<$from> for Value { fn from($v: $from) -> Value { $to } }
    )* };
}
into_value! {
    &str => |v| Value::Text(plain(v.into())),
    String => |v| Value::Text(plain(v)),
    &String => |v| Value::Text(plain(v.clone())),
    i64 => |v| Value::Int(v),
    u32 => |v| Value::Int(i64::from(v)),
    bool => |v| Value::Bool(v),
    Timestamp => |v| Value::Instant(v),
    Date => |v| Value::Date(v),
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::Null, Into::into)
    }
}

/// Stored and read as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Json<T>(pub T);

impl<T: Serialize> From<Json<T>> for Value {
    fn from(v: Json<T>) -> Value {
        Value::from(&v)
    }
}
impl<T: Serialize> From<&Json<T>> for Value {
    fn from(v: &Json<T>) -> Value {
        Value::Json(serde_json::to_string(&v.0).map_or_else(|_| "null".into(), plain))
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Owned(SqliteValue::Null),
            Value::Text(v) | Value::Json(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Value::Int(v) => ToSqlOutput::Owned(SqliteValue::Integer(*v)),
            Value::Bool(v) => ToSqlOutput::Owned(SqliteValue::Integer(i64::from(*v))),
            Value::Instant(v) => ToSqlOutput::Owned(SqliteValue::Integer(v.as_microsecond())),
            Value::Date(v) => ToSqlOutput::Owned(SqliteValue::Text(v.to_string())),
        })
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Text(v) => v.to_sql(ty, out),
            Value::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Value::Int(v) => v.to_sql(ty, out),
            Value::Bool(v) => v.to_sql(ty, out),
            Value::Instant(v) => v.to_sql(ty, out),
            Value::Date(v) => v.to_sql(ty, out),
            Value::Json(v) => {
                postgres::types::Json(serde_json::from_str::<&serde_json::value::RawValue>(v)?)
                    .to_sql(ty, out)
            }
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    postgres::types::to_sql_checked!();
}

/// One row of an answer, from either engine.
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl Row<'_> {
    /// The name of a column; empty where there is none.
    pub(crate) fn name_of(&self, at: usize) -> &str {
        match self {
            Row::Sqlite(row) => row.as_ref().column_name(at).unwrap_or_default(),
            Row::Postgres(row) => row.columns().get(at).map_or("", |column| column.name()),
        }
    }
    /// The whole number in the column of this name.
    ///
    /// # Errors
    /// There is no such column, or it holds something else.
    pub fn number(&self, name: &str) -> Result<i64, Failure> {
        Ok(match self {
            Row::Sqlite(row) => row.get(name)?,
            Row::Postgres(row) => row.try_get(name)?,
        })
    }
    /// The text in the column of this name.
    ///
    /// # Errors
    /// There is no such column, or it holds something else.
    pub fn text(&self, name: &str) -> Result<String, Failure> {
        Ok(match self {
            Row::Sqlite(row) => row.get(name)?,
            Row::Postgres(row) => row.try_get(name)?,
        })
    }
}

/// A value that can be read from a column.
pub trait Column: Sized {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure>;
}

macro_rules! plain_column {
    ($($ty:ty),*) => { $(
        impl Column for $ty {
            fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
                Ok(match row {
                    Row::Sqlite(row) => row.get(at)?,
                    Row::Postgres(row) => row.try_get(at)?,
                })
            }
        }
        impl Column for Option<$ty> {
            fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
                Ok(match row {
                    Row::Sqlite(row) => row.get(at)?,
                    Row::Postgres(row) => row.try_get(at)?,
                })
            }
        }
    )* };
}
plain_column!(String, i64, bool);

impl Column for u32 {
    fn read(row: &Row<'_>, at: usize) -> Result<u32, Failure> {
        u32::try_from(i64::read(row, at)?)
            .map_err(|_| Failure::Broken(format!("column {at} is not a count")))
    }
}
impl Column for Option<u32> {
    fn read(row: &Row<'_>, at: usize) -> Result<Option<u32>, Failure> {
        Option::<i64>::read(row, at)?
            .map(|n| {
                u32::try_from(n).map_err(|_| Failure::Broken(format!("column {at} is not a count")))
            })
            .transpose()
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
        match row {
            Row::Sqlite(row) => {
                let micros: Option<i64> = row.get(at)?;
                micros
                    .map(|m| {
                        Timestamp::from_microsecond(m).map_err(|e| Failure::Broken(e.to_string()))
                    })
                    .transpose()
            }
            Row::Postgres(row) => Ok(row.try_get(at)?),
        }
    }
}
impl Column for Option<Date> {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
        match row {
            Row::Sqlite(row) => {
                let text: Option<String> = row.get(at)?;
                text.map(|t| t.parse().map_err(|e: jiff::Error| Failure::Broken(e.to_string())))
                    .transpose()
            }
            Row::Postgres(row) => Ok(row.try_get(at)?),
        }
    }
}
impl<T: DeserializeOwned> Column for Option<Json<T>> {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
        stored_text(row, at)?
            .map(|t| {
                serde_json::from_str(&t)
                    .map(Json)
                    .map_err(|e| Failure::Broken(format!("column {at}: {e}")))
            })
            .transpose()
    }
}

/// The text of stored JSON, whatever SQLite made of it: a lone number that was written there came
/// out of the text's quotes.
pub(crate) fn stored_text<'r>(
    row: &'r Row<'_>,
    at: usize,
) -> Result<Option<Cow<'r, str>>, Failure> {
    Ok(match row {
        Row::Sqlite(row) => match row.get_ref(at)? {
            ValueRef::Null => None,
            ValueRef::Integer(n) => Some(n.to_string().into()),
            ValueRef::Real(n) => Some(n.to_string().into()),
            ValueRef::Text(t) | ValueRef::Blob(t) => Some(String::from_utf8_lossy(t)),
        },
        Row::Postgres(row) => {
            let raw: Option<postgres::types::Json<Box<serde_json::value::RawValue>>> =
                row.try_get(at)?;
            raw.map(|r| Cow::Owned(String::from(Box::<str>::from(r.0))))
        }
    })
}

macro_rules! never_null {
    ($($ty:ty),*) => { $(
        impl Column for $ty {
            fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
                Option::<$ty>::read(row, at)?.ok_or_else(|| Failure::Broken(format!("column {at} is empty")))
            }
        }
    )* };
}
never_null!(Timestamp, Date);
impl<T: DeserializeOwned> Column for Json<T> {
    fn read(row: &Row<'_>, at: usize) -> Result<Self, Failure> {
        Option::<Json<T>>::read(row, at)?
            .ok_or_else(|| Failure::Broken(format!("column {at} is empty")))
    }
}

/// A type that is read from a whole row, by position.
pub trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self, Failure>;
}

macro_rules! from_row_tuple {
    ($($name:ident $at:tt),*) => {
        impl<$($name: Column),*> FromRow for ($($name,)*) {
            fn from_row(row: &Row<'_>) -> Result<Self, Failure> { Ok(($($name::read(row, $at)?,)*)) }
        }
    };
}
from_row_tuple!(A 0);
from_row_tuple!(A 0, B 1);
from_row_tuple!(A 0, B 1, C 2);
from_row_tuple!(A 0, B 1, C 2, D 3);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
from_row_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// Any row, column by column as JSON, for exports: instants and dates as text, JSON as it is. The
/// same on both engines.
pub struct Record(pub serde_json::Map<String, serde_json::Value>);

impl FromRow for Record {
    fn from_row(row: &Row<'_>) -> Result<Record, Failure> {
        let broken = |e: &dyn std::fmt::Display| Failure::Broken(e.to_string());
        let mut fields = serde_json::Map::new();
        match row {
            Row::Sqlite(row) => {
                let statement: &rusqlite::Statement<'_> = row.as_ref();
                let columns: Vec<(String, String)> = statement
                    .columns()
                    .map(|c| {
                        (c.name().to_string(), c.decl_type().unwrap_or_default().to_lowercase())
                    })
                    .collect();
                for (at, (name, kind)) in columns.into_iter().enumerate() {
                    let value = match (row.get_ref(at).map_err(|e| broken(&e))?, kind.as_str()) {
                        (ValueRef::Null, _) => serde_json::Value::Null,
                        (ValueRef::Integer(n), "timestamptz") => Timestamp::from_microsecond(n)
                            .map(|t| t.to_string().into())
                            .map_err(|e| broken(&e))?,
                        (ValueRef::Integer(n), "boolean") => (n != 0).into(),
                        (ValueRef::Integer(n), _) => n.into(),
                        // What can't be read as JSON any more leaves as the text it is.
                        (ValueRef::Text(t), "jsonb") => serde_json::from_slice(t)
                            .unwrap_or_else(|_| String::from_utf8_lossy(t).into_owned().into()),
                        (ValueRef::Text(t), _) => String::from_utf8_lossy(t).into_owned().into(),
                        (ValueRef::Real(n), _) => n.into(),
                        (ValueRef::Blob(_), _) => serde_json::Value::Null,
                    };
                    fields.insert(name, value);
                }
            }
            Row::Postgres(row) => {
                for (at, column) in row.columns().iter().enumerate() {
                    let value: serde_json::Value = match *column.type_() {
                        Type::TIMESTAMPTZ => row
                            .try_get::<_, Option<Timestamp>>(at)
                            .map_err(|e| broken(&e))?
                            .map_or(serde_json::Value::Null, |t| t.to_string().into()),
                        Type::DATE => row
                            .try_get::<_, Option<Date>>(at)
                            .map_err(|e| broken(&e))?
                            .map_or(serde_json::Value::Null, |d| d.to_string().into()),
                        Type::BOOL => {
                            row.try_get::<_, Option<bool>>(at).map_err(|e| broken(&e))?.into()
                        }
                        Type::INT8 => {
                            row.try_get::<_, Option<i64>>(at).map_err(|e| broken(&e))?.into()
                        }
                        Type::INT4 => {
                            row.try_get::<_, Option<i32>>(at).map_err(|e| broken(&e))?.into()
                        }
                        Type::JSONB | Type::JSON => stored_text(&Row::Postgres(row), at)?
                            .map_or(serde_json::Value::Null, |text| {
                                serde_json::from_str(&text).unwrap_or(text.into_owned().into())
                            }),
                        _ => row.try_get::<_, Option<String>>(at).map_err(|e| broken(&e))?.into(),
                    };
                    fields.insert(column.name().to_string(), value);
                }
            }
        }
        Ok(Record(fields))
    }
}

/// Declares a struct whose fields are read from a row's columns in order.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$fmeta:meta])* $fvis:vis $field:ident : $ty:ty),* $(,)? }) => {
        $(#[$meta])* $vis struct $name { $($(#[$fmeta])* $fvis $field: $ty),* }
        impl $crate::value::FromRow for $name {
            fn from_row(row: &$crate::value::Row<'_>) -> Result<Self, $crate::db::Failure> {
                let mut at = 0..;
                Ok($name { $($field: $crate::value::Column::read(row, at.next().unwrap_or_default())?),* })
            }
        }
    };
}

/// Declares a record once: its struct, how it is read, and the list of its columns for `select`, a
/// macro of the name behind `by` (`concat!("select ", shipment_columns!(), " from shipment s …")`).
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident by $columns:ident {
        $(#[$fmeta:meta])* $fvis:vis $field:ident : $ty:ty = $column:literal
        $(, $(#[$meta_more:meta])* $vis_more:vis $field_more:ident : $ty_more:ty = $column_more:literal)*
        $(,)?
    }) => {
        $crate::row! {
            $(#[$meta])* $vis struct $name {
                $(#[$fmeta])* $fvis $field: $ty
                $(, $(#[$meta_more])* $vis_more $field_more: $ty_more)*
            }
        }
        macro_rules! $columns {
            () => { concat!($column $(, ", ", $column_more)*) };
        }
    };
}

/// The arguments of a statement, in order of `$1`, `$2`, …
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::value::Value::from($value)),*] };
}
