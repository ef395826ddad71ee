//! Numbers in Indonesian words, as minutes and decrees write them beside the digits.

const SMALL: [&str; 12] = [
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan",
    "sepuluh", "sebelas",
];

/// A number in words: `terbilang`. Both 1 of a hundred and 1 of a thousand are *se-*: seratus, seribu.
pub fn spelled(number: u32) -> String {
    match number {
        0..=11 => SMALL[number as usize].to_owned(),
        12..=19 => format!("{} belas", SMALL[number as usize - 10]),
        20..=99 => and(format!("{} puluh", spelled(number / 10)), number % 10),
        100..=199 => and("seratus".to_owned(), number % 100),
        200..=999 => and(format!("{} ratus", spelled(number / 100)), number % 100),
        1_000..=1_999 => and("seribu".to_owned(), number % 1_000),
        2_000..=999_999 => and(format!("{} ribu", spelled(number / 1_000)), number % 1_000),
        1_000_000..=999_999_999 => {
            and(format!("{} juta", spelled(number / 1_000_000)), number % 1_000_000)
        }
        _ => and(format!("{} miliar", spelled(number / 1_000_000_000)), number % 1_000_000_000),
    }
}

fn and(front: String, rest: u32) -> String {
    if rest == 0 { front } else { format!("{front} {}", spelled(rest)) }
}

#[cfg(test)]
mod tests {
    use super::spelled;

    #[test]
    fn numbers_are_spelled_as_documents_write_them() {
        for (number, words) in [
            (0, "nol"),
            (1, "satu"),
            (10, "sepuluh"),
            (11, "sebelas"),
            (12, "dua belas"),
            (19, "sembilan belas"),
            (20, "dua puluh"),
            (21, "dua puluh satu"),
            (99, "sembilan puluh sembilan"),
            (100, "seratus"),
            (101, "seratus satu"),
            (110, "seratus sepuluh"),
            (111, "seratus sebelas"),
            (297, "dua ratus sembilan puluh tujuh"),
            (1_000, "seribu"),
            (1_100, "seribu seratus"),
            (2_025, "dua ribu dua puluh lima"),
            (11_000, "sebelas ribu"),
            (100_001, "seratus ribu satu"),
            (1_000_000, "satu juta"),
            (1_001_000, "satu juta seribu"),
            (
                4_294_967_295,
                "empat miliar dua ratus sembilan puluh empat juta sembilan ratus enam puluh tujuh ribu dua ratus sembilan puluh lima",
            ),
        ] {
            assert_eq!(spelled(number), words, "{number}");
        }
    }
}
