//! One JSON object, written in pieces.

use projections::reporting::MaskedFields;
use serde_json::{Map, Value};

use crate::{Reported, rows::shown};

/// The object up to its first line.
pub fn begin(about: &Map<String, Value>) -> Vec<u8> {
    let mut text = Value::Object(about.clone()).to_string();
    text.truncate(text.len() - 1);
    text.push_str(if about.is_empty() { "\"data\":[" } else { ",\"data\":[" });
    text.into_bytes()
}

pub fn lines<L: Reported>(lines: &[L], first: bool, masked: &MaskedFields) -> Vec<u8> {
    let mut out = vec![];
    for (index, line) in lines.iter().enumerate() {
        if index > 0 || !first {
            out.push(b',');
        }
        out.push(b'{');
        for (index, (column, cell)) in L::COLUMNS.iter().zip(shown(line, masked)).enumerate() {
            if index > 0 {
                out.push(b',');
            }
            // Neither a name of ours nor a cell can fail to be JSON.
            let _ = serde_json::to_writer(&mut out, column.name);
            out.push(b':');
            let _ = serde_json::to_writer(&mut out, &cell);
        }
        out.push(b'}');
    }
    out
}
