//! What the files around the program say of it, asked of the program where it can tell. No image is built here.

#[path = "support/compose.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod compose;
#[path = "support/image.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod image;
#[allow(dead_code, reason = "each test file uses its own part")]
mod support;
#[path = "support/workflow.rs"]
#[allow(dead_code, reason = "each test file uses its own part")]
mod workflow;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{self, Command, Output, Stdio};
use std::time::{Duration, Instant};

use axum::Router;
use capstone::Config;
use capstone::config::Cache;
use serde_json::Value;
use tokio::{task, time};
use yaml_rust2::Yaml;

use compose::{Compose, SAMPLE, all_texts, is_from_outside};
use image::{Image, Line, basename, is_ignored, is_pinned};
use support::{HOUR, Service, config};
use workflow::{Job, Workflow};

const EXAMPLE: &str = include_str!("../deploy/settings.example.json");
const IGNORED: &str = include_str!("../deploy/Dockerfile.dockerignore");

/// The program, and the crate.
const PROGRAM: &str = "capstone";
/// The service of the compose file that is ours.
const OURS: &str = "tasks";
/// Nobody waits for so long, unless a test fails.
const LONG: Duration = Duration::from_secs(25);

fn image() -> Image {
    Image::read(include_str!("../deploy/Dockerfile"))
}

fn compose() -> Compose {
    Compose::read(include_str!("../deploy/compose.yaml"))
}

fn workflow() -> Workflow {
    Workflow::read(include_str!("../deploy/ci.yml"))
}

// ── the image ──────────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_image_is_the_program_and_no_toolchain() {
    let image = image();
    let (target, stage, source) = image.program(PROGRAM);
    assert!(
        !std::ptr::eq(stage, image.last()),
        "`{source}` has to come from a stage of its own, which nobody ships"
    );
    let bottom = image.bottom(image.last());
    assert!(
        !bottom.contains("rust") && !bottom.contains("chef"),
        "the last stage begins with `{bottom}`: the compiler would be most of what is shipped, and all of what whoever \
         breaks in needs"
    );
    for line in image.history(image.last()) {
        let number = line.number;
        assert!(
            line.keyword != "RUN" || !line.rest.contains("cargo"),
            "line {number}: nothing is compiled in the last stage"
        );
        let Some((sources, _)) = line.copied() else {
            continue;
        };
        assert!(
            line.from().is_some(),
            "line {number}: of the context the image needs nothing, and it gets {sources:?}"
        );
        let whole = |path: &&&str| source.starts_with(&format!("{}/", path.trim_end_matches('/')));
        assert!(
            !sources.iter().any(|path| whole(&path)),
            "line {number}: {sources:?} is the folder that `{target}` was made in, with all that it was made from"
        );
    }
}

#[test]
fn every_image_is_the_same_one_tomorrow() {
    let image = image();
    let mut used: Vec<(&str, String)> = Vec::new();
    for name in image.foreign() {
        used.push(("Dockerfile", name.to_owned()));
    }
    for (_, service) in compose().services() {
        let named = service["image"].as_str();
        // What is built here has whatever name it is given.
        let named = named.filter(|_| service["build"].is_badvalue());
        used.extend(named.map(|name| ("compose.yaml", name.to_owned())));
    }
    for job in &workflow().jobs {
        let services = job.whole["services"].as_hash().into_iter().flatten();
        let images = services.filter_map(|(_, service)| service["image"].as_str());
        used.extend(images.map(|name| ("ci.yml", name.to_owned())));
    }
    for (file, name) in used {
        assert!(
            is_pinned(&name),
            "{file}: `{name}` is another image tomorrow, and then the same commit is another service. A tag with a version \
             such as `1.2` or `1.2.3-slim`, or a digest"
        );
    }
}

#[test]
fn a_change_of_the_code_keeps_the_dependencies() {
    let image = image();
    let (_, stage, source) = image.program(PROGRAM);
    let history = image.history(stage);
    let compiled: Vec<usize> = (0..history.len())
        .filter(|&at| compiles(history[at]))
        .collect();
    let Some(&last) = compiled.last() else {
        panic!(
            "`{source}` is taken from the stage `{}`, where nothing is compiled",
            stage.name
        );
    };
    let sources = (0..history.len()).find(|&at| brings_the_code(&image, history[at]));
    let Some(sources) = sources else {
        panic!(
            "the stage `{}` compiles `{PROGRAM}` and never gets its code",
            stage.name
        );
    };
    // With a cache mount there, what was compiled is in no layer.
    let in_a_layer = history[..sources].iter().enumerate().any(|(at, line)| {
        let knows = |line: &&Line| {
            let copied = line.copied().map_or(Vec::new(), |(from, _)| from);
            let names = copied.iter().map(|path| basename(path));
            names
                .into_iter()
                .any(|name| name == "Cargo.lock" || name.ends_with(".json"))
        };
        compiles(line) && !caches(line, "target") && history[..at].iter().any(knows)
            || takes_what_was_compiled(&image, line)
    });
    let in_a_mount = caches(history[last], "target") && caches(history[last], "registry");
    assert!(
        in_a_layer || in_a_mount,
        "Dockerfile, line {}: this runs anew after each change of the code, because the code is there since line {}, and what \
         depends on nothing of it is compiled again: 150 crates that nobody has touched. Compile them before, from the \
         manifests and the lock file, or keep `target` and cargo's registry in cache mounts",
        history[last].number,
        history[sources].number
    );
}

