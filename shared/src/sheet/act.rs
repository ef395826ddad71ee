//! Commands become changes here, and only here.

use automerge::transaction::Transactable;
use automerge::{ObjId, ObjType};

use super::{Chunk, Entry, MAX_ENTRIES, MAX_STRING, Part, Place, Sheet, commit, note};
use crate::command::{Author, Command, Moment, NoSeat, Refused, What};
use crate::id::EntryId;
use crate::lifecycle::{DecisionState, NoStep, Registration, State, may_move};
use crate::person::{Fields, Person, squeeze};
use crate::programme::Seat;
use crate::registration::{
    AGAINST, Answers, CONFIRMED, Consent, Field, MAX_TEXT, Problem, Warning, check, check_consent,
};
use crate::time::Timestamp;

/// What a command did.
#[derive(Debug, Clone)]
pub struct Written {
    /// The change, ready to be stored and sent; `None` if everything was as asked already.
    pub chunk: Option<Chunk>,
    /// The number handed in was given to the entry.
    pub number_used: bool,
}

impl From<automerge::AutomergeError> for Refused {
    fn from(_: automerge::AutomergeError) -> Self {
        Self::Broken
    }
}

impl Sheet {
    /// Carries out a command, or says why not. A refused command has changed nothing.
    pub fn act(&mut self, command: &Command, moment: &Moment) -> Result<Written, Refused> {
        let done = self.try_act(command, moment);
        let Ok(number_used) = done else {
            self.doc.rollback();
            self.index();
            return done.map(|_| Written { chunk: None, number_used: false });
        };
        let committed = commit(&mut self.doc, &moment.author, moment.at);
        let change = committed.and_then(|_| self.doc.get_last_local_change());
        let chunk = change.map(Chunk::trusted);
        if let Some(chunk) = &chunk {
            self.note_written(chunk);
        }
        Ok(Written { chunk, number_used })
    }

    /// Writes people of the roster: who is new gets an entry, of the others the fields that differ are written.
    /// All of them are listed from then on, and nothing else of an entry is touched. One change; `None` if
    /// everything stood so already. A refused list has changed nothing.
    pub fn list(
        &mut self,
        people: &[(EntryId, Fields)],
        author: &Author,
        at: Timestamp,
    ) -> Result<Option<Chunk>, Refused> {
        if let Err(refused) = self.try_list(people) {
            self.doc.rollback();
            self.index();
            return Err(refused);
        }
        let committed = commit(&mut self.doc, author, at);
        let change = committed.and_then(|_| self.doc.get_last_local_change());
        let chunk = change.map(Chunk::trusted);
        if let Some(chunk) = &chunk {
            self.note_written(chunk);
        }
        Ok(chunk)
    }

    fn try_list(&mut self, people: &[(EntryId, Fields)]) -> Result<(), Refused> {
        for (id, fields) in people {
            let object = self.at(*id)?;
            if self.text(&object, "origin").as_deref() != Some("roster") {
                self.doc.put(&object, "origin", "roster")?;
            }
            self.put_fields(&object, Part::Person, fields)?;
        }
        Ok(())
    }

    fn try_act(&mut self, command: &Command, moment: &Moment) -> Result<bool, Refused> {
        let id = command.entry;
        let mut number_used = false;
        match &command.what {
            What::Register { person, answers, confirmed } => {
                let entry = self.entry(id);
                self.may(entry.as_ref(), State::Registered, moment, "")?;
                let listed = entry.as_ref().is_some_and(|entry| entry.listed);
                let who = identity(entry.as_ref(), person.as_ref())?;
                let (mut problems, warnings) = check(&who, listed, answers, moment.today);
                problems.extend(check_consent(answers));
                if !problems.is_empty() {
                    return Err(Refused::Problems(problems));
                }
                if !warnings.iter().all(|warning| confirmed.contains(warning)) {
                    return Err(Refused::Warnings(warnings));
                }
                let object = self.at(id)?;
                if !listed {
                    self.put_fields(&object, Part::Person, &who.to_fields())?;
                }
                // What was asked about these very answers, and not what was confirmed of earlier ones.
                let asked = warnings.iter().filter_map(Warning::code).map(str::to_owned);
                let answers = Answers { confirmed: asked.collect(), ..(**answers).clone() };
                let mut fields = answers.to_fields();
                let unnumbered = entry.as_ref().is_none_or(|entry| entry.number.is_empty());
                if let (true, Some(number)) = (unnumbered, &moment.number) {
                    fields.insert("number".into(), number.clone());
                    number_used = true;
                }
                self.put_answers(&object, &fields)?;
                self.put_registration(&object, Registration::Registered)?;
                self.answer_return(&object, entry.as_ref())?;
            }
            What::SaveDraft { person, answers } => {
                let entry = self.entry(id);
                let who = identity(entry.as_ref(), person.as_ref())?;
                let object = self.at(id)?;
                if entry.as_ref().is_none_or(|entry| !entry.listed) {
                    self.put_fields(&object, Part::Person, &who.to_fields())?;
                }
                self.put_answers(&object, &answers.to_fields())?;
                // A registration that is being edited stays one: a draft never takes it back.
                if entry.is_none_or(|entry| starts_draft(entry.state)) {
                    self.put_registration(&object, Registration::Draft)?;
                }
            }
            What::Decline { consent } => {
                let object = self.step(id, State::Declined, moment, "")?;
                self.put_consent(&object, consent.as_ref())?;
                self.put_registration(&object, Registration::Declined)?;
            }
            What::MarkAway => {
                let object = self.step(id, State::Away, moment, "")?;
                self.put_registration(&object, Registration::Away)?;
            }
            What::Withdraw { reason } => {
                if reason.chars().count() > MAX_TEXT {
                    let problem = Problem::TooLong(Field::WithdrawReason, MAX_TEXT as u32);
                    return Err(Refused::Problems(vec![problem]));
                }
                let object = self.step(id, State::Withdrawn, moment, reason)?;
                let reason = squeeze(reason);
                if !reason.is_empty() {
                    let fields = Fields::from([(Field::WithdrawReason.key().into(), reason)]);
                    self.put_fields(&object, Part::Answers, &fields)?;
                }
                self.put_registration(&object, Registration::Withdrawn)?;
            }
            What::Undo { change } => self.undo(id, change, moment)?,
            What::Resolve { field, value } => self.resolve(id, *field, value)?,
            What::Unsettle { field } => self.unsettle(id, *field, moment)?,
            What::Decide { state, reason, seat } => {
                self.decide(id, *state, reason, seat.as_ref(), moment)?;
            }
            What::Adopt { fields } => self.adopt(id, fields, moment)?,
            What::Reinstate { decision } => self.reinstate(id, decision, moment)?,
            What::Write { fields, registered } => {
                let object = self.at(id)?;
                self.put_fields(&object, Part::Answers, &fields.iter().cloned().collect())?;
                if *registered {
                    self.put_registration(&object, Registration::Registered)?;
                }
            }
        }
        Ok(number_used)
    }

