//! What can be done about one tablet: its name, its sheets, its alarm, and taking it out of use.

use bilik_shared::id::{DeviceCode, SheetId};
use bilik_shared::role::Action;
use bilik_shared::setup::{TabletChange, Tablets};
use bilik_shared::view::DeviceRow;
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::Desk;
use crate::desk::setup::form::{Form, Kind, Wrong, ask};
use crate::desk::setup::log::Log;
use crate::desk::setup::{is_outdated, wrong_of};
use crate::device;
use crate::label;
use crate::net::NetError;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t};

/// The part of the page about one tablet, so that the focus finds it.
const MANAGED: &str = "managed";

/// What the page knows of all tablets besides their rows, and the one that is looked at.
#[derive(Clone, Copy)]
pub struct Manage {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    /// Sheets, gaps and log; `None` until the first answer.
    pub known: RwSignal<Option<Tablets>>,
    failed: RwSignal<Option<NetError>>,
    /// Which form is wrong, and what about it.
    wrong: RwSignal<Option<(&'static str, Wrong)>>,
    busy: RwSignal<bool>,
    open: RwSignal<Option<DeviceCode>>,
}

impl Manage {
    /// Asks for what is known.
    pub fn new(desk: Desk) -> Self {
        let manage = Self {
            desk,
            alive: StoredValue::new_local(Alive::here()),
            known: RwSignal::new(None),
            failed: RwSignal::new(None),
            wrong: RwSignal::new(None),
            busy: RwSignal::new(false),
            open: RwSignal::new(None),
        };
        manage.load();
        manage
    }

    fn load(self) {
        self.alive.get_value().ask(api::tablets(), move |answer| {
            self.take("", answer);
        });
    }

    /// Opens what can be done about a tablet, for whoever may do it.
    pub fn button(self, code: DeviceCode) -> Option<AnyView> {
        self.desk.may(Action::ManageDevices, None).then(|| {
            let open = move |_| {
                self.failed.set(None);
                self.wrong.set(None);
                self.open.set(Some(code.clone()));
                device::focus_later(MANAGED);
            };
            view! { <button type="button" class="btn" on:click=open>{say("tablets.manage")}</button> }
                .into_any()
        })
    }

    fn send(self, form: &'static str, code: DeviceCode, change: TabletChange) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.wrong.set(None);
        self.failed.set(None);
        self.alive.get_value().ask(
            async move { api::change_tablet(&code, &change).await },
            move |answer| {
                self.busy.set(false);
                self.take(form, answer);
            },
        );
    }

    fn take(self, form: &'static str, answer: Result<Tablets, NetError>) {
        match answer {
            Ok(tablets) => {
                let mut rows = tablets.rows.clone();
                rows.sort_by(|a, b| a.code.cmp(&b.code));
                self.desk.devices.set(rows);
                self.known.set(Some(tablets));
            }
            Err(error) => {
                self.desk.check_session(&error);
                if let Some(wrong) = wrong_of(&error) {
                    return self.wrong.set(Some((form, wrong)));
                }
                if is_outdated(&error) {
                    self.load();
                }
                self.failed.set(Some(error));
            }
        }
    }

    /// How many running numbers of a tablet are not there.
    pub fn gaps(self, code: &DeviceCode) -> u32 {
        self.known.with(|known| {
            known.as_ref().and_then(|known| known.gaps.get(code).copied()).unwrap_or_default()
        })
    }

    /// That a tablet shows nobody any more until it was in contact, and since when.
    pub fn lease_ended(self, row: &DeviceRow) -> impl IntoView + use<> {
        let row = row.clone();
        let ended = Memo::new(move |_| {
            let now = self.desk.now.get();
            self.known.with(|known| known.as_ref()?.lease_ended(&row, now))
        });
        move || {
            let text = t("tablets.lease_ended", &[("time", &self.desk.moment(ended.get()?))]);
            Some(view! { <p>{text}</p> })
        }
    }

