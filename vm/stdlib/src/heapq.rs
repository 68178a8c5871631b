//! `_heapq` (`_heapqmodule.c`): heaps in lists, the smallest or the largest item first.

use object::{Args, CompareOp, List, NativeDef, Obj, ObjVec, Res, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_heapq", "Heap queue algorithm (a.k.a. priority queue).\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.  For the sake of comparison,\nnon-existing elements are considered to be infinite.  The interesting\nproperty of a heap is that a[0] is always its smallest element.\n\nUsage:\n\nheap = []            # creates an empty heap\nheappush(heap, item) # pushes a new item on the heap\nitem = heappop(heap) # pops the smallest item from the heap\nitem = heap[0]       # smallest item on the heap without popping it\nheapify(x)           # transforms list into a heap, in-place, in linear time\nitem = heapreplace(heap, item) # pops and returns smallest item, and adds\n                               # new item; the heap size is unchanged\n\nOur API differs from textbook heap algorithms as follows:\n\n- We use 0-based indexing.  This makes the relationship between the\n  index for a node and the indexes for its children slightly less\n  obvious, but is more suitable since Python uses 0-based indexing.\n\n- Our heappop() method returns the smallest item, not the largest.\n\nThese two make it possible to view the heap as a regular Python list\nwithout surprises: heap[0] is the smallest item, and heap.sort()\nmaintains the heap invariant!\n").functions(&[
    NativeDef::positional("heappush", |vm, _, args| push(vm, args, "heappush", MIN), "($module, heap, item, /)\n--\n\nPush item onto heap, maintaining the heap invariant."),
    NativeDef::positional("heappushpop", |vm, _, args| push_pop(vm, args, "heappushpop", MIN), "($module, heap, item, /)\n--\n\nPush item on the heap, then pop and return the smallest item from the heap.\n\nThe combined action runs more efficiently than heappush() followed by\na separate call to heappop()."),
    NativeDef::one("heappop", |vm, _, args| pop(vm, args, "heappop", MIN), "($module, heap, /)\n--\n\nPop the smallest item off the heap, maintaining the heap invariant."),
    NativeDef::positional("heapreplace", |vm, _, args| replace(vm, args, "heapreplace", MIN), "($module, heap, item, /)\n--\n\nPop and return the current smallest value, and add the new item.\n\nThis is more efficient than heappop() followed by heappush(), and can be\nmore appropriate when using a fixed-size heap.  Note that the value\nreturned may be larger than item!  That constrains reasonable uses of\nthis routine unless written as part of a conditional replacement:\n\n    if item > heap[0]:\n        item = heapreplace(heap, item)"),
    NativeDef::one("heapify", |vm, _, args| heapify(vm, args, "heapify", MIN), "($module, heap, /)\n--\n\nTransform list into a heap, in-place, in O(len(heap)) time."),
    NativeDef::positional("heappush_max", |vm, _, args| push(vm, args, "heappush_max", MAX), "($module, heap, item, /)\n--\n\nPush item onto max heap, maintaining the heap invariant."),
    NativeDef::positional("heappushpop_max", |vm, _, args| push_pop(vm, args, "heappushpop_max", MAX), "($module, heap, item, /)\n--\n\nMaxheap variant of heappushpop.\n\nThe combined action runs more efficiently than heappush_max()\nfollowed by a separate call to heappop_max()."),
    NativeDef::one("heappop_max", |vm, _, args| pop(vm, args, "heappop_max", MAX), "($module, heap, /)\n--\n\nMaxheap variant of heappop."),
    NativeDef::positional("heapreplace_max", |vm, _, args| replace(vm, args, "heapreplace_max", MAX), "($module, heap, item, /)\n--\n\nMaxheap variant of heapreplace."),
    NativeDef::one("heapify_max", |vm, _, args| heapify(vm, args, "heapify_max", MAX), "($module, heap, /)\n--\n\nMaxheap variant of heapify."),
]);

/// Which of two items comes first in the heap. Only `<` is ever asked.
type Before = fn(&Vm, &Obj, &Obj) -> Res<bool>;

const MIN: Before = |vm, a, b| vm.compare_bool(a, b, CompareOp::Lt);
const MAX: Before = |vm, a, b| vm.compare_bool(b, a, CompareOp::Lt);

