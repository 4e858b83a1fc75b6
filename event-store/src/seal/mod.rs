//! Personal fields: in the log only as ciphertext under the key of the person they are about.
//!
//! A master key wraps the installation's key, which wraps a key per tenant, which wraps a key per data subject (AES-256-GCM throughout, NIST SP 800-38D,
//! by `ring`). A sealed field is bound to its place: tenant, stream, sequence, event type and JSON pointer are the
//! associated data. A tenant that was copied from another keeps that one's id for all of this (`sealed_as`). Deleting a subject's keys erases them: the field then opens as `{"$erased": {"subject"}}`.
//!
//! A subject may have several keys: each sealed field names the one it needs. So a key rides in the commit that first
//! uses it, and two processes that make one at the same time do not get into each other's way. A draft may ask for a key
//! of a field's own (`"key"` beside the value, an id that no other key has), or of a few fields of the same commit: it can
//! be destroyed alone.

mod aead;
mod fields;
mod installation;
mod keyring;
mod mask;
mod tenant_keys;
mod text;

pub(crate) use fields::{Place, Sealer, key_ids, open_at, open_fields, subjects};
/// The place of the envelope's client, where fields of the payload have a JSON pointer.
pub(crate) const CLIENT: &str = "#client";

pub(crate) use installation::InstallationSeal;
pub use mask::{Hidden, Mask};

pub(crate) use keyring::{Keyring, NewKey, Scope, derived, random_key, unwrap_key, wrap_key};
pub(crate) use tenant_keys::{Holder, StoredTenantKey, TenantKeys};
pub(crate) use text::{Keys, holds_sealed, open_text};
