//! A list of 2,000 people, as a supervisor waits for it: read, compared, shown; then applied.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bilik_server::demo;
use bilik_server::key::Key;
use bilik_shared::roster::Kind;
use bilik_shared::roster::preview::{Apply, Preview};
use bilik_shared::view::SignIn;
use rust_xlsxwriter::Workbook;

use super::fleet::Failure;
use crate::process::Server;
use crate::wire::{Client, Counts, Who};

/// How many people are on the list.
const PEOPLE: usize = 2_000;
/// How many stand on each sheet of the invented facility's first four blocks.
const BLOCKS: [&str; 4] = ["A", "B", "C", "D"];

/// What was measured, in milliseconds.
pub struct Taken {
    /// From the file to the preview on a house that knows none of these people.
    pub preview: f64,
    /// From the decision to the answer that it is stored.
    pub apply: f64,
    /// The same file once more: everybody is known.
    pub again: f64,
    /// How large the file is, in bytes.
    pub file: f64,
}

/// Imports a list into a fresh invented facility.
pub async fn measure(server: &Path) -> Result<Taken, Failure> {
    let folder = tempfile::tempdir()?;
    let accounts = demo::prepare(folder.path(), &Key::for_tests())
        .map_err(|cause| cause.to_string())?
        .accounts;
    let marlin = accounts.into_iter().find(|account| account.user == "marlin");
    let marlin = marlin.ok_or("the invented facility has no supervisor")?;
    let server = Server::start(server, folder.path()).await?;
    let mut client = Client::new(server.address, Arc::new(Counts::default()));
    let sign_in = SignIn { user: marlin.user, password: marlin.password, ..SignIn::default() };
    let reply = client.post_json("/api/v1/sign-in", Who::Nobody, &sign_in).await;
    let cookie = reply.map_err(|_| "no sign-in")?.cookie.ok_or("no session")?;
    let who = Who::Session(&cookie);
    let file = excel()?;
    let size = file.len() as f64;

    let began = Instant::now();
    let seen = preview(&mut client, who, file.clone()).await?;
    let shown = began.elapsed().as_secs_f64() * 1e3;
    if seen.plan.count(Kind::New) != PEOPLE {
        return Err("not everybody is new".into());
    }
    let apply = Apply { preview: seen.id, choices: [].into(), blocks: Vec::new() };
    let began = Instant::now();
    let reply = client.post_json("/api/v1/desk/roster/apply", who, &apply).await;
    let applied = began.elapsed().as_secs_f64() * 1e3;
    if reply.map_err(|_| "not applied")?.status != 200 {
        return Err("the list was not applied".into());
    }
    let began = Instant::now();
    let seen = preview(&mut client, who, file).await?;
    let again = began.elapsed().as_secs_f64() * 1e3;
    if seen.plan.same as usize != PEOPLE {
        return Err("not everybody is known".into());
    }
    Ok(Taken { preview: shown, apply: applied, again, file: size })
}

async fn preview(client: &mut Client, who: Who<'_>, file: Vec<u8>) -> Result<Preview, Failure> {
    let reply = client.post("/api/v1/desk/roster/preview", who, file.into()).await;
    Ok(reply.map_err(|_| "no preview")?.json()?)
}

/// The file as the prison database exports it, with columns that are not read.
fn excel() -> Result<Vec<u8>, Failure> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let headings = ["No", "No Reg", "Nama", "Agama", "Putusan", "Ekspirasi", "Blok", "Sel"];
    sheet.write_row(0, 0, headings)?;
    let names = ["Yohanis", "Rusdi", "Elia", "Faisal", "Marthen", "Ismail", "Stenly", "Hamid"];
    let families = ["Latuconsina", "Wakano", "Souisa", "Nanlohy", "Titaley", "Huwae", "Loppies"];
    for n in 0..PEOPLE {
        let name = format!("{} {} {n}", names[n % 8], families[n / 8 % 7]);
        let (number, cell) = (format!("BI.{} / 31", n + 1), format!("Sel {}", n / 4 % 10 + 1));
        let line = n as u32 + 1;
        let block = BLOCKS[n % 4];
        let cells = ["1", &number, &name, "-", "3 tahun", "01/02/2030", block, &cell];
        sheet.write_row(line, 0, cells)?;
    }
    Ok(book.save_to_buffer()?)
}
