//! What the house advises, as far as this tablet knows the rules and the person.

use super::Replica;
use crate::command::{Command, Refused, What};
use crate::eligibility::{Advice, Concern, Facts, advise};
use crate::id::ProgrammeCode;
use crate::person::Person;
use crate::registration::{Answers, Education, Warning};
use crate::time::Timestamp;

impl Replica {
    /// What the rules of the last contact say about a programme and a person. Without rules, nothing.
    pub fn advice(
        &self,
        programme: &ProgrammeCode,
        person: &Person,
        education: Option<Education>,
        now: Timestamp,
    ) -> Advice {
        let facts = Facts::of(person, education, self.today(now));
        self.brief().map(|brief| advise(&brief.rules, programme, &facts)).unwrap_or_default()
    }

    /// The rules that these choices go against.
    pub fn concerns(&self, person: &Person, answers: &Answers, now: Timestamp) -> Vec<Concern> {
        let about = |code| self.advice(code, person, answers.education, now).concerns;
        answers.choices.iter().flat_map(about).collect()
    }

    /// A registration against advice says so: the officer has read why, and goes on.
    pub(super) fn must_be_heeded(&self, command: &Command, now: Timestamp) -> Result<(), Refused> {
        let What::Register { person, answers, .. } = &command.what else { return Ok(()) };
        let known = self.entry(&command.sheet, command.entry);
        let nobody = Person::default();
        let who = match known {
            Some(known) if known.listed => &known.person,
            Some(known) => person.as_ref().unwrap_or(&known.person),
            None => person.as_ref().unwrap_or(&nobody),
        };
        let mut unheeded = self.concerns(who, answers, now);
        unheeded.retain(|concern| !answers.against.contains(concern));
        if unheeded.is_empty() {
            return Ok(());
        }
        Err(Refused::Warnings(unheeded.into_iter().map(Warning::AgainstAdvice).collect()))
    }
}
