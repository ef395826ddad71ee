//! Who may sign in, as what; a first password is shown once, and never again.

use bilik_shared::role::Role;
use bilik_shared::setup::{Account, Accounts, AddAccount, ChangeAccount, Made, Turn};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::Desk;
use crate::desk::setup::form::{Ask, Form, Kind, Wrong, ask};
use crate::desk::setup::log::Log;
use crate::desk::setup::{is_outdated, wrong_of};
use crate::device;
use crate::label::Label;
use crate::net::NetError;
use crate::parts::live;
use crate::parts::notice::{Notice, Tone};
use crate::parts::state::{ATTENTION, Mark, SAVED};
use crate::text::{say, t};

/// The form that is open, and the first password, so that the focus finds them.
const FORM: &str = "user-form";
const FIRST: &str = "first-password";

/// What the page holds.
#[derive(Clone, Copy)]
struct Held {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    accounts: RwSignal<Option<Accounts>>,
    failed: RwSignal<Option<NetError>>,
    wrong: RwSignal<Option<Wrong>>,
    busy: RwSignal<bool>,
    /// Whom the open form is about; `Some(None)` for somebody new.
    open: RwSignal<Option<Option<Account>>>,
    /// Somebody's first password, until the page is left.
    first: RwSignal<Option<(String, String)>>,
}

impl Held {
    fn load(self) {
        self.alive.get_value().ask(api::users(), move |answer| match answer {
            Ok(accounts) => self.accounts.set(Some(accounts)),
            Err(error) => self.refuse(error),
        });
    }

    fn begin(self, whom: Option<Account>) {
        self.wrong.set(None);
        self.failed.set(None);
        self.first.set(None);
        self.open.set(Some(whom));
        device::focus_later(FORM);
    }

    fn add(self, asks: &[Ask]) {
        let role = Role::parse(&asks[2].text()).unwrap_or(Role::Officer);
        let asked = AddAccount { id: asks[0].text(), name: asks[1].text(), role };
        let id = asked.id.clone();
        self.send(id, async move { api::add_user(&asked).await });
    }

    fn turn(self, was: Account, turn: Turn) {
        let id = was.id.to_string();
        let asked = ChangeAccount { was, turn };
        self.send(id, async move { api::change_user(&asked).await });
    }

    fn send(self, id: String, job: impl Future<Output = Result<Made, NetError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.wrong.set(None);
        self.failed.set(None);
        self.alive.get_value().ask(job, move |answer| {
            self.busy.set(false);
            match answer {
                Ok(Made { accounts, password }) => {
                    self.accounts.set(Some(accounts));
                    self.open.set(None);
                    if let Some(password) = password {
                        self.first.set(Some((id, password)));
                        device::focus_later(FIRST);
                    }
                }
                Err(error) => self.refuse(error),
            }
        });
    }

    fn refuse(self, error: NetError) {
        self.desk.check_session(&error);
        match wrong_of(&error) {
            Some(wrong) => self.wrong.set(Some(wrong)),
            None => {
                if is_outdated(&error) {
                    self.open.set(None);
                    self.load();
                }
                self.failed.set(Some(error));
            }
        }
    }
}

/// The page.
#[component]
pub fn UsersPage(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let held = Held {
        desk,
        alive: StoredValue::new_local(Alive::here()),
        accounts: RwSignal::new(None),
        failed: RwSignal::new(None),
        wrong: RwSignal::new(None),
        busy: RwSignal::new(false),
        open: RwSignal::new(None),
        first: RwSignal::new(None),
    };
    held.load();
    let body = move || {
        let Some(Accounts { accounts, log }) = held.accounts.get() else {
            return view! { <p role="status">{say("bar.loading")}</p> }.into_any();
        };
        let rows: Vec<_> = accounts.into_iter().map(|account| row(held, account)).collect();
        view! {
            <div class="panel flush">
                <table class="table plain">
                    <thead><tr>
                        <th scope="col">{say("signin.user")}</th>
                        <th scope="col">{say("setup.name")}</th>
                        <th scope="col">{say("setup.role")}</th>
                        <th scope="col">{say("setup.state")}</th>
                        <th scope="col"><span class="sr">{say("setup.edit")}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="actions after">
                <button type="button" class="btn" on:click=move |_| held.begin(None)>{say("user.add")}</button>
            </p>
            {live(move || held.open.get().map(|whom| match whom {
                Some(account) => change(held, account),
                None => new(held),
            }))}
            <Log desk lines=log />
        }
        .into_any()
    };
    view! {
        <main class="work setup-work">
            <div class="head"><h1>{say("page.users")}</h1></div>
            {live(move || held.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{move || api::sentence(&error)}</p></Notice>
            }))}
            {live(move || held.first.get().map(|(id, password)| view! { <First id password /> }))}
            {live(body)}
        </main>
    }
}

