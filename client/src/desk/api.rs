//! What the desk asks the server for, and what it says when the answer is no.

use std::collections::BTreeMap;

use bilik_shared::id::DeviceCode;
use bilik_shared::id::EntryId;
use bilik_shared::privacy::access::{Found, Search};
use bilik_shared::privacy::case::{Cases, Open, Step};
use bilik_shared::privacy::erasure::Erase;
use bilik_shared::privacy::retention::{Retention, SetRules};
use bilik_shared::programme::Seat;
use bilik_shared::report::{Export, Language, Offer, Report, Table};
use bilik_shared::roster::Column;
use bilik_shared::roster::preview::{Apply, Imported, Preview as ListPreview};
use bilik_shared::setup::{
    Accounts, AddAccount, ChangeAccount, Edit, Made, NewPassword, Shown, TabletChange, Tablets,
};
use bilik_shared::time::Date;
use bilik_shared::training::attendance::SaveDay;
use bilik_shared::training::certificate::Certificate;
use bilik_shared::vetting::{Say, Worklist};
use bilik_shared::view::access::{Access, NewHook, NewToken, Secret};
use bilik_shared::view::allocation::{Ask, Commit, Preview, Run};
use bilik_shared::view::entries::{Ask as TableAsk, Named, Page, View};
use bilik_shared::view::pairs::{Pairs, SettlePair};
use bilik_shared::view::quarantine::{Barred, Inside, SetAside, Settle};
use bilik_shared::view::second_factor::{
    AddedPasskey, Again, ConfirmFactor, KeyQuestion, NewFactor, NewPasskey, PaperCodes,
    RemovePasskey, SecondFactor, Ways,
};
use bilik_shared::view::session::{EndSession, OwnSession, ShownAgain};
use bilik_shared::view::training::{DayView, FollowUps, PackageView, Packages};
use bilik_shared::view::verify::{Outcome, VerifyMany};
use bilik_shared::view::{
    Decide, Detail, Enrolment, Me, Nik, Overview, Resolve, RevealNik, Row, SignIn, Unsettle,
    Withdraw,
};
use serde::Serialize;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;

use crate::desk::privacy::words::fault as privacy_fault;
use crate::desk::quarantine::why_not;
use crate::desk::route::Key;
use crate::desk::setup::words::fault;
use crate::desk::sure::surely;
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

/// One's own second factor.
pub async fn second_factor() -> Result<SecondFactor, NetError> {
    net::get_json("/api/v1/second-factor").await
}

/// Makes one, which counts once it was confirmed.
pub async fn begin_second_factor(again: &Again) -> Result<NewFactor, NetError> {
    net::post_json("/api/v1/second-factor/begin", again).await
}

/// Confirms it with what the phone shows.
pub async fn confirm_second_factor(code: &ConfirmFactor) -> Result<PaperCodes, NetError> {
    net::post_json("/api/v1/second-factor/confirm", code).await
}

/// Takes it off.
pub async fn end_second_factor(again: &Again) -> Result<SecondFactor, NetError> {
    net::post_json("/api/v1/second-factor/end", again).await
}

/// Asks for a new passkey.
pub async fn begin_passkey() -> Result<KeyQuestion, NetError> {
    net::post_json("/api/v1/second-factor/passkeys/begin", &json!({})).await
}

/// Adds it.
pub async fn add_passkey(new: &NewPasskey) -> Result<AddedPasskey, NetError> {
    net::post_json("/api/v1/second-factor/passkeys", new).await
}

/// Removes one.
pub async fn remove_passkey(which: &RemovePasskey) -> Result<SecondFactor, NetError> {
    net::post_json("/api/v1/second-factor/passkeys/remove", which).await
}

/// One's own sessions.
pub async fn own_sessions() -> Result<Vec<OwnSession>, NetError> {
    net::get_json("/api/v1/sessions").await
}

/// Ends one of one's own sessions.
pub async fn end_session(which: &EndSession) -> Result<Vec<OwnSession>, NetError> {
    net::post_json("/api/v1/sessions/end", which).await
}

