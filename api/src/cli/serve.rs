use std::{
    io::IsTerminal,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use domain::{
    tenant::{Plan, ProvisionTenant},
    text::Name,
};
use event_store::{Log, TenantId, TenantStatus};
use installation::{Config, Database, LogFormat};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::{
    Failure, demo,
    open::{Open, open, provision},
    terminal::say,
};
use crate::app::App;

/// A node learns of what other nodes wrote at least this often.
const POLL: Duration = Duration::from_secs(1);
/// Outcomes of commands are kept for a day; those whose time is over go this often.
const FORGET: Duration = Duration::from_secs(3600);

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
        // Before anything is started: a second server on the same address fails at once.
        let listener = listen(self.listen.unwrap_or(config.server.listen)).await?;
        let database = Database::open(config, &|what| say(what)).await?;
        let first_start = database.is_private();
        let opened = open(config, database).await?;
        if let Some(address) = config.server.metrics_listen {
            let listener = listen(address).await?;
            let metrics = crate::measure::router(&opened.app)?;
            tracing::info!(address = %listener.local_addr()?, "metrics under /metrics");
            tokio::spawn(async move { axum::serve(listener, metrics).await });
        }
        if first_start {
            prepare_demo(&opened.app, config, listener.local_addr()?).await?;
        }
        serve(opened, listener).await
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

async fn serve(opened: Open, listener: TcpListener) -> Result<(), Failure> {
    let (stop, stopping) = watch::channel(false);
    let mut followers = tokio::task::JoinSet::new();
    for (tenant, status) in opened.app.desk.store().tenants().await? {
        if status == TenantStatus::Active {
            let log = opened.app.desk.store().log(&tenant).await?;
            projections::install(&log).await?;
            followers.spawn(deliver(opened.app.clone(), log.clone(), stopping.clone()));
            followers.spawn(follow(opened.app.clone(), log, stopping.clone()));
        }
    }
    followers.spawn(seal(opened.app.clone(), stopping.clone()));
    let router = crate::router(opened.app.until(stopping)).into_make_service_with_connect_info::<SocketAddr>();
    tracing::info!(address = %listener.local_addr()?, "serving");
    let asked = async move {
        asked_to_stop().await;
        say("stopping: what was begun is finished first");
        let _ = stop.send(true);
    };
    axum::serve(listener, router).with_graceful_shutdown(asked).await?;
    while followers.join_next().await.is_some() {}
    Ok(opened.database.stop().await?)
}

/// Keeps one tenant's read models fresh for writes of other processes, and its command table small.
async fn follow(app: App, log: Log, stopping: watch::Receiver<bool>) {
    let stopped = |mut stopping: watch::Receiver<bool>| async move { drop(stopping.wait_for(|stop| *stop).await) };
    let forgetting = async {
        loop {
            if let Err(error) = log.forget_outcomes().await {
                tracing::warn!(tenant = %log.tenant(), %error, "old outcomes could not be forgotten");
            }
            tokio::time::sleep(FORGET).await;
        }
    };
    tokio::select! {
        () = app.projector.follow(&log, POLL, stopped(stopping.clone())) => {}
        () = forgetting => {}
    }
}

/// Tells one tenant's own systems what happens.
async fn deliver(app: App, log: Log, mut stopping: watch::Receiver<bool>) {
    app.webhooks.run(&log, async move { drop(stopping.wait_for(|stop| *stop).await) }).await;
}

/// Signs what all tenants record.
async fn seal(app: App, mut stopping: watch::Receiver<bool>) {
    app.sealer.run(async move { drop(stopping.wait_for(|stop| *stop).await) }).await;
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
async fn prepare_demo(app: &App, config: &Config, address: SocketAddr) -> Result<(), Failure> {
    let tenant: TenantId = "demo".parse()?;
    let key_file = key_file(&config.data.directory);
    let known = app.desk.store().tenants().await?;
    let ready = known.iter().any(|(id, status)| *id == tenant && *status == TenantStatus::Active);
    if !ready || !key_file.exists() {
        if !known.iter().all(|(id, _)| *id == tenant) {
            return Ok(());
        }
        say("making the tenant demo with three months of tickets");
        let name = Name::try_new("Northwind Analytics")?;
        let new = ProvisionTenant { name, plan: Plan::Enterprise, time_zone: chrono_tz::Europe::Zurich };
        let log = provision(app, &tenant, new).await?;
        demo::fill(app, &log).await?;
        demo::issue_key(app, &log, &key_file).await?;
    }
    demo::greet(address, &std::fs::read_to_string(&key_file)?);
    Ok(())
}

fn key_file(data: &Path) -> PathBuf {
    data.join("keys").join("demo-api-key")
}
