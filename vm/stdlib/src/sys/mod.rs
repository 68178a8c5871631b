//! `sys`.

mod info;
mod jit;
mod monitoring;
mod settings;

use std::cell::Cell;

use object::{
    Args, Exception, Module, NativeDef, Obj, Params, Raised, Ref, Res, Str, Tuple, Type, TypeFlags, Vm,
};

use crate::machine::{self, Library};

/// `sys.copyright`: of the Python that the machine behaves as, and of the library.
const COPYRIGHT: &str = "Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved.\n\nCopyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\nCopyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\nCopyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.";

/// The version that the machine behaves as.
const VERSION: (i64, i64, i64) = (3, 14, 10);

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::one(
        "getrefcount",
        |vm, _, a| Ok(vm.int(refcount(&a.values[0]))),
        "($module, object, /)\n--\n\nReturn the reference count of object.\n\nThe count returned is generally one higher than you might expect,\nbecause it includes the (temporary) reference as an argument to\ngetrefcount().",
    ),
    NativeDef::keywords(
        "getsizeof",
        getsizeof,
        "getsizeof(object [, default]) -> int\n\nReturn the size of object in bytes.",
    ),
    NativeDef::no_args(
        "getrecursionlimit",
        |vm, _, _| Ok(vm.int(vm.thread.recursion_limit.get() as i64)),
        "($module, /)\n--\n\nReturn the current value of the recursion limit.",
    ),
    NativeDef::one(
        "setrecursionlimit",
        set_recursion_limit,
        "($module, limit, /)\n--\n\nSet the maximum depth of the Python interpreter stack to n.",
    ),
    NativeDef::one("intern", intern, "($module, string, /)\n--\n\n``Intern'' the given string."),
    NativeDef::positional(
        "exit",
        |vm, _, a| {
            a.check_positional(vm, "exit", 0, 1)?;
            let status = a.values.iter().filter(|status| !status.is(&vm.none));
            // A tuple stands for several arguments, as in `raise SystemExit, (…)`.
            let status: Vec<Obj> = match a.values {
                [one] => one.get::<Tuple>().map_or_else(|| status.cloned().collect(), |tuple| tuple.to_vec()),
                _ => Vec::new(),
            };
            // Through `__init__`, which sets `code`.
            Err(vm.raise_class(vm.exc.system_exit.as_obj(), &status))
        },
        "($module, status=None, /)\n--\n\nExit the interpreter by raising SystemExit(status).",
    ),
    NativeDef::no_args(
        "exc_info",
        |vm, _, _| Ok(exc_info(vm)),
        "($module, /)\n--\n\nReturn current exception information: (type, value, traceback).",
    ),
    NativeDef::no_args(
        "exception",
        |vm, _, _| Ok(vm.thread.handled().unwrap_or_else(|| vm.none.clone())),
        "($module, /)\n--\n\nReturn the current exception.",
    ),
    NativeDef::positional(
        "excepthook",
        excepthook,
        "($module, exctype, value, traceback, /)\n--\n\nHandle an exception by displaying it with a traceback on sys.stderr.",
    ),
    NativeDef::one(
        "displayhook",
        displayhook,
        "($module, object, /)\n--\n\nPrint an object to sys.stdout and also save it in builtins._",
    ),
    NativeDef::one(
        "unraisablehook",
        unraisablehook,
        "($module, unraisable, /)\n--\n\nHandle an unraisable exception.",
    ),
    NativeDef::positional(
        "_getframe",
        getframe,
        "($module, depth=0, /)\n--\n\nReturn a frame object from the call stack.",
    ),
    NativeDef::keywords(
        "_getframemodulename",
        getframe_module,
        "($module, /, depth=0)\n--\n\nReturn the name of the module for a calling frame.",
    ),
    NativeDef::no_args(
        "getdefaultencoding",
        |vm, _, _| Ok(vm.str("utf-8")),
        "($module, /)\n--\n\nReturn the current default encoding used by the Unicode implementation.",
    ),
    NativeDef::no_args(
        "getfilesystemencoding",
        |vm, _, _| Ok(vm.str("utf-8")),
        "($module, /)\n--\n\nReturn the encoding used to convert Unicode filenames to OS filenames.",
    ),
    NativeDef::no_args(
        "getfilesystemencodeerrors",
        |vm, _, _| Ok(vm.str("surrogateescape")),
        "($module, /)\n--\n\nReturn the error mode used for Unicode to OS filename conversion.",
    ),
    NativeDef::no_args(
        "is_finalizing",
        |vm, _, _| Ok(vm.false_.clone()),
        "($module, /)\n--\n\nReturn True if Python is exiting.",
    ),
    NativeDef::no_args(
        "getswitchinterval",
        |vm, _, _| Ok(vm.float(vm.state::<SwitchInterval>().0.get())),
        "($module, /)\n--\n\nReturn the current thread switch interval.",
    ),
    NativeDef::one(
        "setswitchinterval",
        set_switch_interval,
        "($module, interval, /)\n--\n\nSet the ideal thread switching delay inside the Python interpreter.\n\nThe actual frequency of switching threads can be lower if the\ninterpreter executes long sequences of uninterruptible code\n(this is implementation-specific and workload-dependent).\n\nThe parameter must represent the desired switching delay in seconds\nA typical value is 0.005 (5 milliseconds).",
    ),
    NativeDef::no_args(
        "gettrace",
        |vm, _, _| Ok(vm.thread.trace_function.get().unwrap_or_else(|| vm.none.clone())),
        "($module, /)\n--\n\nReturn the global debug tracing function set with sys.settrace.",
    ),
    NativeDef::one(
        "settrace",
        |vm, _, a| {
            interp::tracing::set_trace(vm, Some(a.values[0].clone()).filter(|f| !f.is(&vm.none)));
            Ok(vm.none.clone())
        },
        "($module, function, /)\n--\n\nSet the global debug tracing function.",
    ),
    NativeDef::no_args(
        "getprofile",
        |vm, _, _| Ok(vm.thread.profile_function.get().unwrap_or_else(|| vm.none.clone())),
        "",
    ),
    NativeDef::no_args(
        "getallocatedblocks",
        |vm, _, _| Ok(vm.int(object::raw::heap_stats().live_blocks as i64)),
        "($module, /)\n--\n\nReturn the number of memory blocks currently allocated.",
    ),
    NativeDef::one(
        "_clear_type_descriptors",
        clear_type_descriptors,
        "($module, type, /)\n--\n\nPrivate function for clearing certain descriptors from a type's dictionary.\n\nSee gh-135228 for context.",
    ),
    NativeDef::no_args(
        "_clear_type_cache",
        clear_type_cache,
        "($module, /)\n--\n\nClear the internal type lookup cache.",
    ),
    NativeDef::no_args("_is_gil_enabled", |vm, _, _| Ok(vm.true_.clone()), ""),
    NativeDef::no_args(
        "get_coroutine_origin_tracking_depth",
        |vm, _, _| Ok(vm.int(vm.thread.origin_depth.get() as i64)),
        "",
    ),
    NativeDef::keywords("set_asyncgen_hooks", set_asyncgen_hooks, ""),
];

