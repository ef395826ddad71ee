//! TLS 1.3, and no older one: with certificates of the server's own authority, or with files made elsewhere.
//!
//! A house without internet gets no certificate that browsers know. So the server makes an authority of its own
//! ([`authority`]), whose certificate is put on each tablet once; it vouches for the names of this server and,
//! by its name constraints, for nothing else in the world.
//! What is shown to clients is renewed while the server runs ([`Keeper`]); no connection is cut for it.

mod authority;
mod host;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::clock;
use crate::config::Transport;

pub use authority::{Authority, FOLDER, LEAF_DAYS};
pub use host::{Host, NotAHost};

/// How often it is looked whether a certificate has to be renewed, or whether its file is another one.
pub const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);

/// TLS cannot be spoken.
#[derive(Debug)]
pub enum TlsError {
    /// A file cannot be read or written.
    File(PathBuf, io::Error),
    /// A file holds something else.
    NotPem(PathBuf),
    /// The key does not belong to the certificate, or is of a kind that is not known.
    Key(PathBuf),
    /// The authority vouches for other names.
    OtherNames(PathBuf, Vec<Host>),
    /// A certificate cannot be made.
    Make(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, cause) => write!(f, "{}: {cause}.", path.display()),
            Self::NotPem(path) => write!(f, "{} holds no PEM that can be read.", path.display()),
            Self::Key(path) => {
                write!(f, "The key in {} does not fit the certificate.", path.display())
            }
            Self::OtherNames(folder, known) => {
                let known: Vec<String> = known.iter().map(Host::to_string).collect();
                write!(
                    f,
                    "The authority of this server vouches for {} and nothing else: ask for these with --host, or move \
                     the folder {} away for a new authority, which then has to be put on every tablet.",
                    known.join(", "),
                    folder.display()
                )
            }
            Self::Make(cause) => write!(f, "A certificate cannot be made: {cause}."),
        }
    }
}

impl std::error::Error for TlsError {}

/// Holds the certificate of the moment, and gets the next one.
#[derive(Debug)]
pub struct Keeper {
    source: Source,
    current: RwLock<Arc<CertifiedKey>>,
}

#[derive(Debug)]
enum Source {
    Own(Authority),
    Files { certificates: PathBuf, key: PathBuf },
}

impl Keeper {
    /// Gets the first certificate; `None` where this server does not speak TLS.
    pub fn open(transport: &Transport, data: &Path) -> Result<Option<Arc<Self>>, TlsError> {
        let source = match transport {
            Transport::Plain | Transport::BehindProxy => return Ok(None),
            Transport::Own(hosts) => {
                Source::Own(Authority::open_or_make(data, hosts, clock::now())?)
            }
            Transport::Files { certificates, key } => {
                Source::Files { certificates: certificates.clone(), key: key.clone() }
            }
        };
        let current = RwLock::new(Arc::new(source.get()?));
        Ok(Some(Arc::new(Self { source, current })))
    }

    /// Gets another certificate where it is time: at two thirds of its life, or when the files have changed.
    /// What fails is tried again the next time; the one of the moment stays.
    pub fn look(&self) {
        if let Source::Own(authority) = &self.source
            && !authority.is_due(clock::now())
        {
            return;
        }
        match self.source.get() {
            Ok(next) => self.show(next),
            Err(cause) => tracing::error!(%cause, "the certificate was not renewed"),
        }
    }

    fn show(&self, next: CertifiedKey) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.cert != next.cert {
            tracing::info!("another certificate is shown from now on");
            *current = Arc::new(next);
        }
    }

    /// The certificate that is shown now.
    pub fn shown(&self) -> Arc<CertifiedKey> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How to speak: TLS 1.3 without early data, HTTP/1.1.
    pub fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, TlsError> {
        let builder = ServerConfig::builder_with_provider(provider());
        let builder = builder.with_protocol_versions(&[&rustls::version::TLS13]);
        let builder = builder.map_err(|cause| TlsError::Make(cause.to_string()))?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }
}

impl ResolvesServerCert for Keeper {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.shown())
    }
}

impl Source {
    fn get(&self) -> Result<CertifiedKey, TlsError> {
        match self {
            Self::Own(authority) => authority.vouch(clock::now()),
            Self::Files { certificates, key } => from_files(certificates, key),
        }
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn from_files(certificates: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let read =
        |path: &Path| std::fs::read(path).map_err(|cause| TlsError::File(path.to_owned(), cause));
    let (chain, secret) = (read(certificates)?, read(key)?);
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| TlsError::NotPem(certificates.to_owned()))?;
    let secret = PrivateKeyDer::from_pem_slice(&secret);
    let secret = secret.map_err(|_| TlsError::NotPem(key.to_owned()))?;
    CertifiedKey::from_der(chain, secret, &provider()).map_err(|_| TlsError::Key(key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_from_files_is_taken_anew_when_they_change() {
        let folder = tempfile::tempdir().unwrap();
        let (certificates, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
        let write = || {
            let made = rcgen::generate_simple_self_signed(vec!["bilik.lan".to_owned()]).unwrap();
            std::fs::write(&certificates, made.cert.pem()).unwrap();
            std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        };
        write();
        let transport = Transport::Files { certificates: certificates.clone(), key: key.clone() };
        let keeper = Keeper::open(&transport, folder.path()).unwrap().unwrap();
        let first = keeper.shown();
        keeper.look();
        assert_eq!(keeper.shown().cert, first.cert);
        write();
        keeper.look();
        assert_ne!(keeper.shown().cert, first.cert);
        // What cannot be read changes nothing.
        let second = keeper.shown();
        std::fs::write(&key, "nothing").unwrap();
        keeper.look();
        assert_eq!(keeper.shown().cert, second.cert);
        let refused = Keeper::open(&transport, folder.path()).unwrap_err();
        assert!(matches!(refused, TlsError::NotPem(path) if path == key));
        std::fs::write(&key, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
        let refused = Keeper::open(&transport, folder.path()).unwrap_err();
        assert!(matches!(refused, TlsError::Key(path) if path == key), "a stranger's key");
    }
}
