//! Who holds a seat, folded from what happened to agents.
//!
//! A seat is held by whoever is at work in a role that is not read-only, once they joined or were made without an
//! invitation; and by whoever is invited to such a role, until the invitation is over. Agents of imported history hold none
//! until they are invited, or reactivated here.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{
    agent::AgentEvent,
    aggregate::{DecodeError, Event},
    ids::{AgentId, InvitationId},
    role::{BuiltInRole, RoleId},
};

/// How a seat is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// For good.
    Used,
    /// Until an invitation is accepted, or over.
    Reserved,
}

/// How many seats are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// For good.
    pub used: u64,
    /// By open invitations.
    pub reserved: u64,
}

/// Who holds a seat.
#[derive(Clone, Debug, Default)]
pub struct Seats(BTreeMap<AgentId, Seat>);

#[derive(Clone, Debug, Default)]
struct Seat {
    active: bool,
    role: RoleId,
    joined: bool,
    /// They were made or reactivated here, and not invited since.
    by_hand: bool,
    invited: Option<(InvitationId, RoleId, Option<DateTime<Utc>>)>,
}

impl Seats {
    /// The events that matter.
    pub const TYPES: [&'static str; 8] = [
        "agent.created",
        "agent.deactivated",
        "agent.reactivated",
        "agent.invited",
        "agent.invitation_revoked",
        "agent.joined",
        "agent.role_changed",
        "agent.erased",
    ];

    /// Folds one of [`Seats::TYPES`], as it is stored: what is sealed in it is not looked at.
    pub fn note(
        &mut self,
        agent: AgentId,
        (event_type, version, payload): (&str, u32, &str),
        imported: bool,
    ) -> Result<(), DecodeError> {
        let seat = self.0.entry(agent).or_default();
        match event_type {
            "agent.created" => *seat = Seat { active: true, by_hand: !imported, ..Seat::default() },
            "agent.deactivated" => (seat.active, seat.invited) = (false, None),
            "agent.reactivated" => (seat.active, seat.by_hand) = (true, true),
            "agent.erased" => *seat = Seat::default(),
            _ => seat.change(&AgentEvent::decode_text(event_type, version, payload)?),
        }
        Ok(())
    }

    /// How a seat is held at an instant, if it is.
    pub fn hold(&self, agent: AgentId, at: DateTime<Utc>) -> Option<Hold> {
        self.0.get(&agent).and_then(|seat| seat.hold(at))
    }

    /// How many are held at an instant.
    pub fn held(&self, at: DateTime<Utc>) -> Held {
        self.0.values().filter_map(|seat| seat.hold(at)).fold(Held::default(), |held, hold| match hold {
            Hold::Used => Held { used: held.used + 1, ..held },
            Hold::Reserved => Held { reserved: held.reserved + 1, ..held },
        })
    }
}

impl Seat {
    fn change(&mut self, event: &AgentEvent) {
        if let AgentEvent::AgentInvited(invited) = event {
            self.by_hand = false;
            self.invited = Some((invited.invitation, invited.role, invited.expires_at.parse().ok()));
        } else if let AgentEvent::AgentInvitationRevoked(revoked) = event {
            self.invited = self.invited.filter(|(invitation, ..)| *invitation != revoked.invitation);
        } else if let AgentEvent::AgentJoined(_) = event {
            self.role = self.invited.take().map_or(self.role, |(_, role, _)| role);
            self.joined = true;
        } else if let AgentEvent::AgentRoleChanged(changed) = event {
            self.role = changed.role;
        }
    }

    fn hold(&self, at: DateTime<Utc>) -> Option<Hold> {
        if !self.active {
            return None;
        }
        if (self.joined || self.by_hand) && takes_seat(self.role) {
            return Some(Hold::Used);
        }
        let open = self.invited.filter(|(_, role, until)| takes_seat(*role) && until.is_none_or(|until| until > at));
        open.map(|_| Hold::Reserved)
    }
}

/// Read-only roles are free.
fn takes_seat(role: RoleId) -> bool {
    match role {
        RoleId::BuiltIn(role) => match role {
            BuiltInRole::LightAgent | BuiltInRole::Auditor | BuiltInRole::Analyst | BuiltInRole::Billing => false,
            BuiltInRole::Owner | BuiltInRole::Admin | BuiltInRole::Agent => true,
        },
        RoleId::Custom(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const INVITATION: &str = "inv_0199aa00000070008000000000000001";

    fn at(day: u32) -> DateTime<Utc> {
        format!("2026-11-{day:02}T12:00:00Z").parse().unwrap()
    }

    fn hold(events: &[(&str, String)], imported: bool, day: u32) -> Option<Hold> {
        let (mut seats, agent) = (Seats::default(), AgentId::new(Uuid::from_u128(1)));
        for (event_type, payload) in events {
            let version = if *event_type == "agent.invited" { 2 } else { 1 };
            seats.note(agent, (event_type, version, payload), imported).unwrap();
        }
        let Held { used, reserved } = seats.held(at(day));
        assert_eq!(used + reserved, u64::from(seats.hold(agent, at(day)).is_some()));
        seats.hold(agent, at(day))
    }

    fn invited(role: &str) -> (&'static str, String) {
        let until = at(8).to_rfc3339();
        ("agent.invited", format!(r#"{{"invitation":"{INVITATION}","role":"{role}","expires_at":"{until}"}}"#))
    }

    #[test]
    fn an_open_invitation_holds_a_seat_until_it_is_over_and_who_joined_keeps_it() {
        let created = ("agent.created", r#"{"name":{"$sealed":{}}}"#.to_owned());
        let bare = |event_type| (event_type, "{}".to_owned());
        let by_id = |event_type| (event_type, format!(r#"{{"invitation":"{INVITATION}"}}"#));
        let password = "pwd_0199aa00000070008000000000000001";
        let joined = ("agent.joined", format!(r#"{{"invitation":"{INVITATION}","password":"{password}"}}"#));
        let lighter = ("agent.role_changed", r#"{"role":"light_agent","previous":"agent"}"#.to_owned());
        for (events, day, expected) in [
            (vec![created.clone()], 1, Some(Hold::Used)),
            (vec![created.clone(), bare("agent.deactivated")], 1, None),
            (vec![created.clone(), bare("agent.deactivated"), bare("agent.reactivated")], 1, Some(Hold::Used)),
            (vec![created.clone(), bare("agent.erased")], 1, None),
            (vec![created.clone(), lighter.clone()], 1, None),
            (vec![created.clone(), invited("agent")], 7, Some(Hold::Reserved)),
            (vec![created.clone(), invited("agent")], 8, None),
            (vec![created.clone(), invited("auditor")], 7, None),
            (vec![created.clone(), invited("agent"), by_id("agent.invitation_revoked")], 7, None),
            (vec![created.clone(), invited("agent"), joined.clone()], 9, Some(Hold::Used)),
            (vec![created.clone(), invited("billing"), joined.clone()], 9, None),
            (vec![created.clone(), invited("agent"), joined, lighter, invited("agent")], 7, Some(Hold::Reserved)),
        ] {
            assert_eq!(hold(&events, false, day), expected, "{events:?}");
        }
        assert_eq!(hold(std::slice::from_ref(&created), true, 1), None, "history");
        assert_eq!(hold(&[created, invited("agent")], true, 1), Some(Hold::Reserved));
    }
}
