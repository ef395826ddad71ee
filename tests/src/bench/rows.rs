//! The rows of `cargo xtask bench`: each says what it measured, and what was to be reached.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::fleet::{self, Failure, Parked, Signing};
use super::folder;
use crate::process::Server;
use crate::wire::Counts;
use crate::workload::{self, Size, Workload};

mod desk;
mod trust;

/// How often each row is measured; the median counts.
const RUNS: usize = 5;
/// Counters are read so long after everything has arrived, so that work put off counts as well.
const QUIET: Duration = Duration::from_secs(3);
/// A run that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(60);

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What was measured.
    pub row: String,
    /// The median.
    pub value: f64,
    /// In which unit.
    pub unit: &'static str,
    /// What was to be reached, if anything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<f64>,
    /// Whether less is worse.
    #[serde(skip)]
    pub more_is_better: bool,
    /// Every single figure.
    pub runs: Vec<f64>,
}

impl Row {
    /// The row as a line of the table.
    pub fn line(&self) -> String {
        let word = if self.more_is_better { "at least" } else { "at most" };
        let goal = self.goal.map(|goal| format!("   {word} {goal} {}", self.unit));
        let (row, value, unit) = (&self.row, self.value, self.unit);
        format!("{row:<40} {value:>10} {unit}{}", goal.unwrap_or_default())
    }
}

/// A kind of measurement, chosen by its name.
const KINDS: [&str; 14] = [
    "offline-day",
    "big",
    "hot",
    "trickle",
    "cold-start",
    "durable",
    "tablet-app",
    "search",
    "allocation",
    "pairs",
    "list",
    "desk",
    "desk-app",
    "trust",
];

/// What `desk` stands for beside what is called so: everything that a supervisor waits for.
const OF_THE_DESK: [&str; 2] = ["list", "allocation"];

/// Measures the kinds whose name begins with one of the words, or all; prints each row when it is known.
pub async fn measure(server: &Path, words: &[String], json: bool) -> Result<(), Failure> {
    let bench = Bench { server: server.to_owned() };
    for kind in KINDS {
        let is_meant = |word: &String| {
            kind.starts_with(word.as_str()) || word == "desk" && OF_THE_DESK.contains(&kind)
        };
        if !words.is_empty() && !words.iter().any(is_meant) {
            continue;
        }
        for row in bench.kind(kind).await? {
            match json {
                true => println!("{}", serde_json::to_string(&row)?),
                false => println!("{}", row.line()),
            }
        }
    }
    Ok(())
}

