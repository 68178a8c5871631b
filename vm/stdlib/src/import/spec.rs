//! Specs, loaders and finders: how `importlib`, written in Python, sees what `import` does natively.
//!
//! Until a program asks for `importlib`, specs and loaders are records of our own; [`super::bootstrap`] then puts
//! `importlib`'s in their place.

use object::{Args, Layout as _, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, SourceForm, Vm};

use super::find::{Found, find};
use super::{LIBRARY_ROOT, bootstrap, compile, run_in};
use crate::machine::{Library, source_of};
use crate::{library, module};

/// The payload of specs, loaders and finders: all they have are attributes.
pub(crate) struct Record;

impl Payload for Record {
    const NAME: &'static str = "record";
}

static SPEC: NativeType = NativeType::new("ModuleSpec", Record::VTABLE)
    .module("_frozen_importlib")
    .with_dict()
    .slots(|s| s.repr.set(Some(spec_repr)))
    .getset(&[object::GetSetDef::read_only("parent", spec_parent, "")]);

/// The loader of native modules, until there is `importlib`'s class of that name.
static BUILTIN_IMPORTER: NativeType =
    NativeType::new("BuiltinImporter", Record::VTABLE).module("_frozen_importlib").methods(&[
        NativeDef::one(
            "get_source",
            |vm, _, _| Ok(vm.none.clone()),
            "Built-in modules do not have source code.",
        ),
        NativeDef::one(
            "get_code",
            |vm, _, _| Ok(vm.none.clone()),
            "Built-in modules do not have code objects.",
        ),
        NativeDef::one(
            "is_package",
            |vm, _, _| Ok(vm.false_.clone()),
            "Built-in modules are never packages.",
        ),
        NativeDef::one("create_module", create_native, "Create a built-in module."),
        NativeDef::one("exec_module", |vm, _, _| Ok(vm.none.clone()), "Nothing is left to do."),
    ]);

/// The loader of modules with a text: in a file, or in the library.
static SOURCE_LOADER: NativeType = NativeType::new("SourceFileLoader", Record::VTABLE)
    .module("_frozen_importlib_external")
    .with_dict()
    .methods(&[
        NativeDef::positional(
            "get_source",
            get_source,
            "Concrete implementation of InspectLoader.get_source.",
        ),
        NativeDef::positional(
            "get_filename",
            |vm, loader, _| vm.getattr_text(loader, "path"),
            "Return the path to the source file as found by the finder.",
        ),
        NativeDef::positional("get_code", get_code, "The code of the module."),
        NativeDef::one("get_data", get_data, "Return the data from path as raw bytes."),
        NativeDef::positional("get_resource_reader", get_resource_reader, "What `importlib.resources` asks."),
        NativeDef::positional("is_package", is_package, "Return whether the module is a package."),
        NativeDef::one(
            "create_module",
            |vm, _, _| Ok(vm.none.clone()),
            "Use default semantics for module creation.",
        ),
        NativeDef::one("exec_module", exec_module, "Execute the module."),
        NativeDef::one("_exec", exec_source, "Runs the module's code in it."),
    ]);

/// What is in `sys.meta_path`: how `importlib` finds what `import` finds here.
static FINDER: NativeType = NativeType::new("Finder", Record::VTABLE).module("_frozen_importlib").methods(&[
    NativeDef::keywords("find_spec", find_spec, "($self, /, fullname, path=None, target=None)\n--\n\nThe spec of a module that is native, of the library or in a file."),
    NativeDef::no_args("invalidate_caches", |vm, _, _| Ok(vm.none.clone()), "There are none."),
]);

/// What the hook in `sys.path_hooks` gives for a folder of the library.
static LIBRARY_FINDER: NativeType =
    NativeType::new("LibraryFinder", Record::VTABLE).module("_frozen_importlib_external").with_dict().methods(&[
        NativeDef::keywords(
            "find_spec",
            find_spec_in_library,
            "($self, /, fullname, target=None)\n--\n\nThe spec of a module in this folder of the library.",
        ),
        NativeDef::keywords(
            "iter_modules",
            iter_modules,
            "($self, /, prefix='')\n--\n\nThe modules of this folder: pairs of name and whether it is a package.",
        ),
        NativeDef::no_args("invalidate_caches", |vm, _, _| Ok(vm.none.clone()), "There are none."),
    ]);

/// The hook for the library's folders.
pub(super) static LIBRARY_HOOK: NativeDef =
    NativeDef::one("library_hook", library_hook, "The finder of a folder of the library.");

/// The one finder.
pub(super) fn finder(vm: &Vm) -> Obj {
    record(vm, &FINDER)
}

fn record(vm: &Vm, ty: &'static NativeType) -> Obj {
    Ref::new(vm.native_type(ty), Record).into_obj()
}

static FIND_SPEC: Params<3> = Params::new("find_spec", ["fullname", "path", "target"]).required(1);

