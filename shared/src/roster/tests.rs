use std::collections::BTreeMap;

use super::*;
use crate::id::EntryId;
use crate::lifecycle::State;
use crate::person::{LegalStatus, Person, Sex};
use crate::registration::Field;
use crate::vetting::Term;

fn today() -> Date {
    Date::new(2026, 1, 15).unwrap()
}

fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.into()) }
}

/// A table as somebody would write it down: cells between bars.
fn table(lines: &[&str]) -> Rows {
    lines.iter().map(|line| line.split('|').map(|cell| text(cell.trim())).collect()).collect()
}

fn read(rows: &[Vec<Cell>]) -> Vec<Listed> {
    let headings = Headings::find(rows, &Learned::default()).unwrap();
    row::read(rows, &headings, today())
}

fn sheets() -> Vec<KnownSheet> {
    let sheet = |block: &str| KnownSheet {
        id: format!("w-{block}").parse().unwrap(),
        block: block.into(),
        len: 10,
    };
    vec![sheet("A"), sheet("C")]
}

fn known(sheet: usize, name: &str, number: &str, cell: &str) -> Known {
    let person = Person {
        name: name.into(),
        register_number: number.into(),
        legal_status: number.parse().ok().map(|number: crate::register_number::RegisterNumber| {
            if number.class.is_detainee() { LegalStatus::Detainee } else { LegalStatus::Convicted }
        }),
        cell: cell.into(),
        ..Person::default()
    };
    let mut entry = [0; 16];
    entry[..8].copy_from_slice(&crate::id::Digest::of(&[]).0);
    for (n, byte) in format!("{name}{number}").bytes().enumerate() {
        entry[n % 16] ^= byte.rotate_left(n as u32 / 16);
    }
    Known {
        sheet,
        entry: EntryId(entry),
        listed: true,
        person,
        nik: String::new(),
        state: State::NotAsked,
    }
}

fn compare(lines: &[&str], known: &[Known]) -> Plan {
    plan(read(&table(lines)), &sheets(), known)
}

fn kinds(plan: &Plan) -> Vec<(&str, &str)> {
    plan.lines.iter().map(|line| (line.kind.code(), line.person.name.as_str())).collect()
}

#[test]
fn headings_are_known_by_the_names_seen_in_the_wild() {
    for (headings, expected) in [
        (
            "No | No Reg | Nama | Negara | Agama | Putusan | Putusan (bulan) | Jenis Kejahatan | Ekspirasi | Blok | Sel | Status",
            ". number name citizenship . . . . expiry block cell status",
        ),
        (
            "Nama Lengkap | No Registrasi | Tgl Msk UPT | Tgl Ekspirasi | Alias 1 | Alias 2 | Blok | Lokasi Sel",
            "name number . expiry aliases aliases block cell",
        ),
        ("NO. REGISTRASI | NAMA WBP | L/P | Tgl. Lahir | NIK", "number name sex born nik"),
        ("Nama | No Reg | 1/3 | 1/2 | Tgl 2/3 | Lama Pidana", "name number third . two_thirds ."),
        ("Nama | Nama | Blok", "name . block"),
    ] {
        let found = Headings::find(&table(&[headings]), &Learned::default()).unwrap();
        let short = |column: &Option<Column>| match column {
            None => ".",
            Some(Column::RegisterNumber) => "number",
            Some(Column::LegalStatus) => "status",
            Some(Column::BirthDate) => "born",
            Some(column) => column.code(),
        };
        let read: Vec<&str> = found.columns.iter().map(short).collect();
        assert_eq!(read.join(" "), expected, "{headings}");
    }
    let none = Headings::find(&table(&["Jumlah | 297", "Laporan bulanan"]), &Learned::default());
    assert_eq!(none, None, "a sheet of totals is no list");
}

#[test]
fn headings_stand_below_a_title_and_may_be_printed_again() {
    let rows = table(&[
        "DAFTAR PENGHUNI RUTAN",
        "per 2 Oktober 2025",
        "No | Nama | No Reg | Blok | Sel",
        "1 | Yanto | A.III 7/25 | C | 2",
        " | | | | ",
        "No | Nama | No Reg | Blok | Sel",
        "2 | Rusdi | A.III 8/25 | C | 2",
        "Jumlah: 2",
    ]);
    let listed = read(&rows);
    let seen: Vec<(u32, &str)> =
        listed.iter().map(|row| (row.line, row.person.name.as_str())).collect();
    assert_eq!(seen, [(4, "Yanto"), (7, "Rusdi")]);
}

