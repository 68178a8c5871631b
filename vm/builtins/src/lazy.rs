//! Lazy iterators: `map`, `filter`, `zip`, `enumerate`, `reversed`, `iter(callable, sentinel)`, and `anext` with a default.

use std::cell::{Cell, RefCell};

use object::protocol::self_iter;
use object::{
    Args, Layout as _, NativeDef, NativeType, NumberOp, Obj, ObjCell, Params, Payload, Ref, Res, Str, Type,
    Visitor, Vm,
};

/// The payload of `map`, `filter`, `zip`: a function and the iterators.
struct Combined {
    function: Obj,
    iterators: Box<[Obj]>,
    strict: Cell<bool>,
}

impl Payload for Combined {
    const NAME: &'static str = "map";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        self.iterators.iter().for_each(visit);
    }
}

const STRICT_SETSTATE: NativeDef = NativeDef::one(
    "__setstate__",
    |vm, obj, args| {
        let strict = vm.is_true(&args.values[0])?;
        if let Some(own) = obj.get::<Combined>() {
            own.strict.set(strict);
        }
        Ok(vm.none.clone())
    },
    "Set state information for unpickling.",
);

/// `(class, arguments[, True])`
fn combined_reduce(vm: &Vm, obj: &Obj, _args: Args<'_>) -> Res<Obj> {
    let Some(own) = obj.get::<Combined>() else { return Ok(vm.none.clone()) };
    let class = obj.ty().as_obj().clone();
    let mut args: Vec<Obj> = own.iterators.to_vec();
    if !obj.ty().is_subtype_of(vm.native_type(&ZIP)) {
        args.insert(0, own.function.clone());
    }
    let args = vm.tuple(args);
    Ok(if own.strict.get() { vm.tuple([class, args, vm.true_.clone()]) } else { vm.tuple([class, args]) })
}

const REDUCE: NativeDef =
    NativeDef::no_args("__reduce__", combined_reduce, "Return state information for pickling.");

/// The `strict` keyword of `map` and `zip`, the only one.
fn strict_keyword(vm: &Vm, name: &'static str, args: Args<'_>) -> Res<bool> {
    let params = Params::new(name, ["strict"]).keyword_only(0);
    let only = Args { values: &args.values[args.pos().len()..], kwnames: args.kwnames };
    let [strict] = params.bind(vm, only)?;
    strict.map_or(Ok(false), |s| vm.is_true(s))
}

pub(crate) static MAP: NativeType = NativeType::new("map", Combined::VTABLE)
    .subclassable()
    .doc("(function, iterable, /, *iterables, strict=False)\n--\n\nMake an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.")
    .slots(|s| {
        s.new.set(Some(map_new));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(map_next));
    })
    .methods(&[REDUCE, STRICT_SETSTATE])
    .size(40, 0);

fn map_new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let strict = strict_keyword(vm, "map", args)?;
    let [function, iterables @ ..] = args.pos() else {
        return Err(vm.type_error("map() must have at least two arguments."));
    };
    if iterables.is_empty() {
        return Err(vm.type_error("map() must have at least two arguments."));
    }
    let iterators = iterables.iter().map(|i| vm.iter(i)).collect::<Res<_>>()?;
    let payload = Combined { function: function.clone(), iterators, strict: Cell::new(strict) };
    Ok(Ref::new(ty, payload).into_obj())
}

/// Which iterator of a strict combination ended when.
fn check_strict(vm: &Vm, name: &str, own: &Combined, ended: usize) -> Res<()> {
    if !own.strict.get() {
        return Ok(());
    }
    let before = |n: usize| if n == 1 { " 1".to_owned() } else { format!("s 1-{n}") };
    if ended > 0 {
        return Err(vm.value_error(format!(
            "{name}() argument {} is shorter than argument{}",
            ended + 1,
            before(ended)
        )));
    }
    for (i, iterator) in own.iterators.iter().enumerate().skip(1) {
        if vm.next(iterator)?.is_some() {
            return Err(vm.value_error(format!(
                "{name}() argument {} is longer than argument{}",
                i + 1,
                before(i)
            )));
        }
    }
    Ok(())
}

