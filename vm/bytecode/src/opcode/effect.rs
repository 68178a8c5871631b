//! What each instruction pops and pushes, as CPython's `bytecodes.c` declares it.
//!
//! The effect is that of the way on: for `FOR_ITER` and `SEND` the jump has the same one. Block pushes
//! (`SETUP_*`) change nothing on the way on; [`handler_pushes`] says what their handler finds.

use super::{Flags, Kind, Op};

/// The operands an instruction takes and gives back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effect {
    /// Values that must be on the stack and are consumed
    pub pops: u32,
    /// Values left in their place
    pub pushes: u32,
}

impl Effect {
    /// Change of the stack's depth
    pub fn net(self) -> i64 {
        i64::from(self.pushes) - i64::from(self.pops)
    }
}

/// The effect of `op` with operand `arg`; `None` for numbers that are no instruction, and for operands that
/// make no sense (`COPY 0`).
#[inline]
pub fn effect(op: impl Into<Op>, arg: u32) -> Option<Effect> {
    let op = op.into();
    if arg >= 1 << 30 {
        return None; // no stack is that deep; keeps the sums below from overflowing
    }
    match FIXED.get(usize::from(op.0)) {
        Some(&[pops, pushes]) if pops != VARIES => Some(Effect { pops: pops.into(), pushes: pushes.into() }),
        _ => formula(op, arg).or_else(|| of_base(op, arg)),
    }
}

/// The effect of an instruction that stands for another: the formulas know only of those.
fn of_base(op: Op, arg: u32) -> Option<Effect> {
    match op.info().kind {
        Kind::Plain | Kind::Pseudo => None,
        Kind::Specialized(base) | Kind::Instrumented(Some(base)) => formula(base.into(), arg),
        Kind::Instrumented(None) | Kind::Unused => None,
    }
}

/// Instead of a number of pops in [`FIXED`]
const VARIES: u8 = u8::MAX;

/// By opcode: what it pops and pushes, if that is the same whatever its operand is. Where the operand counts, 0 and 1
/// differ.
static FIXED: [[u8; 2]; 300] = {
    let mut table = [[VARIES; 2]; 300];
    let mut number = 0;
    while number < table.len() {
        let op = Op(number as u16);
        if let (Some(zero), Some(one)) = (formula(op, 0), formula(op, 1))
            && zero.pops == one.pops
            && zero.pushes == one.pushes
        {
            table[number] = [one.pops as u8, one.pushes as u8];
        }
        number += 1;
    }
    table
};

