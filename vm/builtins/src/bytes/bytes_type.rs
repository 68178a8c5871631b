//! The type `bytes`.

use object::{
    Args, Bytes, CompareOp, Int, Layout as _, NativeDef, NativeType, Obj, Params, Ref, Res, Slice, Type, Vm,
};

use super::construct::{BYTES_WORDING, Source, bytes_from};
use super::methods::byte_methods;
use super::{hex, iter, methods, new_bytes, search, with_own};

pub(super) static BYTES: NativeType = NativeType::new("bytes", Bytes::VTABLE)
    .subclassable()
    .flags(object::TypeFlags::MATCH_SELF)
    .doc("bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer")
    .slots(|s| {
        s.new.set(Some(new));
        s.repr.set(Some(repr));
        s.str.set(Some(repr));
        s.hash.set(Some(|_, obj| Ok(with_own(obj, bytecode::hash::bytes))));
        s.richcompare.set(Some(compare));
        s.iter.set(Some(iter::iter));
        s.bf_getbuffer.set(Some(super::get_buffer));
        s.nb_remainder.set(Some(remainder));
        s.sq_length.set(Some(|_, obj| Ok(with_own(obj, <[u8]>::len))));
        s.mp_length.set(Some(|_, obj| Ok(with_own(obj, <[u8]>::len))));
        s.sq_concat.set(Some(methods::concat));
        s.sq_repeat.set(Some(methods::repeat));
        s.sq_item.set(Some(item));
        s.sq_contains.set(Some(search::contains));
        s.mp_subscript.set(Some(subscript));
    })
    .methods(byte_methods![
        NativeDef::one("fromhex", from_hex, "($type, string, /)\n--\n\nCreate a bytes object from a string of hexadecimal numbers.").class_method(),
        NativeDef::no_args("__getnewargs__", |vm, obj, _| Ok(vm.tuple([exact(vm, obj)])), ""),
        NativeDef::no_args("__bytes__", |vm, obj, _| Ok(exact(vm, obj)), "($self, /)\n--\n\nConvert this value to exact type bytes."),
        NativeDef::no_args("__sizeof__", |vm, obj, _| Ok(vm.int(33 + with_own(obj, <[u8]>::len) as i64)), "($self, /)\n--\n\nSize of object in memory, in bytes."),
    ])
    .size(33, 1);

fn exact(vm: &Vm, obj: &Obj) -> Obj {
    if obj.is_exactly(&vm.types.bytes) { obj.clone() } else { new_bytes(vm, with_own(obj, <[u8]>::to_vec)) }
}

static NEW: Params<3> = Params::new("bytes", ["source", "encoding", "errors"]);

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [value, encoding, errors] = NEW.bind(vm, args)?;
    let made = match value.filter(|_| encoding.is_none() && errors.is_none()) {
        Some(value) => match vm.call_special(value, &vm.names.__bytes__, &[])? {
            Some(result) if result.get::<Bytes>().is_some() => result,
            Some(result) => {
                return Err(
                    vm.type_error(format!("__bytes__ returned non-bytes (type {})", result.ty().name()))
                );
            }
            None => new_bytes(
                vm,
                bytes_from(vm, &Source { value: Some(value), encoding, errors }, &BYTES_WORDING)?,
            ),
        },
        None => new_bytes(vm, bytes_from(vm, &Source { value, encoding, errors }, &BYTES_WORDING)?),
    };
    if ty.is(&vm.types.bytes) {
        return Ok(made);
    }
    Ok(Ref::new(ty, Bytes(with_own(&made, |own| own.into()))).into_obj())
}

fn from_hex(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let bytes = new_bytes(vm, hex::from_hex(vm, &args.values[0])?);
    if class.is(vm.types.bytes.as_obj()) { Ok(bytes) } else { vm.call1(class, &bytes) }
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.str(&with_own(obj, methods::repr_text)))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    if b.get::<Bytes>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    methods::compare(vm, a, b, op)
}

fn remainder(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    match a.get::<Bytes>() {
        Some(bytes) => Ok(new_bytes(vm, crate::str::percent::format_bytes(vm, &bytes.0, b)?)),
        None => Ok(vm.not_implemented.clone()),
    }
}

fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    match usize::try_from(index).ok().and_then(|i| with_own(obj, |own| own.get(i).copied())) {
        Some(byte) => Ok(vm.int(byte.into())),
        None => Err(vm.index_error("index out of range")),
    }
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    if let Some(range) = key.get::<Slice>() {
        return methods::sliced(vm, obj, range);
    }
    if key.get::<Int>().is_some() || vm.has_index(key) {
        let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
        let len = with_own(obj, <[u8]>::len) as isize;
        return item(vm, obj, if index < 0 { index + len } else { index });
    }
    Err(vm.type_error(format!("byte indices must be integers or slices, not {}", key.ty().name())))
}
