//! Which rows the table shows, and in which order.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use bilik_shared::cell;
use bilik_shared::person::fold;
use bilik_shared::view::Row;

use crate::desk::route::Queue;

/// What narrows the table down, beside the queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these blocks; all if there is none.
    pub blocks: BTreeSet<String>,
    /// Whether only answers that disagree are of interest.
    pub disagreement: Disagreement,
    /// What was typed into the search.
    pub text: String,
}

/// Whether only entries with answers that disagree are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Disagreement {
    /// With and without.
    #[default]
    Any,
    /// Only with.
    Only,
}

impl Filter {
    /// The rows of a queue that pass, in the order in which they came.
    pub fn apply<'a>(&self, queue: Queue, rows: impl Iterator<Item = &'a Row>) -> Vec<&'a Row> {
        let words = fold(&self.text);
        let words: Vec<&str> = words.split_whitespace().collect();
        rows.filter(|row| is_in(queue, row) && self.narrows(row) && is_found(row, &words)).collect()
    }

    fn narrows(&self, row: &Row) -> bool {
        (self.blocks.is_empty() || self.blocks.contains(&row.block))
            && (self.disagreement == Disagreement::Any || row.conflicts > 0)
    }
}

/// Whether a row belongs to a queue.
pub fn is_in(queue: Queue, row: &Row) -> bool {
    match queue {
        Queue::Asked => row.asked(),
        Queue::Everyone => true,
        Queue::Only(state) => row.state == state,
    }
}

/// Every word must begin some word of the name or of a number: part of a name is enough.
fn is_found(row: &Row, words: &[&str]) -> bool {
    if words.is_empty() {
        return true;
    }
    let text = fold(&format!("{} {} {}", row.name, row.register_number, row.number));
    words.iter().all(|word| text.split(' ').any(|part| part.starts_with(word)))
}

/// A column that can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The name.
    Name,
    /// Block and cell, in the order of the doors.
    Cell,
    /// The state, in the order of the life cycle.
    State,
    /// The officer.
    Officer,
    /// When it was recorded.
    Recorded,
    /// When the server received it.
    Received,
}

/// From small to large, or the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Small first.
    Up,
    /// Large first.
    Down,
}

/// An order of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By which column.
    pub column: Column,
    /// In which direction.
    pub direction: Direction,
}

impl Default for Order {
    /// What came in last is on top.
    fn default() -> Self {
        Self { column: Column::Received, direction: Direction::Down }
    }
}

impl Order {
    /// The order after a press on a heading: the same column turns round, times begin with the newest.
    pub fn pressed(self, column: Column) -> Self {
        let direction = match (column == self.column, self.direction, column) {
            (true, Direction::Up, _) => Direction::Down,
            (true, Direction::Down, _) => Direction::Up,
            (false, _, Column::Recorded | Column::Received) => Direction::Down,
            (false, ..) => Direction::Up,
        };
        Self { column, direction }
    }

    /// Sorts rows; equal ones stand in the order of the doors. What has no value comes last either way.
    pub fn sort(self, rows: &mut [&Row]) {
        let down = self.direction == Direction::Down;
        let turn = |order: Ordering| if down { order.reverse() } else { order };
        rows.sort_by(|a, b| {
            let first = match self.column {
                Column::Name => turn(fold(&a.name).cmp(&fold(&b.name))),
                Column::Cell => turn(doors(a).cmp(&doors(b))),
                Column::State => turn(a.state.cmp(&b.state)),
                Column::Officer => last(a.officer.as_ref(), b.officer.as_ref(), turn),
                Column::Recorded => last(a.recorded_at, b.recorded_at, turn),
                Column::Received => last(a.received_at, b.received_at, turn),
            };
            first.then_with(|| doors(a).cmp(&doors(b))).then_with(|| a.entry.cmp(&b.entry))
        });
    }
}

fn doors(row: &Row) -> (&str, cell::Cell) {
    (&row.block, cell::order(&row.cell))
}

fn last<T: Ord>(a: Option<T>, b: Option<T>, turn: impl Fn(Ordering) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => turn(a.cmp(&b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use bilik_shared::id::EntryId;
    use bilik_shared::lifecycle::State;
    use bilik_shared::time::Timestamp;

    use super::*;

    fn row(n: u8, name: &str, block: &str, cell: &str, state: State) -> Row {
        Row {
            sheet: "w-A".parse().unwrap(),
            entry: EntryId([n; 16]),
            block: block.into(),
            cell: cell.into(),
            name: name.into(),
            register_number: format!("BI {n}/2025"),
            number: format!("AMB-2025.2-T03-00{n}"),
            choices: Vec::new(),
            state,
            listed: true,
            officer: None,
            device: None,
            recorded_at: None,
            received_at: (state != State::NotAsked).then_some(Timestamp(i64::from(n))),
            conflicts: u32::from(n == 2),
            seat: None,
        }
    }

    fn house() -> Vec<Row> {
        vec![
            row(1, "Yohanis Kelmanutu", "B", "10", State::Registered),
            row(2, "Ma'ruf Wakano", "B", "7A", State::Registered),
            row(3, "La Ode Hasan", "A", "1", State::Draft),
            row(4, "Sutrisno", "B", "7", State::NotAsked),
        ]
    }

    fn names<'a>(rows: &[&'a Row]) -> Vec<&'a str> {
        rows.iter().filter_map(|row| row.name.split(' ').next()).collect()
    }

    #[test]
    fn people_are_found_as_they_are_spelled_or_numbered() {
        let house = house();
        for (text, found) in [
            ("johanis", vec!["Yohanis"]),
            ("hasan la", vec!["La"]),
            ("maruf", vec!["Ma'ruf"]),
            ("BI 3/2025", vec!["La"]),
            ("t03-002", vec!["Ma'ruf"]),
            ("nemo", vec![]),
        ] {
            let filter = Filter { text: text.into(), ..Filter::default() };
            assert_eq!(names(&filter.apply(Queue::Everyone, house.iter())), found, "{text}");
        }
    }

    #[test]
    fn queue_block_and_disagreement_narrow_together() {
        let house = house();
        let filter = Filter { blocks: BTreeSet::from(["B".into()]), ..Filter::default() };
        assert_eq!(names(&filter.apply(Queue::Asked, house.iter())), ["Yohanis", "Ma'ruf"]);
        let filter = Filter { disagreement: Disagreement::Only, ..filter };
        assert_eq!(names(&filter.apply(Queue::Everyone, house.iter())), ["Ma'ruf"]);
        let drafts = Filter::default().apply(Queue::Only(State::Draft), house.iter()).len();
        assert_eq!(drafts, 1);
    }

    #[test]
    fn headings_sort_and_turn_round() {
        let house = house();
        let mut rows: Vec<&Row> = house.iter().collect();
        Order::default().sort(&mut rows);
        assert_eq!(
            names(&rows),
            ["La", "Ma'ruf", "Yohanis", "Sutrisno"],
            "never received comes last"
        );
        let by_cell = Order::default().pressed(Column::Cell);
        by_cell.sort(&mut rows);
        assert_eq!(names(&rows), ["La", "Sutrisno", "Ma'ruf", "Yohanis"]);
        by_cell.pressed(Column::Cell).sort(&mut rows);
        assert_eq!(names(&rows), ["Yohanis", "Ma'ruf", "Sutrisno", "La"]);
        let turned = Order::default().pressed(Column::Received);
        turned.sort(&mut rows);
        assert_eq!(
            names(&rows),
            ["Yohanis", "Ma'ruf", "La", "Sutrisno"],
            "never received still comes last"
        );
    }
}
