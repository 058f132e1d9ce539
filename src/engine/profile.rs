//! Records where a candidate's workload spends its time and where it allocates, for looking at and not
//! for a verdict.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use super::build::{BuildError, Built};
use super::event::Event;
use super::judge::{Engine, EngineError, on_event};
use super::plot::{Plot, Target};
use super::process::End;
use super::recording::Recording;
use super::symbols::{Frame, Origin, Place, resolve};
use super::test_run::{RunTests, interpret};
use super::verdict::CheckState;
use crate::candidate::Candidate;
use crate::course::Workload;

/// What was seen of a workload.
#[derive(Debug)]
pub struct Profile {
    /// The test.
    pub workload: String,
    /// How often the workload was called while its stack was looked at.
    pub calls: u64,
    /// Stacks that were seen, each once.
    pub cpu: Vec<Sample>,
    /// Stacks that allocated, each once, of one call of the workload.
    pub heap: Vec<Allocation>,
}

/// A stack that was seen while the workload ran.
#[derive(Debug)]
pub struct Sample {
    /// Outermost first; it begins with the workload.
    pub stack: Vec<Frame>,
    /// How often.
    pub count: u64,
}

/// A stack that allocated.
#[derive(Debug)]
pub struct Allocation {
    /// Outermost first; it begins with the workload.
    pub stack: Vec<Frame>,
    /// How often.
    pub count: u64,
    /// How much in all.
    pub bytes: u64,
}

/// A function, with the share of the samples in which it was on the stack.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its short name.
    pub name: String,
    /// Whose it is.
    pub origin: Origin,
    /// Samples in it, or in library code that it called.
    pub own: u64,
    /// Samples in it, or in anything that it called.
    pub total: u64,
    /// The line of it that was seen most, by path in the crate.
    pub hottest: Option<Place>,
    /// The library function that it was seen in most, and how often.
    pub library: Option<(String, u64)>,
}

/// A line that allocates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// The function that it is in.
    pub function: String,
    /// Path in the crate, and line.
    pub place: Option<Place>,
    /// The library function that allocates for it.
    pub library: Option<String>,
    /// How often.
    pub count: u64,
    /// How much in all.
    pub bytes: u64,
}

/// Why there is no profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Nothing could be built or run.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A file that the exercise starts with was deleted.
    #[error("find `{}`; `workbook reset` brings the starter back", path.display())]
    Missing {
        /// Relative to the desk.
        path: PathBuf,
    },
    /// The candidate does not compile.
    #[error("build the workload")]
    DoesNotBuild {
        /// What the compiler said, as rendered.
        errors: Vec<String>,
    },
    /// The workload's test does not pass, so what was recorded is not what it is about.
    #[error("run the workload `{name}` to its end")]
    DoesNotPass {
        /// The test.
        name: String,
        /// What it printed.
        output: String,
    },
    /// The test passes, and records nothing.
    #[error(
        "record the workload `{name}`: it hands its work to neither `probes::profile::run` nor \
         `probes::speed::report`"
    )]
    NothingRecorded {
        /// The test.
        name: String,
    },
}

/// Whether the system lets a program look at its own stacks as `probes::profile` does.
pub const fn can_profile() -> bool {
    cfg!(all(target_os = "linux", target_pointer_width = "64"))
}

impl Engine<'_> {
    /// Builds the candidate's workload, runs it once under its limits, and names what was recorded.
    ///
    /// # Errors
    ///
    /// If it can't be built or run, does not pass, or somebody asked to stop.
    pub fn profile(
        &self,
        candidate: &Candidate,
        workload: &Workload,
        on: &mut dyn FnMut(Event),
    ) -> Result<Profile, ProfileError> {
        if let Some(path) = candidate.missing.first().cloned() {
            return Err(ProfileError::Missing { path });
        }
        let plots = [Plot::of_workload(candidate, workload)];
        on(Event::BuildStarted { exercises: 1 });
        let mut progress = |progress| on_event(progress, &plots, on);
        let built = self
            .world()
            .build(&candidate.slot, &plots, &mut progress, self.stop());
        let built = built.map_err(|error| match error {
            BuildError::Stopped => EngineError::Stopped,
            other => other.into(),
        })?;
        let target = Target::Test(workload.target.clone());
        let package = built.packages.get(&candidate.exercise.package);
        let Some(executable) = package.and_then(|package| package.executables.get(&target)) else {
            let errors = errors_of(&built, candidate);
            return Err(ProfileError::DoesNotBuild { errors });
        };
        let limits = &candidate.exercise.limits;
        let test = RunTests::Recorded(&workload.name);
        let ran = self.world().run(executable, test, limits, self.stop());
        let ran = ran.map_err(EngineError::from)?;
        if ran.ended.end == End::Stopped {
            return Err(EngineError::Stopped.into());
        }
        let name = workload.name.clone();
        if interpret(&ran, limits) != Some(CheckState::Passed) {
            let said = [ran.ended.stdout.text(), ran.ended.stderr.text()];
            return Err(ProfileError::DoesNotPass {
                name,
                output: said.join("\n").trim().to_owned(),
            });
        }
        let recording = Recording::parse(ran.recording.as_deref().unwrap_or_default());
        if recording.calls == 0 {
            return Err(ProfileError::NothingRecorded { name });
        }
        Ok(named(&recording, workload, candidate))
    }
}

