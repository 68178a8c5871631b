//! What the numbers mean that some instructions have for an operand.

use crate::Opcode;

/// What an operand says that is one of a few numbers; empty for others.
pub(super) fn of_operand(op: Opcode, arg: u32) -> &'static str {
    match op {
        Opcode::RESUME => resume(arg & 3),
        Opcode::RAISE_VARARGS => match arg {
            0 => "the one that is being handled, again",
            1 => "the one on top",
            _ => "the one below its cause",
        },
        Opcode::RERAISE => match arg {
            0 => "",
            _ => "as if by the instruction whose number lies below it",
        },
        Opcode::GET_AWAITABLE => match arg {
            1 => "it comes from __aenter__",
            2 => "it comes from __aexit__",
            _ => "",
        },
        Opcode::BUILD_SLICE => match arg {
            2 => "start and stop",
            _ => "start, stop and step",
        },
        Opcode::YIELD_VALUE => match arg {
            0 => "",
            _ => "it comes from the iterator that is delegated to or awaited",
        },
        Opcode::BUILD_INTERPOLATION => match arg & 1 {
            0 => "of a value and its text",
            _ => "of a value, its text and its format",
        },
        Opcode::CALL_INTRINSIC_1 => intrinsic_1(arg),
        Opcode::CALL_INTRINSIC_2 => intrinsic_2(arg),
        _ => "",
    }
}

/// Where code is when it begins or goes on
fn resume(place: u32) -> &'static str {
    match place {
        0 => "at the start",
        1 => "after a yield",
        2 => "after a yield from",
        _ => "after an await",
    }
}

/// `Include/internal/pycore_intrinsics.h`, operations with one value
fn intrinsic_1(number: u32) -> &'static str {
    match number {
        1 => "prints the value at a prompt (sys.displayhook)",
        2 => "puts the names of the module into the namespace (import *)",
        3 => "makes a RuntimeError of a StopIteration that leaves a generator",
        4 => "wraps a value that an asynchronous generator yields",
        5 => "applies unary +",
        6 => "makes a tuple of a list",
        7 => "makes a TypeVar of a name",
        8 => "makes a ParamSpec of a name",
        9 => "makes a TypeVarTuple of a name",
        10 => "makes Generic[...] of the type parameters",
        11 => "makes the alias of a type statement",
        _ => "",
    }
}

/// Those with two values
fn intrinsic_2(number: u32) -> &'static str {
    match number {
        1 => "puts what the except* clauses have raised and left together again",
        2 => "makes a TypeVar with a bound",
        3 => "makes a TypeVar with constraints",
        4 => "gives a function its type parameters",
        5 => "gives a type parameter its default",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dis::{Labels, operand};
    use crate::instruction::Instruction;

    /// Those that have a name have words.
    #[test]
    fn intrinsics() {
        for op in [Opcode::CALL_INTRINSIC_1, Opcode::CALL_INTRINSIC_2] {
            for arg in 1..40 {
                let instruction = Instruction { offset: 0, start: 0, op, arg };
                let name = operand(&crate::CodeObject::default(), &Labels::new(), &instruction);
                let is_named = !name.is_empty() && !name.starts_with('<') && !name.contains("INVALID");
                assert_eq!(!of_operand(op, arg).is_empty(), is_named, "{} {arg} {name}", op.name());
            }
        }
    }
}
