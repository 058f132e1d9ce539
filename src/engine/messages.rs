//! What the compiler says, sorted by package and target.

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic as Said, DiagnosticLevel};

use super::binary::Binary;
use super::build::{Built, Diagnostic};
use super::plot::Target;
use super::world::BuildProgress;

/// Sorts cargo's messages by package.
pub(super) struct Sorter {
    pub built: Built,
    names: Vec<String>,
}

impl Sorter {
    pub fn new(packages: &[&str]) -> Self {
        Sorter {
            built: Built::default(),
            names: packages.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    pub fn take(&mut self, message: Message, on: &mut dyn FnMut(BuildProgress)) {
        match message {
            Message::CompilerArtifact(artifact) => {
                let Some(name) = self.name_of(&artifact.package_id.repr) else {
                    return;
                };
                let target = to_target(&artifact.target);
                let package = self.built.packages.entry(name.clone()).or_default();
                match (artifact.executable, target) {
                    (Some(program), Target::Own) => {
                        let name = artifact.target.name;
                        package.programs.insert(name, program.into());
                    }
                    (Some(executable), target) => {
                        let binary = Binary::alone(executable.into());
                        on(BuildProgress::Made {
                            package: name,
                            target: target.clone(),
                            program: binary.path.clone(),
                        });
                        package.executables.insert(target, binary);
                    }
                    (None, _) => {}
                }
            }
            Message::CompilerMessage(message) => {
                let Some(name) = self.name_of(&message.package_id.repr) else {
                    return;
                };
                let target = to_target(&message.target);
                let Some(diagnostic) = diagnostic(target, message.message) else {
                    return;
                };
                // Programs that must not build are no news.
                if !matches!(diagnostic.target, Target::Program(_)) {
                    on(BuildProgress::Message {
                        package: name.clone(),
                        is_error: diagnostic.is_error,
                        rendered: diagnostic.rendered.clone(),
                    });
                }
                self.built
                    .packages
                    .entry(name)
                    .or_default()
                    .diagnostics
                    .push(diagnostic);
            }
            _ => {}
        }
    }

    /// Package ids end in `#name@version`, or in `/name#version` where folder and package agree.
    fn name_of(&self, id: &str) -> Option<String> {
        let (path, fragment) = id.rsplit_once('#')?;
        let name = match fragment.split_once('@') {
            Some((name, _)) => name,
            None => path.rsplit('/').next()?,
        };
        self.names.iter().find(|known| *known == name).cloned()
    }
}

fn to_target(target: &cargo_metadata::Target) -> Target {
    if target.is_test() {
        Target::Test(target.name.clone())
    } else if target.is_example() {
        Target::of_example(&target.name)
    } else {
        Target::Own
    }
}

fn is_cause(rendered: &str) -> bool {
    !rendered.contains("aborting due to")
        && !rendered.contains("warning emitted")
        && !rendered.contains("warnings emitted")
}

/// What a message of the compiler says, if that is more than how many there were.
pub(super) fn diagnostic(target: Target, said: Said) -> Option<Diagnostic> {
    let is_error = matches!(said.level, DiagnosticLevel::Error | DiagnosticLevel::Ice);
    let rendered = said.rendered?;
    // The closing lines (`aborting due to 2 previous errors`) name no place and no cause.
    if said.spans.is_empty() && said.code.is_none() && !is_cause(&rendered) {
        return None;
    }
    Some(Diagnostic {
        target,
        code: said.code.map(|code| code.code),
        is_error,
        rendered,
    })
}

/// The messages in what a compiler prints with `--error-format=json`, one for each line. A last line that was cut off is
/// left out.
pub fn read_diagnostics(target: &Target, said: &str) -> Vec<Diagnostic> {
    let messages = said.lines().filter_map(|line| {
        let message = serde_json::from_str(line).ok()?;
        diagnostic(target.clone(), message)
    });
    messages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_either_form_of_its_id() {
        let sorter = Sorter::new(&["useful_default"]);
        let check = |id: &str, expected: Option<&str>| {
            assert_eq!(sorter.name_of(id).as_deref(), expected, "{id}");
        };
        check(
            "path+file:///w/exercises/values/useful_default#0.1.0",
            Some("useful_default"),
        );
        check(
            "path+file:///w/elsewhere#useful_default@0.1.0",
            Some("useful_default"),
        );
        check("registry+https://example.org/index#tokio@1.54.1", None);
    }
}
