//! A help desk's life at random: the same wishes for the same name.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use commands::{
    Caller, CommandError, Operation, Receipt, Request,
    agents::{AgentPatch, CreateAgent, EraseAgent, ExportAgent, UpdateAgent},
    api_keys::{KeyGrant, Rotation},
    content::EraseTicket,
    customers::{
        CreateCustomer, CustomerPatch, EraseCustomer, ExportCustomer, RecordConsent, RestrictCustomer, Said,
        UpdateCustomer, UpsertCustomer,
    },
    files::ReportInfected,
    messages::{RectifyMessage, RedactMessage},
    retention::{DeleteRetentionPolicy, EnforceRetention, UpdateRetentionPolicy},
    teams::{CreateTeam, UpdateTeam},
    tickets::{
        AddMessage, CreateTicket, DeleteTicket, InlineCustomer, RateTicket, ReopenTicket, Requester, RestoreTicket,
        TicketPatch, UpdateTicket, Visibility,
    },
};
use domain::{
    Actor, AgentId, CustomerId, EventId, MessageId, Personal, RetentionPolicyId, RoleId, TeamId, TicketId,
    agent::CreateAgent as NewAgent,
    customer::{ConsentGiven, ConsentWithdrawn, CreateCustomer as NewCustomer, Purpose, RestrictionGround},
    retention_policies::{CreateRetentionPolicy, RetentionCriteria},
    text::{Body, Email, ExternalId, Name, Phone, Reason, Tag, TicketType, Title},
    ticket::{Author, Channel, Priority, Status},
};
use event_store::Interruption;
use serde_json::json;
use tests::{SeededRandom, Tenant, World};

use crate::files::upload;

const PRIORITIES: [Priority; 4] = [Priority::Low, Priority::Medium, Priority::High, Priority::Critical];
const STATUSES: [Status; 5] = [Status::Open, Status::InProgress, Status::Pending, Status::Resolved, Status::Closed];
const WORDS: [&str; 12] = [
    "printer",
    "größe",
    "it's \"broken\"",
    "{curly}",
    "back\\slash",
    "日本語",
    "a,b",
    "100%",
    "NULL",
    "😀",
    "O'Neil",
    "T-1",
];

/// What there is so far.
pub struct Series<'a> {
    tenant: &'a Tenant,
    random: SeededRandom,
    tickets: Vec<TicketId>,
    customers: Vec<CustomerId>,
    agents: Vec<AgentId>,
    teams: Vec<TeamId>,
    beside_another: bool,
}

impl<'a> Series<'a> {
    pub fn new(tenant: &'a Tenant, name: &str) -> Self {
        let random = SeededRandom::named(name);
        Self {
            tenant,
            random,
            beside_another: false,
            tickets: vec![],
            customers: vec![],
            agents: vec![],
            teams: vec![],
        }
    }

    /// Another process works on the tenant, too: it must find it neither suspended nor its doors shut.
    #[must_use]
    pub fn beside_another(self) -> Self {
        Self { beside_another: true, ..self }
    }

    /// Wishes so much, some of it in vain; gives the tickets that came of it.
    pub async fn run(mut self, world: &World, wishes: usize) -> Vec<TicketId> {
        for turn in 0..wishes {
            // As time passes: sometimes not at all, so that instants are shared.
            world.pass(TimeDelta::milliseconds(i64::try_from(self.random.below(3) * 700).unwrap()));
            let outcome = match turn {
                0 => self.key(world).await,
                1..4 => self.agent(world).await,
                4..6 => self.team(world).await,
                6..10 => self.open(world).await,
                10 => super::people::come_and_go(world, self.tenant).await,
                11 => self.webhook().await.and(self.log_stream().await),
                12 => self.itself(world).await,
                13 if !self.beside_another => super::people::guard_the_doors(world, self.tenant, &self.agents).await,
                14 if !self.beside_another => super::people::let_others_look(world, self.tenant, &self.agents).await,
                99 => self.rarities(world).await,
                100 => self.farewell(world).await,
                _ => self.anything(world).await,
            };
            match outcome {
                // Only owners deal with owners, and some of these are none.
                Ok(()) | Err(CommandError::Rejected { .. } | CommandError::Taken { .. } | CommandError::OwnerOnly) => {}
                Err(error) => panic!("wish {turn}: {error}"),
            }
            if self.random.below(7) == 0 {
                // The read models come along in steps of any size.
                world.app.projector.catch_up(&self.tenant.log).await.unwrap();
            }
        }
        self.tickets
    }

