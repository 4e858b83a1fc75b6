//! Who there was, what each could do, and how each had to prove who they are: folded from their streams.

use domain::{BuiltInRole, RoleId};
use projections::{
    access_reviews,
    as_of::Moment,
    principals::{self, Principals},
};
use serde_json::{Value, json};

use super::{Asked, Control, Counted};
use crate::problem::ApiError;

pub(super) async fn controls(asked: &Asked<'_>) -> Result<Vec<Control>, ApiError> {
    let found = principals::at(asked.log, asked.position, asked.as_of).await?;
    Ok(vec![
        people(asked, &found),
        second_factors(asked, &found),
        roles(asked, &found),
        keys(asked, &found),
        reviews(asked).await?,
    ])
}

fn people(asked: &Asked<'_>, found: &Principals) -> Control {
    let line = |person: &principals::Person| {
        let (state, access) = (&person.state, &person.state.access);
        json!({
            "id": person.id, "name": state.name.as_ref().and_then(domain::Personal::value), "role": access.role_after(None),
            "state": if state.erased { "erased" } else if state.active { "active" } else { "deactivated" },
            "joined": access.password.is_some(), "created_at": person.created_at, "last_log_in_at": person.last_log_in_at,
            "last_used_at_as_of_now": person.last_used_at,
        })
    };
    let active = found.people.iter().filter(|person| person.state.active).count();
    let as_of = asked.as_of.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    let in_usage = Counted {
        what: "active people".to_owned(),
        count: active as u64,
        call: format!("GET /api/usage?as_of={as_of}"),
        pointer: Some("/agents/active"),
    };
    Control {
        id: "people",
        title: "Who could get in, and in which role",
        references: vec!["SOC 2 CC6.1", "SOC 2 CC6.2", "ISO 27001 A.5.16", "HIPAA 164.312(a)(2)(i)"],
        source: "log",
        value: json!({"active": active, "people": found.people.iter().map(line).collect::<Vec<_>>()}),
        queries: vec![in_usage, asked.happened("agent.joined"), asked.happened("agent.deactivated")],
        limits: Some("when somebody last did anything is in a table, and says what is known now"),
        list: Some((
            "people",
            &["id", "name", "role", "state", "joined", "created_at", "last_log_in_at", "last_used_at_as_of_now"],
        )),
    }
}

fn second_factors(asked: &Asked<'_>, found: &Principals) -> Control {
    let joined = found.people.iter().filter(|person| person.state.active && person.state.access.password.is_some());
    let (with, without): (Vec<_>, Vec<_>) = joined.partition(|person| !person.state.access.factors.is_empty());
    let lacks = |person: &&principals::Person| {
        let required = found.policy.mfa_required_of(&person.state.access.role);
        json!({"id": person.id, "role": person.state.access.role, "required": required})
    };
    let value = json!({
        "required_of_everybody": found.policy.mfa_required,
        "required_of_roles": found.policy.rules.iter().filter(|(_, rules)| rules.mfa_required).map(|(role, _)| role).collect::<Vec<_>>(),
        "joined": with.len() + without.len(), "with": with.len(), "without": without.iter().map(lacks).collect::<Vec<_>>(),
    });
    Control {
        id: "second_factors",
        title: "Who proves who they are by more than a password",
        references: vec!["SOC 2 CC6.1", "ISO 27001 A.8.5", "HIPAA 164.312(d)"],
        source: "log",
        value,
        queries: ["agent.factor_added", "agent.factor_removed", "agent.factors_reset", "access_policy.mfa_changed"]
            .map(|action| asked.ever_happened(action))
            .into(),
        limits: None,
        list: Some(("without", &["id", "role", "required"])),
    }
}

fn roles(asked: &Asked<'_>, found: &Principals) -> Control {
    let holders = |role: RoleId| {
        let has = |person: &&principals::Person| person.state.active && person.state.access.role == role;
        found.people.iter().filter(has).count()
    };
    let built_in = BuiltInRole::ALL.into_iter().map(RoleId::BuiltIn);
    let own = found.policy.roles.keys().copied().map(RoleId::Custom);
    let line = |role: RoleId| json!({"role": role, "people": holders(role), "permissions": found.policy.permissions_of(&role)});
    Control {
        id: "roles",
        title: "What each role allows, and how many have it",
        references: vec!["SOC 2 CC6.3", "ISO 27001 A.5.15", "ISO 27001 A.8.2", "HIPAA 164.308(a)(4)"],
        source: "log",
        value: json!({"owners": found.policy.owners, "roles": built_in.chain(own).map(line).collect::<Vec<Value>>()}),
        queries: ["role.created", "role.deleted", "agent.role_changed"]
            .map(|action| asked.ever_happened(action))
            .into(),
        limits: None,
        list: Some(("roles", &["role", "people", "permissions"])),
    }
}

fn keys(asked: &Asked<'_>, found: &Principals) -> Control {
    let open: Vec<_> = found.keys.iter().filter(|key| key.issued.opens_at(asked.as_of)).collect();
    let line = |key: &&principals::Key| {
        json!({
            "id": key.id, "name": key.issued.name, "owner": key.issued.owner, "scopes": key.issued.scopes,
            "created_at": key.created_at, "age_days": (asked.as_of - key.created_at).num_days(),
            "ends_at": key.issued.ends_at, "replaced_by": key.issued.replaced_by,
            "last_used_at_as_of_now": key.last_used_at,
        })
    };
    Control {
        id: "keys",
        title: "Keys of programs: how old, whose, when they end",
        references: vec!["SOC 2 CC6.1", "ISO 27001 A.5.17"],
        source: "log",
        value: json!({"open": open.len(), "keys": open.iter().map(line).collect::<Vec<_>>()}),
        queries: ["tenant.api_key_issued", "tenant.api_key_revoked", "tenant.api_key_rotated"]
            .map(|action| asked.ever_happened(action))
            .into(),
        limits: Some("when a key was last used is in a table, and says what is known now"),
        list: Some((
            "keys",
            &[
                "id",
                "name",
                "owner",
                "scopes",
                "created_at",
                "age_days",
                "ends_at",
                "replaced_by",
                "last_used_at_as_of_now",
            ],
        )),
    }
}

async fn reviews(asked: &Asked<'_>) -> Result<Control, ApiError> {
    let moment = Moment::Position(asked.position);
    let page = access_reviews::list(asked.log, moment, asked.as_of, None, projections::MAX_LIMIT).await?;
    Ok(Control {
        id: "access_reviews",
        title: "Reviews of access, the newest first, with the digests of their results",
        references: vec!["SOC 2 CC6.2", "SOC 2 CC6.3", "ISO 27001 A.5.18"],
        source: "log",
        value: json!({"reviews": page.items}),
        queries: ["access_review.opened", "access_review.closed", "access_review.item_removed"]
            .map(|action| asked.ever_happened(action))
            .into(),
        limits: None,
        list: Some((
            "reviews",
            &[
                "id",
                "title",
                "state",
                "kinds",
                "due_at",
                "opened_at",
                "closed_at",
                "as_of_position",
                "summary",
                "result",
            ],
        )),
    })
}
