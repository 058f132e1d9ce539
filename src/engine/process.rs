//! Runs one process to its end, and makes sure that nothing of it stays.
//!
//! The process gets a group of its own, closed input and bounded output. Where the system can do it
//! (Linux), this program adopts orphans, so that a grandchild that left the group is found and ended
//! too. Elsewhere the group is all that is ended.

use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use thiserror::Error;

use super::capture::Captured;
use super::stop::Stop;

mod kin;
#[cfg(not(unix))]
mod portable;
#[cfg(target_os = "linux")]
mod sweep;
#[cfg(unix)]
mod unix;

/// Bounds on a process.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Wall time.
    pub wall: Duration,
    /// Bytes kept of each output stream.
    pub output_bytes: usize,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exited(i32),
    /// By this signal.
    Signalled(i32),
    /// It was ended because its time was up.
    TimedOut,
    /// It was ended because somebody asked to stop.
    Stopped,
}

/// A process that is over.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub end: End,
    /// What it printed to standard output.
    pub stdout: Captured,
    /// What it printed to standard error.
    pub stderr: Captured,
    /// Wall time.
    pub took: Duration,
    /// Processes that it left behind; they were ended.
    pub left_behind: usize,
}

/// Why a process could not be run.
#[derive(Debug, Error)]
#[error("start `{}`", program.display())]
pub struct ProcessError {
    /// The program.
    pub program: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// The variable that marks every process of one test, so that what it leaves behind can be told from
/// what another test, running beside it, still needs.
const MARK: &str = "WORKBOOK_PROCESS";

/// Runs a command to its end or to its limit. Its standard streams are set here; its environment is the
/// caller's business.
///
/// # Errors
///
/// If the process can't be started, or can't be waited for.
pub fn run_to_end(command: Command, limit: Limit, stop: &Stop) -> Result<Ended, ProcessError> {
    run_with_input(command, Stdio::null(), limit, stop)
}

/// The same with something to read on standard input.
///
/// # Errors
///
/// As [`run_to_end`].
pub fn run_with_input(
    mut command: Command,
    input: Stdio,
    limit: Limit,
    stop: &Stop,
) -> Result<Ended, ProcessError> {
    command.stdin(input);
    let program = PathBuf::from(command.get_program());
    let mark = next_mark();
    command.env(MARK, &mark);
    in_own_group(&mut command);
    #[cfg(unix)]
    let ended = unix::run(command, limit, stop, &mark);
    #[cfg(not(unix))]
    let ended = portable::run(command, limit, stop);
    ended.map_err(|source| ProcessError { program, source })
}

fn next_mark() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Makes the process the leader of a new group, so that signals of the terminal do not reach it and the
/// whole group can be ended at once.
pub(super) fn in_own_group(command: &mut Command) {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = command;
}

/// Ends a process and, where there are groups, everything in its group.
pub(super) fn kill_group(child: &mut Child) {
    #[cfg(unix)]
    unix::kill_group(child.id());
    // The leader itself, also where there are no groups; an error means that it is gone already.
    let _ = child.kill();
}

pub(super) use kin::{Own, spawn_tool};

/// From now on this program also starts what is not its own, such as an editor, whose own processes may be
/// left to us. Those are never ended; so an orphan of a test that hides is not found any more either.
pub fn share_children() {
    kin::share();
}

/// From now on, processes whose parent has ended become this program's children, so that they can be
/// found. Returns whether the system can do that.
pub fn adopt_orphans() -> bool {
    #[cfg(target_os = "linux")]
    {
        kin::spare_those_before();
        rustix::process::set_child_subreaper(Some(rustix::process::getpid())).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    {
        false
    }
}

fn end_of(status: ExitStatus) -> End {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt as _;
        if let Some(signal) = status.signal() {
            return End::Signalled(signal);
        }
    }
    End::Exited(status.code().unwrap_or(-1))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit {
        wall: Duration::from_secs(20),
        output_bytes: 1024,
    };

    fn sh(script: &str, limit: Limit, stop: &Stop) -> Ended {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run_to_end(command, limit, stop).expect("sh can be started")
    }

    #[test]
    fn an_end_is_told_from_a_crash() {
        assert_eq!(sh("exit 3", LIMIT, &Stop::default()).end, End::Exited(3));
        assert_eq!(
            sh("kill -SEGV $$", LIMIT, &Stop::default()).end,
            End::Signalled(11)
        );
    }

    #[test]
    fn both_streams_are_captured_and_input_is_closed() {
        let ended = sh("cat; echo out; echo err >&2", LIMIT, &Stop::default());
        assert_eq!(
            (ended.stdout.text().as_str(), ended.stderr.text().as_str()),
            ("out\n", "err\n")
        );
    }

    #[test]
    fn a_hang_ends_at_the_limit() {
        let limit = Limit {
            wall: Duration::from_millis(50),
            ..LIMIT
        };
        let ended = sh("echo before; while :; do :; done", limit, &Stop::default());
        assert_eq!(
            (ended.end, ended.stdout.text().as_str()),
            (End::TimedOut, "before\n")
        );
    }

    #[test]
    fn endless_output_is_bounded_and_ends_at_the_limit() {
        let limit = Limit {
            wall: Duration::from_millis(200),
            ..LIMIT
        };
        let ended = sh("while :; do echo yes; done", limit, &Stop::default());
        assert_eq!(ended.end, End::TimedOut);
        assert!(ended.stdout.text().len() < 1200);
    }

    #[test]
    fn a_raised_stop_ends_it() {
        let stop = Stop::default();
        stop.raise();
        assert_eq!(sh("while :; do :; done", LIMIT, &stop).end, End::Stopped);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_grandchild_that_leaves_the_group_and_keeps_the_pipe_is_ended() {
        assert!(adopt_orphans(), "Linux can adopt orphans");
        let ended = sh(
            "setsid sh -c 'echo $$; exec sleep 1000' & sleep 0.1; exit 0",
            LIMIT,
            &Stop::default(),
        );
        assert_eq!(ended.end, End::Exited(0));
        assert!(
            ended.took < Duration::from_secs(10),
            "the open pipe must not hold us up"
        );
        assert_eq!(ended.left_behind, 1);
        let text = ended.stdout.text();
        let pid = text.trim();
        let alive = std::path::Path::new("/proc").join(pid).exists();
        assert!(
            !pid.is_empty() && !alive,
            "the grandchild {pid} is still there"
        );
    }
}
