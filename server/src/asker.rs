//! Who asks, and for what: carried along with a request to where something is written for it.

use std::cell::RefCell;

use axum::body::Body;
use axum::http::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::store::audit::By;

/// A path is kept up to so many characters; ours are shorter.
const MAX_PATH: usize = 200;

tokio::task_local! {
    static ASKER: RefCell<By>;
}

/// Notes what a request asks for. Ids stand in a path, never names or secrets.
pub async fn note_request(request: Request<Body>, next: Next) -> Response {
    let path = request.uri().path().chars().take(MAX_PATH).collect::<String>();
    let what = format!("{} {path}", request.method());
    let by = By { who: "nobody".to_owned(), role: String::new(), what };
    ASKER.scope(RefCell::new(by), next.run(request)).await
}

/// Notes who has shown to be who they are; `role` is empty for a tablet or a system.
pub fn is(who: &str, role: &str) {
    // Outside of a request there is nobody to be noted.
    let _ = ASKER.try_with(|by| {
        let mut by = by.borrow_mut();
        (by.who, by.role) = (who.to_owned(), role.to_owned());
    });
}

/// On whose behalf this task works: the program's own, outside of a request.
pub fn current() -> By {
    ASKER.try_with(|by| by.borrow().clone()).unwrap_or_default()
}
