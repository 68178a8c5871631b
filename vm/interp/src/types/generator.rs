//! `generator` and `coroutine` (CPython's `genobject.c`), and how native code resumes them.

use object::raw::frame::FrameRef;
use object::types::{GetSetDef, NativeDef, NativeType};
use object::{
    Args, CoroutineWrapper, Generator, GeneratorKind, GeneratorState, Layout as _, Obj, Raised, Ref, Res,
    Str, Tuple, Type, Vm,
};

use crate::eval::{self, Start};
use crate::frames;

/// The type `generator`.
pub static GENERATOR: NativeType = NativeType::new("generator", Generator::VTABLE)
    .slots(|s| {
        s.iter.set(Some(object::protocol::self_iter));
        s.iternext.set(Some(iternext));
        s.finalize.set(Some(finalize));
        s.repr.set(Some(repr));
    })
    .methods(&[
        NativeDef::one("send", send, "($self, arg, /)\n--\n\nsend(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration."),
        NativeDef::positional("throw", throw, "throw(value)\nthrow(type[,value[,tb]])\n\nRaise exception in generator, return next yielded value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python."),
        NativeDef::no_args("close", close, "($self, /)\n--\n\nclose() -> raise GeneratorExit inside generator."),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method(),
    ])
    .getset(&[
        GetSetDef::new("__name__", get_name, set_name, "name of the generator"),
        GetSetDef::new("__qualname__", get_qualname, set_qualname, "qualified name of the generator"),
        GetSetDef::read_only("gi_yieldfrom", yield_from, "object being iterated by yield from, or None"),
        GetSetDef::read_only("gi_running", is_running, ""),
        GetSetDef::read_only("gi_frame", get_frame, ""),
        GetSetDef::read_only("gi_suspended", is_suspended, ""),
        GetSetDef::read_only("gi_code", get_code, ""),
    ])
    .size(152, 8)
    .offsets(0, 16);

/// The type `coroutine`.
pub static COROUTINE: NativeType = NativeType::new("coroutine", Generator::VTABLE)
    .slots(|s| {
        s.am_await.set(Some(coroutine_await));
        s.finalize.set(Some(finalize));
        s.repr.set(Some(repr));
    })
    .methods(&[
        NativeDef::one("send", send, "($self, arg, /)\n--\n\nsend(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."),
        NativeDef::positional("throw", throw, "throw(value)\nthrow(type[,value[,traceback]])\n\nRaise exception in coroutine, return next iterated value or raise\nStopIteration.\nthe (type, val, tb) signature is deprecated, \nand may be removed in a future version of Python."),
        NativeDef::no_args("close", close, "($self, /)\n--\n\nclose() -> raise GeneratorExit inside coroutine."),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method(),
    ])
    .getset(&[
        GetSetDef::new("__name__", get_name, set_name, "name of the coroutine"),
        GetSetDef::new("__qualname__", get_qualname, set_qualname, "qualified name of the coroutine"),
        GetSetDef::read_only("cr_await", yield_from, "object being awaited on, or None"),
        GetSetDef::read_only("cr_running", is_running, ""),
        GetSetDef::read_only("cr_frame", get_frame, ""),
        GetSetDef::read_only("cr_code", get_code, ""),
        GetSetDef::read_only("cr_suspended", is_suspended, ""),
        GetSetDef::read_only("cr_origin", get_origin, ""),
    ])
    .size(152, 8)
    .offsets(0, 16);

/// The type `coroutine_wrapper`: what `coroutine.__await__()` gives.
pub static COROUTINE_WRAPPER: NativeType = NativeType::new("coroutine_wrapper", CoroutineWrapper::VTABLE)
    .slots(|s| {
        s.iter.set(Some(object::protocol::self_iter));
        s.iternext.set(Some(|vm, obj| iternext(vm, &wrapped(vm, obj)?)));
    })
    .methods(&[
        NativeDef::one("send", |vm, obj, args| send(vm, &wrapped(vm, obj)?, args), "($self, arg, /)\n--\n\nsend(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration."),
        NativeDef::positional("throw", |vm, obj, args| throw(vm, &wrapped(vm, obj)?, args), "throw(value)\nthrow(type[,value[,traceback]])"),
        NativeDef::no_args("close", |vm, obj, args| close(vm, &wrapped(vm, obj)?, args), "($self, /)\n--\n\nclose() -> raise GeneratorExit inside coroutine."),
    ])
    .size(24, 0);

