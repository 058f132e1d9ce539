//! Cargo compiles a package with one set of features at a time. So that all eight sets can be judged in one
//! go, this writes a copy of `src/lib.rs` for each, in which `feature = "sms"` is `true` or `false`. Lines stay
//! where they are.

use std::path::PathBuf;
use std::{env, fs};

const FEATURES: [&str; 3] = ["ascii", "email", "sms"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/lib.rs");
    let source = fs::read_to_string("src/lib.rs").expect("src/lib.rs is there");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for set in 0..1 << FEATURES.len() {
        let mut text = without_inner(&source);
        let mut name = String::from("with");
        for (bit, feature) in FEATURES.iter().enumerate() {
            let is_on = (set >> bit) & 1 == 1;
            if is_on {
                name += &format!("_{feature}");
            }
            for equals in ["=", " = "] {
                let predicate = format!("feature{equals}\"{feature}\"");
                text = text.replace(&predicate, &is_on.to_string());
            }
        }
        fs::write(out.join(name + ".rs"), text).expect("OUT_DIR can be written");
    }
}

/// `include!` takes no inner documentation and no inner attributes.
fn without_inner(source: &str) -> String {
    let mut text = String::new();
    for line in source.lines() {
        if !line.starts_with("//!") && !line.starts_with("#![") {
            text += line;
        }
        text.push('\n');
    }
    text
}
