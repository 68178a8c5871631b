//! `_operator` (`_operator.c`): the operators as functions, and here the getters' module; they are in [`getters`].

mod getters;

use object::{Args, CompareOp, NativeDef, NumberOp, Obj, Res, Str, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_operator", "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.  The function names are those\nused for special methods; variants without leading and trailing\n'__' are also provided for convenience.").functions(FUNCTIONS).types(&[
    ("attrgetter", |vm| vm.native_type(&getters::ATTR_GETTER).clone()),
    ("itemgetter", |vm| vm.native_type(&getters::ITEM_GETTER).clone()),
    ("methodcaller", |vm| vm.native_type(&getters::METHOD_CALLER).clone()),
]);

/// Functions of one object and of two, with the parameters named; then those of another form.
macro_rules! operators {
    (unary $vm:ident $a:ident: $($one:literal $compute_one:expr, $doc_one:literal;)*
     binary $b:ident: $($two:literal $compute_two:expr, $doc_two:literal;)*
     other: $($other:expr,)*) => {
        &[
            $(NativeDef::one($one, |$vm, _, args| { let $a = &args.values[0]; $compute_one }, $doc_one),)*
            $(NativeDef::positional($two, |$vm, _, args| { let [$a, $b] = args.exact::<2>($vm, $two)?; $compute_two }, $doc_two),)*
            $($other,)*
        ]
    };
}

/// The index as an `int` proper, whatever subclass it came in (`PyNumber_Index`).
fn exact_index(vm: &Vm, a: &Obj) -> Res<Obj> {
    let index = vm.index(a)?;
    match vm.types.int.slots.nb_positive.get() {
        Some(positive) => positive(vm, &index),
        None => Ok(index),
    }
}

