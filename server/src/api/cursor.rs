//! Where a page of a list ended that is read from the newest on.
//!
//! A cursor names rows by their numbers, so that it holds nothing about anybody, and what arrives meanwhile makes no row
//! come twice or not at all.

use std::str::FromStr;

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use serde::Deserialize;

use crate::error::Error;

/// What a page is asked for with.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `next` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// The cursor of an address.
pub fn asked<T: FromStr<Err = Error>>(
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Option<T>, Error> {
    let Query(Asked { cursor }) = asked.map_err(|_| Error::BadBody("bad_query"))?;
    cursor.as_deref().map(str::parse).transpose()
}

/// Two numbers of rows: of two lists that are read side by side, or of a part of a list and a row in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Two(pub i64, pub i64);

impl std::fmt::Display for Two {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl FromStr for Two {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (one, other) = text.split_once('.').ok_or(Error::CursorUnknown)?;
        let number = |text: &str| text.parse().map_err(|_| Error::CursorUnknown);
        Ok(Self(number(one)?, number(other)?))
    }
}
