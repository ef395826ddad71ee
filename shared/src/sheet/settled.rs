//! Choices between answers that disagreed: which were made, and how one is taken back.
//!
//! That a choice was made follows from the history: somebody wrote one of the answers over all of them. Taking it
//! back writes down what disagreed, with who said it and when, and the field has all of these answers again until
//! somebody chooses anew. Nothing is deleted, and what stood chosen stands until then.

use automerge::{ChangeHash, ObjId, ReadDoc};
use serde::{Deserialize, Serialize};

use super::{Answer, Conflict, Part, Sheet, author_message, message_author};
use crate::command::{Author, Moment, Refused};
use crate::id::EntryId;
use crate::lifecycle::NoStep;
use crate::pairs::REVERSIBLE_MS;
use crate::person::Fields;
use crate::registration::Field;
use crate::role::{Action, may};
use crate::time::Timestamp;

/// A choice between answers of one field, as long as what was chosen stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The field.
    pub field: Field,
    /// The answers that there were, as in [`Conflict`].
    pub answers: Vec<Answer>,
    /// The one that was chosen.
    pub chosen: String,
    /// Who chose, if the change says so.
    pub author: Option<Author>,
    /// When, by the clock of whoever chose.
    pub at: Timestamp,
}

impl Settled {
    /// Whether it can still be taken back.
    pub fn can_be_undone(&self, now: Timestamp) -> bool {
        now.0 - self.at.0 <= REVERSIBLE_MS
    }
}

/// A choice that was taken back, as the sheet stores it.
struct Open {
    chosen: String,
    answers: Vec<Answer>,
}

impl Sheet {
    /// The choices that were made in an entry and still stand, however long ago.
    pub fn settled(&mut self, entry: EntryId) -> Vec<Settled> {
        let Some(object) = self.entry_object(entry) else { return Vec::new() };
        let fields = Field::ALL.iter().copied();
        fields.filter_map(|field| self.settled_field(&object, field)).collect()
    }

    fn settled_field(&mut self, entry: &ObjId, field: Field) -> Option<Settled> {
        if self.conflict(entry, field).is_some() {
            return None;
        }
        let object = self.field_object(entry, field)?;
        let (_, op) = self.doc.get(&object, field.key()).ok()??;
        let chosen = self.text(&object, field.key())?;
        let choice = self.doc.hash_for_opid(&op)?;
        let before = self.doc.get_change_meta_by_hash(&choice)?.deps.to_vec();
        let values = self.doc.get_all_at(&object, field.key(), &before).ok()?;
        let answers = self.told_apart(values);
        let answers = match answers.len() {
            // Chosen once more after the first choice was taken back.
            0 | 1 => self.open_at(entry, field, &before)?.answers,
            _ => answers,
        };
        // Whoever wrote something else has answered anew, and chosen nothing.
        if !answers.iter().any(|answer| answer.value == chosen) {
            return None;
        }
        let (author, at) =
            self.author_of(&op).map_or((None, Timestamp(0)), |(a, at)| (Some(a), at));
        Some(Settled { field, answers, chosen, author, at })
    }

    /// The answers of a field whose choice was taken back, until somebody chooses anew: what was written after it was
    /// taken back, also the same answer once more, is a new choice.
    pub(super) fn reopened(&self, entry: &ObjId, field: Field) -> Option<Conflict> {
        let object = self.field_object(entry, field)?;
        let marks = self.object(entry, Part::Unsettled.key())?;
        let (_, mark) = self.doc.get(&marks, field.key()).ok()??;
        let open = Open::parse(&self.text(&marks, field.key())?)?;
        let (_, op) = self.doc.get(&object, field.key()).ok()??;
        let stands = self.text(&object, field.key())? == open.chosen && is_later(&mark, &op);
        (stands && open.answers.len() > 1).then_some(Conflict { field, answers: open.answers })
    }

