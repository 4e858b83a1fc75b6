//! A connection for syslog: to an address that was checked, with TLS unless it is this machine itself, for one batch.
//!
//! Syslog has no acknowledgement. So the end of the connection is one: after the batch this side says that nothing more comes
//! (`close_notify`, RFC 5425, section 4.4), and waits until the receiver has closed, too; TLS and TCP are in order, so by
//! then it has read all that was before. One that breaks off, or does not close in time, gets the batch again.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::{
    log_streams::target::Syslog,
    webhooks::{Names, UrlRefused, sender::SendError},
};

/// Sends it, and waits until the receiver has read it to its end.
pub(super) async fn deliver(
    names: &dyn Names,
    target: &Syslog,
    certificates: Option<&str>,
    batch: &[u8],
) -> Result<(), SendError> {
    let stream = connect(names, target).await?;
    if !target.tls {
        return exchange(stream, batch).await;
    }
    let config = config(certificates).map_err(SendError::NoTls)?;
    let name = ServerName::try_from(target.host.trim_matches(['[', ']']).to_owned());
    let name = name.map_err(|error| SendError::NoConnection(error.to_string()))?;
    let secured = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    exchange(secured.map_err(|error| SendError::NoConnection(error.to_string()))?, batch).await
}

/// The first address within reach that answers: what was checked is what is connected to.
async fn connect(names: &dyn Names, target: &Syslog) -> Result<TcpStream, SendError> {
    let host = target.host.trim_matches(['[', ']']);
    let found = match host.parse::<IpAddr>() {
        Ok(address) => vec![address],
        Err(_) => names.addresses(host.to_owned()).await.map_err(|error| SendError::NoConnection(error.to_string()))?,
    };
    let mut failure = SendError::Refused(UrlRefused::Address);
    for address in found.into_iter().filter(|address| target.reach.includes(*address)) {
        match TcpStream::connect(SocketAddr::new(address, target.port)).await {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = SendError::NoConnection(error.to_string()),
        }
    }
    Err(failure)
}

/// With the authorities of this machine, or with those of the stream and no other.
fn config(certificates: Option<&str>) -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    let Some(pem) = certificates else {
        let verified = builder.with_platform_verifier().map_err(|error| error.to_string())?;
        return Ok(verified.with_no_client_auth());
    };
    Ok(builder.with_root_certificates(authorities(pem)?).with_no_client_auth())
}

/// The certificates of a text in PEM; an error where there is none, or one that cannot be read.
pub(super) fn authorities(pem: &str) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(roots) }
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, batch: &[u8]) -> Result<(), SendError> {
    let broken = |error: std::io::Error| SendError::Broken(error.to_string());
    stream.write_all(batch).await.map_err(broken)?;
    stream.shutdown().await.map_err(broken)?;
    let mut answered = [0; 512];
    loop {
        match stream.read(&mut answered).await {
            Ok(0) => return Ok(()),
            // A receiver of syslog says nothing; what it says all the same is passed over.
            Ok(_) => {}
            // It closed without saying so, as many do: what it had not read would have been a reset.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(broken(error)),
        }
    }
}