/// Whether a `RUN` compiles dependencies. To fetch them, or to install a tool, is less.
fn compiles(line: &Line) -> bool {
    let verbs = ["cargo build", "cargo chef cook", "cargo rustc"];
    line.keyword == "RUN" && verbs.iter().any(|verb| line.rest.contains(verb))
}

fn caches(line: &Line, folder: &str) -> bool {
    let mounts = line.mounts("cache");
    mounts.iter().flatten().any(|(name, value)| {
        ["target", "dst", "destination"].contains(name) && basename(value) == folder
    })
}

/// Whether what the code is in comes into a stage with this line.
fn brings_the_code(image: &Image, line: &Line) -> bool {
    let is_code = |path: &str| {
        let path = path.trim_start_matches("./").trim_end_matches('/');
        ["", ".", "*", "capstone", "capstone/*"].contains(&path) || path.starts_with("capstone/src")
    };
    if line.keyword == "RUN" {
        return line.mounts("bind").iter().any(|options| {
            let value = |key| options.iter().find(|(name, _)| *name == key);
            let source = value("source").or(value("src"));
            value("from").is_none() && is_code(source.map_or(".", |(_, path)| path))
        });
    }
    let Some((sources, _)) = line.copied() else {
        return false;
    };
    match line.from().map(|from| image.stage(from)) {
        None => sources.into_iter().any(is_code),
        // The next layer depends on what is copied, and not on where it was made.
        Some(Some(stage)) => {
            let has_it = image
                .history(stage)
                .iter()
                .any(|line| brings_the_code(image, line));
            let some = |path: &str| path.ends_with(".json") || path.contains("/bin/");
            has_it && !sources.into_iter().all(some)
        }
        Some(None) => false,
    }
}

fn takes_what_was_compiled(image: &Image, line: &Line) -> bool {
    let stage = line.from().and_then(|from| image.stage(from));
    let paths = line.copied().map_or(Vec::new(), |(paths, _)| paths);
    stage.is_some_and(|stage| {
        let compiled = image.history(stage).into_iter().any(compiles);
        compiled && paths.iter().any(|path| basename(path) == "target")
    })
}

#[test]
fn what_is_built_is_what_was_tested() {
    let image = image();
    let runs = image.stages.iter().flat_map(|stage| &stage.lines);
    let runs = runs.filter(|line| line.keyword == "RUN");
    let built = runs.map(|line| (format!("Dockerfile, line {}", line.number), &line.rest));
    let workflow = workflow();
    let commands = workflow.commands();
    let tested = commands
        .iter()
        .map(|command| (format!("ci.yml, job `{}`", command.job), &command.line));
    for (place, line) in built.chain(tested) {
        let verbs = [
            "build",
            "chef cook",
            "clippy",
            "test",
            "run",
            "install",
            "rustc",
        ];
        for command in line.split("&&").map(str::trim) {
            let obeys = command.contains("--locked") || command.contains("--frozen");
            let verb = verbs
                .iter()
                .find(|verb| command.contains(&format!("cargo {verb}")));
            assert!(
                verb.is_none() || obeys,
                "{place}: `{command}` may take other versions than Cargo.lock has, and then what is built has never been \
                 tested: `--locked`"
            );
            assert!(
                verb != Some(&"install") || command.contains("--version") || command.contains('@'),
                "{place}: `{command}` takes the newest version of the tool, whatever that is on the day"
            );
        }
    }

    let (_, stage, _) = image.program(PROGRAM);
    let bottom = image.bottom(stage);
    let version = bottom.rsplit("rust").next().unwrap_or_default();
    let version = version.trim_start_matches([':', '-']);
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.');
    let version = &version[..end.unwrap_or(version.len())];
    assert!(
        version.contains('.'),
        "Dockerfile: `{bottom}` does not say which compiler is in it"
    );
    for job in &workflow.jobs {
        let runs_cargo = |line: &str| line.starts_with("cargo ");
        let mut lines = commands.iter().filter(|command| command.job == job.name);
        if lines.any(|command| runs_cargo(&command.line)) {
            let installs = job.steps.iter().any(|step| {
                let run = step["run"].as_str().unwrap_or_default();
                run.contains(&format!("toolchain install {version}"))
                    || compose::text(&step["with"]["toolchain"]) == version
            });
            let container = &job.whole["container"];
            let inside = all_texts(container)
                .iter()
                .any(|image| image.contains(&format!("rust:{version}")));
            assert!(
                installs || inside,
                "ci.yml, job `{}`: it does not install the compiler {version}, with which the image is built",
                job.name
            );
        }
    }

    let compose = compose();
    let run: Vec<String> = compose
        .services()
        .iter()
        .filter_map(|(_, service)| service["image"].as_str().map(str::to_owned))
        .collect();
    for name in workflow.jobs.iter().flat_map(images_of) {
        let (kind, _) = name.split_once(':').unwrap_or((&name, ""));
        let mut same = run
            .iter()
            .filter(|image| image.split(':').next() == Some(kind));
        assert!(
            same.all(|image| *image == name),
            "ci.yml tests with `{name}`, and compose.yaml runs {run:?}"
        );
    }
}

