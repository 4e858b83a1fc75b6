//! A server in a process of its own: this program, which serves when it is told so by its environment.

use std::{
    net::TcpListener,
    process::{Child, Command},
    time::{Duration, Instant},
};

use benches::{MASTER_KEY, Rig, cpu_us_of, resident_mib_of};
use reqwest::Client;

const SERVES: &str = "LEDGERDESK_BENCH_SERVES";
/// What PostgreSQL knows its connections by.
pub const NAME: &str = "bench-server";
/// Between two attempts to get the first answer.
const AGAIN: Duration = Duration::from_millis(2);

/// Whether this process is one.
pub fn is_one() -> bool {
    std::env::var_os(SERVES).is_some()
}

/// A running server.
pub struct Server {
    process: Child,
    client: Client,
    base: String,
}

impl Server {
    /// Starts one, and waits until it has answered this key's tenant; gives how long that took.
    pub async fn start(rig: &Rig, key: &str) -> (Self, Duration) {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let hex = MASTER_KEY.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let url = format!("{}&application_name={NAME}", rig.superuser_url);
        let data = std::env::temp_dir().join(format!("ledgerdesk-bench-server-{}", std::process::id()));
        let began = Instant::now();
        let process = Command::new(std::env::current_exe().expect("this program"))
            .args(["serve", "--listen", &address.to_string()])
            .env(SERVES, "1")
            .env("DATABASE_URL", &url)
            .env("DATABASE_ADMIN_URL", &url)
            .env("LEDGERDESK_MASTER_KEY", hex)
            .env("LEDGERDESK_DATA", data)
            .env("LEDGERDESK_LOG", "warn")
            .spawn()
            .expect("a process");
        let mut server = Self { process, client: Client::new(), base: format!("http://{address}") };
        while !server.try_to_ask(key).await {
            assert!(server.process.try_wait().is_ok_and(|ended| ended.is_none()), "the server ended at once");
            tokio::time::sleep(AGAIN).await;
        }
        (server, began.elapsed())
    }

    /// A list of a tenant.
    pub async fn ask(&self, key: &str) {
        assert!(self.try_to_ask(key).await, "the list of a tenant");
    }

    async fn try_to_ask(&self, key: &str) -> bool {
        let answer = self.client.get(format!("{}/api/tickets", self.base)).bearer_auth(key).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Memory of the process that is in use, in MiB.
    pub fn resident_mib(&self) -> f64 {
        resident_mib_of(self.process.id())
    }

    /// CPU time that it has spent, in microseconds.
    pub fn cpu_us(&self) -> f64 {
        cpu_us_of(self.process.id())
    }

    /// Ends it, without a word.
    pub fn stop(mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("its end");
    }
}
