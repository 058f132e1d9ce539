//! The program in a pseudo-terminal, as a user sees it.

use std::fs::File;
use std::io::Read as _;
use std::process::Command;

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Runs a command in a terminal of so many columns. Returns its exit code and all that it showed.
pub fn run_in_terminal(mut command: Command, columns: u16) -> (Option<i32>, String) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("there are terminals");
    grantpt(&ours).expect("it can be used");
    unlockpt(&ours).expect("it can be used");
    let name = ptsname(&ours, Vec::new()).expect("it has a name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let theirs = rustix::fs::open(name, flags, Mode::empty()).expect("it can be opened");
    let size = Winsize {
        ws_row: 24,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&theirs, size).expect("it has a size");
    let copy = || theirs.try_clone().expect("it can be shared");
    if !command.get_envs().any(|(name, _)| name == "TERM") {
        command.env("TERM", "xterm-256color");
    }
    command.stdin(copy()).stdout(copy()).stderr(copy());
    let mut child = command.spawn().expect("the program can be started");
    // From now on only the program has the terminal, so that its end is the end of what there is to read.
    drop((command, theirs));
    let mut shown = Vec::new();
    let mut ours = File::from(ours);
    let mut part = [0; 4096];
    // Linux reports the end as an error.
    while let Ok(count @ 1..) = ours.read(&mut part) {
        shown.extend_from_slice(&part[..count]);
    }
    let status = child.wait().expect("it can be waited for");
    let text = String::from_utf8(shown).expect("it shows text");
    (status.code(), text.replace("\r\n", "\n"))
}
