//! What was bought is what works: limits hold however many come at once, and what has a feature says so.

mod features;
mod seats;
mod storage;
mod thresholds;
mod tickets;

use serde_json::{Value, json};
use tests::{Answer, Api};

/// An operator agrees with acme upon something.
async fn agree(operator: &Api, of: &str, mut what: Value) -> Answer {
    what["reason"] = json!("a test");
    operator.put(&format!("/tenants/acme/overrides/{of}"), what).await.expect(200)
}
