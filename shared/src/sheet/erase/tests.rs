//! Somebody is erased while two tablets go on with copies of their own.

use automerge::transaction::Transactable as _;

use super::*;
use crate::command::{Author, Command, Moment, What};
use crate::id::ActorId;
use crate::person::{LegalStatus, Person, Sex};
use crate::registration::Field;
use crate::role::Role;
use crate::sheet::tests::answers;
use crate::sheet::{Heading, Sheet};
use crate::time::{Date, Timestamp};

const FIRST: EntryId = EntryId([1; 16]);
const ERASED: EntryId = EntryId([2; 16]);
const LAST: EntryId = EntryId([3; 16]);
const CANARY: &str = "Zakarias Burungkenari";

fn named(name: &str) -> Person {
    Person {
        name: name.into(),
        register_number: "A.III 5/25".into(),
        cell: "3".into(),
        birth_date: Date::new(1990, 10, 5),
        sex: Some(Sex::Male),
        legal_status: Some(LegalStatus::Detainee),
        ..Person::default()
    }
}

fn moment(device: &str, second: i64) -> Moment {
    let author =
        Author { device: Some(device.parse().unwrap()), officer: "grace".parse().unwrap() };
    let today = Date::new(2025, 10, 2).unwrap();
    let number = Some(format!("AMB-2025.2-{device}-{second:04}"));
    Moment { author, role: Role::Officer, at: Timestamp(second * 1000), today, number }
}

fn register(sheet: &mut Sheet, entry: EntryId, person: Option<Person>, choices: &str, at: &Moment) {
    let what = What::Register { person, answers: Box::new(answers(choices)), confirmed: vec![] };
    sheet.act(&Command { sheet: "2025.2-B".parse().unwrap(), entry, what }, at).unwrap();
}

/// Three on the roster, whoever goes in the middle of one change; two tablets that have registered all of them.
fn two_tablets() -> (Sheet, Sheet) {
    let heading = Heading { facility: "AMB".into(), wave: "2025.2".into(), block: "B".into() };
    let roster = [(FIRST, named("Yanto")), (ERASED, named(CANARY)), (LAST, named("La Ode Hasan"))];
    let by = "demo".parse().unwrap();
    let mut sheet = Sheet::open(&heading, &roster, ActorId([9; 16]), &by, Timestamp(0)).unwrap();
    let saved = sheet.save();
    let tablet = |n| Sheet::load(&saved, ActorId([n; 16])).unwrap();
    let (mut a, mut b) = (tablet(1), tablet(2));
    register(&mut a, ERASED, None, "GAR", &moment("T01", 1));
    register(&mut a, LAST, None, "GAR,OTO", &moment("T01", 2));
    register(&mut b, LAST, None, "LAS,OTO", &moment("T02", 3));
    register(&mut b, EntryId([4; 16]), Some(named("Petrus Huwae")), "OTO", &moment("T02", 4));
    register(&mut b, ERASED, None, "OTO", &moment("T02", 5));
    (a, b)
}

fn anew(sheet: &mut Sheet, erased: &[EntryId]) -> Vec<Rewritten> {
    without(sheet.changes_since(&[]), &erased.iter().copied().collect())
}

fn built(rewritten: &[Rewritten]) -> Sheet {
    let chunks = rewritten.iter().map(|one| one.chunk.clone()).collect();
    Sheet::from_chunks(chunks, ActorId([7; 16])).unwrap()
}

