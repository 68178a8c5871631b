//! Binding arguments to parameters (CPython's `initialize_locals` and its messages).

use bytecode::flags;
use object::raw::frame::FrameRef;
use object::raw::stack::StackRef;
use object::{Code, Dict, Function, Obj, Raised, Ref, Res, Str, Tuple, Vm};
use smallvec::SmallVec;

/// The values of a call's arguments, those of keywords last.
pub(crate) type Values = SmallVec<[Obj; 8]>;

/// Fills a new frame's parameters. On an error the frame must be popped by the caller.
pub(crate) fn bind(
    vm: &Vm,
    function: &Function,
    code: &Code,
    frame: FrameRef,
    mut values: Values,
    kwnames: &[Obj],
) -> Res<()> {
    let positional_count = code.arg_count as usize;
    let parameter_count = positional_count + code.kwonly_count as usize;
    let given = values.len() - kwnames.len();
    let keyword_values: Values = values.drain(given..).collect();
    let set = |index: usize, value: Obj| drop(frame.set_local(index, StackRef::new(value)));

    let has_kwargs = code.has(flags::VARKEYWORDS);
    let kwargs: Option<Ref<Dict>> = has_kwargs.then(|| vm.dict());
    if let Some(kwargs) = &kwargs {
        let place = parameter_count + usize::from(code.has(flags::VARARGS));
        set(place, kwargs.as_obj().clone());
    }
    let taken = given.min(positional_count);
    let rest: Values = values.drain(taken..).collect();
    for (i, value) in values.into_iter().enumerate() {
        set(i, value);
    }
    if code.has(flags::VARARGS) {
        let rest = if rest.is_empty() { vm.empty_tuple.as_obj().clone() } else { vm.tuple(rest) };
        set(parameter_count, rest);
    } else {
        drop(rest);
    }

    for (name, value) in kwnames.iter().zip(keyword_values) {
        let Some(text) = name.downcast::<Str>() else {
            return Err(vm.type_error(format!("{}() keywords must be strings", qualname(function))));
        };
        let names = &code.place_names[..parameter_count];
        let first = (code.object.posonlyargcount as usize).min(parameter_count);
        let found = names[first..]
            .iter()
            .position(|n| n.as_obj().is(name))
            .or_else(|| names[first..].iter().position(|n| n.same(text)))
            .map(|i| i + first);
        match (found, &kwargs) {
            (Some(index), _) => {
                if frame.local(index).is_some() {
                    return Err(vm.type_error(format!(
                        "{}() got multiple values for argument '{}'",
                        qualname(function),
                        text.to_text_lossy()
                    )));
                }
                set(index, value);
            }
            (None, Some(kwargs)) => vm.dict_set(kwargs, name, value)?,
            (None, None) => return Err(unexpected_keyword(vm, function, code, kwnames, text)),
        }
    }

    if given > positional_count && !code.has(flags::VARARGS) {
        return Err(too_many(vm, function, code, frame, given));
    }
    if given < positional_count {
        fill_defaults(vm, function, code, frame, given)?;
    }
    if code.kwonly_count > 0 {
        fill_keyword_defaults(vm, function, code, frame)?;
    }
    Ok(())
}

fn fill_defaults(vm: &Vm, function: &Function, code: &Code, frame: FrameRef, given: usize) -> Res<()> {
    let count = code.arg_count as usize;
    let defaults = function.defaults.get();
    let defaults: &[Obj] = defaults.as_ref().and_then(|d| d.get::<Tuple>()).map_or(&[], |d| d.items());
    let first_default = count.saturating_sub(defaults.len());
    let missing: Vec<usize> = (given..first_default).filter(|&i| frame.local(i).is_none()).collect();
    if !missing.is_empty() {
        return Err(missing_arguments(vm, function, code, "positional", &missing));
    }
    // More defaults than parameters: the last ones count.
    let skip = defaults.len().saturating_sub(count);
    for (i, value) in defaults[skip..].iter().enumerate() {
        let index = first_default + i;
        if index >= given && frame.local(index).is_none() {
            drop(frame.set_local(index, StackRef::new(value.clone())));
        }
    }
    Ok(())
}

