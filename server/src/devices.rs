//! Enrolment of tablets, and how a tablet proves that it is one.
//!
//! A one-time code is 8 letters (40 bits), works for 10 minutes and once. It never travels: both ends prove that they
//! know it ([`bilik_shared::enrolment`]). Somebody who types wrong codes waits longer each time, so guessing one is
//! hopeless. The tablet then holds `<device id>.<secret>`, 256 random bits of which the server keeps the hash.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use bilik_shared::chain;
use bilik_shared::enrolment::{self, Secret, Stretched};
use bilik_shared::id::{DeviceCode, DeviceId, Digest, Hash, PublicKey, SheetId};
use bilik_shared::programme::{Brief, SheetTitle};
use bilik_shared::time::Timestamp;
use bilik_shared::view::{Enrol, Enrolled};
use qrcode::QrCode;
use qrcode::render::{svg, unicode};
use rusqlite::Connection;
use serde_bytes::ByteBuf;

use crate::app::App;
use crate::clock::minutes_after;
use crate::error::Error;
use crate::house::House;
use crate::secret;
use crate::store::devices::{self, DeviceRow};
use crate::store::enrolments::{self, Redeemed};
use crate::store::sheets::{self, SheetRow};
use crate::writer::Writer;

/// Letters of a one-time code.
const CODE_LETTERS: usize = 8;
/// How long a one-time code works, in minutes.
pub const CODE_MINUTES: i64 = 10;
/// Codes are forgotten so many minutes after they ended: until then the answer says why they fail.
const FORGET_MINUTES: i64 = 24 * 60;

/// A code that was just made. It is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCode {
    /// As a person types it: `7K3M-0P1Q`.
    pub code: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Letters that were drawn, and what they are stretched into: made before anybody waits for the database.
struct Drawn {
    letters: String,
    stretched: Stretched,
}

impl Drawn {
    fn now() -> Result<Self, Error> {
        let letters = secret::random_letters(CODE_LETTERS);
        let no_memory = || Error::Internal("a code could not be stretched".to_owned());
        Ok(Self { stretched: enrolment::stretch(&letters).ok_or_else(no_memory)?, letters })
    }
}

/// Makes a one-time code for a tablet that will be given `sheets` (`None`: all).
pub fn new_code(
    db: &Connection,
    sheets: Option<&[SheetId]>,
    minutes: i64,
    now: Timestamp,
) -> Result<NewCode, Error> {
    Ok(keep_code(db, Drawn::now()?, sheets, minutes, now)?)
}

fn keep_code(
    db: &Connection,
    drawn: Drawn,
    sheets: Option<&[SheetId]>,
    minutes: i64,
    now: Timestamp,
) -> rusqlite::Result<NewCode> {
    enrolments::forget_before(db, minutes_after(now, -FORGET_MINUTES))?;
    let expires_at = minutes_after(now, minutes);
    enrolments::insert(db, &drawn.stretched, sheets, expires_at)?;
    let (first, second) = drawn.letters.split_at(CODE_LETTERS / 2);
    Ok(NewCode { code: format!("{first}-{second}"), expires_at })
}

/// Uses a code up and enrols a tablet.
///
/// Who does not prove that they know it does not use it up. `server` is the key that receipts are signed with,
/// `facility` the name of the house. The answer's secret is told once.
pub fn enrol(
    db: &Connection,
    asked: &Enrol,
    server: PublicKey,
    facility: String,
    now: Timestamp,
) -> Result<Enrolled, Error> {
    let code = enrolments::secret(db, &asked.name)?;
    if code.is_some_and(|code| !code.is_asked(asked)) {
        return Err(Error::EnrolProofWrong);
    }
    // One that is worth nothing any more is not used up either: this says why.
    let sheets = use_up(db, &asked.name, now)?;
    let code = code.ok_or(Error::EnrolCodeUnknown)?;
    let number = devices::next_number(db)?;
    let device_code: DeviceCode =
        format!("T{number:02}").parse().map_err(|_| Error::Internal("device code".to_owned()))?;
    let token = secret::random_token();
    let hashed = secret::hash(token.as_bytes());
    let device = DeviceRow::new(DeviceId(secret::random()), device_code, hashed, sheets, now);
    devices::insert(db, &device)?;
    if let Some(tablet) = asked.key {
        note_key(db, device.id, Some(&code), Keys { tablet, server }, now)?;
    }
    if let Some(lost) = &asked.lost {
        devices::note_lost(db, lost, now)?;
    }
    let answer = Enrolled {
        device_id: device.id,
        device_code: device.code,
        secret: token,
        facility,
        server_key: server,
        proof: Hash([0; 32]),
    };
    Ok(code.answer(asked, answer))
}

/// The keys of both sides, each the public half.
#[derive(Debug, Clone, Copy)]
pub struct Keys {
    /// The tablet's.
    pub tablet: PublicKey,
    /// The server's.
    pub server: PublicKey,
}

