//! Reading entries. Odd data gives an entry all the same: what is not understood stays in the sheet.

use automerge::{AutoCommit, ObjId, ObjType, ReadDoc, ScalarValue, Value};

use super::Sheet;
use crate::command::Author;
use crate::id::EntryId;
use crate::lifecycle::{Decision, DecisionState, Registration, State, state};
use crate::person::{Fields, Person};
use crate::registration::{Answers, codes};
use crate::time::Timestamp;

codes! {
    /// The parts of an entry that are maps of texts.
    Part {
        /// Who the person is.
        Person = "person",
        /// What they answered.
        Answers = "answers",
        /// What was decided.
        Decision = "decision",
        /// Choices between answers that were taken back, by field: see [`Sheet::settled`].
        Unsettled = "unsettled",
    }
}

impl Part {
    /// The key of the part inside its entry.
    pub const fn key(self) -> &'static str {
        self.code()
    }
}

/// One person's place on a sheet, as it reads now.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The roster knows the person; otherwise an officer added them.
    pub listed: bool,
    /// Who the person is.
    pub person: Person,
    /// What they answered.
    pub answers: Answers,
    /// Every answer as stored, also those this version does not know.
    pub fields: Fields,
    /// What was done at a tablet.
    pub registration: Option<Registration>,
    /// What was decided.
    pub decision: Option<Decision>,
    /// The time of the decision that a correction has answered.
    pub answered: Option<Timestamp>,
    /// Where the entry stands.
    pub state: State,
    /// The number that was given when the person was registered first.
    pub number: String,
    /// Who did the last step of the registration, and when by their clock.
    pub done_by: Option<(Author, Timestamp)>,
    /// Some field may have more than one answer: ask [`Sheet::conflicts`].
    pub contested: bool,
}

/// The map of one part, read.
struct Read {
    fields: Fields,
    contested: bool,
}

impl Sheet {
    /// Every entry, in the order of ids.
    pub fn entries(&self) -> Vec<Entry> {
        let objects = self.entry_objects();
        objects.into_iter().map(|(id, object)| self.read(id, &object)).collect()
    }

    /// One entry.
    pub fn entry(&self, id: EntryId) -> Option<Entry> {
        let object = self.entry_object(id)?;
        Some(self.read(id, &object))
    }

    fn read(&self, id: EntryId, object: &ObjId) -> Entry {
        let mut top = Fields::new();
        let mut parts: [Option<Read>; 4] = [None, None, None, None];
        let mut contested = false;
        let mut registration_op = None;
        for item in self.doc.map_range(object, ..) {
            match Part::parse(&item.key) {
                Some(part) => parts[part as usize] = Some(self.read_part(&item.id())),
                None => {
                    if item.key == "registration" {
                        registration_op = Some(item.id());
                    }
                    contested |= item.conflict;
                    let value = item.value.clone().into_value();
                    if let Some(text) = as_text(&self.doc, &value, &item.id()) {
                        top.insert(item.key.into_owned(), text);
                    }
                }
            }
        }
        contested |= parts.iter().flatten().any(|part| part.contested);
        let [person, answers, decision, unsettled] =
            parts.map(|part| part.map(|read| read.fields).unwrap_or_default());
        contested |= unsettled.values().any(|mark| !mark.is_empty());
        let registration = top.get("registration").and_then(|code| Registration::parse(code));
        let answered = top.get("answered").and_then(|at| at.parse().ok()).map(Timestamp);
        let decision = read_decision(&decision);
        Entry {
            id,
            listed: top.get("origin").is_some_and(|origin| origin == "roster"),
            person: Person::from_fields(&person),
            state: state(registration, decision.as_ref(), answered),
            number: answers.get("number").cloned().unwrap_or_default(),
            answers: Answers::from_fields(&answers),
            fields: answers,
            registration,
            decision,
            answered,
            done_by: registration_op.and_then(|op| self.author_of(&op)),
            contested,
        }
    }

    fn read_part(&self, object: &ObjId) -> Read {
        let mut read = Read { fields: Fields::new(), contested: false };
        for item in self.doc.map_range(object, ..) {
            read.contested |= item.conflict;
            let value = item.value.clone().into_value();
            if let Some(text) = as_text(&self.doc, &value, &item.id()) {
                read.fields.insert(item.key.into_owned(), text);
            }
        }
        read
    }

    /// Who wrote an operation, and when by their clock.
    pub(super) fn author_of(&self, op: &ObjId) -> Option<(Author, Timestamp)> {
        let hash = self.doc.hash_for_opid(op)?;
        self.written.get(&crate::id::Hash(hash.0))?.0.clone()
    }
}

fn read_decision(fields: &Fields) -> Option<Decision> {
    let get = |key: &str| fields.get(key).cloned().unwrap_or_default();
    Some(Decision {
        state: DecisionState::parse(fields.get("state")?)?,
        reason: get("reason"),
        by: get("by"),
        at: Timestamp(get("at").parse().unwrap_or_default()),
        seat: get("seat").parse().ok(),
    })
}

/// A leaf as text: a scalar text, or a text object as other implementations write it.
pub(super) fn as_text(doc: &AutoCommit, value: &Value<'_>, id: &ObjId) -> Option<String> {
    match value {
        Value::Object(ObjType::Text) => doc.text(id).ok(),
        Value::Object(_) => None,
        Value::Scalar(scalar) => match scalar.as_ref() {
            ScalarValue::Str(text) => Some(text.to_string()),
            ScalarValue::Null => None,
            other => Some(other.to_string()),
        },
    }
}
