//! Files and folders by their paths.

use std::fs::Metadata;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use object::{Args, NativeDef, Obj, Params, Res, Vm};
use rustix::fs::{Access, AtFlags, CWD, Timespec, Timestamps};

use super::path::{PathArg, Taking, Target};
use super::results::STAT_RESULT;
use crate::system::{self, Errno, World, number_of};

/// The functions of this file.
pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::keywords(
        "stat",
        stat,
        "($module, /, path, *, dir_fd=None, follow_symlinks=True)\n--\n\nPerform a stat system call on the given path.\n\n  path\n    Path to be examined; can be string, bytes, a path-like object or\n    open-file-descriptor int.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be a relative string; path will then be relative to\n    that directory.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    stat will examine the symbolic link itself instead of the file\n    the link points to.\n\ndir_fd and follow_symlinks may not be implemented\n  on your platform.  If they are unavailable, using them will raise a\n  NotImplementedError.\n\nIt's an error to use dir_fd or follow_symlinks when specifying path as\n  an open file descriptor.",
    ),
    NativeDef::keywords(
        "lstat",
        lstat,
        "($module, /, path, *, dir_fd=None)\n--\n\nPerform a stat system call on the given path, without following symbolic links.\n\nLike stat(), but do not follow symbolic links.\nEquivalent to stat(path, follow_symlinks=False).",
    ),
    NativeDef::keywords(
        "access",
        access,
        "($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)\n--\n\nUse the real uid/gid to test for access to a path.\n\n  path\n    Path to be tested; can be string, bytes, or a path-like object.\n  mode\n    Operating-system mode bitfield.  Can be F_OK to test existence,\n    or the inclusive-OR of R_OK, W_OK, and X_OK.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be relative; path will then be relative to that\n    directory.\n  effective_ids\n    If True, access will use the effective uid/gid instead of\n    the real uid/gid.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    access will examine the symbolic link itself instead of the file\n    the link points to.\n\ndir_fd, effective_ids, and follow_symlinks may not be implemented\n  on your platform.  If they are unavailable, using them will raise a\n  NotImplementedError.\n\nNote that most operations will use the effective uid/gid, therefore this\n  routine can be used in a suid/sgid environment to test if the invoking user\n  has the specified access to the path.",
    ),
    NativeDef::keywords(
        "listdir",
        listdir,
        "($module, /, path=None)\n--\n\nReturn a list containing the names of the files in the directory.\n\npath can be specified as either str, bytes, or a path-like object.  If\npath is bytes, the filenames returned will also be bytes; in all other\ncircumstances the filenames returned will be str.\nIf path is None, uses the path='.'.\nOn some platforms, path may also be specified as an open file\ndescriptor; the file descriptor must refer to a directory.  If this\nfunctionality is unavailable, using it raises NotImplementedError.\n\nThe list is in arbitrary order.  It does not include the special\nentries '.' and '..' even if they are present in the directory.",
    ),
    NativeDef::keywords(
        "mkdir",
        mkdir,
        "($module, /, path, mode=511, *, dir_fd=None)\n--\n\nCreate a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative to\nthat directory.\ndir_fd may not be implemented on your platform.  If it is unavailable,\nusing it will raise a NotImplementedError.\n\nThe mode argument is ignored on Windows.  Where it is used, the current\numask value is first masked out.",
    ),
    NativeDef::keywords(
        "rmdir",
        rmdir,
        "($module, /, path, *, dir_fd=None)\n--\n\nRemove a directory.\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative\nto that directory.\ndir_fd may not be implemented on your platform.\nIf it is unavailable, using it will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "unlink",
        unlink,
        "($module, /, path, *, dir_fd=None)\n--\n\nRemove a file (same as remove()).\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative to\nthat directory.\ndir_fd may not be implemented on your platform.\nIf it is unavailable, using it will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "remove",
        unlink,
        "($module, /, path, *, dir_fd=None)\n--\n\nRemove a file (same as unlink()).\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative\nto that directory.\ndir_fd may not be implemented on your platform.\nIf it is unavailable, using it will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "rename",
        rename,
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nRename a file or directory.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\ndescriptor open to a directory, and the respective path string (src or\ndst) should be relative; the path will then be relative to that\ndirectory.\nsrc_dir_fd and dst_dir_fd, may not be implemented on your platform.\nIf they are unavailable, using them will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "replace",
        replace,
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nRename a file or directory, overwriting the destination.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\ndescriptor open to a directory, and the respective path string (src or\ndst) should be relative; the path will then be relative to that\ndirectory.\nsrc_dir_fd and dst_dir_fd, may not be implemented on your platform.\nIf they are unavailable, using them will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "link",
        link,
        "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=(os.name != 'nt'))\n--\n\nCreate a hard link to a file.\n\nIf either src_dir_fd or dst_dir_fd is not None, it should be a file\ndescriptor open to a directory, and the respective path string (src or\ndst) should be relative; the path will then be relative to that\ndirectory.\nIf follow_symlinks is False, and the last element of src is a symbolic\nlink, link will create a link to the symbolic link itself instead of the\nfile the link points to.\nsrc_dir_fd, dst_dir_fd, and follow_symlinks may not be implemented on\nyour platform.  If they are unavailable, using them will raise\na NotImplementedError.",
    ),
    NativeDef::keywords(
        "symlink",
        symlink,
        "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)\n--\n\nCreate a symbolic link pointing to src named dst.\n\ntarget_is_directory is required on Windows if the target is to be\ninterpreted as a directory.  (On Windows, symlink requires Windows 6.0\nor greater, and raises a NotImplementedError otherwise.)\ntarget_is_directory is ignored on non-Windows platforms.\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative\nto that directory.\ndir_fd may not be implemented on your platform.  If it is unavailable,\nusing it will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "readlink",
        readlink,
        "($module, /, path, *, dir_fd=None)\n--\n\nReturn a string representing the path to which the symbolic link points.\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative to\nthat directory.\n\ndir_fd may not be implemented on your platform.  If it is unavailable,\nusing it will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "chmod",
        chmod,
        "($module, /, path, mode, *, dir_fd=None,\n      follow_symlinks=(os.name != 'nt'))\n--\n\nChange the access permissions of a file.\n\n  path\n    Path to be modified.  May always be specified as a str, bytes, or\n    a path-like object.  On some platforms, path may also be specified\n    as an open file descriptor.  If this functionality is unavailable,\n    using it raises an exception.\n  mode\n    Operating-system mode bitfield.\n    Be careful when using number literals for *mode*. The conventional\n    UNIX notation for numeric modes uses an octal base, which needs to\n    be indicated with a ``0o`` prefix in Python.\n  dir_fd\n    If not None, it should be a file descriptor open to a directory,\n    and path should be relative; path will then be relative to that\n    directory.\n  follow_symlinks\n    If False, and the last element of the path is a symbolic link,\n    chmod will modify the symbolic link itself instead of the file\n    the link points to.\n\nIt is an error to use dir_fd or follow_symlinks when specifying path as\n  an open file descriptor.\ndir_fd and follow_symlinks may not be implemented on your platform.\n  If they are unavailable, using them will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "utime",
        utime,
        "($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)\n--\n\nSet the access and modified time of path.\n\npath may always be specified as a string.  On some platforms, path may\nalso be specified as an open file descriptor.  If this functionality is\nunavailable, using it raises an exception.\n\nIf times is not None, it must be a tuple (atime, mtime);\natime and mtime should be expressed as float seconds since the epoch.\nIf ns is specified, it must be a tuple (atime_ns, mtime_ns);\natime_ns and mtime_ns should be expressed as integer nanoseconds\nsince the epoch.\nIf times is None and ns is unspecified, utime uses the current time.\nSpecifying tuples for both times and ns is an error.\n\nIf dir_fd is not None, it should be a file descriptor open to\na directory, and path should be relative; path will then be relative to\nthat directory.\nIf follow_symlinks is False, and the last element of the path is\na symbolic link, utime will modify the symbolic link itself instead of\nthe file the link points to.\nIt is an error to use dir_fd or follow_symlinks when specifying path as\nan open file descriptor.\ndir_fd and follow_symlinks may not be available on your platform.\nIf they are unavailable, using them will raise a NotImplementedError.",
    ),
    NativeDef::keywords(
        "truncate",
        truncate,
        "($module, /, path, length)\n--\n\nTruncate a file, specified by path, to a specific length.\n\nOn some platforms, path may also be specified as an open file\ndescriptor.  If this functionality is unavailable, using it raises\nan exception.",
    ),
    NativeDef::keywords(
        "scandir",
        super::scandir::scandir,
        "($module, /, path=None)\n--\n\nReturn an iterator of DirEntry objects for given path.\n\npath can be specified as either str, bytes, or a path-like object.  If\npath is bytes, the names of yielded DirEntry objects will also be bytes;\nin all other circumstances they will be str.\n\nIf path is None, uses the path='.'.",
    ),
    NativeDef::keywords(
        "chdir",
        chdir,
        "($module, /, path)\n--\n\nChange the current working directory to the specified path.\n\npath may always be specified as a string.  On some platforms, path may\nalso be specified as an open file descriptor.  If this functionality is\nunavailable, using it raises an exception.",
    ),
];

