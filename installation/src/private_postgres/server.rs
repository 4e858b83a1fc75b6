//! From a prepared data directory to a server that takes connections.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::account::Account;
use super::error::cannot;
use super::launch::{Ending, Postmaster, postgres_command};
use super::lock::DirectoryLock;
use super::log_file::LogFile;
use super::pid_file::PidFile;
use super::programs::Programs;
use super::socket::{self, SocketDirectory};
use super::{PostgresError, SUPERUSER, Settings, cluster, orphan, parameters};

/// How long a start is tried again when what stands in its way goes by itself.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often a start that takes its time says so.
const STILL_STARTING: Duration = Duration::from_secs(5);
/// What PostgreSQL says when the rest of a killed server is in its way: its shared memory, or a lock file that names a
/// process id which was given to somebody else since.
const IN_THE_WAY: [&str; 3] = ["pre-existing shared memory block", ".pid\" already exists", ".lock\" already exists"];

/// Receives lines that tell a person what is being done.
pub(super) type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// Everything that a start needs, found and checked once.
pub(super) struct Server {
    pub(super) postmaster: Arc<Postmaster>,
    pub(super) socket: SocketDirectory,
    cluster: PathBuf,
    programs: Programs,
    account: Account,
    settings: Settings,
    log: LogFile,
    lock: Arc<DirectoryLock>,
}

impl Server {
    /// Takes the data directory for us, and makes the cluster in it if it is new.
    pub(super) async fn prepare(mut settings: Settings, progress: Progress<'_>) -> Result<Self, PostgresError> {
        let directory = &settings.directory;
        fs::create_dir_all(directory).map_err(cannot("create", directory))?;
        // PostgreSQL runs in another working directory, and shows its path to /proc without symbolic links.
        let directory = directory.canonicalize().map_err(cannot("look at", directory))?;
        settings.directory.clone_from(&directory);

        let cluster = cluster::path_in(&directory);
        let account = Account::for_cluster(&cluster)?;
        account.check_way_to(&directory)?;
        let lock = Arc::new(DirectoryLock::take(&directory).await?);
        let major = cluster::major_version(&cluster)?;
        let programs = Programs::find(std::env::var_os("PATH").as_deref(), &cluster, major)?;
        if major.is_none() {
            progress(&format!("making a PostgreSQL {} database in {}", programs.major, cluster.display()));
            create_cluster(&settings, &programs, &account, Arc::clone(&lock)).await?;
        }
        let socket = SocketDirectory::prepare(&directory, &account)?;
        let log = LogFile::in_directory(&directory)?;
        Ok(Self { postmaster: Arc::new(Postmaster::new()), socket, cluster, programs, account, settings, log, lock })
    }

    /// Starts the server and waits until it takes connections, however long its recovery takes. What is left of an
    /// earlier one is ended first.
    pub(super) async fn start(&self, progress: Progress<'_>) -> Result<Ending, PostgresError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            orphan::clear(&self.cluster, progress).await?;
            self.socket.clear()?;
            match self.attempt(progress).await {
                Err(PostgresError::Ended { last_words, .. })
                    if IN_THE_WAY.iter().any(|words| last_words.contains(words)) && Instant::now() < deadline =>
                {
                    sleep(Duration::from_millis(200)).await;
                }
                outcome => return outcome,
            }
        }
    }

    async fn attempt(&self, progress: Progress<'_>) -> Result<Ending, PostgresError> {
        let (command, log_start) = self.command()?;
        let postgres = self.programs.postgres();
        let launched =
            self.postmaster.launch(command, Arc::clone(&self.lock)).await.map_err(cannot("run", postgres))?;
        let mut ending = launched.ok_or(PostgresError::Stopping)?;
        let began = Instant::now();
        let mut told = began;
        while !self.is_ready()? {
            tokio::select! {
                ended = &mut ending => return Err(self.ended(ended.ok(), log_start)),
                () = sleep(Duration::from_millis(10)) => {}
            }
            if told.elapsed() >= STILL_STARTING {
                told = Instant::now();
                let last_words = self.log.last_words(log_start);
                let doing = last_words.lines().last().unwrap_or_default().to_owned();
                progress(&format!("PostgreSQL is still starting after {} s: {doing}", began.elapsed().as_secs()));
            }
        }
        can_connect(&socket::url(self.socket.path(), SUPERUSER, "postgres")).await.map_err(PostgresError::Connect)?;
        Ok(ending)
    }

    fn command(&self) -> Result<(Command, u64), PostgresError> {
        let (log, log_start) = self.log.open()?;
        let errors = log.try_clone().map_err(cannot("open", self.log.path()))?;
        let mut command = postgres_command(&self.programs.postgres(), &self.account);
        command.arg("-D").arg(&self.cluster).stdout(Stdio::from(log)).stderr(Stdio::from(errors));
        for (name, value) in parameters::all(&self.settings, self.socket.path()) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        Ok((command, log_start))
    }

    /// As `pg_ctl` asks: its own file tells, so that the log has no refused connections of ours.
    fn is_ready(&self) -> Result<bool, PostgresError> {
        let ours = self.postmaster.process();
        let file = PidFile::read(&self.cluster)?;
        Ok(matches!(file, PidFile::Written { process, ready: true, .. } if Some(process) == ours))
    }

    fn ended(&self, ended: Option<io::Result<ExitStatus>>, log_start: u64) -> PostgresError {
        if self.postmaster.is_stopping() {
            return PostgresError::Stopping;
        }
        match ended {
            Some(Ok(status)) => PostgresError::Ended {
                status,
                last_words: self.log.last_words(log_start),
                log: self.log.path().to_owned(),
            },
            Some(Err(source)) => cannot("wait for", self.programs.postgres())(source),
            None => cannot("wait for", self.programs.postgres())(io::Error::other("its thread has ended")),
        }
    }
}

/// Connects once, and leaves again.
pub(super) async fn can_connect(url: &str) -> Result<(), tokio_postgres::Error> {
    tokio_postgres::connect(url, tokio_postgres::NoTls).await.map(drop)
}

async fn create_cluster(
    settings: &Settings,
    programs: &Programs,
    account: &Account,
    lock: Arc<DirectoryLock>,
) -> Result<(), PostgresError> {
    let (directory, durability) = (settings.directory.clone(), settings.durability);
    let (programs, account) = (programs.clone(), account.clone());
    let created = tokio::task::spawn_blocking(move || {
        let created = cluster::create(&directory, &programs, &account, durability);
        // Held here too: a caller that stops waiting does not end this, and must not let another begin beside it.
        drop(lock);
        created
    });
    created.await.map_err(|error| cannot("create", cluster::path_in(&settings.directory))(error.into()))?
}
