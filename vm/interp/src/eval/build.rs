//! Displays, formatting, unpacking, function objects.

use object::raw::frame::FrameRef;
use object::{Code, Dict, Function, List, Obj, ObjCell, Raised, Ref, Res, Set, Slice, Str, Tuple, Vm};

use crate::function;

pub(super) fn tuple(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let items = f.pop_many(count);
    f.push_value(vm.tuple(items));
    Ok(())
}

pub(super) fn list(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let items = f.pop_many(count);
    f.push_value(vm.list(items.into_vec()));
    Ok(())
}

pub(super) fn set(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let items = f.pop_many(count);
    let set = vm.set();
    for item in items {
        vm.set_add(&set, item)?;
    }
    f.push_value(set.into_obj());
    Ok(())
}

pub(super) fn map(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let dict = vm.dict();
    dict.presize(count);
    let items = f.pop_many(count * 2);
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        vm.dict_set(&dict, &key, value)?;
    }
    f.push_value(dict.into_obj());
    Ok(())
}

pub(super) fn string(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let parts = f.pop_many(count);
    let texts: Vec<&Str> = parts.iter().filter_map(|p| p.get::<Str>()).collect();
    vm.check_alloc(texts.iter().map(|t| t.raw_bytes().len()).sum())?;
    f.push_value(Str::join(&vm.types.str, &texts).into_obj());
    Ok(())
}

pub(super) fn slice(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let step = if count == 3 { f.pop() } else { vm.none.clone() };
    let (stop, start) = (f.pop(), f.pop());
    f.push_value(Ref::new(&vm.types.slice, Slice { start, stop, step }).into_obj());
    Ok(())
}

pub(super) fn template(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (interpolations, strings) = (f.pop(), f.pop());
    f.push_value(crate::types::template::new_template(vm, strings, interpolations));
    Ok(())
}

pub(super) fn interpolation(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let spec = if oparg & 1 != 0 { f.pop() } else { vm.names.empty.as_obj().clone() };
    let (expression, value) = (f.pop(), f.pop());
    let conversion = match oparg >> 2 {
        1 => vm.str("s"),
        2 => vm.str("r"),
        3 => vm.str("a"),
        _ => vm.none.clone(),
    };
    f.push_value(crate::types::template::new_interpolation(vm, value, expression, conversion, spec));
    Ok(())
}

pub(super) fn list_extend(vm: &Vm, f: FrameRef, depth: usize) -> Res<()> {
    let iterable = f.pop();
    let list = f.peek(depth);
    let Some(items) = list.get::<List>() else { return Ok(()) };
    if iterable.ty().slots.iter.get().is_none() && !vm.is_sequence(&iterable) {
        return Err(vm.type_error(format!("Value after * must be an iterable, not {}", iterable.ty().name())));
    }
    vm.list_extend(&items.0, &iterable)
}

pub(super) fn set_add(vm: &Vm, f: FrameRef, depth: usize) -> Res<()> {
    let item = f.pop();
    let target = f.peek(depth);
    // A program may have put anything in the place of `__conditional_annotations__`.
    match target.downcast::<Set>().filter(|_| target.is_exactly(&vm.types.set)) {
        Some(set) => vm.set_add(set, item),
        None => Err(vm.type_error(format!("'{}' object is not a set", target.ty().name()))),
    }
}

pub(super) fn set_update(vm: &Vm, f: FrameRef, depth: usize) -> Res<()> {
    let iterable = f.pop();
    match f.peek(depth).downcast::<Set>() {
        Some(set) => vm.set_update(set, &iterable),
        None => Ok(()),
    }
}

pub(super) fn map_add(vm: &Vm, f: FrameRef, depth: usize) -> Res<()> {
    let (value, key) = (f.pop(), f.pop());
    match f.peek(depth).get::<Dict>() {
        Some(dict) => vm.dict_set(dict, &key, value),
        None => Ok(()),
    }
}

pub(super) fn dict_update(vm: &Vm, f: FrameRef, depth: usize) -> Res<()> {
    let mapping = f.pop();
    let target = f.peek(depth);
    let Some(dict) = target.downcast::<Dict>() else { return Ok(()) };
    let is_mapping =
        mapping.get::<Dict>().is_some() || vm.getattr_optional(&mapping, &vm.names.keys)?.is_some();
    if !is_mapping {
        return Err(vm.type_error(format!("'{}' object is not a mapping", mapping.ty().name())));
    }
    vm.dict_update(dict, &mapping)
}

/// Keywords of a call: on the stack the callable, nothing, the positional arguments, …, the mapping.
pub(super) fn dict_merge(vm: &Vm, f: FrameRef, depth: usize) -> Res<()> {
    let mapping = f.pop();
    let callable = f.peek(depth + 3);
    let target = f.peek(depth);
    let Some(dict) = target.get::<Dict>() else { return Ok(()) };
    let repeated = |key: &Obj| -> Raised {
        match key.get::<Str>() {
            Some(name) => vm.type_error(format!(
                "{} got multiple values for keyword argument '{}'",
                vm.function_str(&callable),
                name.to_text_lossy()
            )),
            None => vm.type_error("keywords must be strings"),
        }
    };
    if let Some(source) = mapping.get::<Dict>().filter(|_| mapping.is_exactly(&vm.types.dict)) {
        for (key, value) in source.to_vec() {
            if vm.dict_contains(dict, &key)? {
                return Err(repeated(&key));
            }
            vm.dict_set(dict, &key, value)?;
        }
        return Ok(());
    }
    let Some(keys) = vm.getattr_optional(&mapping, &vm.names.keys)? else {
        return Err(vm.type_error(format!(
            "{} argument after ** must be a mapping, not {}",
            vm.function_str(&callable),
            mapping.ty().name()
        )));
    };
    for key in vm.iter_to_vec(&vm.call(&keys, &[])?)? {
        if vm.dict_contains(dict, &key)? {
            return Err(repeated(&key));
        }
        let value = vm.getitem(&mapping, &key)?;
        vm.dict_set(dict, &key, value)?;
    }
    Ok(())
}

