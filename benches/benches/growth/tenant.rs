//! A tenant with a year's history.

use benches::{Caller, Historian, Rig, customer};
use chrono::{DateTime, TimeDelta, Utc};
use domain::CustomerId;
use event_store::Log;
use projections::{Group, Pace, RebuildSettings, Then, rebuild};
use reqwest::Method;

/// Tickets that are open at any time.
const AT_ONCE: u64 = 4_000;
const PAGE: u64 = 100;
pub const FIRST_PAGE: &str = "/api/tickets?limit=25";

/// One of so many tickets.
pub struct Tenant {
    pub tickets: u64,
    pub log: Log,
    pub caller: Caller,
    pub customer: CustomerId,
    /// The path of the page in the middle of the list.
    pub deep_page: String,
    /// The year of its tickets.
    pub year: DateTime<Utc>,
    pub now: DateTime<Utc>,
}

impl Tenant {
    /// Its events in bulk, as an import appends them; its read models by a rebuild.
    pub async fn fill(rig: &Rig, server: &Caller, id: &str, tickets: u64) -> Self {
        let log = rig.tenant(id).await;
        let caller = server.with_key(rig.key_of(&log).await);
        let now = rig.desk.store().clock().now();
        let mut historian = Historian::new(7, rig.desk.store().ids().clone()).of_the_year_before(now);
        historian.write(&log, tickets, AT_ONCE.min(tickets)).await;
        let settings = RebuildSettings { pace: Pace::Full, then: Then::Switch };
        for group in Group::ALL {
            rebuild(&log, group, settings, &|_| {}).await.expect("read models");
        }
        let customer = customer(&rig.desk, &log).await;
        let deep_page = deep_page(&caller, tickets).await;
        Self { tickets, log, caller, customer, deep_page, year: now - TimeDelta::days(365), now }
    }

    /// The path of a ticket; each turn another one.
    pub fn ticket(&self, turn: u64) -> String {
        format!("/api/tickets/T-{}", 1 + turn * 7_919 % self.tickets)
    }
}

/// By the way that a client takes, page by page.
async fn deep_page(caller: &Caller, tickets: u64) -> String {
    let mut path = format!("/api/tickets?limit={PAGE}");
    let mut cursor = String::new();
    for _ in 0..tickets / 2 / PAGE {
        let page = caller.json(Method::GET, &path, None).await;
        page["meta"]["next_cursor"].as_str().expect("more tickets").clone_into(&mut cursor);
        path = format!("/api/tickets?limit={PAGE}&cursor={cursor}");
    }
    if cursor.is_empty() { FIRST_PAGE.to_owned() } else { format!("{FIRST_PAGE}&cursor={cursor}") }
}
