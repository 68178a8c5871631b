//! Paths as arguments (`path_t`), and what `posix` knows about their text.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use object::{Args, Bytes, Int, Obj, Params, Raised, Ref, Res, Str, Vm};

use crate::system::{self, Errno, World};

/// A path as a program gave it.
pub struct PathArg {
    /// What it gave, for error messages.
    pub given: Obj,
    /// What it means.
    pub target: Target,
    /// Whether answers are to be bytes.
    pub is_bytes: bool,
}

/// What a path argument names.
pub enum Target {
    /// A path.
    Path(PathBuf),
    /// An open descriptor.
    Descriptor(i32),
}

/// How a function takes a path: its own name, the parameter's, and what else than a path it may be.
#[derive(Clone, Copy)]
pub struct Taking {
    function: &'static str,
    parameter: &'static str,
    descriptor: bool,
    none: bool,
}

impl Taking {
    /// A path and nothing else.
    pub const fn path(function: &'static str, parameter: &'static str) -> Taking {
        Taking { function, parameter, descriptor: false, none: false }
    }
    /// An open descriptor is as good.
    pub const fn or_descriptor(mut self) -> Taking {
        self.descriptor = true;
        self
    }
    /// `None` stands for the working folder.
    pub const fn or_none(mut self) -> Taking {
        self.none = true;
        self
    }

    /// Reads the argument.
    pub fn take(self, vm: &Vm, given: Option<&Obj>) -> Res<PathArg> {
        let given = match given {
            None if self.none => &vm.none,
            None => return Err(vm.type_error(format!("{}() missing required argument", self.function))),
            Some(given) => given,
        };
        if self.none && given.is(&vm.none) {
            let target = Target::Path(PathBuf::from("."));
            return Ok(PathArg { given: given.clone(), target, is_bytes: false });
        }
        if self.descriptor && given.get::<Int>().is_none() && vm.has_index(given)
            || given.get::<Int>().is_some()
        {
            if !self.descriptor {
                return Err(self.refusal(vm, given));
            }
            let number = vm.as_i32(given)?;
            return Ok(PathArg { given: given.clone(), target: Target::Descriptor(number), is_bytes: false });
        }
        let path = if given.get::<Str>().is_some() || given.get::<Bytes>().is_some() {
            given.clone()
        } else {
            match vm.call_special(given, &vm.intern("__fspath__"), &[])? {
                Some(path) => checked_fspath(vm, given, path)?,
                None => return Err(self.refusal(vm, given)),
            }
        };
        let bytes = encoded(vm, &path)?;
        if bytes.contains(&0) {
            let (function, parameter) = (self.function, self.parameter);
            return Err(vm.value_error(format!("{function}: embedded null character in {parameter}")));
        }
        let target = Target::Path(PathBuf::from(OsStr::from_bytes(&bytes)));
        Ok(PathArg { is_bytes: path.get::<Bytes>().is_some(), given: path, target })
    }

    fn refusal(self, vm: &Vm, given: &Obj) -> Raised {
        let mut kinds = vec!["string", "bytes", "os.PathLike"];
        kinds.extend(self.descriptor.then_some("integer"));
        kinds.extend(self.none.then_some("None"));
        let last = kinds.pop().unwrap_or_default();
        vm.type_error(format!(
            "{}: {} should be {} or {last}, not {}",
            self.function,
            self.parameter,
            kinds.join(", "),
            given.ty().name()
        ))
    }
}

impl PathArg {
    /// The path, relative to an open folder if one is given.
    pub fn at(&self, vm: &Vm, folder: Option<&Obj>) -> Res<PathBuf> {
        let Target::Path(path) = &self.target else { return Err(self.error(vm, Errno::BADF)) };
        match folder.filter(|folder| !folder.is(&vm.none)) {
            Some(folder) if path.is_relative() => {
                let number = vm.as_i32(folder)?;
                let folder = vm.state::<World>().descriptor(number).map_err(|error| self.error(vm, error))?;
                match &folder.path {
                    Some(folder) => Ok(folder.join(path)),
                    None => Err(self.error(vm, Errno::NOTDIR)),
                }
            }
            _ => Ok(path.clone()),
        }
    }

    /// The absolute path, if it may be reached.
    pub fn reach(&self, vm: &Vm, folder: Option<&Obj>, change: bool) -> Res<PathBuf> {
        let path = self.at(vm, folder)?;
        vm.state::<World>().reach(&path, change).map_err(|error| self.error(vm, error))
    }

    /// The error about this path.
    pub fn error(&self, vm: &Vm, number: Errno) -> Raised {
        system::error(vm, number, Some(&self.given).filter(|given| !given.is(&vm.none)))
    }

    /// A name found here, as text or as bytes.
    pub fn name(&self, vm: &Vm, name: &OsStr) -> Res<Obj> {
        if self.is_bytes { Ok(vm.bytes(name.as_bytes())) } else { decoded(vm, name.as_bytes()) }
    }
}

/// `os.fsencode`
pub fn encoded(vm: &Vm, path: &Obj) -> Res<Vec<u8>> {
    if let Some(bytes) = path.get::<Bytes>() {
        return Ok(bytes.0.to_vec());
    }
    let Some(text) = path.downcast::<Str>() else { return Err(not_a_path(vm, path)) };
    let bytes = builtins::codecs::encode_str(vm, text, "utf-8", "surrogateescape")?;
    Ok(bytes.get::<Bytes>().map(|bytes| bytes.0.to_vec()).unwrap_or_default())
}

