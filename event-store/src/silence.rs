//! Connections that say nothing: behind a network or a machine that hangs, a question would wait for ever, and with it
//! its caller, its place in the pool, and the worker that all of a tenant's writes go through.
//!
//! A live server answers every statement, or refuses it, within its `statement_timeout`, and ends a transaction that
//! idles. So a connection on which nothing at all has happened for longer than both is given up: to whoever waits, it is
//! a connection that broke, whose outcome is found as always. One that merely rests in the pool goes too, and is made
//! anew when it is needed.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use deadpool_postgres::Connect;
use futures_util::future::BoxFuture;
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use tokio_postgres::{Client, Config, Connection, Error, NoTls, Socket, tls::NoTlsStream};

/// Connects, and gives a connection up that was silent for so long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attentive(pub Duration);

impl Connect for Attentive {
    fn connect(&self, config: &Config) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), Error>> {
        let config = config.clone();
        Box::pin(async move {
            let (client, connection) = config.connect(NoTls).await?;
            Ok((client, tokio::spawn(drive(connection, self.0))))
        })
    }
}

/// Until it is closed, breaks, or falls silent. Whatever happens on it, from either side, polls it.
async fn drive(connection: Connection<Socket, NoTlsStream>, silence: Duration) {
    let mut connection = pin!(connection);
    let mut silent = pin!(sleep(silence));
    poll_fn(|context| {
        let is_silent = silent.as_mut().poll(context).is_ready();
        match connection.as_mut().poll(context) {
            Poll::Ready(Ok(())) => return Poll::Ready(()),
            Poll::Ready(Err(error)) => {
                tracing::debug!(%error, "a database connection broke");
                return Poll::Ready(());
            }
            Poll::Pending => {}
        }
        if is_silent {
            return Poll::Ready(());
        }
        silent.as_mut().reset(Instant::now() + silence);
        silent.as_mut().poll(context)
    })
    .await;
}
