//! The server's own authority: made once, kept in the data folder, and put on every tablet.
//!
//! Its certificate carries name constraints: a browser that trusts it believes nothing from it but the names
//! of this server, so whoever steals its key can pretend to be this server and nobody else.
//! The certificates that it signs live 90 days and only in memory; each start makes one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bilik_shared::time::{Date, Timestamp, Zone};
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use super::{Host, TlsError, provider};
use crate::secret;
use crate::store::make_private;

/// Where it lies inside the data folder.
pub const FOLDER: &str = "tls";
/// Its files.
const CERTIFICATE: &str = "ca.pem";
const KEY: &str = "ca.key";
const NAMES: &str = "names";

/// The authority lives so many years.
const YEARS: i64 = 10;
/// What it signs lives so many days, and is renewed when a third of them is left.
pub const LEAF_DAYS: i64 = 90;
/// Clocks of tablets may be late by a day.
const LATE_DAYS: i64 = 1;

/// The authority of one server.
#[derive(Debug)]
pub struct Authority {
    hosts: Vec<Host>,
    certificate: CertificateDer<'static>,
    file: PathBuf,
    key: String,
    due: Mutex<Timestamp>,
}

impl Authority {
    /// Opens the authority in a data folder, or makes one that vouches for `hosts`.
    ///
    /// # Errors
    /// Where the one that is there vouches for other names, and where its files cannot be used.
    pub fn open_or_make(data: &Path, hosts: &[Host], now: Timestamp) -> Result<Self, TlsError> {
        let folder = data.join(FOLDER);
        // The certificate is written last: what has one is whole.
        if !folder.join(CERTIFICATE).exists() {
            make(&folder, hosts, now)?;
        }
        let known = Self::open(data)?.ok_or_else(|| missing(&folder.join(CERTIFICATE)))?;
        if hosts.iter().all(|host| known.hosts.contains(host)) {
            Ok(known)
        } else {
            Err(TlsError::OtherNames(folder, known.hosts))
        }
    }

    /// Opens the authority in a data folder, where there is one.
    pub fn open(data: &Path) -> Result<Option<Self>, TlsError> {
        let folder = data.join(FOLDER);
        let file = folder.join(CERTIFICATE);
        if !file.exists() {
            return Ok(None);
        }
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|cause| TlsError::File(path.to_owned(), cause))
        };
        let certificate = CertificateDer::from_pem_slice(read(&file)?.as_bytes());
        let certificate = certificate.map_err(|_| TlsError::NotPem(file.clone()))?;
        let names = read(&folder.join(NAMES))?;
        let hosts = names.split_whitespace().filter_map(|name| name.parse().ok()).collect();
        let key = read(&folder.join(KEY))?;
        Ok(Some(Self { hosts, certificate, file, key, due: Mutex::new(Timestamp(i64::MIN)) }))
    }

    /// The names it vouches for.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The file with its certificate, PEM.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Its certificate, DER.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The SHA-256 of its certificate as people compare it: `3F:A0:…`.
    pub fn fingerprint(&self) -> String {
        let pairs = secret::hash(&self.certificate).map(|byte| format!("{byte:02X}"));
        pairs.join(":")
    }

    /// Whether it is time for another certificate.
    pub fn is_due(&self, now: Timestamp) -> bool {
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) <= now
    }

    /// Makes a certificate for the names.
    pub fn vouch(&self, now: Timestamp) -> Result<CertifiedKey, TlsError> {
        let key = KeyPair::from_pem(&self.key).map_err(broken)?;
        let issuer = Issuer::new(of_authority(&self.hosts, &key, now), key);
        let own = KeyPair::generate().map_err(broken)?;
        let names: Vec<String> = self.hosts.iter().map(Host::to_string).collect();
        let mut leaf = CertificateParams::new(names).map_err(broken)?;
        let name = self.hosts.first().map(Host::to_string).unwrap_or_default();
        leaf.distinguished_name = rcgen::DistinguishedName::new();
        leaf.distinguished_name.push(DnType::CommonName, name);
        lives_until(&mut leaf, now, days_after(now, LEAF_DAYS).date(Zone::WIB));
        leaf.use_authority_key_identifier_extension = true;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let signed = leaf.signed_by(&own, &issuer).map_err(broken)?;
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.serialize_der()));
        let chain = vec![signed.der().clone()];
        let made = CertifiedKey::from_der(chain, secret, &provider());
        let made = made.map_err(|cause| TlsError::Make(cause.to_string()))?;
        *self.due.lock().unwrap_or_else(PoisonError::into_inner) =
            days_after(now, LEAF_DAYS * 2 / 3);
        Ok(made)
    }
}