/// What a flag that is given or not means.
fn flag(vm: &Vm, given: Option<&Obj>, default: bool) -> Res<bool> {
    given.map_or(Ok(default), |given| vm.is_true(given))
}

static STAT: Params<3> =
    Params::new("stat", ["path", "dir_fd", "follow_symlinks"]).required(1).keyword_only(1);

fn stat(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, folder, follow] = STAT.bind(vm, args)?;
    let path = Taking::path("stat", "path").or_descriptor().take(vm, path)?;
    metadata(vm, &path, folder, flag(vm, follow, true)?)
}

static LSTAT: Params<2> = Params::new("lstat", ["path", "dir_fd"]).required(1).keyword_only(1);

fn lstat(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, folder] = LSTAT.bind(vm, args)?;
    let path = Taking::path("lstat", "path").take(vm, path)?;
    metadata(vm, &path, folder, false)
}

/// The `stat_result` of a path or a descriptor.
pub(super) fn metadata(vm: &Vm, path: &PathArg, folder: Option<&Obj>, follow: bool) -> Res<Obj> {
    if let Target::Descriptor(number) = path.target {
        return super::descriptors::stat_descriptor(vm, number).map_err(|error| path.error(vm, error));
    }
    let real = path.reach(vm, folder, false)?;
    let found = if follow { real.metadata() } else { real.symlink_metadata() };
    Ok(result(vm, &found.map_err(|error| path.error(vm, number_of(error)))?))
}

