// What a workflow of GitHub says, as far as it is asked here.
//
// No inner attributes or `//!` here: tests that are kept elsewhere take this file in by `include!`.

use std::collections::BTreeSet;

use yaml_rust2::{Yaml, YamlLoader};

pub struct Workflow {
    pub document: Yaml,
    pub jobs: Vec<Job>,
}

pub struct Job {
    pub name: String,
    pub whole: Yaml,
    pub needs: Vec<String>,
    pub steps: Vec<Yaml>,
}

/// A command of a job, on a line of its own.
pub struct Command {
    pub job: String,
    pub line: String,
    /// What lets a failure of it pass, or has it not run at all.
    pub softened: Option<&'static str>,
}

impl Workflow {
    pub fn read(text: &str) -> Self {
        let mut documents = YamlLoader::load_from_str(text)
            .unwrap_or_else(|error| panic!("ci.yml is no YAML: {error}"));
        assert_eq!(documents.len(), 1, "ci.yml is one document");
        let document = documents.remove(0);
        let Some(all) = document["jobs"].as_hash() else {
            panic!("ci.yml has no `jobs`");
        };
        let jobs = all.iter().map(|(name, job)| Job {
            name: name.as_str().unwrap_or_default().to_owned(),
            whole: job.clone(),
            needs: names(&job["needs"]),
            steps: job["steps"].as_vec().cloned().unwrap_or_default(),
        });
        Self {
            jobs: jobs.collect(),
            document,
        }
    }

    /// Everything that runs before a job, or it does not run.
    pub fn before(&self, job: &Job) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        let mut open = job.needs.clone();
        while let Some(name) = open.pop() {
            if all.insert(name.clone()) {
                let needed = self.jobs.iter().find(|job| job.name == name);
                open.extend(needed.into_iter().flat_map(|job| job.needs.clone()));
            }
        }
        all
    }

    /// Everything that is run, line by line.
    pub fn commands(&self) -> Vec<Command> {
        let mut all = Vec::new();
        for job in &self.jobs {
            for step in &job.steps {
                let script = step["run"].as_str().unwrap_or_default();
                // A line may go on in the next one.
                for line in script.replace("\\\n", " ").lines().map(str::trim) {
                    all.push(Command {
                        job: job.name.clone(),
                        line: line.to_owned(),
                        softened: softened(&job.whole, step, line),
                    });
                }
            }
        }
        all
    }
}

impl Job {
    /// The actions that it uses, each with what it is given.
    pub fn actions(&self) -> Vec<(&str, &Yaml)> {
        let uses = self.steps.iter();
        uses.filter_map(|step| Some((step["uses"].as_str()?, &step["with"])))
            .collect()
    }

    /// Whether it builds the image, itself or by an action.
    pub fn builds_the_image(&self) -> bool {
        let by_hand = |step: &Yaml| {
            let run = step["run"].as_str().unwrap_or_default();
            run.contains("docker build") || run.contains("docker compose build")
        };
        let by_action = |(uses, _): &(&str, &Yaml)| uses.starts_with("docker/build-push-action@");
        self.steps.iter().any(by_hand) || self.actions().iter().any(by_action)
    }

    /// Whether a step has this in its condition, its command, or in what its action is given.
    pub fn says(&self, text: &str) -> bool {
        format!("{:?}", self.steps).contains(text)
    }
}

fn softened(job: &Yaml, step: &Yaml, line: &str) -> Option<&'static str> {
    let may_fail = |value: &Yaml| !matches!(value, Yaml::BadValue | Yaml::Boolean(false));
    if may_fail(&step["continue-on-error"]) || may_fail(&job["continue-on-error"]) {
        return Some("`continue-on-error` makes its failure a success");
    }
    if !step["if"].is_badvalue() || !job["if"].is_badvalue() {
        return Some("an `if` can have it skipped, and what is skipped has not failed");
    }
    let shells = ["||", "|", ";", "&"];
    if shells.iter().any(|way| line.contains(way)) {
        return Some(
            "what stands beside it on its line may have the last word; give it a line of its own",
        );
    }
    None
}

/// A name, or a list of them.
fn names(value: &Yaml) -> Vec<String> {
    let all = value.as_vec().into_iter().flatten();
    let all = all.chain(Some(value)).filter_map(Yaml::as_str);
    all.map(str::to_owned).collect()
}