    /// The tenant looks and works differently.
    async fn itself(&self, world: &World) -> Result<(), CommandError> {
        let Tenant { api, log, .. } = self.tenant;
        let name = log.tenant();
        let body = json!({
            "domain": format!("help-{name}.localhost"), "custom_domain": format!("{name}.example.com"),
            "branding": {"company_name": self.text(), "primary_color": "#1a365d"},
            "settings": {"business_hours": "8:00-16:00 PST", "auto_assignment": true, "sla_enabled": false},
        });
        let _ = api.put("/api/tenant", body).await.expect(200);
        super::people::buy(world, self.tenant).await?;
        if self.beside_another {
            return Ok(());
        }
        let deletion = Interruption::Delete(world.app.desk.store().clock().now() + TimeDelta::days(1));
        for what in [Interruption::Suspend, deletion, Interruption::Restore, Interruption::Resume] {
            world.app.desk.interrupt(name, what, "test").await?;
        }
        Ok(())
    }

    async fn anything(&mut self, world: &World) -> Result<(), CommandError> {
        match self.random.below(20) {
            0..3 => self.open(world).await,
            3..9 => self.update(world).await,
            9..12 => self.message(world).await,
            12 => self.rewrite(world).await,
            13..16 => self.act(world).await,
            16 => self.customer(world).await,
            17 => self.change_agent(world).await,
            18 => self.change_team(world).await,
            _ => self.change_customer(world).await,
        }
    }

    async fn wish(&self, world: &World, wish: &impl Operation) -> Result<Receipt, CommandError> {
        let actor = match self.random.below(4) {
            0 if !self.agents.is_empty() => Actor::Agent(*self.random.pick(&self.agents)),
            1 if !self.customers.is_empty() => Actor::Customer(*self.random.pick(&self.customers)),
            _ => Actor::System("test".to_owned()),
        };
        let caller = Caller { actor, ..Caller::system("") };
        let request = Request { caller, client: Some("192.0.2.1".to_owned()), ..world.request() };
        world.app.desk.run(&self.tenant.log, &request, wish).await
    }

    fn uuid(&self, world: &World) -> uuid::Uuid {
        let _ = self;
        world.app.desk.store().ids().next()
    }

    fn text(&self) -> String {
        let words = (0..=self.random.below(4)).map(|_| *self.random.pick(&WORDS));
        words.collect::<Vec<_>>().join(" ")
    }

    fn name(&self) -> Name {
        Name::try_new(self.text()).unwrap()
    }

    fn sometimes<T>(&self, value: impl FnOnce() -> T) -> Option<T> {
        (self.random.below(3) == 0).then(value)
    }

    fn tags(&self) -> BTreeSet<Tag> {
        (0..self.random.below(4)).map(|_| Tag::try_new(*self.random.pick(&WORDS)).unwrap()).collect()
    }

    /// Few, so that they are often taken.
    fn external_id(&self) -> ExternalId {
        ExternalId::try_new(format!("EXT {}", self.random.below(30))).unwrap()
    }

    fn email(&self) -> Email {
        Email::try_new(format!("person{}@example.com", self.random.below(30))).unwrap()
    }

