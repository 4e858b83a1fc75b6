//! What is told of an agent. The fields' docs are the API's reference.

use chrono::{DateTime, Utc};
use event_store::driver::Row;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{agents::AgentRow, sql::unsigned, table::TableRow};

/// An agent: somebody who helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Agent)]
pub struct AgentView {
    /// The agent's id. It never changes.
    #[schema(example = "agt_0199aa00000070008000000000000002")]
    pub id: String,
    /// What they are called. Null once it was erased.
    pub name: Option<String>,
    /// Where they read mail. Null when it is not known, or was erased.
    pub email: Option<String>,
    /// Their id in another system.
    pub external_id: Option<String>,
    /// Whether they get work: an agent who is not active cannot be assigned.
    pub active: bool,
    /// What they may do: `owner`, `admin`, `agent`, `light_agent`, `auditor`, `analyst`, `billing`, or the id of a role of
    /// yours.
    #[schema(example = "agent")]
    pub role: String,
    /// When they joined.
    pub created_at: DateTime<Utc>,
    /// When anything of this last changed.
    pub updated_at: DateTime<Utc>,
    /// How many changes this agent has seen. Send it as `If-Match` to change only what you have seen.
    #[schema(minimum = 1)]
    pub version: u64,
    /// The place of the last change in your event log.
    #[schema(minimum = 1)]
    pub position: u64,
    /// When their personal data was erased, for ever; null when it was not. What was known of them is null then, and
    /// they cannot be changed any more.
    pub erased_at: Option<DateTime<Utc>>,
    /// How many second factors they have. Null to whoever may not change agents (`agents:write`), and while the lists are
    /// rebuilt by the first version that counts them.
    #[schema(minimum = 0, maximum = 20, example = 1)]
    pub second_factors: Option<u64>,
}

/// The columns of a view.
pub(crate) const COLUMNS: &str = "id, name, email, external_id, active, role, invited_role, created_at, updated_at, version, position, \
    erased_at, second_factors";

impl AgentView {
    pub(crate) fn from_row(row: &Row) -> Self {
        Self::of(AgentRow::from_row(row))
    }

    /// The same view of a row that was folded in memory.
    pub(crate) fn of(row: AgentRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            external_id: row.external_id,
            active: row.active,
            role: row.role,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: unsigned(row.version),
            position: unsigned(row.position),
            erased_at: row.erased_at,
            second_factors: row.second_factors.map(unsigned),
        }
    }
}
