//! What was opened on a tablet reaches the log once, and leaves the tablet with the receipt.

use super::*;
use crate::exchange::MAX_READS;

const MINUTE: i64 = 60_000;

fn open(tablet: &mut Tablet, officer: &str, entry: u16, minute: i64) {
    let id = EntryId(std::array::from_fn(|n| entry.to_be_bytes()[n % 2]));
    let at = Timestamp(minute * MINUTE);
    tablet.inbox.extend(tablet.replica.opened(&officer.parse().unwrap(), id, at));
    tablet.settle();
}

/// One exchange; what it said was opened. The server notes it, or is one that knows no such log.
fn meet(tablet: &mut Tablet, server: &mut Server, notes: bool) -> usize {
    // What is on its way got lost.
    tablet.inbox.extend(tablet.replica.unreachable());
    tablet.settle();
    tablet.inbox.extend(tablet.replica.wake(Timestamp(0)));
    let body = tablet.settle().pop().unwrap();
    let said = Request::decode(&body).unwrap().reads.len();
    let mut answer = Answer::decode(&server.answer(tablet.device, &body, 100)).unwrap();
    answer.noted = notes;
    tablet.inbox.extend(tablet.replica.answered(&encode(&answer), Timestamp(0)).0);
    said
}

#[test]
fn the_same_again_within_an_hour_is_one_reading_and_a_start_forgets_none() {
    let mut tablet = Tablet::new(1);
    for (officer, entry, minute) in
        [("siti", 1, 0), ("siti", 1, 30), ("rusdi", 1, 31), ("siti", 2, 32), ("siti", 1, 61)]
    {
        open(&mut tablet, officer, entry, minute);
    }
    let known = tablet.replica.unnoted().to_vec();
    assert_eq!(known.len(), 4);
    assert_eq!(known[3].at, Timestamp(61 * MINUTE));
    tablet.restart();
    assert_eq!(tablet.replica.unnoted(), known);
    open(&mut tablet, "siti", 1, 62);
    assert_eq!(tablet.replica.unnoted().len(), 4, "a start does not make it another reading");
}

#[test]
fn what_was_opened_stays_until_the_server_has_noted_it() {
    for device in [1, 2] {
        let (mut server, mut tablet) = (Server::new(), Tablet::new(device));
        meet(&mut tablet, &mut server, true);
        tablet.settle();
        open(&mut tablet, "siti", 1, 0);
        assert_eq!(meet(&mut tablet, &mut server, false), 1, "an older server says nothing");
        assert_eq!(tablet.replica.unnoted().len(), 1);
        // With work, which a tablet that signs hands in as a batch; its answer is lost and it is sent again.
        tablet.settle();
        tablet.write(1, 0, "reason", "pertama");
        tablet.settle();
        tablet.inbox.extend(tablet.replica.unreachable());
        tablet.settle();
        open(&mut tablet, "siti", 2, 1);
        tablet.restart();
        assert_eq!(tablet.replica.unnoted().len(), 2);
        for _ in 0..3 {
            meet(&mut tablet, &mut server, true);
            tablet.settle();
        }
        assert_eq!(tablet.replica.unnoted(), [], "device {device}");
        tablet.restart();
        assert_eq!(tablet.replica.unnoted(), []);
        open(&mut tablet, "siti", 3, 2);
        open(&mut tablet, "siti", 3, 3);
        assert_eq!(tablet.replica.unnoted().len(), 1);
        meet(&mut tablet, &mut server, true);
        tablet.settle();
        open(&mut tablet, "siti", 3, 4);
        assert_eq!(tablet.replica.unnoted(), [], "the same hour, and noted already");
    }
}

#[test]
fn a_request_tells_of_so_many_and_a_tablet_keeps_so_many() {
    let (mut server, mut tablet) = (Server::new(), Tablet::new(1));
    meet(&mut tablet, &mut server, true);
    tablet.settle();
    tablet.inbox.extend(tablet.replica.offline());
    for entry in 0..2_100 {
        open(&mut tablet, "siti", entry, 0);
    }
    assert_eq!(tablet.replica.unnoted().len(), 2_000);
    for left in [1_500, 1_000, 500, 0] {
        assert_eq!(meet(&mut tablet, &mut server, true), MAX_READS);
        assert_eq!(tablet.replica.unnoted().len(), left);
    }
}