    async fn key(&mut self, world: &World) -> Result<(), CommandError> {
        let grant = KeyGrant::new(self.name(), vec!["*".to_owned()]);
        let (desk, log) = (&world.app.desk, &self.tenant.log);
        let (id, _) = desk.issue_key(log, &world.request(), &*world.random, grant).await?;
        let (overlap, expires_at) = (TimeDelta::hours(1), desk.store().clock().now() + TimeDelta::days(1));
        let rotation = Rotation { key: id, overlap, expires_at, rate_limit: None };
        let rotated = desk.rotate_key(log, &world.request(), &*world.random, rotation).await?;
        desk.revoke_key(log, &world.request(), rotated.id).await?;
        self.program().await
    }

    /// A service account comes, changes, goes and comes back.
    async fn program(&self) -> Result<(), CommandError> {
        let api = &self.tenant.api;
        let made = json!({"name": "some name", "description": "some program", "role": "agent"});
        let made = api.post("/api/service-accounts", made).await.expect(201);
        let path = format!("/api/service-accounts/{}", made.id());
        let other = json!({"name": "another name", "description": null, "role": "auditor", "active": false});
        for change in [other, json!({"active": true})] {
            let _ = api.patch(&path, change).await.expect(200);
        }
        Ok(())
    }

    async fn webhook(&self) -> Result<(), CommandError> {
        let api = &self.tenant.api;
        let webhook = json!({"url": "https://hooks.example.com/a", "events": ["ticket.*"]});
        let path = format!("/api/webhooks/{}", api.post("/api/webhooks", webhook).await.expect(201).id());
        let other = json!({
            "url": "https://hooks.example.com/b", "events": ["*"], "description": "b", "include_imported": true,
            "ordering": "none",
        });
        for change in [other, json!({"active": false}), json!({"active": true})] {
            let _ = api.patch(&path, change).await.expect(200);
        }
        let _ = api.post(&format!("{path}/rotate-secret"), json!({})).await.expect(200);
        let _ = api.delete(&path).await.expect(204);
        Ok(())
    }

    async fn log_stream(&self) -> Result<(), CommandError> {
        let api = &self.tenant.api;
        let stream = json!({"name": "SIEM", "url": "https://siem.example.com/a"});
        let path = format!("/api/log-streams/{}", api.post("/api/log-streams", stream).await.expect(201).id());
        let pair = rcgen::generate_simple_self_signed(["siem.example.com".to_owned()]).unwrap();
        let other = json!({
            "name": "another name", "url": "https://siem.example.com/b", "logs": ["audit", "access_log"],
            "ca_certificates": pair.cert.pem(),
        });
        for change in [other, json!({"active": false}), json!({"active": true})] {
            let _ = api.patch(&path, change).await.expect(200);
        }
        let _ = api.post(&format!("{path}/rotate-secret"), json!({})).await.expect(200);
        let _ = api.delete(&path).await.expect(204);
        Ok(())
    }

    async fn agent(&mut self, world: &World) -> Result<(), CommandError> {
        let id = AgentId::new(self.uuid(world));
        let new = NewAgent { id, name: self.name(), email: Some(self.email()), external_id: Some(self.external_id()) };
        self.wish(world, &CreateAgent(new)).await?;
        self.agents.push(id);
        Ok(())
    }

    async fn team(&mut self, world: &World) -> Result<(), CommandError> {
        let id = TeamId::new(self.uuid(world));
        let members = self.members();
        self.wish(world, &CreateTeam { id, name: self.name(), members }).await?;
        self.teams.push(id);
        Ok(())
    }

    fn members(&self) -> BTreeSet<AgentId> {
        (0..self.random.below(3)).map(|_| *self.random.pick(&self.agents)).collect()
    }