fn images_of(job: &Job) -> Vec<String> {
    let services = job.whole["services"].as_hash().into_iter().flatten();
    let images = services.filter_map(|(_, service)| service["image"].as_str());
    images.map(str::to_owned).collect()
}

#[test]
fn it_does_not_run_as_root() {
    let image = image();
    let inside = image.has("USER").map(|line| line.rest.clone());
    let compose = compose();
    let outside = compose.service(OURS)["user"].as_str().map(str::to_owned);
    let Some(user) = outside.or(inside) else {
        panic!("nobody says `USER`, so the program is root, in the container and in every volume");
    };
    let number = user
        .split(':')
        .next()
        .and_then(|user| user.parse::<u32>().ok());
    assert!(
        number.is_some_and(|number| number != 0),
        "`USER {user}`: a number other than 0, so that who starts the image sees that it is not root"
    );
}

#[test]
fn the_builder_gets_what_it_needs_and_no_more() {
    for (path, why) in [
        ("target/release/capstone", "gigabytes, of another machine"),
        ("capstone/target/debug/capstone", "the same, one floor down"),
        (".git/config", "the history, and each commit changes it"),
        (".env", "somebody's passwords"),
        ("capstone/deploy/.env", "somebody's passwords"),
        (
            "capstone/deploy/settings.json",
            "the keys with which the service signs",
        ),
    ] {
        assert!(
            is_ignored(IGNORED, path),
            "`{path}` goes to the builder, and into each layer behind `COPY . .`: {why}. \
             List it in Dockerfile.dockerignore"
        );
    }
    for path in [
        "Cargo.toml",
        "Cargo.lock",
        "capstone/Cargo.toml",
        "capstone/src/main.rs",
        "capstone/src/http/mod.rs",
        "probes/Cargo.toml",
    ] {
        assert!(
            !is_ignored(IGNORED, path),
            "the build needs `{path}`, and does not get it"
        );
    }
}

// ── the service in its container ───────────────────────────────────────────────────────────────────

/// The example, with samples where secrets are left out.
fn settings() -> String {
    let mut all: BTreeMap<String, Value> = serde_json::from_str(EXAMPLE)
        .unwrap_or_else(|error| panic!("settings.example.json is no JSON object: {error}"));
    for value in all.values_mut() {
        if value == "" {
            *value = SAMPLE.into();
        } else if let Some(url) = value.as_str() {
            *value = url.replace(":@", ":sample@").into();
        }
    }
    serde_json::to_string(&all).expect("texts")
}

/// Everything that the program finds in its environment: what the image says, and over that the compose file.
fn environment() -> BTreeMap<String, String> {
    let image = image();
    let mut all = BTreeMap::new();
    for line in image.history(image.last()) {
        if line.keyword == "ENV" {
            let pairs = line.rest.split_whitespace();
            let pairs = pairs.filter_map(|pair| pair.split_once('='));
            all.extend(pairs.map(|(name, value)| {
                let value = value.trim_matches('"');
                (name.to_owned(), value.to_owned())
            }));
        }
    }
    all.extend(compose().environment(OURS));
    all
}

/// What the program is started with, behind its name.
fn flags() -> Vec<String> {
    let image = image();
    let compose = compose();
    let words = |keyword| image.has(keyword).and_then(Line::exec);
    let entry = compose.started_with(OURS, "entrypoint");
    let command = match compose.started_with(OURS, "command") {
        // An entry point of the compose file takes the image's `CMD` away.
        None if entry.is_none() => words("CMD"),
        command => command,
    };
    let entry = entry.or_else(|| words("ENTRYPOINT"));
    let whole = entry.unwrap_or_default().into_iter();
    let whole = whole.chain(command.unwrap_or_default());
    whole.skip(1).collect()
}

