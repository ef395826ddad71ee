//! What happened to an entry: who, on which tablet, when, old and new. Both apps show it.

use bilik_shared::command::Author;
use bilik_shared::lifecycle::{DecisionState, Registration};
use bilik_shared::registration::Field;
use bilik_shared::sheet::{Happened, Part};
use bilik_shared::time::Timestamp;
use leptos::prelude::*;

use crate::label::Label;
use crate::text::t;

/// What an app knows that the history does not say: names, words and the zone of its clock.
pub trait Teller: Copy + Send + Sync + 'static {
    /// Who did it.
    fn who(self, author: Option<&Author>) -> String;
    /// An answer as stored, in one line of words.
    fn answer(self, field: Field, value: &str) -> String;
    /// A moment.
    fn moment(self, at: Timestamp) -> String;
}

/// Something that was written, and when the server received it, where that is known.
pub type Told = (Happened, Option<Timestamp>);

/// Everything that one command wrote.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    author: Option<Author>,
    at: Timestamp,
    received_at: Option<Timestamp>,
    kind: Kind,
    changes: Vec<Change>,
}

/// What the step was, as far as its fields tell.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// The roster brought the person.
    Seeded,
    /// A step was taken back.
    Undone,
    /// The registration moved at a tablet.
    Moved(Registration),
    /// The house decided.
    Decided(Decided),
    /// A choice between answers was taken back.
    Unsettled,
    /// Fields were written at a tablet.
    Changed,
    /// Fields were written at the server: a choice between answers.
    Chosen,
}

/// A decision.
#[derive(Debug, Clone, PartialEq)]
struct Decided {
    /// What had been decided before, if anything.
    before: Option<DecisionState>,
    state: DecisionState,
    reason: String,
    /// The place that goes with it; may be empty.
    seat: String,
}

#[derive(Debug, Clone, PartialEq)]
struct Change {
    field: Field,
    before: Option<String>,
    after: String,
}

/// Puts together what one change wrote, the latest first.
fn steps(history: &[Told]) -> Vec<Step> {
    let mut steps = Vec::new();
    // A decision that says the same as the one before writes only what is new of it.
    let mut stands: Option<Decided> = None;
    for group in history.chunk_by(|a, b| a.0.hash == b.0.hash) {
        let Some(first) = group.first() else { continue };
        let kind = kind(group, stands.as_ref());
        if let Kind::Decided(decided) = &kind {
            stands = Some(decided.clone());
        }
        let changes = match kind {
            Kind::Seeded | Kind::Decided(_) => Vec::new(),
            Kind::Unsettled => group.iter().filter_map(reopened).collect(),
            _ => group.iter().filter_map(change).collect(),
        };
        let (author, at) = (first.0.author.clone(), first.0.at);
        steps.push(Step { author, at, received_at: first.1, kind, changes });
    }
    steps.reverse();
    steps
}

fn kind(group: &[Told], stands: Option<&Decided>) -> Kind {
    let get = |key: &str| {
        group.iter().find(|(step, _)| step.field == key).map(|(step, _)| step.after.as_str())
    };
    if get("origin").is_some() {
        return Kind::Seeded;
    }
    if get("undone").is_some() {
        return Kind::Undone;
    }
    if get(Part::Unsettled.key()).is_some() {
        return Kind::Unsettled;
    }
    let state = match get("state") {
        Some(code) => DecisionState::parse(code),
        None => get("at").and(stands).map(|stands| stands.state),
    };
    if let Some(state) = state {
        let reason = get("reason").map(str::to_owned);
        let reason = reason.or_else(|| Some(stands?.reason.clone())).unwrap_or_default();
        let before = stands.map(|stands| stands.state);
        let seat = get("seat").unwrap_or_default().to_owned();
        return Kind::Decided(Decided { before, state, reason, seat });
    }
    if let Some(to) = get(Field::Registration.key()).and_then(Registration::parse) {
        return Kind::Moved(to);
    }
    let at_tablet =
        |(step, _): &Told| step.author.as_ref().is_some_and(|author| author.device.is_some());
    if group.iter().any(at_tablet) { Kind::Changed } else { Kind::Chosen }
}

fn change((step, _): &Told) -> Option<Change> {
    let field = Field::parse(&step.field).filter(|field| *field != Field::Registration)?;
    let (before, after) = (step.before.clone(), step.after.clone());
    // An answer that was left empty at first is no news.
    (before.is_some() || !after.is_empty()).then_some(Change { field, before, after })
}

/// The field whose choice was taken back.
fn reopened((step, _): &Told) -> Option<Change> {
    Some(Change { field: Field::parse(&step.after)?, before: None, after: String::new() })
}

/// The history of an entry, the latest first; `history` is in causal order.
pub fn timeline<T: Teller>(teller: T, history: &[Told]) -> impl IntoView + use<T> {
    let items = steps(history).into_iter().map(|step| one_step(teller, step));
    view! { <ol class="timeline">{items.collect_view()}</ol> }
}

