//! What is made up starts from honest work: a sheet that two tablets and the desk wrote to, and what comes next.

use bilik_shared::command::{Author, Command, Moment, What};
use bilik_shared::id::{ActorId, EntryId, OfficerId};
use bilik_shared::person::Person;
use bilik_shared::role::Role;
use bilik_shared::sheet::{Chunk, Heading, Sheet};
use bilik_shared::time::{Date, Timestamp};

/// The server's own actor.
pub const SERVER: ActorId = ActorId([5; 16]);

/// A sheet as the server has it, and honest changes that it does not have yet.
pub struct House {
    /// What the server has, in causal order.
    pub known: Vec<Chunk>,
    /// The same, saved.
    pub saved: Vec<u8>,
    /// Honest changes of tablet `T01`, each of which may come next.
    pub next: Vec<Chunk>,
}

fn moment(tablet: &str, at: i64) -> Moment {
    let author =
        Author { device: Some(tablet.parse().unwrap()), officer: "grace".parse().unwrap() };
    let today = Date::new(2025, 10, 2).unwrap();
    Moment { author, role: Role::Officer, at: Timestamp(at), today, number: None }
}

fn write(sheet: &mut Sheet, tablet: &str, entry: u8, fields: &[(&str, &str)]) -> Chunk {
    let fields = fields.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    let what = What::Write { fields, registered: true };
    let command = Command { sheet: "s".parse().unwrap(), entry: EntryId([entry; 16]), what };
    sheet.act(&command, &moment(tablet, 1_000)).unwrap().chunk.unwrap()
}

/// Makes the house.
pub fn house() -> House {
    let heading = Heading { facility: "AMB".into(), wave: "2025.2".into(), block: "B".into() };
    let roster = [1, 2].map(|n| (EntryId([n; 16]), Person::default()));
    let by: OfficerId = "demo".parse().unwrap();
    let mut server = Sheet::open(&heading, &roster, SERVER, &by, Timestamp(0)).unwrap();
    let opened = server.save();
    let mut one = Sheet::load(&opened, ActorId([0xa; 16])).unwrap();
    let mut two = Sheet::load(&opened, ActorId([0xb; 16])).unwrap();
    let first = write(&mut one, "T01", 1, &[("reason", "ingin bisa menjahit"), ("skills", "kayu")]);
    let theirs = write(&mut two, "T02", 1, &[("reason", "ingin bekerja")]);
    let made = write(&mut two, "T02", 7, &[("reason", "belum ada di daftar")]);
    server.apply([&first, &theirs, &made]).unwrap();
    let what = What::Decide {
        state: bilik_shared::lifecycle::DecisionState::Verified,
        reason: String::new(),
        seat: None,
    };
    let command = Command { sheet: "s".parse().unwrap(), entry: EntryId([7; 16]), what };
    let mut desk = moment("T01", 2_000);
    desk.author = Author { device: None, officer: "marlin".parse().unwrap() };
    desk.role = Role::Supervisor;
    server.act(&command, &desk).unwrap();
    let saved = server.save();
    let known = server.changes_since(&[]);
    // Each of these is the tablet's second change: only one of them can come next.
    let next = |entry, fields: &[(&str, &str)]| {
        let mut tablet = Sheet::load(&saved, ActorId([0xa; 16])).unwrap();
        write(&mut tablet, "T01", entry, fields)
    };
    let next = vec![
        next(1, &[("reason", "dua jawaban menjadi satu")]),
        next(2, &[("choices", "1:MTU-01"), ("education", "SMP"), ("home.address", "Batu Merah")]),
        next(9, &[("reason", "orang baru"), ("skills", "las")]),
    ];
    House { known, saved, next }
}
