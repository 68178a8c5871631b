//! `_stat`: file modes and what their bits mean (`_stat.c`).

use object::{Args, Module, NativeDef, Obj, Ref, Res, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_stat", "S_IFMT_: file type bits\nS_IFDIR: directory\nS_IFCHR: character device\nS_IFBLK: block device\nS_IFREG: regular file\nS_IFIFO: fifo (named pipe)\nS_IFLNK: symbolic link\nS_IFSOCK: socket file\nS_IFDOOR: door\nS_IFPORT: event port\nS_IFWHT: whiteout\n\nS_ISUID: set UID bit\nS_ISGID: set GID bit\nS_ENFMT: file locking enforcement\nS_ISVTX: sticky bit\nS_IREAD: Unix V7 synonym for S_IRUSR\nS_IWRITE: Unix V7 synonym for S_IWUSR\nS_IEXEC: Unix V7 synonym for S_IXUSR\nS_IRWXU: mask for owner permissions\nS_IRUSR: read by owner\nS_IWUSR: write by owner\nS_IXUSR: execute by owner\nS_IRWXG: mask for group permissions\nS_IRGRP: read by group\nS_IWGRP: write by group\nS_IXGRP: execute by group\nS_IRWXO: mask for others (not in group) permissions\nS_IROTH: read by others\nS_IWOTH: write by others\nS_IXOTH: execute by others\n\nUF_SETTABLE: mask of owner changeable flags\nUF_NODUMP: do not dump file\nUF_IMMUTABLE: file may not be changed\nUF_APPEND: file may only be appended to\nUF_OPAQUE: directory is opaque when viewed through a union stack\nUF_NOUNLINK: file may not be renamed or deleted\nUF_COMPRESSED: macOS: file is hfs-compressed\nUF_TRACKED: used for dealing with document IDs\nUF_DATAVAULT: entitlement required for reading and writing\nUF_HIDDEN: macOS: file should not be displayed\nSF_SETTABLE: mask of super user changeable flags\nSF_ARCHIVED: file may be archived\nSF_IMMUTABLE: file may not be changed\nSF_APPEND: file may only be appended to\nSF_RESTRICTED: entitlement required for writing\nSF_NOUNLINK: file may not be renamed or deleted\nSF_SNAPSHOT: file is a snapshot file\nSF_FIRMLINK: file is a firmlink\nSF_DATALESS: file is a dataless object\n\nOn macOS:\nSF_SUPPORTED: mask of super user supported flags\nSF_SYNTHETIC: mask of read-only synthetic flags\n\nST_MODE\nST_INO\nST_DEV\nST_NLINK\nST_UID\nST_GID\nST_SIZE\nST_ATIME\nST_MTIME\nST_CTIME\n\nFILE_ATTRIBUTE_*: Windows file attribute constants\n                   (only present on Windows)\n").functions(FUNCTIONS).init(init);

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::one(
        "S_ISDIR",
        |vm, _, a| is(vm, a, 0o040000),
        "($self, object, /)\n--\n\nS_ISDIR(mode) -> bool\n\nReturn True if mode is from a directory.",
    ),
    NativeDef::one(
        "S_ISCHR",
        |vm, _, a| is(vm, a, 0o020000),
        "($self, object, /)\n--\n\nS_ISCHR(mode) -> bool\n\nReturn True if mode is from a character special device file.",
    ),
    NativeDef::one(
        "S_ISBLK",
        |vm, _, a| is(vm, a, 0o060000),
        "($self, object, /)\n--\n\nS_ISBLK(mode) -> bool\n\nReturn True if mode is from a block special device file.",
    ),
    NativeDef::one(
        "S_ISREG",
        |vm, _, a| is(vm, a, 0o100000),
        "($self, object, /)\n--\n\nS_ISREG(mode) -> bool\n\nReturn True if mode is from a regular file.",
    ),
    NativeDef::one(
        "S_ISFIFO",
        |vm, _, a| is(vm, a, 0o010000),
        "($self, object, /)\n--\n\nS_ISFIFO(mode) -> bool\n\nReturn True if mode is from a FIFO (named pipe).",
    ),
    NativeDef::one(
        "S_ISLNK",
        |vm, _, a| is(vm, a, 0o120000),
        "($self, object, /)\n--\n\nS_ISLNK(mode) -> bool\n\nReturn True if mode is from a symbolic link.",
    ),
    NativeDef::one(
        "S_ISSOCK",
        |vm, _, a| is(vm, a, 0o140000),
        "($self, object, /)\n--\n\nS_ISSOCK(mode) -> bool\n\nReturn True if mode is from a socket.",
    ),
    NativeDef::one(
        "S_ISDOOR",
        |vm, _, a| mode(vm, a).map(|_| vm.false_.clone()),
        "($self, object, /)\n--\n\nS_ISDOOR(mode) -> bool\n\nReturn True if mode is from a door.",
    ),
    NativeDef::one(
        "S_ISPORT",
        |vm, _, a| mode(vm, a).map(|_| vm.false_.clone()),
        "($self, object, /)\n--\n\nS_ISPORT(mode) -> bool\n\nReturn True if mode is from an event port.",
    ),
    NativeDef::one(
        "S_ISWHT",
        |vm, _, a| mode(vm, a).map(|_| vm.false_.clone()),
        "($self, object, /)\n--\n\nS_ISWHT(mode) -> bool\n\nReturn True if mode is from a whiteout.",
    ),
    NativeDef::one(
        "S_IMODE",
        |vm, _, a| Ok(vm.int((mode(vm, a)? & 0o7777).into())),
        "($self, object, /)\n--\n\nReturn the portion of the file's mode that can be set by os.chmod().",
    ),
    NativeDef::one(
        "S_IFMT",
        |vm, _, a| Ok(vm.int((mode(vm, a)? & KIND).into())),
        "($self, object, /)\n--\n\nReturn the portion of the file's mode that describes the file type.",
    ),
    NativeDef::one(
        "filemode",
        filemode,
        "($self, object, /)\n--\n\nConvert a file's mode to a string of the form '-rwxrwxrwx'",
    ),
];

