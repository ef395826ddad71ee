use super::*;

/// The people of a small house: name, aliases, register number, block, cell.
const HOUSE: [[&str; 5]; 12] = [
    ["Yohanis Latuconsina", "", "B I 283 / 26", "A", "7"],
    ["Muhammad Rizal Tuasikal", "", "AIII 104/2025", "A", "C/07"],
    ["La Ode Hasan", "Ucok", "BI 28/2026", "B", "7"],
    ["Soekarno", "", "B.IIa 44/25", "B", "70"],
    ["Djamaluddin Alkatiri", "Jamal Besar; Udin", "77-X", "B", "8"],
    ["Ma'ruf Pelupessy", "", "BI.N 9/2026", "A", "8A"],
    ["Hasan bin Ali", "", "BI 283/2025", "Mapenaling", "1"],
    ["Roni Wattimena", "", "BI 500/26", "A", "1"],
    ["Tjokroaminoto", "", "BI 501/26", "A", "2"],
    ["Abdul Latif", "", "BI 502/26", "A", "3"],
    ["André Müller", "", "BI 503/26", "A", "4"],
    ["Adi", "", "", "A", "5"],
];

fn keys([name, aliases, number, _, cell]: [&str; 5]) -> Keys {
    let person = Person {
        name: name.into(),
        aliases: aliases.into(),
        register_number: number.into(),
        cell: cell.into(),
        ..Person::default()
    };
    Keys::of(&person, "")
}

/// First names of who is found, best first.
fn find(text: &str) -> Vec<&'static str> {
    let query = Query::parse(text);
    let mut found: Vec<_> = HOUSE
        .iter()
        .filter_map(|person| Some((query.rate(&keys(*person), person[3])?, person[0])))
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name.split(' ').next().unwrap()).collect()
}

#[test]
fn a_person_is_found_however_they_are_spelled() {
    for (case, text, first) in [
        ("as typed", "Yohanis", "Yohanis"),
        ("beginning", "yoh", "Yohanis"),
        ("y and j", "Johanis", "Yohanis"),
        ("upper case", "YOHANIS LATUCONSINA", "Yohanis"),
        ("other order", "latuconsina yohanis", "Yohanis"),
        ("only the family", "latuc", "Yohanis"),
        ("k for c", "Latukonsina", "Yohanis"),
        ("two letters of a very long word", "latukonsena", "Yohanis"),
        ("letter missing", "Yohnis", "Yohanis"),
        ("letters swapped", "Yohains", "Yohanis"),
        ("letter too many", "Yohhannis", "Yohanis"),
        ("oe", "sukarno", "Soekarno"),
        ("oe typed", "Soekarno", "Soekarno"),
        ("dj", "Jamaludin", "Djamaluddin"),
        ("dj typed", "Djamal", "Djamaluddin"),
        ("tj", "Cokro", "Tjokroaminoto"),
        ("tj typed", "Tjokro", "Tjokroaminoto"),
        ("i for y", "Rony", "Roni"),
        ("double letter left out", "pelupesi", "Ma'ruf"),
        ("o for u", "Mohammad", "Muhammad"),
        ("apostrophe left out", "maruf", "Ma'ruf"),
        ("curly apostrophe", "ma\u{2019}ruf", "Ma'ruf"),
        ("accents left out", "andre muller", "André"),
        ("accents typed", "andré", "André"),
        ("alias", "ucok", "La"),
        ("second alias", "udin", "Djamaluddin"),
        ("the word alias", "Hasan alias Ucok", "La"),
        ("the word als.", "hasan als. ucok", "La"),
        ("bin left out", "hasan ali", "Hasan"),
        ("bin typed", "hasan bin ali", "Hasan"),
        ("binti typed", "hasan binti ali", "Hasan"),
        ("written as one word", "laode", "La"),
        ("one word with double letter", "abdulatif", "Abdul"),
        ("with a dash", "la-ode", "La"),
        ("in the middle", "koro", "none"),
        ("inside a word", "amino", "Tjokroaminoto"),
    ] {
        let found = find(text);
        assert_eq!(found.first().copied().unwrap_or("none"), first, "{case}: {text} {found:?}");
    }
}

