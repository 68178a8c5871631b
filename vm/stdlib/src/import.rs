//! The import system: native modules, then the embedded library, then files where these may be read.
//!
//! What `import` does is `importlib/_bootstrap.py`'s algorithm; it runs natively, so that importing needs no Python code
//! to be compiled first. Modules have a spec and a loader as CPython's have.

use std::path::{Path, PathBuf};

use object::{
    Args, CompileMode, CompileRequest, Dict, Layout as _, Module, NativeDef, NativeType, Obj, Params,
    Payload, Raised, Ref, Res, Str, Vm,
};

use crate::machine::Library;
use crate::{library, module};

/// The folder that embedded modules say they are in.
pub const LIBRARY_ROOT: &str = "<library>";

/// The payload of specs and loaders: all they have are attributes.
pub(crate) struct Record;

impl Payload for Record {
    const NAME: &'static str = "record";
}

static SPEC: NativeType = NativeType::new("ModuleSpec", Record::VTABLE)
    .module("_frozen_importlib")
    .with_dict()
    .slots(|s| s.repr.set(Some(spec_repr)))
    .getset(&[object::GetSetDef::read_only("parent", spec_parent, "")]);

static LOADER: NativeType =
    NativeType::new("EmbeddedImporter", Record::VTABLE).module("_frozen_importlib").with_dict().methods(&[
        NativeDef::one("get_source", get_source, "The source of a module of the library."),
        NativeDef::one(
            "is_package",
            |vm, _, a| {
                let name = vm.str_text(&a.values[0])?;
                Ok(vm.bool(library::find(&name).is_some_and(|source| source.is_package)))
            },
            "Whether a module of the library is a package.",
        ),
        NativeDef::one("get_code", get_code, "The code of a module of the library."),
        NativeDef::one(
            "create_module",
            create_native,
            "A native module; None for others, which get an empty one.",
        ),
        NativeDef::one("exec_module", exec_embedded, "Runs the code of a module of the library in it."),
    ]);

/// What is in `sys.meta_path`: how `importlib`, written in Python, finds what `import` finds here.
static FINDER: NativeType = NativeType::new("Finder", Record::VTABLE).module("_frozen_importlib").methods(&[
    NativeDef::keywords("find_spec", find_spec, "($self, /, fullname, path=None, target=None)\n--\n\nThe spec of a module that is native, of the library or in a file."),
    NativeDef::no_args("invalidate_caches", |vm, _, _| Ok(vm.none.clone()), "There are none."),
]);

/// The one finder.
pub(crate) fn finder(vm: &Vm) -> Obj {
    Ref::new(vm.native_type(&FINDER), Record).into_obj()
}

static FIND_SPEC: Params<3> = Params::new("find_spec", ["fullname", "path", "target"]).required(1);

fn find_spec(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [name, path, _] = FIND_SPEC.bind(vm, args)?;
    let name = vm.str_text(name.unwrap_or(&vm.none))?;
    match find(vm, &name, path.filter(|path| !path.is(&vm.none)))? {
        None => Ok(vm.none.clone()),
        Some(Found::Native(_)) => spec(vm, &name, &loader(vm), "built-in", None),
        Some(Found::Source { file, is_package, embedded, .. }) => {
            source_spec(vm, &name, &file, is_package, embedded)
        }
    }
}

fn create_native(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_text(&vm.getattr(&args.values[0], &vm.names.name)?)?;
    match module::find(&name) {
        Some(native) => Ok(native.create(vm)?.into_obj()),
        None => Ok(vm.none.clone()),
    }
}

fn exec_embedded(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let module = &args.values[0];
    let name = vm.str_text(&vm.getattr(module, &vm.names.__name__)?)?;
    if module::find(&name).is_none() {
        let Some(source) = library::find(&name) else {
            return Err(not_found(vm, &format!("No module named '{name}'"), &name));
        };
        run_in(vm, module, &source.text, &format!("{LIBRARY_ROOT}/{}", source.path))?;
    }
    Ok(vm.none.clone())
}

fn exec_file(vm: &Vm, loader: &Obj, args: Args<'_>) -> Res<Obj> {
    let path = vm.str_text(&vm.getattr(loader, &vm.names.path)?)?;
    let text = Some(&path).filter(|_| vm.state::<Library>().may_read_files()).map(std::fs::read);
    let Some(Ok(text)) = text else {
        return Err(vm.import_error(&vm.exc.import_error, &format!("cannot read {path}"), None, None));
    };
    run_in(vm, &args.values[0], &text, &path)?;
    Ok(vm.none.clone())
}

