//! A field to sign in with a finger or a pen.

use bilik_shared::registration::Strokes;
use leptos::ev::PointerEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::parts::field::Message;
use crate::parts::icon::{Icon, Symbol};
use crate::text::say;

/// The lines that were drawn, as points of the grid.
pub type Lines = Vec<Vec<(i32, i32)>>;

/// The grid, in the shape that the style gives the field.
const WIDTH: i32 = 600;
const HEIGHT: i32 = 200;

fn strokes(lines: Lines) -> Strokes {
    Strokes { width: WIDTH, height: HEIGHT, lines }
}

/// What was drawn, as the sheet keeps it.
pub fn signature(lines: RwSignal<Lines>) -> String {
    strokes(lines.get()).to_value()
}

/// The lines of what was drawn before.
pub fn drawn(signature: &str) -> Lines {
    Strokes::parse(signature).map(|strokes| strokes.lines).unwrap_or_default()
}

/// Where a pointer is on the grid.
fn point(event: &PointerEvent) -> Option<(i32, i32)> {
    let field = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
    let (wide, high) = (field.client_width().max(1), field.client_height().max(1));
    let x = event.offset_x() * WIDTH / wide;
    let y = event.offset_y() * HEIGHT / high;
    Some((x.clamp(0, WIDTH), y.clamp(0, HEIGHT)))
}

/// The field, with a button to begin again.
#[component]
pub fn Pad(
    /// What is drawn.
    lines: RwSignal<Lines>,
    /// What is missing.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let begin = move |event: PointerEvent| {
        event.prevent_default();
        if let Some(point) = point(&event) {
            lines.update(|lines| lines.push(vec![point]));
        }
    };
    let draw = move |event: PointerEvent| {
        let pressed = event.buttons() & 1 == 1;
        if let (true, Some(point)) = (pressed, point(&event)) {
            lines.update(|lines| match lines.last_mut() {
                Some(line) => line.push(point),
                None => lines.push(vec![point]),
            });
        }
    };
    // A finger that comes back over the edge begins another line.
    let enter = move |event: PointerEvent| {
        if event.buttons() & 1 == 1 {
            begin(event);
        }
    };
    let path = move || strokes(lines.get()).path();
    view! {
        <div class="field" id="pad" tabindex="-1">
            <p><b>{say("consent.sign_here")}</b></p>
            <Message id="pad-message".to_owned() error />
            <div class="pad" on:pointerdown=begin on:pointermove=draw on:pointerenter=enter>
                <svg class="strokes" viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true"><path d=path /></svg>
            </div>
            <p class="actions">
                <button type="button" class="btn" on:click=move |_| lines.set(Vec::new())>
                    <Icon symbol=Symbol::Undo />{say("consent.sign_again")}
                </button>
            </p>
        </div>
    }
}
