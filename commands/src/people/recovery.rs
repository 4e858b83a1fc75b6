//! Recovery codes: ten, each good once, for the day when a phone is lost. 80 bits each, so that their SHA-256 in the
//! database says nothing.

use domain::RecoveryCodesId;
use event_store::Random;
use ring::digest::{SHA256, digest};

/// So many at a time.
pub const CODES: usize = 10;
const CHARS: usize = 16;
/// Crockford's: without the letters that are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A recovery code in clear: shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

/// Never prints it.
impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl RecoveryCode {
    pub(super) fn generate(random: &dyn Random) -> Self {
        let mut bytes = [0; CHARS];
        random.fill(&mut bytes);
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
    }

    /// As somebody has typed it.
    pub(super) fn typed(text: &str) -> Option<Self> {
        let read = |character: char| match character.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let code: String =
            text.chars().filter(|it| !it.is_whitespace() && *it != '-').map(read).take(CHARS + 1).collect();
        let fits = code.len() == CHARS && code.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(code))
    }

    /// In groups of four.
    pub fn reveal(&self) -> String {
        let groups: Vec<&str> = (0..CHARS).step_by(4).map(|at| &self.0[at..at + 4]).collect();
        groups.join("-")
    }

    /// What is stored.
    pub(super) fn digest(&self, set: RecoveryCodesId) -> Vec<u8> {
        digest(&SHA256, format!("{set}\0{}", self.0).as_bytes()).as_ref().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use event_store::SystemRandom;

    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed_and_nothing_else_is() {
        let code = RecoveryCode::generate(&SystemRandom::default());
        let shown = code.reveal();
        assert_eq!(shown.len(), 19);
        for typed in
            [shown.clone(), shown.to_uppercase(), shown.replace('-', ""), format!(" {} ", shown.replace('-', " "))]
        {
            assert_eq!(RecoveryCode::typed(&typed), Some(code.clone()), "{typed}");
        }
        assert_eq!(RecoveryCode::typed("OIL0-0000-0000-0000"), RecoveryCode::typed("0110000000000000"));
        for wrong in ["", &shown[1..], "u000000000000000", &"0".repeat(17), "é00000000000000"] {
            assert_eq!(RecoveryCode::typed(wrong), None, "{wrong}");
        }
    }
}
