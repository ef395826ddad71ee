//! What the privacy officer keeps: the log of access, requests and incidents, retention.

use bilik_shared::privacy::Fault;
use bilik_shared::privacy::case::Register;
use leptos::prelude::*;

use crate::desk::held::{Held, Manner};
use crate::desk::route::Privacy;
use crate::desk::session::Desk;
use crate::desk::setup::form::Wrong;
use crate::net::NetError;

mod access;
mod cases;
mod retention;
mod steps;
pub mod words;

/// What a page about privacy holds.
fn held<T: Send + Sync + 'static>(desk: Desk) -> Held<T> {
    Held::new(desk, Manner { wrong_of, refused: |_, _| {}, saved: "case.saved" })
}

fn wrong_of(error: &NetError) -> Option<Wrong> {
    let NetError::Refused { code, .. } = error else { return None };
    let (fault, key) = (Fault::parse(code)?, words::fault(code)?);
    Some(Wrong { field: fault.field(), key })
}

/// The page.
#[component]
pub fn PrivacyPage(
    /// What the session holds.
    desk: Desk,
    /// Which one.
    page: Privacy,
) -> impl IntoView {
    match page {
        Privacy::Access => view! { <access::AccessPage desk /> }.into_any(),
        Privacy::Requests => {
            view! { <cases::CasesPage desk register=Register::Requests /> }.into_any()
        }
        Privacy::Incidents => {
            view! { <cases::CasesPage desk register=Register::Incidents /> }.into_any()
        }
        Privacy::Retention => view! { <retention::RetentionPage desk /> }.into_any(),
    }
}
