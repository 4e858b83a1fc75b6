use std::collections::HashMap;
use std::fs;

use super::*;
use crate::scratch::Scratch;

const EXAMPLE: &str = include_str!("../../../examples/ledgerdesk.example.toml");

/// Loads the configuration from the text of a `ledgerdesk.toml` and an environment.
fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let directory = Scratch::new();
    let path = directory.path().join("ledgerdesk.toml");
    fs::write(&path, file).unwrap();
    let environment: HashMap<&str, &str> = environment.iter().copied().collect();
    load::load(None, &path, &|name| environment.get(name).map(|value| (*value).to_owned()))
}

/// The refusal's text without the name of the temporary directory.
fn refusal(file: &str, environment: &[(&str, &str)]) -> String {
    let text = load(file, environment).unwrap_err().to_string();
    let before = text.find('/').map_or("", |start| &text[start..]);
    let directory = before.find("ledgerdesk.toml").map(|end| before[..end].to_owned());
    directory.map_or(text.clone(), |directory| text.replace(&directory, ""))
}

#[test]
fn the_example_shows_the_defaults() {
    assert_eq!(load(EXAMPLE, &[]).unwrap(), Config::default());
}

#[test]
fn every_key_of_the_example_is_known() {
    let uncommented = EXAMPLE.replace("\n# public_url", "\npublic_url");
    let uncommented = uncommented.replace("\n# url", "\nurl").replace("\n# admin_url", "\nadmin_url");
    let uncommented = uncommented.replace("\n# origin", "\norigin").replace("\n# checkpoint_", "\ncheckpoint_");
    let uncommented = uncommented.replace("\n# certificate_", "\ncertificate_").replace("\n# key_file", "\nkey_file");
    let config = load(&uncommented.replace("\n# master_key_file", "\nmaster_key_file"), &[]).unwrap();
    assert_eq!(config.server.tls.as_ref().unwrap().key_file, Path::new("/etc/ledgerdesk/tls.key"));
    assert_eq!(config.log_origin(), "desk.example.com");
    assert_eq!(config.checkpoint_directory(), Path::new("/var/lib/ledgerdesk-checkpoints"));
    assert_eq!(config.server.public_url.as_deref(), Some("https://desk.example.com"));
    assert_eq!(config.files.url.as_deref(), Some("s3://ledgerdesk-files"));
    assert_eq!(config.backups.url.as_deref(), Some("s3://ledgerdesk-backups"));
    assert_eq!(config.files.origin.as_deref(), Some("https://files.example.com"));
    assert!(config.database.url.is_some() && config.database.admin_url.is_some());
    assert_eq!(config.master_key_file(), Path::new("/etc/ledgerdesk/master.key"));
}

#[test]
fn without_a_file_the_defaults_hold() {
    let directory = Scratch::new();
    let config = load::load(None, &directory.path().join("ledgerdesk.toml"), &|_| None).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config.master_key_file(), Path::new("./data/keys/master.key"));
}

#[test]
fn a_file_that_is_named_must_exist() {
    let text = Config::load(Some(Path::new("/nowhere/desk.toml")), |_| None).unwrap_err().to_string();
    assert!(text.starts_with("the configuration file /nowhere/desk.toml does not exist: create it"), "{text}");
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file =
        "[server]\nlisten = \"0.0.0.0:80\"\n[data]\ndirectory = \"/a\"\n[log]\nformat = \"json\"\nlevel = \"warn\"";
    let key = "ab".repeat(32);
    let config = load(
        file,
        &[
            ("LEDGERDESK_DATA", "/b"),
            ("LEDGERDESK_LISTEN", "[::1]:81"),
            ("LEDGERDESK_LOG", "info,api=debug"),
            ("DATABASE_URL", "postgresql://s@db/desk"),
            ("DATABASE_ADMIN_URL", "postgresql://a@db/desk"),
            ("LEDGERDESK_MASTER_KEY", &key),
        ],
    )
    .unwrap();
    assert_eq!(config.server.listen.to_string(), "[::1]:81");
    assert_eq!(config.data.directory, Path::new("/b"));
    assert_eq!((config.log.format, config.log.level.as_str()), (LogFormat::Json, "info,api=debug"));
    assert_eq!(config.database.url.as_deref(), Some("postgresql://s@db/desk"));
    assert_eq!(config.database.admin_url.as_deref(), Some("postgresql://a@db/desk"));
    assert_eq!(config.database.pool_size, 16);
    assert_eq!(config.keys.master_key, MasterKey::from_hex(&key));

    let config = load(file, &[("LEDGERDESK_DATA", "")]).unwrap();
    assert_eq!(config.data.directory, Path::new("/a"), "an empty variable counts as absent");
}

#[test]
fn a_refused_value_is_told_with_its_key_and_what_was_expected() {
    let cases = [
        (
            "[database]\npool_size = 1",
            "database.pool_size in ledgerdesk.toml: expected a number from 2 to 200; found \"1\"",
        ),
        ("[log]\nformat = \"xml\"", "log.format in ledgerdesk.toml: expected \"text\" or \"json\"; found \"xml\""),
        (
            "[server]\ndomain = \"https://desk\"",
            "server.domain in ledgerdesk.toml: expected a domain, such as \"helpdesk.example.com\"; found \
             \"https://desk\"",
        ),
        (
            "[log]\nlevel = \"loud\"",
            "log.level in ledgerdesk.toml: expected off, error, warn, info, debug or trace, or such per module, as in \
             \"warn,api=debug\"; found \"loud\"",
        ),
        (
            "[server]\nlisten = \"8080\"",
            "server.listen in ledgerdesk.toml: expected an IP address and a port, such as \"127.0.0.1:8080\"; found \
             \"8080\"",
        ),
        (
            "[server]\npublic_url = \"desk\"",
            "server.public_url in ledgerdesk.toml: expected a web address, such as \"https://desk.example.com\"; found \
             \"desk\"",
        ),
        (
            "[database]\nadmin_url = \"postgresql://a@db/desk\"",
            "database.admin_url (DATABASE_ADMIN_URL) is set without database.url (DATABASE_URL): set both, or neither \
             to use the private PostgreSQL",
        ),
    ];
    for (file, expected) in cases {
        assert_eq!(refusal(file, &[]), expected);
    }
    let text = refusal("", &[("LEDGERDESK_LISTEN", "localhost")]);
    assert!(text.starts_with("LEDGERDESK_LISTEN: expected an IP address"), "{text}");
}

