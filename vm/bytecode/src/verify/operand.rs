//! Whether an instruction may stand in code, and its operand is in range.

use super::Problem;
use crate::instruction::Instruction;
use crate::opcode::Kind;
use crate::{CodeObject, Flags, Opcode, PythonVersion, local_kind};

pub(super) fn check(code: &CodeObject, instruction: &Instruction) -> Result<(), Problem> {
    let Instruction { op, arg, .. } = *instruction;
    let written_by_compiler = op.info().kind == Kind::Plain
        && !matches!(
            op,
            Opcode::CACHE
                | Opcode::RESERVED
                | Opcode::ENTER_EXECUTOR
                | Opcode::INTERPRETER_EXIT
                | Opcode::EXIT_INIT_CHECK
        );
    if !written_by_compiler {
        return Err(Problem::Opcode(op));
    }
    if in_range(code, op, arg) { Ok(()) } else { Err(Problem::Operand(op, arg)) }
}

fn in_range(code: &CodeObject, op: Opcode, arg: u32) -> bool {
    let tables = PythonVersion::V3_14.tables();
    let index = arg as usize;
    let slots = code.localspluskinds.len();
    let name = |i: u32| (i as usize) < code.names.len();
    let kind = |bits: u8| code.localspluskinds.get(index).is_some_and(|k| k & bits != 0);
    match op {
        Opcode::LOAD_CONST => index < code.consts.len(),
        Opcode::LOAD_GLOBAL | Opcode::LOAD_ATTR => name(arg >> 1),
        Opcode::LOAD_SUPER_ATTR => name(arg >> 2),
        _ if op.has(Flags::NAME) => name(arg),
        Opcode::LOAD_FAST_LOAD_FAST
        | Opcode::LOAD_FAST_BORROW_LOAD_FAST_BORROW
        | Opcode::STORE_FAST_LOAD_FAST
        | Opcode::STORE_FAST_STORE_FAST => arg < 256 && index >> 4 < slots && index & 15 < slots,
        // A comprehension's own cell can be in the slot of a free variable of its name.
        Opcode::MAKE_CELL
        | Opcode::LOAD_DEREF
        | Opcode::STORE_DEREF
        | Opcode::DELETE_DEREF
        | Opcode::LOAD_FROM_DICT_OR_DEREF => kind(local_kind::CELL | local_kind::FREE),
        _ if op.has(Flags::LOCAL) => index < slots,
        Opcode::LOAD_FAST_AND_CLEAR => index < slots,
        Opcode::COPY_FREE_VARS => {
            code.localspluskinds.iter().filter(|k| **k & local_kind::FREE != 0).count() == index
        }
        Opcode::LOAD_SMALL_INT => arg < 256,
        Opcode::BINARY_OP => index < tables.binary_ops.len(),
        Opcode::COMPARE_OP => index >> 5 < tables.compare_ops.len(),
        Opcode::CONTAINS_OP | Opcode::IS_OP => arg <= 1,
        Opcode::CONVERT_VALUE => (1..=3).contains(&arg),
        Opcode::CALL_INTRINSIC_1 => (1..tables.intrinsics_1.len()).contains(&index),
        Opcode::CALL_INTRINSIC_2 => (1..tables.intrinsics_2.len()).contains(&index),
        Opcode::LOAD_SPECIAL => index < tables.special_methods.len(),
        Opcode::LOAD_COMMON_CONSTANT => index < tables.common_constants.len(),
        Opcode::SET_FUNCTION_ATTRIBUTE => matches!(arg, 1 | 2 | 4 | 8 | 16),
        Opcode::RAISE_VARARGS => arg <= 2,
        Opcode::BUILD_SLICE => matches!(arg, 2 | 3),
        Opcode::GET_AWAITABLE => arg <= 2,
        _ => true,
    }
}