/// Runs the text of a module in one that `importlib` has made.
fn run_in(vm: &Vm, module: &Obj, text: &[u8], file: &str) -> Res<()> {
    let Some(module) = module.get::<Module>() else { return Err(vm.type_error("expected a module")) };
    let code = compile(vm, text, file)?;
    module.dict.set_str(&vm.names.__builtins__, vm.state::<Library>().builtins(vm)?.dict.clone().into_obj());
    interp::execute(vm, &code, &module.dict, None).map(drop)
}

/// The loader of modules in files: what `linecache` and `inspect` ask for the text.
static FILE_LOADER: NativeType = NativeType::new("SourceFileLoader", Record::VTABLE)
    .module("_frozen_importlib_external")
    .with_dict()
    .methods(&[
        NativeDef::positional(
            "get_source",
            file_source,
            "Concrete implementation of InspectLoader.get_source.",
        ),
        NativeDef::positional(
            "get_filename",
            |vm, loader, _| vm.getattr_text(loader, "path"),
            "Return the path to the source file as found by the finder.",
        ),
        NativeDef::positional(
            "is_package",
            |vm, loader, _| {
                let path = vm.str_text(&vm.getattr_text(loader, "path")?)?;
                Ok(vm.bool(path.ends_with("/__init__.py")))
            },
            "Return whether the module is a package.",
        ),
        NativeDef::one(
            "create_module",
            |vm, _, _| Ok(vm.none.clone()),
            "Use default semantics for module creation.",
        ),
        NativeDef::one("exec_module", exec_file, "Execute the module."),
    ]);

fn file_source(vm: &Vm, loader: &Obj, _: Args<'_>) -> Res<Obj> {
    let path = vm.str_text(&vm.getattr_text(loader, "path")?)?;
    match crate::machine::source_of(vm, &path) {
        Some(text) => Ok(vm.str(&text)),
        None => {
            Err(vm.import_error(&vm.exc.import_error, "source not available through get_data()", None, None))
        }
    }
}

/// The loader of a module in a file.
pub(crate) fn file_loader(vm: &Vm, name: &str, path: &str) -> Res<Obj> {
    let loader = Ref::new(vm.native_type(&FILE_LOADER), Record).into_obj();
    vm.setattr(&loader, &vm.names.name, &vm.str(name))?;
    vm.setattr(&loader, &vm.names.path, &vm.str(path))?;
    Ok(loader)
}

fn spec_repr(vm: &Vm, spec: &Obj) -> Res<Obj> {
    let mut parts = Vec::new();
    for name in ["name", "loader", "origin", "submodule_search_locations"] {
        if let Some(value) = vm.getattr_optional(spec, &vm.intern(name))?
            && (!value.is(&vm.none) || name == "loader")
        {
            parts.push(format!("{name}={}", vm.repr_text(&value)?));
        }
    }
    Ok(vm.str(&format!("ModuleSpec({})", parts.join(", "))))
}

fn spec_parent(vm: &Vm, spec: &Obj) -> Res<Obj> {
    let name = vm.getattr_text(spec, "name")?;
    let locations = vm.getattr_text(spec, "submodule_search_locations")?;
    if !locations.is(&vm.none) {
        return Ok(name);
    }
    let text = vm.str_text(&name)?;
    Ok(vm.str(text.rsplit_once('.').map_or("", |(parent, _)| parent)))
}

fn get_source(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_text(&args.values[0])?;
    Ok(match library::find(&name) {
        Some(source) => vm.str(&String::from_utf8_lossy(&source.text)),
        None => vm.none.clone(),
    })
}

fn get_code(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_text(&args.values[0])?;
    let Some(source) = library::find(&name) else { return Ok(vm.none.clone()) };
    let code = compile(vm, &source.text, &format!("{LIBRARY_ROOT}/{}", source.path))?;
    Ok(interp::code::executable(vm, &code)?.into_obj())
}

/// Modules that CPython has in C, and what they would give that the sandbox does not have.
const WALLED_OFF: &[(&str, &str)] = &[
    ("_ctypes", "code in other languages"),
    ("_multiprocessing", "other processes"),
    ("_socket", "network"),
    ("_ssl", "network"),
    ("fcntl", "locks on files"),
    ("mmap", "files in memory"),
    ("resource", "limits to set"),
    ("termios", "terminal to set"),
];