    fn may(
        &self,
        entry: Option<&Entry>,
        to: State,
        moment: &Moment,
        reason: &str,
    ) -> Result<(), Refused> {
        let from = entry.map_or(State::NotAsked, |entry| entry.state);
        may_move(moment.role, from, to, reason).map_err(Refused::Step)
    }

    /// Checks a step of an entry that exists.
    fn step(
        &mut self,
        id: EntryId,
        to: State,
        moment: &Moment,
        reason: &str,
    ) -> Result<ObjId, Refused> {
        let entry = self.entry(id).ok_or(Refused::NoSuchEntry)?;
        self.may(Some(&entry), to, moment, reason)?;
        self.at(id)
    }

    fn resolve(&mut self, id: EntryId, field: Field, value: &str) -> Result<(), Refused> {
        let entry = self.entry_object(id).ok_or(Refused::NoSuchEntry)?;
        let conflict = self.conflict(&entry, field).ok_or(Refused::NothingToChoose)?;
        if !conflict.answers.iter().any(|answer| answer.value == value) {
            return Err(Refused::NothingToChoose);
        }
        let object = self.field_object(&entry, field).ok_or(Refused::Broken)?;
        if self.text(&object, field.key()).as_deref() == Some(value) {
            // Automerge settles on the answer that it shows already by deleting the others, and the
            // server takes no deletions from tablets: another value in between makes it a plain answer.
            self.doc.put(&object, field.key(), if value.is_empty() { " " } else { "" })?;
        }
        self.doc.put(&object, field.key(), value)?;
        Ok(())
    }

    fn decide(
        &mut self,
        id: EntryId,
        to: DecisionState,
        reason: &str,
        seat: Option<&Seat>,
        moment: &Moment,
    ) -> Result<(), Refused> {
        let entry = self.entry(id).ok_or(Refused::NoSuchEntry)?;
        self.may(Some(&entry), to.leads_to(), moment, reason)?;
        // Four eyes: who registered a person may not verify them.
        let own = entry.done_by.is_some_and(|(author, _)| author.officer == moment.author.officer);
        if own && to == DecisionState::Verified {
            return Err(Refused::Step(NoStep::NotYours));
        }
        let had = entry.decision.and_then(|decision| decision.seat);
        let seat = match (to, seat) {
            (DecisionState::Confirmed | DecisionState::Reserve, None) => {
                return Err(Refused::Seat(NoSeat::Missing));
            }
            (DecisionState::Confirmed | DecisionState::Reserve, Some(seat)) => {
                if !entry.answers.choices.contains(&seat.programme) {
                    return Err(Refused::Seat(NoSeat::NotChosen));
                }
                Some(seat.to_string())
            }
            // Whoever passes, passes in the package they were in.
            _ if to.leads_to().takes_seat() || to == DecisionState::Removed => None,
            _ => had.is_some().then(String::new),
        };
        let object = self.at(id)?;
        let mut fields = Fields::from([
            ("state".into(), to.code().into()),
            ("reason".into(), reason.trim().into()),
            ("by".into(), moment.author.officer.to_string()),
            ("at".into(), moment.at.0.to_string()),
        ]);
        fields.extend(seat.map(|seat| ("seat".to_owned(), seat)));
        self.put_fields(&object, Part::Decision, &fields)
    }

