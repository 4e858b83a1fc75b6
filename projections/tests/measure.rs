mod world;
use projections::*;
use std::time::Instant;
use world::{Life, World};
#[tokio::test(flavor = "multi_thread")]
async fn measure() {
    let world = World::new().await;
    let log = world.tenant("demo").await;
    let mut life = Life::new(1);
    life.people(200);
    for i in 0..2000 {
        life.open(
            &format!("Ticket number {i} about logins"),
            Some("I cannot log in since this morning, please help me with the proxy settings of my machine."),
        );
    }
    let t = Instant::now();
    life.append(&log).await;
    for _ in 0..9 {
        for _ in 0..2000 {
            life.anything();
        }
        life.append(&log).await;
    }
    let head = log.head().await.unwrap().position;
    println!("append {head} in {:?}", t.elapsed());
    let t = Instant::now();
    let mut n = 0;
    let mut p = 0;
    loop {
        let e = log.read(p, 10_000).await.unwrap();
        if e.is_empty() {
            break;
        }
        n += e.len();
        p = e.last().unwrap().position;
    }
    println!("read only {n} in {:?}", t.elapsed());
    let t = Instant::now();
    Projector::new().catch_up(&log).await.unwrap();
    println!("live catch up {:.0} ev/s", head as f64 / t.elapsed().as_secs_f64());
    for _ in 0..2 {
        let t = Instant::now();
        rebuild(&log, &|_, _| {}).await.unwrap();
        println!("rebuild {:.0} ev/s", head as f64 / t.elapsed().as_secs_f64());
    }
    let t = Instant::now();
    let s = log.scratch().await.unwrap();
    let r = replay_into_scratch(&log, &s, None, &|_, _| {}).await.unwrap();
    println!("scratch {:.0} ev/s", head as f64 / t.elapsed().as_secs_f64());
    let t = Instant::now();
    assert!(compare(&log, &s, r, 10).await.unwrap().is_same());
    println!("compare {:?}", t.elapsed());
    s.remove().await.unwrap();
    let p = Projector::new();
    p.catch_up(&log).await.unwrap();
    let mut total = std::time::Duration::ZERO;
    for _ in 0..200 {
        life.anything();
        let pos = life.append(&log).await;
        let t = Instant::now();
        p.wait_for(&log, pos, std::time::Duration::from_secs(5)).await;
        total += t.elapsed();
    }
    println!("wait_for one event {:?}", total / 200);
    let tx = log.begin().await.unwrap();
    for q in [
        tickets::TicketQuery::default(),
        tickets::TicketQuery {
            filter: tickets::TicketFilter { text: TextQuery::parse("proxy -word3").ok(), ..Default::default() },
            ..Default::default()
        },
    ] {
        let t = Instant::now();
        for _ in 0..50 {
            tickets::list(&tx, &q).await.unwrap();
        }
        println!("list {:?}", t.elapsed() / 50);
    }
}
