//! A bar made of parts, always beside the words that say the same.

use leptos::prelude::*;

use crate::parts::live;

/// One part of a meter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The value of `data-state`, which gives the colour.
    pub state: &'static str,
    /// How many.
    pub count: u32,
}

/// A bar of `whole`, filled with parts.
#[component]
pub fn Meter(
    /// What the full width stands for.
    #[prop(into)]
    whole: Signal<u32>,
    /// The parts, from the left.
    #[prop(into)]
    parts: Signal<Vec<Part>>,
    /// The same in words.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let segments = live(move || {
        let whole = u64::from(whole.get().max(1));
        let filled = parts.get().into_iter().filter(|part| part.count > 0);
        filled
            .map(|part| {
                let tenths = u64::from(part.count) * 1000 / whole;
                let width = format!("{}.{}%", tenths / 10, tenths % 10);
                view! { <i data-state=part.state style:width=width></i> }
            })
            .collect_view()
    });
    view! { <div class="meter" role="img" aria-label=label>{segments}</div> }
}
