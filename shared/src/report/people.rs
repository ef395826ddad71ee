//! Reports that name people.

use super::figures::is_confirmed;
use super::mask::{initials, pseudonym};
use super::paper::{Holds, Paper, may_leave, programme_of};
use super::words::day;
use super::{Cell, Member, Table};
use crate::lifecycle::State;
use crate::nik::Nik;
use crate::person::Citizenship;
use crate::registration::{Education, NikStatus};
use crate::role::is_released;
use crate::view::allocation::Decree;
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
pub(super) fn numbered(rows: impl Iterator<Item = Vec<Cell>>) -> Vec<Vec<Cell>> {
    let count = |(n, mut row): (usize, Vec<Cell>)| {
        row.insert(0, (n as u32 + 1).into());
        row
    };
    rows.enumerate().map(count).collect()
}

pub(super) fn housed(one: &Member) -> Cell {
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
        ("column.address", Text),
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
            then(&|| one.entry.answers.home.address.clone()).into(),
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
    let confirmed = paper.registered(is_confirmed).into_iter().map(|one| (None, one));
    let reserves = reserve_list(paper).into_iter().map(|(place, one)| (Some(place), one));
    let reserves = reserves.filter(|(_, one)| !paper.is_outside() || may_leave(one));
    let named: Vec<(Option<u32>, &Member)> = confirmed.chain(reserves).collect();
    let decrees = decrees(paper, &named);
    table.lead = decree_lead(paper, &decrees);
    let row = |(place, one): &(Option<u32>, &Member)| {
        let released = is_released(one.entry.state);
        let hidden = paper.is_outside() && !released;
        let name = match hidden {
            true => format!("{} ({})", name_outside(one), pseudonym(one.entry.id)),
            false => one.entry.person.name.clone(),
        };
        let birth = if hidden { String::new() } else { paper.birth(&one.entry.person) };
        let [programme, _] = paper.chosen(one);
        let remark = match place {
            None => paper.word("cell.participant"),
            Some(place) => paper.told("cell.reserve", &[("n", place)]),
        };
        let decree = paper.material.decree_of(&one.entry).filter(|_| decrees.len() > 1);
        let decree = decree.map(|decree| paper.told("cell.decree", &[("n", &decree.number)]));
        let remark = [Some(remark), decree].into_iter().flatten().collect::<Vec<_>>().join("; ");
        vec![name.into(), paper.sex(one), birth.into(), programme, remark.into()]
    };
    table.rows = numbered(named.iter().map(row));
    table.notes.push(paper.word("note.reserve_order"));
    table.signatures = vec![paper.head(), paper.word("sign.partner")];
    table
}

/// The decrees by which these people have their places, the first one first, each with how many; `None` counts
/// those who have theirs by no decree that is known here.
fn decrees<'a>(
    paper: &Paper<'a>,
    named: &[(Option<u32>, &'a Member)],
) -> Vec<(Option<&'a Decree>, u32)> {
    let runs = paper.material.runs.iter().rev().map(|run| Some(&run.decree));
    let mut known: Vec<(Option<&Decree>, u32)> = Vec::new();
    for decree in runs.chain([None]) {
        if known.iter().all(|(listed, _)| *listed != decree) {
            known.push((decree, 0));
        }
    }
    for (_, one) in named {
        let theirs = paper.material.decree_of(&one.entry);
        if let Some(found) = known.iter_mut().find(|(decree, _)| *decree == theirs) {
            found.1 += 1;
        }
    }
    known.retain(|(_, people)| *people > 0);
    known
}

/// Number and date as the decree has them; dots, where they are to be written by hand.
fn decree_lead(paper: &Paper<'_>, decrees: &[(Option<&Decree>, u32)]) -> Vec<String> {
    let lead = |number: &str, date: &str| {
        vec![
            paper.told("decree.number", &[("n", &number)]),
            paper.told("decree.date", &[("n", &date)]),
        ]
    };
    match decrees {
        [] | [(None, _)] => {
            let dots = paper.word("decree.dots");
            lead(&dots, &dots)
        }
        [(Some(decree), _)] => lead(&decree.number, &day(decree.date, paper.language)),
        several => {
            let sentence = |(decree, people): &(Option<&Decree>, u32)| match decree {
                None => paper.told("decree.none", &[("n", people)]),
                Some(decree) => {
                    let date = day(decree.date, paper.language);
                    let holes: [(&str, &dyn std::fmt::Display); 3] =
                        [("number", &decree.number), ("date", &date), ("n", people)];
                    paper.told("decree.one_of", &holes)
                }
            };
            several.iter().map(sentence).collect()
        }
    }
}

pub fn reserves(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.programme", Text),
        ("column.place", Count),
        ("column.number", Text),
        ("column.name", Text),
        ("column.points", Count),
        ("column.since", Text),
        ("column.remark", Text),
    ]);
    let zone = paper.material.facility.zone;
    let row = |(place, one): (u32, &Member)| {
        let [programme, _] = paper.chosen(one);
        let decision = one.entry.decision.as_ref();
        let since = decision.map(|decision| decision.at.date(zone).to_string());
        let points = programme_of(one);
        let points = points.and_then(|code| paper.material.points_of(&one.entry, code));
        vec![
            programme,
            place.into(),
            one.entry.number.clone().into(),
            one.entry.person.name.clone().into(),
            points.map_or(Cell::from(""), Cell::from),
            since.unwrap_or_default().into(),
            decision.map(|decision| decision.reason.clone()).unwrap_or_default().into(),
        ]
    };
    table.rows = reserve_list(paper).into_iter().map(row).collect();
    table.notes.push(paper.word("note.reserve_order"));
    table.notes.push(paper.word("note.points"));
    table.signatures.push(paper.head());
    table
}

pub fn no_nik(paper: &Paper<'_>) -> Table {
    let mut table = paper.table(&[
        ("column.no", Count),
        ("column.name", Text),
        ("column.sex", Text),
        ("column.birth", Text),
        ("column.address", Text),
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
        Some(vec![
            person.name.clone().into(),
            paper.sex(one),
            paper.birth(person).into(),
            one.entry.answers.home.address.clone().into(),
            remark.into(),
        ])
    };
    table.rows = numbered(paper.registered(is_registered).into_iter().filter_map(row));
    table.notes.push(paper.word("note.no_nik"));
    table.signatures.push(paper.head());
    table
}
