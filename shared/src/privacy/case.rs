//! Cases with a clock of 3 times 24 hours: what people ask about their own data, and what went wrong with it.
//!
//! A case is what was written when it was opened, and steps behind that. Nothing of it is ever altered: where it
//! stands follows from the steps. The clock of a request runs until it is closed (UU 27/2022, articles 30, 32,
//! 40 and 41); that of an incident until both the people and the agency were told (article 46).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fault, optional, text};
use crate::id::{EntryId, OfficerId};
use crate::registration::codes;
use crate::time::Timestamp;

const HOUR: i64 = 3_600_000;
/// Milliseconds from the beginning to the deadline: 3 times 24 hours, whatever days they fall on.
pub const CLOCK: i64 = 72 * HOUR;
/// A case is shown as pressing when less than this is left.
pub const SOON: i64 = 24 * HOUR;

codes! {
    /// What somebody asks for.
    RequestKind {
        /// To see their data, and who read them.
        Access = "AKSES",
        /// To have something corrected.
        Correction = "PERBAIKAN",
        /// To have their data removed.
        Erasure = "PENGHAPUSAN",
        /// To take their consent back.
        Withdrawal = "PENARIKAN_PERSETUJUAN",
        /// To object, also to a decision that a machine prepared.
        Objection = "KEBERATAN",
    }
}

codes! {
    /// What went wrong.
    IncidentKind {
        /// A tablet is lost: a breach, unless it was encrypted and is wiped.
        LostTablet = "TABLET_HILANG",
        /// Somebody read what is not theirs to read.
        WrongReader = "SALAH_PEMBACA",
        /// Anything else.
        Other = "LAINNYA",
    }
}

codes! {
    /// How a request ended.
    Outcome {
        /// As asked.
        Granted = "DIPENUHI",
        /// In part.
        Partly = "SEBAGIAN",
        /// Not; the word says on which ground (articles 15 and 33).
        Refused = "DITOLAK",
    }
}

codes! {
    /// Who was told of an incident.
    Whom {
        /// The people concerned.
        People = "SUBJEK_DATA",
        /// The agency.
        Agency = "LEMBAGA",
        /// The public.
        Public = "MASYARAKAT",
    }
}

/// Which register a case stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Register {
    /// Requests of people about their data.
    Requests,
    /// Incidents.
    Incidents,
}

/// What is written when a case is opened. A stored format: do not change what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "register", rename_all = "snake_case")]
pub enum Opened {
    /// A request.
    Request {
        /// What is asked for.
        kind: RequestKind,
        /// Whose data, where that is known here.
        #[serde(default)]
        entry: Option<EntryId>,
        /// Who asks, where that is not enough.
        #[serde(default)]
        who: String,
        /// What exactly, in a few words.
        subject: String,
        /// When it was received, also on paper.
        received_at: Timestamp,
    },
    /// An incident.
    Incident {
        /// What kind.
        kind: IncidentKind,
        /// What happened.
        subject: String,
        /// When it was found.
        found_at: Timestamp,
        /// How many people it concerns, as far as known.
        people: u32,
    },
}

impl Opened {
    /// Which register it belongs to.
    pub fn register(&self) -> Register {
        match self {
            Self::Request { .. } => Register::Requests,
            Self::Incident { .. } => Register::Incidents,
        }
    }

    /// When the clock began.
    pub fn begins(&self) -> Timestamp {
        match self {
            Self::Request { received_at: at, .. } | Self::Incident { found_at: at, .. } => *at,
        }
    }

    /// What was typed, tidied.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn checked(self, now: Timestamp) -> Result<Self, Fault> {
        if self.begins() > now {
            return Err(Fault::TimeRange);
        }
        Ok(match self {
            Self::Request { kind, entry, who, subject, received_at } => {
                let who = optional(&who)?;
                if who.is_empty() && entry.is_none() {
                    return Err(Fault::WhoMissing);
                }
                let subject = text(&subject, Fault::WhatMissing)?;
                Self::Request { kind, entry, who, subject, received_at }
            }
            Self::Incident { kind, subject, found_at, people } => {
                let subject = text(&subject, Fault::WhatMissing)?;
                Self::Incident { kind, subject, found_at, people }
            }
        })
    }
}

/// Opens a case. The server finds the entry by the number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// A registration number, or nothing.
    #[serde(default)]
    pub number: String,
    /// The case.
    pub case: Opened,
}

