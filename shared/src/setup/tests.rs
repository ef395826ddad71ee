use super::*;
use crate::allocation::policy::{Ground, Priority};
use crate::eligibility::Test;
use crate::role::Role;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn place() -> Place {
    Place {
        code: "AMB".into(),
        name: "Rutan Contoh".into(),
        city: "Ambon".into(),
        zone: Zone::WIT,
        head: "Hamid Wakano".into(),
        nip: "19800101 200501 1 001".into(),
        screen_signature: false,
    }
}

fn words(text: &str) -> Words {
    Words { id: text.into(), en: String::new() }
}

fn intake() -> Intake {
    let (opens, closes) = (date("01/01/2026"), date("31/01/2026"));
    let wave = Wave { code: "2026.1".into(), name: words("Gelombang 1"), opens, closes };
    Intake { wave, blocks: vec!["A".into()], opened: false }
}

fn course() -> Course {
    Course {
        code: "GAR".parse().unwrap(),
        name: words("Garmen"),
        hours: 160,
        days: 20,
        requirements: String::new(),
        offered: true,
    }
}

fn class(seats: u32, minimum: u32) -> Class {
    Class {
        seat: "GAR/1".parse().unwrap(),
        seats,
        minimum,
        place: "Aula".into(),
        instructor: String::new(),
        begins: None,
        ends: None,
    }
}

fn block() -> Block {
    Block { name: "A".into(), cells: vec!["1".into(), " 2 ".into(), "2".into()] }
}

fn none() -> Facts {
    Facts::default()
}

fn fault(refused: Result<Done, Refusal>) -> &'static str {
    match refused {
        Err(Refusal::Fault(fault)) => fault.code(),
        Err(Refusal::Outdated) => "outdated",
        Ok(_) => "done",
    }
}

/// A house with one block, one programme, one package and one wave that is not open yet.
fn house() -> Setup {
    let mut setup = Setup::default();
    let edits = [
        Edit::Place { was: None, is: place() },
        Edit::Block { was: None, is: block() },
        Edit::Course { was: None, is: course() },
        Edit::Class { was: None, is: class(16, 10) },
        Edit::Intake { was: None, is: intake() },
    ];
    for edit in edits {
        setup.apply(edit, &none()).unwrap();
    }
    setup
}

#[test]
fn a_house_is_set_up_step_by_step_and_tidied() {
    let mut nothing = Setup::default();
    let early = nothing.apply(Edit::Block { was: None, is: block() }, &none());
    assert_eq!(fault(early), "facility_first");
    let mut setup = house();
    assert_eq!(setup.place.as_ref().unwrap().nip, "198001012005011001");
    assert_eq!(setup.blocks[0].cells, ["1", "2"]);
    assert_eq!(setup.courses[0].name.en, "Garmen", "one language stands for both");
    assert!(setup.open_intake().is_none());
    let opened = setup.apply(Edit::Open { code: "2026.1".into() }, &none()).unwrap();
    assert_eq!(opened.changes.len(), 1);
    assert_eq!(setup.open_intake().unwrap().wave.code, "2026.1");
    assert_eq!(setup.programmes()[0].packages[0].seats, 16);
    let again = setup.apply(Edit::Open { code: "2026.1".into() }, &none()).unwrap();
    assert_eq!(again.changes, []);
}

#[test]
fn the_log_says_what_it_was_and_what_it_is() {
    let mut setup = house();
    let was = setup.classes[0].clone();
    let is = Class { seats: 20, ..was.clone() };
    let done = setup.apply(Edit::Class { was: Some(was), is }, &none()).unwrap();
    assert_eq!((done.kind, done.name.as_str()), (Kind::Package, "GAR/1"));
    let seats = Difference { fact: "seats".into(), was: "16".into(), is: "20".into() };
    assert_eq!(done.changes, [seats]);
}

#[test]
fn nobody_overwrites_what_they_have_not_seen_and_twice_is_once() {
    let mut setup = house();
    let was = setup.classes[0].clone();
    let edit = |seats| Edit::Class { was: Some(was.clone()), is: Class { seats, ..was.clone() } };
    assert_eq!(fault(setup.apply(edit(20), &none())), "done");
    assert_eq!(setup.apply(edit(20), &none()).unwrap().changes, []);
    assert_eq!(fault(setup.apply(edit(18), &none())), "outdated");
    let new = |seats| Edit::Class { was: None, is: Class { seats, ..was.clone() } };
    assert_eq!(setup.apply(new(20), &none()).unwrap().changes, []);
    assert_eq!(fault(setup.apply(new(18), &none())), "duplicate");
    assert_eq!(setup.classes[0].seats, 20);
}

