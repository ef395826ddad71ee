//! Scores, outcomes and certificates.

use bilik_shared::command::Refused;
use bilik_shared::lifecycle::NoStep;
use bilik_shared::training::books::{Given, Grade};
use bilik_shared::training::certificate::{Certificate, Number, Office, name_alone};
use bilik_shared::training::{
    MAX_NUMBER, MAX_TEXT, Outcome, Predicate, check_outcome, check_score, check_text,
};
use bilik_shared::view::training::{GiveGrade, Issue};

use super::*;

/// Writes down how somebody did, and how it ended for them if it has.
///
/// # Errors
/// What cannot be: a score, an outcome without what it needs, a step that the life cycle does not have.
pub fn grade(
    room: &mut Room<'_>,
    asking: &Asking,
    work: &Work,
    asked: GiveGrade,
) -> Result<(), Error> {
    let GiveGrade { entry, score, assessment, competence_number, outcome, reason } = asked;
    let (moment, role) = (&asking.moment, asking.user.role);
    if outcome.is_some() && !may(role, Action::RunTraining, None) {
        return Err(Error::RoleMayNot);
    }
    score.map(check_score).transpose()?;
    let competence_number = check_text(&competence_number, MAX_NUMBER)?;
    let reason = check_text(&reason, MAX_TEXT)?;
    let (sheet, person) = work.person(entry)?;
    let known = work.books.grades.get(&(entry, work.package.clone()));
    let same_score = known.and_then(|grade| grade.score) == score;
    // What was decided, and may stand on a certificate, was decided on a score.
    if person.state != State::InTraining && !same_score {
        return Err(Refused::Step(NoStep::NotFromHere).into());
    }
    if let Some(outcome) = outcome {
        let attended = work.book().totals(entry).percent();
        let least = asking.house.office.least_attendance;
        check_outcome(outcome, score, attended, least, &reason)?;
    }
    let said = known.is_some_and(|grade| {
        same_score && grade.assessment == assessment && grade.competence_number == competence_number
    });
    if !said {
        let by = moment.author.officer.clone();
        let grade = Grade { score, assessment, competence_number, by, at: moment.at };
        training::grade(room.db, entry, &work.package, &grade)?;
    }
    let to = match outcome {
        None => return Ok(()),
        Some(Outcome::Passed) => DecisionState::Passed,
        Some(Outcome::Failed) => DecisionState::Failed,
        Some(Outcome::Removed) => DecisionState::Removed,
    };
    // A request that is sent twice finds done what it asks for.
    match person.state == to.leads_to() {
        true => Ok(()),
        false => step(room, (sheet, entry), to, &reason, moment),
    }
}

/// Gives somebody who has passed a certificate with the next number; whoever has one keeps it.
///
/// # Errors
/// [`NoTraining::NamesHouse`], where it would tell of detention; a step that the life cycle does not have.
pub fn issue(
    room: &mut Room<'_>,
    asking: &Asking,
    work: &Work,
    Issue { entry, on }: Issue,
) -> Result<(), Error> {
    let (house, moment) = (&asking.house, &asking.moment);
    let (sheet, person) = work.person(entry)?;
    let key = (entry, work.package.clone());
    if work.books.certificates.contains_key(&key) {
        return Ok(());
    }
    if person.state != State::Passed {
        return Err(Refused::Step(NoStep::NotFromHere).into());
    }
    let book = work.book();
    let from = book.begun.as_ref().ok_or(NoTraining::NotBegun)?.on;
    let until = book.days.last().map_or(from, |day| day.date);
    if !(until..=moment.today).contains(&on) {
        return Err(NoTraining::DateOutOfRange.into());
    }
    let score = work.books.grades.get(&key).and_then(|grade| grade.score);
    let score = score.ok_or(NoTraining::ScoreMissing)?;
    let mut number = Number {
        sequence: 0,
        office: house.office.code.clone(),
        programme: work.package.programme.clone(),
        year: on.year(),
    };
    number.sequence = training::last_sequence(room.db, &number)? + 1;
    let certificate = certify(house, work, person, number, (from, until, on), score);
    if certificate.tells_of_detention(&house.facility.name) {
        return Err(NoTraining::NamesHouse.into());
    }
    let content =
        serde_json::to_string(&certificate).map_err(|cause| Error::Internal(cause.to_string()))?;
    let given = Given { number: certificate.number, on };
    let by = (&moment.author.officer, moment.at);
    training::give(room.db, entry, &work.package, &given, &content, by)?;
    step(room, (sheet, entry), DecisionState::Certified, "", moment)
}

/// What is printed. Nothing of it comes from the facility: its name, its code in registration numbers and its
/// blocks stay where they are.
fn certify(
    house: &House,
    work: &Work,
    Entry { person, .. }: &Entry,
    number: Number,
    (from, until, issued_on): (Date, Date, Date),
    score: u32,
) -> Certificate {
    let mut programmes = house.programmes.iter();
    let programme = programmes.find(|one| one.code == work.package.programme);
    let Office { name: office, place, signs, .. } = house.office.clone();
    Certificate {
        number,
        name: name_alone(&person.name),
        birth_place: person.birth_place.clone(),
        birth_date: person.birth_date.filter(|_| !person.birth_approximate),
        programme: programme.map(|one| one.name.clone()).unwrap_or_default(),
        from,
        until,
        hours: work.book().hours(),
        predicate: Predicate::of(score),
        score,
        office,
        place,
        signs,
        issued_on,
    }
}

/// A certificate as it was given.
pub fn certificate(db: &Connection, work: &Work, entry: EntryId) -> Result<Certificate, Error> {
    work.person(entry)?;
    let content = training::certificate(db, entry, &work.package)?.ok_or(Error::EntryUnknown)?;
    serde_json::from_str(&content).map_err(|cause| Error::Internal(cause.to_string()))
}
