//! What can be set, where it can come from, and what can be wrong with it. Not yours to change.

use std::fmt;

/// What the process was started with. Nothing here reads a disk or the real environment.
#[derive(Clone, Copy, Default)]
pub struct Sources<'s> {
    /// The text of the file, if there is one: a `key = value` on each line. Lines that are empty or begin
    /// with `#` say nothing.
    pub file: Option<&'s str>,
    /// The environment, whole: names and values.
    pub env: &'s [(&'s str, &'s str)],
    /// The arguments after the program's name: `--key=value`, with `-` for `_`.
    pub flags: &'s [&'s str],
}

/// Something that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Port,
    Workers,
    TimeoutMs,
    DrainMs,
    DatabaseUrl,
}

impl Key {
    pub const ALL: [Key; 5] = [
        Key::Port,
        Key::Workers,
        Key::TimeoutMs,
        Key::DrainMs,
        Key::DatabaseUrl,
    ];

    /// The name in a file. A flag has `--` before it and `-` for `_`; a variable is `SHOP_` and the name in
    /// upper case.
    pub const fn name(self) -> &'static str {
        match self {
            Key::Port => "port",
            Key::Workers => "workers",
            Key::TimeoutMs => "timeout_ms",
            Key::DrainMs => "drain_ms",
            Key::DatabaseUrl => "database_url",
        }
    }

    /// Whether a value of this may be shown to nobody. Each one does: it has a password in it.
    pub const fn is_secret(self) -> bool {
        matches!(self, Key::DatabaseUrl)
    }

    /// What holds if nobody sets it. There is no default database.
    pub const fn default_text(self) -> Option<&'static str> {
        match self {
            Key::Port => Some("8080"),
            Key::Workers => Some("4"),
            Key::TimeoutMs => Some("5000"),
            Key::DrainMs => Some("20000"),
            Key::DatabaseUrl => None,
        }
    }

    /// What a value has to be.
    pub const fn expected(self) -> &'static str {
        match self {
            Key::Port => "a number from 1 to 65535",
            Key::Workers => "a number from 1 to 64",
            Key::TimeoutMs | Key::DrainMs => "a number from 1 to 600000",
            Key::DatabaseUrl => "a URL that begins with `postgres://`",
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// A line of the file, from 1.
    File { line: usize },
    /// A variable, by its full name.
    Env { name: String },
    /// An argument, from 1.
    Flag { position: usize },
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// No `=` in it, or no `--` before it.
    Syntax,
    /// There is no such key. Holds it as a file would spell it.
    Unknown(String),
    /// Nobody set what has no default.
    Missing(Key),
    /// The value is not what it has to be. Holds what may be shown of it.
    Bad(Key, String),
    /// The drain is shorter than a request may take.
    DrainTooShort,
}

/// Something wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub origin: Origin,
    pub fault: Fault,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File { line } => write!(f, "line {line} of the file"),
            Origin::Env { name } => write!(f, "variable `{name}`"),
            Origin::Flag { position } => write!(f, "argument {position}"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { origin, fault } = self;
        match fault {
            Fault::Syntax => write!(f, "{origin}: a key, `=` and a value were expected"),
            Fault::Unknown(key) => write!(f, "{origin}: there is no key `{key}`"),
            Fault::Missing(key) => write!(f, "`{}` is not set, and has no default", key.name()),
            Fault::Bad(key, found) => write!(
                f,
                "{origin}: `{}` has to be {}, not `{found}`",
                key.name(),
                key.expected()
            ),
            Fault::DrainTooShort => write!(
                f,
                "{origin}: `drain_ms` is less than `timeout_ms`, so requests are cut off"
            ),
        }
    }
}
