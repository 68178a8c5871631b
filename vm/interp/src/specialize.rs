//! Specialisation: instructions are rewritten in place for what they keep meeting (CPython's `specialize.c`).
//!
//! Each function looks at the operands on the stack and, if a special form fits, fills the caches and rewrites the opcode;
//! it says whether it did. The special forms check their guards and fall back to the general instruction.

use bytecode::Opcode;
use bytecode::opcode::nb;
use object::raw::frame::Cursor;
use object::types::{CallKind, TypeFlags};
use object::{
    Code, Dict, Function, GeneratorKind, Int, Kind, List, Method, MethodDescriptor, Module, NativeFunction,
    Obj, Property, Ref, Str, Tuple, Type, Vm,
};

use crate::eval::{Known, is_known};

/// The counters that say when to specialise: a value in the upper twelve bits, and the exponent of the next wait in the
/// lower four (`pycore_backoff.h`).
pub(crate) mod counter {
    use super::*;

    const WARMUP: u16 = 1 << 4 | 1;
    const COOLDOWN: u16 = 52 << 4;
    const MAX_BACKOFF: u16 = 12;

    /// Counts one execution; true if it is time to specialise.
    #[inline(always)]
    pub(crate) fn tick(cur: &Cursor) -> bool {
        let value = cur.cache(0);
        if value >> 4 == 0 {
            return true;
        }
        cur.set_cache(0, value - (1 << 4));
        false
    }

    /// The instruction was specialised: it gets some misses before it is looked at again.
    pub(super) fn succeeded(cur: Cursor) {
        cur.set_cache(0, COOLDOWN);
    }

    /// Nothing fitted: the next try is later.
    pub(super) fn failed(cur: Cursor) {
        let backoff = ((cur.cache(0) & 15) + 1).min(MAX_BACKOFF);
        cur.set_cache(0, ((1 << backoff) - 1) << 4 | backoff);
    }

    /// Sets the counters of new code.
    pub(crate) fn quicken(code: &Code) {
        let units = code.units();
        let mut at = 0;
        while let Some(unit) = units.get(at) {
            let caches = Opcode(unit.get() as u8).caches();
            if caches > 0
                && let Some(cell) = units.get(at + 1)
            {
                cell.set(WARMUP);
            }
            at += 1 + caches;
        }
    }
}

/// Ends an attempt.
fn done(cur: Cursor, found: Option<Opcode>) -> bool {
    match found {
        Some(opcode) => {
            cur.rewrite(opcode.0);
            counter::succeeded(cur);
            true
        }
        None => {
            // The caches may be half written: a special form that stands here must not look at them any more.
            cur.rewrite(Opcode(cur.opcode()).deopt().0);
            counter::failed(cur);
            false
        }
    }
}

pub(crate) fn to_bool(vm: &Vm, cur: Cursor) -> bool {
    let value = cur.peek(1);
    let t = vm.types;
    let found = if value.is_exactly(&t.bool) {
        Some(Opcode::TO_BOOL_BOOL)
    } else if value.is_exactly(&t.int) && value.get::<Int>().and_then(Int::small).is_some() {
        Some(Opcode::TO_BOOL_INT)
    } else if value.is_exactly(&t.list) {
        Some(Opcode::TO_BOOL_LIST)
    } else if value.is_exactly(&t.str) {
        Some(Opcode::TO_BOOL_STR)
    } else if value.is(&vm.none) {
        Some(Opcode::TO_BOOL_NONE)
    } else {
        let slots = &value.ty().slots;
        let plain = slots.nb_bool.get().is_none()
            && slots.mp_length.get().is_none()
            && slots.sq_length.get().is_none();
        let version = vm.type_version(value.ty());
        (plain && version != 0 && value.ty().is_heap_type()).then(|| {
            cur.set_cache_u32(1, version);
            Opcode::TO_BOOL_ALWAYS_TRUE
        })
    };
    done(cur, found)
}

