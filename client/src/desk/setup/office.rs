//! The office that trains and signs certificates.

use bilik_shared::setup::{Edit, Shown};
use bilik_shared::training::certificate::Office;
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, Wrong, ask};
use super::{Held, framed};
use crate::text::say;

/// Its form: it is always open.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let was = shown.setup.office.clone();
    let asks = vec![
        ask("name", "setup.office_name", Kind::Line, &was.name).hinted("setup.office_name_hint"),
        ask("code", "setup.code", Kind::Line, &was.code).hinted("setup.office_code_hint"),
        ask("place", "setup.office_place", Kind::Line, &was.place),
        ask("signs", "setup.signs", Kind::Line, &was.signs).hinted("setup.signs_hint"),
        ask("attendance", "setup.attendance", Kind::Number, was.least_attendance),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| {
        let is = office(&answers);
        held.send(is.map(|is| Edit::Office { was: was.clone(), is }));
    });
    let form = view! {
        <p class="hint">{say("setup.office_help")}</p>
        <Form asks wrong=held.wrong busy=held.busy save />
    };
    framed("setup.office", form.into_any())
}

fn office(asks: &[Ask]) -> Result<Office, Wrong> {
    Ok(Office {
        name: asks[0].text(),
        code: asks[1].text(),
        place: asks[2].text(),
        signs: asks[3].text(),
        least_attendance: asks[4].read("fault.attendance_range")?,
    })
}
