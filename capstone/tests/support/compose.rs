// What a compose file says, as far as it is asked here.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::time::Duration;

use yaml_rust2::{Yaml, YamlLoader};

/// What stands for a secret that comes from outside: whatever setting it is for takes it.
pub const SAMPLE: &str = "sample:0123456789abcdef0123456789abcdef";

pub struct Compose {
    pub document: Yaml,
}

impl Compose {
    pub fn read(text: &str) -> Self {
        let mut documents = YamlLoader::load_from_str(text)
            .unwrap_or_else(|error| panic!("compose.yaml is no YAML: {error}"));
        assert_eq!(documents.len(), 1, "compose.yaml is one document");
        let document = documents.remove(0);
        assert!(
            document["services"].as_hash().is_some(),
            "compose.yaml has no `services`"
        );
        Self { document }
    }

    pub fn services(&self) -> Vec<(&str, &Yaml)> {
        let all = self.document["services"].as_hash().into_iter().flatten();
        all.filter_map(|(name, service)| Some((name.as_str()?, service)))
            .collect()
    }

    pub fn service(&self, name: &str) -> &Yaml {
        let service = &self.document["services"][name];
        assert!(
            service.as_hash().is_some(),
            "compose.yaml: there is no service `{name}`"
        );
        for elsewhere in ["env_file", "extends"] {
            assert!(
                service[elsewhere].is_badvalue(),
                "compose.yaml: `{elsewhere}` of `{name}` is not read here; say it in the file itself"
            );
        }
        service
    }

