//! A browser that somebody has signed in with before is known again.
//!
//! Wrong tries make the next one wait, by account. Were that all, anybody on the network could keep somebody
//! out by typing wrong passwords for them. So a browser where they signed in before has a count of its own
//! (OWASP calls this a device cookie); it opens nothing, and the password is asked for all the same.

use bilik_shared::id::OfficerId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::pepper::Pepper;
use crate::secret;

/// Makes the marks of browsers, and knows them again.
#[derive(Debug, Clone)]
pub struct Screens {
    key: [u8; 32],
}

/// Letters of the random part.
const LETTERS: usize = 16;

impl Screens {
    /// Ready for marks that were made with this pepper.
    pub fn new(pepper: &Pepper) -> Self {
        Self { key: pepper.key("screens") }
    }

    /// A new mark for a browser that somebody signed in with.
    pub fn mark(&self, user: &OfficerId) -> String {
        let random = secret::random_letters(LETTERS);
        let seal = self.seal(user.as_str(), &random);
        format!("{random}.{seal}")
    }

    /// The random part of a mark, if it was made here for this user.
    pub fn known<'a>(&self, user: &str, mark: &'a str) -> Option<&'a str> {
        let (random, seal) = mark.split_once('.')?;
        let same = secret::same(
            &secret::hash(seal.as_bytes()),
            &secret::hash(self.seal(user, random).as_bytes()),
        );
        (random.len() == LETTERS && same).then_some(random)
    }

    fn seal(&self, user: &str, random: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            unreachable!("HMAC takes keys of any length")
        };
        mac.update(format!("{random}.{user}").as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What a browser calls itself, in two words: `Chrome, Android`. Only to tell one's own sessions apart.
pub fn name_of(agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    let words: Vec<&str> = browser.into_iter().chain(system).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_good_for_its_user_and_its_server() {
        let screens = Screens::new(&Pepper::of(b"one"));
        let mark = screens.mark(&"marlin".parse().unwrap());
        assert!(screens.known("marlin", &mark).is_some());
        assert!(screens.known("karutan", &mark).is_none());
        assert!(Screens::new(&Pepper::of(b"two")).known("marlin", &mark).is_none());
        let longer = format!("x{mark}");
        for forged in ["", ".", "abc", mark.split('.').next().unwrap(), &longer] {
            assert!(screens.known("marlin", forged).is_none(), "{forged}");
        }
    }

    #[test]
    fn a_browser_is_named_in_two_words() {
        let chrome = "Mozilla/5.0 (Linux; Android 14; Tab) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";
        assert_eq!(name_of(chrome), "Chrome, Android");
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0.0.0 Safari/537.36 Edg/138.0";
        assert_eq!(name_of(edge), "Edge, Windows");
        assert_eq!(name_of("curl/8"), "");
    }
}
