//! Ids as columns: bytes as BLOB, slugs as TEXT.

use std::fmt::Display;
use std::str::FromStr;

use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Reads a text column as an id.
pub fn parsed<T>(row: &Row<'_>, column: usize) -> Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse()
        .map_err(|cause| Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}

/// Reads a text column that may be NULL as an id.
pub fn maybe_parsed<T>(row: &Row<'_>, column: usize) -> Result<Option<T>>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    match row.get::<_, Option<String>>(column)? {
        None => Ok(None),
        Some(_) => parsed(row, column).map(Some),
    }
}

/// A list of ids as one text column; `None` stands for all of them.
pub fn list<T: Display>(ids: Option<&[T]>) -> Option<String> {
    ids.map(|ids| ids.iter().map(T::to_string).collect::<Vec<_>>().join(" "))
}

/// Reads what [`list`] wrote.
pub fn parsed_list<T: FromStr>(row: &Row<'_>, column: usize) -> Result<Option<Vec<T>>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.map(|text| text.split(' ').filter_map(|id| id.parse().ok()).collect()))
}

/// A value of our own as a text column.
pub fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|cause| Error::ToSqlConversionFailure(Box::new(cause)))
}

/// Reads what [`json`] wrote.
pub fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|cause| Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}