    async fn customer(&mut self, world: &World) -> Result<(), CommandError> {
        let id = CustomerId::new(self.uuid(world));
        let phone = self.sometimes(|| Phone::try_new("+41 44 000 00 00").unwrap());
        let (email, external_id) = (self.sometimes(|| self.email()), self.sometimes(|| self.external_id()));
        let new = NewCustomer { id, name: self.name(), email, phone, external_id };
        self.wish(world, &CreateCustomer(new)).await?;
        self.customers.push(id);
        Ok(())
    }

    async fn open(&mut self, world: &World) -> Result<(), CommandError> {
        let id = TicketId::new(self.uuid(world));
        let requester = match self.sometimes(|| ()) {
            Some(()) if !self.customers.is_empty() => Requester::Known(*self.random.pick(&self.customers)),
            _ => Requester::Inline(InlineCustomer {
                name: self.sometimes(|| self.name()),
                email: Some(self.email()),
                external_id: None,
            }),
        };
        let wish = CreateTicket {
            id,
            title: Title::try_new(self.text()).unwrap(),
            body: self.sometimes(|| Body::try_new(self.text()).unwrap()),
            files: vec![],
            requester,
            priority: *self.random.pick(&PRIORITIES),
            kind: self.sometimes(|| TicketType::try_new(self.text()).unwrap()),
            tags: self.tags(),
            external_id: self.sometimes(|| self.external_id()),
            assignee: self.sometimes(|| *self.random.pick(&self.agents)),
            team: self.sometimes(|| *self.random.pick(&self.teams)),
            status: *self.random.pick(&STATUSES),
        };
        self.wish(world, &wish).await?;
        self.tickets.push(id);
        let stream = event_store::StreamId::new("ticket", id);
        let opened = self.tenant.log.load(&stream, 0).await?.remove(0);
        self.customers.push(opened.payload["requester"].as_str().unwrap().parse().unwrap());
        Ok(())
    }

    async fn update(&mut self, world: &World) -> Result<(), CommandError> {
        let patch = TicketPatch {
            title: self.sometimes(|| Title::try_new(self.text()).unwrap()),
            priority: self.sometimes(|| *self.random.pick(&PRIORITIES)),
            kind: self.sometimes(|| self.sometimes(|| TicketType::try_new(self.text()).unwrap())),
            tags: self.sometimes(|| self.tags()),
            tags_add: self.tags(),
            tags_remove: self.tags(),
            customer: self.sometimes(|| *self.random.pick(&self.customers)),
            assignee: self.sometimes(|| self.sometimes(|| *self.random.pick(&self.agents))),
            team: self.sometimes(|| self.sometimes(|| *self.random.pick(&self.teams))),
            external_id: self.sometimes(|| self.sometimes(|| self.external_id())),
            status: self.sometimes(|| *self.random.pick(&STATUSES)),
        };
        self.wish(world, &UpdateTicket { id: *self.random.pick(&self.tickets), patch }).await.map(drop)
    }

    async fn message(&mut self, world: &World) -> Result<(), CommandError> {
        let author = match self.random.below(3) {
            0 => Some(Author::Agent(*self.random.pick(&self.agents))),
            1 => Some(Author::Customer(*self.random.pick(&self.customers))),
            _ => None,
        };
        let visibility = *self.random.pick(&[Visibility::Public, Visibility::Public, Visibility::Internal]);
        let body = Body::try_new(format!("{}\n{}", self.text(), self.text())).unwrap();
        let ticket = *self.random.pick(&self.tickets);
        self.wish(world, &AddMessage { ticket, body, files: vec![], visibility, author }).await.map(drop)
    }

    /// A message is redacted, or says something else.
    async fn rewrite(&mut self, world: &World) -> Result<(), CommandError> {
        let ticket = *self.random.pick(&self.tickets);
        let messages = self.messages(ticket).await?;
        if messages.is_empty() {
            return Ok(());
        }
        let message = *self.random.pick(&messages);
        if self.random.below(2) == 0 {
            return self.wish(world, &RedactMessage { ticket, message }).await.map(drop);
        }
        let body = Body::try_new(self.text()).unwrap();
        self.wish(world, &RectifyMessage { ticket, message, body }).await.map(drop)
    }

