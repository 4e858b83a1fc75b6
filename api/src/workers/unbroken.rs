//! Work that goes on until it has come to its end.

use std::{pin::Pin, time::Duration};

use tokio::sync::watch;

/// What broke off begins anew after this.
const PAUSE: Duration = Duration::from_millis(500);

pub type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Comes back when this process, or this tenant's work, is asked to stop.
pub async fn stop(stopping: &mut watch::Receiver<bool>) {
    // An error: nobody can ask any more, which is as good.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Does `work` to its end. What panics begins anew: a tenant without its worker would be noticed by nobody but that
/// tenant.
pub async fn unbroken(what: String, work: impl Fn() -> Work + Send) {
    while tokio::spawn(work()).await.is_err() {
        tracing::error!(what, "a worker broke off; it begins anew");
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn a_worker_that_panics_begins_anew_and_ends_with_its_work() {
        let begun = Arc::new(AtomicU32::new(0));
        let work = {
            let begun = Arc::clone(&begun);
            move || -> Work {
                let begun = Arc::clone(&begun);
                Box::pin(async move { assert!(begun.fetch_add(1, Ordering::Relaxed) > 0, "the first one panics") })
            }
        };
        unbroken("work".to_owned(), work).await;
        assert_eq!(begun.load(Ordering::Relaxed), 2);
    }
}
