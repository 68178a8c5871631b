//! What `posix` has and the sandbox has not: other processes, terminals, rights, extended attributes. All of it is there
//! by name and fails as if the system refused it.

use object::NativeDef;

use crate::system::refused;

/// The refused functions.
pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::one(
        "ttyname",
        refused,
        "($module, fd, /)\n--\n\nReturn the name of the terminal device connected to 'fd'.\n\n  fd\n    Integer file descriptor handle.",
    ),
    NativeDef::keywords(
        "fchmod",
        refused,
        "($module, /, fd, mode)\n--\n\nChange the access permissions of the file given by file descriptor fd.\n\n  fd\n    The file descriptor of the file to be modified.\n  mode\n    Operating-system mode bitfield.\n    Be careful when using number literals for *mode*.  The conventional\n    UNIX notation for numeric modes uses an octal base, which needs to\n    be indicated with a ``0o`` prefix in Python.\n\nEquivalent to os.chmod(fd, mode).",
    ),
    NativeDef::keywords(
        "chown",
        refused,
        "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)\n--\n\nChange the owner and group id of path to the numeric uid and gid.\n\n  path\n    Path to be examined; can be string, bytes, a path-like object, or\n    open-file-descriptor int.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be relative; path will then be relative to that\n    directory.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    stat will examine the symbolic link itself instead of the file\n    the link points to.\n\npath may always be specified as a string.  On some platforms, path may\nalso be specified as an open file descriptor.  If this functionality is\nunavailable, using it raises an exception.\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative to\nthat directory.\nIf follow_symlinks is False, and the last element of the path is\na symbolic link, chown will modify the symbolic link itself instead of\nthe file the link points to.\nIt is an error to use dir_fd or follow_symlinks when specifying path as\nan open file descriptor.\ndir_fd and follow_symlinks may not be implemented on your platform.  If\nthey are unavailable, using them will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "fchown",
        refused,
        "($module, /, fd, uid, gid)\n--\n\nChange the owner and group id of the file specified by file descriptor.\n\nEquivalent to os.chown(fd, uid, gid).",
    ),
    NativeDef::keywords(
        "lchown",
        refused,
        "($module, /, path, uid, gid)\n--\n\nChange the owner and group id of path to the numeric uid and gid.\n\nThis function will not follow symbolic links.\nEquivalent to os.chown(path, uid, gid, follow_symlinks=False).",
    ),
    NativeDef::keywords("chroot", refused, "($module, /, path)\n--\n\nChange root directory to path."),
    NativeDef::one(
        "nice",
        refused,
        "($module, increment, /)\n--\n\nAdd increment to the priority of process and return the new priority.",
    ),
    NativeDef::keywords(
        "getpriority",
        refused,
        "($module, /, which, who)\n--\n\nReturn program scheduling priority.",
    ),
    NativeDef::keywords(
        "setpriority",
        refused,
        "($module, /, which, who, priority)\n--\n\nSet program scheduling priority.",
    ),
    NativeDef::keywords(
        "posix_spawn",
        refused,
        "($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=None, resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=None)\n--\n\nExecute the program specified by path in a new process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.\n  file_actions\n    A sequence of file action tuples.\n  setpgroup\n    The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.\n  resetids\n    If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.\n  setsid\n    If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP\n    will be activated.\n  setsigmask\n    The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.\n  setsigdef\n    The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.\n  scheduler\n    A tuple with the scheduler policy (optional) and parameters.",
    ),
    NativeDef::keywords(
        "posix_spawnp",
        refused,
        "($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=None, resetids=False, setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=None)\n--\n\nExecute the program specified by path in a new process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.\n  file_actions\n    A sequence of file action tuples.\n  setpgroup\n    The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.\n  resetids\n    If the value is `True` the POSIX_SPAWN_RESETIDS will be activated.\n  setsid\n    If the value is `True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP\n    will be activated.\n  setsigmask\n    The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.\n  setsigdef\n    The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.\n  scheduler\n    A tuple with the scheduler policy (optional) and parameters.",
    ),
    NativeDef::keywords(
        "copy_file_range",
        refused,
        "($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)\n--\n\nCopy count bytes from one file descriptor to another.\n\n  src\n    Source file descriptor.\n  dst\n    Destination file descriptor.\n  count\n    Number of bytes to copy.\n  offset_src\n    Starting offset in src.\n  offset_dst\n    Starting offset in dst.\n\nIf offset_src is None, then src is read from the current position;\nrespectively for offset_dst.",
    ),
    NativeDef::keywords(
        "splice",
        refused,
        "($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)\n--\n\nTransfer count bytes from one pipe to a descriptor or vice versa.\n\n  src\n    Source file descriptor.\n  dst\n    Destination file descriptor.\n  count\n    Number of bytes to copy.\n  offset_src\n    Starting offset in src.\n  offset_dst\n    Starting offset in dst.\n  flags\n    Flags to modify the semantics of the call.\n\nIf offset_src is None, then src is read from the current position;\nrespectively for offset_dst. The offset associated to the file\ndescriptor that refers to a pipe must be None.",
    ),
    NativeDef::keywords("system", refused, "($module, /, command)\n--\n\nExecute the command in a subshell."),
    NativeDef::positional(
        "execv",
        refused,
        "($module, path, argv, /)\n--\n\nExecute an executable path with arguments, replacing current process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.",
    ),
    NativeDef::keywords(
        "execve",
        refused,
        "($module, /, path, argv, env)\n--\n\nExecute an executable path with arguments, replacing current process.\n\n  path\n    Path of executable file.\n  argv\n    Tuple or list of strings.\n  env\n    Dictionary of strings mapping to strings.",
    ),
    NativeDef::no_args(
        "fork",
        refused,
        "($module, /)\n--\n\nFork a child process.\n\nReturn 0 to child process and PID of child to parent process.",
    ),
    NativeDef::keywords(
        "sched_get_priority_max",
        refused,
        "($module, /, policy)\n--\n\nGet the maximum scheduling priority for policy.",
    ),
    NativeDef::keywords(
        "sched_get_priority_min",
        refused,
        "($module, /, policy)\n--\n\nGet the minimum scheduling priority for policy.",
    ),
    NativeDef::one(
        "sched_getparam",
        refused,
        "($module, pid, /)\n--\n\nReturns scheduling parameters for the process identified by pid.\n\nIf pid is 0, returns parameters for the calling process.\nReturn value is an instance of sched_param.",
    ),
    NativeDef::one(
        "sched_getscheduler",
        refused,
        "($module, pid, /)\n--\n\nGet the scheduling policy for the process identified by pid.\n\nPassing 0 for pid returns the scheduling policy for the calling process.",
    ),
    NativeDef::one(
        "sched_rr_get_interval",
        refused,
        "($module, pid, /)\n--\n\nReturn the round-robin quantum for the process identified by pid, in seconds.\n\nValue returned is a float.",
    ),
    NativeDef::positional(
        "sched_setparam",
        refused,
        "($module, pid, param, /)\n--\n\nSet scheduling parameters for the process identified by pid.\n\nIf pid is 0, sets parameters for the calling process.\nparam should be an instance of sched_param.",
    ),
    NativeDef::positional(
        "sched_setscheduler",
        refused,
        "($module, pid, policy, param, /)\n--\n\nSet the scheduling policy for the process identified by pid.\n\nIf pid is 0, the calling process is changed.\nparam is an instance of sched_param.",
    ),
    NativeDef::positional(
        "sched_setaffinity",
        refused,
        "($module, pid, mask, /)\n--\n\nSet the CPU affinity of the process identified by pid to mask.\n\nmask should be an iterable of integers identifying CPUs.",
    ),
    NativeDef::one(
        "posix_openpt",
        refused,
        "($module, oflag, /)\n--\n\nOpen and return a file descriptor for a master pseudo-terminal device.\n\nPerforms a posix_openpt() C function call. The oflag argument is used to\nset file status flags and file access modes as specified in the manual\npage of posix_openpt() of your system.",
    ),
    NativeDef::one(
        "grantpt",
        refused,
        "($module, fd, /)\n--\n\nGrant access to the slave pseudo-terminal device.\n\n  fd\n    File descriptor of a master pseudo-terminal device.\n\nPerforms a grantpt() C function call.",
    ),
    NativeDef::one(
        "unlockpt",
        refused,
        "($module, fd, /)\n--\n\nUnlock a pseudo-terminal master/slave pair.\n\n  fd\n    File descriptor of a master pseudo-terminal device.\n\nPerforms an unlockpt() C function call.",
    ),
    NativeDef::one(
        "ptsname",
        refused,
        "($module, fd, /)\n--\n\nReturn the name of the slave pseudo-terminal device.\n\n  fd\n    File descriptor of a master pseudo-terminal device.\n\nIf the ptsname_r() C function is available, it is called;\notherwise, performs a ptsname() C function call.",
    ),
    NativeDef::no_args(
        "openpty",
        refused,
        "($module, /)\n--\n\nOpen a pseudo-terminal.\n\nReturn a tuple of (master_fd, slave_fd) containing open file descriptors\nfor both the master and slave ends.",
    ),
    NativeDef::one(
        "login_tty",
        refused,
        "($module, fd, /)\n--\n\nPrepare the tty of which fd is a file descriptor for a new login session.\n\nMake the calling process a session leader; make the tty the\ncontrolling tty, the stdin, the stdout, and the stderr of the\ncalling process; close fd.",
    ),
    NativeDef::no_args(
        "forkpty",
        refused,
        "($module, /)\n--\n\nFork a new process with a new pseudo-terminal as controlling tty.\n\nReturns a tuple of (pid, master_fd).\nLike fork(), return pid of 0 to the child process,\nand pid of child to the parent process.\nTo both, return fd of newly opened pseudo-terminal.",
    ),
    NativeDef::positional(
        "getgrouplist",
        refused,
        "($module, user, group, /)\n--\n\nReturns a list of groups to which a user belongs.\n\n  user\n    username to lookup\n  group\n    base group id of the user",
    ),
    NativeDef::no_args(
        "getgroups",
        refused,
        "($module, /)\n--\n\nReturn list of supplemental group IDs for the process.",
    ),
    NativeDef::no_args("getpgrp", refused, "($module, /)\n--\n\nReturn the current process group id."),
    NativeDef::no_args("getlogin", refused, "($module, /)\n--\n\nReturn the actual login name."),
    NativeDef::positional("kill", refused, "($module, pid, signal, /)\n--\n\nKill a process with a signal."),
    NativeDef::positional(
        "killpg",
        refused,
        "($module, pgid, signal, /)\n--\n\nKill a process group with a signal.",
    ),
    NativeDef::one("setuid", refused, "($module, uid, /)\n--\n\nSet the current process's user id."),
    NativeDef::one(
        "seteuid",
        refused,
        "($module, euid, /)\n--\n\nSet the current process's effective user id.",
    ),
    NativeDef::positional(
        "setreuid",
        refused,
        "($module, ruid, euid, /)\n--\n\nSet the current process's real and effective user ids.",
    ),
    NativeDef::one("setgid", refused, "($module, gid, /)\n--\n\nSet the current process's group id."),
    NativeDef::one(
        "setegid",
        refused,
        "($module, egid, /)\n--\n\nSet the current process's effective group id.",
    ),
    NativeDef::positional(
        "setregid",
        refused,
        "($module, rgid, egid, /)\n--\n\nSet the current process's real and effective group ids.",
    ),
    NativeDef::one(
        "setgroups",
        refused,
        "($module, groups, /)\n--\n\nSet the groups of the current process to list.",
    ),
    NativeDef::positional(
        "initgroups",
        refused,
        "($module, username, gid, /)\n--\n\nInitialize the group access list.\n\nCall the system initgroups() to initialize the group access list with\nall of the groups of which the specified username is a member, plus the\nspecified group id.",
    ),
    NativeDef::keywords(
        "getpgid",
        refused,
        "($module, /, pid)\n--\n\nCall the system call getpgid(), and return the result.",
    ),
    NativeDef::no_args(
        "setpgrp",
        refused,
        "($module, /)\n--\n\nMake the current process the leader of its process group.",
    ),
    NativeDef::no_args(
        "wait",
        refused,
        "($module, /)\n--\n\nWait for completion of a child process.\n\nReturns a tuple of information about the child process:\n    (pid, status)",
    ),
    NativeDef::keywords(
        "wait3",
        refused,
        "($module, /, options)\n--\n\nWait for completion of a child process.\n\nReturns a tuple of information about the child process:\n  (pid, status, rusage)",
    ),
    NativeDef::keywords(
        "wait4",
        refused,
        "($module, /, pid, options)\n--\n\nWait for completion of a specific child process.\n\nReturns a tuple of information about the child process:\n  (pid, status, rusage)",
    ),
    NativeDef::positional(
        "waitid",
        refused,
        "($module, idtype, id, options, /)\n--\n\nReturns the result of waiting for a process or processes.\n\n  idtype\n    Must be one of be P_PID, P_PGID or P_ALL.\n  id\n    The id to wait on.\n  options\n    Constructed from the ORing of one or more of WEXITED, WSTOPPED\n    or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.\n\nReturns either waitid_result or None if WNOHANG is specified and there\nare no children in a waitable state.",
    ),
    NativeDef::positional(
        "waitpid",
        refused,
        "($module, pid, options, /)\n--\n\nWait for completion of a given child process.\n\nReturns a tuple of information regarding the child process:\n    (pid, status)\n\nThe options argument is ignored on Windows.",
    ),
    NativeDef::keywords(
        "pidfd_open",
        refused,
        "($module, /, pid, flags=0)\n--\n\nReturn a file descriptor referring to the process *pid*.\n\nThe descriptor can be used to perform process management without races\nand signals.",
    ),
    NativeDef::one(
        "getsid",
        refused,
        "($module, pid, /)\n--\n\nCall the system call getsid(pid) and return the result.",
    ),
    NativeDef::no_args("setsid", refused, "($module, /)\n--\n\nCall the system call setsid()."),
    NativeDef::positional(
        "setpgid",
        refused,
        "($module, pid, pgrp, /)\n--\n\nCall the system call setpgid(pid, pgrp).",
    ),
    NativeDef::one(
        "tcgetpgrp",
        refused,
        "($module, fd, /)\n--\n\nReturn the process group associated with the terminal specified by fd.",
    ),
    NativeDef::positional(
        "tcsetpgrp",
        refused,
        "($module, fd, pgid, /)\n--\n\nSet the process group associated with the terminal specified by fd.",
    ),
    NativeDef::keywords(
        "dup2",
        refused,
        "($module, /, fd, fd2, inheritable=True)\n--\n\nDuplicate file descriptor.",
    ),
    NativeDef::positional(
        "lockf",
        refused,
        "($module, fd, command, length, /)\n--\n\nApply, test or remove a POSIX lock on an open file descriptor.\n\n  fd\n    An open file descriptor.\n  command\n    One of F_LOCK, F_TLOCK, F_ULOCK or F_TEST.\n  length\n    The number of bytes to lock, starting at the current position.",
    ),
    NativeDef::positional(
        "readv",
        refused,
        "($module, fd, buffers, /)\n--\n\nRead from a file descriptor fd into an iterable of buffers.\n\nThe buffers should be mutable buffers accepting bytes.\nreadv will transfer data into each buffer until it is full\nand then move on to the next buffer in the sequence to hold\nthe rest of the data.\n\nreadv returns the total number of bytes read,\nwhich may be less than the total capacity of all the buffers.",
    ),
    NativeDef::positional(
        "preadv",
        refused,
        "($module, fd, buffers, offset, flags=0, /)\n--\n\nReads from a file descriptor into a number of mutable bytes-like objects.\n\nCombines the functionality of readv() and pread().  As readv(), it will\ntransfer data into each buffer until it is full and then move on to the\nnext buffer in the sequence to hold the rest of the data.  Its fourth\nargument, specifies the file offset at which the input operation is to\nbe performed.  It will return the total number of bytes read (which can\nbe less than the total capacity of all the objects).\n\nThe flags argument contains a bitwise OR of zero or more of the\nfollowing flags:\n\n- RWF_HIPRI\n- RWF_NOWAIT\n\nUsing non-zero flags requires Linux 4.6 or newer.",
    ),
    NativeDef::positional(
        "writev",
        refused,
        "($module, fd, buffers, /)\n--\n\nIterate over buffers, and write the contents of each to a file descriptor.\n\nReturns the total number of bytes written.\nbuffers must be a sequence of bytes-like objects.",
    ),
    NativeDef::positional(
        "pwritev",
        refused,
        "($module, fd, buffers, offset, flags=0, /)\n--\n\nWrites the contents of bytes-like objects to a file descriptor at a given offset.\n\nCombines the functionality of writev() and pwrite(). All buffers must be\na sequence of bytes-like objects.  Buffers are processed in array order.\nEntire contents of first buffer is written before proceeding to second,\nand so on. The operating system may set a limit (sysconf() value\nSC_IOV_MAX) on the number of buffers that can be used.\nThis function writes the contents of each object to the file descriptor\nand returns the total number of bytes written.\n\nThe flags argument contains a bitwise OR of zero or more of the\nfollowing flags:\n\n- RWF_DSYNC\n- RWF_SYNC\n- RWF_APPEND\n\nUsing non-zero flags requires Linux 4.7 or newer.",
    ),
    NativeDef::keywords(
        "sendfile",
        refused,
        "($module, /, out_fd, in_fd, offset, count)\n--\n\nCopy count bytes from file descriptor in_fd to file descriptor out_fd.",
    ),
    NativeDef::keywords(
        "mkfifo",
        refused,
        "($module, /, path, mode=438, *, dir_fd=None)\n--\n\nCreate a \"fifo\" (a POSIX named pipe).\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative to\nthat directory.\ndir_fd may not be implemented on your platform.  If it is unavailable,\nusing it will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "mknod",
        refused,
        "($module, /, path, mode=384, device=0, *, dir_fd=None)\n--\n\nCreate a node in the file system.\n\nCreate a node in the file system (file, device special file or named\npipe) at path.  mode specifies both the permissions to use and the\ntype of node to be created, being combined (bitwise OR) with one of\nS_IFREG, S_IFCHR, S_IFBLK, and S_IFIFO.  If S_IFCHR or S_IFBLK is set\non mode, device defines the newly created device special file (probably\nusing os.makedev()).  Otherwise device is ignored.\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative\nto that directory.\ndir_fd may not be implemented on your platform.  If it is unavailable,\nusing it will raise a NotImplementedError.",
    ),
    NativeDef::positional(
        "posix_fallocate",
        refused,
        "($module, fd, offset, length, /)\n--\n\nEnsure a file has allocated at least a particular number of bytes on disk.\n\nEnsure that the file specified by fd encompasses a range of bytes\nstarting at offset bytes from the beginning and continuing for length\nbytes.",
    ),
    NativeDef::positional(
        "posix_fadvise",
        refused,
        "($module, fd, offset, length, advice, /)\n--\n\nAnnounce an intention to access data in a specific pattern.\n\nAnnounce an intention to access data in a specific pattern, thus\nallowing the kernel to make optimizations.\nThe advice applies to the region of the file specified by fd starting at\noffset and continuing for length bytes.\nadvice is one of POSIX_FADV_NORMAL, POSIX_FADV_SEQUENTIAL,\nPOSIX_FADV_RANDOM, POSIX_FADV_NOREUSE, POSIX_FADV_WILLNEED, or\nPOSIX_FADV_DONTNEED.",
    ),
    NativeDef::no_args("sync", refused, "($module, /)\n--\n\nForce write of everything to disk."),
    NativeDef::one(
        "fstatvfs",
        refused,
        "($module, fd, /)\n--\n\nPerform an fstatvfs system call on the given fd.\n\nEquivalent to statvfs(fd).",
    ),
    NativeDef::keywords(
        "statvfs",
        refused,
        "($module, /, path)\n--\n\nPerform a statvfs system call on the given path.\n\npath may always be specified as a string.\nOn some platforms, path may also be specified as an open file\ndescriptor.  If this functionality is unavailable, using it raises\nan exception.",
    ),
    NativeDef::one(
        "confstr",
        refused,
        "($module, name, /)\n--\n\nReturn a string-valued system configuration variable.",
    ),
    NativeDef::one(
        "sysconf",
        refused,
        "($module, name, /)\n--\n\nReturn an integer-valued system configuration variable.",
    ),
    NativeDef::positional(
        "fpathconf",
        refused,
        "($module, fd, name, /)\n--\n\nReturn the configuration limit name for the file descriptor fd.\n\nIf there is no limit, return -1.",
    ),
    NativeDef::keywords(
        "pathconf",
        refused,
        "($module, /, path, name)\n--\n\nReturn the configuration limit name for the file or directory path.\n\nIf there is no limit, return -1.\nOn some platforms, path may also be specified as an open file\ndescriptor.  If this functionality is unavailable, using it raises\nan exception.",
    ),
    NativeDef::no_args(
        "getloadavg",
        refused,
        "($module, /)\n--\n\nReturn average recent system load information.\n\nReturn the number of processes in the system run queue averaged over\nthe last 1, 5, and 15 minutes as a tuple of three floats.\nRaises OSError if the load average was unobtainable.",
    ),
    NativeDef::positional(
        "setresuid",
        refused,
        "($module, ruid, euid, suid, /)\n--\n\nSet the current process's real, effective, and saved user ids.",
    ),
    NativeDef::positional(
        "setresgid",
        refused,
        "($module, rgid, egid, sgid, /)\n--\n\nSet the current process's real, effective, and saved group ids.",
    ),
    NativeDef::no_args(
        "getresuid",
        refused,
        "($module, /)\n--\n\nReturn a tuple of the current process's real, effective, and saved user ids.",
    ),
    NativeDef::no_args(
        "getresgid",
        refused,
        "($module, /)\n--\n\nReturn a tuple of the current process's real, effective, and saved group ids.",
    ),
    NativeDef::keywords(
        "getxattr",
        refused,
        "($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nReturn the value of extended attribute attribute on path.\n\npath may be either a string, a path-like object, or an open file\ndescriptor.\nIf follow_symlinks is False, and the last element of the path is\na symbolic link, getxattr will examine the symbolic link itself\ninstead of the file the link points to.",
    ),
    NativeDef::keywords(
        "setxattr",
        refused,
        "($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)\n--\n\nSet extended attribute attribute on path to value.\n\npath may be either a string, a path-like object,  or an open file\ndescriptor.\nIf follow_symlinks is False, and the last element of the path is\na symbolic link, setxattr will modify the symbolic link itself instead\nof the file the link points to.",
    ),
    NativeDef::keywords(
        "removexattr",
        refused,
        "($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nRemove extended attribute attribute on path.\n\npath may be either a string, a path-like object, or an open file\ndescriptor.\nIf follow_symlinks is False, and the last element of the path is\na symbolic link, removexattr will modify the symbolic link itself\ninstead of the file the link points to.",
    ),
    NativeDef::keywords(
        "listxattr",
        refused,
        "($module, /, path=None, *, follow_symlinks=True)\n--\n\nReturn a list of extended attributes on path.\n\npath may be either None, a string, a path-like object, or an open file\ndescriptor.  If path is None, listxattr will examine the current\ndirectory.\nIf follow_symlinks is False, and the last element of the path is\na symbolic link, listxattr will examine the symbolic link itself instead\nof the file the link points to.",
    ),
    NativeDef::keywords("memfd_create", refused, "($module, /, name, flags=MFD_CLOEXEC)\n--\n\n"),
    NativeDef::keywords(
        "eventfd",
        refused,
        "($module, /, initval, flags=EFD_CLOEXEC)\n--\n\nCreates and returns an event notification file descriptor.",
    ),
    NativeDef::keywords("eventfd_read", refused, "($module, /, fd)\n--\n\nRead eventfd value"),
    NativeDef::keywords("eventfd_write", refused, "($module, /, fd, value)\n--\n\nWrite eventfd value."),
    NativeDef::keywords(
        "setns",
        refused,
        "($module, /, fd, nstype=0)\n--\n\nMove the calling thread into different namespaces.\n\n  fd\n    A file descriptor to a namespace.\n  nstype\n    Type of namespace.",
    ),
    NativeDef::keywords(
        "unshare",
        refused,
        "($module, /, flags)\n--\n\nDisassociate parts of a process (or thread) execution context.\n\n  flags\n    Namespaces to be unshared.",
    ),
    NativeDef::keywords(
        "timerfd_create",
        refused,
        "($module, clockid, /, *, flags=0)\n--\n\nCreate and return a timer file descriptor.\n\n  clockid\n    A valid clock ID constant as timer file descriptor.\n\n    time.CLOCK_REALTIME\n    time.CLOCK_MONOTONIC\n    time.CLOCK_BOOTTIME\n  flags\n    0 or a bit mask of os.TFD_NONBLOCK or os.TFD_CLOEXEC.\n\n    os.TFD_NONBLOCK\n        If *TFD_NONBLOCK* is set as a flag, read doesn't blocks.\n        If *TFD_NONBLOCK* is not set as a flag, read block until the timer fires.\n\n    os.TFD_CLOEXEC\n        If *TFD_CLOEXEC* is set as a flag, enable the close-on-exec flag",
    ),
    NativeDef::keywords(
        "timerfd_settime",
        refused,
        "($module, fd, /, *, flags=0, initial=0.0, interval=0.0)\n--\n\nAlter a timer file descriptor's internal timer in seconds.\n\n  fd\n    A timer file descriptor.\n  flags\n    0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.\n  initial\n    The initial expiration time, in seconds.\n  interval\n    The timer's interval, in seconds.",
    ),
    NativeDef::keywords(
        "timerfd_settime_ns",
        refused,
        "($module, fd, /, *, flags=0, initial=0, interval=0)\n--\n\nAlter a timer file descriptor's internal timer in nanoseconds.\n\n  fd\n    A timer file descriptor.\n  flags\n    0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.\n  initial\n    initial expiration timing in nanoseconds.\n  interval\n    interval for the timer in nanoseconds.",
    ),
    NativeDef::one(
        "timerfd_gettime",
        refused,
        "($module, fd, /)\n--\n\nReturn a tuple of a timer file descriptor's (next expiration, interval) in float seconds.\n\n  fd\n    A timer file descriptor.",
    ),
    NativeDef::one(
        "timerfd_gettime_ns",
        refused,
        "($module, fd, /)\n--\n\nReturn a tuple of a timer file descriptor's (next expiration, interval) in nanoseconds.\n\n  fd\n    A timer file descriptor.",
    ),
];
