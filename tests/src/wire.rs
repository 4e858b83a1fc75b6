//! A wire between the product and its database that a test can cut, or hold, at one exact moment: while a transaction
//! that sent a certain statement commits. It can also be listened to.

use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};
use tokio_postgres::config::Host;

use crate::cluster::Database;

/// What happens to a transaction that is about to commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks before PostgreSQL gets the COMMIT.
    CutBefore,
    /// PostgreSQL commits, and the connection breaks before its answer comes back.
    CutAfter,
    /// PostgreSQL gets the COMMIT after [`Wire::release`], and has its locks until then: as when the disk does not flush.
    HoldBefore,
    /// PostgreSQL commits, and its answer is held back until [`Wire::release`].
    HoldAfter,
}

/// A wire. Every connection through it ends with it.
#[derive(Debug)]
pub struct Wire {
    state: Arc<State>,
    directory: PathBuf,
}

#[derive(Debug)]
struct State {
    trap: Mutex<Option<(&'static str, Fault)>>,
    sprung: watch::Sender<u32>,
    held: watch::Sender<bool>,
    /// How often all connections that there were have fallen silent.
    silences: watch::Sender<u32>,
    /// What PostgreSQL was told to do, while somebody listens.
    statements: Mutex<Option<Vec<String>>>,
}

impl State {
    fn note(&self, statement: &str) {
        let mut statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statements) = statements.as_mut() {
            statements.push(statement.to_owned());
        }
    }

    /// What happens to this COMMIT; each trap springs once.
    fn spring(&self, sent: &[String]) -> Option<Fault> {
        let mut trap = self.trap.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, fault) = trap.take_if(|(statement, _)| sent.iter().any(|sql| sql.contains(*statement)))?;
        if matches!(fault, Fault::HoldBefore | Fault::HoldAfter) {
            self.held.send_replace(true);
        }
        Some(fault)
    }

    async fn released(&self) {
        // The sender is our own field.
        let _ = self.held.subscribe().wait_for(|held| !held).await;
    }
}

