//! Power, process, disk and memory fail; what was acknowledged stays.

use bilik_shared::command::Refused;
use bilik_shared::lifecycle::State;
use bilik_shared::replica::Sync;
use bilik_tests::tablet::Trouble;

use crate::house::{House, assert_same, first_sheet, register, row};

#[tokio::test]
async fn a_tablet_that_loses_power_keeps_what_it_said_was_saved_and_nothing_else() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    let (saved, lost) = (people[0].entry, people[1].entry);
    siti.act(&sheet, saved, register("OTO")).unwrap().unwrap();

    siti.lose_power_at_next_save();
    assert_eq!(siti.act(&sheet, lost, register("LAS")), None, "nothing may be promised");
    siti.start_again();

    assert_eq!(row(&siti, &sheet, saved).sync, Sync::SavedHere);
    assert_eq!(row(&siti, &sheet, lost).state, State::NotAsked);
    siti.sync().await.unwrap();
    assert_eq!(row(&siti, &sheet, saved).sync, Sync::Received);
    siti.act(&sheet, lost, register("LAS")).unwrap().unwrap();
    siti.sync().await.unwrap();
    assert_eq!(row(&siti, &sheet, lost).sync, Sync::Received);
}

#[tokio::test]
async fn a_tablet_without_space_says_so_and_saves_when_there_is_space_again() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    siti.fill_space();
    let refused = siti.act(&sheet, people[0].entry, register("OTO")).unwrap();
    assert_eq!(refused, Err(Refused::NotStored));
    assert!(siti.replica().status().unsaved);
    siti.free_space();
    siti.sync().await.unwrap();
    assert!(!siti.replica().status().unsaved);
    assert_eq!(row(&siti, &sheet, people[0].entry).sync, Sync::Received);
}

#[tokio::test]
async fn a_killed_server_comes_back_with_everything_it_acknowledged() {
    let mut house = House::open().await;
    let address = house.address();
    let mut siti = house.tablet("siti").await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&siti);
    for (n, person) in people.iter().take(5).enumerate() {
        siti.act(&sheet, person.entry, register("OTO,KAY")).unwrap().unwrap();
        siti.sync().await.unwrap();
        house.kill().await;
        assert_eq!(rusdi.sync().await, Err(Trouble::Unreachable));
        house.start_at(address).await;
        rusdi.sync().await.unwrap();
        let status = rusdi.replica().status();
        assert_eq!(status.received, n + 1);
    }
    siti.sync().await.unwrap();
    assert_same(&mut siti, &mut rusdi, &sheet);
}

#[tokio::test]
async fn a_server_restored_from_an_older_copy_gets_back_what_it_lost() {
    let mut house = House::open().await;
    let address = house.address();
    let mut siti = house.tablet("siti").await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&siti);
    siti.act(&sheet, people[0].entry, register("OTO")).unwrap().unwrap();
    siti.sync().await.unwrap();
    house.stop().await;
    let monday = house.back_up();
    house.start_at(address).await;

    siti.act(&sheet, people[1].entry, register("KAY")).unwrap().unwrap();
    siti.sync().await.unwrap();
    rusdi.sync().await.unwrap();
    rusdi.act(&sheet, people[1].entry, register("KAY,LAS")).unwrap().unwrap();
    rusdi.act(&sheet, people[2].entry, register("GAR")).unwrap().unwrap();
    rusdi.sync().await.unwrap();
    let tuesday = house.stored();
    assert_eq!(row(&rusdi, &sheet, people[2].entry).sync, Sync::Received);

    house.stop().await;
    house.restore(monday.path());
    assert!(house.stored().len() < tuesday.len());
    house.start_at(address).await;
    // Nothing new happened on the tablets; they find out by asking.
    rusdi.sync().await.unwrap();
    siti.sync().await.unwrap();
    rusdi.sync().await.unwrap();
    assert_eq!(house.stored(), tuesday);
    assert_same(&mut siti, &mut rusdi, &sheet);
    assert_eq!(row(&siti, &sheet, people[2].entry).sync, Sync::Received);
}

#[tokio::test]
async fn lost_and_doubled_answers_change_nothing() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&siti);
    rusdi.act(&sheet, people[3].entry, register("TAN")).unwrap().unwrap();
    rusdi.sync().await.unwrap();

    siti.act(&sheet, people[0].entry, register("OTO")).unwrap().unwrap();
    let request = siti.take_request().unwrap();
    let first = siti.send(request.clone()).await.unwrap();
    siti.no_answer();
    let stored = house.stored();
    let second = siti.send(request.clone()).await.unwrap();
    assert_eq!(house.stored(), stored, "the same request twice stores nothing twice");
    // Both answers arrive after all, the later one first.
    siti.take_answer(&request, &second).unwrap();
    siti.take_answer(&request, &first).unwrap();
    siti.sync().await.unwrap();
    rusdi.sync().await.unwrap();
    assert_same(&mut siti, &mut rusdi, &sheet);
    assert_eq!(row(&siti, &sheet, people[0].entry).sync, Sync::Received);
}
