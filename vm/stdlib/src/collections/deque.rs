//! `deque` and its iterators.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use object::protocol::self_iter;
use object::{
    Args, CompareOp, GetSetDef, Layout as _, NativeDef, NativeType, Obj, ObjCell, Params, Payload, Raised,
    Ref, Res, Slots, Type, TypeFlags, Visitor, Vm,
};

/// Items in a block of CPython's deque.
const BLOCK: usize = 64;

/// Where the first item of an empty deque goes.
const CENTRE: usize = BLOCK / 2;

/// The payload of `deque`. No borrow of the items lives while Python code can run.
struct Deque {
    items: RefCell<VecDeque<Obj>>,
    limit: Cell<Option<usize>>,
    /// Changes with each change of the items: iterators notice.
    changes: Cell<u64>,
    /// Where in its block CPython would have the first item; `__sizeof__` follows from it.
    start: Cell<usize>,
}

impl Payload for Deque {
    const NAME: &'static str = "deque";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.items.borrow().iter().for_each(visit);
    }
    fn clear(&self) {
        drop(self.items.take());
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Left,
    Right,
}

impl Deque {
    fn len(&self) -> usize {
        self.items.borrow().len()
    }
    fn get(&self, index: usize) -> Option<Obj> {
        self.items.borrow().get(index).cloned()
    }
    fn new() -> Deque {
        Deque {
            items: RefCell::default(),
            limit: Cell::new(None),
            changes: Cell::new(0),
            start: Cell::new(CENTRE),
        }
    }
    /// The first item has moved so far to the right.
    fn moved(&self, by: isize) {
        self.start.set((self.start.get() as isize + by).rem_euclid(BLOCK as isize) as usize);
    }
    fn changed(&self) {
        self.changes.set(self.changes.get().wrapping_add(1));
    }
    fn empty(&self) {
        self.changed();
        self.start.set(CENTRE);
        drop(self.items.take());
    }

    /// Adds at one end; beyond the limit, the item at the other end goes.
    fn push(&self, end: End, item: Obj) {
        self.changed();
        let over = {
            let mut items = self.items.borrow_mut();
            match end {
                End::Left => items.push_front(item),
                End::Right => items.push_back(item),
            }
            match (self.limit.get().is_some_and(|limit| items.len() > limit), end) {
                (false, _) => None,
                (true, End::Left) => items.pop_back(),
                (true, End::Right) => items.pop_front(),
            }
        };
        match (end, over.is_some()) {
            (End::Left, _) => self.moved(-1),
            (End::Right, true) => self.moved(1),
            (End::Right, false) => {}
        }
        drop(over);
    }

    fn pop(&self, vm: &Vm, end: End) -> Res<Obj> {
        let item = match end {
            End::Left => self.items.borrow_mut().pop_front(),
            End::Right => self.items.borrow_mut().pop_back(),
        };
        if item.is_some() {
            self.changed();
            if self.len() == 0 {
                self.start.set(CENTRE);
            } else if end == End::Left {
                self.moved(1);
            }
        }
        item.ok_or_else(|| vm.index_error("pop from an empty deque"))
    }

    fn rotate(&self, by: isize) {
        let mut items = self.items.borrow_mut();
        if items.len() > 1 {
            let steps = by.rem_euclid(items.len() as isize) as usize;
            items.rotate_right(steps);
            self.moved(if steps > items.len() / 2 { items.len() as isize } else { 0 } - steps as isize);
            self.changed();
        }
    }

