//! The tests prove themselves: a bug that is put in on purpose is caught by the very test that guards its promise.
//!
//! Nothing is tested here a second time. The tests of other binaries run as they are: without a bug all of them pass,
//! and with `BILIK_SEEDED` naming one ([`bilik_shared::seeded`]) the test beside it fails, with the words beside it.
//! What cannot be put in is told in `SECURITY.md`. Whoever adds a bug without a guard, or loosens a guard, fails here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bilik_shared::seeded::Bug;

/// A test, by its binary and its name, and the words with which it fails.
struct Guard(&'static str, &'static str, &'static str);

const SHARED: &str = "bilik_shared";
const SERVER: &str = "bilik_server";

/// Who catches which bug.
const GUARDS: &[(Bug, &[Guard])] = &[
    (
        Bug::AnsweredBeforeCommit,
        &[Guard(
            SERVER,
            "writer::tests::where_the_commit_fails_nobody_is_told_that_something_was_written",
            "answered, and not on the disk",
        )],
    ),
    (
        Bug::SynchronousNormal,
        &[Guard(
            SERVER,
            "store::tests::a_store_is_opened_twice_and_writes_with_full_durability",
            "Integer(1)",
        )],
    ),
    (
        Bug::TakenTwice,
        &[
            Guard(SHARED, "admission::tests::honest_work_is_taken_in_once", "right: (3, 0)"),
            Guard(
                "story",
                "faults::lost_and_doubled_answers_change_nothing",
                "sync: NeedsAttention",
            ),
        ],
    ),
    (
        Bug::LetsGoTooEarly,
        &[Guard(
            SHARED,
            "replica::tests::a_sheet_leaves_the_tablet_only_when_the_server_has_all_of_it",
            "unsent work is on it",
        )],
    ),
    (
        Bug::StableActor,
        &[Guard(
            "story",
            "chain::a_suspended_tablet_goes_on_once_somebody_has_looked",
            "nothing of either history is refused",
        )],
    ),
    (
        Bug::SignatureUnchecked,
        &[Guard(
            "http",
            "signed::what_the_tablet_has_not_signed_is_set_aside_and_what_it_has_signed_is_answered_with_a_receipt",
            "somebody else's key",
        )],
    ),
    (
        Bug::ActorUnbound,
        &[
            Guard(
                SHARED,
                "admission::tests::an_actor_belongs_to_one_device_and_counts_without_gaps",
                "right: [ForeignActor]",
            ),
            Guard("story", "refused::work_in_the_name_of_another_tablet_is_kept_aside", "left: 0"),
        ],
    ),
    (
        Bug::CanonicalUnchecked,
        &[Guard(
            SHARED,
            "sheet::tests::kept_out::a_change_that_would_be_written_otherwise_is_refused",
            "was taken along",
        )],
    ),
    (
        Bug::TrialSkipped,
        &[Guard(
            SHARED,
            "sheet::tests::kept_out::what_could_not_be_read_again_once_it_is_saved_is_not_taken_in",
            "taken in, and unreadable once it is saved",
        )],
    ),
    (
        Bug::DiskErrorIgnored,
        &[Guard(
            SERVER,
            "writer::tests::an_error_of_the_disk_is_told_to_everybody_in_the_transaction_and_ends_the_writer",
            "answered, and not on the disk",
        )],
    ),
    (
        Bug::CompactionLoses,
        &[Guard(
            SHARED,
            "replica::tests::a_sheet_that_is_stored_whole_again_and_again_keeps_what_stood_in_its_pieces",
            "cannot be read and was set aside",
        )],
    ),
    (
        Bug::AuditLater,
        &[Guard(
            SERVER,
            "verify::tests::an_untouched_database_is_as_it_should_be_and_a_served_one_too",
            "Foreign",
        )],
    ),
    (
        Bug::UnknownDropped,
        &[Guard(
            SHARED,
            "sheet::erase::tests::what_a_newer_version_wrote_comes_along",
            "right: Some(\"43\")",
        )],
    ),
];

/// A binary of tests, and the folder of its package, where cargo runs it.
struct Binary {
    program: PathBuf,
    folder: PathBuf,
}

impl Binary {
    /// Runs these tests, with a bug or without; what was printed, with the colours of nobody.
    fn run(&self, tests: &[&str], bug: Option<Bug>) -> String {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command.env("RUST_BACKTRACE", "0").stdin(Stdio::null());
        command.env_remove("BILIK_SEEDED");
        if let Some(bug) = bug {
            command.env("BILIK_SEEDED", bug.code());
        }
        let output = command.arg("--exact").args(tests).output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    }
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
    // What cargo tells this test of its own package would look like another setting, with which much is built anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// All binaries of tests, as cargo has built them for this run; it builds what is missing.
fn binaries() -> BTreeMap<String, Binary> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--lib", "--tests", "--no-run"]);
    let built = command.arg("--message-format=json").stderr(Stdio::inherit()).output().unwrap();
    assert!(built.status.success(), "the tests cannot be built");
    let mut all = BTreeMap::new();
    for line in String::from_utf8(built.stdout).unwrap().lines() {
        let told: serde_json::Value = serde_json::from_str(line).unwrap();
        let (Some(program), Some(name), Some(manifest)) = (
            told["executable"].as_str(),
            told["target"]["name"].as_str(),
            told["manifest_path"].as_str(),
        ) else {
            continue;
        };
        if told["profile"]["test"] == true {
            let folder = Path::new(manifest).parent().unwrap().to_owned();
            all.insert(name.to_owned(), Binary { program: program.into(), folder });
        }
    }
    all
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a release build cannot be made to fail")]
fn every_bug_that_is_put_in_is_caught_by_the_test_that_guards_its_promise() {
    let unguarded = Bug::ALL.iter().find(|bug| !GUARDS.iter().any(|(known, _)| known == *bug));
    assert_eq!(unguarded, None, "nobody catches it");
    let binaries = binaries();
    let guards = || GUARDS.iter().flat_map(|(bug, guards)| guards.iter().map(|one| (*bug, one)));

    let mut tests: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, Guard(binary, test, _)) in guards() {
        tests.entry(binary).or_default().push(test);
    }
    for (binary, tests) in &tests {
        let told = binaries[*binary].run(tests, None);
        for test in tests {
            assert!(told.contains(&format!("test {test} ... ok")), "without a bug: {told}");
        }
    }
    let mut missed = Vec::new();
    for (bug, Guard(binary, test, says)) in guards() {
        let told = binaries[*binary].run(&[test], Some(bug));
        let caught = told.contains(&format!("test {test} ... FAILED")) && told.contains(says);
        println!("{}: {}", bug.code(), if caught { *test } else { "not caught" });
        if !caught {
            missed.push(format!("{} is not caught by {test}:\n{told}", bug.code()));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}

/// Who asks for the feature with these packages built alone.
fn asks_for_bugs(packages: &[&str]) -> bool {
    let mut command = cargo();
    command.args(["tree", "--edges", "features", "--invert", "bilik-shared", "--prefix", "none"]);
    for package in packages {
        command.args(["--package", package]);
    }
    let told = command.stderr(Stdio::inherit()).output().unwrap();
    assert!(told.status.success());
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("bilik-shared"), "{told}");
    told.contains("bilik-shared feature \"seeded\"")
}

#[test]
fn what_is_delivered_is_built_without_bugs() {
    assert!(asks_for_bugs(&["bilik-tests"]), "the question is put wrongly");
    for package in ["bilik-server", "bilik-client"] {
        assert!(!asks_for_bugs(&[package]), "{package}");
    }
}
