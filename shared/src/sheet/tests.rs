//! The sheet, by story.

use super::*;
use crate::command::{Command, Moment, NoSeat, Refused, What};
use crate::lifecycle::{DecisionState, NoStep, State};
use crate::nik::NikWarning;
use crate::registration::{
    Answers, Consent, ConsentOutcome, ConsentWay, Education, Field, NikStatus, Warning,
    parse_choices,
};
use crate::role::Role;
use crate::time::Date;

mod founded;
mod kept_out;
mod review;

fn officer(name: &str) -> OfficerId {
    name.parse().unwrap()
}

fn moment(device: &str, name: &str, second: i64) -> Moment {
    Moment {
        author: Author { device: Some(device.parse().unwrap()), officer: officer(name) },
        role: Role::Officer,
        at: Timestamp(second * 1000),
        today: Date::new(2025, 10, 2).unwrap(),
        number: Some(format!("AMB-2025.2-{device}-0001")),
    }
}

fn desk(second: i64) -> Moment {
    let author = Author { device: None, officer: officer("marlin") };
    Moment { author, role: Role::Supervisor, number: None, ..moment("T01", "x", second) }
}

pub(crate) fn answers(choices: &str) -> Answers {
    Answers {
        choices: parse_choices(choices),
        education: Some(Education::Primary),
        nik_status: Some(NikStatus::NotYet),
        consent: Some(Consent {
            outcome: ConsentOutcome::Agreed,
            way: Some(ConsentWay::PaperSignature),
            read_aloud: true,
            wording: "ikut-1-id".into(),
            witness: String::new(),
        }),
        ..Answers::default()
    }
}

fn register(entry: EntryId, choices: &str) -> Command {
    let what =
        What::Register { person: None, answers: Box::new(answers(choices)), confirmed: vec![] };
    Command { sheet: "2025.2-B".parse().unwrap(), entry, what }
}

fn on(entry: EntryId, what: What) -> Command {
    Command { sheet: "2025.2-B".parse().unwrap(), entry, what }
}

const YANTO: EntryId = EntryId([1; 16]);
const HASAN: EntryId = EntryId([2; 16]);

/// A server's sheet with two people, and two tablets that have just got it.
fn three() -> (Sheet, Sheet, Sheet) {
    let heading = Heading { facility: "AMB".into(), wave: "2025.2".into(), block: "B".into() };
    let person = |name: &str, cell: &str| Person {
        name: name.into(),
        cell: cell.into(),
        birth_date: Date::new(1990, 10, 5),
        register_number: "BI 283/2025".into(),
        ..Person::default()
    };
    let roster = [(YANTO, person("Yanto", "7A")), (HASAN, person("La Ode Hasan", "3"))];
    let by = officer("demo");
    let mut server = Sheet::open(&heading, &roster, ActorId([9; 16]), &by, Timestamp(0)).unwrap();
    let saved = server.save();
    let tablet = |n| Sheet::load(&saved, ActorId([n; 16])).unwrap();
    let (a, b) = (tablet(1), tablet(2));
    (server, a, b)
}

fn sync(from: &mut Sheet, to: &mut Sheet) {
    let heads = to.heads();
    let chunks = from.changes_since(&heads);
    to.apply(&chunks).unwrap();
}

#[test]
fn a_registration_reads_back_with_who_and_when() {
    let (_, mut a, _) = three();
    let written = a.act(&register(YANTO, "GAR,OTO"), &moment("T01", "grace", 60)).unwrap();
    assert!(written.number_used && written.chunk.is_some());
    let entry = a.entry(YANTO).unwrap();
    assert_eq!(entry.state, State::Registered);
    assert_eq!(entry.answers, answers("GAR,OTO"));
    assert_eq!(entry.number, "AMB-2025.2-T01-0001");
    let (author, at) = entry.done_by.unwrap();
    assert_eq!((author.officer.as_str(), at), ("grace", Timestamp(60_000)));
    assert!(!entry.contested);
    assert_eq!(a.heading().block, "B");
}

