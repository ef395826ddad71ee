//! Other systems: tokens that read, addresses that are told, and messages that nobody took.

use bilik_shared::view::access::{
    Access, DeadLetter, Hook, NewHook, NewToken, Scope, Secret, Token,
};
use leptos::prelude::*;

use crate::desk::alive::Alive;
use crate::desk::api;
use crate::desk::session::Desk;
use crate::device;
use crate::net::NetError;
use crate::parts::field::TextField;
use crate::parts::icon::{Icon, Symbol};
use crate::parts::notice::{Notice, Tone};
use crate::text::{say, t, told};

const NAME: &str = "token-name";
const URL: &str = "hook-url";

#[derive(Clone, Copy)]
struct Work {
    desk: Desk,
    alive: StoredValue<Alive, LocalStorage>,
    access: RwSignal<Option<Access>>,
    /// Shown until something else is done.
    secret: RwSignal<Option<String>>,
    failed: RwSignal<Option<NetError>>,
    name: RwSignal<String>,
    scopes: RwSignal<Vec<Scope>>,
    url: RwSignal<String>,
}

impl Work {
    fn ask<A: 'static>(
        self,
        answer: impl Future<Output = Result<A, NetError>> + 'static,
        take: impl FnOnce(A) + 'static,
    ) {
        self.alive.get_value().ask(answer, move |answer| {
            self.secret.set(None);
            match answer {
                Ok(answer) => {
                    self.failed.set(None);
                    take(answer);
                }
                Err(error) => {
                    self.desk.check_session(&error);
                    self.failed.set(Some(error));
                }
            }
        });
    }

    fn change(self, path: String) {
        self.ask(async move { api::change_access(&path).await }, move |access| {
            self.access.set(Some(access))
        });
    }

    fn show(self, made: Secret) {
        self.secret.set(Some(made.secret));
        self.access.set(Some(made.access));
        device::focus_later("secret");
    }

    fn make_token(self) {
        let new = NewToken { name: self.name.get_untracked(), scopes: self.scopes.get_untracked() };
        self.ask(async move { api::make_token(&new).await }, move |made| {
            self.name.set(String::new());
            self.scopes.set(Vec::new());
            self.show(made);
        });
    }

    fn add_hook(self) {
        let new = NewHook { url: self.url.get_untracked() };
        self.ask(async move { api::add_hook(&new).await }, move |made| {
            self.url.set(String::new());
            self.show(made);
        });
    }
}

/// The page.
#[component]
pub fn Integration(
    /// What the session holds.
    desk: Desk,
) -> impl IntoView {
    let work = Work {
        desk,
        alive: StoredValue::new_local(Alive::here()),
        access: RwSignal::new(None),
        secret: RwSignal::new(None),
        failed: RwSignal::new(None),
        name: RwSignal::new(String::new()),
        scopes: RwSignal::new(Vec::new()),
        url: RwSignal::new(String::new()),
    };
    work.ask(api::access(), move |access| work.access.set(Some(access)));
    let tokens = move || work.access.get().map(|access| access.tokens).unwrap_or_default();
    let hooks = move || work.access.get().map(|access| access.hooks).unwrap_or_default();
    let dead = move || work.access.get().map(|access| access.dead).unwrap_or_default();
    view! {
        <main class="work">
            <div class="head"><h1>{say("page.integration")}</h1></div>
            {move || work.failed.get().map(|error| view! {
                <Notice tone=Tone::Error><p>{told(move || api::sentence(&error))}</p></Notice>
            })}
            {move || work.secret.get().map(|secret| view! {
                <div class="notice" data-state="received" role="status" id="secret" tabindex="-1">
                    <Icon symbol=Symbol::Key />
                    <p>{say("access.once")}</p>
                    <p><output class="secret">{secret}</output></p>
                </div>
            })}
            <section class="panel stack">
                <h2>{say("access.tokens")}</h2>
                <p class="hint">{say("access.tokens_help")}</p>
                <ul class="stack plain-list"><For each=tokens key=|token| format!("{token:?}") let(token)><OneToken work token /></For></ul>
                <MakeToken work />
            </section>
            <section class="panel stack">
                <h2>{say("access.hooks")}</h2>
                <p class="hint">{say("access.hooks_help")}</p>
                <ul class="stack plain-list"><For each=hooks key=|hook| format!("{hook:?}") let(hook)><OneHook work hook /></For></ul>
                <form class="stack" on:submit=move |event| { event.prevent_default(); work.add_hook() }>
                    <TextField name=URL label=Signal::derive(say("access.url")) hint=Signal::derive(say("access.url_hint")) value=work.url />
                    <p class="actions"><button type="submit" class="btn">{say("access.add_hook")}</button></p>
                </form>
            </section>
            <section class="panel stack">
                <h2>{say("access.dead")}</h2>
                {move || dead().is_empty().then(|| view! { <p class="soft">{say("access.none_dead")}</p> })}
                <ul class="stack plain-list"><For each=dead key=|letter| format!("{letter:?}") let(letter)><OneLetter work letter /></For></ul>
            </section>
        </main>
    }
}

