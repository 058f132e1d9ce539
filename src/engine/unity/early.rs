//! What is whole before the build is over: its tests can be run while the rest is being built.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::build::{Site, is_of_library, is_test};
use super::{Member, Unity};
use crate::engine::binary::{Binary, Module};
use crate::engine::build::{Built, PackageBuild, Way, link, link_all};
use crate::engine::plot::{Plot, Target};
use crate::engine::shadow::LayError;

/// Packages on their way to be whole.
pub(super) struct Early<'a> {
    site: &'a Site<'a>,
    /// Package → what there is of it, and its tests that are to come.
    open: BTreeMap<String, (PackageBuild, BTreeSet<Target>)>,
    /// The crates that cargo has been asked for → what each holds.
    unities: BTreeMap<String, Vec<(String, Target, Module)>>,
    /// Where cargo put a program → where the run keeps it.
    kept: BTreeMap<PathBuf, PathBuf>,
}

impl<'a> Early<'a> {
    /// With libraries and programs built, which are kept from now on. A package whose library is not sound never becomes
    /// whole.
    ///
    /// # Errors
    ///
    /// If a program can't be kept.
    pub fn begin(site: &'a Site<'a>, plots: &[Plot], built: &mut Built) -> Result<Self, LayError> {
        link_all(built, site.keep.path())?;
        let mut open: BTreeMap<String, (PackageBuild, BTreeSet<Target>)> = BTreeMap::new();
        for plot in plots {
            let known = built.packages.get(&plot.package);
            if known.is_some_and(|known| known.diagnostics.iter().any(is_of_library)) {
                continue;
            }
            let (_, tests) = open
                .entry(plot.package.clone())
                .or_insert_with(|| (known.cloned().unwrap_or_default(), BTreeSet::new()));
            tests.extend(plot.targets.iter().filter(|it| is_test(it)).cloned());
        }
        Ok(Early {
            site,
            open,
            unities: BTreeMap::new(),
            kept: BTreeMap::new(),
        })
    }

    /// Cargo is going to be asked for these crates.
    pub fn ask(&mut self, unities: &[Unity]) {
        for unity in unities {
            let lead = unity.lead();
            let of_member = |member: &Member| -> Vec<(String, Target, Module)> {
                let targets = member.targets(&lead);
                let package = &member.package;
                targets
                    .map(|(target, module)| (package.clone(), target, module))
                    .collect()
            };
            let held = unity.members.iter().flat_map(of_member).collect();
            self.unities.insert(unity.plot.package.clone(), held);
        }
    }

    /// Takes a program that cargo has made, and says what is whole now.
    pub fn take(&mut self, package: &str, target: Target, program: &Path) -> Option<Built> {
        let of_unity = self.unities.get(package);
        let name = match of_unity {
            Some(_) => package.to_owned(),
            None => format!("{package}-{}", target.file_name()),
        };
        // What can't be linked now is told of at the end, with the reason.
        let path = link(program, &self.site.keep.path().join(name)).ok()?;
        self.kept.insert(program.to_owned(), path.clone());
        let Some(held) = of_unity.cloned() else {
            self.add(package, target, Binary::alone(path));
            return self.whole(&[package.to_owned()]);
        };
        let mut packages = Vec::new();
        for (package, target, module) in held {
            let binary = Binary {
                path: path.clone(),
                module: Some(module),
                variant: None,
            };
            self.add(&package, target, binary);
            packages.push(package);
        }
        self.whole(&packages)
    }

    /// Where the run keeps a program that cargo has put here, if it has been taken.
    pub fn kept(&self, program: &Path) -> Option<&PathBuf> {
        self.kept.get(program)
    }

    /// What is whole of everything.
    pub fn all_whole(&mut self) -> Option<Built> {
        let packages: Vec<String> = self.open.keys().cloned().collect();
        self.whole(&packages)
    }

    fn add(&mut self, package: &str, target: Target, binary: Binary) {
        if let Some((known, tests)) = self.open.get_mut(package) {
            tests.remove(&target);
            known.executables.insert(target, binary);
        }
    }

    /// What is whole of these. Each is told of once.
    fn whole(&mut self, packages: &[String]) -> Option<Built> {
        let mut whole = BTreeMap::new();
        for package in packages {
            let is_whole = (self.open.get(package)).is_some_and(|(_, tests)| tests.is_empty());
            if is_whole && let Some((known, _)) = self.open.remove(package) {
                whole.insert(package.clone(), known);
            }
        }
        (!whole.is_empty()).then(|| Built {
            packages: whole,
            way: Way::Together,
            kept: vec![self.site.keep.clone()],
            ..Built::default()
        })
    }
}
