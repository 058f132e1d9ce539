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
    let layers = Layers {
        flags: flags(sources.flags, &mut problems),
        env: env(sources.env),
        file: file(sources.file.unwrap_or_default(), &mut problems),
    };
    let texts = &layers;

    let port = number(Key::Port, 65_535, texts, &mut problems);
    let workers = number(Key::Workers, 64, texts, &mut problems);
    let timeout = number(Key::TimeoutMs, 600_000, texts, &mut problems).map(Duration::from_millis);
    let drain = number(Key::DrainMs, 600_000, texts, &mut problems).map(Duration::from_millis);
    let database_url = read(Key::DatabaseUrl, texts, &mut problems, |text| {
        text.starts_with("postgres://").then(|| text.to_owned())
    });
    let origins: BTreeMap<Key, Origin> = Key::ALL
        .into_iter()
        .filter_map(|key| Some((key, layers.find(key)?.0)))
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

/// The last text for each key in one layer, and where it is.
type Layer<'s> = BTreeMap<Key, (Origin, &'s str)>;

/// What each layer says, from the highest to the lowest.
struct Layers<'s> {
    flags: Layer<'s>,
    env: Layer<'s>,
    file: Layer<'s>,
}

impl<'s> Layers<'s> {
    fn find(&self, key: Key) -> Option<(Origin, &'s str)> {
        [&self.flags, &self.env, &self.file]
            .into_iter()
            .find_map(|layer| layer.get(&key).cloned())
            .or_else(|| Some((Origin::Default, key.default_text()?)))
    }
}

fn file<'s>(text: &'s str, problems: &mut Vec<Problem>) -> Layer<'s> {
    let mut layer = Layer::new();
    for (at, text) in text.lines().map(str::trim).enumerate() {
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let origin = Origin::File { line: at + 1 };
        let pair = text.split_once('=');
        let pair = pair.map(|(name, value)| (name.trim().to_owned(), value.trim()));
        put(pair, origin, &mut layer, problems);
    }
    layer
}

fn env<'s>(env: &[(&'s str, &'s str)]) -> Layer<'s> {
    let mut layer = Layer::new();
    for (name, value) in env.iter().filter(|(_, value)| !value.is_empty()) {
        let key = Key::ALL
            .into_iter()
            .find(|key| *name == format!("SHOP_{}", key.name().to_uppercase()));
        if let Some(key) = key {
            let name = (*name).to_owned();
            layer.insert(key, (Origin::Env { name }, value));
        }
    }
    layer
}

fn flags<'s>(flags: &[&'s str], problems: &mut Vec<Problem>) -> Layer<'s> {
    let mut layer = Layer::new();
    for (at, flag) in flags.iter().enumerate() {
        let pair = flag
            .strip_prefix("--")
            .and_then(|flag| flag.split_once('='));
        let pair = pair.map(|(name, value)| (name.replace('-', "_"), value));
        let origin = Origin::Flag { position: at + 1 };
        put(pair, origin, &mut layer, problems);
    }
    layer
}

fn put<'s>(
    pair: Option<(String, &'s str)>,
    origin: Origin,
    layer: &mut Layer<'s>,
    problems: &mut Vec<Problem>,
) {
    let fault = match pair {
        None => Fault::Syntax,
        Some((name, value)) => match Key::ALL.into_iter().find(|key| key.name() == name) {
            Some(key) => {
                layer.insert(key, (origin, value));
                return;
            }
            None => Fault::Unknown(name),
        },
    };
    problems.push(Problem { origin, fault });
}

/// The value of a key. A text that is no value goes into the problems, and so does one that is not there.
fn read<T>(
    key: Key,
    texts: &Layers<'_>,
    problems: &mut Vec<Problem>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let Some((origin, text)) = texts.find(key) else {
        problems.push(Problem {
            origin: Origin::Default,
            fault: Fault::Missing(key),
        });
        return None;
    };
    let value = parse(text);
    if value.is_none() {
        let shown = if key.is_secret() { HIDDEN } else { text };
        problems.push(Problem {
            origin,
            fault: Fault::Bad(key, shown.to_owned()),
        });
    }
    value
}

fn number<T: TryFrom<u64>>(
    key: Key,
    most: u64,
    texts: &Layers<'_>,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    read(key, texts, problems, |text| {
        let number = text.parse().ok().filter(|n| (1..=most).contains(n))?;
        T::try_from(number).ok()
    })
}
