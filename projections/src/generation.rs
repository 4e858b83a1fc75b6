//! Tables by generation behind views with stable names: read models are not migrated, they are rebuilt beside
//! themselves, and switched.

use std::fmt;

use event_store::Log;

use crate::{
    agents::{self, AgentRow},
    analytics,
    customers::{self, CustomerRow},
    desk,
    error::ProjectionError,
    rebuild::{drop_leftovers, rebuild},
    records::{self, RecordRow},
    subscription::subscription,
    table::TableRow,
    teams::{self, TeamRow},
    tickets::{self, TicketRow},
    timeline::{self, TimelineRow},
};

/// One set of tables. Printed as in their names: `g1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation(pub i32);

impl Generation {
    pub const FIRST: Self = Self(1);

    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Makes the tables that are not there, with the rights of the tenant's role.
    pub fn create_tables(self) -> String {
        let tables = DEFINITIONS.iter().map(|definition| definition.table.to_owned());
        let grants = DEFINITIONS.iter().map(|definition| {
            format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {}_{{g}} TO {{role}};", definition.name)
        });
        joined(tables.chain(grants)).replace("{g}", &self.to_string())
    }

    /// Makes the indexes that are not there. Apart from the tables: filling them afterwards is many times faster.
    pub fn create_indexes(self) -> String {
        // Of a large table they take longer than any other statement may.
        let patience = "SET LOCAL statement_timeout = 0;".to_owned();
        let indexes = DEFINITIONS.iter().map(|definition| definition.indexes.replace("{g}", &self.to_string()));
        // Without statistics the first queries after a switch would be planned as if the tables were empty.
        let statistics = DEFINITIONS.iter().map(|definition| format!("ANALYZE {}_{self};", definition.name));
        joined(std::iter::once(patience).chain(indexes).chain(statistics))
    }

    /// Points the stable names here. Columns of a view are only appended in later versions: PostgreSQL takes nothing else
    /// while other views stand on it.
    pub fn create_views(self) -> String {
        joined(DEFINITIONS.iter().map(|Definition { name, columns, later, .. }| {
            let first = columns().into_iter().filter(|column| !later.contains(column));
            let columns = first.chain(later.iter().copied()).collect::<Vec<_>>().join(", ");
            format!(
                "CREATE OR REPLACE VIEW {name} AS SELECT {columns} FROM {name}_{self}; GRANT SELECT ON {name} TO {{role}};"
            )
        }))
    }

    pub fn drop_tables(self) -> String {
        joined(DEFINITIONS.iter().map(|definition| format!("DROP TABLE IF EXISTS {}_{self};", definition.name)))
    }
}

fn joined(statements: impl Iterator<Item = String>) -> String {
    statements.collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g{}", self.0)
    }
}

/// One read model's table.
#[derive(Clone, Copy)]
pub(crate) struct Definition {
    pub name: &'static str,
    /// Its key, for those who go through it in order.
    pub key: &'static str,
    table: &'static str,
    indexes: &'static str,
    columns: fn() -> Vec<&'static str>,
    /// Those that came with later versions, in that order.
    later: &'static [&'static str],
}

const fn definition<R: TableRow>(
    table: &'static str,
    indexes: &'static str,
    later: &'static [&'static str],
) -> Definition {
    Definition { name: R::TABLE, key: R::KEY, table, indexes, columns: column_names::<R>, later }
}

fn column_names<R: TableRow>() -> Vec<&'static str> {
    R::COLUMNS.iter().map(|column| column.name).collect()
}

/// Every table of the group.
pub(crate) const DEFINITIONS: &[Definition] = &[
    definition::<TicketRow>(tickets::TABLE, tickets::INDEXES, tickets::LATER),
    definition::<TimelineRow>(timeline::TABLE, timeline::INDEXES, timeline::LATER),
    definition::<CustomerRow>(customers::TABLE, customers::INDEXES, &[]),
    definition::<AgentRow>(agents::TABLE, agents::INDEXES, &[]),
    definition::<TeamRow>(teams::TABLE, teams::INDEXES, &[]),
    definition::<RecordRow>(records::TABLE, records::INDEXES, &[]),
];

/// Makes the read models of a tenant where they are missing, and rebuilds them where this program's version is newer.
/// Idempotent; any number of processes may do it at once.
pub async fn install(log: &Log) -> Result<(), ProjectionError> {
    let tx = log.begin().await?;
    let installed = subscription(&tx, desk::NAME).await?;
    tx.commit().await?;
    match installed {
        None => log.alter(&first_generation()).await?,
        Some(stored) if stored.version == desk::VERSION => drop_leftovers(log, stored.tables()).await?,
        Some(stored) if stored.version > desk::VERSION => {
            return Err(ProjectionError::Version { stored: stored.version, known: desk::VERSION });
        }
        Some(stored) => {
            tracing::info!(
                tenant = %log.tenant(),
                from = stored.version,
                to = desk::VERSION,
                "read models are rebuilt for this version"
            );
            rebuild(log, &|_, _| {}).await?;
        }
    }
    analytics::install_sql(log).await
}

/// The row and its lock come first: others wait there until the first has made everything, and then find it made.
fn first_generation() -> String {
    let first = Generation::FIRST;
    format!(
        "INSERT INTO subscriptions (name, version, generation, checkpoint, state)
         VALUES ('{name}', {version}, {generation}, 0, 'live') ON CONFLICT (name) DO NOTHING;
         SELECT FROM subscriptions WHERE name = '{name}' FOR UPDATE;
         {}{}{}",
        first.create_tables(),
        first.create_indexes(),
        first.create_views(),
        name = desk::NAME,
        version = desk::VERSION,
        generation = first.0,
    )
}
