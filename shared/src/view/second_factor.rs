//! What somebody shows besides their password: six digits from an app on their phone (TOTP, RFC 6238), or one of
//! the codes on their paper.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Whether somebody has a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Since when it is asked for; `None` where it is not.
    pub since: Option<Timestamp>,
    /// How many of the codes on paper were not used yet.
    pub codes_left: u32,
}

/// A second factor that is not confirmed yet, told once. This type has no `Debug`, so that it never reaches a log.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewFactor {
    /// The secret in base 32, for whoever types it.
    pub secret: String,
    /// The same as a QR code: an `otpauth` link as SVG.
    pub qr_svg: String,
}

/// A password again, for what a session alone may not do.
#[derive(Clone, Serialize, Deserialize)]
pub struct Again {
    /// The password.
    pub password: String,
}

/// What the phone shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct ConfirmFactor {
    /// Six digits.
    pub code: String,
}

/// Codes for the day on which the phone is gone, told once; each works once.
#[derive(Clone, Serialize, Deserialize)]
pub struct PaperCodes {
    /// Eight of 128 bits.
    pub codes: Vec<String>,
}
