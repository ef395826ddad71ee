//! One edit of the set-up, and what it comes to.

use serde::{Deserialize, Serialize};

use super::check;
use super::log::{Difference, Item, Kind, differences};
use super::{Block, Class, Course, Facts, Fault, Guard, Intake, Place, Setup};
use crate::allocation::policy::Policy;
use crate::eligibility::Rule;
use crate::registration::consent::HouseWording;
use crate::training::certificate::Office;

/// What somebody wants to change. `was` is the item as it was when they began; `None` for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[expect(missing_docs, reason = "`was` and `is` mean the same everywhere")]
pub enum Edit {
    /// The house.
    Place { was: Option<Place>, is: Place },
    /// A cell block.
    Block { was: Option<Block>, is: Block },
    /// A wave. That it is opened is an edit of its own.
    Intake { was: Option<Intake>, is: Intake },
    /// Opens the sheets of a wave; tablets work in it from then on.
    Open { code: String },
    /// Something that is taught.
    Course { was: Option<Course>, is: Course },
    /// A package.
    Class { was: Option<Class>, is: Class },
    /// A new version of the words that people agree to. An older one is never changed.
    Wording { is: HouseWording },
    /// A rule of advice.
    Rule { was: Option<Rule>, is: Rule },
    /// What gives points for a seat, and which rules bind.
    Policy { was: Policy, is: Policy },
    /// The office that trains and signs certificates.
    Office { was: Office, is: Office },
    /// What is asked of whoever signs in, and of tablets.
    Guard { was: Guard, is: Guard },
}

/// Why an edit was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Something is wrong with it.
    Fault(Fault),
    /// Somebody else has changed the item meanwhile.
    Outdated,
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What an edit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What kind of thing was changed.
    pub kind: Kind,
    /// Which one.
    pub name: String,
    /// What changed; nothing where it already was like that.
    pub changes: Vec<Difference>,
}

impl Setup {
    /// Carries an edit out.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing was changed then.
    pub fn apply(&mut self, edit: Edit, facts: &Facts) -> Result<Done, Refusal> {
        if self.place.is_none() && !matches!(edit, Edit::Place { .. }) {
            return Err(Fault::FacilityFirst.into());
        }
        match edit {
            Edit::Place { was, is } => self.put_place(was, check::place(is)?),
            Edit::Block { was, is } => {
                let is = check::block(is)?;
                put(&mut self.blocks, was, is)
            }
            Edit::Intake { was, is } => {
                let is = check::intake(self, is, facts)?;
                put(&mut self.intakes, was, is)
            }
            Edit::Open { code } => self.open(&code),
            Edit::Course { was, is } => {
                let is = check::course(is, facts)?;
                put(&mut self.courses, was, is)
            }
            Edit::Class { was, is } => {
                let is = check::class(self, is, facts)?;
                put(&mut self.classes, was, is)
            }
            Edit::Wording { is } => self.release(is),
            Edit::Rule { was, is } => {
                check::rule(self, was.as_ref(), &is)?;
                put(&mut self.rules, was, is)
            }
            Edit::Policy { was, is } => {
                let is = check::policy(self, &was, is)?;
                replace(&mut self.policy, was, is)
            }
            Edit::Office { was, is } => {
                let is = check::office(self, is)?;
                replace(&mut self.office, was, is)
            }
            Edit::Guard { was, is } => {
                let is = check::guard(&is)?;
                replace(&mut self.guard, was, is)
            }
        }
    }

    fn put_place(&mut self, was: Option<Place>, is: Place) -> Result<Done, Refusal> {
        if self.place.as_ref() == Some(&is) {
            return Ok(done(None, &is, Vec::new()));
        }
        if self.place != was {
            return Err(Refusal::Outdated);
        }
        let fixed = self.open_intake().is_some();
        if fixed && was.as_ref().is_some_and(|was| was.code != is.code) {
            return Err(Fault::CodeFixed.into());
        }
        let changes = differences(was.as_ref(), &is);
        self.place = Some(is.clone());
        Ok(done(was.as_ref(), &is, changes))
    }

    fn open(&mut self, code: &str) -> Result<Done, Refusal> {
        if self.programmes().iter().all(|programme| programme.packages.is_empty()) {
            return Err(Fault::NothingOffered.into());
        }
        let intake = self.intakes.iter_mut().find(|intake| intake.wave.code == code);
        let intake = intake.ok_or(Fault::WaveUnknown)?;
        let was = intake.clone();
        intake.opened = true;
        Ok(done(Some(&was), intake, differences(Some(&was), intake)))
    }

    fn release(&mut self, is: HouseWording) -> Result<Done, Refusal> {
        let is = check::wording(is)?;
        if let Some(known) = self.wordings.iter().find(|known| known.version == is.version) {
            let same = *known == is;
            return if same { Ok(done(None, &is, Vec::new())) } else { Err(Refusal::Outdated) };
        }
        if is.version != HouseWording::next(&self.wordings) {
            return Err(Fault::StatementVersion.into());
        }
        let changes = differences(None, &is);
        self.wordings.push(is.clone());
        Ok(done(None, &is, changes))
    }
}

fn done<T: Item>(_was: Option<&T>, is: &T, changes: Vec<Difference>) -> Done {
    Done { kind: T::KIND, name: is.name(), changes }
}

/// Changes something of which there is one, if it still is what somebody saw.
fn replace<T: Item>(stands: &mut T, was: T, is: T) -> Result<Done, Refusal> {
    if *stands == is {
        return Ok(done(None, &is, Vec::new()));
    }
    if *stands != was {
        return Err(Refusal::Outdated);
    }
    let changes = differences(Some(&was), &is);
    *stands = is.clone();
    Ok(done(Some(&was), &is, changes))
}

/// Puts an item where it belongs, if it still is what somebody saw.
fn put<T: Item>(list: &mut Vec<T>, was: Option<T>, is: T) -> Result<Done, Refusal> {
    let name = is.name();
    if was.as_ref().is_some_and(|was| was.name() != name) {
        return Err(Fault::CodeFixed.into());
    }
    let Some(at) = list.iter().position(|known| known.name() == name) else {
        if was.is_some() {
            return Err(Refusal::Outdated);
        }
        let changes = differences(None, &is);
        list.push(is.clone());
        return Ok(done(None, &is, changes));
    };
    match was {
        // The same again: a form that was sent twice.
        _ if list[at] == is => Ok(done(None, &is, Vec::new())),
        None => Err(Fault::Duplicate.into()),
        Some(was) if was != list[at] => Err(Refusal::Outdated),
        Some(was) => {
            let changes = differences(Some(&was), &is);
            list[at] = is.clone();
            Ok(done(Some(&was), &is, changes))
        }
    }
}
