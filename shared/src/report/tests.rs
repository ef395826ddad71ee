use std::collections::BTreeMap;

use super::material::Ran;
use super::*;
use crate::eligibility::{Rule, Test};
use crate::exchange::{Room, Space};
use crate::id::{EntryId, OfficerId};
use crate::lifecycle::{Decision, DecisionState, State};
use crate::person::{Person, Sex};
use crate::privacy::access::{Access, What};
use crate::programme::{Facility, Lengths, Package, Programme, Seat, Wave, Words};
use crate::registration::{
    Answers, Consent, ConsentOutcome, Education, Home, NikStatus, parse_choices,
};
use crate::sheet::Entry;
use crate::time::{Date, Timestamp, Zone};
use crate::training::books::Books;
use crate::vetting::Known;
use crate::view::DeviceRow;
use crate::view::allocation::Decree;

/// Thursday, 2 October 2025, 09.30 in Ambon.
const NOW: Timestamp = Timestamp(1_759_365_000_000);

fn programme(code: &str, seats: u32) -> Programme {
    let packages = vec![Package { number: 1, seats, minimum: 10 }];
    let name = Words { id: format!("Program {code}"), en: format!("Programme {code}") };
    Programme { code: code.parse().unwrap(), name, packages }
}

fn member(id: u8, name: &str, state: State, choices: &str) -> Member {
    let decided = DecisionState::ALL.iter().find(|one| one.leads_to() == state);
    let decision = decided.map(|state| Decision {
        state: *state,
        reason: String::new(),
        by: "karutan".into(),
        at: Timestamp(NOW.0 - i64::from(id)),
        seat: None,
    });
    let consent = Consent {
        outcome: ConsentOutcome::Agreed,
        way: None,
        read_aloud: true,
        wording: "ikut-1-id".into(),
        witness: String::new(),
    };
    let person = Person {
        name: name.into(),
        register_number: format!("B I {id} / 25"),
        cell: "7".into(),
        birth_date: Date::new(1990, 10, 5),
        birth_place: "Saparua".into(),
        sex: Some(Sex::Male),
        ..Person::default()
    };
    let answers = Answers {
        choices: parse_choices(choices),
        education: Some(Education::LowerSecondary),
        nik_status: Some(NikStatus::Present),
        nik: "8171020510909001".into(),
        home: Home { address: format!("Batu Merah RT {id:03}"), ..Home::default() },
        consent: Some(consent),
        ..Answers::default()
    };
    let entry = Entry {
        id: EntryId([id; 16]),
        listed: true,
        person,
        answers,
        fields: BTreeMap::new(),
        registration: None,
        decision,
        answered: None,
        state,
        number: format!("AMB-2025.2-T01-{id:04}"),
        done_by: None,
        contested: false,
    };
    Member { block: "B".into(), entry, contested: false, known: Known::default() }
}

fn material(people: Vec<Member>) -> Material {
    let day = Date::new(2025, 10, 1).unwrap();
    Material {
        facility: Facility {
            code: "AMB".into(),
            name: "Rutan Kelas IIA Ambon".into(),
            zone: Zone::WIT,
        },
        wave: Wave {
            code: "2025.2".into(),
            name: Words { id: "Gelombang 2".into(), en: "Wave 2".into() },
            opens: day,
            closes: Date::new(2025, 10, 31).unwrap(),
        },
        programmes: vec![programme("OTO", 16), programme("GAR", 2)],
        rules: Vec::new(),
        lengths: Lengths::default(),
        names: BTreeMap::new(),
        people,
        devices: Vec::new(),
        exports: Vec::new(),
        reads: None,
        numbers: BTreeMap::new(),
        runs: Vec::new(),
        training: Books::default(),
        now: NOW,
        head: Signatory::default(),
    }
}

fn table(report: Report, material: &Material, scope: Scope) -> Table {
    report.table(material, scope, Language::Indonesian)
}