#[test]
fn a_refused_command_changes_nothing() {
    let (_, mut a, _) = three();
    let before = a.heads();
    let no_choice = a.act(&register(YANTO, ""), &moment("T01", "grace", 1)).unwrap_err();
    assert!(matches!(no_choice, Refused::Problems(_)));
    let stranger = a.act(&register(EntryId([7; 16]), "GAR"), &moment("T01", "grace", 1));
    assert_eq!(stranger.unwrap_err(), Refused::NoSuchEntry);
    let decide = What::Decide { state: DecisionState::Verified, reason: String::new(), seat: None };
    let early = a.act(&on(YANTO, decide), &desk(1)).unwrap_err();
    assert_eq!(early, Refused::Step(NoStep::NotFromHere));
    assert_eq!(a.heads(), before);
    assert_eq!(a.entry(YANTO).unwrap().state, State::NotAsked);
}

#[test]
fn different_people_and_fields_merge_by_themselves() {
    let (mut server, mut a, mut b) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    b.act(&register(HASAN, "OTO"), &moment("T02", "stenly", 2)).unwrap();
    sync(&mut a, &mut server);
    sync(&mut b, &mut server);
    sync(&mut server, &mut a);
    sync(&mut server, &mut b);
    assert_eq!(a.heads(), b.heads());
    assert_eq!(a.entries(), b.entries());
    assert!(a.entries().iter().all(|entry| entry.state == State::Registered));
    assert!(a.conflicts(YANTO).is_empty());
}

#[test]
fn two_answers_of_one_field_stay_visible_until_one_is_chosen() {
    let (mut server, mut a, mut b) = three();
    a.act(&register(YANTO, "GAR,KAY"), &moment("T01", "grace", 10)).unwrap();
    b.act(&register(YANTO, "GAR,OTO"), &moment("T02", "stenly", 20)).unwrap();
    sync(&mut a, &mut server);
    sync(&mut b, &mut server);
    let conflicts = server.conflicts(YANTO);
    assert_eq!(conflicts.len(), 1, "only the choices differ: {conflicts:?}");
    assert_eq!(conflicts[0].field, Field::Choices);
    let said: Vec<_> = conflicts[0]
        .answers
        .iter()
        .map(|answer| {
            let author = answer.author.as_ref().unwrap();
            let device = author.device.as_ref().unwrap();
            (answer.value.as_str(), device.as_str(), author.officer.as_str(), answer.at.0)
        })
        .collect();
    let expected = [("GAR,KAY", "T01", "grace", 10_000), ("GAR,OTO", "T02", "stenly", 20_000)];
    assert_eq!(said, expected);

    let other = What::Resolve { field: Field::Choices, value: "LAS".into() };
    assert_eq!(server.act(&on(YANTO, other), &desk(30)).unwrap_err(), Refused::NothingToChoose);
    let choice = What::Resolve { field: Field::Choices, value: "GAR,KAY".into() };
    server.act(&on(YANTO, choice), &desk(30)).unwrap();
    for tablet in [&mut a, &mut b] {
        sync(&mut server, tablet);
        assert!(tablet.conflicts(YANTO).is_empty());
        assert_eq!(tablet.entry(YANTO).unwrap().answers.choices, parse_choices("GAR,KAY"));
    }
    let history = b.history(YANTO);
    let chosen = history.last().unwrap();
    assert_eq!((chosen.field.as_str(), chosen.after.as_str()), ("choices", "GAR,KAY"));
    assert!(history.iter().any(|h| h.after == "GAR,OTO"), "what was not chosen is not erased");
}

#[test]
fn a_tablet_settles_a_conflict_on_either_answer_without_deleting_anything() {
    for value in ["GAR,KAY", "GAR,OTO"] {
        let (_, mut a, mut b) = three();
        a.act(&register(YANTO, "GAR,KAY"), &moment("T01", "grace", 10)).unwrap();
        b.act(&register(YANTO, "GAR,OTO"), &moment("T02", "stenly", 20)).unwrap();
        sync(&mut b, &mut a);
        let choice = What::Resolve { field: Field::Choices, value: value.into() };
        let chunk = a.act(&on(YANTO, choice), &moment("T01", "grace", 30)).unwrap().chunk.unwrap();
        assert!(!b.look(&chunk).foreign_kind, "{value}: the server would refuse it");
        sync(&mut a, &mut b);
        assert_eq!(b.entry(YANTO).unwrap().answers.choices, parse_choices(value));
        assert!(b.conflicts(YANTO).is_empty());
    }
}