fn fill_keyword_defaults(vm: &Vm, function: &Function, code: &Code, frame: FrameRef) -> Res<()> {
    let first = code.arg_count as usize;
    let defaults = function.kwdefaults.get();
    let mut missing = Vec::new();
    for index in first..first + code.kwonly_count as usize {
        if frame.local(index).is_some() {
            continue;
        }
        let found = match defaults.as_ref().and_then(|d| d.get::<Dict>()) {
            Some(defaults) => vm.dict_get(defaults, code.place_names[index].as_obj())?,
            None => None,
        };
        match found {
            Some(value) => drop(frame.set_local(index, StackRef::new(value))),
            None => missing.push(index),
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_arguments(vm, function, code, "keyword-only", &missing))
    }
}

fn qualname(function: &Function) -> String {
    let name = function.qualname.get();
    name.as_ref().and_then(|n| n.get::<Str>()).map(|n| n.to_text_lossy().into_owned()).unwrap_or_default()
}

#[cold]
fn missing_arguments(vm: &Vm, function: &Function, code: &Code, kind: &str, missing: &[usize]) -> Raised {
    let names: Vec<String> =
        missing.iter().map(|&i| vm.repr_text(code.place_names[i].as_obj()).unwrap_or_default()).collect();
    let list = match &names[..] {
        [] => String::new(),
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [head @ .., a, b] => {
            let mut text: String = head.iter().map(|n| format!("{n}, ")).collect();
            text.push_str(&format!("{a}, and {b}"));
            text
        }
    };
    vm.type_error(format!(
        "{}() missing {} required {kind} argument{}: {list}",
        qualname(function),
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    ))
}

#[cold]
fn too_many(vm: &Vm, function: &Function, code: &Code, frame: FrameRef, given: usize) -> Raised {
    let count = code.arg_count as usize;
    let first = count;
    let keyword_only =
        (first..first + code.kwonly_count as usize).filter(|&i| frame.local(i).is_some()).count();
    let defaults = function.defaults.get().and_then(|d| d.get::<Tuple>().map(|d| d.len())).unwrap_or(0);
    let (signature, plural) = if defaults > 0 {
        (format!("from {} to {count}", count.saturating_sub(defaults)), true)
    } else {
        (count.to_string(), count != 1)
    };
    let extra = if keyword_only > 0 {
        format!(
            " positional argument{} (and {keyword_only} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if keyword_only == 1 { "" } else { "s" }
        )
    } else {
        String::new()
    };
    vm.type_error(format!(
        "{}() takes {signature} positional argument{} but {given}{extra} {} given",
        qualname(function),
        if plural { "s" } else { "" },
        if given == 1 && keyword_only == 0 { "was" } else { "were" }
    ))
}

#[cold]
fn unexpected_keyword(vm: &Vm, function: &Function, code: &Code, kwnames: &[Obj], name: &Ref<Str>) -> Raised {
    let positional_only = &code.place_names[..code.object.posonlyargcount as usize];
    let misused: Vec<String> = positional_only
        .iter()
        .filter(|p| kwnames.iter().any(|k| k.get::<Str>().is_some_and(|k| k.same(p))))
        .map(|p| p.to_text_lossy().into_owned())
        .collect();
    if !misused.is_empty() {
        return vm.type_error(format!(
            "{}() got some positional-only arguments passed as keyword arguments: '{}'",
            qualname(function),
            misused.join(", ")
        ));
    }
    let all = code.arg_count as usize + code.kwonly_count as usize;
    let possible: Vec<String> =
        code.place_names[positional_only.len()..all].iter().map(|p| p.to_text_lossy().into_owned()).collect();
    let text = name.to_text_lossy();
    let hint = match object::suggest::closest(possible.iter().map(String::as_str), &text) {
        Some(near) => format!(". Did you mean '{near}'?"),
        None => String::new(),
    };
    vm.type_error(format!("{}() got an unexpected keyword argument '{text}'{hint}", qualname(function)))
}
