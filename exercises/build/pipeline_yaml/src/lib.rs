//! Runs a workflow on paper: which commands run, and whether it ends green, if this or that fails. It knows as much
//! of the language as the workflow of a service needs, and refuses the rest.

mod condition;
mod shell;
mod workflow;

pub use workflow::{Job, Step, Workflow};

/// What may be wrong with a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `cargo fmt --check` says so, and `cargo fmt` repairs it without a word.
    Unformatted,
    /// `cargo clippy` says so, and fails if it is told to: `-D warnings`.
    Warning,
    /// `cargo test` fails.
    Test,
    /// `cargo deny check` fails.
    Advisory,
    /// `./image.sh build` fails.
    Image,
    /// `./deploy.sh` fails.
    Deploy,
}

/// Why a workflow runs, and on what.
#[derive(Debug, Clone)]
pub struct Occasion {
    /// `push` or `pull_request`.
    pub event: &'static str,
    /// `refs/heads/main`, for example.
    pub git_ref: &'static str,
    /// What is wrong with the commit.
    pub faults: Vec<Fault>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The commands that ran, in an order that is possible.
    pub commands: Vec<String>,
    /// Whether the run is shown as passed.
    pub green: bool,
}

impl Outcome {
    /// Whether a command has run, with whatever else is said to it.
    pub fn ran(&self, command: &str) -> bool {
        self.times(command) > 0
    }

    /// How often a command has run. It begins with the same words, and has the same options somewhere: `cargo fmt
    /// --all -- --check` is a `cargo fmt --check`.
    pub fn times(&self, command: &str) -> usize {
        let (options, words): (Vec<&str>, Vec<&str>) = command
            .split_whitespace()
            .partition(|word| word.starts_with('-'));
        let words = words.join(" ");
        let is_it = |one: &&String| {
            one.starts_with(&words)
                && options
                    .iter()
                    .all(|option| one.split_whitespace().any(|word| word == *option))
        };
        self.commands.iter().filter(is_it).count()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Success,
    Failure,
    Skipped,
}

/// Runs a workflow.
///
/// # Errors
///
/// What it can't run, and where.
pub fn run(workflow: &Workflow, occasion: &Occasion) -> Result<Outcome, String> {
    let mut outcome = Outcome {
        commands: Vec::new(),
        green: true,
    };
    if !workflow.starts_on(occasion.event, occasion.git_ref) {
        return Ok(outcome);
    }
    let mut ended: Vec<(&str, Ended)> = Vec::new();
    while ended.len() < workflow.jobs.len() {
        let is_over = |name: &str| ended.iter().any(|(job, _)| *job == name);
        let next = workflow
            .jobs
            .iter()
            .find(|job| !is_over(&job.name) && job.needs.iter().all(|need| is_over(need)));
        let Some(job) = next else {
            return Err(
                "`needs` of the jobs that are left go in a circle, or name what is not there"
                    .to_owned(),
            );
        };
        let needs: Vec<(&str, Ended)> = ended
            .iter()
            .filter(|(name, _)| job.needs.iter().any(|need| need == name))
            .copied()
            .collect();
        let failed = needs.iter().any(|(_, how)| *how == Ended::Failure);
        let fine = needs.iter().all(|(_, how)| *how == Ended::Success);
        let facts = condition::Facts {
            occasion,
            needs: &needs,
            fine,
            failed,
        };
        let how = if condition::holds(job.condition.as_deref(), &facts)? {
            run_job(workflow, job, &facts, &mut outcome.commands)?
        } else {
            Ended::Skipped
        };
        // A job that may fail is a success to the run, and to whoever needs it.
        let how = if how == Ended::Failure && job.may_fail {
            Ended::Success
        } else {
            how
        };
        outcome.green &= how != Ended::Failure;
        ended.push((&job.name, how));
    }
    Ok(outcome)
}

fn run_job(
    workflow: &Workflow,
    job: &Job,
    facts: &condition::Facts<'_>,
    commands: &mut Vec<String>,
) -> Result<Ended, String> {
    let mut ended = Ended::Success;
    for step in &job.steps {
        let failed = ended == Ended::Failure;
        let facts = condition::Facts {
            fine: !failed,
            failed,
            ..*facts
        };
        if !condition::holds(step.condition.as_deref(), &facts)? {
            continue;
        }
        let Some(script) = &step.run else {
            continue;
        };
        let shell = step
            .shell
            .as_ref()
            .or(job.shell.as_ref())
            .or(workflow.shell.as_ref());
        // The nearest one counts, and alone.
        let rustflags = step
            .rustflags
            .as_ref()
            .or(job.rustflags.as_ref())
            .or(workflow.rustflags.as_ref());
        let passed = shell::run(
            script,
            shell.map(String::as_str),
            rustflags.map(String::as_str),
            &facts.occasion.faults,
            commands,
        )
        .map_err(|what| format!("job `{}`: {what}", job.name))?;
        if !passed && !step.may_fail {
            ended = Ended::Failure;
        }
    }
    Ok(ended)
}
