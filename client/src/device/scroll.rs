//! What of a page can be seen, and when.

use leptos::prelude::*;
use wasm_bindgen::prelude::*;

/// Calls back once the screen shows what has been drawn so far.
pub fn after_paint(callback: impl FnOnce() + 'static) {
    // The first frame is that of the drawing; it has been painted when the next one begins.
    request_animation_frame(|| request_animation_frame(callback));
}

/// Scrolls to the element with this id, if there is one.
pub fn show(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    let how = web_sys::ScrollIntoViewOptions::new();
    how.set_block(web_sys::ScrollLogicalPosition::Center);
    element.scroll_into_view_with_scroll_into_view_options(&how);
}

/// Where an element stands in the window, in CSS pixels from its upper edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The upper edge; negative above the window.
    pub top: f64,
    /// The lower edge.
    pub bottom: f64,
    /// The height of the window itself.
    pub window: f64,
}

/// Where the element with this id stands now.
pub fn span(id: &str) -> Option<Span> {
    let place = document().get_element_by_id(id)?.get_bounding_client_rect();
    Some(Span { top: place.top(), bottom: place.bottom(), window: window_height() })
}

/// The height of the window in CSS pixels.
pub fn window_height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}

/// Calls back whenever something was scrolled or the window has another size, until the part of the page that
/// asked for it is gone.
pub fn on_scroll(callback: impl FnMut() + 'static) {
    let callback = Closure::<dyn FnMut()>::new(callback).into_js_value();
    let callback = StoredValue::new_local(callback);
    let listen = move |set: fn(&web_sys::EventTarget, &str, &js_sys::Function)| {
        callback.with_value(|callback| {
            set(&document(), "scroll", callback.unchecked_ref());
            set(&window(), "resize", callback.unchecked_ref());
        })
    };
    // Scrolling does not bubble: whatever part of the page scrolls is heard on the way down to it.
    listen(|target, event, callback| {
        if target.add_event_listener_with_callback_and_bool(event, callback, true).is_err() {
            leptos::logging::error!("cannot listen for {event}");
        }
    });
    on_cleanup(move || {
        listen(|target, event, callback| {
            if target.remove_event_listener_with_callback_and_bool(event, callback, true).is_err() {
                leptos::logging::error!("still listening for {event}");
            }
        })
    });
}
