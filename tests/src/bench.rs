//! Measurements: what the design promises, on the real binary, with the data of the comparison harness.
//!
//! - [`contract`]: the driver as the comparison harness of several products calls it.
//! - [`rows`]: the rows of `cargo xtask bench`, with the same tablets on the same data.
//! - [`apps`]: the tablet's app in a slow browser.
//! - [`fleet`]: many tablets at once, each living by itself as the app does.
//! - [`search`]: how long a keystroke takes to find a person among ten thousand.
//! - [`allocation`]: how long seats for thousands of people take.
//! - [`roster`]: how long a supervisor waits for a list of 2,000 people.
//! - [`desk`]: the table of 50,000 people while registrations arrive.
//! - [`paint`]: the desk opened for the first time on a slow line.
//! - [`trust`]: what signatures, gate, encryption and audit cost.
//! - [`folder`]: a data folder with empty sheets and enrolled tablets, made before the server starts.

pub mod allocation;
pub mod apps;
pub mod contract;
pub mod desk;
pub mod fleet;
pub mod folder;
pub mod paint;
pub mod pairs;
pub mod roster;
pub mod rows;
pub mod search;
pub mod trust;