fn map_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Combined>() else { return Ok(None) };
    if let [iterator] = &*own.iterators {
        return match vm.next(iterator)? {
            Some(item) => vm.call1(&own.function, &item).map(Some),
            None => Ok(None),
        };
    }
    match next_items(vm, "map", own)? {
        Some(items) => vm.call(&own.function, &items).map(Some),
        None => Ok(None),
    }
}

/// One item of each iterator; nothing when one has ended.
fn next_items(vm: &Vm, name: &str, own: &Combined) -> Res<Option<smallvec::SmallVec<[Obj; 4]>>> {
    let mut items = smallvec::SmallVec::new();
    for (i, iterator) in own.iterators.iter().enumerate() {
        match vm.next(iterator)? {
            Some(item) => items.push(item),
            None => {
                check_strict(vm, name, own, i)?;
                return Ok(None);
            }
        }
    }
    Ok(Some(items))
}

pub(crate) static FILTER: NativeType = NativeType::new("filter", Combined::VTABLE)
    .subclassable()
    .doc("(function, iterable, /)\n--\n\nReturn an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true.")
    .slots(|s| {
        s.new.set(Some(|vm, ty, args| {
            args.no_keywords_without_init(vm, ty, vm.native_type(&FILTER), "filter")?;
            let args = Args::positional(args.pos());
            let [function, iterable] = args.exact(vm, "filter")?;
            let payload = Combined {
                function: function.clone(),
                iterators: Box::new([vm.iter(iterable)?]),
                strict: Cell::new(false),
            };
            Ok(Ref::new(ty, payload).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Combined>() else { return Ok(None) };
            let plain = own.function.is(&vm.none) || own.function.is(vm.types.bool.as_obj());
            while let Some(item) = vm.next(&own.iterators[0])? {
                let keep = if plain { vm.is_true(&item)? } else { vm.is_true(&vm.call1(&own.function, &item)?)? };
                if keep {
                    return Ok(Some(item));
                }
            }
            Ok(None)
        }));
    })
    .methods(&[REDUCE])
    .size(32, 0);

pub(crate) static ZIP: NativeType = NativeType::new("zip", Combined::VTABLE)
    .subclassable()
    .doc("(*iterables, strict=False)\n--\n\nThe zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip(\'abcdefg\', range(3), range(4)))\n   [(\'a\', 0, 0), (\'b\', 1, 1), (\'c\', 2, 2)]")
    .slots(|s| {
        s.new.set(Some(|vm, ty, args| {
            let strict = strict_keyword(vm, "zip", args)?;
            let mut iterators = Vec::with_capacity(args.pos().len());
            for iterable in args.pos() {
                iterators.push(vm.iter(iterable)?);
            }
            let payload =
                Combined { function: vm.none.clone(), iterators: iterators.into(), strict: Cell::new(strict) };
            Ok(Ref::new(ty, payload).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Combined>() else { return Ok(None) };
            if own.iterators.is_empty() {
                return Ok(None);
            }
            Ok(next_items(vm, "zip", own)?.map(|items| vm.tuple(items)))
        }));
    })
    .methods(&[REDUCE, STRICT_SETSTATE])
    .size(48, 0);

/// The payload of `enumerate`.
struct Enumerate {
    iterator: Obj,
    /// The next number, as long as it fits a word.
    count: Cell<i64>,
    /// The next number once it does not.
    big: ObjCell,
}

impl Payload for Enumerate {
    const NAME: &'static str = "enumerate";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.iterator);
        self.big.trace(visit);
    }
}

static ENUMERATE_PARAMS: Params<2> = Params::new("enumerate", ["iterable", "start"]);

pub(crate) static ENUMERATE: NativeType = NativeType::new("enumerate", Enumerate::VTABLE)
    .subclassable()
    .doc("(iterable, start=0)\n--\n\nReturn an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ...")
    .slots(|s| {
        s.new.set(Some(|vm, ty, args| {
            if args.values.is_empty() {
                return Err(vm.type_error("enumerate() missing required argument \'iterable\'"));
            }
            if args.values.len() > 2 {
                return Err(vm.type_error(format!(
                    "enumerate() takes at most 2 arguments ({} given)",
                    args.values.len()
                )));
            }
            // Calls of the class itself take a short way, where one keyword can only be the last argument.
            let known: &[&str] = match (args.values.len(), args.kwnames.len()) {
                (1, _) => &["iterable"],
                (_, 1) => &["start"],
                _ => &["iterable", "start"],
            };
            let is_known = |name: &Obj| name.get::<Str>().is_some_and(|name| known.iter().any(|k| name.is_text(k)));
            if ty.is(vm.native_type(&ENUMERATE))
                && let Some((name, _)) = args.keywords().find(|(name, _)| !is_known(name))
            {
                let name = vm.str_text(name)?;
                return Err(vm.type_error(format!("'{name}' is an invalid keyword argument for enumerate()")));
            }
            let [iterable, start] = ENUMERATE_PARAMS.bind(vm, args)?;
            let Some(iterable) = iterable else {
                return Err(vm.type_error("enumerate() missing required argument \'iterable\'"));
            };
            let start = start.map(|s| vm.index(s)).transpose()?;
            let small = start.as_ref().map_or(Some(0), |s| vm.int_value(s));
            let payload = Enumerate {
                iterator: vm.iter(iterable)?,
                count: Cell::new(small.unwrap_or(i64::MAX)),
                big: ObjCell::new(start.filter(|_| small.is_none())),
            };
            Ok(Ref::new(ty, payload).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Enumerate>() else { return Ok(None) };
            let Some(item) = vm.next(&own.iterator)? else { return Ok(None) };
            let number = enumerate_count(vm, own);
            match own.count.get().checked_add(1).filter(|_| own.big.is_none()) {
                Some(next) => own.count.set(next),
                None => own.big.set(Some(vm.binary_op(NumberOp::Add, &number, &vm.int(1))?)),
            }
            Ok(Some(vm.tuple([number, item])))
        }));
    })
    .methods(&[
        NativeDef::no_args("__reduce__", |vm, obj, _| {
            let Some(own) = obj.get::<Enumerate>() else { return Ok(vm.none.clone()) };
            let args = vm.tuple([own.iterator.clone(), enumerate_count(vm, own)]);
            Ok(vm.tuple([obj.ty().as_obj().clone(), args]))
        }, "Return state information for pickling."),
        NativeDef::one("__class_getitem__", |vm, class, args| Ok(crate::generic_alias(vm, class, &args.values[0])), "($type, object, /)\n--\n\nSee PEP 585").class_method(),
    ])
    .size(56, 0);

fn enumerate_count(vm: &Vm, own: &Enumerate) -> Obj {
    own.big.get().unwrap_or_else(|| vm.int(own.count.get()))
}

/// The payload of `reversed`: a sequence and the next index.
struct Reversed {
    sequence: ObjCell,
    index: Cell<isize>,
}

impl Payload for Reversed {
    const NAME: &'static str = "reversed";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.sequence.trace(visit);
    }
    fn clear(&self) {
        self.sequence.set(None);
    }
}

pub(crate) static REVERSED: NativeType = NativeType::new("reversed", Reversed::VTABLE)
    .subclassable()
    .doc("(sequence, /)\n--\n\nReturn a reverse iterator over the values of the given sequence.")
    .slots(|s| {
        s.new.set(Some(|vm, ty, args| {
            args.no_keywords_without_init(vm, ty, vm.native_type(&REVERSED), "reversed")?;
            let [sequence] = Args::positional(args.pos()).exact(vm, "reversed")?;
            let not_reversible =
                || vm.type_error(format!("\'{}\' object is not reversible", sequence.ty().name()));
            if let Some(found) = vm.lookup_special(sequence, &vm.names.__reversed__)? {
                if found.is(&vm.none) {
                    return Err(not_reversible());
                }
                return vm.call0(&found);
            }
            if !vm.is_sequence(sequence) {
                return Err(not_reversible());
            }
            let index = vm.len(sequence)? as isize - 1;
            let payload =
                Reversed { sequence: ObjCell::new(Some(sequence.clone())), index: Cell::new(index) };
            Ok(Ref::new(ty, payload).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<Reversed>() else { return Ok(None) };
            let Some(sequence) = own.sequence.get() else { return Ok(None) };
            let index = own.index.get();
            if index >= 0 {
                match vm.sequence_item(&sequence, index) {
                    Ok(item) => {
                        own.index.set(index - 1);
                        return Ok(Some(item));
                    }
                    Err(raised)
                        if raised.is_instance(&vm.exc.index_error)
                            || raised.is_instance(&vm.exc.stop_iteration) => {}
                    Err(raised) => return Err(raised),
                }
            }
            own.index.set(-1);
            own.sequence.set(None);
            Ok(None)
        }));
    })
    .methods(&[
        NativeDef::no_args(
            "__length_hint__",
            |vm, obj, _| {
                let Some(own) = obj.get::<Reversed>() else { return Ok(vm.int(0)) };
                let Some(sequence) = own.sequence.get() else { return Ok(vm.int(0)) };
                let left = own.index.get() + 1;
                let fits = vm.len(&sequence)? as isize >= left;
                Ok(vm.int(if fits { left as i64 } else { 0 }))
            },
            "Private method returning an estimate of len(list(it)).",
        ),
        NativeDef::no_args(
            "__reduce__",
            |vm, obj, _| {
                let Some(own) = obj.get::<Reversed>() else { return Ok(vm.none.clone()) };
                let class = obj.ty().as_obj().clone();
                Ok(match own.sequence.get() {
                    Some(sequence) => vm.tuple([class, vm.tuple([sequence]), vm.int(own.index.get() as i64)]),
                    None => vm.tuple([class, vm.tuple([vm.tuple([])])]),
                })
            },
            "Return state information for pickling.",
        ),
        NativeDef::one(
            "__setstate__",
            |vm, obj, args| {
                let index = vm.as_isize(&args.values[0])?;
                if let Some(own) = obj.get::<Reversed>()
                    && let Some(sequence) = own.sequence.get()
                {
                    let len = vm.len(&sequence)? as isize;
                    own.index.set(index.clamp(-1, len - 1));
                }
                Ok(vm.none.clone())
            },
            "Set state information for unpickling.",
        ),
    ])
    .size(32, 0);

/// The payload of `callable_iterator`.
struct CallableIterator(RefCell<Option<(Obj, Obj)>>);

impl Payload for CallableIterator {
    const NAME: &'static str = "callable_iterator";
    fn trace(&self, visit: &mut Visitor<'_>) {
        if let Some((callable, sentinel)) = &*self.0.borrow() {
            visit(callable);
            visit(sentinel);
        }
    }
    fn clear(&self) {
        drop(self.0.take());
    }
}

static CALLABLE_ITERATOR: NativeType = NativeType::new("callable_iterator", CallableIterator::VTABLE)
    .slots(|s| {
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            let Some(own) = obj.get::<CallableIterator>() else { return Ok(None) };
            let Some((callable, sentinel)) = own.0.borrow().clone() else { return Ok(None) };
            let finish = || drop(own.0.take());
            match vm.call0(&callable) {
                Ok(item) => {
                    if vm.eq(&sentinel, &item)? {
                        finish();
                        return Ok(None);
                    }
                    Ok(Some(item))
                }
                Err(raised) if raised.is_instance(&vm.exc.stop_iteration) => {
                    finish();
                    Ok(None)
                }
                Err(raised) => Err(raised),
            }
        }));
    })
    .methods(&[NativeDef::no_args(
        "__reduce__",
        |vm, obj, _| {
            let iter = vm.builtin("iter")?;
            let own = obj.get::<CallableIterator>().and_then(|own| own.0.borrow().clone());
            Ok(match own {
                Some((callable, sentinel)) => vm.tuple([iter, vm.tuple([callable, sentinel])]),
                None => vm.tuple([iter, vm.tuple([vm.tuple([])])]),
            })
        },
        "Return state information for pickling.",
    )])
    .size(32, 0);

