//! `CALL_INTRINSIC_1` and `CALL_INTRINSIC_2` (CPython's `intrinsics.c`).

use bytecode::opcode::{intrinsic_1, intrinsic_2};
use object::raw::frame::FrameRef;
use object::{Function, List, Obj, Raised, Res, TypingOp, Vm};

use crate::types::async_generator;

/// Replaces the top of the stack by what the intrinsic makes of it.
pub(crate) fn one(vm: &Vm, f: FrameRef, which: usize) -> Res<()> {
    let value = f.pop();
    let result = match which as u32 {
        intrinsic_1::PRINT => {
            let hook =
                sys_attribute(vm, "displayhook")?.ok_or_else(|| vm.runtime_error("lost sys.displayhook"))?;
            vm.call(&hook, &[value])?
        }
        intrinsic_1::IMPORT_STAR => {
            let namespace =
                f.locals.get().ok_or_else(|| vm.system_error("no locals found during 'import *'"))?;
            crate::import::star(vm, &value, &namespace)?;
            vm.none.clone()
        }
        intrinsic_1::STOPITERATION_ERROR => stop_iteration_error(vm, f, value),
        intrinsic_1::ASYNC_GEN_WRAP => async_generator::wrap(vm, value),
        intrinsic_1::UNARY_POSITIVE => vm.positive(&value)?,
        intrinsic_1::LIST_TO_TUPLE => {
            let items = value.get::<List>().map(|l| l.0.to_vec()).unwrap_or_default();
            vm.tuple(items)
        }
        intrinsic_1::TYPEVAR => typing(vm, TypingOp::TypeVar, &[value])?,
        intrinsic_1::PARAMSPEC => typing(vm, TypingOp::ParamSpec, &[value])?,
        intrinsic_1::TYPEVARTUPLE => typing(vm, TypingOp::TypeVarTuple, &[value])?,
        intrinsic_1::SUBSCRIPT_GENERIC => typing(vm, TypingOp::SubscriptGeneric, &[value])?,
        intrinsic_1::TYPEALIAS => typing(vm, TypingOp::TypeAlias, &[value])?,
        other => return Err(vm.system_error(format!("unknown intrinsic {other}"))),
    };
    f.push_value(result);
    Ok(())
}

/// Replaces the two topmost values by what the intrinsic makes of them.
pub(crate) fn two(vm: &Vm, f: FrameRef, which: usize) -> Res<()> {
    let (second, first) = (f.pop(), f.pop());
    let result = match which as u32 {
        intrinsic_2::PREP_RERAISE_STAR => crate::groups::prepare_reraise(vm, &first, &second)?,
        intrinsic_2::TYPEVAR_WITH_BOUND => typing(vm, TypingOp::TypeVarWithBound, &[first, second])?,
        intrinsic_2::TYPEVAR_WITH_CONSTRAINTS => {
            typing(vm, TypingOp::TypeVarWithConstraints, &[first, second])?
        }
        intrinsic_2::SET_FUNCTION_TYPE_PARAMS => {
            if let Some(function) = first.get::<Function>() {
                function.type_params.set(Some(second));
            }
            first
        }
        intrinsic_2::SET_TYPEPARAM_DEFAULT => typing(vm, TypingOp::SetDefault, &[first, second])?,
        other => return Err(vm.system_error(format!("unknown intrinsic {other}"))),
    };
    f.push_value(result);
    Ok(())
}

/// An attribute of the module `sys`, if there is one.
pub(crate) fn sys_attribute(vm: &Vm, name: &str) -> Res<Option<Obj>> {
    let Some(import) = vm.hooks.import.get() else { return Ok(None) };
    let sys = import(vm, "sys")?;
    vm.getattr_optional(&sys, &vm.intern(name))
}

fn typing(vm: &Vm, op: TypingOp, args: &[Obj]) -> Res<Obj> {
    match vm.hooks.typing.get() {
        Some(make) => make(vm, op, args),
        None => Err(vm.system_error("no type parameters are installed")),
    }
}

/// A `StopIteration` that leaves a generator is a `RuntimeError` (PEP 479).
fn stop_iteration_error(vm: &Vm, f: FrameRef, exception: Obj) -> Obj {
    let code = f.code();
    let stop = exception.ty().is_subtype_of(&vm.exc.stop_iteration);
    let stop_async = exception.ty().is_subtype_of(&vm.exc.stop_async_iteration);
    let message = if code.has(bytecode::flags::ASYNC_GENERATOR) {
        if stop_async {
            "async generator raised StopAsyncIteration"
        } else if stop {
            "async generator raised StopIteration"
        } else {
            return exception;
        }
    } else if stop {
        if code.has(bytecode::flags::COROUTINE) {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else {
        return exception;
    };
    let raised: Raised = vm.runtime_error(message);
    if let Some(payload) = raised.exception() {
        payload.cause.set(Some(exception.clone()));
        payload.context.set(Some(exception));
        payload.suppress_context.set(true);
    }
    raised.0
}
