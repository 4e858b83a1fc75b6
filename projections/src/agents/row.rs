//! One row per agent.

use chrono::{DateTime, Utc};
use domain::{Personal, RoleId, agent::AgentEvent};

use crate::{
    fold::{At, FoldError, Folded, stamp},
    generation::Indexes,
    sql::signed,
    table::table_row,
};

table_row! {
    /// An agent as they stand. Personal columns are null once they are erased.
    AgentRow in "agents" by "id" {
        id: String = "id" "text";
        name: Option<String> = "name" "text";
        email: Option<String> = "email" "text";
        external_id: Option<String> = "external_id" "text";
        /// Whether they get work.
        active: bool = "active" "boolean";
        /// What they may do.
        role: String = "role" "text";
        /// What they may do once they accepted their invitation; none: they have none.
        invited_role: Option<String> = "invited_role" "text";
        created_at: DateTime<Utc> = "created_at" "timestamptz";
        updated_at: DateTime<Utc> = "updated_at" "timestamptz";
        version: i64 = "version" "bigint";
        position: i64 = "position" "bigint";
        /// When they were forgotten.
        erased_at: Option<DateTime<Utc>> = "erased_at" "timestamptz";
        /// How many second factors they have; none: the row is of a program that did not count them.
        second_factors: Option<i64> = "second_factors" "bigint";
    }
    computed {
        "email_identity" "text" as "r.email_identity" = |row: &AgentRow| row.email.as_ref().map(|email| email.to_lowercase());
    }
}

/// The table; `{g}` is its generation.
pub(crate) const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS agents_{g} (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C",
    email text,
    email_identity text COLLATE "C",
    external_id text,
    active boolean NOT NULL,
    role text COLLATE "C" NOT NULL,
    invited_role text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL,
    erased_at timestamptz,
    second_factors bigint
);
"#;

pub(crate) const INDEXES: Indexes = Indexes::of_rows(
    "
CREATE INDEX IF NOT EXISTS agents_{g}_created ON agents_{g} (created_at, id);
CREATE INDEX IF NOT EXISTS agents_{g}_updated ON agents_{g} (updated_at, id);
CREATE INDEX IF NOT EXISTS agents_{g}_name ON agents_{g} (name, id);
CREATE INDEX IF NOT EXISTS agents_{g}_name_last ON agents_{g} (name DESC NULLS LAST, id DESC);
CREATE INDEX IF NOT EXISTS agents_{g}_email ON agents_{g} (email_identity) WHERE email_identity IS NOT NULL;
CREATE INDEX IF NOT EXISTS agents_{g}_external ON agents_{g} (external_id) WHERE external_id IS NOT NULL;
",
);

fn text(personal: Option<&Personal>) -> Option<String> {
    personal.and_then(Personal::value).map(str::to_owned)
}

impl Folded for AgentRow {
    type Event = AgentEvent;

    fn begin(at: &At<'_>, event: &AgentEvent) -> Result<Self, FoldError> {
        let AgentEvent::AgentCreated(created) = event else {
            return Err(FoldError::not_begun(at));
        };
        Ok(Self {
            id: at.aggregate_id.to_owned(),
            name: text(Some(&created.name)),
            email: text(created.email.as_ref()),
            external_id: created.external_id.clone(),
            active: true,
            role: RoleId::default().to_string(),
            invited_role: None,
            created_at: at.occurred_at,
            updated_at: at.occurred_at,
            version: signed(at.sequence),
            position: signed(at.position),
            erased_at: None,
            second_factors: Some(0),
        })
    }

    fn apply(&mut self, at: &At<'_>, event: &AgentEvent) -> Result<(), FoldError> {
        match event {
            AgentEvent::AgentCreated(_) => return Err(FoldError::begun_twice(at)),
            AgentEvent::AgentRenamed(renamed) => self.name = text(Some(&renamed.name)),
            AgentEvent::AgentEmailChanged(changed) => self.email = text(changed.email.as_ref()),
            AgentEvent::AgentExternalIdChanged(changed) => self.external_id.clone_from(&changed.external_id),
            AgentEvent::AgentDeactivated(_) => (self.active, self.invited_role) = (false, None),
            AgentEvent::AgentReactivated(_) => self.active = true,
            AgentEvent::AgentErased(_) => {
                (self.name, self.email, self.external_id, self.active) = (None, None, None, false);
                (self.role, self.invited_role) = (RoleId::default().to_string(), None);
                (self.erased_at, self.second_factors) = (Some(at.occurred_at), Some(0));
            }
            AgentEvent::AgentInvited(invited) => self.invited_role = Some(invited.role.to_string()),
            AgentEvent::AgentInvitationRevoked(_) => self.invited_role = None,
            AgentEvent::AgentJoined(_) => {
                if let Some(role) = self.invited_role.take() {
                    self.role = role;
                }
            }
            AgentEvent::AgentRoleChanged(changed) => self.role = changed.role.to_string(),
            AgentEvent::AgentFactorAdded(_) => self.second_factors = self.second_factors.map(|count| count + 1),
            AgentEvent::AgentFactorRemoved(_) => self.second_factors = self.second_factors.map(|count| count - 1),
            AgentEvent::AgentFactorsReset(_) => self.second_factors = Some(0),
            // How they get in is not shown here, nor who was given what.
            AgentEvent::AgentExported(_)
            | AgentEvent::AgentPasswordChanged(_)
            | AgentEvent::AgentSessionStarted(_)
            | AgentEvent::AgentSessionEnded(_)
            | AgentEvent::AgentSessionRevoked(_)
            | AgentEvent::AgentRecoveryCodesMade(_)
            | AgentEvent::AgentRecoveryCodeUsed(_)
            | AgentEvent::AgentReauthenticated(_)
            | AgentEvent::AgentPasswordResetIssued(_)
            | AgentEvent::AgentPasswordReset(_)
            | AgentEvent::AgentLogInFailed(_) => {}
        }
        Ok(())
    }

    fn position(&self) -> i64 {
        self.position
    }

    fn stamp(&mut self, at: &At<'_>) {
        stamp!(self, at);
    }
}
