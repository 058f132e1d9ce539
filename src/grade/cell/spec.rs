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
    /// A submission's code: threads, and beyond them only what its [`Reach`] says.
    Run,
}

/// What a test may reach beyond memory, threads and its own folder. Each has what those before it have. More than nothing
/// needs namespaces, in which there is nobody else, and Landlock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Nothing.
    #[default]
    Nothing,
    /// How many threads and open files it has itself, and the name of its program.
    Itself,
    /// Addresses of a network in which it is alone.
    Addresses,
    /// Programs that lie in the box, and what comes of starting them.
    Processes,
}

impl Reach {
    /// From the least to the most.
    pub const ALL: [Reach; 4] = [
        Reach::Nothing,
        Reach::Itself,
        Reach::Addresses,
        Reach::Processes,
    ];

    /// Whether it can be given inside these walls.
    pub fn is_safe_in(self, walls: Walls) -> bool {
        self == Reach::Nothing || (walls.namespaces && walls.landlock && walls.syscalls)
    }

    /// Whether it is what every test may do.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for it in this form"
    )]
    pub fn is_nothing(&self) -> bool {
        *self == Reach::Nothing
    }

    /// As it is written in results.
    pub fn name(self) -> &'static str {
        match self {
            Reach::Nothing => "nothing",
            Reach::Itself => "itself",
            Reach::Addresses => "addresses",
            Reach::Processes => "processes",
        }
    }
}

/// How much of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// Address space in bytes, of each process; of all together, where a cell may have several.
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

    /// For a test that reaches so far.
    pub const fn of_run(reach: Reach) -> Allowance {
        match reach {
            Reach::Nothing | Reach::Itself => Allowance::RUN,
            // Both ends of every connection.
            Reach::Addresses => Allowance {
                files: 1_024,
                ..Allowance::RUN
            },
            // The memory is that of all of them together.
            Reach::Processes => Allowance {
                files: 1_024,
                processes: 512,
                ..Allowance::RUN
            },
        }
    }
}

/// One process in a box.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cell {
    /// A word that only this cell's own failures begin with: what runs inside can't know it.
    #[serde(default)]
    pub word: String,
    /// Who runs inside where the runner is root. Each run sets its own.
    #[serde(default)]
    pub user: Option<u32>,
    /// The layers to put up. One that can't be put up is a cell that does not start.
    pub walls: Walls,
    /// What runs inside.
    pub purpose: Purpose,
    /// How far it reaches.
    #[serde(default)]
    pub reach: Reach,
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

/// Who runs inside where the runner is root and no other number can be had: `nobody`, which owns nothing.
pub const NOBODY: u32 = 65534;

/// A user for the cell with this number among those of the runner with this process: the system counts processes
/// and threads by user, so one that is shared would let a cell use up what another one may start, or send it
/// signals. From the numbers of 1,879,048,192 to 2,147,483,647, which by systemd's table of users
/// (`UIDS-GIDS.md`) nobody gives out.
pub const fn user_of_its_own(process: u32, number: u32) -> u32 {
    // Linux numbers processes by 22 bits at most; no runner has 64 cells at once.
    0x7000_0000 | (process & 0x3f_ffff) << 6 | number & 0x3f
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn cells_that_run_at_once_have_users_of_their_own() {
        let largest = (1 << 22) - 1;
        let runners = [1, 2, 3, 4_097, largest - 1, largest];
        let cells = runners
            .into_iter()
            .flat_map(|runner| (1_000..1_064).map(move |number| (runner, number)));
        let users: BTreeSet<u32> = cells
            .map(|(runner, number)| user_of_its_own(runner, number))
            .collect();
        assert_eq!(users.len(), runners.len() * 64);
        assert!(
            users
                .iter()
                .all(|user| (1_879_048_192..=2_147_483_647).contains(user))
        );
    }
}
