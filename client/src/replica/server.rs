//! Who this tablet is to the server, and the one way there.

use bilik_shared::chain;
use bilik_shared::enrolment;
use bilik_shared::replica::Write;
use bilik_shared::sealed::DEVICE;

use super::signer::{Keys, Signer};
use crate::net::{self, NetError};
use crate::store::{Store, StoreError};

/// A slow link in a corridor takes its time; a dead one must not hold the next try for ever.
const EXCHANGE_LIMIT_MS: u32 = 30_000;
/// The server says something at least every 20 seconds.
const SILENCE_LIMIT_MS: u32 = 45_000;

/// Who this tablet is to the server, from enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The id of the device.
    pub device_id: String,
    /// What people call it, for example `T03`.
    pub device_code: String,
    /// What proves that it is this device.
    pub secret: String,
    /// The key that it signs with; `None` on tablets from before tablets signed, and where the browser cannot.
    pub keys: Option<Keys>,
}

/// The way to the server. Only enrolment makes one, and without one nothing can be sent: there is no credential
/// in the page's memory, and none in the store that was opened.
#[derive(Clone)]
pub(super) struct Server {
    /// Its credential, as `Authorization` has it.
    who: String,
    signer: Option<Signer>,
}

impl Server {
    pub(super) fn of(device: &Device) -> Self {
        let id = device.device_id.parse().ok();
        let signer = device.keys.clone().zip(id).and_then(|(keys, id)| Signer::new(keys, id));
        Self { who: format!("Bearer {}.{}", device.device_id, device.secret), signer }
    }

    /// Whether what is sent is signed.
    pub(super) fn signs(&self) -> bool {
        self.signer.is_some()
    }

    /// An answer that the server has not signed is none, where it signs.
    pub(super) async fn exchange(&self, body: &[u8]) -> Result<Vec<u8>, NetError> {
        let (url, limit) = ("/api/v1/exchange", EXCHANGE_LIMIT_MS);
        let Some(signer) = &self.signer else {
            return net::post_bytes(url, &self.who, body, limit).await;
        };
        let hash = chain::hash(body);
        let proof = signer.prove(&hash).await.ok_or(NetError::Unproven)?;
        let sealed = net::post_bytes(url, &signer.who(), &proof.seal(body), limit).await?;
        let (receipt, answer) = chain::receipt(&sealed).ok_or(NetError::Unproven)?;
        let confirmed = signer.confirms(&receipt, &hash, answer).await;
        confirmed.then(|| answer.to_vec()).ok_or(NetError::Unproven)
    }

    /// Tells the server the key of this tablet, and gives the server's.
    async fn tell_key(&self, keys: Keys, device_id: &str) -> Result<Option<Keys>, NetError> {
        let key = keys.public.to_string();
        let texts = [("key", key.as_str())];
        let answer = net::post_texts("/api/v1/device-key", Some(&self.who), &texts).await?;
        let server = net::text_of(&answer, "server_key").and_then(|key| key.parse().ok());
        let told = server.zip(device_id.parse().ok());
        Ok(told.map(|(server, device)| keys.told(server, None, device)))
    }

    pub(super) async fn redeem(&self, code: &str) -> Result<(), NetError> {
        let name = enrolment::stretch(code).ok_or(NetError::Garbled)?.name.to_string();
        let texts = [("name", name.as_str())];
        net::post_texts("/api/v1/pin-code", Some(&self.who), &texts).await.map(drop)
    }

    pub(super) async fn watch(&self, opened: impl FnMut(), told: impl FnMut(&str)) -> NetError {
        net::watch("/api/v1/changes", &self.who, SILENCE_LIMIT_MS, opened, told).await
    }
}

/// The device that was enrolled, among what the store holds.
pub fn enrolled(stored: &[(String, Vec<u8>)]) -> Option<Device> {
    let (_, value) = stored.iter().find(|(key, _)| key == DEVICE)?;
    Device::from_text(std::str::from_utf8(value).ok()?)
}

impl Device {
    /// The form in which tablets keep it: four lines, and four more with a key. Do not change: tablets hold it.
    fn to_text(&self) -> String {
        let Self { device_id, device_code, secret, keys } = self;
        let keys = keys.as_ref().map(|keys| format!("\n{}", keys.to_text())).unwrap_or_default();
        format!("1\n{device_id}\n{device_code}\n{secret}{keys}")
    }

    fn write(&self) -> Write {
        Write::Put { key: DEVICE.to_owned(), value: self.to_text().into_bytes() }
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let _version = lines.next().filter(|version| *version == "1")?;
        let mut line = || lines.next().map(str::to_owned);
        let (device_id, device_code, secret) = (line()?, line()?, line()?);
        Some(Self { device_id, device_code, secret, keys: Keys::from_lines(lines) })
    }
}

/// Remembers who this tablet is, and forgets who it was before. Only after that is it enrolled.
pub async fn remember_device(store: &Store, device: &Device) -> Result<(), StoreError> {
    store.begin_anew(DEVICE, device.to_text().as_bytes()).await
}

/// A tablet that was enrolled before tablets signed makes a key and tells the server. The key is on the disk before
/// the server hears of it, so that an answer that is lost is asked for again at the next start.
pub(super) async fn begin_to_sign(store: &Store, device: &mut Device) {
    if device.keys.as_ref().is_some_and(|keys| keys.server.is_some()) {
        return;
    }
    let keys = match device.keys.clone() {
        Some(keys) => keys,
        None => {
            let Some(keys) = Keys::make().await else { return };
            device.keys = Some(keys.clone());
            if let Err(error) = store.write(&[device.write()]).await {
                device.keys = None;
                return leptos::logging::warn!("the tablet's key was not kept: {error}");
            }
            keys
        }
    };
    match Server::of(device).tell_key(keys, &device.device_id).await {
        Ok(Some(keys)) => {
            device.keys = Some(keys);
            if let Err(error) = store.write(&[device.write()]).await {
                leptos::logging::warn!("the server's key was not kept: {error}");
            }
        }
        Ok(None) => leptos::logging::warn!("the server has told no key"),
        Err(error) => leptos::logging::warn!("the key was not told: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tablet_remembers_who_it_is() {
        let (device_id, device_code, secret) = ("00ff".into(), "T03".into(), "s3cret".into());
        let device = Device { device_id, device_code, secret, keys: None };
        // As tablets in the field hold it: whoever cannot read this has to enrol them all again.
        assert_eq!(device.to_text(), "1\n00ff\nT03\ns3cret");
        assert_eq!(Device::from_text(&device.to_text()), Some(device.clone()));
        let (one, two, three) = ("01".repeat(32), "02".repeat(32), "03".repeat(32));
        for (server, digits) in [(three.as_str(), "123456"), ("", "")] {
            let text = format!("1\n00ff\nT03\ns3cret\n{one}\n{two}\n{server}\n{digits}");
            let read = Device::from_text(&text).unwrap();
            let keys = read.keys.as_ref().unwrap();
            assert_eq!(keys.public.to_string(), two);
            assert_eq!(keys.server.map(|key| key.to_string()).unwrap_or_default(), server);
            assert_eq!(read.to_text(), text);
        }
        assert_eq!(Device::from_text("2\nof a newer version"), None);
    }
}
