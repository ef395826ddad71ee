//! What copies of a sheet make of it is founded, however far apart they worked; what none would make is not.

use automerge::legacy::{ObjectId, OpId};

use super::*;

/// A day of two tablets that meet twice, and the server's word between: every change after the first, in causal order.
fn day() -> (Sheet, Vec<Chunk>) {
    let (mut server, mut a, mut b) = three();
    let write = |reason: &str| What::Write {
        fields: vec![("reason".into(), reason.into()), ("last_job".into(), reason.into())],
        registered: false,
    };
    a.act(&register(YANTO, "GAR,OTO"), &moment("T01", "grace", 10)).unwrap();
    b.act(&register(YANTO, "OTO"), &moment("T02", "siti", 20)).unwrap();
    b.act(&register(HASAN, "KAY"), &moment("T02", "siti", 30)).unwrap();
    sync(&mut a, &mut server);
    sync(&mut b, &mut server);
    a.act(&on(YANTO, write("sendiri")), &moment("T01", "grace", 40)).unwrap();
    for tablet in [&mut a, &mut b] {
        sync(&mut server, tablet);
    }
    for (n, tablet) in [&mut a, &mut b].into_iter().enumerate() {
        tablet.act(&on(YANTO, write(&format!("dari {n}"))), &moment("T01", "grace", 50)).unwrap();
        tablet.act(&on(HASAN, write(&format!("dan {n}"))), &moment("T01", "grace", 60)).unwrap();
    }
    sync(&mut a, &mut server);
    sync(&mut b, &mut server);
    let mut chunks = server.changes_since(&[]);
    let first = chunks.remove(0);
    (Sheet::from_chunks(vec![first], ActorId([7; 16])).unwrap(), chunks)
}

#[test]
fn every_change_of_tablets_that_work_apart_is_founded() {
    let (mut sheet, chunks) = day();
    assert!(chunks.len() > 6);
    for chunk in &chunks {
        assert!(sheet.is_founded(chunk), "{:?}", chunk.expanded());
        sheet.apply([chunk]).unwrap();
    }
}

#[test]
fn what_replaces_something_else_counts_otherwise_or_writes_where_nothing_stood_is_not() {
    let (mut sheet, chunks) = day();
    let mut altered = [0; 4];
    for chunk in &chunks {
        let stranger = OpId::new(1, &automerge::ActorId::from([9; 16]));
        let mut changes = [(); 4].map(|()| chunk.expanded().clone());
        changes[0].operations.iter_mut().for_each(|op| op.pred = vec![stranger.clone()].into());
        changes[1].operations.iter_mut().for_each(|op| op.pred = Vec::new().into());
        changes[2].start_op = changes[2].start_op.checked_add(1).unwrap();
        changes[3].operations[0].obj = ObjectId::Id(OpId::new(999, stranger.actor()));
        for (n, change) in changes.into_iter().enumerate() {
            let other = Chunk::trusted(change.into());
            if other.hash() != chunk.hash() {
                assert!(!sheet.is_founded(&other), "{n}: {:?}", other.expanded());
                altered[n] += 1;
            }
        }
        sheet.apply([chunk]).unwrap();
    }
    assert!(altered.iter().all(|some| *some > 0), "{altered:?}");
    // What it builds on has not come.
    let (sheet, chunks) = day();
    assert!(!sheet.is_founded(chunks.last().unwrap()));
}
