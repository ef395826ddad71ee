//! The people of a sheet in the order of the doors.

use bilik_shared::cell;
use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::person::fold;
use bilik_shared::replica::{PersonRow, Sync};
use leptos::prelude::*;

use super::bar::{Place, TopBar};
use super::pages::App;
use super::route::Route;
use crate::device;
use crate::label;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::text::{say, t, told};

mod row;
mod side;

use row::PersonItem;
use side::Side;

/// Which people are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Everybody.
    All,
    /// Those in this state.
    Only(State),
    /// Those a person must look at.
    Review,
}

impl Filter {
    /// Whether somebody is shown.
    pub fn shows(self, row: &PersonRow) -> bool {
        match self {
            Self::All => true,
            Self::Only(state) => row.state == state,
            Self::Review => row.sync == Sync::NeedsAttention,
        }
    }
}

/// Whether what was typed into the search finds this person: every word, in any order.
fn finds(row: &PersonRow, folded: &str) -> bool {
    let text = fold(&format!("{} {} {}", row.name, row.aliases, row.register_number));
    folded.split(' ').all(|word| text.contains(word))
}

/// The place of every page that belongs to one sheet.
pub fn place(app: App, sheet: &SheetId, back: Route) -> Place {
    let block = block_of(app, sheet);
    let title = {
        let block = block.clone();
        Signal::derive(move || t("sheets.block", &[("block", &block)]))
    };
    let back_label = match back {
        Route::Sheets => told(say("bar.back_sheets")),
        Route::Form(..) => told(say("bar.back_form")),
        _ => Signal::derive(move || t("bar.back_walk", &[("block", &block)])),
    };
    let below = Signal::derive(move || {
        app.brief().map(|brief| label::words(&brief.wave.name)).unwrap_or_default()
    });
    Place { back, back_label, title, below }
}

/// The block of a sheet.
pub fn block_of(app: App, sheet: &SheetId) -> String {
    app.tablet.peek(|replica| {
        let title =
            replica.brief().and_then(|brief| brief.sheets.iter().find(|title| &title.id == sheet));
        title.map_or_else(|| sheet.to_string(), |title| title.block.clone())
    })
}

/// The walk list.
#[component]
pub fn Walk(
    /// The sheet.
    sheet: SheetId,
) -> impl IntoView {
    let app = App::here();
    let block = block_of(app, &sheet);
    let id = sheet.clone();
    let people = Memo::new(move |_| app.tablet.read(|replica| replica.people(&id)));
    let filter = RwSignal::new(Filter::All);
    let search = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        let folded = fold(&search.read());
        let rows = people.read();
        let fits = rows.iter().filter(|row| filter.get().shows(row));
        fits.filter(|row| folded.is_empty() || finds(row, &folded)).cloned().collect::<Vec<_>>()
    });
    let next = Memo::new(move |_| {
        people.read().iter().find(|row| row.state == State::NotAsked).map(|row| row.entry)
    });
    // The officer goes on where they stopped. One frame later the list is there.
    request_animation_frame(|| device::show("lanjut"));

    let add = Route::Add(sheet.clone());
    let here = sheet.clone();
    let list = live(move || {
        if people.read().is_empty() {
            return view! { <Unknown /> }.into_any();
        }
        if shown.read().is_empty() {
            return view! { <Nobody search filter people=people add=add.clone() /> }.into_any();
        }
        view! { <People sheet=here.clone() rows=shown next add=add.clone() /> }.into_any()
    });
    let title = told(move || t("walk.list", &[("block", &block)]));
    let add = Route::Add(sheet.clone());
    view! {
        <TopBar place=Some(place(app, &sheet, Route::Sheets)) />
        <main class="walk">
            <h1 class="sr">{title}</h1>
            <Side sheet=sheet.clone() people filter />
            {list}
        </main>
        <footer class="dock">
            <label class="seek">
                <Icon symbol=Symbol::Search />
                <span class="sr">{say("walk.search")}</span>
                <input
                    class="input"
                    type="search"
                    placeholder=say("walk.search")
                    prop:value=move || search.get()
                    on:input=move |event| search.set(event_target_value(&event))
                />
            </label>
            <a class="btn main" href=add.href()><Icon symbol=Symbol::Add />{say("walk.add")}</a>
        </footer>
    }
}

#[component]
fn People(
    sheet: SheetId,
    rows: Memo<Vec<PersonRow>>,
    next: Memo<Option<EntryId>>,
    add: Route,
) -> impl IntoView {
    // A row is drawn anew only when something that it shows has changed.
    let keyed = move || {
        let mut before = None;
        let rows = rows.get().into_iter();
        rows.map(|row| {
            let cell = Some(cell::order(&row.cell));
            let first = before != cell;
            before = cell;
            (first, next.get() == Some(row.entry), row)
        })
        .collect::<Vec<_>>()
    };
    let key = |(first, here, row): &(bool, bool, PersonRow)| {
        let standing = (row.state as u8, row.sync as u8, row.contested, *first, *here);
        (row.entry, standing, row.name.clone(), row.cell.clone(), row.register_number.clone())
    };
    view! {
        <ol class="people" aria-label=say("walk.people")>
            <For each=keyed key=key let((first, here, row))>
                <PersonItem sheet=sheet.clone() first here row />
            </For>
            <li><a class="missing" href=add.href()><Icon symbol=Symbol::Add />{say("walk.missing")}</a></li>
        </ol>
    }
}

/// Nobody fits: why, and what next.
#[component]
fn Nobody(
    search: RwSignal<String>,
    filter: RwSignal<Filter>,
    people: Memo<Vec<PersonRow>>,
    add: Route,
) -> impl IntoView {
    let title = told(move || match search.get().trim() {
        "" => t("walk.nothing", &[]),
        text => t("walk.nothing_for", &[("text", &text)]),
    });
    let clear = move |_| {
        search.set(String::new());
        filter.set(Filter::All);
    };
    view! {
        <div class="empty">
            <Icon symbol=Symbol::Search />
            <h2>{title}</h2>
            <p class="soft">{told(move || t("walk.nothing_help", &[("n", &people.read().len())]))}</p>
            <p class="actions">
                <button type="button" class="btn main" on:click=clear>{say("walk.clear")}</button>
                <a class="btn main primary" href=add.href()><Icon symbol=Symbol::Add />{say("walk.add")}</a>
            </p>
        </div>
    }
}

/// The sheet is not on this tablet.
#[component]
fn Unknown() -> impl IntoView {
    view! {
        <div class="empty">
            <Icon symbol=Symbol::List />
            <h2>{say("walk.unknown")}</h2>
            <p class="soft">{say("walk.unknown_help")}</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_forgives_spelling_and_order() {
        let row = PersonRow {
            entry: EntryId([0; 16]),
            cell: "3".into(),
            name: "Yohanis Kelmanutu".into(),
            aliases: "Anis".into(),
            register_number: "BI 190/2024".into(),
            state: State::NotAsked,
            sync: Sync::Nothing,
            contested: false,
        };
        for text in ["johanis", "kelmanutu yohanis", "anis", "190/2024", "bi 190", "KELMA"] {
            assert!(finds(&row, &fold(text)), "{text}");
        }
        assert!(!finds(&row, &fold("petrus")));
    }
}
