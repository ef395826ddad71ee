//! Who may do what. One match; the server asks it on every route, the screens ask it what to offer.

use crate::lifecycle::State;
use crate::registration::{Field, codes};
use crate::vetting::About;

codes! {
    /// What a person is, for this system.
    Role {
        /// Registers people at a tablet.
        Officer = "PETUGAS_REGISTRASI",
        /// Head of detainee services or a delegate: verifies, returns, resolves.
        Supervisor = "VERIFIKATOR",
        /// Head of the house.
        Head = "KARUTAN",
        /// Head of security.
        Security = "KEAMANAN",
        /// Clinic.
        Clinic = "KLINIK",
        /// Manpower office and training centre.
        Partner = "MITRA_DISNAKER",
        /// Instructor of the training centre.
        Instructor = "INSTRUKTUR_BLK",
        /// Case officer.
        CaseOfficer = "WALI",
        /// Regional office: aggregates only.
        Regional = "KANWIL",
        /// Administrator of the house: users, tablets, master data; no personal data by default.
        Administrator = "ADMIN_UPT",
        /// Data protection officer.
        Privacy = "PETUGAS_PDP",
    }
}

/// What somebody wants to do at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// See counts only.
    SeeCounts,
    /// See counts per cell block: where in the house people are is nobody's business outside of it.
    SeeBlocks,
    /// See one entry with its personal data.
    SeeEntry,
    /// Choose between two answers of one field.
    ResolveConflict,
    /// Move an entry to a state; whether that step exists is the life cycle's question.
    Decide,
    /// Make a one-time code for a tablet.
    EnrolDevice,
    /// See which tablets reported when.
    SeeDevices,
    /// See what a run of the allocation would propose.
    RunAllocation,
    /// Decide what a run proposes.
    CommitAllocation,
    /// Say what came of a change that the server could not take in.
    SettleQuarantine,
    /// Say whether two entries that look alike are one person.
    SettlePair,
    /// Bring the prison database's list of people onto the sheets.
    ImportRoster,
    /// Begin a package, keep its attendance and write down scores: of every package for the partner, of an
    /// instructor's own ones only.
    Train,
    /// Advise on who is taken, name instructors, say who has passed, give certificates.
    RunTraining,
    /// Keep the register of what became of people after their release.
    FollowUp,
    /// Set up the house: blocks, waves, programmes, statements, rules.
    SetUp,
    /// Say who may sign in, and as what.
    ManageUsers,
    /// Give sheets to a tablet and take them, name it, revoke it.
    ManageDevices,
    /// Make and revoke tokens of other systems, and say where they are told something.
    ManageAccess,
    /// Say what the clinic or security found, about those who wait for it.
    Vet,
    /// Read the log of access, keep the registers of requests and incidents, set for how long data are kept.
    GuardPrivacy,
}

/// May this role do this to an entry in this state? `state` is `None` where no entry is meant.
pub fn may(role: Role, action: Action, state: Option<State>) -> bool {
    use Role::*;
    match action {
        Action::SeeCounts => true,
        Action::SeeBlocks => !matches!(role, Partner | Instructor | Regional),
        Action::SeeEntry => match role {
            Supervisor | Head => true,
            // The partner sees whom it was given, and nobody before that; its instructors whom they train.
            Partner => state.is_some_and(is_released),
            Instructor => state.is_some_and(is_trained),
            _ => false,
        },
        Action::ResolveConflict => matches!(role, Supervisor | Officer),
        Action::Decide => matches!(role, Supervisor | Head | Partner | Instructor),
        Action::EnrolDevice | Action::ImportRoster | Action::ManageDevices => {
            matches!(role, Supervisor | Administrator)
        }
        Action::SetUp | Action::ManageUsers => role == Administrator,
        Action::SettleQuarantine | Action::SettlePair => matches!(role, Supervisor | Head),
        Action::GuardPrivacy => role == Privacy,
        Action::Vet => !vets(role).is_empty(),
        Action::SeeDevices => matches!(role, Supervisor | Head | Administrator),
        Action::RunAllocation => matches!(role, Supervisor | Head),
        Action::CommitAllocation => role == Head,
        Action::Train => matches!(role, Partner | Instructor),
        // The partner's own books: the house reads proposals beside its decision, and reports.
        Action::RunTraining | Action::FollowUp => role == Partner,
        Action::ManageAccess => role == Administrator,
    }
}

/// Whether an entry in this state has been handed over to the partner.
pub fn is_released(state: State) -> bool {
    use State::*;
    matches!(state, Confirmed | InTraining | Passed | Failed | Certified | Removed)
}

/// Whether somebody in this state has begun the training.
fn is_trained(state: State) -> bool {
    use State::*;
    matches!(state, InTraining | Passed | Failed | Certified)
}