    /// The blocks of the sheets that a tablet is given.
    pub fn sheets(self, given: Option<&Vec<SheetId>>) -> String {
        match given {
            None => t("setup.all_sheets", &[]),
            Some(list) if list.is_empty() => t("tablets.no_sheets", &[]),
            Some(list) => list.iter().map(SheetId::to_string).collect::<Vec<_>>().join(", "),
        }
    }
}

/// What can be done about the tablet that is looked at, and the log of all.
#[component]
pub fn Managed(
    /// What the page knows of all tablets.
    manage: Manage,
) -> impl IntoView {
    let one = move || {
        let code = manage.open.get()?;
        let known = manage.known.get()?;
        let row = known.rows.iter().find(|row| row.code == code)?.clone();
        let names = known.sheets.iter().map(|sheet| (sheet.id.to_string(), sheet.id.to_string()));
        Some(about(manage, row, names.collect()))
    };
    let log = move || {
        let lines = manage.known.get().map(|known| known.log);
        lines.map(|lines| view! { <Log desk=manage.desk lines /> })
    };
    view! {
        {live(move || manage.failed.get().map(|error| view! {
            <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
        }))}
        {live(one)}
        {live(log)}
    }
}

fn about(manage: Manage, row: DeviceRow, sheets: Vec<(String, String)>) -> AnyView {
    let code = row.code.to_string();
    let title = move || t("tablets.managed", &[("code", &code)]);
    let alarm =
        (row.emptied_at.is_some() && !row.lost_settled).then(|| reasoned(manage, &row, SETTLE));
    let resume = row.suspended_at.is_some().then(|| reasoned(manage, &row, RESUME));
    let compare = compare(manage, &row);
    let revoked = row.revoked_at.is_some();
    let rest = match revoked {
        true => view! { <p>{say("tablets.revoked_help")}</p> }.into_any(),
        false => view! { {give(manage, &row, sheets)} {reasoned(manage, &row, REVOKE)} }.into_any(),
    };
    view! {
        <section class="panel stack after" id=MANAGED tabindex="-1">
            <div class="head">
                <h2>{title}</h2>
                <button type="button" class="btn" on:click=move |_| manage.open.set(None)>{say("setup.close")}</button>
            </div>
            {alarm}
            {resume}
            {compare}
            {rename(manage, &row)}
            {rest}
        </section>
    }
    .into_any()
}

/// One of the forms; what is wrong with another one is not its business.
fn wrong_in(manage: Manage, form: &'static str) -> RwSignal<Option<Wrong>> {
    let wrong = RwSignal::new(None);
    Effect::new(move |_| {
        wrong.set(manage.wrong.get().filter(|(about, _)| *about == form).map(|(_, wrong)| wrong));
    });
    wrong
}

fn rename(manage: Manage, row: &DeviceRow) -> AnyView {
    let asks = vec![ask("name", "setup.name", Kind::Line, &row.name).hinted("tablets.name_hint")];
    let (answer, code) = (asks[0].clone(), row.code.clone());
    let save = Callback::new(move |()| {
        manage.send("rename", code.clone(), TabletChange::Rename { name: answer.text() });
    });
    let wrong = wrong_in(manage, "rename");
    view! { <Form asks wrong busy=manage.busy save submit="tablets.rename" /> }.into_any()
}

fn give(manage: Manage, row: &DeviceRow, sheets: Vec<(String, String)>) -> AnyView {
    let list =
        |sheets: &[SheetId]| sheets.iter().map(SheetId::to_string).collect::<Vec<_>>().join("\n");
    let every = sheets.len();
    let all = sheets.iter().map(|sheet| sheet.0.clone()).collect::<Vec<_>>().join("\n");
    let given = row.sheets.as_ref().map_or(all, |given| list(given));
    let asks = vec![
        ask("all", "tablets.give_all", Kind::Yes, if row.sheets.is_none() { "1" } else { "" }),
        ask("sheets", "setup.sheets", Kind::Some(sheets), given).hinted("tablets.give_help"),
    ];
    let (answers, code, was) = (asks.clone(), row.code.clone(), row.sheets.clone());
    let save = Callback::new(move |()| {
        let chosen = answers[1].lines();
        let some = || chosen.iter().filter_map(|id| id.parse().ok()).collect();
        // Whoever takes a sheet from a tablet that has all of them means that, whatever the tick above says.
        let narrowed = was.is_none() && chosen.len() < every;
        let is = (!answers[0].is_yes() || narrowed).then(some);
        manage.send("give", code.clone(), TabletChange::Give { was: was.clone(), is });
    });
    let wrong = wrong_in(manage, "give");
    view! { <h3>{say("tablets.give")}</h3><Form asks wrong busy=manage.busy save submit="tablets.give_save" /> }
        .into_any()
}

/// Something that is done to a tablet for a reason.
struct Reasoned {
    /// The form, as it is sent and as its words are named.
    form: &'static str,
    title: &'static str,
    help: Option<&'static str>,
    asks: (&'static str, &'static str),
    submit: &'static str,
    change: fn(String) -> TabletChange,
}

const REVOKE: Reasoned = Reasoned {
    form: "revoke",
    title: "tablets.revoke",
    help: Some("tablets.revoke_help"),
    asks: ("tablets.revoke_word", "tablets.revoke_hint"),
    submit: "tablets.revoke_now",
    change: |word| TabletChange::Revoke { word },
};

const RESUME: Reasoned = Reasoned {
    form: "resume",
    title: "tablets.resume",
    help: Some("tablets.resume_help"),
    asks: ("tablets.settle_word", "tablets.resume_hint"),
    submit: "tablets.resume_now",
    change: |word| TabletChange::Resume { word },
};

const SETTLE: Reasoned = Reasoned {
    form: "settle",
    title: "tablets.settle",
    help: None,
    asks: ("tablets.settle_word", "tablets.settle_hint"),
    submit: "tablets.settle_now",
    change: |word| TabletChange::Settle { word },
};

fn reasoned(manage: Manage, row: &DeviceRow, what: Reasoned) -> AnyView {
    let Reasoned { form, title, help, asks: (asked, hint), submit, change } = what;
    let asks = vec![ask("word", asked, Kind::Line, "").hinted(hint)];
    let (answer, code) = (asks[0].clone(), row.code.clone());
    let save = Callback::new(move |()| manage.send(form, code.clone(), change(answer.text())));
    let wrong = wrong_in(manage, form);
    view! {
        <h3>{say(title)}</h3>
        {help.map(|help| view! { <p class="hint">{say(help)}</p> })}
        <Form asks wrong busy=manage.busy save submit />
    }
    .into_any()
}

/// The digits that the tablet shows as well, until somebody has compared them.
fn compare(manage: Manage, row: &DeviceRow) -> Option<AnyView> {
    let digits = row.compare.clone().filter(|digits| !digits.is_empty())?;
    let code = row.code.clone();
    let same = move |_| manage.send("compare", code.clone(), TabletChange::Compared);
    Some(
        view! {
            <h3>{say("tablets.compare")}</h3>
            <p class="code">{label::six_digits(&digits)}</p>
            <p class="hint">{say("tablets.compare_help")}</p>
            <p class="actions">
                <button type="button" class="btn" on:click=same disabled=manage.busy>{say("tablets.compared")}</button>
            </p>
        }
        .into_any(),
    )
}
