//! Two queues of the table that follow from what is known around the sheets: who came late, and who has left.

use bilik_shared::command::What;
use bilik_shared::id::EntryId;
use bilik_shared::setup::Shown;
use bilik_shared::view::entries::Page;
use bilik_shared::view::{Overview, Row};
use serde_json::json;

use crate::Server;
use crate::exchange::Rogue;
use crate::roster::{all_of, excel};

impl Server {
    /// A queue, and how many the desk counts in it.
    async fn queue(&self, cookie: &str, queue: &str) -> (Vec<Row>, u32) {
        let ask = json!({ "queue": queue, "order": { "column": "cell", "direction": "up" } });
        let page = self.post("desk/entries/search", cookie, &ask).await;
        let page: Page = serde_json::from_slice(&page.body).unwrap();
        assert_eq!(page.total as usize, page.rows.len());
        let overview = self.get("desk/overview", cookie).await;
        let Overview { counts, .. } = serde_json::from_slice(&overview.body).unwrap();
        (page.rows, if queue == "late" { counts.late } else { counts.gone })
    }

    /// Sets the last day of the wave.
    async fn close_on(&self, day: &str) {
        let admin = self.sign_in("admin").await;
        let shown = self.get("desk/setup", &admin).await;
        let shown: Shown = serde_json::from_slice(&shown.body).unwrap();
        let was = json!(shown.setup.intakes[0]);
        let mut is = was.clone();
        is["wave"]["closes"] = json!(day);
        is["wave"]["opens"] = json!("2020-01-01");
        let edit = json!({ "what": "intake", "was": was, "is": is });
        let reply = self.post("desk/setup", &admin, &edit).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
    }
}

/// Two people whom a tablet has registered just now.
async fn two_registered(server: &Server) -> (Rogue, Vec<EntryId>) {
    let mut tablet = Rogue::enrol(server, 1).await;
    let ids: Vec<EntryId> = tablet.sheet.entries().iter().take(2).map(|entry| entry.id).collect();
    let mut chunks = Vec::new();
    for id in &ids {
        let fields = vec![("choices".to_owned(), "GAR".to_owned())];
        chunks.push(tablet.act(*id, What::Write { fields, registered: true }));
    }
    let sheet = tablet.id.clone();
    tablet.send(server, &sheet, &chunks.iter().collect::<Vec<_>>()).await;
    (tablet, ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_after_the_last_day_waits_in_a_queue_until_somebody_decides() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let (_tablet, ids) = two_registered(&server).await;
    let (rows, n) = server.queue(&marlin, "late").await;
    assert_eq!((rows.len(), n), (0, 0), "the wave is still open");
    server.close_on("2021-01-31").await;
    let (rows, n) = server.queue(&marlin, "late").await;
    assert_eq!((rows.len(), n), (2, 2));
    for row in &rows {
        assert!(ids.contains(&row.entry) && row.late.is_some() && row.received_at.is_some());
        assert!(row.recorded_at.is_some(), "both times are shown");
    }
    // Decided about, it waits no more.
    let row = &rows[0];
    let path = format!("desk/entries/{}/{}", row.sheet, row.entry);
    let detail = server.get(&path, &marlin).await.json();
    assert_eq!(detail["row"]["late"], json!(row.late));
    let verified = json!({ "state": "verified", "reason": "" });
    let reply = server.post(&format!("{path}/decide"), &marlin, &verified).await;
    assert_eq!((reply.status, &reply.json()["row"]["late"]), (200, &json!(null)));
    assert_eq!(server.queue(&marlin, "late").await.1, 1);
    // Nobody outside of the house hears of it.
    let partner = server.sign_in("disnaker").await;
    assert_eq!(server.queue(&partner, "late").await, (vec![], 0));
    // A wave that was prolonged is open again.
    server.close_on("2999-01-31").await;
    assert_eq!(server.queue(&marlin, "late").await, (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_on_the_list_no_more_waits_in_a_queue_if_they_are_registered() {
    let server = Server::start().await;
    let marlin = server.sign_in("marlin").await;
    let (tablet, ids) = two_registered(&server).await;
    let block = tablet.sheet.heading().block;
    let rows = server.rows(&marlin).await;
    let here: Vec<&Row> = rows.iter().filter(|row| row.block == block).collect();
    let list = |without: Option<EntryId>| {
        let stay = here.iter().filter(|row| Some(row.entry) != without);
        let lines: Vec<[&str; 4]> =
            stay.map(|row| [&*row.name, &*row.register_number, &*row.block, &*row.cell]).collect();
        excel(&lines)
    };
    for (without, expected) in [(Some(ids[0]), vec![ids[0]]), (None, vec![])] {
        let seen = server.preview(&marlin, &list(without)).await;
        let reply = server.apply(&marlin, &all_of(&seen)).await;
        assert_eq!(reply.status, 200, "{}", reply.code());
        let (rows, n) = server.queue(&marlin, "gone").await;
        let entries: Vec<EntryId> = rows.iter().map(|row| row.entry).collect();
        assert_eq!((entries, n as usize), (expected.clone(), expected.len()));
    }
}
