//! `memoryview`: a window on the bytes of another object.
//!
//! A view keeps the object and where its items are in it; each access borrows the bytes anew, so nothing dangles
//! whatever happens to the object.

use std::borrow::Cow;
use std::cell::Cell;

use object::protocol::{class_getitem, self_iter};
use object::{
    Args, ByteArray, Bytes, CompareOp, GetSetDef, Int, Layout as _, List, NativeDef, NativeType, Obj,
    ObjCell, Params, Payload, Ref, Res, Slice, SliceIndices, Str, Tuple, TypeFlags, Visitor, Vm,
};

use super::buffer::{base_bytes_mut, exporter_of, with_bytes, with_bytes_mut};
use super::{hex, lent, new_bytes};
use crate::number::ieee::{f64_to_half, half_to_f64, single_to_f64};

/// The payload of `memoryview`.
pub struct MemoryView {
    /// Whose bytes they are; nothing after `release`.
    base: ObjCell,
    /// The first item's place.
    offset: usize,
    shape: Vec<usize>,
    /// Bytes from an item to the next, by dimension.
    strides: Vec<isize>,
    /// The `struct` format of an item.
    format: String,
    item_size: usize,
    readonly: bool,
    hash: Cell<Option<i64>>,
}

impl Payload for MemoryView {
    const NAME: &'static str = "memoryview";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.base.trace(visit);
    }
    fn clear(&self) {
        self.release();
    }
}

impl Drop for MemoryView {
    fn drop(&mut self) {
        self.release();
    }
}

/// Counts the views of an object up or down.
fn count_views(base: &Obj, change: isize) {
    if let Some(array) = base.get::<ByteArray>() {
        array.1.set(array.1.get().saturating_add_signed(change));
    } else if base.get::<Bytes>().is_none()
        && let Some(exporter) = exporter_of(base)
    {
        (exporter.count)(base, change);
    }
}

fn contiguous_strides(shape: &[usize], item_size: usize) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = item_size as isize;
    for (stride, len) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step *= *len as isize;
    }
    strides
}

impl MemoryView {
    /// Lets go of the object; nothing can be done with the view any more.
    pub(super) fn release(&self) {
        if let Some(base) = self.base.take() {
            count_views(&base, -1);
        }
    }

    /// Whether the bytes may only be read.
    pub(super) fn is_readonly(&self) -> bool {
        self.readonly
    }

    /// The same view over an object that shows all its bytes in one piece.
    pub(super) fn over(&self, vm: &Vm, base: &Obj) -> Obj {
        self.derived(vm, base, |view| {
            view.offset = 0;
            view.strides = contiguous_strides(&view.shape, view.item_size);
        })
    }

    /// The object whose bytes they are, unless the view was released.
    pub(super) fn check(&self, vm: &Vm) -> Res<Obj> {
        match self.base.get() {
            Some(base) => Ok(base),
            None => Err(vm.value_error("operation forbidden on released memoryview object")),
        }
    }

    fn items(&self) -> usize {
        self.shape.iter().product()
    }

    fn byte_count(&self) -> usize {
        self.items() * self.item_size
    }

    pub(super) fn is_c_contiguous(&self) -> bool {
        self.items() == 0 || self.strides == contiguous_strides(&self.shape, self.item_size)
    }

    fn is_f_contiguous(&self) -> bool {
        let reversed: Vec<usize> = self.shape.iter().rev().copied().collect();
        let strides: Vec<isize> = self.strides.iter().rev().copied().collect();
        self.items() == 0 || strides == contiguous_strides(&reversed, self.item_size)
    }

    /// The place of every item, in C order.
    fn places(&self) -> Vec<usize> {
        let mut places = vec![self.offset as isize];
        for (len, stride) in self.shape.iter().zip(&self.strides) {
            places = places
                .into_iter()
                .flat_map(|place| (0..*len).map(move |i| place + i as isize * stride))
                .collect();
        }
        places.into_iter().map(|p| p as usize).collect()
    }

