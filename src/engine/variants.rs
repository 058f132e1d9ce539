//! Whether rustc is to keep what it can use again after the next edit (incremental compilation).
//!
//! Cargo keeps what it builds with it apart from what it builds without, so each crate of a slot can be there in
//! two variants, of which either may be fresh.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::plot::Plot;
use super::wrapper::ALL;
use crate::candidate::Hasher;

/// What one crate costs to compile, in hundredths of what its first compilation costs without incremental
/// compilation. Measured in CPU time with a tokio drill: docs/ARCHITECTURE.md.
mod cost {
    pub const PLAIN: u32 = 100;
    /// For the first time with what the next edit can use.
    pub const FIRST: u32 = 160;
    /// After an edit, with what was kept.
    pub const EDITED: u32 = 40;
    /// Of what has been edited once, two more edits are expected.
    pub const SAVED_LATER: u32 = 2 * (PLAIN - EDITED);
}

/// So few crates are about to be edited one by one.
const FEW: usize = 10;

/// Which files each crate of a slot had when it was built last, in either variant.
#[derive(Debug, Default)]
pub(super) struct Variants {
    path: PathBuf,
    known: BTreeMap<String, Kept>,
}

/// Digests of a crate's files.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Kept {
    plain: Option<String>,
    incremental: Option<String>,
}

impl Variants {
    /// What is known of the crates in this workspace. What can't be read is not known.
    pub fn read(workspace: &Path) -> Self {
        let path = workspace.join(".variants");
        let text = std::fs::read(&path).unwrap_or_default();
        let known = serde_json::from_slice(&text).unwrap_or_default();
        Variants { path, known }
    }

    /// Whether it pays to build these crates, whose files are edited from time to time, with incremental compilation.
    pub fn pays(&self, plots: &[Plot]) -> bool {
        if is_unwanted() {
            return false;
        }
        if plots.len() < FEW {
            return true;
        }
        let (mut with, mut without) = (0, 0);
        for (package, files) in digests(plots) {
            let kept = self.known.get(package).cloned().unwrap_or_default();
            let is = |variant: &Option<String>| variant.as_ref() == Some(&files);
            if !is(&kept.plain) {
                without += cost::PLAIN;
            }
            with += match &kept.incremental {
                Some(_) if is(&kept.incremental) => 0,
                Some(_) => cost::EDITED,
                None => cost::FIRST,
            };
            let was_edited = kept.plain.is_some() && !is(&kept.plain);
            if was_edited && kept.incremental.is_none() {
                without += cost::SAVED_LATER;
            }
        }
        with <= without
    }

    /// Notes that these crates are built now. If it can't be written, the next build may choose the slower way.
    pub fn learn(&mut self, plots: &[Plot], is_incremental: bool) {
        for (package, files) in digests(plots) {
            let kept = self.known.entry(package.to_owned()).or_default();
            let variant = if is_incremental {
                &mut kept.incremental
            } else {
                &mut kept.plain
            };
            *variant = Some(files);
        }
        if let Ok(text) = serde_json::to_vec(&self.known) {
            let _ = std::fs::write(&self.path, text);
        }
    }
}

/// Whether somebody asks for none in cargo's own way, as CI does.
fn is_unwanted() -> bool {
    std::env::var_os("CARGO_INCREMENTAL").is_some_and(|it| it == "0")
}

/// What a program that stands in for rustc is told: all crates if they are few, or else those that are compiled again.
pub(super) fn with_stand_in(plots: &[Plot]) -> Option<&'static str> {
    let which = if plots.len() < FEW { ALL } else { "again" };
    (!is_unwanted()).then_some(which)
}

/// Package → a digest of its files. Stages share a package.
fn digests(plots: &[Plot]) -> BTreeMap<&str, String> {
    let mut hashers: BTreeMap<&str, Hasher> = BTreeMap::new();
    for plot in plots {
        let hasher = hashers.entry(&plot.package).or_default();
        for file in &plot.files {
            hasher.file(&file.path, &file.bytes);
        }
    }
    let digest = |hasher: Hasher| hasher.finish().as_str().to_owned();
    let all = hashers.into_iter();
    all.map(|(package, hasher)| (package, digest(hasher)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::CandidateFile;

    fn plots(count: usize, text: &str) -> Vec<Plot> {
        let plot = |at| Plot {
            folder: PathBuf::from(format!("crate{at}")),
            package: format!("crate{at}"),
            exercise: format!("crate{at}"),
            files: vec![CandidateFile {
                path: PathBuf::from("src/lib.rs"),
                bytes: text.as_bytes().to_vec(),
            }],
            targets: Vec::new(),
        };
        (0..count).map(plot).collect()
    }

    #[test]
    fn what_is_edited_once_is_expected_to_be_edited_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = || Variants::read(folder.path());
        let first = plots(20, "first");
        assert!(!read().pays(&first), "nobody knows them");
        read().learn(&first, false);
        assert!(!read().pays(&first), "they are there");
        let edited = plots(20, "edited");
        assert!(read().pays(&edited), "all have been edited");
        read().learn(&edited, true);
        assert!(read().pays(&edited), "they are there");
        assert!(read().pays(&plots(20, "again")), "and can be built on");
    }

    #[test]
    fn a_few_edits_do_not_compile_the_rest_once_more() {
        let folder = tempfile::tempdir().expect("a folder");
        let read = || Variants::read(folder.path());
        let mut all = plots(20, "first");
        read().learn(&all, false);
        all[3].files[0].bytes = b"edited".to_vec();
        assert!(!read().pays(&all), "nineteen are there without");
        assert!(read().pays(&all[..FEW - 1]), "so few are being edited");
    }

    #[test]
    fn of_a_file_that_can_t_be_read_nothing_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(".variants"), "{").expect("it can be written");
        assert!(!Variants::read(folder.path()).pays(&plots(20, "any")));
    }
}
