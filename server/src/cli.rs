//! The command line of `bilik`.

mod backup;
mod start;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bilik_shared::chain::Printed;
use bilik_shared::id::SheetId;
use bilik_shared::role::Role;
use bilik_shared::setup::AddAccount;
use clap::{Parser, Subcommand};
use tokio::net::TcpListener;

use crate::config::{self, Config};
use crate::demo::DemoError;
use crate::error::Error;
use crate::key::{self, Key, KeyError};
use crate::lock::{self, Alone};
use crate::serve::{ServeError, serve};
use crate::setup::Moment;
use crate::setup::accounts::{self, First};
use crate::store::audit::{self, By};
use crate::store::{FILE_NAME, OpenError, Store, sheets};
use crate::tls::{Authority, Host};
use crate::writer::Sheets;
use crate::{clock, demo, devices, log};
use start::{Serve, origin};

/// Who made what was made here, in the log of the set-up.
const CONSOLE: &str = "bilik";

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
    /// Make the first administrator, who sets everything up at the desk; or a new first password for one who
    /// cannot sign in any more. The password is printed once.
    Admin {
        #[command(flatten)]
        data: Data,
        /// What the administrator types to sign in: small letters, digits, dots and dashes.
        #[arg(long, default_value = "admin")]
        user: String,
        /// What screens call them.
        #[arg(long, default_value = "Admin UPT")]
        name: String,
    },
    /// Make a one-time code for a tablet and show it with its link as a QR code.
    Enrol {
        #[command(flatten)]
        data: Data,
        /// Where tablets reach this server.
        #[arg(long, default_value = "http://localhost:8080")]
        origin: String,
    },
    /// Show the certificate of the server's own authority: where it lies, and the fingerprint to compare on tablets.
    Ca {
        #[command(flatten)]
        data: Folder,
    },
    /// Make the key that the database is encrypted with. It belongs on another medium than the data folder.
    Key {
        /// The file for the key.
        #[arg(long)]
        out: PathBuf,
    },
    /// Write an encrypted, verified backup, beside a server that runs.
    Backup(backup::Backup),
    /// Make the pair of keys for backups: the private one goes into a file, the public one is printed.
    BackupKey {
        /// The file for the private key.
        #[arg(long)]
        out: PathBuf,
    },
    /// Look the database over, beside a server that runs: is the file whole, and is every row what this program
    /// wrote? Ends with 0 where it is, with 1 where it is not.
    Verify {
        #[command(flatten)]
        data: Data,
        /// A record of the audit as a paper names it, for example "18204:3F2A 91C0 77DE 05B4"; may be given several
        /// times. Is it still there?
        #[arg(long, value_name = "NUMBER:FINGERPRINT", value_parser = backup::printed)]
        known: Vec<Printed>,
    },
    /// Restore a backup into an empty folder. Any key will do: the one given here is what it is served with.
    Restore(backup::Restore),
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
struct Folder {
    /// The folder that holds everything.
    #[arg(long = "data", env = "DATA_DIR", default_value = "data")]
    folder: PathBuf,
}

/// A folder with what opens the database in it.
#[derive(Debug, clap::Args)]
struct Data {
    #[command(flatten)]
    folder: Folder,
    /// The file with the key of the database, on another medium than the folder: `bilik key` makes one.
    #[arg(long, env = "BILIK_KEY_FILE")]
    key: Option<PathBuf>,
}

impl Data {
    fn folder(&self) -> &Path {
        &self.folder.folder
    }

    fn key(&self) -> Result<Key, Failure> {
        let file = self.key.as_deref().ok_or(KeyError::NotSaid).map_err(Failure::asked_wrong)?;
        Key::read(file, self.folder()).map_err(Failure::asked_wrong)
    }

    /// The database, which is made if it is not there.
    fn open(&self) -> Result<Store, Failure> {
        Ok(Store::open(self.folder(), &self.key()?)?)
    }

    /// A database that must be there already: a typing error must not make a new one.
    fn open_known(&self) -> Result<Store, Failure> {
        if !self.folder().join(FILE_NAME).exists() {
            let sentence =
                format!("There is no database in the folder {}.", self.folder().display());
            return Err(Failure::asked_wrong(sentence));
        }
        self.open()
    }
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

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::WrongKey(_) | OpenError::InUse(_) => Self::asked_wrong(error),
            _ => Self::new(error),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(format!("It did not work: {} ({error:?}).", error.code()))
    }
}

/// Does what the command line says.
pub fn run() -> Result<(), Failure> {
    let cli = Cli::parse();
    // Only the command's name: what stands behind it may be somebody's.
    let what = std::env::args().nth(1).unwrap_or_default();
    audit::write_as(By { what, ..By::default() });
    match cli.command {
        Command::Serve(asked) => {
            let key = asked.data.key()?;
            run_server(&asked, key)
        }
        Command::Demo(asked) => {
            let key = match &asked.data.key {
                Some(_) => asked.data.key()?,
                None => demo::key(asked.data.folder()).map_err(Failure::asked_wrong)?,
            };
            demo::prepare(asked.data.folder(), &key).map_err(Failure::asked_wrong)?;
            run_server(&asked, key)
        }
        Command::Ca { data } => show_authority(&data.folder),
        Command::Key { out } => make_key(&out),
        Command::Admin { data, user, name } => make_admin(&data, user, name),
        Command::Enrol { data, origin } => enrol(&data, &origin),
        Command::Backup(asked) => backup::make(&asked),
        Command::BackupKey { out } => backup::make_key(&out),
        Command::Verify { data, known } => backup::verify(&data, &known),
        Command::Restore(asked) => backup::restore(&asked),
        Command::Sheet { data, id: Some(id), out: Some(out), .. } => write_sheet(&data, &id, &out),
        Command::Sheet { data, .. } => list_sheets(&data),
    }
}

