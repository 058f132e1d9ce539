//! The system calls that are allowed inside. Everything else is refused with `EPERM`, so that an honest
//! program that asks for too much gets an error and not a signal.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

use super::spec::{Purpose, Reach};

/// Memory, files, time, threads, waiting.
const COMMON: &[c_long] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_lseek,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_openat,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_readlinkat,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fcntl,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_ppoll,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_mkdirat,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_chdir,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrandom,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrusage,
    libc::SYS_times,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_membarrier,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    // Refused by the filter below with `ENOSYS`, so that the C library falls back to `clone`.
    libc::SYS_clone3,
    libc::SYS_execve,
];

/// What older system calls those machines have beside them that have had Linux the longest.
#[cfg(target_arch = "x86_64")]
const OLDER: &[c_long] = &[
    libc::SYS_open,
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_poll,
    libc::SYS_pipe,
    libc::SYS_dup2,
    libc::SYS_mkdir,
    libc::SYS_rmdir,
    libc::SYS_unlink,
    libc::SYS_rename,
    libc::SYS_arch_prctl,
    libc::SYS_epoll_wait,
    libc::SYS_time,
    libc::SYS_getpgrp,
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[c_long] = &[];

/// The compiler and what it starts.
const COMPILE: &[c_long] = &[
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_umask,
    libc::SYS_utimensat,
    libc::SYS_symlinkat,
    libc::SYS_linkat,
    libc::SYS_prlimit64,
    libc::SYS_prctl,
    libc::SYS_getpgid,
    libc::SYS_clone,
    libc::SYS_kill,
    libc::SYS_tgkill,
    libc::SYS_ioctl,
    libc::SYS_execveat,
    libc::SYS_pidfd_open,
    libc::SYS_fadvise64,
    libc::SYS_sched_setaffinity,
    libc::SYS_renameat,
    // How a started process of the standard library tells its parent why it could not start.
    libc::SYS_socketpair,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
];

#[cfg(target_arch = "x86_64")]
const COMPILE_OLDER: &[c_long] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_chmod,
    libc::SYS_symlink,
    libc::SYS_link,
];
#[cfg(not(target_arch = "x86_64"))]
const COMPILE_OLDER: &[c_long] = &[];

/// Sockets, of the two families below.
const ADDRESSES: &[c_long] = &[
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_connect,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    libc::SYS_getsockopt,
    libc::SYS_setsockopt,
    libc::SYS_shutdown,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_recvmsg,
];

/// Starting programs that lie in the box, waiting for them, and signals to them.
const PROCESSES: &[c_long] = &[
    libc::SYS_clone,
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_kill,
    libc::SYS_tgkill,
    libc::SYS_setpgid,
    libc::SYS_getpgid,
    libc::SYS_pidfd_open,
    libc::SYS_pidfd_send_signal,
    libc::SYS_umask,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_linkat,
];

#[cfg(target_arch = "x86_64")]
const PROCESSES_OLDER: &[c_long] = &[
    libc::SYS_fork,
    libc::SYS_vfork,
    libc::SYS_chmod,
    libc::SYS_link,
];
#[cfg(not(target_arch = "x86_64"))]
const PROCESSES_OLDER: &[c_long] = &[];

/// Takes every other system call away from this thread and what comes of it.
pub fn restrict(purpose: Purpose, reach: Reach) -> Result<(), seccompiler::Error> {
    // Two filters, because each has one answer: the stricter of both counts.
    apply_filter(&program(
        BTreeMap::from([(libc::SYS_clone3, Vec::new())]),
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
    )?)?;
    apply_filter(&program(
        allowed(purpose, reach)?,
        SeccompAction::Errno(libc::EPERM.unsigned_abs()),
        SeccompAction::Allow,
    )?)
}

fn program(
    rules: BTreeMap<c_long, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    action: SeccompAction,
) -> Result<BpfProgram, seccompiler::BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    SeccompFilter::new(rules, otherwise, action, arch)?.try_into()
}

