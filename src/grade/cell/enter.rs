//! From the inside: a process of the runner that puts up walls around itself and then becomes what it was
//! told to. The order is that of what each step still needs: namespaces before capabilities go, another user
//! before no new privileges, Landlock before the filter of system calls.

use std::fmt::Display;
use std::io::Write as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Command, ExitCode};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetStatus, Scope, path_beneath_rules,
};
use rustix::process::{Resource, Rlimit, Signal, getuid, setrlimit};
use rustix::thread::{CapabilitySet, CapabilitySets, Gid, Uid, UnshareFlags};

use super::spec::{Cell, NOBODY, Purpose, Reach};
use super::{ENTER_FIRST, loopback, root, syscalls, weigh};

/// What a cell that did not start exits with. The text that goes with it names the layer.
pub const NO_CELL: u8 = 125;

/// Which layer could not be put up, and why.
struct Refused(String);

fn at<E: Display>(layer: &'static str) -> impl Fn(E) -> Refused {
    move |error| Refused(format!("cell: {layer}: {error}"))
}

/// What a cell of its own failure says first.
fn word() -> String {
    spec().map_or_else(|_| String::new(), |cell| cell.word)
}

/// Enters a cell: in namespaces of its own, as a process that waits for the first one in them.
pub fn enter() -> ExitCode {
    finish(enter_namespaces())
}

/// The same, in the namespaces.
pub fn enter_first() -> ExitCode {
    finish(spec().and_then(|cell| become_it(&cell)))
}

fn finish(ended: Result<ExitCode, Refused>) -> ExitCode {
    ended.unwrap_or_else(|Refused(why)| {
        // Nobody can be told if this fails, and the exit code says enough.
        let _ = writeln!(std::io::stderr(), "{}{why}", word());
        ExitCode::from(NO_CELL)
    })
}

fn spec() -> Result<Cell, Refused> {
    let text = std::env::args().nth(2).unwrap_or_default();
    serde_json::from_str(&text).map_err(at("specification"))
}

fn enter_namespaces() -> Result<ExitCode, Refused> {
    let cell = spec()?;
    if !cell.reach.is_safe_in(cell.walls) {
        let why = "reach: it needs namespaces, landlock and syscalls";
        return Err(Refused(format!("cell: {why}")));
    }
    // Whoever kills the grader kills what it runs.
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).map_err(at("limits"))?;
    if !cell.walls.namespaces {
        return become_it(&cell);
    }
    let mut flags = UnshareFlags::NEWNS
        | UnshareFlags::NEWPID
        | UnshareFlags::NEWNET
        | UnshareFlags::NEWIPC
        | UnshareFlags::NEWUTS;
    let (user, group) = (getuid(), rustix::process::getgid());
    if !user.is_root() {
        flags |= UnshareFlags::NEWUSER;
    }
    #[expect(
        deprecated,
        reason = "unsafe only for UnshareFlags::FILES, which is not asked for, and this process has one thread"
    )]
    rustix::thread::unshare(flags).map_err(at("namespaces: unshare"))?;
    if !user.is_root() {
        let write = |file: &str, text: String| {
            std::fs::write(format!("/proc/self/{file}"), text)
                .map_err(at("namespaces: mapping of users"))
        };
        write("setgroups", "deny".to_owned())?;
        // As root of the new namespaces: another user's program starts without the privileges that the walls
        // still need.
        write("uid_map", format!("0 {} 1", user.as_raw()))?;
        write("gid_map", format!("0 {} 1", group.as_raw()))?;
    }
    if cell.reach >= Reach::Addresses {
        loopback::up().map_err(at("namespaces: loopback"))?;
    }
    let me = std::env::current_exe().map_err(at("namespaces"))?;
    let mut arguments = std::env::args().skip(2);
    // The first process of the new namespaces is a child; its end is the end of everything in them.
    let mut first = Command::new(me)
        .arg(ENTER_FIRST)
        .args(arguments.next())
        .spawn()
        .map_err(at("namespaces"))?;
    let status = if cell.reach >= Reach::Processes {
        weigh::wait(&mut first, cell.allowance.memory)
    } else {
        first.wait()
    };
    let status = status.map_err(at("namespaces"))?;
    let signal = status.signal().map(|signal| 128 + signal);
    let code = status.code().or(signal).unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Puts up the other walls and turns into the program.
