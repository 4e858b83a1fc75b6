//! Second factors of one's own: listed, added, named, removed. And what they are looked at with, when they are shown.
//!
//! A factor is proved before it counts: a generator by its first code, a passkey by the ceremony that makes it.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    AgentId, FactorId, RecoveryCodesId,
    agent::{AgentState, FactorCommand, FactorKind},
    text::Name,
};
use event_store::{Log, Random, StoreError, TenantTx, driver::types::ToSql};

use super::{
    AccessError, Person,
    operations::{ChangeFactors, Shown},
    recovery::{CODES, RecoveryCode},
    totp::Seed,
};
use crate::{
    desk::{Desk, Receipt, Request},
    error::CommandError,
};

/// A second factor of one's own.
#[derive(Clone, Debug)]
pub struct FactorRecord {
    /// Its id.
    pub id: FactorId,
    /// What it is.
    pub kind: FactorKind,
    /// What they call it.
    pub name: Option<String>,
    /// Of a passkey: the host that it works at.
    pub host: Option<String>,
    /// Since when it counts.
    pub created_at: DateTime<Utc>,
    /// When it was last shown.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// All of one's own second factors.
#[derive(Clone, Debug)]
pub struct FactorRecords {
    /// The oldest first.
    pub factors: Vec<FactorRecord>,
    /// How many recovery codes are left.
    pub recovery_codes: u32,
}

/// A factor that counts from now on.
#[derive(Clone, Debug)]
pub struct Added {
    /// Which.
    pub id: FactorId,
    /// The recovery codes that came with the first, to be shown once.
    pub recovery_codes: Vec<RecoveryCode>,
    /// The answer to the wish.
    pub receipt: Receipt,
}

/// What stands behind a factor.
pub(super) enum Behind<'a> {
    Seed { seed: &'a Seed, step: i64 },
    Passkey { host: &'a str, passkey: &'a super::webauthn::NewPasskey },
}

fn about(log: &Log, what: &str, factor: FactorId) -> String {
    format!("ledgerdesk factor {what} 1\0{}\0{factor}", log.tenant())
}

impl Desk {
    /// Somebody's own second factors.
    pub async fn factors(&self, person: &Person) -> Result<FactorRecords, CommandError> {
        let tx = person.log.begin().await?;
        let state = self.agent_in(&person.log, &tx, person.agent).await?;
        let sql = "SELECT factor_id, name, host, created_at, last_used_at FROM factors
                   WHERE agent_id = $1 ORDER BY factor_id";
        let rows = tx.query(sql, &[&person.agent.to_string()]).await.map_err(StoreError::from)?;
        let set = state.access.factors.codes.map(|set| set.to_string());
        let sql = "SELECT count(*) FROM recovery_codes WHERE codes_id = $1 AND spent_at IS NULL";
        let left: i64 = tx.query_one(sql, &[&set]).await.map_err(StoreError::from)?.get(0);
        tx.commit().await?;
        let record = |row: &event_store::driver::Row| {
            let id: FactorId = row.get::<_, &str>(0).parse().ok()?;
            let kind = *state.access.factors.present.get(&id)?;
            let name = self.store().unseal(&about(&person.log, "name", id), row.get(1)).ok();
            let name = name.and_then(|name| String::from_utf8(name).ok());
            let (host, created_at, last_used_at) = (row.get(2), row.get(3), row.get(4));
            Some(FactorRecord { id, kind, name, host, created_at, last_used_at })
        };
        let factors = rows.iter().filter_map(record).collect();
        Ok(FactorRecords { factors, recovery_codes: u32::try_from(left).unwrap_or(0) })
    }

