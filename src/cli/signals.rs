//! Ctrl-C, SIGTERM and SIGHUP: all ask to stop. What runs is ended then, which takes a moment; a signal
//! that comes after that moment ends the program at once.

use std::io;
use std::time::Duration;

use crate::engine::Stop;

/// How long a stop may take. A second signal within this time, such as a SIGTERM after a SIGHUP, must not
/// keep us from ending what we have started.
const GRACE: Duration = Duration::from_secs(3);

/// What a signal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nudge {
    /// To end; the stop is raised.
    End,
    /// The terminal has another size.
    Resized,
    /// We were stopped, and go on; the terminal was somebody else's meanwhile.
    Continued,
}

/// From now on, a signal to end raises `stop`.
///
/// # Errors
///
/// If the system refuses a handler or a thread.
#[cfg(unix)]
pub fn listen(stop: &Stop) -> io::Result<()> {
    use std::time::Instant;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let ends = [SIGINT, SIGTERM, SIGHUP];
    for signal in ends {
        signal_hook::flag::register(signal, stop.flag())?;
    }
    let mut signals = Signals::new(ends)?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            let mut first = None;
            for _ in &mut signals {
                let asked = *first.get_or_insert_with(Instant::now);
                if asked.elapsed() > GRACE {
                    crate::watch::terminal::give_back();
                    signal_hook::low_level::exit(130);
                }
            }
        })?;
    Ok(())
}

/// Tells of signals to end, and of what happens to the terminal.
///
/// # Errors
///
/// As [`listen`].
#[cfg(unix)]
pub fn nudge(tell: impl Fn(Nudge) + Send + 'static) -> io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH};
    use signal_hook::iterator::Signals;

    // Registered after the flags, so that the stop is raised by the time this tells.
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT])?;
    std::thread::Builder::new()
        .name("nudges".to_owned())
        .spawn(move || {
            for signal in &mut signals {
                tell(match signal {
                    SIGWINCH => Nudge::Resized,
                    SIGCONT => Nudge::Continued,
                    _ => Nudge::End,
                });
            }
        })?;
    Ok(())
}

/// Elsewhere the system's own handling of Ctrl-C stays: the program ends at once.
///
/// # Errors
///
/// Never.
#[cfg(not(unix))]
pub fn listen(_stop: &Stop) -> io::Result<()> {
    Ok(())
}

/// Elsewhere there are no such signals.
///
/// # Errors
///
/// Never.
#[cfg(not(unix))]
pub fn nudge(_tell: impl Fn(Nudge) + Send + 'static) -> io::Result<()> {
    Ok(())
}
