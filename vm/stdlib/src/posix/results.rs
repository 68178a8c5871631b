//! The named tuples of `posix`.

use crate::structseq::struct_sequence;

struct_sequence! {
    /// `os.stat_result`
    pub(super) static STAT_RESULT = "os"."stat_result", "stat_result: Result from stat, fstat, or lstat.\n\nThis object may be accessed either as a tuple of\n  (mode, ino, dev, nlink, uid, gid, size, atime, mtime, ctime)\nor via the attributes st_mode, st_ino, st_dev, st_nlink, and so on.\n\nPosix/windows: If your platform supports st_blksize, st_blocks, st_rdev,\nor st_flags, they are available as attributes only.\n\nSee os.stat for more information.", visible 10;
    0 "st_mode" "protection bits";
    1 "st_ino" "inode";
    2 "st_dev" "device";
    3 "st_nlink" "number of hard links";
    4 "st_uid" "user ID of owner";
    5 "st_gid" "group ID of owner";
    6 "st_size" "total size, in bytes";
    10 "st_atime" "time of last access";
    11 "st_mtime" "time of last modification";
    12 "st_ctime" "time of last change";
    13 "st_atime_ns" "time of last access in nanoseconds";
    14 "st_mtime_ns" "time of last modification in nanoseconds";
    15 "st_ctime_ns" "time of last change in nanoseconds";
    16 "st_blksize" "blocksize for filesystem I/O";
    17 "st_blocks" "number of blocks allocated";
    18 "st_rdev" "device type (if inode device)";
}

struct_sequence! {
    /// `os.terminal_size`
    pub(super) static TERMINAL_SIZE = "os"."terminal_size", "A tuple of (columns, lines) for holding terminal window size", visible 2;
    0 "columns" "width of the terminal window in characters";
    1 "lines" "height of the terminal window in characters";
}

struct_sequence! {
    /// `posix.uname_result`
    pub(super) static UNAME_RESULT = "posix"."uname_result", "uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information.", visible 5;
    0 "sysname" "operating system name";
    1 "nodename" "name of machine on network (implementation-defined)";
    2 "release" "operating system release";
    3 "version" "operating system version";
    4 "machine" "hardware identifier";
}

struct_sequence! {
    /// `posix.times_result`
    pub(super) static TIMES_RESULT = "posix"."times_result", "times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information.", visible 5;
    0 "user" "user time";
    1 "system" "system time";
    2 "children_user" "user time of children";
    3 "children_system" "system time of children";
    4 "elapsed" "elapsed time since an arbitrary point in the past";
}

struct_sequence! {
    /// `os.statvfs_result`
    pub(super) static STATVFS_RESULT = "os"."statvfs_result", "statvfs_result: Result from statvfs or fstatvfs.\n\nThis object may be accessed either as a tuple of\n  (bsize, frsize, blocks, bfree, bavail, files, ffree, favail, flag, namemax),\nor via the attributes f_bsize, f_frsize, f_blocks, f_bfree, and so on.\n\nSee os.statvfs for more information.", visible 10;
    0 "f_bsize" "";
    1 "f_frsize" "";
    2 "f_blocks" "";
    3 "f_bfree" "";
    4 "f_bavail" "";
    5 "f_files" "";
    6 "f_ffree" "";
    7 "f_favail" "";
    8 "f_flag" "";
    9 "f_namemax" "";
    10 "f_fsid" "";
}

struct_sequence! {
    /// `posix.waitid_result`
    pub(super) static WAITID_RESULT = "posix"."waitid_result", "waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information.", visible 5;
    0 "si_pid" "";
    1 "si_uid" "";
    2 "si_signo" "";
    3 "si_status" "";
    4 "si_code" "";
}

struct_sequence! {
    /// `posix.sched_param`
    pub(super) static SCHED_PARAM = "posix"."sched_param", "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.", visible 1;
    0 "sched_priority" "the scheduling priority";
}