#[test]
fn a_register_number_is_found_in_every_spelling() {
    for text in [
        "B I 283 / 26",
        "BI283/26",
        "BI.283/2026",
        "bi 283/26",
        "B.I-0283/2026",
        "BI.N 283/26",
        "283/26",
        "283 / 2026",
    ] {
        assert_eq!(find(text).first(), Some(&"Yohanis"), "{text}");
    }
    assert_eq!(find("283/26"), ["Yohanis"]);
    assert_eq!(find("BI 283/2"), ["Hasan", "Yohanis"], "the year is not whole yet");
    assert_eq!(find("B I 283/202"), ["Hasan", "Yohanis"]);
    assert_eq!(find("283"), ["Hasan", "Yohanis"], "two years of one number");
    assert_eq!(find("28").len(), 3, "numbers that begin so, the whole one first");
    assert_eq!(find("28")[0], "La");
    assert_eq!(find("BII 44/25"), ["Soekarno"], "the half is not typed yet");
    assert_eq!(find("77-x"), ["Djamaluddin"], "one that cannot be read is found as it is");
    assert_eq!(find("hasan 283"), ["Hasan"], "name and number");
}

#[test]
fn a_cell_is_found_with_its_block() {
    for text in ["A-7", "A/07", "a7", "A 7", "Blok A 7", "blok a kamar 7"] {
        assert_eq!(find(text), ["Muhammad", "Yohanis"], "{text}");
    }
    assert_eq!(find("kamar 7"), ["La", "Muhammad", "Yohanis"]);
    assert_eq!(find("A 8A"), ["Ma'ruf"]);
    assert_eq!(find("mapenaling 1"), ["Hasan"]);
    assert_eq!(find("hasan b7"), ["La"], "name and cell");
}

#[test]
fn what_is_typed_finds_nobody_else() {
    for (case, text) in [
        ("another short name", "Ali Adi"),
        ("a short word with another letter", "Rono"),
        ("three letters differ", "Yahones Pattiasina"),
        ("another family", "Yohanis Tuasikal"),
        ("another year", "283/24"),
        ("another class", "AI 283/26"),
        ("a number that only begins so, with its year", "BI 50/26"),
        ("another block", "C-7"),
        ("another cell", "A-70"),
        ("a cell without its letter", "A-8"),
        ("a name that is on no list", "Petrus"),
        ("two letters from the middle", "uc"),
    ] {
        let found = find(text);
        let expected: &[&str] = if text == "uc" { &["La"] } else { &[] };
        assert_eq!(found, expected, "{case}: {text}");
    }
    assert!(Query::parse("").is_empty() && Query::parse(" . ").is_empty());
}

#[test]
fn the_better_fit_comes_first() {
    let fit = |text: &str, n: usize| Query::parse(text).rate(&keys(HOUSE[n]), "A").unwrap().fit;
    assert_eq!(fit("yohan", 0), Fit::Exact);
    assert_eq!(fit("johan", 0), Fit::Folded);
    assert_eq!(fit("consina", 0), Fit::Inside);
    assert_eq!(fit("yohen", 0), Fit::Fuzzy);
    assert!(Fit::Exact < Fit::Folded && Fit::Folded < Fit::Inside && Fit::Inside < Fit::Fuzzy);
    assert_eq!(find("hasan"), ["Hasan", "La"], "equal fits in the order of names");
}

#[test]
fn odd_text_is_no_trouble() {
    for text in ["\u{202e}abc", "😀😀😀😀😀", "=1+1", "<script>", "A-", "-7", "///", "'", "٣"]
    {
        find(text);
    }
    let long = "x".repeat(70_000);
    Query::parse(&long).rate(&keys([&long, "", &long, "A", &long]), &long);
}
