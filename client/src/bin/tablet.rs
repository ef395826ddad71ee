//! The officer's tablet.

fn main() {
    bilik_client::tablet::main();
}