/// A `stat_result`.
pub(super) fn result(vm: &Vm, found: &Metadata) -> Obj {
    let times = [
        (found.atime(), found.atime_nsec()),
        (found.mtime(), found.mtime_nsec()),
        (found.ctime(), found.ctime_nsec()),
    ];
    let (mode, number) = (vm.int(found.mode().into()), |n: u64| vm.int_unsigned(n));
    let mut items = vec![mode, number(found.ino()), number(found.dev()), number(found.nlink())];
    items.extend([vm.int(found.uid().into()), vm.int(found.gid().into()), number(found.size())]);
    items.extend(times.iter().map(|(seconds, _)| vm.int(*seconds)));
    items.extend(times.iter().map(|(seconds, nanos)| vm.float(*seconds as f64 + 1e-9 * *nanos as f64)));
    items.extend(times.iter().map(|(seconds, nanos)| {
        vm.int_big((i128::from(*seconds) * 1_000_000_000 + i128::from(*nanos)).into())
    }));
    items.extend([number(found.blksize()), number(found.blocks()), number(found.rdev())]);
    STAT_RESULT.make(vm, items)
}

static ACCESS: Params<5> =
    Params::new("access", ["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"])
        .required(2)
        .keyword_only(2);

fn access(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, mode, folder, effective, follow] = ACCESS.bind(vm, args)?;
    let path = Taking::path("access", "path").take(vm, path)?;
    let mode = Access::from_bits_retain(vm.as_i32(mode.unwrap_or(&vm.none))?.cast_unsigned());
    let (effective, follow) = (flag(vm, effective, false)?, flag(vm, follow, true)?);
    // What is not granted is not accessible: no error, as with the system's own.
    let change = mode.contains(Access::WRITE_OK);
    let Ok(real) = vm.state::<World>().reach(&path.at(vm, folder)?, change) else {
        return Ok(vm.false_.clone());
    };
    let mut flags = AtFlags::empty();
    flags.set(AtFlags::EACCESS, effective);
    flags.set(AtFlags::SYMLINK_NOFOLLOW, !follow);
    Ok(vm.bool(rustix::fs::accessat(CWD, &real, mode, flags).is_ok()))
}

