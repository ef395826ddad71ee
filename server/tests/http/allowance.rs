//! What a tablet that lies may leave at the server within a day.

use std::path::Path;

use bilik_server::allowance::DAILY;
use bilik_shared::exchange;
use bilik_shared::id::Hash;
use sha2::{Digest as _, Sha256};

use crate::Server;
use crate::exchange::{Rogue, bringing, first_request};

/// A change of this many bytes.
const LONG: usize = 60 * 1024;

/// A request that brings four changes of rubbish, which nothing makes smaller; `n` tells them apart.
fn rubbish(n: u32) -> Vec<u8> {
    // What stands before the contents of a change does not travel: 8 bytes, its kind, and their length.
    let length = [(LONG & 0x7f) as u8 | 0x80, (LONG >> 7 & 0x7f) as u8 | 0x80, (LONG >> 14) as u8];
    let change = |which: u32| {
        let noise = |at: u32| Sha256::digest([n, which, at].map(u32::to_be_bytes).concat());
        let mut bytes = [&[0; 8][..], &[1], &length, &[0]].concat();
        bytes.extend((0..LONG as u32 / 32).flat_map(noise));
        bytes
    };
    let changes: Vec<_> = (0..4).map(change).collect();
    let named = changes.iter().map(|bytes| (Hash(Sha256::digest(bytes).into()), &bytes[..]));
    let (packed, all) = exchange::pack_bytes(named);
    assert!(all == 4 && packed.len() > 4 * LONG);
    bringing(&"no-such-sheet".parse().unwrap(), Vec::new(), packed)
}

/// Bytes of all files in a folder.
fn size(folder: &Path) -> u64 {
    let files = folder.read_dir().unwrap();
    files
        .map(|file| file.unwrap().metadata().unwrap())
        .filter(|file| file.is_file())
        .map(|file| file.len())
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_that_floods_is_turned_away_for_the_day_and_disturbs_no_other() {
    let server = Server::start().await;
    let (liar, mut honest) = (Rogue::enrol(&server, 1).await, Rogue::enrol(&server, 2).await);
    let before = size(server.folder.path());
    let mut taken = 0;
    let refused = loop {
        assert!(taken < 100, "it is never turned away");
        let reply = server.exchange(&liar.credential, &rubbish(taken)).await;
        match reply.status {
            200 => taken += 1,
            _ => break reply,
        }
    };
    assert_eq!((refused.status, refused.code().as_str()), (429, "allowance_used"));
    assert!(refused.head.to_lowercase().contains("retry-after: 86"), "{}", refused.head);
    assert!((30..60).contains(&taken), "{taken} requests were taken");
    // Asking is free, and so are the tablets that do not lie.
    assert_eq!(server.exchange(&liar.credential, &first_request()).await.status, 200);
    let chunk = honest.write("mau usaha");
    let answer = honest.send(&server, &honest.id, &[&chunk]).await;
    assert!(answer.sheets.iter().any(|sheet| sheet.id == honest.id && sheet.complete));
    // The desk reads which tablet it is.
    let cookie = server.sign_in("marlin").await;
    let overview = server.get("desk/overview", &cookie).await.json();
    let used_up: Vec<bool> =
        (0..2).map(|n| overview["devices"][n]["used_up_at"].is_i64()).collect();
    assert_eq!(used_up, [true, false]);
    let folder = server.stop().await;
    let grown = size(folder.path()) - before;
    assert!(grown < DAILY, "the folder has grown by {grown} bytes");
}