    /// All bytes in C order, one after the other; nothing if the view was released.
    pub(super) fn gather(&self) -> Option<Cow<'static, [u8]>> {
        let base = self.base.get()?;
        with_bytes(&base, |bytes| {
            if self.is_c_contiguous() {
                return bytes
                    .get(self.offset..self.offset + self.byte_count())
                    .map(|b| Cow::Owned(b.to_vec()));
            }
            let mut out = Vec::with_capacity(self.byte_count());
            for place in self.places() {
                out.extend_from_slice(bytes.get(place..place + self.item_size)?);
            }
            Some(Cow::Owned(out))
        })?
    }

    /// Runs `work` on the bytes themselves, if they stand in one piece and may be written.
    pub(super) fn with_contiguous_mut(&self, work: &mut dyn FnMut(&mut [u8])) -> bool {
        let Some(base) = self.base.get().filter(|_| !self.readonly && self.is_c_contiguous()) else {
            return false;
        };
        let range = self.offset..self.offset + self.byte_count();
        let mut ran = false;
        base_bytes_mut(&base, &mut |bytes| {
            if let Some(bytes) = bytes.get_mut(range.clone()) {
                work(bytes);
                ran = true;
            }
        });
        ran
    }

    /// A view of the same object.
    fn derived(&self, vm: &Vm, base: &Obj, change: impl FnOnce(&mut MemoryView)) -> Obj {
        let mut view = MemoryView {
            base: ObjCell::new(Some(base.clone())),
            offset: self.offset,
            shape: self.shape.clone(),
            strides: self.strides.clone(),
            format: self.format.clone(),
            item_size: self.item_size,
            readonly: self.readonly,
            hash: Cell::new(None),
        };
        change(&mut view);
        count_views(base, 1);
        Ref::new(vm.native_type(&MEMORYVIEW), view).into_obj()
    }
}

/// `memoryview(obj)`
pub fn new_memoryview(vm: &Vm, obj: &Obj) -> Res<Obj> {
    match lent::view_of(vm, obj)? {
        Some(view) => Ok(view),
        None => native_view(vm, obj),
    }
}

/// As [`new_memoryview`], for objects whose class is native, or not asked.
pub(super) fn native_view(vm: &Vm, obj: &Obj) -> Res<Obj> {
    if let Some(view) = obj.get::<MemoryView>() {
        let base = view.check(vm)?;
        return Ok(view.derived(vm, &base, |_| ()));
    }
    let Some(len) = with_bytes(obj, <[u8]>::len) else {
        return Err(
            vm.type_error(format!("memoryview: a bytes-like object is required, not '{}'", obj.ty().name()))
        );
    };
    let is_core = obj.get::<Bytes>().is_some() || obj.get::<ByteArray>().is_some();
    let exporter = if is_core { None } else { exporter_of(obj) };
    let (format, item_size) = exporter.map_or_else(|| ("B".to_owned(), 1), |e| (e.format)(obj));
    let readonly = exporter.map_or(obj.get::<Bytes>().is_some(), |e| !e.writable);
    count_views(obj, 1);
    let view = MemoryView {
        base: ObjCell::new(Some(obj.clone())),
        offset: 0,
        shape: vec![len / item_size.max(1)],
        strides: vec![item_size as isize],
        format,
        item_size,
        readonly,
        hash: Cell::new(None),
    };
    Ok(Ref::new(vm.native_type(&MEMORYVIEW), view).into_obj())
}