#[test]
fn each_copy_comes_to_the_same_generation_and_they_still_merge() {
    let (mut a, mut b) = two_tablets();
    let here: Vec<Hash> = anew(&mut a, &[ERASED]).iter().map(|one| one.chunk.hash()).collect();
    let there = anew(&mut b, &[ERASED]);
    assert_eq!(here[0], there[0].chunk.hash(), "both begin with the same change");
    // One copy takes in what the other did before or after it was written anew: the same comes out.
    let mut merged = built(&anew(&mut a, &[ERASED]));
    merged.apply(there.iter().skip(1).map(|one| &one.chunk)).unwrap();
    let heads = a.heads();
    a.apply(&b.changes_since(&heads)).unwrap();
    let mut together = built(&anew(&mut a, &[ERASED]));
    let sorted = |sheet: &mut Sheet| sheet.heads().into_iter().collect::<BTreeSet<_>>();
    assert_eq!(sorted(&mut merged), sorted(&mut together));

    let saved = together.save();
    let mut read = Sheet::load(&saved, ActorId([8; 16])).unwrap();
    for sheet in [&mut together, &mut read] {
        assert_eq!((sheet.len(), sheet.entry(ERASED)), (3, None));
        assert_eq!(sheet.history(ERASED), []);
        assert_eq!(sheet.entry(FIRST).unwrap().person.name, "Yanto");
        assert_eq!(sheet.entry(EntryId([4; 16])).unwrap().number, "AMB-2025.2-T02-0004");
        // Two answers that disagreed still do, with who gave them.
        let conflicts = sheet.conflicts(LAST);
        let choices = conflicts.iter().find(|conflict| conflict.field == Field::Choices).unwrap();
        let values: Vec<&str> = choices.answers.iter().map(|a| a.value.as_str()).collect();
        assert_eq!(values, ["GAR,OTO", "LAS,OTO"]);
        assert_eq!(choices.answers[1].author.as_ref().unwrap().device, "T02".parse().ok());
    }
    for one in read.changes_since(&[]) {
        assert!(!String::from_utf8_lossy(one.bytes()).contains("Burungkenari"));
        // What a server asks of every change that comes to it.
        Chunk::parse(one.bytes()).unwrap();
    }
}

#[test]
fn what_a_newer_version_wrote_comes_along() {
    let (mut a, _) = two_tablets();
    let entry = a.entry_object(LAST).unwrap();
    let part = a.object(&entry, "answers").unwrap();
    a.doc.put(&part, "shoe_size", "43").unwrap();
    a.doc.put(&entry, "housed_in", "B2").unwrap();
    a.doc.commit();
    let here = built(&anew(&mut a, &[ERASED]));
    assert_eq!(here.entry(LAST).unwrap().fields.get("shoe_size").map(String::as_str), Some("43"));
    let entry = here.entry_object(LAST).unwrap();
    assert_eq!(here.text(&entry, "housed_in").as_deref(), Some("B2"));
}

#[test]
fn a_change_about_nobody_else_stays_as_an_empty_one_and_its_actor_goes_on() {
    let (mut a, _) = two_tablets();
    let rewritten = anew(&mut a, &[ERASED]);
    let sheet = built(&rewritten);
    let told: Vec<(u64, usize)> =
        rewritten.iter().map(|one| (one.chunk.seq(), sheet.look(&one.chunk).operations)).collect();
    assert_eq!((told[1], told[2].0), ((1, 0), 2));
    assert!(told[2].1 > 0);
}

#[test]
fn one_after_another_is_the_same_as_both_at_once_and_nobody_changes_nothing() {
    let (mut a, mut b) = two_tablets();
    let heads = a.heads();
    a.apply(&b.changes_since(&heads)).unwrap();
    let names = |all: &[Rewritten]| all.iter().map(|one| one.chunk.hash()).collect::<Vec<_>>();
    let at_once = names(&anew(&mut a, &[ERASED, LAST]));
    for (first, second) in [(ERASED, LAST), (LAST, ERASED)] {
        let between = anew(&mut a, &[first]).into_iter().map(|one| one.chunk).collect();
        assert_eq!(names(&without(between, &[second].into())), at_once);
    }
    let same = anew(&mut a, &[]);
    assert!(same.iter().all(|one| one.was == one.chunk.hash()));
}

#[test]
fn what_was_taken_back_is_named_as_it_is_called_now() {
    let (mut a, _) = two_tablets();
    let slip = a.heads()[0];
    let undo = What::Undo { change: slip };
    let command = Command { sheet: "2025.2-B".parse().unwrap(), entry: LAST, what: undo };
    a.act(&command, &moment("T01", 4)).unwrap();
    let rewritten = anew(&mut a, &[ERASED]);
    let now = rewritten.iter().find(|one| one.was == slip).unwrap().chunk.hash();
    assert_ne!(now, slip);
    let history = built(&rewritten).history(LAST);
    let undone = history.iter().find(|step| step.field == "undone").unwrap();
    assert_eq!(undone.after, now.to_string());
}

/// Tablets write their copies anew by themselves, perhaps by an older version than the server's: what comes out
/// is as fixed as a format. Should this fail, other changes come out than did before.
#[test]
fn what_comes_out_stays_the_same() {
    let (mut a, _) = two_tablets();
    let last = anew(&mut a, &[ERASED]).pop().unwrap().chunk.hash();
    assert_eq!(
        last.to_string(),
        "16a8e630296c2976ab437527a978766eab7e56cd826fd27df4cb5bbb67fa0643"
    );
}
