//! An object store that speaks S3: a server of its own (moto), in memory, with one bucket.

use std::process::Stdio;

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::Child,
};

use crate::tools;

const BUCKET: &str = "files";

/// The server. It ends with this.
#[derive(Debug)]
pub struct ObjectStore {
    base: String,
    _process: Child,
}

impl ObjectStore {
    /// On a free port of this machine. A [`crate::World`] comes first: it says which cryptography clients use.
    pub async fn start() -> Self {
        let mut server = tools::program("moto_server");
        server.args(["-H", "127.0.0.1", "-p", "0"]).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut process = server.spawn().expect("a running server");
        let mut lines = BufReader::new(process.stderr.take().expect("its messages")).lines();
        let mut told = vec![];
        let base = loop {
            let line = lines.next_line().await.expect("text").unwrap_or_else(|| panic!("it ended: {told:?}"));
            if let Some((_, base)) = line.split_once("Running on ") {
                break base.trim().to_owned();
            }
            told.push(line);
        };
        // What it says of each request is read, so that it never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let store = Self { base, _process: process };
        store.make_bucket().await;
        store
    }

    /// What `files.url` is for it: a part of the bucket.
    pub fn url(&self) -> String {
        format!("s3://{BUCKET}/desk")
    }

    /// The variables that say where it is, and what opens it.
    pub fn variables(&self) -> Vec<(String, String)> {
        let variables = [
            ("AWS_ENDPOINT_URL", self.base.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "tests"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ];
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    async fn make_bucket(&self) {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let answer = client.put(format!("{}/{BUCKET}", self.base)).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{answer:?}");
    }
}
