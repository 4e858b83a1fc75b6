//! Accepts connections, and hands on those whose handshake is done.
//!
//! Whoever begins a handshake and does not go on holds nobody up: handshakes are made beside each other, each within a
//! time, and where too many are under way the oldest is given up. A flood of stalled ones so drives out itself, for an
//! honest one takes a few round trips.

use std::{collections::VecDeque, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::{AbortHandle, JoinHandle},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::stray;

/// How far handshakes are put up with.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How long one may take.
    pub patience: Duration,
    /// How many may be under way.
    pub at_once: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { patience: Duration::from_secs(10), at_once: 1024 }
    }
}

type Opened = (TlsStream<TcpStream>, SocketAddr);

/// Gives connections on which TLS is spoken.
#[derive(Debug)]
pub struct TlsListener {
    address: SocketAddr,
    opened: mpsc::Receiver<Opened>,
    accepting: JoinHandle<()>,
}

impl TlsListener {
    /// On connections to `listener`.
    pub fn new(listener: TcpListener, config: Arc<ServerConfig>, bounds: Bounds) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, opened) = mpsc::channel(64);
        let accepting = tokio::spawn(accept(listener, config.into(), bounds, sender));
        Ok(Self { address, opened, accepting })
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Opened {
        match self.opened.recv().await {
            Some(opened) => opened,
            // Nothing is accepted any more.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

async fn accept(mut listener: TcpListener, acceptor: TlsAcceptor, bounds: Bounds, opened: mpsc::Sender<Opened>) {
    let mut under_way = UnderWay::default();
    loop {
        let (stream, peer) = Listener::accept(&mut listener).await;
        let (acceptor, opened) = (acceptor.clone(), opened.clone());
        let handshake = tokio::spawn(async move {
            let became = match timeout(bounds.patience, shake(&acceptor, stream)).await {
                Ok(Ok(stream)) => {
                    // Nobody takes it any more: the server stops.
                    drop(opened.send((stream, peer)).await);
                    "done"
                }
                Ok(Err(became)) => became,
                Err(_) => "late",
            };
            count(became);
        });
        under_way.add(handshake.abort_handle(), bounds.at_once);
    }
}

async fn shake(acceptor: &TlsAcceptor, stream: TcpStream) -> Result<TlsStream<TcpStream>, &'static str> {
    let Some(stream) = stray::answer(stream).await.map_err(|_| "failed")? else { return Err("no_tls") };
    acceptor.accept(stream).await.map_err(|error| {
        tracing::debug!(%error, "a TLS handshake failed");
        "failed"
    })
}

/// Handshakes, the oldest first.
#[derive(Default)]
struct UnderWay(VecDeque<AbortHandle>);

impl UnderWay {
    fn add(&mut self, handshake: AbortHandle, at_once: usize) {
        self.0.retain(|other| !other.is_finished());
        while self.0.len() >= at_once.max(1) {
            if let Some(oldest) = self.0.pop_front() {
                oldest.abort();
                count("driven_out");
            }
        }
        self.0.push_back(handshake);
    }
}

fn count(became: &'static str) {
    metrics::counter!("ledgerdesk_tls_handshakes_total", "became" => became).increment(1);
}
