//! Kills a browser as an empty battery does: the whole tree of processes at once, and no goodbye.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::process::Command;

use super::Failure;

/// One process, from `/proc`.
struct Process {
    pid: u32,
    parent: u32,
    command: String,
}

/// Kills the browser on this profile with everything that it started, and waits until nothing of it runs.
pub async fn tree_of(profile: &Path) -> Result<(), Failure> {
    let profile = profile.display().to_string();
    let began = Instant::now();
    let mut first = true;
    loop {
        let tree = tree(&profile);
        if tree.is_empty() {
            return if first { Err("there is no browser to kill".into()) } else { Ok(()) };
        }
        if began.elapsed() > Duration::from_secs(10) {
            return Err("the browser survives SIGKILL".into());
        }
        let pids = tree.iter().map(u32::to_string);
        // A process may have ended since it was listed; then there is nothing to kill.
        let _ = Command::new("kill").arg("-KILL").args(pids).output().await?;
        first = false;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Every process that names the profile, and all that descends from one.
fn tree(profile: &str) -> BTreeSet<u32> {
    let processes = running();
    let own = std::process::id();
    let named = processes.iter().filter(|process| process.command.contains(profile));
    let mut tree: BTreeSet<u32> =
        named.map(|process| process.pid).filter(|pid| *pid != own).collect();
    loop {
        let more = processes.iter().filter(|process| tree.contains(&process.parent));
        let more: Vec<u32> =
            more.map(|process| process.pid).filter(|pid| !tree.contains(pid)).collect();
        if more.is_empty() {
            return tree;
        }
        tree.extend(more);
    }
}

fn running() -> Vec<Process> {
    let Ok(folders) = std::fs::read_dir("/proc") else { return Vec::new() };
    folders.flatten().filter_map(|folder| read(&folder.path())).collect()
}

/// A process that is not a corpse.
fn read(folder: &Path) -> Option<Process> {
    let pid = folder.file_name()?.to_str()?.parse().ok()?;
    let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
    // The name in brackets may hold blanks; after it come the state and the parent.
    let mut after = stat.rsplit(')').next()?.split_whitespace();
    if matches!(after.next()?, "Z" | "X") {
        return None;
    }
    let parent = after.next()?.parse().ok()?;
    let command = std::fs::read(folder.join("cmdline")).ok()?;
    Some(Process { pid, parent, command: String::from_utf8_lossy(&command).replace('\0', " ") })
}
