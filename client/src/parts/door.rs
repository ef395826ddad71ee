//! The plate of a cell or a block, in the shape of a door.

use leptos::prelude::*;

/// How strongly a door stands out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Weight {
    /// One of many.
    #[default]
    Light,
    /// The one this page is about.
    Dark,
}

/// The plate of a cell or a block.
#[component]
pub fn Door(
    /// What stands on it.
    #[prop(into)]
    plate: String,
    /// How strongly it stands out.
    #[prop(optional)]
    weight: Weight,
) -> impl IntoView {
    let long = plate.chars().count() > 3;
    view! { <span class="door" class:dark=weight == Weight::Dark class:long=long>{plate}</span> }
}
