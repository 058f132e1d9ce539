//! Which walls can be put up here, found out by putting them up.

use std::path::Path;

use tempfile::TempDir;
use thiserror::Error;

use super::PROBE;
use super::spec::{Allowance, Cell, Purpose, Reach, Walls};
use super::start::{self, CellEnd};
use crate::engine::Stop;

/// Why nothing can be put in a box here.
#[derive(Debug, Error)]
pub enum DetectError {
    /// Another system.
    #[error("put anything in a box on {system}: that needs Linux; grade in a Linux container")]
    NoLinux {
        /// Which.
        system: &'static str,
    },
    /// A cell could not even be started without walls.
    #[error("start a process in a box: {why}")]
    Broken {
        /// What it said.
        why: String,
    },
    /// The walls are up and do not hold.
    #[error("trust the box: a process inside {}; grade on another machine", what.join(", "))]
    Leaks {
        /// What was possible.
        what: Vec<String>,
    },
    /// A folder for the trial could not be made.
    #[error("make a folder to try the box in")]
    Io(#[from] std::io::Error),
}

/// Puts up as many of the wanted walls as can be had here, and has a program of ours try to get out.
///
/// # Errors
///
/// If not even a bare cell starts, or if the walls are up and do not hold.
pub fn detect(wanted: Walls, stop: &Stop) -> Result<Detected, DetectError> {
    if !cfg!(target_os = "linux") {
        let system = std::env::consts::OS;
        return Err(DetectError::NoLinux { system });
    }
    let mut walls = wanted;
    let mut missing = Vec::new();
    if !is_root() {
        walls.user = false;
    }
    loop {
        let end = try_out(walls, Reach::Nothing, stop)?;
        match end {
            Trial::Held => return Ok(Detected { walls, missing }),
            Trial::Leaked(what) if !walls.is_boxed() => {
                // Nobody promises anything at this level, and the result says so.
                let _ = what;
                return Ok(Detected { walls, missing });
            }
            Trial::Leaked(what) => return Err(DetectError::Leaks { what }),
            Trial::Refused(why) => {
                let layer = why.split(": ").nth(1).unwrap_or_default();
                let fewer = walls.without(layer).filter(|fewer| *fewer != walls);
                let Some(fewer) = fewer else {
                    return Err(DetectError::Broken { why });
                };
                walls = fewer;
                missing.push(why.trim_start_matches("cell: ").to_owned());
            }
        }
    }
}

/// Has a program of ours try to get out of a cell that reaches so far.
///
/// # Errors
///
/// If such a cell can't be put up here, or does not hold.
pub fn holds(walls: Walls, reach: Reach, stop: &Stop) -> Result<(), DetectError> {
    match try_out(walls, reach, stop)? {
        Trial::Held => Ok(()),
        Trial::Leaked(what) => Err(DetectError::Leaks { what }),
        Trial::Refused(why) => Err(DetectError::Broken { why }),
    }
}

/// What can be had here.
#[derive(Debug, Clone)]
pub struct Detected {
    /// The walls that stand.
    pub walls: Walls,
    /// Those that could not be put up, each with what the system said.
    pub missing: Vec<String>,
}

enum Trial {
    Held,
    Leaked(Vec<String>),
    Refused(String),
}

fn try_out(walls: Walls, reach: Reach, stop: &Stop) -> Result<Trial, DetectError> {
    let folder = TempDir::with_prefix("workbook-probe-")?;
    let path = |name: &str| folder.path().join(name);
    for name in ["work", "anchor"] {
        std::fs::create_dir(path(name))?;
        start::open_to_all(&path(name))?;
    }
    start::open_to_all(folder.path())?;
    let secret = path("secret");
    std::fs::write(&secret, "outside")?;
    // Where the runner lies another user may not go; the copy is where everybody may.
    let me = path("probe");
    let own = std::env::current_exe()?;
    std::fs::copy(&own, &me)?;
    // As tests are: to be run, and read by nobody.
    run_only(&me)?;
    // Somebody to call, as there are on every machine.
    let outside = std::net::TcpListener::bind("127.0.0.1:0")?;
    let address = outside.local_addr()?;
    let mut read = system_libraries();
    read.push(me.clone());
    let cell = Cell {
        word: String::new(),
        user: None,
        walls,
        purpose: Purpose::Run,
        reach,
        read,
        work: path("work"),
        fleeting: true,
        pipes: Vec::new(),
        anchor: path("anchor"),
        program: me,
        arguments: vec![
            PROBE.to_owned(),
            secret.display().to_string(),
            reach.name().to_owned(),
            address.to_string(),
            std::process::id().to_string(),
        ],
        environment: Vec::new(),
        allowance: Allowance::of_run(reach),
    };
    let wall = std::time::Duration::from_secs(30);
    let ran =
        start::run(&cell, std::process::Stdio::null(), wall, 64 * 1024, stop).map_err(|error| {
            DetectError::Broken {
                why: error.to_string() + ": " + &error.source.to_string(),
            }
        })?;
    let text = ran.ended.stdout.text();
    match ran.end {
        CellEnd::Refused(why) => Ok(Trial::Refused(why)),
        CellEnd::Exited(0) if text.ends_with("probed\n") => {
            let mut what: Vec<String> = text.lines().map(str::to_owned).collect();
            what.pop();
            Ok(if what.is_empty() {
                Trial::Held
            } else {
                Trial::Leaked(what)
            })
        }
        end => Err(DetectError::Broken {
            why: format!("the probe {end:?}: {}", ran.ended.stderr.text().trim()),
        }),
    }
}

/// Where shared libraries and the loader are.
pub fn system_libraries() -> Vec<std::path::PathBuf> {
    [
        "/usr/lib",
        "/usr/lib64",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
    ]
    .into_iter()
    .map(Path::new)
    .filter(|path| path.symlink_metadata().is_ok())
    .map(Path::to_owned)
    .collect()
}

/// A shell, by which tests send signals and redirect what a program reads, and what stands between it and its name.
pub fn shell() -> Vec<std::path::PathBuf> {
    // Where `/bin` is the folder itself, it would bring all that is in it.
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|data| data.is_symlink());
    let mut found: Vec<_> = [Path::new("/bin")]
        .into_iter()
        .filter(|it| is_link(it))
        .collect();
    found.extend(
        [
            "/usr/bin/sh",
            "/usr/bin/dash",
            "/usr/bin/bash",
            "/bin/sh",
            "/bin/dash",
            "/bin/bash",
        ]
        .map(Path::new),
    );
    let there = found
        .into_iter()
        .filter(|path| path.symlink_metadata().is_ok());
    there.map(Path::to_owned).collect()
}

fn run_only(program: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o111))?;
    }
    let _ = program;
    Ok(())
}

#[cfg(unix)]
fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
