//! The registrations that every measurement writes: invented people from a fixed seed.
//!
//! The same seed gives the same bytes as the comparison harness's own generator, so figures of
//! `cargo xtask bench` and of a comparison beside other products speak of the same work.
//! A registration is an id and 16 texts: 177 bytes of values and 434 bytes as a JSON object on average.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

mod words;

use words::{COURSES, EDUCATION, FIRST, LAST, LEGAL, PLACES, WORDS};

/// The seed of all workloads.
pub const SEED: u32 = 20_260_101;

/// The 16 texts of a registration, in this order.
pub const FIELDS: [&str; 16] = [
    "name",
    "register_number",
    "nik",
    "birth_place",
    "birth_date",
    "sex",
    "education",
    "block",
    "cell",
    "legal_status",
    "choices",
    "reason",
    "experience",
    "plan",
    "consent",
    "status",
];

/// How much work there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Tablets.
    pub tablets: usize,
    /// Registrations on each tablet.
    pub registrations: usize,
    /// Sheets; tablet `i` works on sheet `i mod sheets`.
    pub sheets: usize,
    /// Registrations that come one by one afterwards.
    pub trickle: usize,
}

/// The offline day that warms everything up before the measurement, on sheets of its own.
pub const WARM_UP: Size = Size { tablets: 10, registrations: 20, sheets: 5, trickle: 0 };

/// All work of one measurement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// What it was made from.
    pub params: Params,
    /// The names of the texts.
    pub fields: Vec<String>,
    /// The names of the sheets.
    pub sheets: Vec<String>,
    /// What each tablet does without network.
    pub tablets: Vec<TabletDay>,
    /// What comes one by one afterwards.
    pub trickle: Vec<Registration>,
    /// The warm-up.
    pub warmup: Option<Box<Workload>>,
}

/// What a workload was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params {
    /// How much.
    #[serde(flatten)]
    pub size: Size,
    /// The seed.
    pub seed: u32,
}

/// The day of one tablet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TabletDay {
    /// Its number, from 0.
    pub index: usize,
    /// The number of its sheet.
    pub sheet: usize,
    /// What it registers, one change each.
    pub registrations: Vec<Registration>,
    /// What it then edits, one change each.
    pub edits: Vec<Edit>,
}

/// One registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// A UUID.
    pub id: String,
    /// Its texts.
    pub fields: Texts,
}

/// One text of a registration, changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// Which registration.
    pub id: String,
    /// Which text.
    pub field: String,
    /// The new text.
    pub value: String,
}

/// Texts by name; in JSON an object that keeps its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts(pub Vec<(String, String)>);

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = map.next_entry()? {
                    texts.push(text);
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// What a sheet holds: registrations by id, texts by name.
pub type Content = BTreeMap<String, BTreeMap<String, String>>;

impl Workload {
    /// All work of this size, with a warm-up.
    pub fn make(size: Size) -> Self {
        let warmup = Self::build(WARM_UP, SEED + 1, "warm");
        Self { warmup: Some(Box::new(warmup)), ..Self::build(size, SEED, "sheet") }
    }

    fn build(size: Size, seed: u32, prefix: &str) -> Self {
        let stream = |n: u32| Random(seed.wrapping_add(7919_u32.wrapping_mul(n)));
        let tablets = (0..size.tablets).map(|index| {
            let mut random = stream(index as u32);
            let registrations: Vec<Registration> =
                (0..size.registrations).map(|_| registration(&mut random)).collect();
            let edits = registrations.iter().step_by(5).map(|registration| Edit {
                id: registration.id.clone(),
                field: "status".to_owned(),
                value: "terverifikasi".to_owned(),
            });
            let edits = edits.collect();
            TabletDay { index, sheet: index % size.sheets, registrations, edits }
        });
        let tablets = tablets.collect();
        let mut random = stream(1_000_003);
        Self {
            params: Params { size, seed },
            fields: FIELDS.map(str::to_owned).to_vec(),
            sheets: (0..size.sheets).map(|n| format!("{prefix}-{n:04}")).collect(),
            tablets,
            trickle: (0..size.trickle).map(|_| registration(&mut random)).collect(),
            warmup: None,
        }
    }

    /// What every tablet of a sheet, and the server, must hold in the end; by sheet.
    pub fn expected(&self, trickled: usize) -> Vec<Content> {
        let mut sheets = vec![Content::new(); self.sheets.len()];
        let texts = |registration: &Registration| registration.fields.0.iter().cloned().collect();
        for tablet in &self.tablets {
            let sheet = &mut sheets[tablet.sheet];
            for registration in &tablet.registrations {
                sheet.insert(registration.id.clone(), texts(registration));
            }
            for edit in &tablet.edits {
                let fields = sheet.entry(edit.id.clone()).or_default();
                fields.insert(edit.field.clone(), edit.value.clone());
            }
        }
        if let Some(first) = self.tablets.first() {
            for registration in self.trickle.iter().take(trickled) {
                sheets[first.sheet].insert(registration.id.clone(), texts(registration));
            }
        }
        sheets
    }
}

/// How many registrations are not there, and how many differ.
pub fn lacking(want: &Content, got: &Content) -> (usize, usize) {
    let missing = want.keys().filter(|id| !got.contains_key(*id)).count();
    let wrong = want.iter().filter(|(id, fields)| got.get(*id).is_some_and(|got| got != *fields));
    (missing, wrong.count())
}

/// Mulberry32: 32 bits of state, good enough for names.
struct Random(u32);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6D2B_79F5);
        let mut t = self.0;
        t = (t ^ (t >> 15)).wrapping_mul(t | 1);
        t ^= t.wrapping_add((t ^ (t >> 7)).wrapping_mul(t | 61));
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() * n as f64) as usize
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn digits(&mut self, n: usize) -> String {
        (0..n).map(|_| self.below(10).to_string()).collect()
    }

    fn text(&mut self, least: usize, most: usize) -> String {
        let words = least + self.below(most - least + 1);
        (0..words).map(|_| self.pick(WORDS)).collect::<Vec<_>>().join(" ")
    }

    fn uuid(&mut self) -> String {
        let mut bytes = [0u8; 16];
        for byte in &mut bytes {
            *byte = self.below(256) as u8;
        }
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    }
}

