//! What other systems may send: requests made up from the served description of the interface, by Schemathesis.
//!
//! Whatever they hold, the server answers and never fails: no answer has a status of 500 or above.

use std::path::Path;
use std::sync::Arc;

use bilik_server::demo;
use bilik_server::key::Key;
use bilik_shared::view::SignIn;
use tokio::process::Command;

use super::Failure;
use crate::process::Server;
use crate::wire::{Client, Counts, Who};

/// Who sends them: between them they reach every route.
const USERS: [&str; 5] = ["marlin", "karutan", "disnaker", "admin", "pdp"];
/// What never ends, and what would sign the sender out or lock them out.
const LEFT_OUT: &str = "events|changes|sign-out|sign-in|password|sessions";
/// So many made-up requests for each route, beside those at the limits of its description.
const EXAMPLES: &str = "20";

/// Sends made-up requests as each user in turn; whether the server answered all of them.
pub async fn run(server: &Path, schemathesis: &Path) -> Result<bool, Failure> {
    let folder = tempfile::tempdir()?;
    let accounts = demo::prepare(folder.path(), &Key::for_tests())
        .map_err(|cause| cause.to_string())?
        .accounts;
    let running = Server::start(server, folder.path()).await?;
    let mut whole = true;
    for account in accounts.iter().filter(|account| USERS.contains(&account.user.as_str())) {
        let mut client = Client::new(running.address, Arc::new(Counts::default()));
        let (user, password) = (account.user.clone(), account.password.clone());
        let typed = SignIn { user, password, ..SignIn::default() };
        let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &typed).await;
        let cookie = reply.map_err(|_| "no sign-in")?.cookie.ok_or("no session")?;
        eprintln!("      as {}", account.user);
        let origin = format!("http://{}", running.address);
        let sent = Command::new(schemathesis)
            .arg("run")
            .arg(format!("{origin}/api/v1/openapi.json"))
            .args(["--url", &origin, "--no-color", "--request-timeout", "10"])
            .args(["--header", &format!("Cookie:bilik_session={cookie}")])
            .args(["--header", "Sec-Fetch-Site:same-origin"])
            // It would put a made-up session in the place of this one, and reach nothing behind it.
            .args(["--generation-with-security-parameters", "false"])
            .args(["--checks", "not_a_server_error", "--suppress-health-check", "all"])
            .args(["--exclude-path-regex", LEFT_OUT, "--max-examples", EXAMPLES])
            .status()
            .await?;
        whole &= sent.success();
    }
    running.stop().await?;
    Ok(whole)
}
