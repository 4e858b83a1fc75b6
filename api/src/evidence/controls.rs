//! What happened in the period, and what the installation knows beside the log.

use std::cmp::Reverse;

use event_store::{Gap, restore::DrillRecord, save::BackupRecord};
use projections::{
    as_of::Moment,
    legal_holds::{self, LegalHoldView},
    retention_policies::{self, RetentionPolicyView},
};
use serde_json::json;

use super::{Asked, Control};
use crate::{app::App, problem::ApiError};

/// So many backups are shown.
const SHOWN: u16 = 100;

pub(super) async fn controls(app: &App, asked: &Asked<'_>) -> Result<Vec<Control>, ApiError> {
    let mut all = vec![changes(asked), support(asked)];
    all.extend(backups(app, asked).await?);
    all.extend([holds(asked).await?, retention(asked).await?]);
    all.extend([log(asked).await?, incidents(app, asked), privacy(asked), uptime(app, asked).await?]);
    Ok(all)
}

/// A control that is nothing but numbers of the trail.
fn told(
    asked: &Asked<'_>,
    (id, title): (&'static str, &'static str),
    references: Vec<&'static str>,
    actions: &[&str],
) -> Control {
    let queries: Vec<_> = actions.iter().map(|action| asked.happened(action)).collect();
    let value = queries.iter().map(|counted| (counted.what.clone(), json!(counted.count))).collect();
    Control { id, title, references, source: "log", value, queries, limits: None, list: None }
}

fn changes(asked: &Asked<'_>) -> Control {
    let about =
        ("configuration_changes", "What was configured in the period; the trail says by whom, before and after");
    let actions = ["tenant.*", "access_policy.*", "role.*", "service_account.*", "webhook.*", "team.*"];
    let limits = Some("who did it is recorded; that a second person approved it is not asked for by this product");
    Control { limits, ..told(asked, about, vec!["SOC 2 CC8.1", "ISO 27001 A.8.32"], &actions) }
}

fn support(asked: &Asked<'_>) -> Control {
    let about = ("support_visits", "Who of the operator's staff was let in, came, and what they asked for");
    let actions = ["support.granted", "support.revoked", "support.entered", "support.break_glass", "support.viewed"];
    told(asked, about, vec!["SOC 2 CC6.3", "ISO 27001 A.5.19", "HIPAA 164.312(a)(2)(ii)"], &actions)
}

async fn backups(app: &App, asked: &Asked<'_>) -> Result<[Control; 2], ApiError> {
    let (store, tenant) = (app.desk.store(), asked.log.tenant());
    let within = |at| at > asked.from && at <= asked.as_of;
    let made = store.backup_page(tenant, None, SHOWN).await?;
    let made: Vec<&BackupRecord> = made.iter().filter(|backup| within(backup.started_at)).collect();
    let drills = store.drills(tenant).await?;
    let drills: Vec<&DrillRecord> = drills.iter().filter(|drill| within(drill.at)).collect();
    let schedule = store.backup_schedule(tenant).await?;
    let backup = |backup: &&BackupRecord| {
        json!({"id": backup.backup, "kind": backup.kind, "started_at": backup.started_at, "finished_at": backup.finished_at,
               "position": backup.outcome.map(|outcome| outcome.position), "failure": backup.failure})
    };
    let drill = |drill: &&DrillRecord| json!({"id": drill.drill, "backup": drill.backup, "at": drill.at, "took_ms": drill.took_ms, "ok": drill.ok});
    let limits = Some(
        "kept outside the log, as long as the backup itself; the last 100 are shown. The operator asks again by \
         GET /tenants/{id}/backups and …/drills on the operators' address, or ledgerdesk backup list and drill --list",
    );
    let made = json!({
        "drill_days": schedule.and_then(|schedule| schedule.drill_days),
        "failed": made.iter().filter(|backup| backup.failure.is_some()).count(),
        "backups": made.iter().map(backup).collect::<Vec<_>>(),
    });
    let passed = drills.iter().filter(|drill| drill.ok).count();
    let drills = json!({"passed": passed, "drills": drills.iter().map(drill).collect::<Vec<_>>()});
    let control = |id, title, references, value, list| Control {
        id,
        title,
        references,
        source: "tables",
        value,
        queries: vec![],
        limits,
        list: Some(list),
    };
    let columns: [&'static [&'static str]; 2] =
        [&["id", "kind", "started_at", "finished_at", "position", "failure"], &["id", "backup", "at", "took_ms", "ok"]];
    let asked_for = vec!["SOC 2 A1.2", "ISO 27001 A.8.13", "HIPAA 164.308(a)(7)"];
    Ok([
        control("backups", "What was saved in the period", asked_for, made, ("backups", columns[0])),
        control(
            "restore_drills",
            "Whether it could be brought back",
            vec!["SOC 2 A1.3", "ISO 27001 A.5.30"],
            drills,
            ("drills", columns[1]),
        ),
    ])
}

async fn log(asked: &Asked<'_>) -> Result<Control, ApiError> {
    let status = asked.log.tree_status().await?;
    let last = asked.log.last_checkpoint().await?;
    let value = json!({
        "as_of_position": asked.position,
        "sealed_to_as_of_now": last.as_ref().map(|sealed| sealed.checkpoint.size),
        "sealed_at": last.as_ref().map(|sealed| sealed.sealed_at),
        "stopped": status.stopped,
    });
    Ok(Control {
        id: "log",
        title: "The log is sealed: nothing in it was changed unnoticed",
        references: vec!["SOC 2 CC7.2", "ISO 27001 A.8.15", "HIPAA 164.312(b)", "HIPAA 164.312(c)"],
        source: "tables",
        value,
        queries: vec![],
        limits: Some("an auditor verifies it offline: replay-tool verify, with a bundle and the log's public key"),
        list: None,
    })
}

