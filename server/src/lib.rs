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
//! - changes are only ever inserted; everything else can be made anew from them;
//! - all SQL is in [`store`], and nothing above it knows that it is SQLite;
//! - whatever a process remembers is a cache;
//! - no personal data in a log line, an error or a URL.
//!
//! Reading order: [`config`] and [`cli`]; [`store`]; [`writer`]; [`sync`]; [`projection`], [`seats`], [`allocation`] and [`live`];
//! [`sign_in`] and [`devices`]; [`roster`] and [`report_file`]; [`api`], [`guard`], [`error`] and [`log`]; [`assets`]; [`demo`].
//!
//! Not here yet, with their places: TLS and timeouts for slow clients (an accept loop of our own in [`serve()`]),
//! signatures of batches (in `shared::admission`), the audit log and backups (beside [`store`]).

pub mod cli;
pub mod config;

pub mod clock;
pub mod secret;
pub mod throttle;

pub mod house;
pub mod opening;
pub mod store;
pub mod writer;

pub mod allocation;
pub mod live;
pub mod projection;
pub mod seats;
pub mod sync;

pub mod devices;
pub mod roster;
pub mod sign_in;

pub mod api;
pub mod app;
pub mod assets;
pub mod error;
pub mod extract;
pub mod guard;
pub mod log;
pub mod report_file;

pub mod demo;

mod lock;
mod serve;

pub use config::Config;
pub use serve::{ServeError, serve};
