//! Files with their final names, and how they are written: each beside its brotli form.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

/// One file of an app.
pub struct Asset {
    /// Its path below the app's address, with `/`.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The SHA-256 of `bytes`.
    pub hash: [u8; 32],
    /// Whether the name changes with the content, so that a browser may keep it for ever.
    pub hashed: bool,
}

impl Asset {
    /// A file whose name stays when its content changes.
    pub fn named(name: impl Into<String>, bytes: Vec<u8>) -> Asset {
        let hash = Sha256::digest(&bytes).into();
        Asset { name: name.into(), bytes, hash, hashed: false }
    }
}

/// The files of one app.
#[derive(Default)]
pub struct Assets {
    files: Vec<Asset>,
}

impl Assets {
    /// Adds a file under the name it has.
    pub fn add(&mut self, asset: Asset) {
        self.files.push(asset);
    }

    /// Adds a file under a name that carries its hash, as in `style-0123456789ab.css`, and returns the name.
    pub fn add_hashed(&mut self, stem: &str, extension: &str, bytes: Vec<u8>) -> String {
        let mut asset = Asset::named(stem, bytes);
        asset.name = format!("{stem}-{}.{extension}", hex(&asset.hash[..6]));
        asset.hashed = true;
        let name = asset.name.clone();
        self.files.push(asset);
        name
    }

    /// In the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Asset> {
        self.files.iter()
    }

    /// Writes all files into `folder`, with a `.br` beside each that becomes smaller by it.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for asset in &self.files {
            let path = folder.join(&asset.name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, &asset.bytes)?;
            let compressed = brotli(&asset.bytes)?;
            if compressed.len() < asset.bytes.len() && !asset.name.ends_with(".png") {
                fs::write(folder.join(format!("{}.br", asset.name)), compressed)?;
            }
        }
        Ok(())
    }
}

/// Puts values into the holes of a template; every `{{hole}}` must get one.
pub fn fill(template: &str, holes: &[(&str, String)]) -> Result<String> {
    let mut text = template.to_owned();
    for (hole, value) in holes {
        let hole = format!("{{{{{hole}}}}}");
        ensure!(text.contains(&hole), "the page has no place for {hole}");
        text = text.replace(&hole, value);
    }
    ensure!(!text.contains("{{"), "the page has a place that nothing fills");
    Ok(text)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let (buffer, quality, window) = (1 << 16, 11, 24);
    let mut compressor = brotli::CompressorWriter::new(Vec::new(), buffer, quality, window);
    compressor.write_all(bytes)?;
    Ok(compressor.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashed_name_changes_with_the_content() {
        let mut assets = Assets::default();
        let one = assets.add_hashed("style", "css", b"a".to_vec());
        let two = assets.add_hashed("style", "css", b"b".to_vec());
        assert_eq!(one, "style-ca978112ca1b.css");
        assert_ne!(one, two);
    }

    #[test]
    fn a_page_with_an_unfilled_hole_is_refused() {
        let name = "boot-1.js".to_owned();
        assert_eq!(fill("<{{boot}}>", &[("boot", name.clone())]).unwrap(), "<boot-1.js>");
        assert!(fill("<{{boot}} {{app}}>", &[("boot", name.clone())]).is_err());
        assert!(fill("<>", &[("boot", name.clone())]).is_err());
    }

    #[test]
    fn files_are_written_beside_their_smaller_form() {
        let folder = std::env::temp_dir().join(format!("bilik-xtask-{}", std::process::id()));
        let mut assets = Assets::default();
        assets.add(Asset::named("deep/long.js", b"bilik ".repeat(100)));
        assets.add(Asset::named("short.js", b"b".to_vec()));
        assets.write(&folder).unwrap();
        assert!(fs::metadata(folder.join("deep/long.js.br")).unwrap().len() < 100);
        assert!(!folder.join("short.js.br").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
