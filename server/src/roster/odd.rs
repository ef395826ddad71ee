//! The odd cases of the domain's reference, E01 to E24, each as a row of an Excel file, and what the preview says of it.
//!
//! Not every case can stand in a list. What happens to those is said here as well, with where it is tried:
//! E03 (a day above 40 in the NIK is a woman's), E05 and E06 are answers of the person and checked at the tablet; the
//! list's NIK is only compared. E10, E11, E21 and E22 are two tablets, a clock, a loss: the stories of the tablets.
//! E14 (hearings), E15 and E16 (the day of release), E20, E23 and E24 are about the wave, consent and seats; the list
//! is read for who is housed where.

use bilik_shared::id::{EntryId, SheetId};
use bilik_shared::lifecycle::State;
use bilik_shared::person::{Citizenship, LegalStatus, Person, Sex};
use bilik_shared::roster::{Known, KnownSheet, Line, Plan, plan};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;

const HEADINGS: [&str; 8] =
    ["Nama Lengkap", "No Registrasi", "Tgl Lahir", "JK", "Kewarganegaraan", "NIK", "Blok", "Sel"];

/// A cell as it is typed into a spreadsheet.
#[derive(Clone, Copy)]
enum Typed {
    Text(&'static str),
    Number(f64),
    Day(u16, u8, u8),
}

use Typed::{Day, Number, Text};

/// Name, register number, day of birth, sex, citizenship and NIK; everybody lives in block C.
type Row = [Typed; 6];

fn excel(rows: &[Row]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, HEADINGS).unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    for (line, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row.iter().chain(&[Text("Blok C"), Text("C/07")])) {
            match cell {
                Text("") => {}
                Text(text) => {
                    sheet.write_string(line, column, *text).unwrap();
                }
                Number(number) => {
                    sheet.write_number(line, column, *number).unwrap();
                }
                Day(year, month, of) => {
                    let date = ExcelDateTime::from_ymd(*year, *month, *of).unwrap();
                    sheet.write_datetime_with_format(line, column, &date, &day).unwrap();
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn today() -> Date {
    Date::new(2026, 1, 15).unwrap()
}

/// Somebody who stands on the sheet of block C already.
fn known(n: u8, name: &str, number: &str) -> Known {
    let person = Person {
        name: name.into(),
        register_number: number.into(),
        legal_status: Some(LegalStatus::Detainee),
        cell: "07".into(),
        birth_date: Date::new(1990, 10, 5),
        sex: Some(Sex::Male),
        citizenship: Some(Citizenship::Indonesian),
        ..Person::default()
    };
    let (entry, nik) = (EntryId([n; 16]), String::new());
    Known { sheet: 0, entry, listed: true, person, nik, state: State::Registered }
}

fn preview(rows: &[Row], known: &[Known]) -> Plan {
    let id: SheetId = "2026.1-C".parse().unwrap();
    let sheets = [KnownSheet { id, block: "C".into(), len: known.len() }];
    let list = read(&excel(rows), &Learned::default(), &[], today()).unwrap();
    plan(list.people, &sheets, known)
}

/// What the preview says of a line, in its codes: kind, name, number, born, what is odd, what changes.
fn says(line: &Line) -> String {
    let Person { name, register_number, birth_date, birth_approximate, .. } = &line.person;
    let about = if *birth_approximate { "~" } else { "" };
    let born = birth_date.map_or_else(|| "-".to_owned(), |date| format!("{about}{}", date.iso()));
    let notes: Vec<&str> = line.notes.iter().map(|note| note.code()).collect();
    let fields: Vec<&str> = line.changes.iter().map(|change| change.field.key()).collect();
    let fault = line.fault.map_or("", |fault| fault.code());
    let odd = [notes.join(" "), fields.join(" "), fault.to_owned()];
    let odd = odd.into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join(" / ");
    format!("{} | {name} | {register_number} | {born} | {odd}", line.kind.code())
}

const NONE: Typed = Text("");
const MAN: [Typed; 2] = [Text("L"), Text("WNI")];

fn row(name: &'static str, number: Typed, born: Typed, nik: Typed) -> Row {
    [Text(name), number, born, MAN[0], MAN[1], nik]
}

#[test]
fn each_odd_row_is_taken_or_named_for_what_it_is() {
    const OCTOBER: Typed = Day(1990, 10, 5);
    let number = Text("A.III 9001/2025");
    for (case, row, expected) in [
        (
            "E01",
            row("Yanto", number, OCTOBER, NONE),
            "new | Yanto | A.III 9001/2025 | 1990-10-05 | ",
        ),
        (
            "E02",
            row("Ma'ruf Salampessy", number, OCTOBER, NONE),
            "new | Ma'ruf Salampessy | A.III 9001/2025 | 1990-10-05 | ",
        ),
        (
            "E02 with the apostrophe of a word processor, and Excel's before a number",
            row("O’Brien Wattimena", number, OCTOBER, Text("'8171020510909001")),
            "new | O'Brien Wattimena | A.III 9001/2025 | 1990-10-05 | ",
        ),
        (
            "E03: a woman's NIK is compared, and is nobody's birthday here",
            [
                Text("Siti"),
                number,
                Day(1990, 10, 31),
                Text("P"),
                Text("WNI"),
                Text("8171027110909001"),
            ],
            "new | Siti | A.III 9001/2025 | 1990-10-31 | ",
        ),
        (
            "E04",
            row("Elia", number, Text("29/02/2000"), NONE),
            "new | Elia | A.III 9001/2025 | 2000-02-29 | ",
        ),
        (
            "E04 in a year without that day",
            row("Elia", number, Text("29/02/2001"), NONE),
            "new | Elia | A.III 9001/2025 | - | birth_date_odd",
        ),
        (
            "E05: a NIK that tells another day is no mistake of the list",
            row("Roni", number, OCTOBER, Text("8171020610909001")),
            "new | Roni | A.III 9001/2025 | 1990-10-05 | ",
        ),
        (
            "E06",
            row("Roni", number, OCTOBER, Text("0000000000000000")),
            "new | Roni | A.III 9001/2025 | 1990-10-05 | ",
        ),
        (
            "E07 as a number",
            row("Roni", number, OCTOBER, Number(8_171_020_510_909_001.0)),
            "new | Roni | A.III 9001/2025 | 1990-10-05 | nik_broken",
        ),
        (
            "E07 as text",
            row("Roni", number, OCTOBER, Text("8,17102E+15")),
            "new | Roni | A.III 9001/2025 | 1990-10-05 | nik_broken",
        ),
        (
            "a NIK that is none",
            row("Roni", number, OCTOBER, Text("81710205109")),
            "new | Roni | A.III 9001/2025 | 1990-10-05 | nik_odd",
        ),
        (
            "E16: a date that says that there is none",
            row("Roni", number, Text("00/00/0000"), NONE),
            "new | Roni | A.III 9001/2025 | - | ",
        ),
        (
            "E17",
            [Text("John Smith"), number, OCTOBER, Text("L"), Text("AUS"), NONE],
            "new | John Smith | A.III 9001/2025 | 1990-10-05 | ",
        ),
        (
            "E18: whoever is seventeen is listed; the rules of the wave warn",
            row("Iwan", number, Day(2008, 6, 1), NONE),
            "new | Iwan | A.III 9001/2025 | 2008-06-01 | ",
        ),
        (
            "E19 as a number",
            row("Marthen", number, Number(1980.0), NONE),
            "new | Marthen | A.III 9001/2025 | ~1980-07-01 | ",
        ),
        (
            "E19 as text",
            row("Marthen", number, Text("1980"), NONE),
            "new | Marthen | A.III 9001/2025 | ~1980-07-01 | ",
        ),
        (
            "no number at all",
            row("Hamid", Text("-"), OCTOBER, NONE),
            "new | Hamid |  | 1990-10-05 | no_number",
        ),
        (
            "a number of no known form",
            row("Hamid", Text("tidak ada"), OCTOBER, NONE),
            "new | Hamid | tidak ada | 1990-10-05 | number_odd",
        ),
        (
            "no name",
            row("", number, OCTOBER, NONE),
            "faulty |  | A.III 9001/2025 | 1990-10-05 | no_name",
        ),
    ] {
        let plan = preview(&[row], &[]);
        let told: Vec<String> = plan.lines.iter().map(says).collect();
        assert_eq!(told, [expected], "{case}");
    }
}

#[test]
fn every_spelling_of_one_number_is_the_person_who_stands_there() {
    // E09. The sheet has the number as somebody typed it.
    for typed in [
        "B I 283 / 26",
        "BI 283 /26",
        "BI283/26",
        "BI  283 / 26",
        "BI.283/26",
        "BI. 283 / 26",
        "B.I 283/2026",
    ] {
        let before = Known {
            person: Person {
                legal_status: Some(LegalStatus::Convicted),
                ..known(1, "Roni", typed).person
            },
            ..known(1, "Roni", typed)
        };
        let plan = preview(&[row("RONI", Text("BI 283/26"), Day(1990, 10, 5), NONE)], &[before]);
        assert_eq!((plan.same, plan.lines.len()), (1, 0), "{typed}: {:?}", plan.lines);
    }
}

#[test]
fn whoever_changes_left_or_stands_there_twice_is_named() {
    let before =
        [known(1, "Yohanis Lewerissa", "A.III 77/2025"), known(2, "Petrus", "A.III 78/2025")];
    // E08: the verdict came, and the number with it. E12 and E13: released or moved to another house is not on the list.
    let rows = [row("Yohanis Lewerissa", Text("B.I 12/2026"), Day(1990, 10, 5), NONE)];
    let told: Vec<String> = preview(&rows, &before).lines.iter().map(says).collect();
    assert_eq!(
        told,
        [
            "renumbered | Yohanis Lewerissa | B.I 12/2026 | 1990-10-05 | register_number legal_status",
            "gone | Petrus | A.III 78/2025 | 1990-10-05 | ",
        ]
    );
    // E11: another spelling of the name with the same number is the same person.
    let rows = [
        row("Johanes Lewerisa", Text("A.III 77/2025"), Day(1990, 10, 5), NONE),
        row("Petrus", Text("A.III 78/2025"), Day(1990, 10, 5), NONE),
        row("Lain Sekali", Text("A.III 78/2025"), Day(1990, 10, 5), NONE),
    ];
    let told: Vec<String> = preview(&rows, &before).lines.iter().map(says).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[..2].iter().all(|line| line.ends_with("twice")), "{told:?}");
    assert!(told[2].starts_with("changed | Johanes Lewerisa"), "{told:?}");
    // E19 beside a day that is known: the year alone says nothing against it.
    let rows = [
        row("Yohanis Lewerissa", Text("A.III 77/2025"), Number(1990.0), NONE),
        row("Petrus", Text("A.III 78/2025"), Number(1985.0), NONE),
    ];
    let told: Vec<String> = preview(&rows, &before).lines.iter().map(says).collect();
    assert_eq!(
        told,
        ["changed | Petrus | A.III 78/2025 | ~1985-07-01 | birth_date birth_approximate"]
    );
}
