//! Two tablets, one sheet, no network; then they meet.

use bilik_shared::command::What;
use bilik_shared::id::EntryId;
use bilik_shared::lifecycle::{DecisionState, State};
use bilik_shared::person::{LegalStatus, Person, Sex};
use bilik_shared::registration::Field;
use bilik_shared::replica::Sync;
use bilik_shared::time::Date;
use bilik_shared::view::{Decide, Live, Resolve};

use crate::house::{House, answers, assert_same, first_sheet, register, row};

#[tokio::test]
async fn two_officers_walk_offline_and_the_supervisor_settles_what_they_disagree_about() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&siti);
    let (both, only_rusdi) = (people[0].entry, people[1].entry);

    // Offline: nothing is exchanged until somebody calls sync.
    siti.act(&sheet, both, register("GAR,OTO")).unwrap().unwrap();
    rusdi.act(&sheet, both, register("GAR,KAY")).unwrap().unwrap();
    rusdi.act(&sheet, only_rusdi, register("LAS")).unwrap().unwrap();
    let newcomer = EntryId([7; 16]);
    let done = siti.act(&sheet, newcomer, register_unlisted("Wa Ode Sari")).unwrap().unwrap();
    assert!(done.number.starts_with("AMB-"), "{}", done.number);
    for (tablet, entry) in [(&siti, both), (&siti, newcomer), (&rusdi, only_rusdi)] {
        assert_eq!(row(tablet, &sheet, entry).sync, Sync::SavedHere);
    }
    assert_eq!(siti.replica().status().saved_here, 2);

    // The network comes back.
    siti.sync().await.unwrap();
    rusdi.sync().await.unwrap();
    siti.sync().await.unwrap();
    assert_same(&mut siti, &mut rusdi, &sheet);
    for tablet in [&siti, &rusdi] {
        assert_eq!(row(tablet, &sheet, both).sync, Sync::NeedsAttention);
        assert_eq!(row(tablet, &sheet, only_rusdi).sync, Sync::Received);
        assert_eq!(row(tablet, &sheet, newcomer).name, "Wa Ode Sari");
        let conflicts = tablet.replica().conflicts(&sheet, both);
        let choices = conflicts.iter().find(|conflict| conflict.field == Field::Choices).unwrap();
        let officers: Vec<&str> = choices
            .answers
            .iter()
            .map(|answer| answer.author.as_ref().unwrap().officer.as_str())
            .collect();
        assert_eq!(choices.answers.len(), 2);
        assert!(officers.contains(&"siti") && officers.contains(&"rusdi"));
    }

    // The desk sees both answers, and chooses one.
    let mut desk = house.desk("marlin").await;
    let overview = desk.overview().await;
    assert_eq!((overview.counts.registered, overview.counts.conflicts), (3, 1));
    let detail = desk.detail(&sheet, both).await;
    let conflict = detail.conflicts.iter().find(|c| c.field == Field::Choices).unwrap();
    let values: Vec<&str> = conflict.answers.iter().map(|answer| answer.value.as_str()).collect();
    assert!(values.contains(&"GAR,OTO") && values.contains(&"GAR,KAY"));
    for answer in &conflict.answers {
        assert!(answer.author.as_ref().unwrap().device.is_some());
    }
    for conflict in &detail.conflicts {
        let value = match conflict.field {
            Field::Choices => "GAR,KAY".to_owned(),
            _ => conflict.answers[0].value.clone(),
        };
        let reply = desk.resolve(&sheet, both, &Resolve { field: conflict.field, value }).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }

    siti.sync().await.unwrap();
    rusdi.sync().await.unwrap();
    assert_same(&mut siti, &mut rusdi, &sheet);
    for tablet in [&siti, &rusdi] {
        assert_eq!(row(tablet, &sheet, both).sync, Sync::Received);
        let entry = tablet.replica().entry(&sheet, both).unwrap();
        assert_eq!(entry.answers.choices, answers("GAR,KAY").choices);
        assert_eq!(entry.state, State::Registered);
    }
    assert_eq!(desk.overview().await.counts.conflicts, 0);
}

#[tokio::test]
async fn whoever_listens_hears_of_others_without_asking() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let mut rusdi = house.tablet("rusdi").await;
    let (sheet, people) = first_sheet(&siti);
    let desk = house.desk("marlin").await;
    let mut seen_at_desk = desk.events().await;
    let mut heard_by_rusdi = rusdi.listen().await.unwrap();

    siti.act(&sheet, people[0].entry, register("BOG")).unwrap().unwrap();
    siti.sync().await.unwrap();

    while row(&rusdi, &sheet, people[0].entry).state != State::Registered {
        let event = heard_by_rusdi.next().await.unwrap();
        rusdi.hear(&event);
        while rusdi.exchange().await.unwrap() {}
    }
    loop {
        let live: Live = serde_json::from_str(&seen_at_desk.next().await.unwrap()).unwrap();
        let Live::Rows { rows, counts, .. } = live else { continue };
        let row = rows.iter().find(|row| row.entry == people[0].entry).unwrap();
        assert_eq!((row.state, counts.registered), (State::Registered, 1));
        break;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_see_somebody_any_more_hears_that_they_are_gone() {
    let house = House::open().await;
    let mut siti = house.tablet("siti").await;
    let (sheet, people) = first_sheet(&siti);
    let entry = people[0].entry;
    siti.act(&sheet, entry, register("GAR")).unwrap().unwrap();
    siti.sync().await.unwrap();
    let path = format!("/api/v1/desk/entries/{sheet}/{entry}/decide");
    let decide = |state, package: Option<u32>, reason: &str| Decide {
        state,
        reason: reason.to_owned(),
        programme: package.map(|_| "GAR".parse().unwrap()),
        package: package.filter(|n| *n > 0),
    };
    let mut head = house.desk("karutan").await;
    let verified = decide(DecisionState::Verified, None, "");
    assert_eq!(house.desk("marlin").await.post(&path, &verified).await.status, 200);
    let confirmed = decide(DecisionState::Confirmed, Some(1), "");
    assert_eq!(head.post(&path, &confirmed).await.status, 200);

    let mut partner = house.desk("disnaker").await;
    let overview = partner.overview().await;
    assert_eq!(partner.rows().await.len(), 1);
    assert!(overview.counts.rounded && overview.counts.registered == 0);
    let mut heard = partner.events().await;
    let reserve = decide(DecisionState::Reserve, Some(0), "belum siap");
    let reply = head.post(&path, &reserve).await;
    assert_eq!(reply.status, 200, "{}", reply.code());
    loop {
        let live: Live = serde_json::from_str(&heard.next().await.unwrap()).unwrap();
        let Live::Rows { rows, gone, .. } = live else { continue };
        assert_eq!((rows, gone), (vec![], vec![entry]));
        break;
    }
}

fn register_unlisted(name: &str) -> What {
    let person = Person {
        name: name.into(),
        register_number: "A.III 104/2025".into(),
        legal_status: Some(LegalStatus::Detainee),
        cell: "3".into(),
        birth_date: Date::new(1990, 10, 5),
        sex: Some(Sex::Female),
        ..Person::default()
    };
    let answers = Box::new(answers("BOG,GAR"));
    What::Register { person: Some(person), answers, confirmed: Vec::new() }
}
