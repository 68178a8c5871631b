//! `_sre` (`Modules/_sre/sre.c`): the engine behind `re` and its face.
//!
//! `re`'s own compiler (Python) makes the code; `validate` looks whether it is code; [`engine`] runs it; [`ops`] has its
//! instructions and [`chars`] what it asks of characters. `pattern`, `matched`, `scanner` and `template` are the types
//! that programs see, `subject` what they search in.

pub mod chars;
mod charset;
pub mod engine;
mod matched;
pub mod ops;
mod pattern;
mod scanner;
mod subject;
mod template;
mod validate;

use object::{Args, NativeDef, Obj, Res, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_sre", "")
    .functions(&[
        NativeDef::keywords("compile", pattern::compile, "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)\n--\n\n"),
        NativeDef::positional("template", template::template, "($module, pattern, template, /)\n--\n\n\n\n  template\n    A list containing interleaved literal strings (str or bytes) and group\n    indices (int), as returned by re._parser.parse_template():\n        [literal1, group1, ..., literalN, groupN]"),
        NativeDef::no_args("getcodesize", |vm, _, _| Ok(vm.int(CODE_SIZE)), "($module, /)\n--\n\n"),
        NativeDef::one("ascii_iscased", |vm, _, args| Ok(vm.bool(chars::ascii_is_cased(character(vm, args)?))), "($module, character, /)\n--\n\n"),
        NativeDef::one("unicode_iscased", |vm, _, args| Ok(vm.bool(chars::unicode_is_cased(character(vm, args)?))), "($module, character, /)\n--\n\n"),
        NativeDef::one("ascii_tolower", |vm, _, args| lower(vm, args, chars::ascii_lower), "($module, character, /)\n--\n\n"),
        NativeDef::one("unicode_tolower", |vm, _, args| lower(vm, args, chars::unicode_lower), "($module, character, /)\n--\n\n"),
    ])
    .init(|vm, module| {
        let numbers = [
            ("MAGIC", ops::MAGIC.into()),
            ("CODESIZE", CODE_SIZE),
            ("MAXREPEAT", ops::MAXREPEAT.into()),
            ("MAXGROUPS", ops::MAXGROUPS as i64),
        ];
        for (name, value) in numbers {
            module.dict.set_str(&vm.intern(name), vm.int(value));
        }
        let copyright = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ";
        module.dict.set_str(&vm.intern("copyright"), vm.str(copyright));
        Ok(())
    });

/// Bytes of a code word.
const CODE_SIZE: i64 = size_of::<u32>() as i64;

/// An argument that is a character's number. Numbers below zero are no character's, and stay themselves.
fn character(vm: &Vm, args: Args<'_>) -> Res<u32> {
    Ok(vm.as_i32(&args.values[0])? as u32)
}

fn lower(vm: &Vm, args: Args<'_>, lower: fn(u32) -> u32) -> Res<Obj> {
    Ok(vm.int((lower(character(vm, args)?) as i32).into()))
}
