//! The columns of each report, and the cells of its lines, said once.

use projections::reporting::{AgentLine, CustomerLine, MaskedFields, PersonalField, TicketLine};

use crate::{Cell, Column, Kind};

/// A line that stands in a report.
pub trait Reported {
    /// The columns.
    const COLUMNS: &'static [Column];

    /// The cells, one per column.
    fn cells(&self) -> Vec<Cell<'_>>;
}

/// The cells of a line, as they are shown to whoever has these fields of customers masked.
pub fn shown<'a, L: Reported>(line: &'a L, masked: &MaskedFields) -> Vec<Cell<'a>> {
    let cells = L::COLUMNS.iter().zip(line.cells()).map(|(column, cell)| match (column.personal, cell) {
        (Some(field), Cell::Text(text)) if masked.contains(&field) => Cell::Masked(field.mask(text)),
        (_, cell) => cell,
    });
    cells.collect()
}

/// `"column" kind field, "what it says";`, with ` of NAME` where it says that of a customer.
macro_rules! reported {
    ($line:ident { $($name:literal $kind:ident $field:ident $(of $personal:ident)?, $description:literal;)+ }) => {
        impl Reported for $line {
            const COLUMNS: &'static [Column] =
                &[$(Column { name: $name, kind: reported!(@kind $kind), description: $description,
                    personal: reported!(@personal $($personal)?) }),+];

            fn cells(&self) -> Vec<Cell<'_>> {
                vec![$(reported!(@cell self $field $kind)),+]
            }
        }
    };
    (@personal) => { None };
    (@personal $personal:ident) => { Some(PersonalField::$personal) };
    (@kind text) => { Kind::Text };
    (@kind texts) => { Kind::Texts };
    (@kind optional_text) => { Kind::Text };
    (@kind integer) => { Kind::Integer };
    (@kind number) => { Kind::Number };
    (@kind boolean) => { Kind::Boolean };
    (@kind instant) => { Kind::Instant };
    (@cell $line:ident $field:ident text) => { Cell::from(&$line.$field) };
    (@cell $line:ident $field:ident texts) => { Cell::from(&$line.$field) };
    (@cell $line:ident $field:ident optional_text) => { Cell::from($line.$field.as_ref()) };
    (@cell $line:ident $field:ident $kind:ident) => { Cell::from($line.$field) };
}

reported!(TicketLine {
    "ticket_id" text ticket_id, "The number that people use.";
    "id" text id, "The ticket's id.";
    "external_id" optional_text external_id, "Its id in another system.";
    "title" optional_text title of Text, "The subject line; empty once it was erased.";
    "status" text status, "Where it stands now.";
    "priority" text priority, "How urgent it is now.";
    "type" optional_text kind, "Your own kind of ticket.";
    "channel" text channel, "The way by which it came in.";
    "tags" texts tags, "Labels.";
    "customer_id" text customer_id, "Who asks.";
    "customer_name" optional_text customer_name of Name, "What they are called.";
    "customer_email" optional_text customer_email of Email, "Where they read mail.";
    "agent_id" optional_text agent_id, "Who is responsible now.";
    "agent_name" optional_text agent_name, "What they are called.";
    "team_name" optional_text team_name, "The team that has it now.";
    "created_at" instant created_at, "When it came in.";
    "first_response_at" instant first_response_at, "When an agent first replied in public.";
    "solved_at" instant solved_at, "When it was last resolved, or closed without that; empty while it is not over.";
    "closed_at" instant closed_at, "When it was last closed.";
    "first_response_seconds" number first_response_seconds, "How long the customer waited for the first response.";
    "resolution_seconds" number resolution_seconds, "From created_at to solved_at.";
    "first_contact" boolean first_contact, "Whether one run of replies settled it; empty while it is not over, and when no agent replied.";
    "reopens" integer reopens, "How often it was taken up again.";
    "agent_replies" integer agent_replies, "Public replies of agents.";
    "customer_replies" integer customer_replies, "Replies of customers.";
    "rating" integer rating, "The latest rating, 1 to 5.";
    "first_resolution_seconds" number first_resolution_seconds, "From created_at to when it was first over.";
    "customer_wait_seconds" number customer_wait_seconds, "Of resolution_seconds, the time in which it was neither pending nor over.";
});

