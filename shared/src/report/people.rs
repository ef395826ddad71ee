//! Reports that name people.

use super::figures::is_confirmed;
use super::mask::{initials, pseudonym};
use super::paper::{Holds, Paper, may_leave, programme_of};
use super::{Cell, Member, Table};
use crate::eligibility::{Concern, Facts, Test, advise};
use crate::lifecycle::State;
use crate::nik::Nik;
use crate::person::{Citizenship, LegalStatus};
use crate::registration::{Education, Field, NikStatus};
use crate::role::is_released;
use crate::view::counts as is_registered;

use Holds::{Count, Text};

impl Paper<'_> {
    /// The programme and which choice it is.
    fn chosen(&self, one: &Member) -> [Cell; 2] {
        match programme_of(one) {
            Some(code) => {
                let rank = one.entry.answers.choices.iter().position(|chosen| chosen == code);
                let rank = rank.map_or(Cell::from(""), |rank| (rank as u32 + 1).into());
                [self.programme(code).into(), rank]
            }
            None => ["".into(), "".into()],
        }
    }

    fn state(&self, state: State) -> Cell {
        self.code("state", Some(state.code())).into()
    }

    fn sex(&self, one: &Member) -> Cell {
        one.entry.person.sex.map_or("", |sex| sex.code()).into()
    }

    fn education(&self, one: &Member) -> Cell {
        self.code("education", one.entry.answers.education.map(Education::code)).into()
    }

    /// What whoever reads the list must know of a line.
    fn remark(&self, one: &Member) -> Cell {
        let contested = one.contested.then(|| self.word("cell.contested"));
        let unlisted = (!one.entry.listed).then(|| self.word("cell.unlisted"));
        contested.into_iter().chain(unlisted).collect::<Vec<_>>().join("; ").into()
    }

    /// The sixteen digits of the identity number; what was typed where it is not one.
    fn nik(&self, one: &Member) -> String {
        let typed = &one.entry.answers.nik;
        Nik::parse(typed, self.today())
            .map_or_else(|_| typed.clone(), |nik| nik.as_str().to_owned())
    }

    /// What the partner is told of somebody who has no number yet.
    fn nik_remark(&self, one: &Member) -> Cell {
        let status = one.entry.answers.nik_status.filter(|status| *status != NikStatus::Present);
        self.code("nik", status.map(NikStatus::code)).into()
    }
}

/// A number for each row, from 1, in front of it.
fn numbered(rows: impl Iterator<Item = Vec<Cell>>) -> Vec<Vec<Cell>> {
    let count = |(n, mut row): (usize, Vec<Cell>)| {
        row.insert(0, (n as u32 + 1).into());
        row
    };
    rows.enumerate().map(count).collect()
}

fn housed(one: &Member) -> Cell {
    format!("{} / {}", one.block, one.entry.person.cell).into()
}

pub fn participants(paper: &Paper<'_>) -> Table {
    if paper.is_outside() {
        return for_the_partner(paper);
    }
    let mut table = paper.table(&[
        ("column.no", Count),
        ("column.number", Text),
        ("column.name", Text),
        ("column.register_number", Text),
        ("column.housed_at", Text),
        ("column.sex", Text),
        ("column.birth", Text),
        ("column.age", Count),
        ("column.education", Text),
        ("column.programme", Text),
        ("column.rank", Count),
        ("column.state", Text),
        ("column.remark", Text),
    ]);
    let row = |one: &Member| {
        let person = &one.entry.person;
        let [programme, rank] = paper.chosen(one);
        vec![
            one.entry.number.clone().into(),
            person.name.clone().into(),
            person.register_number.clone().into(),
            housed(one),
            paper.sex(one),
            paper.birth(person).into(),
            paper.age_cell(person),
            paper.education(one),
            programme,
            rank,
            paper.state(one.entry.state),
            paper.remark(one),
        ]
    };
    table.rows = numbered(paper.registered(is_registered).into_iter().map(row));
    table.notes.push(paper.word("note.first_choice"));
    table.signatures.push(paper.head());
    table
}

