//! `_frozen_importlib` and `_frozen_importlib_external`: the import system in Python, for programs that look at it or
//! put something into it.
//!
//! `import` does without it as long as nobody changed `sys.meta_path` and the native search finds the module. Otherwise
//! `importlib/_bootstrap.py` decides, as in CPython; its frames are then taken out of tracebacks, as CPython does
//! (`remove_importlib_frames` in `Python/import.c`).

use object::{Args, Exception, List, Module, NativeDef, Obj, ObjCell, Raised, Ref, Res, Traceback, Vm};

use super::{find, modules, run_in, spec};
use crate::library;
use crate::machine::Library;

/// The module's name in `sys.modules`, its file in the library, and its name in tracebacks.
const CORE: [&str; 3] = ["_frozen_importlib", "importlib/_bootstrap.py", "<frozen importlib._bootstrap>"];
const EXTERNAL: [&str; 3] = [
    "_frozen_importlib_external",
    "importlib/_bootstrap_external.py",
    "<frozen importlib._bootstrap_external>",
];

/// What was put where at the start, and the classes once there are any.
#[derive(Default)]
struct State {
    finder: ObjCell,
    path_finder: ObjCell,
    module_spec: ObjCell,
    builtin_importer: ObjCell,
}

/// `sys.meta_path` and `sys.path_hooks` of a new machine.
pub(crate) fn initial_hooks(vm: &Vm) -> (Obj, Obj) {
    let finder = spec::finder(vm);
    vm.state::<State>().finder.set(Some(finder.clone()));
    let hooks = [&ARCHIVE_HOOK, &spec::LIBRARY_HOOK].map(|hook| vm.native_function(hook, None, "sys"));
    (vm.list(vec![finder]), vm.list(hooks.to_vec()))
}

/// How many path hooks there are if the program added none.
const OWN_HOOKS: usize = 2;

/// `zipimport`, loaded when the first archive is met.
static ARCHIVE_HOOK: NativeDef =
    NativeDef::one("archive_hook", archive_hook, "The importer of a zip archive.");

fn archive_hook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let path = &args.values[0];
    let is_file =
        vm.state::<Library>().may_read_files() && std::path::Path::new(&vm.str_text(path)?).is_file();
    if !is_file {
        return Err(vm.import_error(&vm.exc.import_error, "not a Zip file", None, Some(path)));
    }
    let importer = vm.getattr_text(&super::import_module(vm, "zipimport")?, "zipimporter")?;
    vm.call(&importer, std::slice::from_ref(path))
}

/// `ModuleSpec`, once there is one.
pub(super) fn module_spec_class(vm: &Vm) -> Option<Obj> {
    vm.state::<State>().module_spec.get()
}

/// `BuiltinImporter`, once there is one.
pub(super) fn builtin_importer(vm: &Vm) -> Option<Obj> {
    vm.state::<State>().builtin_importer.get()
}

/// Whether a module is one of the two here.
pub(super) fn provides(name: &str) -> bool {
    name == CORE[0] || name == EXTERNAL[0]
}

/// Whether only `importlib` can tell where a module is: the program has finders of its own.
pub(super) fn has_foreign_finders(vm: &Vm) -> bool {
    let state = vm.state::<State>();
    let own = [state.finder.get(), state.path_finder.get()];
    let Some(finders) = vm.state::<Library>().sys_attribute(vm, "meta_path") else { return false };
    let Some(finders) = finders.get::<List>() else { return true };
    let (items, own) = (finders.0.to_vec(), own.into_iter().flatten().collect::<Vec<_>>());
    items.len() != own.len() || !items.iter().zip(&own).all(|(item, own)| item.is(own))
}

/// Whether a module that the native search does not find may be found by a path hook.
pub(super) fn has_path_hooks(vm: &Vm) -> Res<bool> {
    let hooks = vm.state::<Library>().sys_attribute(vm, "path_hooks");
    let count = hooks.as_ref().and_then(|hooks| hooks.get::<List>()).map_or(0, |hooks| hooks.0.len());
    let own = OWN_HOOKS + usize::from(vm.state::<State>().path_finder.get().is_some());
    Ok(count > own || find::has_archives(vm)?)
}

/// Loads both modules and lets them set themselves up.
pub(super) fn install(vm: &Vm) -> Res<()> {
    let state = vm.state::<State>();
    if state.path_finder.get().is_some() {
        return Ok(());
    }
    let all = modules(vm)?;
    let core = load(vm, &CORE)?;
    let sys = all.get_str(&vm.intern("sys")).unwrap_or_else(|| vm.none.clone());
    let imp = super::import_module(vm, "_imp")?;
    vm.call(&vm.getattr_text(&core, "_setup")?, &[sys, imp])?;
    let external = load(vm, &EXTERNAL)?;
    vm.setattr(&core, &vm.intern("_bootstrap_external"), &external)?;
    vm.call(&vm.getattr_text(&external, "_install")?, std::slice::from_ref(&core))?;
    state.module_spec.set(Some(vm.getattr_text(&core, "ModuleSpec")?));
    state.builtin_importer.set(Some(vm.getattr_text(&core, "BuiltinImporter")?));
    state.path_finder.set(Some(vm.getattr_text(&external, "PathFinder")?));
    for (_, module) in all.to_vec() {
        adopt(vm, &module)?;
    }
    Ok(())
}

