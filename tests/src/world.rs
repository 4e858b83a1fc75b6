//! The whole product over a database of its own, with time and chance in the test's hand.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use api::App;
use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use commands::Request;
use event_store::{CommandId, Log, Store};
use projections::{Group, RebuildSettings, Rebuilt};
use reactions::webhooks::WebhookSettings;
use serde_json::json;
use tokio_postgres::NoTls;

use crate::{
    cluster::{self, Database, TENANTS},
    determinism::{SeededRandom, TestClock},
    http::{Answer, Api},
};

/// One process of the product, and its two tenants.
#[derive(Debug)]
pub struct World {
    /// Where its data are.
    pub database: Database,
    /// Its time.
    pub clock: Arc<TestClock>,
    /// Its chance.
    pub random: Arc<SeededRandom>,
    /// Both sides of the product.
    pub app: App,
    /// One tenant.
    pub acme: Tenant,
    /// Another, whom the first must never meet.
    pub globex: Tenant,
}

/// One tenant of a world.
#[derive(Debug)]
pub struct Tenant {
    /// Its log.
    pub log: Log,
    /// The API with a key that may do everything in this tenant.
    pub api: Api,
    next: AtomicU32,
}

impl World {
    /// A new one, in a database of its own.
    pub async fn new() -> Self {
        Self::on(Database::new().await).await
    }

    /// A new one over this database.
    pub async fn on(database: Database) -> Self {
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        Self::open(database, Arc::default(), SeededRandom::named(&test)).await
    }

    /// Another process of the same product: same database, same master key, same time.
    pub async fn another_process(&self) -> Self {
        let random = SeededRandom::named(&format!("another {}", self.random.next()));
        Self::open(self.database.clone(), Arc::clone(&self.clock), random).await
    }

    async fn open(database: Database, clock: Arc<TestClock>, random: SeededRandom) -> Self {
        let random = Arc::new(random);
        let settings = database.settings(Arc::clone(&clock), Arc::clone(&random));
        let store = Store::open(settings, migrations::CONTROL, migrations::TENANT, &|_| {}).await.expect("a store");
        let webhooks = WebhookSettings { allow_loopback: true, ..WebhookSettings::default() };
        let app = App::new(store, random.clone()).with_webhooks(webhooks);
        app.desk.check_memory();
        let base = listen(app.clone()).await;
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let tenant = async |index: usize| {
            let id = TENANTS[index].parse().expect("a tenant's id");
            let log = app.desk.store().log(&id).await.expect("an active tenant");
            let key = Some(database.keys[index].clone());
            let api = Api { client: client.clone(), base: base.clone(), key };
            Tenant { log, api, next: AtomicU32::new(1) }
        };
        let (acme, globex) = (tenant(0).await, tenant(1).await);
        Self { database, clock, random, app, acme, globex }
    }

    /// One tenant more, made by this process.
    pub async fn new_tenant(&self, id: &str) -> Tenant {
        let key = cluster::provision(&self.app, id).await;
        let log = self.app.desk.store().log(&id.parse().expect("a tenant's id")).await.expect("an active tenant");
        Tenant { log, api: self.acme().with_key(&key), next: AtomicU32::new(1) }
    }

    /// The API as acme's program sees it.
    pub fn acme(&self) -> &Api {
        &self.acme.api
    }

    /// The API as globex's program sees it.
    pub fn globex(&self) -> &Api {
        &self.globex.api
    }

    /// Both sides of the product over another store.
    pub fn app_on(&self, store: Store) -> App {
        App::new(store, self.random.clone())
    }

    /// Serves `app` too; gives where.
    pub async fn serve(&self, app: App) -> String {
        listen(app).await
    }

    /// What operators are answered, as one of this name sees it.
    pub async fn operator(&self, name: &str) -> Api {
        let name = name.parse().expect("a name");
        let token = self.app.desk.add_operator(&name, &*self.random).await.expect("an operator");
        let base = listen_to(api::operators_router(self.app.clone())).await;
        Api { base, key: Some(token.reveal().to_owned()), ..self.acme().clone() }
    }

    /// Serves what operators are answered by `app`, too; gives where.
    pub async fn serve_operators(&self, app: App) -> String {
        listen_to(api::operators_router(app)).await
    }

    /// What time it is.
    pub fn now(&self) -> DateTime<Utc> {
        self.app.desk.store().clock().now()
    }

    /// The API as acme's program sees it through another listener of this process.
    pub async fn acme_through(&self, app: App) -> Api {
        Api { base: listen(app).await, ..self.acme().clone() }
    }

    /// Brings the read models of both tenants to the end of their logs.
    pub async fn settle(&self) {
        for tenant in [&self.acme, &self.globex] {
            self.app.projector.catch_up(&tenant.log).await.expect("fresh read models");
        }
    }

    /// Lets time pass.
    pub fn pass(&self, span: TimeDelta) {
        self.clock.advance(span);
    }

    /// A wish of the product itself, under a name that nobody else has.
    pub fn request(&self) -> Request {
        Request::system("test", CommandId(self.app.desk.store().ids().next()))
    }

    /// A connection as the superuser, for what none of ours may do: look everywhere, and break things.
    pub async fn superuser(&self) -> tokio_postgres::Client {
        let (client, connection) =
            tokio_postgres::connect(&self.database.superuser_url, NoTls).await.expect("a connection");
        tokio::spawn(connection);
        client
    }
}

impl Tenant {
    fn next(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A new ticket of a new customer.
    pub async fn ticket(&self, title: &str) -> Answer {
        let email = format!("customer-{}@{}.example", self.next(), self.log.tenant());
        let body =
            json!({"title": title, "body": "It does not work.", "customer": {"name": "Ann Other", "email": email}});
        self.api.post("/api/tickets", body).await.expect(201)
    }

    /// A new customer.
    pub async fn customer(&self, name: &str) -> Answer {
        let email = format!("person-{}@{}.example", self.next(), self.log.tenant());
        self.api.post("/api/customers", json!({"name": name, "email": email})).await.expect(201)
    }

    /// A new agent.
    pub async fn agent(&self, name: &str) -> Answer {
        let email = format!("agent-{}@{}.example", self.next(), self.log.tenant());
        self.api.post("/api/agents", json!({"name": name, "email": email})).await.expect(201)
    }

    /// A new team without members.
    pub async fn team(&self, name: &str) -> Answer {
        self.api.post("/api/teams", json!({"name": name})).await.expect(201)
    }

    /// A new key with these scopes, and the API as its holder sees it.
    pub async fn with_scopes(&self, scopes: &[&str]) -> Api {
        let issued = self.api.post("/api/keys", json!({"name": "some program", "scopes": scopes})).await.expect(201);
        self.api.with_key(issued["key"].as_str().expect("a key"))
    }
}

async fn listen(app: App) -> String {
    listen_to(api::router(app)).await
}

async fn listen_to(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("its address");
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    // Ends with the test's runtime.
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Folds all read models of a log anew, as `ledgerdesk rebuild` does.
pub async fn rebuild(log: &Log) -> Vec<Rebuilt> {
    let mut all = vec![];
    for group in Group::ALL {
        all.push(projections::rebuild(log, group, RebuildSettings::default(), &|_| {}).await.expect("a rebuild"));
    }
    all
}
