//! From what three sources say to one checked [`Config`].

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::error::{ConfigError, ConfigErrors, Place, Problem};
use super::{Cache, Config, Database, Notices, Secret, TokenKey};
use crate::adapters::{PostgresSettings, PostgresTasks, RedisCache};
use crate::limits::{Network, Rate};
use crate::telemetry::Levels;

const PREFIX: &str = "TASKS_";
/// Names the file, and is no setting of the service.
const FILE: &str = "config";

/// Everything that there is to know about a setting. A new one is one more row.
struct Setting {
    key: &'static str,
    kind: Kind,
    expected: &'static str,
    set: fn(&mut Config, &str) -> Option<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Open,
    /// May hold a password, whether it is what we accept or not. Not repeated, and no flag if it does.
    Delicate,
    /// Not repeated, and not a flag.
    Secret,
}

const DURATION: &str = "a duration such as 250ms, 10s, 5m or 1h";

const RATE: &str = "a rate of at least one, such as 600/1m, or `off`";

const SETTINGS: [Setting; 21] = [
    Setting {
        key: "address",
        kind: Kind::Open,
        expected: "an address with a port, such as 127.0.0.1:8080 or [::1]:8080",
        set: |config, text| {
            config.address = text.parse().ok()?;
            Some(())
        },
    },
    Setting {
        key: "operator_address",
        kind: Kind::Open,
        expected: "an address with a port, such as 127.0.0.1:9090",
        set: |config, text| {
            config.operator_address = Some(text.parse().ok()?);
            Some(())
        },
    },
    Setting {
        key: "log",
        kind: Kind::Open,
        expected: "levels such as `info` or `warn,capstone::jobs=debug`; there are off, error, warn, info, debug and trace",
        set: |config, text| {
            config.log = Levels::parse(text)?;
            Some(())
        },
    },
    Setting {
        key: "notice",
        kind: Kind::Open,
        expected: DURATION,
        set: |config, text| {
            config.notice = duration(text)?;
            Some(())
        },
    },
    Setting {
        key: "drain_timeout",
        kind: Kind::Open,
        expected: DURATION,
        set: |config, text| {
            config.drain_timeout = duration(text)?;
            Some(())
        },
    },
    Setting {
        key: "grace",
        kind: Kind::Open,
        expected: DURATION,
        set: |config, text| {
            config.grace = duration(text)?;
            Some(())
        },
    },
    Setting {
        key: "database",
        kind: Kind::Delicate,
        expected: "`memory:`, `sqlite:` and a path, or postgres://user:password@host:port/database",
        set: |config, text| {
            config.database = database(text)?;
            Some(())
        },
    },
    Setting {
        key: "database_connections",
        kind: Kind::Open,
        expected: "a number from 1 to 1000",
        set: |config, text| {
            let number = text.parse().ok();
            config.database_connections = number.filter(|most| (1..=1000).contains(most))?;
            Some(())
        },
    },
    Setting {
        key: "database_patience",
        kind: Kind::Open,
        expected: "a duration such as 2s, and not 0",
        set: |config, text| {
            config.database_patience = duration(text).filter(|most| !most.is_zero())?;
            Some(())
        },
    },
    Setting {
        key: "notices",
        kind: Kind::Open,
        expected: "`log:` or `file:` and a path",
        set: |config, text| {
            config.notices = notices(text)?;
            Some(())
        },
    },
    Setting {
        key: "job_lease",
        kind: Kind::Open,
        expected: "a duration such as 30s, and not 0",
        set: |config, text| {
            config.job_lease = duration(text).filter(|lease| !lease.is_zero())?;
            Some(())
        },
    },
    Setting {
        key: "password_pepper",
        kind: Kind::Secret,
        expected: "a text of at least 16 bytes",
        set: |config, text| {
            config.password_pepper = Some(pepper(text)?);
            Some(())
        },
    },
    Setting {
        key: "token_keys",
        kind: Kind::Secret,
        expected: "`id:secret`, or some with commas between; ids of letters, digits, `-` and `_`, each once; \
                   secrets of at least 32 bytes",
        set: |config, text| {
            config.token_keys = TokenKey::parse_all(text)?;
            Some(())
        },
    },
    Setting {
        key: "cache",
        kind: Kind::Delicate,
        expected: "`none:`, `memory:` and a number, or redis://host:port",
        set: |config, text| {
            config.cache = cache(text)?;
            Some(())
        },
    },
    Setting {
        key: "cache_ttl",
        kind: Kind::Open,
        expected: DURATION,
        set: |config, text| {
            config.cache_ttl = duration(text)?;
            Some(())
        },
    },
    Setting {
        key: "health_every",
        kind: Kind::Open,
        expected: "a duration such as 1s, and not 0",
        set: |config, text| {
            config.health_every = duration(text).filter(|every| !every.is_zero())?;
            Some(())
        },
    },
    Setting {
        key: "jobs_late_after",
        kind: Kind::Open,
        expected: "a duration such as 5m, and not 0",
        set: |config, text| {
            config.jobs_late_after = duration(text).filter(|age| !age.is_zero())?;
            Some(())
        },
    },
    Setting {
        key: "user_rate",
        kind: Kind::Open,
        expected: RATE,
        set: |config, text| {
            config.limits.user = rate(text)?;
            Some(())
        },
    },
    Setting {
        key: "address_rate",
        kind: Kind::Open,
        expected: RATE,
        set: |config, text| {
            config.limits.address = rate(text)?;
            Some(())
        },
    },
    Setting {
        key: "trusted_proxies",
        kind: Kind::Open,
        expected: "a list of addresses and networks, such as 10.0.0.0/8, 192.0.2.7",
        set: |config, text| {
            config.limits.trusted_proxies = networks(text)?;
            Some(())
        },
    },
    Setting {
        key: "callers_remembered",
        kind: Kind::Open,
        expected: "a number of at least 1",
        set: |config, text| {
            config.limits.remembered = text.parse().ok().filter(|&most| most > 0)?;
            Some(())
        },
    },
];

