//! The life of a registration: its states, and who may move it where. One table.
//!
//! Tablets write the *registration* (what the officer and the person did),
//! the server writes the *decision* (what the house decided). The state is derived from both.

use serde::{Deserialize, Serialize};

use crate::person::Fields;
use crate::programme::Seat;
use crate::registration::codes;
use crate::role::Role;
use crate::time::Timestamp;

mod doubt;
mod repeat;

pub use doubt::{Doubt, doubt};

codes! {
    /// What was done at a tablet.
    Registration {
        /// Begun, not finished. Never counts as a registration.
        Draft = "draft",
        /// Finished, with consent.
        Registered = "registered",
        /// The person does not want to take part.
        Declined = "declined",
        /// The person was not there.
        Away = "away",
        /// The person changed their mind later.
        Withdrawn = "withdrawn",
    }
}

codes! {
    /// What was decided at the server.
    DecisionState {
        /// Sent back to the officer for correction.
        Returned = "returned",
        /// Found complete and right.
        Verified = "verified",
        /// On the reserve list.
        Reserve = "reserve",
        /// A participant by decree.
        Confirmed = "confirmed",
        /// Not accepted.
        Rejected = "rejected",
        /// In training.
        InTraining = "in_training",
        /// Passed.
        Passed = "passed",
        /// Failed.
        Failed = "failed",
        /// Holds the certificate.
        Certified = "certified",
        /// Taken out of the training.
        Removed = "removed",
        /// Cancelled: entered twice or by mistake.
        Cancelled = "cancelled",
        /// A verification or a rejection was taken back: what was registered waits again. To a version that
        /// does not know it, nothing was decided, and that is the same.
        Reopened = "reopened",
    }
}

codes! {
    /// Where an entry stands, as everybody sees it.
    State {
        /// Nobody has asked this person yet.
        NotAsked = "BELUM_DITANYA",
        /// Begun, not finished.
        Draft = "DRAF",
        /// Not there when asked.
        Away = "TIDAK_DI_TEMPAT",
        /// Does not want to take part.
        Declined = "TIDAK_BERMINAT",
        /// Registered.
        Registered = "TERDAFTAR",
        /// Returned for correction.
        Returned = "DIKEMBALIKAN",
        /// Verified.
        Verified = "TERVERIFIKASI",
        /// On the reserve list.
        Reserve = "CADANGAN",
        /// Confirmed participant.
        Confirmed = "DITETAPKAN",
        /// Not accepted.
        Rejected = "DITOLAK",
        /// In training.
        InTraining = "MENGIKUTI",
        /// Passed.
        Passed = "LULUS",
        /// Failed.
        Failed = "TIDAK_LULUS",
        /// Certified.
        Certified = "BERSERTIFIKAT",
        /// Withdrawn.
        Withdrawn = "MENGUNDURKAN_DIRI",
        /// Removed from training.
        Removed = "DIKELUARKAN",
        /// Cancelled.
        Cancelled = "DIBATALKAN",
    }
}

impl Registration {
    /// The state of an entry on which nothing was decided.
    pub const fn leads_to(self) -> State {
        match self {
            Self::Draft => State::Draft,
            Self::Registered => State::Registered,
            Self::Declined => State::Declined,
            Self::Away => State::Away,
            Self::Withdrawn => State::Withdrawn,
        }
    }
}

impl DecisionState {
    /// The state of an entry after this decision.
    pub const fn leads_to(self) -> State {
        match self {
            Self::Returned => State::Returned,
            Self::Verified => State::Verified,
            Self::Reserve => State::Reserve,
            Self::Confirmed => State::Confirmed,
            Self::Rejected => State::Rejected,
            Self::InTraining => State::InTraining,
            Self::Passed => State::Passed,
            Self::Failed => State::Failed,
            Self::Certified => State::Certified,
            Self::Removed => State::Removed,
            Self::Cancelled => State::Cancelled,
            Self::Reopened => State::Registered,
        }
    }
}

/// A decision as the server wrote it into the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was decided.
    pub state: DecisionState,
    /// Why; for a return, what the officer shall correct.
    pub reason: String,
    /// Who decided.
    pub by: String,
    /// When, by the server's clock. It also names the decision: a correction answers it.
    pub at: Timestamp,
    /// Which place it gives. Versions before packages were named confirmed people without one.
    #[serde(default)]
    pub seat: Option<Seat>,
}

