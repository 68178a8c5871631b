//! Iterators that join several iterators, or neighbouring items: `batched`, `chain`, `pairwise`, `zip_longest`.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{
    Args, Layout as _, NativeDef, NativeType, Obj, ObjCell, Params, Payload, Ref, Res, Str, Type, Visitor, Vm,
};

/// The payload of `batched`.
struct Batched {
    /// Emptied at its end.
    iterator: ObjCell,
    size: usize,
    strict: bool,
}

impl Payload for Batched {
    const NAME: &'static str = "batched";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.iterator.trace(visit);
    }
    fn clear(&self) {
        self.iterator.set(None);
    }
}

static BATCHED_PARAMS: Params<3> =
    Params::new("batched", ["iterable", "n", "strict"]).required(2).keyword_only(2);

pub(super) static BATCHED: NativeType = NativeType::new("batched", Batched::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, n, *, strict=False)\n--\n\nBatch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is yielded as soon as a batch is full\nor when the input iterable is exhausted.\n\n    >>> for batch in batched('ABCDEFG', 3):\n    ...     print(batch)\n    ...\n    ('A', 'B', 'C')\n    ('D', 'E', 'F')\n    ('G',)\n\nIf \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n.")
    .size(40, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [iterable, size, strict] = BATCHED_PARAMS.bind(vm, args)?;
            let size = vm.as_isize(size.unwrap_or(&vm.none))?;
            let strict = strict.map_or(Ok(false), |s| vm.is_true(s))?;
            if size < 1 {
                return Err(vm.value_error("n must be at least one"));
            }
            let iterator = ObjCell::new(Some(vm.iter(iterable.unwrap_or(&vm.none))?));
            Ok(Ref::new(class, Batched { iterator, size: size as usize, strict }).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(batched_next));
    });

fn batched_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Batched>() else { return Ok(None) };
    let Some(iterator) = own.iterator.get() else { return Ok(None) };
    let mut items = Vec::new();
    while items.len() < own.size {
        if items.len() == items.capacity() {
            vm.check_alloc(items.capacity().saturating_mul(16))?;
        }
        match vm.next(&iterator) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => break,
            Err(raised) => {
                own.iterator.set(None);
                return Err(raised);
            }
        }
    }
    if items.len() < own.size {
        own.iterator.set(None);
        if items.is_empty() {
            return Ok(None);
        }
        if own.strict {
            return Err(vm.value_error("batched(): incomplete batch"));
        }
    }
    Ok(Some(vm.tuple(items)))
}

/// The payload of `chain`.
struct Chain {
    /// The iterator over the iterables; emptied at its end.
    source: ObjCell,
    /// The iterator in use.
    active: ObjCell,
}

impl Payload for Chain {
    const NAME: &'static str = "chain";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.source.trace(visit);
        self.active.trace(visit);
    }
    fn clear(&self) {
        self.source.set(None);
        self.active.set(None);
    }
}

impl Chain {
    fn create(vm: &Vm, class: &Ref<Type>, iterables: &Obj) -> Res<Obj> {
        let source = ObjCell::new(Some(vm.iter(iterables)?));
        Ok(Ref::new(class, Chain { source, active: ObjCell::default() }).into_obj())
    }
}

pub(super) static CHAIN: NativeType = NativeType::new("chain", Chain::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(*iterables)\n--\n\nReturn a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.")
    .size(32, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let args = super::positional(vm, class, &CHAIN, args)?;
            Chain::create(vm, class, &vm.tuple(args.pos().to_vec()))
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(chain_next));
    })
    .methods(&[
        NativeDef::one(
            "from_iterable",
            |vm, class, args| match class.downcast::<Type>() {
                Some(class) => Chain::create(vm, class, &args.values[0]),
                None => Err(vm.type_error("a class is needed")),
            },
            "($type, iterable, /)\n--\n\nAlternative chain() constructor taking a single iterable argument that evaluates lazily.",
        )
        .class_method(),
        NativeDef::one(
            "__class_getitem__",
            object::protocol::class_getitem,
            "($type, object, /)\n--\n\nchain is generic over the type of its contents.\nThis is the union of the types of the input iterable contents.",
        )
        .class_method(),
    ]);

fn chain_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Chain>() else { return Ok(None) };
    while let Some(source) = own.source.get() {
        let active = match own.active.get() {
            Some(active) => active,
            None => {
                let iterator = match vm.next(&source) {
                    Ok(Some(iterable)) => vm.iter(&iterable),
                    Ok(None) => {
                        own.source.set(None);
                        return Ok(None);
                    }
                    Err(raised) => Err(raised),
                };
                let iterator = iterator.inspect_err(|_| own.source.set(None))?;
                own.active.set(Some(iterator.clone()));
                iterator
            }
        };
        if let Some(item) = vm.next(&active)? {
            return Ok(Some(item));
        }
        own.active.set(None);
    }
    Ok(None)
}