fn incidents(app: &App, asked: &Asked<'_>) -> Control {
    let about =
        ("incidents", "What the log knows of trouble: failed log-ins, stolen sessions, emergencies, infected files");
    let actions = [
        "agent.log_in_failed",
        "agent.session_revoked",
        "agent.password_reset_issued",
        "support.break_glass",
        "ticket.attachment_found_infected",
        "tenant.restored",
    ];
    let mut control = told(asked, about, vec!["SOC 2 CC7.3", "ISO 27001 A.5.24"], &actions);
    let standings = app.desk.store().standings();
    let parked =
        standings.iter().filter(|(tenant, _, standing)| tenant == asked.log.tenant() && standing.stopped() > 0);
    let parked: Vec<_> =
        parked.map(|(_, consumer, standing)| json!({"consumer": consumer, "why": standing.parked})).collect();
    control.value["parked_as_of_now"] = json!(parked);
    control.limits =
        Some("agent.log_in_failed is recorded once an hour at most, with how often; alarms are the operator's");
    control
}

fn privacy(asked: &Asked<'_>) -> Control {
    let about = ("personal_data", "Who was forgotten, and of whom copies were made, in the period");
    let actions = [
        "customer.erased",
        "agent.erased",
        "ticket.erased",
        "ticket.message_redacted",
        "ticket.message_rectified",
        "customer.exported",
        "agent.exported",
    ];
    told(asked, about, vec!["SOC 2 P4.3", "ISO 27001 A.5.34", "ISO 27001 A.8.10"], &actions)
}

/// What a hold is about and why is for those who may see holds.
async fn holds(asked: &Asked<'_>) -> Result<Control, ApiError> {
    let known = legal_holds::at(asked.log, Moment::Position(asked.position)).await?;
    let standing = known.iter().filter(|hold| hold.released_at.is_none()).count();
    let shown = known.iter().filter(|hold| hold.released_at.is_none_or(|at| at > asked.from));
    let line = |hold: &LegalHoldView| json!({"id": hold.id, "about": hold.about, "placed_at": hold.placed_at, "released_at": hold.released_at});
    let queries = ["legal_hold.placed", "legal_hold.released"].map(|action| asked.happened(action));
    Ok(Control {
        id: "legal_holds",
        title: "What must be kept: the holds that stood, and those that were released in the period",
        references: vec!["SOC 2 C1.2", "ISO 27001 A.5.33"],
        source: "log",
        value: json!({"standing": standing, "holds": shown.map(line).collect::<Vec<_>>()}),
        queries: queries.into(),
        limits: Some(
            "which matter a hold belongs to and which ids it names is told by GET /api/legal-holds (privacy:read)",
        ),
        list: Some(("holds", &["id", "about", "placed_at", "released_at"])),
    })
}

/// Which policies there were, and what each had erased.
async fn retention(asked: &Asked<'_>) -> Result<Control, ApiError> {
    let policies = retention_policies::list(asked.log, Moment::Position(asked.position)).await?;
    let line = |policy: &RetentionPolicyView| {
        let about = &policy.criteria;
        json!({"id": policy.id, "name": policy.name, "statuses": about.statuses, "older_than_days": about.older_than_days,
            "tags": about.tags, "channels": about.channels, "enabled": policy.enabled, "acts_from": policy.acts_from,
            "erased": policy.erased})
    };
    let columns = &["id", "name", "statuses", "older_than_days", "tags", "channels", "enabled", "acts_from", "erased"];
    let queries = ["created", "criteria_changed", "enabled", "disabled", "deleted", "ran"]
        .map(|what| asked.happened(&format!("retention_policy.{what}")));
    Ok(Control {
        id: "retention",
        title: "What goes by itself: the policies at the end of the period, and what each had erased by then",
        references: vec!["SOC 2 C1.2", "SOC 2 P4.2", "ISO 27001 A.8.10"],
        source: "log",
        value: json!({"policies": policies.iter().map(line).collect::<Vec<_>>()}),
        queries: queries.into(),
        limits: Some("a policy that was deleted before then is in the trail alone"),
        list: Some(("policies", columns)),
    })
}

async fn uptime(app: &App, asked: &Asked<'_>) -> Result<Control, ApiError> {
    let found = app.desk.store().uptime(asked.from, asked.as_of).await?;
    let gap = |gap: &Gap| json!({"from": gap.from, "minutes": gap.minutes});
    let value = match found {
        None => json!({"measured": false}),
        Some(mut uptime) => {
            let gaps = uptime.gaps.len();
            // The longest first.
            uptime.gaps.sort_by_key(|gap| Reverse(gap.minutes));
            uptime.gaps.truncate(SHOWN.into());
            json!({
                "measured": true, "measured_from": uptime.from, "measured_until": uptime.until,
                "minutes_up": uptime.up, "minutes_not_up": uptime.down, "times_not_up": gaps,
                "longest_minutes_not_up": uptime.gaps.first().map_or(0, |gap| gap.minutes),
                "not_up": uptime.gaps.iter().map(gap).collect::<Vec<_>>(),
            })
        }
    };
    Ok(Control {
        id: "uptime",
        title: "In which minutes this installation was up, as it saw itself",
        references: vec!["SOC 2 A1.1", "ISO 27001 A.8.6"],
        source: "tables",
        value,
        queries: vec![],
        limits: Some(
            "measured from inside: a minute is up when a server could write to the database in it. Whether anybody could \
             reach it, and how fast it was, is seen from outside only: measure /readyz from there. What is shorter than a \
             minute need not show; of the whole installation, not of one tenant; the 100 longest times are shown",
        ),
        list: Some(("not_up", &["from", "minutes"])),
    })
}
