//! JSON bodies: bounded, strict, and every refusal names the field.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

use crate::{app::App, problem::ApiError};

/// One megabyte: ten times the longest message.
pub const MAX_BYTES: usize = 1024 * 1024;

/// A body that fits `T`, and the digest of its bytes.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 of the bytes, to tell a repeat from another request under the same `Idempotency-Key`.
    pub digest: [u8; 32],
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        check_content_type(&request)?;
        let bytes = to_bytes(request.into_body(), MAX_BYTES).await.map_err(|_| {
            ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_large",
                format!("the body is larger than {MAX_BYTES} bytes, or was cut off"),
            )
        })?;
        let mut digested = [0; 32];
        digested.copy_from_slice(digest(&SHA256, &bytes).as_ref());
        Ok(Self { value: parse(&bytes)?, digest: digested })
    }
}

fn check_content_type(request: &Request) -> Result<(), ApiError> {
    let sent = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = sent.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "send the body as Content-Type: application/json",
    ))
}

fn parse<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ApiError> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let detail = format!("the body is not JSON: {error}");
        ApiError::new(StatusCode::BAD_REQUEST, "malformed_json", detail)
    })?;
    make_whole(&mut value);
    if !value.is_object() {
        return Err(ApiError::invalid_field("", "invalid_type", "expected an object"));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = pointer(error.path());
        refused(path, &error.into_inner().to_string())
    })
}

/// JSON knows one kind of number: 2.0 is 2, and many a client's language writes the one for the other.
fn make_whole(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(members) => members.values_mut().for_each(make_whole),
        Value::Number(number) => {
            // A float's own text is exact; that of 1e300 is too long for any integer.
            let whole = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0);
            if let Some(whole) = whole.and_then(|float| format!("{float:.0}").parse::<i64>().ok()) {
                *value = whole.into();
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// serde says what it expected in words only; the codes and the exact field are read back from them.
fn refused(path: String, message: &str) -> ApiError {
    let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let names = quoted(message);
    let within = |name: &str| {
        let name = escaped(name);
        if path.ends_with(&format!("/{name}")) { path.clone() } else { format!("{path}/{name}") }
    };
    if message.starts_with("missing field") {
        let name = names.first().map_or("", String::as_str);
        return ApiError::invalid_field(within(name), "required", "this field is required");
    }
    if message.starts_with("unknown field") {
        let name = names.first().map_or("", String::as_str);
        return ApiError::invalid_field(within(name), "unknown_field", "there is no such field here")
            .allowed(names.iter().skip(1));
    }
    if message.starts_with("unknown variant") {
        return ApiError::invalid_field(path, "invalid_value", "expected one of the allowed values")
            .allowed(names.iter().skip(1));
    }
    let code = if message.starts_with("invalid type") { "invalid_type" } else { "invalid_value" };
    ApiError::invalid_field(path, code, message)
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |pointer, segment| match segment {
        Segment::Seq { index } => format!("{pointer}/{index}"),
        Segment::Map { key } | Segment::Enum { variant: key } => {
            format!("{pointer}/{}", escaped(key))
        }
        Segment::Unknown => pointer,
    })
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// For `Option<Option<T>>` with `#[serde(default)]`: absent leaves a field as it is, null clears it.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// For `Option<T>` with `#[serde(default)]` where null means nothing, and is refused: the field is there or it is not.
pub fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use domain::{text::Title, ticket::Priority};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only its parsing is under test")]
        title: Title,
        #[serde(default, deserialize_with = "nullable")]
        priority: Option<Option<Priority>>,
        #[serde(default)]
        #[expect(dead_code, reason = "only its parsing is under test")]
        nested: Vec<Nested>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nested {
        #[expect(dead_code, reason = "only its parsing is under test")]
        name: String,
    }

    fn sample(text: &'static str) -> Result<Sample, ApiError> {
        parse(&Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn every_refusal_names_the_field() {
        for (body, expected) in [
            (r"{}", "/title required"),
            (r#"{"title": 1}"#, "/title invalid_type"),
            (r#"{"title": ""}"#, "/title invalid_value"),
            (r#"{"title": "x", "extra": 1}"#, "/extra unknown_field"),
            (r#"{"title": "x", "a/b~c": 1}"#, "/a~1b~0c unknown_field"),
            (r#"{"title": "x", "priority": "urgent"}"#, "/priority invalid_value"),
            (r#"{"title": "x", "nested": [{"name": "a"}, {"nome": "b"}]}"#, "/nested/1/nome unknown_field"),
            (r#"{"title": "x", "nested": [{}]}"#, "/nested/0/name required"),
            (r"[]", " invalid_type"),
            (r#"{"title": "nul \u0000"}"#, "/title invalid_value"),
        ] {
            let error = sample(body).unwrap_err();
            let text = format!("{error:?}");
            let (pointer, code) = expected.split_once(' ').unwrap();
            assert!(text.contains(&format!("pointer: {pointer:?}, code: {code:?}")), "{body}: {text}");
        }
        for malformed in [r"{", r#"{"title": "\ud800"}"#, ""] {
            assert!(format!("{:?}", sample(malformed).unwrap_err()).contains("malformed_json"), "{malformed}");
        }
    }

    #[test]
    fn null_clears_and_absent_leaves() {
        assert_eq!(sample(r#"{"title": "x", "priority": null}"#).unwrap().priority, Some(None));
        assert_eq!(sample(r#"{"title": "x"}"#).unwrap().priority, None);
    }
}
