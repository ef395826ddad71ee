//! bilik
fn main() {}