fn allowed(
    purpose: Purpose,
    reach: Reach,
) -> Result<BTreeMap<c_long, Vec<SeccompRule>>, seccompiler::BackendError> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> = COMMON
        .iter()
        .chain(OLDER)
        .map(|&call| (call, Vec::new()))
        .collect();
    match purpose {
        Purpose::Compile => {
            rules.extend(
                COMPILE
                    .iter()
                    .chain(COMPILE_OLDER)
                    .map(|&call| (call, Vec::new())),
            );
        }
        Purpose::Run => {
            let thread = u64::try_from(libc::CLONE_THREAD).unwrap_or_default();
            let me = u64::from(std::process::id());
            let only = |call, argument, operator, value| {
                let condition =
                    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)?;
                Ok((call, SeccompRule::new(vec![condition])?))
            };
            let conditional: Vec<Result<_, seccompiler::BackendError>> = vec![
                only(libc::SYS_clone, 0, SeccompCmpOp::MaskedEq(thread), thread),
                // A signal to itself, as an abort is; and its own limits.
                only(libc::SYS_tgkill, 0, SeccompCmpOp::Eq, me),
                only(libc::SYS_prlimit64, 0, SeccompCmpOp::Eq, 0),
                only(libc::SYS_prctl, 0, SeccompCmpOp::Eq, PR_SET_NAME),
                only(libc::SYS_prctl, 0, SeccompCmpOp::Eq, PR_SET_VMA),
                only(libc::SYS_ioctl, 1, SeccompCmpOp::Eq, TCGETS),
                only(libc::SYS_ioctl, 1, SeccompCmpOp::Eq, FIONBIO),
                only(libc::SYS_ioctl, 1, SeccompCmpOp::Eq, FIOCLEX),
            ];
            for rule in conditional {
                let (call, rule) = rule?;
                rules.entry(call).or_default().push(rule);
            }
            // Tokio's runtime wakes itself through a connected pair of streams, which reaches nobody else: no other kind
            // of socket, and nothing is sent to an address or with descriptors.
            let all = |conditions: [Result<_, _>; 2]| {
                SeccompRule::new(conditions.into_iter().collect::<Result<_, _>>()?)
            };
            let is = |argument, operator, value| {
                SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
            };
            let no_address =
                SeccompCondition::new(4, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)?;
            let (unix, stream) = (
                libc::AF_UNIX.unsigned_abs(),
                libc::SOCK_STREAM.unsigned_abs(),
            );
            let pair = all([
                is(0, SeccompCmpOp::Eq, unix.into()),
                is(1, SeccompCmpOp::MaskedEq(KIND_OF_SOCKET), stream.into()),
            ])?;
            rules.insert(libc::SYS_socketpair, vec![pair]);
            rules.insert(libc::SYS_sendto, vec![SeccompRule::new(vec![no_address])?]);
            rules.insert(libc::SYS_recvfrom, Vec::new());
            if reach >= Reach::Addresses {
                let of_family = |family: i32| {
                    let condition = is(0, SeccompCmpOp::Eq, family.unsigned_abs().into())?;
                    SeccompRule::new(vec![condition])
                };
                let families = vec![of_family(libc::AF_INET)?, of_family(libc::AF_INET6)?];
                rules.insert(libc::SYS_socket, families);
                rules.extend(ADDRESSES.iter().map(|&call| (call, Vec::new())));
            }
            if reach >= Reach::Processes {
                let more = PROCESSES.iter().chain(PROCESSES_OLDER);
                rules.extend(more.map(|&call| (call, Vec::new())));
                // How a started process of the standard library tells its parent why it could not start.
                let packets = all([
                    is(0, SeccompCmpOp::Eq, unix.into()),
                    is(
                        1,
                        SeccompCmpOp::MaskedEq(KIND_OF_SOCKET),
                        libc::SOCK_SEQPACKET.unsigned_abs().into(),
                    ),
                ])?;
                rules.entry(libc::SYS_socketpair).or_default().push(packets);
            }
        }
    }
    Ok(rules)
}

/// The bits of a socket's type that are not flags.
const KIND_OF_SOCKET: u64 = 0xf;
const PR_SET_NAME: u64 = 15;
const PR_SET_VMA: u64 = 0x5356_4d41;
const TCGETS: u64 = 0x5401;
const FIONBIO: u64 = 0x5421;
const FIOCLEX: u64 = 0x5451;
