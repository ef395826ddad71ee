//! # Bilik, what people see
//!
//! Two small apps on common parts: the officer's `tablet` and the supervisor's `desk`.
//! Both are bundles of this one library; the linker drops what a bundle does not use.
//!
//! A page reads signals, sends commands and draws. No rule about people lives here: those are in `bilik-shared`.
//! What is impure has one place each: [`device`] (clock, randomness, browser), [`net`] (the server) and
//! [`store`] (the tablet's memory, whose key is in the [`vault`]); [`replica`] is the only place that performs the effects of the tablet's
//! state machine.
//!
//! Reading order: [`text`] and [`label`] (every word), [`parts`] (what pages are made of),
//! [`device`], [`store`], [`net`], [`replica`], then the pages in [`tablet`] and [`desk`].

pub mod label;
pub mod parts;
pub mod text;

pub mod device;
pub mod net;
pub mod store;
pub mod vault;

pub mod replica;
pub mod reserve;

pub mod desk;
pub mod tablet;
