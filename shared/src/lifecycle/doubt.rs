//! What has to be settled before anybody is verified. One rule, for one registration and for many at once.

use super::{DecisionState, State};
use crate::registration::codes;

codes! {
    /// Why somebody has to look at a registration before it can be verified.
    Doubt {
        /// Two answers of a field disagree.
        Contested = "contested",
        /// Another entry may be about the same person, and nobody has said whether it is.
        PairWaits = "pair_waits",
    }
}

/// What keeps an entry in this state from being verified; `None` where nothing does.
///
/// `conflicts` is how many fields have more than one answer, `pair_waits` whether the entry is one of a pair that
/// nobody has settled. Somebody who comes back from the reserve list was verified before: that is no question
/// about their answers.
pub fn doubt(from: State, to: DecisionState, conflicts: u32, pair_waits: bool) -> Option<Doubt> {
    if to != DecisionState::Verified || from == State::Reserve {
        return None;
    }
    match (conflicts, pair_waits) {
        (1.., _) => Some(Doubt::Contested),
        (0, true) => Some(Doubt::PairWaits),
        (0, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_verified_over_an_open_question() {
        use State::{Registered, Rejected, Reserve};
        let verified = DecisionState::Verified;
        let cases = [
            (Registered, verified, 0, false, None),
            (Registered, verified, 2, true, Some(Doubt::Contested)),
            (Registered, verified, 0, true, Some(Doubt::PairWaits)),
            (Rejected, verified, 1, false, Some(Doubt::Contested)),
            (Reserve, verified, 1, true, None),
            (Registered, DecisionState::Returned, 1, true, None),
        ];
        for (from, to, conflicts, pair, expected) in cases {
            assert_eq!(doubt(from, to, conflicts, pair), expected, "{from:?} → {to:?}");
        }
    }
}
