//! The cycle collector: generations of tracked objects, and the queues of what is freed later.
//!
//! Like CPython's `gc.c`, a collection copies the counts of the objects it looks at, takes off every reference that
//! comes from inside the group, and what is left with none is reachable from nowhere else.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ptr::NonNull;

use super::header::{Header, IMMORTAL, Obj, flag};
use super::payload::Visitor;

/// Bytes in front of the header of an object that can be tracked.
pub(super) const HEAD: usize = size_of::<Head>();

/// Links of a generation's list.
#[repr(C, align(16))]
pub(super) struct Head {
    next: Cell<Option<NonNull<Header>>>,
    previous: Cell<Option<NonNull<Header>>>,
}

#[derive(Default)]
struct List {
    first: Cell<Option<NonNull<Header>>>,
    last: Cell<Option<NonNull<Header>>>,
}

/// What `gc.get_stats()` tells of one generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GenerationStats {
    /// Collections so far.
    pub collections: usize,
    /// Objects freed by them.
    pub collected: usize,
    /// Objects found unreachable that could not be freed.
    pub uncollectable: usize,
}

/// `gc.DEBUG_*`
pub mod debug {
    /// Print statistics.
    pub const STATS: u32 = 1;
    /// Print what is collectable.
    pub const COLLECTABLE: u32 = 2;
    /// Print what is unreachable and cannot be freed.
    pub const UNCOLLECTABLE: u32 = 4;
    /// Keep what is unreachable in `gc.garbage`.
    pub const SAVEALL: u32 = 32;
    /// What helps to find leaks.
    pub const LEAK: u32 = COLLECTABLE | UNCOLLECTABLE | SAVEALL;
}

