//! Lists all files of `src/` with their texts, for the check that counts what is new in them.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src");
    let mut files = Vec::new();
    read(Path::new("src"), &mut files).expect("src can be read");
    files.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("files.rs"), format!("&{files:?}")).expect("OUT_DIR can be written");
}

/// The Rust files in and below a folder, by their names below `src`.
fn read(folder: &Path, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix("src").unwrap_or(&path);
            files.push((name.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
