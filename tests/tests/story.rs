//! Stories from end to end: the real server as a process on a folder of its own, tablets that are the
//! product's own replica over real HTTP, and a real browser.
//!
//! Everything is one binary, so that the server is linked once. Do not add a story for what a unit test
//! in `shared` or `server` can say: a story is for what only shows when the parts meet — the network
//! breaks, the power goes, the process is killed, two people do different things.
//! When a story ends, the harness compares what was acknowledged with what stands in the database file.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on ends where it stands")]

#[path = "story/house.rs"]
mod house;

#[path = "story/advice.rs"]
mod advice;
#[path = "story/browser.rs"]
mod browser;
#[path = "story/cut.rs"]
mod cut;
#[path = "story/drafts.rs"]
mod drafts;
#[path = "story/faults.rs"]
mod faults;
#[path = "story/guard.rs"]
mod guard;
#[path = "story/hands.rs"]
mod hands;
#[path = "story/keyboard.rs"]
mod keyboard;
#[path = "story/lock.rs"]
mod lock;
#[path = "story/meet.rs"]
mod meet;
#[path = "story/paper.rs"]
mod paper;
#[path = "story/practice.rs"]
mod practice;
#[path = "story/quarantine.rs"]
mod quarantine;
#[path = "story/refused.rs"]
mod refused;
#[path = "story/reports.rs"]
mod reports;
#[path = "story/roles.rs"]
mod roles;
#[path = "story/roster.rs"]
mod roster;
#[path = "story/scan.rs"]
mod scan;
#[path = "story/screens.rs"]
mod screens;
#[path = "story/seats.rs"]
mod seats;
#[path = "story/shift.rs"]
mod shift;
#[path = "story/soak.rs"]
mod soak;
#[path = "story/stranger.rs"]
mod stranger;
#[path = "story/update.rs"]
mod update;
#[path = "story/wrong.rs"]
mod wrong;
