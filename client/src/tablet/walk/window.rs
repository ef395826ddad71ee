//! Which rows of a long list are drawn: those that can be seen, and some on each side of them.
//!
//! A browser lays out every row that is there, each time anything on the page moves, and takes every one away when
//! the page is left. Rows that nobody sees are left out, and the list keeps their height free.

use std::ops::Range;

/// A list of at most so many people is drawn whole: most sheets are, and the browser's own search finds everybody.
pub const WHOLE: usize = 72;

/// So many rows at least stand ready on each side of the screen.
const AHEAD: usize = 8;

/// Rows come and go by so many: fewer at once make each frame of scrolling shorter.
const STEP: usize = 4;

/// How high a row is until it was measured, in CSS pixels; see `.person` in style.css.
const ROW: f64 = 73.0;

/// What can be seen of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The first row that can be seen.
    pub first: usize,
    /// How many fit on the screen.
    pub fit: usize,
    /// How high a row is, in CSS pixels.
    pub row: f64,
}

impl Window {
    /// A window whose middle is at this row, before anything was measured.
    pub fn around(at: usize, height: f64) -> Self {
        let fit = rows(height, ROW);
        Self { first: at.saturating_sub(fit / 2), fit, row: ROW }
    }

    /// The window after scrolling: the list's upper edge stands `top` pixels from the upper edge of a screen of this
    /// height; negative once it left the screen.
    pub fn scrolled(self, top: f64, height: f64) -> Self {
        Self { first: rows(-top, self.row), fit: rows(height, self.row), ..self }
    }

    /// The same with the height that so many drawn rows have. A small difference changes nothing: the list would
    /// tremble under the finger.
    pub fn measured(self, height: f64, drawn: usize) -> Self {
        let row = height / drawn as f64;
        let differs = row.is_finite() && row > 0.0 && (row - self.row).abs() > self.row / 10.0;
        if differs { Self { row, ..self } } else { self }
    }

    /// Which of `all` rows are drawn.
    pub fn drawn(self, all: usize) -> Range<usize> {
        if all <= WHOLE {
            return 0..all;
        }
        let from = self.first.saturating_sub(AHEAD) / STEP * STEP;
        // A list that became shorter shows its end.
        let to = (self.first + self.fit + AHEAD).next_multiple_of(STEP).min(all);
        from.min(to.saturating_sub(self.fit + AHEAD))..to
    }
}

/// How many rows fit into a height; none where it is negative.
fn rows(height: f64, row: f64) -> usize {
    (height / row).max(0.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: f64 = 800.0;

    #[test]
    fn a_usual_sheet_is_drawn_whole() {
        for first in [0, 40, 900] {
            let window = Window { first, fit: 11, row: ROW };
            assert_eq!(window.drawn(WHOLE), 0..WHOLE);
        }
    }

    #[test]
    fn what_can_be_seen_is_drawn_with_rows_on_each_side_and_little_more() {
        let all = 300;
        for first in 0..all {
            let window = Window { first, fit: 11, row: ROW };
            let drawn = window.drawn(all);
            let before = first.min(AHEAD);
            let after = (first + window.fit + AHEAD).min(all);
            assert!(drawn.start + before <= first.min(all - 11), "{first}: {drawn:?}");
            assert!(drawn.end >= after, "{first}: {drawn:?}");
            assert!(drawn.len() <= window.fit + 2 * (AHEAD + STEP), "{first}: {drawn:?}");
        }
    }

    #[test]
    fn a_list_that_became_shorter_still_shows_people() {
        let window = Window { first: 280, fit: 11, row: ROW };
        let drawn = window.drawn(100);
        assert_eq!(drawn.end, 100);
        assert!(drawn.len() >= 11);
    }

    #[test]
    fn rows_change_only_every_few_rows_of_scrolling() {
        let start = Window::around(0, SCREEN);
        let changes = (0..100).map(|row| start.scrolled(-ROW * f64::from(row) - 1.0, SCREEN));
        let mut seen: Vec<Range<usize>> = changes.map(|window| window.drawn(1000)).collect();
        seen.dedup();
        assert!(seen.len() <= 2 * (100 / STEP) + 2, "{}", seen.len());
    }

    #[test]
    fn rows_of_another_height_are_measured_once() {
        let window = Window::around(0, SCREEN);
        assert_eq!(window.measured(32.0 * 75.0, 32), window);
        assert_eq!(window.measured(32.0 * 96.0, 32).row, 96.0);
        // Nothing is drawn, or not laid out yet.
        assert_eq!(window.measured(0.0, 0), window);
        assert_eq!(window.measured(0.0, 32), window);
    }

    #[test]
    fn the_middle_of_the_screen_is_where_the_officer_goes_on() {
        let window = Window::around(150, SCREEN);
        assert!(window.first < 150 && 150 < window.first + window.fit);
        assert!(window.drawn(300).contains(&150));
        assert_eq!(Window::around(2, SCREEN).first, 0);
        // Above the list: the head of the page is on the screen.
        assert_eq!(window.scrolled(120.0, SCREEN).first, 0);
    }
}
