//! A server in front of the real one that can give out another build of the tablet's app, whole or broken.
//!
//! Another build is the same app with a mark in its page, a stylesheet of another name and a service worker that
//! lists both: everything a browser needs to take it for a new version.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::wire::{Client, Counts, Who};

/// What is wrong with a build's stylesheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    Whole,
    /// The server fails.
    Status500,
    /// The connection ends in the middle of the file.
    Cut,
    /// Another file comes under its name.
    Other,
}

/// One answer.
#[derive(Debug, Clone)]
struct File {
    kind: &'static str,
    body: Vec<u8>,
    fault: Fault,
}

/// The server in front.
#[derive(Debug)]
pub struct Front {
    /// Where to connect.
    pub address: SocketAddr,
    server: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, File>,
    asked: BTreeMap<String, usize>,
    posts: Vec<String>,
}

/// The address of the page.
const PAGE: &str = "/tablet/";
const WORKER: &str = "/tablet/service_worker.js";

impl Front {
    /// Starts in front of a server, and passes everything on.
    pub async fn start(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, server, shared.clone()));
            }
        });
        Ok(Self { address, server, state })
    }

    /// Gives out a build with this name from now on.
    pub async fn offer(&self, build: &str, fault: Fault) {
        let mut client = Client::new(self.server, Arc::new(Counts::default()));
        let mut get =
            async |path: &str| client.get(path, Who::Nobody).await.map(|reply| reply.body);
        let page = String::from_utf8_lossy(&get(PAGE).await.unwrap_or_default()).into_owned();
        let worker = String::from_utf8_lossy(&get(WORKER).await.unwrap_or_default()).into_owned();
        let old_style = page.split('"').find(|word| word.starts_with("/tablet/style-"));
        let old_style = old_style.unwrap_or_default().to_owned();
        let mut style = get(&old_style).await.unwrap_or_default().to_vec();
        style.extend(format!("/* {build} */\n").as_bytes());
        let name: String = Sha256::digest(&style)[..6].iter().map(|b| format!("{b:02x}")).collect();
        let new_style = format!("/tablet/style-{name}.css");
        let mark = format!("</title>\n<meta name=\"build\" content=\"{build}\">");
        let page = page.replace(&old_style, &new_style).replace("</title>", &mark);

        let (first, rest) = worker.split_once('\n').unwrap_or_default();
        let list = first.trim_start_matches("const PRECACHE = ").trim_end_matches(';');
        let mut list: Value = serde_json::from_str(list).unwrap_or_default();
        list["version"] = json!(build);
        for file in list["files"].as_array_mut().into_iter().flatten() {
            if file["url"] == PAGE {
                file["integrity"] = json!(integrity(page.as_bytes()));
            } else if file["url"] == old_style {
                *file = json!({ "url": new_style, "integrity": integrity(&style), "hashed": true });
            }
        }
        let worker = format!("const PRECACHE = {list};\n{rest}");
        let whole = |kind, body| File { kind, body, fault: Fault::Whole };
        let mut state = lock(&self.state);
        state.files = BTreeMap::from([
            (PAGE.to_owned(), whole("text/html; charset=utf-8", page.into_bytes())),
            (WORKER.to_owned(), whole("text/javascript; charset=utf-8", worker.into_bytes())),
            (new_style, File { kind: "text/css; charset=utf-8", body: style, fault }),
        ]);
        state.asked.clear();
    }

    /// The server's own build again, as after it was put back.
    pub fn withdraw(&self) {
        lock(&self.state).files.clear();
    }

    /// How often the stylesheet of the offered build was asked for.
    pub fn asked_for_style(&self) -> usize {
        let state = lock(&self.state);
        let style = state.asked.iter().filter(|(path, _)| path.starts_with("/tablet/style-"));
        style.map(|(_, times)| times).sum()
    }

    /// The paths that something was posted to, in order.
    pub fn posts(&self) -> Vec<String> {
        lock(&self.state).posts.clone()
    }
}

fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(bytes)))
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One request of one connection: answered here, or passed on.
async fn serve(
    mut socket: TcpStream,
    server: SocketAddr,
    state: Arc<Mutex<State>>,
) -> io::Result<()> {
    let mut read = Vec::new();
    let end = loop {
        let mut buffer = [0; 4096];
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        read.extend(&buffer[..n]);
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8_lossy(&read[..end]).into_owned();
    let mut words = head.split([' ', '?']);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let file = {
        let mut state = lock(&state);
        match method {
            "GET" => *state.asked.entry(path.to_owned()).or_default() += 1,
            _ => state.posts.push(path.to_owned()),
        }
        state.files.get(path).filter(|_| method == "GET").cloned()
    };
    if let Some(file) = file {
        return answer(&mut socket, file).await;
    }
    // The next request on the same connection would go past us.
    let is_connection = |line: &&str| line.to_ascii_lowercase().starts_with("connection:");
    let lines: Vec<&str> = head.split("\r\n").filter(|line| !is_connection(line)).collect();
    let mut onward = TcpStream::connect(server).await?;
    onward.write_all(format!("{}\r\nConnection: close", lines.join("\r\n")).as_bytes()).await?;
    onward.write_all(&read[end..]).await?;
    tokio::io::copy_bidirectional(&mut socket, &mut onward).await.map(drop)
}

async fn answer(socket: &mut TcpStream, file: File) -> io::Result<()> {
    let File { kind, mut body, fault } = file;
    let status = if fault == Fault::Status500 { "500 Failed" } else { "200 OK" };
    if fault == Fault::Other {
        body = b"main { display: none }".to_vec();
    }
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\nConnection: close\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await?;
    if fault == Fault::Cut {
        body.truncate(body.len() / 2);
    }
    socket.write_all(&body).await?;
    socket.shutdown().await
}