/// What the service makes of it.
fn loaded() -> Config {
    let compose = compose();
    let environment: Vec<(String, String)> = environment().into_iter().collect();
    let read = |path: &str| {
        let secrets = compose.secrets(OURS);
        match secrets.iter().any(|(_, place)| place == path) {
            true => Ok(settings()),
            false => Err(io::Error::other(
                "the compose file mounts no secret at this path",
            )),
        }
    };
    Config::load(&flags(), &environment, read).unwrap_or_else(|errors| {
        panic!(
            "started from these files the service ends at once, with exit code 2, and its log says:\n{errors}"
        )
    })
}

#[test]
fn the_service_takes_what_it_is_told() {
    let build = &compose().service(OURS)["build"].clone();
    assert_eq!(
        (build["context"].as_str(), build["dockerfile"].as_str()),
        (Some("../.."), Some("capstone/deploy/Dockerfile")),
        "compose.yaml: `{OURS}` is built from the repository, which is two floors up, with our Dockerfile"
    );
    let config = loaded();
    assert!(
        !config.token_keys.is_empty(),
        "nobody gives `token_keys`, so each start makes its own, and whoever was signed in is not any more"
    );
    assert!(
        config.password_pepper.is_some(),
        "nobody gives `password_pepper`: a copy of the database is enough to try passwords on"
    );
    assert!(
        matches!(config.cache, Cache::Redis(_)),
        "the cache is {:?}; two instances have copies in common only in Redis",
        config.cache
    );
}

#[test]
fn it_is_reached_and_nothing_else_is() {
    let config = loaded();
    let told = environment().get("TASKS_ADDRESS").cloned();
    assert_eq!(
        told.and_then(|text| text.parse().ok()),
        Some(config.address),
        "`TASKS_ADDRESS` is in the environment, where the service and `{PROGRAM} health` both find it"
    );
    assert!(
        config.address.ip().is_unspecified() && config.address.port() != 0,
        "it listens on {}: a container's loopback is reached by nobody outside of it, and any free port by nobody who does not \
         know it",
        config.address
    );
    let compose = compose();
    for (name, _) in compose.services() {
        let ports = compose.ports(name);
        if name == OURS {
            let listening = config.address.port().to_string();
            assert!(
                ports.iter().any(|(_, target)| *target == listening),
                "it listens on port {listening}, and compose.yaml publishes {ports:?}"
            );
        } else {
            assert!(
                ports.is_empty(),
                "`{name}` is there for `{OURS}`, which reaches it by its name; {ports:?} opens it to the machine's network"
            );
        }
    }
}

#[test]
fn it_waits_for_whom_it_needs() {
    let compose = compose();
    let services: Vec<&str> = compose.services().iter().map(|(name, _)| *name).collect();
    loaded();
    let mut values: Vec<String> = environment().into_values().chain(flags()).collect();
    let example: Value = serde_json::from_str(&settings()).expect("it was read before");
    let example = example.as_object().into_iter().flatten();
    values.extend(example.filter_map(|(_, value)| Some(value.as_str()?.to_owned())));
    let mut hosts = 0;
    for host in values.iter().filter_map(|value| host(value)) {
        hosts += 1;
        assert!(
            services.contains(&host),
            "the settings name `{host}`, and there is no service of this name: {services:?}"
        );
        assert_eq!(
            compose.condition(OURS, host).as_deref(),
            Some("service_healthy"),
            "`{OURS}` needs `{host}`, and a container that was started is not yet one that answers"
        );
        let test = compose.health(host).unwrap_or_default().join(" ");
        let image = compose.service(host)["image"].as_str().unwrap_or_default();
        let asks = match basename(image).split(':').next().unwrap_or_default() {
            // Over TCP: at its first start there is a server for a while that answers on its socket only, and goes again.
            "postgres" => test.contains("pg_isready") && test.contains("-h"),
            "redis" => test.contains("redis-cli") && test.contains("ping"),
            _ => !test.is_empty(),
        };
        assert!(
            asks,
            "`{host}`, which is {image}, is asked by `{test}` whether it is well: `redis-cli ping`, or `pg_isready -h 127.0.0.1`"
        );
    }
    assert!(hosts > 0, "the settings name no server: {values:?}");
}

/// The host of a URL.
fn host(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let rest = rest.split(['/', '?']).next()?;
    let rest = rest.rsplit('@').next()?;
    rest.split(':').next()
}

