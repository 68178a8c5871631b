//! `_typing`: the types are `builtins::typing`'s.

use builtins::typing;
use object::{NativeDef, NativeType, Ref, Type, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("_typing", "Primitives and accelerators for the typing module.\n")
        .functions(&[NativeDef::one(
            "_idfunc",
            |_, _, args| Ok(args.values[0].clone()),
            "($module, x, /)\n--\n\n",
        )])
        .types(&[
            ("TypeVar", |vm| class(vm, &typing::TYPE_VAR)),
            ("TypeVarTuple", |vm| class(vm, &typing::TYPE_VAR_TUPLE)),
            ("ParamSpec", |vm| class(vm, &typing::PARAM_SPEC)),
            ("ParamSpecArgs", |vm| class(vm, &typing::PARAM_SPEC_ARGS)),
            ("ParamSpecKwargs", |vm| class(vm, &typing::PARAM_SPEC_KWARGS)),
            ("Generic", |vm| class(vm, &typing::GENERIC)),
            ("TypeAliasType", |vm| class(vm, &typing::TYPE_ALIAS)),
            ("Union", |vm| class(vm, &builtins::UNION)),
        ])
        .init(|vm, module| {
            module.dict.set_str(&vm.intern("NoDefault"), typing::no_default(vm));
            Ok(())
        });

fn class(vm: &Vm, declaration: &'static NativeType) -> Ref<Type> {
    vm.native_type(declaration).clone()
}