    /// Calls a factor of one's own differently.
    pub async fn name_factor(&self, person: &Person, factor: FactorId, name: &Name) -> Result<(), CommandError> {
        let sealed = self.store().seal(&about(&person.log, "name", factor), name.as_str().as_bytes());
        let tx = person.log.begin().await?;
        let sql = "UPDATE factors SET name = $3 WHERE factor_id = $1 AND agent_id = $2";
        let named = tx.execute(sql, &[&factor.to_string(), &person.agent.to_string(), &sealed]).await;
        tx.commit().await?;
        match named.map_err(StoreError::from)? {
            0 => Err(CommandError::NotFound { kind: "factor", pointer: None }),
            _ => Ok(()),
        }
    }

    /// Removes a factor of one's own.
    pub async fn remove_factor(
        &self,
        person: &Person,
        request: &Request,
        factor: FactorId,
    ) -> Result<Receipt, CommandError> {
        let remove = ChangeFactors { agent: person.agent, command: FactorCommand::Remove(factor), known: Some(factor) };
        let receipt = self.run(&person.log, request, &remove).await?;
        self.forget_factors(&person.log, person.agent, &[factor.to_string()]).await?;
        Ok(receipt)
    }

    /// Makes other recovery codes, to be shown once: those before open nothing any more.
    pub async fn make_recovery_codes(
        &self,
        person: &Person,
        request: &Request,
        random: &dyn Random,
    ) -> Result<(Vec<RecoveryCode>, Receipt), CommandError> {
        let tx = person.log.begin().await?;
        let (set, codes) = self.prepare_codes(&tx, person.agent, random).await?;
        tx.commit().await?;
        let make = ChangeFactors { agent: person.agent, command: FactorCommand::MakeRecoveryCodes(set), known: None };
        let receipt = self.run(&person.log, request, &make).await?;
        if receipt.replayed {
            // The first time showed them; these were never recorded.
            return Err(CommandError::CommandReused);
        }
        self.forget_factors(&person.log, person.agent, &[]).await?;
        Ok((codes, receipt))
    }

    /// Makes a factor count that was proved; its rows come before its event.
    pub(super) async fn add_factor(
        &self,
        person: &Person,
        request: &Request,
        random: &dyn Random,
        (id, name): (FactorId, &Name),
        behind: Behind<'_>,
    ) -> Result<Added, AccessError> {
        let tx = person.log.begin().await?;
        let (set, codes) = self.prepare_codes(&tx, person.agent, random).await?;
        let kind = self.prepare_factor(person, &tx, (id, name), &behind).await?;
        tx.commit().await?;
        let command = FactorCommand::Add { factor: id, kind, codes: set };
        let receipt =
            self.run(&person.log, request, &ChangeFactors { agent: person.agent, command, known: None }).await;
        let prepared = [id.to_string(), set.to_string()];
        let state = self.forget_factors(&person.log, person.agent, &prepared).await?;
        let receipt = receipt?;
        if receipt.replayed {
            return Err(CommandError::CommandReused.into());
        }
        let recovery_codes = if state.access.factors.codes == Some(set) { codes } else { vec![] };
        Ok(Added { id, recovery_codes, receipt })
    }

    async fn prepare_factor(
        &self,
        person: &Person,
        tx: &TenantTx,
        (id, name): (FactorId, &Name),
        behind: &Behind<'_>,
    ) -> Result<FactorKind, AccessError> {
        let (agent, now) = (person.agent.to_string(), self.store().clock().now());
        let name = self.store().seal(&about(&person.log, "name", id), name.as_str().as_bytes());
        let text = id.to_string();
        let first: [&(dyn ToSql + Sync); 4] = [&text, &agent, &name, &now];
        let (kind, made) = match behind {
            Behind::Seed { seed, step } => {
                let seed = self.store().seal(&about(&person.log, "seed", id), seed.as_bytes());
                let sql = "INSERT INTO factors (factor_id, agent_id, name, created_at, seed, last_step)
                           VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
                let row: Vec<&(dyn ToSql + Sync)> = [&first[..], &[&seed, step]].concat();
                (FactorKind::Totp, tx.execute(sql, &row).await?)
            }
            Behind::Passkey { host, passkey } => {
                let count = i64::from(passkey.sign_count);
                let sql = "INSERT INTO factors (factor_id, agent_id, name, created_at, host, credential, public_key,
                               sign_count)
                           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
                let rest: [&(dyn ToSql + Sync); 4] = [host, &passkey.credential, &passkey.public_key, &count];
                (FactorKind::Passkey, tx.execute(sql, &[&first[..], &rest].concat()).await?)
            }
        };
        // An enrolment that comes twice, or a passkey that is known (section 7.1, step 26).
        if made == 1 { Ok(kind) } else { Err(AccessError::Enrolled) }
    }

