//! Asks rustc what cargo asked it for, without cargo.
//!
//! Architecture invariant: it decides nothing about freshness. Every call is made anew, into an empty folder
//! that becomes the run's own, so what cargo has built stays as cargo left it and nothing old can be taken for
//! new. The one thing that is used again is a test's object code, by the rules of [`relink`](super::relink).

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use super::binary::Binary;
use super::build::{BuildError, Built, Diagnostic, Way};
use super::cargo::{Piece, follow, forget_cargo};
use super::linker::{self, Gate, stand_between, stand_for_library};
use super::messages::diagnostic;
use super::plot::{Plot, Target};
use super::process;
use super::recipe::{Recipe, Unit};
use super::relink::Relink;
use super::shadow::LayError;
use super::stop::Stop;
use super::world::BuildProgress;

/// Builds a crate by its recipe, which has to be complete, in `scratch`, and moves it into `keep`. `None` if there
/// is any doubt whether cargo would have got the same.
///
/// The scratch folder is the same one for each run of a crate, and nobody else's while this runs: from another folder,
/// rustc reuses less of what it has kept of the last run (a third more time with 1.95, for a small test). `stand_in` is this
/// program, to be called in place of the linker.
pub(super) fn replay(
    recipe: &Recipe,
    plot: &Plot,
    (scratch, keep): (&Path, &Path),
    stand_in: &Path,
    on: &mut dyn FnMut(BuildProgress),
    stop: &Stop,
) -> Result<Option<Built>, BuildError> {
    clear(scratch)?;
    // Beside it, because it is moved away.
    let objects = scratch.with_extension("objects");
    let places = Places {
        out: scratch,
        objects: &objects,
        stand_in,
    };
    let built = build(recipe, plot, &places, on, stop)?;
    let Some(mut built) = built else {
        return Ok(None);
    };
    let out = keep.join("out");
    std::fs::rename(scratch, &out).map_err(|source| LayError {
        path: out.clone(),
        source,
    })?;
    let executables = built
        .packages
        .values_mut()
        .flat_map(|package| &mut package.executables);
    for (_, executable) in executables {
        if let Some(name) = executable.path.file_name() {
            executable.path = out.join(name);
        }
    }
    Ok(Some(built))
}

/// An empty folder, whatever a run that was ended has left there.
fn clear(folder: &Path) -> Result<(), LayError> {
    let failed = |source| LayError {
        path: folder.to_owned(),
        source,
    };
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    std::fs::create_dir_all(folder).map_err(failed)
}

/// Where a crate is built.
struct Places<'a> {
    /// What rustc makes.
    out: &'a Path,
    /// Object code of its tests, from one run to the next.
    objects: &'a Path,
    /// This program.
    stand_in: &'a Path,
}

fn build(
    recipe: &Recipe,
    plot: &Plot,
    places: &Places<'_>,
    on: &mut dyn FnMut(BuildProgress),
    stop: &Stop,
) -> Result<Option<Built>, BuildError> {
    let Some(library) = recipe.units.iter().find(|unit| unit.test.is_none()) else {
        return Ok(None);
    };
    let mut built = Built {
        way: Way::Replay,
        ..Built::default()
    };
    let package = built.packages.entry(plot.package.clone()).or_default();
    let mut tell = |diagnostics: &[Diagnostic]| {
        for diagnostic in diagnostics {
            on(BuildProgress::Message {
                package: plot.package.clone(),
                is_error: diagnostic.is_error,
                rendered: diagnostic.rendered.clone(),
            });
        }
    };
    let wanted = |unit: &&Unit| {
        let target = unit.test.clone().map(Target::Test);
        target.is_some_and(|target| plot.targets.contains(&target))
    };
    let tests: Vec<&Unit> = recipe.units.iter().filter(wanted).collect();
    let relinks = Relink::all(library, &tests, plot, places.objects);
    let all: Vec<Test<'_>> = (tests.into_iter().zip(&relinks))
        .map(|(unit, relink)| Test {
            unit,
            relink: relink.as_ref(),
            is_kept: relink.as_ref().is_some_and(Relink::is_kept),
        })
        .collect();
    let (of_library, of_tests) = ask_all(library, &all, places, stop);
    // Whoever made a mistake in the library hears of it, and of nothing in a test.
    let said = of_library?;
    let Some(has_built) = said.is_sound() else {
        return Ok(None);
    };
    tell(&said.diagnostics);
    package.diagnostics.extend(said.diagnostics);
    if !has_built {
        return Ok(Some(built));
    }
    for (test, said) in of_tests {
        let (unit, said) = (test.unit, said?);
        if said.is_linked {
            built.way = Way::Relink;
        }
        let Some(has_built) = said.is_sound() else {
            return Ok(None);
        };
        tell(&said.diagnostics);
        package.diagnostics.extend(said.diagnostics);
        if has_built {
            let target = Target::Test(unit.test.clone().unwrap_or_default());
            let program = places.out.join(unit.file_stem());
            let is_silent = package.diagnostics.iter().all(|it| it.target != target);
            if let Some(relink) = test.relink.filter(|_| is_silent && !said.is_linked) {
                relink.keep(unit, plot, &program.with_extension("d"));
            }
            package.executables.insert(target, Binary::alone(program));
        }
    }
    Ok(Some(built))
}

