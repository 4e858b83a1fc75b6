//! The question that a view keeps, read as the list reads it.

use std::collections::BTreeMap;

use projections::tickets::TicketQuery;

use crate::{
    filter::{Me, ticket_query},
    problem::ApiError,
    request::Query,
};

/// What the list would be asked.
pub fn question(parameters: &BTreeMap<String, String>, me: &Me) -> Result<TicketQuery, ApiError> {
    let mut query = Query::of(parameters.clone())?;
    let question = ticket_query(&mut query, me)?;
    query.finish()?;
    Ok(question)
}

/// Refuses what the list would refuse, and words: a view stands in the log as it is, and words may name people.
pub fn check(parameters: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let question = question(parameters, &Me::default()).map_err(|error| error.within("/query"))?;
    if question.filter.text.is_none() {
        return Ok(());
    }
    let detail = "expected fields only, such as status:open or tag:vip: a view stays in your log as it is, and words to \
                  search for may name people";
    Err(ApiError::invalid_field("/query/q", "invalid_value", detail))
}
