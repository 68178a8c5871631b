//! `scandir` and its entries.

use std::cell::RefCell;
use std::fs::ReadDir;
use std::os::unix::fs::DirEntryExt as _;
use std::path::PathBuf;

use object::protocol::self_iter;
use object::{Args, Layout as _, MemberDef, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Vm};

use super::files;
use super::path::{PathArg, Taking, Target};
use crate::system::{Errno, number_of};

/// The payload of the iterator.
struct Scan {
    entries: RefCell<Option<ReadDir>>,
    folder: PathArg,
}

impl Payload for Scan {
    const NAME: &'static str = "ScandirIterator";
    const TRACKED: bool = false;
}

static SCAN: NativeType = NativeType::new("ScandirIterator", Scan::VTABLE)
    .module("posix")
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(&[
        NativeDef::no_args("__enter__", |_, obj, _| Ok(obj.clone()), ""),
        NativeDef::positional("__exit__", |vm, obj, _| close(vm, obj), ""),
        NativeDef::no_args("close", |vm, obj, _| close(vm, obj), ""),
    ]);

/// The payload of `DirEntry`.
struct Entry {
    name: Obj,
    path: Obj,
    real: PathBuf,
    kind: Option<std::fs::FileType>,
    inode: u64,
}

impl Payload for Entry {
    const NAME: &'static str = "DirEntry";
    const TRACKED: bool = false;
}

pub(super) static ENTRY: NativeType = NativeType::new("DirEntry", Entry::VTABLE)
    .module("posix")
    .size(96, 0)
    .slots(|s| {
        s.repr.set(Some(|vm, obj| {
            let name = vm.repr_text(&entry(vm, obj)?.name)?;
            Ok(vm.str(&format!("<DirEntry {name}>")))
        }))
    })
    .members(&[
        MemberDef::read_only(
            "name",
            |vm, obj| Ok(entry(vm, obj)?.name.clone()),
            "the entry's base filename, relative to scandir() \"path\" argument",
        ),
        MemberDef::read_only(
            "path",
            |vm, obj| Ok(entry(vm, obj)?.path.clone()),
            "the entry's full path name; equivalent to os.path.join(scandir_path, entry.name)",
        ),
    ])
    .methods(&[
        NativeDef::keywords("is_dir", |vm, obj, args| is_kind(vm, obj, "is_dir", args, |kind| kind.is_dir()), "($self, /, *, follow_symlinks=True)\n--\n\nReturn True if the entry is a directory; cached per entry."),
        NativeDef::keywords("is_file", |vm, obj, args| is_kind(vm, obj, "is_file", args, |kind| kind.is_file()), "($self, /, *, follow_symlinks=True)\n--\n\nReturn True if the entry is a file; cached per entry."),
        NativeDef::no_args("is_symlink", |vm, obj, _| Ok(vm.bool(entry(vm, obj)?.kind.is_some_and(|kind| kind.is_symlink()))), "($self, /)\n--\n\nReturn True if the entry is a symbolic link; cached per entry."),
        NativeDef::no_args("is_junction", |vm, _, _| Ok(vm.false_.clone()), "($self, /)\n--\n\nReturn True if the entry is a junction; cached per entry."),
        NativeDef::keywords("stat", stat, "($self, /, *, follow_symlinks=True)\n--\n\nReturn stat_result object for the entry; cached per entry."),
        NativeDef::no_args("inode", |vm, obj, _| Ok(vm.int_unsigned(entry(vm, obj)?.inode)), "($self, /)\n--\n\nReturn inode of the entry; cached per entry."),
        NativeDef::no_args("__fspath__", |vm, obj, _| Ok(entry(vm, obj)?.path.clone()), "($self, /)\n--\n\nReturns the path for the entry."),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "($type, object, /)\n--\n\nSee PEP 585").class_method(),
    ]);

fn entry<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Entry> {
    obj.get::<Entry>().ok_or_else(|| vm.type_error("a DirEntry is needed"))
}

static SCANDIR: Params<1> = Params::new("scandir", ["path"]);

/// `scandir`
pub(super) fn scandir(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path] = SCANDIR.bind(vm, args)?;
    let path = Taking::path("scandir", "path").or_descriptor().or_none().take(vm, path)?;
    let folder = files::folder_of(vm, &path)?;
    let entries = folder.read_dir().map_err(|error| path.error(vm, number_of(error)))?;
    let scan = Scan { entries: RefCell::new(Some(entries)), folder: path };
    Ok(Ref::new(vm.native_type(&SCAN), scan).into_obj())
}

fn close(vm: &Vm, obj: &Obj) -> Res<Obj> {
    if let Some(scan) = obj.get::<Scan>() {
        scan.entries.take();
    }
    Ok(vm.none.clone())
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(scan) = obj.get::<Scan>() else { return Ok(None) };
    let found = scan.entries.borrow_mut().as_mut().and_then(Iterator::next);
    let Some(found) = found else {
        scan.entries.take();
        return Ok(None);
    };
    let found = found.map_err(|error| scan.folder.error(vm, number_of(error)))?;
    let name = scan.folder.name(vm, &found.file_name())?;
    let path = match &scan.folder.target {
        // The name alone is the path when the folder is known by its descriptor only, or by default.
        Target::Descriptor(_) => name.clone(),
        Target::Path(_) if scan.folder.given.is(&vm.none) => {
            scan.folder.name(vm, std::path::Path::new(".").join(found.file_name()).as_os_str())?
        }
        Target::Path(folder) => scan.folder.name(vm, folder.join(found.file_name()).as_os_str())?,
    };
    let entry = Entry { name, path, real: found.path(), kind: found.file_type().ok(), inode: found.ino() };
    Ok(Some(Ref::new(vm.native_type(&ENTRY), entry).into_obj()))
}

fn follows(vm: &Vm, function: &'static str, args: Args<'_>) -> Res<bool> {
    let [follow] = Params::new(function, ["follow_symlinks"]).keyword_only(0).bind(vm, args)?;
    follow.map_or(Ok(true), |follow| vm.is_true(follow))
}

fn is_kind(
    vm: &Vm,
    obj: &Obj,
    function: &'static str,
    args: Args<'_>,
    is: fn(&std::fs::FileType) -> bool,
) -> Res<Obj> {
    let follow = follows(vm, function, args)?;
    let entry = entry(vm, obj)?;
    let Some(kind) = &entry.kind else { return Ok(vm.false_.clone()) };
    if !(follow && kind.is_symlink()) {
        return Ok(vm.bool(is(kind)));
    }
    let path =
        PathArg { given: entry.path.clone(), target: Target::Path(entry.real.clone()), is_bytes: false };
    // A link to nothing is neither a file nor a folder.
    let found = path.reach(vm, None, false)?.metadata();
    Ok(vm.bool(found.is_ok_and(|found| is(&found.file_type()))))
}

fn stat(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let follow = follows(vm, "stat", args)?;
    let entry = entry(vm, obj)?;
    let path =
        PathArg { given: entry.path.clone(), target: Target::Path(entry.real.clone()), is_bytes: false };
    let real = path.reach(vm, None, false)?;
    let found = if follow { real.metadata() } else { real.symlink_metadata() };
    let found = found
        .map_err(|error| path.error(vm, error.raw_os_error().map_or(Errno::IO, Errno::from_raw_os_error)))?;
    Ok(files::result(vm, &found))
}
