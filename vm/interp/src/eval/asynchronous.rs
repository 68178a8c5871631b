//! `await`, `async for`, `yield from`: finding the iterators behind them.

use bytecode::flags;
use object::raw::frame::FrameRef;
use object::{Generator, GeneratorKind, GeneratorState, Obj, Res, Vm};

use crate::types::generator;

pub(super) fn get_yield_from_iter(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let iterable = f.pop();
    let iterator = match iterable.get::<Generator>() {
        Some(g) if g.kind == GeneratorKind::Coroutine => {
            if f.code().flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
                return Err(
                    vm.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator")
                );
            }
            iterable
        }
        Some(g) if g.kind == GeneratorKind::Generator => iterable,
        _ => vm.iter(&iterable)?,
    };
    f.push_value(iterator);
    Ok(())
}

/// What an `await` waits for (`_PyCoro_GetAwaitableIter`).
pub fn awaitable_iter(vm: &Vm, object: &Obj) -> Res<Obj> {
    if let Some(g) = object.get::<Generator>()
        && (g.kind == GeneratorKind::Coroutine
            || (g.kind == GeneratorKind::Generator && g.frame.frame().code().has(flags::ITERABLE_COROUTINE)))
    {
        return Ok(object.clone());
    }
    let Some(awaiter) = object.ty().slots.am_await.get() else {
        return Err(vm.type_error(format!("'{}' object can't be awaited", object.ty().name())));
    };
    let iterator = awaiter(vm, object)?;
    let is_coroutine = iterator.get::<Generator>().is_some_and(|g| {
        g.kind == GeneratorKind::Coroutine || g.frame.frame().code().has(flags::ITERABLE_COROUTINE)
    });
    if is_coroutine {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if iterator.ty().slots.iternext.get().is_none() {
        return Err(
            vm.type_error(format!("__await__() returned non-iterator of type '{}'", iterator.ty().name()))
        );
    }
    Ok(iterator)
}

pub(super) fn get_awaitable(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let object = f.pop();
    let iterator = match awaitable_iter(vm, &object) {
        Ok(iterator) => iterator,
        Err(raised) if object.ty().slots.am_await.get().is_some() => return Err(raised),
        Err(raised) => {
            let text = object.ty().name();
            return Err(match oparg {
                1 => vm.type_error(format!(
                    "'async with' received an object from __aenter__ that does not implement __await__: {text}"
                )),
                2 => vm.type_error(format!(
                    "'async with' received an object from __aexit__ that does not implement __await__: {text}"
                )),
                _ => raised,
            });
        }
    };
    if let Some(g) = iterator.get::<Generator>()
        && g.kind == GeneratorKind::Coroutine
        && g.state.get() == GeneratorState::SuspendedYieldFrom
    {
        return Err(vm.raise_text(&vm.exc.runtime_error, "coroutine is being awaited already"));
    }
    f.push_value(iterator);
    Ok(())
}

pub(super) fn get_aiter(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let object = f.pop();
    let Some(aiter) = object.ty().slots.am_aiter.get() else {
        return Err(vm.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {}",
            object.ty().name()
        )));
    };
    let iterator = aiter(vm, &object)?;
    if iterator.ty().slots.am_anext.get().is_none() {
        return Err(vm.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            iterator.ty().name()
        )));
    }
    f.push_value(iterator);
    Ok(())
}

pub(super) fn get_anext(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let iterator = f.peek(1);
    let Some(anext) = iterator.ty().slots.am_anext.get() else {
        return Err(vm.type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {}",
            iterator.ty().name()
        )));
    };
    let next = anext(vm, &iterator)?;
    if iterator.get::<Generator>().is_some_and(|g| g.kind == GeneratorKind::AsyncGenerator) {
        f.push_value(next);
        return Ok(());
    }
    match awaitable_iter(vm, &next) {
        Ok(awaitable) => f.push_value(awaitable),
        Err(cause) => {
            let raised = vm.type_error(format!(
                "'async for' received an invalid object from __anext__: {}",
                next.ty().name()
            ));
            if let Some(exception) = raised.0.get::<object::Exception>() {
                exception.cause.set(Some(cause.0.clone()));
                exception.context.set(Some(cause.0));
                exception.suppress_context.set(true);
            }
            return Err(raised);
        }
    }
    Ok(())
}

/// On the stack: the asynchronous iterator, the exception that ended its `__anext__`.
pub(super) fn end_async_for(vm: &Vm, f: FrameRef) -> Res<()> {
    let exception = f.pop();
    if exception.ty().is_subtype_of(&vm.exc.stop_async_iteration) {
        drop(f.pop());
        return Ok(());
    }
    Err(object::Raised(exception))
}

/// On the stack: the iterator, the value sent last, the exception thrown in. A `StopIteration` ends the delegation.
pub(super) fn cleanup_throw(vm: &Vm, f: FrameRef) -> Res<()> {
    let raised = object::Raised(f.pop());
    let Some(value) = generator::stop_value(vm, &raised) else {
        return Err(raised);
    };
    drop(f.pop());
    drop(f.pop());
    f.push_value(vm.none.clone());
    f.push_value(value);
    Ok(())
}
