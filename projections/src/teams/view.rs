//! What is told of a team. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use event_store::driver::Row;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{sql::unsigned, table::TableRow, teams::TeamRow};

/// A team of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Team)]
pub struct TeamView {
    /// The team's id. It never changes.
    #[schema(example = "tea_0199aa00000070008000000000000004")]
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The ids of the agents in it, in alphabetical order.
    pub member_ids: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed.
    pub updated_at: DateTime<Utc>,
    /// How many changes this team has seen. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of the last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
}

/// The columns of a view.
pub(crate) const COLUMNS: &str = "id, name, member_ids, created_at, updated_at, version, position";

impl TeamView {
    pub(crate) fn from_row(row: &Row) -> Self {
        Self::of(TeamRow::from_row(row))
    }

    /// The same view of a row that was folded in memory.
    pub(crate) fn of(row: TeamRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            member_ids: row.member_ids.0.into_iter().collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: unsigned(row.version),
            position: unsigned(row.position),
        }
    }
}