fn broken(cause: rcgen::Error) -> TlsError {
    TlsError::Make(cause.to_string())
}

fn missing(path: &Path) -> TlsError {
    TlsError::File(path.to_owned(), io::ErrorKind::NotFound.into())
}

fn days_after(time: Timestamp, days: i64) -> Timestamp {
    Timestamp(time.0.saturating_add(days * 24 * 60 * 60 * 1000))
}

/// From now on, and a little before, because clocks of tablets may be late.
fn lives_until(params: &mut CertificateParams, now: Timestamp, end: Date) {
    let begin = days_after(now, -LATE_DAYS).date(Zone::WIB);
    params.not_before = date_time_ymd(begin.year(), begin.month(), begin.day());
    params.not_after = date_time_ymd(end.year(), end.month(), end.day());
}

/// What a new authority is, and what stands as the issuer in what it signs.
fn of_authority(hosts: &[Host], key: &KeyPair, now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    // Two houses' authorities on one tablet are told apart by their keys.
    let mark: String =
        secret::hash(key.public_key_raw())[..4].iter().map(|byte| format!("{byte:02X}")).collect();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "Bilik");
    params.distinguished_name.push(DnType::CommonName, format!("Bilik CA {mark}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    lives_until(&mut params, now, days_after(now, YEARS * 365).date(Zone::WIB));
    params.name_constraints = Some(constraints(hosts));
    params
}

/// These names and no others. A kind of name that is not permitted at all has to be excluded.
fn constraints(hosts: &[Host]) -> NameConstraints {
    let mut permitted = Vec::new();
    for host in hosts {
        permitted.push(match host {
            Host::Name(name) => GeneralSubtree::DnsName(name.clone()),
            Host::Address(address) => {
                let bits = if address.is_ipv4() { 32 } else { 128 };
                GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(*address, bits))
            }
        });
    }
    if !hosts.iter().any(|host| matches!(host, Host::Name(_))) {
        // A name that nobody can have (RFC 2606).
        permitted.push(GeneralSubtree::DnsName("bilik.invalid".to_owned()));
    }
    let has = |is: fn(&IpAddr) -> bool| {
        hosts.iter().any(|host| matches!(host, Host::Address(address) if is(address)))
    };
    let mut excluded = Vec::new();
    if !has(IpAddr::is_ipv4) {
        excluded.push(GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([0; 4], 0)));
    }
    if !has(IpAddr::is_ipv6) {
        excluded.push(GeneralSubtree::IpAddress(CidrSubnet::from_v6_prefix([0; 16], 0)));
    }
    NameConstraints { permitted_subtrees: permitted, excluded_subtrees: excluded }
}

fn make(folder: &Path, hosts: &[Host], now: Timestamp) -> Result<(), TlsError> {
    let key = KeyPair::generate().map_err(broken)?;
    let certificate = of_authority(hosts, &key, now).self_signed(&key).map_err(broken)?;
    make_private(folder).map_err(|cause| TlsError::File(folder.to_owned(), cause))?;
    let names: Vec<String> = hosts.iter().map(Host::to_string).collect();
    for (name, content) in [
        (KEY, key.serialize_pem()),
        (NAMES, names.join("\n") + "\n"),
        (CERTIFICATE, certificate.pem()),
    ] {
        let path = folder.join(name);
        write_private(&path, content.as_bytes()).map_err(|cause| TlsError::File(path, cause))?;
    }
    Ok(())
}