    /// The rows of recovery codes that do not count yet.
    async fn prepare_codes(
        &self,
        tx: &TenantTx,
        agent: AgentId,
        random: &dyn Random,
    ) -> Result<(RecoveryCodesId, Vec<RecoveryCode>), StoreError> {
        let set = RecoveryCodesId::new(self.store().ids().next());
        let codes: Vec<_> = (0..CODES).map(|_| RecoveryCode::generate(random)).collect();
        let digests: Vec<_> = codes.iter().map(|code| code.digest(set)).collect();
        tx.execute(
            "INSERT INTO recovery_codes (codes_id, agent_id, created_at, digest)
             SELECT $1, $2, $3, digest FROM unnest($4::bytea[]) digest",
            &[&set.to_string(), &agent.to_string(), &self.store().clock().now(), &digests],
        )
        .await?;
        Ok((set, codes))
    }

    /// Removes rows of factors and codes that count no more: those in `gone`, and all from before. Others may be about to
    /// count. Gives who they are now.
    pub(super) async fn forget_factors(
        &self,
        log: &Log,
        agent: AgentId,
        gone: &[String],
    ) -> Result<AgentState, CommandError> {
        let tx = log.begin().await?;
        let state = self.agent_in(log, &tx, agent).await?;
        let present: Vec<String> = state.access.factors.present.keys().map(ToString::to_string).collect();
        let sets: Vec<String> = state.access.factors.codes.iter().map(ToString::to_string).collect();
        let before = self.store().clock().now() - TimeDelta::hours(1);
        for (table, id, counts) in [("factors", "factor_id", present), ("recovery_codes", "codes_id", sets)] {
            let sql = format!(
                "DELETE FROM {table} WHERE agent_id = $1 AND {id} <> ALL($2) AND (created_at < $3 OR {id} = ANY($4))"
            );
            tx.execute(&sql, &[&agent.to_string(), &counts, &before, &gone]).await.map_err(StoreError::from)?;
        }
        tx.commit().await?;
        Ok(state)
    }

    /// The step that a code is of, spent: none is taken twice, nor one before it.
    pub(super) async fn spend_code(
        &self,
        log: &Log,
        tx: &TenantTx,
        (agent, state): (AgentId, &AgentState),
        code: &str,
    ) -> Result<Option<Shown>, AccessError> {
        let now = self.store().clock().now();
        let sql = "SELECT factor_id, seed FROM factors WHERE agent_id = $1 AND seed IS NOT NULL";
        for row in tx.query(sql, &[&agent.to_string()]).await? {
            let Ok(id) = row.get::<_, &str>(0).parse::<FactorId>() else { continue };
            if state.access.factors.present.get(&id) != Some(&FactorKind::Totp) {
                continue;
            }
            let seed = self.store().unseal(&about(log, "seed", id), row.get(1))?;
            let Some(step) = Seed::from_bytes(&seed).and_then(|seed| seed.step_of(code, now)) else { continue };
            let spent = tx
                .execute(
                    "UPDATE factors SET last_step = $2, last_used_at = $3 WHERE factor_id = $1 AND last_step < $2",
                    &[&id.to_string(), &step, &now],
                )
                .await?;
            if spent == 1 {
                return Ok(Some(Shown { factor: Some((id, FactorKind::Totp)), ..Shown::default() }));
            }
        }
        Ok(None)
    }
}
