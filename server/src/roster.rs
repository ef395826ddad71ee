//! Reading a list from a file: Excel's `.xlsx`, or text with `;`.
//!
//! A file comes from outside and is believed in nothing: how large it says it is, how large it becomes when it
//! is inflated, how far away its last cell lies. The cells of columns that are not read stay in the file.
//! Old `.xls` files are not read: the reader at hand reserves whatever memory such a file asks for.
//!
//! [`previews`] holds what was read until somebody applies it; [`import`] compares it with the sheets and writes.

pub mod import;
pub mod previews;

use std::io::{Cursor, Read as _};

use bilik_shared::roster::row::{self, Listed};
use bilik_shared::roster::{Cell, Column, Headings, Learned, MAX_COLUMNS, MAX_ROWS, Rows};
use bilik_shared::time::Date;
use calamine::{DataRef, Reader as _, Xlsx, open_workbook_from_rs};

/// A file has at most so many bytes.
pub const MAX_FILE: usize = 10 * 1024 * 1024;
/// All parts of a file have together at most so many bytes when they are inflated. The list of a house of
/// 2,000 has about 2 MB.
const MAX_INFLATED: u64 = 64 * 1024 * 1024;
/// A file has at most so many parts and worksheets.
const MAX_PARTS: usize = 500;
/// At most so many cells are filled from merged ones.
const MAX_MERGED: usize = 200_000;
/// A text longer than this is cut: it is too long for any column, and is refused as that.
const MAX_CELL: usize = 400;

/// Why a file is no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadList {
    /// An old Excel file, or a page of the web that is named like one.
    OldExcel,
    /// Neither Excel nor text.
    OtherKind,
    /// It says what it is and cannot be read; perhaps it is locked with a password.
    Damaged,
    /// It is larger than any list, or becomes so.
    TooLarge,
    /// No line of it reads like headings.
    NoHeadings,
}

impl BadList {
    /// The stable code. Do not change: clients know them.
    pub fn code(self) -> &'static str {
        match self {
            Self::OldExcel => "list_old_excel",
            Self::OtherKind => "list_other_kind",
            Self::Damaged => "list_damaged",
            Self::TooLarge => "list_too_large",
            Self::NoHeadings => "list_no_headings",
        }
    }
}

/// A list as it was read.
#[derive(Debug, Clone)]
pub struct List {
    /// The worksheet; empty where the file has none.
    pub worksheet: String,
    /// What each column was read as.
    pub headings: Headings,
    /// The people.
    pub people: Vec<Listed>,
}

/// Reads a file. Of several worksheets the one with most known headings counts, and of equals the longest.
///
/// `chosen` says what single columns hold, from 0, where somebody corrected it.
pub fn read(
    bytes: &[u8],
    learned: &Learned,
    chosen: &[(usize, Option<Column>)],
    today: Date,
) -> Result<List, BadList> {
    let tables = match bytes {
        [b'P', b'K', 3, 4, ..] => worksheets(bytes)?,
        [0xd0, 0xcf, 0x11, 0xe0, ..] => return Err(BadList::OldExcel),
        _ => texts(bytes)?,
    };
    let found = tables.into_iter().filter_map(|(name, rows)| {
        let headings = Headings::find(&rows, learned)?;
        Some((name, headings, rows))
    });
    let best = found.max_by_key(|(_, headings, rows)| (headings.known(), rows.len()));
    let (worksheet, mut headings, rows) = best.ok_or(BadList::NoHeadings)?;
    headings.choose(chosen);
    let people = row::read(&rows, &headings, today);
    Ok(List { worksheet, headings, people })
}

/// Every worksheet of an Excel file.
fn worksheets(bytes: &[u8]) -> Result<Vec<(String, Rows)>, BadList> {
    check_size(bytes)?;
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| BadList::Damaged)?;
    let names = book.sheet_names();
    let mut tables = Vec::new();
    for name in names.into_iter().take(MAX_PARTS) {
        // A sheet that is a chart has no cells.
        let Some(mut rows) = cells(&mut book, &name)? else { continue };
        let merged = book.merge_cells_by_sheet_name(&name).map_err(|_| BadList::Damaged)?;
        let mut filled = 0;
        for region in merged {
            let column = region.start.1 as usize;
            let value = rows.get(region.start.0 as usize).and_then(|row| row.get(column));
            let Some(value) = value.filter(|value| **value != Cell::Empty).cloned() else {
                continue;
            };
            // Down only: one block beside many people is merged, and a title across is nobody's value.
            for line in region.start.0 + 1..=region.end.0.min(MAX_ROWS as u32) {
                let Some(row) = rows.get_mut(line as usize) else { break };
                filled += 1;
                if filled > MAX_MERGED {
                    return Err(BadList::TooLarge);
                }
                put(row, column, value.clone());
            }
        }
        tables.push((name, rows));
    }
    Ok(tables)
}

