//! Systems without process groups: readers in threads, and a look at the clock now and then. What a test
//! starts itself is not found here.

use std::io::{self, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::{End, Ended, Limit, end_of, kin};
use crate::engine::capture::Captured;
use crate::engine::stop::Stop;

const TICK: Duration = Duration::from_millis(5);
const DRAIN: Duration = Duration::from_millis(200);

pub(super) fn run(mut command: Command, limit: Limit, stop: &Stop) -> io::Result<Ended> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let start = Instant::now();
    let mut own = kin::spawn(&mut command)?;
    let child = &mut own.child;
    let stdout = read_in_background(child.stdout.take(), limit.output_bytes)?;
    let stderr = read_in_background(child.stderr.take(), limit.output_bytes)?;
    let end = loop {
        if let Some(status) = child.try_wait()? {
            break end_of(status);
        }
        let end = match () {
            () if stop.is_raised() => End::Stopped,
            () if start.elapsed() >= limit.wall => End::TimedOut,
            () => {
                thread::sleep(TICK);
                continue;
            }
        };
        child.kill()?;
        child.wait()?;
        break end;
    };
    // A process that was left behind can keep a pipe open; its reader is left behind with it.
    let fallback = || Captured::with_capacity(limit.output_bytes);
    Ok(Ended {
        end,
        stdout: stdout.recv_timeout(DRAIN).unwrap_or_else(|_| fallback()),
        stderr: stderr.recv_timeout(DRAIN).unwrap_or_else(|_| fallback()),
        took: start.elapsed(),
        left_behind: 0,
    })
}

fn read_in_background<R: Read + Send + 'static>(
    reader: Option<R>,
    capacity: usize,
) -> io::Result<mpsc::Receiver<Captured>> {
    let (sender, receiver) = mpsc::channel();
    thread::Builder::new()
        .name("test-output".to_owned())
        .spawn(move || {
            let mut captured = Captured::with_capacity(capacity);
            let mut buffer = [0; 16 * 1024];
            if let Some(mut reader) = reader {
                while let Ok(count @ 1..) = reader.read(&mut buffer) {
                    captured.push(&buffer[..count]);
                }
            }
            // Nobody may be waiting any more.
            let _ = sender.send(captured);
        })?;
    Ok(receiver)
}
