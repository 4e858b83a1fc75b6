//! Cursors: a place in a sorted list, signed, and good only for the list that it came from.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use event_store::Store;
use projections::SortValue;
use ring::hmac;

use axum::http::StatusCode;

use crate::problem::ApiError;

const TAG_BYTES: usize = 16;
const MAX_CHARS: usize = 4096;

/// The key that cursors are signed with: the same on every node of an installation.
#[derive(Clone, Debug)]
pub struct CursorKey(hmac::Key);

impl CursorKey {
    /// Derived from the installation's key.
    pub fn new(store: &Store) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &store.derived_key("ledgerdesk cursors 1")))
    }

    /// A cursor to what comes after `place` in the list that `scope` names (tenant, route, filters, order).
    pub fn seal(&self, scope: &str, place: &[SortValue]) -> String {
        let place = serde_json::to_vec(place).unwrap_or_default();
        let tag = self.sign(scope, &place);
        URL_SAFE_NO_PAD.encode([&tag.as_ref()[..TAG_BYTES], &place].concat())
    }

    /// The place, when the cursor is one of ours and of this list.
    pub fn open(&self, scope: &str, cursor: &str) -> Result<Vec<SortValue>, ApiError> {
        let invalid = || {
            ApiError::new(
                StatusCode::BAD_REQUEST,
                "cursor_invalid",
                "this cursor is not of this list: take next_cursor of the page before, with the same filters and sort, \
                 or begin without a cursor",
            )
            .field("cursor", "cursor_invalid", "expected a cursor of this list")
        };
        let bytes = Some(cursor)
            .filter(|cursor| cursor.len() <= MAX_CHARS)
            .and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok());
        let bytes = bytes.filter(|bytes| bytes.len() >= TAG_BYTES).ok_or_else(invalid)?;
        let (tag, place) = bytes.split_at(TAG_BYTES);
        let expected = self.sign(scope, place);
        // The comparison need not be constant in time: a cursor opens nothing that its bearer could not list anyway,
        // but it costs nothing to make it so.
        let same = expected.as_ref()[..TAG_BYTES].iter().zip(tag).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0;
        if !same {
            return Err(invalid());
        }
        serde_json::from_slice(place).map_err(|_| invalid())
    }

    fn sign(&self, scope: &str, place: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(&(scope.len() as u64).to_be_bytes());
        context.update(scope.as_bytes());
        context.update(place);
        context.sign()
    }
}
