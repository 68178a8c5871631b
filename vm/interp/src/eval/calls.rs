//! Calls.

use bytecode::flags;
use object::raw::frame::{Cursor, FrameRef};
use object::raw::stack::StackRef;
use object::{
    Args, Code, Dict, Function, Kind, Method, MethodDescriptor, NativeFunction, Obj, Ref, Res, Str, Tuple,
    Type, Vm,
};

use super::Start;
use crate::binding::{self, Values};
use crate::frames;

/// What a call instruction leads to.
pub(crate) enum Entered {
    /// A Python function: this is its frame, running already.
    Frame(FrameRef),
    /// The result is on the stack.
    Done,
}

/// The code of a function.
#[inline]
pub(crate) fn code_of(vm: &Vm, function: &Function) -> Res<Ref<Code>> {
    match function.code.get().map(Obj::into_ref) {
        Some(Ok(code)) => Ok(code),
        _ => Err(vm.system_error("a function without code")),
    }
}

/// Calls a Python function from native code.
pub fn call_function(vm: &Vm, callable: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(function) = callable.get::<Function>() else {
        return Err(vm.type_error("not a function"));
    };
    let code = code_of(vm, function)?;
    let frame = frames::push(vm, StackRef::new(callable.clone()), code.clone())?;
    if args.kwnames.is_empty() && code.takes_plain_arguments() && code.arg_count as usize == args.values.len()
    {
        for (i, value) in args.values.iter().enumerate() {
            drop(frame.set_local(i, StackRef::new(value.clone())));
        }
    } else {
        let values: Values = args.values.iter().cloned().collect();
        if let Err(raised) = binding::bind(vm, function, &code, frame, values, args.kwnames) {
            frame.pop_frame(&vm.thread.stack);
            return Err(raised);
        }
    }
    frame.is_entry.set(true);
    frames::start(vm, frame);
    super::run(vm, frame, Start::Call)
}

/// Runs code as a module or class body, or for `exec`: `locals` is the namespace.
pub fn run_code(vm: &Vm, function: &Obj, locals: Option<Obj>) -> Res<Obj> {
    let Some(f) = function.get::<Function>() else {
        return Err(vm.type_error("not a function"));
    };
    let code = code_of(vm, f)?;
    let frame = frames::push(vm, StackRef::new(function.clone()), code)?;
    frame.locals.set(locals);
    frame.is_entry.set(true);
    frames::start(vm, frame);
    super::run(vm, frame, Start::Call)
}

/// Pushes the frame of a call whose arguments match the parameters one by one; `None` if they do not.
#[inline(always)]
pub(super) fn push_exact(
    vm: &Vm,
    cur: Cursor,
    code: Ref<Code>,
    arguments: usize,
    has_self: bool,
) -> Option<FrameRef> {
    if !frames::has_room(vm)
        || code.arg_count as usize != arguments + usize::from(has_self)
        || !code.takes_plain_arguments()
    {
        return None;
    }
    let (frame, cur) = FrameRef::push_call(&vm.thread.stack, cur, code, arguments, has_self)?;
    cur.save();
    frames::start(vm, frame);
    Some(frame)
}

/// Pushes the frame of a Python function and binds what is given.
fn enter_function(vm: &Vm, function: Obj, values: Values, kwnames: &[Obj]) -> Res<Entered> {
    let Some(f) = function.get::<Function>() else {
        return Err(vm.type_error("not a function"));
    };
    let code = code_of(vm, f)?;
    let frame = frames::push(vm, StackRef::new(function.clone()), code.clone())?;
    if let Err(raised) = binding::bind(vm, f, &code, frame, values, kwnames) {
        frame.pop_frame(&vm.thread.stack);
        return Err(raised);
    }
    if !code.has(flags::OPTIMIZED) {
        // Code of a module that is called as a function's.
        frame.locals.set(Some(frame.globals().as_obj().clone()));
    }
    frames::start(vm, frame);
    Ok(Entered::Frame(frame))
}

/// Puts the function and receiver of a bound method in place of the method: the callable stands `depth` below the top,
/// the place behind it is empty.
fn unpack_method(f: FrameRef, depth: usize) {
    let callable = f.peek(depth);
    if let Some(method) = callable.get::<Method>() {
        drop(f.replace(depth - 1, method.receiver.clone()));
        drop(f.replace(depth, method.function.clone()));
    }
}