fn wrapped(vm: &Vm, obj: &Obj) -> Res<Obj> {
    match obj.get::<CoroutineWrapper>() {
        Some(wrapper) => Ok(wrapper.coroutine.clone()),
        None => Err(wrong_receiver(vm, obj)),
    }
}

fn coroutine_await(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(Ref::new(vm.native_type(&COROUTINE_WRAPPER), CoroutineWrapper { coroutine: obj.clone() }).into_obj())
}

/// What a generator is resumed with.
pub enum Input {
    /// A value; `None` for `next`.
    Send(Obj),
    /// An exception.
    Throw(Raised),
}

/// What a resumed generator gives.
pub enum Resumed {
    /// It is suspended again.
    Yielded(Obj),
    /// It has ended.
    Returned(Obj),
}

fn wrong_receiver(vm: &Vm, obj: &Obj) -> Raised {
    vm.type_error(format!("a generator was expected, not '{}'", obj.ty().name()))
}

/// What the kind is called in messages.
fn kind_name(generator: &Generator) -> &'static str {
    match generator.kind {
        GeneratorKind::Generator => "generator",
        GeneratorKind::Coroutine => "coroutine",
        GeneratorKind::AsyncGenerator => "async generator",
    }
}

/// Resumes a generator of any kind (`gen_send_ex2`).
pub fn resume(vm: &Vm, obj: &Obj, input: Input) -> Res<Resumed> {
    resume_with(vm, obj, input, false)
}

fn resume_with(vm: &Vm, obj: &Obj, input: Input, closing: bool) -> Res<Resumed> {
    let Some(generator) = obj.get::<Generator>() else { return Err(wrong_receiver(vm, obj)) };
    match (generator.state.get(), &input) {
        (GeneratorState::Running, _) => {
            return Err(vm.value_error(format!("{} already executing", kind_name(generator))));
        }
        (GeneratorState::Created, Input::Send(value)) if !value.is(&vm.none) => {
            return Err(vm.type_error(format!(
                "can't send non-None value to a just-started {}",
                kind_name(generator)
            )));
        }
        (GeneratorState::Finished, _) if generator.kind == GeneratorKind::Coroutine && !closing => {
            return Err(vm.runtime_error("cannot reuse already awaited coroutine"));
        }
        (GeneratorState::Finished, Input::Send(_)) => return Ok(Resumed::Returned(vm.none.clone())),
        (GeneratorState::Finished, Input::Throw(raised)) => return Err(raised.clone()),
        _ => {}
    }
    if !frames::has_room(vm) {
        return Err(frames::recursion_error(vm));
    }
    eval::activate(vm, obj, generator, vm.thread.frame.get());
    if let Input::Throw(raised) = &input {
        vm.chain_context(&raised.0, vm.thread.handled_here());
    }
    let frame = generator.frame.frame();
    frame.is_entry.set(true);
    let start = match input {
        Input::Send(value) => Start::Send(value),
        Input::Throw(raised) => Start::Throw(raised),
    };
    // The frame must outlive its run, whatever happens to the caller's reference.
    let _alive = obj.clone();
    let value = eval::run(vm, frame, start)?;
    Ok(match generator.state.get() {
        GeneratorState::Finished => Resumed::Returned(value),
        _ => Resumed::Yielded(value),
    })
}

/// The value of a `StopIteration`; `None` if the exception is another one.
pub fn stop_value(vm: &Vm, raised: &Raised) -> Option<Obj> {
    if !raised.is_instance(&vm.exc.stop_iteration) {
        return None;
    }
    let value = raised.exception()?.fields.get(object::exceptions::field::STOP_VALUE)?.get();
    Some(value.unwrap_or_else(|| vm.none.clone()))
}

fn or_stop(vm: &Vm, resumed: Resumed) -> Res<Obj> {
    match resumed {
        Resumed::Yielded(value) => Ok(value),
        Resumed::Returned(value) => {
            Err(vm.stop_iteration(if value.is(&vm.none) { None } else { Some(&value) }))
        }
    }
}

fn iternext(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    Ok(match resume(vm, obj, Input::Send(vm.none.clone()))? {
        Resumed::Yielded(value) => Some(value),
        Resumed::Returned(value) => {
            vm.thread.stop_value.set(Some(value));
            None
        }
    })
}

fn send(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = args.values.first().unwrap_or(&vm.none).clone();
    or_stop(vm, resume(vm, obj, Input::Send(value))?)
}

