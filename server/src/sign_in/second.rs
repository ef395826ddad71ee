//! A second factor: a passkey ([`super::passkeys`]), six digits from somebody's phone (TOTP, RFC 6238: SHA-1, 30
//! seconds, one step of tolerance), or one of eight codes of 128 bits on paper, which are made with the first of both.
//!
//! The secret is sealed with AES-256-GCM under a key that follows from the pepper, so the database alone lets
//! nobody compute the digits. Digits are taken once (the step is remembered), a code on paper as well.

use bilik_shared::enrolment;
use bilik_shared::id::OfficerId;
use bilik_shared::time::Timestamp;
use bilik_shared::view::second_factor::{NewFactor, SecondFactor};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use rusqlite::Connection;
use totp_rs::{Builder, Secret, Totp};
use webauthn_rs::prelude::AuthenticationResult;

use super::passkeys;
use super::pepper::Pepper;
use crate::devices;
use crate::error::Error;
use crate::secret;
use crate::store::passkeys as store;
use crate::store::second_factors::{self, FactorRow};

/// The length of the secret that RFC 4226 recommends, in bytes.
const SECRET_BYTES: usize = 20;
/// How many codes go on paper.
const CODES: usize = 8;
/// So many letters of five bits are 128 bits and a little.
const LETTERS: usize = 26;
/// What the app on the phone calls this.
const ISSUER: &str = "Bilik";

/// What somebody shows besides their password.
#[derive(Debug)]
pub enum Shown {
    /// Nothing.
    Nothing,
    /// What they typed: digits, or a code on paper.
    Code(String),
    /// The right answer of one of their passkeys, which counts if the passkey is still there.
    Passkey(AuthenticationResult),
}

impl Shown {
    /// What somebody typed, if anything.
    pub fn typed(code: Option<String>) -> Self {
        let typed = code.map(|code| enrolment::letters(&code));
        typed.filter(|code| !code.is_empty()).map_or(Self::Nothing, Self::Code)
    }
}

/// How it stands with somebody's second factor.
pub fn state(db: &Connection, user: &OfficerId) -> rusqlite::Result<SecondFactor> {
    Ok(SecondFactor {
        since: phone(db, user)?.and_then(|row| row.confirmed_at),
        codes_left: u32::try_from(second_factors::codes(db, user)?.len()).unwrap_or(u32::MAX),
        passkeys: passkeys::list(db, user)?,
        host: None,
    })
}

/// Whether anything is asked of somebody besides their password.
pub fn is_on(db: &Connection, user: &OfficerId) -> rusqlite::Result<bool> {
    Ok(phone(db, user)?.is_some() || store::has_any(db, user)?)
}

/// The phone whose digits are asked for.
fn phone(db: &Connection, user: &OfficerId) -> rusqlite::Result<Option<FactorRow>> {
    Ok(second_factors::get(db, user)?.filter(|row| row.confirmed_at.is_some()))
}

/// Makes a secret that counts once it was confirmed.
///
/// # Errors
/// `second_factor_on` where one is asked for already.
pub fn begin(db: &Connection, pepper: &Pepper, user: &OfficerId) -> Result<NewFactor, Error> {
    if phone(db, user)?.is_some() {
        return Err(Error::Unfit("second_factor_on"));
    }
    let bytes = secret::random::<SECRET_BYTES>();
    let sealed = seal(pepper, user, &bytes)?;
    second_factors::put(db, user, &FactorRow { secret: sealed, confirmed_at: None, last_step: 0 })?;
    let secret = Secret::new_stack(bytes).to_base32();
    let link = format!("otpauth://totp/{ISSUER}:{user}?secret={secret}&issuer={ISSUER}");
    Ok(NewFactor { qr_svg: devices::qr_svg(&link)?, secret })
}

/// The phone shows the right digits: from now on they are asked for. Gives the codes for the paper.
///
/// # Errors
/// [`Error::WrongCode`], also where nothing was begun.
pub fn confirm(
    db: &Connection,
    pepper: &Pepper,
    user: &OfficerId,
    digits: &str,
    now: Timestamp,
) -> Result<Vec<String>, Error> {
    let row = second_factors::get(db, user)?.filter(|row| row.confirmed_at.is_none());
    let row = row.ok_or(Error::WrongCode)?;
    let step = step_of(pepper, user, &row, digits, now)?.ok_or(Error::WrongCode)?;
    let row = FactorRow { confirmed_at: Some(now), last_step: step, ..row };
    second_factors::put(db, user, &row)?;
    Ok(codes_for_paper(db, user)?)
}

