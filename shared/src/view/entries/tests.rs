use std::collections::BTreeSet;

use super::*;
use crate::time::Timestamp;

fn row(n: u8, name: &str, block: &str, cell: &str, state: State) -> Found {
    Found::from(Row {
        sheet: "w-A".parse().unwrap(),
        entry: EntryId([n; 16]),
        block: block.into(),
        cell: cell.into(),
        name: name.into(),
        register_number: format!("BI {n}/2025"),
        number: format!("AMB-2025.2-T03-00{n:02}"),
        choices: crate::registration::parse_choices(if n == 2 { "GAR,LAS" } else { "KAY" }),
        state,
        listed: true,
        officer: None,
        device: None,
        recorded_at: None,
        received_at: (state != State::NotAsked).then_some(Timestamp(i64::from(n))),
        conflicts: u32::from(n == 2),
        seat: None,
        aliases: if n == 3 { "Ucok".into() } else { String::new() },
        late: None,
        gone: false,
        education: None,
        born: None,
    })
}

fn house() -> Vec<Found> {
    vec![
        row(1, "Yohanis Kelmanutu", "B", "10", State::Registered),
        row(2, "Ma'ruf Wakano", "B", "7A", State::Registered),
        row(3, "La Ode Hasan", "A", "1", State::Draft),
        row(4, "Sutrisno", "B", "7", State::NotAsked),
        row(5, "Djamaluddin Alkatiri", "A", "2", State::Declined),
    ]
}

fn everyone() -> Filter {
    Filter { queue: Queue::Everyone, ..Filter::default() }
}

fn pick(house: &[Found], ask: Ask) -> (Vec<String>, Picked<&Found>) {
    let picked = Reading::of(ask, None).pick(house, None);
    let name = |found: &&Found| found.row.name.split(' ').next().unwrap().to_owned();
    (picked.rows.iter().map(name).collect(), picked)
}

#[test]
fn people_are_found_in_every_spelling_that_a_tablet_finds_them_in() {
    let house = house();
    let cases: [(&str, &str, &[&str]); 14] = [
        ("y for j", "johanis", &["Yohanis"]),
        ("word order", "hasan la", &["La"]),
        ("apostrophe", "maruf", &["Ma'ruf"]),
        ("oe for u", "soetrisno", &["Sutrisno"]),
        ("dj for j", "jamaludin", &["Djamaluddin"]),
        ("joined words", "laode", &["La"]),
        ("an alias", "ucok", &["La"]),
        ("a letter that differs", "alkateri", &["Djamaluddin"]),
        ("a register number", "BI 3/2025", &["La"]),
        ("in another spelling", "b.i 3/25", &["La"]),
        ("a registration number", "t03-0002", &["Ma'ruf"]),
        ("a cell", "B-7A", &["Ma'ruf"]),
        ("nobody", "nemo", &[]),
        ("only a dash", "-", &[]),
    ];
    for (case, text, expected) in cases {
        let filter = Filter { text: text.into(), ..everyone() };
        let (names, picked) = pick(&house, Ask { filter, ..Ask::default() });
        assert_eq!(names, expected, "{case}");
        assert_eq!(picked.total as usize, expected.len(), "{case}");
        for typed in text.char_indices().map(|(at, c)| &text[..at + c.len_utf8()]) {
            let filter = Filter { text: typed.into(), ..everyone() };
            let reading = Reading::of(Ask { filter, ..Ask::default() }, None);
            let glanced = house.iter().filter(|found| reading.may_hold(found.glance()));
            assert_eq!(reading.pick(glanced, None), reading.pick(&house, None), "{typed}");
        }
    }
}

#[test]
fn a_glance_passes_over_most_who_do_not_fit() {
    let filter = Filter { text: "wakano".into(), ..everyone() };
    let reading = Reading::of(Ask { filter, ..Ask::default() }, None);
    let house = house();
    let looked_at: Vec<&Found> =
        house.iter().filter(|found| reading.may_hold(found.glance())).collect();
    assert!(looked_at.len() < house.len());
    assert!(looked_at.iter().any(|found| found.row.name == "Ma'ruf Wakano"));
}

