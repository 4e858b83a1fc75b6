use std::time::Duration;

use clap::Args;
use event_store::{Log, StoreError};
use projections::audit::history;
use tokio::{
    signal::unix::{SignalKind, signal},
    time::{MissedTickBehavior, interval},
};

use crate::{
    Failure, Outcome,
    names::Names,
    terminal::{Form, print, say_error},
    ticket::Of,
    told::ToldAct,
};

/// Follow what happens, as it is recorded
///
/// Each event is told as `diff` tells it: who did what, from where, and why; with --json one JSON object a line. It goes
/// on until Ctrl-C, or until --until. A position that is missing is an alarm: it ends there, and exits with 1.
///
/// Examples: replay-tool follow, replay-tool follow --after 4711 --of T-001 --json
#[derive(Debug, Args)]
pub struct Follow {
    /// Begin behind this position; at the end of the log by default
    #[arg(long, value_name = "POSITION")]
    after: Option<u64>,
    /// End behind this position
    #[arg(long, value_name = "POSITION")]
    until: Option<u64>,
    /// Only what happens to this: a ticket (T-001, external:ID) or the id of anything (tkt_…, cus_…, agt_…)
    #[arg(long, value_name = "THING")]
    of: Option<Of>,
}

/// How often the log is asked. Nobody tells another process of a commit but by tables that the server reads.
const LOOK: Duration = Duration::from_millis(500);
const EVENTS: u32 = 500;

impl Follow {
    pub async fn run(self, log: &Log, form: Form) -> Result<Outcome, Failure> {
        let mut terminate = signal(SignalKind::terminate())?;
        let followed = tokio::select! {
            followed = self.follow(log, form) => followed,
            _ = tokio::signal::ctrl_c() => Ok(()),
            _ = terminate.recv() => Ok(()),
        };
        match followed {
            Err(Ended::Hole(error)) => {
                say_error(&error);
                Ok(Outcome::Different)
            }
            Err(Ended::Failed(error)) => Err(error),
            Ok(()) => Ok(Outcome::Same),
        }
    }

    async fn follow(&self, log: &Log, form: Form) -> Result<(), Ended> {
        let of = match &self.of {
            Some(of) => Some(of.find(log).await?),
            None => None,
        };
        let mut after = match self.after {
            Some(after) => after,
            None => log.head().await?.position,
        };
        let mut names = Names::new(log);
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let events = log.read(after, EVENTS).await?;
            if events.is_empty() {
                looks.tick().await;
            }
            for event in events {
                if self.until.is_some_and(|until| event.position > until) {
                    return Ok(());
                }
                after = event.position;
                if of.as_ref().is_some_and(|id| *id != event.stream.aggregate_id) {
                    continue;
                }
                let acts = history(log, &event.stream).await.map_err(|error| Ended::Failed(error.into()))?;
                for act in acts.into_iter().filter(|act| act.entry.position == after) {
                    tell(&ToldAct::of(log, &mut names, act).await?, form)?;
                }
            }
            if self.until.is_some_and(|until| after >= until) {
                return Ok(());
            }
        }
    }
}

/// Why it does not go on.
enum Ended {
    Hole(StoreError),
    Failed(Failure),
}

impl From<StoreError> for Ended {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Hole(_) => Self::Hole(error),
            other => Self::Failed(other.into()),
        }
    }
}

impl From<Failure> for Ended {
    fn from(error: Failure) -> Self {
        Self::Failed(error)
    }
}

fn tell(act: &ToldAct, form: Form) -> Result<(), Failure> {
    match form {
        Form::Json => print(&serde_json::to_string(act)?),
        Form::Text => print(&format!("{}\n{}\n", act.target(), act.lines().join("\n"))),
    }
    Ok(())
}
