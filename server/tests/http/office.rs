//! Every report as LibreOffice reads it: the same rows as on the screen, in the spreadsheet's own words.
//!
//! One start of the office suite reads all files. `SOFFICE` names its program; without one the test says so and
//! passes, except where `CI` is set.

use std::path::{Path, PathBuf};
use std::process::Command;

use bilik_shared::report::{Cell, Report, Table};

use crate::reports::{export, of_csv, of_json, of_xlsx};
use crate::training::{Class, days_ago};

/// `;` between fields, all texts in quotes, UTF-8, and numbers as they are and not as they are shown.
const AS_CSV: &str = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,true,false";

fn office() -> Option<PathBuf> {
    let named = std::env::var_os("SOFFICE").map(PathBuf::from);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&folders).map(|folder| folder.join("soffice"));
    named.into_iter().chain(found.find(|path| path.is_file())).find(|path| path.is_file())
}

/// Writes every `.xlsx` of a folder as `.csv` beside it.
fn convert(office: &Path, folder: &Path) {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|kind| kind == "xlsx")).collect();
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let mut command = Command::new(office);
    command.arg(profile).args(["--headless", "--norestore", "--convert-to", AS_CSV]);
    let done = command.arg("--outdir").arg(folder).args(&files).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The lines of a file without empty cells at their ends, and without empty lines: programs differ in these.
fn trimmed(lines: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let trim = |mut line: Vec<String>| {
        while line.last().is_some_and(String::is_empty) {
            line.pop();
        }
        line
    };
    lines.into_iter().map(trim).filter(|line| !line.is_empty()).collect()
}

/// A house in which something of everything has happened: people wait, are in training, came, passed.
async fn busy() -> Class {
    let class = Class::of(4, 2).await;
    assert_eq!(class.start(days_ago(1)).await.status, 200);
    assert_eq!(class.save(days_ago(1), class.day(2, 0)).await.status, 200);
    let graded = class.grade(0, serde_json::json!({ "score": 80, "outcome": "LULUS" })).await;
    assert_eq!(graded.status, 200, "{}", graded.json());
    class
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_suite_reads_the_rows_of_every_report_as_the_screen_shows_them() {
    let Some(office) = office() else {
        assert!(std::env::var_os("CI").is_none(), "LibreOffice is missing, and CI reads with it");
        eprintln!(
            "NOT TESTED: LibreOffice is missing; on Debian: apt-get install libreoffice-calc"
        );
        return;
    };
    let class = busy().await;
    let folder = tempfile::tempdir().unwrap();
    let mut shown = Vec::new();
    for report in Report::ALL {
        // The log tells of every file before it, so each of its files is compared with itself.
        let code = report.code();
        let table = class.server.get(&format!("desk/reports/{code}"), &class.head).await;
        let table: Table = serde_json::from_slice(&table.body).unwrap();
        let xlsx = export(&class.server, &class.head, code, "xlsx").await.body;
        let csv = export(&class.server, &class.head, code, "csv").await.body;
        std::fs::write(folder.path().join(format!("{code}.xlsx")), &xlsx).unwrap();
        shown.push((*report, table, xlsx, csv));
    }
    let at = std::time::Instant::now();
    convert(&office, folder.path());
    eprintln!("{} files in {:?}", shown.len(), at.elapsed());
    let mut filled = 0;
    for (report, table, xlsx, csv) in shown {
        let code = report.code();
        let read = std::fs::read(folder.path().join(format!("{code}.csv"))).unwrap();
        let told = trimmed(of_csv(&[b"\xef\xbb\xbf", read.as_slice()].concat()));
        let cells = trimmed(of_xlsx(&xlsx).0);
        assert_eq!(told, cells, "{code}: what stands in the file, read by two programs");
        if report == Report::Exports {
            continue;
        }
        // Each was taken out at its own end of the audit.
        let same = |mut lines: Vec<Vec<String>>| {
            lines
                .retain(|line| !line.first().is_some_and(|cell| cell.starts_with("Catatan audit")));
            lines
        };
        let csv = trimmed(of_csv(&csv));
        assert_eq!(same(told.clone()), same(csv), "{code}: XLSX and CSV");
        let rows = trimmed(of_json(&table));
        let from = told.iter().position(|line| line.first() == Some(&table.columns[0].name));
        let below = &told[from.unwrap() + 1..];
        assert_eq!(below[..rows.len()], rows, "{code}: file and screen");
        filled += usize::from(!rows.is_empty());
        // A text that consists of digits has stayed one: LibreOffice puts only texts into quotes.
        let text = String::from_utf8(read).unwrap();
        for cell in table.rows.iter().flatten() {
            if let Cell::Text(word) = cell
                && word.len() > 5
                && word.bytes().all(|byte| byte.is_ascii_digit())
            {
                assert!(text.contains(&format!("\"{word}\"")), "{code}: {word} became a number");
            }
        }
    }
    assert!(filled >= 13, "only {filled} reports had rows");
}
