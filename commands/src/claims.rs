//! Kinds of values that only one owner may have. Reserved in the log's `claims` by insert, never looked up in a read
//! model.

/// An email address of one customer, by [`domain::text::Email::identity`].
pub const CUSTOMER_EMAIL: &str = "customer.email";
/// A customer's id in another system.
pub const CUSTOMER_EXTERNAL_ID: &str = "customer.external_id";
/// An email address of one agent, by [`domain::text::Email::identity`].
pub const AGENT_EMAIL: &str = "agent.email";
/// An agent's id in another system.
pub const AGENT_EXTERNAL_ID: &str = "agent.external_id";
/// A ticket's id in another system.
pub const TICKET_EXTERNAL_ID: &str = "ticket.external_id";
/// A team's name, in lower case.
pub const TEAM_NAME: &str = "team.name";

/// A file that one message has: its owner is the ticket's id, a slash and the message's.
pub const FILE: &str = "ticket.file";

/// The field of the public resource that a kind of claim is about.
pub fn pointer(kind: &str) -> &'static str {
    match kind {
        CUSTOMER_EMAIL | AGENT_EMAIL => "/email",
        TEAM_NAME => "/name",
        FILE => "/attachments",
        _ => "/external_id",
    }
}
