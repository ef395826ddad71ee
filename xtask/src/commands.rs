//! What each command does, step by step.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::progress::Steps;
use crate::site::{self, APPS};
use crate::tools;
use crate::workspace::{Profile, WASM, Workspace, must, succeeds};

/// Every test but those in the documentation, with the programs that they start.
const TESTS: [&str; 5] = ["test", "--workspace", "--lib", "--bins", "--tests"];

/// Builds the apps and the server that carries them.
pub fn build(workspace: &Workspace, profile: Profile) -> Result<()> {
    let mut steps = Steps::new(3);
    build_site(workspace, &mut steps)?;
    build_server(workspace, profile, &mut steps)?;
    eprintln!("      {}", workspace.binary(profile, "bilik").display());
    Ok(())
}

/// Builds everything and becomes a demo server: from then on Ctrl-C and signals are the server's.
pub fn run(workspace: &Workspace, port: u16, data: Option<PathBuf>) -> Result<()> {
    let mut steps = Steps::new(4);
    build_site(workspace, &mut steps)?;
    build_server(workspace, Profile::Dev, &mut steps)?;
    steps.next("starting the server");
    let data = data.unwrap_or_else(|| workspace.root.join("data").join("demo"));
    let mut server = Command::new(workspace.binary(Profile::Dev, "bilik"));
    server.arg("demo").arg("--listen").arg(format!("127.0.0.1:{port}")).arg("--data").arg(data);
    become_process(server)
}

/// Sets up a browser and a spreadsheet, builds everything and runs the tests; the last lines are cargo's.
pub fn test(workspace: &Workspace, filter: &[String]) -> Result<()> {
    let mut steps = Steps::new(5);
    steps.next("Chromium, ChromeDriver and LibreOffice");
    let browser = tools::ensure_browser()?;
    let office = tools::ensure_office()?;
    build_site(workspace, &mut steps)?;

    // The binaries are built with the tests' own selection of features, so that nothing is built twice.
    steps.next("server and tests (first time: several minutes)");
    must(workspace.cargo(TESTS).arg("--no-run"))?;

    steps.next("running the tests");
    let cargo_test = |words: &[&str]| -> Command {
        let mut command = workspace.cargo(words.iter().copied());
        command.env("CHROMIUM", &browser.chromium).env("CHROMEDRIVER", &browser.driver);
        command.envs(office.as_ref().map(|office| ("SOFFICE", office)));
        command
    };
    if filter.is_empty() {
        must(&mut cargo_test(&["test", "--workspace", "--doc"]))?;
    }
    must(cargo_test(&TESTS).arg("--").args(filter))
}

