//! What sealing costs those who append: rounds with and without a sealer take turns.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use benches::{Rig, Target, customer, median, open, text};
use commands::{
    Request,
    tickets::{AddMessage, Visibility},
};
use domain::{CustomerId, TicketId, ticket::Author};
use event_store::CommandId;

use super::sealer;

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_secs(4);
const WRITERS: [usize; 2] = [8, 32];
const PER_STREAM: usize = 8;

/// Events per second without and with it, and the ratio of each pair of rounds.
pub async fn measure() -> Vec<Target> {
    let rig = Arc::new(Rig::start().await);
    let customer = customer(&rig.desk, &rig.log).await;
    let sealer = sealer(&rig, None);
    let mut ratios_of_writers = vec![];
    println!("| writers | events/s without sealing | with | ratio |\n|---|---|---|---|");
    for writers in WRITERS {
        let (mut without, mut with, mut ratios) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            sealer.settle(&rig.log).await.expect("sealed");
            let alone = round(&rig, customer, writers).await;
            // What was left is not this round's to seal.
            sealer.settle(&rig.log).await.expect("sealed");
            let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
            let running = {
                let sealer = sealer.clone();
                tokio::spawn(async move { sealer.run(async { drop(stopping.await) }).await })
            };
            let sealed = round(&rig, customer, writers).await;
            drop(stop);
            running.await.expect("the sealer");
            ratios.push(sealed / alone);
            without.push(alone);
            with.push(sealed);
        }
        let ratio = median(ratios);
        println!("| {writers} | {:.0} | {:.0} | {ratio:.3} |", median(without), median(with));
        ratios_of_writers.push(ratio);
    }
    if let Ok(rig) = Arc::try_unwrap(rig) {
        drop(sealer);
        rig.stop().await;
    }
    let measured = ratios_of_writers.into_iter().fold(f64::INFINITY, f64::min) * 100.0;
    vec![Target { name: "sealing-append-percent", measured, wanted: 95.0, at_least: true }]
}

/// One event per call, for one round; how many a second.
async fn round(rig: &Arc<Rig>, customer: CustomerId, writers: usize) -> f64 {
    let until = Instant::now() + ROUND;
    let tasks: Vec<_> = (0..writers)
        .map(|_| {
            let rig = Arc::clone(rig);
            tokio::spawn(async move {
                let (mut done, mut ticket) = (0, TicketId::new(rig.desk.store().ids().next()));
                while Instant::now() < until {
                    if done % PER_STREAM == 0 {
                        ticket = TicketId::new(rig.desk.store().ids().next());
                        rig.desk.run(&rig.log, &request(&rig), &open(ticket, customer)).await.expect("an event");
                    } else {
                        let author = Some(Author::Customer(customer));
                        let wish = AddMessage { ticket, body: text(), visibility: Visibility::Public, author };
                        rig.desk.run(&rig.log, &request(&rig), &wish).await.expect("an event");
                    }
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut count = 0;
    for task in tasks {
        count += task.await.expect("a writer");
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let rate = count as f64 / ROUND.as_secs_f64();
    rate
}

fn request(rig: &Rig) -> Request {
    Request::system("bench", CommandId(rig.desk.store().ids().next()))
}
