//! One row per text that something is found by.

use crate::{generation::Indexes, table::table_row};

table_row! {
    /// A text, and whom or what it finds.
    SearchRow in "search_words" by "id, part" {
        /// The ticket, customer or agent.
        id: String = "id" "text";
        /// Which of its texts: `title`, `name`, `tag:vip`, the id of a message.
        part: String = "part" "text";
        /// Of the event that said it last.
        position: i64 = "position" "bigint";
        /// The person whom it is sealed for.
        subject: Option<String> = "subject" "text";
        /// What it says, which is kept as a vector only; null once it says nothing any more.
        words: Option<String> = "words" "text" as "to_tsvector('simple', r.words)";
    }
    computed {}
}

/// The table; `{g}` is its generation.
pub(crate) const TABLE: &str = r#"
CREATE TABLE IF NOT EXISTS search_words_{g} (
    id text COLLATE "C" NOT NULL,
    part text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    subject text COLLATE "C",
    words tsvector,
    PRIMARY KEY (id, part)
);
"#;

/// The words; and whose they are, for when they are erased.
pub(crate) const INDEXES: Indexes = Indexes::of_lines(
    "
CREATE INDEX IF NOT EXISTS search_words_{g}_words ON search_words_{g} USING gin (words) WHERE words IS NOT NULL;
CREATE INDEX IF NOT EXISTS search_words_{g}_subject ON search_words_{g} (subject) WHERE subject IS NOT NULL;
",
);
