//! What rustc says that it has read (`--emit=dep-info`): files, and variables that the code asks for.

use std::path::PathBuf;

/// A list in the format of make, as rustc writes it (`write_out_deps` of `rustc_interface`).
pub(super) struct DepInfo {
    /// As they were named to rustc, or found from there.
    pub files: Vec<PathBuf>,
    /// Names.
    pub variables: Vec<String>,
}

impl DepInfo {
    pub fn parse(list: &str) -> Self {
        let mut read = DepInfo {
            files: Vec::new(),
            variables: Vec::new(),
        };
        for line in list.lines() {
            if let Some(variable) = line.strip_prefix("# env-dep:") {
                let name = variable.split('=').next().unwrap_or_default();
                read.variables.push(name.to_owned());
            } else if let Some(path) = line.strip_suffix(':') {
                // A rule for each file that was read.
                read.files.push(PathBuf::from(path.replace("\\ ", " ")));
            }
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_variables_are_found() {
        let list = "/t/a-1.d: src/lib.rs src/in\\ a.rs\n\n/t/a-1: src/lib.rs src/in\\ a.rs\n\nsrc/lib.rs:\nsrc/in\\ a.rs:\n\n\
                    # env-dep:CARGO_PKG_NAME=a=b\n# env-dep:NO\n";
        let read = DepInfo::parse(list);
        let files = ["src/lib.rs", "src/in a.rs"].map(PathBuf::from);
        assert_eq!(read.files, files);
        assert_eq!(read.variables, ["CARGO_PKG_NAME", "NO"]);
    }
}