#[test]
fn editing_another_field_does_not_settle_a_conflict() {
    let (_, mut a, mut b) = three();
    a.act(&register(YANTO, "GAR,KAY"), &moment("T01", "grace", 10)).unwrap();
    b.act(&register(YANTO, "GAR,OTO"), &moment("T02", "stenly", 20)).unwrap();
    sync(&mut b, &mut a);
    let shown = a.entry(YANTO).unwrap().answers;
    let edited = Answers { reason: "mau usaha".into(), ..shown };
    let what = What::Register { person: None, answers: Box::new(edited), confirmed: vec![] };
    a.act(&on(YANTO, what), &moment("T01", "grace", 30)).unwrap();
    assert_eq!(a.conflicts(YANTO).len(), 1);
}

#[test]
fn somebody_who_is_not_on_the_list_is_added() {
    let (mut server, mut a, _) = three();
    let id = EntryId([7; 16]);
    let person = Person {
        name: "Sutrisno".into(),
        register_number: "BI 92/2024".into(),
        legal_status: Some(crate::person::LegalStatus::Convicted),
        cell: "2".into(),
        birth_date: Date::new(1985, 1, 2),
        sex: Some(crate::person::Sex::Male),
        ..Person::default()
    };
    let what = What::Register {
        person: Some(person.clone()),
        answers: Box::new(answers("LAS")),
        confirmed: vec![],
    };
    a.act(&on(id, what), &moment("T01", "grace", 1)).unwrap();
    sync(&mut a, &mut server);
    let entry = server.entry(id).unwrap();
    assert!(!entry.listed);
    assert_eq!((entry.person, entry.state), (person, State::Registered));
    assert_eq!(server.history(id).len(), 6 + 4 + 1 + 1, "person, answers, number, registration");
}

#[test]
fn a_warning_that_was_confirmed_stands_with_the_answers_it_is_about() {
    let (_, mut a, _) = three();
    let answered = |nik: &str, confirmed: Vec<Warning>| {
        let answers =
            Answers { nik_status: Some(NikStatus::Present), nik: nik.into(), ..answers("GAR") };
        on(YANTO, What::Register { person: None, answers: Box::new(answers), confirmed })
    };
    let differs = Warning::Nik(NikWarning::BirthDate);
    let other_day = "8171020610909001";
    let asked = a.act(&answered(other_day, vec![]), &moment("T01", "grace", 1));
    assert_eq!(asked.unwrap_err(), Refused::Warnings(vec![differs.clone()]));
    // A word about something that was not asked is not written down.
    let confirmed = vec![differs, Warning::Minor];
    a.act(&answered(other_day, confirmed.clone()), &moment("T01", "grace", 2)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().answers.confirmed, ["nik_birth_date"]);
    // The number is put right: there is nothing left to confirm, and nobody reads that there was.
    a.act(&answered("8171020510909001", confirmed), &moment("T01", "grace", 3)).unwrap();
    assert!(a.entry(YANTO).unwrap().answers.confirmed.is_empty());
}

#[test]
fn a_return_comes_back_as_a_registration() {
    let (_, mut a, _) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    let back =
        What::Decide { state: DecisionState::Returned, reason: "SMP atau SMA?".into(), seat: None };
    a.act(&on(YANTO, back), &desk(2)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Returned);
    a.act(&register(YANTO, "GAR,KAY"), &moment("T01", "grace", 3)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Registered);
    let verify = What::Decide { state: DecisionState::Verified, reason: String::new(), seat: None };
    let own = Moment { author: Author { device: None, officer: officer("grace") }, ..desk(4) };
    let refused = a.act(&on(YANTO, verify.clone()), &own).unwrap_err();
    assert_eq!(refused, Refused::Step(NoStep::NotYours), "four eyes");
    a.act(&on(YANTO, verify), &desk(5)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Verified);
    let late = a.act(&register(YANTO, "LAS"), &moment("T01", "grace", 6)).unwrap_err();
    assert_eq!(late, Refused::Step(NoStep::NotYours));
}

