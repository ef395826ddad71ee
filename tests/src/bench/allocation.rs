//! Seats for many people: how long a run takes to propose them.

use std::time::Instant;

use bilik_shared::allocation::{Candidate, Input, Offer, Place, Wish, allocate};
use bilik_shared::id::{EntryId, ProgrammeCode, Seed};
use bilik_shared::lifecycle::State;
use bilik_shared::programme::Seat;

use super::fleet::Failure;

/// As many people as wait in a large house.
pub const PEOPLE: usize = 5_000;
/// As many packages as a year has in several places.
pub const PACKAGES: usize = 60;
const PROGRAMMES: usize = 20;
const SEATS: u32 = 16;

/// Milliseconds of one run, digest and proposal.
///
/// # Errors
/// Where not every seat is given, which would measure something else.
pub fn run(round: u8) -> Result<f64, Failure> {
    let programmes: Result<Vec<ProgrammeCode>, _> =
        (0..PROGRAMMES).map(|n| format!("P{n}").parse()).collect();
    let programmes = programmes?;
    let package = |n: usize| Offer {
        seat: Seat {
            programme: programmes[n % PROGRAMMES].clone(),
            number: (n / PROGRAMMES) as u32 + 1,
        },
        seats: SEATS,
        minimum: SEATS / 2,
        taken: 0,
    };
    let sheet: bilik_shared::id::SheetId = "2026.1-A".parse()?;
    let person = |n: usize| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(n as u64).to_be_bytes());
        let wish = |rank: usize| Wish {
            programme: programmes[(n * 7 + n / 50 + rank * 3) % PROGRAMMES].clone(),
            points: (n % 5) as u32 * 5,
            barred: None,
            unsure: false,
        };
        let wishes = (0..3).map(wish).collect();
        let (entry, state, turn) = (EntryId(id), State::Verified, None);
        Candidate { sheet: sheet.clone(), entry, state, turn, wishes, contested: false }
    };
    let input = Input {
        policy: 1,
        rules: Vec::new(),
        seed: Seed([round; 16]),
        packages: (0..PACKAGES).map(package).collect(),
        candidates: (0..PEOPLE).map(person).collect(),
        overrides: Vec::new(),
    };
    let began = Instant::now();
    let digest = input.digest();
    let proposal = allocate(&input);
    let taken = began.elapsed().as_secs_f64() * 1e3;
    std::hint::black_box(digest);
    let given = proposal.placed.iter().filter(|placed| placed.to == Place::Seat).count();
    match given == PACKAGES * SEATS as usize {
        true => Ok(taken),
        false => Err(format!("only {given} seats were given").into()),
    }
}