/// A test that is to be built.
struct Test<'r> {
    unit: &'r Unit,
    /// Where its object code is kept, or may be.
    relink: Option<&'r Relink>,
    /// There is some, and it is good.
    is_kept: bool,
}

/// What came of a library, and of those tests that were begun with.
type AllSaid<'r> = (
    Result<Said, BuildError>,
    Vec<(&'r Test<'r>, Result<Said, BuildError>)>,
);

/// Calls rustc for a library and its tests, which begin as soon as others could be compiled with it. Those whose object code
/// is there are linked when the library is.
fn ask_all<'r>(
    library: &Unit,
    tests: &'r [Test<'r>],
    places: &Places<'_>,
    stop: &Stop,
) -> AllSaid<'r> {
    // A test that begins early ends with a library that turns out not to build.
    let part = stop.part();
    let compile = |test: &Test<'_>, gate: Option<&Gate>| {
        let mut rustc = command(test.unit, library, places.out);
        let keep = test.relink.and_then(Relink::begin);
        if gate.is_some() || keep.is_some() {
            stand_between(&mut rustc, places.stand_in, gate, keep);
        }
        rustc
    };
    thread::scope(|scope| {
        // It opens also if a panic goes through, before the scope waits for its threads.
        let mut gate = Gate::close(places.out).ok();
        let mut asked = Vec::new();
        let begin = |test: &'r Test<'r>, gate: Option<&Gate>| {
            let (part, from) = (&part, test.unit.test.clone());
            let rustc = (gate.is_some() || !test.is_kept).then(|| compile(test, gate));
            let again = &compile;
            let work = move || match rustc {
                Some(rustc) => ask(rustc, from, &mut || (), part),
                None => link(test, &|| again(test, None), part),
            };
            let thread = thread::Builder::new().name("rustc".to_owned());
            (test, thread.spawn_scoped(scope, work))
        };
        let of_library = ask(
            command(library, library, places.out),
            None,
            &mut || {
                let metadata = places.out.join(format!("lib{}.rmeta", library.file_stem()));
                let early = tests
                    .iter()
                    .filter(|test| !test.is_kept && linker::is_usual(&test.unit.call.arguments));
                if let Some(gate) = &gate
                    && stand_for_library(&metadata, &metadata.with_extension("rlib")).is_ok()
                {
                    asked.extend(early.map(|test| begin(test, Some(gate))));
                }
            },
            stop,
        );
        let is_there = matches!(&of_library, Ok(said) if said.is_sound() == Some(true));
        if !is_there {
            part.raise();
        }
        // Whoever waits to link may do so now, or has been ended.
        gate.take();
        if is_there {
            for test in tests {
                if !asked.iter().any(|(known, _)| std::ptr::eq(*known, test)) {
                    asked.push(begin(test, None));
                }
            }
        }
        let end = |(test, thread): (&'r Test<'r>, io::Result<thread::ScopedJoinHandle<'_, _>>)| {
            // Without a thread it takes longer.
            let said = thread.map_or_else(
                |_| {
                    let rustc = compile(test, None);
                    Ok(ask(rustc, test.unit.test.clone(), &mut || (), &part))
                },
                thread::ScopedJoinHandle::join,
            );
            (
                test,
                said.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        };
        let of_tests = asked.into_iter().map(end).collect();
        (of_library, of_tests)
    })
}