/// Takes `__dict__` and `__weakref__` out of a type, so that nothing refers to it from there (`dataclasses` makes a
/// class anew for its slots).
fn clear_type_descriptors(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(ty) = args.values[0].get::<Type>() else {
        return Err(vm.bad_argument("_clear_type_descriptors", "argument", "type", &args.values[0]));
    };
    if ty.has_flag(TypeFlags::IMMUTABLETYPE) {
        return Err(vm.type_error("argument is immutable"));
    }
    for name in [&vm.names.__dict__, &vm.names.__weakref__] {
        ty.dict().remove_str(name);
    }
    vm.type_modified(ty);
    Ok(vm.none.clone())
}

/// The module, made before anything can be imported.
pub(crate) fn create(vm: &Vm, argv: &[String], path: &[String]) -> Res<Ref<Module>> {
    let module = builtins::new_module(
        vm,
        "sys",
        Some(
            "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
        ),
    );
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    for functions in [FUNCTIONS, settings::FUNCTIONS] {
        crate::module::add_functions(vm, &module, "sys", functions);
    }
    for hook in ["excepthook", "displayhook", "unraisablehook", "breakpointhook"] {
        if let Some(function) = module.dict.get_str(&vm.intern(hook)) {
            set(&format!("__{hook}__"), function);
        }
    }
    let strings = |items: &[String]| vm.list(items.iter().map(|item| vm.str(item)).collect());
    set("modules", crate::import::modules(vm)?.into_obj());
    set("argv", strings(argv));
    set("orig_argv", strings(argv));
    let mut full_path = path.to_vec();
    full_path.push(crate::import::LIBRARY_ROOT.to_owned());
    set("path", strings(&full_path));
    let (meta_path, path_hooks) = crate::import::initial_hooks(vm);
    set("meta_path", meta_path);
    set("path_hooks", path_hooks);
    set("warnoptions", vm.list(Vec::new()));
    for empty in ["path_importer_cache", "_xoptions"] {
        set(empty, vm.dict().into_obj());
    }
    let (major, minor, micro) = VERSION;
    set("version", vm.str(&format!("{major}.{minor}.{micro} (bytelens) [Rust]")));
    set("hexversion", vm.int(major << 24 | minor << 16 | micro << 8 | 0xF0));
    set("api_version", vm.int(1013));
    set("copyright", vm.str(COPYRIGHT));
    set(
        "platform",
        vm.str(if cfg!(target_os = "macos") {
            "darwin"
        } else if cfg!(windows) {
            "win32"
        } else {
            "linux"
        }),
    );
    set("byteorder", vm.str("little"));
    set("maxsize", vm.int(i64::MAX));
    set("maxunicode", vm.int(0x10FFFF));
    set("float_repr_style", vm.str("short"));
    set("platlibdir", vm.str("lib"));
    for nothing in ["pycache_prefix", "_home"] {
        set(nothing, vm.none.clone());
    }
    set("_git", vm.tuple([vm.str("CPython"), vm.str(""), vm.str("")]));
    set("dont_write_bytecode", vm.true_.clone());
    for name in ["executable", "_base_executable", "abiflags", "_framework"] {
        set(name, vm.str(""));
    }
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "_stdlib_dir"] {
        set(name, vm.str(crate::import::LIBRARY_ROOT));
    }
    let names: Vec<&str> = crate::module::MODULES.iter().map(|m| m.name).chain(["builtins", "sys"]).collect();
    set("builtin_module_names", sorted_strings(vm, names.clone()));
    let top_level = crate::library::paths().map(|path| path.split(['/', '.']).next().unwrap_or(path));
    let all: Vec<&str> = top_level.chain(names).collect();
    let standard = vm.frozenset();
    vm.set_update(&standard, &sorted_strings(vm, all))?;
    set("stdlib_module_names", standard.into_obj());
    set(
        "version_info",
        info::VERSION_INFO
            .make(vm, vec![vm.int(major), vm.int(minor), vm.int(micro), vm.str("final"), vm.int(0)]),
    );
    set(
        "flags",
        info::FLAGS.make(
            vm,
            [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 4300, 1, 0, 0]
                .into_iter()
                .enumerate()
                .map(|(i, n)| if info::BOOLEAN_FLAGS.contains(&i) { vm.bool(n != 0) } else { vm.int(n) })
                .collect(),
        ),
    );
    set(
        "float_info",
        info::FLOAT_INFO.make(
            vm,
            vec![
                vm.float(f64::MAX),
                vm.int(1024),
                vm.int(308),
                vm.float(f64::MIN_POSITIVE),
                vm.int(-1021),
                vm.int(-307),
                vm.int(15),
                vm.int(53),
                vm.float(f64::EPSILON),
                vm.int(2),
                vm.int(1),
            ],
        ),
    );
    set("int_info", info::INT_INFO.make(vm, [30, 4, 4300, 640].map(|n| vm.int(n)).to_vec()));
    set(
        "hash_info",
        info::HASH_INFO.make(
            vm,
            vec![
                vm.int(64),
                vm.int((1 << 61) - 1),
                vm.int(314_159),
                vm.int(0),
                vm.int(1_000_003),
                vm.str("siphash13"),
                vm.int(64),
                vm.int(128),
                vm.int(0),
            ],
        ),
    );
    set(
        "thread_info",
        info::THREAD_INFO.make(vm, vec![vm.str("pthread"), vm.str("semaphore"), vm.none.clone()]),
    );
    let version = module.dict.get_str(&vm.intern("version_info")).unwrap_or_else(|| vm.none.clone());
    let implementation = [
        ("name", vm.str("cpython")),
        ("cache_tag", vm.str("cpython-314")),
        ("version", version),
        ("hexversion", vm.int(major << 24 | minor << 16 | micro << 8 | 0xF0)),
        ("supports_isolated_interpreters", vm.true_.clone()),
    ];
    set("implementation", builtins::new_namespace(vm, &implementation));
    set("monitoring", monitoring::create(vm)?);
    set("_jit", jit::create(vm));
    Ok(module)
}

