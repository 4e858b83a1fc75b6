//! Starting PostgreSQL programs, and a thread that stays with the server as long as it lives.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, waitid};
use tokio::sync::{oneshot, watch};

use super::account::Account;
use super::lock::DirectoryLock;

/// A command that runs a PostgreSQL program as the account, apart from our terminal, with nothing of our environment
/// (it may hold the master key), and told to shut down when the thread that starts it ends, where the system can do
/// that.
pub(super) fn postgres_command(program: &Path, account: &Account) -> Command {
    let mut command = match setpriv() {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "INT", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    };
    account.apply(&mut command);
    command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/local/bin:/usr/bin:/bin");
    // glibc gives a statement's memory back to the system when it ends, and asks for it again for the next: a fifth of
    // what a small append costs. These keep a few megabytes per connection instead.
    command.env("MALLOC_TOP_PAD_", "4194304").env("MALLOC_TRIM_THRESHOLD_", "16777216");
    for kept in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"] {
        command.envs(std::env::var_os(kept).map(|value| (kept, value)));
    }
    // A group of its own, or Ctrl-C at our terminal would reach it before us; and a directory that all may enter.
    command.process_group(0).current_dir("/").stdin(Stdio::null());
    command
}

/// util-linux's `setpriv`, if it is there and knows `--pdeathsig` (busybox's does not). The system call that it makes
/// would need unsafe code here. Elsewhere an orphan lives on until the next start ends it.
fn setpriv() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let usual = ["/usr/bin", "/bin"].map(PathBuf::from);
        let directories = std::env::split_paths(&path).filter(|directory| directory.is_absolute()).chain(usual);
        directories.map(|directory| directory.join("setpriv")).find(|setpriv| knows_pdeathsig(setpriv))
    };
    FOUND.get_or_init(find).as_deref()
}

fn knows_pdeathsig(setpriv: &Path) -> bool {
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "clear", "--", "true"]).stdin(Stdio::null());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// The server process as its supervisor, its handle and its thread share it.
#[derive(Debug)]
pub(super) struct Postmaster {
    /// Its process id, from its start until just before it is collected: so never one that means somebody else.
    process: Mutex<Option<Pid>>,
    /// Whether it is to end, and not to be started again.
    stopping: watch::Sender<bool>,
}

/// What comes when the server has ended.
pub(super) type Ending = oneshot::Receiver<io::Result<ExitStatus>>;

impl Postmaster {
    pub(super) fn new() -> Self {
        Self { process: Mutex::new(None), stopping: watch::Sender::new(false) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pid>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn process(&self) -> Option<Pid> {
        *self.lock()
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits until it is to end.
    pub(super) async fn stopping(&self) {
        // The sender is our own field: it cannot go away while we wait.
        let _ = self.stopping.subscribe().wait_for(|stopping| *stopping).await;
    }

    /// Ends it: no start comes after this, and one that runs gets the signal.
    pub(super) fn stop(&self, signal: Signal) {
        self.stopping.send_replace(true);
        if let Some(process) = *self.lock() {
            // Its death is collected only after `process` was emptied, so it is still ours; one that has just died is
            // what we want.
            let _ = kill_process(process, signal);
        }
    }

    /// Starts the server from a thread that lives as long as it does. The thread matters: the kernel's "parent has died"
    /// is about the thread that started it, and a worker of the runtime may end early.
    ///
    /// The directory's lock goes with the thread, so that it outlives a supervisor that was dropped.
    pub(super) async fn launch(
        self: &Arc<Self>,
        mut command: Command,
        lock: Arc<DirectoryLock>,
    ) -> io::Result<Option<Ending>> {
        let (started, start) = oneshot::channel();
        let (ended, ending) = oneshot::channel();
        let this = Arc::clone(self);
        thread::Builder::new().name("postgres".to_owned()).spawn(move || {
            let child = this.spawn(&mut command);
            // Its handles to the log are closed here, and not kept for as long as the server lives.
            drop(command);
            match child {
                Ok(Some(child)) => {
                    // A caller that has given up has also called `stop`; the thread stays in any case.
                    let _ = started.send(Ok(Some(())));
                    let status = this.wait(child);
                    drop(lock);
                    let _ = ended.send(status);
                }
                Ok(None) => drop(started.send(Ok(None))),
                Err(error) => drop(started.send(Err(error))),
            }
        })?;
        let started = start.await.map_err(|_| io::Error::other("the thread that starts PostgreSQL has ended"))??;
        Ok(started.map(|()| ending))
    }

    /// `None` when it is to end before it began. The lock is held over the spawn, so that `stop` comes before or after.
    fn spawn(&self, command: &mut Command) -> io::Result<Option<Child>> {
        let mut process = self.lock();
        if self.is_stopping() {
            return Ok(None);
        }
        let child = command.spawn()?;
        *process = Some(Pid::from_child(&child));
        Ok(Some(child))
    }

    fn wait(&self, mut child: Child) -> io::Result<ExitStatus> {
        let process = Pid::from_child(&child);
        // First see that it ended, without collecting it; forget its process id; then collect it.
        while let Err(rustix::io::Errno::INTR) =
            waitid(WaitId::Pid(process), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
        {}
        let mut current = self.lock();
        if *current == Some(process) {
            *current = None;
        }
        drop(current);
        child.wait()
    }
}