#[test]
fn what_is_out_of_range_is_named() {
    let given = Facts { taken: [("GAR/1".parse().unwrap(), 12)].into(), ..none() };
    let opened = Facts { sheets: vec![("A".into(), "2026.1".into())], ..none() };
    let reversed = {
        let mut intake = intake();
        (intake.wave.opens, intake.wave.closes) = (intake.wave.closes, intake.wave.opens);
        intake
    };
    let blocks = |names: &[&str]| Intake {
        blocks: names.iter().map(|name| (*name).to_owned()).collect(),
        ..intake()
    };
    let seen = |is: Class| Edit::Class { was: Some(house().classes.remove(0)), is };
    let wave = |is| Edit::Intake { was: Some(house().intakes.remove(0)), is };
    let placed = |is| Edit::Place { was: house().place, is };
    let late =
        Class { begins: Some(date("02/02/2026")), ends: Some(date("01/02/2026")), ..class(16, 10) };
    let table = [
        ("no seats", seen(class(0, 1)), none(), "seats_out_of_range"),
        ("too many", seen(class(201, 1)), none(), "seats_out_of_range"),
        ("minimum", seen(class(10, 11)), none(), "minimum_out_of_range"),
        ("nobody", seen(class(10, 0)), none(), "minimum_out_of_range"),
        ("given", seen(class(11, 5)), given.clone(), "seats_given"),
        ("all given", seen(class(12, 5)), given.clone(), "done"),
        ("late", seen(late), none(), "dates_reversed"),
        ("wave", wave(reversed), none(), "dates_reversed"),
        ("no block", wave(blocks(&[])), none(), "no_blocks"),
        ("odd block", wave(blocks(&["A", "Z"])), none(), "block_unknown"),
        ("nip", placed(Place { nip: "12".into(), ..place() }), none(), "nip_form"),
        ("code", placed(Place { code: "A B".into(), ..place() }), none(), "code_form"),
        ("city", placed(Place { city: " ".into(), ..place() }), none(), "city_missing"),
        (
            "not offered",
            Edit::Course {
                was: Some(house().courses.remove(0)),
                is: Course { offered: false, ..course() },
            },
            given,
            "programme_given",
        ),
    ];
    for (name, edit, facts, expected) in table {
        assert_eq!(fault(house().apply(edit, &facts)), expected, "{name}");
    }
    let mut two = house();
    let second = Edit::Block { was: None, is: Block { name: "B".into(), cells: vec![] } };
    two.apply(second, &none()).unwrap();
    let moved = Edit::Intake { was: Some(two.intakes[0].clone()), is: blocks(&["B"]) };
    assert_eq!(fault(two.apply(moved, &opened)), "sheet_opened");
}

#[test]
fn a_code_in_use_stays_and_a_statement_is_never_changed() {
    let mut setup = house();
    setup.apply(Edit::Open { code: "2026.1".into() }, &none()).unwrap();
    let other = Place { code: "TUL".into(), ..setup.place.clone().unwrap() };
    let renamed = Edit::Place { was: setup.place.clone(), is: other };
    assert_eq!(fault(setup.apply(renamed, &none())), "code_fixed");
    let text = |version, id: &str| Edit::Wording {
        is: HouseWording { version, id: id.into(), en: "I agree.\nI may ask.".into() },
    };
    let first = HouseWording::next(&[]);
    assert_eq!(fault(setup.apply(text(first, "Saya bersedia."), &none())), "statement_empty");
    assert_eq!(
        fault(setup.apply(text(first, "Saya bersedia.\n\nSaya boleh bertanya."), &none())),
        "done"
    );
    assert_eq!(fault(setup.apply(text(first, "Saya bersedia.\nLain."), &none())), "outdated");
    assert_eq!(fault(setup.apply(text(first + 2, "Satu.\nDua."), &none())), "statement_version");
    assert_eq!(fault(setup.apply(text(first + 1, "Satu.\nDua."), &none())), "done");
    assert_eq!(setup.wordings[0].id, "Saya bersedia.\nSaya boleh bertanya.");
}

