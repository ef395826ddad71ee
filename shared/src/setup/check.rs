//! What an item must be like. What is typed is tidied first: blanks at the ends mean nothing.

use super::{Block, Class, Course, Facts, Fault, Guard, Intake, Place, Setup};
use crate::allocation::policy::{Ground, Policy};
use crate::eligibility::{Rule, Test};
use crate::person::squeeze;
use crate::programme::Words;
use crate::registration::consent::HouseWording;
use crate::role::Role;
use crate::roster::row::block_key;
use crate::time::Zone;
use crate::training::certificate::{Office, tells_of_detention};
use crate::vetting::{Clearance, Fitness};

/// Longest code of a house, wave, programme or rule, in characters.
const MAX_CODE: usize = 12;
/// Longest name of a rule.
const MAX_RULE: usize = 40;
/// Longest name of anything.
const MAX_NAME: usize = 120;
/// Longest text.
const MAX_TEXT: usize = 600;
/// Longest name of a block; its letters become part of a sheet's id.
const MAX_BLOCK: usize = 24;
/// Most cells of a block.
const MAX_CELLS: usize = 200;
/// Longest name of a cell.
const MAX_CELL: usize = 16;
/// Most seats of a package. Field practice knows 10 to 20; a hall holds more.
const MAX_SEATS: u32 = 200;
/// Most packages of one programme.
const MAX_PACKAGES: u32 = 99;
/// Most lessons.
const MAX_HOURS: u32 = 2_000;
/// Most days.
const MAX_DAYS: u32 = 365;
/// Digits of a civil servant's number.
const NIP_DIGITS: usize = 18;
/// Most points of one ground.
const MAX_WEIGHT: u32 = 100;
/// Most grounds that give points: more than these nobody can explain to anybody.
const MAX_GROUNDS: usize = 12;
/// Longest code of the office that signs, in characters.
const MAX_OFFICE: usize = 20;
/// Hours for which a tablet is read without contact: a shift must fit, and a tablet that was lost must not be read for good.
const LEASE: std::ops::RangeInclusive<u32> = 12..=720;
/// Lines of a statement: few enough to be read aloud.
const LINES: std::ops::RangeInclusive<usize> = 2..=12;

fn is_code(text: &str, most: usize) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
    first && text.len() <= most && text.chars().all(fits)
}

fn named(text: &str) -> Result<String, Fault> {
    let text = squeeze(text);
    match text.chars().count() {
        0 => Err(Fault::NameMissing),
        n if n > MAX_NAME => Err(Fault::TextTooLong),
        _ => Ok(text),
    }
}

fn words(words: &Words) -> Result<Words, Fault> {
    let id = named(&words.id)?;
    let en = squeeze(&words.en);
    let en = if en.is_empty() { id.clone() } else { named(&en)? };
    Ok(Words { id, en })
}

fn short(text: &str, most: usize) -> Result<String, Fault> {
    let text = squeeze(text);
    if text.chars().count() > most { Err(Fault::TextTooLong) } else { Ok(text) }
}

/// Each role once, in one order.
pub(super) fn guard(is: &Guard) -> Result<Guard, Fault> {
    if !LEASE.contains(&is.lease_hours) {
        return Err(Fault::LeaseRange);
    }
    let asked = Role::ALL.iter().copied().filter(|role| is.second_factor.contains(role));
    Ok(Guard { second_factor: asked.collect(), lease_hours: is.lease_hours })
}

pub(super) fn place(is: Place) -> Result<Place, Fault> {
    if !is_code(&is.code, MAX_CODE) {
        return Err(Fault::CodeForm);
    }
    if ![Zone::WIB, Zone::WITA, Zone::WIT].contains(&is.zone) {
        return Err(Fault::ZoneUnknown);
    }
    let nip: String = is.nip.chars().filter(|c| !c.is_whitespace()).collect();
    if !nip.is_empty() && (nip.len() != NIP_DIGITS || !nip.chars().all(|c| c.is_ascii_digit())) {
        return Err(Fault::NipForm);
    }
    let (name, city) = (named(&is.name)?, short(&is.city, MAX_NAME)?);
    if city.is_empty() {
        return Err(Fault::CityMissing);
    }
    Ok(Place { name, city, head: short(&is.head, MAX_NAME)?, nip, ..is })
}

