//! Which tickets somebody may see: what is beyond is in no list, no count and no single answer.

use domain::permission::Reach;
use event_store::driver::types::Type;

use crate::sql::{Conditions, Sql};

/// The tickets that somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(Option<Near>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Near {
    reach: Reach,
    /// Whose tickets are near; none are near to nobody.
    principal: Option<String>,
}

impl Scope {
    /// Every ticket.
    pub const ALL: Self = Self(None);

    /// Those within this reach of an agent or a service account.
    pub fn of(reach: Reach, principal: Option<&str>) -> Self {
        match reach {
            Reach::All => Self::ALL,
            Reach::Own | Reach::Assigned | Reach::Team => {
                Self(Some(Near { reach, principal: principal.map(str::to_owned) }))
            }
        }
    }

    /// Whether it is every ticket.
    pub fn is_all(&self) -> bool {
        self.0.is_none()
    }

    /// Adds the condition on `tickets t`. Of every ticket there is none, so that no question gets slower.
    pub(crate) fn push_onto(&self, sql: &mut Sql, conditions: &mut Conditions) {
        if let Some(Near { reach, principal }) = &self.0 {
            let principal = sql.bind(principal.clone(), Type::TEXT);
            conditions.push(within(*reach, &principal));
        }
    }

    /// The same for a statement that is prepared: the condition, and the value that `placeholder` stands for.
    pub(crate) fn prepared(&self, placeholder: &str) -> Option<(String, &Option<String>)> {
        self.0.as_ref().map(|near| (within(near.reach, placeholder), &near.principal))
    }
}

/// Each way by an index of its own. Nothing is equal to the null that stands for nobody.
fn within(reach: Reach, principal: &str) -> String {
    let own = format!("t.opened_by = {principal}");
    let assigned = format!("{own} OR t.assignee_id = {principal}");
    match reach {
        Reach::Own => own,
        Reach::Assigned => format!("({assigned})"),
        Reach::Team => format!(
            "({assigned} OR t.team_id = ANY(ARRAY(SELECT m.id FROM teams m WHERE m.member_ids @> ARRAY[{principal}])))"
        ),
        Reach::All => "true".to_owned(),
    }
}
