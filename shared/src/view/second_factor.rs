//! What somebody shows besides their password: a passkey (WebAuthn), six digits from an app on their phone (TOTP,
//! RFC 6238), or one of the codes on their paper.

use serde::{Deserialize, Serialize};

use crate::id::Hash;
use crate::time::Timestamp;

/// What somebody has as a second factor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Since when the digits of a phone are asked for; `None` where they are not.
    pub since: Option<Timestamp>,
    /// How many of the codes on paper were not used yet.
    pub codes_left: u32,
    /// Their passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// The name of the server that a passkey made on this page is for; `None` where none can be made here.
    pub host: Option<String>,
}

/// One of somebody's passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// Names it.
    pub id: Hash,
    /// What its owner calls it.
    pub name: String,
    /// The name of the server that it works at.
    pub host: String,
    /// When it was made.
    pub added_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
    /// When its counter went back: somebody has a copy of it. It is not taken any more.
    pub copied_at: Option<Timestamp>,
}

/// Which passkey is to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovePasskey {
    /// Its id.
    pub id: Hash,
}

/// What a passkey is asked for. It is answered once, within five minutes, by the one who was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyQuestion {
    /// Names the question.
    pub ticket: String,
    /// For the browser: JSON for `PublicKeyCredential.parseCreationOptionsFromJSON`, or `parseRequestOptionsFromJSON`.
    pub options: String,
}

/// What a passkey answers.
#[derive(Clone, Serialize, Deserialize)]
pub struct KeyAnswer {
    /// Names the question.
    pub ticket: String,
    /// What the browser's credential gives as JSON.
    pub credential: String,
}

/// A new passkey.
#[derive(Clone, Serialize, Deserialize)]
pub struct NewPasskey {
    /// What its owner calls it.
    pub name: String,
    /// What it answers.
    pub answer: KeyAnswer,
}

/// It was added.
#[derive(Clone, Serialize, Deserialize)]
pub struct AddedPasskey {
    /// How it stands now.
    pub factor: SecondFactor,
    /// Codes for the day on which it is gone, told once; none where there are some already.
    pub codes: Vec<String>,
}

/// How somebody whose password is right may go on. A code on paper is a way always.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// With the digits of their phone.
    pub digits: bool,
    /// With a passkey.
    pub passkey: Option<KeyQuestion>,
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
    /// Eight of 128 bits; none where there are some already.
    pub codes: Vec<String>,
}
