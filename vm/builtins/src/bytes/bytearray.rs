//! The type `bytearray`.

use object::{
    Args, ByteArray, CompareOp, Int, Layout as _, NativeDef, NativeType, Obj, Params, Ref, Res, Slice,
    SliceIndices, Str, Vm,
};

use super::buffer::{has_bytes, with_bytes};
use super::construct::{BYTEARRAY_WORDING, Source, bytes_from, from_object};
use super::methods::byte_methods;
use super::{byte_value, hex, iter, methods, new_bytearray, search, with_own};

pub(super) static BYTEARRAY: NativeType = NativeType::new("bytearray", ByteArray::VTABLE)
    .subclassable()
    .flags(object::TypeFlags::MATCH_SELF)
    .doc("bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer")
    .slots(|s| {
        s.new.set(Some(|_, ty, _| Ok(Ref::new(ty, ByteArray::default()).into_obj())));
        s.init.set(Some(init));
        s.repr.set(Some(repr));
        s.str.set(Some(repr));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.richcompare.set(Some(compare));
        s.bf_getbuffer.set(Some(super::get_buffer));
        s.bf_releasebuffer.set(Some(super::release_buffer));
        s.iter.set(Some(iter::iter));
        s.nb_remainder.set(Some(remainder));
        s.sq_length.set(Some(|_, obj| Ok(with_own(obj, <[u8]>::len))));
        s.mp_length.set(Some(|_, obj| Ok(with_own(obj, <[u8]>::len))));
        s.sq_concat.set(Some(methods::concat));
        s.sq_repeat.set(Some(methods::repeat));
        s.sq_item.set(Some(item));
        s.sq_ass_item.set(Some(assign_item));
        s.sq_contains.set(Some(search::contains));
        s.sq_inplace_concat.set(Some(inplace_concat));
        s.sq_inplace_repeat.set(Some(inplace_repeat));
        s.mp_subscript.set(Some(subscript));
        s.mp_ass_subscript.set(Some(assign_subscript));
    })
    .methods(byte_methods![
        NativeDef::one("fromhex", from_hex, "($type, string, /)\n--\n\nCreate a bytearray object from a string of hexadecimal numbers.").class_method(),
        NativeDef::one("append", append, "($self, item, /)\n--\n\nAppend a single item to the end of the bytearray."),
        NativeDef::no_args("clear", |vm, obj, _| { change(vm, obj, Vec::clear)?; Ok(vm.none.clone()) }, "($self, /)\n--\n\nRemove all items from the bytearray."),
        NativeDef::no_args("copy", |vm, obj, _| Ok(new_bytearray(vm, with_own(obj, <[u8]>::to_vec))), "($self, /)\n--\n\nReturn a copy of B."),
        NativeDef::one("extend", extend, "($self, iterable_of_ints, /)\n--\n\nAppend all the items from the iterator or sequence to the end of the bytearray."),
        NativeDef::positional("insert", insert, "($self, index, item, /)\n--\n\nInsert a single item into the bytearray before the given index."),
        NativeDef::positional("pop", pop, "($self, index=-1, /)\n--\n\nRemove and return a single item from B."),
        NativeDef::one("remove", remove, "($self, value, /)\n--\n\nRemove the first occurrence of a value in the bytearray."),
        NativeDef::one("resize", resize, "($self, size, /)\n--\n\nResize the internal buffer of bytearray to len."),
        NativeDef::no_args("reverse", reverse, "($self, /)\n--\n\nReverse the order of the values in B in place."),
        NativeDef::no_args("__alloc__", |vm, obj, _| Ok(vm.int(allocated(obj) as i64)), "B.__alloc__() -> int\n\nReturn the number of bytes actually allocated."),
        NativeDef::no_args("__reduce__", |vm, obj, _| reduce(vm, obj, 2), "($self, /)\n--\n\nReturn state information for pickling."),
        NativeDef::positional("__reduce_ex__", reduce_ex, "($self, proto=0, /)\n--\n\nReturn state information for pickling."),
        NativeDef::no_args("__sizeof__", |vm, obj, _| Ok(vm.int(56 + allocated(obj) as i64)), "($self, /)\n--\n\nReturns the size of the bytearray object in memory, in bytes."),
    ])
    .size(56, 0);

/// The bytes that CPython would have allocated: one more than there are.
fn allocated(obj: &Obj) -> usize {
    match with_own(obj, <[u8]>::len) {
        0 => 0,
        len => len + 1,
    }
}

