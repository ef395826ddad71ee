//! `bilik`: reads the command line, does what it says, and turns an error into one sentence.

use std::process::ExitCode;

use bilik_server::cli;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.sentence);
            ExitCode::from(failure.exit_code)
        }
    }
}
