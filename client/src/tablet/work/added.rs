//! Somebody who is not on the list, as far as an officer has typed who they are.

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::person::Fields;
use bilik_shared::replica::{PersonRow, Sync};
use bilik_shared::time::Timestamp;

use super::text;
use crate::tablet::pages::App;

/// What stands on the page, by the ids of its fields. There is one such page for each sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Added {
    /// The entry that will be made.
    pub entry: EntryId,
    /// The fields as typed.
    pub typed: Fields,
    /// Where on the page the officer was: the id of the field.
    pub at: String,
    /// When it was kept last.
    pub since: Option<Timestamp>,
}

impl Added {
    /// The key and the value under which it is kept.
    pub fn to_kept(&self, sheet: &SheetId) -> (String, Vec<u8>) {
        (key(sheet), self.to_text().into_bytes())
    }

    fn to_text(&self) -> String {
        let mut around = Fields::new();
        text::put(&mut around, "entry", &self.entry.to_string());
        if let Some(since) = self.since {
            text::put(&mut around, "since", &since.0.to_string());
        }
        text::write('~', &around) + &text::write('+', &self.typed) + &format!("@{}\n", self.at)
    }

    fn from_text(kept: &str) -> Option<Self> {
        let around = text::read('~', kept);
        let at = kept.lines().find_map(|line| line.strip_prefix('@')).unwrap_or_default();
        Some(Self {
            entry: around.get("entry")?.parse().ok()?,
            typed: text::read('+', kept),
            at: at.to_owned(),
            since: around.get("since").and_then(|since| since.parse().ok()).map(Timestamp),
        })
    }

    /// They as a row among those whose work is not finished.
    pub fn row(&self) -> PersonRow {
        let get = |key: &str| self.typed.get(key).cloned().unwrap_or_default();
        PersonRow {
            entry: self.entry,
            cell: get("cell"),
            name: get("name"),
            aliases: get("aliases"),
            register_number: get("register_number"),
            state: State::Draft,
            sync: Sync::Nothing,
            contested: false,
        }
    }
}

fn key(sheet: &SheetId) -> String {
    format!("work/{sheet}/new")
}

fn read(app: App, sheet: &SheetId) -> Option<Added> {
    Added::from_text(&String::from_utf8(app.tablet.kept(&key(sheet))?).ok()?)
}

/// Who was being added to this sheet and is not on it yet.
pub fn added(app: App, sheet: &SheetId) -> Option<Added> {
    let added = read(app, sheet).filter(|added| !added.typed.is_empty())?;
    // The app was ended after they were saved, and before what was typed was forgotten.
    let known = app.tablet.peek(|replica| replica.entry(sheet, added.entry).is_some());
    (!known).then_some(added)
}

/// The entry that was being made when the app was ended, whether or not it was saved.
pub fn added_entry(app: App, sheet: &SheetId) -> Option<EntryId> {
    read(app, sheet).map(|added| added.entry)
}

/// They are on the sheet, or the officer begins with somebody else.
pub fn forget_added(app: App, sheet: &SheetId) {
    let key = key(sheet);
    if app.tablet.kept(&key).is_some() {
        app.tablet.keep(key, None, |_| {});
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_who_is_being_added_is_read_as_they_were_typed() {
        let typed = [("name", "La Ode "), ("birth_date-day", "5"), ("sex", "L"), ("cell", "=1+1")];
        let added = Added {
            entry: EntryId([7; 16]),
            typed: typed.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            at: "cell-input".into(),
            since: Some(Timestamp(1_000)),
        };
        assert_eq!(Added::from_text(&added.to_text()), Some(added), "to the last blank");
        assert_eq!(Added::from_text("+name=Ali\n"), None, "no entry");
    }
}
