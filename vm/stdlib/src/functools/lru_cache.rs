//! `_lru_cache_wrapper`: a function that remembers its results.

use std::cell::{Cell, RefCell};

use object::types::{object_dict, set_object_dict};
use object::{
    Args, Dict, GetSetDef, Int, Layout as _, NativeDef, NativeType, Obj, ObjCell, Params, Payload, Plain,
    Ref, Res, Type, TypeFlags, Visitor, Vm,
};

/// The payload of `_lru_cache_wrapper`.
struct Cache {
    function: Obj,
    /// How many results are kept; nothing for all.
    limit: Option<usize>,
    /// Whether arguments that are equal but of different types are told apart.
    typed: bool,
    info_type: Obj,
    /// Stands between positional and keyword arguments in keys.
    mark: Obj,
    hits: Cell<usize>,
    misses: Cell<usize>,
    /// From keys to results, or to the number of the link that has the result if there is a limit.
    results: Ref<Dict>,
    links: RefCell<Links>,
    /// How often the cache was emptied.
    emptied: Cell<usize>,
}

/// Results in the order of their last use: a ring through a growing array, whose first link is the anchor.
#[derive(Default)]
struct Links(Vec<Link>);

struct Link {
    previous: usize,
    next: usize,
    /// Key and result; the anchor has none.
    content: Option<(Obj, Obj)>,
}

impl Links {
    fn unlink(&mut self, at: usize) {
        let (previous, next) = (self.0[at].previous, self.0[at].next);
        self.0[previous].next = next;
        self.0[next].previous = previous;
    }

    /// Makes a link the one used last.
    fn append(&mut self, at: usize) {
        let last = self.0[0].previous;
        self.0[last].next = at;
        self.0[0].previous = at;
        self.0[at].previous = last;
        self.0[at].next = 0;
    }

    /// The result of a link, which becomes the one used last.
    fn touch(&mut self, at: usize) -> Option<Obj> {
        let result = self.0.get(at)?.content.as_ref()?.1.clone();
        self.unlink(at);
        self.append(at);
        Some(result)
    }

    /// Adds a result as the one used last; its number.
    fn push(&mut self, key: Obj, result: Obj) -> usize {
        if self.0.is_empty() {
            self.0.push(Link { previous: 0, next: 0, content: None });
        }
        let at = self.0.len();
        self.0.push(Link { previous: 0, next: 0, content: Some((key, result)) });
        self.append(at);
        at
    }

    /// The link unused for longest and its key.
    fn oldest(&self) -> Option<(usize, Obj)> {
        let at = self.0.first()?.next;
        Some((at, self.0[at].content.as_ref()?.0.clone()))
    }

    /// Gives a link another content and makes it the one used last. The old content comes back.
    fn reuse(&mut self, at: usize, key: Obj, result: Obj) -> Option<(Obj, Obj)> {
        self.unlink(at);
        self.append(at);
        self.0[at].content.replace((key, result))
    }
}

impl Payload for Cache {
    const NAME: &'static str = "_lru_cache_wrapper";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        visit(&self.info_type);
        visit(&self.mark);
        visit(self.results.as_obj());
        for (key, result) in self.links.borrow().0.iter().filter_map(|link| link.content.as_ref()) {
            visit(key);
            visit(result);
        }
    }
    fn clear(&self) {
        self.forget();
    }
}

impl Cache {
    fn forget(&self) {
        self.emptied.set(self.emptied.get().wrapping_add(1));
        let links = self.links.take();
        self.results.clear();
        drop(links);
    }

    /// What stands for the arguments in the cache (`lru_cache_make_key`).
    fn key(&self, vm: &Vm, args: Args<'_>) -> Obj {
        if let ([only], false) = (args.values, self.typed)
            && args.kwnames.is_empty()
            && (only.is_exactly(&vm.types.str) || only.is_exactly(&vm.types.int))
        {
            return only.clone();
        }
        let mut parts = args.pos().to_vec();
        if !args.kwnames.is_empty() {
            parts.push(self.mark.clone());
            parts.extend(args.keywords().flat_map(|(name, value)| [name.clone(), value.clone()]));
        }
        if self.typed {
            parts.extend(args.values.iter().map(|value| value.ty().as_obj().clone()));
        }
        vm.tuple(parts)
    }

    fn call(&self, vm: &Vm, args: Args<'_>) -> Res<Obj> {
        if self.limit == Some(0) {
            self.misses.set(self.misses.get() + 1);
            return vm.call_args(&self.function, args);
        }
        let key = self.key(vm, args);
        if let Some(found) = vm.dict_get(&self.results, &key)? {
            let result = match self.limit {
                None => Some(found),
                Some(_) => self.links.borrow_mut().touch(link_number(&found)),
            };
            if let Some(result) = result {
                self.hits.set(self.hits.get() + 1);
                return Ok(result);
            }
        }
        self.misses.set(self.misses.get() + 1);
        let result = vm.call_args(&self.function, args)?;
        match self.limit {
            None => vm.dict_set(&self.results, &key, result.clone())?,
            Some(limit) => self.keep(vm, limit, key, &result)?,
        }
        Ok(result)
    }

