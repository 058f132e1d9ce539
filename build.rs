//! Packs the course into the program, for `workbook init`.
//!
//! In a git clone the pack is the course as last committed, not the working tree: there the exercises
//! are what a learner is editing, and every save would both change the pack and rebuild the runner.
//! Elsewhere (a source archive) it is the files as they are.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What is packed. Hidden tests and wrong attempts stay out: only grading and proving need them, and
/// both have the course itself.
const FOLDERS: [&str; 9] = [
    "curriculum.toml",
    "Cargo.toml",
    "Cargo.lock",
    "exercises",
    "probes",
    "solutions",
    "capstone",
    "rust-toolchain.toml",
    "week",
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let root =
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo gives an output folder"));
    let files = committed(&root).unwrap_or_else(|| in_tree(&root));
    let pack = pack(files);
    let target = out.join("course.tar");
    // Untouched if equal, so that an unrelated commit does not rebuild the program.
    if std::fs::read(&target).ok().as_deref() != Some(&pack) {
        std::fs::write(&target, pack).expect("the output folder can be written to");
    }
}

fn is_packed(path: &Path) -> bool {
    let parts: Vec<String> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let Some(first) = parts.first() else {
        return false;
    };
    let wanted = FOLDERS.contains(&first.as_str()) || first.starts_with("week");
    let kept_back =
        first == "solutions" && parts.iter().any(|part| part == "hidden" || part == "wrong");
    wanted && !kept_back && !parts.iter().any(|part| part == "target")
}

/// The files of the last commit, if this is a git work tree with git at hand.
fn committed(root: &Path) -> Option<Vec<(PathBuf, Vec<u8>)>> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(arguments)
            .output()
            .ok()?;
        output.status.success().then_some(output.stdout)
    };
    if !root.join(".git").exists() {
        return None;
    }
    let archive = git(&["archive", "--format=tar", "HEAD"])?;
    // A commit moves the branch's file, or, after a repack, the packed one; a checkout moves HEAD.
    let folder = String::from_utf8(git(&["rev-parse", "--absolute-git-dir"])?).ok()?;
    let folder = PathBuf::from(folder.trim());
    for watched in ["HEAD", "logs/HEAD", "packed-refs"] {
        let path = folder.join(watched);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    let mut archive = tar::Archive::new(archive.as_slice());
    let mut files = Vec::new();
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        let path = entry.path().ok()?.into_owned();
        if entry.header().entry_type().is_file() && is_packed(&path) {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).ok()?;
            files.push((path, bytes));
        }
    }
    Some(files)
}

fn in_tree(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let top = std::fs::read_dir(root).expect("the package can be read");
    for entry in top.flatten() {
        let name = PathBuf::from(entry.file_name());
        if !is_packed(&name) {
            continue;
        }
        println!("cargo::rerun-if-changed={}", entry.path().display());
        for file in walkdir::WalkDir::new(entry.path()).into_iter().flatten() {
            let path = file
                .path()
                .strip_prefix(root)
                .expect("it was found below the root")
                .to_owned();
            if file.file_type().is_file() && is_packed(&path) {
                files.push((
                    path,
                    std::fs::read(file.path()).expect("a file of the package can be read"),
                ));
            }
        }
    }
    files
}

/// The same files give the same bytes: sorted, without times and owners.
fn pack(mut files: Vec<(PathBuf, Vec<u8>)>) -> Vec<u8> {
    files.sort();
    let mut builder = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder
            .append_data(&mut header, path, bytes.as_slice())
            .expect("memory can be written to");
    }
    builder.into_inner().expect("memory can be written to")
}
