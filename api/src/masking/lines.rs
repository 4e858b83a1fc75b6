//! An object per line: newline-delimited JSON, and the data of server-sent events.

use axum::body::{Body, Bytes};
use domain::access_policy::MaskedFields;
use futures_util::StreamExt;
use serde_json::Value;

use super::{Masked, json};

/// Masks line by line what whoever reads is not shown at that moment. What comes without an end of line is not passed on:
/// nobody sees a part of an object.
pub fn mask(body: Body, masked: Masked) -> Body {
    let mut begun = vec![];
    Body::from_stream(body.into_data_stream().map(move |chunk| {
        chunk.map(|chunk| {
            let fields = masked.fields();
            if fields.is_empty() && begun.is_empty() { chunk } else { whole_lines(&mut begun, &chunk, &fields) }
        })
    }))
}

fn whole_lines(begun: &mut Vec<u8>, chunk: &[u8], fields: &MaskedFields) -> Bytes {
    begun.extend_from_slice(chunk);
    let end = begun.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    let rest = begun.split_off(end);
    let lines = std::mem::replace(begun, rest);
    lines.split_inclusive(|byte| *byte == b'\n').flat_map(|line| masked_line(line, fields)).collect()
}

/// What is no object (an id, the name of an event, the empty line between two) says nothing of anybody.
fn masked_line(line: &[u8], fields: &MaskedFields) -> Vec<u8> {
    let begins = line.iter().position(|byte| *byte == b'{').unwrap_or(line.len());
    let (head, object) = line.split_at(begins);
    if object.is_empty() {
        return line.to_vec();
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(object) else { return vec![] };
    json::mask(&mut value, fields);
    [head, &serde_json::to_vec(&value).unwrap_or_default(), b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use domain::access_policy::PersonalField;

    use super::*;

    #[test]
    fn objects_are_masked_wherever_they_are_cut() {
        let sent = "id: 7\nevent: customer.updated\ndata: {\"email\":\"ann@x.com\",\"id\":\"cus_1\"}\n\n: still here\n";
        let shown = sent.replace("ann@x.com", "a•••@•••.com");
        for cut in 0..sent.len() {
            let (mut begun, fields) = (vec![], MaskedFields::from([PersonalField::Email]));
            let (one, other) = sent.as_bytes().split_at(cut);
            let passed = [whole_lines(&mut begun, one, &fields), whole_lines(&mut begun, other, &fields)].concat();
            assert_eq!(String::from_utf8(passed).unwrap(), shown, "cut at {cut}");
        }
    }
}