    /// Where the first item of `start..stop` is that equals `wanted`. Comparing may run Python code: if that changes the
    /// deque, `mutated` makes the error.
    fn find(
        &self,
        vm: &Vm,
        wanted: &Obj,
        (start, stop): (usize, usize),
        mutated: fn(&Vm) -> Raised,
    ) -> Res<Option<usize>> {
        let changes = self.changes.get();
        for index in start..stop {
            let Some(item) = self.get(index) else { break };
            let equal = vm.eq(&item, wanted)?;
            if self.changes.get() != changes {
                return Err(mutated(vm));
            }
            if equal {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}

fn mutated_during_iteration(vm: &Vm) -> Raised {
    vm.runtime_error("deque mutated during iteration")
}

/// Adds all items of an iterable at one end.
fn extend(vm: &Vm, obj: &Obj, end: End, iterable: &Obj) -> Res<()> {
    let this = own(vm, obj)?;
    if this.len() == 0 {
        this.start.set(if end == End::Left { BLOCK - 1 } else { 1 });
    }
    let add = |item| {
        let len = this.len();
        if len >= BLOCK && len.is_power_of_two() {
            vm.check_alloc(len.saturating_mul(2 * size_of::<Obj>()))?;
        }
        this.push(end, item);
        Ok(true)
    };
    if iterable.is(obj) {
        return vm.iter_to_vec(iterable)?.into_iter().try_for_each(|item| add(item).map(drop));
    }
    vm.for_each(iterable, add)
}

static PARAMS: Params<2> = Params::new("deque", ["iterable", "maxlen"]);

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    let [iterable, limit] = PARAMS.bind(vm, args)?;
    let limit = match limit.filter(|limit| !limit.is(&vm.none)) {
        Some(limit) if limit.get::<object::Int>().is_none() => {
            return Err(vm.type_error("an integer is required"));
        }
        Some(limit) => Some(
            usize::try_from(vm.as_isize(limit)?)
                .map_err(|_| vm.value_error("maxlen must be non-negative"))?,
        ),
        None => None,
    };
    let this = own(vm, obj)?;
    this.limit.set(limit);
    if this.len() > 0 {
        this.empty();
    }
    iterable.map_or(Ok(()), |iterable| extend(vm, obj, End::Right, iterable))
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Deque> {
    obj.get::<Deque>().ok_or_else(|| vm.type_error("a deque is needed"))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    if !vm.repr_enter(obj) {
        return Ok(vm.str("[...]"));
    }
    let result = (|| {
        let items = vm.list(vm.iter_to_vec(obj)?);
        let shown = vm.repr_ref(&items)?;
        let close = match own(vm, obj)?.limit.get() {
            Some(limit) => format!(", maxlen={limit})"),
            None => ")".to_owned(),
        };
        let parts = [vm.str_ref(&obj.ty().short_name()), vm.str_ref("("), shown, vm.str_ref(&close)];
        Ok(object::Str::join(&vm.types.str, &parts.each_ref().map(|part| &**part)).into_obj())
    })();
    vm.repr_leave(obj);
    result
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    let (Some(x), Some(y)) = (a.get::<Deque>(), b.get::<Deque>()) else {
        return Ok(vm.not_implemented.clone());
    };
    if matches!(op, CompareOp::Eq | CompareOp::Ne) && (a.is(b) || x.len() != y.len()) {
        return Ok(vm.bool(a.is(b) == (op == CompareOp::Eq)));
    }
    let (left, right) = (vm.iter(a)?, vm.iter(b)?);
    loop {
        let (x, y) = (vm.next(&left)?, vm.next(&right)?);
        let (Some(x), Some(y)) = (&x, &y) else {
            // The longer one is greater.
            return Ok(vm.bool(op.holds(x.is_some().cmp(&y.is_some()))));
        };
        if !vm.eq(x, y)? {
            return Ok(vm.bool(vm.compare_bool(x, y, op)?));
        }
    }
}

fn item(vm: &Vm, obj: &Obj, index: isize) -> Res<Obj> {
    let found = usize::try_from(index).ok().and_then(|index| own(vm, obj).ok()?.get(index));
    found.ok_or_else(|| vm.index_error("deque index out of range"))
}

fn assign_item(vm: &Vm, obj: &Obj, index: isize, value: Option<&Obj>) -> Res<()> {
    let this = own(vm, obj)?;
    let index = usize::try_from(index).ok().filter(|index| *index < this.len());
    let Some(index) = index else { return Err(vm.index_error("deque index out of range")) };
    let old = {
        let mut items = this.items.borrow_mut();
        match (value, items.get_mut(index)) {
            (Some(value), Some(place)) => Some(std::mem::replace(place, value.clone())),
            _ => {
                this.changed();
                items.remove(index)
            }
        }
    };
    drop(old);
    Ok(())
}

fn concat(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    if !vm.is_instance(b, vm.native_type(&DEQUE).as_obj())? {
        return Err(vm.type_error(format!("can only concatenate deque (not \"{}\") to deque", b.ty().name())));
    }
    let new = copy(vm, a)?;
    extend(vm, &new, End::Right, b)?;
    Ok(new)
}

fn inplace_repeat(vm: &Vm, obj: &Obj, count: isize) -> Res<Obj> {
    let this = own(vm, obj)?;
    let len = this.len();
    let Some(count) = usize::try_from(count).ok().filter(|count| *count > 0) else {
        this.empty();
        return Ok(obj.clone());
    };
    if len == 0 || count == 1 {
        return Ok(obj.clone());
    }
    // Rounds that only push out what earlier ones brought are left out.
    let rounds = match this.limit.get() {
        Some(limit) if len.checked_mul(count).is_none_or(|total| total > limit) => limit.div_ceil(len),
        _ => count,
    };
    let total = len.checked_mul(rounds).ok_or_else(|| vm.memory_error())?;
    vm.check_alloc(total.saturating_mul(size_of::<Obj>()))?;
    let items: Vec<Obj> = this.items.borrow().iter().cloned().collect();
    this.items.borrow_mut().reserve(total.min(this.limit.get().unwrap_or(total)).saturating_sub(len));
    for _ in 1..rounds {
        items.iter().for_each(|item| this.push(End::Right, item.clone()));
    }
    Ok(obj.clone())
}

fn new(class: &Ref<Type>) -> Obj {
    Ref::new(class, Deque::new()).into_obj()
}

fn copy(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let this = own(vm, obj)?;
    let class = obj.ty();
    if class.is(vm.native_type(&DEQUE)) {
        let copy = new(class);
        let inner = own(vm, &copy)?;
        inner.limit.set(this.limit.get());
        *inner.items.borrow_mut() = this.items.borrow().clone();
        inner.start.set(if this.len() == 1 { CENTRE } else { 1 });
        return Ok(copy);
    }
    let copy = match this.limit.get() {
        None => vm.call1(class.as_obj(), obj)?,
        Some(limit) => vm.call(class.as_obj(), &[obj.clone(), vm.int(limit as i64)])?,
    };
    if copy.get::<Deque>().is_none() {
        return Err(vm.type_error(format!(
            "{}() must return a deque, not {}",
            class.name(),
            copy.ty().name()
        )));
    }
    Ok(copy)
}

fn index(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [value, start, stop] = args.unpack::<3>(vm, "index", 1)?;
    let this = own(vm, obj)?;
    let len = this.len();
    let (start, stop) = builtins::sequence::bounds(vm, start, stop, len)?;
    let value = value.unwrap_or(&vm.none);
    match this.find(vm, value, (start, stop.min(len)), mutated_during_iteration)? {
        Some(index) => Ok(vm.int(index as i64)),
        None => Err(vm.value_error("deque.index(x): x not in deque")),
    }
}

fn insert(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [index, value] = args.exact::<2>(vm, "insert")?;
    let index = vm.index_as_isize(index, Some(&vm.exc.overflow_error))?;
    let this = own(vm, obj)?;
    let len = this.len();
    if this.limit.get() == Some(len) {
        return Err(vm.index_error("deque already at its maximum size"));
    }
    let place = if index < 0 { index.saturating_add(len as isize).max(0) } else { index } as usize;
    this.changed();
    this.items.borrow_mut().insert(place.min(len), value.clone());
    Ok(vm.none.clone())
}

fn remove(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let this = own(vm, obj)?;
    let mutated = |vm: &Vm| vm.index_error("deque mutated during remove().");
    match this.find(vm, &args.values[0], (0, this.len()), mutated)? {
        Some(index) => assign_item(vm, obj, index as isize, None)?,
        None => return Err(vm.value_error("deque.remove(x): x not in deque")),
    }
    Ok(vm.none.clone())
}

fn count(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let this = own(vm, obj)?;
    let (mut found, mut from) = (0, 0);
    while let Some(at) = this.find(vm, &args.values[0], (from, this.len()), mutated_during_iteration)? {
        found += 1;
        from = at + 1;
    }
    Ok(vm.int(found))
}

fn rotate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [steps] = args.unpack::<1>(vm, "rotate", 0)?;
    let steps = steps.map_or(Ok(1), |steps| vm.index_as_isize(steps, Some(&vm.exc.overflow_error)))?;
    own(vm, obj)?.rotate(steps);
    Ok(vm.none.clone())
}

fn reduce(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let state = vm.call_method(obj, &vm.names.__getstate__, &[])?;
    let items = vm.iter(obj)?;
    let args = match own(vm, obj)?.limit.get() {
        None => vm.tuple([]),
        Some(limit) => vm.tuple([vm.tuple([]), vm.int(limit as i64)]),
    };
    Ok(vm.tuple([obj.ty().as_obj().clone(), args, state, items]))
}

/// Bytes of the object and of the blocks that CPython would hold the items in.
fn size_of_deque(vm: &Vm, obj: &Obj) -> Res<i64> {
    let this = own(vm, obj)?;
    let blocks = (this.start.get() + this.len()).div_ceil(BLOCK);
    Ok((vm.type_sizes(obj.ty()).0 + blocks * (BLOCK + 2) * 8) as i64)
}

pub(super) static DEQUE: NativeType = NativeType::new("deque", Deque::VTABLE)
    .module("collections")
    .subclassable()
    .flags(TypeFlags::SEQUENCE)
    .size(216, 0)
    .offsets(0, 208)
    .doc("([iterable[, maxlen]])\n--\n\nA list-like sequence optimized for data accesses near its endpoints.")
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(new(class))));
        s.init.set(Some(init));
        s.hash.set(Some(object::types::hash_not_implemented));
        s.iter.set(Some(|vm, obj| iterator(vm, obj, false)));
        s.repr.set(Some(repr));
        s.richcompare.set(Some(compare));
        s.nb_bool.set(Some(|vm, obj| Ok(own(vm, obj)?.len() != 0)));
        s.sq_length.set(Some(|vm, obj| Ok(own(vm, obj)?.len())));
        s.sq_concat.set(Some(concat));
        s.sq_repeat.set(Some(|vm, obj, count| inplace_repeat(vm, &copy(vm, obj)?, count)));
        s.sq_item.set(Some(item));
        s.sq_ass_item.set(Some(assign_item));
        s.sq_contains.set(Some(|vm, obj, wanted| {
            let this = own(vm, obj)?;
            Ok(this.find(vm, wanted, (0, this.len()), mutated_during_iteration)?.is_some())
        }));
        s.sq_inplace_concat.set(Some(|vm, a, b| {
            extend(vm, a, End::Right, b)?;
            Ok(a.clone())
        }));
        s.sq_inplace_repeat.set(Some(inplace_repeat));
    })
    .methods(&[
        NativeDef::one(
            "append",
            |vm, obj, args| {
                own(vm, obj)?.push(End::Right, args.values[0].clone());
                Ok(vm.none.clone())
            },
            "($self, item, /)\n--\n\nAdd an element to the right side of the deque.",
        ),
        NativeDef::one(
            "appendleft",
            |vm, obj, args| {
                own(vm, obj)?.push(End::Left, args.values[0].clone());
                Ok(vm.none.clone())
            },
            "($self, item, /)\n--\n\nAdd an element to the left side of the deque.",
        ),
        NativeDef::no_args(
            "clear",
            |vm, obj, _| {
                own(vm, obj)?.empty();
                Ok(vm.none.clone())
            },
            "($self, /)\n--\n\nRemove all elements from the deque.",
        ),
        NativeDef::no_args("__copy__", |vm, obj, _| copy(vm, obj), "($self, /)\n--\n\nReturn a shallow copy of a deque."),
        NativeDef::no_args("copy", |vm, obj, _| copy(vm, obj), "($self, /)\n--\n\nReturn a shallow copy of a deque."),
        NativeDef::one("count", count, "($self, value, /)\n--\n\nReturn number of occurrences of value."),
        NativeDef::one(
            "extend",
            |vm, obj, args| {
                extend(vm, obj, End::Right, &args.values[0])?;
                Ok(vm.none.clone())
            },
            "($self, iterable, /)\n--\n\nExtend the right side of the deque with elements from the iterable.",
        ),
        NativeDef::one(
            "extendleft",
            |vm, obj, args| {
                extend(vm, obj, End::Left, &args.values[0])?;
                Ok(vm.none.clone())
            },
            "($self, iterable, /)\n--\n\nExtend the left side of the deque with elements from the iterable.",
        ),
        NativeDef::positional("index", index, "($self, value, [start, [stop]])\n--\n\nReturn first index of value.\n\nRaises ValueError if the value is not present."),
        NativeDef::positional("insert", insert, "($self, index, value, /)\n--\n\nInsert value before index."),
        NativeDef::no_args("pop", |vm, obj, _| own(vm, obj)?.pop(vm, End::Right), "($self, /)\n--\n\nRemove and return the rightmost element."),
        NativeDef::no_args("popleft", |vm, obj, _| own(vm, obj)?.pop(vm, End::Left), "($self, /)\n--\n\nRemove and return the leftmost element."),
        NativeDef::no_args("__reduce__", reduce, "($self, /)\n--\n\nReturn state information for pickling."),
        NativeDef::one("remove", remove, "($self, value, /)\n--\n\nRemove first occurrence of value."),
        NativeDef::no_args("__reversed__", |vm, obj, _| iterator(vm, obj, true), "($self, /)\n--\n\nReturn a reverse iterator over the deque."),
        NativeDef::no_args(
            "reverse",
            |vm, obj, _| {
                own(vm, obj)?.items.borrow_mut().make_contiguous().reverse();
                Ok(vm.none.clone())
            },
            "($self, /)\n--\n\nReverse *IN PLACE*.",
        ),
        NativeDef::positional("rotate", rotate, "($self, n=1, /)\n--\n\nRotate the deque n steps to the right.  If n is negative, rotates left."),
        NativeDef::no_args(
            "__sizeof__",
            |vm, obj, _| Ok(vm.int(size_of_deque(vm, obj)?)),
            "($self, /)\n--\n\nReturn the size of the deque in memory, in bytes.",
        ),
        NativeDef::one("__class_getitem__", object::protocol::class_getitem, "($type, object, /)\n--\n\ndeques are generic over the type of their contents").class_method(),
    ])
    .getset(&[GetSetDef::read_only(
        "maxlen",
        |vm, obj| Ok(own(vm, obj)?.limit.get().map_or_else(|| vm.none.clone(), |limit| vm.int(limit as i64))),
        "maximum size of a deque or None if unbounded",
    )]);

