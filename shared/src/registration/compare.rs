//! Answers beside others: what is taken over, and what still rests on the word that was given.

use super::{Answers, Field, Paper, check_consent};

impl Answers {
    /// The documents that the office asks for, and whether they are at hand.
    pub fn papers(&self) -> [(Field, Option<Paper>); 4] {
        [
            (Field::IdentityCard, self.identity_card),
            (Field::FamilyCard, self.family_card),
            (Field::SchoolCertificate, self.school_certificate),
            (Field::Photograph, self.photograph),
        ]
    }

    /// Takes one answer over from others. Every other answer stays as it was typed, to the last blank.
    pub fn take(&mut self, field: Field, from: &Self) {
        match field {
            Field::Choices => self.choices.clone_from(&from.choices),
            Field::Education => self.education = from.education,
            Field::Plan => self.plan = from.plan,
            Field::Experience => self.experience = from.experience,
            Field::NikStatus => self.nik_status = from.nik_status,
            Field::Nik => self.nik.clone_from(&from.nik),
            Field::Reason => self.reason.clone_from(&from.reason),
            Field::Note => self.note.clone_from(&from.note),
            Field::Skills => self.skills.clone_from(&from.skills),
            Field::IdentityCard => self.identity_card = from.identity_card,
            Field::FamilyCard => self.family_card = from.family_card,
            Field::SchoolCertificate => self.school_certificate = from.school_certificate,
            Field::Photograph => self.photograph = from.photograph,
            Field::Needs => self.needs.clone_from(&from.needs),
            Field::Address => self.home.address.clone_from(&from.home.address),
            Field::Marital => self.home.marital = from.home.marital,
            Field::Literacy => self.home.literacy = from.home.literacy,
            Field::FamilyName => self.home.family_name.clone_from(&from.home.family_name),
            Field::FamilyRelation => self.home.family_relation = from.home.family_relation,
            Field::FamilyPhone => self.home.family_phone.clone_from(&from.home.family_phone),
            Field::Consent => self.consent.clone_from(&from.consent),
            Field::Signature => self.signature.clone_from(&from.signature),
            // No answers: they belong to the person or to the entry.
            Field::Name
            | Field::Aliases
            | Field::RegisterNumber
            | Field::LegalStatus
            | Field::Cell
            | Field::BirthPlace
            | Field::BirthDate
            | Field::BirthApproximate
            | Field::Sex
            | Field::Citizenship
            | Field::WithdrawReason
            | Field::Registration => {}
        }
    }

    /// Whether these answers may be saved on the word that the person gave to `before`: they agreed, and
    /// what they agreed to, the programmes in their order, is still the same.
    pub fn rests_on(&self, before: &Self) -> bool {
        check_consent(before).is_none() && self.choices == before.choices
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registration::tests::answers;
    use crate::registration::{
        Consent, Experience, Home, Literacy, Marital, Needs, Plan, Relation, parse_choices,
        parse_skills,
    };

    #[test]
    fn an_answer_that_is_taken_over_leaves_the_others_as_typed() {
        let full = Answers {
            plan: Some(Plan::Work),
            experience: Some(Experience::None),
            nik: "1".into(),
            reason: "a".into(),
            note: "b".into(),
            skills: parse_skills("LAS"),
            identity_card: Some(Paper::Present),
            family_card: Some(Paper::Absent),
            school_certificate: Some(Paper::Later),
            photograph: Some(Paper::Present),
            needs: Some(Needs { any: false, what: String::new() }),
            home: Home {
                address: "Jl. Pattimura 1".into(),
                marital: Some(Marital::Married),
                literacy: Some(Literacy::Limited),
                family_name: "Ani".into(),
                family_relation: Some(Relation::Spouse),
                family_phone: "081234567890".into(),
            },
            signature: "1 3 1|1 2".into(),
            consent: Consent::parse("BERSEDIA|LISAN_DISAKSIKAN|ya|ikut-1-id"),
            ..answers()
        };
        for key in full.to_fields().keys() {
            let field = Field::parse(key).unwrap();
            let mut typed = Answers { note: " b ".into(), ..Answers::default() };
            typed.take(field, &full);
            assert_eq!(typed.to_fields().get(key), full.to_fields().get(key), "{key}");
            if field != Field::Note {
                assert_eq!(typed.note, " b ", "{key}");
            }
        }
        assert_eq!(full.to_fields().len(), 22, "every answer is in this story");
    }

    #[test]
    fn a_word_that_was_given_holds_for_the_same_programmes() {
        let agreed =
            Answers { consent: Consent::parse("BERSEDIA|CAP_JEMPOL_KERTAS|ya|x"), ..answers() };
        let corrected = Answers { reason: "mau usaha".into(), ..agreed.clone() };
        assert!(corrected.rests_on(&agreed));
        let other = Answers { choices: parse_choices("KAY,GAR"), ..agreed.clone() };
        assert!(!other.rests_on(&agreed));
        assert!(!answers().rests_on(&answers()), "nobody has agreed");
    }
}
