//! The words for what the partner writes down.

use bilik_shared::programme::Seat;
use bilik_shared::training::attendance::Attendance;
use bilik_shared::training::follow_up::Afterwards;
use bilik_shared::training::{Advice, Assessment, Outcome, Predicate};

use crate::desk::session::Desk;
use crate::text::t;

/// The name of a package.
pub fn package(desk: Desk, package: &Seat) -> String {
    let name = desk.programme(&package.programme);
    t("alloc.package", &[("name", &name), ("n", &package.number)])
}

/// Whether somebody was there.
pub fn attendance(code: Attendance) -> &'static str {
    match code {
        Attendance::Present => "attend.present",
        Attendance::Late => "attend.late",
        Attendance::Sick => "attend.sick",
        Attendance::Excused => "attend.excused",
        Attendance::Court => "attend.court",
        Attendance::Visit => "attend.visit",
        Attendance::Absent => "attend.absent",
        Attendance::Left => "attend.left",
    }
}

/// What is advised.
pub fn advice(code: Advice) -> &'static str {
    match code {
        Advice::Take => "propose.take",
        Advice::Reserve => "propose.reserve",
        Advice::Leave => "propose.leave",
    }
}

/// The finding of a competence test.
pub fn assessment(code: Assessment) -> &'static str {
    match code {
        Assessment::Competent => "grade.competent",
        Assessment::NotYet => "grade.not_yet",
        Assessment::NotTaken => "grade.not_taken",
    }
}

/// How it ended.
pub fn outcome(code: Outcome) -> &'static str {
    match code {
        Outcome::Passed => "state.passed",
        Outcome::Failed => "state.failed",
        Outcome::Removed => "state.removed",
    }
}

/// A score in a word.
pub fn predicate(code: Predicate) -> &'static str {
    match code {
        Predicate::VeryGood => "grade.very_good",
        Predicate::Good => "grade.good",
        Predicate::Enough => "grade.enough",
        Predicate::Low => "grade.low",
    }
}

/// What became of somebody.
pub fn afterwards(code: Afterwards) -> &'static str {
    match code {
        Afterwards::Employed => "after.employed",
        Afterwards::SelfEmployed => "after.self_employed",
        Afterwards::School => "after.school",
        Afterwards::Seeking => "after.seeking",
        Afterwards::Unclear => "after.unclear",
        Afterwards::NotReached => "after.not_reached",
    }
}
