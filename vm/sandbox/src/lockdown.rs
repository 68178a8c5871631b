//! Giving up rights: no files, no network, no other processes, bounded memory.
//!
//! Every wall is tried, and what stands is reported, for kernels differ: rlimits on any Unix, Landlock from
//! Linux 5.13 on, seccomp wherever the kernel was built with it. Elsewhere the limits that the machine itself
//! keeps (and the absence of modules that could do harm) are what there is, and the report says so.

use serde::{Deserialize, Serialize};

/// Which walls stand around a worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockdown {
    /// Resource limits: memory, file size, processes, core dumps.
    pub rlimits: bool,
    /// No file can be opened (Landlock).
    pub landlock: bool,
    /// Only harmless system calls are left (seccomp).
    pub seccomp: bool,
    /// What could not be had, and why.
    pub missing: Vec<String>,
}

/// Address space a worker needs besides what Python objects may take: code (90 MiB), the stacks of the thread and of
/// the machine (320 MiB), the allocator's arenas and slack.
const OVERHEAD: u64 = 640 << 20;

/// Locks the calling process in, for good. Call it before any other thread is started.
///
/// `memory` is the most that Python objects may take, in bytes.
pub fn lockdown(memory: u64) -> Lockdown {
    let mut report = Lockdown::default();
    let mut attempt = |name: &str, result: Result<(), String>| match result {
        Ok(()) => true,
        Err(why) => {
            report.missing.push(format!("{name}: {why}"));
            false
        }
    };
    let rlimits = attempt("rlimits", limit_resources(memory.saturating_add(OVERHEAD)));
    let landlock = attempt("landlock", linux::restrict_files());
    let seccomp = attempt("seccomp", linux::restrict_system_calls());
    Lockdown { rlimits, landlock, seccomp, ..report }
}

#[cfg(unix)]
fn limit_resources(address_space: u64) -> Result<(), String> {
    use rlimit::{Resource, setrlimit};

    // RLIMIT_NPROC counts threads of the whole user, and is no wall against root: seccomp is that one.
    let bounds = [(Resource::AS, address_space), (Resource::FSIZE, 0), (Resource::CORE, 0)];
    for (resource, bound) in bounds {
        setrlimit(resource, bound, bound).map_err(|error| format!("{resource:?}: {error}"))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn limit_resources(_: u64) -> Result<(), String> {
    Err("not on this system".into())
}

#[cfg(not(target_os = "linux"))]
mod linux {
    pub fn restrict_files() -> Result<(), String> {
        Err("Linux only".into())
    }

    pub fn restrict_system_calls() -> Result<(), String> {
        Err("Linux only".into())
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;

    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };

    /// A ruleset that handles every right and grants none. Also sets `no_new_privs`.
    pub fn restrict_files() -> Result<(), String> {
        let abi = ABI::V6;
        let status = Ruleset::default()
            .handle_access(AccessFs::from_all(abi))
            .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(abi)))
            .and_then(|ruleset| ruleset.scope(Scope::from_all(abi)))
            .and_then(|ruleset| ruleset.create())
            .and_then(|ruleset| ruleset.restrict_self())
            .map_err(|error| error.to_string())?;
        match status.ruleset {
            RulesetStatus::NotEnforced => Err("not supported by this kernel".into()),
            RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Ok(()),
        }
    }

    /// What a process needs that computes, allocates, runs threads, and reads and writes its open streams.
    #[rustfmt::skip]
    const ALLOWED: &[i64] = &[
        // open streams
        libc::SYS_read, libc::SYS_readv, libc::SYS_write, libc::SYS_writev, libc::SYS_close, libc::SYS_fstat,
        libc::SYS_lseek, libc::SYS_ppoll, libc::SYS_fcntl,
        // memory
        libc::SYS_brk, libc::SYS_mmap, libc::SYS_munmap, libc::SYS_mremap, libc::SYS_mprotect, libc::SYS_madvise,
        // threads
        libc::SYS_futex, libc::SYS_set_robust_list, libc::SYS_rseq, libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity, libc::SYS_membarrier, libc::SYS_gettid, libc::SYS_getpid,
        // who and where it is; libraries take it that these cannot fail
        libc::SYS_getuid, libc::SYS_geteuid, libc::SYS_getgid, libc::SYS_getegid, libc::SYS_getppid, libc::SYS_uname,
        // time and chance
        libc::SYS_clock_gettime, libc::SYS_clock_getres, libc::SYS_clock_nanosleep, libc::SYS_nanosleep,
        libc::SYS_gettimeofday, libc::SYS_getrandom, libc::SYS_getrusage,
        // signals and the end
        libc::SYS_rt_sigaction, libc::SYS_rt_sigprocmask, libc::SYS_rt_sigreturn, libc::SYS_sigaltstack,
        libc::SYS_restart_syscall, libc::SYS_tgkill, libc::SYS_exit, libc::SYS_exit_group,
    ];

    /// Two filters, of which the stricter verdict counts: all but a list is refused, and `clone3`, whose
    /// flags a filter cannot see, is said not to exist, so that threads come from `clone`.
    pub fn restrict_system_calls() -> Result<(), String> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            ALLOWED.iter().map(|&call| (call, Vec::new())).collect();
        #[cfg(target_arch = "x86_64")]
        rules.insert(libc::SYS_poll, Vec::new());
        rules.insert(libc::SYS_clone3, Vec::new());
        let thread = libc::CLONE_THREAD as u64;
        rules.insert(libc::SYS_clone, vec![rule(0, SeccompCmpOp::MaskedEq(thread), thread)?]);
        // Naming a thread.
        rules.insert(libc::SYS_prctl, vec![rule(0, SeccompCmpOp::Eq, libc::PR_SET_NAME as u64)?]);
        // Reading a limit, never setting one.
        rules.insert(libc::SYS_prlimit64, vec![rule(2, SeccompCmpOp::Eq, 0)?]);
        let refuse = |error: i32| SeccompAction::Errno(error.unsigned_abs());
        // This one first: after the other no filter can be installed.
        let hidden = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
        install(hidden, SeccompAction::Allow, refuse(libc::ENOSYS))?;
        install(rules, refuse(libc::EPERM), SeccompAction::Allow)
    }

    fn rule(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule, String> {
        SeccompCondition::new(argument, SeccompCmpArgLen::Qword, operator, value)
            .and_then(|condition| SeccompRule::new(vec![condition]))
            .map_err(|error| error.to_string())
    }

    fn install(
        rules: BTreeMap<i64, Vec<SeccompRule>>,
        otherwise: SeccompAction,
        matched: SeccompAction,
    ) -> Result<(), String> {
        let target = std::env::consts::ARCH.try_into().map_err(|_| "not on this processor".to_owned())?;
        let filter =
            SeccompFilter::new(rules, otherwise, matched, target).map_err(|error| error.to_string())?;
        let program = BpfProgram::try_from(filter).map_err(|error| error.to_string())?;
        // Set even where Landlock, which sets it too, is missing.
        apply_filter(&program).map_err(|error| error.to_string())
    }
}
