//! A table of a read model and the row that it holds, said once: columns, types, and how rows go in and out.

use std::{marker::PhantomData, pin::Pin};

use event_store::{
    TenantTx,
    driver::{
        Row,
        binary_copy::BinaryCopyInWriter,
        types::{ToSql, Type},
    },
};

use crate::{error::ProjectionError, generation::Generation};

/// One column, on its way in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub name: &'static str,
    /// The element type of the array that it travels in.
    pub kind: &'static str,
    /// What is written, in terms of the unnested arrays `r`.
    pub expression: &'static str,
}

/// A row of a read model.
pub(crate) trait TableRow: Sized + Sync {
    /// The stable name; the table itself carries its generation too.
    const TABLE: &'static str;
    /// What tells rows apart, as a column list.
    const KEY: &'static str;
    /// Those that a row holds.
    const STORED: &'static [&'static str];
    /// All that are written, with those that are computed from a row then.
    const COLUMNS: &'static [Column];

    fn from_row(row: &Row) -> Self;
    /// One array per column.
    fn arrays<'a>(rows: &[&'a Self]) -> Vec<Box<dyn ToSql + Sync + Send + 'a>>;
    /// The stored columns of one row.
    fn values(&self) -> Vec<&(dyn ToSql + Sync)>;
}

/// Writes the struct of a row and its [`TableRow`] from one list of columns.
macro_rules! table_row {
    (
        $(#[$meta:meta])* $row:ident in $table:literal by $key:literal {
            $($(#[$fmeta:meta])* $field:ident: $type:ty = $column:literal $kind:literal $(as $expression:literal)?;)+
        }
        computed {
            $($computed:literal $ckind:literal as $cexpression:literal = $value:expr;)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct $row { $($(#[$fmeta])* pub $field: $type,)+ }

        impl $crate::table::TableRow for $row {
            const TABLE: &'static str = $table;
            const KEY: &'static str = $key;
            const STORED: &'static [&'static str] = &[$($column),+];
            const COLUMNS: &'static [$crate::table::Column] = &[
                $($crate::table::Column {
                    name: $column,
                    kind: $kind,
                    expression: $crate::table::table_row!(@expression $column $($expression)?),
                },)+
                $($crate::table::Column { name: $computed, kind: $ckind, expression: $cexpression },)*
            ];

            fn from_row(row: &event_store::driver::Row) -> Self {
                Self { $($field: row.get($column),)+ }
            }

            fn arrays<'a>(rows: &[&'a Self]) -> Vec<Box<dyn event_store::driver::types::ToSql + Sync + Send + 'a>> {
                vec![
                    $(Box::new(rows.iter().map(|row| &row.$field).collect::<Vec<&'a $type>>()),)+
                    $(Box::new(rows.iter().copied().map($value).collect::<Vec<_>>()),)*
                ]
            }

            fn values(&self) -> Vec<&(dyn event_store::driver::types::ToSql + Sync)> {
                vec![$(&self.$field),+]
            }
        }
    };
    (@expression $column:literal) => { concat!("r.", $column) };
    (@expression $column:literal $expression:literal) => { $expression };
}
pub(crate) use table_row;

/// What a write does with a row that is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing {
    /// Replaces it.
    Replace,
    /// Leaves it: it is the same.
    Keep,
}

/// The rows with these ids.
pub(crate) async fn load<R: TableRow>(
    tx: &TenantTx,
    generation: Generation,
    ids: &[&str],
) -> Result<Vec<R>, ProjectionError> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let columns = R::STORED.join(", ");
    let sql = format!("SELECT {columns} FROM {}_{generation} WHERE id = ANY($1)", R::TABLE);
    let statement = tx.statement(&sql).await?;
    let rows = tx.query(&statement, &[&ids]).await?;
    Ok(rows.iter().map(R::from_row).collect())
}

/// Rows per statement: enough to be worth one, and few enough that its values are no burden to anybody's memory.
const BATCH: usize = 2_000;

/// Writes all rows, in as few statements as is sensible.
pub(crate) async fn write<R: TableRow>(
    tx: &TenantTx,
    generation: Generation,
    rows: &[&R],
    existing: Existing,
) -> Result<(), ProjectionError> {
    if rows.is_empty() {
        return Ok(());
    }
    let statement = tx.statement(&upsert::<R>(generation, existing)).await?;
    for rows in rows.chunks(BATCH) {
        let arrays = R::arrays(rows);
        let values: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(|array| &**array as &(dyn ToSql + Sync)).collect();
        tx.execute(&statement, &values).await?;
    }
    Ok(())
}

fn upsert<R: TableRow>(generation: Generation, existing: Existing) -> String {
    let list = |text: &dyn Fn(&Column) -> String| R::COLUMNS.iter().map(text).collect::<Vec<_>>().join(", ");
    let names = list(&|column| column.name.to_owned());
    let expressions = list(&|column| column.expression.to_owned());
    let mut number = 0;
    let arrays = R::COLUMNS
        .iter()
        .map(|column| {
            number += 1;
            format!("${number}::{}[]", column.kind)
        })
        .collect::<Vec<_>>()
        .join(", ");
    let conflict = match existing {
        Existing::Keep => "NOTHING".to_owned(),
        Existing::Replace => {
            format!("UPDATE SET {}", list(&|column| format!("{name} = excluded.{name}", name = column.name)))
        }
    };
    format!(
        "INSERT INTO {table}_{generation} ({names}) SELECT {expressions} FROM unnest({arrays}) AS r({names}) \
         ON CONFLICT ({key}) DO {conflict}",
        table = R::TABLE,
        key = R::KEY,
    )
}

/// Rows on their way into a table, without a look at what is there: for tables that are being filled. Only for tables
/// whose columns are all stored.
pub(crate) struct Copy<R> {
    writer: Pin<Box<BinaryCopyInWriter>>,
    row: PhantomData<fn(R)>,
}

impl<R: TableRow> Copy<R> {
    pub async fn begin(tx: &TenantTx, generation: Generation) -> Result<Self, ProjectionError> {
        let columns = R::STORED.join(", ");
        let sink =
            tx.copy_in(&format!("COPY {}_{generation} ({columns}) FROM STDIN (FORMAT binary)", R::TABLE)).await?;
        let types: Vec<Type> = R::COLUMNS.iter().map(|column| type_of(column.kind)).collect();
        Ok(Self { writer: Box::pin(BinaryCopyInWriter::new(sink, &types)), row: PhantomData })
    }

    pub async fn write(&mut self, rows: &[R]) -> Result<(), ProjectionError> {
        for row in rows {
            self.writer.as_mut().write(&row.values()).await?;
        }
        Ok(())
    }

    /// Without it nothing is written.
    pub async fn finish(mut self) -> Result<(), ProjectionError> {
        self.writer.as_mut().finish().await?;
        Ok(())
    }
}

/// The types that [`Column::kind`] names.
fn type_of(kind: &str) -> Type {
    match kind {
        "bigint" => Type::INT8,
        "integer" => Type::INT4,
        "smallint" => Type::INT2,
        "boolean" => Type::BOOL,
        "timestamptz" => Type::TIMESTAMPTZ,
        "jsonb" => Type::JSONB,
        _ => Type::TEXT,
    }
}