static LISTDIR: Params<1> = Params::new("listdir", ["path"]);

fn listdir(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path] = LISTDIR.bind(vm, args)?;
    let path = Taking::path("listdir", "path").or_descriptor().or_none().take(vm, path)?;
    let folder = folder_of(vm, &path)?;
    let mut names = Vec::new();
    for entry in folder.read_dir().map_err(|error| path.error(vm, number_of(error)))? {
        let entry = entry.map_err(|error| path.error(vm, number_of(error)))?;
        names.push(path.name(vm, &entry.file_name())?);
    }
    Ok(vm.list(names))
}

/// The folder that a path or a descriptor names.
pub(super) fn folder_of(vm: &Vm, path: &PathArg) -> Res<std::path::PathBuf> {
    match path.target {
        Target::Path(_) => path.reach(vm, None, false),
        Target::Descriptor(number) => {
            let open = vm.state::<World>().descriptor(number).map_err(|error| path.error(vm, error))?;
            open.path.clone().ok_or_else(|| path.error(vm, Errno::NOTDIR))
        }
    }
}

/// Does something to a file that changes it, and answers `None`.
fn change(
    vm: &Vm,
    path: &PathArg,
    folder: Option<&Obj>,
    work: impl FnOnce(&Path) -> std::io::Result<()>,
) -> Res<Obj> {
    let real = path.reach(vm, folder, true)?;
    work(&real).map_err(|error| path.error(vm, number_of(error)))?;
    Ok(vm.none.clone())
}

static MKDIR: Params<3> = Params::new("mkdir", ["path", "mode", "dir_fd"]).required(1).keyword_only(2);

fn mkdir(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    use std::os::unix::fs::DirBuilderExt as _;
    let [path, mode, folder] = MKDIR.bind(vm, args)?;
    let path = Taking::path("mkdir", "path").take(vm, path)?;
    let mode = mode.map_or(Ok(0o777), |mode| vm.as_i32(mode))?.cast_unsigned();
    change(vm, &path, folder, |real| std::fs::DirBuilder::new().mode(mode).create(real))
}

static RMDIR: Params<2> = Params::new("rmdir", ["path", "dir_fd"]).required(1).keyword_only(1);

fn rmdir(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, folder] = RMDIR.bind(vm, args)?;
    let path = Taking::path("rmdir", "path").take(vm, path)?;
    change(vm, &path, folder, |real| std::fs::remove_dir(real))
}

static UNLINK: Params<2> = Params::new("unlink", ["path", "dir_fd"]).required(1).keyword_only(1);

fn unlink(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, folder] = UNLINK.bind(vm, args)?;
    let path = Taking::path("unlink", "path").take(vm, path)?;
    change(vm, &path, folder, |real| std::fs::remove_file(real))
}