    /// Puts a result into a cache with a limit.
    fn keep(&self, vm: &Vm, limit: usize, key: Obj, result: &Obj) -> Res<()> {
        // The function itself can have called this wrapper with the same arguments.
        if vm.dict_contains(&self.results, &key)? {
            return Ok(());
        }
        let emptied = self.emptied.get();
        let oldest = if self.results.len() < limit { None } else { self.links.borrow().oldest() };
        let number = match oldest {
            None => self.links.borrow_mut().push(key.clone(), result.clone()),
            Some((number, old_key)) => {
                // If comparing keys let others in, they have seen to the cache already.
                if vm.dict_remove(&self.results, &old_key)?.is_none() {
                    return Ok(());
                }
                if self.emptied.get() != emptied {
                    return Ok(());
                }
                let old = self.links.borrow_mut().reuse(number, key.clone(), result.clone());
                drop(old);
                number
            }
        };
        vm.dict_set(&self.results, &key, vm.int(number as i64))?;
        // Emptied by a comparison of keys, the links no longer have what the number just stored stands for.
        if self.emptied.get() != emptied {
            self.forget();
        }
        Ok(())
    }
}

fn link_number(found: &Obj) -> usize {
    found.get::<Int>().and_then(Int::small).map_or(0, |n| n as usize)
}

pub(super) static LRU_CACHE_WRAPPER: NativeType = NativeType::new("_lru_cache_wrapper", Cache::VTABLE)
    .module("functools")
    .subclassable()
    .flags(TypeFlags::METHOD_DESCRIPTOR)
    .with_dict()
    .offsets(136, 144)
    .doc("Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n")
    .size(152, 0)
    .slots(|s| {
        s.new.set(Some(new));
        s.call.set(Some(|vm, obj, args| {
            let own = own(vm, obj)?;
            vm.recurse(" while calling a Python object", || own.call(vm, args))
        }));
        s.descr_get.set(Some(|vm, obj, instance, _| Ok(match instance {
            Some(instance) if !instance.is(&vm.none) => vm.bound_method(obj.clone(), instance.clone()),
            _ => obj.clone(),
        })));
    })
    .methods(&[
        NativeDef::no_args("cache_info", |vm, obj, _| {
            let own = own(vm, obj)?;
            let number = |n: usize| vm.int(n as i64);
            let limit = own.limit.map_or_else(|| vm.none.clone(), number);
            vm.call(&own.info_type, &[number(own.hits.get()), number(own.misses.get()), limit, number(own.results.len())])
        }, "($self, /)\n--\n\nReport cache statistics"),
        NativeDef::no_args("cache_clear", |vm, obj, _| {
            let own = own(vm, obj)?;
            own.hits.set(0);
            own.misses.set(0);
            own.forget();
            Ok(vm.none.clone())
        }, "($self, /)\n--\n\nClear the cache and cache statistics"),
        NativeDef::no_args("__reduce__", |vm, obj, _| vm.getattr(obj, &vm.names.__qualname__), ""),
        NativeDef::positional("__copy__", |_, obj, _| Ok(obj.clone()), ""),
        NativeDef::positional("__deepcopy__", |_, obj, _| Ok(obj.clone()), ""),
    ])
    .getset(&[GetSetDef::new("__dict__", object_dict, set_object_dict, "")]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Cache> {
    obj.get::<Cache>().ok_or_else(|| vm.type_error("an lru_cache wrapper is needed"))
}

static PARAMS: Params<4> =
    Params::new("lru_cache", ["user_function", "maxsize", "typed", "cache_info_type"]).required(4);

/// The mark in the keys of all caches of a machine.
#[derive(Default)]
struct Mark(ObjCell);

fn new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [function, limit, typed, info_type] = PARAMS.bind(vm, args)?.map(|arg| arg.unwrap_or(&vm.none));
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let limit = if limit.is(&vm.none) {
        None
    } else if vm.has_index(limit) {
        Some(vm.index_as_isize(limit, Some(&vm.exc.overflow_error))?.max(0) as usize)
    } else {
        return Err(vm.type_error("maxsize should be integer or None"));
    };
    let mark = &vm.state::<Mark>().0;
    if mark.is_none() {
        mark.set(Some(Ref::new(&vm.types.object, Plain).into_obj()));
    }
    let payload = Cache {
        function: function.clone(),
        limit,
        typed: vm.is_true(typed)?,
        info_type: info_type.clone(),
        mark: vm.or_none(mark),
        hits: Cell::new(0),
        misses: Cell::new(0),
        results: vm.dict(),
        links: RefCell::default(),
        emptied: Cell::new(0),
    };
    Ok(Ref::new(class, payload).into_obj())
}