impl Wire {
    /// Puts a wire before the server's login; gives the database as it is reached through it.
    pub fn before(database: &Database) -> (Self, Database) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let config: tokio_postgres::Config = database.server_url.parse().expect("a URL");
        let [Host::Unix(real)] = config.get_hosts() else { panic!("a private PostgreSQL has a socket") };
        let name = format!("ledgerdesk-wire-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a directory");
        let listener = UnixListener::bind(directory.join(".s.PGSQL.5432")).expect("a socket");
        let (user, name) = (config.get_user().expect("a user"), config.get_dbname().expect("a database"));
        let server_url = format!("host={} port=5432 user={user} dbname={name}", directory.display());
        let state = Arc::new(State {
            trap: Mutex::default(),
            sprung: watch::Sender::new(0),
            held: watch::Sender::new(false),
            silences: watch::Sender::new(0),
            statements: Mutex::default(),
        });
        tokio::spawn(accept(listener, real.join(".s.PGSQL.5432"), Arc::clone(&state)));
        (Self { state, directory }, Database { server_url, ..database.clone() })
    }

    /// Sets a trap for the next transaction that sends a statement with this text in it, and commits.
    pub fn set(&self, statement: &'static str, fault: Fault) {
        *self.state.trap.lock().unwrap_or_else(PoisonError::into_inner) = Some((statement, fault));
    }

    /// Waits until so many traps have sprung.
    pub async fn sprung(&self, times: u32) {
        let mut sprung = self.state.sprung.subscribe();
        sprung.wait_for(|sprung| *sprung >= times).await.expect("a wire");
    }

    /// How many traps have sprung.
    pub fn count(&self) -> u32 {
        *self.state.sprung.borrow()
    }

    /// From now on nothing comes through the connections that there are, in either direction, and none of them is closed.
    /// New ones are as they were.
    pub fn silence(&self) {
        self.state.silences.send_modify(|silences| *silences += 1);
    }

    /// Notes from now on what PostgreSQL is told to do, on every connection.
    pub fn listen(&self) {
        *self.state.statements.lock().unwrap_or_else(PoisonError::into_inner) = Some(vec![]);
    }

    /// The texts of the statements since [`Wire::listen`], as often as they were to be executed; and listens no more.
    pub fn heard(&self) -> Vec<String> {
        self.state.statements.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }

    /// Lets through what is held.
    pub fn release(&self) {
        self.state.held.send_replace(false);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

async fn accept(listener: UnixListener, real: PathBuf, state: Arc<State>) {
    while let Ok((client, _)) = listener.accept().await {
        let Ok(server) = UnixStream::connect(&real).await else { continue };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let (tell, told) = watch::channel(None);
        let state = Arc::clone(&state);
        let mut silences = state.silences.subscribe();
        tokio::spawn(async move {
            let mut answers = pin!(answers(from_server, to_client, told, Arc::clone(&state)));
            let mut requests = pin!(requests(from_client, to_server, tell, state));
            // Whichever ends takes the other with it, and both connections.
            tokio::select! {
                _ = &mut requests => {}
                _ = &mut answers => {}
                Ok(()) = silences.changed() => std::future::pending().await,
            }
        });
    }
}

/// What the product sends. Tells the other direction of a fault before PostgreSQL can answer.
async fn requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    tell: watch::Sender<Option<Fault>>,
    state: Arc<State>,
) -> io::Result<()> {
    to.write_all(&body(&mut from, vec![]).await?).await?;
    let mut prepared: HashMap<String, String> = HashMap::new();
    let mut sent = vec![];
    loop {
        let kind = from.read_u8().await?;
        let message = body(&mut from, vec![kind]).await?;
        let mut texts = message[5..].split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
        let (first, second) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        match (kind, prepared.get(&second)) {
            (b'B', Some(statement)) => state.note(statement),
            (b'Q', _) => state.note(&first),
            _ => {}
        }
        match kind {
            b'P' => drop(prepared.insert(first, second)),
            // Bind: the portal, and which statement.
            b'B' => sent.extend(prepared.get(&second).cloned()),
            b'Q' if first == "COMMIT" => match state.spring(&sent) {
                Some(Fault::CutBefore) => {
                    state.sprung.send_modify(|sprung| *sprung += 1);
                    return Ok(());
                }
                Some(Fault::HoldBefore) => {
                    state.sprung.send_modify(|sprung| *sprung += 1);
                    state.released().await;
                    sent.clear();
                }
                fault => {
                    tell.send_replace(fault);
                    sent.clear();
                }
            },
            b'Q' => sent.push(first),
            _ => {}
        }
        to.write_all(&message).await?;
    }
}

/// What PostgreSQL answers.
async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    told: watch::Receiver<Option<Fault>>,
    state: Arc<State>,
) -> io::Result<()> {
    loop {
        let kind = from.read_u8().await?;
        let message = body(&mut from, vec![kind]).await?;
        let fault = *told.borrow();
        let committed = kind == b'C' && message[5..].starts_with(b"COMMIT");
        if fault.is_some() && committed {
            state.sprung.send_modify(|sprung| *sprung += 1);
        }
        match fault {
            Some(Fault::CutAfter) if committed => return Ok(()),
            Some(Fault::CutAfter) => continue,
            Some(Fault::HoldAfter) if committed => state.released().await,
            _ => {}
        }
        to.write_all(&message).await?;
    }
}

/// The length of a message, which counts itself, and what follows; after what was read of it.
async fn body(from: &mut (impl AsyncRead + Unpin), mut read: Vec<u8>) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    read.extend(length.to_be_bytes());
    let rest = u64::from(length.saturating_sub(4));
    from.take(rest).read_to_end(&mut read).await?;
    Ok(read)
}
