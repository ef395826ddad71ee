//! Who may have which place. Asked inside the writer's transaction only, so that two decisions at once
//! never give one seat twice.

use bilik_shared::command::{NoSeat, Refused};
use bilik_shared::lifecycle::DecisionState;
use bilik_shared::programme::Seat;
use bilik_shared::view::Decide;
use rusqlite::Connection;

use crate::error::Error;
use crate::house::House;
use crate::store::entries;

/// The place that goes with a decision, if it can be had; `None` where the decision gives none.
///
/// # Errors
/// [`NoSeat`], where the place is not named, does not exist, or is taken.
pub fn find(db: &Connection, house: &House, decision: &Decide) -> Result<Option<Seat>, Error> {
    let Decide { state, programme, package, .. } = decision;
    if !matches!(state, DecisionState::Confirmed | DecisionState::Reserve) {
        return Ok(None);
    }
    let programme = programme.clone().ok_or(refused(NoSeat::Missing))?;
    if *state == DecisionState::Reserve {
        let known = house.programmes.iter().any(|known| known.code == programme);
        let number = entries::last_turn(db, &programme)? + 1;
        return match known {
            true => Ok(Some(Seat { programme, number })),
            false => Err(refused(NoSeat::Unknown)),
        };
    }
    let seat = Seat { programme, number: package.ok_or(refused(NoSeat::Missing))? };
    match free(db, house, &seat)? {
        0 => Err(refused(NoSeat::Full)),
        _ => Ok(Some(seat)),
    }
}

/// How many seats of a package are free.
pub fn free(db: &Connection, house: &House, seat: &Seat) -> Result<u32, Error> {
    let mut programmes = house.programmes.iter();
    let packages = programmes.find(|programme| programme.code == seat.programme);
    let mut packages = packages.iter().flat_map(|programme| &programme.packages);
    let package = packages.find(|package| package.number == seat.number);
    let seats = package.ok_or(refused(NoSeat::Unknown))?.seats;
    Ok(seats.saturating_sub(entries::count_taken(db, seat)?))
}

fn refused(why: NoSeat) -> Error {
    Error::Refused(Refused::Seat(why))
}
