//! Where the focus is, and where it goes.

use leptos::prelude::{document, request_animation_frame};
use wasm_bindgen::JsCast;

use super::set_attribute;

/// What has the focus.
pub fn focus_holder() -> Option<web_sys::HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// What takes the focus inside a part of a page, in this order: the answer that is chosen, something to answer
/// with, a way to go on.
const CONTROLS: [&str; 3] =
    ["input:checked", "input:enabled, textarea:enabled, button:enabled", "a[href]"];

/// Moves the focus to the element with this id, or to the first control in it, and shows it.
pub fn focus(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    element.scroll_into_view();
    let inside = |controls: &&str| element.query_selector(controls).ok().flatten();
    match CONTROLS.iter().find_map(inside) {
        Some(control) => focus_on(&control),
        None => focus_on(&element),
    }
}

/// The same, once what is being drawn is there.
pub fn focus_later(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || focus(&id));
}

fn focus_on(element: &web_sys::Element) {
    let Some(element) = element.dyn_ref::<web_sys::HtmlElement>() else { return };
    if element.tab_index() < 0 && !element.has_attribute("tabindex") {
        // A heading or a notice: it takes the focus from here, and the key for the next control goes on after it.
        set_attribute(element, "tabindex", Some("-1"));
    }
    if element.focus().is_err() {
        leptos::logging::warn!("cannot move the focus");
    }
}

/// Where the focus lands on a new page: where the officer goes on, or at the heading.
const LANDINGS: [&str; 3] = ["main [data-land]", "main h1:not(.sr)", "main"];

/// A new page is there: whoever works with keys or a screen reader goes on in it, and not from the beginning
/// of the window. A focus that the page has set by itself stays.
pub fn land_later() {
    // One frame for the page to be drawn, one for what it focuses by itself.
    request_animation_frame(|| {
        request_animation_frame(|| {
            let page = document();
            let held = page.active_element().is_some_and(|held| held.tag_name() != "BODY");
            let found = || LANDINGS.iter().find_map(|at| page.query_selector(at).ok().flatten());
            if let (false, Some(landing)) = (held, found()) {
                focus_on(&landing);
            }
        });
    });
}

/// The id of the field that has the focus, or of the nearest part of the page around it that has one.
pub fn focused() -> Option<String> {
    let around = document().active_element()?.closest("[id]").ok().flatten()?;
    Some(around.id())
}
