use std::{
    fs::{self, Permissions},
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
};

use axum::{Router, extract::ConnectInfo, routing::get, serve::ListenerExt as _};
use installation::TlsSection;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::{certificate::Found, *};

/// A directory with a certificate for localhost and its key.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Self {
        let directory = std::env::temp_dir().join(format!("ledgerdesk-tls-{}-{name}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let files = Self(directory);
        files.renew();
        files
    }

    fn section(&self) -> TlsSection {
        let minimum_version = TlsVersion::V1_3;
        TlsSection { certificate_file: self.0.join("tls.pem"), key_file: self.0.join("tls.key"), minimum_version }
    }

    fn renew(&self) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let TlsSection { certificate_file, key_file, .. } = self.section();
        fs::write(certificate_file, made.cert.pem()).unwrap();
        fs::write(&key_file, made.signing_key.serialize_pem()).unwrap();
        fs::set_permissions(key_file, Permissions::from_mode(0o600)).unwrap();
    }

    /// What a client trusts that trusts this certificate.
    fn trusted(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.section().certificate_file).unwrap()).unwrap();
        roots
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A server that tells whoever asks which address they have.
async fn serve(files: &Files, oldest: TlsVersion, bounds: Bounds) -> (SocketAddr, Arc<Certificates>) {
    let certificates = Arc::new(Certificates::load(&files.section()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let config = server_config(Arc::clone(&certificates), oldest).unwrap();
    let listener = TlsListener::new(listener, config, bounds).unwrap();
    let router =
        Router::new().route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener.tap_io(|_| ()), service).await });
    (address, certificates)
}

async fn connect(
    address: SocketAddr,
    roots: RootCertStore,
    versions: &[&'static SupportedProtocolVersion],
) -> std::io::Result<TlsStream<TcpStream>> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(versions).unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

#[tokio::test]
async fn version_1_3_is_spoken_and_the_peer_is_known() {
    let files = Files::new("spoken");
    let (address, _) = serve(&files, TlsVersion::V1_3, Bounds::default()).await;
    let mut stream = connect(address, files.trusted(), &[&TLS13, &TLS12]).await.unwrap();
    let (connection, session) = stream.get_ref();
    let me = connection.local_addr().unwrap();
    assert_eq!(session.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
    assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
    stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with(&format!("\r\n\r\n{me}")), "{answer}");
}

#[tokio::test]
async fn version_1_2_is_spoken_only_where_it_is_switched_on() {
    let files = Files::new("older");
    let (strict, _) = serve(&files, TlsVersion::V1_3, Bounds::default()).await;
    let refused = connect(strict, files.trusted(), &[&TLS12]).await.unwrap_err();
    assert!(refused.to_string().contains("ProtocolVersion"), "{refused}");
    let (lenient, _) = serve(&files, TlsVersion::V1_2, Bounds::default()).await;
    let stream = connect(lenient, files.trusted(), &[&TLS12]).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_2));
    let stream = connect(lenient, files.trusted(), &[&TLS13, &TLS12]).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_3));
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_is_not() {
    let files = Files::new("renewed");
    let (address, certificates) = serve(&files, TlsVersion::V1_3, Bounds::default()).await;
    let first = files.trusted();
    assert_eq!(certificates.look().unwrap(), Found::Same);
    files.renew();
    connect(address, first.clone(), &[&TLS13]).await.expect("it was not looked yet");
    assert_eq!(certificates.look().unwrap(), Found::Another);
    connect(address, files.trusted(), &[&TLS13]).await.unwrap();
    assert!(connect(address, first, &[&TLS13]).await.is_err(), "the first is shown no more");

    let second = files.trusted();
    let TlsSection { certificate_file, key_file, .. } = files.section();
    let (certificate, key) = (fs::read(&certificate_file).unwrap(), fs::read(&key_file).unwrap());
    let failed = |certificates: &Certificates| crate::problem::chain(&certificates.look().unwrap_err());
    fs::write(&certificate_file, &certificate[..certificate.len() / 2]).unwrap();
    assert!(failed(&certificates).contains("server.tls.certificate_file: expected certificates in PEM"));
    files.renew();
    fs::write(&key_file, &key).unwrap();
    assert!(failed(&certificates).contains("cannot be used together"));
    fs::remove_file(&key_file).unwrap();
    assert!(failed(&certificates).contains("server.tls.key_file: cannot read"));
    connect(address, second, &[&TLS13]).await.expect("the last that could be used is shown");
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let files = Files::new("open");
    for mode in [0o640, 0o604] {
        fs::set_permissions(files.section().key_file, Permissions::from_mode(mode)).unwrap();
        let text = Certificates::load(&files.section()).unwrap_err().to_string();
        assert!(text.contains(&format!("mode {mode:o}")) && text.contains("chmod 600"), "{text}");
    }
}

#[tokio::test]
async fn who_asks_without_tls_is_told_to_use_it() {
    let files = Files::new("plain");
    let (address, _) = serve(&files, TlsVersion::V1_3, Bounds::default()).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /api/tickets HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 400 ") && head.contains("application/problem+json"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["code"], &body["status"]), (&"tls_required".into(), &400.into()), "{body}");
}

#[tokio::test]
async fn who_does_not_go_on_with_a_handshake_holds_nobody_up_and_is_driven_out_by_others() {
    let files = Files::new("stalled");
    let (address, _) = serve(&files, TlsVersion::V1_3, Bounds { at_once: 1, ..Bounds::default() }).await;
    let mut stalled = TcpStream::connect(address).await.unwrap();
    // As far as the length of a handshake's record.
    stalled.write_all(&[22, 3, 1, 2, 0]).await.unwrap();
    connect(address, files.trusted(), &[&TLS13]).await.unwrap();
    assert!(stalled.read_u8().await.is_err(), "its connection was closed");
}

#[tokio::test]
async fn a_handshake_that_takes_too_long_is_given_up() {
    let files = Files::new("late");
    let bounds = Bounds { patience: std::time::Duration::from_millis(1), ..Bounds::default() };
    let (address, _) = serve(&files, TlsVersion::V1_3, bounds).await;
    let mut silent = TcpStream::connect(address).await.unwrap();
    assert_eq!(silent.read_u8().await.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
}
