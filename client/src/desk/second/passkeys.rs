//! One's own passkeys: those that there are, and a new one.

use bilik_shared::view::second_factor::{
    AddedPasskey, NewPasskey, Passkey, RemovePasskey, SecondFactor,
};
use leptos::prelude::*;

use super::{Held, Step};
use crate::desk::sure::surely;
use crate::desk::{api, passkey};
use crate::parts::field::TextField;
use crate::parts::live;
use crate::parts::state::{ATTENTION, Mark};
use crate::text::{say, t};

fn add(held: Held) {
    let name = held.name.get_untracked().trim().to_owned();
    held.unnamed.set(name.is_empty());
    if name.is_empty() {
        return;
    }
    let job = async move {
        let question = surely(async || api::begin_passkey().await).await?;
        let answer = passkey::answer(passkey::MAKE, question).await?;
        api::add_passkey(&NewPasskey { name, answer }).await
    };
    held.asking.ask(job, move |AddedPasskey { factor, codes }| {
        held.name.set(String::new());
        if codes.is_empty() { held.step.set(Step::Known(factor)) } else { held.told(codes) }
    });
}

fn remove(held: Held, which: RemovePasskey) {
    let job = async move { surely(async || api::remove_passkey(&which).await).await };
    held.asking.ask(job, move |factor| held.step.set(Step::Known(factor)));
}

/// The list, and how to add one: or why none can be added here.
pub fn passkeys(held: Held, factor: SecondFactor) -> AnyView {
    let SecondFactor { passkeys, host, .. } = factor;
    let list = (!passkeys.is_empty()).then(|| {
        let rows: Vec<_> = passkeys.into_iter().map(|one| row(held, one)).collect();
        view! {
            <table class="table plain">
                <thead><tr>
                    <th scope="col">{say("passkey.name")}</th>
                    <th scope="col">{say("passkey.host")}</th>
                    <th scope="col">{say("passkey.added")}</th>
                    <th scope="col">{say("passkey.used")}</th>
                    <th scope="col"><span class="sr">{say("passkey.remove")}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    let new = if host.is_none() {
        view! { <p class="soft">{say("passkey.not_here")}</p> }.into_any()
    } else if !passkey::is_known() {
        view! { <p class="soft">{say("passkey.unknown")}</p> }.into_any()
    } else {
        form(held)
    };
    view! {
        <h3>{say("passkey.title")}</h3>
        <p>{say("passkey.what")}</p>
        {list}
        {new}
    }
    .into_any()
}

fn form(held: Held) -> AnyView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        add(held);
    };
    let error = Signal::derive(move || held.unnamed.get().then(|| t("passkey.unnamed", &[])));
    view! {
        <form on:submit=submit novalidate>
            <TextField name="passkey" label=Signal::derive(say("passkey.new_name")) hint=Signal::derive(say("passkey.example")) value=held.name error />
            <button class="btn primary" disabled=move || held.asking.busy.get()>{say("passkey.add")}</button>
        </form>
    }
    .into_any()
}

fn row(held: Held, key: Passkey) -> AnyView {
    let Passkey { id, name, host, added_at, used_at, copied_at } = key;
    let at = move |time| move || held.desk.moment(time);
    let named = name.clone();
    let label = move || t("passkey.remove_of", &[("name", &named)]);
    let copied =
        move || copied_at.map(|_| view! { <Mark look=ATTENTION>{say("passkey.copied")}</Mark> });
    view! {
        <tr>
            <th scope="row">{name}{copied()}</th>
            <td>{host}</td>
            <td>{at(added_at)}</td>
            <td>{used_at.map(|time| live(at(time)))}</td>
            <td>
                <button type="button" class="btn" aria-label=label disabled=move || held.asking.busy.get() on:click=move |_| remove(held, RemovePasskey { id })>
                    {say("passkey.remove")}
                </button>
            </td>
        </tr>
    }
    .into_any()
}
