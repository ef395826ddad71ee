//! Taking the last step back: what stood before is written again, and nothing is deleted.

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::transaction::Transactable;
use automerge::{ChangeHash, ObjId, ReadDoc};

use super::{Chunk, Part, Place, Sheet, read};
use crate::command::{Moment, Refused, UNDO_MS};
use crate::id::{EntryId, Hash};
use crate::lifecycle::{Registration, State};

/// Changes count seconds, and a tap takes its time to arrive.
const GRACE_MS: i64 = 2_000;

impl Sheet {
    /// Writes back what one change of this tablet wrote over, wherever its answer still stands alone.
    ///
    /// The number that the entry was given stays with it: it may have been read out, and no number is given twice.
    /// What somebody else has answered since stays as well.
    pub(super) fn undo(
        &mut self,
        id: EntryId,
        change: &Hash,
        moment: &Moment,
    ) -> Result<(), Refused> {
        let entry = self.entry(id).ok_or(Refused::NoSuchEntry)?;
        // On what has been decided meanwhile nobody at a tablet turns back.
        let untouched = entry.registration.map_or(State::NotAsked, Registration::leads_to);
        let found = self.doc.get_change_by_hash(&ChangeHash(change.0));
        let chunk = found.map(Chunk::trusted).ok_or(Refused::NothingToUndo)?;
        let own = chunk.author().is_some_and(|author| author.device == moment.author.device);
        let age = moment.at.0.saturating_sub(chunk.at().0);
        if !own || !(0..=UNDO_MS + GRACE_MS).contains(&age) || entry.state != untouched {
            return Err(Refused::NothingToUndo);
        }
        let mut back = Vec::new();
        for op in &chunk.expanded().operations {
            let (ObjectId::Id(object), Key::Map(key), OpType::Put(value)) =
                (&op.obj, &op.key, &op.action)
            else {
                continue;
            };
            let place = self.places.get(&(object.counter(), object.actor().to_bytes().to_vec()));
            let Some(object) = self.written_place(id, place.copied()) else { continue };
            if key.as_str() != "number" && value.as_str().is_some() {
                back.push((object, key.to_string(), value.as_str().map(str::to_owned)));
            }
        }
        let before: Vec<ChangeHash> = chunk.deps().iter().map(|dep| ChangeHash(dep.0)).collect();
        for (object, key, wrote) in back {
            let stands = self.doc.get_all(&object, key.as_str())?;
            if stands.len() == 1 && self.text(&object, &key) == wrote {
                let old = self.doc.get_at(&object, key.as_str(), &before)?;
                let old = old.and_then(|(value, op)| read::as_text(&self.doc, &value, &op));
                self.doc.put(&object, key.as_str(), old.unwrap_or_default())?;
            }
        }
        let object = self.entry_object(id).ok_or(Refused::NoSuchEntry)?;
        self.doc.put(&object, "undone", change.to_string())?;
        Ok(())
    }

    /// The object at a place, if a step of this entry may be taken back there: who a person is stays.
    fn written_place(&self, id: EntryId, place: Option<Place>) -> Option<ObjId> {
        match place? {
            Place::Entry(entry) if entry == id => self.entry_object(id),
            Place::Part(entry, Part::Answers) if entry == id => {
                self.object(&self.entry_object(id)?, Part::Answers.key())
            }
            _ => None,
        }
    }
}
