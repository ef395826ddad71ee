//! The cases E01 to E19 of people and papers that trip registrations up, each with the rule that answers and
//! the sentence that an officer reads.
//!
//! Those of two tablets, of the desk and of the server are told there, and one cannot happen, because this product
//! does not have the data that it needs: [`ELSEWHERE`] names them.

use std::collections::BTreeSet;

use bilik_shared::matching::{self, Likeness};
use bilik_shared::person::birth_typed;
use bilik_shared::register_number::RegisterNumber;
use bilik_shared::registration::{Answers, check};
use bilik_shared::roster::{Cell, Column, Headings, Learned, row};
use bilik_shared::search::Keys;

use super::*;
use crate::text::{TABLET, set_language, speak};

/// Cases that are no sentence on the tablet, and where they are answered or why they are not.
const ELSEWHERE: [(&str, &str); 5] = [
    ("E10", "two answers of two tablets: the story of the main job, and that of what others did"),
    ("E12", "released before the training: the desk's queue of who is on the list no more"),
    ("E13", "moved to another house: the same queue, because the list does not say why"),
    ("E14", "days in court are not known before them; attendance has a mark for them"),
    ("E15", "the days of a term stay at the server: the tablet says that somebody has to look"),
];

fn today() -> Date {
    Date::new(2025, 10, 2).unwrap()
}

fn person() -> Person {
    Person {
        name: "La Ode Hasan".into(),
        register_number: "BI 283/2025".into(),
        legal_status: Some(LegalStatus::Convicted),
        cell: "3".into(),
        birth_date: Date::new(1990, 10, 5),
        sex: Some(Sex::Male),
        ..Person::default()
    }
}

fn answers() -> Answers {
    Answers {
        choices: parse_choices("GAR"),
        education: Some(Education::LowerSecondary),
        nik_status: Some(NikStatus::NotYet),
        ..Answers::default()
    }
}

/// Everything that an officer is told about complete answers that were changed in one place.
fn told(change: impl FnOnce(&mut Person, &mut Answers)) -> Vec<String> {
    let (mut person, mut answers) = (person(), answers());
    change(&mut person, &mut answers);
    let (problems, warnings) = check(&person, false, &answers, today());
    let asked = asked_once(warnings).into_iter().map(|one| warning(&one, &[]));
    problems.iter().map(problem).chain(asked).collect()
}

fn with_nik(nik: &str) -> Vec<String> {
    told(|_, answers| (answers.nik_status, answers.nik) = (Some(NikStatus::Present), nik.into()))
}

/// What is said where both stand on one tablet in one block.
fn alike(change: impl FnOnce(&mut Person)) -> Vec<String> {
    let mut other = person();
    change(&mut other);
    let reasons = matching::reasons(&Keys::of(&person(), ""), &Keys::of(&other, ""), true);
    let (sheet, entry) = ("w-A".parse().unwrap(), bilik_shared::id::EntryId([1; 16]));
    let alike = Likeness { sheet, entry, reasons };
    vec![warning(&Warning::SamePerson(alike), &[])]
}

/// What the day of birth becomes that stands so in the list of the prison database.
fn listed_birth(text: &str) -> (Option<Date>, usize) {
    let cells = |line: [&str; 3]| line.map(|cell| Cell::Text(cell.into())).to_vec();
    let rows = [cells(["Nama", "No Reg", "Tgl Lahir"]), cells(["Yanto", "BI 7/2025", text])];
    let headings = Headings::find(&rows, &Learned::default()).unwrap();
    assert!(headings.has(Column::BirthDate));
    let listed = row::read(&rows, &headings, today()).remove(0);
    (listed.person.birth_date, listed.notes.len())
}

type Said = fn() -> Vec<String>;