/// What the module `gc` is told of a collection.
pub enum Event<'a> {
    /// A collection of this generation begins.
    Start(usize),
    /// It has ended and freed so many objects.
    Stop(usize, usize),
    /// An object that would have been freed is kept (`DEBUG_SAVEALL`).
    Garbage(&'a Obj),
    /// A line for standard error.
    Report(&'a str),
}

/// The list of frozen objects, which no collection looks at.
const PERMANENT: usize = 3;

struct Collector {
    /// The lists, youngest first, then the frozen objects; the header flag TRACKED says that an object is in one of them.
    lists: [List; 4],
    counts: [Cell<usize>; 3],
    thresholds: [Cell<usize>; 3],
    stats: [Cell<GenerationStats>; 3],
    enabled: Cell<bool>,
    running: Cell<bool>,
    debug: Cell<u32>,
    /// Objects that reached the oldest generation since the last full collection, and those in it then: a full collection
    /// waits until the first is a quarter of the second.
    long_lived_pending: Cell<usize>,
    long_lived_total: Cell<usize>,
    /// Set when the youngest generation is full; the interpreter collects at its next safe point.
    wanted: Cell<bool>,
}

thread_local! {
    static COLLECTOR: Collector = const {
        Collector {
            lists: [const { List { first: Cell::new(None), last: Cell::new(None) } }; 4],
            counts: [const { Cell::new(0) }; 3],
            thresholds: [Cell::new(2000), Cell::new(10), Cell::new(10)],
            stats: [const { Cell::new(GenerationStats { collections: 0, collected: 0, uncollectable: 0 }) }; 3],
            enabled: Cell::new(true),
            running: Cell::new(false),
            debug: Cell::new(0),
            long_lived_pending: Cell::new(0),
            long_lived_total: Cell::new(0),
            wanted: Cell::new(false),
        }
    };
    static DEFERRED: RefCell<VecDeque<NonNull<Header>>> = const { RefCell::new(VecDeque::new()) };
    static LATER: RefCell<Vec<Obj>> = const { RefCell::new(Vec::new()) };
}

/// # Safety
/// `block` has room for a head.
pub(super) unsafe fn init_head(block: NonNull<u8>) {
    // SAFETY: the caller's promise; blocks are aligned to 16.
    unsafe { block.cast::<Head>().write(Head { next: Cell::new(None), previous: Cell::new(None) }) }
}

/// # Safety
/// `raw` has a head, and the head is alive as long as the result is used.
#[inline]
unsafe fn head<'a>(raw: NonNull<Header>) -> &'a Head {
    // SAFETY: the caller's promise; the head stands right in front of the header.
    unsafe { raw.cast::<Head>().sub(1).as_ref() }
}

impl List {
    #[inline]
    fn append(&self, raw: NonNull<Header>) {
        // SAFETY: objects in or entering a list have heads and are alive.
        unsafe {
            let own = head(raw);
            own.next.set(None);
            own.previous.set(self.last.get());
            match self.last.get() {
                Some(last) => head(last).next.set(Some(raw)),
                None => self.first.set(Some(raw)),
            }
        }
        self.last.set(Some(raw));
    }

    fn drain(&self) -> Vec<NonNull<Header>> {
        let all = self.to_vec();
        self.first.set(None);
        self.last.set(None);
        all
    }

    fn len(&self) -> usize {
        self.iter().count()
    }

    fn to_vec(&self) -> Vec<NonNull<Header>> {
        self.iter().collect()
    }

    /// The members; the list must not change meanwhile.
    fn iter(&self) -> impl Iterator<Item = NonNull<Header>> {
        // SAFETY: as in `append`.
        std::iter::successors(self.first.get(), |&raw| unsafe { head(raw) }.next.get())
    }
}

/// Puts a new object into the youngest generation.
///
/// # Safety
/// `raw` is alive, has a head and is in no list.
#[inline]
pub(super) unsafe fn track_new(raw: NonNull<Header>) {
    COLLECTOR.with(|c| {
        // SAFETY: passed on.
        unsafe { raw.as_ref() }.set(flag::TRACKED);
        c.lists[0].append(raw);
        let count = c.counts[0].get() + 1;
        c.counts[0].set(count);
        if count > c.thresholds[0].get() {
            c.wanted.set(true);
        }
    });
}

/// Takes an object out of the collector's sight (`PyObject_GC_UnTrack`).
pub fn untrack(object: &Obj) {
    let header = object.header();
    if !header.has(flag::TRACKED) {
        return;
    }
    header.unset(flag::TRACKED);
    COLLECTOR.with(|c| {
        // SAFETY: tracked objects have heads, and their neighbours are alive.
        unsafe {
            let own = head(object.0);
            let (previous, next) = (own.previous.take(), own.next.take());
            match previous {
                Some(p) => head(p).next.set(next),
                None => c.relink(object.0, next, |l| &l.first),
            }
            match next {
                Some(n) => head(n).previous.set(previous),
                None => c.relink(object.0, previous, |l| &l.last),
            }
        }
        c.counts[0].set(c.counts[0].get().saturating_sub(1));
    });
}

/// Puts an object back into the collector's sight (`PyObject_GC_Track`).
pub fn track(object: &Obj) {
    let header = object.header();
    if header.has(flag::GC_HEAD) && !header.has(flag::TRACKED) {
        // SAFETY: alive, with a head, in no list.
        unsafe { track_new(object.0) };
    }
}

/// Whether the collector knows the object (`gc.is_tracked`).
pub fn is_tracked(object: &Obj) -> bool {
    object.header().has(flag::TRACKED)
}

impl Collector {
    fn relink(
        &self,
        from: NonNull<Header>,
        to: Option<NonNull<Header>>,
        end: impl Fn(&List) -> &Cell<Option<NonNull<Header>>>,
    ) {
        for list in &self.lists {
            if end(list).get() == Some(from) {
                end(list).set(to);
            }
        }
    }
}

/// Whether a collection is due; asked at the interpreter's safe points.
#[inline]
pub fn is_wanted() -> bool {
    COLLECTOR.with(|c| c.wanted.get())
}

/// Turns automatic collection on or off; `gc.enable`, `gc.disable`.
pub fn set_enabled(on: bool) {
    COLLECTOR.with(|c| c.enabled.set(on));
}

/// `gc.isenabled()`.
pub fn is_enabled() -> bool {
    COLLECTOR.with(|c| c.enabled.get())
}

/// `gc.get_threshold()`.
pub fn thresholds() -> [usize; 3] {
    COLLECTOR.with(|c| [c.thresholds[0].get(), c.thresholds[1].get(), c.thresholds[2].get()])
}

/// `gc.set_threshold()`.
pub fn set_thresholds(values: [usize; 3]) {
    COLLECTOR.with(|c| c.thresholds.iter().zip(values).for_each(|(cell, v)| cell.set(v)));
}

/// `gc.get_count()`.
pub fn counts() -> [usize; 3] {
    COLLECTOR.with(|c| [c.counts[0].get(), c.counts[1].get(), c.counts[2].get()])
}

/// `gc.get_stats()`.
pub fn stats() -> [GenerationStats; 3] {
    COLLECTOR.with(|c| [c.stats[0].get(), c.stats[1].get(), c.stats[2].get()])
}

/// All tracked objects of one generation, or of all.
pub fn objects(generation: Option<usize>) -> Vec<Obj> {
    COLLECTOR.with(|c| {
        let lists = match generation {
            Some(g) => &c.lists[g.min(2)..=g.min(2)],
            None => &c.lists[..PERMANENT],
        };
        lists.iter().flat_map(List::to_vec).map(borrow_raw).collect()
    })
}

/// A counted reference to a live object known by address.
fn borrow_raw(raw: NonNull<Header>) -> Obj {
    // SAFETY: the callers' pointers are to live objects; cloning counts up.
    let object = std::mem::ManuallyDrop::new(unsafe { Obj::from_raw(raw) });
    (*object).clone()
}

/// Shows everything that an object refers to: its payload's references, its slots and attributes, and its type if that
/// was made by a `class` statement (`gc.get_referents`).
pub fn trace(object: &Obj, visit: &mut Visitor<'_>) {
    // SAFETY: the object is alive and its table is that of its payload.
    unsafe { (object.vtable().trace)(object.0, visit) };
    if object.ty().has_extras() {
        super::instance::trace_extras(object, visit);
    }
    if !object.ty().as_obj().is_immortal() {
        visit(object.ty().as_obj());
    }
}

/// Collects if a generation is full and collection is on; the number of objects freed.
pub fn collect_if_wanted() -> usize {
    let generation = COLLECTOR.with(|c| {
        c.wanted.set(false);
        if !c.enabled.get() || c.running.get() {
            return None;
        }
        (0..3).rev().find(|&g| {
            let threshold = c.thresholds[g].get();
            let waits = g == 2 && c.long_lived_pending.get() < c.long_lived_total.get() / 4;
            threshold > 0 && c.counts[g].get() > threshold && !waits
        })
    });
    generation.map_or(0, collect)
}

/// Collects a generation and all younger ones, `gc.collect(generation)`; the number of objects freed.
pub fn collect(generation: usize) -> usize {
    let generation = generation.min(2);
    if COLLECTOR.with(|c| c.running.replace(true)) {
        return 0;
    }
    crate::vm::tell_collection(Event::Start(generation));
    let freed = collect_now(generation);
    crate::vm::tell_collection(Event::Stop(generation, freed));
    COLLECTOR.with(|c| c.running.set(false));
    run_later();
    freed
}

fn collect_now(generation: usize) -> usize {
    let group = COLLECTOR.with(|c| {
        for g in 0..=generation {
            c.counts[g].set(0);
        }
        if generation < 2 {
            c.counts[generation + 1].set(c.counts[generation + 1].get() + 1);
        }
        (0..=generation).rev().flat_map(|g| c.lists[g].drain()).collect::<Vec<_>>()
    });
    if has_debug(debug::STATS) {
        report_sizes(generation, &group);
    }
    let began = std::time::Instant::now();
    let unreachable = find_unreachable(&group, (generation + 1).min(2));
    let survivors = group.len() - unreachable.len();
    COLLECTOR.with(|c| {
        if generation == 1 {
            c.long_lived_pending.set(c.long_lived_pending.get() + survivors);
        } else if generation == 2 {
            c.long_lived_pending.set(0);
            c.long_lived_total.set(survivors);
        }
    });
    let freed = break_cycles(unreachable);
    if has_debug(debug::STATS) {
        let seconds = began.elapsed().as_secs_f64();
        let line = format!("gc: done, {freed} unreachable, 0 uncollectable, {seconds:.4}s elapsed\n");
        crate::vm::tell_collection(Event::Report(&line));
    }
    COLLECTOR.with(|c| {
        let mut stats = c.stats[generation].get();
        stats.collections += 1;
        stats.collected += freed;
        c.stats[generation].set(stats);
    });
    freed
}

fn has_debug(flag: u32) -> bool {
    COLLECTOR.with(|c| c.debug.get()) & flag != 0
}

/// `gc.get_debug()`
pub fn debug_flags() -> u32 {
    COLLECTOR.with(|c| c.debug.get())
}

/// `gc.set_debug()`
pub fn set_debug_flags(flags: u32) {
    COLLECTOR.with(|c| c.debug.set(flags));
}

fn report_sizes(generation: usize, group: &[NonNull<Header>]) {
    // The collected generations are out of their lists by now, all in one.
    let sizes = COLLECTOR.with(|c| c.lists.each_ref().map(List::len));
    let all = match generation {
        0 => format!("{} {} {}", group.len(), sizes[1], sizes[2]),
        1 => format!("0 {} {}", group.len(), sizes[2]),
        _ => format!("0 0 {}", group.len()),
    };
    for line in [
        format!("gc: collecting generation {generation}...\n"),
        format!("gc: objects in each generation: {all}\n"),
        format!("gc: objects in permanent generation: {}\n", sizes[PERMANENT]),
    ] {
        crate::vm::tell_collection(Event::Report(&line));
    }
}

/// Puts all objects where no collection looks, `gc.freeze()`.
pub fn freeze() {
    COLLECTOR.with(|c| {
        for generation in 0..PERMANENT {
            c.lists[generation].drain().into_iter().for_each(|raw| c.lists[PERMANENT].append(raw));
            c.counts[generation].set(0);
        }
    });
}

/// Puts the frozen objects into the oldest generation, `gc.unfreeze()`.
pub fn unfreeze() {
    COLLECTOR.with(|c| c.lists[PERMANENT].drain().into_iter().for_each(|raw| c.lists[2].append(raw)));
}

/// `gc.get_freeze_count()`
pub fn frozen_count() -> usize {
    COLLECTOR.with(|c| c.lists[PERMANENT].len())
}

/// Splits the group: what is reachable goes into the list of `survivors`, the rest comes back with a reference each,
/// in the survivors' list too, so that freeing it finds it tracked.
fn find_unreachable(group: &[NonNull<Header>], survivors: usize) -> Vec<Obj> {
    // While the group is out of all lists, `previous` holds each member's number.
    for (i, &raw) in group.iter().enumerate() {
        // SAFETY: members of a list have heads and are alive.
        unsafe { head(raw) }.previous.set(NonNull::new(std::ptr::without_provenance_mut(i + 1)));
        // SAFETY: the same.
        unsafe { head(raw) }.next.set(Some(raw));
    }
    let number = |object: &Obj| -> Option<usize> {
        let header = object.header();
        if !header.has(flag::TRACKED) {
            return None;
        }
        // SAFETY: tracked objects have heads. Those outside of the group link to others, never to themselves.
        let head = unsafe { head(object.0) };
        if head.next.get() != Some(object.0) {
            return None;
        }
        head.previous.get().map(|p| p.addr().get() - 1)
    };
    let mut counts: Vec<i64> = group
        .iter()
        // SAFETY: alive.
        .map(|raw| match unsafe { raw.as_ref() }.refcount.get() {
            n if n >= IMMORTAL => i64::MAX / 2,
            n => n.into(),
        })
        .collect();
    for &raw in group {
        let member = borrow_raw(raw);
        trace(&member, &mut |child| {
            if let Some(i) = number(child) {
                counts[i] -= 1;
            }
        });
    }
    let mut reachable: Vec<bool> = counts.iter().map(|&n| n > 0).collect();
    let mut work: Vec<usize> = (0..group.len()).filter(|&i| reachable[i]).collect();
    while let Some(i) = work.pop() {
        let member = borrow_raw(group[i]);
        trace(&member, &mut |child| {
            if let Some(i) = number(child)
                && !reachable[i]
            {
                reachable[i] = true;
                work.push(i);
            }
        });
    }
    let unreachable =
        group.iter().zip(&reachable).filter(|(_, r)| !**r).map(|(&raw, _)| borrow_raw(raw)).collect();
    COLLECTOR.with(|c| group.iter().for_each(|&raw| c.lists[survivors].append(raw)));
    for (&raw, _) in group.iter().zip(&reachable).filter(|(_, r)| **r) {
        untrack_plain_tuple(&borrow_raw(raw));
    }
    unreachable
}

/// A tuple of nothing that could close a cycle needs no collector (`_PyTuple_MaybeUntrack`).
pub(super) fn untrack_plain_tuple(object: &Obj) {
    let Some(tuple) = object.get::<super::tuple::Tuple>() else { return };
    let harmless = |item: &Obj| {
        !item.header().has(flag::GC_HEAD)
            || (item.is_exactly(&crate::vm::types().tuple) && !item.header().has(flag::TRACKED))
    };
    if object.is_exactly(&crate::vm::types().tuple) && tuple.iter().all(harmless) {
        untrack(object);
    }
}

/// Finalizes the unreachable objects and clears those that nobody resurrected; how many these were.
fn break_cycles(unreachable: Vec<Obj>) -> usize {
    if has_debug(debug::COLLECTABLE) {
        for object in &unreachable {
            let line = format!("gc: collectable <{} {:#x}>\n", object.ty().name(), object.id());
            crate::vm::tell_collection(Event::Report(&line));
        }
    }
    super::weak::clear_for_collection(&unreachable);
    let mut ran = false;
    for object in &unreachable {
        if object.ty().has_finalizer() && !object.is_finalized() {
            object.set_finalized();
            crate::vm::run_finalizer(object);
            ran = true;
        }
    }
    let doomed = if ran { still_unreachable(unreachable) } else { unreachable };
    for object in &doomed {
        if has_debug(debug::SAVEALL) {
            crate::vm::tell_collection(Event::Garbage(object));
            continue;
        }
        // SAFETY: the object is alive and its table is that of its payload.
        unsafe { (object.vtable().clear)(object.0) };
        if object.ty().has_extras() {
            super::instance::clear_extras(object);
        }
    }
    doomed.len()
}

/// After finalizers: if anything in the group has a reference from outside, the whole group lives on.
fn still_unreachable(group: Vec<Obj>) -> Vec<Obj> {
    let mut index: std::collections::HashMap<usize, usize> =
        group.iter().enumerate().map(|(i, o)| (o.id(), i)).collect();
    // One reference each is ours.
    let mut counts: Vec<i64> = group.iter().map(|o| o.refcount() as i64 - 1).collect();
    for object in &group {
        trace(object, &mut |child| {
            if let Some(&i) = index.get(&child.id()) {
                counts[i] -= 1;
            }
        });
    }
    if counts.iter().all(|&n| n <= 0) {
        return group;
    }
    // What the survivors reach survives too.
    let mut work: Vec<usize> = (0..group.len()).filter(|&i| counts[i] > 0).collect();
    while let Some(i) = work.pop() {
        if index.remove(&group[i].id()).is_some() {
            trace(&group[i], &mut |child| {
                if let Some(&i) = index.get(&child.id()) {
                    work.push(i);
                }
            });
        }
    }
    group.into_iter().filter(|o| index.contains_key(&o.id())).collect()
}

/// Queues an object that is to be freed once the present nest of frees is done.
pub(super) fn defer(raw: NonNull<Header>) {
    // SAFETY: alive: its last reference is what the caller gives up.
    unsafe { raw.as_ref() }.set(flag::DEFERRED);
    DEFERRED.with_borrow_mut(|queue| queue.push_back(raw));
}

pub(super) fn next_deferred() -> Option<NonNull<Header>> {
    DEFERRED.with_borrow_mut(VecDeque::pop_front)
}

/// Keeps a reference until the next safe point: for objects that a Rust borrow up the stack may still look at.
pub fn drop_later(object: Obj) {
    LATER.with_borrow_mut(|list| list.push(object));
    COLLECTOR.with(|c| c.wanted.set(true));
}

/// Drops what [`drop_later`] kept. Called at the interpreter's safe points.
pub fn run_later() {
    let list = LATER.with_borrow_mut(std::mem::take);
    drop(list);
}
