//! `async_generator` and the awaitables of its methods (CPython's `genobject.c`, PEP 525).

use std::cell::Cell;

use object::types::{GetSetDef, NativeDef, NativeType};
use object::{Args, Generator, GeneratorState, Layout as _, Obj, ObjCell, Payload, Raised, Ref, Res, Vm};

use super::generator::{self, Input, Resumed};

/// The type `async_generator`.
pub static ASYNC_GENERATOR: NativeType = NativeType::new("async_generator", Generator::VTABLE)
    .slots(|s| {
        s.am_aiter.set(Some(object::protocol::self_iter));
        s.am_anext.set(Some(anext));
        s.finalize.set(Some(generator::finalize));
        s.repr.set(Some(generator::repr));
    })
    .methods(&[
        NativeDef::one(
            "asend",
            |vm, o, args| {
                init_hooks(vm, o)?;
                Ok(new_step(vm, o, Step::Send(args.values[0].clone())))
            },
            "($self, arg, /)\n--\n\nasend(v) -> send 'v' in generator.",
        ),
        NativeDef::positional(
            "athrow",
            athrow,
            "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.",
        ),
        NativeDef::no_args(
            "aclose",
            |vm, o, _| {
                init_hooks(vm, o)?;
                Ok(new_step(vm, o, Step::Close))
            },
            "($self, /)\n--\n\naclose() -> raise GeneratorExit inside generator.",
        ),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "See PEP 585").class_method(),
    ])
    .getset(&[
        GetSetDef::new("__name__", generator::get_name, generator::set_name, "name of the async generator"),
        GetSetDef::new(
            "__qualname__",
            generator::get_qualname,
            generator::set_qualname,
            "qualified name of the async generator",
        ),
        GetSetDef::read_only("ag_await", generator::yield_from, "object being awaited on, or None"),
        GetSetDef::read_only("ag_running", |vm, o| Ok(vm.bool(payload(vm, o)?.running_async.get())), ""),
        GetSetDef::read_only("ag_frame", generator::get_frame, ""),
        GetSetDef::read_only("ag_code", generator::get_code, ""),
        GetSetDef::read_only("ag_suspended", generator::is_suspended, ""),
    ])
    .size(152, 8)
    .offsets(0, 16);

/// A value yielded by an asynchronous generator, as opposed to what its `await`s pass up.
pub struct WrappedValue {
    value: Obj,
}

impl Payload for WrappedValue {
    const NAME: &'static str = "async_generator_wrapped_value";
    fn trace(&self, visit: &mut object::Visitor<'_>) {
        visit(&self.value);
    }
}

/// The type `async_generator_wrapped_value`.
pub static WRAPPED_VALUE: NativeType = NativeType::new("async_generator_wrapped_value", WrappedValue::VTABLE);

/// Wraps a yielded value (`_PyAsyncGenValueWrapperNew`).
pub(crate) fn wrap(vm: &Vm, value: Obj) -> Obj {
    Ref::new(vm.native_type(&WRAPPED_VALUE), WrappedValue { value }).into_obj()
}

enum Step {
    Send(Obj),
    Throw(Vec<Obj>),
    Close,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Init,
    Iterating,
    Closed,
}

/// The payload of `async_generator_asend` and `async_generator_athrow`.
pub struct StepObject {
    generator: Obj,
    /// The value to send first.
    send: ObjCell,
    /// The arguments of `athrow`; nothing for `asend` and `aclose`.
    throw: Vec<Obj>,
    closes: bool,
    state: Cell<State>,
}

impl Payload for StepObject {
    const NAME: &'static str = "async_generator_step";
    fn trace(&self, visit: &mut object::Visitor<'_>) {
        visit(&self.generator);
        self.send.trace(visit);
        self.throw.iter().for_each(&mut *visit);
    }
}

/// The type `async_generator_asend`.
pub static ASEND: NativeType = step_type("async_generator_asend");
/// The type `async_generator_athrow`.
pub static ATHROW: NativeType = step_type("async_generator_athrow");

const STEP_METHODS: &[NativeDef] = &[
    NativeDef::one("send", |vm, o, args| step_send(vm, o, args.values[0].clone()), ""),
    NativeDef::positional("throw", step_throw, ""),
    NativeDef::no_args("close", step_close, ""),
];

const fn step_type(name: &'static str) -> NativeType {
    NativeType::new(name, StepObject::VTABLE)
        .slots(|s| {
            s.iter.set(Some(object::protocol::self_iter));
            s.am_await.set(Some(object::protocol::self_iter));
            s.iternext.set(Some(step_next));
            s.finalize.set(Some(step_finalize));
        })
        .methods(STEP_METHODS)
}

fn payload<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Generator> {
    obj.get::<Generator>().ok_or_else(|| wrong(vm, obj))
}

fn wrong(vm: &Vm, obj: &Obj) -> Raised {
    vm.type_error(format!("an asynchronous generator was expected, not '{}'", obj.ty().name()))
}