/// The effect of a plain or pseudo-instruction, operand by operand.
const fn formula(op: Op, arg: u32) -> Option<Effect> {
    let low = arg & 1;
    let (pops, pushes) = match op {
        Op::CACHE
        | Op::RESERVED
        | Op::NOP
        | Op::NOT_TAKEN
        | Op::EXTENDED_ARG
        | Op::RESUME
        | Op::ENTER_EXECUTOR
        | Op::SETUP_ANNOTATIONS
        | Op::COPY_FREE_VARS
        | Op::MAKE_CELL
        | Op::DELETE_DEREF
        | Op::DELETE_FAST
        | Op::DELETE_GLOBAL
        | Op::DELETE_NAME
        | Op::JUMP_BACKWARD
        | Op::JUMP_BACKWARD_NO_INTERRUPT
        | Op::JUMP_FORWARD
        | Op::JUMP
        | Op::JUMP_NO_INTERRUPT
        | Op::ANNOTATIONS_PLACEHOLDER
        | Op::POP_BLOCK
        | Op::SETUP_CLEANUP
        | Op::SETUP_FINALLY
        | Op::SETUP_WITH => (0, 0),

        Op::LOAD_BUILD_CLASS
        | Op::LOAD_LOCALS
        | Op::LOAD_COMMON_CONSTANT
        | Op::LOAD_CONST
        | Op::LOAD_DEREF
        | Op::LOAD_FAST
        | Op::LOAD_FAST_AND_CLEAR
        | Op::LOAD_FAST_BORROW
        | Op::LOAD_FAST_CHECK
        | Op::LOAD_CLOSURE
        | Op::LOAD_NAME
        | Op::LOAD_SMALL_INT
        | Op::PUSH_NULL
        | Op::RETURN_GENERATOR => (0, 1),
        Op::LOAD_FAST_BORROW_LOAD_FAST_BORROW | Op::LOAD_FAST_LOAD_FAST => (0, 2),
        Op::LOAD_GLOBAL => (0, 1 + low),

        Op::END_FOR
        | Op::EXIT_INIT_CHECK
        | Op::INTERPRETER_EXIT
        | Op::POP_EXCEPT
        | Op::POP_ITER
        | Op::POP_TOP
        | Op::POP_JUMP_IF_FALSE
        | Op::POP_JUMP_IF_NONE
        | Op::POP_JUMP_IF_NOT_NONE
        | Op::POP_JUMP_IF_TRUE
        | Op::DELETE_ATTR
        | Op::STORE_DEREF
        | Op::STORE_FAST
        | Op::STORE_FAST_MAYBE_NULL
        | Op::STORE_GLOBAL
        | Op::STORE_NAME => (1, 0),

        Op::CALL_INTRINSIC_1
        | Op::CONVERT_VALUE
        | Op::FORMAT_SIMPLE
        | Op::GET_AITER
        | Op::GET_AWAITABLE
        | Op::GET_ITER
        | Op::GET_YIELD_FROM_ITER
        | Op::JUMP_IF_FALSE
        | Op::JUMP_IF_TRUE
        | Op::LOAD_FROM_DICT_OR_DEREF
        | Op::LOAD_FROM_DICT_OR_GLOBALS
        | Op::MAKE_FUNCTION
        | Op::RETURN_VALUE
        | Op::STORE_FAST_LOAD_FAST
        | Op::TO_BOOL
        | Op::UNARY_INVERT
        | Op::UNARY_NEGATIVE
        | Op::UNARY_NOT
        | Op::YIELD_VALUE => (1, 1),
        Op::FOR_ITER
        | Op::GET_ANEXT
        | Op::GET_LEN
        | Op::IMPORT_FROM
        | Op::LOAD_SPECIAL
        | Op::MATCH_MAPPING
        | Op::MATCH_SEQUENCE
        | Op::PUSH_EXC_INFO => (1, 2),
        Op::LOAD_ATTR => (1, 1 + low),
        Op::UNPACK_SEQUENCE => (1, arg),
        Op::UNPACK_EX => (1, 1 + (arg & 0xff) + (arg >> 8)),

        Op::DELETE_SUBSCR | Op::END_ASYNC_FOR | Op::STORE_ATTR | Op::STORE_FAST_STORE_FAST => (2, 0),
        Op::BINARY_OP
        | Op::BUILD_TEMPLATE
        | Op::CALL_INTRINSIC_2
        | Op::COMPARE_OP
        | Op::CONTAINS_OP
        | Op::END_SEND
        | Op::FORMAT_WITH_SPEC
        | Op::IMPORT_NAME
        | Op::IS_OP
        | Op::SET_FUNCTION_ATTRIBUTE => (2, 1),
        Op::CHECK_EG_MATCH | Op::CHECK_EXC_MATCH | Op::SEND => (2, 2),
        Op::MATCH_KEYS => (2, 3),

        Op::STORE_SUBSCR => (3, 0),
        Op::BINARY_SLICE | Op::MATCH_CLASS => (3, 1),
        Op::CLEANUP_THROW => (3, 2),
        Op::LOAD_SUPER_ATTR => (3, 1 + low),
        Op::STORE_SLICE => (4, 0),
        Op::CALL_FUNCTION_EX => (4, 1),
        Op::WITH_EXCEPT_START => (5, 6),

        Op::BUILD_INTERPOLATION => (2 + low, 1),
        Op::BUILD_LIST | Op::BUILD_SET | Op::BUILD_SLICE | Op::BUILD_STRING | Op::BUILD_TUPLE => (arg, 1),
        Op::BUILD_MAP => (2 * arg, 1),
        Op::CALL => (arg + 2, 1),
        Op::CALL_KW => (arg + 3, 1),
        Op::RAISE_VARARGS => (arg, 0),
        Op::RERAISE => (arg + 1, arg),

        // These reach `arg` values down the stack and leave those in place.
        Op::COPY if arg >= 1 => (arg, arg + 1),
        Op::SWAP if arg >= 2 => (arg, arg),
        Op::DICT_MERGE if arg >= 1 => (arg + 4, arg + 3),
        Op::DICT_UPDATE | Op::LIST_APPEND | Op::LIST_EXTEND | Op::SET_ADD | Op::SET_UPDATE if arg >= 1 => {
            (arg + 1, arg)
        }
        Op::MAP_ADD if arg >= 1 => (arg + 2, arg),
        _ => return None,
    };
    Some(Effect { pops, pushes })
}

/// How much deeper the stack is where the handler of a `SETUP_*` starts than where the block was set up.
///
/// `SETUP_FINALLY` adds the exception, `SETUP_CLEANUP` the offset of the raising instruction and the exception.
/// So does `SETUP_WITH`, after dropping the result of `__enter__`.
pub fn handler_pushes(op: Op) -> Option<u32> {
    debug_assert_eq!(op.is_block_push(), op.has(Flags::EXC));
    match op {
        Op::SETUP_FINALLY | Op::SETUP_WITH => Some(1),
        Op::SETUP_CLEANUP => Some(2),
        _ => None,
    }
}