/// Does something with two paths that both may be changed.
fn with_two(
    vm: &Vm,
    [source, target]: [&PathArg; 2],
    folders: [Option<&Obj>; 2],
    work: impl FnOnce(&Path, &Path) -> std::io::Result<()>,
) -> Res<Obj> {
    let fail = |error: Errno| two_names(vm, error, source, target);
    let reach = |path: &PathArg, folder| vm.state::<World>().reach(&path.at(vm, folder)?, true).map_err(fail);
    let (from, to) = (reach(source, folders[0])?, reach(target, folders[1])?);
    work(&from, &to).map_err(|error| fail(number_of(error)))?;
    Ok(vm.none.clone())
}

/// An error about two files.
fn two_names(vm: &Vm, error: Errno, first: &PathArg, second: &PathArg) -> object::Raised {
    let number = error.raw_os_error();
    let (none, message) = (vm.none.clone(), vm.str(&system::message(number)));
    let args = [vm.int(number.into()), message, first.given.clone(), none, second.given.clone()];
    match vm.call(vm.exc.os_error.as_obj(), &args) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

macro_rules! moving {
    ($function:ident, $name:literal) => {
        fn $function(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
            static PARAMS: Params<4> =
                Params::new($name, ["src", "dst", "src_dir_fd", "dst_dir_fd"]).required(2).keyword_only(2);
            let [source, target, source_folder, target_folder] = PARAMS.bind(vm, args)?;
            let source = Taking::path($name, "src").take(vm, source)?;
            let target = Taking::path($name, "dst").take(vm, target)?;
            let folders = [source_folder, target_folder];
            with_two(vm, [&source, &target], folders, |from, to| std::fs::rename(from, to))
        }
    };
}

moving!(rename, "rename");
moving!(replace, "replace");

static LINK: Params<5> = Params::new("link", ["src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"])
    .required(2)
    .keyword_only(2);

fn link(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [source, target, source_folder, target_folder, _] = LINK.bind(vm, args)?;
    let source = Taking::path("link", "src").take(vm, source)?;
    let target = Taking::path("link", "dst").take(vm, target)?;
    with_two(vm, [&source, &target], [source_folder, target_folder], |from, to| std::fs::hard_link(from, to))
}

static SYMLINK: Params<4> =
    Params::new("symlink", ["src", "dst", "target_is_directory", "dir_fd"]).required(2).keyword_only(3);

fn symlink(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [source, target, _, folder] = SYMLINK.bind(vm, args)?;
    let source = Taking::path("symlink", "src").take(vm, source)?;
    let target = Taking::path("symlink", "dst").take(vm, target)?;
    let fail = |error: Errno| two_names(vm, error, &source, &target);
    let to = vm.state::<World>().reach(&target.at(vm, folder)?, true).map_err(fail)?;
    std::os::unix::fs::symlink(source.at(vm, None)?, to).map_err(|error| fail(number_of(error)))?;
    Ok(vm.none.clone())
}

static READLINK: Params<2> = Params::new("readlink", ["path", "dir_fd"]).required(1).keyword_only(1);

fn readlink(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, folder] = READLINK.bind(vm, args)?;
    let path = Taking::path("readlink", "path").take(vm, path)?;
    let real = path.reach(vm, folder, false)?;
    let target = real.read_link().map_err(|error| path.error(vm, number_of(error)))?;
    path.name(vm, std::ffi::OsStr::from_bytes(target.as_os_str().as_bytes()))
}

static CHMOD: Params<4> =
    Params::new("chmod", ["path", "mode", "dir_fd", "follow_symlinks"]).required(2).keyword_only(2);