fn step<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a StepObject> {
    obj.get::<StepObject>().ok_or_else(|| wrong(vm, obj))
}

fn new_step(vm: &Vm, generator: &Obj, step: Step) -> Obj {
    let (ty, send, throw, closes) = match step {
        Step::Send(value) => (&ASEND, Some(value), Vec::new(), false),
        Step::Throw(args) => (&ATHROW, None, args, false),
        Step::Close => (&ATHROW, None, Vec::new(), true),
    };
    let payload = StepObject {
        generator: generator.clone(),
        send: ObjCell::new(send),
        throw,
        closes,
        state: State::Init.into(),
    };
    Ref::new(vm.native_type(ty), payload).into_obj()
}

/// The hooks of `sys.set_asyncgen_hooks`, on first use of a generator.
fn init_hooks(vm: &Vm, obj: &Obj) -> Res<()> {
    let generator = payload(vm, obj)?;
    if generator.hooks_done.replace(true) {
        return Ok(());
    }
    if let Some(finalizer) = vm.thread.asyncgen_finalizer.get() {
        generator.origin_or_finalizer.set(Some(finalizer));
    }
    if let Some(first) = vm.thread.asyncgen_firstiter.get() {
        vm.call(&first, std::slice::from_ref(obj))?;
    }
    Ok(())
}

fn anext(vm: &Vm, obj: &Obj) -> Res<Obj> {
    init_hooks(vm, obj)?;
    Ok(new_step(vm, obj, Step::Send(vm.none.clone())))
}

fn athrow(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    if args.values.len() > 1 {
        vm.warn(
            &vm.exc.deprecation_warning,
            "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.",
            1,
        )?;
    }
    if args.values.is_empty() {
        return Err(vm.type_error("athrow expected at least 1 argument, got 0"));
    }
    init_hooks(vm, obj)?;
    Ok(new_step(vm, obj, Step::Throw(args.values.to_vec())))
}

/// What a step of the generator gives: its own values end the `await` (`async_gen_unwrap_value`).
fn unwrap(vm: &Vm, generator: &Generator, resumed: Res<Resumed>) -> Res<Obj> {
    match resumed {
        Ok(Resumed::Yielded(value)) => match value.get::<WrappedValue>() {
            Some(wrapped) => {
                generator.running_async.set(false);
                Err(vm.stop_iteration(Some(&wrapped.value)))
            }
            None => Ok(value),
        },
        Ok(Resumed::Returned(_)) => {
            generator.closed.set(true);
            generator.running_async.set(false);
            Err(vm.stop_async_iteration())
        }
        Err(raised) => {
            if raised.is_instance(&vm.exc.stop_async_iteration) || raised.is_instance(&vm.exc.generator_exit)
            {
                generator.closed.set(true);
            }
            generator.running_async.set(false);
            Err(raised)
        }
    }
}

fn step_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    match step_send(vm, obj, vm.none.clone()) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => match generator::stop_value(vm, &raised) {
            Some(value) => {
                vm.thread.stop_value.set(Some(value));
                Ok(None)
            }
            None => Err(raised),
        },
    }
}

fn name_of(own: &StepObject) -> &'static str {
    if own.closes {
        "aclose()"
    } else if own.throw.is_empty() {
        "asend()"
    } else {
        "athrow()"
    }
}

fn reused(vm: &Vm, own: &StepObject) -> Raised {
    let what = if name_of(own) == "asend()" { "__anext__()/asend()" } else { "aclose()/athrow()" };
    vm.runtime_error(format!("cannot reuse already awaited {what}"))
}

fn is_asend(own: &StepObject) -> bool {
    !own.closes && own.throw.is_empty()
}

fn step_send(vm: &Vm, obj: &Obj, value: Obj) -> Res<Obj> {
    let own = step(vm, obj)?;
    let generator = payload(vm, &own.generator)?;
    if own.state.get() == State::Closed {
        return Err(reused(vm, own));
    }
    if !is_asend(own) {
        return athrow_send(vm, own, generator, value);
    }
    let mut value = value;
    if own.state.get() == State::Init {
        if generator.running_async.get() {
            own.state.set(State::Closed);
            return Err(vm.runtime_error("anext(): asynchronous generator is already running"));
        }
        if value.is(&vm.none)
            && let Some(first) = own.send.take()
        {
            value = first;
        }
        own.state.set(State::Iterating);
    }
    generator.running_async.set(true);
    let resumed = generator::resume(vm, &own.generator, Input::Send(value));
    let result = unwrap(vm, generator, resumed);
    if result.is_err() {
        own.state.set(State::Closed);
    }
    result
}