/// Runs `work` on the bytes, which may change in number unless somebody has a view of them.
fn change<R>(vm: &Vm, obj: &Obj, work: impl FnOnce(&mut Vec<u8>) -> R) -> Res<R> {
    let Some(own) = obj.get::<ByteArray>() else { return Err(vm.type_error("a bytearray is needed")) };
    if own.1.get() > 0 {
        return Err(vm.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(work(&mut own.0.borrow_mut()))
}

/// Runs `work` on the bytes, whose number stays.
fn write<R>(vm: &Vm, obj: &Obj, work: impl FnOnce(&mut [u8]) -> R) -> Res<R> {
    match obj.get::<ByteArray>() {
        Some(own) => Ok(work(&mut own.0.borrow_mut())),
        None => Err(vm.type_error("a bytearray is needed")),
    }
}

static INIT: Params<3> = Params::new("bytearray", ["source", "encoding", "errors"]);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [value, encoding, errors] = INIT.bind(vm, args)?;
    let bytes = bytes_from(vm, &Source { value, encoding, errors }, &BYTEARRAY_WORDING)?;
    if with_own(obj, <[u8]>::is_empty) && bytes.is_empty() {
        return Ok(());
    }
    change(vm, obj, |own| *own = bytes)
}

fn from_hex(vm: &Vm, class: &Obj, args: Args<'_>) -> Res<Obj> {
    let bytes = hex::from_hex(vm, &args.values[0])?;
    if class.is(vm.types.bytearray.as_obj()) {
        return Ok(new_bytearray(vm, bytes));
    }
    vm.call1(class, &super::new_bytes(vm, bytes))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(vm.str(&format!("{}({})", obj.ty().short_name(), with_own(obj, methods::repr_text_single))))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let b_copy = with_bytes(b, <[u8]>::to_vec);
    Ok(match b_copy {
        Some(other) => vm.bool(op.holds(with_own(a, |own| own.cmp(&other)))),
        None => vm.not_implemented.clone(),
    })
}

fn remainder(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    if a.get::<ByteArray>().is_none() {
        return Ok(vm.not_implemented.clone());
    }
    let own = with_own(a, <[u8]>::to_vec);
    Ok(new_bytearray(vm, crate::str::percent::format_bytes(vm, &own, b)?))
}

fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    match usize::try_from(index).ok().and_then(|i| with_own(obj, |own| own.get(i).copied())) {
        Some(byte) => Ok(vm.int(byte.into())),
        None => Err(vm.index_error("bytearray index out of range")),
    }
}

/// An index as it is written, counted from the end if it is negative.
fn index_of(vm: &Vm, obj: &Obj, key: &Obj) -> Res<isize> {
    let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
    Ok(if index < 0 { index + with_own(obj, <[u8]>::len) as isize } else { index })
}

fn bad_key(vm: &Vm, key: &Obj) -> object::Raised {
    vm.type_error(format!("bytearray indices must be integers or slices, not {}", key.ty().name()))
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    if let Some(range) = key.get::<Slice>() {
        return methods::sliced(vm, obj, range);
    }
    if key.get::<Int>().is_none() && !vm.has_index(key) {
        return Err(bad_key(vm, key));
    }
    item(vm, obj, index_of(vm, obj, key)?)
}

fn assign_item(vm: &Vm, obj: &Obj, index: isize, value: Option<&Obj>) -> Res<()> {
    let out_of_range = || vm.index_error("bytearray index out of range");
    let place = usize::try_from(index).ok().filter(|&i| i < with_own(obj, <[u8]>::len));
    let place = place.ok_or_else(out_of_range)?;
    match value {
        Some(value) => {
            let byte = byte_value(vm, value)?;
            // Asking for the value's number may have changed the length.
            let stored = write(vm, obj, |own| own.get_mut(place).map(|slot| *slot = byte))?;
            stored.ok_or_else(out_of_range)
        }
        None => change(vm, obj, |own| {
            own.remove(place);
        }),
    }
}

fn assign_subscript(vm: &Vm, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    let Some(range) = key.get::<Slice>() else {
        if key.get::<Int>().is_none() && !vm.has_index(key) {
            return Err(bad_key(vm, key));
        }
        return assign_item(vm, obj, index_of(vm, obj, key)?, value);
    };
    let unpacked = vm.slice_unpack(range)?;
    let new = match value {
        None => Vec::new(),
        Some(value) => match with_bytes(value, <[u8]>::to_vec) {
            Some(bytes) => bytes,
            None if vm.has_index(value) || value.get::<Str>().is_some() => {
                return Err(
                    vm.type_error("can assign only bytes, buffers, or iterables of ints in range(0, 256)")
                );
            }
            None => from_object(vm, value, &BYTEARRAY_WORDING)?,
        },
    };
    let indices = SliceIndices::adjust(unpacked.0, unpacked.1, unpacked.2, with_own(obj, <[u8]>::len));
    if indices.step == 1 {
        let start = indices.start as usize;
        let end = start + indices.count;
        if new.len() == indices.count {
            return write(vm, obj, |own| own[start..end].copy_from_slice(&new));
        }
        return change(vm, obj, |own| {
            own.splice(start..end, new);
        });
    }
    if value.is_none() {
        if indices.count == 0 {
            return Ok(());
        }
        let mut gone: Vec<usize> = indices.iter().collect();
        gone.sort_unstable();
        return change(vm, obj, |own| {
            let mut place = 0;
            own.retain(|_| {
                let keep = gone.binary_search(&place).is_err();
                place += 1;
                keep
            });
        });
    }
    if new.len() != indices.count {
        return Err(vm.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            new.len(),
            indices.count
        )));
    }
    write(vm, obj, |own| indices.iter().zip(new).for_each(|(i, byte)| own[i] = byte))
}

