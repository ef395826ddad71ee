//! The routes. Handlers are thin: who is asking, load, decide, save, answer.

pub mod access;
pub mod allocation;
pub mod cursor;
pub mod devices;
pub mod enrolments;
pub mod entries;
pub mod events;
pub mod openapi;
pub mod overview;
pub mod pairs;
pub mod privacy;
pub mod quarantine;
pub mod reports;
pub mod roster;
pub mod second_factor;
pub mod session;
pub mod setup;
pub mod table;
pub mod training;
pub mod users;
pub mod verify;
pub mod vetting;
pub mod views;

use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Request, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, body::Body};
use bilik_shared::chain;
use bilik_shared::exchange::MAX_BODY;
use bilik_shared::sealed::MAX_HAND_IN;

use crate::app::App;
use crate::asker;
use crate::error::{self, Error};
use crate::roster::MAX_FILE;
use crate::{assets, ca_page, guard, headers, log, metrics, sealed, sync};

/// Requests of the desk are small.
const MAX_DESK_BODY: usize = 64 * 1024;

/// Everything this server answers to.
pub fn router(app: App) -> Router {
    let tablet = Router::new()
        .route("/exchange", post(sync::exchange))
        .layer(DefaultBodyLimit::max(MAX_BODY + chain::PROOF_BYTES));
    let locked = Router::new()
        .route("/sealed", post(sealed::hand_in))
        .layer(DefaultBodyLimit::max(MAX_HAND_IN));
    let desk = Router::new()
        .route("/enrol", post(enrolments::enrol))
        .route("/pin-code", post(enrolments::allow_pin))
        .route("/device-key", post(enrolments::set_key))
        .route("/changes", get(events::for_device))
        .route("/sign-in", post(session::sign_in))
        .route("/sign-out", post(session::sign_out))
        .route("/me", get(session::me))
        .route("/second-factor", get(second_factor::show))
        .route("/second-factor/begin", post(second_factor::begin))
        .route("/second-factor/confirm", post(second_factor::confirm))
        .route("/second-factor/end", post(second_factor::end))
        .route("/second-factor/passkeys", post(second_factor::add_passkey))
        .route("/second-factor/passkeys/begin", post(second_factor::begin_passkey))
        .route("/second-factor/passkeys/remove", post(second_factor::remove_passkey))
        .route("/sessions", get(session::list))
        .route("/sessions/end", post(session::end))
        .route("/sessions/confirm", post(session::confirm))
        .route("/password", post(users::choose))
        .route("/desk/overview", get(overview::overview))
        .route("/openapi.json", get(openapi::show))
        .route("/desk/entries", get(table::list))
        .route("/desk/entries/verify", post(verify::verify))
        .route("/desk/entries/search", post(table::search))
        .route("/desk/entries/named", post(table::named))
        .route("/desk/views", get(views::list).post(views::save))
        .route("/desk/views/{id}/remove", post(views::remove))
        .route("/desk/access", get(access::show))
        .route("/desk/tokens", post(access::make_token))
        .route("/desk/tokens/{id}/revoke", post(access::revoke_token))
        .route("/desk/hooks", post(access::add_hook))
        .route("/desk/hooks/{id}/remove", post(access::remove_hook))
        .route("/desk/deliveries/{id}/again", post(access::send_again))
        .route("/desk/entries/{sheet}/{entry}", get(entries::show))
        .route("/desk/entries/{sheet}/{entry}/resolve", post(entries::resolve))
        .route("/desk/entries/{sheet}/{entry}/unsettle", post(entries::unsettle))
        .route("/desk/entries/{sheet}/{entry}/decide", post(entries::decide))
        .route("/desk/entries/{sheet}/{entry}/withdraw", post(entries::withdraw))
        .route("/desk/entries/{sheet}/{entry}/nik", post(entries::reveal_nik))
        .route("/desk/vetting", get(vetting::list).post(vetting::add))
        .route("/desk/allocation/preview", post(allocation::preview))
        .route("/desk/allocation/commit", post(allocation::commit))
        .route("/desk/allocation/runs", get(allocation::runs))
        .route("/desk/events", get(events::for_desk))
        .route("/desk/enrolments", post(enrolments::create))
        .route("/desk/setup", get(setup::show).post(setup::edit))
        .route("/desk/users", get(users::list).post(users::add))
        .route("/desk/users/change", post(users::change))
        .route("/desk/devices", get(devices::list))
        .route("/desk/devices/{device}", post(devices::change))
        .route("/desk/quarantine", get(quarantine::list))
        .route("/desk/quarantine/{id}", get(quarantine::look).post(quarantine::settle))
        .route("/desk/quarantine/{id}/let-in", post(quarantine::let_in))
        .route("/desk/quarantine/of/{device}/let-in", post(quarantine::let_all_in))
        .route("/desk/pairs", get(pairs::list).post(pairs::settle))
        .route("/desk/pairs/{number}/undo", post(pairs::undo))
        .route("/desk/roster", get(roster::last))
        .route("/desk/reports", get(reports::list))
        .route("/desk/reports/{report}", get(reports::show).post(reports::export))
        .merge(partner())
        .merge(privacy_officer())
        .layer(DefaultBodyLimit::max(MAX_DESK_BODY));
    let list = Router::new()
        .route("/desk/roster/preview", post(roster::preview))
        .route("/desk/roster/apply", post(roster::apply))
        .layer(DefaultBodyLimit::max(MAX_FILE));
    let api = tablet
        .merge(locked)
        .merge(desk)
        .merge(list)
        .method_not_allowed_fallback(async || Error::WrongMethod)
        .fallback(async || Error::NoSuchRoute)
        .layer(from_fn_with_state(app.clone(), guard::same_site))
        .layer(from_fn(plain_headers))
        .layer(from_fn(asker::note_request));
    Router::new()
        .nest("/api/v1", api)
        .route("/metrics", get(metrics::show))
        .route("/api", get(async || Error::NoSuchRoute))
        .route(
            "/api/{*rest}",
            get(async || Error::NoSuchRoute).fallback(async || Error::NoSuchRoute),
        )
        .route("/healthz", get(async || "ok\n"))
        .merge(assets::router())
        .merge(ca_page::router())
        .layer(from_fn(error::as_problem))
        .layer(from_fn_with_state(app.clone(), headers::tls_only))
        .layer(from_fn_with_state(app.clone(), log::requests))
        .with_state(app)
}

