//! The supervisor's desk.

fn main() {
    bilik_client::desk::main();
}
