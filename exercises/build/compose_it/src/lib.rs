//! Starts a compose file on paper, second by second: who starts when, and whether the database answers by then. It knows
//! as much of the format as such a file needs, and refuses the rest.

use yaml_rust2::yaml::Hash;
use yaml_rust2::{Yaml, YamlLoader};

/// How a database starts for the first time. It begins with a server for itself, on a Unix socket and on no port, which
/// makes the tables of the system and runs scripts; that one stops, and then comes the one that stays.
#[derive(Debug, Clone, Copy)]
pub struct Database {
    /// From when the first server answers, on the socket.
    pub socket_from: u32,
    /// When it stops.
    pub socket_until: u32,
    /// From when the server that stays answers, on the socket and on its port.
    pub ready: u32,
}

/// What became of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was started in this second, and the database answered.
    Started(u32),
    /// It was started in this second, when the database did not answer.
    TooEarly(u32),
    /// It was never started: what it waits for did not come to be.
    NeverStarted,
}

/// A compose file.
#[derive(Debug, Clone)]
pub struct Compose {
    /// All of it.
    pub document: Yaml,
}

impl Compose {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut documents =
            YamlLoader::load_from_str(text).map_err(|error| format!("compose.yaml: {error}"))?;
        if documents.len() != 1 {
            return Err("compose.yaml: one document is expected".to_owned());
        }
        let document = documents.remove(0);
        known(
            &document,
            "the file",
            &["name", "services", "volumes", "secrets", "networks"],
        )?;
        let services = document["services"]
            .as_hash()
            .ok_or("compose.yaml: there are no `services`")?;
        let keys = [
            "image",
            "build",
            "command",
            "depends_on",
            "environment",
            "healthcheck",
            "ports",
            "expose",
            "restart",
            "secrets",
            "volumes",
            "stop_grace_period",
            "networks",
            "user",
            "init",
            "read_only",
        ];
        for (name, service) in services {
            known(service, &format!("the service {name:?}"), &keys)?;
        }
        Ok(Compose { document })
    }

    /// A service.
    ///
    /// # Errors
    ///
    /// If there is none of the name.
    pub fn service(&self, name: &str) -> Result<&Yaml, String> {
        let service = &self.document["services"][name];
        if service.is_badvalue() {
            Err(format!("compose.yaml: there is no service `{name}`"))
        } else {
            Ok(service)
        }
    }

    /// What becomes of `migrate`, which runs for three seconds, and of `orders`, with this `db`.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn start(&self, database: Database) -> Result<[Fate; 2], String> {
        let healthy = self.healthy(database)?;
        let migrate = self.fate("migrate", healthy, None, database)?;
        let done = match migrate {
            Fate::Started(at) => Some(at + 3),
            _ => None,
        };
        let orders = self.fate("orders", healthy, done, database)?;
        Ok([migrate, orders])
    }

    fn fate(
        &self,
        name: &str,
        healthy: Option<u32>,
        migrated: Option<u32>,
        database: Database,
    ) -> Result<Fate, String> {
        let mut at = Some(0);
        for (on, condition) in waits(&self.service(name)?["depends_on"])? {
            let from = match (on.as_str(), condition.as_str()) {
                (_, "service_started") => Some(0),
                ("db", "service_healthy") => healthy,
                ("migrate", "service_completed_successfully") => migrated,
                _ => {
                    return Err(format!(
                        "`{name}` waits for `{on}` with `{condition}`, which never comes or is not known here"
                    ));
                }
            };
            at = at.zip(from).map(|(one, other)| one.max(other));
        }
        Ok(match at {
            None => Fate::NeverStarted,
            Some(at) if at >= database.ready => Fate::Started(at),
            Some(at) => Fate::TooEarly(at),
        })
    }

    /// From when `db` counts as healthy; never, if it was unhealthy before.
    fn healthy(&self, database: Database) -> Result<Option<u32>, String> {
        let check = &self.service("db")?["healthcheck"];
        if check.is_badvalue() {
            return Ok(None);
        }
        known(
            check,
            "the healthcheck",
            &["test", "interval", "timeout", "retries", "start_period"],
        )?;
        let words: Vec<&str> = match &check["test"] {
            Yaml::Array(words) => words
                .iter()
                .filter_map(Yaml::as_str)
                .flat_map(str::split_whitespace)
                .collect(),
            Yaml::String(text) => text.split_whitespace().collect(),
            _ => return Err("the healthcheck has no `test`".to_owned()),
        };
        if !words.contains(&"pg_isready") {
            return Err(format!(
                "the test {words:?} is not run here; `pg_isready` is"
            ));
        }
        // Without a host it asks at the socket.
        let by_port = words
            .iter()
            .any(|word| word.starts_with("-h") || word.starts_with("--host"));
        let interval = seconds(&check["interval"], 30)?;
        let retries = check["retries"].as_i64().unwrap_or(3);
        let start = seconds(&check["start_period"], 0)?;
        let mut failures = 0;
        let mut at = interval;
        while at < 3600 {
            let early = !by_port && (database.socket_from..database.socket_until).contains(&at);
            if early || at >= database.ready {
                return Ok(Some(at));
            }
            // Within the start period a failure does not count.
            failures += i64::from(at > start);
            if failures >= retries {
                return Ok(None);
            }
            at += interval;
        }
        Ok(None)
    }
}

/// Who a service waits for, and for what.
fn waits(depends: &Yaml) -> Result<Vec<(String, String)>, String> {
    match depends {
        Yaml::BadValue => Ok(Vec::new()),
        Yaml::Array(names) => {
            let names = names.iter().filter_map(Yaml::as_str);
            Ok(names
                .map(|name| (name.to_owned(), "service_started".to_owned()))
                .collect())
        }
        Yaml::Hash(all) => all.iter().map(wait).collect(),
        _ => Err("`depends_on` is a list or a table".to_owned()),
    }
}

fn wait((name, how): (&Yaml, &Yaml)) -> Result<(String, String), String> {
    known(
        how,
        "an entry of `depends_on`",
        &["condition", "restart", "required"],
    )?;
    let text = |value: &Yaml| value.as_str().map(str::to_owned);
    text(name)
        .zip(text(&how["condition"]))
        .ok_or("`depends_on`: a name and a `condition`".to_owned())
}

/// `10s`, `1m`, `1m30s`.
fn seconds(value: &Yaml, default: u32) -> Result<u32, String> {
    let Some(text) = value.as_str() else {
        return if value.is_badvalue() {
            Ok(default)
        } else {
            Err(format!("{value:?} is no time; `10s` is"))
        };
    };
    let mut sum = 0;
    let mut number = String::new();
    for character in text.chars() {
        let unit = match character {
            's' => 1,
            'm' => 60,
            _ => {
                number.push(character);
                continue;
            }
        };
        sum += unit
            * std::mem::take(&mut number)
                .parse::<u32>()
                .map_err(|_| format!("`{text}` is no time"))?;
    }
    if number.is_empty() && sum > 0 {
        Ok(sum)
    } else {
        Err(format!("`{text}` is no time that is read here; `10s` is"))
    }
}

fn known(table: &Yaml, what: &str, keys: &[&str]) -> Result<(), String> {
    let table: &Hash = table
        .as_hash()
        .ok_or_else(|| format!("compose.yaml: {what} is no table"))?;
    match table
        .keys()
        .find(|key| key.as_str().is_none_or(|key| !keys.contains(&key)))
    {
        Some(key) => Err(format!(
            "compose.yaml: {what} has {key:?}, which is not read here"
        )),
        None => Ok(()),
    }
}
