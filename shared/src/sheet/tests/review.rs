//! What the desk does to a registration and takes back: verifications, rejections, objections, choices.

use super::*;

fn decide(sheet: &mut Sheet, role: Role, state: DecisionState, at: i64) -> Result<(), Refused> {
    let what = What::Decide { state, reason: "keberatan diterima".into(), seat: None };
    sheet.act(&on(YANTO, what), &Moment { role, ..desk(at) }).map(drop)
}

#[test]
fn a_verification_and_a_rejection_are_taken_back_and_the_officer_goes_on() {
    use DecisionState::{Rejected, Reopened, Verified};
    let (mut server, mut a, _) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    sync(&mut a, &mut server);
    decide(&mut server, Role::Supervisor, Verified, 2).unwrap();
    decide(&mut server, Role::Supervisor, Reopened, 3).unwrap();
    assert_eq!(server.entry(YANTO).unwrap().state, State::Registered);
    decide(&mut server, Role::Supervisor, Rejected, 4).unwrap();
    decide(&mut server, Role::Supervisor, Reopened, 5).unwrap();
    sync(&mut server, &mut a);
    assert_eq!(a.entry(YANTO).unwrap().state, State::Registered);
    // What waits again is the officer's again, and a supervisor's after that.
    a.act(&on(YANTO, What::Decline { consent: None }), &moment("T01", "grace", 6)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Declined);
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 7)).unwrap();
    sync(&mut a, &mut server);
    decide(&mut server, Role::Supervisor, Verified, 8).unwrap();
    let history = server.history(YANTO);
    let states = history.iter().filter(|step| step.field == "state");
    let states: Vec<&str> = states.map(|step| step.after.as_str()).collect();
    assert_eq!(states, ["verified", "reopened", "rejected", "reopened", "verified"]);
}

#[test]
fn an_objection_is_upheld_or_dismissed_by_the_head_and_both_are_kept() {
    use DecisionState::{Rejected, Verified};
    let (_, mut a, _) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    decide(&mut a, Role::Supervisor, Rejected, 2).unwrap();
    let refused = decide(&mut a, Role::Supervisor, Verified, 3).unwrap_err();
    assert_eq!(refused, Refused::Step(NoStep::NotYours));
    decide(&mut a, Role::Head, Rejected, 4).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Rejected);
    decide(&mut a, Role::Head, Verified, 5).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Verified);
    // Each decision has its own time, also where it says the same again.
    let history = a.history(YANTO);
    let decisions: Vec<_> = history.iter().filter(|step| step.field == "at").collect();
    assert_eq!(decisions.len(), 3);
    assert!(decisions.iter().all(|step| step.author.is_some()));
}

/// A conflict about choices, and one about it that was settled on `value`.
fn settled(value: &str) -> (Sheet, Sheet, Sheet) {
    let (mut server, mut a, mut b) = three();
    a.act(&register(YANTO, "GAR,KAY"), &moment("T01", "grace", 10)).unwrap();
    b.act(&register(YANTO, "GAR,OTO"), &moment("T02", "stenly", 20)).unwrap();
    sync(&mut a, &mut server);
    sync(&mut b, &mut server);
    let choice = What::Resolve { field: Field::Choices, value: value.into() };
    server.act(&on(YANTO, choice), &desk(30)).unwrap();
    (server, a, b)
}

#[test]
fn a_choice_is_taken_back_with_both_answers_as_they_were_given() {
    for (first, second) in [("GAR,KAY", "GAR,KAY"), ("GAR,KAY", "GAR,OTO"), ("GAR,OTO", "GAR,OTO")]
    {
        let (mut server, mut a, _) = settled(first);
        let made = server.settled(YANTO);
        assert_eq!((made.len(), made[0].chosen.as_str()), (1, first));
        let unsettle = || on(YANTO, What::Unsettle { field: Field::Choices });
        let written = server.act(&unsettle(), &desk(40)).unwrap();
        assert!(a.look(written.chunk.as_ref().unwrap()).server_fields, "no tablet may");
        sync(&mut server, &mut a);
        for sheet in [&mut server, &mut a] {
            let conflicts = sheet.conflicts(YANTO);
            assert_eq!(conflicts.len(), 1, "{first} {second}");
            let said: Vec<_> = conflicts[0]
                .answers
                .iter()
                .map(|answer| {
                    let officer = answer.author.as_ref().unwrap().officer.as_str();
                    (answer.value.as_str(), officer, answer.at.0)
                })
                .collect();
            assert_eq!(said, [("GAR,KAY", "grace", 10_000), ("GAR,OTO", "stenly", 20_000)]);
            assert!(sheet.entry(YANTO).unwrap().contested);
            assert!(sheet.settled(YANTO).is_empty());
        }
        let twice = server.act(&unsettle(), &desk(41)).unwrap_err();
        assert_eq!(twice, Refused::NothingToUndo);
        // Chosen anew, also at a tablet and also the same answer, it is settled, and can be taken back once more.
        let choice = What::Resolve { field: Field::Choices, value: second.into() };
        let written = a.act(&on(YANTO, choice), &moment("T01", "grace", 50)).unwrap();
        assert!(!a.look(written.chunk.as_ref().unwrap()).server_fields);
        sync(&mut a, &mut server);
        assert!(server.conflicts(YANTO).is_empty(), "{first} {second}");
        assert_eq!(server.settled(YANTO)[0].chosen, second);
        server.act(&unsettle(), &desk(60)).unwrap();
        assert_eq!(server.conflicts(YANTO)[0].answers.len(), 2);
    }
}

#[test]
fn a_choice_stays_after_thirty_days_at_a_tablet_and_once_somebody_answered_anew() {
    let unsettle = || on(YANTO, What::Unsettle { field: Field::Choices });
    let (mut server, mut a, _) = settled("GAR,KAY");
    let month = 30 * 24 * 60 * 60;
    let late = server.act(&unsettle(), &desk(30 + month + 1)).unwrap_err();
    assert_eq!(late, Refused::NothingToUndo);
    sync(&mut server, &mut a);
    let tablet = a.act(&unsettle(), &moment("T01", "grace", 31)).unwrap_err();
    assert_eq!(tablet, Refused::Step(NoStep::NotYours));
    a.act(&register(YANTO, "LAS"), &moment("T01", "grace", 40)).unwrap();
    sync(&mut a, &mut server);
    assert!(server.settled(YANTO).is_empty());
    assert_eq!(server.act(&unsettle(), &desk(50)).unwrap_err(), Refused::NothingToUndo);
    let (mut server, _, _) = settled("GAR,KAY");
    server.act(&unsettle(), &desk(30 + month)).unwrap();
}
