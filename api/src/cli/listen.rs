use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use clap::Args;
use commands::{
    Request,
    webhooks::{CreateWebhook, DeleteWebhook, WebhookSecret},
};
use domain::{
    WebhookId,
    text::{Description, WebhookUrl},
    webhook::{EventFilter, EventFilters, Ordering},
};
use event_store::{CommandId, Log};
use installation::{Config, Database, PrivatePostgres};
use reactions::webhooks;
use reqwest::{Client, Url, redirect::Policy};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use super::{
    Failure, OfTenant,
    open::open,
    terminal::{print, say},
};
use crate::app::App;

/// How temporary webhooks are told apart.
const DESCRIPTION: &str = "ledgerdesk listen";
/// A running server takes up a new webhook within a second or two.
const PICK_UP: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// As long as the server waits.
const TIMEOUT: Duration = Duration::from_secs(14);

/// Forward webhooks to a program on this machine, while you write it
///
/// Makes a temporary webhook, prints each delivery, verifies its signature, and forwards it with its headers. What your
/// program answers goes back, so that retries can be watched, too. Ctrl-C removes the webhook. A server must be running
/// on the same installation.
///
/// Example: ledgerdesk listen --forward http://localhost:3000/hooks --events 'ticket.*,customer.created'
#[derive(Debug, Args)]
#[expect(clippy::doc_markdown, reason = "the help shows the URL as it is typed")]
pub struct Listen {
    #[command(flatten)]
    of: OfTenant,
    /// Where deliveries go; without it they are printed only.
    #[arg(long, value_name = "URL")]
    forward: Option<Url>,
    /// Which events, separated by commas: ticket.created, ticket.replied, ticket.*, *.
    #[arg(long, value_delimiter = ',', default_value = "*", value_parser = |text: &str| EventFilter::try_new(text))]
    events: Vec<EventFilter>,
}

impl Listen {
    pub async fn run(self, config: &Config) -> Result<(), Failure> {
        if config.database.url.is_none() && PrivatePostgres::find_running(&config.data.directory).await.is_none() {
            return Err(nobody_serves(config));
        }
        let opened = open(config, Database::attach(config).await?).await?;
        let app = &opened.app;
        let log = app.desk.store().log(&self.of.tenant).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}/", listener.local_addr()?);
        if app.webhooks.check_url(&self.of.tenant, &url).is_err() {
            let tenant = &self.of.tenant;
            return Err(format!(
                "webhooks of {tenant} may not go to this machine: set allow_loopback = true under [webhooks] and start \
                 the server again, or use the tenant demo"
            )
            .into());
        }
        remove_leftovers(app, &log).await?;
        let (id, secret) = self.create(app, &log, url).await?;
        let listened = self
            .listen(&log, id, secret, listener)
            .await
            .and_then(|picked_up| if picked_up { Ok(()) } else { Err(nobody_serves(config)) });
        remove(app, &log, id).await?;
        drop(log);
        opened.close().await?;
        listened
    }

    async fn create(&self, app: &App, log: &Log, url: String) -> Result<(WebhookId, WebhookSecret), Failure> {
        let id = WebhookId::new(app.desk.store().ids().next());
        let wish = CreateWebhook {
            id,
            url: WebhookUrl::try_new(url)?,
            events: EventFilters::try_new(self.events.iter().cloned().collect())?,
            description: Some(Description::try_new(DESCRIPTION)?),
            include_imported: true,
            ordering: Ordering::PerTicket,
            active: true,
        };
        let (_, secret) = app.desk.create_webhook(log, &request(app), &*app.random, &wish).await?;
        Ok((id, secret))
    }

    /// Serves until Ctrl-C; gives whether any server took up the webhook at all.
    async fn listen(
        &self,
        log: &Log,
        id: WebhookId,
        secret: WebhookSecret,
        listener: TcpListener,
    ) -> Result<bool, Failure> {
        if !is_picked_up(log, id).await? {
            return Ok(false);
        }
        let does = match &self.forward {
            Some(url) => format!("forwards to {url}"),
            None => "prints what comes".to_owned(),
        };
        say(&format!("webhook {id} of {} {does}; Ctrl-C removes it", self.of.tenant));
        let client = Client::builder().redirect(Policy::none()).no_proxy().timeout(TIMEOUT).build()?;
        let receiver = Arc::new(Receiver { client, forward: self.forward.clone(), secret });
        let router = Router::new().fallback(receive).with_state(receiver);
        axum::serve(listener, router).with_graceful_shutdown(super::serve::asked_to_stop()).await?;
        Ok(true)
    }
}

