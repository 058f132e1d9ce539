//! What a cell is to be like.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The layers that a system may or may not have. Resource limits, an empty environment and no new
/// privileges are always there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a layer that is there or not, whatever the others are"
)]
pub struct Walls {
    /// User, process, network, mount and IPC namespaces, and a root that has only what is named.
    pub namespaces: bool,
    /// Landlock: files by path, TCP ports, signals and abstract sockets.
    pub landlock: bool,
    /// A list of the system calls that are allowed.
    pub syscalls: bool,
    /// Another user, where the runner is root.
    pub user: bool,
}

impl Walls {
    /// Everything.
    pub const ALL: Walls = Walls {
        namespaces: true,
        landlock: true,
        syscalls: true,
        user: true,
    };

    /// Whether what is inside can neither reach files outside nor start processes: a filter of system calls
    /// with at least one of the two layers that hide files.
    pub fn is_boxed(self) -> bool {
        self.syscalls && (self.landlock || self.namespaces)
    }

    /// The layers by name, each with whether it is in force.
    pub fn named(self) -> [(&'static str, bool); 4] {
        [
            ("namespaces", self.namespaces),
            ("landlock", self.landlock),
            ("syscalls", self.syscalls),
            ("user", self.user),
        ]
    }

    /// The same without the layer of this name. `None` if there is no such layer.
    #[must_use]
    pub fn without(mut self, name: &str) -> Option<Self> {
        *match name {
            "namespaces" => &mut self.namespaces,
            "landlock" => &mut self.landlock,
            "syscalls" => &mut self.syscalls,
            "user" => &mut self.user,
            _ => return None,
        } = false;
        Some(self)
    }
}

/// What runs inside, which decides over the system calls it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// The compiler, which starts the linker.
    Compile,
    /// A submission's code: threads, but no processes and no sockets.
    Run,
}

/// How much of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// Address space in bytes.
    pub memory: u64,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// The size that a file may reach.
    pub file_bytes: u64,
    /// Open files.
    pub files: u64,
    /// Processes and threads of the cell's user.
    pub processes: u64,
}

impl Allowance {
    /// For the compiler.
    pub const COMPILE: Allowance = Allowance {
        memory: 3 << 30,
        cpu_seconds: 60,
        file_bytes: 256 << 20,
        files: 256,
        processes: 256,
    };
    /// For a test.
    pub const RUN: Allowance = Allowance {
        memory: 2 << 30,
        cpu_seconds: 30,
        file_bytes: 16 << 20,
        files: 128,
        processes: 128,
    };
}

/// One process in a box.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cell {
    /// A word that only this cell's own failures begin with: what runs inside can't know it.
    #[serde(default)]
    pub word: String,
    /// The layers to put up. One that can't be put up is a cell that does not start.
    pub walls: Walls,
    /// What runs inside.
    pub purpose: Purpose,
    /// What is there to be read and run: files and folders.
    pub read: Vec<PathBuf>,
    /// The one folder that can be written to, and the working directory.
    pub work: PathBuf,
    /// Whether what is written goes when the process does. Only where there are namespaces; else the caller
    /// removes the folder.
    pub fleeting: bool,
    /// Pipes that can be written to.
    pub pipes: Vec<PathBuf>,
    /// An empty folder to build the new root on.
    pub anchor: PathBuf,
    /// What to run.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment.
    pub environment: Vec<(String, String)>,
    /// How much of everything.
    pub allowance: Allowance,
}

/// Who runs inside where the runner is root: `nobody`, which owns nothing.
pub const NOBODY: u32 = 65534;