fn sorted_strings(vm: &Vm, mut names: Vec<&str>) -> Obj {
    names.sort_unstable();
    names.dedup();
    vm.tuple(names.into_iter().map(|name| vm.str(name)).collect::<Vec<_>>())
}

fn refcount(object: &Obj) -> i64 {
    if object.is_immortal() { u32::MAX.into() } else { object.refcount() as i64 }
}

static GETSIZEOF: Params<2> = Params::new("getsizeof", ["object", "default"]).required(1);

fn getsizeof(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [object, default] = GETSIZEOF.bind(vm, args)?;
    let object = object.unwrap_or(&vm.none);
    let size = match vm.call_special(object, &vm.intern("__sizeof__"), &[]) {
        Ok(Some(size)) => vm.as_i64(&size),
        Ok(None) => Err(vm.type_error(format!("Type {} doesn't define __sizeof__", object.ty().name()))),
        Err(raised) => Err(raised),
    };
    match (size, default) {
        (Ok(size), _) if size < 0 => Err(vm.value_error("__sizeof__() should return >= 0")),
        // What the collector keeps in front of an object counts.
        (Ok(size), _) => {
            let tracked = object.ty().has_flag(object::TypeFlags::HAVE_GC)
                && object.get::<object::Type>().is_none_or(object::Type::is_heap_type);
            let head = if tracked { 16 } else { 0 };
            Ok(vm.int(size + head))
        }
        (Err(raised), Some(default)) if raised.is_instance(&vm.exc.type_error) => Ok(default.clone()),
        (Err(raised), _) => Err(raised),
    }
}

