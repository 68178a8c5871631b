//! `BaseExceptionGroup` and `ExceptionGroup` (PEP 654).

use super::base;
use super::{ExceptionTypes, field};
use crate::payload::Exception;
use crate::raw::{Layout as _, Obj, Ref, Str, Tuple};
use crate::types::{MemberDef, NativeDef, NativeType, Type};
use crate::vm::{Args, Res, Vm};

const METHODS: &[NativeDef] = &[
    NativeDef::one(
        "__class_getitem__",
        crate::protocol::class_getitem,
        "($type, object, /)\n--\n\nSee PEP 585",
    )
    .class_method(),
    NativeDef::one("derive", derive, "($self, excs, /)\n--\n\n"),
    NativeDef::one("split", split_method, "($self, matcher_value, /)\n--\n\n"),
    NativeDef::one("subgroup", subgroup, "($self, matcher_value, /)\n--\n\n"),
];

const MEMBERS: &[MemberDef] = &[
    MemberDef::read_only(
        "message",
        |vm, obj| base::field(vm, obj, field::GROUP_MESSAGE),
        "exception message",
    ),
    MemberDef::read_only(
        "exceptions",
        |vm, obj| base::field(vm, obj, field::GROUP_EXCEPTIONS),
        "nested exceptions",
    ),
];

static BASE_EXCEPTION_GROUP: NativeType = NativeType::new("BaseExceptionGroup", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(new));
        s.init.set(Some(init));
        s.str.set(Some(str));
        s.repr.set(Some(repr));
    })
    .methods(METHODS)
    .members(MEMBERS)
    .size(96, 0)
    .offsets(16, 0);

pub(super) fn declaration(exc: &ExceptionTypes, ty: &Ref<Type>) -> Option<&'static NativeType> {
    ty.is(&exc.base_exception_group).then_some(&BASE_EXCEPTION_GROUP)
}