#[test]
fn an_unknown_key_is_told_with_its_line() {
    let text = refusal("[server]\nlisten = \"127.0.0.1:1\"\nlisen = \"\"", &[]);
    assert!(text.contains("line 3") && text.contains("unknown field `lisen`"), "{text}");
    assert!(text.contains("`listen`"), "what it could have been: {text}");
    let text = refusal("[database]\npool_size = \"many\"", &[]);
    assert!(text.contains("pool_size") && text.contains("expected i64"), "{text}");
}

#[test]
fn secrets_are_not_shown() {
    let url = "postgresql://s:hunter2@db:x/desk";
    let file = format!("[database]\nurl = \"{url}\"");
    for text in [
        refusal(&file, &[]),
        refusal("", &[("DATABASE_URL", url)]),
        refusal(&format!("[database]\nurl = \"{url}\" x"), &[]),
        refusal("", &[("LEDGERDESK_MASTER_KEY", "hunter2")]),
        format!("{:?}", load("", &[("DATABASE_URL", "postgresql://s:hunter2@db/desk")]).unwrap()),
        format!("{:?}", load("", &[("LEDGERDESK_MASTER_KEY", &"ab".repeat(32))]).unwrap()),
    ] {
        assert!(!text.contains("hunter2") && !text.contains("abab"), "{text}");
    }
}

#[test]
fn a_slash_at_the_end_of_the_public_url_is_dropped() {
    let config = load("[server]\npublic_url = \"https://desk.example.com/\"", &[]).unwrap();
    assert_eq!(config.server.public_url.as_deref(), Some("https://desk.example.com"));
}

#[test]
fn proxies_are_addresses_or_networks_from_the_file_or_the_environment() {
    let file = "[server]\ntrusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\", \"2001:db8::/32\"]";
    let texts = |config: Config| config.server.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(load(file, &[]).unwrap()), ["127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"]);
    let environment = [("LEDGERDESK_TRUSTED_PROXIES", "192.0.2.1, ::1")];
    assert_eq!(texts(load(file, &environment).unwrap()), ["192.0.2.1/32", "::1/128"]);
    let text = refusal("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", &[]);
    assert!(text.contains("server.trusted_proxies") && text.contains("10.0.0.0/33"), "{text}");
    let text = refusal("", &[("LEDGERDESK_TRUSTED_PROXIES", "proxy.example.com")]);
    assert!(text.contains("LEDGERDESK_TRUSTED_PROXIES"), "{text}");
}

#[test]
fn memory_is_checked_where_the_file_or_the_environment_says_so() {
    assert!(load("[checks]\nmemory = true", &[]).unwrap().checks.memory);
    assert!(load("", &[("LEDGERDESK_CHECK_MEMORY", "true")]).unwrap().checks.memory);
    assert!(!load("[checks]\nmemory = true", &[("LEDGERDESK_CHECK_MEMORY", "false")]).unwrap().checks.memory);
    let text = refusal("", &[("LEDGERDESK_CHECK_MEMORY", "on")]);
    assert!(text.starts_with("LEDGERDESK_CHECK_MEMORY: expected true or false"), "{text}");
}

#[test]
fn tls_takes_a_certificate_and_its_key_and_a_version_that_is_not_broken() {
    let both = "[server.tls]\ncertificate_file = \"a.pem\"\nkey_file = \"a.key\"\n";
    assert_eq!(load(both, &[]).unwrap().server.tls.unwrap().minimum_version, TlsVersion::V1_3);
    let older = format!("{both}minimum_version = \"1.2\"");
    assert_eq!(load(&older, &[]).unwrap().server.tls.unwrap().minimum_version, TlsVersion::V1_2);
    let text = refusal(&format!("{both}minimum_version = \"1.1\""), &[]);
    assert!(text.contains("server.tls.minimum_version") && text.contains("\"1.3\", or \"1.2\""), "{text}");
    let text = refusal("[server.tls]\ncertificate_file = \"a.pem\"", &[]);
    assert!(text.contains("is set without server.tls.key_file (LEDGERDESK_TLS_KEY_FILE)"), "{text}");
    let text = refusal("", &[("LEDGERDESK_TLS_KEY_FILE", "a.key")]);
    assert!(text.contains("without server.tls.certificate_file") && text.contains("serve without TLS"), "{text}");
    assert_eq!(load("", &[]).unwrap().server.tls, None);
}

#[test]
fn how_long_browsers_come_by_tls_only_is_bounded() {
    assert_eq!(load("", &[]).unwrap().server.hsts_max_age, 31_536_000);
    assert_eq!(load("[server]\nhsts_max_age = 0", &[]).unwrap().server.hsts_max_age, 0);
    let text = refusal("[server]\nhsts_max_age = -1", &[]);
    assert!(text.contains("server.hsts_max_age") && text.contains("63072000"), "{text}");
}
