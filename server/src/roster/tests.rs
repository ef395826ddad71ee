use std::io::Write as _;

use bilik_shared::roster::Note;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
use zip::write::SimpleFileOptions;

use super::*;

fn today() -> Date {
    Date::new(2026, 1, 15).unwrap()
}

fn list(bytes: &[u8]) -> Result<List, BadList> {
    read(bytes, &Learned::default(), &[], today())
}

fn write_line(sheet: &mut Worksheet, line: u32, cells: &[&str]) {
    for (column, cell) in cells.iter().enumerate() {
        if !cell.is_empty() {
            sheet.write_string(line, column as u16, *cell).unwrap();
        }
    }
}

/// Name, number, block and cell of everybody.
fn people(list: &List) -> Vec<String> {
    let one = |row: &Listed| {
        let person = &row.person;
        format!(
            "{} {}, {}, {}, {}",
            row.line, person.name, person.register_number, row.block, person.cell
        )
    };
    list.people.iter().map(one).collect()
}

#[test]
fn an_excel_file_with_title_merged_cells_dates_and_another_sheet_is_read() {
    let mut book = Workbook::new();
    let format = Format::new();
    write_line(book.add_worksheet().set_name("Rekap").unwrap(), 0, &["Jumlah", "297"]);
    let sheet = book.add_worksheet().set_name("WBP").unwrap();
    sheet.merge_range(0, 0, 0, 5, "DAFTAR PENGHUNI", &format).unwrap();
    sheet.merge_range(2, 0, 3, 0, "Nama", &format).unwrap();
    sheet.merge_range(2, 1, 3, 1, "No Reg", &format).unwrap();
    sheet.merge_range(2, 2, 2, 3, "Hunian", &format).unwrap();
    sheet.merge_range(2, 4, 3, 4, "Tgl Lahir", &format).unwrap();
    sheet.merge_range(2, 5, 3, 5, "NIK", &format).unwrap();
    write_line(sheet, 3, &["", "", "Blok", "Sel"]);
    sheet.merge_range(4, 2, 6, 2, "Blok C", &format).unwrap();
    write_line(sheet, 4, &["Yanto", "A.III 7/25", "", "C/02", "", "8171020510909001"]);
    write_line(sheet, 5, &["Rusdi", "A.III 8/25", "", "", "05/10/1990"]);
    write_line(sheet, 6, &["Elia", "A.III 9/25", "", "3"]);
    sheet.write_number(5, 3, 2).unwrap();
    sheet.write_number(5, 5, 8_171_020_510_909_001.0).unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let date = ExcelDateTime::from_ymd(1990, 10, 5).unwrap();
    sheet.write_datetime_with_format(4, 4, &date, &day).unwrap();
    sheet.write_number(6, 4, 33_151).unwrap();
    let list = list(&book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(list.worksheet, "WBP");
    assert_eq!(
        people(&list),
        ["5 Yanto, A.III 7/25, C, 02", "6 Rusdi, A.III 8/25, C, 2", "7 Elia, A.III 9/25, C, 3"]
    );
    assert!(list.people.iter().all(|row| row.person.birth_date == Date::new(1990, 10, 5)));
    assert_eq!(list.people[0].nik, "8171020510909001");
    assert_eq!(list.people[1].notes, [Note::NikBroken], "Excel keeps 15 digits of a number");
}

#[test]
fn a_text_file_is_read_with_any_mark_and_any_letters() {
    let text =
        "Nama;No Reg;Blok;Sel\r\nRenée;A.III 7/25;C;2\r\n\r\n\"Ali; alias Adi\";A.III 8/25;C;3\r\n";
    let expected = ["2 Renée, A.III 7/25, C, 2", "4 Ali; alias Adi, A.III 8/25, C, 3"];
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let marked = [b"\xef\xbb\xbf".as_slice(), b"sep=;\r\n", text.as_bytes()].concat();
    assert_eq!(people(&list(text.as_bytes()).unwrap()), expected);
    assert_eq!(people(&list(&latin).unwrap()), expected);
    assert_eq!(list(&marked).unwrap().people.len(), 2);
    let commas = "Nama,No Reg\nAli,A.III 7/25\n";
    assert_eq!(people(&list(commas.as_bytes()).unwrap()), ["2 Ali, A.III 7/25, , "]);
    let broken = "Nama;NIK\nAli;8,17102E+15\n";
    let broken = list(broken.as_bytes()).unwrap();
    assert_eq!(broken.people[0].notes, [Note::NoNumber, Note::NikBroken]);
}

#[test]
fn what_is_no_list_is_refused_with_the_reason() {
    let mut book = Workbook::new();
    write_line(book.add_worksheet(), 0, &["Jumlah", "297"]);
    let totals = book.save_to_buffer().unwrap();
    for (bytes, why) in [
        (totals.as_slice(), BadList::NoHeadings),
        (b"", BadList::NoHeadings),
        (b"Jumlah;297\n", BadList::NoHeadings),
        (b"PK\x03\x04 and nothing behind it", BadList::Damaged),
        (&totals[..totals.len() / 2], BadList::Damaged),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", BadList::OldExcel),
        (b"<html><table><tr><td>Nama", BadList::OldExcel),
        (b"%PDF-1.7\x00", BadList::OtherKind),
    ] {
        assert_eq!(list(bytes).map(drop), Err(why), "{:?}", bytes.get(..8));
    }
}

/// An archive whose worksheet is the given XML, behind a real workbook's other parts.
fn with_worksheet(xml: &mut dyn std::io::Read) -> Vec<u8> {
    let mut book = Workbook::new();
    write_line(book.add_worksheet(), 0, &["Nama", "No Reg"]);
    let real = book.save_to_buffer().unwrap();
    let mut parts = zip::ZipArchive::new(Cursor::new(real)).unwrap();
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for n in 0..parts.len() {
        let mut part = parts.by_index(n).unwrap();
        let name = part.name().unwrap().into_owned();
        made.start_file(&name, SimpleFileOptions::default()).unwrap();
        if name.ends_with("sheet1.xml") {
            std::io::copy(xml, &mut made).unwrap();
        } else {
            std::io::copy(&mut part, &mut made).unwrap();
        }
    }
    made.finish().unwrap().into_inner()
}

#[test]
fn a_file_that_becomes_huge_is_refused_before_it_does() {
    let bomb = with_worksheet(&mut std::io::repeat(b' ').take(MAX_INFLATED + 1));
    assert!(bomb.len() < 200_000, "{} bytes", bomb.len());
    assert_eq!(list(&bomb).map(drop), Err(BadList::TooLarge));

    // The archive says that the same part has ten bytes.
    let mut lie = bomb;
    let size = (MAX_INFLATED as u32 + 1).to_le_bytes();
    let places: Vec<usize> =
        lie.windows(4).enumerate().filter(|(_, four)| *four == size).map(|(n, _)| n).collect();
    assert!(!places.is_empty());
    for place in places {
        (&mut lie[place..place + 4]).write_all(&10u32.to_le_bytes()).unwrap();
    }
    assert!(list(&lie).is_err());
}

#[test]
fn a_cell_that_is_far_away_costs_nothing() {
    let sheet = |cell: &str| {
        format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:{cell}"/><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Nama</t></is></c><c r="B1" t="inlineStr"><is><t>No Reg</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Ali</t></is></c></row><row><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>"#
        )
    };
    let wide = with_worksheet(&mut sheet("XFD3").as_bytes());
    assert_eq!(people(&list(&wide).unwrap()), ["2 Ali, , , "]);
    let deep = with_worksheet(&mut sheet("A1048576").as_bytes());
    assert_eq!(list(&deep).map(drop), Err(BadList::TooLarge));
    let long = format!("Nama;No Reg\n{}", "Ali;A.III 7/25\n".repeat(MAX_ROWS + 1));
    assert_eq!(list(long.as_bytes()).map(drop), Err(BadList::TooLarge));
}