fn new(vm: &Vm, ty: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [message, exceptions] = args.values else {
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args.values.len()
        )));
    };
    if message.get::<Str>().is_none() {
        return Err(vm.type_error(format!(
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            message.ty().name()
        )));
    }
    if !vm.is_sequence(exceptions) {
        return Err(vm.type_error("second argument (exceptions) must be a sequence"));
    }
    let items = vm.iter_to_vec(exceptions)?;
    if items.is_empty() {
        return Err(vm.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let exc = vm.exc;
    let mut all_ordinary = true;
    for (index, item) in items.iter().enumerate() {
        if item.get::<Exception>().is_none() {
            return Err(
                vm.value_error(format!("Item {index} of second argument (exceptions) is not an exception"))
            );
        }
        all_ordinary &= item.ty().is_subtype_of(&exc.exception);
    }
    let mut class = ty;
    if ty.is(&exc.base_exception_group) {
        if all_ordinary {
            class = &exc.exception_group;
        }
    } else if ty.is(&exc.exception_group) {
        if !all_ordinary {
            return Err(vm.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if ty.is_subtype_of(&exc.exception) && !all_ordinary {
        return Err(vm.type_error(format!("Cannot nest BaseExceptions in '{}'", ty.name())));
    }
    let group = base::new(vm, class, args)?;
    base::set_field(vm, &group, field::GROUP_MESSAGE, Some(message))?;
    base::set_field(vm, &group, field::GROUP_EXCEPTIONS, Some(&vm.tuple(items)))?;
    Ok(group)
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    if !args.kwnames.is_empty() {
        return Err(vm.type_error(format!("{}() takes no keyword arguments", obj.ty().name())));
    }
    base::init(vm, obj, args)
}

fn nested(vm: &Vm, obj: &Obj) -> Res<Ref<Tuple>> {
    let exceptions = base::field(vm, obj, field::GROUP_EXCEPTIONS)?;
    exceptions.into_ref().map_err(|_| vm.type_error("exceptions of the group are not a tuple"))
}

fn str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let message = base::field(vm, obj, field::GROUP_MESSAGE)?;
    let count = nested(vm, obj)?.len();
    let suffix = format!(" ({count} sub-exception{})", if count == 1 { "" } else { "s" });
    match message.get::<Str>() {
        Some(text) => Ok(Str::concat(&vm.types.str, text, &vm.str_ref(&suffix)).into_obj()),
        None => Ok(vm.str(&suffix)),
    }
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let message = base::field(vm, obj, field::GROUP_MESSAGE)?;
    let exceptions = nested(vm, obj)?.into_obj();
    // The exceptions are shown in the kind of sequence that was given.
    let given = base::args_of(vm, obj)?.get(1).cloned();
    let shown = match given {
        Some(given) if given.is_exactly(&vm.types.list) => {
            let items = vm.iter_to_vec(&exceptions)?;
            vm.list(items)
        }
        _ => exceptions,
    };
    Ok(vm.str(&format!("{}({}, {})", obj.ty().short_name(), vm.repr_text(&message)?, vm.repr_text(&shown)?)))
}

fn derive(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let message = base::field(vm, obj, field::GROUP_MESSAGE)?;
    vm.call(vm.exc.base_exception_group.as_obj(), &[message, args.values[0].clone()])
}

/// What `split` and `subgroup` ask of each exception.
enum Matcher {
    /// An instance of this class, or of one of these.
    Class(Obj),
    /// Whatever a function says.
    Function(Obj),
    /// One of these very objects.
    Identity(Vec<usize>),
}

impl Matcher {
    fn new(vm: &Vm, value: &Obj) -> Res<Matcher> {
        let is_class =
            |obj: &Obj| obj.downcast::<Type>().is_some_and(|t| t.is_subtype_of(&vm.exc.base_exception));
        if is_class(value) || value.get::<Tuple>().is_some_and(|t| !t.is_empty() && t.iter().all(is_class)) {
            return Ok(Matcher::Class(value.clone()));
        }
        if value.get::<Type>().is_none() && vm.is_callable(value) {
            return Ok(Matcher::Function(value.clone()));
        }
        Err(vm.type_error(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)",
        ))
    }

    fn accepts(&self, vm: &Vm, exception: &Obj) -> Res<bool> {
        match self {
            Matcher::Class(class) => vm.is_instance(exception, class),
            Matcher::Function(function) => {
                let answer = vm.call1(function, exception)?;
                vm.is_true(&answer)
            }
            Matcher::Identity(ids) => Ok(ids.contains(&exception.id())),
        }
    }
}

/// The parts of a group that match and that do not.
struct Parts {
    matching: Option<Obj>,
    rest: Option<Obj>,
}

fn split(vm: &Vm, exception: &Obj, matcher: &Matcher, want_rest: bool) -> Res<Parts> {
    if matcher.accepts(vm, exception)? {
        return Ok(Parts { matching: Some(exception.clone()), rest: None });
    }
    if !exception.ty().is_subtype_of(&vm.exc.base_exception_group) {
        return Ok(Parts { matching: None, rest: want_rest.then(|| exception.clone()) });
    }
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for inner in nested(vm, exception)?.iter() {
        let parts =
            vm.recurse(" in exceptiongroup_split_recursive", || split(vm, inner, matcher, want_rest))?;
        matching.extend(parts.matching);
        rest.extend(parts.rest);
    }
    let part = |items: Vec<Obj>| -> Res<Option<Obj>> {
        if items.is_empty() { Ok(None) } else { subset(vm, exception, items).map(Some) }
    };
    Ok(Parts { matching: part(matching)?, rest: part(rest)? })
}

/// A group like `original` with these exceptions, and its traceback, chaining and notes.
fn subset(vm: &Vm, original: &Obj, exceptions: Vec<Obj>) -> Res<Obj> {
    let derived = vm.call_method(original, &vm.intern("derive"), &[vm.list(exceptions)])?;
    if !derived.ty().is_subtype_of(&vm.exc.base_exception_group) {
        return Err(vm.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let (from, to) = (base::payload(vm, original)?, base::payload(vm, &derived)?);
    to.traceback.set(from.traceback.get());
    to.context.set(from.context.get());
    to.cause.set(from.cause.get());
    to.suppress_context.set(from.suppress_context.get());
    if let Some(notes) = vm.getattr_optional(original, &vm.names.__notes__)?
        && vm.is_sequence(&notes)
    {
        let copy = vm.iter_to_vec(&notes)?;
        vm.setattr(&derived, &vm.names.__notes__, &vm.list(copy))?;
    }
    Ok(derived)
}

fn split_method(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let matcher = Matcher::new(vm, &args.values[0])?;
    let parts = split(vm, obj, &matcher, true)?;
    let or_none = |part: Option<Obj>| part.unwrap_or_else(|| vm.none.clone());
    Ok(vm.tuple([or_none(parts.matching), or_none(parts.rest)]))
}

fn subgroup(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let matcher = Matcher::new(vm, &args.values[0])?;
    Ok(split(vm, obj, &matcher, false)?.matching.unwrap_or_else(|| vm.none.clone()))
}

impl Vm {
    /// What `except*` catches of an exception, and what is left (`_PyEval_ExceptionGroupMatch`): a bare exception that
    /// matches is wrapped into a group.
    pub fn exception_group_match(&self, exception: &Obj, class: &Obj) -> Res<(Option<Obj>, Option<Obj>)> {
        if self.is_instance(exception, class)? {
            if exception.ty().is_subtype_of(&self.exc.base_exception_group) {
                return Ok((Some(exception.clone()), None));
            }
            let items = self.tuple([exception.clone()]);
            let group = self
                .call(self.exc.base_exception_group.as_obj(), &[self.names.empty.as_obj().clone(), items])?;
            return Ok((Some(group), None));
        }
        if exception.ty().is_subtype_of(&self.exc.base_exception_group) {
            let parts = split(self, exception, &Matcher::Class(class.clone()), true)?;
            return Ok((parts.matching, parts.rest));
        }
        Ok((None, Some(exception.clone())))
    }

    /// The part of a group made of these very exceptions and those that stand in them; nothing if there are none.
    pub fn exception_group_projection(&self, group: &Obj, keep: &[Obj]) -> Res<Option<Obj>> {
        let mut ids = Vec::new();
        for exception in keep {
            collect_leaves(self, exception, &mut ids)?;
        }
        Ok(split(self, group, &Matcher::Identity(ids), false)?.matching)
    }
}

/// The identities of the exceptions in a group that are no groups.
fn collect_leaves(vm: &Vm, exception: &Obj, ids: &mut Vec<usize>) -> Res<()> {
    if !exception.ty().is_subtype_of(&vm.exc.base_exception_group) {
        ids.push(exception.id());
        return Ok(());
    }
    for inner in nested(vm, exception)?.iter() {
        vm.recurse(" in collect_exception_group_leaf_ids", || collect_leaves(vm, inner, ids))?;
    }
    Ok(())
}