/// Before somebody is confirmed, initials and a pseudonym; from then on what the training centre needs.
fn for_the_partner(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.no", Count),
        ("column.pseudonym", Text),
        ("column.number", Text),
        ("column.name", Text),
        ("column.sex", Text),
        ("column.birth", Text),
        ("column.age", Count),
        ("column.education", Text),
        ("column.nik", Text),
        ("column.programme", Text),
        ("column.rank", Count),
        ("column.state", Text),
        ("column.remark", Text),
    ]);
    let row = |one: &Member| {
        let person = &one.entry.person;
        let released = is_released(one.entry.state);
        let then = |text: &dyn Fn() -> String| if released { text() } else { String::new() };
        let [programme, rank] = paper.chosen(one);
        vec![
            pseudonym(one.entry.id).into(),
            then(&|| one.entry.number.clone()).into(),
            name_outside(one).into(),
            paper.sex(one),
            then(&|| paper.birth(person)).into(),
            paper.age_cell(person),
            paper.education(one),
            then(&|| paper.nik(one)).into(),
            programme,
            rank,
            paper.state(one.entry.state),
            paper.nik_remark(one),
        ]
    };
    let mut people = paper.registered(|_| true);
    people.retain(|one| may_leave(one));
    // Those without a name stand in no order that their names would give.
    people.sort_by_cached_key(|one| {
        let hidden = (!is_released(one.entry.state)).then(|| pseudonym(one.entry.id));
        (paper.place(programme_of(one)), hidden)
    });
    table.rows = numbered(people.into_iter().map(row));
    table.notes.push(paper.word("note.initials"));
    table.notes.push(paper.word("note.first_choice"));
    table
}

fn name_outside(one: &Member) -> String {
    match is_released(one.entry.state) {
        true => one.entry.person.name.clone(),
        false => initials(&one.entry.person.name),
    }
}

/// The turn on the reserve list; whoever was put there before turns were given, by the time of it.
pub(super) fn reserve_since(one: &Member) -> (u32, i64, crate::id::EntryId) {
    let decision = one.entry.decision.as_ref();
    let turn = decision.and_then(|decision| Some(decision.seat.as_ref()?.number));
    let at = decision.map_or(i64::MAX, |decision| decision.at.0);
    (turn.unwrap_or(u32::MAX), at, one.entry.id)
}

/// The reserves of each programme in the order of their decisions, each with its place from 1.
fn reserve_list<'m>(paper: &Paper<'m>) -> Vec<(u32, &'m Member)> {
    let mut reserves = paper.registered(|state| state == State::Reserve);
    reserves.sort_by_key(|one| (paper.place(programme_of(one)), reserve_since(one)));
    let mut counted = std::collections::BTreeMap::new();
    let mut place = |one: &Member| {
        let place: &mut u32 = counted.entry(programme_of(one).cloned()).or_default();
        *place += 1;
        *place
    };
    reserves.into_iter().map(|one| (place(one), one)).collect()
}

pub fn decree(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.no", Count),
        ("column.name", Text),
        ("column.sex", Text),
        ("column.birth", Text),
        ("column.programme", Text),
        ("column.remark", Text),
    ]);
    let row = |one: &Member, remark: String| {
        let released = is_released(one.entry.state);
        let hidden = paper.is_outside() && !released;
        let name = match hidden {
            true => format!("{} ({})", name_outside(one), pseudonym(one.entry.id)),
            false => one.entry.person.name.clone(),
        };
        let birth = if hidden { String::new() } else { paper.birth(&one.entry.person) };
        let [programme, _] = paper.chosen(one);
        vec![name.into(), paper.sex(one), birth.into(), programme, remark.into()]
    };
    let confirmed = paper.registered(is_confirmed).into_iter();
    let confirmed = confirmed.map(|one| row(one, paper.word("cell.participant")));
    let reserves = reserve_list(paper).into_iter();
    let reserves = reserves.filter(|(_, one)| !paper.is_outside() || may_leave(one));
    let reserves =
        reserves.map(|(place, one)| row(one, paper.told("cell.reserve", &[("n", &place)])));
    table.rows = numbered(confirmed.chain(reserves));
    table.lead = vec![paper.word("decree.number"), paper.word("decree.date")];
    table.notes.push(paper.word("note.reserve_order"));
    table.signatures = vec![paper.head(), paper.word("sign.partner")];
    table
}

pub fn reserves(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.programme", Text),
        ("column.place", Count),
        ("column.number", Text),
        ("column.name", Text),
        ("column.since", Text),
        ("column.remark", Text),
    ]);
    let zone = paper.material.facility.zone;
    let row = |(place, one): (u32, &Member)| {
        let [programme, _] = paper.chosen(one);
        let decision = one.entry.decision.as_ref();
        let since = decision.map(|decision| decision.at.date(zone).to_string());
        vec![
            programme,
            place.into(),
            one.entry.number.clone().into(),
            one.entry.person.name.clone().into(),
            since.unwrap_or_default().into(),
            decision.map(|decision| decision.reason.clone()).unwrap_or_default().into(),
        ]
    };
    table.rows = reserve_list(paper).into_iter().map(row).collect();
    table.notes.push(paper.word("note.reserve_order"));
    table.signatures.push(paper.head());
    table
}

