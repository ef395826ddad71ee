//! What a person is asked, and the rules about answers.
//!
//! An answer is one whole text in the sheet, so that two tablets that answered differently
//! show two whole answers and never a mixture. The types here read and write those texts.

use serde::{Deserialize, Serialize};

use crate::id::ProgrammeCode;
use crate::nik::{Nik, NikError, NikWarning};
use crate::person::{Fields, Person, squeeze};
use crate::programme::Brief;
use crate::register_number::RegisterNumber;
use crate::time::Date;

/// An enum whose values are written as stable codes; `ALL` is in the order screens show.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in the order screens show them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code that is stored. Do not change: sheets hold it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Reads a code; `None` for one that this version does not know.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// Last education, lowest first.
    Education {
        /// No school, or not yet.
        None = "TIDAK_SEKOLAH",
        /// Primary school not finished.
        PrimaryUnfinished = "BELUM_TAMAT_SD",
        /// Primary school, or package A.
        Primary = "SD",
        /// Lower secondary, or package B.
        LowerSecondary = "SMP",
        /// Upper secondary, or package C.
        UpperSecondary = "SMA",
        /// Vocational secondary.
        Vocational = "SMK",
        /// Diploma I to III.
        Diploma = "DIPLOMA",
        /// Bachelor and above.
        Bachelor = "SARJANA",
        /// The person does not know or say.
        Unknown = "TIDAK_DIKETAHUI",
    }
}

codes! {
    /// What the person means to do after release.
    Plan {
        /// Look for work.
        Work = "BEKERJA",
        /// Open an own business.
        Business = "WIRAUSAHA",
        /// Go back to school.
        School = "MELANJUTKAN_SEKOLAH",
        /// Not known yet.
        Unknown = "BELUM_TAHU",
    }
}

codes! {
    /// Experience in the field of the first choice.
    Experience {
        /// There is some.
        Some = "ADA",
        /// There is none yet.
        None = "BELUM",
        /// The person does not know or say.
        Unknown = "TIDAK_DIKETAHUI",
    }
}

codes! {
    /// Whether the person has a national identity number. Many in detention have none.
    NikStatus {
        /// It is known.
        Present = "ADA",
        /// There is none yet.
        NotYet = "BELUM_ADA",
        /// The person does not know it.
        Unknown = "TIDAK_TAHU",
        /// The civil registry is working on it.
        InProcess = "PROSES_DUKCAPIL",
    }
}

codes! {
    /// What the person said when asked whether they are willing.
    ConsentOutcome {
        /// Willing.
        Agreed = "BERSEDIA",
        /// Not willing. Costs no right and needs no reason.
        Declined = "TIDAK_BERSEDIA",
        /// Not now: to be asked again.
        NotNow = "BELUM_SEKARANG",
    }
}

codes! {
    /// How willingness was expressed.
    ConsentWay {
        /// Signature on paper.
        PaperSignature = "TANDA_TANGAN_KERTAS",
        /// Thumb print on paper.
        PaperThumb = "CAP_JEMPOL_KERTAS",
        /// Spoken, with a witness.
        Spoken = "LISAN_DISAKSIKAN",
    }
}

/// A person's answer to the statement of willingness. One value in the sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// What was said.
    pub outcome: ConsentOutcome,
    /// How; `None` unless the person agreed.
    pub way: Option<ConsentWay>,
    /// The statement was read aloud.
    pub read_aloud: bool,
    /// Which wording was shown, with its version and language, for example `ikut-1-id`.
    pub wording: String,
}

impl Consent {
    /// The text in the sheet: `outcome|way|read aloud|wording`.
    pub fn to_value(&self) -> String {
        let way = self.way.map_or("", ConsentWay::code);
        let aloud = if self.read_aloud { "ya" } else { "tidak" };
        format!("{}|{way}|{aloud}|{}", self.outcome.code(), self.wording)
    }

    /// Reads the text of a sheet.
    pub fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split('|');
        let outcome = ConsentOutcome::parse(parts.next()?)?;
        let way = ConsentWay::parse(parts.next().unwrap_or_default());
        let read_aloud = parts.next() == Some("ya");
        let wording = parts.next().unwrap_or_default().to_owned();
        Some(Self { outcome, way, read_aloud, wording })
    }
}

