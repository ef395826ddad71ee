use super::*;
use crate::person::{LegalStatus, Person};
use crate::registration::Education;
use crate::time::Timestamp;
use crate::vetting::{Clearance, Fitness, Isolation, Known, RegisterF, Said, Term, Vetted, Word};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn gar() -> ProgrammeCode {
    "GAR".parse().unwrap()
}

fn rule(test: &str) -> Rule {
    Rule {
        id: "aturan".into(),
        version: 3,
        from: date("2025-10-01"),
        until: Some(date("2025-12-31")),
        source: "contoh".into(),
        programmes: vec![gar()],
        test: Test::from(test.to_owned()),
    }
}

fn nothing_known() -> Facts {
    Facts::of(&Person::default(), None, date("2025-10-02"))
}

fn born(text: &str) -> Facts {
    Facts { birth: Some(date(text)), ..nothing_known() }
}

fn some_day_in(year: i32) -> Facts {
    Facts { birth: Date::new(year, 7, 1), only_year: true, ..nothing_known() }
}

#[test]
fn each_rule_says_yes_no_or_that_it_cannot_tell() {
    use Verdict::{Eligible, NotEligible, Unknown};
    let taught = |has| Facts { education: Some(has), ..nothing_known() };
    let held = |why| Facts { status: Some(why), ..nothing_known() };
    let cases = [
        ("USIA_MIN 18", born("2007-10-02"), Eligible, "eighteen today"),
        ("USIA_MIN 18", born("2007-10-03"), NotEligible, "eighteen tomorrow"),
        ("USIA_MIN 18", nothing_known(), Unknown, "no day of birth"),
        ("USIA_MIN 18", some_day_in(2006), Eligible, "eighteen since the last year at the latest"),
        ("USIA_MIN 18", some_day_in(2007), Unknown, "eighteen this year, today or not"),
        ("USIA_MIN 18", some_day_in(2008), NotEligible, "at most seventeen"),
        ("USIA_MIN 18", born("2025-10-03"), Unknown, "the list has somebody who is not born yet"),
        ("USIA_MIN 18", born("1900-01-01"), Unknown, "the list has somebody of 125 years"),
        ("USIA_MAKS 50", born("1974-10-03"), Eligible, "still fifty"),
        ("USIA_MAKS 50", born("1974-10-02"), NotEligible, "fifty-one today"),
        ("USIA_MAKS 50", some_day_in(1974), Unknown, "fifty or fifty-one"),
        ("USIA_MAKS 50", some_day_in(1973), NotEligible, "at least fifty-one"),
        ("USIA_MAKS 50", nothing_known(), Unknown, "no day of birth"),
        ("PENDIDIKAN_MIN SMP", taught(Education::LowerSecondary), Eligible, "just enough"),
        ("PENDIDIKAN_MIN SMP", taught(Education::Primary), NotEligible, "one school less"),
        ("PENDIDIKAN_MIN SMP", taught(Education::Unknown), Unknown, "the person does not know"),
        ("PENDIDIKAN_MIN SMP", nothing_known(), Unknown, "not asked yet"),
        ("PENDIDIKAN_MIN SMK", taught(Education::UpperSecondary), Eligible, "both rank the same"),
        ("STATUS NARAPIDANA", held(LegalStatus::Convicted), Eligible, "convicted"),
        ("STATUS NARAPIDANA", held(LegalStatus::Detainee), NotEligible, "not convicted"),
        ("STATUS NARAPIDANA", held(LegalStatus::Unknown), Unknown, "written as unknown"),
        ("STATUS NARAPIDANA", nothing_known(), Unknown, "no status"),
        ("SISA_PIDANA_MIN 90", born("1990-01-01"), Unknown, "a tablet knows no term"),
        ("KUNJUNGAN_MIN 2", born("1990-01-01"), Unknown, "a rule of a later version"),
        ("USIA_MIN muda", born("1990-01-01"), Unknown, "a limit that is none"),
        ("PENDIDIKAN_MIN TIDAK_DIKETAHUI", taught(Education::Primary), Unknown, "no limit at all"),
    ];
    for (test, facts, expected, case) in cases {
        assert_eq!(advise(&[rule(test)], &gar(), &facts).verdict(), expected, "{test}: {case}");
    }
}

