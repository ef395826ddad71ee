//! Reports: what this person may see of them, on the screen; and out of the house, with a purpose and a line in the log.
//!
//! To look at a report is a GET. To take one out is a POST: it writes the log, and what the report is for
//! may name somebody, so it stands in no address.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bilik_shared::id::SheetId;
use bilik_shared::person::squeeze;
use bilik_shared::privacy::access::{Access, What};
use bilik_shared::report::{
    Export, Exported, Format, Language, MAX_PURPOSE, Material, Member, Offer, Ran, Report, Scope,
    Signatory, Table, offers,
};
use bilik_shared::role::{Action, may};
use bilik_shared::setup::Place;
use bilik_shared::time::Timestamp;
use bilik_shared::vetting::Known;
use rusqlite::Connection;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::api::overview::{device_rows, names};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, Reader, Scope as Of, User};
use crate::house::House;
use crate::privacy::{Reading, noted};
use crate::store::privacy::Wanted as Lines;
use crate::store::users::UserRow;
use crate::store::{allocations, audit, exports, privacy, sheets, users, vetting};
use crate::training::books_for;
use crate::writer::After;
use crate::{clock, report_file, setup};

/// So many lines of the log are shown.
const LOG_LINES: u32 = 1_000;

/// In which language a report is wanted.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// Indonesian where it is absent.
    #[serde(default)]
    language: Option<Language>,
}

type Asked = Result<Query<Wanted>, QueryRejection>;

fn language(asked: Asked) -> Language {
    asked.ok().and_then(|Query(wanted)| wanted.language).unwrap_or(Language::Indonesian)
}

/// `GET /api/v1/desk/reports?language=id`
pub async fn list(reader: Reader, asked: Asked) -> Result<Json<Vec<Offer>>, Error> {
    Ok(Json(offers(reader.role(Of::Reports)?, language(asked))))
}

/// `GET /api/v1/desk/reports/{report}?language=id`. What a system reads leaves the house, so the log has it, with the
/// name of the token as its purpose.
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Path(code): Path<String>,
    asked: Asked,
) -> Result<Json<Table>, Error> {
    let user = reader.user(Of::Reports)?;
    let (report, scope) = allowed(&user, &code)?;
    let now = clock::now();
    let table = table(&app, &user, report, scope, language(asked), now).await?;
    if report.names_people() {
        noted(&app, &user, Reading::of(What::Report, report.code()), now).await?;
    }
    if let Reader::System(token) = reader {
        let file = serde_json::to_vec(&table).map_err(|e| Error::Internal(e.to_string()))?;
        let line = Exported {
            at: now,
            user: user.id,
            role: user.role.code().to_owned(),
            report: report.code().to_owned(),
            format: "json".to_owned(),
            purpose: token.name,
            rows: table.rows.len() as u32,
            sha256: hex(&Sha256::digest(&file)),
        };
        app.writer.write(move |db| Ok(exports::insert(db, &line)?)).await?;
    }
    Ok(Json(table))
}

/// `POST /api/v1/desk/reports/{report}`: the file, or for paper the table with its stamp.
/// Nothing leaves before the log has it.
pub async fn export(
    State(app): State<App>,
    user: User,
    Path(code): Path<String>,
    Input(Export { format, purpose, language }): Input<Export>,
) -> Result<Response, Error> {
    let (report, scope) = allowed(&user.row, &code)?;
    let purpose = purposeful(&purpose)?;
    user.be_sure(&app).await?;
    let (now, zone) = (clock::now(), app.house()?.facility.zone);
    let table = table(&app, &user.row, report, scope, language, now).await?;
    let head = app.store.read(audit::head).await?;
    let table = table.stamped(&user.row.name, user.row.role, &purpose, head);
    let (rows, who) = (table.rows.len() as u32, user.row.name.clone());
    let made = tokio::task::spawn_blocking(move || match format {
        Format::Print => serde_json::to_vec(&table).map_err(|e| Error::Internal(e.to_string())),
        Format::Xlsx => report_file::xlsx(&table, &who, now, zone),
        Format::Csv => Ok(report_file::csv(&table)),
    });
    let file = made.await.map_err(|cause| Error::Internal(cause.to_string()))??;
    let line = Exported {
        at: now,
        user: user.row.id,
        role: user.row.role.code().to_owned(),
        report: report.code().to_owned(),
        format: format.code().to_owned(),
        purpose,
        rows,
        sha256: hex(&Sha256::digest(&file)),
    };
    app.writer.write(move |db| Ok(exports::insert(db, &line)?)).await?;
    answer(report, format, &now.date(zone).iso(), file)
}

/// The report that an address names, if this person may see it.
fn allowed(user: &UserRow, code: &str) -> Result<(Report, Scope), Error> {
    let report = Report::parse(code).ok_or(Error::NoSuchRoute)?;
    let scope = report.scope(user.role).ok_or(Error::RoleMayNot)?;
    Ok((report, scope))
}

