//! What is taught, and the packages of it with the seats that are taken.

use bilik_shared::programme::{Seat, Words};
use bilik_shared::setup::{Class, Course, Edit, Shown};
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, Wrong, ask};
use super::{Held, framed, opener};
use crate::label;
use crate::text::{say, t};

/// Before a code in what is open: a new package of that programme.
const MORE: &str = "more ";
/// Before a seat in what is open: that package.
const CLASS: &str = "class ";

/// Seats and minimum of a new package: field practice, both can be changed.
const SEATS: u32 = 16;

/// The programmes with their packages, and the form that is open.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let rows: Vec<_> =
        shown.setup.courses.iter().map(|course| course_row(held, shown, course)).collect();
    let known = shown.setup.clone();
    let form = move || {
        let name = held.open.get()?;
        if let Some(code) = name.strip_prefix(MORE) {
            let own = known.classes.iter().filter(|class| class.seat.programme.as_str() == code);
            let number = own.map(|class| class.seat.number).max().unwrap_or_default() + 1;
            let seat = Seat { programme: code.parse().ok()?, number };
            return Some(class_form(held, None, seat));
        }
        if let Some(seat) = name.strip_prefix(CLASS) {
            let seat: Seat = seat.parse().ok()?;
            let was = known.classes.iter().find(|class| class.seat == seat).cloned();
            return Some(class_form(held, was, seat));
        }
        let was = known.courses.iter().find(|course| course.code.as_str() == name).cloned();
        Some(course_form(held, was))
    };
    view! {
        <div class="panel flush">
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("setup.code")}</th>
                    <th scope="col">{say("setup.programme")}</th>
                    <th scope="col">{say("setup.packages")}</th>
                    <th scope="col"><span class="sr">{say("setup.edit")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="actions after">{opener(held, String::new(), "setup.add_programme")}</p>
        {form}
    }
    .into_any()
}

fn course_row(held: Held, shown: &Shown, course: &Course) -> AnyView {
    let Course { code, name, hours, days, offered, .. } = course.clone();
    let length = move || match (hours, days) {
        (0, 0) => String::new(),
        _ => t("setup.length", &[("hours", &hours), ("days", &days)]),
    };
    let taken =
        |seat: &Seat| shown.taken.iter().find(|(one, _)| one == seat).map_or(0, |one| one.1);
    let own = shown.setup.classes.iter().filter(|class| class.seat.programme == code);
    let classes = own.map(|class| class_line(held, class, taken(&class.seat)));
    view! {
        <tr>
            <th scope="row">{code.to_string()}</th>
            <td>
                {move || label::words(&name)}
                <small>{length}</small>
                {(!offered).then(|| view! { <small>{say("setup.not_offered")}</small> })}
            </td>
            <td><ul class="packages">{classes.collect_view()}</ul></td>
            <td><span class="actions">
                {opener(held, code.to_string(), "setup.edit")}
                {opener(held, format!("{MORE}{code}"), "setup.add_package")}
            </span></td>
        </tr>
    }
    .into_any()
}

fn class_line(held: Held, class: &Class, taken: u32) -> AnyView {
    let Class { seat, seats, place, instructor, .. } = class.clone();
    let open = format!("{CLASS}{seat}");
    let says = move || {
        t("setup.package_line", &[("n", &seat.number), ("taken", &taken), ("seats", &seats)])
    };
    let where_and_who = [place, instructor].into_iter().filter(|text| !text.is_empty());
    let where_and_who: Vec<String> = where_and_who.collect();
    view! {
        <li>
            <span>{says}<small>{where_and_who.join(" · ")}</small></span>
            {opener(held, open, "setup.edit_package")}
        </li>
    }
    .into_any()
}

fn course_form(held: Held, was: Option<Course>) -> AnyView {
    let text = |pick: fn(&Course) -> String| was.as_ref().map(pick).unwrap_or_default();
    let number = |pick: fn(&Course) -> u32| was.as_ref().map_or(0, pick);
    let offered = was.as_ref().is_none_or(|was| was.offered);
    let mut asks = vec![
        ask("name", "setup.name_id", Kind::Line, text(|c| c.name.id.clone())),
        ask("name_en", "setup.name_en", Kind::Line, text(|c| c.name.en.clone())),
        ask("hours", "setup.hours", Kind::Number, number(|c| c.hours)),
        ask("days", "setup.days", Kind::Number, number(|c| c.days)),
        ask("requirements", "setup.requirements", Kind::Lines, text(|c| c.requirements.clone()))
            .hinted("setup.requirements_hint"),
        ask("offered", "setup.offered", Kind::Yes, if offered { "1" } else { "" }),
    ];
    if was.is_none() {
        let code = ask("code", "setup.code", Kind::Line, "").hinted("setup.programme_code_hint");
        asks.push(code);
    }
    let answers = asks.clone();
    let save = Callback::new(move |()| held.send(course(&answers, was.clone())));
    let leave = Callback::new(move |()| held.leave());
    let form = view! { <Form asks wrong=held.wrong busy=held.busy save leave /> }.into_any();
    framed("setup.programme", form)
}

fn course(asks: &[Ask], was: Option<Course>) -> Result<Edit, Wrong> {
    let code = match &was {
        Some(was) => was.code.clone(),
        None => asks[6].read("fault.code_form")?,
    };
    let is = Course {
        code,
        name: Words { id: asks[0].text(), en: asks[1].text() },
        hours: asks[2].read("fault.hours_range")?,
        days: asks[3].read("fault.days_range")?,
        requirements: asks[4].text(),
        offered: asks[5].is_yes(),
    };
    Ok(Edit::Course { was, is })
}

fn class_form(held: Held, was: Option<Class>, seat: Seat) -> AnyView {
    let text = |pick: fn(&Class) -> String| was.as_ref().map(pick).unwrap_or_default();
    let number = |pick: fn(&Class) -> u32| was.as_ref().map_or(SEATS, pick);
    let day = |pick: fn(&Class) -> Option<bilik_shared::time::Date>| {
        was.as_ref().and_then(pick).map(|day| day.to_string()).unwrap_or_default()
    };
    let asks = vec![
        ask("seats", "setup.seats", Kind::Number, number(|c| c.seats)),
        ask("minimum", "setup.minimum", Kind::Number, number(|c| c.minimum)),
        ask("place", "setup.place", Kind::Line, text(|c| c.place.clone())),
        ask("instructor", "setup.instructor", Kind::Line, text(|c| c.instructor.clone())),
        ask("from", "setup.from", Kind::Line, day(|c| c.begins)).hinted("setup.date_hint"),
        ask("until", "setup.until", Kind::Line, day(|c| c.ends)).hinted("setup.date_hint"),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| held.send(class(&answers, was.clone(), seat.clone())));
    let leave = Callback::new(move |()| held.leave());
    let form = view! { <Form asks wrong=held.wrong busy=held.busy save leave /> }.into_any();
    framed("setup.package", form)
}

fn class(asks: &[Ask], was: Option<Class>, seat: Seat) -> Result<Edit, Wrong> {
    let is = Class {
        seat,
        seats: asks[0].read("fault.seats_range")?,
        minimum: asks[1].read("fault.minimum_range")?,
        place: asks[2].text(),
        instructor: asks[3].text(),
        begins: asks[4].day()?,
        ends: asks[5].day()?,
    };
    Ok(Edit::Class { was, is })
}
