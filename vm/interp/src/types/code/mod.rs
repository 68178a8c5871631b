//! `code` (CPython's `codeobject.c`).

mod made;

use bytecode::{Opcode, hash, instruction, linetable, local_kind};
use object::types::{GetSetDef, MemberDef, NativeDef, NativeType};
use object::{Args, Code, Layout as _, Obj, Raised, Ref, Res, Str, Vm};

/// The type `code`.
pub static CODE: NativeType = NativeType::new("code", Code::VTABLE)
    .doc("Create a code object.  Not for mere mortals.")
    .slots(|s| {
        s.new.set(Some(made::new));
        s.repr.set(Some(repr));
        s.hash.set(Some(code_hash));
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
        NativeDef::no_args("co_branches", branches, "($self, /)\n--\n\n"),
        NativeDef::keywords(
            "replace",
            made::replace,
            "Return a copy of the code object with new values for the specified fields.",
        ),
        NativeDef::keywords("__replace__", made::replace, "__replace__($self, /, **changes)\n--\n\nThe same as replace()."),
    ])
    .members(&[
        MemberDef::read_only("co_argcount", |vm, o| int(vm, o, |c| c.arg_count), ""),
        MemberDef::read_only("co_posonlyargcount", |vm, o| int(vm, o, |c| c.object.posonlyargcount), ""),
        MemberDef::read_only("co_kwonlyargcount", |vm, o| int(vm, o, |c| c.kwonly_count), ""),
        MemberDef::read_only("co_nlocals", |vm, o| Ok(vm.int(receiver(vm, o)?.object.nlocals() as i64)), ""),
        MemberDef::read_only("co_stacksize", |vm, o| int(vm, o, |c| c.object.stacksize), ""),
        MemberDef::read_only("co_flags", |vm, o| int(vm, o, |c| c.flags), ""),
        MemberDef::read_only("co_names", |vm, o| Ok(co_names(vm, receiver(vm, o)?)), ""),
        MemberDef::read_only("co_filename", |vm, o| Ok(receiver(vm, o)?.filename.clone().into_obj()), ""),
        MemberDef::read_only("co_name", |vm, o| Ok(receiver(vm, o)?.name.clone().into_obj()), ""),
        MemberDef::read_only("co_qualname", |vm, o| Ok(receiver(vm, o)?.qualname.clone().into_obj()), ""),
        MemberDef::read_only(
            "co_firstlineno",
            |vm, o| Ok(vm.int(receiver(vm, o)?.object.firstlineno.into())),
            "",
        ),
        MemberDef::read_only("co_linetable", |vm, o| Ok(co_linetable(vm, receiver(vm, o)?)), ""),
        MemberDef::read_only("co_exceptiontable", |vm, o| Ok(co_exceptiontable(vm, receiver(vm, o)?)), ""),
        MemberDef::read_only("co_consts", |vm, o| Ok(receiver(vm, o)?.consts.clone().into_obj()), ""),
    ])
    .getset(&[
        GetSetDef::read_only("co_code", |vm, o| Ok(co_code(vm, receiver(vm, o)?)), ""),
        GetSetDef::read_only("_co_code_adaptive", adaptive, ""),
        GetSetDef::read_only("co_lnotab", lnotab, ""),
        GetSetDef::read_only("co_varnames", |vm, o| Ok(co_varnames(vm, receiver(vm, o)?)), ""),
        GetSetDef::read_only("co_cellvars", |vm, o| Ok(co_cellvars(vm, receiver(vm, o)?)), ""),
        GetSetDef::read_only("co_freevars", |vm, o| Ok(co_freevars(vm, receiver(vm, o)?)), ""),
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

/// The attributes that are made when they are asked for.
fn co_names(vm: &Vm, code: &Code) -> Obj {
    code.attributes.names.get_or_init(|| vm.tuple(code.names.iter().map(|n| n.as_obj().clone()))).clone()
}

fn co_linetable(vm: &Vm, code: &Code) -> Obj {
    code.attributes.linetable.get_or_init(|| vm.bytes(&code.object.linetable)).clone()
}

fn co_exceptiontable(vm: &Vm, code: &Code) -> Obj {
    code.attributes.exceptiontable.get_or_init(|| vm.bytes(&code.object.exceptiontable)).clone()
}

fn co_code(vm: &Vm, code: &Code) -> Obj {
    code.attributes.code.get_or_init(|| vm.bytes(&code.object.code)).clone()
}

fn co_varnames(vm: &Vm, code: &Code) -> Obj {
    code.attributes.varnames.get_or_init(|| places(vm, code, local_kind::LOCAL)).clone()
}

fn co_cellvars(vm: &Vm, code: &Code) -> Obj {
    code.attributes.cellvars.get_or_init(|| places(vm, code, local_kind::CELL)).clone()
}

fn co_freevars(vm: &Vm, code: &Code) -> Obj {
    code.attributes.freevars.get_or_init(|| places(vm, code, local_kind::FREE)).clone()
}

/// The names of places of a kind
fn places(vm: &Vm, code: &Code, kind: u8) -> Obj {
    let places = (0..code.place_count()).filter(|&i| code.place_kind(i) & kind != 0);
    let names: Vec<Obj> = places.map(|i| code.place_names[i].as_obj().clone()).collect();
    vm.tuple(names)
}

fn adaptive(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let bytes: Vec<u8> = receiver(vm, obj)?.units().iter().flat_map(|u| u.get().to_le_bytes()).collect();
    Ok(vm.bytes(&bytes))
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

/// Where control can part: the places of the branch and of both ways on, the one not jumped first.
fn branches(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let code = receiver(vm, obj)?;
    let triple =
        |from: usize, on: usize, jump: usize| vm.tuple([from, on, jump].map(|unit| vm.int(unit as i64 * 2)));
    let branch = |i: instruction::Instruction| match i.op {
        // At the end of the iterator control comes out behind END_FOR and POP_ITER.
        Opcode::FOR_ITER => Some(triple(i.offset, i.end(), i.jump_target()? + 2)),
        // The way on begins behind a NOT_TAKEN.
        Opcode::POP_JUMP_IF_TRUE
        | Opcode::POP_JUMP_IF_FALSE
        | Opcode::POP_JUMP_IF_NONE
        | Opcode::POP_JUMP_IF_NOT_NONE => Some(triple(i.offset, i.end() + 1, i.jump_target()?)),
        // The branch is the END_SEND that the operand leads back to.
        Opcode::END_ASYNC_FOR => {
            let from = i.end().checked_sub(i.arg as usize)?;
            Some(triple(from, from + 2, i.end()))
        }
        _ => None,
    };
    let all: Vec<Obj> = instruction::instructions(&code.object.code).filter_map(branch).collect();
    vm.iter(&vm.tuple(all))
}

/// The line table in the form it had up to 3.9: pairs of bytes, how far on in the code and in the lines.
fn lnotab(vm: &Vm, obj: &Obj) -> Res<Obj> {
    vm.warn(&vm.exc.deprecation_warning, "co_lnotab is deprecated, use co_lines instead.", 1)?;
    let object = &receiver(vm, obj)?.object;
    let (mut at, mut at_line, mut table) = (0, object.firstlineno, Vec::new());
    for run in linetable::lines(&object.linetable, object.firstlineno) {
        let Some(line) = run.line.filter(|line| *line != at_line) else { continue };
        let (mut bytes, mut lines) = (run.start * 2 - at, line - at_line);
        while bytes > 255 {
            table.extend([255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&lines) {
            let step = lines.clamp(-128, 127);
            table.extend([bytes as u8, step as i8 as u8]);
            (bytes, lines) = (0, lines - step);
        }
        table.extend([bytes as u8, lines as i8 as u8]);
        (at, at_line) = (run.start * 2, line);
    }
    Ok(vm.bytes(&table))
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

/// Of all that makes code equal
fn code_hash(vm: &Vm, obj: &Obj) -> Res<i64> {
    let code = receiver(vm, obj)?;
    let object = &*code.object;
    let of_names =
        |names: &[Ref<Str>]| hash::tuple(names.iter().map(|name| Ok::<i64, Raised>(name.hash_value())));
    let mut total: u64 = 20_221_211;
    let mut scramble = |part: i64| total = (total ^ part as u64).wrapping_mul(1_000_003);
    scramble(code.name.hash_value());
    scramble(hash::tuple(code.consts.iter().map(|constant| vm.hash(constant)))?);
    scramble(of_names(&code.names)?);
    scramble(of_names(&code.place_names)?);
    scramble(hash::bytes(&object.linetable));
    scramble(hash::bytes(&object.exceptiontable));
    for number in [code.arg_count, object.posonlyargcount, code.kwonly_count, code.flags] {
        scramble(number.into());
    }
    scramble(object.firstlineno.into());
    let (units, _) = object.code.as_chunks::<2>();
    scramble(units.len() as i64);
    let mut at = 0;
    while let Some(unit) = units.get(at) {
        unit.iter().for_each(|byte| scramble((*byte).into()));
        at += 1 + Opcode(unit[0]).caches();
    }
    let hash = total as i64;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(vm: &Vm, a: &Obj, b: &Obj, op: object::types::CompareOp) -> Res<Obj> {
    use object::types::CompareOp;
    let (Some(x), Some(y)) = (a.get::<Code>(), b.get::<Code>()) else {
        return Ok(vm.not_implemented.clone());
    };
    // Constants that no `.pyc` can hold are no part of the object proper.
    let same = |(a, b): (&Obj, &Obj)| -> Res<bool> {
        let portable = |c| Ok(crate::code::as_constant(vm, c)?.is_some());
        Ok(a.is(b) || portable(a)? && portable(b)?)
    };
    let mut equal = x.object == y.object;
    for pair in x.consts.iter().zip(y.consts.iter()) {
        equal = equal && same(pair)?;
    }
    match op {
        CompareOp::Eq => Ok(vm.bool(equal)),
        CompareOp::Ne => Ok(vm.bool(!equal)),
        _ => Ok(vm.not_implemented.clone()),
    }
}
