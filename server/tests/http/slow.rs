//! Clients that are slow, silent or many: each limit ends what it is there for, and nothing else.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bilik_server::Config;
use bilik_server::accept::Limits;
use bilik_server::key::Key;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Server;
use crate::exchange::first_request;

/// Longer than every limit below, and far shorter than those of a real server.
const PATIENCE: Duration = Duration::from_secs(8);

/// Far away: what this limit would end is not what is tried.
const NEVER: Duration = Duration::from_secs(3600);

fn never() -> Limits {
    Limits {
        handshake: NEVER,
        first_head: NEVER,
        idle: NEVER,
        pause: NEVER,
        body: NEVER,
        stall: NEVER,
        ..Limits::default()
    }
}

async fn server(limits: Limits) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { limits, ..Config::new(folder.path(), Key::for_tests()) };
    Server::start_with(folder, config).await
}

/// What the server still says until it closes; fails where it does not.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut all)).await;
    assert!(read.is_ok(), "the server has to close the connection");
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_nothing_or_dribbles_a_head_is_let_go() {
    let limits = Limits { first_head: Duration::from_millis(300), ..never() };
    let server = server(limits).await;
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(until_closed(&mut silent).await, "");
    // One that never pauses, and never ends.
    let slow = TcpStream::connect(server.address).await.unwrap();
    let (mut from, mut to) = slow.into_split();
    let dribble = async {
        let mut every = tokio::time::interval(Duration::from_millis(20));
        to.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ").await?;
        loop {
            every.tick().await;
            to.write_all(b"a").await?;
        }
    };
    let mut rest = Vec::new();
    let ended = async {
        tokio::select! {
            _ = from.read_to_end(&mut rest) => {}
            failed = dribble => { let _: std::io::Result<()> = failed; }
        }
    };
    timeout(PATIENCE, ended).await.expect("a head that never ends has to be ended");
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    assert_eq!(server.send("GET /healthz HTTP/1.1", b"").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kept_connection_waits_a_while_and_then_its_next_head_has_its_time() {
    let limits = Limits {
        first_head: Duration::from_millis(300),
        idle: Duration::from_millis(1500),
        ..never()
    };
    let server = server(limits).await;
    let mut kept = TcpStream::connect(server.address).await.unwrap();
    let ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let begun = Instant::now();
    let mut answer = [0; 512];
    // It waits longer than a head may take, several times.
    let mut pause = tokio::time::interval(Duration::from_millis(500));
    for _ in 0..3 {
        pause.tick().await;
        kept.write_all(ask).await.unwrap();
        let length = kept.read(&mut answer).await.unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
    }
    assert!(begun.elapsed() >= Duration::from_millis(1000));
    kept.write_all(b"GET /hea").await.unwrap();
    let half = Instant::now();
    until_closed(&mut kept).await;
    assert!(half.elapsed() < Duration::from_millis(1400), "ended with the head's time");
    // And one that asks nothing any more is let go.
    let mut idle = TcpStream::connect(server.address).await.unwrap();
    idle.write_all(ask).await.unwrap();
    assert!(until_closed(&mut idle).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_pauses_or_never_ends_is_refused() {
    for limits in [
        Limits { pause: Duration::from_millis(300), ..never() },
        Limits { body: Duration::from_millis(300), ..never() },
    ] {
        let server = server(limits).await;
        let mut slow = TcpStream::connect(server.address).await.unwrap();
        let head = "POST /api/v1/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{";
        slow.write_all(head.as_bytes()).await.unwrap();
        let said = until_closed(&mut slow).await;
        assert!(said.starts_with("HTTP/1.1 408") && said.contains("body_slow"), "{said}");
        assert_eq!(server.try_password("marlin", "x").await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_stream_outlives_every_limit() {
    let short = Duration::from_millis(200);
    let limits = Limits {
        first_head: short,
        idle: short,
        pause: short,
        body: short,
        stall: short,
        ..never()
    };
    let server = server(limits).await;
    let marlin = server.sign_in("marlin").await;
    let mut events = TcpStream::connect(server.address).await.unwrap();
    let head = format!(
        "GET /api/v1/desk/events HTTP/1.1\r\nHost: x\r\nCookie: bilik_session={marlin}\r\n\r\n"
    );
    events.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 1024];
    let length = events.read(&mut answer).await.unwrap();
    assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
    // Longer than all of them together nothing comes, and nothing ends.
    let silence = timeout(Duration::from_millis(1500), events.read(&mut answer)).await;
    assert!(!matches!(silence, Ok(Ok(0) | Err(_))), "the stream was cut");
    // Then something happens, and is told: there is a new user.
    let admin = server.sign_in("admin").await;
    let add = json!({ "id": "budi", "name": "Budi Tomasoa", "role": "WALI" });
    assert_eq!(server.post("desk/users", &admin, &add).await.status, 200);
    let told = timeout(PATIENCE, events.read(&mut answer)).await.unwrap().unwrap();
    assert!(told > 0);
    server.stop().await;
}

/// An answer to `ask`, or nothing where the server has closed.
async fn asked(stream: &mut TcpStream, ask: &[u8]) -> String {
    let mut answer = [0; 512];
    // One that was closed may refuse what is sent, or take it and say nothing.
    let _ = stream.write_all(ask).await;
    let length = timeout(PATIENCE, stream.read(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer[..length.unwrap_or(0)]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_are_served_at_once_and_the_next_takes_the_place_of_the_slowest() {
    let server = server(Limits { all: 2, ..never() }).await;
    let health = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let connect = || async { TcpStream::connect(server.address).await.unwrap() };
    let (mut first, mut second) = (connect().await, connect().await);
    for one in [&mut first, &mut second] {
        assert!(asked(one, health).await.starts_with("HTTP/1.1 200"));
    }
    let mut third = connect().await;
    assert!(asked(&mut third, health).await.starts_with("HTTP/1.1 200"));
    // Which of two that were silent for as long as the other is decided by microseconds; see `accept/activity.rs`.
    let both = [asked(&mut first, health).await, asked(&mut second, health).await];
    assert_eq!(both.iter().filter(|answer| answer.is_empty()).count(), 1, "{both:?}");

    // Whoever listens to what happens is not sent away, however long nothing happens.
    let credential = server.enrol().await;
    let listen = format!(
        "GET /api/v1/changes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {credential}\r\n\r\n"
    );
    let mut listener = connect().await;
    assert!(asked(&mut listener, listen.as_bytes()).await.starts_with("HTTP/1.1 200"));
    for _ in 0..4 {
        let mut next = connect().await;
        assert!(asked(&mut next, health).await.starts_with("HTTP/1.1 200"));
    }
    let mut heard = [0; 64];
    let ended = async { while listener.read(&mut heard).await.unwrap_or(0) > 0 {} };
    assert!(timeout(Duration::from_millis(300), ended).await.is_err(), "its stream has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_half_open_connections_keep_no_tablet_from_its_exchange() {
    const PLACES: usize = 256;
    let server = server(Limits { all: PLACES, ..never() }).await;
    let (credential, address) = (server.enrol().await, server.address);
    let attack = tokio::spawn(async move {
        let mut held = VecDeque::new();
        for n in 0..2000 {
            let mut one = TcpStream::connect(address).await.unwrap();
            let begun: &[u8] = match n % 3 {
                0 => b"",
                1 => b"GET /healthz HTTP/1.1\r\nHost:",
                _ => b"POST /api/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
            };
            let _ = one.write_all(begun).await;
            held.push_back(one);
            // Only those that have had to leave: files are few.
            if held.len() > PLACES + 64 {
                held.pop_front();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        held
    });
    let ask = first_request();
    let mut taken = Vec::new();
    while !attack.is_finished() || taken.len() < 20 {
        let began = Instant::now();
        let exchange = server.exchange(&credential, &ask);
        let reply = timeout(PATIENCE, exchange).await.unwrap();
        assert_eq!(reply.status, 200);
        taken.push(began.elapsed());
    }
    // The median: a busy machine may stand still for a while, and none has waited for longer than its patience.
    taken.sort();
    assert!(taken[taken.len() / 2] < Duration::from_secs(2), "{taken:?}");
    println!("{} exchanges, the slowest took {:?}", taken.len(), taken.last());
    assert_eq!(attack.await.unwrap().len(), PLACES + 64);
    // A server that stops does not wait for them either.
    timeout(PATIENCE, server.stop()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_has_a_size() {
    let server = server(never()).await;
    let many: String = (0..70).map(|n| format!("\r\nX-{n}: x")).collect();
    let long = format!("\r\nX-Long: {}", "x".repeat(40 * 1024));
    for lines in [many, long] {
        let reply = server.send(&format!("GET /healthz HTTP/1.1{lines}"), b"").await;
        assert_eq!(reply.status, 431);
    }
}