#[test]
fn a_rule_holds_from_its_first_day_to_its_last_and_for_its_programmes() {
    let one = rule("USIA_MIN 18");
    for (day, holds) in
        [("2025-09-30", false), ("2025-10-01", true), ("2025-12-31", true), ("2026-01-01", false)]
    {
        assert_eq!(one.holds(&gar(), date(day)), holds, "{day}");
    }
    assert!(!one.holds(&"LAS".parse().unwrap(), date("2025-10-01")), "another programme");
    let open = Rule { until: None, programmes: Vec::new(), ..one };
    assert!(open.holds(&"LAS".parse().unwrap(), date("9999-12-31")), "no end, every programme");
}

#[test]
fn what_is_not_known_never_reads_as_eligible_and_never_hides_a_concern() {
    let rules = [rule("USIA_MIN 18"), rule("STATUS NARAPIDANA"), rule("BARU 1")];
    let advice = advise(&rules, &gar(), &born("1990-01-01"));
    assert_eq!(advice.verdict(), Verdict::Unknown);
    let missing: Vec<Lacks> = advice.missing.iter().map(|(_, lacks)| *lacks).collect();
    assert_eq!(missing, [Lacks::Field(Field::LegalStatus), Lacks::Foreign]);
    let advice = advise(&rules, &gar(), &born("2010-01-01"));
    assert_eq!(advice.verdict(), Verdict::NotEligible);
    assert_eq!(advice.concerns[0].seen, "15");
}

/// All ways in which a person can be known, from not at all to fully; `exact` days of one birth year.
fn every_way_to_be_known() -> Vec<Facts> {
    let mut all = Vec::new();
    let mut births = vec![(None, false)];
    for year in [1924, 1974, 1990, 2007, 2008, 2013, 2026] {
        births.push((Date::new(year, 7, 1), true));
        for (month, day) in [(1, 1), (10, 2), (10, 3), (12, 31)] {
            births.push((Date::new(year, month, day), false));
        }
    }
    let statuses = [LegalStatus::Convicted, LegalStatus::Detainee, LegalStatus::Unknown];
    let educations = [Education::Primary, Education::LowerSecondary, Education::Unknown];
    for status in statuses.map(Some).into_iter().chain([None]) {
        for education in educations.map(Some).into_iter().chain([None]) {
            for (birth, only_year) in &births {
                all.push(Facts {
                    birth: *birth,
                    only_year: *only_year,
                    status,
                    education,
                    ..nothing_known()
                });
            }
        }
    }
    all
}

/// Whether `more` knows everything that `less` knows.
fn adds_to(less: &Facts, more: &Facts) -> bool {
    let said = |status: Option<LegalStatus>| status.filter(|s| *s != LegalStatus::Unknown);
    let taught = |education: Option<Education>| education.filter(|e| *e != Education::Unknown);
    let birth = match (less.birth, less.only_year) {
        (None, _) => true,
        (Some(year), true) => more.birth.is_some_and(|birth| birth.year() == year.year()),
        (birth, false) => more.birth == birth && !more.only_year,
    };
    birth
        && (said(less.status).is_none() || less.status == more.status)
        && (taught(less.education).is_none() || less.education == more.education)
}

#[test]
fn a_fact_more_never_makes_a_known_verdict_unknown() {
    let rules = [
        "USIA_MIN 18",
        "USIA_MAKS 50",
        "PENDIDIKAN_MIN SMP",
        "STATUS NARAPIDANA,TITIPAN",
        "BARU 1",
    ]
    .map(rule);
    let all = every_way_to_be_known();
    for less in &all {
        let mut before = advise(&rules, &gar(), less);
        for more in all.iter().filter(|more| adds_to(less, more)) {
            let after = advise(&rules, &gar(), more);
            if before.verdict() == Verdict::NotEligible {
                assert_eq!(after.verdict(), Verdict::NotEligible, "{less:?} {more:?}");
            }
            assert!(after.missing.len() <= before.missing.len(), "{less:?} {more:?}");
        }
        before.concerns.clear();
        assert_ne!(before.verdict(), Verdict::Eligible, "a rule that nobody knows is never met");
    }
}

