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
    let mut alarm = pin!(sleep(silence));
    let mut heard = Instant::now();
    poll_fn(|context| {
        match connection.as_mut().poll(context) {
            Poll::Ready(Ok(())) => return Poll::Ready(()),
            Poll::Ready(Err(error)) => {
                tracing::debug!(%error, "a database connection broke");
                return Poll::Ready(());
            }
            Poll::Pending => {}
        }
        let mut woken_by_alarm = false;
        while alarm.as_mut().poll(context).is_ready() {
            if heard + silence <= Instant::now() {
                return Poll::Ready(());
            }
            // Something was heard since it was set. Setting it anew each time would cost more than asking for the time.
            alarm.as_mut().reset(heard + silence);
            woken_by_alarm = true;
        }
        if !woken_by_alarm {
            heard = Instant::now();
        }
        Poll::Pending
    })
    .await;
}
