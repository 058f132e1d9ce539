//! Which candidates have everything that is to be built of them, while others are still being built.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Built;
use super::plot::Plot;
use super::schemata::Schemata;
use crate::candidate::Candidate;

/// Candidates that wait for some of their packages.
pub(super) struct Ready<'c>(Vec<Waiting<'c>>);

struct Waiting<'c> {
    candidate: &'c Candidate,
    /// Packages that are still to come: the candidate's own, and those of its mutants and baselines.
    missing: BTreeSet<String>,
    built: Built,
}

impl<'c> Ready<'c> {
    /// None has anything, but for what was put together of the mutants of some.
    pub fn new(
        candidates: &[&'c Candidate],
        plots: &[Plot],
        schemata: &BTreeMap<String, Schemata>,
    ) -> Self {
        let waiting = candidates.iter().map(|&candidate| {
            let id = &candidate.exercise.id;
            let own = plots.iter().filter(|plot| plot.exercise == *id);
            let mut built = Built::default();
            if let Some(schemata) = schemata.get(id) {
                let of_all = (schemata.plot.package.clone(), schemata.names.clone());
                built.schemata.insert(id.clone(), of_all);
            }
            Waiting {
                candidate,
                missing: own.map(|plot| plot.package.clone()).collect(),
                built,
            }
        });
        Ready(waiting.collect())
    }

    /// Takes packages of which nothing more will be built, and returns the candidates that have everything now, with what
    /// was built of them. Each is returned once.
    pub fn take(&mut self, built: &Built) -> (Vec<&'c Candidate>, Built) {
        for waiting in &mut self.0 {
            let is_missing = |package: &&String| waiting.missing.contains(*package);
            let packages: Vec<&String> = built.packages.keys().filter(is_missing).collect();
            if packages.is_empty() {
                continue;
            }
            for package in packages {
                waiting.missing.remove(package);
                let own = built.packages[package].clone();
                waiting.built.packages.insert(package.clone(), own);
            }
        }
        let mut all = Built {
            kept: built.kept.clone(),
            ..Built::default()
        };
        let mut candidates = Vec::new();
        for whole in self.0.extract_if(.., |it| it.missing.is_empty()) {
            candidates.push(whole.candidate);
            all.add(whole.built);
        }
        all.way = built.way;
        (candidates, all)
    }
}
