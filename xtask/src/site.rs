//! The two browser apps, from Rust to what the server sends.
//!
//! cargo → wasm-bindgen (a library here, pinned by Cargo.lock to the version of the apps' `wasm-bindgen`)
//! → hashed names ([`assets`]) → the tablet's precache manifest ([`precache`]) → a `.br` beside each file
//! → `target/site/APP`. No `wasm-opt`: measured, it makes the brotli size slightly larger.

mod assets;
mod precache;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::workspace::{WASM, Workspace, must};
use assets::{Asset, Assets};

/// The two apps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum App {
    /// The officer's.
    Tablet,
    /// The supervisor's.
    Desk,
}

/// Both, in the order in which they are built.
pub const APPS: [App; 2] = [App::Tablet, App::Desk];

impl App {
    /// Names the binary, the folder and the address.
    pub fn name(self) -> &'static str {
        match self {
            App::Tablet => "tablet",
            App::Desk => "desk",
        }
    }

    /// What may cross the network before first use, in bytes of brotli.
    pub fn budget(self) -> usize {
        match self {
            App::Tablet => 450_000,
            App::Desk => 350_000,
        }
    }
}

/// Compiles both apps and brings `target/site` up to date.
pub fn build(workspace: &Workspace) -> Result<()> {
    let mut compile = workspace.cargo(["build", "-p", "bilik-client", "--bins"]);
    compile.args(["--features", "apps", "--target", WASM, "--profile", "web"]);
    compile.env("CARGO_ENCODED_RUSTFLAGS", flags()?);
    must(&mut compile)?;

    // Two builds at once would pull the folders away from under each other.
    let work = workspace.target.join("xtask");
    fs::create_dir_all(&work)?;
    let lock = fs::File::create(work.join("lock"))?;
    lock.lock()?;

    // One thread each: brotli at its slowest is most of the time.
    std::thread::scope(|scope| {
        let threads = APPS.map(|app| scope.spawn(move || refresh(workspace, app)));
        threads.into_iter().try_for_each(|thread| {
            thread.join().map_err(|_| anyhow::anyhow!("a thread that packed an app panicked"))?
        })
    })?;

    for app in APPS {
        let weight = weigh(workspace, app)?;
        let verdict = if weight > app.budget() { "OVER the budget of" } else { "of at most" };
        let (weight, budget) = (weight / 1000, app.budget() / 1000);
        eprintln!(
            "      {}: {weight} KB brotli before first use, {verdict} {budget} KB",
            app.name()
        );
    }
    Ok(())
}

/// What crosses the network before an app is used for the first time, in bytes.
pub fn weigh(workspace: &Workspace, app: App) -> Result<usize> {
    let folder = workspace.site().join(app.name());
    let mut weight = 0;
    for path in files_below(&folder)? {
        let name = path.to_string_lossy();
        // The browser fetches the large icons when somebody installs the app, and not before.
        if !name.ends_with(".br") && !name.ends_with(".png") {
            let compressed = PathBuf::from(format!("{name}.br"));
            let sent = if compressed.exists() { &compressed } else { &path };
            weight += usize::try_from(fs::metadata(sent)?.len())?;
        }
    }
    Ok(weight)
}

/// Makes the folders of the site, since the server does not compile without them.
pub fn ensure_folders(workspace: &Workspace) -> Result<()> {
    for app in APPS {
        fs::create_dir_all(workspace.site().join(app.name()))?;
    }
    Ok(())
}

