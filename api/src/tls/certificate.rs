//! The certificate that is shown, read again when its files change.

use std::{
    fs::File,
    io::Read as _,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use installation::TlsSection;
use rustls::{
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

use super::TlsError;
use crate::problem::chain;

/// How often it is looked whether the files have changed.
const EVERY: Duration = Duration::from_secs(10);
const CERTIFICATE: &str = "server.tls.certificate_file";
const KEY: &str = "server.tls.key_file";

/// The certificate of this server, and its key.
#[derive(Debug)]
pub struct Certificates {
    section: TlsSection,
    shown: RwLock<Arc<CertifiedKey>>,
}

/// What a look at the files has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// What is shown already.
    Same,
    /// Another certificate, which is shown from now on.
    Another,
}

impl Certificates {
    /// Those of the files.
    pub fn load(section: &TlsSection) -> Result<Self, TlsError> {
        let shown = RwLock::new(Arc::new(read(section)?));
        Ok(Self { section: section.clone(), shown })
    }

    /// Reads the files again. What cannot be used leaves what is shown as it is.
    pub fn look(&self) -> Result<Found, TlsError> {
        let found = read(&self.section)?;
        let mut shown = self.shown.write().unwrap_or_else(PoisonError::into_inner);
        if shown.cert == found.cert {
            return Ok(Found::Same);
        }
        *shown = Arc::new(found);
        Ok(Found::Another)
    }

    /// Looks again and again, and tells each failure once.
    pub async fn follow(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(EVERY);
        let mut told = None;
        loop {
            ticks.tick().await;
            let this = Arc::clone(&self);
            let Ok(looked) = tokio::task::spawn_blocking(move || this.look()).await else { return };
            let failed = looked.as_ref().err().map(|error| chain(error));
            metrics::gauge!("ledgerdesk_tls_certificate_stale").set(if failed.is_some() { 1.0 } else { 0.0 });
            if matches!(looked, Ok(Found::Another)) {
                tracing::info!("another TLS certificate is shown from now on");
            }
            if let Some(error) = failed.as_ref().filter(|_| failed != told) {
                tracing::error!(
                    error,
                    "the new TLS certificate cannot be used: the one before is shown as long as this process runs"
                );
            }
            told = failed;
        }
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(section: &TlsSection) -> Result<CertifiedKey, TlsError> {
    let TlsSection { certificate_file, key_file, .. } = section;
    let pem = content(CERTIFICATE, certificate_file)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.ok().filter(|chain| !chain.is_empty());
    let damaged = |key, expected, file: &Path| TlsError::Damaged { key, expected, file: file.to_owned() };
    let certificates = certificates
        .ok_or_else(|| damaged(CERTIFICATE, "certificates in PEM (-----BEGIN CERTIFICATE-----)", certificate_file))?;
    let key = PrivateKeyDer::from_pem_slice(&secret(key_file)?)
        .map_err(|_| damaged(KEY, "a private key in PEM (-----BEGIN PRIVATE KEY-----), not encrypted", key_file))?;
    CertifiedKey::from_der(certificates, key, &ring::default_provider()).map_err(|source| TlsError::Unfit {
        certificate: certificate_file.clone(),
        key: key_file.clone(),
        source,
    })
}

fn content(key: &'static str, file: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(file).map_err(|source| TlsError::Unreadable { key, file: file.to_owned(), source })
}

/// As the master key's: nobody but the owner of the file may read it.
fn secret(file: &Path) -> Result<Vec<u8>, TlsError> {
    let failed = |source| TlsError::Unreadable { key: KEY, file: file.to_owned(), source };
    let mut opened = File::open(file).map_err(failed)?;
    let mode = opened.metadata().map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(TlsError::TooOpen { file: file.to_owned(), mode });
    }
    let mut content = Vec::new();
    opened.read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}