/// Writes a file whole, for its owner only.
fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let draft = path.with_extension("new");
    let mut options = File::options();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    File::open(path.parent().unwrap_or(path))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Arc;
    use std::time::Duration;

    use rustls::RootCertStore;
    use rustls::client::WebPkiServerVerifier;
    use rustls::client::danger::ServerCertVerifier as _;
    use rustls::pki_types::{ServerName, UnixTime};

    use super::*;

    fn hosts(names: &[&str]) -> Vec<Host> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    fn believes(authority: &Authority, leaf: &CertifiedKey, name: &str, at: Timestamp) -> bool {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate.clone()).unwrap();
        let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
        let verifier = builder.build().unwrap();
        let name = ServerName::try_from(name.to_owned()).unwrap();
        let at = UnixTime::since_unix_epoch(Duration::from_millis(at.0 as u64));
        verifier.verify_server_cert(&leaf.cert[0], &[], &name, &[], at).is_ok()
    }

    #[test]
    fn an_authority_is_made_once_and_vouches_for_its_names_only() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp(1_780_000_000_000);
        let asked = hosts(&["bilik.lan", "192.168.1.10"]);
        let made = Authority::open_or_make(folder.path(), &asked, now).unwrap();
        let again = Authority::open_or_make(folder.path(), &asked[..1], now).unwrap();
        assert_eq!(made.fingerprint(), again.fingerprint());
        assert_eq!(made.fingerprint().len(), 32 * 3 - 1);
        for file in ["tls/ca.key", "tls/ca.pem", "tls/names"] {
            let mode = fs::metadata(folder.path().join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
        let leaf = again.vouch(now).unwrap();
        for name in ["bilik.lan", "192.168.1.10"] {
            assert!(believes(&again, &leaf, name, now), "{name}");
        }
        assert!(!believes(&again, &leaf, "evil.example", now));
        let other = hosts(&["bilik.lan", "other.lan"]);
        let refused = Authority::open_or_make(folder.path(), &other, now).unwrap_err();
        assert!(refused.to_string().contains("vouches for bilik.lan, 192.168.1.10"), "{refused}");
    }

    #[test]
    fn a_stolen_key_vouches_for_nobody_else() {
        let now = Timestamp(1_780_000_000_000);
        for (own, names) in [
            (&["bilik.lan"][..], &["bank.example", "10.0.0.1", "fd00::1"][..]),
            (&["192.168.1.10"], &["bank.example", "192.168.1.11", "fd00::1"]),
            (&["fd00::10"], &["bank.example", "192.168.1.10", "fd00::11"]),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let real = Authority::open_or_make(folder.path(), &hosts(own), now).unwrap();
            let leaf = real.vouch(now).unwrap();
            assert!(believes(&real, &leaf, own[0], now), "{own:?}");
            // The thief signs whatever they want with it.
            let thief = Authority {
                hosts: hosts(names),
                ..Authority::open(folder.path()).unwrap().unwrap()
            };
            let forged = thief.vouch(now).unwrap();
            for name in names {
                assert!(!believes(&real, &forged, name, now), "{own:?} vouches for {name}");
            }
        }
    }

    #[test]
    fn a_certificate_is_renewed_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp(1_780_000_000_000);
        let authority =
            Authority::open_or_make(folder.path(), &hosts(&["bilik.lan"]), now).unwrap();
        assert!(authority.is_due(now));
        let first = authority.vouch(now).unwrap();
        let after = |days| days_after(now, days);
        assert!(!authority.is_due(after(59)) && authority.is_due(after(60)));
        assert!(believes(&authority, &first, "bilik.lan", after(89)));
        assert!(!believes(&authority, &first, "bilik.lan", after(91)));
        let second = authority.vouch(after(60)).unwrap();
        assert!(believes(&authority, &second, "bilik.lan", after(120)));
        assert!(!authority.is_due(after(119)));
    }
}
