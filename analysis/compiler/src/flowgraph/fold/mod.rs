//! Constant folding: operations on loaded constants become loads of the result.
//!
//! What can raise is left alone, and so is what would make large constants (the limits are CPython's).

mod arith;
mod chain;
mod complex;
mod equality;
mod sequence;

pub(super) use chain::Fingerprint;

use bytecode::opcode::nb;
use bytecode::{Const, Op};
use smallvec::SmallVec;

use super::{ConstPool, Instr};
use crate::instr::Location;

/// Longest run of loads that is folded into one constant (`_PY_STACK_USE_GUIDELINE`)
const MAX_LOADS: u32 = 30;
/// Shortest list or set display that is built from a constant
const MIN_DISPLAY: u32 = 3;

/// The truth value of a constant
pub(super) fn is_true(value: &Const) -> bool {
    match value {
        Const::None => false,
        Const::Bool(b) => *b,
        Const::Int(i) => *i != 0,
        Const::Float(x) => *x != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        Const::BigInt(_) | Const::Ellipsis | Const::Slice(_) | Const::Code(_) => true,
    }
}

/// Indices of instructions
type Loads = SmallVec<[usize; 8]>;

/// The `count` constant loads that end before `end`, with nothing but `NOP`s between; their indices.
fn loads_before(instrs: &[Instr], end: usize, count: u32) -> Option<Loads> {
    let mut found = Loads::new();
    let mut rest = instrs[..end].iter().enumerate().rev().filter(|(_, i)| i.op != Op::NOP);
    while found.len() < count as usize {
        let (at, instr) = rest.next()?;
        if !instr.loads_const() {
            return None;
        }
        found.push(at);
    }
    found.reverse();
    Some(found)
}

fn values(instrs: &[Instr], loads: &[usize], consts: &ConstPool) -> Option<Vec<Const>> {
    loads.iter().map(|&at| consts.loaded(&instrs[at])).collect()
}

/// Makes `NOP`s without a line of instructions whose work is done elsewhere.
fn nop_out(instrs: &mut [Instr], at: &[usize]) {
    for &at in at {
        instrs[at].set_nop();
        instrs[at].loc = Location::NONE;
    }
}

/// Folds a tuple display at `i`.
pub(super) fn tuple(instrs: &mut [Instr], i: usize, consts: &mut ConstPool) {
    let count = instrs[i].arg;
    if count > MAX_LOADS {
        return;
    }
    let Some(loads) = loads_before(instrs, i, count) else { return };
    let Some(items) = values(instrs, &loads, consts) else { return };
    nop_out(instrs, &loads);
    consts.make_load(&mut instrs[i], Const::Tuple(items.into()));
}

/// The constants that a long display before `end` collects one by one: `build 0`, then a load and an `append` in
/// turn. They are taken out of the code.
fn take_appended(
    instrs: &mut [Instr],
    end: usize,
    build: Op,
    append: Op,
    consts: &ConstPool,
) -> Option<Vec<Const>> {
    let mut items = Vec::new();
    let mut expect_append = true;
    let mut at = end;
    loop {
        at = at.checked_sub(1)?;
        let instr = instrs[at];
        if instr.op == Op::NOP {
            continue;
        }
        if instr.op == build && instr.arg == 0 && expect_append {
            break;
        }
        if !expect_append {
            items.push(consts.loaded(&instr)?);
        } else if instr.op != append || instr.arg != 1 {
            return None;
        }
        expect_append = !expect_append;
    }
    items.reverse();
    let done: Vec<usize> = (at..end).filter(|&k| instrs[k].op != Op::NOP).collect();
    nop_out(instrs, &done);
    Some(items)
}

/// Folds a tuple display that is built as a list, because it is long; whether it did.
pub(super) fn list_to_tuple(instrs: &mut [Instr], i: usize, consts: &mut ConstPool) -> bool {
    let Some(items) = take_appended(instrs, i, Op::BUILD_LIST, Op::LIST_APPEND, consts) else { return false };
    consts.make_load(&mut instrs[i], Const::Tuple(items.into()));
    true
}

