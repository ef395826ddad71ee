//! The driver as the comparison harness calls it: arguments, JSON lines on stdin and stdout.
//!
//! The harness starts `bilik-bench --serve` as the server (which fills the empty data folder and then
//! becomes the plain server binary), and `bilik-bench --workload …` as the driver; all tablets are in
//! this one process. `cargo xtask bench` measures the same with the same tablets, see [`super::rows`].

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, Stdin};

use super::fleet::{self, Failure, Member, Parked, Signing};
use super::folder;
use crate::wire::Counts;
use crate::workload::{Content, Workload};

/// The harness gives up after 60 s by itself; this ends what it has forgotten.
const LIMIT: Duration = Duration::from_secs(120);

/// What the harness asks for.
#[derive(Debug, Deserialize)]
#[serde(tag = "cmd", rename_all = "snake_case")]
enum Order {
    Connect,
    Dump { file: PathBuf },
    Trickle,
    Disconnect,
    Join { file: PathBuf },
    Read { file: PathBuf },
    Exit,
}

/// One line of a dump.
#[derive(Debug, Serialize)]
struct DumpLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    tablet: Option<usize>,
    sheet: usize,
    registrations: &'a Content,
}

/// What the arguments say; those that only repeat the data are not looked at.
#[derive(Debug)]
struct Task {
    address: SocketAddr,
    workload: Workload,
    reader: bool,
}

/// Drives tablets until the harness says that it is enough.
pub async fn drive(arguments: &[String]) -> Result<(), Failure> {
    let task = Task::read(arguments)?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let done = if task.reader {
        read_only(&task, &mut lines).await
    } else {
        Driver::prepare(&task).await?.follow(&mut lines).await
    };
    if let Err(failure) = &done {
        say(&json!({ "event": "error", "message": failure.to_string() }))?;
    }
    done
}

impl Task {
    fn read(arguments: &[String]) -> Result<Self, Failure> {
        let pairs = arguments.chunks_exact(2);
        let given: BTreeMap<&str, &str> =
            pairs.map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        let get = |name: &str| given.get(name).copied().ok_or(format!("{name} is missing"));
        let data = std::fs::read(get("--data")?)?;
        Ok(Self {
            address: format!("{}:{}", get("--host")?, get("--port")?).parse()?,
            workload: serde_json::from_slice(&data)?,
            reader: given.get("--role") == Some(&"reader"),
        })
    }
}

/// One event, one line, at once. A key named `event` must come first, which is how the harness knows it.
fn say(event: &serde_json::Value) -> Result<(), Failure> {
    let name = event["event"].as_str().unwrap_or_default();
    let mut rest = event.clone();
    if let Some(fields) = rest.as_object_mut() {
        fields.remove("event");
    }
    let rest = rest.to_string();
    let rest = rest.trim_start_matches('{');
    let comma = if rest == "}" { "" } else { "," };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{{\"event\":\"{name}\"{comma}{rest}")?;
    out.flush()?;
    Ok(())
}

async fn next(lines: &mut Lines<BufReader<Stdin>>) -> Result<Order, Failure> {
    match lines.next_line().await? {
        Some(line) => Ok(serde_json::from_str(&line)?),
        None => Ok(Order::Exit),
    }
}

fn write_dump(file: &Path, lines: &[DumpLine<'_>]) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    for line in lines {
        serde_json::to_writer(&mut out, line)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

async fn read_only(task: &Task, lines: &mut Lines<BufReader<Stdin>>) -> Result<(), Failure> {
    say(&json!({ "event": "ready" }))?;
    loop {
        match next(lines).await? {
            Order::Read { file } => {
                let mut contents = Vec::new();
                for sheet in &task.workload.sheets {
                    contents.push(newcomer(task.address, sheet).await?.content());
                }
                let lines = contents.iter().enumerate();
                let lines: Vec<DumpLine<'_>> = lines
                    .map(|(sheet, registrations)| DumpLine { tablet: None, sheet, registrations })
                    .collect();
                write_dump(&file, &lines)?;
                say(&json!({ "event": "read" }))?;
            }
            Order::Exit => return Ok(()),
            _ => return Err("a reader only reads".into()),
        }
    }
}

/// A tablet with an empty memory fetches a sheet: all of it, since an exchange goes on until nothing is left.
async fn newcomer(address: SocketAddr, sheet: &str) -> Result<Parked, Failure> {
    Parked::fetch(address, &Arc::new(Counts::default()), sheet.parse()?, folder::TABLETS - 1).await
}

struct Driver<'a> {
    task: &'a Task,
    parked: Vec<Parked>,
    members: Vec<Member>,
}

impl<'a> Driver<'a> {
    async fn prepare(task: &'a Task) -> Result<Self, Failure> {
        let counts = Arc::new(Counts::default());
        fleet::warm_up(task.address, &counts, &task.workload).await?;
        let parked =
            fleet::offline_day(task.address, &counts, &task.workload, Signing::Signed).await?;
        say(&json!({ "event": "prepared" }))?;
        Ok(Self { task, parked, members: Vec::new() })
    }

    async fn follow(mut self, lines: &mut Lines<BufReader<Stdin>>) -> Result<(), Failure> {
        loop {
            match next(lines).await? {
                Order::Connect => {
                    let fleet = std::mem::take(&mut self.parked);
                    self.members = fleet::converge(fleet, &self.task.workload, LIMIT).await?;
                    say(&json!({ "event": "converged" }))?;
                }
                Order::Dump { file } => {
                    self.dump(&file).await?;
                    say(&json!({ "event": "dumped" }))?;
                }
                Order::Trickle => say(&self.trickle().await?)?,
                Order::Disconnect => {
                    for member in std::mem::take(&mut self.members) {
                        member.leave().await?;
                    }
                    say(&json!({ "event": "disconnected" }))?;
                }
                Order::Join { file } => {
                    let began = Instant::now();
                    let joined = newcomer(self.task.address, &self.task.workload.sheets[0]).await?;
                    let ms = began.elapsed().as_secs_f64() * 1e3;
                    let content = joined.content();
                    let line = DumpLine { tablet: Some(0), sheet: 0, registrations: &content };
                    write_dump(&file, &[line])?;
                    say(&json!({ "event": "joined", "ms": ms }))?;
                }
                Order::Read { .. } => return Err("a driver does not read".into()),
                Order::Exit => return Ok(()),
            }
        }
    }

    async fn dump(&self, file: &Path) -> Result<(), Failure> {
        let mut contents = Vec::new();
        for member in &self.members {
            contents.push(member.dump().await?);
        }
        let days = self.task.workload.tablets.iter().zip(&contents);
        let lines: Vec<DumpLine<'_>> = days
            .map(|(day, registrations)| DumpLine {
                tablet: Some(day.index),
                sheet: day.sheet,
                registrations,
            })
            .collect();
        write_dump(file, &lines)
    }

    async fn trickle(&self) -> Result<serde_json::Value, Failure> {
        let trickled = fleet::trickle(&self.members, &self.task.workload).await?;
        Ok(json!({
            "event": "trickled",
            "ack_ms": trickled.receipt_ms,
            "seen_ms": trickled.seen_ms,
            "timeouts": 0,
        }))
    }
}
