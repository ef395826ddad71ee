//! What must be corrected on a page, each with the way to its field.

use leptos::prelude::*;

use crate::device;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

/// One of them: the id of the field, and the sentence.
pub type Lack = (&'static str, String);

/// Where the list stands, for the focus of whoever wanted to go on.
pub const ERRORS: &str = "errors";

/// The sentence beside one field, if something is wrong with it.
pub fn error(lacks: Memo<Vec<Lack>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        let lacks = lacks.read();
        lacks.iter().find(|(of, _)| *of == field).map(|(_, sentence)| sentence.clone())
    })
}

/// The list; nothing where nothing is wrong.
#[component]
pub fn Errors(
    /// What must be corrected.
    lacks: Memo<Vec<Lack>>,
) -> impl IntoView {
    let item = |(field, sentence): Lack| {
        view! {
            <li>
                <a href=format!("#{field}") on:click=move |event| { event.prevent_default(); device::focus(field); }>
                    {sentence}
                </a>
            </li>
        }
    };
    live(move || {
        let lacks = lacks.get();
        let n = lacks.len();
        (n > 0).then(|| {
            view! {
                <div id=ERRORS>
                    <Notice tone=Tone::Error>
                        <h2>{told(move || t("form.errors", &[("n", &n)]))}</h2>
                        <ul class="links">{lacks.into_iter().map(item).collect_view()}</ul>
                        <p>{say("form.kept")}</p>
                    </Notice>
                </div>
            }
        })
    })
}