/// Shows the password again, before what matters most.
pub async fn show_again(typed: &ShownAgain) -> Result<Me, NetError> {
    net::post_json("/api/v1/sessions/confirm", typed).await
}

/// Everything the desk starts with.
pub async fn overview() -> Result<Overview, NetError> {
    net::get_json("/api/v1/desk/overview").await
}

/// A page of the table. What is searched for goes in the body: a name stands in no address.
pub async fn entries(question: &TableAsk) -> Result<Page, NetError> {
    net::post_json("/api/v1/desk/entries/search", question).await
}

/// The rows of entries by their ids.
pub async fn named(entries: Vec<EntryId>) -> Result<Vec<Row>, NetError> {
    net::post_json("/api/v1/desk/entries/named", &Named { entries }).await
}

/// The views that this person saved.
pub async fn views() -> Result<Vec<View>, NetError> {
    net::get_json("/api/v1/desk/views").await
}

/// Saves a view.
pub async fn save_view(view: &View) -> Result<Vec<View>, NetError> {
    net::post_json("/api/v1/desk/views", view).await
}

/// Removes a view.
pub async fn remove_view(id: i64) -> Result<Vec<View>, NetError> {
    net::post_json(&format!("/api/v1/desk/views/{id}/remove"), &json!({})).await
}

/// What other systems may do here.
pub async fn access() -> Result<Access, NetError> {
    net::get_json("/api/v1/desk/access").await
}

/// Revokes, removes, or has something sent again.
pub async fn change_access(path: &str) -> Result<Access, NetError> {
    net::post_json(&format!("/api/v1/desk/{path}"), &json!({})).await
}

/// Makes a token.
pub async fn make_token(new: &NewToken) -> Result<Secret, NetError> {
    surely(async || net::post_json("/api/v1/desk/tokens", new).await).await
}

/// Adds an address that is told of released participants.
pub async fn add_hook(new: &NewHook) -> Result<Secret, NetError> {
    surely(async || net::post_json("/api/v1/desk/hooks", new).await).await
}

/// One entry.
pub async fn detail(key: &Key) -> Result<Detail, NetError> {
    net::get_json(&entry(key, "")).await
}

/// Chooses one of several answers; `version` is the one that was looked at, where one was.
pub async fn resolve(
    key: &Key,
    question: &Resolve,
    version: Option<&str>,
) -> Result<Detail, NetError> {
    net::post_json(&entry(key, &seen("/resolve", version)), question).await
}

/// Takes a choice between answers back.
pub async fn unsettle(
    key: &Key,
    question: &Unsettle,
    version: Option<&str>,
) -> Result<Detail, NetError> {
    net::post_json(&entry(key, &seen("/unsettle", version)), question).await
}

/// Notes that somebody withdraws, as they told the supervisor.
pub async fn withdraw(
    key: &Key,
    question: &Withdraw,
    version: Option<&str>,
) -> Result<Detail, NetError> {
    net::post_json(&entry(key, &seen("/withdraw", version)), question).await
}

/// Moves an entry on; `version` is the one that was looked at, where one was.
pub async fn decide(
    key: &Key,
    question: &Decide,
    version: Option<&str>,
) -> Result<Detail, NetError> {
    net::post_json(&entry(key, &seen("/decide", version)), question).await
}

/// An action on the version that was looked at.
fn seen(action: &str, version: Option<&str>) -> String {
    version.map_or_else(|| action.to_owned(), |version| format!("{action}?version={version}"))
}

/// Whether what was looked at is not what stands there by now: it has to be looked at again.
pub fn is_stale(error: &NetError) -> bool {
    matches!(error, NetError::Refused { code, .. } if code == "version_stale")
}

/// The whole identity number of somebody; it is noted.
pub async fn reveal_nik(key: &Key, question: &RevealNik) -> Result<Nik, NetError> {
    net::post_json(&entry(key, "/nik"), question).await
}

/// Who read whose data.
pub async fn accesses(question: &Search) -> Result<Found, NetError> {
    net::post_json("/api/v1/desk/privacy/access", question).await
}

/// Requests and incidents.
pub async fn cases() -> Result<Cases, NetError> {
    net::get_json("/api/v1/desk/privacy/cases").await
}

