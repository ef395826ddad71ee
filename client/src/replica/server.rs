//! Who this tablet is to the server, and the one way there.

use bilik_shared::sealed::DEVICE;

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
}

/// The way to the server. Only enrolment makes one, and without one nothing can be sent: there is no credential
/// in the page's memory, and none in the store that was opened.
#[derive(Clone)]
pub(super) struct Server {
    bearer: String,
}

impl Server {
    pub(super) fn of(device: &Device) -> Self {
        Self { bearer: format!("{}.{}", device.device_id, device.secret) }
    }

    pub(super) async fn exchange(&self, body: &[u8]) -> Result<Vec<u8>, NetError> {
        net::post_bytes("/api/v1/exchange", &self.bearer, body, EXCHANGE_LIMIT_MS).await
    }

    pub(super) async fn redeem(&self, code: &str) -> Result<(), NetError> {
        let texts = [("code", code)];
        net::post_texts("/api/v1/pin-code", Some(&self.bearer), &texts).await.map(drop)
    }

    pub(super) async fn watch(&self, opened: impl FnMut(), told: impl FnMut(&str)) -> NetError {
        net::watch("/api/v1/changes", &self.bearer, SILENCE_LIMIT_MS, opened, told).await
    }
}

/// The device that was enrolled, among what the store holds.
pub fn enrolled(stored: &[(String, Vec<u8>)]) -> Option<Device> {
    let (_, value) = stored.iter().find(|(key, _)| key == DEVICE)?;
    Device::from_text(std::str::from_utf8(value).ok()?)
}

impl Device {
    /// The form in which tablets keep it: four lines. Do not change: tablets hold it.
    fn to_text(&self) -> String {
        format!("1\n{}\n{}\n{}", self.device_id, self.device_code, self.secret)
    }

    fn from_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let _version = lines.next().filter(|version| *version == "1")?;
        let mut line = || lines.next().map(str::to_owned);
        Some(Self { device_id: line()?, device_code: line()?, secret: line()? })
    }
}

/// Remembers who this tablet is, and forgets who it was before. Only after that is it enrolled.
pub async fn remember_device(store: &Store, device: &Device) -> Result<(), StoreError> {
    store.begin_anew(DEVICE, device.to_text().as_bytes()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tablet_remembers_who_it_is() {
        let device =
            Device { device_id: "00ff".into(), device_code: "T03".into(), secret: "s3cret".into() };
        // As tablets in the field hold it: whoever cannot read this has to enrol them all again.
        assert_eq!(device.to_text(), "1\n00ff\nT03\ns3cret");
        assert_eq!(Device::from_text(&device.to_text()), Some(device));
        assert_eq!(Device::from_text("2\nof a newer version"), None);
    }
}