pub(crate) fn binary_op(vm: &Vm, cur: Cursor, oparg: usize) -> bool {
    let (a, b) = (cur.peek(2), cur.peek(1));
    let t = vm.types;
    let small = |o: &Obj| o.is_exactly(&t.int) && o.get::<Int>().and_then(Int::small).is_some();
    let ints = small(&a) && small(&b);
    let floats = a.is_exactly(&t.float) && b.is_exactly(&t.float);
    let found = match oparg as u32 {
        nb::ADD | nb::INPLACE_ADD if ints => Some(Opcode::BINARY_OP_ADD_INT),
        nb::SUBTRACT | nb::INPLACE_SUBTRACT if ints => Some(Opcode::BINARY_OP_SUBTRACT_INT),
        nb::MULTIPLY | nb::INPLACE_MULTIPLY if ints => Some(Opcode::BINARY_OP_MULTIPLY_INT),
        nb::ADD | nb::INPLACE_ADD if floats => Some(Opcode::BINARY_OP_ADD_FLOAT),
        nb::SUBTRACT | nb::INPLACE_SUBTRACT if floats => Some(Opcode::BINARY_OP_SUBTRACT_FLOAT),
        nb::MULTIPLY | nb::INPLACE_MULTIPLY if floats => Some(Opcode::BINARY_OP_MULTIPLY_FLOAT),
        nb::ADD | nb::INPLACE_ADD if a.is_exactly(&t.str) && b.is_exactly(&t.str) => {
            let into_local = Opcode(cur.opcode_behind(5)) == Opcode::STORE_FAST && {
                let local = cur.next_store_target();
                cur.has_local(local) && cur.local(local).is(&a)
            };
            Some(if into_local {
                Opcode::BINARY_OP_INPLACE_ADD_UNICODE
            } else {
                Opcode::BINARY_OP_ADD_UNICODE
            })
        }
        nb::SUBSCR if a.is_exactly(&t.list) && small(&b) => Some(Opcode::BINARY_OP_SUBSCR_LIST_INT),
        nb::SUBSCR if a.is_exactly(&t.list) && b.is_exactly(&t.slice) => {
            Some(Opcode::BINARY_OP_SUBSCR_LIST_SLICE)
        }
        nb::SUBSCR if a.is_exactly(&t.tuple) && small(&b) => Some(Opcode::BINARY_OP_SUBSCR_TUPLE_INT),
        nb::SUBSCR if a.is_exactly(&t.str) && small(&b) => Some(Opcode::BINARY_OP_SUBSCR_STR_INT),
        nb::SUBSCR if a.is_exactly(&t.dict) => Some(Opcode::BINARY_OP_SUBSCR_DICT),
        nb::SUBSCR => getitem(vm, cur, &a),
        _ => crate::eval::has_extended(vm, &a, &b, oparg).then_some(Opcode::BINARY_OP_EXTEND),
    };
    done(cur, found)
}

/// `__getitem__` of a Python class, as a simple function of two arguments.
fn getitem(vm: &Vm, cur: Cursor, container: &Obj) -> Option<Opcode> {
    let ty = container.ty();
    if !ty.is_heap_type() {
        return None;
    }
    let found = vm.type_lookup(ty, &vm.names.__getitem__)?;
    let code = found.get::<Function>()?.code.get()?;
    let code = code.get::<Code>()?;
    let version = vm.type_version(ty);
    if code.arg_count != 2 || !code.takes_plain_arguments() || version == 0 {
        return None;
    }
    cur.set_cache_u32(1, version);
    Some(Opcode::BINARY_OP_SUBSCR_GETITEM)
}

pub(crate) fn store_subscr(vm: &Vm, cur: Cursor) -> bool {
    let (container, key) = (cur.peek(2), cur.peek(1));
    let found = if container.is_exactly(&vm.types.dict) {
        Some(Opcode::STORE_SUBSCR_DICT)
    } else if container.is_exactly(&vm.types.list)
        && let Some(list) = container.get::<List>()
        && let Some(index) = key.get::<Int>().filter(|_| key.is_exactly(&vm.types.int)).and_then(Int::small)
        && (0..list.0.len() as i64).contains(&index)
    {
        Some(Opcode::STORE_SUBSCR_LIST_INT)
    } else {
        None
    };
    done(cur, found)
}