/// What was done. A stored format: do not change what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Something was done, and it goes on.
    Noted {
        /// What.
        word: String,
    },
    /// Somebody was told of an incident.
    Told {
        /// Who.
        whom: Whom,
        /// When.
        told_at: Timestamp,
        /// How, and what came of it.
        word: String,
    },
    /// The person's data were removed. Only the server writes it, with the removal itself.
    Erased {
        /// How many entries of theirs there were.
        entries: u32,
        /// How many certificates of theirs stay, because they must.
        certificates: u32,
    },
    /// It is over.
    Closed {
        /// Of a request: how it ended.
        #[serde(default)]
        outcome: Option<Outcome>,
        /// What was done; of a refusal, on which ground.
        word: String,
    },
}

/// A step with who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// When it was written down.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// What.
    #[serde(flatten)]
    pub step: Step,
}

/// How a case stands to its deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// There is time.
    Running,
    /// Less than [`SOON`] is left.
    Soon,
    /// The deadline is over and the clock still runs.
    Overdue,
    /// It was done in time.
    Met,
    /// It was done too late.
    Late,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its number in the server's books.
    pub id: i64,
    /// When it was written down.
    pub at: Timestamp,
    /// By whom.
    pub by: OfficerId,
    /// What it is about.
    pub opened: Opened,
    /// What was done, oldest first.
    pub steps: Vec<Done>,
}

impl Case {
    /// When the 3 times 24 hours are over.
    pub fn deadline(&self) -> Timestamp {
        Timestamp(self.opened.begins().0.saturating_add(CLOCK))
    }

    /// Whether it is over.
    pub fn is_closed(&self) -> bool {
        self.steps.iter().any(|done| matches!(done.step, Step::Closed { .. }))
    }

    /// When the clock stopped, if it did.
    fn stopped_at(&self) -> Option<Timestamp> {
        let closed = || {
            let closing = self.steps.iter().find(|done| matches!(done.step, Step::Closed { .. }));
            closing.map(|done| done.at)
        };
        let told = |who: Whom| {
            let times = self.steps.iter().filter_map(|done| match &done.step {
                Step::Told { whom, told_at, .. } if *whom == who => Some(*told_at),
                _ => None,
            });
            times.min()
        };
        match self.opened {
            Opened::Request { .. } => closed(),
            // Closed without telling anybody: it turned out to be none, and the word says why.
            Opened::Incident { .. } => match (told(Whom::People), told(Whom::Agency)) {
                (Some(people), Some(agency)) => Some(people.max(agency)),
                _ => closed(),
            },
        }
    }

    /// How it stands to its deadline.
    pub fn clock(&self, now: Timestamp) -> Clock {
        let deadline = self.deadline();
        match self.stopped_at() {
            Some(at) if at <= deadline => Clock::Met,
            Some(_) => Clock::Late,
            None if now > deadline => Clock::Overdue,
            None if deadline.0 - now.0 < SOON => Clock::Soon,
            None => Clock::Running,
        }
    }

    /// A step as it may be written behind the others.
    ///
    /// # Errors
    /// What is wrong with it; that the case is closed.
    pub fn next(&self, step: Step, now: Timestamp) -> Result<Step, Fault> {
        if self.is_closed() {
            return Err(Fault::CaseClosed);
        }
        let register = self.opened.register();
        match step {
            Step::Erased { .. } => Err(Fault::WrongStep),
            Step::Noted { word } => Ok(Step::Noted { word: text(&word, Fault::WordMissing)? }),
            Step::Told { .. } if register == Register::Requests => Err(Fault::WrongStep),
            Step::Told { whom, told_at, word } => {
                if told_at > now || told_at < self.opened.begins() {
                    return Err(Fault::TimeRange);
                }
                Ok(Step::Told { whom, told_at, word: optional(&word)? })
            }
            Step::Closed { outcome, .. }
                if outcome.is_some() != (register == Register::Requests) =>
            {
                Err(Fault::OutcomeMissing)
            }
            Step::Closed { outcome, word } => {
                Ok(Step::Closed { outcome, word: text(&word, Fault::WordMissing)? })
            }
        }
    }
}

