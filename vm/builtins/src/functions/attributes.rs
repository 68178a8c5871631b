//! `getattr`, `setattr`, `isinstance`, `callable`, `id`, `hash`, `repr`, `dir`, `vars`, …

use object::{Args, NativeDef, Obj, Res, Str, Vm};

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::one(
        "ascii",
        |vm, _, a| vm.ascii(&a.values[0]),
        "($module, obj, /)\n--\n\nReturn an ASCII-only representation of an object.\n\nAs repr(), return a string containing a printable representation of an\nobject, but escape the non-ASCII characters in the string returned by\nrepr() using \\\\x, \\\\u or \\\\U escapes. This generates a string similar\nto that returned by repr() in Python 2.",
    ),
    NativeDef::one(
        "callable",
        |vm, _, a| Ok(vm.bool(vm.is_callable(&a.values[0]))),
        "($module, obj, /)\n--\n\nReturn whether the object is callable (i.e., some kind of function).\n\nNote that classes are callable, as are instances of classes with a\n__call__() method.",
    ),
    NativeDef::positional(
        "delattr",
        delattr,
        "($module, obj, name, /)\n--\n\nDeletes the named attribute from the given object.\n\ndelattr(x, \'y\') is equivalent to ``del x.y``",
    ),
    NativeDef::positional(
        "dir",
        dir,
        "dir([object]) -> list of strings\n\nIf called without an argument, return the names in the current scope.\nElse, return an alphabetized list of names comprising (some of) the attributes\nof the given object, and of attributes reachable from it.\nIf the object supplies a method named __dir__, it will be used; otherwise\nthe default dir() logic is used and returns:\n  for a module object: the module\'s attributes.\n  for a class object:  its attributes, and recursively the attributes\n    of its bases.\n  for any other object: its attributes, its class\'s attributes, and\n    recursively the attributes of its class\'s base classes.",
    ),
    NativeDef::positional(
        "format",
        format,
        "($module, value, format_spec=\'\', /)\n--\n\nReturn type(value).__format__(value, format_spec)\n\nMany built-in types implement format_spec according to the\nFormat Specification Mini-language. See help(\'FORMATTING\')\nfor details.",
    ),
    NativeDef::positional(
        "getattr",
        getattr,
        "getattr(object, name[, default]) -> value\n\nGet a named attribute from an object; getattr(x, \'y\') is equivalent to x.y.\nWhen a default argument is given, it is returned when the attribute doesn\'t\nexist; without it, an exception is raised in that case.",
    ),
    NativeDef::positional(
        "hasattr",
        hasattr,
        "($module, obj, name, /)\n--\n\nReturn whether the object has an attribute with the given name.\n\nThis is done by calling getattr(obj, name) and catching AttributeError.",
    ),
    NativeDef::one(
        "hash",
        |vm, _, a| Ok(vm.int(vm.hash(&a.values[0])?)),
        "($module, obj, /)\n--\n\nReturn the hash value for the given object.\n\nTwo objects that compare equal must also have the same hash value, but the\nreverse is not necessarily true.",
    ),
    NativeDef::one(
        "id",
        |vm, _, a| Ok(vm.int(a.values[0].id() as i64)),
        "($module, obj, /)\n--\n\nReturn the identity of an object.\n\nThis is guaranteed to be unique among simultaneously existing objects.\n(CPython uses the object\'s memory address.)",
    ),
    NativeDef::positional(
        "isinstance",
        |vm, _, a| {
            let [obj, class] = a.exact(vm, "isinstance")?;
            Ok(vm.bool(vm.is_instance(obj, class)?))
        },
        "($module, obj, class_or_tuple, /)\n--\n\nReturn whether an object is an instance of a class or of a subclass thereof.\n\nA tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)\nor ...`` etc.",
    ),
    NativeDef::positional(
        "issubclass",
        |vm, _, a| {
            let [class, of] = a.exact(vm, "issubclass")?;
            Ok(vm.bool(vm.is_subclass(class, of)?))
        },
        "($module, cls, class_or_tuple, /)\n--\n\nReturn whether \'cls\' is derived from another class or is the same class.\n\nA tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to\ncheck against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)\nor ...``.",
    ),
    NativeDef::one(
        "repr",
        |vm, _, a| vm.repr(&a.values[0]),
        "($module, obj, /)\n--\n\nReturn the canonical string representation of the object.\n\nFor many object types, including most builtins, eval(repr(obj)) == obj.",
    ),
    NativeDef::positional(
        "setattr",
        setattr,
        "($module, obj, name, value, /)\n--\n\nSets the named attribute on the given object to the specified value.\n\nsetattr(x, \'y\', v) is equivalent to ``x.y = v``",
    ),
    NativeDef::positional(
        "vars",
        vars,
        "vars([object]) -> dictionary\n\nWithout arguments, equivalent to locals().\nWith an argument, equivalent to object.__dict__.",
    ),
];

fn delattr(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [obj, name] = args.exact(vm, "delattr")?;
    vm.delattr(obj, &vm.attribute_name(name)?)?;
    Ok(vm.none.clone())
}

fn setattr(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [obj, name, value] = args.exact(vm, "setattr")?;
    vm.setattr(obj, &vm.attribute_name(name)?, value)?;
    Ok(vm.none.clone())
}

fn getattr(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    args.check_positional(vm, "getattr", 2, 3)?;
    let name = vm.attribute_name(&args.values[1])?;
    match args.values.get(2) {
        None => vm.getattr(&args.values[0], &name),
        Some(default) => Ok(vm.getattr_optional(&args.values[0], &name)?.unwrap_or_else(|| default.clone())),
    }
}

fn hasattr(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [obj, name] = args.exact(vm, "hasattr")?;
    let name = vm.attribute_name(name)?;
    Ok(vm.bool(vm.getattr_optional(obj, &name)?.is_some()))
}

fn format(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [value, spec] = args.unpack::<2>(vm, "format", 1)?;
    if let Some(spec) = spec
        && spec.get::<Str>().is_none()
    {
        return Err(vm.bad_argument("format", "argument 2", "str", spec));
    }
    vm.format(value.unwrap_or(&vm.none), spec)
}

fn dir(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [obj] = args.unpack::<1>(vm, "dir", 0)?;
    if let Some(obj) = obj {
        return vm.dir(obj);
    }
    let locals = super::code::current_locals(vm)?;
    let keys = vm.call_method(&locals, &vm.names.keys, &[])?;
    let mut names = vm.iter_to_vec(&keys)?;
    vm.sort(&mut names)?;
    Ok(vm.list(names))
}

fn vars(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [obj] = args.unpack::<1>(vm, "vars", 0)?;
    let Some(obj) = obj else { return super::code::current_locals(vm) };
    match vm.getattr_optional(obj, &vm.names.__dict__)? {
        Some(dict) => Ok(dict),
        None => Err(vm.type_error("vars() argument must have __dict__ attribute")),
    }
}