pub(crate) fn compare_op(vm: &Vm, cur: Cursor) -> bool {
    let (a, b) = (cur.peek(2), cur.peek(1));
    let t = vm.types;
    let both = |ty: &Ref<Type>| a.is_exactly(ty) && b.is_exactly(ty);
    let small = |o: &Obj| o.get::<Int>().and_then(Int::small).is_some();
    let found = if both(&t.int) && small(&a) && small(&b) {
        Some(Opcode::COMPARE_OP_INT)
    } else if both(&t.float) {
        Some(Opcode::COMPARE_OP_FLOAT)
    } else if both(&t.str) {
        Some(Opcode::COMPARE_OP_STR)
    } else {
        None
    };
    done(cur, found)
}

pub(crate) fn contains_op(vm: &Vm, cur: Cursor) -> bool {
    let container = cur.peek(1);
    let found = match container.kind() {
        Kind::Dict if container.is_exactly(&vm.types.dict) => Some(Opcode::CONTAINS_OP_DICT),
        Kind::Set => Some(Opcode::CONTAINS_OP_SET),
        _ => None,
    };
    done(cur, found)
}

pub(crate) fn load_global(vm: &Vm, cur: Cursor, oparg: usize) -> bool {
    done(cur, load_global_form(vm, cur, oparg))
}

fn load_global_form(vm: &Vm, cur: Cursor, oparg: usize) -> Option<Opcode> {
    let frame = cur.frame();
    let (globals, builtins) = (frame.globals(), frame.builtins());
    let name = cur.name(oparg >> 1);
    let exact = |d: &Ref<Dict>| d.as_obj().is_exactly(&vm.types.dict);
    let version = |d: &Ref<Dict>| u16::try_from(d.keys_version()).ok().filter(|v| *v != 0);
    if !exact(globals) || !exact(builtins) {
        return None;
    }
    if let Some(index) = globals.index_of_str(name) {
        cur.set_cache(1, u16::try_from(index).ok()?);
        cur.set_cache(2, version(globals)?);
        return Some(Opcode::LOAD_GLOBAL_MODULE);
    }
    let index = builtins.index_of_str(name)?;
    cur.set_cache(1, u16::try_from(index).ok()?);
    cur.set_cache(2, version(globals)?);
    cur.set_cache(3, version(builtins)?);
    Some(Opcode::LOAD_GLOBAL_BUILTIN)
}

/// Whether the type's attribute access is that of `object`.
fn is_generic(vm: &Vm, ty: &Type) -> bool {
    match (ty.slots.getattro.get(), vm.types.object.slots.getattro.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    }
}

fn is_generic_set(vm: &Vm, ty: &Type) -> bool {
    match (ty.slots.setattro.get(), vm.types.object.slots.setattro.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    }
}

pub(crate) fn load_attr(vm: &Vm, cur: Cursor, oparg: usize) -> bool {
    done(cur, load_attr_form(vm, cur, oparg))
}

fn load_attr_form(vm: &Vm, cur: Cursor, oparg: usize) -> Option<Opcode> {
    let owner = cur.peek(1);
    let name = cur.name(oparg >> 1);
    if let Some(module) = owner.get::<Module>() {
        let index = u16::try_from(module.dict.index_of_str(name)?).ok()?;
        let version = module.dict.keys_version();
        if !owner.is_exactly(&vm.types.module) || version == 0 {
            return None;
        }
        cur.set_cache_u32(1, version);
        cur.set_cache(3, index);
        return Some(Opcode::LOAD_ATTR_MODULE);
    }
    if let Some(class) = owner.downcast::<Type>() {
        return load_class_attr(vm, cur, class, name);
    }
    let ty = owner.ty();
    let version = vm.type_version(ty);
    if !is_generic(vm, ty) || version == 0 {
        return None;
    }
    let in_class = vm.type_lookup(ty, name);
    cur.set_cache_u32(1, version);
    match in_class {
        Some(found) if found.ty().slots.descr_set.get().is_some() => data_descriptor(cur, &found, oparg),
        Some(found) => class_attr_of_instance(vm, cur, &owner, &found, name, oparg),
        None => instance_attr(cur, &owner, name),
    }
}

