//! How long a tablet is read without contact: set by the administrator, told to tablets, shown at the desk.

use bilik_shared::exchange::Answer;
use bilik_shared::setup::{LEASE_HOURS, Shown, Tablets};
use bilik_shared::time::Timestamp;
use bilik_shared::view::DeviceRow;
use serde_json::json;

use crate::Server;
use crate::exchange::first_request;

#[tokio::test(flavor = "multi_thread")]
async fn the_lease_of_tablets_is_kept_inside_its_bounds_logged_and_told() {
    let server = Server::start().await;
    let (admin, marlin) = (server.sign_in("admin").await, server.sign_in("marlin").await);
    let credential = server.enrol().await;
    let told = async || {
        let reply = server.exchange(&credential, &first_request()).await;
        Answer::decode(&reply.body).unwrap().brief.unwrap().1.lease_hours
    };
    let set = async |cookie: &str, was: u32, is: u32| {
        let edit =
            json!({ "what": "guard", "was": { "lease_hours": was }, "is": { "lease_hours": is } });
        server.post("desk/setup", cookie, &edit).await
    };
    assert_eq!(told().await, Some(LEASE_HOURS));
    for wrong in [0, 11, 721, u32::MAX] {
        let reply = set(&admin, LEASE_HOURS, wrong).await;
        assert_eq!((reply.status, reply.code()), (422, "lease_out_of_range".into()), "{wrong}");
    }
    assert_eq!(set(&marlin, LEASE_HOURS, 24).await.code(), "role_may_not");
    // Sent twice, as an impatient finger does: done once.
    for _ in 0..2 {
        assert_eq!(set(&admin, LEASE_HOURS, 24).await.status, 200);
    }
    assert_eq!(set(&admin, LEASE_HOURS, 48).await.code(), "setup_outdated");
    assert_eq!(told().await, Some(24), "the next contact tells it");

    let shown: Shown =
        serde_json::from_slice(&server.get("desk/setup", &admin).await.body).unwrap();
    assert_eq!((shown.setup.guard.lease_hours, shown.log.len()), (24, 1));
    let change = &shown.log[0].changes[0];
    let said = (change.fact.as_str(), change.was.as_str(), change.is.as_str());
    assert_eq!(said, ("lease_hours", "72", "24"));
    let tablets: Tablets =
        serde_json::from_slice(&server.get("desk/devices", &marlin).await.body).unwrap();
    let at = |hours: i64, ms: i64| Timestamp(hours * 3_600_000 + ms);
    let row = DeviceRow { last_contact: Some(at(0, 0)), ..tablets.rows[0].clone() };
    let ended = |row: &DeviceRow, now| tablets.lease_ended(row, now);
    assert_eq!((ended(&row, at(24, 0)), ended(&row, at(24, 1))), (None, Some(at(24, 0))));
    let revoked = DeviceRow { revoked_at: Some(at(1, 0)), ..row.clone() };
    assert_eq!(ended(&revoked, at(99, 0)), None, "it reads nothing anyway");
    assert_eq!(ended(&DeviceRow { last_contact: None, ..row }, at(99, 0)), None);
    server.stop().await;
}
