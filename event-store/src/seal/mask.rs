//! Masked copies of a log: what their fields show, of which they have no keys.

use super::fields::Place;

/// What AES-GCM adds to a text.
const TAG_BYTES: usize = 16;

/// A sealed field of a masked copy, whose key is not there.
#[derive(Clone, Copy, Debug)]
pub struct Hidden<'a> {
    /// The type of its event.
    pub event_type: &'a str,
    /// Where it stands in the payload (RFC 6901).
    pub pointer: &'a str,
    /// Who it is about.
    pub subject: &'a str,
    /// Tells it from all others of the log.
    pub place: &'a str,
    /// How long the text is.
    pub bytes: usize,
}

/// Makes something up for a hidden field; none: it opens as erased.
pub type Mask = fn(&Hidden<'_>) -> Option<String>;

impl Place<'_> {
    /// What is made up for a field of this ciphertext, in base64 without padding, in a masked copy; none in any other log.
    pub(super) fn made_up(&self, pointer: &str, subject: &str, ciphertext: &str) -> Option<String> {
        let place = format!("{} {} {pointer}", self.stream.aggregate_id, self.sequence);
        let bytes = (ciphertext.len() * 3 / 4).saturating_sub(TAG_BYTES);
        (self.mask?)(&Hidden { event_type: self.event_type, pointer, subject, place: &place, bytes })
    }
}
