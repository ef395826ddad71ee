//! Makes the invented sheet for practice, and checks the one that is there.

use std::path::Path;

use bilik_shared::exchange::{Answer, SheetAnswer, VERSION, encode};
use bilik_shared::id::{ActorId, Digest, EntryId};
use bilik_shared::lifecycle::State;
use bilik_shared::person::{LegalStatus, Person, Sex};
use bilik_shared::programme::{
    Brief, Facility, Officer, Package, Programme, SheetTitle, Wave, Words,
};
use bilik_shared::replica::{Effect, Replica};
use bilik_shared::sheet::{Heading, Sheet};
use bilik_shared::time::{Date, Timestamp, Zone};

use super::*;

/// Name, other names, register number, cell, and the day of birth.
type Listed = (&'static str, &'static str, &'static str, &'static str, (i32, u8, u8));

/// Nobody of them exists. Two share a name, one has one word and one another name, as on real lists.
const PEOPLE: [Listed; 8] = [
    ("Budi Latihan", "", "A.I 9001/2025", "1", (1990, 3, 14)),
    ("Markus Contoh", "Max", "B.I 9002/2024", "1", (1984, 11, 2)),
    ("Rahmat", "", "A.II 9003/2025", "1", (2001, 7, 30)),
    ("Yosef Umpama", "", "A.III 9004/2025", "2", (1996, 1, 9)),
    ("La Ode Misal", "", "B.IIa 9005/2023", "2", (1979, 5, 21)),
    ("Abdul Contoh", "", "A.I 9006/2025", "3", (1993, 9, 17)),
    ("Abdul Contoh", "", "A.I 9007/2025", "3", (1988, 12, 5)),
    ("Simon Percobaan", "", "B.I 9008/2024", "4", (1999, 4, 26)),
];

const PROGRAMMES: [(&str, &str, &str); 5] = [
    ("OTO", "Teknik Otomotif Sepeda Motor", "Motorcycle mechanics"),
    ("KAY", "Pertukangan Kayu dan Furnitur", "Carpentry and furniture"),
    ("GAR", "Garmen (Menjahit)", "Sewing"),
    ("BOG", "Tata Boga", "Cooking and baking"),
    ("LAS", "Teknik Las", "Welding"),
];

fn roster() -> Vec<(EntryId, Person)> {
    let person = |(name, aliases, number, cell, (year, month, day)): Listed| Person {
        name: name.into(),
        aliases: aliases.into(),
        register_number: number.into(),
        legal_status: Some(match number.starts_with('B') {
            true => LegalStatus::Convicted,
            false => LegalStatus::Detainee,
        }),
        cell: cell.into(),
        birth_date: Date::new(year, month, day),
        sex: Some(Sex::Male),
        ..Person::default()
    };
    (0..).map(|n: u8| EntryId([0xc0 + n; 16])).zip(PEOPLE.map(person)).collect()
}

fn brief() -> Brief {
    let words = |id: &str, en: &str| Words { id: id.into(), en: en.into() };
    let programme = |(code, id, en): (&str, &str, &str)| Programme {
        code: code.parse().unwrap(),
        name: words(id, en),
        packages: vec![Package { number: 1, seats: 16, minimum: 10 }],
    };
    let officer = |id: &str, name: &str| Officer { id: id.parse().unwrap(), name: name.into() };
    let (code, day) = ("LATIHAN".to_owned(), |year, month, day| Date::new(year, month, day));
    let name = words("latihan", "practice");
    let (opens, closes) = (day(2025, 1, 1).unwrap(), day(2099, 12, 31).unwrap());
    Brief {
        facility: Facility { code: "LAT".into(), name: "Rutan Latihan".into(), zone: Zone::WIT },
        wave: Wave { code, name, opens, closes },
        programmes: PROGRAMMES.map(programme).into(),
        officers: vec![officer("latihan-1", "Petugas Satu"), officer("latihan-2", "Petugas Dua")],
        device: CODE.parse().unwrap(),
        sheets: vec![SheetTitle { id: "LATIHAN".parse().unwrap(), block: "A".into() }],
        screen_signature: true,
        rules: Vec::new(),
        wordings: Vec::new(),
        hand_in_key: None,
        lease_hours: None,
    }
}

