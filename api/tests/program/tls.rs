//! A server that speaks TLS itself, asked by a client that everybody has.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use crate::server::{Scratch, Server, program};

fn certify(certificate: &Path, key: &Path) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    fs::write(certificate, made.cert.pem()).unwrap();
    fs::write(key, made.signing_key.serialize_pem()).unwrap();
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
}

/// curl's exit code, and what it printed.
fn curl(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new("curl").args(["--silent", "--show-error", "--include"]).args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[tokio::test]
async fn tls_is_spoken_browsers_are_told_to_stay_with_it_and_the_doctor_sees_a_broken_certificate() {
    let scratch = Scratch::new("tls");
    let (certificate, key) = (scratch.path().join("tls.pem"), scratch.path().join("tls.key"));
    certify(&certificate, &key);
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let environment =
        [("LEDGERDESK_TLS_CERTIFICATE_FILE", text(&certificate)), ("LEDGERDESK_TLS_KEY_FILE", text(&key))];
    let server = Server::start(&scratch, &environment).await;
    let (url, trusted) = (format!("{}/healthz", server.base()), text(&certificate));
    assert!(url.starts_with("https://"));
    let (code, said) = curl(&["--cacert", &trusted, "--tlsv1.3", "--http2", &url]);
    assert!(code == Some(0) && said.starts_with("HTTP/2 200"), "{said}");
    assert!(said.contains("strict-transport-security: max-age=31536000"), "{said}");
    assert!(!said.to_ascii_lowercase().contains("\nserver:"), "{said}");
    let (code, said) = curl(&["--cacert", &trusted, "--tls-max", "1.2", &url]);
    assert!(code == Some(35) && !said.contains("HTTP/"), "it was not refused: {code:?} {said}");
    let (code, said) = curl(&[&url.replace("https://", "http://")]);
    assert!(code == Some(0) && said.contains("400 Bad Request") && said.contains("tls_required"), "{said}");

    assert!(server.run(&["doctor"]).contains("the TLS certificate and its key can be used"));
    fs::write(&certificate, "no certificate").unwrap();
    let output = program(&scratch.data()).arg("doctor").envs(environment.iter().cloned()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && said.contains("BAD   server.tls.certificate_file: expected"), "{said}");
    server.stop().await;
}

#[test]
fn a_server_whose_certificate_cannot_be_used_does_not_begin() {
    let scratch = Scratch::new("tls-broken");
    let output = program(&scratch.data())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("LEDGERDESK_TLS_CERTIFICATE_FILE", "/nowhere/tls.pem")
        .env("LEDGERDESK_TLS_KEY_FILE", "/nowhere/tls.key")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("server.tls.certificate_file: cannot read /nowhere/tls.pem"),
        "{said}"
    );
    assert!(!scratch.data().exists(), "nothing was begun");
}
