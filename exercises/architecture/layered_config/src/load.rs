//! From the sources to the settings.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::{Fault, Key, Origin, Problem, Sources};

/// What the shop runs with.
#[derive(Debug, Clone)]
pub struct Settings {
    port: u16,
    workers: u16,
    timeout_ms: u64,
    drain_ms: u64,
    database_url: String,
    origins: BTreeMap<Key, Origin>,
}

impl Settings {
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn workers(&self) -> u16 {
        self.workers
    }

    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    pub fn drain(&self) -> Duration {
        Duration::from_millis(self.drain_ms)
    }

    /// With the password. For the driver, and nobody else.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// Where the value of a key comes from.
    pub fn origin(&self, key: Key) -> Origin {
        self.origins.get(&key).cloned().unwrap_or(Origin::Default)
    }

    fn set(&mut self, key: Key, value: &str, origin: Origin) -> Result<(), Problem> {
        let parsed = match key {
            Key::Port => number(value, u64::from(u16::MAX)).map(|n| self.port = n as u16),
            Key::Workers => number(value, 64).map(|n| self.workers = n as u16),
            Key::TimeoutMs => number(value, 600_000).map(|n| self.timeout_ms = n),
            Key::DrainMs => number(value, 600_000).map(|n| self.drain_ms = n),
            Key::DatabaseUrl => value
                .starts_with("postgres://")
                .then(|| self.database_url = value.to_owned()),
        };
        if parsed.is_none() {
            let fault = Fault::Bad(key, value.to_owned());
            return Err(Problem { origin, fault });
        }
        self.origins.insert(key, origin);
        Ok(())
    }
}

fn number(text: &str, most: u64) -> Option<u64> {
    text.parse().ok().filter(|n| (1..=most).contains(n))
}

/// Reads the settings: flags before the environment, that before the file, and that before the defaults.
///
/// # Errors
///
/// What is wrong.
pub fn load(sources: &Sources<'_>) -> Result<Settings, Vec<Problem>> {
    read(sources).map_err(|problem| vec![problem])
}

fn read(sources: &Sources<'_>) -> Result<Settings, Problem> {
    let mut settings = Settings {
        port: 8080,
        workers: 4,
        timeout_ms: 5_000,
        drain_ms: 20_000,
        database_url: String::new(),
        origins: BTreeMap::new(),
    };
    for (at, line) in sources.file.unwrap_or_default().lines().enumerate() {
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        for key in Key::ALL {
            if name.trim() == key.name() {
                settings.set(key, value.trim(), Origin::File { line: at + 1 })?;
            }
        }
    }
    for (name, value) in sources.env {
        for key in Key::ALL {
            if *name == format!("SHOP_{}", key.name().to_uppercase()) {
                let name = (*name).to_owned();
                settings.set(key, value, Origin::Env { name })?;
            }
        }
    }
    for (at, flag) in sources.flags.iter().enumerate() {
        let Some((name, value)) = flag.split_once('=') else {
            continue;
        };
        for key in Key::ALL {
            if name.trim_start_matches('-').replace('-', "_") == key.name() {
                settings.set(key, value, Origin::Flag { position: at + 1 })?;
            }
        }
    }
    if settings.database_url.is_empty() {
        return Err(Problem {
            origin: Origin::Default,
            fault: Fault::Missing(Key::DatabaseUrl),
        });
    }
    if settings.drain_ms < settings.timeout_ms {
        return Err(Problem {
            origin: settings.origin(Key::DrainMs),
            fault: Fault::DrainTooShort,
        });
    }
    Ok(settings)
}
