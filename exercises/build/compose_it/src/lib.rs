//! Starts a compose file on paper, second by second: who starts when, and whether the database answers by then. It knows
//! as much of the format as such a file needs, and refuses the rest.

use std::collections::BTreeMap;

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

/// A port of a service that is open outside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// The address of the machine; without one all of them.
    pub host: Option<String>,
    /// The port of the machine; without one, docker takes any that is free.
    pub published: Option<String>,
    /// The port in the container.
    pub target: String,
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

    /// What a service has in its environment; nothing for a variable without a value, which is taken from outside.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn environment(&self, service: &str) -> Result<BTreeMap<String, String>, String> {
        let all = &self.service(service)?["environment"];
        let text = |value: &Yaml| scalar(value).unwrap_or_default();
        match all {
            Yaml::BadValue => Ok(BTreeMap::new()),
            Yaml::Hash(all) => Ok(all
                .iter()
                .map(|(name, value)| (text(name), text(value)))
                .collect()),
            Yaml::Array(all) => Ok(all
                .iter()
                .map(|line| {
                    let line = text(line);
                    let (name, value) = line.split_once('=').unwrap_or((&line, ""));
                    (name.to_owned(), value.to_owned())
                })
                .collect()),
            _ => Err(format!("`{service}`: `environment` is a list or a table")),
        }
    }

    /// What a service has mounted: the source, and the path in the container. A source with a `/` or `.` at its beginning
    /// is a folder of the machine, one that is empty a volume without a name, and any other a volume by its name.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn volumes(&self, service: &str) -> Result<Vec<(String, String)>, String> {
        entries(&self.service(service)?["volumes"], "volumes")?
            .iter()
            .map(volume)
            .collect()
    }

    /// The ports of a service that are open outside of it.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn ports(&self, service: &str) -> Result<Vec<Port>, String> {
        entries(&self.service(service)?["ports"], "ports")?
            .iter()
            .map(port)
            .collect()
    }

    /// The secrets of a service, by name, with the path of each in the container.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn secrets(&self, service: &str) -> Result<Vec<(String, String)>, String> {
        entries(&self.service(service)?["secrets"], "secrets")?
            .iter()
            .map(secret)
            .collect()
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

    /// From when `db` counts as healthy; never, if it was unhealthy before. Docker Engine 25 and later ask every
    /// `start_interval` within `start_period`, until the first success, and every `interval` after it.
    fn healthy(&self, database: Database) -> Result<Option<u32>, String> {
        let check = &self.service("db")?["healthcheck"];
        if check.is_badvalue() {
            return Ok(None);
        }
        known(
            check,
            "the healthcheck",
            &[
                "test",
                "interval",
                "timeout",
                "retries",
                "start_period",
                "start_interval",
            ],
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
        // Without a host it asks at the socket, and so it does if the host is the socket's folder.
        let by_port = host(&words).is_some_and(|host| !host.starts_with('/'));
        let interval = seconds(&check["interval"], 30)?;
        let retries = check["retries"].as_i64().unwrap_or(3);
        let start = seconds(&check["start_period"], 0)?;
        let start_interval = seconds(&check["start_interval"], 5)?;
        let pause = |at: u32| {
            if at < start { start_interval } else { interval }
        };
        let mut failures = 0;
        let mut at = pause(0);
        while at < 3600 {
            let early = !by_port && (database.socket_from..database.socket_until).contains(&at);
            if early || at >= database.ready {
                return Ok(Some(at));
            }
            // Within the start period a failure does not count.
            failures += i64::from(at >= start);
            if failures >= retries {
                return Ok(None);
            }
            at += pause(at);
        }
        Ok(None)
    }
}