/// What a generator delegates to, if it is suspended in a `yield from` or `await` (`_PyGen_yf`).
pub fn delegate(generator: &Generator) -> Option<Obj> {
    (generator.state.get() == GeneratorState::SuspendedYieldFrom).then(|| generator.frame.frame().peek(1))
}

/// An exception of a class from a value that is one, or what to make it of (`PyErr_NormalizeException`).
fn instance(vm: &Vm, class: &Obj, value: Option<&Obj>) -> Res<Obj> {
    let made = match value {
        None => vm.call(class, &[])?,
        Some(value) if vm.is_instance(value, class)? => value.clone(),
        Some(value) if value.is_exactly(&vm.types.tuple) => {
            let items = value.get::<Tuple>().map(|t| t.to_vec()).unwrap_or_default();
            vm.call(class, &items)?
        }
        Some(value) => vm.call(class, std::slice::from_ref(value))?,
    };
    if made.get::<object::Exception>().is_none() {
        return Err(vm.type_error(format!(
            "calling {} should have returned an instance of BaseException, not {}",
            vm.repr_text(class)?,
            made.ty().name()
        )));
    }
    Ok(made)
}

/// The exception of `throw(type, value, traceback)`.
pub(crate) fn thrown(vm: &Vm, args: &[Obj]) -> Res<Raised> {
    let (ty, value, traceback) = (&args[0], args.get(1), args.get(2).filter(|t| !t.is(&vm.none)));
    if traceback.is_some_and(|t| t.get::<object::Traceback>().is_none()) {
        return Err(vm.type_error("throw() third argument must be a traceback object"));
    }
    let is_class = ty.downcast::<Type>().is_some_and(|t| t.is_subtype_of(&vm.exc.base_exception));
    let value = value.filter(|v| !v.is(&vm.none));
    if !is_class && value.is_some() && ty.get::<object::Exception>().is_some() {
        return Err(vm.type_error("instance exception may not have a separate value"));
    }
    let exception = if is_class {
        match instance(vm, ty, value) {
            Ok(exception) => exception,
            // That it cannot be made is what is thrown in.
            Err(failed) => return Ok(failed),
        }
    } else if ty.get::<object::Exception>().is_some() {
        ty.clone()
    } else {
        return Err(vm.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            ty.ty().name()
        )));
    };
    // Its context is what the generator handles, not what its caller does.
    let raised = Raised(exception);
    if let (Some(traceback), Some(exception)) = (traceback, raised.exception()) {
        exception.traceback.set(Some(traceback.clone()));
    }
    Ok(raised)
}

fn throw(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let values = args.values;
    if values.is_empty() || values.len() > 3 {
        let (bound, expected) = if values.is_empty() { ("at least", 1) } else { ("at most", 3) };
        return Err(vm.type_error(format!(
            "throw expected {bound} {expected} argument{}, got {}",
            if expected == 1 { "" } else { "s" },
            values.len()
        )));
    }
    if values.len() > 1 {
        vm.warn(
            &vm.exc.deprecation_warning,
            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.",
            1,
        )?;
    }
    let raised = thrown(vm, values)?;
    or_stop(vm, throw_into(vm, obj, raised, true)?)
}

/// Throws an exception into a generator, or into what it delegates to (`_gen_throw`). `close_on_exit`: a `GeneratorExit`
/// closes the delegate instead of being thrown into it.
pub fn throw_into(vm: &Vm, obj: &Obj, raised: Raised, close_on_exit: bool) -> Res<Resumed> {
    let Some(generator) = obj.get::<Generator>() else { return Err(wrong_receiver(vm, obj)) };
    let Some(inner) = delegate(generator) else { return resume(vm, obj, Input::Throw(raised)) };
    if raised.is_instance(&vm.exc.generator_exit) && close_on_exit {
        let outer = mark_running(vm, generator);
        let closed = close_any(vm, &inner);
        outer.restore(vm);
        let raised = match closed {
            Ok(()) => raised,
            Err(failed) => failed,
        };
        return resume(vm, obj, Input::Throw(raised));
    }
    let outer = mark_running(vm, generator);
    let is_plain = inner.get::<Generator>().is_some_and(|g| g.kind != GeneratorKind::AsyncGenerator);
    let result = if is_plain {
        throw_into(vm, &inner, raised, close_on_exit)
    } else {
        match vm.getattr_optional(&inner, &vm.names.throw) {
            Ok(Some(method)) => vm.call(&method, &[raised.0]).map(Resumed::Yielded),
            Ok(None) => {
                outer.restore(vm);
                return resume(vm, obj, Input::Throw(raised));
            }
            Err(failed) => Err(failed),
        }
    };
    outer.restore(vm);
    match result {
        Ok(Resumed::Yielded(value)) => Ok(Resumed::Yielded(value)),
        Ok(Resumed::Returned(value)) => finish_delegation(vm, obj, generator, value),
        Err(failed) => match stop_value(vm, &failed) {
            Some(value) => finish_delegation(vm, obj, generator, value),
            None => resume(vm, obj, Input::Throw(failed)),
        },
    }
}