/// The payload of `pairwise`.
struct Pairwise {
    /// Emptied at its end.
    iterator: ObjCell,
    old: ObjCell,
}

impl Payload for Pairwise {
    const NAME: &'static str = "pairwise";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.iterator.trace(visit);
        self.old.trace(visit);
    }
    fn clear(&self) {
        self.iterator.set(None);
        self.old.set(None);
    }
}

pub(super) static PAIRWISE: NativeType = NativeType::new("pairwise", Pairwise::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, /)\n--\n\nReturn an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...")
    .size(40, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [iterable] = super::positional(vm, class, &PAIRWISE, args)?.exact(vm, "pairwise")?;
            let iterator = ObjCell::new(Some(vm.iter(iterable)?));
            Ok(Ref::new(class, Pairwise { iterator, old: ObjCell::default() }).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Pairwise>() else { return Ok(None) };
            let pair = pairwise_step(vm, own);
            if !matches!(pair, Ok(Some(_))) {
                own.iterator.set(None);
                own.old.set(None);
            }
            pair
        }));
    });

fn pairwise_step(vm: &Vm, own: &Pairwise) -> Res<Option<Obj>> {
    let Some(mut iterator) = own.iterator.get() else { return Ok(None) };
    let old = match own.old.get() {
        Some(old) => old,
        None => {
            let Some(first) = vm.next(&iterator)? else { return Ok(None) };
            own.old.set(Some(first.clone()));
            // Taking the first item can have ended this very iterator.
            match own.iterator.get() {
                Some(still) => iterator = still,
                None => return Ok(None),
            }
            first
        }
    };
    let Some(new) = vm.next(&iterator)? else { return Ok(None) };
    own.old.set(Some(new.clone()));
    Ok(Some(vm.tuple([old, new])))
}

/// The payload of `zip_longest`.
struct ZipLongest {
    /// Each is emptied at its end.
    iterators: Box<[ObjCell]>,
    active: Cell<usize>,
    fill: Obj,
}

impl Payload for ZipLongest {
    const NAME: &'static str = "zip_longest";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.iterators.iter().for_each(|iterator| iterator.trace(visit));
        visit(&self.fill);
    }
    fn clear(&self) {
        self.iterators.iter().for_each(|iterator| iterator.set(None));
    }
}

pub(super) static ZIP_LONGEST: NativeType = NativeType::new("zip_longest", ZipLongest::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(*iterables, fillvalue=None)\n--\n\nReturn a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.  The .__next__()\nmethod continues until the longest iterable in the argument sequence\nis exhausted and then it raises StopIteration.  When the shorter iterables\nare exhausted, the fillvalue is substituted in their place.  The fillvalue\ndefaults to None or can be specified by a keyword argument.\n")
    .size(56, 0)
    .slots(|s| {
        s.new.set(Some(zip_longest_new));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(zip_longest_next));
    });

fn zip_longest_new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let mut fill = vm.none.clone();
    for (name, value) in args.keywords() {
        if !name.get::<Str>().is_some_and(|name| name.is_text("fillvalue")) {
            return Err(vm.type_error("zip_longest() got an unexpected keyword argument"));
        }
        fill = value.clone();
    }
    let iterators = args.pos().iter().map(|iterable| Ok(ObjCell::new(Some(vm.iter(iterable)?))));
    let iterators: Box<[ObjCell]> = iterators.collect::<Res<_>>()?;
    let active = Cell::new(iterators.len());
    Ok(Ref::new(class, ZipLongest { iterators, active, fill }).into_obj())
}

fn zip_longest_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<ZipLongest>() else { return Ok(None) };
    if own.active.get() == 0 {
        return Ok(None);
    }
    let mut items = Vec::with_capacity(own.iterators.len());
    for place in &own.iterators {
        let next = match place.get() {
            Some(iterator) => vm.next(&iterator),
            None => Ok(Some(own.fill.clone())),
        };
        match next {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {
                own.active.set(own.active.get().saturating_sub(1));
                if own.active.get() == 0 {
                    return Ok(None);
                }
                place.set(None);
                items.push(own.fill.clone());
            }
            Err(raised) => {
                own.active.set(0);
                return Err(raised);
            }
        }
    }
    Ok(Some(vm.tuple(items)))
}
