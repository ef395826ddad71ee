//! Which error where.
//!
//! *Below*, [`StoreError`] says what the disk did. *In the core*, `shared` names refusals.
//! *At the edge* there is one enum, [`Error`]: a status, a stable code and one clear sentence.
//! The cause is logged once, by [`crate::log`], without personal data, and never shown.
//! A client repeats a request after 408, 429, 503 and 507, and changes something first after any other.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bilik_shared::command::{NoSeat, Refused};
use bilik_shared::privacy;
use bilik_shared::setup::Fault;
use bilik_shared::training::NoTraining;
use bilik_shared::view::Detail;
use bilik_shared::view::allocation::Changes;
use bilik_shared::view::quarantine::Barred;
use bilik_shared::view::second_factor::Ways;
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
    /// The body came too slowly.
    SlowBody,
    /// The body is not what this route takes; the code says in which way.
    BadBody(&'static str),
    /// The tablet's credential is missing or unknown.
    DeviceUnknown,
    /// The tablet signs what it sends, and this is not signed by it. What came is kept.
    ProofWrong,
    /// Whoever says to be this tablet has not signed the request.
    SignatureWrong,
    /// The tablet has told another key before.
    KeyDiffers,
    /// Nobody is signed in.
    NoSession,
    /// User or password is wrong; which one is not said.
    WrongPassword,
    /// The password is right; a passkey or a code from the phone or the paper is needed as well.
    CodeNeeded(Box<Ways>),
    /// The code from the phone or the paper is wrong, or was used.
    WrongCode,
    /// What a passkey answered is wrong, came too late, or was used.
    WrongPasskey(Box<Ways>),
    /// The counter of a passkey went back: there are two of it.
    PasskeyCopied,
    /// The password is right, and the person was locked.
    AccountLocked,
    /// Somebody has a first password and must choose their own before anything else.
    PasswordDue,
    /// The role needs a second factor, which must be set up before anything else.
    FactorDue,
    /// Something that somebody wants to set up is wrong.
    Fault(Fault),
    /// Somebody else has changed it meanwhile; what stands there now.
    Outdated(Box<serde_json::Value>),
    /// Too many wrong tries; try again in so many seconds.
    TooManyTries(u32),
    /// A tablet has handed in as much as one may within a day; its next day begins in so many seconds.
    AllowanceUsed(u32),
    /// Too much work is waiting.
    Busy,
    /// The role may not do this.
    RoleMayNot,
    /// This matters so much that whoever sits there must have shown the password lately.
    ConfirmAgain,
    /// There is no such sheet, or not for this user.
    SheetUnknown,
    /// There is no such entry, or not for this user.
    EntryUnknown,
    /// There is no such piece in quarantine.
    PieceUnknown,
    /// There is no such pair of entries, or they look alike no more.
    PairUnknown,
    /// Somebody else has settled this pair.
    PairSettled,
    /// It is too late to take this back.
    TooLate,
    /// A word about what was found is missing, or far too long.
    NoteMissing,
    /// A piece of quarantine may not be let in by hand.
    Barred(Barred),
    /// The enrolment code is unknown.
    EnrolCodeUnknown,
    /// Another tablet used the enrolment code.
    EnrolCodeUsed,
    /// The enrolment code is too old.
    EnrolCodeExpired,
    /// Somebody knows the name of a one-time code and not the code, or has altered what a tablet asked.
    EnrolProofWrong,
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
    /// There is no such package, or not for this user.
    PackageUnknown,
    /// A rule of training says no.
    Training(NoTraining),
    /// Something in a register of privacy, or a reason, is wrong.
    Privacy(privacy::Fault),
    /// The page before this one is not known any more.
    CursorUnknown,
    /// Somebody decides about a state of an entry that is no longer the one of now; this is.
    VersionStale(Box<Detail>),
    /// The token is unknown or was revoked.
    TokenUnknown,
    /// The token is not for this.
    ScopeMissing,
    /// There is no such thing, or not for this user; the code says of which kind.
    NoSuch(&'static str),
    /// What was sent can be read and not be taken; the code says why.
    Unfit(&'static str),
    /// A rule says no.
    Refused(Refused),
    /// The database says no.
    Store(StoreError),
    /// A bug of ours; the cause is for the log.
    Internal(String),
}

/// An error as a tablet reads it. Do not change: released tablets know it.
#[derive(Debug, Clone, Serialize)]
struct Shown {
    code: &'static str,
    message: &'static str,
}

/// An error as the desk and other systems read it: a problem of RFC 9457, `application/problem+json`.
#[derive(Debug, Clone, Serialize)]
struct Problem {
    /// Names the kind; nothing is to be fetched there.
    r#type: String,
    title: &'static str,
    status: u16,
    /// One sentence that says what to do next.
    detail: &'static str,
    /// The stable code.
    code: &'static str,
    /// What is different now, for whoever decided about something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Changes>,
    /// What stands there now, for whoever was too slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<serde_json::Value>,
    /// How to go on, for whoever has shown the right password.
    #[serde(skip_serializing_if = "Option::is_none")]
    ways: Option<Ways>,
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
            Self::NoSuchRoute
            | Self::SheetUnknown
            | Self::EntryUnknown
            | Self::PieceUnknown
            | Self::PairUnknown => StatusCode::NOT_FOUND,
            Self::PairSettled | Self::TooLate => StatusCode::CONFLICT,
            Self::PackageUnknown => StatusCode::NOT_FOUND,
            Self::Training(NoTraining::BegunAlready | NoTraining::DayChanged) => {
                StatusCode::CONFLICT
            }
            Self::Training(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Privacy(privacy::Fault::CaseUnknown) => StatusCode::NOT_FOUND,
            Self::Privacy(privacy::Fault::CaseClosed) => StatusCode::CONFLICT,
            Self::Privacy(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NoteMissing => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Barred(Barred::Own) => StatusCode::FORBIDDEN,
            Self::Barred(_) => StatusCode::CONFLICT,
            Self::EnrolCodeUnknown => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::CrossSite
            | Self::RoleMayNot
            | Self::AccountLocked
            | Self::ProofWrong
            | Self::SignatureWrong
            | Self::EnrolProofWrong => StatusCode::FORBIDDEN,
            Self::PasswordDue | Self::FactorDue | Self::ConfirmAgain => StatusCode::FORBIDDEN,
            Self::KeyDiffers => StatusCode::CONFLICT,
            Self::Outdated(_) => StatusCode::CONFLICT,
            Self::Fault(fault) => of_fault(*fault),
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BadBody(_) => StatusCode::BAD_REQUEST,
            Self::DeviceUnknown | Self::NoSession | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            Self::CodeNeeded(_) | Self::WrongCode => StatusCode::UNAUTHORIZED,
            Self::WrongPasskey(_) | Self::PasskeyCopied => StatusCode::UNAUTHORIZED,
            Self::TooManyTries(_) | Self::AllowanceUsed(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::EnrolCodeUsed | Self::PreviewOutdated | Self::AllocationChanged(_) => {
                StatusCode::CONFLICT
            }
            Self::NothingToDecide | Self::BadDecree => StatusCode::UNPROCESSABLE_ENTITY,
            Self::PreviewUnknown | Self::NoSuch(_) => StatusCode::NOT_FOUND,
            Self::CursorUnknown => StatusCode::BAD_REQUEST,
            Self::VersionStale(_) => StatusCode::CONFLICT,
            Self::TokenUnknown => StatusCode::UNAUTHORIZED,
            Self::ScopeMissing => StatusCode::FORBIDDEN,
            Self::Unfit(_) => StatusCode::UNPROCESSABLE_ENTITY,
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
            Self::SlowBody => "body_slow",
            Self::BadBody(code) => code,
            Self::DeviceUnknown => "device_unknown",
            Self::ProofWrong => "proof_wrong",
            Self::SignatureWrong => "signature_wrong",
            Self::KeyDiffers => "key_differs",
            Self::NoSession => "no_session",
            Self::WrongPassword => "wrong_password",
            Self::CodeNeeded(_) => "second_factor_needed",
            Self::WrongCode => "second_factor_wrong",
            Self::WrongPasskey(_) => "passkey_wrong",
            Self::PasskeyCopied => "passkey_copied",
            Self::AccountLocked => "account_locked",
            Self::PasswordDue => "password_due",
            Self::FactorDue => "second_factor_due",
            Self::Fault(fault) => fault.code(),
            Self::Outdated(_) => "setup_outdated",
            Self::TooManyTries(_) => "too_many_tries",
            Self::AllowanceUsed(_) => "allowance_used",
            Self::Busy => "busy",
            Self::RoleMayNot => "role_may_not",
            Self::ConfirmAgain => "confirm_again",
            Self::SheetUnknown => "sheet_unknown",
            Self::EntryUnknown => "entry_unknown",
            Self::PieceUnknown => "piece_unknown",
            Self::PairUnknown => "pair_unknown",
            Self::PairSettled => "pair_settled",
            Self::TooLate => "too_late",
            Self::NoteMissing => "note_missing",
            Self::Barred(why) => why.code(),
            Self::EnrolCodeUnknown => "enrol_code_unknown",
            Self::EnrolCodeUsed => "enrol_code_used",
            Self::EnrolCodeExpired => "enrol_code_expired",
            Self::EnrolProofWrong => "enrol_proof_wrong",
            Self::NoFacility => "no_facility",
            Self::AllocationChanged(_) => "allocation_changed",
            Self::NothingToDecide => "nothing_to_decide",
            Self::BadDecree => "decree_missing",
            Self::PreviewUnknown => "preview_unknown",
            Self::PreviewOutdated => "preview_outdated",
            Self::PackageUnknown => "no_such_package",
            Self::Training(refused) => refused.code(),
            Self::Privacy(fault) => fault.code(),
            Self::CursorUnknown => "cursor_unknown",
            Self::VersionStale(_) => "version_stale",
            Self::TokenUnknown => "token_unknown",
            Self::ScopeMissing => "scope_missing",
            Self::NoSuch(code) | Self::Unfit(code) => code,
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
            Self::SlowBody => "The request took too long to arrive: send it again.",
            Self::BadBody("version_unknown") => {
                "This server does not speak the app's version: update the app."
            }
            Self::BadBody("purpose_missing") => "Say what the report is needed for.",
            Self::BadBody("purpose_too_long") => "The purpose is too long: say it in fewer words.",
            Self::BadBody(_) => "The request cannot be read: it is damaged or of another kind.",
            Self::DeviceUnknown => {
                "This server does not know the tablet: enrol it again, nothing on it is lost."
            }
            Self::ProofWrong => {
                "This was not signed by the tablet: it is set aside, ask the administrator."
            }
            Self::SignatureWrong => {
                "This was not signed by the tablet that it names: nothing of it was kept here."
            }
            Self::KeyDiffers => "This tablet has told another key before: enrol it again.",
            Self::NoSession => "Nobody is signed in: sign in first.",
            Self::WrongPassword => "User name or password is wrong.",
            Self::CodeNeeded(_) => {
                "Use your passkey as well, or type the six digits from your phone or a code from your paper."
            }
            Self::WrongCode => {
                "This code is wrong or was used: type the one that the phone shows now."
            }
            Self::WrongPasskey(_) => "The passkey was not accepted: try again, or type a code.",
            Self::PasskeyCopied => {
                "Somebody may have a copy of this passkey, it is taken no more: tell the administrator."
            }
            Self::AccountLocked => "This account is locked: ask the administrator.",
            Self::PasswordDue => "Choose a password of your own first.",
            Self::FactorDue => "Your role needs a second factor: set one up first.",
            Self::Fault(fault) => fault.sentence(),
            Self::Outdated(_) => {
                "Somebody else has changed this meanwhile: look at it again, nothing was changed."
            }
            Self::TooManyTries(_) => "There were too many wrong tries: wait and try again.",
            Self::AllowanceUsed(_) => {
                "This tablet has handed in as much as one may within a day: it keeps the rest until tomorrow."
            }
            Self::Busy => "The server is busy: try again in a moment.",
            Self::RoleMayNot => "Your role may not do this.",
            Self::ConfirmAgain => {
                "Type your password again first: this is asked before what matters most."
            }
            Self::SheetUnknown | Self::Refused(Refused::NoSuchSheet) => "There is no such sheet.",
            Self::EntryUnknown | Self::Refused(Refused::NoSuchEntry) => {
                "There is no such registration."
            }
            Self::PieceUnknown => "There is no such change in quarantine.",
            Self::PairUnknown => "There is no such pair: look at the list again.",
            Self::PairSettled => {
                "Somebody else has just settled this pair: look at what they said."
            }
            Self::TooLate => "This cannot be taken back any more: thirty days have passed.",
            Self::NoteMissing => "Say in a few words what came of it.",
            Self::Barred(why) => barred(*why),
            Self::EnrolCodeUnknown => "This code is not known: check it, or ask for a new one.",
            Self::EnrolCodeUsed => "This code was used already: ask for a new one.",
            Self::EnrolCodeExpired => "This code is too old: ask for a new one.",
            Self::EnrolProofWrong => {
                "This does not prove that somebody knows the code: ask for a new one."
            }
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
            Self::PackageUnknown => "There is no such package.",
            Self::Training(refused) => untrained(*refused),
            Self::Privacy(fault) => fault.sentence(),
            Self::CursorUnknown => "This page cannot be gone on from: begin with the first one.",
            Self::VersionStale(_) => {
                "The registration has changed since it was shown: look at it again, then decide."
            }
            Self::TokenUnknown => "This token is unknown or was revoked: ask for a new one.",
            Self::ScopeMissing => "This token is not for this: ask for one with the right to it.",
            Self::NoSuch(_) => "There is no such thing any more: look at the list again.",
            Self::Unfit("too_many_at_once") => "These are too many at once: choose fewer.",
            Self::Unfit("pair_waits") => {
                "Another registration may be of the same person: settle that first."
            }
            Self::Unfit("date_out_of_range") => {
                "Name a day that is not to come, and not longer ago than a year."
            }
            Self::Unfit("contested") => "There are two answers to one field: choose one first.",
            Self::Unfit("passkey_not_here") => {
                "Passkeys need the server's name in the address, not its number, and https."
            }
            Self::Unfit("passkey_known") => "This passkey is known already.",
            Self::Unfit("too_many") => "There are too many already: remove one first.",
            Self::Unfit("address_refused") => {
                "Name an address that begins with https://, or one on this computer."
            }
            Self::Unfit("name_missing") => "Name it, in at most 40 letters.",
            Self::Unfit("scope_missing") => "Say what the token is for.",
            Self::Unfit(_) => "This cannot be taken as it stands.",
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

/// What to do next where a piece of quarantine may not be let in.
fn barred(why: Barred) -> &'static str {
    match why {
        Barred::Own => "You wrote this change yourself: somebody else has to let it in.",
        Barred::NoSheet => "The sheet of this change is not on this server.",
        Barred::Unreadable => "This change cannot be read: ask the officer to enter it anew.",
        Barred::Missing => {
            "This change goes on from one that is not in the sheet: let that one in first."
        }
        Barred::Sequence => {
            "Another change has this one's number: ask the officer to enter it anew."
        }
        Barred::Server => "This change does what only the server may do.",
        Barred::Form => "This change does what no app does: ask the officer to enter it anew.",
        Barred::SheetFull => "The sheet is full: no further person can be added to it.",
        Barred::Harmful => "The sheet could not be read any more with this change.",
    }
}

/// What to do next where a rule of training says no.
fn untrained(refused: NoTraining) -> &'static str {
    use NoTraining::*;
    match refused {
        NotBegun => "The package has not begun: name its first day first.",
        BegunAlready => "The package has begun already, on another day: look at it again.",
        NobodyConfirmed => "Nobody is confirmed for this package yet.",
        DateOutOfRange => "Name a day that is not to come, and not before what it follows.",
        HoursOutOfRange => "A day has 1 to 12 hours, and nobody attends more of them.",
        MarksWrong => "The list is not whole: load the day again, and name everybody once.",
        DayChanged => "Somebody else has saved this day: look at it again, then save it.",
        ScoreOutOfRange => "A score is a number from 0 to 100.",
        ScoreMissing => "Name a score first.",
        ScoreTooLow => "Nobody passes with a score below 60.",
        AttendanceLow => "The attendance is too low: to pass all the same, say why.",
        TextTooLong => "The text is too long: say it in fewer words.",
        NotEnded => "The training of this person has not ended.",
        NotReleased => "Name the day of release first.",
        NotAgreed => "This person did not agree to be asked later.",
        NotDue => "It is not time to ask yet: people are asked after 3, 6 and 12 months.",
        NamesHouse => "The certificate would tell of a place of detention: change the names on it.",
        NoInstructor => "There is no such instructor.",
        OwnPage => "Say on the package's page who has passed: it needs a score.",
    }
}

/// Carries an error to [`as_problem`], which writes it as the route's readers know it.
#[derive(Debug, Clone)]
struct Raised(Error);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let shown = Shown { code: self.code(), message: self.message() };
        let mut response = (self.status(), Json(shown)).into_response();
        if let Self::TooManyTries(seconds) | Self::AllowanceUsed(seconds) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Noted { code: self.code(), cause: self.cause() });
        response.extensions_mut().insert(Raised(self));
        response
    }
}

/// What is wrong with what was sent, what does not go together with what is there, and what is not there.
fn of_fault(fault: Fault) -> StatusCode {
    use Fault::*;
    match fault {
        UserUnknown | TabletUnknown | WaveUnknown => StatusCode::NOT_FOUND,
        Duplicate | SeatsGiven | ProgrammeGiven | SheetOpened | CodeFixed | Yourself
        | LastAdministrator | TabletRevoked | NoAlarm | StatementVersion | RuleVersion
        | FacilityFirst | NothingOffered => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What tablets ask for. Their errors stay as released tablets read them.
const OF_TABLETS: [&str; 5] = [
    "/api/v1/exchange",
    "/api/v1/enrol",
    "/api/v1/pin-code",
    "/api/v1/device-key",
    "/api/v1/changes",
];

/// Writes the errors of all other routes as `application/problem+json`.
pub async fn as_problem(request: Request<Body>, next: Next) -> Response {
    let of_tablets = OF_TABLETS.contains(&request.uri().path());
    let mut response = next.run(request).await;
    if of_tablets {
        return response;
    }
    let Some(Raised(error)) = response.extensions_mut().remove::<Raised>() else { return response };
    let (mut parts, _) = response.into_parts();
    let mut problem = Problem {
        r#type: format!("urn:bilik:problem:{}", error.code()),
        title: parts.status.canonical_reason().unwrap_or("Error"),
        status: parts.status.as_u16(),
        detail: error.message(),
        code: error.code(),
        changed: None,
        current: None,
        ways: None,
    };
    match error {
        Error::AllocationChanged(changes) => problem.changed = Some(*changes),
        Error::VersionStale(current) => problem.current = serde_json::to_value(*current).ok(),
        Error::Outdated(current) => problem.current = Some(*current),
        Error::CodeNeeded(ways) | Error::WrongPasskey(ways) => problem.ways = Some(*ways),
        _ => {}
    }
    // Our own type always becomes JSON; a problem without a body still has its status.
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let kind = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(header::CONTENT_TYPE, kind);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
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

impl From<privacy::Fault> for Error {
    fn from(fault: privacy::Fault) -> Self {
        Self::Privacy(fault)
    }
}

impl From<NoTraining> for Error {
    fn from(refused: NoTraining) -> Self {
        Self::Training(refused)
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}
