//! The real program, on a data directory of its own.

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use installation::PrivatePostgres;
use reqwest::{Certificate, Client, RequestBuilder};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A restart after kill -9 recovers first; a busy machine needs its time.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// A directory that is gone at the end.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("ledgerdesk-program-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    fn postgres(&self) -> Option<i32> {
        let pid_file = std::fs::read_to_string(self.data().join("postgres/postmaster.pid")).ok()?;
        pid_file.lines().next()?.trim().parse().ok()
    }

    /// kill -9 of PostgreSQL's first process; gives which that was.
    pub fn kill_postgres(&self) -> i32 {
        let pid = self.postgres().unwrap();
        kill(pid);
        pid
    }

    /// Waits until another PostgreSQL has been started than this one, which was killed.
    pub async fn postgres_after(&self, killed: i32) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.postgres().is_none_or(|pid| pid == killed) {
            assert!(tokio::time::Instant::now() < deadline, "PostgreSQL does not come back");
            tokio::time::sleep(POLL).await;
        }
    }

    /// What another server needs to work on the same database.
    pub async fn database_of_its_server(&self) -> Vec<(&'static str, String)> {
        let running = PrivatePostgres::find_running(&self.data()).await.expect("a running PostgreSQL");
        let master_key = std::fs::read_to_string(self.data().join("keys/master.key")).unwrap();
        vec![
            ("DATABASE_URL", running.url("ledgerdesk_server", "ledgerdesk")),
            ("DATABASE_ADMIN_URL", running.url("ledgerdesk_admin", "ledgerdesk")),
            ("LEDGERDESK_MASTER_KEY", master_key.trim().to_owned()),
        ]
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

/// A running server.
pub struct Server {
    child: Child,
    port: u16,
    data: PathBuf,
    environment: Vec<(&'static str, String)>,
    key: String,
}

impl Server {
    /// On a private PostgreSQL, with the demo's key.
    pub async fn start(scratch: &Scratch, environment: &[(&'static str, String)]) -> Self {
        let mut server = Self::spawned(scratch, environment, String::new());
        server.ready().await;
        let key = std::fs::read_to_string(scratch.data().join("keys/demo-api-key")).unwrap();
        key.trim().clone_into(&mut server.key);
        server
    }

    /// On a database that has its tenants already.
    pub async fn start_with_key(scratch: &Scratch, environment: &[(&'static str, String)], key: &str) -> Self {
        let server = Self::spawned(scratch, environment, key.to_owned());
        server.ready().await;
        server
    }

    fn spawned(scratch: &Scratch, environment: &[(&'static str, String)], key: String) -> Self {
        // A port that is free now; nobody else on this machine asks for it in between.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let data = scratch.data();
        let child = spawn(port, &data, environment);
        Self { child, port, data, environment: environment.to_vec(), key }
    }

    pub fn base(&self) -> String {
        let scheme = if self.certificate().is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// The file of the certificate that it shows, where it speaks TLS.
    fn certificate(&self) -> Option<&str> {
        let set = self.environment.iter().find(|(name, _)| *name == "LEDGERDESK_TLS_CERTIFICATE_FILE");
        set.map(|(_, file)| file.as_str())
    }

    /// A client that trusts it.
    pub fn client(&self) -> Client {
        // The client of this workspace brings no cryptography of its own: each process names it once.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let Some(certificate) = self.certificate() else { return Client::new() };
        let certificate = Certificate::from_pem(&std::fs::read(certificate).unwrap()).unwrap();
        Client::builder().tls_certs_only([certificate]).build().unwrap()
    }

    pub fn key(&self) -> &str {
        &self.key
    }

    /// What another command of the program prints, beside this server.
    pub fn run(&self, arguments: &[&str]) -> String {
        let mut program = program(&self.data);
        let output = program.args(arguments).envs(self.environment.iter().cloned()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub async fn restart(&mut self) {
        self.child = spawn(self.port, &self.data, &self.environment);
        self.ready().await;
    }

    /// A write that is sent again under the same key until it is answered; gives the answer.
    pub async fn post(&self, path: &str, name: &str, body: &Value) -> Value {
        let client = self.client();
        loop {
            let request = client.post(format!("{}{path}", self.base())).bearer_auth(&self.key);
            let answer = request.header("Idempotency-Key", name).json(body).send().await;
            if let Ok(answer) = answer {
                let status = answer.status();
                assert!(status.is_server_error() || status.is_success(), "{name}: {status}");
                if let Ok(answer) = answer.json().await
                    && status.is_success()
                {
                    return answer;
                }
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// What a GET is answered with.
    pub async fn get(&self, path: &str) -> Value {
        self.get_as(&self.key, path).await
    }

    /// All pages of a list, from this one on.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let (mut all, mut next) = (vec![], Some(path.to_owned()));
        while let Some(path) = next {
            let page = self.get(&path).await;
            all.extend(page["data"].as_array().unwrap().iter().cloned());
            next = page["links"]["next"].as_str().map(str::to_owned);
        }
        all
    }

    /// What a GET with another key is answered with.
    pub async fn get_as(&self, key: &str, path: &str) -> Value {
        answered(path, self.client().get(format!("{}{path}", self.base())).bearer_auth(key)).await
    }

    /// What a POST with another key is answered with.
    pub async fn post_as(&self, key: &str, path: &str, body: &Value) -> Value {
        answered(path, self.client().post(format!("{}{path}", self.base())).bearer_auth(key).json(body)).await
    }

    /// SIGTERM, and what was begun is finished.
    pub async fn stop(mut self) {
        self.terminate().await;
    }

    /// As [`Server::stop`], for one that is to be started again.
    pub async fn terminate(&mut self) {
        let pid = Pid::from_raw(i32::try_from(self.pid()).unwrap()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(tokio::time::Instant::now() < deadline, "the server does not stop; {}", self.log());
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until it can serve.
    pub async fn ready(&self) {
        let client = self.client();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let answer = client.get(format!("{}/readyz", self.base())).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "the server does not come up; {}", self.log());
            tokio::time::sleep(POLL).await;
        }
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.with_extension("log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(port: u16, data: &Path, environment: &[(&'static str, String)]) -> Child {
    let log = File::options().create(true).append(true).open(data.with_extension("log")).unwrap();
    program(data)
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .envs(environment.iter().cloned())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

async fn answered(path: &str, request: RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap()
}

pub fn program(data: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_ledgerdesk"));
    program
        .current_dir(data.parent().unwrap())
        .env_remove("DATABASE_URL")
        .env_remove("DATABASE_ADMIN_URL")
        .env("LEDGERDESK_DATA", data)
        .env("LEDGERDESK_CHECK_MEMORY", "true")
        .env("LEDGERDESK_LIMITS", "false")
        .stdin(Stdio::null());
    program
}