#[test]
fn what_is_stored_outlasts_its_container() {
    loaded();
    let example: Value = serde_json::from_str(EXAMPLE).expect("it was read before");
    let told = environment().get("TASKS_DATABASE").cloned();
    let told = told.or_else(|| example["database"].as_str().map(str::to_owned));
    let told = told.unwrap_or_else(|| "memory:".to_owned());
    let compose = compose();
    let (service, path) = match told.split_once(':') {
        Some(("sqlite", path)) => (OURS.to_owned(), path.to_owned()),
        Some(("postgres" | "postgresql", _)) => {
            let host = host(&told).expect("a host").to_owned();
            (host, "/var/lib/postgresql/data/base".to_owned())
        }
        _ => panic!("`database` is `{told}`: each deployment forgets all tasks and accounts"),
    };
    assert!(
        !knows_postgres() || service != OURS,
        "the service knows PostgreSQL, and its database is `{told}`: a second instance on another machine has another one"
    );
    let volumes = compose.document["volumes"].as_hash();
    let names: Vec<&str> = volumes
        .into_iter()
        .flatten()
        .filter_map(|(name, _)| name.as_str())
        .collect();
    let mounts = compose.mounts(&service);
    let kept = mounts.iter().any(|(source, target)| {
        names.contains(&source.as_str()) && path.starts_with(&format!("{target}/"))
    });
    assert!(
        kept,
        "`{service}` keeps its data below `{path}`, which is in no volume with a name and so goes with the container; \
         it has {mounts:?}, and the file has {names:?}"
    );
}

/// From the stage on that adds it.
fn knows_postgres() -> bool {
    let told = ("TASKS_DATABASE", "postgres://tasks:sample@db:5432/tasks");
    let told = [(told.0.to_owned(), told.1.to_owned())];
    Config::load(&[], &told, |_| Ok(String::new())).is_ok()
}

#[test]
fn there_is_time_to_stop() {
    let config = loaded();
    let compose = compose();
    let patience = compose.patience(OURS);
    let stop = config.notice + config.drain_timeout;
    assert!(
        patience > stop,
        "the service takes up to {stop:?} for its notice and the requests in flight, and is killed after {patience:?}. Without \
         `stop_grace_period` that is 10 s"
    );
    assert_eq!(
        patience, config.grace,
        "`grace` is what the service believes of `stop_grace_period`, and checks its other settings against. They are one \
         number, in two places"
    );
}

#[test]
fn sigterm_reaches_the_program() {
    let image = image();
    let (program, _, _) = image.program(PROGRAM);
    let compose = compose();
    let outside = compose.started_with(OURS, "entrypoint");
    let first = match (outside, image.has("ENTRYPOINT").or(image.has("CMD"))) {
        (Some(words), _) => words.first().cloned(),
        (None, Some(line)) => {
            let words = line.exec();
            assert!(
                words.is_some(),
                "Dockerfile, line {}: `{}` is started by `/bin/sh -c`. SIGTERM goes to the shell, which tells nobody, and after \
                 the grace period all is killed, requests in flight included. A list in brackets has no shell",
                line.number,
                line.rest
            );
            words.and_then(|words| words.first().cloned())
        }
        (None, None) => panic!("Dockerfile: nobody says what is started"),
    };
    assert_eq!(
        first,
        Some(program),
        "what is started is the program itself, by its full path"
    );
    let inside = image.has("STOPSIGNAL").map(|line| line.rest.clone());
    let outside = compose.service(OURS)["stop_signal"]
        .as_str()
        .map(str::to_owned);
    let signal = outside.or(inside).unwrap_or_else(|| "SIGTERM".to_owned());
    assert!(
        ["SIGTERM", "SIGINT"].contains(&signal.as_str()),
        "the service stops in order on SIGTERM and SIGINT, and is sent {signal}"
    );
}

#[test]
fn nobody_gets_the_whole_machine() {
    let compose = compose();
    for (name, service) in compose.services() {
        let limits = &service["deploy"]["resources"]["limits"];
        for (new, old, why) in [
            ("memory", "mem_limit", "the kernel ends some other process"),
            ("cpus", "cpus", "everybody is slow, and nobody knows why"),
        ] {
            let limit = [&limits[new], &service[old]];
            let limit = limit.iter().map(|value| compose::text(value));
            assert!(
                limit.into_iter().any(|limit| !limit.is_empty()),
                "`{name}` has no limit of {new}: when it takes all there is, {why}. `deploy.resources.limits` has both"
            );
        }
    }
}