/// Makes codes for the paper where somebody has none; empty where they have some.
pub fn codes_for_paper(db: &Connection, user: &OfficerId) -> rusqlite::Result<Vec<String>> {
    if !second_factors::codes(db, user)?.is_empty() {
        return Ok(Vec::new());
    }
    let codes: Vec<String> = (0..CODES).map(|_| secret::random_letters(LETTERS)).collect();
    let hashes: Vec<_> = codes.iter().map(|code| secret::hash(code.as_bytes())).collect();
    second_factors::put_codes(db, user, &hashes)?;
    Ok(codes.iter().map(|code| grouped(code)).collect())
}

/// Asks for the digits no more.
pub fn end(db: &Connection, user: &OfficerId) -> rusqlite::Result<()> {
    second_factors::remove(db, user)?;
    forget_paper(db, user)
}

/// The paper is for whoever lost something: with nothing left to lose its codes end.
pub fn forget_paper(db: &Connection, user: &OfficerId) -> rusqlite::Result<()> {
    if is_on(db, user)? { Ok(()) } else { second_factors::remove_codes(db, user) }
}

/// Looks at what somebody shows besides their password, and uses it up. Whoever has no second factor is asked
/// for none.
///
/// # Errors
/// [`Error::CodeNeeded`] where nothing was shown; [`Error::WrongCode`] and [`Error::WrongPasskey`] where it is wrong
/// or was used. In which ways it goes on is added by [`super::besides`].
pub fn check(
    db: &Connection,
    pepper: &Pepper,
    user: &OfficerId,
    shown: &Shown,
    now: Timestamp,
) -> Result<(), Error> {
    if !is_on(db, user)? {
        return Ok(());
    }
    match (shown, phone(db, user)?) {
        (Shown::Nothing, _) => Err(Error::CodeNeeded(Box::default())),
        (Shown::Passkey(answer), _) => {
            let counts = passkeys::use_up(db, user, answer, now)?;
            if counts { Ok(()) } else { Err(passkeys::wrong()) }
        }
        (Shown::Code(typed), _) if typed.len() == LETTERS => {
            let hash = secret::hash(typed.as_bytes());
            let mut codes = second_factors::codes(db, user)?;
            let at = codes.iter().position(|code| secret::same(code, &hash));
            codes.remove(at.ok_or(Error::WrongCode)?);
            Ok(second_factors::put_codes(db, user, &codes)?)
        }
        (Shown::Code(_), None) => Err(Error::WrongCode),
        (Shown::Code(typed), Some(mut row)) => {
            let step = step_of(pepper, user, &row, typed, now)?;
            row.last_step = step.filter(|step| *step > row.last_step).ok_or(Error::WrongCode)?;
            Ok(second_factors::put(db, user, &row)?)
        }
    }
}

/// The step whose digits these are, if they are those of now, of the one before or of the one after.
fn step_of(
    pepper: &Pepper,
    user: &OfficerId,
    row: &FactorRow,
    digits: &str,
    now: Timestamp,
) -> Result<Option<u64>, Error> {
    let totp = totp(open(pepper, user, &row.secret)?)?;
    Ok(totp.check(digits.trim(), (now.0 / 1000).unsigned_abs()))
}

fn totp(secret: Vec<u8>) -> Result<Totp, Error> {
    let totp = Builder::new().with_secret(secret).build();
    totp.map_err(|cause| Error::Internal(format!("a second factor: {cause}")))
}

fn key(pepper: &Pepper) -> Result<LessSafeKey, Error> {
    let key = UnboundKey::new(&AES_256_GCM, &pepper.key("second factor"));
    Ok(LessSafeKey::new(key.map_err(|_| sealed_wrong())?))
}

/// A fresh nonce, and the secret sealed for one person.
fn seal(pepper: &Pepper, user: &OfficerId, secret: &[u8]) -> Result<Vec<u8>, Error> {
    let nonce = secret::random::<NONCE_LEN>();
    let mut sealed = secret.to_vec();
    let (at, who) = (Nonce::assume_unique_for_key(nonce), Aad::from(user.as_str()));
    key(pepper)?.seal_in_place_append_tag(at, who, &mut sealed).map_err(|_| sealed_wrong())?;
    Ok([&nonce[..], &sealed].concat())
}