#[test]
fn a_rule_is_one_that_can_be_computed_and_counts_its_versions() {
    let rule = |test: &str, version| Rule {
        id: "usia".into(),
        version,
        from: date("01/01/2026"),
        until: None,
        source: "rapat".into(),
        programmes: vec![],
        test: Test::from(test.to_owned()),
    };
    let mut setup = house();
    for (test, expected) in [
        ("USIA_MIN 5", "rule_form"),
        ("PELANGGARAN 6", "rule_form"),
        ("KESEHATAN LAYAK,BELUM_DIPERIKSA", "rule_form"),
        ("IZIN_KEAMANAN BELUM", "rule_form"),
        ("BUKAN_REGISTER_F 0", "rule_form"),
        ("BUKAN_ISOLASI 0", "rule_form"),
        ("SISA_PIDANA_MIN 4000", "rule_form"),
        ("SISA_PIDANA_MAKS 0", "rule_form"),
        ("TELAH_JALANI SEMUA", "rule_form"),
        ("STATUS NARAPIDANA", "done"),
    ] {
        let edit = Edit::Rule { was: None, is: rule(test, 1) };
        assert_eq!(fault(setup.apply(edit, &none())), expected, "{test}");
    }
    let was = Some(setup.rules[0].clone());
    let same = Edit::Rule { was: was.clone(), is: rule("USIA_MIN 18", 1) };
    assert_eq!(fault(setup.apply(same, &none())), "rule_version");
    let next = Edit::Rule { was: was.clone(), is: rule("USIA_MIN 18", 2) };
    assert_eq!(fault(setup.apply(next, &none())), "done");
    let elsewhere = Rule { programmes: vec!["LAS".parse().unwrap()], ..rule("USIA_MIN 18", 3) };
    let edit = Edit::Rule { was: Some(setup.rules[0].clone()), is: elsewhere };
    assert_eq!(fault(setup.apply(edit, &none())), "setup_programme_unknown");
    // What is known at the server only is asked like anything else.
    for test in [
        "KESEHATAN LAYAK,LAYAK_BERSYARAT",
        "IZIN_KEAMANAN YA",
        "BUKAN_REGISTER_F 6",
        "BUKAN_ISOLASI 14",
        "SISA_PIDANA_MIN 14",
        "SISA_PIDANA_MAKS 24",
        "TELAH_JALANI SEPERTIGA",
    ] {
        let is = Rule { id: test.split(' ').next().unwrap().into(), ..rule(test, 1) };
        assert_eq!(fault(setup.apply(Edit::Rule { was: None, is }, &none())), "done", "{test}");
    }
}

/// A house with a rule about age, and a policy of this version over it.
fn agreed(version: u32, grounds: &[(&str, u32)]) -> Policy {
    let priority = |(ground, weight): &(&str, u32)| Priority {
        id: ground.replace([' ', ','], "-"),
        weight: *weight,
        ground: Ground::from((*ground).to_owned()),
    };
    Policy {
        version,
        source: " rapat  2 Januari ".into(),
        binding: Vec::new(),
        priorities: grounds.iter().map(priority).collect(),
    }
}

#[test]
fn points_for_seats_are_agreed_on_version_by_version() {
    let mut setup = house();
    let first = agreed(1, &[("PILIHAN_PERTAMA", 3), ("USIA_MAKS 35", 1)]);
    let edit = |was: &Policy, is: &Policy| Edit::Policy { was: was.clone(), is: is.clone() };
    let none_yet = setup.policy.clone();
    let done = setup.apply(edit(&none_yet, &first), &none()).unwrap();
    let weights = done.changes.iter().find(|change| change.fact == "weights").unwrap();
    assert_eq!((done.kind, &*weights.is), (Kind::Policy, "PILIHAN_PERTAMA: 3; USIA_MAKS 35: 1"));
    assert_eq!(setup.policy.source, "rapat 2 Januari");
    assert_eq!(setup.apply(edit(&none_yet, &first), &none()).unwrap().changes, [], "sent twice");
    let stale = setup.apply(edit(&none_yet, &agreed(1, &[])), &none());
    assert_eq!(fault(stale), "outdated");
    let seen = setup.policy.clone();
    let unsourced = Policy { source: " ".into(), ..agreed(2, &[]) };
    let bound = Policy { binding: vec!["usia".into()], ..agreed(2, &[]) };
    let many: Vec<(String, u32)> = (12..25).map(|age| (format!("USIA_MIN {age}"), 1)).collect();
    let many: Vec<(&str, u32)> = many.iter().map(|(text, n)| (text.as_str(), *n)).collect();
    for (case, is, expected) in [
        ("same version", agreed(1, &[]), "rule_version"),
        ("nobody agreed", unsourced, "source_missing"),
        ("no such rule", bound, "rule_unknown"),
        ("no points", agreed(2, &[("PENGALAMAN", 0)]), "weight_out_of_range"),
        ("too many points", agreed(2, &[("PENGALAMAN", 101)]), "weight_out_of_range"),
        ("twice", agreed(2, &[("PENGALAMAN", 1), ("PENGALAMAN", 2)]), "ground_twice"),
        ("unknown", agreed(2, &[("PELANGGARAN 6", 1)]), "rule_form"),
        ("too many", agreed(2, &many), "too_many_grounds"),
        ("fewer", agreed(2, &[("PENGALAMAN", 1)]), "done"),
    ] {
        assert_eq!(fault(setup.clone().apply(edit(&seen, &is), &none())), expected, "{case}");
    }
}

