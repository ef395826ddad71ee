//! Which error where.
//!
//! *Below*, [`StoreError`] says what the disk did. *In the core*, `shared` names refusals.
//! *At the edge* there is one enum, [`Error`]: a status, a stable code and one clear sentence.
//! The cause is logged once, by [`crate::log`], without personal data, and never shown.
//! A client repeats a request after 429, 503 and 507, and changes something first after any other.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bilik_shared::command::{NoSeat, Refused};
use bilik_shared::view::allocation::Changes;
use serde::Serialize;

use crate::store::StoreError;

/// Why a request was not carried out.
#[derive(Debug, Clone)]
pub enum Error {
    /// There is no such route.
    NoSuchRoute,
    /// The route does not know this method.
    WrongMethod,
    /// The request came from a page of another site.
    CrossSite,
    /// The body is larger than this route takes.
    BodyTooLarge,
    /// The body is not what this route takes; the code says in which way.
    BadBody(&'static str),
    /// The tablet's credential is missing or unknown.
    DeviceUnknown,
    /// Nobody is signed in.
    NoSession,
    /// User or password is wrong; which one is not said.
    WrongPassword,
    /// Too many wrong tries; try again in so many seconds.
    TooManyTries(u32),
    /// Too much work is waiting.
    Busy,
    /// The role may not do this.
    RoleMayNot,
    /// There is no such sheet, or not for this user.
    SheetUnknown,
    /// There is no such entry, or not for this user.
    EntryUnknown,
    /// There is no such piece in quarantine.
    PieceUnknown,
    /// A word about what was found is missing, or far too long.
    NoteMissing,
    /// The enrolment code is unknown.
    EnrolCodeUnknown,
    /// Another tablet used the enrolment code.
    EnrolCodeUsed,
    /// The enrolment code is too old.
    EnrolCodeExpired,
    /// This server has no facility yet.
    NoFacility,
    /// What a run of the allocation had looked at is different now.
    AllocationChanged(Box<Changes>),
    /// A run would change nothing.
    NothingToDecide,
    /// The number of the decree is missing or too long.
    BadDecree,
    /// There is no such preview of a list any more.
    PreviewUnknown,
    /// What a list would change is no longer what was shown.
    PreviewOutdated,
    /// A rule says no.
    Refused(Refused),
    /// The database says no.
    Store(StoreError),
    /// A bug of ours; the cause is for the log.
    Internal(String),
}

/// An error as a client reads it.
#[derive(Debug, Clone, Serialize)]
struct Shown {
    code: &'static str,
    message: &'static str,
    /// What is different now, for whoever decided about something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Changes>,
}

/// What [`crate::log`] writes beside the request.
#[derive(Debug, Clone)]
pub struct Noted {
    /// The stable code.
    pub code: &'static str,
    /// What was behind it, where that says more than the code.
    pub cause: Option<String>,
}

impl Error {
    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchRoute | Self::SheetUnknown | Self::EntryUnknown | Self::PieceUnknown => {
                StatusCode::NOT_FOUND
            }
            Self::NoteMissing => StatusCode::UNPROCESSABLE_ENTITY,
            Self::EnrolCodeUnknown => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::CrossSite | Self::RoleMayNot => StatusCode::FORBIDDEN,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadBody(_) => StatusCode::BAD_REQUEST,
            Self::DeviceUnknown | Self::NoSession | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            Self::TooManyTries(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::EnrolCodeUsed | Self::PreviewOutdated | Self::AllocationChanged(_) => {
                StatusCode::CONFLICT
            }
            Self::NothingToDecide | Self::BadDecree => StatusCode::UNPROCESSABLE_ENTITY,
            Self::PreviewUnknown => StatusCode::NOT_FOUND,
            Self::EnrolCodeExpired => StatusCode::GONE,
            Self::NoFacility => StatusCode::SERVICE_UNAVAILABLE,
            Self::Refused(Refused::NoSuchSheet | Refused::NoSuchEntry) => StatusCode::NOT_FOUND,
            Self::Refused(Refused::Seat(NoSeat::Full)) => StatusCode::CONFLICT,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Store(StoreError::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Store(StoreError::Disk(_) | StoreError::Stopped | StoreError::Busy) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(StoreError::Sqlite(_)) | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The stable code. Do not change: clients know them.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchRoute => "no_such_route",
            Self::WrongMethod => "wrong_method",
            Self::CrossSite => "cross_site",
            Self::BodyTooLarge => "body_too_large",
            Self::BadBody(code) => code,
            Self::DeviceUnknown => "device_unknown",
            Self::NoSession => "no_session",
            Self::WrongPassword => "wrong_password",
            Self::TooManyTries(_) => "too_many_tries",
            Self::Busy => "busy",
            Self::RoleMayNot => "role_may_not",
            Self::SheetUnknown => "sheet_unknown",
            Self::EntryUnknown => "entry_unknown",
            Self::PieceUnknown => "piece_unknown",
            Self::NoteMissing => "note_missing",
            Self::EnrolCodeUnknown => "enrol_code_unknown",
            Self::EnrolCodeUsed => "enrol_code_used",
            Self::EnrolCodeExpired => "enrol_code_expired",
            Self::NoFacility => "no_facility",
            Self::AllocationChanged(_) => "allocation_changed",
            Self::NothingToDecide => "nothing_to_decide",
            Self::BadDecree => "decree_missing",
            Self::PreviewUnknown => "preview_unknown",
            Self::PreviewOutdated => "preview_outdated",
            Self::Refused(refused) => refused.code(),
            Self::Store(StoreError::Full) => "storage_full",
            Self::Store(StoreError::Disk(_)) => "storage_failed",
            Self::Store(StoreError::Stopped) => "stopping",
            Self::Store(StoreError::Busy) => "busy",
            Self::Store(StoreError::Sqlite(_)) | Self::Internal(_) => "internal",
        }
    }

