//! What `sys` sets and tells about the running machine: limits, hooks, threads' frames.

use builtins::number::NumberState;
use object::{Args, NativeDef, Obj, ObjVec, Params, Res, Str, Tuple, Vm};

use super::info::ASYNCGEN_HOOKS;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::keywords(
        "addaudithook",
        add_audit_hook,
        "($module, /, hook)\n--\n\nAdds a new audit hook callback.",
    ),
    NativeDef::keywords(
        "audit",
        audit,
        "($module, event, /, *args)\n--\n\nPasses the event to any audit hooks that are attached.",
    ),
    NativeDef::keywords(
        "breakpointhook",
        breakpoint_hook,
        "($module, /, *args, **kwargs)\n--\n\nThis hook function is called by built-in breakpoint().\n",
    ),
    NativeDef::no_args(
        "_clear_internal_caches",
        nothing,
        "($module, /)\n--\n\nClear all internal performance-related caches.",
    ),
    NativeDef::no_args(
        "_current_frames",
        current_frames,
        "($module, /)\n--\n\nReturn a dict mapping each thread's thread id to its current stack frame.\n\nThis function should be used for specialized purposes only.",
    ),
    NativeDef::no_args(
        "_current_exceptions",
        current_exceptions,
        "($module, /)\n--\n\nReturn a dict mapping each thread's identifier to its current raised exception.\n\nThis function should be used for specialized purposes only.",
    ),
    NativeDef::no_args(
        "getdlopenflags",
        |vm, _, _| Ok(vm.int(2)),
        "($module, /)\n--\n\nReturn the current value of the flags that are used for dlopen calls.\n\nThe flag constants are defined in the os module.",
    ),
    NativeDef::one(
        "setdlopenflags",
        crate::system::refused,
        "($module, flags, /)\n--\n\nSet the flags used by the interpreter for dlopen calls.\n\nThis is used, for example, when the interpreter loads extension\nmodules. Among other things, this will enable a lazy resolving of\nsymbols when importing a module, if called as sys.setdlopenflags(0).\nTo share symbols across extension modules, call as\nsys.setdlopenflags(os.RTLD_GLOBAL).  Symbolic names for the flag\nmodules can be found in the os module (RTLD_xxx constants, e.g.\nos.RTLD_LAZY).",
    ),
    NativeDef::one(
        "_is_immortal",
        |vm, _, a| Ok(vm.bool(a.values[0].is_immortal())),
        "($module, op, /)\n--\n\nReturn True if the given object is \"immortal\" per PEP 683.\n\nThis function should be used for specialized purposes only.",
    ),
    NativeDef::one(
        "_is_interned",
        is_interned,
        "($module, string, /)\n--\n\nReturn True if the given string is \"interned\".",
    ),
    NativeDef::one(
        "setprofile",
        set_profile,
        "($module, function, /)\n--\n\nSet the profiling function.\n\nIt will be called on each function call and return.  See the profiler\nchapter in the library manual.",
    ),
    NativeDef::positional(
        "call_tracing",
        call_tracing,
        "($module, func, args, /)\n--\n\nCall func(*args), while tracing is enabled.\n\nThe tracing state is saved, and restored afterwards.  This is intended\nto be called from a debugger from a checkpoint, to recursively debug\nsome other code.",
    ),
    NativeDef::keywords(
        "set_coroutine_origin_tracking_depth",
        set_origin_depth,
        "($module, /, depth)\n--\n\nEnable or disable origin tracking for coroutine objects in this thread.\n\nCoroutine objects will track 'depth' frames of traceback information\nabout where they came from, available in their cr_origin attribute.\n\nSet a depth of 0 to disable.",
    ),
    NativeDef::no_args(
        "is_stack_trampoline_active",
        |vm, _, _| Ok(vm.false_.clone()),
        "($module, /)\n--\n\nReturn *True* if a stack profiler trampoline is active.",
    ),
    NativeDef::no_args(
        "is_remote_debug_enabled",
        |vm, _, _| Ok(vm.false_.clone()),
        "($module, /)\n--\n\nReturn True if remote debugging is enabled, False otherwise.",
    ),
    NativeDef::keywords(
        "set_int_max_str_digits",
        set_max_digits,
        "($module, /, maxdigits)\n--\n\nSet the maximum string digits limit for non-binary int<->str conversions.",
    ),
    NativeDef::no_args(
        "get_int_max_str_digits",
        max_digits,
        "($module, /)\n--\n\nReturn the maximum string digits limit for non-binary int<->str conversions.",
    ),
    NativeDef::no_args(
        "_get_cpu_count_config",
        |vm, _, _| Ok(vm.int(-1)),
        "($module, /)\n--\n\nPrivate function for getting PyConfig.cpu_count",
    ),
    NativeDef::no_args(
        "get_asyncgen_hooks",
        asyncgen_hooks,
        "($module, /)\n--\n\nReturn the installed asynchronous generators hooks.\n\nThis returns a namedtuple of the form (firstiter, finalizer).",
    ),
];

fn nothing(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.none.clone())
}

/// Digits up to which a conversion is never refused.
const LEAST_DIGITS: i32 = 640;

static SET_MAX_DIGITS: Params<1> = Params::new("set_int_max_str_digits", ["maxdigits"]).required(1);

