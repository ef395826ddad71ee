//! What a person is asked, and the rules about answers.
//!
//! An answer is one whole text in the sheet, so that two tablets that answered differently
//! show two whole answers and never a mixture. The types here read and write those texts.

use serde::{Deserialize, Serialize};

use crate::eligibility::{self, Concern};
use crate::id::ProgrammeCode;
use crate::matching::{self, Likeness};
use crate::person::{Fields, squeeze};

mod check;
mod circumstances;
mod compare;
pub mod consent;
mod home;
mod strokes;

pub use check::{
    MAX_ADDRESS, MAX_NAME, MAX_NEED, MAX_SHORT, MAX_TEXT, Problem, Warning, check, check_consent,
};
pub use circumstances::{Needs, Paper, Skill, parse_skills};
pub use consent::{Consent, ConsentOutcome, ConsentWay, WORDINGS, Wording};
pub use home::{Home, Literacy, Marital, Relation};
pub use strokes::{MAX_STROKES, Strokes};

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
    /// What the person can do already: codes of [`Skill`], also those that this version does not know.
    pub skills: Vec<String>,
    /// The identity card.
    pub identity_card: Option<Paper>,
    /// The family card.
    pub family_card: Option<Paper>,
    /// The school certificate.
    pub school_certificate: Option<Paper>,
    /// A photograph for the certificate.
    pub photograph: Option<Paper>,
    /// What the training must allow for.
    pub needs: Option<Needs>,
    /// Where the person lives, and whom to reach there.
    pub home: Home,
    /// Willingness.
    pub consent: Option<Consent>,
    /// The signature on the screen as [`Strokes`] write it, if that was the way.
    pub signature: String,
    /// Entries that look like this person and are somebody else, as the officer said.
    pub distinct: Vec<Likeness>,
    /// Rules that advise against a choice, as the officer read and confirmed them.
    pub against: Vec<Concern>,
    /// What looked like a mistake when the person was registered, and was confirmed by the officer: codes of
    /// [`Warning`], also those that this version does not know.
    pub confirmed: Vec<String>,
}

/// Under this key the sheet holds who this person is not. It is no question, so no [`Field`].
const DISTINCT: &str = "distinct";
/// Under this key the sheet holds the advice that the choices go against. It is no question either.
pub(crate) const AGAINST: &str = "against_advice";
/// Under this key the sheet holds the warnings that were confirmed. Nor is it.
pub(crate) const CONFIRMED: &str = "confirmed";

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
        put(Field::Skills, self.skills.join(","));
        for (field, paper) in self.papers() {
            put(field, paper.map(|paper| paper.code().to_owned()).unwrap_or_default());
        }
        put(Field::Needs, self.needs.as_ref().map(Needs::to_value).unwrap_or_default());
        for (field, value) in self.home.values() {
            put(field, squeeze(value));
        }
        put(Field::Signature, self.signature.clone());
        put(Field::Consent, self.consent.as_ref().map(Consent::to_value).unwrap_or_default());
        if !self.against.is_empty() {
            fields.insert(AGAINST.to_owned(), eligibility::to_value(&self.against));
        }
        if !self.distinct.is_empty() {
            fields.insert(DISTINCT.to_owned(), matching::to_value(&self.distinct));
        }
        if !self.confirmed.is_empty() {
            fields.insert(CONFIRMED.to_owned(), self.confirmed.join(","));
        }
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
            skills: parse_skills(get(Field::Skills)),
            identity_card: Paper::parse(get(Field::IdentityCard)),
            family_card: Paper::parse(get(Field::FamilyCard)),
            school_certificate: Paper::parse(get(Field::SchoolCertificate)),
            photograph: Paper::parse(get(Field::Photograph)),
            needs: Needs::parse(get(Field::Needs)),
            home: Home::read(get),
            signature: get(Field::Signature).to_owned(),
            consent: Consent::parse(get(Field::Consent)),
            against: fields.get(AGAINST).map(|said| eligibility::parse(said)).unwrap_or_default(),
            distinct: fields.get(DISTINCT).map(|said| matching::parse(said)).unwrap_or_default(),
            confirmed: fields.get(CONFIRMED).map(|codes| parse_skills(codes)).unwrap_or_default(),
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
        /// Place of birth.
        BirthPlace = "birth_place",
        /// Day of birth.
        BirthDate = "birth_date",
        /// Whether the day of birth is a guess.
        BirthApproximate = "birth_approximate",
        /// Sex.
        Sex = "sex",
        /// Citizenship.
        Citizenship = "citizenship",
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
        /// Skills.
        Skills = "skills",
        /// Identity card.
        IdentityCard = "doc_ktp",
        /// Family card.
        FamilyCard = "doc_kk",
        /// School certificate.
        SchoolCertificate = "doc_ijazah",
        /// Photograph.
        Photograph = "doc_pas_foto",
        /// Special needs.
        Needs = "needs",
        /// The address.
        Address = "address",
        /// Marital status.
        Marital = "marital_status",
        /// Reading and writing.
        Literacy = "literacy",
        /// Who of the family may be reached.
        FamilyName = "family_name",
        /// What they are to the person.
        FamilyRelation = "family_relation",
        /// Their number.
        FamilyPhone = "family_phone",
        /// Willingness.
        Consent = "consent",
        /// Signature on the screen.
        Signature = "signature",
        /// Why the person withdrew.
        WithdrawReason = "withdraw_reason",
        /// Where the registration stands on the tablets.
        Registration = "registration",
    }
}

impl Field {
    /// The key of the field inside its part of the entry. Do not change: sheets hold it.
    pub const fn key(self) -> &'static str {
        self.code()
    }

    /// Whether an answer may be taken over from another entry of the same person: anything but their word, which
    /// was given to what that entry says, and where that registration stands.
    pub const fn can_be_adopted(self) -> bool {
        !matches!(self, Self::Consent | Self::Signature | Self::WithdrawReason | Self::Registration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few answers, enough to go on.
    pub(super) fn answers() -> Answers {
        Answers {
            choices: parse_choices("GAR,KAY"),
            education: Some(Education::LowerSecondary),
            nik_status: Some(NikStatus::NotYet),
            ..Answers::default()
        }
    }

    #[test]
    fn answers_survive_the_sheet() {
        let consent = Consent {
            outcome: ConsentOutcome::Agreed,
            way: Some(ConsentWay::Spoken),
            read_aloud: true,
            wording: "ikut-1-id".into(),
            witness: "Grace Manuhutu".into(),
        };
        let full = Answers {
            consent: Some(consent),
            reason: "mau usaha".into(),
            skills: parse_skills("MENJAHIT,TERBANG"),
            family_card: Some(Paper::Later),
            needs: Some(Needs { any: true, what: "kacamata".into() }),
            signature: "1 300 100|1 2 3 4".into(),
            confirmed: parse_skills("minor,of_a_later_version"),
            ..answers()
        };
        assert_eq!(Answers::from_fields(&full.to_fields()), full);
        assert_eq!(check_consent(&full), None);
        assert_eq!(check_consent(&answers()), Some(Problem::NoConsent));
    }
}