#[test]
fn a_rule_and_a_concern_survive_the_wire_and_the_sheet() {
    let tests = ["USIA_MIN 18", "USIA_MAKS 50", "PENDIDIKAN_MIN SMP", "STATUS TAHANAN,TITIPAN"];
    let at_the_server = [
        "KESEHATAN LAYAK,LAYAK_BERSYARAT",
        "IZIN_KEAMANAN YA,DENGAN_PENGAWALAN",
        "BUKAN_REGISTER_F 6",
        "BUKAN_ISOLASI 14",
        "SISA_PIDANA_MIN 14",
        "SISA_PIDANA_MAKS 24",
        "TELAH_JALANI DUA_PERTIGA",
    ];
    for text in at_the_server {
        assert!(!matches!(rule(text).test, Test::Foreign(_)), "{text}");
    }
    let tests = tests.into_iter().chain(at_the_server);
    for text in tests.chain(["SISA_PIDANA_MIN durasi+14", "aneh"]) {
        let one = rule(text);
        let sent = crate::cbor::write(&one);
        assert!(sent.windows(text.len()).any(|part| part == text.as_bytes()), "{text}");
        assert_eq!(crate::cbor::read::<Rule>(&sent), Some(one.clone()));
        let concern = |seen: &str| Concern {
            programme: gar(),
            rule: "usia_minimal".into(),
            version: 1,
            test: one.test.clone(),
            seen: seen.into(),
        };
        let concerns = [concern("17"), concern("TAHANAN")];
        assert_eq!(parse(&to_value(&concerns)), concerns);
    }
    assert_eq!(parse("rusak;GAR|usia_minimal|x|USIA_MIN 18|17;"), []);
}

/// Convicted, with what is known at the server; the training ends on 1 November 2025.
fn at_the_server(known: Known) -> Facts {
    let convicted = Facts { status: Some(LegalStatus::Convicted), ..nothing_known() };
    convicted.with(&known).finishing(Some(date("2025-11-01")))
}

fn vetted(word: Word, on: &str) -> Facts {
    let said = Said { word, on: date(on), by: "klinik".parse().unwrap(), at: Timestamp(1) };
    at_the_server(Known { vetted: Vetted::of([&said]), term: Term::default() })
}

fn until(expiry: &str) -> Facts {
    let term = Term { expiry: expiry.parse().ok(), ..Term::default() };
    at_the_server(Known { term, ..Known::default() })
}

