//! `_imp` (`Python/import.c`): what `importlib` asks of the machine. There are no frozen and no shared-library modules.

use std::cell::Cell;

use object::{Args, NativeDef, Obj, Res, Str, Vm};

use crate::module::{self, NativeModule};

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_imp", "(Extremely) low-level import machinery bits as used by importlib.")
    .functions(&[
        NativeDef::no_args("extension_suffixes", |vm, _, _| Ok(vm.list(Vec::new())), "($module, /)\n--\n\nReturns the list of file suffixes used to identify extension modules."),
        NativeDef::no_args("lock_held", |vm, _, _| Ok(vm.bool(vm.state::<Lock>().0.get() > 0)), "($module, /)\n--\n\nReturn True if the import lock is currently held, else False.\n\nOn platforms without threads, return False."),
        NativeDef::no_args("acquire_lock", acquire_lock, "($module, /)\n--\n\nAcquires the interpreter's import lock for the current thread.\n\nThis lock should be used by import hooks to ensure thread-safety when\nimporting modules.  On platforms without threads, this function does\nnothing."),
        NativeDef::no_args("release_lock", release_lock, "($module, /)\n--\n\nRelease the interpreter's import lock.\n\nOn platforms without threads, this function does nothing."),
        NativeDef::keywords("find_frozen", |vm, _, _| Ok(vm.none.clone()), "($module, name, /, *, withdata=False)\n--\n\nReturn info about the corresponding frozen module (if there is one) or None.\n\nThe returned info (a 2-tuple):\n\n * data         the raw marshalled bytes\n * is_package   whether or not it is a package\n * origname     the originally frozen module's name, or None if not\n                a stdlib module (this will usually be the same as\n                the module's current name)"),
        NativeDef::positional("get_frozen_object", no_frozen, "($module, name, data=None, /)\n--\n\nCreate a code object for a frozen module."),
        NativeDef::one("is_frozen_package", no_frozen, "($module, name, /)\n--\n\nReturns True if the module name is of a frozen package."),
        NativeDef::one("create_builtin", create_builtin, "($module, spec, /)\n--\n\nCreate an extension module."),
        NativeDef::one("init_frozen", |vm, _, _| Ok(vm.none.clone()), "($module, name, /)\n--\n\nInitializes a frozen module."),
        NativeDef::one("is_builtin", is_builtin, "($module, name, /)\n--\n\nReturns True if the module name corresponds to a built-in module."),
        NativeDef::one("is_frozen", |vm, _, _| Ok(vm.false_.clone()), "($module, name, /)\n--\n\nReturns True if the module name corresponds to a frozen module."),
        NativeDef::no_args("_frozen_module_names", |vm, _, _| Ok(vm.list(Vec::new())), "($module, /)\n--\n\nReturns the list of available frozen modules."),
        NativeDef::one("_override_frozen_modules_for_tests", |vm, _, _| Ok(vm.none.clone()), "($module, override, /)\n--\n\n(internal-only) Override PyConfig.use_frozen_modules.\n\n(-1: \"off\", 1: \"on\", 0: no override)\nSee frozen_modules() in Lib/test/support/import_helper.py."),
        NativeDef::one("exec_builtin", |vm, _, _| Ok(vm.int(0)), "($module, mod, /)\n--\n\nInitialize a built-in module."),
    ])
    .init(|vm, module| {
        module.dict.set_str(&vm.intern("check_hash_based_pycs"), vm.str("default"));
        let magic = bytecode::opcode::PythonVersion::V3_14.tables().magic;
        module.dict.set_str(&vm.intern("pyc_magic_number_token"), vm.int(u32::from_le_bytes(magic).into()));
        Ok(())
    });

/// How often the import lock is held.
#[derive(Default)]
struct Lock(Cell<usize>);

fn acquire_lock(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let held = &vm.state::<Lock>().0;
    held.set(held.get() + 1);
    Ok(vm.none.clone())
}

fn release_lock(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let held = &vm.state::<Lock>().0;
    held.set(held.get().checked_sub(1).ok_or_else(|| vm.runtime_error("not holding the import lock"))?);
    Ok(vm.none.clone())
}

fn name_of(vm: &Vm, function: &str, name: &Obj) -> Res<String> {
    match name.get::<Str>() {
        Some(name) => Ok(name.to_text_lossy().into_owned()),
        None => Err(vm.bad_argument(function, "argument", "str", name)),
    }
}

fn no_frozen(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = args.values.first().unwrap_or(&vm.none);
    let message = format!("No such frozen object named {}", name_of(vm, "get_frozen_object", name)?);
    Err(vm.import_error(&vm.exc.import_error, &message, Some(name), None))
}

/// 1 for native modules, −1 for those that are there from the start and cannot be made again.
fn is_builtin(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = name_of(vm, "is_builtin", &args.values[0])?;
    Ok(vm.int(match name.as_str() {
        "sys" | "builtins" => -1,
        name => module::find(name).is_some().into(),
    }))
}

fn create_builtin(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let name = vm.getattr(&args.values[0], &vm.names.name)?;
    let text = name_of(vm, "create_builtin", &name)?;
    let modules = crate::import::modules(vm)?;
    if let (Some(known), Some(name)) = (vm.dict_get(&modules, &name)?, name.downcast::<Str>())
        && (name.is_text("sys") || name.is_text("builtins"))
    {
        return Ok(known);
    }
    match module::find(&text) {
        Some(native) => Ok(native.create(vm)?.into_obj()),
        None => Ok(vm.none.clone()),
    }
}
