//! What the slots of a class hold when it defines the dunder method in Python (CPython's `slot_tp_*`, `slot_nb_*`, …).

use super::{CompareOp, Type};
use crate::payload::NativeFunction;
use crate::raw::{Obj, Ref, Str};
use crate::vm::{Args, Res, Vm};

/// Calls a special method that must be there, because the slot is filled.
fn required(vm: &Vm, obj: &Obj, name: &Ref<Str>, args: &[Obj]) -> Res<Obj> {
    match vm.call_special(obj, name, args)? {
        Some(result) => Ok(result),
        None => Err(vm.attribute_error_named(obj, name, &name.to_text_lossy())),
    }
}

macro_rules! unary {
    ($($slot:ident $name:ident)*) => {
        $(pub(super) fn $slot(vm: &Vm, a: &Obj) -> Res<Obj> {
            required(vm, a, &vm.names.$name, &[])
        })*
    };
}

unary! {
    nb_negative __neg__
    nb_positive __pos__
    nb_absolute __abs__
    nb_invert __invert__
    nb_int __int__
    nb_float __float__
    nb_index __index__
}

macro_rules! inplace {
    ($($slot:ident $name:ident)*) => {
        $(pub(super) fn $slot(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
            required(vm, a, &vm.names.$name, std::slice::from_ref(b))
        })*
    };
}

inplace! {
    nb_inplace_add __iadd__
    nb_inplace_subtract __isub__
    nb_inplace_multiply __imul__
    nb_inplace_remainder __imod__
    nb_inplace_lshift __ilshift__
    nb_inplace_rshift __irshift__
    nb_inplace_and __iand__
    nb_inplace_xor __ixor__
    nb_inplace_or __ior__
    nb_inplace_floor_divide __ifloordiv__
    nb_inplace_true_divide __itruediv__
    nb_inplace_matrix_multiply __imatmul__
    mp_subscript __getitem__
}

pub(super) fn nb_inplace_power(vm: &Vm, a: &Obj, b: &Obj, _modulus: &Obj) -> Res<Obj> {
    required(vm, a, &vm.names.__ipow__, std::slice::from_ref(b))
}

/// Whether `b`'s class overrides the reflected method that `a`'s class has.
fn overloads(vm: &Vm, a: &Obj, b: &Obj, reflected: &Ref<Str>) -> Res<bool> {
    let Some(right) = vm.type_lookup(b.ty(), reflected) else { return Ok(false) };
    match vm.type_lookup(a.ty(), reflected) {
        None => Ok(true),
        Some(left) => Ok(!vm.eq(&left, &right)?),
    }
}

/// Calls a special method; a missing one answers `NotImplemented`.
fn maybe(vm: &Vm, obj: &Obj, name: &Ref<Str>, args: &[Obj]) -> Res<Obj> {
    Ok(vm.call_special(obj, name, args)?.unwrap_or_else(|| vm.not_implemented.clone()))
}

macro_rules! binary {
    ($($slot:ident $name:ident $reflected:ident)*) => {
        $(pub(super) fn $slot(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
            let own: super::BinaryFn = $slot;
            let has = |x: &Obj| x.ty().slots.$slot.get().is_some_and(|f| std::ptr::fn_addr_eq(f, own));
            binary(vm, a, b, &vm.names.$name, &vm.names.$reflected, has(a), has(b))
        })*
    };
}

binary! {
    nb_add __add__ __radd__
    nb_subtract __sub__ __rsub__
    nb_multiply __mul__ __rmul__
    nb_remainder __mod__ __rmod__
    nb_divmod __divmod__ __rdivmod__
    nb_lshift __lshift__ __rlshift__
    nb_rshift __rshift__ __rrshift__
    nb_and __and__ __rand__
    nb_xor __xor__ __rxor__
    nb_or __or__ __ror__
    nb_floor_divide __floordiv__ __rfloordiv__
    nb_true_divide __truediv__ __rtruediv__
    nb_matrix_multiply __matmul__ __rmatmul__
}