/// Makes a constant of a long list or set display, whose last append is at `i`, if it is only looked into or
/// iterated over.
pub(super) fn long_display(instrs: &mut [Instr], i: usize, next: Op, consts: &mut ConstPool) {
    if !matches!(next, Op::GET_ITER | Op::CONTAINS_OP) {
        return;
    }
    let constant = if instrs[i].op == Op::LIST_APPEND {
        take_appended(instrs, i + 1, Op::BUILD_LIST, Op::LIST_APPEND, consts).map(|c| Const::Tuple(c.into()))
    } else {
        take_appended(instrs, i + 1, Op::BUILD_SET, Op::SET_ADD, consts)
            .map(|c| Const::FrozenSet(equality::distinct(c).into()))
    };
    if let Some(constant) = constant {
        consts.make_load(&mut instrs[i], constant);
    }
}

/// Makes a constant of a list or set display that is only looked into or iterated over, and builds long ones
/// from a constant.
pub(super) fn list_or_set(instrs: &mut [Instr], i: usize, next: Op, consts: &mut ConstPool) {
    let Instr { op, arg: count, .. } = instrs[i];
    let only_read = matches!(next, Op::GET_ITER | Op::CONTAINS_OP);
    if count > MAX_LOADS || count < MIN_DISPLAY && !only_read {
        return;
    }
    let Some(loads) = loads_before(instrs, i, count) else {
        if only_read && op == Op::BUILD_LIST {
            instrs[i].op = Op::BUILD_TUPLE;
        }
        return;
    };
    let Some(items) = values(instrs, &loads, consts) else { return };
    let constant = match op {
        Op::BUILD_SET => Const::FrozenSet(equality::distinct(items).into()),
        _ => Const::Tuple(items.into()),
    };
    let index = consts.add(constant);
    nop_out(instrs, &loads);
    if only_read {
        instrs[i].set(Op::LOAD_CONST, index);
        return;
    }
    // There are three loads at least, so there is room before.
    instrs[i - 2].loc = instrs[i].loc;
    instrs[i - 2].set(op, 0);
    instrs[i - 1].set(Op::LOAD_CONST, index);
    instrs[i].set(if op == Op::BUILD_LIST { Op::LIST_EXTEND } else { Op::SET_UPDATE }, 1);
}

/// Folds an operator with one operand.
pub(super) fn unary(instrs: &mut [Instr], i: usize, consts: &mut ConstPool) {
    let Some(loads) = loads_before(instrs, i, 1) else { return };
    let Some(operand) = consts.loaded(&instrs[loads[0]]) else { return };
    let result = match instrs[i].op {
        Op::UNARY_NOT => Some(Const::Bool(!is_true(&operand))),
        Op::UNARY_NEGATIVE => arith::negative(&operand),
        Op::UNARY_INVERT => arith::invert(&operand),
        _ => arith::positive(&operand),
    };
    let Some(result) = result else { return };
    nop_out(instrs, &loads);
    consts.make_load(&mut instrs[i], result);
}

/// Folds an operator with two operands.
pub(super) fn binary(instrs: &mut [Instr], i: usize, consts: &mut ConstPool) {
    let Some(loads) = loads_before(instrs, i, 2) else { return };
    let Some(operands) = values(instrs, &loads, consts) else { return };
    let [left, right] = &operands[..] else { return };
    let op = instrs[i].arg;
    let Some(result) = evaluate(left, op, right) else { return };
    nop_out(instrs, &loads);
    if op != nb::ADD || !chain::add_terms(instrs, i, &result, consts) {
        consts.make_load(&mut instrs[i], result);
    }
}

/// The value of `left op right`; `None` where that raises or gets too large.
fn evaluate(left: &Const, op: u32, right: &Const) -> Option<Const> {
    match op {
        nb::SUBSCR => sequence::subscript(left, right),
        nb::ADD => sequence::concatenate(left, right).or_else(|| arith::binary(left, op, right)),
        nb::MULTIPLY => sequence::repeat(left, right).or_else(|| arith::binary(left, op, right)),
        _ => arith::binary(left, op, right),
    }
}
