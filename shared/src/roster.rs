//! The roster: the list of the people in the house, as the prison database exports it to Excel.
//!
//! Reading order: here, which column is what and which are dropped unread; [`row`], what one line says about
//! a person; [`plan`](mod@plan), what the whole list would change on the sheets; [`preview`], how the desk asks. A supervisor looks at the plan first;
//! nothing here writes, nobody is ever removed, and no state of a registration is touched.

use serde::{Deserialize, Serialize};

use crate::registration::codes;
use crate::time::Date;

pub mod plan;
pub mod preview;
pub mod row;

pub use plan::{Change, Choice, Fault, Kind, Known, KnownSheet, Line, Place, Plan, Write, plan};
pub use row::{Listed, Note, block_key, block_name};

/// At most this many lines of a list are read; the largest house has about 5,000 people.
pub const MAX_ROWS: usize = 10_000;
/// At most this many columns are read.
pub const MAX_COLUMNS: usize = 128;
/// The headings stand within the first lines, below a title.
const HEADING_WITHIN: usize = 30;

codes! {
    /// What a column of the list holds, as far as it is read.
    Column {
        /// The name.
        Name = "name",
        /// The register number.
        RegisterNumber = "register_number",
        /// Block.
        Block = "block",
        /// Cell; it may carry the block, as in `C/07`.
        Cell = "cell",
        /// Why the person is held.
        LegalStatus = "legal_status",
        /// Another name; there may be several such columns.
        Aliases = "aliases",
        /// Day of birth.
        BirthDate = "birth_date",
        /// Place of birth.
        BirthPlace = "birth_place",
        /// Sex.
        Sex = "sex",
        /// Citizenship.
        Citizenship = "citizenship",
        /// The identity number. It is compared and not stored: it is the person's own answer.
        Nik = "nik",
        /// The last day of the term. Of a sentence nothing else is read than its days.
        Expiry = "expiry",
        /// The day on which a third of it is served.
        Third = "third",
        /// The day on which two thirds are served.
        TwoThirds = "two_thirds",
    }
}

impl Column {
    /// The names under which the column was seen, as [`heading_key`] writes them.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Name => &[
                "nama",
                "namalengkap",
                "namawbp",
                "namatahanan",
                "namanarapidana",
                "namapenghuni",
                "namawargabinaan",
            ],
            Self::RegisterNumber => &[
                "noreg",
                "noregistrasi",
                "nomorregistrasi",
                "noregister",
                "nomorregister",
                "nomorreg",
                "noregis",
            ],
            Self::Block => &["blok", "block", "namablok", "blokhunian"],
            Self::Cell => &[
                "sel",
                "kamar",
                "lokasisel",
                "lokasikamar",
                "nosel",
                "nokamar",
                "nomorkamar",
                "selhunian",
                "kamarhunian",
            ],
            Self::LegalStatus => &["status", "statushukum", "statuswbp", "statuspenahanan"],
            Self::Aliases => &["alias", "namaalias", "namalain"],
            Self::BirthDate => &["tgllahir", "tanggallahir", "tgllhr"],
            Self::BirthPlace => &["tempatlahir", "tmplahir", "tptlahir", "tmptlahir"],
            Self::Sex => &["jeniskelamin", "jnskelamin", "jk", "kelamin", "lp"],
            Self::Citizenship => &["negara", "kewarganegaraan", "warganegara"],
            Self::Nik => &["nik", "noktp", "nomorktp", "nonik", "nomornik"],
            Self::Expiry => &[
                "ekspirasi",
                "expirasi",
                "tglekspirasi",
                "tglexpirasi",
                "tanggalekspirasi",
                "tanggalexpirasi",
            ],
            // `1/3` is a heading of its own.
            Self::Third => &["13", "tgl13", "tanggal13"],
            Self::TwoThirds => &["23", "tgl23", "tanggal23"],
        }
    }

    /// Only aliases may stand in several columns.
    pub fn may_repeat(self) -> bool {
        self == Self::Aliases
    }
}

/// Columns whose heading holds one of these are never read, whatever somebody chooses for them: the offence,
/// the sentence and the religion have no place in registering for a training.
const FORBIDDEN: [&str; 11] = [
    "agama",
    "putusan",
    "kejahatan",
    "perkara",
    "pasal",
    "pidana",
    "hukuman",
    "vonis",
    "kasus",
    "delik",
    "religi",
];

