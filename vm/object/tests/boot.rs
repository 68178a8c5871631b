//! The machine boots, and its first types hang together.

use object::{Args, Vm};

/// The `repr` of what `work` gives, or the exception's type and text.
fn check(work: impl FnOnce(&Vm) -> object::Res<object::Obj>, expect: &str) {
    let vm = Vm::new();
    let shown = match work(vm) {
        Ok(value) => vm.str_text(&value).unwrap_or_else(|raised| format!("raised {:?}", raised.0)),
        Err(raised) => {
            format!("{}: {}", raised.0.ty().name(), vm.str_text(&raised.0).unwrap_or_default())
        }
    };
    assert_eq!(shown, expect);
}

#[test]
fn types_show_themselves() {
    check(|vm| Ok(vm.types.object.as_obj().clone()), "<class 'object'>");
    check(|vm| Ok(vm.types.r#type.as_obj().clone()), "<class 'type'>");
    check(
        |vm| vm.getattr_text(vm.types.object.as_obj(), "__init__"),
        "<slot wrapper '__init__' of 'object' objects>",
    );
    check(
        |vm| vm.getattr_text(vm.exc.key_error.as_obj(), "with_traceback"),
        "<method 'with_traceback' of 'BaseException' objects>",
    );
}

#[test]
fn errors_are_objects() {
    check(|vm| Err(vm.type_error("no")), "TypeError: no");
    check(
        |vm| Ok(vm.os_error(2, "No such file or directory", None).0.ty().as_obj().clone()),
        "<class 'FileNotFoundError'>",
    );
    check(
        |vm| vm.call(vm.types.object.as_obj(), std::slice::from_ref(&vm.none)),
        "TypeError: object() takes no arguments",
    );
    check(|vm| vm.getattr_text(&vm.none, "x"), "AttributeError: 'NoneType' object has no attribute 'x'");
}

#[test]
fn classes_can_be_made() {
    check(
        |vm| {
            let class = vm.new_class("C", &[], &vm.dict())?;
            let instance = vm.call0(class.as_obj())?;
            let x = vm.intern("x");
            vm.setattr(&instance, &x, &vm.true_)?;
            vm.getattr(&instance, &x).map(|v| vm.bool(v.is(&vm.true_) && instance.ty().is(&class)))?;
            vm.getattr_text(&instance, "y")
        },
        "AttributeError: 'C' object has no attribute 'y'",
    );
    check(
        |vm| {
            let a = vm.new_class("A", &[], &vm.dict())?;
            let b = vm.new_class("B", &[a.as_obj().clone()], &vm.dict())?;
            vm.new_class("C", &[a.into_obj(), b.into_obj()], &vm.dict()).map(object::Ref::into_obj)
        },
        "TypeError: Cannot create a consistent method resolution order (MRO) for bases A, B",
    );
    check(
        |vm| {
            vm.call_args(
                vm.exc.value_error.as_obj(),
                Args { values: std::slice::from_ref(&vm.none), kwnames: &[vm.str("x")] },
            )
        },
        "TypeError: ValueError() takes no keyword arguments",
    );
}
