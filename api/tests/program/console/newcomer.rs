//! Who has just started the program for the first time gets in with what it prints.

use std::os::unix::fs::PermissionsExt;

use reqwest::StatusCode;
use serde_json::json;

use crate::server::{Scratch, Server};

/// What the first start prints for its owner.
pub struct Newcomer {
    pub address: String,
    pub email: String,
    pub password: String,
}

pub async fn check(scratch: &Scratch, server: &mut Server) -> Newcomer {
    let file = scratch.data().join("keys/demo-people");
    let (first, address) = (server.log(), format!("{}/login?tenant=demo", server.base()));
    assert!(first.contains(&address) && first.contains(file.to_str().unwrap()), "{first}");
    let kept = std::fs::read_to_string(&file).unwrap();
    let people: Vec<Newcomer> = ["owner", "agent"].iter().map(|role| printed(&first, role, &address)).collect();
    for person in &people {
        assert!(kept.contains(&person.password), "{}", file.display());
        let login = json!({"tenant": "demo", "email": person.email, "password": person.password});
        let request = server.client().post(format!("{}/api/sessions", server.base())).json(&login);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::CREATED, "{}", person.email);
    }
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    server.terminate().await;
    server.restart().await;
    let all = server.log();
    let later = &all[first.len()..];
    assert!(later.contains(&address) && later.contains(file.to_str().unwrap()), "{later}");
    assert!(people.iter().all(|person| !later.contains(&person.password)), "{later}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
    people.into_iter().next().unwrap()
}

fn printed(log: &str, role: &str, address: &str) -> Newcomer {
    let line = log.lines().find_map(|line| line.trim_start().strip_prefix(&format!("{role} ")));
    let (email, password) = line.and_then(|line| line.split_once(" password ")).expect(log);
    Newcomer { address: address.to_owned(), email: email.to_owned(), password: password.to_owned() }
}
