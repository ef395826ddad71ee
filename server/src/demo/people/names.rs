//! Invented names: given names and family names of the region, put together by chance.

use bilik_shared::person::Sex;

use super::super::Random;

const MEN_CHRISTIAN: &[&str] = &[
    "Yohanis",
    "Jefry",
    "Semuel",
    "Marthen",
    "Yosua",
    "Elia",
    "Stenly",
    "Roni",
    "Melkianus",
    "Petrus",
    "Markus",
    "Rivaldo",
    "Alfons",
];
const MEN_MUSLIM: &[&str] = &[
    "Abdul Rahman",
    "Muhammad Rizal",
    "Ismail",
    "Hamid",
    "Faisal",
    "Rusdi",
    "Saiful",
    "Arman",
    "Iwan",
    "Fahmi",
    "Ali",
    "Ma'ruf",
    "Nu'man",
];
const MEN_ELSEWHERE: &[&str] = &[
    "La Ode Hasan",
    "La Ode Arman",
    "Andi Faisal",
    "Andi Saiful",
    "Sutrisno",
    "Yanto",
    "La Ode Ali",
];
const WOMEN: &[&str] =
    &["Novita", "Yulia", "Marlin", "Grace", "Siti Aminah", "Nurhayati", "Wa Ode Sari"];
const FAMILIES: &[&str] = &[
    "Latuconsina",
    "Tuasikal",
    "Pattiasina",
    "Sahetapy",
    "Leiwakabessy",
    "Matulessy",
    "Pelupessy",
    "Tomasoa",
    "Siahaya",
    "Manuhutu",
    "Wattimena",
    "Titaley",
    "Lewerissa",
    "Salampessy",
    "Rumahlatu",
    "Tuhuteru",
    "Souisa",
    "Hehanussa",
    "Nanlohy",
    "Loppies",
    "Kakisina",
    "Parera",
    "Bakarbessy",
    "Alkatiri",
    "Renyaan",
    "Rahayaan",
    "Batlayeri",
    "Kelmanutu",
    "Marasabessy",
    "Wakano",
    "Tehupeiory",
    "Huwae",
    "Soplanit",
    "Maitimu",
    "Lekatompessy",
];
const ALIASES: &[&str] = &["Ongen", "Nyong", "Buce", "Empi", "Tete", "Caken", "Bung Iwan", "Poly"];

/// Pairs that a known person bears.
const TAKEN: &[(&str, &str)] = &[("Abdul Rahman", "Alkatiri"), ("Alfons", "Matulessy")];

/// A name and other names.
pub fn name(random: &mut Random, sex: Sex) -> (String, String) {
    let given = match (sex, random.below(100)) {
        (Sex::Female, _) => *random.pick(WOMEN),
        (Sex::Male, 0..10) => *random.pick(MEN_ELSEWHERE),
        (Sex::Male, 10..55) => *random.pick(MEN_CHRISTIAN),
        (Sex::Male, _) => *random.pick(MEN_MUSLIM),
    };
    let name = match random.below(100) {
        0..12 => given.split(' ').next_back().unwrap_or(given).to_owned(),
        12..14 => {
            // Longer than 40 letters, as some are.
            let (one, two) = (random.pick(MEN_CHRISTIAN), family(random, given));
            format!("{given} {one} Alexander {two}-{}", family(random, given))
        }
        14..15 => format!("{given} {}-{}", family(random, given), family(random, given)),
        _ => format!("{given} {}", family(random, given)),
    };
    let aliases =
        if random.percent(5) { (*random.pick(ALIASES)).to_owned() } else { String::new() };
    (name, aliases)
}

fn family(random: &mut Random, given: &str) -> &'static str {
    let family = *random.pick(FAMILIES);
    if TAKEN.contains(&(given, family)) { "Rumahlatu" } else { family }
}