pub fn unmet(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.no", Count),
        ("column.number", Text),
        ("column.name", Text),
        ("column.housed_at", Text),
        ("column.programme", Text),
        ("column.rank", Count),
        ("column.rule", Text),
        ("column.finding", Text),
        ("column.follow_up", Text),
    ]);
    let open = |state| is_registered(state) && !is_confirmed(state);
    let rows = paper.registered(open).into_iter().flat_map(|one| findings(paper, one));
    table.rows = numbered(rows);
    table.notes.push(paper.word("note.advice"));
    table
}

/// A row for each rule that somebody does not meet, or of which nobody can tell, in any of their choices.
fn findings(paper: &Paper<'_>, one: &Member) -> Vec<Vec<Cell>> {
    let rules = &paper.material.rules;
    let answers = &one.entry.answers;
    let facts = Facts::of(&one.entry.person, answers.education, paper.today());
    let mut rows = Vec::new();
    for (rank, code) in answers.choices.iter().enumerate() {
        let mut add = |rule: String, finding: String, follow_up: String| {
            rows.push(vec![
                one.entry.number.clone().into(),
                one.entry.person.name.clone().into(),
                housed(one),
                paper.programme(code).into(),
                (rank as u32 + 1).into(),
                rule.into(),
                finding.into(),
                follow_up.into(),
            ]);
        };
        let advice = advise(rules, code, &facts);
        for concern in advice.concerns {
            let told = answers.against.iter().any(|known| known.rule == concern.rule);
            let follow_up = if told { "cell.decide_told" } else { "cell.decide" };
            add(paper.rule(&concern.test), paper.seen(&concern), paper.word(follow_up));
        }
        for (id, field) in advice.missing {
            let test = rules.iter().find(|rule| rule.id == id).map(|rule| paper.rule(&rule.test));
            let follow_up = field.map_or("cell.check", |_| "cell.complete");
            add(test.unwrap_or(id), paper.missing(field), paper.word(follow_up));
        }
    }
    rows
}

impl Paper<'_> {
    fn rule(&self, test: &Test) -> String {
        match test {
            Test::AgeAtLeast(years) => self.told("rule.age_min", &[("n", years)]),
            Test::AgeAtMost(years) => self.told("rule.age_max", &[("n", years)]),
            Test::EducationAtLeast(least) => {
                let least = self.code("education", Some(least.code()));
                self.told("rule.education", &[("least", &least)])
            }
            Test::Status(these) => {
                let names: Vec<String> = these.iter().map(|one| self.status(*one)).collect();
                self.told("rule.status", &[("these", &names.join(", "))])
            }
            Test::Foreign(text) => text.clone(),
        }
    }

    fn status(&self, status: LegalStatus) -> String {
        self.word(match status {
            LegalStatus::Detainee => "cell.detainee",
            LegalStatus::Convicted => "cell.convicted",
            LegalStatus::HeldForOther => "cell.held",
            LegalStatus::Unknown => "cell.no_answer",
        })
    }

    fn seen(&self, concern: &Concern) -> String {
        let seen = match &concern.test {
            Test::AgeAtLeast(_) | Test::AgeAtMost(_) => {
                self.told("cell.years", &[("n", &concern.seen)])
            }
            Test::EducationAtLeast(_) => self.code("education", Some(&concern.seen)),
            Test::Status(_) => LegalStatus::parse(&concern.seen)
                .map_or_else(|| concern.seen.clone(), |status| self.status(status)),
            Test::Foreign(_) => concern.seen.clone(),
        };
        self.told("cell.not_met", &[("seen", &seen)])
    }

    fn missing(&self, field: Option<Field>) -> String {
        let what = match field {
            Some(Field::BirthDate) => "cell.missing_birth",
            Some(Field::Education) => "cell.missing_education",
            Some(Field::LegalStatus) => "cell.missing_status",
            _ => "cell.unknown_rule",
        };
        self.word(what)
    }
}

pub fn no_nik(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.no", Count),
        ("column.name", Text),
        ("column.sex", Text),
        ("column.birth", Text),
        ("column.remark", Text),
    ]);
    let today = paper.today();
    let why = |one: &Member| {
        let answers = &one.entry.answers;
        if one.entry.person.citizenship == Some(Citizenship::Foreign) {
            return None;
        }
        if answers.nik.is_empty() {
            let unknown = Some(NikStatus::Unknown);
            let status = answers.nik_status.filter(|status| *status != NikStatus::Present);
            return Some(paper.code("nik", status.or(unknown).map(NikStatus::code)));
        }
        Nik::parse(&answers.nik, today).err().map(|_| paper.word("cell.bad_nik"))
    };
    let row = |one: &Member| {
        let remark = why(one)?;
        let person = &one.entry.person;
        let name = person.name.clone().into();
        Some(vec![name, paper.sex(one), paper.birth(person).into(), remark.into()])
    };
    table.rows = numbered(paper.registered(is_registered).into_iter().filter_map(row));
    table.notes.push(paper.word("note.no_nik"));
    table.signatures.push(paper.head());
    table
}
