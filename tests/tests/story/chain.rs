//! What tablets sign: one history each, a second one is found at once, and nothing of either is lost.

use bilik_shared::command::What;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::replica::Sync;
use bilik_tests::tablet::{Tablet, Trouble};
use serde_json::json;

use crate::house::{House, first_sheet, register, row};

/// How long the history is at whose boundaries the tablet is copied.
const BATCHES: usize = 50;

/// One change, handed in as one batch.
async fn hand_in(tablet: &mut Tablet, sheet: &SheetId, entry: EntryId, reason: &str) {
    let fields = vec![("reason".to_owned(), reason.to_owned())];
    tablet.act(sheet, entry, What::Write { fields, registered: false }).unwrap().unwrap();
    tablet.sync().await.unwrap();
}

#[tokio::test]
async fn a_copied_tablet_is_found_at_its_first_batch_wherever_it_was_made_and_nothing_is_lost() {
    let house = House::open().await;
    let mut third = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&third);
    let entry = people[0].entry;
    for boundary in 0..BATCHES {
        let mut siti = house.tablet("siti").await;
        for n in 0..boundary {
            hand_in(&mut siti, &sheet, entry, &format!("{boundary}: {n}")).await;
        }
        let mut copy = siti.cloned();
        hand_in(&mut siti, &sheet, entry, &format!("asli {boundary}")).await;
        assert!(!siti.replica().status().suspended, "{boundary}: the first to speak is believed");
        hand_in(&mut copy, &sheet, people[1].entry, &format!("salinan {boundary}")).await;
        assert!(copy.replica().status().suspended, "{boundary}: found");
        assert_eq!(copy.replica().status().saved_here, 0, "{boundary}: received all the same");
        let stored = house.stored();
        for tablet in [&mut siti, &mut copy] {
            let changes = tablet.replica_mut().sheet_mut(&sheet).unwrap().changes_since(&[]);
            let missing = changes.iter().find(|one| !stored.contains(&(sheet.clone(), one.hash())));
            assert!(missing.is_none(), "{boundary}: a change is lost");
        }
    }
    third.act(&sheet, people[2].entry, register("OTO")).unwrap().unwrap();
    third.sync().await.unwrap();
    assert!(!third.replica().status().suspended);
    assert_eq!(row(&third, &sheet, people[2].entry).sync, Sync::Received);
}

#[tokio::test]
async fn a_suspended_tablet_goes_on_once_somebody_has_looked() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    hand_in(&mut siti, &sheet, people[0].entry, "satu").await;
    let mut copy = siti.cloned();
    for _ in 0..3 {
        hand_in(&mut siti, &sheet, people[0].entry, "asli").await;
    }
    hand_in(&mut copy, &sheet, people[1].entry, "salinan").await;
    siti.sync().await.unwrap();
    assert!(siti.replica().status().suspended && copy.replica().status().suspended);

    let mut marlin = house.desk("marlin").await;
    let device = siti.replica().brief().unwrap().device.clone();
    let path = format!("/api/v1/desk/devices/{device}");
    let reply =
        marlin.post(&path, &json!({ "what": "resume", "word": "satu sudah dihapus" })).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    // The shorter history is the one that is left.
    for reason in ["lagi", "dan lagi"] {
        hand_in(&mut copy, &sheet, people[1].entry, reason).await;
        assert!(!copy.replica().status().suspended);
    }
    hand_in(&mut siti, &sheet, people[0].entry, "masih ada").await;
    assert!(siti.replica().status().suspended, "there were two all the same");
    assert_eq!(house.quarantine(), [], "nothing of either history is refused");
}

#[tokio::test]
async fn a_tablet_from_before_signs_from_the_day_on_which_it_tells_its_key() {
    let house = House::open().await;
    let mut siti = house.old_tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    hand_in(&mut siti, &sheet, people[0].entry, "tanpa tanda tangan").await;
    siti.tell_key().await.unwrap();
    hand_in(&mut siti, &sheet, people[0].entry, "dengan tanda tangan").await;
    // Whoever has the credential alone is let in no more.
    let refused = siti.tell_key().await;
    assert!(matches!(refused, Err(Trouble::Refused(_, code)) if code == "key_differs"));
    let credential = siti.credential().to_owned();
    let mut thief = Tablet::with_credential(house.client(), credential, "siti".parse().unwrap());
    let refused = thief.sync().await;
    assert!(matches!(refused, Err(Trouble::Refused(_, code)) if code == "proof_wrong"));
}