fn one_step(teller: impl Teller, step: Step) -> impl IntoView {
    let Step { author, at, received_at, kind, changes } = step;
    let device = author.as_ref().and_then(|author| author.device.clone());
    let only_named = kind == Kind::Unsettled;
    let headline = move || headline(teller, author.as_ref(), &kind);
    let when = move || {
        let recorded = teller.moment(at);
        match (&device, received_at) {
            (Some(device), Some(received)) => t(
                "history.when",
                &[
                    ("device", device),
                    ("recorded", &recorded),
                    ("received", &teller.moment(received)),
                ],
            ),
            (Some(device), None) => {
                t("history.when_here", &[("device", device), ("recorded", &recorded)])
            }
            (None, _) => t("history.when_server", &[("time", &recorded)]),
        }
    };
    let changes = changes.into_iter().map(|Change { field, before, after }| {
        let was = before.filter(|before| !before.is_empty());
        let old = move || was.as_ref().map(|was| view! { <s>{teller.answer(field, was)}</s> " → " });
        if only_named {
            return view! { <li>{field.say()}</li> }.into_any();
        }
        view! { <li><span class="soft">{field.say()}": "</span>{old}{move || teller.answer(field, &after)}</li> }
            .into_any()
    });
    let changes = changes.collect_view();
    view! {
        <li>
            <b>{headline}</b>
            <small>{when}</small>
            {(!changes.is_empty()).then(|| view! { <ul>{changes}</ul> })}
        </li>
    }
}

fn headline(teller: impl Teller, author: Option<&Author>, kind: &Kind) -> String {
    let name = teller.who(author);
    let says = |key: &'static str| t(key, &[("officer", &name)]);
    match kind {
        Kind::Seeded => t("history.seeded", &[]),
        Kind::Moved(Registration::Registered) => says("history.registered"),
        Kind::Moved(Registration::Draft) => says("history.draft"),
        Kind::Moved(Registration::Declined) => says("history.declined"),
        Kind::Moved(Registration::Away) => says("history.away"),
        Kind::Moved(Registration::Withdrawn) => says("history.withdrawn"),
        Kind::Undone => says("history.undone"),
        Kind::Changed => says("history.changed"),
        Kind::Chosen => says("history.chosen"),
        Kind::Unsettled => says("history.unsettled"),
        Kind::Decided(Decided { before, state, reason, seat }) => {
            let place = format!("{} {seat}", t(state.leads_to().key(), &[]));
            let holes: [(&str, &dyn std::fmt::Display); 3] =
                [("officer", &name), ("state", &place.trim_end()), ("reason", reason)];
            t(decision(*before, *state, reason), &holes)
        }
    }
}

/// The sentence of a decision: the same one is another step after another one.
fn decision(before: Option<DecisionState>, now: DecisionState, reason: &str) -> &'static str {
    use DecisionState::{Rejected, Reopened, Verified};
    match (before, now) {
        (Some(Rejected), Verified) => "history.upheld",
        (Some(Rejected), Rejected) => "history.dismissed",
        (Some(Rejected), Reopened) => "history.unrejected",
        (_, Reopened) => "history.unverified",
        _ if reason.is_empty() => "history.decided",
        _ => "history.decided_because",
    }
}

#[cfg(test)]
mod tests {
    use bilik_shared::id::Hash;

    use super::*;

    fn wrote(
        change: u8,
        device: Option<&str>,
        field: &str,
        before: Option<&str>,
        after: &str,
    ) -> Told {
        let author = Author {
            device: device.map(|code| code.parse().unwrap()),
            officer: "grace".parse().unwrap(),
        };
        let happened = Happened {
            hash: Hash([change; 32]),
            author: Some(author),
            at: Timestamp(i64::from(change)),
            field: field.into(),
            before: before.map(str::to_owned),
            after: after.into(),
        };
        (happened, Some(Timestamp(100)))
    }

    #[test]
    fn one_command_is_one_step_and_the_latest_is_first() {
        let history = [
            wrote(1, None, "origin", None, "roster"),
            wrote(1, None, "name", None, "La Ode Hasan"),
            wrote(2, Some("T03"), "choices", None, "GAR"),
            wrote(2, Some("T03"), "note", None, ""),
            wrote(2, Some("T03"), "registration", None, "registered"),
            wrote(3, Some("T03"), "choices", Some("GAR"), "GAR,KAY"),
            wrote(4, None, "choices", Some("GAR,KAY"), "GAR"),
            wrote(5, None, "state", None, "returned"),
            wrote(5, None, "reason", None, "SMP?"),
            wrote(5, None, "at", None, "5000"),
            wrote(7, None, "reason", Some("SMP?"), "SMA?"),
            wrote(7, None, "at", Some("5000"), "7000"),
            wrote(6, Some("T03"), "registration", Some("declined"), ""),
            wrote(6, Some("T03"), "undone", None, "0606"),
        ];
        let steps = steps(&history);
        let kinds: Vec<&Kind> = steps.iter().map(|step| &step.kind).collect();
        assert_eq!(
            kinds,
            [
                &Kind::Undone,
                &Kind::Decided(Decided {
                    before: Some(DecisionState::Returned),
                    state: DecisionState::Returned,
                    reason: "SMA?".into(),
                    seat: String::new(),
                }),
                &Kind::Decided(Decided {
                    before: None,
                    state: DecisionState::Returned,
                    reason: "SMP?".into(),
                    seat: String::new(),
                }),
                &Kind::Chosen,
                &Kind::Changed,
                &Kind::Moved(Registration::Registered),
                &Kind::Seeded,
            ]
        );
        let changes: Vec<usize> = steps.iter().map(|step| step.changes.len()).collect();
        assert_eq!(changes, [0, 0, 0, 1, 1, 1, 0]);
    }
}
