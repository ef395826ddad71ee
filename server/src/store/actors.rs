//! Which tablet an actor belongs to: the one that used it first.

use bilik_shared::admission::Owner;
use bilik_shared::id::ActorId;
use rusqlite::{Connection, OptionalExtension, Result};

use super::columns::parsed;

/// Stands for the server where otherwise the code of a tablet stands; tablets are called `T` and a number.
const SERVER: &str = "server";

/// Who an actor belongs to.
pub fn owner_of(connection: &Connection, actor: ActorId) -> Result<Owner> {
    let mut statement = connection.prepare_cached("SELECT device FROM actors WHERE actor = ?1")?;
    let found = statement.query_row((actor.0,), |row| {
        if row.get_ref(0)?.as_str()? == SERVER {
            Ok(Owner::Server)
        } else {
            parsed(row, 0).map(Owner::Device)
        }
    });
    Ok(found.optional()?.unwrap_or(Owner::Free))
}

/// Binds an actor to its owner. An actor that is bound stays where it is.
pub fn bind(connection: &Connection, actor: ActorId, owner: &Owner) -> Result<()> {
    let device = match owner {
        Owner::Free => return Ok(()),
        Owner::Server => SERVER,
        Owner::Device(code) => code.as_str(),
    };
    let sql = "INSERT INTO actors (actor, device) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    connection.prepare_cached(sql)?.execute((actor.0, device))?;
    Ok(())
}
