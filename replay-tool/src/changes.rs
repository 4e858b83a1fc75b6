//! What changed, in words.

use serde_json::Value;

/// `[before, after]` as an arrow; what has no before, or is no change, as it is.
pub fn described(change: &Value) -> String {
    match change.as_array().map(Vec::as_slice) {
        Some([Value::Null, after]) => value(after),
        Some([before, after]) => format!("{} -> {}", value(before), value(after)),
        _ => value(change),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(self::value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_reads_from_before_to_after() {
        assert_eq!(described(&json!(["high", "critical"])), "high -> critical");
        assert_eq!(described(&json!([null, "open"])), "open");
        assert_eq!(described(&json!(["agt_1", null])), "agt_1 -> none");
        assert_eq!(described(&json!([["a"], ["a", "b"]])), "[a] -> [a, b]");
        assert_eq!(described(&json!("customer_replied")), "customer_replied");
    }
}
