//! `_weakref` (`_weakref.c`): the types are `builtins::weakref`'s.

use builtins::weakref::{CALLABLE_PROXY, PROXY, proxy};
use object::raw::weak::references;
use object::{Args, Dict, NativeDef, Obj, Res, Vm, WeakRef};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_weakref", "Weak-reference support module.")
    .functions(&[
        NativeDef::one(
            "getweakrefcount",
            |vm, _, args| Ok(vm.int(references(&args.values[0]).len() as i64)),
            "($module, object, /)\n--\n\nReturn the number of weak references to 'object'.",
        ),
        NativeDef::positional(
            "_remove_dead_weakref",
            remove_dead,
            "($module, dct, key, /)\n--\n\nAtomically remove key from dict if it points to a dead weakref.",
        ),
        NativeDef::one(
            "getweakrefs",
            |vm, _, args| Ok(vm.list(references(&args.values[0]))),
            "($module, object, /)\n--\n\nReturn a list of all weak reference objects pointing to 'object'.",
        ),
        NativeDef::positional(
            "proxy",
            |vm, _, args| {
                let [target, callback] = args.unpack(vm, "proxy", 1)?;
                proxy(vm, target.unwrap_or(&vm.none), callback)
            },
            "($module, object, callback=None, /)\n--\n\nCreate a proxy object that weakly references 'object'.\n\n'callback', if given, is called with a reference to the\nproxy when 'object' is about to be finalized.",
        ),
    ])
    .types(&[
        ("ref", |vm| vm.types.weakref.clone()),
        ("ReferenceType", |vm| vm.types.weakref.clone()),
        ("ProxyType", |vm| vm.native_type(&PROXY).clone()),
        ("CallableProxyType", |vm| vm.native_type(&CALLABLE_PROXY).clone()),
    ]);

/// Removes an entry whose value is a weak reference that died; what lives meanwhile stays.
fn remove_dead(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [dict, key] = args.exact(vm, "_remove_dead_weakref")?;
    let Some(dict) = dict.get::<Dict>() else {
        return Err(vm.bad_argument("_remove_dead_weakref", "argument 1", "dict", dict));
    };
    if let Some(value) = vm.dict_get(dict, key)? {
        let Some(weak) = value.get::<WeakRef>() else { return Err(vm.type_error("not a weakref")) };
        if weak.target().is_none() {
            vm.dict_remove(dict, key)?;
        }
    }
    Ok(vm.none.clone())
}
