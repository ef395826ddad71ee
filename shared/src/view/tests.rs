use super::*;
use crate::lifecycle::Decision;

pub(super) fn row(block: &str, state: State, choices: &str) -> Row {
    Row {
        sheet: "w-A".parse().unwrap(),
        entry: EntryId([0; 16]),
        block: block.into(),
        cell: "1".into(),
        name: "Yanto".into(),
        register_number: String::new(),
        number: String::new(),
        choices: crate::registration::parse_choices(choices),
        state,
        listed: true,
        officer: None,
        device: None,
        recorded_at: None,
        received_at: None,
        conflicts: 0,
        seat: None,
        aliases: String::new(),
        late: None,
        gone: false,
        education: None,
        born: None,
    }
}

#[test]
fn whoever_was_confirmed_before_packages_were_named_takes_a_seat_all_the_same() {
    let decision = |seat: Option<&str>| Decision {
        state: DecisionState::Confirmed,
        reason: String::new(),
        by: "karutan".into(),
        at: Timestamp(1),
        seat: seat.map(|seat| seat.parse().unwrap()),
    };
    let entry = |state, seat| Entry {
        id: EntryId([0; 16]),
        listed: true,
        person: Person::default(),
        answers: Answers {
            choices: crate::registration::parse_choices("KAY,GAR"),
            ..Answers::default()
        },
        fields: Default::default(),
        registration: None,
        decision: Some(decision(seat)),
        answered: None,
        state,
        number: String::new(),
        done_by: None,
        contested: false,
    };
    let cases = [
        (State::Confirmed, None, Some("KAY/1")),
        (State::Confirmed, Some("GAR/2"), Some("GAR/2")),
        (State::Reserve, Some("GAR/2"), Some("GAR/2")),
        (State::Withdrawn, Some("GAR/2"), None),
        (State::Removed, Some("GAR/2"), None),
    ];
    for (state, given, expected) in cases {
        let found = seat(&entry(state, given)).map(|seat| seat.to_string());
        assert_eq!(found.as_deref(), expected, "{state:?}");
    }
}

#[test]
fn outside_of_the_house_no_count_tells_of_one_person() {
    let rows: Vec<Row> = (0..13).map(|_| row("A", State::Registered, "GAR,KAY")).collect();
    let outside = |n: usize| Counts::of(&rows[..n]).for_outside(2026);
    let registered: Vec<u32> = (0..=13).map(|n| outside(n).registered).collect();
    assert_eq!(registered, [0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10, 15]);
    let counts = outside(13);
    assert!(counts.rounded && counts.blocks.is_empty());
    assert_eq!(counts.programmes[&"KAY".parse().unwrap()].ranks, [0, 15, 0]);
    assert_eq!((counts.people, counts.asked, counts.to_verify), (15, 15, 15));
}

#[test]
fn a_draft_is_asked_but_never_counts() {
    let rows = [
        row("A", State::Registered, "GAR,KAY"),
        row("A", State::Draft, "GAR"),
        row("B", State::Declined, ""),
        row("B", State::NotAsked, ""),
    ];
    let counts = Counts::of(&rows);
    assert_eq!((counts.people, counts.asked, counts.registered), (4, 3, 1));
    assert_eq!(counts.programmes[&"GAR".parse().unwrap()].ranks, [1, 0, 0]);
    assert_eq!(counts.programmes[&"KAY".parse().unwrap()].ranks, [0, 1, 0]);
    assert_eq!(counts.blocks["B"].declined, 1);
}

#[test]
fn what_changed_is_read_as_it_was_told() {
    let mut counts = Counts::default();
    let known = Row {
        education: Some(Education::LowerSecondary),
        born: Some(2002),
        recorded_at: Some(Timestamp(1)),
        ..row("A", State::Registered, "GAR")
    };
    counts.add(&known);
    counts.days.insert(Date::new(2026, 1, 5).unwrap(), 1);
    assert_eq!(counts.births, BTreeMap::from([(2002, 1)]));
    let told = Live::Rows { rows: vec![known], gone: Vec::new(), counts, as_of: Timestamp(2) };
    let read: Live = serde_json::from_str(&serde_json::to_string(&told).unwrap()).unwrap();
    assert_eq!(read, told);
}