/// How long a thread may run while others wait, in seconds; kept for programs that ask, for there are no others.
struct SwitchInterval(Cell<f64>);

impl Default for SwitchInterval {
    fn default() -> SwitchInterval {
        SwitchInterval(Cell::new(0.005))
    }
}

fn set_switch_interval(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let interval = vm.as_f64(&args.values[0])?;
    if interval.is_nan() || interval <= 0.0 {
        return Err(vm.value_error("switch interval must be strictly positive"));
    }
    vm.state::<SwitchInterval>().0.set(interval);
    Ok(vm.none.clone())
}

fn clear_type_cache(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    const DEPRECATED: &str = "sys._clear_type_cache() is deprecated and scheduled for removal in a future version. Use sys._clear_internal_caches() instead.";
    vm.warn(&vm.exc.deprecation_warning, DEPRECATED, 1)?;
    Ok(vm.none.clone())
}

fn set_recursion_limit(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let limit = vm.as_i32(&args.values[0])?;
    if limit < 1 {
        return Err(vm.value_error("recursion limit must be greater or equal than 1"));
    }
    let depth = vm.thread.depth.get();
    if depth >= limit as usize {
        return Err(vm.recursion_error(format!(
            "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
        )));
    }
    vm.thread.recursion_limit.set(limit as usize);
    Ok(vm.none.clone())
}

fn intern(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    match args.values[0].downcast::<Str>() {
        Some(text) if args.values[0].is_exactly(&vm.types.str) => Ok(vm.intern_str(text.clone()).into_obj()),
        _ => Err(vm.type_error(format!("intern() argument must be str, not {}", args.values[0].ty().name()))),
    }
}

fn exc_info(vm: &Vm) -> Obj {
    let none = || vm.none.clone();
    match vm.thread.handled() {
        Some(exception) => {
            let traceback = vm.getattr_text(&exception, "__traceback__").unwrap_or_else(|_| none());
            vm.tuple([exception.ty().as_obj().clone(), exception, traceback])
        }
        None => vm.tuple([none(), none(), none()]),
    }
}

fn excepthook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [_, value, _] = args.exact::<3>(vm, "excepthook")?;
    if let Some(stdout) = vm.state::<Library>().sys_attribute(vm, "stdout").filter(|s| !s.is(&vm.none)) {
        vm.call_method(&stdout, &vm.names.flush, &[])?;
    }
    if value.get::<Exception>().is_none() {
        let class = value.ty().name();
        let refusal = format!("TypeError: print_exception(): Exception expected for value, {class} found\n");
        machine::write_stderr(vm, &refusal);
        return Ok(vm.none.clone());
    }
    machine::write_stderr(vm, &machine::report(vm, value));
    Ok(vm.none.clone())
}