/// `left` and `right` say which operand's slot is this generic one (`SLOT1BINFULL`).
fn binary(
    vm: &Vm,
    a: &Obj,
    b: &Obj,
    name: &Ref<Str>,
    reflected: &Ref<Str>,
    left: bool,
    right: bool,
) -> Res<Obj> {
    let mut try_right = !a.ty().is(b.ty()) && right;
    if left {
        if try_right && b.ty().is_subtype_of(a.ty()) && overloads(vm, a, b, reflected)? {
            let result = maybe(vm, b, reflected, std::slice::from_ref(a))?;
            if !result.is(&vm.not_implemented) {
                return Ok(result);
            }
            try_right = false;
        }
        let result = maybe(vm, a, name, std::slice::from_ref(b))?;
        if !result.is(&vm.not_implemented) || b.ty().is(a.ty()) {
            return Ok(result);
        }
    }
    if try_right {
        return maybe(vm, b, reflected, std::slice::from_ref(a));
    }
    Ok(vm.not_implemented.clone())
}

pub(super) fn nb_power(vm: &Vm, a: &Obj, b: &Obj, modulus: &Obj) -> Res<Obj> {
    let own: super::TernaryFn = nb_power;
    let has = |x: &Obj| x.ty().slots.nb_power.get().is_some_and(|f| std::ptr::fn_addr_eq(f, own));
    let names = vm.names;
    if modulus.is(&vm.none) {
        return binary(vm, a, b, &names.__pow__, &names.__rpow__, has(a), has(b));
    }
    // The three-argument form asks `__rpow__` too, with the modulus.
    if has(a) {
        let result = maybe(vm, a, &names.__pow__, &[b.clone(), modulus.clone()])?;
        if !result.is(&vm.not_implemented) {
            return Ok(result);
        }
    }
    if has(b) && !a.ty().is(b.ty()) {
        return maybe(vm, b, &names.__rpow__, &[a.clone(), modulus.clone()]);
    }
    Ok(vm.not_implemented.clone())
}

pub(super) fn nb_bool(vm: &Vm, a: &Obj) -> Res<bool> {
    let (name, result) = match vm.call_special(a, &vm.names.__bool__, &[])? {
        Some(result) => ("__bool__", result),
        None => match vm.call_special(a, &vm.names.__len__, &[])? {
            Some(length) => return Ok(checked_length(vm, &length)? != 0),
            None => return Ok(true),
        },
    };
    if result.is(&vm.true_) {
        Ok(true)
    } else if result.is(&vm.false_) {
        Ok(false)
    } else {
        Err(vm.type_error(format!("{name} should return bool, returned {}", result.ty().name())))
    }
}

/// The length that `__len__` returned.
fn checked_length(vm: &Vm, result: &Obj) -> Res<usize> {
    let index = vm.index(result)?;
    if vm.int_is_negative(&index) {
        return Err(vm.value_error("__len__() should return >= 0"));
    }
    let n = vm.index_as_isize(&index, Some(&vm.exc.overflow_error))?;
    Ok(n as usize)
}

pub(super) fn mp_length(vm: &Vm, a: &Obj) -> Res<usize> {
    let result = required(vm, a, &vm.names.__len__, &[])?;
    checked_length(vm, &result)
}

pub(super) fn sq_item(vm: &Vm, a: &Obj, index: isize) -> Res<Obj> {
    required(vm, a, &vm.names.__getitem__, &[vm.int(index as i64)])
}

pub(super) fn sq_ass_item(vm: &Vm, a: &Obj, index: isize, value: Option<&Obj>) -> Res<()> {
    mp_ass_subscript(vm, a, &vm.int(index as i64), value)
}

pub(super) fn mp_ass_subscript(vm: &Vm, a: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) => required(vm, a, &vm.names.__setitem__, &[key.clone(), value.clone()])?,
        None => required(vm, a, &vm.names.__delitem__, std::slice::from_ref(key))?,
    };
    Ok(())
}

pub(super) fn sq_contains(vm: &Vm, a: &Obj, item: &Obj) -> Res<bool> {
    let Some(found) = vm.type_lookup(a.ty(), &vm.names.__contains__) else {
        return vm.iter_contains(a, item);
    };
    if found.is(&vm.none) {
        return Err(vm.type_error(format!("'{}' object is not a container", a.ty().name())));
    }
    let result = required(vm, a, &vm.names.__contains__, std::slice::from_ref(item))?;
    vm.is_true(&result)
}

pub(super) fn repr(vm: &Vm, a: &Obj) -> Res<Obj> {
    match vm.call_special(a, &vm.names.__repr__, &[])? {
        Some(result) => Ok(result),
        None => Ok(vm.str(&format!("<{} object at {:#x}>", a.ty().name(), a.id()))),
    }
}

