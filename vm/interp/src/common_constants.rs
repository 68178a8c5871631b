//! The objects that `LOAD_COMMON_CONSTANT` loads (`common_consts` of CPython's `PyInterpreterState`).

use std::cell::OnceCell;

use bytecode::opcode::common;
use object::{Dict, Obj, Res, Vm};

/// The functions that the module `builtins` has of these names when a machine starts, whatever a program does to the names.
#[derive(Default)]
struct Quantifiers {
    all: OnceCell<Obj>,
    any: OnceCell<Obj>,
}

/// Keeps the functions for which there is a constant. The machine has just been given its `builtins`.
pub fn keep(vm: &Vm, builtins: &Dict) {
    let Quantifiers { all, any } = vm.state::<Quantifiers>();
    for (cell, name) in [(all, "all"), (any, "any")] {
        if let Some(function) = builtins.get_str(&vm.intern(name)) {
            // A machine starts once.
            let _ = cell.set(function);
        }
    }
}

/// The constant of a number.
pub(crate) fn value(vm: &Vm, number: u32) -> Res<Obj> {
    let Quantifiers { all, any } = vm.state::<Quantifiers>();
    let kept = |function: &OnceCell<Obj>| {
        function.get().cloned().ok_or_else(|| vm.system_error("builtins were not there at the start"))
    };
    match number {
        common::ASSERTION_ERROR => Ok(vm.exc.assertion_error.as_obj().clone()),
        common::NOT_IMPLEMENTED_ERROR => Ok(vm.exc.not_implemented_error.as_obj().clone()),
        common::TUPLE => Ok(vm.types.tuple.as_obj().clone()),
        common::ALL => kept(all),
        _ => kept(any),
    }
}
