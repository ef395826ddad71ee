//! Reports as files: XLSX, and CSV as an Indonesian spreadsheet reads it.
//!
//! Both hold the same lines: the head with who took it out and why, the table, its notes.
//! A spreadsheet computes what looks like a formula and rounds what looks like a number, so a text must stay one:
//! in XLSX by its type, in CSV, which has no types, by a leading apostrophe.

use bilik_shared::report::{Cell, Language, Table};
use bilik_shared::time::{Timestamp, Zone};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::error::Error;

/// What stands above the table.
fn head(table: &Table) -> Vec<String> {
    let Table { house, title, wave, as_of, .. } = table;
    let mut lines = vec![house.clone(), title.clone(), wave.clone(), as_of.clone()];
    lines.extend(table.stamp.clone());
    lines.extend(table.audit.clone());
    lines.extend(table.lead.iter().cloned());
    lines
}

/// The table as CSV: `;` between cells, because the comma is the decimal point here, and a mark for UTF-8.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut text = String::from('\u{feff}');
    let mut line = |cells: &[String]| {
        text.push_str(&cells.join(";"));
        text.push_str("\r\n");
    };
    for sentence in head(table) {
        line(&[field(&sentence)]);
    }
    line(&[]);
    line(&table.columns.iter().map(|column| field(&column.name)).collect::<Vec<_>>());
    let cell = |cell: &Cell| match cell {
        Cell::Number(count) => count.to_string(),
        Cell::Text(text) => field(text),
    };
    let totals = Some(&table.totals).filter(|totals| !totals.is_empty());
    for row in table.rows.iter().chain(totals) {
        line(&row.iter().map(cell).collect::<Vec<_>>());
    }
    line(&[]);
    for sentence in &table.notes {
        line(&[field(sentence)]);
    }
    text.into_bytes()
}

/// A text as one field of a CSV line.
fn field(text: &str) -> String {
    let guarded = if is_tempting(text) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains([';', '"', '\r', '\n']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// Whether a spreadsheet would compute this text, or round it: it keeps fifteen digits of a number,
/// and no zeros in front.
fn is_tempting(text: &str) -> bool {
    const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let bare = text.trim_matches(' ');
    let number = bare.starts_with(|c: char| c.is_ascii_digit()) && bare.parse::<f64>().is_ok();
    let damaged =
        bare.len() > 11 || bare.contains(['e', 'E']) || (bare.starts_with('0') && bare.len() > 1);
    bare.starts_with(FORMULA) || text.starts_with(FORMULA) || (number && damaged)
}

/// The table as an Excel workbook for A4 across.
///
/// # Errors
/// Where the table is larger than a worksheet may be.
pub fn xlsx(table: &Table, who: &str, at: Timestamp, zone: Zone) -> Result<Vec<u8>, Error> {
    written(table, who, at, zone).map_err(|cause| Error::Internal(cause.to_string()))
}

fn written(table: &Table, who: &str, at: Timestamp, zone: Zone) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_timestamp((at.0 + i64::from(zone.0) * 60_000) / 1_000)?;
    let properties = DocProperties::new()
        .set_title(&table.title)
        .set_author(who)
        .set_company(&table.house)
        .set_comment(table.stamp.clone().unwrap_or_default())
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    let sheet = book.add_worksheet();
    sheet.set_name(table.report.code())?;
    let text = Format::new().set_num_format("@").set_quote_prefix();
    let title = text.clone().set_bold().set_font_size(13);
    let mut at = 0;
    for (n, sentence) in head(table).iter().enumerate() {
        let format = if n == 1 { &title } else { &text };
        sheet.write_string_with_format(at, 0, sentence, format)?;
        at += 1;
    }
    at = write_table(sheet, table, at + 1)?;
    for sentence in &table.notes {
        sheet.write_string_with_format(at + 1, 0, sentence, &text)?;
        at += 1;
    }
    set_paper(sheet, table)?;
    book.save_to_buffer()
}

/// Writes columns, rows and sums from row `at` on; the row after them.
fn write_table(sheet: &mut Worksheet, table: &Table, at: u32) -> Result<u32, XlsxError> {
    let boxed = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
    let text = boxed().set_num_format("@").set_quote_prefix().set_text_wrap();
    let count = boxed().set_num_format("#,##0");
    let bold = text.clone().set_bold().set_background_color("EEEEEE");
    for (column, name) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(at, column, &name.name, &bold)?;
    }
    sheet.set_repeat_rows(at, at)?;
    sheet.set_freeze_panes(at + 1, 0)?;
    let totals = Some(&table.totals).filter(|totals| !totals.is_empty());
    let mut row = at + 1;
    for cells in table.rows.iter().chain(totals) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Number(number) => {
                    sheet.write_number_with_format(row, column, *number, &count)?;
                }
                Cell::Text(words) => {
                    sheet.write_string_with_format(row, column, words, &text)?;
                }
            }
        }
        row += 1;
    }
    Ok(row)
}

/// The narrowest and the widest that a column becomes, in letters.
const WIDTHS: (usize, usize) = (5, 36);

fn set_paper(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let letters = |cell: &Cell| match cell {
        Cell::Number(number) => number.to_string().len(),
        Cell::Text(text) => text.chars().count(),
    };
    for (n, column) in table.columns.iter().enumerate() {
        let cells = table.rows.iter().map(|row| letters(&row[n]));
        let name = column.name.chars().count().min(14);
        let widest = cells.chain([name]).max().unwrap_or_default();
        sheet.set_column_width(n as u16, (widest + 2).clamp(WIDTHS.0, WIDTHS.1) as f64)?;
    }
    const A4: u8 = 9;
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    let page = match table.language {
        Language::Indonesian => "Halaman &P dari &N",
        Language::English => "Page &P of &N",
    };
    sheet.set_footer(format!("&L&8&F&R&8{page}"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_csv_computes_nothing_and_keeps_its_digits() {
        for (text, written) in [
            ("Yanto", "Yanto"),
            ("=1+1", "'=1+1"),
            ("+62812", "'+62812"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (" =1", "' =1"),
            ("＝1", "'＝1"),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("a;b", "\"a;b\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
            ("x\n=1", "\"x\n=1\""),
            ("8171020510909001", "'8171020510909001"),
            ("0812", "'0812"),
            ("1E5", "'1E5"),
            ("12", "12"),
            ("inf", "inf"),
            ("B I 283 / 26", "B I 283 / 26"),
            ("", ""),
        ] {
            assert_eq!(field(text), written, "{text:?}");
        }
    }
}