fn become_it(cell: &Cell) -> Result<ExitCode, Refused> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).map_err(at("limits"))?;
    if cell.walls.namespaces {
        root::build(cell).map_err(at("namespaces: root"))?;
    }
    std::env::set_current_dir(&cell.work).map_err(at("work"))?;
    limit(cell).map_err(at("limits"))?;
    if cell.walls.user && getuid().is_root() {
        rustix::thread::set_thread_groups(&[]).map_err(at("user"))?;
        // In a container whose users are mapped, there may be no such number.
        if become_user(cell.user.unwrap_or(NOBODY)).is_err() {
            become_user(NOBODY).map_err(at("user"))?;
        }
        // It goes with a change of user.
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
            .map_err(at("limits"))?;
    }
    let none = CapabilitySets {
        effective: CapabilitySet::empty(),
        permitted: CapabilitySet::empty(),
        inheritable: CapabilitySet::empty(),
    };
    rustix::thread::set_capabilities(None, none).map_err(at("privileges"))?;
    rustix::thread::set_no_new_privs(true).map_err(at("privileges"))?;
    if cell.walls.landlock {
        restrict_paths(cell)?;
    }
    if cell.walls.syscalls {
        syscalls::restrict(cell.purpose, cell.reach).map_err(at("syscalls"))?;
    }
    let environment = cell.environment.iter();
    let error = Command::new(&cell.program)
        .args(&cell.arguments)
        .env_clear()
        .envs(environment.map(|(name, value)| (name, value)))
        .exec();
    Err(Refused(format!(
        "cell: start `{}`: {error}",
        cell.program.display()
    )))
}

fn become_user(number: u32) -> rustix::io::Result<()> {
    let (user, group) = (Uid::from_raw(number), Gid::from_raw(number));
    rustix::thread::set_thread_res_gid(group, group, group)?;
    rustix::thread::set_thread_res_uid(user, user, user)
}

fn limit(cell: &Cell) -> rustix::io::Result<()> {
    let set = |resource, amount: u64| {
        let limit = Rlimit {
            current: Some(amount),
            maximum: Some(amount),
        };
        setrlimit(resource, limit)
    };
    let allowance = &cell.allowance;
    set(Resource::As, allowance.memory)?;
    set(Resource::Cpu, allowance.cpu_seconds)?;
    set(Resource::Fsize, allowance.file_bytes)?;
    set(Resource::Nofile, allowance.files)?;
    set(Resource::Core, 0)?;
    // Counted for the whole user, and an ordinary user has other processes; in namespaces it counts inside.
    if getuid().is_root() || cell.walls.namespaces {
        set(Resource::Nproc, allowance.processes)?;
    }
    Ok(())
}

/// Whether all may read a program. What can't be looked at counts as such.
fn is_readable(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(program).map(|data| data.permissions().mode());
    mode.map_or(true, |mode| mode & 0o444 != 0)
}

fn restrict_paths(cell: &Cell) -> Result<(), Refused> {
    let refused = |error: landlock::RulesetError| Refused(format!("cell: landlock: {error}"));
    let abi = ABI::V6;
    let read = AccessFs::ReadFile | AccessFs::ReadDir | AccessFs::Execute;
    let work = AccessFs::from_all(abi)
        & !(AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::MakeSock | AccessFs::MakeFifo)
        & !match cell.purpose {
            // What a test writes is not to be run.
            Purpose::Run => AccessFs::Execute | AccessFs::MakeSym,
            Purpose::Compile => AccessFs::IoctlDev.into(),
        };
    let pipes = cell.pipes.iter().map(std::path::PathBuf::as_path);
    let sinks = root::SINKS.map(Path::new);
    let random = [Path::new(root::RANDOM)];
    // What lies in its memory is not to be read by a test, and lies beside what may be. Linux gives it to nobody but root
    // where a program can't be read and another user runs it (`proc_pid_mem(5)`); elsewhere there are lists and no more.
    let is_hidden = cell.walls.user && !is_readable(&cell.program);
    let of_itself = match (cell.reach, is_hidden) {
        (Reach::Nothing, _) => Vec::new(),
        (_, true) => vec![(Path::new("/proc"), AccessFs::ReadDir | AccessFs::ReadFile)],
        (_, false) => ["/proc/1/fd", "/proc/1/task"]
            .map(|list| (Path::new(list), AccessFs::ReadDir.into()))
            .to_vec(),
    };
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(abi))
        .and_then(|rules| match cell.reach {
            Reach::Nothing | Reach::Itself => rules.handle_access(AccessNet::from_all(abi)),
            // Its network has nobody else in it.
            Reach::Addresses | Reach::Processes => Ok(rules),
        })
        .and_then(|rules| rules.scope(Scope::from_all(abi)))
        .and_then(landlock::Ruleset::create)
        .and_then(|rules| rules.add_rules(path_beneath_rules(&cell.read, read)))
        .and_then(|rules| rules.add_rules(path_beneath_rules([&cell.work], work)))
        .and_then(|rules| {
            (of_itself.into_iter()).try_fold(rules, |rules, (path, access)| {
                rules.add_rules(path_beneath_rules([path], access))
            })
        })
        .and_then(|rules| {
            let write = AccessFs::WriteFile | AccessFs::ReadFile;
            rules.add_rules(path_beneath_rules(sinks, write))
        })
        .and_then(|rules| rules.add_rules(path_beneath_rules(random, AccessFs::ReadFile)))
        .and_then(|rules| rules.add_rules(path_beneath_rules(pipes, AccessFs::WriteFile)))
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(refused)?;
    if status.ruleset == RulesetStatus::NotEnforced {
        return Err(Refused(
            "cell: landlock: the kernel does not have it".to_owned(),
        ));
    }
    Ok(())
}
