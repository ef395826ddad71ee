//! Everything a person types: `cargo xtask run`, `build`, `test`, `bench` and `lint`.
//!
//! Each command sets up what it needs, so a fresh clone with Rust is enough.
//! What takes long says so before it starts, on stderr; stdout belongs to the tool that was asked for.
//!
//! Reading order: [`workspace`] (where things lie, how cargo is called), [`progress`], [`tools`] (what is
//! installed on the way), [`site`] (the two browser apps), [`commands`] (what each command does).

mod commands;
mod progress;
mod site;
mod tools;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use workspace::{Profile, Workspace};

/// Builds, runs and checks Bilik.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything, start a server with a synthetic facility and say what to open.
    Run(Run),
    /// Build both browser apps and the server that carries them.
    Build {
        /// Build the server for production.
        #[arg(long)]
        release: bool,
    },
    /// Set up a browser, build everything and run all tests.
    Test {
        /// Run only the tests whose name contains one of these words.
        filter: Vec<String>,
    },
    /// Measure what the design promises, on a release build.
    Bench(Bench),
    /// Kill the tablet's browser again and again during a shift, and look for what was lost.
    Soak(Soak),
    /// Check formatting, clippy on native and wasm32, documentation and licences.
    Lint,
}

/// Where the demo server listens and keeps its data.
#[derive(Args)]
struct Run {
    /// The port on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The data folder; one that holds a demo facility already is used again [default: data/demo].
    #[arg(long)]
    data: Option<PathBuf>,
}

/// What to measure, and how to print it.
#[derive(Args)]
struct Bench {
    /// Print one JSON object a line instead of a table.
    #[arg(long)]
    json: bool,
    /// Only these rows.
    rows: Vec<String>,
}

/// How often the browser is killed, and what the shift follows from.
#[derive(Args)]
struct Soak {
    /// How often; about ten seconds each.
    #[arg(long, default_value_t = 100)]
    kills: usize,
    /// Repeat the shift of this seed [default: another one each time, printed].
    #[arg(long)]
    seed: Option<u64>,
    /// Instead of a shift, send made-up requests to the whole interface, with Schemathesis from PyPI.
    #[arg(long)]
    interface: bool,
    /// Instead of a shift, search the gate and the decoder of the exchange for so many seconds each.
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "600")]
    fuzz: Option<u32>,
    /// Show that the check works: put an older copy of the tablet's database back, which must be found.
    #[arg(long)]
    rewind: bool,
}

fn main() -> ExitCode {
    match carry_out(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One sentence without a backtrace: the person who reads it wants to know what to do.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::locate()?;
    tools::ensure_build_tools()?;
    match command {
        Command::Run(run) => commands::run(&workspace, run.port, run.data),
        Command::Build { release: false } => commands::build(&workspace, Profile::Dev),
        Command::Build { release: true } => commands::build(&workspace, Profile::Release),
        Command::Test { filter } => commands::test(&workspace, &filter),
        Command::Bench(bench) => commands::bench(&workspace, bench.json, &bench.rows),
        Command::Soak(soak) if soak.interface => commands::soak_interface(&workspace),
        Command::Soak(Soak { fuzz: Some(seconds), .. }) => commands::soak_fuzz(&workspace, seconds),
        Command::Soak(soak) => commands::soak(&workspace, soak.kills, soak.seed, soak.rewind),
        Command::Lint => commands::lint(&workspace),
    }
}