pub(super) fn convert_value(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let value = f.pop();
    let text = match oparg {
        1 => vm.str_of(&value)?,
        2 => vm.repr(&value)?,
        _ => vm.ascii(&value)?,
    };
    f.push_value(text);
    Ok(())
}

pub(super) fn format_simple(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let value = f.pop();
    let text = if value.is_exactly(&vm.types.str) { value } else { vm.format(&value, None)? };
    f.push_value(text);
    Ok(())
}

pub(super) fn format_with_spec(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let (spec, value) = (f.pop(), f.pop());
    f.push_value(vm.format(&value, Some(&spec))?);
    Ok(())
}

fn not_iterable(vm: &Vm, object: &Obj, raised: Raised) -> Raised {
    if raised.0.ty().is_subtype_of(&vm.exc.type_error)
        && object.ty().slots.iter.get().is_none()
        && !vm.is_sequence(object)
    {
        return vm.type_error(format!("cannot unpack non-iterable {} object", object.ty().name()));
    }
    raised
}

pub(super) fn unpack_sequence(vm: &Vm, f: FrameRef, count: usize) -> Res<()> {
    let sequence = f.pop();
    let exact: Option<Vec<Obj>> = if sequence.is_exactly(&vm.types.tuple) {
        sequence.get::<Tuple>().map(|t| t.to_vec())
    } else if sequence.is_exactly(&vm.types.list) {
        sequence.get::<List>().map(|l| l.0.to_vec())
    } else {
        None
    };
    let known_length = match (&exact, sequence.get::<Dict>()) {
        (Some(items), _) => Some(items.len()),
        (None, Some(dict)) if sequence.is_exactly(&vm.types.dict) => Some(dict.len()),
        _ => None,
    };
    let items = match exact {
        Some(items) => items,
        None => first_items(vm, &sequence, count + 1)?,
    };
    if items.len() < count {
        return Err(
            vm.value_error(format!("not enough values to unpack (expected {count}, got {})", items.len()))
        );
    }
    if items.len() > count {
        return Err(vm.value_error(match known_length {
            Some(length) => format!("too many values to unpack (expected {count}, got {length})"),
            None => format!("too many values to unpack (expected {count})"),
        }));
    }
    for item in items.into_iter().rev() {
        f.push_value(item);
    }
    Ok(())
}

/// At most `limit` items of an iterable.
fn first_items(vm: &Vm, iterable: &Obj, limit: usize) -> Res<Vec<Obj>> {
    let iterator = vm.iter(iterable).map_err(|raised| not_iterable(vm, iterable, raised))?;
    let mut items = Vec::new();
    while items.len() < limit {
        match super::control::next(vm, &iterator)? {
            Some(item) => items.push(item),
            None => break,
        }
    }
    Ok(items)
}

/// `a, *b, c = …`: the low byte of the operand counts the names before the star, the rest those behind.
pub(super) fn unpack_ex(vm: &Vm, f: FrameRef, oparg: usize) -> Res<()> {
    let sequence = f.pop();
    let (before, after) = (oparg & 0xff, oparg >> 8);
    let iterator = vm.iter(&sequence).map_err(|raised| not_iterable(vm, &sequence, raised))?;
    let too_few = |got: usize| {
        let least = before + after;
        let message = format!("not enough values to unpack (expected at least {least}, got {got})");
        vm.value_error(message)
    };
    let mut items = Vec::with_capacity(before);
    while items.len() < before {
        let Some(item) = super::control::next(vm, &iterator)? else { return Err(too_few(items.len())) };
        items.push(item);
    }
    let rest = vm.list_of(&iterator)?;
    let Some(middle) = rest.0.len().checked_sub(after) else { return Err(too_few(before + rest.0.len())) };
    for item in rest.0.split_off(middle).into_iter().rev() {
        f.push_value(item);
    }
    f.push_value(rest.into_obj());
    for item in items.into_iter().rev() {
        f.push_value(item);
    }
    Ok(())
}

pub(super) fn make_function(vm: &Vm, f: FrameRef, _: usize) -> Res<()> {
    let code = f.pop();
    let Ok(code) = code.into_ref::<Code>() else {
        return Err(vm.system_error("a function without code"));
    };
    let made = function::new(vm, code, f.globals(), f.builtins());
    f.push_value(made.into_obj());
    Ok(())
}

/// On the stack: the attribute, the function.
pub(super) fn set_function_attribute(vm: &Vm, f: FrameRef, which: usize) -> Res<()> {
    let function = f.pop();
    let value = f.pop();
    if let Some(target) = function.get::<Function>() {
        let cell: &ObjCell = match which {
            1 => &target.defaults,
            2 => &target.kwdefaults,
            4 => &target.annotations,
            8 => &target.closure,
            _ => {
                name_annotate(vm, target, &value);
                &target.annotate
            }
        };
        cell.set(Some(value));
    }
    f.push_value(function);
    Ok(())
}

/// The function behind annotations is qualified by the one that it annotates, which its code does not know.
fn name_annotate(vm: &Vm, annotated: &Function, annotate: &Obj) {
    if let Some(annotate) = annotate.get::<Function>()
        && let Some(name) = annotated.qualname.get().and_then(|name| name.downcast::<Str>().cloned())
    {
        let qualname = Str::concat(&vm.types.str, &name, &vm.str_ref(".__annotate__"));
        annotate.qualname.set(Some(qualname.into_obj()));
    }
}
