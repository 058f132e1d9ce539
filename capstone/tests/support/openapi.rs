// A description of an API in OpenAPI, and what it says of requests and answers. Keywords of schemas that are not known
// here are refused, so that nothing passes because nobody looked.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeSet;

use serde_json::Value;
use yaml_rust2::{Yaml, YamlLoader};

pub const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

pub struct OpenApi {
    pub document: Yaml,
}

/// What can be done at a path.
pub struct Operation<'d> {
    pub method: &'static str,
    pub path: &'d str,
    pub whole: &'d Yaml,
    /// What is said of the path, for each of its methods.
    pub item: &'d Yaml,
}

impl Operation<'_> {
    /// Whether it is answered elsewhere than the rest: it has `servers` of its own.
    pub fn is_for_operators(&self) -> bool {
        let both = [&self.item["servers"], &self.whole["servers"]];
        both.iter().any(|servers| !servers.is_badvalue())
    }
}

impl OpenApi {
    pub fn read(text: &str) -> Self {
        let mut documents = YamlLoader::load_from_str(text)
            .unwrap_or_else(|error| panic!("openapi.yaml is no YAML: {error}"));
        assert_eq!(documents.len(), 1, "openapi.yaml is one document");
        let document = documents.remove(0);
        let version = document["openapi"].as_str().unwrap_or_default();
        assert!(
            version.starts_with("3."),
            "openapi.yaml: `openapi` is 3.1.0 or so, and not `{version}`"
        );
        Self { document }
    }

