//! A signature on the screen: lines on a small grid, as one short text.
//!
//! ```text
//! 1 600 200|12 40 3 -2 5 0|80 60 0 9
//! ```
//! Version, width and height; then each line with its first point and the steps from point to point.
//! Do not change: sheets hold it.

/// The longest text of a signature in bytes.
pub const MAX_STROKES: usize = 4 * 1024;
/// Points may lie on a grid of at most so many steps a side.
const MAX_SIDE: i32 = 2_000;

/// One point of the grid.
type Point = (i32, i32);

/// A signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strokes {
    /// How wide the field was.
    pub width: i32,
    /// How high it was.
    pub height: i32,
    /// Its lines, in the order they were drawn.
    pub lines: Vec<Vec<Point>>,
}

impl Strokes {
    /// The text in the sheet. Points that a line hardly needs are left out until it is short enough;
    /// nothing drawn gives an empty text.
    pub fn to_value(&self) -> String {
        let mut tolerance = 1;
        loop {
            let text = self.write(tolerance);
            if text.len() <= MAX_STROKES || tolerance > MAX_SIDE {
                // Thousands of single dots are no signature.
                return if text.len() <= MAX_STROKES { text } else { String::new() };
            }
            tolerance *= 2;
        }
    }

    fn write(&self, tolerance: i32) -> String {
        let mut text = format!("1 {} {}", self.width, self.height);
        let lines = self.lines.iter().filter(|line| !line.is_empty());
        let mut drawn = false;
        for line in lines {
            drawn = true;
            let mut separator = '|';
            let mut from = (0, 0);
            for (x, y) in thinned(line, tolerance) {
                let step = format!("{separator}{} {}", x - from.0, y - from.1);
                text.push_str(&step);
                (separator, from) = (' ', (x, y));
            }
        }
        if drawn { text } else { String::new() }
    }

    /// Reads the text of a sheet; `None` for anything that is not a signature.
    pub fn parse(value: &str) -> Option<Self> {
        if value.len() > MAX_STROKES {
            return None;
        }
        let mut parts = value.split('|');
        let head: Vec<i32> = numbers(parts.next()?)?;
        let &[1, width, height] = head.as_slice() else { return None };
        let inside =
            |point: Point| (0..=MAX_SIDE).contains(&point.0) && (0..=MAX_SIDE).contains(&point.1);
        if !inside((width, height)) {
            return None;
        }
        let mut lines = Vec::new();
        for part in parts {
            let steps = numbers(part)?;
            let mut at: Point = (0, 0);
            let mut line = Vec::new();
            for step in steps.chunks(2) {
                let &[x, y] = step else { return None };
                at = (at.0.checked_add(x)?, at.1.checked_add(y)?);
                line.push(Some(at).filter(|at| inside(*at))?);
            }
            lines.push(line);
        }
        (!lines.is_empty()).then_some(Self { width, height, lines })
    }

    /// The lines as the data of an SVG path. A single point becomes a dot.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for line in &self.lines {
            for (n, (x, y)) in line.iter().enumerate() {
                let command = if n == 0 { 'M' } else { 'L' };
                path.push_str(&format!("{command}{x} {y}"));
            }
            if line.len() == 1 {
                path.push_str("h1");
            }
        }
        path
    }
}

fn numbers(text: &str) -> Option<Vec<i32>> {
    text.split(' ').map(|number| number.parse().ok()).collect()
}

/// A line without the points that lie no further than `tolerance` from the way between their neighbours
/// (Douglas and Peucker), without recursion: a hand can draw long lines.
fn thinned(line: &[Point], tolerance: i32) -> Vec<Point> {
    let mut keep = vec![false; line.len()];
    let last = line.len().saturating_sub(1);
    let mut spans = vec![(0, last)];
    keep[0] = true;
    keep[last] = true;
    while let Some((from, to)) = spans.pop() {
        let inner = from + 1..to;
        let Some(far) = inner.max_by_key(|at| area(line[from], line[to], line[*at])) else {
            continue;
        };
        if is_far(line[from], line[to], line[far], tolerance) {
            keep[far] = true;
            spans.extend([(from, far), (far, to)]);
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(point, _)| *point).collect()
}

/// How far a point lies off a line, times the length of the line; from a line without length, its distance squared.
fn area(from: Point, to: Point, point: Point) -> i64 {
    let wide = |n: i32| i64::from(n);
    let (dx, dy) = (wide(to.0 - from.0), wide(to.1 - from.1));
    let (px, py) = (wide(point.0 - from.0), wide(point.1 - from.1));
    if (dx, dy) == (0, 0) { px * px + py * py } else { (dx * py - dy * px).abs() }
}

fn is_far(from: Point, to: Point, point: Point, tolerance: i32) -> bool {
    let area = area(from, to, point);
    let (dx, dy) = (i64::from(to.0 - from.0), i64::from(to.1 - from.1));
    let length = dx * dx + dy * dy;
    let tolerance = i64::from(tolerance) * i64::from(tolerance);
    if length == 0 { area > tolerance } else { area * area > tolerance * length }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(lines: Vec<Vec<Point>>) -> Strokes {
        Strokes { width: 600, height: 200, lines }
    }

    #[test]
    fn a_signature_survives_the_sheet() {
        let strokes = drawn(vec![vec![(12, 40), (15, 20), (60, 90)], vec![(80, 60)]]);
        assert_eq!(strokes.to_value(), "1 600 200|12 40 3 -20 45 70|80 60");
        assert_eq!(Strokes::parse(&strokes.to_value()), Some(strokes.clone()));
        assert_eq!(strokes.path(), "M12 40L15 20L60 90M80 60h1");
        assert_eq!(drawn(vec![]).to_value(), "");
        assert_eq!(drawn(vec![vec![]]).to_value(), "", "a touch without a point is nothing");
    }

    #[test]
    fn points_on_the_way_are_left_out() {
        let straight = (0..100).map(|x| (x, 50)).collect();
        assert_eq!(drawn(vec![straight]).to_value(), "1 600 200|0 50 99 0");
    }

    #[test]
    fn the_wildest_hand_fits() {
        let wild = |n: i32| (0..600).map(|x| (x, (x * x * (7 + n)) % 200)).collect();
        let strokes = drawn((0..20).map(wild).collect());
        let value = strokes.to_value();
        assert!(!value.is_empty() && value.len() <= MAX_STROKES, "{}", value.len());
        assert_eq!(Strokes::parse(&value).unwrap().lines.len(), 20);
    }

    #[test]
    fn what_is_no_signature_draws_nothing() {
        let long = format!("1 600 200|{}", "1 1 ".repeat(2_000));
        for odd in [
            "",
            "1 600 200",
            "2 600 200|1 1",
            "1 600 200|1",
            "1 600 200|-5 1",
            "1 9999 1|1 1",
            &long,
        ] {
            assert_eq!(Strokes::parse(odd), None, "{odd}");
        }
    }
}
