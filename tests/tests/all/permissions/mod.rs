//! The table of roles and operations: made from the code, published in `docs/permissions.md`, and tried cell by cell.

mod cells;
mod page;

use domain::{permission::Permission, role::BuiltInRole};
use serde_json::Value;

use crate::operations::Operation;

/// What an operation takes, as the document says.
enum Takes {
    /// Nothing: anybody may call it.
    Nothing,
    /// A session of one's own.
    Session,
    /// The first of these; of the others each is enough for a part of it.
    AnyOf(Vec<Permission>),
}

impl Takes {
    fn of(operation: &Operation) -> Self {
        if operation.is_open() {
            return Self::Nothing;
        }
        let ways = operation.document["security"].as_array().map_or(&[][..], Vec::as_slice);
        let scopes = ways.iter().filter_map(|way| way["api_key"][0].as_str());
        let all: Vec<Permission> = scopes.map(|scope| scope.parse().unwrap()).collect();
        let session = ways.iter().any(|way| way["access_token"] == Value::Array(vec![]));
        assert!(session || !all.is_empty(), "say in the security of {} what it takes", operation.id);
        if all.is_empty() { Self::Session } else { Self::AnyOf(all) }
    }
}

/// What whoever has a role may do of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    /// It.
    Allowed,
    /// What this right is enough for.
    Partly(Permission),
    /// Nothing.
    Denied,
}

impl Cell {
    fn of(role: BuiltInRole, rights: &[Permission]) -> Self {
        let has = role.permissions();
        match rights.iter().position(|right| has.allow(*right)) {
            Some(0) => Self::Allowed,
            Some(place) => Self::Partly(rights[place]),
            None => Self::Denied,
        }
    }
}
