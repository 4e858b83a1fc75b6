//! A closed review of access as a PDF, for auditors and for paper: what its result says, beside what people are called now.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use domain::{
    RoleId,
    access_review::ReviewedRole,
    permission::{Permission, Permissions, Reach},
};
use projections::{
    access_reviews::{AccessReviewView, ReviewItemView, ReviewSummaryView},
    timeline::Actor,
};

use crate::pdf::{Cell, Column, Sheet};

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct ReviewDocument<'a> {
    /// Whose review it is.
    pub tenant: &'a str,
    /// The review.
    pub review: &'a AccessReviewView,
    /// The roles that anybody had, as they were then.
    pub roles: &'a BTreeMap<RoleId, ReviewedRole>,
    /// Everybody who is in it.
    pub items: &'a [ReviewItemView],
    /// What those who opened it, decided and closed it are called now, by their ids.
    pub names: &'a HashMap<String, String>,
    /// When this document was made.
    pub made_at: DateTime<Utc>,
}

const ITEMS: [Column; 6] = [
    // An id is one line.
    Column { title: "Who", share: 6.0 },
    Column { title: "Could do", share: 4.1 },
    Column { title: "Last use", share: 3.2 },
    Column { title: "Decision", share: 2.7 },
    Column { title: "By whom, when", share: 6.0 },
    Column { title: "Why", share: 3.2 },
];
const ROLES: [Column; 2] = [Column { title: "Role", share: 1.0 }, Column { title: "Allowed", share: 5.0 }];

impl ReviewDocument<'_> {
    /// As PDF.
    pub fn to_pdf(&self) -> Vec<u8> {
        let Self { tenant, review, .. } = self;
        let mut sheet = Sheet::new();
        sheet.heading(&review.title, 16.0);
        sheet.facts(&self.facts());
        sheet.heading("Who was reviewed", 11.0);
        if self.items.is_empty() {
            sheet.paragraph("Nobody.");
        } else {
            sheet.table(&ITEMS, self.items.iter().map(|item| self.row(item)));
        }
        if !self.roles.is_empty() {
            sheet.heading("What the roles allowed when the review was opened", 11.0);
            sheet.table(&ROLES, self.roles.iter().map(|(id, role)| role_row(*id, role)));
        }
        let foot = format!("{tenant} · access review {} · made {}", review.id, instant(self.made_at));
        sheet.finish(&review.title, &foot, self.made_at)
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let Self { tenant, review, .. } = self;
        let ReviewSummaryView { items, attested, role_changed, removed, undecided } = review.summary;
        let kinds = review.kinds.iter().map(|kind| kind.as_str().replace('_', " ")).collect::<Vec<_>>();
        let by =
            |actor: &Option<Actor>| actor.as_ref().map_or_else(String::new, |actor| format!(" by {}", self.who(actor)));
        let closed_at = review.closed_at.map_or_else(|| "not yet".to_owned(), instant);
        let mut facts = vec![
            ("Tenant", (*tenant).to_owned()),
            ("Review", review.id.clone()),
            ("About", kinds.join(", ")),
            ("Opened", format!("{}{}", instant(review.opened_at), by(&review.opened_by))),
            ("As of", format!("position {} of the event log", review.as_of_position)),
            ("Due", instant(review.due_at)),
            ("Closed", format!("{closed_at}{}", by(&review.closed_by))),
            (
                "Outcome",
                format!(
                    "{items} reviewed: {attested} attested, {role_changed} with another role, {removed} removed, \
                     {undecided} undecided"
                ),
            ),
        ];
        if let Some(digests) = &review.result {
            facts.extend([
                ("SHA-256 of JSON", digests.json_sha256.clone()),
                ("SHA-256 of CSV", digests.csv_sha256.clone()),
                (
                    "Sealed",
                    format!(
                        "both digests stand in the event access_review.closed at position {} of the event log, which is \
                         sealed. They are of the result as JSON and as CSV, which have ids only: what people are called \
                         in this document is as of when it was made.",
                        digests.position
                    ),
                ),
            ]);
        }
        facts
    }

    fn row(&self, item: &ReviewItemView) -> Vec<Cell> {
        let name = item.name.clone().unwrap_or_else(|| "(no name)".to_owned());
        let mut facts = vec![];
        facts.extend(item.owner.as_ref().map(|owner| format!("of {}", self.named(owner))));
        facts.extend((!item.scopes.is_empty()).then(|| item.scopes.join(", ")));
        facts.extend(item.joined.filter(|joined| !joined).map(|_| "has not joined".to_owned()));
        facts.extend(item.second_factors.map(|count| match count {
            1 => "1 second factor".to_owned(),
            count => format!("{count} second factors"),
        }));
        facts.extend(item.ends_at.map(|at| format!("ends {}", instant(at))));
        let decision = match (item.decision, &item.new_role) {
            (Some(_), Some(role)) => format!("now has the role {role}"),
            (Some(decision), None) => decision.replace('_', " "),
            (None, _) => "undecided".to_owned(),
        };
        let by = item.decided_by.as_ref().map(|actor| match self.names.get(&actor.id) {
            Some(name) => format!("{name}\n{}", actor.id),
            None => actor.id.clone(),
        });
        let by = by.unwrap_or_default();
        let when = item.decided_at.map(instant).unwrap_or_default();
        let note = item.note.clone().unwrap_or_default();
        let own = if item.own_access { "Own access, as the only owner. " } else { "" };
        vec![
            Cell { strong: name, text: format!("{}\n{}", item.item, item.kind.as_str().replace('_', " ")) },
            Cell { strong: item.role_name.clone().unwrap_or_default(), text: facts.join("\n") },
            Cell::plain(item.last_used_at.or(item.last_log_in_at).map_or_else(|| "never".to_owned(), instant)),
            Cell { strong: decision, text: String::new() },
            Cell::plain(format!("{by}\n{when}")),
            Cell::plain(format!("{own}{note}")),
        ]
    }

    /// What somebody is called, and their id; of those who have no name, what they are.
    fn who(&self, actor: &Actor) -> String {
        match self.names.get(&actor.id) {
            Some(name) => format!("{name} ({})", actor.id),
            None => format!("{} {}", actor.kind.replace('_', " "), actor.id),
        }
    }

    fn named(&self, id: &str) -> String {
        self.names.get(id).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
    }
}

fn role_row(id: RoleId, role: &ReviewedRole) -> Vec<Cell> {
    vec![Cell { strong: role.name.clone(), text: id.to_string() }, Cell::plain(allowed(&role.permissions))]
}

/// What reaches everything is named alone.
fn allowed(permissions: &Permissions) -> String {
    let name = |(right, reach): (Permission, Reach)| {
        if reach == Reach::All { right.to_string() } else { format!("{right} ({reach})") }
    };
    permissions.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%F %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests;