/// Opens a case.
pub async fn open_case(question: &Open) -> Result<Cases, NetError> {
    net::post_json("/api/v1/desk/privacy/cases", question).await
}

/// Writes what was done about a case.
pub async fn on_case(number: i64, step: &Step) -> Result<Cases, NetError> {
    net::post_json(&format!("/api/v1/desk/privacy/cases/{number}"), step).await
}

/// Grants a request for erasure.
pub async fn erase(number: i64, question: &Erase) -> Result<Cases, NetError> {
    surely(async || {
        net::post_json(&format!("/api/v1/desk/privacy/cases/{number}/erase"), question).await
    })
    .await
}

/// For how long data are kept, and what that concerns.
pub async fn retention() -> Result<Retention, NetError> {
    net::get_json("/api/v1/desk/privacy/retention").await
}

/// What other rules would concern.
pub async fn try_retention(rules: &SetRules) -> Result<Retention, NetError> {
    net::post_json("/api/v1/desk/privacy/retention/try", rules).await
}

/// Sets the rules.
pub async fn set_retention(rules: &SetRules) -> Result<Retention, NetError> {
    net::post_json("/api/v1/desk/privacy/retention", rules).await
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
    surely(async || net::post_json("/api/v1/desk/enrolments", &json!({})).await).await
}

/// Everything that was set up.
pub async fn setup() -> Result<Shown, NetError> {
    net::get_json("/api/v1/desk/setup").await
}

/// Sets one thing up.
pub async fn set_up(edit: &Edit) -> Result<Shown, NetError> {
    net::post_json("/api/v1/desk/setup", edit).await
}

/// Who may sign in.
pub async fn users() -> Result<Accounts, NetError> {
    net::get_json("/api/v1/desk/users").await
}

/// Adds somebody who may sign in.
pub async fn add_user(asked: &AddAccount) -> Result<Made, NetError> {
    surely(async || net::post_json("/api/v1/desk/users", asked).await).await
}

/// Changes somebody who may sign in.
pub async fn change_user(asked: &ChangeAccount) -> Result<Made, NetError> {
    surely(async || net::post_json("/api/v1/desk/users/change", asked).await).await
}

/// Chooses a password of one's own.
pub async fn choose_password(asked: &NewPassword) -> Result<Me, NetError> {
    net::post_json("/api/v1/password", asked).await
}

/// What is known of the tablets besides their rows.
pub async fn tablets() -> Result<Tablets, NetError> {
    net::get_json("/api/v1/desk/devices").await
}

/// Changes what a tablet is given, or takes it out of use.
pub async fn change_tablet(code: &DeviceCode, change: &TabletChange) -> Result<Tablets, NetError> {
    surely(async || net::post_json(&format!("/api/v1/desk/devices/{code}"), change).await).await
}

/// The address of a page of a list; the first one without a cursor. A cursor holds letters, digits and dots.
fn after(list: &str, cursor: Option<String>) -> String {
    match cursor {
        Some(cursor) => format!("{list}?cursor={cursor}"),
        None => list.to_owned(),
    }
}

/// What the server could not take in.
pub async fn set_aside(cursor: Option<String>) -> Result<SetAside, NetError> {
    net::get_json(&after("/api/v1/desk/quarantine", cursor)).await
}

/// Says what came of a piece of it.
pub async fn settle_aside(id: i64, question: &Settle) -> Result<SetAside, NetError> {
    net::post_json(&format!("/api/v1/desk/quarantine/{id}"), question).await
}

/// What stands in a piece of it.
pub async fn look_aside(id: i64) -> Result<Inside, NetError> {
    net::get_json(&format!("/api/v1/desk/quarantine/{id}")).await
}

/// Lets a piece of it in.
pub async fn let_aside_in(id: i64, question: &Settle) -> Result<SetAside, NetError> {
    net::post_json(&format!("/api/v1/desk/quarantine/{id}/let-in"), question).await
}

/// Lets everything in that a tablet handed in late or unsigned.
pub async fn let_all_in(device: &DeviceCode, question: &Settle) -> Result<SetAside, NetError> {
    net::post_json(&format!("/api/v1/desk/quarantine/of/{device}/let-in"), question).await
}

