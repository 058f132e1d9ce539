//! From the sources to the settings, in two steps: find the text that counts for each key, then read each
//! of those texts once. No step ends at a problem.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::model::{Fault, Key, Origin, Problem, Sources};

/// What the shop runs with.
#[derive(Debug, Clone)]
pub struct Settings {
    port: u16,
    workers: u16,
    timeout: Duration,
    drain: Duration,
    database_url: Secret,
    origins: BTreeMap<Key, Origin>,
}

/// A text that does not print. The type carries the rule, so that `Settings`, and whatever contains it
/// one day, may derive `Debug`.
#[derive(Clone)]
struct Secret(String);

/// What is shown in place of a secret.
const HIDDEN: &str = "***";

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Settings {
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn workers(&self) -> u16 {
        self.workers
    }

    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    pub fn drain(&self) -> Duration {
        self.drain
    }

    /// With the password. For the driver, and nobody else.
    pub fn database_url(&self) -> &str {
        &self.database_url.0
    }

    /// Where the value of a key comes from.
    pub fn origin(&self, key: Key) -> Origin {
        self.origins.get(&key).cloned().unwrap_or(Origin::Default)
    }
}

/// Reads the settings: flags before the environment, that before the file, and that before the defaults.
///
/// # Errors
///
/// All that is wrong.
pub fn load(sources: &Sources<'_>) -> Result<Settings, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut texts = BTreeMap::new();
    for key in Key::ALL {
        if let Some(text) = key.default_text() {
            texts.insert(key, (Origin::Default, text));
        }
    }
    // From the lowest layer to the highest: what is inserted later is what counts.
    file(sources.file.unwrap_or_default(), &mut texts, &mut problems);
    env(sources.env, &mut texts);
    flags(sources.flags, &mut texts, &mut problems);

    let port = number(Key::Port, 65_535, &texts, &mut problems);
    let workers = number(Key::Workers, 64, &texts, &mut problems);
    let timeout = number(Key::TimeoutMs, 600_000, &texts, &mut problems).map(Duration::from_millis);
    let drain = number(Key::DrainMs, 600_000, &texts, &mut problems).map(Duration::from_millis);
    let database_url = read(Key::DatabaseUrl, &texts, &mut problems, |text| {
        text.starts_with("postgres://").then(|| text.to_owned())
    });
    let origins: BTreeMap<Key, Origin> = texts
        .into_iter()
        .map(|(key, (origin, _))| (key, origin))
        .collect();
    // A rule about two values can be asked only where both are there.
    if let (Some(timeout), Some(drain)) = (timeout, drain)
        && drain < timeout
    {
        problems.push(Problem {
            origin: origins[&Key::DrainMs].clone(),
            fault: Fault::DrainTooShort,
        });
    }
    match (port, workers, timeout, drain, database_url) {
        (Some(port), Some(workers), Some(timeout), Some(drain), Some(url))
            if problems.is_empty() =>
        {
            Ok(Settings {
                port,
                workers,
                timeout,
                drain,
                database_url: Secret(url),
                origins,
            })
        }
        _ => Err(problems),
    }
}

/// The text that counts for each key, and where it is from.
type Texts<'s> = BTreeMap<Key, (Origin, &'s str)>;

fn file<'s>(text: &'s str, texts: &mut Texts<'s>, problems: &mut Vec<Problem>) {
    for (line, text) in (1..).zip(text.lines().map(str::trim)) {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let origin = Origin::File { line };
        match text.split_once('=') {
            Some((name, value)) => put(name.trim(), value.trim(), origin, texts, problems),
            None => problems.push(Problem {
                origin,
                fault: Fault::Syntax,
            }),
        }
    }
}

/// Asks for the names that we know. Others are not ours to judge: who runs us puts variables there too,
/// with whatever prefix.
fn env<'s>(env: &[(&'s str, &'s str)], texts: &mut Texts<'s>) {
    for key in Key::ALL {
        let wanted = format!("SHOP_{}", key.name().to_uppercase());
        for (name, value) in env {
            // There is no way to take a variable away in a Compose file, so empty means that.
            if *name == wanted && !value.is_empty() {
                let name = wanted.clone();
                texts.insert(key, (Origin::Env { name }, value));
            }
        }
    }
}

fn flags<'s>(flags: &[&'s str], texts: &mut Texts<'s>, problems: &mut Vec<Problem>) {
    for (position, flag) in (1..).zip(flags) {
        let origin = Origin::Flag { position };
        let parts = flag
            .strip_prefix("--")
            .and_then(|flag| flag.split_once('='));
        match parts {
            Some((name, value)) => put(&name.replace('-', "_"), value, origin, texts, problems),
            None => problems.push(Problem {
                origin,
                fault: Fault::Syntax,
            }),
        }
    }
}

fn put<'s>(
    name: &str,
    value: &'s str,
    origin: Origin,
    texts: &mut Texts<'s>,
    problems: &mut Vec<Problem>,
) {
    match Key::ALL.into_iter().find(|key| key.name() == name) {
        Some(key) => {
            texts.insert(key, (origin, value));
        }
        None => problems.push(Problem {
            origin,
            fault: Fault::Unknown(name.to_owned()),
        }),
    }
}

/// The value of a key. A text that is no value goes into the problems, and so does one that is not there.
fn read<T>(
    key: Key,
    texts: &Texts<'_>,
    problems: &mut Vec<Problem>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let Some((origin, text)) = texts.get(&key) else {
        problems.push(Problem {
            origin: Origin::Default,
            fault: Fault::Missing(key),
        });
        return None;
    };
    let value = parse(text);
    if value.is_none() {
        problems.push(Problem {
            origin: origin.clone(),
            fault: Fault::Bad(key, (*text).to_owned()),
        });
    }
    value
}

fn number<T: TryFrom<u64>>(
    key: Key,
    most: u64,
    texts: &Texts<'_>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    read(key, texts, problems, |text| {
        let number = text.parse().ok().filter(|n| (1..=most).contains(n))?;
        T::try_from(number).ok()
    })
}
