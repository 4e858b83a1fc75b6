//! Words for people. Output goes to stdout, what is being done and what went wrong to stderr.

use std::io::Write;

/// A line of output. A reader that went away (`| head`) is not an error.
pub fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A line about what is being done.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// An error with its causes, each on its line; a cause that was told already is not told again.
pub fn say_error(error: &dyn std::error::Error) {
    let told = error.to_string();
    say(&format!("error: {told}"));
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !told.contains(&text) {
            say(&format!("  because: {text}"));
        }
        source = cause.source();
    }
}
