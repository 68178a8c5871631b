//! `_symtable` (`Modules/symtablemodule.c`, `Python/symtable.c`): the compiler's symbol tables as objects.

use builtins::{file_name, source_bytes};
use object::vm::ProgramBlock;
use object::{
    Args, CompileMode, CompileRequest, Layout as _, MemberDef, NativeDef, NativeType, Obj, Payload, Ref, Res,
    Visitor, Vm,
};

use crate::module::NativeModule;

/// How far above the flags of a symbol its scope stands.
const SCOPE_OFFSET: i64 = 12;

/// Flags, scopes and kinds of blocks (`pycore_symtable.h`)
const CONSTANTS: [(&str, i64); 25] = [
    ("USE", 16),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 8),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 4),
    ("DEF_TYPE_PARAM", 1024),
    ("DEF_FREE_CLASS", 64),
    ("DEF_IMPORT", 128),
    ("DEF_BOUND", 134),
    ("DEF_ANNOT", 256),
    ("DEF_COMP_ITER", 512),
    ("DEF_COMP_CELL", 2048),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("TYPE_ANNOTATION", 3),
    ("TYPE_TYPE_ALIAS", 4),
    ("TYPE_TYPE_PARAMETERS", 5),
    ("TYPE_TYPE_VARIABLE", 6),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_MASK", 15),
];

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_symtable", "")
    .functions(&[NativeDef::keywords(
        "symtable",
        symtable,
        "($module, source, filename, startstr, /)\n--\n\nReturn symbol and scope dictionaries used internally by compiler.",
    )])
    .init(|vm, module| {
        for (name, value) in CONSTANTS.into_iter().chain([("SCOPE_OFF", SCOPE_OFFSET)]) {
            module.dict.set_str(&vm.intern(name), vm.int(value));
        }
        Ok(())
    });

/// The payload of `symtable entry`.
struct Entry {
    kind: u8,
    name: Obj,
    line: u32,
    is_nested: bool,
    /// A dict: flags by name
    symbols: Obj,
    /// A list
    varnames: Obj,
    /// A list of entries
    children: Obj,
}

impl Payload for Entry {
    const NAME: &'static str = "symtable entry";
    // As in CPython: what the lists are given later can keep it alive for ever.
    const TRACKED: bool = false;
    fn trace(&self, visit: &mut Visitor<'_>) {
        [&self.name, &self.symbols, &self.varnames, &self.children].into_iter().for_each(visit);
    }
}

static ENTRY: NativeType = NativeType::new("symtable entry", Entry::VTABLE)
    .size(144, 0)
    .slots(|s| s.repr.set(Some(repr)))
    .members(&[
        MemberDef::read_only("id", |vm, obj| Ok(vm.int(obj.id() as i64)), ""),
        MemberDef::read_only("name", |vm, obj| Ok(entry(vm, obj)?.name.clone()), ""),
        MemberDef::read_only("symbols", |vm, obj| Ok(entry(vm, obj)?.symbols.clone()), ""),
        MemberDef::read_only("varnames", |vm, obj| Ok(entry(vm, obj)?.varnames.clone()), ""),
        MemberDef::read_only("children", |vm, obj| Ok(entry(vm, obj)?.children.clone()), ""),
        MemberDef::read_only("nested", |vm, obj| Ok(vm.int(entry(vm, obj)?.is_nested.into())), ""),
        MemberDef::read_only("type", |vm, obj| Ok(vm.int(entry(vm, obj)?.kind.into())), ""),
        MemberDef::read_only("lineno", |vm, obj| Ok(vm.int(entry(vm, obj)?.line.into())), ""),
    ]);

fn entry<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Entry> {
    obj.get::<Entry>().ok_or_else(|| vm.type_error("a symtable entry was expected"))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let Entry { name, line, .. } = entry(vm, obj)?;
    Ok(vm.str(&format!("<symtable entry {}({}), line {line}>", vm.str_text(name)?, obj.id())))
}

fn symtable(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [source, filename, start] = args.exact(vm, "symtable")?;
    let filename = file_name(vm, filename)?;
    let start = vm.str_arg("symtable", "argument 3", start)?;
    let (source, form) = source_bytes(vm, source, "symtable", "string or bytes object")?;
    let mode = match start.as_ascii() {
        Some("exec") => CompileMode::Exec,
        Some("eval") => CompileMode::Eval,
        Some("single") => CompileMode::Single,
        _ => return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
    };
    let blocks = vm.symbol_tables(&CompileRequest {
        source: &source,
        form,
        filename: &filename,
        mode,
        flags: 0,
        optimize: -1,
        feature_version: None,
    })?;
    // Inner blocks have greater numbers.
    let mut made: Vec<Option<Obj>> = blocks.iter().map(|_| None).collect();
    for (number, block) in blocks.into_iter().enumerate().rev() {
        made[number] = Some(object(vm, block, &made));
    }
    let module = made.into_iter().next().flatten();
    module.ok_or_else(|| vm.system_error("a program has a block"))
}

/// A block as an object; those in it are made.
fn object(vm: &Vm, block: ProgramBlock, made: &[Option<Obj>]) -> Obj {
    let ProgramBlock { kind, name, line, is_nested, symbols, varnames, children } = block;
    let text = |name: &str| vm.intern(name);
    let flags = vm.dict();
    for (name, bits) in symbols {
        flags.set_str(&text(&name), vm.int(bits.into()));
    }
    let entry = Entry {
        kind,
        name: text(&name).into_obj(),
        line,
        is_nested,
        symbols: flags.into_obj(),
        varnames: vm.list(varnames.iter().map(|name| text(name).into_obj()).collect()),
        children: vm.list(children.into_iter().filter_map(|child| made.get(child)?.clone()).collect()),
    };
    Ref::new(vm.native_type(&ENTRY), entry).into_obj()
}
