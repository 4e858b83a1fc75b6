//! On real clusters: what a private PostgreSQL survives, and what it refuses.

mod fixture;
mod left_behind;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use self::fixture::{count_facts, keep_a_fact, query, settings, start, until};
use super::*;
use crate::scratch::Scratch;

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_keeps_the_data() {
    let data = Scratch::new();
    let first = start(data.path()).await;
    keep_a_fact(&first).await;
    let began = Instant::now();
    first.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "a stop took {:?}", began.elapsed());

    let second = start(data.path()).await;
    assert_eq!(count_facts(&second).await, "1");
    second.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_cluster_is_closed_to_others_and_set_up_as_promised() {
    let data = Scratch::new();
    let postgres = start(data.path()).await;
    let url = postgres.url(SUPERUSER, "postgres");
    for (parameter, expected) in [
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("lc_collate", "C"),
        ("data_checksums", "on"),
        ("fsync", "off"),
        ("timezone", "UTC"),
        ("max_connections", "30"),
    ] {
        let value = query(&url, &format!("SELECT current_setting('{parameter}')")).await.unwrap();
        assert_eq!(value, expected, "{parameter}");
    }
    for closed in ["postgres", "socket"] {
        let mode = fs::metadata(data.path().join(closed)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o700, "{closed}");
    }
    let leftovers: Vec<_> = fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!leftovers.iter().any(|name| name.to_string_lossy().contains("unfinished")), "{leftovers:?}");
    postgres.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_comes_back_on_the_same_socket() {
    let data = Scratch::new();
    let postgres = start(data.path()).await;
    keep_a_fact(&postgres).await;
    // A backend that computes does not notice the death of its postmaster, and holds on to the shared memory.
    let url = postgres.url(SUPERUSER, "postgres");
    let busy = tokio::spawn({
        let url = url.clone();
        async move { query(&url, "SELECT count(*)::text FROM generate_series(1, 1000000000000)").await }
    });
    until(async || {
        query(&url, "SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE '%series(1, 1%' AND state = 'active'")
            .await
            .unwrap()
            == "2"
    })
    .await;

    let killed = fixture::kill(&postgres);
    until(async || postgres.restarts() == 1).await;
    assert_eq!(count_facts(&postgres).await, "1");
    assert_ne!(postgres.process_id(), Some(killed));
    assert!(busy.await.unwrap().is_err());

    fixture::kill(&postgres);
    until(async || postgres.restarts() == 2).await;
    assert_eq!(count_facts(&postgres).await, "1");
    postgres.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_directory_is_refused() {
    let data = Scratch::new();
    assert!(PrivatePostgres::find_running(data.path()).await.is_none());
    let postgres = start(data.path()).await;

    let refused = PrivatePostgres::start(settings(data.path()), &|_| {}).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains(&format!("another Ledgerdesk (process {})", std::process::id())), "{text}");

    let running = PrivatePostgres::find_running(data.path()).await.unwrap();
    assert_eq!(running.url("a", "b"), postgres.url("a", "b"));
    postgres.stop().await.unwrap();
    assert!(PrivatePostgres::find_running(data.path()).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_server_ends() {
    let data = Scratch::new();
    let postgres = start(data.path()).await;
    drop(postgres);
    // The directory is free once the server has ended, which a new one waits for.
    start(data.path()).await.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_too_long_for_a_socket_gets_a_short_one() {
    let data = Scratch::new();
    let long = data.path().join("d".repeat(100));
    let postgres = start(&long).await;
    let socket = postgres.socket.clone();
    assert!(!socket.starts_with(&long), "{}", socket.display());
    assert_eq!(fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o700);
    keep_a_fact(&postgres).await;
    assert!(PrivatePostgres::find_running(&long).await.is_some());
    postgres.stop().await.unwrap();
    assert!(!socket.exists(), "nothing stays in the temporary folder");
}

#[tokio::test]
async fn data_of_another_major_version_are_refused() {
    let data = Scratch::new();
    let cluster = data.path().join("postgres");
    fs::create_dir(&cluster).unwrap();
    fs::write(cluster.join("PG_VERSION"), "9\n").unwrap();
    let refused = PrivatePostgres::start(settings(data.path()), &|_| {}).await.unwrap_err();
    assert!(matches!(refused, PostgresError::OtherMajor { cluster_major: 9, .. }), "{refused}");
}

#[tokio::test]
async fn something_else_in_the_clusters_place_is_left_alone() {
    let data = Scratch::new();
    let cluster = data.path().join("postgres");
    fs::create_dir(&cluster).unwrap();
    fs::write(cluster.join("notes.txt"), "mine").unwrap();
    let refused = PrivatePostgres::start(settings(data.path()), &|_| {}).await.unwrap_err();
    assert!(matches!(refused, PostgresError::NotACluster { .. }), "{refused}");
    assert_eq!(fs::read_to_string(cluster.join("notes.txt")).unwrap(), "mine");
}