/// The type `memoryview`.
pub static MEMORYVIEW: NativeType = NativeType::new("memoryview", MemoryView::VTABLE)
    .flags(TypeFlags::SEQUENCE)
    .doc("(object)\n--\n\nCreate a new memoryview object which references the given object.")
    .slots(|s| {
        s.new.set(Some(|vm, _ty, args| {
            static PARAMS: Params<1> = Params::new("memoryview", ["object"]).required(1);
            let [object] = PARAMS.bind(vm, args)?;
            new_memoryview(vm, object.unwrap_or(&vm.none))
        }));
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
        s.bf_getbuffer.set(Some(super::get_buffer));
        s.bf_releasebuffer.set(Some(super::release_buffer));
        s.iter.set(Some(iter));
        s.sq_length.set(Some(length));
        s.mp_length.set(Some(length));
        s.sq_item.set(Some(item));
        s.mp_subscript.set(Some(subscript));
        s.mp_ass_subscript.set(Some(assign));
    })
    .methods(&[
        NativeDef::no_args("release", release, "($self, /)\n--\n\nRelease the underlying buffer exposed by the memoryview object."),
        NativeDef::keywords("tobytes", to_bytes, "($self, /, order='C')\n--\n\nReturn the data in the buffer as a byte string."),
        NativeDef::keywords("hex", |vm, obj, args| { own(vm, obj)?.check(vm)?; hex::hex_of(vm, &own(vm, obj)?.gather().unwrap_or_default(), args) }, "($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nReturn the data in the buffer as a str of hexadecimal numbers."),
        NativeDef::no_args("tolist", |vm, obj, _| to_list(vm, obj), "($self, /)\n--\n\nReturn the data in the buffer as a list of elements."),
        NativeDef::keywords("cast", cast, "($self, /, format, shape=<unrepresentable>)\n--\n\nCast a memoryview to a new format or shape."),
        NativeDef::no_args("toreadonly", to_readonly, "($self, /)\n--\n\nReturn a readonly version of the memoryview."),
        NativeDef::one("count", count, "($self, value, /)\n--\n\nCount the number of occurrences of a value."),
        NativeDef::positional("index", index, "($self, value, start=0, stop=sys.maxsize, /)\n--\n\nReturn the index of the first occurrence of a value."),
        NativeDef::no_args("__enter__", |vm, obj, _| { own(vm, obj)?.check(vm)?; Ok(obj.clone()) }, ""),
        NativeDef::positional("__exit__", release, ""),
        NativeDef::no_args("__sizeof__", |vm, obj, _| Ok(vm.int(144 + 24 * own(vm, obj)?.shape.len() as i64)), ""),
        NativeDef::one("__class_getitem__", class_getitem, "See PEP 585").class_method(),
    ])
    .getset(&[
        GetSetDef::read_only("obj", |vm, obj| own(vm, obj)?.check(vm), "The underlying object of the memoryview."),
        GetSetDef::read_only("nbytes", |vm, obj| checked(vm, obj, |v| vm.int(v.byte_count() as i64)), "The amount of space in bytes that the array would use in a contiguous representation."),
        GetSetDef::read_only("readonly", |vm, obj| checked(vm, obj, |v| vm.bool(v.readonly)), "A bool indicating whether the memory is read only."),
        GetSetDef::read_only("itemsize", |vm, obj| checked(vm, obj, |v| vm.int(v.item_size as i64)), "The size in bytes of each element of the memoryview."),
        GetSetDef::read_only("format", |vm, obj| checked(vm, obj, |v| vm.str(&v.format)), "A string containing the format (in struct module style) for each element in the view."),
        GetSetDef::read_only("ndim", |vm, obj| checked(vm, obj, |v| vm.int(v.shape.len() as i64)), "An integer indicating how many dimensions of a multi-dimensional array the memory represents."),
        GetSetDef::read_only("shape", |vm, obj| checked(vm, obj, |v| vm.tuple(v.shape.iter().map(|&n| vm.int(n as i64)))), "A tuple of ndim integers giving the shape of the memory as an N-dimensional array."),
        GetSetDef::read_only("strides", |vm, obj| checked(vm, obj, |v| vm.tuple(v.strides.iter().map(|&n| vm.int(n as i64)))), "A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array."),
        GetSetDef::read_only("suboffsets", |vm, obj| checked(vm, obj, |_| vm.tuple([])), "A tuple of integers used internally for PIL-style arrays."),
        GetSetDef::read_only("c_contiguous", |vm, obj| checked(vm, obj, |v| vm.bool(v.is_c_contiguous())), "A bool indicating whether the memory is C contiguous."),
        GetSetDef::read_only("f_contiguous", |vm, obj| checked(vm, obj, |v| vm.bool(v.is_f_contiguous())), "A bool indicating whether the memory is Fortran contiguous."),
        GetSetDef::read_only("contiguous", |vm, obj| checked(vm, obj, |v| vm.bool(v.is_c_contiguous() || v.is_f_contiguous())), "A bool indicating whether the memory is contiguous."),
    ])
    .size(144, 8)
    .offsets(0, 136);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a MemoryView> {
    obj.get::<MemoryView>().ok_or_else(|| vm.type_error("a memoryview is needed"))
}

