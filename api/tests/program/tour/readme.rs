//! What README.md says to type, and what it says will be printed.

/// Where something is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terminal {
    First,
    /// It runs until Ctrl-C.
    Second,
}

/// Lines to type at once.
#[derive(Debug)]
pub struct Step {
    /// Of the first of them, in README.md.
    pub line: usize,
    pub terminal: Terminal,
    pub script: String,
    /// What they print, with `…` for what differs or is left out.
    pub promise: Option<String>,
}

/// A fenced block.
struct Block {
    line: usize,
    language: String,
    text: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut all: Vec<Block> = vec![];
    let mut open: Option<Block> = None;
    for (index, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block { line: index + 2, language: language.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => all.extend(open.take()),
            (None, Some(block)) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block of README.md does not end");
    all
}

/// Every block of shell lines, in order, each with the block of output that follows it before other lines do.
pub fn steps(markdown: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = vec![];
    let mut answerable = false;
    for Block { line, language, text } in blocks(markdown) {
        let terminal = match language.as_str() {
            "sh" => Terminal::First,
            "sh second terminal" => Terminal::Second,
            "" if answerable => {
                steps.last_mut().unwrap().promise = Some(text);
                answerable = false;
                continue;
            }
            _ => continue,
        };
        steps.push(Step { line, terminal, script: text, promise: None });
        answerable = true;
    }
    steps
}

/// The block that holds these words.
pub fn block_with(markdown: &str, words: &str) -> String {
    let found = blocks(markdown).into_iter().find(|block| block.text.contains(words));
    found.unwrap_or_else(|| panic!("README.md has no block with {words:?}")).text
}
