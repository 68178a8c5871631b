//! What raising does beyond carrying the exception: instances from classes, cause, implicit context, matching.

use object::raw::Ref;
use object::{Exception, Obj, Raised, Res, Tuple, Type, Vm};

/// The exception of `raise exception from cause` (`do_raise`).
pub fn prepare_raise(vm: &Vm, exception: Obj, cause: Option<Obj>) -> Res<Raised> {
    let value = instantiate(vm, exception, "exceptions must derive from BaseException")?;
    if let Some(cause) = cause {
        let cause = if cause.is(&vm.none) {
            None
        } else {
            Some(instantiate(vm, cause, "exception causes must derive from BaseException")?)
        };
        if let Some(exception) = value.get::<Exception>() {
            exception.cause.set(cause);
            exception.suppress_context.set(true);
        }
    }
    Ok(vm.raise(value))
}

/// An exception from what `raise` takes: an instance, or a class to call.
fn instantiate(vm: &Vm, exception: Obj, otherwise: &str) -> Res<Obj> {
    if let Some(ty) = exception.downcast::<Type>()
        && ty.is_subtype_of(&vm.exc.base_exception)
    {
        let value = vm.call(&exception, &[])?;
        if value.get::<Exception>().is_none() {
            return Err(vm.type_error(format!(
                "calling {} should have returned an instance of BaseException, not {}",
                vm.repr_text(&exception)?,
                vm.repr_text(value.ty().as_obj())?,
            )));
        }
        return Ok(value);
    }
    if exception.get::<Exception>().is_some() {
        return Ok(exception);
    }
    Err(vm.type_error(otherwise))
}

/// Whether an exception is an instance of a class or of one in a tuple of classes, by the MRO
/// (`PyErr_GivenExceptionMatches`).
pub fn matches(exception: &Obj, ty: &Obj) -> bool {
    if let Some(items) = ty.get::<Tuple>() {
        return items.iter().any(|item| matches(exception, item));
    }
    let found: &Ref<Type> = exception.ty();
    ty.downcast::<Type>().is_some_and(|ty| found.is_subtype_of(ty))
}
