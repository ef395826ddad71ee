//! Numbered steps on stderr: a cold build takes minutes, and a person must see that it lives.

use std::time::Instant;

/// Counts the steps of one command.
pub struct Steps {
    done: usize,
    total: usize,
    started: Instant,
}

impl Steps {
    /// A command of `total` steps begins.
    pub fn new(total: usize) -> Steps {
        Steps { done: 0, total, started: Instant::now() }
    }

    /// Announces the next step before it starts; from the second on with the time since the beginning.
    pub fn next(&mut self, what: &str) {
        self.done += 1;
        let seconds = self.started.elapsed().as_secs();
        let since = match seconds {
            0 => String::new(),
            1..60 => format!(" (after {seconds} s)"),
            _ => format!(" (after {} min {} s)", seconds / 60, seconds % 60),
        };
        eprintln!("[{}/{}] {what}{since}", self.done, self.total);
    }
}
