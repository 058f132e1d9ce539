//! The self-probe: before anything is graded, a program of our own tries in the real box what submissions
//! try. What it gets away with is said on standard output, one word a line.

use std::io::Write as _;
use std::net::{TcpListener, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Tries what must not be possible. `argv[2]` is a file outside that exists and must not be read.
pub fn probe() -> ExitCode {
    let secret = std::env::args().nth(2).unwrap_or_default();
    let beside = Path::new(&secret).with_extension("written");
    let tries: [(&str, &dyn Fn() -> bool); 9] = [
        ("reads a file outside", &|| std::fs::read(&secret).is_ok()),
        ("writes a file outside", &|| {
            std::fs::write(&beside, "x").is_ok()
        }),
        ("starts a process", &|| {
            Command::new("/bin/true").status().is_ok()
        }),
        ("opens a TCP socket", &|| {
            TcpListener::bind("127.0.0.1:0").is_ok()
        }),
        ("opens a UDP socket", &|| {
            UdpSocket::bind("127.0.0.1:0").is_ok()
        }),
        ("opens a socket in a folder", &|| {
            UnixListener::bind("probe.sock").is_ok()
        }),
        ("opens a pair of sockets", &|| UnixDatagram::pair().is_ok()),
        ("reads the memory of a process", &|| {
            std::fs::read("/proc/self/maps").is_ok()
        }),
        ("has an environment", &|| {
            std::env::vars_os().any(|(name, _)| name != "WORKBOOK_PROCESS")
        }),
    ];
    let mut out = std::io::stdout();
    for (name, attempt) in tries {
        if attempt() {
            let _ = writeln!(out, "{name}");
        }
    }
    let _ = writeln!(out, "probed");
    ExitCode::SUCCESS
}