#[test]
fn no_secret_is_written_down() {
    let is_secret = |name: &str| {
        let name = name.to_ascii_uppercase();
        let words = ["PASSWORD", "SECRET", "TOKEN", "PEPPER"];
        // The path of a file with a secret is none.
        !name.ends_with("_FILE") && words.iter().any(|word| name.contains(word))
    };
    for line in image().stages.iter().flat_map(|stage| &stage.lines) {
        let names = line.rest.split_whitespace();
        let names = names.map(|pair| pair.split('=').next().unwrap_or(pair));
        assert!(
            !(["ARG", "ENV"].contains(&line.keyword.as_str()) && names.into_iter().any(is_secret)),
            "Dockerfile, line {}: `docker history` shows it to everybody who has the image: {} {}",
            line.number,
            line.keyword,
            line.rest
        );
    }
    let compose = compose();
    for (service, whole) in compose.services() {
        for (name, value) in compose.written_environment(service) {
            assert!(
                !is_secret(&name) || is_from_outside(&value),
                "compose.yaml, `{service}`: the value of {name} is in the repository, for good. A file that is mounted as a secret, \
                 or `${{{name}:?}}`, which takes it from outside and refuses to start without"
            );
        }
        for text in all_texts(whole) {
            assert!(
                !has_a_password(&text),
                "compose.yaml, `{service}`: a URL has a password in it, in the repository, for good"
            );
        }
    }
    let example: Value = serde_json::from_str(EXAMPLE)
        .unwrap_or_else(|error| panic!("settings.example.json is no JSON: {error}"));
    for (name, value) in example.as_object().into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        assert!(
            (!is_secret(name) || value.is_empty()) && !has_a_password(value),
            "settings.example.json: `{name}` has a value that works. Somebody will serve with it, and everybody who can read \
             the repository can sign tokens. Left empty, the service refuses to start"
        );
    }
}

/// Whether a text is a URL with a password that is no variable and not left out.
fn has_a_password(text: &str) -> bool {
    let user = text
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('@'));
    let password = user.and_then(|(user, _)| user.split_once(':'));
    password.is_some_and(|(_, password)| !password.is_empty() && !password.starts_with("${"))
}

// ── its health ─────────────────────────────────────────────────────────────────────────────────────

/// The words behind the program with which the container is asked for its health.
fn health() -> Vec<String> {
    let image = image();
    let (program, _, _) = image.program(PROGRAM);
    let inside = || image.has("HEALTHCHECK").and_then(Line::exec);
    let words = match compose().health(OURS) {
        Some(words) if words[0] == "CMD" => Some(words[1..].to_vec()),
        Some(_) => None,
        None => inside(),
    };
    let Some(words) = words else {
        panic!(
            "nobody asks the service for its health without a shell. A process that runs is not one that answers: \
             `HEALTHCHECK CMD [\"{program}\", \"health\"]`"
        );
    };
    assert_eq!(
        words.first(),
        Some(&program),
        "the program asks itself, by its full path; curl would be in the image for this alone"
    );
    words[1..].to_vec()
}

/// Asks as the container would, of a service on this port. It is killed if it does not end.
async fn asked(port: u16) -> Output {
    let words = health();
    let folder = Folder::new();
    let file = folder.0.join("settings.json");
    fs::write(&file, settings()).expect("there is a place for temporary files");
    let mut environment = environment();
    if let Some(path) = environment.get_mut("TASKS_CONFIG") {
        *path = file.display().to_string();
    }
    loaded();
    // As in the container, where it listens on all addresses.
    environment.insert("TASKS_ADDRESS".to_owned(), format!("0.0.0.0:{port}"));
    let asking = task::spawn_blocking(move || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_capstone"));
        command.args(words).env_clear().envs(environment);
        command.stdin(Stdio::null()).output()
    });
    let output = time::timeout(LONG, asking).await;
    let output = output.expect("`capstone health` has to end by itself");
    output.expect("it does not panic").expect("it is there")
}

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = env::temp_dir().join(format!("capstone-delivery-{}", process::id()));
        fs::create_dir_all(&folder).expect("there is a place for temporary files");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn its_health_is_whether_it_takes_requests() {
    let patient = Config {
        notice: HOUR,
        ..config()
    };
    let mut service = Service::start(patient, Router::new()).await;
    let asking = Instant::now();
    let mut output = asked(service.port).await;
    // A machine may be so busy that nobody answers in time. Then it is asked again, as an orchestrator does.
    while !output.status.success() && asking.elapsed() < LONG {
        output = asked(service.port).await;
    }
    assert!(
        output.status.success(),
        "a service that is ready is well, and `capstone health` ends with {}; it writes {}",
        output.status,
        String::from_utf8_lossy(&output.stdout)
    );
    service.stop();
    let left = async {
        while service.get("/health/ready").await.status == 200 {
            task::yield_now().await;
        }
    };
    let left = time::timeout(LONG, left).await;
    left.expect("a service that is asked to stop is not ready");
    let output = asked(service.port).await;
    assert!(
        !output.status.success(),
        "a service that is about to stop answers, and takes nothing new; `capstone health` says that it is well. Is it asked \
         `/health/live`?"
    );
    let port = service.port;
    drop(service);
    let output = asked(port).await;
    assert!(
        !output.status.success(),
        "nobody listens, and `capstone health` says that all is well"
    );
}

