//! A shift whose browser is killed again and again: `bilik-soak --server PATH --kills N [--seed N] [--rewind]`;
//! or made-up requests to the interface: `bilik-soak --server PATH --interface SCHEMATHESIS`.
//!
//! Ends with success only if nothing was lost, nothing doubled, and no text was more than a key behind.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use bilik_tests::soak::{self, Failure, Plan};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match carry_out(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("bilik-soak: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(arguments: &[String]) -> Result<bool, Failure> {
    let after = |name: &str| {
        let at = arguments.iter().position(|word| word == name)?;
        arguments.get(at + 1).cloned()
    };
    let server: PathBuf = after("--server").ok_or("--server PATH is missing")?.into();
    if let Some(schemathesis) = after("--interface") {
        let sent = soak::interface::run(&server, Path::new(&schemathesis));
        return tokio::runtime::Runtime::new()?.block_on(sent);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let plan = Plan {
        server,
        kills: after("--kills").map_or(Ok(100), |n| n.parse())?,
        seed: after("--seed").map_or(Ok(now.as_secs()), |n| n.parse())?,
        rewind: arguments.iter().any(|word| word == "--rewind"),
    };
    eprintln!("      {} kills, seed {}", plan.kills, plan.seed);
    let report = tokio::runtime::Runtime::new()?.block_on(soak::run(&plan))?;
    println!("{report}");
    Ok(report.kept_its_word())
}
