//! Rewriting short runs of instructions in a block, threading of jumps, folding (`optimize_basic_block`).

use bytecode::Op;
use bytecode::opcode::intrinsic_1;

use super::{BlockId, Cfg, ConstPool, Facts, Instr, fold, swaps};

pub(super) fn run(cfg: &mut Cfg, consts: &mut ConstPool) {
    cfg.each_block(|cfg, b| {
        let facts = cfg.block(b).facts;
        if facts.any(Facts::REWRITES) {
            cfg.note(b, Facts::NOPS);
            let made = consts.made();
            let instrs = &mut cfg.block_mut(b).instrs;
            for i in 0..instrs.len() {
                if Facts::of(instrs[i].op).any(Facts::REWRITES) {
                    rewrite(instrs, i, consts);
                }
            }
            if consts.made() != made {
                // What is folded leaves instructions without a line.
                cfg.note(b, Facts::NO_LINE);
            }
        }
        // A chain of jumps that is longer than there are blocks is a loop.
        let mut threads = cfg.len;
        while threads > 0 && thread(cfg, b) {
            threads -= 1;
        }
        if facts.any(Facts::SWAPS) {
            cfg.note(b, Facts::NOPS);
            swaps::optimize(&mut cfg.block_mut(b).instrs);
        }
    });
}

/// Leads a jump at the end of a block that goes to a jump to where that one goes; whether there is a new jump to look at.
fn thread(cfg: &mut Cfg, b: BlockId) -> bool {
    let Some(i) = cfg.block(b).instrs.len().checked_sub(1) else { return false };
    loop {
        let jump = cfg.block(b).instrs[i];
        if !jump.is_jump() {
            return false;
        }
        let Some(target_block) = jump.target else { return false };
        let Some(target) = cfg.block(target_block).instrs.first().copied() else { return false };
        let op = match (jump.op, target.op) {
            (
                Op::POP_JUMP_IF_NOT_NONE
                | Op::POP_JUMP_IF_NONE
                | Op::POP_JUMP_IF_FALSE
                | Op::POP_JUMP_IF_TRUE,
                Op::JUMP,
            ) => jump.op,
            (Op::JUMP_IF_FALSE, Op::JUMP | Op::JUMP_IF_FALSE) => jump.op,
            (Op::JUMP_IF_TRUE, Op::JUMP | Op::JUMP_IF_TRUE) => jump.op,
            (Op::JUMP_IF_FALSE, Op::JUMP_IF_TRUE) | (Op::JUMP_IF_TRUE, Op::JUMP_IF_FALSE) => {
                // The second test goes the other way: on to the code after it.
                let Some(next) = cfg.block(target_block).next else { return false };
                cfg.block_mut(b).instrs[i].target = Some(next);
                cfg.rerouted = true;
                continue;
            }
            (Op::JUMP | Op::JUMP_NO_INTERRUPT, Op::JUMP) => Op::JUMP,
            (Op::JUMP | Op::JUMP_NO_INTERRUPT, Op::JUMP_NO_INTERRUPT) => jump.op,
            _ => return false,
        };
        if target.target == jump.target {
            return false;
        }
        cfg.rerouted = true;
        cfg.note(b, Facts::NOPS.with(Facts::of_location(target.loc)));
        // The jump becomes a NOP, which keeps its line where that counts.
        let block = cfg.block_mut(b);
        block.instrs[i].set_nop();
        block.instrs[i].target = None;
        block.add(Instr { target: target.target, ..Instr::new(op, 0, target.loc) });
        return true;
    }
}

/// Rewrites the instruction at `i` with those around it.
fn rewrite(instrs: &mut [Instr], i: usize, consts: &mut ConstPool) {
    let Instr { op, arg, .. } = instrs[i];
    let next = instrs.get(i + 1);
    let next_op = next.map_or(Op::CACHE, |n| n.op);
    // Moves what is at `i` to the place of the next instruction.
    let replace_next = |instrs: &mut [Instr], op, arg| {
        instrs[i].set_nop();
        instrs[i + 1].set(op, arg);
    };
    match op {
        Op::BUILD_TUPLE => match next {
            Some(n) if n.op == Op::UNPACK_SEQUENCE && n.arg == arg && arg == 1 => {
                replace_next(instrs, Op::NOP, 0);
            }
            Some(n) if n.op == Op::UNPACK_SEQUENCE && n.arg == arg && (2..=3).contains(&arg) => {
                replace_next(instrs, Op::SWAP, arg);
            }
            _ => fold::tuple(instrs, i, consts),
        },
        Op::BUILD_LIST | Op::BUILD_SET => fold::list_or_set(instrs, i, next_op, consts),
        Op::LIST_APPEND | Op::SET_ADD => fold::long_display(instrs, i, next_op, consts),
        Op::STORE_FAST => {
            if let Some(n) = next
                && n.op == op
                && n.arg == arg
                && n.loc.line == instrs[i].loc.line
            {
                instrs[i].set(Op::POP_TOP, 0);
            }
        }
        Op::SWAP if arg == 1 => instrs[i].set_nop(),
        Op::LOAD_GLOBAL if next_op == Op::PUSH_NULL && arg & 1 == 0 => {
            instrs[i].set(op, arg | 1);
            instrs[i + 1].set_nop();
        }
        Op::COMPARE_OP if next_op == Op::TO_BOOL => replace_next(instrs, op, arg | 16),
        Op::CONTAINS_OP | Op::IS_OP if next_op == Op::TO_BOOL => replace_next(instrs, op, arg),
        Op::CONTAINS_OP | Op::IS_OP if next_op == Op::UNARY_NOT => replace_next(instrs, op, arg ^ 1),
        Op::TO_BOOL if next_op == Op::TO_BOOL => instrs[i].set_nop(),
        Op::UNARY_NOT if next_op == Op::TO_BOOL => replace_next(instrs, op, 0),
        Op::UNARY_NOT if next_op == Op::UNARY_NOT => replace_next(instrs, Op::NOP, 0),
        Op::UNARY_NOT | Op::UNARY_INVERT | Op::UNARY_NEGATIVE => fold::unary(instrs, i, consts),
        Op::CALL_INTRINSIC_1 if arg == intrinsic_1::UNARY_POSITIVE => fold::unary(instrs, i, consts),
        Op::CALL_INTRINSIC_1 if arg == intrinsic_1::LIST_TO_TUPLE => {
            let folded = fold::list_to_tuple(instrs, i, consts);
            if !folded && next_op == Op::GET_ITER {
                instrs[i].set_nop();
            }
        }
        Op::BINARY_OP => fold::binary(instrs, i, consts),
        _ => {}
    }
}