fn chmod(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, mode, folder, follow] = CHMOD.bind(vm, args)?;
    let path = Taking::path("chmod", "path").or_descriptor().take(vm, path)?;
    let mode = vm.as_i32(mode.unwrap_or(&vm.none))?.cast_unsigned();
    if !flag(vm, follow, true)? {
        return Err(vm.not_implemented_error("chmod: follow_symlinks unavailable on this platform"));
    }
    change(vm, &path, folder, |real| std::fs::set_permissions(real, std::fs::Permissions::from_mode(mode)))
}

static UTIME: Params<5> =
    Params::new("utime", ["path", "times", "ns", "dir_fd", "follow_symlinks"]).required(1).keyword_only(2);

fn utime(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, times, nanoseconds, folder, follow] = UTIME.bind(vm, args)?;
    let path = Taking::path("utime", "path").or_descriptor().take(vm, path)?;
    let times = times.filter(|times| !times.is(&vm.none));
    if times.is_some() && nanoseconds.is_some() {
        return Err(vm.value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |given: &Obj, name: &str| -> Res<[Obj; 2]> {
        let items = given.get::<object::Tuple>().map(|items| items.to_vec()).unwrap_or_default();
        items.try_into().map_err(|_| vm.type_error(format!("utime: '{name}' must be a tuple of two ints")))
    };
    let now = Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    let [accessed, modified] = match (times, nanoseconds) {
        (Some(times), _) => {
            let items = times.get::<object::Tuple>().map(|items| items.to_vec()).unwrap_or_default();
            let items: [Obj; 2] = items
                .try_into()
                .map_err(|_| vm.type_error("utime: 'times' must be either a tuple of two ints or None"))?;
            let mut both = [now; 2];
            for (place, item) in both.iter_mut().zip(&items) {
                *place = timespec(vm, item)?;
            }
            both
        }
        (None, Some(given)) => {
            let mut both = [now; 2];
            for (place, item) in both.iter_mut().zip(&pair(given, "ns")?) {
                let all = vm.as_i64(item)?;
                *place = Timespec {
                    tv_sec: all.div_euclid(1_000_000_000),
                    tv_nsec: all.rem_euclid(1_000_000_000),
                };
            }
            both
        }
        (None, None) => [now; 2],
    };
    let flags = if flag(vm, follow, true)? { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
    let stamps = Timestamps { last_access: accessed, last_modification: modified };
    let real = path.reach(vm, folder, true)?;
    rustix::fs::utimensat(CWD, &real, &stamps, flags).map_err(|error| path.error(vm, error))?;
    Ok(vm.none.clone())
}

fn timespec(vm: &Vm, seconds: &Obj) -> Res<Timespec> {
    if seconds.get::<object::Float>().is_none() {
        return Ok(Timespec { tv_sec: vm.as_i64(seconds)?, tv_nsec: 0 });
    }
    let seconds = vm.as_f64(seconds)?;
    let whole = seconds.floor();
    Ok(Timespec { tv_sec: whole as i64, tv_nsec: ((seconds - whole) * 1e9) as i64 })
}

static TRUNCATE: Params<2> = Params::new("truncate", ["path", "length"]).required(2);

fn truncate(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path, length] = TRUNCATE.bind(vm, args)?;
    let path = Taking::path("truncate", "path").or_descriptor().take(vm, path)?;
    let length = vm.as_i64(length.unwrap_or(&vm.none))?;
    if let Target::Descriptor(number) = path.target {
        return super::descriptors::set_length(vm, number, length);
    }
    let length = u64::try_from(length).map_err(|_| path.error(vm, Errno::INVAL))?;
    change(vm, &path, None, |real| std::fs::OpenOptions::new().write(true).open(real)?.set_len(length))
}

static CHDIR: Params<1> = Params::new("chdir", ["path"]).required(1);

fn chdir(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path] = CHDIR.bind(vm, args)?;
    let path = Taking::path("chdir", "path").or_descriptor().take(vm, path)?;
    let folder = folder_of(vm, &path)?;
    vm.state::<World>().change_folder(&folder).map_err(|error| path.error(vm, error))?;
    Ok(vm.none.clone())
}
