//! The decisions that the panel offers, each with its own words: the same step is another one from another state.

use bilik_shared::lifecycle::{DecisionState, State};

use crate::parts::icon::Symbol;

/// One decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// What is decided; nothing where the person has said that they withdraw.
    pub to: Option<DecisionState>,
    /// Where it leads.
    pub state: State,
    /// From where it has this name; from anywhere else where this is empty.
    from: &'static [State],
    /// The key of its name.
    pub name: &'static str,
    /// Its sign.
    pub symbol: Symbol,
    /// The letter that presses it; may be empty.
    pub letter: &'static str,
}

const fn offer(
    to: DecisionState,
    from: &'static [State],
    name: &'static str,
    symbol: Symbol,
) -> Offer {
    Offer { to: Some(to), state: to.leads_to(), from, name, symbol, letter: "" }
}

/// All of them, in the order in which they stand in the panel.
pub const OFFERS: [Offer; 11] = [
    Offer {
        letter: "V",
        ..offer(DecisionState::Verified, &[State::Registered], "decide.verify", Symbol::Verified)
    },
    offer(DecisionState::Verified, &[State::Rejected], "decide.uphold", Symbol::Verified),
    offer(DecisionState::Rejected, &[State::Rejected], "decide.dismiss", Symbol::Declined),
    offer(DecisionState::Confirmed, &[], "decide.confirm", Symbol::Registered),
    offer(DecisionState::Reserve, &[], "decide.reserve", Symbol::Clock),
    offer(DecisionState::Verified, &[State::Reserve], "decide.off_reserve", Symbol::Undo),
    Offer { letter: "R", ..offer(DecisionState::Returned, &[], "decide.return", Symbol::Returned) },
    offer(DecisionState::Reopened, &[State::Verified], "decide.unverify", Symbol::Undo),
    offer(DecisionState::Reopened, &[State::Rejected], "decide.unreject", Symbol::Undo),
    offer(DecisionState::Rejected, &[], "decide.reject", Symbol::Declined),
    Offer {
        to: None,
        state: State::Withdrawn,
        ..offer(DecisionState::Cancelled, &[], "decide.withdraw", Symbol::Undo)
    },
];

impl Offer {
    /// Whether it has its name from this state. A turn on the reserve list is changed by a run, for everybody on it.
    pub fn is_for(self, from: State) -> bool {
        match self.from {
            [] => self.state != from,
            named => named.contains(&from),
        }
    }

    /// Whether a place goes with it.
    pub fn gives(self) -> bool {
        matches!(self.to, Some(DecisionState::Confirmed | DecisionState::Reserve))
    }

    /// The keys of the words around the reason: its label, its hint, and what sends it.
    pub fn asks(self) -> (&'static str, &'static str, &'static str) {
        match self.to {
            Some(DecisionState::Returned) => {
                ("decide.comment", "decide.comment_hint", "decide.return_now")
            }
            Some(_)
                if self.from == [State::Rejected] && self.to != Some(DecisionState::Reopened) =>
            {
                ("decide.objection", "decide.objection_hint", self.name)
            }
            Some(DecisionState::Rejected) => {
                ("decide.reason", "decide.reason_hint", "decide.reject_now")
            }
            Some(DecisionState::Confirmed) => ("decide.decree", "decide.decree_hint", self.name),
            None => ("decide.withdraw_why", "decide.withdraw_hint", "decide.withdraw_now"),
            _ => ("decide.reason", "decide.reason_hint", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use bilik_shared::lifecycle::may_move;
    use bilik_shared::role::Role;

    use super::*;

    fn names(role: Role, from: State) -> Vec<&'static str> {
        let offers = OFFERS.into_iter().filter(|offer| offer.is_for(from));
        let allowed = offers.filter(|offer| may_move(role, from, offer.state, "-").is_ok());
        allowed.map(|offer| offer.name).collect()
    }

    #[test]
    fn each_state_offers_its_own_steps_by_their_own_names() {
        let supervisor = |from| names(Role::Supervisor, from);
        assert_eq!(
            supervisor(State::Registered),
            ["decide.verify", "decide.return", "decide.reject", "decide.withdraw"]
        );
        assert_eq!(
            supervisor(State::Verified),
            ["decide.unverify", "decide.reject", "decide.withdraw"]
        );
        assert_eq!(supervisor(State::Rejected), ["decide.unreject"]);
        let head = |from| names(Role::Head, from);
        assert_eq!(head(State::Rejected), ["decide.uphold", "decide.dismiss"]);
        assert_eq!(head(State::Reserve), ["decide.confirm", "decide.off_reserve"]);
    }
}
