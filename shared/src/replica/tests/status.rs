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