/// `CALL`: on the stack the callable, its receiver or nothing, the arguments.
pub(super) fn call(vm: &Vm, f: FrameRef, count: usize) -> Res<Entered> {
    let mut has_self = !f.peek_ref(count + 1).is_null();
    let mut callable = f.peek(count + 2);
    if !has_self && callable.kind() == Kind::Method {
        unpack_method(f, count + 2);
        callable = f.peek(count + 2);
        has_self = true;
    }
    if let Some(function) = callable.get::<Function>() {
        let code = code_of(vm, function)?;
        if let Some(frame) = push_exact(vm, Cursor::enter(f, 0), code, count, has_self) {
            return Ok(Entered::Frame(frame));
        }
        let values = f.pop_many(count + usize::from(has_self));
        if !has_self {
            drop(f.pop_ref());
        }
        let function = f.pop();
        return enter_function(vm, function, values, &[]);
    }
    call_native(vm, f, count)?;
    Ok(Entered::Done)
}

/// Calls something native: the arguments stay on the stack meanwhile.
pub(super) fn call_native(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let callable = f.peek(count + 2);
    let has_self = !f.peek_ref(count + 1).is_null();
    let result =
        f.lend(count + usize::from(has_self), |values| vm.call_args(&callable, Args::positional(values)));
    drop(callable);
    finish_call(f, count, result)
}

/// Takes callable and arguments off the stack and puts the result there.
#[inline]
fn finish_call(f: FrameRef, count: usize, result: Res<Obj>) -> Res<()> {
    let depth = f.depth() - count - 2;
    let result = result?;
    f.cut(depth);
    f.push_value(result);
    Ok(())
}

/// A `builtin_function_or_method`.
pub(super) fn call_builtin(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let callable = f.peek(count + 2);
    let has_self = !f.peek_ref(count + 1).is_null();
    let result = f.lend(count + usize::from(has_self), |values| match callable.get::<NativeFunction>() {
        Some(native) if native.def.accepts(values.len()) => {
            let receiver = native.receiver.get().unwrap_or_else(|| vm.none.clone());
            (native.def.call)(vm, &receiver, Args::positional(values))
        }
        _ => vm.call_args(&callable, Args::positional(values)),
    });
    drop(callable);
    finish_call(f, count, result)
}

/// A `method_descriptor`, whose receiver is the first argument.
pub(super) fn call_method_descriptor(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let callable = f.peek(count + 2);
    let has_self = !f.peek_ref(count + 1).is_null();
    let result =
        f.lend(count + usize::from(has_self), |values| match (callable.get::<MethodDescriptor>(), values) {
            (Some(method), [receiver, rest @ ..])
                if method.def.accepts(rest.len()) && receiver.ty().is_subtype_of(&method.owner) =>
            {
                (method.def.call)(vm, receiver, Args::positional(rest))
            }
            _ => vm.call_args(&callable, Args::positional(values)),
        });
    drop(callable);
    finish_call(f, count, result)
}

/// `CALL_KW`: as `CALL`, with a tuple of keyword names on top.
pub(super) fn call_kw(vm: &Vm, f: FrameRef, count: usize) -> Res<Entered> {
    let names = f.pop();
    let kwnames: &[Obj] = names.get::<Tuple>().map_or(&[], |t| t.items());
    let mut has_self = !f.peek_ref(count + 1).is_null();
    let mut callable = f.peek(count + 2);
    if !has_self && callable.kind() == Kind::Method {
        unpack_method(f, count + 2);
        callable = f.peek(count + 2);
        has_self = true;
    }
    if callable.get::<Function>().is_some() {
        let values = f.pop_many(count + usize::from(has_self));
        if !has_self {
            drop(f.pop_ref());
        }
        let function = f.pop();
        return enter_function(vm, function, values, kwnames);
    }
    let result =
        f.lend(count + usize::from(has_self), |values| vm.call_args(&callable, Args { values, kwnames }));
    drop(callable);
    finish_call(f, count, result)?;
    Ok(Entered::Done)
}

/// `CALL_FUNCTION_EX`: on the stack the callable, nothing, the positional arguments, the keyword dict or nothing.
pub(super) fn call_function_ex(vm: &Vm, f: FrameRef) -> Res<Entered> {
    let kwargs = f.pop_ref().into_option();
    let args = f.pop();
    drop(f.pop_ref());
    let callable = f.pop();
    let args = if args.is_exactly(&vm.types.tuple) {
        args
    } else {
        check_star_args(vm, &callable, &args)?;
        vm.tuple(vm.iter_to_vec(&args)?)
    };
    let mut values: Values = args.get::<Tuple>().map(|t| t.items().into()).unwrap_or_default();
    let mut kwnames: Vec<Obj> = Vec::new();
    if let Some(dict) = kwargs.as_ref().and_then(|k| k.get::<Dict>()) {
        for (name, value) in dict.to_vec() {
            if name.get::<Str>().is_none() {
                return Err(vm.type_error("keywords must be strings"));
            }
            kwnames.push(name);
            values.push(value);
        }
    }
    let mut callable = callable;
    if let Some(method) = callable.get::<Method>()
        && method.function.get::<Function>().is_some()
    {
        values.insert(0, method.receiver.clone());
        callable = method.function.clone();
    }
    if callable.get::<Function>().is_some() {
        return enter_function(vm, callable, values, &kwnames);
    }
    let result = vm.call_args(&callable, Args { values: &values, kwnames: &kwnames })?;
    f.push_value(result);
    Ok(Entered::Done)
}

