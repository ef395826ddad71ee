//! The rules about answers: what must be put right, and what may be a mistake.

use serde::{Deserialize, Serialize};

use super::{Answers, ConsentOutcome, ConsentWay, Field, MAX_CHOICES, NikStatus, Strokes};
use crate::eligibility::Concern;
use crate::matching::Likeness;
use crate::nik::{Nik, NikError, NikWarning};
use crate::person::{Citizenship, Person, squeeze};
use crate::register_number::RegisterNumber;
use crate::time::Date;

/// What must be put right before a registration can be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// The field has no answer.
    Required(Field),
    /// The name has fewer than two letters.
    NameTooShort,
    /// A text is longer than its limit of characters.
    TooLong(Field, u32),
    /// A programme was chosen twice.
    SameChoiceTwice,
    /// More than three programmes were chosen.
    TooManyChoices,
    /// The day of birth gives an age that nobody here has: under 12 or over 100 years.
    ImpossibleBirthDate,
    /// The day of birth is still to come.
    FutureBirthDate,
    /// The identity number cannot be one.
    Nik(NikError),
    /// Willingness was not recorded, or the person did not agree.
    NoConsent,
    /// A spoken agreement has nobody who heard it.
    NoWitness,
    /// A signature on the screen was announced and not drawn.
    NoSignature,
}

impl Problem {
    /// The field an officer must go to.
    pub fn field(&self) -> Field {
        match self {
            Self::Required(field) | Self::TooLong(field, _) => *field,
            Self::NameTooShort => Field::Name,
            Self::SameChoiceTwice | Self::TooManyChoices => Field::Choices,
            Self::ImpossibleBirthDate | Self::FutureBirthDate => Field::BirthDate,
            Self::Nik(_) => Field::Nik,
            Self::NoConsent | Self::NoWitness | Self::NoSignature => Field::Consent,
        }
    }
}

/// What may be a mistake: asked once, and saved as it is if the officer says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Warning {
    /// The register number has no known form.
    RegisterNumberForm,
    /// The class of the register number does not fit the legal status.
    RegisterNumberStatus,
    /// The identity number says something else than the other answers.
    Nik(NikWarning),
    /// Younger than 18: the head of section must look at it.
    Minor,
    /// A name holds a digit.
    DigitInName,
    /// A name holds a mark that names are not written with.
    OddMarkInName,
    /// The number of the family is none of this country.
    Phone,
    /// Another entry may be about the same person. Who holds all entries finds it.
    SamePerson(Likeness),
    /// A choice goes against what the house advises. Who knows the rules finds it.
    AgainstAdvice(Concern),
}

impl Warning {
    /// The warnings about what was typed, with the codes by which the sheet says that they were confirmed. Do not
    /// change: sheets hold them. The others stand in the sheet with what they are about.
    const CODES: [(&'static str, Self); 9] = [
        ("register_number_form", Self::RegisterNumberForm),
        ("register_number_status", Self::RegisterNumberStatus),
        ("nik_birth_date", Self::Nik(NikWarning::BirthDate)),
        ("nik_sex", Self::Nik(NikWarning::Sex)),
        ("nik_region", Self::Nik(NikWarning::Region)),
        ("minor", Self::Minor),
        ("digit_in_name", Self::DigitInName),
        ("odd_mark_in_name", Self::OddMarkInName),
        ("phone", Self::Phone),
    ];

    /// The code in the sheet; `None` for a warning that the sheet holds elsewhere: see [`Answers::distinct`] and
    /// [`Answers::against`].
    pub fn code(&self) -> Option<&'static str> {
        Self::CODES.iter().find(|(_, warning)| warning == self).map(|(code, _)| *code)
    }

    /// Reads a code; `None` for one that this version does not know.
    pub fn parse(code: &str) -> Option<Self> {
        Self::CODES.iter().find(|(known, _)| *known == code).map(|(_, warning)| warning.clone())
    }
}

