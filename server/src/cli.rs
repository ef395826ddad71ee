//! The command line of `bilik`.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bilik_shared::id::SheetId;
use clap::{Parser, Subcommand};
use tokio::net::TcpListener;

use crate::config::{self, Config};
use crate::error::Error;
use crate::serve::{ServeError, serve};
use crate::store::{FILE_NAME, Store, sheets};
use crate::writer::Sheets;
use crate::{clock, demo, devices, lock, log};

/// Registers people in detention for vocational training: tablets without network, one server, one desk.
#[derive(Debug, Parser)]
#[command(name = "bilik", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the facility in a data folder.
    Serve(Serve),
    /// Serve an invented facility: 300 people, 5 blocks, 9 programmes. Made on the first start, kept after it.
    Demo(Serve),
    /// Make a one-time code for a tablet and show it with its link as a QR code.
    Enrol {
        #[command(flatten)]
        data: Data,
        /// Where tablets reach this server.
        #[arg(long, default_value = "http://localhost:8080")]
        origin: String,
    },
    /// List the sheets, or write one as an Automerge document that any other implementation reads.
    Sheet {
        #[command(flatten)]
        data: Data,
        /// List the sheets.
        #[arg(long, conflicts_with_all = ["id", "out"])]
        list: bool,
        /// The sheet to write.
        #[arg(required_unless_present = "list", requires = "out")]
        id: Option<SheetId>,
        /// The file to write it to.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Where to listen. Otherwise the variables HOST and PORT say it; otherwise 127.0.0.1:8080.
    #[arg(long)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    data: Data,
}

#[derive(Debug, clap::Args)]
struct Data {
    /// The folder that holds everything.
    #[arg(long = "data", env = "DATA_DIR", default_value = "data")]
    folder: PathBuf,
}

/// Why the program ends without having done what was asked.
#[derive(Debug)]
pub struct Failure {
    /// One sentence for the person who started it.
    pub sentence: String,
    /// 1: it did not work; 2: what was asked cannot be done as it was asked.
    pub exit_code: u8,
}

impl Failure {
    fn new(sentence: impl ToString) -> Self {
        Self { sentence: sentence.to_string(), exit_code: 1 }
    }

    fn asked_wrong(sentence: impl ToString) -> Self {
        Self { sentence: sentence.to_string(), exit_code: 2 }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(format!("It did not work: {} ({error:?}).", error.code()))
    }
}

/// Does what the command line says.
pub fn run() -> Result<(), Failure> {
    match Cli::parse().command {
        Command::Serve(Serve { listen, data }) => start(listen, data.folder),
        Command::Demo(Serve { listen, data }) => {
            demo::prepare(&data.folder).map_err(Failure::asked_wrong)?;
            start(listen, data.folder)
        }
        Command::Enrol { data, origin } => enrol(&data.folder, &origin),
        Command::Sheet { data, id: Some(id), out: Some(out), .. } => {
            write_sheet(&data.folder, &id, &out)
        }
        Command::Sheet { data, .. } => list_sheets(&data.folder),
    }
}

fn start(listen: Option<SocketAddr>, folder: PathBuf) -> Result<(), Failure> {
    let variable = |name| std::env::var(name).ok();
    let (host, port) = (variable("HOST"), variable("PORT"));
    let address = config::listen(listen, host.as_deref(), port.as_deref());
    let address = address.map_err(Failure::asked_wrong)?;
    // Looked at here as well, so that nothing is said about a folder that another server uses.
    if lock::take(&folder).map_err(Failure::new)?.is_none() {
        return Err(Failure::asked_wrong(ServeError::InUse(folder)));
    }
    log::start();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::new)?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|cause| match cause.kind() {
            ErrorKind::AddrInUse => Failure::asked_wrong(format!(
                "Port {} is in use by another program: stop that, or choose another with --listen.",
                address.port()
            )),
            _ => Failure::asked_wrong(format!("The server cannot listen on {address}: {cause}.")),
        })?;
        let address = listener.local_addr().map_err(Failure::new)?;
        demo::tell(&folder, &address).map_err(Failure::new)?;
        tracing::info!(%address, folder = %folder.display(), "serving");
        let served = serve(listener, Config { data: folder }, until_told()).await;
        tracing::info!("stopped");
        served.map_err(|cause| match cause {
            ServeError::InUse(_) => Failure::asked_wrong(cause),
            _ => Failure::new(cause),
        })
    })
}

/// Waits for SIGTERM or Ctrl-C.
async fn until_told() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Opens a folder that must hold a database already: a typing error must not make a new one.
fn open(folder: &Path) -> Result<Store, Failure> {
    if !folder.join(FILE_NAME).exists() {
        let sentence = format!("There is no database in the folder {}.", folder.display());
        return Err(Failure::asked_wrong(sentence));
    }
    Store::open(folder).map_err(Failure::new)
}

fn enrol(folder: &Path, origin: &str) -> Result<(), Failure> {
    let store = open(folder)?;
    if store.read_now(crate::house::House::load).map_err(Error::from)?.is_none() {
        return Err(Failure::asked_wrong(
            "There is no facility in this folder that a tablet could be enrolled for.",
        ));
    }
    let writer = store.connect_writer().map_err(Failure::new)?;
    let made = devices::new_code(&writer, None, devices::CODE_MINUTES, clock::now());
    let made = made.map_err(Error::from)?;
    let link = devices::link(origin, &made.code);
    println!("{}", devices::qr_terminal(&link)?);
    println!("Code  {}   (once, for {} minutes)", made.code, devices::CODE_MINUTES);
    println!("Link  {link}");
    Ok(())
}

fn list_sheets(folder: &Path) -> Result<(), Failure> {
    let store = open(folder)?;
    for sheet in store.read_now(sheets::list).map_err(Failure::new)? {
        println!("{}\tblock {}\tgeneration {}", sheet.id, sheet.block, sheet.generation);
    }
    Ok(())
}

fn write_sheet(folder: &Path, id: &SheetId, out: &Path) -> Result<(), Failure> {
    let store = open(folder)?;
    let reader = store.connect_writer().map_err(Failure::new)?;
    let saved = match Sheets::new().view(&reader, id) {
        Ok(open) => open.saved(),
        Err(Error::SheetUnknown) => {
            return Err(Failure::asked_wrong(format!(
                "There is no sheet {id}: `bilik sheet --list` shows them."
            )));
        }
        Err(other) => return Err(other.into()),
    };
    std::fs::write(out, &saved)
        .map_err(|cause| Failure::new(format!("{} cannot be written: {cause}.", out.display())))?;
    println!("{} bytes in {}", saved.len(), out.display());
    Ok(())
}