fn list<'a>(vm: &Vm, function: &str, place: &str, heap: &'a Obj) -> Res<&'a ObjVec> {
    heap.get::<List>().map(|list| &list.0).ok_or_else(|| vm.bad_argument(function, place, "list", heap))
}

fn heap_and_item<'a>(vm: &Vm, args: Args<'a>, function: &str) -> Res<(&'a ObjVec, &'a Obj)> {
    let [heap, item] = args.exact::<2>(vm, function)?;
    Ok((list(vm, function, "argument 1", heap)?, item))
}

/// Comparing may run Python code, which may change the list.
fn check_size(vm: &Vm, heap: &ObjVec, size: usize) -> Res<()> {
    if heap.len() == size { Ok(()) } else { Err(vm.runtime_error("list changed size during iteration")) }
}

fn at(vm: &Vm, heap: &ObjVec, index: usize) -> Res<Obj> {
    heap.get(index).ok_or_else(|| vm.index_error("index out of range"))
}

/// Moves the item at `place` towards `start`, past those that it comes before.
fn sift_down(vm: &Vm, heap: &ObjVec, start: usize, mut place: usize, before: Before) -> Res<()> {
    let size = heap.len();
    at(vm, heap, place)?;
    while place > start {
        let parent = (place - 1) >> 1;
        let goes_up = before(vm, &at(vm, heap, place)?, &at(vm, heap, parent)?)?;
        check_size(vm, heap, size)?;
        if !goes_up {
            break;
        }
        heap.swap(place, parent);
        place = parent;
    }
    Ok(())
}

/// Moves the item at `start` to a leaf, the first of two children always going up, and from there to its place: fewer
/// comparisons than stopping on the way.
fn sift_up(vm: &Vm, heap: &ObjVec, start: usize, before: Before) -> Res<()> {
    let size = heap.len();
    at(vm, heap, start)?;
    let mut place = start;
    while place < size >> 1 {
        let mut child = 2 * place + 1;
        if child + 1 < size {
            let left_first = before(vm, &at(vm, heap, child)?, &at(vm, heap, child + 1)?)?;
            check_size(vm, heap, size)?;
            child += usize::from(!left_first);
        }
        heap.swap(place, child);
        place = child;
    }
    sift_down(vm, heap, start, place, before)
}

fn push(vm: &Vm, args: Args<'_>, function: &str, before: Before) -> Res<Obj> {
    let (heap, item) = heap_and_item(vm, args, function)?;
    heap.push(item.clone());
    sift_down(vm, heap, 0, heap.len() - 1, before)?;
    Ok(vm.none.clone())
}

fn pop(vm: &Vm, args: Args<'_>, function: &str, before: Before) -> Res<Obj> {
    let heap = list(vm, function, "argument", &args.values[0])?;
    let last = heap.pop().ok_or_else(|| vm.index_error("index out of range"))?;
    if heap.is_empty() {
        return Ok(last);
    }
    put_first(vm, heap, last, before)
}

/// Puts an item in the place of the first one, which comes back.
fn put_first(vm: &Vm, heap: &ObjVec, item: Obj, before: Before) -> Res<Obj> {
    let first = heap.set(0, item).map_err(|_| vm.index_error("index out of range"))?;
    sift_up(vm, heap, 0, before)?;
    Ok(first)
}

fn replace(vm: &Vm, args: Args<'_>, function: &str, before: Before) -> Res<Obj> {
    let (heap, item) = heap_and_item(vm, args, function)?;
    put_first(vm, heap, item.clone(), before)
}

fn push_pop(vm: &Vm, args: Args<'_>, function: &str, before: Before) -> Res<Obj> {
    let (heap, item) = heap_and_item(vm, args, function)?;
    let Some(first) = heap.get(0) else { return Ok(item.clone()) };
    if !before(vm, &first, item)? {
        return Ok(item.clone());
    }
    put_first(vm, heap, item.clone(), before)
}

fn heapify(vm: &Vm, args: Args<'_>, function: &str, before: Before) -> Res<Obj> {
    let heap = list(vm, function, "argument", &args.values[0])?;
    for start in (0..heap.len() / 2).rev() {
        sift_up(vm, heap, start, before)?;
    }
    Ok(vm.none.clone())
}