/// What a server would have answered, if there were one.
fn answer() -> Vec<u8> {
    let heading = Heading { facility: "LAT".into(), wave: "LATIHAN".into(), block: "A".into() };
    let (actor, by) = (ActorId([0xaa; 16]), "latihan".parse().unwrap());
    let mut sheet = Sheet::open(&heading, &roster(), actor, &by, Timestamp(0)).unwrap();
    let sheet = SheetAnswer {
        id: "LATIHAN".parse().unwrap(),
        generation: 1,
        digest: Digest::of(&sheet.heads()),
        complete: false,
        heads: Vec::new(),
        document: Some(sheet.save().into()),
        changes: Default::default(),
        verdicts: Vec::new(),
        erased: vec![],
        more: false,
    };
    encode(&Answer {
        v: VERSION,
        epoch: Digest([0; 8]),
        at: Timestamp(0),
        sheets: vec![sheet],
        taken: Vec::new(),
        brief: Some((Digest([0; 8]), brief())),
        demand: None,
        revoked: false,
        suspended: false,
        head: None,
        noted: false,
    })
}

#[test]
#[ignore = "writes files: for whoever changes the people above"]
fn make_the_sheet_for_practice() {
    let (mut tablet, _) = Replica::start(Vec::new(), ActorId([1; 16]), "tablet");
    tablet.wake(Timestamp(0));
    let (effects, read) = tablet.answered(&answer(), Timestamp(0));
    read.unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tablet/practice");
    for effect in effects {
        let Effect::Save { writes, .. } = effect else { continue };
        for write in writes {
            match write {
                Write::Put { key, value } if key == META_KEY => {
                    std::fs::write(folder.join("meta.cbor"), without_contact(&value)).unwrap();
                }
                Write::Put { key, value } if key == SHEET_KEY => {
                    std::fs::write(folder.join("sheet.automerge"), value).unwrap();
                }
                Write::Put { key, .. } => panic!("{key} would be missing in practice"),
                Write::Delete { .. } => {}
            }
        }
    }
}

/// There never was a server: the key `last_contact` (CBOR) holds nothing in place of a zero.
fn without_contact(meta: &[u8]) -> Vec<u8> {
    let key = b"\x6clast_contact";
    let at = meta.windows(key.len()).position(|bytes| bytes == key).unwrap() + key.len();
    assert_eq!(meta[at], 0);
    [&meta[..at], &[0xf6], &meta[at + 1..]].concat()
}

#[test]
fn practice_begins_with_people_who_were_not_asked_and_has_met_no_server() {
    let (tablet, effects) = Replica::start(given().into(), ActorId([1; 16]), "tablet");
    assert_eq!((tablet.flaws(), effects.len()), ([].as_slice(), 0));
    let sheets = tablet.sheet_list();
    assert_eq!((sheets.len(), sheets[0].people, sheets[0].asked), (1, PEOPLE.len(), 0));
    let mut names: Vec<&str> = PEOPLE.iter().map(|(name, ..)| *name).collect();
    let people = tablet.people(&sheets[0].id);
    let mut there: Vec<&str> = people.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    there.sort_unstable();
    assert_eq!(names, there);
    assert!(people.iter().all(|row| row.state == State::NotAsked));
    assert_eq!(tablet.brief(), Some(&brief()));
    assert_eq!(tablet.status().last_contact, None);
    assert!(crate::replica::enrolled(&given()).is_none(), "no credential");
    let size = META.len() + SHEET.len();
    assert!(size < 4096, "every tablet loads these {size} bytes");
}