/// A table as lines of text.
fn lines(rows: &[Vec<Cell>]) -> Vec<String> {
    let text = |cell: &Cell| match cell {
        Cell::Number(count) => count.to_string(),
        Cell::Text(text) => text.clone(),
    };
    rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn each_role_sees_its_reports_and_nothing_that_is_not_named() {
    use Report::*;
    let seen = |role| -> Vec<Report> {
        offers(role, Language::Indonesian).into_iter().map(|offer| offer.report).collect()
    };
    assert_eq!(seen(Role::Head), Report::ALL);
    assert_eq!(seen(Role::Supervisor), Report::ALL[..Report::ALL.len() - 1]);
    let outside = [Participants, Programmes, EducationAge, Minutes, Decree, Totals];
    let training = [AttendanceSheet, AttendanceDays, AttendanceTotals, Results, FollowUp];
    assert_eq!(seen(Role::Partner), [&outside[..], &training[..]].concat());
    assert_eq!(seen(Role::Instructor), training[..3]);
    assert_eq!(seen(Role::Regional), [Programmes, EducationAge, Totals, FollowUp]);
    assert_eq!(seen(Role::Administrator), [Programmes, Blocks, Totals, Devices]);
    assert_eq!(seen(Role::Privacy), [Devices, Exports]);
    for role in [Role::Officer, Role::Security, Role::Clinic, Role::CaseOfficer] {
        assert_eq!(seen(role), [], "{role:?}");
    }
    for role in Role::ALL {
        for report in Report::ALL {
            let inside = report.scope(*role) == Some(Scope::Inside);
            let belongs = !matches!(role, Role::Partner | Role::Instructor | Role::Regional);
            assert!(!inside || belongs, "{role:?} sees {report:?} as if it were the house's own");
            let names = report.names_people() && report.scope(*role).is_some();
            let may = matches!(role, Role::Head | Role::Supervisor | Role::Partner);
            let teaches = *role == Role::Instructor && report.is_of_training();
            assert!(!names || may || teaches, "{role:?} sees people in {report:?}");
        }
    }
}

#[test]
fn every_report_has_a_cell_for_every_column_in_every_scope_and_language() {
    let people: Vec<Member> = State::ALL
        .iter()
        .zip(1..)
        .map(|(state, id)| member(id, "Petrus Corneles", *state, "GAR,LAS"))
        .collect();
    let mut material = material(people);
    material.devices = vec![tablet("T01")];
    material.reads = Some(What::ALL.iter().map(|what| looked(*what)).collect());
    material.exports = vec![Exported {
        at: NOW,
        user: "marlin".parse().unwrap(),
        role: "VERIFIKATOR".into(),
        report: "no_longer_there".into(),
        format: "xlsx".into(),
        purpose: "rapat".into(),
        rows: 3,
        sha256: "00".into(),
    }];
    for report in Report::ALL {
        for scope in [Scope::Inside, Scope::Outside] {
            for language in Language::ALL {
                let table = report.table(&material, scope, *language);
                let width = table.columns.len();
                assert!(table.rows.iter().all(|row| row.len() == width), "{report:?} {scope:?}");
                assert!([0, width].contains(&table.totals.len()), "{report:?} {scope:?}");
                let unsaid = words(&table).into_iter().find(|word| is_key(word));
                assert_eq!(unsaid, None, "{report:?} {scope:?}");
            }
        }
    }
}

fn tablet(code: &str) -> DeviceRow {
    DeviceRow {
        code: code.parse().unwrap(),
        last_contact: Some(NOW),
        waiting: 3,
        app: "0.1".into(),
        clock_offset: -3_600_000 * 5,
        quarantined: 0,
        emptied_at: None,
        lost_waiting: 0,
        name: String::new(),
        sheets: None,
        officer: None,
        revoked_at: None,
        lost_settled: false,
        space: Some(Space { used: 7_300_000, room: Room::Low }),
        signs: true,
        compare: None,
        received: None,
        suspended_at: None,
        missed_head: None,
        used_up_at: None,
    }
}

fn looked(what: What) -> Access {
    Access {
        at: Timestamp(NOW.0 - 1),
        user: "marlin".parse().unwrap(),
        role: "VERIFIKATOR".into(),
        what,
        subject: if what == What::Report { "participants".into() } else { "3".into() },
        entry: matches!(what, What::Entry | What::Nik).then_some(EntryId([7; 16])),
        reason: String::new(),
        on: None,
    }
}

/// Everything that a table says, word by word.
fn words(table: &Table) -> Vec<String> {
    let names: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
    let sentences = [&table.lead, &table.notes, &table.signatures].map(|some| some.join(" "));
    let cells = lines(&table.rows).join(" ");
    let all = [names.join(" "), sentences.join(" "), cells, table.title.clone()].join(" ");
    all.split([' ', '|', ',']).map(str::to_owned).collect()
}

/// Whether this is a key that has no words, or a hole that was not filled.
fn is_key(word: &str) -> bool {
    const GROUPS: [&str; 7] = ["title", "column", "cell", "note", "state", "nik", "rule"];
    let parts = word.split_once('.').filter(|(_, key)| !key.is_empty());
    word.contains('{') || parts.is_some_and(|(group, _)| GROUPS.contains(&group))
}

#[test]
fn the_partner_reads_initials_until_somebody_is_confirmed() {
    let mut unwilling = member(4, "Wa Ode Sari", State::Verified, "GAR");
    unwilling.entry.answers.consent = None;
    let material = material(vec![
        member(1, "Petrus Corneles", State::Verified, "GAR"),
        member(2, "Yanto Latuconsina", State::Confirmed, "GAR"),
        member(3, "Rusdi Marasabessy", State::Registered, "GAR"),
        unwilling,
    ]);
    let rows = lines(&table(Report::Participants, &material, Scope::Outside).rows);
    let hidden = pseudonym(EntryId([1; 16]));
    let shown = pseudonym(EntryId([2; 16]));
    assert_eq!(
        rows,
        [
            format!(
                "1|{shown}|AMB-2025.2-T01-0002|Yanto Latuconsina|L|Saparua, 05/10/1990|34|SMP|8171020510909001|Batu Merah RT 002|Program GAR|1|Ditetapkan|"
            ),
            format!("2|{hidden}||P.C|L||34|SMP|||Program GAR|1|Terverifikasi|"),
        ]
    );
    let inside = lines(&table(Report::Participants, &material, Scope::Inside).rows);
    assert_eq!(inside.len(), 4);
    let inside = inside.join("\n");
    assert!(inside.contains("|Petrus Corneles|B I 1 / 25|B / 7|"), "{inside}");
    assert!(!inside.contains("8171020510909001") && !inside.contains("Batu Merah"), "{inside}");
}

#[test]
fn a_reserve_leaves_the_house_in_the_decree_without_a_name() {
    let material = material(vec![
        member(1, "Petrus Corneles", State::Reserve, "GAR"),
        member(2, "Yanto Latuconsina", State::Confirmed, "GAR"),
        member(3, "Ali Tuasikal", State::Reserve, "GAR"),
    ]);
    let inside = lines(&table(Report::Decree, &material, Scope::Inside).rows);
    // The one who was put on the list earlier stands first.
    assert_eq!(
        inside,
        [
            "1|Yanto Latuconsina|L|Saparua, 05/10/1990|Program GAR|Peserta",
            "2|Ali Tuasikal|L|Saparua, 05/10/1990|Program GAR|Cadangan ke-1",
            "3|Petrus Corneles|L|Saparua, 05/10/1990|Program GAR|Cadangan ke-2",
        ]
    );
    let outside = lines(&table(Report::Decree, &material, Scope::Outside).rows);
    let hidden = pseudonym(EntryId([3; 16]));
    assert_eq!(outside[0], inside[0]);
    assert_eq!(outside[1], format!("2|A.T ({hidden})|L||Program GAR|Cadangan ke-1"));
}

#[test]
fn programmes_are_counted_by_first_choice_and_small_counts_stay_inside() {
    let mut people: Vec<Member> =
        (1..=7).map(|id| member(id, "A", State::Registered, "OTO,GAR")).collect();
    people.push(member(8, "B", State::Confirmed, "GAR"));
    people.push(member(9, "C", State::Verified, "GAR"));
    people.push(member(10, "D", State::Registered, "GAR"));
    people.push(member(11, "E", State::Rejected, "GAR"));
    people.push(member(12, "F", State::Declined, ""));
    people[9].entry.person.sex = Some(Sex::Female);
    let material = material(people);
    let inside = table(Report::Programmes, &material, Scope::Inside);
    assert_eq!(
        lines(&inside.rows),
        [
            "Program OTO|16|7|0|7|0|0|0|0|16|di bawah minimal 10",
            "Program GAR|2|2|1|3|1|1|0|1|1|1 melebihi kuota",
        ]
    );
    assert_eq!(lines(&[inside.totals]), ["Jumlah|18|9|1|10|1|1|0|1|17|"]);
    let outside = table(Report::Programmes, &material, Scope::Outside);
    assert_eq!(lines(&outside.rows), ["Program OTO|*|*|0|0|0|0", "Program GAR|<5|<5|<5|<5|0|<5"]);
    assert_eq!(lines(&[outside.totals]), ["Jumlah|18|10|<5|<5|0|<5"]);
}

#[test]
fn minutes_spell_the_day_and_the_numbers_in_indonesian_whatever_the_screen_speaks() {
    let mut people: Vec<Member> =
        (1..=21).map(|id| member(id, "A", State::Registered, "GAR")).collect();
    people.push(member(22, "B", State::Declined, ""));
    let material = material(people);
    let minutes = Report::Minutes.table(&material, Scope::Inside, Language::English);
    assert_eq!(
        minutes.lead[0],
        "Pada hari ini, Kamis tanggal dua bulan Oktober tahun dua ribu dua puluh lima (02-10-2025), bertempat di Rutan Kelas IIA Ambon, dibuat berita acara registrasi peserta pelatihan kerja Gelombang 2, yang berlangsung dari 1 Oktober 2025 sampai 31 Oktober 2025, dengan hasil sebagai berikut:"
    );
    assert!(minutes.lead[1].contains("22 (dua puluh dua) orang"), "{}", minutes.lead[1]);
    assert!(minutes.lead[3].contains("1 (satu) orang"), "{}", minutes.lead[3]);
    assert_eq!(minutes.as_of, "Per Kamis, 2 Oktober 2025 09.30 WIT");
    assert_eq!(minutes.signatures.len(), 3);
    let head = Signatory { city: "Ambon".into(), name: "Hamid Wakano".into(), nip: "1980".into() };
    let signed = Material { head, ..material.clone() };
    let minutes = Report::Minutes.table(&signed, Scope::Inside, Language::Indonesian);
    assert_eq!(
        minutes.signatures[0],
        "Ambon, 2 Oktober 2025\nKepala Rutan Kelas IIA Ambon\n\nHamid Wakano\nNIP 1980"
    );
    let outside = Report::Minutes.table(&material, Scope::Outside, Language::English);
    assert!(outside.lead[3].contains("kurang dari 5 (lima) orang"), "{}", outside.lead[3]);
}

#[test]
fn a_block_says_who_has_not_been_asked() {
    let mut people = vec![
        member(1, "A", State::Registered, "GAR"),
        member(2, "B", State::NotAsked, ""),
        member(3, "C", State::Declined, ""),
    ];
    people[2].block = "C".into();
    let blocks = table(Report::Blocks, &material(people), Scope::Inside);
    assert_eq!(lines(&blocks.rows), ["B|2|1|1|0|0|50,0 %", "C|1|0|0|1|0|0,0 %"]);
    assert_eq!(lines(&[blocks.totals]), ["Jumlah|3|1|1|1|0|33,3 %"]);
}

#[test]
fn a_rule_that_is_not_met_or_not_known_is_listed_with_what_to_do() {
    let mut young = member(1, "A", State::Registered, "OTO,GAR");
    young.entry.person.birth_date = Date::new(2010, 1, 1);
    let mut unsure = member(2, "B", State::Verified, "GAR");
    unsure.entry.answers.education = None;
    let mut material = material(vec![young, unsure, member(3, "C", State::Confirmed, "GAR")]);
    let rule = |id: &str, test, programmes| Rule {
        id: id.into(),
        version: 1,
        from: material.wave.opens,
        until: None,
        source: "contoh".into(),
        programmes,
        test,
    };
    let gar = vec!["GAR".parse().unwrap()];
    material.rules = vec![
        rule("usia", Test::AgeAtLeast(18), Vec::new()),
        rule("sekolah", Test::EducationAtLeast(Education::Primary), gar),
    ];
    let rows = lines(&table(Report::Unmet, &material, Scope::Inside).rows);
    let expected = [
        "1|AMB-2025.2-T01-0001|A|B / 7|Program OTO|1|Usia paling rendah 18 tahun|Tidak memenuhi: 15 tahun|Pertimbangkan program lain, atau putuskan",
        "2|AMB-2025.2-T01-0001|A|B / 7|Program GAR|2|Usia paling rendah 18 tahun|Tidak memenuhi: 15 tahun|Pertimbangkan program lain, atau putuskan",
        "3|AMB-2025.2-T01-0002|B|B / 7|Program GAR|1|Pendidikan paling rendah SD|Perlu verifikasi: pendidikan belum diketahui|Lengkapi datanya",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_number_that_is_missing_or_no_number_is_on_the_list_for_the_registry() {
    let mut none = member(1, "A", State::Registered, "GAR");
    none.entry.answers.nik = String::new();
    none.entry.answers.nik_status = Some(NikStatus::InProcess);
    let mut bad = member(2, "B", State::Registered, "GAR");
    bad.entry.answers.nik = "8,17102E+15".into();
    let mut foreign = member(3, "C", State::Registered, "GAR");
    foreign.entry.answers.nik = String::new();
    foreign.entry.person.citizenship = Some(crate::person::Citizenship::Foreign);
    let material = material(vec![none, bad, foreign, member(4, "D", State::Registered, "GAR")]);
    let rows = lines(&table(Report::NoNik, &material, Scope::Inside).rows);
    assert_eq!(
        rows,
        [
            "1|A|L|Saparua, 05/10/1990|Batu Merah RT 001|Dalam proses Dukcapil",
            "2|B|L|Saparua, 05/10/1990|Batu Merah RT 002|NIK tidak dapat dibaca, periksa lagi",
        ]
    );
}

#[test]
fn a_stamp_says_who_when_and_why_and_cells_are_plain_json() {
    let table = table(Report::Totals, &material(Vec::new()), Scope::Inside);
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&[0x3f, 0x2a, 0x91, 0xc0, 0x77, 0xde, 0x05, 0xb4]);
    let head = Head { number: 18_204, hash: crate::id::Hash(hash) };
    assert_eq!(table.audit, None, "what is only looked at proves nothing");
    let stamped = table.stamped("Marlin Souisa", Role::Supervisor, "rapat {time}", Some(head));
    let audit = stamped.audit.unwrap();
    assert!(
        audit.starts_with("Catatan audit 18204 · 3F2A 91C0 77DE 05B4 · Kamis, 2 Oktober"),
        "{audit}"
    );
    let stamp = stamped.stamp.unwrap();
    assert!(stamp.starts_with("Diambil oleh Marlin Souisa (Verifikator), Kamis, 2 Oktober"));
    assert!(stamp.ends_with("Tujuan: rapat {time}"), "{stamp}");
}

#[test]
fn whoever_has_a_seat_is_on_its_list_and_not_on_that_of_the_first_choice() {
    let given = |mut one: Member, programme: &str, number| {
        let seat = Seat { programme: programme.parse().unwrap(), number };
        one.entry.decision.as_mut().unwrap().seat = Some(seat);
        one
    };
    let seated = given(member(1, "Ana", State::Confirmed, "GAR,KAY"), "KAY", 1);
    assert_eq!(paper::programme_of(&seated).map(ToString::to_string).as_deref(), Some("KAY"));
    // A seat that was taken back gives nothing.
    let back = given(member(2, "Budi", State::Verified, "GAR,KAY"), "KAY", 1);
    assert_eq!(paper::programme_of(&back).map(ToString::to_string).as_deref(), Some("GAR"));
    // The turn counts, whoever was decided first.
    let first = given(member(3, "Citra", State::Reserve, "GAR"), "GAR", 2);
    let second = given(member(4, "Dewi", State::Reserve, "GAR"), "GAR", 1);
    assert!(people::reserve_since(&second) < people::reserve_since(&first));
}

/// One package that has begun, with a day on which one of two was there.
fn books(there: EntryId, away: EntryId) -> Books {
    use crate::training::attendance::{Attendance, Day, Mark};
    use crate::training::books::{Begun, Book};
    let by: OfficerId = "blk".parse().unwrap();
    let on = Date::new(2025, 10, 1).unwrap();
    let marks = vec![
        Mark { entry: there, code: Attendance::Present, hours: 8 },
        Mark { entry: away, code: Attendance::Court, hours: 0 },
    ];
    let day = Day {
        date: on,
        revision: 1,
        hours: 8,
        topic: "Mengukur".into(),
        marks,
        by: by.clone(),
        at: NOW,
    };
    let begun = Begun { on, by: by.clone(), at: NOW };
    let book = Book { begun: Some(begun), instructor: Some(by), days: vec![day] };
    let package = Seat { programme: "GAR".parse().unwrap(), number: 1 };
    Books { packages: BTreeMap::from([(package, book)]), ..Books::default() }
}

#[test]
fn attendance_is_reported_by_package_and_only_of_those_who_are_trained() {
    let people = vec![
        member(1, "Yanto", State::InTraining, "GAR"),
        member(2, "Ani", State::Removed, "GAR"),
        member(3, "Belum", State::Confirmed, "GAR"),
        member(4, "Lain", State::InTraining, "OTO"),
        member(5, "Menunggu", State::Verified, "GAR"),
    ];
    let (there, away) = (people[0].entry.id, people[1].entry.id);
    let mut material = material(people);
    material.training = books(there, away);
    let outside = |report| lines(&table(report, &material, Scope::Outside).rows);
    assert_eq!(
        outside(Report::AttendanceTotals),
        [
            "Program GAR, paket 1|1|Ani|0|0|0|0|1|0|0|0 %",
            "Program GAR, paket 1|2|Yanto|1|0|0|0|0|0|8|100 %",
        ]
    );
    assert_eq!(outside(Report::AttendanceSheet), ["Program GAR, paket 1|1|Yanto||"]);
    assert_eq!(outside(Report::AttendanceDays).len(), 2);
    let results = outside(Report::Results);
    assert_eq!(results[0], "Program GAR, paket 1|1|Ani|0 %||Dikeluarkan||||");
    let whole = format!("{:?}", table(Report::Results, &material, Scope::Outside).rows);
    assert!(!whole.contains("Menunggu") && !whole.contains("Lain") && !whole.contains("Belum"));
}

#[test]
fn what_became_of_people_is_counted_and_small_counts_do_not_leave_the_house() {
    use crate::training::follow_up::{Afterwards, Found, Release};
    let people: Vec<Member> =
        (1..=8).map(|id| member(id, "Yanto", State::Certified, "GAR")).collect();
    let ids: Vec<EntryId> = people.iter().map(|one| one.entry.id).collect();
    let mut material = material(people);
    let by: OfficerId = "disnaker".parse().unwrap();
    let on = Date::new(2025, 1, 1).unwrap();
    for (n, entry) in ids.into_iter().enumerate() {
        let release = Release { on, agreed: true, by: by.clone(), at: NOW };
        material.training.releases.insert(entry, release);
        let mut find = |months, what| {
            let found = Found { what, note: String::new(), by: by.clone(), at: NOW };
            material.training.found.insert((entry, months), found);
        };
        find(3, Afterwards::Seeking);
        find(6, if n < 6 { Afterwards::Employed } else { Afterwards::NotReached });
    }
    let rows = |scope| lines(&table(Report::FollowUp, &material, scope).rows);
    assert_eq!(rows(Scope::Inside)[1], "Program GAR|8|6|6|0|0|0|0|2");
    assert_eq!(rows(Scope::Outside)[1], "Program GAR|8|6|6|0|0|0|0|<5");
}

#[test]
fn the_wave_is_told_with_what_came_of_each_programme_and_why_people_left() {
    let left = |mut one: Member, why: &str| {
        match one.entry.state {
            State::Withdrawn => {
                let _ = one.entry.fields.insert("withdraw_reason".into(), why.into());
            }
            _ => one.entry.decision.as_mut().unwrap().reason = why.into(),
        }
        one
    };
    let mut people = vec![
        member(1, "A", State::Certified, "GAR"),
        member(2, "B", State::Registered, "OTO"),
        left(member(3, "C", State::Withdrawn, "OTO"), "Pindah UPT"),
        left(member(4, "D", State::Withdrawn, "OTO"), "pindah  upt"),
        member(5, "E", State::Withdrawn, "OTO"),
        left(member(6, "F", State::Removed, "GAR"), "tidak hadir"),
    ];
    let inside = table(Report::Totals, &material(people.clone()), Scope::Inside);
    let rows = lines(&inside.rows);
    for row in [
        "Status|Mengundurkan diri|3|0|3",
        "Terdaftar menurut program|Program OTO|1|0|1",
        "Pernah ditetapkan menurut program|Program GAR|2|0|2",
        "Lulus menurut program|Program GAR|1|0|1",
        "Keluar menurut program|Program OTO|3|0|3",
        "Keluar menurut program|Program GAR|1|0|1",
        "Keluar menurut alasan|Mengundurkan diri: Pindah UPT|2|0|2",
        "Keluar menurut alasan|Mengundurkan diri: alasan lain atau tidak dicatat|1|0|1",
        "Keluar menurut alasan|Dikeluarkan: tidak hadir|1|0|1",
    ] {
        assert!(rows.contains(&row.to_owned()), "{row}: {rows:#?}");
    }
    assert_eq!(lines(&[inside.totals]), ["Jumlah||6|0|6"]);
    // Outside a reason is told only where five who were removed have it, and none of those who withdrew.
    people.extend((7..=11).map(|id| left(member(id, "G", State::Removed, "GAR"), "sakit lama")));
    let outside = table(Report::Totals, &material(people), Scope::Outside);
    let reasons: Vec<String> = lines(&outside.rows)
        .into_iter()
        .filter(|row| row.starts_with("Keluar menurut alasan"))
        .collect();
    assert_eq!(
        reasons,
        [
            "Keluar menurut alasan|Dikeluarkan: sakit lama|5",
            "Keluar menurut alasan|Mengundurkan diri: alasan lain atau tidak dicatat|<5",
            "Keluar menurut alasan|Dikeluarkan: alasan lain atau tidak dicatat|<5",
        ]
    );
}

/// A run that gave these people their places, with 7 points for each in their first choice.
fn ran(number: &str, day: u8, people: &[&Member]) -> Ran {
    let places = people.iter().map(|one| {
        let decision = one.entry.decision.as_ref().unwrap();
        (one.entry.id, decision.seat.clone().unwrap())
    });
    let points = people.iter().map(|one| ((one.entry.id, one.entry.answers.choices[0].clone()), 7));
    Ran {
        decree: Decree { number: number.into(), date: Date::new(2025, 10, day).unwrap() },
        places: places.collect(),
        points: points.collect(),
    }
}

fn placed(mut one: Member, number: u32) -> Member {
    let seat = Seat { programme: one.entry.answers.choices[0].clone(), number };
    one.entry.decision.as_mut().unwrap().seat = Some(seat);
    one
}

#[test]
fn the_annex_carries_the_decree_that_is_known_and_dots_where_none_is() {
    let people = vec![
        placed(member(1, "Ani", State::Confirmed, "GAR"), 1),
        placed(member(2, "Budi", State::Reserve, "GAR"), 1),
    ];
    let annex = |material: &Material| table(Report::Decree, material, Scope::Inside);
    let mut material = material(people.clone());
    let dots = ".".repeat(40);
    let blank = [format!("Nomor: {dots}"), format!("Tanggal: {dots}")];
    assert_eq!(annex(&material).lead, blank);

    material.runs = vec![ran("W.28-12", 3, &[&people[0], &people[1]])];
    assert_eq!(annex(&material).lead, ["Nomor: W.28-12", "Tanggal: 3 Oktober 2025"]);
    let reserves = lines(&table(Report::Reserves, &material, Scope::Inside).rows);
    assert_eq!(reserves, ["Program GAR|1|AMB-2025.2-T01-0002|Budi|7|02/10/2025|"]);

    // A second decree, and somebody who was named without one.
    let later = placed(member(3, "Citra", State::Confirmed, "OTO"), 1);
    material.runs.insert(0, ran("W.28-13", 4, &[&later]));
    material.people.push(later);
    material.people.push(placed(member(4, "Dewi", State::Confirmed, "OTO"), 2));
    let annex = annex(&material);
    assert_eq!(
        annex.lead,
        [
            "Nomor W.28-12, tanggal 3 Oktober 2025: 2 orang",
            "Nomor W.28-13, tanggal 4 Oktober 2025: 1 orang",
            "Tanpa nomor SK yang tercatat: 1 orang",
        ]
    );
    let remarks: Vec<String> =
        annex.rows.iter().map(|row| lines(&[vec![row[5].clone()]]).remove(0)).collect();
    let known =
        ["Peserta; SK W.28-13", "Peserta", "Peserta; SK W.28-12", "Cadangan ke-1; SK W.28-12"];
    assert_eq!(remarks, known);
}

#[test]
fn the_log_tells_of_readings_to_whoever_may_know_and_names_people_by_number() {
    let mut material = material(Vec::new());
    let rows = |material: &Material| lines(&table(Report::Exports, material, Scope::Inside).rows);
    assert_eq!(rows(&material), Vec::<String>::new());
    material.reads = Some(vec![looked(What::Nik), looked(What::Rows), looked(What::Report)]);
    material.numbers = BTreeMap::from([(EntryId([7; 16]), "AMB-2025.2-T01-0007".into())]);
    let who = "02/10/2025 09.29|marlin|Verifikator";
    assert_eq!(
        rows(&material),
        [
            format!("{who}|Membaca NIK lengkap|AMB-2025.2-T01-0007|||"),
            format!("{who}|Membaca daftar|3 orang|||"),
            format!("{who}|Membaca laporan|Daftar Nama Peserta|||"),
        ]
    );
}

#[test]
fn a_tablet_answers_for_the_disagreements_that_were_last_worked_on_with_it() {
    use crate::command::Author;
    let by = |id, device: &str, contested| {
        let mut one = member(id, "A", State::Registered, "GAR");
        let author =
            Author { device: Some(device.parse().unwrap()), officer: "grace".parse().unwrap() };
        one.entry.done_by = Some((author, NOW));
        Member { contested, ..one }
    };
    let mut material = material(vec![
        by(1, "T01", true),
        by(2, "T01", false),
        by(3, "T02", true),
        by(4, "T01", true),
    ]);
    material.devices = vec![tablet("T01"), tablet("T03")];
    let rows = lines(&table(Report::Devices, &material, Scope::Inside).rows);
    assert!(rows[0].starts_with("T01|grace|02/10/2025 09.30|3|0|2|"), "{rows:?}");
    assert!(rows[1].starts_with("T03||02/10/2025 09.30|3|0|0|"), "{rows:?}");
    assert!(rows[0].ends_with("|8 MB terpakai, ruang menipis|0.1"), "{rows:?}");
}
