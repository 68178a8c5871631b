//! `tee`: independent iterators over a shared chain of blocks of items.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{
    Args, Layout as _, NativeDef, NativeType, Obj, ObjCell, ObjVec, Payload, Ref, Res, Visitor, Vm,
};

/// How many items a block holds (CPython's `LINKCELLS`).
const BLOCK: usize = 57;

/// The payload of `_tee_dataobject`: a block of items, the source of more, and the block behind.
struct TeeData {
    source: Obj,
    values: ObjVec,
    /// Whether the source is being asked.
    running: Cell<bool>,
    next: ObjCell,
}

impl Payload for TeeData {
    const NAME: &'static str = "_tee_dataobject";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.source);
        self.values.trace(visit);
        self.next.trace(visit);
    }
    fn clear(&self) {
        drop(self.values.take());
        self.next.set(None);
    }
}

impl Drop for TeeData {
    /// Takes a long chain apart block by block: dropped as a whole it would nest as deep as it is long.
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(block) = next.filter(|block| block.refcount() == 1) {
            next = block.get::<TeeData>().and_then(|data| data.next.take());
        }
    }
}

impl TeeData {
    fn create(vm: &Vm, source: Obj) -> Ref<TeeData> {
        let data = TeeData {
            source,
            values: ObjVec::default(),
            running: Cell::new(false),
            next: ObjCell::default(),
        };
        Ref::new(vm.native_type(&TEE_DATA), data)
    }

    /// The item at an index that is at most one beyond the end.
    fn item(&self, vm: &Vm, index: usize) -> Res<Option<Obj>> {
        if let Some(item) = self.values.get(index) {
            return Ok(Some(item));
        }
        if self.running.replace(true) {
            return Err(vm.runtime_error("cannot re-enter the tee iterator"));
        }
        let item = vm.next(&self.source);
        self.running.set(false);
        let item = item?;
        if let Some(item) = &item {
            self.values.push(item.clone());
        }
        Ok(item)
    }
}

pub(super) static TEE_DATA: NativeType = NativeType::new("_tee_dataobject", TeeData::VTABLE)
    .module("itertools")
    .doc("teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.")
    .size(496, 0);

/// The payload of `_tee`: a place in the chain.
struct Tee {
    data: ObjCell,
    index: Cell<usize>,
}

impl Payload for Tee {
    const NAME: &'static str = "_tee";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.data.trace(visit);
    }
    fn clear(&self) {
        self.data.set(None);
    }
}

pub(super) static TEE: NativeType = NativeType::new("_tee", Tee::VTABLE)
    .module("itertools")
    .offsets(0, 32)
    .doc("(iterable, /)\n--\n\nIterator wrapped to make it copyable.")
    .size(48, 0)
    .slots(|s| {
        s.new.set(Some(|vm, _, args| {
            let [iterable] = args.exact(vm, "_tee")?;
            from_iterable(vm, iterable)
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(next));
    })
    .methods(&[NativeDef::no_args(
        "__copy__",
        |vm, obj, _| copy(vm, obj),
        "($self, /)\n--\n\nReturns an independent iterator.",
    )]);

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Tee>() else { return Ok(None) };
    let Some(block) = own.data.get() else { return Ok(None) };
    let Some(mut data) = block.downcast::<TeeData>().cloned() else { return Ok(None) };
    if own.index.get() >= BLOCK {
        let next = match data.next.get() {
            Some(next) => next,
            None => {
                let next = TeeData::create(vm, data.source.clone()).into_obj();
                data.next.set(Some(next.clone()));
                next
            }
        };
        own.data.set(Some(next.clone()));
        own.index.set(0);
        let Some(next) = next.downcast::<TeeData>().cloned() else { return Ok(None) };
        data = next;
    }
    let item = data.item(vm, own.index.get())?;
    if item.is_some() {
        own.index.set(own.index.get() + 1);
    }
    Ok(item)
}

/// Another iterator at the same place.
fn copy(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(own) = obj.get::<Tee>() else { return Err(vm.type_error("a tee is needed")) };
    let tee = Tee { data: ObjCell::new(own.data.get()), index: own.index.clone() };
    Ok(Ref::new(vm.native_type(&TEE), tee).into_obj())
}

/// A tee of anything; of a tee, another one at the same place.
fn from_iterable(vm: &Vm, iterable: &Obj) -> Res<Obj> {
    let iterator = vm.iter(iterable)?;
    if iterator.is_payload::<Tee>() {
        return copy(vm, &iterator);
    }
    let data = TeeData::create(vm, iterator).into_obj();
    let tee = Tee { data: ObjCell::new(Some(data)), index: Cell::new(0) };
    Ok(Ref::new(vm.native_type(&TEE), tee).into_obj())
}

/// `itertools.tee`
pub(super) fn tee(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [iterable, count] = args.unpack(vm, "tee", 1)?;
    let count = count.map_or(Ok(2), |n| vm.as_isize(n))?;
    let count = usize::try_from(count).map_err(|_| vm.value_error("n must be >= 0"))?;
    vm.check_alloc(count.saturating_mul(64))?;
    let mut tees = Vec::with_capacity(count);
    if count > 0 {
        tees.push(from_iterable(vm, iterable.unwrap_or(&vm.none))?);
    }
    while tees.len() < count {
        tees.push(copy(vm, &tees[0])?);
    }
    Ok(vm.tuple(tees))
}
