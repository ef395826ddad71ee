//! The rows of the desk: what a supervisor waits for.

use super::{Bench, Figures, RUNS, share};
use crate::bench::fleet::Failure;
use crate::bench::{desk, paint, roster};

impl Bench {
    /// What a supervisor waits for with a list of 2,000 people.
    pub(super) async fn list(&self, figures: &mut Figures) -> Result<(), Failure> {
        for _ in 0..RUNS {
            let taken = roster::measure(&self.server).await?;
            let both = taken.preview + taken.apply;
            figures.add("2,000 people, preview and apply", "ms", Some(3000.0), both);
            figures.add("preview", "ms", None, taken.preview);
            figures.add("apply", "ms", None, taken.apply);
            figures.add("preview, everybody known", "ms", None, taken.again);
            figures.add("file", "KB", None, taken.file / 1e3);
        }
        Ok(())
    }

    /// What a supervisor waits for among 50,000 people while registrations arrive.
    pub(super) async fn desk(&self, figures: &mut Figures) -> Result<(), Failure> {
        let (p95, p50) = (0.95, 0.5);
        for at_once in [1, 5] {
            let taken = desk::measure(&self.server, at_once).await?;
            let mut add = |name: &str, unit, goal, value| {
                figures.add(&format!("{at_once} an exchange: {name}"), unit, goal, value);
            };
            add("first page, p95", "ms", Some(300.0), share(&taken.first_page, p95));
            add("first page, p50", "ms", None, share(&taken.first_page, p50));
            add("search, a keystroke, p95", "ms", Some(100.0), share(&taken.search, p95));
            add("search, a keystroke, p50", "ms", None, share(&taken.search, p50));
            add("counts for chips, p95", "ms", None, share(&taken.facets, p95));
            add("overview, p95", "ms", None, share(&taken.overview, p95));
            add("registrations arriving meanwhile", "/s", Some(500.0), taken.rate);
            add("server peak memory", "MB", None, taken.memory);
            add("rows made anew from the changes", "ms", None, taken.rebuild);
        }
        Ok(())
    }

    /// What somebody waits for who opens the desk for the first time, on a slow line.
    pub(super) async fn desk_app(&self, figures: &mut Figures) -> Result<(), Failure> {
        let name = format!("{} Mbit/s, to the form to sign in", paint::MBIT);
        for _ in 0..RUNS {
            let taken = paint::measure(&self.server).await?;
            figures.add(&name, "ms", None, taken.usable_ms);
            figures.add("first paint of anything", "ms", None, taken.painted_ms);
            figures.add("signed in, to the queue", "ms", None, taken.home_ms);
            figures.add("down until the form", "KB", None, taken.loaded / 1e3);
        }
        Ok(())
    }
}