#[test]
fn what_was_chosen_for_a_heading_is_remembered_and_offence_and_religion_are_never_read() {
    let rows = table(&["Penghuni | No Reg | Hunian | Jenis Kejahatan | Agama"]);
    let mut headings = Headings::find(&table(&["Nama | No Reg"]), &Learned::default()).unwrap();
    assert_eq!(headings.known(), 2);
    headings.texts = rows[0].iter().map(Cell::text).collect();
    headings.columns = vec![None, Some(Column::RegisterNumber), None, None, None];
    headings.choose(&[
        (0, Some(Column::Name)),
        (2, Some(Column::Cell)),
        (3, Some(Column::Aliases)),
        (4, Some(Column::Block)),
        (99, Some(Column::Block)),
    ]);
    assert_eq!(headings.columns[3..], [None, None], "not even when somebody chooses them");
    let mut learned = Learned::default();
    learned.learn(&headings);
    let again = Headings::find(&rows, &learned).unwrap();
    assert_eq!(again.columns, headings.columns);
    assert_eq!(headings_of(&learned), ["hunian", "penghuni"], "only what was unforeseen");
    headings.choose(&[(1, Some(Column::Name))]);
    assert_eq!(headings.columns[..2], [None, Some(Column::Name)], "a column has one place");
}

#[test]
fn a_heading_that_stands_twice_is_still_known_in_the_next_list() {
    let twice = Headings::find(&table(&["Nama | Nama WBP | Nama | No Reg"]), &Learned::default());
    let mut learned = Learned::default();
    learned.learn(&twice.unwrap());
    assert_eq!(learned, Learned::default(), "nobody chose anything");
}

fn headings_of(learned: &Learned) -> Vec<&str> {
    learned.0.keys().map(String::as_str).collect()
}

#[test]
fn odd_cells_are_read_or_said_to_be_odd() {
    let heading = "Nama | No Reg | Status | Blok | Lokasi Sel | Tgl Lahir | NIK | L/P";
    let mut rows = table(&[heading]);
    let line = |cells: [Cell; 8]| cells.to_vec();
    let t = |s: &str| text(s);
    rows.push(line([
        t("NU\u{2019}MAN  TUASIKAL"),
        t("BI.N 201 /26"),
        t("AKTIF"),
        t("Blok C"),
        t("C/07"),
        Cell::Number(33_151.0),
        Cell::Number(8.171_02e15),
        t("L"),
    ]));
    rows.push(line([
        t("Yulia"),
        t("A.III 9/2025"),
        t("Titipan"),
        t(""),
        t("C-07"),
        t("00/00/0000"),
        t("8,17102E+15"),
        t("Perempuan"),
    ]));
    rows.push(line([
        t("Elia"),
        t("tanpa nomor"),
        t(""),
        t("C"),
        t("Kamar 7"),
        t("02/13/1990"),
        t("0000000000000000"),
        t(""),
    ]));
    rows.push(line([
        t("Sutrisno"),
        t("-"),
        t("Narapidana"),
        t("Mapenaling"),
        Cell::Number(7.0),
        t("1990-10-05 00:00:00"),
        t("8171020510909001"),
        t(""),
    ]));
    let listed = read(&rows);
    let [a, b, c, d] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!(a.person.name, "NU'MAN TUASIKAL");
    assert_eq!(a.person.register_number, "BI 201/2026", "the tag tells the offence");
    assert_eq!(a.person.legal_status, Some(LegalStatus::Convicted), "from the register's class");
    assert_eq!((a.block.as_str(), a.person.cell.as_str()), ("C", "07"));
    assert_eq!(a.person.birth_date, Date::new(1990, 10, 5));
    assert_eq!((&a.notes[..], a.nik.as_str()), (&[Note::NikBroken][..], ""));
    assert_eq!(
        (b.person.legal_status, b.person.sex),
        (Some(LegalStatus::HeldForOther), Some(Sex::Female))
    );
    assert_eq!((b.block.as_str(), b.person.cell.as_str()), ("C", "07"));
    assert_eq!(
        (b.person.birth_date, &b.notes[..]),
        (None, &[Note::NikBroken][..]),
        "no day is no fault"
    );
    assert_eq!(c.person.cell, "Kamar 7");
    assert_eq!(c.notes, [Note::NumberOdd, Note::StatusUnknown, Note::BirthDateOdd]);
    assert_eq!((d.person.cell.as_str(), d.person.birth_date), ("7", Date::new(1990, 10, 5)));
    assert_eq!((d.nik.as_str(), &d.notes[..]), ("8171020510909001", &[Note::NoNumber][..]));
}

