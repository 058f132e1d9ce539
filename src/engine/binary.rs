//! Programs that were built, and where in them the tests of a target are.

use std::path::{Path, PathBuf};

use super::capture::Captured;

/// A program that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binary {
    /// Where it lies.
    pub path: PathBuf,
    /// Which part of it a test target is, where the tests of several exercises are one program.
    pub module: Option<Module>,
    /// Which mutant it is to be, where several are one crate.
    pub variant: Option<usize>,
}

/// A test target as a module of a larger crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name. No text of an exercise has it in it.
    pub name: String,
    /// What comes before the paths of its files in what the program prints.
    pub lead: String,
}

impl Binary {
    /// A program that is a test target, or an example, by itself.
    pub fn alone(path: PathBuf) -> Self {
        Binary {
            path,
            module: None,
            variant: None,
        }
    }

    /// The test's name as the program knows it.
    pub fn full_name(&self, test: &str) -> String {
        match &self.module {
            Some(module) => format!("{}::{test}", module.name),
            None => test.to_owned(),
        }
    }

    /// The names of this target's tests, of all those that the program has.
    pub fn own(&self, names: &[String]) -> Vec<String> {
        let Some(module) = &self.module else {
            return names.to_vec();
        };
        let own = names.iter().filter_map(|name| {
            let rest = name.strip_prefix(module.name.as_str())?;
            rest.strip_prefix("::")
        });
        own.map(str::to_owned).collect()
    }

    /// Takes out of what the program printed what it would not have printed by itself.
    pub fn tidy(&self, printed: &mut Captured) {
        if let Some(module) = &self.module {
            printed.remove_all(format!("{}::", module.name).as_bytes());
            printed.remove_all(module.lead.as_bytes());
        }
    }
}

impl AsRef<Path> for Binary {
    fn as_ref(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binary() -> Binary {
        Binary {
            path: PathBuf::from("together"),
            module: Some(Module {
                name: "drill__checks".to_owned(),
                lead: "together--0/../".to_owned(),
            }),
            variant: None,
        }
    }

    #[test]
    fn a_target_has_the_tests_of_its_module_and_no_others() {
        let names = [
            "drill__checks::adds",
            "drill__checks::deep::adds",
            "drill__checks_too::adds",
            "other__checks::adds",
        ];
        let names = names.map(str::to_owned);
        assert_eq!(binary().own(&names), ["adds", "deep::adds"]);
        assert_eq!(binary().full_name("deep::adds"), names[1]);
        let alone = Binary::alone(PathBuf::from("checks"));
        assert_eq!(alone.own(&names), names);
        assert_eq!(alone.full_name("adds"), "adds");
    }

    #[test]
    fn what_is_printed_does_not_tell_that_others_are_there() {
        let mut printed = Captured::from_text(
            "thread 'drill__checks::adds' (7) panicked at together--0/../exercises/a/drill/tests/checks.rs:2:35:\n",
        );
        binary().tidy(&mut printed);
        assert_eq!(
            printed.text(),
            "thread 'adds' (7) panicked at exercises/a/drill/tests/checks.rs:2:35:\n"
        );
    }
}