fn checked(vm: &Vm, obj: &Obj, make: impl FnOnce(&MemoryView) -> Obj) -> Res<Obj> {
    let view = own(vm, obj)?;
    view.check(vm)?;
    Ok(make(view))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let released = if own(vm, obj)?.base.is_none() { "released " } else { "" };
    Ok(vm.str(&format!("<{released}memory at {:#x}>", obj.id())))
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let view = own(vm, obj)?;
    if let Some(hash) = view.hash.get() {
        return Ok(hash);
    }
    let base = view.check(vm)?;
    if !view.readonly {
        return Err(vm.value_error("cannot hash writable memoryview object"));
    }
    if !matches!(view.format.trim_start_matches('@'), "B" | "b" | "c") {
        return Err(vm.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'"));
    }
    vm.hash(&base)?;
    let hash = bytecode::hash::bytes(&view.gather().unwrap_or_default());
    view.hash.set(Some(hash));
    Ok(hash)
}

/// The size of an item of a native single-character format.
fn size_of_format(format: &str) -> Option<usize> {
    Some(match format.strip_prefix('@').unwrap_or(format) {
        "c" | "b" | "B" | "?" => 1,
        "h" | "H" | "e" => 2,
        "i" | "I" | "f" => 4,
        "l" | "L" | "q" | "Q" | "n" | "N" | "d" | "P" => 8,
        _ => return None,
    })
}

/// The value of an item (`unpack_single`).
fn unpack(vm: &Vm, format: &str, bytes: &[u8]) -> Res<Obj> {
    let unsigned = || {
        let mut wide = [0; 8];
        wide[..bytes.len().min(8)].copy_from_slice(&bytes[..bytes.len().min(8)]);
        u64::from_le_bytes(wide)
    };
    let signed = || {
        let shift = 64 - 8 * bytes.len().clamp(1, 8) as u32;
        (unsigned() << shift) as i64 >> shift
    };
    Ok(match format.strip_prefix('@').unwrap_or(format) {
        "B" | "H" | "I" | "L" | "Q" | "N" | "P" => vm.int_unsigned(unsigned()),
        "b" | "h" | "i" | "l" | "q" | "n" => vm.int(signed()),
        "?" => vm.bool(unsigned() != 0),
        "c" => vm.bytes(bytes),
        "f" => vm.float(single_to_f64(unsigned() as u32)),
        "d" => vm.float(f64::from_bits(unsigned())),
        "e" => vm.float(half_to_f64(unsigned() as u16)),
        other => {
            return Err(vm.not_implemented_error(format!("memoryview: format {other} not supported")));
        }
    })
}

/// An item's bytes (`pack_single`).
fn pack(vm: &Vm, format: &str, value: &Obj) -> Res<Vec<u8>> {
    let letter = format.strip_prefix('@').unwrap_or(format);
    let bad_type = || vm.type_error(format!("memoryview: invalid type for format '{format}'"));
    let bad_value = || vm.value_error(format!("memoryview: invalid value for format '{format}'"));
    let Some(size) = size_of_format(format) else {
        return Err(vm.not_implemented_error(format!("memoryview: format {format} not supported")));
    };
    match letter {
        "?" => Ok(vec![u8::from(vm.is_true(value)?)]),
        "c" => match value.get::<Bytes>() {
            Some(bytes) if bytes.0.len() == 1 => Ok(bytes.0.to_vec()),
            Some(_) => Err(bad_value()),
            None => Err(bad_type()),
        },
        "f" | "d" | "e" => {
            let number = vm.as_f64(value).map_err(|_| bad_type())?;
            let too_large = || vm.overflow_error(format!("float too large to pack with {letter} format"));
            Ok(match letter {
                "e" => f64_to_half(number).ok_or_else(too_large)?.to_le_bytes().to_vec(),
                "f" => (number as f32).to_le_bytes().to_vec(),
                _ => number.to_le_bytes().to_vec(),
            })
        }
        _ => {
            if !vm.has_index(value) {
                return Err(bad_type());
            }
            let index = vm.index(value)?;
            let number = index.get::<Int>().map(Int::to_big).unwrap_or_default();
            let number = i128::try_from(number).map_err(|_| bad_value())?;
            let bits = 8 * size as u32;
            let is_signed = letter.starts_with(|c: char| c.is_ascii_lowercase());
            let range = if is_signed { -(1i128 << (bits - 1))..1 << (bits - 1) } else { 0..1 << bits };
            if !range.contains(&number) {
                return Err(bad_value());
            }
            Ok(number.to_le_bytes()[..size].to_vec())
        }
    }
}

/// The item at a place of the object.
fn item_at(vm: &Vm, view: &MemoryView, base: &Obj, place: usize) -> Res<Obj> {
    let bytes = with_bytes(base, |b| b.get(place..place + view.item_size).map(<[u8]>::to_vec)).flatten();
    match bytes {
        Some(bytes) => unpack(vm, &view.format, &bytes),
        None => Err(vm.index_error("index out of bounds on dimension 1")),
    }
}

fn write_at(vm: &Vm, base: &Obj, place: usize, item: &[u8]) -> Res<()> {
    let done =
        with_bytes_mut(base, |b| b.get_mut(place..place + item.len()).map(|b| b.copy_from_slice(item)));
    match done.flatten() {
        Some(()) => Ok(()),
        None => Err(vm.type_error("cannot modify read-only memory")),
    }
}

/// Where an index of a dimension leads.
fn step_to(vm: &Vm, view: &MemoryView, place: isize, dimension: usize, index: isize) -> Res<isize> {
    let len = view.shape[dimension] as isize;
    let index = if index < 0 { index + len } else { index };
    if !(0..len).contains(&index) {
        return Err(vm.index_error(format!("index out of bounds on dimension {}", dimension + 1)));
    }
    Ok(place + index * view.strides[dimension])
}

fn length(vm: &Vm, obj: &Obj) -> Res<usize> {
    let view = own(vm, obj)?;
    view.check(vm)?;
    match view.shape.first() {
        Some(&len) => Ok(len),
        None => Err(vm.type_error("0-dim memory has no length")),
    }
}

fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    let view = own(vm, obj)?;
    let base = view.check(vm)?;
    match view.shape.len() {
        0 => Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => {
            let place = step_to(vm, view, view.offset as isize, 0, index)?;
            item_at(vm, view, &base, place as usize)
        }
        _ => Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
}

/// The place that a tuple of indices names, if it names all dimensions.
fn place_of(vm: &Vm, view: &MemoryView, indices: &Tuple) -> Res<usize> {
    if indices.len() < view.shape.len() {
        return Err(vm.not_implemented_error("sub-views are not implemented"));
    }
    if indices.len() > view.shape.len() {
        return Err(vm.type_error(format!(
            "cannot index {}-dimension view with {}-element tuple",
            view.shape.len(),
            indices.len()
        )));
    }
    let mut place = view.offset as isize;
    for (dimension, index) in indices.items().iter().enumerate() {
        let index = vm.index_as_isize(index, Some(&vm.exc.index_error))?;
        place = step_to(vm, view, place, dimension, index)?;
    }
    Ok(place as usize)
}

fn all_indices(vm: &Vm, key: &Tuple) -> bool {
    key.items().iter().all(|i| vm.has_index(i))
}

fn all_slices(key: &Tuple) -> bool {
    key.items().iter().all(|i| i.get::<Slice>().is_some())
}

fn sliced(vm: &Vm, view: &MemoryView, base: &Obj, range: &Slice) -> Res<Obj> {
    let (start, stop, step) = vm.slice_unpack(range)?;
    let indices = SliceIndices::adjust(start, stop, step, view.shape[0]);
    Ok(view.derived(vm, base, |sub| {
        let shift = if indices.count == 0 { 0 } else { indices.start * view.strides[0] };
        sub.offset = (view.offset as isize + shift) as usize;
        sub.shape[0] = indices.count;
        sub.strides[0] = view.strides[0].saturating_mul(step);
    }))
}

fn subscript(vm: &Vm, obj: &Obj, key: &Obj) -> Res<Obj> {
    let view = own(vm, obj)?;
    let base = view.check(vm)?;
    if view.shape.is_empty() {
        return match key.get::<Tuple>() {
            Some(tuple) if tuple.is_empty() => item_at(vm, view, &base, view.offset),
            _ if key.is(&vm.ellipsis) => Ok(obj.clone()),
            _ => Err(vm.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if vm.has_index(key) {
        return item(vm, obj, vm.index_as_isize(key, Some(&vm.exc.index_error))?);
    }
    if let Some(range) = key.get::<Slice>() {
        return sliced(vm, view, &base, range);
    }
    match key.get::<Tuple>() {
        Some(tuple) if all_indices(vm, tuple) => item_at(vm, view, &base, place_of(vm, view, tuple)?),
        Some(tuple) if all_slices(tuple) => {
            Err(vm.not_implemented_error("multi-dimensional slicing is not implemented"))
        }
        _ => Err(vm.type_error("memoryview: invalid slice key")),
    }
}

fn assign(vm: &Vm, obj: &Obj, key: &Obj, value: Option<&Obj>) -> Res<()> {
    let view = own(vm, obj)?;
    let base = view.check(vm)?;
    if view.readonly {
        return Err(vm.type_error("cannot modify read-only memory"));
    }
    let Some(value) = value else { return Err(vm.type_error("cannot delete memory")) };
    if let Some(range) = key.get::<Slice>().filter(|_| view.shape.len() == 1) {
        let target = sliced(vm, view, &base, range)?;
        let source = match value.get::<MemoryView>() {
            Some(_) => value.clone(),
            None if with_bytes(value, |_| ()).is_none() => {
                return Err(
                    vm.type_error(format!("a bytes-like object is required, not '{}'", value.ty().name()))
                );
            }
            None => new_memoryview(vm, value)?,
        };
        let (target, source) = (own(vm, &target)?, own(vm, &source)?);
        source.check(vm)?;
        let same_format = target.format.trim_start_matches('@') == source.format.trim_start_matches('@');
        if !same_format || target.shape != source.shape {
            return Err(vm.value_error("memoryview assignment: lvalue and rvalue have different structures"));
        }
        let bytes = source.gather().unwrap_or_default();
        for (place, item) in target.places().into_iter().zip(bytes.chunks_exact(target.item_size.max(1))) {
            write_at(vm, &base, place, item)?;
        }
        return Ok(());
    }
    let place = match key.get::<Tuple>() {
        Some(tuple) if view.shape.is_empty() && tuple.is_empty() => view.offset,
        _ if view.shape.is_empty() && key.is(&vm.ellipsis) => view.offset,
        Some(tuple) if all_indices(vm, tuple) => place_of(vm, view, tuple)?,
        None if vm.has_index(key) && view.shape.len() == 1 => {
            let index = vm.index_as_isize(key, Some(&vm.exc.index_error))?;
            step_to(vm, view, view.offset as isize, 0, index)? as usize
        }
        None if vm.has_index(key) => {
            return Err(vm.not_implemented_error("sub-views are not implemented"));
        }
        tuple if key.get::<Slice>().is_some() || tuple.is_some_and(all_slices) => {
            return Err(
                vm.not_implemented_error("memoryview slice assignments are currently restricted to ndim = 1")
            );
        }
        _ => return Err(vm.type_error("memoryview: invalid slice key")),
    };
    let item = pack(vm, &view.format, value)?;
    // Asking for the value's number may have released the view.
    let base = view.check(vm)?;
    write_at(vm, &base, place, &item)
}

/// All items, nested by dimension.
fn to_list(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let view = own(vm, obj)?;
    view.check(vm)?;
    let bytes = view.gather().unwrap_or_default();
    let mut values = Vec::with_capacity(view.items());
    for item in bytes.chunks_exact(view.item_size.max(1)) {
        values.push(unpack(vm, &view.format, item)?);
    }
    if view.shape.is_empty() {
        return Ok(values.pop().unwrap_or_else(|| vm.none.clone()));
    }
    for &len in view.shape.iter().skip(1).rev() {
        values = values.chunks(len.max(1)).map(|chunk| vm.list(chunk.to_vec())).collect();
    }
    Ok(vm.list(values))
}

fn to_bytes(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<1> = Params::new("tobytes", ["order"]);
    let [order] = PARAMS.bind(vm, args)?;
    let order = order.filter(|o| !o.is(&vm.none));
    if let Some(order) = order {
        let order = vm.str_arg("tobytes", "argument 'order'", order)?;
        if !["C", "F", "A"].iter().any(|known| order.is_text(known)) {
            return Err(vm.value_error("order must be 'C', 'F' or 'A'"));
        }
    }
    let view = own(vm, obj)?;
    view.check(vm)?;
    let bytes = view.gather().unwrap_or_default();
    let by_columns = order.and_then(|o| o.get::<Str>()).is_some_and(|o| {
        o.is_text("F") || (o.is_text("A") && view.is_f_contiguous() && !view.is_c_contiguous())
    });
    if !by_columns || view.shape.len() < 2 {
        return Ok(new_bytes(vm, bytes.into_owned()));
    }
    // The first index runs fastest.
    let strides = contiguous_strides(&view.shape, view.item_size);
    let mut places = vec![0usize];
    for (len, stride) in view.shape.iter().zip(&strides).rev() {
        places = places.iter().flat_map(|p| (0..*len).map(move |i| p + i * *stride as usize)).collect();
    }
    let out = places.into_iter().flat_map(|p| bytes[p..p + view.item_size].to_vec()).collect();
    Ok(new_bytes(vm, out))
}

fn release(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    own(vm, obj)?.release();
    Ok(vm.none.clone())
}

fn to_readonly(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let view = own(vm, obj)?;
    let base = view.check(vm)?;
    Ok(view.derived(vm, &base, |sub| sub.readonly = true))
}

fn cast(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    static PARAMS: Params<2> = Params::new("cast", ["format", "shape"]).required(1);
    let [format, shape] = PARAMS.bind(vm, args)?;
    let format =
        vm.str_arg("cast", "argument 'format'", format.unwrap_or(&vm.none))?.to_text_lossy().into_owned();
    let view = own(vm, obj)?;
    let base = view.check(vm)?;
    if !view.is_c_contiguous() {
        return Err(vm.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    if (shape.is_some() || view.shape.len() != 1) && view.items() == 0 {
        return Err(vm.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let shape = match shape {
        None => None,
        Some(shape) if shape.get::<List>().is_some() || shape.get::<Tuple>().is_some() => {
            let mut lengths = Vec::new();
            for length in vm.iter_to_vec(shape)? {
                if length.get::<Int>().is_none() {
                    return Err(vm.type_error("memoryview.cast(): elements of shape must be integers"));
                }
                match usize::try_from(vm.as_isize(&length)?) {
                    Ok(n) if n > 0 => lengths.push(n),
                    _ => {
                        return Err(
                            vm.value_error("memoryview.cast(): elements of shape must be integers > 0")
                        );
                    }
                }
            }
            if lengths.len() > 64 {
                return Err(vm.value_error("memoryview: number of dimensions must not exceed 64"));
            }
            Some(lengths)
        }
        Some(_) => return Err(vm.type_error("shape must be a list or a tuple")),
    };
    if view.shape.len() != 1 && shape.as_ref().is_some_and(|s| s.len() != 1) {
        return Err(vm.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    let native = |which: &str| {
        format!(
            "memoryview: {which} format must be a native single character format prefixed with an optional '@'"
        )
    };
    let Some(item_size) = size_of_format(&format) else { return Err(vm.value_error(native("destination"))) };
    if size_of_format(&view.format).is_none() {
        return Err(vm.value_error(native("source")));
    }
    let is_byte = |f: &str| matches!(f.trim_start_matches('@'), "B" | "b" | "c");
    if !is_byte(&format) && !is_byte(&view.format) {
        return Err(vm.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let bytes = view.byte_count();
    if bytes % item_size != 0 {
        return Err(vm.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape = shape.unwrap_or_else(|| vec![bytes / item_size]);
    let total = shape.iter().try_fold(item_size, |total, n| total.checked_mul(*n));
    if total != Some(bytes) {
        return Err(vm.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    Ok(view.derived(vm, &base, |sub| {
        sub.strides = contiguous_strides(&shape, item_size);
        sub.shape = shape;
        sub.format = format;
        sub.item_size = item_size;
    }))
}

fn count(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let mut times = 0;
    for item in vm.iter_to_vec(obj)? {
        times += i64::from(item.is(&args.values[0]) || vm.eq(&item, &args.values[0])?);
    }
    Ok(vm.int(times))
}

fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "index", 1, 3)?;
    let len = length(vm, obj)?;
    let (start, end) = crate::str::bounds(vm, args.values.get(1), args.values.get(2), len)?;
    for i in start..end {
        let item = item(vm, obj, i as isize)?;
        if item.is(&args.values[0]) || vm.eq(&item, &args.values[0])? {
            return Ok(vm.int(i as i64));
        }
    }
    Err(vm.value_error("memoryview.index(x): x not found"))
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let want_equal = match op {
        CompareOp::Eq => true,
        CompareOp::Ne => false,
        _ => return Ok(vm.not_implemented.clone()),
    };
    let view = own(vm, a)?;
    let released = |view: &MemoryView| view.base.is_none();
    if released(view) || b.get::<MemoryView>().is_some_and(released) {
        return Ok(vm.bool(a.is(b) == want_equal));
    }
    let other = match b.get::<MemoryView>() {
        Some(_) => b.clone(),
        None if with_bytes(b, |_| ()).is_none() => return Ok(vm.not_implemented.clone()),
        None => new_memoryview(vm, b)?,
    };
    let other_view = own(vm, &other)?;
    if view.shape != other_view.shape {
        return Ok(vm.bool(!want_equal));
    }
    let (x, y) = (view.format.trim_start_matches('@'), other_view.format.trim_start_matches('@'));
    let equal = if x == y && !matches!(x, "f" | "d" | "e" | "?") {
        view.gather() == other_view.gather()
    } else {
        vm.eq(&to_list(vm, a)?, &to_list(vm, &other)?)?
    };
    Ok(vm.bool(equal == want_equal))
}

/// The payload of `memory_iterator`.
pub struct MemoryIterator {
    view: ObjCell,
    index: Cell<usize>,
}

impl Payload for MemoryIterator {
    const NAME: &'static str = "memory_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.view.trace(visit);
    }
    fn clear(&self) {
        self.view.set(None);
    }
}

static MEMORY_ITERATOR: NativeType = NativeType::new("memory_iterator", MemoryIterator::VTABLE)
    .flags(TypeFlags::DISALLOW_INSTANTIATION)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<MemoryIterator>() else { return Ok(None) };
            let Some(view) = own.view.get() else { return Ok(None) };
            let at = own.index.get();
            if at >= length(vm, &view)? {
                own.view.set(None);
                return Ok(None);
            }
            own.index.set(at + 1);
            item(vm, &view, at as isize).map(Some)
        }));
    })
    .size(48, 0);

fn iter(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let view = own(vm, obj)?;
    view.check(vm)?;
    match view.shape.len() {
        0 => return Err(vm.type_error("invalid indexing of 0-dim memory")),
        1 => {}
        _ => return Err(vm.not_implemented_error("multi-dimensional sub-views are not implemented")),
    }
    let payload = MemoryIterator { view: ObjCell::new(Some(obj.clone())), index: Cell::new(0) };
    Ok(Ref::new(vm.native_type(&MEMORY_ITERATOR), payload).into_obj())
}