#[test]
fn a_list_says_who_is_new_changed_moved_and_gone() {
    let sheets = [
        known(0, "Rusdi Wakano", "BI 283/2026", "7"),
        known(0, "Elia Souisa", "BI 284/2026", "7"),
        known(1, "Yanto", "A.III 9/2025", "2"),
        known(1, "Sutrisno", "A.III 10/2025", "2"),
    ];
    let plan = compare(
        &[
            "Nama | No Reg | Blok | Sel",
            "RUSDI WAKANO | BI.283 / 26 | Blok A | A/07",
            "Elia Souisa | BI 284/26 | C | 3",
            "Yanto | A III 9 / 25 | C | 4",
            "Faisal | A.III 11/25 | C | 4",
        ],
        &sheets,
    );
    assert_eq!((plan.rows, plan.same), (4, 1), "the same number and cell in another spelling");
    let expected =
        [("moved", "Elia Souisa"), ("new", "Faisal"), ("changed", "Yanto"), ("gone", "Sutrisno")];
    assert_eq!(kinds(&plan), expected);
    let yanto = &plan.lines[2];
    let change = Change { field: Field::Cell, before: "2".into(), after: "4".into() };
    assert_eq!(yanto.changes, [change]);

    // Undecided, the one who moved stays as they are; nobody who is gone is written at all.
    let writes = plan.writes(&BTreeMap::new(), &[]);
    let names: Vec<usize> = writes.values().map(Vec::len).collect();
    assert_eq!(names, [2], "one sheet, the new one and the changed one");
    assert_eq!(plan.people(&BTreeMap::new(), &[]), 2);
    let choices = BTreeMap::from([(plan.lines[0].line.unwrap(), Choice::Update)]);
    assert_eq!(plan.people(&choices, &[]), 3);
    let writes = plan.writes(&choices, &[]);
    let moved = &writes[&Place::Sheet("w-A".parse().unwrap())][0];
    assert_eq!(moved.entry, Some(sheets[1].entry));
    assert_eq!(moved.fields["cell"], "→C/3", "the sheet stays and the cell says where they are");
}

#[test]
fn a_status_that_only_follows_from_the_number_overrules_nothing() {
    let mut held = known(0, "Elia Souisa", "BI 284/26", "3");
    held.person.legal_status = Some(LegalStatus::HeldForOther);
    let status = |heading: &str, said: &str| {
        let lines =
            [format!("Nama | No Reg | {heading}"), format!("Elia Souisa | BI 284/26 | {said}")];
        let plan = compare(&[&lines[0], &lines[1]], std::slice::from_ref(&held));
        plan.lines
            .iter()
            .flat_map(|line| line.changes.clone())
            .map(|one| one.after)
            .collect::<Vec<_>>()
    };
    assert_eq!(status("Blok", "A"), Vec::<String>::new());
    assert_eq!(status("Status", "Narapidana"), ["NARAPIDANA"]);
}

#[test]
fn who_moved_and_was_decided_is_not_asked_again() {
    let list = |block: &str, cell: &str| {
        let line = format!("Elia Souisa | BI 284/26 | {block} | {cell}");
        compare(
            &["Nama | No Reg | Blok | Sel", &line],
            &[known(0, "Elia Souisa", "BI 284/26", "→C/3")],
        )
    };
    assert_eq!(list("C", "03").same, 1);
    assert_eq!(list("C", "5").lines[0].changes[0].after, "→C/5");
    assert_eq!(kinds(&list("C", "5")), [("changed", "Elia Souisa")]);
    assert_eq!(kinds(&list("D", "5")), [("moved", "Elia Souisa")]);
    let home = list("A", "3");
    assert_eq!((home.lines[0].kind, home.lines[0].changes[0].after.as_str()), (Kind::Changed, "3"));
}

