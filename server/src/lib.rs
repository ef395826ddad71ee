//! # Bilik, the server
//!
//! Tablets hand in what officers did without network; the server merges it and shows it at the desk.
//! `main` is config → open store → [`serve()`]; everything else is reached from there.
//!
//! One exchange, from the wire to the receipt: [`sync`] reads the request and checks the tablet,
//! [`writer`] runs the first half of the job inside a transaction that it shares with others
//! (admission, rows of changes, [`projection`]), commits with one fsync, and only then runs the second half,
//! which says what is stored and what the tablet lacks. [`live`] tells whoever listens.
//!
//! What holds everywhere below:
//! - nothing is acknowledged before it is on disk;
//! - changes are only ever inserted, until a sheet is written anew without somebody ([`erasure`]); everything else
//!   can be made anew from them;
//! - all SQL is in [`store`], and nothing above it knows that it is SQLite;
//! - whatever a process remembers is a cache;
//! - no personal data in a log line, an error or a URL.
//!
//! Reading order: [`config`], [`cli`] and [`key`]; [`store`]; [`writer`]; [`allowance`] and [`sync`]; [`projection`] and [`board`], [`seats`], [`allocation`] and [`live`];
//! [`sign_in`] and [`devices`]; [`roster`], [`privacy`], [`erasure`] and [`report_file`]; [`hooks`]; [`accept`], [`tls`], [`headers`] and [`cookie`];
//! [`api`], [`guard`], [`error`], [`log`], [`asker`] and [`metrics`]; [`assets`] and [`ca_page`]; [`demo`];
//! [`backup`] and [`verify`].

pub mod cli;
pub mod config;

pub mod clock;
pub mod key;
pub mod secret;
pub mod signing;
pub mod throttle;

pub mod house;
pub mod opening;
pub mod store;
pub mod writer;

pub mod backup;
pub mod verify;

pub mod allocation;
pub mod allowance;
pub mod aside;
pub mod board;
pub mod gate;
pub mod hooks;
pub mod live;
pub mod pairs;
pub mod projection;
pub mod seats;
pub mod sync;
pub mod training;
pub mod vetting;

pub mod devices;
pub mod erasure;
pub mod privacy;
pub mod roster;
pub mod sealed;
pub mod setup;
pub mod sign_in;

pub mod accept;
pub mod tls;

pub mod api;
pub mod app;
pub mod asker;
pub mod assets;
pub mod ca_page;
pub mod cookie;
pub mod error;
pub mod extract;
pub mod guard;
pub mod headers;
pub mod log;
pub mod metrics;
pub mod report_file;

pub mod demo;

mod lock;
mod serve;

pub use config::{Config, Transport};
pub use serve::{ServeError, serve};