/// The payload of both iterators.
struct DequeIter {
    deque: ObjCell,
    reversed: bool,
    changes: u64,
    left: Cell<usize>,
}

impl Payload for DequeIter {
    const NAME: &'static str = "deque_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.deque.trace(visit);
    }
}

fn iterator(vm: &Vm, obj: &Obj, reversed: bool) -> Res<Obj> {
    let this = own(vm, obj)?;
    let decl = if reversed { &REVERSE_ITER } else { &ITER };
    let payload = DequeIter {
        deque: ObjCell::new(Some(obj.clone())),
        reversed,
        changes: this.changes.get(),
        left: Cell::new(this.len()),
    };
    Ok(Ref::new(vm.native_type(decl), payload).into_obj())
}

fn own_iter<'a>(vm: &Vm, obj: &'a Obj) -> Res<(&'a DequeIter, Obj)> {
    let iter = obj.get::<DequeIter>().and_then(|iter| Some((iter, iter.deque.get()?)));
    iter.ok_or_else(|| vm.type_error("a deque iterator is needed"))
}

fn next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let (iter, deque) = own_iter(vm, obj)?;
    let this = own(vm, &deque)?;
    let left = iter.left.get();
    // The reverse iterator first looks whether it is done.
    if iter.reversed && left == 0 {
        return Ok(None);
    }
    if this.changes.get() != iter.changes {
        iter.left.set(0);
        return Err(mutated_during_iteration(vm));
    }
    if left == 0 {
        return Ok(None);
    }
    iter.left.set(left - 1);
    Ok(this.get(if iter.reversed { left - 1 } else { this.len() - left }))
}

