//! What the tablet's service worker keeps, so that the app starts without a network.

use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::assets::{Assets, hex};

/// Puts the manifest of everything that was added so far above the worker's source.
///
/// The version is a hash of all names and contents and of the worker itself: when one byte of the app
/// changes, so does the worker, and the browser sees an update.
pub fn prepend(assets: &Assets, scope: &str, worker: &str) -> Result<String> {
    let mut version = Sha256::new();
    version.update(worker.as_bytes());
    let mut files = Vec::new();
    for asset in assets.iter() {
        version.update(asset.name.as_bytes());
        version.update(asset.hash);
        // The page is asked for by the address of its folder.
        let name = if asset.name == "index.html" { "" } else { &asset.name };
        files.push(json!({
            "url": format!("{scope}{name}"),
            "integrity": format!("sha256-{}", STANDARD.encode(asset.hash)),
            "hashed": asset.hashed,
        }));
    }
    let version = hex(&version.finalize()[..6]);
    let manifest = json!({ "version": version, "scope": scope, "files": files });
    Ok(format!("const PRECACHE = {};\n{worker}", serde_json::to_string(&manifest)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::assets::Asset;

    fn worker(page: &str) -> String {
        let mut assets = Assets::default();
        assets.add_hashed("boot", "js", b"boot".to_vec());
        assets.add(Asset::named("index.html", page.as_bytes().to_vec()));
        prepend(&assets, "/tablet/", "listen();\n").unwrap()
    }

    #[test]
    fn the_page_is_kept_under_the_address_of_its_folder() {
        let worker = worker("page");
        assert!(worker.starts_with("const PRECACHE = {"));
        assert!(worker.ends_with("};\nlisten();\n"));
        assert!(worker.contains(r#""url":"/tablet/""#));
        assert!(!worker.contains("index.html"));
    }

    #[test]
    fn any_change_gives_another_version() {
        let version =
            |text: &str| text.split_once(r#""version":""#).map(|(_, rest)| rest[..12].to_owned());
        assert!(version(&worker("page")).is_some());
        assert_eq!(version(&worker("page")), version(&worker("page")));
        assert_ne!(version(&worker("page")), version(&worker("another page")));
    }
}
