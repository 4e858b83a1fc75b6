use super::*;
use crate::scratch::Scratch;

fn config(directory: &Path) -> Config {
    let mut config = Config::default();
    config.data.directory = directory.join("data");
    config
}

#[test]
fn a_key_is_made_once_and_kept() {
    let directory = Scratch::new();
    let config = config(directory.path());
    let made = MasterKey::load_or_create(&config).unwrap();
    assert_eq!(MasterKey::load_or_create(&config).unwrap(), made);

    let file = directory.path().join("data/keys/master.key");
    assert_eq!(fs::read_to_string(&file).unwrap(), format!("{}\n", hex::encode(made.as_bytes())));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let keys = file.parent().unwrap();
    assert_eq!(fs::metadata(keys).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(keys).unwrap().count(), 1, "nothing else stays");
}

#[test]
fn two_installations_have_two_keys() {
    let directory = Scratch::new();
    let one = MasterKey::load_or_create(&config(&directory.path().join("one"))).unwrap();
    let two = MasterKey::load_or_create(&config(&directory.path().join("two"))).unwrap();
    assert_ne!(one, two);
}

#[test]
fn nodes_that_begin_at_once_get_the_same_key() {
    let directory = Scratch::new();
    let file = directory.path().join("master.key");
    // Both have found no file; the second comes to make it when the first has.
    let first = create(&file).unwrap();
    assert_eq!(create(&file).unwrap(), first);
}

#[test]
fn the_environments_key_needs_no_file() {
    let directory = Scratch::new();
    let mut config = config(directory.path());
    config.keys.master_key = MasterKey::from_hex(&"0f".repeat(32));
    assert_eq!(MasterKey::load_or_create(&config).unwrap().as_bytes(), &[0x0f; 32]);
    assert!(!directory.path().join("data").exists());
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let directory = Scratch::new();
    let config = config(directory.path());
    MasterKey::load_or_create(&config).unwrap();
    for mode in [0o640, 0o604] {
        fs::set_permissions(config.master_key_file(), Permissions::from_mode(mode)).unwrap();
        let text = MasterKey::load_or_create(&config).unwrap_err().to_string();
        assert!(text.contains(&format!("mode {mode:o}")) && text.contains("chmod 600"), "{text}");
    }
}

#[test]
fn a_damaged_key_is_an_error_and_is_never_replaced() {
    let directory = Scratch::new();
    let config = config(directory.path());
    MasterKey::load_or_create(&config).unwrap();
    for damaged in ["", "abc\n", "\u{fffd}"] {
        fs::write(config.master_key_file(), damaged).unwrap();
        let refused = MasterKey::load_or_create(&config).unwrap_err();
        assert!(matches!(refused, MasterKeyError::Damaged { .. }), "{refused}");
        assert_eq!(fs::read_to_string(config.master_key_file()).unwrap(), damaged);
    }
}

#[test]
fn a_key_does_not_show_itself() {
    let key = MasterKey::from_hex(&"ab".repeat(32)).unwrap();
    assert_eq!(format!("{key:?}"), "MasterKey(not shown)");
}
