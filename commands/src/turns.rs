//! Turns of those who came second: a wish that met another writer is attempted anew in line with the others of this
//! process that change the same thing. So of many at one ticket each gets through, however many they are.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use event_store::{StreamId, TenantId};
use tokio::sync::OwnedMutexGuard;

type Line = Arc<tokio::sync::Mutex<()>>;

/// The lines of one process, each as long as somebody stands in it. Whoever succeeds at once never does.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<(TenantId, StreamId), Line>>);

/// Held while it is somebody's turn.
pub(crate) type Turn = OwnedMutexGuard<()>;

impl Turns {
    /// Waits for a turn: first come, first served.
    pub(crate) async fn next(&self, tenant: &TenantId, stream: StreamId) -> Turn {
        self.line(tenant, stream).lock_owned().await
    }

    fn line(&self, tenant: &TenantId, stream: StreamId) -> Line {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|_, line| Arc::strong_count(line) > 1);
        Arc::clone(lines.entry((tenant.clone(), stream)).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_is_forgotten_when_nobody_stands_in_it() {
        let turns = Turns::default();
        let tenant: TenantId = "acme".parse().unwrap();
        let first = turns.next(&tenant, StreamId::new("ticket", "a")).await;
        let second = turns.next(&tenant, StreamId::new("ticket", "b")).await;
        assert_eq!(turns.0.lock().unwrap().len(), 2);
        drop((first, second));
        let _third = turns.next(&tenant, StreamId::new("ticket", "c")).await;
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
