//! What is billed: a line per tenant, of one day.

use chrono::NaiveDate;
use csv::{Terminator, WriterBuilder};
use serde::Serialize;
use utoipa::ToSchema;

/// What one tenant had used at the end of a day where it is, and what it had bought. Columns are only appended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = UsageDay)]
pub struct BillLine {
    /// Whose.
    #[schema(example = "company-abc-123")]
    pub tenant_id: String,
    /// Which day.
    pub day: NaiveDate,
    /// The position of the log at its end: everything is counted up to here.
    pub position: u64,
    /// What was bought.
    #[schema(example = "professional")]
    pub plan: &'static str,
    /// Tickets of its month, up to its end.
    pub tickets: u64,
    /// How many of them there were before they were flagged; none: as many as come.
    pub tickets_limit: Option<u64>,
    /// Seats of agents at work.
    pub agents: u64,
    /// Seats of open invitations.
    pub agents_reserved: u64,
    /// How many seats there were; none: as many as are wanted.
    pub agents_limit: Option<u64>,
    /// Bytes of the files of messages.
    pub storage_bytes: u64,
    /// How many bytes there were; none: as many as are wanted.
    pub storage_limit: Option<u64>,
}

const COLUMNS: [&str; 11] = [
    "tenant_id",
    "day",
    "position",
    "plan",
    "tickets",
    "tickets_limit",
    "agents",
    "agents_reserved",
    "agents_limit",
    "storage_bytes",
    "storage_limit",
];

/// With a header line, also where there is no other; as RFC 4180 has it.
pub fn csv(lines: &[BillLine]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).has_headers(false).from_writer(vec![]);
    writer.write_record(COLUMNS).expect("writing into memory does not fail");
    lines.iter().for_each(|line| writer.serialize(line).expect("every line is numbers and texts"));
    writer.into_inner().expect("writing into memory does not fail")
}

/// A JSON object per line.
pub fn ndjson(lines: &[BillLine]) -> Vec<u8> {
    let json = |line| serde_json::to_string(line).expect("every line is numbers and texts") + "\n";
    lines.iter().map(json).collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_say_the_same() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        let line = BillLine {
            tenant_id: "acme".to_owned(),
            day,
            position: 2102,
            plan: "professional",
            tickets: 5001,
            tickets_limit: Some(5000),
            agents: 7,
            agents_reserved: 1,
            agents_limit: None,
            storage_bytes: 48_213,
            storage_limit: Some(100),
        };
        let keys = serde_json::to_value(&line).unwrap();
        let missing: Vec<_> = COLUMNS.iter().filter(|column| keys.get(column).is_none()).collect();
        assert_eq!((missing, keys.as_object().unwrap().len()), (vec![], COLUMNS.len()));
        let lines = [line];
        assert_eq!(
            String::from_utf8(csv(&lines)).unwrap(),
            "tenant_id,day,position,plan,tickets,tickets_limit,agents,agents_reserved,agents_limit,storage_bytes,\
             storage_limit\r\nacme,2026-11-27,2102,professional,5001,5000,7,1,,48213,100\r\n"
        );
        assert_eq!(
            String::from_utf8(ndjson(&lines)).unwrap(),
            "{\"tenant_id\":\"acme\",\"day\":\"2026-11-27\",\"position\":2102,\"plan\":\"professional\",\"tickets\":5001,\
             \"tickets_limit\":5000,\"agents\":7,\"agents_reserved\":1,\"agents_limit\":null,\"storage_bytes\":48213,\
             \"storage_limit\":100}\n"
        );
    }
}
