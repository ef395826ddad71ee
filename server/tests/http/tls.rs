//! TLS: what a browser that trusts the server's authority sees, and what nobody gets without it.

use std::net::SocketAddr;
use std::sync::Arc;

use bilik_server::accept::Limits;
use bilik_server::key::Key;
use bilik_server::tls::Authority;
use bilik_server::{Config, ServeError, Transport, serve};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use crate::Server;

/// A server whose authority is there already.
async fn server() -> (Server, Authority) {
    let folder = tempfile::tempdir().unwrap();
    let hosts = vec!["bilik.lan".parse().unwrap()];
    // The invented facility wants a folder of its own, so it comes first.
    bilik_server::demo::prepare(folder.path(), &Key::for_tests()).unwrap();
    let now = bilik_server::clock::now();
    let authority = Authority::open_or_make(folder.path(), &hosts, now).unwrap();
    let config =
        Config { transport: Transport::Own(hosts), ..Config::new(folder.path(), Key::for_tests()) };
    (Server::start_with(folder, config).await, authority)
}

/// A browser that trusts this authority, or none.
fn browser(authority: Option<&Authority>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    if let Some(authority) = authority {
        roots.add(CertificateDer::from(authority.certificate().to_vec())).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

async fn ask(
    browser: &TlsConnector,
    address: SocketAddr,
    name: &'static str,
    request: &str,
) -> std::io::Result<String> {
    let stream = TcpStream::connect(address).await?;
    let mut stream = browser.connect(ServerName::try_from(name).unwrap(), stream).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await?;
    Ok(String::from_utf8_lossy(&all).into_owned())
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: bilik.lan\r\nConnection: close\r\n\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_trusts_the_authority_is_served_and_no_other() {
    let (server, authority) = server().await;
    let trusting = browser(Some(&authority));
    let page = ask(&trusting, server.address, "bilik.lan", &get("/ca")).await.unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let page = page.to_lowercase();
    assert!(page.contains("strict-transport-security: max-age=31536000"));
    assert!(page.contains("content-security-policy: default-src 'none'"));
    assert!(page.contains(&authority.fingerprint()[..23].to_lowercase()));
    let file = ask(&trusting, server.address, "bilik.lan", &get("/ca.crt")).await.unwrap();
    assert!(file.contains("application/x-x509-ca-cert") && file.contains("bilik-ca.crt"));
    // Another name, no trust, and no TLS at all.
    assert!(ask(&trusting, server.address, "evil.example", &get("/ca")).await.is_err());
    assert!(ask(&browser(None), server.address, "bilik.lan", &get("/ca")).await.is_err());
    let plain = server.send("GET /healthz HTTP/1.1", b"").await;
    assert_eq!(plain.status, 0, "{}", plain.head);
}

/// The first record of a client that offers TLS 1.2 and nothing newer, as a file of bytes would hold it.
fn hello_of_1_2() -> Vec<u8> {
    let mut body = vec![0x03, 0x03];
    body.extend([0x11; 32]);
    body.push(0);
    // ECDHE-ECDSA and ECDHE-RSA with AES-128-GCM.
    body.extend([0, 4, 0xc0, 0x2b, 0xc0, 0x2f, 1, 0]);
    // Groups P-256; points uncompressed; signatures ECDSA and RSA with SHA-256.
    let extensions: &[u8] =
        &[0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 6, 0, 4, 4, 3, 4, 1];
    body.extend([0, u8::try_from(extensions.len()).unwrap()]);
    body.extend(extensions);
    let length = u8::try_from(body.len()).unwrap();
    let mut record = vec![0x16, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend(body);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_tls_is_refused() {
    let (server, _) = server().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&hello_of_1_2()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    // A fatal alert: protocol version.
    assert_eq!(answer.first(), Some(&0x15), "{answer:?}");
    assert_eq!(answer.get(5..7), Some(&[2, 70][..]), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_the_session_is_a_cookie_of_this_host_only() {
    let (server, authority) = server().await;
    let trusting = browser(Some(&authority));
    let marlin = server.accounts.accounts.iter().find(|one| one.user == "marlin").unwrap();
    let body = json!({ "user": "marlin", "password": marlin.password }).to_string();
    let post = format!(
        "POST /api/v1/sign-in HTTP/1.1\r\nHost: bilik.lan\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = ask(&trusting, server.address, "bilik.lan", &post).await.unwrap();
    let cookie = reply.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.starts_with("__Host-bilik_session="), "{cookie}");
    for part in ["; Path=/;", "; Secure", "; HttpOnly", "; SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    for (cookie, status) in [
        (pair.to_owned(), "200"),
        // The name of plain HTTP counts for nothing here: something beside us could have set it.
        (pair.replace("__Host-", ""), "401"),
    ] {
        let me = format!(
            "GET /api/v1/me HTTP/1.1\r\nHost: bilik.lan\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n"
        );
        let reply = ask(&trusting, server.address, "bilik.lan", &me).await.unwrap();
        assert!(reply.starts_with(&format!("HTTP/1.1 {status}")), "{reply}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_no_hello_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let transport = Transport::Own(vec!["bilik.lan".parse().unwrap()]);
    let limits = Limits { handshake: std::time::Duration::from_millis(300), ..Limits::default() };
    let config = Config { transport, limits, ..Config::new(folder.path(), Key::for_tests()) };
    let server = Server::start_with(folder, config).await;
    for begun in [&b""[..], &hello_of_1_2()[..20]] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(begun).await.unwrap();
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest);
        let ended = tokio::time::timeout(std::time::Duration::from_secs(4), ended).await;
        assert!(ended.is_ok(), "{} bytes are waited for", begun.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_encryption_nobody_else_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
    let refused =
        serve(listener, Config::new(folder.path(), Key::for_tests()), std::future::pending()).await;
    let sentence = refused.as_ref().unwrap_err().to_string();
    assert!(matches!(refused, Err(ServeError::PlainOutside(_))));
    assert!(sentence.contains("--tls auto --host NAME"), "{sentence}");
    assert!(!folder.path().join("bilik.sqlite3").exists(), "and nothing was made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_an_authority_says_so() {
    let server = Server::start().await;
    assert_eq!(server.send("GET /ca HTTP/1.1", b"").await.status, 404);
    let home = server.send("GET / HTTP/1.1", b"").await;
    assert_eq!(home.header("strict-transport-security"), None);
    assert_eq!(home.header("cross-origin-opener-policy"), Some("same-origin"));
}
