//! What a search begins with, written into the folder `BILIK_SEEDS` before it reads the folders that it was given.

use std::path::PathBuf;

/// Writes these; nothing without a folder.
pub fn write(seeds: impl IntoIterator<Item = (String, Vec<u8>)>) {
    let Some(folder) = std::env::var_os("BILIK_SEEDS").map(PathBuf::from) else { return };
    std::fs::create_dir_all(&folder).expect("the folder for seeds");
    for (name, bytes) in seeds {
        std::fs::write(folder.join(name), bytes).expect("a seed");
    }
}
