//! Every kind of change that must not get into a sheet.

use super::*;
use crate::command::{Author, Command, Moment, What};
use crate::exchange::{pack, unpack};
use crate::id::OfficerId;
use crate::role::Role;
use crate::sheet::Heading;
use crate::time::{Date, Timestamp};

const FREE: ActorRecord = ActorRecord { owner: Owner::Free, last_seq: 0 };

fn t01() -> Sender {
    Sender { code: "T01".parse().unwrap(), relays: false }
}

fn open() -> Sheet {
    let heading = Heading { facility: "AMB".into(), wave: "2025.2".into(), block: "B".into() };
    let roster = [(EntryId([1; 16]), Default::default())];
    let by: OfficerId = "demo".parse().unwrap();
    Sheet::open(&heading, &roster, ActorId([9; 16]), &by, Timestamp(0)).unwrap()
}

fn tablet(server: &mut Sheet) -> Sheet {
    Sheet::load(&server.save(), ActorId([1; 16])).unwrap()
}

fn moment(role: Role) -> Moment {
    Moment {
        author: Author { device: Some("T01".parse().unwrap()), officer: "grace".parse().unwrap() },
        role,
        at: Timestamp(0),
        today: Date::new(2025, 10, 2).unwrap(),
        number: None,
    }
}

fn write(sheet: &mut Sheet, entry: u8, value: &str) -> Chunk {
    let what = What::Write { fields: vec![("reason".into(), value.into())], registered: true };
    let command = Command { sheet: "s".parse().unwrap(), entry: EntryId([entry; 16]), what };
    sheet.act(&command, &moment(Role::Officer)).unwrap().chunk.unwrap()
}

fn sent(chunks: &[Chunk]) -> Vec<Unpacked> {
    unpack(&pack(chunks).0).unwrap()
}

fn reasons(outcome: &Outcome) -> Vec<Quarantine> {
    outcome.quarantined.iter().map(|(_, reason)| *reason).collect()
}

#[test]
fn honest_work_is_taken_in_once() {
    let mut server = open();
    let mut a = tablet(&mut server);
    let batch = [write(&mut a, 1, "x"), write(&mut a, 2, "y"), write(&mut a, 2, "z")];
    let outcome = admit(&mut server, &t01(), sent(&batch), &|_| FREE).unwrap();
    assert_eq!(outcome.accepted.len(), 3, "{:?}", reasons(&outcome));
    assert_eq!(outcome.touched, [EntryId([1; 16]), EntryId([2; 16])].into());
    assert_eq!(server.heads(), a.heads());
    let again = admit(&mut server, &t01(), sent(&batch), &|_| FREE).unwrap();
    assert_eq!((again.known.len(), again.accepted.len()), (3, 0));
}

#[test]
fn a_change_without_what_it_builds_on_waits_in_quarantine_and_so_do_its_followers() {
    let mut server = open();
    let mut a = tablet(&mut server);
    write(&mut a, 1, "the one that is missing");
    let orphans = [write(&mut a, 1, "x"), write(&mut a, 1, "y")];
    let outcome = admit(&mut server, &t01(), sent(&orphans), &|_| FREE).unwrap();
    assert_eq!(reasons(&outcome), [Quarantine::UnknownDependency; 2]);
    assert_eq!(server.entry(EntryId([1; 16])).unwrap().answers.reason, "");
}

#[test]
fn an_actor_belongs_to_one_device_and_counts_without_gaps() {
    let mut server = open();
    let mut a = tablet(&mut server);
    let chunk = [write(&mut a, 1, "x")];
    let foreign = ActorRecord { owner: Owner::Device("T02".parse().unwrap()), last_seq: 0 };
    let outcome = admit(&mut server, &t01(), sent(&chunk), &|_| foreign.clone()).unwrap();
    assert_eq!(reasons(&outcome), [Quarantine::ForeignActor]);
    let used = ActorRecord { owner: Owner::Free, last_seq: 1 };
    let outcome = admit(&mut server, &t01(), sent(&chunk), &|_| used.clone()).unwrap();
    assert_eq!(reasons(&outcome), [Quarantine::Sequence]);
    let t02 = Sender { code: "T02".parse().unwrap(), relays: false };
    let outcome = admit(&mut server, &t02, sent(&chunk), &|_| FREE).unwrap();
    assert_eq!(reasons(&outcome), [Quarantine::ForeignActor], "it says T01 and comes from T02");
    let relay = Sender { relays: true, ..t02 };
    let outcome = admit(&mut server, &relay, sent(&chunk), &|_| FREE).unwrap();
    assert_eq!(outcome.accepted[0].owner, Owner::Device("T01".parse().unwrap()));
}

