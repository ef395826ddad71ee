//! Stored answers as people read them, and who gave them.

use bilik_shared::command::Author;
use bilik_shared::registration::Field;
use bilik_shared::time::Timestamp;
use bilik_shared::view::Row;
use leptos::prelude::With;

use crate::desk::session::Desk;
use crate::label;
use crate::parts::timeline::Teller;
use crate::text::t;

/// The value of a field, in words: a line, or one for each ranked programme.
pub fn lines(desk: Desk, field: Field, value: &str) -> Vec<String> {
    desk.house.with(|house| {
        let offered = house.as_ref().map_or(&[][..], |house| &house.programmes);
        label::answer(field, value, offered)
    })
}

/// The value of a field in one line.
pub fn answer(desk: Desk, field: Field, value: &str) -> String {
    lines(desk, field, value).join(", ")
}

/// Who did something, by name; the server where nobody is known.
pub fn who(desk: Desk, author: Option<&Author>) -> String {
    author.map_or_else(|| t("conflict.server", &[]), |author| desk.officer(&author.officer))
}

/// Where something was done.
pub fn place(author: Option<&Author>) -> String {
    match author.and_then(|author| author.device.as_ref()) {
        Some(device) => t("conflict.device", &[("device", device)]),
        None => t("conflict.server", &[]),
    }
}

/// Where a person is housed.
pub fn housed(row: &Row) -> String {
    if row.block.is_empty() {
        return String::new();
    }
    t("who.cell", &[("block", &row.block), ("cell", &label::plate(&row.cell))])
}

impl Teller for Desk {
    fn who(self, author: Option<&Author>) -> String {
        who(self, author)
    }

    fn answer(self, field: Field, value: &str) -> String {
        answer(self, field, value)
    }

    fn moment(self, at: Timestamp) -> String {
        Desk::moment(self, at)
    }
}
