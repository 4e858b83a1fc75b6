//! The files of the console. Nothing is compressed here: beside each stands what it is as `.br` and as `.gz`, made when
//! the console was built.

use std::borrow::Cow;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rust_embed::{Embed, EmbeddedFile};

use crate::request::Conditions;

/// What `npm run build` made of `web/`.
#[derive(Embed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

/// How a client may take a file, the smallest first; and what the file is called then.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// A file as a client takes it.
pub struct File {
    content: EmbeddedFile,
    kind: HeaderValue,
    coding: Option<&'static str>,
}

impl File {
    /// The one of this name.
    pub fn find(name: &str, headers: &HeaderMap) -> Option<Self> {
        let plain = Built::get(name)?;
        let kind = HeaderValue::from_str(plain.metadata.mimetype()).ok()?;
        let accepted = CODINGS.iter().filter(|(coding, _)| accepts(headers, coding));
        let mut packed =
            accepted.filter_map(|(coding, suffix)| Some((Built::get(&format!("{name}.{suffix}"))?, Some(*coding))));
        let (content, coding) = packed.next().unwrap_or((plain, None));
        Some(Self { content, kind, coding })
    }

    /// The answer to who asked for it; nothing anew for whoever has it already.
    pub fn answer(self, conditions: &Conditions, kept: &'static str) -> Response {
        let etag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&self.content.metadata.sha256_hash()[..12]));
        let mut headers = HeaderMap::from_iter([
            (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
            (header::VARY, HeaderValue::from_static("Accept-Encoding")),
        ]);
        headers.extend(HeaderValue::from_str(&etag).map(|etag| (header::ETAG, etag)));
        if conditions.has(&etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(header::CONTENT_TYPE, self.kind);
        headers.extend(self.coding.map(|coding| (header::CONTENT_ENCODING, HeaderValue::from_static(coding))));
        (headers, Body::from(bytes(self.content.data))).into_response()
    }
}

/// A file that is text.
pub fn text(name: &str) -> Option<String> {
    String::from_utf8(Built::get(name)?.data.into_owned()).ok()
}

/// Those that are in the program are not copied.
fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => data.into(),
    }
}

/// Whether a client takes what is packed so (RFC 9110, section 12.5.3). What it takes rather is not asked: either is
/// smaller than none.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let sent = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|value| value.split(',')).any(|one| {
        let (name, weight) = one.split_once(';').unwrap_or((one, ""));
        let refuses = weight.split_once('=').is_some_and(|(_, q)| q.trim().trim_matches(['0', '.']).is_empty());
        name.trim().eq_ignore_ascii_case(coding) && !refuses
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_goes_to_those_who_take_it() {
        let takes = |sent: &str, coding: &str| {
            accepts(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_str(sent).unwrap())]), coding)
        };
        assert!(
            takes("gzip, deflate, br, zstd", "br") && takes("gzip;q=0.8, BR ; q=1", "br") && takes("br;q=0.001", "br")
        );
        assert!(!takes("gzip", "br") && !takes("br;q=0, gzip", "br") && !takes("br; q=0.000", "br"));
        assert!(!takes("brotli", "br") && !takes("", "gzip"));
    }
}