/// The order in which texts draw from the stream is part of the data: do not change it.
fn registration(random: &mut Random) -> Registration {
    let id = random.uuid();
    let first = random.below(COURSES.len());
    let mut second = random.below(COURSES.len());
    if second == first {
        second = (first + 1) % COURSES.len();
    }
    let values = [
        format!("{} {}", random.pick(FIRST), random.pick(LAST)),
        format!("B.I-{}/20{:02}", random.digits(4), 18 + random.below(8)),
        random.digits(16),
        random.pick(PLACES).to_owned(),
        format!(
            "{}-{:02}-{:02}",
            1955 + random.below(50),
            1 + random.below(12),
            1 + random.below(28)
        ),
        if random.next() < 0.93 { "L" } else { "P" }.to_owned(),
        random.pick(EDUCATION).to_owned(),
        random.pick(&["A", "B", "C", "D", "E", "F", "G"]).to_owned(),
        format!("{:02}", 1 + random.below(40)),
        random.pick(LEGAL).to_owned(),
        format!("{}, {}", COURSES[first], COURSES[second]),
        random.text(3, 7),
        random.text(2, 5),
        random.text(2, 4),
        "ya".to_owned(),
        "baru".to_owned(),
    ];
    let fields = FIELDS.iter().map(|name| (*name).to_owned()).zip(values).collect();
    Registration { id, fields: Texts(fields) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sums come from the comparison harness's own generator.
    #[test]
    fn the_same_seed_gives_the_bytes_of_the_comparison_harness() {
        use sha2::Digest as _;
        let size = |tablets, sheets| Size { tablets, registrations: 50, sheets, trickle: 200 };
        for (size, length, sum) in [
            (size(20, 10), 647_836, "540d10ff1396"),
            (size(100, 50), 2_505_860, "9916b6856548"),
            (size(20, 1), 647_718, "c20c18aeaaf2"),
        ] {
            let workload = Workload::make(size);
            let json = serde_json::to_string(&workload).unwrap();
            let hash = sha2::Sha256::digest(&json);
            let hex: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((json.len(), hex.as_str()), (length, sum), "{size:?}");
            assert_eq!(serde_json::from_str::<Workload>(&json).unwrap(), workload);
        }
    }

    #[test]
    fn what_is_missing_and_what_is_wrong_is_told_apart() {
        let size = Size { tablets: 2, registrations: 10, sheets: 1, trickle: 3 };
        let want = Workload::make(size).expected(3).remove(0);
        assert_eq!(want.len(), 23);
        let mut got = want.clone();
        got.pop_first();
        got.first_entry().unwrap().get_mut().insert("status".into(), "x".into());
        assert_eq!(lacking(&want, &got), (1, 1));
    }
}
