//! `code` (CPython's `codeobject.c`).

use bytecode::{exceptiontable, linetable};
use object::types::{GetSetDef, MemberDef, NativeDef, NativeType};
use object::{Args, Code, CodeParts, Layout as _, Obj, Raised, Ref, Res, Str, Vm};

/// The type `code`.
pub static CODE: NativeType = NativeType::new("code", Code::VTABLE)
    .doc("Create a code object.  Not for mere mortals.")
    .slots(|s| {
        s.repr.set(Some(repr));
        s.hash.set(Some(hash));
        s.richcompare.set(Some(compare));
    })
    .methods(&[
        NativeDef::no_args("co_positions", positions, "($self, /)\n--\n\n"),
        NativeDef::one(
            "_varname_from_oparg",
            place_name,
            "($self, /, oparg)\n--\n\n(internal-only) Return the local variable name for the given oparg.\n\nWARNING: this method is for internal use only and may change or go away.",
        ),
        NativeDef::no_args("co_lines", lines, "($self, /)\n--\n\n"),
        NativeDef::keywords(
            "replace",
            replace,
            "Return a copy of the code object with new values for the specified fields.",
        ),
    ])
    .members(&[
        MemberDef::read_only("co_argcount", |vm, o| int(vm, o, |c| c.arg_count), ""),
        MemberDef::read_only("co_posonlyargcount", |vm, o| int(vm, o, |c| c.object.posonlyargcount), ""),
        MemberDef::read_only("co_kwonlyargcount", |vm, o| int(vm, o, |c| c.kwonly_count), ""),
        MemberDef::read_only("co_nlocals", |vm, o| Ok(vm.int(receiver(vm, o)?.object.nlocals() as i64)), ""),
        MemberDef::read_only("co_stacksize", |vm, o| int(vm, o, |c| c.object.stacksize), ""),
        MemberDef::read_only("co_flags", |vm, o| int(vm, o, |c| c.flags), ""),
        MemberDef::read_only("co_names", |vm, o| Ok(names(vm, &receiver(vm, o)?.names)), ""),
        MemberDef::read_only("co_filename", |vm, o| Ok(receiver(vm, o)?.filename.clone().into_obj()), ""),
        MemberDef::read_only("co_name", |vm, o| Ok(receiver(vm, o)?.name.clone().into_obj()), ""),
        MemberDef::read_only("co_qualname", |vm, o| Ok(receiver(vm, o)?.qualname.clone().into_obj()), ""),
        MemberDef::read_only(
            "co_firstlineno",
            |vm, o| Ok(vm.int(receiver(vm, o)?.object.firstlineno.into())),
            "",
        ),
        MemberDef::read_only("co_linetable", |vm, o| Ok(vm.bytes(&receiver(vm, o)?.object.linetable)), ""),
        MemberDef::read_only(
            "co_exceptiontable",
            |vm, o| Ok(vm.bytes(&receiver(vm, o)?.object.exceptiontable)),
            "",
        ),
        MemberDef::read_only("co_consts", |vm, o| Ok(vm.tuple(receiver(vm, o)?.consts.iter().cloned())), ""),
    ])
    .getset(&[
        GetSetDef::read_only("co_code", |vm, o| Ok(vm.bytes(&receiver(vm, o)?.object.code)), ""),
        GetSetDef::read_only("_co_code_adaptive", adaptive, ""),
        GetSetDef::read_only("co_varnames", |vm, o| places(vm, o, bytecode::local_kind::LOCAL), ""),
        GetSetDef::read_only("co_cellvars", |vm, o| places(vm, o, bytecode::local_kind::CELL), ""),
        GetSetDef::read_only("co_freevars", |vm, o| places(vm, o, bytecode::local_kind::FREE), ""),
    ])
    .size(208, 2)
    .offsets(0, 144);

fn receiver<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Code> {
    obj.get::<Code>().ok_or_else(|| wrong(vm, obj))
}

fn wrong(vm: &Vm, obj: &Obj) -> Raised {
    vm.type_error(format!("a code object was expected, not '{}'", obj.ty().name()))
}

fn int(vm: &Vm, obj: &Obj, field: impl Fn(&Code) -> u32) -> Res<Obj> {
    Ok(vm.int(field(receiver(vm, obj)?).into()))
}

fn names(vm: &Vm, names: &[Ref<Str>]) -> Obj {
    vm.tuple(names.iter().map(|n| n.as_obj().clone()))
}

fn places(vm: &Vm, obj: &Obj, kind: u8) -> Res<Obj> {
    let code = receiver(vm, obj)?;
    let found: Vec<Obj> = (0..code.place_count())
        .filter(|&i| code.place_kind(i) & kind != 0)
        .map(|i| code.place_names[i].as_obj().clone())
        .collect();
    Ok(vm.tuple(found))
}

fn adaptive(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let bytes: Vec<u8> = receiver(vm, obj)?.units().iter().flat_map(|u| u.get().to_le_bytes()).collect();
    Ok(vm.bytes(&bytes))
}