// ── the workflow ───────────────────────────────────────────────────────────────────────────────────

const GATES: [&str; 3] = ["cargo fmt", "cargo clippy", "cargo test"];

#[test]
fn every_gate_can_fail() {
    let workflow = workflow();
    let commands = workflow.commands();
    for gate in GATES {
        let Some(command) = commands
            .iter()
            .find(|command| command.line.starts_with(gate))
        else {
            panic!("ci.yml: no line begins with `{gate}`");
        };
        if let Some(how) = command.softened {
            panic!(
                "ci.yml, job `{}`: `{}` can fail and the run is green: {how}",
                command.job, command.line
            );
        }
        let strict = match gate {
            "cargo fmt" => command.line.contains("--check"),
            "cargo clippy" => {
                command.line.contains("-D warnings")
                    || all_texts(&workflow.document).contains(&"-D warnings".to_owned())
            }
            _ => true,
        };
        assert!(
            strict,
            "ci.yml: `{}` ends with 0 whatever it finds: `--check`, and `-- -D warnings`",
            command.line
        );
    }
    let on = &workflow.document["on"];
    let asks = |event: &str| {
        let listed = on
            .as_vec()
            .is_some_and(|all| all.iter().any(|one| one.as_str() == Some(event)));
        let keyed = on
            .as_hash()
            .is_some_and(|all| all.contains_key(&Yaml::from_str(event)));
        listed || keyed || on.as_str() == Some(event)
    };
    assert!(
        asks("pull_request") && asks("push"),
        "ci.yml: `on` is a push and a pull request; after the merge is too late to hear of a failure"
    );
}

#[test]
fn the_tests_have_their_servers() {
    let workflow = workflow();
    let commands = workflow.commands();
    let test = commands
        .iter()
        .find(|command| command.line.starts_with("cargo test"));
    let Some(test) = test else {
        panic!("ci.yml: no line begins with `cargo test`");
    };
    let job = workflow.jobs.iter().find(|job| job.name == test.job);
    let job = job.expect("commands are of jobs");
    for (variable, scheme, kind, ask) in [
        ("DATABASE_URL", "postgres", "postgres", "pg_isready"),
        ("REDIS_URL", "redis", "redis", "redis-cli"),
    ] {
        let steps = job.steps.iter().map(|step| &step["env"]);
        let mut places = steps.chain([&job.whole["env"], &workflow.document["env"]]);
        let value = places.find_map(|env| env[variable].as_str());
        let Some(value) = value else {
            panic!(
                "ci.yml, job `{}`: without {variable} the tests that need a server say that nothing was checked, and pass",
                job.name
            );
        };
        let services = job.whole["services"].as_hash().into_iter().flatten();
        let mut services = services.map(|(_, service)| service);
        let service = services.find(|service| {
            let image = service["image"].as_str().unwrap_or_default();
            basename(image).split(':').next() == Some(kind)
        });
        let Some(service) = service else {
            panic!(
                "ci.yml, job `{}`: {variable} is `{value}`, and no service is a {kind}",
                job.name
            );
        };
        let options = service["options"].as_str().unwrap_or_default();
        assert!(
            options.contains("--health-cmd") && options.contains(ask),
            "ci.yml, job `{}`: steps begin as soon as the containers are started, unless each has a `--health-cmd` with {ask}; \
             {kind} has {options:?}",
            job.name
        );
        let published = service["ports"].as_vec().into_iter().flatten();
        let published: Vec<String> = published.map(compose::text).collect();
        let port = value.rsplit(':').next().unwrap_or_default();
        let port = port.split('/').next().unwrap_or_default();
        assert!(
            value.starts_with(scheme)
                && published
                    .iter()
                    .any(|ports| ports.split(':').next() == Some(port)),
            "ci.yml, job `{}`: {variable} is `{value}`, and the machine has {published:?} of {kind}",
            job.name
        );
    }
}