/// The delegate returned: the generator goes on behind its `yield from`. The value travels as a `StopIteration` that the
/// delegation's handler (`CLEANUP_THROW`) takes.
fn finish_delegation(vm: &Vm, obj: &Obj, _: &Generator, value: Obj) -> Res<Resumed> {
    let stop = vm.stop_iteration(Some(&value));
    resume(vm, obj, Input::Throw(stop))
}

/// A generator that counts as running while native code works on its delegate, its frame on the stack.
struct MarkedRunning<'a> {
    generator: &'a Generator,
    state: GeneratorState,
    caller: Option<FrameRef>,
}

fn mark_running<'a>(vm: &Vm, generator: &'a Generator) -> MarkedRunning<'a> {
    let frame = generator.frame.frame();
    let caller = vm.thread.frame.replace(Some(frame));
    frame.previous.set(caller);
    let state = generator.state.replace(GeneratorState::Running);
    MarkedRunning { generator, state, caller }
}

impl MarkedRunning<'_> {
    fn restore(self, vm: &Vm) {
        self.generator.frame.frame().previous.set(None);
        vm.thread.frame.set(self.caller);
        self.generator.state.set(self.state);
    }
}

/// Closes whatever a generator delegates to (`gen_close_iter`).
fn close_any(vm: &Vm, inner: &Obj) -> Res<()> {
    if inner.get::<Generator>().is_some_and(|g| g.kind != GeneratorKind::AsyncGenerator) {
        return close_generator(vm, inner).map(drop);
    }
    match vm.getattr_optional(inner, &vm.names.close) {
        Ok(Some(method)) => vm.call(&method, &[]).map(drop),
        Ok(None) => Ok(()),
        Err(raised) => {
            vm.ignore(&raised, "while closing generator", inner);
            Ok(())
        }
    }
}

fn close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    close_generator(vm, obj)
}

/// `close()`: the value of a `return`, or `None`.
pub fn close_generator(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(generator) = obj.get::<Generator>() else { return Err(wrong_receiver(vm, obj)) };
    match generator.state.get() {
        GeneratorState::Created => {
            generator.state.set(GeneratorState::Finished);
            generator.frame.frame().clear();
            return Ok(vm.none.clone());
        }
        GeneratorState::Finished => return Ok(vm.none.clone()),
        _ => {}
    }
    let mut raised = None;
    if let Some(inner) = delegate(generator) {
        let outer = mark_running(vm, generator);
        raised = close_any(vm, &inner).err();
        outer.restore(vm);
    }
    let raised = raised.unwrap_or_else(|| vm.raise_args(&vm.exc.generator_exit, &[]));
    match resume_with(vm, obj, Input::Throw(raised), true) {
        Ok(Resumed::Yielded(_)) => {
            Err(vm.runtime_error(format!("{} ignored GeneratorExit", kind_name(generator))))
        }
        Ok(Resumed::Returned(value)) => Ok(value),
        Err(raised) if raised.is_instance(&vm.exc.generator_exit) => Ok(vm.none.clone()),
        Err(raised) => match stop_value(vm, &raised) {
            Some(value) => Ok(value),
            None => Err(raised),
        },
    }
}

/// Warns of a coroutine that nobody awaited (`_PyErr_WarnUnawaitedCoroutine`).
fn warn_unawaited(vm: &Vm, obj: &Obj, generator: &Generator) -> Res<()> {
    let warn = match vm.hooks.import.get() {
        Some(import) => import(vm, "warnings").and_then(|w| vm.getattr_text(&w, "_warn_unawaited_coroutine")),
        None => Err(vm.runtime_error("no import system is installed")),
    };
    if let Ok(warn) = warn {
        return vm.call(&warn, std::slice::from_ref(obj)).map(drop);
    }
    let name = generator.qualname_str();
    let name = name.map(|n| n.to_text_lossy().into_owned()).unwrap_or_default();
    vm.warn(&vm.exc.runtime_warning, &format!("coroutine '{name}' was never awaited"), 1)
}