/// May this role read this field of an entry that it sees?
///
/// The partner reads what a training centre needs to train somebody, and nothing of why or where in the house
/// they are held; an instructor reads names. Both columns follow the agreement of the two offices.
pub fn reads(role: Role, field: Field) -> bool {
    use Field::*;
    match role {
        Role::Supervisor | Role::Head => true,
        Role::Partner => matches!(
            field,
            Name | BirthPlace
                | BirthDate
                | BirthApproximate
                | Sex
                | Citizenship
                | Choices
                | Education
                | Plan
                | Experience
                | NikStatus
                | Nik
                | Reason
                | Skills
                | IdentityCard
                | FamilyCard
                | SchoolCertificate
                | Photograph
                | Needs
                | Address
                | Marital
                | Literacy
        ),
        Role::Instructor => field == Name,
        _ => false,
    }
}

/// What this role says about people: the clinic about health, security about tools and discipline.
pub const fn vets(role: Role) -> &'static [About] {
    match role {
        Role::Clinic => &[About::Fitness],
        Role::Security => &[About::Clearance, About::RegisterF, About::Isolation],
        _ => &[],
    }
}

/// May this role read what was said about this? Who says it, and who decides by it. The partner is told only whether
/// to reckon with somebody: see [`crate::vetting::Ready`].
pub fn reads_vetting(role: Role, about: About) -> bool {
    matches!(role, Role::Supervisor | Role::Head) || vets(role).contains(&about)
}

/// May this role read whether to reckon with somebody, of those that it sees?
pub const fn reads_ready(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Head | Role::Partner)
}

/// May this role read who did what and when, with every earlier answer?
pub fn reads_history(role: Role) -> bool {
    matches!(role, Role::Supervisor | Role::Head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partner_sees_nobody_before_confirmation() {
        for state in State::ALL {
            let sees = may(Role::Partner, Action::SeeEntry, Some(*state));
            assert_eq!(sees, is_released(*state), "{state:?}");
            let sees = may(Role::Instructor, Action::SeeEntry, Some(*state));
            assert!(!sees || is_released(*state), "{state:?}");
        }
        assert!(!may(Role::Partner, Action::SeeEntry, None));
    }

    #[test]
    fn a_word_about_somebody_is_read_by_who_says_it_and_who_decides_by_it() {
        let readers = |about| -> Vec<Role> {
            Role::ALL.iter().copied().filter(|role| reads_vetting(*role, about)).collect()
        };
        assert_eq!(readers(About::Fitness), [Role::Supervisor, Role::Head, Role::Clinic]);
        for about in [About::Clearance, About::RegisterF, About::Isolation] {
            assert_eq!(readers(about), [Role::Supervisor, Role::Head, Role::Security]);
        }
    }

    #[test]
    fn only_named_roles_reach_personal_data_or_decide() {
        let allowed = |action| -> Vec<Role> {
            let every = Role::ALL.iter().copied();
            every.filter(|role| may(*role, action, Some(State::Registered))).collect()
        };
        assert_eq!(allowed(Action::SeeEntry), [Role::Supervisor, Role::Head]);
        assert!(!allowed(Action::SeeBlocks).contains(&Role::Partner));
        assert_eq!(allowed(Action::ResolveConflict), [Role::Officer, Role::Supervisor]);
        assert_eq!(allowed(Action::EnrolDevice), [Role::Supervisor, Role::Administrator]);
        assert_eq!(allowed(Action::ImportRoster), [Role::Supervisor, Role::Administrator]);
        assert_eq!(allowed(Action::ManageDevices), [Role::Supervisor, Role::Administrator]);
        assert_eq!(allowed(Action::Vet), [Role::Security, Role::Clinic]);
        assert_eq!(allowed(Action::SetUp), [Role::Administrator]);
        assert_eq!(allowed(Action::ManageUsers), [Role::Administrator]);
        assert_eq!(allowed(Action::GuardPrivacy), [Role::Privacy]);
        assert_eq!(allowed(Action::RunAllocation), [Role::Supervisor, Role::Head]);
        assert_eq!(allowed(Action::CommitAllocation), [Role::Head]);
        assert_eq!(allowed(Action::Train), [Role::Partner, Role::Instructor]);
        assert_eq!(allowed(Action::RunTraining), [Role::Partner]);
        assert_eq!(allowed(Action::FollowUp), [Role::Partner]);
        assert_eq!(allowed(Action::ManageAccess), [Role::Administrator]);
    }

    #[test]
    fn outside_the_house_nobody_reads_where_or_why_people_are_held() {
        use Field::*;
        for role in Role::ALL.iter().filter(|role| !reads_history(**role)) {
            for field in [
                Aliases,
                RegisterNumber,
                LegalStatus,
                Cell,
                Note,
                Consent,
                Signature,
                FamilyName,
                FamilyRelation,
                FamilyPhone,
            ] {
                assert!(!reads(*role, field), "{role:?} {field:?}");
            }
        }
    }
}