#[test]
fn a_new_number_for_a_known_name_is_asked_and_never_assumed() {
    let mut yohanis = known(1, "Yohanis Latuconsina", "A.III 9/2025", "2");
    yohanis.person.birth_date = Date::new(1990, 10, 5);
    let heading = "Nama | No Reg | Blok | Sel | Tgl Lahir";
    let line = "Johanis Latuconsina | BI 77/26 | C | 2 | 05/10/1990";
    let plan = compare(&[heading, line], std::slice::from_ref(&yohanis));
    assert_eq!(kinds(&plan), [("renumbered", "Johanis Latuconsina")], "and not gone as well");
    assert_eq!(plan.writes(&BTreeMap::new(), &[]), BTreeMap::new());
    let sheet = Place::Sheet("w-C".parse().unwrap());
    let same = plan.writes(&BTreeMap::from([(2, Choice::Update)]), &[]);
    assert_eq!(same[&sheet][0].entry, Some(yohanis.entry));
    assert_eq!(same[&sheet][0].fields["register_number"], "BI 77/26");
    assert_eq!(same[&sheet][0].fields["legal_status"], "NARAPIDANA");
    let other = plan.writes(&BTreeMap::from([(2, Choice::Add)]), &[]);
    assert_eq!(other[&sheet][0].entry, None);

    // Another day of birth: somebody else of the same name.
    let line = "Yohanis Latuconsina | BI 77/26 | C | 2 | 06/10/1991";
    let plan = compare(&[heading, line], &[yohanis]);
    assert_eq!(kinds(&plan), [("new", "Yohanis Latuconsina"), ("gone", "Yohanis Latuconsina")]);
}

#[test]
fn the_wrong_person_is_never_written_over() {
    let sheets = [known(0, "Rusdi Wakano", "BI 283/2026", "7"), known(0, "Ismail", "BI 1/26", "7")];
    let heading = "Nama | No Reg | Blok | Sel";
    let faults = |lines: &[&str]| {
        let mut all = vec![heading];
        all.extend(lines);
        let plan = compare(&all, &sheets);
        assert_eq!(plan.writes(&BTreeMap::new(), &["X".into()]), BTreeMap::new());
        plan.lines.iter().filter_map(|line| line.fault).collect::<Vec<_>>()
    };
    assert_eq!(faults(&["Hamid Nanlohy | BI 283/26 | A | 7"]), [Fault::NumberTaken]);
    let twice = ["Rusdi Wakano | BI 283/26 | A | 7", "Ismail | BI.283/26 | A | 7"];
    assert_eq!(faults(&twice), [Fault::Twice, Fault::Twice], "which of them is right is not known");
    let again = ["Rusdi Wakano | BI 283/26 | A | 7", "RUSDI WAKANO | BI 283 / 26 | A | 7"];
    assert_eq!(faults(&again), [Fault::Twice], "the first of two equal lines is taken");
    assert_eq!(faults(&[" | BI 283/26 | A | 7"]), [Fault::NoName]);
    assert_eq!(faults(&["Faisal | BI 5/26 | | 7"]), [Fault::NoBlock]);
    assert_eq!(faults(&[&format!("{} | BI 5/26 | A | 7", "x".repeat(200))]), [Fault::TooLong]);
}

#[test]
fn only_blocks_of_the_list_can_miss_somebody() {
    let sheets = [
        known(0, "Rusdi Wakano", "BI 283/2026", "7"),
        known(0, "Elia Souisa", "BI 284/2026", "→C/2"),
        known(1, "Yanto", "A.III 9/2025", "2"),
    ];
    let plan = compare(&["Nama | No Reg | Blok", "Rusdi Wakano | BI 283/26 | A"], &sheets);
    assert_eq!((plan.same, kinds(&plan)), (1, vec![]), "block C is not on this list");
    let plan = compare(&["Nama | No Reg", "Rusdi Wakano | BI 283/26"], &sheets);
    assert_eq!(plan.count(Kind::Gone), 2, "a list without blocks is of the whole house");
}

