//! What a report in JSON looks like: its lines follow from its columns.

use std::borrow::Cow;

use reports::{Column, Kind, Report};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ArrayBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, Type,
        schema::{AnyOfBuilder, SchemaType},
    },
};

use super::ReportList;

/// The reports that there are, or one of them.
#[derive(Clone, Copy, Debug)]
pub struct ReportAnswer;

impl PartialSchema for ReportAnswer {
    fn schema() -> RefOr<Schema> {
        let list = AnyOfBuilder::new()
            .description(Some("The list of reports, or the report that was asked for."))
            .item(Ref::from_schema_name(ReportList::name()));
        Report::ALL.into_iter().fold(list, |all, report| all.item(drawn(report))).into()
    }
}

impl ToSchema for ReportAnswer {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ReportAnswer")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((ReportList::name().into_owned(), ReportList::schema()));
        ReportList::schemas(schemas);
    }
}

fn drawn(report: Report) -> Schema {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let members = [
        ("report", text().enum_values(Some([report.name()])).description(Some("Its name.")).into()),
        ("period", RefOr::from(Ref::from_schema_name("Period"))),
        ("as_of", Ref::from_schema_name("AsOf").into()),
        ("timezone", text().description(Some("The zone in which days begin.")).into()),
        (
            "definition_version",
            ObjectBuilder::new().schema_type(Type::Integer).description(Some("By which definitions.")).into(),
        ),
        ("data", ArrayBuilder::new().items(RefOr::T(line(report.columns()))).description(Some("Its lines.")).into()),
    ];
    let checkpoint = text().description(Some("The last signed checkpoint of the log, once there is one."));
    let all = ObjectBuilder::new()
        .property("checkpoint", checkpoint)
        .title(Some(report.name()))
        .description(Some(report.description()));
    members.into_iter().fold(all, |all, (name, schema)| all.property(name, schema).required(name)).into()
}

fn line(columns: &[Column]) -> Schema {
    let all = ObjectBuilder::new();
    columns.iter().fold(all, |all, column| all.property(column.name, cell(column)).required(column.name)).into()
}

/// What is not known is null.
fn cell(column: &Column) -> Schema {
    let of = |kind: Type| SchemaType::from_iter([kind, Type::Null]);
    let plain = |kind: Type| ObjectBuilder::new().schema_type(of(kind)).description(Some(column.description));
    match column.kind {
        Kind::Text => plain(Type::String).into(),
        Kind::Integer => plain(Type::Integer).into(),
        Kind::Number => plain(Type::Number).into(),
        Kind::Boolean => plain(Type::Boolean).into(),
        Kind::Instant => plain(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into(),
        Kind::Texts => ArrayBuilder::new()
            .items(ObjectBuilder::new().schema_type(Type::String))
            .description(Some(column.description))
            .into(),
    }
}