/// Notes the key of a tablet that has none, with the six digits that both sides show. `code` is what the one-time
/// code is worth; `None` where the tablet was enrolled before it had a key.
pub fn note_key(
    db: &Connection,
    id: DeviceId,
    code: Option<&Secret>,
    keys: Keys,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let digits = chain::comparison(code, id, &keys.tablet, &keys.server);
    devices::set_key(db, id, &keys.tablet, &digits, now)
}

/// Uses a code up. Returns the sheets it was made for (`None`: all).
pub fn use_up(db: &Connection, name: &Hash, now: Timestamp) -> Result<Option<Vec<SheetId>>, Error> {
    match enrolments::redeem(db, name, now)? {
        Redeemed::Now(sheets) => Ok(sheets),
        Redeemed::Before => Err(Error::EnrolCodeUsed),
        Redeemed::TooLate => Err(Error::EnrolCodeExpired),
        Redeemed::Never => Err(Error::EnrolCodeUnknown),
    }
}

/// Where a tablet goes to enrol by itself. The code is in the fragment, which browsers never send.
pub fn link(origin: &str, code: &str) -> String {
    format!("{origin}/tablet/#enrol={code}")
}

/// A QR code for a screen: an SVG without style or script.
pub fn qr_svg(text: &str) -> Result<String, Error> {
    let code = qr(text)?;
    let quiet = code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build();
    // The renderer begins with an XML declaration, which HTML does not know.
    Ok(quiet.find("<svg").map_or(quiet.as_str(), |start| &quiet[start..]).to_owned())
}

/// A QR code for a terminal.
pub fn qr_terminal(text: &str) -> Result<String, Error> {
    let code = qr(text)?;
    let (dark, light) = (unicode::Dense1x2::Light, unicode::Dense1x2::Dark);
    Ok(code.render::<unicode::Dense1x2>().dark_color(dark).light_color(light).build())
}

fn qr(text: &str) -> Result<QrCode, Error> {
    QrCode::new(text).map_err(|cause| Error::Internal(cause.to_string()))
}

/// A tablet with what it is told: a cache of rows that change only when a sheet is opened.
#[derive(Debug, Clone)]
pub struct Known {
    /// The tablet.
    pub row: DeviceRow,
    /// The sheets it is given, in the order they are shown.
    pub sheets: Vec<SheetId>,
    /// What it is told.
    pub brief: Brief,
    /// The digest of that.
    pub brief_digest: Digest,
}

/// Tablets that showed their credential since the server started.
#[derive(Debug, Clone, Default)]
pub struct Devices {
    known: Arc<RwLock<Remembered>>,
}

#[derive(Debug, Default)]
struct Remembered {
    by_id: HashMap<DeviceId, Arc<Known>>,
    /// How often everything was forgotten: what was read before that is not remembered any more.
    times: u64,
}

impl Devices {
    /// The tablet whose credential this is: `<device id>.<secret>`.
    pub async fn check(&self, app: &App, credential: &str) -> Result<Arc<Known>, Error> {
        let (id, token) = credential.split_once('.').ok_or(Error::DeviceUnknown)?;
        let id: DeviceId = id.parse().map_err(|_| Error::DeviceUnknown)?;
        let device = self.get(app, id).await?.ok_or(Error::DeviceUnknown)?;
        if secret::same(&device.row.secret, &secret::hash(token.as_bytes())) {
            Ok(device)
        } else {
            Err(Error::DeviceUnknown)
        }
    }

    /// The tablet of this id, as it is now. Whoever asks has to have shown that it is theirs, or has to show it yet.
    pub async fn again(&self, app: &App, id: DeviceId) -> Result<Arc<Known>, Error> {
        self.get(app, id).await?.ok_or(Error::DeviceUnknown)
    }

    async fn get(&self, app: &App, id: DeviceId) -> Result<Option<Arc<Known>>, Error> {
        let (known, times) = {
            let remembered = self.known.read().unwrap_or_else(PoisonError::into_inner);
            (remembered.by_id.get(&id).cloned(), remembered.times)
        };
        if known.is_some() {
            return Ok(known);
        }
        let read = move |db: &Connection| {
            let Some(row) = devices::get(db, id)? else { return Ok(None) };
            let mut given = sheets::list(db)?;
            if let Some(only) = &row.sheets {
                given.retain(|sheet| only.contains(&sheet.id));
            }
            Ok(Some((row, given)))
        };
        let Some((row, given)) = app.store.read(read).await? else { return Ok(None) };
        let known = Arc::new(know(&*app.house()?, row, given, app.opener.public.clone())?);
        let mut remembered = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.times == times {
            remembered.by_id.insert(id, known.clone());
        }
        Ok(Some(known))
    }

    /// A sheet was opened: what tablets are told is read anew.
    pub fn forget(&self) {
        let mut remembered = self.known.write().unwrap_or_else(PoisonError::into_inner);
        remembered.by_id.clear();
        remembered.times += 1;
    }
}

