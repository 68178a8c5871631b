//! `except*`: splitting exception groups and putting together what is left (CPython's `exceptions.c`,
//! `_PyExc_PrepReraiseStar`).

use std::collections::HashSet;

use object::exceptions::field;
use object::{Exception, List, Obj, Res, Tuple, Type, Vm};

fn is_group(vm: &Vm, exception: &Obj) -> bool {
    exception.ty().is_subtype_of(&vm.exc.base_exception_group)
}

/// The part of an exception that an `except*` clause of `ty` takes, and the rest. An exception that is no group is wrapped
/// in one.
pub(crate) fn matching(vm: &Vm, exception: &Obj, ty: &Obj) -> Res<(Option<Obj>, Option<Obj>)> {
    if exception.is(&vm.none) {
        return Ok((None, None));
    }
    if crate::exceptions::matches(exception, ty) {
        if is_group(vm, exception) {
            return Ok((Some(exception.clone()), None));
        }
        let wrapped = new_group(vm, vm.tuple([exception.clone()]))?;
        if let Some(frame) = vm.thread.frame.get() {
            crate::types::traceback::add(vm, frame, frame.instruction(), &wrapped);
        }
        return Ok((Some(wrapped), None));
    }
    if !is_group(vm, exception) {
        return Ok((None, Some(exception.clone())));
    }
    let pair = vm.call_method(exception, &vm.intern("split"), std::slice::from_ref(ty))?;
    let Some(parts) = pair.get::<Tuple>() else {
        return Err(vm.type_error(format!(
            "{}.split must return a tuple, not {}",
            exception.ty().name(),
            pair.ty().name()
        )));
    };
    let [matched, rest, ..] = parts.items() else {
        return Err(vm.type_error(format!(
            "{}.split must return a 2-tuple, got tuple of size {}",
            exception.ty().name(),
            parts.len()
        )));
    };
    let some = |o: &Obj| Some(o.clone()).filter(|o| !o.is(&vm.none));
    Ok((some(matched), some(rest)))
}

/// `ExceptionGroup("", exceptions)`, or a `BaseExceptionGroup` if need be.
fn new_group(vm: &Vm, exceptions: Obj) -> Res<Obj> {
    vm.call(vm.exc.base_exception_group.as_obj(), &[vm.names.empty.as_obj().clone(), exceptions])
}

/// What is raised after all `except*` clauses: `exceptions` is the list of what they raised or left.
pub(crate) fn prepare_reraise(vm: &Vm, original: &Obj, exceptions: &Obj) -> Res<Obj> {
    let all: Vec<Obj> = exceptions.get::<List>().map(|l| l.0.to_vec()).unwrap_or_default();
    if !is_group(vm, original) {
        // A lone exception was wrapped: at most one clause ran.
        return Ok(all.into_iter().next().unwrap_or_else(|| vm.none.clone()));
    }
    let (again, mut raised): (Vec<Obj>, Vec<Obj>) =
        all.into_iter().filter(|e| !e.is(&vm.none)).partition(|e| same_metadata(vm, e, original));
    let mut leaves = HashSet::new();
    for exception in &again {
        collect_leaves(vm, exception, &mut leaves)?;
    }
    let left = if again.is_empty() { None } else { projection(vm, original, &leaves)? };
    if raised.is_empty() {
        return Ok(left.unwrap_or_else(|| vm.none.clone()));
    }
    raised.extend(left);
    match &raised[..] {
        [one] => Ok(one.clone()),
        many => new_group(vm, vm.list(many.to_vec())),
    }
}

fn notes(vm: &Vm, exception: &Obj) -> Option<Obj> {
    vm.getattr_optional(exception, &vm.names.__notes__).ok().flatten()
}

fn same(a: Option<Obj>, b: Option<Obj>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is(&b),
        (None, None) => true,
        _ => false,
    }
}

/// Whether an exception is the original or a part of it that went on unchanged.
fn same_metadata(vm: &Vm, a: &Obj, b: &Obj) -> bool {
    let (Some(x), Some(y)) = (a.get::<Exception>(), b.get::<Exception>()) else { return false };
    same(x.traceback.get(), y.traceback.get())
        && same(x.cause.get(), y.cause.get())
        && same(x.context.get(), y.context.get())
        && same(notes(vm, a), notes(vm, b))
}

fn members(exception: &Obj) -> Vec<Obj> {
    let tuple = exception.get::<Exception>().and_then(|e| e.fields.get(field::GROUP_EXCEPTIONS)?.get());
    tuple.and_then(|t| t.get::<Tuple>().map(|t| t.to_vec())).unwrap_or_default()
}

fn collect_leaves(vm: &Vm, exception: &Obj, leaves: &mut HashSet<usize>) -> Res<()> {
    if !is_group(vm, exception) {
        leaves.insert(exception.id());
        return Ok(());
    }
    vm.recurse(" in collect_exception_group_leaf_ids", || {
        members(exception).iter().try_for_each(|member| collect_leaves(vm, member, leaves))
    })
}

/// The part of a group with these leaves, its structure kept.
fn projection(vm: &Vm, exception: &Obj, keep: &HashSet<usize>) -> Res<Option<Obj>> {
    if !is_group(vm, exception) {
        return Ok(keep.contains(&exception.id()).then(|| exception.clone()));
    }
    let all = members(exception);
    let mut kept = Vec::new();
    for member in &all {
        let part = vm.recurse(" in exceptiongroup_split_recursive", || projection(vm, member, keep))?;
        kept.extend(part);
    }
    if kept.len() == all.len() && kept.iter().zip(&all).all(|(a, b)| a.is(b)) {
        return Ok(Some(exception.clone()));
    }
    if kept.is_empty() {
        return Ok(None);
    }
    let derived = vm.call_method(exception, &vm.intern("derive"), &[vm.list(kept)])?;
    if !derived.ty().is_subtype_of(&vm.exc.base_exception_group) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    if let (Some(from), Some(to)) = (exception.get::<Exception>(), derived.get::<Exception>()) {
        to.traceback.set(from.traceback.get());
        to.context.set(from.context.get());
        to.cause.set(from.cause.get());
        to.suppress_context.set(from.suppress_context.get());
    }
    if let Some(notes) = notes(vm, exception)
        && vm.is_sequence(&notes)
    {
        let copy = vm.list(vm.iter_to_vec(&notes)?);
        vm.setattr(&derived, &vm.names.__notes__, &copy)?;
    }
    Ok(Some(derived))
}

/// Whether a class is one of groups.
pub(crate) fn is_group_class(vm: &Vm, class: &Obj) -> bool {
    class.downcast::<Type>().is_some_and(|t| t.is_subtype_of(&vm.exc.base_exception_group))
}
