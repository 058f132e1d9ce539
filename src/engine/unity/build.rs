//! Builds many candidates' tests as few crates, and those that this does not work for each by itself.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::early::Early;
use super::member::variable_of;
use super::{Member, Unity, crates, fit, is_apart, is_made};
use crate::candidate::{Environment, Slot};
use crate::engine::binary::Binary;
use crate::engine::build::{BuildError, Built, Diagnostic, PackageBuild, Way, link};
use crate::engine::cargo::{self, Call, CargoOutcome, Job, StandIn};
use crate::engine::plot::{Plot, Target};
use crate::engine::shadow::{LayError, Shadow};
use crate::engine::stop::Stop;
use crate::engine::world::BuildProgress;

/// Where to build.
pub(in crate::engine) struct Site<'a> {
    pub shadow: &'a Shadow,
    pub environment: &'a Environment,
    pub slot: &'a Slot,
    pub is_incremental: bool,
    pub stand_in: Option<StandIn<'a>>,
    /// The run's own folder for binaries.
    pub keep: &'a Arc<TempDir>,
}

/// How often what does not compile is taken out of its crate before all of that crate's tests are compiled by themselves.
const ATTEMPTS: usize = 2;

/// Builds libraries and programs, and then the tests of those whose libraries are sound. `None` if all is to be built as it
/// comes: because that is as quick, because `WORKBOOK_TOGETHER=0` asks for it, or because cargo does not take to it.
///
/// # Errors
///
/// As for any build.
pub(in crate::engine) fn build(
    site: &Site<'_>,
    plots: &[Plot],
    on: &mut dyn FnMut(BuildProgress),
    stop: &Stop,
) -> Result<Option<Built>, BuildError> {
    if is_apart() {
        return Ok(None);
    }
    let workspace = site.shadow.workspace(site.slot);
    let mut apart = Apart::read(&workspace);
    let mut members = fit(plots, site.environment);
    apart.look(&members);
    members.retain(|member| !apart.has(member));
    let prefix = site.slot.prefix();
    let unities = crates(&members, prefix);
    if unities.is_empty() {
        return Ok(None);
    }
    let mut told = HashSet::new();
    let mut on = |progress: BuildProgress| match &progress {
        // Who is told of a crate that nobody has written would look for it; and what is not compiled anew says it again.
        BuildProgress::Message { package, .. } if is_made(package) => {}
        BuildProgress::Message { rendered, .. } if !told.insert(rendered.clone()) => {}
        _ => on(progress),
    };

    let but_tests = |plot: &Plot| {
        let others = plot.targets.iter().filter(|target| !is_test(target));
        only(plot, others.cloned().chain([Target::Own]).collect())
    };
    let first: Vec<Plot> = plots.iter().map(but_tests).collect();
    let unities: Vec<&Unity> = unities.iter().collect();
    let Some(mut outcome) = ask(site, (plots, &unities, &[]), &first, &mut on, stop)? else {
        return plainly(site, plots);
    };
    let mut early = Early::begin(site, plots, &mut outcome.built)?;
    let mut work = Work::begin(site, plots, &members, outcome.built);
    if let Some(built) = early.all_whole() {
        on(BuildProgress::Whole(Box::new(built)));
    }
    for attempt in 1.. {
        let asked = work.asked();
        if asked.is_empty() {
            break;
        }
        let all: Vec<&Unity> = work.done.iter().chain(&work.open).collect();
        let laid_out = (plots, all.as_slice(), work.programs.as_slice());
        early.ask(&work.open);
        let mut watched = |progress: BuildProgress| match progress {
            BuildProgress::Made {
                package,
                target,
                program,
            } => {
                if let Some(built) = early.take(&package, target, &program) {
                    on(BuildProgress::Whole(Box::new(built)));
                }
            }
            other => on(other),
        };
        let Some(outcome) = ask(site, laid_out, &asked, &mut watched, stop)? else {
            return plainly(site, plots);
        };
        work.take(outcome.built, attempt < ATTEMPTS, &mut apart, &early)?;
    }
    apart.write();
    work.built.way = Way::Together;
    Ok(Some(work.built))
}

/// Leaves the workspace as it was found.
fn plainly(site: &Site<'_>, plots: &[Plot]) -> Result<Option<Built>, BuildError> {
    site.shadow.lay(site.slot, plots, site.environment)?;
    Ok(None)
}

/// Tests on their way to be built.
struct Work<'a> {
    site: &'a Site<'a>,
    plots: &'a [Plot],
    built: Built,
    /// What is to be built by itself next: packages with targets.
    alone: BTreeSet<(String, Target)>,
    /// The crates that are to be built next, and those that have been.
    open: Vec<Unity>,
    done: Vec<Unity>,
    /// Where programs are that tests start, with the variables in which tests look for them.
    programs: Vec<(String, PathBuf)>,
}