impl Decision {
    /// The decision as the sheet stores it.
    pub fn to_fields(&self) -> Fields {
        let seat = self.seat.as_ref().map(Seat::to_string).unwrap_or_default();
        let fields = [
            ("state", self.state.code().to_owned()),
            ("reason", self.reason.clone()),
            ("by", self.by.clone()),
            ("at", self.at.0.to_string()),
            ("seat", seat),
        ];
        fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

impl State {
    /// Whether a person in this state takes a seat of a package. Somebody who was taken out frees it.
    pub const fn takes_seat(self) -> bool {
        use State::*;
        matches!(self, Confirmed | InTraining | Passed | Failed | Certified)
    }
}

/// The state that follows from both sides.
///
/// `answered` is the time of the decision that a tablet has answered: with a correction after a return,
/// or with another registration after a withdrawal. What was decided before it no longer counts: the seat
/// of somebody who withdrew may have been given to somebody else.
pub fn state(
    registration: Option<Registration>,
    decision: Option<&Decision>,
    answered: Option<Timestamp>,
) -> State {
    use DecisionState as D;
    if registration == Some(Registration::Withdrawn) {
        return match decision.map(|d| d.state) {
            Some(D::Cancelled) => State::Cancelled,
            _ => State::Withdrawn,
        };
    }
    // What was taken back counts no more: where the entry stands is the registration's word again.
    if let Some(decision) = decision.filter(|decision| decision.state != D::Reopened)
        && answered != Some(decision.at)
    {
        return decision.state.leads_to();
    }
    registration.map_or(State::NotAsked, Registration::leads_to)
}

/// Whether a step must say why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// No reason is asked.
    None,
    /// A step without a reason is refused.
    Required,
}

/// One step of the life cycle.
#[derive(Debug)]
pub struct Step {
    /// From any of these states.
    pub from: &'static [State],
    /// To this state.
    pub to: State,
    /// Who may.
    pub who: &'static [Role],
    /// Whether it must say why.
    pub reason: Reason,
}

const fn step(from: &'static [State], to: State, who: &'static [Role], reason: Reason) -> Step {
    Step { from, to, who, reason }
}

/// Every step there is. What is not here cannot happen.
#[rustfmt::skip]
pub const STEPS: &[Step] = {
    use Reason::{None as No, Required as Yes};
    use Role::{Head, Instructor, Officer, Partner, Supervisor};
    use State::*;
    const ASKED: &[State] = &[NotAsked, Draft, Away, Declined, Returned, Registered, Withdrawn];
    &[
        // At a tablet, also without network.
        step(&[NotAsked, Draft, Away, Declined],               Draft,      &[Officer], No),
        step(ASKED,                                            Registered, &[Officer], No),
        step(&[NotAsked, Draft, Away, Declined, Registered],   Declined,   &[Officer], No),
        step(&[NotAsked, Draft, Away, Declined],               Away,       &[Officer], No),
        // As easy as registering: nobody owes an officer a reason.
        step(&[Registered, Returned, Verified, Reserve, Confirmed], Withdrawn, &[Officer], No),
        // At the server.
        step(&[Registered, Returned, Verified, Reserve, Confirmed], Withdrawn, &[Supervisor], Yes),
        step(&[Registered],                                    Returned,   &[Supervisor], Yes),
        step(&[Registered],                                    Verified,   &[Supervisor], No),
        step(&[Registered, Verified],                          Rejected,   &[Supervisor], Yes),
        step(&[Verified],                                      Rejected,   &[Partner], Yes),
        step(&[Verified],                                      Confirmed,  &[Head], No),
        step(&[Verified],                                      Reserve,    &[Head], No),
        step(&[Reserve],                                       Confirmed,  &[Supervisor, Head], Yes),
        step(&[Confirmed],                                     Reserve,    &[Head], Yes),
        step(&[Reserve],                                       Reserve,    &[Head], Yes),
        // Taken back by any supervisor, also by whoever decided it.
        step(&[Verified, Rejected],                            Registered, &[Supervisor], Yes),
        // An objection of somebody who was rejected: the head upholds it, or says why not.
        step(&[Rejected],                                      Verified,   &[Head], Yes),
        step(&[Rejected],                                      Rejected,   &[Head], Yes),
        step(&[Reserve],                                       Verified,   &[Head], Yes),
        step(&[Confirmed],                                     InTraining, &[Partner, Instructor], No),
        step(&[InTraining],                                    Withdrawn,  &[Partner, Supervisor], Yes),
        step(&[InTraining],                                    Removed,    &[Partner, Supervisor], Yes),
        step(&[InTraining],                                    Passed,     &[Partner], No),
        step(&[InTraining],                                    Failed,     &[Partner], No),
        step(&[Passed],                                        Certified,  &[Partner], No),
        step(&[Draft, Registered, Returned, Verified, Reserve, Confirmed, Rejected],
                                                               Cancelled,  &[Supervisor], Yes),
    ]
};

/// Why a step cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoStep {
    /// There is no such step from this state.
    NotFromHere,
    /// There is one, but not for this role.
    NotYours,
    /// It needs a reason.
    ReasonMissing,
}