fn new_iterator(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let given = args.pos().len();
    if !(1..=2).contains(&given) {
        let (word, limit) = if given == 0 { ("at least", 1) } else { ("at most", 2) };
        let plural = if limit == 1 { "" } else { "s" };
        return Err(vm.type_error(format!("function takes {word} {limit} argument{plural} ({given} given)")));
    }
    let [deque, skip] = args.unpack::<2>(vm, class.short_name().as_ref(), 1)?;
    let deque = deque.unwrap_or(&vm.none);
    if deque.get::<Deque>().is_none() {
        return Err(vm.type_error(format!("argument 1 must be collections.deque, not {}", deque.ty().name())));
    }
    let skip = skip.map_or(Ok(0), |skip| vm.index_as_isize(skip, Some(&vm.exc.overflow_error)))?;
    let iterator = iterator(vm, deque, class.is(vm.native_type(&REVERSE_ITER)))?;
    if let Some(iter) = iterator.get::<DequeIter>() {
        iter.left.set(iter.left.get().saturating_sub(skip.max(0) as usize));
    }
    Ok(iterator)
}

fn iterator_slots(s: &Slots) {
    s.new.set(Some(new_iterator));
    s.iter.set(Some(self_iter));
    s.iternext.set(Some(next));
}

const ITERATOR_METHODS: &[NativeDef] = &[
    NativeDef::no_args(
        "__length_hint__",
        |vm, obj, _| Ok(vm.int(own_iter(vm, obj)?.0.left.get() as i64)),
        "($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    NativeDef::no_args(
        "__reduce__",
        |vm, obj, _| {
            let (iter, deque) = own_iter(vm, obj)?;
            let done = own(vm, &deque)?.len() as i64 - iter.left.get() as i64;
            Ok(vm.tuple([obj.ty().as_obj().clone(), vm.tuple([deque, vm.int(done)])]))
        },
        "($self, /)\n--\n\nReturn state information for pickling.",
    ),
];

pub(super) static ITER: NativeType = NativeType::new("_deque_iterator", DequeIter::VTABLE)
    .module("collections")
    .size(56, 0)
    .slots(iterator_slots)
    .methods(ITERATOR_METHODS);

pub(super) static REVERSE_ITER: NativeType = NativeType::new("_deque_reverse_iterator", DequeIter::VTABLE)
    .module("collections")
    .size(56, 0)
    .slots(iterator_slots)
    .methods(ITERATOR_METHODS);
