use super::*;
use crate::eligibility::Test;
use crate::id::EntryId;
use crate::lifecycle::{Decision, DecisionState, State};
use crate::person::{Person, Sex};
use crate::programme::{Package, Seat, Words};
use crate::registration::{Answers, Consent, ConsentOutcome, Education, NikStatus, parse_choices};
use crate::time::{Date, Zone};

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
    Member { block: "B".into(), entry, contested: false }
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
        names: BTreeMap::new(),
        people,
        devices: Vec::new(),
        exports: Vec::new(),
        now: NOW,
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
    assert_eq!(seen(Role::Supervisor), Report::ALL[..11]);
    let outside = [Participants, Programmes, EducationAge, Minutes, Decree, Totals];
    assert_eq!(seen(Role::Partner), outside);
    assert_eq!(seen(Role::Regional), [Programmes, EducationAge, Totals]);
    assert_eq!(seen(Role::Administrator), [Programmes, Blocks, Totals, Devices]);
    assert_eq!(seen(Role::Privacy), [Devices, Exports]);
    for role in [Role::Officer, Role::Security, Role::Clinic, Role::Instructor, Role::CaseOfficer] {
        assert_eq!(seen(role), [], "{role:?}");
    }
    for role in Role::ALL {
        for report in Report::ALL {
            let inside = report.scope(*role) == Some(Scope::Inside);
            let belongs = !matches!(role, Role::Partner | Role::Regional);
            assert!(!inside || belongs, "{role:?} sees {report:?} as if it were the house's own");
            let names = report.names_people() && report.scope(*role).is_some();
            let may = matches!(role, Role::Head | Role::Supervisor | Role::Partner);
            assert!(!names || may, "{role:?} sees people in {report:?}");
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
    material.devices = vec![DeviceRow {
        code: "T01".parse().unwrap(),
        last_contact: Some(NOW),
        waiting: 3,
        app: "0.1".into(),
        clock_offset: -3_600_000 * 5,
        quarantined: 0,
        emptied_at: None,
        lost_waiting: 0,
    }];
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
    let hidden = mask::pseudonym(EntryId([1; 16]));
    let shown = mask::pseudonym(EntryId([2; 16]));
    assert_eq!(
        rows,
        [
            format!(
                "1|{shown}|AMB-2025.2-T01-0002|Yanto Latuconsina|L|Saparua, 05/10/1990|34|SMP|8171020510909001|Program GAR|1|Ditetapkan|"
            ),
            format!("2|{hidden}||P.C|L||34|SMP||Program GAR|1|Terverifikasi|"),
        ]
    );
    let inside = lines(&table(Report::Participants, &material, Scope::Inside).rows);
    assert_eq!(inside.len(), 4);
    let inside = inside.join("\n");
    assert!(inside.contains("|Petrus Corneles|B I 1 / 25|B / 7|"), "{inside}");
    assert!(!inside.contains("8171020510909001"), "{inside}");
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
    let hidden = mask::pseudonym(EntryId([3; 16]));
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
            "1|A|L|Saparua, 05/10/1990|Dalam proses Dukcapil",
            "2|B|L|Saparua, 05/10/1990|NIK tidak dapat dibaca, periksa lagi",
        ]
    );
}

#[test]
fn a_stamp_says_who_when_and_why_and_cells_are_plain_json() {
    let table = table(Report::Totals, &material(Vec::new()), Scope::Inside);
    let stamped = table.stamped("Marlin Souisa", Role::Supervisor, "rapat {time}");
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
