//! Makes sure that the folder with the built apps exists, so that a fresh clone compiles,
//! and that the server is compiled again when the apps were built.

use std::path::Path;

fn main() {
    let site = Path::new("../target/site");
    if let Err(cause) = std::fs::create_dir_all(site) {
        println!("cargo::error=target/site cannot be created: {cause}");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../target/site");
}