fn inplace_concat(vm: &Vm, obj: &Obj, value: &Obj) -> Res<Obj> {
    if !has_bytes(value) {
        return Err(vm.type_error(format!(
            "can't concat {} to {}",
            value.ty().name(),
            obj.ty().short_name()
        )));
    }
    let tail = with_bytes(value, <[u8]>::to_vec).unwrap_or_default();
    if !tail.is_empty() {
        change(vm, obj, |own| own.extend(tail))?;
    }
    Ok(obj.clone())
}

fn inplace_repeat(vm: &Vm, obj: &Obj, times: isize) -> Res<Obj> {
    let times = usize::try_from(times).unwrap_or(0);
    let len = with_own(obj, <[u8]>::len);
    match len.checked_mul(times) {
        Some(total) => vm.check_alloc(total)?,
        None => return Err(vm.memory_error()),
    }
    if times != 1 && len > 0 {
        change(vm, obj, |own| *own = own.repeat(times))?;
    }
    Ok(obj.clone())
}

fn append(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let byte = byte_value(vm, &args.values[0])?;
    change(vm, obj, |own| own.push(byte))?;
    Ok(vm.none.clone())
}

fn extend(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let value = &args.values[0];
    let tail = match with_bytes(value, <[u8]>::to_vec) {
        Some(bytes) => bytes,
        None if value.get::<Str>().is_some() => {
            return Err(vm.type_error(format!("expected iterable of integers; got: '{}'", value.ty().name())));
        }
        None if value.ty().slots.iter.get().is_none() && !vm.is_sequence(value) => {
            return Err(vm.type_error(format!("can't extend bytearray with {}", value.ty().name())));
        }
        None => from_object(vm, value, &BYTEARRAY_WORDING)?,
    };
    if !tail.is_empty() {
        change(vm, obj, |own| own.extend(tail))?;
    }
    Ok(vm.none.clone())
}

fn insert(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [index, value] = args.exact::<2>(vm, "insert")?;
    let index = vm.as_isize(index)?;
    let byte = byte_value(vm, value)?;
    change(vm, obj, |own| {
        let len = own.len() as isize;
        let place = if index < 0 { (index.saturating_add(len)).max(0) } else { index.min(len) };
        own.insert(place as usize, byte);
    })?;
    Ok(vm.none.clone())
}

fn pop(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [index] = args.unpack::<1>(vm, "pop", 0)?;
    let index = index.map_or(Ok(-1), |i| vm.as_isize(i))?;
    let len = with_own(obj, <[u8]>::len);
    if len == 0 {
        return Err(vm.index_error("pop from empty bytearray"));
    }
    let place = if index < 0 { index.saturating_add(len as isize) } else { index };
    let place = usize::try_from(place).ok().filter(|&i| i < len);
    let place = place.ok_or_else(|| vm.index_error("pop index out of range"))?;
    let byte = change(vm, obj, |own| own.remove(place))?;
    Ok(vm.int(byte.into()))
}

fn remove(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let byte = byte_value(vm, &args.values[0])?;
    match with_own(obj, |own| memchr::memchr(byte, own)) {
        Some(place) => change(vm, obj, |own| own.remove(place))?,
        None => return Err(vm.value_error("value not found in bytearray")),
    };
    Ok(vm.none.clone())
}

fn resize(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let size = vm.as_isize(&args.values[0])?;
    let Ok(size) = usize::try_from(size) else {
        return Err(vm.value_error(format!("Can only resize to positive sizes, got {size}")));
    };
    vm.check_alloc(size)?;
    change(vm, obj, |own| own.resize(size, 0))?;
    Ok(vm.none.clone())
}

fn reverse(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    write(vm, obj, <[u8]>::reverse)?;
    Ok(vm.none.clone())
}

fn reduce(vm: &Vm, obj: &Obj, protocol: i32) -> Res<Obj> {
    let state = vm.object_state(obj)?;
    let args = if with_own(obj, <[u8]>::is_empty) {
        vm.empty_tuple.clone().into_obj()
    } else if protocol < 3 {
        let text = with_own(obj, |own| Str::from_latin1(&vm.types.str, own)).into_obj();
        vm.tuple([text, vm.str("latin-1")])
    } else {
        vm.tuple([super::new_bytes(vm, with_own(obj, <[u8]>::to_vec))])
    };
    Ok(vm.tuple([obj.ty().as_obj().clone(), args, state]))
}

fn reduce_ex(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [protocol] = args.unpack::<1>(vm, "__reduce_ex__", 0)?;
    reduce(vm, obj, protocol.map_or(Ok(0), |p| vm.as_i32(p))?)
}