/// Checks what a reviewer should not have to.
pub fn lint(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::new(5);
    steps.next("formatting");
    tools::ensure_component(workspace, "fmt", "rustfmt")?;
    must(&mut workspace.cargo(["fmt", "--all", "--check"]))?;

    // The apps are looked at as what they are: natively they would bring a third of all crates along, for nothing.
    let (rest, apps) = (["--workspace", "--exclude", "bilik-client"], ["-p", "bilik-client"]);
    let apps = [&apps[..], &["--features", "apps", "--target", WASM]].concat();
    steps.next("clippy, native (first time: several minutes)");
    tools::ensure_component(workspace, "clippy", "clippy")?;
    site::ensure_folders(workspace)?;
    let clippy = |which: &[&str]| {
        let mut command = workspace.cargo(["clippy"]);
        command.args(which).args(["--all-targets", "--", "-D", "warnings"]);
        must(&mut command)
    };
    clippy(&rest)?;

    steps.next("clippy, wasm32");
    tools::ensure_wasm_target()?;
    clippy(&apps)?;

    steps.next("documentation");
    let doc = |which: &[&str]| {
        let mut command = workspace.cargo(["doc"]);
        command.args(which).args(["--no-deps", "--document-private-items"]);
        // Private items are part of these pages, so a link to one leads somewhere.
        must(command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links"))
    };
    doc(&rest)?;
    doc(&apps)?;

    steps.next("licences and advisories");
    if succeeds(&mut workspace.cargo(["deny", "--version"])) {
        return must(&mut workspace.cargo(["deny", "check"]));
    }
    eprintln!("      not checked: cargo-deny is not installed (`cargo install cargo-deny`)");
    Ok(())
}

/// Builds for production and measures; stdout carries nothing but the rows.
pub fn bench(workspace: &Workspace, json: bool, rows: &[String]) -> Result<()> {
    let mut steps = Steps::new(6);
    steps.next("Chromium and ChromeDriver");
    let browser = tools::ensure_browser()?;
    build_site(workspace, &mut steps)?;
    build_server(workspace, Profile::Release, &mut steps)?;
    steps.next("the benchmark's driver, release");
    must(&mut workspace.cargo([
        "build",
        "--release",
        "-p",
        "bilik-tests",
        "--bin",
        "bilik-bench",
    ]))?;

    steps.next("measuring");
    let mut driver = Command::new(workspace.binary(Profile::Release, "bilik-bench"));
    driver.env("CHROMIUM", &browser.chromium).env("CHROMEDRIVER", &browser.driver);
    driver.arg("--server").arg(workspace.binary(Profile::Release, "bilik"));
    if json {
        driver.arg("--json");
    }
    must(driver.args(rows))?;
    if rows.is_empty() {
        for app in APPS {
            let row = format!("{} app, brotli", app.name());
            let (value, goal) = (site::weigh(workspace, app)? / 1000, app.budget() / 1000);
            match json {
                true => println!(r#"{{"row":"{row}","value":{value},"unit":"KB","goal":{goal}}}"#),
                false => println!("{row:<40} {value:>10} KB   at most {goal} KB"),
            }
        }
    }
    Ok(())
}

/// Builds everything and kills the tablet's browser again and again; the last line says what came of it.
pub fn soak(workspace: &Workspace, kills: usize, seed: Option<u64>, rewind: bool) -> Result<()> {
    let mut steps = Steps::new(5);
    steps.next("Chromium and ChromeDriver");
    let browser = tools::ensure_browser()?;
    build_site(workspace, &mut steps)?;
    steps.next("server and driver (first time: several minutes)");
    // As the tests do, so that nothing is built twice.
    must(workspace.cargo(TESTS).arg("--no-run"))?;

    steps.next("a shift");
    let mut driver = Command::new(workspace.binary(Profile::Dev, "bilik-soak"));
    driver.env("CHROMIUM", &browser.chromium).env("CHROMEDRIVER", &browser.driver);
    driver.arg("--server").arg(workspace.binary(Profile::Dev, "bilik-for-tests"));
    driver.arg("--kills").arg(kills.to_string());
    if let Some(seed) = seed {
        driver.arg("--seed").arg(seed.to_string());
    }
    if rewind {
        driver.arg("--rewind");
    }
    must(&mut driver)
}

/// Sends made-up requests to every route of a server; the last lines are those of Schemathesis.
pub fn soak_interface(workspace: &Workspace) -> Result<()> {
    let mut steps = Steps::new(3);
    steps.next("Schemathesis");
    let schemathesis = tools::ensure_schemathesis(workspace)?;
    steps.next("server and driver (first time: several minutes)");
    must(&mut workspace.cargo(["build", "-p", "bilik-tests", "--bins"]))?;
    steps.next("made-up requests");
    let mut driver = Command::new(workspace.binary(Profile::Dev, "bilik-soak"));
    driver.arg("--server").arg(workspace.binary(Profile::Dev, "bilik-for-tests"));
    must(driver.arg("--interface").arg(schemathesis))
}

/// What is searched, and how much memory may be needed for it, in MiB.
const SEARCHES: [(&str, u32); 2] = [("gate", 256), ("exchange", 256)];
/// What libFuzzer asks of the compiler, as `cargo fuzz` gives it; all of it is stable.
const INSTRUMENTS: [&str; 5] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
];

/// Searches the gate and the decoder of the exchange for so many seconds each, guided by what is reached.
///
/// What was reached before is kept in `target/fuzz/corpus`, so that a search goes on where the last one ended.
pub fn soak_fuzz(workspace: &Workspace, seconds: u32) -> Result<()> {
    let mut steps = Steps::new(1 + SEARCHES.len());
    steps.next("the searches (first time: several minutes)");
    let (folder, out) = (workspace.root.join("fuzz"), workspace.target.join("fuzz"));
    let host = tools::host()?;
    let mut build = workspace.cargo(["build", "--release", "--bins", "--target", &host]);
    // With a target named, build scripts and macros are built without instruments.
    build
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", &out)
        .env("RUSTFLAGS", INSTRUMENTS.join(" "));
    must(&mut build)?;
    let built = out.join(&host).join("release");
    let (seeds, corpus, found) = (out.join("seeds"), out.join("corpus"), out.join("found"));
    for (search, memory) in SEARCHES {
        steps.next(&format!("{search}, {seconds} seconds"));
        let [seeds, corpus, found] = [&seeds, &corpus, &found].map(|folder| folder.join(search));
        for folder in [&seeds, &corpus, &found] {
            std::fs::create_dir_all(folder)?;
        }
        let mut run = Command::new(built.join(search));
        run.arg(format!("-max_total_time={seconds}")).arg(format!("-rss_limit_mb={memory}"));
        run.arg(format!("-artifact_prefix={}/", found.display()));
        run.args([
            "-timeout=10",
            "-max_len=8192",
            "-print_final_stats=1",
            "-verbosity=0",
            "-print_funcs=0",
        ]);
        must(run.env("BILIK_SEEDS", &seeds).arg(&corpus).arg(&seeds))?;
    }
    Ok(())
}

/// Two steps: the target, then the apps.
fn build_site(workspace: &Workspace, steps: &mut Steps) -> Result<()> {
    steps.next("the wasm32 target");
    tools::ensure_wasm_target()?;
    steps.next("tablet and desk apps (first time: several minutes)");
    site::build(workspace)
}

/// One step.
fn build_server(workspace: &Workspace, profile: Profile, steps: &mut Steps) -> Result<()> {
    steps.next("the server (first time: several minutes)");
    let words = ["build", "-p", "bilik-server", "--bin", "bilik"];
    must(workspace.cargo(words).args(profile.flags()))
}

/// Ends only when the process does, and with its success.
#[cfg(unix)]
fn become_process(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

/// Ends only when the process does, and with its success.
#[cfg(not(unix))]
fn become_process(mut command: Command) -> Result<()> {
    must(&mut command)
}