pub(super) fn str(vm: &Vm, a: &Obj) -> Res<Obj> {
    required(vm, a, &vm.names.__str__, &[])
}

pub(super) fn hash(vm: &Vm, a: &Obj) -> Res<i64> {
    let Some(found) = vm.type_lookup(a.ty(), &vm.names.__hash__) else {
        return super::hash_not_implemented(vm, a);
    };
    if found.is(&vm.none) {
        return super::hash_not_implemented(vm, a);
    }
    let result = required(vm, a, &vm.names.__hash__, &[])?;
    if result.get::<crate::payload::Int>().is_none() {
        return Err(vm.type_error("__hash__ method should return an integer"));
    }
    Ok(vm.hash_from_int(&result))
}

pub(super) fn call(vm: &Vm, a: &Obj, args: Args<'_>) -> Res<Obj> {
    let called =
        vm.recurse(" while calling a Python object", || vm.call_special_args(a, &vm.names.__call__, args))?;
    match called {
        Some(result) => Ok(result),
        None => Err(vm.attribute_error_named(a, &vm.names.__call__, "__call__")),
    }
}

/// `__getattribute__` alone.
pub(super) fn getattro(vm: &Vm, a: &Obj, name: &Obj) -> Res<Obj> {
    required(vm, a, &vm.names.__getattribute__, std::slice::from_ref(name))
}

/// `__getattribute__`, then `__getattr__` if that raised `AttributeError`.
pub(super) fn getattr_hook(vm: &Vm, a: &Obj, name: &Obj) -> Res<Obj> {
    let Some(hook) = vm.type_lookup(a.ty(), &vm.names.__getattr__) else {
        return getattro(vm, a, name);
    };
    let custom = vm.type_lookup(a.ty(), &vm.names.__getattribute__);
    let is_generic = custom.as_ref().is_none_or(|found| vm.is_object_getattribute(found));
    let failed = if is_generic {
        match vm.generic_getattr_optional(a, name) {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => None,
            Err(raised) => Some(raised),
        }
    } else {
        match getattro(vm, a, name) {
            Ok(value) => return Ok(value),
            Err(raised) => Some(raised),
        }
    };
    if let Some(raised) = failed
        && !raised.is_instance(&vm.exc.attribute_error)
    {
        return Err(raised);
    }
    vm.call_found_special(a, &hook, std::slice::from_ref(name))
}

pub(super) fn setattro(vm: &Vm, a: &Obj, name: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) => required(vm, a, &vm.names.__setattr__, &[name.clone(), value.clone()])?,
        None => required(vm, a, &vm.names.__delattr__, std::slice::from_ref(name))?,
    };
    Ok(())
}

pub(super) fn richcompare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let names = vm.names;
    let name = match op {
        CompareOp::Lt => &names.__lt__,
        CompareOp::Le => &names.__le__,
        CompareOp::Eq => &names.__eq__,
        CompareOp::Ne => &names.__ne__,
        CompareOp::Gt => &names.__gt__,
        CompareOp::Ge => &names.__ge__,
    };
    maybe(vm, a, name, std::slice::from_ref(b))
}

pub(super) fn iter(vm: &Vm, a: &Obj) -> Res<Obj> {
    if let Some(found) = vm.type_lookup(a.ty(), &vm.names.__iter__) {
        if found.is(&vm.none) {
            return Err(vm.type_error(format!("'{}' object is not iterable", a.ty().name())));
        }
        return vm.call_found_special(a, &found, &[]);
    }
    if vm.type_lookup(a.ty(), &vm.names.__getitem__).is_none() {
        return Err(vm.type_error(format!("'{}' object is not iterable", a.ty().name())));
    }
    Ok(vm.sequence_iterator(a))
}