fn displayhook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = &args.values[0];
    if value.is(&vm.none) {
        return Ok(vm.none.clone());
    }
    let builtins = vm.state::<Library>().builtins(vm)?;
    builtins.dict.set_str(&vm.names.underscore, vm.none.clone());
    let stdout = vm.state::<Library>().sys_attribute(vm, "stdout").filter(|stdout| !stdout.is(&vm.none));
    let stdout = stdout.ok_or_else(|| vm.runtime_error("lost sys.stdout"))?;
    let text = vm.repr(value)?;
    vm.call_method(&stdout, &vm.names.write, &[text])?;
    vm.call_method(&stdout, &vm.names.write, &[vm.str("\n")])?;
    builtins.dict.set_str(&vm.names.underscore, value.clone());
    Ok(vm.none.clone())
}

/// Reports an exception that cannot travel: through `sys.unraisablehook` if the program has set one
/// (`format_unraisable`).
pub(crate) fn unraisable(vm: &Vm, raised: &Raised, message: Option<&str>, place: Option<&Obj>) {
    interp::types::traceback::locate(vm, &raised.0);
    let library = vm.state::<Library>();
    let hook = library.sys_attribute(vm, "unraisablehook").filter(|hook| !hook.is(&vm.none));
    let Some(hook) = hook.filter(|hook| !vm.is_native_function(hook, unraisablehook)) else {
        return write_unraisable(vm, raised, message, place);
    };
    let or_none = |value: Option<Obj>| value.unwrap_or_else(|| vm.none.clone());
    let fields = vec![
        raised.0.ty().as_obj().clone(),
        raised.0.clone(),
        or_none(raised.exception().and_then(|exception| exception.traceback.get())),
        or_none(message.map(|message| vm.str(message))),
        or_none(place.cloned()),
    ];
    let arguments = info::UNRAISABLE_HOOK_ARGS.make(vm, fields);
    if let Err(second) = vm.call1(&hook, &arguments) {
        write_unraisable(vm, &second, Some("Exception ignored in sys.unraisablehook"), Some(&hook));
    }
}

/// What `sys.__unraisablehook__` prints.
fn write_unraisable(vm: &Vm, raised: &Raised, message: Option<&str>, place: Option<&Obj>) {
    let shown =
        place.map(|place| vm.repr_text(place).unwrap_or_else(|_| "<object repr() failed>".to_owned()));
    let head = match (message, shown) {
        (Some(message), Some(place)) => format!("{message}: {place}\n"),
        (Some(message), None) => format!("{message}:\n"),
        (None, Some(place)) => format!("Exception ignored in: {place}\n"),
        (None, None) => String::new(),
    };
    machine::write_stderr(vm, &format!("{head}{}", machine::plain_report(vm, &raised.0)));
}

fn unraisablehook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let arguments = &args.values[0];
    if !arguments.ty().is(&info::UNRAISABLE_HOOK_ARGS.class(vm)) {
        return Err(vm.type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    }
    let field = |index: usize| {
        let value = arguments.get::<Tuple>().and_then(|fields| fields.get(index)).cloned();
        value.filter(|value| !value.is(&vm.none))
    };
    let Some(value) = field(1) else { return Ok(vm.none.clone()) };
    let message = field(3).map(|message| vm.str_text(&message)).transpose()?;
    write_unraisable(vm, &Raised(value), message.as_deref(), field(4).as_ref());
    Ok(vm.none.clone())
}

fn getframe(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [depth] = args.unpack::<1>(vm, "_getframe", 0)?;
    let depth = depth.map_or(Ok(0), |depth| vm.as_i32(depth))?.max(0) as usize;
    match interp::frames::caller(vm, depth) {
        Some(frame) => Ok(interp::frames::object_of(vm, frame).into_obj()),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

static GETFRAMEMODULENAME: Params<1> = Params::new("_getframemodulename", ["depth"]);

fn getframe_module(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [depth] = GETFRAMEMODULENAME.bind(vm, args)?;
    let depth = depth.map_or(Ok(0), |depth| vm.as_i32(depth))?.max(0) as usize;
    let name =
        interp::frames::caller(vm, depth).and_then(|frame| frame.globals().get_str(&vm.names.__name__));
    Ok(name.unwrap_or_else(|| vm.none.clone()))
}

static ASYNCGEN_HOOKS: Params<2> = Params::new("set_asyncgen_hooks", ["firstiter", "finalizer"]);

fn set_asyncgen_hooks(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [first, finalizer] = ASYNCGEN_HOOKS.bind(vm, args)?;
    for (given, place) in [(first, &vm.thread.asyncgen_firstiter), (finalizer, &vm.thread.asyncgen_finalizer)]
    {
        if let Some(given) = given {
            place.set(Some(given.clone()).filter(|hook| !hook.is(&vm.none)));
        }
    }
    Ok(vm.none.clone())
}
