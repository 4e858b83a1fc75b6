//! The tables and views as they are in the database: what a newer or an older program has made of them.

use event_store::TenantTx;

use crate::{error::ProjectionError, generation::Generation};

/// A column of a table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    pub name: String,
    pub kind: String,
    /// ` COLLATE …`, unless it is the default one.
    pub collation: String,
    pub not_null: bool,
    pub generated: bool,
    /// What it is where nothing is said.
    pub default: Option<String>,
}

/// The columns of a table or a view, in order; none when there is no such thing.
pub(crate) async fn columns(tx: &TenantTx, relation: &str) -> Result<Vec<Column>, ProjectionError> {
    let rows = tx
        .query(
            "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod),
                 coalesce(' COLLATE ' || quote_ident(nullif(c.collname, 'default')), ''), a.attnotnull,
                 a.attgenerated <> '', pg_get_expr(d.adbin, d.adrelid)
             FROM pg_attribute a
                 LEFT JOIN pg_collation c ON c.oid = a.attcollation
                 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attrelid = to_regclass($1::text) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
            &[&relation],
        )
        .await?;
    let column = |row: &event_store::driver::Row| Column {
        name: row.get(0),
        kind: row.get(1),
        collation: row.get(2),
        not_null: row.get(3),
        generated: row.get(4),
        default: row.get(5),
    };
    Ok(rows.iter().map(column).collect())
}

/// The columns of a table's primary key, as a list.
pub(crate) async fn key(tx: &TenantTx, table: &str) -> Result<String, ProjectionError> {
    let row = tx
        .query_one(
            "SELECT coalesce(string_agg(a.attname, ', ' ORDER BY k.place), '')
             FROM pg_constraint c CROSS JOIN unnest(c.conkey) WITH ORDINALITY k (number, place)
                 JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number
             WHERE c.conrelid = to_regclass($1::text) AND c.contype = 'p'",
            &[&table],
        )
        .await?;
    Ok(row.get(0))
}

/// Points the stable names at `generation`. Who reads through them sees the columns that there were, in their order,
/// and then those that are new; one that the tables do not have any more is empty.
pub(crate) async fn views(tx: &TenantTx, generation: Generation) -> Result<String, ProjectionError> {
    // First the one that every consistent reader holds: whoever waits for them waits there.
    let mut sql = vec![generation.stamp()];
    for definition in generation.definitions() {
        let name = definition.name;
        let table = columns(tx, &format!("{name}_{generation}")).await?;
        let view = columns(tx, name).await?;
        let in_table = |wanted: &str| table.iter().find(|column| column.name == wanted);
        let changed = |column: &Column| {
            in_table(&column.name).is_some_and(|now| (&now.kind, &now.collation) != (&column.kind, &column.collation))
        };
        if view.iter().any(changed) {
            // With it go the views of analysts that stand on it: the caller restores them.
            sql.push(format!("DROP VIEW {name} CASCADE;"));
        }
        let known = view.iter().map(|column| match in_table(&column.name) {
            Some(_) => column.name.clone(),
            None => format!("NULL::{}{} AS {}", column.kind, column.collation, column.name),
        });
        let wanted = definition.column_names();
        let new = wanted.iter().filter(|wanted| view.iter().all(|column| column.name != **wanted));
        let columns: Vec<String> = known.chain(new.map(|name| (*name).to_owned())).collect();
        sql.push(format!(
            "CREATE OR REPLACE VIEW {name} AS SELECT {} FROM {name}_{generation}; GRANT SELECT ON {name} TO {{role}};",
            columns.join(", ")
        ));
    }
    Ok(sql.concat())
}

/// What gives the tables of `live` the columns that those of `next` have, so that this program can read and write
/// them while it fills its own; none where that is not possible. Nothing is rewritten: a new column is empty, or has
/// its default.
pub(crate) async fn expansion(
    tx: &TenantTx,
    live: Generation,
    next: Generation,
) -> Result<Option<String>, ProjectionError> {
    let mut sql = vec![];
    for definition in live.definitions() {
        let name = definition.name;
        let (table, new) = (format!("{name}_{live}"), columns(tx, &format!("{name}_{next}")).await?);
        let old = columns(tx, &table).await?;
        if old.is_empty() {
            sql.push(definition.create(live));
            continue;
        }
        if key(tx, &table).await? != definition.key {
            return Ok(None);
        }
        let Some(steps) = steps(&old, &new) else { return Ok(None) };
        for step in steps {
            sql.push(format!("ALTER TABLE {table} {step};"));
        }
    }
    Ok(Some(sql.concat()))
}

fn steps(old: &[Column], new: &[Column]) -> Option<Vec<String>> {
    let mut steps = vec![];
    for column in new {
        let Column { name, kind, collation, not_null, generated, default } = column;
        match old.iter().find(|old| old.name == *name) {
            Some(old) if old.kind != *kind => return None,
            Some(old) if old.generated && !generated => {
                steps.push(format!("ALTER COLUMN {name} DROP EXPRESSION"));
            }
            Some(_) => {}
            None => {
                let default = default.as_ref().filter(|_| !generated);
                if *not_null && !generated && default.is_none() {
                    return None;
                }
                let default = default.map(|default| format!(" DEFAULT {default}")).unwrap_or_default();
                steps.push(format!("ADD COLUMN {name} {kind}{collation}{default}"));
            }
        }
    }
    // What this program does not write must not be missed.
    let written = |name: &str| new.iter().any(|column| column.name == name && !column.generated);
    let left = old.iter().filter(|column| column.not_null && column.default.is_none() && !written(&column.name));
    steps.extend(left.map(|column| format!("ALTER COLUMN {} DROP NOT NULL", column.name)));
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            kind: "text".to_owned(),
            collation: String::new(),
            not_null: false,
            generated: false,
            default: None,
        }
    }

    #[test]
    fn a_new_column_is_added_if_rows_without_it_can_be_read() {
        let old = [column("id")];
        let with = |new: Column| steps(&old, &[column("id"), new]);
        assert_eq!(with(column("id")), Some(vec![]));
        assert_eq!(with(column("name")), Some(vec!["ADD COLUMN name text".to_owned()]));
        let counted =
            Column { not_null: true, default: Some("0".to_owned()), kind: "integer".to_owned(), ..column("n") };
        assert_eq!(with(counted), Some(vec!["ADD COLUMN n integer DEFAULT 0".to_owned()]));
        assert_eq!(with(Column { not_null: true, ..column("name") }), None);
        let computed = Column { generated: true, default: Some("lower(id)".to_owned()), ..column("search") };
        assert_eq!(with(computed), Some(vec!["ADD COLUMN search text".to_owned()]));
    }

    #[test]
    fn what_is_not_written_any_more_may_be_empty_and_what_changed_its_type_cannot_be_served() {
        let gone = Column { not_null: true, ..column("gone") };
        let drop = Some(vec!["ALTER COLUMN gone DROP NOT NULL".to_owned()]);
        assert_eq!(steps(&[column("id"), gone.clone()], &[column("id")]), drop);
        let computed = Column { generated: true, ..column("gone") };
        assert_eq!(steps(&[column("id"), gone], &[column("id"), computed.clone()]), drop);
        let written = Some(vec!["ALTER COLUMN gone DROP EXPRESSION".to_owned()]);
        assert_eq!(steps(&[computed], &[column("gone")]), written);
        assert_eq!(steps(&[column("id")], &[Column { kind: "bigint".to_owned(), ..column("id") }]), None);
    }
}
