//! Rate limits over HTTP: what is told, what is refused, and how far several processes are from one exact bucket.

mod addresses;
mod nodes;
mod told;

use api::{App, LimitSettings, Limits};
use commands::rate_limits::Quota;
use serde_json::json;
use tests::{Answer, Api, World};

/// What nothing here uses up.
const PLENTY: u32 = 5000;

/// A process with limits.
fn limited(app: &App) -> App {
    let [feed, exports, people] = [200, 100, PLENTY].map(Quota::per_hour);
    app.clone().limited_by(Limits::new(LimitSettings { feed, exports, people }))
}

/// The API through a process with limits, as the holder of a new key sees it.
async fn with_rate(world: &World, rate_limit: u32) -> Api {
    let key = json!({"name": "a program", "scopes": ["*"], "rate_limit": rate_limit});
    let issued = world.acme().post("/api/keys", key).await.expect(201);
    let api = world.acme_through(limited(&world.app)).await;
    api.with_key(issued["key"].as_str().unwrap())
}

/// What an answer says is left of a limit, and in how many seconds all of it is back.
#[track_caller]
fn standing(answer: &Answer, bucket: &str) -> (u32, i64) {
    let told = answer.header("ratelimit").unwrap_or_else(|| panic!("nothing is told: {answer:?}"));
    let (remaining, seconds) = told
        .strip_prefix(&format!("\"{bucket}\";r="))
        .and_then(|rest| rest.split_once(";t="))
        .unwrap_or_else(|| panic!("{told} of {bucket}"));
    assert_eq!(answer.header("x-ratelimit-remaining"), Some(remaining));
    (remaining.parse().unwrap(), seconds.parse().unwrap())
}
