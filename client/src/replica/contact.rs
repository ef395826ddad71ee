//! When the tablet speaks to the server: at once where there is a reason to hope, and again after a wait.

use bilik_shared::id::{Digest, SheetId};
use bilik_shared::replica::Link;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Tablet;
use super::server::Server;
use crate::device;
use crate::net::NetError;

impl Tablet {
    pub(super) fn retry(&self, after_ms: u32) {
        let tablet = *self;
        let timer = self.change(|core| {
            core.timer += 1;
            core.timer
        });
        spawn_local(async move {
            device::sleep(jittered(after_ms)).await;
            if tablet.core.with_value(|core| core.timer == timer) {
                tablet.wake();
            }
        });
    }

    pub(super) fn keep_in_contact(&self, server: Server) {
        let tablet = *self;
        device::on_window("online", move || tablet.wake());
        device::on_window("offline", move || {
            let effects = tablet.change(|core| core.replica.offline());
            tablet.perform(effects);
        });
        device::on_visibility(move || {
            if device::is_visible() {
                tablet.wake();
            }
        });
        tablet.wake();
        spawn_local(async move { tablet.watch(server).await });
    }

    /// Listens for "sheet X changed". Its tries are also how the tablet finds out that the server is back.
    async fn watch(self, server: Server) {
        loop {
            let opened = move || {
                let idle = self.peek(|replica| {
                    let status = replica.status();
                    status.link == Link::Online && status.saved_here == 0
                });
                if !idle {
                    self.wake();
                }
            };
            let told = move |data: &str| {
                let Some((sheet, digest)) = data.split_once(' ') else { return };
                let (Ok(sheet), Ok(digest)) = (sheet.parse::<SheetId>(), digest.parse::<Digest>())
                else {
                    return;
                };
                let effects =
                    self.change(|core| core.replica.changed(&sheet, digest, device::now()));
                self.perform(effects);
            };
            let ended = server.watch(opened, told).await;
            let pause = match ended {
                // Nobody looks, or the server knows us no more: no hurry.
                NetError::Refused { .. } => 30_000,
                _ if !device::is_visible() => 15_000,
                _ => 2_000,
            };
            device::sleep(jittered(pause)).await;
        }
    }
}

/// Between the wait and half as much again, so that tablets that lost the server together do not return together.
fn jittered(wait_ms: u32) -> u32 {
    let [dice] = device::random::<1>();
    wait_ms + wait_ms / 2 * u32::from(dice) / 255
}