    async fn act(&mut self, world: &World) -> Result<(), CommandError> {
        let id = *self.random.pick(&self.tickets);
        let score = u8::try_from(self.random.below(7)).unwrap();
        match self.random.below(4) {
            0 => {
                self.wish(world, &DeleteTicket(id)).await?;
                // Most come back, or there would soon be nothing to work on.
                match self.random.below(4) {
                    0 => return Ok(()),
                    _ => self.wish(world, &RestoreTicket(id)).await,
                }
            }
            1 => self.wish(world, &ReopenTicket(id)).await,
            _ => self.wish(world, &RateTicket { id, score }).await,
        }
        .map(drop)
    }

    async fn change_agent(&mut self, world: &World) -> Result<(), CommandError> {
        let patch = AgentPatch {
            name: self.sometimes(|| self.name()),
            email: self.sometimes(|| self.sometimes(|| self.email())),
            external_id: self.sometimes(|| self.sometimes(|| self.external_id())),
            active: Some(self.random.below(2) == 0),
            role: self.sometimes(|| *self.random.pick(&[RoleId::ADMIN, RoleId::AGENT])),
        };
        self.wish(world, &UpdateAgent { id: *self.random.pick(&self.agents), patch }).await.map(drop)
    }

    /// What chance would leave out now and then.
    async fn rarities(&mut self, world: &World) -> Result<(), CommandError> {
        let id = CustomerId::new(self.uuid(world));
        let new = NewCustomer { id, name: self.name(), email: None, phone: None, external_id: None };
        self.wish(world, &CreateCustomer(new)).await?;
        let external_id = Some(ExternalId::try_new(id.to_string()).ok());
        let patch = CustomerPatch { external_id, ..CustomerPatch::default() };
        self.wish(world, &UpdateCustomer { id, patch }).await?;
        let note = Reason::try_new("asked by letter").ok();
        for restriction in [Some((RestrictionGround::Objection, note)), None] {
            self.wish(world, &RestrictCustomer { id, restriction }).await?;
        }
        let now = world.now();
        let purpose = Purpose::try_new("newsletter").unwrap();
        let consent = ConsentGiven {
            purpose: purpose.clone(),
            text_version: "2".to_owned(),
            source: "form".to_owned(),
            given_at: now,
            evidence: Some(Personal::new(id, "a box ticked")),
        };
        for said in [Said::Given(consent, now), Said::Withdrawn(ConsentWithdrawn { purpose, source: None })] {
            self.wish(world, &RecordConsent { id, said }).await?;
        }
        self.wish(world, &ExportCustomer(id)).await?;
        self.wish(world, &ExportAgent(*self.random.pick(&self.agents))).await?;
        self.open(world).await?;
        let ticket = *self.tickets.last().unwrap();
        let file = upload(&self.tenant.api, "slip.txt", "text/plain", "a slip").await.id().parse().unwrap();
        for (text, files) in [("a slip", vec![]), ("another", vec![file])] {
            let body = Body::try_new(text).unwrap();
            let (visibility, author) = (Visibility::Internal, Some(Author::Agent(*self.random.pick(&self.agents))));
            self.wish(world, &AddMessage { ticket, body, files, visibility, author }).await?;
        }
        let message = self.messages(ticket).await?.pop().unwrap();
        self.wish(world, &ReportInfected { ticket, message, file }).await?;
        for message in self.messages(ticket).await?.into_iter().rev().take(2) {
            let body = Body::try_new("as it should be").unwrap();
            self.wish(world, &RectifyMessage { ticket, message, body }).await?;
        }
        let message = self.messages(ticket).await?.pop().unwrap();
        self.wish(world, &RedactMessage { ticket, message }).await?;
        self.time_is_over(world, ticket).await
    }

