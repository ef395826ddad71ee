//! Measures Bilik.
//!
//! ```text
//! bilik-bench --server PATH [--json] [ROW…]     the rows of `cargo xtask bench`
//! bilik-bench --workload … --data FILE …        the driver of the comparison harness
//! bilik-bench --serve PATH                      its server: fills DATA_DIR, then becomes PATH
//! ```

use std::env;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use bilik_tests::bench::fleet::Failure;
use bilik_tests::bench::{contract, folder, rows};
use bilik_tests::process;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bilik-bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    match arguments {
        [mode, server] if mode == "--serve" => serve(Path::new(server)),
        [mode, server, rest @ ..] if mode == "--server" => {
            let (flags, words): (Vec<_>, Vec<_>) =
                rest.iter().cloned().partition(|word| word.starts_with("--"));
            let json = flags.iter().any(|flag| flag == "--json");
            tokio::runtime::Runtime::new()?.block_on(rows::measure(Path::new(server), &words, json))
        }
        [mode, ..] if mode == "--workload" => {
            tokio::runtime::Runtime::new()?.block_on(contract::drive(arguments))
        }
        _ => Err("usage: bilik-bench --server PATH [--json] [ROW…]".into()),
    }
}

/// Fills the data folder if it is empty; then this process is the server, so that its PID is the server's.
fn serve(server: &Path) -> Result<(), Failure> {
    let (host, port, data) = (env::var("HOST")?, env::var("PORT")?, env::var("DATA_DIR")?);
    folder::make(Path::new(&data)).map_err(|cause| cause.to_string())?;
    let mut command = Command::new(server);
    command.arg("serve").args(["--listen", &format!("{host}:{port}"), "--data", &data]);
    command.arg("--key").arg(process::key_file()?);
    Err(command.env("RUST_LOG", "warn").exec().into())
}