impl<'a> Work<'a> {
    /// With libraries and programs built, and the tests of sound ones to be.
    fn begin(site: &'a Site<'a>, plots: &'a [Plot], members: &[Member], built: Built) -> Self {
        let is_sound = |package: &str| {
            let known = built.packages.get(package);
            !known.is_some_and(|known| known.diagnostics.iter().any(is_of_library))
        };
        let is_complete = |member: &Member| {
            let known = built.packages.get(&member.package);
            let has = |name: &String| known.is_some_and(|known| known.programs.contains_key(name));
            member.programs.iter().all(has)
        };
        let sound: Vec<Member> = (members.iter())
            .filter(|member| is_sound(&member.package) && is_complete(member))
            .cloned()
            .collect();
        let places = built.packages.values().flat_map(|known| &known.programs);
        let programs = places.map(|(name, place)| (variable_of(name), place.clone()));
        let programs = programs.collect();
        let open = crates(&sound, site.slot.prefix());
        let mut alone: BTreeSet<(String, Target)> = BTreeSet::new();
        for plot in plots.iter().filter(|plot| is_sound(&plot.package)) {
            let tests = plot.targets.iter().filter(|target| is_test(target));
            alone.extend(tests.map(|test| (plot.package.clone(), test.clone())));
        }
        for member in open.iter().flat_map(|unity| &unity.members) {
            for test in member.of_package() {
                alone.remove(&test);
            }
        }
        Work {
            site,
            plots,
            built,
            alone,
            open,
            done: Vec::new(),
            programs,
        }
    }

    /// What cargo is to be asked for next.
    fn asked(&self) -> Vec<Plot> {
        let mut asked = Vec::new();
        for plot in self.plots {
            let is_open = |target: &&Target| {
                let target = (plot.package.clone(), (*target).clone());
                self.alone.contains(&target)
            };
            let open = plot.targets.iter().filter(is_open);
            asked.push(only(plot, open.cloned().collect()));
        }
        asked.retain(|plot| !plot.targets.is_empty());
        let open = self.open.iter().map(|unity| &unity.plot);
        asked.extend(open.map(|plot| only(plot, plot.targets.clone())));
        asked
    }

    /// Takes in what cargo made of it. What did not compile is to be built by itself next, and what was with it in its
    /// crate, if it is not `again` to be tried as one.
    fn take(
        &mut self,
        mut built: Built,
        again: bool,
        apart: &mut Apart,
        early: &Early<'_>,
    ) -> Result<(), LayError> {
        self.alone.clear();
        let made = built.packages.values_mut();
        for binary in made.flat_map(|package| package.executables.values_mut()) {
            if let Some(kept) = early.kept(&binary.path) {
                binary.path.clone_from(kept);
            }
        }
        for unity in std::mem::take(&mut self.open) {
            let package = &unity.plot.package;
            let made = built.packages.remove(package).unwrap_or_default();
            if let Some(binary) = made.executables.get(&unity.target()) {
                let keep = self.site.keep.path();
                let program = if binary.path.starts_with(keep) {
                    binary.path.clone()
                } else {
                    link(&binary.path, &keep.join(package))?
                };
                hand_out(&mut self.built, &unity, &program);
                self.done.push(unity);
                continue;
            }
            let culprits = culprits(&unity, &made);
            apart.note(&culprits);
            let is_one = |member: &&Member| culprits.iter().any(|it| it.package == member.package);
            let others = unity.members.iter().filter(|member| !is_one(member));
            let others: Vec<Member> = others.cloned().collect();
            let of_culprits = culprits.iter().flat_map(|member| member.of_package());
            self.alone.extend(of_culprits);
            match unity.again(&others, self.site.slot.prefix()) {
                Some(smaller) if again => self.open.push(smaller),
                _ => self
                    .alone
                    .extend(others.iter().flat_map(Member::of_package)),
            }
        }
        self.built.add(built);
        Ok(())
    }
}

pub(super) fn is_test(target: &Target) -> bool {
    matches!(target, Target::Test(_))
}

pub(super) fn is_of_library(diagnostic: &Diagnostic) -> bool {
    diagnostic.is_error && diagnostic.target == Target::Own
}

/// A plot with other targets, to ask cargo for: it has no files.
fn only(plot: &Plot, targets: Vec<Target>) -> Plot {
    Plot {
        folder: plot.folder.clone(),
        package: plot.package.clone(),
        exercise: plot.exercise.clone(),
        files: Vec::new(),
        targets,
    }
}

/// Lays everything out, and has cargo build some of it. `None` if cargo refuses all of it.
fn ask(
    site: &Site<'_>,
    (plots, unities, programs): (&[Plot], &[&Unity], &[(String, PathBuf)]),
    asked: &[Plot],
    on: &mut dyn FnMut(BuildProgress),
    stop: &Stop,
) -> Result<Option<CargoOutcome>, BuildError> {
    let all = plots.iter().chain(unities.iter().map(|unity| &unity.plot));
    let workspace = site.shadow.lay(site.slot, all, site.environment)?;
    let call = Call {
        workspace: &workspace,
        target: &site.shadow.target(),
        is_incremental: site.is_incremental,
        stand_in: site.stand_in,
        programs,
    };
    let mut outcome = cargo::run(&call, Job::Build, asked, on, stop)?;
    if outcome.needs_network() {
        on(BuildProgress::Fetching);
        cargo::fetch(&workspace, stop)?;
        outcome = cargo::run(&call, Job::Build, asked, on, stop)?;
    }
    site.shadow.mark_built(site.slot)?;
    let has_said_why = (outcome.built.packages.values())
        .any(|package| package.diagnostics.iter().any(|it| it.is_error));
    Ok((outcome.success || has_said_why).then_some(outcome))
}

