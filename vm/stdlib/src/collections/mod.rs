//! `_collections` (`_collectionsmodule.c`): containers, and here what named tuples and counters need.

mod defaultdict;
mod deque;
mod ordered;

use object::{
    Args, Dict, Layout as _, MemberDef, NativeDef, NativeType, NumberOp, Obj, ObjCell, Payload, Ref, Res,
    Tuple, Visitor, Vm,
};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_collections", "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n")
    .functions(&[NativeDef::positional("_count_elements", count_elements, "($module, mapping, iterable, /)\n--\n\nCount elements in the iterable, updating the mapping")])
    .types(&[
        ("deque", |vm| vm.native_type(&deque::DEQUE).clone()),
        ("defaultdict", |vm| vm.native_type(&defaultdict::DEFAULT_DICT).clone()),
        ("_deque_iterator", |vm| vm.native_type(&deque::ITER).clone()),
        ("_deque_reverse_iterator", |vm| vm.native_type(&deque::REVERSE_ITER).clone()),
        ("_tuplegetter", |vm| vm.native_type(&TUPLE_GETTER).clone()),
        ("OrderedDict", |vm| vm.native_type(&ordered::ORDERED_DICT).clone()),
    ]);

/// Counts the items of an iterable in a mapping. Exact dicts are changed directly, others by `get` and item assignment.
fn count_elements(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [mapping, iterable] = args.exact(vm, "_count_elements")?;
    let iterator = vm.iter(iterable)?;
    let one = vm.int(1);
    let direct = mapping.get::<Dict>().filter(|_| mapping.is_exactly(&vm.types.dict));
    let get = if direct.is_none() { Some(vm.getattr_text(mapping, "get")?) } else { None };
    vm.for_each(&iterator, |item| {
        let old = match (direct, &get) {
            (Some(dict), _) => vm.dict_get(dict, &item)?,
            (None, Some(get)) => Some(vm.call(get, &[item.clone(), vm.int(0)])?),
            (None, None) => None,
        };
        let new = match old {
            Some(old) => vm.binary_op(NumberOp::Add, &old, &one)?,
            None => one.clone(),
        };
        match direct {
            Some(dict) => vm.dict_set(dict, &item, new)?,
            None => vm.setitem(mapping, &item, &new)?,
        }
        Ok(true)
    })?;
    Ok(vm.none.clone())
}

/// The payload of `_tuplegetter`, the attribute of a named tuple that stands for one item.
struct TupleGetter {
    index: isize,
    doc: ObjCell,
}

impl Payload for TupleGetter {
    const NAME: &'static str = "_tuplegetter";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.doc.trace(visit);
    }
    fn clear(&self) {
        self.doc.set(None);
    }
}

static TUPLE_GETTER: NativeType = NativeType::new("_tuplegetter", TupleGetter::VTABLE)
    .module("collections")
    .size(32, 0)
    .slots(|s| {
        s.new.set(Some(|vm, class, args| {
            let [index, doc] = args.exact(vm, "_tuplegetter")?;
            let payload = TupleGetter { index: vm.as_isize(index)?, doc: ObjCell::new(Some(doc.clone())) };
            Ok(Ref::new(class, payload).into_obj())
        }));
        s.repr.set(Some(|vm, obj| {
            let own = own(vm, obj)?;
            let doc = vm.repr_text(&vm.or_none(&own.doc))?;
            Ok(vm.str(&format!("{}({}, {doc})", obj.ty().short_name(), own.index)))
        }));
        s.descr_get.set(Some(get));
        s.descr_set.set(Some(|vm, _, _, value| {
            let message = if value.is_some() { "can't set attribute" } else { "can't delete attribute" };
            Err(vm.raise_text(&vm.exc.attribute_error, message))
        }));
    })
    .methods(&[NativeDef::no_args(
        "__reduce__",
        |vm, obj, _| {
            let own = own(vm, obj)?;
            let args = vm.tuple([vm.int(own.index as i64), vm.or_none(&own.doc)]);
            Ok(vm.tuple([obj.ty().as_obj().clone(), args]))
        },
        "",
    )])
    .members(&[MemberDef::new(
        "__doc__",
        |vm, obj| Ok(vm.or_none(&own(vm, obj)?.doc)),
        |vm, obj, value| {
            own(vm, obj)?.doc.set(value.cloned());
            Ok(())
        },
        "",
    )]);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a TupleGetter> {
    obj.get::<TupleGetter>().ok_or_else(|| vm.type_error("a _tuplegetter is needed"))
}

fn get(vm: &Vm, obj: &Obj, instance: Option<&Obj>, _: Option<&Obj>) -> Res<Obj> {
    let own = own(vm, obj)?;
    let Some(instance) = instance.filter(|instance| !instance.is(&vm.none)) else { return Ok(obj.clone()) };
    let Some(tuple) = instance.get::<Tuple>() else {
        return Err(vm.type_error(format!(
            "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
            own.index,
            instance.ty().name()
        )));
    };
    let item = usize::try_from(own.index).ok().and_then(|index| tuple.items().get(index).cloned());
    item.ok_or_else(|| vm.index_error("tuple index out of range"))
}