    /// The object of an entry; it is made with its parts if the sheet has none yet.
    fn at(&mut self, id: EntryId) -> Result<ObjId, Refused> {
        if let Some(object) = self.entry_object(id) {
            return Ok(object);
        }
        if self.len() >= MAX_ENTRIES {
            return Err(Refused::SheetFull);
        }
        let object = self.doc.put_object(&self.entries, id.to_string(), ObjType::Map)?;
        note(&mut self.places, &object, Place::Entry(id));
        for part in [Part::Person, Part::Answers] {
            let made = self.doc.put_object(&object, part.key(), ObjType::Map)?;
            note(&mut self.places, &made, Place::Part(id, part));
        }
        Ok(object)
    }

    /// Writes the fields that differ. An answer that was left alone is not written again:
    /// writing it would silently settle a conflict that nobody looked at.
    pub(super) fn put_fields(
        &mut self,
        entry: &ObjId,
        part: Part,
        fields: &Fields,
    ) -> Result<(), Refused> {
        let object = match self.object(entry, part.key()) {
            Some(object) => object,
            None => {
                let made = self.doc.put_object(entry, part.key(), ObjType::Map)?;
                if let Some(id) = self.entry_id(entry) {
                    note(&mut self.places, &made, Place::Part(id, part));
                }
                made
            }
        };
        for (key, value) in fields {
            if value.len() > MAX_STRING || key.len() > MAX_STRING {
                return Err(Refused::TooLarge);
            }
            if self.text(&object, key).as_deref() != Some(value) {
                self.doc.put(&object, key, value.as_str())?;
            }
        }
        Ok(())
    }

    /// Writes answers, and empties those that were taken back.
    fn put_answers(&mut self, entry: &ObjId, fields: &Fields) -> Result<(), Refused> {
        let mut fields = fields.clone();
        if let Some(object) = self.object(entry, Part::Answers.key()) {
            let asked = Field::ALL.iter().filter(|field| field.part() == Some(Part::Answers));
            let asked = asked.filter(|field| **field != Field::Consent).map(|field| field.key());
            for key in asked.chain([AGAINST, CONFIRMED]) {
                let stands = self.text(&object, key).is_some_and(|text| !text.is_empty());
                if stands && !fields.contains_key(key) {
                    fields.insert(key.to_owned(), String::new());
                }
            }
        }
        self.put_fields(entry, Part::Answers, &fields)
    }

    fn put_consent(&mut self, entry: &ObjId, consent: Option<&Consent>) -> Result<(), Refused> {
        let Some(consent) = consent else { return Ok(()) };
        let answers = Answers { consent: Some(consent.clone()), ..Answers::default() };
        let mut fields = answers.to_fields();
        let drawn = self
            .object(entry, Part::Answers.key())
            .and_then(|object| self.text(&object, Field::Signature.key()));
        if drawn.is_some_and(|drawn| !drawn.is_empty()) {
            // Whoever says no is not shown as having signed.
            fields.insert(Field::Signature.key().to_owned(), String::new());
        }
        self.put_fields(entry, Part::Answers, &fields)
    }

    fn put_registration(&mut self, entry: &ObjId, to: Registration) -> Result<(), Refused> {
        if self.text(entry, "registration").as_deref() != Some(to.code()) {
            self.doc.put(entry, "registration", to.code())?;
        }
        Ok(())
    }

    /// A registration after a return answers it, and so does one after a withdrawal: what was decided before
    /// it is over.
    fn answer_return(&mut self, object: &ObjId, entry: Option<&Entry>) -> Result<(), Refused> {
        let Some(decision) = entry.and_then(|entry| entry.decision.as_ref()) else { return Ok(()) };
        let withdrew = entry.is_some_and(|entry| entry.state == State::Withdrawn);
        if withdrew || decision.state == DecisionState::Returned {
            self.doc.put(object, "answered", decision.at.0.to_string())?;
        }
        Ok(())
    }

    fn entry_id(&self, entry: &ObjId) -> Option<EntryId> {
        let ObjId::Id(counter, actor, _) = entry else { return None };
        match self.places.get(&(*counter, actor.to_bytes().to_vec())) {
            Some(Place::Entry(id)) => Some(*id),
            _ => None,
        }
    }
}

/// Who an entry is about: the roster's word for listed people, the officer's for others.
fn identity(entry: Option<&Entry>, given: Option<&Person>) -> Result<Person, Refused> {
    match (entry, given) {
        (Some(entry), _) if entry.listed => Ok(entry.person.clone()),
        (_, Some(person)) => Ok(person.clone()),
        (Some(entry), None) => Ok(entry.person.clone()),
        (None, None) => Err(Refused::NoSuchEntry),
    }
}

/// From these states, saving a draft makes the entry a draft.
fn starts_draft(state: State) -> bool {
    matches!(state, State::NotAsked | State::Away | State::Declined | State::Draft)
}
