//! What was proven already, so that an unchanged exercise is not proven again.
//!
//! Kept in the build folder: it can always be made anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::trial::Trial;

/// Exercise → what was proven of it.
#[derive(Debug, Default)]
pub struct ProofRecord {
    path: PathBuf,
    proven: BTreeMap<String, Proven>,
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Proven {
    /// Every byte that could change the proof.
    digest: String,
    /// How often references and alternatives passed.
    repeats: u32,
}

impl ProofRecord {
    /// Reads the record below the build folder. One that can't be read is an empty one.
    pub fn read(build_root: &Path) -> Self {
        let path = build_root.join("proofs.json");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        ProofRecord {
            proven: serde_json::from_str(&text).unwrap_or_default(),
            path,
        }
    }

    /// Whether the exercise with exactly these trials was proven, at least so many times over.
    pub fn has(&self, exercise: &str, trials: &[&Trial], repeats: u32) -> bool {
        let known = self.proven.get(exercise);
        known.is_some_and(|known| known.repeats >= repeats && known.digest == digest(trials))
    }

    /// Notes a proof.
    pub fn add(&mut self, exercise: &str, trials: &[&Trial], repeats: u32) {
        let proven = Proven {
            digest: digest(trials),
            repeats,
        };
        self.proven.insert(exercise.to_owned(), proven);
    }

    /// Forgets an exercise that is not proven any more.
    pub fn remove(&mut self, exercise: &str) {
        self.proven.remove(exercise);
    }

    /// Writes the record. Without it the next proof only takes longer, so a failure is no error.
    pub fn write(&self) {
        if let (Some(folder), Ok(text)) = (
            self.path.parent(),
            serde_json::to_string_pretty(&self.proven),
        ) {
            let _ = std::fs::create_dir_all(folder);
            let _ = std::fs::write(&self.path, text);
        }
    }
}

/// The candidates' fingerprints and what is expected of each.
fn digest(trials: &[&Trial]) -> String {
    let mut hasher = Sha256::new();
    for trial in trials {
        hasher.update(trial.candidate.fingerprint.as_str());
        hasher.update(trial.expectation());
        hasher.update([0]);
    }
    let digits = hasher.finalize();
    digits
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect::<Vec<_>>()
        .concat()
}