#[test]
fn what_the_clinic_and_security_said_and_the_term_are_asked_like_any_fact() {
    use Verdict::{Eligible, NotEligible, Unknown};
    let fit = |word| vetted(Word::Fitness(word), "2025-10-01");
    let clear = |word| vetted(Word::Clearance(word), "2025-10-01");
    let register = |word, on| vetted(Word::RegisterF(word), on);
    let isolated = |word, on| vetted(Word::Isolation(word), on);
    let nobody_knows = at_the_server(Known::default());
    let awaits_judgment = Facts { status: Some(LegalStatus::Detainee), ..until("2025-10-03") };
    let served = |third: &str| {
        let term = Term { third: third.parse().ok(), ..Term::default() };
        at_the_server(Known { term, ..Known::default() })
    };
    let cases = [
        ("KESEHATAN LAYAK,LAYAK_BERSYARAT", fit(Fitness::Limited), Eligible, "fit with limits"),
        ("KESEHATAN LAYAK", fit(Fitness::Limited), NotEligible, "the house asks for more"),
        ("KESEHATAN LAYAK", fit(Fitness::Unfit), NotEligible, "not fit"),
        ("KESEHATAN LAYAK", fit(Fitness::NotExamined), Unknown, "taken back"),
        ("KESEHATAN LAYAK", nobody_knows, Unknown, "not examined"),
        ("IZIN_KEAMANAN YA,DENGAN_PENGAWALAN", clear(Clearance::Escorted), Eligible, "escorted"),
        ("IZIN_KEAMANAN YA", clear(Clearance::Refused), NotEligible, "not cleared"),
        ("IZIN_KEAMANAN YA", nobody_knows, Unknown, "nobody has looked"),
        (
            "BUKAN_REGISTER_F 6",
            register(RegisterF::No, "2025-04-02"),
            Eligible,
            "just young enough",
        ),
        ("BUKAN_REGISTER_F 6", register(RegisterF::No, "2025-04-01"), Unknown, "too long ago"),
        ("BUKAN_REGISTER_F 6", register(RegisterF::Yes, "2025-04-02"), NotEligible, "six months"),
        ("BUKAN_REGISTER_F 6", register(RegisterF::Yes, "2025-04-01"), Unknown, "look again"),
        ("BUKAN_ISOLASI 14", isolated(Isolation::No, "2025-09-18"), Eligible, "two weeks ago"),
        ("BUKAN_ISOLASI 14", isolated(Isolation::No, "2025-09-17"), Unknown, "look again"),
        ("BUKAN_ISOLASI 14", isolated(Isolation::Yes, "2025-10-01"), NotEligible, "isolated"),
        ("BUKAN_ISOLASI 14", isolated(Isolation::Unchecked, "2025-10-01"), Unknown, "taken back"),
        ("BUKAN_ISOLASI 14", nobody_knows, Unknown, "nobody has looked"),
        ("SISA_PIDANA_MIN 14", until("2025-11-15"), Eligible, "E15: the training and 14 days"),
        ("SISA_PIDANA_MIN 14", until("2025-11-14"), NotEligible, "E15: one day less"),
        ("SISA_PIDANA_MIN 14", until("2025-10-02"), NotEligible, "E12: released before"),
        ("SISA_PIDANA_MIN 14", until(""), Unknown, "E16: the list says 00/00/0000"),
        (
            "SISA_PIDANA_MIN 14",
            until("2025-12-01").finishing(None),
            Unknown,
            "nobody says how long",
        ),
        ("SISA_PIDANA_MIN 14", awaits_judgment, Eligible, "who awaits judgment has no term"),
        ("SISA_PIDANA_MAKS 24", until("2027-10-02"), Eligible, "two years on the day"),
        ("SISA_PIDANA_MAKS 24", until("2027-10-03"), NotEligible, "a day more"),
        ("TELAH_JALANI SEPERTIGA", served("2025-10-02"), Eligible, "a third today"),
        ("TELAH_JALANI SEPERTIGA", served("2025-10-03"), NotEligible, "a third tomorrow"),
        ("TELAH_JALANI DUA_PERTIGA", served("2025-10-01"), Unknown, "only a third is known"),
    ];
    for (test, facts, expected, case) in cases {
        assert_eq!(advise(&[rule(test)], &gar(), &facts).verdict(), expected, "{test}: {case}");
    }
    // No points for a term that is none, and no date in a concern: how many days are left.
    assert!(!rule("SISA_PIDANA_MAKS 24").test.is_met(&awaits_judgment));
    let short = advise(&[rule("SISA_PIDANA_MIN 14")], &gar(), &until("2025-11-14"));
    assert_eq!(short.concerns[0].seen, "43");
}

#[test]
fn months_are_those_of_the_calendar() {
    let on = |text: &str| Facts::of(&Person::default(), None, date(text));
    assert_eq!(on("2026-03-31").months_away(-1), date("2026-02-28"));
    assert_eq!(on("2026-08-31").months_away(6), date("2027-02-28"));
    assert_eq!(on("2026-01-15").months_away(-13), date("2024-12-15"));
}