fn athrow_send(vm: &Vm, own: &StepObject, generator: &Generator, value: Obj) -> Res<Obj> {
    // There is nothing left to close.
    if generator.state.get() == GeneratorState::Finished {
        own.state.set(State::Closed);
        return Err(vm.stop_iteration(None));
    }
    let resumed = if own.state.get() == State::Init {
        if generator.running_async.get() {
            own.state.set(State::Closed);
            return Err(
                vm.runtime_error(format!("{}: asynchronous generator is already running", name_of(own)))
            );
        }
        if generator.closed.get() {
            own.state.set(State::Closed);
            return Err(vm.stop_async_iteration());
        }
        if !value.is(&vm.none) {
            return Err(vm.runtime_error("can't send non-None value to a just-started coroutine"));
        }
        own.state.set(State::Iterating);
        generator.running_async.set(true);
        if own.closes {
            generator.closed.set(true);
            let exit = vm.raise_args(&vm.exc.generator_exit, &[]);
            let resumed = generator::throw_into(vm, &own.generator, exit, false);
            if let Ok(Resumed::Yielded(value)) = &resumed
                && value.get::<WrappedValue>().is_some()
            {
                return ignored_exit(vm, own, generator);
            }
            resumed
        } else {
            let raised = generator::thrown(vm, &own.throw)?;
            generator::throw_into(vm, &own.generator, raised, false)
        }
    } else {
        let resumed = generator::resume(vm, &own.generator, Input::Send(value));
        if own.closes
            && let Ok(Resumed::Yielded(value)) = &resumed
            && value.get::<WrappedValue>().is_some()
        {
            return ignored_exit(vm, own, generator);
        }
        resumed
    };
    end_athrow(vm, own, generator, resumed)
}

fn ignored_exit(vm: &Vm, own: &StepObject, generator: &Generator) -> Res<Obj> {
    generator.running_async.set(false);
    own.state.set(State::Closed);
    Err(vm.runtime_error("async generator ignored GeneratorExit"))
}

fn end_athrow(vm: &Vm, own: &StepObject, generator: &Generator, resumed: Res<Resumed>) -> Res<Obj> {
    if let (true, Ok(Resumed::Yielded(value))) = (own.closes, &resumed) {
        return Ok(value.clone());
    }
    let result = unwrap(vm, generator, resumed);
    let Err(raised) = result else { return result };
    generator.running_async.set(false);
    own.state.set(State::Closed);
    let expected =
        raised.is_instance(&vm.exc.stop_async_iteration) || raised.is_instance(&vm.exc.generator_exit);
    if own.closes && expected {
        // The end is what closing is for.
        return Err(vm.stop_iteration(None));
    }
    Err(raised)
}

fn step_throw(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = step(vm, obj)?;
    let generator = payload(vm, &own.generator)?;
    if own.state.get() == State::Closed {
        return Err(reused(vm, own));
    }
    if args.values.is_empty() {
        return Err(vm.type_error("throw expected at least 1 argument, got 0"));
    }
    let raised = generator::thrown(vm, args.values)?;
    if own.state.get() == State::Init {
        if generator.running_async.get() {
            own.state.set(State::Closed);
            let what = if is_asend(own) { "anext()" } else { name_of(own) };
            return Err(vm.runtime_error(format!("{what}: asynchronous generator is already running")));
        }
        own.state.set(State::Iterating);
        generator.running_async.set(true);
    }
    let resumed = generator::throw_into(vm, &own.generator, raised, false);
    if is_asend(own) {
        let result = unwrap(vm, generator, resumed);
        if result.is_err() {
            own.state.set(State::Closed);
        }
        return result;
    }
    if own.closes
        && let Ok(Resumed::Yielded(value)) = &resumed
        && value.get::<WrappedValue>().is_some()
    {
        return ignored_exit(vm, own, generator);
    }
    end_athrow(vm, own, generator, resumed)
}

fn step_close(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let own = step(vm, obj)?;
    if own.state.get() == State::Closed {
        return Ok(vm.none.clone());
    }
    let exit = vm.raise_args(&vm.exc.generator_exit, &[]);
    match step_throw(vm, obj, Args::positional(&[exit.0])) {
        Ok(_) => Err(vm.runtime_error("coroutine ignored GeneratorExit")),
        Err(raised)
            if raised.is_instance(&vm.exc.generator_exit)
                || raised.is_instance(&vm.exc.stop_async_iteration)
                || raised.is_instance(&vm.exc.stop_iteration) =>
        {
            Ok(vm.none.clone())
        }
        Err(raised) => Err(raised),
    }
}

/// A step that nobody awaited.
fn step_finalize(vm: &Vm, obj: &Obj) {
    let Some(own) = obj.get::<StepObject>() else { return };
    if own.state.get() != State::Init {
        return;
    }
    let name = own.generator.get::<Generator>().and_then(Generator::qualname_str);
    let name = name.map(|n| n.to_text_lossy().into_owned()).unwrap_or_default();
    let method = if own.closes {
        "aclose"
    } else if own.throw.is_empty() {
        "asend"
    } else {
        "athrow"
    };
    let message = format!("coroutine method '{method}' of '{name}' was never awaited");
    if let Err(raised) = vm.warn(&vm.exc.runtime_warning, &message, 1) {
        vm.write_unraisable(&raised, Some(obj));
    }
}