    pub fn operations(&self) -> Vec<Operation<'_>> {
        let mut all = Vec::new();
        let paths = self.document["paths"].as_hash().into_iter().flatten();
        for (path, item) in paths {
            let path = path.as_str().unwrap_or_default();
            for method in METHODS {
                let whole = &item[method];
                if !whole.is_badvalue() {
                    all.push(Operation {
                        method,
                        path,
                        whole,
                        item,
                    });
                }
            }
        }
        all
    }

    pub fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let mut all = self.operations().into_iter();
        all.find(|one| one.method.eq_ignore_ascii_case(method) && one.path == path)
    }

    /// Whether a caller has to be known.
    pub fn is_secured(&self, operation: &Operation<'_>) -> bool {
        let own = &operation.whole["security"];
        let said = match own {
            Yaml::BadValue => &self.document["security"],
            own => own,
        };
        said.as_vec().is_some_and(|all| !all.is_empty())
    }

    /// The statuses that an operation says that it has.
    pub fn statuses(&self, operation: &Operation<'_>) -> BTreeSet<u16> {
        let all = operation.whole["responses"].as_hash();
        let keys = all.into_iter().flatten().map(|(status, _)| match status {
            Yaml::Integer(number) => number.to_string(),
            other => other.as_str().unwrap_or_default().to_owned(),
        });
        keys.filter_map(|status| status.parse().ok()).collect()
    }

    /// What an operation answers with a status: the content type and the schema, or nothing.
    pub fn answer<'d>(
        &'d self,
        operation: &Operation<'d>,
        status: u16,
    ) -> Option<(Vec<&'d str>, &'d Yaml)> {
        let all = operation.whole["responses"].as_hash()?;
        let text = Yaml::String(status.to_string());
        let response = all.get(&text).or(all.get(&Yaml::Integer(status.into())))?;
        let content = self.resolved(response)["content"].as_hash()?;
        let kinds = content.keys().filter_map(Yaml::as_str).collect();
        let (_, first) = content.front()?;
        Some((kinds, &first["schema"]))
    }

    /// The schema of what an operation takes.
    pub fn request<'d>(&'d self, operation: &Operation<'d>) -> Option<&'d Yaml> {
        let body = self.resolved(&operation.whole["requestBody"]);
        let schema = &body["content"]["application/json"]["schema"];
        (!schema.is_badvalue()).then_some(schema)
    }

    /// What a `$ref` stands for, and anything else itself.
    pub fn resolved<'d>(&'d self, mut value: &'d Yaml) -> &'d Yaml {
        while let Some(reference) = value["$ref"].as_str() {
            let Some(path) = reference.strip_prefix("#/") else {
                panic!("openapi.yaml: `{reference}` is in another file, which is not read here");
            };
            value = path
                .split('/')
                .fold(&self.document, |place, key| &place[key]);
            assert!(
                !value.is_badvalue(),
                "openapi.yaml: there is nothing at `{reference}`"
            );
        }
        value
    }

    /// What of a value is not as the schema says. `seen` gets every property that is there, by where it is described.
    pub fn faults(
        &self,
        schema: &Yaml,
        value: &Value,
        at: &str,
        seen: &mut BTreeSet<String>,
    ) -> Vec<String> {
        let schema = self.resolved(schema);
        let Some(keywords) = schema.as_hash() else {
            return vec![format!("{at}: nothing is said of it")];
        };
        let known = "type properties required additionalProperties items enum minLength maxLength minimum maximum default \
                     description title format example examples";
        for keyword in keywords.keys().filter_map(Yaml::as_str) {
            assert!(
                known.split_whitespace().any(|one| one == keyword),
                "openapi.yaml: the keyword `{keyword}` of a schema is not read here"
            );
        }
        let mut faults = Vec::new();
        let kinds = texts(&schema["type"]);
        let is_a = |kind: &String| match kind.as_str() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "null" => value.is_null(),
            _ => false,
        };
        if !kinds.iter().any(is_a) {
            return vec![format!("{at}: {value} is not of the type {kinds:?}")];
        }
        let allowed = texts(&schema["enum"]);
        if let Some(text) = value.as_str() {
            if !allowed.is_empty() && !allowed.iter().any(|one| one == text) {
                faults.push(format!("{at}: `{text}` is none of {allowed:?}"));
            }
            let length = i64::try_from(text.chars().count()).expect("a short text");
            let least = schema["minLength"].as_i64().unwrap_or(0);
            let most = schema["maxLength"].as_i64().unwrap_or(i64::MAX);
            if !(least..=most).contains(&length) {
                faults.push(format!("{at}: a text of {length}, not {least} to {most}"));
            }
        }
        if let Some(number) = value.as_i64() {
            let least = schema["minimum"].as_i64().unwrap_or(i64::MIN);
            let most = schema["maximum"].as_i64().unwrap_or(i64::MAX);
            if !(least..=most).contains(&number) {
                faults.push(format!("{at}: {number} is not {least} to {most}"));
            }
        }
        for (number, item) in value.as_array().into_iter().flatten().enumerate() {
            let at = format!("{at}[{number}]");
            faults.extend(self.faults(&schema["items"], item, &at, seen));
        }
        let Some(object) = value.as_object() else {
            return faults;
        };
        let properties = schema["properties"].as_hash();
        for (name, value) in object {
            let described = properties.and_then(|all| all.get(&Yaml::String(name.clone())));
            match described {
                None => faults.push(format!("{at}: nothing is said of `{name}`")),
                Some(described) => {
                    seen.insert(format!("{schema:p} {name}"));
                    faults.extend(self.faults(described, value, &format!("{at}.{name}"), seen));
                }
            }
        }
        for name in texts(&schema["required"]) {
            if !object.contains_key(&name) {
                faults.push(format!("{at}: `{name}` is not there"));
            }
        }
        faults
    }

    /// The properties that a schema describes, each as `faults` notes it, with its name.
    pub fn described(&self, schema: &Yaml) -> Vec<(String, String)> {
        let schema = self.resolved(schema);
        let mut all = Vec::new();
        for (name, inner) in schema["properties"].as_hash().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            all.push((format!("{schema:p} {name}"), name.to_owned()));
            all.extend(self.described(inner));
        }
        if !schema["items"].is_badvalue() {
            all.extend(self.described(&schema["items"]));
        }
        all
    }
}

/// A text, or a list of them.
fn texts(value: &Yaml) -> Vec<String> {
    let all = value.as_vec().into_iter().flatten().chain([value]);
    all.filter_map(|one| match one {
        Yaml::Null => Some("null".to_owned()),
        one => one.as_str().map(str::to_owned),
    })
    .collect()
}