/// `code.replace` for all fields that leave instructions, constants and slots as they are.
fn replace(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let code = receiver(vm, obj)?;
    if !args.pos().is_empty() {
        let given = args.pos().len();
        return Err(vm.type_error(format!("replace() takes 0 positional arguments but {given} were given")));
    }
    let mut object = (*code.object).clone();
    let mut parts = CodeParts {
        consts: code.consts.clone(),
        names: code.names.clone(),
        place_names: code.place_names.clone(),
        filename: code.filename.clone(),
        name: code.name.clone(),
        qualname: code.qualname.clone(),
    };
    for (name, value) in args.keywords() {
        let field = name.clone();
        let field = field.get::<Str>().map(|s| s.to_text_lossy().into_owned()).unwrap_or_default();
        let string = || -> Res<(Ref<Str>, bytecode::PyString)> {
            let Some(text) = value.get::<Str>() else {
                return Err(vm.bad_argument("replace", &format!("argument '{field}'"), "str", value));
            };
            let text = text.to_text_lossy().into_owned();
            Ok((vm.intern(&text), text.as_str().into()))
        };
        let number = || -> Res<u32> {
            let number = vm.as_i64(value)?;
            u32::try_from(number).map_err(|_| vm.value_error("code: argument must not be negative"))
        };
        match field.as_str() {
            "co_flags" => object.flags = number()?,
            "co_firstlineno" => object.firstlineno = number()? as i32,
            "co_name" => (parts.name, object.name) = string()?,
            "co_qualname" => (parts.qualname, object.qualname) = string()?,
            "co_filename" => (parts.filename, object.filename) = string()?,
            "co_argcount" | "co_posonlyargcount" | "co_kwonlyargcount" | "co_nlocals" | "co_stacksize"
            | "co_code" | "co_consts" | "co_names" | "co_varnames" | "co_freevars" | "co_cellvars"
            | "co_linetable" | "co_exceptiontable" => {
                return Err(vm.raise_text(
                    &vm.exc.not_implemented_error,
                    &format!("code.replace() cannot change {field} in this machine"),
                ));
            }
            _ => {
                return Err(vm.type_error(format!("replace() got an unexpected keyword argument '{field}'")));
            }
        }
    }
    let copy = Code::new(std::sync::Arc::new(object), parts);
    crate::specialize::counter::quicken(&copy);
    Ok(Ref::new(vm.native_type(&CODE), copy).into_obj())
}

fn optional(vm: &Vm, number: Option<i32>) -> Obj {
    number.map_or_else(|| vm.none.clone(), |n| vm.int(n.into()))
}

fn positions(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let code = receiver(vm, obj)?;
    let all: Vec<Obj> = linetable::positions(&code.object.linetable, code.object.firstlineno)
        .map(|p| {
            vm.tuple([
                optional(vm, p.line),
                optional(vm, p.end_line),
                optional(vm, p.col),
                optional(vm, p.end_col),
            ])
        })
        .collect();
    vm.iter(&vm.tuple(all))
}

fn place_name(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let index = vm.as_i64(&args.values[0])?;
    let name = usize::try_from(index).ok().and_then(|index| receiver(vm, obj).ok()?.place_names.get(index));
    match name {
        Some(name) => Ok(name.clone().into_obj()),
        None => Err(vm.raise_text(&vm.exc.index_error, "tuple index out of range")),
    }
}

fn lines(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let code = receiver(vm, obj)?;
    let all: Vec<Obj> = linetable::lines(&code.object.linetable, code.object.firstlineno)
        .map(|run| {
            vm.tuple([vm.int(run.start as i64 * 2), vm.int(run.end as i64 * 2), optional(vm, run.line)])
        })
        .collect();
    vm.iter(&vm.tuple(all))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let code = receiver(vm, obj)?;
    let line = match code.object.firstlineno {
        0 => -1,
        line => line,
    };
    Ok(vm.str(&format!(
        "<code object {} at {:#x}, file \"{}\", line {line}>",
        code.name.to_text_lossy(),
        obj.id(),
        code.filename.to_text_lossy()
    )))
}

fn hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let code = receiver(vm, obj)?;
    let entries = exceptiontable::entries(&code.object.exceptiontable).count() as i64;
    let hash = code.name.hash_value()
        ^ (i64::from(code.object.firstlineno) << 20)
        ^ (code.object.code.len() as i64) << 40
        ^ entries;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: object::types::CompareOp) -> Res<Obj> {
    use object::types::CompareOp;
    let (Some(x), Some(y)) = (a.get::<Code>(), b.get::<Code>()) else {
        return Ok(vm.not_implemented.clone());
    };
    match op {
        CompareOp::Eq => Ok(vm.bool(x.object == y.object)),
        CompareOp::Ne => Ok(vm.bool(x.object != y.object)),
        _ => Ok(vm.not_implemented.clone()),
    }
}
