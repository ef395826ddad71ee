//! # Bilik, what is true everywhere
//!
//! A *sheet* holds the registrations of one wave in one cell block; it is one Automerge document.
//! An *entry* is one person's place on a sheet: who they are, what they answered, what was decided.
//! An *exchange* is one sync: a tablet sends what the server lacks and gets what it lacks, in one request.
//!
//! This crate is pure: it reads no clock and no random numbers, opens no file and waits for nothing.
//! Time, randomness and bytes are handed in; what shall happen is handed back as data.
//! The tablet, the server and the desk therefore run the same rules, and tests can run years in seconds.
//!
//! Reading order: the small words first ([`id`], [`time`], [`cell`], [`register_number`], [`nik`]),
//! then people and what they are asked ([`person`], [`programme`], [`registration`]),
//! what is advised about a programme ([`eligibility`]) and what the clinic and security say first ([`vetting`]),
//! how they are found and who may be whom ([`search`], [`matching`], [`pairs`]),
//! what a list of the prison database would change ([`roster`]),
//! who may do what ([`lifecycle`], [`role`], [`command`]),
//! the document ([`sheet`], the only module that names Automerge),
//! who gets which seat ([`allocation`]), and what the partner does with those who have one ([`training`]),
//! how a tablet is enrolled ([`enrolment`]) and what it signs ([`chain`]), the wire ([`exchange`]), the tablet's side of it ([`replica`]) and the server's ([`admission`]),
//! and last what the desk shows ([`view`]), what leaves the house on paper and in files ([`report`]),
//! and what an administrator sets up ([`setup`]). What the data protection officer keeps is in [`privacy`].
//! Bugs that tests put in on purpose are listed in [`seeded`].

mod cbor;
pub mod cell;
mod fault;
pub mod id;
pub mod nik;
pub mod register_number;
pub mod time;

pub mod person;
pub mod phone;
pub mod programme;
pub mod registration;

pub mod eligibility;
pub mod vetting;

pub mod matching;
pub mod pairs;
pub mod roster;
pub mod search;

pub mod command;
pub mod lifecycle;
pub mod role;

pub mod sheet;

pub mod allocation;
pub mod training;

pub mod privacy;

pub mod admission;
pub mod chain;
pub mod enrolment;
pub mod exchange;
pub mod replica;
pub mod sealed;

pub mod report;
pub mod setup;
pub mod view;

pub mod seeded;
