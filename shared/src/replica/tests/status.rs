//! What a tablet says about itself: its clock, what was received and when, what has to be entered again.

use serde::Serialize;
use serde_bytes::ByteBuf;

use super::*;
use crate::admission::Quarantine;
use crate::cbor;

const DAY: i64 = 86_400_000;

impl Tablet {
    /// One exchange at these times of the two clocks.
    fn meet(&mut self, server: &mut Server, (server_at, now): (i64, i64)) {
        self.inbox.extend(self.replica.wake(Timestamp(now)));
        let body = self.settle().pop().unwrap();
        let mut answer = Answer::decode(&server.answer(self.device, &body, 100)).unwrap();
        answer.at = Timestamp(server_at);
        self.inbox.extend(self.replica.answered(&encode(&answer), Timestamp(now)).0);
        self.settle();
    }
}

#[test]
fn a_wrong_clock_is_known_after_a_start_without_network() {
    let (mut server, mut tablet) = (Server::new(), Tablet::new(1));
    tablet.meet(&mut server, (10 * DAY, 7 * DAY));
    tablet.restart();
    assert_eq!(tablet.replica.status().clock_offset, -3 * DAY);
    tablet.meet(&mut server, (10 * DAY, 10 * DAY));
    tablet.restart();
    assert_eq!(tablet.replica.status().clock_offset, 0, "the clock was set right");
}

#[test]
fn received_is_said_from_the_receipt_on_and_with_its_time() {
    let (mut server, mut tablet) = (Server::new(), Tablet::new(1));
    tablet.meet(&mut server, (100, 0));
    let said = |tablet: &Tablet| {
        let status = tablet.replica.status();
        (status.saved_here, status.received_from_here, status.received_at)
    };
    assert_eq!(said(&tablet), (0, 0, Some(Timestamp(100))));
    tablet.write(1, 0, "reason", "pertama");
    tablet.settle();
    // It may have arrived, and nobody knows.
    tablet.inbox.extend(tablet.replica.unreachable());
    tablet.settle();
    assert_eq!(said(&tablet), (1, 0, Some(Timestamp(100))));
    tablet.meet(&mut server, (200, 0));
    assert_eq!(said(&tablet), (0, 1, Some(Timestamp(200))));
    // Another exchange brings nothing new: the receipt is the one from before. It survives a start.
    tablet.meet(&mut server, (300, 0));
    tablet.restart();
    assert_eq!(said(&tablet), (0, 1, Some(Timestamp(200))));
    // What others did counts for them.
    let mut other = Tablet::new(2);
    other.meet(&mut server, (400, 0));
    assert_eq!(said(&other), (0, 0, Some(Timestamp(400))));
    assert_eq!(other.replica.status().received, 1);
}

#[test]
fn refused_work_asks_for_a_person_until_it_was_entered_again() {
    let (mut server, mut tablet) = (Server::new(), Tablet::new(1));
    tablet.sync(&mut server, 100);
    tablet.write(1, 0, "reason", "pertama");
    tablet.sync(&mut server, 100);
    for owner in server.owners.values_mut() {
        *owner = Owner::Device(code(99));
    }
    tablet.write(2, 0, "reason", "kedua");
    tablet.sync(&mut server, 100);
    tablet.write(3, 1, "reason", "orang lain");
    tablet.sync(&mut server, 100);
    assert_eq!(tablet.replica.status().attention, 1);
    tablet.write(4, 0, "reason", "kedua lagi");
    tablet.sync(&mut server, 100);
    tablet.restart();
    assert_eq!(tablet.replica.status().attention, 0);
    assert_eq!(tablet.replica.refused().len(), 1, "it is kept all the same");
    assert!(!tablet.replica.refused()[0].is_open());
    let rows = tablet.replica.people(&sheet_id());
    assert!(rows.iter().all(|row| row.sync != Sync::NeedsAttention));
}

#[test]
fn a_memory_from_before_these_words_is_read() {
    #[derive(Serialize)]
    struct Old {
        next_number: u32,
        last_contact: Option<Timestamp>,
        refused: Vec<OldRefused>,
    }
    #[derive(Serialize)]
    struct OldRefused {
        sheet: SheetId,
        hash: Hash,
        reason: Quarantine,
        entries: BTreeSet<EntryId>,
        at: Timestamp,
        bytes: ByteBuf,
    }
    let refused = OldRefused {
        sheet: sheet_id(),
        hash: Hash([1; 32]),
        reason: Quarantine::ForeignActor,
        entries: BTreeSet::from([EntryId([0; 16])]),
        at: Timestamp(5),
        bytes: ByteBuf::from(vec![1]),
    };
    let old = Old { next_number: 7, last_contact: Some(Timestamp(9)), refused: vec![refused] };
    let stored = vec![("meta".to_owned(), cbor::write(&old))];
    let (replica, effects) = Replica::start(stored, ActorId([1; 16]), "test");
    assert!(replica.flaws().is_empty() && effects.is_empty(), "{:?}", replica.flaws());
    let status = replica.status();
    assert_eq!((status.clock_offset, status.received_at), (0, None));
    assert_eq!((status.last_contact, status.attention), (Some(Timestamp(9)), 1));
}

