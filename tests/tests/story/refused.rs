//! What the server cannot take in is kept aside with a reason, and the tablet says that a person must look.

use bilik_shared::admission::Quarantine;
use bilik_shared::exchange::{Answer, Request, encode, pack_bytes, unpack};
use bilik_shared::replica::Sync;
use bilik_tests::tablet::Tablet;

use crate::house::{House, first_sheet, register, row};

#[tokio::test]
async fn a_change_that_builds_on_nothing_known_is_kept_aside() {
    let house = House::open().await;
    let mut siti = house.old_tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    let entry = people[0].entry;
    siti.act(&sheet, entry, register("OTO")).unwrap().unwrap();
    siti.no_answer();
    siti.act(&sheet, entry, register("OTO,LAS")).unwrap().unwrap();
    siti.no_answer();
    siti.wake();
    let whole = siti.take_request().unwrap();

    // The first of the two changes is lost on the way.
    let mut request = Request::decode(&whole).unwrap();
    for part in &mut request.sheets {
        let changes = unpack(&part.changes).unwrap();
        let rest = changes.iter().skip(1).map(|one| (one.hash, one.bytes.as_slice()));
        part.changes = pack_bytes(rest).0.into();
    }
    let request = encode(&request);
    let answer = siti.send(request.clone()).await.unwrap();
    let verdicts: Vec<Quarantine> = Answer::decode(&answer)
        .unwrap()
        .sheets
        .iter()
        .flat_map(|part| part.verdicts.iter().map(|verdict| verdict.reason))
        .collect();
    assert_eq!(verdicts, [Quarantine::UnknownDependency]);
    siti.take_answer(&request, &answer).unwrap();
    assert_needs_attention(&siti, &sheet, entry, Quarantine::UnknownDependency);
    let kept = house.quarantine();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].0.as_str(), kept[0].2.as_str()), (sheet.as_str(), "unknown_dependency"));

    // The rest of the work goes its way.
    siti.sync().await.unwrap();
    siti.act(&sheet, people[1].entry, register("KAY")).unwrap().unwrap();
    siti.sync().await.unwrap();
    assert_eq!(row(&siti, &sheet, people[1].entry).sync, Sync::Received);
}

#[tokio::test]
async fn work_in_the_name_of_another_tablet_is_kept_aside() {
    let house = House::open().await;
    let (mut siti, clone) = with_a_copy(&house).await;
    let (sheet, people) = first_sheet(&siti);
    assert_needs_attention(&clone, &sheet, people[1].entry, Quarantine::ForeignActor);
    assert!(house.quarantine().iter().all(|(_, _, reason)| reason == "foreign_actor"));
    assert!(!house.quarantine().is_empty());

    // The tablet that made the work is not hurt by it.
    siti.sync().await.unwrap();
    assert_eq!(row(&siti, &sheet, people[1].entry).sync, Sync::Received);
    assert!(siti.replica().refused().is_empty());
}

/// The memory of one tablet is copied to another one, which hands in first: what the first tablet had not
/// sent, for the second person of its first sheet, is set aside.
pub async fn with_a_copy(house: &House) -> (Tablet, Tablet) {
    let mut siti = house.tablet("siti").await;
    let thief = house.old_tablet("rusdi").await;
    let (sheet, people) = first_sheet(&siti);
    siti.act(&sheet, people[0].entry, register("OTO")).unwrap().unwrap();
    siti.sync().await.unwrap();
    siti.act(&sheet, people[1].entry, register("LAS")).unwrap().unwrap();
    siti.no_answer();
    let mut clone = siti.copied_to(&thief);
    clone.sync().await.unwrap();
    (siti, clone)
}

fn assert_needs_attention(
    tablet: &Tablet,
    sheet: &bilik_shared::id::SheetId,
    entry: bilik_shared::id::EntryId,
    reason: Quarantine,
) {
    let refused = tablet.replica().refused();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_eq!((refused[0].reason, refused[0].entries.contains(&entry)), (reason, true));
    assert_eq!(row(tablet, sheet, entry).sync, Sync::NeedsAttention);
    assert!(tablet.replica().status().attention > 0);
}