/// Both registers, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cases {
    /// The cases.
    pub cases: Vec<Case>,
    /// Registration numbers of the entries that stand in them.
    pub numbers: BTreeMap<EntryId, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(opened: Opened) -> Case {
        let by = "pdp".parse().unwrap();
        Case { id: 1, at: Timestamp(0), by, opened, steps: Vec::new() }
    }

    fn request() -> Case {
        case(Opened::Request {
            kind: RequestKind::Access,
            entry: None,
            who: "Yakob".into(),
            subject: "salinan data".into(),
            received_at: Timestamp(0),
        })
    }

    fn incident() -> Case {
        case(Opened::Incident {
            kind: IncidentKind::LostTablet,
            subject: "T02 hilang".into(),
            found_at: Timestamp(0),
            people: 40,
        })
    }

    fn take(case: &mut Case, step: Step, hours: i64) -> Result<(), Fault> {
        let at = Timestamp(hours * HOUR);
        let step = case.next(step, at)?;
        case.steps.push(Done { at, by: "pdp".parse().unwrap(), step });
        Ok(())
    }

    fn closed(outcome: Option<Outcome>) -> Step {
        Step::Closed { outcome, word: "selesai".into() }
    }

    fn told(whom: Whom, hours: i64) -> Step {
        Step::Told { whom, told_at: Timestamp(hours * HOUR), word: String::new() }
    }

    #[test]
    fn a_request_has_three_times_24_hours_and_its_end_stands() {
        let mut case = request();
        for (hours, clock) in [
            (0, Clock::Running),
            (48, Clock::Running),
            (49, Clock::Soon),
            (72, Clock::Soon),
            (73, Clock::Overdue),
        ] {
            assert_eq!(case.clock(Timestamp(hours * HOUR)), clock, "{hours}");
        }
        let noted = || Step::Noted { word: "berkas dicari".into() };
        take(&mut case, noted(), 1).unwrap();
        assert_eq!(take(&mut case, closed(None), 2), Err(Fault::OutcomeMissing));
        assert_eq!(take(&mut case, told(Whom::Agency, 1), 2), Err(Fault::WrongStep));
        let mut late = case.clone();
        take(&mut case, closed(Some(Outcome::Granted)), 72).unwrap();
        take(&mut late, closed(Some(Outcome::Refused)), 73).unwrap();
        let now = Timestamp(500 * HOUR);
        assert_eq!((case.clock(now), late.clock(now)), (Clock::Met, Clock::Late));
        assert_eq!(take(&mut case, noted(), 80), Err(Fault::CaseClosed));
    }

    #[test]
    fn an_incident_waits_until_the_people_and_the_agency_were_told() {
        let mut case = incident();
        take(&mut case, told(Whom::Agency, 10), 20).unwrap();
        take(&mut case, told(Whom::Public, 10), 20).unwrap();
        assert_eq!(case.clock(Timestamp(80 * HOUR)), Clock::Overdue);
        assert_eq!(take(&mut case, told(Whom::People, 90), 80), Err(Fault::TimeRange));
        assert_eq!(take(&mut case, told(Whom::People, -1), 80), Err(Fault::TimeRange));
        let mut late = case.clone();
        take(&mut case, told(Whom::People, 71), 80).unwrap();
        take(&mut late, told(Whom::People, 75), 80).unwrap();
        assert_eq!(case.clock(Timestamp(80 * HOUR)), Clock::Met);
        assert_eq!(late.clock(Timestamp(80 * HOUR)), Clock::Late);
        // Told, and still open until a word closes it.
        assert!(!case.is_closed());
        assert_eq!(take(&mut case, closed(Some(Outcome::Granted)), 81), Err(Fault::OutcomeMissing));
        take(&mut case, closed(None), 81).unwrap();
        assert!(case.is_closed());
    }

    #[test]
    fn a_case_says_what_whose_and_a_time_that_has_been() {
        let now = Timestamp(HOUR);
        let of = |who: &str, subject: &str, at| Opened::Request {
            kind: RequestKind::Erasure,
            entry: None,
            who: who.into(),
            subject: subject.into(),
            received_at: Timestamp(at),
        };
        assert_eq!(of(" Yakob ", "x", 0).checked(now), Ok(of("Yakob", "x", 0)));
        assert_eq!(of("", "x", 0).checked(now), Err(Fault::WhoMissing));
        assert_eq!(of("Yakob", " ", 0).checked(now), Err(Fault::WhatMissing));
        assert_eq!(of("Yakob", "x", 2 * HOUR).checked(now), Err(Fault::TimeRange));
    }
}