    /// One sentence that says what to do next.
    fn message(&self) -> &'static str {
        match self {
            Self::NoSuchRoute => "There is nothing at this address.",
            Self::WrongMethod => "This address does not know this method.",
            Self::CrossSite => "This request came from another site and was not carried out.",
            Self::BodyTooLarge => "The request is too large: send it in smaller pieces.",
            Self::BadBody("version_unknown") => {
                "This server does not speak the app's version: update the app."
            }
            Self::BadBody("purpose_missing") => "Say what the report is needed for.",
            Self::BadBody("purpose_too_long") => "The purpose is too long: say it in fewer words.",
            Self::BadBody(_) => "The request cannot be read: it is damaged or of another kind.",
            Self::DeviceUnknown => {
                "This server does not know the tablet: enrol it again, nothing on it is lost."
            }
            Self::NoSession => "Nobody is signed in: sign in first.",
            Self::WrongPassword => "User name or password is wrong.",
            Self::TooManyTries(_) => "There were too many wrong tries: wait and try again.",
            Self::Busy => "The server is busy: try again in a moment.",
            Self::RoleMayNot => "Your role may not do this.",
            Self::SheetUnknown | Self::Refused(Refused::NoSuchSheet) => "There is no such sheet.",
            Self::EntryUnknown | Self::Refused(Refused::NoSuchEntry) => {
                "There is no such registration."
            }
            Self::PieceUnknown => "There is no such change in quarantine.",
            Self::NoteMissing => "Say in a few words what came of it.",
            Self::EnrolCodeUnknown => "This code is not known: check it, or ask for a new one.",
            Self::EnrolCodeUsed => "This code was used already: ask for a new one.",
            Self::EnrolCodeExpired => "This code is too old: ask for a new one.",
            Self::NoFacility => "No facility has been set up on this server yet.",
            Self::AllocationChanged(_) => {
                "Something has changed since the preview: look at a new one, nothing was decided."
            }
            Self::NothingToDecide => "This run would change nothing.",
            Self::BadDecree => "Name the decree: its number and its date.",
            Self::PreviewUnknown => "This preview is gone: choose the file again.",
            Self::PreviewOutdated => {
                "The sheets have changed since this was shown: look at it again, then apply it."
            }
            Self::Refused(Refused::NothingToChoose) => {
                "There is nothing left to choose: look at the registration again."
            }
            Self::Refused(Refused::SheetFull) => {
                "The sheet is full: no further person can be added to it."
            }
            Self::Refused(Refused::Seat(NoSeat::Full)) => {
                "The package is full: choose another one, or the reserve list."
            }
            Self::Refused(Refused::Seat(_)) => {
                "Name a package that exists, of a programme that the person chose."
            }
            Self::Refused(Refused::Step(_)) => {
                "This step is not possible from here, not for your role, or lacks a reason."
            }
            Self::Refused(_) => "This cannot be carried out as it stands.",
            Self::Store(StoreError::Full) => {
                "The server's disk is full: nothing was stored, what is on the tablet stays there."
            }
            Self::Store(_) => {
                "The server cannot store anything at the moment: try again in a moment."
            }
            Self::Internal(_) => "Something went wrong on the server: nothing was changed.",
        }
    }

    /// What the database said, where that is behind it.
    pub fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Store(cause) => Some(cause),
            _ => None,
        }
    }

    fn cause(&self) -> Option<String> {
        match self {
            Self::Store(cause) => Some(cause.to_string()),
            Self::Internal(cause) => Some(cause.clone()),
            _ => None,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let changed = match &self {
            Self::AllocationChanged(changes) => Some((**changes).clone()),
            _ => None,
        };
        let shown = Shown { code: self.code(), message: self.message(), changed };
        let mut response = (self.status(), Json(shown)).into_response();
        if let Self::TooManyTries(seconds) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Noted { code: self.code(), cause: self.cause() });
        response
    }
}

impl From<StoreError> for Error {
    fn from(cause: StoreError) -> Self {
        Self::Store(cause)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Store(cause.into())
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
