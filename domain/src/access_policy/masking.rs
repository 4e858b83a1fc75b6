//! What of customers those who have a role are not shown, and what they are shown instead.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A kind of field that says something about a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonalField {
    /// What they are called.
    Name,
    /// Where they read mail.
    Email,
    /// Where they can be called.
    Phone,
    /// What they and others wrote: titles, messages, notes and files.
    Text,
}

/// The fields that are masked.
pub type MaskedFields = BTreeSet<PersonalField>;

/// What stands for what is not shown.
const DOTS: &str = "•••";
/// A telephone number of fewer digits is not told by its last two.
const TELLING: usize = 6;

impl PersonalField {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Name, Self::Email, Self::Phone, Self::Text];

    /// The text that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Text => "text",
        }
    }

    /// What is shown in the place of a value: enough to tell two apart at a glance, not enough to reach anybody.
    pub fn mask(self, value: &str) -> String {
        match self {
            Self::Name => format!("{}{DOTS}", first(value)),
            Self::Email => match value.rsplit_once('@') {
                Some((local, domain)) => format!("{}{DOTS}@{DOTS}{}", first(local), top(domain)),
                None => DOTS.to_owned(),
            },
            Self::Phone => {
                let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
                let last = digits.len().checked_sub(2).filter(|_| digits.len() >= TELLING);
                last.map_or_else(|| DOTS.to_owned(), |last| format!("{DOTS}{}", String::from_iter(&digits[last..])))
            }
            Self::Text => DOTS.to_owned(),
        }
    }
}

fn first(text: &str) -> String {
    text.chars().take(1).collect()
}

/// `.com` of a domain; nothing where there is only that.
fn top(domain: &str) -> &str {
    domain.rfind('.').filter(|at| *at > 0).map_or("", |at| &domain[at..])
}

#[cfg(test)]
mod tests {
    use super::PersonalField::{Email, Name, Phone, Text};

    #[test]
    fn what_is_masked_reaches_nobody() {
        for (field, value, masked) in [
            (Name, "Ann Other", "A•••"),
            (Name, "Ögmundur", "Ö•••"),
            (Email, "john@company.com", "j•••@•••.com"),
            (Email, "\"a@b\"@mail.company.co.uk", "\"•••@•••.uk"),
            (Email, "root@localhost", "r•••@•••"),
            (Email, "no address", "•••"),
            (Phone, "+41 44 123 45 42", "•••42"),
            (Phone, "117", "•••"),
            (Text, "Cannot log in", "•••"),
            (Name, "", "•••"),
        ] {
            assert_eq!(field.mask(value), masked, "{value}");
        }
    }
}
