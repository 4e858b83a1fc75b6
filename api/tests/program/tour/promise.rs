//! Whether what was printed is what was promised.

/// White space is for readers; `…` is anything. All else must be there, from the first character to the last.
pub fn holds(promise: &str, printed: &str) -> Result<(), String> {
    let (promise, printed) = (squeezed(promise), squeezed(printed));
    let pieces: Vec<&str> = promise.split('…').collect();
    let (first, last) = (pieces[0], pieces[pieces.len() - 1]);
    let Some(mut rest) = printed.strip_prefix(first) else { return Err(format!("it does not begin with {first}")) };
    if pieces.len() == 1 {
        return if rest.is_empty() { Ok(()) } else { Err(format!("it goes on with {rest}")) };
    }
    for piece in &pieces[1..pieces.len() - 1] {
        let Some((_, after)) = rest.split_once(piece) else { return Err(format!("nowhere after that is {piece}")) };
        rest = after;
    }
    if rest.ends_with(last) { Ok(()) } else { Err(format!("it does not end with {last}")) }
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn a_promise_holds_when_all_but_what_is_left_out_is_there() {
    let printed = "{\"id\":\"tkt_1\",\"status\":412,\"detail\":\"x\"}\n";
    for promise in [
        "{\"id\": \"tkt_…\", \"status\": 412, …}",
        "…412…",
        "…",
        "{\"id\": \"tkt_1\",\n \"status\": 412, \"detail\": \"x\"}",
    ] {
        assert_eq!(holds(promise, printed), Ok(()), "{promise}");
    }
    for promise in ["", "…413…", "{\"status\": 412, …}", "{\"id\": …, \"status\": 412}", "… 412 … \"id\" …"]
    {
        assert!(holds(promise, printed).is_err(), "{promise}");
    }
}