#[test]
fn an_entry_is_made_once() {
    let mut server = open();
    let mut b = Sheet::load(&server.save(), ActorId([2; 16])).unwrap();
    let mine = [write(&mut tablet(&mut server), 7, "x")];
    let theirs = [write(&mut b, 7, "y")];
    admit(&mut server, &t01(), sent(&mine), &|_| FREE).unwrap();
    let outcome = admit(&mut server, &t01(), sent(&theirs), &|_| FREE).unwrap();
    assert_eq!(reasons(&outcome), [Quarantine::Stray], "one of the two would be hidden");
}

#[test]
fn a_tablet_cannot_decide() {
    let mut server = open();
    let mut a = tablet(&mut server);
    let registered = write(&mut a, 1, "x");
    let state = crate::lifecycle::DecisionState::Verified;
    let what = What::Decide { state, reason: String::new(), seat: None };
    let command = Command { sheet: "s".parse().unwrap(), entry: EntryId([1; 16]), what };
    let mut desk = moment(Role::Supervisor);
    desk.author.officer = "marlin".parse().unwrap();
    let decided = a.act(&command, &desk).unwrap().chunk.unwrap();
    let outcome = admit(&mut server, &t01(), sent(&[registered, decided]), &|_| FREE).unwrap();
    assert_eq!(outcome.accepted.len(), 1);
    assert_eq!(reasons(&outcome), [Quarantine::ServerField]);
}

#[test]
fn a_sheet_has_an_end() {
    let mut server = open();
    let mut a = tablet(&mut server);
    let mut batch = Vec::new();
    for n in 0..MAX_ENTRIES as u32 {
        let mut id = [7; 16];
        id[..4].copy_from_slice(&n.to_be_bytes());
        let what = What::Write { fields: vec![], registered: true };
        let command = Command { sheet: "s".parse().unwrap(), entry: EntryId(id), what };
        match a.act(&command, &moment(Role::Officer)) {
            Ok(written) => batch.extend(written.chunk),
            Err(refused) => {
                assert_eq!(refused, crate::command::Refused::SheetFull);
                assert_eq!(n as usize, MAX_ENTRIES - 1, "one place was taken from the start");
            }
        }
    }
    // Another tablet fills the last place first; this one's last entry comes too late.
    let mut b = Sheet::load(&server.save(), ActorId([2; 16])).unwrap();
    let first = write(&mut b, 0xee, "x");
    let outcome = admit(&mut server, &t01(), sent(&[first]), &|_| FREE).unwrap();
    assert_eq!(outcome.accepted.len(), 1);
    let unpacked: Vec<Unpacked> = batch
        .iter()
        .map(|chunk| Unpacked { hash: chunk.hash(), bytes: chunk.bytes().to_vec() })
        .collect();
    let outcome = admit(&mut server, &t01(), unpacked, &|_| FREE).unwrap();
    assert_eq!(reasons(&outcome), [Quarantine::SheetFull]);
    assert_eq!(server.len(), MAX_ENTRIES);
}

#[test]
fn bytes_that_are_no_plain_change_are_refused_before_they_are_parsed() {
    let mut server = open();
    let chunk = write(&mut tablet(&mut server), 1, "x");
    for kind in [0u8, 2, 3, 77] {
        let mut bytes = chunk.bytes().to_vec();
        bytes[8] = kind;
        let one = Unpacked { hash: Hash([kind; 32]), bytes };
        let outcome = admit(&mut server, &t01(), vec![one], &|_| FREE).unwrap();
        assert_eq!(reasons(&outcome), [Quarantine::NotPlain]);
    }
    let huge = Unpacked { hash: Hash([5; 32]), bytes: vec![0; MAX_CHANGE + 1] };
    let outcome = admit(&mut server, &t01(), vec![huge], &|_| FREE).unwrap();
    assert_eq!(reasons(&outcome), [Quarantine::TooLarge]);
}

#[test]
fn no_flipped_byte_gets_a_sheet_into_trouble() {
    let mut server = open();
    let chunk = write(&mut tablet(&mut server), 1, "mau usaha sendiri");
    let (packed, _) = pack(&[chunk]);
    for at in 0..packed.len() {
        for mask in [1u8, 0x80, 0xff] {
            let mut flipped = packed.clone();
            flipped[at] ^= mask;
            let Ok(batch) = unpack(&flipped) else { continue };
            let mut copy = Sheet::load(&server.save(), ActorId([8; 16])).unwrap();
            // The server wraps this in the same way: what panics goes to quarantine as unfit.
            let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                admit(&mut copy, &t01(), batch, &|_| FREE).map(|outcome| outcome.accepted.len())
            }));
            if let Ok(Ok(_)) = tried {
                let saved = copy.save();
                let mut back = Sheet::load(&saved, ActorId([7; 16])).unwrap();
                assert_eq!(back.heads(), copy.heads(), "byte {at} flipped with {mask:#x}");
            }
        }
    }
}

