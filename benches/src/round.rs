//! So many at once, for so long.

use std::time::{Duration, Instant};

/// `workers` do one thing after another until `time` is over; how long each thing took.
pub async fn round<W, F>(workers: usize, time: Duration, worker: impl Fn(usize) -> W) -> Vec<Duration>
where
    W: FnMut() -> F + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let until = Instant::now() + time;
    let tasks: Vec<_> = (0..workers)
        .map(|index| {
            let mut act = worker(index);
            tokio::spawn(async move {
                let mut times = vec![];
                while Instant::now() < until {
                    let began = Instant::now();
                    act().await;
                    times.push(began.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = vec![];
    for task in tasks {
        times.extend(task.await.expect("a worker"));
    }
    times
}

/// How many a second that is.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
pub fn per_second(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