/// A generator that nobody has any more (`_PyGen_Finalize`).
pub(crate) fn finalize(vm: &Vm, obj: &Obj) {
    let Some(generator) = obj.get::<Generator>() else { return };
    match generator.state.get() {
        GeneratorState::Finished | GeneratorState::Running => return,
        GeneratorState::Created if generator.kind != GeneratorKind::Coroutine => {
            return;
        }
        _ => {}
    }
    if generator.kind == GeneratorKind::AsyncGenerator
        && let Some(finalizer) = generator.origin_or_finalizer.get()
        && !generator.closed.get()
    {
        if let Err(raised) = vm.call(&finalizer, std::slice::from_ref(obj)) {
            vm.ignore(&raised, "while closing generator", obj);
        }
        return;
    }
    if generator.kind == GeneratorKind::Coroutine && generator.state.get() == GeneratorState::Created {
        if let Err(raised) = warn_unawaited(vm, obj, generator) {
            vm.write_unraisable(&raised, Some(obj));
        }
        return;
    }
    if let Err(raised) = close_generator(vm, obj) {
        vm.ignore(&raised, "while closing generator", obj);
    }
}

/// `cr_origin` of a new coroutine, if origins are tracked: a tuple of `(filename, line, name)`.
pub(crate) fn origin(vm: &Vm) -> Option<Obj> {
    let depth = vm.thread.origin_depth.get();
    if depth == 0 {
        return None;
    }
    let mut entries = Vec::new();
    let mut frame = vm.thread.frame.get();
    while let Some(at) = frame
        && entries.len() < depth
    {
        let code = at.code();
        let line = code.line(at.instruction()).unwrap_or(0);
        entries.push(vm.tuple([
            code.filename.clone().into_obj(),
            vm.int(line.into()),
            code.name.clone().into_obj(),
        ]));
        frame = at.previous.get();
    }
    Some(vm.tuple(entries))
}

fn receiver<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Generator> {
    obj.get::<Generator>().ok_or_else(|| wrong_receiver(vm, obj))
}

pub(crate) fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let generator = receiver(vm, obj)?;
    let name = generator.qualname_str().map(|n| n.to_text_lossy().into_owned()).unwrap_or_default();
    let kind = match generator.kind {
        GeneratorKind::AsyncGenerator => "async_generator",
        _ => kind_name(generator),
    };
    Ok(vm.str(&format!("<{kind} object {name} at {:#x}>", obj.id())))
}

pub(crate) fn get_name(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.name.get().unwrap_or_else(|| vm.none.clone()))
}

pub(crate) fn set_name(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value.filter(|v| v.get::<Str>().is_some()) {
        Some(value) => {
            receiver(vm, obj)?.name.set(Some(value.clone()));
            Ok(())
        }
        None => Err(vm.type_error("__name__ must be set to a string object")),
    }
}

pub(crate) fn get_qualname(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.qualname.get().unwrap_or_else(|| vm.none.clone()))
}

pub(crate) fn set_qualname(vm: &Vm, obj: &Obj, value: Option<&Obj>) -> Res<()> {
    match value.filter(|v| v.get::<Str>().is_some()) {
        Some(value) => {
            receiver(vm, obj)?.qualname.set(Some(value.clone()));
            Ok(())
        }
        None => Err(vm.type_error("__qualname__ must be set to a string object")),
    }
}

pub(crate) fn yield_from(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(delegate(receiver(vm, obj)?).unwrap_or_else(|| vm.none.clone()))
}

fn is_running(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.bool(receiver(vm, obj)?.state.get() == GeneratorState::Running))
}

pub(crate) fn is_suspended(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let state = receiver(vm, obj)?.state.get();
    Ok(vm.bool(matches!(state, GeneratorState::Suspended | GeneratorState::SuspendedYieldFrom)))
}

pub(crate) fn get_frame(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let generator = receiver(vm, obj)?;
    if generator.state.get() == GeneratorState::Finished {
        return Ok(vm.none.clone());
    }
    Ok(frames::object_of(vm, generator.frame.frame()).into_obj())
}

pub(crate) fn get_code(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.frame.frame().code().clone().into_obj())
}

fn get_origin(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(receiver(vm, obj)?.origin_or_finalizer.get().unwrap_or_else(|| vm.none.clone()))
}