/// A property or a slot.
fn data_descriptor(cur: Cursor, found: &Obj, oparg: usize) -> Option<Opcode> {
    if let Some(property) = found.get::<Property>()
        && oparg & 1 == 0
    {
        let getter = property.get.get()?;
        let code = getter.get::<Function>()?.code.get()?;
        let code = code.get::<Code>()?;
        if code.arg_count != 1 || !code.takes_plain_arguments() || getter.refcount() < 2 {
            return None;
        }
        cur.set_cache_object(5, &getter);
        return Some(Opcode::LOAD_ATTR_PROPERTY);
    }
    if let Some(object::MemberDescriptor { place: object::MemberPlace::Slot(slot), .. }) = found.get() {
        cur.set_cache(3, u16::try_from(*slot).ok()?);
        return Some(Opcode::LOAD_ATTR_SLOT);
    }
    None
}

/// A method or plain attribute of the class, which the instance does not hide.
fn class_attr_of_instance(
    vm: &Vm,
    cur: Cursor,
    owner: &Obj,
    found: &Obj,
    name: &Ref<Str>,
    oparg: usize,
) -> Option<Opcode> {
    let is_method = found.get::<Function>().is_some()
        || found.is_exactly(&vm.types.method_descriptor)
        || found.ty().has_flag(TypeFlags::METHOD_DESCRIPTOR);
    let is_plain = found.ty().slots.descr_get.get().is_none();
    if oparg & 1 != 0 && !is_method || oparg & 1 == 0 && !is_plain {
        return None;
    }
    let ty = owner.ty();
    let no_dict = !ty.instances_have_dict();
    if !no_dict {
        if owner.instance_attr(name).is_some() {
            return None;
        }
        // Names are only ever added to the shared keys, so their number guards against the name appearing.
        let keys = ty.shared_keys()?;
        if !owner.has_inline_values() || keys.index(name).is_some() {
            return None;
        }
        cur.set_cache_u32(3, keys.len() as u32);
    }
    cur.set_cache_object(5, found);
    Some(match (oparg & 1 != 0, no_dict) {
        (true, true) => Opcode::LOAD_ATTR_METHOD_NO_DICT,
        (true, false) => Opcode::LOAD_ATTR_METHOD_WITH_VALUES,
        (false, true) => Opcode::LOAD_ATTR_NONDESCRIPTOR_NO_DICT,
        (false, false) => Opcode::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES,
    })
}

/// An attribute of the instance alone.
fn instance_attr(cur: Cursor, owner: &Obj, name: &Ref<Str>) -> Option<Opcode> {
    if !owner.ty().instances_have_dict() {
        return None;
    }
    if owner.has_inline_values()
        && let Some(index) = owner.ty().shared_keys().and_then(|keys| keys.index(name))
    {
        owner.inline_value(index)?;
        cur.set_cache(3, owner.inline_place(index)?);
        return Some(Opcode::LOAD_ATTR_INSTANCE_VALUE);
    }
    owner.instance_attr(name)?;
    cur.set_cache(3, 0);
    Some(Opcode::LOAD_ATTR_WITH_HINT)
}

