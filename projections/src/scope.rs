//! Which tickets somebody may see: what is beyond is in no list, no count and no single answer.

use domain::permission::Reach;
use event_store::driver::types::Type;

use crate::sql::{Conditions, Sql};

/// Whether what is about customers is shown whose data are restricted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restricted {
    /// It is.
    #[default]
    Shown,
    /// It is not there.
    Hidden,
}

/// The customers whose data are restricted: few.
pub(crate) const RESTRICTED: &str = "ARRAY(SELECT r.id FROM customers r WHERE r.restricted_at IS NOT NULL)";

/// The tickets that somebody may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    near: Option<Near>,
    restricted: Restricted,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Near {
    reach: Reach,
    /// Whose tickets are near; none are near to nobody.
    principal: Option<String>,
}

impl Scope {
    /// Every ticket.
    pub const ALL: Self = Self { near: None, restricted: Restricted::Shown };

    /// Those within this reach of an agent or a service account.
    pub fn of(reach: Reach, principal: Option<&str>) -> Self {
        match reach {
            Reach::All => Self::ALL,
            Reach::Own | Reach::Assigned | Reach::Team => {
                let near = Near { reach, principal: principal.map(str::to_owned) };
                Self { near: Some(near), ..Self::ALL }
            }
        }
    }

    /// Of these, those of customers whose data are restricted, or without them.
    #[must_use]
    pub fn with(self, restricted: Restricted) -> Self {
        Self { restricted, ..self }
    }

    /// Whether it is every ticket.
    pub fn is_all(&self) -> bool {
        self.reaches_all() && self.restricted == Restricted::Shown
    }

    /// Whether it is every ticket, but for those of customers whose data are restricted.
    pub fn reaches_all(&self) -> bool {
        self.near.is_none()
    }

    /// Whether it has what is about customers whose data are restricted.
    pub(crate) fn restricted(&self) -> Restricted {
        self.restricted
    }

    /// Adds the condition on `tickets t`. Of every ticket there is none, so that no question gets slower.
    pub(crate) fn push_onto(&self, sql: &mut Sql, conditions: &mut Conditions) {
        if let Some(Near { reach, principal }) = &self.near {
            let principal = sql.bind(principal.clone(), Type::TEXT);
            conditions.push(within(*reach, &principal));
        }
        self.unrestricted().into_iter().for_each(|condition| conditions.push(condition));
    }

    /// The same for a statement that is prepared: the conditions, and the value that `placeholder` stands for.
    pub(crate) fn prepared(&self, placeholder: &str) -> (Vec<String>, Option<&Option<String>>) {
        let near = self.near.as_ref().map(|near| within(near.reach, placeholder));
        let conditions = near.into_iter().chain(self.unrestricted()).collect();
        (conditions, self.near.as_ref().map(|near| &near.principal))
    }

    fn unrestricted(&self) -> Option<String> {
        match self.restricted {
            Restricted::Shown => None,
            Restricted::Hidden => Some(format!("t.requester_id <> ALL({RESTRICTED})")),
        }
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
