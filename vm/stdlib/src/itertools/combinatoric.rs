//! Products and selections of a pool: `combinations`, `combinations_with_replacement`, `permutations`, `product`.

use std::cell::{Cell, RefCell};

use object::protocol::self_iter;
use object::{Args, Layout as _, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Type, Visitor, Vm};

/// The payload of all of them: which item of which pool stands in each place.
struct Selection {
    /// One pool for each place, or one for all places.
    pools: Box<[Box<[Obj]>]>,
    /// The index in its pool of each place; permutations have the rest of the pool behind the places.
    indices: RefCell<Vec<usize>>,
    /// Permutations: how many of the rest each place still gets.
    cycles: RefCell<Vec<usize>>,
    /// How many places there are.
    places: usize,
    state: Cell<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first selection comes next.
    Fresh,
    Running,
    Ended,
}

impl Payload for Selection {
    const NAME: &'static str = "selection";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.pools.iter().flatten().for_each(visit);
    }
}

impl Selection {
    /// The next selection: `advance` moves the indices on and says whether there is another one.
    fn next(&self, vm: &Vm, advance: fn(&Selection) -> bool) -> Option<Obj> {
        let more = match self.state.get() {
            State::Fresh => true,
            State::Running => advance(self),
            State::Ended => false,
        };
        self.state.set(if more { State::Running } else { State::Ended });
        if !more {
            return None;
        }
        let items: Vec<Obj> = {
            let indices = self.indices.borrow();
            let pool = |place: usize| self.pools.get(place).or(self.pools.first());
            let chosen = indices.iter().take(self.places).enumerate();
            chosen.filter_map(|(place, index)| pool(place)?.get(*index).cloned()).collect()
        };
        Some(vm.tuple(items))
    }

    fn pool_len(&self) -> usize {
        self.pools.first().map_or(0, |pool| pool.len())
    }
}

fn next(vm: &Vm, obj: &Obj, advance: fn(&Selection) -> bool) -> Res<Option<Obj>> {
    Ok(obj.get::<Selection>().and_then(|own| own.next(vm, advance)))
}

fn sizeof(vm: &Vm, obj: &Obj) -> i64 {
    let words = obj.get::<Selection>().map_or(0, |own| {
        let cycles = own.cycles.borrow().len();
        if cycles == 0 { own.places } else { own.pool_len() + cycles }
    });
    (vm.type_sizes(obj.ty()).0 + 8 * words) as i64
}

const SIZEOF: NativeDef = NativeDef::no_args(
    "__sizeof__",
    |vm, obj, _| Ok(vm.int(sizeof(vm, obj))),
    "($self, /)\n--\n\nReturns size in memory, in bytes.",
);

/// A pool and the number of places, checked.
fn pool_and_places(vm: &Vm, iterable: Option<&Obj>, places: &Obj) -> Res<(Box<[Obj]>, usize)> {
    let places = vm.as_isize(places)?;
    let pool = vm.iter_to_vec(iterable.unwrap_or(&vm.none))?;
    let places = usize::try_from(places).map_err(|_| vm.value_error("r must be non-negative"))?;
    Ok((pool.into(), places))
}

fn create(
    class: &Ref<Type>,
    pool: Box<[Obj]>,
    places: usize,
    indices: Vec<usize>,
    cycles: Vec<usize>,
    empty: bool,
) -> Obj {
    let payload = Selection {
        pools: Box::new([pool]),
        indices: RefCell::new(indices),
        cycles: RefCell::new(cycles),
        places,
        state: Cell::new(if empty { State::Ended } else { State::Fresh }),
    };
    Ref::new(class, payload).into_obj()
}

static COMBINATIONS_PARAMS: Params<2> = Params::new("combinations", ["iterable", "r"]).required(2);

pub(super) static COMBINATIONS: NativeType = NativeType::new("combinations", Selection::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, r)\n--\n\nReturn successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)")
    .size(56, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [iterable, places] = COMBINATIONS_PARAMS.bind(vm, args)?;
            let (pool, places) = pool_and_places(vm, iterable, places.unwrap_or(&vm.none))?;
            let empty = places > pool.len();
            let indices = if empty { Vec::new() } else { (0..places).collect() };
            Ok(create(class, pool, places, indices, Vec::new(), empty))
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| next(vm, obj, advance_combination)));
    })
    .methods(&[SIZEOF]);

/// The rightmost index that can grow grows; those behind it follow on.
fn advance_combination(own: &Selection) -> bool {
    let spare = own.pool_len() - own.places;
    let mut indices = own.indices.borrow_mut();
    let Some(place) = (0..own.places).rev().find(|i| indices[*i] != i + spare) else { return false };
    let first = indices[place] + 1;
    for (i, index) in indices[place..].iter_mut().enumerate() {
        *index = first + i;
    }
    true
}

static REPLACEMENT_PARAMS: Params<2> =
    Params::new("combinations_with_replacement", ["iterable", "r"]).required(2);