#[test]
fn a_person_overrules_whose_a_change_is_and_nothing_else() {
    let mut server = open();
    let mut a = tablet(&mut server);
    let (first, second) = (write(&mut a, 1, "x"), write(&mut a, 1, "y"));
    let t02: DeviceCode = "T02".parse().unwrap();
    let theirs = |last_seq| ActorRecord { owner: Owner::Device("T01".parse().unwrap()), last_seq };
    let weighed = |sheet: &Sheet, chunk: &Chunk, record: ActorRecord| {
        let unpacked = sent(std::slice::from_ref(chunk)).remove(0);
        weigh(sheet, &unpacked, &t02, &|_| record.clone()).map(|admitted| admitted.owner)
    };
    // Whoever brought it: the actor stays with the tablet that it says, or that is known to have it.
    let t01 = Ok(Owner::Device("T01".parse().unwrap()));
    assert_eq!(weighed(&server, &first, FREE), t01);
    assert_eq!(weighed(&server, &first, theirs(0)), t01);
    assert_eq!(weighed(&server, &first, theirs(1)), Err(Quarantine::Sequence));
    let missing = Err(Quarantine::UnknownDependency);
    assert_eq!(weighed(&server, &second, theirs(0)), missing);
    let by_server = ActorRecord { owner: Owner::Server, last_seq: 0 };
    assert_eq!(weighed(&server, &first, by_server), Err(Quarantine::ForeignActor));
    // It is in the sheet only once it was let in.
    assert!(!server.has(&first.hash()));
    let unpacked = sent(std::slice::from_ref(&first)).remove(0);
    let admitted = weigh(&server, &unpacked, &t02, &|_| FREE).unwrap();
    assert_eq!(let_in(&mut server, &admitted).unwrap(), [EntryId([1; 16])].into());
    assert_eq!(server.entry(EntryId([1; 16])).unwrap().answers.reason, "x");
    assert_eq!(weighed(&server, &second, theirs(1)), t01);

    // What nobody overrules: a decision from a tablet, a second entry of the same id.
    let what = What::Decide {
        state: crate::lifecycle::DecisionState::Verified,
        reason: String::new(),
        seat: None,
    };
    let command = Command { sheet: "s".parse().unwrap(), entry: EntryId([1; 16]), what };
    let mut desk = moment(Role::Supervisor);
    desk.author.officer = "marlin".parse().unwrap();
    let decided = a.act(&command, &desk).unwrap().chunk.unwrap();
    let_in(&mut server, &Admitted { chunk: second, owner: Owner::Free }).unwrap();
    assert_eq!(weighed(&server, &decided, theirs(2)), Err(Quarantine::ServerField));
    let mut b = Sheet::load(&open().save(), ActorId([2; 16])).unwrap();
    let mut c = Sheet::load(&open().save(), ActorId([3; 16])).unwrap();
    let (mine, twin) = (write(&mut b, 7, "x"), write(&mut c, 7, "y"));
    let mut server = open();
    let_in(&mut server, &Admitted { chunk: mine, owner: Owner::Free }).unwrap();
    assert_eq!(weighed(&server, &twin, FREE), Err(Quarantine::Stray));
}

#[test]
fn what_a_change_writes_is_told_without_taking_it_in() {
    let mut server = open();
    let mut a = tablet(&mut server);
    let known = write(&mut a, 1, "mau usaha");
    let told = known.told(Some(&server), 9);
    let values: Vec<_> = told.puts.iter().map(|put| (put.entry, put.value.as_str())).collect();
    assert!(values.contains(&(Some(EntryId([1; 16])), "mau usaha")), "{values:?}");
    // Without the sheet nobody knows of whom it is, and it is cut where it is long.
    let told = known.told(None, 1);
    assert_eq!((told.puts.len(), told.puts[0].entry), (1, None));
    assert_eq!((told.more > 0, told.odd), (true, 0));
    // An entry that the change itself makes is known by it.
    let made = write(&mut a, 5, "baru").told(Some(&server), 99);
    assert!(made.puts.iter().all(|put| put.entry == Some(EntryId([5; 16]))), "{made:?}");
}