/// The bits that say what kind of file it is.
const KIND: u32 = 0o170_000;

/// The numbers by their names, as Linux has them.
#[rustfmt::skip]
static NUMBERS: &[(&str, i64)] = &[
    ("S_IFDIR", 0o40000),
    ("S_IFCHR", 0o20000),
    ("S_IFBLK", 0o60000),
    ("S_IFREG", 0o100000),
    ("S_IFIFO", 0o10000),
    ("S_IFLNK", 0o120000),
    ("S_IFSOCK", 0o140000),
    ("S_IFDOOR", 0o0),
    ("S_IFPORT", 0o0),
    ("S_IFWHT", 0o0),
    ("S_ISUID", 0o4000),
    ("S_ISGID", 0o2000),
    ("S_ISVTX", 0o1000),
    ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("S_IRWXU", 0o700),
    ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200),
    ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o70),
    ("S_IRGRP", 0o40),
    ("S_IWGRP", 0o20),
    ("S_IXGRP", 0o10),
    ("S_IRWXO", 0o7),
    ("S_IROTH", 0o4),
    ("S_IWOTH", 0o2),
    ("S_IXOTH", 0o1),
    ("UF_SETTABLE", 0o177777),
    ("UF_NODUMP", 0o1),
    ("UF_IMMUTABLE", 0o2),
    ("UF_APPEND", 0o4),
    ("UF_OPAQUE", 0o10),
    ("UF_NOUNLINK", 0o20),
    ("UF_COMPRESSED", 0o40),
    ("UF_TRACKED", 0o100),
    ("UF_DATAVAULT", 0o200),
    ("UF_HIDDEN", 0o100000),
    ("SF_SETTABLE", 0o37777600000),
    ("SF_ARCHIVED", 0o200000),
    ("SF_IMMUTABLE", 0o400000),
    ("SF_APPEND", 0o1000000),
    ("SF_NOUNLINK", 0o4000000),
    ("SF_SNAPSHOT", 0o10000000),
    ("SF_FIRMLINK", 0o40000000),
    ("SF_DATALESS", 0o10000000000),
    ("ST_MODE", 0o0),
    ("ST_INO", 0o1),
    ("ST_DEV", 0o2),
    ("ST_NLINK", 0o3),
    ("ST_UID", 0o4),
    ("ST_GID", 0o5),
    ("ST_SIZE", 0o6),
    ("ST_ATIME", 0o7),
    ("ST_MTIME", 0o10),
    ("ST_CTIME", 0o11),
];

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    for (name, number) in NUMBERS {
        module.dict.set_str(&vm.intern(name), vm.int(*number));
    }
    Ok(())
}

fn mode(vm: &Vm, args: Args<'_>) -> Res<u32> {
    let mode = vm.as_i64(&args.values[0])?;
    u32::try_from(mode).map_err(|_| match mode < 0 {
        true => vm.overflow_error("can't convert negative value to unsigned int"),
        false => vm.overflow_error("mode out of range"),
    })
}

fn is(vm: &Vm, args: Args<'_>, kind: u32) -> Res<Obj> {
    Ok(vm.bool(mode(vm, args)? & KIND == kind))
}

/// `-rw-r--r--`
fn filemode(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mode = mode(vm, args)?;
    let kind = match mode & KIND {
        0o100_000 => '-',
        0o040_000 => 'd',
        0o120_000 => 'l',
        0o060_000 => 'b',
        0o020_000 => 'c',
        0o010_000 => 'p',
        0o140_000 => 's',
        _ => '?',
    };
    let mut text = String::from(kind);
    // The bits of owner, group and others, each with the one that replaces its `x`.
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    Ok(vm.str(&text))
}