#[test]
fn a_block_without_a_sheet_is_opened_only_when_somebody_says_so() {
    let lines = [
        "Nama | No Reg | Blok",
        "Rusdi | BI 283/26 | Blok Mapenaling",
        "Ali | BI 2/26 | MAPENALING",
    ];
    let plan = compare(&lines, &[]);
    assert_eq!(plan.new_blocks, [("Mapenaling".to_owned(), 2)]);
    assert_eq!(plan.writes(&BTreeMap::new(), &[]), BTreeMap::new());
    let writes = plan.writes(&BTreeMap::new(), &["Mapenaling".into()]);
    assert_eq!(writes[&Place::Block("Mapenaling".into())].len(), 2);
}

#[test]
fn somebody_added_by_hand_becomes_listed() {
    let mut added = known(1, "Wa Ode Sari", "A.III 9104/2025", "2");
    added.listed = false;
    let lines = ["Nama | No Reg | Blok | Sel", "Wa Ode Sari | A.III 9104/25 | C | 2"];
    let plan = compare(&lines, std::slice::from_ref(&added));
    assert_eq!(kinds(&plan), [("changed", "Wa Ode Sari")]);
    assert_eq!(plan.lines[0].notes, [Note::NowListed]);
    assert_eq!(plan.writes(&BTreeMap::new(), &[]).len(), 1);
}

#[test]
fn of_a_sentence_only_its_days_are_read_and_they_are_about_whom_the_line_is_about() {
    let headings = "Nama | No Reg | Blok | Sel | Putusan (bulan) | Tgl Ekspirasi | 1/3 | 2/3";
    let rows = table(&[
        headings,
        "Yanto | BI 7/25 | C | 2 | 48 | 17/08/2031 | 01/02/2027 | -",
        "Rusdi | BI 8/25 | C | 2 | 12 | 00/00/0000 | 00/00/0000 | ",
        "Siti | BI 9/25 | C | 3 | 12 | 31/02/2030 | | ",
        "Hasan | BI 10/25 | A | 3 | 12 | 2032-01-31 | | ",
    ]);
    let listed = read(&rows);
    let day = |text: &str| text.parse::<Date>().ok();
    let terms: Vec<Term> = listed.iter().map(|row| row.term.unwrap()).collect();
    let until = |expiry| Term { expiry: day(expiry), ..Term::default() };
    assert_eq!(terms[0], Term { third: day("01/02/2027"), ..until("17/08/2031") });
    assert_eq!(terms[1..], [until(""), until(""), until("31/01/2032")], "E16: no day is no day");
    assert_eq!(listed[1].notes, []);
    assert_eq!(listed[2].notes, [Note::TermOdd], "a day that cannot be is said, and is none");
    assert!(read(&table(&["Nama | No Reg", "Yanto | BI 7/25"]))[0].term.is_none());

    let known = [
        known(1, "Yanto", "BI 7/25", "2"),
        known(1, "Rusdi", "BI 8/24", "2"),
        known(1, "Hasan", "BI 10/25", "3"),
    ];
    let plan = plan(listed, &sheets(), &known);
    let of = |choices: &[(u32, Choice)]| plan.terms_of_known(&choices.iter().copied().collect());
    let (yanto, rusdi, hasan) = (known[0].entry, known[1].entry, known[2].entry);
    // Yanto stands there just so, Hasan has moved; of Rusdi nobody knows whether it is him.
    let certain = [(yanto, terms[0]), (hasan, terms[3])];
    assert_eq!(of(&[]), certain);
    assert_eq!(of(&[(3, Choice::Update)]), [certain[0], certain[1], (rusdi, terms[1])]);
    let writes = plan.writes(&BTreeMap::new(), &[]);
    let new: Vec<Option<Term>> =
        writes.values().flatten().filter(|w| w.entry.is_none()).map(|w| w.term).collect();
    assert_eq!(new, [Some(terms[2])]);
    let shown = crate::cbor::write(&plan);
    let finds = |word: &str| shown.windows(word.len()).any(|at| at == word.as_bytes());
    assert!(finds("Siti") && !finds("2031") && !finds("2032"), "the plan is shown to people");
}
