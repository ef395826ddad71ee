//! The same request a second time: what was asked for stands already, by the same person. It is answered with what
//! stands, and nothing is written.

use crate::id::OfficerId;
use crate::lifecycle::{DecisionState, State};
use crate::person::squeeze;
use crate::registration::Field;
use crate::sheet::Entry;
use crate::view::{Decide, Withdraw};

impl Decide {
    /// Whether this person has decided exactly this, and it still stands.
    pub fn stands(&self, entry: &Entry, by: &OfficerId) -> bool {
        let Some(decision) = &entry.decision else { return false };
        let place = match self.state {
            DecisionState::Confirmed => decision.seat.as_ref().is_some_and(|seat| {
                (Some(&seat.programme), Some(seat.number))
                    == (self.programme.as_ref(), self.package)
            }),
            // Which turn it is, the server has said.
            DecisionState::Reserve => {
                decision.seat.as_ref().map(|seat| &seat.programme) == self.programme.as_ref()
            }
            _ => true,
        };
        place
            && decision.state == self.state
            && decision.by == by.as_str()
            && decision.reason == self.reason.trim()
            && entry.state == self.state.leads_to()
    }
}

impl Withdraw {
    /// Whether this person has noted exactly this at the desk.
    pub fn stands(&self, entry: &Entry, by: &OfficerId) -> bool {
        let noted = |(author, _): &(crate::command::Author, _)| {
            author.device.is_none() && author.officer == *by
        };
        let said = entry.fields.get(Field::WithdrawReason.key());
        entry.state == State::Withdrawn
            && entry.done_by.as_ref().is_some_and(noted)
            && said.is_some_and(|said| *said == squeeze(&self.reason))
    }
}