/// The figures of several runs of one kind, by name.
#[derive(Default)]
struct Figures(Vec<(String, &'static str, Option<f64>, Vec<f64>)>);

impl Figures {
    /// Adds a figure of one run, with at most how much it should be.
    fn add(&mut self, name: &str, unit: &'static str, goal: Option<f64>, value: f64) {
        match self.0.iter_mut().find(|(known, ..)| known == name) {
            Some((.., values)) => values.push(value),
            None => self.0.push((name.to_owned(), unit, goal, vec![value])),
        }
    }

    fn rows(self, kind: &str) -> Vec<Row> {
        let row = |(name, unit, goal, runs): (String, _, _, Vec<f64>)| Row {
            row: format!("{kind}: {name}"),
            value: round(median(&runs)),
            unit,
            goal,
            more_is_better: unit == "/s",
            runs: runs.into_iter().map(round).collect(),
        };
        self.0.into_iter().map(row).collect()
    }
}

struct Bench {
    server: PathBuf,
}

/// What an offline day took.
struct Day {
    /// Milliseconds until everybody had everything.
    wall: f64,
    exchanges: f64,
    requests: f64,
    /// Bytes a registration.
    up: f64,
    down: f64,
    /// Seconds of the server's processor.
    cpu: f64,
    /// Megabytes.
    memory: f64,
    lacking: usize,
}

/// A server on a fresh folder.
struct Fresh {
    server: Server,
    folder: tempfile::TempDir,
    counts: Arc<Counts>,
}

impl Bench {
    async fn kind(&self, kind: &str) -> Result<Vec<Row>, Failure> {
        let size = |tablets, registrations, sheets| Size {
            tablets,
            registrations,
            sheets,
            trickle: if kind == "trickle" { 200 } else { 0 },
        };
        let mut figures = Figures::default();
        match kind {
            "big" => self.day(size(100, 50, 50), &mut figures, false).await?,
            "hot" => self.day(size(20, 50, 1), &mut figures, false).await?,
            "trickle" => self.trickle(size(20, 50, 10), &mut figures).await?,
            "cold-start" => self.cold_start(size(20, 50, 1), &mut figures).await?,
            "durable" => self.durable(&mut figures).await?,
            "search" => search(&mut figures),
            "allocation" => allocation(&mut figures)?,
            "pairs" => pairs(&mut figures),
            "list" => self.list(&mut figures).await?,
            "desk" => self.desk(&mut figures).await?,
            "trust" => self.trust(&mut figures).await?,
            "desk-app" => self.desk_app(&mut figures).await?,
            "tablet-app" => self.tablet_app(&mut figures).await?,
            _ => self.day(size(20, 50, 10), &mut figures, true).await?,
        }
        Ok(figures.rows(kind))
    }

    async fn fresh(&self) -> Result<Fresh, Failure> {
        let folder = tempfile::tempdir()?;
        folder::make(folder.path()).map_err(|cause| cause.to_string())?;
        let server = Server::start(&self.server, folder.path()).await?;
        Ok(Fresh { server, folder, counts: Arc::default() })
    }

    /// Many tablets come back at once.
    async fn day(&self, size: Size, figures: &mut Figures, goals: bool) -> Result<(), Failure> {
        let goal = |value: f64| goals.then_some(value);
        let workload = Workload::make(size);
        for _ in 0..RUNS {
            let day = self.one_day(&workload, Signing::Signed).await?;
            figures.add("wall", "ms", None, day.wall);
            figures.add("exchanges a tablet, median", "", goal(2.0), day.exchanges);
            figures.add("requests a tablet, with live channel", "", None, day.requests);
            figures.add("up a registration", "B", goal(160.0), day.up);
            figures.add("down a registration", "B", goal(160.0), day.down);
            figures.add("server CPU", "s", goal(0.25), day.cpu);
            figures.add("server peak memory", "MB", goal(85.0), day.memory);
            figures.add("missing on tablets", "", Some(0.0), day.lacking as f64);
        }
        let lacking = self.kill(&workload).await?;
        figures.add("missing after kill -9", "", Some(0.0), lacking as f64);
        Ok(())
    }

    /// Once, on a fresh server.
    async fn one_day(&self, workload: &Workload, signing: Signing) -> Result<Day, Failure> {
        let tablets = workload.tablets.len() as f64;
        let done: usize = workload.tablets.iter().map(|day| day.registrations.len()).sum();
        let fresh = self.fresh().await?;
        let (address, counts) = (fresh.server.address, &fresh.counts);
        fleet::warm_up(address, counts, workload).await?;
        let day = fleet::offline_day(address, counts, workload, signing).await?;
        let (before, cpu) = (counts.read(), fresh.server.cpu_seconds()?);
        let began = Instant::now();
        let members = fleet::converge(day, workload, LIMIT).await?;
        let wall = began.elapsed().as_secs_f64() * 1e3;
        tokio::time::sleep(QUIET).await;
        let counted = counts.read().since(before);
        let exchanges = members.iter().map(|m| f64::from(m.progress().exchanges)).collect();
        let cpu = fresh.server.cpu_seconds()? - cpu;
        let memory = fresh.server.peak_mb()?;
        let mut lacking = 0;
        for (member, day) in members.iter().zip(&workload.tablets) {
            lacking += missing(workload, day.sheet, &member.dump().await?);
        }
        Ok(Day {
            wall,
            exchanges: median_of(exchanges),
            requests: counted.requests as f64 / tablets,
            up: counted.up as f64 / done as f64,
            down: counted.down as f64 / done as f64,
            cpu,
            memory,
            lacking,
        })
    }

    /// The server is killed in the moment in which the last receipt has arrived; what does it have?
    async fn kill(&self, workload: &Workload) -> Result<usize, Failure> {
        let fresh = self.fresh().await?;
        let day =
            fleet::offline_day(fresh.server.address, &fresh.counts, workload, Signing::Signed)
                .await?;
        let members = fleet::converge(day, workload, LIMIT).await?;
        fresh.server.kill().await?;
        drop(members);
        let server = Server::start(&self.server, fresh.folder.path()).await?;
        let mut lacking = 0;
        for (n, sheet) in workload.sheets.iter().enumerate() {
            let (sheet, reader) = (sheet.parse()?, folder::TABLETS - 1);
            let reader = Parked::fetch(server.address, &fresh.counts, sheet, reader).await?;
            lacking += missing(workload, n, &reader.content());
        }
        Ok(lacking)
    }

    /// One registration after another.
    async fn trickle(&self, size: Size, figures: &mut Figures) -> Result<(), Failure> {
        let workload = Workload::make(size);
        for _ in 0..RUNS {
            let fresh = self.fresh().await?;
            let (address, counts) = (fresh.server.address, &fresh.counts);
            fleet::warm_up(address, counts, &workload).await?;
            let day = fleet::offline_day(address, counts, &workload, Signing::Signed).await?;
            let members = fleet::converge(day, &workload, LIMIT).await?;
            tokio::time::sleep(QUIET).await;
            let before = counts.read();
            let trickled = fleet::trickle(&members, &workload).await?;
            let counted = counts.read().since(before);
            let (p50, p95) = (0.5, 0.95);
            figures.add("receipt p50", "ms", Some(5.0), share(&trickled.receipt_ms, p50));
            figures.add("receipt p95", "ms", None, share(&trickled.receipt_ms, p95));
            figures.add("other tablet p50", "ms", Some(15.0), share(&trickled.seen_ms, p50));
            figures.add("other tablet p95", "ms", None, share(&trickled.seen_ms, p95));
            let each = workload.trickle.len() as f64;
            figures.add("up a registration", "B", None, counted.up as f64 / each);
            figures.add("down a registration", "B", None, counted.down as f64 / each);
        }
        Ok(())
    }

    /// A new tablet joins a full sheet.
    async fn cold_start(&self, size: Size, figures: &mut Figures) -> Result<(), Failure> {
        let workload = Workload::make(size);
        let fresh = self.fresh().await?;
        let address = fresh.server.address;
        let day = fleet::offline_day(address, &fresh.counts, &workload, Signing::Signed).await?;
        for member in fleet::converge(day, &workload, LIMIT).await? {
            member.leave().await?;
        }
        for _ in 0..RUNS {
            let counts = Arc::new(Counts::default());
            let began = Instant::now();
            let (sheet, reader) = (workload.sheets[0].parse()?, folder::TABLETS - 1);
            let joined = Parked::fetch(address, &counts, sheet, reader).await?;
            figures.add("time", "ms", Some(150.0), began.elapsed().as_secs_f64() * 1e3);
            figures.add("down", "KB", Some(115.0), counts.read().down as f64 / 1e3);
            let lacking = missing(&workload, 0, &joined.content());
            figures.add("missing", "", Some(0.0), lacking as f64);
        }
        Ok(())
    }

    /// 64 tablets, each on a sheet of its own, one change an exchange, as fast as receipts come.
    async fn durable(&self, figures: &mut Figures) -> Result<(), Failure> {
        const DEVICES: usize = 64;
        const EACH: usize = 60;
        let size = Size { tablets: DEVICES, registrations: EACH, sheets: DEVICES, trickle: 0 };
        let workload = Workload::make(size);
        for _ in 0..RUNS {
            let fresh = self.fresh().await?;
            let mut tablets = Vec::new();
            for sheet in &workload.sheets {
                let sheet = sheet.parse()?;
                let fetched = Parked::fetch(fresh.server.address, &fresh.counts, sheet, 0);
                let mut parked = fetched.await?;
                parked.sign().await?;
                tablets.push(parked);
            }
            let began = Instant::now();
            let pairs = tablets.into_iter().zip(workload.tablets.clone());
            let tasks: Vec<_> = pairs
                .map(|(mut parked, day)| {
                    tokio::spawn(async move { parked.work_online(&day).await })
                })
                .collect();
            for task in tasks {
                task.await??;
            }
            let rate = (DEVICES * EACH) as f64 / began.elapsed().as_secs_f64();
            figures.add("registrations, 64 devices", "/s", Some(2000.0), rate);
        }
        Ok(())
    }

    /// What an officer feels: a sheet of 300 people in a browser whose processor is four times slower.
    async fn tablet_app(&self, figures: &mut Figures) -> Result<(), Failure> {
        let felt = super::apps::measure(&self.server, RUNS).await?;
        figures.add("save to saved, p95", "ms", Some(100.0), share(&felt.save_ms, 0.95));
        figures.add("save to saved, p50", "ms", None, share(&felt.save_ms, 0.5));
        figures.add("form open, p95", "ms", Some(100.0), share(&felt.form_ms, 0.95));
        figures.add(
            "form open to its last question, p95",
            "ms",
            None,
            share(&felt.whole_form_ms, 0.95),
        );
        figures.add("list of 300, first frame, p50", "ms", None, share(&felt.list_ms, 0.5));
        figures.add("list of 300, longest frame", "ms", None, share(&felt.frame_ms, 1.0));
        figures.add("list of 300, frame, p95", "ms", None, share(&felt.frame_ms, 0.95));
        figures.add(
            "key to found among 10,000, p95",
            "ms",
            Some(150.0),
            share(&felt.search_ms, 0.95),
        );
        for start in felt.start_ms {
            figures.add("start without network", "ms", Some(2000.0), start);
        }
        for open in felt.open_ms {
            figures.add("from the passphrase to the list", "ms", None, open);
        }
        Ok(())
    }
}

/// On this machine's own processor; the goal is that of a tablet divided by ten, which is more than
/// a slowed browser takes.
fn search(figures: &mut Figures) {
    for _ in 0..RUNS {
        let taken = super::search::keystrokes();
        figures.add("keystroke among 10,000, p95", "ms", Some(15.0), share(&taken, 0.95));
        figures.add("keystroke among 10,000, p50", "ms", None, share(&taken, 0.5));
    }
}

/// Native, as the server runs it.
fn allocation(figures: &mut Figures) -> Result<(), Failure> {
    for round in 0..RUNS {
        let taken = super::allocation::run(round as u8)?;
        figures.add("5,000 people, 60 packages", "ms", Some(1000.0), taken);
    }
    Ok(())
}

/// People who stand there twice in ten invented houses, by their seeds.
fn pairs(figures: &mut Figures) {
    let found = super::pairs::evaluate(crate::tablet::now().date(bilik_shared::time::Zone::WIT));
    figures.add("500 people twice: found", "%", None, found.recall() * 100.0);
    figures.add("… of the pairs found, one person", "%", None, found.precision() * 100.0);
}

fn missing(workload: &Workload, sheet: usize, got: &workload::Content) -> usize {
    let want = &workload.expected(0)[sheet];
    let (missing, wrong) = workload::lacking(want, got);
    missing + wrong
}

fn median_of(values: Vec<f64>) -> f64 {
    median(&values)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.as_slice() {
        [] => 0.0,
        [.., _] if sorted.len().is_multiple_of(2) => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}

/// The value that this share of all values does not exceed.
fn share(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// Three digits are all that a median of five is worth.
fn round(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let scale = 10f64.powf(2.0 - value.abs().log10().floor());
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_rounded_and_ordered() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(share(&[1.0, 2.0, 3.0, 4.0], 0.5), 2.0);
        assert_eq!(share(&[1.0, 2.0, 3.0, 4.0], 0.95), 4.0);
        assert_eq!([1234.5, 0.12345, 0.0, 99.96].map(round), [1230.0, 0.123, 0.0, 100.0]);
    }
}
