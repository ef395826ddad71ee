//! The connection is cut at every single byte, in both directions; trying again ends the same way.

use std::sync::Arc;

use bilik_shared::replica::Sync;
use bilik_tests::cutter::{Cut, Cutter};
use bilik_tests::tablet::Tablet;
use bilik_tests::wire::{Client, Counted};

use crate::house::{House, assert_same, register, row};

/// How many pairs of tablets share the work; each pair has a sheet of its own.
const PAIRS: usize = 5;

/// One exchange carries a change up and another one down, and is cut after `cut` bytes.
struct Pair {
    sheet: bilik_shared::id::SheetId,
    entries: [bilik_shared::id::EntryId; 2],
    siti: Tablet,
    rusdi: Tablet,
    cutter: Cutter,
    turn: usize,
}

impl Pair {
    /// Both answer something new; then Siti exchanges over a connection that may be cut, and tries again.
    /// Returns how many bytes went up and down before she tried again.
    async fn exchange(&mut self, cut: Cut) -> Counted {
        const CHOICES: [&str; 3] = ["OTO,KAY", "KAY,GAR", "GAR,OTO"];
        self.turn += 1;
        let choices = CHOICES[self.turn % 3];
        self.rusdi.act(&self.sheet, self.entries[1], register(choices)).unwrap().unwrap();
        while self.rusdi.exchange().await.unwrap() {}
        self.siti.act(&self.sheet, self.entries[0], register(choices)).unwrap().unwrap();
        self.cutter.cut_next(cut);
        let before = self.siti.client_mut().counts().read();
        let exchanged = self.siti.exchange().await;
        let counted = self.siti.client_mut().counts().read().since(before);
        self.cutter.cut_next(Cut::Never);
        self.siti.client_mut().hang_up();
        if exchanged.is_err() {
            let saved = row(&self.siti, &self.sheet, self.entries[0]).sync;
            assert_eq!(saved, Sync::SavedHere, "{cut:?}: no receipt may be shown");
        }
        self.siti.sync().await.unwrap_or_else(|trouble| panic!("{cut:?}: {trouble:?}"));
        self.siti.client_mut().hang_up();
        self.rusdi.sync().await.unwrap();
        assert_same(&mut self.siti, &mut self.rusdi, &self.sheet);
        counted
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exchange_cut_at_any_byte_and_tried_again_ends_the_same() {
    let house = House::open().await;
    let mut pairs = Vec::new();
    for n in 0..PAIRS {
        let (mut siti, rusdi) = (house.tablet("siti").await, house.tablet("rusdi").await);
        let sheet = siti.replica().sheet_list().remove(n).id;
        let people = siti.replica().people(&sheet);
        let entries = [people[0].entry, people[1].entry];
        let cutter = Cutter::start(house.address()).await.unwrap();
        siti.reach_through(Client::new(cutter.address, Arc::default()));
        pairs.push(Pair { sheet, entries, siti, rusdi, cutter, turn: 0 });
    }
    // An exchange grows by a byte now and then, when a number gets another digit.
    const GROWTH: usize = 16;
    let whole = pairs[0].exchange(Cut::Never).await;
    let ups = (0..whole.up as usize + GROWTH).map(Cut::Up);
    let downs = (0..whole.down as usize + GROWTH).map(Cut::Down);
    let mut shares = vec![Vec::new(); PAIRS];
    for (n, cut) in ups.chain(downs).enumerate() {
        shares[n % PAIRS].push(cut);
    }
    let pairs = pairs.into_iter().zip(shares);
    let tasks = pairs.map(|(mut pair, cuts)| {
        tokio::spawn(async move {
            for cut in cuts {
                pair.exchange(cut).await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert!(house.quarantine().is_empty(), "a cut is no reason to refuse anything");
}