fn check_star_args(vm: &Vm, callable: &Obj, args: &Obj) -> Res<()> {
    if args.ty().slots.iter.get().is_none() && !vm.is_sequence(args) {
        return Err(vm.type_error(format!(
            "{} argument after * must be an iterable, not {}",
            vm.function_str(callable),
            args.ty().name()
        )));
    }
    Ok(())
}

/// The getter of a property, specialised: the object is on the stack.
pub(super) fn property(vm: &Vm, f: FrameRef, getter: Obj) -> Res<Entered> {
    let owner = f.pop();
    enter_function(vm, getter, smallvec::smallvec![owner], &[])
}

/// `__getitem__` in Python, specialised: on the stack the container and the key.
pub(super) fn getitem(vm: &Vm, f: FrameRef) -> Res<Entered> {
    let container = f.peek(2);
    let function = vm.type_lookup(container.ty(), &vm.names.__getitem__);
    drop(container);
    match function {
        Some(function) if function.get::<Function>().is_some() => {
            let values = f.pop_many(2);
            enter_function(vm, function, values, &[])
        }
        _ => {
            super::operators::binary(vm, f, bytecode::opcode::nb::SUBSCR as usize)?;
            Ok(Entered::Done)
        }
    }
}

/// A call of a Python class without `__new__` of its own, whose `__init__` is a Python function: the instance is made,
/// then `__init__` runs in the loop; the frame between them checks what it returns.
pub(super) fn allocate_and_init(vm: &Vm, f: FrameRef, count: usize) -> Res<Entered> {
    let class = f.peek(count + 2);
    let init = class.downcast::<Type>().and_then(|ty| vm.type_lookup(ty, &vm.names.__init__));
    let Some(init) = init.filter(|i| i.get::<Function>().is_some()) else {
        call_native(vm, f, count)?;
        return Ok(Entered::Done);
    };
    let instance = match class.downcast::<Type>().and_then(|ty| ty.slots.new.get().map(|new| (ty, new))) {
        Some((ty, new)) => new(vm, ty, Args::positional(&[]))?,
        None => {
            call_native(vm, f, count)?;
            return Ok(Entered::Done);
        }
    };
    drop(class);
    // The shim's stack: the instance, then what `__init__` returns.
    let shim = frames::push(vm, StackRef::new(init.clone()), crate::code::init_shim(vm).clone())?;
    shim.push_value(instance.clone());
    frames::start(vm, shim);
    shim.set_instruction(0);
    drop(f.replace(count + 2, init.clone()));
    drop(f.replace(count + 1, instance));
    let Some(function) = init.get::<Function>() else { return Ok(Entered::Done) };
    let code = code_of(vm, function)?;
    if let Some(frame) = push_exact(vm, Cursor::enter(f, 0), code, count, true) {
        frame.previous.set(Some(shim));
        return Ok(Entered::Frame(frame));
    }
    let values = f.pop_many(count + 1);
    drop(f.pop_ref());
    match enter_function(vm, init, values, &[]) {
        Ok(entered) => Ok(entered),
        Err(raised) => {
            let _ = frames::leave(vm, shim);
            Err(raised)
        }
    }
}

/// `EXIT_INIT_CHECK`: what `__init__` returned must be `None`.
pub(super) fn exit_init_check(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let result = f.pop();
    if !result.is(&vm.none) {
        return Err(vm.type_error(format!("__init__() should return None, not '{}'", result.ty().name())));
    }
    Ok(())
}

/// The two built-in functions that have call instructions of their own (`callable_cache`).
pub(crate) enum Known {
    Len,
    IsInstance,
}

/// Whether this is that function of the module `builtins`: not another module's of the same name.
#[inline]
pub(crate) fn is_known(vm: &Vm, callable: &Obj, known: Known) -> bool {
    let (place, name) = match known {
        Known::Len => (&vm.thread.builtin_len, "len"),
        Known::IsInstance => (&vm.thread.builtin_isinstance, "isinstance"),
    };
    match place.get() {
        Some(function) => function.is(callable),
        None => {
            callable.get::<NativeFunction>().is_some_and(|native| native.def.name == name)
                && vm.builtin(name).is_ok_and(|found| found.is(callable))
                && place.set(callable.clone()).is_ok()
        }
    }
}

/// Whether this is the method `list.append`.
#[inline]
pub(crate) fn is_list_append(vm: &Vm, callable: &Obj) -> bool {
    callable.get::<MethodDescriptor>().is_some_and(|m| m.def.name == "append" && m.owner.is(&vm.types.list))
}
