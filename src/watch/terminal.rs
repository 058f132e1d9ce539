//! The terminal while the watch screen is on it: raw, on its second page, and given back as it was
//! whatever happens.

use std::io::{self, Write as _};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::{cursor, execute, terminal};

/// Lines do not wrap at the right edge while this is off: a letter that is wider than we think then
/// spoils one line and not the screen.
const NO_WRAP: &str = "\x1b[?7l";
const WRAP: &str = "\x1b[?7h";
/// Between these the terminal shows nothing half done, if it knows them.
const BEGIN: &str = "\x1b[?2026h";
const END: &str = "\x1b[?2026l";

/// Whether the terminal is ours. It is one for the whole process, and a panic in any thread has to give
/// it back.
static HELD: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// The terminal, held until this is dropped or a panic begins.
pub struct Terminal {
    shown: Vec<String>,
    colors: bool,
}

impl Terminal {
    /// Takes the terminal.
    ///
    /// # Errors
    ///
    /// If it is none, or has gone.
    pub fn take(colors: bool) -> io::Result<Self> {
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                // First, so that the message is seen.
                give_back();
                before(panic);
            }));
        });
        let terminal = Terminal {
            shown: Vec::new(),
            colors,
        };
        enter()?;
        Ok(terminal)
    }

    /// Lets another program have the terminal, until [`Terminal::take_again`].
    pub fn lend(&mut self) {
        give_back();
    }

    /// Takes the terminal again, however others left it, and forgets what was shown.
    ///
    /// # Errors
    ///
    /// As [`Terminal::take`].
    pub fn take_again(&mut self) -> io::Result<()> {
        give_back();
        self.shown.clear();
        enter()
    }

    /// Shows these lines from the top, and nothing else. Only lines that changed are written.
    ///
    /// # Errors
    ///
    /// If the terminal has gone.
    pub fn show(&mut self, lines: &[String]) -> io::Result<()> {
        let mut update = String::new();
        // After a change of size nothing that was shown is where it was.
        let anew = self.shown.len() != lines.len();
        if anew {
            update.push_str("\x1b[2J");
        }
        for (at, line) in lines.iter().enumerate() {
            if !anew && self.shown[at] == *line {
                continue;
            }
            // Writing to a String can't fail.
            let _ = std::fmt::Write::write_fmt(
                &mut update,
                format_args!("\x1b[{};1H\x1b[K{}", at + 1, self.dressed(line)),
            );
        }
        if update.is_empty() {
            return Ok(());
        }
        self.shown = lines.to_vec();
        let mut out = io::stdout().lock();
        out.write_all(format!("{BEGIN}{update}{END}").as_bytes())?;
        out.flush()
    }

    /// Forgets what was shown: everything is written again.
    pub fn forget(&mut self) {
        self.shown.clear();
    }

    fn dressed(&self, line: &str) -> String {
        if self.colors {
            line.to_owned()
        } else {
            crate::report::text::plain(line)
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Columns and lines of the terminal, or of a usual one where it does not tell.
pub fn size() -> (usize, usize) {
    match terminal_size::terminal_size() {
        Some((columns, lines)) if columns.0 > 0 && lines.0 > 0 => {
            (columns.0.into(), lines.0.into())
        }
        _ => (80, 24),
    }
}

/// Gives the terminal back as it was, if it is ours. Safe to call from any thread, any number of times.
pub fn give_back() {
    if !HELD.swap(false, Ordering::AcqRel) {
        return;
    }
    let mut out = io::stdout();
    // A terminal that has gone needs nothing of this.
    let _ = out.write_all(format!("{END}{WRAP}\x1b[0m").as_bytes());
    let _ = execute!(out, cursor::Show, terminal::LeaveAlternateScreen);
    let _ = terminal::disable_raw_mode();
}

fn enter() -> io::Result<()> {
    HELD.store(true, Ordering::Release);
    let entered = terminal::enable_raw_mode().and_then(|()| {
        let mut out = io::stdout();
        execute!(out, terminal::EnterAlternateScreen, cursor::Hide)?;
        out.write_all(NO_WRAP.as_bytes())?;
        out.flush()
    });
    if entered.is_err() {
        give_back();
    }
    entered
}