    /// A retention policy comes, erases a ticket, and goes: not by chance.
    async fn time_is_over(&self, world: &World, ticket: TicketId) -> Result<(), CommandError> {
        let (desk, log) = (&world.app.desk, &self.tenant.log);
        let patch = TicketPatch { status: Some(Status::Closed), ..TicketPatch::default() };
        desk.run(log, &world.request(), &UpdateTicket { id: ticket, patch }).await?;
        let policy = RetentionPolicyId::new(self.uuid(world));
        let criteria = |older_than_days| RetentionCriteria {
            statuses: [Status::Resolved, Status::Closed].into(),
            older_than_days,
            tags: BTreeSet::new(),
            channels: [Channel::Api].into(),
        };
        let name = Name::try_new("Old").unwrap();
        desk.run(log, &world.request(), &CreateRetentionPolicy { policy, name: name.clone(), criteria: criteria(7) })
            .await?;
        let change = |name, criteria, enabled| UpdateRetentionPolicy { id: policy, name, criteria, enabled };
        desk.run(log, &world.request(), &change(None, None, Some(true))).await?;
        desk.run(log, &world.request(), &change(Name::try_new("Older").ok(), Some(criteria(1)), None)).await?;
        world.pass(TimeDelta::days(1));
        let cause = EventId::new(self.uuid(world));
        let enforce = EnforceRetention { policy, cause, tickets: vec![ticket], as_of: 1, held: 0, left: 0 };
        desk.run(log, &EnforceRetention::request(self.uuid(world)), &enforce).await?;
        desk.run(log, &world.request(), &change(Some(name), None, Some(false))).await?;
        desk.run(log, &world.request(), &DeleteRetentionPolicy(policy)).await.map(drop)
    }

    async fn messages(&self, ticket: TicketId) -> Result<Vec<MessageId>, CommandError> {
        let events = self.tenant.log.load(&event_store::StreamId::new("ticket", ticket), 0).await?;
        let written = events
            .iter()
            .filter(|event| event.payload.get("body").is_some() && event.event_type != "ticket.message_rectified");
        Ok(written.filter_map(|event| event.payload["message"].as_str()?.parse().ok()).collect())
    }

    /// An agent goes, comes back, and is forgotten; a ticket, too.
    async fn farewell(&mut self, world: &World) -> Result<(), CommandError> {
        let id = *self.random.pick(&self.agents);
        for active in [true, false, true] {
            let patch = AgentPatch { active: Some(active), ..AgentPatch::default() };
            self.wish(world, &UpdateAgent { id, patch }).await?;
        }
        self.wish(world, &EraseAgent(id)).await?;
        self.wish(world, &EraseTicket(self.tickets[0])).await.map(drop)
    }

    async fn change_team(&mut self, world: &World) -> Result<(), CommandError> {
        let (name, members) = (self.sometimes(|| self.name()), Some(self.members()));
        self.wish(world, &UpdateTeam { id: *self.random.pick(&self.teams), name, members }).await.map(drop)
    }

    async fn change_customer(&mut self, world: &World) -> Result<(), CommandError> {
        if self.random.below(4) == 0 {
            return self.wish(world, &EraseCustomer(*self.random.pick(&self.customers))).await.map(drop);
        }
        let patch = CustomerPatch {
            name: Some(self.name()),
            email: self.sometimes(|| self.sometimes(|| self.email())),
            phone: self.sometimes(|| self.sometimes(|| Phone::try_new("+41 44 111 11 11").unwrap())),
            external_id: self.sometimes(|| self.sometimes(|| self.external_id())),
        };
        if self.random.below(3) == 0 {
            let new_id = CustomerId::new(self.uuid(world));
            let wish = UpsertCustomer { external_id: self.external_id(), new_id, patch };
            return self.wish(world, &wish).await.map(drop);
        }
        self.wish(world, &UpdateCustomer { id: *self.random.pick(&self.customers), patch }).await.map(drop)
    }
}