fn find_spec(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [name, path, _] = FIND_SPEC.bind(vm, args)?;
    found_spec(vm, name.unwrap_or(&vm.none), path.filter(|path| !path.is(&vm.none)))
}

fn found_spec(vm: &Vm, name: &Obj, path: Option<&Obj>) -> Res<Obj> {
    let name = vm.str_text(name)?;
    match find(vm, &name, path)? {
        None => Ok(vm.none.clone()),
        Some(Found::Native(_)) => native_spec(vm, &name),
        Some(Found::Source { file, is_package, .. }) => source_spec(vm, &name, &file, is_package),
        Some(Found::Namespace(portions)) => bootstrap::namespace_spec(vm, &name, &portions),
    }
}

static FIND_IN_LIBRARY: Params<2> = Params::new("find_spec", ["fullname", "target"]).required(1);

fn find_spec_in_library(vm: &Vm, finder: &Obj, args: Args<'_>) -> Res<Obj> {
    let [name, _] = FIND_IN_LIBRARY.bind(vm, args)?;
    let folder = vm.list(vec![vm.getattr_text(finder, "path")?]);
    found_spec(vm, name.unwrap_or(&vm.none), Some(&folder))
}

fn library_hook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let path = vm.str_text(&args.values[0])?;
    if path.strip_prefix(LIBRARY_ROOT).is_none_or(|rest| !(rest.is_empty() || rest.starts_with('/'))) {
        let message = "only the library's folders are supported";
        return Err(vm.import_error(&vm.exc.import_error, message, None, Some(&args.values[0])));
    }
    let finder = record(vm, &LIBRARY_FINDER);
    vm.setattr(&finder, &vm.names.path, &args.values[0])?;
    Ok(finder)
}

static ITER_MODULES: Params<1> = Params::new("iter_modules", ["prefix"]);

fn iter_modules(vm: &Vm, finder: &Obj, args: Args<'_>) -> Res<Obj> {
    let [prefix] = ITER_MODULES.bind(vm, args)?;
    let prefix = prefix.map_or(Ok(String::new()), |prefix| vm.str_text(prefix))?;
    let folder = vm.str_text(&vm.getattr_text(finder, "path")?)?;
    let inside = folder[LIBRARY_ROOT.len()..].trim_start_matches('/');
    let inside = if inside.is_empty() { String::new() } else { format!("{inside}/") };
    let mut modules: Vec<(&str, bool)> = library::paths()
        .filter_map(|path| path.strip_prefix(inside.as_str()))
        .filter_map(|path| match path.strip_suffix("/__init__.py") {
            Some(package) => Some((package, true)),
            None => Some((path.strip_suffix(".py")?, false)),
        })
        .filter(|(name, _)| !name.contains('/') && *name != "__init__")
        .collect();
    modules.sort_unstable();
    let pair = |&(name, is_package): &(&str, bool)| {
        vm.tuple(vec![vm.str(&format!("{prefix}{name}")), vm.bool(is_package)])
    };
    vm.iter(&vm.list(modules.iter().map(pair).collect()))
}

fn create_native(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.str_text(&vm.getattr(&args.values[0], &vm.names.name)?)?;
    match module::find(&name) {
        Some(native) => Ok(native.create(vm)?.into_obj()),
        None => Ok(vm.none.clone()),
    }
}

/// The path of a loader's module, and its text as far as it may be read.
fn text_of(vm: &Vm, loader: &Obj) -> Res<(String, Vec<u8>)> {
    let path = vm.str_text(&vm.getattr(loader, &vm.names.path)?)?;
    let text = match path.strip_prefix(LIBRARY_ROOT) {
        Some(inside) => library::read(inside.trim_start_matches('/')),
        None if vm.state::<Library>().may_read_files() => std::fs::read(&path).ok(),
        None => None,
    };
    match text {
        Some(text) => Ok((path, text)),
        None => Err(vm.import_error(&vm.exc.import_error, &format!("cannot read {path}"), None, None)),
    }
}

/// Called by `importlib`, so through its mark for where a traceback's frames of its own end.
fn exec_module(vm: &Vm, loader: &Obj, args: Args<'_>) -> Res<Obj> {
    let exec = vm.getattr_text(loader, "_exec")?;
    bootstrap::call_with_frames_removed(vm, &exec, &args.values[0])
}

fn exec_source(vm: &Vm, loader: &Obj, args: Args<'_>) -> Res<Obj> {
    let (path, text) = text_of(vm, loader)?;
    run_in(vm, &args.values[0], &text, &path)?;
    Ok(vm.none.clone())
}

fn get_code(vm: &Vm, loader: &Obj, _: Args<'_>) -> Res<Obj> {
    let (path, text) = text_of(vm, loader)?;
    Ok(interp::code::executable(vm, &compile(vm, &text, SourceForm::Module, &path)?)?.into_obj())
}

