//! End-to-end tests and the benchmark's driver.
//!
//! Both need the same things: HTTP as a tablet speaks it ([`wire`]), a network that breaks ([`cutter`]),
//! and work to do ([`workload`]).

pub mod cutter;
pub mod wire;
pub mod workload;
