//! `_opcode`: what `dis` asks of the opcode tables.

use bytecode::opcode::{Flags, Kind, Op, PythonVersion, Tables, effect};
use object::{Args, NativeDef, Obj, Params, Res, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("_opcode", "Opcode support module.")
    .functions(&[
        NativeDef::keywords("stack_effect", stack_effect, "($module, opcode, oparg=None, /, *, jump=None)\n--\n\nCompute the stack effect of the opcode."),
        NativeDef::keywords("is_valid", |vm, _, args| Ok(vm.bool(opcode(vm, "is_valid", args)?.is_some())), "($module, /, opcode)\n--\n\nReturn True if opcode is valid, False otherwise."),
        NativeDef::keywords("has_arg", |vm, _, args| has(vm, "has_arg", args, Flags::ARG), "($module, /, opcode)\n--\n\nReturn True if the opcode uses its oparg, False otherwise."),
        NativeDef::keywords("has_const", |vm, _, args| has(vm, "has_const", args, Flags::CONST), "($module, /, opcode)\n--\n\nReturn True if the opcode accesses a constant, False otherwise."),
        NativeDef::keywords("has_name", |vm, _, args| has(vm, "has_name", args, Flags::NAME), "($module, /, opcode)\n--\n\nReturn True if the opcode accesses an attribute by name, False otherwise."),
        NativeDef::keywords("has_jump", |vm, _, args| has(vm, "has_jump", args, Flags::JUMP), "($module, /, opcode)\n--\n\nReturn True if the opcode has a jump target, False otherwise."),
        NativeDef::keywords("has_free", |vm, _, args| has(vm, "has_free", args, Flags::FREE), "($module, /, opcode)\n--\n\nReturn True if the opcode accesses a free variable, False otherwise.\n\nNote that 'free' in this context refers to names in the current scope\nthat are referenced by inner scopes or names in outer scopes that are\nreferenced from this scope. It does not include references to global\nor builtin scopes."),
        NativeDef::keywords("has_local", |vm, _, args| has(vm, "has_local", args, Flags::LOCAL), "($module, /, opcode)\n--\n\nReturn True if the opcode accesses a local variable, False otherwise."),
        NativeDef::keywords("has_exc", |vm, _, args| has(vm, "has_exc", args, Flags::EXC), "($module, /, opcode)\n--\n\nReturn True if the opcode sets an exception handler, False otherwise."),
        NativeDef::no_args("get_specialization_stats", |vm, _, _| Ok(vm.none.clone()), "($module, /)\n--\n\nReturn the specialization stats"),
        NativeDef::no_args("get_nb_ops", get_nb_ops, "($module, /)\n--\n\nReturn array of symbols of binary ops.\n\nIndexed by the BINARY_OP oparg value."),
        NativeDef::no_args("get_intrinsic1_descs", |vm, _, _| Ok(strings(vm, tables().intrinsics_1)), "($module, /)\n--\n\nReturn a list of names of the unary intrinsics."),
        NativeDef::no_args("get_intrinsic2_descs", |vm, _, _| Ok(strings(vm, tables().intrinsics_2)), "($module, /)\n--\n\nReturn a list of names of the binary intrinsics."),
        NativeDef::keywords("get_executor", get_executor, "($module, /, code, offset)\n--\n\nReturn the executor object at offset in code if exists, None otherwise."),
        NativeDef::no_args("get_special_method_names", |vm, _, _| Ok(strings(vm, tables().special_methods)), "($module, /)\n--\n\nReturn a list of special method names."),
    ])
    .init(|vm, module| {
        for name in ["ENABLE_SPECIALIZATION", "ENABLE_SPECIALIZATION_FT"] {
            module.dict.set_str(&vm.intern(name), vm.int(1));
        }
        Ok(())
    });

fn tables() -> &'static Tables {
    PythonVersion::V3_14.tables()
}

fn strings(vm: &Vm, items: &[&str]) -> Obj {
    vm.list(items.iter().map(|item| vm.str(item)).collect())
}

/// The instruction of a number, if there is one.
fn instruction(number: i32) -> Option<Op> {
    let op = Op(u16::try_from(number).ok()?);
    (op.info().kind != Kind::Unused).then_some(op)
}

fn opcode(vm: &Vm, function: &'static str, args: Args<'_>) -> Res<Option<Op>> {
    let [number] = Params::new(function, ["opcode"]).required(1).bind(vm, args)?;
    Ok(instruction(vm.as_i32(number.unwrap_or(&vm.none))?))
}

fn has(vm: &Vm, function: &'static str, args: Args<'_>, flags: Flags) -> Res<Obj> {
    Ok(vm.bool(opcode(vm, function, args)?.is_some_and(|op| op.has(flags))))
}

fn get_nb_ops(vm: &Vm, _: &Obj, _: Args<'_>) -> Res<Obj> {
    let pairs = tables().binary_ops.iter();
    Ok(vm.list(pairs.map(|(name, symbol)| vm.tuple([vm.str(name), vm.str(symbol)])).collect()))
}

static STACK_EFFECT: Params<3> =
    Params::new("stack_effect", ["", "", "jump"]).positional_only(2).keyword_only(2).required(1);

fn stack_effect(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [number, operand, jump] = STACK_EFFECT.bind(vm, args)?;
    let number = vm.as_i32(number.unwrap_or(&vm.none))?;
    let operand = match operand.filter(|operand| !operand.is(&vm.none)) {
        Some(operand) => vm.as_i32(operand)?,
        None => 0,
    };
    let jumps = match jump {
        Some(jump) if jump.is(&vm.true_) => Some(true),
        Some(jump) if jump.is(&vm.false_) => Some(false),
        Some(jump) if !jump.is(&vm.none) => {
            return Err(vm.value_error("stack_effect: jump must be False, True or None"));
        }
        _ => None,
    };
    let invalid = || vm.value_error("invalid opcode or oparg");
    let op = instruction(number).ok_or_else(invalid)?;
    let written = matches!(op.info().kind, Kind::Plain | Kind::Pseudo);
    let operand = u32::try_from(operand).ok().filter(|_| written).ok_or_else(invalid)?;
    let on = effect::effect(op, operand).ok_or_else(invalid)?.net();
    let away = effect::handler_pushes(op).filter(|_| op.is_block_push()).map_or(on, i64::from);
    Ok(vm.int(match jumps {
        Some(true) => away,
        Some(false) => on,
        None => on.max(away),
    }))
}

static GET_EXECUTOR: Params<2> = Params::new("get_executor", ["code", "offset"]).required(2);

fn get_executor(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [code, offset] = GET_EXECUTOR.bind(vm, args)?;
    let code = code.unwrap_or(&vm.none);
    if code.get::<object::Code>().is_none() {
        return Err(vm.type_error(format!("expected a code object, not '{}'", code.ty().name())));
    }
    vm.as_i32(offset.unwrap_or(&vm.none))?;
    Err(vm.value_error("no executor at given byte offset"))
}
