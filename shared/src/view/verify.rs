//! Many registrations verified with one press, and what became of each.

use serde::{Deserialize, Serialize};

use crate::pairs::Place;

/// So many at most with one press: as many as somebody can have looked at.
pub const MOST: usize = 100;

/// Which registrations shall be verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyMany {
    /// Each of them.
    pub entries: Vec<Place>,
}

/// What became of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which.
    pub place: Place,
    /// The stable code of the reason why it was not verified; `None` where it was.
    pub refused: Option<String>,
}
