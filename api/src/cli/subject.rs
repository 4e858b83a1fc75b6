//! Whom a command is about.

use clap::Args;
use domain::{AgentId, CustomerId};

/// A customer or an agent.
#[derive(Clone, Copy, Debug, Args)]
pub struct OfSubject {
    /// Their id: cus_… or agt_…
    #[arg(long, value_name = "ID", value_parser = Subject::parse)]
    pub subject: Subject,
}

/// Who it can be.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    /// `cus_…`
    Customer(CustomerId),
    /// `agt_…`
    Agent(AgentId),
}

impl Subject {
    fn parse(text: &str) -> Result<Self, String> {
        let customer = text.parse().map(Self::Customer);
        customer.or_else(|_| text.parse().map(Self::Agent)).map_err(|_| "expected cus_… or agt_…".to_owned())
    }
}