#[test]
fn a_place_stays_with_the_person_until_another_decision_takes_it() {
    let (_, mut a, _) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    let mut at = 1;
    let mut decide = |sheet: &mut Sheet, role, state, seat: Option<&str>| {
        at += 1;
        let seat = seat.map(|seat| seat.parse().unwrap());
        let what = What::Decide { state, reason: "SK 1".into(), seat };
        sheet.act(&on(YANTO, what), &Moment { role, ..desk(at) })
    };
    let seat = |sheet: &Sheet| {
        let decision = sheet.entry(YANTO).unwrap().decision;
        decision.and_then(|decision| decision.seat).map(|seat| seat.to_string())
    };
    use DecisionState::*;
    decide(&mut a, Role::Supervisor, Verified, None).unwrap();
    assert_eq!(seat(&a), None, "as every decision of the version before");
    for (place, why) in [(None, NoSeat::Missing), (Some("LAS/1"), NoSeat::NotChosen)] {
        let refused = decide(&mut a, Role::Head, Confirmed, place).unwrap_err();
        assert_eq!(refused, Refused::Seat(why));
    }
    decide(&mut a, Role::Head, Reserve, Some("GAR/7")).unwrap();
    assert_eq!(seat(&a).as_deref(), Some("GAR/7"));
    decide(&mut a, Role::Head, Confirmed, Some("GAR/1")).unwrap();
    decide(&mut a, Role::Partner, InTraining, None).unwrap();
    decide(&mut a, Role::Partner, Passed, None).unwrap();
    assert_eq!(seat(&a).as_deref(), Some("GAR/1"), "in the package they were in");
    let (_, mut b, _) = three();
    b.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    decide(&mut b, Role::Supervisor, Verified, None).unwrap();
    decide(&mut b, Role::Head, Reserve, Some("GAR/7")).unwrap();
    decide(&mut b, Role::Head, Verified, None).unwrap();
    assert_eq!((seat(&b), b.entry(YANTO).unwrap().state), (None, State::Verified));
}

#[test]
fn a_draft_never_takes_a_registration_back() {
    let (_, mut a, _) = three();
    let draft = || What::SaveDraft { person: None, answers: Box::new(answers("GAR")) };
    a.act(&on(YANTO, draft()), &moment("T01", "grace", 1)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Draft);
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 2)).unwrap();
    let again = a.act(&on(YANTO, draft()), &moment("T01", "grace", 3)).unwrap();
    assert!(again.chunk.is_none(), "nothing differs, nothing is written");
    assert_eq!(a.entry(YANTO).unwrap().state, State::Registered);
}

#[test]
fn what_a_newer_version_wrote_survives() {
    let (_, mut a, _) = three();
    let object = a.entry_object(YANTO).unwrap();
    a.doc.put(&object, "registration", "teleported").unwrap();
    let part = a.object(&object, "answers").unwrap();
    a.doc.put(&part, "shoe_size", "43").unwrap();
    let text = a.doc.put_object(&part, "reason", ObjType::Text).unwrap();
    a.doc.splice_text(&text, 0, 0, "mau usaha").unwrap();
    a.doc.commit();
    let saved = a.save();
    let mut b = Sheet::load(&saved, ActorId([3; 16])).unwrap();
    let entry = b.entry(YANTO).unwrap();
    assert_eq!(entry.state, State::NotAsked);
    assert_eq!(entry.answers.reason, "mau usaha", "other implementations write text objects");
    b.act(&register(YANTO, "GAR"), &moment("T02", "stenly", 1)).unwrap();
    assert_eq!(b.entry(YANTO).unwrap().fields["shoe_size"], "43");
}

#[test]
fn a_sheet_built_from_its_changes_is_the_same_sheet() {
    let (_, mut a, _) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    let chunks = a.changes_since(&[]);
    let parsed: Vec<Chunk> =
        chunks.iter().map(|chunk| Chunk::parse(chunk.bytes()).unwrap()).collect();
    let mut b = Sheet::from_chunks(parsed, ActorId([4; 16])).unwrap();
    assert_eq!(a.heads(), b.heads());
    assert_eq!(a.entries(), b.entries());
    assert_eq!(a.max_op(), b.max_op());
}

fn change_of(written: &Written) -> Hash {
    written.chunk.as_ref().unwrap().hash()
}

