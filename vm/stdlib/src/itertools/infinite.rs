//! `count`, `cycle`, `repeat`.

use std::cell::Cell;

use object::protocol::self_iter;
use object::{
    Args, Int, Layout as _, NativeDef, NativeType, NumberOp, Obj, ObjCell, ObjVec, Params, Payload, Ref, Res,
    Type, Visitor, Vm,
};

/// The payload of `count`.
struct Count {
    /// The next number, as long as steps are 1 and it fits a word.
    small: Cell<i64>,
    /// The next number otherwise.
    number: ObjCell,
    step: Obj,
}

impl Payload for Count {
    const NAME: &'static str = "count";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.number.trace(visit);
        visit(&self.step);
    }
}

pub(super) static COUNT: NativeType = NativeType::new("count", Count::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(start=0, step=1)\n--\n\nReturn a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            yield x\n            x += step")
    .size(40, 0)
    .slots(|s| {
        s.new.set(Some(count_new));
        s.repr.set(Some(count_repr));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(count_next));
    });

static COUNT_PARAMS: Params<2> = Params::new("count", ["start", "step"]);

/// `PyNumber_Check`
fn is_number(vm: &Vm, obj: &Obj) -> bool {
    let slots = &obj.ty().slots;
    slots.nb_index.get().is_some()
        || slots.nb_int.get().is_some()
        || slots.nb_float.get().is_some()
        || obj.ty().is_subtype_of(&vm.types.complex)
}

fn count_new(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [start, step] = COUNT_PARAMS.bind(vm, args)?;
    if [start, step].into_iter().flatten().any(|n| !is_number(vm, n)) {
        return Err(vm.type_error("a number is required"));
    }
    let small = match start {
        None => Some(0),
        Some(start) => start.get::<Int>().and_then(Int::small),
    };
    let by_one = step.is_none_or(is_int_one);
    let number = match (start, small) {
        (_, Some(_)) if by_one => None,
        (Some(start), _) => Some(start.clone()),
        (None, _) => Some(vm.int(0)),
    };
    let payload = Count {
        small: Cell::new(small.unwrap_or(0)),
        number: ObjCell::new(number),
        step: step.cloned().unwrap_or_else(|| vm.int(1)),
    };
    Ok(Ref::new(class, payload).into_obj())
}

fn is_int_one(step: &Obj) -> bool {
    step.get::<Int>().and_then(Int::small) == Some(1)
}

fn count_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Count>() else { return Ok(None) };
    let number = match own.number.get() {
        Some(number) => number,
        None => {
            let n = own.small.get();
            if let Some(next) = n.checked_add(1) {
                own.small.set(next);
                return Ok(Some(vm.int(n)));
            }
            vm.int(n)
        }
    };
    let next = vm.binary_op(NumberOp::Add, &number, &own.step)?;
    own.number.set(Some(next));
    Ok(Some(number))
}

fn count_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(own) = obj.get::<Count>() else { return Err(vm.type_error("a count is needed")) };
    let name = obj.ty().short_name();
    let Some(number) = own.number.get() else { return Ok(vm.str(&format!("{name}({})", own.small.get()))) };
    let number = vm.repr_text(&number)?;
    if is_int_one(&own.step) {
        return Ok(vm.str(&format!("{name}({number})")));
    }
    Ok(vm.str(&format!("{name}({number}, {})", vm.repr_text(&own.step)?)))
}

/// The payload of `cycle`.
struct Cycle {
    /// Emptied at its end.
    iterator: ObjCell,
    saved: ObjVec,
    index: Cell<usize>,
}

impl Payload for Cycle {
    const NAME: &'static str = "cycle";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.iterator.trace(visit);
        self.saved.trace(visit);
    }
    fn clear(&self) {
        self.iterator.set(None);
        drop(self.saved.take());
    }
}

pub(super) static CYCLE: NativeType = NativeType::new("cycle", Cycle::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("(iterable, /)\n--\n\nReturn elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.")
    .size(40, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [iterable] = super::positional(vm, class, &CYCLE, args)?.exact(vm, "cycle")?;
            let iterator = ObjCell::new(Some(vm.iter(iterable)?));
            Ok(Ref::new(class, Cycle { iterator, saved: ObjVec::default(), index: Cell::new(0) }).into_obj())
        }));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(cycle_next));
    });

fn cycle_next(vm: &Vm, obj: &Obj) -> Res<Option<Obj>> {
    let Some(own) = obj.get::<Cycle>() else { return Ok(None) };
    if let Some(iterator) = own.iterator.get() {
        if let Some(item) = vm.next(&iterator)? {
            own.saved.push(item.clone());
            return Ok(Some(item));
        }
        own.iterator.set(None);
    }
    let index = own.index.get();
    let next = index + 1;
    own.index.set(if next >= own.saved.len() { 0 } else { next });
    Ok(own.saved.get(index))
}

/// The payload of `repeat`.
struct Repeat {
    element: Obj,
    /// How often it comes still; nothing for ever.
    left: Cell<Option<usize>>,
}

impl Payload for Repeat {
    const NAME: &'static str = "repeat";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.element);
    }
}

static REPEAT_PARAMS: Params<2> = Params::new("repeat", ["object", "times"]).required(1);

pub(super) static REPEAT: NativeType = NativeType::new("repeat", Repeat::VTABLE)
    .module("itertools")
    .subclassable()
    .doc("repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.")
    .size(32, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [element, times] = REPEAT_PARAMS.bind(vm, args)?;
            let times = times.map(|n| vm.as_isize(n)).transpose()?;
            let left = Cell::new(times.map(|n| n.max(0) as usize));
            let element = element.cloned().unwrap_or_else(|| vm.none.clone());
            Ok(Ref::new(class, Repeat { element, left }).into_obj())
        }));
        s.repr.set(Some(repeat_repr));
        s.iter.set(Some(self_iter));
        s.iternext.set(Some(|_, obj| {
            let Some(own) = obj.get::<Repeat>() else { return Ok(None) };
            match own.left.get() {
                Some(0) => return Ok(None),
                Some(n) => own.left.set(Some(n - 1)),
                None => {}
            }
            Ok(Some(own.element.clone()))
        }));
    })
    .methods(&[NativeDef::no_args(
        "__length_hint__",
        |vm, obj, _| match obj.get::<Repeat>().and_then(|own| own.left.get()) {
            Some(left) => Ok(vm.int(left as i64)),
            None => Err(vm.type_error("len() of unsized object")),
        },
        "($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    )]);

fn repeat_repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Some(own) = obj.get::<Repeat>() else { return Err(vm.type_error("a repeat is needed")) };
    let element = vm.repr_text(&own.element)?;
    let times = own.left.get().map(|n| format!(", {n}")).unwrap_or_default();
    Ok(vm.str(&format!("{}({element}{times})", obj.ty().short_name())))
}
