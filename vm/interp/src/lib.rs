//! Running bytecode: frames, the evaluation loop and its specialisations, calls, generators, exceptions, tracebacks.
//!
//! [`install`] gives a machine the types that running code is made of. Code comes from the compiler's code objects by
//! [`code::executable`]; [`execute`] runs it as a module.

mod binding;
pub mod class;
pub mod code;
pub mod common_constants;
mod eval;
pub mod exceptions;
pub mod frames;
pub mod function;
mod groups;
pub mod import;
mod intrinsics;
pub mod report;
mod specialize;
pub mod trace;
pub mod tracing;
pub mod types;

use std::sync::Arc;

use bytecode::CodeObject;
use object::{Dict, Obj, Ref, Res, Vm};

pub use eval::{awaitable_iter, call_function, run_code};

/// Gives a new machine what it needs to run code.
pub fn install(vm: &Vm) {
    vm.define(&vm.types.cell, &types::cell::CELL);
    vm.define(&vm.types.function, &types::function::FUNCTION);
    vm.hooks.globals.set(Some(|vm| vm.thread.frame.get().map(|frame| frame.globals().clone())));
}

/// Runs a code object with these globals, and `locals` as its namespace (`PyEval_EvalCode`).
pub fn execute(vm: &Vm, code: &Arc<CodeObject>, globals: &Ref<Dict>, locals: Option<Obj>) -> Res<Obj> {
    let code = code::executable(vm, code)?;
    let function = function::for_globals(vm, code, globals);
    run_code(vm, function.as_obj(), Some(locals.unwrap_or_else(|| globals.clone().into_obj())))
}