static FUNCTIONS: &[NativeDef] = operators! {
    unary vm a:
    "truth" Ok(vm.bool(vm.is_true(a)?)), "($module, a, /)\n--\n\nReturn True if a is true, False otherwise.";
    "not_" Ok(vm.bool(!vm.is_true(a)?)), "($module, a, /)\n--\n\nSame as not a.";
    "is_none" Ok(vm.bool(a.is(&vm.none))), "($module, a, /)\n--\n\nSame as a is None.";
    "is_not_none" Ok(vm.bool(!a.is(&vm.none))), "($module, a, /)\n--\n\nSame as a is not None.";
    "index" exact_index(vm, a), "($module, a, /)\n--\n\nSame as a.__index__()";
    "neg" vm.negative(a), "($module, a, /)\n--\n\nSame as -a.";
    "pos" vm.positive(a), "($module, a, /)\n--\n\nSame as +a.";
    "abs" vm.absolute(a), "($module, a, /)\n--\n\nSame as abs(a).";
    "inv" vm.invert(a), "($module, a, /)\n--\n\nSame as ~a.";
    "invert" vm.invert(a), "($module, a, /)\n--\n\nSame as ~a.";
    binary b:
    "contains" Ok(vm.bool(vm.contains(a, b)?)), "($module, a, b, /)\n--\n\nSame as b in a (note reversed operands).";
    "indexOf" index_of(vm, a, b), "($module, a, b, /)\n--\n\nReturn the first index of b in a.";
    "countOf" count_of(vm, a, b), "($module, a, b, /)\n--\n\nReturn the number of items in a which are, or which equal, b.";
    "is_" Ok(vm.bool(a.is(b))), "($module, a, b, /)\n--\n\nSame as a is b.";
    "is_not" Ok(vm.bool(!a.is(b))), "($module, a, b, /)\n--\n\nSame as a is not b.";
    "add" vm.binary_op(NumberOp::Add, a, b), "($module, a, b, /)\n--\n\nSame as a + b.";
    "sub" vm.binary_op(NumberOp::Subtract, a, b), "($module, a, b, /)\n--\n\nSame as a - b.";
    "mul" vm.binary_op(NumberOp::Multiply, a, b), "($module, a, b, /)\n--\n\nSame as a * b.";
    "matmul" vm.binary_op(NumberOp::MatrixMultiply, a, b), "($module, a, b, /)\n--\n\nSame as a @ b.";
    "floordiv" vm.binary_op(NumberOp::FloorDivide, a, b), "($module, a, b, /)\n--\n\nSame as a // b.";
    "truediv" vm.binary_op(NumberOp::TrueDivide, a, b), "($module, a, b, /)\n--\n\nSame as a / b.";
    "mod" vm.binary_op(NumberOp::Remainder, a, b), "($module, a, b, /)\n--\n\nSame as a % b.";
    "lshift" vm.binary_op(NumberOp::Lshift, a, b), "($module, a, b, /)\n--\n\nSame as a << b.";
    "rshift" vm.binary_op(NumberOp::Rshift, a, b), "($module, a, b, /)\n--\n\nSame as a >> b.";
    "and_" vm.binary_op(NumberOp::And, a, b), "($module, a, b, /)\n--\n\nSame as a & b.";
    "xor" vm.binary_op(NumberOp::Xor, a, b), "($module, a, b, /)\n--\n\nSame as a ^ b.";
    "or_" vm.binary_op(NumberOp::Or, a, b), "($module, a, b, /)\n--\n\nSame as a | b.";
    "pow" vm.power(a, b, &vm.none), "($module, a, b, /)\n--\n\nSame as a ** b.";
    "iadd" vm.inplace_op(NumberOp::Add, a, b), "($module, a, b, /)\n--\n\nSame as a += b.";
    "isub" vm.inplace_op(NumberOp::Subtract, a, b), "($module, a, b, /)\n--\n\nSame as a -= b.";
    "imul" vm.inplace_op(NumberOp::Multiply, a, b), "($module, a, b, /)\n--\n\nSame as a *= b.";
    "imatmul" vm.inplace_op(NumberOp::MatrixMultiply, a, b), "($module, a, b, /)\n--\n\nSame as a @= b.";
    "ifloordiv" vm.inplace_op(NumberOp::FloorDivide, a, b), "($module, a, b, /)\n--\n\nSame as a //= b.";
    "itruediv" vm.inplace_op(NumberOp::TrueDivide, a, b), "($module, a, b, /)\n--\n\nSame as a /= b.";
    "imod" vm.inplace_op(NumberOp::Remainder, a, b), "($module, a, b, /)\n--\n\nSame as a %= b.";
    "ilshift" vm.inplace_op(NumberOp::Lshift, a, b), "($module, a, b, /)\n--\n\nSame as a <<= b.";
    "irshift" vm.inplace_op(NumberOp::Rshift, a, b), "($module, a, b, /)\n--\n\nSame as a >>= b.";
    "iand" vm.inplace_op(NumberOp::And, a, b), "($module, a, b, /)\n--\n\nSame as a &= b.";
    "ixor" vm.inplace_op(NumberOp::Xor, a, b), "($module, a, b, /)\n--\n\nSame as a ^= b.";
    "ior" vm.inplace_op(NumberOp::Or, a, b), "($module, a, b, /)\n--\n\nSame as a |= b.";
    "ipow" vm.inplace_op(NumberOp::Power, a, b), "($module, a, b, /)\n--\n\nSame as a **= b.";
    "concat" concat(vm, a, b, false), "($module, a, b, /)\n--\n\nSame as a + b, for a and b sequences.";
    "iconcat" concat(vm, a, b, true), "($module, a, b, /)\n--\n\nSame as a += b, for a and b sequences.";
    "getitem" vm.getitem(a, b), "($module, a, b, /)\n--\n\nSame as a[b].";
    "delitem" vm.delitem(a, b).map(|()| vm.none.clone()), "($module, a, b, /)\n--\n\nSame as del a[b].";
    "eq" vm.compare(a, b, CompareOp::Eq), "($module, a, b, /)\n--\n\nSame as a == b.";
    "ne" vm.compare(a, b, CompareOp::Ne), "($module, a, b, /)\n--\n\nSame as a != b.";
    "lt" vm.compare(a, b, CompareOp::Lt), "($module, a, b, /)\n--\n\nSame as a < b.";
    "le" vm.compare(a, b, CompareOp::Le), "($module, a, b, /)\n--\n\nSame as a <= b.";
    "gt" vm.compare(a, b, CompareOp::Gt), "($module, a, b, /)\n--\n\nSame as a > b.";
    "ge" vm.compare(a, b, CompareOp::Ge), "($module, a, b, /)\n--\n\nSame as a >= b.";
    "_compare_digest" compare_digest(vm, a, b), "($module, a, b, /)\n--\n\nReturn 'a == b'.\n\nThis function uses an approach designed to prevent\ntiming analysis, making it appropriate for cryptography.\n\na and b must both be of the same type: either str (ASCII only),\nor any bytes-like object.\n\nNote: If a and b are of different lengths, or if an error occurs,\na timing attack could theoretically reveal information about the\ntypes and lengths of a and b--but not their values.";
    other:
    NativeDef::positional("setitem", setitem, "($module, a, b, c, /)\n--\n\nSame as a[b] = c."),
    NativeDef::positional("length_hint", length_hint, "($module, obj, default=0, /)\n--\n\nReturn an estimate of the number of items in obj.\n\nThis is useful for presizing containers when building from an iterable.\n\nIf the object supports len(), the result will be exact.\nOtherwise, it may over- or under-estimate by an arbitrary amount.\nThe result will be an integer >= 0."),
    NativeDef::keywords("call", call, "($module, obj, /, *args, **kwargs)\n--\n\nSame as obj(*args, **kwargs)."),
};

