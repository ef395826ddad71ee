//! Fields that two tablets answered differently while neither had the other's answer.

use automerge::{ObjId, ReadDoc};
use serde::{Deserialize, Serialize};

use super::{Part, Sheet, read};
use crate::command::Author;
use crate::id::EntryId;
use crate::registration::Field;
use crate::time::Timestamp;

/// One field with more than one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// The field.
    pub field: Field,
    /// Its answers, earliest claimed time first; at least two, all different.
    pub answers: Vec<Answer>,
}

/// One of the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The whole value as stored.
    pub value: String,
    /// Who gave it, if the change says so.
    pub author: Option<Author>,
    /// When, by the clock of the tablet.
    pub at: Timestamp,
}

impl Field {
    /// The part of the entry a field lives in; `None` for the entry itself.
    pub fn part(self) -> Option<Part> {
        use Field::*;
        match self {
            Name | Aliases | RegisterNumber | LegalStatus | Cell | BirthPlace | BirthDate
            | BirthApproximate | Sex | Citizenship => Some(Part::Person),
            Choices | Education | Plan | Experience | NikStatus | Nik | Reason | Note | Skills
            | IdentityCard | FamilyCard | SchoolCertificate | Photograph | Needs | Address
            | Marital | Literacy | FamilyName | FamilyRelation | FamilyPhone | Consent
            | Signature | WithdrawReason => Some(Part::Answers),
            Registration => None,
        }
    }
}

impl Sheet {
    /// The fields of an entry that have more than one answer. Two tablets that wrote the same
    /// answer agree: that is no conflict.
    pub fn conflicts(&self, entry: EntryId) -> Vec<Conflict> {
        let Some(object) = self.entry_object(entry) else { return Vec::new() };
        let fields = Field::ALL.iter().copied();
        fields.filter_map(|field| self.conflict(&object, field)).collect()
    }

    pub(super) fn conflict(&self, entry: &ObjId, field: Field) -> Option<Conflict> {
        let object = self.field_object(entry, field)?;
        let values = self.doc.get_all(&object, field.key()).ok()?;
        if values.len() < 2 {
            return self.reopened(entry, field);
        }
        let answers = self.told_apart(values);
        (answers.len() > 1).then_some(Conflict { field, answers })
    }

    /// Different answers with who gave them first, the earliest claimed time first.
    pub(super) fn told_apart(&self, values: Vec<(automerge::Value<'_>, ObjId)>) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::new();
        for (value, op) in values {
            let Some(value) = read::as_text(&self.doc, &value, &op) else { continue };
            let (author, at) = match self.author_of(&op) {
                Some((author, at)) => (Some(author), at),
                None => (None, Timestamp(0)),
            };
            match answers.iter_mut().find(|answer| answer.value == value) {
                Some(same) if at < same.at => (same.author, same.at) = (author, at),
                Some(_) => {}
                None => answers.push(Answer { value, author, at }),
            }
        }
        answers.sort_by(|a, b| (a.at, &a.value).cmp(&(b.at, &b.value)));
        answers
    }

    /// The object that holds a field.
    pub(super) fn field_object(&self, entry: &ObjId, field: Field) -> Option<ObjId> {
        match field.part() {
            Some(part) => self.object(entry, part.key()),
            None => Some(entry.clone()),
        }
    }
}