reported!(AgentLine {
    "agent_id" optional_text agent_id, "The agent's id; empty in the line of tickets without one.";
    "name" optional_text name, "What they are called.";
    "email" optional_text email, "Where they read mail.";
    "enabled" boolean enabled, "Whether they get work.";
    "assigned" integer assigned, "Tickets that came in within the period and are theirs now.";
    "resolved" integer resolved, "Tickets that were resolved within the period, were not reopened since, and are theirs now.";
    "first_responses" integer first_responses, "Tickets that they gave the first response to within the period.";
    "avg_first_response_seconds" number avg_first_response_seconds, "How long the customers of those waited, on average.";
    "avg_resolution_seconds" number avg_resolution_seconds, "How long those resolved took, on average.";
    "replies" integer replies, "Public replies that they wrote within the period.";
    "ratings" integer ratings, "Tickets rated within the period that were theirs at the time.";
    "avg_rating" number avg_rating, "The mean of those ratings, 1 to 5.";
    "open" integer open, "Tickets of theirs that are not over now, whenever they came in.";
});

reported!(CustomerLine {
    "customer_id" text customer_id, "The customer's id.";
    "name" optional_text name of Name, "What they are called.";
    "email" optional_text email of Email, "Where they read mail.";
    "external_id" optional_text external_id, "Their id in another system.";
    "tickets" integer tickets, "Tickets that came in within the period.";
    "open" integer open, "Of these, those that are not over now.";
    "last_ticket_at" instant last_ticket_at, "When the last of these came in.";
    "ratings" integer ratings, "Tickets of theirs that were rated within the period.";
    "avg_rating" number avg_rating, "The mean of those ratings, 1 to 5.";
});

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rust_decimal::Decimal;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::{Format, Report};

    fn line(name: &str) -> CustomerLine {
        CustomerLine {
            customer_id: "cus_1".to_owned(),
            name: Some(name.to_owned()),
            email: None,
            external_id: Some("-7".to_owned()),
            tickets: -3,
            open: 0,
            last_ticket_at: DateTime::from_timestamp(1_795_338_000, 0),
            ratings: 2,
            avg_rating: Some(Decimal::new(-45, 1)),
        }
    }

    #[test]
    fn csv_quotes_by_rfc_4180_and_numbers_stay_numbers() {
        let lines = [line("O'Hara, \"Ann\"\r\nSales"), line("=1+1")];
        let header = Format::Csv.begin::<CustomerLine>(&Map::new());
        assert_eq!(header, b"customer_id,name,email,external_id,tickets,open,last_ticket_at,ratings,avg_rating\r\n");
        assert_eq!(
            String::from_utf8(Format::Csv.lines(&lines, true, &MaskedFields::new())).unwrap(),
            "cus_1,\"O'Hara, \"\"Ann\"\"\r\nSales\",,'-7,-3,0,2026-11-22T09:00:00Z,2,-4.5\r\n\
             cus_1,'=1+1,,'-7,-3,0,2026-11-22T09:00:00Z,2,-4.5\r\n"
        );
    }

    #[test]
    fn json_in_pieces_is_one_object() {
        let about = Map::from_iter([("report".to_owned(), json!("customers"))]);
        let mut text = Format::Json.begin::<CustomerLine>(&about);
        text.extend(Format::Json.lines(&[line("=1+1")], true, &MaskedFields::new()));
        text.extend(Format::Json.lines(&[line("Ann"), line("Bob")], false, &MaskedFields::from([PersonalField::Name])));
        text.extend(Format::Json.lines::<CustomerLine>(&[], false, &MaskedFields::new()));
        text.extend(Format::Json.end());
        let body: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(body["report"], "customers");
        assert_eq!(body["data"].as_array().unwrap().len(), 3);
        assert_eq!(body["data"][0]["name"], "=1+1", "JSON needs no guard");
        assert_eq!(body["data"][1]["name"], "A•••", "who reads is not shown names");
        assert_eq!((&body["data"][0]["email"], &body["data"][0]["avg_rating"]), (&Value::Null, &json!(-4.5)));
        let empty = [Format::Json.begin::<CustomerLine>(&Map::new()), Format::Json.end().to_vec()].concat();
        assert_eq!(serde_json::from_slice::<Value>(&empty).unwrap(), json!({"data": []}));
    }

    #[test]
    fn columns_have_names_of_their_own() {
        for report in Report::ALL {
            let mut names: Vec<_> = report.columns().iter().map(|column| column.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), report.columns().len(), "{report}");
        }
    }
}
