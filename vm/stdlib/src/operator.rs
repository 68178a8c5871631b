//! `_operator`, as far as the machine itself needs it.

use object::{Args, Layout as _, NativeType, Obj, Payload, Ref, Res, Visitor, Vm};

/// The payload of functions that take an item out of their argument.
struct ItemGetter(Obj);

impl Payload for ItemGetter {
    const NAME: &'static str = "item getter";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.0);
    }
}

static ITEM_GETTER: NativeType = NativeType::new("_tuplegetter", ItemGetter::VTABLE)
    .module("_collections")
    .slots(|s| s.call.set(Some(call)));

fn call(vm: &Vm, getter: &Obj, args: Args<'_>) -> Res<Obj> {
    let [object] = args.exact::<1>(vm, "itemgetter")?;
    match getter.get::<ItemGetter>() {
        Some(ItemGetter(key)) => vm.getitem(object, key),
        None => Err(vm.type_error("an item getter is needed")),
    }
}

/// A function that takes item `key` out of its argument.
pub(crate) fn item_getter(vm: &Vm, key: Obj) -> Res<Obj> {
    Ok(Ref::new(vm.native_type(&ITEM_GETTER), ItemGetter(key)).into_obj())
}
