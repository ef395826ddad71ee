//! Where each role begins: on the page where its work waits. One table.

use bilik_shared::lifecycle::State;
use bilik_shared::role::Role;

use crate::desk::route::{Area, Privacy, Queue, Route, Training};

/// The page that somebody of this role sees first, and comes back to by the sign of the house.
pub fn home(role: Role) -> Route {
    match role {
        Role::Supervisor => Route::Registrations(Queue::Only(State::Registered)),
        Role::Head => Route::Allocation,
        Role::Partner => Route::Registrations(Queue::Asked),
        Role::Instructor => Route::Training(Training::Today),
        Role::Administrator => Route::Setup(Area::Facility),
        Role::Privacy => Route::Privacy(Privacy::Requests),
        // Counts and nothing else is what they may see.
        Role::Regional | Role::CaseOfficer | Role::Officer => Route::Dashboard,
        Role::Security | Role::Clinic => Route::Vetting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_begins_where_its_work_waits() {
        let expected = [
            (Role::Officer, "dashboard"),
            (Role::Supervisor, "registrations/TERDAFTAR"),
            (Role::Head, "allocation"),
            (Role::Security, "vetting"),
            (Role::Clinic, "vetting"),
            (Role::Partner, "registrations"),
            (Role::Instructor, "training/today"),
            (Role::CaseOfficer, "dashboard"),
            (Role::Regional, "dashboard"),
            (Role::Administrator, "setup/facility"),
            (Role::Privacy, "privacy/requests"),
        ];
        assert_eq!(expected.map(|(role, _)| role), Role::ALL);
        for (role, address) in expected {
            assert_eq!(home(role).to_string(), address, "{role:?}");
            assert_eq!(Route::parse(address), home(role), "{role:?}");
        }
    }
}
