//! Which tickets are asked for.

use domain::{
    CustomerId, TicketId, TicketNumber,
    ticket::{Channel, Priority, Status},
};
use event_store::driver::types::Type;

use crate::{
    page::{Choice, TimeRange},
    search::{self, TextQuery},
    sql::{Conditions, Sql, signed},
    tickets::row::{priority_rank, status_rank},
};

/// Whether deleted tickets are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Deleted {
    /// Not those.
    #[default]
    Hidden,
    /// Only those.
    Only,
    /// Those too.
    Included,
}

/// Which tickets are meant: those that fit every field. An empty list, or none, leaves a field open; of a list, any
/// one will do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TicketFilter {
    /// Where it stands.
    pub status: Vec<Status>,
    /// How urgent it is.
    pub priority: Vec<Priority>,
    /// The company's own kind.
    pub kind: Vec<Choice>,
    /// The way by which it came in.
    pub channel: Vec<Channel>,
    /// The id of the agent who is responsible.
    pub assignee: Vec<Choice>,
    /// The id of the team that has it.
    pub team: Vec<Choice>,
    /// The id of the customer who asks.
    pub customer_id: Vec<String>,
    /// Any of these labels.
    pub tags: Vec<String>,
    /// All of these labels.
    pub tags_all: Vec<String>,
    /// Its id in another system.
    pub external_id: Vec<String>,
    /// Its display number.
    pub number: Vec<TicketNumber>,
    /// Whether it was imported.
    pub imported: Option<bool>,
    /// Whether deleted ones are meant.
    pub deleted: Deleted,
    /// When it came in.
    pub created_at: TimeRange,
    /// When anything last happened to it.
    pub updated_at: TimeRange,
    /// When it was last resolved.
    pub resolved_at: TimeRange,
    /// When it was last closed.
    pub closed_at: TimeRange,
    /// Found in its title, tags, number and external id, in its messages and notes, or in the customer's name and
    /// address.
    pub text: Option<TextQuery>,
}

impl TicketFilter {
    /// The conditions on `tickets t`.
    pub(crate) fn conditions(&self, sql: &mut Sql) -> Conditions {
        let mut all = Conditions::default();
        self.push_words(sql, &mut all);
        self.push_ids(sql, &mut all);
        match self.deleted {
            Deleted::Hidden => all.push("t.deleted_at IS NULL".to_owned()),
            Deleted::Only => all.push("t.deleted_at IS NOT NULL".to_owned()),
            Deleted::Included => {}
        }
        self.created_at.push_onto("t.created_at", sql, &mut all);
        self.updated_at.push_onto("t.updated_at", sql, &mut all);
        self.resolved_at.push_onto("t.resolved_at", sql, &mut all);
        self.closed_at.push_onto("t.closed_at", sql, &mut all);
        if let Some(text) = &self.text {
            push_text(text, sql, &mut all);
        }
        all
    }

    fn push_words(&self, sql: &mut Sql, all: &mut Conditions) {
        if !self.status.is_empty() {
            let ranks: Vec<i16> = self.status.iter().copied().map(status_rank).collect();
            let ranks = sql.bind(ranks, Type::INT2_ARRAY);
            all.push(format!("t.status_rank = ANY({ranks})"));
        }
        if !self.priority.is_empty() {
            let ranks: Vec<i16> = self.priority.iter().copied().map(priority_rank).collect();
            let ranks = sql.bind(ranks, Type::INT2_ARRAY);
            all.push(format!("t.priority_rank = ANY({ranks})"));
        }
        let channels: Vec<String> = self.channel.iter().map(ToString::to_string).collect();
        push_any("t.channel", channels, sql, all);
        if let Some(imported) = self.imported {
            let operator = if imported { "=" } else { "<>" };
            all.push(format!("t.origin {operator} 'import'"));
        }
        if !self.tags.is_empty() {
            let tags = sql.bind(self.tags.clone(), Type::TEXT_ARRAY);
            all.push(format!("t.tags && {tags}"));
        }
        if !self.tags_all.is_empty() {
            let tags = sql.bind(self.tags_all.clone(), Type::TEXT_ARRAY);
            all.push(format!("t.tags @> {tags}"));
        }
    }

    fn push_ids(&self, sql: &mut Sql, all: &mut Conditions) {
        push_choices("t.type", &self.kind, sql, all);
        push_choices("t.assignee_id", &self.assignee, sql, all);
        push_choices("t.team_id", &self.team, sql, all);
        push_any("t.requester_id", self.customer_id.clone(), sql, all);
        push_any("t.external_id", self.external_id.clone(), sql, all);
        if !self.number.is_empty() {
            let numbers: Vec<i64> = self.number.iter().map(|number| signed(number.0)).collect();
            let numbers = sql.bind(numbers, Type::INT8_ARRAY);
            all.push(format!("t.number = ANY({numbers})"));
        }
    }
}

pub(crate) fn push_any(column: &str, values: Vec<String>, sql: &mut Sql, all: &mut Conditions) {
    if !values.is_empty() {
        let values = sql.bind(values, Type::TEXT_ARRAY);
        all.push(format!("{column} = ANY({values})"));
    }
}

fn push_choices(column: &str, choices: &[Choice], sql: &mut Sql, all: &mut Conditions) {
    let values: Vec<String> = choices
        .iter()
        .filter_map(|choice| match choice {
            Choice::None => None,
            Choice::Is(value) => Some(value.clone()),
        })
        .collect();
    match (choices.contains(&Choice::None), values.is_empty()) {
        (false, _) => push_any(column, values, sql, all),
        (true, true) => all.push(format!("{column} IS NULL")),
        (true, false) => {
            let values = sql.bind(values, Type::TEXT_ARRAY);
            all.push(format!("({column} IS NULL OR {column} = ANY({values}))"));
        }
    }
}

/// Each word by itself, so that one may stand in the title and another in a message.
fn push_text(text: &TextQuery, sql: &mut Sql, all: &mut Conditions) {
    let required = text.required.iter().map(|term| (term, "IN"));
    let excluded = text.excluded.iter().map(|term| (term, "NOT IN"));
    for (term, operator) in required.chain(excluded) {
        let word = sql.bind(term.clone(), Type::TEXT);
        let (found, asking) = (search::found(&word, TicketId::PREFIX), search::found(&word, CustomerId::PREFIX));
        let mut ways = vec![found, format!("SELECT id FROM tickets WHERE requester_id IN ({asking})")];
        if let Ok(number) = term.parse::<TicketNumber>() {
            let number = sql.bind(signed(number.0), Type::INT8);
            ways.push(format!("SELECT id FROM tickets WHERE number = {number}"));
        }
        all.push(format!("t.id {operator} ({})", ways.join(" UNION ALL ")));
    }
}
