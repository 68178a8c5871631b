//! Where a module is: among the native ones, in the embedded library, or in a file where these may be read.

use std::path::{Path, PathBuf};

use object::{Obj, Res, Str, Vm};

use super::LIBRARY_ROOT;
use crate::machine::Library;
use crate::{library, module};

/// Modules that CPython has in C, and what they would give that the sandbox does not have.
pub(super) const WALLED_OFF: &[(&str, &str)] = &[
    ("_ctypes", "code in other languages"),
    ("_multiprocessing", "other processes"),
    ("_ssl", "network"),
    ("fcntl", "locks on files"),
    ("mmap", "files in memory"),
    ("termios", "terminal to set"),
];

/// Where a module was found.
pub(super) enum Found {
    Native(&'static module::NativeModule),
    Source {
        text: Vec<u8>,
        file: String,
        is_package: bool,
    },
    /// Folders without an `__init__.py`: the portions of a namespace package (PEP 420).
    Namespace(Vec<String>),
}

/// Looks for a module in the order of `sys.path`, or of its package's `__path__`.
pub(super) fn find(vm: &Vm, name: &str, path: Option<&Obj>) -> Res<Option<Found>> {
    if path.is_none()
        && let Some(native) = module::find(name)
    {
        return Ok(Some(Found::Native(native)));
    }
    let tail = name.rsplit('.').next().unwrap_or(name);
    let mut portions = Vec::new();
    for folder in search_path(vm, path)? {
        let found = match folder.strip_prefix(LIBRARY_ROOT) {
            Some(inside) => {
                find_embedded(&format!("{}.{tail}", inside.trim_start_matches('/').replace('/', ".")))
            }
            None if vm.state::<Library>().may_read_files() => {
                let found = find_file(Path::new(&folder), tail);
                let portion = Path::new(&folder).join(tail);
                if found.is_none() && portion.is_dir() {
                    portions.push(portion.to_string_lossy().into_owned());
                }
                found
            }
            None => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(Some(portions).filter(|portions| !portions.is_empty()).map(Found::Namespace))
}

/// The texts in `path`, or in `sys.path`.
fn search_path(vm: &Vm, path: Option<&Obj>) -> Res<Vec<String>> {
    let own = || vm.state::<Library>().sys_attribute(vm, "path");
    let Some(path) = path.cloned().or_else(own) else { return Ok(Vec::new()) };
    let folders = vm.iter_to_vec(&path)?;
    Ok(folders.iter().filter_map(|f| f.get::<Str>()).map(|f| f.to_text_lossy().into_owned()).collect())
}

/// Whether `sys.path` has an entry that is a file: an archive, say, which only a path hook can look into.
pub(super) fn has_archives(vm: &Vm) -> Res<bool> {
    Ok(vm.state::<Library>().may_read_files()
        && search_path(vm, None)?.iter().any(|entry| Path::new(entry).is_file()))
}

/// A module of the library; `name` may start with a dot.
fn find_embedded(name: &str) -> Option<Found> {
    let source = library::find(name.trim_start_matches('.'))?;
    let file = format!("{LIBRARY_ROOT}/{}", source.path);
    Some(Found::Source { text: source.text, file, is_package: source.is_package })
}

fn find_file(folder: &Path, tail: &str) -> Option<Found> {
    let candidates: [(PathBuf, bool); 2] =
        [(folder.join(tail).join("__init__.py"), true), (folder.join(format!("{tail}.py")), false)];
    candidates.into_iter().find_map(|(file, is_package)| {
        let text = std::fs::read(&file).ok()?;
        Some(Found::Source { text, file: file.to_string_lossy().into_owned(), is_package })
    })
}