fn get_source(vm: &Vm, loader: &Obj, _: Args<'_>) -> Res<Obj> {
    let path = vm.str_text(&vm.getattr_text(loader, "path")?)?;
    match source_of(vm, &path) {
        Some(text) => Ok(vm.str(&text)),
        None => {
            Err(vm.import_error(&vm.exc.import_error, "source not available through get_data()", None, None))
        }
    }
}

/// A file of the library, or one that the program may open.
fn get_data(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let path = &args.values[0];
    let text = vm.str_text(path)?;
    if let Some(inside) = text.strip_prefix(LIBRARY_ROOT)
        && let Some(data) = library::read(inside.trim_start_matches('/'))
    {
        return Ok(vm.bytes(&data));
    }
    let open = vm.getattr_text(&super::import_module(vm, "_io")?, "open")?;
    let file = vm.call(&open, &[path.clone(), vm.str("rb")])?;
    let data = vm.call_method(&file, &vm.intern("read"), &[]);
    vm.call_method(&file, &vm.intern("close"), &[])?;
    data
}

fn get_resource_reader(vm: &Vm, loader: &Obj, _: Args<'_>) -> Res<Obj> {
    let reader = vm.getattr_text(&super::import_module(vm, "importlib.readers")?, "FileReader")?;
    vm.call(&reader, std::slice::from_ref(loader))
}

fn is_package(vm: &Vm, loader: &Obj, _: Args<'_>) -> Res<Obj> {
    let path = vm.str_text(&vm.getattr(loader, &vm.names.path)?)?;
    Ok(vm.bool(path.ends_with("/__init__.py")))
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

/// Where native modules say they come from.
const BUILT_IN: &str = "built-in";

/// A spec with these facts, of `importlib`'s class once there is one.
pub(super) fn spec(vm: &Vm, name: &Obj, loader: &Obj, origin: &Obj, location: &Obj) -> Res<Obj> {
    let is_native = vm.str_text(origin)? == BUILT_IN;
    let spec = match bootstrap::module_spec_class(vm) {
        Some(class) => vm.call(&class, &[name.clone(), loader.clone()])?,
        None => {
            let spec = record(vm, &SPEC);
            let set = |name: &str, value: &Obj| vm.setattr(&spec, &vm.intern(name), value);
            set("name", name)?;
            set("loader", loader)?;
            set("loader_state", &vm.none)?;
            set("cached", &vm.none)?;
            set("_initializing", &vm.false_)?;
            set("_uninitialized_submodules", &vm.list(Vec::new()))?;
            spec
        }
    };
    let set = |name: &str, value: &Obj| vm.setattr(&spec, &vm.intern(name), value);
    set("origin", origin)?;
    set("submodule_search_locations", location)?;
    set("has_location", &vm.bool(!is_native))?;
    Ok(spec)
}

/// The spec of `importlib`'s class that says what one of ours says, and the loader in it; `None` for any other object.
pub(super) fn adopted(vm: &Vm, spec_record: &Obj) -> Res<Option<(Obj, Obj)>> {
    if !spec_record.is_exactly(vm.native_type(&SPEC)) {
        return Ok(None);
    }
    let get = |name: &str| vm.getattr_text(spec_record, name);
    let loader = get("loader")?;
    let loader =
        if loader.is_exactly(vm.native_type(&BUILTIN_IMPORTER)) { native_loader(vm) } else { loader };
    let made = spec(vm, &get("name")?, &loader, &get("origin")?, &get("submodule_search_locations")?)?;
    vm.setattr(&made, &vm.names._initializing, &get("_initializing")?)?;
    Ok(Some((made, loader)))
}

/// The loader of native modules.
pub(super) fn native_loader(vm: &Vm) -> Obj {
    bootstrap::builtin_importer(vm).unwrap_or_else(|| record(vm, &BUILTIN_IMPORTER))
}

/// The spec of a native module.
pub(super) fn native_spec(vm: &Vm, name: &str) -> Res<Obj> {
    spec(vm, &vm.str(name), &native_loader(vm), &vm.str(BUILT_IN), &vm.none)
}

/// The spec of a module with a text.
pub(super) fn source_spec(vm: &Vm, name: &str, file: &str, is_package: bool) -> Res<Obj> {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let location = if is_package { vm.list(vec![vm.str(folder)]) } else { vm.none.clone() };
    spec(vm, &vm.str(name), &source_loader(vm, name, file)?, &vm.str(file), &location)
}

/// The loader of a module with a text.
pub(crate) fn source_loader(vm: &Vm, name: &str, path: &str) -> Res<Obj> {
    let loader = record(vm, &SOURCE_LOADER);
    vm.setattr(&loader, &vm.names.name, &vm.str(name))?;
    vm.setattr(&loader, &vm.names.path, &vm.str(path))?;
    Ok(loader)
}
