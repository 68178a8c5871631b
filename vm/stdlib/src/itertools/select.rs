//! Iterators that choose among the items of one iterator, or call a function with them.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{
    Args, Layout as _, NativeType, NumberOp, Obj, ObjCell, Params, Payload, Ref, Res, Type, Visitor, Vm,
};

/// The payload of `accumulate`.
struct Accumulate {
    function: Option<Obj>,
    iterator: Obj,
    total: ObjCell,
    /// Comes before everything else.
    initial: ObjCell,
}

impl Payload for Accumulate {
    const NAME: &'static str = "accumulate";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.function.iter().for_each(&mut *visit);
        visit(&self.iterator);
        self.total.trace(visit);
        self.initial.trace(visit);
    }
    fn clear(&self) {
        self.total.set(None);
        self.initial.set(None);
    }
}

static ACCUMULATE_PARAMS: Params<3> =
    Params::new("accumulate", ["iterable", "func", "initial"]).required(1).keyword_only(2);

pub(super) static ACCUMULATE: NativeType = NativeType::new("accumulate", Accumulate::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, func=None, *, initial=None)\n--\n\nReturn series of accumulated sums (or other binary function results).")
    .size(56, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [iterable, function, initial] = ACCUMULATE_PARAMS.bind(vm, args)?;
            let given = |place: Option<&Obj>| place.filter(|o| !o.is(&vm.none)).cloned();
            let payload = Accumulate {
                iterator: vm.iter(iterable.unwrap_or(&vm.none))?,
                function: given(function),
                total: ObjCell::default(),
                initial: ObjCell::new(given(initial)),
            };
            Ok(Ref::new(class, payload).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(accumulate_next));
    });

fn accumulate_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Accumulate>() else { return Ok(None) };
    if let Some(initial) = own.initial.take() {
        own.total.set(Some(initial.clone()));
        return Ok(Some(initial));
    }
    let Some(item) = vm.next(&own.iterator)? else { return Ok(None) };
    let total = match (own.total.get(), &own.function) {
        (None, _) => item,
        (Some(total), None) => vm.binary_op(NumberOp::Add, &total, &item)?,
        (Some(total), Some(function)) => vm.call(function, &[total, item])?,
    };
    own.total.set(Some(total.clone()));
    Ok(Some(total))
}

/// The payload of `compress`.
struct Compress {
    data: Obj,
    selectors: Obj,
}

impl Payload for Compress {
    const NAME: &'static str = "compress";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.data);
        visit(&self.selectors);
    }
}

static COMPRESS_PARAMS: Params<2> = Params::new("compress", ["data", "selectors"]).required(2);

pub(super) static COMPRESS: NativeType = NativeType::new("compress", Compress::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(data, selectors)\n--\n\nReturn data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors\nto choose the data elements.")
    .size(32, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [data, selectors] = COMPRESS_PARAMS.bind(vm, args)?.map(|o| o.unwrap_or(&vm.none));
            Ok(Ref::new(class, Compress { data: vm.iter(data)?, selectors: vm.iter(selectors)? }).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Compress>() else { return Ok(None) };
            loop {
                let Some(item) = vm.next(&own.data)? else { return Ok(None) };
                let Some(selector) = vm.next(&own.selectors)? else { return Ok(None) };
                if vm.is_true(&selector)? {
                    return Ok(Some(item));
                }
            }
        }));
    });

/// The payload of the iterators that ask or call a function: `dropwhile`, `filterfalse`, `starmap`, `takewhile`.
struct Mapped {
    function: Obj,
    iterator: Obj,
    /// Whether the predicate has failed once.
    failed: Cell<bool>,
}

impl Payload for Mapped {
    const NAME: &'static str = "mapped iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        visit(&self.iterator);
    }
}

impl Mapped {
    fn create(vm: &Vm, class: &Ref<Type>, decl: &'static NativeType, args: Args<'_>) -> Res<Obj> {
        let [function, iterable] = super::positional(vm, class, decl, args)?.exact(vm, decl.name)?;
        let iterator = vm.iter(iterable)?;
        let payload = Mapped { function: function.clone(), iterator, failed: Cell::new(false) };
        Ok(Ref::new(class, payload).into_obj())
    }

    fn accepts(&self, vm: &Vm, item: &Obj) -> Res<bool> {
        vm.is_true(&vm.call1(&self.function, item)?)
    }
}

pub(super) static DROPWHILE: NativeType = NativeType::new("dropwhile", Mapped::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(predicate, iterable, /)\n--\n\nDrop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.")
    .size(40, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| Mapped::create(vm, class, &DROPWHILE, args)));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Mapped>() else { return Ok(None) };
            while let Some(item) = vm.next(&own.iterator)? {
                if own.failed.get() || !own.accepts(vm, &item)? {
                    own.failed.set(true);
                    return Ok(Some(item));
                }
            }
            Ok(None)
        }));
    });

pub(super) static TAKEWHILE: NativeType = NativeType::new("takewhile", Mapped::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(predicate, iterable, /)\n--\n\nReturn successive entries from an iterable as long as the predicate evaluates to true for each entry.")
    .size(40, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| Mapped::create(vm, class, &TAKEWHILE, args)));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Mapped>().filter(|own| !own.failed.get()) else { return Ok(None) };
            let Some(item) = vm.next(&own.iterator)? else { return Ok(None) };
            if own.accepts(vm, &item)? {
                return Ok(Some(item));
            }
            own.failed.set(true);
            Ok(None)
        }));
    });

