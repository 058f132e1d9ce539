//! What was proven already, so that an unchanged exercise is not proven again.
//!
//! Kept in the build folder: it can always be made anew.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::trial::Trial;
use super::witness::Witnesses;

/// Exercise → what was proven of it.
#[derive(Debug, Default)]
pub struct ProofRecord {
    path: PathBuf,
    proven: BTreeMap<String, Proven>,
    now: Witnesses,
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
struct Proven {
    /// Every byte that could change the proof.
    digest: String,
    /// How often references and alternatives passed.
    repeats: u32,
    /// Of how many candidates.
    #[serde(default)]
    candidates: usize,
    /// All that lay in its folders.
    #[serde(default)]
    witness: Option<String>,
}

impl ProofRecord {
    /// Reads the record below the build folder, to go on with what is there now. One that can't be read is an empty
    /// one.
    pub fn read(build_root: &Path, now: Witnesses) -> Self {
        let path = build_root.join("proofs.json");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        ProofRecord {
            proven: serde_json::from_str(&text).unwrap_or_default(),
            path,
            now,
        }
    }

    /// Of how many candidates the exercise was proven, at least so many times over, if nothing in its folders has
    /// changed since.
    pub fn untouched(&self, exercise: &str, repeats: u32) -> Option<usize> {
        let known = self.proven.get(exercise)?;
        let is_same = known.witness.as_deref()? == self.now.get(exercise)?;
        (is_same && known.repeats >= repeats).then_some(known.candidates)
    }

    /// Notes that a proven exercise, looked at anew, is as it was.
    pub fn see(&mut self, exercise: &str, trials: &[&Trial]) {
        if let Some(known) = self.proven.get_mut(exercise) {
            known.candidates = trials.len();
            known.witness = self.now.get(exercise).map(str::to_owned);
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
            candidates: trials.len(),
            witness: self.now.get(exercise).map(str::to_owned),
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
