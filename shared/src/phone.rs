//! Telephone numbers of families, as people here write them. They are kept as typed.

/// The form that every way of writing a number of this country has in common: `+6281234567890`, `+62911345678`.
/// `None` for what is no such number: not a mobile one of 10 to 13 digits, and not of the city's landline.
pub fn normal(text: &str) -> Option<String> {
    let mark = |c: &char| c.is_whitespace() || matches!(c, '.' | '-' | '(' | ')');
    let typed: String = text.chars().filter(|c| !mark(c)).collect();
    let national = ["+62", "62", "0"].iter().find_map(|before| typed.strip_prefix(before))?;
    let digits = national.bytes().all(|b| b.is_ascii_digit());
    let mobile = matches!(national.as_bytes(), [b'8', b'1'..=b'9', rest @ ..] if (6..=10).contains(&rest.len()));
    let landline = national.strip_prefix("911").is_some_and(|rest| rest.len() == 6);
    (digits && (mobile || landline)).then(|| format!("+62{national}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_number_is_read() {
        for text in ["081234567890", "6281234567890", "+62 812-3456-7890", "0812.3456.7890"] {
            assert_eq!(normal(text).as_deref(), Some("+6281234567890"), "{text}");
        }
        for (text, expected) in [
            ("(0911) 345678", Some("+62911345678")),
            ("081234567", Some("+6281234567")),
            ("08123456789012", None),
            ("08123456", None),
            ("080123456789", None),
            ("0911 34567", None),
            ("021 345678", None),
            ("81234567890", None),
            ("0812345678x0", None),
            ("", None),
        ] {
            assert_eq!(normal(text).as_deref(), expected, "{text}");
        }
    }
}