#[test]
fn what_is_cached_is_of_this_lock_file() {
    let workflow = workflow();
    for job in &workflow.jobs {
        let commands = workflow.commands();
        let mut own = commands.iter().filter(|command| command.job == job.name);
        let compiles = own.any(|command| {
            ["cargo clippy", "cargo test", "cargo build"]
                .iter()
                .any(|verb| command.line.starts_with(verb))
        });
        if !compiles {
            continue;
        }
        let actions = job.actions();
        let by_key = actions.iter().any(|(uses, with)| {
            let key = with["key"].as_str().unwrap_or_default();
            uses.starts_with("actions/cache@")
                && key.contains("hashFiles(")
                && key.contains("Cargo.lock")
        });
        // It makes its own key, of the lock file among others.
        let by_itself = actions
            .iter()
            .any(|(uses, _)| uses.starts_with("Swatinem/rust-cache@"));
        assert!(
            by_key || by_itself,
            "ci.yml, job `{}`: it compiles everything anew, or has what it compiled for some other Cargo.lock for ever: a cache \
             is never written again under the same key. `hashFiles('Cargo.lock')` belongs into it",
            job.name
        );
    }
}

#[test]
fn a_job_may_do_what_it_needs() {
    let workflow = workflow();
    let all = workflow.document["permissions"].as_hash();
    let read: Vec<(String, String)> = all
        .into_iter()
        .flatten()
        .map(|(name, value)| (compose::text(name), compose::text(value)))
        .collect();
    assert_eq!(
        read,
        [("contents".to_owned(), "read".to_owned())],
        "ci.yml: `permissions` of the whole file are `contents: read`. Every build script of every dependency runs with them"
    );
    for job in &workflow.jobs {
        let own = &job.whole["permissions"];
        let writes = all_texts(own)
            .iter()
            .any(|right| right.starts_with("write"));
        assert!(
            !writes || job.builds_the_image(),
            "ci.yml, job `{}`: it may write, and pushes nothing",
            job.name
        );
        let minutes = job.whole["timeout-minutes"].as_i64();
        assert!(
            minutes.is_some_and(|minutes| (1..=60).contains(&minutes)),
            "ci.yml, job `{}`: `timeout-minutes` of at most 60; a test that hangs has six hours otherwise",
            job.name
        );
        for (uses, _) in job.actions() {
            let (_, commit) = uses.split_once('@').unwrap_or((uses, ""));
            assert!(
                commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()),
                "ci.yml, job `{}`: `{uses}` is whatever its owner says today, with the rights of this job. A commit is what it is",
                job.name
            );
        }
    }
}

#[test]
fn the_image_comes_after_the_gates() {
    let workflow = workflow();
    let commands = workflow.commands();
    let images: Vec<&Job> = workflow
        .jobs
        .iter()
        .filter(|job| job.builds_the_image())
        .collect();
    assert!(
        !images.is_empty(),
        "ci.yml: no job builds the image, so whether it builds is found out at the next release"
    );
    for job in images {
        let before = workflow.before(job);
        for gate in GATES {
            let gates: Vec<&str> = commands
                .iter()
                .filter(|command| command.line.starts_with(gate))
                .map(|command| command.job.as_str())
                .collect();
            assert!(
                gates.iter().any(|gate| before.contains(*gate)),
                "ci.yml, job `{}`: it does not wait for `{gate}`, so what fails is an image all the same. Jobs run side by side \
                 unless one `needs` the other; it waits for {before:?}",
                job.name
            );
        }
        let condition = job.whole["if"].as_str().unwrap_or_default();
        assert!(
            !condition.contains("always()") && !condition.contains("!cancelled()"),
            "ci.yml, job `{}`: `{condition}` has it run also after a failure",
            job.name
        );
        assert!(
            job.says("capstone/deploy/Dockerfile") || job.says("docker compose build"),
            "ci.yml, job `{}`: it builds with some other Dockerfile",
            job.name
        );
        for step in &job.steps {
            let by_action = &step["with"]["push"];
            let pushes = step["run"]
                .as_str()
                .is_some_and(|run| run.contains("docker push") || run.contains("--push"))
                || !matches!(by_action, Yaml::BadValue | Yaml::Boolean(false));
            let conditions = [by_action, &step["if"], &job.whole["if"]];
            let guarded = conditions.iter().any(|condition| {
                let condition = condition.as_str().unwrap_or_default();
                let of_a_push = condition.contains("github.event_name == 'push'");
                condition.contains("refs/heads/main") || of_a_push && only_main(&workflow)
            });
            assert!(
                !pushes || guarded,
                "ci.yml, job `{}`: it pushes what is not on main. `push: ${{{{ github.event_name == 'push' }}}}`, where `on` says of \
                 a push `branches: [main]`",
                job.name
            );
        }
        assert!(
            !job.says(":latest"),
            "ci.yml, job `{}`: `latest` is the name of every image; that of its commit belongs to one",
            job.name
        );
    }
}

/// Whether pushes to other branches do not start it.
fn only_main(workflow: &Workflow) -> bool {
    let branches = workflow.document["on"]["push"]["branches"].as_vec();
    branches.is_some_and(|all| all.len() == 1 && all[0].as_str() == Some("main"))
}