impl Known {
    /// Whether the tablet may hand in what it has for a sheet: also for one that was taken from it, and when it
    /// was revoked, since work that is not stored must not be lost.
    pub fn brings(&self, sheet: &SheetId) -> bool {
        self.sheets.contains(sheet) || self.row.former.contains(sheet)
    }

    /// Whether it is told what stands on a sheet.
    pub fn reads(&self, sheet: &SheetId) -> bool {
        self.keeps(sheet) && !self.is_suspended()
    }

    /// Whether it may keep a sheet that it holds.
    pub fn keeps(&self, sheet: &SheetId) -> bool {
        !self.is_revoked() && self.sheets.contains(sheet)
    }

    /// Whether two histories of it were found, and nobody has looked yet.
    pub fn is_suspended(&self) -> bool {
        self.row.suspended_at.is_some()
    }

    /// Whether it was revoked.
    pub fn is_revoked(&self) -> bool {
        self.row.revoked_at.is_some()
    }
}

fn know(
    house: &House,
    row: DeviceRow,
    given: Vec<SheetRow>,
    hand_in_key: ByteBuf,
) -> Result<Known, Error> {
    let sheets = given.iter().map(|sheet| sheet.id.clone()).collect();
    let title = |sheet: SheetRow| SheetTitle { id: sheet.id, block: sheet.block };
    let mut brief = house.brief(row.code.clone(), given.into_iter().map(title).collect());
    brief.hand_in_key = Some(hand_in_key);
    let text = serde_json::to_vec(&brief).map_err(|cause| Error::Internal(cause.to_string()))?;
    let mut digest = Digest([0; 8]);
    digest.0.copy_from_slice(&secret::hash(&text)[..8]);
    Ok(Known { row, sheets, brief, brief_digest: digest })
}

/// Makes a one-time code through the writer. Fails where there is no facility to enrol for.
pub async fn make_code(
    writer: &Writer,
    sheets: Option<Vec<SheetId>>,
    minutes: i64,
    now: Timestamp,
) -> Result<NewCode, Error> {
    let drawn = tokio::task::spawn_blocking(Drawn::now).await;
    let drawn = drawn.map_err(|cause| Error::Internal(cause.to_string()))??;
    let write = move |db: &Connection| {
        House::load(db)?.ok_or(Error::NoFacility)?;
        Ok(keep_code(db, drawn, sheets.as_deref(), minutes, now)?)
    };
    writer.write(write).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::Key;
    use crate::store::Store;

    #[test]
    fn a_code_enrols_one_tablet_and_says_why_it_does_not_enrol_another() {
        let folder = tempfile::tempdir().unwrap();
        let db = Store::open(folder.path(), &Key::for_tests()).unwrap().connect_writer().unwrap();
        let made = new_code(&db, None, CODE_MINUTES, Timestamp(0)).unwrap();
        assert_eq!(made.expires_at, Timestamp(600_000));
        let server = PublicKey([8; 32]);
        let ask = |code: &str| enrolment::ask(code, None, None).unwrap();
        let enrol = |asked: &Enrol, now| enrol(&db, asked, server, String::new(), now);
        let (typed, secret) = ask(&made.code.to_lowercase().replace('-', " "));
        // Whoever has seen the name of a code and not the code does not even use it up.
        let lost = Some("T07".parse().unwrap());
        for forged in [
            Enrol { key: Some(server), ..typed.clone() },
            Enrol { lost, ..typed.clone() },
            Enrol { proof: typed.name, ..typed.clone() },
        ] {
            assert!(matches!(enrol(&forged, Timestamp(1)), Err(Error::EnrolProofWrong)));
        }
        let enrolled = enrol(&typed, Timestamp(1)).unwrap();
        assert_eq!(enrolled.device_code.as_str(), "T01");
        assert!(secret.confirms(&typed, &enrolled));
        assert!(matches!(enrol(&typed, Timestamp(2)), Err(Error::EnrolCodeUsed)));
        let (never, _) = ask("0000-0000");
        assert!(matches!(enrol(&never, Timestamp(2)), Err(Error::EnrolCodeUnknown)));
        let late = new_code(&db, None, CODE_MINUTES, Timestamp(0)).unwrap();
        let too_late = enrol(&ask(&late.code).0, late.expires_at);
        assert!(matches!(too_late, Err(Error::EnrolCodeExpired)));
        let row = devices::get(&db, enrolled.device_id).unwrap().unwrap();
        assert_eq!(row.secret, secret::hash(enrolled.secret.as_bytes()));
    }

    #[test]
    fn a_qr_code_carries_no_style_and_no_script() {
        let link = link("http://localhost:8080", "7K3M-0P1Q");
        assert_eq!(link, "http://localhost:8080/tablet/#enrol=7K3M-0P1Q");
        let svg = qr_svg(&link).unwrap();
        assert!(svg.starts_with("<svg") && !svg.contains("style") && !svg.contains("script"));
        assert!(qr_terminal(&link).unwrap().lines().count() > 10);
    }
}