impl Setting {
    /// Whether the value is a URL with a password, which is as much of a secret as any other.
    fn gives_away(&self, value: &str) -> bool {
        let Some((_, rest)) = value.split_once("://") else {
            return false;
        };
        let login = rest.rsplit_once('@').map_or("", |(login, _)| login);
        self.kind == Kind::Delicate && (login.contains(':') || rest.contains("password="))
    }
}

/// A value that somebody gave a setting.
struct Given {
    setting: &'static Setting,
    value: String,
    place: Place,
}

type Found = Result<Given, ConfigError>;

impl Config {
    /// The defaults, changed by a file, that by the environment, and that by the command line.
    ///
    /// `flags` are the arguments without the program's name. Of `env` only names that begin with `TASKS_`
    /// count. `read` is asked for the file's text, if `--config` or `TASKS_CONFIG` names one.
    ///
    /// # Errors
    ///
    /// Everything that is wrong anywhere, also where a later source would have had the last word.
    pub fn load(
        flags: &[String],
        env: &[(String, String)],
        read: impl FnOnce(&str) -> io::Result<String>,
    ) -> Result<Self, ConfigErrors> {
        let (flagged_file, flags) = read_flags(flags);
        let (named_file, env) = read_env(env);
        let file = match flagged_file.or(named_file) {
            Some(name) => read_file(&name, read(&name)),
            None => Vec::new(),
        };

        let mut config = Self::default();
        let mut errors = Vec::new();
        let mut wrong = Vec::new();
        // Applied in this order, the last word is had by the last source, and no word goes unchecked.
        for found in file.into_iter().chain(env).chain(flags) {
            match found {
                Err(error) => errors.push(error),
                Ok(given) => {
                    if (given.setting.set)(&mut config, &given.value).is_none() {
                        wrong.push(given.setting.key);
                        errors.push(given.refused());
                    }
                }
            }
        }
        // What could not be read has kept its default, of which nobody should hear complaints.
        let known = |key| !wrong.contains(&key);
        if known("notice") && known("drain_timeout") && known("grace") {
            let stop = config.notice.saturating_add(config.drain_timeout);
            if stop >= config.grace {
                errors.push(ConfigError::new(&Place::Together, Problem::DoesNotFit));
            }
        }
        if errors.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(errors))
        }
    }
}

impl Given {
    fn refused(self) -> ConfigError {
        let given = match self.setting.kind {
            Kind::Open => Some(self.value),
            Kind::Delicate | Kind::Secret => None,
        };
        let expected = self.setting.expected;
        ConfigError::new(&self.place, Problem::Wrong { given, expected })
    }
}

fn read_file(name: &str, text: io::Result<String>) -> Vec<Found> {
    let whole = Place::File {
        name: name.to_owned(),
    };
    let refuse = |problem| vec![Err(ConfigError::new(&whole, problem))];
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            let reason = error.to_string();
            return refuse(Problem::Unreadable { reason });
        }
    };
    // To `Value` and no further: what serde says about a wrong type repeats the value.
    let object = match serde_json::from_str(&text) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return refuse(Problem::NotAnObject),
        Err(error) => {
            let reason = format!("line {}, column {}", error.line(), error.column());
            return refuse(Problem::NotJson { reason });
        }
    };
    let entry = |(key, value): (String, Value)| {
        let setting = named(&key, |setting| setting.key.to_owned());
        let place = Place::Key {
            name: name.to_owned(),
            key,
        };
        let setting = setting.map_err(|problem| ConfigError::new(&place, problem))?;
        let Value::String(value) = value else {
            return Err(ConfigError::new(&place, Problem::NotText));
        };
        Ok(Given {
            setting,
            value,
            place,
        })
    };
    object.into_iter().map(entry).collect()
}

/// The file that is named, and the settings.
fn read_env(env: &[(String, String)]) -> (Option<String>, Vec<Found>) {
    let mut file = None;
    let mut found = Vec::new();
    for (name, value) in env.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        if *name == variable(FILE) {
            file = Some(value.clone());
            continue;
        }
        let place = Place::Variable(name.clone());
        found.push(match named(name, |setting| variable(setting.key)) {
            Ok(setting) => Ok(Given {
                setting,
                value: value.clone(),
                place,
            }),
            Err(problem) => Err(ConfigError::new(&place, problem)),
        });
    }
    (file, found)
}

