//! One row per team.

use chrono::{DateTime, Utc};
use domain::team::TeamEvent;

use crate::{
    fold::{At, FoldError, Folded, stamp},
    generation::Indexes,
    sql::signed,
    table::table_row,
    words::TextSet,
};

table_row! {
    /// A team as it stands.
    TeamRow in "teams" by "id" {
        id: String = "id" "text";
        name: String = "name" "text";
        member_ids: TextSet = "member_ids" "text" as "r.member_ids::text[]";
        created_at: DateTime<Utc> = "created_at" "timestamptz";
        updated_at: DateTime<Utc> = "updated_at" "timestamptz";
        version: i64 = "version" "bigint";
        position: i64 = "position" "bigint";
    }
    computed {}
}

/// The table; `{g}` is its generation.
pub(crate) const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS teams_{g} (
    id text COLLATE "C" PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    member_ids text[] NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    position bigint NOT NULL
);
"#;

pub(crate) const INDEXES: Indexes = Indexes::of_rows(
    "
CREATE INDEX IF NOT EXISTS teams_{g}_created ON teams_{g} (created_at, id);
CREATE INDEX IF NOT EXISTS teams_{g}_updated ON teams_{g} (updated_at, id);
CREATE INDEX IF NOT EXISTS teams_{g}_name ON teams_{g} (name, id);
CREATE INDEX IF NOT EXISTS teams_{g}_members ON teams_{g} USING gin (member_ids);
",
);

impl Folded for TeamRow {
    type Event = TeamEvent;

    fn begin(at: &At<'_>, event: &TeamEvent) -> Result<Self, FoldError> {
        let TeamEvent::TeamCreated(created) = event else {
            return Err(FoldError::not_begun(at));
        };
        Ok(Self {
            id: at.aggregate_id.to_owned(),
            name: created.name.clone(),
            member_ids: TextSet::default(),
            created_at: at.occurred_at,
            updated_at: at.occurred_at,
            version: signed(at.sequence),
            position: signed(at.position),
        })
    }

    fn apply(&mut self, at: &At<'_>, event: &TeamEvent) -> Result<(), FoldError> {
        match event {
            TeamEvent::TeamCreated(_) => return Err(FoldError::begun_twice(at)),
            TeamEvent::TeamRenamed(renamed) => self.name.clone_from(&renamed.name),
            TeamEvent::TeamMemberAdded(added) => {
                self.member_ids.0.insert(added.agent.to_string());
            }
            TeamEvent::TeamMemberRemoved(removed) => {
                self.member_ids.0.remove(&removed.agent.to_string());
            }
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
