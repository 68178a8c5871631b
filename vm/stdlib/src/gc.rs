//! `gc` (`gcmodule.c`): the face of the cycle collector.

use object::raw::gc::{self as collector, Event, debug};
use object::{Args, List, NativeDef, Obj, ObjCell, Params, Res, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("gc", "This module provides access to the garbage collector for reference cycles.\n\nenable() -- Enable automatic garbage collection.\ndisable() -- Disable automatic garbage collection.\nisenabled() -- Returns true if automatic collection is enabled.\ncollect() -- Do a full collection right now.\nget_count() -- Return the current collection counts.\nget_stats() -- Return list of dictionaries containing per-generation stats.\nset_debug() -- Set debugging flags.\nget_debug() -- Get debugging flags.\nset_threshold() -- Set the collection thresholds.\nget_threshold() -- Return the current collection thresholds.\nget_objects() -- Return a list of all objects tracked by the collector.\nis_tracked() -- Returns true if a given object is tracked.\nis_finalized() -- Returns true if a given object has been already finalized.\nget_referrers() -- Return the list of objects that refer to an object.\nget_referents() -- Return the list of objects that an object refers to.\nfreeze() -- Freeze all tracked objects and ignore them for future collections.\nunfreeze() -- Unfreeze all objects in the permanent generation.\nget_freeze_count() -- Return the number of objects in the permanent generation.\n")
.functions(&[
    NativeDef::no_args("enable", |vm, _, _| { collector::set_enabled(true); Ok(vm.none.clone()) }, "($module, /)\n--\n\nEnable automatic garbage collection."),
    NativeDef::no_args("disable", |vm, _, _| { collector::set_enabled(false); Ok(vm.none.clone()) }, "($module, /)\n--\n\nDisable automatic garbage collection."),
    NativeDef::no_args("isenabled", |vm, _, _| Ok(vm.bool(collector::is_enabled())), "($module, /)\n--\n\nReturns true if automatic garbage collection is enabled."),
    NativeDef::one("set_debug", set_debug, "($module, flags, /)\n--\n\nSet the garbage collection debugging flags.\n\n  flags\n    An integer that can have the following bits turned on:\n      DEBUG_STATS - Print statistics during collection.\n      DEBUG_COLLECTABLE - Print collectable objects found.\n      DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects\n        found.\n      DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.\n      DEBUG_LEAK - Debug leaking programs (everything but STATS).\n\nDebugging information is written to sys.stderr."),
    NativeDef::no_args("get_debug", |vm, _, _| Ok(vm.int(collector::debug_flags().into())), "($module, /)\n--\n\nGet the garbage collection debugging flags."),
    NativeDef::no_args("get_count", |vm, _, _| Ok(triple(vm, collector::counts())), "($module, /)\n--\n\nReturn a three-tuple of the current collection counts."),
    NativeDef::positional("set_threshold", set_threshold, "set_threshold(threshold0, [threshold1, [threshold2]])\nSet the collection thresholds (the collection frequency).\n\nSetting 'threshold0' to zero disables collection."),
    NativeDef::no_args("get_threshold", |vm, _, _| Ok(triple(vm, collector::thresholds())), "($module, /)\n--\n\nReturn the current collection thresholds."),
    NativeDef::keywords("collect", collect, "($module, /, generation=2)\n--\n\nRun the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be an integer specifying which generation to collect.  A ValueError\nis raised if the generation number is invalid.\n\nThe number of unreachable objects is returned."),
    NativeDef::keywords("get_objects", get_objects, "($module, /, generation=None)\n--\n\nReturn a list of objects tracked by the collector (excluding the list returned).\n\n  generation\n    Generation to extract the objects from.\n\nIf generation is not None, return only the objects tracked by the\ncollector that are in that generation."),
    NativeDef::no_args("get_stats", get_stats, "($module, /)\n--\n\nReturn a list of dictionaries containing per-generation statistics."),
    NativeDef::one("is_tracked", |vm, _, args| Ok(vm.bool(collector::is_tracked(&args.values[0]))), "($module, obj, /)\n--\n\nReturns true if the object is tracked by the garbage collector.\n\nSimple atomic objects will return false."),
    NativeDef::one("is_finalized", |vm, _, args| Ok(vm.bool(args.values[0].is_finalized())), "($module, obj, /)\n--\n\nReturns true if the object has been already finalized by the GC."),
    NativeDef::positional("get_referrers", get_referrers, "($module, /, *objs)\n--\n\nReturn the list of objects that directly refer to any of 'objs'."),
    NativeDef::positional("get_referents", get_referents, "($module, /, *objs)\n--\n\nReturn the list of objects that are directly referred to by 'objs'."),
    NativeDef::no_args("freeze", |vm, _, _| { collector::freeze(); Ok(vm.none.clone()) }, "($module, /)\n--\n\nFreeze all current tracked objects and ignore them for future collections.\n\nThis can be used before a POSIX fork() call to make the gc copy-on-write\nfriendly.\nNote: collection before a POSIX fork() call may free pages for future\nallocation which can cause copy-on-write."),
    NativeDef::no_args("unfreeze", |vm, _, _| { collector::unfreeze(); Ok(vm.none.clone()) }, "($module, /)\n--\n\nUnfreeze all objects in the permanent generation.\n\nPut all objects in the permanent generation back into oldest generation."),
    NativeDef::no_args("get_freeze_count", |vm, _, _| Ok(vm.int(collector::frozen_count() as i64)), "($module, /)\n--\n\nReturn the number of objects in the permanent generation."),
])
.init(|vm, module| {
    let state = vm.state::<State>();
    for (name, cell) in [("garbage", &state.garbage), ("callbacks", &state.callbacks)] {
        if cell.is_none() {
            cell.set(Some(vm.list(Vec::new())));
        }
        module.dict.set_str(&vm.intern(name), vm.or_none(cell));
    }
    for (name, flag) in [
        ("DEBUG_STATS", debug::STATS),
        ("DEBUG_COLLECTABLE", debug::COLLECTABLE),
        ("DEBUG_UNCOLLECTABLE", debug::UNCOLLECTABLE),
        ("DEBUG_SAVEALL", debug::SAVEALL),
        ("DEBUG_LEAK", debug::LEAK),
    ] {
        module.dict.set_str(&vm.intern(name), vm.int(flag.into()));
    }
    vm.hooks.collection.set(Some(follow));
    Ok(())
});

/// The lists that the module shows.
#[derive(Default)]
struct State {
    garbage: ObjCell,
    callbacks: ObjCell,
}

fn triple(vm: &Vm, values: [usize; 3]) -> Obj {
    vm.tuple(values.map(|value| vm.int(value as i64)))
}

/// Runs callbacks, keeps garbage and prints, as a collection goes on.
fn follow(vm: &Vm, event: Event<'_>) {
    let state = vm.state::<State>();
    match event {
        Event::Start(generation) => run_callbacks(vm, "start", generation, 0),
        Event::Stop(generation, freed) => run_callbacks(vm, "stop", generation, freed),
        Event::Garbage(object) => {
            if let Some(garbage) = state.garbage.get()
                && let Some(garbage) = garbage.get::<List>()
            {
                garbage.0.push(object.clone());
            }
        }
        Event::Report(line) => crate::machine::write_stderr(vm, line),
    }
}

fn run_callbacks(vm: &Vm, phase: &str, generation: usize, freed: usize) {
    let Some(callbacks) = vm.state::<State>().callbacks.get() else { return };
    let Some(callbacks) = callbacks.get::<List>().filter(|callbacks| !callbacks.0.is_empty()) else { return };
    let info = vm.dict();
    for (key, value) in [("generation", generation), ("collected", freed), ("uncollectable", 0)] {
        info.set_str(&vm.intern(key), vm.int(value as i64));
    }
    let mut at = 0;
    while let Some(callback) = callbacks.0.get(at) {
        if let Err(raised) = vm.call(&callback, &[vm.str(phase), info.as_obj().clone()]) {
            vm.ignore(&raised, "while calling GC callback", &callback);
        }
        at += 1;
    }
}

fn set_debug(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    collector::set_debug_flags(vm.as_i32(&args.values[0])? as u32);
    Ok(vm.none.clone())
}

fn set_threshold(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    if !(1..=3).contains(&args.values.len()) {
        return Err(vm.type_error("gc.set_threshold requires 1 to 3 arguments"));
    }
    let mut thresholds = collector::thresholds();
    for (threshold, given) in thresholds.iter_mut().zip(args.values) {
        *threshold = usize::try_from(vm.as_i32(given)?).unwrap_or_default();
    }
    collector::set_thresholds(thresholds);
    Ok(vm.none.clone())
}

static COLLECT: Params<1> = Params::new("collect", ["generation"]);

fn collect(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [generation] = COLLECT.bind(vm, args)?;
    let generation = generation.map_or(Ok(2), |generation| vm.as_i32(generation))?;
    match usize::try_from(generation) {
        Ok(generation @ 0..=2) => Ok(vm.int(collector::collect(generation) as i64)),
        _ => Err(vm.value_error("invalid generation")),
    }
}

static GET_OBJECTS: Params<1> = Params::new("get_objects", ["generation"]);

fn get_objects(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [generation] = GET_OBJECTS.bind(vm, args)?;
    let Some(generation) = generation.filter(|generation| !generation.is(&vm.none)) else {
        return Ok(vm.list(collector::objects(None)));
    };
    if !vm.has_index(generation) {
        let name = generation.ty().name();
        return Err(vm.type_error(format!("argument should be integer or None, not '{name}'")));
    }
    match vm.as_isize(generation)? {
        number @ 0..=2 => Ok(vm.list(collector::objects(Some(number as usize)))),
        3.. => Err(
            vm.value_error("generation parameter must be less than the number of available generations (3)")
        ),
        _ => Err(vm.value_error("generation parameter cannot be negative")),
    }
}

fn get_stats(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let stats = collector::stats().map(|stats| {
        let dict = vm.dict();
        for (key, value) in [
            ("collections", stats.collections),
            ("collected", stats.collected),
            ("uncollectable", stats.uncollectable),
        ] {
            dict.set_str(&vm.intern(key), vm.int(value as i64));
        }
        dict.into_obj()
    });
    Ok(vm.list(stats.into()))
}

fn get_referrers(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut found = collector::objects(None);
    found.retain(|object| {
        let mut refers = false;
        collector::trace(object, &mut |child| refers |= args.values.iter().any(|wanted| wanted.is(child)));
        refers
    });
    Ok(vm.list(found))
}

fn get_referents(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut found = Vec::new();
    for object in args.values {
        collector::trace(object, &mut |child| found.push(child.clone()));
    }
    Ok(vm.list(found))
}