fn run_server(asked: &Serve, key: Key) -> Result<(), Failure> {
    let variable = |name| std::env::var(name).ok();
    let (host, port) = (variable("HOST"), variable("PORT"));
    let address = config::listen(asked.listen, host.as_deref(), port.as_deref());
    let address = address.map_err(Failure::asked_wrong)?;
    let folder = asked.data.folder().to_owned();
    let config = Config { transport: asked.transport()?, ..Config::new(&folder, key) };
    if !config.transport.may_listen_on(address.ip()) {
        return Err(Failure::asked_wrong(ServeError::PlainOutside(address)));
    }
    // Looked at here as well, so that nothing is said about a folder that another server uses.
    if lock::take(&folder, Alone::Serve).map_err(Failure::new)?.is_none() {
        return Err(Failure::asked_wrong(ServeError::InUse(folder)));
    }
    log::start();
    if asked.data.key.as_ref().is_some_and(|file| key::on_one_disk(file, &folder)) {
        tracing::warn!(
            "the key lies on the disk of the data: whoever takes the disk away has both, keep it on another medium"
        );
    }
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
        let told = demo::tell(&folder, &config.key, &origin(&config.transport, &address));
        told.map_err(|cause| match cause {
            DemoError::Open(cause) => cause.into(),
            other => Failure::new(other),
        })?;
        let tls = config.transport.is_tls();
        tracing::info!(%address, tls, folder = %folder.display(), "serving");
        let served = serve(listener, config, until_told()).await;
        tracing::info!("stopped");
        served.map_err(|cause| match cause {
            ServeError::InUse(_) | ServeError::Tls(_) => Failure::asked_wrong(cause),
            ServeError::Open(cause) => cause.into(),
            _ => Failure::new(cause),
        })
    })
}

fn show_authority(folder: &Path) -> Result<(), Failure> {
    let known = Authority::open(folder).map_err(Failure::new)?;
    let authority = known.ok_or_else(|| {
        Failure::asked_wrong(format!(
            "There is no authority in the folder {}: `bilik serve --tls auto --host NAME` makes one.",
            folder.display()
        ))
    })?;
    let hosts: Vec<String> = authority.hosts().iter().map(Host::to_string).collect();
    println!("Certificate  {}", authority.file().display());
    println!("Vouches for  {}", hosts.join(", "));
    println!("SHA-256      {}", authority.fingerprint());
    println!(
        "\nPut it on each tablet and compare the fingerprint: the server's page /ca says how."
    );
    Ok(())
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

fn make_key(out: &Path) -> Result<(), Failure> {
    Key::random().write(out).map_err(|error| match error {
        KeyError::IsThere(_) => Failure::asked_wrong(error),
        _ => Failure::new(error),
    })?;
    println!(
        "The key lies in {}: keep it where the data are not, and a copy of it elsewhere.",
        out.display()
    );
    println!(
        "Without it the database is lost; a backup is opened by the private key of backups alone."
    );
    Ok(())
}

/// Works beside a server that runs: both write in transactions.
fn make_admin(data: &Data, user: String, name: String) -> Result<(), Failure> {
    let store = data.open()?;
    let mut writer = store.connect_writer().map_err(Failure::new)?;
    let by = CONSOLE.parse().map_err(Failure::new)?;
    let moment = Moment { by, at: clock::now() };
    let asked = AddAccount { id: user, name, role: Role::Administrator };
    let first = First::make(&store.pepper())?;
    let transaction = writer.transaction().map_err(Error::from)?;
    let is_new = accounts::from_console(&transaction, &asked, &first, &moment);
    let is_new = is_new.map_err(|error| match error {
        Error::Fault(fault) => Failure::asked_wrong(fault),
        Error::RoleMayNot => Failure::asked_wrong(format!(
            "{} is there already and no administrator: choose another name with --user.",
            asked.id
        )),
        other => other.into(),
    })?;
    transaction.commit().map_err(Error::from)?;
    let what = if is_new { "A new administrator" } else { "A new first password" };
    println!("{what}. It works once: whoever signs in with it chooses their own.\n");
    println!("User      {}", asked.id);
    println!("Password  {}", first.password);
    Ok(())
}

fn enrol(data: &Data, origin: &str) -> Result<(), Failure> {
    let store = data.open_known()?;
    if store.read_now(crate::house::House::load).map_err(Error::from)?.is_none() {
        return Err(Failure::asked_wrong(
            "There is no facility with an open wave in this folder that a tablet could be enrolled for: set one up at the desk.",
        ));
    }
    let writer = store.connect_writer().map_err(Failure::new)?;
    let made = devices::new_code(&writer, None, devices::CODE_MINUTES, clock::now())?;
    let link = devices::link(origin, &made.code);
    println!("{}", devices::qr_terminal(&link)?);
    println!("Code  {}   (once, for {} minutes)", made.code, devices::CODE_MINUTES);
    println!("Link  {link}");
    Ok(())
}

fn list_sheets(data: &Data) -> Result<(), Failure> {
    let store = data.open_known()?;
    for sheet in store.read_now(sheets::list).map_err(Failure::new)? {
        println!("{}\tblock {}\tgeneration {}", sheet.id, sheet.block, sheet.generation);
    }
    Ok(())
}

fn write_sheet(data: &Data, id: &SheetId, out: &Path) -> Result<(), Failure> {
    let store = data.open_known()?;
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