#[test]
fn the_office_that_signs_does_not_tell_of_detention() {
    let mut setup = house();
    let seen = setup.office.clone();
    let office = Office {
        code: "DISNAKER-AMB".into(),
        name: " Dinas Tenaga  Kerja".into(),
        place: "Ambon".into(),
        signs: "Kepala Dinas".into(),
        least_attendance: 75,
    };
    let with = |change: fn(&mut Office)| {
        let mut office = office.clone();
        change(&mut office);
        office
    };
    for (case, is, expected) in [
        ("slash", with(|o| o.code = "A/B".into()), "office_code"),
        ("name", with(|o| o.name = " ".into()), "name_missing"),
        ("nobody signs", with(|o| o.signs = String::new()), "signer_missing"),
        ("the house", with(|o| o.place = "Rutan Contoh".into()), "tells_of_detention"),
        ("a word", with(|o| o.name = "Pelatihan Lapas".into()), "tells_of_detention"),
        ("attendance", with(|o| o.least_attendance = 101), "attendance_out_of_range"),
        ("right", office.clone(), "done"),
    ] {
        let edit = Edit::Office { was: seen.clone(), is };
        assert_eq!(fault(setup.clone().apply(edit, &none())), expected, "{case}");
    }
    let done =
        setup.apply(Edit::Office { was: seen.clone(), is: office.clone() }, &none()).unwrap();
    assert_eq!((done.kind, setup.office.name.as_str()), (Kind::Office, "Dinas Tenaga Kerja"));
    let other = with(|o| o.place = "Tual".into());
    assert_eq!(fault(setup.apply(Edit::Office { was: seen, is: other }, &none())), "outdated");
}

#[test]
fn nobody_locks_themselves_or_the_last_administrator() {
    let account = |id: &str, role| Account {
        id: id.parse().unwrap(),
        name: id.to_uppercase(),
        role,
        locked: false,
        must_change: false,
    };
    let (admin, other) = (account("admin", Role::Administrator), account("budi", Role::Officer));
    let accounts = [admin.clone(), other.clone()];
    let ask = |who: &Account, turn| ChangeAccount { was: who.clone(), turn };
    let try_it = |by: &Account, asked: ChangeAccount| turn(&accounts, &by.id, &asked);
    for this in [Turn::Lock, Turn::Role(Role::Head), Turn::Reset] {
        assert_eq!(try_it(&admin, ask(&admin, this)), Err(Fault::Yourself.into()));
    }
    // Two administrators at once: whoever comes second finds that only one is left.
    for this in [Turn::Lock, Turn::Role(Role::Head)] {
        assert_eq!(try_it(&other, ask(&admin, this)), Err(Fault::LastAdministrator.into()));
    }
    assert!(try_it(&admin, ask(&other, Turn::Lock)).unwrap().locked);
    let stale = Account { locked: true, ..other.clone() };
    assert_eq!(try_it(&admin, ask(&stale, Turn::Role(Role::Head))), Err(Refusal::Outdated));
    assert_eq!(try_it(&admin, ask(&stale, Turn::Unlock)), Ok(other.clone()));
    let nobody = account("siapa", Role::Head);
    assert_eq!(try_it(&admin, ask(&nobody, Turn::Lock)), Err(Fault::UserUnknown.into()));
}

#[test]
fn a_name_to_sign_in_with_and_a_password_have_rules() {
    let add =
        |id: &str, name: &str| AddAccount { id: id.into(), name: name.into(), role: Role::Head };
    let check = |id, name| check_account(&[], &add(id, name)).map(|account| account.must_change);
    assert_eq!(check("budi", "Budi"), Ok(true));
    assert_eq!(check("Budi", "Budi"), Err(Fault::UserForm));
    assert_eq!(check("bu", "Budi"), Err(Fault::UserForm));
    assert_eq!(check("budi", "  "), Err(Fault::NameMissing));
    let id = "budi".parse().unwrap();
    let password = |new: &str| {
        check_password(&id, &NewPassword { old: "lama-lama-lama".into(), new: new.into() })
    };
    assert_eq!(password("pendek"), Err(Fault::PasswordShort));
    assert_eq!(password("lama-lama-lama"), Err(Fault::PasswordSame));
    assert_eq!(password("halo-Budi-2026"), Err(Fault::PasswordName));
    assert_eq!(password("kuda hijau makan"), Ok(()));
}

#[test]
fn every_fault_has_a_code_of_its_own() {
    for fault in [Fault::SeatsGiven, Fault::Yourself, Fault::WordMissing] {
        assert_eq!(Fault::parse(fault.code()), Some(fault));
    }
    assert_eq!(Fault::parse("x"), None);
}
