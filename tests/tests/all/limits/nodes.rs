//! Three processes over one database.

use chrono::TimeDelta;
use futures_util::future::join_all;
use tests::{Api, World};

use super::{limited, standing, with_rate};

/// The same key at three processes.
async fn three(world: &World, rate_limit: u32) -> Vec<Api> {
    let first = with_rate(world, rate_limit).await;
    let mut nodes = vec![first.clone()];
    for _ in 0..2 {
        let process = world.another_process().await;
        let base = process.serve(limited(&process.app)).await;
        nodes.push(first.at(&base));
    }
    nodes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_processes_under_load_stay_within_the_stated_error() {
    let world = World::new().await;
    let nodes = three(&world, 300).await;
    // Eight callers at each, until each of them was refused.
    let hammer = async |api: &Api| {
        let mut granted = 0_u32;
        while api.get("/api/teams").await.status == 200 {
            granted += 1;
        }
        granted
    };
    let all: Vec<_> = nodes.iter().flat_map(|api| (0..8).map(|_| hammer(api))).collect();
    let granted: u32 = join_all(all).await.into_iter().sum();
    // Four hundredths more than what is told may be taken, and not a request more in a moment. What a process took when
    // nobody asked it any more, three at most, it still has later.
    assert!((300..=312).contains(&granted), "{granted} of 300");
    world.pass(TimeDelta::minutes(30));
    let all: Vec<_> = nodes.iter().flat_map(|api| (0..8).map(|_| hammer(api))).collect();
    let later: u32 = join_all(all).await.into_iter().sum();
    assert!((141..=159).contains(&later), "{later} of 150");
}

#[tokio::test]
async fn a_client_that_honours_the_headers_never_sees_a_429_whichever_process_answers() {
    let world = World::new().await;
    let nodes = three(&world, 200).await;
    let mut waited = 0;
    for turn in 0..700 {
        let answer = nodes[(turn + turn / 3) % 3].get("/api/teams").await.expect(200);
        let (remaining, seconds) = standing(&answer, "hour");
        if remaining == 0 {
            waited += seconds;
            world.pass(TimeDelta::seconds(seconds));
        }
    }
    assert!((2 * 3600..=4 * 3750).contains(&waited), "{waited}");
}