pub(super) fn iternext(vm: &Vm, a: &Obj) -> Res<Option<Obj>> {
    match required(vm, a, &vm.names.__next__, &[]) {
        Ok(item) => Ok(Some(item)),
        Err(raised) if raised.is_instance(&vm.exc.stop_iteration) => {
            let value = raised.exception().and_then(|e| e.fields.first().and_then(|value| value.get()));
            vm.thread.stop_value.set(value);
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

pub(super) fn descr_get(vm: &Vm, a: &Obj, instance: Option<&Obj>, owner: Option<&Obj>) -> Res<Obj> {
    let Some(get) = vm.type_lookup(a.ty(), &vm.names.__get__) else { return Ok(a.clone()) };
    let or_none = |x: Option<&Obj>| x.unwrap_or(&vm.none).clone();
    // `__get__` is called as it stands in the class, with the descriptor in front.
    vm.call(&get, &[a.clone(), or_none(instance), or_none(owner)])
}

pub(super) fn descr_set(vm: &Vm, a: &Obj, instance: &Obj, value: Option<&Obj>) -> Res<()> {
    match value {
        Some(value) => required(vm, a, &vm.names.__set__, &[instance.clone(), value.clone()])?,
        None => required(vm, a, &vm.names.__delete__, std::slice::from_ref(instance))?,
    };
    Ok(())
}

pub(super) fn init(vm: &Vm, a: &Obj, args: Args<'_>) -> Res<()> {
    let result = match vm.call_special_args(a, &vm.names.__init__, args)? {
        Some(result) => result,
        None => return Err(vm.attribute_error_named(a, &vm.names.__init__, "__init__")),
    };
    if !result.is(&vm.none) {
        return Err(vm.type_error(format!("__init__() should return None, not '{}'", result.ty().name())));
    }
    Ok(())
}

pub(super) fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let function = vm.getattr(ty.as_obj(), &vm.names.__new__)?;
    vm.call_with_first(&function, ty.as_obj(), args)
}

/// `__del__`; what it raises is reported, never passed on.
pub(super) fn finalize(vm: &Vm, a: &Obj) {
    let Some(method) = vm.type_lookup(a.ty(), &vm.names.__del__) else { return };
    if let Err(raised) = vm.call_found_special(a, &method, &[]) {
        vm.ignore(&raised, "while calling deallocator", &method);
    }
}

pub(super) fn bf_getbuffer(vm: &Vm, a: &Obj, flags: &Obj) -> Res<Obj> {
    required(vm, a, &vm.names.__buffer__, std::slice::from_ref(flags))
}

pub(super) fn bf_releasebuffer(vm: &Vm, a: &Obj, view: &Obj) -> Res<Obj> {
    required(vm, a, &vm.names.__release_buffer__, std::slice::from_ref(view))
}

impl Vm {
    /// What `__buffer__` of an object gives whose class has it in Python; nothing for all others.
    pub fn lent_buffer(&self, obj: &Obj, flags: i64) -> Res<Option<Obj>> {
        match obj.ty().slots.bf_getbuffer.get() {
            Some(get) if std::ptr::fn_addr_eq(get, bf_getbuffer as super::BinaryFn) => {
                get(self, obj, &self.int(flags)).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Tells an object whose class wants to know it in Python that nobody uses its buffer any more.
    pub fn give_buffer_back(&self, obj: &Obj, view: &Obj) {
        if let Some(release) = obj.ty().slots.bf_releasebuffer.get()
            && std::ptr::fn_addr_eq(release, bf_releasebuffer as super::BinaryFn)
            && let Err(raised) = release(self, obj, view)
        {
            self.ignore(&raised, "in __release_buffer__ of", obj);
        }
    }
}

pub(super) fn am_await(vm: &Vm, a: &Obj) -> Res<Obj> {
    match vm.call_special(a, &vm.names.__await__, &[])? {
        Some(result) => Ok(result),
        None => Err(vm.type_error(format!("object {} does not have __await__ method", a.ty().name()))),
    }
}

pub(super) fn am_aiter(vm: &Vm, a: &Obj) -> Res<Obj> {
    match vm.call_special(a, &vm.names.__aiter__, &[])? {
        Some(result) => Ok(result),
        None => Err(vm.type_error(format!("object {} does not have __aiter__ method", a.ty().name()))),
    }
}

pub(super) fn am_anext(vm: &Vm, a: &Obj) -> Res<Obj> {
    match vm.call_special(a, &vm.names.__anext__, &[])? {
        Some(result) => Ok(result),
        None => Err(vm.type_error(format!("object {} does not have __anext__ method", a.ty().name()))),
    }
}

/// Whether the found `__new__` is the wrapper that native types have for their slot.
pub(super) fn is_native_new(found: &Obj) -> bool {
    found.get::<NativeFunction>().is_some_and(|f| std::ptr::eq(f.def, &super::NEW_DEF))
}
