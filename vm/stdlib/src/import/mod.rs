//! The import system: native modules, then the folders in `sys.path`: the embedded library, files where these may be read.
//!
//! What `import` does is `importlib/_bootstrap.py`'s algorithm; it runs natively, so that importing needs no Python code
//! to be compiled first. Modules have a spec and a loader as CPython's have.

mod bootstrap;
mod find;
mod spec;

use object::{
    Args, CompileMode, CompileRequest, Dict, Module, NativeDef, Obj, Params, Raised, Ref, Res, SourceForm,
    Str, Vm,
};

pub(crate) use self::bootstrap::initial_hooks;
use self::find::{Found, WALLED_OFF, find};
pub(crate) use self::spec::source_loader;
use crate::machine::Library;
use crate::module;

/// The folder that embedded modules say they are in.
pub const LIBRARY_ROOT: &str = "<library>";

/// Runs the text of a module in one that `importlib` has made.
fn run_in(vm: &Vm, module: &Obj, text: &[u8], file: &str) -> Res<()> {
    let Some(module) = module.get::<Module>() else { return Err(vm.type_error("expected a module")) };
    let code = compile(vm, text, SourceForm::Module, file)?;
    module.dict.set_str(&vm.names.__builtins__, vm.state::<Library>().builtins(vm)?.dict.clone().into_obj());
    interp::execute(vm, &code, &module.dict, None).map(drop)
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
    if bootstrap::provides(name) {
        bootstrap::install(vm)?;
        return modules(vm)?
            .get_str(key)
            .ok_or_else(|| not_found(vm, &format!("No module named '{name}'"), name));
    }
    if bootstrap::has_foreign_finders(vm) {
        return bootstrap::find_and_load(vm, name);
    }
    let Some(found) = find(vm, name, path.as_ref())? else {
        if bootstrap::has_path_hooks(vm)? {
            return bootstrap::find_and_load(vm, name);
        }
        let known = WALLED_OFF.iter().find(|(own, _)| *own == name);
        let why = known.map(|(_, what)| format!(": the sandbox has no {what}")).unwrap_or_default();
        return Err(not_found(vm, &format!("No module named '{name}'{why}"), name));
    };
    let loaded = match found {
        Found::Native(native) => load_native(vm, native, key)?,
        Found::Source { text, file, is_package } => load_source(vm, name, key, &text, &file, is_package)?,
        Found::Namespace(_) => return bootstrap::find_and_load(vm, name),
    };
    if let (Some(parent), Some((_, child))) = (parent_module, name.rsplit_once('.')) {
        vm.setattr(&parent, &vm.intern(child), &loaded)?;
    }
    Ok(loaded)
}

fn not_found(vm: &Vm, message: &str, name: &str) -> Raised {
    vm.import_error(&vm.exc.module_not_found_error, message, Some(&vm.str(name)), None)
}

fn load_native(vm: &Vm, native: &'static module::NativeModule, key: &Ref<Str>) -> Res<Obj> {
    let module = native.create(vm)?;
    describe_native(vm, native.name, &module)?;
    modules(vm)?.set_str(key, module.as_obj().clone());
    Ok(module.into_obj())
}

/// Gives a native module what the import system says about it.
fn describe_native(vm: &Vm, name: &str, module: &Ref<Module>) -> Res<()> {
    module.dict.set_str(&vm.names.__spec__, spec::native_spec(vm, name)?);
    module.dict.set_str(&vm.names.__loader__, spec::native_loader(vm));
    module.dict.set_str(&vm.names.__package__, vm.str(""));
    Ok(())
}

fn load_source(vm: &Vm, name: &str, key: &Ref<Str>, text: &[u8], file: &str, is_package: bool) -> Res<Obj> {
    let code = compile(vm, text, SourceForm::Module, file)?;
    let module = builtins::new_module(vm, name, None);
    let spec = spec::source_spec(vm, name, file, is_package)?;
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

/// Compiles the file of a module.
pub(crate) fn compile(
    vm: &Vm,
    text: &[u8],
    form: SourceForm,
    file: &str,
) -> Res<std::sync::Arc<bytecode::CodeObject>> {
    let request = CompileRequest {
        source: text,
        form,
        filename: file,
        mode: CompileMode::Exec,
        flags: 0,
        optimize: -1,
        feature_version: None,
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
        None => Ok(module),
        Some((first, _)) if level == 0 => import_module(vm, first),
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

/// A native module that is there from the start.
pub(crate) fn register_native(vm: &Vm, name: &str, module: &Ref<Module>) -> Res<()> {
    describe_native(vm, name, module)?;
    register(vm, name, module)
}

/// A module that is made outside of the import system gets its place in `sys.modules`.
pub(crate) fn register(vm: &Vm, name: &str, module: &Ref<Module>) -> Res<()> {
    modules(vm)?.set_str(&vm.intern(name), module.as_obj().clone());
    Ok(())
}