fn purposeful(typed: &str) -> Result<String, Error> {
    let purpose = squeeze(typed);
    match purpose.chars().count() {
        0 => Err(Error::BadBody("purpose_missing")),
        n if n > MAX_PURPOSE => Err(Error::BadBody("purpose_too_long")),
        _ => Ok(purpose),
    }
}

fn answer(report: Report, format: Format, day: &str, file: Vec<u8>) -> Result<Response, Error> {
    let kind = match format {
        Format::Print => "application/json",
        Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Format::Csv => "text/csv; charset=utf-8",
    };
    let name = format!("attachment; filename=\"{}-{day}.{}\"", report.code(), format.code());
    let name = HeaderValue::from_str(&name).map_err(|e| Error::Internal(e.to_string()))?;
    let mut response = ([(header::CONTENT_TYPE, kind)], file).into_response();
    if format != Format::Print {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn table(
    app: &App,
    user: &UserRow,
    report: Report,
    scope: Scope,
    language: Language,
    now: Timestamp,
) -> Result<Table, Error> {
    let material = material(app, user, report, now).await?;
    let made = tokio::task::spawn_blocking(move || report.table(&material, scope, language));
    made.await.map_err(|cause| Error::Internal(cause.to_string()))
}

/// Everything that the report is made from.
async fn material(
    app: &App,
    user: &UserRow,
    report: Report,
    now: Timestamp,
) -> Result<Material, Error> {
    let House { facility, wave, programmes, officers, rules, lengths, .. } =
        (*app.house()?).clone();
    let reader = user.clone();
    let read = app.store.read(move |db| {
        let log = logs(db, &reader, report)?;
        let runs = runs(db, report)?;
        let training = books_for(db, &reader)?;
        let place = setup::load(db)?.place;
        // What the clinic said stands in no report that does not ask for it.
        let asks = report == Report::Unmet;
        let known = if asks { vetting::all_known(db)? } else { BTreeMap::new() };
        let (users, devices, sheets) = (users::names(db)?, device_rows(db)?, sheets::list(db)?);
        Ok((users, devices, log, runs, sheets, training, place, known))
    });
    let (users, devices, (exports, reads), runs, sheets, training, place, mut known) = read.await?;
    let numbers = app.board.numbers(reads.iter().flatten().filter_map(|line| line.entry));
    let signs = |place: Place| Signatory { city: place.city, name: place.head, nip: place.nip };
    let head = place.map(signs).unwrap_or_default();
    let mut people = Vec::new();
    if report != Report::Exports {
        // A sheet at a time, so that tablets that hand in meanwhile wait for no more than one of them.
        for sheet in sheets {
            let look = move |after: &mut After<'_>, ()| members(after, &sheet.id);
            people.extend(app.writer.run(|_| Ok(()), look).await?);
        }
    }
    for member in &mut people {
        member.known = known.remove(&member.entry.id).unwrap_or_default();
    }
    let names: BTreeMap<_, _> = names(users, officers);
    Ok(Material {
        facility,
        wave,
        programmes,
        rules,
        lengths,
        names,
        people,
        devices,
        exports,
        reads,
        numbers,
        runs,
        training,
        now,
        head,
    })
}

type Logs = (Vec<Exported>, Option<Vec<Access>>);

/// What left, and for whoever guards privacy what was read.
fn logs(db: &Connection, reader: &UserRow, report: Report) -> rusqlite::Result<Logs> {
    if report != Report::Exports {
        return Ok((Vec::new(), None));
    }
    let guards = may(reader.role, Action::GuardPrivacy, None);
    let reads = guards.then(|| privacy::accesses(db, &Lines::default(), LOG_LINES));
    let reads = reads.transpose()?.map(|lines| lines.into_iter().map(|(_, line)| line).collect());
    Ok((exports::newest(db, LOG_LINES)?, reads))
}

/// The runs of the allocation, for the reports that tell of decrees and points.
fn runs(db: &Connection, report: Report) -> rusqlite::Result<Vec<Ran>> {
    if !matches!(report, Report::Decree | Report::Reserves) {
        return Ok(Vec::new());
    }
    let mut runs = Vec::new();
    for run in allocations::list(db)? {
        let Some((input, proposal)) = allocations::record(db, run.number)? else { continue };
        // What only another version can read says nothing here.
        let read = (serde_json::from_str(&input).ok(), serde_json::from_str(&proposal).ok());
        if let (Some(input), Some(proposal)) = read {
            runs.push(Ran::of(run.decree, &input, &proposal));
        }
    }
    Ok(runs)
}

/// Everybody on a sheet, with nothing yet of what is known beside it.
fn members(after: &mut After<'_>, sheet: &SheetId) -> Result<Vec<Member>, Error> {
    let open = after.sheets.view(after.db, sheet)?;
    let member = |entry: bilik_shared::sheet::Entry| Member {
        known: Known::default(),
        block: open.block.clone(),
        contested: entry.contested && !open.sheet.conflicts(entry.id).is_empty(),
        entry,
    };
    Ok(open.sheet.entries().into_iter().map(member).collect())
}