/// A first password: shown until somebody goes on.
#[component]
fn First(id: String, password: String) -> impl IntoView {
    let text = move || t("user.first", &[("user", &id)]);
    view! {
        <section class="panel stack" id=FIRST tabindex="-1" role="status">
            <h2>{text}</h2>
            <p class="letters"><output>{password}</output></p>
            <p class="hint">{say("user.first_help")}</p>
        </section>
    }
}

fn row(held: Held, account: Account) -> AnyView {
    let Account { id, name, role, locked, must_change } = account.clone();
    let myself = held.desk.me.with_value(|me| me.id == id);
    let state = match (locked, must_change) {
        (true, _) => view! { <Mark look=ATTENTION>{say("user.locked")}</Mark> }.into_any(),
        (_, true) => view! { <Mark look=SAVED>{say("user.first_waits")}</Mark> }.into_any(),
        _ => view! { <span class="soft">{say("user.active")}</span> }.into_any(),
    };
    let edit = (!myself).then(|| {
        let open = move |_| held.begin(Some(account.clone()));
        view! { <button type="button" class="btn" on:click=open>{say("setup.edit")}</button> }
    });
    view! {
        <tr>
            <th scope="row">{id.to_string()}</th>
            <td>{name}</td>
            <td>{role.say()}</td>
            <td>{state}</td>
            <td>{edit}{myself.then(|| view! { <span class="soft">{say("user.myself")}</span> })}</td>
        </tr>
    }
    .into_any()
}

fn roles() -> Kind {
    Kind::One(Role::ALL.iter().map(|role| (role.code(), role.key())).collect())
}

fn new(held: Held) -> AnyView {
    let asks = vec![
        ask("code", "signin.user", Kind::Line, "").hinted("user.id_hint"),
        ask("name", "setup.name", Kind::Line, ""),
        ask("role", "setup.role", roles(), Role::Officer.code()),
    ];
    let answers = asks.clone();
    let save = Callback::new(move |()| held.add(&answers));
    let leave = Callback::new(move |()| held.open.set(None));
    view! {
        <section class="panel stack" id=FORM tabindex="-1">
            <h2>{say("user.add")}</h2>
            <Form asks wrong=held.wrong busy=held.busy save leave />
        </section>
    }
    .into_any()
}

/// Another role, a lock, a new password: each is done at once, and stands in the log.
fn change(held: Held, account: Account) -> AnyView {
    let asks = vec![ask("role", "setup.role", roles(), account.role.code())];
    let (answers, was) = (asks.clone(), account.clone());
    let save = Callback::new(move |()| {
        let role = Role::parse(&answers[0].text()).unwrap_or(was.role);
        held.turn(was.clone(), Turn::Role(role));
    });
    let leave = Callback::new(move |()| held.open.set(None));
    let (locks, resets) = (account.clone(), account.clone());
    let lock = if account.locked { Turn::Unlock } else { Turn::Lock };
    let name = account.name.clone();
    view! {
        <section class="panel stack" id=FORM tabindex="-1">
            <h2>{name}</h2>
            <Form asks wrong=held.wrong busy=held.busy save leave submit="user.change_role" />
            <p class="hint">{say("user.turn_help")}</p>
            <p class="actions">
                <button type="button" class="btn" disabled=move || held.busy.get() on:click=move |_| held.turn(locks.clone(), lock)>
                    {say(if lock == Turn::Lock { "user.lock" } else { "user.unlock" })}
                </button>
                <button type="button" class="btn" disabled=move || held.busy.get() on:click=move |_| held.turn(resets.clone(), Turn::Reset)>
                    {say("user.reset")}
                </button>
            </p>
        </section>
    }
    .into_any()
}
