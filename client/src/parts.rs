//! Small parts that both apps are made of. They know tokens and words, and no rule about people.

use leptos::prelude::*;

pub mod bar;
pub mod clock;
pub mod door;
pub mod field;
pub mod icon;
pub mod meter;
pub mod notice;
pub mod pick;
pub mod secret;
pub mod state;
pub mod timeline;

/// A part of a view that is drawn anew when something it reads changes.
///
/// All of them have one type behind a pointer: a closure of its own for each costs a kilobyte and a half.
pub fn live<V: IntoAny + 'static>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
    boxed(Box::new(move || draw().into_any()))
}

fn boxed(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    (move || draw()).into_any()
}

/// A yes or no that follows what it reads, as one type for all attributes.
pub fn flag(holds: impl Fn() -> bool + Send + Sync + 'static) -> Signal<bool> {
    Signal::derive(holds)
}