pub(super) fn block(is: Block) -> Result<Block, Fault> {
    let name = squeeze(&is.name);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    if block_key(&name).is_empty() || name.len() > MAX_BLOCK || !name.chars().all(fits) {
        return Err(Fault::BlockForm);
    }
    let cells = is.cells.iter().map(|cell| squeeze(cell)).filter(|cell| !cell.is_empty());
    let mut known: Vec<String> = Vec::new();
    for cell in cells {
        if cell.chars().count() > MAX_CELL || known.len() == MAX_CELLS {
            return Err(Fault::TextTooLong);
        }
        if !known.contains(&cell) {
            known.push(cell);
        }
    }
    Ok(Block { name, cells: known })
}

pub(super) fn intake(setup: &Setup, is: Intake, facts: &Facts) -> Result<Intake, Fault> {
    // The code stands before the first dash of its sheets' ids.
    if !is_code(&is.wave.code, MAX_CODE) || is.wave.code.contains('-') {
        return Err(Fault::CodeForm);
    }
    if is.wave.opens > is.wave.closes {
        return Err(Fault::DatesReversed);
    }
    if is.blocks.is_empty() {
        return Err(Fault::NoBlocks);
    }
    let is_known = |name: &String| setup.blocks.iter().any(|block| block.name == *name);
    if !is.blocks.iter().all(is_known) {
        return Err(Fault::BlockUnknown);
    }
    let has_sheet = |name: &String| facts.sheets.contains(&(name.clone(), is.wave.code.clone()));
    let known = setup.intakes.iter().find(|known| known.wave.code == is.wave.code);
    let lost = known.is_some_and(|known| {
        known.blocks.iter().any(|block| !is.blocks.contains(block) && has_sheet(block))
    });
    if lost {
        return Err(Fault::SheetOpened);
    }
    let name = words(&is.wave.name)?;
    let mut blocks: Vec<String> = Vec::new();
    for block in is.blocks {
        if !blocks.contains(&block) {
            blocks.push(block);
        }
    }
    let opened = known.is_some_and(|known| known.opened);
    Ok(Intake { wave: crate::programme::Wave { name, ..is.wave }, blocks, opened })
}

pub(super) fn course(is: Course, facts: &Facts) -> Result<Course, Fault> {
    if !is_code(is.code.as_str(), MAX_CODE) {
        return Err(Fault::CodeForm);
    }
    let name = words(&is.name)?;
    if is.hours > MAX_HOURS {
        return Err(Fault::HoursRange);
    }
    if is.days > MAX_DAYS {
        return Err(Fault::DaysRange);
    }
    let given = facts.taken.iter().any(|(seat, n)| seat.programme == is.code && *n > 0);
    if given && !is.offered {
        return Err(Fault::ProgrammeGiven);
    }
    Ok(Course { name, requirements: short(&is.requirements, MAX_TEXT)?, ..is })
}

pub(super) fn class(setup: &Setup, is: Class, facts: &Facts) -> Result<Class, Fault> {
    if !setup.courses.iter().any(|course| course.code == is.seat.programme) {
        return Err(Fault::ProgrammeUnknown);
    }
    if !(1..=MAX_PACKAGES).contains(&is.seat.number) {
        return Err(Fault::PackageNumber);
    }
    if !(1..=MAX_SEATS).contains(&is.seats) {
        return Err(Fault::SeatsRange);
    }
    if is.seats < facts.taken.get(&is.seat).copied().unwrap_or_default() {
        return Err(Fault::SeatsGiven);
    }
    if !(1..=is.seats).contains(&is.minimum) {
        return Err(Fault::MinimumRange);
    }
    if let (Some(begins), Some(ends)) = (is.begins, is.ends)
        && begins > ends
    {
        return Err(Fault::DatesReversed);
    }
    let (place, instructor) = (short(&is.place, MAX_NAME)?, short(&is.instructor, MAX_NAME)?);
    Ok(Class { place, instructor, ..is })
}

pub(super) fn wording(is: HouseWording) -> Result<HouseWording, Fault> {
    let tidy = |text: &str| {
        let lines = text.lines().map(squeeze).filter(|line| !line.is_empty());
        let lines: Vec<String> = lines.collect();
        if !LINES.contains(&lines.len()) {
            return Err(Fault::StatementEmpty);
        }
        let text = lines.join("\n");
        if text.chars().count() > 2 * MAX_TEXT { Err(Fault::TextTooLong) } else { Ok(text) }
    };
    Ok(HouseWording { version: is.version, id: tidy(&is.id)?, en: tidy(&is.en)? })
}

