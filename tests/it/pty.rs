//! The program in a terminal of its own, with somebody at the keys; what is on the screen is what a
//! terminal emulator makes of all that was written to it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::running::eventually;

/// The program in a terminal. It is ended when this is dropped.
pub struct Shown {
    child: Child,
    keys: Option<File>,
    seen: Arc<Mutex<Seen>>,
    reader: Option<JoinHandle<()>>,
}

struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    /// Nobody wants to read on.
    is_over: bool,
}

fn size(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a screen has a size")
}

impl Shown {
    /// Starts a command on a screen of so many columns and lines, which is its controlling terminal.
    pub fn start(command: &Command, columns: u16, lines: u16) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("there are terminals");
        grantpt(&ours).expect("it can be used");
        unlockpt(&ours).expect("it can be used");
        let name = ptsname(&ours, Vec::new()).expect("it has a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let theirs = rustix::fs::open(name, flags, Mode::empty()).expect("it can be opened");
        tcsetwinsize(&theirs, winsize(columns, lines)).expect("it has a size");
        // Only a session of its own can have a controlling terminal: without one there are no signals
        // for a resize or a hangup. `setsid` becomes the program, so the process stays the same.
        let mut started = Command::new("setsid");
        started
            .arg("--ctty")
            .arg(command.get_program())
            .args(command.get_args())
            .env("TERM", "xterm-256color");
        if let Some(folder) = command.get_current_dir() {
            started.current_dir(folder);
        }
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => started.env(name, value),
                None => started.env_remove(name),
            };
        }
        let copy = || theirs.try_clone().expect("it can be shared");
        started.stdin(copy()).stdout(copy()).stderr(copy());
        let child = started.spawn().expect("the program can be started");
        drop((started, theirs));
        let seen = Arc::new(Mutex::new(Seen {
            parser: vt100::Parser::new(size(lines), size(columns), 0),
            raw: Vec::new(),
            is_over: false,
        }));
        let keys = File::from(ours);
        let from = keys.try_clone().expect("it can be shared");
        let reader = Some(read_along(from, Arc::clone(&seen)));
        Shown {
            child,
            keys: Some(keys),
            seen,
            reader,
        }
    }

    /// The process.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).expect("ids are small")
    }

    /// What is on the screen, line by line.
    pub fn screen(&self) -> String {
        let seen = self.seen.lock().expect("the reader does not panic");
        seen.parser.screen().contents()
    }

    /// All that was ever written.
    pub fn raw(&self) -> String {
        let seen = self.seen.lock().expect("the reader does not panic");
        String::from_utf8_lossy(&seen.raw).into_owned()
    }

    /// Waits until the screen is as asked for.
    #[track_caller]
    pub fn wait_until(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        let met = eventually_on(self, |screen| is_so(screen).then_some(()));
        assert!(
            met.is_some(),
            "waited in vain for {what}; the screen:\n{}",
            self.screen()
        );
    }

    /// Waits until the screen has a text on it.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("`{text}`"), |screen| screen.contains(text));
    }

    /// Waits until the screen has a text no more.
    #[track_caller]
    pub fn wait_without(&self, text: &str) {
        self.wait_until(&format!("the end of `{text}`"), |screen| {
            !screen.contains(text)
        });
    }

    /// Types.
    pub fn press(&mut self, keys: &str) {
        let terminal = self.keys.as_mut().expect("the terminal is there");
        terminal
            .write_all(keys.as_bytes())
            .expect("keys can be pressed");
    }

    /// Gives the screen another size.
    pub fn resize(&mut self, columns: u16, lines: u16) {
        let terminal = self.keys.as_ref().expect("the terminal is there");
        let mut seen = self.seen.lock().expect("the reader does not panic");
        seen.parser
            .screen_mut()
            .set_size(size(lines), size(columns));
        tcsetwinsize(terminal, winsize(columns, lines)).expect("it can be resized");
    }

    /// Takes the terminal away, as when a window is closed.
    pub fn hang_up(&mut self) {
        self.seen.lock().expect("the reader does not panic").is_over = true;
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader does not panic");
        }
        self.keys = None;
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid()).expect("an id is not 0");
        kill_process(pid, signal).expect("it is there");
    }

    /// Waits until it has ended; its exit code.
    pub fn end(&mut self) -> Option<i32> {
        let child = &mut self.child;
        let status = eventually("the program ends", || {
            child.try_wait().expect("it can be waited for")
        });
        status.code()
    }

    /// Expects the terminal as it was before: its first page, a cursor, and keys that the system reads.
    #[track_caller]
    pub fn assert_given_back(&self) {
        eventually("all is read", || {
            let seen = self.seen.lock().expect("the reader does not panic");
            let screen = seen.parser.screen();
            (!screen.alternate_screen() && !screen.hide_cursor()).then_some(())
        });
        let terminal = self.keys.as_ref().expect("the terminal is there");
        let modes = tcgetattr(terminal).expect("it has modes").local_modes;
        let wanted = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG;
        assert!(modes.contains(wanted), "{modes:?}");
        let raw = self.raw();
        let wraps = (raw.rfind("\x1b[?7h"), raw.rfind("\x1b[?7l"));
        assert!(wraps.0 >= wraps.1, "lines do not wrap any more");
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Asked first, so that it ends what it has started itself.
            self.signal(Signal::TERM);
            let child = &mut self.child;
            // Not expected: a panic here would hide the one that led here.
            let ended = crate::running::patiently(|| child.try_wait().ok().flatten());
            if ended.is_none() {
                let _ = child.kill();
                let _ = child.wait();
            }
        }
    }
}

fn winsize(columns: u16, lines: u16) -> Winsize {
    Winsize {
        ws_row: lines,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn read_along(mut from: File, to: Arc<Mutex<Seen>>) -> JoinHandle<()> {
    let read = move || {
        let mut part = [0; 4096];
        loop {
            let mut fds = [PollFd::new(&from, PollFlags::IN)];
            let tick = Timespec {
                tv_sec: 0,
                tv_nsec: 20_000_000,
            };
            let ready = poll(&mut fds, Some(&tick));
            if to.lock().expect("nobody panics while holding it").is_over {
                return;
            }
            if !matches!(ready, Ok(1..)) {
                continue;
            }
            // Linux reports the end as an error.
            let Ok(count @ 1..) = from.read(&mut part) else {
                return;
            };
            let mut seen = to.lock().expect("nobody panics while holding it");
            seen.parser.process(&part[..count]);
            seen.raw.extend_from_slice(&part[..count]);
        }
    };
    thread::Builder::new()
        .spawn(read)
        .expect("a thread can be started")
}

fn eventually_on<T>(shown: &Shown, ask: impl Fn(&str) -> Option<T>) -> Option<T> {
    crate::running::patiently(|| ask(&shown.screen()))
}

/// The most memory that a process ever had, in KiB.
pub fn peak_memory(pid: i32) -> u64 {
    let path = Path::new("/proc").join(pid.to_string()).join("status");
    let status = std::fs::read_to_string(path).expect("the process is there");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let line = line.expect("it has memory").trim();
    let number = line.strip_suffix(" kB").expect("it is in KiB");
    number.parse().expect("a number")
}
