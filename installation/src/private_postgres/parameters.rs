//! How the private PostgreSQL is set up. Given on its command line, so that a new version of ours changes them for
//! clusters that exist, and a file that somebody edited does not open a port.

use std::path::Path;

use super::{Durability, Settings};

/// Names and values of all parameters that we set.
pub(super) fn all(settings: &Settings, socket: &Path) -> Vec<(&'static str, String)> {
    let mut all: Vec<(&str, String)> = FIXED.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    all.push(("unix_socket_directories", socket.to_string_lossy().into_owned()));
    all.push(("max_connections", settings.max_connections.to_string()));
    let durable = match settings.durability {
        Durability::Full => "on",
        Durability::None => "off",
    };
    all.extend(["fsync", "full_page_writes"].map(|name| (name, durable.to_owned())));
    all
}

const FIXED: [(&str, &str); 18] = [
    // Reached through its socket, by its own user and root, and by nobody else: the reason why it can trust them.
    ("listen_addresses", ""),
    ("port", "5432"),
    ("unix_socket_permissions", "0700"),
    // For a small machine that also runs the rest of us.
    ("shared_buffers", "256MB"),
    ("wal_level", "replica"),
    ("max_wal_size", "2GB"),
    // Even where nothing is flushed to the disk: without it the death of PostgreSQL alone loses what was acknowledged,
    // and no test could tell that from a bug of ours. It costs a write to the system's cache.
    ("synchronous_commit", "on"),
    // Our queries are short; compiling one costs more than running it.
    ("jit", "off"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
    // We read its messages when a start fails.
    ("lc_messages", "C"),
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("log_line_prefix", "%m [%p] "),
    ("log_min_messages", "warning"),
    // Neither the text of statements nor the details of a violated constraint: they hold customers' words.
    ("log_error_verbosity", "terse"),
    ("log_min_error_statement", "panic"),
    ("log_statement", "none"),
];