/// Longest name in characters.
pub const MAX_NAME: usize = 120;
/// Longest free text in characters.
pub const MAX_TEXT: usize = 300;
/// Longest description of a need in characters.
pub const MAX_NEED: usize = 120;
/// Longest address in characters.
pub const MAX_ADDRESS: usize = 200;
/// Longest of all other answers in characters.
pub const MAX_SHORT: usize = 60;

/// Checks what an officer entered. `listed` people come from the roster: their identity is not asked.
///
/// `today` is the day at the tablet, used for ages only.
pub fn check(
    person: &Person,
    listed: bool,
    answers: &Answers,
    today: Date,
) -> (Vec<Problem>, Vec<Warning>) {
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    if !listed {
        check_identity(person, &mut problems);
    }
    check_birth(person, listed, today, &mut problems, &mut warnings);
    check_register_number(person, &mut warnings);
    if person.name.chars().any(|c| c.is_ascii_digit()) {
        warnings.push(Warning::DigitInName);
    }
    // Letters of every script, and the marks of names and titles; digits have their own sentence.
    let usual = |c: char| c.is_alphanumeric() || c.is_whitespace() || ".'-,/".contains(c);
    if !squeeze(&person.name).chars().all(usual) {
        warnings.push(Warning::OddMarkInName);
    }
    if answers.choices.is_empty() {
        problems.push(Problem::Required(Field::Choices));
    }
    if answers.choices.len() > MAX_CHOICES {
        problems.push(Problem::TooManyChoices);
    }
    let mut seen = std::collections::BTreeSet::new();
    if !answers.choices.iter().all(|code| seen.insert(code)) {
        problems.push(Problem::SameChoiceTwice);
    }
    if answers.education.is_none() {
        problems.push(Problem::Required(Field::Education));
    }
    check_nik(person, answers, today, &mut problems, &mut warnings);
    for (field, text) in [(Field::Reason, &answers.reason), (Field::Note, &answers.note)] {
        if text.chars().count() > MAX_TEXT {
            problems.push(Problem::TooLong(field, MAX_TEXT as u32));
        }
    }
    if answers.needs.as_ref().is_some_and(|needs| needs.what.chars().count() > MAX_NEED) {
        problems.push(Problem::TooLong(Field::Needs, MAX_NEED as u32));
    }
    answers.home.check(&mut problems, &mut warnings);
    (problems, warnings)
}

/// Willingness must have been recorded before a registration can be saved as one.
pub fn check_consent(answers: &Answers) -> Option<Problem> {
    let agreed = answers.consent.as_ref().filter(|c| c.outcome == ConsentOutcome::Agreed);
    let Some((consent, way)) = agreed.and_then(|c| Some((c, c.way?))) else {
        return Some(Problem::NoConsent);
    };
    match way {
        ConsentWay::Spoken if consent.witness.trim().is_empty() => Some(Problem::NoWitness),
        ConsentWay::Spoken if consent.witness.chars().count() > MAX_NAME => {
            Some(Problem::TooLong(Field::Consent, MAX_NAME as u32))
        }
        ConsentWay::Screen if Strokes::parse(&answers.signature).is_none() => {
            Some(Problem::NoSignature)
        }
        _ => None,
    }
}

fn check_identity(person: &Person, problems: &mut Vec<Problem>) {
    let name = squeeze(&person.name);
    if name.is_empty() {
        problems.push(Problem::Required(Field::Name));
    } else if name.chars().filter(|c| c.is_alphabetic()).count() < 2 {
        problems.push(Problem::NameTooShort);
    } else if name.chars().count() > MAX_NAME {
        problems.push(Problem::TooLong(Field::Name, MAX_NAME as u32));
    }
    if person.register_number.trim().is_empty() {
        problems.push(Problem::Required(Field::RegisterNumber));
    }
    if person.cell.trim().is_empty() {
        problems.push(Problem::Required(Field::Cell));
    }
    if person.birth_date.is_none() {
        problems.push(Problem::Required(Field::BirthDate));
    }
    if person.sex.is_none() {
        problems.push(Problem::Required(Field::Sex));
    }
    if person.legal_status.is_none() {
        problems.push(Problem::Required(Field::LegalStatus));
    }
    let limits = [
        (Field::Aliases, &person.aliases, MAX_TEXT),
        (Field::RegisterNumber, &person.register_number, MAX_SHORT),
        (Field::Cell, &person.cell, MAX_SHORT),
        (Field::BirthPlace, &person.birth_place, MAX_SHORT),
    ];
    for (field, text, most) in limits {
        if text.chars().count() > most {
            problems.push(Problem::TooLong(field, most as u32));
        }
    }
}

