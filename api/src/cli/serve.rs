use std::{
    collections::BTreeSet,
    future::IntoFuture,
    io::IsTerminal,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    serve::{Listener, ListenerExt as _},
};
use clap::Args;
use commands::tenants::NewTenant;
use domain::{tenant::Plan, text::Name};
use event_store::{TenantId, TenantStatus};
use installation::{Config, Database, LogFormat, TlsSection};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::{
    Failure, demo,
    open::{Open, open},
    terminal::say,
};
use crate::{
    Provision,
    app::App,
    provision,
    tls::{self, Bounds, Certificates, TlsError, TlsListener},
    workers::Workers,
};

/// What was begun is finished first; a reader who takes longer than this is cut off.
const DRAIN: Duration = Duration::from_secs(20);

/// Serve the API
///
/// Without a configured database it runs a PostgreSQL of its own under the data directory, and the first start makes a
/// tenant `demo` with believable data. Ctrl-C or SIGTERM stops it: what was begun is finished, nothing is lost.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address and port; 127.0.0.1:8080 by default.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

impl Serve {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        start_logging(config);
        let tls = config.server.tls.as_ref().map(Tls::load).transpose()?;
        // Before anything is started: a second server on the same address fails at once.
        let listener = listen(self.listen.unwrap_or(config.server.listen)).await?;
        let database = Database::open(config, &|what| say(what)).await?;
        let opened = open(config, database).await?;
        if let Some(address) = config.server.metrics_listen {
            let listener = listen(address).await?;
            let operators = crate::operators::router(&opened.app)?;
            tracing::info!(address = %listener.local_addr()?, "for operators: /metrics, /consumers, /read-models, /tenants");
            tokio::spawn(async move {
                if let Err(error) = axum::serve(listener, operators).await {
                    tracing::error!(%error, "operators are not answered any more");
                }
            });
        }
        serve(opened, Door { listener, tls }, config).await
    }
}

/// Where requests come in.
struct Door {
    listener: TcpListener,
    /// How TLS is spoken there; none: it is not.
    tls: Option<Tls>,
}

struct Tls {
    certificates: Arc<Certificates>,
    config: Arc<rustls::ServerConfig>,
}

impl Tls {
    fn load(section: &TlsSection) -> Result<Self, TlsError> {
        let certificates = Arc::new(Certificates::load(section)?);
        let config = tls::server_config(Arc::clone(&certificates), section.minimum_version)?;
        Ok(Self { certificates, config })
    }
}

impl Door {
    /// With scheme and port.
    fn base(&self) -> std::io::Result<String> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Ok(format!("{scheme}://{}", self.listener.local_addr()?))
    }

    /// Answers until `stopping` says so.
    async fn answer(self, router: Router, stopping: watch::Receiver<bool>) -> std::io::Result<()> {
        let Self { listener, tls } = self;
        let Some(Tls { certificates, config }) = tls else { return answer(listener, router, stopping, DRAIN).await };
        let listener = TlsListener::new(listener, config, Bounds::default())?;
        let following = tokio::spawn(certificates.follow());
        let answered = answer(listener, router, stopping, DRAIN).await;
        following.abort();
        answered
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}; choose another address with --listen").into())
}

fn start_logging(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log.level).unwrap_or_else(|_| "info".into());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match config.log.format {
        LogFormat::Json => builder.json().init(),
        LogFormat::Text => builder.with_target(false).init(),
    }
}

async fn serve(opened: Open, door: Door, config: &Config) -> Result<(), Failure> {
    let (stop, stopping) = watch::channel(false);
    // First: from then on nobody is served before what must be done for them was done.
    let workers = Workers::start(opened.app.clone(), stopping.clone()).await?;
    if opened.database.is_private() {
        prepare_demo(&opened.app, config, &door.base()?).await?;
    }
    let workers = tokio::spawn(workers.run());
    tracing::info!(address = %door.listener.local_addr()?, tls = door.tls.is_some(), "serving");
    tokio::spawn(async move {
        asked_to_stop().await;
        say("stopping: what was begun is finished first");
        let _ = stop.send(true);
    });
    let router = crate::router(opened.app.clone().until(stopping.clone()));
    door.answer(router, stopping).await?;
    workers.await?;
    opened.close().await
}

/// Answers requests until `stopping` says so, and then those that were begun, for as long as `drain`.
async fn answer<L: Listener<Addr = SocketAddr>>(
    listener: L,
    router: Router,
    mut stopping: watch::Receiver<bool>,
    drain: Duration,
) -> std::io::Result<()> {
    let asked = {
        let mut stopping = stopping.clone();
        async move { drop(stopping.wait_for(|stop| *stop).await) }
    };
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    // Tapped, for that is how axum tells the peer's address of any kind of listener.
    let serving = axum::serve(listener.tap_io(|_| ()), router).with_graceful_shutdown(asked);
    let drained = async move {
        drop(stopping.wait_for(|stop| *stop).await);
        tokio::time::sleep(drain).await;
    };
    tokio::select! {
        served = serving.into_future() => served,
        () = drained => {
            tracing::warn!(seconds = drain.as_secs(), "requests that were still open are cut off");
            Ok(())
        }
    }
}

/// Ends with Ctrl-C or SIGTERM.
pub async fn asked_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// With the embedded default only: a tenant to look at, and lines to paste.
async fn prepare_demo(app: &App, config: &Config, base: &str) -> Result<(), Failure> {
    let tenant: TenantId = "demo".parse()?;
    let key_file = kept(&config.data.directory, "demo-api-key");
    let known = app.desk.store().tenants().await?;
    let ready = known.iter().any(|(id, status)| *id == tenant && *status == TenantStatus::Active);
    if !ready || !key_file.exists() {
        if !known.iter().all(|(id, _)| *id == tenant) {
            return Ok(());
        }
        say("making the tenant demo with three months of tickets");
        let name = Name::try_new("Northwind Analytics")?;
        let time_zone = chrono_tz::Europe::Zurich;
        let teams = BTreeSet::new();
        let new = NewTenant { name, plan: Plan::Enterprise, time_zone, domain: None, business_hours: None, teams };
        let log = provision(app, Provision { tenant: tenant.clone(), new, admin: None }, "operator").await?.log;
        demo::fill(app, &log).await?;
        demo::issue_key(app, &log, &key_file).await?;
    }
    demo::greet(base, &std::fs::read_to_string(&key_file)?);
    let people_file = kept(&config.data.directory, "demo-people");
    let first = !people_file.exists();
    if first {
        let log = app.desk.store().log(&tenant).await?;
        if let Err(error) = demo::let_people_in(app, &log, &people_file).await {
            say(&format!("nobody can log in to the demo: {error}"));
            return Ok(());
        }
    }
    demo::welcome(base, &people_file, first)
}

/// What is kept of the demo beside the installation's keys.
fn kept(data: &Path, name: &str) -> PathBuf {
    data.join("keys").join(name)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[tokio::test]
    async fn a_request_that_never_ends_does_not_keep_the_server_from_stopping() {
        let (stop, stopping) = watch::channel(false);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (entered, mut asked) = tokio::sync::mpsc::unbounded_channel();
        let endless = get(move || async move {
            entered.send(()).unwrap();
            std::future::pending::<()>().await;
        });
        let router = Router::new().route("/", endless);
        let serving = tokio::spawn(answer(listener, router, stopping, Duration::from_millis(50)));
        let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        asked.recv().await.unwrap();
        stop.send(true).unwrap();
        serving.await.unwrap().unwrap();
    }
}
