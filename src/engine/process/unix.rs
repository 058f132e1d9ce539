//! Unix: one loop over the process and its pipes, woken by the kernel.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};

use super::{End, Ended, Limit, end_of, kin};
use crate::engine::capture::Captured;
use crate::engine::stop::Stop;

/// How soon a raised stop is seen.
const STOP_TICK: Duration = Duration::from_millis(20);

/// How long pipes are read on after the process and everything of it has ended. What is in them then
/// can be read at once; only a process that could not be found can keep one open.
const DRAIN: Duration = Duration::from_millis(200);

pub(super) fn run(
    mut command: Command,
    limit: Limit,
    stop: &Stop,
    mark: &str,
) -> io::Result<Ended> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut own = kin::spawn(&mut command)?;
    // With it goes our copy of what it reads: whoever is at the other end sees when the process ends.
    drop(command);
    let group = own.child.id();
    let mut pipes = Pipes::new(&mut own.child, limit.output_bytes)?;
    let end = wait(&mut own.child, &mut pipes, start + limit.wall, stop)?;
    if end.is_some() {
        kill_group(group);
    }
    // Its own exit is collected here at the latest, before orphans are looked for.
    let status = own.child.wait()?;
    // Before the rest of the group is ended: what is in it counts as left behind too.
    let left_behind = sweep(mark, own);
    kill_group(group);
    pipes.drain(Instant::now() + DRAIN)?;
    Ok(Ended {
        end: end.unwrap_or_else(|| end_of(status)),
        stdout: pipes.stdout.captured,
        stderr: pipes.stderr.captured,
        took: start.elapsed(),
        left_behind,
    })
}

pub(super) fn kill_group(leader: u32) {
    if let Ok(Some(pid)) = i32::try_from(leader).map(Pid::from_raw) {
        // An error means that nobody is left in the group.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

#[cfg(target_os = "linux")]
fn sweep(mark: &str, own: kin::Own) -> usize {
    let ended = super::sweep::sweep(mark);
    // Not sooner: whoever finds that nothing runs takes every orphan, and this test's would be counted by nobody.
    drop(own);
    super::sweep::sweep_unmarked();
    ended
}

#[cfg(not(target_os = "linux"))]
fn sweep(_mark: &str, _own: kin::Own) -> usize {
    0
}

/// Reads the pipes until the process ends (`None`), or time or patience does.
fn wait(
    child: &mut Child,
    pipes: &mut Pipes,
    deadline: Instant,
    stop: &Stop,
) -> io::Result<Option<End>> {
    let exit = Exit::of(child);
    loop {
        if stop.is_raised() {
            return Ok(Some(End::Stopped));
        }
        let now = Instant::now();
        if now >= deadline {
            // It may have ended in the last moment; then that is how it ended.
            return Ok(child.try_wait()?.is_none().then_some(End::TimedOut));
        }
        let patience = exit.patience().min(deadline - now);
        let exited = pipes.read_some(exit.fd(), patience)?;
        if (exited || exit.fd().is_none()) && child.try_wait()?.is_some() {
            return Ok(None);
        }
    }
}

/// Tells when the process has ended: by a descriptor where the system has them, else by asking.
struct Exit(Option<rustix::fd::OwnedFd>);

impl Exit {
    #[cfg(target_os = "linux")]
    fn of(child: &Child) -> Self {
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        Exit(pid.and_then(|pid| {
            rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()
        }))
    }

    #[cfg(not(target_os = "linux"))]
    fn of(_child: &Child) -> Self {
        Exit(None)
    }

    fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.0.as_ref().map(AsFd::as_fd)
    }

    fn patience(&self) -> Duration {
        if self.0.is_some() {
            STOP_TICK
        } else {
            Duration::from_millis(5)
        }
    }
}

struct Pipe<R> {
    reader: Option<R>,
    captured: Captured,
}

struct Pipes {
    stdout: Pipe<std::process::ChildStdout>,
    stderr: Pipe<std::process::ChildStderr>,
}

impl Pipes {
    fn new(child: &mut Child, capacity: usize) -> io::Result<Self> {
        let pipes = Pipes {
            stdout: Pipe {
                reader: child.stdout.take(),
                captured: Captured::with_capacity(capacity),
            },
            stderr: Pipe {
                reader: child.stderr.take(),
                captured: Captured::with_capacity(capacity),
            },
        };
        if let Some(reader) = &pipes.stdout.reader {
            rustix::io::ioctl_fionbio(reader, true)?;
        }
        if let Some(reader) = &pipes.stderr.reader {
            rustix::io::ioctl_fionbio(reader, true)?;
        }
        Ok(pipes)
    }

    /// Waits until something can be read or the process has ended, and reads what there is. Returns
    /// whether the process has ended.
    fn read_some(&mut self, exit: Option<BorrowedFd<'_>>, patience: Duration) -> io::Result<bool> {
        let exited = {
            let mut fds = Vec::with_capacity(3);
            if let Some(exit) = &exit {
                fds.push(PollFd::new(exit, PollFlags::IN));
            }
            if let Some(reader) = &self.stdout.reader {
                fds.push(PollFd::new(reader, PollFlags::IN));
            }
            if let Some(reader) = &self.stderr.reader {
                fds.push(PollFd::new(reader, PollFlags::IN));
            }
            let timeout = Timespec {
                tv_sec: i64::try_from(patience.as_secs()).unwrap_or(i64::MAX),
                tv_nsec: i64::from(patience.subsec_nanos()),
            };
            match poll(&mut fds, Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            exit.is_some() && !fds[0].revents().is_empty()
        };
        self.stdout.read()?;
        self.stderr.read()?;
        Ok(exited)
    }

    fn drain(&mut self, deadline: Instant) -> io::Result<()> {
        while self.stdout.reader.is_some() || self.stderr.reader.is_some() {
            let now = Instant::now();
            if now >= deadline {
                break;
            }
            self.read_some(None, deadline - now)?;
        }
        Ok(())
    }
}

impl<R: Read> Pipe<R> {
    /// Reads up to 16 KiB of what is there; lets go of the pipe at its end. Bounded, so that endless
    /// output can't keep the loop from looking at the clock.
    fn read(&mut self) -> io::Result<()> {
        let Some(reader) = &mut self.reader else {
            return Ok(());
        };
        let mut buffer = [0; 16 * 1024];
        match reader.read(&mut buffer) {
            Ok(0) => self.reader = None,
            Ok(count) => self.captured.push(&buffer[..count]),
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                ) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}