/// The host that `pg_isready` asks: `-h host`, `-hhost`, `--host host` or `--host=host`.
fn host<'w>(words: &[&'w str]) -> Option<&'w str> {
    let (at, word) = words
        .iter()
        .enumerate()
        .find(|(_, word)| word.starts_with("-h") || word.starts_with("--host"))?;
    let same = word
        .strip_prefix("--host")
        .or(word.strip_prefix("-h"))
        .map(|rest| rest.trim_start_matches('='));
    same.filter(|host| !host.is_empty())
        .or(words.get(at + 1).copied())
}

/// A text, a number or a truth, as text.
fn scalar(value: &Yaml) -> Option<String> {
    match value {
        Yaml::String(text) | Yaml::Real(text) => Some(text.clone()),
        Yaml::Integer(number) => Some(number.to_string()),
        Yaml::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn entries<'y>(list: &'y Yaml, key: &str) -> Result<&'y [Yaml], String> {
    match list {
        Yaml::BadValue => Ok(&[]),
        Yaml::Array(all) => Ok(all),
        _ => Err(format!("`{key}` of a service is a list")),
    }
}

/// `source:/path`, `source:/path:ro`, `/path`, or a table.
fn volume(entry: &Yaml) -> Result<(String, String), String> {
    if let Some(short) = entry.as_str() {
        let mut parts = short.split(':');
        let first = parts.next().unwrap_or_default();
        return Ok(match parts.next() {
            Some(path) => (first.to_owned(), path.trim_end_matches('/').to_owned()),
            None => (String::new(), first.to_owned()),
        });
    }
    let keys = [
        "type",
        "source",
        "target",
        "read_only",
        "volume",
        "bind",
        "tmpfs",
    ];
    known(entry, "an entry of `volumes`", &keys)?;
    let text = |key: &str| entry[key].as_str().map(str::to_owned);
    let target = text("target").ok_or("an entry of `volumes` has a `target`")?;
    let source = match entry["type"].as_str() {
        Some("volume") => text("source").unwrap_or_default(),
        // A folder of the machine is never a volume's name, however it is written.
        Some("bind") => format!("./{}", text("source").unwrap_or_default()),
        Some("tmpfs") => String::new(),
        other => return Err(format!("a volume of the type {other:?} is not read here")),
    };
    Ok((source, target.trim_end_matches('/').to_owned()))
}

/// `host:published:target`, `published:target`, `target`, or a table.
fn port(entry: &Yaml) -> Result<Port, String> {
    if let Some(short) = scalar(entry) {
        let short = short.split('/').next().unwrap_or_default();
        let (before, target) = short.rsplit_once(':').unwrap_or(("", short));
        // An address of IPv6 has colons of its own, and is in brackets.
        let (host, published) = before.rsplit_once(':').unwrap_or(("", before));
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        return Ok(Port {
            host: some(host.trim_matches(['[', ']'])),
            published: some(published),
            target: target.to_owned(),
        });
    }
    let keys = [
        "name",
        "target",
        "published",
        "host_ip",
        "protocol",
        "app_protocol",
        "mode",
    ];
    known(entry, "an entry of `ports`", &keys)?;
    Ok(Port {
        host: scalar(&entry["host_ip"]),
        published: scalar(&entry["published"]),
        target: scalar(&entry["target"]).ok_or("an entry of `ports` has a `target`")?,
    })
}

/// `name`, or a table.
fn secret(entry: &Yaml) -> Result<(String, String), String> {
    let path = |name: &str| match name.strip_prefix('/') {
        Some(_) => name.to_owned(),
        None => format!("/run/secrets/{name}"),
    };
    if let Some(name) = entry.as_str() {
        return Ok((name.to_owned(), path(name)));
    }
    let keys = ["source", "target", "uid", "gid", "mode"];
    known(entry, "an entry of `secrets`", &keys)?;
    let source = entry["source"]
        .as_str()
        .ok_or("an entry of `secrets` has a `source`")?;
    let target = entry["target"].as_str().unwrap_or(source);
    Ok((source.to_owned(), path(target)))
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