fn scope_key(scope: Scope) -> &'static str {
    match scope {
        Scope::Participants => "access.participants",
        Scope::Reports => "access.reports",
        Scope::Metrics => "access.metrics",
    }
}

#[component]
fn MakeToken(work: Work) -> impl IntoView {
    let choices = Scope::ALL.iter().map(|scope| {
        let scope = *scope;
        let toggle = move |_| {
            work.scopes.update(|scopes| match scopes.iter().position(|held| *held == scope) {
                Some(at) => drop(scopes.remove(at)),
                None => scopes.push(scope),
            })
        };
        view! {
            <label>
                <input type="checkbox" prop:checked=move || work.scopes.with(|scopes| scopes.contains(&scope)) on:change=toggle />
                <span>{say(scope_key(scope))}</span>
            </label>
        }
    });
    view! {
        <form class="stack" on:submit=move |event| { event.prevent_default(); work.make_token() }>
            <TextField name=NAME label=Signal::derive(say("access.name")) hint=Signal::derive(say("access.name_hint")) value=work.name />
            <fieldset class="field">
                <legend>{say("access.scopes")}</legend>
                <div class="pick stacked">{choices.collect_view()}</div>
            </fieldset>
            <p class="actions"><button type="submit" class="btn">{say("access.make_token")}</button></p>
        </form>
    }
}

#[component]
fn OneToken(work: Work, token: Token) -> impl IntoView {
    let desk = work.desk;
    let Token { id, name, scopes, made_at, made_by, used_at, revoked_at } = token;
    let may = told(move || {
        let scopes: Vec<String> = scopes.iter().map(|scope| t(scope_key(*scope), &[])).collect();
        scopes.join(", ")
    });
    let facts = told(move || {
        let (made, by) = (desk.moment(made_at), desk.officer(&made_by));
        let used = used_at.map_or_else(
            || t("access.never_used", &[]),
            |at| t("access.used", &[("time", &desk.moment(at))]),
        );
        format!("{}; {used}", t("access.made", &[("time", &made), ("name", &by)]))
    });
    let ends = match revoked_at {
        Some(at) => view! { <span class="soft">{told(move || t("access.revoked", &[("time", &desk.moment(at))]))}</span> }.into_any(),
        None => view! {
            <button type="button" class="btn" on:click=move |_| work.change(format!("tokens/{id}/revoke"))>{say("access.revoke")}</button>
        }
        .into_any(),
    };
    view! { <li class="head"><div><b>{name}</b><p class="hint">{may}</p><p class="hint">{facts}</p></div>{ends}</li> }
}

#[component]
fn OneHook(work: Work, hook: Hook) -> impl IntoView {
    let Hook { id, url, waiting, delivered, .. } = hook;
    let facts = told(move || t("access.sent", &[("n", &delivered), ("waiting", &waiting)]));
    view! {
        <li class="head">
            <div><b class="address">{url}</b><p class="hint">{facts}</p></div>
            <button type="button" class="btn" on:click=move |_| work.change(format!("hooks/{id}/remove"))>{say("access.remove_hook")}</button>
        </li>
    }
}

#[component]
fn OneLetter(work: Work, letter: DeadLetter) -> impl IntoView {
    let desk = work.desk;
    let DeadLetter { id, url, at, failed_at, tries, status } = letter;
    let facts = told(move || {
        let (at, failed) = (desk.moment(at), desk.moment(failed_at));
        let why = match status {
            0 => t("access.no_answer", &[]),
            status => t("access.answered", &[("status", &status)]),
        };
        t("access.letter", &[("at", &at), ("n", &tries), ("failed", &failed), ("why", &why)])
    });
    view! {
        <li class="head">
            <div><b class="address">{url}</b><p class="hint">{facts}</p></div>
            <button type="button" class="btn" on:click=move |_| work.change(format!("deliveries/{id}/again"))>{say("access.again")}</button>
        </li>
    }
}
