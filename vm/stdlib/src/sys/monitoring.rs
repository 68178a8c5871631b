//! `sys.monitoring` (PEP 669, `Python/instrumentation.c`): tools and their callbacks. The machine does not tell programs of
//! events yet: asking for any is an error.

use std::cell::{Cell, RefCell};

use object::{Args, Code, NativeDef, Obj, ObjCell, Res, Str, Vm};

/// The events and their bits; a callback belongs to one of them.
const EVENTS: [&str; 19] = [
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];

/// How many tools programs can name (`PY_MONITORING_SYS_PROFILE_ID` and what follows are the interpreter's own).
const TOOLS: usize = 6;

#[derive(Default)]
struct Tool {
    name: ObjCell,
    in_use: Cell<bool>,
    callbacks: RefCell<[Option<Obj>; EVENTS.len()]>,
}

#[derive(Default)]
struct State {
    tools: [Tool; TOOLS],
}

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::positional("use_tool_id", use_tool_id, "($module, tool_id, name, /)\n--\n\n"),
    NativeDef::one(
        "clear_tool_id",
        |vm, _, args| {
            tool(vm, &args.values[0])?.callbacks.take();
            Ok(vm.none.clone())
        },
        "($module, tool_id, /)\n--\n\n",
    ),
    NativeDef::one(
        "free_tool_id",
        |vm, _, args| {
            let tool = tool(vm, &args.values[0])?;
            tool.callbacks.take();
            tool.name.set(None);
            tool.in_use.set(false);
            Ok(vm.none.clone())
        },
        "($module, tool_id, /)\n--\n\n",
    ),
    NativeDef::one(
        "get_tool",
        |vm, _, args| Ok(vm.or_none(&tool(vm, &args.values[0])?.name)),
        "($module, tool_id, /)\n--\n\n",
    ),
    NativeDef::positional(
        "register_callback",
        register_callback,
        "($module, tool_id, event, func, /)\n--\n\n",
    ),
    NativeDef::one(
        "get_events",
        |vm, _, args| {
            tool(vm, &args.values[0])?;
            Ok(vm.int(0))
        },
        "($module, tool_id, /)\n--\n\n",
    ),
    NativeDef::positional("set_events", set_events, "($module, tool_id, event_set, /)\n--\n\n"),
    NativeDef::positional("get_local_events", get_local_events, "($module, tool_id, code, /)\n--\n\n"),
    NativeDef::positional(
        "set_local_events",
        set_local_events,
        "($module, tool_id, code, event_set, /)\n--\n\n",
    ),
    NativeDef::no_args("restart_events", |vm, _, _| Ok(vm.none.clone()), "($module, /)\n--\n\n"),
    NativeDef::no_args("_all_events", |vm, _, _| Ok(vm.dict().into_obj()), "($module, /)\n--\n\n"),
];

/// The namespace.
pub(super) fn create(vm: &Vm) -> Res<Obj> {
    let module = builtins::new_module(vm, "sys.monitoring", None);
    crate::module::add_functions(vm, &module, "sys.monitoring", FUNCTIONS);
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    for name in ["DISABLE", "MISSING"] {
        set(name, vm.call0(vm.types.object.as_obj())?);
    }
    let mut events: Vec<(&str, Obj)> =
        EVENTS.iter().enumerate().map(|(bit, name)| (*name, vm.int(1 << bit))).collect();
    events.push(("NO_EVENTS", vm.int(0)));
    set("events", builtins::new_namespace(vm, &events));
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        set(name, vm.int(id));
    }
    Ok(module.into_obj())
}

fn tool<'a>(vm: &'a Vm, id: &Obj) -> Res<&'a Tool> {
    let id = vm.as_i32(id)?;
    let tool = usize::try_from(id).ok().and_then(|id| vm.state::<State>().tools.get(id));
    tool.ok_or_else(|| vm.value_error(format!("invalid tool {id} (must be between 0 and 5)")))
}

fn tool_in_use<'a>(vm: &'a Vm, id: &Obj) -> Res<&'a Tool> {
    let tool = tool(vm, id)?;
    if !tool.in_use.get() {
        return Err(vm.value_error(format!("tool {} is not in use", vm.as_i32(id)?)));
    }
    Ok(tool)
}

fn use_tool_id(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [id, name] = args.exact::<2>(vm, "use_tool_id")?;
    let tool = tool(vm, id)?;
    if name.get::<Str>().is_none() {
        return Err(vm.value_error("tool name must be a str"));
    }
    if tool.in_use.replace(true) {
        return Err(vm.value_error(format!("tool {} is already in use", vm.as_i32(id)?)));
    }
    tool.name.set(Some(name.clone()));
    Ok(vm.none.clone())
}

fn register_callback(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [id, event, callback] = args.exact::<3>(vm, "register_callback")?;
    let tool = tool(vm, id)?;
    let event = vm.as_i32(event)?;
    let bit = event.trailing_zeros() as usize;
    if event.count_ones() != 1 {
        return Err(vm.value_error("The callback can only be set for one event at a time"));
    }
    if bit >= EVENTS.len() {
        return Err(vm.value_error(format!("invalid event {event}")));
    }
    let callback = Some(callback).filter(|callback| !callback.is(&vm.none)).cloned();
    let old = std::mem::replace(&mut tool.callbacks.borrow_mut()[bit], callback);
    Ok(old.unwrap_or_else(|| vm.none.clone()))
}

/// Refuses what the machine cannot tell programs of.
fn check_events(vm: &Vm, events: &Obj) -> Res<()> {
    let events = vm.as_i32(events)?;
    if !(0..1 << EVENTS.len()).contains(&events) {
        return Err(vm.value_error(format!("invalid event set 0x{events:x}")));
    }
    if events != 0 {
        return Err(vm.not_implemented_error("bytelens does not tell programs of events yet"));
    }
    Ok(())
}

fn set_events(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [id, events] = args.exact::<2>(vm, "set_events")?;
    tool(vm, id)?;
    if vm.as_i32(events)? < 1 << EVENTS.len() {
        tool_in_use(vm, id)?;
    }
    check_events(vm, events)?;
    Ok(vm.none.clone())
}

fn check_code(vm: &Vm, code: &Obj) -> Res<()> {
    match code.get::<Code>() {
        Some(_) => Ok(()),
        None => Err(vm.type_error("code must be a code object")),
    }
}

fn get_local_events(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [id, code] = args.exact::<2>(vm, "get_local_events")?;
    check_code(vm, code)?;
    tool_in_use(vm, id)?;
    Ok(vm.int(0))
}

fn set_local_events(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [id, code, events] = args.exact::<3>(vm, "set_local_events")?;
    check_code(vm, code)?;
    tool_in_use(vm, id)?;
    check_events(vm, events)?;
    Ok(vm.none.clone())
}
