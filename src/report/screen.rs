//! The two output streams, with colours stripped where they are unwanted, and a progress bar on standard
//! error.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorWhen {
    /// On a terminal that has them.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl ColorWhen {
    /// What this means for a stream: colours follow the flag, then `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`
    /// and whether there is a terminal. A dumb terminal has none, in CI too: there `ColorChoice::Auto`
    /// would give it some, for `CI` is set.
    pub fn choice(self, plain: bool) -> ColorChoice {
        match self {
            _ if plain && self != ColorWhen::Always => ColorChoice::Never,
            ColorWhen::Auto if is_dumb() => ColorChoice::Never,
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        }
    }
}

/// Where the program prints. A pipe that is closed at the other end is no error: the rest is dropped.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says another thing about the streams"
)]
pub struct Screen {
    sink: Sink,
    /// Words for marks, no links, no progress bar.
    pub plain: bool,
    /// Columns to fill.
    pub width: usize,
    links: bool,
    is_terminal: bool,
    /// How the program was called, where that is not by its name.
    called: Option<&'static str>,
    bar: Option<ProgressBar>,
    /// Lines that are printed together, later.
    held: Option<String>,
    closed: bool,
}

/// Where lines go.
enum Sink {
    Streams {
        out: AutoStream<io::Stdout>,
        err: AutoStream<io::Stderr>,
    },
    /// They are kept, to be shown by somebody else.
    Memory(Vec<String>),
}

/// Whether the terminal says that it knows no escape codes, and nobody insists on them.
fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
        && std::env::var_os("CLICOLOR_FORCE").is_none_or(|force| force == "0")
}

impl Screen {
    /// Looks at the streams once.
    pub fn new(color: ColorWhen, plain: bool) -> Self {
        let choice = color.choice(plain);
        // Text is always made with colours; the streams take them out again.
        colored::control::set_override(true);
        let out = AutoStream::new(io::stdout(), choice);
        let err = AutoStream::new(io::stderr(), choice);
        let is_terminal = io::stdout().is_terminal();
        let colorful = out.current_choice() != ColorChoice::Never;
        let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Screen {
            // A log has no width; 100 columns read well in one.
            width: columns
                .filter(|_| is_terminal)
                .unwrap_or(100)
                .clamp(20, 100),
            links: is_terminal && colorful && !plain,
            is_terminal,
            called: called(),
            bar: None,
            held: None,
            closed: false,
            sink: Sink::Streams { out, err },
            plain,
        }
    }

    /// A screen that keeps its lines, with colours, for a part of the terminal so many columns wide.
    pub fn in_memory(width: usize) -> Self {
        Screen {
            sink: Sink::Memory(Vec::new()),
            plain: false,
            width: width.clamp(20, 100),
            links: true,
            is_terminal: true,
            called: called(),
            bar: None,
            held: None,
            closed: false,
        }
    }

    /// The lines that were kept.
    pub fn into_lines(self) -> Vec<String> {
        match self.sink {
            Sink::Memory(lines) => lines,
            Sink::Streams { .. } => Vec::new(),
        }
    }

    /// Whether the streams are a terminal on which a cursor can be moved, with somebody at the keys.
    pub fn is_interactive(&self) -> bool {
        let known = match std::env::var_os("TERM") {
            Some(term) => !term.is_empty() && term != "dumb",
            // Windows has no such variable, and its terminals know.
            None => cfg!(windows),
        };
        self.is_terminal && io::stdin().is_terminal() && known && !self.plain
    }

    /// Whether colours are shown.
    pub fn has_colors(&self) -> bool {
        match &self.sink {
            Sink::Streams { out, .. } => out.current_choice() != ColorChoice::Never,
            Sink::Memory(_) => true,
        }
    }