    /// What was written down about a choice at these heads.
    fn open_at(&self, entry: &ObjId, field: Field, heads: &[ChangeHash]) -> Option<Open> {
        let marks = self.object(entry, Part::Unsettled.key())?;
        let (value, op) = self.doc.get_at(&marks, field.key(), heads).ok()??;
        Open::parse(&super::read::as_text(&self.doc, &value, &op)?)
    }

    /// Takes a choice back: the field has all its answers again.
    pub(super) fn unsettle(
        &mut self,
        id: EntryId,
        field: Field,
        moment: &Moment,
    ) -> Result<(), Refused> {
        // No tablet does: it has no others to ask.
        if moment.author.device.is_some() || !may(moment.role, Action::ResolveConflict, None) {
            return Err(Refused::Step(NoStep::NotYours));
        }
        let entry = self.entry_object(id).ok_or(Refused::NoSuchEntry)?;
        let settled = self.settled_field(&entry, field).ok_or(Refused::NothingToUndo)?;
        if !settled.can_be_undone(moment.at) {
            return Err(Refused::NothingToUndo);
        }
        let open = Open { chosen: settled.chosen, answers: settled.answers };
        // Taken back twice, the same words stand there already: written over something else they are new again.
        for text in [String::new(), open.to_text()] {
            let mark = Fields::from([(field.key().to_owned(), text)]);
            self.put_fields(&entry, Part::Unsettled, &mark)?;
        }
        Ok(())
    }
}

/// Whether an operation was written after another one was known.
fn is_later(one: &ObjId, other: &ObjId) -> bool {
    let counter = |op: &ObjId| if let ObjId::Id(counter, ..) = op { *counter } else { 0 };
    counter(one) > counter(other)
}

/// Nobody stands for an author that is not known.
const NOBODY: &str = "-";

impl Open {
    /// One record for what was chosen and one for each answer: time, length in bytes and author on a line, then the
    /// value. Do not change: sheets hold it.
    fn to_text(&self) -> String {
        let record = |at: Timestamp, author: Option<&Author>, value: &str| {
            let author = author.map_or_else(|| NOBODY.to_owned(), author_message);
            format!("{} {} {author}\n{value}", at.0, value.len())
        };
        let mut text = record(Timestamp(0), None, &self.chosen);
        for Answer { value, author, at } in &self.answers {
            text += &record(*at, author.as_ref(), value);
        }
        text
    }

    fn parse(mut text: &str) -> Option<Self> {
        let mut answers = Vec::new();
        while !text.is_empty() {
            let (head, rest) = text.split_once('\n')?;
            let mut parts = head.splitn(3, ' ');
            let at = Timestamp(parts.next()?.parse().ok()?);
            let length: usize = parts.next()?.parse().ok()?;
            let author = message_author(parts.next()?);
            let value = rest.get(..length)?.to_owned();
            answers.push(Answer { value, author, at });
            text = rest.get(length..)?;
        }
        if answers.is_empty() {
            return None;
        }
        let chosen = answers.remove(0).value;
        Some(Self { chosen, answers })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_disagreed_is_read_back_with_who_and_when() {
        let author = |device: &str, officer: &str| {
            Some(Author { device: device.parse().ok(), officer: officer.parse().unwrap() })
        };
        let answers = vec![
            Answer { value: "GAR,KAY".into(), author: author("T01", "grace"), at: Timestamp(10) },
            Answer { value: "é\n1 2 x\n".into(), author: None, at: Timestamp(20) },
            Answer { value: String::new(), author: author("", "marlin"), at: Timestamp(30) },
        ];
        let open = Open { chosen: "GAR,KAY".into(), answers };
        let read = Open::parse(&open.to_text()).unwrap();
        assert_eq!((read.chosen, read.answers), (open.chosen, open.answers));
        for odd in ["", "x", "1 9 -\nshort", "1 x -\n", "1 1 -\né"] {
            assert!(Open::parse(odd).is_none(), "{odd}");
        }
    }
}
