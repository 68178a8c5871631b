//! `atexit`.

use object::{Args, NativeDef, Obj, Res, Vm};

use crate::machine::Library;
use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new(
    "atexit",
    "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public functions, register and unregister, are defined.\n",
)
.functions(&[
    NativeDef::keywords("register", register, "register(func, *args, **kwargs)\n\nRegister a function to be executed upon normal program termination"),
    NativeDef::one("unregister", unregister, "unregister(func)\n\nUnregister an exit function which was previously registered using\natexit.register"),
    NativeDef::no_args("_clear", |vm, _, _| { vm.state::<Library>().exit_functions.borrow_mut().clear(); Ok(vm.none.clone()) }, ""),
    NativeDef::no_args("_run_exitfuncs", |vm, _, _| { run_all(vm); Ok(vm.none.clone()) }, ""),
    NativeDef::no_args("_ncallbacks", |vm, _, _| Ok(vm.int(vm.state::<Library>().exit_functions.borrow().len() as i64)), ""),
]);

fn register(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some((function, rest)) = args.pos().split_first() else {
        return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let keywords = if args.kwnames.is_empty() {
        None
    } else {
        let dict = vm.dict();
        for (name, value) in args.keywords() {
            vm.dict_set(&dict, name, value.clone())?;
        }
        Some(dict)
    };
    vm.state::<Library>().exit_functions.borrow_mut().push((function.clone(), rest.to_vec(), keywords));
    Ok(function.clone())
}

fn unregister(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let all = vm.state::<Library>().exit_functions.take();
    let mut kept = Vec::new();
    for entry in all {
        if !vm.eq(&entry.0, &args.values[0])? {
            kept.push(entry);
        }
    }
    vm.state::<Library>().exit_functions.borrow_mut().extend(kept);
    Ok(vm.none.clone())
}

/// Calls all registered functions, the last one first.
pub(crate) fn run_all(vm: &Vm) {
    loop {
        let next = vm.state::<Library>().exit_functions.borrow_mut().pop();
        let Some((function, args, keywords)) = next else { return };
        if let Err(raised) = vm.call_dict(&function, &args, keywords.as_ref()) {
            vm.ignore(&raised, "in atexit callback", &function);
        }
    }
}
