//! What happened to an entry: who, on which tablet, recorded and received when, old and new.

use bilik_shared::command::Author;
use bilik_shared::lifecycle::{DecisionState, Registration};
use bilik_shared::registration::Field;
use bilik_shared::time::Timestamp;
use bilik_shared::view::Received;
use leptos::prelude::*;

use crate::desk::answers::{answer, who};
use crate::desk::session::Desk;
use crate::label::Label;
use crate::text::t;

/// Everything that one command wrote.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    author: Option<Author>,
    at: Timestamp,
    received_at: Timestamp,
    kind: Kind,
    changes: Vec<Change>,
}

/// What the step was, as far as its fields tell.
#[derive(Debug, Clone, PartialEq)]
enum Kind {
    /// The roster brought the person.
    Seeded,
    /// The registration moved at a tablet.
    Moved(Registration),
    /// The house decided.
    Decided(DecisionState, String),
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
fn steps(history: &[Received]) -> Vec<Step> {
    let mut steps = Vec::new();
    for group in history.chunk_by(|a, b| a.happened.hash == b.happened.hash) {
        let Some(first) = group.first() else { continue };
        let kind = kind(group);
        let changes = match kind {
            Kind::Seeded | Kind::Decided(..) => Vec::new(),
            _ => group.iter().filter_map(change).collect(),
        };
        let (author, at) = (first.happened.author.clone(), first.happened.at);
        steps.push(Step { author, at, received_at: first.received_at, kind, changes });
    }
    steps.reverse();
    steps
}

fn kind(group: &[Received]) -> Kind {
    let get = |key: &str| {
        group
            .iter()
            .find(|step| step.happened.field == key)
            .map(|step| step.happened.after.as_str())
    };
    if get("origin").is_some() {
        return Kind::Seeded;
    }
    if let Some(state) = get("state").and_then(DecisionState::parse) {
        return Kind::Decided(state, get("reason").unwrap_or_default().to_owned());
    }
    if let Some(to) = get(Field::Registration.key()).and_then(Registration::parse) {
        return Kind::Moved(to);
    }
    let at_tablet = |step: &Received| {
        step.happened.author.as_ref().is_some_and(|author| author.device.is_some())
    };
    if group.iter().any(at_tablet) { Kind::Changed } else { Kind::Chosen }
}

fn change(step: &Received) -> Option<Change> {
    let field = Field::parse(&step.happened.field).filter(|field| *field != Field::Registration)?;
    let (before, after) = (step.happened.before.clone(), step.happened.after.clone());
    // An answer that was left empty at first is no news.
    (before.is_some() || !after.is_empty()).then_some(Change { field, before, after })
}

/// The history of an entry, the latest first.
#[component]
pub fn Timeline(
    /// What the session holds.
    desk: Desk,
    /// What was written, in causal order.
    history: Vec<Received>,
) -> impl IntoView {
    let items = steps(&history).into_iter().map(|step| view! { <OneStep desk step /> });
    view! { <ol class="timeline">{items.collect_view()}</ol> }
}

#[component]
fn OneStep(desk: Desk, step: Step) -> impl IntoView {
    let Step { author, at, received_at, kind, changes } = step;
    let device = author.as_ref().and_then(|author| author.device.clone());
    let headline = move || headline(desk, author.as_ref(), &kind);
    let when = move || match &device {
        Some(device) => t(
            "history.when",
            &[
                ("device", device),
                ("recorded", &desk.moment(at)),
                ("received", &desk.moment(received_at)),
            ],
        ),
        None => t("history.when_server", &[("time", &desk.moment(at))]),
    };
    let changes = changes.into_iter().map(|Change { field, before, after }| {
        let was = before.filter(|before| !before.is_empty());
        let old = move || was.as_ref().map(|was| view! { <s>{answer(desk, field, was)}</s> " → " });
        view! { <li><span class="soft">{field.say()}": "</span>{old}{move || answer(desk, field, &after)}</li> }
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

fn headline(desk: Desk, author: Option<&Author>, kind: &Kind) -> String {
    let name = who(desk, author);
    let says = |key: &'static str| t(key, &[("officer", &name)]);
    match kind {
        Kind::Seeded => t("history.seeded", &[]),
        Kind::Moved(Registration::Registered) => says("history.registered"),
        Kind::Moved(Registration::Draft) => says("history.draft"),
        Kind::Moved(Registration::Declined) => says("history.declined"),
        Kind::Moved(Registration::Away) => says("history.away"),
        Kind::Moved(Registration::Withdrawn) => says("history.withdrawn"),
        Kind::Changed => says("history.changed"),
        Kind::Chosen => says("history.chosen"),
        Kind::Decided(state, reason) if reason.is_empty() => {
            t("history.decided", &[("officer", &name), ("state", &t(state.key(), &[]))])
        }
        Kind::Decided(state, reason) => t(
            "history.decided_because",
            &[("officer", &name), ("state", &t(state.key(), &[])), ("reason", reason)],
        ),
    }
}

#[cfg(test)]
mod tests {
    use bilik_shared::id::Hash;
    use bilik_shared::sheet::Happened;

    use super::*;

    fn wrote(
        change: u8,
        device: Option<&str>,
        field: &str,
        before: Option<&str>,
        after: &str,
    ) -> Received {
        let author = Author {
            device: device.map(|code| code.parse().unwrap()),
            officer: "grace".parse().unwrap(),
        };
        Received {
            happened: Happened {
                hash: Hash([change; 32]),
                author: Some(author),
                at: Timestamp(i64::from(change)),
                field: field.into(),
                before: before.map(str::to_owned),
                after: after.into(),
            },
            received_at: Timestamp(100),
        }
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
        ];
        let steps = steps(&history);
        let kinds: Vec<&Kind> = steps.iter().map(|step| &step.kind).collect();
        assert_eq!(
            kinds,
            [
                &Kind::Decided(DecisionState::Returned, "SMP?".into()),
                &Kind::Chosen,
                &Kind::Changed,
                &Kind::Moved(Registration::Registered),
                &Kind::Seeded,
            ]
        );
        let changes: Vec<usize> = steps.iter().map(|step| step.changes.len()).collect();
        assert_eq!(changes, [0, 1, 1, 1, 0]);
    }
}