/// Links a test whose object code is there, or compiles it after all.
fn link(test: &Test<'_>, compile: &dyn Fn() -> Command, stop: &Stop) -> Result<Said, BuildError> {
    if let Some(relink) = test.relink
        && relink.link(test.unit, stop)?
    {
        return Ok(Said {
            success: true,
            is_linked: true,
            ..Said::default()
        });
    }
    ask(compile(), test.unit.test.clone(), &mut || (), stop)
}

/// What came of one call.
#[derive(Default)]
struct Said {
    success: bool,
    diagnostics: Vec<Diagnostic>,
    /// Something that is no diagnostic of the code.
    is_strange: bool,
    /// It was linked, and not compiled.
    is_linked: bool,
}

impl Said {
    /// Whether it was built; `None` if that can't be the code's doing alone.
    fn is_sound(&self) -> Option<bool> {
        let has_errors = self.diagnostics.iter().any(|it| it.is_error);
        (!self.is_strange && self.success != has_errors).then_some(self.success)
    }
}

/// Errors about compiled crates, not about code: something that cargo would have built is not there.
const OF_COMPILED_CRATES: [&str; 8] = [
    "E0459", "E0460", "E0461", "E0462", "E0463", "E0464", "E0514", "E0786",
];

/// What an error of the linker, or about it, says.
const IS_OF_LINKER: [&str; 2] = ["linking with", "linker `"];

/// A call of rustc as cargo made it, with this run's folder in place of cargo's.
fn command(unit: &Unit, library: &Unit, out: &Path) -> Command {
    let mut command = Command::new(&unit.call.program);
    command
        .args(arguments(unit, library, out))
        .current_dir(&unit.call.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    forget_cargo(&mut command);
    let variables = unit.call.environment.iter();
    command.envs(variables.map(|(name, value)| (name, value)));
    process::in_own_group(&mut command);
    command
}

/// Calls rustc for the library or for a test. `on_metadata` is told once others could be compiled with it.
fn ask(
    mut rustc: Command,
    test: Option<String>,
    on_metadata: &mut dyn FnMut(),
    stop: &Stop,
) -> Result<Said, BuildError> {
    let mut own = process::spawn_tool(&mut rustc).map_err(BuildError::NoCargo)?;
    let target = test.map_or(Target::Own, Target::Test);
    let mut said = Said::default();
    let success = follow(&mut own, stop, &mut |piece| {
        let Piece::Line(line) = piece else { return };
        if line.starts_with("{\"$message_type\":\"diagnostic\"") {
            match serde_json::from_str(&line) {
                Ok(message) => said.diagnostics.extend(diagnostic(target.clone(), message)),
                Err(_) => said.is_strange = true,
            }
        } else if line.starts_with("{\"$message_type\":\"artifact\"") {
            if line.ends_with("\"emit\":\"metadata\"}") {
                on_metadata();
            }
        } else if !line.starts_with('{') {
            said.is_strange = true;
        }
    });
    said.success = success.map_err(BuildError::NoCargo)?;
    if stop.is_raised() {
        return Err(BuildError::Stopped);
    }
    said.is_strange |= said.diagnostics.iter().any(|diagnostic| {
        let of_crates = |code: &String| OF_COMPILED_CRATES.contains(&code.as_str());
        diagnostic.code.as_ref().is_some_and(of_crates)
            || (diagnostic.is_error
                && IS_OF_LINKER
                    .iter()
                    .any(|it| diagnostic.rendered.contains(it)))
    });
    Ok(said)
}

/// The arguments with this run's folder in place of cargo's.
fn arguments(unit: &Unit, library: &Unit, out: &Path) -> Vec<String> {
    let own = format!("lib{}", library.file_stem());
    let mut arguments = unit.call.arguments.clone();
    for at in 1..arguments.len() {
        if arguments[at - 1] == "--out-dir" {
            arguments[at] = out.display().to_string();
        } else if arguments[at - 1] == "--extern"
            && let Some((name, path)) = arguments[at].split_once('=')
        {
            let path = PathBuf::from(path);
            if path.file_stem().is_some_and(|stem| *stem == *own) {
                let file = path.file_name().unwrap_or_default();
                arguments[at] = format!("{name}={}", out.join(file).display());
            }
        }
    }
    arguments
}
