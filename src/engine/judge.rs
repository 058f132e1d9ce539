//! From candidates to verdicts.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use thiserror::Error;

use super::build::{BuildError, Built};
use super::event::Event;
use super::pipeline;
use super::plot::{Plot, Target};
use super::process::ProcessError;
use super::ready::Ready;
use super::schemata::{Schemata, is_made};
use super::stop::Stop;
use super::trial::Trial;
use super::unity::is_apart;
use super::verdict::Verdict;
use super::world::{BuildProgress, World};
use crate::candidate::{Candidate, Slot};
use crate::course::{EVERY_WARNING, MUTANTS, MutantSpec};

/// Judges candidates in a world.
pub struct Engine<'w> {
    world: &'w dyn World,
    jobs: usize,
    stop: Stop,
    thorough: Option<u64>,
}

/// Why there are no verdicts. None of these is the learner's doing.
#[derive(Debug, Error)]
pub enum EngineError {
    /// Nothing could be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A test binary could not be started, or a thread to wait for it.
    #[error("run the tests")]
    Process(#[from] ProcessError),
    /// The system gave no thread.
    #[error("start a thread to run tests in")]
    Thread(#[source] std::io::Error),
    /// Somebody asked to stop.
    #[error("judge: interrupted")]
    Stopped,
}

impl EngineError {
    /// Whether somebody asked to stop, and nothing is wrong.
    pub fn is_stop(&self) -> bool {
        matches!(
            self,
            EngineError::Stopped | EngineError::Build(BuildError::Stopped)
        )
    }
}

impl<'w> Engine<'w> {
    /// An engine that runs as many tests at once as there are processors.
    pub fn new(world: &'w dyn World, stop: Stop) -> Self {
        let jobs = thread::available_parallelism().map_or(1, usize::from);
        Engine {
            world,
            jobs,
            stop,
            thorough: None,
        }
    }

    /// An engine for proofs: it starts the processes in an order that the seed shuffles, and where every
    /// test of a target passes alone, it runs the target as plain `cargo test` does, all in one process
    /// (check `together::<target>`).
    #[must_use]
    pub fn thorough(self, seed: u64) -> Self {
        let thorough = Some(seed);
        Engine { thorough, ..self }
    }

    /// The same engine, with so many tests at once.
    ///
    /// # Panics
    ///
    /// If that is none.
    #[must_use]
    pub fn jobs_at_once(self, jobs: usize) -> Self {
        assert!(jobs > 0, "somebody has to run the tests");
        Engine { jobs, ..self }
    }

    pub(super) fn world(&self) -> &dyn World {
        self.world
    }

    pub(super) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// How many tests run at once.
    pub(super) fn jobs(&self) -> usize {
        self.jobs
    }

    /// What shuffles the tests of a proof.
    pub(super) fn shuffle_seed(&self) -> Option<u64> {
        self.thorough
    }

    /// Judges candidates; verdicts come in the order of the candidates.
    ///
    /// # Errors
    ///
    /// If the environment does not let anything be judged, or if somebody asked to stop. What was judged
    /// until then has been told by [`Event::Judged`].
    pub fn judge(
        &self,
        candidates: &[Candidate],
        on: &mut dyn FnMut(Event),
    ) -> Result<Vec<Verdict>, EngineError> {
        let mut slots: BTreeMap<&Slot, Vec<usize>> = BTreeMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            slots.entry(&candidate.slot).or_default().push(at);
        }
        let batches: Vec<Vec<usize>> = slots
            .into_values()
            .flat_map(|group| batches(candidates, group))
            .collect();
        let members: Vec<Vec<&Candidate>> = batches
            .iter()
            .map(|batch| batch.iter().map(|&at| &candidates[at]).collect())
            .collect();
        // What fails here ends what runs here, and nothing of the caller's.
        let engine = Engine {
            stop: self.stop.part(),
            ..*self
        };
        let mut verdicts: Vec<Option<Verdict>> = candidates.iter().map(|_| None).collect();
        let mut trials = pipeline::run(&engine, &members, on)?;
        for batch in &mut trials {
            self.ratios(batch, on)?;
        }
        for (batch, trials) in batches.into_iter().zip(&mut trials) {
            // Last, because it says least about what the code does.
            self.clippy(trials, on)?;
            for (at, trial) in batch.into_iter().zip(trials) {
                verdicts[at] = trial.verdict.take();
            }
        }
        // Every index is in exactly one batch.
        Ok(verdicts.into_iter().flatten().collect())
    }

    /// Builds all at once. If cargo refuses the lot without a word about any of them, each is built
    /// alone, so that one that cargo can't even read does not take the others with it. `early` gets candidates that have
    /// everything while others are still being built; what is returned has them too.
    pub(super) fn build<'c>(
        &self,
        candidates: &[&'c Candidate],
        on: &mut dyn FnMut(Event),
        early: &mut dyn FnMut(&[&'c Candidate], Built),
    ) -> Result<(Built, HashMap<String, String>), EngineError> {
        let start = Instant::now();
        if candidates.is_empty() {
            return Ok((Built::default(), HashMap::new()));
        }
        on(Event::BuildStarted {
            exercises: candidates.len(),
        });
        let schemata = candidates.iter().filter_map(|&candidate| {
            let schemata = Schemata::of(candidate).filter(|_| !is_apart())?;
            Some((candidate.exercise.id.clone(), schemata))
        });
        let schemata: BTreeMap<String, Schemata> = schemata.collect();
        let (mut built, mut refused) = self.build_with(candidates, &schemata, on, early)?;
        let mut again = Vec::new();
        for (id, schemata) in schemata {
            let package = &schemata.plot.package;
            let is_built = |package: &str| {
                let known = built.packages.get(package);
                known.is_some_and(|known| {
                    let mut targets = schemata.plot.targets.iter();
                    targets.any(|target| known.executables.contains_key(target))
                })
            };
            let candidate = candidates.iter().find(|it| it.exercise.id == id);
            if is_built(package) {
                let own = (package.clone(), schemata.names);
                built.schemata.insert(id, own);
            } else if let Some(&candidate) = candidate
                && is_built(&candidate.exercise.package)
            {
                again.push(candidate);
            }
        }
        if !again.is_empty() {
            // Their bodies do not go together after all.
            let (apart, more) = self.build_with(&again, &BTreeMap::new(), on, early)?;
            built.add(apart);
            refused.extend(more);
        }
        on(Event::BuildFinished {
            took: start.elapsed(),
            way: built.way,
            linked: built.linked,
        });
        Ok((built, refused))
    }

    /// Builds all at once, with what was put together of the mutants of these exercises.
    fn build_with<'c>(
        &self,
        candidates: &[&'c Candidate],
        schemata: &BTreeMap<String, Schemata>,
        on: &mut dyn FnMut(Event),
        early: &mut dyn FnMut(&[&'c Candidate], Built),
    ) -> Result<(Built, HashMap<String, String>), EngineError> {
        let mut refused = HashMap::new();
        let Some(first) = candidates.first() else {
            return Ok((Built::default(), refused));
        };
        let plots = |candidates: &[&Candidate]| -> Vec<Plot> {
            candidates
                .iter()
                .flat_map(|candidate| plots_of(candidate, schemata.get(&candidate.exercise.id)))
                .collect()
        };
        let all = plots(candidates);
        let mut ready = Ready::new(candidates, &all, schemata);
        let mut progress = |progress| match &progress {
            // Whatever the learner's tests have in them that is wrong is said of the true code.
            BuildProgress::Message { package, .. } if is_made(package) => {}
            BuildProgress::Whole(built) => {
                let (candidates, built) = ready.take(built);
                if !candidates.is_empty() {
                    early(&candidates, built);
                }
            }
            _ => on_event(progress, &all, on),
        };
        let built = match self
            .world
            .build(&first.slot, &all, &mut progress, &self.stop)
        {
            Ok(built) => built,
            Err(BuildError::Cargo { .. }) => {
                let mut built = Built::default();
                for candidate in candidates {
                    let own = plots(&[candidate]);
                    match self
                        .world
                        .build(&candidate.slot, &own, &mut progress, &self.stop)
                    {
                        Ok(one) => built.add(one),
                        Err(BuildError::Cargo { message }) => {
                            refused.insert(candidate.exercise.id.clone(), message);
                        }
                        Err(BuildError::Stopped) => return Err(EngineError::Stopped),
                        Err(other) => return Err(other.into()),
                    }
                }
                built
            }
            Err(BuildError::Stopped) => return Err(EngineError::Stopped),
            Err(other) => return Err(other.into()),
        };
        Ok((built, refused))
    }

    /// Looks at the learner's code of every trial that names lints.
    fn clippy(
        &self,
        trials: &mut [Trial<'_>],
        on: &mut dyn FnMut(Event),
    ) -> Result<(), EngineError> {
        // Where every warning counts, nobody else's lints may be on.
        let lints_of = |trial: &Trial<'_>| -> Vec<String> {
            let specs = trial.candidate.exercise.clippy.iter();
            let mut lints: Vec<String> = specs.map(|spec| spec.lint.clone()).collect();
            lints.sort();
            lints
        };
        let is_strict = |lints: &Vec<String>| lints.iter().any(|lint| lint == EVERY_WARNING);
        let mut groups: BTreeMap<Option<Vec<String>>, Vec<usize>> = BTreeMap::new();
        for (at, trial) in trials.iter().enumerate() {
            if trial.wants_clippy() {
                let key = Some(lints_of(trial)).filter(is_strict);
                groups.entry(key).or_default().push(at);
            }
        }
        for members in groups.into_values() {
            let mut lints: Vec<String> = members
                .iter()
                .flat_map(|&at| lints_of(&trials[at]))
                .collect();
            lints.sort();
            lints.dedup();
            let said = self.lint_with(&lints, members.iter().map(|&at| &trials[at]))?;
            for at in members {
                trials[at].settle_lints(said.as_ref().map_err(String::as_str), on);
                trials[at].finish_if_done(on);
            }
        }
        Ok(())
    }

    /// What clippy says with these lints of the code of these trials, or why it said nothing.
    fn lint_with<'t, 'c: 't>(
        &self,
        lints: &[String],
        trials: impl Iterator<Item = &'t Trial<'c>>,
    ) -> Result<Result<Built, String>, EngineError> {
        let mut slot = None;
        // Lints are about the learner's own code, whatever the tests do.
        let plots = trials.map(|trial| {
            slot = Some(&trial.candidate.slot);
            Plot {
                targets: vec![Target::Own],
                ..Plot::of(trial.candidate)
            }
        });
        let plots: Vec<Plot> = plots.collect();
        let Some(slot) = slot else {
            return Ok(Ok(Built::default()));
        };
        match self.world.clippy(slot, &plots, lints, &self.stop) {
            Ok(built) => Ok(Ok(built)),
            Err(BuildError::Stopped) => Err(EngineError::Stopped),
            Err(BuildError::Cargo { message }) => Ok(Err(format!(
                "clippy did not run; `rustup component add clippy` installs it. It said: {message}"
            ))),
            Err(other) => Err(other.into()),
        }
    }

    /// What clippy's default lints say of the candidates' code, and of the tests of some, as rendered: a list for
    /// each candidate, in order.
    ///
    /// # Errors
    ///
    /// As [`Engine::judge`]; also if there is no clippy.
    pub fn lint(
        &self,
        candidates: &[Candidate],
        with_tests: &[bool],
    ) -> Result<Vec<Vec<String>>, EngineError> {
        let mut said: Vec<Vec<String>> = candidates.iter().map(|_| Vec::new()).collect();
        let mut slots: BTreeMap<&Slot, Vec<usize>> = BTreeMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            slots.entry(&candidate.slot).or_default().push(at);
        }
        for batch in slots
            .into_values()
            .flat_map(|group| batches(candidates, group))
        {
            let plots: Vec<Plot> = (batch.iter())
                .map(|&at| {
                    let with_tests = with_tests.get(at).copied().unwrap_or(true);
                    let mut plot = Plot::of(&candidates[at]);
                    plot.targets
                        .retain(|target| with_tests && matches!(target, Target::Test(_)));
                    plot.targets.push(Target::Own);
                    plot
                })
                .collect();
            let slot = &candidates[batch[0]].slot;
            let all = ["clippy::all".to_owned()];
            let built = match self.world.clippy(slot, &plots, &all, &self.stop) {
                Ok(built) => built,
                Err(BuildError::Stopped) => return Err(EngineError::Stopped),
                Err(other) => return Err(other.into()),
            };
            for at in batch {
                let package = built.packages.get(&candidates[at].exercise.package);
                let messages = package.into_iter().flat_map(|package| &package.diagnostics);
                said[at].extend(messages.map(|message| message.rendered.clone()));
            }
        }
        Ok(said)
    }
}

/// Splits candidates of a slot, by their indices, so that those of one batch can lie side by side: stages share a
/// crate, and two of them with different code can't.
pub fn batches(candidates: &[Candidate], group: Vec<usize>) -> Vec<Vec<usize>> {
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for at in group {
        let fits = |batch: &&mut Vec<usize>| {
            batch
                .iter()
                .all(|&other| !collide(&candidates[at], &candidates[other]))
        };
        match batches.iter_mut().find(fits) {
            Some(batch) => batch.push(at),
            None => batches.push(vec![at]),
        }
    }
    batches
}

fn collide(one: &Candidate, other: &Candidate) -> bool {
    // Test files of stages have names of their own, and keys are not read from where crates lie.
    let apart = ["tests", MUTANTS, "quiz.key", "review.key"];
    let code = |candidate: &Candidate| -> BTreeMap<PathBuf, Vec<u8>> {
        let files = candidate.files.iter().filter(|file| {
            candidate.exercise.owns(&file.path)
                || !apart.iter().any(|name| file.path.starts_with(name))
        });
        files
            .map(|file| (file.path.clone(), file.bytes.clone()))
            .collect()
    };
    let has_mutants = |candidate: &Candidate| !candidate.exercise.mutants.is_empty();
    one.exercise.crate_folder == other.exercise.crate_folder
        && (one.exercise.id == other.exercise.id
            || (has_mutants(one) && has_mutants(other))
            || code(one) != code(other))
}

/// The candidate, its mutants, and each baseline.
pub(super) fn plots_of(candidate: &Candidate, schemata: Option<&Schemata>) -> Vec<Plot> {
    let is_in = |mutant: &&MutantSpec| schemata.is_some_and(|it| it.names.contains(&mutant.name));
    let mutants = candidate.exercise.mutants.iter();
    let mutants = mutants.filter(|mutant| !is_in(mutant));
    let mutants = mutants.filter_map(|mutant| Plot::of_mutant(candidate, mutant));
    let mutants = mutants.chain(schemata.map(|it| it.plot.clone()));
    let baselines = candidate.baselines.iter();
    let baselines = baselines.filter_map(|baseline| Plot::of_baseline(candidate, baseline));
    let own = std::iter::once(Plot::of(candidate));
    own.chain(mutants).chain(baselines).collect()
}

/// Tells what a build reports, if that is something to be told.
pub(super) fn on_event(progress: BuildProgress, plots: &[Plot], on: &mut dyn FnMut(Event)) {
    on(match progress {
        BuildProgress::Made { .. } | BuildProgress::Whole(_) => return,
        BuildProgress::Waiting => Event::Waiting,
        BuildProgress::Fetching => Event::Fetching,
        BuildProgress::Units {
            done,
            total,
            crates,
        } => Event::BuildProgress {
            done,
            total,
            crates,
        },
        BuildProgress::Message {
            package,
            is_error,
            rendered,
        } => {
            let of_package = plots.iter().find(|plot| plot.package == package);
            let exercise = of_package.map_or(package, |plot| plot.exercise.clone());
            Event::Diagnostic {
                exercise,
                is_error,
                rendered,
            }
        }
    });
}
