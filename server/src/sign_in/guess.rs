//! Whether somebody who guesses would try a password early. Nothing is asked about its signs (NIST SP 800-63B, 3.1.1.2).

use bilik_shared::programme::Facility;
use zxcvbn::{Score, zxcvbn};

use crate::store::users::UserRow;

/// Words that people here choose and that the lists of the crate, which are English, do not hold.
const HERE: [&str; 24] = [
    "admin",
    "bismillah",
    "garuda",
    "indonesia",
    "kata",
    "katasandi",
    "lapas",
    "masuk",
    "merdeka",
    "narapidana",
    "pancasila",
    "pelatihan",
    "pemasyarakatan",
    "petugas",
    "rahasia",
    "rutan",
    "sandi",
    "sayang",
    "sayangku",
    "supervisor",
    "tahanan",
    "verifikator",
    "warga",
    "bilik",
];

/// What somebody who knows the person and the house begins with.
pub fn known_words(user: &UserRow, house: Option<&Facility>) -> Vec<String> {
    let mut words = vec![user.id.to_string(), user.name.clone()];
    words.extend(user.id.as_str().split(['.', '-']).map(str::to_owned));
    words.extend(user.name.split_whitespace().map(str::to_owned));
    if let Some(house) = house {
        words.extend([house.code.clone(), house.name.clone()]);
        words.extend(house.name.split_whitespace().map(str::to_owned));
    }
    words.extend(HERE.map(str::to_owned));
    words
}

/// Whether fewer than ten to the eighth tries find it, by the estimate of `zxcvbn`. It takes a moment: not for a
/// thread that others wait for.
pub fn is_guessable(password: &str, known: &[String]) -> bool {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    zxcvbn(password, &known).score() < Score::Three
}

#[cfg(test)]
mod tests {
    use bilik_shared::role::Role;
    use bilik_shared::time::Zone;

    use super::*;

    #[test]
    fn what_is_tried_first_is_guessable_and_words_that_belong_nowhere_together_are_not() {
        let user = UserRow {
            id: "marlin.t".parse().unwrap(),
            name: "Marlin Tomasoa".to_owned(),
            role: Role::Supervisor,
            password: String::new(),
            locked: false,
            must_change: false,
        };
        let (code, name) = ("AMB".to_owned(), "Rutan Kelas IIA Ambon".to_owned());
        let known = known_words(&user, Some(&Facility { code, name, zone: Zone::WIT }));
        for common in [
            "password123",
            "qwertyuiop",
            "1234567890",
            "Password1!",
            "aaaaaaaaaaaa",
            "tomasoa2026",
            "rutanambon",
            "rahasia123",
            "katasandi1",
            "bismillah1",
            "indonesia1945",
            "17081945",
        ] {
            assert!(is_guessable(common, &known), "{common}");
        }
        for good in [
            "kuda hijau makan",
            "kuda hijau makan rumput",
            "kata sandi panjang sekali",
            "q7v!mZ2p#Lw9",
        ] {
            assert!(!is_guessable(good, &known), "{good}");
        }
        // What is as long as it may be is judged as well.
        assert!(!is_guessable(&"kuda hijau makan ".repeat(15), &known));
    }
}
