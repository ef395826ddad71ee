//! What is installed on the way: perl and make, the wasm target, cargo's components, a browser with its driver, a
//! spreadsheet.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::{WASM, Workspace, must, succeeds};

/// Adds the wasm32 target through rustup when the toolchain lacks it.
pub fn ensure_wasm_target() -> Result<()> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", WASM])
        .stderr(Stdio::inherit())
        .output()
        .context("rustc could not be started")?;
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if folder.is_dir() {
        return Ok(());
    }
    eprintln!("      adding the target {WASM} through rustup");
    must(Command::new("rustup").args(["target", "add", WASM])).with_context(|| {
        format!(
            "the Rust toolchain lacks {WASM}; install it, with rustup: `rustup target add {WASM}`"
        )
    })
}

/// The target of this machine's own programs.
pub fn host() -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--print", "host-tuple"])
        .stderr(Stdio::inherit())
        .output()
        .context("rustc could not be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Adds a cargo component such as `clippy` or `rustfmt` through rustup when `cargo word --version` fails.
pub fn ensure_component(workspace: &Workspace, word: &str, component: &str) -> Result<()> {
    if succeeds(&mut workspace.cargo([word, "--version"])) {
        return Ok(());
    }
    eprintln!("      adding {component} through rustup");
    must(Command::new("rustup").args(["component", "add", component]))
}

/// Finds perl and make, with which the cryptography below the database is built; installs them with apt when they
/// are missing and it may.
pub fn ensure_build_tools() -> Result<()> {
    let there = || {
        // The module is one that a minimal perl lacks.
        succeeds(Command::new("perl").args(["-MIPC::Cmd", "-e", "1"]))
            && succeeds(Command::new("make").arg("--version"))
    };
    if there() {
        return Ok(());
    }
    if may_install() {
        eprintln!("      installing perl and make with apt");
        must(&mut apt(&["update", "-q"]))?;
        must(&mut apt(&["install", "-q", "-y", "--no-install-recommends", "perl", "make"]))?;
    }
    match there() {
        true => Ok(()),
        false => bail!(
            "perl and make are needed to build the server; on Debian: `sudo apt-get install perl make`"
        ),
    }
}

/// Which Schemathesis: another one would make up other requests.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Finds Schemathesis in a Python environment of its own below the target folder, or installs it there from PyPI.
pub fn ensure_schemathesis(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("schemathesis");
    let (program, pip) = (folder.join("bin").join("schemathesis"), folder.join("bin").join("pip"));
    if !succeeds(Command::new(&program).arg("--version")) {
        eprintln!("      installing {SCHEMATHESIS} from PyPI");
        must(Command::new("python3").args(["-m", "venv"]).arg(&folder)).context(
            "Python with its module venv is needed; on Debian: `sudo apt-get install python3-venv`",
        )?;
        must(Command::new(pip).args(["install", "--quiet", SCHEMATHESIS]))?;
    }
    Ok(program)
}

/// A browser and the driver that steers it.
pub struct Browser {
    /// The Chromium binary.
    pub chromium: PathBuf,
    /// The ChromeDriver binary of the same version.
    pub driver: PathBuf,
}

/// Finds Chromium and ChromeDriver; installs them with apt when they are missing and it may.
///
/// `CHROMIUM` and `CHROMEDRIVER` name binaries that are not on the path.
pub fn ensure_browser() -> Result<Browser> {
    if let Some(browser) = find_browser() {
        return Ok(browser);
    }
    if !may_install() {
        bail!(
            "the browser tests need Chromium and ChromeDriver, and this user may not install them. \
             On Debian: `sudo apt-get install chromium chromium-driver`. Elsewhere install both in the \
             same version and, when they are not on the path, name them in CHROMIUM and CHROMEDRIVER"
        );
    }
    eprintln!("      installing chromium and chromium-driver with apt (some minutes)");
    must(&mut apt(&["update", "-q"]))?;
    must(&mut apt(&[
        "install",
        "-q",
        "-y",
        "--no-install-recommends",
        "chromium",
        "chromium-driver",
    ]))?;
    find_browser()
        .context("apt installed chromium and chromium-driver, but they are not on the path")
}

/// Finds LibreOffice, with which a test reads what the server writes for spreadsheets; installs its part for tables with
/// apt when it is missing and it may (96 MB to load, half a minute). `None` where it may not: the test then says so,
/// and fails where `CI` is set.
///
/// `SOFFICE` names a program that is not on the path.
pub fn ensure_office() -> Result<Option<PathBuf>> {
    let find = || named_or_found("SOFFICE", &["soffice", "libreoffice"]);
    if let Some(office) = find() {
        return Ok(Some(office));
    }
    if !may_install() {
        eprintln!(
            "      NOT INSTALLED: LibreOffice is missing and this user may not install it. On Debian: \
             `sudo apt-get install --no-install-recommends libreoffice-calc`"
        );
        return Ok(None);
    }
    eprintln!("      installing libreoffice-calc with apt (half a minute)");
    must(&mut apt(&["update", "-q"]))?;
    must(&mut apt(&["install", "-q", "-y", "--no-install-recommends", "libreoffice-calc"]))?;
    Ok(Some(find().context("apt installed libreoffice-calc, but soffice is not on the path")?))
}

fn find_browser() -> Option<Browser> {
    let chromium = named_or_found("CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])?;
    let driver = named_or_found("CHROMEDRIVER", &["chromedriver"])?;
    Some(Browser { chromium, driver })
}

fn named_or_found(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
    {
        return Some(named);
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

/// Root on a machine with apt. Nobody is asked for a password in the middle of a test run.
fn may_install() -> bool {
    let root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    root && succeeds(Command::new("apt-get").arg("--version"))
}

fn apt(words: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    // apt's chatter goes to stderr: stdout ends with the tests' own closing lines.
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdout(std::io::stderr());
    command
}
