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
use bilik_shared::report::{
    Export, Exported, Format, Language, MAX_PURPOSE, Material, Member, Offer, Report, Scope, Table,
    offers,
};
use bilik_shared::time::Timestamp;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::api::overview::{device_rows, names};
use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, User};
use crate::house::House;
use crate::store::{exports, sheets, users};
use crate::writer::After;
use crate::{clock, report_file};

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
pub async fn list(user: User, asked: Asked) -> Json<Vec<Offer>> {
    Json(offers(user.row.role, language(asked)))
}

/// `GET /api/v1/desk/reports/{report}?language=id`
pub async fn show(
    State(app): State<App>,
    user: User,
    Path(code): Path<String>,
    asked: Asked,
) -> Result<Json<Table>, Error> {
    let (report, scope) = allowed(&user, &code)?;
    table(&app, report, scope, language(asked), clock::now()).await.map(Json)
}

/// `POST /api/v1/desk/reports/{report}`: the file, or for paper the table with its stamp.
/// Nothing leaves before the log has it.
pub async fn export(
    State(app): State<App>,
    user: User,
    Path(code): Path<String>,
    Input(Export { format, purpose, language }): Input<Export>,
) -> Result<Response, Error> {
    let (report, scope) = allowed(&user, &code)?;
    let purpose = purposeful(&purpose)?;
    let (now, zone) = (clock::now(), app.house()?.facility.zone);
    let table = table(&app, report, scope, language, now).await?;
    let table = table.stamped(&user.row.name, user.row.role, &purpose);
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
fn allowed(user: &User, code: &str) -> Result<(Report, Scope), Error> {
    let report = Report::parse(code).ok_or(Error::NoSuchRoute)?;
    let scope = report.scope(user.row.role).ok_or(Error::RoleMayNot)?;
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
    report: Report,
    scope: Scope,
    language: Language,
    now: Timestamp,
) -> Result<Table, Error> {
    let material = material(app, report, now).await?;
    let made = tokio::task::spawn_blocking(move || report.table(&material, scope, language));
    made.await.map_err(|cause| Error::Internal(cause.to_string()))
}

/// Everything that the report is made from.
async fn material(app: &App, report: Report, now: Timestamp) -> Result<Material, Error> {
    let House { facility, wave, programmes, officers, rules, .. } = app.house()?.clone();
    let read = app.store.read(|db| {
        let log = exports::newest(db, LOG_LINES)?;
        Ok((users::names(db)?, device_rows(db)?, log, sheets::list(db)?))
    });
    let (users, devices, log, sheets) = read.await?;
    let mut people = Vec::new();
    if report != Report::Exports {
        // A sheet at a time, so that tablets that hand in meanwhile wait for no more than one of them.
        for sheet in sheets {
            let look = move |after: &mut After<'_>, ()| members(after, &sheet.id);
            people.extend(app.writer.run(|_| Ok(()), look).await?);
        }
    }
    let names: BTreeMap<_, _> = names(users, officers);
    Ok(Material { facility, wave, programmes, rules, names, people, devices, exports: log, now })
}

fn members(after: &mut After<'_>, sheet: &SheetId) -> Result<Vec<Member>, Error> {
    let open = after.sheets.view(after.db, sheet)?;
    let member = |entry: bilik_shared::sheet::Entry| Member {
        block: open.block.clone(),
        contested: entry.contested && !open.sheet.conflicts(entry.id).is_empty(),
        entry,
    };
    Ok(open.sheet.entries().into_iter().map(member).collect())
}
