//! The key that this tablet signs with: the browser makes it, and signs and verifies in its own code.
//!
//! The key is kept as bytes among what the tablet encrypts ([`crate::store`]); a `CryptoKey` in IndexedDB would lie on
//! the disk in plain. A browser that cannot sign with Ed25519 has none: then the tablet is believed by its credential,
//! and the desk says that it does not sign.

use bilik_shared::chain::{self, Proof};
use bilik_shared::enrolment::Secret;
use bilik_shared::id::{DeviceId, Hash, PublicKey, Signature};
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::device;

const ED25519: &str = "Ed25519";
/// What stands before the 32 bytes of a private key in PKCS #8, RFC 8410 §7.
const PKCS8: [u8; 16] = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];

/// The key of this tablet, and what it knows of the server's.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The private half, as RFC 8032 has it. Never shown, never sent.
    private: [u8; 32],
    /// The public half.
    pub public: PublicKey,
    /// The server's, once it has told it. Until then nothing is signed.
    pub server: Option<PublicKey>,
    /// Six digits that the desk shows as well.
    pub digits: String,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("public", &self.public).finish_non_exhaustive()
    }
}

impl Keys {
    /// Makes a key; `None` where the browser cannot.
    pub async fn make() -> Option<Self> {
        let subtle = subtle()?;
        let made = subtle.generate_key_with_str(ED25519, true, &uses(&["sign", "verify"])).ok()?;
        let made = JsFuture::from(made).await.ok()?;
        let half =
            |name: &str| Reflect::get(&made, &name.into()).ok()?.dyn_into::<CryptoKey>().ok();
        let private = exported(&subtle, "pkcs8", &half("privateKey")?).await?;
        let public = exported(&subtle, "raw", &half("publicKey")?).await?;
        let private = private.strip_prefix(&PKCS8)?.try_into().ok()?;
        let public = PublicKey(public.try_into().ok()?);
        Some(Self { private, public, server: None, digits: String::new() })
    }

    /// With the server's key, as it told it. `code` is what the one-time code of the enrolment is worth; `None` where
    /// there was none.
    pub fn told(self, server: PublicKey, code: Option<&Secret>, device: DeviceId) -> Self {
        let digits = chain::comparison(code, device, &self.public, &server);
        Self { server: Some(server), digits, ..self }
    }

    /// The lines in which tablets keep it. Do not change: tablets hold them.
    pub(super) fn to_text(&self) -> String {
        let Self { private, public, server, digits } = self;
        let server = server.map(|server| server.to_string()).unwrap_or_default();
        format!("{}\n{public}\n{server}\n{digits}", PublicKey(*private))
    }

    pub(super) fn from_lines<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut key = || lines.next()?.parse().ok();
        let (PublicKey(private), public) = (key()?, key()?);
        let server = key();
        Some(Self { private, public, server, digits: lines.next().unwrap_or_default().to_owned() })
    }
}

/// Signs what is sent and verifies what is answered.
#[derive(Clone)]
pub struct Signer {
    keys: Keys,
    server: PublicKey,
    device: DeviceId,
}

impl Signer {
    /// `None` before the server has told its key.
    pub fn new(keys: Keys, device: DeviceId) -> Option<Self> {
        Some(Self { server: keys.server?, keys, device })
    }

    /// As whom a signed request is sent.
    pub fn who(&self) -> String {
        format!("{} {}", chain::SCHEME, self.device)
    }

    /// What stands before a body that is sent now.
    pub async fn prove(&self, body: &Hash) -> Option<Proof> {
        let (clock, subtle) = (device::now(), subtle()?);
        let pkcs8 = Uint8Array::from([&PKCS8[..], &self.keys.private].concat().as_slice());
        let key = imported(&subtle, "pkcs8", &pkcs8, "sign").await?;
        let message = Uint8Array::from(chain::to_prove(clock, body).as_slice());
        let made = subtle.sign_with_str_and_buffer_source(ED25519, &key, &message).ok()?;
        let made = Uint8Array::new(&JsFuture::from(made).await.ok()?).to_vec();
        Some(Proof { clock, signature: Signature(made.try_into().ok()?) })
    }

    /// Whether the server has signed this answer to that request.
    pub async fn confirms(&self, receipt: &Signature, request: &Hash, answer: &[u8]) -> bool {
        let message = chain::to_receipt(self.device, request, &chain::hash(answer));
        let verified = async {
            let subtle = subtle()?;
            let raw = Uint8Array::from(&self.server.0[..]);
            let key = imported(&subtle, "raw", &raw, "verify").await?;
            let (signature, message) =
                (Uint8Array::from(&receipt.0[..]), Uint8Array::from(message.as_slice()));
            let verified = subtle.verify_with_str_and_buffer_source_and_buffer_source(
                ED25519, &key, &signature, &message,
            );
            JsFuture::from(verified.ok()?).await.ok()?.as_bool()
        };
        verified.await == Some(true)
    }
}

/// The browser's cryptography; `None` on a page that came without TLS.
fn subtle() -> Option<SubtleCrypto> {
    let subtle = window().crypto().ok()?.subtle();
    (!subtle.is_undefined()).then_some(subtle)
}

fn uses(names: &[&str]) -> Array {
    names.iter().map(|name| JsValue::from_str(name)).collect()
}

async fn imported(
    subtle: &SubtleCrypto,
    format: &str,
    bytes: &Object,
    used: &str,
) -> Option<CryptoKey> {
    let key = subtle.import_key_with_str(format, bytes, ED25519, false, &uses(&[used])).ok()?;
    JsFuture::from(key).await.ok()?.dyn_into().ok()
}

async fn exported(subtle: &SubtleCrypto, format: &str, key: &CryptoKey) -> Option<Vec<u8>> {
    let bytes = JsFuture::from(subtle.export_key(format, key).ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}