/// An attribute of a class that needs no binding.
fn load_class_attr(vm: &Vm, cur: Cursor, class: &Ref<Type>, name: &Ref<Str>) -> Option<Opcode> {
    let meta = class.ty();
    if vm.type_lookup(meta, name).is_some() {
        return None;
    }
    match (meta.slots.getattro.get(), vm.types.r#type.slots.getattro.get()) {
        (Some(a), Some(b)) if std::ptr::fn_addr_eq(a, b) => {}
        _ => return None,
    }
    let found = vm.type_lookup(class, name)?;
    if found.get::<Function>().is_none()
        && !found.is_exactly(&vm.types.method_descriptor)
        && found.ty().slots.descr_get.get().is_some()
    {
        return None;
    }
    let version = vm.type_version(class);
    if version == 0 {
        return None;
    }
    cur.set_cache_u32(1, version);
    cur.set_cache_object(5, &found);
    if meta.is(&vm.types.r#type) {
        return Some(Opcode::LOAD_ATTR_CLASS);
    }
    let meta_version = vm.type_version(meta);
    cur.set_cache_u32(3, meta_version);
    (meta_version != 0).then_some(Opcode::LOAD_ATTR_CLASS_WITH_METACLASS_CHECK)
}

pub(crate) fn store_attr(vm: &Vm, cur: Cursor, oparg: usize) -> bool {
    done(cur, store_attr_form(vm, cur, oparg))
}

fn store_attr_form(vm: &Vm, cur: Cursor, oparg: usize) -> Option<Opcode> {
    let owner = cur.peek(1);
    let name = cur.name(oparg);
    let ty = owner.ty();
    let version = vm.type_version(ty);
    if !is_generic_set(vm, ty) || version == 0 {
        return None;
    }
    cur.set_cache_u32(1, version);
    if let Some(found) = vm.type_lookup(ty, name) {
        if let Some(object::MemberDescriptor { place: object::MemberPlace::Slot(slot), .. }) = found.get() {
            cur.set_cache(3, u16::try_from(*slot).ok()?);
            return Some(Opcode::STORE_ATTR_SLOT);
        }
        if found.ty().slots.descr_set.get().is_some() {
            return None;
        }
    }
    if !ty.instances_have_dict() {
        return None;
    }
    if owner.has_inline_values()
        && let Some(index) = ty.shared_keys().and_then(|keys| keys.index(name))
    {
        cur.set_cache(3, owner.inline_place(index)?);
        return Some(Opcode::STORE_ATTR_INSTANCE_VALUE);
    }
    (!owner.has_inline_values()).then_some(Opcode::STORE_ATTR_WITH_HINT)
}

pub(crate) fn call(vm: &Vm, cur: Cursor, oparg: usize) -> bool {
    done(cur, call_form(vm, cur, oparg))
}

fn call_form(vm: &Vm, cur: Cursor, oparg: usize) -> Option<Opcode> {
    let callable = cur.peek(oparg + 2);
    let has_self = !cur.is_null(oparg + 1);
    let count = oparg + usize::from(has_self);
    if let Some(function) = callable.get::<Function>() {
        return Some(function_call(cur, function, count)?.0);
    }
    if let Some(method) = callable.get::<Method>() {
        if has_self {
            return None;
        }
        let function = method.function.get::<Function>()?;
        return Some(function_call(cur, function, count + 1)?.1);
    }
    if let Some(native) = callable.get::<NativeFunction>() {
        return Some(if !has_self && oparg == 1 && is_known(vm, &callable, Known::Len) {
            Opcode::CALL_LEN
        } else if !has_self && oparg == 2 && is_known(vm, &callable, Known::IsInstance) {
            Opcode::CALL_ISINSTANCE
        } else {
            match native.def.kind {
                CallKind::One => Opcode::CALL_BUILTIN_O,
                CallKind::Keywords => Opcode::CALL_BUILTIN_FAST_WITH_KEYWORDS,
                _ => Opcode::CALL_BUILTIN_FAST,
            }
        });
    }
    if let Some(method) =
        callable.get::<MethodDescriptor>().filter(|_| callable.is_exactly(&vm.types.method_descriptor))
    {
        if crate::eval::is_list_append(vm, &callable)
            && has_self
            && oparg == 1
            && cur.peek(2).is_exactly(&vm.types.list)
            && Opcode(cur.opcode_behind(3)) == Opcode::POP_TOP
        {
            return Some(Opcode::CALL_LIST_APPEND);
        }
        return Some(match method.def.kind {
            CallKind::NoArgs => Opcode::CALL_METHOD_DESCRIPTOR_NOARGS,
            CallKind::One => Opcode::CALL_METHOD_DESCRIPTOR_O,
            CallKind::Positional => Opcode::CALL_METHOD_DESCRIPTOR_FAST,
            CallKind::Keywords => Opcode::CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS,
        });
    }
    if let Some(class) = callable.downcast::<Type>() {
        return Some(class_call(vm, cur, class, oparg, has_self));
    }
    Some(Opcode::CALL_NON_PY_GENERAL)
}