/// `iter(callable, sentinel)`
pub fn callable_iterator(vm: &Vm, callable: &Obj, sentinel: &Obj) -> Obj {
    let payload = CallableIterator(RefCell::new(Some((callable.clone(), sentinel.clone()))));
    Ref::new(vm.native_type(&CALLABLE_ITERATOR), payload).into_obj()
}

/// `aiter(obj)`
pub(crate) fn aiter(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(aiter) = obj.ty().slots.am_aiter.get() else {
        return Err(vm.type_error(format!("\'{}\' object is not an async iterable", obj.ty().name())));
    };
    let iterator = aiter(vm, obj)?;
    if iterator.ty().slots.am_anext.get().is_none() {
        return Err(vm.type_error(format!(
            "aiter() returned not an async iterator of type \'{}\'",
            iterator.ty().name()
        )));
    }
    Ok(iterator)
}

/// The payload of `anext_awaitable`: what is awaited, and what stands for the end.
struct AnextAwaitable {
    wrapped: Obj,
    default: Obj,
}

impl Payload for AnextAwaitable {
    const NAME: &'static str = "anext_awaitable";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.wrapped);
        visit(&self.default);
    }
}

static ANEXT_AWAITABLE: NativeType = NativeType::new("anext_awaitable", AnextAwaitable::VTABLE)
    .slots(|s| {
        s.am_await.set(Some(self_iter));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| {
            anext_step(vm, obj, |iterator| match iterator.ty().slots.iternext.get() {
                Some(next) => vm.next_or_stop(iterator, next),
                None => Err(vm.type_error(format!("'{}' object is not an iterator", iterator.ty().name()))),
            })
        }));
    })
    .methods(&[
        NativeDef::positional("send", |vm, obj, args| anext_forward(vm, obj, "send", args), ""),
        NativeDef::positional("throw", |vm, obj, args| anext_forward(vm, obj, "throw", args), ""),
        NativeDef::no_args("close", |vm, obj, args| anext_forward(vm, obj, "close", args), ""),
    ])
    .size(32, 0);