fn load(vm: &Vm, [name, file, shown]: &[&str; 3]) -> Res<Obj> {
    let text = library::read(file).ok_or_else(|| {
        vm.import_error(&vm.exc.import_error, &format!("the library has no {file}"), None, None)
    })?;
    let module = builtins::new_module(vm, name, None);
    super::register(vm, name, &module)?;
    let loaded = run_in(vm, module.as_obj(), &text, shown);
    if loaded.is_err() {
        drop(modules(vm)?.remove_str(&vm.intern(name)));
    }
    loaded.map(|()| module.into_obj())
}

/// Gives a module the spec and the loader of `importlib`'s classes.
fn adopt(vm: &Vm, module: &Obj) -> Res<()> {
    let Some(dict) = module.get::<Module>().map(|module| module.dict.clone()) else { return Ok(()) };
    if let Some(old) = dict.get_str(&vm.names.__spec__)
        && let Some((spec, loader)) = spec::adopted(vm, &old)?
    {
        dict.set_str(&vm.names.__spec__, spec);
        dict.set_str(&vm.names.__loader__, loader);
    }
    Ok(())
}

/// The spec of a namespace package.
pub(super) fn namespace_spec(vm: &Vm, name: &str, portions: &[String]) -> Res<Obj> {
    install(vm)?;
    let external = super::import_module(vm, EXTERNAL[0])?;
    let finder = vm.state::<State>().finder.get().unwrap_or_else(|| vm.none.clone());
    let search = vm.getattr_text(&finder, "find_spec")?;
    let portions = vm.list(portions.iter().map(|portion| vm.str(portion)).collect());
    let name = vm.str(name);
    let path = vm.call(&vm.getattr_text(&external, "_NamespacePath")?, &[name.clone(), portions, search])?;
    let class = module_spec_class(vm).unwrap_or_else(|| vm.none.clone());
    // Without a loader: `importlib` puts a `NamespaceLoader` there.
    let spec = vm.call(&class, &[name, vm.none.clone()])?;
    vm.setattr(&spec, &vm.intern("submodule_search_locations"), &path)?;
    Ok(spec)
}

/// Imports a module as `importlib` does it (`import_find_and_load`).
pub(super) fn find_and_load(vm: &Vm, name: &str) -> Res<Obj> {
    install(vm)?;
    let core = super::import_module(vm, CORE[0])?;
    let find_and_load = vm.getattr_text(&core, "_find_and_load")?;
    let import = vm.getattr_text(&core, "_gcd_import")?;
    vm.call(&find_and_load, &[vm.str(name), import]).inspect_err(|raised| remove_own_frames(vm, raised))
}

/// Calls with a frame between that tells [`remove_own_frames`] to take out those before it.
pub(super) fn call_with_frames_removed(vm: &Vm, function: &Obj, argument: &Obj) -> Res<Obj> {
    install(vm)?;
    let core = super::import_module(vm, CORE[0])?;
    let call = vm.getattr_text(&core, "_call_with_frames_removed")?;
    vm.call(&call, &[function.clone(), argument.clone()])
}

/// Takes chunks of `importlib`'s frames out of a traceback: all of an ImportError's, otherwise those that end in a call
/// into the program.
fn remove_own_frames(vm: &Vm, raised: &Raised) {
    let Some(exception) = raised.0.get::<Exception>() else { return };
    let always = raised.is_instance(&vm.exc.import_error);
    let mut kept: Vec<Ref<Traceback>> = Vec::new();
    let mut chunk = 0;
    let link = |cell: &ObjCell| cell.get().and_then(|link| link.into_ref::<Traceback>().ok());
    let mut next = link(&exception.traceback);
    while let Some(entry) = next {
        let frame = entry.frame.frame();
        let file = frame.code().filename.to_text_lossy();
        let is_own = file == CORE[2] || file == EXTERNAL[2];
        let ends = always || frame.code().name.is_text("_call_with_frames_removed");
        next = link(&entry.next);
        kept.push(entry.clone());
        if !is_own {
            chunk = kept.len();
        } else if ends {
            kept.truncate(chunk);
        }
    }
    for pair in kept.windows(2) {
        pair[0].next.set(Some(pair[1].as_obj().clone()));
    }
    exception.traceback.set(kept.first().map(|first| first.as_obj().clone()));
}