pub(super) static WITH_REPLACEMENT: NativeType =
    NativeType::new("combinations_with_replacement", Selection::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, r)\n--\n\nReturn successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')")
    .size(56, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [iterable, places] = REPLACEMENT_PARAMS.bind(vm, args)?;
            let (pool, places) = pool_and_places(vm, iterable, places.unwrap_or(&vm.none))?;
            vm.check_alloc(places.saturating_mul(size_of::<usize>()))?;
            let empty = pool.is_empty() && places > 0;
            Ok(create(class, pool, places, vec![0; places], Vec::new(), empty))
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| next(vm, obj, advance_with_replacement)));
    })
    .methods(&[SIZEOF]);

/// The rightmost index that can grow grows; those behind it become the same.
fn advance_with_replacement(own: &Selection) -> bool {
    let last = own.pool_len().saturating_sub(1);
    let mut indices = own.indices.borrow_mut();
    let Some(place) = indices.iter().rposition(|index| *index != last) else { return false };
    let index = indices[place] + 1;
    indices[place..].fill(index);
    true
}

static PERMUTATIONS_PARAMS: Params<2> = Params::new("permutations", ["iterable", "r"]).required(1);

pub(super) static PERMUTATIONS: NativeType = NativeType::new("permutations", Selection::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, r=None)\n--\n\nReturn successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)")
    .size(64, 0)
    .slots(|s| {
        s.new.set(Some(permutations_new));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| next(vm, obj, advance_permutation)));
    })
    .methods(&[SIZEOF]);

fn permutations_new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [iterable, places] = PERMUTATIONS_PARAMS.bind(vm, args)?;
    let pool: Box<[Obj]> = vm.iter_to_vec(iterable.unwrap_or(&vm.none))?.into();
    let places = match places.filter(|places| !places.is(&vm.none)) {
        None => pool.len(),
        Some(places) if !places.is_payload::<object::Int>() => {
            return Err(vm.type_error("Expected int as r"));
        }
        Some(places) => {
            usize::try_from(vm.as_isize(places)?).map_err(|_| vm.value_error("r must be non-negative"))?
        }
    };
    let n = pool.len();
    let empty = places > n;
    let cycles = if empty { Vec::new() } else { (0..places).map(|i| n - i).collect() };
    Ok(create(class, pool, places, (0..n).collect(), cycles, empty))
}

/// Each place goes through the rest of the pool by swaps; when its cycle is over, the rest is rotated back.
fn advance_permutation(own: &Selection) -> bool {
    let mut indices = own.indices.borrow_mut();
    let mut cycles = own.cycles.borrow_mut();
    let n = indices.len();
    for place in (0..own.places).rev() {
        cycles[place] -= 1;
        if cycles[place] > 0 {
            let other = n - cycles[place];
            indices.swap(place, other);
            return true;
        }
        indices[place..].rotate_left(1);
        cycles[place] = n - place;
    }
    false
}

static PRODUCT_PARAMS: Params<1> = Params::new("product", ["repeat"]).keyword_only(0);

pub(super) static PRODUCT: NativeType = NativeType::new("product", Selection::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(*iterables, repeat=1)\n--\n\nCartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\nThe leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\nTo compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument. For example,\nproduct(A, repeat=4) means the same as product(A, A, A, A).\n\nproduct('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)\nproduct((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ...")
    .size(48, 0)
    .slots(|s| {
        s.new.set(Some(product_new));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|vm, obj| next(vm, obj, advance_product)));
    })
    .methods(&[SIZEOF]);

fn product_new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let keywords = Args { values: &args.values[args.pos().len()..], kwnames: args.kwnames };
    let [repeat] = PRODUCT_PARAMS.bind(vm, keywords)?;
    let repeat = repeat.map_or(Ok(1), |n| vm.as_isize(n))?;
    let repeat = usize::try_from(repeat).map_err(|_| vm.value_error("repeat argument cannot be negative"))?;
    let given = if repeat == 0 { &[] } else { args.pos() };
    let places = given.len().checked_mul(repeat).filter(|n| *n <= isize::MAX as usize / 8);
    let places = places.ok_or_else(|| vm.overflow_error("repeat argument too large"))?;
    let own_pools = given.iter().map(|i| Ok(vm.iter_to_vec(i)?.into())).collect::<Res<Vec<Box<[Obj]>>>>()?;
    let total: usize = own_pools.iter().map(|pool| pool.len() + 4).sum();
    vm.check_alloc(total.saturating_mul(repeat).saturating_mul(size_of::<Obj>()))?;
    let pools: Box<[Box<[Obj]>]> = own_pools.iter().cycle().take(places).cloned().collect();
    let empty = pools.iter().any(|pool| pool.is_empty());
    let payload = Selection {
        pools,
        indices: RefCell::new(vec![0; places]),
        cycles: RefCell::default(),
        places,
        state: Cell::new(if empty { State::Ended } else { State::Fresh }),
    };
    Ok(Ref::new(class, payload).into_obj())
}

/// The rightmost place that can go on goes on; those behind it start again.
fn advance_product(own: &Selection) -> bool {
    let mut indices = own.indices.borrow_mut();
    for (index, pool) in indices.iter_mut().zip(&own.pools).rev() {
        *index += 1;
        if *index < pool.len() {
            return true;
        }
        *index = 0;
    }
    false
}