/// At most this many programmes can be ranked.
pub const MAX_CHOICES: usize = 3;

/// What one person answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answers {
    /// Ranked programmes, first choice first.
    pub choices: Vec<ProgrammeCode>,
    /// Last education.
    pub education: Option<Education>,
    /// Plan after release.
    pub plan: Option<Plan>,
    /// Experience in the field of the first choice.
    pub experience: Option<Experience>,
    /// Whether there is a national identity number.
    pub nik_status: Option<NikStatus>,
    /// The number as typed.
    pub nik: String,
    /// Why these choices, in the person's words.
    pub reason: String,
    /// What the officer wants to add; never an offence or an illness.
    pub note: String,
    /// Willingness.
    pub consent: Option<Consent>,
}

impl Answers {
    /// The answers as the sheet stores them: empty ones are absent.
    pub fn to_fields(&self) -> Fields {
        let mut fields = Fields::new();
        let mut put = |field: Field, value: String| {
            if !value.is_empty() {
                fields.insert(field.key().to_owned(), value);
            }
        };
        put(Field::Choices, choices_value(&self.choices));
        put(Field::Education, self.education.map(|e| e.code().to_owned()).unwrap_or_default());
        put(Field::Plan, self.plan.map(|p| p.code().to_owned()).unwrap_or_default());
        put(Field::Experience, self.experience.map(|e| e.code().to_owned()).unwrap_or_default());
        put(Field::NikStatus, self.nik_status.map(|s| s.code().to_owned()).unwrap_or_default());
        put(Field::Nik, squeeze(&self.nik));
        put(Field::Reason, squeeze(&self.reason));
        put(Field::Note, squeeze(&self.note));
        put(Field::Consent, self.consent.as_ref().map(Consent::to_value).unwrap_or_default());
        fields
    }

    /// Reads answers; what cannot be understood is left empty here and stays in the sheet.
    pub fn from_fields(fields: &Fields) -> Self {
        let get = |field: Field| fields.get(field.key()).map(String::as_str).unwrap_or_default();
        Self {
            choices: parse_choices(get(Field::Choices)),
            education: Education::parse(get(Field::Education)),
            plan: Plan::parse(get(Field::Plan)),
            experience: Experience::parse(get(Field::Experience)),
            nik_status: NikStatus::parse(get(Field::NikStatus)),
            nik: get(Field::Nik).to_owned(),
            reason: get(Field::Reason).to_owned(),
            note: get(Field::Note).to_owned(),
            consent: Consent::parse(get(Field::Consent)),
        }
    }
}

/// Ranked choices as one value: `GAR,OTO`.
pub fn choices_value(choices: &[ProgrammeCode]) -> String {
    choices.iter().map(ProgrammeCode::as_str).collect::<Vec<_>>().join(",")
}

/// Reads ranked choices; a code that is no code is skipped.
pub fn parse_choices(value: &str) -> Vec<ProgrammeCode> {
    value.split(',').filter_map(|code| code.parse().ok()).collect()
}

codes! {
    /// The fields that people see side by side when two tablets answered differently,
    /// and that an error or a warning can point to.
    Field {
        /// The name.
        Name = "name",
        /// Other names.
        Aliases = "aliases",
        /// The register number.
        RegisterNumber = "register_number",
        /// Why the person is held.
        LegalStatus = "legal_status",
        /// The cell.
        Cell = "cell",
        /// Day of birth.
        BirthDate = "birth_date",
        /// Whether the day of birth is a guess.
        BirthApproximate = "birth_approximate",
        /// Sex.
        Sex = "sex",
        /// Ranked programmes.
        Choices = "choices",
        /// Last education.
        Education = "education",
        /// Plan after release.
        Plan = "plan",
        /// Experience.
        Experience = "experience",
        /// Whether there is an identity number.
        NikStatus = "nik_status",
        /// The identity number.
        Nik = "nik",
        /// Why these choices.
        Reason = "reason",
        /// The officer's note.
        Note = "note",
        /// Willingness.
        Consent = "consent",
        /// Where the registration stands on the tablets.
        Registration = "registration",
    }
}

