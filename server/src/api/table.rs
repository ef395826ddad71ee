//! The table of registrations: a page at a time, narrowed and searched here.
//!
//! The desk asks by POST, so that a name that somebody types stands in no address; a system that reads lists may
//! ask by GET.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use bilik_shared::view::Row;
use bilik_shared::view::entries::{
    Ask, Cursor, Filter, MAX_PAGE, Named, Order, Page, Picked, Queue, Reading,
};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Input, Reader, Scope};
use crate::privacy::list_noted;

/// What an address may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `asked`, `all`, `late`, `gone`, or `contested`.
    queue: Option<String>,
    /// The code of a state; it goes before the queue.
    state: Option<String>,
    /// Blocks, with commas between them.
    block: Option<String>,
    /// The code of a programme that was ranked.
    programme: Option<String>,
    /// What is searched for.
    q: Option<String>,
    /// A column, with a dash before it where large comes first.
    order: Option<String>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// How many rows.
    limit: Option<u32>,
}

impl Asked {
    fn read(self) -> Result<Ask, Error> {
        let unreadable = || Error::BadBody("bad_query");
        let contested = self.queue.as_deref() == Some("contested");
        let queue = match (self.state.as_deref(), self.queue.as_deref()) {
            (Some(state), _) => Queue::parse(state).ok_or_else(unreadable)?,
            (None, Some("contested")) => Queue::Everyone,
            (None, Some(queue)) => Queue::parse(queue).ok_or_else(unreadable)?,
            (None, None) => Queue::default(),
        };
        let blocks = self.block.unwrap_or_default();
        let blocks = blocks.split(',').map(str::trim).filter(|block| !block.is_empty());
        let programme = self.programme.map(|code| code.parse().map_err(|_| unreadable()));
        let order = self.order.map(|order| Order::parse(&order).ok_or_else(unreadable));
        let filter = Filter {
            queue,
            blocks: blocks.map(str::to_owned).collect(),
            contested,
            programme: programme.transpose()?,
            text: self.q.unwrap_or_default(),
        };
        Ok(Ask { filter, order: order.transpose()?, cursor: self.cursor, limit: self.limit })
    }
}

/// `GET /api/v1/desk/entries?queue=&state=&block=&programme=&q=&order=&cursor=&limit=`
pub async fn list(
    State(app): State<App>,
    reader: Reader,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Json<Page>, Error> {
    let Query(asked) = asked.map_err(|_| Error::BadBody("bad_query"))?;
    page(&app, &reader, asked.read()?).await
}

/// `POST /api/v1/desk/entries/search`
pub async fn search(
    State(app): State<App>,
    reader: Reader,
    Input(ask): Input<Ask>,
) -> Result<Json<Page>, Error> {
    page(&app, &reader, ask).await
}

async fn page(app: &App, reader: &Reader, ask: Ask) -> Result<Json<Page>, Error> {
    let user = reader.user(Scope::Participants)?;
    let role = user.role;
    let cursor = ask.cursor.as_deref().map(read_cursor).transpose()?;
    let (board, reading) = (app.board.clone(), Reading::of(ask, cursor));
    // Tens of thousands of rows take milliseconds: too long for a thread that answers others.
    let picked = tokio::task::spawn_blocking(move || board.page(role, &reading)).await;
    let picked = picked.map_err(|cause| Error::Internal(cause.to_string()))??;
    let Picked { rows, next, total, facets } = picked;
    list_noted(app, &user, rows.len()).await?;
    let next = next.as_ref().map(write_cursor).transpose()?;
    Ok(Json(Page { rows, next, total, facets }))
}

/// `POST /api/v1/desk/entries/named`: the rows of entries whose ids somebody has; who is not there for them is left out.
pub async fn named(
    State(app): State<App>,
    reader: Reader,
    Input(Named { entries }): Input<Named>,
) -> Result<Json<Vec<Row>>, Error> {
    let user = reader.user(Scope::Participants)?;
    if entries.len() > MAX_PAGE as usize {
        return Err(Error::Unfit("too_many"));
    }
    let rows = app.board.named(user.role, &entries);
    list_noted(&app, &user, rows.len()).await?;
    Ok(Json(rows))
}

fn read_cursor(text: &str) -> Result<Cursor, Error> {
    let bytes = BASE64.decode(text).map_err(|_| Error::CursorUnknown)?;
    serde_json::from_slice(&bytes).map_err(|_| Error::CursorUnknown)
}

fn write_cursor(cursor: &Cursor) -> Result<String, Error> {
    let bytes = serde_json::to_vec(cursor).map_err(|cause| Error::Internal(cause.to_string()))?;
    Ok(BASE64.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_again_as_it_was_written() {
        for queue in
            [Queue::Asked, Queue::Everyone, Queue::Only(bilik_shared::lifecycle::State::Returned)]
        {
            let filter = Filter { queue, blocks: ["B".to_owned()].into(), ..Filter::default() };
            let ask = Ask { filter, order: Some(Order::FIT), ..Ask::default() };
            let text = serde_json::to_string(&ask).unwrap();
            assert_eq!(serde_json::from_str::<Ask>(&text).unwrap(), ask);
        }
        assert_eq!(serde_json::from_str::<Ask>("{}").unwrap(), Ask::default());
    }
}
