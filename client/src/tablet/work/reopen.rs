//! The page on which something was being typed when the app was ended.

use bilik_shared::id::SheetId;
use bilik_shared::lifecycle::State;

use super::{added, kept};
use crate::tablet::pages::App;
use crate::tablet::route::Route;

/// Where the app remembers on which page something is being typed.
const OPEN: &str = "open";

/// From now on a start of the app comes back to this page.
pub fn remember_open(app: App, page: &Route) {
    app.tablet.keep(OPEN.to_owned(), Some(page.to_string().into_bytes()), |_| {});
}

/// The page was left: a start of the app comes back to none.
pub fn forget_open(app: App) {
    if app.tablet.kept(OPEN).is_some() {
        app.tablet.keep(OPEN.to_owned(), None, |_| {});
    }
}

/// A start of the app would come back to some page.
pub fn is_remembered(app: App) -> bool {
    app.tablet.kept(OPEN).is_some()
}

/// The page on which something was being typed when the app was ended, or where what was typed there led to.
pub fn begun(app: App) -> Option<Route> {
    let page: Route = String::from_utf8(app.tablet.kept(OPEN)?).ok()?.parse().ok()?;
    let entry = |sheet: &SheetId, id| app.tablet.peek(|replica| replica.entry(sheet, id).cloned());
    Some(match page {
        Route::Consent(sheet, id) => match (entry(&sheet, id), kept(app, &sheet, id)) {
            // The word was given and stored, and the app was ended before it could say so.
            (Some(entry), Some(work))
                if entry.state == State::Registered && work.answers.rests_on(&entry.answers) =>
            {
                Route::Saved(sheet, id)
            }
            (Some(_), Some(work)) if !work.aside => Route::Consent(sheet, id),
            _ => Route::Saved(sheet, id),
        },
        Route::Withdraw(sheet, id) => match entry(&sheet, id).map(|entry| entry.state) {
            Some(State::Withdrawn) => Route::Saved(sheet, id),
            _ => Route::Withdraw(sheet, id),
        },
        Route::Add(sheet) => match added::added_entry(app, &sheet) {
            Some(id) if entry(&sheet, id).is_some() => Route::Form(sheet, id),
            _ => Route::Add(sheet),
        },
        page => page,
    })
}