/// May `role` move an entry from one state to another?
pub fn may_move(role: Role, from: State, to: State, reason: &str) -> Result<(), NoStep> {
    let steps = || STEPS.iter().filter(|step| step.to == to && step.from.contains(&from));
    if steps().next().is_none() {
        return Err(NoStep::NotFromHere);
    }
    let Some(step) = steps().find(|step| step.who.contains(&role)) else {
        return Err(NoStep::NotYours);
    };
    if step.reason == Reason::Required && reason.trim().is_empty() {
        return Err(NoStep::ReasonMissing);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_that_was_answered_is_a_registration_again() {
        let returned = Decision {
            state: DecisionState::Returned,
            reason: "tanyakan lagi".into(),
            by: "marlin".into(),
            at: Timestamp(5),
            seat: None,
        };
        let registered = Some(Registration::Registered);
        assert_eq!(state(registered, Some(&returned), None), State::Returned);
        assert_eq!(state(registered, Some(&returned), Some(Timestamp(5))), State::Registered);
        assert_eq!(state(registered, Some(&returned), Some(Timestamp(4))), State::Returned);
    }

    #[test]
    fn steps_outside_the_table_cannot_happen() {
        use State::*;
        let cases = [
            (Role::Officer, Draft, Registered, "", Ok(())),
            (Role::Officer, Verified, Registered, "", Err(NoStep::NotYours)),
            (Role::Supervisor, Verified, Registered, "", Err(NoStep::ReasonMissing)),
            (Role::Supervisor, Verified, Registered, "salah orang", Ok(())),
            (Role::Supervisor, Rejected, Registered, "keliru", Ok(())),
            (Role::Head, Verified, Registered, "x", Err(NoStep::NotYours)),
            (Role::Supervisor, Confirmed, Registered, "x", Err(NoStep::NotFromHere)),
            (Role::Supervisor, Rejected, Verified, "x", Err(NoStep::NotYours)),
            (Role::Head, Rejected, Verified, "", Err(NoStep::ReasonMissing)),
            (Role::Head, Rejected, Verified, "keberatan", Ok(())),
            (Role::Head, Rejected, Rejected, "keberatan", Ok(())),
            (Role::Supervisor, Rejected, Rejected, "x", Err(NoStep::NotYours)),
            (Role::Officer, Registered, Verified, "", Err(NoStep::NotYours)),
            (Role::Supervisor, Registered, Verified, "", Ok(())),
            (Role::Supervisor, Registered, Returned, " ", Err(NoStep::ReasonMissing)),
            (Role::Supervisor, Registered, Returned, "SMP?", Ok(())),
            (Role::Supervisor, Verified, Confirmed, "", Err(NoStep::NotYours)),
            (Role::Head, Verified, Confirmed, "", Ok(())),
            (Role::Partner, Registered, Rejected, "x", Err(NoStep::NotYours)),
            (Role::Officer, Registered, Withdrawn, "", Ok(())),
            (Role::Supervisor, Registered, Withdrawn, "", Err(NoStep::ReasonMissing)),
            (Role::Officer, NotAsked, Certified, "", Err(NoStep::NotFromHere)),
        ];
        for (role, from, to, reason, expected) in cases {
            assert_eq!(may_move(role, from, to, reason), expected, "{role:?} {from:?} → {to:?}");
        }
    }

    #[test]
    fn what_was_taken_back_leaves_the_word_to_the_registration() {
        let reopened = Decision {
            state: DecisionState::Reopened,
            reason: "salah orang".into(),
            by: "marlin".into(),
            at: Timestamp(7),
            seat: None,
        };
        for (registration, expected) in [
            (Registration::Registered, State::Registered),
            (Registration::Declined, State::Declined),
            (Registration::Withdrawn, State::Withdrawn),
        ] {
            assert_eq!(state(Some(registration), Some(&reopened), None), expected);
        }
    }

    #[test]
    fn a_withdrawal_holds_whatever_was_decided() {
        let confirmed = Decision {
            state: DecisionState::Confirmed,
            reason: String::new(),
            by: "karutan".into(),
            at: Timestamp(1),
            seat: None,
        };
        let withdrawn = Some(Registration::Withdrawn);
        assert_eq!(state(withdrawn, Some(&confirmed), None), State::Withdrawn);
        // Who registers again after it begins anew: the seat may be somebody else's by now.
        let again = Some(Registration::Registered);
        assert_eq!(state(again, Some(&confirmed), Some(Timestamp(1))), State::Registered);
    }
}