/// Where a module was found.
enum Found {
    Native(&'static module::NativeModule),
    Source { text: Vec<u8>, file: String, is_package: bool, embedded: bool },
}

/// `sys.modules`
pub(crate) fn modules(vm: &Vm) -> Res<Ref<Dict>> {
    let library = vm.state::<Library>();
    match library.modules.get().and_then(|modules| modules.into_ref().ok()) {
        Some(modules) => Ok(modules),
        None => Err(vm.runtime_error("unable to get sys.modules")),
    }
}

/// `importlib.import_module(name)` for an absolute name: the module itself.
pub fn import_module(vm: &Vm, name: &str) -> Res<Obj> {
    let key = vm.intern(name);
    if let Some(found) = modules(vm)?.get_str(&key) {
        if found.is(&vm.none) {
            return Err(not_found(vm, &format!("import of {name} halted; None in sys.modules"), name));
        }
        return Ok(found);
    }
    vm.recurse(" while importing a module", || load(vm, name, &key))
}

fn load(vm: &Vm, name: &str, key: &Ref<Str>) -> Res<Obj> {
    let mut path = None;
    let mut parent_module = None;
    if let Some((parent, _)) = name.rsplit_once('.') {
        let parent_object = import_module(vm, parent)?;
        if let Some(found) = modules(vm)?.get_str(key) {
            return Ok(found);
        }
        let Some(parent_path) = vm.getattr_optional(&parent_object, &vm.names.__path__)? else {
            let message = format!("No module named '{name}'; '{parent}' is not a package");
            return Err(not_found(vm, &message, name));
        };
        path = Some(parent_path);
        parent_module = Some(parent_object);
    }
    // CPython has imported these two before a program starts; they import each other, which only works from `os` on.
    if name == "genericpath" && modules(vm)?.get_str(&vm.intern("os")).is_none() {
        import_module(vm, "os")?;
        if let Some(found) = modules(vm)?.get_str(key) {
            return Ok(found);
        }
    }
    let Some(found) = find(vm, name, path.as_ref())? else {
        let known = WALLED_OFF.iter().find(|(own, _)| *own == name);
        let why = known.map(|(_, what)| format!(": the sandbox has no {what}")).unwrap_or_default();
        return Err(not_found(vm, &format!("No module named '{name}'{why}"), name));
    };
    let loaded = match found {
        Found::Native(native) => load_native(vm, native, key)?,
        Found::Source { text, file, is_package, embedded } => {
            load_source(vm, name, key, &text, &file, is_package, embedded)?
        }
    };
    if let (Some(parent), Some((_, child))) = (parent_module, name.rsplit_once('.')) {
        vm.setattr(&parent, &vm.intern(child), &loaded)?;
    }
    Ok(loaded)
}

fn not_found(vm: &Vm, message: &str, name: &str) -> Raised {
    vm.import_error(&vm.exc.module_not_found_error, message, Some(&vm.str(name)), None)
}

fn find(vm: &Vm, name: &str, path: Option<&Obj>) -> Res<Option<Found>> {
    if path.is_none()
        && let Some(native) = module::find(name)
    {
        return Ok(Some(Found::Native(native)));
    }
    let tail = name.rsplit('.').next().unwrap_or(name);
    let folders = match path {
        Some(path) => vm.iter_to_vec(path)?,
        None => match vm.state::<Library>().sys_attribute(vm, "path") {
            Some(path) => vm.iter_to_vec(&path)?,
            None => Vec::new(),
        },
    };
    for folder in folders {
        let Some(folder) = folder.get::<Str>().map(|f| f.to_text_lossy().into_owned()) else { continue };
        let found = match folder.strip_prefix(LIBRARY_ROOT) {
            Some(inside) => {
                find_embedded(&format!("{}.{tail}", inside.trim_start_matches('/').replace('/', ".")))
            }
            None if vm.state::<Library>().may_read_files() => find_file(Path::new(&folder), tail),
            None => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn find_embedded(name: &str) -> Option<Found> {
    let source = library::find(name.trim_start_matches('.'))?;
    let file = format!("{LIBRARY_ROOT}/{}", source.path);
    Some(Found::Source { text: source.text, file, is_package: source.is_package, embedded: true })
}

fn find_file(folder: &Path, tail: &str) -> Option<Found> {
    let candidates: [(PathBuf, bool); 2] =
        [(folder.join(tail).join("__init__.py"), true), (folder.join(format!("{tail}.py")), false)];
    candidates.into_iter().find_map(|(file, is_package)| {
        let text = std::fs::read(&file).ok()?;
        Some(Found::Source { text, file: file.to_string_lossy().into_owned(), is_package, embedded: false })
    })
}

/// A spec with these facts.
fn spec(vm: &Vm, name: &str, loader: &Obj, origin: &str, location: Option<&Obj>) -> Res<Obj> {
    let spec = Ref::new(vm.native_type(&SPEC), Record).into_obj();
    let set = |name: &str, value: &Obj| vm.setattr(&spec, &vm.intern(name), value);
    set("name", &vm.str(name))?;
    set("loader", loader)?;
    set("origin", &vm.str(origin))?;
    set("submodule_search_locations", location.unwrap_or(&vm.none))?;
    set("loader_state", &vm.none)?;
    set("cached", &vm.none)?;
    set("has_location", &vm.bool(origin != "built-in"))?;
    set("_initializing", &vm.false_)?;
    set("_uninitialized_submodules", &vm.list(Vec::new()))?;
    Ok(spec)
}

/// The spec of a module with a text.
fn source_spec(vm: &Vm, name: &str, file: &str, is_package: bool, embedded: bool) -> Res<Obj> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let location = is_package.then(|| vm.list(vec![vm.str(folder)]));
    let loader = if embedded { loader(vm) } else { file_loader(vm, name, file)? };
    spec(vm, name, &loader, file, location.as_ref())
}

fn loader(vm: &Vm) -> Obj {
    Ref::new(vm.native_type(&LOADER), Record).into_obj()
}

fn load_native(vm: &Vm, native: &'static module::NativeModule, key: &Ref<Str>) -> Res<Obj> {
    let module = native.create(vm)?;
    let loader = loader(vm);
    module.dict.set_str(&vm.names.__spec__, spec(vm, native.name, &loader, "built-in", None)?);
    module.dict.set_str(&vm.names.__loader__, loader);
    module.dict.set_str(&vm.names.__package__, vm.str(""));
    modules(vm)?.set_str(key, module.as_obj().clone());
    Ok(module.into_obj())
}

fn load_source(
    vm: &Vm,
    name: &str,
    key: &Ref<Str>,
    text: &[u8],
    file: &str,
    is_package: bool,
    embedded: bool,
) -> Res<Obj> {
    let code = compile(vm, text, file)?;
    let module = builtins::new_module(vm, name, None);
    let spec = source_spec(vm, name, file, is_package, embedded)?;
    let loader = vm.getattr_text(&spec, "loader")?;
    let location = vm.getattr_text(&spec, "submodule_search_locations")?;
    vm.setattr(&spec, &vm.names._initializing, &vm.true_)?;
    let dict = &module.dict;
    dict.set_str(&vm.names.__spec__, spec.clone());
    dict.set_str(&vm.names.__loader__, loader);
    dict.set_str(&vm.names.__file__, vm.str(file));
    dict.set_str(&vm.names.__cached__, vm.none.clone());
    let package = if is_package { name } else { name.rsplit_once('.').map_or("", |(parent, _)| parent) };
    dict.set_str(&vm.names.__package__, vm.str(package));
    if is_package {
        dict.set_str(&vm.names.__path__, location);
    }
    dict.set_str(&vm.names.__builtins__, vm.state::<Library>().builtins(vm)?.dict.clone().into_obj());
    let all = modules(vm)?;
    all.set_str(key, module.as_obj().clone());
    if let Err(raised) = interp::execute(vm, &code, dict, None) {
        drop(all.remove_str(key));
        return Err(raised);
    }
    vm.setattr(&spec, &vm.names._initializing, &vm.false_)?;
    // A module may have put another object in its place.
    Ok(all.get_str(key).unwrap_or_else(|| module.into_obj()))
}

/// Compiles the text of a module.
pub(crate) fn compile(vm: &Vm, text: &[u8], file: &str) -> Res<std::sync::Arc<bytecode::CodeObject>> {
    let request = CompileRequest {
        source: text,
        is_text: false,
        filename: file,
        mode: CompileMode::Exec,
        flags: 0,
        optimize: -1,
    };
    vm.compile(&request)
}

static IMPORT: Params<5> =
    Params::new("__import__", ["name", "globals", "locals", "fromlist", "level"]).required(1);

/// `__import__`
pub(crate) static DUNDER_IMPORT: NativeDef = NativeDef::keywords(
    "__import__",
    dunder_import,
    "($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)\n--\n\nImport a module.\n\nBecause this function is meant for use by the Python\ninterpreter and not for general use, it is better to use\nimportlib.import_module() to programmatically import a module.\n\nThe globals argument is only used to determine the context;\nthey are not modified.  The locals argument is unused.  The fromlist\nshould be a list of names to emulate ``from name import ...``, or an\nempty list to emulate ``import name``.\nWhen importing a module from a package, note that __import__('A.B', ...)\nreturns package A when fromlist is empty, but its submodule B when\nfromlist is not empty.  The level argument is used to determine whether to\nperform absolute or relative imports: 0 is absolute, while a positive number\nis the number of parent directories to search relative to the current module.",
);

fn dunder_import(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [name, globals, _, from_list, level] = IMPORT.bind(vm, args)?;
    let name = name.unwrap_or(&vm.none);
    if name.get::<Str>().is_none() {
        return Err(vm.type_error("module name must be a string"));
    }
    let name = vm.str_text(name)?;
    let level = level.map_or(Ok(0), |level| vm.as_i32(level))?;
    if level < 0 {
        return Err(vm.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve(vm, &name, globals, level as usize)?
    } else {
        if name.is_empty() {
            return Err(vm.value_error("Empty module name"));
        }
        name.clone()
    };
    let module = import_module(vm, &absolute)?;
    let wants_names = match from_list {
        Some(list) => vm.is_true(list)?,
        None => false,
    };
    if wants_names {
        if let Some(list) = from_list
            && vm.getattr_optional(&module, &vm.names.__path__)?.is_some()
        {
            import_names(vm, &module, &absolute, list)?;
        }
        return Ok(module);
    }
    // `import a.b` binds `a`.
    match name.split_once('.') {
        None if name.is_empty() => Ok(module),
        None => Ok(module),
        Some((first, rest)) if level == 0 => {
            let _ = rest;
            import_module(vm, first)
        }
        Some((_, rest)) => import_module(vm, &absolute[..absolute.len() - rest.len() - 1]),
    }
}

/// Imports the submodules among the names of `from package import …`.
fn import_names(vm: &Vm, module: &Obj, package: &str, list: &Obj) -> Res<()> {
    for name in vm.iter_to_vec(list)? {
        let Some(text) = name.get::<Str>() else {
            return Err(vm.type_error(format!("Item in ``from list'' must be str, not {}", name.ty().name())));
        };
        if text.is_text("*") {
            if let Some(all) = vm.getattr_optional(module, &vm.names.__all__)? {
                import_names(vm, module, package, &all)?;
            }
            continue;
        }
        let name = vm.intern(&text.to_text_lossy());
        if vm.getattr_optional(module, &name)?.is_some() {
            continue;
        }
        let full = format!("{package}.{}", text.to_text_lossy());
        match import_module(vm, &full) {
            Err(raised)
                if raised.is_instance(&vm.exc.module_not_found_error)
                    && raised.message_is(&format!("No module named '{full}'")) => {}
            result => drop(result?),
        }
    }
    Ok(())
}

/// The absolute name of a relative import (`resolve_name`).
fn resolve(vm: &Vm, name: &str, globals: Option<&Obj>, level: usize) -> Res<String> {
    let globals = globals.and_then(|globals| globals.get::<Dict>());
    let text = |name: &Ref<Str>| globals.and_then(|g| g.get_str(name)).filter(|v| !v.is(&vm.none));
    let package = match text(&vm.names.__package__) {
        Some(package) => vm.str_text(&package)?,
        None => match text(&vm.names.__name__) {
            Some(own) if text(&vm.names.__path__).is_some() => vm.str_text(&own)?,
            Some(own) => {
                vm.str_text(&own)?.rsplit_once('.').map_or(String::new(), |(parent, _)| parent.to_owned())
            }
            None => String::new(),
        },
    };
    if package.is_empty() {
        let message = "attempted relative import with no known parent package";
        return Err(vm.import_error(&vm.exc.import_error, message, None, None));
    }
    let mut base = package.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((parent, _)) => base = parent,
            None => {
                let message = "attempted relative import beyond top-level package";
                return Err(vm.import_error(&vm.exc.import_error, message, None, None));
            }
        }
    }
    Ok(if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") })
}

/// A module that is made outside of the import system gets its place in `sys.modules`.
pub(crate) fn register(vm: &Vm, name: &str, module: &Ref<Module>) -> Res<()> {
    modules(vm)?.set_str(&vm.intern(name), module.as_obj().clone());
    Ok(())
}