#[test]
fn queue_block_programme_and_disagreement_narrow_together() {
    let house = house();
    let filter = Filter { blocks: BTreeSet::from(["B".into()]), ..Filter::default() };
    let ask = |filter: &Filter| Ask { filter: filter.clone(), ..Ask::default() };
    assert_eq!(pick(&house, ask(&filter)).0, ["Ma'ruf", "Yohanis"]);
    let contested = Filter { contested: true, ..filter.clone() };
    assert_eq!(pick(&house, ask(&contested)).0, ["Ma'ruf"]);
    let welders = Filter { programme: "LAS".parse().ok(), ..everyone() };
    assert_eq!(pick(&house, ask(&welders)).0, ["Ma'ruf"]);
    let drafts = Filter { queue: Queue::Only(State::Draft), ..Filter::default() };
    assert_eq!(pick(&house, ask(&drafts)).0, ["La"]);
}

#[test]
fn a_chip_counts_what_a_press_on_it_would_show() {
    let house = house();
    let filter = Filter { blocks: BTreeSet::from(["B".into()]), ..Filter::default() };
    let facets = pick(&house, Ask { filter, ..Ask::default() }).1.facets;
    assert_eq!(facets.queue(Queue::Everyone), 3, "of block B");
    assert_eq!(facets.queue(Queue::Asked), 2);
    assert_eq!(facets.blocks, [("A".to_owned(), 2), ("B".to_owned(), 2)].into());
    assert_eq!(facets.contested, 1);
    assert_eq!(facets.programmes.values().sum::<u32>(), 3);
    let hidden = Row { block: String::new(), ..house[0].row.clone() };
    let facets = pick(&[hidden.into()], Ask::default()).1.facets;
    assert_eq!(facets.blocks, BTreeMap::new(), "who may not know a block sees no chip for it");
}

#[test]
fn headings_sort_and_turn_round() {
    let house = house();
    let by = |order| pick(&house, Ask { filter: everyone(), order, ..Ask::default() }).0;
    assert_eq!(by(None), ["Djamaluddin", "La", "Ma'ruf", "Yohanis", "Sutrisno"]);
    let cell = Order::default().pressed(Column::Cell);
    assert_eq!(by(Some(cell)), ["La", "Djamaluddin", "Sutrisno", "Ma'ruf", "Yohanis"]);
    let turned = by(Some(cell.pressed(Column::Cell)));
    assert_eq!(turned, ["Yohanis", "Ma'ruf", "Sutrisno", "Djamaluddin", "La"]);
    let received = Order::default().pressed(Column::Received);
    let shown = by(Some(received));
    assert_eq!(shown.last().unwrap(), "Sutrisno", "never received comes last either way");
    assert_eq!(Order::parse("-received"), Some(Order::default()));
    assert_eq!(Order::parse("-"), None);
}

#[test]
fn pages_put_together_are_the_list_in_every_order() {
    let people = (0..97u8).map(|n| {
        let (block, cell) = (["A", "B", "C"][usize::from(n % 3)], (n % 7).to_string());
        row(
            n,
            ["Yanto", "Elia", "La Ode"][usize::from(n / 3 % 3)],
            block,
            &cell,
            State::ALL[usize::from(n % 11)],
        )
    });
    let people: Vec<Found> = people.collect();
    for order in
        ["fit", "name", "-name", "cell", "-cell", "state", "-officer", "received", "-received"]
    {
        for text in ["", "la ode"] {
            let filter = Filter { text: text.into(), ..everyone() };
            let ask = Ask { filter, order: Order::parse(order), cursor: None, limit: Some(500) };
            let whole = Reading::of(ask.clone(), None).pick(&people, None);
            let (mut pages, mut cursor) = (Vec::new(), None::<Cursor>);
            loop {
                let last =
                    cursor.as_ref().and_then(|c| people.iter().find(|f| f.row.entry == c.entry));
                let reading = Reading::of(Ask { limit: Some(10), ..ask.clone() }, cursor.clone());
                let page = reading.pick(&people, last);
                assert_eq!((page.total, &page.facets), (whole.total, &whole.facets));
                pages.extend(page.rows);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(pages, whole.rows, "{order} {text}");
        }
    }
}

#[test]
fn a_queue_is_read_again_by_its_name() {
    for queue in
        [Queue::Asked, Queue::Everyone, Queue::Late, Queue::Gone, Queue::Only(State::Returned)]
    {
        assert_eq!(Queue::parse(queue.code()), Some(queue));
    }
    assert_eq!(Queue::parse("SALAH"), None);
}
