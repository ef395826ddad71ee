//! The browser is killed again and again; and the same check finds what a rewound tablet has lost.

use bilik_tests::soak::{self, Plan};

use crate::house::program;

#[tokio::test(flavor = "multi_thread")]
async fn a_tablet_whose_browser_is_killed_keeps_what_it_said_was_saved() {
    let plan = Plan { server: program().to_owned(), kills: 8, seed: 20_260_101, rewind: false };
    let report = soak::run(&plan).await.unwrap();
    println!("{report}");
    assert!(report.kept_its_word(), "{report}");
    assert!(report.acknowledged > 0, "nothing was saved, so nothing was shown: {report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_soak_finds_a_registration_that_a_tablet_lost() {
    let plan = Plan { server: program().to_owned(), kills: 1, seed: 20_260_102, rewind: true };
    let report = soak::run(&plan).await.unwrap();
    assert_eq!(report.lost, 1, "{report}");
}