/// The case, what happens, and what is said in Indonesian and in English: nothing is a good answer, too.
const CASES: [(&str, Said, &[[&str; 2]]); 16] = [
    ("E01", || told(|person, _| person.name = "Yanto".into()), &[]),
    ("E02", || told(|person, _| person.name = "Nu'man Tuasikal".into()), &[]),
    (
        "E03",
        || {
            told(|person, answers| {
                (person.sex, person.birth_date) = (Some(Sex::Female), Date::new(1990, 10, 31));
                (answers.nik_status, answers.nik) =
                    (Some(NikStatus::Present), "8171027110909001".into());
            })
        },
        &[],
    ),
    (
        "E04",
        || {
            told(|person, answers| {
                person.birth_date = birth_typed(["29", "02", "2000"], false);
                (answers.nik_status, answers.nik) =
                    (Some(NikStatus::Present), "8171022902009001".into());
            })
        },
        &[],
    ),
    ("E05", || with_nik("8171020610909001"), MISMATCH),
    ("E05 and the sex", || with_nik("8171024610909001"), MISMATCH),
    (
        "E06",
        || with_nik("0000000000000000"),
        &[["NIK tidak boleh berisi angka nol semua.", "NIK must not be all zeros."]],
    ),
    (
        "E07",
        || with_nik("8,17102E+15"),
        &[["NIK hanya boleh berisi angka.", "NIK must have digits only."]],
    ),
    (
        "E08, the status changed and the number did not",
        || told(|person, _| person.register_number = "A.III 5/2025".into()),
        &[[
            "Golongan register tidak sesuai dengan status.",
            "Register class does not fit the legal status.",
        ]],
    ),
    (
        "E08, added again under the new number",
        || {
            alike(|person| {
                (person.register_number, person.cell) = ("A.III 5/2025".into(), "7".into())
            })
        },
        &[[
            "Mungkin orang yang sama sudah ada: nama sama, tanggal lahir sama.",
            "The same person may be here already: same name, same birth date.",
        ]],
    ),
    (
        "E09",
        || {
            for spelling in [
                "B I 283 / 25",
                "BI 283 /25",
                "BI283/25",
                "BI  283 / 25",
                "BI.283/25",
                "BI. 283 / 25",
            ] {
                let read = spelling.parse::<RegisterNumber>().unwrap();
                assert_eq!(read.to_string(), "BI 283/2025", "{spelling}");
                assert_eq!(told(|person, _| person.register_number = spelling.into()), [""; 0]);
            }
            alike(|person| {
                (person.register_number, person.name) = ("BI. 283 / 25".into(), "Elia".into());
                (person.birth_date, person.cell) = (None, "7".into());
            })
        },
        &[[
            "Mungkin orang yang sama sudah ada: nomor registrasi sama.",
            "The same person may be here already: same register number.",
        ]],
    ),
    (
        "E11",
        || {
            let johanes = |name: &str| Person { name: name.into(), ..person() };
            let (a, b) = (johanes("Yohanis Souisa"), johanes("Johanes Souisa"));
            let b = Person { register_number: "BI 9/2025".into(), cell: "7".into(), ..b };
            vec![reasons(&matching::reasons(&Keys::of(&a, ""), &Keys::of(&b, ""), true))]
        },
        &[["nama beda 1 huruf, tanggal lahir sama", "name differs by 1 letter, same birth date"]],
    ),
    (
        "E16",
        || {
            assert_eq!(listed_birth("00/00/0000"), (None, 0), "no day, and no mistake");
            assert_eq!(listed_birth("31/02/1990"), (None, 1));
            Vec::new()
        },
        &[],
    ),
    ("E17", || told(|person, _| person.citizenship = Some(Citizenship::Foreign)), &[]),
    (
        "E18",
        || told(|person, _| person.birth_date = Date::new(2008, 1, 1)),
        &[[
            "Usia di bawah 18 tahun. Perlu tinjauan Kasubsi.",
            "Under 18. Needs review by the head of section.",
        ]],
    ),
    (
        "E19",
        || {
            told(|person, _| {
                person.birth_date = birth_typed(["", "", "1980"], true);
                person.birth_approximate = true;
            })
        },
        &[],
    ),
];

const MISMATCH: &[[&str; 2]] = &[[
    "NIK tidak sesuai dengan tanggal lahir atau jenis kelamin. Periksa kembali. Data tetap dapat disimpan.",
    "NIK does not match birth date or sex. Please check. It can still be saved.",
]];

#[test]
fn no_case_is_left_out() {
    let of = |case: &&str| case[..3].to_owned();
    let told = CASES.iter().map(|(case, ..)| of(case));
    let told: BTreeSet<String> = told.chain(ELSEWHERE.iter().map(|(case, _)| of(case))).collect();
    let all: BTreeSet<String> = (1..=19).map(|n| format!("E{n:02}")).collect();
    assert_eq!(told, all);
}

#[test]
fn each_case_is_answered_by_its_rule_in_the_words_that_were_agreed() {
    speak(&TABLET);
    for (at, language) in [Language::Indonesian, Language::English].into_iter().enumerate() {
        set_language(language);
        for (case, said, expected) in CASES {
            let expected: Vec<&str> = expected.iter().map(|both| both[at]).collect();
            assert_eq!(said(), expected, "{case}");
        }
    }
    set_language(Language::Indonesian);
}
