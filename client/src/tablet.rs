//! tablet
fn main() {}
