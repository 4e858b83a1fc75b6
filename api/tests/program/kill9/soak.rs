//! Three servers on one tenant; servers and PostgreSQL are killed at random, one after another or together, for as long
//! as somebody wishes.

use std::time::{Duration, Instant};

use super::{check, clients::Clients};
use crate::server::{Scratch, Server};

const SERVERS: usize = 3;
/// How long at least, where nobody wishes otherwise: until each was killed once.
const BRIEFLY: u64 = 10;

fn wished(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Chance that can be had again (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_and_postgresql_killed_at_random_lose_double_and_reorder_nothing() {
    let length = Duration::from_secs(wished("LEDGERDESK_SOAK_SECONDS", BRIEFLY));
    let seed = wished("LEDGERDESK_SOAK_SEED", 1);
    let home = Scratch::new("soak");
    let mut servers = vec![Server::start(&home, &[]).await];
    let environment = home.database_of_its_server().await;
    let beside: Vec<Scratch> = (1..SERVERS).map(|number| Scratch::new(&format!("soak-{number}"))).collect();
    for scratch in &beside {
        let server = Server::start_with_key(scratch, &environment, servers[0].key()).await;
        servers.push(server);
    }
    let clients = Clients::start(&servers.iter().collect::<Vec<_>>()).await;
    let (mut dice, mut kills) = (Dice(seed), [0_u32; SERVERS + 1]);
    let began = Instant::now();
    while began.elapsed() < length || kills.contains(&0) {
        tokio::time::sleep(Duration::from_millis(200 + dice.below(1_500))).await;
        let target = usize::try_from(dice.below(SERVERS as u64 + 1)).unwrap();
        // Sometimes PostgreSQL dies with a server; it is always the first server's, which brings it back.
        let postgres = (target == SERVERS || dice.below(4) == 0).then(|| home.kill_postgres());
        kills[SERVERS] += u32::from(postgres.is_some());
        if target < SERVERS {
            servers[target].kill();
            kills[target] += 1;
        }
        if let Some(killed) = postgres.filter(|_| target > 0) {
            // Who starts without a database says so, and ends.
            home.postgres_after(killed).await;
            servers[0].ready().await;
        }
        if target < SERVERS {
            servers[target].restart().await;
        }
        for server in &servers {
            server.ready().await;
        }
    }
    let acknowledged = clients.finish().await;
    for server in &servers {
        check::all_is_there(server, &acknowledged).await;
    }
    let opened: usize = acknowledged.opened.values().map(Vec::len).sum();
    let said: usize = acknowledged.said.values().map(std::collections::BTreeSet::len).sum();
    println!("seed {seed}: {} s, killed {kills:?}, {opened} tickets, {said} messages", began.elapsed().as_secs());
    for server in servers.into_iter().rev() {
        server.stop().await;
    }
}
