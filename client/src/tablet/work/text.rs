//! What is typed, as lines: a mark, a key, `=` and the value.
//!
//! Marks that a version does not know are lines that it does not read, so that a tablet may go back to the
//! version before. Do not change what one of them means: tablets hold it.

use bilik_shared::person::Fields;

/// Fields as lines with this mark. A value is one line: what breaks a line is a blank.
pub fn write(mark: char, fields: &Fields) -> String {
    let line = |(key, value): (&String, &String)| {
        format!("{mark}{key}={}\n", value.replace(['\n', '\r'], " "))
    };
    fields.iter().map(line).collect()
}

/// The fields of the lines with this mark.
pub fn read(mark: char, text: &str) -> Fields {
    let lines = text.lines().filter_map(|line| line.strip_prefix(mark)?.split_once('='));
    lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// Puts what has a value among fields.
pub fn put(fields: &mut Fields, key: &str, value: &str) {
    if !value.is_empty() {
        fields.insert(key.to_owned(), value.to_owned());
    }
}
