//! Metrics for Prometheus: what the store and its consumers record, HTTP by route, and the pool at the moment of the
//! scrape.

use std::time::Instant;

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use event_store::Store;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use crate::app::App;

const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const COMMITS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Starts recording; once per process.
pub fn router(app: &App) -> Result<Router, BuildError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_commits".to_owned()), COMMITS)?
        .install_recorder()?;
    metrics::describe_histogram!("ledgerdesk_append_batch_seconds", "From the first commit of a batch to its answer");
    metrics::describe_histogram!("ledgerdesk_append_batch_commits", "Commits that one transaction carried");
    metrics::describe_counter!("ledgerdesk_append_commits_total", "Commits by what became of them");
    metrics::describe_counter!(
        "ledgerdesk_append_batches_total",
        "Batches by how they were sent: first or behind another (on the assumption that nobody else writes), or locked (under the lock of the head)"
    );
    metrics::describe_counter!(
        "ledgerdesk_addresses_refused_total",
        "Requests of known people and keys that an access policy or a key does not let in from where they come"
    );
    metrics::describe_counter!("ledgerdesk_rate_limited_total", "Requests that a limit refused, by which");
    metrics::describe_gauge!("ledgerdesk_consumer_lag_positions", "Positions that a consumer of a log is behind");
    metrics::describe_gauge!("ledgerdesk_consumer_parked", "1 while a consumer stands before what it cannot read");
    metrics::describe_gauge!("ledgerdesk_consumer_parked_keys", "Keys of a consumer that are parked on their own");
    metrics::describe_gauge!(
        "ledgerdesk_rebuild_lag_positions",
        "Positions that rows of this version, being built beside the live ones, are behind"
    );
    metrics::describe_histogram!("ledgerdesk_seal_seconds", "Sealing a stride of the log, with its checkpoint");
    metrics::describe_gauge!("ledgerdesk_seal_lag_positions", "Positions that are not in a signed checkpoint yet");
    metrics::describe_gauge!("ledgerdesk_seal_lag_seconds", "Since when the oldest of these is recorded");
    metrics::describe_gauge!(
        "ledgerdesk_seal_stopped",
        "1 when the log is not what was signed before: see ledgerdesk doctor"
    );
    metrics::describe_gauge!("ledgerdesk_webhook_deliveries_pending", "Deliveries on their way, of active endpoints");
    metrics::describe_gauge!(
        "ledgerdesk_webhook_oldest_due_seconds",
        "How long the oldest has been due that nobody holds"
    );
    metrics::describe_gauge!(
        "ledgerdesk_webhook_endpoints_disabled",
        "Endpoints that are gone or took nothing for days"
    );
    metrics::describe_gauge!(
        "ledgerdesk_log_stream_records_behind",
        "Records that wait, of the log stream that is furthest behind"
    );
    metrics::describe_gauge!(
        "ledgerdesk_log_streams_failing",
        "Log streams whose receiver took nothing of late, by their logs"
    );
    metrics::describe_counter!("ledgerdesk_webhook_attempts_total", "Attempts by what came of them");
    metrics::describe_histogram!("ledgerdesk_webhook_attempt_seconds", "Attempts by what came of them");
    metrics::describe_gauge!(
        "ledgerdesk_backup_age_seconds",
        "Since when the last backup of a tenant is, or the tenant"
    );
    metrics::describe_gauge!("ledgerdesk_backup_bytes", "What the last backup of a tenant needs in the store");
    metrics::describe_counter!("ledgerdesk_backup_failures_total", "Backups that were due and could not be made");
    metrics::describe_counter!(
        "ledgerdesk_support_break_glass_total",
        "Visits of operators in tenants without their grant: each should page somebody"
    );
    metrics::describe_counter!("ledgerdesk_tls_handshakes_total", "Connections to the TLS port by what became of them");
    metrics::describe_gauge!(
        "ledgerdesk_tls_certificate_stale",
        "1 while the files of the TLS certificate cannot be used, and the one before is shown"
    );
    metrics::describe_histogram!("ledgerdesk_http_request_seconds", "Requests by method, route and status");
    Ok(Router::new().route("/metrics", get(scrape)).with_state((handle, app.desk.store().clone())))
}

async fn scrape(State((handle, store)): State<(PrometheusHandle, Store)>) -> impl IntoResponse {
    store.measure();
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render())
}

/// Measures a request under its route, so that ids do not become labels.
pub async fn by_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = label(request.method());
    let began = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let labels = [("method", method.to_owned()), ("route", route), ("status", status)];
    metrics::histogram!("ledgerdesk_http_request_seconds", &labels).record(began.elapsed().as_secs_f64());
    response
}

/// Anybody can make up a method: what is none of ours must not become a series of its own.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_somebody_made_up_is_no_label() {
        assert_eq!(label(&Method::PATCH), "PATCH");
        assert_eq!(label(&Method::from_bytes(b"X-7F3A").unwrap()), "other");
    }
}