/// A heading as it is compared: lower case, letters and digits only, so that `No. Reg` is `noreg`.
pub fn heading_key(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a column of this heading must not be read.
pub fn is_forbidden(heading: &str) -> bool {
    let key = heading_key(heading);
    FORBIDDEN.iter().any(|word| key.contains(word))
}

/// What a column of this heading holds; `None` if it is not read.
pub fn column_of(heading: &str) -> Option<Column> {
    if is_forbidden(heading) {
        return None;
    }
    let key = heading_key(heading);
    // Six columns of aliases are numbered.
    let bare = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let named = |column: &&Column| {
        let names = column.names();
        names.contains(&key.as_str()) || (column.may_repeat() && names.contains(&bare))
    };
    Column::ALL.iter().find(named).copied()
}

/// One cell of a list, read from any kind of file.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// A text.
    Text(String),
    /// A number; what was a text of more than 15 digits has lost some.
    Number(f64),
    /// A day that the file itself knows to be one.
    Day(Date),
}

impl Cell {
    /// The cell as a text. A whole number has no decimals.
    pub fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => crate::person::squeeze(text),
            Self::Number(number) => format!("{number}"),
            Self::Day(day) => day.to_string(),
        }
    }
}

/// A table as it stands in a file.
pub type Rows = Vec<Vec<Cell>>;

/// Where the headings stand, and what each column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headings {
    /// The line of the headings, from 0.
    pub line: usize,
    /// Each column's heading as it is written.
    pub texts: Vec<String>,
    /// What each column holds.
    pub columns: Vec<Option<Column>>,
}

impl Headings {
    /// Finds the line that reads like headings: the one in which most columns are known, and two at least.
    ///
    /// `learned` says what somebody chose for a heading before; it wins over the known names.
    pub fn find(rows: &[Vec<Cell>], learned: &Learned) -> Option<Self> {
        let read = |(line, row): (usize, &Vec<Cell>)| {
            let texts: Vec<String> = row.iter().take(MAX_COLUMNS).map(Cell::text).collect();
            let columns = assign(&texts, |text| learned.column_of(text));
            Self { line, texts, columns }
        };
        let all = rows.iter().enumerate().take(HEADING_WITHIN).map(read);
        // Of equals the first: a list is sometimes printed with its headings again below.
        let best =
            all.reduce(|best, next| if next.known() > best.known() { next } else { best })?;
        (best.known() >= 2).then_some(best)
    }

    /// How many columns are known.
    pub fn known(&self) -> usize {
        self.columns.iter().flatten().count()
    }

    /// Takes what somebody chose for single columns, from 0. What must not be read stays unread, and a
    /// column that was chosen for something takes it from the one that had it.
    pub fn choose(&mut self, chosen: &[(usize, Option<Column>)]) {
        for (n, column) in chosen {
            if self.texts.get(*n).is_none_or(|text| is_forbidden(text)) {
                continue;
            }
            if let Some(column) = column.filter(|column| !column.may_repeat()) {
                for other in &mut self.columns {
                    *other = other.filter(|other| *other != column);
                }
            }
            self.columns[*n] = *column;
        }
    }

    /// Whether a column is among them.
    pub fn has(&self, column: Column) -> bool {
        self.columns.contains(&Some(column))
    }
}

/// What each heading stands for. A column that stands there already is not read a second time.
fn assign(texts: &[String], name: impl Fn(&str) -> Option<Column>) -> Vec<Option<Column>> {
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(texts.len());
    for text in texts {
        let column = name(text);
        let taken = column.is_some_and(|c| !c.may_repeat() && columns.contains(&column));
        columns.push(column.filter(|_| !taken));
    }
    columns
}

/// What people chose for headings that nobody had foreseen. Headings only, nothing of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned(std::collections::BTreeMap<String, Option<Column>>);

/// At most so many headings are remembered.
const MAX_LEARNED: usize = 200;
/// A heading that is remembered has at most so many letters: a longer one is none.
const MAX_HEADING: usize = 40;

impl Learned {
    fn column_of(&self, heading: &str) -> Option<Column> {
        if is_forbidden(heading) {
            return None;
        }
        self.0.get(&heading_key(heading)).copied().unwrap_or_else(|| column_of(heading))
    }

    /// Remembers what a list's columns were read as, where that is not what their headings say.
    pub fn learn(&mut self, headings: &Headings) {
        let unaided = assign(&headings.texts, column_of);
        for ((text, column), unaided) in headings.texts.iter().zip(&headings.columns).zip(unaided) {
            let key = heading_key(text);
            if key.is_empty() || key.len() > MAX_HEADING || is_forbidden(text) {
                continue;
            }
            if unaided == *column {
                self.0.remove(&key);
            } else if self.0.len() < MAX_LEARNED {
                self.0.insert(key, *column);
            }
        }
    }
}

#[cfg(test)]
mod tests;