impl Field {
    /// The key of the field inside its part of the entry. Do not change: sheets hold it.
    pub const fn key(self) -> &'static str {
        self.code()
    }
}

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
    /// The day of birth lies in the future or more than 100 years back.
    ImpossibleBirthDate,
    /// The identity number cannot be one.
    Nik(NikError),
    /// Willingness was not recorded, or the person did not agree.
    NoConsent,
}

impl Problem {
    /// The field an officer must go to.
    pub fn field(&self) -> Field {
        match self {
            Self::Required(field) | Self::TooLong(field, _) => *field,
            Self::NameTooShort => Field::Name,
            Self::SameChoiceTwice | Self::TooManyChoices => Field::Choices,
            Self::ImpossibleBirthDate => Field::BirthDate,
            Self::Nik(_) => Field::Nik,
            Self::NoConsent => Field::Consent,
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
}

/// Longest name in characters.
pub const MAX_NAME: usize = 120;
/// Longest free text in characters.
pub const MAX_TEXT: usize = 300;
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
    check_birth(person, today, &mut problems, &mut warnings);
    check_register_number(person, &mut warnings);
    if person.name.chars().any(|c| c.is_ascii_digit()) {
        warnings.push(Warning::DigitInName);
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
    (problems, warnings)
}

/// Willingness must have been recorded before a registration can be saved as one.
pub fn check_consent(answers: &Answers) -> Option<Problem> {
    let agreed = |c: &Consent| c.outcome == ConsentOutcome::Agreed && c.way.is_some();
    (!answers.consent.as_ref().is_some_and(agreed)).then_some(Problem::NoConsent)
}

/// The choices that this wave does not offer: shown, never a reason to refuse.
pub fn unknown_choices<'a>(answers: &'a Answers, brief: &Brief) -> Vec<&'a ProgrammeCode> {
    answers.choices.iter().filter(|code| brief.programme(code).is_none()).collect()
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
    let shorts = [(Field::RegisterNumber, &person.register_number), (Field::Cell, &person.cell)];
    for (field, text) in shorts {
        if text.chars().count() > MAX_SHORT {
            problems.push(Problem::TooLong(field, MAX_SHORT as u32));
        }
    }
}

fn check_birth(
    person: &Person,
    today: Date,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Warning>,
) {
    let Some(birth) = person.birth_date else { return };
    let age = birth.age_on(today);
    if birth > today || !(12..=100).contains(&age) {
        problems.push(Problem::ImpossibleBirthDate);
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
        None => problems.push(Problem::Required(Field::NikStatus)),
        Some(NikStatus::Present) if answers.nik.trim().is_empty() => {
            problems.push(Problem::Required(Field::Nik));
        }
        Some(NikStatus::Present) => match Nik::parse(&answers.nik, today) {
            Err(error) => problems.push(Problem::Nik(error)),
            Ok(nik) => warnings
                .extend(nik.warnings(person.birth_date, person.sex).into_iter().map(Warning::Nik)),
        },
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::{LegalStatus, Sex};

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
                Problem::ImpossibleBirthDate,
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
            ("seventeen", |p, _| p.birth_date = Date::new(2008, 1, 1), Warning::Minor),
        ];
        for (case, spoil, expected) in cases {
            let (mut p, mut a) = (person(), answers());
            spoil(&mut p, &mut a);
            assert_eq!(check(&p, false, &a, today()), (vec![], vec![expected]), "{case}");
        }
    }

    #[test]
    fn a_person_on_the_roster_is_not_asked_who_they_are() {
        let nameless = Person { name: "Yanto".into(), ..Person::default() };
        assert_eq!(check(&nameless, true, &answers(), today()).0, vec![]);
    }

    #[test]
    fn answers_survive_the_sheet() {
        let consent = Consent {
            outcome: ConsentOutcome::Agreed,
            way: Some(ConsentWay::Spoken),
            read_aloud: true,
            wording: "ikut-1-id".into(),
        };
        let full = Answers { consent: Some(consent), reason: "mau usaha".into(), ..answers() };
        assert_eq!(Answers::from_fields(&full.to_fields()), full);
        assert_eq!(check_consent(&full), None);
        assert_eq!(check_consent(&answers()), Some(Problem::NoConsent));
    }
}