fn anext_step(vm: &Vm, obj: &Obj, step: impl Fn(&Obj) -> Res<Obj>) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<AnextAwaitable>() else { return Ok(None) };
    let mut iterator = interp::awaitable_iter(vm, &own.wrapped)?;
    // A coroutine is awaited through an iterator of its own (`anextawaitable_getiter`).
    if iterator.ty().slots.iternext.get().is_none()
        && let Some(awaiter) = iterator.ty().slots.am_await.get()
    {
        iterator = awaiter(vm, &iterator)?;
    }
    match step(&iterator) {
        Ok(value) => Ok(Some(value)),
        Err(raised) if raised.is_instance(&vm.exc.stop_async_iteration) => {
            Err(vm.stop_iteration(Some(&own.default)))
        }
        Err(raised) => Err(raised),
    }
}

fn anext_forward(vm: &Vm, obj: &Obj, method: &str, args: Args<'_>) -> Res<Obj> {
    let name = vm.intern(method);
    let result = anext_step(vm, obj, |iterator| vm.call_method(iterator, &name, args.values))?;
    Ok(result.unwrap_or_else(|| vm.none.clone()))
}

/// `anext(iterator[, default])`
pub(crate) fn anext(vm: &Vm, iterator: &Obj, default: Option<&Obj>) -> Res<Obj> {
    let Some(anext) = iterator.ty().slots.am_anext.get() else {
        return Err(vm.type_error(format!("\'{}\' object is not an async iterator", iterator.ty().name())));
    };
    let wrapped = anext(vm, iterator)?;
    let Some(default) = default else { return Ok(wrapped) };
    let payload = AnextAwaitable { wrapped, default: default.clone() };
    Ok(Ref::new(vm.native_type(&ANEXT_AWAITABLE), payload).into_obj())
}

/// The types among the built-in names.
pub(crate) fn types() -> [&'static NativeType; 5] {
    [&ENUMERATE, &FILTER, &MAP, &REVERSED, &ZIP]
}