    /// Whether the reader has gone.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Prints to standard output, with a line break.
    pub fn line(&mut self, text: impl AsRef<str>) {
        if self.closed {
            return;
        }
        let text = self.as_called(text.as_ref());
        if let Some(held) = &mut self.held {
            held.push_str(&text);
            held.push('\n');
            return;
        }
        let Screen { sink, bar, .. } = self;
        let out = match sink {
            Sink::Streams { out, .. } => out,
            Sink::Memory(lines) => return lines.extend(text.split('\n').map(str::to_owned)),
        };
        // The stream would write what lies between escape codes piece by piece.
        let text = match out.current_choice() {
            ColorChoice::Never => anstream::adapter::strip_str(&text).to_string(),
            _ => text.into_owned(),
        };
        let mut write = || writeln!(out, "{text}").and_then(|()| out.flush());
        let result = match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        // The reader has gone (as in `workbook list | head`); or nothing can be printed at all, and
        // then the exit code has to say everything.
        self.closed = result.is_err();
    }

    /// Prints in one go what `print` prints line by line: thousands of lines are as many calls to the system
    /// otherwise, for nobody who waits for the first.
    pub fn at_once<T>(&mut self, print: impl FnOnce(&mut Screen) -> T) -> T {
        self.held = Some(String::new());
        let result = print(self);
        let held = self.held.take().unwrap_or_default();
        if let Some(lines) = held.strip_suffix('\n') {
            self.line(lines);
        }
        result
    }

    /// Commands in a text as the user has to type them.
    fn as_called<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.called {
            Some(called) if text.contains("`workbook ") => {
                Cow::Owned(text.replace("`workbook ", called))
            }
            _ => Cow::Borrowed(text),
        }
    }

    /// Prints a sentence, wrapped between words on a terminal; what follows the first line is indented
    /// below it. A log gets it whole.
    pub fn prose(&mut self, text: impl AsRef<str>) {
        let text = self.as_called(text.as_ref()).into_owned();
        if !self.is_terminal {
            self.line(text);
            return;
        }
        let leading = text.len() - text.trim_start().len();
        let indent = " ".repeat(leading + 2);
        let options = textwrap::Options::new(self.width).subsequent_indent(&indent);
        self.line(textwrap::fill(&text, options));
    }

    /// Prints an empty line.
    pub fn gap(&mut self) {
        self.line("");
    }

    /// Prints to standard error, with a line break.
    pub fn complain(&mut self, text: impl AsRef<str>) {
        let text = self.as_called(text.as_ref());
        let Screen { sink, bar, .. } = self;
        let err = match sink {
            Sink::Streams { err, .. } => err,
            Sink::Memory(lines) => return lines.extend(text.split('\n').map(str::to_owned)),
        };
        let mut write = || writeln!(err, "{text}");
        // There is nowhere left to report a failure of this.
        let _ = match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
    }

    /// Shows how far something is, on standard error, if that is a terminal.
    pub fn progress(&mut self, done: u64, total: u64, what: &str) {
        if self.plain || matches!(self.sink, Sink::Memory(_)) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("  {bar:24} {pos}/{len} {wide_msg}");
            // The template is a constant of this file, and correct.
            bar.set_style(
                style
                    .unwrap_or_else(|_| ProgressStyle::default_bar())
                    .progress_chars("█▉ "),
            );
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        bar.set_length(total);
        bar.set_position(done);
        bar.set_message(what.to_owned());
    }

    /// Takes the progress bar away.
    pub fn end_progress(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    /// A path as text, as a link where the terminal has them.
    pub fn path(&self, shown: &Path, absolute: &Path) -> String {
        let shown = shown.display().to_string();
        if !self.links {
            return shown;
        }
        let mut address = String::from("file://");
        for byte in absolute.as_os_str().as_encoded_bytes() {
            let plain = byte.is_ascii_alphanumeric() || b"/._-~".contains(byte);
            if plain {
                address.push(char::from(*byte));
            } else {
                use std::fmt::Write as _;
                // Writing to a String can't fail.
                let _ = write!(address, "%{byte:02X}");
            }
        }
        format!("\x1b]8;;{address}\x1b\\{shown}\x1b]8;;\x1b\\")
    }

    /// The first text for eyes, the second for `--plain`.
    pub fn mark(&self, sign: &'static str, word: &'static str) -> &'static str {
        if self.plain { word } else { sign }
    }
}

/// Cargo sets a variable for a program that it runs: then there may be no `workbook` to call.
fn called() -> Option<&'static str> {
    let by_cargo = std::env::var_os("CARGO_PKG_NAME").is_some_and(|name| name == "workbook");
    by_cargo.then_some("`cargo workbook ")
}