/// What the partner does.
fn partner() -> Router<App> {
    Router::new()
        .route("/desk/training", get(training::list))
        .route("/desk/training/{programme}/{number}", get(training::show))
        .route("/desk/training/{programme}/{number}/propose", post(training::propose))
        .route("/desk/training/{programme}/{number}/turn-away", post(training::turn_away))
        .route("/desk/training/{programme}/{number}/instructor", post(training::teach))
        .route("/desk/training/{programme}/{number}/start", post(training::start))
        .route(
            "/desk/training/{programme}/{number}/days/{date}",
            get(training::show_day).post(training::save_day),
        )
        .route("/desk/training/{programme}/{number}/grades", post(training::grade))
        .route("/desk/training/{programme}/{number}/certificates", post(training::issue))
        .route(
            "/desk/training/{programme}/{number}/certificates/{entry}",
            get(training::certificate),
        )
        .route("/desk/follow-ups", get(training::follow_ups))
        .route("/desk/follow-ups/{entry}/release", post(training::release))
        .route("/desk/follow-ups/{entry}/found", post(training::find))
}

/// What the privacy officer does.
fn privacy_officer() -> Router<App> {
    Router::new()
        .route("/desk/privacy/access", post(privacy::find))
        .route("/desk/privacy/cases", get(privacy::cases).post(privacy::open))
        .route("/desk/privacy/cases/{case}", post(privacy::step))
        .route("/desk/privacy/cases/{case}/erase", post(privacy::erase))
        .route("/desk/privacy/retention", get(privacy::retention).post(privacy::set_rules))
        .route("/desk/privacy/retention/try", post(privacy::try_rules))
}

/// Answers of the interface are nobody's page and in nobody's cache.
async fn plain_headers(request: Request<Body>, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
