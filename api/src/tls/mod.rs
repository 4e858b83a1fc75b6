//! TLS where this server speaks it: rustls, version 1.3, and 1.2 where the installation lets older clients in.
//!
//! It deliberately asks for no certificates of clients, and takes no early data, which could be sent again.

mod certificate;
mod error;
mod listener;
mod stray;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use installation::TlsVersion;
use rustls::{
    ServerConfig, SupportedProtocolVersion,
    crypto::ring,
    version::{TLS12, TLS13},
};

pub use certificate::Certificates;
pub use error::TlsError;
pub use listener::{Bounds, TlsListener};

/// With what handshakes are made.
pub fn server_config(certificates: Arc<Certificates>, oldest: TlsVersion) -> Result<Arc<ServerConfig>, TlsError> {
    let versions: &[&SupportedProtocolVersion] = match oldest {
        TlsVersion::V1_3 => &[&TLS13],
        TlsVersion::V1_2 => &[&TLS13, &TLS12],
    };
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(versions).map_err(TlsError::Unsupported)?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(certificates);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