/// Packs one app unless nothing it is made of has changed.
fn refresh(workspace: &Workspace, app: App) -> Result<()> {
    let wasm = fs::read(workspace.wasm(app.name()))?;
    let sources = Sources::read(workspace)?;
    let inputs = sources.fingerprint(&wasm)?;
    let work = workspace.target.join("xtask").join(app.name());
    let stamp = work.join("inputs");
    let site = workspace.site().join(app.name());
    if site.join("index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|old| old == inputs)
    {
        return Ok(());
    }

    eprintln!("      packing {}", app.name());
    let glue = work.join("glue");
    bind(app, wasm, &glue)?;
    let assets = assemble(app, &sources, &glue)?;

    // Written aside and swapped, so that an interrupted build leaves no half app behind.
    let fresh = work.join("site");
    remove_folder(&fresh)?;
    assets.write(&fresh)?;
    remove_folder(&site)?;
    fs::create_dir_all(workspace.site())?;
    if fs::rename(&fresh, &site).is_err() {
        // The target folder may lie on another file system than the checkout.
        assets.write(&site)?;
    }
    fs::write(&stamp, inputs)?;
    Ok(())
}

/// Runs wasm-bindgen: `glue` then holds an ES module, the wasm and the snippets of dependencies.
fn bind(app: App, wasm: Vec<u8>, glue: &Path) -> Result<()> {
    remove_folder(glue)?;
    Bindgen::new()
        .input_bytes(app.name(), wasm)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(glue)
        .with_context(|| format!("wasm-bindgen refused the {} app", app.name()))
}

/// Everything the server will send for one app, with its final names.
fn assemble(app: App, sources: &Sources, glue: &Path) -> Result<Assets> {
    let name = app.name();
    let mut assets = Assets::default();
    let module = assets.add_hashed(name, "js", fs::read(glue.join(format!("{name}.js")))?);
    let wasm = format!("{name}_bg");
    let wasm = assets.add_hashed(&wasm, "wasm", fs::read(glue.join(format!("{wasm}.wasm")))?);
    let style = assets.add_hashed("style", "css", fs::read(&sources.style)?);
    let boot = assets.add_hashed("boot", "js", fs::read(sources.web.join("boot.js"))?);
    // Snippets keep their names, since the module imports them by these.
    for path in files_below(&glue.join("snippets"))? {
        let below = path.strip_prefix(glue)?.to_string_lossy().replace('\\', "/");
        assets.add(Asset::named(below, fs::read(&path)?));
    }

    let template = fs::read_to_string(sources.web.join(format!("{name}.html")))?;
    let mut holes = vec![("style", style), ("boot", boot), ("app", module), ("wasm", wasm)];
    if app == App::Tablet {
        for (file, extension) in [("vault", "js"), ("words", "txt")] {
            let bytes = fs::read(sources.web.join(format!("{file}.{extension}")))?;
            holes.push((file, assets.add_hashed(file, extension, bytes)));
        }
    }
    assets.add(Asset::named("index.html", assets::fill(&template, &holes)?.into_bytes()));
    assets.add(Asset::named("icon.svg", fs::read(sources.web.join("icon.svg"))?));
    if app == App::Tablet {
        let manifest = "manifest.webmanifest";
        assets.add(Asset::named(manifest, fs::read(sources.web.join(manifest))?));
        let worker = fs::read_to_string(sources.web.join("service_worker.js"))?;
        let worker = precache::prepend(&assets, "/tablet/", &worker)?;
        assets.add(Asset::named("service_worker.js", worker.into_bytes()));
        for icon in ["icon-192.png", "icon-512.png", "icon-maskable-512.png"] {
            assets.add(Asset::named(icon, fs::read(sources.web.join(icon))?));
        }
    }
    Ok(assets)
}

/// The sources that are not compiled.
struct Sources {
    web: PathBuf,
    style: PathBuf,
}

impl Sources {
    fn read(workspace: &Workspace) -> Result<Sources> {
        let client = workspace.root.join("client");
        Ok(Sources { web: client.join("web"), style: client.join("src").join("style.css") })
    }

    /// Changes when an app has to be packed again: with its wasm, its other sources, or this program.
    fn fingerprint(&self, wasm: &[u8]) -> Result<String> {
        let mut hash = Sha256::new();
        hash.update(wasm);
        let mut paths = files_below(&self.web)?;
        paths.push(self.style.clone());
        paths.push(std::env::current_exe()?);
        for path in paths {
            hash.update(path.to_string_lossy().as_bytes());
            hash.update(fs::read(&path).with_context(|| format!("{} is missing", path.display()))?);
        }
        Ok(assets::hex(&hash.finalize()))
    }
}

/// The compiler's flags, as cargo's environment wants them.
fn flags() -> Result<String> {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(std::env::home_dir()?.join(".cargo")))
        .context("no home folder")?;
    // Leptos then draws all views through one type: a little slower, and a good deal smaller.
    let mut flags = vec!["--cfg=erase_components".to_owned()];
    // Keeps the builder's folders out of panic messages: they cost bytes, name the person who built, and make
    // the same source differ between two machines. Our own sources are named relative to the workspace.
    for registry in fs::read_dir(home.join("registry").join("src")).into_iter().flatten() {
        flags.push(format!("--remap-path-prefix={}=", registry?.path().display()));
    }
    Ok(flags.join("\u{1f}"))
}

/// All files below a folder, sorted; none when there is no such folder.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
