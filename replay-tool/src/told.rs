//! An act as it is told: who, what, from where, and why.

use event_store::Log;
use projections::{
    audit::{Act, Target},
    timeline::Actor,
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    Failure,
    changes::described,
    names::Names,
    show::indented,
    terminal::{grouped, instant},
    ticket::or_erased,
    why::{Cause, causes},
};

#[derive(Debug, Serialize)]
pub struct ToldAct {
    #[serde(flatten)]
    act: Act,
    /// What who did it is called today.
    actor_name: Option<String>,
    /// What caused it, the nearest first; empty when a command of its own did.
    causes: Vec<Cause>,
}

impl ToldAct {
    pub async fn of(log: &Log, names: &mut Names<'_>, act: Act) -> Result<Self, Failure> {
        let actor_name = names.of(&act.entry.actor).await?;
        Ok(Self { causes: causes(log, &act).await?, actor_name, act })
    }

    /// What it happened to.
    pub fn target(&self) -> String {
        let Target { kind, id, .. } = &self.act.entry.target;
        format!("{kind} {id}")
    }

    pub fn lines(&self) -> Vec<String> {
        let Self { act, causes, .. } = self;
        let entry = &act.entry;
        let recorded = if entry.occurred_at == entry.recorded_at {
            String::new()
        } else {
            format!(", happened {}", instant(entry.occurred_at))
        };
        let mut lines = vec![
            format!("  {:>6}  {}  {}{recorded}", grouped(entry.position), instant(entry.recorded_at), entry.action),
            format!("          by {}{}", self.who(), from_where(entry.client.as_ref())),
        ];
        for (field, change) in entry.changes.as_object().into_iter().flatten() {
            lines.push(format!("          {field}: {}", described(change)));
        }
        if let Some(message) = &act.message {
            let text = indented(or_erased(message.body.as_deref()));
            lines.extend(text.lines().map(|line| format!("      {line}")));
        }
        lines.push(format!("          because of {}", because(act)));
        lines.extend(causes.iter().map(|Cause { position, event_type, kind, id, actor }| {
            format!("          because of position {}: {event_type} of {kind} {id}, by {actor}", grouped(*position))
        }));
        lines
    }

    fn who(&self) -> String {
        let Actor { kind, id } = &self.act.entry.actor;
        match &self.actor_name {
            Some(name) => format!("{kind} {name} ({id})"),
            None => format!("{kind} {id}"),
        }
    }
}

fn from_where(client: Option<&Value>) -> String {
    let Some(client) = client else { return String::new() };
    let said: Vec<&str> = ["address", "user_agent"].iter().filter_map(|name| client[name].as_str()).collect();
    if said.is_empty() { String::new() } else { format!(", from {}", said.join(", ")) }
}

fn because(act: &Act) -> String {
    let request = act.entry.request_id.as_ref().map_or_else(String::new, |request| format!(", request {request}"));
    format!("{} command {}{request}", act.entry.origin, act.command_id)
}
