//! The program while it runs: what it prints, line by line, and signals to it.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How long anything may take before a test gives up. Only a test that fails waits that long.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program, started and not ended yet. It is ended when this is dropped.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Running {
    /// Starts a command; both its streams are read, so it never waits for a reader.
    pub fn start(mut command: Command) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program can be started");
        let (sender, lines) = mpsc::channel();
        send_lines(child.stdout.take().expect("it is piped"), sender.clone());
        send_lines(child.stderr.take().expect("it is piped"), sender);
        Running {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Reads on until a line has this text in it.
    pub fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no `{text}` came after:\n{}", self.seen.join("\n"));
            };
            self.seen.push(line);
            if self.seen.last().is_some_and(|line| line.contains(text)) {
                return;
            }
        }
    }

    /// What was read so far; what is read after this starts anew.
    pub fn take_seen(&mut self) -> String {
        std::mem::take(&mut self.seen).join("\n")
    }

    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("it has an id"), signal).expect("it is there");
    }

    /// Waits until it has ended; its exit code.
    pub fn end(&mut self) -> Option<i32> {
        let child = &mut self.child;
        let status = eventually("the program ends", || {
            child.try_wait().expect("it can be waited for")
        });
        self.seen.extend(self.lines.iter());
        status.code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Asked first, so that it ends what it has started itself.
            self.signal(Signal::TERM);
            let deadline = Instant::now() + Duration::from_secs(5);
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
                thread::sleep(TICK);
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn send_lines(stream: impl Read + Send + 'static, to: Sender<String>) {
    let read = move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if to.send(line).is_err() {
                return;
            }
        }
    };
    thread::Builder::new()
        .spawn(read)
        .expect("a thread can be started");
}

/// How often the world is asked again.
const TICK: Duration = Duration::from_millis(10);

/// Asks again and again until there is an answer.
pub fn eventually<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    patiently(ask).unwrap_or_else(|| panic!("waited in vain until {what}"))
}

/// Asks again and again until there is an answer, or for too long.
pub fn patiently<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask();
        if answer.is_some() || Instant::now() >= deadline {
            return answer;
        }
        thread::sleep(TICK);
    }
}

/// A `greet` that starts a child of its own, writes both process ids to a file, and never returns.
pub fn hanging_greet(pids: &Path) -> String {
    let pids = pids.to_str().expect("temporary folders have plain names");
    format!(
        "pub fn greet(_name: &str) -> String {{
    let child = std::process::Command::new(\"sleep\").arg(\"600\").spawn().unwrap();
    let pids = format!(\"{{}} {{}}\\n\", std::process::id(), child.id());
    std::fs::write({pids:?}, pids).unwrap();
    loop {{
        std::thread::park();
    }}
}}
"
    )
}

/// The ids that [`hanging_greet`] writes, as soon as they are there.
pub fn written_pids(pids: &Path) -> Vec<i32> {
    eventually("the exercise hangs", || {
        let text = std::fs::read_to_string(pids).ok()?;
        let line = text.strip_suffix('\n')?;
        line.split(' ').map(|pid| pid.parse().ok()).collect()
    })
}

/// Expects that none of these processes is there any more. One that was ended, and that only waits for
/// its new parent to notice, is gone.
pub fn assert_gone(pids: &[i32]) {
    for &pid in pids {
        eventually(&format!("process {pid} is gone"), || {
            (!is_there(pid)).then_some(())
        });
    }
}

#[cfg(target_os = "linux")]
pub fn is_there(pid: i32) -> bool {
    // After the name, which is in parentheses, comes the state.
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        let state = stat.rsplit(") ").next().unwrap_or_default();
        !state.starts_with(['Z', 'X'])
    })
}

#[cfg(not(target_os = "linux"))]
pub fn is_there(pid: i32) -> bool {
    let pid = Pid::from_raw(pid).expect("an id is not 0");
    rustix::process::test_kill_process(pid).is_ok()
}
