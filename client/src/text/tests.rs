//! Both languages say the same things, and the source of each app asks only for what that app carries.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn holes(text: &str) -> BTreeSet<&str> {
    let after_open = text.split('{').skip(1);
    after_open.filter_map(|rest| rest.split_once('}')).map(|(hole, _)| hole).collect()
}

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("text/tests.rs") {
            found.push(path);
        }
    }
}

/// All string literals that look like a key of the text files, in our source without the other app's.
fn keys_in_source(other: &str) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&root, &mut files);
    let is_others =
        |file: &Path| file.starts_with(other) || file == Path::new(other).with_extension("rs");
    files.retain(|file| !is_others(file.strip_prefix(&root).unwrap()));
    let mut found = BTreeSet::new();
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        for literal in source.split('"').skip(1) {
            let shape = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
            if literal.contains('.') && literal.chars().all(shape) {
                found.insert(literal.to_owned());
            }
        }
    }
    found
}

fn tables(words: &Words) -> [Table; 2] {
    [words.indonesian, words.english].map(parse)
}

#[test]
fn no_line_of_a_text_file_is_malformed_or_doubled() {
    for files in [TABLET.indonesian, TABLET.english, DESK.indonesian, DESK.english] {
        let lines = files.into_iter().flat_map(str::lines);
        let lines: Vec<_> = lines.filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
        for line in &lines {
            assert!(line.contains(" = "), "not `key = text`: {line}");
        }
        let keys: BTreeSet<_> = parse(files).into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), lines.len(), "a key is there twice");
    }
}

#[test]
fn both_languages_have_the_same_keys_and_holes() {
    for [indonesian, english] in [tables(&TABLET), tables(&DESK)] {
        let keys = |table: &Table| table.iter().map(|(key, _)| *key).collect::<BTreeSet<_>>();
        let (id, en) = (keys(&indonesian), keys(&english));
        assert_eq!(id.symmetric_difference(&en).collect::<Vec<_>>(), Vec::<&&str>::new());
        for (key, text) in &indonesian {
            let other = english.iter().find(|(known, _)| known == key).unwrap().1;
            assert_eq!(holes(text), holes(other), "holes of {key}");
        }
    }
}

#[test]
fn every_key_in_an_apps_source_has_a_text_there_and_every_text_is_used() {
    let [tablet, desk] = [tables(&TABLET), tables(&DESK)].map(|[indonesian, _]| indonesian);
    let all = || tablet.iter().chain(&desk).map(|(key, _)| *key);
    let groups: BTreeSet<_> = all().filter_map(|key| key.split_once('.')).map(|(g, _)| g).collect();
    for (table, other) in [(&tablet, "desk"), (&desk, "tablet")] {
        let used = keys_in_source(other);
        for key in &used {
            let group = key.split('.').next().unwrap();
            if groups.contains(group) {
                assert!(table.iter().any(|(known, _)| known == key), "no text for {key}");
            }
        }
        let unused: Vec<_> = table.iter().filter(|(key, _)| !used.contains(*key)).collect();
        assert!(unused.is_empty(), "no screen uses {unused:?}");
    }
}

#[test]
fn a_hole_is_filled() {
    assert_eq!(fill("{n} dari {all}", &[("n", &3), ("all", &41)]), "3 dari 41");
}