    /// The variables of a service, as they are written.
    pub fn written_environment(&self, service: &str) -> Vec<(String, String)> {
        match &self.service(service)["environment"] {
            Yaml::Hash(all) => {
                let all = all.iter();
                all.map(|(name, value)| (text(name), text(value))).collect()
            }
            Yaml::Array(all) => {
                let all = all.iter().map(text);
                // A name alone is passed on from whoever starts it, which is `${NAME}`.
                all.map(|line| match line.split_once('=') {
                    Some((name, value)) => (name.to_owned(), value.to_owned()),
                    None => (line.clone(), format!("${{{line}}}")),
                })
                .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The variables of a service, as it would find them where each that has no default has a sample.
    pub fn environment(&self, service: &str) -> Vec<(String, String)> {
        let written = self.written_environment(service).into_iter();
        written
            .map(|(name, value)| (name, filled_in(&value)))
            .collect()
    }

    /// The secrets of a service, each with its path in the container.
    pub fn secrets(&self, service: &str) -> Vec<(String, String)> {
        let all = self.service(service)["secrets"].as_vec();
        let all = all.into_iter().flatten();
        all.map(|entry| {
            let source = entry["source"]
                .as_str()
                .map_or_else(|| text(entry), str::to_owned);
            let target = entry["target"].as_str().unwrap_or(&source).to_owned();
            let path = match target.starts_with('/') {
                true => target,
                false => format!("/run/secrets/{target}"),
            };
            (source, path)
        })
        .collect()
    }

    /// What a service has mounted below which path: a volume by name, or what else, as it is written.
    pub fn mounts(&self, service: &str) -> Vec<(String, String)> {
        let all = self.service(service)["volumes"].as_vec();
        let all = all.into_iter().flatten();
        all.map(|entry| {
            if let (source, Some(target)) = (&entry["source"], entry["target"].as_str()) {
                return (text(source), target.to_owned());
            }
            let short = text(entry);
            let mut parts = short.split(':');
            match (parts.next(), parts.next()) {
                (Some(source), Some(target)) => (source.to_owned(), target.to_owned()),
                _ => (String::new(), short.clone()),
            }
        })
        .collect()
    }

    /// The ports of a service that are open outside: what is published, and the port in the container.
    pub fn ports(&self, service: &str) -> Vec<(String, String)> {
        let all = self.service(service)["ports"].as_vec();
        let all = all.into_iter().flatten();
        all.map(|entry| {
            if !entry["target"].is_badvalue() {
                return (text(&entry["published"]), text(&entry["target"]));
            }
            let short = text(entry);
            let (published, target) = short.rsplit_once(':').unwrap_or(("", &short));
            let target = target.split('/').next().unwrap_or(target);
            (published.to_owned(), target.to_owned())
        })
        .collect()
    }

    /// What a service waits for before it starts another.
    pub fn condition(&self, service: &str, on: &str) -> Option<String> {
        let depends = &self.service(service)["depends_on"];
        if let Some(list) = depends.as_vec() {
            let named = list.iter().any(|name| name.as_str() == Some(on));
            return named.then(|| "service_started".to_owned());
        }
        depends[on]["condition"].as_str().map(str::to_owned)
    }

    /// The words with which a service is asked whether it is well; a text for a shell is one word behind `CMD-SHELL`.
    pub fn health(&self, service: &str) -> Option<Vec<String>> {
        match &self.service(service)["healthcheck"]["test"] {
            Yaml::Array(words) => Some(words.iter().map(text).collect()),
            Yaml::String(line) => Some(vec!["CMD-SHELL".to_owned(), line.clone()]),
            _ => None,
        }
    }

    /// What follows the image's entry point, and what stands in the place of that.
    pub fn started_with(&self, service: &str, key: &str) -> Option<Vec<String>> {
        match &self.service(service)[key] {
            Yaml::Array(words) => Some(words.iter().map(|word| filled_in(&text(word))).collect()),
            // Compose takes such a text apart at white space itself; no shell is between.
            Yaml::String(line) => Some(line.split_whitespace().map(filled_in).collect()),
            _ => None,
        }
    }

    /// How long a service has between SIGTERM and SIGKILL.
    pub fn patience(&self, service: &str) -> Duration {
        match &self.service(service)["stop_grace_period"] {
            Yaml::BadValue => Duration::from_secs(10),
            value => duration(&text(value)),
        }
    }
}

/// A scalar, as it is written.
pub fn text(value: &Yaml) -> String {
    match value {
        Yaml::String(text) | Yaml::Real(text) => text.clone(),
        Yaml::Integer(number) => number.to_string(),
        Yaml::Boolean(truth) => truth.to_string(),
        _ => String::new(),
    }
}

/// All texts of a part of the file.
pub fn all_texts(value: &Yaml) -> Vec<String> {
    match value {
        Yaml::Array(all) => all.iter().flat_map(all_texts).collect(),
        Yaml::Hash(all) => all.values().flat_map(all_texts).collect(),
        scalar => vec![text(scalar)],
    }
}

/// `30s`, `1m30s`.
pub fn duration(text: &str) -> Duration {
    let mut whole = Duration::ZERO;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit());
        let (number, after) = rest.split_at(digits.unwrap_or(rest.len()));
        let unit = after.find(|c: char| c.is_ascii_digit());
        let (unit, after) = after.split_at(unit.unwrap_or(after.len()));
        let unit = match unit {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            _ => panic!("compose.yaml: `{text}` is no duration such as `30s` or `1m30s`"),
        };
        let number: u32 = number.parse().unwrap_or_else(|_| {
            panic!("compose.yaml: `{text}` is no duration such as `30s` or `1m30s`")
        });
        whole += unit * number;
        rest = after;
    }
    whole
}

/// Whether all of a value comes from outside, and nothing where nobody gives it.
pub fn is_from_outside(value: &str) -> bool {
    let inner = value
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    inner.is_some_and(|inner| {
        let name = inner.split([':', '?']).next().unwrap_or_default();
        let after = &inner[name.len()..];
        !name.contains('$') && (after.is_empty() || after.trim_start_matches(':').starts_with('?'))
    })
}

/// `${NAME:-default}` is the default, and what has none a sample: all of a value, or a word in a larger one.
pub fn filled_in(value: &str) -> String {
    if is_from_outside(value) {
        return SAMPLE.to_owned();
    }
    let mut parts = value.split("${");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inner, after) = part
            .split_once('}')
            .unwrap_or_else(|| panic!("compose.yaml: `{value}` has no `}}`"));
        let default = inner.split_once(":-").or(inner.split_once('-'));
        whole += default.map_or("sample", |(_, default)| default);
        whole += after;
    }
    whole.replace("$$", "$")
}