/// Verifies many registrations, each for itself.
pub async fn verify_many(question: &VerifyMany) -> Result<Vec<Outcome>, NetError> {
    net::post_json("/api/v1/desk/entries/verify", question).await
}

/// Entries that may be about one person.
pub async fn pairs(cursor: Option<String>) -> Result<Pairs, NetError> {
    net::get_json(&after("/api/v1/desk/pairs", cursor)).await
}

/// Says what is true of two of them.
pub async fn settle_pair(question: &SettlePair) -> Result<Pairs, NetError> {
    net::post_json("/api/v1/desk/pairs", question).await
}

/// Takes back what was said.
pub async fn undo_pair(number: i64) -> Result<Pairs, NetError> {
    net::post_json(&format!("/api/v1/desk/pairs/{number}/undo"), &json!({})).await
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
    surely(async || net::post_json(&report_address(report), question).await).await
}

/// One report as a file: it is noted.
pub async fn save_report(report: Report, question: &Export) -> Result<web_sys::Blob, NetError> {
    surely(async || net::post_for_file(&report_address(report), question).await).await
}

/// The packages that this person has to do with.
pub async fn packages() -> Result<Packages, NetError> {
    net::get_json("/api/v1/desk/training").await
}

/// One package.
pub async fn package(package: &Seat) -> Result<PackageView, NetError> {
    net::get_json(&package_address(package, "")).await
}

/// Does something to a package.
pub async fn on_package<Q: Serialize>(
    package: &Seat,
    what: &str,
    question: &Q,
) -> Result<PackageView, NetError> {
    net::post_json(&package_address(package, &format!("/{what}")), question).await
}

/// One day of a package.
pub async fn training_day(package: &Seat, date: Date) -> Result<DayView, NetError> {
    net::get_json(&package_address(package, &format!("/days/{}", date.iso()))).await
}

/// Saves a day as a whole.
pub async fn save_training_day(
    package: &Seat,
    date: Date,
    day: &SaveDay,
) -> Result<DayView, NetError> {
    net::post_json(&package_address(package, &format!("/days/{}", date.iso())), day).await
}

/// A certificate as it is printed.
pub async fn certificate(package: &Seat, entry: EntryId) -> Result<Certificate, NetError> {
    net::get_json(&package_address(package, &format!("/certificates/{entry}"))).await
}

/// Whom the clinic or security looks at.
pub async fn worklist() -> Result<Worklist, NetError> {
    net::get_json("/api/v1/desk/vetting").await
}

/// Says one word about many of them.
pub async fn vet(word: &Say) -> Result<Worklist, NetError> {
    net::post_json("/api/v1/desk/vetting", word).await
}

/// The register of those who were trained.
pub async fn follow_ups() -> Result<FollowUps, NetError> {
    net::get_json("/api/v1/desk/follow-ups").await
}

/// Writes something into it.
pub async fn on_former<Q: Serialize>(
    entry: EntryId,
    what: &str,
    question: &Q,
) -> Result<FollowUps, NetError> {
    net::post_json(&format!("/api/v1/desk/follow-ups/{entry}/{what}"), question).await
}

fn package_address(package: &Seat, more: &str) -> String {
    format!("/api/v1/desk/training/{package}{more}")
}

fn report_address(report: Report) -> String {
    format!("/api/v1/desk/reports/{}", report.code())
}

fn entry(key: &Key, action: &str) -> String {
    format!("/api/v1/desk/entries/{}/{}{action}", key.sheet, key.entry)
}

/// Whether the answer was that nobody is signed in any more.
pub fn is_session_over(error: &NetError) -> bool {
    matches!(error, NetError::Refused { status: 401, code, .. } if code == "no_session")
}

/// Whether a second factor must be set up before anything else.
pub fn owes_factor(error: &NetError) -> bool {
    matches!(error, NetError::Refused { code, .. } if code == "second_factor_due")
}

/// Whether the password was right and a second factor is asked for.
pub fn needs_code(error: &NetError) -> bool {
    matches!(error, NetError::Refused { code, .. } if code == "second_factor_needed")
}