/// The form of a call of a function, and of one of a method with this function.
fn function_call(cur: Cursor, function: &Function, count: usize) -> Option<(Opcode, Opcode)> {
    let version = function.version.get();
    let code = function.code.get()?;
    let code = code.get::<Code>()?;
    if version == 0 {
        return None;
    }
    cur.set_cache_u32(1, version);
    Some(if code.takes_plain_arguments() && code.arg_count as usize == count {
        (Opcode::CALL_PY_EXACT_ARGS, Opcode::CALL_BOUND_METHOD_EXACT_ARGS)
    } else {
        (Opcode::CALL_PY_GENERAL, Opcode::CALL_BOUND_METHOD_GENERAL)
    })
}

fn class_call(vm: &Vm, cur: Cursor, class: &Ref<Type>, count: usize, has_self: bool) -> Opcode {
    if has_self {
        return Opcode::CALL_NON_PY_GENERAL;
    }
    if count == 1 && class.is(&vm.types.r#type) {
        return Opcode::CALL_TYPE_1;
    }
    if count == 1 && class.is(&vm.types.str) {
        return Opcode::CALL_STR_1;
    }
    if count == 1 && class.is(&vm.types.tuple) {
        return Opcode::CALL_TUPLE_1;
    }
    if !class.is_heap_type() {
        return Opcode::CALL_BUILTIN_CLASS;
    }
    let plain_meta = class.ty().is(&vm.types.r#type);
    let plain_new = match (class.slots.new.get(), vm.types.object.slots.new.get()) {
        (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
        _ => false,
    };
    let version = vm.type_version(class);
    let init = vm.type_lookup(class, &vm.names.__init__).filter(|i| i.get::<Function>().is_some());
    let abstract_class = class.has_flag(TypeFlags::IS_ABSTRACT);
    if plain_meta && plain_new && !abstract_class && version != 0 && init.is_some() {
        cur.set_cache_u32(1, version);
        return Opcode::CALL_ALLOC_AND_ENTER_INIT;
    }
    Opcode::CALL_NON_PY_GENERAL
}

pub(crate) fn for_iter(vm: &Vm, cur: Cursor) -> bool {
    let iterator = cur.peek(1);
    let found = match iterator.kind() {
        Kind::ListIter => Some(Opcode::FOR_ITER_LIST),
        Kind::TupleIter => Some(Opcode::FOR_ITER_TUPLE),
        Kind::RangeIter => Some(Opcode::FOR_ITER_RANGE),
        Kind::Generator => iterator
            .get::<object::Generator>()
            .is_some_and(|g| g.kind == GeneratorKind::Generator)
            .then_some(Opcode::FOR_ITER_GEN),
        _ => None,
    };
    let _ = vm;
    done(cur, found)
}

pub(crate) fn unpack_sequence(vm: &Vm, cur: Cursor, oparg: usize) -> bool {
    let sequence = cur.peek(1);
    let found = if sequence.is_exactly(&vm.types.tuple)
        && sequence.get::<Tuple>().is_some_and(|t| t.len() == oparg)
    {
        Some(if oparg == 2 { Opcode::UNPACK_SEQUENCE_TWO_TUPLE } else { Opcode::UNPACK_SEQUENCE_TUPLE })
    } else if sequence.is_exactly(&vm.types.list) {
        Some(Opcode::UNPACK_SEQUENCE_LIST)
    } else {
        None
    };
    done(cur, found)
}
