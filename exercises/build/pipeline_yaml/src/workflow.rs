//! The file, read strictly.

use yaml_rust2::{Yaml, YamlLoader};

/// A workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// The whole file, for whoever wants to look at more of it.
    pub document: Yaml,
    /// `defaults.run.shell`.
    pub shell: Option<String>,
    /// `env.RUSTFLAGS`.
    pub rustflags: Option<String>,
    /// In the order of the file.
    pub jobs: Vec<Job>,
}

/// A job.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its key.
    pub name: String,
    /// `needs`.
    pub needs: Vec<String>,
    /// `if`.
    pub condition: Option<String>,
    /// `continue-on-error`.
    pub may_fail: bool,
    /// `defaults.run.shell`.
    pub shell: Option<String>,
    /// `env.RUSTFLAGS`.
    pub rustflags: Option<String>,
    /// `timeout-minutes`.
    pub minutes: Option<i64>,
    /// `permissions`.
    pub permissions: Yaml,
    /// `steps`.
    pub steps: Vec<Step>,
}

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// `run`.
    pub run: Option<String>,
    /// `uses`.
    pub uses: Option<String>,
    /// `if`.
    pub condition: Option<String>,
    /// `continue-on-error`.
    pub may_fail: bool,
    /// `shell`.
    pub shell: Option<String>,
    /// `env.RUSTFLAGS`.
    pub rustflags: Option<String>,
}

impl Workflow {
    /// Reads a workflow.
    ///
    /// # Errors
    ///
    /// What can't be read.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut documents =
            YamlLoader::load_from_str(text).map_err(|error| format!("ci.yml: {error}"))?;
        if documents.len() != 1 {
            return Err("ci.yml: one document is expected".to_owned());
        }
        let document = documents.remove(0);
        known(
            &document,
            "the file",
            &[
                "name",
                "on",
                "permissions",
                "concurrency",
                "env",
                "defaults",
                "jobs",
            ],
        )?;
        let mut jobs = Vec::new();
        for (name, job) in document["jobs"]
            .as_hash()
            .ok_or("ci.yml: there are no `jobs`")?
        {
            let name = name.as_str().ok_or("ci.yml: a job's name is a text")?;
            jobs.push(read_job(name, job).map_err(|what| format!("ci.yml, job `{name}`: {what}"))?);
        }
        for event in ["push", "pull_request"] {
            read_event(&document["on"][event])
                .map_err(|what| format!("ci.yml, `on`, `{event}`: {what}"))?;
        }
        Ok(Workflow {
            shell: text_of(&document["defaults"]["run"]["shell"]),
            rustflags: text_of(&document["env"]["RUSTFLAGS"]),
            document,
            jobs,
        })
    }

    /// Whether it runs on such an event at all.
    pub(crate) fn starts_on(&self, event: &str, git_ref: &str) -> bool {
        let on = &self.document["on"];
        let listed = on
            .as_vec()
            .is_some_and(|events| events.iter().any(|one| one.as_str() == Some(event)));
        let keyed = on
            .as_hash()
            .and_then(|events| events.get(&Yaml::String(event.to_owned())));
        let Some(settings) = keyed else {
            return listed || on.as_str() == Some(event);
        };
        let branch = git_ref.trim_start_matches("refs/heads/");
        let branches = settings["branches"].as_vec();
        // A pull request goes to main here.
        let wanted = if event == "pull_request" {
            "main"
        } else {
            branch
        };
        branches.is_none_or(|branches| {
            branches
                .iter()
                .any(|one| one.as_str().is_some_and(|one| one == wanted || one == "**"))
        })
    }
}

/// Of an event nothing but `branches` is followed, and to skip the rest in silence would be to judge another file.
fn read_event(settings: &Yaml) -> Result<(), String> {
    if matches!(settings, Yaml::BadValue | Yaml::Null) {
        return Ok(());
    }
    let table = settings.as_hash().ok_or("it is no table")?;
    for (key, value) in table {
        let key = key.as_str().unwrap_or_default();
        if key != "branches" {
            return Err(format!(
                "`{key}` is not read here; say with `branches` when it runs, and with `if` what it does"
            ));
        }
        let branches = value.as_vec().ok_or("`branches` is a list here")?;
        for branch in branches {
            let name = branch.as_str().ok_or("a branch is a text")?;
            if name != "**" && name.contains(['*', '?', '+', '[', '!']) {
                return Err(format!(
                    "`{name}`: names of branches and `**` are read here"
                ));
            }
        }
    }
    Ok(())
}

fn read_job(name: &str, job: &Yaml) -> Result<Job, String> {
    let keys = [
        "name",
        "runs-on",
        "needs",
        "if",
        "permissions",
        "environment",
        "concurrency",
        "env",
        "defaults",
        "steps",
        "timeout-minutes",
        "strategy",
        "continue-on-error",
    ];
    known(job, "a job", &keys)?;
    let needs = match &job["needs"] {
        Yaml::BadValue => Vec::new(),
        Yaml::String(one) => vec![one.clone()],
        Yaml::Array(all) => all.iter().filter_map(text_of).collect(),
        _ => return Err("`needs` is a name or a list".to_owned()),
    };
    let steps = job["steps"].as_vec().ok_or("it has no `steps`")?;
    Ok(Job {
        name: name.to_owned(),
        needs,
        condition: condition(&job["if"])?,
        may_fail: may_fail(&job["continue-on-error"])?,
        shell: text_of(&job["defaults"]["run"]["shell"]),
        rustflags: text_of(&job["env"]["RUSTFLAGS"]),
        minutes: job["timeout-minutes"].as_i64(),
        permissions: job["permissions"].clone(),
        steps: steps.iter().map(read_step).collect::<Result<_, _>>()?,
    })
}

fn read_step(step: &Yaml) -> Result<Step, String> {
    known(
        step,
        "a step",
        &[
            "name",
            "id",
            "run",
            "uses",
            "with",
            "if",
            "env",
            "shell",
            "continue-on-error",
            "timeout-minutes",
        ],
    )?;
    let read = Step {
        run: text_of(&step["run"]),
        uses: text_of(&step["uses"]),
        condition: condition(&step["if"])?,
        may_fail: may_fail(&step["continue-on-error"])?,
        shell: text_of(&step["shell"]),
        rustflags: text_of(&step["env"]["RUSTFLAGS"]),
    };
    if read.run.is_some() == read.uses.is_some() {
        return Err("a step has either `run` or `uses`".to_owned());
    }
    Ok(read)
}

fn known(table: &Yaml, what: &str, keys: &[&str]) -> Result<(), String> {
    let table = table
        .as_hash()
        .ok_or_else(|| format!("ci.yml: {what} is no table"))?;
    let strange = table
        .keys()
        .find(|key| key.as_str().is_none_or(|key| !keys.contains(&key)));
    match strange {
        Some(key) => Err(format!("{what} has {key:?}, which is not read here")),
        None => Ok(()),
    }
}

fn condition(value: &Yaml) -> Result<Option<String>, String> {
    match value {
        Yaml::BadValue => Ok(None),
        Yaml::String(text) => Ok(Some(text.clone())),
        _ => Err("`if` is a text here".to_owned()),
    }
}

fn may_fail(value: &Yaml) -> Result<bool, String> {
    match value {
        Yaml::BadValue => Ok(false),
        Yaml::Boolean(may) => Ok(*may),
        _ => Err("`continue-on-error` is `true` or `false` here".to_owned()),
    }
}

fn text_of(value: &Yaml) -> Option<String> {
    value.as_str().map(str::to_owned)
}
