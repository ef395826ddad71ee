//! Both languages say the same things, and the source asks only for what they say.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;

fn holes(text: &str) -> BTreeSet<&str> {
    let after_open = text.split('{').skip(1);
    after_open.filter_map(|rest| rest.split_once('}')).map(|(hole, _)| hole).collect()
}

/// All string literals of our source that look like a key of the text files.
fn keys_in_source() -> BTreeSet<String> {
    fn walk(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs")
                && !path.ends_with("text/tests.rs")
            {
                let source = std::fs::read_to_string(&path).unwrap();
                for literal in source.split('"').skip(1) {
                    let shape =
                        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
                    if literal.contains('.') && literal.chars().all(shape) {
                        found.insert(literal.to_owned());
                    }
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

#[test]
fn no_line_of_a_text_file_is_malformed_or_doubled() {
    for file in [include_str!("id.txt"), include_str!("en.txt")] {
        let lines: Vec<_> = file.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
        for line in &lines {
            assert!(line.contains(" = "), "not `key = text`: {line}");
        }
        let keys: BTreeSet<_> = parse(file).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), lines.len(), "a key is there twice");
    }
}

#[test]
fn both_languages_have_the_same_keys_and_holes() {
    let keys = |table: &Table| table.iter().map(|(key, _)| *key).collect::<BTreeSet<_>>();
    let (id, en) = (keys(&INDONESIAN), keys(&ENGLISH));
    assert_eq!(id.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&&str>::new());
    for (key, text) in INDONESIAN.iter() {
        let other = ENGLISH.iter().find(|(known, _)| known == key).unwrap().1;
        assert_eq!(holes(text), holes(other), "holes of {key}");
    }
}

#[test]
fn every_key_in_the_source_has_a_text_and_every_text_is_used() {
    let used = keys_in_source();
    let groups: BTreeSet<_> =
        INDONESIAN.iter().filter_map(|(key, _)| key.split_once('.')).map(|(g, _)| g).collect();
    for key in &used {
        let group = key.split('.').next().unwrap();
        if groups.contains(group) {
            assert!(INDONESIAN.iter().any(|(known, _)| known == key), "no text for {key}");
        }
    }
    let unused: Vec<_> =
        INDONESIAN.iter().map(|(key, _)| *key).filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "no screen uses {unused:?}");
}

#[test]
fn a_hole_is_filled() {
    assert_eq!(fill("{n} dari {all}", &[("n", &3), ("all", &41)]), "3 dari 41");
}