fn set_max_digits(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [digits] = SET_MAX_DIGITS.bind(vm, args)?;
    let digits = vm.as_i32(digits.unwrap_or(&vm.none))?;
    match usize::try_from(digits) {
        Ok(number) if digits == 0 || digits >= LEAST_DIGITS => {
            vm.state::<NumberState>().max_str_digits.set(number);
            Ok(vm.none.clone())
        }
        _ => Err(vm.value_error(format!("maxdigits must be 0 or larger than {LEAST_DIGITS}"))),
    }
}

fn max_digits(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    Ok(vm.int(vm.state::<NumberState>().max_str_digits.get() as i64))
}

fn asyncgen_hooks(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let thread = &vm.thread;
    let hooks = [&thread.asyncgen_firstiter, &thread.asyncgen_finalizer];
    Ok(ASYNCGEN_HOOKS.make(vm, hooks.map(|hook| vm.or_none(hook)).to_vec()))
}

static SET_ORIGIN_DEPTH: Params<1> =
    Params::new("set_coroutine_origin_tracking_depth", ["depth"]).required(1);

fn set_origin_depth(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [depth] = SET_ORIGIN_DEPTH.bind(vm, args)?;
    match usize::try_from(vm.as_i32(depth.unwrap_or(&vm.none))?) {
        Ok(depth) => vm.thread.origin_depth.set(depth),
        Err(_) => return Err(vm.value_error("depth must be >= 0")),
    }
    Ok(vm.none.clone())
}

fn set_profile(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let function = Some(args.values[0].clone()).filter(|function| !function.is(&vm.none));
    interp::tracing::set_profile(vm, function);
    Ok(vm.none.clone())
}

fn call_tracing(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [function, arguments] = args.exact(vm, "call_tracing")?;
    let Some(arguments) = arguments.get::<Tuple>() else {
        return Err(vm.bad_argument("call_tracing", "argument 2", "tuple", arguments));
    };
    interp::tracing::call_tracing(vm, || vm.call(function, arguments))
}

fn is_interned(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    match args.values[0].downcast::<Str>() {
        Some(text) => Ok(vm.bool(text.is_interned())),
        None => Err(vm.bad_argument("_is_interned", "argument", "str", &args.values[0])),
    }
}

/// The running thread's number.
fn this_thread(vm: &Vm) -> Res<Obj> {
    let module = crate::import::import_module(vm, "_thread")?;
    vm.call0(&vm.getattr_text(&module, "get_ident")?)
}

fn current_frames(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let frames = vm.dict();
    if let Some(frame) = interp::frames::caller(vm, 0) {
        vm.dict_set(&frames, &this_thread(vm)?, interp::frames::object_of(vm, frame).into_obj())?;
    }
    Ok(frames.into_obj())
}

fn current_exceptions(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let exceptions = vm.dict();
    let handled = vm.thread.handled().unwrap_or_else(|| vm.none.clone());
    vm.dict_set(&exceptions, &this_thread(vm)?, handled)?;
    Ok(exceptions.into_obj())
}

/// Functions that `sys.audit` calls.
#[derive(Default)]
struct AuditHooks(ObjVec);

static ADD_AUDIT_HOOK: Params<1> = Params::new("addaudithook", ["hook"]).required(1);

fn add_audit_hook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [hook] = ADD_AUDIT_HOOK.bind(vm, args)?;
    // The hooks that are there may object: with an `Exception` silently, with anything else loudly.
    match raise_event(vm, &vm.str("sys.addaudithook"), &[]) {
        Err(raised) if raised.is_instance(&vm.exc.exception) => return Ok(vm.none.clone()),
        result => result?,
    }
    vm.state::<AuditHooks>().0.push(hook.unwrap_or(&vm.none).clone());
    Ok(vm.none.clone())
}

fn raise_event(vm: &Vm, event: &Obj, arguments: &[Obj]) -> Res<()> {
    for hook in vm.state::<AuditHooks>().0.to_vec() {
        vm.call(&hook, &[event.clone(), vm.tuple(arguments.to_vec())])?;
    }
    Ok(())
}

fn audit(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.no_keywords(vm, "audit")?;
    let Some((event, arguments)) = args.values.split_first() else {
        return Err(vm.type_error("audit expected at least 1 argument, got 0"));
    };
    vm.str_arg("audit", "argument 1", event)?;
    raise_event(vm, event, arguments)?;
    Ok(vm.none.clone())
}

/// `sys.breakpointhook`: calls what `PYTHONBREAKPOINT` names, `pdb.set_trace` by default.
fn breakpoint_hook(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let variable = vm.state::<crate::system::World>().variable(b"PYTHONBREAKPOINT").unwrap_or_default();
    let path = match String::from_utf8_lossy(&variable).into_owned() {
        path if path == "0" => return Ok(vm.none.clone()),
        path if path.is_empty() => "pdb.set_trace".to_owned(),
        path => path,
    };
    let (module, name) = path.rsplit_once('.').unwrap_or(("builtins", &path));
    let found = crate::import::import_module(vm, module).and_then(|module| vm.getattr_text(&module, name));
    match found {
        Ok(hook) => vm.call_args(&hook, args),
        Err(raised) if raised.is_instance(&vm.exc.exception) => {
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{path}\"");
            vm.warn(&vm.exc.runtime_warning, &message, 0)?;
            Ok(vm.none.clone())
        }
        Err(raised) => Err(raised),
    }
}
