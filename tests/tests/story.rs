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
#[path = "story/at_rest.rs"]
mod at_rest;
#[path = "story/browser.rs"]
mod browser;
#[path = "story/chain.rs"]
mod chain;
#[path = "story/conditions.rs"]
mod conditions;
#[path = "story/consent.rs"]
mod consent;
#[path = "story/corrections.rs"]
mod corrections;
#[path = "story/cut.rs"]
mod cut;
#[path = "story/drafts.rs"]
mod drafts;
#[path = "story/duplicates.rs"]
mod duplicates;
#[path = "story/encrypted.rs"]
mod encrypted;
#[path = "story/erasure.rs"]
mod erasure;
#[path = "story/faults.rs"]
mod faults;
#[path = "story/guard.rs"]
mod guard;
#[path = "story/hands.rs"]
mod hands;
#[path = "story/homes.rs"]
mod homes;
#[path = "story/keyboard.rs"]
mod keyboard;
#[path = "story/languages.rs"]
mod languages;
#[path = "story/lease.rs"]
mod lease;
#[path = "story/lock.rs"]
mod lock;
#[path = "story/long_list.rs"]
mod long_list;
#[path = "story/meet.rs"]
mod meet;
#[path = "story/odd_input.rs"]
mod odd_input;
#[path = "story/others.rs"]
mod others;
#[path = "story/pairs.rs"]
mod pairs;
#[path = "story/paper.rs"]
mod paper;
#[path = "story/passkeys.rs"]
mod passkeys;
#[path = "story/policy.rs"]
mod policy;
#[path = "story/practice.rs"]
mod practice;
#[path = "story/privacy.rs"]
mod privacy;
#[path = "story/quarantine.rs"]
mod quarantine;
#[path = "story/reads.rs"]
mod reads;
#[path = "story/refused.rs"]
mod refused;
#[path = "story/reports.rs"]
mod reports;
#[path = "story/restore.rs"]
mod restore;
#[path = "story/review.rs"]
mod review;
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
#[path = "story/second_factor.rs"]
mod second_factor;
#[path = "story/sessions.rs"]
mod sessions;
#[path = "story/setup.rs"]
mod setup;
#[path = "story/shift.rs"]
mod shift;
#[path = "story/signed.rs"]
mod signed;
#[path = "story/soak.rs"]
mod soak;
#[path = "story/states.rs"]
mod states;
#[path = "story/stranger.rs"]
mod stranger;
#[path = "story/table.rs"]
mod table;
#[path = "story/tls.rs"]
mod tls;
#[path = "story/training.rs"]
mod training;
#[path = "story/update.rs"]
mod update;
#[path = "story/vetting.rs"]
mod vetting;
#[path = "story/walk.rs"]
mod walk;
#[path = "story/whole.rs"]
mod whole;
#[path = "story/wrong.rs"]
mod wrong;