/// Gives each member its tests.
fn hand_out(built: &mut Built, unity: &Unity, program: &Path) {
    let lead = unity.lead();
    for member in &unity.members {
        let package = built.packages.entry(member.package.clone()).or_default();
        for (target, module) in member.targets(&lead) {
            let binary = Binary {
                path: program.to_owned(),
                module: Some(module),
                variant: None,
            };
            package.executables.insert(target, binary);
        }
    }
}

/// Whom the compiler's errors are about; all, if that can't be seen.
fn culprits<'u>(unity: &'u Unity, made: &PackageBuild) -> Vec<&'u Member> {
    let lead = unity.lead();
    let errors: Vec<&Diagnostic> = made.diagnostics.iter().filter(|it| it.is_error).collect();
    let is_named = |member: &&Member| {
        let mut messages = errors.iter();
        messages.any(|error| member.is_named_in(&error.rendered, &lead))
    };
    let named: Vec<&Member> = unity.members.iter().filter(is_named).collect();
    if named.is_empty() {
        return unity.members.iter().collect();
    }
    named
}

/// Packages whose tests are compiled by themselves, and why.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Apart {
    #[serde(skip)]
    path: PathBuf,
    /// What did not compile with others, with what it was then: as it is, it is not tried again.
    clashing: BTreeMap<String, String>,
    /// What somebody is working on. In a crate with forty others each edit would have all of them compiled.
    edited: BTreeSet<String>,
    /// What all others were the last time.
    seen: BTreeMap<String, String>,
}

/// So many packages that have changed since the last time are being worked on; more were changed by somebody else.
const AT_WORK: usize = 8;

impl Apart {
    /// What can't be read is not known.
    fn read(workspace: &Path) -> Self {
        let path = workspace.join(".apart");
        let text = std::fs::read(&path).unwrap_or_default();
        let known: Apart = serde_json::from_slice(&text).unwrap_or_default();
        Apart { path, ..known }
    }

    /// Looks at what has changed.
    fn look(&mut self, members: &[Member]) {
        let has_changed = |member: &&Member| {
            let seen = self.seen.get(&member.package);
            seen.is_some_and(|seen| *seen != member.digest)
        };
        let changed = members.iter().filter(has_changed);
        // A package may have members of several sorts.
        let changed: BTreeSet<String> = changed.map(|member| member.package.clone()).collect();
        if changed.len() > AT_WORK {
            self.edited.clear();
        } else {
            self.edited.extend(changed);
        }
        let seen = members
            .iter()
            .map(|it| (it.package.clone(), it.digest.clone()));
        self.seen.extend(seen);
    }

    fn has(&self, member: &Member) -> bool {
        let clashing = self.clashing.get(&member.package);
        clashing == Some(&member.digest) || self.edited.contains(&member.package)
    }

    fn note(&mut self, culprits: &[&Member]) {
        let noted = culprits
            .iter()
            .map(|it| (it.package.clone(), it.digest.clone()));
        self.clashing.extend(noted);
    }

    /// If it can't be written, they are tried again.
    fn write(&self) {
        if let Ok(text) = serde_json::to_vec(self) {
            let _ = std::fs::write(&self.path, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::unity::tests::members;

    #[test]
    fn what_somebody_works_on_is_compiled_by_itself_until_everything_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let left_out = |members: &[Member]| -> Vec<usize> {
            let mut apart = Apart::read(folder.path());
            apart.look(members);
            apart.write();
            let numbered = members.iter().enumerate();
            numbered
                .filter(|(_, it)| apart.has(it))
                .map(|(at, _)| at)
                .collect()
        };
        let mut all = members(20);
        assert!(left_out(&all).is_empty(), "nothing is known of them");
        all[3].digest.push('1');
        assert_eq!(left_out(&all), [3]);
        all[5].digest.push('1');
        assert_eq!(left_out(&all), [3, 5]);
        assert_eq!(left_out(&all), [3, 5], "and again");
        for member in &mut all[..=AT_WORK] {
            member.digest.push('2');
        }
        assert!(left_out(&all).is_empty());
    }

    #[test]
    fn what_clashed_is_tried_again_when_it_is_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut apart = Apart::read(folder.path());
        let mut all = members(2);
        apart.note(&[&all[0]]);
        apart.write();
        let apart = Apart::read(folder.path());
        assert!(apart.has(&all[0]) && !apart.has(&all[1]));
        all[0].digest.push('1');
        assert!(!apart.has(&all[0]));
    }
}