fn open(pepper: &Pepper, user: &OfficerId, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(sealed_wrong)?;
    let mut opened = sealed.to_vec();
    let (at, who) = (Nonce::assume_unique_for_key(*nonce), Aad::from(user.as_str()));
    let secret = key(pepper)?.open_in_place(at, who, &mut opened).map_err(|_| sealed_wrong())?;
    Ok(secret.to_vec())
}

fn sealed_wrong() -> Error {
    Error::Internal("a second factor was sealed with another pepper, or is damaged".to_owned())
}

/// As people read and type it: letters in groups.
fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::store::Store;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);
    const STEP: i64 = 30_000;

    fn digits(new: &NewFactor, at: Timestamp) -> String {
        let secret = Secret::try_from_base32(&new.secret).unwrap();
        let totp = totp(secret.as_bytes().to_vec()).unwrap();
        totp.generate((at.0 / 1000).unsigned_abs()).to_string()
    }

    #[test]
    fn digits_and_codes_are_taken_once_and_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Key::for_tests()).unwrap();
        let db = store.connect_writer().unwrap();
        let (pepper, user) = (Pepper::of(b"one"), "marlin".parse().unwrap());
        let check = |typed: Option<&str>, at| {
            check(&db, &pepper, &user, &Shown::typed(typed.map(str::to_owned)), at)
        };
        check(None, NOW).unwrap();

        let new = begin(&db, &pepper, &user).unwrap();
        assert!(new.qr_svg.starts_with("<svg"));
        // What is not confirmed keeps nobody out.
        check(None, NOW).unwrap();
        let wrong = |typed| confirm(&db, &pepper, &user, typed, NOW).unwrap_err().code();
        assert_eq!(wrong("12345"), "second_factor_wrong");
        let codes = confirm(&db, &pepper, &user, &digits(&new, NOW), NOW).unwrap();
        assert_eq!(codes.len(), CODES);
        let known = state(&db, &user).unwrap();
        assert_eq!((known.since, known.codes_left), (Some(NOW), 8));

        let try_it = |typed: Option<&str>, at| check(typed, at).map_err(|error| error.code());
        let later = |steps: i64| Timestamp(NOW.0 + steps * STEP);
        assert_eq!(try_it(None, NOW), Err("second_factor_needed"));
        assert_eq!(try_it(Some(" "), NOW), Err("second_factor_needed"));
        // Those that confirmed it were used up by that.
        assert_eq!(try_it(Some(&digits(&new, NOW)), NOW), Err("second_factor_wrong"));
        assert_eq!(try_it(Some(&digits(&new, later(2))), later(2)), Ok(()));
        assert_eq!(try_it(Some(&digits(&new, later(2))), later(2)), Err("second_factor_wrong"));
        // A phone whose clock is one step ahead or behind; not two.
        assert_eq!(try_it(Some(&digits(&new, later(5))), later(4)), Ok(()));
        assert_eq!(try_it(Some(&digits(&new, later(7))), later(8)), Ok(()));
        assert_eq!(try_it(Some(&digits(&new, later(20))), later(22)), Err("second_factor_wrong"));
        // A code from the paper, as somebody types it.
        assert_eq!(try_it(Some(&codes[3].to_lowercase()), NOW), Ok(()));
        assert_eq!(try_it(Some(&codes[3]), NOW), Err("second_factor_wrong"));
        assert_eq!(state(&db, &user).unwrap().codes_left, 7);
        assert_eq!(begin(&db, &pepper, &user).err().unwrap().code(), "second_factor_on");
        // With the phone the paper ends.
        end(&db, &user).unwrap();
        assert_eq!(second_factors::codes(&db, &user).unwrap(), Vec::<[u8; 32]>::new());
        assert_eq!(try_it(None, NOW), Ok(()));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_person_with_its_pepper_only() {
        let (pepper, marlin) = (Pepper::of(b"one"), "marlin".parse().unwrap());
        let sealed = seal(&pepper, &marlin, b"twenty bytes of it..").unwrap();
        assert_eq!(open(&pepper, &marlin, &sealed).unwrap(), b"twenty bytes of it..");
        assert!(open(&Pepper::of(b"two"), &marlin, &sealed).is_err());
        assert!(open(&pepper, &"karutan".parse().unwrap(), &sealed).is_err());
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(open(&pepper, &marlin, &damaged).is_err(), "{at}");
        }
        assert!(open(&pepper, &marlin, b"").is_err());
    }
}