#[test]
fn a_slip_is_taken_back_and_everything_stands_as_before() {
    let (_, mut a, _) = three();
    let known = Answers { reason: "mau usaha".into(), ..Answers::default() };
    let draft = What::SaveDraft { person: None, answers: Box::new(known.clone()) };
    a.act(&on(HASAN, draft), &moment("T01", "grace", 1)).unwrap();
    for (entry, state, before) in
        [(YANTO, State::NotAsked, Answers::default()), (HASAN, State::Draft, known)]
    {
        for what in [register(entry, "GAR").what, What::MarkAway, What::Decline { consent: None }] {
            let written = a.act(&on(entry, what), &moment("T01", "grace", 10)).unwrap();
            let undo = What::Undo { change: change_of(&written) };
            let undone = a.act(&on(entry, undo), &moment("T01", "grace", 19)).unwrap();
            let look = a.look(undone.chunk.as_ref().unwrap());
            assert!(!look.foreign_kind && !look.server_fields && !look.stray);
            let now = a.entry(entry).unwrap();
            assert_eq!((now.state, now.answers), (state, before.clone()));
        }
    }
    let now = a.entry(YANTO).unwrap();
    assert_eq!(now.number, "AMB-2025.2-T01-0001", "a number that may have been read out stays");
    let history = a.history(YANTO);
    assert!(history.iter().any(|step| step.field == "choices" && step.after == "GAR"));
}

#[test]
fn a_withdrawal_needs_no_reason_and_is_taken_back_to_what_was_decided() {
    let (_, mut a, _) = three();
    a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 1)).unwrap();
    let verify = What::Decide { state: DecisionState::Verified, reason: String::new(), seat: None };
    a.act(&on(YANTO, verify), &desk(2)).unwrap();
    let endless = What::Withdraw { reason: "x".repeat(301) };
    let refused = a.act(&on(YANTO, endless), &moment("T01", "grace", 3)).unwrap_err();
    assert!(matches!(refused, Refused::Problems(_)));
    let withdraw = What::Withdraw { reason: String::new() };
    let written = a.act(&on(YANTO, withdraw), &moment("T01", "grace", 4)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Withdrawn);
    let undo = What::Undo { change: change_of(&written) };
    a.act(&on(YANTO, undo), &moment("T01", "grace", 5)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().state, State::Verified);
}

#[test]
fn nothing_is_taken_back_late_by_another_tablet_or_over_a_decision() {
    let (_, mut a, _) = three();
    let written = a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 10)).unwrap();
    let undo = || on(YANTO, What::Undo { change: change_of(&written) });
    let mut refused = |moment: Moment| a.act(&undo(), &moment).unwrap_err();
    assert_eq!(refused(moment("T01", "grace", 23)), Refused::NothingToUndo, "late");
    assert_eq!(refused(moment("T01", "grace", 9)), Refused::NothingToUndo, "before it was");
    assert_eq!(refused(moment("T02", "grace", 11)), Refused::NothingToUndo, "another tablet");
    let verify = What::Decide { state: DecisionState::Verified, reason: String::new(), seat: None };
    a.act(&on(YANTO, verify), &desk(11)).unwrap();
    let decided = a.act(&undo(), &moment("T01", "grace", 12)).unwrap_err();
    assert_eq!(decided, Refused::NothingToUndo);
}

#[test]
fn what_another_tablet_answered_meanwhile_is_not_taken_back() {
    let (_, mut a, mut b) = three();
    let written = a.act(&register(YANTO, "GAR"), &moment("T01", "grace", 10)).unwrap();
    b.act(&register(YANTO, "OTO"), &moment("T02", "stenly", 10)).unwrap();
    sync(&mut b, &mut a);
    let undo = What::Undo { change: change_of(&written) };
    a.act(&on(YANTO, undo), &moment("T01", "grace", 12)).unwrap();
    let now = a.entry(YANTO).unwrap();
    assert_eq!(now.state, State::Registered, "the other tablet's registration stands");
    assert_eq!(a.conflicts(YANTO).len(), 1, "and both answers are there to be looked at");
}

#[test]
fn whoever_says_no_after_signing_is_not_shown_as_having_signed() {
    let (_, mut a, _) = three();
    let signed = Answers {
        consent: Consent::parse("BERSEDIA|TANDA_TANGAN_LAYAR|ya|ikut-1-id"),
        signature: "1 9 9|1 1".into(),
        ..answers("GAR")
    };
    let what = What::Register { person: None, answers: Box::new(signed), confirmed: vec![] };
    a.act(&on(YANTO, what), &moment("T01", "grace", 1)).unwrap();
    assert_eq!(a.entry(YANTO).unwrap().answers.signature, "1 9 9|1 1");
    let consent = Consent::parse("TIDAK_BERSEDIA||ya|ikut-1-id");
    a.act(&on(YANTO, What::Decline { consent }), &moment("T01", "grace", 2)).unwrap();
    let now = a.entry(YANTO).unwrap();
    assert_eq!((now.state, &*now.answers.signature), (State::Declined, ""));
}