const HOUR: i64 = 3_600_000;

impl Tablet {
    /// The clock is looked at.
    fn look(&mut self, hour: i64) -> bool {
        self.inbox.extend(self.replica.look(Timestamp(hour * HOUR)));
        self.settle();
        self.replica.is_over()
    }

    /// An answer at this hour of the tablet's clock, from a server whose house reads tablets for three days.
    fn hear(&mut self, server: &mut Server, hour: i64) {
        // What is on its way got lost.
        self.inbox.extend(self.replica.unreachable());
        self.settle();
        self.inbox.extend(self.replica.wake(Timestamp(hour * HOUR)));
        let body = self.settle().pop().unwrap();
        let mut answer = Answer::decode(&server.answer(self.device, &body, 100)).unwrap();
        let brief = Brief { lease_hours: Some(72), ..brief(self.device) };
        answer.brief = Some((Digest([9; 8]), brief));
        self.inbox.extend(self.replica.answered(&encode(&answer), Timestamp(hour * HOUR)).0);
        self.settle();
    }
}

#[test]
fn a_lease_runs_out_without_contact_and_an_answer_renews_it() {
    let (mut server, mut tablet) = (Server::new(), Tablet::new(1));
    assert!(!tablet.look(0) && !tablet.look(10_000), "it was never in contact");
    tablet.hear(&mut server, 0);
    assert!(!tablet.look(72));
    assert!(tablet.look(73));
    // It is so after a start, before anybody has looked.
    tablet.restart();
    assert!(tablet.replica.is_over() && tablet.look(74));
    // What is registered meanwhile names nobody and is handed in; no answer is no contact.
    tablet.write(1, 0, "reason", "di luar jangkauan");
    tablet.settle();
    tablet.inbox.extend(tablet.replica.unreachable());
    tablet.settle();
    assert!(tablet.look(75) && tablet.replica.status().saved_here == 1);
    tablet.hear(&mut server, 76);
    assert!(!tablet.replica.is_over() && tablet.replica.status().saved_here == 0);
    assert!(!tablet.look(148) && tablet.look(149));
}

#[test]
fn a_clock_that_is_set_back_makes_no_lease_longer() {
    for restart in [false, true] {
        let (mut server, mut tablet) = (Server::new(), Tablet::new(1));
        tablet.hear(&mut server, 1000);
        let start = |tablet: &mut Tablet| {
            if restart {
                tablet.restart()
            }
        };
        assert!(!tablet.look(1040));
        start(&mut tablet);
        // Every day it is set back by a day: forty hours stay forty.
        assert!(!tablet.look(1010));
        start(&mut tablet);
        assert!(!tablet.look(1040), "seventy hours");
        start(&mut tablet);
        assert!(!tablet.look(500));
        start(&mut tablet);
        assert!(tablet.look(503), "seventy-three");
        // A contact by a clock that goes a year ahead, which is set right then.
        tablet.hear(&mut server, 9_000);
        assert!(!tablet.look(600) && !tablet.look(672));
        assert!(tablet.look(673));
    }
}

#[test]
fn a_tablet_whose_lease_has_run_out_compares_somebody_new_with_nobody() {
    use crate::person::Person;
    use crate::registration::Answers;
    let (mut server, mut tablet) = (Server::new(), Tablet::new(1));
    tablet.hear(&mut server, 0);
    let known = Person { name: "Laode Satu".into(), ..Person::default() };
    let answers = Answers { nik: "8171010510900001".into(), ..Answers::default() };
    let draft = |n: u8| Command {
        sheet: sheet_id(),
        entry: EntryId([n; 16]),
        what: What::SaveDraft { person: Some(known.clone()), answers: Box::new(answers.clone()) },
    };
    tablet.inbox.extend(tablet.replica.act(1, &draft(70), &officer(), Timestamp(0)));
    tablet.settle();
    let alike = |tablet: &Tablet| {
        let found =
            tablet.replica.unsettled(&sheet_id(), EntryId([71; 16]), Some(&known), &answers);
        found.len()
    };
    assert_eq!(alike(&tablet), 1);
    assert!(tablet.look(73));
    assert_eq!(alike(&tablet), 0);
    let effects = tablet.replica.act(2, &draft(71), &officer(), Timestamp(73 * HOUR));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Save { .. })), "{effects:?}");
}