/// `os.fsdecode`
pub fn decoded(vm: &Vm, path: &[u8]) -> Res<Obj> {
    builtins::codecs::decode(vm, path, "utf-8", "surrogateescape")
}

/// The text of a path.
pub fn decoded_path(vm: &Vm, path: &Path) -> Res<Obj> {
    decoded(vm, path.as_os_str().as_bytes())
}

fn not_a_path(vm: &Vm, given: &Obj) -> Raised {
    vm.type_error(format!("expected str, bytes or os.PathLike object, not {}", given.ty().name()))
}

fn checked_fspath(vm: &Vm, given: &Obj, path: Obj) -> Res<Obj> {
    if path.get::<Str>().is_some() || path.get::<Bytes>().is_some() {
        return Ok(path);
    }
    let (class, got) = (given.ty().name(), path.ty().name());
    Err(vm.type_error(format!("expected {class}.__fspath__() to return str or bytes, not {got}")))
}

/// `os.fspath`
pub fn file_system_path(vm: &Vm, given: &Obj) -> Res<Obj> {
    if given.get::<Str>().is_some() || given.get::<Bytes>().is_some() {
        return Ok(given.clone());
    }
    match vm.call_special(given, &vm.intern("__fspath__"), &[])? {
        Some(path) => checked_fspath(vm, given, path),
        None => Err(not_a_path(vm, given)),
    }
}

static FSPATH: Params<1> = Params::new("fspath", ["path"]).required(1);

/// `fspath`
pub fn fspath(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path] = FSPATH.bind(vm, args)?;
    file_system_path(vm, path.unwrap_or(&vm.none))
}

static NORMPATH: Params<1> = Params::new("_path_normpath", ["path"]).required(1);

/// `_path_normpath`
pub fn path_normpath(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path] = NORMPATH.bind(vm, args)?;
    let path = path_text(vm, "_path_normpath", path)?;
    let bytes = normal_form(&path.to_bytes());
    path.same_kind(vm, &bytes)
}

/// The path without `.`, doubled slashes and, where that changes nothing, `..`.
fn normal_form(path: &[u8]) -> Vec<u8> {
    let slashes = path.iter().take_while(|&&b| b == b'/').count();
    // Two slashes at the start mean something else than one, by POSIX.
    let root: &[u8] = match slashes {
        0 => b"",
        2 => b"//",
        _ => b"/",
    };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&b| b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => drop(parts.pop()),
            b".." if !root.is_empty() => {}
            part => parts.push(part),
        }
    }
    let text = [root, &parts.join(&b'/')].concat();
    if text.is_empty() { b".".to_vec() } else { text }
}

static SPLITROOT: Params<1> = Params::new("_path_splitroot_ex", ["p"]).required(1);

/// `_path_splitroot_ex`: drive, root, rest.
pub fn path_splitroot_ex(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [path] = SPLITROOT.bind(vm, args)?;
    let path = path_text(vm, "_path_splitroot_ex", path)?;
    let bytes = path.to_bytes();
    let root = match bytes.iter().take_while(|&&b| b == b'/').count() {
        0 => 0,
        2 => 2,
        _ => 1,
    };
    let (root, rest) = bytes.split_at(root);
    Ok(vm.tuple([path.same_kind(vm, b"")?, path.same_kind(vm, root)?, path.same_kind(vm, rest)?]))
}

/// Text or bytes, looked at as bytes.
enum PathText<'a> {
    Text(&'a Ref<Str>),
    Bytes(&'a [u8]),
}

fn path_text<'a>(vm: &Vm, function: &str, path: Option<&'a Obj>) -> Res<PathText<'a>> {
    let path = path.ok_or_else(|| vm.type_error("path is missing"))?;
    if let Some(text) = path.downcast::<Str>() {
        return Ok(PathText::Text(text));
    }
    match path.get::<Bytes>() {
        Some(bytes) => Ok(PathText::Bytes(&bytes.0)),
        None => Err(vm.type_error(format!(
            "{function}: path should be string, bytes or os.PathLike, not {}",
            path.ty().name()
        ))),
    }
}

impl PathText<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        match self {
            PathText::Text(text) => text.to_wtf8(),
            PathText::Bytes(bytes) => bytes.to_vec(),
        }
    }

    fn same_kind(&self, vm: &Vm, bytes: &[u8]) -> Res<Obj> {
        Ok(match self {
            PathText::Text(_) => Str::from_wtf8(&vm.types.str, bytes).into_obj(),
            PathText::Bytes(_) => vm.bytes(bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::normal_form;

    #[test]
    fn paths_are_normalised_as_posixpath_does() {
        for (path, expected) in [
            ("", "."),
            ("/", "/"),
            ("//", "//"),
            ("///", "/"),
            ("/a/../b//c/.", "/b/c"),
            ("../..", "../.."),
            ("a/../..", ".."),
            ("/../x", "/x"),
            ("./a/", "a"),
        ] {
            assert_eq!(normal_form(path.as_bytes()), expected.as_bytes(), "{path}");
        }
    }
}
