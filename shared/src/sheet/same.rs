//! What a supervisor writes about two entries of one person: answers that one takes over, and the other as it stood.

use super::{Part, Sheet};
use crate::command::{Moment, Refused};
use crate::id::EntryId;
use crate::lifecycle::{NoStep, State};
use crate::person::Fields;
use crate::registration::Field;
use crate::role::{Action, may};

/// Every key of a decision.
const DECISION: [&str; 5] = ["state", "reason", "by", "at", "seat"];

impl Sheet {
    /// Writes answers of another entry of the same person into this one.
    pub(super) fn adopt(
        &mut self,
        id: EntryId,
        fields: &[(Field, String)],
        moment: &Moment,
    ) -> Result<(), Refused> {
        settles(moment)?;
        let entry = self.entry_object(id).ok_or(Refused::NoSuchEntry)?;
        if !fields.iter().all(|(field, _)| field.can_be_adopted()) {
            return Err(Refused::NothingToChoose);
        }
        for part in [Part::Person, Part::Answers] {
            let here = fields.iter().filter(|(field, _)| field.part() == Some(part));
            let here: Fields =
                here.map(|(field, value)| (field.key().to_owned(), value.clone())).collect();
            self.put_fields(&entry, part, &here)?;
        }
        Ok(())
    }

    /// Writes back the decision that stood before an entry was cancelled; empty where there was none.
    pub(super) fn reinstate(
        &mut self,
        id: EntryId,
        decision: &Fields,
        moment: &Moment,
    ) -> Result<(), Refused> {
        settles(moment)?;
        let entry = self.entry(id).ok_or(Refused::NoSuchEntry)?;
        if entry.state != State::Cancelled {
            return Err(Refused::Step(NoStep::NotFromHere));
        }
        let object = self.entry_object(id).ok_or(Refused::NoSuchEntry)?;
        let value = |key: &str| decision.get(key).cloned().unwrap_or_default();
        let fields = DECISION.iter().map(|key| ((*key).to_owned(), value(key))).collect();
        self.put_fields(&object, Part::Decision, &fields)
    }
}

/// No tablet settles anything about two entries.
fn settles(moment: &Moment) -> Result<(), Refused> {
    let allowed = moment.author.device.is_none() && may(moment.role, Action::SettlePair, None);
    if allowed { Ok(()) } else { Err(Refused::Step(NoStep::NotYours)) }
}