/// How to go on, where the password was right and a second factor is asked for.
pub fn ways(error: &NetError) -> Option<Ways> {
    match error {
        NetError::Refused { ways: Some(ways), .. } => serde_json::from_str(ways).ok(),
        _ => None,
    }
}

/// What is asked for besides the password.
fn needed(error: &NetError) -> &'static str {
    match ways(error) {
        Some(Ways { passkey: Some(_), .. }) => "signin.passkey_needed",
        Some(Ways { digits: false, .. }) => "signin.paper_needed",
        _ => "signin.code_needed",
    }
}

/// Why something was not done, in one sentence.
pub fn sentence(error: &NetError) -> String {
    let NetError::Refused { code, .. } = error else { return label::net_error(error) };
    if let Some(key) = fault(code).or_else(|| privacy_fault(code)) {
        return t(key, &[]);
    }
    if let Some(barred) = Barred::parse(code) {
        return t(why_not(barred), &[]);
    }
    let key = match code.as_str() {
        "no_session" => "signin.ended",
        "wrong_password" => "signin.wrong",
        "account_locked" => "signin.locked",
        "second_factor_needed" => needed(error),
        "second_factor_wrong" => "signin.code_wrong",
        "passkey_wrong" => "passkey.wrong",
        "passkey_silent" => "passkey.silent",
        "passkey_copied" => "passkey.copied_help",
        "passkey_not_here" => "passkey.not_here",
        "passkey_known" => "passkey.is_known",
        "second_factor_on" => "second.is_on",
        "second_factor_due" => "second.due_help",
        "password_due" => "user.choose_help",
        "setup_outdated" => "fault.outdated",
        "no_facility" => "fault.no_house",
        "role_may_not" => "refusal.role",
        "confirm_again" => "sure.not_shown",
        "busy" | "stopping" => "refusal.busy",
        "sheet_unknown" | "entry_unknown" => "refusal.gone",
        "piece_unknown" => "aside.gone",
        "pair_waits" => "many.pair_waits",
        "contested" => "decide.contested",
        "pair_unknown" => "pairs.gone",
        "pair_settled" => "pairs.settled",
        "too_late" => "pairs.too_late",
        "note_missing" => "aside.note_missing",
        "version_stale" => "refusal.not_from_here",
        "too_many" => "refusal.too_many",
        "name_missing" => "access.name_missing",
        "scope_missing" => "access.scope_missing",
        "address_refused" => "access.address_refused",
        "view_unknown" | "token_unknown" | "hook_unknown" | "delivery_unknown" => {
            "refusal.gone_already"
        }
        "step_not_from_here" => "refusal.not_from_here",
        "step_not_yours" => "refusal.not_yours",
        "reason_missing" => "refused.reason_missing",
        "package_full" => "refused.package_full",
        "package_missing" | "package_unknown" | "programme_not_chosen" => "refused.package",
        "no_such_package" => "refusal.package",
        "training_not_begun" => "refusal.not_begun",
        "training_begun_already" => "refusal.begun_already",
        "training_nobody_confirmed" => "refusal.nobody_confirmed",
        "date_out_of_range" => "refusal.date",
        "hours_out_of_range" => "refusal.hours",
        "marks_wrong" | "day_changed" => "refusal.day_changed",
        "score_out_of_range" | "score_missing" => "refusal.score",
        "score_too_low" => "refusal.score_low",
        "attendance_low" => "refusal.attendance_low",
        "text_too_long" => "refusal.too_large",
        "training_not_ended" | "release_unknown" => "refusal.release",
        "follow_up_not_agreed" => "refusal.not_agreed",
        "follow_up_not_due" => "refusal.not_due",
        "certificate_names_house" => "refusal.names_house",
        "instructor_unknown" => "refusal.instructor",
        "training_own_page" => "refusal.own_page",
        "nothing_to_decide" => "alloc.nothing",
        "purpose_missing" => "report.purpose_missing",
        "purpose_too_long" => "refusal.too_large",
        "text_too_large" => "refusal.too_large",
        "nothing_to_choose" => "refused.nothing_to_choose",
        "nothing_to_undo" => "review.too_late",
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
