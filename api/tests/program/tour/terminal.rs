//! Two terminals: one that lines are pasted into, and one where something runs until Ctrl-C.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group};

use super::promise::holds;

const PATIENCE: Duration = Duration::from_secs(60);

fn bash(directory: &Path) -> Command {
    let mut bash = Command::new("bash");
    bash.current_dir(directory).env_remove("DATABASE_URL").env_remove("DATABASE_ADMIN_URL").process_group(0);
    bash
}

/// A shell that keeps what it is told.
pub struct Shell {
    directory: PathBuf,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Shell {
    pub fn start(directory: &Path) -> Self {
        let mut child = bash(directory).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { directory: directory.to_owned(), child, input, output: BufReader::new(output) }
    }

    /// What the lines print on both channels; none of them may fail.
    pub fn paste(&mut self, script: &str) -> String {
        let (lines, printed) = (self.directory.join("lines.sh"), self.directory.join("printed.txt"));
        std::fs::write(&lines, script).unwrap();
        writeln!(self.input, "set -e; source ./lines.sh </dev/null >printed.txt 2>&1; set +e; echo done").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        let printed = std::fs::read_to_string(printed).unwrap();
        assert_eq!(answer, "done\n", "a line failed:\n{script}\n{printed}");
        printed
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that runs on, and what it has printed so far.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    printed: String,
}

impl Running {
    pub fn start(directory: &Path, script: &str) -> Self {
        let script = format!("exec 2>&1\n{script}");
        let mut child =
            bash(directory).args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { child, lines, printed: String::new() }
    }

    /// Waits until it has printed what was promised.
    pub fn wait_for(&mut self, promise: &str) {
        let deadline = Instant::now() + PATIENCE;
        while let Err(why) = holds(promise, &self.printed) {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("{why}; it printed:\n{}\nnot:\n{promise}", self.printed));
            self.printed.extend([line.as_str(), "\n"]);
        }
    }

    /// Ctrl-C.
    pub fn interrupt(mut self) {
        let group = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process_group(group, Signal::INT).unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
