//! Masked copies of a log show what the domain makes up.

use event_store::Hidden;

/// What a field of a masked copy shows whose key is not there; none: it is erased.
pub fn mask(hidden: &Hidden<'_>) -> Option<String> {
    let Hidden { event_type, pointer, subject, place, bytes } = *hidden;
    domain::mask::masked(event_type, pointer, subject, place, bytes)
}
