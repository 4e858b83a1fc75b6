//! What an answer shows, by the ids that are in it: so no handler can forget to say it.

use std::collections::HashSet;

/// So many are named; of more, only how many they were.
const NAMED: usize = 64;
/// What is named: tickets, and people.
const PREFIXES: [&[u8]; 3] = [b"tkt_", b"cus_", b"agt_"];
/// Hexadecimal digits of an id.
const DIGITS: usize = 32;

/// What somebody saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The first of them, in their order.
    pub named: Vec<String>,
    /// How many there were.
    pub count: u32,
}

impl Seen {
    /// What the path of a request names, and what its answer does.
    pub fn of(path: &str, answer: &[u8]) -> Self {
        let mut met = HashSet::new();
        let in_path = path.split('/').filter(|part| is_named(part)).map(str::as_bytes);
        let mut named: Vec<&[u8]> = in_path.chain(ids(answer)).filter(|id| met.insert(*id)).collect();
        let count = u32::try_from(named.len()).unwrap_or(u32::MAX);
        named.truncate(NAMED);
        Self { named: named.iter().map(|id| String::from_utf8_lossy(id).into_owned()).collect(), count }
    }
}

/// An id of any thing, as this product makes them.
pub fn is_named(text: &str) -> bool {
    text.split_once('_').is_some_and(|(prefix, digits)| {
        prefix.len() == 3 && digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// All ids of tickets and people in a text, in their order.
fn ids(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            // Of what is known to be of interest the underscore is rare.
            let at = from + text.get(from..)?.iter().position(|byte| *byte == b'_')?;
            from = at + 1;
            let Some(prefix) = at.checked_sub(3).and_then(|begin| text.get(begin..=at)) else { continue };
            let digits = text.get(at + 1..at + 1 + DIGITS).unwrap_or_default();
            if PREFIXES.contains(&prefix) && digits.len() == DIGITS && digits.iter().all(u8::is_ascii_hexdigit) {
                from += DIGITS;
                return text.get(at - 3..from);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ticket_and_person_in_an_answer_is_named_once_and_the_first_of_many() {
        let id = |prefix: &str, number: u32| format!("{prefix}_{number:032x}");
        let (ticket, customer) = (id("tkt", 1), id("cus", 2));
        let body = format!(r#"{{"id":"{ticket}","customer":{{"id":"{customer}"}},"again":"{ticket}","key":"key_1"}}"#);
        let seen = Seen::of("/api/tickets/T-7", body.as_bytes());
        assert_eq!(seen, Seen { named: vec![ticket.clone(), customer], count: 2 });
        let file = id("fil", 3);
        assert_eq!(Seen::of(&format!("/api/files/{file}/content"), b"").named, [file]);
        assert_eq!(Seen::of("/api/customers/external:ann", br#""cus_1" _ tkt_"#), Seen::default());
        let many: Vec<String> = (0..100).map(|number| id("agt", number)).collect();
        let seen = Seen::of("", many.join(",").as_bytes());
        assert_eq!((seen.count, &seen.named[..]), (100, &many[..NAMED]));
    }
}