/// Inflates everything once and keeps nothing, because what an archive says about its sizes may be a lie.
fn check_size(bytes: &[u8]) -> Result<(), BadList> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| BadList::Damaged)?;
    if archive.len() > MAX_PARTS {
        return Err(BadList::TooLarge);
    }
    let mut left = MAX_INFLATED;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|_| BadList::Damaged)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let read = read.map_err(|_| BadList::Damaged)?;
        left = left.checked_sub(read).ok_or(BadList::TooLarge)?;
    }
    Ok(())
}

/// The cells of one worksheet, one after another: a whole range at once would be as large as its farthest cell
/// is away.
fn cells(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Option<Rows>, BadList> {
    let Ok(mut reader) = book.worksheet_cells_reader(name) else { return Ok(None) };
    let mut rows = Rows::new();
    while let Some(cell) = reader.next_cell().map_err(|_| BadList::Damaged)? {
        let (line, column) = cell.get_position();
        let (line, column) = (line as usize, column as usize);
        let value = value(cell.get_value());
        if value == Cell::Empty || column >= MAX_COLUMNS {
            continue;
        }
        if line > MAX_ROWS {
            return Err(BadList::TooLarge);
        }
        if rows.len() <= line {
            rows.resize_with(line + 1, Vec::new);
        }
        put(&mut rows[line], column, value);
    }
    Ok(Some(rows))
}

fn put(row: &mut Vec<Cell>, column: usize, value: Cell) {
    if row.len() <= column {
        row.resize(column + 1, Cell::Empty);
    }
    row[column] = value;
}

fn value(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => cut(text),
        DataRef::SharedString(text) => cut(text),
        DataRef::DateTimeIso(text) => cut(text.split('T').next().unwrap_or_default()),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            match Date::new(i32::from(year), month, day) {
                // Excel's day 0, which is what an empty date becomes in a calculation.
                Some(_) if moment.as_f64() < 1.0 => Cell::Empty,
                Some(day) => Cell::Day(day),
                None => Cell::Number(moment.as_f64()),
            }
        }
        DataRef::DateTime(moment) => Cell::Number(moment.as_f64()),
        DataRef::Bool(_) | DataRef::DurationIso(_) | DataRef::Error(_) | DataRef::Empty => {
            Cell::Empty
        }
    }
}

fn cut(text: &str) -> Cell {
    match text.trim() {
        "" => Cell::Empty,
        text => Cell::Text(text.chars().take(MAX_CELL).collect()),
    }
}

/// A text file, once for each mark that may stand between its columns; which one it is shows in the headings.
fn texts(bytes: &[u8]) -> Result<Vec<(String, Rows)>, BadList> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(BadList::OtherKind);
    }
    if bytes.trim_ascii_start().starts_with(b"<") {
        return Err(BadList::OldExcel);
    }
    // Older programs write the letters of western Europe, a byte each.
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    };
    let tables = [b';', b',', b'\t'].map(|mark| Ok((String::new(), columns(&text, mark)?)));
    tables.into_iter().collect()
}

fn columns(text: &str, mark: u8) -> Result<Rows, BadList> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Rows::new();
    let (bytes, mut seen, mut line) = (text.as_bytes(), 0, 0);
    for record in reader.records() {
        let record = record.map_err(|_| BadList::Damaged)?;
        // The line as a person's editor counts it: empty ones are no records and are lines all the same.
        let from = record.position().map_or(seen, |place| place.byte() as usize);
        let empty = bytes[from..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
        line += bytes[seen..from + empty].iter().filter(|byte| **byte == b'\n').count();
        seen = from + empty;
        if line > MAX_ROWS {
            return Err(BadList::TooLarge);
        }
        rows.resize_with(line.max(rows.len()), Vec::new);
        rows.push(record.iter().take(MAX_COLUMNS).map(cut).collect());
    }
    Ok(rows)
}

#[cfg(test)]
mod odd;
#[cfg(test)]
mod tests;
