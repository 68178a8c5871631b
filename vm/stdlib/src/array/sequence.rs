//! Arrays as sequences.

use object::{CompareOp, Obj, Res, Slice, Vm};

use super::{Array, array, own};

pub(super) fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = own(vm, obj)?;
    let name = obj.ty().short_name();
    let code = char::from(own.kind.code);
    if own.len() == 0 {
        return Ok(vm.str(&format!("{name}('{code}')")));
    }
    let items = if own.kind.is_text() {
        let text = own.kind.text(vm, &own.bytes.borrow())?;
        vm.repr_ref(&text)?
    } else {
        vm.repr_ref(&vm.list(own.values(vm)?))?
    };
    let head = vm.str_ref(&format!("{name}('{code}', "));
    Ok(object::Str::join(&vm.types.str, &[&head, &items, &vm.str_ref(")")]).into_obj())
}

pub(super) fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(left), Some(right)) = (a.get::<Array>(), b.get::<Array>()) else {
        return Ok(vm.not_implemented.clone());
    };
    let lengths = left.len().cmp(&right.len());
    if lengths.is_ne() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.bool(op == CompareOp::Ne));
    }
    for index in 0.. {
        let (Some(x), Some(y)) = (left.get(vm, index), right.get(vm, index)) else { break };
        let (x, y) = (x?, y?);
        if !vm.eq(&x, &y)? {
            return match op {
                CompareOp::Eq => Ok(vm.false_.clone()),
                CompareOp::Ne => Ok(vm.true_.clone()),
                _ => vm.compare(&x, &y, op),
            };
        }
    }
    Ok(vm.bool(op.holds(left.len().cmp(&right.len()))))
}

pub(super) fn concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let own = own(vm, a)?;
    let Some(other) = b.get::<Array>() else {
        return Err(vm.type_error(format!("can only append array (not \"{}\") to array", b.ty().name())));
    };
    if own.kind.code != other.kind.code {
        return Err(vm.type_error("bad argument type for built-in operation"));
    }
    let mut bytes = own.bytes.borrow().clone();
    bytes.extend_from_slice(&other.bytes.borrow());
    Ok(array(vm, own.kind, bytes))
}

pub(super) fn concat_in_place(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    let own = own(vm, a)?;
    if !b.is_payload::<Array>() {
        return Err(vm.type_error(format!("can only extend with array (not \"{}\")", b.ty().name())));
    }
    own.extend(vm, b)?;
    Ok(a.clone())
}

fn repeated(vm: &Vm, own: &Array, count: isize) -> Res<Vec<u8>> {
    let bytes = own.bytes.borrow();
    let count = usize::try_from(count).unwrap_or(0);
    vm.check_alloc(bytes.len().saturating_mul(count))?;
    Ok(bytes.repeat(count))
}

pub(super) fn repeat(vm: &Vm, obj: &Obj, count: isize) -> Res<Obj> {
    let own = own(vm, obj)?;
    Ok(array(vm, own.kind, repeated(vm, own, count)?))
}

pub(super) fn repeat_in_place(vm: &Vm, obj: &Obj, count: isize) -> Res<Obj> {
    let own = own(vm, obj)?;
    if own.len() > 0 && count != 1 {
        own.check_size(vm)?;
        let bytes = repeated(vm, own, count)?;
        own.bytes.replace(bytes);
    }
    Ok(obj.clone())
}

pub(super) fn contains(vm: &Vm, obj: &Obj, wanted: &Obj) -> Res<bool> {
    let own = own(vm, obj)?;
    Ok(position(vm, own, wanted, 0, usize::MAX)?.is_some())
}

/// Where a value is first, within bounds.
pub(super) fn position(vm: &Vm, own: &Array, wanted: &Obj, start: usize, stop: usize) -> Res<Option<usize>> {
    for index in start..stop {
        let Some(value) = own.get(vm, index) else { break };
        if vm.eq(&value?, wanted)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

pub(super) fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    let found = usize::try_from(index).ok().and_then(|index| own(vm, obj).ok()?.get(vm, index));
    found.unwrap_or_else(|| Err(vm.index_error("array index out of range")))
}

/// An index as a place from the start.
fn index_arg(vm: &Vm, own: &Array, key: &Obj) -> Res<isize> {
    let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
    Ok(if index < 0 { index + own.len() as isize } else { index })
}

pub(super) fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    let own = own(vm, obj)?;
    if vm.has_index(key) {
        return item(vm, obj, index_arg(vm, own, key)?);
    }
    let Some(slice) = key.get::<Slice>() else { return Err(vm.type_error("array indices must be integers")) };
    let (start, stop, step) = vm.slice_unpack(slice)?;
    let indices = object::SliceIndices::adjust(start, stop, step, own.len());
    let size = own.kind.size;
    let bytes = own.bytes.borrow();
    let items = indices.iter().filter_map(|index| bytes.get(index * size..(index + 1) * size));
    let bytes = items.flatten().copied().collect();
    Ok(array(vm, own.kind, bytes))
}

pub(super) fn assign(vm: &Vm, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    let own = own(vm, obj)?;
    let size = own.kind.size;
    if vm.has_index(key) {
        let index = index_arg(vm, own, key)?;
        let Some(place) = usize::try_from(index).ok().filter(|index| *index < own.len()) else {
            return Err(vm.index_error("array assignment index out of range"));
        };
        match value {
            Some(value) => {
                let item = own.kind.pack(vm, value)?;
                if let Some(place) = own.bytes.borrow_mut().get_mut(place * size..(place + 1) * size) {
                    place.copy_from_slice(&item[..size]);
                }
            }
            None => {
                own.check_size(vm)?;
                own.bytes.borrow_mut().drain(place * size..(place + 1) * size);
            }
        }
        return Ok(());
    }
    let Some(slice) = key.get::<Slice>() else { return Err(vm.type_error("array indices must be integers")) };
    let (start, stop, step) = vm.slice_unpack(slice)?;
    let new = match value {
        None => Vec::new(),
        Some(value) => {
            let Some(other) = value.get::<Array>() else {
                let name = value.ty().name();
                return Err(vm.type_error(format!("can only assign array (not \"{name}\") to array slice")));
            };
            if own.kind.code != other.kind.code {
                return Err(vm.type_error("bad argument type for built-in operation"));
            }
            other.bytes.borrow().clone()
        }
    };
    let indices = object::SliceIndices::adjust(start, stop, step, own.len());
    if new.len() != indices.count * size {
        own.check_size(vm)?;
    }
    let mut bytes = own.bytes.borrow_mut();
    if step == 1 {
        let start = (indices.start as usize * size).min(bytes.len());
        bytes.splice(start..start + indices.count * size, new);
        return Ok(());
    }
    if value.is_none() {
        let mut gone: Vec<usize> = indices.iter().collect();
        gone.sort_unstable();
        for index in gone.into_iter().rev() {
            bytes.drain(index * size..(index + 1) * size);
        }
        return Ok(());
    }
    if new.len() != indices.count * size {
        let (got, wanted) = (new.len() / size, indices.count);
        return Err(vm.value_error(format!(
            "attempt to assign array of size {got} to extended slice of size {wanted}"
        )));
    }
    for (index, item) in indices.iter().zip(new.chunks_exact(size)) {
        bytes[index * size..(index + 1) * size].copy_from_slice(item);
    }
    Ok(())
}