/// Some words, and none that tells nothing.
fn are_words<T: PartialEq>(these: &[T], nothing: T) -> bool {
    !these.is_empty() && !these.contains(&nothing)
}

pub(super) fn rule(setup: &Setup, was: Option<&Rule>, is: &Rule) -> Result<(), Fault> {
    if !is_code(&is.id, MAX_RULE) {
        return Err(Fault::CodeForm);
    }
    if !is_sane(&is.test) {
        return Err(Fault::RuleForm);
    }
    if is.until.is_some_and(|until| until < is.from) {
        return Err(Fault::DatesReversed);
    }
    source(&is.source)?;
    let known =
        |code: &crate::id::ProgrammeCode| setup.courses.iter().any(|course| course.code == *code);
    if !is.programmes.iter().all(known) {
        return Err(Fault::ProgrammeUnknown);
    }
    if is.version != was.map_or(0, |was| was.version) + 1 {
        return Err(Fault::RuleVersion);
    }
    Ok(())
}

/// Whether a test can be computed and asks for something that people can be.
fn is_sane(test: &Test) -> bool {
    match test {
        Test::AgeAtLeast(years) | Test::AgeAtMost(years) => (12..=100).contains(years),
        Test::Status(these) => !these.is_empty(),
        Test::Fitness(these) => are_words(these, Fitness::NotExamined),
        Test::Clearance(these) => are_words(these, Clearance::Unchecked),
        Test::NotInRegisterF(months) => (1..=60).contains(months),
        Test::NotIsolated(days) => (1..=180).contains(days),
        Test::TermAtLeast(days) => *days <= MAX_DAYS as u16,
        Test::TermAtMost(months) => (1..=600).contains(months),
        Test::EducationAtLeast(_) | Test::Served(_) => true,
        Test::Foreign(_) => false,
    }
}

/// Who agreed on something.
fn source(text: &str) -> Result<String, Fault> {
    match squeeze(text).chars().count() {
        0 => Err(Fault::SourceMissing),
        n if n > MAX_NAME => Err(Fault::TextTooLong),
        _ => Ok(squeeze(text)),
    }
}

pub(super) fn policy(setup: &Setup, was: &Policy, is: Policy) -> Result<Policy, Fault> {
    if is == setup.policy {
        return Ok(is);
    }
    if is.version != was.version + 1 {
        return Err(Fault::RuleVersion);
    }
    let source = source(&is.source)?;
    let known = |id: &String| setup.rules.iter().any(|rule| rule.id == *id);
    if !is.binding.iter().all(known) {
        return Err(Fault::RuleUnknown);
    }
    if is.priorities.len() > MAX_GROUNDS {
        return Err(Fault::TooManyGrounds);
    }
    for (n, one) in is.priorities.iter().enumerate() {
        let before = &is.priorities[..n];
        if before.iter().any(|other| other.ground == one.ground || other.id == one.id) {
            return Err(Fault::GroundTwice);
        }
        // What an older version wrote and this one cannot compute may stay as it is.
        let stood = was.priorities.contains(one);
        if !stood && !is_code(&one.id, MAX_RULE) {
            return Err(Fault::CodeForm);
        }
        if !stood && matches!(&one.ground, Ground::Fact(test) if !is_sane(test)) {
            return Err(Fault::RuleForm);
        }
        if !(1..=MAX_WEIGHT).contains(&one.weight) {
            return Err(Fault::WeightRange);
        }
    }
    Ok(Policy { source, ..is })
}

pub(super) fn office(setup: &Setup, is: Office) -> Result<Office, Fault> {
    let code = squeeze(&is.code);
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    // The code is a part of every number, between slashes.
    if code.is_empty() || code.len() > MAX_OFFICE || !code.chars().all(fits) {
        return Err(Fault::OfficeCode);
    }
    let (name, place) = (named(&is.name)?, short(&is.place, MAX_NAME)?);
    let signs = short(&is.signs, MAX_NAME)?;
    if signs.is_empty() {
        return Err(Fault::SignerMissing);
    }
    let house = setup.place.as_ref().map(|place| place.name.as_str()).unwrap_or_default();
    if [&code, &name, &place, &signs].into_iter().any(|text| tells_of_detention(text, house)) {
        return Err(Fault::TellsOfDetention);
    }
    if !(1..=100).contains(&is.least_attendance) {
        return Err(Fault::AttendanceRange);
    }
    Ok(Office { code, name, place, signs, ..is })
}
