//! The self-probe: before anything is graded, a program of our own tries in the real box what submissions
//! try. What it gets away with is said on standard output, one word a line.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;
use std::process::{Command, ExitCode};

use rustix::process::{Pid, test_kill_process};

use super::spec::Reach;

/// How far a cell has to reach for it to be allowed, where it ever is; what it is called; and the attempt.
type Try<'a> = (Option<Reach>, &'a str, &'a dyn Fn() -> bool);

/// Tries what must not be possible. The arguments: a file outside that exists and must not be read; how far the cell
/// reaches; an address outside at which somebody listens; a process outside.
pub fn probe() -> ExitCode {
    let mut arguments = std::env::args().skip(2);
    let mut next = || arguments.next().unwrap_or_default();
    let (secret, reach, address, process) = (next(), next(), next(), next());
    let beside = Path::new(&secret).with_extension("written");
    let reach = Reach::ALL.into_iter().find(|it| it.name() == reach);
    let reach = reach.unwrap_or_default();
    let me = std::env::args().next().unwrap_or_default();
    let starts = |path: &str| Command::new(path).arg("--version").status().is_ok();
    let tries: [Try<'_>; 15] = [
        (None, "reads a file outside", &|| {
            std::fs::read(&secret).is_ok()
        }),
        (None, "writes a file outside", &|| {
            std::fs::write(&beside, "x").is_ok()
        }),
        (None, "starts a program from outside", &|| {
            starts("/bin/true")
        }),
        (Some(Reach::Processes), "starts a process", &|| starts(&me)),
        (Some(Reach::Addresses), "opens a TCP socket", &|| {
            TcpListener::bind("127.0.0.1:0").is_ok()
        }),
        (Some(Reach::Addresses), "opens a UDP socket", &|| {
            UdpSocket::bind("127.0.0.1:0").is_ok()
        }),
        (None, "calls an address outside", &|| {
            TcpStream::connect(&address).is_ok()
        }),
        (None, "sends a packet outside", &|| {
            UdpSocket::bind("0.0.0.0:0").is_ok_and(|it| it.send_to(b"x", "192.0.2.1:9").is_ok())
        }),
        (None, "opens a socket in a folder", &|| {
            UnixListener::bind("probe.sock").is_ok()
        }),
        (Some(Reach::Processes), "opens a pair of sockets", &|| {
            UnixDatagram::pair().is_ok()
        }),
        (None, "reads the memory of a process", &|| {
            ["mem", "task/1/mem", "environ", "auxv"]
                .iter()
                .any(|name| std::fs::File::open(format!("/proc/self/{name}")).is_ok())
        }),
        (Some(Reach::Itself), "looks at a process", &|| {
            std::fs::read("/proc/self/maps").is_ok()
        }),
        (Some(Reach::Itself), "lists its threads", &|| {
            std::fs::read_dir("/proc/self/task").is_ok()
        }),
        (None, "sees a process outside", &|| {
            // In a namespace of its own it is the first itself, whoever that is outside.
            let process = process.parse().ok().filter(|it| *it != 1);
            process
                .and_then(Pid::from_raw)
                .is_some_and(|it| test_kill_process(it).is_ok())
        }),
        (None, "has an environment", &|| {
            std::env::vars_os().any(|(name, _)| name != "WORKBOOK_PROCESS")
        }),
    ];
    let mut out = std::io::stdout();
    for (from, name, attempt) in tries {
        let is_allowed = from.is_some_and(|from| reach >= from);
        if !is_allowed && attempt() {
            let _ = writeln!(out, "{name}");
        }
    }
    let _ = writeln!(out, "probed");
    ExitCode::SUCCESS
}
