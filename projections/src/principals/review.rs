//! Whom a review of access is about: everybody who could do something.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{
    RoleId,
    access_policy::AccessPolicyState,
    access_review::{Principal, PrincipalKind, ReviewItem, ReviewedRole},
};

use super::{Key, Person, Principals, Program};

/// What a review begins with.
#[derive(Clone, Debug)]
pub struct ToReview {
    /// Everybody, in one order.
    pub items: Vec<ReviewItem>,
    /// The roles that they have.
    pub roles: BTreeMap<RoleId, ReviewedRole>,
}

impl Principals {
    /// Those of these kinds who could do something at that time: people and programs that were active, keys that opened.
    pub fn to_review(&self, kinds: &BTreeSet<PrincipalKind>, now: DateTime<Utc>) -> ToReview {
        let people = self.people.iter().filter(|person| person.state.active).map(Person::item);
        let programs = self.programs.iter().filter(|program| program.state.active);
        let used =
            |id| self.keys.iter().filter(move |key| key.issued.owner == Some(id)).filter_map(|key| key.last_used_at);
        let programs = programs.map(|program| ReviewItem {
            last_used_at: used(domain::tenant::KeyOwner::ServiceAccount(program.id)).max(),
            ..program.item()
        });
        let keys = self.keys.iter().filter(|key| key.issued.opens_at(now)).map(Key::item);
        let everybody = people.chain(programs).chain(keys);
        let items: Vec<ReviewItem> = everybody.filter(|item| kinds.contains(&item.principal.kind())).collect();
        let held: BTreeSet<RoleId> = items.iter().filter_map(|item| item.role).collect();
        let roles = held.into_iter().map(|role| (role, reviewed(&self.policy, role))).collect();
        ToReview { items, roles }
    }
}

/// A role as it was then.
fn reviewed(policy: &AccessPolicyState, role: RoleId) -> ReviewedRole {
    let name = match role {
        RoleId::BuiltIn(role) => role.name().to_owned(),
        RoleId::Custom(id) => policy.roles.get(&id).map(|role| role.name.clone()).unwrap_or_default(),
    };
    ReviewedRole { name, permissions: policy.permissions_of(&role) }
}

/// With everything else left out.
fn item(principal: Principal, created_at: DateTime<Utc>) -> ReviewItem {
    ReviewItem {
        principal,
        name: None,
        role: None,
        scopes: BTreeSet::new(),
        owner: None,
        joined: None,
        second_factors: None,
        created_at,
        last_log_in_at: None,
        last_used_at: None,
        ends_at: None,
    }
}

impl Person {
    fn item(&self) -> ReviewItem {
        let access = &self.state.access;
        ReviewItem {
            role: Some(access.role_after(None)),
            joined: Some(access.password.is_some()),
            second_factors: Some(access.factors.present.len()),
            last_log_in_at: self.last_log_in_at,
            last_used_at: self.last_used_at,
            ..item(Principal::Agent(self.id), self.created_at)
        }
    }
}

impl Program {
    fn item(&self) -> ReviewItem {
        let name = Some(self.state.name.clone());
        ReviewItem { name, role: self.state.role, ..item(Principal::ServiceAccount(self.id), self.created_at) }
    }
}

impl Key {
    fn item(&self) -> ReviewItem {
        ReviewItem {
            name: Some(self.issued.name.clone()),
            scopes: self.issued.scopes.clone(),
            owner: self.issued.owner,
            last_used_at: self.last_used_at,
            ends_at: self.issued.ends_at,
            ..item(Principal::ApiKey(self.id), self.created_at)
        }
    }
}
