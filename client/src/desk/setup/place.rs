//! The house and its blocks.

use bilik_shared::setup::{Block, Edit, Place, Shown};
use bilik_shared::time::Zone;
use leptos::prelude::*;

use super::form::{Ask, Form, Kind, Wrong, ask};
use super::{Held, framed, opener};
use crate::text::{say, t};

const ZONES: [(&str, &str, Zone); 3] = [
    ("WIB", "setup.wib", Zone::WIB),
    ("WITA", "setup.wita", Zone::WITA),
    ("WIT", "setup.wit", Zone::WIT),
];

/// The form of the house: it is always open.
pub fn view(held: Held, shown: &Shown) -> AnyView {
    let was = shown.setup.place.clone();
    let text = |pick: fn(&Place) -> &String| was.as_ref().map(pick).cloned().unwrap_or_default();
    let zone = was.as_ref().map_or(Zone::WIT, |place| place.zone).to_string();
    let signs = was.as_ref().is_some_and(|place| place.screen_signature);
    let zones = ZONES.iter().map(|(code, key, _)| (*code, *key)).collect();
    let asks = vec![
        ask("name", "setup.facility_name", Kind::Line, text(|p| &p.name)),
        ask("code", "setup.code", Kind::Line, text(|p| &p.code)).hinted("setup.facility_code_hint"),
        ask("city", "setup.city", Kind::Line, text(|p| &p.city)),
        ask("zone", "setup.zone", Kind::One(zones), zone),
        ask("head", "setup.head", Kind::Line, text(|p| &p.head)),
        ask("nip", "setup.nip", Kind::Number, text(|p| &p.nip)),
        ask("screen", "setup.screen_signature", Kind::Yes, if signs { "1" } else { "" }),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| held.send(Ok(place(&answers, was.clone()))));
    let form = view! { <Form asks wrong=held.wrong busy=held.busy save /> }.into_any();
    framed("setup.facility", form)
}

fn place(asks: &[Ask], was: Option<Place>) -> Edit {
    let code = asks[3].text();
    let zone = ZONES.iter().find(|(known, ..)| *known == code).map_or(Zone::WIT, |zone| zone.2);
    let is = Place {
        name: asks[0].text(),
        code: asks[1].text(),
        city: asks[2].text(),
        zone,
        head: asks[4].text(),
        nip: asks[5].text(),
        screen_signature: asks[6].is_yes(),
    };
    Edit::Place { was, is }
}

/// The blocks, and the form of one.
pub fn blocks(held: Held, shown: &Shown) -> AnyView {
    let sheets = shown.sheets.clone();
    let row = |block: &Block| {
        let (name, cells) = (block.name.clone(), block.cells.len());
        let own: Vec<String> = sheets
            .iter()
            .filter(|sheet| sheet.block == block.name)
            .map(|sheet| sheet.id.to_string())
            .collect();
        view! {
            <tr>
                <th scope="row">{name.clone()}</th>
                <td>{move || t("setup.n_cells", &[("n", &cells)])}<small>{block.cells.join(", ")}</small></td>
                <td class="soft">{own.join(", ")}</td>
                <td>{opener(held, name, "setup.edit")}</td>
            </tr>
        }
    };
    let rows: Vec<_> = shown.setup.blocks.iter().map(row).collect();
    let known = shown.setup.blocks.clone();
    let form = move || {
        let name = held.open.get()?;
        let was = known.iter().find(|block| block.name == name).cloned();
        Some(block_form(held, was))
    };
    view! {
        <div class="panel flush">
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("setup.block")}</th>
                    <th scope="col">{say("setup.cells")}</th>
                    <th scope="col">{say("setup.sheets")}</th>
                    <th scope="col"><span class="sr">{say("setup.edit")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="actions after">{opener(held, String::new(), "setup.add_block")}</p>
        {form}
    }
    .into_any()
}

fn block_form(held: Held, was: Option<Block>) -> AnyView {
    let (name, cells) = was.clone().map(|was| (was.name, was.cells.join("\n"))).unwrap_or_default();
    let mut asks = vec![ask("cells", "setup.cells", Kind::Lines, cells).hinted("setup.cells_hint")];
    if was.is_none() {
        asks.insert(0, ask("code", "setup.block_name", Kind::Line, &name));
    }
    let answers = asks.clone();
    let save = Callback::new(move |()| {
        let cells = answers.last().map(Ask::lines).unwrap_or_default();
        let name = was.as_ref().map_or_else(|| answers[0].text(), |was| was.name.clone());
        let edit: Result<Edit, Wrong> =
            Ok(Edit::Block { was: was.clone(), is: Block { name, cells } });
        held.send(edit);
    });
    let leave = Callback::new(move |()| held.leave());
    let form = view! { <Form asks wrong=held.wrong busy=held.busy save leave /> }.into_any();
    framed("setup.block", form)
}