fn check_birth(
    person: &Person,
    listed: bool,
    today: Date,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Warning>,
) {
    let Some(birth) = person.birth_date else { return };
    let age = birth.age_on(today);
    if birth > today || !(12..=100).contains(&age) {
        // A mistake in the roster, which nobody can mend at the tablet, costs no person their place.
        if !listed {
            problems.push(match birth > today {
                true => Problem::FutureBirthDate,
                false => Problem::ImpossibleBirthDate,
            });
        }
    } else if age < 18 {
        warnings.push(Warning::Minor);
    }
}

fn check_register_number(person: &Person, warnings: &mut Vec<Warning>) {
    use crate::person::LegalStatus;
    if person.register_number.trim().is_empty() {
        return;
    }
    match person.register_number.parse::<RegisterNumber>() {
        Err(_) => warnings.push(Warning::RegisterNumberForm),
        Ok(number) => {
            let detainee = number.class.is_detainee();
            let clash = match person.legal_status {
                Some(LegalStatus::Detainee) => !detainee,
                Some(LegalStatus::Convicted) => detainee,
                _ => false,
            };
            if clash {
                warnings.push(Warning::RegisterNumberStatus);
            }
        }
    }
}

fn check_nik(
    person: &Person,
    answers: &Answers,
    today: Date,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Warning>,
) {
    match answers.nik_status {
        // Whoever is of another country has no such number, and owes no word about it.
        None if person.citizenship == Some(Citizenship::Foreign) => {}
        None => problems.push(Problem::Required(Field::NikStatus)),
        Some(NikStatus::Present) if answers.nik.trim().is_empty() => {
            problems.push(Problem::Required(Field::Nik));
        }
        Some(NikStatus::Present) => match Nik::parse(&answers.nik, today) {
            Err(error) => problems.push(Problem::Nik(error)),
            Ok(nik) => {
                let mut found = nik.warnings(person.birth_date, person.sex);
                // Where only the year is sure, day and month of the number are news and no contradiction.
                let year = |date: Option<Date>| date.map(Date::year);
                if person.birth_approximate && year(nik.birth_date()) == year(person.birth_date) {
                    found.retain(|warning| *warning != NikWarning::BirthDate);
                }
                warnings.extend(found.into_iter().map(Warning::Nik));
            }
        },
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{LegalStatus, Sex};
    use crate::registration::{Consent, Education, Needs, parse_choices};

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
            choices: parse_choices("GAR,KAY"),
            education: Some(Education::LowerSecondary),
            nik_status: Some(NikStatus::NotYet),
            ..Answers::default()
        }
    }

    #[test]
    fn complete_answers_have_no_problem() {
        assert_eq!(check(&person(), false, &answers(), today()), (vec![], vec![]));
    }

    /// Changes complete answers into faulty ones.
    type Spoil = fn(&mut Person, &mut Answers);

    #[test]
    fn each_gap_is_named() {
        let cases: Vec<(&str, Spoil, Problem)> = vec![
            ("no name", |p, _| p.name.clear(), Problem::Required(Field::Name)),
            ("name of one letter", |p, _| p.name = "X".into(), Problem::NameTooShort),
            ("no choice", |_, a| a.choices.clear(), Problem::Required(Field::Choices)),
            ("same twice", |_, a| a.choices = parse_choices("GAR,GAR"), Problem::SameChoiceTwice),
            ("four", |_, a| a.choices = parse_choices("A,B,C,D"), Problem::TooManyChoices),
            ("no education", |_, a| a.education = None, Problem::Required(Field::Education)),
            ("no nik status", |_, a| a.nik_status = None, Problem::Required(Field::NikStatus)),
            (
                "number promised, none given",
                |_, a| a.nik_status = Some(NikStatus::Present),
                Problem::Required(Field::Nik),
            ),
            (
                "born tomorrow",
                |p, _| p.birth_date = Date::new(2025, 10, 3),
                Problem::FutureBirthDate,
            ),
            (
                "eleven years old",
                |p, _| p.birth_date = Date::new(2014, 1, 1),
                Problem::ImpossibleBirthDate,
            ),
            (
                "endless need",
                |_, a| a.needs = Some(Needs { any: true, what: "x".repeat(121) }),
                Problem::TooLong(Field::Needs, 120),
            ),
            (
                "101 years old",
                |p, _| p.birth_date = Date::new(1924, 1, 1),
                Problem::ImpossibleBirthDate,
            ),
            (
                "name of 121 letters",
                |p, _| p.name = "Ab".repeat(61),
                Problem::TooLong(Field::Name, 120),
            ),
            (
                "2,000 letters of aliases",
                |p, _| p.aliases = "x".repeat(2000),
                Problem::TooLong(Field::Aliases, 300),
            ),
            (
                "2,000 digits of a number",
                |p, _| p.register_number = "1".repeat(2000),
                Problem::TooLong(Field::RegisterNumber, 60),
            ),
            ("name of emoji", |p, _| p.name = "😀😀😀".into(), Problem::NameTooShort),
            (
                "name of control characters",
                |p, _| p.name = "\u{0}\u{202e}".into(),
                Problem::Required(Field::Name),
            ),
            (
                "2,000 digits of an identity number",
                |_, a| (a.nik_status, a.nik) = (Some(NikStatus::Present), "1".repeat(2000)),
                Problem::Nik(NikError::Length(2000)),
            ),
            (
                "number broken by a spreadsheet",
                |_, a| (a.nik_status, a.nik) = (Some(NikStatus::Present), "8,17102E+15".into()),
                Problem::Nik(NikError::NotDigits),
            ),
            (
                "endless reason",
                |_, a| a.reason = "x".repeat(301),
                Problem::TooLong(Field::Reason, 300),
            ),
        ];
        for (case, spoil, expected) in cases {
            let (mut p, mut a) = (person(), answers());
            spoil(&mut p, &mut a);
            assert_eq!(check(&p, false, &a, today()).0, vec![expected], "{case}");
        }
    }

    #[test]
    fn what_may_be_right_only_warns() {
        let cases: Vec<(&str, Spoil, Warning)> = vec![
            ("odd number", |p, _| p.register_number = "77".into(), Warning::RegisterNumberForm),
            (
                "detainee number of a convicted person",
                |p, _| p.register_number = "A.III 5/2025".into(),
                Warning::RegisterNumberStatus,
            ),
            ("formula", |p, _| p.name = "=SUM Ali".into(), Warning::OddMarkInName),
            ("markup", |p, _| p.name = "<script>Ali".into(), Warning::OddMarkInName),
            ("emoji", |p, _| p.name = "Ali 😀".into(), Warning::OddMarkInName),
            ("digit", |p, _| p.name = "Ali 2".into(), Warning::DigitInName),
            (
                "number and birth date differ",
                |_, a| {
                    (a.nik_status, a.nik) = (Some(NikStatus::Present), "8171020610909001".into())
                },
                Warning::Nik(NikWarning::BirthDate),
            ),
            ("seventeen", |p, _| p.birth_date = Date::new(2008, 1, 1), Warning::Minor),
        ];
        for (case, spoil, expected) in cases {
            let (mut p, mut a) = (person(), answers());
            spoil(&mut p, &mut a);
            assert_eq!(check(&p, false, &a, today()), (vec![], vec![expected]), "{case}");
        }
    }

    #[test]
    fn where_only_the_year_is_sure_the_identity_number_need_not_agree_on_the_day() {
        let mut a = answers();
        (a.nik_status, a.nik) = (Some(NikStatus::Present), "8171020510909001".into());
        for (born, approximate, warns) in [
            (Date::new(1990, 7, 1), true, false),
            (Date::new(1990, 7, 1), false, true),
            (Date::new(1991, 7, 1), true, true),
        ] {
            let p = Person { birth_date: born, birth_approximate: approximate, ..person() };
            let expected = warns.then_some(Warning::Nik(NikWarning::BirthDate));
            assert_eq!(check(&p, false, &a, today()).1, Vec::from_iter(expected), "{born:?}");
        }
    }

    #[test]
    fn a_warning_that_was_confirmed_is_read_as_it_was_written() {
        for (code, warning) in Warning::CODES {
            assert_eq!(warning.code(), Some(code));
            assert_eq!(Warning::parse(code), Some(warning));
        }
        assert_eq!(Warning::parse("of_a_later_version"), None);
    }

    #[test]
    fn somebody_of_another_country_owes_no_word_about_an_identity_number() {
        let unasked = Answers { nik_status: None, ..answers() };
        let required = vec![Problem::Required(Field::NikStatus)];
        for (citizenship, expected) in [
            (Some(Citizenship::Foreign), vec![]),
            (Some(Citizenship::Indonesian), required.clone()),
            (None, required),
        ] {
            let p = Person { citizenship, ..person() };
            assert_eq!(check(&p, true, &unasked, today()).0, expected, "{citizenship:?}");
        }
        // A number that is given all the same is looked at like any other.
        let p = Person { citizenship: Some(Citizenship::Foreign), ..person() };
        let a = Answers { nik_status: Some(NikStatus::Present), nik: "1".into(), ..answers() };
        assert_eq!(check(&p, true, &a, today()).0, vec![Problem::Nik(NikError::Length(1))]);
    }

    #[test]
    fn names_of_every_kind_are_taken_as_they_are() {
        let long = "Ab".repeat(60);
        for name in ["Yanto", "Ma'ruf", "Ma\u{2019}ruf", "Nu'man-Ali, S.H.", "نعمان علي", &long]
        {
            let p = Person { name: name.into(), ..person() };
            assert_eq!(check(&p, false, &answers(), today()), (vec![], vec![]), "{name}");
        }
    }

    #[test]
    fn a_person_on_the_roster_is_not_asked_who_they_are() {
        let nameless = Person { name: "Yanto".into(), ..Person::default() };
        assert_eq!(check(&nameless, true, &answers(), today()).0, vec![]);
        let unborn = Person { birth_date: Date::new(2099, 1, 1), ..nameless };
        assert_eq!(check(&unborn, true, &answers(), today()).0, vec![], "the roster's mistake");
    }

    #[test]
    fn each_way_to_agree_asks_for_what_proves_it() {
        let witness = "x".repeat(121);
        let cases = [
            ("BERSEDIA|TANDA_TANGAN_KERTAS|ya|ikut-1-id", "", None),
            ("BERSEDIA|CAP_JEMPOL_KERTAS|ya|ikut-1-id", "", None),
            ("BERSEDIA|LISAN_DISAKSIKAN|ya|ikut-1-id|Grace", "", None),
            ("BERSEDIA|LISAN_DISAKSIKAN|ya|ikut-1-id", "", Some(Problem::NoWitness)),
            ("BERSEDIA|TANDA_TANGAN_LAYAR|ya|ikut-1-id", "1 9 9|1 1", None),
            ("BERSEDIA|TANDA_TANGAN_LAYAR|ya|ikut-1-id", "", Some(Problem::NoSignature)),
            ("BERSEDIA||ya|ikut-1-id", "", Some(Problem::NoConsent)),
            ("TIDAK_BERSEDIA||ya|ikut-1-id", "", Some(Problem::NoConsent)),
            (
                &format!("BERSEDIA|LISAN_DISAKSIKAN|ya|ikut-1-id|{witness}"),
                "",
                Some(Problem::TooLong(Field::Consent, 120)),
            ),
        ];
        for (consent, signature, expected) in cases {
            let consent = Consent::parse(consent);
            let answers = Answers { consent, signature: signature.into(), ..answers() };
            assert_eq!(check_consent(&answers), expected, "{:?}", answers.consent);
        }
    }
}
