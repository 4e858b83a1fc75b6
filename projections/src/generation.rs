//! Tables by generation behind views with stable names: read models are not migrated, they are rebuilt beside
//! themselves, and switched.

use std::fmt;

use crate::{group::Group, table::TableRow, timeline::TimelineRow};

/// One set of tables of a group. Printed as in their names: `g1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Generation {
    pub group: Group,
    pub number: i32,
}

impl Generation {
    pub fn next(self) -> Self {
        Self { number: self.number + 1, ..self }
    }

    pub fn definitions(self) -> &'static [Definition] {
        self.group.definitions()
    }

    /// The names of its tables.
    pub fn tables(self) -> impl Iterator<Item = String> {
        self.definitions().iter().map(move |definition| format!("{}_{self}", definition.name))
    }

    /// Makes the tables that are not there, with the rights of the tenant's role; without keys and indexes.
    pub fn create_tables(self) -> String {
        joined(self.definitions().iter().map(|definition| definition.create_table(self)))
    }

    /// What makes the primary keys that are not there, one statement each.
    pub fn keys(self) -> Vec<String> {
        self.definitions().iter().map(|definition| definition.key_index(self)).collect()
    }

    /// What makes the primary keys, and the indexes that are there while a considerate rebuild fills the tables, where
    /// they are not there; one statement each.
    pub fn early_indexes(self) -> Vec<String> {
        self.definitions().iter().flat_map(|table| table.create_early_indexes(self)).collect()
    }

    /// What makes the primary keys and indexes that are not there, one statement each, those that take longest first.
    /// Apart from the tables: filling them before is many times faster.
    pub fn indexes(self) -> Vec<String> {
        let mut all: Vec<String> = self.definitions().iter().flat_map(|table| table.create_indexes(self)).collect();
        // The longest table first, and of each what is not a tree: two that work on them end at about the same time.
        all.sort_by_key(|sql| (!sql.contains(TimelineRow::TABLE), !sql.contains("USING gin")));
        all
    }

    /// What is left to do once the keys are there.
    pub fn finish(self) -> String {
        // Without statistics the first queries after a switch would be planned as if the tables were empty.
        let statistics = self.definitions().iter().map(|definition| format!("ANALYZE {}_{self};", definition.name));
        joined(self.definitions().iter().map(|definition| definition.adopt_key(self)).chain(statistics))
    }

    /// All of it, empty.
    pub fn create(self) -> String {
        joined(self.definitions().iter().map(|definition| definition.create(self)))
    }

    /// The stable names, where there are none yet.
    pub fn new_views(self) -> String {
        let views = self.definitions().iter().map(|definition| {
            let (name, columns) = (definition.name, definition.column_names().join(", "));
            format!("CREATE VIEW {name} AS SELECT {columns} FROM {name}_{self}; GRANT SELECT ON {name} TO {{role}};")
        });
        joined(std::iter::once(self.stamp()).chain(views))
    }

    /// A view that says which generation the others stand on, for those who must know that it is the one they mean.
    pub fn stamp(self) -> String {
        let (stamp, number) = (self.stamp_name(), self.number);
        format!("CREATE OR REPLACE VIEW {stamp} AS SELECT {number} AS generation; GRANT SELECT ON {stamp} TO {{role}};")
    }

    pub fn stamp_name(self) -> String {
        format!("{}_generation", self.group)
    }

    pub fn drop_tables(self) -> String {
        joined(self.definitions().iter().map(|definition| format!("DROP TABLE IF EXISTS {}_{self};", definition.name)))
    }
}

fn joined(statements: impl Iterator<Item = String>) -> String {
    statements.collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "g{}", self.number)
    }
}

/// One read model's table.
#[derive(Clone, Copy)]
pub(crate) struct Definition {
    pub name: &'static str,
    /// Its key, for those who go through it in order.
    pub key: &'static str,
    table: &'static str,
    indexes: Indexes,
    columns: fn() -> Vec<&'static str>,
}

/// What makes the indexes of a table besides its key, parted by `;`. `{g}` is the generation.
#[derive(Clone, Copy)]
pub(crate) struct Indexes {
    /// Those that a considerate rebuild fills the table with.
    pub early: &'static str,
    /// Those that it makes when the table is filled.
    pub late: &'static str,
}

impl Indexes {
    /// Of a table whose lines are written once: filled bit by bit, no index of it is work in one long piece.
    pub const fn of_lines(indexes: &'static str) -> Self {
        Self { early: indexes, late: "" }
    }

    /// Of a table whose rows are written again with most of their events: each time they would be put into every index.
    pub const fn of_rows(indexes: &'static str) -> Self {
        Self { early: "", late: indexes }
    }
}

impl Definition {
    /// Those of the table, in the order in which they are listed in it.
    pub fn column_names(&self) -> Vec<&'static str> {
        (self.columns)()
    }

    fn create_table(&self, generation: Generation) -> String {
        let (name, table) = (self.name, self.table.replace("{g}", &generation.to_string()));
        format!("{table} GRANT SELECT, INSERT, UPDATE, DELETE ON {name}_{generation} TO {{role}};")
    }

    fn key_index(&self, generation: Generation) -> String {
        let Self { name, key, .. } = self;
        format!("CREATE UNIQUE INDEX IF NOT EXISTS {name}_{generation}_pkey ON {name}_{generation} ({key})")
    }

    fn create_early_indexes(&self, generation: Generation) -> Vec<String> {
        let mut indexes = vec![self.key_index(generation)];
        indexes.extend(statements(self.indexes.early, generation));
        indexes
    }

    fn create_indexes(&self, generation: Generation) -> Vec<String> {
        let mut indexes = self.create_early_indexes(generation);
        indexes.extend(statements(self.indexes.late, generation));
        indexes
    }

    fn adopt_key(&self, generation: Generation) -> String {
        let name = self.name;
        format!(
            "DO $$ BEGIN
                 IF NOT EXISTS (SELECT FROM pg_constraint
                                WHERE conrelid = '{name}_{generation}'::regclass AND contype = 'p') THEN
                     ALTER TABLE {name}_{generation} ADD PRIMARY KEY USING INDEX {name}_{generation}_pkey;
                 END IF;
             END $$;"
        )
    }

    /// The whole table, empty.
    pub fn create(&self, generation: Generation) -> String {
        let indexes = self.create_indexes(generation).join(";");
        format!("{}{indexes};{}", self.create_table(generation), self.adopt_key(generation))
    }
}

fn statements(sql: &str, generation: Generation) -> impl Iterator<Item = String> {
    let statements = sql.split(';').map(str::trim).filter(|sql| !sql.is_empty());
    statements.map(move |sql| sql.replace("{g}", &generation.to_string()))
}

/// The definition of a row's table.
pub(crate) const fn definition<R: TableRow>(table: &'static str, indexes: Indexes) -> Definition {
    Definition { name: R::TABLE, key: R::KEY, table, indexes, columns: column_names::<R> }
}

fn column_names<R: TableRow>() -> Vec<&'static str> {
    R::COLUMNS.iter().map(|column| column.name).collect()
}
