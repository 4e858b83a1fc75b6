//! Objects as a table: for lists that are JSON elsewhere, and are looked at in a spreadsheet.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use domain::spreadsheet::harmless;
use serde_json::{Map, Value};

/// RFC 4180: a header line, and a line per object with what it has of these members.
pub fn csv<'a>(columns: &[&str], objects: impl IntoIterator<Item = &'a Map<String, Value>>) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(vec![]);
    writer.write_record(columns).expect("writing into memory does not fail");
    for object in objects {
        let cells = columns.iter().map(|column| object.get(*column).map(text).unwrap_or_default());
        writer.write_record(cells.map(Cow::into_owned)).expect("every line has a cell per column");
    }
    writer.into_inner().expect("writing into memory does not fail")
}

/// Texts among each other are joined by commas; what has parts of its own is JSON.
fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::String(text) => harmless(text),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let texts: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            Cow::Owned(harmless(&texts.join(", ")).into_owned())
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Cow::Owned(value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_is_empty_and_no_text_is_a_formula() {
        let objects = [
            json!({"id": "key_1", "name": "=1+1", "age": 3, "open": true, "scopes": ["a", "b"], "more": {"x": 1}}),
            json!({"id": "key_2", "name": null, "age": -1, "scopes": ["+a"], "other": 1}),
        ];
        let columns = ["id", "name", "age", "open", "scopes", "more"];
        let written = csv(&columns, objects.iter().filter_map(Value::as_object));
        let expected = "id,name,age,open,scopes,more\r\nkey_1,'=1+1,3,true,\"a, b\",\"{\"\"x\"\":1}\"\r\n\
                        key_2,,-1,,'+a,\r\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
