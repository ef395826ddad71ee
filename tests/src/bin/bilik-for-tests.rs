//! The same program as `bilik`: cargo tells tests the path of their own package's binaries only.

use std::process::ExitCode;

fn main() -> ExitCode {
    match bilik_server::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.sentence);
            ExitCode::from(failure.exit_code)
        }
    }
}
