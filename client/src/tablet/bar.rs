//! The top bar of every tablet page, with the one status strip.

use bilik_shared::exchange::Room;
use bilik_shared::replica::Link;
use leptos::prelude::*;

use super::lock::Lock;
use super::pages::App;
use super::route::Route;
use super::update::UpdateMark;
use crate::parts::bar::{Back, Brand, LanguageSwitch};
use crate::parts::clock::clock_error;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::live;
use crate::text::{say, t, told};

/// Where this page is, and the way back.
#[derive(Clone)]
pub struct Place {
    /// The page before.
    pub back: Route,
    /// Where that leads, for screen readers.
    pub back_label: Signal<String>,
    /// Where am I.
    pub title: Signal<String>,
    /// More of it, small.
    pub below: Signal<String>,
}

/// The bar: where am I, what is safe, who am I.
#[component]
pub fn TopBar(
    /// Where this page is; the first pages carry the name of the product instead.
    #[prop(optional_no_strip)]
    place: Option<Place>,
) -> impl IntoView {
    let left = match place {
        None => view! { <Brand /> }.into_any(),
        Some(Place { back, back_label, title, below }) => {
            let app = App::here();
            Effect::new(move |_| app.title.set(title.get()));
            view! {
                <Back href=back.href() label=back_label />
                <div class="where"><b>{title}</b><small>{below}</small></div>
            }
            .into_any()
        }
    };
    view! {
        <header class="bar">
            {left}
            <i class="spring"></i>
            <Strip leads=true />
            <LanguageSwitch />
            <Who />
        </header>
    }
}

/// What is safe and what is not; a tap opens the list of what waits.
#[component]
pub fn Strip(
    /// Whether a tap does that: not while the tablet is locked.
    leads: bool,
) -> impl IntoView {
    let app = App::here();
    let status = Memo::new(move |_| app.tablet.read(|replica| replica.status()));
    let contact = told(move || match status.get().last_contact {
        Some(at) => t("status.contact", &[("time", &app.clock(at))]),
        None => t("status.never", &[]),
    });
    let link = live(move || match status.get().link {
        Link::Online => view! { <Icon symbol=Symbol::Online />{say("status.online")} },
        Link::Offline => view! { <Icon symbol=Symbol::Offline />{say("status.offline")} },
    });
    let attention = move || status.get().attention + usize::from(status.get().unsaved);
    let facts = view! {
            <span>{link}", "{contact}</span>
            <span>
                <Icon symbol=Symbol::Saved />
                {told(move || t("status.saved", &[("n", &status.get().saved_here)]))}
                <i class="more">" "{say("status.on_tablet")}</i>
            </span>
            <span>
                <Icon symbol=Symbol::Received />
                {told(move || t("status.received", &[("n", &status.get().received)]))}
                <i class="more">" "{say("status.by_server")}</i>
            </span>
            {live(move || {
                let n = attention();
                let text = told(move || t("status.attention", &[("n", &n)]));
                (n > 0).then(|| view! { <span class="warn"><Icon symbol=Symbol::Attention />{text}</span> })
            })}
            {live(move || (app.tablet.room.get() != Room::Enough).then(|| {
                view! { <span class="warn"><Icon symbol=Symbol::Attention />{say("space.low")}</span> }
            }))}
            {live(move || clock_error(status.get().clock_offset).map(|error| {
                let text = t("clock.tablet", &[("error", &error)]);
                view! { <span class="warn"><Icon symbol=Symbol::Clock />{text}</span> }
            }))}
            <UpdateMark />
    };
    match leads {
        true => {
            view! { <a class="status" href=Route::Sync.href() title=say("status.title")>{facts}</a> }
                .into_any()
        }
        false => view! { <span class="status">{facts}</span> }.into_any(),
    }
}

/// Who works with the tablet; a tap hands it over.
#[component]
fn Who() -> impl IntoView {
    let app = App::here();
    let name = move || {
        let officer = app.officer.get()?;
        Some(app.brief().map_or_else(|| officer.to_string(), |brief| brief.officer_name(&officer)))
    };
    live(move || {
        name().map(|name| {
            let short = initials(&name);
            let label = told(move || t("bar.switch_officer_now", &[("name", &name)]));
            view! {
                <button type="button" class="who" aria-label=label on:click=move |_| app.close(Lock::Handing)>
                    {short}" "<span>{say("bar.switch_officer")}</span>
                </button>
            }
        })
    })
}

/// The first letters of the first two words of a name.
pub fn initials(name: &str) -> String {
    name.split_whitespace().take(2).filter_map(|word| word.chars().next()).collect()
}
