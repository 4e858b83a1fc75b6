//! What sealing costs those who append: rounds with and without a sealer take turns.

use std::time::Duration;

use benches::{Report, Rig, Wanted, Writer, customer, median, number, per_second, round};
use domain::CustomerId;

use super::sealer;

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_secs(4);
const WRITERS: [usize; 2] = [8, 32];

/// Events per second without and with it, and the ratio of each pair of rounds.
pub async fn measure(rig: &Rig, report: &mut Report) {
    let customer = customer(&rig.desk, &rig.log).await;
    let sealer = sealer(rig, None);
    let mut ratios_of_writers = vec![];
    report.table("writers | events/s without sealing | with | ratio");
    for writers in WRITERS {
        let (mut without, mut with, mut ratios) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            sealer.settle(&rig.log).await.expect("sealed");
            let alone = writing(rig, customer, writers).await;
            // What was left is not this round's to seal.
            sealer.settle(&rig.log).await.expect("sealed");
            let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
            let running = {
                let sealer = sealer.clone();
                tokio::spawn(async move { sealer.run(async { drop(stopping.await) }).await })
            };
            let sealed = writing(rig, customer, writers).await;
            drop(stop);
            running.await.expect("the sealer");
            ratios.push(sealed / alone);
            without.push(alone);
            with.push(sealed);
        }
        let ratio = median(ratios);
        report.row(&format!("{writers} | {} | {} | {ratio:.3}", number(median(without)), number(median(with))));
        ratios_of_writers.push(ratio);
    }
    let measured = ratios_of_writers.into_iter().fold(f64::INFINITY, f64::min) * 100.0;
    report.target("sealing-append-percent", measured, Wanted::AtLeast(95.0));
}

/// One event per call, for one round; how many a second.
async fn writing(rig: &Rig, customer: CustomerId, writers: usize) -> f64 {
    let times = round(writers, ROUND, |_| {
        let mut writer = Writer::new(&rig.desk, &rig.log, customer);
        move || writer.act()
    });
    per_second(times.await.len(), ROUND)
}