/// What the compiler has against the learner's own code, with paths as they are in the desk.
fn errors_of(built: &Built, candidate: &Candidate) -> Vec<String> {
    let folder = candidate.exercise.crate_folder.to_string_lossy();
    let laid_out = format!("{}/{folder}", candidate.slot.folder());
    let package = built.packages.get(&candidate.exercise.package);
    let said = package
        .into_iter()
        .flat_map(|package| &package.diagnostics)
        .filter(|diagnostic| diagnostic.is_error);
    said.map(|diagnostic| diagnostic.rendered.replace(&laid_out, &folder))
        .collect()
}

fn named(recording: &Recording, workload: &Workload, candidate: &Candidate) -> Profile {
    let stacks = recording.cpu.iter();
    let stacks = stacks.chain(recording.heap.iter().map(|allocations| &allocations.stack));
    let addresses: BTreeSet<u64> = stacks.flatten().copied().collect();
    let frames = resolve(&addresses, &recording.modules, &candidate.exercise);
    let mut cpu: BTreeMap<Vec<Frame>, u64> = BTreeMap::new();
    for stack in &recording.cpu {
        if let Some(stack) = of_workload(Recorded::Time, stack, &frames) {
            *cpu.entry(stack).or_default() += 1;
        }
    }
    let mut heap: BTreeMap<Vec<Frame>, (u64, u64)> = BTreeMap::new();
    for allocations in &recording.heap {
        if let Some(stack) = of_workload(Recorded::Allocation, &allocations.stack, &frames) {
            let sums = heap.entry(stack).or_default();
            sums.0 += allocations.count;
            sums.1 += allocations.bytes;
        }
    }
    let sample = |(stack, count)| Sample { stack, count };
    let allocation = |(stack, (count, bytes))| Allocation {
        stack,
        count,
        bytes,
    };
    Profile {
        workload: workload.name.clone(),
        calls: recording.calls,
        cpu: cpu.into_iter().map(sample).collect(),
        heap: heap.into_iter().map(allocation).collect(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Recorded {
    Time,
    Allocation,
}

/// The function of `probes` that calls the workload.
const CALL: &str = "profile::call";

/// A stack from the workload on, outermost first, without what measures; `None` for a moment between two
/// calls. Of library code that calls library code the first function stays, which is what the code names,
/// and of time the last, which is where it goes.
fn of_workload(
    what: Recorded,
    stack: &[u64],
    frames: &HashMap<u64, Vec<Frame>>,
) -> Option<Vec<Frame>> {
    let mut inner: Vec<&Frame> = Vec::new();
    for frame in stack.iter().filter_map(|address| frames.get(address)) {
        inner.extend(frame);
    }
    let is_probe = |frame: &&Frame| frame.origin == Origin::Probe;
    match inner
        .iter()
        .position(|frame| is_probe(frame) && frame.name.ends_with(CALL))
    {
        Some(at) => inner.truncate(at),
        None if inner.iter().any(is_probe) => return None,
        // Another thread: what lies around the code that it was started for is the same in all.
        None => {
            let own = |frame: &&Frame| matches!(frame.origin, Origin::Own | Origin::Workload);
            if let Some(outermost) = inner.iter().rposition(own) {
                inner.truncate(outermost + 1);
            }
        }
    }
    if what == Recorded::Allocation
        && let Some(counting) = inner.iter().rposition(is_probe)
    {
        // The allocator that counts, and what it calls.
        inner.drain(..=counting);
    }
    inner.retain(|frame| !is_probe(frame));
    let outermost_first: Vec<&Frame> = inner.into_iter().rev().collect();
    let is_library = |at: usize| {
        let frame = outermost_first.get(at);
        frame.is_some_and(|frame| frame.origin == Origin::Library)
    };
    let last = outermost_first.len().checked_sub(1)?;
    let kept = |at: &usize| {
        let first_of_run = !is_library(*at) || *at == 0 || !is_library(at - 1);
        first_of_run || (*at == last && what == Recorded::Time)
    };
    let kept = (0..=last).filter(kept);
    let kept = kept.map(|at| outermost_first[at].clone()).collect();
    Some(kept)
}

impl Profile {
    /// How many samples there are.
    pub fn samples(&self) -> u64 {
        self.cpu.iter().map(|sample| sample.count).sum()
    }

    /// The functions of the exercise and of the workload, by the time that they themselves take.
    pub fn functions(&self) -> Vec<Function> {
        #[derive(Default)]
        struct Seen {
            own: u64,
            total: u64,
            lines: BTreeMap<Place, u64>,
            libraries: BTreeMap<String, u64>,
        }
        let mut all: BTreeMap<(String, Origin), Seen> = BTreeMap::new();
        for sample in &self.cpu {
            let mut on_stack = BTreeSet::new();
            for frame in sample.stack.iter().filter(|frame| is_ours(frame)) {
                let key = (frame.short(), frame.origin);
                if on_stack.insert(key.clone()) {
                    all.entry(key).or_default().total += sample.count;
                }
            }
            if let Some(at) = sample.stack.iter().rposition(is_ours) {
                let frame = &sample.stack[at];
                let seen = all.entry((frame.short(), frame.origin)).or_default();
                seen.own += sample.count;
                if let Some(place) = &frame.place {
                    *seen.lines.entry(place.clone()).or_default() += sample.count;
                }
                if let Some(library) = sample.stack.get(at + 1) {
                    *seen.libraries.entry(library.short()).or_default() += sample.count;
                }
            }
        }
        let function = |((name, origin), seen): ((String, Origin), Seen)| Function {
            name,
            origin,
            own: seen.own,
            total: seen.total,
            hottest: most(seen.lines).map(|(place, _)| place),
            library: most(seen.libraries),
        };
        let mut functions: Vec<Function> = all.into_iter().map(function).collect();
        functions.sort_by_key(|function| std::cmp::Reverse((function.own, function.total)));
        functions
    }

    /// The lines that allocate, by bytes.
    pub fn sites(&self) -> Vec<Site> {
        let mut all: BTreeMap<Site, (u64, u64)> = BTreeMap::new();
        for allocation in &self.heap {
            let at = allocation.stack.iter().rposition(is_ours);
            let line = at.and_then(|at| allocation.stack.get(at));
            let library = allocation.stack.get(at.map_or(0, |at| at + 1));
            let site = Site {
                function: line.map_or_else(String::new, Frame::short),
                place: line.and_then(|line| line.place.clone()),
                library: library.map(Frame::short),
                count: 0,
                bytes: 0,
            };
            let sums = all.entry(site).or_default();
            sums.0 += allocation.count;
            sums.1 += allocation.bytes;
        }
        let site = |(site, (count, bytes))| Site {
            count,
            bytes,
            ..site
        };
        let mut sites: Vec<Site> = all.into_iter().map(site).collect();
        sites.sort_by_key(|site| std::cmp::Reverse((site.bytes, site.count)));
        sites
    }
}

fn is_ours(frame: &Frame) -> bool {
    matches!(frame.origin, Origin::Own | Origin::Workload)
}

/// The entry with the largest count; of equals the first.
fn most<K: Ord>(counts: BTreeMap<K, u64>) -> Option<(K, u64)> {
    let mut entries: Vec<(K, u64)> = counts.into_iter().collect();
    entries.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    entries.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames by their first letter: `o`wn, `w`orkload, `l`ibrary, `p`robe. Innermost first, an address each.
    fn kept(what: Recorded, stack: &str) -> Option<String> {
        let frame = |name: &str| Frame {
            name: name.to_owned(),
            origin: match name.as_bytes()[0] {
                b'o' => Origin::Own,
                b'w' => Origin::Workload,
                b'l' => Origin::Library,
                _ => Origin::Probe,
            },
            place: None,
        };
        let names = stack.split(' ').map(|name| vec![frame(name)]);
        let frames: HashMap<u64, Vec<Frame>> = (0..).zip(names).collect();
        let addresses: Vec<u64> = (0..frames.len() as u64).collect();
        let kept = of_workload(what, &addresses, &frames)?;
        let names: Vec<String> = kept.into_iter().map(|frame| frame.name).collect();
        Some(names.join(" "))
    }

    #[test]
    fn a_stack_begins_with_the_workload_and_has_nothing_of_what_measures() {
        let time = |stack: &str, expected: Option<&str>| {
            let found = kept(Recorded::Time, stack);
            assert_eq!(found.as_deref(), expected, "{stack}");
        };
        let call = "p::profile::call p::repeat l4 l5";
        time(&format!("o1 w {call}"), Some("w o1"));
        // Of library code, what the code names and where the time goes.
        time(&format!("l1 l2 l3 o1 w {call}"), Some("w o1 l3 l1"));
        time(&format!("o2 l1 l2 l3 o1 w {call}"), Some("w o1 l3 o2"));
        // The allocator passes on to the system's.
        time(
            &format!("lmalloc p::alloc l1 o1 w {call}"),
            Some("w o1 l1 lmalloc"),
        );
        // Between two calls.
        time("l1 p::repeat l4", None);
        // A thread of the learner's own.
        time("o2 o1 l4 l5", Some("o1 o2"));

        let allocation = kept(
            Recorded::Allocation,
            &format!("l0 p::note p::alloc l1 l2 o1 w {call}"),
        );
        assert_eq!(allocation.as_deref(), Some("w o1 l2"));
    }
}
