//! Starting, stopping and starting again.

use bilik_server::key::Key;
use bilik_server::{Config, ServeError, serve};
use tokio::net::TcpListener;

use crate::Server;
use crate::exchange::first_request;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_stops_starts_again_and_shares_its_folder_with_nobody() {
    let server = Server::start().await;
    let credential = server.enrol().await;
    let marlin = server.sign_in("marlin").await;
    let second = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = Config::new(server.folder.path(), Key::for_tests());
    let refused = serve(second, config, std::future::pending()).await;
    assert!(matches!(refused, Err(ServeError::InUse(_))));
    let folder = server.stop().await;
    let server = Server::start_on(folder).await;
    assert_eq!(server.get("me", &marlin).await.status, 200, "a session outlives a restart");
    assert_eq!(server.exchange(&credential, &first_request()).await.status, 200);
}
