//! RFC 4180.

use csv::{Terminator, Writer, WriterBuilder};
use domain::spreadsheet::harmless;
use projections::reporting::MaskedFields;

use crate::{
    Column, Reported,
    cell::{Cell, instant},
    rows::shown,
};

fn writer() -> Writer<Vec<u8>> {
    WriterBuilder::new().terminator(Terminator::CRLF).from_writer(vec![])
}

fn bytes(writer: Writer<Vec<u8>>) -> Vec<u8> {
    writer.into_inner().expect("writing into memory does not fail")
}

pub fn header(columns: &[Column]) -> Vec<u8> {
    let mut writer = writer();
    writer.write_record(columns.iter().map(|column| column.name)).expect("writing into memory does not fail");
    bytes(writer)
}

pub fn lines<L: Reported>(lines: &[L], masked: &MaskedFields) -> Vec<u8> {
    let mut writer = writer();
    for line in lines {
        writer.write_record(shown(line, masked).iter().map(text)).expect("every line has a cell per column");
    }
    bytes(writer)
}

fn text(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => harmless(text).into_owned(),
        Cell::Masked(text) => harmless(text).into_owned(),
        Cell::Texts(texts) => harmless(&texts.join(", ")).into_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Boolean(yes) => yes.to_string(),
        Cell::Instant(at) => instant(*at),
    }
}
