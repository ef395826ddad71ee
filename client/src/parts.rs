//! Small parts that both apps are made of. They know tokens and words, and no rule about people.

pub mod bar;
pub mod door;
pub mod field;
pub mod icon;
pub mod meter;
pub mod notice;
pub mod pick;
pub mod state;
