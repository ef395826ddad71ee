//! What happened to an entry: who, on which tablet, when, old and new. Both apps show it.

use bilik_shared::command::Author;
use bilik_shared::lifecycle::{DecisionState, Registration};
use bilik_shared::registration::Field;
use bilik_shared::sheet::Happened;
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
    /// The house decided: what, why, and the place that goes with it.
    Decided(DecisionState, String, String),
    /// Fields were written at a tablet.
    Changed,
    /// Fields were written at the server: a choice between answers.
    Chosen,
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
    for group in history.chunk_by(|a, b| a.0.hash == b.0.hash) {
        let Some(first) = group.first() else { continue };
        let kind = kind(group);
        let changes = match kind {
            Kind::Seeded | Kind::Decided(..) => Vec::new(),
            _ => group.iter().filter_map(change).collect(),
        };
        let (author, at) = (first.0.author.clone(), first.0.at);
        steps.push(Step { author, at, received_at: first.1, kind, changes });
    }
    steps.reverse();
    steps
}

fn kind(group: &[Told]) -> Kind {
    let get = |key: &str| {
        group.iter().find(|(step, _)| step.field == key).map(|(step, _)| step.after.as_str())
    };
    if get("origin").is_some() {
        return Kind::Seeded;
    }
    if get("undone").is_some() {
        return Kind::Undone;
    }
    if let Some(state) = get("state").and_then(DecisionState::parse) {
        let seat = get("seat").unwrap_or_default().to_owned();
        return Kind::Decided(state, get("reason").unwrap_or_default().to_owned(), seat);
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

/// The history of an entry, the latest first; `history` is in causal order.
pub fn timeline<T: Teller>(teller: T, history: &[Told]) -> impl IntoView + use<T> {
    let items = steps(history).into_iter().map(|step| one_step(teller, step));
    view! { <ol class="timeline">{items.collect_view()}</ol> }
}

fn one_step(teller: impl Teller, step: Step) -> impl IntoView {
    let Step { author, at, received_at, kind, changes } = step;
    let device = author.as_ref().and_then(|author| author.device.clone());
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
        view! { <li><span class="soft">{field.say()}": "</span>{old}{move || teller.answer(field, &after)}</li> }
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
        Kind::Decided(state, reason, seat) => {
            let state = format!("{} {seat}", t(state.key(), &[]));
            let holes: [(&str, &dyn std::fmt::Display); 3] =
                [("officer", &name), ("state", &state.trim_end()), ("reason", reason)];
            let because = !reason.is_empty();
            t(if because { "history.decided_because" } else { "history.decided" }, &holes)
        }
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
            wrote(6, Some("T03"), "registration", Some("declined"), ""),
            wrote(6, Some("T03"), "undone", None, "0606"),
        ];
        let steps = steps(&history);
        let kinds: Vec<&Kind> = steps.iter().map(|step| &step.kind).collect();
        assert_eq!(
            kinds,
            [
                &Kind::Undone,
                &Kind::Decided(DecisionState::Returned, "SMP?".into(), String::new()),
                &Kind::Chosen,
                &Kind::Changed,
                &Kind::Moved(Registration::Registered),
                &Kind::Seeded,
            ]
        );
        let changes: Vec<usize> = steps.iter().map(|step| step.changes.len()).collect();
        assert_eq!(changes, [0, 0, 1, 1, 1, 0]);
    }
}