/// Goes through an iterable, or tells that it is none.
fn search(vm: &Vm, iterable: &Obj, each: impl FnMut(Obj) -> Res<bool>) -> Res<()> {
    let iterator = vm.iter(iterable).map_err(|raised| {
        if raised.is_instance(&vm.exc.type_error) {
            return vm.type_error(format!("argument of type '{}' is not iterable", iterable.ty().name()));
        }
        raised
    })?;
    vm.for_each(&iterator, each)
}

fn index_of(vm: &Vm, iterable: &Obj, wanted: &Obj) -> Res<Obj> {
    let (mut index, mut found) = (0, false);
    search(vm, iterable, |item| {
        found = vm.eq(&item, wanted)?;
        index += i64::from(!found);
        Ok(!found)
    })?;
    if found { Ok(vm.int(index)) } else { Err(vm.value_error("sequence.index(x): x not in sequence")) }
}

fn count_of(vm: &Vm, iterable: &Obj, wanted: &Obj) -> Res<Obj> {
    let mut count = 0;
    search(vm, iterable, |item| {
        count += i64::from(vm.eq(&item, wanted)?);
        Ok(true)
    })?;
    Ok(vm.int(count))
}

/// `PySequence_Concat`, in place or not.
fn concat(vm: &Vm, a: &Obj, b: &Obj, in_place: bool) -> Res<Obj> {
    let slots = &a.ty().slots;
    let own = if in_place { slots.sq_inplace_concat.get() } else { None };
    if let Some(concat) = own.or_else(|| slots.sq_concat.get()) {
        return concat(vm, a, b);
    }
    if vm.is_sequence(a) && vm.is_sequence(b) {
        let result =
            if in_place { vm.inplace_op(NumberOp::Add, a, b) } else { vm.binary_op(NumberOp::Add, a, b) };
        match result {
            Err(raised) if raised.is_instance(&vm.exc.type_error) => {}
            result => return result,
        }
    }
    Err(vm.type_error(format!("'{}' object can't be concatenated", a.ty().name())))
}

fn setitem(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [container, key, value] = args.exact::<3>(vm, "setitem")?;
    vm.setitem(container, key, value)?;
    Ok(vm.none.clone())
}

fn length_hint(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [obj, default] = args.unpack::<2>(vm, "length_hint", 1)?;
    let default = default.map_or(Ok(0), |default| vm.as_isize(default))?;
    if let Ok(default) = usize::try_from(default) {
        return Ok(vm.int(vm.length_hint(obj.unwrap_or(&vm.none), default)? as i64));
    }
    // A default below zero comes back as it is, where nobody knows better.
    match vm.length_hint(obj.unwrap_or(&vm.none), usize::MAX)? {
        usize::MAX => Ok(vm.int(default as i64)),
        hint => Ok(vm.int(hint as i64)),
    }
}

fn call(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "call", 1, usize::MAX)?;
    vm.call_args(&args.values[0], Args { values: &args.values[1..], kwnames: args.kwnames })
}

fn compare_digest(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    if let (Some(x), Some(y)) = (a.get::<Str>(), b.get::<Str>()) {
        let (x, y) = (x.to_text_lossy(), y.to_text_lossy());
        if !x.is_ascii() || !y.is_ascii() {
            return Err(vm.type_error("comparing strings with non-ASCII characters is not supported"));
        }
        return Ok(vm.bool(same_bytes(x.as_bytes(), y.as_bytes())));
    }
    if !builtins::bytes::buffer::has_bytes(a) && !builtins::bytes::buffer::has_bytes(b) {
        return Err(vm.type_error(format!(
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            a.ty().name(),
            b.ty().name()
        )));
    }
    Ok(vm.bool(same_bytes(
        &builtins::bytes::buffer::bytes_arg(vm, a)?,
        &builtins::bytes::buffer::bytes_arg(vm, b)?,
    )))
}

/// Compares in a time that tells nothing about where the difference is.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differences, (x, y)| differences | (x ^ y)) == 0
}