/// The file that is named, and the settings. A flag is `--name value` or `--name=value`.
fn read_flags(arguments: &[String]) -> (Option<String>, Vec<Found>) {
    let mut file = None;
    let mut found = Vec::new();
    let mut rest = arguments.iter().enumerate();
    while let Some((at, argument)) = rest.next() {
        if !argument.starts_with("--") {
            // By position and not by what it says: it may be a secret that lost its flag.
            let place = Place::Argument { position: at + 1 };
            let known = flags();
            found.push(Err(ConfigError::new(&place, Problem::Unknown { known })));
            continue;
        }
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let place = Place::Flag(name.to_owned());
        let setting = match named(name, |setting| flag(setting.key)) {
            Ok(setting) if setting.kind == Kind::Secret => Err(Problem::NoFlag),
            Ok(setting) => Ok(Some(setting)),
            Err(_) if name == flag(FILE) => Ok(None),
            Err(_) => Err(Problem::Unknown { known: flags() }),
        };
        // Also where the flag is refused: what follows is its value, and no argument of its own.
        let following = || {
            let (_, next) = rest
                .clone()
                .next()
                .filter(|(_, next)| !next.starts_with("--"))?;
            rest.next();
            Some(next.clone())
        };
        let value = value.or_else(following);
        match (setting, value) {
            (Err(problem), _) => found.push(Err(ConfigError::new(&place, problem))),
            (Ok(_), None) => found.push(Err(ConfigError::new(&place, Problem::NoValue))),
            (Ok(None), Some(value)) => file = Some(value),
            (Ok(Some(setting)), Some(value)) if setting.gives_away(&value) => {
                found.push(Err(ConfigError::new(&place, Problem::NoFlag)));
            }
            (Ok(Some(setting)), Some(value)) => found.push(Ok(Given {
                setting,
                value,
                place,
            })),
        }
    }
    (file, found)
}

fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_uppercase())
}

fn flag(key: &str) -> String {
    format!("--{}", key.replace('_', "-"))
}

/// The setting that a source calls `name`, where it calls each as `spelled` says.
fn named(name: &str, spelled: fn(&Setting) -> String) -> Result<&'static Setting, Problem> {
    let mut all = SETTINGS.iter();
    all.find(|setting| spelled(setting) == name)
        .ok_or_else(|| Problem::Unknown {
            known: names(spelled),
        })
}

/// What can be a flag. A secret can't: to offer it here would be bad advice.
fn flags() -> String {
    let open = SETTINGS.iter().filter(|it| it.kind != Kind::Secret);
    let mut all: Vec<String> = open.map(|setting| flag(setting.key)).collect();
    all.push(flag(FILE));
    all.join(", ")
}

fn names(spelled: fn(&Setting) -> String) -> String {
    let all: Vec<String> = SETTINGS.iter().map(spelled).collect();
    all.join(", ")
}

/// Whole numbers with a unit. A number alone is of seconds to one reader and of milliseconds to the next.
fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    match unit {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        "h" => Some(Duration::from_secs(number.checked_mul(3600)?)),
        _ => None,
    }
}

fn database(text: &str) -> Option<Database> {
    match text.split_once(':')? {
        ("memory", "") => Some(Database::Memory),
        ("sqlite", path) if !path.is_empty() => Some(Database::Sqlite(PathBuf::from(path))),
        // Whoever will connect to it says whether it is one.
        ("postgres" | "postgresql", _) => {
            PostgresTasks::new(text, PostgresSettings::default())?;
            Some(Database::Postgres(Secret::new(text)))
        }
        _ => None,
    }
}

fn notices(text: &str) -> Option<Notices> {
    match text.split_once(':')? {
        ("log", "") => Some(Notices::Log),
        ("file", path) if !path.is_empty() => Some(Notices::File(PathBuf::from(path))),
        _ => None,
    }
}

fn cache(text: &str) -> Option<Cache> {
    match text.split_once(':')? {
        ("none", "") => Some(Cache::None),
        ("memory", count) => {
            let count = count.parse().ok().filter(|&count| count > 0)?;
            Some(Cache::Memory(count))
        }
        // Whoever will connect to it says whether it is one.
        ("redis", _) => RedisCache::new(text).map(|_| Cache::Redis(Secret::new(text))),
        _ => None,
    }
}

fn pepper(text: &str) -> Option<Secret> {
    (text.len() >= 16).then(|| Secret::new(text))
}

/// So much at once, and so much again within that time. `None` inside is no limit.
fn rate(text: &str) -> Option<Option<Rate>> {
    if text == "off" {
        return Some(None);
    }
    let (burst, refill) = text.split_once('/')?;
    let rate = Rate::new(burst.parse().ok()?, duration(refill)?)?;
    Some(Some(rate))
}

fn networks(text: &str) -> Option<Vec<Network>> {
    if text.trim().is_empty() {
        return Some(Vec::new());
    }
    let all = text.split(',').map(|network| network.trim().parse());
    all.collect::<Result<_, _>>().ok()
}
