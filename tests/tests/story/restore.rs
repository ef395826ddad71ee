//! Backups beside a running server, and what tablets bring back after one was restored.

use std::path::Path;

use age::x25519::Identity;
use bilik_server::key::Key;
use bilik_server::{backup, verify};
use bilik_shared::lifecycle::DecisionState;
use bilik_shared::replica::Sync;
use bilik_shared::view::Decide;

use crate::house::{House, assert_same, first_sheet, register_as_is, row};

/// The points of the history at which a backup is made, and restored afterwards.
const POINTS: usize = 50;

/// Makes a backup of the house as it is, beside its server.
fn back_up(house: &House, to: &Path, key: &Identity) {
    let keys = std::slice::from_ref(key);
    backup::make((house.folder(), &Key::for_tests()), to, &[key.to_public()], Some(keys)).unwrap();
}

#[tokio::test]
async fn a_backup_of_any_point_of_a_history_gets_back_everything_that_was_acknowledged() {
    let mut house = House::open().await;
    let (address, key) = (house.address(), Identity::generate());
    let backups = tempfile::tempdir().unwrap();
    let file = |point: usize| backups.path().join(format!("{point}.age"));
    let mut siti = house.tablet("siti").await;
    let mut rusdi = house.tablet("rusdi").await;
    let mut marlin = house.desk("marlin").await;
    let (sheet, people) = first_sheet(&siti);

    for point in 0..POINTS {
        back_up(&house, &file(point), &key);
        let entry = people[point % people.len()].entry;
        let choices = ["OTO", "KAY,LAS", "GAR"][point % 3];
        register_as_is(&mut siti, &sheet, entry, choices);
        if point % 5 == 4 {
            // Neither knows of the other's work.
            register_as_is(&mut rusdi, &sheet, entry, "TAN");
        }
        siti.sync().await.unwrap();
        rusdi.sync().await.unwrap();
        // Where two answers stand, the desk settles them before it verifies.
        if point % 7 == 6 && point % 5 != 4 {
            // The desk's own work reaches the tablets, which bring it back.
            let path = format!("/api/v1/desk/entries/{sheet}/{entry}/decide");
            let verified = Decide {
                state: DecisionState::Verified,
                reason: String::new(),
                programme: None,
                package: None,
            };
            let reply = marlin.post(&path, &verified).await;
            assert_eq!(reply.status, 200, "{}", reply.code());
            siti.sync().await.unwrap();
            rusdi.sync().await.unwrap();
        }
    }
    let acknowledged = house.stored();
    assert!(acknowledged.len() > POINTS);

    for point in (0..POINTS).rev() {
        house.stop().await;
        let restored = tempfile::tempdir().unwrap();
        let keys = std::slice::from_ref(&key);
        backup::restore(&file(point), keys, (restored.path(), &Key::for_tests())).unwrap();
        house.restore(restored.path());
        assert!(house.stored().len() < acknowledged.len(), "point {point} lacks something");
        house.start_at(address).await;
        // Nobody touched a tablet since.
        for tablet in [&mut rusdi, &mut siti] {
            tablet.sync().await.unwrap();
        }
        rusdi.sync().await.unwrap();
        let missing: Vec<_> = acknowledged.difference(&house.stored()).cloned().collect();
        assert!(missing.is_empty(), "point {point}: acknowledged, and missing: {missing:?}");
        assert_eq!(
            verify::look_into(house.folder(), &Key::for_tests()).unwrap(),
            None,
            "point {point}"
        );
        assert_same(&mut siti, &mut rusdi, &sheet);
        assert_eq!(row(&siti, &sheet, people[0].entry).sync, Sync::Received);
    }
    // What came back over the tablets is a house that can be backed up again.
    back_up(&house, &file(POINTS), &key);
}
