//! Where things lie, and how cargo is called.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

/// The target of both browser apps.
pub const WASM: &str = "wasm32-unknown-unknown";

/// How the native binaries are built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Builds fast; tests and `run` share it.
    Dev,
    /// Runs fast.
    Release,
}

impl Profile {
    /// The folder under the target folder.
    fn folder(self) -> &'static str {
        match self {
            Profile::Dev => "debug",
            Profile::Release => "release",
        }
    }

    /// What cargo is told.
    pub fn flags(self) -> &'static [&'static str] {
        match self {
            Profile::Dev => &[],
            Profile::Release => &["--release"],
        }
    }
}

/// The checkout and cargo's output folder.
pub struct Workspace {
    /// The folder with the root `Cargo.toml`.
    pub root: PathBuf,
    /// Cargo's target folder, wherever the environment or a config file put it.
    pub target: PathBuf,
}

impl Workspace {
    /// Asks cargo, since `CARGO_TARGET_DIR` and config files may move the target folder.
    pub fn locate() -> Result<Workspace> {
        // At run time, not at compile time: a checkout may have moved since.
        let folder = std::env::var_os("CARGO_MANIFEST_DIR").context("start it as `cargo xtask`")?;
        let manifest = Path::new(&folder).join("Cargo.toml");
        let output = cargo_command()
            .args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"])
            .arg(&manifest)
            .stderr(Stdio::inherit())
            .output()
            .context("cargo could not be started")?;
        ensure!(output.status.success(), "`cargo metadata` failed");
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let folder = |name: &str| -> Result<PathBuf> {
            let path = metadata[name].as_str().with_context(|| format!("cargo told no {name}"))?;
            Ok(PathBuf::from(path))
        };
        Ok(Workspace { root: folder("workspace_root")?, target: folder("target_directory")? })
    }

    /// The built apps. Always below the checkout: the server embeds this folder by a relative path.
    pub fn site(&self) -> PathBuf {
        self.root.join("target").join("site")
    }

    /// A native binary that was built with `profile`.
    pub fn binary(&self, profile: Profile, name: &str) -> PathBuf {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        self.target.join(profile.folder()).join(file)
    }

    /// A wasm binary of the client as the compiler left it.
    pub fn wasm(&self, name: &str) -> PathBuf {
        self.target.join(WASM).join("web").join(format!("{name}.wasm"))
    }

    /// `cargo` with these words, run at the root.
    pub fn cargo<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = cargo_command();
        command.current_dir(&self.root).args(words);
        command
    }
}

/// Runs a command with its output visible; an error names it and says nothing that it said already.
pub fn must(command: &mut Command) -> Result<()> {
    let status =
        command.status().with_context(|| format!("`{}` could not start", words(command)))?;
    if status.success() {
        return Ok(());
    }
    bail!("`{}` failed", words(command))
}

/// Whether a command runs and succeeds; it prints nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The same cargo that runs this program, not another one on the path.
fn cargo_command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// A command as a person would type it.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}
