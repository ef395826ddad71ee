//! Filters of the desk's table that people saved under a name.

use bilik_shared::id::OfficerId;
use bilik_shared::view::entries::View;
use rusqlite::{Connection, Result};

/// The views of a person, by name. One that only a newer version reads is left out.
pub fn list(connection: &Connection, user: &OfficerId) -> Result<Vec<View>> {
    let sql = "SELECT id, view FROM views WHERE user = ?1 ORDER BY name";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map((user.as_str(),), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let rows: Vec<(i64, String)> = rows.collect::<Result<_>>()?;
    let read = |(id, text): (i64, String)| {
        let view = serde_json::from_str::<View>(&text).ok()?;
        Some(View { id, ..view })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Saves a view; one of the same name is replaced.
pub fn put(connection: &Connection, user: &OfficerId, view: &View) -> Result<()> {
    let text = super::columns::json(view)?;
    let sql = "INSERT INTO views (user, name, view) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET view = excluded.view";
    connection.execute(sql, (user.as_str(), &view.name, text))?;
    Ok(())
}

/// Removes a view of a person; `false` where they have none of this number.
pub fn remove(connection: &Connection, user: &OfficerId, id: i64) -> Result<bool> {
    let sql = "DELETE FROM views WHERE id = ?1 AND user = ?2";
    Ok(connection.execute(sql, (id, user.as_str()))? == 1)
}
