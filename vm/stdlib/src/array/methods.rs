//! Methods of arrays.

use builtins::bytes::{buffer, new_bytes};
use object::protocol::class_getitem;
use object::{Args, Bytes, List, NativeDef, Obj, Res, Type, Vm};

use super::{Array, array, kind_arg, of_class, own, sequence};

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::one(
        "append",
        |vm, obj, args| own(vm, obj)?.push(vm, &args.values[0]).map(|()| vm.none.clone()),
        "($self, v, /)\n--\n\nAppend new value v to the end of the array.",
    ),
    NativeDef::no_args(
        "buffer_info",
        |vm, obj, _| {
            let own = own(vm, obj)?;
            let address = own.bytes.borrow().as_ptr() as usize;
            Ok(vm.tuple([vm.int_unsigned(address as u64), vm.int(own.len() as i64)]))
        },
        "($self, /)\n--\n\nReturn a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.\n\nThe length should be multiplied by the itemsize attribute to\ncalculate the buffer length in bytes.",
    ),
    NativeDef::no_args(
        "byteswap",
        |vm, obj, _| {
            let own = own(vm, obj)?;
            own.bytes.borrow_mut().chunks_exact_mut(own.kind.size).for_each(<[u8]>::reverse);
            Ok(vm.none.clone())
        },
        "($self, /)\n--\n\nByteswap all items of the array.\n\nIf the items in the array are not 1, 2, 4, or 8 bytes in size,\nRuntimeError is raised.",
    ),
    NativeDef::no_args(
        "clear",
        |vm, obj, _| {
            let own = own(vm, obj)?;
            own.check_size(vm)?;
            own.bytes.borrow_mut().clear();
            Ok(vm.none.clone())
        },
        "($self, /)\n--\n\nRemove all items from the array.",
    ),
    NativeDef::no_args(
        "__copy__",
        |vm, obj, _| copy(vm, obj),
        "($self, /)\n--\n\nReturn a copy of the array.",
    ),
    NativeDef::one(
        "count",
        |vm, obj, args| {
            let own = own(vm, obj)?;
            let mut count = 0;
            for index in 0.. {
                let Some(value) = own.get(vm, index) else { break };
                count += i64::from(vm.eq(&value?, &args.values[0])?);
            }
            Ok(vm.int(count))
        },
        "($self, v, /)\n--\n\nReturn number of occurrences of v in the array.",
    ),
    NativeDef::one(
        "__deepcopy__",
        |vm, obj, _| copy(vm, obj),
        "($self, unused, /)\n--\n\nReturn a copy of the array.",
    ),
    NativeDef::one(
        "extend",
        |vm, obj, args| own(vm, obj)?.extend(vm, &args.values[0]).map(|()| vm.none.clone()),
        "($self, bb, /)\n--\n\nAppend items to the end of the array.",
    ),
    NativeDef::positional(
        "fromfile",
        from_file,
        "($self, f, n, /)\n--\n\nRead n objects from the file object f and append them to the end of the array.",
    ),
    NativeDef::one("fromlist", from_list, "($self, list, /)\n--\n\nAppend items to array from list."),
    NativeDef::one(
        "frombytes",
        |vm, obj, args| {
            let bytes = buffer::bytes_arg(vm, &args.values[0])?;
            own(vm, obj)?.extend_bytes(vm, &bytes)?;
            Ok(vm.none.clone())
        },
        "($self, buffer, /)\n--\n\nAppends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.",
    ),
    NativeDef::one(
        "fromunicode",
        |vm, obj, args| {
            let text = vm.str_arg("fromunicode", "argument", &args.values[0])?;
            let own = own(vm, obj)?;
            check_text(vm, own, "fromunicode")?;
            own.check_size(vm)?;
            own.extend_text(text);
            Ok(vm.none.clone())
        },
        "($self, ustr, /)\n--\n\nExtends this array with data from the unicode string ustr.\n\nThe array must be a unicode type array; otherwise a ValueError is\nraised.  Use array.frombytes(ustr.encode(...)) to append Unicode\ndata to an array of some other type.",
    ),
    NativeDef::positional(
        "index",
        index,
        "($self, v, start=0, stop=sys.maxsize, /)\n--\n\nReturn index of first occurrence of v in the array.\n\nRaise ValueError if the value is not present.",
    ),
    NativeDef::positional(
        "insert",
        insert,
        "($self, i, v, /)\n--\n\nInsert a new item v into the array before position i.",
    ),
    NativeDef::positional(
        "pop",
        pop,
        "($self, i=-1, /)\n--\n\nReturn the i-th element and delete it from the array.\n\ni defaults to -1.",
    ),
    NativeDef::one(
        "__reduce_ex__",
        reduce,
        "($self, value, /)\n--\n\nReturn state information for pickling.",
    ),
    NativeDef::one(
        "remove",
        |vm, obj, args| {
            let own = own(vm, obj)?;
            let Some(index) = sequence::position(vm, own, &args.values[0], 0, usize::MAX)? else {
                return Err(vm.value_error("array.remove(x): x not in array"));
            };
            remove_at(vm, own, index)?;
            Ok(vm.none.clone())
        },
        "($self, v, /)\n--\n\nRemove the first occurrence of v in the array.",
    ),
    NativeDef::no_args(
        "reverse",
        |vm, obj, _| {
            let own = own(vm, obj)?;
            let mut bytes = own.bytes.borrow_mut();
            // Reversed as a whole, each item stands backwards.
            bytes.reverse();
            bytes.chunks_exact_mut(own.kind.size).for_each(<[u8]>::reverse);
            Ok(vm.none.clone())
        },
        "($self, /)\n--\n\nReverse the order of the items in the array.",
    ),
    NativeDef::one(
        "tofile",
        |vm, obj, args| {
            let bytes = own(vm, obj)?.bytes.borrow().clone();
            for block in bytes.chunks(64 * 1024) {
                vm.call_method(&args.values[0], &vm.names.write, &[vm.bytes(block)])?;
            }
            Ok(vm.none.clone())
        },
        "($self, f, /)\n--\n\nWrite all items (as machine values) to the file object f.",
    ),
    NativeDef::no_args(
        "tolist",
        |vm, obj, _| Ok(vm.list(own(vm, obj)?.values(vm)?)),
        "($self, /)\n--\n\nConvert array to an ordinary list with the same items.",
    ),
    NativeDef::no_args(
        "tobytes",
        |vm, obj, _| Ok(vm.bytes(&own(vm, obj)?.bytes.borrow())),
        "($self, /)\n--\n\nConvert the array to an array of machine values and return the bytes representation.",
    ),
    NativeDef::no_args(
        "tounicode",
        |vm, obj, _| {
            let own = own(vm, obj)?;
            check_text(vm, own, "tounicode")?;
            own.kind.text(vm, &own.bytes.borrow())
        },
        "($self, /)\n--\n\nExtends this array with data from the unicode string ustr.\n\nConvert the array to a unicode string.  The array must be a unicode\ntype array; otherwise a ValueError is raised.  Use\narray.tobytes().decode() to obtain a unicode string from an array of\nsome other type.",
    ),
    NativeDef::no_args(
        "__sizeof__",
        |vm, obj, _| Ok(vm.int(64 + own(vm, obj)?.bytes.borrow().len() as i64)),
        "($self, /)\n--\n\nSize of the array in memory, in bytes.",
    ),
    NativeDef::one(
        "__class_getitem__",
        class_getitem,
        "($type, object, /)\n--\n\nArrays are generic over the type of their elements",
    )
    .class_method(),
];

