//! What the desk asks the server for, and what it says when the answer is no.

use std::collections::BTreeMap;

use bilik_shared::report::{Export, Language, Offer, Report, Table};
use bilik_shared::roster::Column;
use bilik_shared::roster::preview::{Apply, Imported, Preview as ListPreview};
use bilik_shared::view::allocation::{Ask, Commit, Preview, Run};
use bilik_shared::view::quarantine::{SetAside, Settle};
use bilik_shared::view::{Decide, Detail, Enrolment, Me, Overview, Resolve, SignIn};
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

use crate::desk::route::Key;
use crate::label;
use crate::net::{self, NetError};
use crate::text::t;

/// Where live events come from.
pub const EVENTS: &str = "/api/v1/desk/events";

/// Who is signed in.
pub async fn me() -> Result<Me, NetError> {
    net::get_json("/api/v1/me").await
}

/// Signs somebody in.
pub async fn sign_in(question: &SignIn) -> Result<Me, NetError> {
    net::post_json("/api/v1/sign-in", question).await
}

/// Ends the session.
pub async fn sign_out() -> Result<Value, NetError> {
    net::post_json("/api/v1/sign-out", &json!({})).await
}

/// Everything the desk starts with.
pub async fn overview() -> Result<Overview, NetError> {
    net::get_json("/api/v1/desk/overview").await
}

/// One entry.
pub async fn detail(key: &Key) -> Result<Detail, NetError> {
    net::get_json(&entry(key, "")).await
}

/// Chooses one of several answers.
pub async fn resolve(key: &Key, question: &Resolve) -> Result<Detail, NetError> {
    net::post_json(&entry(key, "/resolve"), question).await
}

/// Moves an entry on.
pub async fn decide(key: &Key, question: &Decide) -> Result<Detail, NetError> {
    net::post_json(&entry(key, "/decide"), question).await
}

/// What a run of the allocation would propose.
pub async fn preview_allocation(question: &Ask) -> Result<Preview, NetError> {
    net::post_json("/api/v1/desk/allocation/preview", question).await
}

/// Decides what a run proposed.
pub async fn commit_allocation(question: &Commit) -> Result<Run, NetError> {
    net::post_json("/api/v1/desk/allocation/commit", question).await
}

/// The runs that were committed.
pub async fn allocation_runs() -> Result<Vec<Run>, NetError> {
    net::get_json("/api/v1/desk/allocation/runs").await
}

/// Makes a one-time code for a tablet.
pub async fn enrolment() -> Result<Enrolment, NetError> {
    net::post_json("/api/v1/desk/enrolments", &json!({})).await
}

/// What the server could not take in.
pub async fn set_aside() -> Result<SetAside, NetError> {
    net::get_json("/api/v1/desk/quarantine").await
}

/// Says what came of a piece of it.
pub async fn settle_aside(id: i64, question: &Settle) -> Result<SetAside, NetError> {
    net::post_json(&format!("/api/v1/desk/quarantine/{id}"), question).await
}

/// What became of the last list of the prison database.
pub async fn roster_last() -> Result<Option<Imported>, NetError> {
    net::get_json("/api/v1/desk/roster").await
}

/// Sends a list and reads what it would change; `chosen` says what single columns hold.
pub async fn roster_preview(
    file: &JsValue,
    chosen: &BTreeMap<usize, Option<Column>>,
) -> Result<ListPreview, NetError> {
    let column = |(place, column): (&usize, &Option<Column>)| {
        format!("{place}:{}", column.map_or("-", Column::code))
    };
    let columns: Vec<String> = chosen.iter().map(column).collect();
    let url = format!("/api/v1/desk/roster/preview?columns={}", columns.join(","));
    net::post_file(&url, file).await
}

/// Applies a list that was looked at.
pub async fn roster_apply(question: &Apply) -> Result<Imported, NetError> {
    net::post_json("/api/v1/desk/roster/apply", question).await
}

/// The reports that this person may open.
pub async fn reports(language: Language) -> Result<Vec<Offer>, NetError> {
    net::get_json(&format!("/api/v1/desk/reports?language={}", language.code())).await
}

/// One report, to look at.
pub async fn report(report: Report, language: Language) -> Result<Table, NetError> {
    let address = format!("{}?language={}", report_address(report), language.code());
    net::get_json(&address).await
}

/// One report for paper: it is noted, and says so itself.
pub async fn print_report(report: Report, question: &Export) -> Result<Table, NetError> {
    net::post_json(&report_address(report), question).await
}

/// One report as a file: it is noted.
pub async fn save_report(report: Report, question: &Export) -> Result<web_sys::Blob, NetError> {
    net::post_for_file(&report_address(report), question).await
}

fn report_address(report: Report) -> String {
    format!("/api/v1/desk/reports/{}", report.code())
}

fn entry(key: &Key, action: &str) -> String {
    format!("/api/v1/desk/entries/{}/{}{action}", key.sheet, key.entry)
}

/// Whether the answer was that nobody is signed in any more.
pub fn is_session_over(error: &NetError) -> bool {
    matches!(error, NetError::Refused { status: 401, code } if code == "no_session")
}

/// Why something was not done, in one sentence.
pub fn sentence(error: &NetError) -> String {
    let NetError::Refused { code, .. } = error else { return label::net_error(error) };
    let key = match code.as_str() {
        "no_session" => "signin.ended",
        "wrong_password" => "signin.wrong",
        "role_may_not" => "refusal.role",
        "busy" | "stopping" => "refusal.busy",
        "sheet_unknown" | "entry_unknown" => "refusal.gone",
        "piece_unknown" => "aside.gone",
        "note_missing" => "aside.note_missing",
        "step_not_from_here" => "refusal.not_from_here",
        "step_not_yours" => "refusal.not_yours",
        "reason_missing" => "refused.reason_missing",
        "package_full" => "refused.package_full",
        "package_missing" | "package_unknown" | "programme_not_chosen" => "refused.package",
        "nothing_to_decide" => "alloc.nothing",
        "purpose_missing" => "report.purpose_missing",
        "purpose_too_long" => "refusal.too_large",
        "text_too_large" => "refusal.too_large",
        "nothing_to_choose" => "refused.nothing_to_choose",
        "storage_full" => "refusal.storage_full",
        "storage_failed" => "refusal.storage_failed",
        "internal" => "refusal.internal",
        "list_old_excel" => "roster.old_excel",
        "list_other_kind" | "list_damaged" => "roster.damaged",
        "list_too_large" | "body_too_large" => "roster.too_large",
        "list_no_headings" => "roster.no_headings",
        "preview_unknown" | "preview_outdated" => "roster.outdated",
        _ => return label::net_error(error),
    };
    t(key, &[])
}
