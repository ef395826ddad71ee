//! Bugs that a test puts in on purpose, one at a time, to see that the tests would catch them.
//!
//! A program has them only where the feature `seeded` is on, which the end-to-end tests ask for, and never in a
//! release build; everywhere else [`is`] is `false` when the program is compiled. Then `BILIK_SEEDED` names the bug
//! for a whole process. Who catches which stands in `tests/tests/seeded.rs`.

use crate::id::ActorId;
use crate::programme::Brief;
use crate::registration::{Field, codes};

codes! {
    /// A bug, by what goes wrong.
    Bug {
        /// Whoever waits is answered before the commit.
        AnsweredBeforeCommit = "answered_before_commit",
        /// The database does not wait for the disk.
        SynchronousNormal = "synchronous_normal",
        /// What was taken in already is taken for new.
        TakenTwice = "taken_twice",
        /// A tablet lets go of a sheet that the server does not have all of.
        LetsGoTooEarly = "lets_go_too_early",
        /// A tablet writes under one actor for ever, as do its copies.
        StableActor = "stable_actor",
        /// Whoever sends something signed it.
        SignatureUnchecked = "signature_unchecked",
        /// Any tablet hands in for any other.
        ActorUnbound = "actor_unbound",
        /// Bytes in a change that nobody has read are taken along.
        CanonicalUnchecked = "canonical_unchecked",
        /// What the document took in without an error is believed to be whole.
        TrialSkipped = "trial_skipped",
        /// An error of the disk is no reason to refuse anything.
        DiskErrorIgnored = "disk_error_ignored",
        /// Pieces are written over that no base holds.
        CompactionLoses = "compaction_loses",
        /// The record of a row is left to a later transaction.
        AuditLater = "audit_later",
        /// What a newer version wrote is left out of a new generation.
        UnknownDropped = "unknown_dropped",
    }
}

/// Whether this bug is put in.
#[cfg(all(feature = "seeded", debug_assertions))]
#[expect(clippy::disallowed_methods, reason = "a program that shall fail is told so from outside")]
pub fn is(bug: Bug) -> bool {
    static SEEDED: std::sync::OnceLock<Option<Bug>> = std::sync::OnceLock::new();
    let told = || std::env::var("BILIK_SEEDED").ok().and_then(|code| Bug::parse(&code));
    *SEEDED.get_or_init(told) == Some(bug)
}

/// Whether this bug is put in: never.
#[cfg(not(all(feature = "seeded", debug_assertions)))]
pub const fn is(_: Bug) -> bool {
    false
}

/// The actor of a tablet: the fresh one, unless one is to stay for ever.
pub(crate) fn actor(fresh: ActorId, brief: Option<&Brief>) -> ActorId {
    let Some(brief) = brief.filter(|_| is(Bug::StableActor)) else { return fresh };
    let mut id = [0; 16];
    id.iter_mut().zip(brief.device.as_str().bytes()).for_each(|(to, from)| *to = from);
    ActorId(id)
}

/// Whether an answer under this key would be dropped, because this version has no name for it.
pub(crate) fn drops(key: &str) -> bool {
    // What the sheet itself consists of beside the answers.
    const SHEET: &str = "schema facility wave block origin registration number answered undone \
        state reason by at seat distinct against_advice confirmed";
    is(Bug::UnknownDropped)
        && Field::parse(key).is_none()
        && !SHEET.split_whitespace().any(|known| known == key)
}