fn copy(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = own(vm, obj)?;
    let bytes = own.bytes.borrow().clone();
    Ok(array(vm, own.kind, bytes))
}

fn check_text(vm: &Vm, own: &Array, method: &str) -> Res<()> {
    if own.kind.is_text() {
        return Ok(());
    }
    Err(vm.value_error(format!("{method}() may only be called on unicode type arrays ('u' or 'w')")))
}

fn from_file(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [file, count] = args.exact(vm, "fromfile")?;
    let own = own(vm, obj)?;
    let count = vm.as_isize(count)?;
    let Ok(count) = usize::try_from(count) else { return Err(vm.value_error("negative count")) };
    let Some(wanted) = count.checked_mul(own.kind.size) else { return Err(vm.memory_error()) };
    let read = vm.call_method(file, &vm.intern("read"), &[vm.int(wanted as i64)])?;
    let Some(bytes) = read.get::<Bytes>() else { return Err(vm.type_error("read() didn't return bytes")) };
    own.extend_bytes(vm, &bytes.0)?;
    if bytes.0.len() != wanted {
        return Err(vm.raise_text(&vm.exc.eof_error, "read() didn't return enough bytes"));
    }
    Ok(vm.none.clone())
}

fn from_list(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let own = own(vm, obj)?;
    let Some(list) = args.values[0].get::<List>() else { return Err(vm.type_error("arg must be list")) };
    let before = own.bytes.borrow().len();
    for value in list.0.to_vec() {
        if let Err(raised) = own.push(vm, &value) {
            // All or nothing.
            own.bytes.borrow_mut().truncate(before);
            return Err(raised);
        }
    }
    Ok(vm.none.clone())
}

fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [value, start, stop] = args.unpack::<3>(vm, "index", 1)?;
    let own = own(vm, obj)?;
    let bound = |given: Option<&Obj>, default: isize| -> Res<usize> {
        let place = given.map_or(Ok(Some(default)), |given| vm.slice_index(given))?.unwrap_or(default);
        let place = if place < 0 { place.saturating_add_unsigned(own.len()) } else { place };
        Ok(usize::try_from(place).unwrap_or(0))
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
    match sequence::position(vm, own, value.unwrap_or(&vm.none), start, stop)? {
        Some(index) => Ok(vm.int(index as i64)),
        None => Err(vm.value_error("array.index(x): x not in array")),
    }
}

fn insert(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [place, value] = args.exact(vm, "insert")?;
    let own = own(vm, obj)?;
    let place = vm.as_isize(place)?;
    let item = own.kind.pack(vm, value)?;
    own.check_size(vm)?;
    let len = own.len();
    let place = if place < 0 { place.saturating_add_unsigned(len) } else { place };
    let start = usize::try_from(place).unwrap_or(0).min(len) * own.kind.size;
    own.bytes.borrow_mut().splice(start..start, item[..own.kind.size].iter().copied());
    Ok(vm.none.clone())
}

fn remove_at(vm: &Vm, own: &Array, index: usize) -> Res<()> {
    own.check_size(vm)?;
    let size = own.kind.size;
    let mut bytes = own.bytes.borrow_mut();
    if (index + 1) * size <= bytes.len() {
        bytes.drain(index * size..(index + 1) * size);
    }
    Ok(())
}

fn pop(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [place] = args.unpack::<1>(vm, "pop", 0)?;
    let own = own(vm, obj)?;
    let place = place.map_or(Ok(-1), |place| vm.as_isize(place))?;
    if own.len() == 0 {
        return Err(vm.index_error("pop from empty array"));
    }
    let place = if place < 0 { place.saturating_add_unsigned(own.len()) } else { place };
    let found = usize::try_from(place).ok().and_then(|place| Some((place, own.get(vm, place)?)));
    let Some((place, value)) = found else { return Err(vm.index_error("pop index out of range")) };
    remove_at(vm, own, place)?;
    value
}

fn reduce(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let protocol = vm.as_i64(&args.values[0])?;
    let own = own(vm, obj)?;
    let class = obj.ty().as_obj().clone();
    let state = vm.getattr_optional(obj, &vm.names.__dict__)?.unwrap_or_else(|| vm.none.clone());
    let code = vm.str_of_code_point(own.kind.code.into());
    if protocol < 3 {
        let items = vm.list(own.values(vm)?);
        return Ok(vm.tuple([class, vm.tuple([code, items]), state]));
    }
    let Some(import) = vm.hooks.import.get() else { return Err(vm.runtime_error("nothing can be imported")) };
    let rebuild = vm.getattr_text(&import(vm, "array")?, "_array_reconstructor")?;
    let bytes = new_bytes(vm, own.bytes.borrow().clone());
    Ok(vm.tuple([rebuild, vm.tuple([class, code, vm.int(own.kind.machine), bytes]), state]))
}

/// `_array_reconstructor(arraytype, typecode, mformat_code, items)`, for formats of this machine.
pub(super) fn reconstruct(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [class, code, machine, items] = args.exact(vm, "_array_reconstructor")?;
    let base = vm.native_type(&super::ARRAY);
    let Some(class) = class.downcast::<Type>() else {
        return Err(vm.type_error(format!("first argument must be a type object, not {}", class.ty().name())));
    };
    if !class.is_subtype_of(base) {
        return Err(vm.type_error(format!("{} is not a subtype of array.array", class.name())));
    }
    let kind = kind_arg(vm, "_array_reconstructor", "argument 2", code)?;
    let machine = vm.as_i32(machine)?;
    if !(0..=21).contains(&machine) {
        return Err(vm.value_error("third argument must be a valid machine format code."));
    }
    let Some(bytes) = items.get::<Bytes>() else {
        return Err(vm.type_error(format!("fourth argument should be bytes, not {}", items.ty().name())));
    };
    if i64::from(machine) != kind.machine {
        return Err(vm.not_implemented_error(format!("machine format code {machine} of another machine")));
    }
    let made = of_class(class, kind, Vec::new());
    own(vm, &made)?.extend_bytes(vm, &bytes.0)?;
    Ok(made)
}