fn nobody_serves(config: &Config) -> Failure {
    let place = match config.database.url {
        Some(_) => "this database".to_owned(),
        None => config.data.directory.display().to_string(),
    };
    format!("no server is running on {place}: start one with `ledgerdesk serve`, then run this again").into()
}

fn request(app: &App) -> Request {
    Request::system("operator", CommandId(app.desk.store().ids().next()))
}

/// Only a server queues what the log has for webhooks, so a webhook that is known has one.
async fn is_picked_up(log: &Log, id: WebhookId) -> Result<bool, Failure> {
    let looking = async {
        loop {
            let tx = log.begin().await?;
            let known = webhooks::endpoint(&tx, id).await?.is_some();
            tx.commit().await?;
            if known {
                return Ok::<_, Failure>(());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    tokio::select! {
        () = super::serve::asked_to_stop() => Ok(true),
        found = tokio::time::timeout(PICK_UP, looking) => match found {
            Ok(looked) => looked.map(|()| true),
            Err(_) => Ok(false),
        },
    }
}

async fn remove(app: &App, log: &Log, id: WebhookId) -> Result<(), Failure> {
    app.desk.run(log, &request(app), &DeleteWebhook { id }).await?;
    Ok(())
}

/// Those of a run that was killed: nobody listens there any more.
async fn remove_leftovers(app: &App, log: &Log) -> Result<(), Failure> {
    let tx = log.begin().await?;
    let known = webhooks::endpoints(&tx).await?;
    tx.commit().await?;
    for webhook in known.into_iter().filter(|webhook| webhook.description.as_deref() == Some(DESCRIPTION)) {
        let url = webhook.url.as_deref().and_then(|url| Url::parse(url).ok());
        let address = url.and_then(|url| url.socket_addrs(|| None).ok()).unwrap_or_default();
        if TcpStream::connect(&*address).await.is_err() {
            remove(app, log, webhook.id.parse()?).await?;
        }
    }
    Ok(())
}

/// What takes deliveries.
struct Receiver {
    client: Client,
    forward: Option<Url>,
    secret: WebhookSecret,
}

async fn receive(State(receiver): State<Arc<Receiver>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let verified =
        standardwebhooks::Webhook::new(receiver.secret.reveal()).and_then(|verifier| verifier.verify(&body, &headers));
    if let Err(error) = verified {
        print(&format!("{}  not forwarded: {error}", title(&body)));
        return StatusCode::UNAUTHORIZED;
    }
    let Some(url) = &receiver.forward else {
        print(&format!("{}  signature ok", title(&body)));
        print(&String::from_utf8_lossy(&body));
        return StatusCode::NO_CONTENT;
    };
    let began = tokio::time::Instant::now();
    let sent = receiver.client.post(url.clone()).headers(forwarded(&headers)).body(body.clone()).send().await;
    let took = began.elapsed().as_millis();
    match sent {
        Ok(answer) => {
            print(&format!("{}  signature ok  {} in {took} ms", title(&body), answer.status().as_u16()));
            if answer.status() == StatusCode::GONE {
                print("410 disables a webhook: nothing more comes; Ctrl-C, and run this again to go on");
            }
            answer.status()
        }
        Err(error) => {
            let why = std::iter::successors(Some(&error as &dyn std::error::Error), |error| error.source()).last();
            let why = why.map(ToString::to_string).unwrap_or_default();
            print(&format!("{}  signature ok  no answer: {why}", title(&body)));
            StatusCode::BAD_GATEWAY
        }
    }
}

/// What is the delivery's own, without what belonged to the connection.
fn forwarded(headers: &HeaderMap) -> HeaderMap {
    let own = |name: &str| name == "content-type" || name.starts_with("webhook-") || name.starts_with("helpdesk-");
    headers.iter().filter(|(name, _)| own(name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A line's beginning: when, what, about what.
fn title(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
    let about = ["ticket_id", "name", "id"].iter().find_map(|field| body["data"][field].as_str()).unwrap_or("?");
    let when = text(&body["timestamp"]);
    format!(
        "{}  {:<28}  {:<8}  {}",
        when.get(..19).unwrap_or(&when),
        text(&body["finer_type"]),
        about,
        text(&body["id"])
    )
}
