//! A delimited text file, row by row. A row that cannot be read is set aside with its number; the others go on.

use std::{
    collections::HashSet,
    hash::{BuildHasher, RandomState},
    io::{self, Read},
};

use csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::{
    ImportError,
    report::{FileKind, RowPlace},
};

/// Rows that are held in memory at once.
const MAX_ROWS: usize = 5_000_000;
/// Bytes of one file.
const MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes of one row: more is an opening quote that was never closed.
const MAX_ROW_BYTES: usize = 4 * 1024 * 1024;
/// What is looked at to find the delimiter.
const HEAD_BYTES: u64 = 64 * 1024;

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub place: RowPlace,
    /// Its fields; what is not UTF-8 in them is replaced.
    pub record: StringRecord,
    /// Why it cannot be used. It is here all the same: it may still say which case it is about, and then counts among
    /// that case's rows, so that the others keep their ordinals once it is mended.
    pub fault: Option<Fault>,
}

/// Why a row was rejected, and which column it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub column: Option<String>,
    pub reason: String,
}

impl Fault {
    pub fn row(reason: impl Into<String>) -> Self {
        let (column, reason) = (None, reason.into());
        Self { column, reason }
    }

    pub fn column(column: impl Into<String>, reason: impl ToString) -> Self {
        Self { column: Some(column.into()), reason: reason.to_string() }
    }
}

/// All rows of one file.
#[derive(Debug)]
pub(crate) struct Table {
    pub file: FileKind,
    pub header: Vec<String>,
    pub rows: Vec<Row>,
    /// Rows that are byte for byte the same as one before.
    pub twins: u64,
    pub delimiter: u8,
}

/// Reads a whole file, or its first `limit` rows.
pub(crate) fn read(
    file: FileKind,
    mut input: impl Read,
    delimiter: Option<char>,
    limit: usize,
) -> Result<Table, ImportError> {
    let failed = |reason: String| ImportError::File { file, reason };
    let io = |error: io::Error| failed(format!("it cannot be read: {error}"));
    let mut head = vec![];
    input.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(io)?;
    let delimiter = delimiter.and_then(|c| u8::try_from(c).ok()).unwrap_or_else(|| detect(&head));
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(io::Cursor::new(head).chain(input).take(MAX_BYTES + 1));
    let header =
        reader.headers().map_err(|_| failed("its header is not text in UTF-8: save it as CSV in UTF-8".to_owned()))?;
    let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    if header.iter().all(String::is_empty) {
        return Err(failed("it is empty: the first line must name the columns".to_owned()));
    }
    let mut table = Table { file, header, rows: vec![], twins: 0, delimiter };
    let hasher = RandomState::new();
    let mut seen = HashSet::new();
    let mut record = ByteRecord::new();
    while table.rows.len() < limit
        && reader.read_byte_record(&mut record).map_err(|error| failed(format!("it cannot be read: {error}")))?
    {
        if table.rows.len() == MAX_ROWS || reader.position().byte() > MAX_BYTES {
            return Err(failed(format!(
                "it has more than {MAX_ROWS} rows or {MAX_BYTES} bytes: split it, keeping all rows of a ticket together"
            )));
        }
        if !seen.insert(hasher.hash_one(record.iter().collect::<Vec<_>>())) {
            table.twins += 1;
        }
        table.take(&record);
    }
    Ok(table)
}

impl Table {
    fn take(&mut self, record: &ByteRecord) {
        let place = RowPlace {
            file: self.file,
            row: self.rows.len() as u64 + 1,
            line: record.position().map_or(0, csv::Position::line),
        };
        let expected = self.header.len();
        let read = StringRecord::from_byte_record(record.clone());
        let fault = if record.as_slice().len() > MAX_ROW_BYTES {
            Some(Fault::row("the row is longer than 4 MB: is a quotation mark not closed?"))
        } else if record.len() != expected {
            let found = record.len();
            Some(Fault::row(format!("expected {expected} fields as in the header, found {found}")))
        } else if let Err(error) = &read {
            let column = self.header.get(error.utf8_error().field()).cloned();
            let reason = "is not text in UTF-8".to_owned();
            Some(Fault { column, reason })
        } else {
            None
        };
        self.rows.push(Row {
            place,
            record: read.unwrap_or_else(|_| StringRecord::from_byte_record_lossy(record.clone())),
            fault,
        });
    }
}

/// The candidate that is most often in the header, outside of quotation marks.
fn detect(head: &[u8]) -> u8 {
    let mut quoted = false;
    let header: Vec<u8> = head
        .iter()
        .copied()
        .take_while(|byte| {
            quoted ^= *byte == b'"';
            quoted || *byte != b'\n'
        })
        .collect();
    let mut quoted = false;
    let outside: Vec<u8> = header
        .into_iter()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted
        })
        .collect();
    let count = |delimiter: u8| outside.split(|byte| *byte == delimiter).count();
    // The last of equals wins, so the comma comes last.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(text: &[u8]) -> Table {
        read(FileKind::Main, text, None, usize::MAX).unwrap()
    }

    #[test]
    fn the_delimiter_is_found_and_the_byte_order_mark_is_not_part_of_the_first_name() {
        for (text, delimiter) in
            [("\u{feff}a,b\n1,2\n", b','), ("\"x, y\";b\n1;2\n", b';'), ("a\tb\n1\t2", b'\t'), ("only\n1\n", b',')]
        {
            let table = table(text.as_bytes());
            assert_eq!(table.delimiter, delimiter, "{text:?}");
            assert_eq!(table.rows[0].record.get(0), Some("1"));
            assert!(!table.header[0].starts_with('\u{feff}'));
        }
    }

    #[test]
    fn a_bad_row_is_set_aside_and_the_others_go_on() {
        let table = table(b"a,b\n1,2\n1\n\xff,2\n\"two\nlines\",2\n1,2\n");
        let places: Vec<_> = table.rows.iter().map(|row| (row.place.row, row.place.line)).collect();
        assert_eq!(places, [(1, 2), (2, 3), (3, 4), (4, 5), (5, 7)]);
        let fault = |row: usize| table.rows[row].fault.clone();
        assert_eq!([fault(0), fault(3), fault(4)], [None, None, None]);
        assert_eq!(fault(1), Some(Fault::row("expected 2 fields as in the header, found 1")));
        assert_eq!(fault(2), Some(Fault::column("a", "is not text in UTF-8")));
        assert_eq!(table.twins, 1);
    }

    #[test]
    fn an_empty_file_is_an_error_that_says_so() {
        let error = read(FileKind::Main, &b""[..], None, usize::MAX).unwrap_err();
        assert!(error.to_string().contains("must name the columns"), "{error}");
    }

    proptest! {
        #[test]
        fn every_row_is_there_whatever_it_holds(rows in prop::collection::vec("[a-c;,é ]{1,9}", 0..20)) {
            let text = format!("x,y\n{}", rows.join("\n"));
            let table = read(FileKind::Main, text.as_bytes(), Some(','), usize::MAX).unwrap();
            prop_assert_eq!(table.rows.len(), rows.len());
            for row in &table.rows {
                prop_assert_eq!(row.fault.is_none(), row.record.len() == 2);
            }
        }
    }
}