pub(super) static FILTERFALSE: NativeType = NativeType::new("filterfalse", Mapped::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(function, iterable, /)\n--\n\nReturn those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.")
    .size(32, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| Mapped::create(vm, class, &FILTERFALSE, args)));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Mapped>() else { return Ok(None) };
            let plain = own.function.is(&vm.none) || own.function.is(vm.types.bool.as_obj());
            while let Some(item) = vm.next(&own.iterator)? {
                let drops = if plain { vm.is_true(&item)? } else { own.accepts(vm, &item)? };
                if !drops {
                    return Ok(Some(item));
                }
            }
            Ok(None)
        }));
    });

pub(super) static STARMAP: NativeType = NativeType::new("starmap", Mapped::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(function, iterable, /)\n--\n\nReturn an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.")
    .size(32, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| Mapped::create(vm, class, &STARMAP, args)));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Mapped>() else { return Ok(None) };
            match vm.next(&own.iterator)? {
                Some(item) => vm.call(&own.function, &vm.iter_to_vec(&item)?).map(Some),
                None => Ok(None),
            }
        }));
    });

/// The payload of `islice`.
struct Islice {
    /// Emptied at the end.
    iterator: ObjCell,
    /// The index of the next item to hand out.
    next: Cell<usize>,
    stop: Option<usize>,
    step: usize,
    /// How many items were taken.
    taken: Cell<usize>,
}

impl Payload for Islice {
    const NAME: &'static str = "islice";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.iterator.trace(visit);
    }
    fn clear(&self) {
        self.iterator.set(None);
    }
}

pub(super) static ISLICE: NativeType = NativeType::new("islice", Islice::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  If start is specified, will skip all preceding elements;\notherwise, start defaults to zero.  Step defaults to one.  If\nspecified as another value, step determines how many values are\nskipped between successive calls.  Works like a slice() on a list\nbut returns an iterator.")
    .size(56, 0)
    .slots(|s| {
        s.new.set(Some(islice_new));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Islice>() else { return Ok(None) };
            let item = islice_step(vm, own);
            if !matches!(item, Ok(Some(_))) {
                own.iterator.set(None);
            }
            item
        }));
    });

/// A bound of `islice`: the default if it is left out or `None`, nothing if it does not do.
fn islice_bound(vm: &Vm, bound: Option<&Obj>, default: Option<usize>) -> Result<Option<usize>, ()> {
    match bound {
        Some(bound) if !bound.is(&vm.none) => {
            let n = vm.index_as_isize(bound, Some(&vm.exc.overflow_error)).map_err(drop)?;
            usize::try_from(n).map(Some).map_err(drop)
        }
        _ => Ok(default),
    }
}

fn islice_new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let args = super::positional(vm, class, &ISLICE, args)?;
    let [iterable, first, second, step] = args.unpack(vm, "islice", 2)?;
    let only_stop = args.pos().len() == 2;
    let (start, stop) = if only_stop { (None, first) } else { (first, second) };
    let stop_is_minus_one =
        |stop: &Obj| vm.index_as_isize(stop, Some(&vm.exc.overflow_error)).is_ok_and(|n| n < -1);
    let wrong = |what: &str| {
        vm.value_error(format!("{what} for islice() must be None or an integer: 0 <= x <= sys.maxsize."))
    };
    let stop = match islice_bound(vm, stop, None) {
        Ok(stop) => stop,
        Err(()) if stop.is_some_and(stop_is_minus_one) => return Err(wrong("Indices")),
        Err(()) => return Err(wrong("Stop argument")),
    };
    let start = islice_bound(vm, start, Some(0)).map_err(|()| wrong("Indices"))?.unwrap_or(0);
    let step = islice_bound(vm, step, Some(1)).ok().flatten().filter(|step| *step > 0);
    let Some(step) = step else {
        return Err(vm.value_error("Step for islice() must be a positive integer or None."));
    };
    let iterator = ObjCell::new(Some(vm.iter(iterable.unwrap_or(&vm.none))?));
    let payload = Islice { iterator, next: Cell::new(start), stop, step, taken: Cell::new(0) };
    Ok(Ref::new(class, payload).into_obj())
}

fn islice_step(vm: &Vm, own: &Islice) -> Res<Option<Obj>> {
    let Some(iterator) = own.iterator.get() else { return Ok(None) };
    while own.taken.get() < own.next.get() {
        if vm.next(&iterator)?.is_none() {
            return Ok(None);
        }
        own.taken.set(own.taken.get() + 1);
    }
    if own.stop.is_some_and(|stop| own.taken.get() >= stop) {
        return Ok(None);
    }
    let Some(item) = vm.next(&iterator)? else { return Ok(None) };
    own.taken.set(own.taken.get() + 1);
    // Beyond the end, the next call only skips up to the end.
    let next = own.next.get().saturating_add(own.step);
    own.next.set(own.stop.map_or(next, |stop| next.min(stop)));
    Ok(Some(item))
}
