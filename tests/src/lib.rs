//! End-to-end tests and the benchmark's driver.
//!
//! Both need the same things: HTTP as a tablet speaks it ([`wire`]), a network that breaks ([`cutter`]),
//! the server as a process ([`process`]), simulated tablets ([`tablet`]), somebody who remembers what was acknowledged ([`witness`]),
//! a real browser ([`browser`]) and what officers do in it ([`pages`], in the [`words`] of its screens), and work to do ([`workload`]). What is measured stands in [`mod@bench`];
//! a shift whose browser is killed again and again in [`soak`]; what every screen must be in [`screens`].

pub mod bench;
pub mod browser;
pub mod cutter;
pub mod front;
pub mod pages;
pub mod process;
pub mod screens;
pub mod soak;
pub mod tablet;
pub mod wire;
pub mod witness;
pub mod words;
pub mod workload;
